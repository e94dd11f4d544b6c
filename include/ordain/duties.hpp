// Recurring duties: what is due between two instants, what was done, what is overdue.
//
//   ordain::Duty report;
//   report.name = "weekly_report";
//   report.schedule = office;                                   // its zone, and its calendar where days of rest matter
//   report.every = ordain::Recurrence::kWeek;
//   report.day = {.kind = ordain::DutyDay::Kind::kWeekday, .n = 5};   // every Friday
//   report.time = 18 * 3600;
//   report.done = {{handed_in}};
//   const ordain::DutyList list = ordain::ListDuties({{report}}, joined, {}, now);
//   list.items[0].due;       // the first Friday after `joined`, 18:00
//   list.items[0].status;    // kDone, kDoneLate, kOverdue, kOpen or kUpcoming
//
// A duty is one of three. `every`: once in each calendar period (day, working day, week from Monday, month, quarter, half-year,
// year), on a day of it or so long after its end. `after`: so long after each instant that calls for it. `dates`: on dates that
// the host lists, or so long before them.
//
// What counts. Each occurrence has a window, whole days, half open: of a period the period (of one due after its end: the period
// after it), of a listed date the days from the date before it (the first: twelve months) to itself; windows reach from the
// day on which it is due, or to its end, when a roll or a lead has moved that day out of them. A doing counts for the earliest
// occurrence in whose window it lies and that still lacks one; what is more than enough, for the period on whose days it happened. After an
// instant there is no window: a doing settles the earliest one before it, of its key, that still lacks one.
// A doing that names the day it settles counts for that period, date or day of the instant, whenever it happened.
// `count` doings are wanted; the instant of the last of these is when it was done. Equal is in time, as for deadlines.
//
// A period without the day asked for (a week of rest has no working day) has nothing due. Two that a roll puts on one
// day are both due then. Nothing is stored or counted up: the list is a pure function of its arguments.
//
// Cost: a few questions to the schedule and the zone for each occurrence, a binary search for each doing.
// Limits: kMaxOccurrences in one list. Errors: DutyList::problem, and then no items. Threads: plain functions on plain values.
// Tested by tests/duties_test.cc.
#ifndef ORDAIN_DUTIES_HPP_
#define ORDAIN_DUTIES_HPP_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ordain/calendar.hpp"
#include "ordain/time.hpp"

namespace ordain {

enum class Recurrence : std::uint8_t { kDay, kWorkingDay, kWeek, kMonth, kQuarter, kHalfYear, kYear };
std::string_view RecurrenceText(Recurrence every);                        // "day", "working_day", ..., "half_year", "year"
bool RecurrenceFromText(std::string_view text, Recurrence* out);          // false: another text
int MonthsIn(Recurrence every);                                           // 1, 3, 6, 12; 0 of what is not made of months
int WeekdayFromText(std::string_view text);                               // "monday" is 1; 0: another text
// What becomes of a day that a month does not have: "preceding", "following", "none". False: another text.
bool MissingDayFromText(std::string_view text, MonthRoll* out);

// The day of a period on which something is due.
struct DutyDay {
  enum class Kind : std::uint8_t {
    kEnd,         // the last day of the period
    kWeekday,     // weeks: Monday 1 .. Sunday 7
    kDayOfMonth,  // day `n` of month `month` of the period; negative `n` counts from the month's end
    kWorkingDay,  // the n-th working day of the period; n < 0 counts from its end
    kAfterEnd,    // Duty::allowance after the end of the period
  };
  Kind kind = Kind::kEnd;
  int n = 0;
  int month = 1;                             // 1: the first of the period
  MonthRoll missing = MonthRoll::kClip;      // a month without that day: its last day, the day after it, or nothing is due
};

// Something that was done, or that calls for something to be done.
struct DutyEvent {
  Instant at;
  std::optional<Date> settles = {};  // a doing: a day of the period, the date, the day of the instant that it is for
  std::string key = {};              // Duty::after: a doing settles only what has the same
  // Known by its date alone, `at` is the start of that day. A doing is then in time on the day due whatever the time of day, and
  // comes after an instant of the same day, but not after another that is known by that date alone.
  bool whole_day = false;
};

struct Duty {
  enum class Kind : std::uint8_t { kEvery, kAfter, kDates };
  std::string name, owner;
  Schedule schedule;
  Kind kind = Kind::kEvery;
  Recurrence every = Recurrence::kWeek;  // kEvery
  DutyDay day;                           // kEvery
  Allowance allowance;                   // kAfter; kEvery with DutyDay::Kind::kAfterEnd
  std::vector<DutyEvent> after;          // kAfter
  std::vector<Date> dates;               // kDates, in any order
  std::int64_t lead = 0;                 // kDates: days before the date
  bool lead_works = false;               // these are working days
  Roll roll = Roll::kNone;               // of the day due; an allowance has its own, DutyDay::Kind::kWorkingDay needs none
  // Seconds of the local day, above 0 and up to 86400; default: the end of the day, 86400. With an allowance, which must be one
  // of days: default: as the allowance says.
  std::optional<std::int32_t> time = {};
  bool at_close = false;                 // at the last close of the day instead
  std::int64_t count = 1;                // doings wanted, at least 1
  std::vector<DutyEvent> done;           // in any order
};

enum class DutyStatus : std::uint8_t { kUpcoming, kOpen, kDone, kDoneLate, kOverdue };
std::string_view DutyStatusText(DutyStatus status);  // "upcoming" (its window has not begun), "open", "done", "done_late", "overdue"

struct DutyOccurrence {
  std::size_t duty = 0;             // its place in the argument
  Date first, last;                 // what it is for: the days of the period, or one day
  Instant begin;                    // of its window
  std::optional<Instant> end;       // none: after an instant
  Date day;                         // the day that the rule names, before it is rolled
  Date due_date;
  Instant due;
  std::int64_t count = 1, done = 0; // doings wanted, doings that count
  std::optional<Instant> done_at;   // when they were enough
  DutyStatus status = DutyStatus::kUpcoming;
  std::string key;
  std::uint8_t flags = 0;           // of Timed
};

struct DutyList {
  std::vector<DutyOccurrence> items;  // by due, then in the order of the argument
  TimeProblem problem = TimeProblem::kNone;
  bool too_many = false;              // more than kMaxOccurrences: no items
  std::uint8_t flags = 0;             // of all items
  bool ok() const { return problem == TimeProblem::kNone && !too_many; }
};

inline constexpr std::size_t kMaxOccurrences = 10000;

// What is due after `from`, up to and at `until`, as things stand at `at`; what happens after `at` has not happened yet.
// Without `until`: what has begun by `at`, and of each duty of which then nothing is still to be done in time the first that will be.
DutyList ListDuties(std::span<const Duty> duties, const Instant& from, const std::optional<Instant>& until, const Instant& at);

}  // namespace ordain

#endif  // ORDAIN_DUTIES_HPP_
