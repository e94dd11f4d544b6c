// One decision of lige.complaint_tier from typed facts, next to the same policy written by hand in C++ with the same
// exactness (amounts as whole fen, the optional facts as three-valued). Both answer the same 4,096 complaints, and before anything is timed
// every answer is compared: tier, label and the reviews.
#include <benchmark/benchmark.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <random>

#include <ordain/ordain.hpp>

namespace {

struct Complaint {
  std::int64_t fen;
  bool direct_loss, refund, grave_accident, death;
  signed char reputation_loss, compensation, patient_satisfied;  // 0, 1, or -1 when not known
};

struct Answer {
  int tier = 0;         // 0: none
  const char* label = nullptr;
  unsigned reviews = 0;  // bits: reputation, compensation, patient, above
};

constexpr const char* kTiers[] = {nullptr, "I", "II", "III", "IV", "V"};
constexpr const char* kLabels[] = {nullptr, "written_warning", "demerit", "major_demerit", "suspension_with_observation", "dismissal"};
constexpr const char* kReviews[] = {"reputation_loss_not_met", "compensation_not_met", "patient_dissatisfied_not_met", "amount_above_100000"};

Answer ByHand(const Complaint& c) {
  Answer a;
  if (c.grave_accident && c.death) a.tier = 5;
  else if (!c.direct_loss && !c.refund) a.tier = 1;
  else if (c.fen <= 2000000) a.tier = 2;
  else if (c.fen <= 5000000) a.tier = 3;
  else if (c.fen <= 10000000) a.tier = 4;
  a.label = kLabels[a.tier];
  if (a.tier == 3 || a.tier == 4) a.reviews |= c.reputation_loss == 0 ? 1u : 0u;
  if (a.tier == 4) a.reviews |= (c.compensation == 0 ? 2u : 0u) | (c.patient_satisfied == 1 ? 4u : 0u);
  if (a.tier == 0) a.reviews |= 8u;
  return a;
}

std::vector<Complaint> Complaints() {
  std::mt19937 random(20160301);
  const std::int64_t amounts[] = {0, 1999999, 2000000, 2000001, 4999999, 5000000, 5000001, 10000000, 10000001, 18000000};
  std::vector<Complaint> list(4096);
  for (Complaint& c : list) {
    const unsigned r = static_cast<unsigned>(random());
    c.fen = (r & 1) != 0 ? amounts[(r >> 1) % 10] : static_cast<std::int64_t>((r >> 1) % 20000000);
    const unsigned s = static_cast<unsigned>(random());
    c.direct_loss = (s & 3) != 0;
    c.refund = (s & 4) != 0;
    c.grave_accident = (s & 0x38) == 0;
    c.death = (s & 0xC0) == 0;
    c.reputation_loss = static_cast<signed char>(static_cast<int>((s >> 8) % 3) - 1);
    c.compensation = static_cast<signed char>(static_cast<int>((s >> 12) % 3) - 1);
    c.patient_satisfied = static_cast<signed char>(static_cast<int>((s >> 16) % 3) - 1);
  }
  return list;
}

class Ordain {
 public:
  Ordain() : rules_(Load()), evaluator_(rules_), facts_(rules_, rules_.FindPolicy("complaint_tier")) {
    const char* names[] = {"amount", "direct_loss", "refund", "grave_accident", "death", "reputation_loss", "compensation", "patient_satisfied"};
    for (int i = 0; i < 8; ++i) index_[i] = rules_.FindFact(facts_.policy(), names[i]);
    ordain::Instant::Parse("2016-03-05T10:00:00+08:00", &at_);
  }

  const ordain::Decision& Decide(const Complaint& c) {
    using ordain::Value;
    const auto maybe = [](signed char v) { return v < 0 ? Value() : Value::Boolean(v == 1); };
    facts_.Set(index_[0], Value::Number(ordain::Decimal(false, 0, static_cast<std::uint64_t>(c.fen), -2)));
    facts_.Set(index_[1], Value::Boolean(c.direct_loss));
    facts_.Set(index_[2], Value::Boolean(c.refund));
    facts_.Set(index_[3], Value::Boolean(c.grave_accident));
    facts_.Set(index_[4], Value::Boolean(c.death));
    facts_.Set(index_[5], maybe(c.reputation_loss));
    facts_.Set(index_[6], maybe(c.compensation));
    facts_.Set(index_[7], maybe(c.patient_satisfied));
    return evaluator_.Decide(facts_, at_);
  }

 private:
  static ordain::RuleSet Load() {
    std::ifstream file(ORDAIN_SOURCE_DIR "/rules/lige.json");
    const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const ordain::LoadResult loaded = ordain::RuleSet::Load(text, "lige.json");
    for (const ordain::Diagnostic& d : loaded.diagnostics) std::cerr << d.Format() << '\n';
    if (!loaded.ok()) std::exit(1);
    return *loaded.rule_set;
  }

  ordain::RuleSet rules_;
  ordain::Evaluator evaluator_;
  ordain::Facts facts_;
  ordain::Instant at_;
  int index_[8];
};

bool Agree(const Answer& a, const ordain::Decision& d) {
  if (!d.ok()) return false;
  const auto text = [&](std::size_t i) { return d.value(i).IsNull() ? std::string_view() : d.value(i).text(); };
  const auto wanted = [](const char* s) { return s == nullptr ? std::string_view() : std::string_view(s); };
  if (text(0) != wanted(kTiers[a.tier]) || text(1) != wanted(a.label)) return false;
  unsigned reviews = 0;
  for (const ordain::Effect& e : d.effects()) {
    for (unsigned k = 0; k < 4; ++k) reviews |= e.detail == kReviews[k] ? 1u << k : 0u;
  }
  return reviews == a.reviews && d.effects().size() == static_cast<std::size_t>(__builtin_popcount(a.reviews));
}

void HandWritten(benchmark::State& state) {
  const std::vector<Complaint> list = Complaints();
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(ByHand(list[i++ & 4095]));
}

void OrdainTypedFacts(benchmark::State& state) {
  const std::vector<Complaint> list = Complaints();
  Ordain engine;
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(engine.Decide(list[i++ & 4095]).effects().size());
}

BENCHMARK(HandWritten);
BENCHMARK(OrdainTypedFacts);

}  // namespace

int main(int argc, char** argv) {
  Ordain engine;
  std::size_t compared = 0;
  for (const Complaint& c : Complaints()) {
    if (!Agree(ByHand(c), engine.Decide(c))) {
      std::cerr << "the answers differ at complaint " << compared << '\n';
      return 1;
    }
    ++compared;
  }
  std::cerr << compared << " answers compared, all equal\n";
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
