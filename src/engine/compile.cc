// The compiler: typed trees to register code.
//
// Every value gets a register of its own, written once (static single assignment without the phi nodes:
// the branches of an `if` move into one register). Nothing is reused: a register is 24 bytes, programs are small, and
// the registers that belong to names are the trace. Constants are numbered apart while
// compiling and moved to the front at the end, when their number is known (Finish).
//
// Evaluation is eager in the order of the definitions, lazy inside `if`, `and`, `or` and the rows of single-hit tables:
// a parameter that the host has not supplied is an error only where it is read.
//
// Where types are not known before evaluation (imported models) the same trees become other instructions: logic is
// three-valued, names of entries are looked up, functions are values with a program of their own that capture what they use.
//
// Policies used by others are compiled inline, with a frame of their own that maps their symbols
// to registers; link has made sure that this ends.
//
// Tested by tests/engine_test.cc, and against the reference evaluator on every case and on random policies.
#include "engine/compile.hpp"

#include <map>
#include <optional>

namespace ordain::engine {
namespace {

using feel::Expr;
using policy::DefinitionKind;
using policy::Expression;
using policy::Hit;
using policy::Model;
using policy::Policy;
using FeelOp = feel::Op;

constexpr std::uint32_t kConstantBit = 0x40000000u;

std::uint32_t U(std::size_t n) { return static_cast<std::uint32_t>(n); }

// One policy being compiled: the main one, or one that is used by it.
struct Frame {
  const Policy* policy = nullptr;
  int index = 0;
  bool used = false;                       // by another policy: causes and records nothing
  std::vector<std::uint32_t> symbols;      // register of each symbol
  std::map<int, std::uint32_t> locals;     // of the expression being compiled
  std::uint32_t input = kNone;             // `?`
};

class Compiler {
 public:
  Compiler(const Model& model, const Limits& limits, Program* program)
      : model_(model), limits_(limits), program_(*program) {
    program_.dynamic = model.dynamic;
    program_.lenient = model.lenient;
    three_valued_ = model.dynamic || model.lenient;
    program_.money_scale = model.money_scale;
  }

  bool Run(int policy) {
    const Policy& p = model_.policies[static_cast<std::size_t>(policy)];
    program_.policy = policy;
    program_.fact_count = U(p.facts.size());
    next_register_ = program_.fact_count;
    null_ = Constant(Value());
    Frame frame;
    frame.policy = &p;
    frame.index = policy;
    frame.symbols.assign(p.symbols.size(), kNone);
    for (std::size_t i = 0; i < p.facts.size(); ++i) frame.symbols[static_cast<std::size_t>(p.facts[i].symbol)] = U(i);
    CompilePolicy(&frame);
    for (const policy::OutcomeField& f : p.outcome) program_.outcome.push_back({CompileOutcome(f, &frame)});
    CompileEntries(&frame);
    Emit({Op::kEnd});
    for (const policy::Fact& f : p.facts) {
      if (!f.required_when) {
        program_.required_entry.push_back(kNone);
        program_.required_register.push_back(kNone);
        continue;
      }
      program_.required_entry.push_back(U(program_.code.size()));
      program_.required_register.push_back(Compile(*f.required_when.tree, &frame));
      Emit({Op::kEnd});
    }
    for (const policy::Guard& g : model_.guards) CompileGuard(g, policy);
    program_.symbol_registers = frame.symbols;
    Finish();
    return program_.code.size() <= limits_.max_instructions;
  }

 private:
  // ---- pieces ---------------------------------------------------------------------------------

  std::uint32_t NewRegister() { return next_register_++; }
  std::uint32_t NewRegisters(std::size_t n) {
    const std::uint32_t first = next_register_;
    next_register_ += U(n);
    return first;
  }
  std::uint32_t Constant(const Value& v) {
    if (v.kind() == Kind::kNull && null_ != kNone) return null_;
    program_.constants.push_back(v);
    return kConstantBit | U(program_.constants.size() - 1);
  }
  std::uint32_t Integer(std::int64_t n) { return Constant(Value::Number(Decimal(n))); }
  std::uint32_t Emit(Instruction i) {
    if (i.op == Op::kBeginList) ++open_lists_;
    if (i.op == Op::kEndList || i.op == Op::kEndSelect) --open_lists_;
    program_.code.push_back(i);
    return U(program_.code.size() - 1);
  }
  std::uint32_t Here() const { return U(program_.code.size()); }
  void Patch(std::uint32_t at) { program_.code[at].d = Here(); }
  void PatchAll(std::vector<std::uint32_t>* list) {
    for (const std::uint32_t at : *list) Patch(at);
    list->clear();
  }
  void Move(std::uint32_t to, std::uint32_t from) { Emit({Op::kMove, 0, to, from}); }

  // The last step of a JSON Pointer: the name of the element that an imported expression belongs to.
  static std::string LastOf(const std::string& path) {
    std::string out = path.substr(path.rfind('/') + 1);
    for (std::size_t i = 0; (i = out.find('~', i)) != std::string::npos; ++i) out.replace(i, 2, out.substr(i, 2) == "~1" ? "/" : "~");
    return out;
  }
  std::uint32_t SiteOf(const Frame& f, const Expr& e) {
    Site s;
    s.policy = f.index;
    s.text = feel::Print(e);
    if (s.text.size() > 160) s.text = s.text.substr(0, 160) + "...";
    s.path = path_;
    s.span = e.span;
    program_.sites.push_back(std::move(s));
    return U(program_.sites.size() - 1);
  }
  std::uint32_t NewSite(const Frame& f, int definition, int row, int column, const std::string& path, const std::string& text) {
    Site s;
    s.policy = f.index;
    s.definition = definition;
    s.row = row;
    s.column = column;
    s.path = path;
    s.text = text;
    program_.sites.push_back(std::move(s));
    return U(program_.sites.size() - 1);
  }

  std::uint32_t CompileExpression(const Expression& e, Frame* f) {
    path_ = e.source.path;
    f->locals.clear();
    return Compile(*e.tree, f);
  }

  // ---- expressions ------------------------------------------------------------------------------

  std::uint32_t Binary(Op op, const Expr& e, Frame* f) {
    const std::uint32_t a = Compile(*e.args[0], f), b = Compile(*e.args[1], f);
    const std::uint32_t r = NewRegister();
    Emit({op, 0, r, a, b, kNone, SiteOf(*f, e)});
    return r;
  }

  std::uint32_t Compile(const Expr& e, Frame* f) {
    switch (e.op) {
      case FeelOp::kConstant: return Constant(e.value);
      case FeelOp::kName: return CompileName(e, f);
      case FeelOp::kLocal: {
        const auto known = f->locals.find(e.local);
        if (known != f->locals.end()) return known->second;
        return f->locals[e.local] = Capture(e);
      }
      case FeelOp::kInput: return f->input != kNone ? f->input : outer_ != nullptr ? f->input = Capture(e) : null_;
      case FeelOp::kNegate:
      case FeelOp::kNot: {
        const std::uint32_t a = Compile(*e.args[0], f), r = NewRegister();
        Emit({e.op == FeelOp::kNot ? Op::kNot : Op::kNegate, 0, r, a, kNone, kNone, SiteOf(*f, e)});
        return r;
      }
      case FeelOp::kAnd:
      case FeelOp::kOr: {
        if (three_valued_) {
          const bool both = e.op == FeelOp::kAnd;
          const std::uint32_t r = NewRegister();
          Move(r, Compile(*e.args[0], f));
          const std::uint32_t end = JumpIs(r, !both);
          const std::uint32_t b = Compile(*e.args[1], f);
          Emit({both ? Op::kAnd : Op::kOr, 0, r, r, b, kNone, SiteOf(*f, e)});
          Patch(end);
          return r;
        }
        const std::uint32_t r = NewRegister();
        Move(r, Compile(*e.args[0], f));
        const std::uint32_t skip = Emit({e.op == FeelOp::kAnd ? Op::kJumpFalse : Op::kJumpTrue, 0, r, kNone, kNone, kNone, SiteOf(*f, e)});
        Move(r, Compile(*e.args[1], f));
        Patch(skip);
        return r;
      }
      case FeelOp::kAdd:
      case FeelOp::kSubtract:
      case FeelOp::kMultiply:
        if (e.args[0]->type.kind == Kind::kNumber && e.args[1]->type.kind == Kind::kNumber) {
          return Binary(e.op == FeelOp::kAdd ? Op::kAdd : e.op == FeelOp::kSubtract ? Op::kSubtract : Op::kMultiply, e, f);
        }
        [[fallthrough]];
      case FeelOp::kDivide:
      case FeelOp::kPower: {
        const std::uint32_t a = Compile(*e.args[0], f), b = Compile(*e.args[1], f), r = NewRegister();
        Emit({Op::kArithmetic, 0, r, a, b, static_cast<std::uint32_t>(e.op), SiteOf(*f, e)});
        return r;
      }
      case FeelOp::kEqual: return Binary(Op::kEqual, e, f);
      case FeelOp::kNotEqual: return Binary(Op::kNotEqual, e, f);
      case FeelOp::kLess:
      case FeelOp::kLessEqual:
      case FeelOp::kGreater:
      case FeelOp::kGreaterEqual: {
        const std::uint32_t a = Compile(*e.args[0], f), b = Compile(*e.args[1], f);
        return Relation(e.op, a, b, SiteOf(*f, e));
      }
      case FeelOp::kBetween: {
        const std::uint32_t v = Compile(*e.args[0], f), low = Compile(*e.args[1], f), high = Compile(*e.args[2], f);
        const std::uint32_t site = SiteOf(*f, e), r = NewRegister();
        if (three_valued_) {
          const std::uint32_t from = Relation(FeelOp::kGreaterEqual, v, low, site), to = Relation(FeelOp::kLessEqual, v, high, site);
          Emit({Op::kAnd, 0, r, from, to, kNone, site});
          return r;
        }
        Move(r, Relation(FeelOp::kGreaterEqual, v, low, site));
        const std::uint32_t skip = Emit({Op::kJumpFalse, 0, r, kNone, kNone, kNone, site});
        Move(r, Relation(FeelOp::kLessEqual, v, high, site));
        Patch(skip);
        return r;
      }
      case FeelOp::kIn: return CompileIn(e, f);
      case FeelOp::kIf: {
        const std::uint32_t c = Compile(*e.args[0], f), r = NewRegister();
        std::uint32_t wrong = kNone;
        if (three_valued_) {
          Move(r, null_);
          wrong = Condition(c, false, SiteOf(*f, e));
        }
        const std::uint32_t otherwise =
            three_valued_ ? Emit({Op::kJumpUnless, 0, c}) : Emit({Op::kJumpFalse, 0, c, kNone, kNone, kNone, SiteOf(*f, e)});
        Move(r, Compile(*e.args[1], f));
        const std::uint32_t end = Emit({Op::kJump});
        Patch(otherwise);
        Move(r, Compile(*e.args[2], f));
        Patch(end);
        if (wrong != kNone) Patch(wrong);
        return r;
      }
      case FeelOp::kFor: {
        Emit({Op::kBeginList});
        std::vector<std::uint32_t> broken;
        const std::uint32_t r = NewRegister();
        Iterate(e, f, 0, [&] {
          for_lists_.push_back(open_lists_);  // `partial` of the sources is that of the `for` outside
          Emit({Op::kAppend, 0, Compile(*e.args.back(), f)});
          for_lists_.pop_back();
        }, &broken, r);
        Emit({Op::kEndList, 0, r});
        if (broken.empty()) return r;
        const std::uint32_t end = Emit({Op::kJump});
        PatchAll(&broken);  // no list to iterate over
        Emit({Op::kDropLists, 0, kNone, kNone, 1});
        Move(r, null_);
        Patch(end);
        return r;
      }
      case FeelOp::kSome:
      case FeelOp::kEvery: {
        const bool some = e.op == FeelOp::kSome;
        const std::uint32_t r = NewRegister(), site = SiteOf(*f, e);
        Move(r, Constant(Value::Boolean(!some)));
        std::vector<std::uint32_t> out;
        if (three_valued_) {
          std::vector<std::uint32_t> broken, wrong;
          Iterate(e, f, 0, [&] {
            const std::uint32_t c = Compile(*e.args.back(), f);
            wrong.push_back(Condition(c, false, site));
            Emit({some ? Op::kOr : Op::kAnd, 0, r, r, c, kNone, site});
            out.push_back(JumpIs(r, some));
          }, &broken, r);
          out.push_back(Emit({Op::kJump}));
          PatchAll(&wrong);
          Move(r, null_);
          PatchAll(&out);
          PatchAll(&broken);
          return r;
        }
        Iterate(e, f, 0, [&] {
          const std::uint32_t c = Compile(*e.args.back(), f);
          const std::uint32_t next = Emit({some ? Op::kJumpFalse : Op::kJumpTrue, 0, c, kNone, kNone, kNone, site});
          Move(r, Constant(Value::Boolean(some)));
          out.push_back(Emit({Op::kJump}));
          Patch(next);
        });
        PatchAll(&out);
        return r;
      }
      case FeelOp::kFilter: {
        const std::uint32_t site = SiteOf(*f, e);
        std::uint32_t list = Compile(*e.args[0], f);
        if (three_valued_) return Select(e, list, site, f);
        const std::uint32_t counter = NewRegister(), item = NewRegister(), r = NewRegister();
        Emit({Op::kBeginList});
        Emit({Op::kBeginIteration, 0, counter, list, kNone, kNone, site});
        const std::uint32_t next = Emit({Op::kNext, 0, counter, item, list});
        f->locals[e.local] = item;
        const std::uint32_t c = Compile(*e.args[1], f);
        Emit({Op::kJumpFalse, 0, c, kNone, kNone, next, site});
        Emit({Op::kAppend, 0, item});
        Emit({Op::kJump, 0, kNone, kNone, kNone, next});
        Patch(next);
        Emit({Op::kEndList, 0, r});
        return r;
      }
      case FeelOp::kIndex: {
        if (!three_valued_) return Binary(Op::kIndex, e, f);
        const std::uint32_t list = Compile(*e.args[0], f), r = NewRegister();
        Move(r, null_);
        const std::uint32_t nothing = Emit({Op::kJumpNull, 0, list});  // of null there is nothing to select
        Emit({Op::kIndex, 0, r, list, Compile(*e.args[1], f), kNone, SiteOf(*f, e)});
        Patch(nothing);
        return r;
      }
      case FeelOp::kPath: return CompilePath(e, f);
      case FeelOp::kList: {
        Emit({Op::kBeginList});
        for (const feel::ExprPtr& a : e.args) Emit({Op::kAppend, 0, Compile(*a, f)});
        const std::uint32_t r = NewRegister();
        Emit({Op::kEndList, 0, r});
        return r;
      }
      case FeelOp::kContext: {
        std::vector<std::uint32_t> values;
        for (std::size_t i = 0; i < e.args.size(); ++i) {
          values.push_back(Compile(*e.args[i], f));
          f->locals[e.local + static_cast<int>(i)] = values.back();  // those behind see it
        }
        const std::uint32_t first = Together(values), r = NewRegister();
        Emit({Op::kContext, 0, r, first, ShapeOf(e.type)});
        return r;
      }
      case FeelOp::kRange: {
        const std::uint32_t low = Compile(*e.args[0], f), high = Compile(*e.args[1], f), r = NewRegister();
        Emit({Op::kRange, 0, r, low, high, (e.low_closed ? 1u : 0u) | (e.high_closed ? 2u : 0u) | static_cast<std::uint32_t>(e.form) << 2, SiteOf(*f, e)});
        return r;
      }
      case FeelOp::kCall: {
        std::vector<std::uint32_t> values;
        for (const feel::ExprPtr& a : e.args) values.push_back(Compile(*a, f));
        const std::uint32_t first = Together(values), r = NewRegister();
        Emit({Op::kCall, 0, r, first, U(values.size()), static_cast<std::uint32_t>(e.builtin), SiteOf(*f, e)});
        return r;
      }
      case FeelOp::kInvoke: return CompileInvoke(e, f);
      case FeelOp::kItemName: {
        const std::uint32_t item = Compile(*e.args[0], f), outside = e.args.size() > 1 ? Compile(*e.args[1], f) : kNone;
        const std::uint32_t r = NewRegister();
        Emit({Op::kItemName, 0, r, item, outside, NameOf(e.name), SiteOf(*f, e)});
        return r;
      }
      case FeelOp::kPartial: {
        const std::uint32_t r = NewRegister();
        Emit({Op::kPartial, 0, r, for_lists_.empty() ? 0 : open_lists_ - for_lists_.back()});
        return r;
      }
      case FeelOp::kFault: {
        const std::uint32_t r = NewRegister();
        const std::uint32_t site = NewSite(*f, -1, -1, -1, path_, e.name);
        program_.sites[site].where = e.names.empty() ? LastOf(path_) : e.names[0];
        program_.sites[site].span = e.span;
        Emit({Op::kFault, 0, r, kNone, kNone, static_cast<std::uint32_t>(e.fault), site});
        return r;
      }
      case FeelOp::kFunction: return CompileFunction(e, f);
      case FeelOp::kApply: {
        std::vector<std::uint32_t> values;
        const std::uint32_t function = Compile(*e.args[0], f);
        for (std::size_t i = 1; i < e.args.size(); ++i) values.push_back(Compile(*e.args[i], f));
        const std::uint32_t first = Together(values), r = NewRegister();
        std::uint16_t names = 0;
        if (!e.names.empty()) {
          program_.argument_names.push_back(e.names);
          names = static_cast<std::uint16_t>(program_.argument_names.size());
        }
        Emit({Op::kApply, names, r, function, first, U(values.size()), SiteOf(*f, e)});
        return r;
      }
      case FeelOp::kCoerce: {
        const std::uint32_t v = Compile(*e.args[0], f), r = NewRegister();
        Emit({Op::kCoerce, 0, r, v, TypeOf(e.tested), kNone, SiteOf(*f, *e.args[0])});
        return r;
      }
      case FeelOp::kExternal: {
        std::vector<std::uint32_t> values;
        const std::uint32_t which = Compile(*e.args[0], f);
        for (std::size_t i = 1; i < e.args.size(); ++i) values.push_back(Compile(*e.args[i], f));
        const std::uint32_t first = Together(values), r = NewRegister();
        Emit({Op::kExternal, 0, r, which, first, U(values.size()), SiteOf(*f, e)});
        return r;
      }
      case FeelOp::kTable: return CompileTableForm(e, f);
      case FeelOp::kInstanceOf: {
        const std::uint32_t v = Compile(*e.args[0], f), r = NewRegister();
        Emit({Op::kHasType, 0, r, v, TypeOf(e.tested)});
        return r;
      }
    }
    return null_;
  }

  // Leaves (a jump to patch) when r is no condition.
  std::uint32_t Condition(std::uint32_t r, bool or_number, std::uint32_t site) {
    return Emit({Op::kJumpWrong, 0, r, or_number ? 1u : 0u, kNone, kNone, site});
  }
  std::uint32_t JumpIs(std::uint32_t r, bool value) { return Emit({Op::kJumpIs, 0, r, value ? 1u : 0u}); }
  std::uint32_t NameOf(const std::string& name) {
    program_.names.push_back(name);
    return U(program_.names.size() - 1);
  }
  std::uint32_t TypeOf(const Type& type) {
    program_.types.push_back(type);
    return U(program_.types.size() - 1);
  }

  // list[condition], where the condition may turn out to be a number.
  std::uint32_t Select(const Expr& e, std::uint32_t source, std::uint32_t site, Frame* f) {
    const std::uint32_t r = NewRegister(), list = NewRegister();
    Emit({Op::kItems, 0, list, source, 0, kNone, site});
    const Expr& by = *e.args[1];
    Move(r, null_);
    const std::uint32_t nothing = Emit({Op::kJumpNull, 0, list});  // of null there is nothing to select
    const Expr& literal = by.op == FeelOp::kNegate ? *by.args[0] : by;
    if (literal.op == FeelOp::kConstant && literal.value.kind() == Kind::kNumber) {  // known without an item, and the list may be empty
      Emit({Op::kIndex, 0, r, list, Compile(by, f), kNone, site});
      Patch(nothing);
      return r;
    }
    const std::uint32_t counter = NewRegister(), item = NewRegister();
    Emit({Op::kBeginList});
    Emit({Op::kBeginIteration, 0, counter, list, kNone, kNone, site});
    const std::uint32_t next = Emit({Op::kNext, 0, counter, item, list});
    f->locals[e.local] = item;
    const std::uint32_t c = Compile(by, f);
    const std::uint32_t wrong = Condition(c, true, site);
    Emit({Op::kSelect, 0, item, c, counter, list, site});
    Emit({Op::kJump, 0, kNone, kNone, kNone, next});
    Patch(next);
    Emit({Op::kEndSelect, 0, r});
    const std::uint32_t end = Emit({Op::kJump});
    Patch(wrong);
    Emit({Op::kDropLists, 0, kNone, kNone, 1});
    Patch(nothing);
    Patch(end);
    return r;
  }

  // ---- functions ----------------------------------------------------------------------------------

  // What a function uses of its surroundings is captured when it is made: a register of its own here, a value there.
  std::uint32_t Capture(const Expr& leaf) {
    const std::uint32_t r = NewRegister();
    captured_.emplace_back(&leaf, r);
    return r;
  }

  std::uint32_t CompileFunction(const Expr& e, Frame* f) {
    auto code = std::make_shared<FunctionCode>();
    Compiler inner(model_, limits_, &code->program);
    inner.outer_ = this;
    inner.path_ = path_;
    code->parameters = e.names;
    code->types = e.parameter_types;
    code->types.resize(e.names.size());
    code->type = e.type;
    code->program.fact_count = U(e.names.size());
    code->program.policy = program_.policy;
    inner.next_register_ = U(e.names.size());
    inner.null_ = inner.Constant(Value());
    Frame frame;
    frame.policy = f->policy;
    frame.index = f->index;
    frame.used = true;
    frame.symbols.assign(f->symbols.size(), kNone);
    for (std::size_t i = 0; i < e.names.size(); ++i) frame.locals[e.local + static_cast<int>(i)] = U(i);
    code->result = inner.Compile(*e.args[0], &frame);
    inner.Emit({Op::kEnd});
    for (const auto& [leaf, r] : inner.captured_) code->captures.push_back(r);
    inner.Finish();
    inner.Place(&code->result);
    for (std::uint32_t& r : code->captures) inner.Place(&r);
    const std::uint32_t r = NewRegister();
    std::vector<std::uint32_t> values;
    for (const auto& [leaf, unused] : inner.captured_) {
      // A function that uses what is being defined from it is recursive: it gets itself.
      const bool itself = leaf->op == FeelOp::kName && f->symbols[static_cast<std::size_t>(leaf->symbol)] == kNone && outer_ == nullptr &&
                          f->policy->symbols[static_cast<std::size_t>(leaf->symbol)].kind == policy::SymbolKind::kDefined;
      values.push_back(itself ? r : Compile(*leaf, f));
    }
    const std::uint32_t first = NewRegisters(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] != r) Move(first + U(i), values[i]);
      else Move(first + U(i), null_);
      if (values[i] == r) code->recursive.push_back(U(i));
    }
    program_.functions.push_back(std::move(code));
    Emit({Op::kFunction, 0, r, values.empty() ? null_ : first, U(values.size()), U(program_.functions.size() - 1)});
    return r;
  }

  // ---- tables as expressions ------------------------------------------------------------------------

  std::uint32_t CompileTableForm(const Expr& e, Frame* f) {
    const feel::TableForm& t = *e.table;
    const std::size_t width = t.outputs.size();
    const std::uint32_t site = NewSite(*f, -1, -1, -1, path_, t.name.empty() ? LastOf(path_) : t.name);
    std::vector<std::uint32_t> inputs;
    for (std::size_t c = 0; c < t.inputs; ++c) {
      inputs.push_back(Compile(*e.args[c], f));
      program_.sites[site].names.push_back(c < t.input_names.size() ? t.input_names[c] : feel::Brief(*e.args[c]));
    }
    const std::uint32_t r = NewRegister(), list = NewRegister(), outer = f->input;
    Emit({Op::kBeginList});
    std::vector<std::uint32_t> done;
    std::size_t at = t.inputs;
    for (std::size_t row = 0; row < t.rows; ++row) {
      std::vector<std::uint32_t> next;
      for (std::size_t c = 0; c < t.inputs; ++c, ++at) {
        const Expr& cell = *e.args[at];
        if (cell.op == FeelOp::kConstant && cell.value.IsTrue()) continue;  // "-"
        f->input = inputs[c];
        const std::uint32_t holds = Compile(cell, f);
        f->input = outer;
        next.push_back(Emit({Op::kJumpUnless, 0, holds}));
      }
      Emit({Op::kAppend, 0, Integer(static_cast<std::int64_t>(row))});
      for (std::size_t o = 0; o < width; ++o, ++at) Emit({Op::kAppend, 0, Compile(*e.args[at], f)});
      if (t.hit == Hit::kFirst) done.push_back(Emit({Op::kJump}));
      PatchAll(&next);
    }
    PatchAll(&done);
    Emit({Op::kEndList, 0, list});
    const std::uint32_t empty = Emit({Op::kJumpEmpty, 0, list});
    Hits hits;
    hits.priorities = t.priorities;
    hits.priorities.resize(width);
    hits.whole = true;
    if (width > 1) hits.shape = program_.shapes[ShapeOf(e.type)];
    program_.hits.push_back(std::move(hits));
    // One register for the whole: the outputs are put together by the instruction.
    const std::uint32_t first = NewRegisters(width);
    Emit({Op::kFinishHits, static_cast<std::uint16_t>(program_.hits.size() - 1), first, list, U(width), static_cast<std::uint32_t>(t.hit), site});
    Move(r, first);
    const std::uint32_t end = Emit({Op::kJump});
    Patch(empty);
    if (t.has_default) {
      std::vector<std::uint32_t> values;
      for (std::size_t o = 0; o < width; ++o, ++at) values.push_back(Compile(*e.args[at], f));
      if (width == 1) Move(r, values[0]);
      else Emit({Op::kContext, 0, r, Together(values), ShapeOf(e.type)});
    } else {
      switch (t.hit) {
        case Hit::kCollect:
        case Hit::kOutputOrder: Move(r, list); break;
        case Hit::kCount: Move(r, Integer(0)); break;
        default:
          Emit({Op::kUncovered, 0, kNone, inputs.empty() ? null_ : Together(inputs), U(inputs.size()), kNone, site});
          Move(r, null_);
      }
    }
    Patch(end);
    return r;
  }

  std::uint32_t Relation(FeelOp op, std::uint32_t a, std::uint32_t b, std::uint32_t site) {
    const std::uint32_t r = NewRegister();
    Emit({Op::kCompare, 0, r, a, b, static_cast<std::uint32_t>(op), site});
    return r;
  }

  // Values in consecutive registers; the first of them.
  std::uint32_t Together(const std::vector<std::uint32_t>& values) {
    const std::uint32_t first = NewRegisters(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) Move(first + U(i), values[i]);
    return first;
  }

  std::uint32_t ShapeOf(const Type& type) {
    const Shape* shape = type.detail.get();
    for (std::size_t i = 0; i < program_.shapes.size(); ++i) {
      if (program_.shapes[i] == shape) return U(i);
    }
    program_.shapes.push_back(shape);
    return U(program_.shapes.size() - 1);
  }

  std::uint32_t CompileName(const Expr& e, Frame* f) {
    const policy::Symbol& s = f->policy->symbols[static_cast<std::size_t>(e.symbol)];
    if (outer_ != nullptr && (s.kind == policy::SymbolKind::kFact || s.kind == policy::SymbolKind::kDefined)) {
      std::uint32_t& known = f->symbols[static_cast<std::size_t>(e.symbol)];
      return known != kNone ? known : known = Capture(e);
    }
    const std::uint32_t r = NewRegister();
    switch (s.kind) {
      case policy::SymbolKind::kFact:
      case policy::SymbolKind::kDefined: return f->symbols[static_cast<std::size_t>(e.symbol)];
      case policy::SymbolKind::kParameter:
        Emit({Op::kParameter, 0, r, static_cast<std::uint32_t>(s.index), kNone, kNone, SiteOf(*f, e)});
        return r;
      case policy::SymbolKind::kSetting: {
        // The policy's own settings first; those of the rule set are numbered after all policies' own.
        const auto own = f->policy->settings.size();
        const std::uint32_t index = static_cast<std::size_t>(s.index) < own ? static_cast<std::uint32_t>(s.index)
                                                                            : U(static_cast<std::size_t>(s.index) - own);
        Emit({Op::kSetting, static_cast<std::uint16_t>(static_cast<std::size_t>(s.index) < own ? f->index + 1 : 0), r, index});
        return r;
      }
      case policy::SymbolKind::kAt: Emit({Op::kAt, 0, r}); return r;
      case policy::SymbolKind::kToday: Emit({Op::kToday, 0, r}); return r;
      case policy::SymbolKind::kParameters: break;  // only as the head of a path
    }
    std::vector<std::uint32_t> all;
    for (std::size_t i = 0; i < model_.parameters.size(); ++i) {
      const std::uint32_t p = NewRegister();
      Emit({Op::kParameter, 0, p, U(i), kNone, kNone, SiteOf(*f, e)});
      all.push_back(p);
    }
    const std::uint32_t first = Together(all);
    Emit({Op::kContext, 0, r, first, ShapeOf(s.type)});
    return r;
  }

  std::uint32_t CompilePath(const Expr& e, Frame* f) {
    const Expr& of = *e.args[0];
    const std::uint32_t r = NewRegister();
    if (of.op == FeelOp::kName &&
        f->policy->symbols[static_cast<std::size_t>(of.symbol)].kind == policy::SymbolKind::kParameters) {
      Emit({Op::kParameter, 0, r, static_cast<std::uint32_t>(e.field), kNone, kNone, SiteOf(*f, e)});
      return r;
    }
    const std::uint32_t v = Compile(of, f), site = SiteOf(*f, e);
    if (program_.dynamic) {
      Emit({Op::kEntryOf, 0, r, v, NameOf(e.name), kNone, site});
      return r;
    }
    switch (of.type.kind) {
      case Kind::kContext: Emit({Op::kField, 0, r, v, static_cast<std::uint32_t>(e.field), kNone, site}); break;
      case Kind::kList: Emit({Op::kFields, 0, r, v, static_cast<std::uint32_t>(e.field), kNone, site}); break;
      default: {
        static const std::map<std::string, DatePart, std::less<>> kParts = {
            {"year", DatePart::kYear},       {"month", DatePart::kMonth}, {"day", DatePart::kDay},
            {"weekday", DatePart::kWeekday}, {"hour", DatePart::kHour},   {"minute", DatePart::kMinute},
            {"second", DatePart::kSecond}};
        const auto part = kParts.find(e.name);
        if (part != kParts.end() && (of.type.kind == Kind::kDate || of.type.kind == Kind::kInstant)) {
          Emit({Op::kDatePart, 0, r, v, static_cast<std::uint32_t>(part->second), kNone, site});
        } else {
          Emit({Op::kEntryOf, 0, r, v, NameOf(e.name), kNone, site});
        }
      }
    }
    return r;
  }

  bool MentionsInput(const Expr& e) const {
    if (e.op == FeelOp::kInput) return true;
    for (const feel::ExprPtr& a : e.args) {
      if (MentionsInput(*a)) return true;
    }
    return false;
  }

  std::uint32_t CompileIn(const Expr& e, Frame* f) {
    const std::uint32_t v = Compile(*e.args[0], f), site = SiteOf(*f, e), r = NewRegister();
    Move(r, Constant(Value::Boolean(false)));
    std::vector<std::uint32_t> found;
    const std::uint32_t outer = f->input;
    if (three_valued_) {
      for (std::size_t i = 1; i < e.args.size(); ++i) {
        const Expr& test = *e.args[i];
        f->input = v;
        std::uint32_t t = Compile(test, f);
        f->input = outer;
        if (!MentionsInput(test)) {
          const std::uint32_t passes = NewRegister();
          Emit({Op::kTest, 0, passes, v, t, kNone, site});
          t = passes;
        }
        Emit({Op::kOr, 0, r, r, t, kNone, site});
        found.push_back(JumpIs(r, true));
      }
      PatchAll(&found);
      return r;
    }
    for (std::size_t i = 1; i < e.args.size(); ++i) {
      const Expr& test = *e.args[i];
      std::uint32_t t = kNone;
      if (test.op == FeelOp::kRange && test.form != RangeValue::Form::kNotEqual) {  // no range value: two comparisons
        const Expr& low = *test.args[0];
        const Expr& high = *test.args[1];
        t = NewRegister();
        Move(t, Constant(Value::Boolean(true)));
        std::uint32_t skip = kNone;
        if (!(low.op == FeelOp::kConstant && low.value.IsNull())) {
          Move(t, Relation(test.low_closed ? FeelOp::kGreaterEqual : FeelOp::kGreater, v, Compile(low, f), site));
          skip = Emit({Op::kJumpFalse, 0, t, kNone, kNone, kNone, site});
        }
        if (!(high.op == FeelOp::kConstant && high.value.IsNull())) {
          Move(t, Relation(test.high_closed ? FeelOp::kLessEqual : FeelOp::kLess, v, Compile(high, f), site));
        }
        if (skip != kNone) Patch(skip);
      } else if (MentionsInput(test)) {
        f->input = v;
        t = Compile(test, f);
        f->input = outer;
      } else if (test.type.kind == Kind::kRange) {
        const std::uint32_t range = Compile(test, f);
        t = NewRegister();
        Emit({Op::kInRange, 0, t, v, range, kNone, site});
      } else if (test.type.kind == Kind::kList && e.args[0]->type.kind != Kind::kList) {
        const std::uint32_t first = Together({Compile(test, f), v});
        t = NewRegister();
        Emit({Op::kCall, 0, t, first, 2, static_cast<std::uint32_t>(feel::FindBuiltin("list contains")), site});
      } else {
        const std::uint32_t other = Compile(test, f);
        t = NewRegister();
        Emit({Op::kEqual, 0, t, v, other, kNone, site});
      }
      const std::uint32_t next = Emit({Op::kJumpFalse, 0, t, kNone, kNone, kNone, site});
      Move(r, Constant(Value::Boolean(true)));
      found.push_back(Emit({Op::kJump}));
      Patch(next);
    }
    PatchAll(&found);
    return r;
  }

  // Runs body for each combination of the iteration variables of e (all args but the last are sources). Where types are not
  // known a source may be nothing to iterate over: then `none` becomes null, and the jumps that leave are added to `broken`.
  template <class Body>
  void Iterate(const Expr& e, Frame* f, std::size_t level, const Body& body, std::vector<std::uint32_t>* broken = nullptr,
               std::uint32_t none = kNone) {
    const Expr& source = *e.args[level];
    const std::uint32_t site = SiteOf(*f, source);
    std::uint32_t list;
    if (source.op == FeelOp::kRange && source.domain) {
      const std::uint32_t low = Compile(*source.args[0], f), high = Compile(*source.args[1], f);
      list = NewRegister();
      Emit({Op::kRangeList, 0, list, low, high, kNone, site});
    } else {
      list = Compile(source, f);
      if (three_valued_ || source.type.kind == Kind::kRange) {
        const std::uint32_t items = NewRegister();
        Emit({Op::kItems, 0, items, list, 1, kNone, site});
        list = items;
      }
    }
    if (three_valued_ && broken != nullptr) {
      const std::uint32_t bad = Emit({Op::kJumpNull, 0, list});
      const std::uint32_t go = Emit({Op::kJump});
      Patch(bad);
      Move(none, null_);
      broken->push_back(Emit({Op::kJump}));
      Patch(go);
    }
    const std::uint32_t counter = NewRegister(), item = NewRegister();
    Emit({Op::kBeginIteration, 0, counter, list, kNone, kNone, site});
    const std::uint32_t next = Emit({Op::kNext, 0, counter, item, list});
    f->locals[e.local + static_cast<int>(level)] = item;
    if (level + 2 < e.args.size()) {
      Iterate(e, f, level + 1, body, broken, none);
    } else {
      body();
    }
    Emit({Op::kJump, 0, kNone, kNone, kNone, next});
    Patch(next);
  }

  std::uint32_t CompileInvoke(const Expr& e, Frame* f) {
    const int index = model_.FindPolicy(e.name);
    const Policy& p = model_.policies[static_cast<std::size_t>(index)];
    Frame frame;
    frame.policy = &p;
    frame.index = index;
    frame.used = true;
    frame.symbols.assign(p.symbols.size(), kNone);
    for (std::size_t i = 0; i < p.facts.size(); ++i) {
      const policy::Fact& fact = p.facts[i];
      std::uint32_t value = null_;
      for (std::size_t a = 0; a < e.args.size() && a < e.names.size(); ++a) {
        if (e.names[a] == fact.name) value = Compile(*e.args[a], f);
      }
      if (fact.default_value) {  // null, or not given: the default
        const std::uint32_t r = NewRegister();
        Move(r, Constant(*fact.default_value));
        const std::uint32_t keep = Emit({Op::kJumpNull, 0, value});
        Move(r, value);
        Patch(keep);
        value = r;
      }
      frame.symbols[static_cast<std::size_t>(fact.symbol)] = value;
    }
    const std::string path = path_;
    CompilePolicy(&frame);
    std::vector<std::uint32_t> fields;
    for (const policy::OutcomeField& field : p.outcome) fields.push_back(CompileOutcome(field, &frame));
    path_ = path;
    const std::uint32_t first = Together(fields), r = NewRegister();
    Emit({Op::kContext, 0, r, first, ShapeOf(e.type)});
    return r;
  }

  // ---- definitions --------------------------------------------------------------------------------

  void CompilePolicy(Frame* f) {
    for (std::size_t d = 0; d < f->policy->definitions.size(); ++d) {
      const policy::Definition& definition = f->policy->definitions[d];
      const auto i = static_cast<std::size_t>(definition.index);
      path_ = definition.remark.path;
      switch (definition.kind) {
        case DefinitionKind::kFormula: {
          const policy::Formula& formula = f->policy->formulas[i];
          f->symbols[static_cast<std::size_t>(formula.symbol)] = CompileExpression(formula.value, f);
          break;
        }
        case DefinitionKind::kTable: CompileTable(f->policy->tables[i], definition.index, definition.remark, f); break;
        case DefinitionKind::kRead: CompileRead(f->policy->reads[i], definition.remark, f); break;
        case DefinitionKind::kDiscretion: CompileDiscretion(f->policy->discretions[i], definition.remark, f); break;
        case DefinitionKind::kRequirement: {
          const policy::Requirement& q = f->policy->requirements[i];
          const std::uint32_t r = CompileExpression(q.that, f);
          const std::uint32_t site = NewSite(*f, definition.index, -1, -1, definition.remark.path,
                                             definition.remark.says_en.empty() ? feel::Print(*q.that.tree) : definition.remark.says_en);
          FactsOf(*q.that.tree, *f->policy, &program_.sites[site].names);
          Emit({Op::kRequire, 0, r, kNone, kNone, static_cast<std::uint32_t>(q.code), site});
          break;
        }
        case DefinitionKind::kEffects: CompileEffects(f->policy->effects[i], definition.index, definition.remark, f); break;
      }
    }
  }

  // The facts that an expression names, each once.
  static void FactsOf(const Expr& e, const policy::Policy& p, std::vector<std::string>* out) {
    if (e.op == FeelOp::kName && e.symbol >= 0 && p.symbols[static_cast<std::size_t>(e.symbol)].kind == policy::SymbolKind::kFact &&
        std::find(out->begin(), out->end(), e.name) == out->end()) {
      out->push_back(e.name);
    }
    for (const feel::ExprPtr& a : e.args) FactsOf(*a, p, out);
  }

  bool MentionsNull(const Expr& e) const {
    if (e.op == FeelOp::kConstant && e.value.IsNull()) return true;
    if (e.op == FeelOp::kRange) return false;  // its nulls are open ends
    for (const feel::ExprPtr& a : e.args) {
      if (MentionsNull(*a)) return true;
    }
    return false;
  }

  // Tests one cell; the instructions that jump when it does not hold are added to `out`.
  void CompileCell(const Expression& cell, std::uint32_t input, bool nullable, std::uint32_t site, Frame* f,
                   std::vector<std::uint32_t>* out) {
    const Expr& e = *cell.tree;
    if (e.op == FeelOp::kConstant && e.value.IsTrue()) return;  // "-"
    path_ = cell.source.path;
    f->locals.clear();
    if (nullable && !MentionsNull(e)) out->push_back(Emit({Op::kJumpNull, 1, input, kNone, kNone, kNone, site}));
    // ? in (low..high) and single comparisons with numbers: one instruction.
    const auto is_input = [](const Expr& x) { return x.op == FeelOp::kInput; };
    const auto is_number = [](const Expr& x) { return x.type.kind == Kind::kNumber && !x.type.nullable; };
    if (e.op == FeelOp::kIn && e.args.size() == 2 && is_input(*e.args[0]) && is_number(*e.args[0]) &&
        e.args[1]->op == FeelOp::kRange && e.args[1]->form != RangeValue::Form::kNotEqual && is_number(*e.args[1]->args[0]) && is_number(*e.args[1]->args[1])) {
      const Expr& range = *e.args[1];
      const std::uint32_t low = Compile(*range.args[0], f), high = Compile(*range.args[1], f);
      out->push_back(Emit({Op::kCellRange,
                           static_cast<std::uint16_t>((range.low_closed ? 0 : 1) | (range.high_closed ? 0 : 2)), input, low,
                           high, kNone, site}));
      return;
    }
    if (e.args.size() == 2 && is_input(*e.args[0]) && is_number(*e.args[0]) && is_number(*e.args[1])) {
      const bool lower = e.op == FeelOp::kGreater || e.op == FeelOp::kGreaterEqual;
      const bool upper = e.op == FeelOp::kLess || e.op == FeelOp::kLessEqual;
      if (lower || upper) {
        const std::uint32_t bound = Compile(*e.args[1], f);
        const bool open = e.op == FeelOp::kGreater || e.op == FeelOp::kLess;
        // bit 2: no upper end; bit 3: no lower end
        const auto flags = static_cast<std::uint16_t>(lower ? (open ? 1 : 0) | 4 : (open ? 2 : 0) | 8);
        out->push_back(Emit({Op::kCellRange, flags, input, bound, bound, kNone, site}));
        return;
      }
    }
    if (e.op == FeelOp::kEqual && is_input(*e.args[0]) && !MentionsInput(*e.args[1])) {
      out->push_back(Emit({Op::kCellEqual, 0, input, Compile(*e.args[1], f), kNone, kNone, site}));
      return;
    }
    if (is_input(e)) {
      out->push_back(Emit({Op::kCellTrue, 0, input, kNone, kNone, kNone, site}));
      return;
    }
    const std::uint32_t outer = f->input;
    f->input = input;
    const std::uint32_t r = Compile(e, f);
    f->input = outer;
    out->push_back(Emit({Op::kCellTrue, 0, r, kNone, kNone, kNone, site}));
  }

  void CompileTable(const policy::Table& t, int index, const policy::Remark& remark, Frame* f) {
    const std::uint32_t first = NewRegisters(t.outputs.size());
    for (std::size_t o = 0; o < t.outputs.size(); ++o) f->symbols[static_cast<std::size_t>(t.outputs[o])] = first + U(o);
    std::vector<std::uint32_t> inputs;
    for (const policy::Table::Column& c : t.columns) inputs.push_back(c.input ? CompileExpression(c.input, f) : kNone);
    const std::uint32_t table_site = NewSite(*f, index, -1, -1, remark.path, t.name);
    // Where null has FEEL's meaning a conflict is null with a warning, which is told when all rows are known.
    const bool unique = t.hit == Hit::kUnique && !program_.lenient;
    const bool single = t.hit == Hit::kFirst || unique;
    std::uint32_t hit_row = kNone, list = kNone;
    if (unique) {
      hit_row = NewRegister();
      Move(hit_row, null_);
    }
    if (!single) Emit({Op::kBeginList});
    std::vector<std::uint32_t> done;
    for (std::size_t r = 0; r < t.rows.size(); ++r) {
      const policy::Table::Row& row = t.rows[r];
      std::vector<std::uint32_t> next;
      for (std::size_t c = 0; c < row.cells.size(); ++c) {
        const std::uint32_t site = NewSite(*f, index, static_cast<int>(r), static_cast<int>(c), row.remark.path,
                                           c < row.texts.size() ? row.texts[c] : std::string());
        const bool nullable = t.columns[c].input && t.columns[c].input.tree->type.nullable;
        CompileCell(row.cells[c], inputs[c], nullable, site, f, &next);
      }
      const std::uint32_t row_site = NewSite(*f, index, static_cast<int>(r), -1, row.remark.path, t.name);
      Emit({Op::kRowApplies, 0, kNone, kNone, kNone, kNone, row_site});
      if (unique) Emit({Op::kHitOnce, 0, hit_row, kNone, kNone, kNone, row_site});
      if (single) {
        for (std::size_t o = 0; o < row.outputs.size(); ++o) Move(first + U(o), CompileExpression(row.outputs[o], f));
        if (!unique) done.push_back(Emit({Op::kJump}));
      } else {
        Emit({Op::kAppend, 0, Integer(static_cast<std::int64_t>(r))});
        for (const Expression& output : row.outputs) Emit({Op::kAppend, 0, CompileExpression(output, f)});
      }
      PatchAll(&next);
    }
    std::uint32_t empty = kNone;
    if (!single) {
      list = NewRegister();
      Emit({Op::kEndList, 0, list});
      const bool needs_rows = t.hit == Hit::kUnique || t.hit == Hit::kAny || t.hit == Hit::kPriority || !t.otherwise.empty();
      if (needs_rows) empty = Emit({Op::kJumpEmpty, 0, list});
      Hits hits;
      hits.priorities = t.priorities;
      program_.hits.push_back(std::move(hits));
      Emit({Op::kFinishHits, static_cast<std::uint16_t>(program_.hits.size() - 1), first, list, U(t.outputs.size()),
            static_cast<std::uint32_t>(t.hit), table_site});
      done.push_back(Emit({Op::kJump}));
      if (empty == kNone) {
        PatchAll(&done);
        return;
      }
      Patch(empty);
    } else if (unique) {
      // a hit: all outputs are there
      const std::uint32_t none = Emit({Op::kJumpNull, 0, hit_row});
      done.push_back(Emit({Op::kJump}));
      Patch(none);
    }
    if (t.otherwise.empty()) {
      Emit({Op::kUncovered, 0, kNone, null_, 0, kNone, table_site});
      for (std::size_t o = 0; o < t.outputs.size() && program_.lenient; ++o) Move(first + U(o), null_);
    } else {
      Emit({Op::kRowApplies, 1, kNone, kNone, kNone, kNone, table_site});
      for (std::size_t o = 0; o < t.otherwise.size(); ++o) Move(first + U(o), CompileExpression(t.otherwise[o], f));
    }
    PatchAll(&done);
  }

  std::uint32_t CompileRead(const policy::Read& r, const policy::Remark& remark, Frame* f) {
    const policy::Stream& s =
        model_.policies[static_cast<std::size_t>(r.stream_policy)].streams[static_cast<std::size_t>(r.stream)];
    const bool own = r.stream_policy == f->index;
    Read read;
    read.kind = static_cast<ReadKind>(r.kind);
    read.stream = s.id;
    read.window = static_cast<Window>(r.window);
    read.span = r.span;
    read.includes_this = r.including_this && own;
    const policy::Symbol& symbol = f->policy->symbols[static_cast<std::size_t>(r.symbol)];
    read.site = NewSite(*f, -1, -1, -1, remark.path, symbol.name);
    if (r.on) read.on = CompileExpression(r.on, f);
    if (r.default_value) read.otherwise = CompileExpression(r.default_value, f);
    if (r.reaches_expression) read.reaches = CompileExpression(r.reaches_expression, f);
    else read.reaches = Integer(1);
    const std::uint32_t result = NewRegister();
    f->symbols[static_cast<std::size_t>(r.symbol)] = result;
    if (s.each) {
      // The tree is for v in list return {keys..., where}: a count per element.
      path_ = s.each.source.path;
      f->locals.clear();
      const Expr& loop = *s.each.tree;
      const Expr& record = *loop.args.back();
      Emit({Op::kBeginList});
      Iterate(loop, f, 0, [&] {
        CompileEachKey(loop, record, s, &read, f);
        const std::uint32_t count = NewRegister();
        program_.reads.push_back(read);
        Emit({Op::kRead, 0, count, U(program_.reads.size() - 1)});
        const std::uint32_t fields = Together({f->locals.at(loop.local), count}), item = NewRegister();
        Emit({Op::kContext, 0, item, fields, ShapeOf(symbol.type.item())});
        Emit({Op::kAppend, 0, item});
      });
      Emit({Op::kEndList, 0, result});
      return result;
    }
    std::vector<std::uint32_t> key;
    const std::vector<Expression>& key_trees = r.key.empty() ? s.key : r.key;  // `from` its own policy, too
    for (const Expression& k : key_trees) key.push_back(CompileExpression(k, f));
    read.key = Together(key);
    read.key_count = U(key.size());
    if (own && s.by && (r.kind == policy::ReadKind::kStreak || r.kind == policy::ReadKind::kReached)) {
      read.by = CompileExpression(s.by, f);
    }
    if (read.includes_this) {
      if (s.where) read.where = CompileExpression(s.where, f);
      if (s.of) read.of = CompileExpression(s.of, f);
    }
    if (r.kind == policy::ReadKind::kHistory) {
      read.policy = r.stream_policy;
      read.kept = r.kept;
      read.shape = program_.shapes[ShapeOf(symbol.type.item())];
      if (read.includes_this) {
        std::vector<std::uint32_t> values;
        for (const int k : r.kept) values.push_back(f->symbols[static_cast<std::size_t>(f->policy->facts[static_cast<std::size_t>(k)].symbol)]);
        read.own_kept = values.empty() ? null_ : Together(values);
      }
    }
    program_.reads.push_back(read);
    Emit({Op::kRead, 0, result, U(program_.reads.size() - 1)});
    return result;
  }

  void CompileEachKey(const Expr& loop, const Expr& record, const policy::Stream& s, Read* read, Frame* f) {
    (void)loop;
    std::vector<std::uint32_t> key;
    for (std::size_t k = 0; k < s.key.size(); ++k) key.push_back(Compile(*record.args[k], f));
    read->key = Together(key);
    read->key_count = U(key.size());
    read->where = record.args.size() > s.key.size() ? Compile(*record.args.back(), f) : kNone;
  }

  void CompileDiscretion(const policy::Discretion& d, const policy::Remark& remark, Frame* f) {
    const auto make = [&](int symbol) {
      if (symbol < 0) return kNone;
      const std::uint32_t r = NewRegister();
      f->symbols[static_cast<std::size_t>(symbol)] = r;
      Move(r, null_);
      return r;
    };
    const std::uint32_t value = make(d.symbol), allowed = make(d.allowed), min = make(d.min), max = make(d.max);
    std::vector<std::uint32_t> skip;
    if (d.when) {
      const std::uint32_t w = CompileExpression(d.when, f);
      skip.push_back(Emit({Op::kJumpFalse, 0, w, kNone, kNone, kNone, SiteOf(*f, *d.when.tree)}));
    }
    std::uint32_t set = kNone, from = null_, to = null_;
    if (!d.one_of.empty()) {
      Emit({Op::kBeginList});
      for (const Expression& e : d.one_of) Emit({Op::kAppend, 0, CompileExpression(e, f)});
      set = NewRegister();
      Emit({Op::kEndList, 0, set});
      if (allowed != kNone) Move(allowed, set);
    } else {
      if (d.from) from = CompileExpression(d.from, f);
      if (d.to) to = CompileExpression(d.to, f);
      if (min != kNone) Move(min, from);
      if (max != kNone) Move(max, to);
    }
    const std::uint32_t by = CompileExpression(d.by, f);
    skip.push_back(Emit({Op::kJumpNull, 0, by}));
    const std::uint32_t site = NewSite(*f, -1, -1, -1, remark.path, feel::Print(*d.by.tree));
    if (set != kNone) {
      Emit({Op::kDiscretion, 0, by, set, kNone, 0, site});
    } else {
      Emit({Op::kDiscretion, 0, by, from, to, 1, site});
    }
    Move(value, by);
    PatchAll(&skip);
  }

  void CompileEffects(const policy::EffectGroup& g, int index, const policy::Remark& remark, Frame* f) {
    EffectSpec spec;
    spec.kind = g.kind;
    spec.per_party = static_cast<std::uint8_t>(g.per_party);
    spec.caused = !f->used;
    spec.group = index;
    if (g.symbol >= 0) {
      const Type& type = f->policy->symbols[static_cast<std::size_t>(g.symbol)].type;
      spec.shape = program_.shapes[ShapeOf(type.item())];
    }
    const std::uint32_t number = U(program_.effects.size());
    program_.effects.push_back(spec);
    Emit({Op::kBeginEffect, 0, kNone, number});
    for (std::size_t i = 0; i < g.shares.size(); ++i) {
      const policy::EffectGroup::Share& share = g.shares[i];
      const std::uint32_t site = NewSite(*f, index, static_cast<int>(i), -1, share.remark.path, std::string(EffectName(g.kind)));
      path_ = share.remark.path;
      f->locals.clear();
      const Expr& tree = *share.tree.tree;
      Unit party = Unit::kNone;
      if (tree.op == FeelOp::kFor) {
        Iterate(tree, f, 0, [&] { party = CompileShare(*tree.args.back(), site, f); });
      } else {
        party = CompileShare(tree, site, f);
      }
      program_.effects[number].parties.push_back(party);
    }
    const std::uint32_t list = NewRegister();
    const std::uint32_t site = NewSite(*f, index, -1, -1, remark.path, std::string(EffectName(g.kind)));
    Emit({Op::kEndEffect, 0, list, number, kNone, kNone, site});
    if (g.symbol >= 0) f->symbols[static_cast<std::size_t>(g.symbol)] = list;
  }

  // [if when then] {to, amount, detail, due} [else null]
  Unit CompileShare(const Expr& e, std::uint32_t site, Frame* f) {
    std::uint32_t skip = kNone;
    const Expr* record = &e;
    if (e.op == FeelOp::kIf) {
      const std::uint32_t c = Compile(*e.args[0], f);
      skip = Emit({Op::kJumpFalse, 0, c, kNone, kNone, kNone, SiteOf(*f, *e.args[0])});
      record = e.args[1].get();
    }
    Unit party = Unit::kNone;
    if (record->op == FeelOp::kContext) {
      std::uint32_t to = kNone, amount = kNone, detail = kNone, due = kNone;
      for (std::size_t i = 0; i < record->args.size(); ++i) {
        const std::uint32_t r = Compile(*record->args[i], f);
        const std::string& name = record->names[i];
        if (name == "to") {
          to = r;
          const Type& type = record->args[i]->type;
          party = type.kind == Kind::kList ? type.item().unit : type.unit;
        } else if (name == "amount") {
          amount = r;
        } else if (name == "detail") {
          detail = r;
        } else {
          due = r;
        }
      }
      Emit({Op::kEffect, 0, to, amount, detail, due, site});
    }
    if (skip != kNone) Patch(skip);
    return party;
  }

  std::uint32_t CompileOutcome(const policy::OutcomeField& field, Frame* f) {
    std::uint32_t r = CompileExpression(field.value, f);
    if (field.round) {
      const std::uint32_t rounded = NewRegister();
      Emit({Op::kRound, 0, rounded, r, static_cast<std::uint32_t>(field.exponent), static_cast<std::uint32_t>(field.mode)});
      r = rounded;
    }
    if (field.type.kind == Kind::kNumber && field.type.unit == Unit::kMoney) {
      Emit({Op::kMoneyDigits, 0, r, kNone, kNone, kNone, NewSite(*f, -1, -1, -1, field.remark.path, field.name)});
    }
    return r;
  }

  void CompileEntries(Frame* f) {
    const Policy& p = *f->policy;
    for (const policy::Stream& s : p.streams) program_.streams.push_back({s.id, s.definition, s.reads_ledger});
    if (p.streams.empty()) return;
    const std::uint32_t skip = Emit({Op::kSkipEntries});
    for (std::size_t i = 0; i < p.streams.size(); ++i) {
      const policy::Stream& s = p.streams[i];
      if (s.each) {
        path_ = s.each.source.path;
        f->locals.clear();
        const Expr& loop = *s.each.tree;
        Iterate(loop, f, 0, [&] {
          Read key;
          CompileEachKey(loop, *loop.args.back(), s, &key, f);
          std::uint32_t no = kNone;
          if (key.where != kNone) no = Emit({Op::kJumpFalse, 0, key.where, kNone, kNone, kNone, SiteOf(*f, loop)});
          Emit({Op::kEntry, 0, key.key, key.key_count, kNone, kNone, U(i)});
          if (no != kNone) Patch(no);
        });
        continue;
      }
      std::vector<std::uint32_t> no;
      if (s.where) {
        const std::uint32_t w = CompileExpression(s.where, f);
        no.push_back(Emit({Op::kJumpFalse, 0, w, kNone, kNone, kNone, SiteOf(*f, *s.where.tree)}));
      }
      std::vector<std::uint32_t> key;
      for (const Expression& k : s.key) key.push_back(CompileExpression(k, f));
      const std::uint32_t first = Together(key);
      std::uint32_t value = kNone, period = kNone;
      if (s.of) {
        value = CompileExpression(s.of, f);
        no.push_back(Emit({Op::kJumpNull, 0, value}));  // nothing to add
      }
      if (s.by) period = CompileExpression(s.by, f);
      Emit({Op::kEntry, 0, first, U(key.size()), value, period, U(i)});
      PatchAll(&no);
    }
    Patch(skip);
  }

  void CompileGuard(const policy::Guard& g, int policy) {
    Policy scratch;  // only its symbols are read
    scratch.symbols = g.symbols;
    Frame f;
    f.policy = &scratch;
    f.index = policy;
    f.symbols.assign(g.symbols.size(), kNone);
    GuardSpec spec;
    spec.name = g.name;
    for (const EffectKind k : g.effects) spec.kinds = static_cast<std::uint16_t>(spec.kinds | (1u << static_cast<unsigned>(k)));
    spec.excess = static_cast<std::uint8_t>(g.excess);
    spec.host_switch = g.host_switch;
    spec.amount = f.symbols[0] = NewRegister();
    spec.to = f.symbols[1] = NewRegister();
    spec.entry = Here();
    if (g.when) {
      spec.when = CompileExpression(g.when, &f);
      const std::uint32_t end = Emit({Op::kJumpFalse, 0, spec.when, kNone, kNone, kNone, SiteOf(f, *g.when.tree)});
      if (g.limit) spec.limit = CompileExpression(g.limit, &f);
      Patch(end);
    } else if (g.limit) {
      spec.limit = CompileExpression(g.limit, &f);
    }
    Emit({Op::kEnd});
    program_.guards.push_back(std::move(spec));
  }

  void Place(std::uint32_t* r) const {
    if (*r == kNone) return;
    *r = (*r & kConstantBit) != 0 ? *r & ~kConstantBit : *r + U(program_.constants.size());
  }
  // Constants to the front.
  void Finish() {
    const std::uint32_t shift = U(program_.constants.size());
    const auto place = [&](std::uint32_t* r) { Place(r); };
    for (Instruction& i : program_.code) {
      const char* operands = Operands(i.op);
      std::uint32_t* fields[] = {&i.a, &i.b, &i.c, &i.d, &i.e};
      for (int k = 0; k < 5; ++k) {
        if (operands[k] == 'r' || operands[k] == 'R' || operands[k] == 'n') place(fields[k]);
      }
    }
    for (Read& r : program_.reads) {
      for (std::uint32_t* reg : {&r.key, &r.on, &r.where, &r.of, &r.by, &r.reaches, &r.otherwise, &r.own_kept}) place(reg);
    }
    for (GuardSpec& g : program_.guards) {
      for (std::uint32_t* reg : {&g.amount, &g.to, &g.when, &g.limit}) place(reg);
    }
    for (OutcomeSpec& o : program_.outcome) place(&o.reg);
    for (std::uint32_t& r : program_.symbol_registers) place(&r);
    for (std::uint32_t& r : program_.required_register) place(&r);
    program_.fact_base = shift;
    program_.registers = shift + next_register_;
  }

  const Model& model_;
  const Limits& limits_;
  Program& program_;
  std::uint32_t next_register_ = 0;
  std::uint32_t null_ = kNone;
  std::string path_;
  std::uint32_t open_lists_ = 0;
  std::vector<std::uint32_t> for_lists_;  // open_lists_ inside each surrounding `for`
  bool three_valued_ = false;   // null is an answer, and not an error
  Compiler* outer_ = nullptr;   // of a function: what it stands in
  std::vector<std::pair<const Expr*, std::uint32_t>> captured_;
};

}  // namespace

bool Compile(const Model& model, int policy, const Limits& limits, Program* out, Diagnostics* diagnostics) {
  Compiler compiler(model, limits, out);
  const policy::Remark& remark = model.policies[static_cast<std::size_t>(policy)].remark;
  if (!compiler.Run(policy)) {
    diagnostics->push_back(MakeDiagnostic(Code::kLimitExceeded, remark.path, remark.span,
                                          {{"what", "the program of this policy is too long"}}));
    return false;
  }
  const std::string wrong = Verify(*out);
  if (!wrong.empty()) {  // a fault of the compiler, not of the rule set; never run such a program
    diagnostics->push_back(MakeDiagnostic(Code::kBadValue, remark.path, remark.span,
                                          {{"what", "internal: the compiled program is not sound: " + wrong}}));
    return false;
  }
  return true;
}

}  // namespace ordain::engine
