// Processes of a case: which steps are open, who has them, by when, and what may happen next, from the case's events alone.
//
//   ordain::ProcessSpec refund;                       // plan --plan--> approve --approved--> closed; a refusal goes back to plan
//   refund.events = {"received", "plan", "approved", "refused"};
//   refund.steps = {{.name = "plan", .owner = "service", .limit = one_day}, {.name = "approve", .owner = "director"},
//                   {.name = "closed", .end = ordain::ProcessEnd::kCase}};
//   refund.moves = {{-1, 0, {0}}, {0, 1, {1}}, {1, 2, {2}}, {1, 3, {0}}};
//   const ordain::ProcessState state = ordain::Follow(refund, events, now);
//   state.visits[state.open[0]].limit->due;           // when the step that is open is due
//
// A state is a pure function of the events, the specification and the instant asked about, as with deadlines: events after it
// have not happened yet. The time of a step runs from the actual end of the step before.
//
// Meaning: events take effect in the order of their instants, those of one instant in the order given. An event acts on every
// open step that waits for it; of several moves of a step for one event the first whose condition holds is taken. A step that
// is open already is not begun again. An approval is left when everyone who is needed has signed; who is needed is judged when
// it is begun, and when nobody is, it is passed at once. A step with `after` waits until none of those steps is open.
// An event that no open step waits for is refused: nothing behind it is looked at.
// Threads: plain functions on plain values. Errors: ProcessState::problem, refused.
// Tested by tests/process_test.cc.
#ifndef ORDAIN_PROCESS_HPP_
#define ORDAIN_PROCESS_HPP_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ordain/deadline.hpp"

namespace ordain {

enum class ProcessEnd : std::uint8_t {
  kNone,
  kBranch,  // nothing follows; other steps stay open
  kCase,    // the case ends, whatever is open
};

// One signature of an approval: of anybody with one of the roles.
struct ProcessSignature {
  std::vector<std::string> roles;
  int condition = -1;              // of the event that begins the step; -1: always needed
};

struct ProcessStep {
  std::string name;
  std::string owner = {};
  std::optional<DeadlineSpec> limit = {};
  std::vector<int> pause = {}, resume = {};    // events that stop the clock of the limit, and let it go on
  int signing = -1;                            // the event by which one signs; -1: no approval
  std::vector<ProcessSignature> needs = {};
  bool in_order = false;                       // the signatures come in the order given
  std::vector<int> after = {};                 // steps none of which may be open when it begins
  ProcessEnd end = ProcessEnd::kNone;
};

struct ProcessMove {
  int from = -1;                   // a step; -1: the start of the case
  int event = 0;
  std::vector<int> to;             // several: side by side
  int condition = -1;              // of the event; -1: always
};

struct ProcessSpec {
  std::vector<std::string> events;
  std::vector<int> notes;          // events that are always allowed and change nothing
  std::vector<ProcessStep> steps;
  std::vector<ProcessMove> moves;
};

struct ProcessEvent {
  Instant at;
  int event = -1;                  // -1: none of the process
  std::string name;                // for messages
  std::string role = {};           // of who signs
  std::vector<bool> holds = {};    // the conditions
};

struct ProcessVisit {              // of a step: each time that it is begun
  int step = 0, round = 1;
  Instant begin;
  std::optional<Instant> end;
  int event = -1;                  // that ended it
  std::vector<int> missing;        // signatures
  std::optional<DeadlineState> limit;
  bool late() const { return limit && limit->status == DeadlineStatus::kLate; }
};

struct ProcessRefusal {
  std::size_t event = 0;           // which of the events
  std::vector<int> open;           // steps
  std::vector<int> allowed;        // events
};

struct ProcessState {
  enum class Status : std::uint8_t { kNotStarted, kRunning, kEnded };
  Status status = Status::kNotStarted;
  std::optional<Instant> started, ended;
  int outcome = -1;                // the end step that was reached last
  std::vector<ProcessVisit> visits;     // in the order in which they were begun
  std::vector<std::size_t> open;        // which of the visits
  std::vector<int> allowed;             // events, in the order of the specification
  std::optional<ProcessRefusal> refused;
  TimeProblem problem = TimeProblem::kNone;
  std::uint8_t flags = 0;
};
std::string_view ProcessStatusText(ProcessState::Status status);  // "not_started", "running", "ended"

// REQUIRES: the indexes of the specification and of the events are within their lists.
ProcessState Follow(const ProcessSpec& spec, std::span<const ProcessEvent> events, const Instant& at);

}  // namespace ordain

#endif  // ORDAIN_PROCESS_HPP_
