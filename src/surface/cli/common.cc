// What the commands share. See common.hpp.
#include "common.hpp"
#include "ordain/ledger_sqlite.hpp"
#ifdef ORDAIN_WITH_ICU
#include "ordain/icu.hpp"
#endif

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

bool ReadFile(const std::string& path, std::string* out, Diagnostics* problems) {
  if (path == "-") {
    *out = std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
    return true;
  }
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!file || fs::is_directory(status)) {
    const Diagnostic d = MakeDiagnostic(Code::kCannotRead, "", {}, {{"what", path}},
                                        fs::is_directory(status) ? "it is a folder" : status.type() == fs::file_type::not_found ? "there is no such file" : "");
    if (problems != nullptr) {
      problems->push_back(d);
    } else {
      std::cerr << d.Format() << '\n';
    }
    return false;
  }
  *out = std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  return true;
}

FilesBeside::~FilesBeside() {
  std::error_code ignored;
  for (const std::string& name : names_) fs::remove(Beside(name), ignored);
}

std::optional<Diagnostic> FilesBeside::Write(const std::string& name, const std::string& text) {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return MakeDiagnostic(Code::kCannotWrite, "", {}, {{"what", folder_ + ": " + error.message()}}, "a folder is wanted that can be written to");
  names_.push_back(name);
  std::ofstream file(Beside(name), std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) return MakeDiagnostic(Code::kCannotWrite, "", {}, {{"what", Beside(name)}}, "is the folder writable, and the disk not full?");
  return std::nullopt;
}

std::optional<Diagnostic> FilesBeside::Publish() {
  for (const std::string& name : names_) {
    std::error_code error;
    fs::rename(Beside(name), folder_ + "/" + name, error);
    if (error) return MakeDiagnostic(Code::kCannotWrite, "", {}, {{"what", folder_ + "/" + name + ": " + error.message()}}, "run the command again to write the files");
  }
  names_.clear();
  return std::nullopt;
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
    return std::any_of(relative.begin(), relative.end(), [](const fs::path& p) {
      return p == "cases" || p == "calendars" || p == "catalogue.json" || p == "coverage.json";
    });
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
  // Documents of guards alone are laid upon all the others.
  std::vector<GuardPack> sets, packs;
  for (const std::string& file : files) {
    GuardPack document{"", file};
    if (!ReadFile(file, &document.text, &loaded.diagnostics)) {
      loaded.ok = false;
      continue;
    }
    json::Node node;
    Diagnostics ignored;
    const bool pack = json::Parse(document.text, {}, file, &node, &ignored) && IsGuardPack(node);
    (pack ? packs : sets).push_back(std::move(document));
  }
  const auto load = [&](const GuardPack& document, const std::vector<GuardPack>& guards) {
    LoadResult result = RuleSet::Load(document.text, document.file, {}, guards);
    loaded.diagnostics.insert(loaded.diagnostics.end(), result.diagnostics.begin(), result.diagnostics.end());
    if (result.ok()) loaded.sets.push_back(*result.rule_set);
    loaded.ok &= result.ok();
    return result.ok();
  };
  std::vector<GuardPack> sound;
  for (const GuardPack& pack : packs) {
    if (load(pack, {})) sound.push_back(pack);
  }
  for (const GuardPack& set : sets) load(set, sound);
  return loaded;
}

void PrintDiagnostics(const Diagnostics& diagnostics, Language language, std::ostream& out) {
  for (const Diagnostic& d : diagnostics) out << d.Format(language) << '\n';
}

bool MakeCaseTerms(const std::vector<RuleSet>& sets, const json::Node& c, const Options& o, std::vector<Terms>* out) {
  Options options = o;
  const auto collect = [&](const char* key, std::vector<std::string>* list, bool raw) {
    const json::Node* n = c.Find(key);
    if (n == nullptr) return;
    for (const json::Member& m : n->members) {
      list->push_back(m.key + "=" + (raw && m.value.type == json::NodeType::kString ? m.value.text : json::Write(m.value)));
    }
  };
  collect("settings", &options.settings, true);
  collect("parameters", &options.parameters, false);
  if (const json::Node* guards = c.Find("guards")) {
    for (const json::Node& g : guards->items) options.guards.push_back(g.text);
  }
  if (!MakeTerms(sets, options, out)) return false;
  if (const json::Node* days = c.Find("calendar")) {  // replaces the holidays entirely
    Calendar calendar;
    Diagnostics found;
    if (!Calendar().With({"calendar", json::Write(*days)}, &calendar, &found)) return false;
    for (Terms& t : *out) t.Use(calendar);
  }
  return true;
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

int Opened::Open(const Options& options, const std::string& ledger_path) {
  const Language language = LanguageOf(options);
  loaded = LoadRules(options.rules);
  if (!loaded.ok) {
    PrintDiagnostics(loaded.diagnostics, language, std::cerr);
    return kFindings;
  }
  std::vector<Terms> terms;
  if (!MakeTerms(loaded.sets, options, &terms)) return kUsage;
  if (ledger_path.empty()) {
    ledger = NewMemoryLedger();
  } else {
    SqliteOptions reading;
    reading.create = false;
    reading.read_only = true;
    Result<std::unique_ptr<Ledger>> opened = OpenSqliteLedger(ledger_path, reading);
    if (!opened) {
      std::cerr << opened.error().Format(language) << '\n';
      return kUsage;
    }
    ledger = std::move(opened).value();
  }
  engine = std::make_unique<Engine>(ledger.get(), HostServices());
  for (std::size_t i = 0; i < loaded.sets.size(); ++i) {
    if (const auto error = engine->Add(loaded.sets[i], terms[i])) {
      std::cerr << error->Format(language) << '\n';
      return kUsage;
    }
  }
  return kDone;
}


Services HostServices() {
  Services services;
#ifdef ORDAIN_WITH_ICU
  services.text = &IcuText();
#endif
  return services;
}

#ifdef ORDAIN_WITH_DMN
bool ReadModel(const std::string& path, std::string* text, std::vector<DmnSource>* imports) {
  if (!ReadFile(path, text)) return false;
  std::vector<std::string> wanted;
  const auto want = [&](const std::string& model) {
    for (const auto& [ns, location] : DmnImports(model)) {
      if (std::find(wanted.begin(), wanted.end(), ns) == wanted.end()) wanted.push_back(ns);
    }
  };
  want(*text);
  if (wanted.empty()) return true;
  const fs::path folder = path == "-" ? fs::path() : fs::path(path).parent_path();
  std::vector<DmnSource> beside;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder.empty() ? "." : folder, error)) {
    DmnSource source{entry.path().string(), {}};
    if (entry.path().extension() == ".dmn" && ReadFile(source.file, &source.text)) beside.push_back(std::move(source));
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {  // what is imported may import more
    for (const DmnSource& s : beside) {
      if (DmnNamespace(s.text) != wanted[i]) continue;
      want(s.text);
      imports->push_back(s);
      break;
    }
  }
  return true;
}
#endif

}  // namespace ordain::cli
