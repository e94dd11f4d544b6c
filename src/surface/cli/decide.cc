// ordain decide and ordain explain: one decision, as JSON or in words.
#include <functional>
#include <iostream>

#include "common.hpp"
#include "ordain/ledger_sqlite.hpp"

namespace ordain::cli {
namespace {

struct Arguments {
  Options options;
  std::string policy, facts, at, ledger, dump;
};

void AddArguments(CLI::App* command, Arguments* a) {
  AddCommon(command, &a->options);
  command->add_option("policy", a->policy, "<rule set>.<policy>")->required();
  command->add_option("--facts", a->facts, "file with the facts as a JSON object; - for standard input")->required();
  command->add_option("--at", a->at, "instant of the decision, RFC 3339 with offset")->required();
  command->add_option("--ledger", a->ledger, "ledger file for counts and totals; nothing is written to it");
}

// Decides; nullptr after printing what is wrong. The engine keeps the decision.
int Decide(const Arguments& a, bool trace, const std::function<void(const Decision&, const Evaluator&)>& tell) {
  const Language language = LanguageOf(a.options);
  const Loaded loaded = LoadRules(a.options.rules);
  if (!loaded.ok) {
    PrintDiagnostics(loaded.diagnostics, language, std::cerr);
    return kFindings;
  }
  std::vector<Terms> terms;
  std::string facts;
  Instant at;
  if (!MakeTerms(loaded.sets, a.options, &terms) || !ReadFile(a.facts, &facts)) return kUsage;
  if (!Instant::Parse(a.at, &at)) {
    std::cerr << MakeDiagnostic(Code::kBadInstant, "", {}, {{"value", a.at}}).Format(language) << '\n';
    return kUsage;
  }
  std::unique_ptr<Ledger> ledger = NewMemoryLedger();
  if (!a.ledger.empty()) {
    SqliteOptions options;
    options.create = false;
    options.read_only = true;
    Result<std::unique_ptr<Ledger>> opened = OpenSqliteLedger(a.ledger, options);
    if (!opened) {
      std::cerr << opened.error().Format(language) << '\n';
      return kUsage;
    }
    ledger = std::move(opened).value();
  }
  Engine engine(ledger.get());
  for (std::size_t i = 0; i < loaded.sets.size(); ++i) {
    if (const auto error = engine.Add(loaded.sets[i], terms[i])) {
      std::cerr << error->Format(language) << '\n';
      return kUsage;
    }
  }
  const Result<Engine::Found> found = engine.Find(a.policy, at);
  if (!found) {
    std::cerr << found.error().Format(language) << '\n';
    return kUsage;
  }
  Facts values(*found.value().rules, found.value().policy);
  values.SetJson(facts);
  const std::unique_ptr<LedgerView> view = ledger->View();
  DecideOptions options;
  options.trace = trace;
  const Decision& d = found.value().evaluator->Decide(values, at, *found.value().terms, view.get(), options);
  tell(d, *found.value().evaluator);
  return d.ok() ? kDone : kFindings;
}

}  // namespace

void AddDecide(CLI::App* app, int* exit) {
  auto a = std::make_shared<Arguments>();
  CLI::App* command = app->add_subcommand("decide", "decide one case; prints {\"outcome\", \"effects\"} or {\"error\"}");
  AddArguments(command, a.get());
  command->callback([=] {
    *exit = Decide(*a, false, [](const Decision& d, const Evaluator&) { std::cout << d.ToJson() << '\n'; });
  });
}

void AddExplain(CLI::App* app, int* exit) {
  auto a = std::make_shared<Arguments>();
  CLI::App* command = app->add_subcommand("explain", "decide one case and say why, in English or Chinese (--lang zh)");
  AddArguments(command, a.get());
  command->callback([=] {
    *exit = Decide(*a, true, [&](const Decision&, const Evaluator& e) { std::cout << e.Explain(LanguageOf(a->options)); });
  });
}

}  // namespace ordain::cli
