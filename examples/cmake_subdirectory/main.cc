// Typed facts, without JSON and without a ledger: which discount a customer gets. The rule set stands in the
// program here; usually it is a file.
#include <cstdint>
#include <iostream>

#include <ordain/ordain.hpp>

namespace {

constexpr const char* kRules = R"({
  "ordain": 1, "rule_set": "shop", "currency": "CNY",
  "policies": {"discount": {
    "facts": {"spent": "money", "member": "boolean"},
    "table": {
      "hit": "first", "columns": ["member", "spent"],
      "rows": [
        {"when": ["true", ">= 1000"], "then": {"discount": "spent * 0.15"}},
        {"when": ["-", ">= 1000"], "then": {"discount": "spent * 0.10"}}
      ],
      "otherwise": {"discount": 0}
    },
    "outcome": {"discount": {"type": "money", "round": {"mode": "half_up"}}}
  }}
})";

struct Customer {
  const char* name;
  std::int64_t spent_fen;
  bool member;
};

}  // namespace

int main() {
  const ordain::LoadResult loaded = ordain::RuleSet::Load(kRules, "shop.json");
  for (const ordain::Diagnostic& d : loaded.diagnostics) std::cerr << d.Format() << '\n';
  if (!loaded.ok()) return 1;
  const ordain::RuleSet& rules = *loaded.rule_set;
  const int discount = rules.FindPolicy("discount");
  const int spent = rules.FindFact(discount, "spent");
  const int member = rules.FindFact(discount, "member");

  ordain::Instant at;
  if (!ordain::Instant::Parse("2016-03-05T10:00:00+08:00", &at)) return 1;
  ordain::Evaluator evaluator(rules);
  ordain::Facts facts(rules, discount);
  for (const Customer& c : {Customer{"An", 99'999, true}, Customer{"Bo", 123'457, true}, Customer{"Cai", 123'457, false}}) {
    const ordain::Decimal fen(false, 0, static_cast<std::uint64_t>(c.spent_fen), -2);
    facts.Set(spent, ordain::Value::Number(fen));
    facts.Set(member, ordain::Value::Boolean(c.member));
    const ordain::Decision& decision = evaluator.Decide(facts, at);
    if (!decision.ok()) {
      std::cerr << decision.error().Format() << '\n';
      return 1;
    }
    std::cout << c.name << ' ' << decision.OutcomeJson() << '\n';
  }
  return 0;
}
