// A rule set: the policies of one handbook, loaded, checked and compiled.
//
//   ordain::LoadResult loaded = ordain::RuleSet::Load(text, "rules/lige.json");
//   if (!loaded.ok()) { for (const auto& d : loaded.diagnostics) Print(d.Format()); return 1; }
//   const ordain::RuleSet& rules = *loaded.rule_set;
//   int policy = rules.FindPolicy("complaint_tier");
//
// Lifetime: a RuleSet is a handle to an immutable whole; copies share it, evaluators keep it alive. To
// reload, load a new one and swap the handle.
// Threads: safe for any number of threads at once; nothing in it changes after Load.
// Errors: Load never throws; it reports every problem of the document, not only the first.
#ifndef ORDAIN_RULE_SET_HPP_
#define ORDAIN_RULE_SET_HPP_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ordain/base.hpp"
#include "ordain/decision.hpp"
#include "ordain/json.hpp"
#include "ordain/value.hpp"

namespace ordain {

struct LoadResult;
struct RuleSetParts;  // internal
struct RuleSetMaker;  // internal

// What one fact of a policy is.
struct FactInfo {
  std::string name;
  Type type;
  bool optional = false;  // may be absent
};

// What is written for readers at a place of the rule set.
struct Clause {
  std::string says_en, says_zh, quote;
  std::vector<std::string> cites;
  std::string path;   // JSON Pointer
};

// A document with guards and no policies, to be laid upon rule sets: the limits of a law, kept apart from the
// handbooks. `file` names it in diagnostics.
struct GuardPack {
  std::string text, file;
};
// Whether a parsed document is of that kind and no rule set: it has `guards` and no `policies`. Of any node; an array is none.
bool IsGuardPack(const json::Node& document);

// A table of a policy. Ladders and the brackets of scales are tables too; `kind` says what was written.
struct TableInfo {
  std::string kind;          // "table", "ladder", "scale"
  Clause clause;
  std::vector<Clause> rows;  // rows, steps or brackets, in the order of TraceItem::row
  bool otherwise = false;    // a table's answer for what no row covers
};

// Clauses that contradict each other, and the setting that resolves them.
struct ContradictionInfo {
  struct Side {
    std::string policy;  // that carries the clause: of this rule set, or `<rule set>.<policy>`; may be empty
    Clause clause;
  };
  std::string id;
  int policy = -1;       // whose setting it is; -1: the rule set's
  std::string setting;
  std::vector<Side> between;
  // For each value of the setting, the default first: "max", "min", "first", "second", "both", "review", or the clause that prevails.
  std::vector<std::pair<std::string, std::string>> resolve;
};

class RuleSet {
 public:
  // `file` only names the document in diagnostics. A policy with errors makes the whole load fail; the
  // other policies are still checked, so that all problems are reported. The guards of `guards` join the
  // document's own (packs in another currency are left out) and the revision then names both; a pack with errors
  // makes the load fail. Without policies and without guards there is nothing to load: an error.
  static LoadResult Load(std::string_view text, const std::string& file = "", const Limits& limits = {},
                         const std::vector<GuardPack>& guards = {});

  const std::string& name() const;
  const std::string& edition() const;
  const std::string& title(Language language) const;
  const std::string& source() const;
  const std::string& currency() const;
  const std::string& calendar() const;  // id of the calendar of working days; may be empty
  // SHA-256 of the document, or of it and of the guards laid upon it: names exactly these rules, in ledgers and receipts.
  const std::string& revision() const;
  // Day of an instant in the rule set's zone.
  Date LocalDay(const Instant& at) const;
  bool InForce(Date day) const;

  int policy_count() const;
  const std::string& policy_name(int policy) const;
  int FindPolicy(std::string_view name) const;  // -1 when there is none
  std::vector<std::string> policy_names() const;
  const std::vector<FactInfo>& facts(int policy) const;
  int FindFact(int policy, std::string_view name) const;  // -1
  std::vector<std::pair<std::string, Type>> outcome(int policy) const;
  const Clause& clause(int policy) const;
  // The clause of an effect: group and share as in Effect.
  const Clause& effect_clause(int policy, int group, int share) const;
  // The tables of a policy, in the order of TraceItem::definition.
  std::vector<TableInfo> tables(int policy) const;
  // Settings by name with their values, the default first: those of a policy, then the rule set's.
  std::vector<std::pair<std::string, std::vector<std::string>>> settings(int policy) const;
  // The rule set's, then each policy's, in the order of the document.
  std::vector<ContradictionInfo> contradictions() const;
  std::vector<std::string> parameters() const;
  // True when a decision needs a ledger view.
  bool ReadsLedger(int policy) const;
  // The compiled program of a policy, for people.
  std::string Dump(int policy) const;

  // Findings about a rule set that loads: cases that no row covers, rows that overlap where the hit policy forbids
  // it, rows that can never apply (kGap, kOverlap, kDeadRow: each with a witness), questions that could
  // not be settled (kUndecided), names that nothing reads (kUnusedName). In the order of the document.
  Diagnostics Check() const;
  // All problems of a document and all findings about it, also when it does not load: then about its tables without mistakes.
  static Diagnostics Check(std::string_view text, const std::string& file = "", const Limits& limits = {});

  const RuleSetParts& parts() const { return *parts_; }  // internal

 private:
  friend struct RuleSetMaker;
  explicit RuleSet(std::shared_ptr<const RuleSetParts> parts) : parts_(std::move(parts)) {}
  std::shared_ptr<const RuleSetParts> parts_;
};

struct LoadResult {
  std::optional<RuleSet> rule_set;  // empty when there are errors
  Diagnostics diagnostics;          // errors and warnings, in the order of the document
  bool ok() const { return rule_set.has_value(); }
};

}  // namespace ordain

#endif  // ORDAIN_RULE_SET_HPP_
