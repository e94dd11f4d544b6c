// The scalar engine: one decision at a time, on registers.
//
// Each policy has a register file that is kept between decisions: constants stand in it from the start, facts are copied
// in, everything else is written before it is read (Verify and the compiler see to that). Lists and texts made while
// deciding live in an arena that is reset, not freed. A decision that reads no ledger and records nothing does
// not allocate once the evaluator is warm. An error ends the run and becomes the decision's error.
//
// Limits: Limits::max_steps instructions and max_decision_bytes of arena per decision.
// Tested by tests/engine_test.cc, by every case file, and against tests/testing/reference.cc.
#include <algorithm>
#include <cstdlib>

#include "ordain/json.hpp"
#include "engine/due.hpp"
#include "engine/explain.hpp"
#include "engine/parts.hpp"
#include "feel/feel.hpp"
#include "ordain/engine.hpp"
#include "policy/bind.hpp"
#include "policy/schedules.hpp"

namespace ordain {

using engine::Instruction;
using engine::kNone;
using engine::Op;
using engine::Program;

struct Evaluator::State {
  State(const RuleSet& of, const Limits& l, const Services& services)
      : rules(of), limits(l), defaults(of), arena(l.max_decision_bytes), zones(services.zones), schedules(*of.parts().model) {
    files.resize(static_cast<std::size_t>(of.policy_count()));
    calls.text = services.text;
    calls.zones = &zones;
    calls.schedules = &schedules;
    calls.host = services.functions;
  }

  // What builtins see of the evaluation.
  struct Calls final : feel::CallContext {
    explicit Calls(State* s) : feel::CallContext(&s->arena), state(s) {}
    feel::Fault Apply(const Value& function, const Value* args, std::size_t count, Value* out) override {
      return state->Apply(function, args, count, nullptr, out);
    }
    State* state;
  };

  RuleSet rules;
  Limits limits;
  Terms defaults;
  Arena arena;
  feel::ZoneCache zones;
  policy::ModelSchedules schedules;
  Calls calls{this};
  std::vector<std::vector<Value>> files;   // registers by policy, made when first used
  Decision decision;
  engine::Readings readings;               // of the last decision with a trace
  std::vector<Value> open;                 // items of the lists being made
  struct OpenList {
    std::size_t start;   // in `open`
    bool by_number;      // of a filter: what was selected was selected by its number
  };
  std::vector<OpenList> open_lists;
  std::vector<std::vector<Value>> call_files;  // registers of function calls, by depth
  std::size_t call_depth = 0;
  struct OpenEffect {
    Value to, amount, detail, due;
    std::int32_t share;
    Unit party;
  };
  std::vector<OpenEffect> shares;
  std::string key;

  // Of the present decision.
  const Program* program = nullptr;
  Value* r = nullptr;
  const Terms* terms = nullptr;
  const LedgerView* view = nullptr;
  Instant at;
  Date today;
  DecideOptions options;
  std::uint64_t steps = 0;
  std::vector<std::pair<const Instruction*, feel::Fault>> warned;

  bool Fail(Code code, std::vector<std::pair<std::string, std::string>> args, const std::string& path, std::string hint = {}) {
    decision.ok_ = false;
    decision.error_ = MakeDiagnostic(code, path, {}, std::move(args), std::move(hint));
    return false;
  }
  // An instruction has no value: the decision ends with an error, or, where null has FEEL's meaning, r[a] is null, the
  // decision carries a warning, and evaluation goes on.
  bool NoValue(const Instruction& i, feel::Fault fault);
  // A condition is neither true nor false: an error, or a warning and then as if it were false.
  bool Unknown(const Instruction& i);
  bool Warn(const Instruction& i, feel::Fault fault, Diagnostic d);
  std::string Given(const Instruction& i) const;
  Diagnostic Reason(std::uint32_t site, feel::Fault fault) const;
  bool FailAt(std::uint32_t site, feel::Fault fault) {
    if (!decision.ok_) return false;  // by a function that was called: its own reason stands
    decision.ok_ = false;
    decision.error_ = Reason(site, fault);
    return false;
  }
  bool Memory() { return Fail(Code::kLimitExceeded, {{"what", "memory of one decision"}}, ""); }

  bool Run(std::uint32_t entry);
  feel::Fault Call(const Instruction& i, Value* out);
  feel::Fault Apply(const Value& function, const Value* args, std::size_t count, const std::vector<std::string>* names, Value* out);
  bool MakeFunction(const Instruction& i);
  bool DatePart(const Instruction& i);
  bool Parameter(const Instruction& i);
  bool FinishHits(const Instruction& i);
  bool Read(const Instruction& i);
  bool History(const engine::Read& read, std::int64_t first, std::int64_t last, bool own, Value* out);
  bool Discretion(const Instruction& i);
  bool EndEffect(const Instruction& i);
  bool AddEntry(const Instruction& i);
  bool Guards();
  bool CloseList(Value* out);
  void Key(std::uint32_t first, std::uint32_t count);
  bool Uncovered(const Instruction& i);
};

namespace {

DecimalStatus Decide2(Op op, const Decimal& a, const Decimal& b, Decimal* out) {
  switch (op) {
    case Op::kAdd: return Add(a, b, Rounding::kHalfEven, out);
    case Op::kSubtract: return Subtract(a, b, Rounding::kHalfEven, out);
    default: return Multiply(a, b, Rounding::kHalfEven, out);
  }
}

feel::Fault FaultOf(DecimalStatus s) {
  return s == DecimalStatus::kOverflow         ? feel::Fault::kOverflow
         : s == DecimalStatus::kDivisionByZero ? feel::Fault::kDivisionByZero
                                               : feel::Fault::kInvalid;
}

bool Relates(feel::Op op, int c) {
  switch (op) {
    case feel::Op::kLess: return c < 0;
    case feel::Op::kLessEqual: return c <= 0;
    case feel::Op::kGreater: return c > 0;
    default: return c >= 0;
  }
}

}  // namespace

Diagnostic Evaluator::State::Reason(std::uint32_t site, feel::Fault fault) const {
  const engine::Site& s = program->sites[site];
  const auto make = [&](Code code, std::vector<std::pair<std::string, std::string>> args) {
    return MakeDiagnostic(code, s.path, s.span, std::move(args));
  };
  switch (fault) {
    case feel::Fault::kNull: return make(Code::kNullOperand, {{"where", s.text}});
    case feel::Fault::kDivisionByZero: return make(Code::kDivisionByZero, {{"where", s.text}});
    case feel::Fault::kOverflow: return make(Code::kOverflow, {{"what", "`" + s.text + "`"}});
    case feel::Fault::kMemory: return make(Code::kLimitExceeded, {{"what", "memory of one decision"}});
    case feel::Fault::kUnknownDays: {
      Diagnostic d = (calls.calendar != nullptr ? *calls.calendar : Calendar()).Explain(TimeProblem::kUnknownDays);
      d.path = s.path;
      d.span = s.span;
      return d;
    }
    case feel::Fault::kUnavailable: {
      Diagnostic d = make(Code::kUnavailable, {{"where", s.text}, {"what", "Unicode, regular expressions, time zones or a calendar"}});
      d.hint = "the host gives the first three by Services; a calendar is named by `calendar` in the rule set, or given with the terms";
      return d;
    }
    case feel::Fault::kNoFunction:
      return make(Code::kUnavailable, {{"where", s.text}, {"what", "a function of the host by that name that takes these arguments"}});
    case feel::Fault::kNotAllowed: return make(Code::kEventNotAllowed, calls.details);
    case feel::Fault::kWrongKind:
      return make(Code::kInvalidOperation, {{"where", s.text}, {"what", "these kinds of values do not go together"}});
    default: break;
  }
  return make(Code::kInvalidOperation, {{"where", s.text}, {"what", calls.reason.empty() ? "not defined for these values" : calls.reason}});
}

bool Evaluator::State::NoValue(const Instruction& i, feel::Fault fault) {
  if (!decision.ok_) return false;
  const bool go_on = program->lenient && fault != feel::Fault::kMemory;
  if (go_on) {
    r[i.a] = Value();
    (void)Warn(i, fault, {});
  } else {
    decision.ok_ = false;
    decision.error_ = Reason(i.e, fault);
    decision.error_.args.emplace_back("operands", Given(i));
  }
  calls.reason.clear();  // told; the next fault has another
  return go_on;
}

bool Evaluator::State::Unknown(const Instruction& i) {
  return program->lenient ? Warn(i, feel::Fault::kNull, {}) : FailAt(i.e, feel::Fault::kNull);
}

// Once per instruction and reason, and not without end.
bool Evaluator::State::Warn(const Instruction& i, feel::Fault fault, Diagnostic d) {
  constexpr std::size_t kMaxWarnings = 100;
  const std::pair<const Instruction*, feel::Fault> which{&i, fault};
  if (warned.size() >= kMaxWarnings || std::find(warned.begin(), warned.end(), which) != warned.end()) return true;
  warned.push_back(which);
  if (fault != feel::Fault::kNone) d = Reason(i.e, fault);
  d.severity = Severity::kWarning;
  d.args.emplace_back("operands", Given(i));
  decision.warnings_.push_back(std::move(d));
  return true;
}

// The values that an instruction has worked on, as FEEL, for messages.
std::string Evaluator::State::Given(const Instruction& i) const {
  constexpr std::size_t kMaxLength = 200;
  const char* kinds = engine::Operands(i.op);
  const std::uint32_t fields[] = {i.a, i.b, i.c, i.d, i.e};
  std::string out;
  const auto add = [&](std::uint32_t reg) {
    if (!out.empty()) out += ", ";
    out += r[reg].ToFeel();
  };
  for (int k = 1; k < 5; ++k) {
    if ((kinds[k] == 'r' || kinds[k] == 'R') && fields[k] != kNone) add(fields[k]);
    if (kinds[k] == 'n') {
      for (std::uint32_t n = 0; n < fields[k + 1]; ++n) add(fields[k] + n);
    }
  }
  if (out.size() > kMaxLength) {
    std::size_t cut = kMaxLength;
    while (cut > 0 && (static_cast<unsigned char>(out[cut]) & 0xC0) == 0x80) --cut;
    out.resize(cut);
    out += "...";
  }
  return out;
}

bool Evaluator::State::CloseList(Value* out) {
  const std::size_t start = open_lists.back().start, n = open.size() - start;
  Value* items = arena.NewValues(n);
  if (items == nullptr || n > limits.max_list_items) return Memory();
  std::copy(open.begin() + static_cast<std::ptrdiff_t>(start), open.end(), items);
  open.resize(start);
  open_lists.pop_back();
  *out = Value::List(items, n);
  return true;
}

bool Evaluator::State::Run(std::uint32_t entry) {
  const Instruction* const code = program->code.data();
  const Instruction* i = code + entry;
  feel::Fault fault = feel::Fault::kNone;
  for (;; ++i) {
    if (++steps > limits.max_steps) return Fail(Code::kLimitExceeded, {{"what", "instructions of one decision"}}, "");
    switch (i->op) {
      case Op::kMove: r[i->a] = r[i->b]; break;
      case Op::kJump: i = code + i->d - 1; break;
      case Op::kJumpFalse:
        if (r[i->a].kind() != Kind::kBoolean) {  // not true
          if (!Unknown(*i)) return false;
          i = code + i->d - 1;
          break;
        }
        if (!r[i->a].boolean()) i = code + i->d - 1;
        break;
      case Op::kJumpTrue:
        if (r[i->a].kind() != Kind::kBoolean) {  // not true
          if (!Unknown(*i)) return false;
          break;
        }
        if (r[i->a].boolean()) i = code + i->d - 1;
        break;
      case Op::kJumpNull:
        if (r[i->a].IsNull()) {
          if (i->flags == 1 && options.trace) {
            const engine::Site& s = program->sites[i->e];
            decision.trace_.push_back({TraceKind::kCell, s.policy, s.definition, s.row, s.column});
          }
          i = code + i->d - 1;
        }
        break;
      case Op::kArithmetic: {
        const feel::Fault f = feel::Arithmetic(static_cast<feel::Op>(i->d), r[i->b], r[i->c], &calls, &r[i->a]);
        if (f != feel::Fault::kNone) { fault = f; goto no_value; }
        break;
      }
      case Op::kAdd:
      case Op::kSubtract:
      case Op::kMultiply: {
        const Value &a = r[i->b], &b = r[i->c];
        if (a.kind() != Kind::kNumber || b.kind() != Kind::kNumber) { fault = feel::Fault::kNull; goto no_value; }
        Decimal d;
        const DecimalStatus s = Decide2(i->op, a.number(), b.number(), &d);
        if (s != DecimalStatus::kOk) { fault = FaultOf(s); goto no_value; }
        r[i->a] = Value::Number(d);
        break;
      }
      case Op::kNegate: {
        const feel::Fault f = feel::NegateValue(r[i->b], &r[i->a]);
        if (f != feel::Fault::kNone) { fault = f; goto no_value; }
        break;
      }
      case Op::kNot:
        if (r[i->b].kind() != Kind::kBoolean) { fault = r[i->b].IsNull() ? feel::Fault::kNull : feel::Fault::kWrongKind; goto no_value; }
        r[i->a] = Value::Boolean(!r[i->b].boolean());
        break;
      case Op::kEqual:
      case Op::kNotEqual: {
        bool same = false;
        const feel::Fault f = feel::EqualValues(r[i->b], r[i->c], &same, calls.feel);
        if (f != feel::Fault::kNone) { fault = f; goto no_value; }
        r[i->a] = Value::Boolean(same == (i->op == Op::kEqual));
        break;
      }
      case Op::kCompare: {
        int c = 0;
        const feel::Fault f = feel::CompareValues(r[i->b], r[i->c], &c, calls.feel);
        if (f != feel::Fault::kNone) { fault = f; goto no_value; }
        r[i->a] = Value::Boolean(Relates(static_cast<feel::Op>(i->d), c));
        break;
      }
      case Op::kInRange: {
        bool in = false;
        if (r[i->c].kind() != Kind::kRange) { fault = feel::Fault::kNull; goto no_value; }
        const feel::Fault f = feel::InRange(r[i->b], *r[i->c].range(), &in, calls.feel);
        if (f != feel::Fault::kNone) { fault = f; goto no_value; }
        r[i->a] = Value::Boolean(in);
        break;
      }
      case Op::kRange: {
        void* p = arena.Allocate(sizeof(RangeValue));
        if (p == nullptr) return Memory();
        const auto form = static_cast<RangeValue::Form>(i->d >> 2);
        const RangeValue range{r[i->b], r[i->c], (i->d & 1) != 0, (i->d & 2) != 0, form};
        if ((program->dynamic || program->lenient) && (fault = feel::CheckRange(range)) != feel::Fault::kNone) goto no_value;
        r[i->a] = Value::Range(new (p) RangeValue(range));
        break;
      }
      case Op::kRangeList: {
        Value list;
        fault = feel::RangeItems(RangeValue{r[i->b], r[i->c], true, true}, true, limits.max_list_items, &calls, &list);
        if (fault != feel::Fault::kNone) goto no_value;
        r[i->a] = list;
        break;
      }
      case Op::kContext: {
        const Shape* shape = program->shapes[i->c];
        const std::size_t n = shape->count;
        Value* fields = arena.NewValues(n);
        if (fields == nullptr) return Memory();
        std::copy(r + i->b, r + i->b + n, fields);
        r[i->a] = Value::Context(fields, shape);
        break;
      }
      case Op::kField:
        if (r[i->b].kind() != Kind::kContext) { fault = feel::Fault::kNull; goto no_value; }
        r[i->a] = r[i->b].fields()[i->c];
        break;
      case Op::kFields: {
        const Value list = r[i->b];
        if (list.kind() != Kind::kList) { fault = feel::Fault::kNull; goto no_value; }
        Value* items = arena.NewValues(list.size());
        if (items == nullptr) return Memory();
        for (std::size_t k = 0; k < list.size(); ++k) {
          if (list[k].kind() == Kind::kContext) items[k] = list[k].fields()[i->c];
          else if ((fault = feel::Fault::kNull), !program->lenient) goto no_value;
          else if (!Warn(*i, fault, {})) return false;
        }
        r[i->a] = Value::List(items, list.size());
        break;
      }
      case Op::kDatePart:
        if (!DatePart(*i)) return false;
        break;
      case Op::kIndex: {
        const Value& list = r[i->b];
        std::int64_t n = 0;
        if (list.kind() != Kind::kList || r[i->c].kind() != Kind::kNumber) { fault = feel::Fault::kNull; goto no_value; }
        if (!r[i->c].number().ToInt64(&n)) { fault = feel::Fault::kInvalid; goto no_value; }
        const auto size = static_cast<std::int64_t>(list.size());
        const std::int64_t k = n > 0 ? n - 1 : size + n;
        r[i->a] = n != 0 && k >= 0 && k < size ? list[static_cast<std::size_t>(k)] : Value();
        break;
      }
      case Op::kCall: {
        Value out;
        if ((fault = Call(*i, &out)) != feel::Fault::kNone) goto no_value;
        r[i->a] = out;
        break;
      }
      case Op::kBeginList: open_lists.push_back({open.size(), false}); break;
      case Op::kAppend:
        if (open.size() > limits.max_list_items) return Memory();
        open.push_back(r[i->a]);
        break;
      case Op::kEndList:
        if (!CloseList(&r[i->a])) return false;
        break;
      case Op::kDropLists:
        for (std::uint32_t k = 0; k < i->c; ++k) {
          open.resize(open_lists.back().start);
          open_lists.pop_back();
        }
        break;
      case Op::kJumpIs:
        if (r[i->a].kind() == Kind::kBoolean && r[i->a].boolean() == (i->b != 0)) i = code + i->d - 1;
        break;
      case Op::kJumpUnless:
        if (!r[i->a].IsTrue()) i = code + i->d - 1;
        break;
      case Op::kJumpWrong: {
        const Value& v = r[i->a];
        if (v.kind() == Kind::kBoolean || v.IsNull() || (i->b == 1 && v.kind() == Kind::kNumber)) break;
        if (!program->lenient) {
          fault = feel::Fault::kWrongKind;
          goto no_value;
        }
        if (!Warn(*i, feel::Fault::kWrongKind, {})) return false;
        i = code + i->d - 1;
        break;
      }
      case Op::kAnd:
      case Op::kOr: {
        // Three-valued. One operand may decide alone, whatever the other is; what is neither true nor false is null.
        //   and | true  false null     or | true  false null
        //   ----+------------------    ---+-----------------
        //   t   | true  false null     t  | true  true  true
        //   f   | false false false    f  | true  false null
        //   n   | null  false null     n  | true  null  null
        const Value a = r[i->b], b = r[i->c];
        const bool decides = i->op == Op::kOr;
        const auto is = [](const Value& v, bool what) { return v.kind() == Kind::kBoolean && v.boolean() == what; };
        const auto wrong = [](const Value& v) { return v.kind() != Kind::kBoolean && !v.IsNull(); };
        if (is(a, decides) || is(b, decides)) r[i->a] = Value::Boolean(decides);
        else if (wrong(a) || wrong(b)) { fault = feel::Fault::kWrongKind; goto no_value; }
        else if (a.IsNull() || b.IsNull()) r[i->a] = Value();
        else r[i->a] = Value::Boolean(!decides);
        break;
      }
      case Op::kTest: {
        Value out;
        if ((fault = feel::TestValue(r[i->b], r[i->c], &out)) != feel::Fault::kNone) goto no_value;
        r[i->a] = out;
        break;
      }
      case Op::kItems: {
        Value out;
        if ((fault = feel::ItemsOf(r[i->b], i->c != 0, limits.max_list_items, &calls, &out)) != feel::Fault::kNone) goto no_value;
        r[i->a] = out;
        break;
      }
      case Op::kSelect: {
        const Value& by = r[i->b];
        if (by.kind() == Kind::kNumber) {
          open_lists.back().by_number = true;
          const std::int64_t k = r[i->c].date().days, size = static_cast<std::int64_t>(r[i->d].size());  // k counts from 1
          std::int64_t n = 0;
          if (!by.number().ToInt64(&n)) { fault = feel::Fault::kInvalid; goto no_value; }
          if (n == k || size + n + 1 == k) open.push_back(r[i->a]);
        } else if (by.IsTrue()) {
          if (open.size() > limits.max_list_items) return Memory();
          open.push_back(r[i->a]);
        }
        break;
      }
      case Op::kEndSelect: {
        const bool by_number = open_lists.back().by_number;
        Value list;
        if (!CloseList(&list)) return false;
        r[i->a] = !by_number ? list : list.size() == 0 ? Value() : list[0];
        break;
      }
      case Op::kPartial: {
        const std::size_t which = open_lists.size() - 1 - i->b;
        const std::size_t start = open_lists[which].start, end = i->b == 0 ? open.size() : open_lists[which + 1].start;
        Value* items = arena.NewValues(end - start);
        if (items == nullptr) return Memory();
        std::copy(open.begin() + static_cast<std::ptrdiff_t>(start), open.begin() + static_cast<std::ptrdiff_t>(end), items);
        r[i->a] = Value::List(items, end - start);
        break;
      }
      case Op::kEntryOf: {
        Value out;
        if ((fault = feel::EntryOf(r[i->b], program->names[i->c], &calls, &out)) != feel::Fault::kNone) goto no_value;
        r[i->a] = out;
        break;
      }
      case Op::kItemName: {
        const Value& item = r[i->b];
        const int field = item.kind() == Kind::kContext ? item.shape()->Find(program->names[i->d]) : -1;
        r[i->a] = field >= 0 ? item.fields()[field] : i->c != kNone ? r[i->c] : Value();
        break;
      }
      case Op::kCoerce: {
        Value out;
        if ((fault = feel::Conform(r[i->b], program->types[i->c], &calls, &out)) != feel::Fault::kNone) goto no_value;
        r[i->a] = out;
        break;
      }
      case Op::kHasType: r[i->a] = Value::Boolean(feel::HasType(r[i->b], program->types[i->c])); break;
      case Op::kFunction:
        if (!MakeFunction(*i)) return false;
        break;
      case Op::kApply: {
        Value out;
        fault = Apply(r[i->b], r + i->c, i->d, i->flags == 0 ? nullptr : &program->argument_names[i->flags - 1u], &out);
        if (fault != feel::Fault::kNone) goto no_value;
        r[i->a] = out;
        break;
      }
      case Op::kExternal: {
        Value out;
        if ((fault = feel::CallExternal(r[i->b], r + i->c, i->d, &calls, &out)) != feel::Fault::kNone) goto no_value;
        r[i->a] = out;
        break;
      }
      case Op::kFault: {
        const engine::Site& site = program->sites[i->e];
        const auto reason = static_cast<Code>(i->d);
        Diagnostic d = MakeDiagnostic(reason, site.path, site.span,
                                      {{"where", site.where}, {"name", reason == Code::kWrongArguments ? site.where : site.text}, {"what", site.text}});
        if (!program->lenient) {
          decision.ok_ = false;
          decision.error_ = std::move(d);
          return false;
        }
        r[i->a] = Value();
        if (!Warn(*i, feel::Fault::kNone, std::move(d))) return false;
        break;
      }
      case Op::kBeginIteration:
        if (r[i->b].kind() != Kind::kList) { fault = feel::Fault::kNull; goto no_value; }
        r[i->a] = Value::OfDate({0});  // a counter; the kind does not matter
        break;
      case Op::kNext: {
        const Value& list = r[i->c];
        const std::int64_t k = r[i->a].date().days;
        if (k == static_cast<std::int64_t>(list.size())) {
          i = code + i->d - 1;
        } else {
          r[i->b] = list[static_cast<std::size_t>(k)];
          r[i->a] = Value::OfDate({k + 1});
        }
        break;
      }
      case Op::kParameter:
        if (!Parameter(*i)) return false;
        break;
      case Op::kSetting: {
        const bool own = i->flags != 0;
        const auto policy = static_cast<std::size_t>(i->flags - 1);
        const policy::Model& model = *rules.parts().model;
        const policy::Setting& s = own ? model.policies[policy].settings[i->b] : model.settings[i->b];
        r[i->a] = Value::Text(s.values[own ? terms->policy_settings_[policy][i->b] : terms->settings_[i->b]]);
        break;
      }
      case Op::kAt: r[i->a] = Value::OfInstant(at); break;
      case Op::kToday: r[i->a] = Value::OfDate(today); break;
      case Op::kCellRange: {
        const Value& v = r[i->a];
        bool holds = v.kind() == Kind::kNumber;
        if (holds && (i->flags & 8) == 0) {
          if (r[i->b].kind() != Kind::kNumber) goto cell_unknown;
          const int c = Compare(v.number(), r[i->b].number());
          holds = (i->flags & 1) != 0 ? c > 0 : c >= 0;
        }
        if (holds && (i->flags & 4) == 0) {
          if (r[i->c].kind() != Kind::kNumber) goto cell_unknown;
          const int c = Compare(v.number(), r[i->c].number());
          holds = (i->flags & 2) != 0 ? c < 0 : c <= 0;
        }
        if (holds) break;
        goto cell_fails;
      }
      case Op::kCellEqual: {
        bool same = false;
        if (feel::EqualValues(r[i->a], r[i->b], &same, calls.feel) != feel::Fault::kNone) goto cell_unknown;
        if (same) break;
        goto cell_fails;
      }
      case Op::kCellTrue:
        if (r[i->a].kind() != Kind::kBoolean) goto cell_unknown;
        if (r[i->a].boolean()) break;
        goto cell_fails;
      cell_unknown:
        if (!Unknown(*i)) return false;
      cell_fails:
        if (options.trace) {
          const engine::Site& s = program->sites[i->e];
          decision.trace_.push_back({TraceKind::kCell, s.policy, s.definition, s.row, s.column});
        }
        i = code + i->d - 1;
        break;
      case Op::kRowApplies:
        if (options.trace) {
          const engine::Site& s = program->sites[i->e];
          decision.trace_.push_back({i->flags == 1 ? TraceKind::kOtherwise : TraceKind::kRow, s.policy, s.definition, s.row, -1});
        }
        break;
      case Op::kHitOnce: {
        const engine::Site& s = program->sites[i->e];
        if (!r[i->a].IsNull()) {
          std::int64_t first = 0;
          (void)r[i->a].number().ToInt64(&first);
          return Fail(Code::kConflict, {{"where", s.text}, {"rows", std::to_string(first + 1) + ", " + std::to_string(s.row + 1)}}, s.path);
        }
        r[i->a] = Value::Number(Decimal(s.row));
        break;
      }
      case Op::kJumpEmpty:
        if (r[i->a].size() == 0) i = code + i->d - 1;
        break;
      case Op::kFinishHits:
        if (!FinishHits(*i)) return false;
        break;
      case Op::kUncovered:
        if (!Uncovered(*i)) return false;
        break;
      case Op::kRead:
        if (!Read(*i)) return false;
        break;
      case Op::kDiscretion:
        if (!Discretion(*i)) return false;
        break;
      case Op::kRequire:
        if (r[i->a].kind() != Kind::kBoolean) return FailAt(i->e, feel::Fault::kNull);
        if (!r[i->a].boolean()) {
          const engine::Site& s = program->sites[i->e];
          std::string facts;
          for (const std::string& name : s.names) facts += (facts.empty() ? "" : ", ") + name;
          if (facts.empty()) facts = s.text;
          return Fail(static_cast<Code>(i->d), {{"what", s.text}, {"name", facts}, {"value", "this case"}, {"found", "this case"},
                                                {"allowed", s.text}, {"expected", s.text}}, s.path);
        }
        break;
      case Op::kBeginEffect: shares.clear(); break;
      case Op::kEffect: {
        OpenEffect e;
        if (i->a != kNone) e.to = r[i->a];
        if (i->b != kNone) e.amount = r[i->b];
        if (i->c != kNone) e.detail = r[i->c];
        if (i->d != kNone) e.due = r[i->d];
        e.share = program->sites[i->e].row;
        e.party = Unit::kNone;
        shares.push_back(e);
        break;
      }
      case Op::kEndEffect:
        if (!EndEffect(*i)) return false;
        break;
      case Op::kRound: {
        const Value& v = r[i->b];
        r[i->a] = v;
        if (v.kind() != Kind::kNumber) break;
        const auto exponent = static_cast<std::int32_t>(i->c);
        Decimal d = v.number();
        if (d.exponent() >= exponent) break;
        const DecimalStatus s = Quantize(d, exponent, static_cast<Rounding>(i->d), &d);
        if (s != DecimalStatus::kOk) return Fail(Code::kOverflow, {{"what", "a rounded number"}}, "");
        r[i->a] = Value::Number(d);
        break;
      }
      case Op::kMoneyDigits: {
        const Value& v = r[i->a];
        if (v.kind() != Kind::kNumber || v.number().exponent() >= -program->money_scale) break;
        if (Reduce(v.number()).exponent() < -program->money_scale) {
          const engine::Site& s = program->sites[i->e];
          return Fail(Code::kUnrounded, {{"name", s.text}, {"value", v.number().ToString()}}, s.path);
        }
        break;
      }
      case Op::kSkipEntries:
        if (!options.entries) i = code + i->d - 1;
        break;
      case Op::kEntry:
        if (!AddEntry(*i)) return false;
        break;
      case Op::kEnd: return true;
    }
    continue;
  no_value:
    if (!NoValue(*i, fault)) return false;
  }
}

feel::Fault Evaluator::State::Call(const Instruction& i, Value* out) {
  if (program->dynamic || program->lenient) return feel::CallBuiltin(static_cast<int>(i.d), r + i.b, i.c, &calls, out);
  const feel::Builtin& b = feel::Builtins()[i.d];
  if (!b.null_ok) {
    for (std::uint32_t k = 0; k < i.c; ++k) {
      if (r[i.b + k].IsNull()) return feel::Fault::kNull;
    }
  }
  return b.call(r + i.b, i.c, &calls, out);
}

// ---- functions --------------------------------------------------------------------------------------

bool Evaluator::State::MakeFunction(const Instruction& i) {
  const engine::FunctionCode& code = *program->functions[i.d];
  void* memory = arena.Allocate(sizeof(FunctionValue));
  Value* captures = arena.NewValues(i.c);
  if (memory == nullptr || captures == nullptr) return Memory();
  for (std::uint32_t k = 0; k < i.c; ++k) captures[k] = r[i.b + k];
  r[i.a] = Value::Function(new (memory) FunctionValue{-1, &code, captures, i.c, &code.type});
  for (const std::uint32_t k : code.recursive) captures[k] = r[i.a];
  return true;
}

// Arguments in their order, or by name. Each call has a register file of its own; the files are kept, one a depth.
feel::Fault Evaluator::State::Apply(const Value& function, const Value* args, std::size_t count, const std::vector<std::string>* names,
                                    Value* out) {
  if (function.kind() != Kind::kFunction) return feel::Fault::kWrongKind;
  const FunctionValue& f = *function.function();
  std::vector<Value> ordered;
  if (f.builtin >= 0) {
    if (names == nullptr) return feel::CallBuiltin(f.builtin, args, count, &calls, out);
    std::vector<int> positions;
    const int form = feel::FindForm(f.builtin, *names, &positions);
    if (form < 0) return feel::Fault::kWrongKind;
    std::size_t n = 0;
    for (const int p : positions) n = std::max(n, static_cast<std::size_t>(p) + 1);
    ordered.resize(n);
    for (std::size_t k = 0; k < positions.size(); ++k) ordered[static_cast<std::size_t>(positions[k])] = args[k];
    return feel::CallBuiltin(form, ordered.data(), n, &calls, out);
  }
  const auto& code = *static_cast<const engine::FunctionCode*>(f.program);
  if (count != code.parameters.size()) return feel::Fault::kWrongKind;
  if (call_depth >= limits.max_call_depth) {
    Fail(Code::kLimitExceeded, {{"what", "calls inside calls"}}, "");
    return feel::Fault::kInvalid;
  }
  if (call_files.size() <= call_depth) call_files.emplace_back();
  std::vector<Value>& file = call_files[call_depth];
  const engine::Program& inner = code.program;
  file.assign(inner.registers, Value());
  std::copy(inner.constants.begin(), inner.constants.end(), file.begin());
  Value* const slots = file.data() + inner.fact_base;
  for (std::size_t k = 0; k < count; ++k) {
    std::size_t slot = k;
    if (names != nullptr) {
      slot = static_cast<std::size_t>(std::find(code.parameters.begin(), code.parameters.end(), (*names)[k]) - code.parameters.begin());
      if (slot == count) return feel::Fault::kWrongKind;  // as many names as parameters: one is missing, too
    }
    const feel::Fault fault = feel::Conform(args[k], code.types[slot], &calls, &slots[slot]);
    if (fault != feel::Fault::kNone) return fault;
  }
  for (std::size_t k = 0; k < f.capture_count; ++k) file[code.captures[k]] = f.captures[k];
  const Program* const outer = program;
  Value* const outer_r = r;
  program = &inner;
  r = file.data();
  ++call_depth;
  const std::size_t lists = open_lists.size();
  const bool good = Run(inner.entry);
  --call_depth;
  program = outer;
  r = outer_r;
  if (!good) {
    if (open_lists.size() > lists) open_lists.resize(lists);
    return feel::Fault::kInvalid;  // the decision has its error already
  }
  *out = call_files[call_depth][code.result];
  return feel::Fault::kNone;
}

bool Evaluator::State::DatePart(const Instruction& i) {
  const Value& v = r[i.b];
  if (v.IsNull()) return NoValue(i, feel::Fault::kNull);
  std::int64_t n = 0;
  Date d;
  std::int64_t second = 0;
  if (v.kind() == Kind::kDate) d = v.date();
  if (v.kind() == Kind::kInstant) {
    d = v.instant().LocalDate();
    second = v.instant().SecondOfDay();
  }
  switch (static_cast<engine::DatePart>(i.c)) {
    case engine::DatePart::kYear: n = d.year(); break;
    case engine::DatePart::kMonth: n = d.month(); break;
    case engine::DatePart::kDay: n = d.day(); break;
    case engine::DatePart::kWeekday: n = d.Weekday(); break;
    case engine::DatePart::kHour: n = second / 3600; break;
    case engine::DatePart::kMinute: n = second / 60 % 60; break;
    case engine::DatePart::kSecond: n = second % 60; break;
  }
  r[i.a] = Value::Number(Decimal(n));
  return true;
}

bool Evaluator::State::Parameter(const Instruction& i) {
  const policy::Model& model = *rules.parts().model;
  const policy::Parameter& p = model.parameters[i.b];
  if (p.host != policy::HostRole::kNever && terms->is_supplied_[i.b]) {
    r[i.a] = terms->supplied_[i.b];
    return true;
  }
  for (std::size_t k = p.values.size(); k-- > 0;) {
    if (!p.values[k].from || *p.values[k].from <= today) {
      r[i.a] = p.values[k].value;
      return true;
    }
  }
  if (p.default_value) {
    r[i.a] = *p.default_value;
    return true;
  }
  const engine::Site& s = program->sites[i.e];
  return Fail(Code::kMissingParameter, {{"name", model.name + "." + p.name}, {"date", today.ToString()}}, s.path);
}

bool Evaluator::State::Uncovered(const Instruction& i) {
  const engine::Site& s = program->sites[i.e];
  const policy::Policy& p = rules.parts().model->policies[static_cast<std::size_t>(program->policy)];
  std::string witness;
  for (std::size_t k = 0; k < s.names.size(); ++k) witness += (k ? ", " : "") + s.names[k] + " = " + r[i.b + k].ToFeel();
  for (std::size_t k = 0; k < p.facts.size() && s.names.empty(); ++k) {
    witness += (k ? ", " : "") + p.facts[k].name + " = " + r[program->fact_base + k].ToFeel();
  }
  if (!program->lenient) return Fail(Code::kUncovered, {{"where", s.text}, {"witness", witness}}, s.path);
  return Warn(i, feel::Fault::kNone, MakeDiagnostic(Code::kUncovered, s.path, s.span, {{"where", s.text}, {"witness", witness}}));
}

bool Evaluator::State::FinishHits(const Instruction& i) {
  const Value list = r[i.b];
  const std::size_t width = i.c + 1, n = list.size() / width;
  const auto at_row = [&](std::size_t row, std::size_t output) -> const Value& { return list[row * width + 1 + output]; };
  const auto rows = [&] {
    std::string s;
    for (std::size_t k = 0; k < n; ++k) {
      std::int64_t row = 0;
      (void)list[k * width].number().ToInt64(&row);
      s += (k ? ", " : "") + std::to_string(row + 1);
    }
    return s;
  };
  const auto hit = static_cast<policy::Hit>(i.d);
  // Position in the list of priorities; what is not listed comes last.
  const auto better = [&](std::size_t a, std::size_t b) {
    const auto& priorities = program->hits[i.flags].priorities;
    for (std::size_t o = 0; o < i.c; ++o) {
      if (priorities[o].empty()) continue;
      const auto rank = [&](std::size_t row) {
        for (std::size_t k = 0; k < priorities[o].size(); ++k) {
          if (SameValue(priorities[o][k], at_row(row, o))) return k;
        }
        return priorities[o].size();
      };
      const std::size_t x = rank(a), y = rank(b);
      if (x != y) return x < y;
    }
    return false;
  };
  const std::size_t width_of_row = i.c;
  const Shape* const shape = program->hits[i.flags].shape;
  const bool whole = program->hits[i.flags].whole;
  // The outputs of one row: each in its register, or all as one value.
  const auto value_of = [&](std::size_t row, Value* out) {
    if (shape == nullptr) return *out = at_row(row, 0), true;
    Value* fields = arena.NewValues(width_of_row);
    if (fields == nullptr) return Memory();
    for (std::size_t o = 0; o < width_of_row; ++o) fields[o] = at_row(row, o);
    *out = Value::Context(fields, shape);
    return true;
  };
  const auto put = [&](std::size_t row) {
    if (whole) return value_of(row, &r[i.a]);
    for (std::size_t o = 0; o < width_of_row; ++o) r[i.a + o] = at_row(row, o);
    return true;
  };
  const auto conflict = [&] {
    const engine::Site& s = program->sites[i.e];
    Diagnostic d = MakeDiagnostic(Code::kConflict, s.path, s.span, {{"where", s.text}, {"rows", rows()}});
    if (!program->lenient) {
      decision.ok_ = false;
      decision.error_ = std::move(d);
      return false;
    }
    for (std::size_t o = 0; o < (whole ? 1 : width_of_row); ++o) r[i.a + o] = Value();
    return Warn(i, feel::Fault::kNone, std::move(d));
  };
  switch (hit) {
    case policy::Hit::kUnique: return n > 1 ? conflict() : put(0);
    case policy::Hit::kFirst: return put(0);
    case policy::Hit::kAny:
      for (std::size_t k = 1; k < n; ++k) {
        for (std::size_t o = 0; o < width_of_row; ++o) {
          if (!SameValue(at_row(0, o), at_row(k, o))) return conflict();
        }
      }
      return put(0);
    case policy::Hit::kPriority: {
      std::size_t best = 0;
      for (std::size_t k = 1; k < n; ++k) {
        if (better(k, best)) best = k;
      }
      return put(best);
    }
    case policy::Hit::kCollect:
    case policy::Hit::kOutputOrder: {
      std::vector<std::size_t> order(n);
      for (std::size_t k = 0; k < n; ++k) order[k] = k;
      if (hit == policy::Hit::kOutputOrder) std::stable_sort(order.begin(), order.end(), better);
      for (std::size_t o = 0; o < (whole ? 1 : width_of_row); ++o) {
        Value* items = arena.NewValues(n);
        if (items == nullptr) return Memory();
        for (std::size_t k = 0; k < n; ++k) {
          if (!whole) items[k] = at_row(order[k], o);
          else if (!value_of(order[k], &items[k])) return false;
        }
        r[i.a + o] = Value::List(items, n);
      }
      return true;
    }
    default: break;
  }
  // One output, one number.
  if (hit == policy::Hit::kCount) {
    r[i.a] = Value::Number(Decimal(static_cast<std::int64_t>(n)));
    return true;
  }
  Value* items = arena.NewValues(n);
  if (items == nullptr) return Memory();
  for (std::size_t k = 0; k < n; ++k) items[k] = at_row(k, 0);
  const Value all = Value::List(items, n);
  const char* name = hit == policy::Hit::kSum ? "sum" : hit == policy::Hit::kMin ? "min" : "max";
  const feel::Fault f = feel::CallBuiltin(feel::FindBuiltin(name), &all, 1, &calls, &r[i.a]);
  return f == feel::Fault::kNone || NoValue(i, f);
}

bool Evaluator::State::Discretion(const Instruction& i) {
  const Value& chosen = r[i.a];
  const bool many = chosen.kind() == Kind::kList;
  const std::size_t n = many ? chosen.size() : 1;
  for (std::size_t k = 0; k < n; ++k) {
    const Value& v = many ? chosen[k] : chosen;
    bool good = false;
    if (i.d == 0) {
      for (std::size_t x = 0; x < r[i.b].size(); ++x) good |= SameValue(v, r[i.b][x]);
    } else {
      RangeValue range{r[i.b], i.c == kNone ? Value() : r[i.c], true, true};
      const feel::Fault f = feel::InRange(v, range, &good);
      if (f != feel::Fault::kNone) return FailAt(i.e, f);
    }
    if (good) continue;
    const engine::Site& s = program->sites[i.e];
    const std::string allowed = i.d == 0 ? r[i.b].ToFeel() : "[" + r[i.b].ToFeel() + ".." + (i.c == kNone ? "" : r[i.c].ToFeel()) + "]";
    return Fail(Code::kOutOfRange, {{"name", s.text}, {"value", v.ToFeel()}, {"allowed", allowed}}, s.path);
  }
  return true;
}

// ---- ledger -----------------------------------------------------------------------------------------

// Canonical key: a JSON array; numbers reduced, so that 1.0 and 1 are one key.
void Evaluator::State::Key(std::uint32_t first, std::uint32_t count) {
  key = "[";
  for (std::uint32_t k = 0; k < count; ++k) {
    if (k != 0) key += ",";
    key += r[first + k].ToJson();
  }
  key += "]";
}

bool Evaluator::State::Read(const Instruction& i) {
  const engine::Read& read = program->reads[i.b];
  if (view == nullptr) {
    const policy::Policy& p = rules.parts().model->policies[static_cast<std::size_t>(program->policy)];
    return Fail(Code::kNoLedger, {{"policy", rules.name() + "." + p.name}}, program->sites[read.site].path);
  }
  const auto ledger_error = [&](const Diagnostic& d) {
    decision.ok_ = false;
    decision.error_ = d;
    return false;
  };
  Key(read.key, read.key_count);
  if (options.entries) decision.reads_.push_back({read.stream, key});
  Date day = today;
  if (read.on != kNone) {
    if (r[read.on].kind() != Kind::kDate) return FailAt(read.site, feel::Fault::kNull);
    day = r[read.on].date();
  }
  // The window, both ends included.
  std::int64_t first = INT64_MIN, last = INT64_MAX;
  std::int64_t year;
  int month, dom;
  day.ToYmd(&year, &month, &dom);
  switch (read.window) {
    case engine::Window::kLifetime: break;
    case engine::Window::kDay: first = last = day.days; break;
    case engine::Window::kWeek:
      first = day.days - day.Weekday() + 1;
      last = first + 6;
      break;
    case engine::Window::kMonth:
      first = Date::FromYmd(year, month, 1).days;
      last = EndOfMonth(day).days;
      break;
    case engine::Window::kQuarter:
      first = Date::FromYmd(year, (month - 1) / 3 * 3 + 1, 1).days;
      last = EndOfMonth(Date::FromYmd(year, (month - 1) / 3 * 3 + 3, 1)).days;
      break;
    case engine::Window::kYear:
      first = Date::FromYmd(year, 1, 1).days;
      last = Date::FromYmd(year, 12, 31).days;
      break;
    case engine::Window::kLastDays:
      last = day.days;
      first = day.days - read.span + 1;
      break;
    case engine::Window::kLastMonths:
      last = day.days;
      first = AddMonths(day, -read.span, MonthRoll::kClip).days + 1;
      break;
  }
  // What this event itself adds.
  bool own = read.includes_this && !options.observe;
  if (own && read.where != kNone) {
    if (r[read.where].kind() != Kind::kBoolean) return FailAt(read.site, feel::Fault::kNull);
    own = r[read.where].boolean();
  }
  own = own && today.days >= first && today.days <= last;
  Decimal own_value(1);
  if (own && read.of != kNone) {
    if (r[read.of].IsNull()) own = false;  // nothing to add
    else own_value = r[read.of].number();
  }
  switch (read.kind) {
    case engine::ReadKind::kLatest: {
      Result<std::optional<Decimal>> latest = view->Latest(read.stream, key);
      if (!latest) return ledger_error(latest.error());
      r[i.a] = latest.value() ? Value::Number(*latest.value()) : read.otherwise != kNone ? r[read.otherwise] : Value();
      return true;
    }
    case engine::ReadKind::kCount:
    case engine::ReadKind::kTotal: {
      Result<Tally> tally = view->TallyOf(read.stream, key, first, last);
      if (!tally) return ledger_error(tally.error());
      if (read.kind == engine::ReadKind::kCount) {
        r[i.a] = Value::Number(Decimal(tally.value().count + (own ? 1 : 0)));
        return true;
      }
      Decimal total = tally.value().total;
      if (own) {
        const DecimalStatus s = Add(total, own_value, Rounding::kHalfEven, &total);
        if (s != DecimalStatus::kOk) return FailAt(read.site, FaultOf(s));
      }
      r[i.a] = Value::Number(total);
      return true;
    }
    case engine::ReadKind::kHistory: return History(read, first, last, own, &r[i.a]);
    case engine::ReadKind::kStreak:
    case engine::ReadKind::kReached: break;
  }
  // By periods: months, or the numbers that the policy gives.
  std::int64_t period = today.MonthIndex();
  if (read.by != kNone && (r[read.by].kind() != Kind::kNumber || !r[read.by].number().ToInt64(&period))) {
    return FailAt(read.site, feel::Fault::kInvalid);
  }
  if (r[read.reaches].kind() != Kind::kNumber) return FailAt(read.site, feel::Fault::kNull);
  const Decimal reaches = r[read.reaches].number();
  const bool streak = read.kind == engine::ReadKind::kStreak;
  Result<std::vector<PeriodTotal>> periods = view->Periods(read.stream, key, INT64_MIN, streak ? period : INT64_MAX, first, last);
  if (!periods) return ledger_error(periods.error());
  std::vector<PeriodTotal>& list = periods.value();
  if (own) {
    auto it = std::lower_bound(list.begin(), list.end(), period, [](const PeriodTotal& p, std::int64_t n) { return p.period < n; });
    if (it == list.end() || it->period != period) it = list.insert(it, PeriodTotal{period, {}});
    const DecimalStatus s = Add(it->tally.total, own_value, Rounding::kHalfEven, &it->tally.total);
    if (s != DecimalStatus::kOk) return FailAt(read.site, FaultOf(s));
  }
  std::int64_t count = 0;
  if (streak) {
    std::int64_t expected = period;
    for (std::size_t k = list.size(); k-- > 0;) {
      if (list[k].period != expected || Compare(list[k].tally.total, reaches) < 0) break;
      ++count;
      --expected;
    }
  } else {
    for (const PeriodTotal& p : list) count += Compare(p.tally.total, reaches) >= 0 ? 1 : 0;
  }
  r[i.a] = Value::Number(Decimal(count));
  return true;
}

// The recorded events in the order of their time, each a context of its instant and the facts that are kept; this one behind
// those of the same instant.
bool Evaluator::State::History(const engine::Read& read, std::int64_t first, std::int64_t last, bool own, Value* out) {
  const policy::Model& model = *rules.parts().model;
  const std::vector<policy::Fact>& facts = model.policies[static_cast<std::size_t>(read.policy)].facts;
  const engine::Site& site = program->sites[read.site];
  Result<std::vector<HistoryItem>> past = view->History(read.stream, key, first, last);
  if (!past) {
    decision.ok_ = false;
    decision.error_ = past.error();
    return false;
  }
  const std::vector<HistoryItem>& events = past.value();
  const std::size_t n = events.size() + (own ? 1 : 0);
  Value* items = arena.NewValues(n);
  if (items == nullptr || n > limits.max_list_items) return Memory();
  std::size_t next = 0;
  const auto add = [&](const Instant& when, const auto& fill) {
    Value* fields = arena.NewValues(1 + read.kept.size());
    if (fields == nullptr) return Memory();
    fields[0] = Value::OfInstant(when);
    for (std::size_t k = 0; k < read.kept.size(); ++k) {
      if (!fill(k, &fields[1 + k])) return false;
    }
    items[next++] = Value::Context(fields, read.shape);
    return true;
  };
  const auto add_own = [&] {
    own = false;
    return add(at, [&](std::size_t k, Value* v) { *v = r[read.own_kept + k]; return true; });
  };
  for (const HistoryItem& event : events) {
    if (own && at < event.at && !add_own()) return false;
    json::Node document;
    Diagnostics unread;
    if (!json::Parse(event.facts, limits, "", &document, &unread)) {
      return Fail(Code::kLedgerFormat, {{"file", read.stream}, {"what", "the facts of event " + std::to_string(event.seq) + " are no JSON"}}, site.path);
    }
    const bool added = add(event.at, [&](std::size_t k, Value* v) {
      const policy::Fact& fact = facts[static_cast<std::size_t>(read.kept[k])];
      const json::Node* node = document.Find(fact.name);
      *v = Value();
      std::vector<policy::BindProblem> problems;
      const bool absent = node == nullptr || (node->type == json::NodeType::kNull && fact.optional);
      if (absent && fact.default_value) *v = *fact.default_value;
      else if (!absent) policy::BindValue(*node, fact.type, program->money_scale, &arena, "", v, &problems);
      if (problems.empty() && (!absent || fact.optional)) return true;
      return Fail(Code::kLedgerFormat, {{"file", read.stream}, {"what", "fact `" + fact.name + "` of event " + std::to_string(event.seq) + " is not what the policy declares"}}, site.path,
                  "events of an edition that declared it otherwise cannot be read by this one");
    });
    if (!added) return false;
  }
  if (own && !add_own()) return false;
  *out = Value::List(items, n);
  return true;
}

bool Evaluator::State::AddEntry(const Instruction& i) {
  Entry e;
  e.stream = program->streams[i.e].id;
  Key(i.a, i.b);
  e.key = key;
  e.day = today.days;
  e.period = today.MonthIndex();
  if (i.d != kNone && (r[i.d].kind() != Kind::kNumber || !r[i.d].number().ToInt64(&e.period))) {
    return Fail(Code::kInvalidOperation, {{"where", e.stream}, {"what", "its period is no whole number"}}, "");
  }
  e.value = Decimal(1);
  if (i.c != kNone) {
    if (r[i.c].kind() != Kind::kNumber) return Fail(Code::kNullOperand, {{"where", e.stream}}, "");
    e.value = r[i.c].number();
  }
  // Elements of one event with the same key are one entry.
  for (const Entry& x : decision.entries_) {
    if (x.stream == e.stream && x.key == e.key) return true;
  }
  decision.entries_.push_back(std::move(e));
  return true;
}

// ---- effects ----------------------------------------------------------------------------------------

bool Evaluator::State::EndEffect(const Instruction& i) {
  const engine::EffectSpec& spec = program->effects[i.b];
  const engine::Site& site = program->sites[i.e];
  const bool amounts = spec.kind <= EffectKind::kPoints;
  const std::size_t before = decision.effects_.size();
  std::vector<Effect>& effects = decision.effects_;

  // One effect per party, detail and day, in the order of first appearance.
  const auto add = [&](const OpenEffect& e, std::string_view to, std::string_view detail) {
    Effect x;
    x.kind = spec.kind;
    x.party = e.share >= 0 && static_cast<std::size_t>(e.share) < spec.parties.size() ? spec.parties[static_cast<std::size_t>(e.share)] : Unit::kNone;
    x.to = to;
    x.detail = detail;
    x.due = e.due;
    x.group = spec.group;
    x.share = e.share;
    if (amounts) {
      x.amount = e.amount.number();
      if (spec.kind != EffectKind::kPoints && x.amount.Sign() < 0) {
        return Fail(Code::kNegativeAmount, {{"name", std::string(EffectName(spec.kind))}, {"value", x.amount.ToString()}}, site.path);
      }
      if (spec.kind != EffectKind::kPoints && x.amount.exponent() < -program->money_scale &&
          Reduce(x.amount).exponent() < -program->money_scale) {
        return Fail(Code::kUnrounded, {{"name", std::string(EffectName(spec.kind))}, {"value", x.amount.ToString()}}, site.path);
      }
    }
    if (spec.per_party != static_cast<std::uint8_t>(policy::PerParty::kEach)) {
      for (std::size_t k = before; k < effects.size(); ++k) {
        Effect& y = effects[k];
        if (y.to != x.to || y.party != x.party || y.detail != x.detail || !SameValue(y.due, x.due)) continue;
        if (!amounts) return true;
        const int c = Compare(x.amount, y.amount);
        switch (static_cast<policy::PerParty>(spec.per_party)) {
          case policy::PerParty::kHighest:
            if (c > 0) y = x;
            return true;
          case policy::PerParty::kSum: {
            const DecimalStatus s = Add(y.amount, x.amount, Rounding::kHalfEven, &y.amount);
            if (s != DecimalStatus::kOk) return FailAt(i.e, FaultOf(s));
            return true;
          }
          default:
            if (c == 0) return true;
            return Fail(Code::kConflict, {{"where", std::string(EffectName(spec.kind)) + " to " + x.Recipient()},
                                          {"rows", y.amount.ToString() + ", " + x.amount.ToString()}}, site.path,
                        "write per_party: highest, sum or each");
        }
      }
    }
    effects.push_back(x);
    return true;
  };

  for (const OpenEffect& e : shares) {
    if (amounts && e.amount.kind() != Kind::kNumber) return FailAt(i.e, feel::Fault::kNull);
    const std::size_t parties = spec.kind == EffectKind::kReview ? 1 : e.to.kind() == Kind::kList ? e.to.size() : 1;
    const std::size_t details = amounts ? 1 : e.detail.kind() == Kind::kList ? e.detail.size() : 1;
    for (std::size_t p = 0; p < parties; ++p) {
      std::string_view to;
      if (spec.kind != EffectKind::kReview) {
        const Value& v = e.to.kind() == Kind::kList ? e.to[p] : e.to;
        if (v.kind() != Kind::kText) return FailAt(i.e, feel::Fault::kNull);
        to = v.text();
      }
      for (std::size_t d = 0; d < details; ++d) {
        std::string_view detail;
        if (!amounts) {
          const Value& v = e.detail.kind() == Kind::kList ? e.detail[d] : e.detail;
          if (v.kind() != Kind::kText) return FailAt(i.e, feel::Fault::kNull);
          detail = v.text();
        }
        if (!add(e, to, detail)) return false;
      }
    }
  }
  // An amount of 0 is not caused.
  if (amounts) {
    effects.erase(std::remove_if(effects.begin() + static_cast<std::ptrdiff_t>(before), effects.end(),
                                 [](const Effect& e) { return e.amount.IsZero(); }),
                  effects.end());
  }
  if (spec.shape != nullptr) {
    const std::size_t n = effects.size() - before, width = spec.shape->count;
    Value* items = arena.NewValues(n);
    if (items == nullptr) return Memory();
    for (std::size_t k = 0; k < n; ++k) {
      Value* fields = arena.NewValues(width);
      if (fields == nullptr) return Memory();
      fields[0] = Value::Text(effects[before + k].to);
      if (width > 1) fields[1] = Value::Number(effects[before + k].amount);
      items[k] = Value::Context(fields, spec.shape);
    }
    r[i.a] = Value::List(items, n);
  }
  if (!spec.caused) effects.resize(before);
  return true;
}

bool Evaluator::State::Guards() {
  for (std::size_t g = 0; g < program->guards.size(); ++g) {
    const engine::GuardSpec& guard = program->guards[g];
    if (guard.host_switch && !terms->guards_[g]) continue;
    const std::size_t n = decision.effects_.size();
    std::size_t kept = 0;
    std::vector<Effect> added;
    for (std::size_t k = 0; k < n; ++k) {
      Effect e = decision.effects_[k];
      bool keep = true;
      if ((guard.kinds >> static_cast<unsigned>(e.kind) & 1u) != 0) {
        r[guard.amount] = Value::Number(e.amount);
        r[guard.to] = Value::Text(e.to);
        if (!Run(guard.entry)) return false;
        const bool applies = guard.when == kNone || r[guard.when].IsTrue();
        const bool deny = guard.limit == kNone;
        if (applies && (deny || Compare(e.amount, r[guard.limit].number()) > 0)) {
          const auto excess = static_cast<policy::Guard::Excess>(guard.excess);
          if (options.trace) decision.trace_.push_back({TraceKind::kGuard, program->policy, static_cast<std::int32_t>(g), static_cast<std::int32_t>(k), -1});
          if (excess == policy::Guard::Excess::kBlock) {
            return Fail(Code::kGuardBlocked, {{"name", guard.name}, {"what", e.ToJson()}}, "/guards/" + guard.name);
          }
          if (excess == policy::Guard::Excess::kCap) e.amount = r[guard.limit].number();
          keep = excess != policy::Guard::Excess::kDrop && !(excess == policy::Guard::Excess::kCap && e.amount.Sign() <= 0);
          Effect review;
          const std::string reason = "guard:" + guard.name;
          review.detail = arena.Copy(reason);
          if (added.empty()) added.push_back(review);
        }
      }
      if (keep) decision.effects_[kept++] = e;
    }
    decision.effects_.resize(kept);
    decision.effects_.insert(decision.effects_.end(), added.begin(), added.end());
  }
  return true;
}

// ---- Evaluator ----------------------------------------------------------------------------------------

Evaluator::Evaluator(const RuleSet& rules, const Limits& limits, const Services& services)
    : state_(std::make_unique<State>(rules, limits, services)) {}
Evaluator::~Evaluator() = default;
Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator& Evaluator::operator=(Evaluator&&) noexcept = default;
const RuleSet& Evaluator::rules() const { return state_->rules; }
const Terms& Evaluator::default_terms() const { return state_->defaults; }

std::string Evaluator::Explain(Language language) const {
  const State& s = *state_;
  if (s.program == nullptr || s.r == nullptr) return {};
  return engine::Explain(s.rules.parts(), s.program->policy, s.r, s.readings, s.decision, language);
}

std::vector<DueItem> Evaluator::Due() const {
  const State& s = *state_;
  if (s.program == nullptr || s.r == nullptr || !s.decision.ok()) return {};
  return engine::DueOf(s.rules.parts(), s.program->policy, s.r);
}

const Decision& Evaluator::Decide(const Facts& facts, const Instant& at, const LedgerView* view, const DecideOptions& options) {
  return Decide(facts, at, state_->defaults, view, options);
}

const Decision& Evaluator::Decide(const Facts& facts, const Instant& at, const Terms& terms, const LedgerView* view,
                                  const DecideOptions& options) {
  State& s = *state_;
  Decision& d = s.decision;
  const RuleSetParts& parts = s.rules.parts();
  const auto policy = static_cast<std::size_t>(facts.policy_);
  const Program& program = parts.programs[policy];
  const policy::Policy& p = parts.model->policies[policy];
  d.ok_ = false;
  d.values_.clear();
  d.effects_.clear();
  d.trace_.clear();
  d.warnings_.clear();
  d.entries_.clear();
  d.reads_.clear();
  d.names_ = &parts.outcomes[policy];
  s.arena.Reset();
  s.open.clear();
  s.open_lists.clear();
  s.call_depth = 0;
  s.calls.now = at;
  s.calls.feel = program.dynamic || program.lenient;
  s.warned.clear();
  s.program = &program;
  s.terms = &terms;
  s.view = view;
  s.at = at;
  s.today = parts.model->zone.LocalDate(at);
  s.calls.zone = &parts.model->zone;
  s.calls.calendar = terms.calendar() != nullptr ? terms.calendar() : parts.model->working_days ? &*parts.model->working_days : nullptr;
  s.schedules.Use(s.calls.calendar);
  s.options = options;
  if (options.trace) {
    s.readings.of_policies = terms.policy_settings_;
    s.readings.shared = terms.settings_;
  }
  s.steps = 0;
  d.based_on_seq_ = view != nullptr ? view->as_of_seq() : 0;
  if (!s.rules.InForce(s.today)) {
    s.Fail(Code::kNotInForce, {{"name", s.rules.name()}, {"date", s.today.ToString()}}, "/in_force");
    return d;
  }
  std::vector<Value>& file = s.files[policy];
  if (file.empty()) {
    file.resize(program.registers);
    std::copy(program.constants.begin(), program.constants.end(), file.begin());
  }
  s.r = file.data();
  if (options.trace) std::fill(file.begin() + static_cast<std::ptrdiff_t>(program.fact_base), file.end(), Value());  // nothing old is told

  // Facts into their registers; what is wrong with them in the order of the contract.
  Value* slots = s.r + program.fact_base;
  const Facts::Problem* worst = nullptr;
  const auto consider = [&](const Facts::Problem& q) {
    const auto weight = [](Code c) { return c == Code::kMissingFact ? 0 : c == Code::kWrongType ? 1 : 2; };
    if (worst == nullptr || weight(q.code) < weight(worst->code)) worst = &q;
  };
  for (const Facts::Problem& q : facts.problems_) consider(q);
  std::vector<Facts::Problem> found;
  const auto has_problem = [&](int fact) {
    return std::any_of(facts.problems_.begin(), facts.problems_.end(), [&](const Facts::Problem& q) { return q.fact == fact; });
  };
  bool good = facts.problems_.empty();
  for (std::size_t f = 0; f < p.facts.size(); ++f) {
    const policy::Fact& fact = p.facts[f];
    const Value& v = facts.values_[f];
    slots[f] = v.IsNull() && fact.default_value ? *fact.default_value : v;
    if (facts.from_json_) continue;
    // Set by a host program: checked here.
    std::string expected;
    if (v.IsNull() && !fact.optional) {
      found.push_back({Code::kMissingFact, static_cast<int>(f), MakeDiagnostic(Code::kMissingFact, "/" + fact.name, {}, {{"name", fact.name}})});
      good = false;
    } else if (!v.IsNull() && !policy::CheckValue(v, fact.type, parts.model->money_scale, &expected)) {
      found.push_back({Code::kWrongType, static_cast<int>(f),
                       MakeDiagnostic(Code::kWrongType, "/" + fact.name, {}, {{"name", fact.name}, {"expected", expected}, {"found", v.ToFeel()}})});
      good = false;
    }
  }
  for (std::size_t f = 0; f < p.facts.size(); ++f) {
    if (program.required_entry[f] == kNone || !facts.values_[f].IsNull() || has_problem(static_cast<int>(f))) continue;
    // Needed in some cases. What it depends on may itself be missing or wrong: then that is what is reported.
    const bool asked = s.Run(program.required_entry[f]) && s.r[program.required_register[f]].IsTrue();
    if (!asked) continue;
    const std::string& name = p.facts[f].name;
    found.push_back({Code::kMissingFact, static_cast<int>(f), MakeDiagnostic(Code::kMissingFact, "/" + name, {}, {{"name", name}})});
    good = false;
  }
  for (const Facts::Problem& q : found) consider(q);
  if (!good) {
    d.ok_ = false;
    d.error_ = worst->diagnostic;
    return d;
  }

  d.ok_ = true;
  if (!s.Run(program.entry) || !s.Guards()) {
    d.ok_ = false;
    d.effects_.clear();
    d.entries_.clear();
    return d;
  }
  for (const engine::OutcomeSpec& o : program.outcome) d.values_.push_back(s.r[o.reg]);
  return d;
}

}  // namespace ordain
