// Calendars and schedules: the traps that such libraries fall into, one by one, and the laws that must hold for all
// inputs, on a million random ones. Computed answers row by row are in tests/time_oracle_test.cc.
#include "ordain/calendar.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <climits>
#include <filesystem>
#include <map>
#include <random>
#include <thread>

#include "base/sha256.hpp"
#include "ordain/json.hpp"
#include "testing/shared.hpp"

namespace ordain {
namespace {

constexpr const char* kOffice = "09:00-12:00 13:30-18:00";

Date D(const char* text) {
  Date d;
  EXPECT_TRUE(Date::Parse(text, &d)) << text;
  return d;
}
Instant I(const std::string& text) {
  Instant i;
  EXPECT_TRUE(Instant::Parse(text, &i)) << text;
  return i;
}
Instant Local(const std::string& text) { return I(text + "+08:00"); }  // of Shanghai, since 1991

Calendar Cn(UnknownDays unknown = UnknownDays::kError) {
  Calendar calendar;
  Calendar::Options options;
  options.unknown = unknown;
  EXPECT_TRUE(Calendar::Builtin("cn", options, &calendar));
  return calendar;
}
Schedule Make(const Calendar& calendar, const char* zone, ScheduleVersion version) {
  ScheduleSpec spec;
  Schedule schedule;
  Diagnostics found;
  spec.id = "test";
  spec.calendar = calendar;
  spec.versions = {std::move(version)};
  EXPECT_TRUE(Zone::Load(zone, &spec.zone)) << zone;
  EXPECT_TRUE(Schedule::Make(spec, &schedule, &found)) << (found.empty() ? "" : found[0].Format());
  return schedule;
}
ScheduleVersion Daily(const char* hours, const char* weekdays = "1234567") {
  ScheduleVersion version;
  for (const char* c = weekdays; *c != 0; ++c) EXPECT_TRUE(OpenWindow::Parse(hours, &version.week[static_cast<std::size_t>(*c - '1')]));
  return version;
}
const Schedule& Office() {
  static const Schedule kSchedule = Make(Cn(), "Asia/Shanghai", ScheduleVersion::Weekdays(kOffice));
  return kSchedule;
}
std::string Text(const Timed<Date>& t) { return t.ok() ? t.value.ToString() : "problem " + std::to_string(static_cast<int>(t.problem)); }
std::string Text(const Timed<Instant>& t) {
  return t.ok() ? t.value.ToString().substr(0, 19) : "problem " + std::to_string(static_cast<int>(t.problem));
}
std::string DueText(const std::string& start, std::int64_t n, TimeUnit unit, Allowance allowance = {}) {
  allowance.amount = n;
  allowance.unit = unit;
  return Text(Office().Due(Local(start), allowance));
}
bool Load(const std::vector<std::string>& texts, Calendar* out, Diagnostics* found, Calendar::Options options = {}) {
  std::vector<CalendarFile> files;
  for (std::size_t i = 0; i < texts.size(); ++i) files.push_back({"file" + std::to_string(i), texts[i]});
  options.id = "test";
  return Calendar::FromJson(files, options, out, found);
}
std::string Codes(const Diagnostics& found) {
  std::string out;
  for (const Diagnostic& d : found) out += std::string(CodeText(d.code)) + "@" + d.file + d.path + " ";
  return out;
}

// ---- the data -------------------------------------------------------------------------------------

TEST(CalendarData, IsTheShippedFilesUnchanged) {
  const std::string folder = std::string(ORDAIN_SOURCE_DIR) + "/rules/calendars/cn/";
  json::Node head;
  Diagnostics found;
  ASSERT_TRUE(json::Parse(testing::ReadWhole(folder + "provenance.json"), {}, "", &head, &found));
  const json::Node* sums = head.Find("sha256");
  ASSERT_NE(sums, nullptr);
  EXPECT_EQ(sums->members.size(), 22u);
  for (const json::Member& m : sums->members) EXPECT_EQ(Sha256Hex(testing::ReadWhole(folder + m.key)), m.value.text) << m.key;
  Calendar from_folder;
  ASSERT_TRUE(Calendar::FromFolder(folder, {}, &from_folder, &found)) << Codes(found);
  EXPECT_EQ(from_folder.info().hash, Cn().info().hash);
}

TEST(CalendarData, SaysWhatItKnows) {
  const Calendar cn = Cn();
  const CalendarInfo& info = cn.info();
  EXPECT_EQ(info.id, "cn");
  EXPECT_EQ(info.version, "holiday-cn d4e53bf (2026-08-07)");
  EXPECT_EQ(info.hash.size(), 64u);
  EXPECT_EQ(info.known_from, D("2007-01-01"));
  EXPECT_EQ(info.known_to, D("2026-12-31"));  // the file of 2027 is empty: unknown, not without holidays
  EXPECT_EQ(info.provisional_from, D("2026-12-01"));
  EXPECT_EQ(Cn().days().size(), 678u);
}

TEST(CalendarData, DifferentContentHasAnotherHash) {
  EXPECT_NE(Cn(UnknownDays::kWeekday).info().hash, Cn().info().hash);  // it answers differently
  Calendar company;
  Diagnostics found;
  ASSERT_TRUE(Cn().With("company", {{D("2024-02-09"), false, "shutdown", ""}}, &company, &found));
  EXPECT_NE(company.info().hash, Cn().info().hash);
  EXPECT_NE(company.info().version, Cn().info().version);
}

TEST(CalendarData, BuiltinNamesAreThese) {
  Calendar calendar;
  EXPECT_TRUE(Calendar::Builtin("weekdays", &calendar));
  EXPECT_FALSE(Calendar::Builtin("CN", &calendar));
}

TEST(CalendarData, AFolderThatCannotBeReadIsNoCalendar) {
  const std::filesystem::path folder = std::filesystem::path(::testing::TempDir()) / "ordain_calendar_test";
  std::filesystem::create_directories(folder / "2024.json");  // a folder where a file is wanted
  Calendar calendar;
  for (const std::string& path : {folder.string(), (folder / "2024.json").string(), (folder / "none").string()}) {
    Diagnostics found;
    EXPECT_FALSE(Calendar::FromFolder(path, {}, &calendar, &found));
    EXPECT_EQ(Codes(found), "cannot_read@ ") << path;
  }
  std::filesystem::remove_all(folder);
}

// ---- traps of the data ------------------------------------------------------------------------------

TEST(CalendarTraps, MakeUpDaysWorkAndHolidaysDoNot) {
  const Calendar cn = Cn();
  EXPECT_TRUE(cn.IsWorkingDay(D("2024-02-04")).value);   // a Sunday made up for
  EXPECT_TRUE(cn.IsMakeUpDay(D("2024-02-04")));
  EXPECT_FALSE(cn.IsWorkingDay(D("2024-02-12")).value);  // a Monday of Spring Festival
  EXPECT_EQ(cn.Listed(D("2024-02-12"))->source, "cn");
  // Make-up Saturday and rest Friday of one week: 2021-09-18 (works), 2024-09-14 (works), 2024-09-16 and 17 (rest).
  EXPECT_EQ(Text(cn.AddWorkingDays(D("2024-09-13"), 1)), "2024-09-14");
  EXPECT_EQ(Text(cn.AddWorkingDays(D("2024-09-14"), 1)), "2024-09-18");
  EXPECT_EQ(Text(cn.AddWorkingDays(D("2023-06-21"), 1)), "2023-06-25");  // Thursday to Saturday rest, Sunday works
}

TEST(CalendarTraps, TenRestDaysAndNineWorkDaysInARow) {
  const Calendar cn = Cn();
  EXPECT_EQ(cn.WorkingDaysBetween(D("2020-01-23"), D("2020-02-02")).value, 0);
  EXPECT_EQ(Text(cn.AddWorkingDays(D("2020-01-23"), 1)), "2020-02-03");
  EXPECT_EQ(cn.WorkingDaysBetween(D("2008-01-27"), D("2008-02-05")).value, 9);
  EXPECT_EQ(Text(cn.AddWorkingDays(D("2008-02-05"), 1)), "2008-02-13");
}

TEST(CalendarTraps, MonthsOfSixteenAndTwentyThreeWorkingDays) {
  std::map<std::int64_t, int> months;
  const Calendar cn = Cn();
  for (Date d = D("2007-01-01"); d <= D("2026-12-31"); ++d.days) months[d.MonthIndex()] += cn.IsWorkingDay(d).value ? 1 : 0;
  std::map<int, int> lengths;
  for (const auto& [month, n] : months) {
    ++lengths[n];
    const Date first = Date::FromYmd(month / 12, static_cast<int>(month % 12) + 1, 1);
    for (const int nth : {n, n + 1, -n, -n - 1, 0}) {
      MonthRule rule{MonthRule::Kind::kNthWorkingDay, nth, 0, Roll::kNone};
      const Timed<Date> day = cn.Apply(rule, first);
      if (nth == n || nth == -n) {
        EXPECT_TRUE(day.ok());
        EXPECT_EQ(day.value.MonthIndex(), month);
      } else {
        EXPECT_EQ(day.problem, TimeProblem::kNoSuchDay);
      }
    }
  }
  EXPECT_GT(lengths[16], 0);
  EXPECT_GT(lengths[23], 0);
  EXPECT_EQ(lengths.rbegin()->first, 23);
}

TEST(CalendarTraps, DecemberOfTheNextNotice) {
  const Calendar cn = Cn();
  EXPECT_FALSE(cn.IsWorkingDay(D("2018-12-31")).value);  // in the file of 2019
  EXPECT_TRUE(cn.IsWorkingDay(D("2018-12-29")).value);   // a Saturday
  // So the last December is provisional, and so are answers that rest on it.
  EXPECT_EQ(cn.IsWorkingDay(D("2026-11-30")).flags, 0);
  EXPECT_EQ(cn.IsWorkingDay(D("2026-12-01")).flags, kUsedProvisionalDays);
  EXPECT_EQ(cn.AddWorkingDays(D("2026-11-28"), 3).flags, kUsedProvisionalDays);
  EXPECT_EQ(cn.AddWorkingDays(D("2026-11-20"), 3).flags, 0);
  EXPECT_EQ(Office().Add(Local("2026-11-30T17:00:00"), 3600).flags, 0);
  EXPECT_EQ(Office().Add(Local("2026-11-30T17:00:00"), 3601).flags, kUsedProvisionalDays);
}

TEST(CalendarTraps, UnknownYearsAreAProblemOrFlagged) {
  const Calendar strict = Cn(), weekday = Cn(UnknownDays::kWeekday), statutory = Cn(UnknownDays::kStatutory);
  for (const char* day : {"2006-12-30", "2027-01-04", "2106-01-04"}) {  // the first is listed, in the file of 2007
    EXPECT_EQ(strict.IsWorkingDay(D(day)).problem, TimeProblem::kUnknownDays) << day;
    EXPECT_EQ(weekday.IsWorkingDay(D(day)).flags, kUsedUnknownDays) << day;
  }
  EXPECT_EQ(strict.AddWorkingDays(D("2026-12-30"), 1).value, D("2026-12-31"));
  EXPECT_EQ(strict.AddWorkingDays(D("2026-12-30"), 2).problem, TimeProblem::kUnknownDays);
  EXPECT_EQ(weekday.AddWorkingDays(D("2026-12-30"), 2).flags, kUsedUnknownDays | kUsedProvisionalDays);
  EXPECT_EQ(strict.WorkingDaysBetween(D("2026-12-31"), D("2027-01-01")).problem, TimeProblem::kUnknownDays);
  EXPECT_EQ(strict.WorkingDaysBetween(D("2006-12-31"), D("2007-01-04")).value, 1);  // rests on 1 to 4 January
  EXPECT_EQ(strict.Explain(TimeProblem::kUnknownDays).Format(),
            "error: calendar `cn` knows only 2007-01-01 to 2026-12-31 [unknown_days]; load the newest notice, or choose a policy for unknown days");
  // By law 2027 has 13 rest days on weekdays, among them the Monday of Spring Festival, which the weekday policy works.
  int rest = 0;
  for (Date d = D("2027-01-01"); d <= D("2027-12-31"); ++d.days) rest += d.Weekday() <= 5 && !statutory.IsWorkingDay(d).value ? 1 : 0;
  EXPECT_EQ(rest, 13);
  EXPECT_TRUE(weekday.IsWorkingDay(D("2027-02-08")).value);
  EXPECT_FALSE(statutory.IsWorkingDay(D("2027-02-08")).value);
  EXPECT_EQ(statutory.IsWorkingDay(D("2027-02-08")).flags, kUsedUnknownDays);
  EXPECT_EQ(statutory.IsWorkingDay(D("2006-06-01")).problem, TimeProblem::kUnknownDays);  // the law of then is not listed
  EXPECT_EQ(statutory.IsWorkingDay(D("2099-06-01")).problem, TimeProblem::kUnknownDays);
}

TEST(CalendarTraps, EmptyYearFile) {
  Calendar calendar;
  Diagnostics found;
  const std::string y2024 = R"({"year": 2024, "papers": [], "days": [{"name": "n", "date": "2024-01-01", "isOffDay": true}]})";
  ASSERT_TRUE(Load({y2024, R"({"year": 2025, "papers": [], "days": []})"}, &calendar, &found)) << Codes(found);
  EXPECT_EQ(calendar.info().known_to, D("2024-12-31"));
  EXPECT_FALSE(Load({R"({"year": 2025, "papers": [], "days": []})"}, &calendar, &found));
  EXPECT_EQ(Codes(found), "bad_calendar@ ");
  found.clear();  // an empty year between known ones is a gap
  EXPECT_FALSE(Load({y2024, R"({"year": 2025, "days": []})", R"({"year": 2026, "days": [{"date": "2026-01-01", "isOffDay": true}]})"}, &calendar, &found));
  EXPECT_EQ(found.at(0).Message(), "calendar: the year 2025 is missing between known ones");
}

TEST(CalendarTraps, BadDataIsReportedWhereItStands) {
  Calendar calendar;
  const auto codes = [&](const std::string& days, const std::string& more = {}) {
    Diagnostics found;
    std::vector<std::string> files{R"({"year": 2024, "papers": [], "days": [)" + days + "]}"};
    if (!more.empty()) files.push_back(more);
    EXPECT_FALSE(Load(files, &calendar, &found));
    return Codes(found);
  };
  const std::string first = R"({"name": "a", "date": "2024-01-01", "isOffDay": true})";
  EXPECT_EQ(codes(first + "," + first), "duplicate_day@file0/days/1 ");
  EXPECT_EQ(codes(first + R"(,{"name": "a", "date": "2024-01-01", "isOffDay": false})"), "contradictory_day@file0/days/1 ");
  EXPECT_EQ(codes(first, R"({"year": 2025, "days": [{"date": "2024-12-31", "isOffDay": true}, {"date": "2024-01-01", "isOffDay": true}]})"),
            "bad_calendar@file1/days/1 bad_calendar@file1/days/1 duplicate_day@file1/days/1 ");  // unsorted, and out of its year
  EXPECT_EQ(codes(R"({"name": "a", "date": "2024-02-30", "isOffDay": true})"), "bad_calendar@file0/days/0/date ");
  EXPECT_EQ(codes(R"({"name": "a", "date": "2023-11-30", "isOffDay": true})"), "bad_calendar@file0/days/0 ");
  EXPECT_EQ(codes(R"({"name": "a", "date": "2024-01-01"})"), "missing_key@file0/days/0 ");
  EXPECT_EQ(codes(R"({"date": "2024-01-01", "isOffDay": 1})"), "wrong_json_type@file0/days/0/isOffDay ");
  EXPECT_EQ(codes(R"({"date": "2024-01-01", "isOffDay": true, "isoffDay": true})"), "unknown_key@file0/days/0/isoffDay ");
  EXPECT_EQ(codes(first, R"({"year": 2024, "days": []})"), "bad_calendar@file1/year ");
  EXPECT_EQ(codes(first, "[1]"), "wrong_json_type@file1/0 ");
  EXPECT_EQ(codes(first, "{"), "bad_json@file1 ");
}

TEST(CalendarTraps, ListedWorkOnAWeekdayIsNoMakeUpDay) {
  const Calendar cn = Cn();
  EXPECT_TRUE(cn.IsWorkingDay(D("2020-02-03")).value);  // isOffDay false on a Monday: the extended holiday ended
  EXPECT_FALSE(cn.IsMakeUpDay(D("2020-02-03")));
}

TEST(CalendarTraps, OverlaysHoldBeforeTheNotices) {
  Calendar company, region;
  Diagnostics found;
  ASSERT_TRUE(Cn().With({"company.json", R"({"overlay": "company", "days": [
    {"name": "annual outing", "date": "2024-05-17", "isOffDay": true}, {"name": "stock taking", "date": "2024-02-12", "isOffDay": false}]})"}, &company, &found));
  EXPECT_EQ(company.info().id, "cn+company");
  EXPECT_FALSE(company.IsWorkingDay(D("2024-05-17")).value);
  EXPECT_TRUE(company.IsWorkingDay(D("2024-02-12")).value);
  EXPECT_EQ(company.Listed(D("2024-02-12"))->source, "company");
  EXPECT_TRUE(Cn().IsWorkingDay(D("2024-05-17")).value);  // the one below did not change
  ASSERT_TRUE(company.With({"", R"({"off": ["2024-05-20"], "work": ["2024-05-17"]})"}, &region, &found));
  EXPECT_TRUE(region.IsWorkingDay(D("2024-05-17")).value);
  EXPECT_FALSE(region.IsWorkingDay(D("2024-05-20")).value);
  EXPECT_FALSE(Cn().With({"", R"({"off": ["2024-05-20"], "work": ["2024-05-20"]})"}, &region, &found));
  EXPECT_EQ(Codes(found), "contradictory_day@/work/0 ");
  found.clear();
  EXPECT_FALSE(Cn().With({"", R"({"overlya": "x"})"}, &region, &found));
  EXPECT_EQ(found.at(0).hint, "did you mean `overlay`?");
  found.clear();
  EXPECT_FALSE(Cn().With({"", R"({"off": ["2924-05-20"]})"}, &region, &found));  // which could never be asked
  EXPECT_EQ(Codes(found), "bad_calendar@ ");
}

// ---- traps of receipt ---------------------------------------------------------------------------------

TEST(CalendarTraps, TheDayOfReceiptDoesNotCountAtWhateverHour) {
  for (const char* time : {"00:00:00", "09:00:00", "12:00:00", "12:30:00", "18:00:00", "23:59:59"}) {
    EXPECT_EQ(DueText("2024-03-15T" + std::string(time), 1, TimeUnit::kWorkingDays), "2024-03-18T18:00:00") << time;   // Friday
    EXPECT_EQ(DueText("2024-03-16T" + std::string(time), 1, TimeUnit::kWorkingDays), "2024-03-18T18:00:00") << time;   // Saturday: not rolled first
    EXPECT_EQ(DueText("2024-03-17T" + std::string(time), -1, TimeUnit::kWorkingDays), "2024-03-15T18:00:00") << time;
    EXPECT_EQ(DueText("2024-03-15T" + std::string(time), 7, TimeUnit::kDays), "2024-03-23T00:00:00") << time;          // until 24:00 of the 22nd
  }
  Allowance counted{.count_receipt_day = true};
  EXPECT_EQ(DueText("2024-03-15T10:00:00", 1, TimeUnit::kWorkingDays, counted), "2024-03-15T18:00:00");
  EXPECT_EQ(DueText("2024-03-16T10:00:00", 1, TimeUnit::kWorkingDays, counted), "2024-03-18T18:00:00");
  EXPECT_EQ(DueText("2024-03-15T10:00:00", 3, TimeUnit::kWorkingDays, counted), "2024-03-19T18:00:00");
}

TEST(CalendarTraps, CutOff) {
  Allowance cut{.cutoff = 16 * 3600};
  EXPECT_EQ(DueText("2024-03-15T15:59:59", 1, TimeUnit::kWorkingDays, cut), "2024-03-18T18:00:00");
  EXPECT_EQ(DueText("2024-03-15T16:00:00", 1, TimeUnit::kWorkingDays, cut), "2024-03-19T18:00:00");
  EXPECT_EQ(DueText("2024-03-16T08:00:00", 1, TimeUnit::kWorkingDays, cut), "2024-03-19T18:00:00");
  EXPECT_EQ(DueText("2024-03-15T16:00:00", 0, TimeUnit::kWorkingDays, cut), "2024-03-18T18:00:00");
  cut.count_receipt_day = true;
  EXPECT_EQ(DueText("2024-03-15T16:00:00", 1, TimeUnit::kWorkingDays, cut), "2024-03-18T18:00:00");
  cut.end = DayEnd::kMidnight;
  EXPECT_EQ(DueText("2024-03-15T15:00:00", 1, TimeUnit::kWorkingDays, cut), "2024-03-16T00:00:00");
}

TEST(CalendarTraps, ZeroNegativeAndHugeCounts) {
  EXPECT_EQ(DueText("2024-03-15T17:00:00", 0, TimeUnit::kWorkingDays), "2024-03-15T18:00:00");
  EXPECT_EQ(DueText("2024-03-15T18:00:00", 0, TimeUnit::kWorkingDays), "2024-03-15T18:00:00");
  EXPECT_EQ(DueText("2024-03-15T18:00:01", 0, TimeUnit::kWorkingDays), "2024-03-18T18:00:00");
  const Calendar cn = Cn(), weekday = Cn(UnknownDays::kWeekday);
  EXPECT_EQ(Text(cn.AddWorkingDays(D("2024-03-16"), 0)), "2024-03-18");
  EXPECT_EQ(Text(cn.AddWorkingDays(D("2024-03-15"), 0)), "2024-03-15");
  for (const std::int64_t n : {std::int64_t{INT_MAX}, std::int64_t{INT64_MAX}, std::int64_t{INT_MIN}, std::int64_t{INT64_MIN}}) {
    EXPECT_EQ(cn.AddWorkingDays(D("2024-03-15"), n).problem, TimeProblem::kUnknownDays);
    EXPECT_EQ(weekday.AddWorkingDays(D("2024-03-15"), n).problem, TimeProblem::kBeyondHorizon);
    EXPECT_FALSE(Office().AddSeconds(I("2024-03-15T00:00:00Z").seconds, n).ok());
    EXPECT_FALSE(Office().NextOpen(n).ok());
    EXPECT_FALSE(Office().PreviousClose(n == INT64_MIN ? n + 1 : n).ok());
    EXPECT_FALSE(Office().SecondsBetween(0, n).ok());
    EXPECT_FALSE(Office().IsOpen(n).ok());
    for (const TimeUnit unit : {TimeUnit::kMinutes, TimeUnit::kHours, TimeUnit::kBusinessHours, TimeUnit::kWorkingDays, TimeUnit::kMonths}) {
      if (unit == TimeUnit::kMinutes && n == INT_MAX) continue;  // some four thousand years: elapsed time needs no calendar
      EXPECT_FALSE(Office().Due(Local("2024-03-15T10:00:00"), {.amount = n, .unit = unit}).ok() && n == INT64_MAX) << n;
    }
  }
  EXPECT_EQ(cn.AddWorkingDays(Date{INT64_MAX}, 1).problem, TimeProblem::kBeyondHorizon);
  EXPECT_EQ(cn.AddWorkingDays(Date{INT64_MIN + 1}, 1).problem, TimeProblem::kBeyondHorizon);
  EXPECT_EQ(cn.WorkingDaysBetween(Date{INT64_MIN + 1}, Date{INT64_MAX}).problem, TimeProblem::kBeyondHorizon);
  EXPECT_EQ(cn.Apply({MonthRule::Kind::kEndOfMonth, 0, INT64_MAX, Roll::kNone}, D("2024-03-15")).problem, TimeProblem::kBeyondHorizon);
}

TEST(CalendarTraps, ReversedRanges) {
  const Calendar cn = Cn();
  EXPECT_EQ(cn.WorkingDaysBetween(D("2024-03-15"), D("2024-03-18")).value, 1);
  EXPECT_EQ(cn.WorkingDaysBetween(D("2024-03-18"), D("2024-03-15")).value, -1);
  const std::int64_t a = Local("2024-03-15T11:00:00").seconds, b = Local("2024-03-18T14:00:00").seconds;
  EXPECT_EQ(Office().SecondsBetween(a, b).value, 3600 + 16200 + 10800 + 1800);
  EXPECT_EQ(Office().SecondsBetween(b, a).value, -(3600 + 16200 + 10800 + 1800));
}

TEST(CalendarTraps, DueExactlyAtClosingTime) {
  EXPECT_EQ(DueText("2024-03-15T17:00:00", 60, TimeUnit::kBusinessMinutes), "2024-03-15T18:00:00");  // not Monday 09:00
  EXPECT_EQ(DueText("2024-03-15T11:00:00", 60, TimeUnit::kBusinessMinutes), "2024-03-15T12:00:00");  // not 13:30
  EXPECT_EQ(DueText("2024-03-15T17:00:00", 61, TimeUnit::kBusinessMinutes), "2024-03-18T09:01:00");
  EXPECT_EQ(DueText("2024-03-15T17:00:00", 8, TimeUnit::kBusinessHours), "2024-03-18T17:30:00");
  EXPECT_EQ(DueText("2024-03-15T12:00:00", 0, TimeUnit::kBusinessMinutes), "2024-03-15T13:30:00");   // the next opening
  EXPECT_EQ(DueText("2024-03-18T09:00:00", -60, TimeUnit::kBusinessMinutes), "2024-03-15T17:00:00");
  EXPECT_EQ(DueText("2024-03-18T10:00:00", -60, TimeUnit::kBusinessMinutes), "2024-03-18T09:00:00"); // the latest: not Friday 18:00
}

TEST(CalendarTraps, UnitsAreNeverConverted) {
  EXPECT_EQ(DueText("2024-03-15T17:00:00", 48, TimeUnit::kHours), "2024-03-17T17:00:00");  // elapsed: no calendar
  Allowance roll{.roll = Roll::kFollowing};
  EXPECT_EQ(DueText("2024-03-15T17:00:00", 48, TimeUnit::kHours, roll), "2024-03-18T09:00:00");
  EXPECT_EQ(DueText("2024-03-15T17:00:00", 1, TimeUnit::kHours, roll), "2024-03-15T18:00:00");
  EXPECT_EQ(DueText("2024-03-15T17:00:00", 24, TimeUnit::kHours, {.roll = Roll::kPreceding}), "2024-03-15T18:00:00");
  EXPECT_EQ(DueText("2024-03-16T10:00:00", 1, TimeUnit::kHours, {.roll = Roll::kPreceding}), "problem 4");  // before the start
  TimeUnit unit;
  EXPECT_FALSE(TimeUnitFromText("d", &unit));
  EXPECT_FALSE(TimeUnitFromText("days", &unit));
  EXPECT_TRUE(TimeUnitFromText("wd", &unit));
  EXPECT_EQ(unit, TimeUnit::kWorkingDays);
}

TEST(CalendarTraps, DatesRollAsDeclared) {
  const auto roll = [](Roll r) { return Allowance{.roll = r}; };
  EXPECT_EQ(DueText("2024-03-15T10:00:00", 1, TimeUnit::kDays), "2024-03-17T00:00:00");
  EXPECT_EQ(DueText("2024-03-15T10:00:00", 1, TimeUnit::kDays, roll(Roll::kFollowing)), "2024-03-19T00:00:00");
  EXPECT_EQ(DueText("2024-03-15T10:00:00", 1, TimeUnit::kDays, roll(Roll::kPreceding)), "2024-03-16T00:00:00");
  EXPECT_EQ(DueText("2024-09-12T10:00:00", 2, TimeUnit::kDays, roll(Roll::kFollowing)), "2024-09-15T00:00:00");  // a make-up Saturday is no rest day
  EXPECT_EQ(DueText("2024-03-29T10:00:00", 2, TimeUnit::kDays, roll(Roll::kModifiedFollowing)), "2024-03-30T00:00:00");
  EXPECT_EQ(DueText("2024-03-16T10:00:00", 1, TimeUnit::kDays, roll(Roll::kPreceding)), "problem 4");  // would be due before it began
}

TEST(CalendarTraps, MonthsFromTheAnchorInOneStep) {
  EXPECT_EQ(DueText("2024-01-31T10:00:00", 1, TimeUnit::kMonths), "2024-03-01T00:00:00");  // until 24:00 of 29 February
  EXPECT_EQ(DueText("2024-01-31T10:00:00", 2, TimeUnit::kMonths), "2024-04-01T00:00:00");
  for (int k = 1; k <= 24; ++k) {  // the 31st + k months never drifts
    Timed<Date> day = Cn().Apply({MonthRule::Kind::kAnniversary, 0, k, Roll::kNone}, D("2020-12-31"));
    EXPECT_EQ(day.value, EndOfMonth(day.value)) << k;
  }
  EXPECT_EQ(Text(Cn().Apply({MonthRule::Kind::kAnniversary, 0, 12, Roll::kNone}, D("2024-02-29"))), "2025-02-28");
  EXPECT_EQ(Text(Cn().Apply({MonthRule::Kind::kAnniversary, 0, -48, Roll::kNone}, D("2024-02-29"))), "2020-02-29");
  EXPECT_EQ(Text(Cn().Apply({MonthRule::Kind::kStickyAnniversary, 0, 1, Roll::kNone}, D("2024-02-29"))), "2024-03-31");
  EXPECT_EQ(Text(Cn().Apply({MonthRule::Kind::kAnniversary, 0, 1, Roll::kNone}, D("2024-02-29"))), "2024-03-29");
  EXPECT_EQ(Text(Cn().Apply({MonthRule::Kind::kDayOfMonth, 31, -2, Roll::kNone}, D("2024-01-15"))), "2023-11-30");
  MonthRule rule;
  for (const char* good : {"dom:10;months:1;roll:following", "eom;months:-1;roll:none", "anniv;months:12", "annivsticky;months:0;roll:preceding", "nthwd:-1;months:0"}) {
    EXPECT_TRUE(MonthRule::Parse(good, &rule)) << good;
  }
  for (const char* bad : {"", "dom;months:1", "dom:32;months:1", "eom:3;months:1", "eom", "eom;months:", "eom;months:1;roll:up", "eom;months:1;months:1",
                          "nthwd:1;months:0;roll:none", "eom;months:1;", "eom;months:1x"}) {
    EXPECT_FALSE(MonthRule::Parse(bad, &rule)) << bad;
  }
}

// ---- traps of pauses ------------------------------------------------------------------------------------

Schedule::DueAnswer Paused(const char* start, Allowance allowance, const std::vector<Pause>& pauses, DueTrace* trace = nullptr) {
  return Office().Due(Local(start), allowance, pauses, trace);
}

TEST(CalendarTraps, Pauses) {
  const Allowance two_hours{.amount = 2, .unit = TimeUnit::kBusinessHours};
  const auto p = [](const char* a, const char* b) { return Pause{Local(a), b == nullptr ? std::optional<Instant>() : Local(b)}; };
  const auto text = [&](std::vector<Pause> pauses) {
    const Schedule::DueAnswer a = Paused("2024-03-15T09:00:00", two_hours, pauses);
    return a.paused ? "paused" : Text(a.due);
  };
  EXPECT_EQ(text({}), "2024-03-15T11:00:00");
  EXPECT_EQ(text({p("2024-03-15T11:00:00", "2024-03-15T16:00:00")}), "2024-03-15T11:00:00");  // begins when it is due: too late
  EXPECT_EQ(text({p("2024-03-15T11:00:00", nullptr)}), "2024-03-15T11:00:00");
  EXPECT_EQ(text({p("2024-03-15T10:59:59", nullptr)}), "paused");
  EXPECT_EQ(text({p("2024-03-15T10:00:00", "2024-03-15T11:30:00")}), "2024-03-15T14:00:00");  // over lunch, which is not counted twice
  EXPECT_EQ(text({p("2024-03-14T19:00:00", "2024-03-15T08:00:00")}), "2024-03-15T11:00:00");  // wholly outside hours
  EXPECT_EQ(text({p("2024-03-15T09:30:00", "2024-03-15T10:30:00"), p("2024-03-15T10:00:00", "2024-03-15T10:45:00")}), "2024-03-15T13:45:00");
  EXPECT_EQ(text({p("2024-03-15T09:30:00", "2024-03-15T09:30:00")}), "2024-03-15T11:00:00");  // empty
  EXPECT_EQ(text({p("2024-03-15T09:30:00", nullptr), p("2024-03-15T10:00:00", "2024-03-15T10:45:00")}), "paused");
  // Elapsed time: the pause's wall clock. Working days: the working days of (pause, resume].
  EXPECT_EQ(Text(Paused("2024-03-15T09:00:00", {.amount = 4, .unit = TimeUnit::kHours}, {p("2024-03-15T10:00:00", "2024-03-16T10:00:00")}).due), "2024-03-16T13:00:00");
  EXPECT_EQ(Text(Paused("2024-03-15T09:00:00", {.amount = 3, .unit = TimeUnit::kWorkingDays}, {p("2024-03-16T10:00:00", "2024-03-19T10:00:00")}).due), "2024-03-22T18:00:00");
  EXPECT_EQ(Text(Paused("2024-03-15T09:00:00", {.amount = 3, .unit = TimeUnit::kDays}, {p("2024-03-16T10:00:00", "2024-03-19T10:00:00")}).due), "2024-03-22T00:00:00");
  EXPECT_EQ(Text(Paused("2024-03-15T09:00:00", {.amount = 1, .unit = TimeUnit::kMonths}, {p("2024-03-16T10:00:00", "2024-03-19T10:00:00")}).due), "2024-04-16T00:00:00");
  // Nothing is due within a pause: resumed on the 21st after hours, and on a day of rest.
  EXPECT_EQ(Text(Paused("2024-03-15T09:00:00", {.amount = 3, .unit = TimeUnit::kWorkingDays}, {p("2024-03-20T10:00:00", "2024-03-21T20:00:00")}).due), "2024-03-22T18:00:00");
  EXPECT_EQ(Text(Paused("2024-03-15T09:00:00", {.amount = 1, .unit = TimeUnit::kWorkingDays}, {p("2024-03-22T10:00:00", "2024-03-23T20:00:00")}).due), "2024-03-18T18:00:00");
  EXPECT_EQ(Text(Paused("2024-03-14T09:00:00", {.amount = 1, .unit = TimeUnit::kWorkingDays}, {p("2024-03-15T10:00:00", "2024-03-16T20:00:00")}).due), "2024-03-18T18:00:00");
  EXPECT_TRUE(Paused("2024-03-15T09:00:00", {.amount = 3, .unit = TimeUnit::kWorkingDays}, {p("2024-03-20T17:59:59", nullptr)}).paused);
  EXPECT_FALSE(Paused("2024-03-15T09:00:00", {.amount = 3, .unit = TimeUnit::kWorkingDays}, {p("2024-03-20T18:00:00", nullptr)}).paused);
}

TEST(CalendarTraps, PartsOfASecond) {
  const auto due = [](const char* start, std::vector<Pause> pauses = {}) {
    return Office().Due(I(start), {.amount = 1, .unit = TimeUnit::kBusinessMinutes}, pauses).due.value.ToString();
  };
  EXPECT_EQ(due("2024-03-15T10:00:00.5+08:00"), "2024-03-15T10:01:00.5+08:00");
  EXPECT_EQ(due("2024-03-15T08:00:00.5+08:00"), "2024-03-15T09:01:00+08:00");
  EXPECT_EQ(due("2024-03-15T11:59:00.5+08:00"), "2024-03-15T13:30:00.5+08:00");
  EXPECT_EQ(due("2024-03-15T10:00:00+08:00", {{I("2024-03-15T10:00:00.25+08:00"), I("2024-03-15T10:30:00.75+08:00")}}), "2024-03-15T10:31:00.5+08:00");
  EXPECT_EQ(due("2024-03-15T10:00:00.25+08:00", {{I("2024-03-15T10:00:30+08:00"), I("2024-03-15T11:59:59.5+08:00")}}), "2024-03-15T13:30:29.75+08:00");
  EXPECT_EQ(Office().Between(I("2024-03-15T10:00:00.75+08:00"), I("2024-03-15T10:00:02.25+08:00")).value.ToString(), "PT1.5S");
  EXPECT_EQ(Office().Between(I("2024-03-15T10:00:02.25+08:00"), I("2024-03-15T10:00:00.75+08:00")).value.ToString(), "-PT1.5S");
  EXPECT_EQ(Office().Between(I("2024-03-15T17:59:59.25+08:00"), I("2024-03-15T19:00:00.5+08:00")).value.ToString(), "PT0.75S");
}

TEST(CalendarTraps, EachDueExplainsItself) {
  DueTrace trace;
  Paused("2024-02-08T12:00:00", {.amount = 3, .unit = TimeUnit::kWorkingDays}, {}, &trace);
  EXPECT_EQ(trace.received, D("2024-02-08"));
  EXPECT_EQ(trace.first_counted, D("2024-02-09"));  // works, between two Spring Festivals of which neither lists it
  EXPECT_EQ(trace.due_date, D("2024-02-19"));
  ASSERT_EQ(trace.skipped.size(), 8u);
  EXPECT_EQ(trace.skipped[0].date, D("2024-02-10"));
  EXPECT_EQ(trace.skipped[0].kind, DayNote::Kind::kHoliday);
  EXPECT_EQ(trace.skipped[0].name, Cn().Listed(D("2024-02-10"))->name);
  ASSERT_EQ(trace.make_up.size(), 1u);  // 2024-02-18, a Sunday
  EXPECT_EQ(trace.make_up[0].date, D("2024-02-18"));
  EXPECT_EQ(trace.calendar_version, Cn().info().version);
  EXPECT_EQ(trace.schedule_version, Office().version());
  Paused("2024-03-15T09:00:00", {.amount = 1, .unit = TimeUnit::kDays, .roll = Roll::kFollowing}, {}, &trace);
  EXPECT_EQ(trace.rolled_to, D("2024-03-18"));
  EXPECT_EQ(trace.skipped.size(), 2u);
  EXPECT_EQ(trace.skipped[0].kind, DayNote::Kind::kRest);
  Paused("2024-03-15T09:00:00", {.amount = 2, .unit = TimeUnit::kBusinessHours}, {{Local("2024-03-15T10:00:00"), Local("2024-03-15T11:30:00")}}, &trace);
  ASSERT_EQ(trace.pauses.size(), 1u);
  EXPECT_EQ(trace.paused, 5400);
}

// ---- traps of schedules -----------------------------------------------------------------------------------

TEST(ScheduleTraps, WindowsAreReadStrictly) {
  std::vector<OpenWindow> w;
  EXPECT_TRUE(OpenWindow::Parse("09:00-12:00 13:30-18:00", &w));
  EXPECT_EQ(w, (std::vector<OpenWindow>{{32400, 43200}, {48600, 64800}}));
  EXPECT_TRUE(OpenWindow::Parse("22:00-06:00", &w));
  EXPECT_EQ(w, (std::vector<OpenWindow>{{79200, 108000}}));
  EXPECT_TRUE(OpenWindow::Parse("", &w));
  EXPECT_TRUE(OpenWindow::Parse("00:00-24:00", &w));
  EXPECT_TRUE(OpenWindow::Parse("09:00:30-09:00:31", &w));
  for (const char* bad : {"9:00-12:00", "09:00-25:00", "09:60-10:00", "13:00-14:00 09:00-10:00", "09:00-12:00 11:00-13:00", "09:00", "09:00-", "24:00-01:00",
                          "22:00-06:00 23:00-23:30", "09:00 - 12:00"}) {
    EXPECT_FALSE(OpenWindow::Parse(bad, &w)) << bad;
  }
}

TEST(ScheduleTraps, LordHoweJumpsHalfAnHour) {  // 2024-10-06 02:00 is 02:30; 2024-04-07 02:00 is 01:30
  const Schedule s = Make({}, "Australia/Lord_Howe", Daily("01:00-03:00"));
  EXPECT_EQ(s.SecondsBetween(I("2024-10-05T00:00:00Z").seconds, I("2024-10-06T00:00:00Z").seconds).value, 5400);
  EXPECT_EQ(s.SecondsBetween(I("2024-04-06T00:00:00Z").seconds, I("2024-04-07T00:00:00Z").seconds).value, 9000);
  const Schedule inside = Make({}, "Australia/Lord_Howe", Daily("02:10-02:20"));
  EXPECT_EQ(inside.SecondsBetween(I("2024-10-05T00:00:00Z").seconds, I("2024-10-06T00:00:00Z").seconds).value, 0);
  EXPECT_FALSE(inside.IsWorkingDay(D("2024-10-06")).value);
  // Two windows that touch at the gap do not count it twice.
  const Schedule touching = Make({}, "Australia/Lord_Howe", Daily("01:00-02:15 02:15-04:00"));
  EXPECT_EQ(touching.SecondsBetween(I("2024-10-05T00:00:00Z").seconds, I("2024-10-06T00:00:00Z").seconds).value, 9000);
}

TEST(ScheduleTraps, SaoPauloHasNoMidnight) {  // 2018-11-04 00:00 is 01:00
  const Schedule s = Make({}, "America/Sao_Paulo", Daily("00:00-24:00"));
  Zone zone;
  ASSERT_TRUE(Zone::Load("America/Sao_Paulo", &zone));
  EXPECT_EQ(zone.FirstReading(D("2018-11-04"), 0), I("2018-11-04T03:00:00Z").seconds);
  EXPECT_EQ(zone.FirstReading(D("2018-11-04"), 1800), I("2018-11-04T03:00:00Z").seconds);
  EXPECT_EQ(zone.FirstReading(D("2018-11-05"), 0) - zone.FirstReading(D("2018-11-04"), 0), 23 * 3600);
  EXPECT_EQ(s.EndOf(D("2018-11-03"), DayEnd::kMidnight).value, I("2018-11-04T03:00:00Z"));
}

TEST(ScheduleTraps, ApiaSkippedAFriday) {  // 2011-12-30
  const Schedule s = Make({}, "Pacific/Apia", Daily("09:00-18:00", "12345"));
  EXPECT_FALSE(s.IsWorkingDay(D("2011-12-30")).value);
  EXPECT_EQ(Text(s.AddWorkingDays(D("2011-12-29"), 1)), "2012-01-02");
  EXPECT_EQ(s.WorkingDaysBetween(D("2011-12-28"), D("2012-01-02")).value, 2);
  Zone zone;
  ASSERT_TRUE(Zone::Load("Pacific/Apia", &zone));
  EXPECT_EQ(zone.FirstReading(D("2011-12-30"), 9 * 3600), I("2011-12-30T10:00:00Z").seconds);
  EXPECT_EQ(zone.FirstReading(D("2011-12-30"), 18 * 3600), I("2011-12-30T10:00:00Z").seconds);
}

TEST(ScheduleTraps, ShanghaiHadSummerTime) {  // 1986-05-04 02:00 is 03:00, 1986-09-14 02:00 is 01:00
  ScheduleSpec spec;
  Schedule s;
  Diagnostics found;
  spec.versions = {Daily("00:00-24:00")};
  spec.first_year = 1985;
  spec.last_year = 1992;
  ASSERT_TRUE(Zone::Load("Asia/Shanghai", &spec.zone));
  ASSERT_TRUE(Schedule::Make(spec, &s, &found));
  const auto day = [&](const char* text) { return s.EndOf(D(text), DayEnd::kMidnight).value.seconds - s.EndOf(Date{D(text).days - 1}, DayEnd::kMidnight).value.seconds; };
  EXPECT_EQ(day("1986-05-04"), 23 * 3600);
  EXPECT_EQ(day("1986-09-14"), 25 * 3600);
  EXPECT_EQ(day("1986-06-01"), 24 * 3600);
}

TEST(ScheduleTraps, NightShiftThroughBothNights) {
  const Schedule s = Make({}, "America/New_York", Daily("22:00-06:00"));
  EXPECT_EQ(s.SecondsBetween(I("2024-03-09T17:00:00Z").seconds, I("2024-03-10T17:00:00Z").seconds).value, 7 * 3600);
  EXPECT_EQ(s.SecondsBetween(I("2024-11-02T17:00:00Z").seconds, I("2024-11-03T17:00:00Z").seconds).value, 9 * 3600);
  EXPECT_EQ(Text(s.Add(I("2024-03-10T03:00:00Z"), 4 * 3600)), "2024-03-10T03:00:00");  // 22:00 and four hours over the gap
}

TEST(ScheduleTraps, AHolidayRemovesTheWholeShift) {
  const Schedule s = Make(Cn(), "Asia/Shanghai", Daily("22:00-06:00"));
  // 2024-01-01 is off: its shift, which ends on the 2nd, too; the shift of 31 December runs into the holiday.
  EXPECT_TRUE(s.IsOpen(Local("2024-01-01T05:00:00").seconds).value);
  EXPECT_FALSE(s.IsOpen(Local("2024-01-01T23:00:00").seconds).value);
  EXPECT_FALSE(s.IsOpen(Local("2024-01-02T05:00:00").seconds).value);
  EXPECT_EQ(Text(s.Due(Local("2024-01-03T03:00:00"), {.amount = 0})), "2024-01-03T06:00:00");  // the first close is of yesterday's shift
}

TEST(ScheduleTraps, OneMinuteAWeek) {
  const Schedule s = Make({}, "UTC", Daily("12:00-12:01", "3"));
  EXPECT_EQ(Text(s.Add(I("2024-01-01T00:00:00Z"), 600)), "2024-03-06T12:01:00");
  EXPECT_EQ(Text(s.AddWorkingDays(D("2024-01-01"), 10)), "2024-03-06");
  EXPECT_FALSE(s.Add(I("2024-01-01T00:00:00Z"), 60 * 60 * 48).ok());
  EXPECT_EQ(s.Add(I("2024-01-01T00:00:00Z"), 60 * 60 * 48).problem, TimeProblem::kBeyondHorizon);
}

TEST(ScheduleTraps, ManyHoursThenFew) {  // rows of the table that hold thousands of stretches
  ScheduleVersion busy = Daily("00:00-24:00"), idle = Daily("12:00-12:01");
  idle.from = D("2020-01-01");
  ScheduleSpec spec;
  Schedule s;
  Diagnostics found;
  spec.versions = {busy, idle};
  ASSERT_TRUE(Schedule::Make(spec, &s, &found));
  EXPECT_EQ(Text(s.Add(I("2019-12-31T23:59:00Z"), 60)), "2020-01-01T00:00:00");
  for (int n = 1; n <= 5000; ++n) {
    ASSERT_EQ(s.AddSeconds(I("2020-01-01T00:00:00Z").seconds, 60 * n).value, I("2020-01-01T12:01:00Z").seconds + (n - 1) * 86400) << n;
  }
}

TEST(ScheduleTraps, VersionsOverridesAndMakeUpHours) {
  Calendars calendars;
  Schedule s;
  Diagnostics found;
  const auto load = [&](const std::string& text) {
    found.clear();
    return Schedule::FromJson({"s.json", text}, calendars, &s, &found);
  };
  ASSERT_TRUE(load(R"({"schedule": "service", "zone": "Asia/Shanghai", "calendar": "cn", "versions": [
    {"hours": {"mon-fri": "09:00-12:00 13:30-18:00", "sat": "09:00-12:00"}},
    {"from": "2024-02-01", "hours": {"mon-thu": "08:00-12:00 13:00-17:00", "fri": "08:00-12:00"}, "make_up": "09:00-11:00",
     "days": [{"date": "2024-02-09", "hours": "08:00-10:00", "name": "eve"}, {"date": "2024-02-12", "hours": "10:00-11:00", "name": "emergency desk"}]}]})")) << Codes(found);
  const auto hours = [&](const char* day) {
    double total = 0;
    for (const OpenWindow& w : s.Hours(D(day))) total += w.close - w.open;
    return total / 3600;
  };
  EXPECT_EQ(hours("2024-01-31"), 7.5);
  EXPECT_EQ(hours("2024-01-27"), 3);   // a Saturday of the first version
  EXPECT_EQ(hours("2023-10-07"), 7.5); // a make-up Saturday has Monday's hours, not Saturday's
  EXPECT_EQ(hours("2024-02-01"), 8);
  EXPECT_EQ(hours("2024-02-02"), 4);
  EXPECT_EQ(hours("2024-02-03"), 0);
  EXPECT_EQ(hours("2024-02-04"), 2);   // make-up
  EXPECT_EQ(hours("2024-02-09"), 2);   // override
  EXPECT_EQ(hours("2024-02-12"), 1);   // override of a holiday
  EXPECT_EQ(hours("2024-02-13"), 0);
  EXPECT_TRUE(s.IsWorkingDay(D("2024-02-12")).value);
  EXPECT_EQ(s.SecondsBetween(Local("2024-02-09T00:00:00").seconds, Local("2024-02-14T00:00:00").seconds).value, 3 * 3600);
  const std::string version = s.version();
  ASSERT_TRUE(load(R"({"schedule": "service", "zone": "Asia/Shanghai", "calendar": "cn", "hours": {"mon-fri": "09:00-18:00"}})"));
  EXPECT_NE(s.version(), version);

  const auto codes = [&](const std::string& text) {
    EXPECT_FALSE(load(text)) << text;
    return Codes(found);
  };
  EXPECT_EQ(codes(R"({"schedule": "s", "zone": "Asia/Shanghia", "calendar": "nc", "hours": {"mun": "", "mon": "9-12", "tue-mon": ""}, "open": 1})"),
            "unknown_key@s.json/open unknown_zone@s.json/zone unknown_calendar@s.json/calendar bad_schedule@s.json/hours/mun bad_schedule@s.json/hours/mon "
            "bad_schedule@s.json/hours/tue-mon ");
  EXPECT_EQ(codes(R"({"schedule": "s", "zone": "UTC", "calendar": "cn", "hours": {}})"), "bad_schedule@s.json ");           // never open
  EXPECT_EQ(codes(R"({"schedule": "s", "zone": "UTC", "calendar": "cn", "hours": {"mon-sun": "05:00-06:30 22:00-06:00"}})"), "bad_schedule@s.json ");
  EXPECT_EQ(codes(R"({"schedule": "s", "zone": "UTC", "calendar": "cn", "hours": {"mon-fri": "", "fri": "09:00-10:00"}})"), "bad_schedule@s.json/hours/fri ");
  EXPECT_EQ(codes(R"({"schedule": "s", "zone": "UTC", "calendar": "cn", "versions": [{"hours": {"mon": "09:00-10:00"}}, {"hours": {}}]})"), "bad_schedule@s.json/versions/1/from ");
  EXPECT_EQ(codes(R"({"schedule": "s", "zone": "UTC", "calendar": "cn", "days": [{"date": "2024-01-32", "hours": ""}], "hours": {"mon": "09:00-10:00"}})"),
            "bad_schedule@s.json/days/0/date ");
  EXPECT_EQ(codes(R"({"schedule": "s", "zone": "UTC", "calendar": "cn", "versions": [{"hours": {"mon": "09:00-10:00"}, "days": [{"date": "2024-03-01", "hours": ""}]},
                     {"from": "2024-03-01", "hours": {"mon": "09:00-10:00"}, "days": [{"date": "2024-02-29", "hours": ""}]}]})"),
            "bad_schedule@s.json/versions/0/days bad_schedule@s.json/versions/1/days ");
}

TEST(ScheduleTraps, BeforeTheFirstVersionNothingIsKnown) {
  ScheduleVersion version = ScheduleVersion::Weekdays(kOffice);
  version.from = D("2020-01-01");
  ScheduleSpec spec;
  Schedule s;
  Diagnostics found;
  spec.versions = {version};
  ASSERT_TRUE(Schedule::Make(spec, &s, &found));
  EXPECT_EQ(s.IsWorkingDay(D("2019-12-31")).problem, TimeProblem::kBeyondHorizon);
  EXPECT_EQ(s.NextOpen(I("2019-12-31T10:00:00Z").seconds).problem, TimeProblem::kBeyondHorizon);
  EXPECT_TRUE(s.IsWorkingDay(D("2020-01-01")).value);
}

TEST(ScheduleTraps, DataSwappedWhileComputing) {
  Calendars calendars;
  Calendar holiday;
  Diagnostics found;
  const Date day = D("2024-05-17");
  ASSERT_TRUE(Cn().With("", {{day, false, "outing", ""}}, &holiday, &found));
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  calendars.Put(holiday);
  const std::string id = holiday.info().id;
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&] {
      while (!stop) {
        Calendar mine;
        if (!calendars.Get(id, &mine)) ++wrong;
        const bool works = mine.IsWorkingDay(day).value;  // one answer, from beginning to end
        const std::string hash = mine.info().hash;
        for (int i = 0; i < 100; ++i) {
          if (mine.IsWorkingDay(day).value != works || mine.info().hash != hash) ++wrong;
          if (mine.WorkingDaysBetween(D("2024-05-16"), D("2024-05-20")).value != (works ? 2 : 1)) ++wrong;
        }
      }
    });
  }
  Calendar other;
  ASSERT_TRUE(Cn().With("", {{day, true, "no outing", ""}}, &other, &found));
  ASSERT_EQ(other.info().id, id);
  for (int i = 0; i < 2000; ++i) calendars.Put(i % 2 == 0 ? other : holiday);
  stop = true;
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(wrong, 0);
}

// ---- laws, on random inputs ----------------------------------------------------------------------------------

class Laws : public ::testing::Test {
 protected:
  std::mt19937_64 random{20240208};
  std::int64_t Between(std::int64_t a, std::int64_t b) { return std::uniform_int_distribution<std::int64_t>(a, b)(random); }
};

struct Named {
  const char* name;
  Schedule schedule;
};
std::vector<Named> Many() {
  ScheduleVersion changing = ScheduleVersion::Weekdays(kOffice);
  changing.days = {{D("2021-03-08"), {}, "closed"}, {D("2021-03-13"), {{36000, 39600}}, "open Saturday"}};
  return {{"office", Make(Cn(UnknownDays::kWeekday), "Asia/Shanghai", ScheduleVersion::Weekdays(kOffice))},
          {"overrides", Make(Cn(UnknownDays::kStatutory), "Asia/Shanghai", changing)},
          {"night New York", Make({}, "America/New_York", Daily("22:00-06:00"))},
          {"night Lord Howe", Make({}, "Australia/Lord_Howe", Daily("23:00-02:15", "567"))},
          {"Sao Paulo", Make({}, "America/Sao_Paulo", Daily("00:00-01:30 01:30-05:00", "67"))},
          {"Apia", Make({}, "Pacific/Apia", Daily("00:00-24:00"))},
          {"a minute a week", Make({}, "Europe/Berlin", Daily("02:30-02:31", "7"))}};
}

// 7 x 60,000 inputs.
TEST_F(Laws, OfBusinessTime) {
  const std::int64_t low = I("2008-01-01T00:00:00Z").seconds, high = I("2030-01-01T00:00:00Z").seconds;
  for (const Named& named : Many()) {
    const Schedule& s = named.schedule;
    const std::int64_t most = s.SecondsBetween(low, high).value / 100;
    for (int i = 0; i < 60000; ++i) {
      const std::int64_t a = Between(low, high), m = Between(1, most), n = i % 2 == 0 ? Between(1, most) : Between(1, 60);
      const Timed<std::int64_t> am = s.AddSeconds(a, m);
      ASSERT_TRUE(am.ok()) << named.name;
      ASSERT_EQ(s.AddSeconds(am.value, n).value, s.AddSeconds(a, m + n).value) << named.name << " " << a << " " << m << " " << n;
      ASSERT_EQ(s.SecondsBetween(a, am.value).value, m) << named.name << " " << a << " " << m;
      ASSERT_GE(am.value, a);
      const std::int64_t later = a + Between(0, 86400 * 10);
      ASSERT_LE(am.value, s.AddSeconds(later, m).value) << named.name << " " << a << " " << later;
      ASSERT_LE(am.value, s.AddSeconds(a, m + 1).value);
      // Earliest: a second before, something was still to do.
      ASSERT_LT(s.SecondsBetween(a, am.value - 1).value, m) << named.name << " " << a << " " << m;
      // And backwards: latest.
      const Timed<std::int64_t> back = s.AddSeconds(a, -m);
      if (back.ok()) {
        ASSERT_EQ(s.SecondsBetween(back.value, a).value, m);
        ASSERT_LT(s.SecondsBetween(back.value + 1, a).value, m);
      }
      const std::int64_t b = Between(low, high), c = Between(low, high);
      ASSERT_EQ(s.SecondsBetween(a, b).value + s.SecondsBetween(b, c).value, s.SecondsBetween(a, c).value) << named.name;
      ASSERT_EQ(s.SecondsBetween(a, b).value, -s.SecondsBetween(b, a).value);
      const std::int64_t open = s.NextOpen(a).value, close = s.PreviousClose(a).value;
      ASSERT_TRUE(open >= a && s.IsOpen(open).value && s.SecondsBetween(a, open).value == 0) << named.name << " " << a;
      ASSERT_TRUE(close <= a && s.IsOpen(close - 1).value && s.SecondsBetween(close, a).value == 0) << named.name << " " << a;
    }
  }
}

// 300,000 inputs.
TEST_F(Laws, OfWorkingDays) {
  const Calendar cn = Cn(UnknownDays::kStatutory);
  const Schedule apia = Make({}, "Pacific/Apia", Daily("09:00-18:00", "12345"));
  const std::int64_t low = D("2010-01-01").days, high = D("2030-01-01").days;
  const auto check = [&](const auto& on) {
    for (int i = 0; i < 150000; ++i) {
      const Date a{Between(low, high)}, b{Between(low, high)}, c{Between(low, high)};
      const std::int64_t m = Between(1, 600), n = Between(1, 600);
      const Date am = on.AddWorkingDays(a, m).value;
      ASSERT_EQ(on.AddWorkingDays(am, n).value, on.AddWorkingDays(a, m + n).value) << a.ToString();
      ASSERT_EQ(on.WorkingDaysBetween(a, am).value, m);
      ASSERT_TRUE(on.IsWorkingDay(am).value);
      ASSERT_GT(am, a);
      ASSERT_LE(am, on.AddWorkingDays(Date{a.days + 1}, m).value);
      ASSERT_LT(am, on.AddWorkingDays(a, m + 1).value);
      const Date back = on.AddWorkingDays(a, -m).value;
      ASSERT_LT(back, a);
      ASSERT_TRUE(on.IsWorkingDay(back).value);
      ASSERT_EQ(on.WorkingDaysBetween(Date{a.days - 1}, Date{back.days - 1}).value, -m);
      ASSERT_EQ(on.WorkingDaysBetween(a, b).value + on.WorkingDaysBetween(b, c).value, on.WorkingDaysBetween(a, c).value);
      const Date following = on.Rolled(a, Roll::kFollowing).value, preceding = on.Rolled(a, Roll::kPreceding).value, modified = on.Rolled(a, Roll::kModifiedFollowing).value;
      ASSERT_TRUE(following >= a && preceding <= a && on.IsWorkingDay(following).value && on.IsWorkingDay(preceding).value);
      ASSERT_EQ(modified, following.MonthIndex() == a.MonthIndex() ? following : preceding);
    }
  };
  check(cn);
  check(apia);
}

std::string Describe(const Allowance& a, const std::vector<Pause>& pauses) {
  std::string out = std::string(a.count_receipt_day ? "receipt day counts " : "") + (a.cutoff ? "cut-off " + std::to_string(*a.cutoff) + " " : "");
  for (const Pause& p : pauses) out += p.begin.ToString() + "/" + p.end->ToString() + " ";
  return out;
}

// 80 x 4,000 inputs: a holiday more never makes a due earlier, a pause less never later, and what is due is not before its start.
TEST_F(Laws, OfDueInstants) {
  const Calendar cn = Cn(UnknownDays::kWeekday);
  const Schedule before = Make(cn, "Asia/Shanghai", ScheduleVersion::Weekdays(kOffice));
  const TimeUnit units[] = {TimeUnit::kMinutes, TimeUnit::kHours, TimeUnit::kBusinessMinutes, TimeUnit::kBusinessHours, TimeUnit::kDays, TimeUnit::kWorkingDays, TimeUnit::kMonths};
  for (int round = 0; round < 80; ++round) {
    std::vector<CalendarDay> more;
    for (std::int64_t day = D("2020-01-01").days; day < D("2022-12-31").days; day += Between(1, 60)) more.push_back({Date{day}, false, "more", ""});
    Calendar fewer;
    Diagnostics found;
    ASSERT_TRUE(cn.With("more", more, &fewer, &found));
    const Schedule after = Make(fewer, "Asia/Shanghai", ScheduleVersion::Weekdays(kOffice));
    for (int i = 0; i < 4000; ++i) {
      Allowance a;
      a.unit = units[static_cast<std::size_t>(Between(0, 6))];
      a.amount = Between(0, a.unit == TimeUnit::kMonths ? 12 : 40);
      a.roll = i % 2 == 0 ? Roll::kNone : Roll::kFollowing;
      a.count_receipt_day = Between(0, 1) != 0;
      if (Between(0, 2) == 0) a.cutoff = static_cast<std::int32_t>(Between(0, 86400));
      if (Between(0, 1) == 0) a.end = DayEnd::kMidnight;
      const Instant start{I("2020-03-01T00:00:00Z").seconds + Between(0, 86400 * 500), 0, 0};
      std::vector<Pause> pauses;
      for (std::int64_t k = Between(0, 3), at = start.seconds + Between(-86400, 86400); k > 0; --k) {
        at += Between(0, 86400);
        pauses.push_back({Instant{at, 0, 0}, Instant{at + Between(0, 86400 * 3), 0, 0}});
      }
      const Schedule::DueAnswer one = before.Due(start, a, pauses), holiday = after.Due(start, a, pauses);
      ASSERT_TRUE(one.due.ok() && holiday.due.ok()) << TimeUnitText(a.unit) << " " << a.amount << " " << start.ToString() << " " << Describe(a, pauses) << RollText(a.roll);
      ASSERT_GE(one.due.value, start);
      ASSERT_LE(one.due.value, holiday.due.value) << round << " " << i << " unit " << TimeUnitText(a.unit) << " n " << a.amount << " start " << start.ToString() << " " << Describe(a, pauses);
      if (!pauses.empty()) {
        pauses.erase(pauses.begin() + static_cast<std::ptrdiff_t>(Between(0, static_cast<std::int64_t>(pauses.size()) - 1)));
        ASSERT_LE(before.Due(start, a, pauses).due.value, one.due.value) << round << " " << i << " unit " << TimeUnitText(a.unit);
      }
      // Monotone in the start, without pauses.
      const Instant later{start.seconds + Between(0, 86400 * 4), 0, 0};
      ASSERT_LE(before.Due(start, a).value, before.Due(later, a).value) << TimeUnitText(a.unit) << " " << a.amount << " " << start.ToString() << " " << later.ToString();
    }
  }
}

}  // namespace
}  // namespace ordain
