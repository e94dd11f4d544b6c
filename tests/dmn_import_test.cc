// DMN models written as rule sets: what is written loads, is clean, and decides the kit's cases as the kit expects; what could not be
// written is listed with a reason.
#include <gtest/gtest.h>

#include <filesystem>

#include "feel/feel.hpp"
#include "ordain/dmn.hpp"
#include "ordain/engine.hpp"
#include "ordain/json.hpp"
#include "testing/shared.hpp"
#include "testing/tck.hpp"
#ifdef ORDAIN_WITH_ICU
#include "ordain/icu.hpp"
#endif

namespace ordain {
namespace {

std::string Model(const std::string& body) {
  return R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="Loan model" namespace="urn:m">)" + body + "</definitions>";
}
std::string Input(const std::string& name, const std::string& type) {
  return "<inputData id=\"i_" + name + "\" name=\"" + name + "\"><variable name=\"" + name + "\"" + (type.empty() ? "" : " typeRef=\"" + type + "\"") + "/></inputData>";
}
std::string Needs(const std::string& kind, const std::string& id) {
  const std::string group = kind == "Knowledge" ? "knowledge" : "information";
  return "<" + group + "Requirement><required" + kind + " href=\"#" + id + "\"/></" + group + "Requirement>";
}
std::string Decision(const std::string& name, const std::string& type, const std::string& needs, const std::string& text) {
  return "<decision id=\"d_" + name + "\" name=\"" + name + "\"><variable name=\"" + name + "\"" + (type.empty() ? "" : " typeRef=\"" + type + "\"") + "/>" + needs +
         "<literalExpression><text>" + text + "</text></literalExpression></decision>";
}

std::string Decide(const std::string& rules, const std::string& policy, const std::string& facts) {
  const LoadResult loaded = RuleSet::Load(rules, "imported");
  if (!loaded.ok()) return loaded.diagnostics[0].Format();
  Evaluator evaluator(*loaded.rule_set);
  const int index = loaded.rule_set->FindPolicy(policy);
  if (index < 0) return "no policy";
  Facts f(*loaded.rule_set, index);
  f.SetJson(facts);
  Instant at;
  Instant::Parse("2024-06-15T12:00:00+00:00", &at);
  const ordain::Decision& d = evaluator.Decide(f, at);
  return d.ok() ? d.OutcomeJson() : d.error().Format();
}

TEST(DmnImport, NamesBecomeNamesOfRuleSets) {
  const DmnImport made = ImportDmn(Model(Input("Monthly Income", "number") + Input("in", "number") +
                                         Decision("Pay-back time", "number", Needs("Input", "i_Monthly Income") + Needs("Input", "i_in"), "Monthly Income * 12")));
  ASSERT_EQ(made.imported, std::vector<std::string>{"Pay-back time"});
  EXPECT_TRUE(made.not_imported.empty());
  EXPECT_EQ(Decide(made.rule_set, "Pay_back_time", R"({"Monthly_Income": 100, "in_": 1})"), R"({"Pay_back_time": 1200})");
  EXPECT_EQ(Decide(made.rule_set, "Pay_back_time", "{}"), R"({"Pay_back_time": null})") << "an input that is not there is null, as in DMN";
}

TEST(DmnImport, RequiredDecisionsAndKnowledgeModels) {
  const std::string bkm = R"(<businessKnowledgeModel id="k" name="twice"><variable name="twice"/><encapsulatedLogic>
    <formalParameter name="x" typeRef="number"/><literalExpression><text>x * 2</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>)";
  const DmnImport made = ImportDmn(Model(Input("a", "number") + bkm + Decision("b", "", Needs("Input", "i_a") + Needs("Knowledge", "k"), "twice(a) + 1") +
                                         Decision("c", "", Needs("Decision", "d_b"), "b * 10")));
  ASSERT_EQ(made.imported, (std::vector<std::string>{"b", "c"})) << (made.not_imported.empty() ? "" : made.not_imported[0].reason);
  EXPECT_EQ(Decide(made.rule_set, "c", R"({"a": 3})"), R"({"c": 70})");
}

TEST(DmnImport, WhatCouldNotBeIsListedWithAReason) {
  const DmnImport made = ImportDmn(Model(Input("a", "number") + Input("u", "") + Decision("good", "number", Needs("Input", "i_a"), "a + 1") +
                                         Decision("untyped", "number", Needs("Input", "i_u"), "u + 1") + Decision("wrong", "number", Needs("Input", "i_a"), "a + \"x\"") +
                                         Decision("broken", "number", Needs("Input", "i_a"), "a +") + Decision("after", "number", Needs("Decision", "d_wrong"), "wrong + 1")));
  EXPECT_EQ(made.imported, std::vector<std::string>{"good"});
  ASSERT_EQ(made.not_imported.size(), 4u);
  EXPECT_EQ(made.not_imported[0].reason, "its input `u` has no type");
  EXPECT_EQ(made.not_imported[1].findings.at(0).code, Code::kUnitMismatch);
  EXPECT_NE(made.not_imported[2].reason.find("without a value"), std::string::npos);
  EXPECT_EQ(made.not_imported[3].reason, "it needs `wrong`, which is not imported");
  EXPECT_EQ(Decide(made.rule_set, "good", R"({"a": 1})"), R"({"good": 2})");
}

std::string TypeOf(const std::string& item, const std::string& type = "t") {
  const DmnImport made = ImportDmn(Model(item + Input("a", type) + Decision("d", "boolean", Needs("Input", "i_a"), "a = null")));
  for (const NotImported& n : made.not_imported) return "not: " + n.name + ": " + n.reason;
  const std::size_t at = made.rule_set.find("\"a\": ");
  return made.rule_set.substr(at + 5, made.rule_set.find('\n', at) - at - 5);
}
std::string Item(const std::string& type, const std::string& values, const std::string& name = "t", bool list = false) {
  return "<itemDefinition name=\"" + name + "\"" + (list ? " isCollection=\"true\"" : "") + "><typeRef>" + type + "</typeRef><allowedValues><text>" + values +
         "</text></allowedValues></itemDefinition>";
}

TEST(DmnImport, AllowedValuesOfInputsBecomeTypes) {
  EXPECT_EQ(TypeOf(Item("string", "\"x\", \"y z\"")), R"({"type": "text", "one_of": ["x", "y z"], "optional": true})");
  EXPECT_EQ(TypeOf(Item("string", "\"x\", null, \"x\"")), R"({"type": "text", "one_of": ["x"], "optional": true})");
  EXPECT_EQ(TypeOf(Item("number", "[-1..10)")), R"({"type": "number", "min": -1, "below": 10, "optional": true})");
  EXPECT_EQ(TypeOf(Item("number", "&gt; 0.5")), R"({"type": "number", "above": 0.5, "optional": true})");
  EXPECT_EQ(TypeOf(Item("number", "&lt;= 9")), R"({"type": "number", "max": 9, "optional": true})");
  EXPECT_EQ(TypeOf(Item("number", "7")), R"({"type": "number", "min": 7, "max": 7, "optional": true})");
  EXPECT_EQ(TypeOf(Item("boolean", "true, false")), R"({"type": "boolean", "optional": true})");
  EXPECT_EQ(TypeOf(Item("string", "\"x\"", "t", true)), R"({"list_of": {"type": "text", "one_of": ["x"], "optional": true}, "optional": true})");
  // A type of a type narrows it; components are narrowed in their places.
  EXPECT_EQ(TypeOf(Item("number", "&gt;= 0") + Item("t", "[-5..7)", "u"), "u"), R"({"type": "number", "min": 0, "below": 7, "optional": true})");
  EXPECT_EQ(TypeOf(Item("string", "\"x\", \"y\"") + Item("t", "\"y\", \"z\"", "u"), "u"), R"({"type": "text", "one_of": ["y"], "optional": true})");
  const std::string parts = R"(<itemDefinition name="t"><itemComponent name="k"><typeRef>string</typeRef><allowedValues><text>"p"</text></allowedValues></itemComponent>
    <itemComponent name="n" isCollection="true"><typeRef>number</typeRef><allowedValues><text>&gt;= 0</text></allowedValues></itemComponent></itemDefinition>)";
  EXPECT_EQ(TypeOf(parts), R"({"record": {"k": {"type": "text", "one_of": ["p"], "optional": true}, "n": {"list_of": {"type": "number", "min": 0, "optional": true}, "optional": true}}, "optional": true})");
}

TEST(DmnImport, AllowedValuesThatFitNoTypeAreListed) {
  const std::string why = ", fit no type of a rule set and are not asked";
  EXPECT_EQ(TypeOf(Item("number", "1, 2, 3")), "not: a: its allowed values, 1, 2, 3" + why);
  EXPECT_EQ(TypeOf(Item("number", "&lt; 0, &gt; 9")), "not: a: its allowed values, < 0, > 9" + why);
  EXPECT_EQ(TypeOf(Item("number", "[5..1]")), "not: a: its allowed values, [5..1]" + why);
  EXPECT_EQ(TypeOf(Item("date", "&gt;= @\"2020-01-01\"")), "not: a: its allowed values, >= @\"2020-01-01\"" + why);
  EXPECT_EQ(TypeOf(Item("string", "string length(?) &lt; 5")), "not: a: its allowed values, string length(?) < 5" + why);
  EXPECT_EQ(TypeOf(Item("string", "not(\"x\")")), "not: a: its allowed values, not(\"x\")" + why);
  EXPECT_EQ(TypeOf(Item("boolean", "true")), "not: a: its allowed values, true" + why);
  EXPECT_EQ(TypeOf("<itemDefinition name=\"t\" isCollection=\"true\"><typeRef>number</typeRef><typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>"),
            "not: a: its allowed values, count(?) < 3" + why);
  EXPECT_EQ(TypeOf(R"(<itemDefinition name="t"><itemComponent name="k"><typeRef>date</typeRef><allowedValues><text>null</text></allowedValues></itemComponent></itemDefinition>)"),
            "not: a.k: its allowed values, null" + why);
}

TEST(DmnImport, WhatNoDecisionDependsOnIsListed) {
  const std::string table = R"(<decision id="d" name="d"><description>How much.</description><question>What is d?</question><variable name="d" typeRef="number"/>)" + Needs("Input", "i_a") +
      R"(<decisionTable><input><inputExpression><text>a</text></inputExpression></input><output><outputValues><text>1, 2</text></outputValues></output><annotation name="why"/>
         <rule><description>small</description><inputEntry><text>&lt; 5</text></inputEntry><outputEntry><text>1</text></outputEntry><annotationEntry><text>clause 3</text></annotationEntry></rule>
         <rule><inputEntry><text>-</text></inputEntry><outputEntry><text>2</text></outputEntry></rule></decisionTable></decision>)";
  const DmnImport made = ImportDmn(Model(Item("number", "1", "lone") + Input("a", "number") + Input("b", "number") + table +
      R"(<businessKnowledgeModel id="k" name="k"><variable name="k"/><encapsulatedLogic><literalExpression><text>1</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
         <knowledgeSource id="s" name="s"/><textAnnotation id="n"><text>seen</text></textAnnotation><extensionElements/>)"));
  EXPECT_EQ(made.imported, std::vector<std::string>{"d"});
  EXPECT_NE(made.rule_set.find(R"("says": {"en": "d: What is d?; How much."})"), std::string::npos) << made.rule_set;
  EXPECT_NE(made.rule_set.find(R"({"says": {"en": "small; clause 3"}, "when")"), std::string::npos) << made.rule_set;
  ASSERT_EQ(made.not_imported.size(), 1u);
  EXPECT_EQ(made.not_imported[0].reason, "a knowledge model that no imported decision calls");
  std::vector<std::string> left;
  for (const auto& [what, reason] : made.left_out) left.push_back(what);
  EXPECT_EQ(left, (std::vector<std::string>{"the input data `b`", "the type `lone`", "the output values of `d`", "1 x extensionElements", "1 x knowledgeSource", "1 x textAnnotation"}));
}

TEST(DmnImport, CyclesEnd) {
  const DmnImport made = ImportDmn(Model(Decision("a", "number", Needs("Decision", "d_b"), "b") + Decision("b", "number", Needs("Decision", "d_a"), "a")));
  EXPECT_TRUE(made.rule_set.empty());
  EXPECT_EQ(made.not_imported.size(), 2u);
}

// ---- the kit ------------------------------------------------------------------------------------------

using testing::TckValue;

std::string Json(const TckValue& v, const std::map<std::string, std::string>& fields) {
  std::string out;
  switch (v.kind) {
    case TckValue::Kind::kNil: return "null";
    case TckValue::Kind::kList:
      for (const TckValue& item : v.items) out += (out.empty() ? "" : ", ") + Json(item, fields);
      return "[" + out + "]";
    case TckValue::Kind::kComponents:
      for (const auto& [name, part] : v.components) {
        std::string key = name;
        for (char& c : key) c = c == ' ' || c == '-' || c == '.' ? '_' : c;
        out += out.empty() ? "" : ", ";
        json::AppendString(key, &out);
        out += ": " + Json(part, fields);
      }
      return "{" + out + "}";
    case TckValue::Kind::kText: break;
  }
  if (v.type == "boolean") return v.text;
  Decimal number;
  if ((v.type == "decimal" || v.type == "double" || v.type == "integer") && Decimal::Parse(v.text, &number) == DecimalStatus::kOk) return number.ToString();
  // Dates and the like in their canonical text.
  static feel::ZoneCache zones;
  Arena arena;
  feel::CallContext calls(&arena);
  calls.zones = &zones;
  Value value;
  feel::Fault fault = feel::Fault::kInvalid;
  if (v.type == "duration") fault = feel::ReadDuration(v.text, &value);
  if (v.type == "dateTime") fault = feel::ReadDateAndTime(v.text, &calls, &value);
  if (v.type == "time") fault = feel::ReadTime(v.text, &calls, &value);
  if (fault == feel::Fault::kNone) return value.ToJson();
  json::AppendString(v.text, &out);
  return out;
}

// Equal as the kit means it: numbers within 5e-11 or one unit of the last printed digit.
bool Close(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kNumber: {
      Decimal d;
      const Decimal unit(false, 0, 1, std::min(a.number().exponent(), 0)), least(false, 0, 5, -11);
      return Subtract(a.number(), b.number(), Rounding::kHalfEven, &d) == DecimalStatus::kOk && Compare(Abs(d), Compare(unit, least) > 0 ? unit : least) <= 0;
    }
    case Kind::kList:
      if (a.size() != b.size()) return false;
      for (std::size_t i = 0; i < a.size(); ++i) {
        if (!Close(a[i], b[i])) return false;
      }
      return true;
    case Kind::kContext:
      if (a.shape()->count != b.shape()->count) return false;
      for (std::size_t i = 0; i < a.shape()->count; ++i) {
        const int at = b.shape()->Find(a.shape()->keys[i]);
        if (at < 0 || !Close(a.fields()[i], b.fields()[at])) return false;
      }
      return true;
    default: return SameValue(a, b);
  }
}

TEST(DmnImport, DecidesTheCasesOfTheKit) {
  const std::vector<testing::TckFolder> folders = testing::FindTck(testing::SharedFolder() + "/tck");
  if (folders.empty()) GTEST_SKIP() << "there is no kit";
  int decisions = 0, cases = 0, not_imported = 0;
  Services services;
#ifdef ORDAIN_WITH_ICU
  services.text = &IcuText();
#endif
  for (const testing::TckFolder& folder : folders) {
    for (const std::string& path : folder.tests) {
      testing::TckFile file;
      Diagnostics found;
      ASSERT_TRUE(testing::ReadTck(testing::ReadWhole(path), path, &file, &found));
      std::vector<DmnSource> imports;
      std::string text;
      for (const std::string& m : folder.models) {
        const std::string name = std::filesystem::path(m).filename().string();
        if (name == file.model) text = testing::ReadWhole(m);
        else imports.push_back({name, testing::ReadWhole(m)});
      }
      const DmnImport made = ImportDmn(text, file.model, imports);
      decisions += static_cast<int>(made.imported.size());
      not_imported += static_cast<int>(made.not_imported.size());
      for (const NotImported& n : made.not_imported) EXPECT_FALSE(n.reason.empty()) << n.name;
      if (made.rule_set.empty()) continue;
      const LoadResult loaded = RuleSet::Load(made.rule_set, folder.name);
      ASSERT_TRUE(loaded.ok()) << folder.name << "\n" << loaded.diagnostics[0].Format();
      std::map<std::string, std::string> names(made.names.begin(), made.names.end());
      Evaluator evaluator(*loaded.rule_set, {}, services);
      for (const testing::TckCase& c : file.cases) {
        for (const testing::TckResult& r : c.results) {
          if (c.type != testing::TckType::kDecision || folder.name == "0004-lending") continue;  // 0004: see tests/tck_test.cc
          if (std::find(made.imported.begin(), made.imported.end(), r.name) == made.imported.end()) continue;
          const int policy = loaded.rule_set->FindPolicy(names.at(r.name));
          ASSERT_GE(policy, 0);
          std::string facts;
          bool typed = true;  // an input that its declared type refuses is null in DMN and an error in a rule set
          for (const testing::TckInput& input : c.inputs) {
            const auto name = names.find(input.name);
            if (name == names.end() || loaded.rule_set->FindFact(policy, name->second) < 0) continue;
            facts += facts.empty() ? "" : ", ";
            json::AppendString(name->second, &facts);
            facts += ": " + Json(input.value, names);
          }
          Facts f(*loaded.rule_set, policy);
          f.SetJson("{" + facts + "}");
          Instant at;
          Instant::Parse("2024-06-15T12:00:00+00:00", &at);
          const ordain::Decision& d = evaluator.Decide(f, at);
          if (!d.ok()) typed = d.error().code != Code::kWrongType && d.error().code != Code::kMissingFact && d.error().code != Code::kUnknownFact;
          if (!typed) continue;
          ++cases;
          Arena arena;
          json::Node node;
          Value expected, got;
          ASSERT_TRUE(json::Parse(Json(r.expected, names), {}, "", &node, &found) && json::ToValue(node, &arena, &expected));
          json::Node answer;
          EXPECT_TRUE(d.ok()) << folder.name << " " << c.id << " " << r.name << ": " << d.error().Format();
          if (!d.ok()) continue;
          ASSERT_TRUE(json::Parse(d.value(0).ToJson(), {}, "", &answer, &found) && json::ToValue(answer, &arena, &got));
          EXPECT_TRUE(Close(expected, got)) << folder.name << " " << c.id << " " << r.name << ": expected " << expected.ToJson() << ", got " << d.OutcomeJson() << "\n"
                                            << made.rule_set.substr(0, 3000);
        }
      }
    }
  }
  RecordProperty("decisions", decisions);
  std::cout << decisions << " decisions of the kit written as rule sets, " << not_imported << " not; " << cases << " results agree\n";
  EXPECT_GT(decisions, 500);
  EXPECT_GT(cases, 500);
}

}  // namespace
}  // namespace ordain
