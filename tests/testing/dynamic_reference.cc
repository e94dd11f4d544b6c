// See dynamic_reference.hpp. "No value" travels as a thrown NoValue up to the node it belongs to, which is null then.
#include "testing/dynamic_reference.hpp"

#include <algorithm>

namespace ordain::testing {

using feel::Expr;
using feel::Fault;
using feel::Op;

namespace {

struct NoValue {
  NoValue(Code c = Code::kInvalidOperation) : code(c) {}  // NOLINT: thrown bare where the operation is not defined
  Code code;
};

Code CodeOf(Fault fault) {
  switch (fault) {
    case Fault::kNull: return Code::kNullOperand;
    case Fault::kDivisionByZero: return Code::kDivisionByZero;
    case Fault::kOverflow: return Code::kOverflow;
    case Fault::kUnavailable:
    case Fault::kNoFunction: return Code::kUnavailable;
    case Fault::kUnknownDays: return Code::kUnknownDays;
    default: return Code::kInvalidOperation;
  }
}
void Check(Fault fault) {
  if (fault != Fault::kNone) throw NoValue(CodeOf(fault));
}
Value Need(Fault fault, const Value& v) {
  Check(fault);
  return v;
}

bool IsTrue(const Value& v) { return v.kind() == Kind::kBoolean && v.boolean(); }
bool IsFalse(const Value& v) { return v.kind() == Kind::kBoolean && !v.boolean(); }

// Equality, part by part.
bool Equal(const Value& a, const Value& b) {
  if (a.IsNull() || b.IsNull()) return a.IsNull() && b.IsNull();
  if (a.kind() == b.kind()) {
    switch (a.kind()) {
      case Kind::kNumber: {
        Decimal d;
        if (Subtract(a.number(), b.number(), Rounding::kHalfEven, &d) != DecimalStatus::kOk) return false;
        return d.IsZero();
      }
      case Kind::kBoolean: return a.boolean() == b.boolean();
      case Kind::kText: return a.text() == b.text();
      default: break;
    }
  }
  bool same = false;
  Check(feel::EqualValues(a, b, &same, true));
  return same;
}

int Order(const Value& a, const Value& b) {
  if (a.kind() == Kind::kNumber && b.kind() == Kind::kNumber) {
    Decimal d;
    if (Subtract(a.number(), b.number(), Rounding::kHalfEven, &d) == DecimalStatus::kOk) return d.Sign();
  }
  if (a.kind() == Kind::kText && b.kind() == Kind::kText) return a.text() < b.text() ? -1 : a.text() > b.text() ? 1 : 0;
  int c = 0;
  Check(feel::CompareValues(a, b, &c, true));
  return c;
}

Value Both(const Value& a, const Value& b, bool conjunction) {
  const auto decides = [&](const Value& v) { return conjunction ? IsFalse(v) : IsTrue(v); };
  if (decides(a) || decides(b)) return Value::Boolean(!conjunction);
  for (const Value& v : {a, b}) {
    if (v.kind() != Kind::kBoolean && !v.IsNull()) throw NoValue();
  }
  return a.IsNull() || b.IsNull() ? Value() : Value::Boolean(conjunction);
}

}  // namespace

// Names of iteration variables, entries and parameters; a chain, so that closures can keep what they see.
struct DynamicReference::Frame {
  Frames outer;
  int local = -1;                        // what this link defines: a local,
  bool input = false;                    // or `?`,
  std::vector<Value>* partial = nullptr;  // or what a `for` has made so far
  Value value;
};

struct DynamicReference::Calls : feel::CallContext {
  Calls(DynamicReference* r, Arena* a) : feel::CallContext(a), reference(r) {}
  Fault Apply(const Value& function, const Value* args, std::size_t count, Value* out) override {
    try {
      *out = reference->Call(function, std::vector<Value>(args, args + count), {});
      return Fault::kNone;
    } catch (NoValue no) {
      return no.code == Code::kNullOperand ? Fault::kNull : Fault::kInvalid;
    }
  }
  DynamicReference* reference;
};

DynamicReference::DynamicReference(const policy::Model& model, const TextServices* text, const HostFunctions* host)
    : model_(model), calls_(std::make_unique<Calls>(this, &arena_)) {
  calls_->text = text;
  calls_->zones = &zones_;
  calls_->host = host;
  calls_->feel = true;
}

DynamicReference::~DynamicReference() = default;

DynamicReference::Answer DynamicReference::Decide(int policy, const std::vector<Value>& facts, const Instant& at) {
  arena_.Reset();
  closures_.clear();
  answer_ = Answer{};
  calls_->now = at;
  policy_ = &model_.policies[static_cast<std::size_t>(policy)];
  symbols_.assign(policy_->symbols.size(), Value());
  for (std::size_t i = 0; i < facts.size(); ++i) symbols_[static_cast<std::size_t>(policy_->facts[i].symbol)] = facts[i];
  for (const policy::Definition& d : policy_->definitions) {
    const policy::Formula& formula = policy_->formulas[static_cast<std::size_t>(d.index)];
    symbols_[static_cast<std::size_t>(formula.symbol)] = Eval(*formula.value.tree, nullptr);
  }
  for (const policy::OutcomeField& f : policy_->outcome) answer_.outcome.push_back(Eval(*f.value.tree, nullptr));
  return answer_;
}

Value DynamicReference::ListOf(const std::vector<Value>& items) {
  Value* copy = arena_.NewValues(items.size());
  std::copy(items.begin(), items.end(), copy);
  return Value::List(copy, items.size());
}
Value DynamicReference::ContextOf(const std::vector<std::string>& names, const std::vector<Value>& values) {
  std::vector<std::string_view> keys(names.begin(), names.end());
  return Value::Context(ListOf(values).items(), arena_.NewShape(keys.data(), keys.size()));
}

Value DynamicReference::Eval(const Expr& e, const Frames& f) {
  try {
    return Plain(e, f);
  } catch (NoValue no) {
    answer_.codes.insert(no.code);
    return {};
  }
}

Value DynamicReference::Plain(const Expr& e, const Frames& f) {
  const auto arg = [&](std::size_t i) { return Eval(*e.args[i], f); };
  switch (e.op) {
    case Op::kConstant: return e.value;
    case Op::kName: {
      const policy::Symbol& s = policy_->symbols[static_cast<std::size_t>(e.symbol)];
      if (s.kind == policy::SymbolKind::kAt) return Value::OfInstant(calls_->now);
      if (s.kind == policy::SymbolKind::kToday) return Value::OfDate(model_.zone.LocalDate(calls_->now));
      return symbols_[static_cast<std::size_t>(e.symbol)];
    }
    case Op::kLocal:
      for (const Frame* x = f.get(); x != nullptr; x = x->outer.get()) {
        if (x->local == e.local) return x->value;
      }
      return {};
    case Op::kInput:
      for (const Frame* x = f.get(); x != nullptr; x = x->outer.get()) {
        if (x->input) return x->value;
      }
      return {};
    case Op::kPartial:
      for (const Frame* x = f.get(); x != nullptr; x = x->outer.get()) {
        if (x->partial != nullptr) return ListOf(*x->partial);
      }
      return {};
    case Op::kNegate: {
      Value out;
      const Fault fault = feel::NegateValue(arg(0), &out);
      return Need(fault, out);
    }
    case Op::kNot: {
      const Value v = arg(0);
      if (v.IsNull()) throw NoValue(Code::kNullOperand);
      if (v.kind() != Kind::kBoolean) throw NoValue();
      return Value::Boolean(!v.boolean());
    }
    case Op::kAnd:
    case Op::kOr: {
      const Value a = arg(0);
      if (e.op == Op::kAnd ? IsFalse(a) : IsTrue(a)) return a;
      return Both(a, arg(1), e.op == Op::kAnd);
    }
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kDivide:
    case Op::kPower: {
      const Value a = arg(0), b = arg(1);
      if (a.kind() == Kind::kNumber && b.kind() == Kind::kNumber && e.op != Op::kPower) {
        Decimal d;
        const Decimal x = a.number(), y = b.number();
        if (e.op == Op::kDivide && y.IsZero()) throw NoValue(Code::kDivisionByZero);
        const DecimalStatus s = e.op == Op::kAdd        ? Add(x, y, Rounding::kHalfEven, &d)
                                : e.op == Op::kSubtract ? Subtract(x, y, Rounding::kHalfEven, &d)
                                : e.op == Op::kMultiply ? Multiply(x, y, Rounding::kHalfEven, &d)
                                                        : Divide(x, y, Rounding::kHalfEven, &d);
        if (s != DecimalStatus::kOk) throw NoValue(s == DecimalStatus::kOverflow ? Code::kOverflow : Code::kInvalidOperation);
        return Value::Number(d);
      }
      if (a.kind() == Kind::kText && b.kind() == Kind::kText && e.op == Op::kAdd) {
        return Value::Text(arena_.Copy(std::string(a.text()) + std::string(b.text())));
      }
      Value out;
      const Fault fault = feel::Arithmetic(e.op, a, b, calls_.get(), &out);
      return Need(fault, out);
    }
    case Op::kEqual: return Value::Boolean(Equal(arg(0), arg(1)));
    case Op::kNotEqual: return Value::Boolean(!Equal(arg(0), arg(1)));
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual: {
      const Value a = arg(0), b = arg(1);
      const int c = Order(a, b);
      return Value::Boolean(e.op == Op::kLess ? c < 0 : e.op == Op::kLessEqual ? c <= 0 : e.op == Op::kGreater ? c > 0 : c >= 0);
    }
    case Op::kBetween: {
      const Value v = arg(0), low = arg(1), high = arg(2);
      const auto holds = [&](const Value& x, const Value& y) {
        try {
          return Value::Boolean(Order(x, y) >= 0);
        } catch (NoValue no) {
          answer_.codes.insert(no.code);
          return Value();
        }
      };
      return Both(holds(v, low), holds(high, v), true);
    }
    case Op::kIn: {
      const Value v = arg(0);
      const Frames inner = std::make_shared<Frame>(Frame{f, -1, true, nullptr, v});
      Value any = Value::Boolean(false);
      for (std::size_t i = 1; i < e.args.size() && !IsTrue(any); ++i) {
        const std::function<bool(const Expr&)> mentions = [&](const Expr& x) {
          return x.op == Op::kInput || std::any_of(x.args.begin(), x.args.end(), [&](const feel::ExprPtr& a) { return mentions(*a); });
        };
        Value t = Eval(*e.args[i], inner);
        try {
          if (!mentions(*e.args[i])) t = Passes(v, t);
        } catch (NoValue no) {
          answer_.codes.insert(no.code);
          t = Value();
        }
        any = Both(any, t, false);
      }
      return any;
    }
    case Op::kIf: {
      const Value c = arg(0);
      if (c.kind() != Kind::kBoolean && !c.IsNull()) throw NoValue();
      return IsTrue(c) ? arg(1) : arg(2);
    }
    case Op::kFor:
    case Op::kSome:
    case Op::kEvery: return Iterate(e, f);
    case Op::kFilter: return Filter(e, f);
    case Op::kIndex: {  // typed only; the resolver leaves filters as they are
      const Value list = arg(0), by = arg(1);
      std::int64_t n = 0;
      if (list.IsNull() || by.IsNull()) throw NoValue(Code::kNullOperand);
      if (!by.number().ToInt64(&n)) throw NoValue();
      const auto size = static_cast<std::int64_t>(list.size());
      if (n < 0) n += size + 1;
      return n >= 1 && n <= size ? list[static_cast<std::size_t>(n - 1)] : Value();
    }
    case Op::kPath: {
      Value out;
      const Fault fault = feel::EntryOf(arg(0), e.name, calls_.get(), &out);
      return Need(fault, out);
    }
    case Op::kList: {
      std::vector<Value> items;
      for (std::size_t i = 0; i < e.args.size(); ++i) items.push_back(arg(i));
      return ListOf(items);
    }
    case Op::kContext: {
      std::vector<Value> values;
      Frames inner = f;
      for (std::size_t i = 0; i < e.args.size(); ++i) {
        values.push_back(Eval(*e.args[i], inner));
        if (e.local >= 0) inner = std::make_shared<Frame>(Frame{inner, e.local + static_cast<int>(i), false, nullptr, values.back()});
      }
      return ContextOf(e.names, values);
    }
    case Op::kRange: {
      const RangeValue range{arg(0), arg(1), e.low_closed, e.high_closed, e.form};
      Check(feel::CheckRange(range));
      return Value::Range(new (arena_.Allocate(sizeof(RangeValue))) RangeValue(range));
    }
    case Op::kCall: {
      std::vector<Value> args;
      for (std::size_t i = 0; i < e.args.size(); ++i) args.push_back(arg(i));
      Value out;
      const Fault fault = feel::CallBuiltin(e.builtin, args.data(), args.size(), calls_.get(), &out);
      return Need(fault, out);
    }
    case Op::kInvoke: throw NoValue();  // of rule sets only
    case Op::kInstanceOf: return Value::Boolean(feel::HasType(arg(0), e.tested));
    case Op::kFunction: {
      closures_.push_back({&e, f});
      FunctionValue value;
      value.program = &closures_.back();
      value.type = &e.type;
      return Value::Function(new (arena_.Allocate(sizeof(FunctionValue))) FunctionValue(value));
    }
    case Op::kApply: {
      const Value function = arg(0);
      std::vector<Value> args;
      for (std::size_t i = 1; i < e.args.size(); ++i) args.push_back(arg(i));
      return Call(function, args, e.names);
    }
    case Op::kItemName: {
      const Value item = arg(0), outside = e.args.size() > 1 ? arg(1) : Value();
      const int at = item.kind() == Kind::kContext ? item.shape()->Find(e.name) : -1;
      return at >= 0 ? item.fields()[at] : outside;
    }
    case Op::kFault: throw NoValue(e.fault);
    case Op::kExternal: {
      const Value which = arg(0);
      std::vector<Value> args;
      for (std::size_t i = 1; i < e.args.size(); ++i) args.push_back(arg(i));
      Value out;
      const Fault fault = feel::CallExternal(which, args.data(), args.size(), calls_.get(), &out);
      return Need(fault, out);
    }
    case Op::kCoerce: {
      Value out;
      const Fault fault = feel::Conform(arg(0), e.tested, calls_.get(), &out);
      return Need(fault, out);
    }
    case Op::kTable: return Table(e, f);
  }
  throw NoValue();
}

Value DynamicReference::Passes(const Value& v, const Value& test) {
  Value out;
  const Fault fault = feel::TestValue(v, test, &out);
  return Need(fault, out);
}

Value DynamicReference::Call(const Value& function, const std::vector<Value>& args, const std::vector<std::string>& names) {
  if (function.kind() != Kind::kFunction) throw NoValue();
  const FunctionValue& f = *function.function();
  if (f.builtin >= 0) {
    std::vector<Value> ordered = args;
    int builtin = f.builtin;
    if (!names.empty()) {
      std::vector<int> positions;
      builtin = feel::FindForm(f.builtin, names, &positions);
      if (builtin < 0) throw NoValue();
      ordered.assign(static_cast<std::size_t>(*std::max_element(positions.begin(), positions.end())) + 1, Value());
      for (std::size_t i = 0; i < args.size(); ++i) ordered[static_cast<std::size_t>(positions[i])] = args[i];
    }
    Value out;
    const Fault fault = feel::CallBuiltin(builtin, ordered.data(), ordered.size(), calls_.get(), &out);
    return Need(fault, out);
  }
  const Closure& closure = *static_cast<const Closure*>(f.program);
  const Expr& e = *closure.function;
  if (args.size() != e.names.size() || depth_ >= 200) throw NoValue();
  Frames frame = closure.frame;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const auto at = names.empty() ? i : static_cast<std::size_t>(std::find(e.names.begin(), e.names.end(), names[i]) - e.names.begin());
    if (at == e.names.size()) throw NoValue();
    Value v;
    Check(feel::Conform(args[i], e.parameter_types[at], calls_.get(), &v));
    frame = std::make_shared<Frame>(Frame{frame, e.local + static_cast<int>(at), false, nullptr, v});
  }
  ++depth_;
  const Value out = Eval(*e.args[0], frame);
  --depth_;
  return out;
}

Value DynamicReference::Iterate(const Expr& e, const Frames& f) {
  std::vector<Value> made;
  Value all = Value::Boolean(e.op == Op::kEvery);
  bool done = false;
  constexpr std::size_t kMany = std::size_t{1} << 20;
  const std::function<void(std::size_t, const Frames&)> level = [&](std::size_t k, const Frames& frame) {
    const Expr& source = *e.args[k];
    Value items;
    if (source.op == Op::kRange && source.domain) {
      const Value low = Eval(*source.args[0], frame), high = Eval(*source.args[1], frame);
      Check(feel::RangeItems({low, high, true, true, RangeValue::Form::kInterval}, true, kMany, calls_.get(), &items));
    } else {
      Check(feel::ItemsOf(Eval(source, frame), true, kMany, calls_.get(), &items));
    }
    for (std::size_t i = 0; i < items.size() && !done; ++i) {
      const Frames inner = std::make_shared<Frame>(Frame{frame, e.local + static_cast<int>(k), false, nullptr, items[i]});
      if (k + 2 < e.args.size()) {
        level(k + 1, inner);
        continue;
      }
      if (e.op == Op::kFor) {
        made.push_back(Eval(*e.args.back(), std::make_shared<Frame>(Frame{inner, -1, false, &made, {}})));
        continue;
      }
      const Value v = Eval(*e.args.back(), inner);
      if (v.kind() != Kind::kBoolean && !v.IsNull()) throw NoValue();
      all = Both(all, v, e.op == Op::kEvery);
      done = e.op == Op::kEvery ? IsFalse(all) : IsTrue(all);
    }
  };
  level(0, f);
  return e.op == Op::kFor ? ListOf(made) : all;
}

Value DynamicReference::Filter(const Expr& e, const Frames& f) {
  const Value source = Eval(*e.args[0], f);
  if (source.IsNull()) return {};
  const Value list = source.kind() == Kind::kList ? source : ListOf({source});
  const auto pick = [&](const Value& by) {
    std::int64_t n = 0;
    if (!by.number().ToInt64(&n)) throw NoValue();
    const auto size = static_cast<std::int64_t>(list.size());
    if (n < 0) n += size + 1;
    return n >= 1 && n <= size ? list[static_cast<std::size_t>(n - 1)] : Value();
  };
  const Expr& literal = e.args[1]->op == Op::kNegate ? *e.args[1]->args[0] : *e.args[1];
  if (literal.op == Op::kConstant && literal.value.kind() == Kind::kNumber) return pick(Eval(*e.args[1], f));
  std::vector<Value> out;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Value by = Eval(*e.args[1], std::make_shared<Frame>(Frame{f, e.local, false, nullptr, list[i]}));
    if (by.kind() == Kind::kNumber) return pick(by);
    if (IsTrue(by)) out.push_back(list[i]);
    else if (by.kind() != Kind::kBoolean && !by.IsNull()) throw NoValue();
  }
  return ListOf(out);
}

Value DynamicReference::Table(const Expr& e, const Frames& f) {
  using feel::Hit;
  const feel::TableForm& t = *e.table;
  const std::size_t width = t.outputs.size();
  std::vector<Value> inputs;
  for (std::size_t c = 0; c < t.inputs; ++c) inputs.push_back(Eval(*e.args[c], f));
  std::vector<std::vector<Value>> rows;
  std::size_t at = t.inputs;
  for (std::size_t r = 0; r < t.rows; ++r, at += t.inputs + width) {
    bool applies = t.hit != Hit::kFirst || rows.empty();
    for (std::size_t c = 0; c < t.inputs && applies; ++c) {
      applies = IsTrue(Eval(*e.args[at + c], std::make_shared<Frame>(Frame{f, -1, true, nullptr, inputs[c]})));
    }
    if (!applies) continue;
    rows.emplace_back();
    for (std::size_t o = 0; o < width; ++o) rows.back().push_back(Eval(*e.args[at + t.inputs + o], f));
  }
  const auto whole = [&](const std::vector<Value>& row) { return width == 1 ? row[0] : ContextOf(t.outputs, row); };
  if (rows.empty()) {
    if (t.has_default) {
      std::vector<Value> row;
      for (std::size_t o = 0; o < width; ++o) row.push_back(Eval(*e.args[at + o], f));
      return whole(row);
    }
    if (t.hit == Hit::kCollect || t.hit == Hit::kOutputOrder) return ListOf({});
    if (t.hit == Hit::kCount) return Value::Number(Decimal(0));
    throw NoValue(Code::kUncovered);
  }
  const auto ranks = [&](const std::vector<Value>& row) {
    std::vector<std::size_t> out;
    for (std::size_t o = 0; o < width; ++o) {
      const std::vector<Value>& best = t.priorities[o];
      std::size_t k = 0;
      while (k < best.size() && !SameValue(best[k], row[o])) ++k;
      out.push_back(best.empty() ? 0 : k);
    }
    return out;
  };
  if (t.hit == Hit::kPriority || t.hit == Hit::kOutputOrder) {
    std::stable_sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) { return ranks(a) < ranks(b); });
  }
  std::vector<Value> values;
  for (const auto& row : rows) values.push_back(whole(row));
  switch (t.hit) {
    case Hit::kUnique:
      if (rows.size() > 1) throw NoValue(Code::kConflict);
      return values[0];
    case Hit::kAny:
      for (const Value& v : values) {
        if (!SameValue(v, values[0])) throw NoValue(Code::kConflict);
      }
      return values[0];
    case Hit::kFirst:
    case Hit::kPriority: return values[0];
    case Hit::kCollect:
    case Hit::kOutputOrder: return ListOf(values);
    case Hit::kCount: return Value::Number(Decimal(static_cast<std::int64_t>(rows.size())));
    case Hit::kSum:
    case Hit::kMin:
    case Hit::kMax: break;
  }
  Value best = rows[0][0];
  for (std::size_t k = 1; k < rows.size(); ++k) {
    const Value& v = rows[k][0];
    if (t.hit == Hit::kSum) {
      Value sum;
      const Fault fault = feel::Arithmetic(Op::kAdd, best, v, calls_.get(), &sum);
      best = Need(fault, sum);
    } else if (t.hit == Hit::kMin ? Order(v, best) < 0 : Order(v, best) > 0) {
      best = v;
    }
  }
  return best;
}

}  // namespace ordain::testing
