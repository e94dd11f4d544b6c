// DMN to the JSON of a rule set: the pieces of a model with their trees, renamed and printed.
//
// A decision becomes a policy. Its facts are the input data that it needs, directly or through other decisions, since the policy of
// a required decision is called with its own facts: risk(age: age).risk. Knowledge models become formulas that are
// functions, in each policy that needs them. A decision table at the top of a decision stays a table.
//
// What was written is loaded as any rule set is. A policy that does not load is taken out, with those that call it, and
// the rest is tried again: the checker decides what can be typed, nothing is decided twice.
// Tested by tests/dmn_import_test.cc, which also decides the kit's cases by the imported policies.
#include <algorithm>
#include <map>
#include <set>

#include "dmn/lower.hpp"
#include "engine/parts.hpp"
#include "ordain/json.hpp"

namespace ordain::dmn {
namespace {

using feel::Expr;
using feel::ExprPtr;
using feel::Hit;
using feel::Op;

// A name of the rule-set language from any name.
std::string Plain(const std::string& name) {
  static constexpr std::string_view kReserved[] = {"if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "not", "between",
                                                   "instance", "of", "function", "external", "true", "false", "null", "at", "today", "item", "partial"};
  std::string out;
  for (const char c : name) {
    const bool part = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    if (part) out += c;
    else if (!out.empty() && out.back() != '_') out += '_';
  }
  while (out.size() > 1 && out.back() == '_') out.pop_back();
  if (out.empty() || (out[0] >= '0' && out[0] <= '9') || out.substr(0, 2) == "__") out = "n" + out;
  for (const std::string_view word : kReserved) {
    if (out == word) return out + "_";
  }
  return out;
}

std::string Quoted(std::string_view text) {
  std::string out;
  json::AppendString(text, &out);
  return out;
}

// The unary tests of a cell as they are written in a table.
std::string CellText(const Expr& e) {
  const auto input = [](const Expr& x) { return x.op == Op::kInput; };
  switch (e.op) {
    case Op::kConstant:
      if (e.value.IsTrue()) return "-";
      break;
    case Op::kOr: {
      const std::string a = CellText(*e.args[0]), b = CellText(*e.args[1]);
      if (!a.empty() && !b.empty()) return a + ", " + b;
      break;
    }
    case Op::kNot: {
      const std::string inner = CellText(*e.args[0]);
      if (!inner.empty()) return "not(" + inner + ")";
      break;
    }
    case Op::kEqual:
      if (input(*e.args[0])) return feel::Print(*e.args[1]);
      break;
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
    case Op::kNotEqual:
      if (input(*e.args[0])) {
        const char* sign = e.op == Op::kLess ? "< " : e.op == Op::kLessEqual ? "<= " : e.op == Op::kGreater ? "> " : e.op == Op::kGreaterEqual ? ">= " : "!= ";
        return sign + feel::Print(*e.args[1]);
      }
      break;
    case Op::kIn:
      if (input(*e.args[0]) && e.args.size() == 2) return feel::Print(*e.args[1]);
      break;
    default: break;
  }
  return feel::Print(e);
}

struct Untyped {
  std::string reason;
};

class Importer {
 public:
  Importer(const std::vector<File>& files, const DmnOptions& options, const std::string& name, DmnImport* out)
      : files_(files), options_(options), out_(*out) {
    name_ = Plain(name.empty() ? files[0].definitions.name : name);
    pieces_ = Pieces(files, options, &model_, &unused_types_, &out->diagnostics);
  }

  void Run() {
    NameAll();
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      if (pieces_[i].file == 0) Visit(static_cast<int>(i));
    }
    // What is asked for, and what that calls.
    std::set<int> kept;
    for (const int i : order_) {
      if (pieces_[static_cast<std::size_t>(i)].what != What::kDecision || pieces_[static_cast<std::size_t>(i)].file != 0) continue;
      Closure(i, &kept);
      out_.imported.push_back(pieces_[static_cast<std::size_t>(i)].name);
    }
    if (!kept.empty()) out_.rule_set = Document(kept, -1, "");
    TellTheRest(kept);
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      if (pieces_[i].what <= What::kDecision) out_.names.emplace_back(pieces_[i].name, names_[i]);
    }
  }

 private:
  void Refuse(const std::string& name, const std::string& reason, Diagnostics findings) {
    for (const NotImported& n : out_.not_imported) {
      if (n.name == name) return;
    }
    out_.not_imported.push_back({name, reason, std::move(findings)});
  }

  // What is in the file and in no policy.
  void TellTheRest(const std::set<int>& kept) {
    std::set<int> used;  // by the policies
    std::vector<int> open(kept.begin(), kept.end());
    while (!open.empty()) {
      const int i = open.back();
      open.pop_back();
      if (!used.insert(i).second) continue;
      for (const auto& [name, needed] : pieces_[static_cast<std::size_t>(i)].needs) open.push_back(needed);
    }
    const auto leave = [&](std::string what, std::string why) { out_.left_out.emplace_back(std::move(what), std::move(why)); };
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      const Piece& p = pieces_[i];
      const bool has = used.count(static_cast<int>(i)) != 0;
      if (has) {
        for (const Unkept& u : p.unkept) Refuse(u.place, "its allowed values, " + u.values + ", fit no type of a rule set and are not asked", {});
      }
      if (p.file != 0 || has) continue;
      if (p.what == What::kInput) leave("the input data `" + p.name + "`", "no decision that was imported needs it");
      if (p.what == What::kKnowledge) Refuse(p.name, "a knowledge model that no imported decision calls", {});
    }
    const Definitions& d = files_[0].definitions;
    const auto sum = [&](std::size_t n, const std::string& what, const std::string& why) {
      if (n != 0) leave(std::to_string(n) + " " + what, why);
    };
    const auto described = [](const auto& list) { return std::count_if(list.begin(), list.end(), [](const auto& x) { return !x.description.empty(); }); };
    sum(static_cast<std::size_t>(described(d.input_data) + described(d.item_definitions) + described(d.knowledge_models) + described(d.services) + !d.description.empty()),
        "description(s) of the model, its input data, types, knowledge models and services", "only those of decisions and rules have a place");
    for (const ItemDefinition& item : d.item_definitions) {
      if (unused_types_.count(item.name) != 0) leave("the type `" + item.name + "`", "nothing uses it");
    }
    for (const Piece& p : pieces_) {
      if (p.file == 0 && !p.unasked.empty()) leave("the " + p.unasked + " of `" + p.name + "`", "they are not asked of results, here as in a model");
    }
    for (const auto& [element, n] : d.others) sum(static_cast<std::size_t>(n), "x " + element, "no decision depends on it");
  }

  // Writes the policy of a piece, after those that it needs: first as a draft, whose names the checker types, then whole.
  void Visit(int index) {
    const Piece& p = pieces_[static_cast<std::size_t>(index)];
    if (!visited_.insert(index).second) return;
    for (const auto& [name, needed] : p.needs) Visit(needed);
    if (p.what == What::kService && p.file == 0) Refuse(p.name, "a decision service; its decisions are policies", {});
    if (p.what != What::kDecision && !IsTableFunction(index)) return;
    try {
      if (!p.logic) throw Untyped{"it has no logic"};
      std::set<int> needed;
      for (const auto& [name, n] : p.needs) Closure(n, &needed);
      Diagnostics found;
      const std::string draft = Policy(index, nullptr);
      const std::unique_ptr<policy::Model> model = policy::ReadModel(Document(needed, index, draft), "", options_.limits, &found);
      if (model != nullptr) policy::Link(model.get(), "", &found);
      if (HasError(found)) return Refuse(p.name, FirstError(found), Errors(found));
      const std::string whole = Policy(index, model.get());
      const LoadResult loaded = RuleSet::Load(Document(needed, index, whole), "", options_.limits);
      if (!loaded.ok()) return Refuse(p.name, FirstError(loaded.diagnostics), Errors(loaded.diagnostics));
      texts_[index] = whole;
      order_.push_back(index);
    } catch (const Untyped& u) {
      Refuse(p.name, u.reason, {});
    }
  }
  static bool HasError(const Diagnostics& found) {
    return std::any_of(found.begin(), found.end(), [](const Diagnostic& d) { return d.severity == Severity::kError; });
  }
  static Diagnostics Errors(const Diagnostics& found) {
    Diagnostics out;
    std::copy_if(found.begin(), found.end(), std::back_inserter(out), [](const Diagnostic& d) { return d.severity == Severity::kError; });
    return out;
  }
  static std::string FirstError(const Diagnostics& found) { return Errors(found)[0].Message(); }

  // The written policies that a piece leads to, itself among them.
  void Closure(int index, std::set<int>* out) const {
    std::set<int> seen;
    std::vector<int> open{index};
    while (!open.empty()) {
      const int i = open.back();
      open.pop_back();
      if (!seen.insert(i).second) continue;
      if (texts_.count(i) != 0) out->insert(i);
      for (const auto& [name, needed] : pieces_[static_cast<std::size_t>(i)].needs) open.push_back(needed);
    }
  }

  // A knowledge model that is a decision table: it becomes a policy, its parameters the facts.
  bool IsTableFunction(int index) const {
    const Piece& p = pieces_[static_cast<std::size_t>(index)];
    if (p.what != What::kKnowledge || !p.logic || p.logic->op != Op::kFunction) return false;
    const Expr* body = p.logic->args[0].get();
    while (body->op == Op::kCoerce) body = body->args[0].get();
    return body->op == Op::kTable;
  }

  void NameAll() {
    std::set<std::string> used;
    for (const Piece& p : pieces_) {
      std::string name = Plain(p.name);
      for (int k = 2; !used.insert(name).second; ++k) name = Plain(p.name) + "_" + std::to_string(k);
      names_.push_back(std::move(name));
    }
  }

  // ---- trees ------------------------------------------------------------------------------------------

  using Scope = std::map<std::string, int>;

  static void Substitute(Expr* e, const std::string& name, const Expr& by) {
    if (e->op == Op::kName && e->name == name) {
      *e = std::move(*feel::Clone(by));
      return;
    }
    for (ExprPtr& a : e->args) Substitute(a.get(), name, by);
  }
  // What conversions to the values of a column made (see Lowering::Among), as an `if`.
  static bool Simplify(Expr* e) {
    if (e->op != Op::kApply || e->args.size() != 2 || e->args[0]->op != Op::kFunction || e->args[0]->names != std::vector<std::string>{"the value"}) return false;
    ExprPtr value = std::move(e->args[1]), body = std::move(e->args[0]->args[0]);
    Substitute(body.get(), "the value", *value);
    for (ExprPtr& a : body->args) {
      if (a->op != Op::kFault) continue;
      a->op = Op::kConstant;
      a->value = Value();
      a->type = Type::Of(Kind::kNull).Nullable();
      a->name.clear();
    }
    *e = std::move(*body);
    return true;
  }

  // The names of a tree as the rule set has them. `scope`: what names of the model mean.
  void Rename(Expr* e, const Scope& scope) {
    while (Simplify(e)) {
    }
    const auto mapped = [&](const std::string& name) {
      const auto found = scope.find(name);
      return found != scope.end() ? names_[static_cast<std::size_t>(found->second)] : Plain(name);
    };
    // A function of the model that is a policy: name(a, b) is policy(p: a, q: b).policy.
    const auto policy_call = [&](int target, std::vector<std::string> names, std::vector<ExprPtr> args) {
      const Piece& p = pieces_[static_cast<std::size_t>(target)];
      if (texts_.count(target) == 0) throw Untyped{"it calls `" + p.name + "`, which is not imported"};
      if (args.size() != p.logic->names.size()) throw Untyped{"it calls `" + p.name + "` with another number of arguments"};
      if (names.empty()) names = p.logic->names;
      auto call = std::make_unique<Expr>();
      call->op = Op::kInvoke;
      call->name = names_[static_cast<std::size_t>(target)];
      for (std::size_t i = 0; i < args.size(); ++i) {
        Rename(args[i].get(), scope);
        call->names.push_back(Plain(names[i]));
      }
      call->args = std::move(args);
      Expr path;
      path.op = Op::kPath;
      path.name = call->name;
      path.args.push_back(std::move(call));
      *e = std::move(path);
    };
    if (e->op == Op::kInvoke || e->op == Op::kCall) {
      const auto found = scope.find(e->name);
      if (found != scope.end() && IsTableFunction(found->second)) return policy_call(found->second, e->names, std::move(e->args));
    }
    if (e->op == Op::kApply && e->args[0]->op == Op::kName) {
      const auto found = scope.find(e->args[0]->name);
      if (found != scope.end() && IsTableFunction(found->second)) {
        std::vector<ExprPtr> args;
        for (std::size_t i = 1; i < e->args.size(); ++i) args.push_back(std::move(e->args[i]));
        return policy_call(found->second, e->names, std::move(args));
      }
    }
    switch (e->op) {
      case Op::kName: e->name = mapped(e->name); break;
      case Op::kInvoke:
      case Op::kCall: {
        const auto found = scope.find(e->name);
        if (found != scope.end()) {
          e->op = Op::kInvoke;
          e->name = names_[static_cast<std::size_t>(found->second)];
        } else if (e->op == Op::kInvoke) {
          e->name = Plain(e->name);
        }
        if (e->op == Op::kInvoke) {
          for (std::string& n : e->names) n = Plain(n);
        }
        break;
      }
      case Op::kPath: {
        // "import.name", when that is what it means
        std::string qualified = e->name;
        const Expr* head = e->args[0].get();
        while (head->op == Op::kPath) {
          qualified = head->name + "." + qualified;
          head = head->args[0].get();
        }
        if (head->op == Op::kName && scope.count(head->name) == 0) {
          const auto whole = scope.find(head->name + "." + qualified);
          if (whole != scope.end()) {
            e->op = Op::kName;
            e->name = names_[static_cast<std::size_t>(whole->second)];
            e->args.clear();
            return;
          }
        }
        const auto& parts = feel::PropertyNames();
        if (std::find(parts.begin(), parts.end(), e->name) == parts.end()) e->name = Plain(e->name);
        break;
      }
      case Op::kContext:
      case Op::kFor:
      case Op::kSome:
      case Op::kEvery:
      case Op::kFunction:
      case Op::kApply:
        for (std::string& n : e->names) n = Plain(n);
        for (Type& t : e->parameter_types) t = Renamed(t);
        break;
      case Op::kInstanceOf:
      case Op::kCoerce: e->tested = Renamed(e->tested); break;
      case Op::kFault: throw Untyped{"it has an expression without a value: " + e->name};
      default: break;
    }
    for (ExprPtr& a : e->args) Rename(a.get(), scope);
    if (e->op == Op::kApply && e->args[0]->op == Op::kName) {  // f(a) is a call by name
      e->op = Op::kInvoke;
      e->name = e->args[0]->name;
      e->args.erase(e->args.begin());
    }
  }
  static Type Renamed(const Type& type) {
    switch (type.kind) {
      case Kind::kList: return Type::List(Renamed(type.item()));
      case Kind::kRange: return Type::Range(Renamed(type.item()));
      case Kind::kContext: {
        if (type.detail == nullptr) return type;
        std::vector<std::pair<std::string, Type>> fields;
        for (std::size_t i = 0; i < type.detail->items.size(); ++i) fields.emplace_back(Plain(type.detail->names()[i]), Renamed(type.detail->items[i]));
        return Type::Context(std::move(fields));
      }
      default: return type;
    }
  }
  static const Expr* FindTable(const Expr& e) {
    if (e.op == Op::kTable) return &e;
    for (const ExprPtr& a : e.args) {
      if (const Expr* found = FindTable(*a)) return found;
    }
    return nullptr;
  }

  // ---- types ------------------------------------------------------------------------------------------

  static std::string TypeJson(const Type& type, std::string extra) {
    if (const TypeDetail* d = type.detail.get()) {  // the allowed values
      std::string limits;
      for (const std::string& text : d->one_of) limits += (limits.empty() ? "" : ", ") + Quoted(text);
      if (!limits.empty()) limits = ", \"one_of\": [" + limits + "]";
      if (d->has_min) limits += std::string(d->min_open ? ", \"above\": " : ", \"min\": ") + d->min.ToString();
      if (d->has_max) limits += std::string(d->max_open ? ", \"below\": " : ", \"max\": ") + d->max.ToString();
      extra.insert(0, limits);
    }
    const auto simple = [&](const char* name) { return extra.empty() ? Quoted(name) : "{\"type\": " + Quoted(name) + extra + "}"; };
    switch (type.kind) {
      case Kind::kBoolean: return simple("boolean");
      case Kind::kNumber: return simple("number");
      case Kind::kText: return simple("text");
      case Kind::kDate: return simple("date");
      case Kind::kTime: return simple("time");
      case Kind::kInstant: return simple("instant");
      case Kind::kDuration: return simple("duration");
      case Kind::kMonths: return simple("months");
      case Kind::kList: return "{\"list_of\": " + TypeJson(type.item(), ", \"optional\": true") + extra + "}";
      case Kind::kContext: {
        if (type.detail == nullptr || type.detail->items.empty()) throw Untyped{"a context whose entries are not declared has no type in a rule set"};
        std::string fields;
        for (std::size_t i = 0; i < type.detail->items.size(); ++i) {
          fields += (i != 0 ? ", " : "") + Quoted(Plain(type.detail->names()[i])) + ": " + TypeJson(type.detail->items[i], ", \"optional\": true");
        }
        return "{\"record\": {" + fields + "}" + extra + "}";
      }
      default: throw Untyped{"a value of the type " + type.ToString() + " has no type in a rule set"};
    }
  }

  // ---- policies ---------------------------------------------------------------------------------------

  // Input data that a piece needs, directly or not, in a fixed order.
  void Inputs(int index, std::set<int>* out) const {
    std::set<int> seen;
    std::vector<int> open{index};
    while (!open.empty()) {
      const int i = open.back();
      open.pop_back();
      if (!seen.insert(i).second) continue;
      const Piece& p = pieces_[static_cast<std::size_t>(i)];
      if (p.what == What::kInput) out->insert(i);
      for (const auto& [name, needed] : p.needs) {
        if (pieces_[static_cast<std::size_t>(needed)].what != What::kKnowledge) open.push_back(needed);
      }
    }
  }
  void Functions(int index, std::vector<int>* out) const {
    for (const auto& [name, needed] : pieces_[static_cast<std::size_t>(index)].needs) {
      if (pieces_[static_cast<std::size_t>(needed)].what != What::kKnowledge || IsTableFunction(needed)) continue;
      if (std::find(out->begin(), out->end(), needed) != out->end()) continue;
      out->push_back(needed);
      Functions(needed, out);
    }
  }
  Scope ScopeOf(int index) const {
    Scope scope;
    for (const auto& [name, needed] : pieces_[static_cast<std::size_t>(index)].needs) scope[name] = needed;
    return scope;
  }

  // The JSON of one policy. draft: linked before, knows the types of what has none declared; null: not yet.
  std::string Policy(int index, const policy::Model* draft) {
    const Piece& p = pieces_[static_cast<std::size_t>(index)];
    const std::string& name = names_[static_cast<std::size_t>(index)];
    std::string out = "{\n      \"says\": {\"en\": " + Quoted(p.says.empty() ? p.name : p.says) + "}";
    std::vector<std::pair<std::string, std::string>> facts;
    const auto fact = [&](const std::string& key, const Type& type, const std::string& in_model) {
      if (type.kind == Kind::kAny) throw Untyped{"its input `" + in_model + "` has no type"};
      facts.emplace_back(key, TypeJson(type, ", \"optional\": true"));
    };
    const Expr* logic = p.logic.get();
    if (p.what == What::kKnowledge) {
      for (std::size_t i = 0; i < logic->names.size(); ++i) fact(Plain(logic->names[i]), logic->parameter_types[i], logic->names[i]);
      logic = logic->args[0].get();
    } else {
      std::set<int> inputs;
      Inputs(index, &inputs);
      for (const int i : inputs) fact(names_[static_cast<std::size_t>(i)], pieces_[static_cast<std::size_t>(i)].type, pieces_[static_cast<std::size_t>(i)].name);
    }
    out += ",\n      \"facts\": {";
    for (std::size_t i = 0; i < facts.size(); ++i) out += (i != 0 ? ",\n        " : "\n        ") + Quoted(facts[i].first) + ": " + facts[i].second;
    out += facts.empty() ? "}" : "\n      }";
    std::string formulas;
    const auto formula = [&](const std::string& key, const std::string& text) {
      formulas += (formulas.empty() ? "\n        " : ",\n        ") + Quoted(key) + ": " + Quoted(text);
    };
    std::vector<int> functions;
    Functions(index, &functions);
    for (const int f : functions) {
      const Piece& k = pieces_[static_cast<std::size_t>(f)];
      if (!k.logic) throw Untyped{"the function `" + k.name + "` has no logic"};
      if (FindTable(*k.logic) != nullptr) throw Untyped{"the function `" + k.name + "` holds a decision table"};
      const ExprPtr tree = feel::Clone(*k.logic);
      Rename(tree.get(), ScopeOf(f));
      formula(names_[static_cast<std::size_t>(f)], feel::Print(*tree));
    }
    for (const auto& [in_text, needed] : p.needs) {
      const Piece& n = pieces_[static_cast<std::size_t>(needed)];
      const std::string& other = names_[static_cast<std::size_t>(needed)];
      if (n.what == What::kService) throw Untyped{"it calls the decision service `" + n.name + "`"};
      if (n.what != What::kDecision) continue;
      if (texts_.count(needed) == 0) throw Untyped{"it needs `" + n.name + "`, which is not imported"};
      std::set<int> given;
      Inputs(needed, &given);
      std::string call = other + "(";
      for (const int i : given) call += (i != *given.begin() ? ", " : "") + names_[static_cast<std::size_t>(i)] + ": " + names_[static_cast<std::size_t>(i)];
      formula(other, call + ")." + other);
    }
    const ExprPtr tree = feel::Clone(*logic);
    Rename(tree.get(), ScopeOf(index));
    const Expr* top = tree.get();
    declared_ = Renamed(p.type);
    for (; top->op == Op::kCoerce; top = top->args[0].get()) {
      if (declared_.kind == Kind::kAny) declared_ = top->tested;
    }
    std::string table;
    std::vector<std::string> outputs;
    if (top->op == Op::kTable && (top->table->outputs.size() == 1 || Single(top->table->hit))) {
      table = Table(*top, name, index, &outputs, draft);
    } else if (FindTable(*tree) != nullptr) {
      throw Untyped{"a decision table inside another expression"};
    } else {
      formula(name, feel::Print(*tree));
    }
    if (!formulas.empty()) out += ",\n      \"formula\": {" + formulas + "\n      }";
    out += table;
    out += ",\n      \"outcome\": {" + Quoted(name) + ": " + Outcome(p, name, outputs, draft) + "}\n    }";
    return out;
  }

  static bool Single(Hit hit) { return hit == Hit::kUnique || hit == Hit::kFirst || hit == Hit::kAny || hit == Hit::kPriority; }

  const policy::Symbol* Drafted(const policy::Model* draft, const std::string& policy_name, const std::string& symbol) const {
    const int at = draft == nullptr ? -1 : draft->FindPolicy(policy_name);
    if (at < 0) return nullptr;
    const policy::Policy& p = draft->policies[static_cast<std::size_t>(at)];
    const int s = p.FindSymbol(symbol);
    return s < 0 ? nullptr : &p.symbols[static_cast<std::size_t>(s)];
  }

  // Before there is a draft an outcome is a text, which costs nothing: the draft is only linked, for the types of its names.
  std::string Outcome(const Piece& p, const std::string& name, const std::vector<std::string>& outputs, const policy::Model* draft) {
    if (draft == nullptr) return "{\"type\": \"boolean\", \"value\": {\"feel\": \"true\"}}";
    std::string value;
    Type type = Renamed(p.type);
    if (outputs.size() > 1) {
      std::string fields;
      std::vector<std::pair<std::string, Type>> types;
      for (const std::string& o : outputs) {
        fields += (fields.empty() ? "" : ", ") + o + ": " + o;
        const policy::Symbol* s = Drafted(draft, name, o);
        if (s == nullptr || s->type.kind == Kind::kAny) throw Untyped{"the type of its output `" + o + "` is not known"};
        types.emplace_back(o, s->type);
      }
      type = Type::Context(std::move(types));
      value = ", \"value\": " + Quoted("{" + fields + "}");
    } else {
      const policy::Symbol* s = Drafted(draft, name, name);
      if (s != nullptr && s->type.kind != Kind::kAny && s->type.kind != Kind::kNull) type = s->type;
      if (type.kind == Kind::kAny) throw Untyped{"its type is known only while evaluating"};
    }
    return TypeJson(type, value + ", \"nullable\": true");
  }

  std::string Table(const Expr& e, const std::string& name, int index, std::vector<std::string>* outputs, const policy::Model* draft) {
    const feel::TableForm& t = *e.table;
    const std::size_t width = t.outputs.size();
    for (std::size_t o = 0; o < width; ++o) outputs->push_back(width == 1 ? name : Plain(t.outputs[o]));
    static constexpr const char* kHits[] = {"unique", "first", "any", "priority", "collect", "output_order", "collect_sum", "collect_min", "collect_max", "collect_count"};
    std::string out = ",\n      \"table\": {\n        \"hit\": " + Quoted(kHits[static_cast<std::size_t>(t.hit)]) + ",\n        \"columns\": [";
    for (std::size_t c = 0; c < t.inputs; ++c) out += (c != 0 ? ", " : "") + Quoted(feel::Print(*e.args[c]));
    out += "]";
    if (width > 1) {
      std::string types;
      for (std::size_t o = 0; o < width; ++o) {
        const policy::Symbol* s = Drafted(draft, names_[static_cast<std::size_t>(index)], (*outputs)[o]);
        const std::string type = s == nullptr || s->type.kind == Kind::kAny ? OutputType(e, o) : TypeJson(s->type, ", \"nullable\": true");
        types += (o != 0 ? ", " : "") + Quoted((*outputs)[o]) + ": " + type;
      }
      out += ",\n        \"outputs\": {" + types + "}";
    } else if (draft == nullptr) {
      out += ",\n        \"outputs\": {" + Quoted(name) + ": " + OutputType(e, 0) + "}";
    }
    if (t.hit == Hit::kPriority || t.hit == Hit::kOutputOrder) {
      std::string lists;
      for (std::size_t o = 0; o < width; ++o) {
        if (t.priorities[o].empty()) continue;
        std::string values;
        for (const Value& v : t.priorities[o]) values += (values.empty() ? "" : ", ") + v.ToJson();
        lists += (lists.empty() ? "" : ", ") + Quoted((*outputs)[o]) + ": [" + values + "]";
      }
      if (!lists.empty()) out += ",\n        \"priorities\": {" + lists + "}";
    }
    out += ",\n        \"rows\": [";
    std::size_t at = t.inputs;
    const auto then = [&] {
      std::string values;
      for (std::size_t o = 0; o < width; ++o, ++at) values += (o != 0 ? ", " : "") + Quoted((*outputs)[o]) + ": {\"feel\": " + Quoted(feel::Print(*e.args[at])) + "}";
      return "{" + values + "}";
    };
    for (std::size_t r = 0; r < t.rows; ++r) {
      out += (r != 0 ? ",\n          " : "\n          ") + std::string("{");
      if (!t.notes.empty() && !t.notes[r].empty()) out += "\"says\": {\"en\": " + Quoted(t.notes[r]) + "}, ";
      out += "\"when\": [";
      for (std::size_t c = 0; c < t.inputs; ++c, ++at) out += (c != 0 ? ", " : "") + Quoted(CellText(*e.args[at]));
      out += "], \"then\": " + then() + "}";
    }
    out += "\n        ]";
    if (t.has_default) {
      out += ",\n        \"otherwise\": " + then();
    } else if (Single(t.hit) || t.hit == Hit::kSum) {  // where no row applies DMN says null
      std::string values;
      for (std::size_t o = 0; o < width; ++o) values += (o != 0 ? ", " : "") + Quoted((*outputs)[o]) + ": null";
      out += ",\n        \"otherwise\": {" + values + "}";
    }
    return out + "\n      }";
  }
  // The type of an output from its first cell that is a literal, or as it was converted to; a number otherwise, which the load checks.
  std::string OutputType(const Expr& e, std::size_t o) {
    const feel::TableForm& t = *e.table;
    const std::size_t width = t.outputs.size();
    std::string list = t.hit == Hit::kCollect || t.hit == Hit::kOutputOrder ? "list" : "";
    Type type;
    for (std::size_t r = 0; r < t.rows && type.kind == Kind::kAny; ++r) {
      const Expr& cell = *e.args[t.inputs + r * (t.inputs + width) + t.inputs + o];
      if (cell.op == Op::kCoerce) type = Renamed(cell.tested);
      else if (cell.op == Op::kConstant && !cell.value.IsNull()) type = Type::Of(cell.value.kind());
      else if (cell.op == Op::kNegate) type = Type::Of(Kind::kNumber);
    }
    if (t.hit == Hit::kCount) type = Type::Of(Kind::kNumber);
    if (type.kind == Kind::kAny && width == 1) type = list.empty() || declared_.kind != Kind::kList ? declared_ : declared_.item();
    if (type.kind == Kind::kAny) throw Untyped{"the type of its output is not known"};
    if (!list.empty()) return TypeJson(Type::List(type), "");
    return TypeJson(type, ", \"nullable\": true");
  }

  // A rule set of written policies, and one more that is tried.
  std::string Document(const std::set<int>& written, int tried, const std::string& text) const {
    std::string out = "{\n  \"ordain\": 1,\n  \"rule_set\": " + Quoted(name_) + ",\n  \"title\": {\"en\": " + Quoted(files_[0].definitions.name) + "}";
    if (!files_[0].definitions.file.empty()) out += ",\n  \"source\": " + Quoted(files_[0].definitions.file);
    out += ",\n  \"zone\": \"UTC\",\n  \"nulls\": \"feel\",\n  \"policies\": {";
    bool first = true;
    const auto add = [&](int index, const std::string& policy) {
      out += (first ? "\n    " : ",\n    ") + Quoted(names_[static_cast<std::size_t>(index)]) + ": " + policy;
      first = false;
    };
    for (const int i : written) add(i, texts_.at(i));
    if (tried >= 0) add(tried, text);
    return out + "\n  }\n}\n";
  }

  const std::vector<File>& files_;
  const DmnOptions& options_;
  DmnImport& out_;
  policy::Model model_;  // for the constants of the trees
  std::string name_;
  std::vector<Piece> pieces_;
  std::vector<std::string> names_;  // by piece
  std::map<int, std::string> texts_;  // policies that load, by piece
  std::vector<int> order_;            // of their writing
  std::set<int> visited_;
  std::set<std::string> unused_types_;
  Type declared_;                     // of the piece that is being written
};

}  // namespace

void WriteRuleSet(const std::vector<File>& files, const DmnOptions& options, const std::string& name, DmnImport* out) {
  Importer(files, options, name, out).Run();
}

}  // namespace ordain::dmn
