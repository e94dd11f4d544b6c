// Deadlines as a fold over events, then arithmetic on the schedule.
//
// The events up to the instant asked about are put in order and folded into one cycle: its start, its pauses, its end.
// Everything else follows from these and the specification, each time anew: the due instant (Schedule::Due), what is
// used (time of the schedule, or elapsed, without the pauses), and the instants at which shares of the allowance are used.
// Of days and months the allowance is the opening time from the start to the due instant, without the pauses, so that
// "75 %" has a meaning there, too.
//
// Cost: a handful of schedule questions for each threshold; no loop over days or hours (the trace apart).
// Tested by tests/deadline_test.cc.
#include "ordain/deadline.hpp"

#include <algorithm>

namespace ordain {
namespace {

bool Elapsed(const Allowance& a) { return a.unit == TimeUnit::kMinutes || a.unit == TimeUnit::kHours; }
bool Business(const Allowance& a) { return a.unit == TimeUnit::kBusinessMinutes || a.unit == TimeUnit::kBusinessHours; }

Duration Minus(const Duration& a, const Duration& b) {
  return a.nanos >= b.nanos ? Duration{a.seconds - b.seconds, a.nanos - b.nanos} : Duration{a.seconds - b.seconds - 1, a.nanos + 1000000000 - b.nanos};
}
Duration Plus(const Duration& a, const Duration& b) {
  const std::uint32_t nanos = a.nanos + b.nanos;
  return nanos < 1000000000 ? Duration{a.seconds + b.seconds, nanos} : Duration{a.seconds + b.seconds + 1, nanos - 1000000000};
}

class Judging {
 public:
  Judging(const DeadlineSpec& spec, const Instant& at) : spec_(spec), at_(at) {}
  DeadlineState state;
  Duration spent_before;  // carried over from another specification

  void Fold(std::span<const DeadlineEvent> events) {
    std::vector<DeadlineEvent> sorted;
    for (const DeadlineEvent& e : events) {
      if (e.at <= at_) sorted.push_back(e);
    }
    // The kinds are declared in the order in which they take effect at one instant.
    std::stable_sort(sorted.begin(), sorted.end(), [](const DeadlineEvent& a, const DeadlineEvent& b) { return a.at < b.at || (a.at == b.at && a.kind < b.kind); });
    for (const DeadlineEvent& e : sorted) Take(e);
  }

  void Finish() {
    if (!state.start) return;
    const Schedule::DueAnswer answer = spec_.schedule.Due(*state.start, spec_.allowance, state.pauses, &state.trace);
    state.problem = answer.due.problem;
    state.flags = answer.due.flags;
    if (state.problem != TimeProblem::kNone) return;
    const Instant until = state.stop.value_or(at_);
    if (answer.paused) {
      state.status = DeadlineStatus::kPaused;
      std::vector<Pause> closed = state.pauses;
      closed.back().end = at_;
      const Timed<Instant> resumed = spec_.schedule.Due(*state.start, spec_.allowance, closed).due;
      if (!Good(resumed)) return;
      state.due_if_resumed = resumed.value;
    } else {
      state.due = answer.due.value;
      state.status = *state.due < until ? DeadlineStatus::kLate : state.stop ? DeadlineStatus::kMet : DeadlineStatus::kOpen;
    }
    state.used = Plus(spent_before, Spent(*state.start, until));
    for (const Pause& p : state.pauses) state.paused = Plus(state.paused, Span(p.begin, p.end.value_or(until)));
    if (Elapsed(spec_.allowance) || Business(spec_.allowance)) {
      const bool hours = spec_.allowance.unit == TimeUnit::kHours || spec_.allowance.unit == TimeUnit::kBusinessHours;
      state.budget = Plus(spent_before, {spec_.allowance.amount * (hours ? 3600 : 60) + spec_.allowance.seconds, 0});
    } else if (state.due) {
      state.budget = Spent(*state.start, *state.due);
    }
    for (const DeadlineThreshold& t : spec_.thresholds) {
      state.moments.push_back({t.name, At(t), false});
      DeadlineMoment& m = state.moments.back();
      m.passed = m.at && *m.at <= until;
      if (m.at && !m.passed && !state.stop && (!state.next || *m.at < *state.moments[*state.next].at)) state.next = state.moments.size() - 1;
    }
  }

 private:
  bool Paused() const { return !state.pauses.empty() && !state.pauses.back().end; }
  void Take(const DeadlineEvent& e) {
    const bool running = state.start && !state.stop;
    switch (e.kind) {
      case DeadlineEventKind::kStart:
        if (state.start) return;
        Begin(e.at);
        return;
      case DeadlineEventKind::kReset: Begin(e.at); return;
      case DeadlineEventKind::kPause:
        if (running && !Paused()) state.pauses.push_back({e.at, {}});
        return;
      case DeadlineEventKind::kResume:
        if (running && Paused()) state.pauses.back().end = e.at;
        return;
      case DeadlineEventKind::kStop:
        if (!running) return;
        if (Paused()) state.pauses.back().end = e.at;
        state.stop = e.at;
        return;
    }
  }
  void Begin(const Instant& at) {
    ++state.cycle;
    state.start = at;
    state.stop.reset();
    state.pauses.clear();
  }

  template <class T>
  bool Good(const Timed<T>& t) {
    state.flags = static_cast<std::uint8_t>(state.flags | t.flags);
    if (!t.ok() && state.problem == TimeProblem::kNone) state.problem = t.problem;
    return t.ok();
  }
  // Time of the allowance's kind between two instants, pauses included.
  Duration Span(const Instant& a, const Instant& b) {
    if (!(a < b)) return {};
    if (Elapsed(spec_.allowance)) return Minus({b.seconds, b.nanos}, {a.seconds, a.nanos});
    const Timed<Duration> d = spec_.schedule.Between(a, b);
    return Good(d) ? d.value : Duration{};
  }
  // Without the pauses.
  Duration Spent(const Instant& a, const Instant& b) {
    Duration d = Span(a, b);
    for (const Pause& p : state.pauses) {
      const Instant from = std::max(p.begin, a, [](const Instant& x, const Instant& y) { return x < y; });
      const Instant to = p.end && *p.end < b ? *p.end : b;
      d = Minus(d, Span(from, to));
    }
    return d;
  }

  std::optional<Instant> At(const DeadlineThreshold& t) {
    if (!t.percent) {
      if (!state.due || t.offset.amount == 0) return state.due;
      const Timed<Instant> at = spec_.schedule.Due(*state.due, t.offset);
      if (!Good(at)) return {};
      return at.value;
    }
    if (*t.percent == 100 && state.due) return state.due;
    if (!state.budget) return {};
    // Rounded up to whole seconds: not before so much is used.
    const std::int64_t whole = state.budget->seconds + (state.budget->nanos != 0 ? 1 : 0);
    const Duration need = Minus({(whole / 100) * *t.percent + (whole % 100 * *t.percent + 99) / 100, 0}, spent_before);
    if (need.seconds < 0 || (need.seconds == 0 && need.nanos == 0)) return state.start;
    Allowance share;
    share.unit = Elapsed(spec_.allowance) ? TimeUnit::kMinutes : TimeUnit::kBusinessMinutes;
    share.seconds = need.seconds + (need.nanos != 0 ? 1 : 0);
    const Schedule::DueAnswer answer = spec_.schedule.Due(*state.start, share, state.pauses);
    if (answer.paused || !Good(answer.due)) return {};
    return answer.due.value;
  }

  const DeadlineSpec& spec_;
  const Instant at_;
};

bool SameAllowance(const Allowance& a, const Allowance& b) {
  return a.amount == b.amount && a.seconds == b.seconds && a.unit == b.unit && a.roll == b.roll && a.count_receipt_day == b.count_receipt_day && a.cutoff == b.cutoff &&
         a.end == b.end && a.sticky_eom == b.sticky_eom;
}

}  // namespace

std::string_view DeadlineStatusText(DeadlineStatus status) {
  static constexpr std::string_view kTexts[] = {"not_started", "open", "paused", "met", "late"};
  return kTexts[static_cast<std::size_t>(status)];
}

DeadlineState Judge(const DeadlineSpec& spec, std::span<const DeadlineEvent> events, const Instant& at) {
  Judging judging(spec, at);
  judging.Fold(events);
  judging.Finish();
  return std::move(judging.state);
}

DeadlineChange Recompute(const DeadlineSpec& before, const DeadlineSpec& after, std::span<const DeadlineEvent> events, const Instant& at,
                         RecomputeMode mode, const Instant& since) {
  DeadlineChange change;
  DeadlineState was = Judge(before, events, at), is = Judge(after, events, at);
  change.old_due = was.due;
  change.new_due = is.due;
  change.calendar_changed = before.schedule.calendar().info().hash != after.schedule.calendar().info().hash;
  change.schedule_changed = before.schedule.version() != after.schedule.version();
  change.allowance_changed = !SameAllowance(before.allowance, after.allowance);
  switch (mode) {
    case RecomputeMode::kPinned: change.reason = "pinned"; break;
    case RecomputeMode::kRecomputeOpen: change.reason = was.stop ? "stopped" : "recomputed"; break;
    case RecomputeMode::kRecomputeAll: change.reason = was.start && *was.start < since ? "before_since" : "recomputed"; break;
  }
  change.follows_new = change.reason == "recomputed";
  change.state = std::move(change.follows_new ? is : was);
  return change;
}

DeadlineState JudgeChanged(const DeadlineSpec& before, const DeadlineSpec& after, const Instant& changed, CarryMode mode,
                           std::span<const DeadlineEvent> events, const Instant& at) {
  if (at < changed) return Judge(before, events, at);
  if (mode == CarryMode::kRetroactive) return Judge(after, events, at);
  const DeadlineState until = Judge(before, events, changed);
  // Not running then: the new one holds for what begins later. Stopped before: what it was.
  if (!until.start) return Judge(after, events, at);
  if (until.stop) return Judge(before, events, at);
  std::vector<DeadlineEvent> rest{{changed, DeadlineEventKind::kStart}};
  const bool paused = !until.pauses.empty() && !until.pauses.back().end;
  if (paused) rest.push_back({changed, DeadlineEventKind::kPause});
  for (const DeadlineEvent& e : events) {
    if (changed < e.at) rest.push_back(e);
  }
  if (mode == CarryMode::kReset) return Judge(after, rest, at);
  if (until.problem != TimeProblem::kNone || !((Elapsed(before.allowance) && Elapsed(after.allowance)) || (Business(before.allowance) && Business(after.allowance)))) {
    DeadlineState none = until;
    if (none.problem == TimeProblem::kNone) none.problem = TimeProblem::kNoSuchDay;
    return none;
  }
  DeadlineSpec left = after;
  const bool hours = left.allowance.unit == TimeUnit::kHours || left.allowance.unit == TimeUnit::kBusinessHours;
  left.allowance.seconds += left.allowance.amount * (hours ? 3600 : 60) - until.used.seconds - (until.used.nanos != 0 ? 1 : 0);
  left.allowance.amount = 0;
  Judging judging(left, at);
  judging.spent_before = {until.used.seconds + (until.used.nanos != 0 ? 1 : 0), 0};
  judging.Fold(rest);
  if (left.allowance.seconds > 0) {
    judging.Finish();
    return std::move(judging.state);
  }
  // Nothing is left: it was due when it changed, or before.
  DeadlineState over = std::move(judging.state);
  over.due = changed;
  over.used = judging.spent_before;
  over.budget = Duration{left.allowance.seconds + judging.spent_before.seconds, 0};
  over.status = changed < over.stop.value_or(at) ? DeadlineStatus::kLate : over.stop ? DeadlineStatus::kMet : DeadlineStatus::kOpen;
  return over;
}

}  // namespace ordain
