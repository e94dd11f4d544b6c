#include "testing/calculator.hpp"

#include <algorithm>

namespace ordain::testing {

using feel::Expr;
using feel::Fault;
using feel::Op;

std::string Calculator::Answer(const std::string& expression) {
  static constexpr const char* kFaults[] = {"", "!null", "!kind", "!zero", "!overflow", "!invalid", "!memory", "!days", "!unavailable", "!function"};
  static_assert(std::size(kFaults) == static_cast<std::size_t>(Fault::kNoFunction) + 1);
  Diagnostics diagnostics;
  const Limits limits;
  feel::ParseContext context;
  context.arena = arena;
  context.limits = &limits;
  context.diagnostics = &diagnostics;
  context.dynamic = true;
  context.zones = zones;
  const feel::ExprPtr e = feel::ParseExpression(expression, context);
  if (!e) return "!syntax";
  Value v;
  const Fault f = Eval(*e, nullptr, &v);
  return f == Fault::kNone ? v.ToFeel() : kFaults[static_cast<std::size_t>(f)];
}

Fault Calculator::Apply(const Value& function, const Value* args, std::size_t count, Value* out) {
  if (function.kind() != Kind::kFunction) return Fault::kWrongKind;
  const FunctionValue& f = *function.function();
  if (f.builtin >= 0) return CallBuiltin(f.builtin, args, count, this, out);
  const Expr& e = *static_cast<const Expr*>(f.program);
  if (e.names.size() != count) return Fault::kWrongKind;
  const Scope scope{nullptr, &e.names, args};
  return Eval(*e.args[0], &scope, out);
}

Fault Calculator::Eval(const Expr& e, const Scope* scope, Value* out) {
  std::vector<Value> v;
  if (e.op != Op::kFunction) {
    for (const feel::ExprPtr& a : e.args) {
      Value x;
      const Fault f = Eval(*a, scope, &x);
      if (f != Fault::kNone && f != Fault::kNull) return f;
      v.push_back(x);  // what is null on the way is null
    }
  }
  const auto yes = [&](Fault f, bool b) {
    *out = f == Fault::kNone ? Value::Boolean(b) : Value();
    return f;
  };
  switch (e.op) {
    case Op::kConstant: *out = e.value; return Fault::kNone;
    case Op::kName: {
      for (const Scope* s = scope; s != nullptr; s = s->outer) {
        const auto it = std::find(s->names->begin(), s->names->end(), e.name);
        if (it == s->names->end()) continue;
        *out = s->values[it - s->names->begin()];
        return Fault::kNone;
      }
      const int builtin = feel::FindBuiltin(e.name);
      if (builtin < 0) return Fault::kInvalid;
      *out = Value::Function(new (arena->Allocate(sizeof(FunctionValue))) FunctionValue{builtin, nullptr, nullptr, 0});
      return Fault::kNone;
    }
    case Op::kFunction:
      *out = Value::Function(new (arena->Allocate(sizeof(FunctionValue))) FunctionValue{-1, &e, nullptr, 0});
      return Fault::kNone;
    case Op::kCall: {
      int builtin = feel::FindBuiltin(e.name);
      if (!e.names.empty()) {
        std::vector<int> positions;
        builtin = feel::FindForm(builtin, e.names, &positions);
        if (builtin < 0) return Fault::kWrongKind;
        std::vector<Value> ordered(static_cast<std::size_t>(*std::max_element(positions.begin(), positions.end())) + 1);
        for (std::size_t i = 0; i < v.size(); ++i) ordered[static_cast<std::size_t>(positions[i])] = v[i];
        v = ordered;
      }
      return CallBuiltin(builtin, v.data(), v.size(), this, out);
    }
    case Op::kNegate: return feel::NegateValue(v[0], out);
    case Op::kAdd: case Op::kSubtract: case Op::kMultiply: case Op::kDivide: case Op::kPower: return feel::Arithmetic(e.op, v[0], v[1], this, out);
    case Op::kEqual: case Op::kNotEqual: {
      bool same = false;
      const Fault f = feel::EqualValues(v[0], v[1], &same, feel);
      return yes(f, same == (e.op == Op::kEqual));
    }
    case Op::kLess: case Op::kLessEqual: case Op::kGreater: case Op::kGreaterEqual: {
      int c = 0;
      const Fault f = feel::CompareValues(v[0], v[1], &c, feel);
      return yes(f, e.op == Op::kLess ? c < 0 : e.op == Op::kLessEqual ? c <= 0 : e.op == Op::kGreater ? c > 0 : c >= 0);
    }
    case Op::kBetween: {
      int low = 0, high = 0;
      Fault f = feel::CompareValues(v[0], v[1], &low, feel);
      if (f == Fault::kNone) f = feel::CompareValues(v[0], v[2], &high, feel);
      return yes(f, low >= 0 && high <= 0);
    }
    case Op::kIn: {  // of one range
      bool in = false;
      if (v.size() != 2 || v[1].kind() != Kind::kRange) return Fault::kWrongKind;
      const Fault f = feel::InRange(v[0], *v[1].range(), &in, feel);
      return yes(f, in);
    }
    case Op::kList:
    case Op::kContext: {
      Value* items = arena->NewValues(v.size());
      std::copy(v.begin(), v.end(), items);
      if (e.op == Op::kList) {
        *out = Value::List(items, v.size());
        return Fault::kNone;
      }
      const std::vector<std::string_view> keys(e.names.begin(), e.names.end());
      *out = Value::Context(items, arena->NewShape(keys.data(), keys.size()));
      return Fault::kNone;
    }
    case Op::kRange: {
      RangeValue* r = new (arena->Allocate(sizeof(RangeValue))) RangeValue{v[0], v[1], e.low_closed, e.high_closed, e.form};
      *out = Value::Range(r);
      return Fault::kNone;
    }
    case Op::kPath: {
      if (v[0].kind() != Kind::kContext) return feel::Property(v[0], e.name, this, out);
      const int at = v[0].shape()->Find(e.name);
      *out = at < 0 ? Value() : v[0].fields()[at];
      return Fault::kNone;
    }
    case Op::kApply: return Apply(v[0], v.data() + 1, v.size() - 1, out);
    default: return Fault::kInvalid;
  }
}

}  // namespace ordain::testing
