// ordain test PATH...: runs case files. See the format in docs/cases.md.
#include <iostream>
#include <map>

#include "common.hpp"

namespace ordain::cli {
namespace {

std::string Scalar(const json::Node* n) { return n == nullptr ? "absent" : json::Write(*n); }

class Runner {
 public:
  Runner(const std::vector<RuleSet>& sets, const Options& options) : sets_(sets), options_(options) {}

  void File(const std::string& path) {
    std::string text;
    json::Node document;
    Diagnostics diagnostics;
    if (!ReadFile(path, &text) || !json::Parse(text, {}, path, &document, &diagnostics)) {
      PrintDiagnostics(diagnostics, LanguageOf(options_), std::cout);
      Fail(path, "(the file)", "a readable case file", "an error");
      return;
    }
    const json::Node* cases = document.Find("cases");
    const json::Node* policy = document.Find("policy");
    if (cases == nullptr || policy == nullptr || cases->type != json::NodeType::kArray) {
      Fail(path, "(the file)", "the keys `policy` and `cases`", json::Write(document).substr(0, 80));
      return;
    }
    for (const json::Node& c : cases->items) Case(path, policy->text, c);
  }

  int passed = 0, failed = 0;

 private:
  void Fail(const std::string& file, const std::string& name, const std::string& expected, const std::string& got) {
    ++failed;
    std::cout << "FAIL " << file << "\n  case:     " << name << "\n  expected: " << expected << "\n  got:      " << got << '\n';
  }

  void Case(const std::string& file, const std::string& policy, const json::Node& c) {
    const json::Node* name_node = c.Find("name");
    const json::Node* steps = c.Find("steps");
    const std::string name = name_node != nullptr ? name_node->text : "(without a name)";
    if (steps == nullptr || steps->type != json::NodeType::kArray) return Fail(file, name, "steps", "none");
    const std::unique_ptr<Ledger> ledger = NewMemoryLedger();
    Engine engine(ledger.get());
    Options options = options_;
    const auto collect = [&](const char* key, std::vector<std::string>* list, bool raw) {
      if (const json::Node* n = c.Find(key)) {
        for (const json::Member& m : n->members) {
          list->push_back(m.key + "=" + (raw && m.value.type == json::NodeType::kString ? m.value.text : json::Write(m.value)));
        }
      }
    };
    collect("settings", &options.settings, true);
    collect("parameters", &options.parameters, false);
    std::vector<Terms> terms;
    if (!MakeTerms(sets_, options, &terms)) return Fail(file, name, "known settings and parameters", "an unknown one");
    if (const json::Node* days = c.Find("calendar")) {  // replaces the holidays entirely
      Calendar calendar;
      Diagnostics found;
      if (!Calendar().With({file, json::Write(*days)}, &calendar, &found)) return Fail(file, name, "a calendar", found[0].Format());
      for (Terms& t : terms) t.Use(calendar);
    }
    for (std::size_t i = 0; i < sets_.size(); ++i) {
      if (const auto error = engine.Add(sets_[i], terms[i])) return Fail(file, name, "a ledger", error->Format());
    }
    for (std::size_t i = 0; i < steps->items.size(); ++i) {
      std::string expected, got;
      if (Step(&engine, policy, steps->items[i], i, &expected, &got)) continue;
      return Fail(file, name + (steps->items.size() > 1 ? " (step " + std::to_string(i + 1) + ")" : ""), expected, got);
    }
    ++passed;
  }

  bool Step(Engine* engine, const std::string& file_policy, const json::Node& step, std::size_t index, std::string* expected, std::string* got) {
    const json::Node* own = step.Find("policy");
    const json::Node* at_node = step.Find("at");
    const json::Node* facts = step.Find("facts");
    Instant at;
    if (at_node == nullptr || !Instant::Parse(at_node->text, &at) || facts == nullptr) {
      *expected = "`at` and `facts`";
      *got = json::Write(step).substr(0, 120);
      return false;
    }
    const std::string policy = own != nullptr ? own->text : file_policy;
    const std::int64_t before = engine->ledger()->last_seq();
    const Result<Engine::Recorded> done =
        engine->DecideAndRecord(policy, json::Write(*facts), at, at, "step-" + std::to_string(index + 1));
    const json::Node* error = step.Find("error");
    if (error != nullptr) {
      *expected = "error " + error->text;
      *got = done.ok() ? "outcome " + done.value().outcome : "error " + done.error().Format();
      if (engine->ledger()->last_seq() != before) {
        *got += " (and something was recorded)";
        return false;
      }
      return !done.ok() && CodeText(done.error().code) == error->text;
    }
    if (!done.ok()) {
      *expected = step.Find("outcome") != nullptr ? "outcome " + json::Write(*step.Find("outcome")) : "a decision";
      *got = "error " + done.error().Format();
      return false;
    }
    return Outcome(step, done.value(), expected, got) && Effects(step, done.value(), expected, got);
  }

  // Reads both sides as exact values.
  struct Reading {
    Arena arena;
    Value Of(const json::Node& n) {
      Value v;
      (void)json::ToValue(n, &arena, &v);
      return v;
    }
  };

  bool Outcome(const json::Node& step, const Engine::Recorded& done, std::string* expected, std::string* got) {
    const json::Node* wanted = step.Find("outcome");
    if (wanted == nullptr) return true;
    json::Node outcome;
    Diagnostics ignored;
    json::Parse(done.outcome, {}, "", &outcome, &ignored);
    Reading reading;
    for (const json::Member& m : wanted->members) {
      const json::Node* field = outcome.Find(m.key);
      if (field != nullptr && SameValue(reading.Of(m.value), reading.Of(*field))) continue;
      *expected = "outcome " + m.key + " = " + json::Write(m.value);
      *got = m.key + " = " + Scalar(field) + "   (whole outcome " + done.outcome + ")";
      return false;
    }
    return true;
  }

  bool Effects(const json::Node& step, const Engine::Recorded& done, std::string* expected, std::string* got) {
    const json::Node* wanted = step.Find("effects");
    if (wanted == nullptr) return true;
    json::Node effects;
    Diagnostics ignored;
    json::Parse(done.effects, {}, "", &effects, &ignored);
    Reading reading;
    std::vector<bool> used(effects.items.size(), false);
    bool good = wanted->items.size() == effects.items.size();
    for (const json::Node& w : wanted->items) {
      bool found = false;
      for (std::size_t i = 0; i < effects.items.size() && !found; ++i) {
        if (used[i] || !SameValue(reading.Of(w), reading.Of(effects.items[i]))) continue;
        used[i] = found = true;
      }
      good &= found;
    }
    if (!good) {
      *expected = "effects " + json::Write(*wanted);
      *got = "effects " + done.effects;
    }
    return good;
  }

  const std::vector<RuleSet>& sets_;
  const Options& options_;
};

}  // namespace

void AddTest(CLI::App* app, int* exit) {
  auto options = std::make_shared<Options>();
  auto paths = std::make_shared<std::vector<std::string>>();
  CLI::App* command = app->add_subcommand("test", "run case files or folders of them");
  AddCommon(command, options.get());
  command->add_option("paths", *paths, "case files or folders")->required();
  command->callback([=] {
    const Loaded loaded = LoadRules(options->rules);
    if (!loaded.ok) {
      PrintDiagnostics(loaded.diagnostics, LanguageOf(*options), std::cout);
      std::cout << "0 passed, 1 failed\n";
      *exit = kFindings;
      return;
    }
    Runner runner(loaded.sets, *options);
    for (const std::string& path : *paths) {
      for (const std::string& file : FilesUnder(path, ".json")) runner.File(file);
    }
    std::cout << runner.passed << " passed, " << runner.failed << " failed\n";
    *exit = runner.failed == 0 ? kDone : kFindings;
  });
}

}  // namespace ordain::cli
