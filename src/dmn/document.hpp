// A DMN model as plain structs: what the file says, with its places, and nothing worked out.
//
//   dmn::Definitions model;
//   Diagnostics found;
//   if (!dmn::Parse(text, {}, "loan.dmn", &model, &found)) ...   // nothing to be had: not XML, or not DMN
//   for (const dmn::Decision& d : model.decisions) ...           // each usable when d.diagnostics is empty
//
// One set of structs serves DMN 1.1, 1.2, 1.3, 1.4 and 1.5; the namespace of the root element says which it is
// (KnownNamespaces), any other is an error. What differs between the versions is normalised here:
//   * a type named by a qualified name ("feel:string", "my:tLoan" of DMN 1.1) becomes the plain name: `string`,
//     `tLoan`, for a type of an import `import.tLoan`; the spellings dateTime, dayTimeDuration, yearMonthDuration (still
//     met in DMN 1.5) become those of FEEL, unless the model has a type of that name;
//   * the kind of a function, which DMN 1.1 lacks and tools write as an attribute of their own ("J");
//   * an import without a name (DMN 1.1) is named by the prefix that the root declares for its namespace;
//   * a reference is (namespace, id), whether it was written "#id" or "namespace#id".
// Texts are unaltered but for what XML demands: entities and CDATA are decoded, CR LF is LF.
//
// One damaged element does not lose the others: every struct with `diagnostics` carries its own, and Parse reports all
// of them together. Where an expression could not be read, one of kind kUnreadable stands, so that indexes keep
// their meaning. What no decision depends on is only counted (`others`): diagrams, extension elements, text annotations and other
// artifacts, knowledge sources, business context.
//
// Memory: up to some hundred times the bytes of the file. Threads: plain values, no state. Errors: nothing throws but std::bad_alloc.
#ifndef ORDAIN_SRC_DMN_DOCUMENT_HPP_
#define ORDAIN_SRC_DMN_DOCUMENT_HPP_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ordain/base.hpp"

namespace ordain::dmn {

enum class Version : std::uint8_t { k11, k12, k13, k14, k15 };
std::string_view VersionName(Version version);  // "1.3"

// The namespaces of models, in the order of versions, and of FEEL in the same order.
struct NamespaceRow {
  Version version;
  std::string_view model, feel;
};
const std::vector<NamespaceRow>& KnownNamespaces();
// Whether an expression language is FEEL: the namespace of any version, or the word itself.
bool IsFeel(std::string_view language);

// The text of an element, decoded, and where it begins in the file. span.length counts bytes of the file.
struct Text {
  std::string text;
  Span span;
  bool present = false;  // false: the element is not there, which is not the same as empty
};

// Where the byte `offset` of text.text stands in the file, whose bytes are `file`: entities and line ends make the
// two differ. For places of mistakes inside of an expression.
Span PlaceOf(std::string_view file, const Text& text, std::size_t offset);

// ---- parts ------------------------------------------------------------------

// A variable, a parameter, a column: an "information item".
struct Variable {
  std::string id, name, label;
  std::string type_ref;  // empty: none given
  Span span;
};

// An href. The namespace is that of the model itself when the href names none.
struct Reference {
  std::string href;  // as written
  std::string ns, id;
  Span span;
  bool empty() const { return id.empty(); }
};

enum class RequirementKind : std::uint8_t { kInput, kDecision, kKnowledge, kAuthority };
struct Requirement {
  RequirementKind kind = RequirementKind::kInput;
  std::string id;
  Reference target;  // empty when it is damaged
  Span span;
};

struct Import {
  std::string id, name, ns, location, type;
  Span span;
  Diagnostics diagnostics;
};

struct ImportedValues {
  Import from;
  std::string element;
};

// A literal expression or unary tests where no other expression may stand: cells, allowed values, defaults.
struct Cell {
  std::string id, label, type_ref;
  std::string language;  // in force here: its own, or the model's, or FEEL of the model's version
  Text text;
  Span span;
};

// ---- decision tables --------------------------------------------------------

enum class HitPolicy : std::uint8_t { kUnique, kFirst, kPriority, kAny, kCollect, kRuleOrder, kOutputOrder };
enum class Aggregation : std::uint8_t { kNone, kSum, kCount, kMin, kMax };
enum class Orientation : std::uint8_t { kRuleAsRow, kRuleAsColumn, kCrossTable };
std::string_view HitPolicyName(HitPolicy policy);          // "RULE ORDER"
std::string_view AggregationName(Aggregation aggregation);  // "SUM"; "" for none

struct TableInput {
  std::string id, label;
  std::string variable;  // `inputVariable` of older tools: what cells may call the value; empty: not given
  Cell expression;
  std::optional<Cell> values;
  Span span;
};
struct TableOutput {
  std::string id, label;
  std::string name, type_ref;  // empty: not given
  std::optional<Cell> values, default_entry;
  Span span;
};
struct TableRule {
  std::string id, label, description;
  std::vector<Cell> inputs, outputs;  // as many as the table has columns, unless a diagnostic says otherwise
  std::vector<Text> annotations;      // in the order of DecisionTable::annotations, perhaps fewer
  Span span;
};
struct DecisionTable {
  HitPolicy hit_policy = HitPolicy::kUnique;
  Aggregation aggregation = Aggregation::kNone;
  Orientation orientation = Orientation::kRuleAsRow;
  std::string output_label;
  std::vector<TableInput> inputs;
  std::vector<TableOutput> outputs;
  std::vector<Variable> annotations;  // the columns of annotations; DMN 1.1 has none
  std::vector<TableRule> rules;
};

// ---- boxed expressions ------------------------------------------------------

enum class ExpressionKind : std::uint8_t {
  kUnreadable,     // a diagnostic says what stands there
  kLiteral,        // text, language; or imported
  kContext,        // entries
  kInvocation,     // children: called; bindings
  kList,           // children: items
  kRelation,       // columns; children: rows, each a kList
  kFunction,       // function_kind, parameters; children: body, or none
  kConditional,    // children: if, then, else
  kFilter,         // children: in, match
  kFor,            // variable; children: in, return
  kSome,           // variable; children: in, satisfies
  kEvery,          // variable; children: in, satisfies
  kDecisionTable,  // table
};
std::string_view ExpressionKindName(ExpressionKind kind);  // the name of its element: "literalExpression"

enum class FunctionKind : std::uint8_t { kFeel, kJava, kPmml };

struct ContextEntry;
struct Binding;

struct Expression {
  ExpressionKind kind = ExpressionKind::kUnreadable;
  std::string id, label, type_ref;
  Span span;

  Text text;                            // kLiteral; not present: an expression that was left open
  std::string language;                 // kLiteral, as in Cell
  std::shared_ptr<const ImportedValues> imported;  // kLiteral whose value is in another file
  std::vector<ContextEntry> entries;    // kContext; the last without a variable is its result
  std::vector<Binding> bindings;        // kInvocation
  std::vector<Variable> columns;        // kRelation
  FunctionKind function_kind = FunctionKind::kFeel;
  std::vector<Variable> parameters;     // kFunction
  std::string variable;                 // kFor, kSome, kEvery: the iterator's name
  std::string in_type_ref;              // kFor, kSome, kEvery: of <in typeRef>
  std::vector<Expression> children;     // see ExpressionKind; always as many as it says
  std::shared_ptr<const DecisionTable> table;      // kDecisionTable; never null there
};

struct ContextEntry {
  std::string id;
  std::optional<Variable> variable;
  Expression value;
  Span span;
};
struct Binding {
  Variable parameter;
  std::optional<Expression> value;  // the standard allows a binding without one
  Span span;
};

// ---- elements of a model ----------------------------------------------------

struct FunctionItem {
  std::vector<Variable> parameters;
  std::string output_type_ref;
  Span span;
};
struct ItemDefinition {
  std::string id, name, label, description;
  std::string type_ref, type_language;
  bool is_collection = false;
  std::optional<Cell> allowed_values, type_constraint;
  std::vector<ItemDefinition> components;
  std::optional<FunctionItem> function_item;
  Span span;
  Diagnostics diagnostics;  // with those of its components; empty in components
};

struct InputData {
  std::string id, name, label, description;
  Variable variable;  // where the file has none: the element's name, no type
  Span span;
  Diagnostics diagnostics;
};

struct Decision {
  std::string id, name, label, description, question, allowed_answers;
  Variable variable;  // as in InputData
  std::vector<Requirement> information, knowledge, authority;
  std::optional<Expression> logic;  // none: the standard allows a decision without logic
  Span span;
  Diagnostics diagnostics;
};

struct KnowledgeModel {
  std::string id, name, label, description;
  Variable variable;
  std::optional<Expression> logic;  // kFunction
  std::vector<Requirement> knowledge, authority;
  Span span;
  Diagnostics diagnostics;
};

struct DecisionService {
  std::string id, name, label, description;
  Variable variable;
  std::vector<Reference> output_decisions, encapsulated_decisions, input_decisions, input_data;
  Span span;
  Diagnostics diagnostics;
};

struct Definitions {
  Version version = Version::k15;
  std::string file;  // as given to Parse
  std::string id, name, ns, description, exporter, exporter_version;
  std::string expression_language;  // FEEL of the version when the file names none
  std::string type_language;
  std::vector<Import> imports;
  std::vector<ItemDefinition> item_definitions;
  std::vector<InputData> input_data;
  std::vector<Decision> decisions;
  std::vector<KnowledgeModel> knowledge_models;
  std::vector<DecisionService> services;
  std::map<std::string, int> others;  // what else stands in the file, by the name of its element: how many
  Span span;
  Diagnostics diagnostics;  // of the file itself; not those of the elements
};

// Reads a model. Appends everything that is to be said of it to *diagnostics, also what the elements carry. False
// when there is nothing to be had: too large or too deep, not XML (a DTD, ill-formed UTF-8), no model of a known version.
bool Parse(std::string_view text, const Limits& limits, const std::string& file, Definitions* out,
           Diagnostics* diagnostics);

}  // namespace ordain::dmn

#endif  // ORDAIN_SRC_DMN_DOCUMENT_HPP_
