// Deciding and recording.
//
//   ordain::Evaluator evaluator(rules);                       // one per thread
//   ordain::Facts facts(rules, policy);
//   facts.SetJson(R"({"amount": 30000, "direct_loss": true, "refund": false,
//                     "grave_accident": false, "death": false})");
//   ordain::Instant at;
//   ordain::Instant::Parse("2016-03-05T10:00:00+08:00", &at);
//   const ordain::Decision& d = evaluator.Decide(facts, at);
//   if (d.ok()) std::cout << d.ToJson();
//
// Typed facts without JSON: find the index of each fact once, then set values, or bind a struct:
//
//   struct Complaint { std::int64_t amount_fen; bool direct_loss, refund, accident, death; };
//   facts.Set(amount, ordain::Value::Number(ordain::Decimal(c.amount_fen < 0, 0, Magnitude(c.amount_fen), -2)));
//
// Deciding is pure: rule set + facts + instant + terms + ledger view give the decision, and nothing is written.
// Recording appends it to a ledger: see Engine.
#ifndef ORDAIN_ENGINE_HPP_
#define ORDAIN_ENGINE_HPP_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ordain/calendar.hpp"
#include "ordain/decision.hpp"
#include "ordain/host.hpp"
#include "ordain/ledger.hpp"
#include "ordain/rule_set.hpp"
#include "ordain/text.hpp"
#include "ordain/value.hpp"

namespace ordain {

// The host's choices for a rule set: readings (settings), numbers that the host supplies (parameters),
// guards that it switches on. Everything is checked when it is set.
// Threads: const use by any number of threads.
class Terms {
 public:
  explicit Terms(const RuleSet& rules);  // every setting at its default, no parameters, switchable guards off

  // name: "match" (every policy that has it, and the rule set's own) or "complaint_tier.match".
  // Errors: kUnknownSetting.
  std::optional<Diagnostic> Choose(std::string_view name, std::string_view value);
  // name: "minimum_wage" or "payroll.minimum_wage"; json: its value. Errors: kUnknownParameter, kWrongType.
  std::optional<Diagnostic> Supply(std::string_view name, std::string_view json);
  // Errors: kUnknownName.
  std::optional<Diagnostic> SwitchOn(std::string_view guard);
  // The calendar of working days, in place of the one that the rule set names.
  void Use(const Calendar& calendar) { calendar_ = calendar; }
  const Calendar* calendar() const { return calendar_ ? &*calendar_ : nullptr; }  // null: the rule set's
  // {"settings": {...}, "parameters": {...}, "guards": [...], "calendar": {...}, "revision": "..."}: what differs from the defaults.
  std::string ToJson() const;

 private:
  friend class Evaluator;
  friend class Kernel;
  RuleSet rules_;
  std::vector<std::vector<std::uint16_t>> policy_settings_;  // [policy][setting]
  std::vector<std::uint16_t> settings_;
  std::vector<Value> supplied_;                              // by parameter
  std::vector<bool> is_supplied_;
  std::vector<bool> guards_;
  std::optional<Calendar> calendar_;
  std::shared_ptr<Arena> arena_;
  std::map<std::string, std::string> parameter_texts_;
};

// The facts of one decision, set by name or index, checked against the policy's declarations.
// Threads: one at a time. Values set are not copied (text must live as long); SetJson copies.
class Facts {
 public:
  Facts(const RuleSet& rules, int policy);  // REQUIRES: 0 <= policy < rules.policy_count()

  // REQUIRES: 0 <= index < facts of the policy. The value is checked by Decide.
  void Set(int index, const Value& value) { values_[static_cast<std::size_t>(index)] = value; }
  // A JSON object with all facts. Facts not named are absent. Problems (missing, wrong, unknown) are kept and
  // reported by Decide in the order of the contract: missing_fact, then wrong_type, then the rest.
  void SetJson(std::string_view json);
  void Clear();  // all facts absent

  int policy() const { return policy_; }
  const RuleSet& rules() const { return rules_; }
  const Value& value(int index) const { return values_[static_cast<std::size_t>(index)]; }

 private:
  friend class Evaluator;
  struct Problem {
    Code code;
    int fact;           // -1: none of them
    Diagnostic diagnostic;
  };
  RuleSet rules_;
  int policy_;
  std::vector<Value> values_;
  std::vector<Problem> problems_;
  bool from_json_ = false;
  std::shared_ptr<Arena> arena_;
};

struct DecideOptions {
  bool trace = false;    // fill Decision::trace
  bool entries = false;  // fill Decision::entries and reads, for recording
  bool observe = false;  // no event happens: nothing of its own counts in what is read from the ledger
};

// What evaluation asks of its surroundings, beyond facts and ledger. All of it may be missing; an expression that needs what is
// not there is an `unavailable` error (or null with that warning, as NullMode says).
struct Services {
  const TextServices* text = nullptr;           // Unicode and regular expressions: IcuText() of ordain/icu.hpp; must outlive the evaluator
  std::string zones = "/usr/share/zoneinfo";    // folder with the zones of the IANA database, read when first asked for
  const HostFunctions* functions = nullptr;     // what external functions call; must outlive the evaluator
};

// Runs compiled policies. Holds the scratch memory, so that deciding does not allocate once warmed up.
// Threads: one evaluator per thread; any number of them on one RuleSet.
class Evaluator {
 public:
  explicit Evaluator(const RuleSet& rules, const Limits& limits = {}, const Services& services = {});
  ~Evaluator();
  Evaluator(Evaluator&&) noexcept;
  Evaluator& operator=(Evaluator&&) noexcept;
  Evaluator(const Evaluator&) = delete;  // make another one: it is cheap
  Evaluator& operator=(const Evaluator&) = delete;

  // The decision holds until the next call. Errors are in the decision (Decision::error).
  // view: needed where RuleSet::ReadsLedger; null: kNoLedger then.
  const Decision& Decide(const Facts& facts, const Instant& at, const Terms& terms,
                         const LedgerView* view = nullptr, const DecideOptions& options = {});
  // With default terms.
  const Decision& Decide(const Facts& facts, const Instant& at, const LedgerView* view = nullptr,
                         const DecideOptions& options = {});
  const RuleSet& rules() const;
  const Terms& default_terms() const;

  // Why: every definition with its value, every row that applied or did not and on which condition, the
  // effects with their clauses. REQUIRES: the last Decide had options.trace.
  std::string Explain(Language language) const;
  // What is still to be done by the last decision, in the order of the policy; empty when it was refused.
  std::vector<DueItem> Due() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Rule sets and a ledger together.
//
//   ordain::Engine engine(*ledger);
//   engine.Add(lige);
//   auto done = engine.DecideAndRecord("lige.complaint_fines", facts_json, at, now, "evt-1");
//
// Threads: one at a time.
class Engine {
 public:
  // ledger may be null: then only Decide, without history.
  explicit Engine(Ledger* ledger, const Services& services = {});
  ~Engine();
  Engine(const Engine&) = delete;             // an engine has one set of scratch memory
  Engine& operator=(const Engine&) = delete;

  // Adds a rule set with its terms. Several editions of one name may be added if their dates in force do not overlap;
  // the instant of a decision chooses. Streams that the ledger lacks are filled from the recorded facts.
  // Errors: kOverlappingDates, kLedgerFormat (a stream cannot be filled afterwards), kLedgerIo.
  std::optional<Diagnostic> Add(const RuleSet& rules, const Terms& terms);
  std::optional<Diagnostic> Add(const RuleSet& rules);

  struct Found {
    const RuleSet* rules = nullptr;
    const Terms* terms = nullptr;
    Evaluator* evaluator = nullptr;
    int policy = -1;
  };
  // name: "<rule set>.<policy>". Errors: kUnknownPolicy, kNotInForce.
  Result<Found> Find(std::string_view name, const Instant& at) const;

  // Decides against the present ledger; writes nothing. The decision holds until the next call.
  Result<const Decision*> Decide(std::string_view policy, std::string_view facts_json, const Instant& at,
                                 const DecideOptions& options = {}, const LedgerView* view = nullptr);

  // Appends a decision made by Decide with options.entries. kLedgerStale when the ledger has moved on in
  // what the decision has read; kLedgerConflict when the id is taken by another event.
  Result<AppendResult> Record(const std::string& id, std::string_view policy, std::string_view facts_json,
                              const Instant& at, const Instant& recorded_at, const Decision& decision);

  struct Recorded {
    AppendResult appended;
    std::string outcome, effects;  // JSON, as recorded
    int policy = -1;
  };
  // Both in one transaction. An event recorded before under this id with the same content is not decided again: its
  // recorded outcome and effects are returned (appended.existed). A refused decision records nothing and is the error.
  Result<Recorded> DecideAndRecord(std::string_view policy, std::string_view facts_json, const Instant& at,
                                   const Instant& recorded_at, const std::string& id);
  // Undoes an event. Errors: kUnknownEvent, kAlreadyReversed, kLedgerConflict.
  Result<AppendResult> Reverse(const std::string& id, const std::string& event, const Instant& at,
                               const Instant& recorded_at, const std::string& reason);

  Ledger* ledger() const;
  std::vector<const RuleSet*> rule_sets() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ordain

#endif  // ORDAIN_ENGINE_HPP_
