// Rules about time that are given as contexts: see records.hpp. Tested by tests/deadline_body_test.cc.
#include "feel/records.hpp"

#include <cstdlib>

namespace ordain::feel {
namespace {

constexpr std::int64_t kMostUnits = 1000000;      // days, months: beyond every horizon
constexpr std::int64_t kMostSeconds = 100000000000;  // three thousand years

Fault ReadThreshold(const Value& v, DeadlineThreshold* out) {
  const RecordReader r(v);
  std::string_view name;
  std::int64_t percent = 0;
  if (!r.Text("name", &name) || !r.Integer("percent", &percent) || percent < 0 || percent > 10000) return Fault::kInvalid;
  out->name = name;
  if (percent > 0) out->percent = static_cast<int>(percent);
  else return ReadAllowance(r, true, &out->offset);
  return Fault::kNone;
}

}  // namespace

Fault ReadAllowance(const RecordReader& rule, bool negative, Allowance* out) {
  std::string_view unit = "wd", roll = "none", end, cut_off;
  if (!rule.Text("unit", &unit) || !rule.Text("roll", &roll) || !rule.Text("end", &end) || !rule.Text("cut_off", &cut_off)) return Fault::kInvalid;
  if (!TimeUnitFromText(unit, &out->unit) || !RollFromText(roll, &out->roll)) return Fault::kInvalid;
  if (end == "close") out->end = DayEnd::kClose;
  else if (end == "midnight") out->end = DayEnd::kMidnight;
  else if (!end.empty()) return Fault::kInvalid;
  if (!rule.Boolean("count_receipt_day", &out->count_receipt_day) || !rule.Boolean("sticky_month_end", &out->sticky_eom)) return Fault::kInvalid;
  if (!cut_off.empty()) {
    std::int32_t seconds = 0;
    if (!TimeOfDayFromText(cut_off, &seconds)) return Fault::kInvalid;
    out->cutoff = seconds;
  }
  const Value amount = rule.Get("amount");
  if (amount.IsNull()) return Fault::kNull;
  if (amount.kind() != Kind::kNumber) return Fault::kInvalid;
  const std::int64_t seconds = out->unit == TimeUnit::kMinutes || out->unit == TimeUnit::kBusinessMinutes ? 60
                               : out->unit == TimeUnit::kHours || out->unit == TimeUnit::kBusinessHours  ? 3600
                                                                                                          : 0;
  std::int64_t n = 0;
  if (seconds == 0) {
    if (!amount.number().ToInt64(&n) || std::abs(n) > kMostUnits) return Fault::kInvalid;
    out->amount = n;
  } else {
    Decimal all;
    if (Multiply(amount.number(), Decimal(seconds), Rounding::kHalfEven, &all) != DecimalStatus::kOk || !all.ToInt64(&n) || std::abs(n) > kMostSeconds) return Fault::kInvalid;
    out->amount = n / seconds;
    out->seconds = n % seconds;
  }
  return n < 0 && !negative ? Fault::kInvalid : Fault::kNone;
}

bool NeedsCalendar(const Allowance& a) {
  const bool elapsed = a.unit == TimeUnit::kMinutes || a.unit == TimeUnit::kHours;
  return a.roll != Roll::kNone || a.end == DayEnd::kClose || a.cutoff || !(elapsed || a.unit == TimeUnit::kDays || a.unit == TimeUnit::kMonths);
}

Fault FindSchedule(std::string_view name, bool needs_calendar, CallContext* context, Schedule* out) {
  if (context->schedules == nullptr || (name.empty() && needs_calendar && context->calendar == nullptr)) return Fault::kUnavailable;
  const Schedule* schedule = context->schedules->Find(name.empty() && !needs_calendar ? "always" : name);
  if (schedule == nullptr) return Fault::kUnavailable;
  *out = *schedule;
  return Fault::kNone;
}

Fault ReadDeadline(const Value& rule, CallContext* context, DeadlineSpec* out) {
  const RecordReader r(rule);
  std::string_view schedule;
  if (!r.Text("schedule", &schedule)) return Fault::kInvalid;
  if (const Fault f = ReadAllowance(r, false, &out->allowance); f != Fault::kNone) return f;
  bool needs_calendar = NeedsCalendar(out->allowance);
  const Value thresholds = r.Get("thresholds");
  if (!thresholds.IsNull() && thresholds.kind() != Kind::kList) return Fault::kInvalid;
  for (std::size_t i = 0; !thresholds.IsNull() && i < thresholds.size(); ++i) {
    DeadlineThreshold t;
    if (thresholds[i].kind() != Kind::kContext) return Fault::kInvalid;
    if (const Fault f = ReadThreshold(thresholds[i], &t); f != Fault::kNone) return f;
    needs_calendar = needs_calendar || (!t.percent && NeedsCalendar(t.offset));
    out->thresholds.push_back(std::move(t));
  }
  return FindSchedule(schedule, needs_calendar, context, &out->schedule);
}

Fault FaultOfProblem(TimeProblem problem) {
  switch (problem) {
    case TimeProblem::kNone: return Fault::kNone;
    case TimeProblem::kUnknownDays: return Fault::kUnknownDays;
    case TimeProblem::kBeyondHorizon: return Fault::kOverflow;
    default: return Fault::kInvalid;
  }
}

const Type& MomentType() {
  static const Type kType = Type::Context({{"name", Type::Of(Kind::kText)}, {"at", Maybe(Kind::kInstant)}, {"passed", Type::Of(Kind::kBoolean)}});
  return kType;
}

Fault GiveMoments(const std::vector<DeadlineMoment>& moments, CallContext* context, Value* out) {
  std::vector<Value> items;
  for (const DeadlineMoment& m : moments) {
    Record moment(MomentType(), context);
    moment.Text("name", m.name);
    moment.Set("at", Optional(m.at));
    moment.Set("passed", Value::Boolean(m.passed));
    Value v;
    if (const Fault f = moment.Give(&v); f != Fault::kNone) return f;
    items.push_back(v);
  }
  return GiveList(items, context, out);
}

Date DueDate(const DeadlineSpec& spec, const Instant& due) {
  const bool by_day = spec.allowance.unit == TimeUnit::kDays || spec.allowance.unit == TimeUnit::kWorkingDays || spec.allowance.unit == TimeUnit::kMonths;
  return spec.schedule.zone().LocalDate({due.seconds - (by_day && due.nanos == 0 ? 1 : 0), due.nanos, due.offset});
}

}  // namespace ordain::feel
