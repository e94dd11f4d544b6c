// Expressions: what parses, what the checker says, what comes out. Evaluated through a one-formula rule set, so that the whole
// walk is tested.
#include <gtest/gtest.h>

#include "ordain/ordain.hpp"

namespace ordain {
namespace {

std::string Escape(const std::string& s) {
  std::string out;
  json::AppendString(s, &out);
  return out;
}

// Facts at hand: n number, i integer, m money, p points, pc percent, b boolean, t text, e of A, B, C, d date, on optional number,
// l list of numbers, r list of {k: text, v: money}.
std::string RuleSetOf(const std::string& expression, const std::string& type) {
  return R"({"ordain": 1, "rule_set": "x", "types": {"Grade": {"type": "text", "one_of": ["A", "B", "C"]}, "Line": {"record": {"k": "text", "v": "money"}}},
    "policies": {"p": {"facts": {
    "n": "number", "i": "integer", "m": "money", "p": "points", "pc": "percent", "b": "boolean", "t": "text",
    "e": {"type": "text", "one_of": ["A", "B", "C"]}, "d": "date", "on": {"type": "number", "optional": true},
    "l": {"list_of": "number"}, "r": {"list_of": {"record": {"k": "text", "v": "money"}}}},
    "formula": {"x": )" + Escape(expression) + R"(}, "outcome": {"x": )" + type + "}}}}";
}

constexpr const char* kFacts = R"({"n": 2.5, "i": 7, "m": 100.25, "p": -3, "pc": 20, "b": true, "t": "abc", "e": "B", "d": "2016-02-29",
  "l": [3, 1, 2], "r": [{"k": "a", "v": 10}, {"k": "b", "v": 20}]})";

std::string Eval(const std::string& expression, const std::string& type) {
  const LoadResult loaded = RuleSet::Load(RuleSetOf(expression, type));
  if (!loaded.ok()) return std::string(CodeText(loaded.diagnostics[0].code));
  Evaluator evaluator(*loaded.rule_set);
  Facts facts(*loaded.rule_set, 0);
  facts.SetJson(kFacts);
  Instant at;
  Instant::Parse("2016-03-05T10:00:00+08:00", &at);
  const Decision& d = evaluator.Decide(facts, at);
  return d.ok() ? d.value(0).ToJson() : std::string(CodeText(d.error().code));
}

struct Row {
  const char* expression;
  const char* type;
  const char* expected;
};

class Feel : public ::testing::TestWithParam<Row> {};
TEST_P(Feel, Means) { EXPECT_EQ(Eval(GetParam().expression, GetParam().type), GetParam().expected) << GetParam().expression; }

constexpr const char* kNumber = "\"number\"";
constexpr const char* kBool = "\"boolean\"";
constexpr const char* kText = "\"text\"";
constexpr const char* kMoney = "\"money\"";
constexpr const char* kNumbers = R"({"list_of": "number"})";
constexpr const char* kMaybe = R"({"type": "number", "nullable": true})";

const Row kValues[] = {
    {"1 + 2 * 3", kNumber, "7"},
    {"-2 ** 2", kNumber, "4"},
    {"2 ** 3 ** 2", kNumber, "64"},
    {"(1 + 2) * 3", kNumber, "9"},
    {"10 - 3 - 2", kNumber, "5"},
    {"1 / 3", kNumber, "0.3333333333333333333333333333333333"},
    {"0.1 + 0.2", kNumber, "0.3"},
    {"n + i", kNumber, "9.5"},
    {"1 / (i - 7)", kNumber, "division_by_zero"},
    {"if b then n else 0", kNumber, "2.5"},
    {"if not(b) then n else -n", kNumber, "-2.5"},
    {"b and n > 2", kBool, "true"},
    {"false and 1 / (i - 7) > 0", kBool, "false"},
    {"b or 1 / (i - 7) > 0", kBool, "true"},
    {"n between 2 and 3", kBool, "true"},
    {"n in [2.5..3)", kBool, "true"},
    {"n in (2.5..3]", kBool, "false"},
    {"n in (< 1, > 2)", kBool, "true"},
    {"e in (\"A\", \"B\")", kBool, "true"},
    {"i in [1, 7, 9]", kBool, "true"},
    {"t = \"abc\" and t != \"x\"", kBool, "true"},
    {"t + \"-\" + string(i)", kText, "\"abc-7\""},
    {"on = null", kBool, "true"},
    {"if on = null then 1 else on", kNumber, "1"},
    {"if on != null and on > 1 then on else 0", kNumber, "0"},
    {"for x in l return x * x", kNumbers, "[9, 1, 4]"},
    {"for x in 1..3, y in [10, 20] return x * y", kNumbers, "[10, 20, 20, 40, 30, 60]"},
    {"for x in 3..1 return x", kNumbers, "[3, 2, 1]"},
    {"some x in l satisfies x > 2", kBool, "true"},
    {"every x in l satisfies x > 2", kBool, "false"},
    {"some x in l[item > 5] satisfies x > 2", kBool, "false"},
    {"l[item > 1]", kNumbers, "[3, 2]"},
    {"l[1]", kMaybe, "3"},
    {"l[-1]", kMaybe, "2"},
    {"l[4]", kMaybe, "null"},
    {"sum(r[k = \"b\"].v)", kMoney, "20"},
    {"sum(r.v) + m", kMoney, "130.25"},
    {"count(r)", kNumber, "2"},
    {"sum([])", kNumber, "0"},
    {"max(l)", kMaybe, "3"},
    {"max(n, 4, i)", kNumber, "7"},
    {"min(m, 50)", kMoney, "50"},
    {"round half up(2.345, 2)", kNumber, "2.35"},
    {"decimal(2.345, 2)", kNumber, "2.34"},
    {"round half up(-2.5, 0)", kNumber, "-3"},
    {"floor(-1.5)", kNumber, "-2"},
    {"modulo(-7, 3)", kNumber, "2"},
    {"sort(l)", kNumbers, "[1, 2, 3]"},
    {"distinct values([1, 2, 1])", kNumbers, "[1, 2]"},
    {"concatenate(l, [9])", kNumbers, "[3, 1, 2, 9]"},
    {"index of(l, 2)", kNumbers, "[3]"},
    {"ranks(l, true)", kNumbers, "[1, 3, 2]"},
    {"substring(t, 2)", kText, "\"bc\""},
    {"string length(\"\\u4e2d\\u6587\")", kNumber, "2"},
    {"pad(i, 3)", kText, "\"007\""},
    {"pad(i * 1000, 3)", kText, "overflow"},
    {"upper case(t)", kText, "unavailable"},  // the host has linked no Unicode
    {"d.year + d.month", kNumber, "2018"},
    {"string(add months(d, 12))", kText, "\"2017-02-28\""},
    {"string(d + @\"P1D\")", kText, "\"2016-03-01\""},
    {"(d - @\"2016-02-01\").days", kNumber, "28"},
    {"year month(today)", kText, "\"2016-03\""},
    {"m * pc", kMoney, "20.05"},
    {"p * money(10)", kMoney, "-30"},
    {"m / money(2)", kNumber, "50.125"},
    {"{a: 1, b: n}.b", kNumber, "2.5"},
    {"number(\"1.50\") * 2", kNumber, "3"},
    {"i instance of number", kBool, "true"},
    // What a test has excluded: names, parts, and items by a number that stays the same.
    {"if l[1] = null then 0 else l[1] + 1", kNumber, "4"},
    {"if l[-1] != null and l[-1] > 1 then l[-1.0] else 0", kNumber, "2"},
    {"if l[i] = null then 9 else l[i]", kNumber, "9"},
    {"if l[count(l)] = null then 0 else 1", kNumber, "1"},
    {"if r[1] = null then money(0) else r[1].v", kMoney, "10"},
    {"for x in 1..3 return if partial[-1] = null then x else partial[-1] * 2", kNumbers, "[1, 2, 4]"},
    {"{v: max(l), r: if v = null then 0 else v + 1}.r", kNumber, "4"},
    // Functions whose parameters have types of the rule set.
    {"{f: function(a: money) a * 2, y: f(m)}.y", kMoney, "200.5"},
    {"{f: function(a: Grade, b: integer) if a = \"B\" then b else 0, y: f(e, i)}.y", kNumber, "7"},
    {"{f: function(a: list<Line>) sum(a.v), y: f(r)}.y", kMoney, "30"},
    {"@\"2016-03-01T10:00:00@Asia/Shanghai\" = @\"2016-03-01T02:00:00Z\"", kBool, "true"},
    {"string(@\"2016-03-01T10:00:00@Asia/Shanghai\" + @\"PT1H\")", kText, "\"2016-03-01T11:00:00@Asia/Shanghai\""},
};
INSTANTIATE_TEST_SUITE_P(Values, Feel, ::testing::ValuesIn(kValues));

const Row kErrors[] = {
    {"m * m", kMoney, "unit_mismatch"},
    {"m + n", kMoney, "unit_mismatch"},
    {"m + p", kMoney, "unit_mismatch"},
    {"n", kMoney, "type_mismatch"},
    {"m < n", kBool, "unit_mismatch"},
    {"on + 1", kNumber, "ignored_null"},
    {"not(on = 1) and on > 1", kBool, "ignored_null"},
    {"on", kNumber, "type_mismatch"},
    {"l[1] + 1", kNumber, "ignored_null"},
    {"max(l) > 1", kBool, "ignored_null"},
    {"if l[1] = null then 0 else l[2] + 1", kNumber, "ignored_null"},
    {"if l[i] = null then 0 else l[n] + 1", kNumber, "ignored_null"},
    {"if on = null then [] else for on in [1, null] return on + 1", kNumbers, "ignored_null"},  // another name
    {"for x in l return if partial[-1] = null then x else (for y in l return if y > 9 then y else partial[-1] + 1)[1]", kNumbers, "ignored_null"},
    {"{f: function(a: money) a * 2, y: f(n)}.y", kNumber, "type_mismatch"},
    {"{f: function(a: moeny) a * 2, y: f(m)}.y", kMoney, "syntax"},
    {"m instance of money", kBool, "type_mismatch"},
    {"@\"2016-03-01T10:00:00@Asia/Shanghia\" = at", kBool, "unknown_zone"},
    {"@\"PT99999999999999999999S\" = @\"PT1S\"", kBool, "overflow"},
    {"duration(\"PT99999999999999999999S\") = @\"PT1S\"", kBool, "overflow"},
    {"@\"2016-13-01T10:00:00@Asia/Shanghai\" = at", kBool, "syntax"},
    {"e = \"D\"", kBool, "not_listed"},
    {"nn + 1", kNumber, "unknown_name"},
    {"summ(l)", kNumber, "unknown_function"},
    {"r.kk", kNumbers, "unknown_field"},
    {"if n then 1 else 2", kNumber, "type_mismatch"},
    {"if b then 1 else \"x\"", kNumber, "type_mismatch"},
    {"t + 1", kText, "unit_mismatch"},
    {"1 +", kNumber, "syntax"},
    {"(1", kNumber, "syntax"},
    {"\"open", kText, "syntax"},
    {"sum(l, t)", kNumber, "wrong_arguments"},
    {"floor()", kNumber, "wrong_arguments"},
    {"floor(n: 1, scael: 2)", kNumber, "wrong_arguments"},
    {"n / 2", "\"integer\"", "type_mismatch"},
    {"? > 1", kBool, "syntax"},
};
INSTANTIATE_TEST_SUITE_P(Errors, Feel, ::testing::ValuesIn(kErrors));

TEST(FeelErrors, StandAtTheirPlace) {
  const LoadResult loaded = RuleSet::Load(RuleSetOf("n + amuont", kNumber), "f.json");
  ASSERT_EQ(loaded.diagnostics.size(), 1u);
  EXPECT_EQ(loaded.diagnostics[0].path, "/policies/p/formula/x");
  const std::string text = RuleSetOf("n + amuont", kNumber);
  EXPECT_EQ(text.substr(loaded.diagnostics[0].span.offset, 6), "amuont");
}

// The hint of a null that was not tested does what it promises.
TEST(FeelErrors, HintsOfNullsAreTrue) {
  for (const char* e : {"l[1]", "l[i]", "max(l)", "on", "r[k = \"a\"][1].v"}) {
    const LoadResult loaded = RuleSet::Load(RuleSetOf(std::string(e) + " * 2", kNumber));
    ASSERT_FALSE(loaded.ok()) << e;
    const std::string hint = loaded.diagnostics[0].hint;
    const std::size_t colon = hint.find(": ");
    ASSERT_NE(colon, std::string::npos) << hint;
    std::string mended = hint.substr(colon + 2);
    const std::string tested = mended[0] == '{' ? "v" : mended.substr(3, mended.find(" = null") - 3);
    mended.replace(mended.find("..."), 3, "money(0) / money(1)");
    mended.replace(mended.find("..."), 3, e[0] == 'r' ? "1" : tested + " * 2");
    EXPECT_TRUE(RuleSet::Load(RuleSetOf(mended, kNumber)).ok()) << mended;
  }
}

TEST(FeelLimits, DeepAndLongExpressionsAreRefused) {
  EXPECT_EQ(Eval(std::string(5000, '(') + "1" + std::string(5000, ')'), kNumber), "syntax");
  EXPECT_EQ(Eval(std::string(5000, '-') + "1", kNumber), "syntax");
  EXPECT_EQ(Eval("1" + std::string(70000, ' '), kNumber), "syntax");
  EXPECT_EQ(Eval("for x in 1..100000000 return x", kNumbers), "limit_exceeded");
}

}  // namespace
}  // namespace ordain
