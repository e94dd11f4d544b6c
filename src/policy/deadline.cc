// The body `deadline`: metrics of a case, each by when something is due. A metric becomes one formula over the builtin
// `judge deadline`; its parts (the allowed time, the instants of each kind of event) are hidden formulas of their own, so that a
// mistake in one of them is reported where it stands.
//
//   with "events":     the conditions are tested on each event, and select the instants: events[condition].at
//   without "events":  they are instants themselves, or lists of them; null has not happened
//
// Tested by tests/deadline_body_test.cc.
#include <algorithm>

#include "policy/reader.hpp"
#include "policy/schedules.hpp"

namespace ordain::policy {
namespace {

using feel::Op;

class MetricReader {
 public:
  MetricReader(PolicyReader* reader, const Expression& events, std::string events_name, const json::Node* schedule, std::string schedule_path)
      : reader_(reader), loader_(reader->loader), has_events_(static_cast<bool>(events)), events_name_(std::move(events_name)), schedule_(schedule),
        schedule_path_(std::move(schedule_path)) {}

  void Read(ObjectReader* object, const std::string& name, const Remark& remark, const Span& span) {
    name_ = name;
    const Trees t{loader_, span};
    std::vector<feel::ExprPtr> args;
    args.push_back(Rule(object, t));
    Thresholds(object, t, args[0].get());
    Change(object, t, args[0].get());
    if (Expression as_of = object->Feel("as_of")) args.push_back(Hide("as_of", std::move(as_of.tree), object->Path("as_of"), Type::Of(Kind::kInstant)));
    else args.push_back(t.Name("at"));
    for (const char* key : {"start", "stop", "pause", "resume", "reset"}) args.push_back(When(object, key, t));
    const int symbol = reader_->Define(name, remark.path, span);
    if (symbol < 0 || !args[0]) return;
    const int index = reader_->AddFormula(symbol, t.Call("judge deadline", std::move(args)), remark);
    Formula& f = reader_->policy->formulas[static_cast<std::size_t>(index)];
    f.role = FormulaRole::kDeadline;
  }

 private:
  // A formula of its own under a hidden name; gives that name.
  feel::ExprPtr Hide(const std::string& part, feel::ExprPtr tree, const std::string& path, std::optional<Type> declared = {}) {
    Remark at;
    at.path = path;
    at.span = tree->span;
    const int symbol = reader_->DefineHidden(name_ + "_" + part, at);
    reader_->AddFormula(symbol, std::move(tree), at, std::move(declared));
    return Trees{loader_, at.span}.Name(reader_->policy->symbols[static_cast<std::size_t>(symbol)].name);
  }
  static void Put(feel::Expr* context, const char* key, feel::ExprPtr value) {
    context->names.emplace_back(key);
    context->args.push_back(std::move(value));
  }

  // The instants of one kind of event.
  feel::ExprPtr When(ObjectReader* object, const char* key, const Trees& t) {
    Expression e = std::string_view(key) == "start" ? object->NeedFeel(key) : object->Feel(key);
    if (!e) return t.Null();
    if (!has_events_) return Hide(key, std::move(e.tree), object->Path(key));
    const Trees here{loader_, e.tree->span};
    feel::ExprPtr filter = here.Node(Op::kFilter);
    filter->args.push_back(here.Name(events_name_));
    filter->args.push_back(here.Binary(Op::kAnd, std::move(e.tree), here.Boolean(true)));  // a condition, never a position
    feel::ExprPtr path = here.Node(Op::kPath);
    path->name = "at";
    path->args.push_back(std::move(filter));
    return Hide(key, std::move(path), object->Path(key));
  }

  // Amount and unit into the context.
  void Amount(ObjectReader* o, const Trees& t, const char* part, bool minus, feel::Expr* context) {
    Expression amount = o->NeedFeel("amount");
    const json::Node* unit = o->Need("unit");
    if (!amount || unit == nullptr) return;
    const bool constant = amount.tree->op == Op::kConstant && amount.tree->value.kind() == Kind::kNumber;
    if (constant && amount.tree->value.number().negative()) {
      loader_.Report(Code::kBadValue, o->Path("amount"), amount.tree->span, {{"what", "time that is allowed is not negative"}}, "a moment before the due instant is `before`");
    }
    const Type text = Type::Of(Kind::kText);
    Expression u = loader_.ReadValue(*unit, o->Path("unit"), &text);
    if (!u) return;
    TimeUnit known;
    if (u.tree->op == Op::kConstant && !(u.tree->value.kind() == Kind::kText && TimeUnitFromText(u.tree->value.text(), &known))) {
      loader_.Report(Code::kBadValue, o->Path("unit"), unit->span, {{"what", "not a unit of time: " + json::Write(*unit)}},
                     "min, h (elapsed), bmin, bh (opening hours), day (natural), wd (working days) or month: they are never converted into one another");
      return;
    }
    feel::ExprPtr tree = std::move(amount.tree);
    tree = Hide(std::string(part) + "_amount", std::move(tree), o->Path("amount"), Type::Of(Kind::kNumber));
    if (minus) tree = t.Binary(Op::kSubtract, t.Number(0), std::move(tree));
    Put(context, "amount", std::move(tree));
    Put(context, "unit", u.tree->op == Op::kConstant ? std::move(u.tree) : Hide(std::string(part) + "_unit", std::move(u.tree), o->Path("unit"), text));
  }

  void Allowed(const json::Node& node, const std::string& path, const Trees& t, const char* part, feel::Expr* context) {
    ObjectReader o(loader_, node, path);
    if (node.type != json::NodeType::kObject) return;
    Amount(&o, t, part, false, context);
    std::size_t word = 0;
    static const std::vector<std::string> kRolls = {"none", "following", "preceding", "modfollowing"}, kEnds = {"close", "midnight"};
    if (o.Word("roll", kRolls, &word)) Put(context, "roll", t.Text(kRolls[word]));
    if (o.Word("end", kEnds, &word)) Put(context, "end", t.Text(kEnds[word]));
    std::string cut_off;
    std::vector<OpenWindow> until;
    if (o.Text("cut_off", &cut_off)) {
      if (!OpenWindow::Parse("00:00-" + cut_off, &until) || until.size() != 1 || until[0].close > 86400) {
        loader_.Report(Code::kBadValue, o.Path("cut_off"), node.Find("cut_off")->span, {{"what", "not a time of day: " + cut_off}}, "such as 17:00; what comes then or later counts as received on the next working day");
      } else {
        Put(context, "cut_off", t.Text(cut_off));
      }
    }
    for (const char* key : {"count_receipt_day", "sticky_month_end"}) {
      bool yes = false;
      if (o.Bool(key, &yes)) Put(context, key, t.Boolean(yes));
    }
  }

  feel::ExprPtr ScheduleOf(const json::Node* node, const std::string& path, const Trees& t, const char* part) {
    if (node == nullptr) return t.Text("");
    const Type text = Type::Of(Kind::kText);
    Expression e = loader_.ReadValue(*node, path, &text);
    if (!e) return t.Text("");
    if (e.tree->op != Op::kConstant) return Hide(part, std::move(e.tree), path, text);
    const std::string constant = e.tree->value.kind() == Kind::kText ? std::string(e.tree->value.text()) : json::Write(*node);
    std::vector<std::string> names = {std::string(kAlways)};
    for (const NamedSchedule& s : loader_.model->schedules) names.push_back(s.name);
    if (std::find(names.begin(), names.end(), constant) == names.end()) loader_.ReportUnknown(Code::kUnknownName, path, node->span, constant, names);
    return t.Text(constant);
  }

  feel::ExprPtr Rule(ObjectReader* object, const Trees& t) {
    feel::ExprPtr rule = t.Node(Op::kContext);
    const json::Node* own = object->Get("schedule");
    Put(rule.get(), "schedule", ScheduleOf(own != nullptr ? own : schedule_, own != nullptr ? object->Path("schedule") : schedule_path_, t, "schedule"));
    if (const json::Node* allowed = object->Need("allowed")) Allowed(*allowed, object->Path("allowed"), t, "allowed", rule.get());
    return rule;
  }

  void Thresholds(ObjectReader* object, const Trees& t, feel::Expr* rule) {
    const json::Node* all = object->Get("thresholds");
    if (all == nullptr) return;
    if (all->type != json::NodeType::kObject) {
      ObjectReader complain(loader_, *all, object->Path("thresholds"));
      return;
    }
    std::vector<feel::ExprPtr> items;
    int number = 0;
    for (const json::Member& m : all->members) {
      const std::string at = json::Child(object->Path("thresholds"), m.key);
      ObjectReader o(loader_, m.value, at);
      if (m.value.type != json::NodeType::kObject) continue;
      o.ReadRemark();
      feel::ExprPtr item = t.Node(Op::kContext);
      Put(item.get(), "name", t.Text(m.key));
      int percent = 0;
      const bool has_percent = o.Integer("percent", &percent);
      const json::Node *before = o.Get("before"), *after = o.Get("after");
      if (static_cast<int>(o.Get("percent") != nullptr) + (before != nullptr) + (after != nullptr) != 1) {
        loader_.Report(Code::kBadValue, at, m.value.span, {{"what", "a threshold has one of `percent`, `before` and `after`"}}, R"({"percent": 75} or {"before": {"amount": 30, "unit": "min"}})");
        continue;
      }
      if (has_percent && (percent < 1 || percent > 10000)) {
        loader_.Report(Code::kBadValue, o.Path("percent"), m.value.span, {{"what", "percent of the allowed time: 1 or more"}}, "100 is the due instant");
        continue;
      }
      Put(item.get(), "percent", t.Number(percent));
      if (percent == 0) {
        ObjectReader offset(loader_, before != nullptr ? *before : *after, o.Path(before != nullptr ? "before" : "after"));
        Amount(&offset, t, ("threshold_" + std::to_string(++number)).c_str(), before != nullptr, item.get());
        if (item->names.size() != 4) continue;
      } else {
        Put(item.get(), "amount", t.Number(0));
        Put(item.get(), "unit", t.Text("min"));
      }
      items.push_back(std::move(item));
    }
    Put(rule, "thresholds", t.List(std::move(items)));
  }

  void Change(ObjectReader* object, const Trees& t, feel::Expr* rule) {
    const json::Node* node = object->Get("change");
    if (node == nullptr) return;
    ObjectReader o(loader_, *node, object->Path("change"));
    if (node->type != json::NodeType::kObject) return;
    o.ReadRemark();
    feel::ExprPtr change = t.Node(Op::kContext);
    if (Expression from = o.NeedFeel("from")) Put(change.get(), "from", Hide("change_from", std::move(from.tree), o.Path("from"), Type::Of(Kind::kInstant)));
    static const std::vector<std::string> kModes = {"pinned", "recompute_open", "recompute_all", "carry", "reset", "retroactive"};
    std::size_t mode = 0;
    if (o.Word("mode", kModes, &mode)) Put(change.get(), "mode", t.Text(kModes[mode]));
    else o.Need("mode");
    if (Expression since = o.Feel("since")) Put(change.get(), "since", Hide("change_since", std::move(since.tree), o.Path("since"), Type::Of(Kind::kInstant)));
    const json::Node* was = o.Need("was");
    if (was == nullptr) return;
    ObjectReader before(loader_, *was, o.Path("was"));
    if (was->type != json::NodeType::kObject) return;
    const json::Node *schedule = before.Get("schedule"), *allowed = before.Get("allowed");
    if (schedule == nullptr && allowed == nullptr) {
      loader_.Report(Code::kBadValue, o.Path("was"), was->span, {{"what", "what was before is a `schedule`, an `allowed`, or both"}});
      return;
    }
    feel::ExprPtr old = t.Node(Op::kContext);
    if (schedule != nullptr) Put(old.get(), "schedule", ScheduleOf(schedule, before.Path("schedule"), t, "was_schedule"));
    else Put(old.get(), "schedule", feel::Clone(*rule->args[0]));
    if (allowed != nullptr) {
      Allowed(*allowed, before.Path("allowed"), t, "was", old.get());
    } else {
      for (std::size_t i = 1; i < rule->names.size(); ++i) {
        if (rule->names[i] != "thresholds") Put(old.get(), rule->names[i].c_str(), feel::Clone(*rule->args[i]));
      }
    }
    Put(change.get(), "was", std::move(old));
    Put(rule, "change", std::move(change));
  }

  PolicyReader* reader_;
  const Loader& loader_;
  bool has_events_;
  std::string events_name_;
  const json::Node* schedule_;
  std::string schedule_path_, name_;
};

}  // namespace

void ReadDeadline(PolicyReader* reader, const json::Node& node, const std::string& path) {
  const Loader& loader = reader->loader;
  ObjectReader object(loader, node, path);
  if (node.type != json::NodeType::kObject) return;
  const Remark remark = object.ReadRemark();
  Expression events = object.Feel("events");
  std::string events_name;
  if (events) {
    Remark at = remark;
    at.path = object.Path("events");
    at.span = events.tree->span;
    const int symbol = reader->DefineHidden("deadline_events", at);
    events_name = reader->policy->symbols[static_cast<std::size_t>(symbol)].name;
    reader->AddFormula(symbol, feel::Clone(*events.tree), at);
  }
  const json::Node* metrics = object.Get("metrics");
  std::string as;
  const bool single = object.Text("as", &as);
  if (single == (metrics != nullptr)) {
    loader.Report(Code::kBadValue, path, node.span, {{"what", "a deadline has either `as`, its name, or `metrics`, several by name"}}, R"("as": "answer" beside "allowed" and "start", or "metrics": {"answer": {"allowed": ..., "start": ...}})");
    object.Keep();
    return;
  }
  if (single) {
    MetricReader metric(reader, events, events_name, nullptr, "");
    if (loader.ReadName(as, object.Path("as"), node.span)) metric.Read(&object, as, remark, node.span);
    else object.Keep();
    return;
  }
  const json::Node* schedule = object.Get("schedule");
  if (metrics->type != json::NodeType::kObject) {
    ObjectReader complain(loader, *metrics, object.Path("metrics"));
    return;
  }
  for (const json::Member& m : metrics->members) {
    const std::string at = json::Child(object.Path("metrics"), m.key);
    ObjectReader one(loader, m.value, at);
    if (m.value.type != json::NodeType::kObject) continue;
    if (!loader.ReadName(m.key, at, m.key_span)) {
      one.Keep();
      continue;
    }
    const Remark own = one.ReadRemark();
    MetricReader(reader, events, events_name, schedule, object.Path("schedule")).Read(&one, m.key, own, m.key_span);
  }
}

}  // namespace ordain::policy
