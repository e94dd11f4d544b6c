// Dates, instants with offset, durations and zones. No clock: `now` is always an argument.
//
//   ordain::Instant at;
//   ordain::Instant::Parse("2016-01-31T16:00:00Z", &at);
//   ordain::Zone zone;
//   ordain::Zone::Load("Asia/Shanghai", &zone);        // reads the system's tz data once
//   ordain::Date day = zone.LocalDate(at);             // 2016-02-01
//   ordain::Date due = ordain::AddMonths(day, 1, ordain::MonthRoll::kClip);   // 2016-03-01
//
// Threads: plain values; a Zone is immutable and shared freely.
// Errors: Parse and Load return false (bad text, unknown zone) and leave *out untouched.
// Tested by tests/time_test.cc.
#ifndef ORDAIN_TIME_HPP_
#define ORDAIN_TIME_HPP_

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace ordain {

// A day of the proleptic Gregorian calendar, years -999999999..999999999 (FEEL's range), as days since
// 1970-01-01.
struct Date {
  std::int64_t days = 0;

  static bool IsValid(std::int64_t year, int month, int day);
  // REQUIRES: IsValid(year, month, day).
  static Date FromYmd(std::int64_t year, int month, int day);
  static bool Parse(std::string_view text, Date* out);  // strictly YYYY-MM-DD (also -YYYY, more digits)
  void ToYmd(std::int64_t* year, int* month, int* day) const;
  std::int64_t year() const;
  int month() const;
  int day() const;
  int Weekday() const;      // Monday 1 .. Sunday 7
  int DayOfYear() const;    // 1..366
  int IsoWeek() const;      // 1..53
  std::int64_t MonthIndex() const;  // 12 * year + month - 1: adjacent months differ by one
  std::string ToString() const;     // YYYY-MM-DD
  auto operator<=>(const Date&) const = default;
};

int DaysInMonth(std::int64_t year, int month);
bool IsLeapYear(std::int64_t year);

// What becomes of 31 January + 1 month.
enum class MonthRoll : std::uint8_t {
  kClip,      // the last day of the month that is reached (28 or 29 February)
  kNext,      // the first day after it (1 March)
  kRefuse,    // no answer
};
// False, *out untouched: kRefuse and the month reached has no such day, or a year beyond the range.
bool AddMonths(Date day, std::int64_t months, MonthRoll roll, Date* out);
Date AddMonths(Date day, std::int64_t months, MonthRoll roll);  // REQUIRES: the other AddMonths is true
Date EndOfMonth(Date day);

// A point on the time line, to the nanosecond, with the offset it was written with.
// Two instants are equal when they are the same point, whatever their offsets.
struct Instant {
  std::int64_t seconds = 0;      // since 1970-01-01T00:00:00Z, leap seconds not counted
  std::uint32_t nanos = 0;       // 0..999999999
  std::int32_t offset = 0;       // seconds east of UTC, -18 h .. +18 h

  // RFC 3339 with offset: "2016-01-31T16:00:00Z", "2016-01-31T16:00:00.5+08:00". Leap seconds (23:59:60) and
  // digits beyond nanoseconds are refused.
  static bool Parse(std::string_view text, Instant* out);
  std::string ToString() const;  // RFC 3339 with its own offset, "Z" for 0
  Date LocalDate() const;        // the day at its own offset
  std::int64_t SecondOfDay() const;  // at its own offset, 0..86399
};
inline bool operator==(const Instant& a, const Instant& b) {
  return a.seconds == b.seconds && a.nanos == b.nanos;
}
inline std::strong_ordering operator<=>(const Instant& a, const Instant& b) {
  if (a.seconds != b.seconds) return a.seconds <=> b.seconds;
  return a.nanos <=> b.nanos;
}

// Days-and-time duration: an exact number of seconds and nanoseconds. Negative: seconds < 0, and nanos still
// 0..999999999, so that -0.5 s is {-1, 500000000}.
struct Duration {
  std::int64_t seconds = 0;
  std::uint32_t nanos = 0;
  // ISO 8601: P1DT2H, -PT0.5S; no years or months. Every value parses; *too_long (may be null) when the text is one that does
  // not fit.
  static bool Parse(std::string_view text, Duration* out, bool* too_long = nullptr);
  std::string ToString() const;                             // canonical: "P1DT2H", "PT0S"
  auto operator<=>(const Duration&) const = default;
};

// Years-and-months duration: a number of months.
struct Months {
  std::int64_t count = 0;
  static bool Parse(std::string_view text, Months* out, bool* too_long = nullptr);  // P1Y2M, -P3M; no days; as above
  std::string ToString() const;                           // "P1Y2M", "P0M"
  auto operator<=>(const Months&) const = default;
};

// A time zone: a table of transitions. Immutable, cheap to copy, safe for any number of threads.
class Zone {
 public:
  Zone();  // UTC
  // name: an IANA name ("Asia/Shanghai"), read as TZif from `directory` (default: the system's
  // /usr/share/zoneinfo), or "UTC", or a fixed offset "+08:00". Rules after the last transition
  // follow the file's POSIX footer. Names with ".." or a leading "/" are refused.
  static bool Load(std::string_view name, Zone* out, const std::string& directory = "/usr/share/zoneinfo");
  const std::string& name() const;
  std::int32_t OffsetAt(std::int64_t utc_seconds) const;  // seconds east of UTC
  Date LocalDate(const Instant& at) const;
  // The instant of a local clock reading. A reading skipped by a jump forward is moved forward by the
  // jump; one that comes twice means the first.
  Instant FromLocal(Date day, std::int64_t second_of_day) const;
  // The earliest instant at which the local clock reads this or later, in UTC seconds: of a reading that comes twice
  // the first, of one that is skipped the instant of the jump. Never goes back when the reading goes forward. Readings
  // beyond the day (second_of_day >= 86400) are those of the days after.
  std::int64_t FirstReading(Date day, std::int64_t second_of_day) const;
  Instant StartOfDay(Date day) const { return FromLocal(day, 0); }

 private:
  struct Table;
  std::shared_ptr<const Table> table_;
};

}  // namespace ordain

#endif  // ORDAIN_TIME_HPP_
