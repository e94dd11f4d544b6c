// Schedules: opening hours as one long list of open stretches in UTC, and due instants.
//
// When a schedule is made, every window of every day of its years becomes a stretch of real seconds, once: the calendar
// says which days, the version in force which hours, the zone which instants. What touches is merged. A stretch is
//
//   open   seconds since the base, 32 bits        total   open seconds before it, 32 bits
//
// and its close is where its seconds end. Business time is then a position on the line of open seconds:
//   instant -> position   the day (a division) gives the first stretch that ends after its midnight, one step or two
//                         the right one
//   position -> instant   a table with one row for every 2^k open seconds (about one stretch a row) gives where to look;
//                         rows that hold many stretches are searched by halving
// so that adding and counting take the same time for an hour and for ten years, with lunch breaks, night shifts, hours
// that change and days on which the clock jumps: nothing of it is left when the question comes.
//
// Local times become instants by Zone::FirstReading, one monotone rule for openings and closings: a window inside a
// skipped hour is empty, a shift over a repeated hour is an hour longer. A day whose windows are all empty (a day that a
// zone skipped) is no working day.
//
// What an answer rests on is a range of instants, compared with the instants at which the calendar's knowledge begins
// and ends. Limits: at most 130 years. Tested by tests/calendar_test.cc and tests/time_oracle_test.cc.
#include <algorithm>
#include <iterator>
#include <map>

#include "base/calendar_table.hpp"
#include "base/sha256.hpp"
#include "ordain/calendar.hpp"
#include "ordain/json.hpp"

namespace ordain {
namespace {

constexpr std::int64_t kDay = 86400;
constexpr int kLongest = 130;  // years: seconds since the base have 32 bits
constexpr std::int64_t kLongestSpan = std::int64_t{1} << 40;  // seconds that anything may be added to

std::string ClockOf(std::int32_t s) {
  const auto two = [](std::int32_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return two(s / 3600) + ":" + two(s / 60 % 60) + (s % 60 != 0 ? ":" + two(s % 60) : "");
}
std::string HoursText(const std::vector<OpenWindow>& hours) {
  std::string out;
  for (const OpenWindow& w : hours) out += (out.empty() ? "" : " ") + ClockOf(w.open) + "-" + ClockOf(w.close);
  return out;
}
bool ParseClock(std::string_view s, std::int32_t* out) {  // HH:MM or HH:MM:SS, 24:00 allowed
  if (s.size() != 5 && s.size() != 8) return false;
  std::int32_t parts[3] = {0, 0, 0};
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (i % 3 == 2 ? s[i] != ':' : s[i] < '0' || s[i] > '9') return false;
    if (i % 3 != 2) parts[i / 3] = parts[i / 3] * 10 + (s[i] - '0');
  }
  if (parts[1] > 59 || parts[2] > 59) return false;
  *out = parts[0] * 3600 + parts[1] * 60 + parts[2];
  return *out <= kDay;
}
bool InOrder(const std::vector<OpenWindow>& hours) {
  for (std::size_t i = 0; i < hours.size(); ++i) {
    const OpenWindow& w = hours[i];
    if (w.open < 0 || w.open >= kDay || w.close <= w.open || w.close - w.open > kDay) return false;
    if (i > 0 && hours[i - 1].close > w.open) return false;
  }
  return true;
}

Diagnostic Bad(const std::string& what, const std::string& path = {}) {
  return MakeDiagnostic(Code::kBadSchedule, path, {}, {{"what", what}});
}

}  // namespace

bool OpenWindow::Parse(std::string_view text, std::vector<OpenWindow>* out) {
  std::vector<OpenWindow> hours;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string_view piece = text.substr(begin, end - begin);
    begin = end + 1;
    if (piece.empty()) continue;
    OpenWindow w;
    const std::size_t dash = piece.find('-');
    if (dash == std::string_view::npos || !ParseClock(piece.substr(0, dash), &w.open) || !ParseClock(piece.substr(dash + 1), &w.close)) return false;
    if (w.close <= w.open) w.close += static_cast<std::int32_t>(kDay);
    hours.push_back(w);
  }
  if (!InOrder(hours)) return false;
  *out = std::move(hours);
  return true;
}

bool TimeOfDayFromText(std::string_view text, std::int32_t* seconds) {
  std::vector<OpenWindow> until;
  if (!OpenWindow::Parse("00:00-" + std::string(text), &until) || until.size() != 1 || until[0].close > kDay) return false;
  *seconds = until[0].close;
  return true;
}

ScheduleVersion ScheduleVersion::Weekdays(std::string_view hours) {
  ScheduleVersion version;
  for (std::size_t i = 0; i < 5; ++i) OpenWindow::Parse(hours, &version.week[i]);
  return version;
}

namespace {
constexpr std::string_view kUnits[] = {"min", "h", "bmin", "bh", "day", "wd", "month"};
}
std::string_view TimeUnitText(TimeUnit unit) { return kUnits[static_cast<std::size_t>(unit)]; }
bool TimeUnitFromText(std::string_view text, TimeUnit* out) {
  const auto it = std::find(std::begin(kUnits), std::end(kUnits), text);
  if (it == std::end(kUnits)) return false;
  *out = static_cast<TimeUnit>(it - std::begin(kUnits));
  return true;
}

// ---- the table ----------------------------------------------------------------------------------

struct Schedule::Table {
  struct Stretch {
    std::uint32_t open = 0, total = 0;
  };
  std::string id, version;
  Calendar calendar;
  Zone zone;
  std::vector<ScheduleVersion> versions;
  Date first, last;             // days that it is made for

  std::int64_t base = 0;        // UTC seconds of Stretch::open 0
  std::vector<Stretch> stretches;           // and one more that holds the total
  std::vector<std::uint32_t> from_day;      // first stretch that ends after base + day * 86400
  std::vector<std::uint32_t> from_total;    // first stretch that ends at or after the total row << shift
  unsigned shift = 0;
  DaySet days;                              // with open time
  // In UTC seconds, as far as the schedule goes.
  std::int64_t begin = 0, end = 0, covered_begin = 0, covered_end = 0, known_begin = 0, known_end = 0, provisional_begin = 0;
  std::int64_t calm_begin = 0, calm_end = 0;  // what lies between needs no flag
  bool bounded = false, unknown_before = false, unknown_after = false;

  const Calendar::Table& Cal() const { return *calendar.table_; }
  std::size_t count() const { return stretches.size() - 1; }
  std::int64_t Open(std::size_t i) const { return base + stretches[i].open; }
  std::int64_t Total(std::size_t i) const { return stretches[i].total; }
  std::int64_t Close(std::size_t i) const { return Open(i) + (Total(i + 1) - Total(i)); }

  const ScheduleVersion& VersionOn(Date day) const {
    std::size_t i = versions.size() - 1;
    while (i > 0 && versions[i].from && day < *versions[i].from) --i;
    return versions[i];
  }
  const ScheduleDay* Override(const ScheduleVersion& v, Date day) const {
    const auto it = std::lower_bound(v.days.begin(), v.days.end(), day, [](const ScheduleDay& d, Date at) { return d.date < at; });
    return it != v.days.end() && it->date == day ? &*it : nullptr;
  }
  // Override, then the calendar's list, then the week.
  const std::vector<OpenWindow>& HoursOn(Date day) const {
    static const std::vector<OpenWindow> kNone;
    const ScheduleVersion& v = VersionOn(day);
    if (const ScheduleDay* over = Override(v, day)) return over->hours;
    const auto weekday = static_cast<std::size_t>(day.Weekday() - 1);
    if (const CalendarDay* listed = calendar.Listed(day)) {
      if (!listed->works) return kNone;
      if (!calendar.WorksWeekday(day.Weekday())) return v.make_up ? *v.make_up : v.week[0];
    }
    return v.week[weekday];
  }

  // The first stretch that ends after t; count() when none does.
  std::size_t At(std::int64_t t) const {
    if (t < base) return 0;
    const auto day = static_cast<std::uint64_t>(t - base) / static_cast<std::uint64_t>(kDay);
    if (day >= from_day.size()) return count();
    std::size_t i = from_day[day];
    while (i < count() && Close(i) <= t) ++i;
    return i;
  }
  // The first stretch with total < position <= total of the next. REQUIRES: 0 < position <= Total(count()).
  std::size_t Holding(std::int64_t position) const {
    const auto p = static_cast<std::uint32_t>(position);
    const auto row = static_cast<std::size_t>(static_cast<std::uint64_t>(position) >> shift);
    std::size_t i = from_total[row];
    const std::size_t most = from_total[row + 1];
    if (most - i > 8) {
      const auto it = std::lower_bound(stretches.begin() + static_cast<std::ptrdiff_t>(i) + 1, stretches.begin() + static_cast<std::ptrdiff_t>(most) + 1, p,
                                       [](const Stretch& s, std::uint32_t at) { return s.total < at; });
      return static_cast<std::size_t>(it - stretches.begin()) - 1;
    }
    while (stretches[i + 1].total < p) ++i;
    return i;
  }
  std::int64_t PositionAt(std::size_t i, std::int64_t t) const {
    return Total(i) + (i < count() && t > Open(i) ? t - Open(i) : 0);
  }

  // An answer that rests on the instants [low, high).
  template <class T>
  Timed<T> Rests(std::int64_t low, std::int64_t high) const {
    Timed<T> answer;
    if (low >= calm_begin && high <= calm_end) return answer;
    if (low < covered_begin || high > covered_end) {
      answer.problem = low < covered_begin ? (unknown_before ? TimeProblem::kUnknownDays : TimeProblem::kBeyondHorizon)
                                           : (unknown_after ? TimeProblem::kUnknownDays : TimeProblem::kBeyondHorizon);
      return answer;
    }
    if (bounded) {
      unsigned flags = low < known_begin || high > known_end ? kUsedUnknownDays : 0u;
      if (high > provisional_begin && low < known_end) flags |= kUsedProvisionalDays;
      answer.flags = static_cast<std::uint8_t>(flags);
    }
    return answer;
  }
  template <class T>
  Timed<T> Beyond(bool after) const {
    return {{}, (after ? unknown_after : unknown_before) ? TimeProblem::kUnknownDays : TimeProblem::kBeyondHorizon, 0};
  }
  bool Outside(std::int64_t t) const { return t < begin || t > end; }

  Timed<std::int64_t> NextOpen(std::int64_t at) const {
    if (Outside(at)) return Beyond<std::int64_t>(at > end);
    const std::size_t i = At(at);
    if (i == count()) return Beyond<std::int64_t>(true);
    const std::int64_t found = std::max(at, Open(i));
    Timed<std::int64_t> answer = Rests<std::int64_t>(at, found + 1);
    answer.value = found;
    return answer;
  }
  Timed<std::int64_t> PreviousClose(std::int64_t at) const {
    if (Outside(at)) return Beyond<std::int64_t>(at > end);
    const std::size_t i = At(at - 1);  // the first that ends at `at` or later
    std::int64_t found = at;
    if (i == count() || Open(i) >= at) {
      if (i == 0) return Beyond<std::int64_t>(false);
      found = Close(i - 1);
    }
    Timed<std::int64_t> answer = Rests<std::int64_t>(found - 1, at);
    answer.value = found;
    return answer;
  }
  // `part`: a fraction of a second follows the start, so that the result must leave room for it.
  Timed<std::int64_t> Add(std::int64_t start, std::int64_t seconds, bool part, bool* inside) const {
    if (Outside(start)) return Beyond<std::int64_t>(start > end);
    const std::size_t at = At(start);
    *inside = at < count() && Open(at) <= start;
    const std::int64_t more = part && *inside ? 1 : 0;
    if (seconds > kLongestSpan || seconds < -kLongestSpan) return Beyond<std::int64_t>(seconds > 0);
    const std::int64_t position = PositionAt(at, start) + seconds, whole = Total(count());
    if (seconds > 0) {
      if (position + more > whole) return Beyond<std::int64_t>(true);
      const std::size_t i = Holding(position + more);
      const std::int64_t found = Open(i) + (position - Total(i));
      Timed<std::int64_t> answer = Rests<std::int64_t>(start, found + more);
      answer.value = found;
      return answer;
    }
    if (position < 0) return Beyond<std::int64_t>(false);
    // The latest: in the stretch with total <= position < total of the next.
    const std::size_t i = position == whole ? count() : Holding(position + 1);
    if (i == count()) return Beyond<std::int64_t>(true);
    const std::int64_t found = Open(i) + (position - Total(i));
    Timed<std::int64_t> answer = Rests<std::int64_t>(found, start);
    answer.value = found;
    return answer;
  }
  Timed<std::int64_t> Between(std::int64_t a, std::int64_t b) const {
    if (Outside(a) || Outside(b)) return Beyond<std::int64_t>(std::max(a, b) > end);
    Timed<std::int64_t> answer = Rests<std::int64_t>(std::min(a, b), std::max(a, b));
    answer.value = PositionAt(At(b), b) - PositionAt(At(a), a);
    return answer;
  }

  bool Fill(Diagnostics* diagnostics);
};

bool Schedule::Table::Fill(Diagnostics* diagnostics) {
  base = zone.FirstReading(first, 0) - 2 * kDay;
  begin = zone.FirstReading(first, 0);
  end = zone.FirstReading(Date{last.days + 1}, 0);
  std::int64_t close = begin, total = 0;
  std::vector<std::int64_t> closes;
  std::vector<bool> open_days;
  std::int32_t spill = 0;  // how far a day may reach into the next
  for (Date day = first; day <= last; ++day.days) {
    bool any = false;
    for (const OpenWindow& w : HoursOn(day)) {
      const std::int64_t from = zone.FirstReading(day, w.open), to = zone.FirstReading(day, w.close);
      spill = std::max(spill, w.close - static_cast<std::int32_t>(kDay));
      if (to <= from) continue;  // inside a skipped hour
      if (from < close) {
        diagnostics->push_back(Bad("the hours of " + day.ToString() + " begin before those before them end"));
        return false;
      }
      any = true;
      if (from > close || stretches.empty()) {
        stretches.push_back({static_cast<std::uint32_t>(from - base), static_cast<std::uint32_t>(total)});
        closes.push_back(to);
      } else {
        closes.back() = to;  // they touch
      }
      total += to - from;
      close = to;
    }
    open_days.push_back(any);
  }
  if (total == 0) {
    diagnostics->push_back(Bad("there is no open time from " + first.ToString() + " to " + last.ToString()));
    return false;
  }
  const std::size_t n = stretches.size();
  stretches.push_back({static_cast<std::uint32_t>(close - base), static_cast<std::uint32_t>(total)});
  days = DaySet(first.days, open_days);

  const auto whole_days = static_cast<std::size_t>((std::max(close, end) - base) / kDay + 1);
  from_day.resize(whole_days);
  for (std::size_t d = 0, i = 0; d < whole_days; ++d) {
    while (i < n && closes[i] <= base + static_cast<std::int64_t>(d) * kDay) ++i;
    from_day[d] = static_cast<std::uint32_t>(i);
  }
  while ((std::uint64_t{1} << shift) < static_cast<std::uint64_t>(total) / n) ++shift;
  const auto rows = static_cast<std::size_t>(total >> shift) + 1;
  from_total.resize(rows + 1);
  for (std::size_t row = 0, i = 0; row <= rows; ++row) {
    while (i + 1 < n && static_cast<std::uint64_t>(stretches[i + 1].total) < static_cast<std::uint64_t>(row) << shift) ++i;
    from_total[row] = static_cast<std::uint32_t>(i);
  }

  const Calendar::Table& cal = Cal();
  const auto instant = [&](std::int64_t day, std::int64_t second) { return zone.FirstReading(Date{std::clamp(day, first.days, last.days + 1)}, second); };
  unknown_before = cal.covered_first > cal.info.first.days && cal.covered_first >= first.days;
  unknown_after = cal.covered_last < cal.info.last.days && cal.covered_last <= last.days;
  covered_begin = unknown_before ? instant(cal.covered_first, spill) : begin;
  covered_end = unknown_after ? instant(cal.covered_last + 1, 0) : end;
  bounded = cal.info.bounded;
  known_begin = cal.info.known_from <= first ? begin : instant(cal.info.known_from.days, spill);
  known_end = instant(cal.info.known_to.days + 1, 0);
  provisional_begin = instant(cal.info.provisional_from.days, 0);
  calm_begin = bounded ? std::max(covered_begin, known_begin) : covered_begin;
  calm_end = bounded ? std::min({covered_end, known_end, provisional_begin}) : covered_end;
  return true;
}

// ---- making -------------------------------------------------------------------------------------

Schedule::Schedule() {
  static const std::shared_ptr<const Table> kAlways = [] {
    ScheduleSpec spec;
    spec.id = "always";
    spec.versions.emplace_back();
    for (auto& day : spec.versions[0].week) day = {{0, static_cast<std::int32_t>(kDay)}};
    Schedule made(nullptr);
    Diagnostics none;
    Make(spec, &made, &none);
    return made.table_;
  }();
  table_ = kAlways;
}

bool Schedule::Make(const ScheduleSpec& spec, Schedule* out, Diagnostics* diagnostics) {
  const std::size_t before = diagnostics->size();
  auto table = std::make_shared<Table>();
  table->id = spec.id;
  table->calendar = spec.calendar;
  table->zone = spec.zone;
  table->versions = spec.versions;
  if (spec.versions.empty()) diagnostics->push_back(Bad("it has no version"));
  std::string text = spec.id + "\n" + spec.zone.name() + "\n" + spec.calendar.info().hash + "\n";
  for (std::size_t v = 0; v < table->versions.size(); ++v) {
    ScheduleVersion& version = table->versions[v];
    const std::string path = "/versions/" + std::to_string(v);
    if (v > 0 && (!version.from || (table->versions[v - 1].from && *version.from <= *table->versions[v - 1].from))) {
      diagnostics->push_back(Bad("versions follow each other by date", path + "/from"));
    }
    text += "version " + (version.from ? version.from->ToString() : std::string()) + "\n";
    const auto check = [&](const std::vector<OpenWindow>& hours, const std::string& what) {
      if (!InOrder(hours)) diagnostics->push_back(Bad(what + ": windows are sorted and do not overlap", path));
      text += what + " " + HoursText(hours) + "\n";
    };
    static constexpr const char* kNames[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    for (std::size_t d = 0; d < 7; ++d) check(version.week[d], kNames[d]);
    if (version.make_up) check(*version.make_up, "make_up");
    std::stable_sort(version.days.begin(), version.days.end(), [](const ScheduleDay& a, const ScheduleDay& b) { return a.date < b.date; });
    for (std::size_t d = 0; d < version.days.size(); ++d) {
      const ScheduleDay& day = version.days[d];
      check(day.hours, day.date.ToString());
      const auto* next = v + 1 < table->versions.size() && table->versions[v + 1].from ? &*table->versions[v + 1].from : nullptr;
      if ((version.from && day.date < *version.from) || (next != nullptr && day.date >= *next)) {
        diagnostics->push_back(Bad(day.date.ToString() + " lies outside the dates of its version", path + "/days"));
      }
      if (d > 0 && version.days[d - 1].date == day.date) diagnostics->push_back(Bad(day.date.ToString() + " is given twice", path + "/days"));
    }
  }
  const CalendarInfo& info = spec.calendar.info();
  const bool closed = info.bounded && info.unknown == UnknownDays::kError;
  const std::int64_t earliest = info.first.year(), latest = info.last.year();
  const std::int64_t first = spec.first_year ? *spec.first_year
                                             : std::max(earliest, !info.bounded ? 1990 : info.known_from.year() - (closed ? 1 : 10));
  const std::int64_t last = spec.last_year ? *spec.last_year
                                           : std::min({latest, !info.bounded ? 2060 : info.known_to.year() + (closed ? 1 : 20), first + kLongest - 1});
  if (first > last || last - first >= kLongest || first < earliest || last > latest) {
    diagnostics->push_back(Bad("its years are within the calendar's horizon, at most " + std::to_string(kLongest)));
  }
  if (diagnostics->size() != before) return false;
  table->first = Date::FromYmd(first, 1, 1);
  table->last = Date::FromYmd(last, 12, 31);
  if (const auto& from = table->versions[0].from; from && *from > table->first) table->first = *from;
  if (table->first > table->last) {
    diagnostics->push_back(Bad("its first version begins behind its last year"));
    return false;
  }
  table->version = Sha256Hex(text);
  if (!table->Fill(diagnostics)) return false;
  out->table_ = std::move(table);
  return true;
}

namespace {

// The JSON form, read strictly.
class ScheduleReader {
 public:
  ScheduleReader(const std::string& file, Diagnostics* diagnostics) : file_(file), diagnostics_(diagnostics) {}

  bool Read(const json::Node& root, const Calendars& calendars, ScheduleSpec* spec) {
    const std::size_t before = diagnostics_->size();
    if (!Keys(root, "", {"$schema", "schedule", "title", "zone", "calendar", "versions", "from", "hours", "make_up", "days"})) return false;
    spec->id = Text(root, "", "schedule", true);
    const std::string zone = Text(root, "", "zone", true), calendar = Text(root, "", "calendar", true);
    if (!zone.empty() && !Zone::Load(zone, &spec->zone)) Report(Code::kUnknownZone, "/zone", root.Find("zone")->span, {{"name", zone}});
    if (!calendar.empty() && !calendars.Get(calendar, &spec->calendar)) {
      const std::string near = NearestName(calendar, calendars.ids());
      Report(Code::kUnknownCalendar, "/calendar", root.Find("calendar")->span, {{"name", calendar}}, near.empty() ? "" : "did you mean `" + near + "`?");
    }
    if (const json::Node* versions = root.Find("versions")) {
      if (versions->type != json::NodeType::kArray) return Type(*versions, "/versions", "an array");
      for (std::size_t i = 0; i < versions->items.size(); ++i) {
        const std::string path = json::Child("/versions", i);
        if (Keys(versions->items[i], path, {"from", "hours", "make_up", "days"})) Version(versions->items[i], path, spec);
      }
      for (const char* key : {"from", "hours", "make_up", "days"}) {
        if (const json::Node* n = root.Find(key)) Bad(json::Child("", key), n->span, std::string("`") + key + "` stands in the versions");
      }
    } else {
      Version(root, "", spec);
    }
    return diagnostics_->size() == before;
  }

 private:
  void Version(const json::Node& node, const std::string& path, ScheduleSpec* spec) {
    ScheduleVersion version;
    if (const json::Node* from = node.Find("from")) {
      version.from.emplace();
      if (from->type != json::NodeType::kString || !Date::Parse(from->text, &*version.from)) Type(*from, json::Child(path, "from"), "a date");
    }
    const json::Node* hours = node.Find("hours");
    if (hours == nullptr) {
      Report(Code::kMissingKey, path, node.span, {{"name", "hours"}});
    } else if (hours->type != json::NodeType::kObject) {
      Type(*hours, json::Child(path, "hours"), "an object");
    } else {
      unsigned seen = 0;
      for (const json::Member& m : hours->members) {
        const std::string at = json::Child(json::Child(path, "hours"), m.key);
        std::size_t first = 0, last = 0;
        std::vector<OpenWindow> windows;
        if (!Weekdays(m.key, &first, &last)) {
          Bad(at, m.key_span, "`" + m.key + "` is not a weekday (mon .. sun) or a range of them (mon-fri)");
        } else if (Hours(m.value, at, &windows)) {
          for (std::size_t d = first; d <= last; ++d) {
            if ((seen >> d & 1) != 0) Bad(at, m.key_span, "a weekday is given twice");
            seen |= 1u << d;
            version.week[d] = windows;
          }
        }
      }
    }
    if (const json::Node* n = node.Find("make_up")) {
      version.make_up.emplace();
      Hours(*n, json::Child(path, "make_up"), &*version.make_up);
    }
    if (const json::Node* n = node.Find("days")) {
      if (n->type != json::NodeType::kArray) Type(*n, json::Child(path, "days"), "an array");
      for (std::size_t i = 0; i < n->items.size(); ++i) {
        const std::string at = json::Child(json::Child(path, "days"), i);
        ScheduleDay day;
        if (!Keys(n->items[i], at, {"date", "hours", "name"})) continue;
        const std::string date = Text(n->items[i], at, "date", true);
        day.name = Text(n->items[i], at, "name", false);
        if (!date.empty() && !Date::Parse(date, &day.date)) Bad(json::Child(at, "date"), n->items[i].span, "`" + date + "` is not a date (YYYY-MM-DD)");
        const json::Node* given = n->items[i].Find("hours");
        if (given == nullptr) {
          Report(Code::kMissingKey, at, n->items[i].span, {{"name", "hours"}});
        } else if (Hours(*given, json::Child(at, "hours"), &day.hours)) {
          version.days.push_back(std::move(day));
        }
      }
    }
    spec->versions.push_back(std::move(version));
  }

  static bool Weekdays(std::string_view text, std::size_t* first, std::size_t* last) {
    static constexpr std::string_view kNames[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    const std::size_t dash = std::min(text.find('-'), text.size());
    const auto find = [&](std::string_view name, std::size_t* out) {
      *out = static_cast<std::size_t>(std::find(std::begin(kNames), std::end(kNames), name) - std::begin(kNames));
      return *out < 7;
    };
    if (!find(text.substr(0, dash), first)) return false;
    *last = *first;
    return dash == text.size() || (find(text.substr(dash + 1), last) && *first <= *last);
  }
  bool Hours(const json::Node& node, const std::string& path, std::vector<OpenWindow>* out) {
    if (node.type != json::NodeType::kString) return Type(node, path, "hours like \"09:00-12:00 13:30-18:00\"");
    if (OpenWindow::Parse(node.text, out)) return true;
    Bad(path, node.span, "`" + node.text + "` is not a list of windows like `09:00-12:00 13:30-18:00`, sorted and without overlap");
    return false;
  }

  void Report(Code code, const std::string& path, const Span& span, std::vector<std::pair<std::string, std::string>> args, std::string hint = {}) {
    Diagnostic d = MakeDiagnostic(code, path, span, std::move(args), std::move(hint));
    d.file = file_;
    diagnostics_->push_back(std::move(d));
  }
  void Bad(const std::string& path, const Span& span, const std::string& what) { Report(Code::kBadSchedule, path, span, {{"what", what}}); }
  bool Type(const json::Node& node, const std::string& path, const std::string& expected) {
    Report(Code::kWrongJsonType, path, node.span, {{"expected", expected}, {"found", std::string(json::NodeTypeName(node.type))}});
    return false;
  }
  bool Keys(const json::Node& node, const std::string& path, const std::vector<std::string>& allowed) {
    if (node.type != json::NodeType::kObject) return Type(node, path, "an object");
    for (const json::Member& m : node.members) {
      if (std::find(allowed.begin(), allowed.end(), m.key) != allowed.end()) continue;
      const std::string near = NearestName(m.key, allowed);
      Report(Code::kUnknownKey, json::Child(path, m.key), m.key_span, {{"name", m.key}}, near.empty() ? "" : "did you mean `" + near + "`?");
    }
    return true;
  }
  std::string Text(const json::Node& node, const std::string& path, std::string_view key, bool need) {
    const json::Node* n = node.Find(key);
    if (n == nullptr) {
      if (need) Report(Code::kMissingKey, path, node.span, {{"name", std::string(key)}});
      return {};
    }
    if (n->type == json::NodeType::kString) return n->text;
    Type(*n, json::Child(path, key), "a string");
    return {};
  }

  std::string file_;
  Diagnostics* diagnostics_;
};

}  // namespace

bool Schedule::FromJson(const CalendarFile& file, const Calendars& calendars, Schedule* out, Diagnostics* diagnostics) {
  json::Node root;
  ScheduleSpec spec;
  if (!json::Parse(file.text, {}, file.path, &root, diagnostics)) return false;
  if (!ScheduleReader(file.path, diagnostics).Read(root, calendars, &spec)) return false;
  const std::size_t before = diagnostics->size();
  if (Make(spec, out, diagnostics)) return true;
  for (std::size_t i = before; i < diagnostics->size(); ++i) (*diagnostics)[i].file = file.path;
  return false;
}

// ---- questions ----------------------------------------------------------------------------------

const std::string& Schedule::id() const { return table_->id; }
const std::string& Schedule::version() const { return table_->version; }
const Calendar& Schedule::calendar() const { return table_->calendar; }
const Zone& Schedule::zone() const { return table_->zone; }
std::vector<OpenWindow> Schedule::Hours(Date day) const { return table_->HoursOn(day); }

Timed<bool> Schedule::IsOpen(std::int64_t at) const {
  if (table_->Outside(at)) return table_->Beyond<bool>(at > table_->end);
  Timed<bool> answer = table_->Rests<bool>(at, at + 1);
  const std::size_t i = table_->At(at);
  answer.value = i < table_->count() && table_->Open(i) <= at;
  return answer;
}
Timed<std::int64_t> Schedule::NextOpen(std::int64_t at) const { return table_->NextOpen(at); }
Timed<std::int64_t> Schedule::PreviousClose(std::int64_t at) const { return table_->PreviousClose(at); }
Timed<std::int64_t> Schedule::AddSeconds(std::int64_t start, std::int64_t seconds) const {
  bool inside = false;
  return seconds == 0 ? table_->NextOpen(start) : table_->Add(start, seconds, false, &inside);
}
Timed<std::int64_t> Schedule::SecondsBetween(std::int64_t a, std::int64_t b) const { return table_->Between(a, b); }

Timed<bool> Schedule::IsWorkingDay(Date day) const {
  if (!table_->days.InHorizon(day.days)) return table_->Beyond<bool>(day > table_->last);
  Timed<bool> answer = table_->Cal().Rests<bool>(day.days, day.days);
  answer.value = table_->days.Has(day.days);
  return answer;
}
Timed<Date> Schedule::AddWorkingDays(Date day, std::int64_t n) const { return table_->Cal().Add(table_->days, day.days, n); }
Timed<std::int64_t> Schedule::WorkingDaysBetween(Date a, Date b) const { return table_->Cal().Between(table_->days, a.days, b.days); }
Timed<Date> Schedule::Rolled(Date day, Roll roll) const { return table_->Cal().Rolled(table_->days, day, roll); }
Timed<Date> Schedule::Apply(const MonthRule& rule, Date start) const { return table_->Cal().Apply(table_->days, rule, start); }

namespace {

Instant InZone(const Zone& zone, std::int64_t seconds, std::uint32_t nanos) { return {seconds, nanos, zone.OffsetAt(seconds)}; }

template <class T, class U>
Timed<T> Failed(const Timed<U>& from) {
  return {{}, from.problem, from.flags};
}

}  // namespace

Timed<Instant> Schedule::Add(const Instant& start, std::int64_t seconds) const {
  bool inside = false;
  const Timed<std::int64_t> t = seconds == 0 ? table_->NextOpen(start.seconds) : table_->Add(start.seconds, seconds, start.nanos != 0, &inside);
  if (!t.ok()) return Failed<Instant>(t);
  if (seconds == 0) inside = t.value == start.seconds;
  return {InZone(table_->zone, t.value, inside ? start.nanos : 0), TimeProblem::kNone, t.flags};
}

Timed<Duration> Schedule::Between(const Instant& a, const Instant& b) const {
  const Timed<std::int64_t> t = table_->Between(a.seconds, b.seconds);
  if (!t.ok()) return Failed<Duration>(t);
  const auto part = [&](const Instant& i) { return IsOpen(i.seconds).value ? static_cast<std::int64_t>(i.nanos) : 0; };
  std::int64_t seconds = t.value, nanos = part(b) - part(a);
  if (nanos < 0) {
    --seconds;
    nanos += 1000000000;
  }
  return {Duration{seconds, static_cast<std::uint32_t>(nanos)}, TimeProblem::kNone, t.flags};
}

Timed<Instant> Schedule::EndOf(Date day, DayEnd end) const {
  const Zone& zone = table_->zone;
  if (day.days > kLongestSpan / kDay || day.days < -kLongestSpan / kDay) return table_->Beyond<Instant>(day > table_->last);
  if (end != DayEnd::kMidnight) {
    if (!table_->days.InHorizon(day.days)) return table_->Beyond<Instant>(day > table_->last);
    const Timed<bool> rests = table_->Cal().Rests<bool>(day.days, day.days);
    if (!rests.ok()) return Failed<Instant>(rests);
    const std::vector<OpenWindow>& hours = table_->HoursOn(day);
    if (!hours.empty()) return {InZone(zone, zone.FirstReading(day, hours.back().close), 0), TimeProblem::kNone, rests.flags};
  }
  return {InZone(zone, zone.FirstReading(Date{day.days + 1}, 0), 0), TimeProblem::kNone, 0};
}

// ---- due instants -------------------------------------------------------------------------------

namespace {

// Pauses as merged half-open stretches of nanosecond instants behind `start`.
struct Stop {
  Instant begin;
  std::optional<Instant> end;
};
std::vector<Stop> Merged(const Instant& start, std::span<const Pause> pauses) {
  std::vector<Stop> sorted;
  for (const Pause& p : pauses) {
    const Instant begin = p.begin < start ? start : p.begin;
    if (!p.end || begin < *p.end) sorted.push_back({begin, p.end});
  }
  std::sort(sorted.begin(), sorted.end(), [](const Stop& a, const Stop& b) { return a.begin < b.begin; });
  std::vector<Stop> out;
  for (const Stop& s : sorted) {
    if (!out.empty() && (!out.back().end || s.begin <= *out.back().end)) {
      if (out.back().end && (!s.end || *out.back().end < *s.end)) out.back().end = s.end;
    } else {
      out.push_back(s);
    }
  }
  return out;
}

Instant Plus(const Instant& t, const Duration& d) {
  Instant out = t;
  out.seconds += d.seconds;
  out.nanos += d.nanos;
  if (out.nanos >= 1000000000) {
    out.nanos -= 1000000000;
    ++out.seconds;
  }
  return out;
}
Duration Minus(const Duration& a, const Duration& b) {
  return a.nanos >= b.nanos ? Duration{a.seconds - b.seconds, a.nanos - b.nanos}
                            : Duration{a.seconds - b.seconds - 1, a.nanos + 1000000000 - b.nanos};
}
Duration Elapsed(const Instant& a, const Instant& b) { return Minus({b.seconds, b.nanos}, {a.seconds, a.nanos}); }

}  // namespace

Timed<Instant> Schedule::Due(const Instant& start, const Allowance& allowance) const { return Due(start, allowance, {}).due; }

Schedule::DueAnswer Schedule::Due(const Instant& start, const Allowance& allowance, std::span<const Pause> pauses, DueTrace* trace) const {
  const Zone& zone = table_->zone;
  DueAnswer answer;
  Timed<Instant>& due = answer.due;
  const auto fail = [&](const auto& from) {
    due.problem = from.problem;
    return answer;
  };
  const auto flag = [&](const auto& from) { due.flags = static_cast<std::uint8_t>(due.flags | from.flags); };
  if (start.seconds > kLongestSpan || start.seconds < -kLongestSpan || allowance.amount > kLongestSpan / 3600 || allowance.amount < -kLongestSpan / 3600 ||
      allowance.seconds > kLongestSpan || allowance.seconds < -kLongestSpan) {
    due.problem = TimeProblem::kBeyondHorizon;
    return answer;
  }
  const std::vector<Stop> stops = allowance.amount > 0 || allowance.seconds > 0 ? Merged(start, pauses) : std::vector<Stop>();
  const auto note_pause = [&](const Stop& s, std::int64_t amount) {
    if (trace == nullptr) return;
    trace->pauses.push_back({s.begin, s.end});
    trace->paused += amount;
  };
  if (trace != nullptr) {
    *trace = DueTrace();
    trace->received = zone.LocalDate(start);
    trace->calendar = table_->calendar.info().id;
    trace->calendar_version = table_->calendar.info().version;
    trace->schedule = table_->id;
    trace->schedule_version = table_->version;
  }

  switch (allowance.unit) {
    case TimeUnit::kMinutes:
    case TimeUnit::kHours:
    case TimeUnit::kBusinessMinutes:
    case TimeUnit::kBusinessHours: {
      const bool business = allowance.unit >= TimeUnit::kBusinessMinutes;
      const bool hours = allowance.unit == TimeUnit::kHours || allowance.unit == TimeUnit::kBusinessHours;
      Duration left{allowance.amount * (hours ? 3600 : 60) + allowance.seconds, 0};
      Instant from = start;
      const auto add = [&](const Instant& t, const Duration& d) -> Timed<Instant> {
        if (!business) return {Plus(t, d), TimeProblem::kNone, 0};
        if (d.nanos == 0) return Add(t, d.seconds);
        // A part of a second is left over by a pause that ended within one: to the next whole one and back.
        Timed<Instant> t1 = Add(t, d.seconds + 1);
        if (!t1.ok()) return t1;
        const Duration back = Minus({1, 0}, {0, d.nanos});
        const Duration at = Minus({t1.value.seconds, t1.value.nanos}, back);
        t1.value = InZone(zone, at.seconds, at.nanos);
        return t1;
      };
      for (const Stop& s : stops) {
        Timed<Duration> spent{Elapsed(from, s.begin), TimeProblem::kNone, 0};
        if (business) spent = Between(from, s.begin);
        if (!spent.ok()) {
          // The pause begins where nothing is known: what comes before it may still be due in time.
          const Timed<Instant> before = add(from, left);
          if (before.ok() && before.value <= s.begin) break;
          return fail(spent);
        }
        flag(spent);
        if (left <= spent.value) break;  // due before it, or just when it begins
        left = Minus(left, spent.value);
        if (!s.end) {
          note_pause(s, 0);
          answer.paused = true;
          return answer;
        }
        if (trace != nullptr) {
          const Timed<Duration> lost = business ? Between(s.begin, *s.end) : Timed<Duration>{Elapsed(s.begin, *s.end), TimeProblem::kNone, 0};
          note_pause(s, lost.ok() ? lost.value.seconds : 0);
        }
        from = *s.end;
      }
      const Timed<Instant> found = add(from, left);
      if (!found.ok()) return fail(found);
      flag(found);
      due.value = InZone(zone, found.value.seconds, found.value.nanos);
      if (trace != nullptr) trace->due_date = zone.LocalDate(due.value);
      if (allowance.roll != Roll::kNone) {
        const bool back = allowance.roll == Roll::kPreceding;
        const std::int64_t up = due.value.seconds + (due.value.nanos != 0 && !back ? 1 : 0);
        const Timed<bool> open = IsOpen(due.value.seconds);
        Timed<std::int64_t> rolled = back ? PreviousClose(up) : NextOpen(up);
        if (allowance.roll == Roll::kModifiedFollowing && rolled.ok() &&
            zone.LocalDate(InZone(zone, rolled.value, 0)).MonthIndex() != zone.LocalDate(due.value).MonthIndex()) {
          flag(rolled);
          rolled = PreviousClose(due.value.seconds);
        }
        if (!rolled.ok()) return fail(rolled);
        flag(rolled);
        // At closing time it is in business hours: due at close stays there.
        const bool stays = open.value || (due.value.nanos == 0 && PreviousClose(due.value.seconds).value == due.value.seconds);
        if (!stays) {
          due.value = InZone(zone, rolled.value, 0);
          if (trace != nullptr) trace->rolled_to = zone.LocalDate(due.value);
        }
      }
      break;
    }

    case TimeUnit::kWorkingDays: {
      Date received = zone.LocalDate(start);
      Timed<bool> worked = IsWorkingDay(received);
      const bool needs_day = allowance.cutoff || allowance.count_receipt_day || allowance.amount == 0;
      if (needs_day && !worked.ok()) return fail(worked);
      if (needs_day) flag(worked);
      if (allowance.cutoff) {
        const std::int64_t second = start.seconds + zone.OffsetAt(start.seconds) - received.days * kDay;
        if (!worked.value || second >= *allowance.cutoff) {
          const Timed<Date> next = AddWorkingDays(received, 1);
          if (!next.ok()) return fail(next);
          flag(next);
          received = next.value;
          worked.value = true;
          if (trace != nullptr) {
            trace->cut_off = true;
            trace->received = received;
          }
        }
      }
      const DayEnd end = allowance.end == DayEnd::kDefault ? DayEnd::kClose : allowance.end;
      if (allowance.count_receipt_day && worked.value) {  // received after its end: it is over
        const Timed<Instant> over = EndOf(received, end);
        if (!over.ok()) return fail(over);
        worked.value = start <= over.value;
      }
      std::int64_t n = allowance.amount;
      Timed<Date> day;
      const auto nth = [&](std::int64_t shift) -> Timed<Date> {
        if (n > 0 && allowance.count_receipt_day && worked.value) {
          if (n + shift == 1) return {received, TimeProblem::kNone, worked.flags};
          return AddWorkingDays(received, n + shift - 1);
        }
        return AddWorkingDays(received, n + shift);
      };
      if (n == 0) {
        // The first close at or after receipt, also of a shift that began the day before.
        const bool moved = zone.LocalDate(start) != received;
        const Instant at = moved ? zone.StartOfDay(received) : start;
        day.problem = TimeProblem::kBeyondHorizon;
        for (Date d{received.days - (moved ? 0 : 1)}; ; ++d.days) {
          const Timed<bool> is = IsWorkingDay(d);
          if (!is.ok() && d >= received) return fail(is);
          if (!is.ok() || !is.value) {
            if (d < received) continue;
            const Timed<Date> next = AddWorkingDays(d, 1);
            if (!next.ok()) return fail(next);
            flag(next);
            day = next;
            break;
          }
          const Timed<Instant> close = EndOf(d, DayEnd::kClose);
          if (!close.ok()) return fail(close);
          if (close.value < at) continue;
          flag(is);
          day = {d, TimeProblem::kNone, is.flags};
          break;
        }
      } else {
        day = nth(0);
      }
      if (!day.ok()) return fail(day);
      flag(day);
      Timed<Instant> at = EndOf(day.value, end);
      if (!at.ok()) return fail(at);
      std::int64_t shift = 0;
      for (const Stop& s : stops) {
        if (s.begin >= at.value) break;
        if (!s.end) {
          note_pause(s, 0);
          answer.paused = true;
          return answer;
        }
        const Timed<std::int64_t> days = WorkingDaysBetween(zone.LocalDate(s.begin), zone.LocalDate(*s.end));
        if (!days.ok()) return fail(days);
        shift += days.value;
        note_pause(s, days.value);
        day = nth(shift);
        if (!day.ok()) return fail(day);
        flag(day);
        at = EndOf(day.value, end);
        while (at.ok() && at.value < *s.end) {  // nothing is due in a pause: the first close after it
          const Date resumed = std::max(zone.LocalDate(*s.end), Date{day.value.days + 1});
          const Timed<Date> next = AddWorkingDays(resumed, 0);
          if (!next.ok()) return fail(next);
          flag(next);
          shift += WorkingDaysBetween(day.value, next.value).value;
          day = next;
          at = EndOf(day.value, end);
        }
        if (!at.ok()) return fail(at);
      }
      flag(at);
      due.value = at.value;
      if (trace != nullptr) {
        trace->due_date = day.value;
        if (n > 0) trace->first_counted = allowance.count_receipt_day && worked.value ? received : AddWorkingDays(received, 1).value;
      }
      break;
    }

    case TimeUnit::kDays:
    case TimeUnit::kMonths: {
      const Date received = zone.LocalDate(start);
      const auto target = [&](std::int64_t shift) -> Timed<Date> {
        if (allowance.unit == TimeUnit::kDays) return {Date{received.days + allowance.amount + shift}, TimeProblem::kNone, 0};
        MonthRule rule;
        rule.kind = allowance.sticky_eom ? MonthRule::Kind::kStickyAnniversary : MonthRule::Kind::kAnniversary;
        rule.months = allowance.amount;
        return Apply(rule, received);
      };
      const DayEnd end = allowance.end == DayEnd::kDefault ? DayEnd::kMidnight : allowance.end;
      Timed<Date> before = target(0);
      if (!before.ok()) return fail(before);
      Timed<Date> day = Rolled(before.value, allowance.roll);
      if (!day.ok()) return fail(day);
      Timed<Instant> at = EndOf(day.value, end);
      if (!at.ok()) return fail(at);
      std::int64_t shift = 0;
      for (const Stop& s : stops) {
        if (allowance.unit == TimeUnit::kMonths || s.begin >= at.value) break;
        if (!s.end) {
          note_pause(s, 0);
          answer.paused = true;
          return answer;
        }
        const std::int64_t days = zone.LocalDate(*s.end).days - zone.LocalDate(s.begin).days;
        shift += days;
        note_pause(s, days);
        for (bool once = true; once || (at.ok() && at.value < *s.end); once = false, ++shift) {  // nothing is due in a pause
          before = target(shift);
          day = Rolled(before.value, allowance.roll);
          if (!day.ok()) return fail(day);
          at = EndOf(day.value, end);
        }
        --shift;
        if (!at.ok()) return fail(at);
      }
      flag(day);
      flag(at);
      due.value = at.value;
      if (trace != nullptr) {
        trace->due_date = before.value;
        if (allowance.amount > 0) trace->first_counted = Date{received.days + 1};
        if (day.value != before.value) trace->rolled_to = day.value;
      }
      break;
    }
  }
  if (allowance.amount >= 0 && allowance.seconds >= 0 && due.value < start) {
    due.problem = TimeProblem::kRollsBack;
    return answer;
  }

  if (trace == nullptr || allowance.unit == TimeUnit::kMinutes || allowance.unit == TimeUnit::kHours) return answer;
  // The days that did not count, and those that only counted because somebody works on them: of dates, the rolled ones.
  const bool dates = allowance.unit == TimeUnit::kDays || allowance.unit == TimeUnit::kMonths;
  Date from = dates ? trace->due_date : trace->received, to = dates ? trace->rolled_to.value_or(from) : trace->due_date;
  if (to < from) std::swap(from, to);
  if (!dates || trace->rolled_to) {
    for (Date d = std::max(from, table_->first); d <= std::min(to, table_->last); ++d.days) {
      const CalendarDay* listed = table_->calendar.Listed(d);
      const ScheduleDay* over = table_->Override(table_->VersionOn(d), d);
      const bool works = table_->days.Has(d.days);
      DayNote note{DayNote::Kind::kRest, d, "", ""};
      if (over != nullptr) {
        note = {DayNote::Kind::kOverride, d, over->name, table_->id};
      } else if (listed != nullptr) {
        note = {listed->works ? DayNote::Kind::kMakeUp : DayNote::Kind::kHoliday, d, listed->name, listed->source};
      }
      if (!works) trace->skipped.push_back(note);
      if (works && table_->calendar.IsMakeUpDay(d)) trace->make_up.push_back(note);
    }
  }
  return answer;
}

Diagnostic Schedule::Explain(TimeProblem problem) const {
  if (problem != TimeProblem::kBeyondHorizon) return table_->calendar.Explain(problem);
  return MakeDiagnostic(Code::kBeyondHorizon, "", {}, {{"name", table_->id}, {"from", table_->first.ToString()}, {"to", table_->last.ToString()}});
}

}  // namespace ordain
