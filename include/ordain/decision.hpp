// A decision: outcome, effects and, if asked for, the trace.
//
//   const ordain::Decision& d = evaluator.Decide(policy, facts, at, terms, &view);
//   if (!d.ok()) return Report(d.error());
//   ordain::Value tier = d.Outcome("tier");
//   for (const ordain::Effect& e : d.effects()) Book(e.Recipient(), e.amount);
//
// Lifetime: a Decision belongs to the Evaluator that made it and holds until its next Decide;
// values in it point into the evaluator's scratch and into the rule set. Decision::ToJson makes an independent copy.
// Threads: as the evaluator: one thread at a time.
#ifndef ORDAIN_DECISION_HPP_
#define ORDAIN_DECISION_HPP_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ordain/base.hpp"
#include "ordain/ledger.hpp"
#include "ordain/value.hpp"

namespace ordain {

enum class EffectKind : std::uint8_t { kFine, kPay, kPoints, kSanction, kBar, kNotice, kDuty, kReview };
std::string_view EffectName(EffectKind kind);                       // "fine", ...
bool EffectFromName(std::string_view name, EffectKind* out);
// The name of the field that holds `detail`: "sanction", "from", "notice", "duty", "reason"; "amount" for the others.
std::string_view EffectField(EffectKind kind);

struct Effect {
  EffectKind kind = EffectKind::kReview;
  Unit party = Unit::kNone;   // of `to`; kNone: nobody (review)
  std::string_view to;        // id of the party, without prefix
  Decimal amount;             // fine, pay, points
  std::string_view detail;    // sanction, bar (from), notice, duty, review (reason)
  Value due;                  // duty
  std::int32_t group = -1;    // which of the policy's effects caused it; -1: a guard
  std::int32_t share = 0;     // which of its shares

  // "E1", "team:T1", "department:D1", "institution:AA".
  std::string Recipient() const;
  // {"effect": "fine", "to": "E1", "amount": 50}
  std::string ToJson() const;
};

enum class TraceKind : std::uint8_t {
  kCell,       // a cell of a row did not hold: definition, row, column
  kRow,        // a row applied
  kOtherwise,  // no row applied
  kGuard,      // a guard changed effect `row`: definition is the guard's index
};

struct TraceItem {
  TraceKind kind = TraceKind::kRow;
  std::int32_t policy = 0;      // index of the policy inside the rule set
  std::int32_t definition = 0;  // index of the table inside the policy
  std::int32_t row = 0;         // from 0
  std::int32_t column = 0;
};

// Something that is still to be done, from a body about time.
struct DueItem {
  enum class Kind : std::uint8_t { kDeadline, kStep, kDuty } kind = Kind::kDeadline;  // of `deadline`; an open step of a `process`; of `duties`
  std::string name, owner;                // of the metric, step or duty; a metric has no owner
  std::string key;                        // of a duty after an event: which one it is for; else empty
  std::string status;                     // "open", "paused", "late", "no_limit"
  std::optional<Instant> due;             // none while paused, and without a limit
  std::optional<Instant> due_if_resumed;  // while paused
  std::string next;                       // the next threshold, if there is one
  std::optional<Instant> next_at;
  std::vector<std::string> missing;       // signatures
  bool provisional = false;               // rests on days that the next notice may change
};

class Decision {
 public:
  bool ok() const { return ok_; }
  const Diagnostic& error() const { return error_; }     // REQUIRES: !ok()
  // Outcome fields, in the order of the policy.
  std::size_t size() const { return values_.size(); }
  std::string_view name(std::size_t i) const { return (*names_)[i]; }
  const Value& value(std::size_t i) const { return values_[i]; }
  // Null value when there is no such field.
  Value Outcome(std::string_view field) const;
  const std::vector<Effect>& effects() const { return effects_; }
  // Where null stands for an error (see NullMode): why, with place and operands, once each and 100 at most.
  const Diagnostics& warnings() const { return warnings_; }
  const std::vector<TraceItem>& trace() const { return trace_; }
  // What recording this decision adds to streams, and what it has read. Filled when asked for.
  const std::vector<Entry>& entries() const { return entries_; }
  const std::vector<LedgerRead>& reads() const { return reads_; }
  std::int64_t based_on_seq() const { return based_on_seq_; }

  std::string OutcomeJson() const;
  std::string EffectsJson() const;
  // {"outcome": {...}, "effects": [...]} or {"error": {...}}, then "warnings": [...] if there are any
  std::string ToJson() const;

 private:
  friend class Evaluator;
  bool ok_ = false;
  Diagnostic error_;
  const std::vector<std::string>* names_ = nullptr;
  std::vector<Value> values_;
  std::vector<Effect> effects_;
  Diagnostics warnings_;
  std::vector<TraceItem> trace_;
  std::vector<Entry> entries_;
  std::vector<LedgerRead> reads_;
  std::int64_t based_on_seq_ = 0;
};

}  // namespace ordain

#endif  // ORDAIN_DECISION_HPP_
