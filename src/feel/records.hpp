// Internal to the room: contexts with a fixed type, made and read by builtins about time; rules of such builtins.
//
// A Record is written field by field and has all fields of its type, in its order; what is not set is null, a list empty.
// The types are constants of the program, so values may point to their shapes. Tested by tests/deadline_body_test.cc.
#ifndef ORDAIN_FEEL_RECORDS_HPP_
#define ORDAIN_FEEL_RECORDS_HPP_

#include <string_view>
#include <vector>

#include "feel/builtins.hpp"
#include "ordain/deadline.hpp"

namespace ordain::feel {

class Record {
 public:
  Record(const Type& type, CallContext* context) : type_(type), context_(context), fields_(context->arena->NewValues(type.detail->count)) {}
  // REQUIRES: the type has such a field.
  void Set(std::string_view name, const Value& value) {
    if (fields_ != nullptr) fields_[type_.FieldIndex(name)] = value;
  }
  void Text(std::string_view name, std::string_view text) {  // copied
    Value v;
    if (GiveText(text, context_, &v) != Fault::kNone) fields_ = nullptr;
    Set(name, v);
  }
  Fault List(std::string_view name, const std::vector<Value>& items) {
    Value v;
    const Fault f = GiveList(items, context_, &v);
    Set(name, v);
    return f;
  }
  Fault Give(Value* out) const {
    if (fields_ == nullptr) return Fault::kMemory;
    *out = Value::Context(fields_, type_.detail.get());
    return Fault::kNone;
  }

 private:
  const Type& type_;
  CallContext* context_;
  Value* fields_;  // null: out of memory
};

class RecordReader {
 public:
  explicit RecordReader(const Value& context) : context_(context) {}
  Value Get(std::string_view name) const {  // null when there is none
    const int i = context_.shape()->Find(name);
    return i < 0 ? Value() : context_.fields()[i];
  }
  // Absent is as if not given: *out stays. False: another kind.
  bool Text(std::string_view name, std::string_view* out) const {
    const Value v = Get(name);
    if (v.kind() == Kind::kText) *out = v.text();
    return v.IsNull() || v.kind() == Kind::kText;
  }
  bool Boolean(std::string_view name, bool* out) const {
    const Value v = Get(name);
    if (v.kind() == Kind::kBoolean) *out = v.boolean();
    return v.IsNull() || v.kind() == Kind::kBoolean;
  }
  bool Integer(std::string_view name, std::int64_t* out) const {
    const Value v = Get(name);
    return v.IsNull() || (v.kind() == Kind::kNumber && v.number().ToInt64(out));
  }

 private:
  Value context_;
};

// {amount, unit, roll, end, cut_off, count_receipt_day, sticky_month_end}: amount in a named unit; of minutes and hours also
// fractions, down to a second. Negative amounts only where they are meant. kInvalid: anything else.
Fault ReadAllowance(const RecordReader& rule, bool negative, Allowance* out);
// Whether it asks which days are worked.
bool NeedsCalendar(const Allowance& allowance);
// The rule set's schedule by name; no name: its working days around the clock, or every day when no calendar is asked. kUnavailable: none, or no calendar although needed.
Fault FindSchedule(std::string_view name, bool needs_calendar, CallContext* context, Schedule* out);

// {schedule, an allowance, thresholds: [{name, percent, amount, unit}]}.
Fault ReadDeadline(const Value& rule, CallContext* context, DeadlineSpec* out);
Fault FaultOfProblem(TimeProblem problem);

// Parts of answers.
inline Type Maybe(Kind kind) { return Type::Of(kind).Nullable(); }
inline Value Optional(const std::optional<Instant>& at) { return at ? Value::OfInstant(*at) : Value(); }
inline Value Optional(const std::optional<Date>& day) { return day ? Value::OfDate(*day) : Value(); }
const Type& MomentType();
// The state of a deadline as `judge deadline` gives it; kUnknownDays and the like when there is none.
const Type& DeadlineType();
Fault GiveDeadline(const DeadlineSpec& spec, const DeadlineState& state, CallContext* context, Value* out);
Fault GiveMoments(const std::vector<DeadlineMoment>& moments, CallContext* context, Value* out);
// The last day on which it is not late: the end of a day is 24:00, which is the next one's first instant.
Date DueDate(const DeadlineSpec& spec, const Instant& due);

}  // namespace ordain::feel

#endif  // ORDAIN_FEEL_RECORDS_HPP_
