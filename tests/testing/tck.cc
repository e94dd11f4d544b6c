// Reads testCases.xsd strictly: what it does not know is reported, so that no case is run on half of its inputs.
#include "testing/tck.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "dmn/xml.hpp"

namespace ordain::testing {
namespace {

constexpr std::string_view kNamespace = "http://www.omg.org/spec/DMN/20160719/testcase";
constexpr std::string_view kSchema = "http://www.w3.org/2001/XMLSchema";
constexpr std::string_view kInstance = "http://www.w3.org/2001/XMLSchema-instance";

class Reader {
 public:
  Reader(const std::string& path, Diagnostics* diagnostics) : path_(path), diagnostics_(*diagnostics) {}

  bool Read(std::string_view text, TckFile* out) {
    if (!xml_.Parse(text, Limits{}, path_, &diagnostics_)) return false;
    const Node root = xml_.root();
    if (dmn::LocalName(root) != "testCases" || xml_.NamespaceOf(root) != kNamespace) {
      Bad(root, "the root element is not `testCases` of " + std::string(kNamespace));
      return false;
    }
    Children(root, [&](std::string_view name, Node child) {
      if (name == "modelName") {
        out->model = xml_.TextOf(child).text;
      } else if (name == "labels") {
        Children(child, [&](std::string_view label, Node inner) {
          if (label != "label") return false;
          out->labels.push_back(xml_.TextOf(inner).text);
          return true;
        });
      } else if (name == "testCase") {
        out->cases.push_back(Case(child));
      } else {
        return name == "testCasesName";
      }
      return true;
    });
    return good_;
  }

 private:
  using Node = pugi::xml_node;

  void Bad(Node node, std::string what) {
    diagnostics_.push_back(MakeDiagnostic(Code::kBadValue, "", xml_.SpanOf(node), {{"what", std::move(what)}}));
    diagnostics_.back().file = path_;
    good_ = false;
  }
  // f says whether it knows the child.
  template <class F>
  void Children(Node node, F f) {
    for (const Node child : node.children()) {
      const bool text = child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata;
      if (text && std::string_view(child.value()).find_first_not_of(" \t\r\n") != std::string_view::npos) {
        Bad(node, "text stands in `" + std::string(node.name()) + "`");
      }
      if (child.type() != pugi::node_element || dmn::LocalName(child) == "extensionElements") continue;
      if (!xml_.InRootNamespace(child) || !f(dmn::LocalName(child), child)) {
        Bad(child, "`" + std::string(child.name()) + "` may not stand in `" + node.name() + "`");
      }
    }
  }
  std::string Need(Node node, const char* name) {
    const pugi::xml_attribute a = node.attribute(name);
    if (!a) Bad(node, "`" + std::string(node.name()) + "` has no attribute `" + name + "`");
    return a.value();
  }
  bool Flag(Node node, std::string_view text) {
    if (text != "" && text != "true" && text != "false" && text != "1" && text != "0") {
      Bad(node, "`" + std::string(text) + "` is not true or false");
    }
    return text == "true" || text == "1";
  }
  // An attribute of XML Schema instances: xsi:nil, xsi:type.
  std::string Instance(Node node, std::string_view local) {
    for (const pugi::xml_attribute a : node.attributes()) {
      const std::string_view name = a.name();
      const std::size_t colon = name.find(':');
      if (colon != name.npos && name.substr(colon + 1) == local && xml_.Bound(node, name.substr(0, colon)) == kInstance) {
        return a.value();
      }
    }
    return "";
  }

  TckCase Case(Node node) {
    TckCase out;
    out.span = xml_.SpanOf(node);
    out.id = node.attribute("id").value();
    out.name = node.attribute("name").value();
    out.invocable = node.attribute("invocableName").value();
    const std::string type = node.attribute("type").as_string("decision");
    if (type == "bkm") {
      out.type = TckType::kKnowledgeModel;
    } else if (type == "decisionService") {
      out.type = TckType::kDecisionService;
    } else if (type != "decision") {
      Bad(node, "test cases have no type `" + type + "`");
    }
    Children(node, [&](std::string_view name, Node child) {
      if (name == "description") {
        out.description = xml_.TextOf(child).text;
      } else if (name == "inputNode") {
        TckInput& input = out.inputs.emplace_back();
        input.span = xml_.SpanOf(child);
        input.name = Need(child, "name");
        input.ns = child.attribute("namespace").value();
        input.value = Value(child);
      } else if (name == "resultNode") {
        out.results.push_back(Result(child));
      } else {
        return false;
      }
      return true;
    });
    return out;
  }

  TckResult Result(Node node) {
    TckResult out;
    out.span = xml_.SpanOf(node);
    out.name = Need(node, "name");
    out.ns = node.attribute("namespace").value();
    out.type = node.attribute("type").value();
    out.error_result = Flag(node, node.attribute("errorResult").value());
    Children(node, [&](std::string_view name, Node child) {
      if (name != "expected" || out.has_expected) return false;
      out.has_expected = true;
      out.expected = Value(child);
      return true;
    });
    return out;
  }

  // The value that stands in `node`: one value, one list, or components, none of which are an empty context.
  TckValue Value(Node node) {
    TckValue out;
    out.kind = TckValue::Kind::kComponents;
    out.span = xml_.SpanOf(node);
    if (Flag(node, Instance(node, "nil"))) {
      out.kind = TckValue::Kind::kNil;
      return out;
    }
    bool one = false;  // a value or a list
    Children(node, [&](std::string_view name, Node child) {
      if (one || (name != "component" && !out.components.empty())) return false;
      if (name == "component") {
        out.components.push_back({Need(child, "name"), Value(child)});
        return true;
      }
      one = true;
      out.span = xml_.SpanOf(child);
      const bool nil = Flag(child, Instance(child, "nil"));
      if (name == "list") {
        out.kind = nil ? TckValue::Kind::kNil : TckValue::Kind::kList;
        Children(child, [&](std::string_view item, Node inner) {
          if (item != "item") return false;
          out.items.push_back(Value(inner));
          return true;
        });
        return true;
      }
      if (name != "value") return false;
      out.kind = nil ? TckValue::Kind::kNil : TckValue::Kind::kText;
      out.text = xml_.TextOf(child).text;
      if (child.find_child([](Node n) { return n.type() == pugi::node_element; })) Bad(child, "elements stand in a value");
      if (const std::string type = Instance(child, "type"); !type.empty()) {
        const std::size_t colon = type.find(':');
        const auto ns = colon == type.npos ? std::nullopt : xml_.Bound(child, type.substr(0, colon));
        if (ns != kSchema) Bad(child, "`" + type + "` is no type of XML Schema");
        out.type = type.substr(colon + 1);
      }
      return true;
    });
    return out;
  }

  const std::string& path_;
  Diagnostics& diagnostics_;
  dmn::Xml xml_;
  bool good_ = true;
};

}  // namespace

bool ReadTck(std::string_view text, const std::string& path, TckFile* out, Diagnostics* diagnostics) {
  *out = TckFile();
  return Reader(path, diagnostics).Read(text, out);
}

// The kit's names of test files: <stem>-test-NN.xml.
static bool IsTestFile(std::string_view name) {
  constexpr std::string_view kTail = "-test-NN.xml";
  if (name.size() < kTail.size()) return false;
  const std::string_view tail = name.substr(name.size() - kTail.size());
  for (std::size_t i = 0; i < kTail.size(); ++i) {
    if (kTail[i] == 'N' ? tail[i] < '0' || tail[i] > '9' : tail[i] != kTail[i]) return false;
  }
  return true;
}

std::vector<TckFolder> FindTck(const std::string& kit) {
  namespace fs = std::filesystem;
  std::vector<TckFolder> out;
  std::error_code error;
  for (const fs::directory_entry& level : fs::directory_iterator(kit, error)) {
    if (!level.is_directory(error) || !level.path().filename().string().starts_with("compliance-level-")) continue;
    for (const fs::directory_entry& folder : fs::directory_iterator(level.path(), error)) {
      if (!folder.is_directory(error)) continue;
      TckFolder one;
      one.level = level.path().filename().string();
      one.name = folder.path().filename().string();
      one.path = folder.path().string();
      for (const fs::directory_entry& file : fs::directory_iterator(folder.path(), error)) {
        const std::string name = file.path().filename().string();
        if (IsTestFile(name)) one.tests.push_back(file.path().string());
        if (name.ends_with(".dmn")) one.models.push_back(file.path().string());
      }
      std::sort(one.tests.begin(), one.tests.end());
      std::sort(one.models.begin(), one.models.end());
      if (!one.tests.empty()) out.push_back(std::move(one));
    }
  }
  std::sort(out.begin(), out.end(), [](const TckFolder& a, const TckFolder& b) { return a.path < b.path; });
  return out;
}

}  // namespace ordain::testing
