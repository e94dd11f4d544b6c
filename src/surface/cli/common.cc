// What the commands share. See common.hpp.
#include "common.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

namespace ordain::cli {

namespace fs = std::filesystem;

std::string DefaultRules() {
  std::error_code error;
  const fs::path command = fs::read_symlink("/proc/self/exe", error);
  const fs::path installed = command.parent_path().parent_path() / "share" / "ordain" / "rules";
  return !error && fs::is_directory(installed, error) ? installed.string() : ORDAIN_RULES_DIR;
}

void AddCommon(CLI::App* app, Options* o) {
  app->add_option("--rules", o->rules, "folder of rule sets, or one file")->capture_default_str();
  app->add_option("--set", o->settings, "choose a reading: name=value, or policy.name=value");
  app->add_option("--param", o->parameters, "supply a parameter: name=JSON");
  app->add_option("--guard", o->guards, "switch on a guard");
  app->add_option("--calendar", o->calendars, "working days in place of the rule set's: a folder of year files, or an overlay");
  app->add_option("--unknown-days", o->unknown_days, "days that no notice covers: error, weekday or statutory")->check(CLI::IsMember({"error", "weekday", "statutory"}));
  app->add_option("--lang", o->language, "language of messages: en or zh")->check(CLI::IsMember({"en", "zh"}));
}

Language LanguageOf(const Options& o) { return o.language == "zh" ? Language::kChinese : Language::kEnglish; }

bool ReadFile(const std::string& path, std::string* out) {
  if (path == "-") {
    *out = std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
    return true;
  }
  std::ifstream file(path, std::ios::binary);
  if (!file || fs::is_directory(path)) {
    std::cerr << MakeDiagnostic(Code::kCannotRead, "", {}, {{"what", path}}).Format() << '\n';
    return false;
  }
  *out = std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  return true;
}

bool WriteFile(const std::string& path, const std::string& text) {
  // Whole or not at all: written beside, then moved into place.
  const std::string beside = path + ".new";
  {
    std::ofstream file(beside, std::ios::binary | std::ios::trunc);
    file << text;
    file.flush();
    if (!file) {
      std::cerr << "cannot write " << path << '\n';
      return false;
    }
  }
  std::error_code error;
  fs::rename(beside, path, error);
  if (error) std::cerr << "cannot write " << path << ": " << error.message() << '\n';
  return !error;
}

std::vector<std::string> FilesUnder(const std::string& path, const std::string& ending) {
  std::vector<std::string> files;
  std::error_code error;
  if (!fs::is_directory(path, error)) return {path};
  for (const auto& entry : fs::recursive_directory_iterator(path, error)) {
    const std::string name = entry.path().string();
    if (entry.is_regular_file() && name.size() >= ending.size() && name.compare(name.size() - ending.size(), ending.size(), ending) == 0) {
      files.push_back(name);
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> RuleFiles(const std::string& path) {
  std::vector<std::string> files = FilesUnder(path, ".json");
  if (!fs::is_directory(path)) return files;
  std::erase_if(files, [&](const std::string& f) {
    const fs::path relative = fs::path(f).lexically_relative(path);
    return std::any_of(relative.begin(), relative.end(), [](const fs::path& p) { return p == "cases" || p == "calendars"; });
  });
  return files;
}

Loaded LoadRules(const std::string& path) {
  Loaded loaded;
  std::vector<std::string> files = RuleFiles(path);
  if (files.empty()) {
    loaded.diagnostics.push_back(MakeDiagnostic(Code::kCannotRead, "", {}, {{"what", "any rule set under " + path}}));
    loaded.ok = false;
  }
  for (const std::string& file : files) {
    std::string text;
    if (!ReadFile(file, &text)) {
      loaded.ok = false;
      continue;
    }
    LoadResult result = RuleSet::Load(text, file);
    loaded.diagnostics.insert(loaded.diagnostics.end(), result.diagnostics.begin(), result.diagnostics.end());
    if (result.ok()) loaded.sets.push_back(*result.rule_set);
    loaded.ok &= result.ok();
  }
  return loaded;
}

void PrintDiagnostics(const Diagnostics& diagnostics, Language language, std::ostream& out) {
  for (const Diagnostic& d : diagnostics) out << d.Format(language) << '\n';
}

bool UnknownDaysOf(const std::string& text, UnknownDays* out) {
  *out = text == "weekday" ? UnknownDays::kWeekday : text == "statutory" ? UnknownDays::kStatutory : UnknownDays::kError;
  return text == "error" || *out != UnknownDays::kError;
}

bool MakeCalendar(const std::string& id, const std::vector<std::string>& paths, UnknownDays unknown, Language language, Calendar* out) {
  Calendar::Options options;
  options.id = id;
  options.unknown = unknown;
  Diagnostics found;
  std::string folder;
  for (const std::string& path : paths) {
    if (fs::is_directory(path)) folder = path;
  }
  bool good = folder.empty() ? Calendar::Builtin(id, options, out) : Calendar::FromFolder(folder, options, out, &found);
  if (!good && found.empty()) found.push_back(MakeDiagnostic(Code::kUnknownCalendar, "", {}, {{"name", id}}));
  for (const std::string& path : paths) {
    std::string text;
    if (!good || fs::is_directory(path)) continue;
    if (!ReadFile(path, &text)) return false;
    good = out->With({path, text}, out, &found);
  }
  PrintDiagnostics(found, language, std::cerr);
  return good;
}

bool MakeTerms(const std::vector<RuleSet>& sets, const Options& o, std::vector<Terms>* out) {
  for (const RuleSet& s : sets) out->emplace_back(s);
  bool good = true;
  const auto apply = [&](const std::string& what, const auto& set) {
    std::optional<Diagnostic> error;
    bool taken = false;
    for (Terms& t : *out) {
      const std::optional<Diagnostic> e = set(&t);
      taken |= !e;
      if (e && !error) error = e;
      if (e && e->code == Code::kWrongType) error = e;
    }
    if (taken) return;
    good = false;
    std::cerr << what << ": " << (error ? error->Format(LanguageOf(o)) : "no rule sets") << '\n';
  };
  const auto split = [&](const std::string& text, std::string* name, std::string* value) {
    const std::size_t at = text.find('=');
    *name = text.substr(0, at);
    *value = at == std::string::npos ? "" : text.substr(at + 1);
  };
  for (const std::string& s : o.settings) {
    std::string name, value;
    split(s, &name, &value);
    apply("--set " + s, [&](Terms* t) { return t->Choose(name, value); });
  }
  for (const std::string& s : o.parameters) {
    std::string name, value;
    split(s, &name, &value);
    apply("--param " + s, [&](Terms* t) { return t->Supply(name, value); });
  }
  UnknownDays unknown = UnknownDays::kError;
  UnknownDaysOf(o.unknown_days, &unknown);
  for (Terms& t : *out) {
    if (o.calendars.empty() && unknown == UnknownDays::kError) break;
    const std::string& id = sets[static_cast<std::size_t>(&t - out->data())].calendar();
    if (id.empty()) continue;  // it knows no working days
    Calendar calendar;
    if (!MakeCalendar(id, o.calendars, unknown, LanguageOf(o), &calendar)) return false;
    t.Use(calendar);
  }
  for (const std::string& s : o.guards) apply("--guard " + s, [&](Terms* t) { return t->SwitchOn(s); });
  return good;
}

}  // namespace ordain::cli
