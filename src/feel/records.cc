// Rules about time that are given as contexts: see records.hpp. Tested by tests/deadline_body_test.cc.
#include "feel/records.hpp"

#include <cstdlib>

namespace ordain::feel {
namespace {

constexpr std::int64_t kMostUnits = 1000000;      // days, months: beyond every horizon
constexpr std::int64_t kMostSeconds = 100000000000;  // three thousand years

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
    std::vector<OpenWindow> until;
    if (!OpenWindow::Parse("00:00-" + std::string(cut_off), &until) || until.size() != 1 || until[0].close > 86400) return Fault::kInvalid;
    out->cutoff = until[0].close;
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

}  // namespace ordain::feel
