// JSON into typed values: what each type takes and refuses, with the place inside the value; all problems at once.
#include <gtest/gtest.h>

#include "ordain/ordain.hpp"
#include "policy/bind.hpp"

namespace ordain::policy {
namespace {

// The value as FEEL, or "code path" for each problem.
std::string Bind(const Type& type, const std::string& text) {
  json::Node node;
  Diagnostics diagnostics;
  if (!json::Parse(text, {}, "", &node, &diagnostics)) return diagnostics[0].Format();
  Arena arena;
  Value value;
  std::vector<BindProblem> problems;
  const bool good = BindValue(node, type, 2, &arena, "", &value, &problems);
  EXPECT_EQ(good, problems.empty());
  if (good) {
    std::string expected;
    EXPECT_TRUE(CheckValue(value, type, 2, &expected)) << text << " is not " << expected;
    return value.ToFeel();
  }
  EXPECT_TRUE(value.IsNull());
  std::string out;
  for (const BindProblem& p : problems) out += (out.empty() ? "" : ", ") + std::string(CodeText(p.code)) + " " + p.path;
  return out;
}
Type Number(Unit unit = Unit::kNone) { return Type::Of(Kind::kNumber, unit); }
Type Text(Unit unit = Unit::kNone) { return Type::Of(Kind::kText, unit); }

TEST(Bind, Numbers) {
  EXPECT_EQ(Bind(Number(), "1.50"), "1.5");
  EXPECT_EQ(Bind(Number(), "1e3"), "1000");
  EXPECT_EQ(Bind(Number(), "\"1\""), "wrong_type ");
  EXPECT_EQ(Bind(Number(), "true"), "wrong_type ");
  EXPECT_EQ(Bind(Number(), "null"), "missing_fact ");
  EXPECT_EQ(Bind(Number().Nullable(), "null"), "null");
  EXPECT_EQ(Bind(Number(), "0." + std::string(33, '1') + "1"), "0." + std::string(34, '1'));
  EXPECT_EQ(Bind(Number(), "1." + std::string(34, '1')), "wrong_type ");  // 35 digits are not rounded
  EXPECT_EQ(Bind(Number(Unit::kInteger), "5.0"), "5");
  EXPECT_EQ(Bind(Number(Unit::kInteger), "5.5"), "wrong_type ");
  EXPECT_EQ(Bind(Number(Unit::kMoney), "5.55"), "5.55");
  EXPECT_EQ(Bind(Number(Unit::kMoney), "5.550"), "5.55");
  EXPECT_EQ(Bind(Number(Unit::kMoney), "5.555"), "wrong_type ");
  EXPECT_EQ(Bind(Number(Unit::kPoints), "-0.5"), "-0.5");
}

TEST(Bind, Texts) {
  EXPECT_EQ(Bind(Text(), "\"\""), "\"\"");
  EXPECT_EQ(Bind(Text(), "5"), "wrong_type ");
  EXPECT_EQ(Bind(Text(Unit::kPerson), "\"E1\""), "\"E1\"");
  EXPECT_EQ(Bind(Text(Unit::kPerson), "\"\""), "wrong_type ");
  EXPECT_EQ(Bind(Text(Unit::kYearMonth), "\"2016-12\""), "\"2016-12\"");
  EXPECT_EQ(Bind(Text(Unit::kYearMonth), "\"2016-13\""), "wrong_type ");
  EXPECT_EQ(Bind(Type::Enumeration({"a", "b"}), "\"b\""), "\"b\"");
  EXPECT_EQ(Bind(Type::Enumeration({"a", "b"}), "\"c\""), "wrong_type ");
}

TEST(Bind, Times) {
  EXPECT_EQ(Bind(Type::Of(Kind::kDate), "\"2016-02-29\""), "@\"2016-02-29\"");
  EXPECT_EQ(Bind(Type::Of(Kind::kDate), "\"2015-02-29\""), "wrong_type ");
  EXPECT_EQ(Bind(Type::Of(Kind::kInstant), "\"2016-02-29T10:00:00+08:00\""), "@\"2016-02-29T10:00:00+08:00\"");
  EXPECT_EQ(Bind(Type::Of(Kind::kInstant), "\"2016-02-29T10:00:00\""), "wrong_type ");
}

TEST(Bind, EveryProblemInsideAValueHasItsPlace) {
  const Type record = Type::Context({{"who", Text(Unit::kPerson)}, {"amount", Number(Unit::kMoney)}, {"note", Text().Nullable()}});
  const Type list = Type::List(record);
  EXPECT_EQ(Bind(list, "[]"), "[]");
  EXPECT_EQ(Bind(list, R"([{"who": "A", "amount": 1}])"), R"([{who: "A", amount: 1, note: null}])");
  EXPECT_EQ(Bind(list, R"([{"who": 1, "amount": 1}, {"amount": 0.001}, 5, {"who": "A", "amount": null, "x": 1}])"),
            "wrong_type /0/who, missing_fact /1/who, wrong_type /1/amount, wrong_type /2, missing_fact /3/amount, unknown_fact /3/x");
  EXPECT_EQ(Bind(list, "{}"), "wrong_type ");
}

}  // namespace
}  // namespace ordain::policy
