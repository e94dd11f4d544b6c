// The checker: names to symbols, a type for every node, constants folded, every problem reported.
//
// Null is part of a type. In strict mode a value that may be null cannot be an operand until a test has excluded null;
// what tests exclude is carried along as a set of places ("narrowed"): names, their parts, and their items by a number that does
// not change. The right side of `and` sees what the left side established, the branches of `if` what the condition did.
// Units of numbers follow a small algebra (UnitOfSum, UnitOfProduct, UnitOfQuotient below); a number written in the text
// takes the unit that is asked of it. A percentage of something becomes an explicit product with 0.01 here, so that the
// engines know nothing of units.
// Recursive; the parser has bounded the depth. Tested by tests/feel_test.cc.
#include <algorithm>

#include "feel/resolve.hpp"

namespace ordain::feel {
namespace {

bool IsNumber(const Type& t) { return t.kind == Kind::kNumber; }
bool IsParty(Unit u) { return u >= Unit::kPerson && u <= Unit::kInstitution; }
bool Plain(Unit u) { return u == Unit::kNone || u == Unit::kInteger; }

Type Result(Unit unit, bool literal) {
  Type t = Type::Of(Kind::kNumber, unit);
  t.literal = literal;
  return t;
}

// The unit of a + b, false when they do not add.
bool UnitOfSum(const Type& a, const Type& b, Type* out) {
  if (a.literal && b.literal) {
    *out = Result(a.unit == Unit::kInteger && b.unit == Unit::kInteger ? Unit::kInteger : Unit::kNone, true);
  } else if (a.literal || b.literal) {
    const Type& other = a.literal ? b : a;
    const Type& literal = a.literal ? a : b;
    *out = Result(other.unit == Unit::kInteger && literal.unit != Unit::kInteger ? Unit::kNone : other.unit, false);
  } else if (a.unit == b.unit) {
    *out = Result(a.unit, false);
  } else if (Plain(a.unit) && Plain(b.unit)) {
    *out = Result(Unit::kNone, false);
  } else {
    return false;
  }
  return true;
}

bool UnitOfProduct(const Type& a, const Type& b, Type* out, bool* percent_a, bool* percent_b) {
  const bool literal = a.literal && b.literal;
  if (Plain(a.unit) && Plain(b.unit)) {
    *out = Result(a.unit == Unit::kInteger && b.unit == Unit::kInteger ? Unit::kInteger : Unit::kNone, literal);
  } else if (Plain(a.unit)) {
    *out = Result(b.unit, false);
    if (b.unit == Unit::kPercent && !a.literal) {  // a share of a plain number
      *out = Result(Unit::kNone, false);
      *percent_b = true;
    }
  } else if (Plain(b.unit)) {
    *out = Result(a.unit, false);
    if (a.unit == Unit::kPercent && !b.literal) {
      *out = Result(Unit::kNone, false);
      *percent_a = true;
    }
  } else if (a.unit == Unit::kPercent && b.unit != Unit::kPercent) {
    *out = Result(b.unit, false);
    *percent_a = true;
  } else if (b.unit == Unit::kPercent && a.unit != Unit::kPercent) {
    *out = Result(a.unit, false);
    *percent_b = true;
  } else if ((a.unit == Unit::kPoints && b.unit == Unit::kMoney) || (a.unit == Unit::kMoney && b.unit == Unit::kPoints)) {
    *out = Result(Unit::kMoney, false);  // so much per point
  } else {
    return false;
  }
  return true;
}

bool UnitOfQuotient(const Type& a, const Type& b, Type* out) {
  if (Plain(b.unit)) {
    *out = Result(a.unit == Unit::kInteger ? Unit::kNone : a.unit, a.literal && b.literal);
  } else if (a.unit == b.unit) {
    *out = Result(Unit::kNone, false);
  } else {
    return false;
  }
  return true;
}

Type WithoutLiteral(Type t) {
  t.literal = false;
  return t;
}

// The type with no part of it nullable.
Type WithoutNull(Type t) {
  t.nullable = false;
  if (t.detail == nullptr || t.detail->items.empty()) return t;
  auto detail = std::make_shared<TypeDetail>(*t.detail);
  for (Type& item : detail->items) item = WithoutNull(item);
  t.detail = std::move(detail);
  return t;
}

bool OnlyKinds(const Type& t) {
  if (t.unit != Unit::kNone) return false;
  if (t.detail == nullptr) return true;
  const TypeDetail& d = *t.detail;
  if (!d.one_of.empty() || d.has_min || d.has_max || d.not_zero || d.length != 0) return false;
  return std::all_of(d.items.begin(), d.items.end(), OnlyKinds);
}

// The type of a value that is of one of two types.
bool Unify(const Type& a, const Type& b, Type* out) {
  if (a.kind == Kind::kNull || b.kind == Kind::kNull) {
    *out = (a.kind == Kind::kNull ? b : a).Nullable();
    return true;
  }
  const bool nullable = a.nullable || b.nullable;
  if (a.kind == Kind::kAny || b.kind == Kind::kAny) {  // the item of an empty list, or a type already reported
    *out = a.kind == Kind::kAny ? b : a;
    out->nullable = nullable;
    return true;
  }
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind::kNumber: {
      if (!UnitOfSum(a, b, out)) return false;
      break;
    }
    case Kind::kText: {
      const auto *x = a.enumeration(), *y = b.enumeration();
      if (x != nullptr && y != nullptr) {
        std::vector<std::string> all = *x;
        for (const std::string& s : *y) {
          if (std::find(all.begin(), all.end(), s) == all.end()) all.push_back(s);
        }
        *out = Type::Enumeration(std::move(all));
        out->literal = a.literal && b.literal;
      } else {
        *out = Type::Of(Kind::kText, a.literal ? b.unit : b.literal || a.unit == b.unit ? a.unit : Unit::kNone);
      }
      break;
    }
    case Kind::kList:
    case Kind::kRange: {
      Type item;
      if (!Unify(a.item(), b.item(), &item)) return false;
      *out = a.kind == Kind::kList ? Type::List(item) : Type::Range(item);
      break;
    }
    case Kind::kContext: {
      if (!a.detail || !b.detail || a.detail->names() != b.detail->names()) return false;
      std::vector<std::pair<std::string, Type>> fields;
      for (std::size_t i = 0; i < a.detail->names().size(); ++i) {
        Type field;
        if (!Unify(a.detail->items[i], b.detail->items[i], &field)) return false;
        fields.emplace_back(a.detail->names()[i], field);
      }
      *out = Type::Context(std::move(fields));
      break;
    }
    default: *out = Type::Of(a.kind); break;
  }
  out->nullable = nullable;
  return true;
}

class Checker {
 public:
  explicit Checker(const CheckContext& context) : context_(context), calls_(context.arena) { calls_.feel = !context.strict; }

  bool Run(Expr* e, const Type* expected) {
    Visit(e);
    if (ok_ && expected != nullptr) Expect(e, *expected, "");
    return ok_;
  }

 private:
  struct Local {
    std::string name;
    Type type;
    int index;
    bool item;  // fields of a context are in scope as well
  };

  void Report(Code code, const Expr& e, std::vector<std::pair<std::string, std::string>> args, std::string hint = {}) {
    if (quiet_ > 0) return;
    context_.diagnostics->push_back(MakeDiagnostic(code, context_.source.path, e.span, std::move(args), std::move(hint)));
    ok_ = false;
  }
  // A value of unknown type: reported where it came from, or an item of an empty list.
  void Unknown(const Expr& e) {
    if (ok_) Report(Code::kTypeMismatch, e, {{"where", Print(e)}, {"expected", "a value of a known type"}, {"found", std::string(kUnknownFound)}});
  }
  void Mismatch(const Expr& e, const std::string& where, const std::string& expected, const Type& found, std::string hint = {}) {
    if (found.kind == Kind::kAny) return Unknown(e);
    Report(Code::kTypeMismatch, e, {{"where", where.empty() ? Brief(e) : where}, {"expected", expected}, {"found", found.ToString()}}, std::move(hint));
  }
  // Null is not possible here.
  void Need(const Expr& e) {
    if (!context_.strict || !e.type.nullable || e.type.kind == Kind::kAny) return;
    const std::string text = Print(e);
    const std::string hint = PlaceOf(e).empty() ? "give it a name and test that: {v: " + text + ", r: if v = null then ... else ...}.r"
                                                : "test it first: if " + text + " = null then ... else ...";
    Report(Code::kIgnoredNull, e, {{"name", text}}, hint);
  }
  void NeedKind(const Expr& e, Kind kind) {
    if (e.type.kind != kind) {
      Mismatch(e, Print(e), std::string(KindName(kind)), e.type);
    } else {
      Need(e);
    }
  }

  void Expect(Expr* e, const Type& to, const std::string& where) {
    // Where null has FEEL's meaning it may stand anywhere.
    if (context_.strict ? Fits(e->type, to) : e->type.kind == Kind::kNull || Fits(WithoutNull(e->type), to)) {
      if (e->type.literal || e->type.kind == Kind::kNull) {
        const bool null = e->type.kind == Kind::kNull;
        const Type t = to;
        e->type = t;
        e->type.nullable = null;
      }
      return;
    }
    // The parts of lists and contexts may fit where the whole does not: their literals have no unit yet.
    if (e->op == Op::kList && to.kind == Kind::kList) {
      for (const ExprPtr& a : e->args) Expect(a.get(), to.item(), where);
      e->type = to.NotNull();
      return;
    }
    if (e->op == Op::kContext && to.kind == Kind::kContext && e->type.detail && to.detail && e->names == to.detail->names()) {
      for (std::size_t i = 0; i < e->args.size(); ++i) Expect(e->args[i].get(), to.field(static_cast<int>(i)), e->names[i]);
      e->type = to.NotNull();
      return;
    }
    if (e->op == Op::kIf) {
      Expect(e->args[1].get(), to, where);
      Expect(e->args[2].get(), to, where);
      e->type = to;
      return;
    }
    if (const auto* allowed = to.enumeration(); allowed != nullptr && e->op == Op::kConstant && e->value.kind() == Kind::kText) {
      NotListed(*e, std::string(e->value.text()), *allowed);
      return;
    }
    std::string hint;
    if (e->type.kind == to.kind && e->type.nullable && !to.nullable && Fits(e->type.NotNull(), to)) {
      hint = "it may be null here; test it first, or declare the target nullable";
    } else if (IsNumber(e->type) && IsNumber(to) && Plain(e->type.unit) && !Plain(to.unit)) {
      hint = "a plain number becomes one by " + std::string(UnitName(to.unit)) + "(...)";
    } else if (IsNumber(e->type) && IsNumber(to) && !Plain(e->type.unit)) {
      hint = "multiply by so much per unit, or write number(...)";
    }
    Mismatch(*e, where, to.ToString(), e->type, hint);
  }

  void NotListed(const Expr& e, const std::string& value, const std::vector<std::string>& allowed) {
    std::string list;
    for (const std::string& a : allowed) list += (list.empty() ? "" : ", ") + a;
    const std::string near = NearestName(value, allowed);
    Report(Code::kNotListed, e, {{"value", value}, {"allowed", list}}, near.empty() ? "" : "did you mean `" + near + "`?");
  }

  // ---- narrowing --------------------------------------------------------------------------------

  static bool Uses(const Expr& e, int local) {
    if (e.op == Op::kLocal && e.local == local) return true;
    return std::any_of(e.args.begin(), e.args.end(), [&](const ExprPtr& a) { return Uses(*a, local); });
  }
  // What has the same value wherever it stands has the same text here, whatever its names mean elsewhere; empty for what is
  // no place. Of a checked expression.
  std::string PlaceOf(const Expr& e) const {
    switch (e.op) {
      case Op::kName: return "n" + std::to_string(e.symbol);
      case Op::kLocal: return "l" + std::to_string(e.local);
      case Op::kInput: return "?" + std::to_string(input_depth_);
      case Op::kPartial: return "p" + std::to_string(e.local);
      case Op::kPath:
      case Op::kIndex: {
        const std::string of = PlaceOf(*e.args[0]);
        if (of.empty()) return of;
        if (e.op == Op::kPath) return of + "." + e.name;
        const Expr& by = *e.args[1];
        if (Uses(by, e.local)) return "";  // another number for each item
        const std::string number = by.op == Op::kConstant && by.value.kind() == Kind::kNumber ? Reduce(by.value.number()).ToString() : PlaceOf(by);
        return number.empty() ? number : of + "[" + number + "]";
      }
      default: return "";
    }
  }
  // What is not null when `e` is `truth`.
  void Establish(const Expr& e, bool truth) {
    switch (e.op) {
      case Op::kNot: Establish(*e.args[0], !truth); return;
      case Op::kAnd:
      case Op::kOr:
        if (truth == (e.op == Op::kAnd)) {
          Establish(*e.args[0], truth);
          Establish(*e.args[1], truth);
        }
        return;
      case Op::kEqual:
      case Op::kNotEqual: {
        const bool same = (e.op == Op::kEqual) == truth;
        for (std::size_t i = 0; i < 2; ++i) {
          const Expr& a = *e.args[i];
          const Expr& b = *e.args[1 - i];
          const std::string place = PlaceOf(a);
          if (place.empty()) continue;
          const bool null = b.op == Op::kConstant && b.value.IsNull();
          if ((null && !same) || (same && !null && !b.type.nullable)) narrowed_.push_back(place);
        }
        return;
      }
      default: return;
    }
  }
  bool Narrowed(const Expr& e) const {
    return !narrowed_.empty() && std::find(narrowed_.begin(), narrowed_.end(), PlaceOf(e)) != narrowed_.end();
  }

  // ---- names --------------------------------------------------------------------------------------

  void VisitName(Expr* e) {
    for (std::size_t k = locals_.size(); k-- > 0;) {
      const Local& local = locals_[k];
      if (local.index < 0) {  // `partial`: of a `for` outside of a function it is not seen
        if (e->name != local.name || k < function_base_) continue;
        e->op = Op::kPartial;
        e->local = -1 - local.index;  // which `for`, so that places differ
        e->type = local.type;
        return;
      }
      if (local.name == e->name) {
        e->op = Op::kLocal;
        e->local = local.index;
        e->type = local.type;
        return;
      }
      if (!local.item) continue;
      const int field = local.type.FieldIndex(e->name);
      if (field < 0) continue;
      auto item = std::make_unique<Expr>();
      item->op = Op::kLocal;
      item->name = local.name;
      item->span = e->span;
      item->local = local.index;
      item->type = local.type;
      e->op = Op::kPath;
      e->field = field;
      e->type = local.type.field(field);
      e->args.push_back(std::move(item));
      return;
    }
    Symbol s;
    if (context_.scope != nullptr && context_.scope->Find(e->name, &s)) {
      e->symbol = s.id;
      e->type = s.type;
      return;
    }
    std::vector<std::string> names;
    if (context_.scope != nullptr) context_.scope->AllNames(&names);
    for (const Local& l : locals_) names.push_back(l.name);
    const std::string near = NearestName(e->name, names);
    std::string hint = near.empty() ? "" : "did you mean `" + near + "`?";
    if (hint.empty() && FindBuiltin(e->name) >= 0) hint = "a function is called with ( )";
    Report(Code::kUnknownName, *e, {{"name", e->name}}, hint);
    e->type = Type();
  }

  void VisitPath(Expr* e) {
    Visit(e->args[0].get());
    const Type& of = e->args[0]->type;
    if (of.kind == Kind::kAny) return Unknown(*e->args[0]);
    Need(*e->args[0]);
    const auto unknown = [&](std::vector<std::string> known) {
      const std::string near = NearestName(e->name, known);
      Report(Code::kUnknownField, *e, {{"type", of.ToString()}, {"name", e->name}},
             near.empty() ? "" : "did you mean `" + near + "`?");
    };
    if (of.kind == Kind::kContext) {
      e->field = of.FieldIndex(e->name);
      if (e->field < 0) return unknown(of.detail ? of.detail->names() : std::vector<std::string>());
      e->type = of.field(e->field);
    } else if (of.kind == Kind::kList && of.item().kind == Kind::kContext) {
      e->field = of.item().FieldIndex(e->name);
      if (e->field < 0) return unknown(of.item().detail ? of.item().detail->names() : std::vector<std::string>());
      if (context_.strict && of.item().nullable) {
        Report(Code::kIgnoredNull, *e->args[0], {{"name", "an item of " + Print(*e->args[0])}});
      }
      e->type = Type::List(of.item().field(e->field));
    } else if (!PropertyType(of, e->name, &e->type)) {
      std::vector<std::string> known;
      for (const std::string_view part : PropertyNames()) {
        Type ignored;
        if (PropertyType(of, part, &ignored)) known.emplace_back(part);
      }
      unknown(std::move(known));
    }
  }

  // ---- operators ------------------------------------------------------------------------------------

  void VisitArithmetic(Expr* e) {
    Visit(e->args[0].get());
    Visit(e->args[1].get());
    const Type a = e->args[0]->type, b = e->args[1]->type;
    if (a.kind == Kind::kAny || b.kind == Kind::kAny) return Unknown(*e);
    Need(*e->args[0]);
    Need(*e->args[1]);
    static constexpr const char* kSigns[] = {"+", "-", "*", "/", "**"};
    const auto mismatch = [&] {
      std::string hint;
      if (IsNumber(a) && IsNumber(b) && (e->op == Op::kAdd || e->op == Op::kSubtract)) {
        const Unit wanted = Plain(a.unit) ? b.unit : a.unit;
        hint = "the same unit is wanted; a plain number becomes one by " + std::string(UnitName(wanted)) + "(...)";
      }
      Report(Code::kUnitMismatch, *e,
             {{"operator", kSigns[static_cast<int>(e->op) - static_cast<int>(Op::kAdd)]}, {"left", a.ToString()}, {"right", b.ToString()}}, hint);
    };
    const auto is = [&](Kind x, Kind y) { return a.kind == x && b.kind == y; };
    if (is(Kind::kNumber, Kind::kNumber)) {
      bool pa = false, pb = false, good = false;
      switch (e->op) {
        case Op::kAdd:
        case Op::kSubtract: good = UnitOfSum(a, b, &e->type); break;
        case Op::kMultiply: good = UnitOfProduct(a, b, &e->type, &pa, &pb); break;
        case Op::kDivide: good = UnitOfQuotient(a, b, &e->type); break;
        default:
          good = Plain(a.unit) && Plain(b.unit);
          e->type = Result(Unit::kNone, a.literal && b.literal);
          break;
      }
      if (!good) return mismatch();
      if (pa) Hundredth(&e->args[0]);
      if (pb) Hundredth(&e->args[1]);
      return;
    }
    if (e->op == Op::kAdd && is(Kind::kText, Kind::kText)) {
      e->type = Type::Of(Kind::kText);
      return;
    }
    const bool sum = e->op == Op::kAdd || e->op == Op::kSubtract;
    const auto moment = [](Kind k) { return k == Kind::kDate || k == Kind::kInstant; };
    const auto length = [](Kind k) { return k == Kind::kDuration || k == Kind::kMonths; };
    if (sum && moment(a.kind) && length(b.kind)) {
      e->type = Type::Of(a.kind);
    } else if (e->op == Op::kAdd && length(a.kind) && moment(b.kind)) {
      e->type = Type::Of(b.kind);
    } else if (e->op == Op::kSubtract && moment(a.kind) && a.kind == b.kind) {
      e->type = Type::Of(Kind::kDuration);
    } else if (sum && length(a.kind) && a.kind == b.kind) {
      e->type = Type::Of(a.kind);
    } else if ((e->op == Op::kMultiply && is(Kind::kNumber, Kind::kDuration)) ||
               ((e->op == Op::kMultiply || e->op == Op::kDivide) && is(Kind::kDuration, Kind::kNumber))) {
      e->type = Type::Of(Kind::kDuration);
    } else {
      mismatch();
    }
  }

  // x percent of something: x * 0.01.
  void Hundredth(ExprPtr* e) {
    auto factor = std::make_unique<Expr>();
    factor->value = Value::Number(Decimal(false, 0, 1, -2));
    factor->type = Type::Of(Kind::kNumber);
    factor->span = (*e)->span;
    auto product = std::make_unique<Expr>();
    product->op = Op::kMultiply;
    product->type = Type::Of(Kind::kNumber);
    product->span = (*e)->span;
    product->args.push_back(std::move(*e));
    product->args.push_back(std::move(factor));
    Fold(product.get());
    *e = std::move(product);
  }

  bool Comparable(const Type& a, const Type& b, bool order) {
    if (a.kind != b.kind) return false;
    switch (a.kind) {
      case Kind::kNumber: {
        Type ignored;
        return UnitOfSum(a, b, &ignored);
      }
      case Kind::kText: return a.unit == b.unit || !IsParty(a.unit) || !IsParty(b.unit);
      case Kind::kDate:
      case Kind::kTime:
      case Kind::kInstant:
      case Kind::kDuration:
      case Kind::kMonths: return true;
      case Kind::kBoolean: return !order;
      case Kind::kList:
        return !order && (a.item().kind == Kind::kAny || b.item().kind == Kind::kAny || Comparable(a.item(), b.item(), false));
      default: return !order;
    }
  }

  // Text literals compared with an enumeration must be in it.
  void CheckListed(const Expr& a, const Expr& b) {
    const auto* allowed = a.type.enumeration();
    if (allowed == nullptr || a.type.literal || b.op != Op::kConstant || b.value.kind() != Kind::kText) return;
    const std::string value(b.value.text());
    if (std::find(allowed->begin(), allowed->end(), value) == allowed->end()) NotListed(b, value, *allowed);
  }

  void CheckComparison(Expr* e, Expr* a, Expr* b, bool order, const std::string& sign) {
    if (a->type.kind == Kind::kAny || b->type.kind == Kind::kAny) {
      if (order) Unknown(*e);
      return;
    }
    if (!order && (a->type.kind == Kind::kNull || b->type.kind == Kind::kNull)) return;
    if (order) {
      Need(*a);
      Need(*b);
    }
    if (!Comparable(a->type, b->type, order)) {
      Report(Code::kUnitMismatch, *e, {{"operator", sign}, {"left", a->type.ToString()}, {"right", b->type.ToString()}});
      return;
    }
    CheckListed(*a, *b);
    CheckListed(*b, *a);
  }

  void VisitCondition(Expr* e) {
    Visit(e);
    NeedKind(*e, Kind::kBoolean);
  }

  void VisitIn(Expr* e) {
    // A cell of a column without input: the expression itself.
    if (context_.input == nullptr && input_ == nullptr && e->args[0]->op == Op::kInput && e->args.size() == 2) {
      ExprPtr inner = std::move(e->args[1]);
      *e = std::move(*inner);
      Visit(e);
      return;
    }
    Visit(e->args[0].get());
    const Type value = e->args[0]->type;
    const Type* outer = input_;
    e->type = Type::Of(Kind::kBoolean);
    for (std::size_t i = 1; i < e->args.size(); ++i) {
      Expr* test = e->args[i].get();
      const Type input = value;
      input_ = &input;
      ++input_depth_;
      Visit(test);
      --input_depth_;
      input_ = outer;
      if (value.kind == Kind::kAny || test->type.kind == Kind::kAny) {
        Unknown(*e);
      } else if (test->type.kind == Kind::kRange) {
        Need(*e->args[0]);
        if (!Comparable(value.NotNull(), test->type.item(), true)) {
          Report(Code::kUnitMismatch, *e, {{"operator", "in"}, {"left", value.ToString()}, {"right", test->type.ToString()}});
        }
      } else if (test->type.kind == Kind::kList && value.kind != Kind::kList) {
        const Type& item = test->type.item();
        if (item.kind != Kind::kAny && item.kind != Kind::kNull && !Comparable(value, item, false)) {
          Report(Code::kUnitMismatch, *e, {{"operator", "in"}, {"left", value.ToString()}, {"right", test->type.ToString()}});
        }
        if (test->op == Op::kList) {
          for (const ExprPtr& a : test->args) CheckListed(*e->args[0], *a);
        }
        Need(*test);
      } else if (test->type.kind == Kind::kBoolean && (value.kind != Kind::kBoolean || MentionsInput(*test))) {
        Need(*test);
      } else {
        CheckComparison(e, e->args[0].get(), test, false, "=");
      }
    }
    if (e->args.size() != 2) return;
    // One scalar test is an equation, a boolean without ? stands for itself.
    Expr* test = e->args[1].get();
    if (test->type.kind == Kind::kRange || (test->type.kind == Kind::kList && value.kind != Kind::kList)) return;
    if (test->type.kind == Kind::kBoolean && value.kind != Kind::kBoolean && (e->args[0]->op == Op::kInput || !MentionsInput(*test))) {
      ExprPtr inner = std::move(e->args[1]);
      *e = std::move(*inner);
    } else if (!MentionsInput(*test)) {
      e->op = Op::kEqual;
    }
  }

  static bool MentionsInput(const Expr& e) {
    if (e.op == Op::kInput) return true;
    return std::any_of(e.args.begin(), e.args.end(), [](const ExprPtr& a) { return MentionsInput(*a); });
  }

  static bool Mentions(const Expr& e, std::string_view name) {
    if (e.op == Op::kName && e.name == name) return true;
    return std::any_of(e.args.begin(), e.args.end(), [&](const ExprPtr& a) { return Mentions(*a, name); });
  }

  void VisitIteration(Expr* e) {
    const std::size_t before = locals_.size();
    e->local = next_local_;
    next_local_ += static_cast<int>(e->names.size());
    for (std::size_t i = 0; i + 1 < e->args.size(); ++i) {
      Expr* source = e->args[i].get();
      Type item;
      if (source->op == Op::kRange && source->domain) {
        for (const ExprPtr& end : source->args) Visit(end.get());
        const bool days = source->args[0]->type.kind == Kind::kDate;
        for (const ExprPtr& end : source->args) NeedKind(*end, days ? Kind::kDate : Kind::kNumber);
        item = days ? Type::Of(Kind::kDate) : Type::Of(Kind::kNumber, Unit::kInteger);
        source->type = Type::List(item);
      } else {
        Visit(source);
        Need(*source);
        if (source->type.kind == Kind::kList) {
          item = source->type.item();
        } else if (source->type.kind == Kind::kRange && (source->type.item().kind == Kind::kNumber || source->type.item().kind == Kind::kDate)) {
          item = source->type.item().kind == Kind::kDate ? Type::Of(Kind::kDate) : Type::Of(Kind::kNumber, Unit::kInteger);
        } else {
          Mismatch(*source, Print(*source), "a list, or a range of numbers or dates", source->type);
        }
      }
      locals_.push_back({e->names[i], item, e->local + static_cast<int>(i), false});
    }
    Expr* body = e->args.back().get();
    if (e->op == Op::kFor) {
      if (Mentions(*body, "partial")) {  // the list of what was made so far: of the type that the body has without knowing it
        const int next = next_local_;
        const ExprPtr trial = Clone(*body);
        locals_.push_back({"partial", Type::List(Type()), -1 - e->local, false});
        ++quiet_;
        Visit(trial.get());
        --quiet_;
        next_local_ = next;
        locals_.back().type = Type::List(WithoutLiteral(trial->type));
      }
      Visit(body);
      e->type = Type::List(body->type);
    } else {
      VisitCondition(body);
      e->type = Type::Of(Kind::kBoolean);
    }
    locals_.resize(before);
  }

  void VisitFilter(Expr* e) {
    Visit(e->args[0].get());
    const Type list = e->args[0]->type;
    if (list.kind != Kind::kList) {
      Mismatch(*e->args[0], Print(*e->args[0]), "a list", list);
      return;
    }
    Need(*e->args[0]);
    e->local = next_local_++;
    locals_.push_back({"item", list.item(), e->local, true});
    Visit(e->args[1].get());
    locals_.pop_back();
    if (IsNumber(e->args[1]->type)) {
      Need(*e->args[1]);
      e->op = Op::kIndex;
      e->type = list.item().Nullable();
    } else {
      NeedKind(*e->args[1], Kind::kBoolean);
      e->type = list;
    }
  }

  // Named arguments in the order of the form that has their names.
  bool OrderArguments(Expr* e) {
    std::vector<int> positions;
    const int form = FindForm(e->builtin, e->names, &positions);
    if (form < 0) {
      const Builtin& b = Builtins()[static_cast<std::size_t>(e->builtin)];
      std::vector<std::string> known;
      for (const Form& f : b.forms) {
        for (const Parameter& p : f.parameters) known.emplace_back(p.name);
      }
      for (const std::string& name : e->names) {
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        const std::string near = NearestName(name, known);
        Report(Code::kWrongArguments, *e, {{"name", e->name}, {"what", "no parameter `" + name + "`"}},
               near.empty() ? std::string(b.signature) : "did you mean `" + near + "`?");
        return false;
      }
      Report(Code::kWrongArguments, *e, {{"name", e->name}, {"what", "a parameter is missing"}}, std::string(b.signature));
      return false;
    }
    std::size_t count = 0;
    for (const int at : positions) count = std::max(count, static_cast<std::size_t>(at) + 1);
    std::vector<ExprPtr> ordered(count);
    for (std::size_t i = 0; i < positions.size(); ++i) ordered[static_cast<std::size_t>(positions[i])] = std::move(e->args[i]);
    for (ExprPtr& a : ordered) {
      if (a) continue;
      a = std::make_unique<Expr>();  // null: not given
      a->span = e->span;
      a->type = Type::Of(Kind::kNull).Nullable();
    }
    e->builtin = form;
    e->args = std::move(ordered);
    e->names.clear();
    return true;
  }

  void VisitCall(Expr* e) {
    e->builtin = FindBuiltin(e->name);
    if (!e->names.empty() && !OrderArguments(e)) return;
    const Builtin& b = Builtins()[static_cast<std::size_t>(e->builtin)];
    std::vector<Type> types;
    bool known = true;
    for (const ExprPtr& a : e->args) {
      // A function over the items of the list before it: their type is that of its parameters.
      if (a->op == Op::kFunction && !types.empty() && types[0].kind == Kind::kList) {
        for (Type& parameter : a->parameter_types) {
          if (parameter.kind == Kind::kAny) parameter = types[0].item();
        }
      }
      Visit(a.get());
      if (!b.null_ok) Need(*a);
      known &= a->type.kind != Kind::kAny;
      types.push_back(!context_.strict ? WithoutNull(a->type) : b.null_ok ? a->type : a->type.NotNull());
    }
    const int n = static_cast<int>(types.size());
    if (n < b.min_args || (b.max_args >= 0 && n > b.max_args)) {
      Report(Code::kWrongArguments, *e, {{"name", e->name}, {"what", std::to_string(n) + " arguments"}}, std::string(b.signature));
      return;
    }
    if (!known) return Unknown(*e);
    e->type = b.type_of(types, [&](std::string what) {
      Report(Code::kWrongArguments, *e, {{"name", e->name}, {"what", std::move(what)}}, std::string(b.signature));
    });
  }

  // function(a: T) body: every parameter has a type, written or known from where the function stands.
  void VisitFunction(Expr* e) {
    const std::size_t before = locals_.size(), functions = function_base_;
    function_base_ = before;
    e->local = next_local_;
    next_local_ += static_cast<int>(e->names.size());
    std::vector<std::pair<std::string, Type>> parameters;
    for (std::size_t i = 0; i < e->names.size(); ++i) {
      if (e->parameter_types[i].kind == Kind::kAny) {
        Report(Code::kTypeMismatch, *e, {{"where", "parameter `" + e->names[i] + "`"}, {"expected", "a declared type"}, {"found", "none"}},
               "write its type: function(" + e->names[i] + ": number) ...");
      }
      parameters.emplace_back(e->names[i], e->parameter_types[i]);
      locals_.push_back({e->names[i], e->parameter_types[i], e->local + static_cast<int>(i), false});
    }
    Visit(e->args[0].get());
    locals_.resize(before);
    function_base_ = functions;
    e->type = Type::Function(std::move(parameters), WithoutLiteral(e->args[0]->type));
  }

  // A function that an expression gives, called.
  void VisitApply(Expr* e) {
    for (const ExprPtr& a : e->args) Visit(a.get());
    const Type type = e->args[0]->type;
    if (type.kind != Kind::kFunction || type.detail == nullptr || type.detail->items.empty()) {
      Mismatch(*e->args[0], Print(*e->args[0]), "a function", type);
      return;
    }
    const std::string name = Print(*e->args[0]);
    const std::vector<std::string>& parameters = type.detail->names();
    const std::size_t n = type.detail->items.size() - 1, given = e->args.size() - 1;
    if (given != n) {
      Report(Code::kWrongArguments, *e, {{"name", name}, {"what", std::to_string(given) + " arguments, it takes " + std::to_string(n)}});
      return;
    }
    if (!e->names.empty()) {
      std::vector<ExprPtr> ordered(n);
      for (std::size_t i = 0; i < n; ++i) {
        const auto at = std::find(parameters.begin(), parameters.end(), e->names[i]);
        if (at == parameters.end() || ordered[static_cast<std::size_t>(at - parameters.begin())]) {
          const std::string near = NearestName(e->names[i], parameters);
          Report(Code::kWrongArguments, *e, {{"name", name}, {"what", "no parameter `" + e->names[i] + "`, or twice"}},
                 near.empty() ? "" : "did you mean `" + near + "`?");
          return;
        }
        ordered[static_cast<std::size_t>(at - parameters.begin())] = std::move(e->args[i + 1]);
      }
      for (std::size_t i = 0; i < n; ++i) e->args[i + 1] = std::move(ordered[i]);
      e->names.clear();
    }
    for (std::size_t i = 0; i < n; ++i) Expect(e->args[i + 1].get(), type.detail->items[i], "parameter `" + parameters[i] + "`");
    e->type = type.detail->items.back();
  }

  // Whether a name that is called means a function value here, and not another policy.
  bool IsFunction(const std::string& name) const {
    for (std::size_t k = locals_.size(); k-- > 0;) {
      if (locals_[k].name == name) return locals_[k].type.kind == Kind::kFunction;
    }
    std::vector<std::pair<std::string, Type>> facts;
    Type outcome;
    if (context_.scope != nullptr && context_.scope->FindPolicy(name, &facts, &outcome)) return false;
    Symbol s;
    return context_.scope != nullptr && context_.scope->Find(name, &s) && s.type.kind == Kind::kFunction;
  }

  void VisitInvoke(Expr* e) {
    if (IsFunction(e->name)) {
      auto function = std::make_unique<Expr>();
      function->op = Op::kName;
      function->name = std::move(e->name);
      function->span = e->span;
      e->op = Op::kApply;
      e->name.clear();
      e->args.insert(e->args.begin(), std::move(function));
      return VisitApply(e);
    }
    std::vector<std::pair<std::string, Type>> facts;
    Type outcome;
    for (const ExprPtr& a : e->args) Visit(a.get());
    if (context_.scope == nullptr || !context_.scope->FindPolicy(e->name, &facts, &outcome)) {
      std::vector<std::string> names;
      for (const Builtin& b : Builtins()) names.emplace_back(b.name);
      const std::string near = NearestName(e->name, names);
      Report(Code::kUnknownFunction, *e, {{"name", e->name}},
             near.empty() ? "neither a function nor a policy of this rule set" : "did you mean `" + near + "`?");
      return;
    }
    const auto wrong = [&](const std::string& what) { Report(Code::kWrongArguments, *e, {{"name", e->name}, {"what", what}}); };
    if (e->names.empty()) {
      if (e->args.size() > facts.size()) return wrong("too many arguments");
      for (std::size_t i = 0; i < e->args.size(); ++i) e->names.push_back(facts[i].first);
    }
    for (const auto& [name, type] : facts) {
      const auto it = std::find(e->names.begin(), e->names.end(), name);
      if (it != e->names.end()) {
        Expect(e->args[static_cast<std::size_t>(it - e->names.begin())].get(), type, "fact `" + name + "`");
      } else if (!type.nullable) {
        wrong("fact `" + name + "` is missing");
      }
    }
    for (const std::string& name : e->names) {
      std::vector<std::string> known;
      for (const auto& [n, t] : facts) known.push_back(n);
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      const std::string near = NearestName(name, known);
      Report(Code::kWrongArguments, *e, {{"name", e->name}, {"what", "no fact `" + name + "`"}},
             near.empty() ? "" : "did you mean `" + near + "`?");
    }
    e->type = outcome;
  }

  // ---- the walk ---------------------------------------------------------------------------------------

  void Visit(Expr* e) {
    const std::size_t narrowed = narrowed_.size();
    switch (e->op) {
      case Op::kConstant:
        if (e->value.kind() == Kind::kText) {
          e->type = Type::Enumeration({std::string(e->value.text())});
          e->type.literal = true;
        }
        return;
      case Op::kName: VisitName(e); break;
      case Op::kLocal: break;
      case Op::kInput:
        if (input_ != nullptr) {
          e->type = *input_;
        } else if (context_.input != nullptr) {
          e->type = *context_.input;
        } else {
          Report(Code::kSyntax, *e, {{"what", "`?` stands only in the cells of a column with an input"}});
        }
        break;
      case Op::kNegate:
        Visit(e->args[0].get());
        if (e->args[0]->type.kind == Kind::kDuration || e->args[0]->type.kind == Kind::kMonths) {
          Need(*e->args[0]);
        } else {
          NeedKind(*e->args[0], Kind::kNumber);
        }
        e->type = e->args[0]->type.NotNull();
        break;
      case Op::kNot:
        VisitCondition(e->args[0].get());
        e->type = Type::Of(Kind::kBoolean);
        break;
      case Op::kAnd:
      case Op::kOr:
        VisitCondition(e->args[0].get());
        Establish(*e->args[0], e->op == Op::kAnd);
        VisitCondition(e->args[1].get());
        e->type = Type::Of(Kind::kBoolean);
        break;
      case Op::kAdd:
      case Op::kSubtract:
      case Op::kMultiply:
      case Op::kDivide:
      case Op::kPower: VisitArithmetic(e); break;
      case Op::kEqual:
      case Op::kNotEqual:
      case Op::kLess:
      case Op::kLessEqual:
      case Op::kGreater:
      case Op::kGreaterEqual: {
        static constexpr const char* kSigns[] = {"=", "!=", "<", "<=", ">", ">="};
        Visit(e->args[0].get());
        Visit(e->args[1].get());
        CheckComparison(e, e->args[0].get(), e->args[1].get(), e->op > Op::kNotEqual,
                        kSigns[static_cast<int>(e->op) - static_cast<int>(Op::kEqual)]);
        e->type = Type::Of(Kind::kBoolean);
        break;
      }
      case Op::kBetween:
        for (const ExprPtr& a : e->args) Visit(a.get());
        CheckComparison(e, e->args[0].get(), e->args[1].get(), true, "between");
        CheckComparison(e, e->args[0].get(), e->args[2].get(), true, "between");
        e->type = Type::Of(Kind::kBoolean);
        break;
      case Op::kIn: VisitIn(e); break;
      case Op::kIf: {
        VisitCondition(e->args[0].get());
        Establish(*e->args[0], true);
        Visit(e->args[1].get());
        narrowed_.resize(narrowed);
        Establish(*e->args[0], false);
        Visit(e->args[2].get());
        if (!Unify(e->args[1]->type, e->args[2]->type, &e->type)) {
          Mismatch(*e->args[2], "the branches of `if`", e->args[1]->type.ToString(), e->args[2]->type);
        }
        break;
      }
      case Op::kFor:
      case Op::kSome:
      case Op::kEvery: VisitIteration(e); break;
      case Op::kFilter:
      case Op::kIndex: VisitFilter(e); break;
      case Op::kPath: VisitPath(e); break;
      case Op::kList: {
        Type item;
        for (const ExprPtr& a : e->args) {
          Visit(a.get());
          if (!Unify(item, a->type, &item)) {
            Mismatch(*a, "the items of a list", item.ToString(), a->type);
            break;
          }
        }
        e->type = Type::List(item);
        break;
      }
      case Op::kContext: {
        std::vector<std::pair<std::string, Type>> fields;
        const std::size_t before = locals_.size();
        e->local = next_local_;
        next_local_ += static_cast<int>(e->args.size());
        for (std::size_t i = 0; i < e->args.size(); ++i) {  // each sees those before it
          Visit(e->args[i].get());
          fields.emplace_back(e->names[i], WithoutLiteral(e->args[i]->type));
          locals_.push_back({e->names[i], fields.back().second, e->local + static_cast<int>(i), false});
        }
        locals_.resize(before);
        e->type = Type::Context(std::move(fields));
        break;
      }
      case Op::kRange: {
        Type end;
        for (const ExprPtr& a : e->args) {
          Visit(a.get());
          if (a->op == Op::kConstant && a->value.IsNull()) continue;  // open
          Need(*a);
          if (!Unify(end, a->type.NotNull(), &end)) Mismatch(*a, "the ends of a range", end.ToString(), a->type);
        }
        const bool literal = end.literal;
        e->type = Type::Range(end);
        if (literal) {  // its ends take any unit
          auto detail = std::make_shared<TypeDetail>(*e->type.detail);
          detail->items[0].literal = true;
          e->type.detail = std::move(detail);
        }
        break;
      }
      case Op::kCall: VisitCall(e); break;
      case Op::kInvoke: VisitInvoke(e); break;
      case Op::kInstanceOf:
        Visit(e->args[0].get());
        if (!OnlyKinds(e->tested)) {  // a value does not know them
          Report(Code::kTypeMismatch, *e, {{"where", "instance of"}, {"expected", "a type without unit and limits"}, {"found", e->tested.ToString()}},
                 "units and limits are known before evaluation; compare with a bound instead");
        }
        e->type = Type::Of(Kind::kBoolean);
        break;
      case Op::kFunction: VisitFunction(e); break;
      case Op::kApply: VisitApply(e); break;
      case Op::kPartial: break;
      case Op::kItemName:  // these only where types are not known
      case Op::kFault:
      case Op::kCoerce:
      case Op::kExternal:
      case Op::kTable: break;
    }
    narrowed_.resize(narrowed);
    if (e->type.nullable && Narrowed(*e)) e->type.nullable = false;
    if (ok_) Fold(e);
  }

  // ---- folding ------------------------------------------------------------------------------------------

  void Fold(Expr* e) {
    const auto constant = [](const ExprPtr& a) { return a->op == Op::kConstant; };
    const auto replace = [&](Value v) {
      Type type = e->type;
      if (v.kind() == Kind::kNumber) {  // a fraction folded from whole literals is no integer
        if (type.literal) type.unit = v.number().IsInteger() ? Unit::kInteger : Unit::kNone;
      }
      e->op = Op::kConstant;
      e->value = v;
      e->args.clear();
      e->names.clear();
      e->type = std::move(type);
    };
    const auto take = [&](std::size_t i) {
      ExprPtr branch = std::move(e->args[i]);
      const Type type = e->type;
      *e = std::move(*branch);
      // The branch stands for the whole: its unit may come from the other one.
      if (e->op == Op::kConstant && e->value.kind() == Kind::kNumber) e->type = type.NotNull();
    };
    Value out;
    switch (e->op) {
      case Op::kNegate:
        if (constant(e->args[0]) && NegateValue(e->args[0]->value, &out) == Fault::kNone) replace(out);
        return;
      case Op::kNot:
        if (constant(e->args[0]) && e->args[0]->value.kind() == Kind::kBoolean) replace(Value::Boolean(!e->args[0]->value.boolean()));
        return;
      case Op::kAnd:
      case Op::kOr: {
        const bool stops = e->op == Op::kOr;
        if (constant(e->args[0]) && e->args[0]->value.kind() == Kind::kBoolean) {
          if (e->args[0]->value.boolean() == stops) replace(Value::Boolean(stops));
          else take(1);
        }
        return;
      }
      case Op::kAdd:
      case Op::kSubtract:
      case Op::kMultiply:
      case Op::kDivide:
      case Op::kPower:
        if (constant(e->args[0]) && constant(e->args[1]) &&
            Arithmetic(e->op, e->args[0]->value, e->args[1]->value, &calls_, &out) == Fault::kNone) {
          replace(out);
        }
        return;
      case Op::kEqual:
      case Op::kNotEqual: {
        bool same = false;
        if (constant(e->args[0]) && constant(e->args[1]) &&
            EqualValues(e->args[0]->value, e->args[1]->value, &same, !context_.strict) == Fault::kNone) {
          replace(Value::Boolean(same == (e->op == Op::kEqual)));
        }
        return;
      }
      case Op::kIf:
        if (constant(e->args[0]) && e->args[0]->value.kind() == Kind::kBoolean) take(e->args[0]->value.boolean() ? 1 : 2);
        return;
      case Op::kCall:
        if (!std::all_of(e->args.begin(), e->args.end(), constant) || Builtins()[static_cast<std::size_t>(e->builtin)].varies) return;
        {
          std::vector<Value> args;
          for (const ExprPtr& a : e->args) args.push_back(a->value);
          const Builtin& b = Builtins()[static_cast<std::size_t>(e->builtin)];
          // The text of a literal says which kind of duration it is, and whether a date and time is local.
          const bool literal = b.name == "duration" || b.name == "date and time";
          calls_.feel = !context_.strict || literal;
          const Fault fault = b.call(args.data(), args.size(), &calls_, &out);
          calls_.feel = !context_.strict;
          if (fault == Fault::kNone && literal) e->type = Type::Of(out.kind());
          if (fault == Fault::kNone &&
              (out.kind() == Kind::kNumber || out.kind() == Kind::kText || out.kind() == Kind::kBoolean ||
               out.kind() == Kind::kDate || out.kind() == Kind::kInstant || out.kind() == Kind::kDuration ||
               out.kind() == Kind::kMonths)) {
            replace(out);
            e->builtin = -1;
          }
        }
        return;
      default: return;
    }
  }

  const CheckContext& context_;
  CallContext calls_;  // for folding: without zones, Unicode and functions, so what needs them stays
  std::vector<Local> locals_;
  std::vector<std::string> narrowed_;  // places, see PlaceOf
  const Type* input_ = nullptr;  // `?` inside `in (...)`
  int input_depth_ = 0;          // how many `in (...)` stand around
  int next_local_ = 0;
  std::size_t function_base_ = 0;  // of locals_: where the innermost function begins
  int quiet_ = 0;                  // > 0: an attempt, whose problems are not reported
  bool ok_ = true;
};

}  // namespace

bool Fits(const Type& from, const Type& to) {
  if (to.kind == Kind::kAny) return true;
  if (from.kind == Kind::kNull) return to.nullable;
  if (from.nullable && !to.nullable) return false;
  if (from.kind == Kind::kAny) return true;  // the item of an empty list
  if (from.kind != to.kind) return false;
  switch (to.kind) {
    case Kind::kNumber:
      if (from.literal) return to.unit != Unit::kInteger || from.unit == Unit::kInteger;
      return from.unit == to.unit || (from.unit == Unit::kInteger && to.unit == Unit::kNone);
    case Kind::kText: {
      const auto *allowed = to.enumeration(), *given = from.enumeration();
      if (allowed != nullptr) {
        return given != nullptr && std::all_of(given->begin(), given->end(), [&](const std::string& s) {
                 return std::find(allowed->begin(), allowed->end(), s) != allowed->end();
               });
      }
      return to.unit == Unit::kNone || from.unit == to.unit || from.literal;
    }
    case Kind::kList:
    case Kind::kRange: return Fits(from.item(), to.item());
    case Kind::kContext:
      if (!from.detail || !to.detail || from.detail->names() != to.detail->names()) return false;
      for (std::size_t i = 0; i < to.detail->items.size(); ++i) {
        if (!Fits(from.detail->items[i], to.detail->items[i])) return false;
      }
      return true;
    default: return true;
  }
}

bool Check(Expr* e, const CheckContext& context, const Type* expected) {
  if (!context.dynamic) return Checker(context).Run(e, expected);
  Resolve(e, context);
  return true;
}

}  // namespace ordain::feel
