// Deadlines of cases: states, pauses, moments to come, changed calendars and priorities.
#include "ordain/deadline.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace ordain {
namespace {

using Kind = DeadlineEventKind;

Instant L(const std::string& text) {  // Shanghai
  Instant i;
  EXPECT_TRUE(Instant::Parse(text.size() == 16 ? text + ":00+08:00" : text + "+08:00", &i)) << text;
  return i;
}
std::string Text(const std::optional<Instant>& i) { return i ? i->ToString().substr(0, 16) : "none"; }

Schedule Office(const std::vector<CalendarDay>& more = {}, const char* hours = "09:00-12:00 13:30-18:00") {
  ScheduleSpec spec;
  Diagnostics found;
  spec.id = "office";
  EXPECT_TRUE(Calendar::Builtin("cn", &spec.calendar));
  if (!more.empty()) {
    EXPECT_TRUE(spec.calendar.With("more", more, &spec.calendar, &found));
  }
  EXPECT_TRUE(Zone::Load("Asia/Shanghai", &spec.zone));
  spec.versions.push_back(ScheduleVersion::Weekdays(hours));
  Schedule s;
  EXPECT_TRUE(Schedule::Make(spec, &s, &found));
  return s;
}
DeadlineSpec Spec(std::int64_t amount, TimeUnit unit) {
  static const Schedule kOffice = Office();
  return {"test", kOffice, {.amount = amount, .unit = unit}};
}
std::string Status(const DeadlineState& s) { return std::string(DeadlineStatusText(s.status)); }

TEST(Deadline, OpenMetAndLate) {
  const DeadlineSpec spec = Spec(4, TimeUnit::kBusinessHours);
  const std::vector<DeadlineEvent> started{{L("2024-03-15T10:00"), Kind::kStart}};
  EXPECT_EQ(Status(Judge(spec, started, L("2024-03-15T09:59"))), "not_started");
  DeadlineState s = Judge(spec, started, L("2024-03-15T14:00"));
  EXPECT_EQ(Status(s), "open");
  EXPECT_EQ(Text(s.due), "2024-03-15T15:30");
  EXPECT_EQ(s.used.ToString(), "PT2H30M");
  EXPECT_EQ(s.budget->ToString(), "PT4H");
  EXPECT_EQ(Status(Judge(spec, started, L("2024-03-15T15:30"))), "open");  // equal is in time
  EXPECT_EQ(Status(Judge(spec, started, L("2024-03-15T15:30:01"))), "late");
  const std::vector<DeadlineEvent> in_time{started[0], {L("2024-03-15T15:30"), Kind::kStop}}, late{started[0], {L("2024-03-15T15:30:01"), Kind::kStop}};
  EXPECT_EQ(Status(Judge(spec, in_time, L("2025-03-15T15:30"))), "met");
  EXPECT_EQ(Status(Judge(spec, late, L("2025-03-15T15:30"))), "late");   // for good
  EXPECT_EQ(Status(Judge(spec, late, L("2024-03-15T15:30"))), "open");   // as it stood then
  EXPECT_EQ(Judge(spec, late, L("2025-03-15T15:30")).used.ToString(), "PT4H1S");  // and no more is used after the stop
}

TEST(Deadline, PausesAndForecasts) {
  const DeadlineSpec spec = Spec(4, TimeUnit::kBusinessHours);
  std::vector<DeadlineEvent> events{{L("2024-03-15T10:00"), Kind::kStart}, {L("2024-03-15T11:00"), Kind::kPause}};
  DeadlineState s = Judge(spec, events, L("2024-03-15T17:00"));
  EXPECT_EQ(Status(s), "paused");
  EXPECT_EQ(Text(s.due), "none");
  EXPECT_EQ(Text(s.due_if_resumed), "2024-03-18T11:00");
  EXPECT_EQ(s.used.ToString(), "PT1H");
  EXPECT_EQ(s.paused.ToString(), "PT4H30M");
  events.push_back({L("2024-03-16T20:00"), Kind::kResume});
  s = Judge(spec, events, L("2024-03-18T09:00"));
  EXPECT_EQ(Status(s), "open");
  EXPECT_EQ(Text(s.due), "2024-03-18T12:00");
  EXPECT_EQ(s.used.ToString(), "PT1H");
  // A pause that begins after it was late changes nothing.
  EXPECT_EQ(Status(Judge(spec, std::vector<DeadlineEvent>{events[0], {L("2024-03-15T16:00"), Kind::kPause}}, L("2024-03-15T17:00"))), "late");
  // A stop ends a pause; a pause while paused, and a resumption while running, are nothing.
  std::vector<DeadlineEvent> twice{events[0], events[1], {L("2024-03-15T11:30"), Kind::kPause}, {L("2024-03-15T13:30"), Kind::kResume}, {L("2024-03-15T14:00"), Kind::kResume},
                                   {L("2024-03-15T14:30"), Kind::kStop}};
  s = Judge(spec, twice, L("2024-03-20T09:00"));
  EXPECT_EQ(Status(s), "met");
  EXPECT_EQ(s.used.ToString(), "PT2H");
  EXPECT_EQ(s.pauses.size(), 1u);
  // Elapsed time and working days.
  const std::vector<DeadlineEvent> weekend{{L("2024-03-15T10:00"), Kind::kStart}, {L("2024-03-16T10:00"), Kind::kPause}, {L("2024-03-19T10:00"), Kind::kResume}};
  EXPECT_EQ(Text(Judge(Spec(48, TimeUnit::kHours), weekend, L("2024-03-19T11:00")).due), "2024-03-20T10:00");
  EXPECT_EQ(Text(Judge(Spec(3, TimeUnit::kWorkingDays), weekend, L("2024-03-19T11:00")).due), "2024-03-22T18:00");
}

TEST(Deadline, AtOneInstantAStopGoesFirst) {
  const DeadlineSpec spec = Spec(4, TimeUnit::kBusinessHours);
  const Instant t = L("2024-03-15T11:00");
  std::vector<DeadlineEvent> events{{t, Kind::kStop}, {t, Kind::kPause}, {L("2024-03-15T10:00"), Kind::kStart}, {t, Kind::kResume}, {t, Kind::kStart}};
  for (int i = 0; i < 20; ++i) {
    std::rotate(events.begin(), events.begin() + 1, events.end());
    if (i % 3 == 0) std::swap(events[0], events[1]);
    const DeadlineState s = Judge(spec, events, L("2024-03-15T12:00"));
    EXPECT_EQ(Status(s), "met");
    EXPECT_EQ(Text(s.start), "2024-03-15T10:00");
    EXPECT_EQ(Text(s.stop), "2024-03-15T11:00");
  }
}

TEST(Deadline, ResetBeginsANewCycle) {
  const DeadlineSpec spec = Spec(4, TimeUnit::kBusinessHours);
  const std::vector<DeadlineEvent> events{{L("2024-03-15T10:00"), Kind::kStart}, {L("2024-03-15T10:30"), Kind::kPause}, {L("2024-03-15T16:00"), Kind::kReset},
                                          {L("2024-03-15T17:00"), Kind::kStart}};
  const DeadlineState s = Judge(spec, events, L("2024-03-15T17:00"));
  EXPECT_EQ(s.cycle, 2);
  EXPECT_EQ(Text(s.start), "2024-03-15T16:00");
  EXPECT_EQ(Text(s.due), "2024-03-18T11:00");
  EXPECT_TRUE(s.pauses.empty());
}

TEST(Deadline, AllMomentsToComeAtOnce) {
  DeadlineSpec spec = Spec(4, TimeUnit::kBusinessHours);
  spec.thresholds = {{.name = "half", .percent = 50}, {.name = "three quarters", .percent = 75}, {.name = "due", .percent = 100},
                     {.name = "before", .offset = {.amount = -30, .unit = TimeUnit::kMinutes}}, {.name = "day after", .offset = {.amount = 1}},
                     {.name = "double", .percent = 200}};
  const auto moments = [&](const std::vector<DeadlineEvent>& events, const char* at) {
    std::string out;
    const DeadlineState s = Judge(spec, events, L(at));
    for (const DeadlineMoment& m : s.moments) out += m.name + " " + Text(m.at) + (m.passed ? " passed; " : "; ");
    return out + "next " + (s.next ? s.moments[*s.next].name : "none");
  };
  std::vector<DeadlineEvent> events{{L("2024-03-15T10:00"), Kind::kStart}};
  EXPECT_EQ(moments(events, "2024-03-15T12:30"),
            "half 2024-03-15T12:00 passed; three quarters 2024-03-15T14:30; due 2024-03-15T15:30; before 2024-03-15T15:00; day after 2024-03-18T18:00; "
            "double 2024-03-18T10:30; next three quarters");
  events.push_back({L("2024-03-15T14:00"), Kind::kPause});
  EXPECT_EQ(moments(events, "2024-03-15T15:00"),
            "half 2024-03-15T12:00 passed; three quarters none; due none; before none; day after none; double none; next none");
  events.push_back({L("2024-03-15T15:00"), Kind::kResume});
  EXPECT_EQ(moments(events, "2024-03-15T15:00"),
            "half 2024-03-15T12:00 passed; three quarters 2024-03-15T15:30; due 2024-03-15T16:30; before 2024-03-15T16:00; day after 2024-03-18T18:00; "
            "double 2024-03-18T11:30; next three quarters");
  // Of working days: shares of the opening time from the start to the due instant. 2 + 7.5 + 7.5 hours here.
  spec.allowance = {.amount = 2};
  spec.thresholds = {{.name = "half", .percent = 50}, {.name = "a working day before", .offset = {.amount = -1}}};
  EXPECT_EQ(moments({{L("2024-03-15T16:00"), Kind::kStart}}, "2024-03-15T16:00"), "half 2024-03-18T17:00; a working day before 2024-03-18T18:00; next half");
}

TEST(Deadline, DaysThatNobodyKnowsAreAProblem) {
  const DeadlineState s = Judge(Spec(3, TimeUnit::kWorkingDays), std::vector<DeadlineEvent>{{L("2026-12-30T10:00"), Kind::kStart}}, L("2026-12-30T11:00"));
  EXPECT_EQ(s.problem, TimeProblem::kUnknownDays);
  EXPECT_FALSE(s.due);
  EXPECT_EQ(Judge(Spec(3, TimeUnit::kWorkingDays), std::vector<DeadlineEvent>{{L("2026-12-20T10:00"), Kind::kStart}}, L("2026-12-20T11:00")).flags, kUsedProvisionalDays);
}

TEST(Deadline, EachDueExplainsItself) {
  const DeadlineState s = Judge(Spec(3, TimeUnit::kWorkingDays), std::vector<DeadlineEvent>{{L("2024-02-08T12:00"), Kind::kStart}}, L("2024-02-08T12:00"));
  EXPECT_EQ(s.trace.skipped.size(), 8u);
  EXPECT_EQ(s.trace.make_up.size(), 1u);
  EXPECT_EQ(s.trace.schedule, "office");
}

TEST(Deadline, ChangedCalendarsByNamedModes) {
  const DeadlineSpec before = Spec(3, TimeUnit::kWorkingDays);
  DeadlineSpec after = before;
  Date outing;
  ASSERT_TRUE(Date::Parse("2024-03-19", &outing));
  after.schedule = Office({{outing, false, "outing", ""}});
  const std::vector<DeadlineEvent> open{{L("2024-03-15T10:00"), Kind::kStart}}, stopped{open[0], {L("2024-03-18T10:00"), Kind::kStop}};
  const Instant at = L("2024-03-18T11:00");
  DeadlineChange c = Recompute(before, after, open, at, RecomputeMode::kPinned);
  EXPECT_EQ(Text(c.state.due), "2024-03-20T18:00");
  EXPECT_EQ(Text(c.new_due), "2024-03-21T18:00");
  EXPECT_EQ(c.reason, "pinned");
  EXPECT_TRUE(c.calendar_changed && c.schedule_changed && !c.allowance_changed);
  c = Recompute(before, after, open, at, RecomputeMode::kRecomputeOpen);
  EXPECT_EQ(Text(c.state.due), "2024-03-21T18:00");
  EXPECT_EQ(Text(c.old_due), "2024-03-20T18:00");
  EXPECT_TRUE(c.follows_new);
  c = Recompute(before, after, stopped, at, RecomputeMode::kRecomputeOpen);
  EXPECT_EQ(c.reason, "stopped");
  EXPECT_EQ(Text(c.state.due), "2024-03-20T18:00");
  c = Recompute(before, after, stopped, at, RecomputeMode::kRecomputeAll, L("2024-03-15T10:00"));
  EXPECT_EQ(Text(c.state.due), "2024-03-21T18:00");
  c = Recompute(before, after, stopped, at, RecomputeMode::kRecomputeAll, L("2024-03-15T10:01"));
  EXPECT_EQ(c.reason, "before_since");
  after = before;
  after.allowance.amount = 5;
  c = Recompute(before, after, open, at, RecomputeMode::kRecomputeOpen);
  EXPECT_TRUE(!c.calendar_changed && !c.schedule_changed && c.allowance_changed);
}

TEST(Deadline, ChangedPriorities) {
  const DeadlineSpec before = Spec(8, TimeUnit::kBusinessHours);
  DeadlineSpec after = Spec(4, TimeUnit::kBusinessHours);
  after.thresholds = {{.name = "half", .percent = 50}, {.name = "three quarters", .percent = 75}};
  std::vector<DeadlineEvent> events{{L("2024-03-15T09:00"), Kind::kStart}};
  const Instant changed = L("2024-03-15T12:00"), at = L("2024-03-15T13:30");  // 3 hours used
  DeadlineState s = JudgeChanged(before, after, changed, CarryMode::kCarry, events, at);
  EXPECT_EQ(Text(s.due), "2024-03-15T14:30");
  EXPECT_EQ(s.used.ToString(), "PT3H");
  EXPECT_EQ(s.budget->ToString(), "PT4H");
  EXPECT_EQ(Text(s.moments[0].at), "2024-03-15T12:00");
  EXPECT_TRUE(s.moments[0].passed);
  EXPECT_EQ(Text(JudgeChanged(before, after, changed, CarryMode::kReset, events, at).due), "2024-03-15T17:30");
  EXPECT_EQ(Text(JudgeChanged(before, after, changed, CarryMode::kRetroactive, events, at).due), "2024-03-15T14:30");
  EXPECT_EQ(Text(JudgeChanged(before, after, changed, CarryMode::kCarry, events, L("2024-03-15T11:00")).due), "2024-03-18T09:30");  // not yet
  // With a pause before the change, and one that goes on over it.
  events = {{L("2024-03-15T09:00"), Kind::kStart}, {L("2024-03-15T10:00"), Kind::kPause}};
  s = JudgeChanged(before, after, changed, CarryMode::kCarry, events, at);
  EXPECT_EQ(Status(s), "paused");
  EXPECT_EQ(s.used.ToString(), "PT1H");
  EXPECT_EQ(Text(s.due_if_resumed), "2024-03-15T16:30");
  // More was used than the new allowance has: late from the moment of the change.
  events = {{L("2024-03-15T09:00"), Kind::kStart}};
  s = JudgeChanged(before, Spec(2, TimeUnit::kBusinessHours), changed, CarryMode::kCarry, events, at);
  EXPECT_EQ(Text(s.due), "2024-03-15T12:00");
  EXPECT_EQ(Status(s), "late");
  EXPECT_EQ(s.budget->ToString(), "PT2H");
  // Units are not converted.
  EXPECT_NE(JudgeChanged(before, Spec(4, TimeUnit::kHours), changed, CarryMode::kCarry, events, at).problem, TimeProblem::kNone);
  EXPECT_NE(JudgeChanged(before, Spec(4, TimeUnit::kWorkingDays), changed, CarryMode::kCarry, events, at).problem, TimeProblem::kNone);
}

TEST(Deadline, LawsOnRandomHistories) {
  std::mt19937_64 random(7);
  const auto between = [&](std::int64_t a, std::int64_t b) { return std::uniform_int_distribution<std::int64_t>(a, b)(random); };
  const TimeUnit units[] = {TimeUnit::kHours, TimeUnit::kBusinessHours, TimeUnit::kWorkingDays, TimeUnit::kDays};
  for (int i = 0; i < 20000; ++i) {
    DeadlineSpec spec = Spec(between(1, 30), units[between(0, 3)]);
    spec.thresholds = {{.name = "a", .percent = 25}, {.name = "b", .percent = 50}, {.name = "c", .percent = 100}};
    std::vector<DeadlineEvent> events{{Instant{L("2020-01-01T00:00").seconds + between(0, 86400 * 1000), 0, 0}, Kind::kStart}};
    for (std::int64_t k = between(0, 6); k > 0; --k) {
      events.push_back({Instant{events.back().at.seconds + between(0, 86400), 0, 0}, k == 1 && between(0, 2) == 0 ? Kind::kStop : between(0, 1) == 0 ? Kind::kPause : Kind::kResume});
    }
    const Instant at{events.back().at.seconds + between(0, 86400 * 3), 0, 0};
    const DeadlineState s = Judge(spec, events, at);
    ASSERT_EQ(s.problem, TimeProblem::kNone);
    // The order of events does not matter; the future does not either.
    std::vector<DeadlineEvent> mixed = events;
    std::shuffle(mixed.begin(), mixed.end(), random);
    mixed.push_back({Instant{at.seconds + 1, 0, 0}, Kind::kReset});
    const DeadlineState t = Judge(spec, mixed, at);
    ASSERT_EQ(Status(s), Status(t));
    ASSERT_EQ(Text(s.due), Text(t.due));
    ASSERT_EQ(s.status == DeadlineStatus::kPaused, !s.due);
    ASSERT_EQ(s.due.has_value(), !s.due_if_resumed.has_value());
    if (s.due_if_resumed) {
      ASSERT_GE(*s.due_if_resumed, at);
    }
    if (s.due) {
      // Moments rise; when all is used, it is due; open means that not more is used than there is.
      ASSERT_LE(*s.moments[0].at, *s.moments[1].at);
      ASSERT_LE(*s.moments[1].at, *s.moments[2].at);
      ASSERT_EQ(*s.moments[2].at, *s.due);
      if (s.status == DeadlineStatus::kOpen) {
        ASSERT_LE(s.used, *s.budget);
      }
      // Late stays late.
      if (s.status == DeadlineStatus::kLate) {
        std::vector<DeadlineEvent> later = events;
        later.push_back({Instant{at.seconds + 10, 0, 0}, Kind::kPause});
        later.push_back({Instant{at.seconds + 1000000, 0, 0}, Kind::kStop});
        ASSERT_EQ(Status(Judge(spec, later, Instant{at.seconds + 2000000, 0, 0})), "late");
      }
    }
  }
}

}  // namespace
}  // namespace ordain
