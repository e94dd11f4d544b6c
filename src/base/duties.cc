// Recurring duties as a list of occurrences, over which doings are dealt out.
//
// Periods are numbers: the days since 1970, the weeks from Monday, months (and threes, sixes and twelves of them) since year 0.
// From the period of `from` we go back while windows still reach into what is asked about or overlap the next one, then forward until
// they begin behind it; so the answer for a month is the same, whether the month or its year is asked for. (Where every window
// overlaps the next, because more is allowed than a period, we go back kMaxOverlap windows.) Days due and windows never go back from
// one period to the next (a roll keeps the order of days), so that the occurrences that a doing may count for stand side by side.
//
// Tested by tests/duties_test.cc, against a reference that goes from day to day.
#include "ordain/duties.hpp"

#include <algorithm>
#include <map>

namespace ordain {
namespace {

constexpr std::string_view kRecurrences[] = {"day", "working_day", "week", "month", "quarter", "half_year", "year"};
constexpr int kMaxEmpty = 1000;   // periods in a row with nothing due: there will be none
constexpr int kMaxOverlap = 100;

std::int64_t FloorDiv(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }
Date FirstOfMonth(std::int64_t index) { return Date::FromYmd(FloorDiv(index, 12), static_cast<int>(index - 12 * FloorDiv(index, 12)) + 1, 1); }

class Lister {
 public:
  Lister(const Duty& duty, std::size_t index, const Instant& from, const std::optional<Instant>& until, const Instant& at)
      : duty_(duty), index_(index), from_(from), until_(until), at_(at) {}

  // False: *list has a problem.
  bool AddTo(DutyList* list) {
    list_ = list;
    const bool every = duty_.kind == Duty::Kind::kEvery;
    if (!(every ? FirstPeriod() && Periods() : duty_.kind == Duty::Kind::kDates ? Dates() : Instants())) return false;
    Deal();
    // What is to come may be done already: then one period more is asked for, and only then, for the calendar may not know it.
    while (every && !until_ && std::none_of(all_.begin(), all_.end(), [&](const Place& p) { return Awaited(p); })) {
      const std::size_t before = all_.size();
      ++wanted_;
      if (!Periods()) return false;
      if (all_.size() == before) break;
      Deal();
    }
    return Keep();
  }

 private:
  struct Place {
    DutyOccurrence o;
    Date from, to;           // its own days: the window before a roll or a lead widened it. No two occurrences share one
    bool whole_day = false;  // what calls for it is known by its date alone
    bool late = false;
  };

  const Zone& zone() const { return duty_.schedule.zone(); }
  Instant At(std::int64_t seconds) const { return {seconds, 0, zone().OffsetAt(seconds)}; }
  Instant Local(const Instant& at) const { return {at.seconds, at.nanos, zone().OffsetAt(at.seconds)}; }
  Instant StartOf(Date day) const { return At(zone().FirstReading(day, 0)); }
  Instant EndOf(Date day) const { return At(zone().FirstReading(day, 86400)); }
  bool Fail(TimeProblem problem) {
    list_->problem = problem;
    return false;
  }
  bool TooMany() {
    list_->too_many = true;
    return false;
  }
  template <class T>
  bool Take(const Timed<T>& timed, T* value, std::uint8_t* flags) {
    *flags |= timed.flags;
    *value = timed.value;
    return timed.ok() || Fail(timed.problem);
  }

  // ---- when it is due ---------------------------------------------------------------------------

  bool DueOn(Date day, DutyOccurrence* o) {
    o->day = o->due_date = day;
    if (duty_.roll != Roll::kNone && !Take(duty_.schedule.Rolled(day, duty_.roll), &o->due_date, &o->flags)) return false;
    return TimeOfDay(o);
  }
  bool TimeOfDay(DutyOccurrence* o) {
    if (duty_.at_close) return Take(duty_.schedule.EndOf(o->due_date, DayEnd::kClose), &o->due, &o->flags);
    o->due = At(zone().FirstReading(o->due_date, duty_.time.value_or(86400)));
    return true;
  }
  bool ByDay() const {
    const TimeUnit unit = duty_.allowance.unit;
    return unit == TimeUnit::kDays || unit == TimeUnit::kWorkingDays || unit == TimeUnit::kMonths;
  }
  // The allowance from an instant on.
  bool DueAfter(const Instant& start, DutyOccurrence* o) {
    DueTrace trace;
    const Timed<Instant> due = duty_.schedule.Due(start, duty_.allowance, {}, &trace).due;
    if (!Take(due, &o->due, &o->flags)) return false;
    if (ByDay()) {
      o->day = trace.due_date;
      o->due_date = trace.rolled_to.value_or(trace.due_date);
      return !duty_.time && !duty_.at_close ? true : TimeOfDay(o);
    }
    o->day = o->due_date = zone().LocalDate(o->due);
    return true;
  }

  // ---- periods ----------------------------------------------------------------------------------

  std::int64_t PeriodOf(Date day) const {
    if (duty_.every <= Recurrence::kWorkingDay) return day.days;
    if (duty_.every == Recurrence::kWeek) return FloorDiv(day.days + 3, 7);  // 1970 began on a Thursday
    return FloorDiv(day.MonthIndex(), MonthsIn(duty_.every));
  }
  Date FirstDay(std::int64_t period) const {
    if (duty_.every <= Recurrence::kWorkingDay) return {period};
    if (duty_.every == Recurrence::kWeek) return {7 * period - 3};
    return FirstOfMonth(period * MonthsIn(duty_.every));
  }

  // *some is false: nothing is due in it.
  bool Period(std::int64_t period, bool* some, Place* place) {
    *some = true;
    *place = {};
    DutyOccurrence* o = &place->o;
    place->from = o->first = FirstDay(period);
    place->to = o->last = {FirstDay(period + 1).days - 1};
    if (duty_.every == Recurrence::kWorkingDay) {
      bool works = false;
      if (!Take(duty_.schedule.IsWorkingDay(o->first), &works, &o->flags)) return false;
      *some = works;
      if (!works) return true;
    }
    if (duty_.day.kind == DutyDay::Kind::kAfterEnd) {
      place->from = {o->last.days + 1};
      place->to = {FirstDay(period + 2).days - 1};
      // Days are counted after the last one, time from its end.
      const std::int64_t end = zone().FirstReading(o->last, 86400);
      if (!DueAfter(At(ByDay() ? end - 1 : end), o)) return false;
    } else {
      Date day = o->last;
      if (!DayOf(*o, some, &day, &o->flags)) return false;
      if (!*some) return true;
      if (!DueOn(day, o)) return false;
    }
    Window(place);
    return true;
  }
  void Window(Place* p) const {
    p->o.begin = StartOf(std::min(p->from, p->o.due_date));
    p->o.end = EndOf(std::max(p->to, p->o.due_date));
  }

  bool DayOf(const DutyOccurrence& o, bool* some, Date* day, std::uint8_t* flags) {
    const int n = duty_.day.n;
    switch (duty_.day.kind) {
      case DutyDay::Kind::kWeekday: *day = {o.first.days + n - 1}; return true;
      case DutyDay::Kind::kDayOfMonth: {
        const Date month = FirstOfMonth(o.first.MonthIndex() + duty_.day.month - 1);
        const int length = DaysInMonth(month.year(), month.month());
        int k = n > 0 ? n : std::max(1, length + 1 + n);
        if (k > length) {
          *some = duty_.day.missing != MonthRoll::kRefuse;
          k = length + (duty_.day.missing == MonthRoll::kNext ? 1 : 0);
        }
        *day = {month.days + k - 1};
        return true;
      }
      case DutyDay::Kind::kWorkingDay: {
        const Timed<Date> found = duty_.schedule.AddWorkingDays(n > 0 ? Date{o.first.days - 1} : Date{o.last.days + 1}, n);
        if (!Take(found, day, flags)) return false;
        *some = o.first <= *day && *day <= o.last;
        return true;
      }
      default: *day = o.last; return true;
    }
  }

  // period_ becomes the first that matters.
  bool FirstPeriod() {
    period_ = PeriodOf(zone().LocalDate(from_));
    if (duty_.roll == Roll::kNone && duty_.day.kind != DutyDay::Kind::kAfterEnd) return true;  // each window is its period
    Place p;
    bool some = false;
    if (!Period(period_, &some, &p)) return false;
    Instant next = some ? p.o.begin : Instant{INT64_MAX, 0, 0};  // where the window of the period behind begins
    int overlap = 0;
    for (std::size_t n = 0; overlap < kMaxOverlap; ++n, --period_) {
      if (n > kMaxOccurrences) return TooMany();
      if (!Period(period_ - 1, &some, &p)) return false;
      if (!some) break;
      const bool passed = *p.o.end <= from_ && p.o.due <= from_;
      if (passed && *p.o.end <= next) break;
      overlap += passed ? 1 : 0;
      next = p.o.begin;
    }
    return true;
  }
  // From period_ on: what is asked about; without an end what has begun, and wanted_ that are to come.
  bool Periods() {
    Place p;
    bool some = false;
    const bool after_end = duty_.day.kind == DutyDay::Kind::kAfterEnd;
    // Nothing is due before its period, or of what is due after its end, before the last day.
    const bool forward = after_end ? duty_.allowance.amount >= 0 : duty_.roll == Roll::kNone || duty_.roll == Roll::kFollowing;
    for (int empty = 0; empty < kMaxEmpty; ++period_) {
      // Asked first without the calendar, so that the last days that it knows have an answer.
      const Instant start = StartOf(after_end ? Date{FirstDay(period_ + 1).days - 1} : FirstDay(period_));
      if (forward && (until_ ? *until_ <= start : to_come_ >= wanted_ && at_ < start)) return true;
      if (!Period(period_, &some, &p)) return false;
      if (!some) {
        if (until_ && *until_ < start) return true;
        ++empty;
        continue;
      }
      empty = 0;
      if (until_ ? *until_ < p.o.begin : to_come_ >= wanted_ && at_ < p.o.begin) return true;
      to_come_ += std::max(at_, from_) < p.o.due ? 1 : 0;
      all_.push_back(p);
      if (all_.size() > kMaxOccurrences + 2 * kMaxOverlap) return TooMany();
    }
    return true;
  }

  // ---- dates and instants -----------------------------------------------------------------------

  bool Dates() {
    std::vector<Date> dates = duty_.dates;
    std::sort(dates.begin(), dates.end());
    dates.erase(std::unique(dates.begin(), dates.end()), dates.end());
    if (dates.size() > kMaxOccurrences) return TooMany();
    for (std::size_t i = 0; i < dates.size(); ++i) {
      Place p;
      Date day{dates[i].days - duty_.lead};
      if (duty_.lead_works && duty_.lead != 0 && !Take(duty_.schedule.AddWorkingDays(dates[i], -duty_.lead), &day, &p.o.flags)) return false;
      if (!DueOn(day, &p.o)) return false;
      p.o.first = p.o.last = dates[i];
      p.from = i > 0 ? Date{dates[i - 1].days + 1} : AddMonths(dates[i], -12, MonthRoll::kClip);
      p.to = dates[i];
      Window(&p);
      all_.push_back(p);
    }
    return true;
  }

  bool Instants() {
    std::vector<DutyEvent> starts;
    for (const DutyEvent& e : duty_.after) {
      if (e.at <= at_) starts.push_back(e);
    }
    std::stable_sort(starts.begin(), starts.end(), [](const DutyEvent& a, const DutyEvent& b) { return a.at < b.at; });
    for (const DutyEvent& e : starts) {
      Place p;
      p.o.begin = Local(e.at);
      p.o.first = p.o.last = zone().LocalDate(e.at);
      p.o.key = e.key;
      p.whole_day = e.whole_day;
      if (!DueAfter(e.at, &p.o)) return false;
      all_.push_back(p);
    }
    return true;
  }

  // ---- doings -----------------------------------------------------------------------------------

  std::vector<DutyEvent> Doings() const {
    std::vector<DutyEvent> doings;
    for (const DutyEvent& e : duty_.done) {
      if (e.at <= at_) doings.push_back(e);
    }
    std::stable_sort(doings.begin(), doings.end(), [](const DutyEvent& a, const DutyEvent& b) { return a.at < b.at; });
    return doings;
  }
  void Count(Place* p, const DutyEvent& e) const {
    if (++p->o.done != duty_.count) return;
    p->o.done_at = Local(e.at);
    p->late = e.whole_day ? p->o.due_date < zone().LocalDate(e.at) : p->o.due < e.at;
  }

  // Deals all doings out, from the beginning.
  void Deal() {
    for (Place& p : all_) {
      p.o.done = 0;
      p.o.done_at.reset();
      p.late = false;
    }
    if (duty_.kind == Duty::Kind::kAfter) DealToInstants();
    else DealToWindows();
    for (Place& p : all_) Judge(&p);
  }

  void DealToWindows() {
    const auto first = [&](auto&& before) { return std::partition_point(all_.begin(), all_.end(), before); };
    for (const DutyEvent& e : Doings()) {
      const Date day = e.settles.value_or(zone().LocalDate(e.at));
      const auto lo = e.settles ? first([&](const Place& p) { return p.o.last < day; }) : first([&](const Place& p) { return *p.o.end <= e.at; });
      const auto hi = e.settles ? first([&](const Place& p) { return p.o.first <= day; }) : first([&](const Place& p) { return p.o.begin <= e.at; });
      auto p = lo;
      while (p < hi && p->o.done >= duty_.count) ++p;
      if (p >= hi) {  // more than enough
        p = lo;
        while (p < hi && !(e.settles ? p->o.first <= day && day <= p->o.last : p->from <= day && day <= p->to)) ++p;
      }
      if (p < hi) Count(&*p, e);
    }
  }

  void DealToInstants() {
    struct Queue {
      std::vector<Place*> all;
      std::size_t next = 0;  // all before it lack nothing
    };
    std::map<std::string, Queue> queues;
    for (Place& p : all_) queues[p.o.key].all.push_back(&p);
    for (const DutyEvent& e : Doings()) {
      const auto found = queues.find(e.key);
      if (found == queues.end()) continue;
      Queue& q = found->second;
      const auto full = [&](const Place* p) { return p->o.done >= duty_.count; };
      const auto later = [&](const Place* p) { return p->o.begin < e.at || (e.whole_day && !p->whole_day && p->o.first == zone().LocalDate(e.at)); };
      while (q.next < q.all.size() && full(q.all[q.next])) ++q.next;
      if (!e.settles) {
        if (q.next < q.all.size() && later(q.all[q.next])) Count(q.all[q.next], e);
        continue;
      }
      auto p = std::partition_point(q.all.begin(), q.all.end(), [&](const Place* x) { return x->o.first < *e.settles; });
      while (p != q.all.end() && (*p)->o.first == *e.settles && full(*p)) ++p;
      if (p != q.all.end() && (*p)->o.first == *e.settles) Count(*p, e);
    }
  }

  // ---- the answer -------------------------------------------------------------------------------

  void Judge(Place* p) const {
    DutyOccurrence* o = &p->o;
    o->duty = index_;
    o->count = duty_.count;
    if (o->done_at) o->status = p->late ? DutyStatus::kDoneLate : DutyStatus::kDone;
    else if (o->due < at_) o->status = DutyStatus::kOverdue;
    else o->status = at_ < o->begin ? DutyStatus::kUpcoming : DutyStatus::kOpen;
  }

  // Still to be done, and in time for it.
  bool Awaited(const Place& p) const { return std::max(from_, at_) < p.o.due && !p.o.done_at; }

  bool Keep() {
    std::stable_sort(all_.begin(), all_.end(), [](const Place& a, const Place& b) { return a.o.due < b.o.due; });
    bool awaited = false;
    const DutyOccurrence* first = nullptr;
    for (const Place& p : all_) {
      if (p.o.due <= from_) continue;
      if (until_ ? p.o.due <= *until_ : p.o.begin <= at_) {
        list_->items.push_back(p.o);
        awaited = awaited || Awaited(p);
      } else if (first == nullptr && Awaited(p)) {
        first = &p.o;
      }
    }
    if (!until_ && !awaited && first != nullptr) list_->items.push_back(*first);
    return list_->items.size() <= kMaxOccurrences || TooMany();
  }

  const Duty& duty_;
  const std::size_t index_;
  const Instant from_;
  const std::optional<Instant> until_;
  const Instant at_;
  DutyList* list_ = nullptr;
  std::vector<Place> all_;
  std::int64_t period_ = 0;                // the next to be asked about
  std::size_t to_come_ = 0, wanted_ = 1;   // places still to come, and how many there have to be
};

}  // namespace

std::string_view RecurrenceText(Recurrence every) { return kRecurrences[static_cast<std::size_t>(every)]; }
bool RecurrenceFromText(std::string_view text, Recurrence* out) {
  for (std::size_t i = 0; i < std::size(kRecurrences); ++i) {
    if (kRecurrences[i] != text) continue;
    *out = static_cast<Recurrence>(i);
    return true;
  }
  return false;
}
int MonthsIn(Recurrence every) {
  static constexpr int kMonths[] = {0, 0, 0, 1, 3, 6, 12};
  return kMonths[static_cast<std::size_t>(every)];
}
int WeekdayFromText(std::string_view text) {
  static constexpr std::string_view kDays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  const auto it = std::find(std::begin(kDays), std::end(kDays), text);
  return it == std::end(kDays) ? 0 : static_cast<int>(it - std::begin(kDays)) + 1;
}
bool MissingDayFromText(std::string_view text, MonthRoll* out) {
  if (text == "preceding") *out = MonthRoll::kClip;
  else if (text == "following") *out = MonthRoll::kNext;
  else if (text == "none") *out = MonthRoll::kRefuse;
  else return false;
  return true;
}
std::string_view DutyStatusText(DutyStatus status) {
  static constexpr std::string_view kTexts[] = {"upcoming", "open", "done", "done_late", "overdue"};
  return kTexts[static_cast<std::size_t>(status)];
}

DutyList ListDuties(std::span<const Duty> duties, const Instant& from, const std::optional<Instant>& until, const Instant& at) {
  DutyList list;
  for (std::size_t i = 0; i < duties.size(); ++i) {
    if (Lister(duties[i], i, from, until, at).AddTo(&list)) continue;
    list.items.clear();
    return list;
  }
  std::stable_sort(list.items.begin(), list.items.end(), [](const DutyOccurrence& a, const DutyOccurrence& b) { return a.due < b.due || (a.due == b.due && a.duty < b.duty); });
  for (const DutyOccurrence& o : list.items) list.flags |= o.flags;
  return list;
}

}  // namespace ordain
