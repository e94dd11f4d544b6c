// The reader of DMN models: all that it reads, and all that it says.
#include "dmn/document.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "dmn/xml.hpp"
#include "testing/shared.hpp"
#include "testing/tck.hpp"

namespace ordain::dmn {
namespace {

constexpr char kNamespace15[] = "https://www.omg.org/spec/DMN/20230324/MODEL/";

// The body begins at line 2, column 1. In it @ is an expression.
std::string Model(std::string body, const std::string& attributes = "") {
  for (std::size_t at = body.find('@'); at != body.npos; at = body.find('@')) {
    body.replace(at, 1, "<literalExpression><text>1</text></literalExpression>");
  }
  return "<definitions xmlns=\"" + std::string(kNamespace15) + "\" namespace=\"urn:m\" name=\"m\"" + attributes + ">\n" + body + "\n</definitions>";
}
struct Read {
  Definitions model;
  std::vector<std::string> found;
  bool readable = false;
};
Read ReadAll(std::string_view text, const Limits& limits = {}) {
  Read out;
  Diagnostics found;
  out.readable = Parse(text, limits, "f", &out.model, &found);
  for (const Diagnostic& d : found) out.found.push_back(d.Format());
  return out;
}
Definitions Good(const std::string& text) {
  Read read = ReadAll(text);
  EXPECT_TRUE(read.readable);
  EXPECT_EQ(read.found, std::vector<std::string>{}) << text;
  return std::move(read.model);
}
// The logic of the only decision of a model whose decision has this body.
Expression Logic(const std::string& body) {
  const Definitions model = Good(Model("<decision name=\"d\">" + body + "</decision>"));
  if (model.decisions.size() != 1 || !model.decisions[0].logic) {
    ADD_FAILURE() << body;
    return {};
  }
  return *model.decisions[0].logic;
}
std::vector<std::string> Texts(const std::vector<Expression>& list) {
  std::vector<std::string> out;
  for (const Expression& e : list) out.push_back(e.text.text);
  return out;
}
using Strings = std::vector<std::string>;

// ---- versions, types, references --------------------------------------------

TEST(Document, EveryVersionByItsNamespace) {
  const struct {
    const char *ns, *feel, *name;
  } kRows[] = {
      {"http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/FEEL/20140401", "1.1"},
      {"http://www.omg.org/spec/DMN/20180521/MODEL/", "http://www.omg.org/spec/DMN/20180521/FEEL/", "1.2"},
      {"https://www.omg.org/spec/DMN/20191111/MODEL/", "https://www.omg.org/spec/DMN/20191111/FEEL/", "1.3"},
      {"https://www.omg.org/spec/DMN/20211108/MODEL/", "https://www.omg.org/spec/DMN/20211108/FEEL/", "1.4"},
      {"https://www.omg.org/spec/DMN/20230324/MODEL/", "https://www.omg.org/spec/DMN/20230324/FEEL/", "1.5"},
  };
  ASSERT_EQ(KnownNamespaces().size(), std::size(kRows));
  for (const auto& row : kRows) {
    for (const std::string prefix : {"", "dmn:"}) {
      const std::string xmlns = prefix.empty() ? "xmlns" : "xmlns:dmn";
      const Definitions m = Good("<" + prefix + "definitions " + xmlns + "=\"" + row.ns + "\" id=\"i\" name=\"n\" namespace=\"urn:n\" exporter=\"e\" "
                                 "exporterVersion=\"2\"><" + prefix + "description>d</" + prefix + "description><" + prefix + "decision name=\"a\"/></" +
                                 prefix + "definitions>");
      EXPECT_EQ(VersionName(m.version), row.name);
      EXPECT_EQ(m.id + m.name + m.ns + m.description + m.exporter + m.exporter_version + m.file, "inurn:nde2f");
      EXPECT_EQ(m.expression_language, row.feel);
      EXPECT_EQ(m.type_language, row.feel);
      EXPECT_TRUE(IsFeel(row.feel));
      ASSERT_EQ(m.decisions.size(), 1u);
      EXPECT_FALSE(m.decisions[0].logic.has_value());
    }
  }
  EXPECT_TRUE(IsFeel("feel") && IsFeel("FEEL"));
  EXPECT_FALSE(IsFeel("") || IsFeel("urn:javascript") || IsFeel(kNamespace15));
}

TEST(Document, Languages) {
  const Definitions m = Good(Model("<decision name=\"a\"><list><literalExpression expressionLanguage=\"urn:l\"><text>1</text></literalExpression>@</list>"
                                   "</decision><itemDefinition name=\"t\" typeLanguage=\"urn:u\"/><itemDefinition name=\"u\"/>",
                                   " expressionLanguage=\"urn:e\" typeLanguage=\"urn:t\""));
  EXPECT_EQ(m.decisions[0].logic->children[0].language, "urn:l");
  EXPECT_EQ(m.decisions[0].logic->children[1].language, "urn:e");
  EXPECT_EQ(m.item_definitions[0].type_language, "urn:u");
  EXPECT_EQ(m.item_definitions[1].type_language, "urn:t");
}

TEST(Document, NamesOfTypes) {
  const struct {
    const char *written, *read;
  } kRows[] = {
      {"string", "string"}, {" number ", "number"}, {"feel:string", "string"}, {"my:tLoan", "tLoan"}, {"lib:tLoan", "lib.tLoan"},
      {"named:tLoan", "n.tLoan"}, {"dateTime", "date and time"}, {"feel:dateTime", "date and time"}, {"yearMonthDuration", "years and months duration"},
      {"feel:dayTimeDuration", "dayTimeDuration"},  // the model has a type of that name
      {"", ""}, {"list<number>", "list<number>"},
  };
  for (const auto& row : kRows) {
    const Definitions m = Good("<definitions xmlns=\"http://www.omg.org/spec/DMN/20151101/dmn.xsd\" xmlns:feel=\"http://www.omg.org/spec/FEEL/20140401\" "
                               "xmlns:my=\"urn:m\" xmlns:lib=\"urn:lib\" xmlns:named=\"urn:named\" namespace=\"urn:m\" name=\"m\">"
                               "<import namespace=\"urn:lib\"/><import namespace=\"urn:named\" name=\"n\"/><itemDefinition name=\"dayTimeDuration\"/>"
                               "<decision name=\"d\"><variable name=\"d\" typeRef=\"" + [&] {
                                 std::string s = row.written;
                                 for (std::size_t i; (i = s.find('<')) != s.npos;) s.replace(i, 1, "&lt;");
                                 return s;
                               }() + "\"/></decision></definitions>");
    EXPECT_EQ(m.decisions[0].variable.type_ref, row.read) << row.written;
    EXPECT_EQ(m.imports[0].name, "lib");  // by its prefix
  }
  // A name with a colon whose prefix is none: in DMN 1.1 that is a mistake, later a name.
  EXPECT_EQ(Good(Model("<decision name=\"d\"><variable name=\"d\" typeRef=\"a:b\"/></decision>")).decisions[0].variable.type_ref, "a:b");
  const Read old = ReadAll("<definitions xmlns=\"http://www.omg.org/spec/DMN/20151101/dmn.xsd\" namespace=\"urn:m\" name=\"m\">"
                           "<decision name=\"d\"><variable name=\"d\" typeRef=\"a:b\"/></decision></definitions>");
  EXPECT_EQ(old.found, Strings{"f:1:113: error: unknown type `a:b` [unknown_type] at /decision[d]/variable[d]; prefix `a` is not declared"});
}

TEST(Document, ImportsAndReferences) {
  const Definitions m = Good(Model(R"(<import id="x" name="lib" namespace="urn:lib" locationURI="lib.dmn" importType="urn:dmn"/>
<inputData id="i" name="I"/><businessKnowledgeModel id="k" name="K"/><knowledgeSource id="s" name="S"/>
<decision id="d" name="D">
  <informationRequirement id="r"><requiredInput href="#i"/></informationRequirement>
  <informationRequirement><requiredDecision href=" urn:lib#other "/></informationRequirement>
  <informationRequirement><requiredDecision href="urn:m#d"/></informationRequirement>
  <knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement>
  <knowledgeRequirement><requiredKnowledge href="#ds"/></knowledgeRequirement>
  <authorityRequirement><requiredAuthority href="#s"/></authorityRequirement>
  <authorityRequirement><requiredInput href="#i"/></authorityRequirement>
</decision>
<decisionService id="ds" name="DS"><variable name="DS" typeRef="number"/><outputDecision href="#d"/><encapsulatedDecision href="#d"/>
<inputDecision href="urn:lib#e"/><inputData href="#i"/></decisionService>)"));
  ASSERT_EQ(m.imports.size(), 1u);
  const Import& lib = m.imports[0];
  EXPECT_EQ(lib.id + "|" + lib.name + "|" + lib.ns + "|" + lib.location + "|" + lib.type, "x|lib|urn:lib|lib.dmn|urn:dmn");
  const Decision& d = m.decisions[0];
  ASSERT_EQ(d.information.size(), 3u);
  EXPECT_EQ(d.information[0].id, "r");
  EXPECT_EQ(d.information[0].kind, RequirementKind::kInput);
  EXPECT_EQ(d.information[0].target.ns + "#" + d.information[0].target.id, "urn:m#i");
  EXPECT_EQ(d.information[1].kind, RequirementKind::kDecision);
  EXPECT_EQ(d.information[1].target.ns + "#" + d.information[1].target.id, "urn:lib#other");
  EXPECT_EQ(d.information[1].target.href, " urn:lib#other ");
  EXPECT_EQ(d.information[2].target.ns + "#" + d.information[2].target.id, "urn:m#d");
  EXPECT_EQ(d.information[0].target.span.line, 5u);
  EXPECT_EQ(d.information[0].target.span.column, 34u);
  ASSERT_EQ(d.knowledge.size(), 2u);
  EXPECT_EQ(d.knowledge[1].target.id, "ds");
  ASSERT_EQ(d.authority.size(), 2u);
  EXPECT_EQ(d.authority[0].kind, RequirementKind::kAuthority);
  EXPECT_EQ(d.authority[1].kind, RequirementKind::kInput);
  const DecisionService& s = m.services[0];
  EXPECT_EQ(s.variable.type_ref, "number");
  ASSERT_EQ(s.output_decisions.size() + s.encapsulated_decisions.size() + s.input_decisions.size() + s.input_data.size(), 4u);
  EXPECT_EQ(s.input_decisions[0].ns + "#" + s.input_decisions[0].id, "urn:lib#e");
  EXPECT_EQ(s.input_data[0].id, "i");
}

TEST(Document, Elements) {
  const Definitions m = Good(Model(R"(<itemDefinition id="t" name="tA" label="l" isCollection="true"><description>de</description>
<typeRef> string </typeRef><allowedValues><text>"a", "b"</text></allowedValues><typeConstraint><text>count(?) &gt; 1</text></typeConstraint></itemDefinition>
<itemDefinition name="tB"><itemComponent name="x"><typeRef>number</typeRef></itemComponent>
<itemComponent name="y" isCollection="0"><itemComponent name="z"/></itemComponent></itemDefinition>
<itemDefinition name="tF"><functionItem outputTypeRef="number"><parameters name="p" typeRef="tA"/></functionItem></itemDefinition>
<inputData id="i" name="I" label="L"><description>d</description><variable name="I" typeRef="tA" id="v" label="w"/></inputData>
<inputData name="J"/>
<decision id="d" name="D"><description>x</description><question>q?</question><allowedAnswers>yes</allowedAnswers><usingTask href="u"/></decision>
<businessKnowledgeModel name="K"><variable name="K" typeRef="number"/><encapsulatedLogic typeRef="number"><formalParameter name="a" typeRef="tA"/>
<formalParameter name="b"/>@</encapsulatedLogic></businessKnowledgeModel>
<textAnnotation><text>t</text></textAnnotation><x:any xmlns:x="urn:x">text <decision/></x:any>
<extensionElements><y xmlns="urn:y"/></extensionElements>)"));
  const ItemDefinition& a = m.item_definitions[0];
  EXPECT_EQ(a.id + a.name + a.label + a.description + a.type_ref, "ttAldestring");
  EXPECT_TRUE(a.is_collection);
  EXPECT_EQ(a.allowed_values->text.text, "\"a\", \"b\"");
  EXPECT_EQ(a.type_constraint->text.text, "count(?) > 1");
  const ItemDefinition& b = m.item_definitions[1];
  ASSERT_EQ(b.components.size(), 2u);
  EXPECT_EQ(b.components[0].name + ":" + b.components[0].type_ref, "x:number");
  EXPECT_EQ(b.components[1].components[0].name, "z");
  EXPECT_FALSE(b.components[1].is_collection || b.allowed_values || b.function_item);
  const ItemDefinition& f = m.item_definitions[2];
  ASSERT_TRUE(f.function_item.has_value());
  EXPECT_EQ(f.function_item->output_type_ref + f.function_item->parameters[0].name + f.function_item->parameters[0].type_ref, "numberptA");
  EXPECT_EQ(m.input_data[0].variable.id + m.input_data[0].variable.label + m.input_data[0].variable.type_ref, "vwtA");
  EXPECT_EQ(m.input_data[0].description + m.input_data[0].label, "dL");
  EXPECT_EQ(m.input_data[1].variable.name, "J");
  EXPECT_EQ(m.input_data[1].variable.span.line, m.input_data[1].span.line);
  EXPECT_EQ(m.decisions.size(), 1u);
  EXPECT_EQ(m.decisions[0].question + m.decisions[0].allowed_answers + m.decisions[0].description + m.decisions[0].variable.name, "q?yesxD");
  const KnowledgeModel& k = m.knowledge_models[0];
  ASSERT_TRUE(k.logic.has_value());
  EXPECT_EQ(k.logic->kind, ExpressionKind::kFunction);
  EXPECT_EQ(k.logic->type_ref + k.logic->parameters[0].name + k.logic->parameters[0].type_ref + k.logic->parameters[1].name, "numberatAb");
  EXPECT_EQ(Texts(k.logic->children), Strings{"1"});
}

// ---- expressions ------------------------------------------------------------

TEST(Document, BoxedExpressions) {
  Expression e = Logic("<literalExpression id=\"i\" label=\"l\" typeRef=\"number\"><text>1 &lt; 2</text></literalExpression>");
  EXPECT_EQ(e.kind, ExpressionKind::kLiteral);
  EXPECT_EQ(e.id + e.label + e.type_ref + e.text.text, "ilnumber1 < 2");
  EXPECT_TRUE(IsFeel(e.language));
  EXPECT_FALSE(Logic("<literalExpression/>").text.present);
  EXPECT_TRUE(Logic("<literalExpression><text/></literalExpression>").text.present);
  e = Logic("<literalExpression><importedValues namespace=\"urn:x\" name=\"n\"><importedElement>el</importedElement></importedValues></literalExpression>");
  ASSERT_NE(e.imported, nullptr);
  EXPECT_EQ(e.imported->from.ns + e.imported->from.name + e.imported->element, "urn:xnel");

  e = Logic("<context><contextEntry id=\"e\"><variable name=\"a\"/>@</contextEntry><contextEntry><context/></contextEntry></context>");
  EXPECT_EQ(e.kind, ExpressionKind::kContext);
  ASSERT_EQ(e.entries.size(), 2u);
  EXPECT_EQ(e.entries[0].id + e.entries[0].variable->name + e.entries[0].value.text.text, "ea1");
  EXPECT_FALSE(e.entries[1].variable.has_value());
  EXPECT_EQ(e.entries[1].value.kind, ExpressionKind::kContext);

  e = Logic("<invocation><literalExpression><text>f</text></literalExpression><binding><parameter name=\"p\"/>@</binding>"
            "<binding><parameter name=\"q\"/></binding></invocation>");
  EXPECT_EQ(e.kind, ExpressionKind::kInvocation);
  EXPECT_EQ(Texts(e.children), Strings{"f"});
  ASSERT_EQ(e.bindings.size(), 2u);
  EXPECT_EQ(e.bindings[0].parameter.name + e.bindings[0].value->text.text + e.bindings[1].parameter.name, "p1q");
  EXPECT_FALSE(e.bindings[1].value.has_value());

  e = Logic("<list>@<list/>@</list>");
  EXPECT_EQ(e.kind, ExpressionKind::kList);
  EXPECT_EQ(Texts(e.children), (Strings{"1", "", "1"}));

  e = Logic("<relation><column name=\"a\" typeRef=\"number\"/><column name=\"b\"/><row id=\"r\">@@</row><row>@<context/></row></relation>");
  EXPECT_EQ(e.kind, ExpressionKind::kRelation);
  EXPECT_EQ(e.columns[0].name + e.columns[0].type_ref + e.columns[1].name, "anumberb");
  ASSERT_EQ(e.children.size(), 2u);
  EXPECT_EQ(e.children[0].kind, ExpressionKind::kList);
  EXPECT_EQ(e.children[0].id, "r");
  EXPECT_EQ(e.children[1].children[1].kind, ExpressionKind::kContext);

  const struct {
    const char* attribute;
    FunctionKind kind;
  } kKinds[] = {{"", FunctionKind::kFeel}, {"kind=\"FEEL\"", FunctionKind::kFeel}, {"kind=\"Java\"", FunctionKind::kJava}, {"kind=\"PMML\"", FunctionKind::kPmml},
                {"x:kind=\"J\" xmlns:x=\"urn:x\"", FunctionKind::kJava}, {"x:kind=\"P\" xmlns:x=\"urn:x\"", FunctionKind::kPmml},
                {"x:kind=\"F\" xmlns:x=\"urn:x\"", FunctionKind::kFeel}};
  for (const auto& row : kKinds) {
    e = Logic("<functionDefinition " + std::string(row.attribute) + "><formalParameter name=\"p\"/>@</functionDefinition>");
    EXPECT_EQ(e.kind, ExpressionKind::kFunction);
    EXPECT_EQ(e.function_kind, row.kind) << row.attribute;
    EXPECT_EQ(e.parameters[0].name + e.children[0].text.text, "p1");
  }
  EXPECT_TRUE(Logic("<functionDefinition/>").children.empty());

  // In the order of their meaning, whatever the order of the file.
  const auto part = [](const std::string& name) {
    return "<" + name + "><literalExpression><text>" + name + "</text></literalExpression></" + name + ">";
  };
  e = Logic("<conditional>" + part("else") + part("if") + part("then") + "</conditional>");
  EXPECT_EQ(e.kind, ExpressionKind::kConditional);
  EXPECT_EQ(Texts(e.children), (Strings{"if", "then", "else"}));
  e = Logic("<filter>" + part("match") + part("in") + "</filter>");
  EXPECT_EQ(e.kind, ExpressionKind::kFilter);
  EXPECT_EQ(Texts(e.children), (Strings{"in", "match"}));
  const struct {
    const char *element, *part;
    ExpressionKind kind;
  } kIterators[] = {{"for", "return", ExpressionKind::kFor}, {"some", "satisfies", ExpressionKind::kSome}, {"every", "satisfies", ExpressionKind::kEvery}};
  for (const auto& row : kIterators) {
    e = Logic("<" + std::string(row.element) + " iteratorVariable=\"x\">" + part(row.part) + "<in typeRef=\"number\">@</in></" + row.element + ">");
    EXPECT_EQ(e.kind, row.kind);
    EXPECT_EQ(e.variable + e.in_type_ref, "xnumber");
    EXPECT_EQ(Texts(e.children), (Strings{"1", row.part}));
  }
  for (int kind = 1; kind <= static_cast<int>(ExpressionKind::kDecisionTable); ++kind) {
    EXPECT_FALSE(ExpressionKindName(static_cast<ExpressionKind>(kind)).empty());
  }
}

TEST(Document, DecisionTables) {
  const struct {
    const char* attributes;
    HitPolicy policy;
    Aggregation aggregation;
  } kRows[] = {
      {"", HitPolicy::kUnique, Aggregation::kNone},
      {"hitPolicy=\"UNIQUE\"", HitPolicy::kUnique, Aggregation::kNone},
      {"hitPolicy=\"FIRST\"", HitPolicy::kFirst, Aggregation::kNone},
      {"hitPolicy=\"PRIORITY\"", HitPolicy::kPriority, Aggregation::kNone},
      {"hitPolicy=\"ANY\"", HitPolicy::kAny, Aggregation::kNone},
      {"hitPolicy=\"COLLECT\"", HitPolicy::kCollect, Aggregation::kNone},
      {"hitPolicy=\"RULE ORDER\"", HitPolicy::kRuleOrder, Aggregation::kNone},
      {"hitPolicy=\"OUTPUT ORDER\"", HitPolicy::kOutputOrder, Aggregation::kNone},
      {"hitPolicy=\"COLLECT\" aggregation=\"SUM\"", HitPolicy::kCollect, Aggregation::kSum},
      {"hitPolicy=\"COLLECT\" aggregation=\"COUNT\"", HitPolicy::kCollect, Aggregation::kCount},
      {"hitPolicy=\"COLLECT\" aggregation=\"MIN\"", HitPolicy::kCollect, Aggregation::kMin},
      {"hitPolicy=\"COLLECT\" aggregation=\"MAX\"", HitPolicy::kCollect, Aggregation::kMax},
  };
  for (const auto& row : kRows) {
    const Expression e = Logic("<decisionTable " + std::string(row.attributes) + R"( outputLabel="ol" preferredOrientation="CrossTable">
<input id="i" label="il" x:inputVariable="iv" xmlns:x="urn:x"><inputExpression typeRef="number"><text>a + 1</text></inputExpression>
<inputValues><text>[0..9]</text></inputValues></input><input><inputExpression><text>b</text></inputExpression></input>
<output id="o" label="ol" name="x" typeRef="string"><outputValues><text>"p"</text></outputValues><defaultOutputEntry><text>"q"</text></defaultOutputEntry></output>
<output name="y"/><annotation name="why"/>
<rule id="r" label="rl"><description>rd</description><inputEntry id="ie"><text>&lt; 1</text></inputEntry><inputEntry><text>-</text></inputEntry>
<outputEntry expressionLanguage="urn:l"><text>1</text></outputEntry><outputEntry><text/></outputEntry><annotationEntry><text>so</text></annotationEntry></rule>
<rule><inputEntry><text>1</text></inputEntry><inputEntry><text>2</text></inputEntry><outputEntry><text>3</text></outputEntry><outputEntry><text>4</text></outputEntry></rule>
</decisionTable>)");
    ASSERT_EQ(e.kind, ExpressionKind::kDecisionTable);
    const DecisionTable& t = *e.table;
    EXPECT_EQ(t.hit_policy, row.policy);
    EXPECT_EQ(t.aggregation, row.aggregation);
    const std::string attributes = row.attributes;
    EXPECT_NE(("hitPolicy=\"UNIQUE\"" + attributes).find("\"" + std::string(HitPolicyName(t.hit_policy)) + "\""), std::string::npos);
    if (row.aggregation != Aggregation::kNone) {
      EXPECT_NE(attributes.find("\"" + std::string(AggregationName(t.aggregation)) + "\""), std::string::npos);
    }
    EXPECT_EQ(t.orientation, Orientation::kCrossTable);
    EXPECT_EQ(t.output_label, "ol");
    ASSERT_EQ(t.inputs.size(), 2u);
    EXPECT_EQ(t.inputs[0].id + t.inputs[0].label + t.inputs[0].variable + t.inputs[0].expression.type_ref + t.inputs[0].expression.text.text, "iilivnumbera + 1");
    EXPECT_EQ(t.inputs[0].values->text.text, "[0..9]");
    EXPECT_FALSE(t.inputs[1].values.has_value());
    ASSERT_EQ(t.outputs.size(), 2u);
    EXPECT_EQ(t.outputs[0].id + t.outputs[0].label + t.outputs[0].name + t.outputs[0].type_ref, "oolxstring");
    EXPECT_EQ(t.outputs[0].values->text.text + t.outputs[0].default_entry->text.text, "\"p\"\"q\"");
    EXPECT_FALSE(t.outputs[1].values || t.outputs[1].default_entry);
    ASSERT_EQ(t.annotations.size(), 1u);
    EXPECT_EQ(t.annotations[0].name, "why");
    ASSERT_EQ(t.rules.size(), 2u);
    EXPECT_EQ(t.rules[0].id + t.rules[0].label + t.rules[0].description + t.rules[0].inputs[0].id + t.rules[0].inputs[0].text.text, "rrlrdie< 1");
    EXPECT_EQ(t.rules[0].outputs[0].language, "urn:l");
    EXPECT_TRUE(IsFeel(t.rules[0].outputs[1].language));
    EXPECT_EQ(t.rules[0].annotations[0].text, "so");
    EXPECT_TRUE(t.rules[1].annotations.empty());
  }
}

// ---- places -----------------------------------------------------------------

TEST(Document, PlacesAreThoseOfTheFile) {
  const std::string text = Model("<decision name=\"d\"><literalExpression>\r\n<text a='>' ><!-- > -->a &lt; &#x4E2D;\r\n<![CDATA[b & <c>]]>&#38;z</text>"
                                 "</literalExpression></decision>");
  const Definitions m = Good(text);
  const Text& t = m.decisions[0].logic->text;
  EXPECT_EQ(t.text, "a < \u4E2D\nb & <c>&z");
  EXPECT_EQ(t.span.line, 3u);
  EXPECT_EQ(t.span.column, 14u);
  EXPECT_EQ(text.substr(t.span.offset, 4), "<!--");
  EXPECT_EQ(text.substr(t.span.offset + t.span.length, 7), "</text>");
  const struct {
    const char *decoded, *raw;
    std::uint32_t line, column;
  } kRows[] = {
      {"a", "a &lt;", 3, 24}, {"<", "&lt;", 3, 26}, {"\u4E2D", "&#x4E2D;", 3, 31}, {"\n", "\r\n<![", 3, 39}, {"b", "b & <", 4, 10},
      {"& <", "& <c", 4, 12}, {"c>", "c>]]>", 4, 15}, {"&z", "&#38;", 4, 20}, {"z", "z</", 4, 25},
  };
  for (const auto& row : kRows) {
    const Span at = PlaceOf(text, t, t.text.find(row.decoded));
    EXPECT_EQ(text.substr(at.offset, std::string_view(row.raw).size()), row.raw);
    EXPECT_EQ(at.line, row.line) << row.raw;
    EXPECT_EQ(at.column, row.column) << row.raw;
  }
  EXPECT_EQ(PlaceOf(text, t, t.text.size()).offset, t.span.offset + t.span.length);
  EXPECT_EQ(PlaceOf(text, t, t.text.size() + 100).offset, t.span.offset + t.span.length);
  EXPECT_EQ(PlaceOf(text, t, t.text.find("\u4E2D") + 1).offset, PlaceOf(text, t, t.text.find("\u4E2D")).offset);  // within a character
}

// ---- what is said -----------------------------------------------------------

// Whatever is damaged: the model is read, the finding has its place, and the element that it is in carries it.
TEST(Document, FindingsOfModels) {
  const struct {
    const char* body;
    Strings found;
  } kRows[] = {
      {R"(<decision id="a"/>)",
       {"f:2:1: error: model: `decision` has no attribute `name` [bad_model] at /decision"}},
      {R"(<decision id="a" name=""/>)",
       {"f:2:1: error: model: `decision` has no attribute `name` [bad_model] at /decision[]"}},
      {R"(<decision name="a"><decisionTable hitPolicy="FRIST"><output name="o"/></decisionTable></decision>)",
       {"f:2:20: error: model: `hitPolicy` is `FRIST`, which is none of UNIQUE, FIRST, PRIORITY, ANY, COLLECT, RULE ORDER, OUTPUT ORDER [bad_model] at /decision[a]/decisionTable; did you mean `FIRST`?"}},
      {R"(<decision name="a"><decisionTable hitPolicy="COLLECT" aggregation="MEAN"><output name="o"/></decisionTable></decision>)",
       {"f:2:20: error: model: `aggregation` is `MEAN`, which is none of SUM, COUNT, MIN, MAX [bad_model] at /decision[a]/decisionTable"}},
      {R"(<decision name="a"><decisionTable aggregation=""><output name="o"/></decisionTable></decision>)",
       {"f:2:20: error: model: `aggregation` is ``, which is none of SUM, COUNT, MIN, MAX [bad_model] at /decision[a]/decisionTable"}},
      {R"(<decision name="a"><decisionTable preferredOrientation="Row"><output name="o"/></decisionTable></decision>)",
       {"f:2:20: error: model: `preferredOrientation` is `Row`, which is none of Rule-as-Row, Rule-as-Column, CrossTable [bad_model] at /decision[a]/decisionTable"}},
      {R"(<businessKnowledgeModel name="k"><encapsulatedLogic kind="Jav"/></businessKnowledgeModel>)",
       {"f:2:34: error: model: `kind` is `Jav`, which is none of FEEL, Java, PMML [bad_model] at /businessKnowledgeModel[k]/encapsulatedLogic; did you mean `Java`?"}},
      {R"(<itemDefinition name="t" isCollection="yes"><typeRef>number</typeRef></itemDefinition>)",
       {"f:2:1: error: model: `isCollection` is `yes`, not true or false [bad_model] at /itemDefinition[t]"}},
      {R"(<decision name="a"><literalExpresion/></decision>)",
       {"f:2:20: error: model: `literalExpresion` may not stand in `decision` [bad_model] at /decision[a]/literalExpresion; did you mean `literalExpression`?"}},
      {R"(<decision name="a"><x:list xmlns:x="urn:x"/></decision>)",
       {"f:2:20: error: model: `x:list` may not stand in `decision` [bad_model] at /decision[a]/list; did you mean `list`?"}},
      {R"(<decision name="a"><rule/></decision>)",
       {"f:2:20: error: model: `rule` may not stand in `decision` [bad_model] at /decision[a]/rule"}},
      {R"(<decicion name="a"/>)",
       {"f:2:1: error: model: `decicion` may not stand in `definitions` [bad_model] at /decicion[a]; did you mean `decision`?"}},
      {R"(<x:decision xmlns:x="urn:x"/>)",
       {}},
      {R"(<decision name="a">1 + 1</decision>)",
       {"f:2:1: error: model: text stands in `decision`: `1 + 1` [bad_model] at /decision[a]"}},
      {R"(<decision name="a"><literalExpression>1 + 1</literalExpression></decision>)",
       {"f:2:20: error: model: text stands in `literalExpression`: `1 + 1` [bad_model] at /decision[a]/literalExpression; write it as <text>...</text>"}},
      {R"(<decision name="a"><literalExpression><text>a<b/></text></literalExpression></decision>)",
       {"f:2:46: error: model: `b` may not stand in a text [bad_model] at /decision[a]/literalExpression/text/b; write `&lt;` for the character itself"}},
      {R"(<decision name="a"><description>a<b/></description></decision>)",
       {"f:2:34: error: model: `b` may not stand in a text [bad_model] at /decision[a]/description/b; write `&lt;` for the character itself"}},
      {R"(<decision name="a"><variable name="a"/><variable name="b"/></decision>)",
       {"f:2:40: error: model: a second `variable` in `decision` [bad_model] at /decision[a]/variable[b]"}},
      {R"(<decision name="a">@
@</decision>)",
       {"f:3:1: error: model: a second `literalExpression` in `decision` [bad_model] at /decision[a]/literalExpression"}},
      {R"(<decision name="a"><variable/></decision>)",
       {"f:2:20: error: model: `variable` has no attribute `name` [bad_model] at /decision[a]/variable"}},
      {R"(<decision name="a"><informationRequirement><requiredInput href="b"/></informationRequirement></decision>)",
       {"f:2:44: error: model: `href` is `b`, which names no id [bad_model] at /decision[a]/informationRequirement/requiredInput; write `#b`"}},
      {R"(<decision name="a"><informationRequirement><requiredInput href="urn:x#"/></informationRequirement></decision>)",
       {"f:2:44: error: model: `href` is `urn:x#`, which names no id [bad_model] at /decision[a]/informationRequirement/requiredInput"}},
      {R"(<decision name="a"><informationRequirement><requiredInput/></informationRequirement></decision>)",
       {"f:2:44: error: model: `requiredInput` has no attribute `href` [bad_model] at /decision[a]/informationRequirement/requiredInput"}},
      {R"(<decision name="a"><informationRequirement/></decision>)",
       {"f:2:20: error: model: `informationRequirement` does not say what is required [bad_model] at /decision[a]/informationRequirement"}},
      {R"(<decision name="a"><informationRequirement><requiredKnowledge href="#b"/></informationRequirement></decision>)",
       {"f:2:20: error: model: `informationRequirement` does not say what is required [bad_model] at /decision[a]/informationRequirement",
        "f:2:44: error: model: `requiredKnowledge` may not stand in `informationRequirement` [bad_model] at /decision[a]/informationRequirement/requiredKnowledge"}},
      {R"(<inputData id="i" name="i"/><decision name="a"><informationRequirement><requiredInput href="#i"/><requiredInput href="#i"/></informationRequirement></decision>)",
       {"f:2:98: error: model: a requirement is of one thing [bad_model] at /decision[a]/informationRequirement/requiredInput"}},
      {R"(<decision name="a"><decisionTable><output name="o"><defaultOutputEntry/></output></decisionTable></decision>)",
       {"f:2:52: error: model: `defaultOutputEntry` has no text [bad_model] at /decision[a]/decisionTable/output[o]/defaultOutputEntry; an empty one is written <text></text>"}},
      {R"(<decision name="a"><decisionTable><output name="o"><defaultOutputEntry><text/><text/></defaultOutputEntry></output></decisionTable></decision>)",
       {"f:2:79: error: model: a second `text` in `defaultOutputEntry` [bad_model] at /decision[a]/decisionTable/output[o]/defaultOutputEntry/text"}},
      {R"(<decision name="a"><decisionTable><input/><output name="o"/></decisionTable></decision>)",
       {"f:2:35: error: model: this input has no `inputExpression` [bad_model] at /decision[a]/decisionTable/input"}},
      {R"(<decision name="a"><decisionTable><input><inputExpression><text/></inputExpression><inputExpression><text/></inputExpression></input><output name="o"/></decisionTable></decision>)",
       {"f:2:84: error: model: a second `inputExpression` in `input` [bad_model] at /decision[a]/decisionTable/input/inputExpression"}},
      {R"(<decision name="a"><decisionTable><input><inputExpression><text>x</text></inputExpression></input><output name="o"/><rule><inputEntry><text/></inputEntry></rule></decisionTable></decision>)",
       {"f:2:117: error: model: this rule has 0 output entries, the table 1 outputs [bad_model] at /decision[a]/decisionTable/rule"}},
      {R"(<decision name="a"><decisionTable><input><inputExpression><text>x</text></inputExpression></input><output name="o"/><rule><inputEntry><text/></inputEntry><inputEntry><text/></inputEntry><outputEntry><text/></outputEntry></rule></decisionTable></decision>)",
       {"f:2:117: error: model: this rule has 2 input entries, the table 1 inputs [bad_model] at /decision[a]/decisionTable/rule"}},
      {R"(<decision name="a"><decisionTable><input><inputExpression><text>x</text></inputExpression></input></decisionTable></decision>)",
       {"f:2:20: error: model: this decision table has no output [bad_model] at /decision[a]/decisionTable"}},
      {R"(<decision name="a"><decisionTable><output/><output name="p"/></decisionTable></decision>)",
       {"f:2:35: error: model: an output has no name, though there are several [bad_model] at /decision[a]/decisionTable"}},
      {R"(<decision name="a"><decisionTable><output name="p"/><output name="p"/></decisionTable></decision>)",
       {"f:2:53: error: name `p` is defined twice [duplicate_name] at /decision[a]/decisionTable"}},
      {R"(<decision name="a"><decisionTable><output/></decisionTable></decision>)",
       {}},
      {R"(<decision name="a"><decisionTable aggregation="MAX"><output name="o"/></decisionTable></decision>)",
       {R"(f:2:20: error: model: `aggregation` without hit policy COLLECT [bad_model] at /decision[a]/decisionTable; write hitPolicy="COLLECT")"}},
      {R"(<decision name="a"><decisionTable hitPolicy="RULE ORDER" aggregation="MAX"><output name="o"/></decisionTable></decision>)",
       {R"(f:2:20: error: model: `aggregation` without hit policy COLLECT [bad_model] at /decision[a]/decisionTable; write hitPolicy="COLLECT")"}},
      {R"(<decision name="a"><literalExpression><text/><text/></literalExpression></decision>)",
       {"f:2:46: error: model: a second text or `importedValues` in `literalExpression` [bad_model] at /decision[a]/literalExpression/text"}},
      {R"(<decision name="a"><literalExpression><importedValues name="v"/></literalExpression></decision>)",
       {"f:2:39: error: model: `importedValues` has no attribute `namespace` [bad_model] at /decision[a]/literalExpression/importedValues[v]"}},
      {R"(<decision name="a"><context><contextEntry>@</contextEntry><contextEntry><variable name="x"/>@</contextEntry></context></decision>)",
       {"f:2:29: error: model: an entry of a context without a variable is its result and stands last [bad_model] at /decision[a]/context/contextEntry; give it a <variable>"}},
      {R"(<decision name="a"><context><contextEntry><variable name="x"/></contextEntry></context></decision>)",
       {"f:2:29: error: model: this entry of a context has no expression [bad_model] at /decision[a]/context/contextEntry"}},
      {R"(<decision name="a"><context><contextEntry><variable name="x"/>@</contextEntry><contextEntry><variable name="x"/>@</contextEntry></context></decision>)",
       {"f:2:131: error: name `x` is defined twice [duplicate_name] at /decision[a]/context/contextEntry"}},
      {R"(<decision name="a"><invocation/></decision>)",
       {"f:2:20: error: model: this invocation does not say what it calls [bad_model] at /decision[a]/invocation"}},
      {R"(<decision name="a"><invocation>@<binding>@</binding></invocation></decision>)",
       {"f:2:85: error: model: this binding has no parameter [bad_model] at /decision[a]/invocation/binding"}},
      {R"(<decision name="a"><invocation>@@</invocation></decision>)",
       {"f:2:85: error: model: a second `literalExpression` in `invocation` [bad_model] at /decision[a]/invocation/literalExpression"}},
      {R"(<decision name="a"><relation><column name="p"/><row/></relation></decision>)",
       {"f:2:48: error: model: this row has 0 cells, the relation 1 columns [bad_model] at /decision[a]/relation/row"}},
      {R"(<decision name="a"><relation><column name="p"/><column name="p"/></relation></decision>)",
       {"f:2:48: error: name `p` is defined twice [duplicate_name] at /decision[a]/relation"}},
      {R"(<decision name="a"><functionDefinition><formalParameter name="p"/><formalParameter name="p"/>@</functionDefinition></decision>)",
       {"f:2:67: error: name `p` is defined twice [duplicate_name] at /decision[a]/functionDefinition"}},
      {R"(<decision name="a"><functionDefinition>@@</functionDefinition></decision>)",
       {"f:2:93: error: model: a second `literalExpression` in `functionDefinition` [bad_model] at /decision[a]/functionDefinition/literalExpression"}},
      {R"(<decision name="a"><conditional><if>@</if><else>@</else></conditional></decision>)",
       {"f:2:20: error: model: `conditional` has no `then` [bad_model] at /decision[a]/conditional"}},
      {R"(<decision name="a"><conditional><if/><then>@</then><else>@</else></conditional></decision>)",
       {"f:2:33: error: model: `if` has no expression [bad_model] at /decision[a]/conditional/if"}},
      {R"(<decision name="a"><filter><in>@</in><in>@</in><match>@</match></filter></decision>)",
       {"f:2:90: error: model: a second `in` in `filter` [bad_model] at /decision[a]/filter/in"}},
      {R"(<decision name="a"><for><in>@</in><return>@</return></for></decision>)",
       {"f:2:20: error: model: `for` has no attribute `iteratorVariable` [bad_model] at /decision[a]/for"}},
      {R"(<decision name="a"><some iteratorVariable="x"><in>@</in></some></decision>)",
       {"f:2:20: error: model: `some` has no `satisfies` [bad_model] at /decision[a]/some"}},
      {R"(<decision name="a"><every iteratorVariable="x"><in>@</in><return>@</return></every></decision>)",
       {"f:2:20: error: model: `every` has no `satisfies` [bad_model] at /decision[a]/every",
        "f:2:110: error: model: `return` may not stand in `every` [bad_model] at /decision[a]/every/return"}},
      {R"(<decision name="a"><list><literalExpression/><lists/></list></decision>)",
       {"f:2:46: error: model: `lists` may not stand in `list` [bad_model] at /decision[a]/list/lists; did you mean `list`?"}},
      {R"(<itemDefinition name="t"><itemComponent name="a"/><itemComponent name="a"/></itemDefinition>)",
       {"f:2:51: error: name `a` is defined twice [duplicate_name] at /itemDefinition[t]/itemComponent[a]"}},
      {R"(<itemDefinition name="t"><typeRef>number</typeRef><itemComponent name="a"/></itemDefinition>)",
       {"f:2:1: error: model: a type is a `typeRef`, or components, or a function, not several of them [bad_model] at /itemDefinition[t]"}},
      {R"(<itemDefinition name="t"><itemComponent/></itemDefinition>)",
       {"f:2:26: error: model: `itemComponent` has no attribute `name` [bad_model] at /itemDefinition[t]/itemComponent"}},
      {R"(<decisionService name="s"/>)",
       {"f:2:1: error: model: this decision service has no output decision [bad_model] at /decisionService[s]"}},
      {R"(<decisionService name="s"><outputDecision href="#a"/></decisionService>)",
       {"f:2:27: error: this decision service refers to `#a`, which is not there [dangling_reference] at /decisionService[s]"}},
      {R"(<import name="i"/>)",
       {"f:2:1: error: model: `import` has no attribute `namespace` [bad_model] at /import[i]"}},
      {R"(<decision id="a" name="a"/>
<decision id="a" name="b"/>)",
       {"f:3:1: error: model: id `a` is given twice [bad_model] at /decision[b]"}},
      {R"(<decision name="a"/>
<inputData name="a"/>)",
       {"f:2:1: error: name `a` is defined twice [duplicate_name] at /decision[a]"}},
      {R"(<import name="a" namespace="urn:x"/>
<decision name="a"/>)",
       {"f:3:1: error: name `a` is defined twice [duplicate_name] at /decision[a]"}},
      {R"(<import name="a" namespace="urn:x"/>
<import name="a" namespace="urn:y"/>)",
       {"f:3:1: error: name `a` is defined twice [duplicate_name] at /import[a]"}},
      {R"(<itemDefinition name="t"/>
<itemDefinition name="t"/>)",
       {"f:3:1: error: name `t` is defined twice [duplicate_name] at /itemDefinition[t]"}},
      {R"(<itemDefinition name="t"/>
<decision name="t"/>)",
       {}},
      {R"(<inputData id="i1" name="Amount"/><decision name="a"><informationRequirement><requiredInput href="#Amount"/></informationRequirement></decision>)",
       {"f:2:78: error: requiredInput refers to `#Amount`, which is not there [dangling_reference] at /decision[a]; the element of that name has id `i1`"}},
      {R"(<inputData name="Amount"/><decision name="a"><informationRequirement><requiredInput href="#Amount"/></informationRequirement></decision>)",
       {"f:2:70: error: requiredInput refers to `#Amount`, which is not there [dangling_reference] at /decision[a]; the element of that name has no id"}},
      {R"(<inputData id="amount" name="x"/><decision name="a"><informationRequirement><requiredInput href="#amuont"/></informationRequirement></decision>)",
       {"f:2:77: error: requiredInput refers to `#amuont`, which is not there [dangling_reference] at /decision[a]; did you mean `amount`?"}},
      {R"(<decision name="a"><informationRequirement><requiredDecision href="urn:y#d"/></informationRequirement></decision>)",
       {"f:2:44: error: requiredDecision refers to `urn:y#d`, which is not there [dangling_reference] at /decision[a]; no import has namespace `urn:y`"}},
      {R"(<inputData id="i" name="x"/><decision name="a"><informationRequirement><requiredDecision href="#i"/></informationRequirement></decision>)",
       {"f:2:72: error: model: requiredDecision refers to `inputData` `x`, expected decision [bad_model] at /decision[a]"}},
      {R"(<inputData id="i" name="x"/><decision name="a"><knowledgeRequirement><requiredKnowledge href="#i"/></knowledgeRequirement></decision>)",
       {"f:2:70: error: model: requiredKnowledge refers to `inputData` `x`, expected businessKnowledgeModel or decisionService [bad_model] at /decision[a]"}},
      {R"(<inputData id="i" name="x"/><decision name="a"><authorityRequirement><requiredAuthority href="#i"/></authorityRequirement></decision>)",
       {"f:2:70: error: model: requiredAuthority refers to `inputData` `x`, expected knowledgeSource [bad_model] at /decision[a]"}},
      {R"(<inputData id="i" name="x"/><businessKnowledgeModel name="k"><knowledgeRequirement><requiredKnowledge href="#z"/></knowledgeRequirement></businessKnowledgeModel>)",
       {"f:2:84: error: requiredKnowledge refers to `#z`, which is not there [dangling_reference] at /businessKnowledgeModel[k]"}},
      {R"(<inputData id="i" name="x"/><decisionService name="s"><outputDecision href="#i"/><inputData href="#s"/></decisionService>)",
       {"f:2:55: error: model: this decision service refers to `inputData` `x`, expected decision [bad_model] at /decisionService[s]",
        "f:2:82: error: this decision service refers to `#s`, which is not there [dangling_reference] at /decisionService[s]; the element of that name has no id"}},
      {R"(<decision name="nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"><lists/></decision>)",
       {"f:2:119: error: model: `lists` may not stand in `decision` [bad_model] at /decision[nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn...]/lists; did you mean `list`?"}},
  };
  for (const auto& row : kRows) {
    const Read read = ReadAll(Model(row.body));
    EXPECT_TRUE(read.readable);
    EXPECT_EQ(read.found, row.found) << row.body;
    const Definitions& m = read.model;
    Strings carried;
    const auto add = [&](const Diagnostics& own) {
      for (const Diagnostic& d : own) carried.push_back(d.Format());
    };
    add(m.diagnostics);
    for (const auto& e : m.imports) add(e.diagnostics);
    for (const auto& e : m.item_definitions) add(e.diagnostics);
    for (const auto& e : m.input_data) add(e.diagnostics);
    for (const auto& e : m.decisions) add(e.diagnostics);
    for (const auto& e : m.knowledge_models) add(e.diagnostics);
    for (const auto& e : m.services) add(e.diagnostics);
    std::sort(carried.begin(), carried.end());
    Strings all = read.found;
    std::sort(all.begin(), all.end());
    EXPECT_EQ(carried, all) << row.body;
  }
}

TEST(Document, DamageDoesNotSpread) {
  const Read read = ReadAll(Model(R"(<decision id="a" name="A"><list>@<lists/><literalExpression>x</literalExpression>@</list></decision>
<decision id="b" name="B"><informationRequirement><requiredDecision href="#zz"/></informationRequirement>@</decision>
<decision id="c" name="C"><context><contextEntry><variable name="x"/></contextEntry><contextEntry>@</contextEntry></context></decision>
<decision id="d" name="D">@</decision>
<decision id="e" name="E"><conditional><if>@</if><else>@</else></conditional></decision>
<nonsense/>)"));
  EXPECT_EQ(read.found.size(), 6u);
  const Definitions& m = read.model;
  ASSERT_EQ(m.decisions.size(), 5u);
  EXPECT_EQ(m.decisions[0].diagnostics.size(), 2u);
  EXPECT_EQ(Texts(m.decisions[0].logic->children), (Strings{"1", "", "1"}));
  EXPECT_EQ(m.decisions[1].diagnostics.size(), 1u);
  EXPECT_EQ(m.decisions[1].logic->text.text, "1");
  EXPECT_EQ(m.decisions[2].logic->entries[0].value.kind, ExpressionKind::kUnreadable);
  EXPECT_EQ(m.decisions[2].logic->entries[1].value.text.text, "1");
  EXPECT_TRUE(m.decisions[3].diagnostics.empty());
  EXPECT_EQ(m.decisions[4].logic->children[1].kind, ExpressionKind::kUnreadable);  // the place of `then`
  EXPECT_EQ(m.decisions[4].logic->children[2].text.text, "1");
  EXPECT_EQ(m.diagnostics.size(), 1u);
}

TEST(Document, DamagedTextsAreEmpty) {
  const Read read = ReadAll(Model("<decision name=\"d\"><literalExpression><text>a<b>c</b>d</text></literalExpression></decision>"));
  EXPECT_EQ(read.found.size(), 1u);
  const Text& text = read.model.decisions[0].logic->text;
  EXPECT_TRUE(text.present);
  EXPECT_EQ(text.text, "");
  EXPECT_EQ(text.span.column, 45u);
  EXPECT_EQ(text.span.length, 0u);
}

TEST(Document, FindingsEnd) {
  std::string body;
  for (int n = 0; n < 1500; ++n) body += "<decision name=\"d" + std::to_string(n) + "\"><lists/></decision>\n";
  const Read read = ReadAll(Model(body));
  ASSERT_EQ(read.found.size(), 1001u);
  EXPECT_EQ(read.found[999], "f:1001:23: error: model: `lists` may not stand in `decision` [bad_model] at /decision[d999]/lists; did you mean `list`?");
  EXPECT_EQ(read.found[1000], "f:1:1: error: limit exceeded: more than 1000 findings [limit_exceeded]");
  for (const Decision& d : read.model.decisions) EXPECT_EQ(d.diagnostics.size(), 1u);
}

TEST(Document, RefusedDocuments) {
  const struct {
    std::string text;
    Strings found;
  } kRows[] = {
      {"",
       {"f:1:1: error: this is not XML that can be read: there is no element [bad_xml]"}},
      {"  \n",
       {"f:2:1: error: this is not XML that can be read: there is no element [bad_xml]"}},
      {"x",
       {"f:1:1: error: this is not XML that can be read: text stands outside of the root element [bad_xml]"}},
      {"<a",
       {"f:1:3: error: this is not XML that can be read: the document ends in a tag [bad_xml]"}},
      {"<a>",
       {"f:1:4: error: this is not XML that can be read: `a` is not closed [bad_xml]"}},
      {"<a/><b/>",
       {"f:1:5: error: this is not XML that can be read: a second root element [bad_xml]"}},
      {"<a></b>",
       {"f:1:4: error: this is not XML that can be read: `b` is closed here, but `a` is open [bad_xml]"}},
      {"<a></a></a>",
       {"f:1:8: error: this is not XML that can be read: `a` is closed here, but nothing is open [bad_xml]"}},
      {"<a>&b;</a>",
       {"f:1:4: error: this is not XML that can be read: unknown entity `&b;` [bad_xml]"}},
      {"<a>& </a>",
       {"f:1:4: error: this is not XML that can be read: `&` begins no entity [bad_xml]; write `&amp;` for the character itself"}},
      {"<a>&#0;</a>",
       {"f:1:4: error: this is not XML that can be read: `&` begins no entity [bad_xml]; write `&amp;` for the character itself"}},
      {"<a>&#xD800;</a>",
       {"f:1:4: error: this is not XML that can be read: `&` begins no entity [bad_xml]; write `&amp;` for the character itself"}},
      {R"(<a b="1" b="2"/>)",
       {"f:1:10: error: this is not XML that can be read: attribute `b` is given twice [bad_xml]"}},
      {"<a b=1/>",
       {"f:1:6: error: this is not XML that can be read: expected a quoted value [bad_xml]"}},
      {"<a b/>",
       {"f:1:5: error: this is not XML that can be read: expected `=` after `b` [bad_xml]"}},
      {R"(<a b="1"c="2"/>)",
       {"f:1:9: error: this is not XML that can be read: expected a space, `/` or `>` [bad_xml]"}},
      {R"(<a b="<"/>)",
       {"f:1:7: error: this is not XML that can be read: `<` may not stand in an attribute [bad_xml]; write `&lt;`"}},
      {R"(<a b="&x;"/>)",
       {"f:1:7: error: this is not XML that can be read: unknown entity `&x;` [bad_xml]"}},
      {R"(<a b="1/>)",
       {"f:1:6: error: this is not XML that can be read: the value does not end [bad_xml]"}},
      {"<a>]]></a>",
       {"f:1:4: error: this is not XML that can be read: `]]>` may not stand in text [bad_xml]; write `]]&gt;`"}},
      {"<a><![CDATA[x</a>",
       {"f:1:4: error: this is not XML that can be read: the CDATA section does not end [bad_xml]"}},
      {"<!-- x",
       {"f:1:1: error: this is not XML that can be read: the comment does not end [bad_xml]"}},
      {"<a/><?x",
       {"f:1:5: error: this is not XML that can be read: the processing instruction does not end [bad_xml]"}},
      {"<a/>x",
       {"f:1:5: error: this is not XML that can be read: text stands outside of the root element [bad_xml]"}},
      {"<![CDATA[x]]>",
       {"f:1:1: error: this is not XML that can be read: text stands outside of the root element [bad_xml]"}},
      {"<!DOCTYPE a><a/>",
       {"f:1:1: error: this is not XML that can be read: a document type declaration (DTD) is not read [bad_xml]; remove it, with the entities it declares"}},
      {R"(<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>)",
       {"f:1:1: error: this is not XML that can be read: a document type declaration (DTD) is not read [bad_xml]; remove it, with the entities it declares"}},
      {"<x:a/>",
       {"f:1:2: error: this is not XML that can be read: prefix `x` is not declared [bad_xml]"}},
      {R"(<a x:b="1"/>)",
       {"f:1:4: error: this is not XML that can be read: prefix `x` is not declared [bad_xml]"}},
      {R"(<a:b:c xmlns:a="urn:x"/>)",
       {"f:1:2: error: this is not XML that can be read: `a:b:c` is not a name [bad_xml]"}},
      {"<:a/>",
       {"f:1:2: error: this is not XML that can be read: `:a` is not a name [bad_xml]"}},
      {R"(<a xmlns:b=""/>)",
       {"f:1:4: error: this is not XML that can be read: `xmlns:b` cannot be declared so [bad_xml]"}},
      {R"(<a xmlns:xml="urn:x"/>)",
       {"f:1:4: error: this is not XML that can be read: `xmlns:xml` cannot be declared so [bad_xml]"}},
      {"<a / >",
       {"f:1:5: error: this is not XML that can be read: expected `>` [bad_xml]"}},
      {"<1/>",
       {"f:1:2: error: this is not XML that can be read: expected a name [bad_xml]"}},
      {"<a></a",
       {"f:1:7: error: this is not XML that can be read: expected `>` [bad_xml]"}},
      {R"(<?xml version="1.0" encoding="ISO-8859-1"?><a/>)",
       {"f:1:21: error: this is not XML that can be read: encoding ISO-8859-1 is not read [bad_xml]; save the file as UTF-8"}},
      {R"(<?xml version="1.0" encoding=UTF-8?><a/>)",
       {"f:1:21: error: this is not XML that can be read: the encoding is not quoted [bad_xml]"}},
      {R"(<?xml version="1.0")",
       {"f:1:1: error: this is not XML that can be read: the XML declaration does not end [bad_xml]"}},
      {"<a>\x01""</a>",
       {"f:1:4: error: this is not XML that can be read: character 1 may not stand in XML [bad_xml]"}},
      {"<a>\uFFFF</a>",
       {"f:1:4: error: this is not XML that can be read: ill-formed UTF-8, or a character that XML does not have [bad_xml]; save the file as UTF-8"}},
      {"<definitions/>",
       {"f:1:1: error: `` is not a namespace of DMN 1.1 to 1.5 [unknown_namespace]; known are http://www.omg.org/spec/DMN/20151101/dmn.xsd, http://www.omg.org/spec/DMN/20180521/MODEL/, https://www.omg.org/spec/DMN/20191111/MODEL/, https://www.omg.org/spec/DMN/20211108/MODEL/, https://www.omg.org/spec/DMN/20230324/MODEL/"}},
      {R"(<definitions xmlns="urn:x" name="m" namespace="urn:m"/>)",
       {"f:1:1: error: `urn:x` is not a namespace of DMN 1.1 to 1.5 [unknown_namespace]; known are http://www.omg.org/spec/DMN/20151101/dmn.xsd, http://www.omg.org/spec/DMN/20180521/MODEL/, https://www.omg.org/spec/DMN/20191111/MODEL/, https://www.omg.org/spec/DMN/20211108/MODEL/, https://www.omg.org/spec/DMN/20230324/MODEL/"}},
      {R"(<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL" name="m" namespace="urn:m"/>)",
       {"f:1:1: error: `https://www.omg.org/spec/DMN/20191111/MODEL` is not a namespace of DMN 1.1 to 1.5 [unknown_namespace]; did you mean `https://www.omg.org/spec/DMN/20191111/MODEL/`?"}},
      {R"(<decision xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="urn:m"/>)",
       {"f:1:1: error: model: the root element is `decision`, not `definitions` [bad_model]"}},
      {R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/"/>)",
       {"f:1:1: error: model: `definitions` has no attribute `name` [bad_model]",
        "f:1:1: error: model: `definitions` has no attribute `namespace` [bad_model]"}},
      {std::string("<a>\xff""</a>"),
       {"f:1:4: error: this is not XML that can be read: ill-formed UTF-8, or a character that XML does not have [bad_xml]; save the file as UTF-8"}},
      {std::string("\xfe""\xff""<a/>"),
       {"f:1:1: error: this is not XML that can be read: the text is UTF-16 [bad_xml]; save the file as UTF-8"}},
      {std::string("<a>\xc0""\xaf""</a>"),
       {"f:1:4: error: this is not XML that can be read: ill-formed UTF-8, or a character that XML does not have [bad_xml]; save the file as UTF-8"}},
  };
  for (const auto& row : kRows) {
    const Read read = ReadAll(row.text);
    EXPECT_EQ(read.readable, row.text.find("MODEL/\"/>") != std::string::npos) << row.text;  // of those only the last is a model
    EXPECT_EQ(read.found, row.found) << row.text;
  }
}

TEST(Document, LimitsOfDocuments) {
  Limits limits;
  const std::string text = Model("<decision name=\"d\"><list><list><list/></list></list></decision>");
  limits.max_json_depth = 5;
  EXPECT_TRUE(ReadAll(text, limits).found.empty());
  limits.max_json_depth = 4;
  Read read = ReadAll(text, limits);
  EXPECT_FALSE(read.readable);
  EXPECT_EQ(read.found, Strings{"f:2:32: error: limit exceeded: nested deeper than 4 [limit_exceeded]"});
  limits = {};
  limits.max_document_bytes = static_cast<decltype(limits.max_document_bytes)>(text.size());
  EXPECT_TRUE(ReadAll(text, limits).readable);
  --limits.max_document_bytes;
  read = ReadAll(text, limits);
  EXPECT_FALSE(read.readable);
  EXPECT_EQ(read.found, Strings{"f:1:1: error: limit exceeded: the document is larger than " + std::to_string(text.size() - 1) + " bytes [limit_exceeded]"});
  // However much is allowed, no stack ends.
  limits = {};
  limits.max_json_depth = 1000000;
  std::string deep;
  for (int n = 0; n < 100000; ++n) deep += "<list>";
  EXPECT_FALSE(ReadAll(Model("<decision name=\"d\">" + deep), limits).readable);
  std::string deepest, close;
  for (int n = 0; n < 498; ++n) deepest += "<list>", close += "</list>";
  EXPECT_TRUE(ReadAll(Model("<decision name=\"d\">" + deepest + close + "</decision>"), limits).found.empty());
}

TEST(Document, BytesBeforeTheRoot) {
  EXPECT_EQ(Good("\xEF\xBB\xBF<?xml version='1.0' encoding='utf-8'?><!-- c --><?pi x?>\n" + Model("<decision name=\"d\"/>") + "\n<!-- end -->").decisions.size(), 1u);
}

// ---- the kit ----------------------------------------------------------------

TEST(Document, ModelsOfTheKit) {
  const std::vector<testing::TckFolder> folders = testing::FindTck(testing::SharedFolder() + "/tck");
  if (folders.empty()) GTEST_SKIP() << "the kit's files are not there: " << testing::SharedFolder() << "/tck";
  std::size_t models = 0, decisions = 0;
  for (const testing::TckFolder& folder : folders) {
    for (const std::string& path : folder.models) {
      const std::string text = testing::ReadWhole(path);
      Definitions model;
      Diagnostics found;
      EXPECT_TRUE(Parse(text, {}, path, &model, &found)) << path;
      for (const Diagnostic& d : found) ADD_FAILURE() << d.Format();
      ++models;
      decisions += model.decisions.size();
    }
    for (const std::string& path : folder.tests) {
      testing::TckFile file;
      Diagnostics found;
      EXPECT_TRUE(testing::ReadTck(testing::ReadWhole(path), path, &file, &found)) << path;
      for (const Diagnostic& d : found) ADD_FAILURE() << d.Format();
      EXPECT_FALSE(file.cases.empty()) << path;
    }
  }
  EXPECT_GT(models, 50u);
  EXPECT_GT(decisions, models);
}

}  // namespace
}  // namespace ordain::dmn
