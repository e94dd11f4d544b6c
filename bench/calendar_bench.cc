// Working days, business time and zones: what a question costs, whatever the distance. Answers are checked against a walk
// day by day and second by second before anything is timed. With QuantLib installed its China::IB calendar answers the
// same dates in the same run (answers checked, too); NumPy's busday_offset is timed by bench/peers/busday.py.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "ordain/calendar.hpp"
#ifdef ORDAIN_BENCH_QUANTLIB
#include <ql/time/calendars/china.hpp>
#endif

namespace {

using namespace ordain;

constexpr std::size_t kInputs = 4096;

[[noreturn]] void Wrong(const std::string& what) {
  std::fprintf(stderr, "wrong answer: %s\n", what.c_str());
  std::exit(1);
}
std::int64_t Seconds(const char* text) {
  Instant t;
  if (!Instant::Parse(text, &t)) Wrong(text);
  return t.seconds;
}

struct Setup {
  Calendar cn;
  Schedule office;
  Zone shanghai, new_york;
  std::vector<Date> dates;             // 2008 to 2024
  std::vector<std::int64_t> instants;  // of the same years

  Setup() {
    ScheduleSpec spec;
    Diagnostics found;
    if (!Calendar::Builtin("cn", &cn) || !Zone::Load("Asia/Shanghai", &shanghai) || !Zone::Load("America/New_York", &new_york)) Wrong("cannot load");
    spec.calendar = cn;
    spec.zone = shanghai;
    spec.versions.push_back(ScheduleVersion::Weekdays("09:00-12:00 13:30-18:00"));
    if (!Schedule::Make(spec, &office, &found)) Wrong(found[0].Format());
    std::mt19937_64 random(1);
    const std::int64_t low = Date::FromYmd(2008, 1, 1).days, high = Date::FromYmd(2024, 12, 31).days;
    for (std::size_t i = 0; i < kInputs; ++i) {
      dates.push_back({std::uniform_int_distribution<std::int64_t>(low, high)(random)});
      instants.push_back(std::uniform_int_distribution<std::int64_t>(Seconds("2008-01-01T00:00:00Z"), Seconds("2024-12-31T00:00:00Z"))(random));
    }
    Check();
  }

  // Business time by walking minutes; instants here are whole minutes.
  void Check() const {
    for (const Date day : dates) {
      for (const std::int64_t n : {3, 30, 250}) {
        Date walked = day;
        for (std::int64_t left = n; left > 0;) {
          ++walked.days;
          left -= cn.IsWorkingDay(walked).value ? 1 : 0;
        }
        const Date added = cn.AddWorkingDays(day, n).value;
        if (added != walked) Wrong("working days from " + day.ToString());
        if (cn.WorkingDaysBetween(day, added).value != n) Wrong("between, from " + day.ToString());
      }
    }
    for (std::size_t i = 0; i < 64; ++i) {
      std::int64_t t = instants[i] - instants[i] % 60;
      for (const std::int64_t minutes : {480, 2880}) {
        std::int64_t walked = t;
        for (std::int64_t left = minutes; left > 0; walked += 60) left -= Open(walked) ? 1 : 0;
        if (office.AddSeconds(t, minutes * 60).value != walked) Wrong("business time from " + std::to_string(t));
        if (office.SecondsBetween(t, walked).value != minutes * 60) Wrong("business time between, from " + std::to_string(t));
      }
    }
  }
  bool Open(std::int64_t t) const {
    const std::int64_t local = t + 8 * 3600, day = local / 86400, minute = local % 86400 / 60;
    return cn.IsWorkingDay(Date{day}).value && ((minute >= 540 && minute < 720) || (minute >= 810 && minute < 1080));
  }
};
const Setup& S() {
  static const Setup kSetup;
  return kSetup;
}

void AddWorkingDays(benchmark::State& state) {
  const Setup& s = S();
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(s.cn.AddWorkingDays(s.dates[i++ % kInputs], state.range(0)));
}
BENCHMARK(AddWorkingDays)->Arg(3)->Arg(30)->Arg(250);

void WorkingDaysBetween(benchmark::State& state) {
  const Setup& s = S();
  std::size_t i = 0;
  for (auto _ : state) {
    const Date a = s.dates[i++ % kInputs];
    benchmark::DoNotOptimize(s.cn.WorkingDaysBetween(a, Date{a.days + state.range(0)}));
  }
}
BENCHMARK(WorkingDaysBetween)->Arg(365);

void AddBusinessHours(benchmark::State& state) {
  const Setup& s = S();
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(s.office.AddSeconds(s.instants[i++ % kInputs], state.range(0) * 3600));
}
BENCHMARK(AddBusinessHours)->Arg(8)->Arg(48);

void BusinessTimeBetween(benchmark::State& state) {
  const Setup& s = S();
  std::size_t i = 0;
  for (auto _ : state) {
    const std::int64_t a = s.instants[i++ % kInputs];
    benchmark::DoNotOptimize(s.office.SecondsBetween(a, a + state.range(0) * 86400));
  }
}
BENCHMARK(BusinessTimeBetween)->Arg(3)->Arg(365);

void DueSevenWorkingDays(benchmark::State& state) {  // with zone conversion both ways
  const Setup& s = S();
  std::size_t i = 0;
  const Allowance allowance{.amount = 7};
  for (auto _ : state) benchmark::DoNotOptimize(s.office.Due(Instant{s.instants[i++ % kInputs], 0, 0}, allowance));
}
BENCHMARK(DueSevenWorkingDays);

void ZoneToLocal(benchmark::State& state) {
  const Setup& s = S();
  const Zone& zone = state.range(0) == 0 ? s.shanghai : s.new_york;
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(zone.OffsetAt(s.instants[i++ % kInputs]));
}
BENCHMARK(ZoneToLocal)->Arg(0)->Arg(1);

void ZoneFromLocal(benchmark::State& state) {
  const Setup& s = S();
  const Zone& zone = state.range(0) == 0 ? s.shanghai : s.new_york;
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(zone.FirstReading(s.dates[i++ % kInputs], 32400));
}
BENCHMARK(ZoneFromLocal)->Arg(0)->Arg(1);

void MakeSchedule(benchmark::State& state) {
  ScheduleSpec spec;
  spec.calendar = S().cn;
  spec.zone = S().shanghai;
  spec.versions.push_back(ScheduleVersion::Weekdays("09:00-12:00 13:30-18:00"));
  for (auto _ : state) {
    Schedule schedule;
    Diagnostics found;
    benchmark::DoNotOptimize(Schedule::Make(spec, &schedule, &found));
  }
}
BENCHMARK(MakeSchedule)->Unit(benchmark::kMillisecond);

#ifdef ORDAIN_BENCH_QUANTLIB
void QuantLibAdd(benchmark::State& state) {
  const Setup& s = S();
  const QuantLib::China china(QuantLib::China::IB);
  const int n = static_cast<int>(state.range(0));
  // The dates on which its list of holidays and make-up days agrees with the notices.
  std::vector<QuantLib::Date> dates;
  for (const Date day : s.dates) {
    const QuantLib::Date from(static_cast<QuantLib::Date::serial_type>(day.days + 25569));
    const QuantLib::Date to = china.advance(from, n, QuantLib::Days);
    if (to.serialNumber() - 25569 == s.cn.AddWorkingDays(day, n).value.days) dates.push_back(from);
  }
  if (dates.size() * 2 < kInputs) Wrong("QuantLib agrees on " + std::to_string(dates.size()) + " dates only");
  state.counters["agree"] = static_cast<double>(dates.size()) / kInputs;
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(china.advance(dates[i++ % dates.size()], n, QuantLib::Days));
}
BENCHMARK(QuantLibAdd)->Arg(3)->Arg(30)->Arg(250);
#endif

}  // namespace

BENCHMARK_MAIN();
