// Builtins of dates, times and durations. Their texts are read in temporal.cc. Rule sets take only dates and times that are tied to the
// time line, and each function gives one type there: duration("P1Y") is no duration of days and time. See builtins.cc.
// Tested by tests/builtins_test.cc.
#include "feel/builtins.hpp"

namespace ordain::feel {
namespace {

Type TypeOfYearMonth(const Types&, const Complain&) { return Type::Of(Kind::kText, Unit::kYearMonth); }

Date DateOf(const Value& v) { return v.kind() == Kind::kDate ? v.date() : v.instant().LocalDate(); }

Fault MakeDate(const Value* args, std::size_t n, CallContext* context, Value* out) {
  Date d;
  if (n == 3) {
    std::int64_t y = 0, m = 0, day = 0;
    if (!Whole(args[0], context, &y) || !Whole(args[1], context, &m) || !Whole(args[2], context, &day) || m < 1 || m > 12 || day < 1 || day > 31 ||
        !Date::IsValid(y, static_cast<int>(m), static_cast<int>(day))) {
      return Fault::kInvalid;
    }
    d = Date::FromYmd(y, static_cast<int>(m), static_cast<int>(day));
  } else if (args[0].kind() != Kind::kText) {
    d = DateOf(args[0]);
  } else if (!Date::Parse(args[0].text(), &d)) {
    return Fault::kInvalid;
  }
  *out = Value::OfDate(d);
  return Fault::kNone;
}

Fault MakeTime(const Value* args, std::size_t n, CallContext* context, Value* out) {
  if (n == 1) {
    const Value& v = args[0];
    switch (v.kind()) {
      case Kind::kText: return ReadTime(v.text(), context, out);
      case Kind::kTime: *out = v; return Fault::kNone;
      case Kind::kDate: *out = Value::Time({}, Clock::kOffset); return Fault::kNone;  // midnight in UTC
      default: break;
    }
    const Instant i = v.instant();
    const ClockTime t{static_cast<std::int32_t>(i.SecondOfDay()), i.nanos, i.offset};
    if (v.clock() != Clock::kZone) {
      *out = Value::Time(t, v.clock());
      return Fault::kNone;
    }
    return TimeInZone(t, v.zone(), context, out);
  }
  std::int64_t h = 0, m = 0, s = 0, ns = 0;
  Decimal whole, rest;
  const Decimal seconds = args[2].number();
  if (!Whole(args[0], context, &h) || !Whole(args[1], context, &m) || h < 0 || h > 23 || m < 0 || m > 59) return Fault::kInvalid;
  if (RoundToInteger(seconds, Rounding::kFloor, &whole) != DecimalStatus::kOk || !whole.ToInt64(&s) || s < 0 || s > 59 ||
      Subtract(seconds, whole, Rounding::kHalfEven, &rest) != DecimalStatus::kOk || Multiply(rest, Decimal(1000000000), Rounding::kHalfEven, &rest) != DecimalStatus::kOk ||
      RoundToInteger(rest, Rounding::kDown, &rest) != DecimalStatus::kOk || !rest.ToInt64(&ns)) {
    return Fault::kInvalid;
  }
  ClockTime t{static_cast<std::int32_t>(h * 3600 + m * 60 + s), static_cast<std::uint32_t>(ns), 0};
  if (n == 3 || args[3].IsNull()) {
    *out = Value::Time(t, Clock::kLocal);
    return Fault::kNone;
  }
  const Duration offset = args[3].duration();
  if (offset.nanos != 0 || offset.seconds > 18 * 3600 || offset.seconds < -18 * 3600) return Fault::kInvalid;
  t.offset = static_cast<std::int32_t>(offset.seconds);
  *out = Value::Time(t, Clock::kOffset);
  return Fault::kNone;
}

Fault MakeDateAndTime(const Value* args, std::size_t n, CallContext* context, Value* out) {
  if (n == 1 && args[0].kind() == Kind::kInstant) {
    *out = args[0];
    return Fault::kNone;
  }
  if (n == 1) {
    Value v;
    const Fault f = ReadDateAndTime(args[0].text(), context, &v);
    if (f != Fault::kNone) return f;
    if (!context->feel && v.clock() == Clock::kLocal) return Fault::kInvalid;
    *out = v;
    return Fault::kNone;
  }
  const Date day = DateOf(args[0]);
  const ClockTime t = args[1].time();
  switch (args[1].clock()) {
    case Clock::kOffset: *out = Value::OfInstant({day.days * 86400 + t.seconds - t.offset, t.nanos, t.offset}); return Fault::kNone;
    case Clock::kLocal:
      if (!context->feel) return Fault::kInvalid;
      *out = Value::LocalInstant(day.days * 86400 + t.seconds, t.nanos);
      return Fault::kNone;
    case Clock::kZone: break;
  }
  return InstantInZone(day, t.seconds, t.nanos, args[1].zone(), context, out);
}

Fault MakeDuration(const Value* args, std::size_t, CallContext* context, Value* out) {
  Value v = args[0];
  if (v.kind() == Kind::kText) {
    const Fault f = ReadDuration(args[0].text(), &v);
    if (f != Fault::kNone) return f;
  }
  if (!context->feel && v.kind() != Kind::kDuration) return Fault::kInvalid;
  *out = v;
  return Fault::kNone;
}

// Whole months from one day to another; the clock counts only in that it is part of the instants' local days.
Fault MonthsBetween(const Value* args, std::size_t, CallContext*, Value* out) {
  const Date a = DateOf(args[0]), b = DateOf(args[1]);
  std::int64_t m = b.MonthIndex() - a.MonthIndex();
  if (m > 0 && b.day() < a.day()) --m;
  if (m < 0 && b.day() > a.day()) ++m;
  *out = Value::OfMonths({m});
  return Fault::kNone;
}

Fault WeekdayName(const Value* args, std::size_t, CallContext*, Value* out) {
  static constexpr std::string_view kDays[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
  *out = Value::Text(kDays[DateOf(args[0]).Weekday() - 1]);
  return Fault::kNone;
}
Fault MonthName(const Value* args, std::size_t, CallContext*, Value* out) {
  static constexpr std::string_view kMonths[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"};
  *out = Value::Text(kMonths[DateOf(args[0]).month() - 1]);
  return Fault::kNone;
}

}  // namespace

void AddTemporalBuiltins(BuiltinRows* rows) {
  rows->insert(rows->end(), {
      {"date(from: text | date | date and time): date\ndate(year: number, month: number, day: number): date",
       "a date from a text, from a date and time (its day on its own clock), or from year, month, day",
       "由文本、日期时间（按其自身时钟）或年、月、日得到的日期", MakeDate},
      {"time(from: text | time | date | date and time): time\n"
       "time(hour: number, minute: number, second: number, offset: days and time duration? = null): time",
       "a clock time from a text, from a date and time, or from hour, minute, second and offset from UTC",
       "由文本、日期时间或时、分、秒与 UTC 偏移得到的时刻", MakeTime},
      {"date and time(from: text | date and time): date and time\n"
       "date and time(date: date | date and time, time: time): date and time",
       "a date and time from a text, or from a date and a clock time",
       "由文本或由日期与时刻得到的日期时间", MakeDateAndTime},
      {"duration(from: text | duration): days and time duration", "a duration from its text (in DMN of either kind)",
       "由文本读出的时长（DMN 中两种皆可）", MakeDuration},
      {"years and months duration(from: date | date and time, to: date | date and time): years and months duration",
       "the whole months between two dates", "两个日期之间的整月数", MonthsBetween},
      {"day of year(date: date | date and time): integer", "1 to 366", "一年中的第几天",
       [](const Value* args, std::size_t, CallContext*, Value* out) -> Fault { return GiveInteger(DateOf(args[0]).DayOfYear(), out); }},
      {"day of week(date: date | date and time): text", "Monday to Sunday", "星期几的英文名", WeekdayName},
      {"month of year(date: date | date and time): text", "January to December", "月份的英文名", MonthName},
      {"week of year(date: date | date and time): integer", "the week of ISO 8601", "ISO 8601 的周数",
       [](const Value* args, std::size_t, CallContext*, Value* out) -> Fault { return GiveInteger(DateOf(args[0]).IsoWeek(), out); }},
      {"now(): date and time", "when the decision is made, as the host says", "作出决定的时间，由宿主给出",
       [](const Value*, std::size_t, CallContext* context, Value* out) -> Fault {
         *out = Value::OfInstant(context->now);
         return Fault::kNone;
       },
       nullptr, true},
      {"today(): date", "the day of now(), on its own clock", "now() 当天，按其自身时钟",
       [](const Value*, std::size_t, CallContext* context, Value* out) -> Fault {
         *out = Value::OfDate(context->now.LocalDate());
         return Fault::kNone;
       },
       nullptr, true},
      {"add months(date: date, months: number): date",
       "so many months later; a day that the month does not have becomes its last (ordain)",
       "若干个月之后；没有该日则取月末（ordain）",
       [](const Value* args, std::size_t, CallContext* context, Value* out) -> Fault {
         std::int64_t m = 0;
         Date d;
         if (!Whole(args[1], context, &m) || !AddMonths(args[0].date(), m, MonthRoll::kClip, &d)) return Fault::kInvalid;
         *out = Value::OfDate(d);
         return Fault::kNone;
       }},
      {"end of month(date: date): date", "the last day of the month (ordain)", "当月最后一天（ordain）",
       [](const Value* args, std::size_t, CallContext*, Value* out) -> Fault {
         *out = Value::OfDate(EndOfMonth(args[0].date()));
         return Fault::kNone;
       }},
      {"year month(date: date): text", "the month as YYYY-MM (ordain)", "月份，写作 YYYY-MM（ordain）",
       [](const Value* args, std::size_t, CallContext* context, Value* out) -> Fault {
         const std::string text = args[0].date().ToString();
         return GiveText(text.substr(0, text.size() - 3), context, out);
       },
       TypeOfYearMonth},
  });
}

}  // namespace ordain::feel
