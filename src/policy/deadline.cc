// The body `deadline`: metrics of a case, each by when something is due. A metric becomes one formula over the builtin
// `judge deadline`; its parts (the allowed time, the instants of each kind of event) are hidden formulas of their own, so that a
// mistake in one of them is reported where it stands.
//
//   with "events":     the conditions are tested on each event, and select the instants: events[condition].at
//   without "events":  they are instants themselves, or lists of them; null has not happened
//
// Tested by tests/deadline_body_test.cc.
#include <algorithm>

#include "policy/timing.hpp"

namespace ordain::policy {
namespace {

using feel::Op;

class MetricReader : TimingReader {
 public:
  MetricReader(PolicyReader* reader, const Expression& events, std::string events_name, const json::Node* schedule, std::string schedule_path)
      : TimingReader(reader, ""), has_events_(static_cast<bool>(events)), events_name_(std::move(events_name)), schedule_(schedule),
        schedule_path_(std::move(schedule_path)) {}

  void Read(ObjectReader* object, const std::string& name, const Remark& remark, const Span& span) {
    name_ = name;
    const Trees t{loader_, span};
    std::vector<feel::ExprPtr> args;
    args.push_back(Rule(object, t, schedule_, schedule_path_));
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

  bool has_events_;
  std::string events_name_;
  const json::Node* schedule_;
  std::string schedule_path_;
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
