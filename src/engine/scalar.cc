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
#include "engine/explain.hpp"
#include "engine/parts.hpp"
#include "feel/feel.hpp"
#include "ordain/engine.hpp"
#include "policy/bind.hpp"

namespace ordain {

using engine::Instruction;
using engine::kNone;
using engine::Op;
using engine::Program;

struct Evaluator::State {
  State(const RuleSet& of, const Limits& l) : rules(of), limits(l), defaults(of), arena(l.max_decision_bytes) {
    files.resize(static_cast<std::size_t>(of.policy_count()));
  }

  RuleSet rules;
  Limits limits;
  Terms defaults;
  Arena arena;
  feel::CallContext calls{&arena};
  std::vector<std::vector<Value>> files;   // registers by policy, made when first used
  Decision decision;
  std::vector<Value> open;                 // items of the lists being made
  std::vector<std::size_t> open_starts;
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

  bool Fail(Code code, std::vector<std::pair<std::string, std::string>> args, const std::string& path, std::string hint = {}) {
    decision.ok_ = false;
    decision.error_ = MakeDiagnostic(code, path, {}, std::move(args), std::move(hint));
    return false;
  }
  bool FailAt(std::uint32_t site, feel::Fault fault) {
    const engine::Site& s = program->sites[site];
    switch (fault) {
      case feel::Fault::kNull: return Fail(Code::kNullOperand, {{"where", s.text}}, s.path);
      case feel::Fault::kDivisionByZero: return Fail(Code::kDivisionByZero, {{"where", s.text}}, s.path);
      case feel::Fault::kOverflow: return Fail(Code::kOverflow, {{"what", "`" + s.text + "`"}}, s.path);
      case feel::Fault::kMemory: return Fail(Code::kLimitExceeded, {{"what", "memory of one decision"}}, s.path);
      case feel::Fault::kWrongKind:
        return Fail(Code::kInvalidOperation, {{"where", s.text}, {"what", "these kinds of values do not go together"}}, s.path);
      case feel::Fault::kUnknownDays:
        decision.ok_ = false;
        decision.error_ = calls.calendar->Explain(TimeProblem::kUnknownDays);
        decision.error_.path = s.path;
        return false;
      case feel::Fault::kUnavailable:
        return Fail(Code::kInvalidOperation, {{"where", s.text}, {"what", "it needs a calendar, or something else that the host has not given"}}, s.path,
                    "write `calendar` in the rule set, or give one with the terms");
      default: return Fail(Code::kInvalidOperation, {{"where", s.text}, {"what", "not defined for these values"}}, s.path);
    }
  }
  bool Memory() { return Fail(Code::kLimitExceeded, {{"what", "memory of one decision"}}, ""); }

  bool Run(std::uint32_t entry);
  bool Call(const Instruction& i);
  bool DatePart(const Instruction& i);
  bool Parameter(const Instruction& i);
  bool FinishHits(const Instruction& i);
  bool Read(const Instruction& i);
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

bool Evaluator::State::CloseList(Value* out) {
  const std::size_t start = open_starts.back(), n = open.size() - start;
  Value* items = arena.NewValues(n);
  if (items == nullptr || n > limits.max_list_items) return Memory();
  std::copy(open.begin() + static_cast<std::ptrdiff_t>(start), open.end(), items);
  open.resize(start);
  open_starts.pop_back();
  *out = Value::List(items, n);
  return true;
}

bool Evaluator::State::Run(std::uint32_t entry) {
  const Instruction* const code = program->code.data();
  const Instruction* i = code + entry;
  for (;; ++i) {
    if (++steps > limits.max_steps) return Fail(Code::kLimitExceeded, {{"what", "instructions of one decision"}}, "");
    switch (i->op) {
      case Op::kMove: r[i->a] = r[i->b]; break;
      case Op::kJump: i = code + i->d - 1; break;
      case Op::kJumpFalse:
        if (r[i->a].kind() != Kind::kBoolean) return FailAt(i->e, feel::Fault::kNull);
        if (!r[i->a].boolean()) i = code + i->d - 1;
        break;
      case Op::kJumpTrue:
        if (r[i->a].kind() != Kind::kBoolean) return FailAt(i->e, feel::Fault::kNull);
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
        if (f != feel::Fault::kNone) return FailAt(i->e, f);
        break;
      }
      case Op::kAdd:
      case Op::kSubtract:
      case Op::kMultiply: {
        const Value &a = r[i->b], &b = r[i->c];
        if (a.kind() != Kind::kNumber || b.kind() != Kind::kNumber) return FailAt(i->e, feel::Fault::kNull);
        Decimal d;
        const DecimalStatus s = Decide2(i->op, a.number(), b.number(), &d);
        if (s != DecimalStatus::kOk) return FailAt(i->e, FaultOf(s));
        r[i->a] = Value::Number(d);
        break;
      }
      case Op::kNegate: {
        const feel::Fault f = feel::NegateValue(r[i->b], &r[i->a]);
        if (f != feel::Fault::kNone) return FailAt(i->e, f);
        break;
      }
      case Op::kNot:
        if (r[i->b].kind() != Kind::kBoolean) return FailAt(i->e, feel::Fault::kNull);
        r[i->a] = Value::Boolean(!r[i->b].boolean());
        break;
      case Op::kEqual:
      case Op::kNotEqual: {
        bool same = false;
        const feel::Fault f = feel::EqualValues(r[i->b], r[i->c], &same);
        if (f != feel::Fault::kNone) return FailAt(i->e, f);
        r[i->a] = Value::Boolean(same == (i->op == Op::kEqual));
        break;
      }
      case Op::kCompare: {
        int c = 0;
        const feel::Fault f = feel::CompareValues(r[i->b], r[i->c], &c);
        if (f != feel::Fault::kNone) return FailAt(i->e, f);
        r[i->a] = Value::Boolean(Relates(static_cast<feel::Op>(i->d), c));
        break;
      }
      case Op::kInRange: {
        bool in = false;
        if (r[i->c].kind() != Kind::kRange) return FailAt(i->e, feel::Fault::kNull);
        const feel::Fault f = feel::InRange(r[i->b], *r[i->c].range(), &in);
        if (f != feel::Fault::kNone) return FailAt(i->e, f);
        r[i->a] = Value::Boolean(in);
        break;
      }
      case Op::kRange: {
        void* p = arena.Allocate(sizeof(RangeValue));
        if (p == nullptr) return Memory();
        auto* range = new (p) RangeValue{r[i->b], r[i->c], (i->d & 1) != 0, (i->d & 2) != 0};
        r[i->a] = Value::Range(range);
        break;
      }
      case Op::kRangeList: {
        std::int64_t low = 0, high = 0;
        if (r[i->b].kind() != Kind::kNumber || r[i->c].kind() != Kind::kNumber) return FailAt(i->e, feel::Fault::kNull);
        if (!r[i->b].number().ToInt64(&low) || !r[i->c].number().ToInt64(&high)) return FailAt(i->e, feel::Fault::kInvalid);
        const bool up = low <= high;
        const std::uint64_t n = (up ? static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low)
                                    : static_cast<std::uint64_t>(low) - static_cast<std::uint64_t>(high)) + 1;
        if (n > limits.max_list_items) return FailAt(i->e, feel::Fault::kMemory);
        Value* items = arena.NewValues(n);
        if (items == nullptr) return Memory();
        for (std::uint64_t k = 0; k < n; ++k) {
          items[k] = Value::Number(Decimal(up ? low + static_cast<std::int64_t>(k) : low - static_cast<std::int64_t>(k)));
        }
        r[i->a] = Value::List(items, n);
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
        if (r[i->b].kind() != Kind::kContext) return FailAt(i->e, feel::Fault::kNull);
        r[i->a] = r[i->b].fields()[i->c];
        break;
      case Op::kFields: {
        const Value list = r[i->b];
        if (list.kind() != Kind::kList) return FailAt(i->e, feel::Fault::kNull);
        Value* items = arena.NewValues(list.size());
        if (items == nullptr) return Memory();
        for (std::size_t k = 0; k < list.size(); ++k) {
          if (list[k].kind() != Kind::kContext) return FailAt(i->e, feel::Fault::kNull);
          items[k] = list[k].fields()[i->c];
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
        if (list.kind() != Kind::kList || r[i->c].kind() != Kind::kNumber) return FailAt(i->e, feel::Fault::kNull);
        if (!r[i->c].number().ToInt64(&n)) return FailAt(i->e, feel::Fault::kInvalid);
        const auto size = static_cast<std::int64_t>(list.size());
        const std::int64_t k = n > 0 ? n - 1 : size + n;
        r[i->a] = n != 0 && k >= 0 && k < size ? list[static_cast<std::size_t>(k)] : Value();
        break;
      }
      case Op::kCall:
        if (!Call(*i)) return false;
        break;
      case Op::kInstanceOf:
        r[i->a] = Value::Boolean(r[i->b].kind() == static_cast<Kind>(i->c) || (static_cast<Kind>(i->c) == Kind::kAny && !r[i->b].IsNull()));
        break;
      case Op::kBeginList: open_starts.push_back(open.size()); break;
      case Op::kAppend:
        if (open.size() > limits.max_list_items) return Memory();
        open.push_back(r[i->a]);
        break;
      case Op::kEndList:
        if (!CloseList(&r[i->a])) return false;
        break;
      case Op::kDropLists:
        for (std::uint32_t k = 0; k < i->c; ++k) {
          open.resize(open_starts.back());
          open_starts.pop_back();
        }
        break;
      case Op::kBeginIteration:
        if (r[i->b].kind() != Kind::kList) return FailAt(i->e, feel::Fault::kNull);
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
          if (r[i->b].kind() != Kind::kNumber) return FailAt(i->e, feel::Fault::kNull);
          const int c = Compare(v.number(), r[i->b].number());
          holds = (i->flags & 1) != 0 ? c > 0 : c >= 0;
        }
        if (holds && (i->flags & 4) == 0) {
          if (r[i->c].kind() != Kind::kNumber) return FailAt(i->e, feel::Fault::kNull);
          const int c = Compare(v.number(), r[i->c].number());
          holds = (i->flags & 2) != 0 ? c < 0 : c <= 0;
        }
        if (holds) break;
        goto cell_fails;
      }
      case Op::kCellEqual: {
        bool same = false;
        const feel::Fault f = feel::EqualValues(r[i->a], r[i->b], &same);
        if (f != feel::Fault::kNone) return FailAt(i->e, f);
        if (same) break;
        goto cell_fails;
      }
      case Op::kCellTrue:
        if (r[i->a].kind() != Kind::kBoolean) return FailAt(i->e, feel::Fault::kNull);
        if (r[i->a].boolean()) break;
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
      case Op::kUncovered: return Uncovered(*i);
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
          return Fail(static_cast<Code>(i->d), {{"what", s.text}, {"name", s.text}, {"value", "this case"}, {"allowed", "what is required"}}, s.path);
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
  }
}

bool Evaluator::State::Call(const Instruction& i) {
  const feel::Builtin& b = feel::Builtins()[i.d];
  if (!b.null_ok) {
    for (std::uint32_t k = 0; k < i.c; ++k) {
      if (r[i.b + k].IsNull()) return FailAt(i.e, feel::Fault::kNull);
    }
  }
  Value out;
  const feel::Fault f = b.call(r + i.b, i.c, &calls, &out);
  if (f != feel::Fault::kNone) return FailAt(i.e, f);
  r[i.a] = out;
  return true;
}

bool Evaluator::State::DatePart(const Instruction& i) {
  const Value& v = r[i.b];
  if (v.IsNull()) return FailAt(i.e, feel::Fault::kNull);
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
    case engine::DatePart::kSecond: {
      Decimal whole(second % 60), fraction(false, 0, v.instant().nanos, -9);
      (void)Add(whole, fraction, Rounding::kHalfEven, &whole);
      r[i.a] = Value::Number(v.instant().nanos == 0 ? Decimal(second % 60) : whole);
      return true;
    }
    case engine::DatePart::kTotalDays: n = v.duration().seconds / 86400; break;
    case engine::DatePart::kTotalMonths: n = v.months().count; break;
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
  for (std::size_t k = 0; k < p.facts.size(); ++k) {
    witness += (k ? ", " : "") + p.facts[k].name + " = " + r[program->fact_base + k].ToFeel();
  }
  return Fail(Code::kUncovered, {{"where", s.text}, {"witness", witness}}, s.path);
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
  switch (hit) {
    case policy::Hit::kAny:
      for (std::size_t k = 1; k < n; ++k) {
        for (std::size_t o = 0; o < i.c; ++o) {
          if (SameValue(at_row(0, o), at_row(k, o))) continue;
          const engine::Site& s = program->sites[i.e];
          return Fail(Code::kConflict, {{"where", s.text}, {"rows", rows()}}, s.path);
        }
      }
      for (std::size_t o = 0; o < i.c; ++o) r[i.a + o] = at_row(0, o);
      return true;
    case policy::Hit::kPriority: {
      std::size_t best = 0;
      for (std::size_t k = 1; k < n; ++k) {
        if (better(k, best)) best = k;
      }
      for (std::size_t o = 0; o < i.c; ++o) r[i.a + o] = at_row(best, o);
      return true;
    }
    case policy::Hit::kCollect:
    case policy::Hit::kOutputOrder: {
      std::vector<std::size_t> order(n);
      for (std::size_t k = 0; k < n; ++k) order[k] = k;
      if (hit == policy::Hit::kOutputOrder) std::stable_sort(order.begin(), order.end(), better);
      for (std::size_t o = 0; o < i.c; ++o) {
        Value* items = arena.NewValues(n);
        if (items == nullptr) return Memory();
        for (std::size_t k = 0; k < n; ++k) items[k] = at_row(order[k], o);
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
  const feel::Fault f = feel::Builtins()[static_cast<std::size_t>(feel::FindBuiltin(name))].call(&all, 1, &calls, &r[i.a]);
  return f == feel::Fault::kNone || FailAt(i.e, f);
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
  bool own = read.includes_this;
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

  // One effect per party (and detail), in the order of first appearance.
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
        if (y.to != x.to || y.party != x.party || y.detail != x.detail) continue;
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

Evaluator::Evaluator(const RuleSet& rules, const Limits& limits) : state_(std::make_unique<State>(rules, limits)) {}
Evaluator::~Evaluator() = default;
Evaluator::Evaluator(Evaluator&&) noexcept = default;
Evaluator& Evaluator::operator=(Evaluator&&) noexcept = default;
const RuleSet& Evaluator::rules() const { return state_->rules; }
const Terms& Evaluator::default_terms() const { return state_->defaults; }

std::string Evaluator::Explain(Language language) const {
  const State& s = *state_;
  if (s.program == nullptr || s.r == nullptr) return {};
  return engine::Explain(s.rules.parts(), s.program->policy, s.r, s.decision, language);
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
  d.entries_.clear();
  d.reads_.clear();
  d.names_ = &parts.outcomes[policy];
  s.arena.Reset();
  s.open.clear();
  s.open_starts.clear();
  s.program = &program;
  s.terms = &terms;
  s.view = view;
  s.at = at;
  s.today = parts.model->zone.LocalDate(at);
  s.calls.zone = &parts.model->zone;
  s.calls.calendar = terms.calendar() != nullptr ? terms.calendar() : parts.model->working_days ? &*parts.model->working_days : nullptr;
  s.options = options;
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
