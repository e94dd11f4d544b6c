// See reference.hpp. Errors travel as thrown codes: this is a test, and plain reading counts more than speed.
#include "testing/reference.hpp"

#include <algorithm>
#include <functional>

#include "ordain/json.hpp"
#include "policy/bind.hpp"

namespace ordain::testing {

using feel::Expr;
using feel::Op;

struct Reference::Frame {
  const policy::Policy* policy;
  int index;
  std::vector<Value> symbols;
  std::map<int, Value> locals;
  Value input;
  Instant at;
  Date today;
};

namespace {

Decimal Need(DecimalStatus s, const Decimal& d) {
  if (s == DecimalStatus::kOk) return d;
  throw s == DecimalStatus::kDivisionByZero ? Code::kDivisionByZero : s == DecimalStatus::kOverflow ? Code::kOverflow : Code::kInvalidOperation;
}
Decimal Sum(const Decimal& a, const Decimal& b) {
  Decimal d;
  const DecimalStatus s = Add(a, b, Rounding::kHalfEven, &d);
  return Need(s, d);
}
Value Num(std::int64_t n) { return Value::Number(Decimal(n)); }
Decimal NumberOf(const Value& v) {
  if (v.kind() != Kind::kNumber) throw Code::kNullOperand;
  return v.number();
}

}  // namespace

std::unique_ptr<Reference> Reference::Load(const std::string& text) {
  auto r = std::make_unique<Reference>();
  Diagnostics found;
  std::unique_ptr<policy::Model> model = policy::ReadModel(text, "", Limits{}, &found);
  if (model == nullptr) return nullptr;
  policy::Link(model.get(), "", &found);
  for (const Diagnostic& d : found) {
    if (d.severity == Severity::kError) return nullptr;
  }
  r->model_ = std::move(model);
  return r;
}
std::unique_ptr<Reference> Reference::Again() const {
  auto r = std::make_unique<Reference>();
  r->model_ = model_;
  return r;
}

int Reference::Order(const Value& a, const Value& b) {
  if (a.IsNull() || b.IsNull()) throw Code::kNullOperand;
  if (a.kind() != b.kind()) throw Code::kInvalidOperation;
  const auto sign = [](auto x, auto y) { return x < y ? -1 : y < x ? 1 : 0; };
  switch (a.kind()) {
    case Kind::kNumber: {  // by the sign of the difference, not by Compare
      Decimal d;
      return Need(Subtract(a.number(), b.number(), Rounding::kHalfEven, &d), d), d.Sign();
    }
    case Kind::kText: return sign(a.text(), b.text());
    case Kind::kDate: return sign(a.date().days, b.date().days);
    case Kind::kInstant: return sign(std::pair(a.instant().seconds, a.instant().nanos), std::pair(b.instant().seconds, b.instant().nanos));
    case Kind::kDuration: return sign(std::pair(a.duration().seconds, a.duration().nanos), std::pair(b.duration().seconds, b.duration().nanos));
    default: throw Code::kInvalidOperation;
  }
}

bool Reference::True(const Expr& e, Frame* f) {
  const Value v = Eval(e, f);
  if (v.kind() != Kind::kBoolean) throw Code::kNullOperand;
  return v.boolean();
}

bool Reference::Within(const Value& v, const Expr& range, Frame* f) {
  const auto open = [](const Expr& e) { return e.op == Op::kConstant && e.value.IsNull(); };
  if (!open(*range.args[0])) {
    const int c = Order(v, Eval(*range.args[0], f));
    if (range.low_closed ? c < 0 : c <= 0) return false;
  }
  if (!open(*range.args[1])) {
    const int c = Order(v, Eval(*range.args[1], f));
    if (range.high_closed ? c > 0 : c >= 0) return false;
  }
  return true;
}

template <class Body>
void Reference::Loop(const Expr& e, std::size_t level, Frame* f, const Body& body) {
  const Expr& source = *e.args[level];
  std::vector<Value> items;
  if (source.op == Op::kRange) {
    const Value first = Eval(*source.args[0], f), last = Eval(*source.args[1], f);
    const bool dates = first.kind() == Kind::kDate && last.kind() == Kind::kDate;
    std::int64_t low = 0, high = 0;
    if (dates) {
      low = first.date().days;
      high = last.date().days;
    } else if (!NumberOf(first).ToInt64(&low) || !NumberOf(last).ToInt64(&high)) {
      throw Code::kInvalidOperation;
    }
    for (std::int64_t n = low;; n += low <= high ? 1 : -1) {
      items.push_back(dates ? Value::OfDate(Date{static_cast<std::int32_t>(n)}) : Num(n));
      if (n == high) break;
    }
  } else {
    const Value list = Eval(source, f);
    if (list.kind() != Kind::kList) throw Code::kNullOperand;
    items.assign(list.items(), list.items() + list.size());
  }
  for (const Value& item : items) {
    f->locals[e.local + static_cast<int>(level)] = item;
    if (level + 2 < e.args.size()) Loop(e, level + 1, f, body);
    else body();
  }
}

Value Reference::Eval(const Expr& e, Frame* f) {
  const auto list = [&](const std::vector<Value>& v) {
    Value* items = arena_.NewValues(v.size());
    std::copy(v.begin(), v.end(), items);
    return Value::List(items, v.size());
  };
  const auto arg = [&](std::size_t i) { return Eval(*e.args[i], f); };
  const auto yes = [](bool b) { return Value::Boolean(b); };
  switch (e.op) {
    case Op::kConstant: return e.value;
    case Op::kLocal: return f->locals.at(e.local);
    case Op::kInput: return f->input;
    case Op::kName: {
      const policy::Symbol& s = f->policy->symbols[static_cast<std::size_t>(e.symbol)];
      switch (s.kind) {
        case policy::SymbolKind::kAt: return Value::OfInstant(f->at);
        case policy::SymbolKind::kToday: return Value::OfDate(f->today);
        case policy::SymbolKind::kSetting: {
          const auto own = f->policy->settings.size();
          const policy::Setting& setting = static_cast<std::size_t>(s.index) < own ? f->policy->settings[static_cast<std::size_t>(s.index)]
                                                                                     : model_->settings[static_cast<std::size_t>(s.index) - own];
          const auto chosen = settings.find(setting.name);
          return Value::Text(arena_.Copy(chosen == settings.end() ? setting.values[0] : chosen->second));
        }
        case policy::SymbolKind::kParameter: {
          const policy::Parameter& p = model_->parameters[static_cast<std::size_t>(s.index)];
          const auto given = parameters.find(p.name);
          if (given != parameters.end()) {
            json::Node node;
            Diagnostics ignored;
            std::vector<policy::BindProblem> problems;
            Value v;
            json::Parse(given->second, {}, "", &node, &ignored);
            policy::BindValue(node, p.type, model_->money_scale, &arena_, "", &v, &problems);
            return v;
          }
          const policy::Parameter::Dated* best = nullptr;
          for (const policy::Parameter::Dated& d : p.values) {
            if (!d.from || d.from->days <= f->today.days) best = &d;
          }
          if (best != nullptr) return best->value;
          if (p.default_value) return *p.default_value;
          throw Code::kMissingParameter;
        }
        default: return f->symbols[static_cast<std::size_t>(e.symbol)];
      }
    }
    case Op::kNegate: {
      const Value v = arg(0);
      if (v.kind() == Kind::kNumber) {
        Decimal d;
        return Value::Number(Need(Subtract(Decimal(0), v.number(), Rounding::kHalfEven, &d), d));
      }
      Value out;
      if (feel::NegateValue(v, &out) != feel::Fault::kNone) throw Code::kNullOperand;
      return out;
    }
    case Op::kNot: return yes(!True(*e.args[0], f));
    case Op::kAnd: return yes(True(*e.args[0], f) && True(*e.args[1], f));
    case Op::kOr: return yes(True(*e.args[0], f) || True(*e.args[1], f));
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kDivide:
    case Op::kPower: {
      const Value a = arg(0), b = arg(1);
      if (a.IsNull() || b.IsNull()) throw Code::kNullOperand;
      if (a.kind() == Kind::kNumber && b.kind() == Kind::kNumber && e.op != Op::kPower) {
        Decimal d;
        const Decimal x = a.number(), y = b.number();
        if (e.op == Op::kDivide && y.IsZero()) throw Code::kDivisionByZero;
        const DecimalStatus s = e.op == Op::kAdd        ? Add(x, y, Rounding::kHalfEven, &d)
                                : e.op == Op::kSubtract ? Subtract(x, y, Rounding::kHalfEven, &d)
                                : e.op == Op::kMultiply ? Multiply(x, y, Rounding::kHalfEven, &d)
                                                        : Divide(x, y, Rounding::kHalfEven, &d);
        return Value::Number(Need(s, d));
      }
      if (a.kind() == Kind::kText && b.kind() == Kind::kText) return Value::Text(arena_.Copy(std::string(a.text()) + std::string(b.text())));
      Value out;
      const feel::Fault fault = feel::Arithmetic(e.op, a, b, &calls_, &out);
      if (fault == feel::Fault::kDivisionByZero) throw Code::kDivisionByZero;
      if (fault == feel::Fault::kOverflow) throw Code::kOverflow;
      if (fault != feel::Fault::kNone) throw Code::kInvalidOperation;
      return out;
    }
    case Op::kEqual: return yes(SameValue(arg(0), arg(1)));
    case Op::kNotEqual: return yes(!SameValue(arg(0), arg(1)));
    case Op::kLess: return yes(Order(arg(0), arg(1)) < 0);
    case Op::kLessEqual: return yes(Order(arg(0), arg(1)) <= 0);
    case Op::kGreater: return yes(Order(arg(0), arg(1)) > 0);
    case Op::kGreaterEqual: return yes(Order(arg(0), arg(1)) >= 0);
    case Op::kBetween: {
      const Value v = arg(0), low = arg(1), high = arg(2);  // all three, whatever the first comparison says
      return yes(Order(v, low) >= 0 && Order(v, high) <= 0);
    }
    case Op::kIn: {
      const Value v = arg(0), outer = f->input;
      for (std::size_t i = 1; i < e.args.size(); ++i) {
        const Expr& test = *e.args[i];
        if (test.op == Op::kRange) {
          if (Within(v, test, f)) return yes(true);
          continue;
        }
        f->input = v;
        const Value t = Eval(test, f);
        f->input = outer;
        if (t.kind() == Kind::kList && v.kind() != Kind::kList) {
          for (std::size_t k = 0; k < t.size(); ++k) {
            if (SameValue(v, t[k])) return yes(true);
          }
        } else if (t.kind() == Kind::kBoolean && v.kind() != Kind::kBoolean ? t.boolean() : SameValue(v, t)) {
          return yes(true);
        }
      }
      return yes(false);
    }
    case Op::kIf: return True(*e.args[0], f) ? arg(1) : arg(2);
    case Op::kFor: {
      std::vector<Value> out;
      Loop(e, 0, f, [&] { out.push_back(Eval(*e.args.back(), f)); });
      return list(out);
    }
    case Op::kSome:
    case Op::kEvery: {
      bool some = false, every = true;
      Loop(e, 0, f, [&] {
        if ((e.op == Op::kSome && some) || (e.op == Op::kEvery && !every)) return;
        const bool b = True(*e.args.back(), f);
        some |= b;
        every &= b;
      });
      return yes(e.op == Op::kSome ? some : every);
    }
    case Op::kFilter: {
      const Value source = arg(0);
      if (source.kind() != Kind::kList) throw Code::kNullOperand;
      std::vector<Value> out;
      for (std::size_t i = 0; i < source.size(); ++i) {
        f->locals[e.local] = source[i];
        if (True(*e.args[1], f)) out.push_back(source[i]);
      }
      return list(out);
    }
    case Op::kIndex: {
      const Value source = arg(0);
      std::int64_t n = 0;
      const Decimal at = NumberOf(arg(1));
      if (source.kind() != Kind::kList) throw Code::kNullOperand;
      if (!at.ToInt64(&n)) throw Code::kInvalidOperation;
      const auto size = static_cast<std::int64_t>(source.size());
      if (n < 0) n = size + n + 1;
      return n >= 1 && n <= size ? source[static_cast<std::size_t>(n - 1)] : Value();
    }
    case Op::kPath: {
      const Expr& of = *e.args[0];
      if (of.op == Op::kName && f->policy->symbols[static_cast<std::size_t>(of.symbol)].kind == policy::SymbolKind::kParameters) {
        Expr name;
        name.op = Op::kName;
        policy::Policy scratch;
        scratch.symbols.emplace_back();
        scratch.symbols[0].kind = policy::SymbolKind::kParameter;
        scratch.symbols[0].index = e.field;
        name.symbol = 0;
        Frame inner{&scratch, 0, {Value()}, {}, {}, f->at, f->today};
        return Eval(name, &inner);
      }
      const Value v = arg(0);
      if (v.kind() == Kind::kContext) return v.fields()[e.field];
      if (v.kind() == Kind::kList) {
        std::vector<Value> out;
        for (std::size_t i = 0; i < v.size(); ++i) out.push_back(v[i].fields()[e.field]);
        return list(out);
      }
      if (v.kind() == Kind::kDuration && e.name == "days") return Num(v.duration().seconds / 86400);
      if (v.kind() != Kind::kDate) throw Code::kNullOperand;  // the other parts are tested in feel_test.cc
      const Date d = v.date();
      return Num(e.name == "year" ? d.year() : e.name == "month" ? d.month() : e.name == "day" ? d.day() : d.Weekday());
    }
    case Op::kList: {
      std::vector<Value> out;
      for (const feel::ExprPtr& a : e.args) out.push_back(Eval(*a, f));
      return list(out);
    }
    case Op::kContext: {
      Value* fields = arena_.NewValues(e.args.size());
      for (std::size_t i = 0; i < e.args.size(); ++i) fields[i] = arg(i);
      return Value::Context(fields, e.type.detail.get());
    }
    case Op::kCall: {
      std::vector<Value> args;
      const feel::Builtin& b = feel::Builtins()[static_cast<std::size_t>(e.builtin)];
      for (const feel::ExprPtr& a : e.args) args.push_back(Eval(*a, f));
      for (const Value& v : args) {
        if (v.IsNull() && !b.null_ok) throw Code::kNullOperand;
      }
      Value out;
      const feel::Fault fault = b.call(args.data(), args.size(), &calls_, &out);
      if (fault == feel::Fault::kOverflow) throw Code::kOverflow;
      if (fault == feel::Fault::kNull) throw Code::kNullOperand;
      if (fault == feel::Fault::kDivisionByZero) throw Code::kDivisionByZero;
      if (fault == feel::Fault::kUnknownDays) throw Code::kUnknownDays;
      if (fault == feel::Fault::kNotAllowed) throw Code::kEventNotAllowed;
      if (fault != feel::Fault::kNone) throw Code::kInvalidOperation;
      return out;
    }
    case Op::kInvoke: return Invoke(e, f);
    case Op::kInstanceOf: return yes(arg(0).kind() == e.tested.kind);
    case Op::kRange: throw Code::kInvalidOperation;  // only inside `in`
    case Op::kFunction:
    case Op::kApply:
    case Op::kItemName:
    case Op::kPartial:
    case Op::kFault:
    case Op::kCoerce:
    case Op::kExternal:
    case Op::kTable: throw Code::kInvalidOperation;  // of imported models: see dynamic_reference.cc
  }
  return {};
}

Value Reference::Invoke(const Expr& e, Frame* f) {
  const int index = model_->FindPolicy(e.name);
  const policy::Policy& p = model_->policies[static_cast<std::size_t>(index)];
  Frame inner{&p, index, std::vector<Value>(p.symbols.size()), {}, {}, f->at, f->today};
  for (const policy::Fact& fact : p.facts) {
    Value v;
    for (std::size_t a = 0; a < e.args.size(); ++a) {
      if (e.names[a] == fact.name) v = Eval(*e.args[a], f);
    }
    inner.symbols[static_cast<std::size_t>(fact.symbol)] = v.IsNull() && fact.default_value ? *fact.default_value : v;
  }
  std::vector<Given> not_caused;
  for (const policy::Definition& d : p.definitions) Define(d, &inner, &not_caused);
  const std::vector<Value> outcome = Outcome(&inner);
  Value* fields = arena_.NewValues(outcome.size());
  std::copy(outcome.begin(), outcome.end(), fields);
  return Value::Context(fields, e.type.detail.get());
}

void Reference::Define(const policy::Definition& d, Frame* f, std::vector<Given>* effects) {
  const auto i = static_cast<std::size_t>(d.index);
  const auto set = [&](int symbol, const Value& v) {
    if (symbol >= 0) f->symbols[static_cast<std::size_t>(symbol)] = v;
  };
  f->locals.clear();
  switch (d.kind) {
    case policy::DefinitionKind::kFormula: return set(f->policy->formulas[i].symbol, Eval(*f->policy->formulas[i].value.tree, f));
    case policy::DefinitionKind::kTable: return Table(f->policy->tables[i], f);
    case policy::DefinitionKind::kRead: return Read(f->policy->reads[i], f);
    case policy::DefinitionKind::kEffects: return Effects(f->policy->effects[i], f, effects);
    case policy::DefinitionKind::kRequirement:
      if (!True(*f->policy->requirements[i].that.tree, f)) throw f->policy->requirements[i].code;
      return;
    case policy::DefinitionKind::kDiscretion: {
      const policy::Discretion& x = f->policy->discretions[i];
      for (const int s : {x.symbol, x.allowed, x.min, x.max}) set(s, Value());
      if (x.when && !True(*x.when.tree, f)) return;
      std::vector<Value> allowed;
      for (const policy::Expression& o : x.one_of) allowed.push_back(Eval(*o.tree, f));
      Value* items = arena_.NewValues(allowed.size());
      std::copy(allowed.begin(), allowed.end(), items);
      if (!allowed.empty()) set(x.allowed, Value::List(items, allowed.size()));
      const Value from = x.from ? Eval(*x.from.tree, f) : Value(), to = x.to ? Eval(*x.to.tree, f) : Value();
      set(x.min, from);
      set(x.max, to);
      const Value by = Eval(*x.by.tree, f);
      if (by.IsNull()) return;
      const bool many = by.kind() == Kind::kList;
      for (std::size_t k = 0; k < (many ? by.size() : 1); ++k) {
        const Value& v = many ? by[k] : by;
        bool good = false;
        for (const Value& a : allowed) good |= SameValue(a, v);
        if (allowed.empty()) good = (from.IsNull() || Order(v, from) >= 0) && (to.IsNull() || Order(v, to) <= 0);
        if (!good) throw Code::kOutOfRange;
      }
      return set(x.symbol, by);
    }
  }
}

void Reference::Table(const policy::Table& t, Frame* f) {
  std::vector<Value> inputs;
  for (const policy::Table::Column& c : t.columns) inputs.push_back(c.input ? Eval(*c.input.tree, f) : Value());
  const std::function<bool(const Expr&)> names_null = [&](const Expr& e) {
    if (e.op == Op::kConstant) return e.value.IsNull();
    if (e.op == Op::kRange) return false;
    return std::any_of(e.args.begin(), e.args.end(), [&](const feel::ExprPtr& a) { return names_null(*a); });
  };
  std::vector<std::size_t> hits;
  for (std::size_t r = 0; r < t.rows.size(); ++r) {
    bool applies = true;
    for (std::size_t c = 0; c < t.columns.size() && applies; ++c) {
      const Expr& cell = *t.rows[r].cells[c].tree;
      if (cell.op == Op::kConstant && cell.value.IsTrue()) continue;
      if (t.columns[c].input && inputs[c].IsNull() && t.columns[c].input.tree->type.nullable && !names_null(cell)) {
        applies = false;
        continue;
      }
      f->input = inputs[c];
      applies = True(cell, f);
    }
    if (!applies) continue;
    hits.push_back(r);
    if (t.hit == policy::Hit::kFirst) break;
    if (t.hit == policy::Hit::kUnique && hits.size() > 1) throw Code::kConflict;
  }
  std::vector<std::vector<Value>> rows;
  for (const std::size_t r : hits) {
    rows.emplace_back();
    for (const policy::Expression& o : t.rows[r].outputs) rows.back().push_back(Eval(*o.tree, f));
  }
  const auto set = [&](std::size_t o, const Value& v) { f->symbols[static_cast<std::size_t>(t.outputs[o])] = v; };
  const bool single = t.hit <= policy::Hit::kPriority;
  if (rows.empty() && (single || !t.otherwise.empty())) {
    if (t.otherwise.empty()) throw Code::kUncovered;
    for (std::size_t o = 0; o < t.outputs.size(); ++o) set(o, Eval(*t.otherwise[o].tree, f));
    return;
  }
  const auto rank = [&](const std::vector<Value>& row) {
    std::vector<std::size_t> ranks;
    for (std::size_t o = 0; o < row.size(); ++o) {
      std::size_t k = 0;
      while (k < t.priorities[o].size() && !SameValue(t.priorities[o][k], row[o])) ++k;
      ranks.push_back(t.priorities[o].empty() ? 0 : k);
    }
    return ranks;
  };
  if (t.hit == policy::Hit::kPriority || t.hit == policy::Hit::kOutputOrder) {
    std::stable_sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  }
  if (single) {
    for (const auto& row : rows) {
      for (std::size_t o = 0; t.hit == policy::Hit::kAny && o < row.size(); ++o) {
        if (!SameValue(row[o], rows[0][o])) throw Code::kConflict;
      }
    }
    for (std::size_t o = 0; o < t.outputs.size(); ++o) set(o, rows[0][o]);
    return;
  }
  for (std::size_t o = 0; o < t.outputs.size(); ++o) {
    if (t.hit == policy::Hit::kCollect || t.hit == policy::Hit::kOutputOrder) {
      Value* items = arena_.NewValues(rows.size());
      for (std::size_t k = 0; k < rows.size(); ++k) items[k] = rows[k][o];
      set(o, Value::List(items, rows.size()));
      continue;
    }
    if (t.hit == policy::Hit::kCount) {
      set(o, Num(static_cast<std::int64_t>(rows.size())));
      continue;
    }
    Value v = t.hit == policy::Hit::kSum ? Num(0) : Value();
    for (const auto& row : rows) {
      if (t.hit == policy::Hit::kSum) v = Value::Number(Sum(v.number(), row[o].number()));
      else if (v.IsNull() || (t.hit == policy::Hit::kMin ? Order(row[o], v) < 0 : Order(row[o], v) > 0)) v = row[o];
    }
    set(o, v);
  }
}

std::string Reference::Key(const std::vector<Value>& values) {
  std::string s;
  for (const Value& v : values) s += v.ToJson() + "|";
  return s;
}

void Reference::Read(const policy::Read& r, Frame* f) {
  const policy::Stream& s = model_->policies[static_cast<std::size_t>(r.stream_policy)].streams[static_cast<std::size_t>(r.stream)];
  const bool mine = r.stream_policy == f->index;
  const auto set = [&](const Value& v) { f->symbols[static_cast<std::size_t>(r.symbol)] = v; };
  if (s.each) {
    const Expr& loop = *s.each.tree;
    const Expr& record = *loop.args.back();
    std::vector<Value> out;
    const Shape* shape = f->policy->symbols[static_cast<std::size_t>(r.symbol)].type.item().detail.get();
    Loop(loop, 0, f, [&] {
      std::vector<Value> key;
      for (std::size_t k = 0; k < s.key.size(); ++k) key.push_back(Eval(*record.args[k], f));
      const bool own = r.including_this && (record.args.size() == s.key.size() || True(*record.args.back(), f));
      Value* fields = arena_.NewValues(2);
      fields[0] = f->locals.at(loop.local);
      fields[1] = ReadOne(r, s, Key(key), own, Decimal(1), f->today.MonthIndex(), f);
      out.push_back(Value::Context(fields, shape));
    });
    Value* items = arena_.NewValues(out.size());
    std::copy(out.begin(), out.end(), items);
    return set(Value::List(items, out.size()));
  }
  std::vector<Value> key;
  for (const policy::Expression& k : r.key.empty() ? s.key : r.key) key.push_back(Eval(*k.tree, f));
  bool own = mine && r.including_this && (!s.where || True(*s.where.tree, f));
  Decimal value(1);
  if (own && s.of) {
    const Value v = Eval(*s.of.tree, f);
    own = !v.IsNull();
    if (own) value = v.number();
  }
  std::int64_t period = f->today.MonthIndex();
  if (mine && s.by && (r.kind == policy::ReadKind::kStreak || r.kind == policy::ReadKind::kReached)) {
    if (!NumberOf(Eval(*s.by.tree, f)).ToInt64(&period)) throw Code::kInvalidOperation;
  }
  set(ReadOne(r, s, Key(key), own, value, period, f));
}

Value Reference::ReadOne(const policy::Read& r, const policy::Stream& s, const std::string& key, bool own, const Decimal& own_value, std::int64_t period, Frame* f) {
  const Date day = r.on ? Eval(*r.on.tree, f).date() : f->today;
  const auto inside = [&](std::int64_t days) {
    const Date d{days};
    switch (r.window) {
      case policy::Window::kLifetime: return true;
      case policy::Window::kDay: return d == day;
      case policy::Window::kWeek: return d.days - d.Weekday() == day.days - day.Weekday();
      case policy::Window::kMonth: return d.MonthIndex() == day.MonthIndex();
      case policy::Window::kQuarter: return d.MonthIndex() / 3 == day.MonthIndex() / 3;
      case policy::Window::kYear: return d.year() == day.year();
      case policy::Window::kLastDays: return d <= day && d.days > day.days - r.span;
      case policy::Window::kLastMonths: return d <= day && d > AddMonths(day, -r.span, MonthRoll::kClip);
    }
    return false;
  };
  std::vector<Row> rows;
  for (const Row& row : ledger_) {
    if (row.stream == s.id && row.key == key && inside(row.day)) rows.push_back(row);
  }
  if (r.kind == policy::ReadKind::kHistory) {
    if (own && inside(f->today.days)) rows.push_back({s.id, key, f->today.days, period, own_value, f->at, facts_});
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.at < b.at; });
    const Shape* shape = f->policy->symbols[static_cast<std::size_t>(r.symbol)].type.item().detail.get();
    const policy::Policy& source = model_->policies[static_cast<std::size_t>(r.stream_policy)];
    Value* items = arena_.NewValues(rows.size());
    for (std::size_t k = 0; k < rows.size(); ++k) {
      Value* fields = arena_.NewValues(shape->count);
      fields[0] = Value::OfInstant(rows[k].at);
      json::Node node;
      Diagnostics ignored;
      json::Parse(rows[k].facts, {}, "", &node, &ignored);
      for (std::size_t c = 1; c < shape->count; ++c) {
        const auto fact = std::find_if(source.facts.begin(), source.facts.end(), [&](const policy::Fact& x) { return x.name == shape->keys[c]; });
        const json::Node* n = node.Find(fact->name);
        std::vector<policy::BindProblem> problems;
        if (n != nullptr) policy::BindValue(*n, fact->type, model_->money_scale, &arena_, "", &fields[c], &problems);
        if (fields[c].IsNull() && fact->default_value) fields[c] = *fact->default_value;
      }
      items[k] = Value::Context(fields, shape);
    }
    return Value::List(items, rows.size());
  }
  if (r.kind == policy::ReadKind::kLatest) return rows.empty() ? Eval(*r.default_value.tree, f) : Value::Number(rows.back().value);
  if (own && inside(f->today.days)) rows.push_back({s.id, key, f->today.days, period, own_value});
  if (r.kind == policy::ReadKind::kCount) return Num(static_cast<std::int64_t>(rows.size()));
  Decimal total;
  std::map<std::int64_t, Decimal> periods;
  for (const Row& row : rows) {
    total = Sum(total, row.value);
    periods[row.period] = Sum(periods[row.period], row.value);
  }
  if (r.kind == policy::ReadKind::kTotal) return Value::Number(total);
  const Decimal reaches = r.reaches_expression ? NumberOf(Eval(*r.reaches_expression.tree, f)) : Decimal(1);
  std::int64_t n = 0;
  if (r.kind == policy::ReadKind::kReached) {
    for (const auto& [p, sum] : periods) n += sum >= reaches ? 1 : 0;
  } else {
    while (periods.contains(period - n) && periods[period - n] >= reaches) ++n;
  }
  return Num(n);
}

void Reference::Effects(const policy::EffectGroup& g, Frame* f, std::vector<Given>* effects) {
  std::vector<Given> mine;
  const bool amounts = g.kind == EffectKind::kFine || g.kind == EffectKind::kPay || g.kind == EffectKind::kPoints;
  const auto many = [](const Value& v) {
    std::vector<Value> out;
    if (v.kind() == Kind::kList) out.assign(v.items(), v.items() + v.size());
    else out.push_back(v);
    return out;
  };
  for (const policy::EffectGroup::Share& share : g.shares) {
    const auto cause = [&](const Expr& e) {
      const Expr* record = &e;
      if (e.op == Op::kIf) {
        if (!True(*e.args[0], f)) return;
        record = e.args[1].get();
      }
      if (record->op != Op::kContext) return;
      Value to, amount, detail, due;
      Unit party = Unit::kNone;
      for (std::size_t i = 0; i < record->args.size(); ++i) {
        const Value v = Eval(*record->args[i], f);
        const Type& type = record->args[i]->type;
        if (record->names[i] == "to") to = v, party = type.kind == Kind::kList ? type.item().unit : type.unit;
        if (record->names[i] == "amount") amount = v;
        if (record->names[i] == "detail") detail = v;
        if (record->names[i] == "due") due = v;
      }
      for (const Value& t : g.kind == EffectKind::kReview ? std::vector<Value>{Value::Text("")} : many(to)) {
        for (const Value& d : amounts ? std::vector<Value>{Value::Text("")} : many(detail)) {
          Given x{g.kind, party, std::string(t.text()), std::string(d.text()), amounts ? NumberOf(amount) : Decimal(), due};
          if (amounts && g.kind != EffectKind::kPoints && x.amount.Sign() < 0) throw Code::kNegativeAmount;
          Decimal cents;
          if (amounts && g.kind != EffectKind::kPoints &&
              (Quantize(x.amount, -model_->money_scale, Rounding::kDown, &cents) != DecimalStatus::kOk || !(cents == x.amount))) {
            throw Code::kUnrounded;
          }
          const auto same = std::find_if(mine.begin(), mine.end(), [&](const Given& y) { return y.to == x.to && y.party == x.party && y.detail == x.detail && SameValue(y.due, x.due); });
          if (same == mine.end() || g.per_party == policy::PerParty::kEach) {
            mine.push_back(x);
          } else if (amounts && g.per_party == policy::PerParty::kHighest) {
            if (x.amount > same->amount) same->amount = x.amount;
          } else if (amounts && g.per_party == policy::PerParty::kSum) {
            same->amount = Sum(same->amount, x.amount);
          } else if (amounts && !(x.amount == same->amount)) {
            throw Code::kConflict;
          }
        }
      }
    };
    if (share.tree.tree->op == Op::kFor) Loop(*share.tree.tree, 0, f, [&] { cause(*share.tree.tree->args.back()); });
    else cause(*share.tree.tree);
  }
  if (amounts) std::erase_if(mine, [](const Given& x) { return x.amount.IsZero(); });
  if (g.symbol >= 0) {
    const Shape* shape = f->policy->symbols[static_cast<std::size_t>(g.symbol)].type.item().detail.get();
    Value* items = arena_.NewValues(mine.size());
    for (std::size_t k = 0; k < mine.size(); ++k) {
      Value* fields = arena_.NewValues(2);
      fields[0] = Value::Text(arena_.Copy(mine[k].to));
      fields[1] = Value::Number(mine[k].amount);
      items[k] = Value::Context(fields, shape);
    }
    f->symbols[static_cast<std::size_t>(g.symbol)] = Value::List(items, mine.size());
  }
  effects->insert(effects->end(), mine.begin(), mine.end());
}

std::vector<Value> Reference::Outcome(Frame* f) {
  std::vector<Value> out;
  for (const policy::OutcomeField& field : f->policy->outcome) {
    f->locals.clear();
    Value v = Eval(*field.value.tree, f);
    Decimal d;
    if (field.round && !v.IsNull()) v = Value::Number(v.number().exponent() >= field.exponent ? v.number() : Need(Quantize(v.number(), field.exponent, field.mode, &d), d));
    if (field.type.unit == Unit::kMoney && !v.IsNull() &&
        (Quantize(v.number(), -model_->money_scale, Rounding::kDown, &d) != DecimalStatus::kOk || !(d == v.number()))) {
      throw Code::kUnrounded;
    }
    out.push_back(v);
  }
  return out;
}

Reference::Answer Reference::Do(const std::string& name, const std::string& text, const Instant& at) {
  Answer answer;
  facts_ = text;
  const int index = model_->FindPolicy(name.substr(name.find('.') + 1));
  const policy::Policy& p = model_->policies[static_cast<std::size_t>(index)];
  Frame f{&p, index, std::vector<Value>(p.symbols.size()), {}, {}, at, model_->zone.LocalDate(at)};
  calls_.zone = &model_->zone;
  calls_.calendar = calendar ? &*calendar : model_->working_days ? &*model_->working_days : nullptr;
  if (!schedules_) schedules_.emplace(*model_);
  schedules_->Use(calls_.calendar);
  calls_.schedules = &*schedules_;
  json::Node node;
  Diagnostics ignored;
  try {
    if (!json::Parse(text, {}, "", &node, &ignored)) throw Code::kBadJson;
    // Missing before wrong before unknown.
    std::vector<policy::BindProblem> problems;
    bool missing = false, unknown = false;
    for (const policy::Fact& fact : p.facts) {
      const json::Node* n = node.Find(fact.name);
      Value v;
      if (n == nullptr || (n->type == json::NodeType::kNull && fact.optional)) missing |= !fact.optional;
      else policy::BindValue(*n, fact.type, model_->money_scale, &arena_, "", &v, &problems);
      f.symbols[static_cast<std::size_t>(fact.symbol)] = v.IsNull() && fact.default_value ? *fact.default_value : v;
    }
    for (const json::Member& m : node.members) unknown |= p.FindSymbol(m.key) < 0 || p.symbols[static_cast<std::size_t>(p.FindSymbol(m.key))].kind != policy::SymbolKind::kFact;
    for (const policy::BindProblem& b : problems) missing |= b.code == Code::kMissingFact;
    for (const policy::Fact& fact : p.facts) {
      const json::Node* n = node.Find(fact.name);
      if (!fact.required_when || (n != nullptr && n->type != json::NodeType::kNull)) continue;
      try {
        missing |= True(*fact.required_when.tree, &f);
      } catch (Code) {  // what it depends on is missing or wrong itself
      }
    }
    if (missing) throw Code::kMissingFact;
    if (std::any_of(problems.begin(), problems.end(), [](const policy::BindProblem& b) { return b.code == Code::kWrongType; })) throw Code::kWrongType;
    if (unknown || !problems.empty()) throw Code::kUnknownFact;

    std::vector<Given> effects;
    for (const policy::Definition& d : p.definitions) Define(d, &f, &effects);
    const std::vector<Value> outcome = Outcome(&f);
    for (std::size_t i = 0; i < outcome.size(); ++i) {
      answer.outcome += (i ? ", " : "{");
      json::AppendString(p.outcome[i].name, &answer.outcome);
      answer.outcome += ": " + outcome[i].ToJson();
    }
    answer.outcome += outcome.empty() ? "{}" : "}";
    answer.effects = "[";
    for (const Given& g : effects) {
      Effect e;
      e.kind = g.kind;
      e.party = g.party;
      e.to = g.to;
      e.detail = g.detail;
      e.amount = g.amount;
      e.due = g.due;
      answer.effects += (answer.effects.size() > 1 ? ", " : "") + e.ToJson();
    }
    answer.effects += "]";
    // What the event adds to the streams of its policy.
    std::vector<Row> rows;
    for (const policy::Stream& s : p.streams) {
      f.locals.clear();
      const auto add = [&](const std::vector<Value>& key, const Decimal& value, std::int64_t period) {
        const Row row{s.id, Key(key), f.today.days, period, value, at, text};
        for (const Row& x : rows) {
          if (x.stream == row.stream && x.key == row.key) return;
        }
        rows.push_back(row);
      };
      if (s.each) {
        const Expr& loop = *s.each.tree;
        Loop(loop, 0, &f, [&] {
          std::vector<Value> key;
          for (std::size_t k = 0; k < s.key.size(); ++k) key.push_back(Eval(*loop.args.back()->args[k], &f));
          if (loop.args.back()->args.size() == s.key.size() || True(*loop.args.back()->args.back(), &f)) add(key, Decimal(1), f.today.MonthIndex());
        });
        continue;
      }
      if (s.where && !True(*s.where.tree, &f)) continue;
      std::vector<Value> key;
      for (const policy::Expression& k : s.key) key.push_back(Eval(*k.tree, &f));
      const Value of = s.of ? Eval(*s.of.tree, &f) : Num(1);
      if (of.IsNull()) continue;
      std::int64_t period = f.today.MonthIndex();
      if (s.by && !NumberOf(Eval(*s.by.tree, &f)).ToInt64(&period)) throw Code::kInvalidOperation;
      add(key, of.number(), period);
    }
    ledger_.insert(ledger_.end(), rows.begin(), rows.end());
  } catch (Code code) {
    answer = Answer{};
    answer.error = std::string(CodeText(code));
  }
  return answer;
}

}  // namespace ordain::testing
