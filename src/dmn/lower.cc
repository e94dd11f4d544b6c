// DMN structs to the model that the compiler takes: each decision becomes a policy of formulas, one for every element that it
// needs, in an order in which everything is known before it is used. From there on nothing knows of DMN.
//
//   input data         the fact, made to conform to its type and its allowed values
//   decision           its logic, made to conform; when the fact of its name is given, that
//   knowledge model    a function
//   decision service   as a policy: its output decisions, with its input decisions as facts
//                      as a function: the decisions inside become the entries of a context, the outputs are taken from it
//
// Names: an element sees what it requires and nothing else, by the name that its own file gives it ("import.name").
// Boxed expressions become the trees that the same FEEL would give; what has no FEEL form is a decision table (kTable) and
// the conversion to a declared type (kCoerce). A text that does not parse is a kFault in its place.
//
// Tested by tests/dmn_test.cc and by the conformance kit (tests/tck_test.cc).
#include "dmn/lower.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace ordain::dmn {
namespace {

using feel::Expr;
using feel::ExprPtr;
using feel::Op;
using Names = std::vector<std::string>;

// An element of any file.
struct Element {
  What what = What::kInput;
  int file = 0, index = 0;
  const std::string* id = nullptr;
  const std::string* name = nullptr;  // of its variable
};

ExprPtr Node(Op op, Span span = {}) {
  auto e = std::make_unique<Expr>();
  e->op = op;
  e->span = span;
  e->type = Type().Nullable();
  return e;
}
ExprPtr Null(Span span = {}) {
  ExprPtr e = Node(Op::kConstant, span);
  e->type = Type::Of(Kind::kNull).Nullable();
  return e;
}
ExprPtr Name(std::string name, Span span = {}) {
  ExprPtr e = Node(Op::kName, span);
  e->name = std::move(name);
  return e;
}
ExprPtr FaultNode(Code code, std::string why, Span span) {
  ExprPtr e = Node(Op::kFault, span);
  e->fault = code;
  e->name = std::move(why);
  return e;
}
ExprPtr With(ExprPtr e, ExprPtr a) {
  e->args.push_back(std::move(a));
  return e;
}

// What an element may name.
class ElementScope : public feel::Scope {
 public:
  bool Find(std::string_view name, feel::Symbol* out) const override {
    const auto found = symbols.find(name);
    if (found == symbols.end()) return false;
    out->id = found->second;
    out->type = Type().Nullable();
    return true;
  }
  bool FindPolicy(std::string_view, std::vector<std::pair<std::string, Type>>*, Type*) const override { return false; }
  void AllNames(std::vector<std::string>* out) const override {
    for (const auto& [name, symbol] : symbols) out->push_back(name);
  }
  std::map<std::string, int, std::less<>> symbols;
};

class Lowering {
 public:
  Lowering(const std::vector<File>& files, const DmnOptions& options, policy::Model* model, std::vector<DmnElement>* elements,
           Diagnostics* diagnostics)
      : files_(files), options_(options), model_(*model), elements_(*elements), diagnostics_(*diagnostics), zones_(options.zones) {
    for (std::size_t f = 0; f < files.size(); ++f) {
      const Definitions& d = files[f].definitions;
      const auto add = [&](What what, const auto& list, auto&& name) {
        for (std::size_t i = 0; i < list.size(); ++i) {
          const Element e{what, static_cast<int>(f), static_cast<int>(i), &list[i].id, name(list[i])};
          all_.push_back(e);
        }
      };
      const auto of_variable = [](const auto& x) { return x.variable.name.empty() ? &x.name : &x.variable.name; };
      add(What::kInput, d.input_data, of_variable);
      add(What::kDecision, d.decisions, of_variable);
      add(What::kKnowledge, d.knowledge_models, of_variable);
      add(What::kService, d.services, of_variable);
    }
    for (const Element& e : all_) by_id_.emplace(std::pair(files_[static_cast<std::size_t>(e.file)].definitions.ns, *e.id), &e);
  }

  std::vector<Piece> Pieces(std::set<std::string>* unused_types) {
    std::vector<Piece> out(all_.size());
    for (std::size_t i = 0; i < all_.size(); ++i) {
      const Element& e = all_[i];
      Piece& piece = out[i];
      piece.what = e.what;
      piece.file = e.file;
      piece.name = *e.name;
      scope_.symbols.clear();
      if (e.what == What::kKnowledge) scope_.symbols.emplace(piece.name, 0);
      for (const Element* needed : Needs(e)) {
        piece.needs.emplace_back(NameIn(e.file, *needed), static_cast<int>(needed - all_.data()));
        scope_.symbols.emplace(piece.needs.back().first, 0);
      }
      CollectFields(e.file);
      where_ = "/" + *e.name;
      switch (e.what) {
        case What::kInput:
          piece.type = Allowing(e.file, Input(e).variable.type_ref, TypeRef(e.file, Input(e).variable.type_ref), piece.name, 0, &piece.unkept);
          piece.span = Input(e).span;
          break;
        case What::kDecision:
          piece.type = TypeRef(e.file, DecisionOf(e).variable.type_ref);
          piece.span = DecisionOf(e).span;
          if (DecisionOf(e).logic) piece.logic = Boxed(e.file, {}, *DecisionOf(e).logic);
          piece.says = Says(DecisionOf(e));
          piece.unasked = Unasked(e);
          break;
        case What::kKnowledge:
          piece.span = Knowledge(e).span;
          if (Knowledge(e).logic) piece.logic = FunctionOf(e.file, {}, *Knowledge(e).logic, Knowledge(e).variable.type_ref);
          break;
        case What::kService: piece.span = Service(e).span; break;
      }
    }
    for (const ItemDefinition& item : files_[0].definitions.item_definitions) {
      if (named_.count(&item) == 0) unused_types->insert(item.name);
    }
    return out;
  }

  void Run() {
    const Definitions& d = files_[0].definitions;
    for (const Element& e : all_) {
      if (e.file != 0) continue;
      if (e.what == What::kDecision) MakePolicy(e, d.decisions[static_cast<std::size_t>(e.index)].name);
      if (e.what == What::kService) MakePolicy(e, d.services[static_cast<std::size_t>(e.index)].name);
    }
  }

 private:
  static std::string Says(const Decision& d) {
    std::string out = d.name;
    for (const std::string* more : {&d.question, &d.allowed_answers, &d.description}) {
      if (!more->empty()) out += (out.size() == d.name.size() ? ": " : "; ") + *more;
    }
    return out;
  }
  // Values that a decision declares for its results, which order priorities and else mean nothing.
  std::string Unasked(const Element& e) {
    const Decision& d = DecisionOf(e);
    const ExprPtr v = Name("the value");
    if (Allowed(e.file, d.variable.type_ref, *v, 0)) return "allowed values";
    if (!d.logic || d.logic->kind != ExpressionKind::kDecisionTable) return "";
    const DecisionTable& t = *d.logic->table;
    if (t.hit_policy == HitPolicy::kPriority || t.hit_policy == HitPolicy::kOutputOrder) return "";
    const auto declares = [&](const TableOutput& o) { return (o.values && !Blank(o.values->text)) || Allowed(e.file, o.type_ref, *v, 0); };
    return std::any_of(t.outputs.begin(), t.outputs.end(), declares) ? "output values" : "";
  }
  const File& FileOf(const Element& e) const { return files_[static_cast<std::size_t>(e.file)]; }
  const InputData& Input(const Element& e) const { return FileOf(e).definitions.input_data[static_cast<std::size_t>(e.index)]; }
  const Decision& DecisionOf(const Element& e) const { return FileOf(e).definitions.decisions[static_cast<std::size_t>(e.index)]; }
  const KnowledgeModel& Knowledge(const Element& e) const { return FileOf(e).definitions.knowledge_models[static_cast<std::size_t>(e.index)]; }
  const DecisionService& Service(const Element& e) const { return FileOf(e).definitions.services[static_cast<std::size_t>(e.index)]; }

  const Element* Find(const Reference& r) const {
    const auto found = by_id_.find(std::pair(r.ns, r.id));
    return found == by_id_.end() ? nullptr : found->second;
  }

  // ---- names ------------------------------------------------------------------------------------------

  const File* FileOfNamespace(const std::string& ns) const {
    for (const File& f : files_) {
      if (f.definitions.ns == ns) return &f;
    }
    return nullptr;
  }
  // How `file` names what belongs to another file; empty: as it is.
  std::string Prefix(int file, int of) const {
    if (file == of) return "";
    const std::string& ns = files_[static_cast<std::size_t>(of)].definitions.ns;
    for (const Import& i : files_[static_cast<std::size_t>(file)].definitions.imports) {
      if (i.ns == ns) return i.name.empty() ? "" : i.name + ".";
    }
    return "";
  }
  std::string NameIn(int file, const Element& e) const { return Prefix(file, e.file) + *e.name; }

  // ---- types ------------------------------------------------------------------------------------------

  const ItemDefinition* FindItem(int file, std::string_view name, int* of) const {
    const Definitions& d = files_[static_cast<std::size_t>(file)].definitions;
    for (const ItemDefinition& i : d.item_definitions) {
      if (i.name == name) return *of = file, named_.insert(&i), &i;
    }
    for (const Import& import : d.imports) {
      std::string_view rest = name;
      if (!import.name.empty()) {
        if (rest.substr(0, import.name.size() + 1) != import.name + ".") continue;
        rest.remove_prefix(import.name.size() + 1);
      }
      for (std::size_t f = 0; f < files_.size(); ++f) {
        if (files_[f].definitions.ns != import.ns || static_cast<int>(f) == file) continue;
        for (const ItemDefinition& i : files_[f].definitions.item_definitions) {
          if (i.name == rest) return *of = static_cast<int>(f), named_.insert(&i), &i;
        }
      }
    }
    return nullptr;
  }

  static bool BuiltinType(std::string_view name, Type* out) {
    static constexpr std::pair<std::string_view, Kind> kTypes[] = {
        {"number", Kind::kNumber}, {"string", Kind::kText}, {"boolean", Kind::kBoolean}, {"date", Kind::kDate}, {"time", Kind::kTime},
        {"date and time", Kind::kInstant}, {"days and time duration", Kind::kDuration}, {"years and months duration", Kind::kMonths},
        {"dateTime", Kind::kInstant}, {"dayTimeDuration", Kind::kDuration}, {"yearMonthDuration", Kind::kMonths},  // as in DMN 1.1
        {"Any", Kind::kAny}, {"context", Kind::kContext}, {"Null", Kind::kNull}, {"function", Kind::kFunction}};
    if (name.starts_with("feel:")) name.remove_prefix(5);  // as DMN 1.1 writes them
    if (name == "list") return *out = Type::List(Type()), true;
    if (name == "range") return *out = Type::Range(Type()), true;
    for (const auto& [text, kind] : kTypes) {
      if (text == name) return *out = Type::Of(kind), true;
    }
    return false;
  }

  // The type that `name` means in a file; false when nothing has that name.
  bool TypeNamed(int file, std::string_view name, Type* out) {
    if (BuiltinType(name, out)) return true;
    int of = file;
    const ItemDefinition* item = FindItem(file, name, &of);
    if (item == nullptr) {  // "list<number>" and the like
      if (name.find('<') == std::string_view::npos) return false;
      return TypeExpression(file, name, out);
    }
    if (std::find(defining_.begin(), defining_.end(), item) != defining_.end()) return *out = Type(), true;  // within itself
    defining_.push_back(item);
    *out = TypeOf(of, *item);
    defining_.pop_back();
    return true;
  }
  bool TypeExpression(int file, std::string_view name, Type* out) {
    Diagnostics ignored;
    const Names known = known_;  // a text may be in the middle of being read
    const ExprPtr e = feel::ParseExpression("null instance of " + std::string(name), Context(file, {}, &ignored));
    known_ = known;
    if (!e || e->op != Op::kInstanceOf) return false;
    *out = e->tested;
    return true;
  }
  Type TypeOf(int file, const ItemDefinition& item) {
    Type type;
    if (item.function_item) {
      std::vector<std::pair<std::string, Type>> parameters;
      for (const Variable& p : item.function_item->parameters) parameters.emplace_back(p.name, TypeRef(file, p.type_ref));
      type = Type::Function(std::move(parameters), TypeRef(file, item.function_item->output_type_ref));
    } else if (!item.components.empty()) {
      std::vector<std::pair<std::string, Type>> fields;
      for (const ItemDefinition& c : item.components) fields.emplace_back(c.name, TypeOf(file, c));
      type = Type::Context(std::move(fields));
    } else {
      type = TypeRef(file, item.type_ref);
    }
    return item.is_collection ? Type::List(type) : type;
  }
  Type TypeRef(int file, const std::string& name) {
    Type type;
    if (name.empty() || TypeNamed(file, name, &type)) return type;
    if (reported_types_.insert(std::pair(file, name)).second) {
      Report(Code::kUnknownType, file, {}, {{"name", name}});
    }
    return Type();
  }

  // The type with its allowed values, as far as a type can hold them: texts one by one, a range of numbers. The rest is told in *left.
  // What Allowed makes conditions of.
  Type Allowing(int file, const std::string& type_ref, Type type, const std::string& place, int depth, std::vector<Unkept>* left) {
    int of = file;
    const ItemDefinition* item = type_ref.empty() || depth > 8 ? nullptr : FindItem(file, type_ref, &of);
    return item == nullptr ? type : Allowing(of, *item, std::move(type), place, depth, left);
  }
  Type Allowing(int file, const ItemDefinition& item, Type type, const std::string& place, int depth, std::vector<Unkept>* left) {
    if (!item.is_collection) type = AllowingOne(file, item, std::move(type), place, depth, left);
    else if (type.kind == Kind::kList) type = Type::List(AllowingOne(file, item, type.item(), place, depth, left));
    if (item.type_constraint) Keep(file, *item.type_constraint, &type, place, left);
    return type;
  }
  Type AllowingOne(int file, const ItemDefinition& item, Type type, const std::string& place, int depth, std::vector<Unkept>* left) {
    if (item.components.empty()) {
      type = Allowing(file, item.type_ref, std::move(type), place, depth + 1, left);
    } else if (type.kind == Kind::kContext && type.detail != nullptr && type.detail->items.size() == item.components.size()) {
      std::vector<std::pair<std::string, Type>> fields;
      for (std::size_t i = 0; i < item.components.size(); ++i) {
        const ItemDefinition& c = item.components[i];
        fields.emplace_back(c.name, Allowing(file, c, type.detail->items[i], place + "." + c.name, depth + 1, left));
      }
      type = Type::Context(std::move(fields));
    }
    if (item.allowed_values) Keep(file, *item.allowed_values, &type, place, left);
    return type;
  }
  // Narrows *type to the values that pass the tests, or notes that it cannot.
  void Keep(int file, const Cell& cell, Type* type, const std::string& place, std::vector<Unkept>* left) {
    if (!cell.text.present || Blank(cell.text)) return;
    Diagnostics ignored;
    const ExprPtr tests = feel::ParseUnaryTests(cell.text.text, Context(file, {}, &ignored));
    if (!tests || !Narrow(*tests, type)) left->push_back({place, cell.text.text});
  }
  static bool ConstantOf(const Expr& e, Value* out) {
    if (e.op == Op::kNegate && e.args[0]->op == Op::kConstant) return feel::NegateValue(e.args[0]->value, out) == feel::Fault::kNone;
    *out = e.value;
    return e.op == Op::kConstant;
  }
  // The values of tests that are all `= constant`; false when there is another among them.
  static bool Listed(const Expr& e, std::vector<Value>* out) {
    if (e.op == Op::kOr) return Listed(*e.args[0], out) && Listed(*e.args[1], out);
    const bool list = e.op == Op::kIn && e.args.size() == 2 && e.args[1]->op == Op::kList;
    if (e.op != Op::kEqual && !list) return false;
    if (e.args[0]->op != Op::kInput) return false;
    if (!list) out->emplace_back();
    if (!list) return ConstantOf(*e.args[1], &out->back());
    for (const ExprPtr& item : e.args[1]->args) {
      out->emplace_back();
      if (!ConstantOf(*item, &out->back())) return false;
    }
    return true;
  }
  static bool Narrow(const Expr& tests, Type* type) {
    if (tests.op == Op::kConstant) return tests.value.IsTrue();
    auto detail = type->detail ? std::make_shared<TypeDetail>(*type->detail) : std::make_shared<TypeDetail>();
    std::vector<Value> listed;
    if (Listed(tests, &listed)) {
      std::erase_if(listed, [](const Value& v) { return v.IsNull(); });  // null always passes
      if (type->kind == Kind::kBoolean) {
        const auto has = [&](bool b) { return std::any_of(listed.begin(), listed.end(), [&](const Value& v) { return v.kind() == Kind::kBoolean && v.boolean() == b; }); };
        return has(true) && has(false);
      }
      if (type->kind == Kind::kNumber && listed.size() == 1 && listed[0].kind() == Kind::kNumber) {
        return Bound(detail.get(), true, listed[0], true) && Bound(detail.get(), false, listed[0], true) && (type->detail = detail, true);
      }
      if (type->kind != Kind::kText || listed.empty()) return false;
      std::vector<std::string> texts;
      for (const Value& v : listed) {
        if (v.kind() != Kind::kText) return false;
        const std::string text(v.text());
        const bool before = detail->one_of.empty() || std::find(detail->one_of.begin(), detail->one_of.end(), text) != detail->one_of.end();
        if (before && std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
      }
      if (texts.empty()) return false;
      detail->one_of = std::move(texts);
      type->detail = std::move(detail);
      return true;
    }
    if (type->kind != Kind::kNumber || tests.args.size() < 2 || tests.args[0]->op != Op::kInput) return false;
    Value low, high;
    bool fits = false;
    switch (tests.op) {
      case Op::kGreater:
      case Op::kGreaterEqual: fits = ConstantOf(*tests.args[1], &low) && Bound(detail.get(), true, low, tests.op == Op::kGreaterEqual); break;
      case Op::kLess:
      case Op::kLessEqual: fits = ConstantOf(*tests.args[1], &high) && Bound(detail.get(), false, high, tests.op == Op::kLessEqual); break;
      case Op::kIn: {
        const Expr& range = *tests.args[1];
        if (tests.args.size() != 2 || range.op != Op::kRange || !ConstantOf(*range.args[0], &low) || !ConstantOf(*range.args[1], &high)) return false;
        fits = !(low.IsNull() && high.IsNull()) && (low.IsNull() || Bound(detail.get(), true, low, range.low_closed)) &&
               (high.IsNull() || Bound(detail.get(), false, high, range.high_closed));
        break;
      }
      default: break;
    }
    if (fits) type->detail = std::move(detail);
    return fits;
  }
  // Moves a bound inwards; false when nothing would be left.
  static bool Bound(TypeDetail* d, bool low, const Value& v, bool closed) {
    if (v.kind() != Kind::kNumber) return false;
    bool& has = low ? d->has_min : d->has_max;
    bool& open = low ? d->min_open : d->max_open;
    Decimal& bound = low ? d->min : d->max;
    const int order = has ? Compare(v.number(), bound) * (low ? 1 : -1) : 1;
    if (order > 0) bound = v.number(), open = !closed;
    if (order == 0) open |= !closed;
    has = true;
    const int ends = d->has_min && d->has_max ? Compare(d->min, d->max) : -1;
    return ends < 0 || (ends == 0 && !d->min_open && !d->max_open);
  }

  // What the allowed values of a type ask of the value `v` (a tree that can be cloned): a boolean tree, or null for nothing.
  ExprPtr Allowed(int file, const std::string& type_ref, const Expr& v, int depth) {
    if (type_ref.empty() || depth > 8) return nullptr;
    int of = file;
    const ItemDefinition* item = FindItem(file, type_ref, &of);
    return item == nullptr ? nullptr : Allowed(of, *item, v, depth);
  }
  ExprPtr Allowed(int file, const ItemDefinition& item, const Expr& v, int depth) {
    ExprPtr all;
    const auto also = [&](ExprPtr e) {
      if (!e) return;
      if (!all) {
        all = std::move(e);
        return;
      }
      ExprPtr both = Node(Op::kAnd);
      both->args.push_back(std::move(all));
      both->args.push_back(std::move(e));
      all = std::move(both);
    };
    if (item.is_collection) {  // of each item
      const std::string name = "item of " + std::to_string(depth);
      const ExprPtr one = Name(name);
      ExprPtr each = AllowedOfOne(file, item, *one, depth);
      if (each) {
        ExprPtr every = Node(Op::kEvery);
        every->names = {name};
        every->args.push_back(feel::Clone(v));
        every->args.push_back(std::move(each));
        also(std::move(every));
      }
    } else {
      also(AllowedOfOne(file, item, v, depth));
    }
    if (item.type_constraint) also(Tests(file, *item.type_constraint, v));
    return all;
  }
  ExprPtr AllowedOfOne(int file, const ItemDefinition& item, const Expr& v, int depth) {
    ExprPtr all;
    const auto also = [&](ExprPtr e) {
      if (!e) return;
      if (!all) {
        all = std::move(e);
        return;
      }
      ExprPtr both = Node(Op::kAnd);
      both->args.push_back(std::move(all));
      both->args.push_back(std::move(e));
      all = std::move(both);
    };
    if (item.allowed_values) also(Tests(file, *item.allowed_values, v));
    if (item.components.empty()) also(Allowed(file, item.type_ref, v, depth + 1));
    for (const ItemDefinition& c : item.components) {
      ExprPtr part = Node(Op::kPath);
      part->name = c.name;
      part->args.push_back(feel::Clone(v));
      also(Allowed(file, c, *part, depth + 1));
    }
    if (!all || item.components.empty()) return all;
    return OrNull(v, std::move(all));  // null has no components to ask
  }
  // `v is null or v passes the tests`.
  ExprPtr Tests(int file, const Cell& cell, const Expr& v) {
    if (!cell.text.present) return nullptr;
    ExprPtr tests = ParseCell(file, {}, cell.text, cell.language);
    Replace(tests.get(), v);
    return OrNull(v, std::move(tests));
  }
  // The value for messages: an input that is still to be resolved by its name in the model.
  static std::string Shown(const Expr& value) {
    const Expr& e = value.op == Op::kCoerce ? *value.args[0] : value;
    return e.op == Op::kName && e.name.starts_with('\n') ? e.name.substr(1) : feel::Brief(value);
  }
  static ExprPtr OrNull(const Expr& v, ExprPtr tests) {
    ExprPtr absent = Node(Op::kEqual, tests->span);
    absent->args.push_back(feel::Clone(v));
    absent->args.push_back(Null());
    ExprPtr either = Node(Op::kOr, tests->span);
    either->args.push_back(std::move(absent));
    either->args.push_back(std::move(tests));
    return either;
  }
  static void Replace(Expr* e, const Expr& input) {
    if (e->op == Op::kInput) {
      const Span span = e->span;
      *e = std::move(*feel::Clone(input));
      e->span = span;
      return;
    }
    for (ExprPtr& a : e->args) Replace(a.get(), input);
  }

  // The value made to conform to a type: its kind, and for what comes from outside its allowed values.
  ExprPtr Conforming(int file, const std::string& type_ref, ExprPtr value, bool allowed) {
    if (type_ref.empty()) return value;
    const Type type = TypeRef(file, type_ref);
    const Span span = value->span;
    if (type.kind != Kind::kAny) {
      ExprPtr coerce = Node(Op::kCoerce, span);
      coerce->tested = type;
      coerce->args.push_back(std::move(value));
      value = std::move(coerce);
    }
    if (!allowed) return value;
    const std::string name = "the value";
    const ExprPtr v = Name(name);
    ExprPtr condition = Allowed(file, type_ref, *v, 0);
    if (!condition) return value;
    ExprPtr choice = Node(Op::kIf, span);
    choice->args.push_back(std::move(condition));
    choice->args.push_back(feel::Clone(*v));
    choice->args.push_back(FaultNode(Code::kInvalidOperation, "not among the allowed values of " + type_ref, span));
    choice->args.back()->names = {Shown(*value)};
    ExprPtr function = Node(Op::kFunction, span);
    function->names = {name};
    function->parameter_types.resize(1);
    function->args.push_back(std::move(choice));
    ExprPtr apply = Node(Op::kApply, span);
    apply->args.push_back(std::move(function));
    apply->args.push_back(std::move(value));
    return apply;
  }

  // ---- texts ------------------------------------------------------------------------------------------

  void Report(Code code, int file, Span span, std::vector<std::pair<std::string, std::string>> args, std::string hint = {}) {
    Diagnostic d = MakeDiagnostic(code, where_, span, std::move(args), std::move(hint));
    d.file = files_[static_cast<std::size_t>(file)].definitions.file;
    for (const Diagnostic& known : diagnostics_) {  // an element is lowered for every decision that needs it
      if (known.code == d.code && known.file == d.file && known.span.offset == d.span.offset && known.args == d.args) return;
    }
    diagnostics_.push_back(std::move(d));
  }

  feel::ParseContext Context(int file, const Names& locals, Diagnostics* found) {
    known_ = locals;
    for (const auto& [name, symbol] : scope_.symbols) known_.push_back(name);
    known_.insert(known_.end(), fields_.begin(), fields_.end());
    feel::ParseContext c;
    c.arena = &model_.arena;
    c.limits = &options_.limits;
    c.diagnostics = found;
    c.source.span.line = 1;
    c.source.span.column = 1;
    c.known_names = &known_;
    c.dynamic = true;
    c.zones = &zones_;
    c.find_type = [this, file](std::string_view name, Type* out) { return TypeNamed(file, name, out); };
    return c;
  }
  ExprPtr Parse(int file, const Names& locals, const Text& text, const std::string& language, bool tests) {
    const std::string& bytes = files_[static_cast<std::size_t>(file)].text;
    if (!language.empty() && !IsFeel(language)) {
      Report(Code::kUnavailable, file, text.span, {{"where", text.text}, {"what", "the language " + language}});
      return FaultNode(Code::kUnavailable, "the language " + language, text.span);
    }
    Diagnostics found;
    const feel::ParseContext context = Context(file, locals, &found);
    ExprPtr e = tests ? feel::ParseUnaryTests(text.text, context) : feel::ParseExpression(text.text, context);
    if (e) {
      Place(bytes, text, e.get());
      return e;
    }
    std::string why = "does not parse";
    for (const Diagnostic& d : found) {
      const Span span = PlaceOf(bytes, text, d.span.offset);
      Report(d.code, file, span, d.args, d.hint);
      why = d.args.empty() ? d.Message() : d.args[0].second;
    }
    return FaultNode(Code::kSyntax, why, text.span);
  }
  static void Place(std::string_view bytes, const Text& text, Expr* e) {
    const std::uint32_t length = e->span.length;
    e->span = PlaceOf(bytes, text, e->span.offset);
    e->span.length = length;
    for (ExprPtr& a : e->args) Place(bytes, text, a.get());
  }
  static bool Blank(const Text& text) { return text.text.find_first_not_of(" \t\r\n") == std::string::npos; }
  ExprPtr ParseCell(int file, const Names& locals, const Text& text, const std::string& language) {
    if (Blank(text)) {
      ExprPtr e = Node(Op::kConstant, text.span);
      e->value = Value::Boolean(true);
      e->type = Type::Of(Kind::kBoolean);
      return e;
    }
    return Parse(file, locals, text, language, true);
  }
  ExprPtr ParseText(int file, const Names& locals, const Text& text, const std::string& language) {
    if (!text.present || Blank(text)) return Null(text.span);
    return Parse(file, locals, text, language, false);
  }

  // ---- boxed expressions ------------------------------------------------------------------------------

  ExprPtr Boxed(int file, Names locals, const Expression& e) {
    ExprPtr value = Unconformed(file, std::move(locals), e);
    return e.kind == ExpressionKind::kFunction ? std::move(value) : Conforming(file, e.type_ref, std::move(value), false);
  }
  ExprPtr Unconformed(int file, Names locals, const Expression& e) {
    switch (e.kind) {
      case ExpressionKind::kUnreadable: return FaultNode(Code::kSyntax, "could not be read", e.span);
      case ExpressionKind::kLiteral:
        if (e.imported) {
          Report(Code::kUnavailable, file, e.span, {{"where", e.imported->element}, {"what", "values imported from " + e.imported->from.ns}});
          return FaultNode(Code::kUnavailable, "values imported from " + e.imported->from.ns, e.span);
        }
        return ParseText(file, locals, e.text, e.language);
      case ExpressionKind::kContext: {
        ExprPtr context = Node(Op::kContext, e.span);
        std::string result;
        for (const ContextEntry& entry : e.entries) {
          ExprPtr value = Boxed(file, locals, entry.value);
          if (entry.variable) {
            value = Conforming(file, entry.variable->type_ref, std::move(value), false);
            context->names.push_back(entry.variable->name);
            locals.push_back(entry.variable->name);
          } else {
            result = "result";
            while (std::find(context->names.begin(), context->names.end(), result) != context->names.end()) result += "'";
            context->names.push_back(result);
          }
          context->args.push_back(std::move(value));
        }
        if (result.empty()) return context;
        ExprPtr path = Node(Op::kPath, e.span);
        path->name = result;
        return With(std::move(path), std::move(context));
      }
      case ExpressionKind::kInvocation: {
        ExprPtr apply = Node(Op::kApply, e.span);
        apply->args.push_back(Boxed(file, locals, e.children[0]));
        for (const Binding& b : e.bindings) {
          apply->names.push_back(b.parameter.name);
          ExprPtr value = b.value ? Boxed(file, locals, *b.value) : Null(b.parameter.span);
          apply->args.push_back(Conforming(file, b.parameter.type_ref, std::move(value), false));
        }
        return apply;
      }
      case ExpressionKind::kList: {
        ExprPtr list = Node(Op::kList, e.span);
        for (const Expression& item : e.children) list->args.push_back(Boxed(file, locals, item));
        return list;
      }
      case ExpressionKind::kRelation: {
        ExprPtr list = Node(Op::kList, e.span);
        for (const Expression& row : e.children) {
          ExprPtr context = Node(Op::kContext, row.span);
          for (std::size_t c = 0; c < e.columns.size(); ++c) {
            context->names.push_back(e.columns[c].name);
            ExprPtr value = c < row.children.size() ? Boxed(file, locals, row.children[c]) : Null(row.span);
            context->args.push_back(Conforming(file, e.columns[c].type_ref, std::move(value), false));
          }
          list->args.push_back(std::move(context));
        }
        return list;
      }
      case ExpressionKind::kFunction: return FunctionOf(file, std::move(locals), e, "");
      case ExpressionKind::kConditional: return Parts(Op::kIf, file, locals, e);
      case ExpressionKind::kFilter: {
        ExprPtr filter = Node(Op::kFilter, e.span);
        filter->args.push_back(Boxed(file, locals, e.children[0]));
        locals.push_back("item");
        filter->args.push_back(Boxed(file, locals, e.children[1]));
        return filter;
      }
      case ExpressionKind::kFor:
      case ExpressionKind::kSome:
      case ExpressionKind::kEvery: {
        ExprPtr loop = Node(e.kind == ExpressionKind::kFor ? Op::kFor : e.kind == ExpressionKind::kSome ? Op::kSome : Op::kEvery, e.span);
        loop->names = {e.variable};
        ExprPtr source = Boxed(file, locals, e.children[0]);
        loop->args.push_back(Conforming(file, e.in_type_ref, std::move(source), false));
        locals.push_back(e.variable);
        loop->args.push_back(Boxed(file, locals, e.children[1]));
        return loop;
      }
      case ExpressionKind::kDecisionTable: return TableOf(file, locals, e);
    }
    return Null(e.span);
  }
  ExprPtr Parts(Op op, int file, const Names& locals, const Expression& e) {
    ExprPtr node = Node(op, e.span);
    for (const Expression& child : e.children) node->args.push_back(Boxed(file, locals, child));
    return node;
  }

  ExprPtr FunctionOf(int file, Names locals, const Expression& e, const std::string& result_type) {
    ExprPtr function = Node(Op::kFunction, e.span);
    for (const Variable& p : e.parameters) {
      function->names.push_back(p.name);
      function->parameter_types.push_back(TypeRef(file, p.type_ref));
      locals.push_back(p.name);
    }
    ExprPtr body;
    if (e.function_kind == FunctionKind::kJava && !e.children.empty()) {
      body = Node(Op::kExternal, e.span);
      body->args.push_back(Boxed(file, locals, e.children[0]));
      for (const Variable& p : e.parameters) body->args.push_back(Name(p.name, e.span));
    } else if (e.function_kind != FunctionKind::kFeel) {
      Report(Code::kUnavailable, file, e.span, {{"where", "function"}, {"what", "functions of other languages"}});
      body = FaultNode(Code::kUnavailable, "functions of other languages are not called", e.span);
    } else {
      body = e.children.empty() ? Null(e.span) : Boxed(file, locals, e.children[0]);
    }
    body = Conforming(file, e.type_ref.find('<') == std::string::npos ? e.type_ref : "", std::move(body), false);
    int of = file;
    const std::string result = ResultType(&of, e, result_type);
    function->args.push_back(Conforming(of, result, std::move(body), false));
    return function;
  }
  // What a function of the declared type gives: the type may be its own, as newer models write it, or already the result's.
  std::string ResultType(int* file, const Expression& function, const std::string& declared) {
    int of = *file;
    const ItemDefinition* item = declared.empty() ? nullptr : FindItem(*file, declared, &of);
    if (item == nullptr || !item->function_item || item->function_item->parameters.size() != function.parameters.size()) return declared;
    *file = of;
    return item->function_item->output_type_ref;
  }

  // ---- decision tables ----------------------------------------------------------------------------------

  ExprPtr TableOf(int file, const Names& locals, const Expression& e) {
    const DecisionTable& t = *e.table;
    auto form = std::make_shared<feel::TableForm>();
    form->name = t.output_label.empty() ? e.label : t.output_label;
    form->inputs = t.inputs.size();
    form->rows = t.rules.size();
    switch (t.hit_policy) {
      case HitPolicy::kUnique: form->hit = feel::Hit::kUnique; break;
      case HitPolicy::kFirst: form->hit = feel::Hit::kFirst; break;
      case HitPolicy::kPriority: form->hit = feel::Hit::kPriority; break;
      case HitPolicy::kAny: form->hit = feel::Hit::kAny; break;
      case HitPolicy::kRuleOrder: form->hit = feel::Hit::kCollect; break;
      case HitPolicy::kOutputOrder: form->hit = feel::Hit::kOutputOrder; break;
      case HitPolicy::kCollect:
        form->hit = t.aggregation == Aggregation::kSum     ? feel::Hit::kSum
                    : t.aggregation == Aggregation::kMin   ? feel::Hit::kMin
                    : t.aggregation == Aggregation::kMax   ? feel::Hit::kMax
                    : t.aggregation == Aggregation::kCount ? feel::Hit::kCount
                                                           : feel::Hit::kCollect;
        break;
    }
    ExprPtr table = Node(Op::kTable, e.span);
    for (const TableInput& input : t.inputs) {
      ExprPtr value = ParseText(file, locals, input.expression.text, input.expression.language);
      form->input_names.push_back(feel::Brief(*value));
      value = Conforming(file, input.expression.type_ref, std::move(value), false);
      if (input.values && !Blank(input.values->text)) value = Among(file, locals, *input.values, std::move(value));
      table->args.push_back(std::move(value));
    }
    for (const TableOutput& output : t.outputs) {
      form->outputs.push_back(output.name);
      form->priorities.push_back(Priorities(file, locals, e, output));
      form->has_default |= output.default_entry.has_value() && !Blank(output.default_entry->text);
    }
    const auto typed = [&](std::size_t o) {
      const std::string& own = t.outputs[o].type_ref;
      return own.empty() && t.outputs.size() == 1 ? std::string() : own;
    };
    for (std::size_t r = 0; r < t.rules.size(); ++r) {
      std::string note = t.rules[r].description;
      for (const Text& a : t.rules[r].annotations) {
        if (!Blank(a)) note += (note.empty() ? "" : "; ") + a.text;
      }
      if (note.empty()) continue;
      form->notes.resize(t.rules.size());
      form->notes[r] = std::move(note);
    }
    for (const TableRule& rule : t.rules) {
      for (std::size_t c = 0; c < t.inputs.size(); ++c) {
        Names names = locals;
        ExprPtr cell = c < rule.inputs.size() ? ParseCell(file, names, rule.inputs[c].text, rule.inputs[c].language)
                                              : FaultNode(Code::kSyntax, "a cell is missing", rule.span);
        table->args.push_back(std::move(cell));
      }
      for (std::size_t o = 0; o < t.outputs.size(); ++o) {
        ExprPtr cell = o < rule.outputs.size() ? ParseText(file, locals, rule.outputs[o].text, rule.outputs[o].language)
                                               : FaultNode(Code::kSyntax, "a cell is missing", rule.span);
        table->args.push_back(Conforming(file, typed(o), std::move(cell), false));
      }
    }
    if (form->has_default) {
      for (std::size_t o = 0; o < t.outputs.size(); ++o) {
        const auto& entry = t.outputs[o].default_entry;
        ExprPtr value = entry ? ParseText(file, locals, entry->text, entry->language) : Null(e.span);
        table->args.push_back(Conforming(file, typed(o), std::move(value), false));
      }
    }
    table->table = std::move(form);
    return table;
  }

  // A value that is not among those that the column allows is null, with a warning.
  ExprPtr Among(int file, const Names& locals, const Cell& values, ExprPtr value) {
    const Span span = value->span;
    const ExprPtr v = Name("the value");
    ExprPtr tests = ParseCell(file, locals, values.text, values.language);
    Replace(tests.get(), *v);
    ExprPtr either = OrNull(*v, std::move(tests));
    ExprPtr choice = Node(Op::kIf, span);
    choice->args.push_back(std::move(either));
    choice->args.push_back(feel::Clone(*v));
    choice->args.push_back(FaultNode(Code::kInvalidOperation, "not among the values of the column", span));
    choice->args.back()->names = {Shown(*value)};
    ExprPtr function = Node(Op::kFunction, span);
    function->names = {"the value"};
    function->parameter_types.resize(1);
    function->args.push_back(std::move(choice));
    ExprPtr apply = Node(Op::kApply, span);
    apply->args.push_back(std::move(function));
    apply->args.push_back(std::move(value));
    return apply;
  }

  // The values of an output, best first: its own, else the allowed values of its type.
  std::vector<Value> Priorities(int file, const Names& locals, const Expression& e, const TableOutput& output) {
    const Cell* cell = output.values && !Blank(output.values->text) ? &*output.values : nullptr;
    int of = file;
    const std::string& type_ref = output.type_ref.empty() && e.table->outputs.size() == 1 ? e.type_ref : output.type_ref;
    for (int depth = 0; cell == nullptr && depth < 8; ++depth) {
      const ItemDefinition* item = FindItem(of, depth == 0 ? std::string_view(type_ref) : std::string_view(next_type_), &of);
      if (item == nullptr) break;
      if (item->allowed_values) cell = &*item->allowed_values;
      next_type_ = item->type_ref;
    }
    std::vector<Value> out;
    if (cell == nullptr) return out;
    const std::function<void(const Expr&)> collect = [&](const Expr& t) {
      if (t.op == Op::kOr) {
        collect(*t.args[0]);
        collect(*t.args[1]);
      } else if ((t.op == Op::kEqual || t.op == Op::kIn) && t.args.size() == 2 && t.args[0]->op == Op::kInput) {
        const Expr& v = *t.args[1];
        if (v.op == Op::kConstant) {
          out.push_back(v.value);
        } else if (v.op == Op::kNegate && v.args[0]->op == Op::kConstant) {
          Value negative;
          if (feel::NegateValue(v.args[0]->value, &negative) == feel::Fault::kNone) out.push_back(negative);
        }
      }
    };
    Diagnostics ignored;
    const feel::ParseContext context = Context(of, locals, &ignored);
    const ExprPtr tests = feel::ParseUnaryTests(cell->text.text, context);
    if (tests) collect(*tests);
    return out;
  }

  // ---- requirements -----------------------------------------------------------------------------------------

  std::vector<const Element*> Needs(const Element& e) {
    std::vector<const Element*> out;
    const auto add = [&](const Reference& r) {
      if (r.empty()) return;
      if (const Element* found = Find(r)) out.push_back(found);
      else Report(Code::kUnknownName, e.file, r.span, {{"name", r.href}});
    };
    const auto requirements = [&](const std::vector<Requirement>& list) {
      for (const Requirement& r : list) add(r.target);
    };
    switch (e.what) {
      case What::kInput: break;
      case What::kDecision:
        requirements(DecisionOf(e).information);
        requirements(DecisionOf(e).knowledge);
        break;
      case What::kKnowledge: requirements(Knowledge(e).knowledge); break;
      case What::kService:  // as a function: the decisions inside are lowered with it; what they know from outside
        for (const Element* inside : Inside(e)) {
          for (const Requirement& r : DecisionOf(*inside).knowledge) add(r.target);
        }
        break;
    }
    return out;
  }
  std::vector<const Element*> References(const std::vector<Reference>& list) const {
    std::vector<const Element*> out;
    for (const Reference& r : list) {
      if (const Element* e = Find(r)) out.push_back(e);
    }
    return out;
  }
  // The decisions that a service evaluates, in an order in which they can be.
  std::vector<const Element*> Inside(const Element& service) const {
    const DecisionService& s = Service(service);
    std::vector<const Element*> given = References(s.input_decisions), out, path;
    const std::function<void(const Element*)> visit = [&](const Element* e) {
      if (e->what != What::kDecision || std::find(given.begin(), given.end(), e) != given.end()) return;
      if (std::find(out.begin(), out.end(), e) != out.end() || std::find(path.begin(), path.end(), e) != path.end()) return;
      path.push_back(e);
      for (const Requirement& r : DecisionOf(*e).information) {
        if (const Element* needed = Find(r.target)) visit(needed);
      }
      path.pop_back();
      out.push_back(e);
    };
    for (const Element* e : References(s.encapsulated_decisions)) visit(e);
    for (const Element* e : References(s.output_decisions)) visit(e);
    return out;
  }

  // ---- policies ---------------------------------------------------------------------------------------------

  void MakePolicy(const Element& root, const std::string& name) {
    model_.policies.emplace_back();
    policy::Policy& p = model_.policies.back();
    policy_ = &p;
    p.name = name;
    p.linked = true;
    p.remark.path = "/" + name;
    DmnElement told;
    told.kind = root.what == What::kDecision ? DmnElementKind::kDecision : DmnElementKind::kService;
    told.name = name;
    told.policy = static_cast<int>(model_.policies.size()) - 1;
    symbols_.clear();
    overridden_.clear();
    facts_.clear();
    visiting_.clear();
    std::vector<const Element*> roots{&root};
    if (root.what == What::kService) {
      for (const Element* e : References(Service(root).input_decisions)) overridden_.insert(e);
      roots = References(Service(root).output_decisions);
    }
    root_ = root.what == What::kDecision ? &root : nullptr;
    for (const Element* e : roots) {
      const int symbol = SymbolOf(*e);
      policy::OutcomeField field;
      field.name = root.what == What::kDecision ? name : *e->name;
      field.type = Type().Nullable();
      field.value.tree = Node(Op::kName);
      field.value.tree->name = *e->name;
      field.value.tree->symbol = symbol;
      if (root.what == What::kService && roots.size() == 1) {
        field.value.tree = Conforming(root.file, Service(root).variable.type_ref, std::move(field.value.tree), false);
      }
      field.value.source.path = p.remark.path;
      told.outputs.push_back(field.name);
      p.outcome.push_back(std::move(field));
    }
    for (const Element* e : facts_) told.facts.emplace_back(FileOf(*e).definitions.ns, *e->name);
    elements_.push_back(std::move(told));
  }

  int NewSymbol(const std::string& name, policy::SymbolKind kind, int index) {
    policy::Symbol s;
    s.name = name;
    s.kind = kind;
    s.index = index;
    s.typed = true;
    s.used = true;
    s.type = Type().Nullable();
    policy_->symbols.push_back(std::move(s));
    return static_cast<int>(policy_->symbols.size()) - 1;
  }
  int NewFact(const Element& e) {
    policy::Fact f;
    f.name = NameIn(0, e);
    // A model that main imports only through others: its namespace tells it apart.
    for (const policy::Fact& known : policy_->facts) {
      if (known.name == f.name) f.name = FileOf(e).definitions.ns + "#" + *e.name;
    }
    f.type = Type().Nullable();
    const std::string& type_ref = e.what == What::kInput ? Input(e).variable.type_ref : DecisionOf(e).variable.type_ref;
    f.host_type = TypeRef(e.file, type_ref);
    f.optional = true;
    f.symbol = NewSymbol(f.name, policy::SymbolKind::kFact, static_cast<int>(policy_->facts.size()));
    const int symbol = f.symbol;
    policy_->facts.push_back(std::move(f));
    facts_.push_back(&e);
    return symbol;
  }

  // The symbol of an element in the present policy; makes the formulas that it needs.
  int SymbolOf(const Element& e) {
    const auto known = symbols_.find(&e);
    if (known != symbols_.end()) return known->second;
    if (std::find(visiting_.begin(), visiting_.end(), &e) != visiting_.end()) return -1;  // within itself
    visiting_.push_back(&e);
    std::map<std::string, int, std::less<>> names;
    std::vector<const Element*> recursive;
    std::set<std::string> prefixes;
    if (overridden_.count(&e) == 0) {
      for (const Element* needed : Needs(e)) {
        const int symbol = SymbolOf(*needed);
        if (symbol < 0) recursive.push_back(needed);
        else names.emplace(NameIn(e.file, *needed), symbol);
      }
    }
    policy::Formula formula;
    const int index = static_cast<int>(policy_->formulas.size());
    const int symbol = NewSymbol(*e.name, policy::SymbolKind::kDefined, index);
    const std::string outer = where_;
    where_ = "/" + *e.name;
    if (e.what == What::kKnowledge) names.emplace(*e.name, symbol);  // a function that calls itself, whether it says that it needs itself or not
    for (const Element* r : recursive) {
      if (r != &e || e.what != What::kKnowledge) Report(Code::kCycle, e.file, {}, {{"names", *r->name + ", " + *e.name}});
    }
    scope_.symbols = std::move(names);
    CollectFields(e.file);
    formula.symbol = symbol;
    formula.value.source.path = where_;
    formula.value.tree = TreeOf(e);
    Resolve(formula.value.tree.get());
    where_ = outer;
    policy::Definition definition;
    definition.kind = policy::DefinitionKind::kFormula;
    definition.index = static_cast<int>(policy_->formulas.size());
    definition.remark.path = formula.value.source.path;
    policy_->formulas.push_back(std::move(formula));
    policy_->definitions.push_back(std::move(definition));
    visiting_.pop_back();
    symbols_[&e] = symbol;
    return symbol;
  }
  void Resolve(Expr* tree) {
    feel::CheckContext context;
    context.scope = &scope_;
    context.diagnostics = &diagnostics_;
    context.arena = &model_.arena;
    context.dynamic = true;
    feel::Check(tree, context, nullptr);
  }

  // Names that a path may hold: components of types, entries, what imports bring.
  void CollectFields(int file) {
    fields_.clear();
    const std::function<void(const ItemDefinition&)> add = [&](const ItemDefinition& i) {
      for (const ItemDefinition& c : i.components) {
        fields_.push_back(c.name);
        add(c);
      }
    };
    for (const File& f : files_) {
      for (const ItemDefinition& i : f.definitions.item_definitions) add(i);
    }
    for (const Import& i : files_[static_cast<std::size_t>(file)].definitions.imports) {
      if (i.name.empty()) continue;
      fields_.push_back(i.name);
      for (const Element& e : all_) {
        if (FileOf(e).definitions.ns == i.ns) fields_.push_back(*e.name);
      }
    }
    const std::function<void(const Expression&)> walk = [&](const Expression& e) {
      for (const ContextEntry& c : e.entries) {
        if (c.variable) fields_.push_back(c.variable->name);
        walk(c.value);
      }
      for (const Variable& c : e.columns) fields_.push_back(c.name);
      for (const Expression& c : e.children) walk(c);
      for (const Binding& b : e.bindings) {
        if (b.value) walk(*b.value);
      }
      if (e.table && e.table->outputs.size() > 1) {
        for (const TableOutput& o : e.table->outputs) fields_.push_back(o.name);
      }
    };
    for (const Decision& d : files_[static_cast<std::size_t>(file)].definitions.decisions) {
      if (d.logic) walk(*d.logic);
    }
    for (const KnowledgeModel& k : files_[static_cast<std::size_t>(file)].definitions.knowledge_models) {
      if (k.logic) walk(*k.logic);
    }
    std::sort(fields_.begin(), fields_.end());
    fields_.erase(std::unique(fields_.begin(), fields_.end()), fields_.end());
  }

  ExprPtr FactName(int symbol, const std::string& name) {
    // Found by its own entry in the scope, which no text can hold.
    const std::string hidden = "\n" + name;
    scope_.symbols[hidden] = symbol;
    return Name(hidden);
  }

  ExprPtr TreeOf(const Element& e) {
    switch (e.what) {
      case What::kInput: {
        const InputData& input = Input(e);
        return Conforming(e.file, input.variable.type_ref, FactName(NewFact(e), *e.name), true);
      }
      case What::kDecision: {
        const Decision& d = DecisionOf(e);
        if (overridden_.count(&e) != 0) return Conforming(e.file, d.variable.type_ref, FactName(NewFact(e), *e.name), false);
        ExprPtr logic = LogicOf(e);
        if (&e == root_) return logic;
        const ExprPtr given = FactName(NewFact(e), *e.name);
        ExprPtr absent = Node(Op::kEqual, d.span);
        absent->args.push_back(feel::Clone(*given));
        absent->args.push_back(Null());
        ExprPtr choice = Node(Op::kIf, d.span);
        choice->args.push_back(std::move(absent));
        choice->args.push_back(std::move(logic));
        choice->args.push_back(Conforming(e.file, d.variable.type_ref, feel::Clone(*given), false));
        return choice;
      }
      case What::kKnowledge: {
        const KnowledgeModel& k = Knowledge(e);
        if (!k.logic) return Null(k.span);
        return FunctionOf(e.file, {}, *k.logic, k.variable.type_ref);
      }
      case What::kService: return ServiceFunction(e);
    }
    return Null();
  }
  ExprPtr LogicOf(const Element& e) {
    const Decision& d = DecisionOf(e);
    ExprPtr logic = d.logic ? Boxed(e.file, {}, *d.logic) : Null(d.span);
    return Conforming(e.file, d.variable.type_ref, std::move(logic), false);
  }

  // A service as a function: input data, then input decisions; the decisions inside are entries of a context.
  ExprPtr ServiceFunction(const Element& e) {
    const DecisionService& s = Service(e);
    ExprPtr function = Node(Op::kFunction, s.span);
    const auto parameter = [&](const Element* p) {
      function->names.push_back(NameIn(e.file, *p));
      function->parameter_types.push_back(TypeRef(p->file, p->what == What::kInput ? Input(*p).variable.type_ref : DecisionOf(*p).variable.type_ref));
      scope_.symbols.erase(function->names.back());
    };
    for (const Element* p : References(s.input_data)) parameter(p);
    for (const Element* p : References(s.input_decisions)) parameter(p);
    Names locals = function->names;
    ExprPtr context = Node(Op::kContext, s.span);
    for (const Element* inside : Inside(e)) {
      const Decision& d = DecisionOf(*inside);
      ExprPtr logic = d.logic ? Boxed(inside->file, locals, *d.logic) : Null(d.span);
      context->args.push_back(Conforming(inside->file, d.variable.type_ref, std::move(logic), false));
      context->names.push_back(NameIn(e.file, *inside));
      locals.push_back(context->names.back());
    }
    const std::vector<const Element*> outputs = References(s.output_decisions);
    ExprPtr body;
    if (outputs.size() == 1) {
      body = Node(Op::kPath, s.span);
      body->name = NameIn(e.file, *outputs[0]);
      body->args.push_back(std::move(context));
    } else {
      ExprPtr result = Node(Op::kContext, s.span);
      for (const Element* o : outputs) {
        result->names.push_back(*o->name);
        result->args.push_back(Name(NameIn(e.file, *o), s.span));
      }
      context->names.push_back("result");
      context->args.push_back(std::move(result));
      body = Node(Op::kPath, s.span);
      body->name = "result";
      body->args.push_back(std::move(context));
    }
    function->args.push_back(Conforming(e.file, s.variable.type_ref, std::move(body), false));
    return function;
  }

  const std::vector<File>& files_;
  const DmnOptions& options_;
  policy::Model& model_;
  std::vector<DmnElement>& elements_;
  Diagnostics& diagnostics_;
  feel::ZoneCache zones_;
  std::vector<Element> all_;
  std::map<std::pair<std::string, std::string>, const Element*> by_id_;
  std::vector<const ItemDefinition*> defining_;
  mutable std::set<const ItemDefinition*> named_;  // by anything that was lowered
  std::set<std::pair<int, std::string>> reported_types_;
  std::string next_type_;
  // Of the present policy and element:
  policy::Policy* policy_ = nullptr;
  const Element* root_ = nullptr;
  std::map<const Element*, int> symbols_;
  std::set<const Element*> overridden_;
  std::vector<const Element*> facts_, visiting_;
  ElementScope scope_;
  Names known_, fields_;
  std::string where_;
};

}  // namespace

std::vector<Piece> Pieces(const std::vector<File>& files, const DmnOptions& options, policy::Model* model, std::set<std::string>* unused_types,
                          Diagnostics* diagnostics) {
  std::vector<DmnElement> none;
  return Lowering(files, options, model, &none, diagnostics).Pieces(unused_types);
}

std::unique_ptr<policy::Model> Lower(const std::vector<File>& files, const DmnOptions& options, std::vector<DmnElement>* elements,
                                     Diagnostics* diagnostics) {
  auto model = std::make_unique<policy::Model>();
  const Definitions& main = files[0].definitions;
  model->name = main.name;
  model->source = main.file;
  model->dynamic = true;
  model->lenient = options.nulls == NullMode::kFeel;
  Lowering(files, options, model.get(), elements, diagnostics).Run();
  return model;
}

}  // namespace ordain::dmn
