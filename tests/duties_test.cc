// Recurring duties: borders of each recurrence, leap years, month ends, rolls over holidays, zones, counts, doings; and random duties
// against a reference that goes from day to day. China's Spring Festival of 2020 had ten days of rest in a row, 24 January to 2 February;
// the National Day of 2016 seven, 1 to 7 October, made up for on 8 and 9 October.
#include "ordain/duties.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace ordain {
namespace {

constexpr char kChina[] = "Asia/Shanghai";

Zone ZoneOf(const std::string& name) {
  Zone zone;
  EXPECT_TRUE(Zone::Load(name, &zone)) << name;
  return zone;
}
Schedule Office(const std::string& zone = kChina, const std::string& calendar = "cn", std::string_view hours = "09:00-12:00 13:30-18:00") {
  ScheduleSpec spec;
  spec.id = "office";
  EXPECT_TRUE(Calendar::Builtin(calendar, &spec.calendar));
  spec.zone = ZoneOf(zone);
  spec.versions.push_back(ScheduleVersion::Weekdays(hours));
  Schedule out;
  Diagnostics problems;
  EXPECT_TRUE(Schedule::Make(spec, &out, &problems));
  return out;
}
const Schedule& China() {
  static const Schedule office = Office();
  return office;
}
Date Day(const std::string& text) {
  Date d;
  EXPECT_TRUE(Date::Parse(text, &d)) << text;
  return d;
}
// Local time of the zone: "2016-03-04" is its start, "2016-03-04 18:00".
Instant At(const std::string& text, const Schedule& schedule = China()) {
  std::int64_t second = 0;
  if (text.size() > 10) second = std::stoi(text.substr(11, 2)) * 3600 + std::stoi(text.substr(14, 2)) * 60 + (text.size() > 16 ? std::stoi(text.substr(17, 2)) : 0);
  const std::int64_t utc = schedule.zone().FirstReading(Day(text.substr(0, 10)), second);
  return {utc, 0, schedule.zone().OffsetAt(utc)};
}
std::string Local(const Instant& at) { return at.ToString().substr(0, 16); }

Duty Every(Recurrence every, DutyDay day = {}) {
  Duty duty;
  duty.name = "d";
  duty.schedule = China();
  duty.every = every;
  duty.day = day;
  return duty;
}
DutyDay Weekday(int n) { return {.kind = DutyDay::Kind::kWeekday, .n = n}; }
DutyDay DayOfMonth(int n, int month = 1) { return {.kind = DutyDay::Kind::kDayOfMonth, .n = n, .month = month}; }
DutyDay WorkingDay(int n) { return {.kind = DutyDay::Kind::kWorkingDay, .n = n}; }

std::string Words(const DutyList& list, bool dates = true) {
  if (list.too_many) return "too many";
  if (list.problem != TimeProblem::kNone) return "problem " + std::to_string(static_cast<int>(list.problem));
  std::string out;
  for (const DutyOccurrence& o : list.items) {
    out += (out.empty() ? "" : ", ") + (dates ? o.due_date.ToString() : Local(o.due)) + " " + std::string(DutyStatusText(o.status));
    if (o.count != 1) out += " " + std::to_string(o.done) + "/" + std::to_string(o.count);
  }
  return out;
}
// The dates due in [from, until], whole days.
std::string Dates(const Duty& duty, const std::string& from, const std::string& until) {
  const Instant end = At((Date{Day(until).days + 1}).ToString(), duty.schedule);
  const DutyList list = ListDuties({{duty}}, At(from, duty.schedule), end, At(from, duty.schedule));
  if (!list.ok()) return Words(list);
  std::string out;
  for (const DutyOccurrence& o : list.items) out += (out.empty() ? "" : " ") + o.due_date.ToString();
  return out;
}

TEST(Duties, Days) {
  EXPECT_EQ(Dates(Every(Recurrence::kDay), "2016-02-28", "2016-03-01"), "2016-02-28 2016-02-29 2016-03-01");
  EXPECT_EQ(Dates(Every(Recurrence::kWorkingDay), "2016-09-29", "2016-10-10"), "2016-09-29 2016-09-30 2016-10-08 2016-10-09 2016-10-10");
  EXPECT_EQ(Dates(Every(Recurrence::kDay), "2016-03-02", "2016-03-01"), "");
}

TEST(Duties, Weeks) {
  EXPECT_EQ(Dates(Every(Recurrence::kWeek, Weekday(5)), "2016-03-04", "2016-03-18"), "2016-03-04 2016-03-11 2016-03-18");
  EXPECT_EQ(Dates(Every(Recurrence::kWeek, Weekday(1)), "2016-03-04", "2016-03-14"), "2016-03-07 2016-03-14");
  EXPECT_EQ(Dates(Every(Recurrence::kWeek), "2016-12-25", "2017-01-01"), "2016-12-25 2017-01-01");
  EXPECT_EQ(Dates(Every(Recurrence::kWeek, WorkingDay(-1)), "2016-09-26", "2016-10-16"), "2016-09-30 2016-10-09 2016-10-14");
  EXPECT_EQ(Dates(Every(Recurrence::kWeek, WorkingDay(1)), "2020-01-13", "2020-02-09"), "2020-01-13 2020-01-20 2020-02-03");  // a week of rest
}

TEST(Duties, MonthsAndTheirEnds) {
  EXPECT_EQ(Dates(Every(Recurrence::kMonth, DayOfMonth(31)), "2015-01-01", "2016-04-30"),
            "2015-01-31 2015-02-28 2015-03-31 2015-04-30 2015-05-31 2015-06-30 2015-07-31 2015-08-31 2015-09-30 2015-10-31 2015-11-30 2015-12-31 2016-01-31 2016-02-29 2016-03-31 2016-04-30");
  EXPECT_EQ(Dates(Every(Recurrence::kMonth), "2015-02-01", "2015-03-31"), "2015-02-28 2015-03-31");
  EXPECT_EQ(Dates(Every(Recurrence::kMonth, DayOfMonth(-2)), "2016-02-01", "2016-03-31"), "2016-02-28 2016-03-30");
  EXPECT_EQ(Dates(Every(Recurrence::kMonth, DayOfMonth(-31)), "2016-02-01", "2016-03-31"), "2016-02-01 2016-03-01");
  EXPECT_EQ(Dates(Every(Recurrence::kMonth, WorkingDay(-1)), "2016-09-01", "2016-10-31"), "2016-09-30 2016-10-31");
  EXPECT_EQ(Dates(Every(Recurrence::kMonth, WorkingDay(1)), "2016-10-01", "2016-11-30"), "2016-10-08 2016-11-01");
  EXPECT_EQ(Dates(Every(Recurrence::kMonth, WorkingDay(23)), "2016-01-01", "2016-12-31"), "2016-03-31 2016-08-31");  // the others have none
  Duty tenth = Every(Recurrence::kMonth, DayOfMonth(10));
  EXPECT_EQ(Dates(tenth, "2016-07-01", "2016-10-31"), "2016-07-10 2016-08-10 2016-09-10 2016-10-10");
  tenth.roll = Roll::kFollowing;
  EXPECT_EQ(Dates(tenth, "2016-07-01", "2016-10-31"), "2016-07-11 2016-08-10 2016-09-12 2016-10-10");
  tenth.roll = Roll::kPreceding;
  EXPECT_EQ(Dates(tenth, "2016-07-01", "2016-10-31"), "2016-07-08 2016-08-10 2016-09-09 2016-10-10");
}

TEST(Duties, QuartersHalvesYears) {
  EXPECT_EQ(Dates(Every(Recurrence::kQuarter), "2016-01-01", "2016-12-31"), "2016-03-31 2016-06-30 2016-09-30 2016-12-31");
  EXPECT_EQ(Dates(Every(Recurrence::kQuarter, WorkingDay(-1)), "2016-01-01", "2016-12-31"), "2016-03-31 2016-06-30 2016-09-30 2016-12-30");
  EXPECT_EQ(Dates(Every(Recurrence::kQuarter, DayOfMonth(15, 2)), "2016-01-01", "2016-12-31"), "2016-02-15 2016-05-15 2016-08-15 2016-11-15");
  EXPECT_EQ(Dates(Every(Recurrence::kHalfYear), "2015-07-01", "2016-06-30"), "2015-12-31 2016-06-30");
  EXPECT_EQ(Dates(Every(Recurrence::kHalfYear, DayOfMonth(-1, 2)), "2015-07-01", "2016-06-30"), "2015-08-31 2016-02-29");
  EXPECT_EQ(Dates(Every(Recurrence::kYear, DayOfMonth(25, 12)), "2014-12-25", "2016-12-24"), "2014-12-25 2015-12-25");
  EXPECT_EQ(Dates(Every(Recurrence::kYear), "1969-01-01", "1970-12-31"), "1969-12-31 1970-12-31");
}

TEST(Duties, LeapDays) {
  Duty birthday = Every(Recurrence::kYear, DayOfMonth(29, 2));
  EXPECT_EQ(Dates(birthday, "2015-01-01", "2017-12-31"), "2015-02-28 2016-02-29 2017-02-28");
  birthday.day.missing = MonthRoll::kNext;
  EXPECT_EQ(Dates(birthday, "2015-01-01", "2017-12-31"), "2015-03-01 2016-02-29 2017-03-01");
  birthday.day.missing = MonthRoll::kRefuse;
  EXPECT_EQ(Dates(birthday, "2015-01-01", "2021-12-31"), "2016-02-29 2020-02-29");
  // What is to come may be done already, by somebody who says which day it is for: then the next one is told as well.
  Duty weekly = Every(Recurrence::kWeek);
  weekly.done = {{At("2016-03-02")}};
  EXPECT_EQ(Words(ListDuties({{weekly}}, At("2016-03-01"), {}, At("2016-03-03"))), "2016-03-06 done, 2016-03-13 upcoming");
  weekly.done.push_back({.at = At("2016-03-03"), .settles = Day("2016-03-13")});
  EXPECT_EQ(Words(ListDuties({{weekly}}, At("2016-03-01"), {}, At("2016-03-03"))), "2016-03-06 done, 2016-03-20 upcoming");
  EXPECT_EQ(Words(ListDuties({{weekly}}, At("2016-03-01"), {}, At("2016-03-01"))), "2016-03-06 open");
  // The next one is found over the gap of eight years at 1900.
  EXPECT_EQ(Words(ListDuties({{birthday}}, At("1896-03-01"), {}, At("1896-03-01"))), "1904-02-29 upcoming");
}

TEST(Duties, SoLongAfterTheEnd) {
  Duty bound = Every(Recurrence::kMonth, {.kind = DutyDay::Kind::kAfterEnd});
  bound.allowance = {.amount = 10, .unit = TimeUnit::kDays};
  EXPECT_EQ(Dates(bound, "2016-02-01", "2016-04-30"), "2016-02-10 2016-03-10 2016-04-10");
  bound.allowance = {.amount = 3, .unit = TimeUnit::kWorkingDays};
  EXPECT_EQ(Dates(bound, "2016-10-01", "2016-11-30"), "2016-10-10 2016-11-03");
  bound.done = {{At("2016-10-09 12:00")}, {At("2016-11-04 09:00")}, {At("2016-11-30 09:00")}};
  // A doing within the month counts for the month that has ended; the third is one too many.
  EXPECT_EQ(Words(ListDuties({{bound}}, At("2016-10-01"), At("2016-12-01"), At("2016-12-01")), false), "2016-10-10T18:00 done, 2016-11-03T18:00 done_late");
  bound.allowance = {.amount = 12, .unit = TimeUnit::kHours};
  EXPECT_EQ(Words(ListDuties({{bound}}, At("2016-10-01"), At("2016-11-01"), At("2016-10-01")), false), "2016-10-01T12:00 open");
  bound.allowance = {.amount = 0, .unit = TimeUnit::kDays};
  EXPECT_EQ(Dates(bound, "2016-10-01", "2016-11-30"), "2016-10-31 2016-11-30");
  // More is allowed than a period: windows overlap, and the oldest that lacks one is served first.
  bound.every = Recurrence::kWeek;
  bound.allowance = {.amount = 10, .unit = TimeUnit::kDays};
  bound.done = {{At("2016-03-07 12:00")}, {At("2016-03-14 12:00")}};
  EXPECT_EQ(Words(ListDuties({{bound}}, At("2016-02-29"), At("2016-03-31"), At("2016-03-20"))), "2016-03-02 overdue, 2016-03-09 done, 2016-03-16 done, 2016-03-23 open, 2016-03-30 upcoming");
}

TEST(Duties, TimesOfDay) {
  Duty friday = Every(Recurrence::kWeek, Weekday(5));
  const auto due = [&] { return Words(ListDuties({{friday}}, At("2016-03-01"), At("2016-03-07"), At("2016-03-01")), false); };
  EXPECT_EQ(due(), "2016-03-05T00:00 open");
  EXPECT_EQ(ListDuties({{friday}}, At("2016-03-01"), At("2016-03-07"), At("2016-03-01")).items[0].due_date, Day("2016-03-04"));
  friday.time = 18 * 3600 + 1800;
  EXPECT_EQ(due(), "2016-03-04T18:30 open");
  friday.at_close = true;
  EXPECT_EQ(due(), "2016-03-04T18:00 open");
}

// (from, until]: what was due at the very instant of `from` is not owed.
TEST(Duties, Borders) {
  Duty friday = Every(Recurrence::kWeek, Weekday(5));
  friday.time = 18 * 3600;
  const auto list = [&](const char* from, const char* until) { return Words(ListDuties({{friday}}, At(from), At(until), At("2016-03-01"))); };
  EXPECT_EQ(list("2016-03-04 17:59", "2016-03-11 18:00"), "2016-03-04 open, 2016-03-11 upcoming");
  EXPECT_EQ(list("2016-03-04 18:00", "2016-03-11 17:59"), "");
}

TEST(Duties, Statuses) {
  Duty friday = Every(Recurrence::kWeek, Weekday(5));
  friday.time = 18 * 3600;
  const auto at = [&](const char* now) { return Words(ListDuties({{friday}}, At("2016-03-01"), At("2016-03-31"), At(now))).substr(0, 19 + 9); };
  EXPECT_EQ(at("2016-03-04 18:00").substr(0, 15), "2016-03-04 open");
  EXPECT_EQ(at("2016-03-04 18:00:01").substr(0, 18), "2016-03-04 overdue");
  friday.done = {{At("2016-03-04 18:00")}};
  EXPECT_EQ(at("2016-03-09").substr(0, 15), "2016-03-04 done");
  EXPECT_EQ(at("2016-03-04 17:00").substr(0, 15), "2016-03-04 open");  // it has not happened yet
  friday.done = {{At("2016-03-06 23:59:59")}};
  EXPECT_EQ(at("2016-03-09").substr(0, 20), "2016-03-04 done_late");
  friday.done = {{At("2016-03-07")}};
  EXPECT_EQ(at("2016-03-09"), "2016-03-04 overdue, 2016-03-");  // it counts for the next week
  EXPECT_EQ(Words(ListDuties({{friday}}, At("2016-03-01"), At("2016-03-12"), At("2016-03-09"))), "2016-03-04 overdue, 2016-03-11 done");
  friday.done[0].settles = Day("2016-03-02");
  EXPECT_EQ(Words(ListDuties({{friday}}, At("2016-03-01"), At("2016-03-12"), At("2016-03-09"))), "2016-03-04 done_late, 2016-03-11 open");
  friday.done[0].settles = Day("2016-03-13");  // ahead of its window
  EXPECT_EQ(Words(ListDuties({{friday}}, At("2016-03-01"), At("2016-03-12"), At("2016-03-07"))), "2016-03-04 overdue, 2016-03-11 done");
}

TEST(Duties, DoingsKnownByTheirDate) {
  Duty friday = Every(Recurrence::kWeek, Weekday(5));
  const auto words = [&](const char* day) {
    friday.done = {{.at = At(day), .whole_day = true}};
    return Words(ListDuties({{friday}}, At("2016-03-01"), At("2016-03-07"), At("2016-03-31")));
  };
  EXPECT_EQ(words("2016-03-04"), "2016-03-04 done");
  EXPECT_EQ(words("2016-03-05"), "2016-03-04 done_late");  // not in time for being the instant at which Friday ends
  friday.time = 10 * 3600;
  EXPECT_EQ(words("2016-03-04"), "2016-03-04 done");
  EXPECT_EQ(words("2016-03-05"), "2016-03-04 done_late");
  EXPECT_EQ(words("2016-03-07"), "2016-03-04 overdue");
  Duty call;
  call.schedule = China();
  call.kind = Duty::Kind::kAfter;
  call.allowance = {.amount = 1, .unit = TimeUnit::kWorkingDays};
  call.after = {{At("2016-03-04 10:00")}};
  call.done = {{.at = At("2016-03-04"), .whole_day = true}};
  const auto called = [&] { return Words(ListDuties({{call}}, At("2016-03-01"), {}, At("2016-03-31"))); };
  EXPECT_EQ(called(), "2016-03-07 done");
  call.after = call.done;
  EXPECT_EQ(called(), "2016-03-07 overdue");
}

TEST(Duties, CountsInAWeek) {
  Duty visits = Every(Recurrence::kWeek);
  visits.count = 3;
  visits.done = {{At("2016-03-06 10:00")}, {At("2016-02-29")}, {At("2016-03-07")}};
  const auto words = [&] { return Words(ListDuties({{visits}}, At("2016-02-29"), At("2016-03-14"), At("2016-03-20"))); };
  EXPECT_EQ(words(), "2016-03-06 overdue 2/3, 2016-03-13 overdue 1/3");
  visits.done.push_back({At("2016-03-03 10:00")});
  EXPECT_EQ(words(), "2016-03-06 done 3/3, 2016-03-13 overdue 1/3");
  visits.done.push_back({At("2016-03-05 10:00")});
  const DutyList list = ListDuties({{visits}}, At("2016-02-29"), At("2016-03-07"), At("2016-03-20"));
  EXPECT_EQ(Words(list), "2016-03-06 done 4/3");
  EXPECT_EQ(Local(*list.items[0].done_at), "2016-03-05T10:00");
}

TEST(Duties, RollsOverHolidays) {
  Duty monday = Every(Recurrence::kWeek, Weekday(1));
  monday.roll = Roll::kFollowing;
  // 27 January and 3 February are both due on 3 February.
  EXPECT_EQ(Dates(monday, "2020-01-20", "2020-02-10"), "2020-01-20 2020-02-03 2020-02-03 2020-02-10");
  const auto words = [&] { return Words(ListDuties({{monday}}, At("2020-01-21"), At("2020-02-04"), At("2020-02-12"))); };
  monday.done = {{At("2020-02-03 10:00")}};
  EXPECT_EQ(words(), "2020-02-03 done, 2020-02-03 overdue");
  monday.done.push_back({At("2020-02-03 11:00")});
  EXPECT_EQ(words(), "2020-02-03 done, 2020-02-03 done");
  monday.done = {{At("2020-02-02 10:00")}};  // in the older one's own week
  EXPECT_EQ(words(), "2020-02-03 done, 2020-02-03 overdue");
  monday.done = {{At("2020-02-05 10:00")}};  // the older one's window ends with the day that it is due on
  EXPECT_EQ(words(), "2020-02-03 overdue, 2020-02-03 done_late");
  monday.roll = Roll::kPreceding;
  EXPECT_EQ(Dates(monday, "2020-01-20", "2020-02-10"), "2020-01-20 2020-01-23 2020-02-03 2020-02-10");
  monday.done = {{At("2020-01-23 10:00")}};  // for the week of the 20th, which lacks one, not for that of the 27th
  EXPECT_EQ(words(), "2020-01-23 overdue, 2020-02-03 overdue");
  EXPECT_EQ(Words(ListDuties({{monday}}, At("2020-01-20"), At("2020-02-01"), At("2020-02-12"))), "2020-01-20 done_late, 2020-01-23 overdue");
  monday.done = {{At("2020-01-20 10:00")}, {At("2020-01-23 10:00")}};
  EXPECT_EQ(words(), "2020-01-23 done, 2020-02-03 overdue");
  Duty end = Every(Recurrence::kMonth);
  end.roll = Roll::kModifiedFollowing;
  EXPECT_EQ(Dates(end, "2016-01-01", "2016-04-30"), "2016-01-29 2016-02-29 2016-03-31 2016-04-29");
  end.roll = Roll::kFollowing;
  EXPECT_EQ(Dates(end, "2016-01-01", "2016-04-30"), "2016-02-01 2016-02-29 2016-03-31");
}

TEST(Duties, ZonesWithSummerTime) {
  const Schedule berlin = Office("Europe/Berlin", "weekdays");
  Duty sunday = Every(Recurrence::kWeek);
  sunday.schedule = berlin;
  const DutyList list = ListDuties({{sunday}}, At("2016-03-21", berlin), At("2016-04-04", berlin), At("2016-03-21", berlin));
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_EQ(list.items[0].due.ToString(), "2016-03-28T00:00:00+02:00");  // the clocks went forward that Sunday
  EXPECT_EQ(list.items[0].due.seconds - list.items[0].begin.seconds, 7 * 86400 - 3600);
  sunday.day = Weekday(7);
  sunday.time = 2 * 3600 + 1800;  // skipped on that day: the instant of the change
  EXPECT_EQ(ListDuties({{sunday}}, At("2016-03-21", berlin), At("2016-03-28", berlin), At("2016-03-21", berlin)).items[0].due.ToString(), "2016-03-27T03:00:00+02:00");
}

TEST(Duties, AfterInstants) {
  Duty call;
  call.schedule = China();
  call.kind = Duty::Kind::kAfter;
  call.allowance = {.amount = 1, .unit = TimeUnit::kWorkingDays};
  call.after = {{At("2016-03-04 10:00")}, {At("2016-03-04 11:00")}};  // a Friday
  const auto words = [&](const char* now) { return Words(ListDuties({{call}}, At("2016-03-01"), {}, At(now)), false); };
  EXPECT_EQ(words("2016-03-04 10:30"), "2016-03-07T18:00 open");
  EXPECT_EQ(words("2016-03-07 18:00"), "2016-03-07T18:00 open, 2016-03-07T18:00 open");
  call.done = {{At("2016-03-04 10:00")}};  // not after what calls for it
  EXPECT_EQ(words("2016-03-07 18:01"), "2016-03-07T18:00 overdue, 2016-03-07T18:00 overdue");
  call.done = {{At("2016-03-05 10:00")}, {At("2016-03-08 10:00")}, {At("2016-03-09 10:00")}};
  EXPECT_EQ(words("2016-03-10"), "2016-03-07T18:00 done, 2016-03-07T18:00 done_late");
  call.time = 10 * 3600;
  EXPECT_EQ(words("2016-03-04 12:00"), "2016-03-07T10:00 open, 2016-03-07T10:00 open");
  call.time.reset();
  // By key, and by the day settled.
  call.after[0].key = "A";
  call.after[1].key = "B";
  call.done = {{At("2016-03-05 10:00"), {}, "B"}};
  EXPECT_EQ(words("2016-03-10"), "2016-03-07T18:00 overdue, 2016-03-07T18:00 done");
  // Each doing calls for the next one.
  call.after = call.done = {{At("2016-03-04 10:00")}, {At("2016-03-07 10:00")}, {At("2016-03-10 10:00")}};
  EXPECT_EQ(words("2016-03-10 12:00"), "2016-03-07T18:00 done, 2016-03-08T18:00 done_late, 2016-03-11T18:00 open");
  call.done.back().settles = Day("2016-03-04");
  EXPECT_EQ(words("2016-03-10 12:00"), "2016-03-07T18:00 done, 2016-03-08T18:00 overdue, 2016-03-11T18:00 open");
}

TEST(Duties, ListedDates) {
  Duty greeting;
  greeting.schedule = China();
  greeting.kind = Duty::Kind::kDates;
  greeting.dates = {Day("2016-09-15"), Day("2016-02-08"), Day("2016-06-09"), Day("2016-06-09")};
  EXPECT_EQ(Dates(greeting, "2016-01-01", "2016-12-31"), "2016-02-08 2016-06-09 2016-09-15");
  greeting.lead = 1;
  EXPECT_EQ(Dates(greeting, "2016-01-01", "2016-12-31"), "2016-02-07 2016-06-08 2016-09-14");
  greeting.lead_works = true;
  EXPECT_EQ(Dates(greeting, "2016-01-01", "2016-12-31"), "2016-02-06 2016-06-08 2016-09-14");
  const auto words = [&](const char* now) { return Words(ListDuties({{greeting}}, At("2016-01-01"), {}, At(now))); };
  EXPECT_EQ(words("2016-01-15"), "2016-02-06 open");
  greeting.done = {{At("2016-02-08 12:00")}, {At("2016-06-10")}};  // on the day itself, after the lead; the other is for September
  EXPECT_EQ(words("2016-06-20"), "2016-02-06 done_late, 2016-06-08 overdue, 2016-09-14 done");
  greeting.done[1].settles = Day("2016-06-09");
  EXPECT_EQ(words("2016-06-20"), "2016-02-06 done_late, 2016-06-08 done_late, 2016-09-14 open");
  EXPECT_EQ(words("2016-12-20"), "2016-02-06 done_late, 2016-06-08 done_late, 2016-09-14 overdue");
}

TEST(Duties, WhatComesNext) {
  Duty friday = Every(Recurrence::kWeek, Weekday(5)), end = Every(Recurrence::kMonth);
  const auto words = [&](const char* from, const char* now) { return Words(ListDuties({{friday, end}}, At(from), {}, At(now))); };
  EXPECT_EQ(words("2016-03-01", "2016-03-04"), "2016-03-04 open, 2016-03-31 open");
  EXPECT_EQ(words("2016-03-01", "2016-03-05 12:00"), "2016-03-04 overdue, 2016-03-11 upcoming, 2016-03-31 open");
  EXPECT_EQ(words("2016-05-01", "2016-03-05 12:00"), "2016-05-06 upcoming, 2016-05-31 upcoming");  // before it all begins
}

TEST(Duties, Limits) {
  Duty daily = Every(Recurrence::kDay);
  EXPECT_EQ(ListDuties({{daily}}, At("2000-01-01"), At("2027-05-19"), At("2000-01-01")).items.size(), 10000u);
  EXPECT_EQ(Words(ListDuties({{daily}}, At("2000-01-01"), At("2027-05-20"), At("2000-01-01"))), "too many");
  Duty tenth = Every(Recurrence::kMonth, DayOfMonth(10));
  tenth.roll = Roll::kFollowing;
  EXPECT_EQ(Words(ListDuties({{tenth}}, At("2027-01-01"), {}, At("2027-01-01"))), "problem 1");
  EXPECT_EQ(Dates(Every(Recurrence::kMonth, DayOfMonth(10)), "2027-01-01", "2027-01-31"), "2027-01-10");  // it asks nobody
  Duty december = Every(Recurrence::kMonth, WorkingDay(-1));
  const DutyList list = ListDuties({{december}}, At("2026-12-01"), At("2027-01-01"), At("2026-12-01"));
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(list.flags, kUsedProvisionalDays);
  EXPECT_EQ(list.items[0].flags, kUsedProvisionalDays);
}

// ---- the reference --------------------------------------------------------------------------------

// Every day of four years is asked for the period it lies in; rolls and working days are counted day by day; each doing is given to
// the first window, in the order of time, that holds it and lacks one.
struct Naive {
  struct Row {
    Date first, last, day, due_date;
    std::int64_t begin, end, due, done = 0;
    std::optional<std::int64_t> done_at;
  };
  const Duty& duty;
  const Zone& zone = duty.schedule.zone();
  bool Works(Date d) const { return duty.schedule.IsWorkingDay(d).value; }
  std::string Name(Date d) const {  // of its period
    std::int64_t y;
    int m, k;
    d.ToYmd(&y, &m, &k);
    switch (duty.every) {
      case Recurrence::kWeek: return (Date{d.days - d.Weekday()}).ToString();
      case Recurrence::kMonth: return std::to_string(y) + "m" + std::to_string(m);
      case Recurrence::kQuarter: return std::to_string(y) + "q" + std::to_string((m + 2) / 3);
      case Recurrence::kHalfYear: return std::to_string(y) + (m < 7 ? "h1" : "h2");
      case Recurrence::kYear: return std::to_string(y);
      default: return d.ToString();
    }
  }
  Date Step(Date d, int by) const {
    while (!Works(d)) d.days += by;
    return d;
  }
  Date Rolled(Date d) const {
    if (duty.roll == Roll::kFollowing) return Step(d, 1);
    if (duty.roll == Roll::kPreceding) return Step(d, -1);
    if (duty.roll == Roll::kModifiedFollowing) return Step(d, 1).month() == d.month() ? Step(d, 1) : Step(d, -1);
    return d;
  }
  // The day of a period given by its days.
  std::optional<Date> DayIn(const std::vector<Date>& days) const {
    const int n = duty.day.n;
    switch (duty.day.kind) {
      case DutyDay::Kind::kWeekday:
        for (const Date d : days) if (d.Weekday() == n) return d;
        return {};
      case DutyDay::Kind::kDayOfMonth: {
        std::vector<Date> month;
        for (const Date d : days) if (d.MonthIndex() == days[0].MonthIndex() + duty.day.month - 1) month.push_back(d);
        const int length = static_cast<int>(month.size());
        if (n < 0) return month[static_cast<std::size_t>(std::max(0, length + n))];
        if (n <= length) return month[static_cast<std::size_t>(n - 1)];
        if (duty.day.missing == MonthRoll::kRefuse) return {};
        return Date{month.back().days + (duty.day.missing == MonthRoll::kNext ? 1 : 0)};
      }
      case DutyDay::Kind::kWorkingDay: {
        std::vector<Date> working;
        for (const Date d : days) if (Works(d)) working.push_back(d);
        if (n < 0) std::reverse(working.begin(), working.end());
        const auto k = static_cast<std::size_t>(std::abs(n));
        return k <= working.size() ? std::optional<Date>(working[k - 1]) : std::nullopt;
      }
      default: return days.back();
    }
  }
  std::vector<Row> Rows(Date from, Date to) const {
    std::vector<std::vector<Date>> periods;
    for (Date d = from; d <= to; ++d.days) {
      if (periods.empty() || Name(periods.back()[0]) != Name(d)) periods.emplace_back();
      periods.back().push_back(d);
    }
    std::vector<Row> rows;
    for (std::size_t i = 1; i + 2 < periods.size(); ++i) {  // the outermost are not whole
      if (duty.every == Recurrence::kWorkingDay && !Works(periods[i][0])) continue;
      const std::optional<Date> day = DayIn(periods[i]);
      if (!day) continue;
      Row r{periods[i][0], periods[i].back(), *day, Rolled(*day), 0, 0, 0, 0, {}};
      r.begin = zone.FirstReading(std::min(r.first, r.due_date), 0);
      r.end = zone.FirstReading(std::max(r.last, r.due_date), 86400);
      r.due = zone.FirstReading(r.due_date, duty.time.value_or(86400));
      rows.push_back(r);
    }
    return rows;
  }
  void Deal(std::vector<Row>* rows, const Instant& at) const {
    std::vector<DutyEvent> events = duty.done;
    std::sort(events.begin(), events.end(), [](const DutyEvent& a, const DutyEvent& b) { return a.at < b.at; });
    for (const DutyEvent& e : events) {
      if (at < e.at) continue;
      Row* own = nullptr;
      Row* taken = nullptr;
      for (Row& r : *rows) {
        const bool named = e.settles && r.first <= *e.settles && *e.settles <= r.last;
        const Date day = zone.LocalDate(e.at);
        if (e.settles ? !named : !(r.begin <= e.at.seconds && e.at.seconds < r.end)) continue;
        if (taken == nullptr && r.done < duty.count) taken = &r;
        if (named || (r.first <= day && day <= r.last)) own = &r;
      }
      if (taken == nullptr) taken = own;
      if (taken != nullptr && ++taken->done == duty.count) taken->done_at = e.at.seconds;
    }
  }
};

TEST(Duties, RandomDutiesAsFromDayToDay) {
  std::mt19937 random(20160304);
  const auto pick = [&](int low, int high) { return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1)); };
  std::vector<Schedule> schedules = {China(), Office("Europe/Berlin", "weekdays"), Office("America/Sao_Paulo", "cn")};
  {
    // A company that closes for a whole month.
    ScheduleSpec spec;
    Calendar cn;
    ASSERT_TRUE(Calendar::Builtin("cn", &cn));
    std::vector<CalendarDay> days;
    for (Date d = Day("2016-07-20"); d <= Day("2016-08-25"); ++d.days) days.push_back({d, false, "closed", "company"});
    Diagnostics problems;
    ASSERT_TRUE(cn.With("company", days, &spec.calendar, &problems));
    spec.zone = ZoneOf(kChina);
    spec.versions.push_back(ScheduleVersion::Weekdays("09:00-18:00"));
    Schedule closed;
    ASSERT_TRUE(Schedule::Make(spec, &closed, &problems));
    schedules.push_back(closed);
  }
  const Date begin = Day("2015-06-01"), end = Day("2017-06-30");
  std::size_t items = 0, late = 0, done = 0, overdue = 0;
  for (int round = 0; round < 3000; ++round) {
    Duty duty;
    duty.schedule = schedules[static_cast<std::size_t>(pick(0, 3))];
    duty.every = static_cast<Recurrence>(pick(0, 6));
    const int months = duty.every == Recurrence::kMonth ? 1 : duty.every == Recurrence::kQuarter ? 3 : duty.every == Recurrence::kHalfYear ? 6 : 12;
    const int form = duty.every <= Recurrence::kWorkingDay ? 0 : pick(0, 2);
    if (form == 1) duty.day = WorkingDay(pick(0, 1) ? pick(1, 8) : -pick(1, 8));
    if (form == 2 && duty.every == Recurrence::kWeek) duty.day = Weekday(pick(1, 7));
    if (form == 2 && duty.every > Recurrence::kWeek) duty.day = DayOfMonth(pick(0, 3) ? pick(1, 31) : -pick(1, 31), pick(1, months));
    if (duty.day.n > 28 && duty.day.month < months) duty.day.missing = static_cast<MonthRoll>(pick(0, 2));
    if (duty.every > Recurrence::kWorkingDay && form != 1) duty.roll = static_cast<Roll>(pick(0, 3));
    if (pick(0, 1)) duty.time = 60 * pick(1, 1440);
    duty.count = pick(1, 3);
    const auto moment = [&] { return At((Date{begin.days + pick(0, static_cast<int>(end.days - begin.days))}).ToString(), duty.schedule).seconds + pick(0, 86399); };
    for (int k = pick(0, 60); k > 0; --k) {
      DutyEvent e{{moment(), 0, 0}, {}, {}};
      if (pick(0, 3) == 0) e.settles = Date{duty.schedule.zone().LocalDate(e.at).days + pick(-40, 20)};
      duty.done.push_back(e);
    }
    const Instant from{moment(), 0, 0}, until{moment(), 0, 0}, at{moment(), 0, 0};
    std::vector<Naive::Row> rows = Naive{duty}.Rows({begin.days - 1500}, {end.days + 800});
    Naive{duty}.Deal(&rows, at);
    rows.erase(std::remove_if(rows.begin(), rows.end(), [&](const Naive::Row& r) { return r.due <= from.seconds || r.due > until.seconds; }), rows.end());
    const DutyList list = ListDuties({{duty}}, from, until, at);
    ASSERT_TRUE(list.ok());
    ASSERT_EQ(list.items.size(), rows.size()) << "round " << round;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const DutyOccurrence& o = list.items[i];
      const Naive::Row& r = rows[i];
      const std::string where = "round " + std::to_string(round) + " " + std::string(RecurrenceText(duty.every)) + " due " + o.due_date.ToString() + " at " + at.ToString();
      ASSERT_EQ(o.due_date, r.due_date) << where;
      ASSERT_EQ(o.due.seconds, r.due) << where;
      ASSERT_EQ(o.day, r.day) << where;
      ASSERT_EQ(o.begin.seconds, r.begin) << where;
      ASSERT_EQ(o.end->seconds, r.end) << where;
      ASSERT_EQ(o.done, r.done) << where;
      ASSERT_EQ(o.done_at.has_value(), r.done_at.has_value()) << where;
      const std::string_view status = r.done_at ? *r.done_at <= r.due ? "done" : "done_late" : r.due < at.seconds ? "overdue" : at.seconds < r.begin ? "upcoming" : "open";
      ASSERT_EQ(DutyStatusText(o.status), status) << where;
      if (r.done_at) {
        ASSERT_EQ(o.done_at->seconds, *r.done_at) << where;
      }
      ++items;
      late += o.status == DutyStatus::kDoneLate;
      done += o.status == DutyStatus::kDone;
      overdue += o.status == DutyStatus::kOverdue;
    }
  }
  EXPECT_GT(items, 20000u);
  EXPECT_GT(late, 500u);
  EXPECT_GT(done, 500u);
  EXPECT_GT(overdue, 500u);
}

// The answer about a part of the time is the part of the answer.
TEST(Duties, APartOfTheAnswer) {
  std::mt19937 random(42);
  const auto pick = [&](int low, int high) { return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1)); };
  for (int round = 0; round < 500; ++round) {
    Duty duty;
    duty.schedule = China();
    duty.kind = static_cast<Duty::Kind>(pick(0, 2));
    duty.every = static_cast<Recurrence>(pick(2, 4));
    if (pick(0, 1)) duty.day.kind = DutyDay::Kind::kAfterEnd;
    duty.allowance = {.amount = pick(0, 6), .unit = pick(0, 1) ? TimeUnit::kWorkingDays : TimeUnit::kDays};
    const auto moment = [&] { return Instant{At("2016-01-01").seconds + pick(0, 366 * 86400 - 1), 0, 0}; };
    for (int k = pick(0, 30); k > 0; --k) duty.done.push_back({moment()});
    for (int k = pick(0, 30); k > 0; --k) duty.after.push_back({moment()}), duty.dates.push_back(China().zone().LocalDate(moment()));
    const Instant at = moment(), from = moment(), until = moment();
    const DutyList whole = ListDuties({{duty}}, At("2015-12-01"), At("2017-01-01"), at), part = ListDuties({{duty}}, from, until, at);
    ASSERT_TRUE(whole.ok() && part.ok());
    std::vector<DutyOccurrence> expected;
    for (const DutyOccurrence& o : whole.items) {
      if (from < o.due && o.due <= until) expected.push_back(o);
    }
    ASSERT_EQ(part.items.size(), expected.size()) << round;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_EQ(part.items[i].due, expected[i].due) << round;
      ASSERT_EQ(part.items[i].status, expected[i].status) << round << " " << expected[i].due_date.ToString();
      ASSERT_EQ(part.items[i].done, expected[i].done) << round;
    }
  }
}

TEST(Duties, Words) {
  for (int i = 0; i <= static_cast<int>(Recurrence::kYear); ++i) {
    Recurrence r = Recurrence::kDay;
    EXPECT_TRUE(RecurrenceFromText(RecurrenceText(static_cast<Recurrence>(i)), &r));
    EXPECT_EQ(static_cast<int>(r), i);
  }
  Recurrence r = Recurrence::kDay;
  EXPECT_FALSE(RecurrenceFromText("fortnight", &r));
}

}  // namespace
}  // namespace ordain
