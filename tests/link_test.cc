// Linking: names to what they stand for, types of everything that is defined, cycles, and one report for one mistake.
#include <gtest/gtest.h>

#include "ordain/ordain.hpp"

namespace ordain {
namespace {

std::string Problems(const std::string& policies, const std::string& extra = "") {
  std::string out;
  for (const Diagnostic& d : RuleSet::Load(R"({"ordain": 1, "rule_set": "t", )" + extra + R"("policies": {)" + policies + "}}").diagnostics) {
    out += (out.empty() ? "" : "\n") + std::string(CodeText(d.code)) + " " + d.path + ": " + d.Message();
  }
  return out;
}
std::string Formulas(const std::string& formulas, const std::string& outcome = "") {
  return Problems(R"("p": {"facts": {"n": "number", "m": "money", "who": "person", "team": "team", "o": {"type": "number", "optional": true}}, "formula": {)" + formulas + R"(}, "outcome": {)" + outcome + "}}");
}

TEST(Link, OrderOnThePageDoesNotMatter) { EXPECT_EQ(Formulas(R"("a": "b + 1", "b": "c * 2", "c": "n")", R"("a": "number")"), ""); }

TEST(Link, CyclesAreToldOnceWithTheirNames) {
  EXPECT_EQ(Formulas(R"("a": "b + 1", "b": "c + 1", "c": "a + 1")"), "cycle /policies/p/formula/a: these depend on each other: a, b, c");
  EXPECT_EQ(Formulas(R"("a": "a + 1")"), "cycle /policies/p/formula/a: these depend on each other: a");
  EXPECT_EQ(Problems(R"("p": {"facts": {}, "formula": {"x": "q().y"}, "outcome": {"x": "number"}}, "q": {"facts": {}, "formula": {"y": "p().x"}, "outcome": {"y": "number"}})"),
            "cycle /policies/q: these depend on each other: p, q, p");
}

TEST(Link, OneMistakeIsToldOnce) {
  EXPECT_EQ(Formulas(R"("a": "nn * 2", "b": "a + 1", "c": "b > 3", "d": "if c then 1 else 2")", R"("d": "number")"), "unknown_name /policies/p/formula/a: unknown name `nn`");
  EXPECT_EQ(Formulas(R"("a": "nn * 2", "b": "a + zz")"), "unknown_name /policies/p/formula/a: unknown name `nn`\nunknown_name /policies/p/formula/b: unknown name `zz`");
  EXPECT_EQ(Formulas(R"("a": "(n", "b": "a + 1")"), "syntax /policies/p/formula/a: expression: expected `)`, found the end");
  EXPECT_EQ(Formulas(R"("a": "floor(n: 1, scael: 2) ", "b": "a + 1")").find("item of an empty list"), std::string::npos);
}

TEST(Link, TypesAreThoseOfTheDefinitions) {
  EXPECT_EQ(Formulas(R"("a": "m + n")"), "unit_mismatch /policies/p/formula/a: `+` does not apply to money and number");
  EXPECT_EQ(Formulas(R"("a": "who = team")"), "unit_mismatch /policies/p/formula/a: `=` does not apply to person and team");
  EXPECT_EQ(Formulas(R"("a": "o + 1")"), "ignored_null /policies/p/formula/a: `o` may be null here");
  EXPECT_EQ(Formulas(R"("a": "if o = null then 0 else o + 1")", R"("a": "number")"), "");
  EXPECT_EQ(Formulas(R"("a": "m")", R"("a": "text")"), "type_mismatch /policies/p/formula/a: m: expected text, found money");
  EXPECT_EQ(Formulas("", R"("a": {"type": "text", "value": {"feel": "m"}})"), "type_mismatch /policies/p/outcome/a/value/feel: m: expected text, found money");
}

TEST(Link, ParametersAndSettingsOfTheRuleSet) {
  const std::string extra = R"("parameters": {"rate": {"type": "money", "values": [{"value": 2}]}}, "settings": {"mode": ["a", "b"]}, )";
  EXPECT_EQ(Problems(R"("p": {"facts": {"n": "number"}, "formula": {"x": "n * rate + t.rate", "y": "mode = \"b\""}, "outcome": {"x": "money"}})", extra), "");
  EXPECT_EQ(Problems(R"("p": {"facts": {"rate": "number"}, "formula": {"x": "rate * t.rate"}, "outcome": {"x": "money"}})", extra), "");
  EXPECT_EQ(Problems(R"("p": {"facts": {}, "formula": {"y": "mode = \"c\""}, "outcome": {}})", extra), "not_listed /policies/p/formula/y: `c` is not one of a, b");
  EXPECT_EQ(Problems(R"("p": {"facts": {}, "formula": {"y": "t.rat"}, "outcome": {}})", extra), "unknown_field /policies/p/formula/y: `{rate: money}` has no field `rat`");
}

TEST(Link, WhatIsCountedOfAnotherPolicy) {
  const std::string q = R"("q": {"facts": {"who": "person", "n": "number"}, "outcome": {}}, )";
  EXPECT_EQ(Problems(q + R"("p": {"facts": {"who": "person"}, "totals": {"t": {"from": "q", "of": "n", "per": {"who": "who"}}}, "outcome": {"t": "number"}})"), "");
  EXPECT_EQ(Problems(q + R"("p": {"facts": {"who": "person"}, "totals": {"t": {"from": "r", "of": "n", "per": {"who": "who"}}}, "outcome": {}})").substr(0, 14), "unknown_policy");
  EXPECT_EQ(Problems(q + R"("p": {"facts": {"who": "person"}, "totals": {"t": {"from": "q", "of": "nn", "per": {"who": "who"}}}, "outcome": {}})"), "unknown_name /policies/p/totals/t/of: unknown name `nn`");
  EXPECT_EQ(Problems(R"("p": {"facts": {"who": "person"}, "totals": {"t": {"of": "nn", "per": ["who"]}}, "outcome": {}})"), "unknown_name /policies/p/totals/t/of: unknown name `nn`");
}

TEST(Link, EffectsGoToParties) {
  const auto effect = [](const std::string& e) { return Problems(R"("p": {"facts": {"n": "number", "m": "money", "who": "person", "t": "text"}, "effects": [)" + e + R"(], "outcome": {}})"); };
  EXPECT_EQ(effect(R"({"effect": "fine", "to": "who", "amount": "m"})"), "");
  EXPECT_EQ(effect(R"({"effect": "fine", "to": "t", "amount": "m"})").substr(0, 13), "type_mismatch");
  EXPECT_EQ(effect(R"({"effect": "fine", "to": "who", "amount": "n"})").substr(0, 13), "type_mismatch");
  EXPECT_EQ(effect(R"({"effect": "fine", "for": "x in n", "to": "x", "amount": "m"})").substr(0, 13), "type_mismatch");
}

}  // namespace
}  // namespace ordain
