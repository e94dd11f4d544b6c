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

namespace ordain {
class Calendar;
class TextServices;
}  // namespace ordain

namespace ordain::feel {

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
  // Names that may hold spaces or signs, longest match first; builtins are known anyway. May be null.
  const std::vector<std::string>* known_names = nullptr;
};

// A whole expression. Null after reporting kSyntax (one per expression, at the offending character, with what was expected).
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

struct CheckContext {
  const Scope* scope = nullptr;
  Diagnostics* diagnostics = nullptr;
  Source source;
  Arena* arena = nullptr;
  const Type* input = nullptr;      // type of `?` in unary tests; null elsewhere
  bool strict = true;               // an operand that may be null is kIgnoredNull
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
};

// IANA zones by name, read when first asked for. Threads: one at a time.
class ZoneCache {
 public:
  explicit ZoneCache(std::string directory = "/usr/share/zoneinfo") : directory_(std::move(directory)) {}
  const Zone* Find(std::string_view name);  // null when there is none; asked for once only

 private:
  std::string directory_;
  std::map<std::string, std::unique_ptr<Zone>, std::less<>> zones_;
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
  Instant now;                         // for now() and today()
  const Calendar* calendar = nullptr;  // working days; null: kUnavailable
  const Zone* zone = nullptr;          // of the rule set, for its days; null: kUnavailable
  bool feel = false;                   // FEEL's own answers where rule sets are more careful: sum([]) is null, not 0
};

// Each writes *out or returns why there is no value. None throws.
Fault Arithmetic(Op op, const Value& a, const Value& b, CallContext* context, Value* out);   // kAdd..kPower
Fault NegateValue(const Value& a, Value* out);
// FEEL equality: null = null is true, null = anything else is false; different kinds have no equality (kWrongKind).
Fault EqualValues(const Value& a, const Value& b, bool* out);
// -1, 0, 1. Null operands: kNull; kinds without order: kWrongKind.
Fault CompareValues(const Value& a, const Value& b, int* out);
Fault InRange(const Value& v, const RangeValue& range, bool* out);

// ---- builtins.cc: one table -------------------------------------------------------------------

struct Builtin {
  std::string_view name;         // "distinct values"
  std::string_view signature;    // "distinct values(list: list<T>): list<T>", for docs and messages
  std::string_view english;      // one line of documentation
  int min_args, max_args;        // max -1: any number
  bool null_ok;                  // arguments may be null; otherwise a nullable one is kIgnoredNull
  // Type of the result; reports kWrongArguments through the callback and returns kAny when the arguments do not fit.
  Type (*type_of)(const std::vector<Type>& args, const std::function<void(std::string)>& complain);
  Fault (*call)(const Value* args, std::size_t count, CallContext* context, Value* out);
};
const std::vector<Builtin>& Builtins();
std::vector<Builtin> WorkingDayBuiltins();  // working_days.cc: rows of it
int FindBuiltin(std::string_view name);  // -1
// A call whose arguments have not been checked: by number and kind against the signature, a list of one item for
// the item and an item for a list where the signature asks for it.
Fault CallBuiltin(int builtin, const Value* args, std::size_t count, CallContext* context, Value* out);
// Position of a parameter by name, for `args` arguments in all (overloads differ in their names); -1.
int FindParameter(int builtin, std::string_view name, std::size_t args);

// ---- temporal.cc ------------------------------------------------------------------------------

// Texts as FEEL's conversion functions and @ literals read them: "10:30:00@Europe/Paris", "2016-01-31T10:00:00",
// "P1Y2M", "PT1H". kInvalid when the text is none.
Fault ReadTime(std::string_view text, CallContext* context, Value* out);
Fault ReadDateAndTime(std::string_view text, CallContext* context, Value* out);
Fault ReadDuration(std::string_view text, Value* out);                            // of either kind
Fault ReadTemporal(std::string_view text, CallContext* context, Value* out);      // an @ literal: whichever it is
// v.name: the parts of dates, times, durations and ranges. kInvalid when the kind has no such part.
Fault Property(const Value& v, std::string_view name, CallContext* context, Value* out);
// The static type of a part; false when the kind has no such part.
bool PropertyType(const Type& of, std::string_view name, Type* out);
// + - * / where an operand is a date, a time or a duration.
Fault TemporalArithmetic(Op op, const Value& a, const Value& b, CallContext* context, Value* out);
// Two of one temporal kind (or a date and a date and time): -1, 0, 1; kInvalid when a local and a tied clock meet.
Fault CompareTemporal(const Value& a, const Value& b, int* out);

}  // namespace ordain::feel

#endif  // ORDAIN_FEEL_FEEL_HPP_
