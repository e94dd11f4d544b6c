// Internal. Waist 1 of the walk: the validated rule set, plain structs.
//
//   JSON --policy/model.cc, one file per body--> Model (expressions parsed)
//        --policy/link.cc--> Model (names resolved, everything typed, definitions in order) --> engine/compile
//
// The bodies are read here but do not survive: each lowers itself to the few kinds of
// Definition below (a scale becomes a table and a formula, a score a sum, a ladder a table and a
// ledger read, ...), so that the compiler, the reference evaluator and the checks know only these.
// Trees inside are owned by the Model; constants live in its arena.
#ifndef ORDAIN_POLICY_MODEL_HPP_
#define ORDAIN_POLICY_MODEL_HPP_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feel/feel.hpp"
#include "ordain/base.hpp"
#include "ordain/calendar.hpp"
#include "ordain/decision.hpp"
#include "ordain/json.hpp"
#include "ordain/time.hpp"
#include "ordain/value.hpp"

namespace ordain::policy {

// What is written for readers, and where it stands.
struct Remark {
  std::string says_en, says_zh;
  std::string quote;
  std::vector<std::string> cites;
  std::string path;  // JSON Pointer
  Span span;
};

struct Expression {
  feel::Source source;
  feel::ExprPtr tree;  // null when it could not be parsed (reported), or when there is none
  explicit operator bool() const { return tree != nullptr; }
};

struct Fact {
  std::string name;
  Type type;                // nullable when optional without default
  Type host_type;           // imported models: what JSON is read as, where it can be
  bool optional = false;    // may be absent
  std::optional<Value> default_value;
  Expression required_when;
  Remark remark;
  int symbol = -1;
};

// Clauses that contradict each other, declared at the setting that resolves them.
struct Contradiction {
  struct Side {
    std::string policy;  // that carries the clause: of this rule set, or `<rule set>.<policy>`; may be empty
    Remark remark;       // with the clause and its quote
    bool Carries(std::string_view clause) const;
  };
  std::string id;
  std::vector<Side> between;         // at least two
  std::vector<std::string> resolve;  // for each value of the setting: one of kResolutions, or the clause that prevails
  // Whether a side prevails, however the facts are, under the value of the setting.
  bool Prevails(std::size_t value, std::size_t side) const;
};
inline constexpr std::string_view kResolutions[] = {"max", "min", "first", "second", "both", "review"};

struct Setting {
  std::string name;
  std::vector<std::string> values;  // the first is the default
  std::optional<Contradiction> contradiction;
  Remark remark;
};

enum class HostRole : std::uint8_t { kNever, kMay, kMust };

struct Parameter {
  struct Dated {
    std::optional<Date> from;
    Value value;
    Remark remark;
  };
  std::string name;
  Type type;
  std::vector<Dated> values;  // ascending; one without `from` first
  std::optional<Value> default_value;
  HostRole host = HostRole::kNever;
  Remark remark;
};

enum class SymbolKind : std::uint8_t {
  kFact, kSetting, kParameter, kParameters /* the name space <rule set>. */, kAt, kToday,
  kDefined,  // by a Definition
};

struct Symbol {
  std::string name;
  Type type;
  SymbolKind kind = SymbolKind::kDefined;
  int index = -1;           // of the fact, setting, parameter or definition
  bool typed = false;       // the type is known
  bool hidden = false;      // made by a lowering; not a name for authors
  bool used = false;
  std::string path;         // where it is defined
  Span span;
};

// ---- definitions ------------------------------------------------------------------------------

// What a formula was made from, where readers are told more than its value.
enum class FormulaRole : std::uint8_t { kPlain, kDeadline, kProcess, kDuties };

struct Formula {
  int symbol = -1;
  Expression value;
  std::optional<Type> declared;
  FormulaRole role = FormulaRole::kPlain;
  std::string item;            // of a checklist: what it calls this condition
};

using feel::Hit;
std::string_view HitName(Hit hit);

struct Table {
  struct Column {
    Expression input;        // none: the cells are conditions by themselves
    Remark remark;
    std::string text;        // as written, for traces
  };
  struct Row {
    std::vector<Expression> cells;   // boolean trees over `?`; one per column
    std::vector<std::string> texts;  // as written, for traces
    std::vector<Expression> outputs; // one per output
    Remark remark;
  };
  Hit hit = Hit::kFirst;
  std::vector<Column> columns;
  std::vector<Row> rows;
  std::vector<int> outputs;                  // symbols
  std::vector<std::optional<Type>> declared; // of one row's value
  std::vector<std::vector<Value>> priorities;  // per output; empty: does not matter
  std::vector<Expression> otherwise;         // one per output, or empty
  std::string name;                          // for messages: "table", "ladder", "scale rate"
  Expression when;                           // outputs are `idle` when it is false
  std::vector<Expression> idle;
};

enum class ReadKind : std::uint8_t { kCount, kTotal, kLatest, kStreak, kReached, kHistory };

enum class Window : std::uint8_t {
  kLifetime, kDay, kWeek, kMonth, kQuarter, kYear, kLastDays, kLastMonths,
};

// What a policy writes for a count, total or streak. Belongs to the policy whose events feed it.
struct Stream {
  std::string id;                // "<rule set>.<policy>.<name>@<hash of the definition>"
  std::string definition;        // canonical text
  std::vector<Expression> key;
  Expression where;              // none: always
  Expression of;                 // none: 1
  Expression by;                 // none: the month of the event
  Expression each;               // `for`: the list; local 0 is its variable
  std::string variable;
  bool reads_ledger = false;     // set by link: depends on a ledger read, so it cannot be refilled later
};

struct Read {
  int symbol = -1;
  ReadKind kind = ReadKind::kCount;
  int stream_policy = -1;        // index of the policy whose events are read
  int stream = -1;               // index in that policy's streams
  std::vector<Expression> key;   // in the reader's names; of own streams: the stream's key is used
  Window window = Window::kLifetime;
  int span = 0;                  // kLastDays, kLastMonths
  Expression on;                 // none: today
  bool including_this = true;
  Decimal reaches = 1;           // constant threshold of streaks and reached
  Expression reaches_expression; // or an expression
  Expression default_value;      // kLatest
  std::vector<std::string> keep; // kHistory: facts of the policy whose events are read
  std::vector<int> kept;         // their indexes there; set by link
};

struct Discretion {
  int symbol = -1, allowed = -1, min = -1, max = -1;  // symbols, -1: not asked for
  Expression when;
  Expression by;
  std::vector<Expression> one_of;
  Expression from, to;
  std::string name;
};

struct Requirement {
  Expression that;
  Code code = Code::kRefused;
};

enum class PerParty : std::uint8_t { kOnce, kHighest, kSum, kEach };

struct EffectGroup {
  // tree: [for v in list return] [if when then] {to, amount, detail, due} [else null]; the context has
  // the fields that the effect's kind has, under these names.
  struct Share {
    Expression tree;
    Remark remark;
  };
  EffectKind kind = EffectKind::kFine;
  std::vector<Share> shares;
  PerParty per_party = PerParty::kOnce;
  int symbol = -1;             // `as`: list of {to, amount}; -1: none
};

enum class DefinitionKind : std::uint8_t { kFormula, kTable, kRead, kDiscretion, kRequirement, kEffects };

struct Definition {
  DefinitionKind kind = DefinitionKind::kFormula;
  int index = -1;              // in the policy's vector of that kind
  Remark remark;
};

struct OutcomeField {
  std::string name;
  Type type;
  Expression value;
  bool round = false;
  Rounding mode = Rounding::kHalfEven;
  std::int32_t exponent = 0;   // round to a multiple of 10^exponent
  Remark remark;
};

struct Guard {
  std::string name;
  std::vector<EffectKind> effects;
  Expression when;
  Expression limit;            // none: deny
  enum class Excess : std::uint8_t { kCap, kDrop, kReview, kBlock } excess = Excess::kBlock;
  bool host_switch = false;
  std::vector<Symbol> symbols;   // amount (0), to (1), then globals that it uses; set by link
  Remark remark;
};

struct Policy {
  std::string name;
  Remark remark;
  std::vector<Fact> facts;
  std::vector<Setting> settings;
  std::vector<Symbol> symbols;
  std::vector<Definition> definitions;  // after link: in the order of evaluation
  std::vector<Formula> formulas;
  std::vector<Table> tables;
  std::vector<Read> reads;
  std::vector<Discretion> discretions;
  std::vector<Requirement> requirements;
  std::vector<EffectGroup> effects;
  std::vector<OutcomeField> outcome;
  std::vector<Stream> streams;
  std::vector<int> invoked;             // policies used by expressions; set by link
  bool linked = false;
  bool broken = false;                  // has errors; cannot be compiled

  int FindSymbol(std::string_view symbol_name) const;  // -1
  Type OutcomeType() const;                            // a context
};

struct NamedSchedule {
  std::string name;
  std::string text;                     // what Schedule::FromJson reads
  std::string calendar;
  bool follows = false;                 // the rule set's calendar: the host's, when it brings another
  std::optional<Schedule> made;         // none: its calendar is not compiled in
  Remark remark;
};

struct Model {
  std::string name, edition, title_en, title_zh, source, calendar;
  std::string currency = "CNY";
  int money_scale = 2;
  Zone zone;
  std::optional<Calendar> working_days; // by `calendar`, when it is compiled in; the host may give others
  std::vector<NamedSchedule> schedules;
  std::optional<Date> in_force_from, in_force_to;
  std::string revision;                 // SHA-256 of the document
  std::vector<std::pair<std::string, Type>> types;
  std::vector<Parameter> parameters;
  std::vector<Setting> settings;
  std::vector<Policy> policies;
  std::vector<Guard> guards;
  bool dynamic = false;                 // imported: types are known only while evaluating
  bool lenient = false;                 // what has no value is null, with a warning; otherwise an error of the decision
  Arena arena;

  int FindPolicy(std::string_view policy_name) const;  // -1
};

// Reads a document. Null when it is not even JSON; otherwise a model whose broken parts are left
// out, with everything that is wrong in *diagnostics.
std::unique_ptr<Model> ReadModel(std::string_view text, const std::string& file, const Limits& limits,
                                 Diagnostics* diagnostics);
// Whether a document has guards and no policies.
bool IsGuardPack(const json::Node& document);
// Lays a document of guards upon a model that was read and not yet linked: its parameters and guards join the
// model's, the guards bounded by the document's dates. A document in another currency is left out. False when the
// document is not sound; what is wrong is in *diagnostics, named by `file`.
bool ReadGuardPack(std::string_view text, const std::string& file, const Limits& limits, Model* model, Diagnostics* diagnostics);
// Resolves, types and orders all definitions. Problems go to *diagnostics.
void Link(Model* model, const std::string& file, Diagnostics* diagnostics);

}  // namespace ordain::policy

#endif  // ORDAIN_POLICY_MODEL_HPP_
