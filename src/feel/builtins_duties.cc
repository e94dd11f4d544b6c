// The builtin behind the body `duties`: recurring obligations with what was done about them, between two instants -> what is
// due, done and overdue, as contexts.
//
// As with deadlines (builtins_deadlines.cc) the rules are contexts read at each call, so that any part may be an expression, and
// the answer is a value like any other. Rules are the entries of one context, so that each has its own shape and its name.
//
// Limits: 100,000 events of a duty, 10,000 occurrences of a list (kMemory). Nothing is answered without the calendar that a rule
// needs (kUnavailable), nor from days that it does not know (kUnknownDays).
// Tested by tests/duties_body_test.cc; the arithmetic by tests/duties_test.cc.
#include "feel/builtins.hpp"
#include "feel/records.hpp"
#include "ordain/duties.hpp"

namespace ordain::feel {
namespace {

// ---- the answer ---------------------------------------------------------------------------------

const Type& OccurrenceType() {
  static const Type kWhole = Type::Of(Kind::kNumber, Unit::kInteger);
  static const Type kType = Type::Context(
      {{"duty", Type::Of(Kind::kText)}, {"owner", Maybe(Kind::kText)}, {"status", Type::Enumeration({"upcoming", "open", "done", "done_late", "overdue"})},
       {"due", Type::Of(Kind::kInstant)}, {"due_date", Type::Of(Kind::kDate)}, {"day", Type::Of(Kind::kDate)},
       {"first_day", Type::Of(Kind::kDate)}, {"last_day", Type::Of(Kind::kDate)}, {"begin", Type::Of(Kind::kInstant)}, {"end", Maybe(Kind::kInstant)},
       {"count", kWhole}, {"done", kWhole}, {"done_at", Maybe(Kind::kInstant)}, {"key", Maybe(Kind::kText)},
       {"provisional", Type::Of(Kind::kBoolean)}, {"unknown_days", Type::Of(Kind::kBoolean)}});
  return kType;
}
const Type& ListType() {
  static const Type kSome = Type::List(OccurrenceType());
  static const Type kType = Type::Context(
      {{"all", kSome}, {"open", kSome}, {"overdue", kSome}, {"done", kSome}, {"upcoming", kSome}, {"next", OccurrenceType().Nullable()},
       {"provisional", Type::Of(Kind::kBoolean)}, {"unknown_days", Type::Of(Kind::kBoolean)}});
  return kType;
}

Fault GiveDuties(const std::vector<Duty>& duties, const DutyList& list, CallContext* context, Value* out) {
  std::vector<Value> all, of[5];
  Value next;
  for (const DutyOccurrence& o : list.items) {
    const Duty& duty = duties[o.duty];
    Record r(OccurrenceType(), context);
    r.Text("duty", duty.name);
    if (!duty.owner.empty()) r.Text("owner", duty.owner);
    r.Set("status", Value::Text(DutyStatusText(o.status)));
    r.Set("due", Value::OfInstant(o.due));
    r.Set("due_date", Value::OfDate(o.due_date));
    r.Set("day", Value::OfDate(o.day));
    r.Set("first_day", Value::OfDate(o.first));
    r.Set("last_day", Value::OfDate(o.last));
    r.Set("begin", Value::OfInstant(o.begin));
    r.Set("end", Optional(o.end));
    r.Set("count", Value::Number(Decimal(o.count)));
    r.Set("done", Value::Number(Decimal(o.done)));
    r.Set("done_at", Optional(o.done_at));
    if (!o.key.empty()) r.Text("key", o.key);
    r.Set("provisional", Value::Boolean((o.flags & kUsedProvisionalDays) != 0));
    r.Set("unknown_days", Value::Boolean((o.flags & kUsedUnknownDays) != 0));
    Value v;
    if (const Fault f = r.Give(&v); f != Fault::kNone) return f;
    all.push_back(v);
    const bool late = o.status == DutyStatus::kDoneLate;
    of[static_cast<std::size_t>(late ? DutyStatus::kDone : o.status)].push_back(v);
    if (next.IsNull() && (o.status == DutyStatus::kOpen || o.status == DutyStatus::kUpcoming)) next = v;
  }
  Record r(ListType(), context);
  const std::pair<const char*, const std::vector<Value>&> lists[] = {
      {"all", all}, {"upcoming", of[0]}, {"open", of[1]}, {"done", of[2]}, {"overdue", of[4]}};
  for (const auto& [name, items] : lists) {
    if (const Fault f = r.List(name, items); f != Fault::kNone) return f;
  }
  r.Set("next", next);
  r.Set("provisional", Value::Boolean((list.flags & kUsedProvisionalDays) != 0));
  r.Set("unknown_days", Value::Boolean((list.flags & kUsedUnknownDays) != 0));
  return r.Give(out);
}

// ---- the rules ----------------------------------------------------------------------------------

constexpr std::size_t kMaxEvents = 100000;

Fault Bad(CallContext* context, std::string why) {
  context->reason = std::move(why);
  return Fault::kInvalid;
}

// An instant, or the first one of a date.
bool InstantOf(const Value& v, const Zone& zone, Instant* out) {
  if (v.kind() == Kind::kInstant) *out = v.instant();
  else if (v.kind() == Kind::kDate) *out = zone.StartOfDay(v.date());
  return v.kind() == Kind::kInstant || v.kind() == Kind::kDate;
}

// What happened: an instant or date, or a list of them; null has not. `settles` and `keys` stand beside a list, item by item.
Fault ReadEvents(const Value& when, const Value& settles, const Value& keys, const Zone& zone, std::vector<DutyEvent>* out) {
  const auto one = [&](const Value& v, std::size_t i) {
    if (v.IsNull()) return Fault::kNone;
    DutyEvent e;
    if (!InstantOf(v, zone, &e.at)) return Fault::kWrongKind;
    e.whole_day = v.kind() == Kind::kDate;
    const Value day = settles.IsNull() ? Value() : settles[i], key = keys.IsNull() ? Value() : keys[i];
    if (day.kind() == Kind::kDate) e.settles = day.date();
    else if (day.kind() == Kind::kInstant) e.settles = zone.LocalDate(day.instant());
    else if (!day.IsNull()) return Fault::kWrongKind;
    if (key.kind() == Kind::kText) e.key = key.text();
    else if (!key.IsNull()) return Fault::kWrongKind;
    out->push_back(std::move(e));
    return Fault::kNone;
  };
  if (when.kind() != Kind::kList) return one(when, 0);
  if (when.size() > kMaxEvents) return Fault::kMemory;
  for (const Value* beside : {&settles, &keys}) {
    if (!beside->IsNull() && (beside->kind() != Kind::kList || beside->size() != when.size())) return Fault::kInvalid;
  }
  for (std::size_t i = 0; i < when.size(); ++i) {
    if (const Fault f = one(when[i], i); f != Fault::kNone) return f;
  }
  return Fault::kNone;
}

bool WeekdayOf(const Value& v, int* out) {
  std::int64_t n = 0;
  if (v.kind() == Kind::kText) n = WeekdayFromText(v.text());
  else if (v.kind() != Kind::kNumber || !v.number().ToInt64(&n)) return false;
  *out = static_cast<int>(n);
  return n >= 1 && n <= 7;
}

// The day of the period: `weekday`, `on` with `month`, `working_day`, or none of them for its end.
Fault ReadDay(const RecordReader& r, CallContext* context, Duty* out) {
  DutyDay& day = out->day;
  const Value on = r.Get("on"), allowed = r.Get("allowed"), nth = r.Get("working_day");
  std::string_view leap = "preceding";
  if (!r.Text("leap", &leap) || !MissingDayFromText(leap, &day.missing)) return Bad(context, "what becomes of 29 February is preceding, following or none");
  std::int64_t n = 0;
  if (!allowed.IsNull()) {
    if (allowed.kind() != Kind::kContext) return Fault::kInvalid;
    day.kind = DutyDay::Kind::kAfterEnd;
    return ReadAllowance(RecordReader(allowed), false, &out->allowance);
  }
  if (!nth.IsNull()) {
    day.kind = DutyDay::Kind::kWorkingDay;
    if (nth.kind() != Kind::kNumber || !nth.number().ToInt64(&n) || n == 0 || n < -366 || n > 366) return Bad(context, "a working day of a period is 1, 2, ... or -1, -2, ... from its end");
    day.n = static_cast<int>(n);
    return Fault::kNone;
  }
  if (const Value weekday = r.Get("weekday"); !weekday.IsNull()) {
    day.kind = DutyDay::Kind::kWeekday;
    if (out->every != Recurrence::kWeek) return Fault::kInvalid;
    return WeekdayOf(weekday, &day.n) ? Fault::kNone : Bad(context, "a day of the week is 1 (Monday) to 7, or its name");
  }
  if (on.IsNull()) return Fault::kNone;
  if (out->every <= Recurrence::kWeek) return Fault::kInvalid;
  day.kind = DutyDay::Kind::kDayOfMonth;
  if (on.kind() == Kind::kDate) {  // a birthday
    if (out->every != Recurrence::kYear) return Fault::kWrongKind;
    day.month = on.date().month();
    day.n = on.date().day();
    return Fault::kNone;
  }
  std::int64_t month = 1;
  if (on.kind() != Kind::kNumber || !on.number().ToInt64(&n) || n == 0 || n < -31 || n > 31) return Bad(context, "a day of a month is 1 to 31, or -1 to -31 from its end");
  if (!r.Integer("month", &month) || month < 1 || month > MonthsIn(out->every)) return Fault::kInvalid;
  day.n = static_cast<int>(n);
  day.month = static_cast<int>(month);
  return Fault::kNone;
}

Fault ReadTime(const RecordReader& r, CallContext* context, Duty* out) {
  std::string_view time;
  if (!r.Text("time", &time)) return Fault::kInvalid;
  if (time.empty()) return Fault::kNone;
  out->at_close = time == "close";
  if (out->at_close) return Fault::kNone;
  std::int32_t seconds = 0;
  if (time.starts_with("00:00") || !TimeOfDayFromText(time, &seconds)) return Bad(context, "a time of day is `close`, or 00:01 to 24:00");
  out->time = seconds;
  return Fault::kNone;
}

// *applies is false: the rule says that it does not.
Fault ReadDuty(std::string_view name, const Value& rule, CallContext* context, bool* applies, Duty* out) {
  if (rule.kind() != Kind::kContext) return Fault::kWrongKind;
  const RecordReader r(rule);
  *applies = true;
  if (!r.Boolean("when", applies)) return Fault::kWrongKind;
  if (rule.shape()->Find("on") >= 0 && r.Get("on").IsNull()) *applies = false;  // a birthday that is not known
  if (!*applies) return Fault::kNone;
  out->name = name;
  std::string_view owner, schedule, every, roll = "none";
  if (!r.Text("owner", &owner) || !r.Text("schedule", &schedule) || !r.Text("every", &every) || !r.Text("roll", &roll)) return Fault::kWrongKind;
  out->owner = owner;
  if (!RollFromText(roll, &out->roll)) return Fault::kInvalid;
  if (!r.Integer("count", &out->count) || out->count < 1) return Bad(context, "the doings wanted are 1 or more, without a fraction");
  if (const Fault f = ReadTime(r, context, out); f != Fault::kNone) return f;
  bool needs_calendar = out->roll != Roll::kNone || out->at_close;
  const Value after = r.Get("after"), dates = r.Get("dates"), before = r.Get("before");
  if (!every.empty()) {
    if (!RecurrenceFromText(every, &out->every)) return Fault::kInvalid;
    if (const Fault f = ReadDay(r, context, out); f != Fault::kNone) return f;
    needs_calendar = needs_calendar || out->every == Recurrence::kWorkingDay || out->day.kind == DutyDay::Kind::kWorkingDay ||
                     (out->day.kind == DutyDay::Kind::kAfterEnd && NeedsCalendar(out->allowance));
  } else if (!dates.IsNull()) {
    out->kind = Duty::Kind::kDates;
    if (dates.kind() != Kind::kList) return Fault::kWrongKind;
    if (dates.size() > kMaxEvents) return Fault::kMemory;
    for (std::size_t i = 0; i < dates.size(); ++i) {
      if (dates[i].kind() != Kind::kDate) return Fault::kWrongKind;
      out->dates.push_back(dates[i].date());
    }
    if (!before.IsNull()) {
      Allowance lead;
      if (before.kind() != Kind::kContext) return Fault::kWrongKind;
      if (const Fault f = ReadAllowance(RecordReader(before), false, &lead); f != Fault::kNone) return f;
      if (lead.unit != TimeUnit::kDays && lead.unit != TimeUnit::kWorkingDays) return Bad(context, "so long before a date is counted in day or wd");
      out->lead = lead.amount;
      out->lead_works = lead.unit == TimeUnit::kWorkingDays;
      needs_calendar = needs_calendar || out->lead_works;
    }
  } else {
    out->kind = Duty::Kind::kAfter;
    const Value allowed = r.Get("allowed");
    if (allowed.kind() != Kind::kContext) return Fault::kWrongKind;
    if (const Fault f = ReadAllowance(RecordReader(allowed), false, &out->allowance); f != Fault::kNone) return f;
    needs_calendar = needs_calendar || NeedsCalendar(out->allowance);
  }
  const TimeUnit unit = out->allowance.unit;
  const bool by_day = unit == TimeUnit::kDays || unit == TimeUnit::kWorkingDays || unit == TimeUnit::kMonths;
  if (!by_day && (out->time || out->at_close)) return Bad(context, "a time of day goes with days, not with hours and minutes");
  if (const Fault f = FindSchedule(schedule, needs_calendar, context, &out->schedule); f != Fault::kNone) return f;
  const Zone& zone = out->schedule.zone();
  if (out->kind == Duty::Kind::kAfter) {
    if (const Fault f = ReadEvents(after, Value(), r.Get("after_keys"), zone, &out->after); f != Fault::kNone) return f;
  }
  return ReadEvents(r.Get("done"), r.Get("settles"), r.Get("done_keys"), zone, &out->done);
}

// ---- the call -----------------------------------------------------------------------------------

Fault JudgeDuties(const Value* args, std::size_t count, CallContext* context, Value* out) {
  if (context->zone == nullptr) return Fault::kUnavailable;
  const Zone& zone = *context->zone;
  std::vector<Duty> duties;
  const Shape& names = *args[0].shape();
  for (std::size_t i = 0; i < names.count; ++i) {
    Duty duty;
    bool applies = false;
    if (const Fault f = ReadDuty(names.keys[i], args[0].fields()[i], context, &applies, &duty); f != Fault::kNone) return f;
    if (applies) duties.push_back(std::move(duty));
  }
  Instant from;
  if (!InstantOf(args[2], zone, &from)) return Fault::kWrongKind;
  std::optional<Instant> until;
  if (count > 3 && args[3].kind() == Kind::kInstant) until = args[3].instant();
  else if (count > 3 && args[3].kind() == Kind::kDate) until = zone.StartOfDay({args[3].date().days + 1});
  else if (count > 3 && !args[3].IsNull()) return Fault::kWrongKind;
  const DutyList list = ListDuties(duties, from, until, args[1].instant());
  if (list.too_many) return Fault::kMemory;
  if (list.problem != TimeProblem::kNone) return FaultOfProblem(list.problem);
  return GiveDuties(duties, list, context, out);
}

Type TypeOfDuties(const Types& types, const Complain& complain) {
  const auto item = [](const Type& t) { return t.kind == Kind::kList ? t.item() : t; };
  const auto among = [](const Type& t, std::initializer_list<Kind> kinds) {
    for (const Kind k : kinds) {
      if (t.kind == k) return true;
    }
    return t.kind == Kind::kNull || t.kind == Kind::kAny;
  };
  if (types.size() > 3 && !among(types[3], {Kind::kInstant, Kind::kDate})) complain("`until` is an instant or a date, not " + types[3].ToString());
  if (types[0].kind != Kind::kContext || !types[0].detail) return ListType();
  for (std::size_t d = 0; d < types[0].detail->count; ++d) {
    const Type& rule = types[0].field(static_cast<int>(d));
    if (rule.kind != Kind::kContext || !rule.detail) continue;
    for (const char* key : {"after", "done", "settles", "after_keys", "done_keys", "weekday"}) {
      const int i = rule.FieldIndex(key);
      if (i < 0) continue;
      const std::string_view k = key;
      const bool keys = k.ends_with("keys"), weekday = k == "weekday";
      const Type t = item(rule.field(i));
      const bool fits = keys ? among(t, {Kind::kText}) : weekday ? among(t, {Kind::kText, Kind::kNumber}) : among(t, {Kind::kInstant, Kind::kDate});
      if (!fits) {
        complain("`" + std::string(weekday ? "on" : keys ? "per" : k) + "` of `" + std::string(types[0].detail->keys[d]) + "`: wanted are " +
                 (keys ? "texts" : weekday ? "a number or a name" : "instants or dates") + ", not " + rule.field(i).ToString());
      }
    }
  }
  return ListType();
}

}  // namespace

void AddDutyBuiltins(BuiltinRows* rows) {
  rows->insert(rows->end(), {
      {"judge duties(rules: context, at: date and time, from: date | date and time, until: any? = null): context",
       "what recurring duties are due between two instants, what was done and what is overdue: what the body `duties` computes (ordain)",
       "两个时刻之间定期职责的应办、已办与逾期情况，即规则体 duties 所计算者（ordain）", JudgeDuties, TypeOfDuties},
  });
}

}  // namespace ordain::feel
