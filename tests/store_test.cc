// A store of rule sets: good publications replace all at once, bad ones nothing, and readers never see a mixture.
#include "ordain/store.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "ordain/ordain.hpp"

namespace ordain {
namespace {

// Two rule sets that say the same number.
std::string Rules(const std::string& name, int number, const std::string& more = "") {
  return R"({"ordain": 1, "rule_set": ")" + name + "\", " + more + R"("policies": {"p": {"facts": {"n": "number"}, "outcome": {"y": {"type": "number", "value": {"feel": ")" + std::to_string(number) +
         " + 0 * n\"}}}}}}";
}
std::vector<RuleSetStore::Document> Pair(int number) { return {{Rules("a", number), "a.json"}, {Rules("b", number), "b.json"}}; }

std::string Says(const RuleSet& rules) {
  Evaluator evaluator(rules);
  Facts facts(rules, 0);
  facts.Set(0, Value::Number(Decimal(1)));
  Instant at;
  EXPECT_TRUE(Instant::Parse("2024-03-05T10:00:00+08:00", &at));
  const Decision& d = evaluator.Decide(facts, at);
  return d.ok() ? d.value(0).number().ToString() : d.error().Format();
}

TEST(Store, GoodReplacesBadDoesNot) {
  RuleSetStore store;
  EXPECT_EQ(store.Get()->number, 0u);
  EXPECT_TRUE(store.Get()->rule_sets.empty());
  const auto first = store.Publish(Pair(1));
  EXPECT_TRUE(first.ok && first.changed) << (first.diagnostics.empty() ? "" : first.diagnostics[0].Format());
  const auto kept = store.Get();
  EXPECT_EQ(kept->number, 1u);
  EXPECT_EQ(kept->hash.size(), 64u);

  auto bad = Pair(2);
  bad[1].text.replace(bad[1].text.find("number"), 6, "nubmer");
  const auto refused = store.Publish(bad);
  EXPECT_FALSE(refused.ok);
  ASSERT_FALSE(refused.diagnostics.empty());
  EXPECT_EQ(refused.diagnostics[0].file, "b.json");
  EXPECT_EQ(store.Get(), kept);
  EXPECT_EQ(refused.snapshot, kept);

  EXPECT_FALSE(store.Publish({{"{", "c.json"}}).ok);
  const auto twice = store.Publish({{Rules("a", 1), "a.json"}, {Rules("a", 2), "again.json"}});
  EXPECT_FALSE(twice.ok);
  EXPECT_EQ(twice.diagnostics.back().code, Code::kOverlappingDates);
  EXPECT_EQ(twice.diagnostics.back().file, "again.json");
  // A finding of the check: a gap.
  const auto gap = store.Publish({{R"({"ordain": 1, "rule_set": "g", "policies": {"p": {"facts": {"n": "number"}, "table": {"hit": "unique", "columns": ["n"],
    "rows": [{"when": ["< 5"], "then": {"r": 1}}]}, "outcome": {"r": {"type": "number"}}}}})", "g.json"}});
  EXPECT_FALSE(gap.ok);
  EXPECT_EQ(gap.diagnostics.back().code, Code::kGap);
  EXPECT_EQ(store.Get(), kept);

  const auto same = store.Publish(Pair(1));
  EXPECT_TRUE(same.ok && !same.changed);
  EXPECT_EQ(store.Get(), kept);
  const auto second = store.Publish(Pair(2));
  EXPECT_TRUE(second.ok && second.changed);
  EXPECT_EQ(store.Get()->number, 2u);
  EXPECT_NE(store.Get()->hash, kept->hash);
  EXPECT_EQ(Says(kept->rule_sets[0]), "1");  // whoever has it keeps it
  EXPECT_EQ(Says(store.Get()->rule_sets[0]), "2");
}

TEST(Store, EditionsByDay) {
  RuleSetStore store;
  const auto done = store.Publish({{Rules("a", 1, R"("in_force": {"from": "2023-01-01", "to": "2023-12-31"}, )"), "1.json"}, {Rules("a", 2, R"("in_force": {"from": "2024-01-01"}, )"), "2.json"}});
  ASSERT_TRUE(done.ok) << done.diagnostics[0].Format();
  EXPECT_EQ(store.Get()->Find("a", Date::FromYmd(2023, 12, 31)), &store.Get()->rule_sets[0]);
  EXPECT_EQ(store.Get()->Find("a", Date::FromYmd(2024, 1, 1)), &store.Get()->rule_sets[1]);
  EXPECT_EQ(store.Get()->Find("a", Date::FromYmd(2022, 1, 1)), nullptr);
  EXPECT_EQ(store.Get()->Find("b", Date::FromYmd(2024, 1, 1)), nullptr);
}

TEST(Store, ReadersSeeNoMixture) {
  RuleSetStore store;
  ASSERT_TRUE(store.Publish(Pair(1)).ok);
  std::atomic<bool> stop{false};
  std::atomic<int> mixtures{0}, reads{0}, backwards{0};
  std::vector<std::thread> readers;
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&] {
      std::uint64_t last = 0;
      while (!stop) {
        const auto mine = store.Get();
        if (mine->number < last) ++backwards;
        last = mine->number;
        const std::string a = Says(mine->rule_sets[0]), b = Says(mine->rule_sets[1]);
        if (a != b || a != std::to_string(mine->number)) ++mixtures;
        ++reads;
      }
    });
  }
  for (int n = 2; n <= 60; ++n) {
    EXPECT_TRUE(store.Publish(Pair(n)).changed);
    auto bad = Pair(n + 1000);
    bad[0].text.pop_back();
    EXPECT_FALSE(store.Publish(bad).ok);
  }
  while (reads < 50) std::this_thread::yield();
  stop = true;
  for (std::thread& t : readers) t.join();
  EXPECT_EQ(mixtures, 0);
  EXPECT_EQ(backwards, 0);
  EXPECT_EQ(store.Get()->number, 60u);
}

}  // namespace
}  // namespace ordain
