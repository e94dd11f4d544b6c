// The reader of DMN models against what it promises of any input.
//
// Whatever is reported lies in the document, at the line and column of its offset, and names the file. A model that
// was read has its places in order too: each struct stands where its element begins, and each text decodes from
// the bytes of its span, byte by byte the same place as counting gives. What an element carries is reported; the same
// text read again gives the same findings. And reading the test files of the kit does not die of it either.
//
// The input is bounded to 64 KiB, as elsewhere.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "dmn/document.hpp"
#include "testing/tck.hpp"

namespace {

using namespace ordain;  // NOLINT: a program of one file

#define CHECK(condition)                                                           \
  do {                                                                             \
    if (!(condition)) {                                                            \
      std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                \
    }                                                                              \
  } while (false)

class Walk {
 public:
  Walk(std::string_view text, const Diagnostics& found) : text_(text), found_(found) {}

  void Place(const Span& span) {
    CHECK(std::size_t{span.offset} + span.length <= text_.size());
    std::size_t line = 1, begin = 0;
    for (std::size_t at = text_.find('\n'); at < span.offset; at = text_.find('\n', at + 1)) ++line, begin = at + 1;
    CHECK(span.line == line && span.column == span.offset - begin + 1);
  }
  void Begins(const Span& span) {
    if (span.line == 0) return;  // of what is not there
    Place(span);
    CHECK(text_[span.offset] == '<' && span.length > 1);
  }
  void Check(const dmn::Text& t) {
    if (!t.present) return;
    Place(t.span);
    Place(dmn::PlaceOf(text_, t, 0));
    Place(dmn::PlaceOf(text_, t, t.text.size() / 2));
    const Span end = dmn::PlaceOf(text_, t, t.text.size());
    Place(end);
    CHECK(end.offset <= t.span.offset + t.span.length);
    // A character that nothing encodes stands at its place.
    for (std::size_t i = 0; i < t.text.size() && i < 50; ++i) {
      if (t.text[i] >= '0' && t.text[i] <= 'z') {
        const char c = text_[dmn::PlaceOf(text_, t, i).offset];
        CHECK(c == t.text[i] || c == '&');
      }
    }
  }
  void Check(const dmn::Cell& c) {
    Begins(c.span);
    Check(c.text);
  }
  void Check(const std::optional<dmn::Cell>& c) {
    if (c) Check(*c);
  }
  void Check(const dmn::Expression& e) {
    Begins(e.span);
    Check(e.text);
    for (const auto& x : e.children) Check(x);
    for (const auto& x : e.entries) Check(x.value);
    for (const auto& x : e.bindings) {
      if (x.value) Check(*x.value);
    }
    const std::size_t n = e.children.size();
    switch (e.kind) {
      case dmn::ExpressionKind::kUnreadable: CHECK(!found_.empty()); break;
      case dmn::ExpressionKind::kInvocation: CHECK(n == 1); break;
      case dmn::ExpressionKind::kFunction: CHECK(n <= 1); break;
      case dmn::ExpressionKind::kConditional: CHECK(n == 3); break;
      case dmn::ExpressionKind::kFilter:
      case dmn::ExpressionKind::kFor:
      case dmn::ExpressionKind::kSome:
      case dmn::ExpressionKind::kEvery: CHECK(n == 2); break;
      case dmn::ExpressionKind::kDecisionTable: CHECK(e.table != nullptr); break;
      default: break;
    }
    if (!e.table) return;
    for (const auto& x : e.table->inputs) Check(x.expression), Check(x.values);
    for (const auto& x : e.table->outputs) Check(x.values), Check(x.default_entry);
    for (const auto& rule : e.table->rules) {
      Begins(rule.span);
      for (const auto& x : rule.inputs) Check(x);
      for (const auto& x : rule.outputs) Check(x);
      for (const auto& x : rule.annotations) Check(x);
    }
  }
  void Check(const dmn::ItemDefinition& t) {
    Begins(t.span);
    Check(t.allowed_values);
    Check(t.type_constraint);
    for (const auto& x : t.components) Check(x);
  }
  void Check(const Diagnostics& own) {
    CHECK(own.empty() || !found_.empty());
    for (const Diagnostic& d : own) CHECK(d.file == "f");
  }

 private:
  std::string_view text_;
  const Diagnostics& found_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > std::size_t{1} << 16) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Limits limits;
  limits.max_json_depth = 20;  // within reach of mutations
  dmn::Definitions model, again;
  Diagnostics found, same;
  const bool readable = dmn::Parse(text, limits, "f", &model, &found);
  CHECK(readable || !found.empty());
  Walk walk(text, found);
  for (const Diagnostic& d : found) {
    CHECK(d.file == "f" && !d.Message().empty());
    if (d.span.line != 0) walk.Place(d.span);
  }
  CHECK(dmn::Parse(text, limits, "f", &again, &same) == readable && same.size() == found.size());
  for (std::size_t i = 0; i < same.size(); ++i) CHECK(same[i].Format() == found[i].Format());

  testing::TckFile file;
  Diagnostics other;
  CHECK(testing::ReadTck(text, "f", &file, &other) == other.empty());
  if (!readable) return 0;

  std::size_t carried = model.diagnostics.size();
  const auto element = [&](const auto& e) {
    walk.Begins(e.span);
    walk.Check(e.diagnostics);
    carried += e.diagnostics.size();
  };
  for (const auto& e : model.imports) element(e);
  for (const auto& e : model.item_definitions) element(e), walk.Check(e);
  for (const auto& e : model.input_data) element(e);
  for (const auto& e : model.services) element(e);
  for (const auto& e : model.decisions) {
    element(e);
    if (e.logic) walk.Check(*e.logic);
  }
  for (const auto& e : model.knowledge_models) {
    element(e);
    if (!e.logic) continue;
    CHECK(e.logic->kind == dmn::ExpressionKind::kFunction);
    walk.Check(*e.logic);
  }
  CHECK(found.size() > 1000 || carried == found.size());
  return 0;
}
