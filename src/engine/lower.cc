// Laziness: an operand that the evaluator would not look at must not refuse the decision. Every step is therefore lowered under a `path`,
// the node that says whether the evaluator gets there, and refuses only under it. Its value is computed in any case.
#include "engine/lower.hpp"

#include <algorithm>
#include <map>

namespace ordain::engine {
namespace {

using feel::Expr;
using policy::DefinitionKind;
using policy::Expression;
using policy::Policy;
using FeelOp = feel::Op;

struct Val {
  Kind kind = Kind::kNull;    // boolean, number, text, date, list, context; null: no value
  int node = -1;
  int null = -1;              // node
  int scale = 0;              // number = node / (10^scale * divisor)
  std::int64_t divisor = 1;   // not 1: only to be rounded
  int fact = -1;              // text: of this fact
  bool any_text = false;      // its code may be -1
  std::vector<Val> items;     // of a list of known length, fields of a context
};

bool PowerOfTen(int n, std::int64_t* out) {
  if (n < 0 || n > 18) return false;
  *out = 1;
  for (int i = 0; i < n; ++i) *out *= 10;
  return true;
}

// d in units of 10^-scale; false when that is no whole number of 64 bits.
bool Scaled(const Decimal& d, int scale, std::int64_t* out) {
  Decimal units;
  if (Quantize(d, -scale, Rounding::kDown, &units) != DecimalStatus::kOk || units != d) return false;
  return Decimal(units.negative(), units.hi(), units.lo(), 0).ToInt64(out);
}

struct Frame {
  const Policy* policy = nullptr;
  int index = 0;
  bool used = false;  // by another policy: causes nothing
  std::vector<Val> symbols;
  std::vector<bool> known;
  std::map<int, Val> locals;
  const Val* input = nullptr;  // `?`
};

class Lowering {
 public:
  Lowering(const policy::Model& model, const std::vector<FactForm>& forms, const TermsInForce& terms, std::int64_t bound, KernelGraph* out)
      : model_(model), forms_(forms), terms_(terms), bound_(bound), out_(*out), g_(out->graph) {
    no_ = g_.Constant(0);
    yes_ = g_.Constant(1);
    refused_ = no_;
  }

  bool Run(int policy, std::string* why) {
    const Policy& p = model_.policies[static_cast<std::size_t>(policy)];
    if (model_.dynamic || model_.lenient) Give("its nulls have FEEL's meaning");
    if (!p.streams.empty() || !p.reads.empty()) Give("it reads or feeds counts of a ledger");
    Frame f;
    f.policy = &p;
    f.index = policy;
    f.symbols.resize(p.symbols.size());
    f.known.resize(p.symbols.size());
    out_.inputs.resize(p.facts.size());
    for (std::size_t i = 0; i < p.facts.size() && why_.empty(); ++i) LowerFact(p.facts[i], static_cast<int>(i), &f);
    for (const policy::Fact& fact : p.facts) {
      if (!fact.required_when || !why_.empty()) continue;
      if (fact.default_value) Give("the fact `" + fact.name + "` has a default and is required in some cases");
      const Val& v = f.symbols[static_cast<std::size_t>(fact.symbol)];
      Refuse(g_.And(v.null, Truth(Expression_(fact.required_when, &f, v.null), v.null)), yes_);
    }
    LowerPolicy(&f, yes_);
    for (const policy::OutcomeField& field : p.outcome) {
      if (!why_.empty()) break;
      out_.outcome.push_back(CellOf(LowerOutcome(field, &f, yes_)));
    }
    out_.refused = refused_;
    if (why_.empty() && g_.spoilt()) why_ = "its numbers may need more than 64 bits";
    *why = why_;
    return why_.empty();
  }
  bool spoilt() const { return g_.spoilt(); }

 private:
  // ---- pieces

  void Give(const std::string& why) {  // up
    if (why_.empty()) why_ = why;
  }
  Val Unknown(const std::string& why) {
    Give(why);
    return Null();
  }
  Val Null() const {
    Val v;
    v.null = yes_;
    v.node = no_;
    return v;
  }
  Val Boolean(int node) const {
    Val v;
    v.kind = Kind::kBoolean;
    v.node = node;
    v.null = no_;
    return v;
  }
  Val Number(int node, int scale) const {
    Val v;
    v.kind = Kind::kNumber;
    v.node = node;
    v.null = no_;
    v.scale = scale;
    return v;
  }
  int Code(std::string_view text) {
    const auto [it, fresh] = codes_.try_emplace(std::string(text), static_cast<int>(out_.texts.size()));
    if (fresh) out_.texts.emplace_back(text);
    return it->second;
  }
  void Refuse(int when, int path) { refused_ = g_.Or(refused_, g_.And(path, when)); }
  // The node of a value that must be there.
  int Needed(const Val& v, int path) {
    Refuse(v.null, path);
    return v.node;
  }
  int Truth(const Val& v, int path) {
    if (v.kind != Kind::kBoolean && v.kind != Kind::kNull) Give("a condition that is no boolean");
    return Needed(v, path);
  }

  Val Constant(const Value& v) {
    Val out;
    out.kind = v.kind();
    out.null = no_;
    switch (v.kind()) {
      case Kind::kNull: return Null();
      case Kind::kBoolean: out.node = v.boolean() ? yes_ : no_; return out;
      case Kind::kText: out.node = g_.Constant(Code(v.text())); return out;
      case Kind::kDate: out.node = g_.Constant(v.date().days); return out;
      case Kind::kNumber: {
        const Decimal d = Reduce(v.number());
        std::int64_t k = 0;
        out.scale = d.exponent() < 0 ? -d.exponent() : 0;
        if (out.scale > 18 || !Scaled(d, out.scale, &k)) return Unknown("the number " + d.ToString() + " does not fit");
        out.node = g_.Constant(k);
        return out;
      }
      case Kind::kList:
        for (std::size_t i = 0; i < v.size(); ++i) out.items.push_back(Constant(v[i]));
        return out;
      default: return Unknown("a constant that is a " + std::string(KindName(v.kind())));
    }
  }

  // To the same scale.
  void Align(Val* a, Val* b) {
    if (a->divisor != 1 || b->divisor != 1) Give("a quotient that is not rounded at once");
    Val* coarse = a->scale < b->scale ? a : b;
    const int scale = std::max(a->scale, b->scale);
    std::int64_t factor = 1;
    if (!PowerOfTen(scale - coarse->scale, &factor)) Give("numbers with too many digits after the point");
    coarse->node = g_.Multiply(coarse->node, g_.Constant(factor));
    coarse->scale = scale;
  }

  Val Choose(int condition, Val a, Val b) {
    if (g_.IsTrue(condition)) return a;
    if (g_.IsFalse(condition)) return b;
    if (a.kind == Kind::kNull || b.kind == Kind::kNull) {
      const bool first = a.kind != Kind::kNull;
      Val v = first ? a : b;
      v.null = first ? g_.Select(condition, v.null, yes_) : g_.Select(condition, yes_, v.null);
      return v;
    }
    if (a.kind != b.kind || a.items.size() != b.items.size()) return Unknown("a choice between values of different forms");
    Val v;
    v.kind = a.kind;
    v.null = g_.Select(condition, a.null, b.null);
    if (a.kind == Kind::kList || a.kind == Kind::kContext) {
      for (std::size_t i = 0; i < a.items.size(); ++i) v.items.push_back(Choose(condition, a.items[i], b.items[i]));
      return v;
    }
    if (a.kind == Kind::kNumber) Align(&a, &b);
    v.scale = a.scale;
    v.any_text = a.any_text || b.any_text;
    v.fact = a.fact == b.fact ? a.fact : -1;
    v.node = g_.Select(condition, a.node, b.node);
    return v;
  }

  // ---- facts

  void LowerFact(const policy::Fact& fact, int i, Frame* f) {
    const FactForm& form = forms_[static_cast<std::size_t>(i)];
    KernelGraph::Input& input = out_.inputs[static_cast<std::size_t>(i)];
    input.fact = i;
    f->known[static_cast<std::size_t>(fact.symbol)] = true;
    Val& v = f->symbols[static_cast<std::size_t>(fact.symbol)];
    if (!form.bound) {
      if (!fact.optional) Give("the fact `" + fact.name + "` is needed and not bound");
      v = fact.default_value ? Constant(*fact.default_value) : Null();
      return;
    }
    v.kind = fact.type.kind;
    input.low = form.low;
    input.high = form.high;
    const TypeDetail* detail = fact.type.detail.get();
    switch (fact.type.kind) {
      case Kind::kBoolean:
        input.low = std::max<std::int64_t>(input.low, 0);
        input.high = std::min<std::int64_t>(input.high, 1);
        break;
      case Kind::kDate: {
        input.low = std::max<std::int64_t>(input.low, -3000000);
        input.high = std::min<std::int64_t>(input.high, 3000000);
        break;
      }
      case Kind::kText:
        if (const auto* values = fact.type.enumeration()) {
          std::int64_t low = INT64_MAX, high = -1;
          for (const std::string& s : *values) {
            const std::int64_t code = Code(s);
            low = std::min(low, code);
            high = std::max(high, code);
          }
          input.low = low;
          input.high = high;
        } else if ((detail != nullptr && detail->length != 0) || fact.type.unit == Unit::kYearMonth) {
          Give("the fact `" + fact.name + "` is a text of a form of its own");
        } else {
          v.any_text = true;
          v.fact = i;
          input.low = -1;
          input.high = INT32_MAX;
        }
        break;
      case Kind::kNumber: {
        v.scale = form.scale;
        if (fact.type.unit == Unit::kInteger && form.scale != 0) Give("the fact `" + fact.name + "` is whole and was bound with digits after the point");
        if (fact.type.unit == Unit::kMoney && form.scale > model_.money_scale) Give("the fact `" + fact.name + "` was bound with more digits than the currency has");
        input.low = std::max(input.low, -bound_);
        input.high = std::min(input.high, bound_);
        std::int64_t k = 0;
        Decimal units;
        if (detail != nullptr && detail->has_min && Quantize(detail->min, -form.scale, Rounding::kCeiling, &units) == DecimalStatus::kOk && Scaled(units, form.scale, &k)) {
          input.low = std::max(input.low, detail->min_open && units == detail->min ? k + 1 : k);
        }
        if (detail != nullptr && detail->has_max && Quantize(detail->max, -form.scale, Rounding::kFloor, &units) == DecimalStatus::kOk && Scaled(units, form.scale, &k)) {
          input.high = std::min(input.high, detail->max_open && units == detail->max ? k - 1 : k);
        }
        break;
      }
      default: Give("the fact `" + fact.name + "` is a " + std::string(KindName(fact.type.kind)));
    }
    if (!why_.empty()) return;
    if (input.low > input.high) return Give("the fact `" + fact.name + "` has no value that can arrive");
    if (form.may_be_absent && form.absent >= input.low && form.absent <= input.high) {
      return Give("of the fact `" + fact.name + "` a value means that it is absent");
    }
    // The integer for an absent fact stands beside the others: one interval for all.
    const std::int64_t low = form.may_be_absent ? std::min(input.low, form.absent) : input.low;
    const std::int64_t high = form.may_be_absent ? std::max(input.high, form.absent) : input.high;
    const int raw = g_.Input(i, low, high);
    input.node = raw;
    v.null = form.may_be_absent ? g_.Equal(raw, g_.Constant(form.absent)) : no_;
    // Between the two ends and the integer for nothing there may be others.
    if (form.may_be_absent) Refuse(g_.And(g_.Not(v.null), g_.Or(g_.Less(raw, g_.Constant(input.low)), g_.Less(g_.Constant(input.high), raw))), yes_);
    if (const auto* values = fact.type.enumeration()) {  // codes between its own may be those of other facts
      for (std::int64_t code = input.low; code <= input.high; ++code) {
        if (std::find(values->begin(), values->end(), out_.texts[static_cast<std::size_t>(code)]) == values->end()) Refuse(g_.Equal(raw, g_.Constant(code)), yes_);
      }
    }
    if (fact.type.kind == Kind::kNumber && detail != nullptr && detail->not_zero) Refuse(g_.And(g_.Not(v.null), g_.Equal(raw, no_)), yes_);
    v.node = fact.type.kind == Kind::kBoolean && form.may_be_absent ? g_.Equal(raw, yes_) : raw;
    input.low = low;
    input.high = high;
    if (!fact.optional) Refuse(v.null, yes_);
    if (fact.default_value) v = Choose(v.null, Constant(*fact.default_value), v), v.null = no_;
  }

  // ---- expressions

  Val Expression_(const Expression& e, Frame* f, int path) {
    f->locals.clear();
    return Lower_(*e.tree, f, path);
  }

  Val Name(const Expr& e, Frame* f) {
    const policy::Symbol& s = f->policy->symbols[static_cast<std::size_t>(e.symbol)];
    switch (s.kind) {
      case policy::SymbolKind::kFact:
      case policy::SymbolKind::kDefined:
        if (!f->known[static_cast<std::size_t>(e.symbol)]) return Unknown("`" + s.name + "` is of a kind that the kernel does not have");
        return f->symbols[static_cast<std::size_t>(e.symbol)];
      case policy::SymbolKind::kSetting: {
        const auto index = static_cast<std::size_t>(s.index), own = f->policy->settings.size();
        const policy::Setting& setting = index < own ? f->policy->settings[index] : model_.settings[index - own];
        const std::uint16_t chosen = index < own ? (*terms_.policy_settings)[static_cast<std::size_t>(f->index)][index] : (*terms_.settings)[index - own];
        return Constant(Value::Text(setting.values[chosen]));
      }
      case policy::SymbolKind::kParameter: return Parameter(s.index);
      default: return Unknown("it reads `" + s.name + "`");
    }
  }
  Val Parameter(int index) {
    const Value* v = terms_.parameters[static_cast<std::size_t>(index)];
    if (v == nullptr) return Unknown("the parameter `" + model_.parameters[static_cast<std::size_t>(index)].name + "` is missing, or changes with the day");
    return Constant(*v);
  }

  int Equal(Val a, Val b) {
    if (a.kind == Kind::kNull || b.kind == Kind::kNull) return g_.And(a.null, b.null);
    if (a.kind != b.kind || a.kind == Kind::kList || a.kind == Kind::kContext) {
      Give("an equality between a " + std::string(KindName(a.kind)) + " and a " + std::string(KindName(b.kind)));
      return no_;
    }
    if (a.any_text && b.any_text) Give("an equality between two texts that can be anything");
    if (a.kind == Kind::kNumber) Align(&a, &b);
    const int same = g_.Equal(a.node, b.node), some = g_.And(g_.Not(a.null), g_.Not(b.null));
    return g_.Or(g_.And(a.null, b.null), g_.And(some, same));
  }

  // a < b, or a <= b
  int Ordered(Val a, Val b, bool or_equal, int path) {
    if (a.kind != b.kind || (a.kind != Kind::kNumber && a.kind != Kind::kDate)) {
      Give("an order between a " + std::string(KindName(a.kind)) + " and a " + std::string(KindName(b.kind)));
      return no_;
    }
    if (a.kind == Kind::kNumber) Align(&a, &b);
    const int x = Needed(a, path), y = Needed(b, path);
    return or_equal ? g_.Not(g_.Less(y, x)) : g_.Less(x, y);
  }

  int Relation(FeelOp op, const Val& a, const Val& b, int path) {
    switch (op) {
      case FeelOp::kLess: return Ordered(a, b, false, path);
      case FeelOp::kLessEqual: return Ordered(a, b, true, path);
      case FeelOp::kGreater: return Ordered(b, a, false, path);
      default: return Ordered(b, a, true, path);
    }
  }

  Val Arithmetic(FeelOp op, Val a, Val b, int path) {
    if (a.kind != Kind::kNumber || b.kind != Kind::kNumber) return Unknown("arithmetic with a " + std::string(KindName(a.kind)) + " and a " + std::string(KindName(b.kind)));
    Needed(a, path);
    Needed(b, path);
    if (op == FeelOp::kDivide) return Divide(a, b, path);
    if (op == FeelOp::kMultiply) {
      if (a.divisor != 1 || b.divisor != 1) return Unknown("a quotient that is not rounded at once");
      return Number(g_.Multiply(a.node, b.node), a.scale + b.scale);
    }
    Align(&a, &b);
    return Number(op == FeelOp::kAdd ? g_.Add(a.node, b.node) : g_.Subtract(a.node, b.node), a.scale);
  }

  // By a constant: exact where its only prime factors are 2 and 5, else a quotient that waits to be rounded.
  Val Divide(const Val& a, const Val& b, int) {
    if (!g_.IsConstant(b.node) || g_[b.node].k == 0 || a.divisor != 1) return Unknown("a division by what is no constant");
    std::int64_t by = g_[b.node].k, shift = 1;
    const int sign = by < 0 ? -1 : 1;
    by = by < 0 ? -by : by;
    int twos = 0, fives = 0;
    for (; by % 2 == 0; by /= 2) ++twos;
    for (; by % 5 == 0; by /= 5) ++fives;
    const int digits = std::max(twos, fives);
    if (!PowerOfTen(digits, &shift)) return Unknown("a division by a number with too many digits");
    std::int64_t factor = shift * sign;
    for (int i = 0; i < twos; ++i) factor /= 2;
    for (int i = 0; i < fives; ++i) factor /= 5;
    // a / 10^sa / (by * 2^t * 5^f / 10^sb) = a * factor / 10^(sa + digits - sb) / by
    Val v = Number(g_.Multiply(a.node, g_.Constant(factor)), a.scale + digits - b.scale);
    v.divisor = by;
    if (v.scale < 0) {
      if (!PowerOfTen(-v.scale, &shift)) return Unknown("a division by a number with too many digits");
      v.node = g_.Multiply(v.node, g_.Constant(shift));
      v.scale = 0;
    }
    return v;
  }

  Val Round(Val v, int digits, Rounding mode) {
    if (v.kind == Kind::kNull) return v;
    std::int64_t units = 1, divisor = 1;
    if (v.scale <= digits && v.divisor == 1) return v;
    if (v.scale < digits) {
      if (!PowerOfTen(digits - v.scale, &units)) return Unknown("a rounding to too many digits");
      v.node = g_.Multiply(v.node, g_.Constant(units));
      v.scale = digits;
    }
    if (!PowerOfTen(v.scale - digits, &units) || __builtin_mul_overflow(units, v.divisor, &divisor) || divisor > (std::int64_t{1} << 40)) {
      return Unknown("a rounding of too many digits");
    }
    if (v.divisor != 1) {
      // The evaluator has the quotient with 34 digits. That rounds to the same when no quotient is nearer to a point where the rounding
      // turns than those digits tell: its distance from one is at least 1 / (2 divisor 10^digits) in units of the quotient.
      const double size = static_cast<double>(std::max(std::abs(static_cast<double>(g_[v.node].low)), std::abs(static_cast<double>(g_[v.node].high))));
      if (size * static_cast<double>(divisor) * 4 > 1e32) return Unknown("a quotient that 34 digits may round the other way");
    }
    return [&] {
      Val out = Number(g_.Round(v.node, divisor, mode), digits);
      out.null = v.null;
      if (digits >= 0) return out;
      std::int64_t back = 1;
      if (!PowerOfTen(-digits, &back)) return Unknown("a rounding to too few digits");
      out.node = g_.Multiply(out.node, g_.Constant(back));
      out.scale = 0;
      return out;
    }();
  }

  Val Call(const Expr& e, Frame* f, int path) {
    std::vector<Val> args;
    for (const feel::ExprPtr& a : e.args) args.push_back(Lower_(*a, f, path));
    if (!why_.empty()) return Null();
    static const std::map<std::string, Rounding, std::less<>> kRoundings = {
        {"decimal", Rounding::kHalfEven}, {"floor", Rounding::kFloor},          {"ceiling", Rounding::kCeiling},        {"round up", Rounding::kUp},
        {"round down", Rounding::kDown},  {"round half up", Rounding::kHalfUp}, {"round half down", Rounding::kHalfDown}};
    if (const auto rounding = kRoundings.find(e.name); rounding != kRoundings.end()) {
      const int digits = args.size() > 1 && args[1].kind == Kind::kNumber && args[1].scale == 0 && g_.IsConstant(args[1].node) ? static_cast<int>(std::clamp<std::int64_t>(g_[args[1].node].k, -30, 30)) : 0;
      if (args.size() > 1 && (args[1].kind != Kind::kNumber || args[1].scale != 0 || !g_.IsConstant(args[1].node))) return Unknown("a rounding to digits that are no constant");
      if (args[0].kind != Kind::kNumber) return Unknown("a rounding of what is no number");
      Needed(args[0], path);
      args[0].null = no_;
      return Round(args[0], digits, rounding->second);
    }
    if (e.name == "money" || e.name == "points") {
      Needed(args[0], path);
      args[0].null = no_;
      return args[0];
    }
    if (e.name == "abs" && args[0].kind == Kind::kNumber && args[0].divisor == 1) {
      const int x = Needed(args[0], path);
      return Number(g_.Select(g_.Less(x, no_), g_.Subtract(no_, x), x), args[0].scale);
    }
    if (e.name == "not" && args[0].kind == Kind::kBoolean) return Boolean(g_.Not(Truth(args[0], path)));
    const bool least = e.name == "min", most = e.name == "max", sum = e.name == "sum";
    if (least || most || sum || e.name == "count") {
      const std::vector<Val> items = args.size() == 1 && args[0].kind == Kind::kList ? args[0].items : args;
      if (args.size() == 1 && args[0].kind == Kind::kList) Refuse(args[0].null, path);
      if (e.name == "count") {
        if (args.size() != 1 || args[0].kind != Kind::kList) return Unknown("a count of a list whose length is not known");
        return Number(g_.Constant(static_cast<std::int64_t>(items.size())), 0);
      }
      if (items.empty() || !std::all_of(items.begin(), items.end(), [](const Val& v) { return v.kind == Kind::kNumber; })) return Unknown("`" + e.name + "` of what are no numbers");
      Val v = items[0];
      Needed(v, path);
      v.null = no_;
      for (std::size_t i = 1; i < items.size(); ++i) {
        Val w = items[i];
        Needed(w, path);
        Align(&v, &w);
        v.node = least ? g_.Min(v.node, w.node) : most ? g_.Max(v.node, w.node) : g_.Add(v.node, w.node);
      }
      return v;
    }
    return Unknown("it calls `" + e.name + "`");
  }

  static bool MentionsInput(const Expr& e) {
    return e.op == FeelOp::kInput || std::any_of(e.args.begin(), e.args.end(), [](const feel::ExprPtr& a) { return MentionsInput(*a); });
  }

  static bool IsOpen(const Expr& e) { return e.op == FeelOp::kConstant && e.value.IsNull(); }

  int In(const Expr& e, Frame* f, int path) {
    const Val v = Lower_(*e.args[0], f, path);
    int found = no_;
    const Val* outer = f->input;
    for (std::size_t i = 1; i < e.args.size() && why_.empty(); ++i) {
      const Expr& test = *e.args[i];
      const int here = g_.And(path, g_.Not(found));
      int holds = yes_;
      if (test.op == FeelOp::kRange && test.form != RangeValue::Form::kNotEqual) {
        if (!IsOpen(*test.args[0])) holds = Relation(test.low_closed ? FeelOp::kGreaterEqual : FeelOp::kGreater, v, Lower_(*test.args[0], f, here), here);
        if (!IsOpen(*test.args[1])) {
          const int then = g_.And(here, holds);
          holds = g_.And(holds, Relation(test.high_closed ? FeelOp::kLessEqual : FeelOp::kLess, v, Lower_(*test.args[1], f, then), then));
        }
      } else if (MentionsInput(test)) {
        f->input = &v;
        holds = Truth(Lower_(test, f, here), here);
        f->input = outer;
      } else if (test.type.kind == Kind::kRange) {
        Give("a range that is computed");
      } else {
        const Val other = Lower_(test, f, here);
        if (other.kind == Kind::kList && v.kind != Kind::kList) {
          Refuse(other.null, here);
          holds = no_;
          for (const Val& item : other.items) holds = g_.Or(holds, Equal(v, item));
        } else {
          holds = Equal(v, other);
        }
      }
      found = g_.Or(found, holds);
    }
    return found;
  }

  Val Lower_(const Expr& e, Frame* f, int path) {
    if (!why_.empty()) return Null();
    switch (e.op) {
      case FeelOp::kConstant: return Constant(e.value);
      case FeelOp::kName: return Name(e, f);
      case FeelOp::kLocal: {
        const auto known = f->locals.find(e.local);
        return known != f->locals.end() ? known->second : Unknown("a variable of an iteration");
      }
      case FeelOp::kInput: return f->input != nullptr ? *f->input : Null();
      case FeelOp::kNegate: {
        const Val v = Lower_(*e.args[0], f, path);
        if (v.kind != Kind::kNumber) return Unknown("the negative of what is no number");
        Val out = Number(g_.Subtract(no_, Needed(v, path)), v.scale);
        out.divisor = v.divisor;
        return out;
      }
      case FeelOp::kNot: return Boolean(g_.Not(Truth(Lower_(*e.args[0], f, path), path)));
      case FeelOp::kAnd: {
        const int a = Truth(Lower_(*e.args[0], f, path), path), then = g_.And(path, a);
        return Boolean(g_.And(a, ValueOf(Lower_(*e.args[1], f, then), then)));
      }
      case FeelOp::kOr: {
        const int a = Truth(Lower_(*e.args[0], f, path), path), then = g_.And(path, g_.Not(a));
        return Boolean(g_.Or(a, ValueOf(Lower_(*e.args[1], f, then), then)));
      }
      case FeelOp::kAdd:
      case FeelOp::kSubtract:
      case FeelOp::kMultiply:
      case FeelOp::kDivide: {
        const Val a = Lower_(*e.args[0], f, path);
        return Arithmetic(e.op, a, Lower_(*e.args[1], f, path), path);
      }
      case FeelOp::kEqual:
      case FeelOp::kNotEqual: {
        const Val a = Lower_(*e.args[0], f, path);
        const int same = Equal(a, Lower_(*e.args[1], f, path));
        return Boolean(e.op == FeelOp::kEqual ? same : g_.Not(same));
      }
      case FeelOp::kLess:
      case FeelOp::kLessEqual:
      case FeelOp::kGreater:
      case FeelOp::kGreaterEqual: {
        const Val a = Lower_(*e.args[0], f, path);
        return Boolean(Relation(e.op, a, Lower_(*e.args[1], f, path), path));
      }
      case FeelOp::kBetween: {
        const Val v = Lower_(*e.args[0], f, path), low = Lower_(*e.args[1], f, path), high = Lower_(*e.args[2], f, path);
        const int from = Relation(FeelOp::kGreaterEqual, v, low, path);
        return Boolean(g_.And(from, Relation(FeelOp::kLessEqual, v, high, g_.And(path, from))));
      }
      case FeelOp::kIn: return Boolean(In(e, f, path));
      case FeelOp::kIf: {
        const int c = Truth(Lower_(*e.args[0], f, path), path);
        const Val a = Lower_(*e.args[1], f, g_.And(path, c));
        return Choose(c, a, Lower_(*e.args[2], f, g_.And(path, g_.Not(c))));
      }
      case FeelOp::kPath: {
        const Expr& of = *e.args[0];
        if (of.op == FeelOp::kName && f->policy->symbols[static_cast<std::size_t>(of.symbol)].kind == policy::SymbolKind::kParameters) return Parameter(e.field);
        const Val v = Lower_(of, f, path);
        if (v.kind != Kind::kContext || e.field < 0) return Unknown("an entry of what is no known record");
        Refuse(v.null, path);
        return v.items[static_cast<std::size_t>(e.field)];
      }
      case FeelOp::kList:
      case FeelOp::kContext: {
        Val v;
        v.kind = e.op == FeelOp::kList ? Kind::kList : Kind::kContext;
        v.null = no_;
        for (std::size_t i = 0; i < e.args.size(); ++i) {
          v.items.push_back(Lower_(*e.args[i], f, path));
          if (e.op == FeelOp::kContext) f->locals[e.local + static_cast<int>(i)] = v.items.back();
        }
        return v;
      }
      case FeelOp::kCall: return Call(e, f, path);
      case FeelOp::kInvoke: return Invoke(e, f, path);
      default: return Unknown("an expression of a kind that the kernel does not have: " + feel::Brief(e));
    }
  }
  // The second operand of `and` and `or` may be null: it is then the value.
  int ValueOf(const Val& v, int path) { return Truth(v, path); }

  Val Invoke(const Expr& e, Frame* f, int path) {
    const int index = model_.FindPolicy(e.name);
    const Policy& p = model_.policies[static_cast<std::size_t>(index)];
    if (!p.reads.empty()) return Unknown("it uses `" + p.name + "`, which reads a ledger");
    if (++depth_ > 32) return Unknown("policies that use policies too deep");
    Frame frame;
    frame.policy = &p;
    frame.index = index;
    frame.used = true;
    frame.symbols.resize(p.symbols.size());
    frame.known.resize(p.symbols.size());
    for (const policy::Fact& fact : p.facts) {
      Val v = Null();
      for (std::size_t a = 0; a < e.args.size() && a < e.names.size(); ++a) {
        if (e.names[a] == fact.name) v = Lower_(*e.args[a], f, path);
      }
      if (fact.default_value) v = Choose(v.null, Constant(*fact.default_value), v), v.null = no_;
      frame.symbols[static_cast<std::size_t>(fact.symbol)] = v;
      frame.known[static_cast<std::size_t>(fact.symbol)] = true;
    }
    LowerPolicy(&frame, path);
    Val out;
    out.kind = Kind::kContext;
    out.null = no_;
    for (const policy::OutcomeField& field : p.outcome) out.items.push_back(LowerOutcome(field, &frame, path));
    --depth_;
    return out;
  }

  // ---- definitions

  void Define(Frame* f, int symbol, Val v) {
    if (symbol < 0) return;
    f->symbols[static_cast<std::size_t>(symbol)] = std::move(v);
    f->known[static_cast<std::size_t>(symbol)] = true;
  }

  void LowerPolicy(Frame* f, int path) {
    for (const policy::Definition& d : f->policy->definitions) {
      if (!why_.empty()) return;
      const auto i = static_cast<std::size_t>(d.index);
      switch (d.kind) {
        case DefinitionKind::kFormula: Define(f, f->policy->formulas[i].symbol, Expression_(f->policy->formulas[i].value, f, path)); break;
        case DefinitionKind::kTable: LowerTable(f->policy->tables[i], f, path); break;
        case DefinitionKind::kRead: Give("it reads a ledger"); break;
        case DefinitionKind::kDiscretion: LowerDiscretion(f->policy->discretions[i], f, path); break;
        case DefinitionKind::kRequirement: Refuse(g_.Not(Truth(Expression_(f->policy->requirements[i].that, f, path), path)), path); break;
        case DefinitionKind::kEffects: LowerEffects(f->policy->effects[i], d.index, f, path); break;
      }
    }
  }

  static bool MentionsNull(const Expr& e) {
    if (e.op == FeelOp::kConstant && e.value.IsNull()) return true;
    if (e.op == FeelOp::kRange) return false;
    return std::any_of(e.args.begin(), e.args.end(), [](const feel::ExprPtr& a) { return MentionsNull(*a); });
  }

  int LowerCell(const Expression& cell, const Val* input, bool nullable, Frame* f, int path) {
    const Expr& e = *cell.tree;
    if (e.op == FeelOp::kConstant && e.value.IsTrue()) return yes_;
    int there = yes_;
    Val v = input != nullptr ? *input : Null();
    if (nullable && !MentionsNull(e)) {
      there = g_.Not(v.null);
      v.null = no_;  // where it is looked at
    }
    const Val* outer = f->input;
    f->locals.clear();
    f->input = &v;
    const int here = g_.And(path, there);
    const int holds = Truth(Lower_(e, f, here), here);
    f->input = outer;
    return g_.And(there, holds);
  }

  void LowerTable(const policy::Table& t, Frame* f, int path) {
    if (t.hit != policy::Hit::kFirst && t.hit != policy::Hit::kUnique) return Give("a table with the hit policy " + std::string(policy::HitName(t.hit)));
    std::vector<Val> inputs;
    for (const policy::Table::Column& c : t.columns) inputs.push_back(c.input ? Expression_(c.input, f, path) : Null());
    if (!why_.empty()) return;
    if (t.rows.size() > kIndexedRows) return LowerLargeTable(t, inputs, f, path);
    std::vector<int> hits;
    std::vector<std::vector<Val>> outputs;
    int any = no_;
    for (const policy::Table::Row& row : t.rows) {
      const int here = t.hit == policy::Hit::kFirst ? g_.And(path, g_.Not(any)) : path;
      int hit = yes_;
      for (std::size_t c = 0; c < row.cells.size(); ++c) {
        const bool nullable = t.columns[c].input && t.columns[c].input.tree->type.nullable;
        hit = g_.And(hit, LowerCell(row.cells[c], t.columns[c].input ? &inputs[c] : nullptr, nullable, f, g_.And(here, hit)));
      }
      if (t.hit == policy::Hit::kUnique) Refuse(g_.And(any, hit), path);
      outputs.emplace_back();
      for (const Expression& o : row.outputs) outputs.back().push_back(Expression_(o, f, g_.And(here, hit)));
      hits.push_back(hit);
      any = g_.Or(any, hit);
      if (!why_.empty()) return;
    }
    const int none = g_.And(path, g_.Not(any));
    for (std::size_t o = 0; o < t.outputs.size(); ++o) {
      Val v = Null();
      if (!t.otherwise.empty()) v = Expression_(t.otherwise[o], f, none);
      else if (o == 0) Refuse(none, yes_);
      if (t.otherwise.empty() && !outputs.empty()) v = outputs.back()[o];
      for (std::size_t r = t.rows.size(); r-- > 0;) v = Choose(hits[r], outputs[r][o], v);
      Define(f, t.outputs[o], v);
    }
  }

  // ---- large tables: a code and a number lead to the row, outputs are columns of constants

  static constexpr std::size_t kIndexedRows = 48;

  // What a cell of a large table asks of its input: an interval of units, or a code.
  struct Want {
    bool any = true;
    std::int64_t low = INT64_MIN, high = INT64_MAX;
  };

  bool WantOf(const Expr& e, const Val& v, Want* out) {
    if (e.op == FeelOp::kConstant && e.value.IsTrue()) return true;
    const auto units = [&](const Expr& x, bool up, std::int64_t* k, bool* exact) {
      if (x.op != FeelOp::kConstant || x.value.kind() != Kind::kNumber || v.kind != Kind::kNumber) return false;
      Decimal q;
      if (Quantize(x.value.number(), -v.scale, up ? Rounding::kCeiling : Rounding::kFloor, &q) != DecimalStatus::kOk) return false;
      *exact = q == x.value.number();
      return Scaled(q, v.scale, k);
    };
    const auto lower = [&](const Expr& x, bool closed) {
      std::int64_t k = 0;
      bool exact = false;
      if (!units(x, true, &k, &exact)) return false;
      out->low = std::max(out->low, exact && !closed ? k + 1 : k);
      return true;
    };
    const auto upper = [&](const Expr& x, bool closed) {
      std::int64_t k = 0;
      bool exact = false;
      if (!units(x, false, &k, &exact)) return false;
      out->high = std::min(out->high, exact && !closed ? k - 1 : k);
      return true;
    };
    out->any = false;
    const auto input = [](const Expr& x) { return x.op == FeelOp::kInput; };
    if (e.op == FeelOp::kIn && e.args.size() == 2 && input(*e.args[0]) && e.args[1]->op == FeelOp::kRange && e.args[1]->form != RangeValue::Form::kNotEqual) {
      const Expr& range = *e.args[1];
      return (IsOpen(*range.args[0]) || lower(*range.args[0], range.low_closed)) && (IsOpen(*range.args[1]) || upper(*range.args[1], range.high_closed));
    }
    if (e.args.size() != 2 || !input(*e.args[0])) return false;
    switch (e.op) {
      case FeelOp::kGreater: return lower(*e.args[1], false);
      case FeelOp::kGreaterEqual: return lower(*e.args[1], true);
      case FeelOp::kLess: return upper(*e.args[1], false);
      case FeelOp::kLessEqual: return upper(*e.args[1], true);
      case FeelOp::kEqual:
        if (e.args[1]->op != FeelOp::kConstant) return false;
        if (v.kind == Kind::kText && e.args[1]->value.kind() == Kind::kText) {
          out->low = out->high = Code(e.args[1]->value.text());
          return true;
        }
        return lower(*e.args[1], true) && upper(*e.args[1], true);
      default: return false;
    }
  }

  void LowerLargeTable(const policy::Table& t, const std::vector<Val>& inputs, Frame* f, int path) {
    int text = -1, number = -1;
    for (std::size_t c = 0; c < inputs.size(); ++c) {
      const bool plain = t.columns[c].input && g_.IsFalse(inputs[c].null) && inputs[c].divisor == 1;
      if (plain && inputs[c].kind == Kind::kText && text < 0) text = static_cast<int>(c);
      else if (plain && inputs[c].kind == Kind::kNumber && number < 0) number = static_cast<int>(c);
      else return Give("a table of many rows with other columns than a text and a number");
    }
    struct Band {
      std::int64_t low, high;
      std::int32_t row;
    };
    std::map<std::int64_t, std::vector<Band>> by_code;
    std::vector<Band> every;  // of rows for any code
    std::vector<std::pair<std::int64_t, Band>> all;
    for (std::size_t r = 0; r < t.rows.size(); ++r) {
      Want code, band;
      if ((text >= 0 && !WantOf(*t.rows[r].cells[static_cast<std::size_t>(text)].tree, inputs[static_cast<std::size_t>(text)], &code)) ||
          (number >= 0 && !WantOf(*t.rows[r].cells[static_cast<std::size_t>(number)].tree, inputs[static_cast<std::size_t>(number)], &band))) {
        return Give("a table of many rows with a condition that is neither a constant nor a range of constants");
      }
      if (band.low > band.high) continue;
      const Band b{band.low, band.high, static_cast<std::int32_t>(r)};
      if (code.any) every.push_back(b);
      else by_code[code.low].push_back(b);
    }
    BandIndex index;
    std::vector<std::int32_t> row_of;  // by band; -1: none
    // A code of its own for texts that no row names.
    const std::int64_t first = by_code.empty() || text < 0 ? -1 : std::min<std::int64_t>(-1, by_code.begin()->first);
    const std::int64_t last = text < 0 ? -1 : std::max<std::int64_t>(static_cast<std::int64_t>(out_.texts.size()) - 1, by_code.empty() ? -1 : by_code.rbegin()->first);
    index.first_code = first;
    bool twice = false;
    for (std::int64_t code = first; code <= last; ++code) {
      index.begin.push_back(static_cast<std::uint32_t>(index.from.size()));
      std::vector<Band> bands = every;
      if (const auto own = by_code.find(code); own != by_code.end()) bands.insert(bands.end(), own->second.begin(), own->second.end());
      // Sweep: at each point where a band begins or ends, the first row that is open.
      std::vector<std::pair<std::int64_t, std::int32_t>> events;  // row + 1 opens, -(row + 1) closes
      for (const Band& b : bands) {
        events.emplace_back(b.low, b.row + 1);
        if (b.high != INT64_MAX) events.emplace_back(b.high + 1, -(b.row + 1));
      }
      std::sort(events.begin(), events.end());
      std::map<std::int32_t, int> open;
      const std::size_t begun = index.from.size();
      for (std::size_t i = 0; i < events.size();) {
        const std::int64_t at = events[i].first;
        for (; i < events.size() && events[i].first == at; ++i) {
          if (events[i].second > 0) open[events[i].second - 1] = 1;
          else open.erase(-events[i].second - 1);
        }
        twice |= open.size() > 1;
        const std::int32_t row = open.empty() ? -1 : open.begin()->first;
        if (index.from.size() > begun && row_of.back() == row) continue;
        index.from.push_back(at);
        row_of.push_back(row);
      }
    }
    index.begin.push_back(static_cast<std::uint32_t>(index.from.size()));
    if (t.hit == policy::Hit::kUnique && twice) return Give("a table of many rows, two of which may apply at once");
    const int code = text < 0 ? g_.Constant(-1) : Needed(inputs[static_cast<std::size_t>(text)], path);
    const int at = number < 0 ? g_.Constant(0) : Needed(inputs[static_cast<std::size_t>(number)], path);
    row_of.push_back(-1);  // of what lies in no band
    const int band = g_.Find(std::move(index), code, at);
    std::vector<std::int64_t> without;
    for (const std::int32_t r : row_of) without.push_back(r < 0 ? 1 : 0);
    const int none = g_.Entry(band, without);
    for (std::size_t o = 0; o < t.outputs.size(); ++o) {
      std::vector<Val> column;
      for (const policy::Table::Row& r : t.rows) {
        if (r.outputs[o].tree->op != FeelOp::kConstant) return Give("a table of many rows with an output that is computed");
        column.push_back(Constant(r.outputs[o].tree->value));
      }
      const Expr* otherwise = t.otherwise.empty() ? nullptr : t.otherwise[o].tree.get();
      const bool constant = otherwise != nullptr && otherwise->op == FeelOp::kConstant;
      column.push_back(constant ? Constant(otherwise->value) : column.back());
      std::vector<Val> banded;
      for (const std::int32_t r : row_of) banded.push_back(column[r < 0 ? t.rows.size() : static_cast<std::size_t>(r)]);
      Val v = Column(band, banded);
      if (otherwise == nullptr && o == 0) Refuse(none, path);
      if (otherwise != nullptr && !constant) v = Choose(none, Expression_(t.otherwise[o], f, g_.And(path, none)), v);
      if (!why_.empty()) return;
      Define(f, t.outputs[o], v);
    }
  }

  // A column of constants by the band.
  Val Column(int band, const std::vector<Val>& column) {
    Val v;
    int scale = 0;
    for (const Val& c : column) {
      if (c.kind != Kind::kNull) v.kind = c.kind;
      scale = std::max(scale, c.scale);
    }
    std::vector<std::int64_t> values, nulls;
    for (const Val& c : column) {
      std::int64_t unit = 1;
      if (c.kind != Kind::kNull && c.kind != v.kind) return Unknown("a column of different kinds");
      if (c.kind == Kind::kList || !PowerOfTen(scale - c.scale, &unit)) return Unknown("a column of a form that the kernel does not have");
      std::int64_t k = 0;
      if (__builtin_mul_overflow(g_[c.node].k, unit, &k)) return Unknown("a column of numbers that are too large");
      values.push_back(k);
      nulls.push_back(c.kind == Kind::kNull ? 1 : 0);
    }
    v.scale = scale;
    v.node = g_.Entry(band, values);
    v.null = g_.Entry(band, nulls);
    return v;
  }

  void LowerDiscretion(const policy::Discretion& d, Frame* f, int path) {
    if (!d.one_of.empty()) return Give("a choice from a list");
    const int when = d.when ? Truth(Expression_(d.when, f, path), path) : yes_, here = g_.And(path, when);
    const Val from = d.from ? Expression_(d.from, f, here) : Null(), to = d.to ? Expression_(d.to, f, here) : Null();
    Val by = Expression_(d.by, f, here);
    if (!why_.empty()) return;
    const int given = g_.And(here, g_.Not(by.null));
    if (by.kind == Kind::kNumber) {
      Val present = by;
      present.null = no_;
      const auto outside = [&](const Val& low, const Val& high) {
        if (low.kind == Kind::kNull || high.kind == Kind::kNull) return;
        Refuse(g_.Or(low.null, high.null), given);  // told by the evaluator
        Refuse(Ordered(high, low, false, given), given);
      };
      outside(from, present);
      outside(present, to);
    } else if (by.kind != Kind::kNull) {
      return Give("a choice that is no number");
    }
    by = Choose(when, by, Null());
    Define(f, d.symbol, by);
    Define(f, d.min, Choose(when, from, Null()));
    Define(f, d.max, Choose(when, to, Null()));
  }

  Cell CellOf(const Val& v) {
    Cell c;
    c.kind = v.kind;
    c.node = v.node;
    c.null = v.null;
    c.scale = v.scale;
    if (v.kind == Kind::kText && v.any_text) {
      if (v.fact < 0) Give("a text that can be anything");
      c.fact = v.fact;
    }
    if (v.kind == Kind::kList || v.kind == Kind::kContext) Give("an answer that is a " + std::string(KindName(v.kind)));
    if (v.divisor != 1) Give("a quotient that is not rounded");
    return c;
  }

  // More digits than the currency has.
  void RefuseDigits(const Val& v, int path) {
    std::int64_t unit = 1;
    if (v.kind != Kind::kNumber || v.scale <= model_.money_scale) return;
    if (!PowerOfTen(v.scale - model_.money_scale, &unit)) return Give("an amount with too many digits");
    Refuse(g_.And(g_.Not(v.null), g_.Not(g_.Divides(v.node, unit))), path);
  }

  void LowerEffects(const policy::EffectGroup& group, int index, Frame* f, int path) {
    const bool amounts = group.kind <= EffectKind::kPoints;
    if (group.symbol >= 0) return Give("effects that are read as a list");
    if (!f->used && terms_.guarded[static_cast<std::size_t>(group.kind)]) return Give("a guard is on for its effects");
    const std::size_t before = out_.effects.size();
    for (std::size_t i = 0; i < group.shares.size(); ++i) {
      const Expr* e = group.shares[i].tree.tree.get();
      f->locals.clear();
      KernelEffect effect;
      effect.kind = group.kind;
      effect.group = index;
      effect.share = static_cast<int>(i);
      effect.applies = path;
      if (e->op == FeelOp::kIf) {
        effect.applies = g_.And(path, Truth(Lower_(*e->args[0], f, path), path));
        e = e->args[1].get();
      }
      if (e->op != FeelOp::kContext) return Give("effects for the items of a list");
      const int here = effect.applies;
      effect.to = effect.amount = effect.detail = effect.due = CellOf(Null());
      for (std::size_t k = 0; k < e->args.size() && why_.empty(); ++k) {
        const Val v = Lower_(*e->args[k], f, here);
        const std::string& name = e->names[k];
        if (name == "to") {
          effect.to = CellOf(v);
          Refuse(v.null, here);
        } else if (name == "amount") {
          if (v.kind != Kind::kNumber) return Give("an amount that is no number");
          Refuse(v.null, here);
          if (group.kind != EffectKind::kPoints) {
            Refuse(g_.Less(v.node, no_), here);
            RefuseDigits(v, here);
          }
          effect.amount = CellOf(v);
          effect.applies = g_.And(here, g_.Not(g_.Equal(v.node, no_)));
        } else if (name == "detail") {
          effect.detail = CellOf(v);
          Refuse(v.null, here);
        } else {
          effect.due = CellOf(v);
        }
      }
      if (!why_.empty()) return;
      if (amounts && effect.amount.kind != Kind::kNumber) return Give("an amount that is no number");
      // Two effects of one group to the same party are joined: by the evaluator, unless they differ in any case.
      for (std::size_t k = before; k < out_.effects.size() && group.per_party != policy::PerParty::kEach; ++k) {
        const KernelEffect& other = out_.effects[k];
        const bool differ = DifferAlways(other.detail, effect.detail) || DifferAlways(other.to, effect.to);
        if (!differ) Refuse(g_.And(other.applies, here), yes_);
      }
      out_.effects.push_back(effect);
    }
    if (f->used) out_.effects.resize(before);  // it causes nothing, but may be refused
  }
  bool DifferAlways(const Cell& a, const Cell& b) const {
    return a.kind == Kind::kText && b.kind == Kind::kText && a.fact < 0 && b.fact < 0 && (g_[a.node].high < g_[b.node].low || g_[b.node].high < g_[a.node].low);
  }

  Val LowerOutcome(const policy::OutcomeField& field, Frame* f, int path) {
    Val v = Expression_(field.value, f, path);
    if (field.round && v.kind == Kind::kNumber) v = Round(v, -field.exponent, field.mode);
    if (field.type.kind == Kind::kNumber && field.type.unit == Unit::kMoney) RefuseDigits(v, path);
    return v;
  }

  const policy::Model& model_;
  const std::vector<FactForm>& forms_;
  const TermsInForce& terms_;
  const std::int64_t bound_;
  KernelGraph& out_;
  Graph& g_;
  int no_ = -1, yes_ = -1, refused_ = -1;
  int depth_ = 0;
  std::map<std::string, int> codes_;
  std::string why_;
};

}  // namespace

bool Lower(const policy::Model& model, int policy, const std::vector<FactForm>& facts, const TermsInForce& terms, std::int64_t free_bound, KernelGraph* out,
           std::string* why) {
  return Lowering(model, facts, terms, free_bound, out).Run(policy, why);
}

}  // namespace ordain::engine
