// Calendars and schedules from any text: the first byte says as what it is read, the rest is the document.
//
// Whatever is refused says why, with a place; whatever is accepted keeps the laws: the days between a day and the n-th
// working day after it are n, opening time that is added lies between. The input is bounded to 8 KiB: a document of that
// size has every construct. The horizon is short, so that making calendars does not slow the search down.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "ordain/calendar.hpp"

namespace {

using namespace ordain;

#define CHECK(condition)                                                           \
  do {                                                                             \
    if (!(condition)) {                                                            \
      std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                \
    }                                                                              \
  } while (false)

void CheckCalendar(const Calendar& calendar) {
  const std::int64_t first = Date::FromYmd(2000, 1, 1).days;
  for (std::int64_t k = 0; k < 30; ++k) {
    const Date a{first + k * 487};
    for (const std::int64_t n : {1, 7, 300, -1, -20}) {
      const Timed<Date> b = calendar.AddWorkingDays(a, n);
      if (!b.ok()) continue;
      CHECK(calendar.IsWorkingDay(b.value).value);
      if (n > 0) CHECK(calendar.WorkingDaysBetween(a, b.value).value == n);
      CHECK((b.value > a) == (n > 0));
    }
  }
}

void CheckSchedule(const Schedule& schedule) {
  for (std::int64_t k = 0; k < 20; ++k) {
    const std::int64_t a = 1000000000 + k * 40000003;
    for (const std::int64_t n : {1, 3600, 1000000, -60}) {
      const Timed<std::int64_t> b = schedule.AddSeconds(a, n);
      if (!b.ok()) continue;
      const Timed<std::int64_t> between = schedule.SecondsBetween(a, b.value);
      CHECK(between.ok() && between.value == n);
      CHECK((b.value > a) == (n > 0));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Calendars* const kCalendars = new Calendars;
  if (size == 0 || size > 8192) return 0;
  const CalendarFile file{"input", std::string(reinterpret_cast<const char*>(data) + 1, size - 1)};
  Diagnostics found;
  bool accepted = false;
  if (data[0] == 'y') {
    Calendar calendar;
    Calendar::Options options;
    options.id = "fuzz";
    options.first_year = 2000;
    options.last_year = 2040;
    options.unknown = size % 2 == 0 ? UnknownDays::kWeekday : UnknownDays::kStatutory;
    accepted = Calendar::FromJson({file}, options, &calendar, &found);
    if (accepted) CheckCalendar(calendar);
  } else if (data[0] == 'o') {
    Calendar calendar;
    accepted = Calendar().With(file, &calendar, &found);
    if (accepted) CheckCalendar(calendar);
  } else {
    Schedule schedule;
    accepted = Schedule::FromJson(file, *kCalendars, &schedule, &found);
    if (accepted) CheckSchedule(schedule);
  }
  CHECK(accepted == found.empty());
  for (const Diagnostic& d : found) CHECK(!d.Message().empty() && d.span.offset + d.span.length <= file.text.size());
  return 0;
}
