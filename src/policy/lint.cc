// The checks inside each table, scale and ladder: which cases no row covers, where rows meet that must not, which rows can
// never apply.
//
// The cells of a table depend on names: facts and members of records among them, settings, what is read from the ledger, parameters.
// Formulas are looked through. For each name the constants that it is compared with cut its values into atoms: every value inside an atom behaves alike. One
// value stands for each atom; a whole number or an amount of money has no atom between two neighbours. Evaluating
// all rows on all combinations of these values decides every question, with the combination as witness - if
// names are only compared with constants, among which are parameters that the host cannot change. Where they are also computed with (a product, a function), the witnesses are still real, because
// they are evaluated, but finding none proves nothing: the verdict is then `undecided`, as it is when there are more
// combinations than the budget allows (then a fixed sample is tried).
// Tested by tests/lint_test.cc.
#include "policy/lint.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace ordain::policy {
namespace {

using feel::Expr;
using feel::Op;

constexpr std::size_t kBudget = 4000000;  // rows times combinations

struct Variable {
  std::string name, members;        // "c.kind", ".kind"
  Type type;
  std::vector<Value> values;        // one per atom
  std::set<std::string> texts;      // constants it is compared with
  std::vector<Decimal> numbers;
  std::vector<Date> dates;
  const Parameter* fixed = nullptr; // a parameter that only has the values written in the rule set
  bool computed = false;            // used otherwise than in a comparison with a constant
};

class TableLint {
 public:
  TableLint(const Model& model, const Policy& policy, const Table& table, const Remark& remark, Diagnostics* diagnostics)
      : model_(model), policy_(policy), table_(table), remark_(remark), diagnostics_(*diagnostics) {}

  void Run() {
    for (const Table::Column& c : table_.columns) {
      if (c.input) Collect(*c.input.tree, nullptr);
    }
    for (const Table::Row& r : table_.rows) {
      for (std::size_t c = 0; c < r.cells.size(); ++c) Collect(*r.cells[c].tree, Input(c));
    }
    if (variables_.size() > 40) return Undecided("the table", "it depends on too many names");
    std::size_t combinations = 1;
    for (Variable& v : variables_) {
      if (!Atoms(&v)) return Undecided("the table", "the values of `" + v.name + "` cannot be listed");
      complete_ &= !v.computed;
      combinations = combinations > kBudget ? combinations : combinations * v.values.size();
    }
    const std::size_t rows = std::max<std::size_t>(table_.rows.size(), 1);
    const bool all = combinations <= kBudget / rows;
    const std::size_t tries = all ? combinations : kBudget / rows;
    complete_ &= all;

    reached_.assign(table_.rows.size(), false);
    matched_.assign(table_.rows.size(), false);
    choice_.assign(variables_.size(), 0);
    std::uint64_t random = 0x9E3779B97F4A7C15u;
    for (std::size_t n = 0; n < tries && !unknown_; ++n) {
      if (all) {
        std::size_t rest = n;
        for (std::size_t v = 0; v < variables_.size(); ++v) {
          choice_[v] = rest % variables_[v].values.size();
          rest /= variables_[v].values.size();
        }
      } else {
        for (std::size_t v = 0; v < variables_.size(); ++v) {
          random = random * 6364136223846793005u + 1442695040888963407u;
          choice_[v] = (random >> 33) % variables_[v].values.size();
        }
      }
      Combination();
    }
    Report(all);
  }

 private:
  const Expr* Input(std::size_t column) const {
    return table_.columns[column].input ? table_.columns[column].input.tree.get() : nullptr;
  }

  // What a name stands for: the tree of its formula, or null.
  const Expr* FormulaOf(const Expr& e) const {
    if (e.op != Op::kName) return nullptr;
    const Symbol& s = policy_.symbols[static_cast<std::size_t>(e.symbol)];
    if (s.kind != SymbolKind::kDefined || s.index < 0) return nullptr;
    const Definition& d = policy_.definitions[static_cast<std::size_t>(s.index)];
    if (d.kind != DefinitionKind::kFormula) return nullptr;
    const Formula& f = policy_.formulas[static_cast<std::size_t>(d.index)];
    if (!f.value || (e.type.kind == Kind::kBoolean && Computes(*f.value.tree, 0))) return nullptr;
    return f.value.tree.get();
  }
  // A condition that is computed from the facts is not looked through: it may be true or false, whatever else holds. That
  // proves what does not depend on it; a witness with such a condition is only a suspicion.
  bool Computes(const Expr& e, int depth) const {
    switch (e.op) {
      case Op::kAdd:
      case Op::kSubtract:
      case Op::kMultiply:
      case Op::kDivide:
      case Op::kPower:
      case Op::kCall:
      case Op::kFor:
      case Op::kSome:
      case Op::kEvery:
      case Op::kFilter:
      case Op::kInvoke: return true;
      default: break;
    }
    if (e.op == Op::kName && depth < 50) {
      const Symbol& s = policy_.symbols[static_cast<std::size_t>(e.symbol)];
      if (s.kind == SymbolKind::kDefined && s.index >= 0) {
        const Definition& d = policy_.definitions[static_cast<std::size_t>(s.index)];
        if (d.kind == DefinitionKind::kFormula) {
          const Formula& f = policy_.formulas[static_cast<std::size_t>(d.index)];
          return f.value && Computes(*f.value.tree, depth + 1);
        }
      }
    }
    return std::any_of(e.args.begin(), e.args.end(), [&](const feel::ExprPtr& a) { return Computes(*a, depth); });
  }
  // A name whose formula is not looked through.
  bool IsDerived(int symbol) const {
    const Symbol& s = policy_.symbols[static_cast<std::size_t>(symbol)];
    return s.kind == SymbolKind::kDefined && s.index >= 0 && s.type.kind == Kind::kBoolean &&
           policy_.definitions[static_cast<std::size_t>(s.index)].kind == DefinitionKind::kFormula;
  }
  const Expr& Through(const Expr& e, const Expr* input) const {
    const Expr* at = e.op == Op::kInput && input != nullptr ? input : &e;
    for (int k = 0; k < 50; ++k) {
      const Expr* formula = FormulaOf(*at);
      if (formula == nullptr) break;
      at = formula;
    }
    return *at;
  }

  // A name, or a member of a record that has a name: its symbol, and the path behind it. A record that is null has null members.
  bool PlaceOf(const Expr& e, int* symbol, std::string* members) const {
    members->clear();
    const Expr* at = &e;
    for (; at->op == Op::kPath && at->args[0]->type.kind == Kind::kContext; at = &Through(*at->args[0], nullptr)) members->insert(0, "." + at->name);
    *symbol = at->symbol;
    return at->op == Op::kName;
  }
  bool IsVariable(const Expr& e) const {
    int symbol = 0;
    std::string members;
    return PlaceOf(e, &symbol, &members);
  }
  // REQUIRES: IsVariable(e).
  Variable* Find(const Expr& e) {
    int symbol = 0;
    std::string members;
    PlaceOf(e, &symbol, &members);
    for (std::size_t i = 0; i < variables_.size(); ++i) {
      if (symbols_[i] == symbol && variables_[i].members == members) return &variables_[i];
    }
    Variable v;
    const Symbol& s = policy_.symbols[static_cast<std::size_t>(symbol)];
    v.name = s.name + members;
    v.members = std::move(members);
    v.type = v.members.empty() ? s.type : e.type;
    v.fixed = Fixed(e);
    variables_.push_back(std::move(v));
    symbols_.push_back(symbol);
    return &variables_.back();
  }

  const Parameter* Fixed(const Expr& e) const {
    if (e.op != Op::kName) return nullptr;
    const Symbol& s = policy_.symbols[static_cast<std::size_t>(e.symbol)];
    if (s.kind != SymbolKind::kParameter) return nullptr;
    const Parameter& p = model_.parameters[static_cast<std::size_t>(s.index)];
    return p.host == HostRole::kNever ? &p : nullptr;
  }
  static std::vector<Value> ValuesOf(const Parameter& p) {
    std::vector<Value> all;
    for (const Parameter::Dated& d : p.values) all.push_back(d.value);
    if (p.default_value) all.push_back(*p.default_value);
    return all;
  }
  void Note(const Expr& place, const Value& c) {
    Variable* v = Find(place);
    if (c.kind() == Kind::kText) v->texts.insert(std::string(c.text()));
    if (c.kind() == Kind::kNumber) v->numbers.push_back(c.number());
    if (c.kind() == Kind::kDate) v->dates.push_back(c.date());
  }
  void Compared(const Expr& a, const Expr& b, const Expr* input) {
    const Expr &x = Through(a, input), &y = Through(b, input);
    const bool cx = x.op == Op::kConstant, cy = y.op == Op::kConstant;
    if (IsVariable(x) && cy) return Note(x, y.value);
    if (IsVariable(y) && cx) return Note(y, x.value);
    for (const auto& [place, other] : {std::pair{&x, &y}, std::pair{&y, &x}}) {
      const Parameter* fixed = Fixed(*other);
      if (!IsVariable(*place) || fixed == nullptr || Fixed(*place) != nullptr) continue;
      for (const Value& v : ValuesOf(*fixed)) Note(*place, v);
      (void)Find(*other);
      return;
    }
    Compute(x, input);
    Compute(y, input);
  }
  // A value that is computed with: its names are variables whose atoms are not all there is.
  void Compute(const Expr& e, const Expr* input) {
    const Expr& t = Through(e, input);
    if (IsVariable(t)) {
      Variable* v = Find(t);
      if (t.type.kind != Kind::kBoolean && v->type.enumeration() == nullptr) v->computed = true;
      return;
    }
    if (t.type.kind == Kind::kBoolean) return Collect(t, input);
    for (const feel::ExprPtr& a : t.args) Compute(*a, input);
  }
  void Collect(const Expr& e, const Expr* input) {
    const Expr& t = Through(e, input);
    switch (t.op) {
      case Op::kConstant: return;
      case Op::kPath:
        if (!IsVariable(t)) break;
        (void)Find(t);
        return;
      case Op::kName:
        (void)Find(t);
        return;
      case Op::kNot:
      case Op::kAnd:
      case Op::kOr:
        for (const feel::ExprPtr& a : t.args) Collect(*a, input);
        return;
      case Op::kIf:
        if (t.type.kind == Kind::kBoolean) {
          for (const feel::ExprPtr& a : t.args) Collect(*a, input);
          return;
        }
        break;
      case Op::kEqual:
      case Op::kNotEqual:
      case Op::kLess:
      case Op::kLessEqual:
      case Op::kGreater:
      case Op::kGreaterEqual: return Compared(*t.args[0], *t.args[1], input);
      case Op::kBetween:
        Compared(*t.args[0], *t.args[1], input);
        return Compared(*t.args[0], *t.args[2], input);
      case Op::kIn:
        for (std::size_t i = 1; i < t.args.size(); ++i) {
          const Expr& test = *t.args[i];
          if (test.op == Op::kRange || test.op == Op::kList) {
            for (const feel::ExprPtr& end : test.args) Compared(*t.args[0], *end, input);
          } else if (test.type.kind == Kind::kBoolean) {
            Collect(test, t.args[0].get());
          } else {
            Compared(*t.args[0], test, input);
          }
        }
        return;
      default: break;
    }
    for (const feel::ExprPtr& a : t.args) Compute(*a, input);
  }

  // ---- atoms ------------------------------------------------------------------------------------

  Value Text(const std::string& s) { return Value::Text(arena_.Copy(s)); }

  bool Fits(const Decimal& n, const Type& t) const {
    if (t.unit == Unit::kInteger && !n.IsInteger()) return false;
    const TypeDetail* d = t.detail.get();
    if (d == nullptr) return true;
    if (d->not_zero && n.IsZero()) return false;
    if (d->has_min && (d->min_open ? Compare(n, d->min) <= 0 : Compare(n, d->min) < 0)) return false;
    if (d->has_max && (d->max_open ? Compare(n, d->max) >= 0 : Compare(n, d->max) > 0)) return false;
    return true;
  }

  bool Atoms(Variable* v) {
    if (v->fixed != nullptr) {
      v->values = ValuesOf(*v->fixed);
      return true;
    }
    if (v->type.nullable) v->values.push_back(Value());
    switch (v->type.kind) {
      case Kind::kBoolean:
        v->values.push_back(Value::Boolean(false));
        v->values.push_back(Value::Boolean(true));
        return true;
      case Kind::kText: {
        if (const auto* one_of = v->type.enumeration()) {
          for (const std::string& s : *one_of) v->values.push_back(Text(s));
          return true;
        }
        for (const std::string& s : v->texts) v->values.push_back(Text(s));
        std::string other = "other";
        while (v->texts.contains(other)) other += "_";
        v->values.push_back(Text(other));
        return true;
      }
      case Kind::kNumber: return Numbers(v);
      case Kind::kDate: {
        std::vector<Date> days = v->dates;
        std::sort(days.begin(), days.end());
        days.erase(std::unique(days.begin(), days.end()), days.end());
        if (days.empty()) days.push_back(Date::FromYmd(2016, 1, 1));
        v->values.push_back(Value::OfDate(Date{days.front().days - 1}));
        for (std::size_t i = 0; i < days.size(); ++i) {
          v->values.push_back(Value::OfDate(days[i]));
          if (i + 1 == days.size() || days[i + 1].days > days[i].days + 1) v->values.push_back(Value::OfDate(Date{days[i].days + 1}));
        }
        return true;
      }
      default: return false;
    }
  }

  bool Numbers(Variable* v) {
    std::vector<Decimal> cuts = v->numbers;
    const TypeDetail* d = v->type.detail.get();
    if (d != nullptr && d->has_min) cuts.push_back(d->min);
    if (d != nullptr && d->has_max) cuts.push_back(d->max);
    if (v->type.unit == Unit::kInteger && IsCount(*v)) cuts.push_back(Decimal(0));
    std::sort(cuts.begin(), cuts.end());
    cuts.erase(std::unique(cuts.begin(), cuts.end(), [](const Decimal& a, const Decimal& b) { return Compare(a, b) == 0; }), cuts.end());
    if (cuts.empty()) cuts.push_back(Decimal(0));
    // The smallest step between two values of this name: whole numbers, cents of a fact, otherwise there is always one in between.
    const bool whole = v->type.unit == Unit::kInteger;
    const bool cents = v->type.unit == Unit::kMoney;
    const Decimal step = whole ? Decimal(1) : Decimal(false, 0, 1, cents ? -model_.money_scale : -6);
    const auto add = [&](const Decimal& n) {
      if (!Fits(n, v->type)) return;
      if (whole && IsCount(*v) && n.Sign() < 0) return;
      v->values.push_back(Value::Number(n));
    };
    Decimal x;
    (void)Subtract(cuts.front(), step, Rounding::kHalfEven, &x);
    if (whole) (void)RoundToInteger(x, Rounding::kFloor, &x);
    add(x);
    for (std::size_t i = 0; i < cuts.size(); ++i) {
      add(cuts[i]);
      (void)Add(cuts[i], step, Rounding::kHalfEven, &x);
      if (whole) (void)RoundToInteger(x, Rounding::kFloor, &x);
      if (i + 1 == cuts.size() || Compare(x, cuts[i + 1]) < 0) add(x);
    }
    return !v->values.empty();
  }
  bool IsCount(const Variable& v) const {  // never negative
    for (const Read& r : policy_.reads) {
      if (policy_.symbols[static_cast<std::size_t>(r.symbol)].name == v.name) {
        return r.kind == ReadKind::kCount || r.kind == ReadKind::kStreak || r.kind == ReadKind::kReached;
      }
    }
    return false;
  }

  // ---- evaluation -------------------------------------------------------------------------------

  bool Fail() {
    unknown_ = true;
    return false;
  }
  bool Eval(const Expr& e, const Value* input, Value* out) {
    switch (e.op) {
      case Op::kConstant: *out = e.value; return true;
      case Op::kInput: *out = *input; return true;
      case Op::kPath:
      case Op::kName: {
        int symbol = 0;
        std::string members;
        if (!PlaceOf(e, &symbol, &members)) return Fail();
        for (std::size_t i = 0; i < variables_.size(); ++i) {
          if (symbols_[i] != symbol || variables_[i].members != members) continue;
          *out = variables_[i].values[choice_[i]];
          return true;
        }
        const Expr* formula = FormulaOf(e);
        return formula != nullptr ? Eval(*formula, nullptr, out) : Fail();
      }
      case Op::kNot:
        if (!Eval(*e.args[0], input, out)) return false;
        if (!out->IsNull()) *out = Value::Boolean(!out->IsTrue());
        return true;
      case Op::kAnd:
      case Op::kOr:
        if (!Eval(*e.args[0], input, out)) return false;
        if (out->kind() == Kind::kBoolean && out->boolean() == (e.op == Op::kOr)) return true;
        return Eval(*e.args[1], input, out);
      case Op::kIf:
        if (!Eval(*e.args[0], input, out)) return false;
        return Eval(*e.args[out->IsTrue() ? 1 : 2], input, out);
      case Op::kEqual:
      case Op::kNotEqual:
      case Op::kLess:
      case Op::kLessEqual:
      case Op::kGreater:
      case Op::kGreaterEqual: {
        Value a, b;
        if (!Eval(*e.args[0], input, &a) || !Eval(*e.args[1], input, &b)) return false;
        return Relate(e.op, a, b, out);
      }
      case Op::kBetween: {
        Value v, low, high, x;
        if (!Eval(*e.args[0], input, &v) || !Eval(*e.args[1], input, &low) || !Eval(*e.args[2], input, &high)) return false;
        if (!Relate(Op::kGreaterEqual, v, low, &x) || !Relate(Op::kLessEqual, v, high, out)) return false;
        *out = Value::Boolean(x.IsTrue() && out->IsTrue());
        return true;
      }
      case Op::kIn: {
        Value v;
        if (!Eval(*e.args[0], input, &v)) return false;
        bool in = false;
        for (std::size_t i = 1; i < e.args.size() && !in; ++i) {
          const Expr& test = *e.args[i];
          if (test.op == Op::kRange) {
            RangeValue r;
            r.low_closed = test.low_closed;
            r.high_closed = test.high_closed;
            if (!Eval(*test.args[0], input, &r.low) || !Eval(*test.args[1], input, &r.high)) return false;
            if (v.IsNull()) continue;
            if (feel::InRange(v, r, &in) != feel::Fault::kNone) return Fail();
          } else if (test.op == Op::kList) {
            for (const feel::ExprPtr& item : test.args) {
              Value x;
              if (!Eval(*item, input, &x)) return false;
              in |= SameValue(v, x);
            }
          } else {
            Value x;
            if (!Eval(test, &v, &x)) return false;
            in = test.type.kind == Kind::kBoolean && v.kind() != Kind::kBoolean ? x.IsTrue() : SameValue(v, x);
          }
        }
        *out = Value::Boolean(in);
        return true;
      }
      case Op::kAdd:
      case Op::kSubtract:
      case Op::kMultiply:
      case Op::kDivide:
      case Op::kPower: {
        Value a, b;
        if (!Eval(*e.args[0], input, &a) || !Eval(*e.args[1], input, &b)) return false;
        const feel::Fault f = feel::Arithmetic(e.op, a, b, &calls_, out);
        if (f == feel::Fault::kNone) return true;
        *out = Value();  // an error of the decision, not a case of the table
        errored_ = true;
        return true;
      }
      case Op::kNegate: {
        Value a;
        if (!Eval(*e.args[0], input, &a)) return false;
        if (feel::NegateValue(a, out) != feel::Fault::kNone) errored_ = true;
        return true;
      }
      case Op::kCall: {
        std::vector<Value> args;
        for (const feel::ExprPtr& a : e.args) {
          Value v;
          if (!Eval(*a, input, &v)) return false;
          args.push_back(v);
        }
        const feel::Fault fault = feel::Builtins()[static_cast<std::size_t>(e.builtin)].call(args.data(), args.size(), &calls_, out);
        if (fault == feel::Fault::kUnavailable) return Fail();  // what the host brings is not known here
        if (fault != feel::Fault::kNone) errored_ = true;
        return true;
      }
      default: return Fail();
    }
  }
  bool Relate(Op op, const Value& a, const Value& b, Value* out) {
    if (op == Op::kEqual || op == Op::kNotEqual) {
      *out = Value::Boolean(SameValue(a, b) == (op == Op::kEqual));
      return true;
    }
    int c = 0;
    if (feel::CompareValues(a, b, &c) != feel::Fault::kNone) {
      errored_ = true;
      *out = Value();
      return true;
    }
    *out = Value::Boolean(op == Op::kLess ? c < 0 : op == Op::kLessEqual ? c <= 0 : op == Op::kGreater ? c > 0 : c >= 0);
    return true;
  }
  static bool MentionsNull(const Expr& e) {
    if (e.op == Op::kConstant && e.value.IsNull()) return true;
    if (e.op == Op::kRange) return false;
    return std::any_of(e.args.begin(), e.args.end(), [](const feel::ExprPtr& a) { return MentionsNull(*a); });
  }

  void Combination() {
    errored_ = false;
    std::vector<Value> inputs(table_.columns.size());
    for (std::size_t c = 0; c < table_.columns.size(); ++c) {
      if (Input(c) != nullptr && !Eval(*Input(c), nullptr, &inputs[c])) return;
    }
    std::vector<std::size_t> hits;
    for (std::size_t r = 0; r < table_.rows.size(); ++r) {
      bool applies = true;
      for (std::size_t c = 0; c < table_.rows[r].cells.size() && applies; ++c) {
        const Expr& cell = *table_.rows[r].cells[c].tree;
        if (cell.op == Op::kConstant) {
          applies = cell.value.IsTrue();
          continue;
        }
        if (Input(c) != nullptr && inputs[c].IsNull() && !MentionsNull(cell)) {
          applies = false;
          continue;
        }
        Value v;
        if (!Eval(cell, &inputs[c], &v)) return;
        applies = v.IsTrue();
      }
      if (applies) hits.push_back(r);
    }
    if (errored_) return;  // such facts are an error of the decision itself
    if (!hits.empty()) reached_[hits[0]] = true;
    for (const std::size_t r : hits) matched_[r] = true;
    if (hits.empty() && gap_.empty()) gap_ = Witness();
    if (hits.size() > 1 && table_.hit == Hit::kUnique && overlap_.empty()) {
      overlap_ = Witness();
      overlap_rows_ = std::to_string(hits[0] + 1) + ", " + std::to_string(hits[1] + 1);
      overlap_row_ = hits[1];
    }
    if (hits.size() > 1 && table_.hit == Hit::kAny && overlap_.empty()) {
      for (std::size_t k = 1; k < hits.size(); ++k) {
        for (std::size_t o = 0; o < table_.outputs.size(); ++o) {
          const Expr &x = *table_.rows[hits[0]].outputs[o].tree, &y = *table_.rows[hits[k]].outputs[o].tree;
          if (x.op != Op::kConstant || y.op != Op::kConstant || SameValue(x.value, y.value)) continue;
          overlap_ = Witness();
          overlap_rows_ = std::to_string(hits[0] + 1) + ", " + std::to_string(hits[k] + 1);
          overlap_row_ = hits[k];
        }
      }
    }
  }

  std::string Witness() const {
    std::string s;
    for (std::size_t v = 0; v < variables_.size(); ++v) {
      if (policy_.symbols[static_cast<std::size_t>(symbols_[v])].hidden) continue;
      s += (s.empty() ? "" : ", ") + variables_[v].name + " = " + variables_[v].values[choice_[v]].ToFeel();
    }
    return s.empty() ? "any facts" : s;
  }

  // ---- verdicts -----------------------------------------------------------------------------------

  void Tell(Code code, const Remark& at, std::vector<std::pair<std::string, std::string>> args, std::string hint = {}) {
    diagnostics_.push_back(MakeDiagnostic(code, at.path, at.span, std::move(args), std::move(hint)));
  }
  void Undecided(const std::string& what, const std::string& why) { Tell(Code::kUndecided, remark_, {{"what", what}, {"why", why}}); }

  void Report(bool all) {
    const std::string why = unknown_ ? "it uses an expression that the check cannot follow" : !all ? "there are too many combinations" : "its conditions compute with the facts";
    // A row without conditions covers everything, whatever the others compute with.
    const bool covered = std::any_of(table_.rows.begin(), table_.rows.end(), [](const Table::Row& r) {
      return std::all_of(r.cells.begin(), r.cells.end(), [](const Expression& c) { return c.tree->op == Op::kConstant && c.tree->value.IsTrue(); });
    });
    const bool needs_cover = table_.otherwise.empty() && table_.hit <= Hit::kPriority && !covered;
    const bool suspicion = std::any_of(symbols_.begin(), symbols_.end(), [&](int symbol) { return IsDerived(symbol); });
    if (needs_cover && !gap_.empty() && suspicion) {
      Undecided("whether a row covers " + gap_, "its conditions compute with the facts");
    } else if (needs_cover && !gap_.empty()) {
      Tell(Code::kGap, remark_, {{"witness", gap_}}, "add a row, or `otherwise`");
    } else if (needs_cover && !complete_) {
      Undecided("whether every case is covered", why);
    } else if (needs_cover && unknown_) {
      Undecided("whether every case is covered", why);
    }
    const bool exclusive = table_.hit == Hit::kUnique || table_.hit == Hit::kAny;
    if (!overlap_.empty() && suspicion) {
      Undecided("whether rows " + overlap_rows_ + " both apply to " + overlap_, "their conditions compute with the facts");
    } else if (!overlap_.empty()) {
      Tell(Code::kOverlap, table_.rows[overlap_row_].remark, {{"rows", overlap_rows_}, {"witness", overlap_}, {"hit", std::string(HitName(table_.hit))}});
    } else if (exclusive && (unknown_ || !complete_)) {
      Undecided("whether rows overlap", why);
    }
    if (unknown_ || !complete_) return;
    for (std::size_t r = 0; r < table_.rows.size(); ++r) {
      const bool ever = table_.hit == Hit::kFirst ? reached_[r] : matched_[r];
      if (ever) continue;
      Tell(Code::kDeadRow, table_.rows[r].remark, {{"row", std::to_string(r + 1)}, {"why", matched_[r] ? "the rows above it take all its cases" : "its conditions exclude each other"}});
    }
  }

  const Model& model_;
  const Policy& policy_;
  const Table& table_;
  const Remark& remark_;
  Diagnostics& diagnostics_;
  Arena arena_{std::size_t{256} << 20};
  feel::CallContext calls_{&arena_};
  std::vector<Variable> variables_;
  std::vector<int> symbols_;
  std::vector<std::size_t> choice_;
  std::vector<bool> reached_, matched_;
  std::string gap_, overlap_, overlap_rows_;
  std::size_t overlap_row_ = 0;
  bool complete_ = true, unknown_ = false, errored_ = false;
};

// Nothing that this expression is made of has a mistake: all its names are known and have a type.
bool Sound(const Policy& p, const Expr& e, int depth = 0) {
  if (depth > 1000) return false;
  if (e.op == Op::kName) {
    if (e.symbol < 0) return false;
    const Symbol& s = p.symbols[static_cast<std::size_t>(e.symbol)];
    if (s.type.kind == Kind::kAny) return false;
    if (s.kind == SymbolKind::kDefined && s.index >= 0) {
      const Definition& d = p.definitions[static_cast<std::size_t>(s.index)];
      if (d.kind != DefinitionKind::kFormula) return true;
      const Expression& value = p.formulas[static_cast<std::size_t>(d.index)].value;
      return value && Sound(p, *value.tree, depth + 1);
    }
  }
  return std::all_of(e.args.begin(), e.args.end(), [&](const feel::ExprPtr& a) { return a && Sound(p, *a, depth + 1); });
}
bool Sound(const Policy& p, const Table& t) {
  const auto good = [&](const Expression& e) { return e && e.tree->type.kind != Kind::kAny && Sound(p, *e.tree); };
  if (!std::all_of(t.columns.begin(), t.columns.end(), [&](const Table::Column& c) { return !c.input || good(c.input); })) return false;
  return std::all_of(t.rows.begin(), t.rows.end(), [&](const Table::Row& r) {
    return r.cells.size() == t.columns.size() && r.outputs.size() == t.outputs.size() && std::all_of(r.outputs.begin(), r.outputs.end(), good) &&
           std::all_of(r.cells.begin(), r.cells.end(), [&](const Expression& c) { return good(c) && c.tree->type.kind == Kind::kBoolean; });
  });
}

}  // namespace

void Lint(const Model& model, Diagnostics* diagnostics) {
  for (const Policy& p : model.policies) {
    for (const Definition& d : p.definitions) {
      if (d.kind != DefinitionKind::kTable) continue;
      const Table& table = p.tables[static_cast<std::size_t>(d.index)];
      if (!p.broken || Sound(p, table)) TableLint(model, p, table, d.remark, diagnostics).Run();
    }
    if (p.broken) continue;
    for (const Symbol& s : p.symbols) {
      if (s.kind != SymbolKind::kDefined || s.hidden || s.used) continue;
      // A discretion checks a value even where nobody reads it.
      if (s.index >= 0 && p.definitions[static_cast<std::size_t>(s.index)].kind == DefinitionKind::kDiscretion) continue;
      diagnostics->push_back(MakeDiagnostic(Code::kUnusedName, s.path, s.span, {{"name", s.name}}));
    }
  }
}

}  // namespace ordain::policy
