// Internal. The expression language, whole and alone: parse, check, operations, builtins.
// Nothing here knows of policies, ledgers or JSON.
#ifndef ORDAIN_FEEL_FEEL_HPP_
#define ORDAIN_FEEL_FEEL_HPP_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "feel/expr.hpp"
#include "ordain/host.hpp"

namespace ordain {
class Calendar;
class Schedule;
class TextServices;
}  // namespace ordain

namespace ordain::feel {

class ZoneCache;

// Where an expression stands: for diagnostics.
struct Source {
  std::string path;        // JSON Pointer of the string that holds the expression
  Span span;               // of the first character of the expression text inside the document
};

// ---- parse.cc -------------------------------------------------------------------------------

struct ParseContext {
  Arena* arena = nullptr;            // constants are copied here
  const Limits* limits = nullptr;
  Diagnostics* diagnostics = nullptr;
  Source source;
  // Names that may hold spaces or signs; the longest that stands in the text is taken. Builtins are known anyway, as
  // are the names that the expression itself declares. May be null.
  const std::vector<std::string>* known_names = nullptr;
  // Types by name, for `instance of` and parameters of functions. May be empty.
  std::function<bool(std::string_view, Type*)> find_type;
  // As in CheckContext: what cannot have a value (@"2016-13-01") is a kFault of its own and not a syntax error.
  bool dynamic = false;
  ZoneCache* zones = nullptr;  // for @ literals
};

// A whole expression. Null after reporting kSyntax (one per expression, at the offending character, with what was expected), or
// what an @ literal lacks: kUnknownZone, kUnavailable.
ExprPtr ParseExpression(std::string_view text, const ParseContext& context);
// A cell of a decision table: unary tests over the input `?`, made into one boolean expression:
// "-" is the constant true; "<= 20000" is ? <= 20000; "(20000..50000]" is ? in (...); "\"I\", \"II\""
// is an `or`; "not(...)" negates; an expression that mentions `?` is taken as it is; any other expression e
// is ? = e, or ? in e where e is a list or range (decided by the check), or e itself when the column has
// no input.
ExprPtr ParseUnaryTests(std::string_view text, const ParseContext& context);

// ---- check.cc -------------------------------------------------------------------------------

struct Symbol {
  int id = -1;
  Type type;
};

// The names that an expression may use. Implemented by policy/model.
class Scope {
 public:
  virtual ~Scope() = default;
  // False when the name is not known.
  virtual bool Find(std::string_view name, Symbol* out) const = 0;
  // For a policy called as a function: its facts and the type of its outcome. False when there is no such policy.
  virtual bool FindPolicy(std::string_view name, std::vector<std::pair<std::string, Type>>* facts,
                          Type* outcome) const = 0;
  virtual void AllNames(std::vector<std::string>* out) const = 0;  // for "did you mean"
};

// What kTypeMismatch says was found where the type of a value is not known.
inline constexpr std::string_view kUnknownFound = "an item of an empty list";

struct CheckContext {
  const Scope* scope = nullptr;
  Diagnostics* diagnostics = nullptr;
  Source source;
  Arena* arena = nullptr;
  const Type* input = nullptr;      // type of `?` in unary tests; null elsewhere
  bool strict = true;               // an operand that may be null is kIgnoredNull
  // Types are not known before evaluation (imported models): names are resolved, nothing is typed, and what can
  // have no value becomes a kFault that costs only itself.
  bool dynamic = false;
  int money_scale = 2;              // digits of the rule set's currency
};

// Resolves names, fills in every type, folds constants, reports every problem of the expression (not
// only the first). False when something was reported as an error. `expected` (may be null) is the type that
// the result must fit: a number literal takes its unit, text must be in an enumeration, null
// needs a nullable target; kTypeMismatch otherwise.
bool Check(Expr* e, const CheckContext& context, const Type* expected);
// True when a value of type `from` may stand where `to` is declared (literal numbers take any unit).
bool Fits(const Type& from, const Type& to);

// ---- ops.cc: the meaning of the operators, shared by the engines ------------------------------

// Why there is no value.
enum class Fault : std::uint8_t {
  kNone, kNull, kWrongKind, kDivisionByZero, kOverflow, kInvalid, kMemory,
  kUnknownDays,  // days that the calendar does not know
  kUnavailable,  // needs Unicode, regular expressions or time zones that the host has not linked or installed
  kNoFunction,   // needs a function that the host has not registered, or not for such arguments
  kNotAllowed,   // an event that its process does not wait for: CallContext::details
};

// IANA zones by name, read when first asked for. Threads: one at a time.
class ZoneCache {
 public:
  explicit ZoneCache(std::string directory = "/usr/share/zoneinfo") : directory_(std::move(directory)) {}
  const Zone* Find(std::string_view name);  // null when there is none; asked for once only
  bool available() const;                   // false: the folder is not there, no zone is known

 private:
  std::string directory_;
  std::map<std::string, std::unique_ptr<Zone>, std::less<>> zones_;
};

// The schedules of the rule set, as the calendar of the evaluation has them.
class ScheduleSource {
 public:
  virtual ~ScheduleSource() = default;
  // No name: the working days, around the clock; `always`: every day. Null: there is none by that name, or none with that calendar.
  virtual const Schedule* Find(std::string_view name) = 0;
};

// What the operations of one evaluation share.
class CallContext {
 public:
  explicit CallContext(Arena* a) : arena(a) {}
  virtual ~CallContext() = default;
  // Calls a function value; functions that are no builtins need an engine (kUnavailable without).
  virtual Fault Apply(const Value& function, const Value* args, std::size_t count, Value* out);

  Arena* arena;
  const TextServices* text = nullptr;  // Unicode and regular expressions; null: kUnavailable
  ZoneCache* zones = nullptr;          // null: kUnavailable
  const HostFunctions* host = nullptr; // null: kNoFunction
  Instant now;                         // for now() and today()
  const Calendar* calendar = nullptr;  // working days; null: kUnavailable
  const Zone* zone = nullptr;          // of the rule set, for its days; null: kUnavailable
  ScheduleSource* schedules = nullptr; // null: kUnavailable
  std::string reason;                  // what a builtin that returns kInvalid has to say, if it has; who tells it empties it
  std::vector<std::pair<std::string, std::string>> details;  // of kNotAllowed: the arguments of its message
  bool feel = false;                   // FEEL's own answers where rule sets are more careful: sum([]) is null, not 0
};

// Each writes *out or returns why there is no value. None throws.
Fault Arithmetic(Op op, const Value& a, const Value& b, CallContext* context, Value* out);   // kAdd..kPower
Fault NegateValue(const Value& a, Value* out);
// FEEL equality: null = null is true, null = anything else is false; different kinds have no equality (kWrongKind), nor
// have a local and a tied clock (kInvalid). Inside lists and contexts whatever has no equality is unequal.
// feel (as CallContext::feel): clocks are equal to the second.
Fault EqualValuesOfAnyKind(const Value& a, const Value& b, bool* out, bool feel);
inline Fault EqualValues(const Value& a, const Value& b, bool* out, bool feel = false) {
  if (a.kind() == b.kind()) {  // what nearly every comparison is, without a call
    switch (a.kind()) {
      case Kind::kNumber: *out = Compare(a.number(), b.number()) == 0; return Fault::kNone;
      case Kind::kText: *out = a.text() == b.text(); return Fault::kNone;
      case Kind::kBoolean: *out = a.boolean() == b.boolean(); return Fault::kNone;
      default: break;
    }
  }
  return EqualValuesOfAnyKind(a, b, out, feel);
}
// -1, 0, 1. Null operands: kNull; different kinds and kinds without order: kWrongKind; a local and a tied clock: kInvalid.
Fault CompareValues(const Value& a, const Value& b, int* out, bool feel = false);
// feel: an interval with a null end says nothing of any value (kNull); otherwise that side is unbounded.
Fault InRange(const Value& v, const RangeValue& range, bool* out, bool feel = false);
Fault FaultOf(DecimalStatus status);

// ---- dynamic.cc: where types are not known before evaluation ------------------------------------

// Whether a range is one: ends of one ordered kind, the low one not above the high one.
Fault CheckRange(const RangeValue& range);
// v passes the unary test `test`: it is in the range, among the items of the list (or in one of its ranges), equal to it; a
// test that is a boolean, over a value that is none, is the answer itself.
Fault TestValue(const Value& v, const Value& test, Value* out);
// The whole numbers, or days, of a range; downwards only when asked for. kMemory: more than max_items.
Fault RangeItems(const RangeValue& range, bool either_way, std::size_t max_items, CallContext* context, Value* out);
// What v holds, as a list: a list itself; to iterate the items of a range; anything else alone. null: to filter null, to
// iterate kNull.
Fault ItemsOf(const Value& v, bool iterate, std::size_t max_items, CallContext* context, Value* out);
// v.name: the entry of a context (kInvalid when it has none), of each item of a list, a part of a date (see Property).
Fault EntryOf(const Value& v, std::string_view name, CallContext* context, Value* out);
// v instance of type. Parts of a value (items, entries) may be null; extra entries do not matter.
bool HasType(const Value& v, const Type& type);
// v where a value of the type is asked for: itself, its only item, a list of it, a date at midnight; kWrongKind otherwise.
Fault Conform(const Value& v, const Type& type, CallContext* context, Value* out);
// A function of the host: `which` is {java: {class, method signature}} or that inner context. kNoFunction where HostFunctions::Call is false.
Fault CallExternal(const Value& which, const Value* args, std::size_t count, CallContext* context, Value* out);

// ---- builtins.cc: one table -------------------------------------------------------------------

// What a parameter takes: kinds as a set of bits (1 << Kind).
struct Parameter {
  std::string_view name;
  std::uint32_t kinds = 0;
  std::uint32_t items = 0;   // lists: the kinds of their items, 0 for any
  bool nullable = false;     // "text?"
  bool optional = false;     // "scale: number = 0"
  bool rest = false;         // "item...: any": one or more
};
// One way to call a builtin.
struct Form {
  std::string_view signature;          // "floor(n: number, scale: number = 0): number"
  std::vector<Parameter> parameters;   // as the signature says
  std::size_t min_args = 0, max_args = 0;
  Type result;                         // as the signature says
};

struct Builtin {
  std::string_view name;          // "distinct values"
  std::string_view signature;     // of the first form, for docs and messages
  std::string_view english;       // one line of documentation
  std::string_view chinese;
  std::vector<Form> forms;
  int min_args = 0, max_args = 0;  // of all forms; max -1: any number
  bool null_ok = false;            // some argument may be null; otherwise a nullable one is kIgnoredNull
  bool varies = false;             // not the same at each evaluation (now, today): never folded
  int form_of = -1;                // a single form of that builtin (see FindForm); documentation leaves it out

  // Type of the result; reports kWrongArguments through the callback when the arguments fit no form.
  Type type_of(const std::vector<Type>& args, const std::function<void(std::string)>& complain) const;
  // REQUIRES: the arguments are what type_of or CallBuiltin lets through (null_ok: nulls are told by the function).
  Fault (*call)(const Value* args, std::size_t count, CallContext* context, Value* out) = nullptr;
  Type (*result)(const std::vector<Type>& args, const std::function<void(std::string)>& complain) = nullptr;
};
const std::vector<Builtin>& Builtins();  // the builtins, then single forms of them
int FindBuiltin(std::string_view name);  // -1
// A call whose arguments have not been checked: by number and kind against the signatures, a list of one item for
// the item and an item for a list where the signature asks for it. Wrong number or kind: kWrongKind.
Fault CallBuiltin(int builtin, const Value* args, std::size_t count, CallContext* context, Value* out);
// Position of a parameter by name, for `args` arguments in all (overloads differ in their names); -1.
int FindParameter(int builtin, std::string_view name, std::size_t args);
// A call with named arguments: the builtin to call, narrowed to the form that has all these names, and the position of
// each argument; positions left out are null. -1 when no form has them all, a name comes twice or a parameter that must
// be given is missing.
int FindForm(int builtin, const std::vector<std::string>& names, std::vector<int>* positions);

// ---- temporal.cc ------------------------------------------------------------------------------

// Texts as FEEL's conversion functions and @ literals read them: "10:30:00@Europe/Paris", "2016-01-31T10:00:00",
// "P1Y2M", "PT1H". kInvalid when the text is none, kOverflow when it is one that does not fit.
Fault ReadTime(std::string_view text, CallContext* context, Value* out);
Fault ReadDateAndTime(std::string_view text, CallContext* context, Value* out);
Fault ReadDuration(std::string_view text, Value* out);                            // of either kind
Fault ReadTemporal(std::string_view text, CallContext* context, Value* out);      // an @ literal: whichever it is
// A clock reading in an IANA zone: kUnavailable without zones, kInvalid when there is no such zone. A reading that a jump
// forward skips is moved by the jump, one that comes twice is the first. A time without a date has its zone's standard
// offset (the lesser one of January and July 2000), so that its meaning does not change with the seasons.
Fault InstantInZone(Date day, std::int64_t second_of_day, std::uint32_t nanos, std::string_view zone, CallContext* context, Value* out);
Fault TimeInZone(ClockTime clock, std::string_view zone, CallContext* context, Value* out);
// v.name: the parts of dates, times, durations and ranges. kInvalid when the kind has no such part.
Fault Property(const Value& v, std::string_view name, CallContext* context, Value* out);
// The static type of a part; false when the kind has no such part.
bool PropertyType(const Type& of, std::string_view name, Type* out);
// The names of all parts, for "did you mean".
const std::vector<std::string_view>& PropertyNames();
// + - * / where an operand is a date, a time or a duration. A date beside a date and time is its midnight in UTC.
Fault TemporalArithmetic(Op op, const Value& a, const Value& b, CallContext* context, Value* out);
// Two of one temporal kind: -1, 0, 1; kInvalid when a local and a tied clock meet. Clocks in zones and with offsets compare
// as instants; feel: to the second.
Fault CompareTemporal(const Value& a, const Value& b, int* out, bool feel = false);
// What string() writes and what the functions above read: "10:30:00@Europe/Paris", "PT1H", "12:00:00+02:45:55".
std::string TemporalText(const Value& v);

}  // namespace ordain::feel

#endif  // ORDAIN_FEEL_FEEL_HPP_
