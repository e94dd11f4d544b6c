// Dates, instants, durations, zones. Civil days by the 400-year cycle (146097 days); zones from TZif files (RFC 8536),
// version 2 and later, with the POSIX footer for instants after the last transition.
// Tested by tests/time_test.cc.
#include "ordain/time.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

namespace ordain {
namespace {

constexpr std::int64_t kDay = 86400;

std::int64_t FloorDiv(std::int64_t a, std::int64_t b) { return a / b - (a % b != 0 && (a % b < 0) != (b < 0) ? 1 : 0); }

// Reads exactly n digits.
bool Digits(std::string_view s, std::size_t* i, int n, std::int64_t* out) {
  *out = 0;
  for (int k = 0; k < n; ++k, ++*i) {
    if (*i >= s.size() || s[*i] < '0' || s[*i] > '9') return false;
    *out = *out * 10 + (s[*i] - '0');
  }
  return true;
}

std::string Pad(std::int64_t v, int width) {
  std::string s = std::to_string(v);
  return s.size() < static_cast<std::size_t>(width) ? std::string(static_cast<std::size_t>(width) - s.size(), '0') + s : s;
}

// YYYY-MM-DD at *i; leaves *i behind it.
bool ReadDate(std::string_view s, std::size_t* i, Date* out) {
  bool minus = false;
  if (*i < s.size() && s[*i] == '-') {
    minus = true;
    ++*i;
  }
  std::size_t start = *i;
  std::int64_t year = 0;
  while (*i < s.size() && s[*i] >= '0' && s[*i] <= '9' && *i - start < 9) year = year * 10 + (s[(*i)++] - '0');
  const std::size_t n = *i - start;
  if (n < 4 || (n > 4 && s[start] == '0')) return false;
  std::int64_t month = 0, day = 0;
  if (*i >= s.size() || s[(*i)++] != '-' || !Digits(s, i, 2, &month) || *i >= s.size() || s[(*i)++] != '-' || !Digits(s, i, 2, &day)) {
    return false;
  }
  if (minus) year = -year;
  if (!Date::IsValid(year, static_cast<int>(month), static_cast<int>(day))) return false;
  *out = Date::FromYmd(year, static_cast<int>(month), static_cast<int>(day));
  return true;
}

void ReadFraction(std::string_view s, std::size_t* i, std::uint32_t* nanos, bool* ok) {
  *nanos = 0;
  std::uint32_t unit = 100000000;
  const std::size_t start = ++*i;
  for (; *i < s.size() && s[*i] >= '0' && s[*i] <= '9'; ++*i) {
    if (unit == 0 && s[*i] != '0') *ok = false;  // finer than nanoseconds
    *nanos += static_cast<std::uint32_t>(s[*i] - '0') * unit;
    unit /= 10;
  }
  if (*i == start) *ok = false;
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
  return year >= -999999999 && year <= 999999999 && month >= 1 && month <= 12 && day >= 1 && day <= DaysInMonth(year, month);
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
int Date::Weekday() const { return static_cast<int>((days % 7 + 10) % 7) + 1; }  // 1970-01-01 was a Thursday
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
  const std::int64_t index = y * 12 + m - 1 + months, year = FloorDiv(index, 12);
  const int month = static_cast<int>(index - year * 12) + 1, last = DaysInMonth(year, month);
  if (d <= last) {
    *out = Date::FromYmd(year, month, d);
  } else if (roll == MonthRoll::kRefuse) {
    return false;
  } else {
    *out = Date{Date::FromYmd(year, month, last).days + (roll == MonthRoll::kNext ? 1 : 0)};
  }
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
  bool ok = true;
  if (!ReadDate(s, &i, &day) || i >= s.size() || (s[i] != 'T' && s[i] != 't')) return false;
  ++i;
  if (!Digits(s, &i, 2, &h) || i >= s.size() || s[i++] != ':' || !Digits(s, &i, 2, &m) || i >= s.size() || s[i++] != ':' ||
      !Digits(s, &i, 2, &sec) || h > 23 || m > 59 || sec > 59) {
    return false;
  }
  if (i < s.size() && s[i] == '.') ReadFraction(s, &i, &nanos, &ok);
  std::int64_t offset = 0;
  if (i < s.size() && (s[i] == 'Z' || s[i] == 'z')) {
    ++i;
  } else if (i < s.size() && (s[i] == '+' || s[i] == '-')) {
    const bool minus = s[i++] == '-';
    std::int64_t oh = 0, om = 0;
    if (!Digits(s, &i, 2, &oh) || i >= s.size() || s[i++] != ':' || !Digits(s, &i, 2, &om) || oh > 18 || om > 59) return false;
    offset = (oh * 60 + om) * 60 * (minus ? -1 : 1);
    if (offset > 18 * 3600 || offset < -18 * 3600) return false;
  } else {
    return false;
  }
  if (!ok || i != s.size()) return false;
  out->seconds = day.days * kDay + h * 3600 + m * 60 + sec - offset;
  out->nanos = nanos;
  out->offset = static_cast<std::int32_t>(offset);
  return true;
}

Date Instant::LocalDate() const { return Date{FloorDiv(seconds + offset, kDay)}; }
std::int64_t Instant::SecondOfDay() const { return seconds + offset - FloorDiv(seconds + offset, kDay) * kDay; }

std::string Instant::ToString() const {
  const std::int64_t s = SecondOfDay();
  std::string text = LocalDate().ToString() + "T" + Pad(s / 3600, 2) + ":" + Pad(s / 60 % 60, 2) + ":" + Pad(s % 60, 2) + Fraction(nanos);
  if (offset == 0) return text + "Z";
  const std::int32_t o = offset < 0 ? -offset : offset;
  return text + (offset < 0 ? "-" : "+") + Pad(o / 3600, 2) + ":" + Pad(o / 60 % 60, 2);
}

// ---- durations ----------------------------------------------------------------------------------

bool Duration::Parse(std::string_view s, Duration* out) {
  std::size_t i = 0;
  const bool minus = !s.empty() && s[0] == '-';
  if (minus) ++i;
  if (i >= s.size() || s[i++] != 'P') return false;
  std::int64_t total = 0;
  std::uint32_t nanos = 0;
  int stage = 0;  // 1 day, 2 hour, 3 minute, 4 second
  bool time = false, any = false;
  while (i < s.size()) {
    if (s[i] == 'T') {
      if (time) return false;
      time = true;
      ++i;
      any = false;
      continue;
    }
    std::int64_t n = 0;
    const std::size_t start = i;
    while (i < s.size() && s[i] >= '0' && s[i] <= '9' && i - start < 15) n = n * 10 + (s[i++] - '0');
    if (i == start || i >= s.size()) return false;
    bool ok = true;
    if (s[i] == '.') ReadFraction(s, &i, &nanos, &ok);
    if (!ok || i >= s.size()) return false;
    const char unit = s[i++];
    const int now = unit == 'D' && !time ? 1 : unit == 'H' && time ? 2 : unit == 'M' && time ? 3 : unit == 'S' && time ? 4 : 0;
    if (now <= stage || (nanos != 0 && now != 4)) return false;
    stage = now;
    static constexpr std::int64_t kUnits[] = {0, kDay, 3600, 60, 1};
    if (n > 900000000000000 / kUnits[now]) return false;
    total += n * kUnits[now];
    any = true;
  }
  if (stage == 0 || (time && !any)) return false;
  if (minus) {
    total = -total - (nanos != 0 ? 1 : 0);
    if (nanos != 0) nanos = 1000000000 - nanos;
  }
  *out = {total, nanos};
  return true;
}

std::string Duration::ToString() const {
  std::int64_t s = seconds;
  std::uint32_t n = nanos;
  const bool minus = s < 0;
  if (minus) {
    s = -s;
    if (n != 0) {
      --s;
      n = 1000000000 - n;
    }
  }
  std::string text = minus ? "-P" : "P";
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

bool Months::Parse(std::string_view s, Months* out) {
  std::size_t i = 0;
  const bool minus = !s.empty() && s[0] == '-';
  if (minus) ++i;
  if (i >= s.size() || s[i++] != 'P') return false;
  std::int64_t total = 0;
  int stage = 0;
  while (i < s.size()) {
    std::int64_t n = 0;
    const std::size_t start = i;
    while (i < s.size() && s[i] >= '0' && s[i] <= '9' && i - start < 12) n = n * 10 + (s[i++] - '0');
    if (i == start || i >= s.size()) return false;
    const char unit = s[i++];
    const int now = unit == 'Y' ? 1 : unit == 'M' ? 2 : 0;
    if (now <= stage) return false;
    stage = now;
    total += now == 1 ? n * 12 : n;
  }
  if (stage == 0) return false;
  out->count = minus ? -total : total;
  return true;
}

std::string Months::ToString() const {
  const std::int64_t n = count < 0 ? -count : count;
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

  std::int32_t OffsetAt(std::int64_t utc) const {
    if (!has_dst) return standard;
    const std::int64_t year = Date{FloorDiv(utc + standard, kDay)}.year();
    const std::int64_t b = begin.Seconds(year) - standard, e = end.Seconds(year) - daylight;
    const bool in = b < e ? utc >= b && utc < e : utc >= b || utc < e;
    return in ? daylight : standard;
  }
};

class PosixReader {
 public:
  explicit PosixReader(std::string_view s) : s_(s) {}
  bool Read(Posix* out) {
    if (!Name() || !Offset(&out->standard)) return false;
    out->standard = -out->standard;
    out->present = true;
    if (i_ == s_.size()) return true;
    if (!Name()) return false;
    out->daylight = out->standard + 3600;
    if (i_ < s_.size() && s_[i_] != ',') {
      if (!Offset(&out->daylight)) return false;
      out->daylight = -out->daylight;
    }
    out->has_dst = true;
    return Day(&out->begin) && Day(&out->end) && i_ == s_.size();
  }

 private:
  bool Name() {
    const std::size_t start = i_;
    if (i_ < s_.size() && s_[i_] == '<') {
      while (i_ < s_.size() && s_[i_] != '>') ++i_;
      return i_++ < s_.size();
    }
    while (i_ < s_.size() && ((s_[i_] >= 'a' && s_[i_] <= 'z') || (s_[i_] >= 'A' && s_[i_] <= 'Z'))) ++i_;
    return i_ - start >= 3;
  }
  bool Number(int* out) {
    const std::size_t start = i_;
    *out = 0;
    while (i_ < s_.size() && s_[i_] >= '0' && s_[i_] <= '9' && i_ - start < 4) *out = *out * 10 + (s_[i_++] - '0');
    return i_ != start;
  }
  bool Offset(std::int32_t* out) {
    bool minus = false;
    if (i_ < s_.size() && (s_[i_] == '-' || s_[i_] == '+')) minus = s_[i_++] == '-';
    int h = 0, m = 0, s = 0;
    if (!Number(&h)) return false;
    if (i_ < s_.size() && s_[i_] == ':' && (++i_, !Number(&m))) return false;
    if (i_ < s_.size() && s_[i_] == ':' && (++i_, !Number(&s))) return false;
    *out = (h * 3600 + m * 60 + s) * (minus ? -1 : 1);
    return true;
  }
  bool Day(PosixDay* d) {
    if (i_ >= s_.size() || s_[i_++] != ',' || i_ >= s_.size()) return false;
    if (s_[i_] == 'M') {
      ++i_;
      if (!Number(&d->month) || i_ >= s_.size() || s_[i_++] != '.' || !Number(&d->week) || i_ >= s_.size() || s_[i_++] != '.' ||
          !Number(&d->weekday) || d->month < 1 || d->month > 12 || d->week < 1 || d->week > 5 || d->weekday > 6) {
        return false;
      }
    } else {
      d->form = PosixDay::Form::kZeroBased;
      if (s_[i_] == 'J') {
        d->form = PosixDay::Form::kJulian;
        ++i_;
      }
      if (!Number(&d->day) || d->day > 366) return false;
    }
    if (i_ < s_.size() && s_[i_] == '/') {
      ++i_;
      return Offset(&d->time);
    }
    return true;
  }
  std::string_view s_;
  std::size_t i_ = 0;
};

}  // namespace

struct Zone::Table {
  std::string name = "UTC";
  std::vector<std::int64_t> at;        // transitions, ascending
  std::vector<std::int32_t> offset;    // from at[i] on
  std::int32_t first = 0;              // before the first transition
  Posix footer;

  std::int32_t OffsetAt(std::int64_t utc) const {
    const auto it = std::upper_bound(at.begin(), at.end(), utc);
    if (it == at.end() && footer.present) return footer.OffsetAt(utc);
    if (it == at.begin()) return first;
    return offset[static_cast<std::size_t>(it - at.begin()) - 1];
  }
};

Zone::Zone() : table_(std::make_shared<Table>()) {}

bool Zone::Load(std::string_view name, Zone* out, const std::string& directory) {
  auto table = std::make_shared<Table>();
  table->name = std::string(name);
  if (name == "UTC" || name == "Z") {
    out->table_ = std::move(table);
    return true;
  }
  if (!name.empty() && (name[0] == '+' || name[0] == '-')) {
    Instant probe;
    if (!Instant::Parse("1970-01-01T00:00:00" + std::string(name), &probe)) return false;
    table->first = probe.offset;
    out->table_ = std::move(table);
    return true;
  }
  if (name.empty() || name[0] == '/' || name.find("..") != std::string_view::npos || name.find('\\') != std::string_view::npos) return false;
  std::ifstream file(directory + "/" + std::string(name), std::ios::binary);
  if (!file) return false;
  const std::string data((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());

  // RFC 8536: a version-1 block to skip, then the block with 64-bit times, then the footer.
  std::size_t pos = 0;
  const auto be = [&](std::size_t p, int n) {
    std::uint64_t v = 0;
    for (int k = 0; k < n; ++k) v = v << 8 | static_cast<unsigned char>(data[p + static_cast<std::size_t>(k)]);
    return v;
  };
  struct Header {
    std::size_t isut, isstd, leap, time, type, chars;
  };
  const auto header = [&](Header* h) {
    if (data.size() < pos + 44 || data.compare(pos, 4, "TZif") != 0) return false;
    std::size_t* fields[] = {&h->isut, &h->isstd, &h->leap, &h->time, &h->type, &h->chars};
    for (std::size_t k = 0; k < 6; ++k) *fields[k] = static_cast<std::size_t>(be(pos + 20 + 4 * k, 4));
    pos += 44;
    return true;
  };
  Header h{};
  if (!header(&h) || data[4] < '2') return false;
  pos += h.time * 5 + h.type * 6 + h.chars + h.leap * 8 + h.isstd + h.isut;
  if (!header(&h)) return false;
  if (data.size() < pos + h.time * 9 + h.type * 6 + h.chars + h.leap * 12 + h.isstd + h.isut || h.type == 0) return false;
  const std::size_t index = pos + h.time * 8, types = index + h.time;
  const auto type_offset = [&](std::size_t t) { return static_cast<std::int32_t>(static_cast<std::uint32_t>(be(types + 6 * t, 4))); };
  table->first = type_offset(0);
  for (std::size_t k = 0; k < h.time; ++k) {
    const auto t = static_cast<std::size_t>(static_cast<unsigned char>(data[index + k]));
    if (t >= h.type) return false;
    table->at.push_back(static_cast<std::int64_t>(be(pos + 8 * k, 8)));
    table->offset.push_back(type_offset(t));
  }
  pos = types + h.type * 6 + h.chars + h.leap * 12 + h.isstd + h.isut;
  if (pos < data.size() && data[pos] == '\n') {
    const std::size_t end = data.find('\n', pos + 1);
    if (end != std::string::npos && end > pos + 1 &&
        !PosixReader(std::string_view(data).substr(pos + 1, end - pos - 1)).Read(&table->footer)) {
      return false;
    }
  }
  out->table_ = std::move(table);
  return true;
}

const std::string& Zone::name() const { return table_->name; }
std::int32_t Zone::OffsetAt(std::int64_t utc_seconds) const { return table_->OffsetAt(utc_seconds); }
Date Zone::LocalDate(const Instant& at) const { return Date{FloorDiv(at.seconds + OffsetAt(at.seconds), kDay)}; }

Instant Zone::FromLocal(Date day, std::int64_t second_of_day) const {
  const std::int64_t local = day.days * kDay + second_of_day;
  // The offsets in force a day before and after bracket any single jump.
  const std::int32_t before = OffsetAt(local - kDay), after = OffsetAt(local + kDay);
  Instant out;
  for (const std::int32_t o : {before, after}) {  // the first that is true: of two readings the earlier
    if (OffsetAt(local - o) == o) {
      out.seconds = local - o;
      out.offset = o;
      return out;
    }
  }
  // Skipped by a jump forward: the reading with the old offset, which lies behind the jump.
  out.seconds = local - before;
  out.offset = OffsetAt(out.seconds);
  return out;
}

}  // namespace ordain
