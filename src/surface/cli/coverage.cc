// ordain coverage: how much of the handbooks the rule sets carry, and how much of the rule sets the cases touch.
//
// A clause of the catalogue is executable when a policy cites it (the policy's own `cites`) and a case decides that policy; declared
// or folded when coverage.json says so; missing otherwise. A row of a table, a step of a ladder, a bracket of a scale is touched
// when a case makes it apply, in the policy itself or where another policy asks it. Cases are run as `ordain test` runs them, but
// what they expect is not compared: that is for `test`. Marginal and linear scales are formulas, and have no brackets to touch.
// A contradiction between clauses is resolved when a setting declares it, else declared by coverage.json with the reason, or missing.
// Tested by tests/python/test_coverage.py.
#include <algorithm>
#include <iostream>

#include "coverage.hpp"

namespace ordain::cli {
namespace {

using Json = nlohmann::ordered_json;

bool IsText(const Json& j) { return j.is_string(); }
// {"lige": ["LG-1.1", ...]}
bool IsCatalogue(const Json& j) {
  return j.is_object() && std::all_of(j.begin(), j.end(), [](const Json& ids) { return ids.is_array() && std::all_of(ids.begin(), ids.end(), IsText); });
}
// {"lige": {"LG-1.1": {"declared": "why"}}}
bool IsDeclarations(const Json& j) {
  const auto reason = [](const Json& how) { return how.is_object() && std::all_of(how.begin(), how.end(), IsText); };
  const auto book = [&](const Json& ids) { return ids.is_object() && std::all_of(ids.begin(), ids.end(), reason); };
  return j.is_object() && std::all_of(j.begin(), j.end(), book);
}

bool ReadJson(const std::string& path, bool (*fits)(const Json&), const char* expected, Json* out) {
  std::string text;
  if (!ReadFile(path, &text)) return false;
  *out = Json::parse(text, nullptr, false);
  if (!out->is_discarded() && fits(*out)) return true;
  std::cerr << path << ": expected " << expected << '\n';
  return false;
}

constexpr const char* kContradictions = "contradictions";  // of the catalogue and of the declarations, beside the rule sets

// What became of the contradictions.
struct Contradictions {
  std::map<std::string, std::vector<std::string>> settings;  // id: the settings that resolve it
  Book book;                                                 // executable: resolved by a setting
};
Contradictions TellContradictions(const std::vector<RuleSet>& sets, const Json& catalogue, const Json& own, std::vector<std::string>* problems) {
  Contradictions out;
  std::set<std::string> clauses, ids, resolved;
  for (const auto& [set, list] : catalogue.items()) {
    for (const Json& id : list) (set == kContradictions ? ids : clauses).insert(id.get<std::string>());
  }
  for (const RuleSet& s : sets) {
    for (const ContradictionInfo& c : s.contradictions()) {
      const std::string name = s.name() + "." + (c.policy < 0 ? "" : s.policy_name(c.policy) + ".") + c.setting;
      const auto problem = [&](const std::string& what) { problems->push_back(name + ": " + what); };
      out.settings[c.id].push_back(name);
      resolved.insert(c.id);
      if (!ids.contains(c.id)) problem("contradiction " + c.id + " is not in the catalogue");
      for (const ContradictionInfo::Side& side : c.between) {
        for (const std::string& id : side.clause.cites) {
          if (!clauses.contains(id)) problem("clause " + id + " of " + c.id + " is not in the catalogue");
        }
        // Policies of the own rule set were asked for when it was loaded.
        const std::size_t dot = side.policy.find('.');
        if (dot == std::string::npos) continue;
        const auto other = std::find_if(sets.begin(), sets.end(), [&](const RuleSet& o) { return o.name() == side.policy.substr(0, dot); });
        const int policy = other == sets.end() ? -1 : other->FindPolicy(side.policy.substr(dot + 1));
        if (policy < 0) {
          problem("policy " + side.policy + " of " + c.id + " is not there");
          continue;
        }
        const std::vector<std::string>& cites = other->clause(policy).cites;
        const auto carries = [&](const std::string& id) { return std::find(cites.begin(), cites.end(), id) != cites.end(); };
        if (std::none_of(side.clause.cites.begin(), side.clause.cites.end(), carries)) problem("policy " + side.policy + " does not cite " + side.clause.cites.front() + " of " + c.id);
      }
    }
  }
  for (const auto& [id, how] : own.items()) {
    const auto problem = [&](const char* what) { problems->push_back(std::string(kContradictions) + ": " + id + " " + what); };
    if (!ids.contains(id)) problem("is declared, but the catalogue does not have it");
    if (resolved.contains(id)) problem("is declared, but a setting resolves it");
    if (!how.contains("declared")) problem("has no `declared`");
  }
  if (catalogue.contains(kContradictions)) out.book = TellApart(catalogue[kContradictions], own, resolved);
  return out;
}

}  // namespace

Coverage::Coverage(const std::vector<RuleSet>& sets, const Options& options) : sets_(sets), options_(options) {
  for (const RuleSet& s : sets) seen[s.name()].resize(static_cast<std::size_t>(s.policy_count()));
}

void Coverage::File(const std::string& path) {
  std::string text;
  json::Node document;
  Diagnostics diagnostics;
  const bool read = ReadFile(path, &text) && json::Parse(text, {}, path, &document, &diagnostics);
  if (!read) return Refuse(path, "it cannot be read");
  Document(path, document);
}

void Coverage::Document(const std::string& path, const json::Node& document) {
  const json::Node* cases = document.Find("cases");
  const json::Node* policy = document.Find("policy");
  const bool whole = cases != nullptr && policy != nullptr && cases->type == json::NodeType::kArray;
  if (!whole) return Refuse(path, "it has no `policy` and `cases`");
  for (const json::Node& c : cases->items) Case(path, policy->text, c);
}

void Coverage::Refuse(const std::string& path, const std::string& why) {
  std::cerr << path << ": not a case file: " << why << '\n';
  ok = false;
}

void Coverage::Case(const std::string& file, const std::string& file_policy, const json::Node& c) {
  const json::Node* steps = c.Find("steps");
  std::vector<Terms> terms;
  const bool known = steps != nullptr && MakeCaseTerms(sets_, c, options_, &terms);
  if (!known) return Refuse(file, "a case without steps, or with unknown settings");
  const std::unique_ptr<Ledger> ledger = NewMemoryLedger();
  Engine engine(ledger.get());
  for (std::size_t i = 0; i < sets_.size(); ++i) {
    if (engine.Add(sets_[i], terms[i])) return Refuse(file, "its ledger cannot be filled");
  }
  std::set<std::pair<std::string, int>> decided;
  int number = 0;
  for (const json::Node& step : steps->items) {
    const json::Node* own = step.Find("policy");
    const json::Node* at_node = step.Find("at");
    const json::Node* facts = step.Find("facts");
    Instant at;
    const bool good = at_node != nullptr && facts != nullptr && Instant::Parse(at_node->text, &at);
    if (!good) return Refuse(file, "a step without `at` and `facts`");
    const std::string policy = own != nullptr ? own->text : file_policy;
    const Result<Engine::Found> found = engine.Find(policy, at);
    if (!found.ok()) continue;
    const std::string text = json::Write(*facts);
    const Result<const Decision*> done = engine.Decide(policy, text, at, {true, true});
    if (!done.ok() || !done.value()->ok()) continue;
    const std::string& set = found.value().rules->name();
    decided.insert({set, found.value().policy});
    for (const TraceItem& t : done.value()->trace()) {
      if (t.kind != TraceKind::kRow && t.kind != TraceKind::kOtherwise) continue;
      decided.insert({set, t.policy});
      seen[set][static_cast<std::size_t>(t.policy)].rows.insert({t.definition, t.kind == TraceKind::kRow ? t.row : -1});
    }
    (void)engine.Record("step-" + std::to_string(++number), policy, text, at, at, *done.value());
  }
  for (const auto& [set, policy] : decided) ++seen[set][static_cast<std::size_t>(policy)].cases;
}

std::set<std::string> Coverage::Executable(const RuleSet& set) {
  std::set<std::string> out;
  for (int p = 0; p < set.policy_count(); ++p) {
    if (seen[set.name()][static_cast<std::size_t>(p)].cases == 0) continue;
    for (const std::string& id : set.clause(p).cites) out.insert(id);
  }
  return out;
}

Book TellApart(const Json& ids, const Json& own, const std::set<std::string>& executable) {
  Book book;
  for (const Json& node : ids) {
    const std::string id = node.get<std::string>();
    if (executable.contains(id)) {
      book.executable.push_back(id);
    } else if (own.contains(id)) {
      (own[id].contains("folded_into") ? book.folded : book.declared).push_back(id);
    } else {
      book.missing.push_back(id);
    }
  }
  return book;
}

bool ReadCatalogue(const std::string& path, Json* out) { return ReadJson(path, IsCatalogue, "a list of ids for each rule set", out); }
bool ReadDeclarations(const std::string& path, Json* out) { return ReadJson(path, IsDeclarations, "a reason for each id, by rule set", out); }

void AddCoverage(CLI::App* app, int* exit) {
  auto options = std::make_shared<Options>();
  auto paths = std::make_shared<std::vector<std::string>>();
  auto catalogue_file = std::make_shared<std::string>();
  auto declared_file = std::make_shared<std::string>();
  auto format = std::make_shared<std::string>("text");
  CLI::App* command = app->add_subcommand("coverage", "clauses of the handbooks that are executable, and rows that no case touches");
  AddCommon(command, options.get());
  command->add_option("paths", *paths, "case files or folders; default: the folder cases of the rule sets' folder");
  command->add_option("--catalogue", *catalogue_file, "ids of the clauses by rule set; default: catalogue.json beside the rule sets");
  command->add_option("--declared", *declared_file, "clauses declared or folded; default: coverage.json beside the rule sets");
  command->add_option("--format", *format, "text or json")->check(CLI::IsMember({"text", "json"}));
  command->callback([=] {
    const Loaded loaded = LoadRules(options->rules);
    if (!loaded.ok) {
      PrintDiagnostics(loaded.diagnostics, LanguageOf(*options), std::cerr);
      *exit = kFindings;
      return;
    }
    if (paths->empty()) paths->push_back(options->rules + "/cases");
    Json catalogue, declared;
    const auto beside = [&](const std::string& given, const char* name) { return given.empty() ? options->rules + "/" + name : given; };
    if (!ReadCatalogue(beside(*catalogue_file, "catalogue.json"), &catalogue) || !ReadDeclarations(beside(*declared_file, "coverage.json"), &declared)) {
      *exit = kUsage;
      return;
    }
    Coverage cases(loaded.sets, *options);
    for (const std::string& path : *paths) {
      for (const std::string& file : FilesUnder(path, ".json")) cases.File(file);
    }
    bool good = cases.ok;
    std::vector<std::string> problems;

    // Clauses that a policy cites and a case decides.
    std::map<std::string, std::set<std::string>> executable;
    for (const RuleSet& s : loaded.sets) executable[s.name()] = cases.Executable(s);
    std::vector<std::pair<std::string, Book>> books;
    for (const auto& [set, ids] : catalogue.items()) {
      if (set == kContradictions) continue;
      std::set<std::string> known;
      for (const Json& node : ids) known.insert(node.get<std::string>());
      const Json own = declared.contains(set) ? declared[set] : Json::object();
      for (const auto& [id, how] : own.items()) {
        const bool folded = how.contains("folded_into");
        const auto problem = [&](const char* what) { problems.push_back(set + ": " + id + " " + what); };
        if (!known.contains(id)) problem("is declared, but the catalogue does not have it");
        if (executable[set].contains(id)) problem("is declared, but executable");
        const bool lost = folded && !known.contains(how["folded_into"].get<std::string>());
        if (lost) problem("is folded into an id that the catalogue does not have");
        if (!folded && !how.contains("declared")) problem("has neither `declared` nor `folded_into`");
      }
      Book book = TellApart(ids, own, executable[set]);
      good &= book.missing.empty();
      books.emplace_back(set, std::move(book));
    }
    const Contradictions contradictions = TellContradictions(loaded.sets, catalogue, declared.contains(kContradictions) ? declared[kContradictions] : Json::object(), &problems);
    good &= contradictions.book.missing.empty() && problems.empty();

    // Rows that no case touches.
    Json policies = Json::array();
    std::size_t rows = 0, touched = 0, idle = 0;
    for (const RuleSet& s : loaded.sets) {
      for (int p = 0; p < s.policy_count(); ++p) {
        const Seen& seen = cases.seen[s.name()][static_cast<std::size_t>(p)];
        Json untouched = Json::array();
        std::size_t own = 0;
        const std::vector<TableInfo> tables = s.tables(p);
        for (std::size_t t = 0; t < tables.size(); ++t) {
          const auto ask = [&](std::int32_t row, const Clause& clause, const std::string& path) {
            ++own;
            if (seen.rows.contains({static_cast<std::int32_t>(t), row})) return;
            untouched.push_back({{"path", path}, {"quote", clause.quote}});
          };
          std::int32_t row = 0;
          for (const Clause& clause : tables[t].rows) ask(row++, clause, clause.path);
          if (tables[t].otherwise) ask(-1, tables[t].clause, tables[t].clause.path + "/otherwise");
        }
        rows += own;
        touched += own - untouched.size();
        idle += seen.cases == 0 ? 1 : 0;
        const std::string name = s.name() + "." + s.policy_name(p);
        policies.push_back({{"policy", name}, {"cases", seen.cases}, {"rows", own}, {"untouched", untouched}});
      }
    }

    if (*format == "json") {
      Json all = {{"handbooks", Json::object()}, {"problems", problems}, {"policies", policies}};
      for (const auto& [set, b] : books) {
        all["handbooks"][set] = {{"executable", b.executable}, {"declared", b.declared}, {"folded", b.folded}, {"missing", b.missing}};
      }
      const Book& told = contradictions.book;
      all[kContradictions] = {{"resolved", Json::object()}, {"declared", told.declared}, {"missing", told.missing}};
      for (const std::string& id : told.executable) all[kContradictions]["resolved"][id] = contradictions.settings.at(id);
      std::cout << all.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
    } else {
      Book sum;
      const auto line = [](const std::string& name, const Book& b) {
        std::cout << name << ": " << b.executable.size() << " executable, " << b.declared.size() << " declared, "
                  << b.folded.size() << " folded, " << b.missing.size() << " missing\n";
      };
      for (const auto& [set, b] : books) {
        line(set, b);
        for (const std::string& id : b.missing) std::cout << "  missing " << id << '\n';
        sum.executable.insert(sum.executable.end(), b.executable.begin(), b.executable.end());
        sum.declared.insert(sum.declared.end(), b.declared.begin(), b.declared.end());
        sum.folded.insert(sum.folded.end(), b.folded.begin(), b.folded.end());
        sum.missing.insert(sum.missing.end(), b.missing.begin(), b.missing.end());
      }
      for (const std::string& p : problems) std::cout << p << '\n';
      for (const Json& p : policies) {
        if (p["cases"] == 0) std::cout << p["policy"].get<std::string>() << ": no case decides it\n";
        if (p["untouched"].empty()) continue;
        std::cout << p["policy"].get<std::string>() << ": " << p["untouched"].size() << " of " << p["rows"]
                  << " rows no case touches\n";
        for (const Json& u : p["untouched"]) {
          std::cout << "  " << u["path"].get<std::string>();
          if (!u["quote"].get<std::string>().empty()) std::cout << "  " << u["quote"].get<std::string>();
          std::cout << '\n';
        }
      }
      line("all", sum);
      if (catalogue.contains(kContradictions)) {
        const Book& told = contradictions.book;
        std::cout << "contradictions: " << told.executable.size() << " resolved by a setting, " << told.declared.size() << " declared, " << told.missing.size() << " missing\n";
        for (const std::string& id : told.missing) std::cout << "  missing " << id << '\n';
      }
      std::cout << policies.size() << " policies, " << idle << " without a case; " << touched << " of " << rows
                << " rows, steps and brackets touched\n";
    }
    *exit = good ? kDone : kFindings;
  });
}

}  // namespace ordain::cli
