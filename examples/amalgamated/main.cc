// The core as two files, in a program without exceptions: what is wrong comes back as a Result or as Diagnostics.
#include <iostream>

#include <ordain/ordain.hpp>

namespace {

constexpr const char* kRules = R"({
  "ordain": 1, "rule_set": "shop", "currency": "CNY",
  "policies": {"refund": {
    "facts": {"paid": "money", "days": "integer"},
    "table": {
      "hit": "first", "columns": ["days"],
      "rows": [{"when": ["<= 7"], "then": {"refund": "paid"}}, {"when": ["<= 30"], "then": {"refund": "paid * 0.5"}}],
      "otherwise": {"refund": 0}
    },
    "outcome": {"refund": {"type": "money", "round": {"mode": "half_up"}}}
  }}
})";

int Fail(const ordain::Diagnostic& d) {
  std::cerr << d.Format() << '\n';
  return 1;
}

}  // namespace

int main() {
  const ordain::LoadResult loaded = ordain::RuleSet::Load(kRules, "shop.json");
  if (!loaded.ok()) return Fail(loaded.diagnostics.front());
  const std::unique_ptr<ordain::Ledger> ledger = ordain::NewMemoryLedger();
  ordain::Engine engine(ledger.get());
  if (const auto refused = engine.Add(*loaded.rule_set)) return Fail(*refused);
  ordain::Instant at;
  if (!ordain::Instant::Parse("2016-03-05T10:00:00+08:00", &at)) return 1;
  for (const char* facts : {R"({"paid": 99.99, "days": 12})", R"({"paid": 99.99, "days": "twelve"})"}) {
    const ordain::Result<const ordain::Decision*> decided = engine.Decide("shop.refund", facts, at);
    std::cout << (decided ? decided.value()->OutcomeJson() : decided.error().Format()) << '\n';
  }
  return 0;
}
