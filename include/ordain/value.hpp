// Types and values: what facts, expressions, outcomes and effects are made of.
//
//   ordain::Arena arena;
//   ordain::Value amount = ordain::Value::Number(ordain::Decimal(20000));
//   ordain::Value name = ordain::Value::Text(arena.Copy("E1"));
//
// A Value is 24 bytes, trivially copyable, and does not own what it points to: text, lists and
// contexts live in an Arena (or in the caller's memory) that must outlive it. That keeps the
// evaluation of compiled policies free of allocation. There is one value type for the whole project.
//
// A Type is what the checker knows of a value: kind, unit (money, percent, ...), whether it may be
// null, the item type of a list, the fields of a context, the values of an enumeration.
//
// Threads: values and types are immutable once made. An Arena belongs to one thread at a time.
// Tested by tests/value_test.cc.
#ifndef ORDAIN_VALUE_HPP_
#define ORDAIN_VALUE_HPP_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ordain/decimal.hpp"
#include "ordain/time.hpp"

namespace ordain {

enum class Kind : std::uint8_t {
  kNull,       // no value; also an optional fact that is absent
  kBoolean,
  kNumber,
  kText,
  kDate,
  kTime,       // clock time, without or with offset
  kInstant,    // date and time with offset
  kDuration,   // days and time
  kMonths,     // years and months
  kList,
  kContext,    // a record
  kRange,
  kFunction,
  kAny,        // types only: not known before evaluation
};
std::string_view KindName(Kind kind);  // FEEL's words: "boolean", "number", "date and time", ...

// What a number or a text stands for. Units keep money from being multiplied with money.
enum class Unit : std::uint8_t {
  kNone,
  kInteger,      // a number without a fraction
  kMoney,        // in the rule set's currency, at its scale
  kPercent,      // 1.5 means 1.5 %
  kPoints,
  kPerson,       // text: the id of a party
  kTeam,
  kDepartment,
  kInstitution,
  kYearMonth,    // text: YYYY-MM
};
std::string_view UnitName(Unit unit);  // "integer", "money", ..., "" for kNone

struct TypeDetail;

// The static type of an expression. Cheap to copy.
struct Type {
  Kind kind = Kind::kAny;
  Unit unit = Unit::kNone;
  bool nullable = false;
  bool literal = false;   // a number written in the expression: takes the unit that is asked for
  std::shared_ptr<const TypeDetail> detail;  // lists, contexts, ranges, enumerations

  static Type Of(Kind kind, Unit unit = Unit::kNone) { Type t; t.kind = kind; t.unit = unit; return t; }
  static Type List(Type item);
  static Type Range(Type endpoint);
  static Type Context(std::vector<std::pair<std::string, Type>> fields);
  static Type Function(std::vector<std::pair<std::string, Type>> parameters, Type result);
  static Type Enumeration(std::vector<std::string> values);  // text, one of these
  Type Nullable() const { Type t = *this; t.nullable = true; return t; }
  Type NotNull() const { Type t = *this; t.nullable = false; return t; }

  const Type& item() const;     // REQUIRES: kind kList or kRange
  // Index of a context's field, -1 when there is none.
  int FieldIndex(std::string_view name) const;
  const Type& field(int index) const;
  const std::vector<std::string>* enumeration() const;  // null when any text will do
  std::string ToString() const;  // "list of {person: person, amount: money}", "text?" when nullable
};

// The names of a context's fields, in order. Values point to it; it lives where they do (an arena, a type).
struct Shape {
  const std::string_view* keys = nullptr;
  std::size_t count = 0;
  int Find(std::string_view name) const;  // -1 when there is none
};

// A shape that owns its names.
class NamedShape : public Shape {
 public:
  NamedShape() = default;
  explicit NamedShape(std::vector<std::string> names);
  NamedShape(const NamedShape& other) : NamedShape(other.names_) {}
  NamedShape& operator=(const NamedShape& other);
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
  std::vector<std::string_view> views_;
};

// A context type is also the shape of its values, so that a Value can point to its type's detail. The
// names are those of a context's fields or a function's parameters.
struct TypeDetail : NamedShape {
  TypeDetail() = default;
  explicit TypeDetail(std::vector<std::string> names) : NamedShape(std::move(names)) {}
  std::vector<Type> items;                // list or range: one; context: one per field; function: parameters, result
  std::vector<std::string> one_of;        // text: allowed values
  bool has_min = false, has_max = false;  // numbers: declared bounds, inclusive unless open
  bool min_open = false, max_open = false;
  bool not_zero = false;                  // numbers
  Decimal min, max;
  std::uint32_t length = 0;               // text: exact number of characters, 0 for any
  bool map = false;                       // list of {key, value}: an object in JSON, its members in order
};

class Value;

struct RangeValue;
struct FunctionValue;

// How a clock time or a date and time is tied to the time line.
enum class Clock : std::uint8_t {
  kOffset,  // by an offset from UTC
  kLocal,   // not at all: what a clock on the wall shows (offset 0, seconds as if in UTC)
  kZone,    // by a zone of the IANA database; the offset is that of the zone at that instant
};

// A clock time. offset: seconds east of UTC, 0 for Clock::kLocal.
struct ClockTime {
  std::int32_t seconds = 0;  // of the day, 0..86399
  std::uint32_t nanos = 0;   // 0..999999999
  std::int32_t offset = 0;
};

struct ZonedInstant {
  Instant instant;
  std::string_view zone;
};
struct ZonedTime {
  ClockTime time;
  std::string_view zone;
};

class Value {
 public:
  constexpr Value() = default;  // null
  static Value Boolean(bool b) { Value v; v.kind_ = Kind::kBoolean; v.lo_ = b; return v; }
  static Value Number(const Decimal& d) {
    Value v; v.kind_ = Kind::kNumber; v.lo_ = d.lo(); v.hi_ = d.hi(); v.aux_ = d.exponent();
    v.flag_ = d.negative(); return v;
  }
  static Value Text(std::string_view s) {  // not copied
    Value v; v.kind_ = Kind::kText; v.lo_ = reinterpret_cast<std::uintptr_t>(s.data()); v.hi_ = s.size();
    return v;
  }
  static Value OfDate(Date d) {
    Value v; v.kind_ = Kind::kDate; v.lo_ = static_cast<std::uint64_t>(d.days); return v;
  }
  static Value OfInstant(const Instant& i) {
    Value v; v.kind_ = Kind::kInstant; v.lo_ = static_cast<std::uint64_t>(i.seconds); v.hi_ = i.nanos;
    v.aux_ = i.offset; return v;
  }
  // A date and time without offset: seconds since 1970-01-01T00:00:00 of the same clock.
  static Value LocalInstant(std::int64_t seconds, std::uint32_t nanos) {
    Value v = OfInstant(Instant{seconds, nanos, 0}); v.flag_ = static_cast<std::uint8_t>(Clock::kLocal); return v;
  }
  static Value InZone(const ZonedInstant* z) {
    Value v; v.kind_ = Kind::kInstant; v.lo_ = reinterpret_cast<std::uintptr_t>(z);
    v.flag_ = static_cast<std::uint8_t>(Clock::kZone); return v;
  }
  static Value Time(const ClockTime& t, Clock clock) {  // clock: kOffset or kLocal
    Value v; v.kind_ = Kind::kTime; v.lo_ = static_cast<std::uint64_t>(t.seconds); v.hi_ = t.nanos;
    v.aux_ = t.offset; v.flag_ = static_cast<std::uint8_t>(clock); return v;
  }
  static Value InZone(const ZonedTime* z) {
    Value v; v.kind_ = Kind::kTime; v.lo_ = reinterpret_cast<std::uintptr_t>(z);
    v.flag_ = static_cast<std::uint8_t>(Clock::kZone); return v;
  }
  static Value OfDuration(const Duration& d) {
    Value v; v.kind_ = Kind::kDuration; v.lo_ = static_cast<std::uint64_t>(d.seconds); v.hi_ = d.nanos;
    return v;
  }
  static Value OfMonths(Months m) {
    Value v; v.kind_ = Kind::kMonths; v.lo_ = static_cast<std::uint64_t>(m.count); return v;
  }
  static Value List(const Value* items, std::size_t count) {
    Value v; v.kind_ = Kind::kList; v.lo_ = reinterpret_cast<std::uintptr_t>(items); v.hi_ = count; return v;
  }
  // fields: shape->count values, in the shape's order.
  static Value Context(const Value* fields, const Shape* shape) {
    Value v; v.kind_ = Kind::kContext; v.lo_ = reinterpret_cast<std::uintptr_t>(fields);
    v.hi_ = reinterpret_cast<std::uintptr_t>(shape); return v;
  }
  static Value Range(const RangeValue* r) {
    Value v; v.kind_ = Kind::kRange; v.lo_ = reinterpret_cast<std::uintptr_t>(r); return v;
  }
  static Value Function(const FunctionValue* f) {
    Value v; v.kind_ = Kind::kFunction; v.lo_ = reinterpret_cast<std::uintptr_t>(f); return v;
  }

  Kind kind() const { return kind_; }
  bool IsNull() const { return kind_ == Kind::kNull; }
  // REQUIRES for each: the kind matches.
  bool boolean() const { return lo_ != 0; }
  bool IsTrue() const { return kind_ == Kind::kBoolean && lo_ != 0; }
  Decimal number() const { return Decimal(flag_ != 0, hi_, lo_, aux_); }
  std::string_view text() const { return {reinterpret_cast<const char*>(lo_), size()}; }
  Date date() const { return Date{static_cast<std::int64_t>(lo_)}; }
  Clock clock() const { return static_cast<Clock>(flag_); }  // kTime, kInstant
  std::string_view zone() const {                            // REQUIRES: clock() is kZone
    return kind_ == Kind::kInstant ? reinterpret_cast<const ZonedInstant*>(lo_)->zone : reinterpret_cast<const ZonedTime*>(lo_)->zone;
  }
  ClockTime time() const {
    if (clock() == Clock::kZone) return reinterpret_cast<const ZonedTime*>(lo_)->time;
    return ClockTime{static_cast<std::int32_t>(lo_), static_cast<std::uint32_t>(hi_), aux_};
  }
  Instant instant() const {
    if (clock() == Clock::kZone) return reinterpret_cast<const ZonedInstant*>(lo_)->instant;
    return Instant{static_cast<std::int64_t>(lo_), static_cast<std::uint32_t>(hi_), aux_};
  }
  Duration duration() const {
    return Duration{static_cast<std::int64_t>(lo_), static_cast<std::uint32_t>(hi_)};
  }
  Months months() const { return Months{static_cast<std::int64_t>(lo_)}; }
  const Value* items() const { return reinterpret_cast<const Value*>(lo_); }
  std::size_t size() const { return static_cast<std::size_t>(hi_); }  // of a list
  const Value& operator[](std::size_t i) const { return items()[i]; }
  const Value* fields() const { return reinterpret_cast<const Value*>(lo_); }
  const Shape* shape() const { return reinterpret_cast<const Shape*>(hi_); }
  const RangeValue* range() const { return reinterpret_cast<const RangeValue*>(lo_); }
  const FunctionValue* function() const { return reinterpret_cast<const FunctionValue*>(lo_); }

  // The JSON text of the value: numbers exact in plain form, dates and instants as strings,
  // contexts as objects in field order.
  std::string ToJson() const;
  // FEEL literal form, for messages and traces: text in quotes, lists in brackets.
  std::string ToFeel() const;

 private:
  std::uint64_t lo_ = 0;
  std::uint64_t hi_ = 0;
  std::int32_t aux_ = 0;
  std::uint8_t flag_ = 0;
  Kind kind_ = Kind::kNull;
};
static_assert(sizeof(Value) == 24);

// A FEEL range. The forms of unary tests are ranges of their own: (<= 5) and (..5] hold the same values, but
// they are not equal.
struct RangeValue {
  enum class Form : std::uint8_t { kInterval, kLess, kLessEqual, kGreater, kGreaterEqual, kEqual, kNotEqual };
  Value low, high;            // null: unbounded; kEqual and kNotEqual: both are the value
  bool low_closed = false;
  bool high_closed = false;
  Form form = Form::kInterval;
};

// A function as a value: a builtin, or compiled code with the values that it has captured.
struct FunctionValue {
  int builtin = -1;                 // index, or -1
  const void* program = nullptr;    // of the evaluator that made it
  const Value* captures = nullptr;
  std::size_t capture_count = 0;
  const Type* type = nullptr;       // as declared, parts that are not known kAny; null for builtins
};

// Equality of values as tests and ledgers need it: numbers and instants by value, texts byte by byte, lists
// item by item, contexts by name in any order; different kinds are unequal, null equals null; a local clock is
// unequal to any other; functions are equal when they are one. (FEEL's `=` lives in src/feel/ops.cc.)
bool SameValue(const Value& a, const Value& b);

// Memory for values: grows by blocks, released or reset as a whole. Reset keeps the blocks, so that
// a warmed-up arena does not allocate. Not safe for several threads at once.
class Arena {
 public:
  explicit Arena(std::size_t limit_bytes = std::size_t{64} << 20);
  ~Arena();
  Arena(Arena&&) noexcept;
  Arena& operator=(Arena&&) noexcept;
  Arena(const Arena&) = delete;             // copy values with DeepCopy instead
  Arena& operator=(const Arena&) = delete;

  // Null when the limit is reached. Aligned to 16 bytes.
  void* Allocate(std::size_t bytes);
  Value* NewValues(std::size_t count) {  // null when the limit is reached
    if (count > limit_ / sizeof(Value)) return nullptr;
    void* p = Allocate(count * sizeof(Value) + (count == 0));
    if (p == nullptr) return nullptr;
    Value* v = static_cast<Value*>(p);
    for (std::size_t i = 0; i < count; ++i) new (v + i) Value();
    return v;
  }
  std::string_view Copy(std::string_view text);  // empty data() when the limit is reached
  const Shape* NewShape(const std::string_view* keys, std::size_t count);  // names are copied; null at the limit
  // Copies text, lists, contexts with their names, ranges, zones and captures, too; programs are shared. False, *out
  // untouched, at the limit.
  bool DeepCopy(const Value& value, Value* out);
  void Reset();              // what was allocated is gone; the blocks stay
  std::size_t used() const;  // bytes allocated since the last Reset, in steps of 16

 private:
  struct Block;
  Block* first_ = nullptr;
  Block* current_ = nullptr;
  std::size_t used_ = 0;
  std::size_t limit_;
};

}  // namespace ordain

#endif  // ORDAIN_VALUE_HPP_
