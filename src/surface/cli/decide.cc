// ordain decide and ordain explain: one decision, as JSON or in words.
#include <functional>
#include <iostream>

#include "common.hpp"

namespace ordain::cli {
namespace {

struct Arguments {
  Options options;
  std::string policy, facts, at, ledger;
  std::string dmn, decision, nulls = "feel";  // a DMN model instead of rule sets
};

void AddArguments(CLI::App* command, Arguments* a) {
  AddCommon(command, &a->options);
  command->add_option("policy", a->policy, "<rule set>.<policy>");
  command->add_option("--facts", a->facts, "file with the facts as a JSON object; - for standard input")->required();
  command->add_option("--at", a->at, "instant of the decision, RFC 3339 with offset")->required();
  command->add_option("--ledger", a->ledger, "ledger file for counts and totals; nothing is written to it");
#ifdef ORDAIN_WITH_DMN
  command->add_option("--dmn", a->dmn, "a DMN model (1.1 to 1.5) instead of rule sets; models that it imports are found beside it");
  command->add_option("--decision", a->decision, "the decision, or decision service, of the model");
  command->add_option("--nulls", a->nulls, "of the model: what an expression without value is: null with a warning (feel), or an error (strict)")
      ->check(CLI::IsMember({"feel", "strict"}));
#endif
}

#ifdef ORDAIN_WITH_DMN
int DecideModel(const Arguments& a, const Instant& at, const std::string& facts_json,
                const std::function<void(const Decision&, const Evaluator&)>& tell) {
  const Language language = LanguageOf(a.options);
  std::string text;
  std::vector<DmnSource> imports;
  if (!ReadModel(a.dmn, &text, &imports)) return kUsage;
  DmnOptions dmn;
  dmn.nulls = a.nulls == "strict" ? NullMode::kStrict : NullMode::kFeel;
  DmnResult model = LoadDmn(text, a.dmn, imports, dmn);
  if (model.rule_set) {  // what does not compile costs only itself
    for (Diagnostic& d : model.diagnostics) d.severity = Severity::kWarning;
  }
  PrintDiagnostics(model.diagnostics, language, std::cerr);
  if (!model.rule_set) return kFindings;
  const RuleSet& rules = *model.rule_set;
  const int policy = rules.FindPolicy(a.decision);
  if (policy < 0) {
    const std::string near = NearestName(a.decision, rules.policy_names());
    std::cerr << MakeDiagnostic(Code::kUnknownPolicy, "", {}, {{"name", a.decision}}, near.empty() ? "" : "did you mean `" + near + "`?").Format(language) << '\n';
    return kUsage;
  }
  Facts values(rules, policy);
  values.SetJson(facts_json);
  Evaluator evaluator(rules, {}, HostServices());
  const Decision& d = evaluator.Decide(values, at);
  tell(d, evaluator);
  return d.ok() ? kDone : kFindings;
}
#endif

// Decides; nullptr after printing what is wrong. The engine keeps the decision.
int Decide(const Arguments& a, bool trace, const std::function<void(const Decision&, const Evaluator&)>& tell) {
  const Language language = LanguageOf(a.options);
#ifdef ORDAIN_WITH_DMN
  if (!a.dmn.empty()) {
    if (!a.policy.empty() || a.decision.empty() || !a.ledger.empty()) {
      std::cerr << "with --dmn goes --decision NAME, and neither a policy nor a ledger\n";
      return kUsage;
    }
    std::string model_facts;
    Instant model_at;
    if (!ReadFile(a.facts, &model_facts)) return kUsage;
    if (!Instant::Parse(a.at, &model_at)) {
      std::cerr << MakeDiagnostic(Code::kBadInstant, "", {}, {{"value", a.at}}).Format(language) << '\n';
      return kUsage;
    }
    return DecideModel(a, model_at, model_facts, tell);
  }
#endif
  if (a.policy.empty()) {
    std::cerr << "name a policy: <rule set>.<policy>\n";
    return kUsage;
  }
  std::string facts;
  Instant at;
  Opened opened;
  if (const int code = opened.Open(a.options, a.ledger); code != kDone) return code;
  if (!ReadFile(a.facts, &facts)) return kUsage;
  if (!Instant::Parse(a.at, &at)) {
    std::cerr << MakeDiagnostic(Code::kBadInstant, "", {}, {{"value", a.at}}).Format(language) << '\n';
    return kUsage;
  }
  const Result<Engine::Found> found = opened.engine->Find(a.policy, at);
  if (!found) {
    std::cerr << found.error().Format(language) << '\n';
    return kUsage;
  }
  Facts values(*found.value().rules, found.value().policy);
  values.SetJson(facts);
  const std::unique_ptr<LedgerView> view = opened.ledger->View();
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
