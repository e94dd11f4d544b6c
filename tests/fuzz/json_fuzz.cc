// The JSON reader against itself and against nlohmann_json.
//
// Any input: what is reported lies in the document, at the line and column of its offset. Accepted: writing and
// reading again gives the same tree, spans are nested, numbers are as written, and a value made of the tree
// survives its own JSON. And nlohmann_json accepts the same documents with the same contents, except where the
// two differ by design: duplicate keys, byte-order marks, a zero byte (its end of the text), depth, and
// numbers beyond a double.
//
// The input is bounded to 64 KiB: every path of the reader fits into much less, and longer inputs only slow
// the search down.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "ordain/json.hpp"

namespace {

using ordain::Code;
using ordain::Diagnostic;
using ordain::Span;
using ordain::json::Node;
using ordain::json::NodeType;

#define CHECK(condition)                                                           \
  do {                                                                             \
    if (!(condition)) {                                                            \
      std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                \
    }                                                                              \
  } while (false)

void CheckPlace(const Span& span, std::string_view text) {
  CHECK(std::size_t{span.offset} + span.length <= text.size());
  std::size_t line = 1, column = 1;
  for (const char c : text.substr(0, span.offset)) {
    ++column;
    if (c == '\n') ++line, column = 1;
  }
  CHECK(span.line == line && span.column == column);
}

void CheckSpans(const Node& node, std::string_view text) {
  const std::string_view own = text.substr(node.span.offset, node.span.length);
  const std::size_t end = std::size_t{node.span.offset} + node.span.length;
  std::size_t at = std::size_t{node.span.offset} + 1;  // children stand one after another, behind the bracket
  const auto next = [&](const Span& s) {
    CHECK(s.offset >= at && s.length > 0);
    at = std::size_t{s.offset} + s.length;
    CHECK(at < end);
  };
  const auto within = [&](char open, char close) {
    CHECK(own.size() >= 2 && own.front() == open && own.back() == close);
  };
  switch (node.type) {
    case NodeType::kNull: CHECK(own == "null"); break;
    case NodeType::kBoolean: CHECK(own == (node.boolean ? "true" : "false")); break;
    case NodeType::kNumber: CHECK(own == node.text); break;
    case NodeType::kString: within('"', '"'); break;
    case NodeType::kArray:
      within('[', ']');
      for (const Node& item : node.items) {
        next(item.span);
        CheckSpans(item, text);
      }
      break;
    case NodeType::kObject:
      within('{', '}');
      for (const auto& member : node.members) {
        next(member.key_span);
        next(member.value.span);
        CheckSpans(member.value, text);
      }
      break;
  }
}

bool Same(const Node& a, const Node& b) {
  if (a.type != b.type || a.boolean != b.boolean || a.text != b.text || a.items.size() != b.items.size() ||
      a.members.size() != b.members.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!Same(a.items[i], b.items[i])) return false;
  }
  for (std::size_t i = 0; i < a.members.size(); ++i) {
    if (a.members[i].key != b.members[i].key || !Same(a.members[i].value, b.members[i].value)) return false;
  }
  return true;
}

bool SameAsOther(const Node& a, const nlohmann::json& b) {
  switch (a.type) {
    case NodeType::kNull: return b.is_null();
    case NodeType::kBoolean: return b.is_boolean() && b.get<bool>() == a.boolean;
    case NodeType::kNumber: return b.is_number();
    case NodeType::kString: return b.is_string() && b.get_ref<const std::string&>() == a.text;
    case NodeType::kArray:
      if (!b.is_array() || b.size() != a.items.size()) return false;
      for (std::size_t i = 0; i < a.items.size(); ++i) {
        if (!SameAsOther(a.items[i], b[i])) return false;
      }
      return true;
    case NodeType::kObject:
      if (!b.is_object() || b.size() != a.members.size()) return false;
      for (const auto& member : a.members) {
        const auto it = b.find(member.key);
        if (it == b.end() || !SameAsOther(member.value, *it)) return false;
      }
      return true;
  }
  return false;
}

// What nlohmann_json says of a document; its exceptions tell a number beyond a double from a syntax error.
enum class Verdict { kAccepted, kRefused, kNumberTooLarge };
Verdict AskOther(std::string_view text, nlohmann::json* out) {
  try {
    *out = nlohmann::json::parse(text);
    return Verdict::kAccepted;
  } catch (const nlohmann::json::out_of_range&) {
    return Verdict::kNumberTooLarge;
  } catch (const nlohmann::json::parse_error&) {
    return Verdict::kRefused;
  }
}

void CheckValue(const Node& node) {
  ordain::Arena arena;
  ordain::Value value, again;
  if (!ordain::json::ToValue(node, &arena, &value)) return;  // a number beyond 34 digits
  Node reread;
  ordain::Diagnostics found;
  CHECK(ordain::json::Parse(value.ToJson(), {}, "", &reread, &found));
  CHECK(ordain::json::ToValue(reread, &arena, &again));
  CHECK(ordain::SameValue(value, again));
  CHECK(arena.DeepCopy(value, &again));
  CHECK(ordain::SameValue(value, again) && again.ToFeel() == value.ToFeel());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > std::size_t{1} << 16) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ordain::Limits limits;
  limits.max_json_depth = 40;  // within reach of mutations
  Node node;
  ordain::Diagnostics found;
  const bool accepted = ordain::json::Parse(text, limits, "f", &node, &found);
  CHECK(accepted == found.empty());
  bool syntax = false, limit = false;
  for (const Diagnostic& d : found) {
    CheckPlace(d.span, text);
    CHECK(!syntax && !limit);  // nothing is said after the error that ended the reading
    syntax = d.code == Code::kBadJson;
    limit = d.code == Code::kLimitExceeded;
    CHECK(syntax || limit || d.code == Code::kDuplicateKey);
    CHECK(d.file == "f" && d.path.empty() == (syntax || limit));
  }

  nlohmann::json other;
  const Verdict verdict = AskOther(text, &other);
  const bool comparable = !text.starts_with("\xEF\xBB\xBF") && text.find('\0') == std::string_view::npos;
  if (comparable && verdict != Verdict::kNumberTooLarge && !limit) {
    CHECK((verdict == Verdict::kRefused) == syntax);
  }
  if (!accepted) return 0;

  CheckSpans(node, text);
  if (verdict == Verdict::kAccepted) CHECK(SameAsOther(node, other));
  Node again;
  const std::string written = ordain::json::Write(node);
  CHECK(ordain::json::Parse(written, limits, "f", &again, &found));
  CHECK(Same(node, again) && ordain::json::Write(again) == written);
  CheckValue(node);
  return 0;
}
