// Strict JSON (RFC 8259) with positions and exact numbers: the start of the walk.
//
//   ordain::json::Node node;
//   ordain::Diagnostics found;
//   if (!ordain::json::Parse(text, {}, "facts.json", &node, &found)) return Report(found);
//   const ordain::json::Node* amount = node.Find("amount");   // amount->text is "20000.01"
//
// Numbers keep their text, so that no value ever passes through a double. Keys stay in order, duplicate keys
// are diagnostics, every node knows its span. nlohmann_json serves where positions do not matter; it
// keeps neither positions nor the text of numbers, which is why this reader exists.
// Threads: plain values, no shared state. Tested by tests/json_test.cc; fuzzed by tests/fuzz/json_fuzz.cc.
#ifndef ORDAIN_JSON_HPP_
#define ORDAIN_JSON_HPP_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ordain/base.hpp"
#include "ordain/value.hpp"

namespace ordain::json {

enum class NodeType : std::uint8_t { kNull, kBoolean, kNumber, kString, kArray, kObject };
std::string_view NodeTypeName(NodeType type);  // "null", "true or false", "a number", "a string", ...

struct Member;

struct Node {
  NodeType type = NodeType::kNull;
  bool boolean = false;
  std::string text;            // kString: decoded UTF-8; kNumber: as written
  std::vector<Node> items;     // kArray
  std::vector<Member> members; // kObject, in order
  Span span;                   // of the whole value; of a string: from its opening quote

  const Node* Find(std::string_view key) const;  // null when there is none (or not an object)
};
struct Member {
  std::string key;
  Span key_span;
  Node value;
};

// Reads one document; false after reporting (kBadJson with line and column, kDuplicateKey with the
// path, kLimitExceeded); *out is then what had been read. UTF-8 is validated (overlong forms, surrogates and
// a byte-order mark are refused), unpaired \u surrogates too; only white space may follow the document.
// Limits::max_json_depth: the arrays and objects around any value; more than 1000 are never allowed.
bool Parse(std::string_view text, const Limits& limits, const std::string& file, Node* out,
           Diagnostics* diagnostics);

// Appends one reference token to a JSON Pointer: Child("/a", "b/c") is "/a/b~1c".
std::string Child(const std::string& pointer, std::string_view token);
std::string Child(const std::string& pointer, std::size_t index);

// Appends text as a JSON string in quotes, control characters escaped, UTF-8 kept.
void AppendString(std::string_view text, std::string* out);
// The node as compact JSON, numbers as written.
std::string Write(const Node& node);

// A node as a value without a declared type: numbers by Decimal::Parse, objects as contexts. Texts and names
// are copied to the arena. False: more than 34 digits, or out of memory.
bool ToValue(const Node& node, Arena* arena, Value* out);

}  // namespace ordain::json

#endif  // ORDAIN_JSON_HPP_
