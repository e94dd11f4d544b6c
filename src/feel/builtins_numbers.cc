// Builtins of numbers, of lists of numbers, and of truth values. See builtins.cc. Results are rounded once to 34 digits, half to even; sums
// and products at every step. Tested by tests/builtins_test.cc.
#include <algorithm>

#include "feel/builtins.hpp"

namespace ordain::feel {
namespace {

Fault Give(DecimalStatus s, const Decimal& d, Value* out) {
  if (s == DecimalStatus::kOk) *out = Value::Number(d);
  return FaultOf(s);
}

// ---- types --------------------------------------------------------------------------------------

Type TypeOfExtreme(const Types& types, const Complain& complain) {
  bool list = false;
  Type t = Common(types, complain, &list);
  if (!list) return t.NotNull();
  t.literal = false;
  return t.Nullable();
}
Type TypeOfSum(const Types& types, const Complain& complain) {
  bool list = false;
  const Type t = Common(types, complain, &list);
  if (t.kind == Kind::kAny) return Type::Of(Kind::kNumber, Unit::kInteger);
  if (t.nullable) complain("an item may be null");
  return Type::Of(Kind::kNumber, t.unit);
}
Type TypeOfMean(const Types& types, const Complain& complain) {
  bool list = false;
  const Type t = Common(types, complain, &list);
  const Type r = Type::Of(Kind::kNumber, t.unit == Unit::kInteger ? Unit::kNone : t.unit);
  return list ? r.Nullable() : r;
}
Type TypeOfDeviation(const Types& types, const Complain& complain) { return TypeOfMean(types, complain).NotNull(); }
Type TypeOfMode(const Types& types, const Complain& complain) {
  bool list = false;
  const Type t = Common(types, complain, &list);
  return Type::List(Type::Of(Kind::kNumber, t.unit));
}
Type TypeOfProduct(const Types& types, const Complain& complain) {
  bool list = false;
  const Type t = Common(types, complain, &list);
  if (t.unit != Unit::kNone && t.unit != Unit::kInteger && !t.literal) complain("a product of " + t.ToString());
  return Type::Of(Kind::kNumber, t.unit == Unit::kInteger ? Unit::kInteger : Unit::kNone);
}
Type TypeOfRound(const Types& types, const Complain&) {  // keeps the unit
  Type t = types[0].kind == Kind::kAny ? Type::Of(Kind::kNumber) : types[0].NotNull();
  if (t.unit == Unit::kNone && types.size() == 1) t.unit = Unit::kInteger;
  return t;
}
Type TypeOfAbs(const Types& types, const Complain&) { return types[0].NotNull(); }
Type TypeOfModulo(const Types& types, const Complain& complain) {
  bool list = false;
  return Common(types, complain, &list);
}
template <Unit unit>
Type TypeOfUnit(const Types& types, const Complain& complain) {
  if (types[0].unit != Unit::kNone && types[0].unit != Unit::kInteger) complain("it is " + types[0].ToString() + " already");
  return Type::Of(Kind::kNumber, unit);
}
Type TypeOfNumber(const Types& types, const Complain&) {
  return types[0].kind == Kind::kNumber && types[0].unit == Unit::kInteger ? types[0].NotNull() : Type::Of(Kind::kNumber);
}

// ---- meaning ------------------------------------------------------------------------------------

template <Rounding mode>
Fault Round(const Value* args, std::size_t n, CallContext* context, Value* out) {
  std::int64_t scale = 0;
  if (n > 1 && !Whole(args[1], context, &scale)) return Fault::kInvalid;
  if (scale < -Decimal::kMaxExponent || scale > -Decimal::kMinExponent) return Fault::kInvalid;
  Decimal r = args[0].number();
  if (r.exponent() >= -scale) {  // nothing below to round: it keeps its own exponent
    *out = args[0];
    return Fault::kNone;
  }
  return Give(Quantize(r, static_cast<std::int32_t>(-scale), mode, &r), r, out);
}

template <DecimalStatus (*function)(const Decimal&, Rounding, Decimal*)>
Fault Real(const Value* args, std::size_t, CallContext*, Value* out) {
  Decimal r;
  return Give(function(args[0].number(), Rounding::kHalfEven, &r), r, out);
}

Fault AbsOf(const Value* args, std::size_t, CallContext*, Value* out) {
  *out = args[0];
  switch (args[0].kind()) {
    case Kind::kNumber: *out = Value::Number(Abs(args[0].number())); return Fault::kNone;
    case Kind::kDuration: return args[0].duration().seconds < 0 ? NegateValue(args[0], out) : Fault::kNone;
    default: return args[0].months().count < 0 ? NegateValue(args[0], out) : Fault::kNone;
  }
}

template <int rest>
Fault Parity(const Value* args, std::size_t, CallContext*, Value* out) {
  // Beyond 34 digits of whole number the last ones are zeros.
  Decimal r = args[0].number();
  if (r.exponent() > 0) return GiveBoolean(rest == 0, out);
  const DecimalStatus s = Modulo(r, Decimal(2), &r);
  if (s == DecimalStatus::kOk) *out = Value::Boolean(Compare(r, Decimal(rest)) == 0);
  return FaultOf(s);
}

// The items of one list, or the arguments.
struct Operands {
  const Value* begin;
  std::size_t count;
  Operands(const Value* args, std::size_t n) : begin(args), count(n) {
    if (n == 1 && args[0].kind() == Kind::kList) {
      begin = args[0].items();
      count = args[0].size();
    }
  }
};
Fault NumbersOf(const Operands& o, std::vector<Decimal>* out) {
  for (std::size_t i = 0; i < o.count; ++i) {
    if (o.begin[i].IsNull()) return Fault::kNull;
    if (o.begin[i].kind() != Kind::kNumber) return Fault::kWrongKind;
    out->push_back(o.begin[i].number());
  }
  return Fault::kNone;
}

template <int wanted>
Fault Extreme(const Value* args, std::size_t n, CallContext* context, Value* out) {
  const Operands o(args, n);
  Value best;
  for (std::size_t i = 0; i < o.count; ++i) {
    if (o.begin[i].IsNull()) return Fault::kNull;
    int c = wanted;
    const Fault f = i == 0 ? Fault::kNone : CompareValues(o.begin[i], best, &c, context->feel);
    if (f != Fault::kNone) return f;
    if (c == wanted) best = o.begin[i];
  }
  *out = best;
  return Fault::kNone;
}

using Step = DecimalStatus (*)(const Decimal&, const Decimal&, Rounding, Decimal*);
DecimalStatus AddStep(const Decimal& a, const Decimal& b, Rounding m, Decimal* out) { return Add(a, b, m, out); }
DecimalStatus MultiplyStep(const Decimal& a, const Decimal& b, Rounding m, Decimal* out) { return Multiply(a, b, m, out); }
Fault Fold(const std::vector<Decimal>& numbers, std::int64_t start, Step step, Decimal* out) {
  *out = Decimal(start);
  for (const Decimal& d : numbers) {
    const DecimalStatus s = step(*out, d, Rounding::kHalfEven, out);
    if (s != DecimalStatus::kOk) return FaultOf(s);
  }
  return Fault::kNone;
}
template <std::int64_t start, Step step>
Fault Total(const Value* args, std::size_t n, CallContext* context, Value* out) {
  std::vector<Decimal> numbers;
  const Operands o(args, n);
  if (o.count == 0 && context->feel) return Fault::kInvalid;
  Decimal d;
  Fault f = NumbersOf(o, &numbers);
  if (f == Fault::kNone) f = Fold(numbers, start, step, &d);
  if (f == Fault::kNone) *out = Value::Number(d);
  return f;
}

Fault Mean(const Value* args, std::size_t n, CallContext*, Value* out) {
  std::vector<Decimal> numbers;
  Fault f = NumbersOf(Operands(args, n), &numbers);
  *out = Value();
  if (f != Fault::kNone || numbers.empty()) return f;
  Decimal d;
  f = Fold(numbers, 0, AddStep, &d);
  return f != Fault::kNone ? f : Give(Divide(d, Decimal(static_cast<std::int64_t>(numbers.size())), Rounding::kHalfEven, &d), d, out);
}
Fault Median(const Value* args, std::size_t n, CallContext*, Value* out) {
  std::vector<Decimal> v;
  const Fault f = NumbersOf(Operands(args, n), &v);
  *out = Value();
  if (f != Fault::kNone || v.empty()) return f;
  std::sort(v.begin(), v.end());
  Decimal d = v[v.size() / 2];
  if (v.size() % 2 == 1) return Give(DecimalStatus::kOk, d, out);
  const DecimalStatus s = Add(d, v[v.size() / 2 - 1], Rounding::kHalfEven, &d);
  return s != DecimalStatus::kOk ? FaultOf(s) : Give(Divide(d, Decimal(2), Rounding::kHalfEven, &d), d, out);
}
Fault Mode(const Value* args, std::size_t n, CallContext* context, Value* out) {
  std::vector<Decimal> v;
  const Fault f = NumbersOf(Operands(args, n), &v);
  if (f != Fault::kNone) return f;
  std::sort(v.begin(), v.end());
  std::vector<Value> modes;
  std::ptrdiff_t most = 0;
  for (auto it = v.begin(); it != v.end();) {
    const auto end = std::upper_bound(it, v.end(), *it);
    if (end - it > most) modes.clear();
    if (end - it >= most) modes.push_back(Value::Number(*it));
    most = std::max(most, end - it);
    it = end;
  }
  return GiveList(modes, context, out);
}
Fault Deviation(const Value* args, std::size_t n, CallContext*, Value* out) {
  std::vector<Decimal> v;
  const Fault f = NumbersOf(Operands(args, n), &v);
  Decimal d;
  return f != Fault::kNone ? f : Give(SampleDeviation(v.data(), v.size(), Rounding::kHalfEven, &d), d, out);
}

// number("1.234,5", ".", ","): the groups need not have three digits.
Fault NumberOf(const Value* args, std::size_t n, CallContext* context, Value* out) {
  if (n == 1 && context->feel) return Fault::kWrongKind;  // DMN asks for the separators, if only for null
  if (args[0].kind() == Kind::kNumber) {
    *out = args[0];
    return Fault::kNone;
  }
  std::string text(args[0].text());
  if (n == 3) {
    const auto separator = [](const Value& v, std::string_view allowed) {
      return v.IsNull() || (v.text().size() == 1 && allowed.find(v.text()) != std::string_view::npos);
    };
    if (!separator(args[1], " ,.") || !separator(args[2], ",.")) return Fault::kInvalid;
    const char group = args[1].IsNull() ? '\0' : args[1].text()[0], point = args[2].IsNull() ? '\0' : args[2].text()[0];
    if (group != '\0' && group == point) return Fault::kInvalid;
    if (group != '\0') text.erase(std::remove(text.begin(), text.end(), group), text.end());
    if (point == ',') {
      if (text.find('.') != std::string::npos) return Fault::kInvalid;
      std::replace(text.begin(), text.end(), ',', '.');
    }
  }
  Decimal d;
  return Give(Decimal::Parse(text, &d), d, out);
}

// Of truth values: FEEL's conjunction and disjunction.
template <bool all>
Fault Join(const Value* args, std::size_t n, CallContext* context, Value* out) {
  const Operands o(args, n);
  bool decided = false, null = false;
  for (std::size_t i = 0; i < o.count; ++i) {
    const Value& v = o.begin[i];
    if (v.IsNull() && !context->feel) return Fault::kNull;
    if (!v.IsNull() && v.kind() != Kind::kBoolean) return Fault::kWrongKind;
    null |= v.IsNull();
    decided |= !v.IsNull() && v.boolean() != all;
  }
  *out = decided ? Value::Boolean(!all) : null ? Value() : Value::Boolean(all);
  return Fault::kNone;
}

Fault Same(const Value* args, std::size_t, CallContext*, Value* out) {
  *out = args[0];
  return Fault::kNone;
}

}  // namespace

void AddNumberBuiltins(BuiltinRows* rows) {
  rows->insert(rows->end(), {
      {"abs(n: number | days and time duration | years and months duration): number", "the value without its sign", "绝对值",
       AbsOf, TypeOfAbs},
      {"floor(n: number, scale: number = 0): number", "rounded down to scale digits after the point",
       "向下取整到小数点后 scale 位", Round<Rounding::kFloor>, TypeOfRound},
      {"ceiling(n: number, scale: number = 0): number", "rounded up to scale digits after the point",
       "向上取整到小数点后 scale 位", Round<Rounding::kCeiling>, TypeOfRound},
      {"decimal(n: number, scale: number): number", "rounded to scale digits after the point, ties to even",
       "舍入到小数点后 scale 位，恰为一半时取偶数", Round<Rounding::kHalfEven>, TypeOfRound},
      {"round up(n: number, scale: number): number", "rounded away from zero", "远离零舍入", Round<Rounding::kUp>, TypeOfRound},
      {"round down(n: number, scale: number): number", "rounded towards zero", "向零舍入", Round<Rounding::kDown>, TypeOfRound},
      {"round half up(n: number, scale: number): number", "rounded to nearest, ties away from zero", "四舍五入",
       Round<Rounding::kHalfUp>, TypeOfRound},
      {"round half down(n: number, scale: number): number", "rounded to nearest, ties towards zero", "五舍六入",
       Round<Rounding::kHalfDown>, TypeOfRound},
      {"modulo(dividend: number, divisor: number): number", "the rest of a division, with the sign of the divisor",
       "除法的余数，符号与除数相同",
       [](const Value* args, std::size_t, CallContext*, Value* out) -> Fault {
         Decimal r;
         return Give(Modulo(args[0].number(), args[1].number(), &r), r, out);
       },
       TypeOfModulo},
      {"sqrt(number: number): number", "the square root", "平方根", Real<SquareRoot>},
      {"log(number: number): number", "the natural logarithm", "自然对数", Real<Ln>},
      {"exp(number: number): number", "e to this power", "e 的幂", Real<Exp>},
      {"odd(number: number): boolean", "whether a whole number is odd", "是否为奇数", Parity<1>},
      {"even(number: number): boolean", "whether a whole number is even", "是否为偶数", Parity<0>},
      {"min(list: list of point): point\nmin(c1: point, c2...: point): point", "the least; null of an empty list",
       "最小值；空列表为 null", Extreme<-1>, TypeOfExtreme},
      {"max(list: list of point): point\nmax(c1: point, c2...: point): point", "the greatest; null of an empty list",
       "最大值；空列表为 null", Extreme<1>, TypeOfExtreme},
      {"sum(list: list of number): number\nsum(n1: number, n2...: number): number",
       "the sum; 0 of an empty list (in DMN null)", "总和；空列表为 0（DMN 中为 null）", Total<0, AddStep>, TypeOfSum},
      {"product(list: list of number): number\nproduct(n1: number, n2...: number): number",
       "the product; 1 of an empty list (in DMN null)", "乘积；空列表为 1（DMN 中为 null）",
       Total<1, MultiplyStep>, TypeOfProduct},
      {"mean(list: list of number): number?\nmean(n1: number, n2...: number): number",
       "the arithmetic mean; null of an empty list", "算术平均值；空列表为 null", Mean, TypeOfMean},
      {"median(list: list of number): number?\nmedian(n1: number, n2...: number): number",
       "the middle value, or the mean of the two; null of an empty list", "中位数；空列表为 null", Median, TypeOfMean},
      {"stddev(list: list of number): number\nstddev(n1: number, n2...: number): number",
       "the standard deviation of a sample of two or more", "样本标准差，至少两个数", Deviation, TypeOfDeviation},
      {"mode(list: list of number): list of number\nmode(n1: number, n2...: number): list of number",
       "the numbers that come most often, in rising order", "出现次数最多的数，按升序", Mode, TypeOfMode},
      {"all(list: list of boolean?): boolean\nall(b1: boolean?, b2...: boolean?): boolean",
       "whether all are true; true of an empty list", "是否全部为真；空列表为真", Join<true>},
      {"any(list: list of boolean?): boolean\nany(b1: boolean?, b2...: boolean?): boolean",
       "whether one is true; false of an empty list", "是否有一个为真；空列表为假", Join<false>},
      {"not(negand: boolean?): boolean?", "true of false, false of true", "逻辑非",
       [](const Value* args, std::size_t, CallContext*, Value* out) -> Fault {
         *out = args[0].IsNull() ? Value() : Value::Boolean(!args[0].boolean());
         return Fault::kNone;
       }},
      {"number(from: text | number): number\nnumber(from: text, grouping separator: text?, decimal separator: text?): number",
       "a text read as a number (in DMN always with both separators); a number without its unit",
       "把文本读作数（DMN 中总带两个分隔符）；去掉数的单位", NumberOf, TypeOfNumber},
      {"money(n: number): number", "a number as money (ordain)", "作为金额的数（ordain）", Same, TypeOfUnit<Unit::kMoney>},
      {"points(n: number): number", "a number as points (ordain)", "作为分数的数（ordain）", Same, TypeOfUnit<Unit::kPoints>},
      {"percent(ratio: number): number", "a ratio as percent: 0.015 is 1.5 % (ordain)",
       "比例化为百分数：0.015 即 1.5 %（ordain）",
       [](const Value* args, std::size_t, CallContext*, Value* out) -> Fault {
         Decimal d;
         return Give(Multiply(args[0].number(), Decimal(100), Rounding::kHalfEven, &d), d, out);
       },
       TypeOfUnit<Unit::kPercent>},
  });
}

}  // namespace ordain::feel
