// A ledger in a file: the third lapse within a month costs more, and asking twice under one id books once.
//   desk FILE
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include <ordain/ledger_sqlite.hpp>
#include <ordain/ordain.hpp>

namespace {

constexpr const char* kRules = R"({
  "ordain": 1, "rule_set": "desk", "currency": "CNY",
  "policies": {"lapse": {
    "facts": {"employee": "person"},
    "counts": {"occurrence": {"per": ["employee"], "within": "calendar_month"}},
    "effects": [{"effect": "fine", "to": "employee", "amount": "if occurrence >= 3 then 100 else 0"}],
    "outcome": {"occurrence": "integer"}
  }}
})";

int Fail(const ordain::Diagnostic& d) {
  std::cerr << d.Format() << '\n';
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: desk FILE\n";
    return 2;
  }
  const ordain::LoadResult loaded = ordain::RuleSet::Load(kRules, "desk.json");
  if (!loaded.ok()) return Fail(loaded.diagnostics.front());
  auto opened = ordain::OpenSqliteLedger(argv[1]);
  if (!opened) return Fail(opened.error());
  const std::unique_ptr<ordain::Ledger> ledger = std::move(opened).value();
  ordain::Engine engine(ledger.get());
  if (const auto error = engine.Add(*loaded.rule_set)) return Fail(*error);

  ordain::Instant at;
  if (!ordain::Instant::Parse("2016-03-05T10:00:00+08:00", &at)) return 1;
  for (const std::string id : {"lapse-1", "lapse-2", "lapse-2", "lapse-3"}) {
    const auto done = engine.DecideAndRecord("desk.lapse", R"({"employee": "E1"})", at, at, id);
    if (!done) return Fail(done.error());
    std::cout << id << (done.value().appended.existed ? " again " : " ") << done.value().outcome << ' '
              << done.value().effects << '\n';
  }
  return 0;
}
