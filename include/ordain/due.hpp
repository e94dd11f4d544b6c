// What is due: of one decision, and of all cases of a ledger as of an instant.
//
//   const ordain::Result<ordain::DueList> list = ordain::ListDue(engine, now);
//   for (const ordain::DueLine& l : list.value().lines) Remind(l.due.owner, l.due.name, l.due.due);
//
// A case is what a policy with a body about time (deadline, process, duties) keeps in the ledger: its events by the key of its
// `histories`; without such a read every recorded event is a case of its own. Each is judged by the facts of its latest event, as
// of the instant asked about, and nothing is recorded. Events recorded later than `known_at` or after `up_to_seq`, reversals and what
// they undo are left out: with both bounds the answer stays the same, whatever the ledger learns afterwards.
// A case that cannot be judged is told among the problems; the others stand.
//
// Cost: one decision for each case and its history. Threads: as the engine: one at a time.
// Source: docs/rule-sets.md, bodies about time. Tested by tests/due_test.cc.
#ifndef ORDAIN_DUE_HPP_
#define ORDAIN_DUE_HPP_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ordain/engine.hpp"

namespace ordain {

struct DueLine {
  std::string policy;        // "<rule set>.<policy>"
  std::string case_key;      // "C1"; several names of a key: "C1, E2"; without a history the id of the event
  std::string event;         // id of the latest event of the case
  DueItem due;
};

struct DueProblem {
  std::string policy, case_key, event;
  Diagnostic diagnostic;
};

struct DueList {
  std::vector<DueLine> lines;        // what is open, soonest first; what has no due instant (paused, no limit) last
  std::vector<DueProblem> problems;  // in the order of the ledger
};

Result<DueList> ListDue(Engine* engine, const Instant& at, std::optional<Instant> known_at = std::nullopt, std::int64_t up_to_seq = INT64_MAX);

}  // namespace ordain

#endif  // ORDAIN_DUE_HPP_
