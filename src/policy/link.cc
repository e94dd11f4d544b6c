// Link: from parsed to meant. For each policy: who defines which name, what each definition needs, an
// order in which everything is known before it is used, and the type of every expression.
//
// A definition's needs are the names its trees mention. A ledger read that includes this event also needs
// what the event itself contributes (the stream's key, where, of, by); one that excludes it needs only
// its key, which is what lets an outcome depend on its own past ("carried over"). Order is found by depth-first
// search; a cycle is reported once, with its names. The search is recursive over definitions of one
// policy; chains are bounded by the number of definitions, which Limits bounds through the document.
// Tested by tests/link_test.cc and the rule sets.
#include <algorithm>
#include <set>

#include "policy/reader.hpp"

namespace ordain::policy {
namespace {

using feel::Expr;
using feel::Op;

bool IsParty(const Type& t) {
  return t.kind == Kind::kText && t.unit >= Unit::kPerson && t.unit <= Unit::kInstitution;
}

class PolicyScope : public feel::Scope {
 public:
  PolicyScope(Model* model, Policy* policy) : model_(model), policy_(policy) {}

  bool Find(std::string_view name, feel::Symbol* out) const override {
    int index = policy_->FindSymbol(name);
    if (index < 0) index = Global(name);
    if (index < 0) return false;
    Symbol& s = policy_->symbols[static_cast<std::size_t>(index)];
    s.used = true;
    out->id = index;
    out->type = s.type;
    return true;
  }

  bool FindPolicy(std::string_view name, std::vector<std::pair<std::string, Type>>* facts,
                  Type* outcome) const override {
    const int index = model_->FindPolicy(name);
    if (index < 0) return false;
    const Policy& p = model_->policies[static_cast<std::size_t>(index)];
    for (const Fact& f : p.facts) {
      facts->emplace_back(f.name, f.optional ? f.type.Nullable() : f.type);
    }
    *outcome = p.OutcomeType();
    return true;
  }

  void AllNames(std::vector<std::string>* out) const override {
    for (const Symbol& s : policy_->symbols) {
      if (!s.hidden) out->push_back(s.name);
    }
    for (const Parameter& p : model_->parameters) out->push_back(p.name);
    for (const Setting& s : model_->settings) out->push_back(s.name);
    out->push_back("at");
    out->push_back("today");
  }

  // Symbols that come from outside the policy are made when they are first used.
  int Global(std::string_view name) const {
    Symbol s;
    s.name = std::string(name);
    s.typed = true;
    if (name == "at") {
      s.kind = SymbolKind::kAt;
      s.type = Type::Of(Kind::kInstant);
    } else if (name == "today") {
      s.kind = SymbolKind::kToday;
      s.type = Type::Of(Kind::kDate);
    } else if (name == model_->name) {
      s.kind = SymbolKind::kParameters;
      std::vector<std::pair<std::string, Type>> fields;
      for (const Parameter& p : model_->parameters) fields.emplace_back(p.name, p.type);
      s.type = Type::Context(std::move(fields));
    } else {
      bool found = false;
      for (std::size_t i = 0; i < model_->parameters.size() && !found; ++i) {
        if (model_->parameters[i].name != name) continue;
        s.kind = SymbolKind::kParameter;
        s.index = static_cast<int>(i);
        s.type = model_->parameters[i].type;
        found = true;
      }
      for (std::size_t i = 0; i < model_->settings.size() && !found; ++i) {
        if (model_->settings[i].name != name) continue;
        s.kind = SymbolKind::kSetting;
        s.index = static_cast<int>(policy_->settings.size() + i);  // after the policy's own
        s.type = Type::Enumeration(model_->settings[i].values);
        found = true;
      }
      if (!found) return -1;
    }
    policy_->symbols.push_back(std::move(s));
    return static_cast<int>(policy_->symbols.size()) - 1;
  }

 private:
  Model* model_;
  Policy* policy_;
};

// Names that a tree mentions, with those bound by its own iterations left out, and the policies it invokes.
void CollectNames(const Expr& e, std::vector<std::string>* bound, std::set<std::string>* names,
                  std::set<std::string>* invoked) {
  if (e.op == Op::kName) {
    if (std::find(bound->begin(), bound->end(), e.name) == bound->end()) names->insert(e.name);
  }
  if (e.op == Op::kInvoke && std::find(bound->begin(), bound->end(), e.name) == bound->end()) {
    invoked->insert(e.name);  // a policy, or a function that a formula gives
  }
  const std::size_t before = bound->size();
  if (e.op == Op::kFunction) bound->insert(bound->end(), e.names.begin(), e.names.end());
  if (e.op == Op::kFor || e.op == Op::kSome || e.op == Op::kEvery || e.op == Op::kContext) {  // what comes later sees what came before
    for (std::size_t i = 0; i < e.args.size(); ++i) {
      if (e.args[i]) CollectNames(*e.args[i], bound, names, invoked);
      if (i < e.names.size()) bound->push_back(e.names[i]);
    }
  } else {
    for (const feel::ExprPtr& a : e.args) {  // null where a check that failed left one out
      if (a) CollectNames(*a, bound, names, invoked);
    }
  }
  bound->resize(before);
}

class Linker {
 public:
  Linker(Model* model, Policy* policy, int policy_index, const Limits* limits, Diagnostics* diagnostics)
      : model_(model), policy_(policy), index_(policy_index), scope_(model, policy),
        loader_{model, diagnostics, limits}, diagnostics_(diagnostics) {}

  void Run() {
    const std::size_t before = diagnostics_->size();
    for (std::size_t i = 0; i < policy_->definitions.size(); ++i) {
      for (const int s : Defines(policy_->definitions[i])) {
        policy_->symbols[static_cast<std::size_t>(s)].kind = SymbolKind::kDefined;
        policy_->symbols[static_cast<std::size_t>(s)].index = static_cast<int>(i);
      }
    }
    Sort();
    for (const int d : order_) Check(policy_->definitions[static_cast<std::size_t>(d)]);
    CheckOutcome();
    for (Fact& f : policy_->facts) {
      const Type boolean = Type::Of(Kind::kBoolean);
      if (f.required_when) CheckTree(&f.required_when, &boolean);
    }
    Reorder();
    for (std::size_t i = before; i < diagnostics_->size(); ++i) {
      if ((*diagnostics_)[i].severity == Severity::kError) policy_->broken = true;
    }
    policy_->linked = true;
  }

  // Streams are checked when all policies are linked: another policy may have declared them here.
  void CheckStreams() {
    const Type boolean = Type::Of(Kind::kBoolean);
    const Type integer = Type::Of(Kind::kNumber, Unit::kInteger);
    for (Stream& s : policy_->streams) {
      if (s.each) continue;  // checked with its read
      for (Expression& k : s.key) CheckTree(&k, nullptr);
      if (s.where) CheckTree(&s.where, &boolean);
      if (s.of) {
        CheckTree(&s.of, nullptr);
        if (s.of && s.of.tree->type.kind != Kind::kNumber) ReportType(s.of, "a number");
      }
      if (s.by) CheckTree(&s.by, &integer);
      s.reads_ledger = DependsOnLedger(s);
    }
  }

  bool CheckTree(Expression* e, const Type* expected, const Type* input = nullptr) {
    if (!*e) return false;
    feel::CheckContext context;
    context.scope = &scope_;
    context.diagnostics = diagnostics_;
    context.source = e->source;
    context.arena = &model_->arena;
    context.input = input;
    context.strict = !model_->lenient;
    context.money_scale = model_->money_scale;
    const std::size_t before = diagnostics_->size();
    if (feel::Check(e->tree.get(), context, expected)) return true;
    if (MentionsUnknown(*e->tree) || (input != nullptr && input->kind == Kind::kAny)) {  // what is unknown was reported where it is defined; that it is unknown here is no second mistake
      const auto only_unknown = [](const Diagnostic& d) { return d.code == Code::kTypeMismatch && !d.args.empty() && d.args.back().second == feel::kUnknownFound; };
      diagnostics_->erase(std::remove_if(diagnostics_->begin() + static_cast<std::ptrdiff_t>(before), diagnostics_->end(), only_unknown), diagnostics_->end());
      policy_->broken = true;
    }
    return false;
  }

  PolicyScope& scope() { return scope_; }

 private:
  // Does the tree use a name whose definition has failed, or cannot be known yet because of a cycle?
  bool MentionsUnknown(const Expr& e) const {
    std::vector<std::string> bound;
    std::set<std::string> names, invoked;
    CollectNames(e, &bound, &names, &invoked);
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      const int s = policy_->FindSymbol(name);
      return s >= 0 && policy_->symbols[static_cast<std::size_t>(s)].type.kind == Kind::kAny;
    });
  }

  std::vector<int> Defines(const Definition& d) const {
    std::vector<int> out;
    const auto add = [&](int s) {
      if (s >= 0) out.push_back(s);
    };
    const auto i = static_cast<std::size_t>(d.index);
    switch (d.kind) {
      case DefinitionKind::kFormula: add(policy_->formulas[i].symbol); break;
      case DefinitionKind::kTable: for (const int s : policy_->tables[i].outputs) add(s); break;
      case DefinitionKind::kRead: add(policy_->reads[i].symbol); break;
      case DefinitionKind::kDiscretion: {
        const Discretion& x = policy_->discretions[i];
        for (const int s : {x.symbol, x.allowed, x.min, x.max}) add(s);
        break;
      }
      case DefinitionKind::kRequirement: break;
      case DefinitionKind::kEffects: add(policy_->effects[i].symbol); break;
    }
    return out;
  }

  std::set<std::string> Needs(const Definition& d) {
    std::set<std::string> names, invoked;
    std::vector<std::string> bound;
    const auto add = [&](const Expression& e) {
      if (e) CollectNames(*e.tree, &bound, &names, &invoked);
    };
    const auto i = static_cast<std::size_t>(d.index);
    switch (d.kind) {
      case DefinitionKind::kFormula: add(policy_->formulas[i].value); break;
      case DefinitionKind::kTable: {
        const Table& t = policy_->tables[i];
        for (const Table::Column& c : t.columns) add(c.input);
        for (const Table::Row& r : t.rows) {
          for (const Expression& e : r.cells) add(e);
          for (const Expression& e : r.outputs) add(e);
        }
        for (const Expression& e : t.otherwise) add(e);
        break;
      }
      case DefinitionKind::kRead: {
        const Read& r = policy_->reads[i];
        for (const Expression& e : r.key) add(e);
        add(r.on);
        add(r.reaches_expression);
        add(r.default_value);
        const Stream& s = model_->policies[static_cast<std::size_t>(r.stream_policy)].streams[static_cast<std::size_t>(r.stream)];
        if (r.stream_policy == index_) {
          add(s.each);
          if (s.each) bound.push_back(s.variable);
          for (const Expression& e : s.key) add(e);
          add(s.by);
          if (r.including_this) {
            add(s.where);
            add(s.of);
          }
          bound.clear();
        }
        break;
      }
      case DefinitionKind::kDiscretion: {
        const Discretion& x = policy_->discretions[i];
        add(x.when);
        add(x.by);
        add(x.from);
        add(x.to);
        for (const Expression& e : x.one_of) add(e);
        break;
      }
      case DefinitionKind::kRequirement: add(policy_->requirements[i].that); break;
      case DefinitionKind::kEffects:
        for (const EffectGroup::Share& s : policy_->effects[i].shares) add(s.tree);
        break;
    }
    for (const std::string& p : invoked) {
      const int other = model_->FindPolicy(p);
      if (other < 0) names.insert(p);
      if (other >= 0 && std::find(policy_->invoked.begin(), policy_->invoked.end(), other) == policy_->invoked.end()) {
        policy_->invoked.push_back(other);
      }
    }
    return names;
  }

  void Sort() {
    state_.assign(policy_->definitions.size(), 0);
    // What the facts themselves must be is said before anything is computed from them, as with declared types.
    for (const Code code : {Code::kMissingFact, Code::kWrongType}) {
      for (std::size_t i = 0; i < policy_->definitions.size(); ++i) {
        const Definition& d = policy_->definitions[i];
        if (d.kind != DefinitionKind::kRequirement) continue;
        if (policy_->requirements[static_cast<std::size_t>(d.index)].code == code) Visit(static_cast<int>(i));
      }
    }
    for (std::size_t i = 0; i < policy_->definitions.size(); ++i) Visit(static_cast<int>(i));
  }

  void Visit(int d) {
    if (state_[static_cast<std::size_t>(d)] == 2) return;
    if (state_[static_cast<std::size_t>(d)] == 1) {
      std::string names;
      const auto first = std::find(path_.begin(), path_.end(), d);
      for (auto it = first; it != path_.end(); ++it) {
        const auto defines = Defines(policy_->definitions[static_cast<std::size_t>(*it)]);
        if (!defines.empty()) {
          names += (names.empty() ? "" : ", ") + policy_->symbols[static_cast<std::size_t>(defines[0])].name;
        }
      }
      const Remark& at = policy_->definitions[static_cast<std::size_t>(d)].remark;
      loader_.Report(Code::kCycle, at.path, at.span, {{"names", names}}, "define one of them without the others");
      return;
    }
    state_[static_cast<std::size_t>(d)] = 1;
    path_.push_back(d);
    for (const std::string& name : Needs(policy_->definitions[static_cast<std::size_t>(d)])) {
      const int s = policy_->FindSymbol(name);
      if (s < 0) continue;
      const Symbol& symbol = policy_->symbols[static_cast<std::size_t>(s)];
      if (symbol.kind == SymbolKind::kDefined && symbol.index >= 0) Visit(symbol.index);
    }
    path_.pop_back();
    state_[static_cast<std::size_t>(d)] = 2;
    order_.push_back(d);
  }

  void Reorder() {
    std::vector<Definition> sorted;
    std::vector<int> position(policy_->definitions.size(), -1);
    for (const int d : order_) {
      position[static_cast<std::size_t>(d)] = static_cast<int>(sorted.size());
      sorted.push_back(std::move(policy_->definitions[static_cast<std::size_t>(d)]));
    }
    policy_->definitions = std::move(sorted);
    for (Symbol& s : policy_->symbols) {
      if (s.kind == SymbolKind::kDefined && s.index >= 0) s.index = position[static_cast<std::size_t>(s.index)];
    }
  }

  void SetType(int symbol, Type type) {
    type.literal = false;
    Symbol& s = policy_->symbols[static_cast<std::size_t>(symbol)];
    s.type = std::move(type);
    s.typed = true;
  }

  void ReportType(const Expression& e, const std::string& expected) {
    loader_.Report(Code::kTypeMismatch, e.source.path, e.source.span,
                   {{"where", feel::Brief(*e.tree)}, {"expected", expected}, {"found", e.tree->type.ToString()}});
  }

  void Check(const Definition& d) {
    const auto i = static_cast<std::size_t>(d.index);
    const Type boolean = Type::Of(Kind::kBoolean);
    switch (d.kind) {
      case DefinitionKind::kFormula: {
        Formula& f = policy_->formulas[i];
        const bool ok = CheckTree(&f.value, f.declared ? &*f.declared : nullptr);
        if (f.declared) {
          SetType(f.symbol, *f.declared);
        } else {
          SetType(f.symbol, ok ? f.value.tree->type : Type());
        }
        break;
      }
      case DefinitionKind::kTable: CheckTable(&policy_->tables[i]); break;
      case DefinitionKind::kRead: CheckRead(&policy_->reads[i]); break;
      case DefinitionKind::kDiscretion: CheckDiscretion(&policy_->discretions[i]); break;
      case DefinitionKind::kRequirement: CheckTree(&policy_->requirements[i].that, &boolean); break;
      case DefinitionKind::kEffects: CheckEffects(&policy_->effects[i]); break;
    }
  }

  void CheckTable(Table* t) {
    const Type boolean = Type::Of(Kind::kBoolean);
    for (Table::Column& c : t->columns) {
      if (c.input) CheckTree(&c.input, nullptr);
    }
    std::vector<std::optional<Type>> types = t->declared;
    const auto check_outputs = [&](std::vector<Expression>* outputs) {
      for (std::size_t o = 0; o < outputs->size() && o < types.size(); ++o) {
        Expression& e = (*outputs)[o];
        if (!CheckTree(&e, types[o] ? &*types[o] : nullptr)) continue;
        if (!types[o]) {
          types[o] = e.tree->type;
          types[o]->literal = false;
        }
      }
    };
    for (Table::Row& r : t->rows) {
      for (std::size_t c = 0; c < r.cells.size() && c < t->columns.size(); ++c) {
        const Expression& input = t->columns[c].input;
        // `?` of an optional fact: a cell that does not ask for null does not hold for it (the compiler sees to
        // that), so inside a cell `?` is never null.
        Type input_type;
        if (input) input_type = input.tree->type.NotNull();
        CheckTree(&r.cells[c], &boolean, input ? &input_type : nullptr);
      }
      check_outputs(&r.outputs);
    }
    check_outputs(&t->otherwise);
    for (std::size_t o = 0; o < t->outputs.size(); ++o) {
      Type type = types[o] ? *types[o] : Type();
      switch (t->hit) {
        case Hit::kCollect:
        case Hit::kOutputOrder: type = Type::List(type); break;
        case Hit::kCount: type = Type::Of(Kind::kNumber, Unit::kInteger); break;
        case Hit::kMin:
        case Hit::kMax:
          if (t->otherwise.empty()) type.nullable = true;
          break;
        default: break;
      }
      SetType(t->outputs[o], type);
    }
  }

  void CheckRead(Read* r) {
    Policy& source = model_->policies[static_cast<std::size_t>(r->stream_policy)];
    Stream& s = source.streams[static_cast<std::size_t>(r->stream)];
    const bool own = r->stream_policy == index_;
    const Type date = Type::Of(Kind::kDate);
    for (Expression& e : r->key) CheckTree(&e, nullptr);
    if (r->on) CheckTree(&r->on, &date);
    Type type = Type::Of(Kind::kNumber, Unit::kInteger);
    if (s.each) {  // a count per element: the whole stream lives inside the iteration
      CheckTree(&s.each, nullptr);
      if (!s.each || s.each.tree->type.kind != Kind::kList) {
        if (s.each) ReportType(s.each, "a list");
        SetType(r->symbol, Type::List(Type()));
        return;
      }
      const Type item = s.each.tree->type.item();
      CheckEachStream(&s, item);
      SetType(r->symbol, Type::List(Type::Context({{s.variable, item}, {"count", type}})));
      return;
    }
    if (r->kind == ReadKind::kHistory) {
      std::vector<std::pair<std::string, Type>> fields{{"at", Type::Of(Kind::kInstant)}};
      for (const std::string& name : r->keep) {
        const auto fact = std::find_if(source.facts.begin(), source.facts.end(), [&](const Fact& f) { return f.name == name; });
        if (fact == source.facts.end()) {
          std::vector<std::string> names;
          for (const Fact& f : source.facts) names.push_back(f.name);
          const Symbol& at = policy_->symbols[static_cast<std::size_t>(r->symbol)];
          loader_.ReportUnknown(Code::kUnknownName, json::Child(at.path, "keep"), at.span, name, names);
          continue;
        }
        r->kept.push_back(static_cast<int>(fact - source.facts.begin()));
        fields.emplace_back(name, fact->type);
      }
      SetType(r->symbol, Type::List(Type::Context(std::move(fields))));
      return;
    }
    if (r->kind == ReadKind::kTotal || r->kind == ReadKind::kLatest) {
      Symbol& symbol = policy_->symbols[static_cast<std::size_t>(r->symbol)];
      if (symbol.typed) {
        type = symbol.type;
      } else if (own && r->including_this) {
        type = CheckTree(&s.of, nullptr) ? s.of.tree->type : Type();
        if (type.kind == Kind::kNumber) type = Type::Of(Kind::kNumber, type.unit);
      } else {
        type = GuessType(source, s.of, r->stream_policy);
      }
      if (type.kind != Kind::kNumber) {
        loader_.Report(Code::kMissingKey, s.of.source.path, s.of.source.span, {{"name", "type"}},
                       "the type of this read cannot be told from `of`; write \"type\": \"money\" or the like");
      }
    }
    if (r->default_value) CheckTree(&r->default_value, &type);
    if (r->reaches_expression) {
      CheckTree(&r->reaches_expression, nullptr);
      if (r->reaches_expression && r->reaches_expression.tree->type.kind != Kind::kNumber) {
        ReportType(r->reaches_expression, "a number");
      }
    }
    SetType(r->symbol, type);
  }

  void CheckEachStream(Stream* s, const Type& item) {
    // for <variable> in <each> return {key fields..., where}: one tree, so that the variable is in scope.
    const Trees t{loader_, s->each.source.span};
    feel::ExprPtr loop = t.Node(Op::kFor);
    loop->names = {s->variable};
    loop->args.push_back(feel::Clone(*s->each.tree));
    feel::ExprPtr record = t.Node(Op::kContext);
    for (std::size_t k = 0; k < s->key.size(); ++k) {
      if (!s->key[k]) return;
      record->names.push_back("k" + std::to_string(k));
      record->args.push_back(std::move(s->key[k].tree));
    }
    if (s->where) {
      record->names.push_back("where");
      record->args.push_back(std::move(s->where.tree));
    }
    loop->args.push_back(std::move(record));
    Expression whole;
    whole.source = s->each.source;
    whole.tree = std::move(loop);
    CheckTree(&whole, nullptr);
    s->each = std::move(whole);  // the tree now holds list, keys and where
    (void)item;
  }

  // The type of `of` where it cannot be checked yet: a fact, an outcome or a formula with a declared type.
  Type GuessType(const Policy& source, const Expression& of, int source_index) const {
    if (!of) return {};
    if (of.tree->op == Op::kName) {
      const int s = source.FindSymbol(of.tree->name);
      if (s >= 0 && source.symbols[static_cast<std::size_t>(s)].typed) {
        return Type::Of(source.symbols[static_cast<std::size_t>(s)].type.kind, source.symbols[static_cast<std::size_t>(s)].type.unit);
      }
      for (const OutcomeField& f : source.outcome) {
        if (f.value && f.value.tree->op == Op::kName && f.value.tree->name == of.tree->name) {
          return Type::Of(f.type.kind, f.type.unit);
        }
      }
      for (const Formula& f : source.formulas) {
        if (source.symbols[static_cast<std::size_t>(f.symbol)].name == of.tree->name && f.declared) {
          return Type::Of(f.declared->kind, f.declared->unit);
        }
      }
    }
    // An expression over the facts of another policy: check a copy in its scope.
    if (source_index != index_) {
      Policy& other = model_->policies[static_cast<std::size_t>(source_index)];
      Diagnostics ignored;
      Linker linker(model_, &other, source_index, loader_.limits, &ignored);
      Expression copy;
      copy.source = of.source;
      copy.tree = feel::Clone(*of.tree);
      if (linker.CheckTree(&copy, nullptr)) return Type::Of(copy.tree->type.kind, copy.tree->type.unit);
    }
    return {};
  }

  void CheckDiscretion(Discretion* d) {
    const Type boolean = Type::Of(Kind::kBoolean);
    if (d->when) CheckTree(&d->when, &boolean);
    if (!CheckTree(&d->by, nullptr)) {
      SetType(d->symbol, Type());
      return;
    }
    const Type by = d->by.tree->type;
    Type item = by.kind == Kind::kList ? by.item() : by;
    item.nullable = false;
    item.literal = false;
    item.detail = nullptr;
    for (Expression& e : d->one_of) CheckTree(&e, &item);
    if (d->from) CheckTree(&d->from, &item);
    if (d->to) CheckTree(&d->to, &item);
    if ((d->from || d->to) && item.kind != Kind::kNumber && item.kind != Kind::kDate && item.kind != Kind::kInstant) {
      ReportType(d->by, "numbers or dates");
    }
    SetType(d->symbol, by.Nullable());
    if (d->allowed >= 0) SetType(d->allowed, Type::List(item).Nullable());
    if (d->min >= 0) SetType(d->min, item.Nullable());
    if (d->max >= 0) SetType(d->max, item.Nullable());
  }

  void CheckEffects(EffectGroup* g) {
    Unit unit = Unit::kNone;
    bool first = true;
    const bool amount = g->kind <= EffectKind::kPoints;
    const Type wanted = Type::Of(Kind::kNumber, g->kind == EffectKind::kPoints ? Unit::kPoints : Unit::kMoney);
    for (EffectGroup::Share& s : g->shares) {
      if (!CheckTree(&s.tree, nullptr)) continue;
      Expr* record = s.tree.tree.get();
      if (record->op == Op::kFor) record = record->args.back().get();
      if (record->op == Op::kIf) record = record->args[1].get();
      if (record->op != Op::kContext) continue;  // folded away: `when` is constantly false
      for (std::size_t f = 0; f < record->args.size(); ++f) {
        const Type& type = record->args[f]->type;
        const std::string& name = record->names[f];
        const auto complain = [&](const std::string& expected) {
          loader_.Report(Code::kTypeMismatch, s.tree.source.path, record->args[f]->span,
                         {{"where", "`" + name + "` of the effect"}, {"expected", expected}, {"found", type.ToString()}});
        };
        if (name == "to") {
          Type party = type.kind == Kind::kList && !type.nullable ? type.item() : type;
          if (!IsParty(party) || party.nullable || type.nullable) {
            complain("a party or a list of parties (person, team, department, institution), not null");
          } else {
            unit = first || unit == party.unit ? party.unit : Unit::kNone;
            first = false;
          }
        } else if (name == "amount") {
          if (!feel::Fits(type, wanted)) complain(wanted.ToString());
        } else if (name == "detail") {
          const Type& item = type.kind == Kind::kList && !type.nullable ? type.item() : type;
          if (item.kind != Kind::kText || item.nullable || type.nullable) complain("a text or a list of texts");
        } else if (type.kind != Kind::kDate && type.kind != Kind::kInstant) {
          complain("a date or an instant");
        }
      }
    }
    if (g->symbol >= 0) {
      std::vector<std::pair<std::string, Type>> fields;
      fields.emplace_back("to", Type::Of(Kind::kText, unit));
      if (amount) fields.emplace_back("amount", wanted);
      SetType(g->symbol, Type::List(Type::Context(std::move(fields))));
    }
  }

  void CheckOutcome() {
    for (OutcomeField& f : policy_->outcome) {
      if (!f.value) continue;
      if (f.value.tree->op == Op::kName && policy_->FindSymbol(f.value.tree->name) < 0 &&
          f.value.tree->name == f.name && scope_.Global(f.name) < 0) {
        std::vector<std::string> names;
        scope_.AllNames(&names);
        const std::string near = NearestName(f.name, names);
        loader_.Report(Code::kUndefinedOutcome, f.remark.path, f.remark.span, {{"name", f.name}},
                       near.empty() ? "define it in a formula or a table, or write its `value`" : "did you mean `" + near + "`?");
        policy_->broken = true;
        continue;
      }
      CheckTree(&f.value, &f.type);
    }
  }

  bool DependsOnLedger(const Stream& s) {
    std::set<std::string> names, invoked, seen;
    std::vector<std::string> bound, queue;
    const auto add = [&](const Expression& e) {
      if (e) CollectNames(*e.tree, &bound, &names, &invoked);
    };
    for (const Expression& k : s.key) add(k);
    add(s.where);
    add(s.of);
    add(s.by);
    queue.assign(names.begin(), names.end());
    while (!queue.empty()) {
      const std::string name = queue.back();
      queue.pop_back();
      if (!seen.insert(name).second) continue;
      const int symbol = policy_->FindSymbol(name);
      if (symbol < 0) continue;
      const Symbol& found = policy_->symbols[static_cast<std::size_t>(symbol)];
      if (found.kind != SymbolKind::kDefined || found.index < 0) continue;
      const Definition& d = policy_->definitions[static_cast<std::size_t>(found.index)];
      if (d.kind == DefinitionKind::kRead) return true;
      for (const std::string& n : Needs(d)) queue.push_back(n);
    }
    return false;
  }

  Model* model_;
  Policy* policy_;
  int index_;
  PolicyScope scope_;
  Loader loader_;
  Diagnostics* diagnostics_;
  std::vector<int> state_, path_, order_;
};

// Policies that use each other in a circle, and policies used that read their ledger per element.
void CheckInvocations(Model* model, const Loader& loader) {
  const std::size_t n = model->policies.size();
  std::vector<int> state(n, 0);
  std::vector<std::pair<int, std::size_t>> stack;
  for (std::size_t start = 0; start < n; ++start) {
    if (state[start] != 0) continue;
    stack.assign(1, {static_cast<int>(start), 0});
    state[start] = 1;
    while (!stack.empty()) {
      auto& [p, next] = stack.back();
      const Policy& policy = model->policies[static_cast<std::size_t>(p)];
      if (next == policy.invoked.size()) {
        state[static_cast<std::size_t>(p)] = 2;
        stack.pop_back();
        continue;
      }
      const int other = policy.invoked[next++];
      if (state[static_cast<std::size_t>(other)] == 1) {
        std::string names;
        for (const auto& [q, i] : stack) names += model->policies[static_cast<std::size_t>(q)].name + ", ";
        loader.Report(Code::kCycle, policy.remark.path, policy.remark.span,
                      {{"names", names + model->policies[static_cast<std::size_t>(other)].name}});
        for (const auto& [q, i] : stack) model->policies[static_cast<std::size_t>(q)].broken = true;
      } else if (state[static_cast<std::size_t>(other)] == 0) {
        state[static_cast<std::size_t>(other)] = 1;
        stack.emplace_back(other, 0);
      }
    }
  }
}

}  // namespace

void Link(Model* model, const std::string& file, Diagnostics* diagnostics) {
  const Limits limits;
  const Loader loader{model, diagnostics, &limits};
  std::vector<std::unique_ptr<Linker>> linkers;
  for (std::size_t i = 0; i < model->policies.size(); ++i) {
    linkers.push_back(std::make_unique<Linker>(model, &model->policies[i], static_cast<int>(i), &limits, diagnostics));
    linkers.back()->Run();
  }
  for (std::size_t i = 0; i < linkers.size(); ++i) {
    const std::size_t before = diagnostics->size();
    linkers[i]->CheckStreams();
    if (diagnostics->size() != before) model->policies[i].broken = true;
  }
  CheckInvocations(model, loader);
  // A policy that uses a broken one is broken as well.
  for (bool changed = true; changed;) {
    changed = false;
    for (Policy& p : model->policies) {
      for (const int other : p.invoked) {
        if (!p.broken && model->policies[static_cast<std::size_t>(other)].broken) p.broken = changed = true;
      }
    }
  }
  // Guards: their own little scope of amount, to, at, today and the parameters.
  for (Guard& g : model->guards) {
    Policy scratch;
    const auto local = [&](const char* name, Type type) {
      Symbol s;
      s.name = name;
      s.type = std::move(type);
      s.typed = true;
      s.kind = SymbolKind::kFact;
      scratch.symbols.push_back(std::move(s));
    };
    local("amount", Type::Of(Kind::kNumber, Unit::kMoney));
    local("to", Type::Of(Kind::kText));
    Linker linker(model, &scratch, -1, &limits, diagnostics);
    const Type boolean = Type::Of(Kind::kBoolean), money = Type::Of(Kind::kNumber, Unit::kMoney);
    if (g.when) linker.CheckTree(&g.when, &boolean);
    if (g.limit) linker.CheckTree(&g.limit, &money);
    g.symbols = std::move(scratch.symbols);
  }
  for (Diagnostic& d : *diagnostics) {
    if (d.file.empty()) d.file = file;
  }
}

}  // namespace ordain::policy
