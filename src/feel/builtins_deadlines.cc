// The builtin behind the body `deadline`: a rule (allowed time, schedule, thresholds, a change), the instants at which
// things happened, the instant asked about -> the state of the deadline as a context, how it came about included.
//
// Why a builtin: the state is then a value like any other (names in effects, outcomes, traces), and every engine computes it
// with the same function. What is allowed may come from a table, so that the rule is read at each call: some look-ups by name,
// far below the cost of the schedule's questions. The fields of the answer are one list (kState), which is its type, too.
//
// Limits: at most 100,000 events of a case. Nothing is answered without the calendar that the unit needs (kUnavailable),
// nor from days that it does not know (kUnknownDays).
// Tested by tests/deadline_body_test.cc; the arithmetic by tests/deadline_test.cc.
#include "feel/builtins.hpp"
#include "feel/records.hpp"
#include "ordain/deadline.hpp"

namespace ordain::feel {
namespace {

// ---- the answer ---------------------------------------------------------------------------------

const Type& NoteType() {
  static const Type kType = Type::Context({{"date", Type::Of(Kind::kDate)}, {"kind", Type::Enumeration({"rest", "holiday", "make_up", "override"})},
                                          {"name", Type::Of(Kind::kText)}, {"source", Type::Of(Kind::kText)}});
  return kType;
}
const Type& PauseType() {
  static const Type kType = Type::Context({{"begin", Type::Of(Kind::kInstant)}, {"end", Maybe(Kind::kInstant)}});
  return kType;
}
const Type& ChangeType() {
  static const Type kType = Type::Context(
      {{"reason", Type::Enumeration({"none", "pinned", "stopped", "before_since", "recomputed", "carry", "reset", "retroactive"})},
       {"follows_new", Type::Of(Kind::kBoolean)}, {"old_due", Maybe(Kind::kInstant)}, {"new_due", Maybe(Kind::kInstant)},
       {"calendar_changed", Type::Of(Kind::kBoolean)}, {"schedule_changed", Type::Of(Kind::kBoolean)}, {"allowance_changed", Type::Of(Kind::kBoolean)}});
  return kType;
}
const Type& StateType() {
  static const Type kType = Type::Context(
      {{"status", Type::Enumeration({"not_started", "open", "paused", "met", "late"})},
       {"due", Maybe(Kind::kInstant)}, {"due_date", Maybe(Kind::kDate)}, {"due_if_resumed", Maybe(Kind::kInstant)},
       {"start", Maybe(Kind::kInstant)}, {"stop", Maybe(Kind::kInstant)}, {"cycle", Type::Of(Kind::kNumber, Unit::kInteger)},
       {"used", Type::Of(Kind::kDuration)}, {"paused", Type::Of(Kind::kDuration)}, {"budget", Maybe(Kind::kDuration)}, {"remaining", Maybe(Kind::kDuration)},
       {"moments", Type::List(MomentType())}, {"next", Maybe(Kind::kText)}, {"next_at", Maybe(Kind::kInstant)},
       {"received", Maybe(Kind::kDate)}, {"after_cut_off", Type::Of(Kind::kBoolean)}, {"first_counted", Maybe(Kind::kDate)}, {"rolled_to", Maybe(Kind::kDate)},
       {"skipped", Type::List(NoteType())}, {"make_up", Type::List(NoteType())}, {"pauses", Type::List(PauseType())},
       {"change", ChangeType()},
       {"schedule", Type::Of(Kind::kText)}, {"schedule_version", Type::Of(Kind::kText)}, {"calendar", Type::Of(Kind::kText)}, {"calendar_version", Type::Of(Kind::kText)},
       {"provisional", Type::Of(Kind::kBoolean)}, {"unknown_days", Type::Of(Kind::kBoolean)}});
  return kType;
}

// ---- the events ---------------------------------------------------------------------------------

constexpr std::size_t kMaxEvents = 100000;

Fault AddEvents(const Value& v, DeadlineEventKind kind, std::vector<DeadlineEvent>* events) {
  if (v.IsNull()) return Fault::kNone;
  if (v.kind() == Kind::kInstant) {
    events->push_back({v.instant(), kind});
    return Fault::kNone;
  }
  if (v.kind() != Kind::kList) return Fault::kWrongKind;
  if (v.size() > kMaxEvents) return Fault::kMemory;
  for (std::size_t i = 0; i < v.size(); ++i) {
    if (v[i].IsNull()) continue;  // has not happened
    if (v[i].kind() != Kind::kInstant) return Fault::kWrongKind;
    events->push_back({v[i].instant(), kind});
  }
  return Fault::kNone;
}

struct Change {
  DeadlineState state;
  std::string_view reason = "none";
  bool follows_new = false, calendar = false, schedule = false, allowance = false;
  std::optional<Instant> old_due, new_due;
};

Fault JudgeChange(const Value& change, const DeadlineSpec& after, const std::vector<DeadlineEvent>& events, const Instant& at, CallContext* context, Change* out) {
  const RecordReader r(change);
  const Value from = r.Get("from"), since = r.Get("since"), was = r.Get("was");
  std::string_view mode;
  if (from.kind() != Kind::kInstant || (!since.IsNull() && since.kind() != Kind::kInstant) || was.kind() != Kind::kContext || !r.Text("mode", &mode)) return Fault::kInvalid;
  DeadlineSpec before;
  if (const Fault f = ReadDeadline(was, context, &before); f != Fault::kNone) return f;
  before.thresholds = after.thresholds;
  if (at < from.instant()) {
    out->state = Judge(before, events, at);
    return Fault::kNone;
  }
  static constexpr std::string_view kModes[] = {"pinned", "recompute_open", "recompute_all", "carry", "reset", "retroactive"};
  std::size_t k = 0;
  while (k < std::size(kModes) && kModes[k] != mode) ++k;
  if (k == std::size(kModes)) return Fault::kInvalid;
  const RecomputeMode recompute = k < 3 ? static_cast<RecomputeMode>(k) : RecomputeMode::kRecomputeOpen;
  DeadlineChange c = Recompute(before, after, events, at, recompute, since.IsNull() ? Instant{INT64_MIN, 0, 0} : since.instant());
  out->calendar = c.calendar_changed;
  out->schedule = c.schedule_changed;
  out->allowance = c.allowance_changed;
  out->old_due = c.old_due;
  if (k < 3) {
    // A case that began with the new one has nothing old about it; one that ended before the change stays as it was.
    const bool began_new = c.state.start && !(*c.state.start < from.instant());
    if (began_new) {
      out->state = Judge(after, events, at);
      out->follows_new = true;
      out->old_due.reset();
      return Fault::kNone;
    }
    out->state = std::move(c.state);
    out->reason = c.reason == "pinned" ? "pinned" : c.reason == "stopped" ? "stopped" : c.reason == "before_since" ? "before_since" : "recomputed";
    out->follows_new = c.follows_new;
    out->new_due = c.new_due;
    return Fault::kNone;
  }
  out->state = JudgeChanged(before, after, from.instant(), static_cast<CarryMode>(k - 3), events, at);
  out->reason = kModes[k];
  out->follows_new = true;
  out->new_due = out->state.due;
  return Fault::kNone;
}

// ---- the call -----------------------------------------------------------------------------------

Fault GiveNotes(const std::vector<DayNote>& notes, CallContext* context, Value* out) {
  static constexpr std::string_view kKinds[] = {"rest", "holiday", "make_up", "override"};
  std::vector<Value> items;
  for (const DayNote& n : notes) {
    Record note(NoteType(), context);
    note.Set("date", Value::OfDate(n.date));
    note.Set("kind", Value::Text(kKinds[static_cast<std::size_t>(n.kind)]));
    note.Text("name", n.name);
    note.Text("source", n.source);
    Value v;
    if (const Fault f = note.Give(&v); f != Fault::kNone) return f;
    items.push_back(v);
  }
  return GiveList(items, context, out);
}

Fault GiveState(const DeadlineSpec& spec, const Change& change, CallContext* context, Value* out) {
  const DeadlineState& s = change.state;
  if (s.problem != TimeProblem::kNone) return FaultOfProblem(s.problem);
  Record r(StateType(), context);
  r.Set("status", Value::Text(DeadlineStatusText(s.status)));
  r.Set("due", Optional(s.due));
  if (s.due) r.Set("due_date", Value::OfDate(DueDate(spec, *s.due)));
  r.Set("due_if_resumed", Optional(s.due_if_resumed));
  r.Set("start", Optional(s.start));
  r.Set("stop", Optional(s.stop));
  r.Set("cycle", Value::Number(Decimal(std::int64_t{s.cycle})));
  r.Set("used", Value::OfDuration(s.used));
  r.Set("paused", Value::OfDuration(s.paused));
  if (s.budget) {
    r.Set("budget", Value::OfDuration(*s.budget));
    const bool borrow = s.budget->nanos < s.used.nanos;
    r.Set("remaining", Value::OfDuration({s.budget->seconds - s.used.seconds - (borrow ? 1 : 0), s.budget->nanos + (borrow ? 1000000000u : 0u) - s.used.nanos}));
  }
  Value moments;
  if (const Fault f = GiveMoments(s.moments, context, &moments); f != Fault::kNone) return f;
  r.Set("moments", moments);
  if (s.next) {
    r.Text("next", s.moments[*s.next].name);
    r.Set("next_at", Optional(s.moments[*s.next].at));
  }
  if (s.start) r.Set("received", Value::OfDate(s.trace.received));
  r.Set("after_cut_off", Value::Boolean(s.trace.cut_off));
  r.Set("first_counted", Optional(s.trace.first_counted));
  r.Set("rolled_to", Optional(s.trace.rolled_to));
  Value notes;
  if (const Fault f = GiveNotes(s.trace.skipped, context, &notes); f != Fault::kNone) return f;
  r.Set("skipped", notes);
  if (const Fault f = GiveNotes(s.trace.make_up, context, &notes); f != Fault::kNone) return f;
  r.Set("make_up", notes);
  std::vector<Value> items;
  for (const Pause& p : s.pauses) {
    Record pause(PauseType(), context);
    pause.Set("begin", Value::OfInstant(p.begin));
    pause.Set("end", Optional(p.end));
    Value v;
    if (const Fault f = pause.Give(&v); f != Fault::kNone) return f;
    items.push_back(v);
  }
  if (const Fault f = r.List("pauses", items); f != Fault::kNone) return f;
  Record c(ChangeType(), context);
  c.Set("reason", Value::Text(change.reason));
  c.Set("follows_new", Value::Boolean(change.follows_new));
  c.Set("old_due", Optional(change.old_due));
  c.Set("new_due", Optional(change.new_due));
  c.Set("calendar_changed", Value::Boolean(change.calendar));
  c.Set("schedule_changed", Value::Boolean(change.schedule));
  c.Set("allowance_changed", Value::Boolean(change.allowance));
  Value changed;
  if (const Fault f = c.Give(&changed); f != Fault::kNone) return f;
  r.Set("change", changed);
  r.Text("schedule", s.trace.schedule);
  r.Text("schedule_version", s.trace.schedule_version);
  r.Text("calendar", s.trace.calendar);
  r.Text("calendar_version", s.trace.calendar_version);
  r.Set("provisional", Value::Boolean((s.flags & kUsedProvisionalDays) != 0));
  r.Set("unknown_days", Value::Boolean((s.flags & kUsedUnknownDays) != 0));
  return r.Give(out);
}

Fault JudgeDeadline(const Value* args, std::size_t, CallContext* context, Value* out) {
  DeadlineSpec spec;
  if (const Fault f = ReadDeadline(args[0], context, &spec); f != Fault::kNone) return f;
  static constexpr DeadlineEventKind kKinds[] = {DeadlineEventKind::kStart, DeadlineEventKind::kStop, DeadlineEventKind::kPause, DeadlineEventKind::kResume,
                                                 DeadlineEventKind::kReset};
  std::vector<DeadlineEvent> events;
  for (std::size_t i = 0; i < std::size(kKinds); ++i) {
    if (const Fault f = AddEvents(args[2 + i], kKinds[i], &events); f != Fault::kNone) return f;
  }
  Change change;
  const Value changed = RecordReader(args[0]).Get("change");
  if (changed.IsNull()) {
    change.state = Judge(spec, events, args[1].instant());
  } else {
    if (changed.kind() != Kind::kContext) return Fault::kInvalid;
    if (const Fault f = JudgeChange(changed, spec, events, args[1].instant(), context, &change); f != Fault::kNone) return f;
  }
  return GiveState(spec, change, context, out);
}

}  // namespace

const Type& DeadlineType() { return StateType(); }
Fault GiveDeadline(const DeadlineSpec& spec, const DeadlineState& state, CallContext* context, Value* out) {
  Change none;
  none.state = state;
  return GiveState(spec, none, context, out);
}

namespace {

Type TypeOfState(const Types& types, const Complain& complain) {
  for (std::size_t i = 2; i < types.size(); ++i) {
    const Type& t = types[i].kind == Kind::kList ? types[i].item() : types[i];
    if (t.kind != Kind::kInstant && t.kind != Kind::kNull && t.kind != Kind::kAny) complain("instants, or lists of them, are wanted; not " + types[i].ToString());
  }
  return StateType();
}

}  // namespace

void AddDeadlineBuiltins(BuiltinRows* rows) {
  rows->insert(rows->end(), {
      {"judge deadline(rule: context, at: date and time, start: any?, stop: any? = null, pause: any? = null, resume: any? = null, reset: any? = null): context",
       "the state of a deadline at an instant, from the instants of its events: what the body `deadline` computes (ordain)",
       "由各事件的时刻得出期限在某时刻的状态，即规则体 deadline 所计算者（ordain）", JudgeDeadline, TypeOfState},
  });
}

}  // namespace ordain::feel
