// The meaning of the operators, shared by the engines and by constant folding. Numbers are computed with 34 digits, half
// to even. Dates, times and durations are in temporal.cc. Tested by tests/builtins_test.cc and tests/feel_test.cc.
#include <algorithm>

#include "feel/feel.hpp"

namespace ordain::feel {
namespace {

// Equality inside of lists, contexts and ranges: what has none is unequal.
bool Same(const Value& a, const Value& b, bool feel) {
  bool same = false;
  return EqualValues(a, b, &same, feel) == Fault::kNone && same;
}

bool SameParts(const Value& a, const Value& b, bool feel) {  // of one kind
  switch (a.kind()) {
    case Kind::kList:
      return std::equal(a.items(), a.items() + a.size(), b.items(), b.items() + b.size(), [&](const Value& x, const Value& y) { return Same(x, y, feel); });
    case Kind::kContext:
      if (a.shape()->count != b.shape()->count) return false;
      for (std::size_t i = 0; i < a.shape()->count; ++i) {
        const int k = b.shape()->Find(a.shape()->keys[i]);
        if (k < 0 || !Same(a.fields()[i], b.fields()[k], feel)) return false;
      }
      return true;
    case Kind::kRange: {
      const RangeValue &x = *a.range(), &y = *b.range();
      return x.form == y.form && x.low_closed == y.low_closed && x.high_closed == y.high_closed && Same(x.low, y.low, feel) && Same(x.high, y.high, feel);
    }
    default: return SameValue(a, b);
  }
}

}  // namespace

Fault CallContext::Apply(const Value&, const Value*, std::size_t, Value*) { return Fault::kUnavailable; }

Fault FaultOf(DecimalStatus status) {
  switch (status) {
    case DecimalStatus::kOk: return Fault::kNone;
    case DecimalStatus::kDivisionByZero: return Fault::kDivisionByZero;
    case DecimalStatus::kOverflow: return Fault::kOverflow;
    default: return Fault::kInvalid;
  }
}

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
      case Op::kDivide: s = y.IsZero() ? DecimalStatus::kDivisionByZero : Divide(x, y, Rounding::kHalfEven, &r); break;
      case Op::kPower: s = Power(x, y, Rounding::kHalfEven, &r); break;
      default: return Fault::kWrongKind;
    }
    if (s == DecimalStatus::kOk) *out = Value::Number(r);
    return FaultOf(s);
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
    case Kind::kMonths:
      if (a.months().count == INT64_MIN) return Fault::kOverflow;
      *out = Value::OfMonths({-a.months().count});
      return Fault::kNone;
    default: return Fault::kWrongKind;
  }
}

Fault EqualValuesOfAnyKind(const Value& a, const Value& b, bool* out, bool feel) {
  if (a.IsNull() || b.IsNull()) {
    *out = a.IsNull() && b.IsNull();
    return Fault::kNone;
  }
  if (a.kind() != b.kind()) return Fault::kWrongKind;
  if (a.kind() == Kind::kTime || a.kind() == Kind::kInstant) {
    int c = 0;
    const Fault f = CompareTemporal(a, b, &c, feel);
    *out = c == 0;
    return f;
  }
  *out = SameParts(a, b, feel);
  return Fault::kNone;
}

Fault CompareValues(const Value& a, const Value& b, int* out, bool feel) {
  if (a.IsNull() || b.IsNull()) return Fault::kNull;
  if (a.kind() != b.kind()) return Fault::kWrongKind;
  switch (a.kind()) {
    case Kind::kNumber: *out = Compare(a.number(), b.number()); return Fault::kNone;
    case Kind::kText: {  // bytes of UTF-8 have the order of code points
      const int c = a.text().compare(b.text());
      *out = c < 0 ? -1 : c > 0 ? 1 : 0;
      return Fault::kNone;
    }
    default: return CompareTemporal(a, b, out, feel);
  }
}

Fault InRange(const Value& v, const RangeValue& range, bool* out, bool feel) {
  using RangeForm = RangeValue::Form;
  if (range.form == RangeForm::kEqual || range.form == RangeForm::kNotEqual) {
    bool same = false;
    const Fault f = EqualValues(v, range.low, &same, feel);
    *out = same == (range.form == RangeForm::kEqual);
    return f;
  }
  const bool any_end = !range.low.IsNull() || !range.high.IsNull(), both = !range.low.IsNull() && !range.high.IsNull();
  if (v.IsNull() || (range.form == RangeForm::kInterval ? feel && !both : !any_end)) return Fault::kNull;
  int c = 0;
  *out = true;
  if (!range.low.IsNull()) {
    const Fault f = CompareValues(v, range.low, &c, feel);
    if (f != Fault::kNone) return f;
    *out = range.low_closed ? c >= 0 : c > 0;
  }
  if (*out && !range.high.IsNull()) {
    const Fault f = CompareValues(v, range.high, &c, feel);
    if (f != Fault::kNone) return f;
    *out = range.high_closed ? c <= 0 : c < 0;
  }
  return Fault::kNone;
}

}  // namespace ordain::feel
