// Calendars: year files merged strictly, overlays, and arithmetic on days by rank and select.
//
// A calendar is what the notices list, by date, over a weekly pattern. When it is made, every day of its horizon is
// decided once and goes into a DaySet, so that "the n-th working day after d" is a rank, an addition and a select,
// whatever n and however many holidays lie between; a loop over days costs a nanosecond a day, and libraries that keep
// holidays in lists pay for each of them.
//
// What is not known stays unknown. Known are the years that have days listed, without a gap between; an empty year file
// means that the notice has not come. A question that rests on other days has no answer, or, when the calendar was made
// so, an answer by the weekly pattern or by the legal holidays, flagged. The days that a question rests on are a range:
//   is it worked: the day      between a and b: (a, b]      n after d: (d, result]     rolled: the day .. the result
// and a range is compared with the known years and with the provisional days at their end, so that flags cost two
// comparisons. The last known December is provisional: notices of the next year list days of it.
//
// The hash is over what the calendar says (dates, worked or not, names, known years), not over the spelling of its
// files, so that the same data is the same version wherever it came from.
//
// Limits: horizons of at most 400 years. Tested by tests/calendar_test.cc and tests/time_oracle_test.cc.
#include "ordain/calendar.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <set>

#include "base/calendar_data.hpp"
#include "base/day_set.hpp"
#include "base/sha256.hpp"
#include "base/calendar_table.hpp"
#include "ordain/json.hpp"

namespace ordain {
namespace {

constexpr int kLongestHorizon = 400;  // years

Date FirstOfYear(std::int64_t year) { return Date::FromYmd(year, 1, 1); }
Date LastOfYear(std::int64_t year) { return Date::FromYmd(year, 12, 31); }

// The documents of a calendar, read and checked one by one; what they say together is checked by Merge.
class Documents {
 public:
  Documents(Diagnostics* diagnostics) : diagnostics_(diagnostics) {}

  struct Listed {
    CalendarDay day;
    std::string file, path;
    Span span;
  };
  std::string id, version;
  std::vector<Listed> days;
  std::set<std::int64_t> years;                 // with a file
  std::set<std::int64_t> known;                 // with days
  std::map<std::int64_t, std::vector<CalendarDay>> statutory;  // by year
  bool in_lieu = false;

  void Read(const CalendarFile& file) {
    json::Node root;
    file_ = file.path;
    if (!json::Parse(file.text, {}, file.path, &root, diagnostics_)) return;
    if (root.type != json::NodeType::kArray) return Document(root, "");
    for (std::size_t i = 0; i < root.items.size(); ++i) Document(root.items[i], json::Child("", i));
  }

  // {"overlay": id, "days": [...]} or {"off": [...], "work": [...]}.
  bool ReadOverlay(const CalendarFile& file, std::string* overlay) {
    json::Node root;
    file_ = file.path;
    const std::size_t before = diagnostics_->size();
    if (!json::Parse(file.text, {}, file.path, &root, diagnostics_)) return false;
    if (!Keys(root, "", {"$schema", "overlay", "title", "days", "off", "work"})) return false;
    *overlay = Text(root, "", "overlay", false);
    if (const json::Node* list = Array(root, "", "days", false)) Days(*list, "/days", true);
    for (const char* key : {"off", "work"}) {
      const json::Node* list = Array(root, "", key, false);
      for (std::size_t i = 0; list != nullptr && i < list->items.size(); ++i) {
        const std::string path = json::Child(json::Child("", key), i);
        CalendarDay day{{}, std::string_view(key) == "work", "", ""};
        if (Day(list->items[i], path, &day.date)) days.push_back({day, file_, path, list->items[i].span});
      }
    }
    return diagnostics_->size() == before;
  }

  void Report(Code code, const std::string& path, const Span& span, std::vector<std::pair<std::string, std::string>> args,
              std::string hint = {}) {
    Diagnostic d = MakeDiagnostic(code, path, span, std::move(args), std::move(hint));
    d.file = file_;
    diagnostics_->push_back(std::move(d));
  }
  void Bad(const std::string& path, const Span& span, const std::string& what, std::string hint = {}) {
    Report(Code::kBadCalendar, path, span, {{"what", what}}, std::move(hint));
  }

 private:
  void Document(const json::Node& node, const std::string& path) {
    if (node.type == json::NodeType::kObject && node.Find("calendar") != nullptr) return Head(node, path);
    if (node.type == json::NodeType::kObject && node.Find("statutory") != nullptr) return Statutory(node, path);
    YearFile(node, path);
  }

  void Head(const json::Node& node, const std::string& path) {
    if (!Keys(node, path, {"$schema", "calendar", "version", "title", "publisher", "repository", "commit", "licence", "notes", "sha256"})) return;
    if (!id.empty()) return Bad(path, node.span, "there are two heads");
    id = Text(node, path, "calendar", true);
    version = Text(node, path, "version", false);
  }

  void Statutory(const json::Node& node, const std::string& path) {
    if (!Keys(node, path, {"$schema", "statutory", "in_lieu", "years"})) return;
    Text(node, path, "statutory", true);
    if (const json::Node* n = node.Find("in_lieu")) {
      in_lieu = n->boolean;
      if (n->type != json::NodeType::kBoolean) Type(*n, json::Child(path, "in_lieu"), "true or false");
    }
    const json::Node* list = Array(node, path, "years", true);
    for (std::size_t i = 0; list != nullptr && i < list->items.size(); ++i) {
      const json::Node& item = list->items[i];
      const std::string at = json::Child(json::Child(path, "years"), i);
      std::int64_t year = 0;
      if (!Keys(item, at, {"year", "days"}) || !Year(item, at, &year)) continue;
      std::vector<CalendarDay>& to = statutory[year];
      if (!to.empty()) Bad(at, item.span, "the legal holidays of " + std::to_string(year) + " are given twice");
      const json::Node* given = Array(item, at, "days", true);
      for (std::size_t k = 0; given != nullptr && k < given->items.size(); ++k) {
        const std::string here = json::Child(json::Child(at, "days"), k);
        CalendarDay day;
        if (!Keys(given->items[k], here, {"name", "date"}) || !DayOf(given->items[k], here, &day)) continue;
        if (day.date.year() != year) Bad(here, given->items[k].span, day.date.ToString() + " is not in " + std::to_string(year));
        to.push_back(day);
      }
    }
  }

  void YearFile(const json::Node& node, const std::string& path) {
    std::int64_t year = 0;
    if (!Keys(node, path, {"$schema", "$id", "year", "papers", "days"}) || !Year(node, path, &year)) return;
    const json::Node* list = Array(node, path, "days", true);
    if (list == nullptr) return;
    if (!years.insert(year).second) Bad(json::Child(path, "year"), node.span, "the year " + std::to_string(year) + " is given twice");
    if (!list->items.empty()) known.insert(year);
    first_ = Date{FirstOfYear(year).days - 31};
    last_ = Date{LastOfYear(year).days + 31};
    year_ = year;
    Days(*list, json::Child(path, "days"), false);
  }

  void Days(const json::Node& list, const std::string& path, bool overlay) {
    std::optional<Date> before;
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      const json::Node& node = list.items[i];
      const std::string at = json::Child(path, i);
      CalendarDay day;
      if (!Keys(node, at, {"name", "date", "isOffDay"}) || !DayOf(node, at, &day)) continue;
      const json::Node* off = node.Find("isOffDay");
      if (off == nullptr) {
        Report(Code::kMissingKey, at, node.span, {{"name", "isOffDay"}});
        continue;
      }
      if (off->type != json::NodeType::kBoolean) {
        Type(*off, json::Child(at, "isOffDay"), "true or false");
        continue;
      }
      day.works = !off->boolean;
      if (!overlay) {
        if (day.date < first_ || day.date > last_) {
          Bad(at, node.span, day.date.ToString() + " is in the file of " + std::to_string(year_),
              "a notice lists days of its year, of the December before and of the January after");
        }
        if (before && day.date < *before) Bad(at, node.span, day.date.ToString() + " stands behind " + before->ToString(), "sort the days by date");
        before = day.date;
      }
      days.push_back({day, file_, at, node.span});
    }
  }

  bool DayOf(const json::Node& node, const std::string& path, CalendarDay* day) {
    day->name = Text(node, path, "name", false);
    const json::Node* date = node.Find("date");
    if (date == nullptr) {
      Report(Code::kMissingKey, path, node.span, {{"name", "date"}});
      return false;
    }
    return Day(*date, json::Child(path, "date"), &day->date);
  }
  bool Day(const json::Node& node, const std::string& path, Date* out) {
    if (node.type == json::NodeType::kString && Date::Parse(node.text, out)) return true;
    if (node.type != json::NodeType::kString) return Type(node, path, "a date");
    Bad(path, node.span, "`" + node.text + "` is not a date (YYYY-MM-DD)");
    return false;
  }
  bool Year(const json::Node& node, const std::string& path, std::int64_t* out) {
    const json::Node* n = node.Find("year");
    if (n == nullptr) {
      Report(Code::kMissingKey, path, node.span, {{"name", "year"}});
      return false;
    }
    Date day;
    if (n->type != json::NodeType::kNumber || !Date::Parse(n->text + "-01-01", &day)) {
      return Type(*n, json::Child(path, "year"), "a year");
    }
    *out = day.year();
    return true;
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
    if (n->type != json::NodeType::kString) Type(*n, json::Child(path, key), "a string");
    return n->text;
  }
  const json::Node* Array(const json::Node& node, const std::string& path, std::string_view key, bool need) {
    const json::Node* n = node.Find(key);
    if (n == nullptr && need) Report(Code::kMissingKey, path, node.span, {{"name", std::string(key)}});
    if (n != nullptr && n->type != json::NodeType::kArray) {
      Type(*n, json::Child(path, key), "an array");
      return nullptr;
    }
    return n;
  }
  bool Type(const json::Node& node, const std::string& path, const std::string& expected) {
    Report(Code::kWrongJsonType, path, node.span, {{"expected", expected}, {"found", std::string(json::NodeTypeName(node.type))}});
    return false;
  }

  Diagnostics* diagnostics_;
  std::string file_;
  Date first_, last_;
  std::int64_t year_ = 0;
};

// The days by date; each twice-listed one is reported.
bool Sorted(std::vector<Documents::Listed> listed, Diagnostics* diagnostics, std::vector<CalendarDay>* out) {
  std::stable_sort(listed.begin(), listed.end(), [](const auto& a, const auto& b) { return a.day.date < b.day.date; });
  bool good = true;
  for (std::size_t i = 0; i < listed.size(); ++i) {
    if (i > 0 && listed[i].day.date == listed[i - 1].day.date) {
      const Documents::Listed &a = listed[i - 1], &b = listed[i];
      Diagnostic d = MakeDiagnostic(a.day.works == b.day.works ? Code::kDuplicateDay : Code::kContradictoryDay, b.path, b.span,
                                    {{"date", b.day.date.ToString()}, {"first", a.file.empty() ? a.path : a.file + " " + a.path}});
      d.file = b.file;
      diagnostics->push_back(std::move(d));
      good = false;
    }
    out->push_back(std::move(listed[i].day));
  }
  return good;
}

Diagnostic Bad(const std::string& what) { return MakeDiagnostic(Code::kBadCalendar, "", {}, {{"what", what}}); }

}  // namespace

// ---- making -------------------------------------------------------------------------------------

void Calendar::Table::Decide() {
  const std::int64_t first = info.first.days, count = info.last.days - first + 1;
  std::vector<bool> works(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) works[static_cast<std::size_t>(i)] = (week >> (Date{first + i}.Weekday() - 1) & 1) != 0;
  const auto set = [&](const std::vector<CalendarDay>& list) {
    for (const CalendarDay& d : list) {
      if (d.date >= info.first && d.date <= info.last) works[static_cast<std::size_t>(d.date.days - first)] = d.works;
    }
  };
  set(legal);
  set(days);
  working = DaySet(first, works);
  std::string text = info.id + "\n" + std::to_string(week) + "\n";
  if (info.bounded) text += info.known_from.ToString() + ".." + info.known_to.ToString() + " provisional " + info.provisional_from.ToString() + "\n";
  if (info.unknown == UnknownDays::kStatutory) {
    for (const CalendarDay& d : legal) text += d.date.ToString() + " legal\n";
  }
  text += info.unknown == UnknownDays::kError ? "error\n" : info.unknown == UnknownDays::kWeekday ? "weekday\n" : "statutory\n";
  for (const CalendarDay& d : days) text += d.date.ToString() + (d.works ? " works " : " rests ") + d.name + " " + d.source + "\n";
  info.hash = Sha256Hex(text);
  if (version.empty()) version = info.hash.substr(0, 12);
  info.version = version;
  covered_first = info.first.days;
  covered_last = info.last.days;
  if (info.bounded && info.unknown != UnknownDays::kWeekday) {
    covered_first = std::max(covered_first, info.known_from.days);
    covered_last = std::min(covered_last, info.known_to.days);
    if (info.unknown == UnknownDays::kStatutory) {  // as far as legal holidays are listed, without a gap
      while (legal_years.count(Date{covered_last + 1}.year()) != 0) covered_last = LastOfYear(Date{covered_last + 1}.year()).days;
      while (legal_years.count(Date{covered_first - 1}.year()) != 0) covered_first = FirstOfYear(Date{covered_first - 1}.year()).days;
      covered_first = std::max(covered_first, info.first.days);
      covered_last = std::min(covered_last, info.last.days);
    }
  }
  calm_first = info.bounded ? std::max(covered_first, info.known_from.days) : covered_first;
  calm_last = info.bounded ? std::min({covered_last, info.known_to.days, info.provisional_from.days - 1}) : covered_last;
  calm_end = calm_last < calm_first ? 0 : static_cast<std::uint64_t>(working.Before(calm_last + 1));
}

Calendar::Calendar() {
  static const std::shared_ptr<const Table> kWeekdays = [] {
    auto table = std::make_shared<Table>();
    const Options options;
    table->info.id = "weekdays";
    table->info.first = FirstOfYear(options.first_year);
    table->info.last = LastOfYear(options.last_year);
    table->week = options.week;
    table->Decide();
    return table;
  }();
  table_ = kWeekdays;
}

bool Calendar::FromJson(const std::vector<CalendarFile>& files, const Options& options, Calendar* out, Diagnostics* diagnostics) {
  const std::size_t before = diagnostics->size();
  Documents documents(diagnostics);
  for (const CalendarFile& file : files) documents.Read(file);
  auto table = std::make_shared<Table>();
  Sorted(documents.days, diagnostics, &table->days);
  CalendarInfo& info = table->info;
  info.id = !options.id.empty() ? options.id : documents.id;
  table->version = !options.version.empty() ? options.version : documents.version;
  info.unknown = options.unknown;
  table->week = static_cast<std::uint8_t>(options.week & 0x7F);
  for (CalendarDay& d : table->days) d.source = info.id;
  if (info.id.empty()) diagnostics->push_back(Bad("it has no id: give one, or a head {\"calendar\": \"<id>\"}"));
  if (documents.known.empty()) diagnostics->push_back(Bad("no year has days"));
  if (table->week == 0 && documents.days.empty()) diagnostics->push_back(Bad("no day is worked"));
  if (options.first_year > options.last_year || options.last_year - options.first_year >= kLongestHorizon ||
      !Date::IsValid(options.first_year, 1, 1) || !Date::IsValid(options.last_year, 12, 31)) {
    diagnostics->push_back(Bad("the horizon is from a year to a later one, at most " + std::to_string(kLongestHorizon) + " years"));
  }
  if (diagnostics->size() != before) return false;
  const std::int64_t first = *documents.known.begin(), last = *documents.known.rbegin();
  for (std::int64_t year = first; year <= last; ++year) {
    if (documents.known.count(year) == 0) diagnostics->push_back(Bad("the year " + std::to_string(year) + " is missing between known ones"));
  }
  info.bounded = true;
  info.first = FirstOfYear(options.first_year);
  info.last = LastOfYear(options.last_year);
  info.known_from = FirstOfYear(first);
  info.known_to = LastOfYear(last);
  info.provisional_from = options.provisional_from.value_or(Date::FromYmd(last, 12, 1));
  if (info.known_from < info.first || info.known_to > info.last) diagnostics->push_back(Bad("years with days lie outside the horizon"));
  if (diagnostics->size() != before) return false;
  if (options.unknown == UnknownDays::kStatutory) {
    std::set<Date> taken;
    for (const auto& [year, list] : documents.statutory) {
      for (const CalendarDay& d : list) taken.insert(d.date);
    }
    for (auto& [year, list] : documents.statutory) {
      if (documents.known.count(year) != 0) continue;
      table->legal_years.insert(year);
      std::set<Date> seen;
      for (CalendarDay d : list) {
        d.source = info.id;
        const bool twice = !seen.insert(d.date).second;  // two festivals on one day
        if (!twice) table->legal.push_back(d);
        if (!documents.in_lieu || (!twice && (table->week >> (d.date.Weekday() - 1) & 1) != 0) || table->week == 0) continue;
        while ((table->week >> (d.date.Weekday() - 1) & 1) == 0 || taken.count(d.date) != 0) ++d.date.days;
        taken.insert(d.date);
        table->legal.push_back(d);
      }
    }
    std::sort(table->legal.begin(), table->legal.end(), [](const CalendarDay& a, const CalendarDay& b) { return a.date < b.date; });
  }
  table->Decide();
  out->table_ = std::move(table);
  return true;
}

bool Calendar::FromFolder(const std::string& folder, const Options& options, Calendar* out, Diagnostics* diagnostics) {
  std::vector<std::string> paths;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".json") paths.push_back(it->path().string());
  }
  if (error || paths.empty()) {
    diagnostics->push_back(MakeDiagnostic(Code::kCannotRead, "", {}, {{"what", folder}}));
    return false;
  }
  std::sort(paths.begin(), paths.end());
  std::vector<CalendarFile> files;
  for (const std::string& path : paths) {
    std::ifstream file(path, std::ios::binary);
    files.push_back({path, ""});
    // By read, which does not throw on what is no file.
    for (char buffer[4096]; file.read(buffer, sizeof buffer) || file.gcount() > 0;) files.back().text.append(buffer, static_cast<std::size_t>(file.gcount()));
    if (file.eof() && !file.bad()) continue;
    diagnostics->push_back(MakeDiagnostic(Code::kCannotRead, "", {}, {{"what", path}}));
    return false;
  }
  return FromJson(files, options, out, diagnostics);
}

bool Calendar::Builtin(std::string_view name, const Options& options, Calendar* out) {
  if (name == "weekdays") {
    *out = Calendar();
    return true;
  }
  Diagnostics none;  // the data was checked by the tests
  return name == "cn" && FromJson({{"", std::string(CalendarDataCn())}}, options, out, &none);
}
bool Calendar::Builtin(std::string_view name, Calendar* out) { return Builtin(name, Options{}, out); }

bool Calendar::With(const std::string& id, std::vector<CalendarDay> days, Calendar* out, Diagnostics* diagnostics) const {
  std::vector<Documents::Listed> listed;
  for (CalendarDay& d : days) {
    d.source = id;
    listed.push_back({std::move(d), "", json::Child("", listed.size()), {}});
  }
  auto table = std::make_shared<Table>(*table_);
  std::vector<CalendarDay> over, merged;
  if (!Sorted(std::move(listed), diagnostics, &over)) return false;
  for (const CalendarDay& d : over) {
    if (d.date >= info().first && d.date <= info().last) continue;
    diagnostics->push_back(Bad(d.date.ToString() + " lies outside " + info().first.ToString() + " to " + info().last.ToString()));
    return false;
  }
  const auto earlier = [](const CalendarDay& a, const CalendarDay& b) { return a.date < b.date; };
  std::set_union(over.begin(), over.end(), table->days.begin(), table->days.end(), std::back_inserter(merged), earlier);  // of equals the first
  table->days = std::move(merged);
  table->info.id += "+" + id;
  table->version.clear();
  table->Decide();
  out->table_ = std::move(table);
  return true;
}

bool Calendar::With(const CalendarFile& file, Calendar* out, Diagnostics* diagnostics) const {
  Documents documents(diagnostics);
  std::string id;
  std::vector<CalendarDay> days;
  if (!documents.ReadOverlay(file, &id) || !Sorted(documents.days, diagnostics, &days)) return false;
  return With(id.empty() ? "overlay" : id, std::move(days), out, diagnostics);
}

// ---- questions ----------------------------------------------------------------------------------

const CalendarInfo& Calendar::info() const { return table_->info; }
const std::vector<CalendarDay>& Calendar::days() const { return table_->days; }
bool Calendar::WorksWeekday(int weekday) const { return (table_->week >> (weekday - 1) & 1) != 0; }

const CalendarDay* Calendar::Listed(Date day) const {
  for (const auto* list : {&table_->days, &table_->legal}) {
    const auto it = std::lower_bound(list->begin(), list->end(), day, [](const CalendarDay& d, Date at) { return d.date < at; });
    if (it != list->end() && it->date == day) return &*it;
  }
  return nullptr;
}

bool Calendar::IsMakeUpDay(Date day) const {
  const CalendarDay* listed = Listed(day);
  return listed != nullptr && listed->works && !WorksWeekday(day.Weekday());
}

Timed<bool> Calendar::IsWorkingDay(Date day) const {
  Timed<bool> answer = table_->Rests<bool>(day.days, day.days);
  if (answer.ok()) answer.value = table_->working.Has(day.days);
  return answer;
}

Timed<Date> Calendar::AddWorkingDays(Date day, std::int64_t n) const {
  // Forward, among days that need no flag: everything else takes the long way.
  const Table& t = *table_;
  if (n > 0 && day.days >= t.calm_first && day.days < t.calm_last) {
    const std::uint64_t index = static_cast<std::uint64_t>(t.working.Before(day.days + 1)) + static_cast<std::uint64_t>(n) - 1;
    if (index < t.calm_end) return {Date{t.working.Nth(static_cast<std::int64_t>(index))}, TimeProblem::kNone, 0};
  }
  return t.Add(t.working, day.days, n);
}
Timed<std::int64_t> Calendar::WorkingDaysBetween(Date a, Date b) const { return table_->Between(table_->working, a.days, b.days); }
Timed<Date> Calendar::Rolled(Date day, Roll roll) const { return table_->Rolled(table_->working, day, roll); }
Timed<Date> Calendar::Apply(const MonthRule& rule, Date start) const { return table_->Apply(table_->working, rule, start); }
Timed<bool> Calendar::Covers(Date a, Date b) const {
  Timed<bool> answer = table_->Rests<bool>(std::min(a.days, b.days), std::max(a.days, b.days));
  answer.value = answer.ok();
  return answer;
}

Timed<Date> Calendar::Table::Add(const DaySet& set, std::int64_t day, std::int64_t n) const {
  if (!set.InHorizon(day)) return {{}, TimeProblem::kBeyondHorizon, 0};
  // The index of the result among the members; unsigned, so that whatever is too far either way wraps to too large.
  const auto index = n > 0 ? static_cast<std::uint64_t>(set.Before(day + 1)) + static_cast<std::uint64_t>(n) - 1
                           : static_cast<std::uint64_t>(set.Before(day)) + static_cast<std::uint64_t>(n);
  if (index >= static_cast<std::uint64_t>(set.size())) return Beyond<Date>(n >= 0);
  const std::int64_t found = set.Nth(static_cast<std::int64_t>(index));
  Timed<Date> answer = n > 0 ? Rests<Date>(day + 1, found) : n < 0 ? Rests<Date>(found, day - 1) : Rests<Date>(day, found);
  answer.value = Date{found};
  return answer;
}

Timed<std::int64_t> Calendar::Table::Between(const DaySet& set, std::int64_t a, std::int64_t b) const {
  if (a == b) return {};
  const std::int64_t low = std::min(a, b), high = std::max(a, b);
  if (low < set.first() - 1 || high > set.last()) return {0, TimeProblem::kBeyondHorizon, 0};
  Timed<std::int64_t> answer = Rests<std::int64_t>(low + 1, high);
  const std::int64_t n = set.Before(high + 1) - set.Before(low + 1);
  answer.value = a < b ? n : -n;
  return answer;
}

Timed<Date> Calendar::Table::Rolled(const DaySet& set, Date day, Roll roll) const {
  if (roll == Roll::kNone) return {day, TimeProblem::kNone, 0};
  if (!set.InHorizon(day.days)) return {{}, TimeProblem::kBeyondHorizon, 0};
  const auto preceding = [&]() -> Timed<Date> {
    const std::int64_t index = set.Before(day.days + 1) - 1;
    if (index < 0) return Beyond<Date>(false);
    const std::int64_t found = set.Nth(index);
    Timed<Date> answer = Rests<Date>(found, day.days);
    answer.value = Date{found};
    return answer;
  };
  if (roll == Roll::kPreceding) return preceding();
  Timed<Date> answer = Add(set, day.days, 0);
  if (roll == Roll::kFollowing || !answer.ok() || answer.value.MonthIndex() == day.MonthIndex()) return answer;
  const std::uint8_t flags = answer.flags;
  answer = preceding();
  answer.flags = static_cast<std::uint8_t>(answer.flags | flags);
  return answer;
}

Timed<Date> Calendar::Table::Apply(const DaySet& set, const MonthRule& rule, Date start) const {
  constexpr std::int64_t kFarthest = 12 * 1000 * 1000;  // keeps every sum below far from the ends
  if (rule.months > kFarthest || rule.months < -kFarthest || !set.InHorizon(start.days)) return {{}, TimeProblem::kBeyondHorizon, 0};
  const std::int64_t month = start.MonthIndex() + rule.months;
  const std::int64_t year = month >= 0 ? month / 12 : -((11 - month) / 12);
  const int in_year = static_cast<int>(month - year * 12) + 1;
  const Date first = Date::FromYmd(year, in_year, 1), last{first.days + DaysInMonth(year, in_year) - 1};
  const auto clipped = [&](std::int64_t n) { return Date{std::clamp(first.days + n - 1, first.days, last.days)}; };
  Date day = last;
  switch (rule.kind) {
    case MonthRule::Kind::kDayOfMonth: day = clipped(std::min<std::int64_t>(rule.n, 31)); break;
    case MonthRule::Kind::kEndOfMonth: break;
    case MonthRule::Kind::kAnniversary: day = clipped(start.day()); break;
    case MonthRule::Kind::kStickyAnniversary: day = start == EndOfMonth(start) ? last : clipped(start.day()); break;
    case MonthRule::Kind::kNthWorkingDay: {
      if (!set.InHorizon(first.days) || !set.InHorizon(last.days)) return {{}, TimeProblem::kBeyondHorizon, 0};
      const std::int64_t begin = set.Before(first.days), end = set.Before(last.days + 1);
      if (rule.n == 0 || rule.n > end - begin || rule.n < begin - end) {
        Timed<Date> none = Rests<Date>(first.days, last.days);
        if (none.ok()) none.problem = TimeProblem::kNoSuchDay;
        return none;
      }
      const std::int64_t found = set.Nth(rule.n > 0 ? begin + rule.n - 1 : end + rule.n);
      Timed<Date> answer = rule.n > 0 ? Rests<Date>(first.days, found) : Rests<Date>(found, last.days);
      answer.value = Date{found};
      return answer;
    }
  }
  return Rolled(set, day, rule.roll);
}

Diagnostic Calendar::Explain(TimeProblem problem) const {
  const CalendarInfo& i = info();
  switch (problem) {
    case TimeProblem::kUnknownDays:
      return MakeDiagnostic(Code::kUnknownDays, "", {}, {{"name", i.id}, {"from", Date{table_->covered_first}.ToString()}, {"to", Date{table_->covered_last}.ToString()}},
                            i.unknown == UnknownDays::kError ? "load the newest notice, or choose a policy for unknown days" : "load the newest notice");
    case TimeProblem::kNoSuchDay: return MakeDiagnostic(Code::kNoSuchDay, "", {}, {{"name", i.id}});
    case TimeProblem::kRollsBack: return MakeDiagnostic(Code::kRollsBack, "", {}, {{"name", i.id}});
    default: return MakeDiagnostic(Code::kBeyondHorizon, "", {}, {{"name", i.id}, {"from", i.first.ToString()}, {"to", i.last.ToString()}});
  }
}

bool MonthRule::Parse(std::string_view text, MonthRule* out) {
  const auto integer = [](std::string_view s, std::int64_t* n) {
    const bool minus = s.starts_with('-');
    if (minus) s.remove_prefix(1);
    if (s.empty() || s.size() > 9) return false;
    *n = 0;
    for (const char c : s) {
      if (c < '0' || c > '9') return false;
      *n = *n * 10 + (c - '0');
    }
    if (minus) *n = -*n;
    return true;
  };
  MonthRule rule;
  bool months = false, roll = false;
  for (std::size_t part = 0, begin = 0; begin <= text.size(); ++part) {
    const std::size_t end = std::min(text.find(';', begin), text.size());
    const std::string_view piece = text.substr(begin, end - begin);
    const std::size_t colon = std::min(piece.find(':'), piece.size());
    const std::string_view key = piece.substr(0, colon), value = piece.substr(std::min(colon + 1, piece.size()));
    begin = end + 1;
    if (part == 0) {
      static constexpr std::string_view kKinds[] = {"dom", "eom", "anniv", "annivsticky", "nthwd"};
      const auto it = std::find(std::begin(kKinds), std::end(kKinds), key);
      if (it == std::end(kKinds)) return false;
      rule.kind = static_cast<Kind>(it - std::begin(kKinds));
      const bool numbered = rule.kind == Kind::kDayOfMonth || rule.kind == Kind::kNthWorkingDay;
      if (numbered != (colon < piece.size()) || (numbered && !integer(value, &rule.n))) return false;
      if (rule.kind == Kind::kDayOfMonth && (rule.n < 1 || rule.n > 31)) return false;
    } else if (key == "months" && !months) {
      if (!integer(value, &rule.months)) return false;
      months = true;
    } else if (key == "roll" && !roll && rule.kind != Kind::kNthWorkingDay) {
      if (!RollFromText(value, &rule.roll)) return false;
      roll = true;
    } else {
      return false;
    }
  }
  if (!months) return false;
  *out = rule;
  return true;
}

namespace {
constexpr std::string_view kRolls[] = {"none", "following", "preceding", "modfollowing"};
}
std::string_view RollText(Roll roll) { return kRolls[static_cast<std::size_t>(roll)]; }
bool RollFromText(std::string_view text, Roll* out) {
  const auto it = std::find(std::begin(kRolls), std::end(kRolls), text);
  if (it == std::end(kRolls)) return false;
  *out = static_cast<Roll>(it - std::begin(kRolls));
  return true;
}

// ---- calendars by id ----------------------------------------------------------------------------

struct Calendars::State {
  mutable std::mutex mutex;
  std::map<std::string, Calendar, std::less<>> by_id;
};

Calendars::Calendars() : state_(std::make_unique<State>()) {
  for (const char* name : {"weekdays", "cn"}) {
    Calendar calendar;
    if (Calendar::Builtin(name, &calendar)) Put(calendar);
  }
}
Calendars::~Calendars() = default;

bool Calendars::Get(std::string_view id, Calendar* out) const {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  const auto it = state_->by_id.find(id);
  if (it == state_->by_id.end()) return false;
  *out = it->second;
  return true;
}
void Calendars::Put(const Calendar& calendar) { Put(calendar.info().id, calendar); }
void Calendars::Put(const std::string& id, const Calendar& calendar) {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  state_->by_id.insert_or_assign(id, calendar);
}
std::vector<std::string> Calendars::ids() const {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  std::vector<std::string> out;
  for (const auto& [id, calendar] : state_->by_id) out.push_back(id);
  return out;
}

}  // namespace ordain
