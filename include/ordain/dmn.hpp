// Models of OMG DMN 1.1 to 1.5 as rule sets. Target ordain::dmn.
//
//   ordain::DmnResult loan = ordain::LoadDmn(text, "loan.dmn");
//   if (!loan.rule_set) return Report(loan.diagnostics);
//   ordain::Evaluator evaluator(*loan.rule_set, {}, {&ordain::IcuText()});
//   ordain::Facts facts(*loan.rule_set, loan.rule_set->FindPolicy("Approval"));
//   facts.SetJson(R"({"Applicant": {"age": 51, "Score": 780}})");
//   const ordain::Decision& d = evaluator.Decide(facts, at);          // d.Outcome("Approval"), d.warnings()
//
// Every decision and every decision service becomes a policy of its name, with one outcome field of that name (a service:
// one per output decision). Its facts are the input data that it needs, directly or not, by name, all optional; and the
// decisions that it needs: when such a fact is given, the decision is not evaluated. What an import brings is named
// "import.name". Facts conform to their types or count as null, with a warning.
//
// Types are known only while evaluating, and null has FEEL's meaning: what has no value is null and the decision carries a
// warning with place and operands (NullMode::kFeel), or is an error of the decision (NullMode::kStrict).
//
// A model loads even when some of its decisions do not compile: what cannot be had is null where it stands, and both the
// diagnostics of the load and the warnings of the decision say why.
//
// Threads: as RuleSet. Errors: nothing throws but std::bad_alloc.
#ifndef ORDAIN_DMN_HPP_
#define ORDAIN_DMN_HPP_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ordain/rule_set.hpp"

namespace ordain {

struct DmnOptions {
  NullMode nulls = NullMode::kFeel;
  Limits limits;
  std::string zones = "/usr/share/zoneinfo";  // for @"..." literals with a zone
};

// A file that a model may import; which one an import means is decided by the namespace of the model in it.
struct DmnSource {
  std::string file;  // only names it in diagnostics
  std::string text;
};

enum class DmnElementKind : std::uint8_t { kDecision, kService };
struct DmnElement {
  DmnElementKind kind = DmnElementKind::kDecision;
  std::string name;
  int policy = -1;
  std::vector<std::string> outputs;  // of a service: the names of its outcome fields
  // By fact of the policy: namespace and name of the input data or decision that it stands for.
  std::vector<std::pair<std::string, std::string>> facts;
};

struct DmnResult {
  std::optional<RuleSet> rule_set;   // empty only when the text is no DMN model at all
  std::vector<DmnElement> elements;  // by policy
  Diagnostics diagnostics;           // with file, line and column
};

// `file` names the model in diagnostics. A model without FEEL decisions loads, too.
DmnResult LoadDmn(std::string_view text, const std::string& file = "", const std::vector<DmnSource>& imports = {},
                  const DmnOptions& options = {});

// Namespaces that a model imports, for a host that looks for the files: {namespace, location as written}.
std::vector<std::pair<std::string, std::string>> DmnImports(std::string_view text);
// The namespace of a model; empty when the text is none.
std::string DmnNamespace(std::string_view text);

// ---- DMN to a rule set ------------------------------------------------------------------------------

// What of a model could not be written as a rule set, and why.
struct NotImported {
  std::string name;       // of the decision, knowledge model or service; of the input, or its component, whose allowed values fit no type
  std::string reason;     // a sentence
  Diagnostics findings;   // of the rule set that was tried, if that is why
};

struct DmnImport {
  std::string rule_set;   // JSON, for people: one policy per decision; empty when nothing could be written
  std::vector<std::string> imported;                            // decisions, by their names in the model
  std::vector<std::pair<std::string, std::string>> names;       // {name in the model, name in the rule set}, of decisions and input data
  std::vector<NotImported> not_imported;
  // What stands in the model and no decision depends on: {what, why it has no place}. Descriptions, questions and annotations of rules
  // are not among it: they become `says`.
  std::vector<std::pair<std::string, std::string>> left_out;
  Diagnostics diagnostics;                                      // of the model, with file, line and column
};

// Writes the decisions of a model as a typed rule set that loads: names with spaces or signs become names of the rule-set
// language, every decision a policy whose facts are the input data that it needs; a table stays a table, anything else
// becomes a formula; knowledge models become functions; allowed values of inputs become enumerations and bounds. null keeps FEEL's meaning ("nulls": "feel"). What is not typed, or
// has no counterpart, is left out and listed, with the decisions that need it.
// name: of the rule set; empty: made from that of the model.
DmnImport ImportDmn(std::string_view text, const std::string& file = "", const std::vector<DmnSource>& imports = {},
                    const DmnOptions& options = {}, const std::string& name = "");

}  // namespace ordain

#endif  // ORDAIN_DMN_HPP_
