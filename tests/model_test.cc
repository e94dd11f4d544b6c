// The reader of rule sets: each refusal with its code, place and hint; documents that are read; several mistakes at once.
#include <gtest/gtest.h>

#include "ordain/ordain.hpp"

namespace ordain {
namespace {

// "code path; hint", a line for each diagnostic.
std::string Problems(const std::string& text) {
  std::string out;
  for (const Diagnostic& d : RuleSet::Load(text, "t.json").diagnostics) {
    EXPECT_EQ(d.file, "t.json");
    EXPECT_GT(d.span.line, 0u) << d.Format();
    EXPECT_EQ(d.Message(Language::kChinese).find('{'), std::string::npos) << d.Format(Language::kChinese);
    out += (out.empty() ? "" : "\n") + std::string(CodeText(d.code)) + " " + d.path + (d.hint.empty() ? "" : "; " + d.hint);
  }
  return out;
}
std::string Document(const std::string& keys) { return R"({"ordain": 1, "rule_set": "t", "policies": {}, )" + keys + "}"; }
// A policy with a fact of each common kind; `keys` replaces the rest of it.
std::string Policy(const std::string& keys) {
  return R"({"ordain": 1, "rule_set": "t", "policies": {"p": {
    "facts": {"n": "integer", "m": "money", "who": "person", "team": "team", "e": {"type": "text", "one_of": ["a", "b"]}},
    "counts": {"seen": {"per": ["who"], "within": "day"}}, )" + keys + "}}}";
}
std::string Fact(const std::string& type) { return R"({"ordain": 1, "rule_set": "t", "policies": {"p": {"facts": {"f": )" + type + R"(}, "outcome": {}}}})"; }

// A policy that cites C, with a setting that resolves a contradiction.
std::string Contradiction(const std::string& how) { return Policy(R"("cites": ["C"], "settings": {"s": {"values": ["first", "later"], "contradiction": )" + how + R"(}}, "outcome": {})"); }

struct Row {
  const char *what, *found;
};
struct Case {
  std::string (*wrap)(const std::string&);
  Row row;
};
class Refused : public ::testing::TestWithParam<Case> {};
TEST_P(Refused, AtItsPlaceWithAHint) { EXPECT_EQ(Problems(GetParam().wrap(GetParam().row.what)), GetParam().row.found) << GetParam().row.what; }

std::string Whole(const std::string& text) { return text; }

const Case kDocuments[] = {
    {Whole, {"[]", R"(wrong_json_type ; a rule set is {"ordain": 1, "rule_set": ..., "policies": {...}})"}},
    {Whole, {R"({"ordain": 1, "rule_set": "t"})", "missing_key ; add it; `ordain schema` describes every key"}},
    {Whole, {R"({"ordain": 2, "rule_set": "t", "policies": {}})", R"(unsupported_version /ordain; write "ordain": 1)"}},
    {Whole, {R"({"ordain": 1, "rule_set": "a b", "policies": {}})", "bad_name /rule_set"}},
    {Document, {R"("polices": {})", "unknown_key /polices; did you mean `policies`?"}},
    {Document, {R"("zone": "Asia/Shangai")", "bad_value /zone; an IANA name such as Asia/Shanghai; the system's tz data (package tzdata) must be installed"}},
    {Document, {R"("currency": "yuan")", "bad_value /currency; three capital letters, such as CNY"}},
    {Document, {R"("in_force": {"from": "2016-05-01", "to": "2016-04-30"})", "bad_value /in_force; both days are included"}},
    {Document, {R"("in_force": {"from": "2016-02-30"})", "bad_value /in_force/from; a day that the calendar has, such as 2016-02-29"}},
    {Document, {R"("types": {"a": "b", "b": "text"})", "unknown_type /types/a; types are listed in docs/rule-sets.md; a named type may use those above it"}},
    {Document, {R"("parameters": {"x": {"type": "money", "values": [{"from": "2016-01-01", "value": 1}, {"from": "2016-01-01", "value": 2}]}})",
                "overlapping_dates /parameters/x/values/1; write the values in the order of their `from`, each date once"}},
    {Document, {R"("guards": {"g": {"effects": ["fines"], "limit": "1", "excess": "cap"}})", "unknown_effect /guards/g/effects/0; did you mean `fine`?"}},
    {Document, {R"("guards": {"g": {"effects": ["fine"], "excess": "cap"}})", "bad_value /guards/g"}},
    // A key given twice hides nothing else.
    {Document, {R"("zone": "UTC", "zone": "UTC", "currency": "yuan")", "duplicate_key /zone; keep one of them\nbad_value /currency; three capital letters, such as CNY"}},
};
INSTANTIATE_TEST_SUITE_P(Documents, Refused, ::testing::ValuesIn(kDocuments));

const Case kFacts[] = {
    {Fact, {R"("persn")", "unknown_type /policies/p/facts/f; did you mean `person`?"}},
    {Fact, {"3", "wrong_json_type /policies/p/facts/f; `ordain schema` describes what each key holds"}},
    {Fact, {R"({"type": "text", "list_of": "text"})", "missing_key /policies/p/facts/f; a type has exactly one of `type`, `list_of`, `record` and `map_of`"}},
    {Fact, {R"({"type": "integer", "min": 5, "max": 4})", "bad_value /policies/p/facts/f; `min` and `max` are included, `above` and `below` are not"}},
    {Fact, {R"({"type": "number", "above": 5, "max": 5})", "bad_value /policies/p/facts/f; `min` and `max` are included, `above` and `below` are not"}},
    {Fact, {R"({"type": "text", "min": 5})", "bad_value /policies/p/facts/f"}},
    {Fact, {R"({"type": "text", "one_of": ["a", "a"]})", "duplicate_name /policies/p/facts/f/one_of/1; rename one of them"}},
    {Fact, {R"({"type": "boolean", "default": 3})", "type_mismatch /policies/p/facts/f/default; see Types and Values in docs/rule-sets.md"}},
    {Fact, {R"({"type": "text", "optinal": true})", "unknown_key /policies/p/facts/f/optinal; did you mean `optional`?"}},
    {Fact, {R"({"type": "text", "required_when": "true"})", "bad_value /policies/p/facts/f"}},
};
INSTANTIATE_TEST_SUITE_P(Facts, Refused, ::testing::ValuesIn(kFacts));

const Case kBodies[] = {
    {Policy, {R"("tabel": {}, "outcome": {})", "unknown_key /policies/p/tabel; did you mean `table`?"}},
    {Policy, {R"("formula": {"n": "1"}, "outcome": {})", "duplicate_name /policies/p/formula/n; it is defined at /policies/p/facts/n"}},
    {Policy, {R"("table": {"hit": "first", "columns": ["n", "m"], "rows": [{"when": ["1"], "then": {"y": 1}}]}, "outcome": {"y": "integer"})",
              "wrong_json_type /policies/p/table/rows/0/when; one cell for each column; `-` is a cell that always holds"}},
    {Policy, {R"("table": {"hit": "first", "columns": ["n"], "rows": [{"when": ["1"], "then": {"y": 1}}, {"when": ["-"], "then": {"y": 2, "x": 3}}]}, "outcome": {"y": "integer"})",
              "unknown_name /policies/p/table/rows/1/then/x; known here: y; an output is an outcome of the policy or declared in `outputs`"}},
    {Policy, {R"("table": {"hit": "first", "columns": ["n"], "rows": [{"when": ["1"], "then": {}}]}, "outcome": {"y": "integer"})", "undefined_outcome /policies/p/outcome/y; define it in a formula or a table, or write its `value`"}},
    {Policy, {R"("ladder": {"count": "sen", "relation": "replace", "steps": [{"at": 1, "then": {"y": 1}}]}, "outcome": {})",
              "unknown_name /policies/p/ladder/count; did you mean `seen`?\nunknown_setting /policies/p/ladder/relation; known here: replace_total replace_event add"}},
    {Policy, {R"("ladder": {"count": "seen", "relation": "add", "steps": [{"at": 2, "then": {"y": 1}}, {"at": 1, "then": {"y": 2}}]}, "outcome": {"y": "points"})", "bad_value /policies/p/ladder/steps/1/at"}},
    {Policy, {R"("scale": {"as": "s", "of": "n", "kind": "flat", "brackets": [{"from": 1, "value": 1}]}, "outcome": {})", "missing_key /policies/p/scale; add it; `ordain schema` describes every key"}},
    {Policy, {R"("number": {"as": "s", "per": ["who"], "within": "day", "format": "{who"}, "outcome": {})", "bad_value /policies/p/number/format; literal text, {name} and {name:digits}"}},
    {Policy, {R"("totals": {"t": {"of": "m", "per": ["who"], "within": "fortnight"}}, "outcome": {})",
              "bad_value /policies/p/totals/t/within; windows are lifetime, day, calendar_week, calendar_month, calendar_quarter, calendar_year, last N days, last N months"}},
    {Policy, {R"("effects": [{"effect": "fien", "to": "who", "amount": "m"}], "outcome": {})", "unknown_effect /policies/p/effects/0/effect; did you mean `fine`?"}},
    {Policy, {R"("effects": [{"effect": "sanction", "to": "who"}], "outcome": {})", "missing_key /policies/p/effects/0; add it; `ordain schema` describes every key"}},
    {Policy, {R"("settings": {"s": []}, "outcome": {})", "wrong_json_type /policies/p/settings/s; `ordain schema` describes what each key holds"}},
    {Contradiction, {R"({"id": "D-1", "between": [{"cites": ["A"], "quote": "a"}]})",
                     "missing_key /policies/p/settings/s/contradiction/resolve; what it comes to under this value: one of max, min, first, second, both, review, A\n"
                     "bad_value /policies/p/settings/s/contradiction/between"}},
    {Contradiction, {R"({"id": "", "between": [{"quote": "a"}, {"cites": ["B"]}], "resolve": {"first": "max"}})",
                     "bad_value /policies/p/settings/s/contradiction/id\nmissing_key /policies/p/settings/s/contradiction/between/0; add it; `ordain schema` describes every key\n"
                     "missing_key /policies/p/settings/s/contradiction/between/1; add it; `ordain schema` describes every key\n"
                     "missing_key /policies/p/settings/s/contradiction/resolve; what it comes to under this value: one of max, min, first, second, both, review, B"}},
    {Contradiction, {R"({"id": "D-1", "between": [{"cites": ["A"], "quote": "a"}, {"cites": ["B", "A"], "quote": "b"}], "resolve": {"later": "A", "third": "B"}})",
                     "not_listed /policies/p/settings/s/contradiction/resolve/later; write one of these\n"
                     "unknown_setting /policies/p/settings/s/contradiction/resolve/third; known here: first later"}},
    {Contradiction, {R"({"id": "D-1", "between": [{"policy": "q", "cites": ["A"], "quote": "a"}, {"policy": "p", "cites": ["B"], "quote": "b"}], "resolve": {"later": "B"}})",
                     "unknown_policy /policies/p/settings/s/contradiction/between/0/policy; known here: p\n"
                     "bad_value /policies/p/settings/s/contradiction/between/1/policy; name the policy that carries the clause, or leave `policy` out"}},
};
INSTANTIATE_TEST_SUITE_P(Bodies, Refused, ::testing::ValuesIn(kBodies));

TEST(Model, ReadsWhatIsSound) {
  EXPECT_EQ(Problems(Document(R"("$schema": "x", "in_force": {"from": "2016-04-30", "to": "2016-04-30"})")), "");
  EXPECT_EQ(Problems(Fact(R"({"type": "integer", "min": 5, "max": 5})")), "");
  // Policies of other rule sets are not known here; one whose clause stands in this policy is.
  EXPECT_EQ(Problems(Contradiction(R"({"id": "D-1", "between": [{"policy": "p", "cites": ["C"], "quote": "c"}, {"policy": "u.q", "cites": ["B"], "quote": "b"}], "resolve": {"later": "B"}})")), "");
  EXPECT_EQ(Problems(Policy(R"("formula": {"d": "m * 2"}, "outcome": {"d": "money"})")), "");
}

}  // namespace
}  // namespace ordain
