// DMN models as rule sets: loading, imports, facts, services, the two null modes, functions of the host. What expressions and
// tables mean is tested by the conformance cases (tests/tck_test.cc); what the reader takes by tests/dmn_document_test.cc.
#include "ordain/dmn.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "ordain/engine.hpp"
#include "testing/java.hpp"
#ifdef ORDAIN_WITH_ICU
#include "ordain/icu.hpp"
#endif

namespace ordain {
namespace {

std::string ModelOf(const std::string& elements, const std::string& name = "m") {
  return "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" id=\"" + name + "\" name=\"" + name + "\" namespace=\"urn:" + name +
         "\">\n" + elements + "</definitions>\n";
}
std::string Escaped(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
  return out;
}
// A decision of one expression; `needs`: its requirements, as elements.
std::string Literal(const std::string& name, const std::string& text, const std::string& needs = "", const std::string& type = "") {
  return "<decision id=\"_" + name + "\" name=\"" + name + "\"><variable name=\"" + name + "\"" + (type.empty() ? "" : " typeRef=\"" + type + "\"") + "/>" +
         needs + "<literalExpression><text>" + Escaped(text) + "</text></literalExpression></decision>\n";
}
std::string Input(const std::string& name, const std::string& type) {
  return "<inputData id=\"_" + name + "\" name=\"" + name + "\"><variable name=\"" + name + "\" typeRef=\"" + type + "\"/></inputData>\n";
}
std::string NeedsInput(const std::string& href) { return "<informationRequirement><requiredInput href=\"" + href + "\"/></informationRequirement>"; }
std::string NeedsDecision(const std::string& href) { return "<informationRequirement><requiredDecision href=\"" + href + "\"/></informationRequirement>"; }
std::string NeedsKnowledge(const std::string& href) { return "<knowledgeRequirement><requiredKnowledge href=\"" + href + "\"/></knowledgeRequirement>"; }

// What one decision of a model says.
struct Said {
  std::string outcome, error;
  Diagnostics warnings;

  bool Warns(Code code) const {
    return std::any_of(warnings.begin(), warnings.end(), [&](const Diagnostic& d) { return d.code == code; });
  }
};

Said Decide(const DmnResult& model, const std::string& name, const std::string& facts_json = "{}", const HostFunctions* functions = nullptr) {
  Said said;
  if (!model.rule_set || model.rule_set->FindPolicy(name) < 0) {
    ADD_FAILURE() << "no decision " << name;
    return said;
  }
  Services services;
  services.functions = functions;
#ifdef ORDAIN_WITH_ICU
  services.text = &IcuText();
#endif
  Evaluator evaluator(*model.rule_set, {}, services);
  Facts facts(*model.rule_set, model.rule_set->FindPolicy(name));
  facts.SetJson(facts_json);
  Instant at;
  Instant::Parse("2024-06-15T12:00:00+00:00", &at);
  const Decision& d = evaluator.Decide(facts, at);
  if (d.ok()) said.outcome = d.OutcomeJson();
  else said.error = CodeText(d.error().code);
  said.warnings = d.warnings();
  return said;
}

// ---- loading ------------------------------------------------------------------------------------------------

TEST(Dmn, WhatIsNoModelDoesNotLoad) {
  for (const char* text : {"", "{}", "<definitions/>", "<html xmlns='http://www.w3.org/1999/xhtml'/>", "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/'"}) {
    const DmnResult r = LoadDmn(text, "x.dmn");
    EXPECT_FALSE(r.rule_set) << text;
    ASSERT_FALSE(r.diagnostics.empty()) << text;
    EXPECT_EQ(r.diagnostics[0].file, "x.dmn");
  }
}

TEST(Dmn, EveryVersionLoads) {
  for (const char* ns : {"http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/DMN/20180521/MODEL/", "https://www.omg.org/spec/DMN/20191111/MODEL/",
                         "https://www.omg.org/spec/DMN/20211108/MODEL/", "https://www.omg.org/spec/DMN/20230324/MODEL/"}) {
    std::string text = ModelOf(Literal("d", "1 + 1"));
    const std::string now = "https://www.omg.org/spec/DMN/20230324/MODEL/";
    text.replace(text.find(now), now.size(), ns);
    EXPECT_EQ(Decide(LoadDmn(text), "d").outcome, R"({"d": 2})") << ns;
  }
}

TEST(Dmn, ABrokenDecisionCostsOnlyItself) {
  const DmnResult r = LoadDmn(ModelOf(Literal("good", "1 + 1") + Literal("syntax", "1 +") + Literal("name", "1 + nothing") +
                                      Literal("function", "no such(1)") + Literal("part", "[1 + nothing, 2]") +
                                      Literal("above", "syntax", NeedsDecision("#_syntax"))),
                              "broken.dmn");
  EXPECT_EQ(Decide(r, "good").outcome, R"({"good": 2})");
  EXPECT_TRUE(Decide(r, "good").warnings.empty());
  for (const char* broken : {"syntax", "name", "function", "above"}) {
    const Said said = Decide(r, broken);
    EXPECT_EQ(said.outcome, "{\"" + std::string(broken) + "\": null}");
    EXPECT_FALSE(said.warnings.empty()) << broken;
  }
  EXPECT_EQ(Decide(r, "part").outcome, R"({"part": [null, 2]})");
  EXPECT_TRUE(Decide(r, "syntax").Warns(Code::kSyntax));
  EXPECT_TRUE(Decide(r, "name").Warns(Code::kUnknownName));
  // The load says the same, with file and line.
  const auto told = std::find_if(r.diagnostics.begin(), r.diagnostics.end(), [](const Diagnostic& d) { return d.code == Code::kSyntax; });
  ASSERT_NE(told, r.diagnostics.end());
  EXPECT_EQ(told->file, "broken.dmn");
  EXPECT_EQ(told->span.line, 3u);
}

TEST(Dmn, ADecisionThatNeedsItselfHasNoValue) {
  const DmnResult r = LoadDmn(ModelOf(Literal("a", "b + 1", NeedsDecision("#_b")) + Literal("b", "a + 1", NeedsDecision("#_a")) + Literal("c", "1")));
  EXPECT_EQ(Decide(r, "a").outcome, R"({"a": null})");
  EXPECT_FALSE(Decide(r, "a").warnings.empty());
  EXPECT_EQ(Decide(r, "c").outcome, R"({"c": 1})");
  EXPECT_TRUE(std::any_of(r.diagnostics.begin(), r.diagnostics.end(), [](const Diagnostic& d) { return d.code == Code::kCycle; }));
}

// ---- imports ------------------------------------------------------------------------------------------------

const char* const kImport = R"(<import name="lib" namespace="urn:lib" locationURI="lib.dmn" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>)";

std::string Library() {
  return ModelOf("<itemDefinition name=\"tAge\"><typeRef>number</typeRef><allowedValues><text>[0..150]</text></allowedValues></itemDefinition>" +
                     Input("age", "tAge") + Literal("adult", "age >= 18", NeedsInput("#_age")) +
                     R"(<businessKnowledgeModel id="_twice" name="twice"><variable name="twice"/><encapsulatedLogic>
                          <formalParameter name="n" typeRef="number"/><literalExpression><text>n * 2</text></literalExpression>
                        </encapsulatedLogic></businessKnowledgeModel>)",
                 "lib");
}

TEST(Dmn, ImportsAreFoundByNamespace) {
  const std::string main = ModelOf(kImport + Literal("d", "if lib.adult then lib.twice(lib.age) else 0",
                                                     NeedsDecision("urn:lib#_adult") + NeedsInput("urn:lib#_age") + NeedsKnowledge("urn:lib#_twice")));
  EXPECT_EQ(DmnImports(main), (std::vector<std::pair<std::string, std::string>>{{"urn:lib", "lib.dmn"}}));
  EXPECT_EQ(DmnNamespace(Library()), "urn:lib");
  const DmnResult r = LoadDmn(main, "main.dmn", {{"other.dmn", ModelOf("", "other")}, {"lib.dmn", Library()}});
  EXPECT_TRUE(r.diagnostics.empty());
  EXPECT_EQ(Decide(r, "d", R"({"lib.age": 20})").outcome, R"({"d": 40})");
  EXPECT_EQ(Decide(r, "d", R"({"lib.age": 10})").outcome, R"({"d": 0})");
  EXPECT_TRUE(Decide(r, "d", R"({"lib.age": 200})").Warns(Code::kInvalidOperation));  // not among the allowed values
}

TEST(Dmn, AnImportThatIsNotThereIsTold) {
  const DmnResult r = LoadDmn(ModelOf(kImport + Literal("d", "lib.adult", NeedsDecision("urn:lib#_adult")) + Literal("e", "1")), "main.dmn");
  ASSERT_FALSE(r.diagnostics.empty());
  EXPECT_EQ(r.diagnostics[0].code, Code::kUnavailable);
  EXPECT_EQ(Decide(r, "e").outcome, R"({"e": 1})");
  EXPECT_EQ(Decide(r, "d").outcome, R"({"d": null})");
  EXPECT_FALSE(Decide(r, "d").warnings.empty());
}

// ---- facts ------------------------------------------------------------------------------------------------

TEST(Dmn, JsonFactsAreReadByType) {
  const std::string types =
      R"(<itemDefinition name="tPerson"><itemComponent name="born"><typeRef>date</typeRef></itemComponent>
           <itemComponent name="name"><typeRef>string</typeRef></itemComponent></itemDefinition>
         <itemDefinition name="tPeople" isCollection="true"><typeRef>tPerson</typeRef></itemDefinition>
         <itemDefinition name="tDays" isCollection="true"><typeRef>date</typeRef></itemDefinition>)";
  const struct {
    const char *type, *json, *expression, *expected;
  } rows[] = {
      {"number", "12.50", "x + 1", "13.5"},
      {"string", "\"2016-01-31\"", "x", "\"2016-01-31\""},
      {"boolean", "true", "not(x)", "false"},
      {"date", "\"2016-01-31\"", "x.month", "1"},
      {"time", "\"10:30:00Z\"", "x.hour", "10"},
      {"date and time", "\"2016-01-31T10:30:00+08:00\"", "x.hour", "10"},
      {"date and time", "\"2016-01-31T10:30:00\"", "string(x)", "\"2016-01-31T10:30:00\""},
      {"days and time duration", "\"P1DT2H\"", "x.hours", "2"},
      {"years and months duration", "\"P1Y2M\"", "x.months", "2"},
      {"tPerson", R"({"born": "2000-02-29", "name": "Jo"})", "x.born.day", "29"},
      {"tPeople", R"([{"born": "2000-02-29", "name": "Jo"}])", "x[1].born.year", "2000"},
      {"tDays", R"(["2000-02-29", "2001-01-01"])", "x[2].day", "1"},
      {"feel:date", "\"2016-01-31\"", "x.month", "1"},  // as DMN 1.1 writes types
      {"dayTimeDuration", "\"PT26H\"", "x.days", "1"},
      {"Any", R"({"a": [1, "b", null]})", "x.a[2]", "\"b\""},
      {"Any", "\"2016-01-31\"", "x instance of string", "true"},
      {"number", "null", "x = null", "true"},
  };
  for (const auto& row : rows) {
    const DmnResult r = LoadDmn(ModelOf(types + Input("x", row.type) + Literal("d", row.expression, NeedsInput("#_x"))));
    const Said said = Decide(r, "d", std::string("{\"x\": ") + row.json + "}");
    EXPECT_EQ(said.outcome, std::string("{\"d\": ") + row.expected + "}") << row.type << " " << row.json << said.error;
    EXPECT_TRUE(said.warnings.empty()) << row.type << " " << row.json;
  }
}

TEST(Dmn, AFactOfAnotherTypeIsNullAndTold) {
  const DmnResult r = LoadDmn(ModelOf(Input("x", "number") + Literal("d", "x", NeedsInput("#_x")) + Literal("untouched", "5", NeedsInput("#_x"))));
  for (const char* json : {"\"a\"", "true", "[1, 2]", "{}"}) {
    const Said said = Decide(r, "d", std::string("{\"x\": ") + json + "}");
    EXPECT_EQ(said.outcome, R"({"d": null})") << json << said.error;
    ASSERT_FALSE(said.warnings.empty()) << json;
    EXPECT_EQ(Decide(r, "untouched", std::string("{\"x\": ") + json + "}").outcome, R"({"untouched": 5})") << json;
  }
  EXPECT_EQ(Decide(r, "d", R"({"x": [7]})").outcome, R"({"d": 7})");  // a list of one item
}

TEST(Dmn, AFactThatIsNotKnownIsAnError) {
  const DmnResult r = LoadDmn(ModelOf(Input("x", "number") + Literal("d", "x", NeedsInput("#_x"))));
  EXPECT_EQ(Decide(r, "d", R"({"y": 1})").error, "unknown_fact");
  EXPECT_EQ(Decide(r, "d", "[]").error, "wrong_type");
  EXPECT_EQ(Decide(r, "d").outcome, R"({"d": null})");  // input data may be absent
}

TEST(Dmn, InputsThatTypesDoNotAllow) {
  const std::string types = R"(<itemDefinition name="tColor"><typeRef>string</typeRef><allowedValues><text>"red", "green"</text></allowedValues></itemDefinition>)";
  const DmnResult r = LoadDmn(ModelOf(types + Input("x", "tColor") + Literal("d", "x", NeedsInput("#_x"))));
  EXPECT_EQ(Decide(r, "d", R"({"x": "red"})").outcome, R"({"d": "red"})");
  const Said said = Decide(r, "d", R"({"x": "blue"})");
  EXPECT_EQ(said.outcome, R"({"d": null})");
  EXPECT_TRUE(said.Warns(Code::kInvalidOperation));
}

TEST(Dmn, AFactOverridesTheDecisionOfItsName) {
  const DmnResult r = LoadDmn(ModelOf(Input("x", "number") + Literal("a", "x + 1", NeedsInput("#_x")) + Literal("b", "a * 10", NeedsDecision("#_a"))));
  EXPECT_EQ(Decide(r, "b", R"({"x": 1})").outcome, R"({"b": 20})");
  EXPECT_EQ(Decide(r, "b", R"({"a": 5})").outcome, R"({"b": 50})");
  EXPECT_EQ(Decide(r, "b", R"({"x": 1, "a": 5})").outcome, R"({"b": 50})");
}

// ---- services ---------------------------------------------------------------------------------------------

TEST(Dmn, ServicesArePoliciesAndFunctions) {
  const std::string elements = Input("x", "number") + Literal("a", "x + 1", NeedsInput("#_x")) +
                               Literal("b", "a * 10", NeedsDecision("#_a")) + Literal("c", "a * 100", NeedsDecision("#_a")) +
                               R"(<decisionService id="_one" name="one"><variable name="one"/><outputDecision href="#_b"/>
                                    <encapsulatedDecision href="#_a"/><inputData href="#_x"/></decisionService>
                                  <decisionService id="_both" name="both"><variable name="both"/><outputDecision href="#_b"/><outputDecision href="#_c"/>
                                    <inputDecision href="#_a"/></decisionService>)" +
                               Literal("calls", "one(4) + both(a: 2).c", NeedsKnowledge("#_one") + NeedsKnowledge("#_both"));
  const DmnResult r = LoadDmn(ModelOf(elements));
  EXPECT_EQ(Decide(r, "one", R"({"x": 1})").outcome, R"({"b": 20})");
  EXPECT_EQ(Decide(r, "both", R"({"a": 3})").outcome, R"({"b": 30, "c": 300})");
  EXPECT_EQ(Decide(r, "calls").outcome, R"({"calls": 250})");
  const auto both = std::find_if(r.elements.begin(), r.elements.end(), [](const DmnElement& e) { return e.name == "both"; });
  ASSERT_NE(both, r.elements.end());
  EXPECT_EQ(both->kind, DmnElementKind::kService);
  EXPECT_EQ(both->outputs, (std::vector<std::string>{"b", "c"}));
  EXPECT_NE(std::find(both->facts.begin(), both->facts.end(), std::pair<std::string, std::string>("urn:m", "a")), both->facts.end());
  EXPECT_EQ(r.rule_set->FindPolicy("both"), both->policy);
}

// ---- null with a reason -----------------------------------------------------------------------------------

TEST(Dmn, TheNullModesDiffer) {
  const std::string text = ModelOf(Input("x", "number") + Literal("d", "[1 / x, x + \"a\", {a: 1}.b, 5]", NeedsInput("#_x")) + Literal("null is a value", "null") +
                                   Literal("fine", "x + 1", NeedsInput("#_x")));
  const DmnResult feel = LoadDmn(text);
  DmnOptions options;
  options.nulls = NullMode::kStrict;
  const DmnResult strict = LoadDmn(text, "", {}, options);
  const Said said = Decide(feel, "d", R"({"x": 0})");
  EXPECT_EQ(said.outcome, R"({"d": [null, null, null, 5]})");
  EXPECT_EQ(said.warnings.size(), 3u);
  EXPECT_EQ(Decide(strict, "d", R"({"x": 0})").error, "division_by_zero");
  EXPECT_EQ(Decide(strict, "d", R"({"x": 1})").error, "invalid_operation");
  EXPECT_EQ(Decide(strict, "null is a value").outcome, R"({"null is a value": null})");
  for (const DmnResult* r : {&feel, &strict}) {
    EXPECT_EQ(Decide(*r, "fine", R"({"x": 1})").outcome, R"({"fine": 2})");
    EXPECT_TRUE(Decide(*r, "fine", R"({"x": 1})").warnings.empty());
  }
}

TEST(Dmn, WarningsSayWhereAndOfWhat) {
  const DmnResult r = LoadDmn(ModelOf(Input("x", "number") + Literal("d", "10 + (100 / x)", NeedsInput("#_x"))), "w.dmn");
  const Said said = Decide(r, "d", R"({"x": 0})");
  ASSERT_FALSE(said.warnings.empty());
  const Diagnostic& w = said.warnings[0];
  EXPECT_EQ(w.code, Code::kDivisionByZero);
  EXPECT_EQ(w.severity, Severity::kWarning);
  EXPECT_EQ(w.path, "/d");
  EXPECT_EQ(w.span.line, 3u);
  const auto operands = std::find_if(w.args.begin(), w.args.end(), [](const auto& a) { return a.first == "operands"; });
  ASSERT_NE(operands, w.args.end());
  EXPECT_NE(operands->second.find("100"), std::string::npos) << operands->second;
  EXPECT_NE(operands->second.find("0"), std::string::npos) << operands->second;
}

std::string Messages(const Said& said) {
  std::string out = said.outcome + said.error;
  for (const Diagnostic& d : said.warnings) out += "; " + d.Message();
  return out;
}

TEST(Dmn, MessagesSayEachThingOnce) {
  const std::string types = R"(<itemDefinition name="tAge"><typeRef>number</typeRef><allowedValues><text>&gt;= 0</text></allowedValues></itemDefinition>
    <itemDefinition name="tWho"><itemComponent name="age"><typeRef>tAge</typeRef></itemComponent><itemComponent name="n"><typeRef>number</typeRef></itemComponent></itemDefinition>)";
  const std::string table = R"(<decision id="_t" name="size"><variable name="size"/>)" + NeedsInput("#_x") + R"(<decisionTable hitPolicy="UNIQUE"><input><inputExpression><text>x</text></inputExpression>
    <inputValues><text>&lt; 100</text></inputValues></input><output/><rule><inputEntry><text>&gt; 5</text></inputEntry><outputEntry><text>"large"</text></outputEntry></rule></decisionTable></decision>)";
  const DmnResult r = LoadDmn(ModelOf(types + Input("x", "number") + Input("who", "tWho") + Literal("d", "who.n", NeedsInput("#_who")) + table + Literal("named", "abs(m: 1)") +
                                      Literal("at", "@\"2016-13-01\"") + Literal("large", "1e9999") + Literal("pattern", "matches(\"a\", \"(\")") + Literal("zone", "date and time(\"2016-01-01T00:00:00@X/Y\")")));
  EXPECT_EQ(Messages(Decide(r, "d", R"({"who": 5})")), "{\"d\": null}; `who` has no value: these kinds of values do not go together; null operand in `who.n`");
  EXPECT_EQ(Messages(Decide(r, "d", R"({"who": {"age": -1, "n": 2}})")), "{\"d\": null}; `who` has no value: not among the allowed values of tWho; null operand in `who.n`");
  // One cause, one warning: null passes the allowed values without being asked for its parts.
  EXPECT_EQ(Messages(Decide(r, "d", "{}")), "{\"d\": null}; null operand in `who.n`");
  EXPECT_EQ(Messages(Decide(r, "d", R"({"who": {"age": null, "n": 2}})")), "{\"d\": 2}");
  EXPECT_EQ(Messages(Decide(r, "size", R"({"x": 1})")), "{\"size\": null}; no rule of `size` covers x = 1");
  EXPECT_EQ(Messages(Decide(r, "size", R"({"x": 200})")), "{\"size\": null}; `x` has no value: not among the values of the column; null operand in `? > 5`; no rule of `size` covers x = null");
  EXPECT_EQ(Messages(Decide(r, "named")), "{\"named\": null}; function `abs`: no parameters of these names");
  EXPECT_EQ(Messages(Decide(r, "at")), "{\"at\": null}; `@\"2016-13-01\"` has no value: it is no date, time or duration");
  EXPECT_EQ(Messages(Decide(r, "large")), "{\"large\": null}; a number out of range no longer fits");
#ifdef ORDAIN_WITH_ICU
  const std::string pattern = Messages(Decide(r, "pattern"));  // with the reason of the regular expression
  EXPECT_EQ(pattern.find("not defined for these values"), std::string::npos) << pattern;
  EXPECT_NE(pattern.find("`matches(\"a\", \"(\")` has no value: "), std::string::npos) << pattern;
#endif
}

TEST(Dmn, WarningsComeOnceEachAndNotWithoutEnd) {
  const DmnResult r = LoadDmn(ModelOf(Literal("loop", "count(for i in 1..500 return 1 / 0)") + Literal("d", "1")));
  const Said said = Decide(r, "loop");
  EXPECT_EQ(said.outcome, R"({"loop": 500})");
  EXPECT_EQ(said.warnings.size(), 1u);
}

// ---- functions of the host ----------------------------------------------------------------------------------

std::string Calls(const std::string& type, const std::string& signature, const std::string& parameters, const std::string& arguments) {
  return "(function(" + parameters + ") external {java: {class: \"" + type + "\", method signature: \"" + signature + "\"}})(" + arguments + ")";
}

TEST(HostFunctions, AreCalledByClassAndSignature) {
  HostFunctions f;
  EXPECT_TRUE(f.Add("com.example.Rates", "surcharge(java.lang.String, int)", [](const Value* args, std::size_t, Arena*, Value* out) {
    if (args[0].text() != "DE") return false;
    Decimal sum;
    if (Add(args[1].number(), Decimal(7), Rounding::kHalfEven, &sum) != DecimalStatus::kOk) return false;
    *out = Value::Number(sum);
    return true;
  }));
  const DmnResult r = LoadDmn(ModelOf(Literal("known", Calls("com.example.Rates", "surcharge(String,int)", "c, n", "\"DE\", 3")) +
                                      Literal("refused", Calls("com.example.Rates", "surcharge(String,int)", "c, n", "\"FR\", 3")) +
                                      Literal("fraction", Calls("com.example.Rates", "surcharge(String,int)", "c, n", "\"DE\", 3.5")) +
                                      Literal("kinds", Calls("com.example.Rates", "surcharge(String,int)", "c, n", "3, 3")) +
                                      Literal("number", Calls("com.example.Rates", "surcharge(String,int)", "c", "\"DE\"")) +
                                      Literal("class", Calls("com.example.Taxes", "surcharge(String,int)", "c, n", "\"DE\", 3")) +
                                      Literal("method", Calls("com.example.Rates", "surcharge(String,long)", "c, n", "\"DE\", 3"))));
  EXPECT_EQ(Decide(r, "known", "{}", &f).outcome, R"({"known": 10})");
  for (const char* wrong : {"refused", "fraction", "kinds", "number", "class", "method"}) {
    const Said said = Decide(r, wrong, "{}", &f);
    EXPECT_EQ(said.outcome, "{\"" + std::string(wrong) + "\": null}");
    EXPECT_TRUE(said.Warns(Code::kUnavailable)) << wrong;
  }
  const Said without = Decide(r, "known");  // a host without functions
  EXPECT_EQ(without.outcome, R"({"known": null})");
  EXPECT_TRUE(without.Warns(Code::kUnavailable));
}

TEST(HostFunctions, TakeBoxedFunctionsOfKindJava) {
  const std::string function = R"x(<businessKnowledgeModel id="_cos" name="cos"><variable name="cos"/><encapsulatedLogic kind="Java">
      <formalParameter name="x" typeRef="number"/><context>
      <contextEntry><variable name="class"/><literalExpression><text>"java.lang.Math"</text></literalExpression></contextEntry>
      <contextEntry><variable name="method signature"/><literalExpression><text>"cos(double)"</text></literalExpression></contextEntry>
    </context></encapsulatedLogic></businessKnowledgeModel>)x";
  const DmnResult r = LoadDmn(ModelOf(function + Literal("d", "cos(0)", NeedsKnowledge("#_cos"))));
  const HostFunctions java = testing::JavaFunctions();
  EXPECT_EQ(Decide(r, "d", "{}", &java).outcome, R"({"d": 1})");
}

TEST(HostFunctions, RefuseSignaturesThatAreNone) {
  const auto nothing = [](const Value*, std::size_t, Arena*, Value*) { return true; };
  HostFunctions f;
  for (const char* bad : {"", "f", "f(", "f)", "(int)", "f(int,)", "f(,int)", "f(int) throws", "f([Q)", "f([Lx)", "f(a(b))"}) EXPECT_FALSE(f.Add("C", bad, nothing)) << bad;
  EXPECT_FALSE(f.Add("", "f()", nothing));
  EXPECT_FALSE(f.Add("C", "f()", nullptr));
  EXPECT_TRUE(f.Add("C", "f()", nothing));
  EXPECT_FALSE(f.Add("C", " f ( ) ", nothing));  // there already
  EXPECT_TRUE(f.Add("C", "f(java.lang.Object[])", nothing));
  EXPECT_FALSE(f.Add("C", "f([Ljava.lang.Object;)", nothing));
  EXPECT_FALSE(f.Add("C", "f(Object...)", nothing));
  EXPECT_TRUE(f.Add("C", "f([D)", nothing));
  EXPECT_FALSE(f.Add("C", "f(double[])", nothing));
}

TEST(HostFunctions, CheckArgumentsByType) {
  Arena arena;
  Value items[] = {Value::Number(Decimal(1)), Value::Text("a")};
  const Value number = items[0], text = items[1], half = Value::Number(Decimal(false, 0, 5, -1)), list = Value::List(items, 2), null;
  const Value large = Value::Number(Decimal(std::int64_t{1} << 40)), two = Value::Text("\xE4\xBD\xA0"), letters = Value::Text("ab");
  const struct {
    const char* type;
    std::vector<Value> good, bad;
  } rows[] = {
      {"byte", {number}, {large, half, text, null, list}},
      {"int", {number}, {large, half, text}},
      {"long", {number, large}, {half, text}},
      {"double", {number, half, large}, {text, null, Value::Boolean(true)}},
      {"java.math.BigDecimal", {half}, {text}},
      {"boolean", {Value::Boolean(false)}, {number, null}},
      {"char", {text, two}, {letters, Value::Text(""), number}},
      {"String", {text, letters}, {number, null}},
      {"java.util.List", {list}, {text}},
      {"Object[]", {list, number, text}, {}},
      {"int[]", {number}, {list, text}},
      {"com.example.Thing", {number, text, list}, {null}},
  };
  for (const auto& row : rows) {
    HostFunctions f;
    ASSERT_TRUE(f.Add("C", "f(" + std::string(row.type) + ")", [](const Value* a, std::size_t, Arena*, Value* out) { return *out = a[0], true; }));
    Value out;
    const std::string signature = "f(" + std::string(row.type) + ")";
    for (const Value& v : row.good) EXPECT_TRUE(f.Call("C", signature, &v, 1, &arena, &out)) << row.type << " " << v.ToFeel();
    for (const Value& v : row.bad) EXPECT_FALSE(f.Call("C", signature, &v, 1, &arena, &out)) << row.type << " " << v.ToFeel();
  }
}

TEST(HostFunctions, WorkWithoutAModel) {
  HostFunctions f;
  ASSERT_TRUE(f.Add("text", "joined(String, Object...)", [](const Value* a, std::size_t, Arena* arena, Value* out) {
    std::string s;
    for (std::size_t i = 0; i < a[1].size(); ++i) s += (i != 0 ? std::string(a[0].text()) : "") + a[1][i].ToFeel();
    *out = Value::Text(arena->Copy(s));
    return true;
  }));
  Arena arena;
  const Value args[] = {Value::Text("-"), Value::Number(Decimal(1)), Value::Boolean(true)};
  Value out;
  ASSERT_TRUE(f.Call("text", "joined(String,Object[])", args, 3, &arena, &out));
  EXPECT_EQ(out.text(), "1-true");
  ASSERT_TRUE(f.Call("text", "joined(String,Object[])", args, 1, &arena, &out));
  EXPECT_EQ(out.text(), "");
}

}  // namespace
}  // namespace ordain
