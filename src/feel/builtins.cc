// The builtins: one table of name, signature, documentation, null rule, typing and meaning.
//
// Deviations from DMN, all towards saying something: sum of an empty list is 0, product 1. Functions marked "ordain" are
// our own. Functions that need regular expressions or function arguments are not here.
// Tested by tests/feel_test.cc.
#include <algorithm>

#include "feel/feel.hpp"

namespace ordain::feel {
namespace {

using Types = std::vector<Type>;
using Complain = std::function<void(std::string)>;

const Type kBool = Type::Of(Kind::kBoolean);
const Type kText = Type::Of(Kind::kText);
const Type kNumber = Type::Of(Kind::kNumber);
const Type kInteger = Type::Of(Kind::kNumber, Unit::kInteger);
const Type kDate = Type::Of(Kind::kDate);

// ---- typing -------------------------------------------------------------------------------------

bool Want(const Type& t, Kind kind, const Complain& complain) {
  if (t.kind == kind || t.kind == Kind::kAny) return true;
  complain("expected " + std::string(KindName(kind)) + ", found " + t.ToString());
  return false;
}
template <Kind... kinds>
bool WantAll(const Types& types, const Complain& complain) {
  constexpr Kind kKinds[] = {kinds...};
  bool good = true;
  for (std::size_t i = 0; i < types.size() && i < sizeof...(kinds); ++i) good &= Want(types[i], kKinds[i], complain);
  return good;
}
Type Plain(Type t) {
  t.literal = false;
  t.nullable = false;
  return t;
}

// The numbers of min, max, sum, ...: one list, or the arguments themselves. The common type of them.
Type Common(const Types& types, const Complain& complain, bool* list) {
  *list = types.size() == 1 && types[0].kind == Kind::kList;
  if (*list) return types[0].item();
  Type t = types[0];
  for (std::size_t i = 1; i < types.size(); ++i) {
    const Type& u = types[i];
    if (u.kind != t.kind) {
      complain("arguments of different types: " + t.ToString() + ", " + u.ToString());
      return t;
    }
    if (t.kind != Kind::kNumber) continue;
    if (t.literal && u.literal) {
      t.unit = t.unit == u.unit ? t.unit : Unit::kNone;
    } else if (t.literal) {
      const bool fraction = t.unit != Unit::kInteger;
      t = u;
      if (fraction && t.unit == Unit::kInteger) t.unit = Unit::kNone;
    } else if (u.literal) {
      if (t.unit == Unit::kInteger && u.unit != Unit::kInteger) t.unit = Unit::kNone;
    } else if (t.unit != u.unit) {
      const bool plain = (t.unit == Unit::kInteger || t.unit == Unit::kNone) && (u.unit == Unit::kInteger || u.unit == Unit::kNone);
      if (!plain) complain("arguments of different units: " + t.ToString() + ", " + u.ToString());
      t.unit = Unit::kNone;
    }
  }
  return t;
}

Type TypeOfExtreme(const Types& types, const Complain& complain) {
  bool list = false;
  Type t = Common(types, complain, &list);
  if (t.kind == Kind::kBoolean || t.kind == Kind::kList || t.kind == Kind::kContext) complain("no order among " + t.ToString());
  if (!list) return t.NotNull();
  t.literal = false;
  return t.Nullable();
}
Type TypeOfSum(const Types& types, const Complain& complain) {
  bool list = false;
  Type t = Common(types, complain, &list);
  if (t.kind == Kind::kAny) return kInteger;
  Want(t, Kind::kNumber, complain);
  if (t.nullable) complain("an item may be null");
  return Type::Of(Kind::kNumber, t.unit);
}
Type TypeOfMean(const Types& types, const Complain& complain) {
  bool list = false;
  const Type t = Common(types, complain, &list);
  Want(t, Kind::kNumber, complain);
  const Type r = Type::Of(Kind::kNumber, t.unit == Unit::kInteger ? Unit::kNone : t.unit);
  return list ? r.Nullable() : r;
}
Type TypeOfProduct(const Types& types, const Complain& complain) {
  bool list = false;
  const Type t = Common(types, complain, &list);
  Want(t, Kind::kNumber, complain);
  if (t.unit != Unit::kNone && t.unit != Unit::kInteger && !t.literal) complain("a product of " + t.ToString());
  return Type::Of(Kind::kNumber, t.unit == Unit::kInteger ? Unit::kInteger : Unit::kNone);
}
Type TypeOfRound(const Types& types, const Complain& complain) {  // keeps the unit
  WantAll<Kind::kNumber, Kind::kNumber>(types, complain);
  Type t = Plain(types[0]);
  t.literal = types[0].literal;
  if (t.unit == Unit::kNone && types.size() == 1) t.unit = Unit::kInteger;
  return t;
}
Type TypeOfAbs(const Types& types, const Complain& complain) {
  if (types[0].kind != Kind::kDuration && types[0].kind != Kind::kMonths) Want(types[0], Kind::kNumber, complain);
  return types[0].NotNull();
}
Type TypeOfModulo(const Types& types, const Complain& complain) {
  bool list = false;
  WantAll<Kind::kNumber, Kind::kNumber>(types, complain);
  return Common(types, complain, &list);
}
Type TypeOfNumber(const Types& types, const Complain& complain) {
  if (types[0].kind == Kind::kText) return kNumber;
  Want(types[0], Kind::kNumber, complain);
  return types[0].unit == Unit::kInteger ? kInteger : kNumber;
}
template <Unit unit>
Type TypeOfUnit(const Types& types, const Complain& complain) {
  Want(types[0], Kind::kNumber, complain);
  if (types[0].unit != Unit::kNone && types[0].unit != Unit::kInteger) complain("it is " + types[0].ToString() + " already");
  return Type::Of(Kind::kNumber, unit);
}
template <Kind... kinds>
Type ToBool(const Types& types, const Complain& complain) {
  WantAll<kinds...>(types, complain);
  return kBool;
}
template <Kind... kinds>
Type ToText(const Types& types, const Complain& complain) {
  WantAll<kinds...>(types, complain);
  return kText;
}
template <Kind... kinds>
Type ToInteger(const Types& types, const Complain& complain) {
  WantAll<kinds...>(types, complain);
  return kInteger;
}
template <Kind... kinds>
Type ToNumber(const Types& types, const Complain& complain) {
  WantAll<kinds...>(types, complain);
  return kNumber;
}
template <Kind... kinds>
Type ToDate(const Types& types, const Complain& complain) {
  WantAll<kinds...>(types, complain);
  return kDate;
}
Type TypeOfYearMonth(const Types& types, const Complain& complain) {
  Want(types[0], Kind::kDate, complain);
  return Type::Of(Kind::kText, Unit::kYearMonth);
}
Type TypeOfString(const Types&, const Complain&) { return kText; }
Type SameList(const Types& types, const Complain& complain) {
  Want(types[0], Kind::kList, complain);
  return types[0].NotNull();
}
bool ItemsMeet(const Type& list, const Type& item, const Complain& complain) {
  if (list.item().kind == Kind::kAny || item.kind == Kind::kAny || item.kind == Kind::kNull || list.item().kind == item.kind) return true;
  complain("expected an item of type " + list.item().ToString() + ", found " + item.ToString());
  return false;
}
Type TypeOfContains(const Types& types, const Complain& complain) {
  Want(types[0], Kind::kList, complain);
  ItemsMeet(types[0], types[1], complain);
  return kBool;
}
Type TypeOfIndexOf(const Types& types, const Complain& complain) {
  TypeOfContains(types, complain);
  return Type::List(kInteger);
}
Type Widen(const Type& list, const Type& item) {  // the list type that holds both
  Type t = list.item().kind == Kind::kAny ? item : list.item();
  if (t.kind == Kind::kText && item.kind == Kind::kText) {
    const bool literal = item.literal;
    if (!literal && item.unit != t.unit) t = kText;
    else if (t.enumeration() != nullptr && (literal || item.enumeration() == nullptr)) t = Type::Of(Kind::kText, t.unit);
  }
  t.nullable = list.item().nullable || item.nullable;
  return Type::List(t);
}
Type TypeOfAppend(const Types& types, const Complain& complain) {
  Want(types[0], Kind::kList, complain);
  Type t = types[0].NotNull();
  for (std::size_t i = 1; i < types.size(); ++i) {
    ItemsMeet(types[0], types[i], complain);
    t = Widen(t, types[i]);
  }
  return t;
}
Type TypeOfConcatenate(const Types& types, const Complain& complain) {
  for (const Type& t : types) Want(t, Kind::kList, complain);
  Type t = types[0].NotNull();
  for (std::size_t i = 1; i < types.size(); ++i) {
    ItemsMeet(t, types[i].item(), complain);
    if (types[i].item().kind != Kind::kAny) t = Widen(t, types[i].item());
  }
  return t;
}
Type TypeOfFlatten(const Types& types, const Complain& complain) {
  Want(types[0], Kind::kList, complain);
  Type t = types[0].item();
  while (t.kind == Kind::kList) t = t.item();
  return Type::List(t);
}
Type TypeOfSublist(const Types& types, const Complain& complain) {
  WantAll<Kind::kList, Kind::kNumber, Kind::kNumber>(types, complain);
  return types[0].NotNull();
}
Type TypeOfInsert(const Types& types, const Complain& complain) {
  WantAll<Kind::kList, Kind::kNumber>(types, complain);
  ItemsMeet(types[0], types[2], complain);
  return Widen(types[0].NotNull(), types[2]);
}
Type TypeOfJoin(const Types& types, const Complain& complain) {
  WantAll<Kind::kList, Kind::kText>(types, complain);
  if (types[0].item().kind != Kind::kAny) Want(types[0].item(), Kind::kText, complain);
  return kText;
}
Type TypeOfAllAny(const Types& types, const Complain& complain) {
  Want(types[0], Kind::kList, complain);
  if (types[0].item().kind != Kind::kAny) Want(types[0].item(), Kind::kBoolean, complain);
  return kBool;
}
Type TypeOfSort(const Types& types, const Complain& complain) {
  Want(types[0], Kind::kList, complain);
  const Kind k = types[0].item().kind;
  if (k == Kind::kBoolean || k == Kind::kList || k == Kind::kContext) complain("no order among " + types[0].item().ToString());
  return types[0].NotNull();
}
Type TypeOfDate(const Types& types, const Complain& complain) {
  if (types.size() == 3) {
    WantAll<Kind::kNumber, Kind::kNumber, Kind::kNumber>(types, complain);
  } else if (types.size() == 2) {
    complain("one text, one instant or year, month, day");
  } else if (types[0].kind != Kind::kInstant && types[0].kind != Kind::kDate) {
    Want(types[0], Kind::kText, complain);
  }
  return kDate;
}
Type TypeOfInstant(const Types& types, const Complain& complain) {
  Want(types[0], Kind::kText, complain);
  return Type::Of(Kind::kInstant);
}
Type TypeOfDuration(const Types& types, const Complain& complain) {
  Want(types[0], Kind::kText, complain);
  return Type::Of(Kind::kDuration);
}
Type TypeOfMonths(const Types& types, const Complain& complain) {
  WantAll<Kind::kDate, Kind::kDate>(types, complain);
  return Type::Of(Kind::kMonths);
}
Type TypeOfRanks(const Types& types, const Complain& complain) {
  WantAll<Kind::kList, Kind::kBoolean>(types, complain);
  return Type::List(kInteger);
}
Type TypeOfPlace(const Types& types, const Complain& complain) {
  WantAll<Kind::kList, Kind::kList, Kind::kNumber>(types, complain);
  return types[0].item().Nullable();
}
Type TypeOfAllAtPlace(const Types& types, const Complain& complain) {
  WantAll<Kind::kList, Kind::kList, Kind::kNumber>(types, complain);
  return types[0].NotNull();
}

// ---- meaning ------------------------------------------------------------------------------------

Fault FromStatus(DecimalStatus s) {
  switch (s) {
    case DecimalStatus::kOk: return Fault::kNone;
    case DecimalStatus::kDivisionByZero: return Fault::kDivisionByZero;
    case DecimalStatus::kOverflow: return Fault::kOverflow;
    default: return Fault::kInvalid;
  }
}
Fault Give(DecimalStatus s, const Decimal& d, Value* out) {
  if (s == DecimalStatus::kOk) *out = Value::Number(d);
  return FromStatus(s);
}
Fault GiveText(const std::string& s, Arena* arena, Value* out) {
  const std::string_view copy = arena->Copy(s);
  if (copy.data() == nullptr) return Fault::kMemory;
  *out = Value::Text(copy);
  return Fault::kNone;
}
bool Whole(const Value& v, std::int64_t* out) { return v.kind() == Kind::kNumber && v.number().ToInt64(out); }

// The operands of sum, min, ...: the items of one list, or the arguments.
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

Fault Extreme(const Value* args, std::size_t n, int wanted, Value* out) {
  const Operands o(args, n);
  *out = Value();
  for (std::size_t i = 0; i < o.count; ++i) {
    if (i == 0) {
      *out = o.begin[0];
      if (out->IsNull()) return Fault::kNull;
      continue;
    }
    int c = 0;
    const Fault f = CompareValues(o.begin[i], *out, &c);
    if (f != Fault::kNone) return f;
    if (c == wanted) *out = o.begin[i];
  }
  return Fault::kNone;
}
Fault Fold(const Value* args, std::size_t n, std::int64_t start, DecimalStatus (*op)(const Decimal&, const Decimal&, Rounding, Decimal*), Decimal* out) {
  const Operands o(args, n);
  *out = Decimal(start);
  for (std::size_t i = 0; i < o.count; ++i) {
    if (o.begin[i].IsNull()) return Fault::kNull;
    if (o.begin[i].kind() != Kind::kNumber) return Fault::kWrongKind;
    const DecimalStatus s = op(*out, o.begin[i].number(), Rounding::kHalfEven, out);
    if (s != DecimalStatus::kOk) return FromStatus(s);
  }
  return Fault::kNone;
}
DecimalStatus AddOp(const Decimal& a, const Decimal& b, Rounding m, Decimal* out) { return Add(a, b, m, out); }

template <Rounding mode>
Fault Round(const Value* args, std::size_t n, CallContext*, Value* out) {
  if (args[0].IsNull()) return Fault::kNull;
  std::int64_t scale = 0;
  if (n > 1 && !Whole(args[1], &scale)) return Fault::kInvalid;
  if (scale < -6111 || scale > 6176) return Fault::kInvalid;
  Decimal r = args[0].number();
  // Nothing to round where the number has no digits below; it keeps its own exponent.
  if (r.exponent() >= -scale) {
    *out = args[0];
    return Fault::kNone;
  }
  return Give(Quantize(r, static_cast<std::int32_t>(-scale), mode, &r), r, out);
}

std::size_t Next(std::string_view s, std::size_t i) {  // the next code point
  ++i;
  while (i < s.size() && (static_cast<unsigned char>(s[i]) & 0xC0u) == 0x80u) ++i;
  return i;
}
std::size_t Length(std::string_view s) {
  std::size_t n = 0;
  for (std::size_t i = 0; i < s.size(); i = Next(s, i)) ++n;
  return n;
}

Fault MakeList(const std::vector<Value>& items, Arena* arena, Value* out) {
  Value* v = arena->NewValues(items.size());
  if (v == nullptr) return Fault::kMemory;
  std::copy(items.begin(), items.end(), v);
  *out = Value::List(v, items.size());
  return Fault::kNone;
}
bool Holds(const std::vector<Value>& items, const Value& v) {
  return std::any_of(items.begin(), items.end(), [&](const Value& i) { return SameValue(i, v); });
}
void FlattenInto(const Value& v, std::vector<Value>* out) {
  for (std::size_t i = 0; i < v.size(); ++i) {
    if (v[i].kind() == Kind::kList) FlattenInto(v[i], out);
    else out->push_back(v[i]);
  }
}
template <bool upper>
Fault Case(const Value* args, std::size_t, CallContext* context, Value* out) {
  Arena* const arena = context->arena;
  std::string s(args[0].text());
  for (char& c : s) {
    if (upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (!upper && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return GiveText(s, arena, out);
}

#define CALL [](const Value* args, std::size_t n, CallContext* context, Value* out) -> Fault
#define UNUSED (void)args, (void)n, (void)out; Arena* const arena = context->arena; (void)arena

const std::vector<Builtin>& Table() {
  static const std::vector<Builtin> kTable = {
      // numbers
      {"abs", "abs(n: number): number", "the value without its sign", 1, 1, false, TypeOfAbs,
       CALL { UNUSED; if (args[0].kind() != Kind::kNumber) { int s = 0; Value zero = args[0].kind() == Kind::kDuration ? Value::OfDuration({}) : Value::OfMonths({});
              const Fault f = CompareValues(args[0], zero, &s); if (f != Fault::kNone) return f; if (s < 0) return NegateValue(args[0], out); *out = args[0]; return Fault::kNone; }
              *out = Value::Number(Abs(args[0].number())); return Fault::kNone; }},
      {"floor", "floor(n: number, scale: number): number", "rounded down to scale digits after the point (default 0)", 1, 2, false, TypeOfRound, Round<Rounding::kFloor>},
      {"ceiling", "ceiling(n: number, scale: number): number", "rounded up to scale digits after the point (default 0)", 1, 2, false, TypeOfRound, Round<Rounding::kCeiling>},
      {"decimal", "decimal(n: number, scale: number): number", "rounded half to even to scale digits after the point", 2, 2, false, TypeOfRound, Round<Rounding::kHalfEven>},
      {"round up", "round up(n: number, scale: number): number", "rounded away from zero", 2, 2, false, TypeOfRound, Round<Rounding::kUp>},
      {"round down", "round down(n: number, scale: number): number", "rounded towards zero", 2, 2, false, TypeOfRound, Round<Rounding::kDown>},
      {"round half up", "round half up(n: number, scale: number): number", "rounded to nearest, ties away from zero", 2, 2, false, TypeOfRound, Round<Rounding::kHalfUp>},
      {"round half down", "round half down(n: number, scale: number): number", "rounded to nearest, ties towards zero", 2, 2, false, TypeOfRound, Round<Rounding::kHalfDown>},
      {"modulo", "modulo(dividend: number, divisor: number): number", "the rest of a division, with the sign of the divisor", 2, 2, false, TypeOfModulo,
       CALL { UNUSED; Decimal r; return Give(Modulo(args[0].number(), args[1].number(), &r), r, out); }},
      {"sqrt", "sqrt(n: number): number", "the square root, correctly rounded", 1, 1, false, ToNumber<Kind::kNumber>,
       CALL { UNUSED; Decimal r; return Give(SquareRoot(args[0].number(), Rounding::kHalfEven, &r), r, out); }},
      {"even", "even(n: number): boolean", "whether a whole number is even", 1, 1, false, ToBool<Kind::kNumber>,
       CALL { UNUSED; Decimal r; const Fault f = FromStatus(Modulo(args[0].number(), Decimal(2), &r)); *out = Value::Boolean(r.IsZero()); return f; }},
      {"odd", "odd(n: number): boolean", "whether a whole number is odd", 1, 1, false, ToBool<Kind::kNumber>,
       CALL { UNUSED; Decimal r; const Fault f = FromStatus(Modulo(args[0].number(), Decimal(2), &r)); *out = Value::Boolean(Compare(r, Decimal(1)) == 0); return f; }},
      {"min", "min(list: list): any", "the least; null of an empty list", 1, -1, false, TypeOfExtreme, CALL { UNUSED; return Extreme(args, n, -1, out); }},
      {"max", "max(list: list): any", "the greatest; null of an empty list", 1, -1, false, TypeOfExtreme, CALL { UNUSED; return Extreme(args, n, 1, out); }},
      {"sum", "sum(list: list): number", "the sum; 0 of an empty list", 1, -1, false, TypeOfSum,
       CALL { UNUSED; Decimal d; const Fault f = Fold(args, n, 0, AddOp, &d); *out = Value::Number(d); return f; }},
      {"product", "product(list: list): number", "the product; 1 of an empty list", 1, -1, false, TypeOfProduct,
       CALL { UNUSED; Decimal d; const Fault f = Fold(args, n, 1, Multiply, &d); *out = Value::Number(d); return f; }},
      {"mean", "mean(list: list): number", "the arithmetic mean; null of an empty list", 1, -1, false, TypeOfMean,
       CALL { UNUSED; const Operands o(args, n); *out = Value(); if (o.count == 0) return Fault::kNone; Decimal d; const Fault f = Fold(args, n, 0, AddOp, &d); if (f != Fault::kNone) return f;
              return Give(Divide(d, Decimal(static_cast<std::int64_t>(o.count)), Rounding::kHalfEven, &d), d, out); }},
      {"median", "median(list: list): number", "the middle value; null of an empty list", 1, -1, false, TypeOfMean,
       CALL { UNUSED; const Operands o(args, n); *out = Value(); if (o.count == 0) return Fault::kNone; std::vector<Decimal> v;
              for (std::size_t i = 0; i < o.count; ++i) { if (o.begin[i].kind() != Kind::kNumber) return Fault::kNull; v.push_back(o.begin[i].number()); }
              std::sort(v.begin(), v.end()); Decimal d = v[v.size() / 2]; if (v.size() % 2 == 1) { *out = Value::Number(d); return Fault::kNone; }
              const DecimalStatus s = Add(d, v[v.size() / 2 - 1], Rounding::kHalfEven, &d); if (s != DecimalStatus::kOk) return FromStatus(s);
              return Give(Divide(d, Decimal(2), Rounding::kHalfEven, &d), d, out); }},
      {"count", "count(list: list): number", "the number of items", 1, 1, false, ToInteger<Kind::kList>,
       CALL { UNUSED; *out = Value::Number(Decimal(static_cast<std::int64_t>(args[0].size()))); return Fault::kNone; }},
      {"number", "number(from: any): number", "a text read as a number; a number without its unit", 1, 1, false, TypeOfNumber,
       CALL { UNUSED; if (args[0].kind() == Kind::kNumber) { *out = args[0]; return Fault::kNone; } Decimal d; return Give(Decimal::Parse(args[0].text(), &d), d, out); }},
      {"money", "money(n: number): money", "a number as money (ordain)", 1, 1, false, TypeOfUnit<Unit::kMoney>, CALL { UNUSED; *out = args[0]; return Fault::kNone; }},
      {"points", "points(n: number): points", "a number as points (ordain)", 1, 1, false, TypeOfUnit<Unit::kPoints>, CALL { UNUSED; *out = args[0]; return Fault::kNone; }},
      {"percent", "percent(ratio: number): percent", "a ratio as percent: 0.015 is 1.5 % (ordain)", 1, 1, false, TypeOfUnit<Unit::kPercent>,
       CALL { UNUSED; Decimal d; return Give(Multiply(args[0].number(), Decimal(100), Rounding::kHalfEven, &d), d, out); }},
      // texts
      {"string", "string(from: any): text", "a value as text", 1, 1, false, TypeOfString,
       CALL { UNUSED; if (args[0].kind() == Kind::kText) { *out = args[0]; return Fault::kNone; }
              std::string s = args[0].ToJson(); if (s.size() > 1 && s.front() == '"') s = s.substr(1, s.size() - 2); return GiveText(s, arena, out); }},
      {"string length", "string length(string: text): number", "the number of characters", 1, 1, false, ToInteger<Kind::kText>,
       CALL { UNUSED; *out = Value::Number(Decimal(static_cast<std::int64_t>(Length(args[0].text())))); return Fault::kNone; }},
      {"substring", "substring(string: text, start position: number, length: number): text", "characters from a position (1 is the first, -1 the last)", 2, 3, false, ToText<Kind::kText, Kind::kNumber, Kind::kNumber>,
       CALL { UNUSED; const std::string_view s = args[0].text(); const auto size = static_cast<std::int64_t>(Length(s)); std::int64_t start = 0, length = size;
              if (!Whole(args[1], &start) || start == 0 || (n > 2 && !Whole(args[2], &length)) || length < 0) return Fault::kInvalid;
              start = start > 0 ? start - 1 : size + start; if (start < 0 || start > size) return Fault::kInvalid; length = std::min(length, size - start);
              std::size_t i = 0; for (std::int64_t k = 0; k < start; ++k) i = Next(s, i); std::size_t j = i; for (std::int64_t k = 0; k < length; ++k) j = Next(s, j);
              *out = Value::Text(s.substr(i, j - i)); return Fault::kNone; }},
      {"upper case", "upper case(string: text): text", "in capitals (letters a to z)", 1, 1, false, ToText<Kind::kText>, Case<true>},
      {"lower case", "lower case(string: text): text", "in small letters (letters A to Z)", 1, 1, false, ToText<Kind::kText>, Case<false>},
      {"contains", "contains(string: text, match: text): boolean", "whether a text stands in another", 2, 2, false, ToBool<Kind::kText, Kind::kText>,
       CALL { UNUSED; *out = Value::Boolean(args[0].text().find(args[1].text()) != std::string_view::npos); return Fault::kNone; }},
      {"starts with", "starts with(string: text, match: text): boolean", "whether a text begins so", 2, 2, false, ToBool<Kind::kText, Kind::kText>,
       CALL { UNUSED; *out = Value::Boolean(args[0].text().starts_with(args[1].text())); return Fault::kNone; }},
      {"ends with", "ends with(string: text, match: text): boolean", "whether a text ends so", 2, 2, false, ToBool<Kind::kText, Kind::kText>,
       CALL { UNUSED; *out = Value::Boolean(args[0].text().ends_with(args[1].text())); return Fault::kNone; }},
      {"substring before", "substring before(string: text, match: text): text", "what stands before the first match, else an empty text", 2, 2, false, ToText<Kind::kText, Kind::kText>,
       CALL { UNUSED; const std::size_t at = args[0].text().find(args[1].text()); *out = Value::Text(at == std::string_view::npos ? std::string_view("") : args[0].text().substr(0, at)); return Fault::kNone; }},
      {"substring after", "substring after(string: text, match: text): text", "what stands behind the first match, else an empty text", 2, 2, false, ToText<Kind::kText, Kind::kText>,
       CALL { UNUSED; const std::size_t at = args[0].text().find(args[1].text()); *out = Value::Text(at == std::string_view::npos ? std::string_view("") : args[0].text().substr(at + args[1].text().size())); return Fault::kNone; }},
      {"string join", "string join(list: list, delimiter: text): text", "the texts of a list, one after the other", 1, 2, false, TypeOfJoin,
       CALL { UNUSED; std::string s; for (std::size_t i = 0; i < args[0].size(); ++i) { if (args[0][i].kind() != Kind::kText) return Fault::kNull; if (i != 0 && n > 1) s += args[1].text(); s += args[0][i].text(); }
              return GiveText(s, arena, out); }},
      {"pad", "pad(n: number, width: number): text", "a whole number with leading zeros; overflow when it is longer (ordain)", 2, 2, false, ToText<Kind::kNumber, Kind::kNumber>,
       CALL { UNUSED; std::int64_t value = 0, width = 0; if (!Whole(args[0], &value) || value < 0 || !Whole(args[1], &width)) return Fault::kInvalid; std::string s = std::to_string(value);
              if (static_cast<std::int64_t>(s.size()) > width) return Fault::kOverflow;
              return GiveText(std::string(static_cast<std::size_t>(width) - s.size(), '0') + s, arena, out); }},
      // lists
      {"list contains", "list contains(list: list, element: any): boolean", "whether an item is in a list", 2, 2, true, TypeOfContains,
       CALL { UNUSED; if (args[0].IsNull()) return Fault::kNull; bool found = false; for (std::size_t i = 0; i < args[0].size(); ++i) found |= SameValue(args[0][i], args[1]); *out = Value::Boolean(found); return Fault::kNone; }},
      {"append", "append(list: list, item: any): list", "a list with items at its end", 2, -1, true, TypeOfAppend,
       CALL { UNUSED; if (args[0].IsNull()) return Fault::kNull; std::vector<Value> v(args[0].items(), args[0].items() + args[0].size()); v.insert(v.end(), args + 1, args + n); return MakeList(v, arena, out); }},
      {"concatenate", "concatenate(list: list): list", "lists one behind the other", 1, -1, false, TypeOfConcatenate,
       CALL { UNUSED; std::vector<Value> v; for (std::size_t i = 0; i < n; ++i) v.insert(v.end(), args[i].items(), args[i].items() + args[i].size()); return MakeList(v, arena, out); }},
      {"distinct values", "distinct values(list: list): list", "each value once, in the order of first appearance", 1, 1, false, SameList,
       CALL { UNUSED; std::vector<Value> v; for (std::size_t i = 0; i < args[0].size(); ++i) if (!Holds(v, args[0][i])) v.push_back(args[0][i]); return MakeList(v, arena, out); }},
      {"duplicate values", "duplicate values(list: list): list", "each value that comes more than once, once", 1, 1, false, SameList,
       CALL { UNUSED; std::vector<Value> seen, v; for (std::size_t i = 0; i < args[0].size(); ++i) { if (!Holds(seen, args[0][i])) { seen.push_back(args[0][i]); } else if (!Holds(v, args[0][i])) { v.push_back(args[0][i]); } } return MakeList(v, arena, out); }},
      {"union", "union(list: list): list", "the distinct values of all lists", 1, -1, false, TypeOfConcatenate,
       CALL { UNUSED; std::vector<Value> v; for (std::size_t i = 0; i < n; ++i) for (std::size_t k = 0; k < args[i].size(); ++k) if (!Holds(v, args[i][k])) v.push_back(args[i][k]); return MakeList(v, arena, out); }},
      {"flatten", "flatten(list: list): list", "nested lists as one", 1, 1, false, TypeOfFlatten, CALL { UNUSED; std::vector<Value> v; FlattenInto(args[0], &v); return MakeList(v, arena, out); }},
      {"reverse", "reverse(list: list): list", "from the end", 1, 1, false, SameList,
       CALL { UNUSED; std::vector<Value> v(args[0].items(), args[0].items() + args[0].size()); std::reverse(v.begin(), v.end()); return MakeList(v, arena, out); }},
      {"index of", "index of(list: list, match: any): list", "the positions of a value", 2, 2, true, TypeOfIndexOf,
       CALL { UNUSED; if (args[0].IsNull()) return Fault::kNull; std::vector<Value> v; for (std::size_t i = 0; i < args[0].size(); ++i) if (SameValue(args[0][i], args[1])) v.push_back(Value::Number(Decimal(static_cast<std::int64_t>(i + 1)))); return MakeList(v, arena, out); }},
      {"sublist", "sublist(list: list, start position: number, length: number): list", "a part of a list", 2, 3, false, TypeOfSublist,
       CALL { UNUSED; const auto size = static_cast<std::int64_t>(args[0].size()); std::int64_t start = 0, length = size; if (!Whole(args[1], &start) || start == 0 || (n > 2 && !Whole(args[2], &length)) || length < 0) return Fault::kInvalid;
              start = start > 0 ? start - 1 : size + start; if (start < 0 || start > size) return Fault::kInvalid; *out = Value::List(args[0].items() + start, static_cast<std::size_t>(std::min(length, size - start))); return Fault::kNone; }},
      {"insert before", "insert before(list: list, position: number, item: any): list", "a list with one more item", 3, 3, true, TypeOfInsert,
       CALL { UNUSED; if (args[0].IsNull()) return Fault::kNull; const auto size = static_cast<std::int64_t>(args[0].size()); std::int64_t at = 0; if (!Whole(args[1], &at) || at == 0) return Fault::kInvalid; at = at > 0 ? at - 1 : size + at; if (at < 0 || at > size) return Fault::kInvalid;
              std::vector<Value> v(args[0].items(), args[0].items() + size); v.insert(v.begin() + at, args[2]); return MakeList(v, arena, out); }},
      {"remove", "remove(list: list, position: number): list", "a list without one item", 2, 2, false, TypeOfSublist,
       CALL { UNUSED; const auto size = static_cast<std::int64_t>(args[0].size()); std::int64_t at = 0; if (!Whole(args[1], &at) || at == 0) return Fault::kInvalid; at = at > 0 ? at - 1 : size + at; if (at < 0 || at >= size) return Fault::kInvalid;
              std::vector<Value> v(args[0].items(), args[0].items() + size); v.erase(v.begin() + at); return MakeList(v, arena, out); }},
      {"sort", "sort(list: list): list", "in rising order", 1, 1, false, TypeOfSort,
       CALL { UNUSED; std::vector<Value> v(args[0].items(), args[0].items() + args[0].size()); Fault fault = Fault::kNone;
              std::stable_sort(v.begin(), v.end(), [&](const Value& a, const Value& b) { int c = 0; const Fault f = CompareValues(a, b, &c); if (f != Fault::kNone) fault = f; return f == Fault::kNone && c < 0; });
              return fault != Fault::kNone ? fault : MakeList(v, arena, out); }},
      {"all", "all(list: list): boolean", "whether all are true; true of an empty list", 1, 1, false, TypeOfAllAny,
       CALL { UNUSED; bool r = true; for (std::size_t i = 0; i < args[0].size(); ++i) { if (args[0][i].IsNull()) return Fault::kNull; r &= args[0][i].IsTrue(); } *out = Value::Boolean(r); return Fault::kNone; }},
      {"any", "any(list: list): boolean", "whether one is true; false of an empty list", 1, 1, false, TypeOfAllAny,
       CALL { UNUSED; bool r = false; for (std::size_t i = 0; i < args[0].size(); ++i) { if (args[0][i].IsNull()) return Fault::kNull; r |= args[0][i].IsTrue(); } *out = Value::Boolean(r); return Fault::kNone; }},
      // dates
      {"date", "date(from: any): date", "a date from a text, an instant (its day at its own offset) or year, month, day", 1, 3, false, TypeOfDate,
       CALL { UNUSED; Date d; if (n == 3) { std::int64_t y = 0, m = 0, day = 0; if (!Whole(args[0], &y) || !Whole(args[1], &m) || !Whole(args[2], &day) || m < 1 || m > 12 || day < 1 || day > 31 || !Date::IsValid(y, static_cast<int>(m), static_cast<int>(day))) return Fault::kInvalid;
              d = Date::FromYmd(y, static_cast<int>(m), static_cast<int>(day)); } else if (args[0].kind() == Kind::kInstant) { d = args[0].instant().LocalDate(); } else if (args[0].kind() == Kind::kDate) { d = args[0].date(); } else if (!Date::Parse(args[0].text(), &d)) { return Fault::kInvalid; }
              *out = Value::OfDate(d); return Fault::kNone; }},
      {"date and time", "date and time(from: text): date and time", "an instant from its text with offset", 1, 1, false, TypeOfInstant,
       CALL { UNUSED; Instant i; if (!Instant::Parse(args[0].text(), &i)) return Fault::kInvalid; *out = Value::OfInstant(i); return Fault::kNone; }},
      {"duration", "duration(from: text): days and time duration", "a duration of days and time from its text", 1, 1, false, TypeOfDuration,
       CALL { UNUSED; Duration d; if (!Duration::Parse(args[0].text(), &d)) return Fault::kInvalid; *out = Value::OfDuration(d); return Fault::kNone; }},
      {"years and months duration", "years and months duration(from: date, to: date): years and months duration", "the whole months between two dates", 2, 2, false, TypeOfMonths,
       CALL { UNUSED; const Date a = args[0].date(), b = args[1].date(); std::int64_t m = b.MonthIndex() - a.MonthIndex(); if (m > 0 && b.day() < a.day()) --m; if (m < 0 && b.day() > a.day()) ++m; *out = Value::OfMonths({m}); return Fault::kNone; }},
      {"day of year", "day of year(date: date): number", "1 to 366", 1, 1, false, ToInteger<Kind::kDate>, CALL { UNUSED; *out = Value::Number(Decimal(args[0].date().DayOfYear())); return Fault::kNone; }},
      {"day of week", "day of week(date: date): text", "Monday to Sunday", 1, 1, false, ToText<Kind::kDate>,
       CALL { UNUSED; static constexpr std::string_view kDays[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}; *out = Value::Text(kDays[args[0].date().Weekday() - 1]); return Fault::kNone; }},
      {"month of year", "month of year(date: date): text", "January to December", 1, 1, false, ToText<Kind::kDate>,
       CALL { UNUSED; static constexpr std::string_view kMonths[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}; *out = Value::Text(kMonths[args[0].date().month() - 1]); return Fault::kNone; }},
      {"week of year", "week of year(date: date): number", "the week of ISO 8601", 1, 1, false, ToInteger<Kind::kDate>, CALL { UNUSED; *out = Value::Number(Decimal(args[0].date().IsoWeek())); return Fault::kNone; }},
      {"add months", "add months(date: date, months: number): date", "so many months later; a day that the month does not have becomes its last (ordain)", 2, 2, false, ToDate<Kind::kDate, Kind::kNumber>,
       CALL { UNUSED; std::int64_t m = 0; if (!Whole(args[1], &m) || m > 12000000000 || m < -12000000000) return Fault::kInvalid; *out = Value::OfDate(AddMonths(args[0].date(), m, MonthRoll::kClip)); return Fault::kNone; }},
      {"end of month", "end of month(date: date): date", "the last day of the month (ordain)", 1, 1, false, ToDate<Kind::kDate>, CALL { UNUSED; *out = Value::OfDate(EndOfMonth(args[0].date())); return Fault::kNone; }},
      {"year month", "year month(date: date): year_month", "the month as YYYY-MM (ordain)", 1, 1, false, TypeOfYearMonth, CALL { UNUSED; return GiveText(args[0].date().ToString().substr(0, 7), arena, out); }},
      // ranks
      {"ranks", "ranks(list: list, descending: boolean): list", "for each item its place: 1 + the number of better items (ordain)", 2, 2, false, TypeOfRanks,
       CALL { UNUSED; const Value& list = args[0]; const int better = args[1].IsTrue() ? 1 : -1; std::vector<Value> sorted(list.items(), list.items() + list.size()); Fault fault = Fault::kNone;
              const auto before = [&](const Value& a, const Value& b) { int c = 0; const Fault f = CompareValues(a, b, &c); if (f != Fault::kNone) fault = f; return f == Fault::kNone && c == better; };
              std::stable_sort(sorted.begin(), sorted.end(), before); std::vector<Value> places;
              for (std::size_t i = 0; i < list.size(); ++i) { const auto it = std::lower_bound(sorted.begin(), sorted.end(), list[i], before); places.push_back(Value::Number(Decimal(static_cast<std::int64_t>(it - sorted.begin() + 1)))); }
              return fault != Fault::kNone ? fault : MakeList(places, arena, out); }},
      {"alone at place", "alone at place(list: list, places: list, place: number): any", "the only item with this place, null when there is none or several (ordain)", 3, 3, false, TypeOfPlace,
       CALL { UNUSED; *out = Value(); int found = 0; for (std::size_t i = 0; i < args[0].size() && i < args[1].size(); ++i) if (SameValue(args[1][i], args[2])) { *out = args[0][i]; ++found; } if (found != 1) *out = Value(); return Fault::kNone; }},
      {"first at place", "first at place(list: list, places: list, place: number): any", "the item that is at this place when of equal ones the earlier goes first (ordain)", 3, 3, false, TypeOfPlace,
       CALL { UNUSED; *out = Value(); std::int64_t wanted = 0; if (!Whole(args[2], &wanted)) return Fault::kInvalid; for (std::size_t i = 0; i < args[0].size() && i < args[1].size(); ++i) { std::int64_t place = 0; if (!Whole(args[1][i], &place)) return Fault::kInvalid; for (std::size_t k = 0; k < i; ++k) if (SameValue(args[1][k], args[1][i])) ++place; if (place == wanted) *out = args[0][i]; } return Fault::kNone; }},
      {"all at place", "all at place(list: list, places: list, place: number): list", "all items with this place (ordain)", 3, 3, false, TypeOfAllAtPlace,
       CALL { UNUSED; std::vector<Value> v; for (std::size_t i = 0; i < args[0].size() && i < args[1].size(); ++i) if (SameValue(args[1][i], args[2])) v.push_back(args[0][i]); return MakeList(v, arena, out); }},
  };
  return kTable;
}
#undef CALL
#undef UNUSED

}  // namespace

const std::vector<Builtin>& Builtins() {
  static const std::vector<Builtin> kAll = [] {
    std::vector<Builtin> all = Table();
    for (const Builtin& b : WorkingDayBuiltins()) all.push_back(b);
    return all;
  }();
  return kAll;
}

int FindBuiltin(std::string_view name) {
  const std::vector<Builtin>& table = Builtins();
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace ordain::feel
