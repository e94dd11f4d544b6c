// Names to symbols where types are not known before evaluation: the dynamic counterpart of check.cc.
//
// Nothing is an error of the expression as a whole. A name that nothing defines, a wrong parameter name, a function that
// does not exist each become a kFault in their place: FEEL says null there, and the decision says why.
//
// In the condition of a filter a name may be an entry of the item, which only the item itself can tell: such a name becomes a
// kItemName that asks the item first and falls back to what the name means outside.
// Tested by tests/feel_test.cc and by the conformance kit (tests/tck_test.cc).
#include <algorithm>

#include "feel/resolve.hpp"

namespace ordain::feel {
namespace {

class Resolver {
 public:
  explicit Resolver(const CheckContext& context) : context_(context) {}

  void Visit(Expr* e) {
    if (e->op != Op::kConstant && e->op != Op::kCoerce) e->type = Type().Nullable();
    switch (e->op) {
      case Op::kName: return VisitName(e);
      case Op::kPath: return VisitPath(e);
      case Op::kCall: return VisitCall(e);
      case Op::kInvoke: return VisitInvoke(e);
      case Op::kContext: {
        const std::size_t before = locals_.size();
        e->local = Locals(e->args.size());
        std::vector<std::pair<std::string, Type>> fields;
        for (std::size_t i = 0; i < e->args.size(); ++i) {  // each sees those before it
          Visit(e->args[i].get());
          locals_.push_back({e->names[i], e->local + static_cast<int>(i), false});
          fields.emplace_back(e->names[i], Type());
        }
        locals_.resize(before);
        e->type = Type::Context(std::move(fields));
        return;
      }
      case Op::kFor:
      case Op::kSome:
      case Op::kEvery: {
        const std::size_t before = locals_.size();
        e->local = Locals(e->names.size());
        for (std::size_t i = 0; i + 1 < e->args.size(); ++i) {
          if (e->args[i]->op == Op::kRange && e->args[i]->domain) {
            for (const ExprPtr& end : e->args[i]->args) Visit(end.get());
            e->args[i]->type = Type().Nullable();
          } else {
            Visit(e->args[i].get());
          }
          locals_.push_back({e->names[i], e->local + static_cast<int>(i), false});
        }
        loops_ += e->op == Op::kFor ? 1 : 0;
        Visit(e->args.back().get());
        loops_ -= e->op == Op::kFor ? 1 : 0;
        locals_.resize(before);
        return;
      }
      case Op::kFilter: {
        Visit(e->args[0].get());
        e->local = Locals(1);
        locals_.push_back({"item", e->local, true});
        Visit(e->args[1].get());
        locals_.pop_back();
        return;
      }
      case Op::kFunction: {
        const std::size_t before = locals_.size();
        const int loops = loops_;
        loops_ = 0;
        e->local = Locals(e->names.size());
        for (std::size_t i = 0; i < e->names.size(); ++i) locals_.push_back({e->names[i], e->local + static_cast<int>(i), false});
        Visit(e->args[0].get());
        locals_.resize(before);
        loops_ = loops;
        std::vector<std::pair<std::string, Type>> parameters;
        for (std::size_t i = 0; i < e->names.size(); ++i) parameters.emplace_back(e->names[i], e->parameter_types[i]);
        const Expr& body = *e->args[0];
        e->type = Type::Function(std::move(parameters), body.op == Op::kCoerce ? body.tested : body.type.NotNull());
        return;
      }
      case Op::kTable: {
        VisitArguments(e);
        std::vector<std::pair<std::string, Type>> fields;
        for (const std::string& name : e->table->outputs) fields.emplace_back(name, Type());
        e->type = Type::Context(std::move(fields));
        return;
      }
      default: VisitArguments(e);
    }
  }

 private:
  struct Local {
    std::string name;
    int index;
    bool item;  // its entries are in scope as well
  };

  int Locals(std::size_t n) {
    const int first = next_local_;
    next_local_ += static_cast<int>(n);
    return first;
  }

  static void Fail(Expr* e, Code code, std::string why) {
    e->op = Op::kFault;
    e->fault = code;
    e->name = std::move(why);
    e->args.clear();
    e->names.clear();
  }

  ExprPtr Leaf(Op op, const Expr& at, const std::string& name) {
    auto leaf = std::make_unique<Expr>();
    leaf->op = op;
    leaf->span = at.span;
    leaf->name = name;
    leaf->type = Type().Nullable();
    return leaf;
  }

  // What a name means; null when nothing defines it. Locals above `depth` are not seen.
  ExprPtr Find(const std::string& name, const Expr& at, std::size_t depth) {
    for (std::size_t k = depth; k-- > 0;) {
      const Local& local = locals_[k];
      ExprPtr here = Leaf(Op::kLocal, at, local.name);
      here->local = local.index;
      if (local.name == name && !local.item) return here;
      if (!local.item) continue;
      ExprPtr e = Leaf(Op::kItemName, at, name);
      e->args.push_back(feel::Clone(*here));
      if (local.name == name) e->args.push_back(std::move(here));  // `item` itself, unless it has an entry of that name
      else if (ExprPtr outside = Find(name, at, k)) e->args.push_back(std::move(outside));
      return e;
    }
    Symbol s;
    if (context_.scope != nullptr && context_.scope->Find(name, &s)) {
      ExprPtr e = Leaf(Op::kName, at, name);
      e->symbol = s.id;
      return e;
    }
    return nullptr;
  }
  // The same without the entries of items: what may be called, what has parts of its own.
  ExprPtr FindOutside(const std::string& name, const Expr& at) {
    for (std::size_t k = locals_.size(); k-- > 0;) {
      if (locals_[k].name != name) continue;
      ExprPtr e = Leaf(Op::kLocal, at, name);
      e->local = locals_[k].index;
      return e;
    }
    return Find(name, at, 0);
  }

  void VisitName(Expr* e) {
    if (e->name == "partial" && loops_ > 0) {
      e->op = Op::kPartial;
      return;
    }
    if (ExprPtr found = Find(e->name, *e, locals_.size())) {
      *e = std::move(*found);
      return;
    }
    const int builtin = FindBuiltin(e->name);
    void* memory = builtin < 0 ? nullptr : context_.arena->Allocate(sizeof(FunctionValue));
    if (memory != nullptr) {
      e->op = Op::kConstant;
      e->value = Value::Function(new (memory) FunctionValue{builtin, nullptr, nullptr, 0, nullptr});
      return;
    }
    Fail(e, Code::kUnknownName, e->name);
  }

  // `model.name`: what an import brings has a qualified name in the scope.
  void VisitPath(Expr* e) {
    std::string qualified = e->name;
    const Expr* head = e->args[0].get();
    while (head->op == Op::kPath) {
      qualified = head->name + "." + qualified;
      head = head->args[0].get();
    }
    if (head->op == Op::kName && FindOutside(head->name, *head) == nullptr) {
      if (ExprPtr found = Find(head->name + "." + qualified, *e, 0)) {
        *e = std::move(*found);
        return;
      }
    }
    Visit(e->args[0].get());
  }

  void VisitArguments(Expr* e) {
    for (const ExprPtr& a : e->args) Visit(a.get());
  }

  void VisitCall(Expr* e) {
    if (ExprPtr own = FindOutside(e->name, *e)) {  // a function of the model that has the name of a builtin
      Apply(e, std::move(own));
      return;
    }
    VisitArguments(e);
    e->builtin = FindBuiltin(e->name);
    if (e->names.empty()) return;
    std::vector<int> positions;
    const int form = FindForm(e->builtin, e->names, &positions);
    std::string name = e->name;
    if (form < 0) {
      Fail(e, Code::kWrongArguments, "no parameters of these names");
      e->names = {std::move(name)};
      return;
    }
    e->builtin = form;
    std::vector<ExprPtr> ordered;
    for (std::size_t i = 0; i < positions.size(); ++i) {
      const auto at = static_cast<std::size_t>(positions[i]);
      if (at >= ordered.size()) ordered.resize(at + 1);
      ordered[at] = std::move(e->args[i]);
    }
    for (ExprPtr& a : ordered) {
      if (!a) a = Leaf(Op::kConstant, *e, "");  // null: not given
    }
    e->args = std::move(ordered);
    e->names.clear();
  }

  void VisitInvoke(Expr* e) {
    ExprPtr function = FindOutside(e->name, *e);
    if (!function) return Fail(e, Code::kUnknownFunction, e->name);
    Apply(e, std::move(function));
  }
  void Apply(Expr* e, ExprPtr function) {
    VisitArguments(e);
    e->op = Op::kApply;
    e->name.clear();
    e->args.insert(e->args.begin(), std::move(function));
  }

  const CheckContext& context_;
  std::vector<Local> locals_;
  int next_local_ = 0;
  int loops_ = 0;
};

}  // namespace

void Resolve(Expr* e, const CheckContext& context) { Resolver(context).Visit(e); }

}  // namespace ordain::feel
