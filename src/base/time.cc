// Dates, instants, durations, zones.
//
// A date is a count of days. Years, months and days of it come from the 400-year cycle of 146097 days,
// counted from 1 March, so that the leap day is the last of its year (the method of Howard Hinnant's
// "chrono-compatible low-level date algorithms"). All of it is integer arithmetic without tables or loops.
//
// Zones are read from TZif files (RFC 9636, version 2 and later) by a reader of our own: the standard library
// of our oldest compiler has no time zones, and a deadline must not depend on the host's TZ or locale. A file
// is refused as a whole when anything in it is out of order: it is data from elsewhere. After the last
// transition the POSIX rule of the footer holds, for all years to come.
//
// Texts are read strictly and only into what can be written again: no leap seconds (23:59:60), no fractions
// finer than a nanosecond, no year -0000. Tested by tests/time_test.cc.
#include "ordain/time.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <vector>

namespace ordain {
namespace {

constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kLastYear = 999999999;
constexpr std::int32_t kFarthest = 26 * 3600;  // no offset of RFC 9636 is as far from UTC

std::int64_t FloorDiv(std::int64_t a, std::int64_t b) {  // b > 0
  return a / b - (a % b < 0 ? 1 : 0);
}
std::uint64_t Magnitude(std::int64_t v) {
  return v < 0 ? ~static_cast<std::uint64_t>(v) + 1 : static_cast<std::uint64_t>(v);
}

bool IsDigit(std::string_view s, std::size_t i) { return i < s.size() && s[i] >= '0' && s[i] <= '9'; }

// Reads exactly n digits.
bool Digits(std::string_view s, std::size_t* i, int n, std::int64_t* out) {
  *out = 0;
  for (int k = 0; k < n; ++k, ++*i) {
    if (!IsDigit(s, *i)) return false;
    *out = *out * 10 + (s[*i] - '0');
  }
  return true;
}

std::string Pad(std::int64_t v, int width) {
  const std::string s = std::to_string(v);
  const auto w = static_cast<std::size_t>(width);
  return s.size() < w ? std::string(w - s.size(), '0') + s : s;
}

bool Take(std::string_view s, std::size_t* i, char c) {
  if (*i >= s.size() || s[*i] != c) return false;
  ++*i;
  return true;
}

// YYYY-MM-DD at *i; leaves *i behind it.
bool ReadDate(std::string_view s, std::size_t* i, Date* out) {
  const bool minus = Take(s, i, '-');
  const std::size_t start = *i;
  std::int64_t year = 0;
  while (IsDigit(s, *i) && *i - start < 9) year = year * 10 + (s[(*i)++] - '0');
  const std::size_t n = *i - start;
  if (n < 4 || (n > 4 && s[start] == '0') || (minus && year == 0)) return false;
  std::int64_t month = 0, day = 0;
  if (!Take(s, i, '-') || !Digits(s, i, 2, &month) || !Take(s, i, '-') || !Digits(s, i, 2, &day)) {
    return false;
  }
  if (minus) year = -year;
  if (!Date::IsValid(year, static_cast<int>(month), static_cast<int>(day))) return false;
  *out = Date::FromYmd(year, static_cast<int>(month), static_cast<int>(day));
  return true;
}

// The digits behind a point; false when there are none, or when they are finer than nanoseconds.
bool ReadFraction(std::string_view s, std::size_t* i, std::uint32_t* nanos) {
  *nanos = 0;
  std::uint32_t unit = 100000000;
  const std::size_t start = *i;
  for (; IsDigit(s, *i); ++*i) {
    if (unit == 0 && s[*i] != '0') return false;
    *nanos += static_cast<std::uint32_t>(s[*i] - '0') * unit;
    unit /= 10;
  }
  return *i != start;
}

std::string Fraction(std::uint32_t nanos) {
  if (nanos == 0) return {};
  std::string f = "." + Pad(nanos, 9);
  while (f.back() == '0') f.pop_back();
  return f;
}

}  // namespace

// ---- dates --------------------------------------------------------------------------------------

bool IsLeapYear(std::int64_t y) { return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0); }

int DaysInMonth(std::int64_t year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kDays[month - 1] + (month == 2 && IsLeapYear(year) ? 1 : 0);
}

bool Date::IsValid(std::int64_t year, int month, int day) {
  return year >= -kLastYear && year <= kLastYear && month >= 1 && month <= 12 && day >= 1 &&
         day <= DaysInMonth(year, month);
}

Date Date::FromYmd(std::int64_t y, int m, int d) {
  y -= m <= 2;  // years begin in March, so that the leap day is the last
  const std::int64_t era = FloorDiv(y, 400), yoe = y - era * 400;
  const std::int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  return Date{era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468};
}

void Date::ToYmd(std::int64_t* year, int* month, int* day) const {
  const std::int64_t z = days + 719468, era = FloorDiv(z, 146097), doe = z - era * 146097;
  const std::int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
  *day = static_cast<int>(doy - (153 * mp + 2) / 5 + 1);
  *month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  *year = yoe + era * 400 + (*month <= 2 ? 1 : 0);
}

bool Date::Parse(std::string_view text, Date* out) {
  std::size_t i = 0;
  Date d;
  if (!ReadDate(text, &i, &d) || i != text.size()) return false;
  *out = d;
  return true;
}

std::int64_t Date::year() const {
  std::int64_t y;
  int m, d;
  ToYmd(&y, &m, &d);
  return y;
}
int Date::month() const {
  std::int64_t y;
  int m, d;
  ToYmd(&y, &m, &d);
  return m;
}
int Date::day() const {
  std::int64_t y;
  int m, d;
  ToYmd(&y, &m, &d);
  return d;
}
int Date::Weekday() const {
  return static_cast<int>((days % 7 + 10) % 7) + 1;  // 1970-01-01 was a Thursday
}
int Date::DayOfYear() const { return static_cast<int>(days - FromYmd(year(), 1, 1).days) + 1; }
int Date::IsoWeek() const {
  const Date thursday{days - Weekday() + 4};  // the week belongs to the year of its Thursday
  return (thursday.DayOfYear() - 1) / 7 + 1;
}
std::int64_t Date::MonthIndex() const {
  std::int64_t y;
  int m, d;
  ToYmd(&y, &m, &d);
  return y * 12 + m - 1;
}
std::string Date::ToString() const {
  std::int64_t y;
  int m, d;
  ToYmd(&y, &m, &d);
  return (y < 0 ? "-" + Pad(-y, 4) : Pad(y, 4)) + "-" + Pad(m, 2) + "-" + Pad(d, 2);
}

bool AddMonths(Date day, std::int64_t months, MonthRoll roll, Date* out) {
  std::int64_t y;
  int m, d;
  day.ToYmd(&y, &m, &d);
  if (months > 24 * kLastYear || months < -24 * kLastYear) return false;  // beyond the range from anywhere
  const std::int64_t index = y * 12 + m - 1 + months, year = FloorDiv(index, 12);
  if (year > kLastYear || year < -kLastYear) return false;
  const int month = static_cast<int>(index - year * 12) + 1, last = DaysInMonth(year, month);
  if (d > last && roll == MonthRoll::kRefuse) return false;
  const std::int64_t next = d > last && roll == MonthRoll::kNext ? 1 : 0;
  *out = Date{Date::FromYmd(year, month, std::min(d, last)).days + next};
  return true;
}

Date AddMonths(Date day, std::int64_t months, MonthRoll roll) {
  Date out = day;
  (void)AddMonths(day, months, roll, &out);
  return out;
}

Date EndOfMonth(Date day) {
  std::int64_t y;
  int m, d;
  day.ToYmd(&y, &m, &d);
  return Date{day.days + DaysInMonth(y, m) - d};
}

// ---- instants -----------------------------------------------------------------------------------

bool Instant::Parse(std::string_view s, Instant* out) {
  std::size_t i = 0;
  Date day;
  std::int64_t h = 0, m = 0, sec = 0;
  std::uint32_t nanos = 0;
  if (!ReadDate(s, &i, &day) || !(Take(s, &i, 'T') || Take(s, &i, 't'))) return false;
  if (!Digits(s, &i, 2, &h) || !Take(s, &i, ':') || !Digits(s, &i, 2, &m) || !Take(s, &i, ':') ||
      !Digits(s, &i, 2, &sec) || h > 23 || m > 59 || sec > 59) {
    return false;
  }
  if (Take(s, &i, '.') && !ReadFraction(s, &i, &nanos)) return false;
  std::int64_t offset = 0;
  if (!Take(s, &i, 'Z') && !Take(s, &i, 'z')) {
    const bool minus = Take(s, &i, '-');
    std::int64_t oh = 0, om = 0;
    if (!minus && !Take(s, &i, '+')) return false;
    if (!Digits(s, &i, 2, &oh) || !Take(s, &i, ':') || !Digits(s, &i, 2, &om)) return false;
    if (om > 59 || oh * 60 + om > 18 * 60) return false;
    offset = (oh * 60 + om) * 60 * (minus ? -1 : 1);
  }
  if (i != s.size()) return false;
  out->seconds = day.days * kDay + h * 3600 + m * 60 + sec - offset;
  out->nanos = nanos;
  out->offset = static_cast<std::int32_t>(offset);
  return true;
}

Date Instant::LocalDate() const { return Date{FloorDiv(seconds + offset, kDay)}; }
std::int64_t Instant::SecondOfDay() const {
  return seconds + offset - FloorDiv(seconds + offset, kDay) * kDay;
}

std::string Instant::ToString() const {
  // RFC 3339 has no seconds of an offset (Shanghai before 1901: +08:05:43): the same point, whole minutes.
  const Instant shown{seconds, nanos, offset - offset % 60};
  const std::int64_t s = shown.SecondOfDay();
  const std::string clock = Pad(s / 3600, 2) + ":" + Pad(s / 60 % 60, 2) + ":" + Pad(s % 60, 2);
  const std::string text = shown.LocalDate().ToString() + "T" + clock + Fraction(nanos);
  if (shown.offset == 0) return text + "Z";
  const std::int32_t o = shown.offset < 0 ? -shown.offset : shown.offset;
  return text + (shown.offset < 0 ? "-" : "+") + Pad(o / 3600, 2) + ":" + Pad(o / 60 % 60, 2);
}

// ---- durations ----------------------------------------------------------------------------------

namespace {

// Reads digits into *count, negative ones after a minus. False at no digit; *fits becomes false when the number does not fit.
bool ReadCount(std::string_view s, std::size_t* i, bool minus, std::int64_t* count, bool* fits) {
  const std::size_t start = *i;
  *count = 0;
  for (; IsDigit(s, *i); ++*i) {
    const std::int64_t digit = s[*i] - '0';
    if (__builtin_mul_overflow(*count, std::int64_t{10}, count) || __builtin_add_overflow(*count, minus ? -digit : digit, count)) *fits = false;
  }
  return *i != start;
}
// Adds so many units to *total.
void AddCount(std::int64_t count, std::int64_t unit, std::int64_t* total, bool* fits) {
  std::int64_t n = 0;
  if (__builtin_mul_overflow(count, unit, &n) || __builtin_add_overflow(*total, n, total)) *fits = false;
}

}  // namespace

bool Duration::Parse(std::string_view s, Duration* out, bool* too_long) {
  std::size_t i = 0;
  const bool minus = Take(s, &i, '-');
  if (!Take(s, &i, 'P')) return false;
  std::int64_t total = 0;
  std::uint32_t nanos = 0;
  int stage = 0;  // 1 day, 2 hour, 3 minute, 4 second
  bool time = false, any = false, fits = true;
  while (i < s.size()) {
    if (!time && Take(s, &i, 'T')) {
      time = true;
      any = false;
      continue;
    }
    std::int64_t n = 0;
    if (!ReadCount(s, &i, minus, &n, &fits)) return false;
    const bool fraction = Take(s, &i, '.');
    if ((fraction && !ReadFraction(s, &i, &nanos)) || i >= s.size()) return false;
    const char unit = s[i++];
    const int now = !time ? (unit == 'D' ? 1 : 0) : unit == 'H' ? 2 : unit == 'M' ? 3 : unit == 'S' ? 4 : 0;
    if (now <= stage || (fraction && now != 4)) return false;
    stage = now;
    static constexpr std::int64_t kUnits[] = {0, kDay, 3600, 60, 1};
    AddCount(n, kUnits[now], &total, &fits);
    any = true;
  }
  if (stage == 0 || (time && !any)) return false;
  if (minus && nanos != 0) {
    nanos = 1000000000 - nanos;
    AddCount(-1, 1, &total, &fits);
  }
  if (too_long != nullptr) *too_long = !fits;
  if (!fits) return false;
  *out = {total, nanos};
  return true;
}

std::string Duration::ToString() const {
  std::uint64_t s = Magnitude(seconds);
  std::uint32_t n = nanos;
  if (seconds < 0 && n != 0) {
    --s;
    n = 1000000000 - n;
  }
  std::string text = seconds < 0 ? "-P" : "P";
  if (s / kDay != 0) text += std::to_string(s / kDay) + "D";
  s %= kDay;
  if (s != 0 || n != 0) {
    text += "T";
    if (s / 3600 != 0) text += std::to_string(s / 3600) + "H";
    if (s / 60 % 60 != 0) text += std::to_string(s / 60 % 60) + "M";
    if (s % 60 != 0 || n != 0) text += std::to_string(s % 60) + Fraction(n) + "S";
  }
  return text.back() == 'P' ? "PT0S" : text;
}

bool Months::Parse(std::string_view s, Months* out, bool* too_long) {
  std::size_t i = 0;
  const bool minus = Take(s, &i, '-');
  if (!Take(s, &i, 'P')) return false;
  std::int64_t total = 0;
  int stage = 0;  // 1 year, 2 month
  bool fits = true;
  while (i < s.size()) {
    std::int64_t n = 0;
    if (!ReadCount(s, &i, minus, &n, &fits) || i >= s.size()) return false;
    const char unit = s[i++];
    const int now = unit == 'Y' ? 1 : unit == 'M' ? 2 : 0;
    if (now <= stage) return false;
    stage = now;
    AddCount(n, now == 1 ? 12 : 1, &total, &fits);
  }
  if (stage == 0) return false;
  if (too_long != nullptr) *too_long = !fits;
  if (fits) out->count = total;
  return fits;
}

std::string Months::ToString() const {
  const std::uint64_t n = Magnitude(count);
  std::string text = count < 0 ? "-P" : "P";
  if (n / 12 != 0) text += std::to_string(n / 12) + "Y";
  if (n % 12 != 0) text += std::to_string(n % 12) + "M";
  return n == 0 ? "P0M" : text;
}

// ---- zones --------------------------------------------------------------------------------------

namespace {

// One end of daylight saving time in a POSIX TZ string.
struct PosixDay {
  enum class Form { kMonthWeek, kJulian, kZeroBased } form = Form::kMonthWeek;
  int month = 0, week = 0, weekday = 0, day = 0;
  std::int32_t time = 7200;

  std::int64_t Seconds(std::int64_t year) const {  // local clock, since 1970
    const Date first = Date::FromYmd(year, 1, 1);
    Date d;
    switch (form) {
      case Form::kJulian: d = Date{first.days + day - 1 + (IsLeapYear(year) && day >= 60 ? 1 : 0)}; break;
      case Form::kZeroBased: d = Date{first.days + day}; break;
      case Form::kMonthWeek: {
        const Date begin = Date::FromYmd(year, month, 1);
        const int shift = (weekday - begin.Weekday() % 7 + 7) % 7;  // weekday: Sunday 0
        int n = 1 + shift + (week - 1) * 7;
        while (n > DaysInMonth(year, month)) n -= 7;
        d = Date{begin.days + n - 1};
        break;
      }
    }
    return d.days * kDay + time;
  }
};

struct Posix {
  bool present = false, has_dst = false;
  std::int32_t standard = 0, daylight = 0;  // seconds east
  PosixDay begin, end;

  std::int64_t Year(std::int64_t utc) const { return Date{FloorDiv(utc + standard, kDay)}.year(); }
  std::int64_t Begin(std::int64_t year) const { return begin.Seconds(year) - standard; }
  std::int64_t End(std::int64_t year) const { return end.Seconds(year) - daylight; }

  std::int32_t OffsetAt(std::int64_t utc) const {
    if (!has_dst) return standard;
    const std::int64_t year = Year(utc), b = Begin(year), e = End(year);
    const bool in = b < e ? utc >= b && utc < e : utc >= b || utc < e;  // south of the equator over New Year
    return in ? daylight : standard;
  }
  // The first change after utc.
  std::int64_t NextChange(std::int64_t utc) const {
    std::int64_t next = INT64_MAX;
    if (!has_dst) return next;
    for (std::int64_t year = Year(utc) - 1; year <= Year(utc) + 1; ++year) {
      for (const std::int64_t t : {Begin(year), End(year)}) {
        if (t > utc) next = std::min(next, t);
      }
    }
    return next;
  }
};

// "CET-1CEST,M3.5.0,M10.5.0/3". The offsets of POSIX count west, ours east.
class PosixReader {
 public:
  explicit PosixReader(std::string_view s) : s_(s) {}
  bool Read(Posix* out) {
    if (!Name() || !Offset(24, &out->standard)) return false;
    out->standard = -out->standard;
    out->present = true;
    if (i_ == s_.size()) return true;
    if (!Name()) return false;
    out->daylight = out->standard + 3600;
    if (i_ < s_.size() && s_[i_] != ',') {
      if (!Offset(24, &out->daylight)) return false;
      out->daylight = -out->daylight;
    }
    out->has_dst = true;
    return Day(&out->begin) && Day(&out->end) && i_ == s_.size();
  }

 private:
  bool Name() {
    if (Take(s_, &i_, '<')) {
      i_ = std::min(s_.find('>', i_), s_.size());
      return Take(s_, &i_, '>');
    }
    const std::size_t start = i_;
    while (i_ < s_.size() && ((s_[i_] >= 'a' && s_[i_] <= 'z') || (s_[i_] >= 'A' && s_[i_] <= 'Z'))) ++i_;
    return i_ - start >= 3;
  }
  bool Number(int least, int most, int* out) {
    const std::size_t start = i_;
    *out = 0;
    while (IsDigit(s_, i_) && i_ - start < 4) *out = *out * 10 + (s_[i_++] - '0');
    return i_ != start && *out >= least && *out <= most;
  }
  bool Offset(int most_hours, std::int32_t* out) {
    const bool minus = Take(s_, &i_, '-');
    if (!minus) Take(s_, &i_, '+');
    int h = 0, m = 0, s = 0;
    if (!Number(0, most_hours, &h)) return false;
    if (Take(s_, &i_, ':')) {
      if (!Number(0, 59, &m)) return false;
      if (Take(s_, &i_, ':') && !Number(0, 59, &s)) return false;
    }
    *out = (h * 3600 + m * 60 + s) * (minus ? -1 : 1);
    return true;
  }
  bool Day(PosixDay* d) {
    if (!Take(s_, &i_, ',')) return false;
    if (Take(s_, &i_, 'M')) {
      if (!Number(1, 12, &d->month) || !Take(s_, &i_, '.') || !Number(1, 5, &d->week) ||
          !Take(s_, &i_, '.') || !Number(0, 6, &d->weekday)) {
        return false;
      }
    } else if (Take(s_, &i_, 'J')) {
      d->form = PosixDay::Form::kJulian;
      if (!Number(1, 365, &d->day)) return false;
    } else {
      d->form = PosixDay::Form::kZeroBased;
      if (!Number(0, 365, &d->day)) return false;
    }
    return !Take(s_, &i_, '/') || Offset(167, &d->time);  // up to a week, either way
  }
  std::string_view s_;
  std::size_t i_ = 0;
};

}  // namespace

struct Zone::Table {
  std::string name = "UTC";
  std::vector<std::int64_t> at;      // transitions, ascending
  std::vector<std::int32_t> offset;  // from at[i] on
  std::int32_t first = 0;            // before the first transition
  Posix footer;                      // after the last one

  bool Read(std::string_view data);
  std::int32_t OffsetAt(std::int64_t utc) const {
    const auto it = std::upper_bound(at.begin(), at.end(), utc);
    if (it == at.end() && footer.present) return footer.OffsetAt(utc);
    if (it == at.begin()) return first;
    return offset[static_cast<std::size_t>(it - at.begin()) - 1];
  }
  std::int64_t NextChange(std::int64_t utc) const {
    const auto it = std::upper_bound(at.begin(), at.end(), utc);
    return it != at.end() ? *it : footer.NextChange(utc);
  }
};

// RFC 9636: a block of version 1, which is skipped, a block with times of 64 bits, and the footer. A block is
//   header      "TZif", version, 15 unused bytes, six counts of four bytes:
//               UT indicators, standard indicators, leap seconds, transitions, types, characters
//   transitions times (4 or 8 bytes each), then types (1 byte each)
//   types       offset (4 bytes), daylight saving (1), abbreviation (1)
//   characters, leap seconds (8 or 12 bytes each), standard and UT indicators (1 byte each)
bool Zone::Table::Read(std::string_view data) {
  const auto number = [&](std::uint64_t p, unsigned bytes) {  // big-endian
    std::uint64_t v = 0;
    for (const char c : data.substr(static_cast<std::size_t>(p), bytes)) v = v << 8 | static_cast<unsigned char>(c);
    return v;
  };
  std::uint64_t pos = 0, types = 0, type_count = 0;
  for (const unsigned width : {4u, 8u}) {
    const std::string_view header = data.substr(static_cast<std::size_t>(pos), 44);
    if (header.size() < 44 || !header.starts_with("TZif") || header[4] < '2') return false;
    const std::uint64_t ut = number(pos + 20, 4), standard = number(pos + 24, 4), leaps = number(pos + 28, 4);
    const std::uint64_t times = number(pos + 32, 4), characters = number(pos + 40, 4);
    type_count = number(pos + 36, 4);
    pos += 44;
    types = pos + times * (width + 1);
    const std::uint64_t end = types + type_count * 6 + characters + leaps * (width + 4) + standard + ut;
    if (end > data.size()) return false;
    if (width == 8) {
      if (type_count == 0 || leaps != 0) return false;  // our seconds do not count leap seconds ("right/...")
      for (std::uint64_t k = 0; k < times; ++k) {
        const std::uint64_t type = number(pos + times * 8 + k, 1);
        if (type >= type_count) return false;
        at.push_back(static_cast<std::int64_t>(number(pos + k * 8, 8)));
        if (k > 0 && at[at.size() - 2] >= at.back()) return false;
        offset.push_back(static_cast<std::int32_t>(static_cast<std::uint32_t>(number(types + type * 6, 4))));
      }
    }
    pos = end;
  }
  first = static_cast<std::int32_t>(static_cast<std::uint32_t>(number(types, 4)));
  const auto too_far = [](std::int32_t o) { return o > kFarthest || o < -kFarthest; };
  if (too_far(first) || std::any_of(offset.begin(), offset.end(), too_far)) return false;
  const std::string_view rest = data.substr(static_cast<std::size_t>(pos));
  if (rest.size() < 2 || rest.front() != '\n' || rest.back() != '\n') return false;
  return rest.size() == 2 || PosixReader(rest.substr(1, rest.size() - 2)).Read(&footer);
}

Zone::Zone() : table_(std::make_shared<Table>()) {}

bool Zone::Load(std::string_view name, Zone* out, const std::string& directory) {
  const auto allowed = [](char c) {  // no dots, so that no name leaves the directory
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_+-/").find(c) != std::string_view::npos;
  };
  auto table = std::make_shared<Table>();
  table->name = std::string(name);
  if (name.starts_with('+') || name.starts_with('-')) {
    Instant probe;
    if (!Instant::Parse("1970-01-01T00:00:00" + table->name, &probe)) return false;
    table->first = probe.offset;
  } else if (name != "UTC" && name != "Z") {
    if (name.empty() || name[0] == '/' || !std::all_of(name.begin(), name.end(), allowed)) return false;
    std::ifstream file(directory + "/" + table->name, std::ios::binary);
    std::string data;
    // By read, which does not throw on what is no file ("America" is a folder).
    for (char buffer[4096]; file.read(buffer, sizeof buffer) || file.gcount() > 0;) data.append(buffer, static_cast<std::size_t>(file.gcount()));
    if (!table->Read(data)) return false;
  }
  out->table_ = std::move(table);
  return true;
}

const std::string& Zone::name() const { return table_->name; }
std::int32_t Zone::OffsetAt(std::int64_t utc_seconds) const { return table_->OffsetAt(utc_seconds); }
Date Zone::LocalDate(const Instant& at) const {
  return Date{FloorDiv(at.seconds + OffsetAt(at.seconds), kDay)};
}

Instant Zone::FromLocal(Date day, std::int64_t second_of_day) const {
  const std::int64_t local = day.days * kDay + second_of_day;
  // Walks the stretches of constant offset, from before any that could hold the reading: the first that ends
  // after it holds it, or begins after it, which is when the reading was skipped.
  std::int64_t begin = local - kFarthest;
  std::int32_t offset = OffsetAt(begin), before = offset;
  for (std::int64_t end = table_->NextChange(begin); local - offset >= end; end = table_->NextChange(end)) {
    begin = end;
    before = offset;
    offset = OffsetAt(end);
  }
  Instant out;
  out.seconds = local - (local - offset >= begin ? offset : before);
  out.offset = OffsetAt(out.seconds);
  return out;
}

std::int64_t Zone::FirstReading(Date day, std::int64_t second_of_day) const {
  const std::int64_t local = day.days * kDay + second_of_day;
  // The first stretch of constant offset that reaches the reading; within it, the reading or the stretch's begin.
  std::int64_t begin = local - kFarthest;
  std::int32_t offset = OffsetAt(begin);
  for (std::int64_t end = table_->NextChange(begin); local - offset >= end; end = table_->NextChange(end)) {
    begin = end;
    offset = OffsetAt(end);
  }
  return std::max(begin, local - offset);
}

}  // namespace ordain
