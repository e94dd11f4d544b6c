// Internal. What the readers of the document and of the bodies share: typed access to JSON objects
// that reports every unknown, missing or ill-typed key, and the forms of values and expressions.
#ifndef ORDAIN_POLICY_READER_HPP_
#define ORDAIN_POLICY_READER_HPP_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ordain/json.hpp"
#include "policy/model.hpp"

namespace ordain::policy {

struct Loader {
  Model* model;
  Diagnostics* diagnostics;
  const Limits* limits;
  feel::ZoneCache* zones = nullptr;  // for literals with a zone

  void Report(Code code, const std::string& path, const Span& span,
              std::vector<std::pair<std::string, std::string>> args = {}, std::string hint = {}) const;
  void ReportUnknown(Code code, const std::string& path, const Span& span, const std::string& name,
                     const std::vector<std::string>& candidates) const;

  // An expression: a string of FEEL, or a number or true/false standing for itself.
  feel::ParseContext Parsing(feel::Source source) const;
  Expression ReadExpression(const json::Node& node, const std::string& path) const;
  Expression ReadCell(const json::Node& node, const std::string& path) const;
  // A value whose form follows the type wanted: see "Values in JSON" in docs/rule-sets.md. `target` may be null: then strings are FEEL.
  Expression ReadValue(const json::Node& node, const std::string& path, const Type* target) const;
  // A constant of a type, checked against it.
  bool ReadConstant(const json::Node& node, const std::string& path, const Type& type, Value* out) const;
  // `x in list`
  bool ReadIteration(const json::Node& node, const std::string& path, std::string* variable,
                     Expression* list) const;
  bool ReadName(const std::string& name, const std::string& path, const Span& span) const;
  bool ReadWindow(const json::Node& node, const std::string& path, Window* window, int* span) const;
};

class ObjectReader {
 public:
  // Reports kWrongJsonType when node is not an object; then every Get is null.
  ObjectReader(const Loader& loader, const json::Node& node, std::string path);
  ~ObjectReader();  // reports the keys that nobody asked for
  ObjectReader(const ObjectReader&) = delete;
  ObjectReader& operator=(const ObjectReader&) = delete;

  const json::Node* Get(std::string_view key);
  const json::Node* Need(std::string_view key);  // reports kMissingKey
  const json::Node* Array(std::string_view key); // reports when it is there and is no array
  bool Text(std::string_view key, std::string* out);
  bool Bool(std::string_view key, bool* out);
  bool Integer(std::string_view key, int* out);
  Expression Feel(std::string_view key);         // empty when absent
  Expression NeedFeel(std::string_view key);
  // One of the listed words; reports kBadValue with "did you mean".
  bool Word(std::string_view key, const std::vector<std::string>& words, std::size_t* index);
  Remark ReadRemark();                           // says, quote, cites
  void Keep() { quiet_ = true; }                 // do not report unread keys (after a structural error)

  std::string Path(std::string_view key) const { return json::Child(path_, key); }
  const std::string& path() const { return path_; }
  const Span& span() const { return node_.span; }
  const json::Node& node() const { return node_; }
  const Loader& loader() const { return loader_; }

 private:
  const Loader& loader_;
  const json::Node& node_;
  std::string path_;
  std::vector<std::string> asked_;
  bool quiet_ = false;
};

// Reads a type in either form. Keys that only facts or outcomes have are read by the caller from
// `extra` (an open reader of the object form, null for the short form).
struct TypeForm {
  Type type;
  bool ok = false;
  bool optional = false;
  const json::Node* default_node = nullptr;
  std::string default_path;
};
// A type by its name: of the language, or of `types`. False when there is none.
bool FindType(const Model& model, std::string_view name, Type* out);
TypeForm ReadType(const Loader& loader, const json::Node& node, const std::string& path, ObjectReader* extra);

// ---- building the policy ----------------------------------------------------------------------

struct PolicyReader {
  const Loader& loader;
  Policy* policy;
  int policy_index = 0;

  int Define(const std::string& name, const std::string& path, const Span& span, bool hidden = false);
  int DefineHidden(const std::string& name, const Remark& at);
  // The declared type of an output: of the outcome with that name, or in `outputs`.
  const Type* DeclaredType(const std::string& name) const;
  void AddDefinition(DefinitionKind kind, int index, Remark remark);
  int AddFormula(int symbol, feel::ExprPtr value, const Remark& remark, std::optional<Type> declared = {});
  int AddTable(Table table, Remark remark);
  // A stream of this policy and a read of it.
  int AddRead(Read read, Stream stream, const std::string& name, Remark remark);

  std::vector<std::pair<std::string, Type>> output_types;  // from `outputs` of the body being read, then of the outcome
};

// The bodies: each defines symbols. One file each; the table in model.cc names them.
void ReadFormula(PolicyReader* reader, const json::Node& node, const std::string& path);
void ReadTable(PolicyReader* reader, const json::Node& node, const std::string& path);
void ReadLadder(PolicyReader* reader, const json::Node& node, const std::string& path);
void ReadScale(PolicyReader* reader, const json::Node& node, const std::string& path);
void ReadScore(PolicyReader* reader, const json::Node& node, const std::string& path);
void ReadChecklist(PolicyReader* reader, const json::Node& node, const std::string& path);
void ReadNumber(PolicyReader* reader, const json::Node& node, const std::string& path);
void ReadRank(PolicyReader* reader, const json::Node& node, const std::string& path);
void ReadDeadline(PolicyReader* reader, const json::Node& node, const std::string& path);
void ReadProcess(PolicyReader* reader, const json::Node& node, const std::string& path);
void ReadDuties(PolicyReader* reader, const json::Node& node, const std::string& path);
// Ledger reads: kind is the key of the policy ("counts", ...).
void ReadReads(PolicyReader* reader, ReadKind kind, const json::Node& node, const std::string& path);
void ReadDiscretions(PolicyReader* reader, const json::Node& node, const std::string& path);
void ReadRequirements(PolicyReader* reader, const json::Node& node, const std::string& path);
void ReadEffects(PolicyReader* reader, const json::Node& node, const std::string& path);

// Reads `outputs` and `then` records; shared by tables and ladders.
std::vector<std::pair<std::string, Type>> ReadOutputTypes(PolicyReader* reader, ObjectReader* object);
struct ThenRecord {
  std::vector<std::pair<std::string, Expression>> values;
};

// ---- trees made by lowerings --------------------------------------------------------------------

struct Trees {
  const Loader& loader;
  Span span;

  feel::ExprPtr Node(feel::Op op) const;
  feel::ExprPtr Name(const std::string& name) const;
  feel::ExprPtr Number(const Decimal& value) const;
  feel::ExprPtr Boolean(bool value) const;
  feel::ExprPtr Text(const std::string& value) const;
  feel::ExprPtr Null() const;
  feel::ExprPtr Binary(feel::Op op, feel::ExprPtr a, feel::ExprPtr b) const;
  feel::ExprPtr Not(feel::ExprPtr a) const;
  feel::ExprPtr If(feel::ExprPtr condition, feel::ExprPtr yes, feel::ExprPtr no) const;
  feel::ExprPtr Call(const std::string& function, std::vector<feel::ExprPtr> args) const;
  feel::ExprPtr Call(const std::string& function, feel::ExprPtr a) const;
  feel::ExprPtr Call(const std::string& function, feel::ExprPtr a, feel::ExprPtr b) const;
  feel::ExprPtr List(std::vector<feel::ExprPtr> items) const;
  // A nested FEEL text, parsed at this span; for lowerings whose shape is clearer as text.
  feel::ExprPtr Parse(const std::string& text, const std::string& path) const;
};

}  // namespace ordain::policy

#endif  // ORDAIN_POLICY_READER_HPP_
