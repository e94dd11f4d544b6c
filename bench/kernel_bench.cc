// Kernels next to the same policies written by hand in C++ with the same exactness. Every answer is compared before anything is timed.
//
//   P1  lige.complaint_tier: first match over booleans and a band of an amount
//   P2  a sum of twenty items with points, then pay: 3 % of a fee, half to even, at most 20 % of a wage
//   P3  a table of N rows: a text of 50 and a band of an amount
//   P4  eight indicators: so much per point above or below a target, then pay
//
// Each runs over 65,536 records, so that no branch predictor learns them by heart. Time is per record.
#include <benchmark/benchmark.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <random>

#include <ordain/ordain.hpp>

namespace {

using ordain::Binding;
using ordain::Kernel;
using ordain::RuleSet;

constexpr std::size_t kRecords = 65536;

ordain::Instant At() {
  ordain::Instant at;
  ordain::Instant::Parse("2016-03-05T10:00:00+08:00", &at);
  return at;
}

RuleSet Load(const std::string& text, const std::string& name) {
  const ordain::LoadResult loaded = RuleSet::Load(text, name);
  for (const ordain::Diagnostic& d : loaded.diagnostics) std::cerr << d.Format() << '\n';
  if (!loaded.ok()) std::exit(1);
  return *loaded.rule_set;
}

template <class T>
Kernel Make(const RuleSet& rules, const char* policy, const Binding<T>& binding) {
  const auto kernel = Kernel::Make(rules, policy, binding, ordain::Terms(rules), At());
  if (!kernel.ok()) {
    std::cerr << kernel.error().Format() << '\n';
    std::exit(1);
  }
  return kernel.value();
}

// ---- P1

struct Complaint {
  std::int64_t fen = 0;
  bool direct_loss = false, refund = false, grave = false, death = false;
  std::int8_t reputation = -1, compensation = -1, satisfied = -1;
};

struct Tier {
  int tier = 0;          // 0: none
  unsigned reviews = 0;  // bits, in the order of the policy's effects
};

[[gnu::noinline]] Tier TierByHand(const Complaint& c) {
  Tier a;
  if (c.grave && c.death) a.tier = 5;
  else if (!c.direct_loss && !c.refund) a.tier = 1;
  else if (c.fen <= 2000000) a.tier = 2;
  else if (c.fen <= 5000000) a.tier = 3;
  else if (c.fen <= 10000000) a.tier = 4;
  if (a.tier == 3 || a.tier == 4) a.reviews |= c.reputation == 0 ? 1u : 0u;
  if (a.tier == 4) a.reviews |= (c.compensation == 0 ? 2u : 0u) | (c.satisfied == 1 ? 4u : 0u);
  if (a.tier == 0) a.reviews |= 8u;
  return a;
}

std::vector<Complaint> Complaints() {
  std::mt19937 random(20160301);
  std::vector<Complaint> list(kRecords);
  for (Complaint& c : list) {
    const std::int64_t edges[] = {2000000, 5000000, 10000000};
    c.fen = random() % 4 == 0 ? edges[random() % 3] + static_cast<std::int64_t>(random() % 3) - 1 : static_cast<std::int64_t>(random() % 14000000);
    c.direct_loss = random() % 2 != 0;
    c.refund = random() % 2 != 0;
    c.grave = random() % 2 != 0;
    c.death = random() % 4 == 0;
    c.reputation = static_cast<std::int8_t>(static_cast<int>(random() % 3) - 1);
    c.compensation = static_cast<std::int8_t>(static_cast<int>(random() % 3) - 1);
    c.satisfied = static_cast<std::int8_t>(static_cast<int>(random() % 3) - 1);
  }
  return list;
}

struct P1 {
  RuleSet rules;
  Kernel kernel;
  int tier;
  int reviews[4];

  static RuleSet Lige() {
    std::ifstream file(ORDAIN_SOURCE_DIR "/rules/lige.json");
    return Load(std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>()), "lige.json");
  }
  P1()
      : rules(Lige()),
        kernel(Make(rules, "complaint_tier",
                    Binding<Complaint>()
                        .Add("amount", &Complaint::fen, 2)
                        .Add("direct_loss", &Complaint::direct_loss)
                        .Add("refund", &Complaint::refund)
                        .Add("grave_accident", &Complaint::grave)
                        .Add("death", &Complaint::death)
                        .AddOptional("reputation_loss", &Complaint::reputation, -1)
                        .AddOptional("compensation", &Complaint::compensation, -1)
                        .AddOptional("patient_satisfied", &Complaint::satisfied, -1))),
        tier(kernel.FindOutcome("tier")) {}

  Tier Decide(const Complaint& c, Kernel::Answer* answer) const {
    static constexpr std::string_view kTiers[] = {"", "I", "II", "III", "IV", "V"};
    static constexpr std::string_view kReviews[] = {"reputation_loss_not_met", "compensation_not_met", "patient_dissatisfied_not_met", "amount_above_100000"};
    Tier out;
    if (!kernel.Decide(c, answer)) return {-1, 0};
    const std::string_view text = answer->IsNull(tier) ? "" : answer->Text(tier);
    while (kTiers[out.tier] != text) ++out.tier;
    for (int e = 0; e < static_cast<int>(kernel.effects().size()); ++e) {
      if (!answer->Applies(e)) continue;
      const std::string_view reason = answer->effect(e).detail;
      for (unsigned k = 0; k < 4; ++k) out.reviews |= reason == kReviews[k] ? 1u << k : 0u;
    }
    return out;
  }
};

// ---- P2

constexpr int kPoints[20] = {-2, -2, -1, -5, -3, -1, -1, -2, -4, -2, 1, 2, 2, 3, 1, 5, 1, 2, -1, 4};

struct Month {
  std::int32_t items[20] = {};
  std::int64_t base = 0, allowance = 0, fee = 0, wage = 0;
};

std::int64_t HalfEven(std::int64_t x, std::int64_t by) {
  std::int64_t q = x / by, rest = x % by;
  if (rest < 0) rest += by, --q;
  return q + (2 * rest + (q & 1) > by ? 1 : 0);
}

[[gnu::noinline]] std::int64_t PayByHand(const Month& m) {
  std::int64_t points = 0;
  for (int i = 0; i < 20; ++i) points += std::int64_t{m.items[i]} * kPoints[i];
  const std::int64_t pay = m.base + m.allowance + points * 1000 + HalfEven(m.fee * 3, 100);
  return std::min(pay, HalfEven(m.wage * 20, 100));
}

[[gnu::noinline]] std::int64_t PayByHandChecked(const Month& m, bool* wrong) {
  std::int64_t points = 0, pay = 0, fee = 0, cap = 0;
  bool over = false;
  for (int i = 0; i < 20; ++i) {
    std::int64_t one = 0;
    over |= m.items[i] < 0 || m.items[i] > 1000;  // what the facts declare
    over |= __builtin_mul_overflow(std::int64_t{m.items[i]}, std::int64_t{kPoints[i]}, &one);
    over |= __builtin_add_overflow(points, one, &points);
  }
  over |= __builtin_mul_overflow(points, std::int64_t{1000}, &points);
  over |= __builtin_mul_overflow(m.fee, std::int64_t{3}, &fee);
  over |= __builtin_mul_overflow(m.wage, std::int64_t{20}, &cap);
  over |= __builtin_add_overflow(m.base, m.allowance, &pay) | __builtin_add_overflow(pay, points, &pay) | __builtin_add_overflow(pay, HalfEven(fee, 100), &pay);
  *wrong = over;
  return std::min(pay, HalfEven(cap, 100));
}

std::vector<Month> Months() {
  std::mt19937_64 random(2);
  std::vector<Month> list(kRecords);
  for (Month& m : list) {
    for (std::int32_t& i : m.items) i = static_cast<std::int32_t>(random() % 12);
    m.base = static_cast<std::int64_t>(random() % 500000);
    m.allowance = static_cast<std::int64_t>(random() % 50000);
    m.fee = static_cast<std::int64_t>(random() % 20000000);
    m.wage = static_cast<std::int64_t>(random() % 4000000);
  }
  return list;
}

struct P2 {
  RuleSet rules;
  Kernel kernel;
  int pay;

  static std::string Name(int i) { return "item_" + std::to_string(i + 1); }
  static RuleSet Rules() {
    std::string facts, sum;
    for (int i = 0; i < 20; ++i) {
      facts += "\"" + Name(i) + R"(": {"type": "integer", "min": 0, "max": 1000}, )";
      sum += (i ? " + " : "") + std::string("(") + std::to_string(kPoints[i]) + ") * " + Name(i);
    }
    const std::string money = R"({"type": "money", "min": 0, "max": 1000000000})";
    return Load(R"({"ordain": 1, "rule_set": "p2", "policies": {"pay": {"facts": {)" + facts + R"("base": )" + money + R"(, "allowance": )" + money + R"(, "fee": )" + money + R"(, "wage": )" + money +
                    R"(}, "formula": {"points_sum": ")" + sum + R"--(", "full": "base + allowance + money(points_sum * 10) + decimal(fee * 0.03, 2)"},
                    "outcome": {"pay": {"type": "money", "value": {"feel": "min(full, decimal(wage * 0.2, 2))"}}}}}})--", "p2.json");
  }
  // Members of an array are bound by their places.
  static std::vector<ordain::BoundFact> Facts() {
    std::vector<ordain::BoundFact> facts;
    for (std::size_t i = 0; i < 20; ++i) facts.push_back({Name(static_cast<int>(i)), ordain::BoundFact::Storage::kInt32, offsetof(Month, items) + 4 * i, 0, false, 0});
    Binding<Month> money;
    money.Add("base", &Month::base, 2).Add("allowance", &Month::allowance, 2).Add("fee", &Month::fee, 2).Add("wage", &Month::wage, 2);
    facts.insert(facts.end(), money.facts().begin(), money.facts().end());
    return facts;
  }
  static Kernel Compile(const RuleSet& rules) {
    const auto made = Kernel::Make(rules, "pay", Facts(), sizeof(Month), ordain::Terms(rules), At());
    if (!made.ok()) {
      std::cerr << made.error().Format() << '\n';
      std::exit(1);
    }
    return made.value();
  }
  P2() : rules(Rules()), kernel(Compile(rules)), pay(kernel.FindOutcome("pay")) {}
};

// ---- P3

struct Line {
  std::string_view key;
  std::int64_t fen = 0;
};

struct P3 {
  std::vector<std::string> keys;
  std::vector<std::int64_t> from;  // by row: bands of 50 keys in turn, each from here to the next of its key
  RuleSet rules;
  Kernel kernel;
  int rate;

  static std::string Key(std::size_t i) { return "service item number " + std::to_string(i); }
  static std::string Text(int rows) {
    std::string text = R"({"ordain": 1, "rule_set": "p3", "policies": {"rate": {"facts": {"key": "text", "amount": {"type": "money", "min": 0}}, "table": {"hit": "first", "columns": ["key", "amount"], "rows": [)";
    for (int r = 0; r < rows; ++r) {
      const int low = r / 50 * 37;
      text += std::string(r ? "," : "") + "{\"when\": [\"\\\"" + Key(static_cast<std::size_t>(r % 50)) + "\\\"\", \"[" + std::to_string(low) + ".." + std::to_string(low + 37) + ")\"], \"then\": {\"rate\": " + std::to_string(r) + "}}";
    }
    return text + R"(], "otherwise": {"rate": -1}}, "outcome": {"rate": {"type": "number"}}}}})";
  }
  explicit P3(int rows)
      : rules(Load(Text(rows), "p3.json")), kernel(Make(rules, "rate", Binding<Line>().Add("key", &Line::key).Add("amount", &Line::fen, 2))), rate(kernel.FindOutcome("rate")) {
    for (std::size_t i = 0; i < 51; ++i) keys.push_back(Key(i));  // the last one is in no row
  }
  std::vector<Line> Lines(int rows) const {
    std::mt19937_64 random(3);
    std::vector<Line> list(kRecords);
    for (Line& l : list) l = {keys[random() % 51], static_cast<std::int64_t>(random() % static_cast<std::uint64_t>((rows / 50 + 1) * 3700))};
    return list;
  }
  static std::int64_t Expected(const P3& p, const Line& l, int rows) {
    for (std::size_t k = 0; k < 50; ++k) {
      if (p.keys[k] != l.key) continue;
      const std::int64_t row = l.fen / 3700 * 50 + static_cast<std::int64_t>(k);
      return row < rows ? row : -1;
    }
    return -1;
  }
};

// ---- P4

struct Indicators {
  std::int32_t actual[8] = {}, target[8] = {};  // hundredths of a per cent
  std::int64_t base = 0;
};
constexpr int kAbove[8] = {2, 1, 3, 2, 1, 1, 2, 4}, kBelow[8] = {3, 2, 4, 2, 2, 1, 3, 5};

[[gnu::noinline]] std::int64_t BonusByHand(const Indicators& x) {
  std::int64_t sum = 0;
  for (int i = 0; i < 8; ++i) {
    const std::int64_t d = std::int64_t{x.actual[i]} - x.target[i];
    sum += d >= 0 ? d * kAbove[i] : d * kBelow[i];
  }
  // base * (100 + sum) per cent; the sum in hundredths
  return HalfEven(x.base * (10000 + sum), 10000);
}

std::vector<Indicators> Indicated() {
  std::mt19937_64 random(4);
  std::vector<Indicators> list(kRecords);
  for (Indicators& x : list) {
    for (int i = 0; i < 8; ++i) {
      x.target[i] = 8000 + static_cast<std::int32_t>(random() % 1000);
      x.actual[i] = x.target[i] - 500 + static_cast<std::int32_t>(random() % 1000);
    }
    x.base = 200000 + static_cast<std::int64_t>(random() % 400000);
  }
  return list;
}

struct P4 {
  RuleSet rules;
  Kernel kernel;
  int bonus;

  static RuleSet Rules() {
    std::string facts, sum;
    for (int i = 0; i < 8; ++i) {
      const std::string n = std::to_string(i + 1), a = "actual_" + n, t = "target_" + n;
      for (const std::string& f : {a, t}) facts += "\"" + f + R"(": {"type": "number", "min": 0, "max": 200}, )";
      sum += (i ? " + " : "") + std::string("(if ") + a + " >= " + t + " then (" + a + " - " + t + ") * " + std::to_string(kAbove[i]) + " else (" + a + " - " + t + ") * " + std::to_string(kBelow[i]) + ")";
    }
    return Load(R"({"ordain": 1, "rule_set": "p4", "policies": {"bonus": {"facts": {)" + facts + R"("base": {"type": "money", "min": 0, "max": 100000000}}, "formula": {"deviation": ")" + sum + R"--("},
                "outcome": {"bonus": {"type": "money", "value": {"feel": "decimal(base * ((100 + deviation) / 100), 2)"}}}}}})--", "p4.json");
  }
  static Kernel Compile(const RuleSet& rules) {
    std::vector<ordain::BoundFact> facts;
    for (std::size_t i = 0; i < 8; ++i) {
      facts.push_back({"actual_" + std::to_string(i + 1), ordain::BoundFact::Storage::kInt32, offsetof(Indicators, actual) + 4 * i, 2, false, 0});
      facts.push_back({"target_" + std::to_string(i + 1), ordain::BoundFact::Storage::kInt32, offsetof(Indicators, target) + 4 * i, 2, false, 0});
    }
    facts.push_back(Binding<Indicators>().Add("base", &Indicators::base, 2).facts()[0]);
    const auto made = Kernel::Make(rules, "bonus", facts, sizeof(Indicators), ordain::Terms(rules), At());
    if (!made.ok()) {
      std::cerr << made.error().Format() << '\n';
      std::exit(1);
    }
    return made.value();
  }
  P4() : rules(Rules()), kernel(Compile(rules)), bonus(kernel.FindOutcome("bonus")) {}
};

// ---- timing

template <class Record, class Body>
void Over(benchmark::State& state, const std::vector<Record>& records, const Body& body) {
  std::size_t i = 0;
  for (auto _ : state) body(records[i++ & (kRecords - 1)]);
}

void P1Hand(benchmark::State& state) {
  Over(state, Complaints(), [](const Complaint& c) { benchmark::DoNotOptimize(TierByHand(c)); });
}
void P1Kernel(benchmark::State& state) {
  const P1 p;
  Kernel::Answer answer(p.kernel);
  Over(state, Complaints(), [&](const Complaint& c) {
    benchmark::DoNotOptimize(p.kernel.Decide(c, &answer));
    benchmark::DoNotOptimize(answer);
  });
}
void P1Evaluator(benchmark::State& state) {
  const P1 p;
  ordain::Evaluator evaluator(p.rules);
  ordain::Facts facts(p.rules, p.kernel.policy());
  const ordain::Instant at = At();
  Over(state, Complaints(), [&](const Complaint& c) {
    p.kernel.Fill(c, &facts);
    benchmark::DoNotOptimize(evaluator.Decide(facts, at).effects().size());
  });
}
void P2Hand(benchmark::State& state) {
  Over(state, Months(), [](const Month& m) { benchmark::DoNotOptimize(PayByHand(m)); });
}
void P2HandChecked(benchmark::State& state) {
  Over(state, Months(), [](const Month& m) {
    bool wrong = false;
    benchmark::DoNotOptimize(PayByHandChecked(m, &wrong));
    benchmark::DoNotOptimize(wrong);
  });
}
void P2Kernel(benchmark::State& state) {
  const P2 p;
  Kernel::Answer answer(p.kernel);
  Over(state, Months(), [&](const Month& m) {
    benchmark::DoNotOptimize(p.kernel.Decide(m, &answer));
    benchmark::DoNotOptimize(answer.Units(p.pay));
  });
}
void P3Kernel(benchmark::State& state) {
  const P3 p(static_cast<int>(state.range(0)));
  Kernel::Answer answer(p.kernel);
  Over(state, p.Lines(static_cast<int>(state.range(0))), [&](const Line& l) {
    benchmark::DoNotOptimize(p.kernel.Decide(l, &answer));
    benchmark::DoNotOptimize(answer.Units(p.rate));
  });
}
// A rule set of one table: read, linked, compiled, checked for gaps and overlaps, and made a kernel.
void LoadTable(benchmark::State& state) {
  const std::string text = P3::Text(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    const RuleSet rules = Load(text, "p3.json");
    benchmark::DoNotOptimize(rules.Check().size());
    benchmark::DoNotOptimize(Make(rules, "rate", Binding<Line>().Add("key", &Line::key).Add("amount", &Line::fen, 2)));
  }
}
void P4Hand(benchmark::State& state) {
  Over(state, Indicated(), [](const Indicators& x) { benchmark::DoNotOptimize(BonusByHand(x)); });
}
void P4Kernel(benchmark::State& state) {
  const P4 p;
  Kernel::Answer answer(p.kernel);
  Over(state, Indicated(), [&](const Indicators& x) {
    benchmark::DoNotOptimize(p.kernel.Decide(x, &answer));
    benchmark::DoNotOptimize(answer.Units(p.bonus));
  });
}
BENCHMARK(P1Hand);
BENCHMARK(P1Kernel);
BENCHMARK(P1Evaluator);
BENCHMARK(P2Hand);
BENCHMARK(P2HandChecked);
BENCHMARK(P2Kernel);
BENCHMARK(P3Kernel)->Arg(100)->Arg(1000)->Arg(10000)->Arg(100000);
BENCHMARK(LoadTable)->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK(P4Hand);
BENCHMARK(P4Kernel);

bool Check() {
  const P1 one;
  Kernel::Answer a1(one.kernel);
  for (const Complaint& c : Complaints()) {
    const Tier mine = one.Decide(c, &a1), hand = TierByHand(c);
    if (mine.tier != hand.tier || mine.reviews != hand.reviews) return std::cerr << "P1: the answers differ\n", false;
  }
  const P2 two;
  Kernel::Answer a2(two.kernel);
  for (const Month& m : Months()) {
    bool wrong = false;
    if (!two.kernel.Decide(m, &a2) || a2.Units(two.pay) != PayByHand(m) || PayByHandChecked(m, &wrong) != PayByHand(m) || wrong) return std::cerr << "P2: the answers differ\n", false;
  }
  for (const int rows : {100, 1000, 10000, 100000}) {
    const P3 three(rows);
    Kernel::Answer a3(three.kernel);
    for (const Line& l : three.Lines(rows)) {
      if (!three.kernel.Decide(l, &a3) || a3.Units(three.rate) != P3::Expected(three, l, rows)) return std::cerr << "P3: the answers differ\n", false;
    }
  }
  const P4 four;
  Kernel::Answer a4(four.kernel);
  for (const Indicators& x : Indicated()) {
    if (!four.kernel.Decide(x, &a4) || a4.Units(four.bonus) != BonusByHand(x)) return std::cerr << "P4: the answers differ\n", false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--dump") {
    std::cout << P1().kernel.Dump() << '\n' << P2().kernel.Dump() << '\n' << P3(100).kernel.Dump() << '\n' << P4().kernel.Dump();
    return 0;
  }
  if (!Check()) return 1;
  std::cerr << "all answers compared, all equal\n";
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
