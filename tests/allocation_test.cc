// A decision from typed facts allocates nothing once the evaluator is warm: operator new is counted, in a program of its own.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <new>

#include "ordain/kernel.hpp"
#include "ordain/ordain.hpp"

namespace {
std::atomic<std::size_t> allocations{0};
}
// Not inlined: a compiler that sees malloc on one side and free on the other warns of a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* p = std::malloc(size == 0 ? 1 : size)) return p;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {  // std::stable_sort's buffer
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }

namespace ordain {
namespace {

TEST(Allocation, NoneInADecision) {
  std::ifstream file("rules/lige.json");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const LoadResult loaded = RuleSet::Load(text);
  ASSERT_TRUE(loaded.ok());
  const RuleSet& rules = *loaded.rule_set;
  Evaluator evaluator(rules);
  Facts facts(rules, rules.FindPolicy("complaint_tier"));
  Instant at;
  ASSERT_TRUE(Instant::Parse("2016-03-05T10:00:00+08:00", &at));
  const char* names[] = {"direct_loss", "refund", "grave_accident", "death", "reputation_loss", "compensation", "patient_satisfied"};
  int amount = rules.FindFact(facts.policy(), "amount"), index[7];
  for (int i = 0; i < 7; ++i) index[i] = rules.FindFact(facts.policy(), names[i]);

  const std::uint64_t amounts[] = {0, 2000000, 2000001, 5000000, 5000001, 10000000, 10000001};
  std::size_t before = 0, effects = 0;
  for (int round = 0; round < 2; ++round) {  // the first warms up: registers, arena, lists of effects
    before = allocations;
    for (unsigned bits = 0; bits < 7u << 7; ++bits) {
      facts.Set(amount, Value::Number(Decimal(false, 0, amounts[bits >> 7], -2)));
      for (unsigned i = 0; i < 7; ++i) facts.Set(index[i], Value::Boolean((bits >> i & 1) != 0));
      const Decision& d = evaluator.Decide(facts, at);
      ASSERT_TRUE(d.ok());
      effects += d.effects().size();
    }
  }
  EXPECT_GT(effects, 0u);
  EXPECT_EQ(allocations - before, 0u);

  struct Complaint {
    std::int64_t fen = 0;
    bool loss = false, refund = false, grave = false, death = false;
  };
  const auto kernel = Kernel::Make(rules, "complaint_tier",
                                   Binding<Complaint>().Add("amount", &Complaint::fen, 2).Add("direct_loss", &Complaint::loss).Add("refund", &Complaint::refund)
                                       .Add("grave_accident", &Complaint::grave).Add("death", &Complaint::death), Terms(rules), at);
  ASSERT_TRUE(kernel.ok()) << kernel.error().Format();
  Kernel::Answer answer(kernel.value());
  std::size_t decided = 0, told = 0;
  before = allocations;  // nothing to warm up
  for (unsigned bits = 0; bits < 7u << 4; ++bits) {
    const Complaint c{static_cast<std::int64_t>(amounts[bits >> 4]), (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0};
    decided += kernel.value().Decide(c, &answer) ? 1 : 0;
    told += answer.IsNull(0) ? 0 : answer.Text(0).size();
  }
  EXPECT_EQ(allocations - before, 0u);
  EXPECT_EQ(decided, 7u << 4);
  EXPECT_GT(told, 100u);
}

}  // namespace
}  // namespace ordain
