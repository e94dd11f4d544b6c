// Expressions: what parses is printed and parsed again to the same text; the checker ends, and says why when it refuses.
#include <cstdlib>

#include "feel/feel.hpp"

namespace {

class SmallScope : public ordain::feel::Scope {
 public:
  bool Find(std::string_view name, ordain::feel::Symbol* out) const override {
    using ordain::Kind;
    using ordain::Type;
    using ordain::Unit;
    const std::pair<std::string_view, Type> kNames[] = {
        {"n", Type::Of(Kind::kNumber)}, {"m", Type::Of(Kind::kNumber, Unit::kMoney)}, {"b", Type::Of(Kind::kBoolean)}, {"t", Type::Of(Kind::kText)},
        {"o", Type::Of(Kind::kNumber).Nullable()}, {"l", Type::List(Type::Of(Kind::kNumber))}, {"d", Type::Of(Kind::kDate)},
        {"r", Type::List(Type::Context({{"k", Type::Of(Kind::kText)}, {"v", Type::Of(Kind::kNumber)}}))}};
    for (std::size_t i = 0; i < std::size(kNames); ++i) {
      if (kNames[i].first != name) continue;
      out->id = static_cast<int>(i);
      out->type = kNames[i].second;
      return true;
    }
    return false;
  }
  bool FindPolicy(std::string_view, std::vector<std::pair<std::string, ordain::Type>>*, ordain::Type*) const override { return false; }
  void AllNames(std::vector<std::string>* out) const override { *out = {"n", "m", "b", "t", "o", "l", "d", "r"}; }
};

// Names of more than one word are read where they are known.
void Names(const ordain::feel::Expr& e, std::vector<std::string>* out) {
  using ordain::feel::Op;
  if (e.op == Op::kName || e.op == Op::kPath || e.op == Op::kInvoke) out->push_back(e.name);
  out->insert(out->end(), e.names.begin(), e.names.end());
  for (const ordain::feel::ExprPtr& a : e.args) Names(*a, out);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;  // the depth and length limits have tests of their own
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ordain::Limits limits;
  ordain::Arena arena(1 << 24);
  ordain::Diagnostics found;
  ordain::feel::ParseContext context;
  context.arena = &arena;
  context.limits = &limits;
  context.diagnostics = &found;
  for (const bool cell : {false, true}) {
    found.clear();
    const auto parse = [&](std::string_view s) { return cell ? ordain::feel::ParseUnaryTests(s, context) : ordain::feel::ParseExpression(s, context); };
    const ordain::feel::ExprPtr e = parse(text);
    if (e == nullptr) {
      if (found.empty()) std::abort();
      continue;
    }
    const std::string printed = ordain::feel::Print(*e);
    if (!cell) {
      std::vector<std::string> names;
      Names(*e, &names);
      context.known_names = &names;
      const ordain::feel::ExprPtr again = parse(printed);
      context.known_names = nullptr;
      if (again == nullptr || ordain::feel::Print(*again) != printed) std::abort();
    }
    found.clear();
    const SmallScope scope;
    const ordain::Type input = ordain::Type::Of(ordain::Kind::kNumber);
    ordain::feel::CheckContext check;
    check.scope = &scope;
    check.diagnostics = &found;
    check.arena = &arena;
    check.input = cell ? &input : nullptr;
    if (!ordain::feel::Check(e.get(), check, nullptr) && found.empty() && e->type.kind != ordain::Kind::kAny) std::abort();
  }
  return 0;
}
