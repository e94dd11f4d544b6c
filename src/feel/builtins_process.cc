// The builtin behind the body `process`: a definition (steps, moves), the case's events, the instant asked about -> the state of
// the case as a context. Deadlines of steps are judged with the rules of src/feel/records.hpp.
//
// The definition is made by src/policy/process.cc: names and roles are texts; steps and events are told by their places in its
// lists; conditions by their places in `columns`, the first of which say which event it is. A column has a boolean for each event.
// An event that the process does not wait for is no value: kNotAllowed, with what would have been allowed.
//
// Limits: at most 100,000 events of a case. Tested by tests/process_body_test.cc; the kernel by tests/process_test.cc.
#include "feel/builtins.hpp"
#include "feel/records.hpp"
#include "ordain/process.hpp"

namespace ordain::feel {
namespace {

// ---- the answer ---------------------------------------------------------------------------------

const Type& OpenType() {
  static const Type kType = Type::Context(
      {{"step", Type::Of(Kind::kText)}, {"owner", Type::Of(Kind::kText)}, {"round", Type::Of(Kind::kNumber, Unit::kInteger)}, {"begin", Type::Of(Kind::kInstant)},
       {"status", Type::Enumeration({"no_limit", "open", "paused", "late"})}, {"due", Maybe(Kind::kInstant)}, {"due_date", Maybe(Kind::kDate)},
       {"due_if_resumed", Maybe(Kind::kInstant)}, {"late", Type::Of(Kind::kBoolean)}, {"missing", Type::List(Type::Of(Kind::kText))}, {"moments", Type::List(MomentType())},
       {"next", Maybe(Kind::kText)}, {"next_at", Maybe(Kind::kInstant)}, {"deadline", Type(DeadlineType()).Nullable()}});
  return kType;
}
const Type& DoneType() {
  static const Type kType = Type::Context(
      {{"step", Type::Of(Kind::kText)}, {"owner", Type::Of(Kind::kText)}, {"round", Type::Of(Kind::kNumber, Unit::kInteger)}, {"begin", Type::Of(Kind::kInstant)},
       {"end", Type::Of(Kind::kInstant)}, {"event", Type::Of(Kind::kText)}, {"due", Maybe(Kind::kInstant)}, {"late", Type::Of(Kind::kBoolean)}, {"deadline", Type(DeadlineType()).Nullable()}});
  return kType;
}
const Type& LateType() {
  static const Type kType = Type::Context({{"step", Type::Of(Kind::kText)}, {"owner", Type::Of(Kind::kText)}, {"round", Type::Of(Kind::kNumber, Unit::kInteger)},
                                           {"due", Type::Of(Kind::kInstant)}, {"end", Maybe(Kind::kInstant)}});
  return kType;
}
const Type& StateType() {
  static const Type kType = Type::Context(
      {{"status", Type::Enumeration({"not_started", "running", "ended"})}, {"started", Maybe(Kind::kInstant)}, {"ended", Maybe(Kind::kInstant)}, {"outcome", Maybe(Kind::kText)},
       {"open", Type::List(OpenType())}, {"done", Type::List(DoneType())}, {"late", Type::List(LateType())}, {"allowed", Type::List(Type::Of(Kind::kText))},
       {"steps", Type::List(Type::Of(Kind::kText))}, {"owners", Type::List(Type::Of(Kind::kText))}, {"due", Maybe(Kind::kInstant)},
       {"provisional", Type::Of(Kind::kBoolean)}, {"unknown_days", Type::Of(Kind::kBoolean)}});
  return kType;
}

// ---- the definition -----------------------------------------------------------------------------

constexpr std::size_t kMaxEvents = 100000;

bool ReadIndexes(const RecordReader& r, std::string_view name, std::size_t below, std::vector<int>* out) {
  const Value v = r.Get(name);
  if (v.IsNull()) return true;
  if (v.kind() != Kind::kList) return false;
  for (std::size_t i = 0; i < v.size(); ++i) {
    std::int64_t n = -1;
    if (v[i].kind() != Kind::kNumber || !v[i].number().ToInt64(&n) || n < 0 || n >= static_cast<std::int64_t>(below)) return false;
    out->push_back(static_cast<int>(n));
  }
  return true;
}
bool ReadIndex(const RecordReader& r, std::string_view name, std::size_t below, int* out) {  // absent: -1
  std::int64_t n = -1;
  if (!r.Integer(name, &n) || n < -1 || n >= static_cast<std::int64_t>(below)) return false;
  *out = static_cast<int>(n);
  return true;
}
bool ReadTexts(const Value& v, std::vector<std::string>* out) {
  if (v.kind() != Kind::kList) return false;
  for (std::size_t i = 0; i < v.size(); ++i) {
    if (v[i].kind() != Kind::kText) return false;
    out->emplace_back(v[i].text());
  }
  return true;
}

class DefinitionReader {
 public:
  explicit DefinitionReader(CallContext* context) : context_(context) {}
  ProcessSpec spec;
  std::size_t conditions = 0;

  Fault Read(const Value& definition) {
    const RecordReader r(definition);
    const Value steps = r.Get("steps"), moves = r.Get("moves");
    std::int64_t n = 0;
    if (!ReadTexts(r.Get("events"), &spec.events) || steps.kind() != Kind::kContext || moves.kind() != Kind::kList || !r.Integer("conditions", &n) || n < 0 ||
        !ReadIndexes(r, "notes", spec.events.size(), &spec.notes)) {
      return Fault::kInvalid;
    }
    conditions = static_cast<std::size_t>(n);
    count_ = steps.shape()->count;
    for (std::size_t i = 0; i < count_; ++i) {
      if (steps.fields()[i].kind() != Kind::kContext) return Fault::kInvalid;
      if (const Fault f = Step(std::string(steps.shape()->keys[i]), RecordReader(steps.fields()[i])); f != Fault::kNone) return f;
    }
    for (std::size_t i = 0; i < moves.size(); ++i) {
      ProcessMove m;
      if (moves[i].kind() != Kind::kContext) return Fault::kInvalid;
      const RecordReader move(moves[i]);
      if (!ReadIndex(move, "from", count_, &m.from) || !ReadIndex(move, "event", spec.events.size(), &m.event) || m.event < 0 || !ReadIndexes(move, "to", count_, &m.to) ||
          !ReadIndex(move, "condition", conditions, &m.condition)) {
        return Fault::kInvalid;
      }
      spec.moves.push_back(std::move(m));
    }
    return Fault::kNone;
  }

 private:
  Fault Step(std::string name, const RecordReader& r) {
    ProcessStep step;
    step.name = std::move(name);
    std::string_view owner, end;
    if (!r.Text("owner", &owner) || !r.Text("end", &end) || (!end.empty() && end != "branch" && end != "case")) return Fault::kInvalid;
    step.owner = owner;
    step.end = end == "branch" ? ProcessEnd::kBranch : end == "case" ? ProcessEnd::kCase : ProcessEnd::kNone;
    const std::size_t events = spec.events.size();
    if (!ReadIndexes(r, "after", count_, &step.after) || !ReadIndexes(r, "pause", events, &step.pause) || !ReadIndexes(r, "resume", events, &step.resume) ||
        !ReadIndex(r, "signing", events, &step.signing) || !r.Boolean("in_order", &step.in_order)) {
      return Fault::kInvalid;
    }
    const Value needs = r.Get("needs"), limit = r.Get("limit");
    for (std::size_t i = 0; !needs.IsNull() && i < needs.size(); ++i) {
      ProcessSignature s;
      if (needs.kind() != Kind::kList || needs[i].kind() != Kind::kContext) return Fault::kInvalid;
      const RecordReader need(needs[i]);
      if (!ReadTexts(need.Get("roles"), &s.roles) || !ReadIndex(need, "condition", conditions, &s.condition)) return Fault::kInvalid;
      step.needs.push_back(std::move(s));
    }
    if (!limit.IsNull()) {
      step.limit.emplace();
      if (limit.kind() != Kind::kContext) return Fault::kInvalid;
      if (const Fault f = ReadDeadline(limit, context_, &*step.limit); f != Fault::kNone) return f;
    }
    spec.steps.push_back(std::move(step));
    return Fault::kNone;
  }

  CallContext* context_;
  std::size_t count_ = 0;  // of steps
};

Fault ReadEvents(const Value& list, const Value& columns, const DefinitionReader& definition, std::vector<ProcessEvent>* out) {
  const std::size_t events = definition.spec.events.size();
  if (list.size() > kMaxEvents) return Fault::kMemory;
  if (columns.size() != events + definition.conditions) return Fault::kInvalid;
  for (std::size_t k = 0; k < columns.size(); ++k) {
    if (columns[k].kind() != Kind::kList || columns[k].size() != list.size()) return Fault::kInvalid;
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i].kind() != Kind::kContext) return Fault::kWrongKind;
    const RecordReader r(list[i]);
    const Value at = r.Get("at");
    std::string_view name, role;
    if (at.kind() != Kind::kInstant || !r.Text("event", &name) || !r.Text("role", &role)) return Fault::kWrongKind;
    ProcessEvent e{at.instant(), -1, std::string(name), std::string(role), {}};
    for (std::size_t k = 0; k < columns.size(); ++k) {
      const bool holds = columns[k][i].IsTrue();
      if (k >= events) e.holds.push_back(holds);
      else if (holds) e.event = static_cast<int>(k);
    }
    out->push_back(std::move(e));
  }
  return Fault::kNone;
}

// ---- the call -----------------------------------------------------------------------------------

std::string Joined(const std::vector<std::string>& names, const std::vector<int>& which, const char* none) {
  std::string out;
  for (const int i : which) out += (out.empty() ? "" : ", ") + names[static_cast<std::size_t>(i)];
  return out.empty() ? none : out;
}

Fault Refuse(const ProcessSpec& spec, const ProcessEvent& event, const ProcessState& state, CallContext* context) {
  std::vector<std::string> steps;
  for (const ProcessStep& s : spec.steps) steps.push_back(s.name);
  std::string open = state.status == ProcessState::Status::kRunning ? Joined(steps, state.refused->open, "-") : std::string(ProcessStatusText(state.status));
  context->details = {{"event", event.name}, {"at", event.at.ToString()}, {"open", std::move(open)}, {"allowed", Joined(spec.events, state.refused->allowed, "-")}};
  return Fault::kNotAllowed;
}

class StateWriter {
 public:
  StateWriter(const ProcessSpec& spec, const ProcessState& state, CallContext* context) : spec_(spec), state_(state), context_(context) {}

  Fault Write(Value* out) {
    std::vector<Value> open, done, late, steps, owners, allowed;
    std::optional<Instant> due;
    for (const std::size_t v : state_.open) {
      const ProcessVisit& visit = state_.visits[v];
      if (const Fault f = Open(visit, &open); f != Fault::kNone) return f;
      if (const Fault f = Texts({StepOf(visit).name}, &steps); f != Fault::kNone) return f;
      if (const Fault f = Texts({StepOf(visit).owner}, &owners); f != Fault::kNone) return f;
      if (visit.limit && visit.limit->due && (!due || *visit.limit->due < *due)) due = visit.limit->due;
    }
    for (const ProcessVisit& visit : state_.visits) {
      if (visit.end && StepOf(visit).end == ProcessEnd::kNone) {
        if (const Fault f = Done(visit, &done); f != Fault::kNone) return f;
      }
      if (visit.late()) {
        if (const Fault f = Late(visit, &late); f != Fault::kNone) return f;
      }
    }
    for (const int e : state_.allowed) {
      if (const Fault f = Texts({spec_.events[static_cast<std::size_t>(e)]}, &allowed); f != Fault::kNone) return f;
    }
    Record r(StateType(), context_);
    r.Set("status", Value::Text(ProcessStatusText(state_.status)));
    r.Set("started", Optional(state_.started));
    r.Set("ended", Optional(state_.ended));
    if (state_.outcome >= 0) r.Text("outcome", spec_.steps[static_cast<std::size_t>(state_.outcome)].name);
    const std::pair<const char*, const std::vector<Value>*> lists[] = {{"open", &open}, {"done", &done}, {"late", &late}, {"allowed", &allowed}, {"steps", &steps}, {"owners", &owners}};
    for (const auto& [name, items] : lists) {
      if (const Fault f = r.List(name, *items); f != Fault::kNone) return f;
    }
    r.Set("due", Optional(due));
    r.Set("provisional", Value::Boolean((state_.flags & kUsedProvisionalDays) != 0));
    r.Set("unknown_days", Value::Boolean((state_.flags & kUsedUnknownDays) != 0));
    return r.Give(out);
  }

 private:
  const ProcessStep& StepOf(const ProcessVisit& v) const { return spec_.steps[static_cast<std::size_t>(v.step)]; }
  Fault Texts(const std::vector<std::string>& texts, std::vector<Value>* out) {
    for (const std::string& t : texts) {
      Value v;
      if (const Fault f = GiveText(t, context_, &v); f != Fault::kNone) return f;
      out->push_back(v);
    }
    return Fault::kNone;
  }
  void Head(const ProcessVisit& visit, Record* r) {
    r->Text("step", StepOf(visit).name);
    r->Text("owner", StepOf(visit).owner);
    r->Set("round", Value::Number(Decimal(std::int64_t{visit.round})));
  }
  Fault Limit(const ProcessVisit& visit, Record* r) {
    if (!visit.limit) return Fault::kNone;
    r->Set("due", Optional(visit.limit->due));
    Value deadline;
    const Fault f = GiveDeadline(*StepOf(visit).limit, *visit.limit, context_, &deadline);
    r->Set("deadline", deadline);
    return f;
  }
  static Fault Push(const Record& r, std::vector<Value>* out) {
    Value v;
    const Fault f = r.Give(&v);
    out->push_back(v);
    return f;
  }

  Fault Open(const ProcessVisit& visit, std::vector<Value>* out) {
    Record r(OpenType(), context_);
    Head(visit, &r);
    r.Set("begin", Value::OfInstant(visit.begin));
    r.Set("status", Value::Text(visit.limit ? DeadlineStatusText(visit.limit->status) : "no_limit"));
    r.Set("late", Value::Boolean(visit.late()));
    if (visit.limit) {
      if (visit.limit->due) r.Set("due_date", Value::OfDate(DueDate(*StepOf(visit).limit, *visit.limit->due)));
      r.Set("due_if_resumed", Optional(visit.limit->due_if_resumed));
    }
    if (const Fault f = Limit(visit, &r); f != Fault::kNone) return f;
    Value moments;
    if (const Fault f = GiveMoments(visit.limit ? visit.limit->moments : std::vector<DeadlineMoment>(), context_, &moments); f != Fault::kNone) return f;
    r.Set("moments", moments);
    if (visit.limit && visit.limit->next) {
      r.Text("next", visit.limit->moments[*visit.limit->next].name);
      r.Set("next_at", Optional(visit.limit->moments[*visit.limit->next].at));
    }
    std::vector<Value> missing;
    for (const int i : visit.missing) {
      std::string roles;
      for (const std::string& role : StepOf(visit).needs[static_cast<std::size_t>(i)].roles) roles += (roles.empty() ? "" : "/") + role;
      if (const Fault f = Texts({roles}, &missing); f != Fault::kNone) return f;
    }
    if (const Fault f = r.List("missing", missing); f != Fault::kNone) return f;
    return Push(r, out);
  }
  Fault Done(const ProcessVisit& visit, std::vector<Value>* out) {
    Record r(DoneType(), context_);
    Head(visit, &r);
    r.Set("begin", Value::OfInstant(visit.begin));
    r.Set("end", Optional(visit.end));
    r.Text("event", spec_.events[static_cast<std::size_t>(visit.event)]);
    r.Set("late", Value::Boolean(visit.late()));
    if (const Fault f = Limit(visit, &r); f != Fault::kNone) return f;
    return Push(r, out);
  }
  Fault Late(const ProcessVisit& visit, std::vector<Value>* out) {
    Record r(LateType(), context_);
    Head(visit, &r);
    r.Set("due", Optional(visit.limit->due));
    r.Set("end", Optional(visit.end));
    return Push(r, out);
  }

  const ProcessSpec& spec_;
  const ProcessState& state_;
  CallContext* context_;
};

Fault FollowProcess(const Value* args, std::size_t, CallContext* context, Value* out) {
  DefinitionReader definition(context);
  if (const Fault f = definition.Read(args[0]); f != Fault::kNone) return f;
  std::vector<ProcessEvent> events;
  if (const Fault f = ReadEvents(args[1], args[2], definition, &events); f != Fault::kNone) return f;
  const ProcessState state = Follow(definition.spec, events, args[3].instant());
  if (state.refused) return Refuse(definition.spec, events[state.refused->event], state, context);
  if (state.problem != TimeProblem::kNone) return FaultOfProblem(state.problem);
  return StateWriter(definition.spec, state, context).Write(out);
}

Type TypeOfState(const Types&, const Complain&) { return StateType(); }

}  // namespace

void AddProcessBuiltins(BuiltinRows* rows) {
  rows->insert(rows->end(), {
      {"follow process(definition: context, events: list of context, columns: list, at: date and time): context",
       "the state of a case at an instant, from its events: what the body `process` computes (ordain)",
       "由各事件得出流程在某时刻的状态，即规则体 process 所计算者（ordain）", FollowProcess, TypeOfState},
  });
}

}  // namespace ordain::feel
