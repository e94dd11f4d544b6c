// From XML to the structs of a model, in two passes.
//
// The first reads the elements, in the order of the file; what stands where it may not is reported, with the nearest
// name, and reading goes on. The second knows all ids and names: it follows references and finds what is given twice.
// Whatever is said goes to the list of all and to that of the element it belongs to (`current_`); the list of all
// ends at kMostFindings, so that a hostile file cannot make more of them than of itself, and an element whose
// first finding falls beyond keeps that one.
//
// Nesting is bounded by the scan of src/dmn/xml.hpp, so recursion here is too.
// Tested by tests/dmn_document_test.cc; fuzzed by tests/fuzz/dmn_fuzz.cc.
#include "dmn/document.hpp"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <unordered_map>
#include <unordered_set>

#include "dmn/xml.hpp"

namespace ordain::dmn {

std::string_view VersionName(Version version) {
  static constexpr std::string_view kNames[] = {"1.1", "1.2", "1.3", "1.4", "1.5"};
  return kNames[static_cast<std::size_t>(version)];
}

const std::vector<NamespaceRow>& KnownNamespaces() {
  static const std::vector<NamespaceRow> kRows = {
      {Version::k11, "http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/FEEL/20140401"},
      {Version::k12, "http://www.omg.org/spec/DMN/20180521/MODEL/", "http://www.omg.org/spec/DMN/20180521/FEEL/"},
      {Version::k13, "https://www.omg.org/spec/DMN/20191111/MODEL/", "https://www.omg.org/spec/DMN/20191111/FEEL/"},
      {Version::k14, "https://www.omg.org/spec/DMN/20211108/MODEL/", "https://www.omg.org/spec/DMN/20211108/FEEL/"},
      {Version::k15, "https://www.omg.org/spec/DMN/20230324/MODEL/", "https://www.omg.org/spec/DMN/20230324/FEEL/"},
  };
  return kRows;
}

bool IsFeel(std::string_view language) {
  if (language == "feel" || language == "FEEL") return true;
  const auto& rows = KnownNamespaces();
  return std::any_of(rows.begin(), rows.end(), [&](const NamespaceRow& row) { return row.feel == language; });
}

namespace {

constexpr std::string_view kHitPolicies[] = {"UNIQUE", "FIRST", "PRIORITY", "ANY", "COLLECT", "RULE ORDER", "OUTPUT ORDER"};
constexpr std::string_view kAggregations[] = {"", "SUM", "COUNT", "MIN", "MAX"};
constexpr std::string_view kOrientations[] = {"Rule-as-Row", "Rule-as-Column", "CrossTable"};
constexpr std::string_view kFunctionKinds[] = {"FEEL", "Java", "PMML"};
constexpr std::string_view kExpressions[] = {"",       "literalExpression",  "context",     "invocation", "list",
                                             "relation", "functionDefinition", "conditional", "filter",     "for",
                                             "some",   "every",              "decisionTable"};
constexpr std::size_t kMostFindings = 1000;

using Names = std::initializer_list<std::string_view>;

// What may stand beside the names that a reader asks for, and is of no matter to it.
constexpr std::string_view kIgnored[] = {"description", "extensionElements"};

// Of a text that goes into a message: names in a file may be of any length.
std::string Clip(std::string_view s) {
  constexpr std::size_t kMost = 80;
  if (s.size() <= kMost) return std::string(s);
  std::size_t end = kMost;
  while ((static_cast<unsigned char>(s[end]) & 0xC0u) == 0x80u) --end;
  return std::string(s.substr(0, end)) + "...";
}
std::string Quote(std::string_view s) { return "`" + Clip(s) + "`"; }

bool IsBlank(std::string_view s) { return s.find_first_not_of(" \t\r\n") == std::string_view::npos; }
std::string_view Trim(std::string_view s) {
  const std::size_t begin = s.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return s.substr(begin, s.find_last_not_of(" \t\r\n") - begin + 1);
}

ExpressionKind KindOf(std::string_view name) {
  const auto* it = std::find(std::begin(kExpressions) + 1, std::end(kExpressions), name);
  return it == std::end(kExpressions) ? ExpressionKind::kUnreadable
                                      : static_cast<ExpressionKind>(it - std::begin(kExpressions));
}

enum class ElementKind : std::uint8_t { kInputData, kDecision, kKnowledgeModel, kService, kKnowledgeSource };
std::string_view ElementName(ElementKind kind) {
  static constexpr std::string_view kNames[] = {"inputData", "decision", "businessKnowledgeModel", "decisionService",
                                                "knowledgeSource"};
  return kNames[static_cast<std::size_t>(kind)];
}

class Reader {
 public:
  Reader(const Xml& xml, const std::string& file, Definitions* out) : xml_(xml), file_(file), out_(*out) {}

  bool Read(Diagnostics* diagnostics) {
    current_ = &out_.diagnostics;
    const bool readable = Root();
    if (readable) {
      Link();
      Duplicates();
    }
    std::stable_sort(all_.begin(), all_.end(),
                     [](const Diagnostic& a, const Diagnostic& b) { return a.span.offset < b.span.offset; });
    diagnostics->insert(diagnostics->end(), std::make_move_iterator(all_.begin()), std::make_move_iterator(all_.end()));
    if (dropped_) {
      diagnostics->push_back(MakeDiagnostic(Code::kLimitExceeded, "", out_.span,
                                            {{"what", "more than " + std::to_string(kMostFindings) + " findings"}}));
      diagnostics->back().file = file_;
    }
    return readable;
  }

 private:
  using Node = pugi::xml_node;

  // ---- what is said -----------------------------------------------------------

  // "/decision[Approval]/decisionTable/rule": names, not numbers; the place is exact.
  static std::string PathOf(Node node) {
    std::string path;
    for (; node && node.parent() && node.parent().type() == pugi::node_element; node = node.parent()) {
      std::string step = "/" + std::string(LocalName(node));
      if (const pugi::xml_attribute name = node.attribute("name")) step += "[" + Clip(name.value()) + "]";
      path.insert(0, step);
    }
    return path;
  }
  void Say(Code code, const Span& span, std::string path, std::vector<std::pair<std::string, std::string>> args,
           std::string hint = "") {
    const bool full = all_.size() >= kMostFindings;
    dropped_ |= full;
    if (full && !current_->empty()) return;
    Diagnostic d = MakeDiagnostic(code, std::move(path), span, std::move(args), std::move(hint));
    d.file = file_;
    current_->push_back(d);
    if (!full) all_.push_back(std::move(d));
  }
  void Bad(Node node, std::string what, std::string hint = "") {
    Say(Code::kBadModel, xml_.SpanOf(node), PathOf(node), {{"what", std::move(what)}}, std::move(hint));
  }
  static std::string Nearest(std::string_view wrong, const std::vector<std::string>& candidates) {
    const std::string nearest = NearestName(wrong, candidates);
    return nearest.empty() ? "" : "did you mean `" + nearest + "`?";
  }

  // ---- attributes and children ------------------------------------------------

  static std::string Get(Node node, const char* name) { return node.attribute(name).value(); }
  std::string Need(Node node, const char* name) {
    const pugi::xml_attribute a = node.attribute(name);
    if (!a || a.value()[0] == '\0') {
      Bad(node, "`" + std::string(LocalName(node)) + "` has no attribute `" + name + "`");
    }
    return a.value();
  }
  // One of a list of words; the first when the attribute is not there.
  template <class T, std::size_t N>
  T Choose(Node node, const char* name, const std::string_view (&words)[N]) {
    const pugi::xml_attribute a = node.attribute(name);
    const auto* it = a ? std::find(std::begin(words), std::end(words), a.value()) : std::begin(words);
    if (it != std::end(words) && (!a || !it->empty())) return static_cast<T>(it - std::begin(words));
    std::vector<std::string> candidates;
    for (const std::string_view word : words) {
      if (!word.empty()) candidates.emplace_back(word);
    }
    std::string all;
    for (const std::string& word : candidates) all += (all.empty() ? "" : ", ") + word;
    Bad(node, "`" + std::string(name) + "` is " + Quote(a.value()) + ", which is none of " + all, Nearest(a.value(), candidates));
    return T{};
  }
  bool Flag(Node node, const char* name) {
    const std::string text = Get(node, name);
    if (!text.empty() && text != "true" && text != "false" && text != "1" && text != "0") {
      Bad(node, "`" + std::string(name) + "` is " + Quote(text) + ", not true or false");
    }
    return text == "true" || text == "1";
  }

  void Unknown(Node node, Names known, bool expressions) {
    std::vector<std::string> candidates;
    for (const std::string_view name : known) candidates.emplace_back(name);
    if (expressions) candidates.insert(candidates.end(), std::begin(kExpressions) + 1, std::end(kExpressions));
    Bad(node, "`" + Clip(node.name()) + "` may not stand in `" + Clip(node.parent().name()) + "`",
        Nearest(LocalName(node), candidates));
  }

  // Calls f(name, child) for each child that is known here. Where expressions may stand, whatever else stands there
  // is reported; elsewhere elements of other namespaces are no business of ours.
  template <class F>
  void Children(Node node, Names known, bool expressions, F f) {
    for (const Node child : node.children()) {
      if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
        if (!IsBlank(child.value())) {
          Bad(node, "text stands in `" + Clip(node.name()) + "`: " + Quote(Trim(child.value())),
              KindOf(LocalName(node)) == ExpressionKind::kLiteral ? "write it as <text>...</text>" : "");
        }
        continue;
      }
      if (child.type() != pugi::node_element) continue;
      const std::string_view name = LocalName(child);
      if (!xml_.InRootNamespace(child)) {
        if (expressions) Unknown(child, known, expressions);
        else Other(name);
      } else if (std::find(known.begin(), known.end(), name) != known.end() ||
                 (expressions && KindOf(name) != ExpressionKind::kUnreadable)) {
        f(name, child);
      } else if (std::find(std::begin(kIgnored), std::end(kIgnored), name) == std::end(kIgnored)) {
        Unknown(child, known, expressions);
      } else if (name != "description") {
        Other(name);
      }
    }
  }
  void Other(std::string_view name) { ++out_.others[Clip(name)]; }
  template <class F>
  void Children(Node node, Names known, F f) {
    Children(node, known, false, f);
  }

  Text ReadText(Node node) {
    for (const Node child : node.children()) {
      if (child.type() == pugi::node_element) {
        Bad(child, "`" + Clip(child.name()) + "` may not stand in a text", "write `&lt;` for the character itself");
        Text out = xml_.TextOf(node);  // what stands around the element is no text of its own: places in it would be wrong
        out.text.clear();
        out.span.length = 0;
        return out;
      }
    }
    return xml_.TextOf(node);
  }
  std::string Description(Node node) {
    for (const Node child : node.children()) {
      if (child.type() == pugi::node_element && LocalName(child) == "description" && xml_.InRootNamespace(child)) {
        return ReadText(child).text;
      }
    }
    return "";
  }
  template <class T>
  void Once(Node node, std::optional<T>* out, T value) {
    if (out->has_value()) {
      Bad(node, "a second `" + Clip(LocalName(node)) + "` in `" + Clip(node.parent().name()) + "`");
      return;
    }
    *out = std::move(value);
  }

  // ---- types and references ---------------------------------------------------

  std::string Type(Node node, std::string text) {
    const std::size_t colon = text.find(':');
    if (colon != std::string::npos) {
      const std::string prefix = text.substr(0, colon);
      const auto ns = xml_.Bound(node, prefix);
      if (!ns) {
        if (out_.version == Version::k11) {
          Say(Code::kUnknownType, xml_.SpanOf(node), PathOf(node), {{"name", Clip(text)}},
              "prefix " + Quote(prefix) + " is not declared");
        }
        return text;
      }
      if (IsFeel(*ns) || *ns == out_.ns) {
        text.erase(0, colon + 1);
        if (!IsFeel(*ns)) return text;
      } else if (const auto import = import_names_.find(*ns); import != import_names_.end()) {
        return import->second.empty() ? text.substr(colon + 1) : import->second + "." + text.substr(colon + 1);
      }
    }
    static constexpr std::pair<std::string_view, std::string_view> kOld[] = {
        {"dateTime", "date and time"},
        {"dayTimeDuration", "days and time duration"},
        {"yearMonthDuration", "years and months duration"},
    };
    for (const auto& [old, name] : kOld) {
      if (text == old && !type_names_.contains(text)) return std::string(name);
    }
    return text;
  }
  std::string TypeAttribute(Node node, const char* name = "typeRef") {
    return Type(node, std::string(Trim(node.attribute(name).value())));
  }

  Reference ReadReference(Node node) {
    Reference out;
    out.span = xml_.SpanOf(node);
    out.href = Need(node, "href");
    if (out.href.empty()) return out;
    const std::string_view href = Trim(out.href);
    const std::size_t hash = href.rfind('#');
    if (hash == std::string_view::npos || hash + 1 == href.size()) {
      Bad(node, "`href` is " + Quote(href) + ", which names no id", hash == href.npos ? "write " + Quote("#" + std::string(href)) : "");
      return out;
    }
    out.id = href.substr(hash + 1);
    out.ns = hash == 0 ? out_.ns : std::string(href.substr(0, hash));
    return out;
  }

  Variable ReadVariable(Node node) {
    Variable out;
    out.span = xml_.SpanOf(node);
    out.id = Get(node, "id");
    out.name = Need(node, "name");
    out.label = Get(node, "label");
    out.type_ref = TypeAttribute(node);
    return out;
  }
  // The variable of an element, which shares its name.
  Variable Default(const std::optional<Variable>& given, const std::string& name, const Span& span) {
    Variable out = given.value_or(Variable{});
    if (out.name.empty()) out.name = name;
    if (!given) out.span = span;
    return out;
  }

  Import ReadImport(Node node) {
    Import out;
    out.span = xml_.SpanOf(node);
    out.id = Get(node, "id");
    out.ns = Need(node, "namespace");
    out.name = node.attribute("name") ? Get(node, "name") : std::string(xml_.PrefixOf(out.ns));
    out.location = Get(node, "locationURI");
    out.type = Get(node, "importType");
    return out;
  }

  std::string Language(Node node) {
    const std::string own = Get(node, "expressionLanguage");
    return own.empty() ? out_.expression_language : own;
  }
  Cell ReadCell(Node node) {
    Cell out;
    out.span = xml_.SpanOf(node);
    out.id = Get(node, "id");
    out.label = Get(node, "label");
    out.type_ref = TypeAttribute(node);
    out.language = Language(node);
    Children(node, {"text"}, [&](std::string_view, Node child) {
      if (out.text.present) return Bad(child, "a second `text` in `" + Clip(node.name()) + "`");
      out.text = ReadText(child);
    });
    if (!out.text.present) Bad(node, "`" + Clip(node.name()) + "` has no text", "an empty one is written <text></text>");
    return out;
  }

  // ---- expressions ------------------------------------------------------------

  // The one expression among the children, where there must be one.
  Expression Only(Node node) {
    std::optional<Expression> out;
    Children(node, {}, true, [&](std::string_view, Node child) { Once(child, &out, ReadExpression(child)); });
    return out ? std::move(*out) : Missing(node, "`" + Clip(node.name()) + "` has no expression");
  }
  Expression Missing(Node node, std::string what) {
    Bad(node, std::move(what));
    Expression out;
    out.span = xml_.SpanOf(node);
    return out;
  }

  Expression ReadExpression(Node node) {
    Expression out;
    out.kind = KindOf(LocalName(node));
    out.span = xml_.SpanOf(node);
    out.id = Get(node, "id");
    out.label = Get(node, "label");
    out.type_ref = TypeAttribute(node);
    switch (out.kind) {
      case ExpressionKind::kUnreadable: break;
      case ExpressionKind::kLiteral: Literal(node, &out); break;
      case ExpressionKind::kContext: Context(node, &out); break;
      case ExpressionKind::kInvocation: Invocation(node, &out); break;
      case ExpressionKind::kList: List(node, &out); break;
      case ExpressionKind::kRelation: Relation(node, &out); break;
      case ExpressionKind::kFunction: Function(node, &out); break;
      case ExpressionKind::kConditional: Parts(node, {"if", "then", "else"}, &out); break;
      case ExpressionKind::kFilter: Parts(node, {"in", "match"}, &out); break;
      case ExpressionKind::kFor: Iterator(node, {"in", "return"}, &out); break;
      case ExpressionKind::kSome:
      case ExpressionKind::kEvery: Iterator(node, {"in", "satisfies"}, &out); break;
      case ExpressionKind::kDecisionTable: Table(node, &out); break;
    }
    return out;
  }

  void Literal(Node node, Expression* out) {
    out->language = Language(node);
    Children(node, {"text", "importedValues"}, [&](std::string_view name, Node child) {
      if (out->text.present || out->imported) {
        Bad(child, "a second text or `importedValues` in `" + Clip(node.name()) + "`");
      } else if (name == "text") {
        out->text = ReadText(child);
      } else {
        auto imported = std::make_shared<ImportedValues>();
        imported->from = ReadImport(child);
        Children(child, {"importedElement"}, [&](std::string_view, Node e) { imported->element = ReadText(e).text; });
        out->imported = std::move(imported);
      }
    });
  }

  void Context(Node node, Expression* out) {
    std::unordered_set<std::string> names;
    Node result;  // an entry without a variable
    Children(node, {"contextEntry"}, [&](std::string_view, Node entry) {
      if (result) {
        Bad(result, "an entry of a context without a variable is its result and stands last", "give it a <variable>");
      }
      result = Node();
      ContextEntry& e = out->entries.emplace_back();
      e.span = xml_.SpanOf(entry);
      e.id = Get(entry, "id");
      std::optional<Expression> value;
      Children(entry, {"variable"}, true, [&](std::string_view name, Node child) {
        if (name == "variable") {
          Once(child, &e.variable, ReadVariable(child));
        } else {
          Once(child, &value, ReadExpression(child));
        }
      });
      e.value = value ? std::move(*value) : Missing(entry, "this entry of a context has no expression");
      if (!e.variable) {
        result = entry;
      } else if (!e.variable->name.empty() && !names.insert(e.variable->name).second) {
        Say(Code::kDuplicateName, e.span, PathOf(entry), {{"name", Clip(e.variable->name)}});
      }
    });
  }

  void Invocation(Node node, Expression* out) {
    std::optional<Expression> called;
    Children(node, {"binding"}, true, [&](std::string_view name, Node child) {
      if (name != "binding") return Once(child, &called, ReadExpression(child));
      Binding& b = out->bindings.emplace_back();
      b.span = xml_.SpanOf(child);
      std::optional<Variable> parameter;
      Children(child, {"parameter"}, true, [&](std::string_view part, Node inner) {
        if (part == "parameter") {
          Once(inner, &parameter, ReadVariable(inner));
        } else {
          Once(inner, &b.value, ReadExpression(inner));
        }
      });
      if (!parameter) Bad(child, "this binding has no parameter");
      b.parameter = parameter.value_or(Variable{});
    });
    out->children.push_back(called ? std::move(*called) : Missing(node, "this invocation does not say what it calls"));
  }

  void List(Node node, Expression* out) {
    Children(node, {}, true, [&](std::string_view, Node child) { out->children.push_back(ReadExpression(child)); });
  }

  void Relation(Node node, Expression* out) {
    Children(node, {"column", "row"}, [&](std::string_view name, Node child) {
      if (name == "column") {
        out->columns.push_back(ReadVariable(child));
        return;
      }
      Expression& row = out->children.emplace_back();
      row.kind = ExpressionKind::kList;
      row.span = xml_.SpanOf(child);
      row.id = Get(child, "id");
      List(child, &row);
      if (row.children.size() != out->columns.size()) {
        Bad(child, "this row has " + std::to_string(row.children.size()) + " cells, the relation " +
                       std::to_string(out->columns.size()) + " columns");
      }
    });
    Distinct(out->columns, node);
  }

  void Distinct(const std::vector<Variable>& variables, Node node) {
    std::unordered_set<std::string_view> names;
    for (const Variable& v : variables) {
      if (!v.name.empty() && !names.insert(v.name).second) {
        Say(Code::kDuplicateName, v.span, PathOf(node), {{"name", Clip(v.name)}});
      }
    }
  }

  void Function(Node node, Expression* out) {
    // DMN 1.1 has no kinds; tools write an attribute of their own.
    if (node.attribute("kind")) {
      out->function_kind = Choose<FunctionKind>(node, "kind", kFunctionKinds);
    } else {
      for (const pugi::xml_attribute a : node.attributes()) {
        if (!std::string_view(a.name()).ends_with(":kind")) continue;
        const std::string_view value = a.value();
        if (value == "J" || value == "Java") out->function_kind = FunctionKind::kJava;
        if (value == "P" || value == "PMML") out->function_kind = FunctionKind::kPmml;
      }
    }
    std::optional<Expression> body;
    Children(node, {"formalParameter"}, true, [&](std::string_view name, Node child) {
      if (name == "formalParameter") {
        out->parameters.push_back(ReadVariable(child));
      } else {
        Once(child, &body, ReadExpression(child));
      }
    });
    if (body) out->children.push_back(std::move(*body));
    Distinct(out->parameters, node);
  }

  void Parts(Node node, Names names, Expression* out) {
    std::vector<std::optional<Expression>> parts(names.size());
    Children(node, names, [&](std::string_view name, Node child) {
      if (name == "in") out->in_type_ref = TypeAttribute(child);
      Once(child, &parts[static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin())], Only(child));
    });
    for (std::size_t i = 0; i < parts.size(); ++i) {
      out->children.push_back(parts[i] ? std::move(*parts[i]) : Missing(node, "`" + std::string(LocalName(node)) + "` has no `" +
                                                                                  std::string(names.begin()[i]) + "`"));
    }
  }
  void Iterator(Node node, Names names, Expression* out) {
    out->variable = Need(node, "iteratorVariable");
    Parts(node, names, out);
  }

  // ---- decision tables --------------------------------------------------------

  void Table(Node node, Expression* out) {
    auto table = std::make_shared<DecisionTable>();
    DecisionTable& t = *table;
    t.hit_policy = Choose<HitPolicy>(node, "hitPolicy", kHitPolicies);
    t.aggregation = Choose<Aggregation>(node, "aggregation", kAggregations);
    t.orientation = Choose<Orientation>(node, "preferredOrientation", kOrientations);
    t.output_label = Get(node, "outputLabel");
    if (t.aggregation != Aggregation::kNone && t.hit_policy != HitPolicy::kCollect) {
      Bad(node, "`aggregation` without hit policy COLLECT", "write hitPolicy=\"COLLECT\"");
    }
    Children(node, {"input", "output", "annotation", "rule"}, [&](std::string_view name, Node child) {
      if (name == "input") {
        t.inputs.push_back(Input(child));
      } else if (name == "output") {
        t.outputs.push_back(Output(child));
      } else if (name == "annotation") {
        Variable& v = t.annotations.emplace_back();
        v.name = Get(child, "name");
        v.span = xml_.SpanOf(child);
      } else {
        t.rules.push_back(Rule(child, t));
      }
    });
    if (t.outputs.empty()) Bad(node, "this decision table has no output");
    std::unordered_set<std::string_view> names;
    for (const TableOutput& o : t.outputs) {
      if (o.name.empty() && t.outputs.size() > 1) {
        Say(Code::kBadModel, o.span, PathOf(node), {{"what", "an output has no name, though there are several"}});
      } else if (!o.name.empty() && !names.insert(o.name).second) {
        Say(Code::kDuplicateName, o.span, PathOf(node), {{"name", Clip(o.name)}});
      }
    }
    out->table = std::move(table);
  }
  TableInput Input(Node node) {
    TableInput out;
    out.span = xml_.SpanOf(node);
    out.id = Get(node, "id");
    out.label = Get(node, "label");
    for (const pugi::xml_attribute a : node.attributes()) {
      const std::string_view name = a.name();
      if (name.substr(name.find(':') + 1) == "inputVariable") out.variable = a.value();
    }
    std::optional<Cell> expression;
    Children(node, {"inputExpression", "inputValues", "inputVariable"}, [&](std::string_view name, Node child) {
      if (name == "inputExpression") {
        Once(child, &expression, ReadCell(child));
      } else if (name == "inputValues") {
        Once(child, &out.values, ReadCell(child));
      } else {
        out.variable = Need(child, "name");
      }
    });
    if (!expression) Bad(node, "this input has no `inputExpression`");
    out.expression = expression.value_or(Cell{});
    return out;
  }
  TableOutput Output(Node node) {
    TableOutput out;
    out.span = xml_.SpanOf(node);
    out.id = Get(node, "id");
    out.label = Get(node, "label");
    out.name = Get(node, "name");
    out.type_ref = TypeAttribute(node);
    Children(node, {"outputValues", "defaultOutputEntry"}, [&](std::string_view name, Node child) {
      Once(child, name == "outputValues" ? &out.values : &out.default_entry, ReadCell(child));
    });
    return out;
  }
  TableRule Rule(Node node, const DecisionTable& table) {
    TableRule out;
    out.span = xml_.SpanOf(node);
    out.id = Get(node, "id");
    out.label = Get(node, "label");
    out.description = Description(node);
    Children(node, {"inputEntry", "outputEntry", "annotationEntry"}, [&](std::string_view name, Node child) {
      if (name == "inputEntry") {
        out.inputs.push_back(ReadCell(child));
      } else if (name == "outputEntry") {
        out.outputs.push_back(ReadCell(child));
      } else {
        Text& text = out.annotations.emplace_back();
        Children(child, {"text"}, [&](std::string_view, Node t) { text = ReadText(t); });
      }
    });
    const auto compare = [&](std::size_t cells, std::size_t columns, const char* what) {
      if (cells == columns) return;
      Bad(node, "this rule has " + std::to_string(cells) + " " + what + " entries, the table " + std::to_string(columns) + " " +
                    what + "s");
    };
    compare(out.inputs.size(), table.inputs.size(), "input");
    compare(out.outputs.size(), table.outputs.size(), "output");
    return out;
  }

  // ---- elements ---------------------------------------------------------------

  template <class T>
  void Head(Node node, T* out) {
    out->span = xml_.SpanOf(node);
    out->id = Get(node, "id");
    out->name = Need(node, "name");
    out->label = Get(node, "label");
    out->description = Description(node);
  }

  ItemDefinition ReadItem(Node node) {
    ItemDefinition out;
    Head(node, &out);
    out.type_language = Get(node, "typeLanguage");
    if (out.type_language.empty()) out.type_language = out_.type_language;
    out.is_collection = Flag(node, "isCollection");
    std::unordered_set<std::string> names;
    std::optional<std::string> type;
    Children(node, {"typeRef", "allowedValues", "typeConstraint", "itemComponent", "functionItem"},
             [&](std::string_view name, Node child) {
               if (name == "typeRef") {
                 Once(child, &type, Type(child, std::string(Trim(ReadText(child).text))));
               } else if (name == "allowedValues") {
                 Once(child, &out.allowed_values, ReadCell(child));
               } else if (name == "typeConstraint") {
                 Once(child, &out.type_constraint, ReadCell(child));
               } else if (name == "functionItem") {
                 FunctionItem item;
                 item.span = xml_.SpanOf(child);
                 item.output_type_ref = TypeAttribute(child, "outputTypeRef");
                 Children(child, {"parameters"}, [&](std::string_view, Node p) { item.parameters.push_back(ReadVariable(p)); });
                 Once(child, &out.function_item, std::move(item));
               } else {
                 out.components.push_back(ReadItem(child));
                 const std::string& component = out.components.back().name;
                 if (!component.empty() && !names.insert(component).second) {
                   Say(Code::kDuplicateName, xml_.SpanOf(child), PathOf(child), {{"name", Clip(component)}});
                 }
               }
             });
    out.type_ref = type.value_or("");
    const int ways = (type ? 1 : 0) + (out.components.empty() ? 0 : 1) + (out.function_item ? 1 : 0);
    if (ways > 1) Bad(node, "a type is a `typeRef`, or components, or a function, not several of them");
    return out;
  }

  void Require(Node node, Names parts, std::vector<Requirement>* out) {
    Requirement r;
    r.span = xml_.SpanOf(node);
    r.id = Get(node, "id");
    std::size_t found = 0;
    Children(node, parts, [&](std::string_view name, Node child) {
      if (++found > 1) return Bad(child, "a requirement is of one thing");
      r.kind = name == "requiredInput"       ? RequirementKind::kInput
               : name == "requiredDecision"  ? RequirementKind::kDecision
               : name == "requiredKnowledge" ? RequirementKind::kKnowledge
                                             : RequirementKind::kAuthority;
      r.target = ReadReference(child);
    });
    if (found == 0) Bad(node, "`" + Clip(node.name()) + "` does not say what is required");
    out->push_back(std::move(r));
  }
  void Authority(Node node, std::vector<Requirement>* out) {
    Require(node, {"requiredDecision", "requiredInput", "requiredAuthority"}, out);
  }

  void ReadDecision(Node node, Decision* out) {
    Head(node, out);
    std::optional<Variable> variable;
    Children(node,
             {"question", "allowedAnswers", "variable", "informationRequirement", "knowledgeRequirement",
              "authorityRequirement", "supportedObjective", "impactedPerformanceIndicator", "decisionMaker",
              "decisionOwner", "usingProcess", "usingTask"},
             true, [&](std::string_view name, Node child) {
               if (KindOf(name) != ExpressionKind::kUnreadable) return Once(child, &out->logic, ReadExpression(child));
               if (name == "question") out->question = ReadText(child).text;
               if (name == "allowedAnswers") out->allowed_answers = ReadText(child).text;
               if (name == "variable") Once(child, &variable, ReadVariable(child));
               if (name == "informationRequirement") Require(child, {"requiredDecision", "requiredInput"}, &out->information);
               if (name == "knowledgeRequirement") Require(child, {"requiredKnowledge"}, &out->knowledge);
               if (name == "authorityRequirement") Authority(child, &out->authority);
             });
    out->variable = Default(variable, out->name, out->span);
  }
  void ReadInputData(Node node, InputData* out) {
    Head(node, out);
    std::optional<Variable> variable;
    Children(node, {"variable"}, [&](std::string_view, Node child) { Once(child, &variable, ReadVariable(child)); });
    out->variable = Default(variable, out->name, out->span);
  }
  void ReadKnowledgeModel(Node node, KnowledgeModel* out) {
    Head(node, out);
    std::optional<Variable> variable;
    Children(node, {"variable", "encapsulatedLogic", "knowledgeRequirement", "authorityRequirement"},
             [&](std::string_view name, Node child) {
               if (name == "variable") Once(child, &variable, ReadVariable(child));
               if (name == "knowledgeRequirement") Require(child, {"requiredKnowledge"}, &out->knowledge);
               if (name == "authorityRequirement") Authority(child, &out->authority);
               if (name != "encapsulatedLogic") return;
               Expression logic;
               logic.kind = ExpressionKind::kFunction;
               logic.span = xml_.SpanOf(child);
               logic.id = Get(child, "id");
               logic.label = Get(child, "label");
               logic.type_ref = TypeAttribute(child);
               Function(child, &logic);
               Once(child, &out->logic, std::move(logic));
             });
    out->variable = Default(variable, out->name, out->span);
  }
  void ReadService(Node node, DecisionService* out) {
    Head(node, out);
    std::optional<Variable> variable;
    Children(node, {"variable", "outputDecision", "encapsulatedDecision", "inputDecision", "inputData"},
             [&](std::string_view name, Node child) {
               if (name == "variable") return Once(child, &variable, ReadVariable(child));
               (name == "outputDecision"         ? out->output_decisions
                : name == "encapsulatedDecision" ? out->encapsulated_decisions
                : name == "inputDecision"        ? out->input_decisions
                                                 : out->input_data)
                   .push_back(ReadReference(child));
             });
    if (out->output_decisions.empty()) Bad(node, "this decision service has no output decision");
    out->variable = Default(variable, out->name, out->span);
  }

  bool Root() {
    const Node root = xml_.root();
    out_.span = xml_.SpanOf(root);
    const std::string_view ns = xml_.NamespaceOf(root);
    const auto& rows = KnownNamespaces();
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const NamespaceRow& r) { return r.model == ns; });
    if (row == rows.end()) {
      std::vector<std::string> candidates;
      std::string all;
      for (const NamespaceRow& r : rows) {
        candidates.emplace_back(r.model);
        all += (all.empty() ? "known are " : ", ") + std::string(r.model);
      }
      const std::string hint = Nearest(ns, candidates);
      Say(Code::kUnknownNamespace, out_.span, "", {{"name", Clip(ns)}}, hint.empty() ? all : hint);
      return false;
    }
    if (LocalName(root) != "definitions") {
      Bad(root, "the root element is " + Quote(LocalName(root)) + ", not `definitions`");
      return false;
    }
    out_.version = row->version;
    out_.id = Get(root, "id");
    out_.name = Need(root, "name");
    out_.ns = Need(root, "namespace");
    out_.description = Description(root);
    out_.exporter = Get(root, "exporter");
    out_.exporter_version = Get(root, "exporterVersion");
    out_.expression_language = Get(root, "expressionLanguage");
    if (out_.expression_language.empty()) out_.expression_language = row->feel;
    out_.type_language = Get(root, "typeLanguage");
    if (out_.type_language.empty()) out_.type_language = row->feel;

    // What types are called is known before the first is named.
    for (const Node child : root.children()) {
      const std::string_view name = LocalName(child);
      if (child.type() != pugi::node_element || !xml_.InRootNamespace(child)) continue;
      if (name == "itemDefinition") type_names_.insert(child.attribute("name").value());
      if (name != "import") continue;
      Add(&out_.imports, [&](Import* out) { *out = ReadImport(child); });
      import_names_.try_emplace(out_.imports.back().ns, out_.imports.back().name);
    }
    Children(root,
             {"import", "itemDefinition", "inputData", "decision", "businessKnowledgeModel", "decisionService",
              "knowledgeSource", "elementCollection", "performanceIndicator", "organizationUnit", "group",
              "textAnnotation", "association", "artifact", "businessContextElement"},
             [&](std::string_view name, Node child) { Element(name, child); });
    return true;
  }
  // Reads an element whose findings go to a list of its own.
  template <class T, class F>
  void Add(std::vector<T>* all, F f) {
    Diagnostics found;
    current_ = &found;
    f(&all->emplace_back());
    current_ = &out_.diagnostics;
    all->back().diagnostics = std::move(found);
  }
  void Element(std::string_view name, Node node) {
    if (name == "itemDefinition") Add(&out_.item_definitions, [&](ItemDefinition* out) { *out = ReadItem(node); });
    if (name == "inputData") Add(&out_.input_data, [&](InputData* out) { ReadInputData(node, out); });
    if (name == "decision") Add(&out_.decisions, [&](Decision* out) { ReadDecision(node, out); });
    if (name == "businessKnowledgeModel") Add(&out_.knowledge_models, [&](KnowledgeModel* out) { ReadKnowledgeModel(node, out); });
    if (name == "decisionService") Add(&out_.services, [&](DecisionService* out) { ReadService(node, out); });
    if (name == "knowledgeSource") {
      sources_.push_back({Get(node, "id"), Get(node, "name"), xml_.SpanOf(node)});
    }
    static constexpr std::string_view kRead[] = {"import", "itemDefinition", "inputData", "decision", "businessKnowledgeModel", "decisionService"};
    if (std::find(std::begin(kRead), std::end(kRead), name) == std::end(kRead)) Other(name);
  }

  // ---- what needs the whole model ---------------------------------------------

  template <class T>
  std::string PathTo(ElementKind kind, const T& element) {
    return "/" + std::string(ElementName(kind)) + "[" + Clip(element.name) + "]";
  }

  struct Target {
    ElementKind kind;
    std::string_view name;
  };
  template <class F>
  void ForEachElement(F f) {
    for (InputData& e : out_.input_data) f(ElementKind::kInputData, e);
    for (Decision& e : out_.decisions) f(ElementKind::kDecision, e);
    for (KnowledgeModel& e : out_.knowledge_models) f(ElementKind::kKnowledgeModel, e);
    for (DecisionService& e : out_.services) f(ElementKind::kService, e);
  }

  void Link() {
    ForEachElement([&](ElementKind kind, auto& e) {
      if (!e.id.empty() && !by_id_.try_emplace(e.id, Target{kind, e.name}).second) {
        current_ = &e.diagnostics;
        Say(Code::kBadModel, e.span, PathTo(kind, e), {{"what", "id " + Quote(e.id) + " is given twice"}});
      }
      by_name_.try_emplace(e.name, e.id);
    });
    for (const auto& [id, name, span] : sources_) by_id_.try_emplace(id, Target{ElementKind::kKnowledgeSource, name});
    for (Decision& d : out_.decisions) {
      current_ = &d.diagnostics;
      const std::string path = PathTo(ElementKind::kDecision, d);
      for (const auto* list : {&d.information, &d.knowledge, &d.authority}) Follow(*list, path);
    }
    for (KnowledgeModel& m : out_.knowledge_models) {
      current_ = &m.diagnostics;
      const std::string path = PathTo(ElementKind::kKnowledgeModel, m);
      for (const auto* list : {&m.knowledge, &m.authority}) Follow(*list, path);
    }
    for (DecisionService& s : out_.services) {
      current_ = &s.diagnostics;
      const std::string path = PathTo(ElementKind::kService, s);
      for (const auto* list : {&s.output_decisions, &s.encapsulated_decisions, &s.input_decisions}) {
        for (const Reference& r : *list) Follow(r, {ElementKind::kDecision}, "this decision service", path);
      }
      for (const Reference& r : s.input_data) Follow(r, {ElementKind::kInputData}, "this decision service", path);
    }
    current_ = &out_.diagnostics;
  }
  void Follow(const std::vector<Requirement>& list, const std::string& path) {
    for (const Requirement& r : list) {
      switch (r.kind) {
        case RequirementKind::kInput: Follow(r.target, {ElementKind::kInputData}, "requiredInput", path); break;
        case RequirementKind::kDecision: Follow(r.target, {ElementKind::kDecision}, "requiredDecision", path); break;
        case RequirementKind::kKnowledge:
          Follow(r.target, {ElementKind::kKnowledgeModel, ElementKind::kService}, "requiredKnowledge", path);
          break;
        case RequirementKind::kAuthority:
          Follow(r.target, {ElementKind::kKnowledgeSource}, "requiredAuthority", path);
          break;
      }
    }
  }
  void Follow(const Reference& r, std::initializer_list<ElementKind> kinds, const std::string& what, const std::string& path) {
    if (r.empty()) return;  // said already
    if (r.ns != out_.ns) {
      if (import_names_.contains(r.ns)) return;  // for the linker of models
      Say(Code::kDanglingReference, r.span, path, {{"what", what}, {"name", Clip(r.href)}}, "no import has namespace " + Quote(r.ns));
      return;
    }
    const auto it = by_id_.find(r.id);
    if (it == by_id_.end()) {
      std::string hint;
      if (const auto named = by_name_.find(r.id); named != by_name_.end()) {
        hint = named->second.empty() ? "the element of that name has no id" : "the element of that name has id " + Quote(named->second);
      } else if (by_id_.size() <= 256) {  // the nearest of many costs more than it is worth
        std::vector<std::string> ids;
        for (const auto& [id, target] : by_id_) ids.emplace_back(id);
        std::sort(ids.begin(), ids.end());
        hint = Nearest(r.id, ids);
      }
      Say(Code::kDanglingReference, r.span, path, {{"what", what}, {"name", Clip(r.href)}}, hint);
    } else if (std::find(kinds.begin(), kinds.end(), it->second.kind) == kinds.end()) {
      std::string expected;
      for (const ElementKind kind : kinds) expected += (expected.empty() ? "" : " or ") + std::string(ElementName(kind));
      Say(Code::kBadModel, r.span, path,
          {{"what", what + " refers to `" + std::string(ElementName(it->second.kind)) + "` " + Quote(it->second.name) +
                        ", expected " + expected}});
    }
  }

  // Names of a model are one space: imports and elements. Types are another.
  void Duplicates() {
    std::unordered_set<std::string_view> names, types;
    for (Import& i : out_.imports) {
      current_ = &i.diagnostics;
      if (!i.name.empty() && !names.insert(i.name).second) {
        Say(Code::kDuplicateName, i.span, "/import[" + Clip(i.name) + "]", {{"name", Clip(i.name)}});
      }
    }
    ForEachElement([&](ElementKind kind, auto& e) {
      current_ = &e.diagnostics;
      if (!e.name.empty() && !names.insert(e.name).second) {
        Say(Code::kDuplicateName, e.span, PathTo(kind, e), {{"name", Clip(e.name)}});
      }
    });
    for (ItemDefinition& t : out_.item_definitions) {
      current_ = &t.diagnostics;
      if (!t.name.empty() && !types.insert(t.name).second) {
        Say(Code::kDuplicateName, t.span, "/itemDefinition[" + Clip(t.name) + "]", {{"name", Clip(t.name)}});
      }
    }
    current_ = &out_.diagnostics;
  }

  struct Source {
    std::string id, name;
    Span span;
  };

  const Xml& xml_;
  const std::string& file_;
  Definitions& out_;
  Diagnostics all_;
  Diagnostics* current_ = nullptr;
  bool dropped_ = false;
  std::unordered_set<std::string> type_names_;
  std::unordered_map<std::string, std::string> import_names_;  // namespace -> name
  std::vector<Source> sources_;
  std::unordered_map<std::string_view, Target> by_id_;
  std::unordered_map<std::string_view, std::string_view> by_name_;
};

}  // namespace

std::string_view HitPolicyName(HitPolicy policy) { return kHitPolicies[static_cast<std::size_t>(policy)]; }
std::string_view AggregationName(Aggregation aggregation) { return kAggregations[static_cast<std::size_t>(aggregation)]; }
std::string_view ExpressionKindName(ExpressionKind kind) { return kExpressions[static_cast<std::size_t>(kind)]; }

bool Parse(std::string_view text, const Limits& limits, const std::string& file, Definitions* out, Diagnostics* diagnostics) {
  *out = Definitions();
  out->file = file;
  Xml xml;
  return xml.Parse(text, limits, file, diagnostics) && Reader(xml, file, out).Read(diagnostics);
}

}  // namespace ordain::dmn
