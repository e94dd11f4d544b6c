// Computed answers for calendar arithmetic against the engine's: every row of every CSV file of a folder.
//
//   time_oracle_test [FOLDER]      default: ORDAIN_TIME_ORACLE, else the shared calendar/oracle
//
// The first line of a file names its columns; a row says what it checks by its `kind` (files of dates without kinds have
// the columns date, weekday, working, source). Kinds and conventions: README.md beside the files. Rows of mainland China
// are asked twice: of a calendar that knows only what notices say, which must answer exactly those rows whose coverage is
// `known`, and of one with the weekday policy, which must answer all, and flag exactly the others.
// A kind that is not known here is a failure. Ends with `N passed, N failed`.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "ordain/calendar.hpp"
#include "testing/shared.hpp"

namespace ordain {
namespace {

constexpr const char* kOffice = "09:00-12:00 13:30-18:00";  // C4
constexpr std::int32_t kCutoff = 18 * 3600;                 // of add_working_days_cutoff: closing time

using Row = std::map<std::string, std::string>;

std::vector<std::string> Split(const std::string& text, char at) {
  std::vector<std::string> out;
  std::string piece;
  for (std::istringstream in(text); std::getline(in, piece, at);) out.push_back(piece);
  if (!text.empty() && text.back() == at) out.emplace_back();
  return out;
}

std::int64_t Integer(const std::string& text) {
  std::size_t used = 0;
  const std::int64_t n = std::stoll(text, &used);
  if (used != text.size()) throw std::invalid_argument(text);
  return n;
}

struct Office {
  Calendar calendar;
  Schedule schedule;
};

Office MakeOffice(UnknownDays unknown) {
  Office office;
  ScheduleSpec spec;
  Diagnostics found;
  Calendar::Options options;
  options.unknown = unknown;
  spec.id = "office";
  if (!Calendar::Builtin("cn", options, &spec.calendar) || !Zone::Load("Asia/Shanghai", &spec.zone)) throw std::runtime_error("no calendar or zone");
  spec.versions.push_back(ScheduleVersion::Weekdays(kOffice));
  if (!Schedule::Make(spec, &office.schedule, &found)) throw std::runtime_error(found[0].Format());
  office.calendar = spec.calendar;
  return office;
}

Instant Local(const std::string& text) {  // the zone has had no change since 1991
  Instant t;
  if (!Instant::Parse(text + "+08:00", &t)) throw std::invalid_argument(text);
  return t;
}

// An answer as the file would write it.
struct Got {
  std::string value, alt;
  TimeProblem problem = TimeProblem::kNone;
  std::uint8_t flags = 0;
};
Got Say(const Timed<Instant>& t) {
  return {t.ok() ? t.value.ToString().substr(0, 19) : "", "", t.problem, t.flags};
}
Got Say(const Timed<Date>& t) { return {t.ok() ? t.value.ToString() : "", "", t.problem, t.flags}; }
Got Say(const Timed<std::int64_t>& t) { return {t.ok() ? std::to_string(t.value) : "", "", t.problem, t.flags}; }
Got Say(const Timed<bool>& t) { return {t.ok() ? (t.value ? "1" : "0") : "", "", t.problem, t.flags}; }
Got SayInstant(const Timed<std::int64_t>& t) {
  return Say(Timed<Instant>{Instant{t.value, 0, 8 * 3600}, t.problem, t.flags});
}

Allowance Amount(const std::string& text, TimeUnit unit) {  // "7", "7;roll:following"
  const std::vector<std::string> parts = Split(text, ';');
  Allowance allowance;
  allowance.amount = Integer(parts.at(0));
  allowance.unit = unit;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (!parts[i].starts_with("roll:") || !RollFromText(parts[i].substr(5), &allowance.roll)) throw std::invalid_argument(text);
  }
  return allowance;
}

Got WorkingDays(const Office& o, const Row& row, std::optional<std::int32_t> cutoff) {
  Allowance allowance{.amount = Integer(row.at("amount")), .unit = TimeUnit::kWorkingDays};
  allowance.cutoff = cutoff;
  Got got = Say(o.schedule.Due(Local(row.at("start")), allowance));
  allowance.end = DayEnd::kMidnight;
  got.alt = Say(o.schedule.Due(Local(row.at("start")), allowance)).value;
  return got;
}

const std::map<std::string, std::function<Got(const Office&, const Row&)>>& Kinds() {
  static const std::map<std::string, std::function<Got(const Office&, const Row&)>> kKinds = {
      {"add_working_days", [](const Office& o, const Row& r) { return WorkingDays(o, r, {}); }},
      {"add_working_days_cutoff", [](const Office& o, const Row& r) { return WorkingDays(o, r, kCutoff); }},
      {"working_days_between", [](const Office& o, const Row& r) {
         return Say(o.calendar.WorkingDaysBetween(Local(r.at("start")).LocalDate(), Local(r.at("amount")).LocalDate()));
       }},
      {"is_working_day", [](const Office& o, const Row& r) { return Say(o.calendar.IsWorkingDay(Local(r.at("start")).LocalDate())); }},
      {"add_business_minutes", [](const Office& o, const Row& r) { return Say(o.schedule.Add(Local(r.at("start")), 60 * Integer(r.at("amount")))); }},
      {"add_business_seconds", [](const Office& o, const Row& r) { return Say(o.schedule.Add(Local(r.at("start")), Integer(r.at("amount")))); }},
      {"business_minutes_between", [](const Office& o, const Row& r) {
         Timed<std::int64_t> s = o.schedule.SecondsBetween(Local(r.at("start")).seconds, Local(r.at("amount")).seconds);
         if (s.value % 60 != 0) throw std::invalid_argument("not whole minutes");
         s.value /= 60;
         return Say(s);
       }},
      {"business_seconds_between", [](const Office& o, const Row& r) {
         return Say(o.schedule.SecondsBetween(Local(r.at("start")).seconds, Local(r.at("amount")).seconds));
       }},
      {"next_business_instant", [](const Office& o, const Row& r) { return SayInstant(o.schedule.NextOpen(Local(r.at("start")).seconds)); }},
      {"prev_business_instant", [](const Office& o, const Row& r) { return SayInstant(o.schedule.PreviousClose(Local(r.at("start")).seconds)); }},
      {"add_elapsed_hours", [](const Office& o, const Row& r) { return Say(o.schedule.Due(Local(r.at("start")), Amount(r.at("amount"), TimeUnit::kHours))); }},
      {"add_natural_days", [](const Office& o, const Row& r) { return Say(o.schedule.Due(Local(r.at("start")), Amount(r.at("amount"), TimeUnit::kDays))); }},
      {"add_business_minutes_paused", [](const Office& o, const Row& r) {
         const std::string& amount = r.at("amount");
         const std::size_t semicolon = std::min(amount.find(';'), amount.size());
         std::vector<Pause> pauses;
         for (const std::string& p : Split(amount.substr(std::min(semicolon + 1, amount.size())), ',')) {
           const std::size_t slash = p.find('/');
           Pause pause{Local(p.substr(0, slash)), {}};
           if (slash != std::string::npos && slash + 1 < p.size()) pause.end = Local(p.substr(slash + 1));
           pauses.push_back(pause);
         }
         const Schedule::DueAnswer answer = o.schedule.Due(Local(r.at("start")), Amount(amount.substr(0, semicolon), TimeUnit::kBusinessMinutes), pauses);
         return answer.paused ? Got{"", "", TimeProblem::kNone, answer.due.flags} : Say(answer.due);
       }},
      {"month_rule", [](const Office& o, const Row& r) {
         MonthRule rule;
         if (!MonthRule::Parse(r.at("amount"), &rule)) throw std::invalid_argument(r.at("amount"));
         return Say(o.calendar.Apply(rule, Local(r.at("start")).LocalDate()));
       }},
  };
  return kKinds;
}

class Oracle {
 public:
  int passed = 0, failed = 0;

  void File(const std::string& path) {
    std::istringstream in(testing::ReadWhole(path));
    std::string line;
    std::vector<std::string> columns;
    for (int number = 1; std::getline(in, line); ++number) {
      if (!line.empty() && line.back() == '\r') line.pop_back();
      if (line.empty()) continue;
      const std::vector<std::string> cells = Split(line, ',');
      if (columns.empty()) {
        columns = cells;
        continue;
      }
      Row row;
      // A field with commas of its own stands in quotes.
      std::vector<std::string> joined;
      for (const std::string& cell : cells) {
        if (!joined.empty() && joined.back().starts_with('"') && (joined.back().size() == 1 || !joined.back().ends_with('"'))) {
          joined.back() += "," + cell;
        } else {
          joined.push_back(cell);
        }
      }
      for (std::size_t i = 0; i < columns.size(); ++i) {
        std::string cell = i < joined.size() ? joined[i] : "";
        if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') cell = cell.substr(1, cell.size() - 2);
        row[columns[i]] = cell;
      }
      std::string wrong;
      try {
        wrong = joined.size() > columns.size() ? "more cells than columns" : Check(row);
      } catch (const std::exception& e) {
        wrong = std::string("cannot be read: ") + e.what();
      }
      if (wrong.empty()) {
        ++passed;
      } else {
        ++failed;
        std::cout << "FAIL " << path << ":" << number << ": " << line << "\n  " << wrong << '\n';
      }
    }
  }

 private:
  std::string Check(const Row& row) {
    if (row.count("kind") == 0 && row.count("working") != 0) return CheckDay(row);
    if (row.count("zone") != 0) return CheckZone(row);
    const auto kind = Kinds().find(row.at("kind"));
    if (kind == Kinds().end()) return "unknown kind `" + row.at("kind") + "`";
    const bool known = row.at("coverage") == "known";
    if (!known && row.at("coverage") != "fallback") return "unknown coverage `" + row.at("coverage") + "`";
    const Got got = kind->second(lenient_, row);
    std::string wrong = Compare(row, got);
    if (((got.flags & kUsedUnknownDays) != 0) == known) wrong += " the flag of unknown days is wrong;";
    const Got strict = kind->second(strict_, row);
    if (known) {
      if (const std::string w = Compare(row, strict); !w.empty()) wrong += " strictly:" + w;
    } else if (strict.problem != TimeProblem::kUnknownDays) {
      wrong += " the strict calendar answers `" + strict.value + "`, problem " + std::to_string(static_cast<int>(strict.problem)) + ";";
    }
    return wrong;
  }
  static std::string Compare(const Row& row, const Got& got) {
    std::string wrong;
    if (got.value != row.at("expected")) wrong += " got " + got.value + ", problem " + std::to_string(static_cast<int>(got.problem)) + ";";
    if (const auto alt = row.find("alt"); alt != row.end() && !alt->second.empty() && got.alt != alt->second) wrong += " until midnight " + got.alt + ";";
    return wrong;
  }

  std::string CheckDay(const Row& row) {
    Date day;
    if (!Date::Parse(row.at("date"), &day)) return "not a date";
    const Calendar& calendar = lenient_.calendar;
    const Timed<bool> works = calendar.IsWorkingDay(day);
    if (std::to_string(day.Weekday()) != row.at("weekday")) return "weekday " + std::to_string(day.Weekday());
    if (Say(works).value != row.at("working")) return "got " + Say(works).value;
    if (Say(lenient_.schedule.IsWorkingDay(day)).value != row.at("working")) return "the schedule disagrees";
    const bool fallback = row.at("source") == "fallback";
    if ((calendar.Listed(day) != nullptr) != (row.at("source") == "listed")) return "listed or not";
    if (((works.flags & kUsedUnknownDays) != 0) != fallback) return "flag of unknown days";
    const Timed<bool> strict = strict_.calendar.IsWorkingDay(day);
    if (strict.ok() == fallback || (!fallback && strict.value != works.value)) return "the strict calendar disagrees";
    return "";
  }

  std::string CheckZone(const Row& row) {
    const std::string key = row.at("zone") + "|" + row.at("weekdays") + "|" + row.at("windows");
    auto it = schedules_.find(key);
    if (it == schedules_.end()) {
      ScheduleSpec spec;
      spec.id = key;
      ScheduleVersion version;
      std::vector<OpenWindow> hours;
      if (!Zone::Load(row.at("zone"), &spec.zone)) return "unknown zone";
      if (!OpenWindow::Parse(row.at("windows"), &hours)) return "windows";
      for (const char c : row.at("weekdays")) version.week.at(static_cast<std::size_t>(c - '1')) = hours;
      spec.versions.push_back(version);
      Schedule schedule;
      Diagnostics found;
      if (!Schedule::Make(spec, &schedule, &found)) return found[0].Format();
      it = schedules_.emplace(key, schedule).first;
    }
    const auto instant = [&](const char* column) {
      Instant t;
      if (!Instant::Parse(row.at(column), &t)) throw std::invalid_argument(row.at(column));
      return t;
    };
    const Instant start = instant("start_utc");
    if (row.at("kind") == "business_seconds_between") {
      const std::string got = Say(it->second.SecondsBetween(start.seconds, instant("amount").seconds)).value;
      return got == row.at("expected") ? "" : "got " + got;
    }
    if (row.at("kind") == "add_business_seconds") {
      const Timed<std::int64_t> got = it->second.AddSeconds(start.seconds, Integer(row.at("amount")));
      const std::string text = got.ok() ? Instant{got.value, 0, 0}.ToString() : "problem";
      return text == row.at("expected") ? "" : "got " + text;
    }
    return "unknown kind `" + row.at("kind") + "` of a zone";
  }

  const Office lenient_ = MakeOffice(UnknownDays::kWeekday), strict_ = MakeOffice(UnknownDays::kError);
  std::map<std::string, Schedule> schedules_;
};

}  // namespace
}  // namespace ordain

int main(int argc, char** argv) {
  const char* set = std::getenv("ORDAIN_TIME_ORACLE");
  const bool asked = argc > 1 || set != nullptr;
  const std::string folder = argc > 1 ? argv[1] : set != nullptr ? set : ordain::testing::SharedFolder() + "/calendar/oracle";
  if (!asked && !std::filesystem::is_directory(folder)) {
    std::cout << "SKIPPED: there are no computed answers at " << folder << '\n';
    return 77;  // which ctest knows as skipped
  }
  std::vector<std::string> files;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".csv") files.push_back(it->path().string());
  }
  std::sort(files.begin(), files.end());
  ordain::Oracle oracle;
  for (const std::string& file : files) oracle.File(file);
  if (oracle.passed + oracle.failed == 0) {
    std::cout << "FAIL " << folder << ": no rows\n";
    oracle.failed = 1;
  }
  std::cout << oracle.passed << " passed, " << oracle.failed << " failed\n";
  return oracle.failed == 0 ? 0 : 1;
}
