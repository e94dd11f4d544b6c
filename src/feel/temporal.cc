// Dates, times and durations in expressions: their texts, parts, order and arithmetic.
//
// A clock (of a time, of a date and time) is local, or tied to the time line by an offset or a zone. Local and tied ones do not
// meet: neither order nor difference. A date beside a tied date and time is its midnight in UTC. What is in a zone is shifted on the
// time line by durations of days and time, and on its calendar by years and months; either way its offset is the zone's
// at the instant reached.
//
// Texts are those of ISO 8601 as FEEL restricts them: two digits each, capital T and Z, no leap seconds, at most nanoseconds,
// offsets to 18 hours, with seconds if need be. 24:00:00 is the end of a day, which only a date and time has.
//
// Limits: years -999999999 to 999999999, beyond them kOverflow. Tested by tests/builtins_test.cc.
#include <algorithm>
#include <filesystem>
#include <system_error>

#include "feel/feel.hpp"

namespace ordain::feel {
namespace {

constexpr std::int64_t kDaySeconds = 86400;
constexpr std::uint32_t kNanos = 1000000000;
constexpr std::int64_t kLastYear = 999999999;

std::int64_t FloorDay(std::int64_t seconds) { return seconds / kDaySeconds - (seconds % kDaySeconds < 0 ? 1 : 0); }

bool IsDay(std::int64_t days) {
  static const std::int64_t kFirst = Date::FromYmd(-kLastYear, 1, 1).days, kLast = Date::FromYmd(kLastYear, 12, 31).days;
  return days >= kFirst && days <= kLast;
}

bool AddDurations(const Duration& a, const Duration& b, Duration* out) {
  std::int64_t s;
  if (__builtin_add_overflow(a.seconds, b.seconds, &s)) return false;
  std::uint32_t n = a.nanos + b.nanos;
  if (n >= kNanos) {
    n -= kNanos;
    if (__builtin_add_overflow(s, std::int64_t{1}, &s)) return false;
  }
  *out = {s, n};
  return true;
}
bool Minus(const Duration& d, Duration* out) {
  if (d.seconds == INT64_MIN) return false;
  *out = d.nanos == 0 ? Duration{-d.seconds, 0} : Duration{-d.seconds - 1, kNanos - d.nanos};
  return true;
}
Fault Difference(const Duration& a, const Duration& b, Value* out) {
  Duration minus, d;
  if (!Minus(b, &minus) || !AddDurations(a, minus, &d)) return Fault::kOverflow;
  *out = Value::OfDuration(d);
  return Fault::kNone;
}

// ---- zones --------------------------------------------------------------------------------------

Fault FindZone(std::string_view name, CallContext* context, const Zone** out) {
  if (context == nullptr || context->zones == nullptr) return Fault::kUnavailable;
  const bool offset = name.empty() || name[0] == '+' || name[0] == '-' || name == "Z";  // not names of the database
  *out = offset ? nullptr : context->zones->Find(name);
  if (*out != nullptr) return Fault::kNone;
  return offset || context->zones->available() ? Fault::kInvalid : Fault::kUnavailable;
}

Fault GiveInZone(const Instant& instant, std::string_view zone, CallContext* context, Value* out) {
  if (!IsDay(FloorDay(instant.seconds + instant.offset))) return Fault::kOverflow;
  void* memory = context->arena->Allocate(sizeof(ZonedInstant));
  const std::string_view name = context->arena->Copy(zone);
  if (memory == nullptr || name.data() == nullptr) return Fault::kMemory;
  *out = Value::InZone(new (memory) ZonedInstant{instant, name});
  return Fault::kNone;
}
Fault GiveInZone(const ClockTime& time, std::string_view zone, CallContext* context, Value* out) {
  void* memory = context->arena->Allocate(sizeof(ZonedTime));
  const std::string_view name = context->arena->Copy(zone);
  if (memory == nullptr || name.data() == nullptr) return Fault::kMemory;
  *out = Value::InZone(new (memory) ZonedTime{time, name});
  return Fault::kNone;
}

// ---- texts --------------------------------------------------------------------------------------

bool IsDigit(std::string_view s, std::size_t i) { return i < s.size() && s[i] >= '0' && s[i] <= '9'; }
bool TwoDigits(std::string_view s, std::size_t* i, int* out) {
  if (!IsDigit(s, *i) || !IsDigit(s, *i + 1)) return false;
  *out = (s[*i] - '0') * 10 + (s[*i + 1] - '0');
  *i += 2;
  return true;
}
bool Take(std::string_view s, std::size_t* i, char c) {
  if (*i >= s.size() || s[*i] != c) return false;
  ++*i;
  return true;
}
bool Sixty(std::string_view s, std::size_t* i, int* out) { return Take(s, i, ':') && TwoDigits(s, i, out) && *out < 60; }

struct ClockText {
  int seconds = 0;  // of the day; 86400 for 24:00:00
  std::uint32_t nanos = 0;
  Clock clock = Clock::kLocal;
  std::int32_t offset = 0;
  std::string_view zone;
};

// hh:mm:ss[.fraction][Z | (+|-)hh:mm[:ss] | @zone]
bool ReadClock(std::string_view s, ClockText* out) {
  std::size_t i = 0;
  int h = 0, m = 0, sec = 0;
  if (!TwoDigits(s, &i, &h) || h > 24 || !Sixty(s, &i, &m) || !Sixty(s, &i, &sec)) return false;
  if (Take(s, &i, '.')) {
    if (!IsDigit(s, i)) return false;
    for (std::uint32_t unit = kNanos / 10; IsDigit(s, i); ++i, unit /= 10) {
      if (unit == 0 && s[i] != '0') return false;
      out->nanos += static_cast<std::uint32_t>(s[i] - '0') * unit;
    }
  }
  out->seconds = h * 3600 + m * 60 + sec;
  if (h == 24 && (out->seconds > kDaySeconds || out->nanos != 0)) return false;
  if (i == s.size()) return true;
  if (Take(s, &i, '@')) {
    out->clock = Clock::kZone;
    out->zone = s.substr(i);
    return true;
  }
  out->clock = Clock::kOffset;
  if (Take(s, &i, 'Z')) return i == s.size();
  const bool minus = Take(s, &i, '-');
  int oh = 0, om = 0, os = 0;
  if ((!minus && !Take(s, &i, '+')) || !TwoDigits(s, &i, &oh) || !Sixty(s, &i, &om) || (i < s.size() && !Sixty(s, &i, &os)) || i != s.size()) return false;
  out->offset = oh * 3600 + om * 60 + os;
  if (out->offset > 18 * 3600) return false;
  if (minus) out->offset = -out->offset;
  return true;
}

std::string Two(std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); }
std::string ClockToText(std::int64_t seconds, std::uint32_t nanos) {
  std::string text = Two(seconds / 3600) + ":" + Two(seconds / 60 % 60) + ":" + Two(seconds % 60);
  if (nanos == 0) return text;
  std::string fraction = std::to_string(kNanos + nanos);
  fraction[0] = '.';
  while (fraction.back() == '0') fraction.pop_back();
  return text + fraction;
}
std::string TieToText(const Value& v, std::int32_t offset) {
  if (v.clock() == Clock::kLocal) return {};
  if (v.clock() == Clock::kZone) return "@" + std::string(v.zone());
  if (offset == 0) return "Z";
  const std::int32_t o = std::abs(offset);
  return (offset < 0 ? "-" : "+") + Two(o / 3600) + ":" + Two(o / 60 % 60) + (o % 60 != 0 ? ":" + Two(o % 60) : "");
}

// ---- arithmetic ---------------------------------------------------------------------------------

bool IsDuration(const Value& v) { return v.kind() == Kind::kDuration || v.kind() == Kind::kMonths; }
bool IsDayOrInstant(const Value& v) { return v.kind() == Kind::kDate || v.kind() == Kind::kInstant; }

// d * n, d / n: days and time to the nanosecond, ties to even; years and months to the whole month below, towards zero.
Fault Scale(Op op, const Value& d, const Decimal& factor, Value* out) {
  const bool months = d.kind() == Kind::kMonths;
  Decimal v(months ? d.months().count : d.duration().seconds);
  if (!months) (void)Add(v, Decimal(false, 0, d.duration().nanos, -9), Rounding::kHalfEven, &v);
  if (op == Op::kDivide && factor.IsZero()) return Fault::kDivisionByZero;
  Fault f = FaultOf(op == Op::kMultiply ? Multiply(v, factor, Rounding::kHalfEven, &v) : Divide(v, factor, Rounding::kHalfEven, &v));
  if (f != Fault::kNone) return f;
  Decimal whole, rest;
  std::int64_t s = 0, ns = 0;
  if (RoundToInteger(v, months ? Rounding::kDown : Rounding::kFloor, &whole) != DecimalStatus::kOk || !whole.ToInt64(&s)) return Fault::kOverflow;
  if (months) {
    *out = Value::OfMonths({s});
    return Fault::kNone;
  }
  if (Subtract(v, whole, Rounding::kHalfEven, &rest) != DecimalStatus::kOk || Quantize(rest, -9, Rounding::kHalfEven, &rest) != DecimalStatus::kOk) return Fault::kOverflow;
  (void)Multiply(rest, Decimal(kNanos), Rounding::kHalfEven, &rest);
  if (!rest.ToInt64(&ns)) return Fault::kOverflow;
  if (ns == kNanos) {
    ns = 0;
    if (__builtin_add_overflow(s, std::int64_t{1}, &s)) return Fault::kOverflow;
  }
  *out = Value::OfDuration({s, static_cast<std::uint32_t>(ns)});
  return Fault::kNone;
}

Fault Ratio(const Value& a, const Value& b, Value* out) {
  const auto size = [](const Value& v) {
    if (v.kind() == Kind::kMonths) return Decimal(v.months().count);
    Decimal d;  // at most 28 digits: exact
    (void)Add(Decimal(v.duration().seconds), Decimal(false, 0, v.duration().nanos, -9), Rounding::kHalfEven, &d);
    return d;
  };
  const Decimal divisor = size(b);
  if (divisor.IsZero()) return Fault::kDivisionByZero;
  Decimal r;
  const Fault f = FaultOf(Divide(size(a), divisor, Rounding::kHalfEven, &r));
  if (f == Fault::kNone) *out = Value::Number(r);
  return f;
}

// An instant of the same clock as v.
Fault GiveInstant(const Value& v, const Duration& at, CallContext* context, Value* out) {
  std::int64_t local;
  if (__builtin_add_overflow(at.seconds, std::int64_t{v.instant().offset}, &local) || !IsDay(FloorDay(local))) return Fault::kOverflow;
  switch (v.clock()) {
    case Clock::kLocal: *out = Value::LocalInstant(at.seconds, at.nanos); return Fault::kNone;
    case Clock::kOffset: *out = Value::OfInstant({at.seconds, at.nanos, v.instant().offset}); return Fault::kNone;
    case Clock::kZone: break;
  }
  const Zone* zone = nullptr;
  const Fault f = FindZone(v.zone(), context, &zone);
  return f != Fault::kNone ? f : GiveInZone(Instant{at.seconds, at.nanos, zone->OffsetAt(at.seconds)}, v.zone(), context, out);
}

Fault Shift(const Value& v, const Duration& d, CallContext* context, Value* out) {  // v + d
  Duration sum;
  switch (v.kind()) {
    case Kind::kDate: {  // its midnight; what is left of a day afterwards is dropped
      if (!AddDurations({v.date().days * kDaySeconds, 0}, d, &sum) || !IsDay(FloorDay(sum.seconds))) return Fault::kOverflow;
      *out = Value::OfDate({FloorDay(sum.seconds)});
      return Fault::kNone;
    }
    case Kind::kInstant:
      if (!AddDurations({v.instant().seconds, v.instant().nanos}, d, &sum)) return Fault::kOverflow;
      return GiveInstant(v, sum, context, out);
    case Kind::kTime: {  // around the clock
      ClockTime t = v.time();
      if (!AddDurations({t.seconds, t.nanos}, d, &sum)) return Fault::kOverflow;
      t.seconds = static_cast<std::int32_t>(sum.seconds - FloorDay(sum.seconds) * kDaySeconds);
      t.nanos = sum.nanos;
      if (v.clock() == Clock::kZone) return GiveInZone(t, v.zone(), context, out);
      *out = Value::Time(t, v.clock());
      return Fault::kNone;
    }
    default: return Fault::kWrongKind;
  }
}

Fault ShiftMonths(const Value& v, std::int64_t months, CallContext* context, Value* out) {
  Date day;
  if (v.kind() == Kind::kDate) {
    if (!AddMonths(v.date(), months, MonthRoll::kClip, &day)) return Fault::kOverflow;
    *out = Value::OfDate(day);
    return Fault::kNone;
  }
  const Instant i = v.instant();
  if (!AddMonths(i.LocalDate(), months, MonthRoll::kClip, &day)) return Fault::kOverflow;
  if (v.clock() == Clock::kZone) return InstantInZone(day, i.SecondOfDay(), i.nanos, v.zone(), context, out);
  return GiveInstant(v, {day.days * kDaySeconds + i.SecondOfDay() - i.offset, i.nanos}, context, out);
}

Fault SubtractPoints(const Value& a, const Value& b, Value* out) {  // both dates or instants
  const auto local = [](const Value& v) { return v.kind() == Kind::kInstant && v.clock() == Clock::kLocal; };
  if (local(a) != local(b)) return Fault::kInvalid;
  const auto at = [](const Value& v) {
    return v.kind() == Kind::kDate ? Duration{v.date().days * kDaySeconds, 0} : Duration{v.instant().seconds, v.instant().nanos};
  };
  return Difference(at(a), at(b), out);
}

}  // namespace

const Zone* ZoneCache::Find(std::string_view name) {
  const auto known = zones_.find(name);
  if (known != zones_.end()) return known->second.get();
  auto zone = std::make_unique<Zone>();
  if (!Zone::Load(name, zone.get(), directory_)) zone.reset();
  return zones_.emplace(std::string(name), std::move(zone)).first->second.get();
}

bool ZoneCache::available() const {
  std::error_code ignored;
  return std::filesystem::is_directory(directory_, ignored);
}

Fault InstantInZone(Date day, std::int64_t second_of_day, std::uint32_t nanos, std::string_view zone, CallContext* context, Value* out) {
  const Zone* z = nullptr;
  const Fault f = FindZone(zone, context, &z);
  if (f != Fault::kNone) return f;
  Instant i = z->FromLocal(day, second_of_day);
  i.nanos = nanos;
  return GiveInZone(i, zone, context, out);
}
Fault TimeInZone(ClockTime clock, std::string_view zone, CallContext* context, Value* out) {
  static constexpr std::int64_t kJanuary = 946684800, kJuly = 962409600;  // the first days of both, 2000
  const Zone* z = nullptr;
  const Fault f = FindZone(zone, context, &z);
  if (f != Fault::kNone) return f;
  clock.offset = std::min(z->OffsetAt(kJanuary), z->OffsetAt(kJuly));
  return GiveInZone(clock, zone, context, out);
}

Fault ReadTime(std::string_view text, CallContext* context, Value* out) {
  ClockText t;
  if (!ReadClock(text, &t) || t.seconds == kDaySeconds) return Fault::kInvalid;
  const ClockTime clock{t.seconds, t.nanos, t.offset};
  if (t.clock == Clock::kZone) return TimeInZone(clock, t.zone, context, out);
  *out = Value::Time(clock, t.clock);
  return Fault::kNone;
}

Fault ReadDateAndTime(std::string_view text, CallContext* context, Value* out) {
  Date day;
  ClockText t;
  const std::size_t at = text.find('T');
  if (!Date::Parse(text.substr(0, at), &day)) return Fault::kInvalid;
  if (at != std::string_view::npos && !ReadClock(text.substr(at + 1), &t)) return Fault::kInvalid;
  if (t.seconds == kDaySeconds) {
    ++day.days;
    t.seconds = 0;
    if (!IsDay(day.days)) return Fault::kOverflow;
  }
  const std::int64_t local = day.days * kDaySeconds + t.seconds;
  switch (t.clock) {
    case Clock::kLocal: *out = Value::LocalInstant(local, t.nanos); return Fault::kNone;
    case Clock::kOffset: *out = Value::OfInstant({local - t.offset, t.nanos, t.offset}); return Fault::kNone;
    case Clock::kZone: break;
  }
  return InstantInZone(day, t.seconds, t.nanos, t.zone, context, out);
}

Fault ReadDuration(std::string_view text, Value* out) {
  Duration d;
  Months m;
  bool too_long = false;
  if (Duration::Parse(text, &d, &too_long)) *out = Value::OfDuration(d);
  else if (too_long) return Fault::kOverflow;
  else if (Months::Parse(text, &m, &too_long)) *out = Value::OfMonths(m);
  else return too_long ? Fault::kOverflow : Fault::kInvalid;
  return Fault::kNone;
}

Fault ReadTemporal(std::string_view text, CallContext* context, Value* out) {
  if (text.starts_with('P') || text.starts_with("-P")) return ReadDuration(text, out);
  if (text.size() > 2 && text[2] == ':') return ReadTime(text, context, out);
  if (text.find('T') != std::string_view::npos) return ReadDateAndTime(text, context, out);
  Date day;
  if (!Date::Parse(text, &day)) return Fault::kInvalid;
  *out = Value::OfDate(day);
  return Fault::kNone;
}

std::string TemporalText(const Value& v) {
  switch (v.kind()) {
    case Kind::kDate: return v.date().ToString();
    case Kind::kDuration: return v.duration().ToString();
    case Kind::kMonths: return v.months().ToString();
    case Kind::kTime: return ClockToText(v.time().seconds, v.time().nanos) + TieToText(v, v.time().offset);
    case Kind::kInstant: {
      const Instant i = v.instant();
      return i.LocalDate().ToString() + "T" + ClockToText(i.SecondOfDay(), i.nanos) + TieToText(v, i.offset);
    }
    default: return {};
  }
}

namespace {

enum class Part : std::uint8_t {
  kYear, kMonth, kDay, kWeekday, kHour, kMinute, kSecond, kOffset, kTimezone, kDays, kHours, kMinutes, kSeconds, kYears, kMonths,
  kStart, kEnd, kStartIncluded, kEndIncluded,
};
constexpr std::uint32_t Bit(Kind kind) { return 1u << static_cast<unsigned>(kind); }
struct PartRow {
  std::string_view name;
  std::uint32_t kinds;  // that have it
  Part part;
};
constexpr std::uint32_t kDates = Bit(Kind::kDate) | Bit(Kind::kInstant), kClocks = Bit(Kind::kTime) | Bit(Kind::kInstant);
constexpr PartRow kParts[] = {
    {"year", kDates, Part::kYear}, {"month", kDates, Part::kMonth}, {"day", kDates, Part::kDay}, {"weekday", kDates, Part::kWeekday},
    {"hour", kClocks, Part::kHour}, {"minute", kClocks, Part::kMinute}, {"second", kClocks, Part::kSecond},
    {"time offset", kClocks, Part::kOffset}, {"timezone", kClocks, Part::kTimezone},
    {"days", Bit(Kind::kDuration), Part::kDays}, {"hours", Bit(Kind::kDuration), Part::kHours}, {"minutes", Bit(Kind::kDuration), Part::kMinutes},
    {"seconds", Bit(Kind::kDuration), Part::kSeconds}, {"years", Bit(Kind::kMonths), Part::kYears}, {"months", Bit(Kind::kMonths), Part::kMonths},
    {"start", Bit(Kind::kRange), Part::kStart}, {"end", Bit(Kind::kRange), Part::kEnd},
    {"start included", Bit(Kind::kRange), Part::kStartIncluded}, {"end included", Bit(Kind::kRange), Part::kEndIncluded},
};
const PartRow* FindPart(Kind kind, std::string_view name) {
  const auto it = std::find_if(std::begin(kParts), std::end(kParts), [&](const PartRow& row) { return row.name == name && (row.kinds & Bit(kind)) != 0; });
  return it == std::end(kParts) ? nullptr : it;
}

}  // namespace

const std::vector<std::string_view>& PropertyNames() {
  static const std::vector<std::string_view> kNames = [] {
    std::vector<std::string_view> names;
    for (const PartRow& row : kParts) {
      if (std::find(names.begin(), names.end(), row.name) == names.end()) names.push_back(row.name);
    }
    return names;
  }();
  return kNames;
}

bool PropertyType(const Type& of, std::string_view name, Type* out) {
  const PartRow* row = of.kind == Kind::kAny ? nullptr : FindPart(of.kind, name);
  if (row == nullptr) return false;
  switch (row->part) {
    case Part::kOffset: *out = Type::Of(Kind::kDuration).Nullable(); break;
    case Part::kTimezone: *out = Type::Of(Kind::kText).Nullable(); break;
    case Part::kStart:
    case Part::kEnd: *out = of.item().Nullable(); break;
    case Part::kStartIncluded:
    case Part::kEndIncluded: *out = Type::Of(Kind::kBoolean); break;
    default: *out = Type::Of(Kind::kNumber, Unit::kInteger);
  }
  return true;
}

Fault Property(const Value& v, std::string_view name, CallContext*, Value* out) {
  if (v.IsNull()) return Fault::kNull;
  const PartRow* row = FindPart(v.kind(), name);
  if (row == nullptr) return Fault::kInvalid;
  const auto give = [&](std::int64_t n) { *out = Value::Number(Decimal(n)); };
  const auto day = [&] { return v.kind() == Kind::kDate ? v.date() : v.instant().LocalDate(); };
  const auto second = [&] { return v.kind() == Kind::kTime ? std::int64_t{v.time().seconds} : v.instant().SecondOfDay(); };
  const auto seconds = [&] {  // of a duration, without the fraction, towards zero
    const Duration d = v.duration();
    return d.seconds < 0 && d.nanos != 0 ? d.seconds + 1 : d.seconds;
  };
  switch (row->part) {
    case Part::kYear: give(day().year()); break;
    case Part::kMonth: give(day().month()); break;
    case Part::kDay: give(day().day()); break;
    case Part::kWeekday: give(day().Weekday()); break;
    case Part::kHour: give(second() / 3600); break;
    case Part::kMinute: give(second() / 60 % 60); break;
    case Part::kSecond: give(second() % 60); break;
    case Part::kOffset:
      *out = v.clock() == Clock::kLocal ? Value() : Value::OfDuration({v.kind() == Kind::kTime ? v.time().offset : v.instant().offset, 0});
      break;
    case Part::kTimezone: *out = v.clock() == Clock::kZone ? Value::Text(v.zone()) : Value(); break;
    case Part::kDays: give(seconds() / kDaySeconds); break;
    case Part::kHours: give(seconds() / 3600 % 24); break;
    case Part::kMinutes: give(seconds() / 60 % 60); break;
    case Part::kSeconds: give(seconds() % 60); break;
    case Part::kYears: give(v.months().count / 12); break;
    case Part::kMonths: give(v.months().count % 12); break;
    case Part::kStart: *out = v.range()->low; break;
    case Part::kEnd: *out = v.range()->high; break;
    case Part::kStartIncluded: *out = Value::Boolean(v.range()->low_closed); break;
    case Part::kEndIncluded: *out = Value::Boolean(v.range()->high_closed); break;
  }
  return Fault::kNone;
}

Fault TemporalArithmetic(Op op, const Value& a, const Value& b, CallContext* context, Value* out) {
  if (op == Op::kMultiply || op == Op::kDivide) {
    if (IsDuration(a) && b.kind() == Kind::kNumber) return Scale(op, a, b.number(), out);
    if (op == Op::kMultiply && a.kind() == Kind::kNumber && IsDuration(b)) return Scale(op, b, a.number(), out);
    if (op == Op::kDivide && IsDuration(a) && a.kind() == b.kind()) return Ratio(a, b, out);
    return Fault::kWrongKind;
  }
  if (op != Op::kAdd && op != Op::kSubtract) return Fault::kWrongKind;
  const bool add = op == Op::kAdd;
  if (a.kind() == Kind::kDuration && b.kind() == Kind::kDuration) {
    Duration sum;
    if (!add) return Difference(a.duration(), b.duration(), out);
    if (!AddDurations(a.duration(), b.duration(), &sum)) return Fault::kOverflow;
    *out = Value::OfDuration(sum);
    return Fault::kNone;
  }
  if (a.kind() == Kind::kMonths && b.kind() == Kind::kMonths) {
    std::int64_t n;
    const bool over = add ? __builtin_add_overflow(a.months().count, b.months().count, &n)
                          : __builtin_sub_overflow(a.months().count, b.months().count, &n);
    if (over) return Fault::kOverflow;
    *out = Value::OfMonths({n});
    return Fault::kNone;
  }
  if (add && IsDuration(a) && !IsDuration(b)) return TemporalArithmetic(op, b, a, context, out);
  if (b.kind() == Kind::kDuration) {
    Duration d = b.duration();
    if (!add && !Minus(d, &d)) return Fault::kOverflow;
    return Shift(a, d, context, out);
  }
  if (b.kind() == Kind::kMonths && IsDayOrInstant(a)) {
    if (b.months().count == INT64_MIN) return Fault::kOverflow;
    return ShiftMonths(a, add ? b.months().count : -b.months().count, context, out);
  }
  if (!add && IsDayOrInstant(a) && IsDayOrInstant(b)) return SubtractPoints(a, b, out);
  if (!add && a.kind() == Kind::kTime && b.kind() == Kind::kTime) {
    const ClockTime x = a.time(), y = b.time();
    if ((a.clock() == Clock::kLocal) != (b.clock() == Clock::kLocal)) return Fault::kInvalid;
    return Difference({x.seconds - x.offset, x.nanos}, {y.seconds - y.offset, y.nanos}, out);
  }
  return Fault::kWrongKind;
}

Fault CompareTemporal(const Value& a, const Value& b, int* out, bool feel) {
  if (a.kind() != b.kind()) return Fault::kWrongKind;
  const auto sign = [&](auto order) { *out = order < 0 ? -1 : order > 0 ? 1 : 0; };
  const auto clocks = [&](std::int64_t x, std::uint32_t x_nanos, std::int64_t y, std::uint32_t y_nanos) {
    if ((a.clock() == Clock::kLocal) != (b.clock() == Clock::kLocal)) return Fault::kInvalid;
    sign(x != y || feel ? x <=> y : std::strong_ordering(x_nanos <=> y_nanos));
    return Fault::kNone;
  };
  switch (a.kind()) {
    case Kind::kDate: sign(a.date() <=> b.date()); return Fault::kNone;
    case Kind::kTime: {
      const ClockTime x = a.time(), y = b.time();
      return clocks(x.seconds - x.offset, x.nanos, y.seconds - y.offset, y.nanos);
    }
    case Kind::kInstant: {
      const Instant x = a.instant(), y = b.instant();
      return clocks(x.seconds, x.nanos, y.seconds, y.nanos);
    }
    case Kind::kDuration: sign(a.duration() <=> b.duration()); return Fault::kNone;
    case Kind::kMonths: sign(a.months() <=> b.months()); return Fault::kNone;
    default: return Fault::kWrongKind;
  }
}

}  // namespace ordain::feel
