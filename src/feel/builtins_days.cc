// Builtins about working days and the rule set's own zone (all "ordain"): rows of the table in builtins.cc.
//
// They ask the calendar and the zone of the evaluation; without one there is no answer (kUnavailable), so nothing of
// this is folded when a rule set is checked: the calendar may be another one when it is decided. Days that the calendar
// does not know are a fault of their own. Tested by tests/engine_test.cc and the case files.
#include "feel/builtins.hpp"
#include "ordain/calendar.hpp"

namespace ordain::feel {
namespace {

Type TypeOfDays(const Types&, const Complain&) { return Type::Of(Kind::kNumber, Unit::kInteger); }

template <class T>
Fault FaultOf(const Timed<T>& t) {
  return t.problem == TimeProblem::kUnknownDays ? Fault::kUnknownDays : t.problem == TimeProblem::kBeyondHorizon ? Fault::kOverflow : Fault::kInvalid;
}
Fault Give(const Timed<Date>& t, Value* out) {
  if (!t.ok()) return FaultOf(t);
  *out = Value::OfDate(t.value);
  return Fault::kNone;
}

Fault IsWorkingDay(const Value* args, std::size_t, CallContext* context, Value* out) {
  if (context->calendar == nullptr) return Fault::kUnavailable;
  const Timed<bool> t = context->calendar->IsWorkingDay(args[0].date());
  *out = Value::Boolean(t.value);
  return t.ok() ? Fault::kNone : FaultOf(t);
}
Fault AddWorkingDays(const Value* args, std::size_t, CallContext* context, Value* out) {
  if (context->calendar == nullptr) return Fault::kUnavailable;
  std::int64_t n = 0;
  if (!args[1].number().ToInt64(&n)) return Fault::kInvalid;
  return Give(context->calendar->AddWorkingDays(args[0].date(), n), out);
}
Fault WorkingDaysBetween(const Value* args, std::size_t, CallContext* context, Value* out) {
  if (context->calendar == nullptr) return Fault::kUnavailable;
  const Timed<std::int64_t> t = context->calendar->WorkingDaysBetween(args[0].date(), args[1].date());
  *out = Value::Number(Decimal(t.value));
  return t.ok() ? Fault::kNone : FaultOf(t);
}
Fault RollDate(const Value* args, std::size_t, CallContext* context, Value* out) {
  if (context->calendar == nullptr) return Fault::kUnavailable;
  Roll roll = Roll::kNone;
  if (!RollFromText(args[1].text(), &roll)) return Fault::kInvalid;
  return Give(context->calendar->Rolled(args[0].date(), roll), out);
}
Fault MonthDay(const Value* args, std::size_t, CallContext* context, Value* out) {
  if (context->calendar == nullptr) return Fault::kUnavailable;
  MonthRule rule;
  if (!MonthRule::Parse(args[1].text(), &rule)) return Fault::kInvalid;
  return Give(context->calendar->Apply(rule, args[0].date()), out);
}
Fault LocalDate(const Value* args, std::size_t, CallContext* context, Value* out) {
  if (context->zone == nullptr) return Fault::kUnavailable;
  *out = Value::OfDate(context->zone->LocalDate(args[0].instant()));
  return Fault::kNone;
}
Fault LocalTime(const Value* args, std::size_t, CallContext* context, Value* out) {
  if (context->zone == nullptr) return Fault::kUnavailable;
  Instant t = args[0].instant();
  t.offset = context->zone->OffsetAt(t.seconds);
  *out = Value::OfInstant(t);
  return Fault::kNone;
}
Fault SecondsBetween(const Value* args, std::size_t, CallContext*, Value* out) {
  const Instant a = args[0].instant(), b = args[1].instant();
  Decimal seconds(b.seconds), nanos;
  if (Subtract(seconds, Decimal(a.seconds), Rounding::kHalfEven, &seconds) != DecimalStatus::kOk) return Fault::kOverflow;
  if (a.nanos != b.nanos) {
    const bool minus = b.nanos < a.nanos;
    nanos = Decimal(minus, 0, minus ? a.nanos - b.nanos : b.nanos - a.nanos, -9);
    if (Add(seconds, nanos, Rounding::kHalfEven, &seconds) != DecimalStatus::kOk) return Fault::kOverflow;
  }
  *out = Value::Number(seconds);
  return Fault::kNone;
}
Fault StartOfDay(const Value* args, std::size_t, CallContext* context, Value* out) {
  if (context->zone == nullptr) return Fault::kUnavailable;
  const Date day = args[0].date();
  if (day.year() < -9999 || day.year() > 9999) return Fault::kOverflow;
  Instant t{context->zone->FirstReading(day, 0), 0, 0};
  t.offset = context->zone->OffsetAt(t.seconds);
  *out = Value::OfInstant(t);
  return Fault::kNone;
}

}  // namespace

void AddWorkingDayBuiltins(BuiltinRows* rows) {
  rows->insert(rows->end(), {
      {"is working day(date: date): boolean", "whether the calendar works on a day (ordain)", "日历上该日是否为工作日（ordain）", IsWorkingDay},
      {"add working days(date: date, days: number): date",
       "the n-th working day after a date, which does not count; before it for a negative n; of 0 the date or the next working day (ordain)",
       "某日之后第 n 个工作日，当日不计；n 为负则向前；n 为 0 取当日或其后首个工作日（ordain）", AddWorkingDays},
      {"working days between(from: date, to: date): number", "the working days after one date up to another (ordain)",
       "从某日之后到另一日的工作日数（ordain）", WorkingDaysBetween, TypeOfDays},
      {"roll(date: date, convention: text): date", "a date moved off a day of rest: none, following, preceding, modfollowing (ordain)",
       "避开休息日：none、following、preceding、modfollowing（ordain）", RollDate},
      {"month day(date: date, rule: text): date",
       "a date by a month rule: dom:10;months:1;roll:none, eom;..., anniv;..., annivsticky;..., nthwd:-1;months:0 (ordain)",
       "按月规则的日期：dom:10;months:1;roll:none、eom;…、anniv;…、annivsticky;…、nthwd:-1;months:0（ordain）", MonthDay},
      {"local date(from: date and time): date", "its day in the zone of the rule set (ordain)", "规则集时区中的日期（ordain）", LocalDate},
      {"local time(from: date and time): date and time", "the same instant, written in the zone of the rule set (ordain)",
       "同一时刻，以规则集时区书写（ordain）", LocalTime},
      {"seconds between(from: date and time, to: date and time): number", "the seconds from one instant to another (ordain)",
       "两个时刻之间的秒数（ordain）", SecondsBetween},
      {"start of day(date: date): date and time", "the first instant of a day in the zone of the rule set (ordain)",
       "规则集时区中某日的首个时刻（ordain）", StartOfDay},
  });
}

}  // namespace ordain::feel
