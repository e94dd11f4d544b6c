// Dates, times and durations in expressions: their texts, parts, order and arithmetic.
// Tested by tests/temporal_test.cc.
#include "feel/feel.hpp"

namespace ordain::feel {
namespace {

Fault FromStatus(DecimalStatus s) {
  switch (s) {
    case DecimalStatus::kOk: return Fault::kNone;
    case DecimalStatus::kDivisionByZero: return Fault::kDivisionByZero;
    case DecimalStatus::kOverflow: return Fault::kOverflow;
    default: return Fault::kInvalid;
  }
}

bool AddDurations(const Duration& a, const Duration& b, Duration* out) {
  std::int64_t s;
  if (__builtin_add_overflow(a.seconds, b.seconds, &s)) return false;
  std::uint32_t n = a.nanos + b.nanos;
  if (n >= 1000000000) {
    n -= 1000000000;
    if (__builtin_add_overflow(s, std::int64_t{1}, &s)) return false;
  }
  *out = {s, n};
  return true;
}

bool Minus(const Duration& d, Duration* out) {
  if (d.seconds == INT64_MIN) return false;
  *out = d.nanos == 0 ? Duration{-d.seconds, 0} : Duration{-d.seconds - 1, 1000000000 - d.nanos};
  return true;
}

constexpr std::int64_t kLastDay = 365241780106;  // year 999999999

Fault Temporal(Op op, const Value& a, const Value& b, Value* out) {
  const bool add = op == Op::kAdd;
  if (op != Op::kAdd && op != Op::kSubtract) {
    // number * duration, duration * number, duration / number
    const bool first = a.kind() == Kind::kDuration;
    const Value& d = first ? a : b;
    const Value& n = first ? b : a;
    if (d.kind() != Kind::kDuration || n.kind() != Kind::kNumber || (op != Op::kMultiply && (op != Op::kDivide || !first))) {
      return Fault::kWrongKind;
    }
    Decimal seconds, nanos(false, 0, d.duration().nanos, -9), factor = n.number();
    Fault f = FromStatus(Add(Decimal(d.duration().seconds), nanos, Rounding::kHalfEven, &seconds));
    if (f != Fault::kNone) return f;
    f = FromStatus(op == Op::kMultiply ? Multiply(seconds, factor, Rounding::kHalfEven, &seconds)
                                       : Divide(seconds, factor, Rounding::kHalfEven, &seconds));
    if (f != Fault::kNone) return f;
    Decimal whole, rest;
    std::int64_t s = 0, ns = 0;
    if (RoundToInteger(seconds, Rounding::kFloor, &whole) != DecimalStatus::kOk || !whole.ToInt64(&s) ||
        Subtract(seconds, whole, Rounding::kHalfEven, &rest) != DecimalStatus::kOk ||
        Quantize(rest, -9, Rounding::kHalfEven, &rest) != DecimalStatus::kOk) {
      return Fault::kOverflow;
    }
    (void)Multiply(rest, Decimal(1000000000), Rounding::kHalfEven, &rest);
    if (!rest.ToInt64(&ns)) return Fault::kOverflow;
    if (ns == 1000000000) ns = 0, ++s;
    *out = Value::OfDuration({s, static_cast<std::uint32_t>(ns)});
    return Fault::kNone;
  }
  if (add && (a.kind() == Kind::kDuration || a.kind() == Kind::kMonths) && (b.kind() == Kind::kDate || b.kind() == Kind::kInstant)) {
    return Temporal(op, b, a, out);
  }
  if (a.kind() == Kind::kDuration && b.kind() == Kind::kDuration) {
    Duration d = b.duration(), sum;
    if (!add && !Minus(d, &d)) return Fault::kOverflow;
    if (!AddDurations(a.duration(), d, &sum)) return Fault::kOverflow;
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
  if (a.kind() == Kind::kDate || a.kind() == Kind::kInstant) {
    const bool date = a.kind() == Kind::kDate;
    if (b.kind() == a.kind() && !add) {
      if (date) {
        *out = Value::OfDuration({(a.date().days - b.date().days) * 86400, 0});
      } else {
        Duration d, minus;
        if (!Minus({b.instant().seconds, b.instant().nanos}, &minus) ||
            !AddDurations({a.instant().seconds, a.instant().nanos}, minus, &d)) {
          return Fault::kOverflow;
        }
        *out = Value::OfDuration(d);
      }
      return Fault::kNone;
    }
    if (b.kind() == Kind::kDuration) {
      Duration d = b.duration();
      if (!add && !Minus(d, &d)) return Fault::kOverflow;
      if (date) {
        // A date is its midnight; what is left of a day after adding is dropped.
        std::int64_t s;
        if (__builtin_add_overflow(a.date().days * 86400, d.seconds, &s)) return Fault::kOverflow;
        const std::int64_t days = s / 86400 - (s % 86400 < 0 ? 1 : 0);
        if (days > kLastDay || days < -kLastDay) return Fault::kOverflow;
        *out = Value::OfDate({days});
      } else {
        Duration sum;
        if (!AddDurations({a.instant().seconds, a.instant().nanos}, d, &sum)) return Fault::kOverflow;
        *out = Value::OfInstant({sum.seconds, sum.nanos, a.instant().offset});
      }
      return Fault::kNone;
    }
    if (b.kind() == Kind::kMonths) {
      const std::int64_t n = add ? b.months().count : -b.months().count;
      if (n > 12000000000 || n < -12000000000) return Fault::kOverflow;
      if (date) {
        *out = Value::OfDate(AddMonths(a.date(), n, MonthRoll::kClip));
      } else {
        const Instant i = a.instant();
        const Date day = AddMonths(i.LocalDate(), n, MonthRoll::kClip);
        *out = Value::OfInstant({day.days * 86400 + i.SecondOfDay() - i.offset, i.nanos, i.offset});
      }
      return Fault::kNone;
    }
  }
  return Fault::kWrongKind;
}

}  // namespace

const Zone* ZoneCache::Find(std::string_view name) {
  const auto known = zones_.find(name);
  if (known != zones_.end()) return known->second.get();
  auto zone = std::make_unique<Zone>();
  if (!Zone::Load(name, zone.get(), directory_)) zone.reset();
  return zones_.emplace(std::string(name), std::move(zone)).first->second.get();
}

Fault TemporalArithmetic(Op op, const Value& a, const Value& b, CallContext*, Value* out) { return Temporal(op, a, b, out); }

Fault CompareTemporal(const Value& a, const Value& b, int* out) {
  if (a.kind() != b.kind()) return Fault::kWrongKind;
  const auto sign = [&](auto order) { *out = order < 0 ? -1 : order > 0 ? 1 : 0; };
  switch (a.kind()) {
    case Kind::kDate: sign(a.date() <=> b.date()); return Fault::kNone;
    case Kind::kInstant: sign(a.instant() <=> b.instant()); return Fault::kNone;
    case Kind::kDuration: sign(a.duration() <=> b.duration()); return Fault::kNone;
    case Kind::kMonths: sign(a.months() <=> b.months()); return Fault::kNone;
    default: return Fault::kWrongKind;
  }
}

}  // namespace ordain::feel
