// Internal. What a calendar holds, for the schedules that are built on one.
#ifndef ORDAIN_BASE_CALENDAR_TABLE_HPP_
#define ORDAIN_BASE_CALENDAR_TABLE_HPP_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/day_set.hpp"
#include "ordain/calendar.hpp"

namespace ordain {

struct Calendar::Table {
  CalendarInfo info;
  std::string version;            // as given; empty: made from the hash
  std::uint8_t week = 0b0011111;  // bit 0 is Monday
  std::vector<CalendarDay> days;  // listed, by date, one each
  std::vector<CalendarDay> legal; // with the statutory policy: rest days of unknown years, by date
  std::set<std::int64_t> legal_years;
  DaySet working;
  std::int64_t covered_first = 0, covered_last = 0;  // days that questions may rest on
  std::int64_t calm_first = 0, calm_last = 0;        // those of them that need no flag
  std::uint64_t calm_end = 0;                        // index of the first working day behind them

  void Decide();  // everything that follows from the rest: `working`, the hash, what is covered

  // An answer that rests on the days first..last: its problem and its flags, the value still to come.
  template <class T>
  Timed<T> Rests(std::int64_t first, std::int64_t last) const {
    Timed<T> answer;
    if (first >= calm_first && last <= calm_last) return answer;
    if (first < covered_first || last > covered_last) {
      answer.problem = first < info.first.days || last > info.last.days ? TimeProblem::kBeyondHorizon : TimeProblem::kUnknownDays;
      return answer;
    }
    if (info.bounded) {
      unsigned flags = first < info.known_from.days || last > info.known_to.days ? kUsedUnknownDays : 0u;
      if (last >= info.provisional_from.days && first <= info.known_to.days) flags |= kUsedProvisionalDays;
      answer.flags = static_cast<std::uint8_t>(flags);
    }
    return answer;
  }
  // The n-th day lies outside the horizon: unknown, when days before its end are.
  template <class T>
  Timed<T> Beyond(bool after) const {
    const bool unknown = after ? covered_last < info.last.days : covered_first > info.first.days;
    return {{}, unknown ? TimeProblem::kUnknownDays : TimeProblem::kBeyondHorizon, 0};
  }

  // On `set`, a subset of the horizon: the working days of the calendar, or of a schedule.
  Timed<Date> Add(const DaySet& set, std::int64_t day, std::int64_t n) const;
  Timed<std::int64_t> Between(const DaySet& set, std::int64_t a, std::int64_t b) const;
  Timed<Date> Rolled(const DaySet& set, Date day, Roll roll) const;
  Timed<Date> Apply(const DaySet& set, const MonthRule& rule, Date start) const;
};

}  // namespace ordain

#endif  // ORDAIN_BASE_CALENDAR_TABLE_HPP_
