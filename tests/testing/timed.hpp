// What the tests of bodies about time share: a rule set around one policy, and the engine beside the reference evaluator.
#ifndef ORDAIN_TESTS_TESTING_TIMED_HPP_
#define ORDAIN_TESTS_TESTING_TIMED_HPP_

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "ordain/ordain.hpp"
#include "testing/reference.hpp"

namespace ordain::testing {

inline constexpr const char* kOffice = R"("schedules": {"office": {"hours": {"mon-fri": "09:00-12:00 13:30-18:00"}}})";

// Rule set `x` in China with the policy `p`; more: further keys of the rule set.
inline std::string RuleSetAround(const std::string& policy, const std::string& more = kOffice) {
  return R"({"ordain": 1, "rule_set": "x", "calendar": "cn", "zone": "Asia/Shanghai", )" + more + R"(, "policies": {"p": )" + policy + "}}";
}

inline Instant At(const std::string& text) {
  Instant at;
  EXPECT_TRUE(Instant::Parse(text, &at)) << text;
  return at;
}
inline Instant InChina(const std::string& local) { return At(local + "+08:00"); }

// Policy `x.p` decided twice: by the engine and by the reference evaluator.
class Twins {
 public:
  explicit Twins(const std::string& text) : ledger_(NewMemoryLedger()), engine_(ledger_.get()), reference_(Reference::Load(text)) {
    const LoadResult loaded = RuleSet::Load(text);
    for (const Diagnostic& d : loaded.diagnostics) ADD_FAILURE() << d.Format();
    loaded_ = loaded.ok() && reference_ != nullptr && !engine_.Add(*loaded.rule_set).has_value();
    EXPECT_TRUE(loaded_);
  }
  bool loaded() const { return loaded_; }

  // *decided: it was not refused. Fails the test where the two differ. REQUIRES: loaded().
  void Agree(const std::string& facts, const Instant& at, bool* decided) {
    const auto mine = engine_.Decide("x.p", facts, at);
    const Reference::Answer theirs = reference_->Do("p", facts, at);
    ASSERT_EQ(mine.ok() ? std::string() : std::string(CodeText(mine.error().code)), theirs.error) << facts;
    *decided = mine.ok();
    if (mine.ok()) {
      ASSERT_EQ(mine.value()->OutcomeJson(), theirs.outcome) << facts << " at " << at.ToString();
    }
  }

 private:
  std::unique_ptr<Ledger> ledger_;
  Engine engine_;
  std::unique_ptr<Reference> reference_;
  bool loaded_ = false;
};

}  // namespace ordain::testing

#endif  // ORDAIN_TESTS_TESTING_TIMED_HPP_
