// The DMN Technology Compatibility Kit, strictly compared.
//
//   build/tests/tck_test [FOLDER]     the kit's folder; else ORDAIN_TCK, else ../shared/tck beside the project
//
// A case passes when all its results do. Numbers must agree to the printed digits within one unit of the last, or 5e-11,
// whichever is larger (the kit's own values are not exact to more); everything else exactly: kinds, texts, clocks with their
// zones or the offsets that these have, lists item by item, contexts with the same entries and no others. Where an error is expected the result must be
// null and the decision must say why. Each decision is made by the engine and by the reference evaluator, which must agree: on
// the value and on the codes of the warnings. Prints counts by folder, each failure with expression, expected and got, and ends with
// `N passed, N failed`. Cases that cannot be served are listed below, by name and reason; they count as neither.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "dmn/document.hpp"
#include "dmn/lower.hpp"
#include "feel/feel.hpp"
#include "ordain/dmn.hpp"
#include "ordain/engine.hpp"
#include "testing/dynamic_reference.hpp"
#include "testing/java.hpp"
#include "testing/shared.hpp"
#include "testing/tck.hpp"
#ifdef ORDAIN_WITH_ICU
#include "ordain/icu.hpp"
#endif

namespace ordain::testing {
namespace {

struct Exception {
  std::string_view folder, test, reason;  // test "*": all of them
};
constexpr Exception kExceptions[] = {
    {"0004-lending", "001", "its RequiredMonthlyInstallment, 1680.880325608555, is 8e-11 from the exact value "
                            "1680.88032560863479681900..., which a right engine gives"},
};

class Kit {
 public:
  Kit() : calls_(&arena_) { calls_.zones = &zones_; }

  int Run(const std::string& folder, bool named) {
    const std::vector<TckFolder> folders = FindTck(folder);
    if (folders.empty() && !named) {
      std::printf("skipped: tck_test: there is no kit at %s\n", folder.c_str());
      return 77;
    }
    if (folders.empty()) {
      std::printf("no folders compliance-level-*/*/*-test-NN.xml under %s\n0 passed, 1 failed\n", folder.c_str());
      return 1;
    }
    std::printf("external Java functions: %d of the Java class library, emulated in C++ as functions of the host (tests/testing/java.cc)\n", kJavaFunctions);
    for (const TckFolder& f : folders) Folder(f);
    if (excepted_ > 0) std::printf("%d excepted, listed by name and reason in tests/tck_test.cc\n", excepted_);
    std::printf("%d of the passed expected a value that is not null\n", not_null_);
    std::printf("%d passed, %d failed\n", passed_, failed_);
    return failed_ == 0 ? 0 : 1;
  }

 private:
  struct Model {
    DmnResult loaded;
    dmn::Definitions definitions;
    std::unique_ptr<policy::Model> lowered;  // the same, for the reference
    std::unique_ptr<DynamicReference> reference;
  };
  static const TextServices* Text() {
#ifdef ORDAIN_WITH_ICU
    return &IcuText();
#else
    return nullptr;
#endif
  }
  void Lower(const std::string& text, const std::string& file, const std::vector<DmnSource>& imports, Model* model) {
    std::vector<dmn::File> files;
    Diagnostics ignored;
    const auto read = [&](const std::string& bytes, const std::string& name) {
      files.emplace_back();
      files.back().text = bytes;
      if (!dmn::Parse(files.back().text, {}, name, &files.back().definitions, &ignored)) files.pop_back();
    };
    read(text, file);
    for (const DmnSource& s : imports) read(s.text, s.file);
    if (files.empty()) return;
    std::vector<DmnElement> elements;
    model->lowered = dmn::Lower(files, {}, &elements, &ignored);
    model->definitions = std::move(files[0].definitions);
    model->reference = std::make_unique<DynamicReference>(*model->lowered, Text(), &java_);
  }

  void Folder(const TckFolder& folder) {
    int passed = 0, failed = 0;
    for (const std::string& path : folder.tests) {
      TckFile file;
      Diagnostics found;
      if (!ReadTck(ReadWhole(path), path, &file, &found)) {
        std::printf("FAIL %s: %s\n", path.c_str(), found.empty() ? "cannot be read" : found[0].Format().c_str());
        ++failed;
        continue;
      }
      Model model;
      std::string text;
      std::vector<DmnSource> imports;
      for (const std::string& m : folder.models) {
        const std::string name = std::filesystem::path(m).filename().string();
        if (name == file.model) text = ReadWhole(m);
        else imports.push_back({name, ReadWhole(m)});
      }
      model.loaded = LoadDmn(text, file.model, imports);
      Lower(text, file.model, imports, &model);
      for (const TckCase& c : file.cases) {
        std::string why;
        const std::string_view except = Excepted(folder.name, c.id);
        const bool good = Case(model, c, &why);
        if (!good && !except.empty()) {
          ++excepted_;
          std::printf("except %s %s: %s\n", folder.name.c_str(), c.id.c_str(), std::string(except).c_str());
          continue;
        }
        if (good) {
          ++passed;
          bool any = false;
          for (const TckResult& r : c.results) any |= r.expected.kind != TckValue::Kind::kNil;
          not_null_ += any ? 1 : 0;
        } else {
          ++failed;
          std::printf("FAIL %s/%s %s\n%s", folder.level.c_str(), folder.name.c_str(), c.id.c_str(), why.c_str());
        }
      }
    }
    std::printf("%-4s %s/%s: %d passed, %d failed\n", failed == 0 ? "ok" : "FAIL", folder.level.c_str(), folder.name.c_str(), passed, failed);
    passed_ += passed;
    failed_ += failed;
  }

  static std::string_view Excepted(std::string_view folder, std::string_view test) {
    for (const Exception& e : kExceptions) {
      if (e.folder == folder && (e.test == "*" || e.test == test)) return e.reason;
    }
    return {};
  }

  // The value that a file writes.
  bool ValueOf(const TckValue& v, Value* out) {
    using K = TckValue::Kind;
    *out = Value();
    switch (v.kind) {
      case K::kNil: return true;
      case K::kList: {
        Value* items = arena_.NewValues(v.items.size());
        for (std::size_t i = 0; i < v.items.size(); ++i) {
          if (!ValueOf(v.items[i], &items[i])) return false;
        }
        *out = Value::List(items, v.items.size());
        return true;
      }
      case K::kComponents: {
        std::vector<std::string_view> keys;
        for (const auto& [key, part] : v.components) keys.push_back(key);
        const Shape* shape = arena_.NewShape(keys.data(), keys.size());
        Value* fields = arena_.NewValues(keys.size());
        for (std::size_t i = 0; i < keys.size(); ++i) {
          if (!ValueOf(v.components[i].value, &fields[i])) return false;
        }
        *out = Value::Context(fields, shape);
        return true;
      }
      case K::kText: break;
    }
    const std::string& t = v.type;
    if (t == "string" || t.empty()) {
      *out = Value::Text(arena_.Copy(v.text));
      return true;
    }
    if (t == "boolean") {
      *out = Value::Boolean(v.text == "true" || v.text == "1");
      return v.text == "true" || v.text == "false" || v.text == "1" || v.text == "0";
    }
    if (t == "decimal" || t == "double" || t == "float" || t == "integer" || t == "int" || t == "long") {
      Decimal d;
      const bool good = Decimal::Parse(v.text, &d) == DecimalStatus::kOk;
      *out = Value::Number(d);
      return good;
    }
    if (t == "time") return feel::ReadTime(v.text, &calls_, out) == feel::Fault::kNone;
    if (t == "dateTime") return feel::ReadDateAndTime(v.text, &calls_, out) == feel::Fault::kNone;
    if (t == "date") return feel::ReadTemporal(v.text, &calls_, out) == feel::Fault::kNone && out->kind() == Kind::kDate;
    if (t == "duration") return feel::ReadDuration(v.text, out) == feel::Fault::kNone;
    return false;
  }

  static bool Close(const Decimal& expected, const Decimal& got) {
    Decimal difference, unit(false, 0, 1, std::min(expected.exponent(), 0)), least(false, 0, 5, -11);
    if (Subtract(expected, got, Rounding::kHalfEven, &difference) != DecimalStatus::kOk) return false;
    return Compare(Abs(difference), Compare(unit, least) > 0 ? unit : least) <= 0;
  }
  // The same to the last digit; functions are functions.
  static bool Same(const Value& a, const Value& b) {
    if (a.kind() == Kind::kFunction && b.kind() == Kind::kFunction) return true;
    if (a.kind() == Kind::kList && b.kind() == Kind::kList) {
      bool same = a.size() == b.size();
      for (std::size_t i = 0; same && i < a.size(); ++i) same = Same(a[i], b[i]);
      return same;
    }
    if (a.kind() == Kind::kContext && b.kind() == Kind::kContext) {
      bool same = a.shape()->count == b.shape()->count;
      for (std::size_t i = 0; same && i < a.shape()->count; ++i) {
        const int at = b.shape()->Find(a.shape()->keys[i]);
        same = at >= 0 && Same(a.fields()[i], b.fields()[at]);
      }
      return same;
    }
    return SameValue(a, b);
  }
  static std::int32_t OffsetOf(const Value& v) { return v.kind() == Kind::kTime ? v.time().offset : v.instant().offset; }
  static bool Agree(const Value& expected, const Value& got) {
    if (expected.kind() != got.kind()) return false;
    switch (expected.kind()) {
      case Kind::kNumber: return Close(expected.number(), got.number());
      case Kind::kList:
        if (expected.size() != got.size()) return false;
        for (std::size_t i = 0; i < got.size(); ++i) {
          if (!Agree(expected[i], got[i])) return false;
        }
        return true;
      case Kind::kContext:
        if (expected.shape()->count != got.shape()->count) return false;
        for (std::size_t i = 0; i < expected.shape()->count; ++i) {
          const int at = got.shape()->Find(expected.shape()->keys[i]);
          if (at < 0 || !Agree(expected.fields()[i], got.fields()[at])) return false;
        }
        return true;
      case Kind::kTime:
      case Kind::kInstant:
        if (!SameValue(expected, got) || OffsetOf(expected) != OffsetOf(got)) return false;
        // XML Schema has no zones: a file may write the offset that the zone has at that instant.
        if (expected.clock() == Clock::kOffset && got.clock() == Clock::kZone) return true;
        return expected.clock() == got.clock() && (expected.clock() != Clock::kZone || expected.zone() == got.zone());
      default: return SameValue(expected, got);
    }
  }

  static std::string ExpressionOf(const Model& model, const std::string& name) {
    for (const dmn::Decision& d : model.definitions.decisions) {
      if (d.name != name || !d.logic) continue;
      return d.logic->kind == dmn::ExpressionKind::kLiteral ? d.logic->text.text : std::string(dmn::ExpressionKindName(d.logic->kind));
    }
    return name;
  }

  bool Case(const Model& model, const TckCase& c, std::string* why) {
    arena_.Reset();
    if (!model.loaded.rule_set) {
      *why = "  the model does not load\n";
      for (const Diagnostic& d : model.loaded.diagnostics) *why += "  " + d.Format() + "\n";
      return false;
    }
    bool all = true;
    for (const TckResult& r : c.results) {
      std::string name = c.type == TckType::kDecisionService && !c.invocable.empty() ? c.invocable : r.name;
      const int policy = model.loaded.rule_set->FindPolicy(name);
      if (policy < 0) {
        *why += "  no decision `" + name + "`\n";
        all = false;
        continue;
      }
      Services services;
      services.text = Text();
      services.functions = &java_;
      Evaluator evaluator(*model.loaded.rule_set, {}, services);
      Facts facts(*model.loaded.rule_set, policy);
      const DmnElement& element = model.loaded.elements[static_cast<std::size_t>(policy)];
      for (const TckInput& input : c.inputs) {
        Value v;
        if (!ValueOf(input.value, &v)) {
          *why += "  the input `" + input.name + "` cannot be read\n";
          all = false;
        }
        for (std::size_t f = 0; f < element.facts.size(); ++f) {
          const auto& [ns, fact] = element.facts[f];
          if (fact == input.name && (ns == input.ns || (input.ns.empty() && ns == model.definitions.ns))) facts.Set(static_cast<int>(f), v);
        }
      }
      Instant at;
      Instant::Parse("2024-06-15T12:00:00+00:00", &at);
      const ordain::Decision& d = evaluator.Decide(facts, at);
      Value got;
      if (d.ok()) {
        std::size_t field = 0;
        for (std::size_t k = 0; k < d.size(); ++k) {
          if (d.name(k) == r.name) field = k;
        }
        got = d.value(field);
        if (d.size() > 1 && d.name(field) != r.name) {  // a service of several outputs, asked for as a whole
          std::vector<std::string_view> keys;
          Value* fields = arena_.NewValues(d.size());
          for (std::size_t k = 0; k < d.size(); ++k) keys.push_back(d.name(k)), fields[k] = d.value(k);
          got = Value::Context(fields, arena_.NewShape(keys.data(), keys.size()));
        }
      }
      Value expected;
      if (!ValueOf(r.expected, &expected)) {
        *why += "  what is expected cannot be read: " + r.expected.type + " " + r.expected.text + "\n";
        all = false;
        continue;
      }
      const bool told = !d.ok() || !d.warnings().empty();
      if (d.ok()) {
        std::vector<Value> given;
        for (std::size_t f = 0; f < element.facts.size(); ++f) given.push_back(facts.value(static_cast<int>(f)));
        const DynamicReference::Answer answer = model.reference->Decide(policy, given, at);
        std::set<Code> codes;
        for (const Diagnostic& w : d.warnings()) codes.insert(w.code);
        bool same = answer.codes == codes;
        for (std::size_t k = 0; k < d.size(); ++k) same &= Same(d.value(k), answer.outcome[k]);
        if (!same) {
          all = false;
          const auto list = [](const std::set<Code>& of) {
            std::string text;
            for (const Code code : of) text += ", " + std::string(CodeText(code));
            return text + "\n";
          };
          *why += "  the reference evaluator disagrees: " + ExpressionOf(model, r.name) + "\n  engine:    " + d.OutcomeJson() + list(codes);
          for (const Value& v : answer.outcome) *why += "  reference: " + v.ToFeel() + list(answer.codes);
        }
      }
      const bool good = Agree(expected, got) && (!r.error_result || told);
      if (good) continue;
      all = false;
      *why += "  expression: " + ExpressionOf(model, r.name) + "\n  expected:   " + expected.ToFeel() + (r.error_result ? " with a reason" : "") +
              "\n  got:        " + got.ToFeel() + "\n";
      if (!d.ok()) *why += "  error:      " + d.error().Format() + "\n";
      for (const Diagnostic& w : d.warnings()) *why += "  warning:    " + w.Format() + "\n";
    }
    return all;
  }

  const HostFunctions java_ = JavaFunctions();
  Arena arena_;
  feel::ZoneCache zones_;
  feel::CallContext calls_;
  int passed_ = 0, failed_ = 0, not_null_ = 0, excepted_ = 0;
};

}  // namespace
}  // namespace ordain::testing

int main(int argc, char** argv) {
  std::string folder;
  if (argc > 1) folder = argv[1];
  else if (const char* named = std::getenv("ORDAIN_TCK"); named != nullptr && *named != '\0') folder = named;
  else folder = ordain::testing::SharedFolder() + "/tck";
  return ordain::testing::Kit().Run(folder, argc > 1);
}
