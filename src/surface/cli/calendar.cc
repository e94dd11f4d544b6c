// ordain calendar: is a day worked, what is n units later, how much lies between, what is listed, a year as a picture.
#include <array>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "common.hpp"

namespace ordain::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::string calendar = "cn", folder, unknown = "error", schedule, language = "en", format = "text";
  std::vector<std::string> overlays, words;
  std::string roll = "none", cutoff, end, rule, unit = "wd";
  bool count_receipt_day = false;
  int year = 0;
};

// What the command works with, loaded from the arguments.
class Desk {
 public:
  explicit Desk(const Arguments& a) : a_(a), language_(a.language == "zh" ? Language::kChinese : Language::kEnglish) {}

  bool Load() {
    UnknownDays unknown = UnknownDays::kError;
    UnknownDaysOf(a_.unknown, &unknown);
    const std::string beside = DefaultRules() + "/calendars/" + a_.calendar;
    std::vector<std::string> paths = a_.overlays;
    if (!a_.folder.empty()) {
      paths.push_back(a_.folder);
    } else if (std::filesystem::is_directory(beside)) {
      paths.push_back(beside);
    }
    Diagnostics found;
    bool good = MakeCalendar(a_.calendar, paths, unknown, language_, &calendar);
    if (good && !a_.schedule.empty()) {
      std::string text;
      if (!ReadFile(a_.schedule, &text)) return false;
      // The schedule names its calendar; the one that was chosen here, with its overlays, answers to that name.
      json::Node root;
      Calendars shelf;
      if (json::Parse(text, {}, a_.schedule, &root, &found)) {
        const json::Node* name = root.Find("calendar");
        if (name != nullptr && name->text == a_.calendar) shelf.Put(a_.calendar, calendar);
        schedule.emplace();
        good = Schedule::FromJson({a_.schedule, text}, shelf, &*schedule, &found);
      } else {
        good = false;
      }
    }
    PrintDiagnostics(found, language_, std::cerr);
    return good;
  }

  // A date, or an instant.
  bool When(const std::string& text, Date* day, Instant* at) const {
    if (Instant::Parse(text, at)) {
      *day = schedule ? schedule->zone().LocalDate(*at) : at->LocalDate();
      return true;
    }
    if (Date::Parse(text, day)) {
      *at = schedule ? schedule->zone().StartOfDay(*day) : Instant{day->days * 86400, 0, 0};
      return true;
    }
    std::cerr << "`" << text << "` is neither a date (YYYY-MM-DD) nor an instant with an offset (RFC 3339)\n";
    return false;
  }
  template <class T>
  int Problem(const Timed<T>& t) const {
    std::cerr << (schedule ? schedule->Explain(t.problem) : calendar.Explain(t.problem)).Format(language_) << '\n';
    return kFindings;
  }
  static std::string Notes(std::uint8_t flags) {
    std::string out;
    if ((flags & kUsedUnknownDays) != 0) out += " (rests on days that no notice covers)";
    if ((flags & kUsedProvisionalDays) != 0) out += " (provisional: the next notice may change it)";
    return out;
  }
  static Json Flags(std::uint8_t flags) {
    Json out = Json::array();
    if ((flags & kUsedUnknownDays) != 0) out.push_back("unknown_days");
    if ((flags & kUsedProvisionalDays) != 0) out.push_back("provisional_days");
    return out;
  }
  Json About() const { return {{"id", calendar.info().id}, {"version", calendar.info().version}, {"hash", calendar.info().hash}}; }
  std::string DayText(Date day) const {
    static constexpr const char* kEnglish[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    return day.ToString() + " " + kEnglish[day.Weekday() - 1];
  }

  const Arguments& a_;
  Language language_;
  Calendar calendar;
  std::optional<Schedule> schedule;
};

void Print(const Json& json) { std::cout << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n'; }

int Is(const Desk& desk) {
  Json all = Json::array();
  for (const std::string& word : desk.a_.words) {
    Date day;
    Instant at;
    if (!desk.When(word, &day, &at)) return kUsage;
    const Timed<bool> works = desk.schedule ? desk.schedule->IsWorkingDay(day) : desk.calendar.IsWorkingDay(day);
    if (!works.ok()) return desk.Problem(works);
    const CalendarDay* listed = desk.calendar.Listed(day);
    const char* kind = listed == nullptr ? (works.value ? "weekday" : "weekend") : !listed->works ? "holiday" : desk.calendar.IsMakeUpDay(day) ? "make_up_day" : "weekday";
    if (desk.a_.format == "json") {
      Json one = {{"date", day.ToString()}, {"working_day", works.value}, {"kind", kind}};
      if (listed != nullptr) one["name"] = listed->name, one["source"] = listed->source;
      one["flags"] = Desk::Flags(works.flags);
      all.push_back(one);
      continue;
    }
    std::cout << desk.DayText(day) << "  " << (works.value ? "worked" : "rest") << ", " << kind;
    if (listed != nullptr && !listed->name.empty()) std::cout << ": " << listed->name;
    std::cout << desk.Notes(works.flags) << '\n';
  }
  if (desk.a_.format == "json") Print({{"calendar", desk.About()}, {"days", all}});
  return kDone;
}

void PrintTrace(const Desk& desk, const DueTrace& trace) {
  std::cout << "  received " << trace.received.ToString() << (trace.cut_off ? " (after the cut-off or on a rest day)" : "");
  if (trace.first_counted) std::cout << ", first day counted " << trace.first_counted->ToString();
  std::cout << '\n';
  for (const DayNote& n : trace.skipped) {
    std::cout << "  skipped  " << desk.DayText(n.date) << (n.name.empty() ? "" : "  " + n.name) << (n.source.empty() ? "" : " [" + n.source + "]") << '\n';
  }
  for (const DayNote& n : trace.make_up) std::cout << "  make-up  " << desk.DayText(n.date) << "  " << n.name << " [" << n.source << "]\n";
  if (trace.rolled_to) std::cout << "  rolled   " << trace.due_date.ToString() << " -> " << trace.rolled_to->ToString() << '\n';
  std::cout << "  calendar " << trace.calendar << ", " << trace.calendar_version << "; schedule " << trace.schedule << ", " << trace.schedule_version.substr(0, 12) << '\n';
}
Json TraceJson(const DueTrace& t) {
  const auto days = [](const std::vector<DayNote>& notes) {
    Json out = Json::array();
    for (const DayNote& n : notes) out.push_back({{"date", n.date.ToString()}, {"name", n.name}, {"source", n.source}});
    return out;
  };
  Json out = {{"received", t.received.ToString()}, {"cut_off", t.cut_off}};
  if (t.first_counted) out["first_counted"] = t.first_counted->ToString();
  out["due_date"] = t.due_date.ToString();
  if (t.rolled_to) out["rolled_to"] = t.rolled_to->ToString();
  out["skipped"] = days(t.skipped);
  out["make_up"] = days(t.make_up);
  out["calendar_version"] = t.calendar_version;
  out["schedule_version"] = t.schedule_version;
  return out;
}

int Wrong(const std::string& what) {
  std::cerr << what << '\n';
  return kUsage;
}

int Add(const Desk& desk) {
  const Arguments& a = desk.a_;
  Date day;
  Instant at;
  if (!desk.When(a.words[0], &day, &at)) return kUsage;
  Json out = {{"calendar", desk.About()}, {"start", a.words[0]}};
  const auto date = [&](const Timed<Date>& t) {
    if (!t.ok()) return desk.Problem(t);
    out["date"] = t.value.ToString();
    out["flags"] = Desk::Flags(t.flags);
    if (a.format == "json") {
      Print(out);
    } else {
      std::cout << desk.DayText(t.value) << desk.Notes(t.flags) << '\n';
    }
    return static_cast<int>(kDone);
  };
  if (!a.rule.empty()) {
    MonthRule rule;
    if (!MonthRule::Parse(a.rule, &rule)) return Wrong("`" + a.rule + "` is not a month rule like `dom:10;months:1;roll:following` (dom:D, eom, anniv, annivsticky, nthwd:N)");
    return date(desk.schedule ? desk.schedule->Apply(rule, day) : desk.calendar.Apply(rule, day));
  }
  Allowance allowance;
  if (a.words.size() != 3) return Wrong("write START N UNIT, or START --rule RULE");
  Decimal number;
  if (Decimal::Parse(a.words[1], &number) != DecimalStatus::kOk || !number.ToInt64(&allowance.amount)) return Wrong("`" + a.words[1] + "` is not a whole number");
  if (!TimeUnitFromText(a.words[2], &allowance.unit)) {
    return Wrong("`" + a.words[2] + "` is not a unit: min, h (elapsed), bmin, bh (opening hours), day (natural), wd (working days), month");
  }
  if (!RollFromText(a.roll, &allowance.roll)) return Wrong("--roll is none, following, preceding or modfollowing");
  allowance.count_receipt_day = a.count_receipt_day;
  if (!a.cutoff.empty()) {
    std::vector<OpenWindow> window;
    if (!OpenWindow::Parse(a.cutoff + "-24:00", &window)) return Wrong("--cutoff is a time of day like 16:00");
    allowance.cutoff = window[0].open;
  }
  if (!a.end.empty()) allowance.end = a.end == "close" ? DayEnd::kClose : DayEnd::kMidnight;
  if (!desk.schedule) {
    // Dates alone need no hours.
    const bool plain = !allowance.count_receipt_day && !allowance.cutoff && a.end.empty();
    if (plain && allowance.unit == TimeUnit::kWorkingDays) return date(desk.calendar.AddWorkingDays(day, allowance.amount));
    if (plain && allowance.unit == TimeUnit::kMonths) return date(desk.calendar.Apply({MonthRule::Kind::kAnniversary, 0, allowance.amount, allowance.roll}, day));
    if (plain && allowance.unit == TimeUnit::kDays && allowance.amount < 1000000 && allowance.amount > -1000000) {
      return date(desk.calendar.Rolled(Date{day.days + allowance.amount}, allowance.roll));
    }
    return Wrong("hours and options of receipt need a --schedule");
  }
  DueTrace trace;
  const Schedule::DueAnswer answer = desk.schedule->Due(at, allowance, {}, &trace);
  if (!answer.due.ok()) return desk.Problem(answer.due);
  if (a.format == "json") {
    out["due"] = answer.due.value.ToString();
    out["flags"] = Desk::Flags(answer.due.flags);
    out["trace"] = TraceJson(trace);
    Print(out);
    return kDone;
  }
  std::cout << answer.due.value.ToString() << desk.Notes(answer.due.flags) << '\n';
  PrintTrace(desk, trace);
  return kDone;
}

int Between(const Desk& desk) {
  const Arguments& a = desk.a_;
  Date from, to;
  Instant from_at, to_at;
  if (!desk.When(a.words[0], &from, &from_at) || !desk.When(a.words[1], &to, &to_at)) return kUsage;
  Json out = {{"calendar", desk.About()}, {"from", a.words[0]}, {"to", a.words[1]}};
  std::string text;
  std::uint8_t flags = 0;
  if (a.unit == "wd") {
    const Timed<std::int64_t> n = desk.schedule ? desk.schedule->WorkingDaysBetween(from, to) : desk.calendar.WorkingDaysBetween(from, to);
    if (!n.ok()) return desk.Problem(n);
    flags = n.flags;
    out["working_days"] = n.value;
    text = std::to_string(n.value) + " working days";
  } else if (a.unit == "day") {
    out["days"] = to.days - from.days;
    text = std::to_string(to.days - from.days) + " days";
  } else if (desk.schedule) {
    const Timed<Duration> d = desk.schedule->Between(from_at, to_at);
    if (!d.ok()) return desk.Problem(d);
    flags = d.flags;
    out["opening_hours"] = d.value.ToString();
    const std::int64_t s = d.value.seconds < 0 ? -d.value.seconds : d.value.seconds;
    const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    text = (d.value.seconds < 0 ? "-" : "") + std::to_string(s / 3600) + ":" + two(s / 60 % 60) + ":" + two(s % 60) + " opening hours";
  } else {
    return Wrong("opening hours need a --schedule");
  }
  out["flags"] = Desk::Flags(flags);
  if (a.format == "json") {
    Print(out);
  } else {
    std::cout << text << desk.Notes(flags) << '\n';
  }
  return kDone;
}

int List(const Desk& desk) {
  Json all = Json::array();
  for (const CalendarDay& d : desk.calendar.days()) {
    if (desk.a_.year != 0 && d.date.year() != desk.a_.year) continue;
    if (desk.a_.format == "json") {
      all.push_back({{"date", d.date.ToString()}, {"works", d.works}, {"name", d.name}, {"source", d.source}});
    } else {
      std::cout << desk.DayText(d.date) << "  " << (d.works ? "worked" : "rest  ") << "  " << d.name << " [" << d.source << "]\n";
    }
  }
  const CalendarInfo& info = desk.calendar.info();
  if (desk.a_.format == "json") {
    Json about = desk.About();
    if (info.bounded) {
      about["known_from"] = info.known_from.ToString();
      about["known_to"] = info.known_to.ToString();
      about["provisional_from"] = info.provisional_from.ToString();
    }
    Print({{"calendar", about}, {"days", all}});
  } else if (info.bounded) {
    std::cout << info.id << ", " << info.version << ": known " << info.known_from.ToString() << " to " << info.known_to.ToString() << ", provisional from "
              << info.provisional_from.ToString() << ", hash " << info.hash.substr(0, 12) << '\n';
  }
  return kDone;
}

// Three months beside each other; a mark behind each day that is not an ordinary working day.
int Picture(const Desk& desk) {
  const std::int64_t year = desk.a_.year;
  static constexpr const char* kMonths[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"};
  std::array<std::vector<std::string>, 12> boxes;
  std::uint8_t flags = 0;
  int total = 0;
  for (int m = 0; m < 12; ++m) {
    std::vector<std::string>& box = boxes[static_cast<std::size_t>(m)];
    const Date first = Date::FromYmd(year, m + 1, 1);
    int worked = 0;
    std::string line(static_cast<std::size_t>(first.Weekday() - 1) * 4, ' ');
    for (Date d = first; d <= EndOfMonth(first); ++d.days) {
      const Timed<bool> works = desk.schedule ? desk.schedule->IsWorkingDay(d) : desk.calendar.IsWorkingDay(d);
      if (!works.ok()) return desk.Problem(works);
      flags = static_cast<std::uint8_t>(flags | works.flags);
      worked += works.value ? 1 : 0;
      const CalendarDay* listed = desk.calendar.Listed(d);
      const char mark = works.value ? (desk.calendar.IsMakeUpDay(d) ? '+' : ' ') : listed != nullptr ? '*' : '.';
      line += (d.day() < 10 ? "  " : " ") + std::to_string(d.day()) + mark;
      if (d.Weekday() == 7 || d == EndOfMonth(first)) {
        box.push_back(line);
        line.clear();
      }
    }
    total += worked;
    box.insert(box.begin(), {std::string(" ") + kMonths[m] + ", " + std::to_string(worked) + " working days", " Mo  Tu  We  Th  Fr  Sa  Su"});
  }
  std::cout << desk.calendar.info().id << " " << year << ": " << total << " working days" << desk.Notes(flags) << "\n\n";
  for (std::size_t row = 0; row < 12; row += 3) {
    std::size_t height = 0;
    for (std::size_t m = row; m < row + 3; ++m) height = std::max(height, boxes[m].size());
    for (std::size_t i = 0; i < height; ++i) {
      std::string line;
      for (std::size_t m = row; m < row + 3; ++m) {
        std::string cell = i < boxes[m].size() ? boxes[m][i] : "";
        cell.resize(31, ' ');
        line += cell;
      }
      line.erase(line.find_last_not_of(' ') + 1);
      std::cout << line << '\n';
    }
    std::cout << '\n';
  }
  std::cout << "* holiday   . day of rest   + make-up day\n";
  // Days of one name that follow each other are one line.
  const std::vector<CalendarDay>& days = desk.calendar.days();
  for (std::size_t i = 0; i < days.size();) {
    std::size_t j = i + 1;
    while (j < days.size() && days[j].name == days[i].name && days[j].works == days[i].works && days[j].date.days == days[j - 1].date.days + 1) ++j;
    if (days[i].date.year() == year) {
      std::cout << (days[i].works ? "+ " : "* ") << days[i].date.ToString() << (j - i > 1 ? " .. " + days[j - 1].date.ToString() : "               ").substr(0, 14) << "  " << days[i].name
                << '\n';
    }
    i = j;
  }
  return kDone;
}

}  // namespace

void AddCalendar(CLI::App* app, int* exit) {
  CLI::App* command = app->add_subcommand("calendar", "working days and opening hours: is, add, between, list, print");
  command->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, int (*run)(const Desk&)) {
    auto a = std::make_shared<Arguments>();
    CLI::App* sub = command->add_subcommand(name, help);
    sub->add_option("--calendar", a->calendar, "id of the calendar")->capture_default_str();
    sub->add_option("--folder", a->folder, "its files; default: calendars/<id> of the rule sets, else what is compiled in");
    sub->add_option("--overlay", a->overlays, "company or regional days on top, in this order");
    sub->add_option("--unknown", a->unknown, "days that no notice covers: error, weekday or statutory")->check(CLI::IsMember({"error", "weekday", "statutory"}));
    sub->add_option("--schedule", a->schedule, "opening hours, a JSON file");
    sub->add_option("--lang", a->language, "language of problems: en or zh")->check(CLI::IsMember({"en", "zh"}));
    sub->callback([=] {
      Desk desk(*a);
      *exit = desk.Load() ? run(desk) : static_cast<int>(kUsage);
    });
    return std::make_pair(sub, a);
  };
  const auto format = [](CLI::App* sub, const std::shared_ptr<Arguments>& a) {
    sub->add_option("--format", a->format, "text or json")->check(CLI::IsMember({"text", "json"}));
  };
  {
    auto [sub, a] = add("is", "whether days are worked, and why", Is);
    sub->add_option("days", a->words, "dates, or instants")->required();
    format(sub, a);
  }
  {
    auto [sub, a] = add("add", "START N UNIT: the day or instant that is N units later", Add);
    sub->add_option("words", a->words, "START N UNIT; units: min h bmin bh day wd month (a negative N: after --)")->required()->expected(1, 3);
    sub->add_option("--roll", a->roll, "none, following, preceding or modfollowing");
    sub->add_option("--cutoff", a->cutoff, "received at this time of day or later counts as received on the next working day");
    sub->add_option("--end", a->end, "of the day: close or midnight")->check(CLI::IsMember({"close", "midnight"}));
    sub->add_option("--rule", a->rule, "a month rule in place of N UNIT: dom:10;months:1;roll:following");
    sub->add_flag("--count-receipt-day", a->count_receipt_day, "the day of receipt is the first working day");
    format(sub, a);
  }
  {
    auto [sub, a] = add("between", "FROM TO: working days, or opening hours, that lie between", Between);
    sub->add_option("days", a->words, "FROM and TO")->required()->expected(2);
    sub->add_option("--unit", a->unit, "wd, day or bh")->check(CLI::IsMember({"wd", "day", "bh"}));
    format(sub, a);
  }
  {
    auto [sub, a] = add("list", "what the notices list", List);
    sub->add_option("year", a->year, "only this year");
    format(sub, a);
  }
  {
    auto [sub, a] = add("print", "a year as a picture", Picture);
    sub->add_option("year", a->year, "the year")->required()->check(CLI::Range(1950, 2150));
  }
}

}  // namespace ordain::cli
