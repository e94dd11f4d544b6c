// Working days, opening hours and due instants: calendars, schedules, and the arithmetic on both.
//
//   ordain::Calendar cn;
//   ordain::Calendar::Builtin("cn", &cn);                                  // mainland China, every notice since 2007
//   cn.IsWorkingDay(ordain::Date::FromYmd(2024, 2, 4)).value;              // true: a Sunday made up for
//   cn.AddWorkingDays(ordain::Date::FromYmd(2024, 2, 8), 3).value;         // 2024-02-19: eight days of Spring Festival
//
//   ordain::ScheduleSpec spec;
//   spec.calendar = cn;
//   ordain::Zone::Load("Asia/Shanghai", &spec.zone);
//   spec.versions.push_back(ordain::ScheduleVersion::Weekdays("09:00-12:00 13:30-18:00"));
//   ordain::Schedule office;
//   if (!ordain::Schedule::Make(spec, &office, &found)) return Report(found);
//   office.Add(received, 4 * 3600).value;                                  // four business hours later
//   office.Due(received, {.amount = 7, .unit = ordain::TimeUnit::kWorkingDays}).value;   // close of the 7th working day
//
// Answers are `Timed`: a value, or a problem; and flags that say which days the answer rests on. Nothing is guessed
// silently: a day that no notice covers is a problem unless the calendar was made with a policy for such days, and
// then the answer says so. Units are distinct and never converted into one another: a working day is not 24 hours.
//
// Meaning (docs/calendars.md has all of it): the day of receipt does not count; a span that is used up exactly at
// closing time is due at closing time; windows are half open; a local time that comes twice means the first, one that is
// skipped means the instant of the change; durations are real seconds.
//
// Cost: questions about days are a few loads, about business time two look-ups, whatever the distance. Making a
// calendar costs well under a millisecond, a schedule some milliseconds; both are immutable and shared when copied.
// Threads: any number may ask. Replacing one at run time: Calendars, or your own pointer.
// Errors: loaders return false and report everything that they find. Nothing throws.
// Tested by tests/calendar_test.cc and tests/time_oracle_test.cc.
#ifndef ORDAIN_CALENDAR_HPP_
#define ORDAIN_CALENDAR_HPP_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ordain/base.hpp"
#include "ordain/time.hpp"

namespace ordain {

// ---- answers ------------------------------------------------------------------------------------

enum class TimeProblem : std::uint8_t {
  kNone,
  kUnknownDays,    // the answer depends on days that the calendar does not know
  kBeyondHorizon,  // it lies outside the years that the calendar or schedule was made for
  kNoSuchDay,      // a month has no 24th working day
  kRollsBack,      // rolled to a moment before the start
};
// Bits of Timed::flags.
inline constexpr std::uint8_t kUsedUnknownDays = 1;      // by the policy for unknown days
inline constexpr std::uint8_t kUsedProvisionalDays = 2;  // the next notice may still change them

template <class T>
struct Timed {
  T value{};  // meaningless unless ok()
  TimeProblem problem = TimeProblem::kNone;
  std::uint8_t flags = 0;
  bool ok() const { return problem == TimeProblem::kNone; }
};

// ---- calendars ----------------------------------------------------------------------------------

// What a calendar does about days outside the years that it knows. Answers that used such days are flagged.
enum class UnknownDays : std::uint8_t {
  kError,      // no answer
  kWeekday,    // the weekly pattern, no holidays
  kStatutory,  // the weekly pattern and the holidays fixed by law, as far as the data lists them; else no answer
};

struct CalendarDay {
  Date date;
  bool works = false;
  std::string name;
  std::string source;  // id of the calendar or overlay that says so
};

// Where a date stands relative to rest days. kModified*: unless that leaves the month, then the other way.
enum class Roll : std::uint8_t { kNone, kFollowing, kPreceding, kModifiedFollowing };

std::string_view RollText(Roll roll);                   // "none", "following", "preceding", "modfollowing"
bool RollFromText(std::string_view text, Roll* out);    // false: another text

struct MonthRule {
  enum class Kind : std::uint8_t {
    kDayOfMonth,         // day `n` of the month; a shorter month means its last day
    kEndOfMonth,         // the last day of the month
    kAnniversary,        // the corresponding day; no such day means the last day (Civil Code, art. 202)
    kStickyAnniversary,  // the same, but from the last day of a month to the last day of a month
    kNthWorkingDay,      // the n-th working day of the month; n < 0 counts from its end
  };
  Kind kind = Kind::kEndOfMonth;
  std::int64_t n = 0;
  std::int64_t months = 0;  // from the month of the start
  Roll roll = Roll::kNone;  // not for kNthWorkingDay

  // "dom:10;months:1;roll:following", "eom;months:0;roll:none", "anniv;months:12;roll:none", "annivsticky;...",
  // "nthwd:-1;months:0". False: anything else.
  static bool Parse(std::string_view text, MonthRule* out);
};

struct CalendarFile {
  std::string path;  // for diagnostics
  std::string text;
};

struct CalendarInfo {
  std::string id;        // "cn"
  std::string version;   // of the data, as its publisher or the host names it
  std::string hash;      // SHA-256 of what the calendar says (not of the files' spelling)
  bool bounded = false;  // false: every day is known, and what follows does not matter
  Date known_from, known_to;  // inclusive
  Date provisional_from;      // on or before known_to: until the next notice
  Date first, last;           // the horizon, inclusive
  UnknownDays unknown = UnknownDays::kError;
};

// Which days are worked. Immutable, cheap to copy.
class Calendar {
 public:
  struct Options {
    std::string id;                            // default: what the files say
    std::string version;                       // default: what the files say, else the first digits of the hash
    UnknownDays unknown = UnknownDays::kError;
    std::uint8_t week = 0b0011111;             // bit 0 is Monday: the days worked unless listed
    int first_year = 1950, last_year = 2150;   // the horizon, at most 400 years
    std::optional<Date> provisional_from;      // default: 1 December of the last known year
  };

  Calendar();  // "weekdays": Monday to Friday, no holidays, every day known

  // Merges year files, strictly: a date listed twice, dates out of order or outside the notice's year (with the
  // December before and the January after), unknown keys, a year missing between known ones are all reported.
  // A file is a year file {"year", "papers", "days": [{"name", "date", "isOffDay"}]}, a head {"calendar", "version",
  // ...}, a list of legal holidays {"statutory": ...}, or an array of such documents. A year without days is unknown.
  static bool FromJson(const std::vector<CalendarFile>& files, const Options& options, Calendar* out,
                       Diagnostics* diagnostics);
  // The *.json files of a folder.
  static bool FromFolder(const std::string& folder, const Options& options, Calendar* out, Diagnostics* diagnostics);
  // Compiled in: "cn", and "weekdays". False for other names.
  static bool Builtin(std::string_view name, Calendar* out);
  static bool Builtin(std::string_view name, const Options& options, Calendar* out);

  // This calendar with the days of a company or a region on top; the last that says something about a date holds.
  // Unsorted is fine here; a date given twice is reported. From JSON: {"overlay": "<id>", "days": [...]}, days as
  // in a year file; {"off": [dates], "work": [dates]} in place of "days" is read too.
  bool With(const std::string& id, std::vector<CalendarDay> days, Calendar* out, Diagnostics* diagnostics) const;
  bool With(const CalendarFile& file, Calendar* out, Diagnostics* diagnostics) const;

  const CalendarInfo& info() const;
  const std::vector<CalendarDay>& days() const;   // all that are listed, by date
  const CalendarDay* Listed(Date day) const;      // nullptr: the weekly pattern holds
  bool WorksWeekday(int weekday) const;           // Monday 1 .. Sunday 7
  // The weekly pattern rests and the list works.
  bool IsMakeUpDay(Date day) const;

  Timed<bool> IsWorkingDay(Date day) const;
  // n >= 1: the n-th working day after `day`, which never counts; n <= -1: before it; 0: `day`, or the next one.
  Timed<Date> AddWorkingDays(Date day, std::int64_t n) const;
  // Working days in (a, b]; negative when b < a, so that it is antisymmetric and adds up.
  Timed<std::int64_t> WorkingDaysBetween(Date a, Date b) const;
  Timed<Date> Rolled(Date day, Roll roll) const;
  Timed<Date> Apply(const MonthRule& rule, Date start) const;

  // Whether an answer that rests on the days a..b (inclusive, either order) is known, and its flags.
  Timed<bool> Covers(Date a, Date b) const;
  // The problem in words: which calendar, what it knows.
  Diagnostic Explain(TimeProblem problem) const;

 private:
  friend class Schedule;
  struct Table;
  std::shared_ptr<const Table> table_;
};

// Calendars by id, replaceable while others compute: who asked before a replacement keeps what was given.
class Calendars {
 public:
  Calendars();                        // holds the compiled-in ones
  ~Calendars();
  Calendars(const Calendars&) = delete;             // share a pointer to it
  Calendars& operator=(const Calendars&) = delete;
  bool Get(std::string_view id, Calendar* out) const;
  void Put(const Calendar& calendar);                          // by its own id
  void Put(const std::string& id, const Calendar& calendar);   // by another: one with overlays in place of the plain one
  std::vector<std::string> ids() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// ---- schedules ----------------------------------------------------------------------------------

// Opening hours on one day, in seconds of the local clock from its midnight; half open. A close beyond 86400 is on the
// next day, and still belongs to this one: a holiday removes the whole shift.
struct OpenWindow {
  std::int32_t open = 0, close = 0;
  auto operator<=>(const OpenWindow&) const = default;
  // "09:00-12:00 13:30-18:00", "22:00-06:00" (ends the next day), "00:00-24:00", seconds allowed. False: not sorted, not
  // disjoint, not a time of day.
  static bool Parse(std::string_view text, std::vector<OpenWindow>* out);
};

// A time of day up to 24:00, as seconds after its midnight: "17:00", "17:00:30", "24:00"; "00:00" is the end of the day, 86400.
// False: none.
bool TimeOfDayFromText(std::string_view text, std::int32_t* seconds);

struct ScheduleDay {
  Date date;
  std::vector<OpenWindow> hours;  // empty: closed
  std::string name;
};

struct ScheduleVersion {
  std::optional<Date> from;                       // the first version may leave it out: since ever
  std::array<std::vector<OpenWindow>, 7> week;        // Monday first
  std::optional<std::vector<OpenWindow>> make_up;     // hours of make-up days; default: Monday's
  std::vector<ScheduleDay> days;                  // overrides, before the calendar and the week
  static ScheduleVersion Weekdays(std::string_view hours);  // Monday to Friday. REQUIRES: OpenWindow::Parse accepts it
};

struct ScheduleSpec {
  std::string id;
  Calendar calendar;
  Zone zone;
  std::vector<ScheduleVersion> versions;  // by date, at least one
  // The years that it is made for; default: the calendar's known years, ten before and twenty after (1990 to 2060
  // when every day is known), as far as its horizon goes.
  std::optional<int> first_year, last_year;
};

// Named units, never converted into one another.
enum class TimeUnit : std::uint8_t {
  kMinutes,          // elapsed
  kHours,            // elapsed
  kBusinessMinutes,
  kBusinessHours,
  kDays,             // natural days; due at the end of the day
  kWorkingDays,
  kMonths,           // anniversaries; due at the end of the day
};
std::string_view TimeUnitText(TimeUnit unit);                   // "min", "h", "bmin", "bh", "day", "wd", "month"
bool TimeUnitFromText(std::string_view text, TimeUnit* out);    // only these: "d" is refused

enum class DayEnd : std::uint8_t {
  kDefault,   // kClose for working days, kMidnight for natural days and months
  kClose,     // the last close of the day; of a day without hours: midnight
  kMidnight,  // 24:00, the first instant of the next day
};

// How long something may take.
struct Allowance {
  std::int64_t amount = 0;
  TimeUnit unit = TimeUnit::kWorkingDays;
  Roll roll = Roll::kNone;                      // days and months: of the date; minutes and hours: of the instant,
                                                // to the next opening (following) or the last close (preceding)
  bool count_receipt_day = false;               // working days: the day of receipt is the first, if it is
                                                // worked and not yet over
  std::optional<std::int32_t> cutoff = {};      // seconds of the local day: at or after it, or on a rest day, is
                                                // received on the next working day
  DayEnd end = DayEnd::kDefault;
  bool sticky_eom = false;                      // months
  std::int64_t seconds = 0;                     // minutes and hours: so much more
};

// While nobody answers for the time. Half open; `end` absent: still going on.
struct Pause {
  Instant begin;
  std::optional<Instant> end;
};

// A day that a due instant stepped over or used.
struct DayNote {
  enum class Kind : std::uint8_t { kRest, kHoliday, kMakeUp, kOverride } kind = Kind::kRest;
  Date date;
  std::string name;    // "Spring Festival" in the data's language; empty for a weekend
  std::string source;  // the calendar, overlay or schedule that says so
};

// How a due instant came about.
struct DueTrace {
  Date received;                     // local date of receipt, after the cut-off
  bool cut_off = false;              // received after the cut-off or on a rest day
  std::optional<Date> first_counted; // working days and natural days
  Date due_date;                     // before rolling
  std::optional<Date> rolled_to;
  std::vector<DayNote> skipped;      // rest days between, weekends included
  std::vector<DayNote> make_up;      // weekend days that counted
  std::vector<Pause> pauses;         // merged, cut to the span
  std::int64_t paused = 0;           // in the allowance's unit: seconds, or working days
  std::string calendar, calendar_version, schedule, schedule_version;
};

// When somebody is there. Immutable, cheap to copy.
class Schedule {
 public:
  Schedule();  // around the clock, UTC, "weekdays" calendar left aside

  // Reports: no hours at all, windows that overlap (also over midnight and with overrides), versions out of order,
  // years outside the calendar's horizon.
  static bool Make(const ScheduleSpec& spec, Schedule* out, Diagnostics* diagnostics);
  // {"schedule": "<id>", "zone": "Asia/Shanghai", "calendar": "cn", "versions": [{"from": "2016-01-01",
  //  "hours": {"mon-fri": "09:00-12:00 13:30-18:00", "sat": ""}, "make_up": "09:00-12:00",
  //  "days": [{"date": "2024-02-09", "hours": "09:00-12:00", "name": "..."}]}]}; with one version its keys may stand
  // beside "zone".
  static bool FromJson(const CalendarFile& file, const Calendars& calendars, Schedule* out, Diagnostics* diagnostics);

  const std::string& id() const;
  const std::string& version() const;  // SHA-256 of the specification and the calendar's hash
  const Calendar& calendar() const;
  const Zone& zone() const;

  // In UTC seconds: the arithmetic itself, without zones.
  Timed<bool> IsOpen(std::int64_t at) const;
  Timed<std::int64_t> NextOpen(std::int64_t at) const;       // `at` itself when open
  Timed<std::int64_t> PreviousClose(std::int64_t at) const;  // `at` itself when open just before it
  // seconds > 0: the earliest instant by which they have passed; < 0: the latest from which they have; 0: NextOpen.
  Timed<std::int64_t> AddSeconds(std::int64_t start, std::int64_t seconds) const;
  // Open seconds in [a, b); negative when b < a.
  Timed<std::int64_t> SecondsBetween(std::int64_t a, std::int64_t b) const;

  // The same with instants: nanoseconds are kept, results carry the offset of the zone.
  Timed<Instant> Add(const Instant& start, std::int64_t seconds) const;
  Timed<Duration> Between(const Instant& a, const Instant& b) const;

  // Working days of a schedule are the days with open time.
  Timed<bool> IsWorkingDay(Date day) const;
  Timed<Date> AddWorkingDays(Date day, std::int64_t n) const;
  Timed<std::int64_t> WorkingDaysBetween(Date a, Date b) const;
  Timed<Date> Rolled(Date day, Roll roll) const;
  Timed<Date> Apply(const MonthRule& rule, Date start) const;
  Timed<Instant> EndOf(Date day, DayEnd end) const;
  std::vector<OpenWindow> Hours(Date day) const;

  // The due instant. Pauses are merged; in business and elapsed units their time does not count, working days shift
  // by the working days of the pause, days by its days; months and times before the start do not shift. Nothing
  // of days is due within a pause, but at the first close after it. A due behind a pause without end: none, `paused`.
  struct DueAnswer {
    Timed<Instant> due;
    bool paused = false;  // a pause without end began before it was due: there is no due instant now
  };
  Timed<Instant> Due(const Instant& start, const Allowance& allowance) const;
  DueAnswer Due(const Instant& start, const Allowance& allowance, std::span<const Pause> pauses,
                DueTrace* trace = nullptr) const;

  Diagnostic Explain(TimeProblem problem) const;

 private:
  struct Table;
  explicit Schedule(std::nullptr_t) {}
  std::shared_ptr<const Table> table_;
};

}  // namespace ordain

#endif  // ORDAIN_CALENDAR_HPP_
