// The body `duties`: recurring obligations of somebody. All of them become one formula over the builtin `judge duties`; their parts
// (conditions on events, days, amounts) are hidden formulas of their own, so that a mistake in one is reported where it stands.
//
//   with "events":     `after` and `done` are conditions tested on each event, and select it: events[condition].at, and
//                      the fields that `settles` and `per` name
//   without "events":  they are instants or dates, or lists of them; null has not happened
//
// Tested by tests/duties_body_test.cc.
#include "ordain/duties.hpp"
#include "policy/timing.hpp"

namespace ordain::policy {
namespace {

using feel::Op;

// The words of Recurrence, in its order.
std::vector<std::string> Periods() {
  std::vector<std::string> out;
  for (int i = 0; i <= static_cast<int>(Recurrence::kYear); ++i) out.emplace_back(RecurrenceText(static_cast<Recurrence>(i)));
  return out;
}

class DutyReader : TimingReader {
 public:
  DutyReader(PolicyReader* reader, std::string events_name, const json::Node* schedule, std::string schedule_path)
      : TimingReader(reader, ""), events_name_(std::move(events_name)), schedule_(schedule), schedule_path_(std::move(schedule_path)) {}

  // An entry of the builtin's rules.
  feel::ExprPtr Read(ObjectReader* object, const std::string& hidden_name, const Span& span) {
    name_ = hidden_name;
    const Trees t{loader_, span};
    feel::ExprPtr rule = t.Node(Op::kContext);
    const json::Node* own = object->Get("schedule");
    Put(rule.get(), "schedule", ScheduleOf(own != nullptr ? own : schedule_, own != nullptr ? object->Path("schedule") : schedule_path_, t, "schedule"));
    if (const json::Node* owner = object->Get("owner")) {
      const Type text = Type::Of(Kind::kText);
      if (Expression e = loader_.ReadValue(*owner, object->Path("owner"), &text)) Put(rule.get(), "owner", Part("owner", std::move(e), object->Path("owner")));
    }
    if (Expression when = object->Feel("when")) Put(rule.get(), "when", Hide("when", std::move(when.tree), object->Path("when"), Type::Of(Kind::kBoolean)));
    const json::Node *every = object->Get("every"), *after = object->Get("after"), *dates = object->Get("dates");
    if (static_cast<int>(every != nullptr) + (after != nullptr) + (dates != nullptr) != 1) {
      loader_.Report(Code::kBadValue, object->path(), object->span(), {{"what", "a duty has one of `every`, `after` and `dates`"}},
                     R"("every": "week", "on": "friday"; "after": "kind = \"operation\"", "allowed": {...}; or "dates": "festivals")");
      object->Keep();
      return rule;
    }
    if (every != nullptr) Every(object, t, rule.get());
    else if (after != nullptr) After(object, t, rule.get());
    else Dates(object, t, rule.get());
    Time(object, rule.get());
    if (const json::Node* count = object->Get("count")) {
      Expression e = loader_.ReadExpression(*count, object->Path("count"));
      if (std::int64_t n = 0; Constant(e) && !(e.tree->value.kind() == Kind::kNumber && e.tree->value.number().ToInt64(&n) && n >= 1)) {
        loader_.Report(Code::kBadValue, object->Path("count"), count->span, {{"what", "so many times in each period: a whole number, 1 or more"}});
      } else if (e) {
        Put(rule.get(), "count", Part("count", std::move(e), object->Path("count"), Type::Of(Kind::kNumber)));
      }
    }
    Events(object, "done", rule.get(), "done_keys");
    return rule;
  }

 private:
  static bool Constant(const Expression& e) { return e && e.tree->op == Op::kConstant; }
  // A constant as it stands, anything else hidden.
  feel::ExprPtr Part(const std::string& part, Expression e, const std::string& path, std::optional<Type> declared = {}) {
    return Constant(e) ? std::move(e.tree) : Hide(part, std::move(e.tree), path, std::move(declared));
  }

  // ---- what happened ----------------------------------------------------------------------------

  // events[condition].field
  feel::ExprPtr Field(const feel::Expr& condition, const std::string& field) const {
    const Trees here{loader_, condition.span};
    feel::ExprPtr filter = here.Node(Op::kFilter);
    filter->args.push_back(here.Name(events_name_));
    filter->args.push_back(here.Binary(Op::kAnd, feel::Clone(condition), here.Boolean(true)));  // a condition, never a position
    feel::ExprPtr path = here.Node(Op::kPath);
    path->name = field;
    path->args.push_back(std::move(filter));
    return path;
  }
  void Beside(ObjectReader* object, const char* key, const feel::Expr& condition, feel::Expr* rule, const char* as) {
    std::string field;
    if (!object->Text(key, &field)) return;
    if (!loader_.ReadName(field, object->Path(key), object->node().Find(key)->span)) return;
    Put(rule, as, Hide(as, Field(condition, field), object->Path(key)));
  }
  void Events(ObjectReader* object, const char* key, feel::Expr* rule, const char* keys) {
    Expression e = object->Feel(key);
    if (events_name_.empty()) {
      for (const char* field : {"settles", "per"}) {
        if (object->Get(field) != nullptr && std::string_view(key) == "done") {
          loader_.Report(Code::kBadValue, object->Path(field), object->span(), {{"what", "`" + std::string(field) + "` is a field of an event, and there are no `events`"}}, "give the duties their \"events\": a list of records with `at`");
        }
      }
      if (e) Put(rule, key, Hide(key, std::move(e.tree), object->Path(key)));
      return;
    }
    if (!e) return;
    Put(rule, key, Hide(key, Field(*e.tree, "at"), object->Path(key)));
    if (per_) Beside(object, "per", *e.tree, rule, keys);
    if (std::string_view(key) == "done") Beside(object, "settles", *e.tree, rule, "settles");
  }

  // ---- the three kinds --------------------------------------------------------------------------

  void Every(ObjectReader* object, const Trees& t, feel::Expr* rule) {
    static const std::vector<std::string> kPeriods = Periods();
    std::size_t period = 0;
    if (!object->Word("every", kPeriods, &period)) {
      object->Keep();
      return;
    }
    const Recurrence every = static_cast<Recurrence>(period);
    Put(rule, "every", t.Text(kPeriods[period]));
    const json::Node *on = object->Get("on"), *working_day = object->Get("working_day"), *allowed = object->Get("allowed");
    const bool daily = every == Recurrence::kDay || every == Recurrence::kWorkingDay;
    if (daily && (on != nullptr || working_day != nullptr)) {
      loader_.Report(Code::kBadValue, object->Path(on != nullptr ? "on" : "working_day"), (on != nullptr ? on : working_day)->span, {{"what", "a day has no days of its own"}}, "leave it out, or take a longer period");
      return;
    }
    if (static_cast<int>(on != nullptr) + (working_day != nullptr) + (allowed != nullptr) > 1) {
      loader_.Report(Code::kBadValue, object->path(), object->span(), {{"what", "the day is given by one of `on`, `working_day` and `allowed`"}}, "`allowed` counts from the end of the period; none of them is its last day");
      return;
    }
    if (working_day != nullptr) {
      Expression e = loader_.ReadExpression(*working_day, object->Path("working_day"));
      if (std::int64_t n = 0; Constant(e) && !(e.tree->value.kind() == Kind::kNumber && e.tree->value.number().ToInt64(&n) && n != 0 && n > -367 && n < 367)) {
        loader_.Report(Code::kBadValue, object->Path("working_day"), working_day->span, {{"what", "not a working day of a period: " + json::Write(*working_day)}}, "1 is the first, -1 the last");
      } else if (e) {
        Put(rule, "working_day", Part("working_day", std::move(e), object->Path("working_day"), Type::Of(Kind::kNumber)));
      }
    }
    if (allowed != nullptr) AllowedContext(*allowed, object->Path("allowed"), t, rule);
    else if (on != nullptr) On(object, *on, every, t, rule);
    if (!daily && working_day == nullptr && allowed == nullptr) ReadRoll(object, t, rule);
  }

  void On(ObjectReader* object, const json::Node& on, Recurrence every, const Trees& t, feel::Expr* rule) {
    const std::string path = object->Path("on");
    if (on.type == json::NodeType::kString && on.text == "end") return;
    const bool whole_year = every == Recurrence::kYear;
    bool leap = false;  // whether the day may be 29 February
    if (every == Recurrence::kWeek) {
      const Type text = Type::Of(Kind::kText);
      Expression e = loader_.ReadValue(on, path, &text);
      if (!e) return;
      const Value& v = e.tree->value;
      std::int64_t n = 0;
      if (Constant(e) && !(v.kind() == Kind::kText && WeekdayFromText(v.text()) != 0) &&
          !(v.kind() == Kind::kNumber && v.number().ToInt64(&n) && n >= 1 && n <= 7)) {
        loader_.Report(Code::kBadValue, path, on.span, {{"what", "not a day of the week: " + json::Write(on)}}, "monday to sunday, 1 to 7, end, or {\"feel\": ...}");
        return;
      }
      return Put(rule, "weekday", Part("weekday", std::move(e), path));
    }
    if (every == Recurrence::kMonth || (whole_year && on.Find("feel") != nullptr)) {
      if (on.type == json::NodeType::kString) {
        loader_.Report(Code::kBadValue, path, on.span, {{"what", "not a day of the month: " + json::Write(on)}}, "1 to 31, -1 for the last day, end, or {\"feel\": ...}");
        return;
      }
      Expression e = loader_.ReadValue(on, path, nullptr);
      if (!e || !CheckDay(e, path, on.span)) return;
      leap = whole_year;
      Put(rule, "on", Part("on", std::move(e), path, Type::Of(whole_year ? Kind::kDate : Kind::kNumber).Nullable()));
    } else {
      ObjectReader o(loader_, on, path);
      if (on.type != json::NodeType::kObject) return;
      int month = 0;
      const int months = MonthsIn(every);
      if (o.Need("month") != nullptr && o.Integer("month", &month) && (month < 1 || month > months)) {
        loader_.Report(Code::kBadValue, o.Path("month"), on.Find("month")->span, {{"what", "a month of the period is 1 to " + std::to_string(months)}});
        return;
      }
      Expression e = o.NeedFeel("day");
      if (!e || month == 0 || !CheckDay(e, o.Path("day"), on.span)) return;
      std::int64_t n = 0;
      leap = whole_year && month == 2 && !(Constant(e) && e.tree->value.number().ToInt64(&n) && n < 29);
      Put(rule, "month", t.Number(month));
      Put(rule, "on", Part("on", std::move(e), o.Path("day"), Type::Of(Kind::kNumber)));
    }
    if (!leap) return;
    const json::Node* node = object->Need("leap");
    if (node == nullptr) return;
    const Type text = Type::Of(Kind::kText);
    Expression e = loader_.ReadValue(*node, object->Path("leap"), &text);
    if (!e) return;
    MonthRoll missing;
    if (Constant(e) && !(e.tree->value.kind() == Kind::kText && MissingDayFromText(e.tree->value.text(), &missing))) {
      loader_.Report(Code::kBadValue, object->Path("leap"), node->span, {{"what", "not what becomes of 29 February: " + json::Write(*node)}}, "preceding (the 28th), following (1 March) or none (nothing is due)");
      return;
    }
    Put(rule, "leap", Part("leap", std::move(e), object->Path("leap"), text));
  }
  bool CheckDay(const Expression& e, const std::string& path, const Span& span) {
    std::int64_t n = 0;
    if (!Constant(e) || e.tree->value.kind() == Kind::kDate) return true;
    if (e.tree->value.kind() == Kind::kNumber && e.tree->value.number().ToInt64(&n) && n != 0 && n >= -31 && n <= 31) return true;
    loader_.Report(Code::kBadValue, path, span, {{"what", "a day of a month is 1 to 31, or -1 to -31 from its end"}}, "a shorter month means its last day");
    return false;
  }

  void After(ObjectReader* object, const Trees& t, feel::Expr* rule) {
    per_ = true;
    if (const json::Node* allowed = object->Need("allowed")) AllowedContext(*allowed, object->Path("allowed"), t, rule);
    Events(object, "after", rule, "after_keys");
  }

  void Dates(ObjectReader* object, const Trees& t, feel::Expr* rule) {
    if (Expression e = object->NeedFeel("dates")) Put(rule, "dates", Hide("dates", std::move(e.tree), object->Path("dates"), Type::List(Type::Of(Kind::kDate))));
    if (const json::Node* before = object->Get("before")) {
      ObjectReader o(loader_, *before, object->Path("before"));
      if (before->type == json::NodeType::kObject) {
        feel::ExprPtr lead = t.Node(Op::kContext);
        const json::Node* unit = before->Find("unit");
        if (unit != nullptr && unit->type == json::NodeType::kString && unit->text != "day" && unit->text != "wd") {
          loader_.Report(Code::kBadValue, o.Path("unit"), unit->span, {{"what", "so long before a date is counted in days: " + json::Write(*unit)}}, "day (natural) or wd (working days)");
          o.Keep();
        } else if (Amount(&o, t, "before", false, lead.get())) {
          Put(rule, "before", std::move(lead));
        }
      }
    }
    ReadRoll(object, t, rule);
  }

  void AllowedContext(const json::Node& node, const std::string& path, const Trees& t, feel::Expr* rule) {
    feel::ExprPtr allowed = t.Node(Op::kContext);
    Allowed(node, path, t, "allowed", allowed.get());
    Put(rule, "allowed", std::move(allowed));
    const json::Node* unit = node.Find("unit");
    by_hours_ = unit != nullptr && (unit->text == "min" || unit->text == "h" || unit->text == "bmin" || unit->text == "bh");
  }

  void Time(ObjectReader* object, feel::Expr* rule) {
    const json::Node* time = object->Get("time");
    if (time == nullptr) return;
    const std::string path = object->Path("time");
    const Type text = Type::Of(Kind::kText);
    Expression e = loader_.ReadValue(*time, path, &text);
    if (!e) return;
    if (by_hours_) {
      loader_.Report(Code::kBadValue, path, time->span, {{"what", "a time of day goes with days, not with hours and minutes"}});
      return;
    }
    if (Constant(e)) {
      std::int32_t seconds = 0;
      const std::string clock = e.tree->value.kind() == Kind::kText ? std::string(e.tree->value.text()) : "";
      if (clock != "close" && (clock.starts_with("00:00") || !TimeOfDayFromText(clock, &seconds))) {
        loader_.Report(Code::kBadValue, path, time->span, {{"what", "not a time of day: " + json::Write(*time)}}, "such as 18:00, or close, the last close of the schedule; midnight is 24:00 of the day before");
        return;
      }
    }
    Put(rule, "time", Part("time", std::move(e), path, text));
  }

  std::string events_name_;  // empty: none
  const json::Node* schedule_;
  std::string schedule_path_;
  bool per_ = false, by_hours_ = false;
};

}  // namespace

void ReadDuties(PolicyReader* reader, const json::Node& node, const std::string& path) {
  const Loader& loader = reader->loader;
  ObjectReader object(loader, node, path);
  if (node.type != json::NodeType::kObject) return;
  const Remark remark = object.ReadRemark();
  std::string as;
  if (!object.Text("as", &as)) {
    object.Need("as");
    object.Keep();
    return;
  }
  if (!loader.ReadName(as, object.Path("as"), node.Find("as")->span)) return object.Keep();
  const Trees t{loader, node.span};
  TimingReader hide(reader, as);
  std::string events_name;
  if (Expression events = object.Feel("events")) {
    feel::ExprPtr name = hide.Hide("events", std::move(events.tree), object.Path("events"));
    events_name = name->name;
  }
  const json::Node* schedule = object.Get("schedule");
  const std::string schedule_path = object.Path("schedule");
  feel::ExprPtr at = t.Name("at"), from, until = t.Null();
  if (Expression e = object.Feel("as_of")) at = hide.Hide("as_of", std::move(e.tree), object.Path("as_of"), Type::Of(Kind::kInstant));
  if (Expression e = object.NeedFeel("from")) from = hide.Hide("from", std::move(e.tree), object.Path("from"));
  if (Expression e = object.Feel("until")) until = hide.Hide("until", std::move(e.tree), object.Path("until"));
  feel::ExprPtr rules = t.Node(Op::kContext);
  const json::Node* of = object.Need("of");
  if (of == nullptr) return;
  if (of->type != json::NodeType::kObject) {
    ObjectReader complain(loader, *of, object.Path("of"));
    return;
  }
  if (of->members.empty()) loader.Report(Code::kBadValue, object.Path("of"), of->span, {{"what", "no duties"}}, R"({"weekly_report": {"every": "week", "on": "friday"}})");
  for (const json::Member& m : of->members) {
    const std::string where = json::Child(object.Path("of"), m.key);
    ObjectReader one(loader, m.value, where);
    if (m.value.type != json::NodeType::kObject) continue;
    if (!loader.ReadName(m.key, where, m.key_span)) {
      one.Keep();
      continue;
    }
    one.ReadRemark();
    rules->names.push_back(m.key);
    rules->args.push_back(DutyReader(reader, events_name, schedule, schedule_path).Read(&one, as + "_" + m.key, m.key_span));
  }
  const int symbol = reader->Define(as, object.Path("as"), node.span);
  if (symbol < 0 || !from) return;
  std::vector<feel::ExprPtr> args;
  args.push_back(std::move(rules));
  args.push_back(std::move(at));
  args.push_back(std::move(from));
  args.push_back(std::move(until));
  const int index = reader->AddFormula(symbol, t.Call("judge duties", std::move(args)), remark);
  reader->policy->formulas[static_cast<std::size_t>(index)].role = FormulaRole::kDuties;
}

}  // namespace ordain::policy
