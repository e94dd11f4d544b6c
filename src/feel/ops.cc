// The meaning of the operators, shared by the engines and by constant folding. Numbers are computed with 34 digits, half
// to even. Tested by tests/feel_test.cc.
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

}  // namespace

Fault CallContext::Apply(const Value&, const Value*, std::size_t, Value*) { return Fault::kUnavailable; }

Fault Arithmetic(Op op, const Value& a, const Value& b, CallContext* context, Value* out) {
  if (a.IsNull() || b.IsNull()) return Fault::kNull;
  if (a.kind() == Kind::kNumber && b.kind() == Kind::kNumber) {
    const Decimal x = a.number(), y = b.number();
    Decimal r;
    DecimalStatus s = DecimalStatus::kInvalid;
    switch (op) {
      case Op::kAdd: s = Add(x, y, Rounding::kHalfEven, &r); break;
      case Op::kSubtract: s = Subtract(x, y, Rounding::kHalfEven, &r); break;
      case Op::kMultiply: s = Multiply(x, y, Rounding::kHalfEven, &r); break;
      case Op::kDivide:
        s = Divide(x, y, Rounding::kHalfEven, &r);
        if (y.IsZero()) s = DecimalStatus::kDivisionByZero;
        break;
      case Op::kPower: {
        std::int64_t n = 0;
        if (y.ToInt64(&n)) s = PowerInteger(x, n, Rounding::kHalfEven, &r);
        break;
      }
      default: return Fault::kWrongKind;
    }
    if (s == DecimalStatus::kOk) *out = Value::Number(r);
    return FromStatus(s);
  }
  if (a.kind() == Kind::kText && b.kind() == Kind::kText && op == Op::kAdd) {
    const std::size_t n = a.text().size() + b.text().size();
    char* p = static_cast<char*>(context->arena->Allocate(n + 1));
    if (p == nullptr) return Fault::kMemory;
    if (!a.text().empty()) std::memcpy(p, a.text().data(), a.text().size());
    if (!b.text().empty()) std::memcpy(p + a.text().size(), b.text().data(), b.text().size());
    *out = Value::Text({p, n});
    return Fault::kNone;
  }
  return TemporalArithmetic(op, a, b, context, out);
}

Fault NegateValue(const Value& a, Value* out) {
  switch (a.kind()) {
    case Kind::kNull: return Fault::kNull;
    case Kind::kNumber: *out = Value::Number(a.number().IsZero() ? Abs(a.number()) : Negate(a.number())); return Fault::kNone;
    case Kind::kDuration: {
      const Duration d = a.duration();
      if (d.seconds == INT64_MIN) return Fault::kOverflow;
      *out = Value::OfDuration(d.nanos == 0 ? Duration{-d.seconds, 0} : Duration{-d.seconds - 1, 1000000000 - d.nanos});
      return Fault::kNone;
    }
    case Kind::kMonths: *out = Value::OfMonths({-a.months().count}); return Fault::kNone;
    default: return Fault::kWrongKind;
  }
}

Fault EqualValues(const Value& a, const Value& b, bool* out) {
  if (a.IsNull() || b.IsNull()) {
    *out = a.IsNull() && b.IsNull();
    return Fault::kNone;
  }
  if (a.kind() != b.kind()) return Fault::kWrongKind;
  *out = SameValue(a, b);
  return Fault::kNone;
}

Fault CompareValues(const Value& a, const Value& b, int* out) {
  if (a.IsNull() || b.IsNull()) return Fault::kNull;
  if (a.kind() != b.kind()) return CompareTemporal(a, b, out);
  const auto sign = [&](auto order) { *out = order < 0 ? -1 : order > 0 ? 1 : 0; };
  switch (a.kind()) {
    case Kind::kNumber: *out = Compare(a.number(), b.number()); return Fault::kNone;
    case Kind::kText: sign(a.text().compare(b.text()) <=> 0); return Fault::kNone;
    default: return CompareTemporal(a, b, out);
  }
}

Fault InRange(const Value& v, const RangeValue& range, bool* out) {
  int c = 0;
  *out = true;
  if (!range.low.IsNull()) {
    const Fault f = CompareValues(v, range.low, &c);
    if (f != Fault::kNone) return f;
    *out = range.low_closed ? c >= 0 : c > 0;
  }
  if (*out && !range.high.IsNull()) {
    const Fault f = CompareValues(v, range.high, &c);
    if (f != Fault::kNone) return f;
    *out = range.high_closed ? c <= 0 : c < 0;
  }
  return v.IsNull() ? Fault::kNull : Fault::kNone;
}

}  // namespace ordain::feel
