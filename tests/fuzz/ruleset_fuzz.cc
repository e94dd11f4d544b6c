// Rule sets: loading ends with diagnostics or with programs that decide without a crash; the checks end too.
#include <cstdlib>

#include "ordain/ordain.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 1 << 15) return 0;  // a page of rules; more only costs time
  const ordain::LoadResult loaded = ordain::RuleSet::Load(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz");
  if (!loaded.ok()) {
    if (loaded.diagnostics.empty()) std::abort();
    return 0;
  }
  (void)loaded.rule_set->Check();
  ordain::Limits limits;
  limits.max_steps = 100000;
  limits.max_decision_bytes = 1 << 22;
  ordain::Evaluator evaluator(*loaded.rule_set, limits);
  const std::unique_ptr<ordain::Ledger> ledger = ordain::NewMemoryLedger();
  const std::unique_ptr<ordain::LedgerView> view = ledger->View();
  ordain::Instant at;
  ordain::Instant::Parse("2016-03-05T10:00:00+08:00", &at);
  const char* const kFacts[] = {"{}", R"({"n": 1, "who": "E", "kind": "mild", "l": [1, 2, 3], "amount": 10.5, "late": true})"};
  for (int p = 0; p < loaded.rule_set->policy_count(); ++p) {
    for (const char* json : kFacts) {
      ordain::Facts facts(*loaded.rule_set, p);
      facts.SetJson(json);
      ordain::DecideOptions options;
      options.trace = options.entries = true;
      const ordain::Decision& d = evaluator.Decide(facts, at, view.get(), options);
      if (d.ToJson().empty() || evaluator.Explain(ordain::Language::kEnglish).empty()) std::abort();
    }
  }
  return 0;
}
