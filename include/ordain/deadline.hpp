// Deadlines of a case: when it is due, how much is used, what comes next, from the case's events alone.
//
//   ordain::DeadlineSpec first_reply{"first_reply", office, {.amount = 4, .unit = ordain::TimeUnit::kBusinessHours}};
//   first_reply.thresholds = {{.name = "half", .percent = 50}, {.name = "warning", .offset = {.amount = -30, .unit = ordain::TimeUnit::kMinutes}}};
//   std::vector<ordain::DeadlineEvent> events = {{received, ordain::DeadlineEventKind::kStart},
//                                                {asked_back, ordain::DeadlineEventKind::kPause}};
//   const ordain::DeadlineState state = ordain::Judge(first_reply, events, now);
//   state.status;           // kPaused
//   state.due_if_resumed;   // when it would be due if it went on now
//
// A state is a pure function of the events, the specification (with the versions of its schedule and calendar) and the
// instant asked about: nothing is counted up between calls, nothing is stored, and asking about the past gives the answer
// of the past. Several metrics of a case are several specifications over its events. All moments to come are in the answer
// at once, so that a timer can sleep until the next one.
//
// Meaning: equal is met (late is strictly after the due instant); late stays late, whatever comes later; while paused
// there is no due instant. When several things happen at one instant, a stop goes before a pause, a pause before a
// resumption, that before a start.
// Threads: plain functions on plain values. Errors: DeadlineState::problem; then only the cycle, its start, stop and pauses
// are told, and the status says nothing.
// Tested by tests/deadline_test.cc.
#ifndef ORDAIN_DEADLINE_HPP_
#define ORDAIN_DEADLINE_HPP_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ordain/calendar.hpp"
#include "ordain/time.hpp"

namespace ordain {

enum class DeadlineEventKind : std::uint8_t {
  kReset,   // a new cycle begins: a new start, no pauses
  kStart,   // ignored while it runs
  kResume,  // ignored unless paused
  kPause,   // ignored unless it runs
  kStop,    // the work is done: ends a pause, too
};

struct DeadlineEvent {
  Instant at;
  DeadlineEventKind kind = DeadlineEventKind::kStart;
};

// A moment to be told of: when so much of the allowance is used, or so long before or after the due instant.
struct DeadlineThreshold {
  std::string name;
  std::optional<int> percent = {};  // 1 or more; 100 is the due instant
  Allowance offset = {};            // without percent: amount < 0 before the due instant, > 0 after it, in its unit
};

struct DeadlineSpec {
  std::string name;
  Schedule schedule;
  Allowance allowance;
  std::vector<DeadlineThreshold> thresholds = {};
};

enum class DeadlineStatus : std::uint8_t { kNotStarted, kOpen, kPaused, kMet, kLate };
std::string_view DeadlineStatusText(DeadlineStatus status);  // "not_started", "open", "paused", "met", "late"

struct DeadlineMoment {
  std::string name;
  std::optional<Instant> at;  // none while it depends on when a pause ends
  bool passed = false;
};

struct DeadlineState {
  DeadlineStatus status = DeadlineStatus::kNotStarted;
  int cycle = 0;                          // 1 for the first start, one more with each reset
  std::optional<Instant> start, stop;     // of this cycle
  std::optional<Instant> due;             // none while paused
  std::optional<Instant> due_if_resumed;  // while paused: if it were resumed at the instant asked about
  // In the allowance's own time: opening hours for bmin and bh and for days and months, elapsed time for min and h.
  // `budget` is what is allowed; of days and months it is the opening time up to the due instant, unknown while paused.
  Duration used, paused;
  std::optional<Duration> budget;
  std::vector<Pause> pauses;              // of this cycle
  std::vector<DeadlineMoment> moments;    // the thresholds in the order of the specification
  std::optional<std::size_t> next;        // the earliest of them that is still to come
  TimeProblem problem = TimeProblem::kNone;
  std::uint8_t flags = 0;
  DueTrace trace;
};

// The state at `at`; events after it have not happened yet. The order of events does not matter.
DeadlineState Judge(const DeadlineSpec& spec, std::span<const DeadlineEvent> events, const Instant& at);

// What becomes of a case when its specification changes (a new calendar, other hours, another allowance).
enum class RecomputeMode : std::uint8_t {
  kPinned,         // it keeps what it was started with
  kRecomputeOpen,  // cases that are not stopped follow the new one
  kRecomputeAll,   // all cases started at `since` or later follow the new one
};
struct DeadlineChange {
  DeadlineState state;                  // what holds now
  bool follows_new = false;
  std::optional<Instant> old_due, new_due;
  // Why they differ, if they do.
  bool calendar_changed = false, schedule_changed = false, allowance_changed = false;
  std::string reason;                   // "pinned", "stopped", "before_since", or "recomputed"
};
DeadlineChange Recompute(const DeadlineSpec& before, const DeadlineSpec& after, std::span<const DeadlineEvent> events, const Instant& at,
                         RecomputeMode mode, const Instant& since = {});

// What becomes of the time used when a case gets another specification while it runs (another priority).
enum class CarryMode : std::uint8_t {
  kCarry,        // what was used is used: the rest of the new allowance from then on. Not for days and months
  kReset,        // the new allowance from then on
  kRetroactive,  // as if the new one had held from the start, pauses applied, too
};
// kNoSuchDay in `problem`: kCarry between opening hours and elapsed time, or with days and months.
DeadlineState JudgeChanged(const DeadlineSpec& before, const DeadlineSpec& after, const Instant& changed, CarryMode mode,
                           std::span<const DeadlineEvent> events, const Instant& at);

}  // namespace ordain

#endif  // ORDAIN_DEADLINE_HPP_
