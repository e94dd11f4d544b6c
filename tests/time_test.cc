// Dates, instants, durations and zones; the zone values are Python's zoneinfo's.
#include "ordain/time.hpp"

#include <gtest/gtest.h>

namespace ordain {
namespace {

Date D(const char* text) {
  Date d;
  EXPECT_TRUE(Date::Parse(text, &d)) << text;
  return d;
}
Instant I(const char* text) {
  Instant i;
  EXPECT_TRUE(Instant::Parse(text, &i)) << text;
  return i;
}

TEST(Date, EveryDayOfEightHundredYearsRoundTrips) {
  std::int64_t year = 1600;
  int month = 1, day = 1, weekday = 6;  // 1600-01-01 was a Saturday
  for (std::int64_t n = Date::FromYmd(1600, 1, 1).days; n < Date::FromYmd(2400, 1, 1).days; ++n) {
    std::int64_t y;
    int m, d;
    Date{n}.ToYmd(&y, &m, &d);
    ASSERT_EQ(y, year);
    ASSERT_EQ(m, month);
    ASSERT_EQ(d, day);
    ASSERT_EQ(Date{n}.Weekday(), weekday);
    ASSERT_EQ(Date::FromYmd(y, m, d).days, n);
    weekday = weekday % 7 + 1;
    if (++day > DaysInMonth(year, month)) {
      day = 1;
      if (++month > 12) month = 1, ++year;
    }
  }
}

TEST(Date, ParsesStrictly) {
  EXPECT_EQ(D("2016-02-29").days, 16860);
  EXPECT_EQ(D("1970-01-01").days, 0);
  EXPECT_EQ(D("-0044-03-15").ToString(), "-0044-03-15");
  Date d;
  for (const char* bad : {"2015-02-29", "2016-2-1", "2016-13-01", "2016-00-10", "16-01-01", "2016-01-01 ", " 2016-01-01", "2016/01/01", ""}) {
    EXPECT_FALSE(Date::Parse(bad, &d)) << bad;
  }
}

TEST(Date, MonthsRoll) {
  Date out;
  EXPECT_EQ(AddMonths(D("2016-01-31"), 1, MonthRoll::kClip), D("2016-02-29"));
  EXPECT_EQ(AddMonths(D("2016-01-31"), 1, MonthRoll::kNext), D("2016-03-01"));
  EXPECT_FALSE(AddMonths(D("2016-01-31"), 1, MonthRoll::kRefuse, &out));
  EXPECT_EQ(AddMonths(D("2016-08-31"), -18, MonthRoll::kClip), D("2015-02-28"));
  EXPECT_EQ(AddMonths(D("2016-01-15"), -24, MonthRoll::kRefuse), D("2014-01-15"));
  EXPECT_EQ(EndOfMonth(D("2016-02-03")), D("2016-02-29"));
}

TEST(Date, WeeksOfIso8601) {
  EXPECT_EQ(D("2016-01-03").IsoWeek(), 53);
  EXPECT_EQ(D("2016-01-04").IsoWeek(), 1);
  EXPECT_EQ(D("2014-12-29").IsoWeek(), 1);
  EXPECT_EQ(D("2016-12-31").DayOfYear(), 366);
}

TEST(Instant, ParsesWithOffset) {
  EXPECT_EQ(I("1970-01-01T00:00:00Z").seconds, 0);
  EXPECT_EQ(I("2016-02-01T00:00:00+08:00"), I("2016-01-31T16:00:00Z"));
  EXPECT_EQ(I("2016-01-31T16:00:00.25+08:00").ToString(), "2016-01-31T16:00:00.25+08:00");
  EXPECT_LT(I("2016-01-31T16:00:00Z"), I("2016-01-31T16:00:00.000000001Z"));
  EXPECT_EQ(I("1969-12-31T23:59:59.5Z").LocalDate(), D("1969-12-31"));
  Instant i;
  for (const char* bad : {"2016-01-31T16:00:00", "2016-01-31 16:00:00Z", "2016-01-31T24:00:00Z", "2016-01-31T16:00Z", "2016-01-31T16:00:60Z",
                          "2016-01-31T16:00:00+8:00", "2016-01-31T16:00:00+19:00", "2016-02-30T16:00:00Z", "2016-01-31T16:00:00.Z"}) {
    EXPECT_FALSE(Instant::Parse(bad, &i)) << bad;
  }
}

TEST(Duration, TheWholeRangeParsesAndOverflowIsTold) {
  for (const Duration d : {Duration{INT64_MAX, 999999999}, Duration{INT64_MAX, 0}, Duration{INT64_MIN, 0}, Duration{INT64_MIN, 1}, Duration{-1, 500000000}}) {
    Duration back;
    bool too_long = true;
    ASSERT_TRUE(Duration::Parse(d.ToString(), &back, &too_long)) << d.ToString();
    EXPECT_EQ(back, d) << d.ToString();
    EXPECT_FALSE(too_long);
  }
  for (const std::int64_t n : {INT64_MAX, INT64_MIN, INT64_MIN + 1}) {
    Months back;
    ASSERT_TRUE(Months::Parse(Months{n}.ToString(), &back));
    EXPECT_EQ(back.count, n);
  }
  Duration d;
  ASSERT_TRUE(Duration::Parse("PT9223372036854775807S", &d));
  ASSERT_TRUE(Duration::Parse("P0000000000000000000000000001D", &d));
  EXPECT_EQ(d.seconds, 86400);
  for (const char* text : {"PT9223372036854775808S", "-PT9223372036854775808.1S", "P106751991167301D", "PT99999999999999999999S", "P1DT9223372036854775807S"}) {
    bool too_long = false;
    EXPECT_FALSE(Duration::Parse(text, &d, &too_long)) << text;
    EXPECT_TRUE(too_long) << text;
  }
  Months m;
  bool too_long = false;
  EXPECT_FALSE(Months::Parse("P768614336404564651Y", &m, &too_long));
  EXPECT_TRUE(too_long);
  too_long = false;
  EXPECT_FALSE(Months::Parse("P1D", &m, &too_long));
  EXPECT_FALSE(too_long);
}

TEST(Duration, RoundTrips) {
  for (const char* text : {"P1D", "PT2H30M", "-P1DT1S", "PT0.5S", "-PT0.5S", "PT0S", "P10DT23H59M59.123456789S"}) {
    Duration d;
    ASSERT_TRUE(Duration::Parse(text, &d)) << text;
    EXPECT_EQ(d.ToString(), text);
  }
  Duration d;
  Months m;
  for (const char* bad : {"P", "PT", "P1M", "PT1S1M", "1D", "P1DT", "P1.5D"}) EXPECT_FALSE(Duration::Parse(bad, &d)) << bad;
  ASSERT_TRUE(Months::Parse("P1Y14M", &m));
  EXPECT_EQ(m.ToString(), "P2Y2M");
  EXPECT_FALSE(Months::Parse("P1D", &m));
}

TEST(Zone, KnowsOffsetsOfTheTzData) {
  struct Row {
    const char* zone;
    const char* at;
    int offset;
  };
  const Row kRows[] = {
      {"Asia/Shanghai", "2016-01-31T16:00:00Z", 28800},   {"Asia/Shanghai", "1988-07-01T00:00:00Z", 32400},
      {"Asia/Shanghai", "1991-12-01T00:00:00Z", 28800},   {"Europe/Berlin", "2016-03-27T00:59:59Z", 3600},
      {"Europe/Berlin", "2016-03-27T01:00:00Z", 7200},    {"America/New_York", "2050-07-01T00:00:00Z", -14400},
      {"America/New_York", "2050-12-01T00:00:00Z", -18000}, {"Australia/Lord_Howe", "2040-01-01T00:00:00Z", 39600},
      {"Australia/Lord_Howe", "2040-07-01T00:00:00Z", 37800}, {"UTC", "2016-01-01T00:00:00Z", 0}, {"+05:30", "2016-01-01T00:00:00Z", 19800},
  };
  for (const Row& row : kRows) {
    Zone zone;
    ASSERT_TRUE(Zone::Load(row.zone, &zone)) << row.zone;
    EXPECT_EQ(zone.OffsetAt(I(row.at).seconds), row.offset) << row.zone << " " << row.at;
  }
  Zone zone;
  for (const char* bad : {"Mars/Base", "America" /* a folder */, "../../etc/passwd", "/etc/localtime", ""}) EXPECT_FALSE(Zone::Load(bad, &zone)) << bad;
}

TEST(Zone, LocalReadings) {
  Zone china, berlin;
  ASSERT_TRUE(Zone::Load("Asia/Shanghai", &china));
  ASSERT_TRUE(Zone::Load("Europe/Berlin", &berlin));
  EXPECT_EQ(china.LocalDate(I("2016-01-31T15:59:59Z")), D("2016-01-31"));
  EXPECT_EQ(china.LocalDate(I("2016-01-31T16:00:00Z")), D("2016-02-01"));
  EXPECT_EQ(china.StartOfDay(D("2016-02-01")), I("2016-01-31T16:00:00Z"));
  EXPECT_EQ(berlin.FromLocal(D("2016-03-27"), 9000), I("2016-03-27T03:30:00+02:00"));   // 02:30 does not exist
  EXPECT_EQ(berlin.FromLocal(D("2016-10-30"), 9000), I("2016-10-30T02:30:00+02:00"));   // 02:30 comes twice: the first
}

}  // namespace
}  // namespace ordain
