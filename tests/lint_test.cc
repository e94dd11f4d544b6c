// The checks inside tables, scales and ladders: gaps, overlaps and dead rows with their witnesses, and what is left undecided.
#include <gtest/gtest.h>

#include "ordain/ordain.hpp"

namespace ordain {
namespace {

std::string Findings(const std::string& policy) {
  const LoadResult loaded = RuleSet::Load(R"({"ordain": 1, "rule_set": "t", "parameters": {
    "lim": {"type": "number", "values": [{"value": 7}]}, "free": {"type": "number", "host": "must"}}, "policies": {"p": {)" + policy + "}}}");
  for (const Diagnostic& d : loaded.diagnostics) ADD_FAILURE() << d.Format();
  if (!loaded.ok()) return "not loaded";
  std::string out;
  for (const Diagnostic& d : loaded.rule_set->Check()) out += (out.empty() ? "" : "\n") + std::string(CodeText(d.code)) + ": " + d.Message();
  return out;
}
// A table over facts; every row gives the same.
std::string Table(const std::string& facts, const std::string& columns, const std::vector<std::string>& rows, const std::string& hit = "unique", const std::string& more = "") {
  std::string out = R"("facts": {)" + facts + R"(}, "table": {"hit": ")" + hit + R"(", "columns": [)" + columns + R"(], "rows": [)";
  for (std::size_t i = 0; i < rows.size(); ++i) out += (i ? ", " : "") + std::string(R"({"when": [)") + rows[i] + R"(], "then": {"y": )" + std::to_string(i) + "}}";
  return Findings(out + "]" + more + R"(}, "outcome": {"y": "integer"})");
}
const char kN[] = R"("n": "number")";

TEST(Lint, GapsHaveAWitness) {
  EXPECT_EQ(Table(kN, R"("n")", {R"("<= 10")", R"("> 11")"}), "gap: no row applies to n = 10.000001");
  EXPECT_EQ(Table(R"("n": "integer")", R"("n")", {R"("<= 10")", R"(">= 11")"}), "");
  EXPECT_EQ(Table(R"("n": "integer")", R"("n")", {R"("<= 10")", R"(">= 12")"}), "gap: no row applies to n = 11");
  EXPECT_EQ(Table(R"("n": "money")", R"("n")", {R"("<= 10")", R"(">= 10.01")"}), "");
  EXPECT_EQ(Table(R"("n": "money")", R"("n")", {R"("<= 10")", R"(">= 10.02")"}), "gap: no row applies to n = 10.01");
  EXPECT_EQ(Table(R"("e": {"type": "text", "one_of": ["a", "b", "c"]})", R"("e")", {R"("\"a\"")", R"("\"c\"")"}), "gap: no row applies to e = \"b\"");
  EXPECT_EQ(Table(R"("t": "text")", R"("t")", {R"("\"a\"")"}), "gap: no row applies to t = \"other\"");
  EXPECT_EQ(Table(R"("d": "date")", R"("d")", {R"("< @\"2016-01-01\"")", R"("> @\"2016-01-01\"")"}), "gap: no row applies to d = @\"2016-01-01\"");
  EXPECT_EQ(Table(R"("o": {"type": "number", "optional": true})", R"("o")", {R"("<= 1")", R"("> 1")"}), "gap: no row applies to o = null");
  EXPECT_EQ(Table(R"("o": {"type": "number", "optional": true})", R"("o")", {R"("null")", R"("<= 1")", R"("> 1")"}), "");
  EXPECT_EQ(Table(R"("a": "boolean", "b": "boolean")", R"("a", "b")", {R"("true", "true")", R"("false", "-")"}), "gap: no row applies to a = true, b = false");
  EXPECT_EQ(Table(kN, R"("n > 10", "n")", {R"("true", "-")", R"("false", "< 10")"}), "gap: no row applies to n = 10");  // columns that depend on each other
  EXPECT_EQ(Table(kN, R"("n")", {R"("<= 10")"}, "unique", R"(, "otherwise": {"y": 9})"), "");
}

TEST(Lint, MembersOfRecordsAreNamesOfTheirOwn) {
  const std::string facts = R"("c": {"record": {"kind": {"type": "text", "one_of": ["a", "b"]}, "loss": {"type": "integer", "optional": true}, "part": {"record": {"n": "boolean"}}}})";
  EXPECT_EQ(Table(facts, R"("c.kind", "c.part.n")", {R"("\"a\"", "-")", R"("\"b\"", "true")"}), "gap: no row applies to c.kind = \"b\", c.part.n = false");
  EXPECT_EQ(Table(facts, R"("c.kind", "c.part.n")", {R"("\"a\"", "-")", R"("-", "true")", R"("\"b\"", "false")"}),
            "overlap: rows 1, 2 both apply to c.kind = \"a\", c.part.n = true, which hit policy `unique` forbids");
  EXPECT_EQ(Table(facts, R"("c.kind", "c.part.n")", {R"("\"a\"", "-")", R"("\"b\"", "true")", R"("\"b\"", "false")"}), "");
  EXPECT_EQ(Table(facts, R"("c.loss")", {R"("< 5")", R"(">= 6")", R"("null")"}), "gap: no row applies to c.loss = 5");
  EXPECT_EQ(Table(facts, R"("c.loss")", {R"("< 5")", R"("[5..9]")", R"("[6..7]")", R"("-")"}, "first"), "dead_row: row 3 can never apply: the rows above it take all its cases");
  // Through a formula, and where the record itself may be null.
  EXPECT_EQ(Table(facts + R"(}, "formula": {"r": "c.part", "m": "r.n")", R"("m")", {R"("true")"}), "gap: no row applies to c.part.n = false");
  EXPECT_EQ(Table(R"("o": {"record": {"n": "boolean"}, "optional": true})", R"("if o = null then false else o.n")", {R"("true")"}),
            "undecided: the table could not be decided: the values of `o` cannot be listed");
}

TEST(Lint, OverlapsWhereTheHitPolicyForbidsThem) {
  EXPECT_EQ(Table(kN, R"("n")", {R"("<= 10")", R"(">= 10")"}), "overlap: rows 1, 2 both apply to n = 10, which hit policy `unique` forbids");
  EXPECT_EQ(Table(kN, R"("n")", {R"("<= 10")", R"(">= 10")"}, "any"), "overlap: rows 1, 2 both apply to n = 10, which hit policy `any` forbids");
  EXPECT_EQ(Table(kN, R"("n")", {R"("<= 10")", R"(">= 10")"}, "first"), "");
}

TEST(Lint, RowsThatCanNeverApply) {
  EXPECT_EQ(Table(kN, R"("n")", {R"("<= 100")", R"("<= 50")", R"("> 100")"}, "first"), "dead_row: row 2 can never apply: the rows above it take all its cases");
  EXPECT_EQ(Table(kN, R"("n")", {R"("<= 50")", R"("> 40")", R"("[10..90]")"}, "first"), "dead_row: row 3 can never apply: the rows above it take all its cases");
  EXPECT_EQ(Table(kN, R"("n")", {R"("[10..5]")", R"("-")"}, "first"), "dead_row: row 1 can never apply: its conditions exclude each other");
  EXPECT_EQ(Table(R"("n": {"type": "integer", "min": 0})", R"("n")", {R"("< 0")", R"(">= 0")"}), "dead_row: row 1 can never apply: its conditions exclude each other");
}

TEST(Lint, ParametersOfTheRuleSetAreConstantsThoseOfTheHostAreNot) {
  EXPECT_EQ(Table(kN, R"("n")", {R"("<= lim")", R"("> lim")"}), "");
  EXPECT_EQ(Table(kN, R"("n")", {R"("< lim")", R"("> lim")"}), "gap: no row applies to n = 7, lim = 7");
  EXPECT_EQ(Table(kN, R"("n")", {R"("<= free")", R"("> free")"}),
            "undecided: whether every case is covered could not be decided: its conditions compute with the facts\n"
            "undecided: whether rows overlap could not be decided: its conditions compute with the facts");
}

TEST(Lint, ScalesAndLadders) {
  const auto scale = [](const std::string& fact, const std::string& edge) {
    return Findings(R"("facts": {"n": )" + fact + R"(}, "scale": {"as": "s", "of": "n", "kind": "flat", "edge": ")" + edge + R"(", "brackets": [{"from": 1, "value": 1}, {"from": 5, "value": 2}]}, "outcome": {"s": "integer"})");
  };
  EXPECT_EQ(scale(R"("integer")", "lower"), "gap: no row applies to n = 0");
  EXPECT_EQ(scale(R"({"type": "integer", "min": 1})", "lower"), "");
  EXPECT_EQ(scale(R"({"type": "integer", "min": 1, "max": 4})", "lower"), "dead_row: row 2 can never apply: its conditions exclude each other");
  const auto ladder = [](const std::string& steps) { return Findings(R"("facts": {"n": "integer"}, "ladder": {"steps": [)" + steps + R"(]}, "outcome": {"y": "integer"})"); };
  EXPECT_EQ(ladder(R"({"when": "n > 3", "then": {"y": 1}}, {"when": "n = 2", "then": {"y": 2}})"), "gap: no row applies to n = 1");
  EXPECT_EQ(ladder(R"({"when": "n > 3", "then": {"y": 1}}, {"when": "n > 5", "then": {"y": 2}}, {"when": "true", "then": {"y": 3}})"), "dead_row: row 2 can never apply: the rows above it take all its cases");
}

TEST(Lint, SaysPlainlyWhatItCannotDecide) {
  EXPECT_EQ(Table(kN, R"("n")", {R"("? * 2 > 10")", R"("? * 2 <= 10")"}),
            "undecided: whether every case is covered could not be decided: its conditions compute with the facts\n"
            "undecided: whether rows overlap could not be decided: its conditions compute with the facts");
  EXPECT_EQ(Table(R"("l": {"list_of": "number"})", R"("count(l) ")", {R"("0")", R"("> 1")"}), "undecided: the table could not be decided: the values of `l` cannot be listed");
}

TEST(Lint, ChecksTheTablesThatNoMistakeTouches) {
  const std::string text = R"({"ordain": 1, "rule_set": "t", "policies": {"p": {"facts": {"n": "integer"},
    "formula": {"wrong": "nn + 1", "right": "n"},
    "table": [
      {"hit": "unique", "columns": ["right"], "rows": [{"when": ["<= 10"], "then": {"x": 1}}, {"when": [">= 10"], "then": {"x": 2}}]},
      {"hit": "unique", "columns": ["wrong"], "rows": [{"when": ["<= 10"], "then": {"y": 1}}]},
      {"hit": "first", "columns": ["n"], "rows": [{"when": ["<= 10"], "then": {"z": 1}}, {"when": ["< 5"], "then": {"z": 2}}]}],
    "outcome": {"x": "integer", "y": "integer", "z": "integer"}}}})";
  std::string out;
  for (const Diagnostic& d : RuleSet::Check(text, "t.json")) {
    EXPECT_FALSE(d.hint.empty());
    EXPECT_EQ(d.file, "t.json");
    out += std::string(CodeText(d.code)) + " " + d.path + "\n";
  }
  EXPECT_EQ(out, "unknown_name /policies/p/formula/wrong\noverlap /policies/p/table/0/rows/1\ngap /policies/p/table/2\ndead_row /policies/p/table/2/rows/1\n");
}

}  // namespace
}  // namespace ordain
