// See timing.hpp. Tested by tests/deadline_body_test.cc.
#include "policy/timing.hpp"

#include <algorithm>

#include "policy/schedules.hpp"

namespace ordain::policy {

using feel::Op;

feel::ExprPtr TimingReader::Hide(const std::string& part, feel::ExprPtr tree, const std::string& path, std::optional<Type> declared) {
  Remark at;
  at.path = path;
  at.span = tree->span;
  const int symbol = reader_->DefineHidden(name_ + "_" + part, at);
  reader_->AddFormula(symbol, std::move(tree), at, std::move(declared));
  return Trees{loader_, at.span}.Name(reader_->policy->symbols[static_cast<std::size_t>(symbol)].name);
}

void TimingReader::Put(feel::Expr* context, const char* key, feel::ExprPtr value) {
  context->names.emplace_back(key);
  context->args.push_back(std::move(value));
}

bool TimingReader::Amount(ObjectReader* o, const Trees& t, const char* part, bool minus, feel::Expr* context) {
  Expression amount = o->NeedFeel("amount");
  const json::Node* unit = o->Need("unit");
  if (!amount || unit == nullptr) return false;
  const bool constant = amount.tree->op == Op::kConstant && amount.tree->value.kind() == Kind::kNumber;
  if (constant && amount.tree->value.number().negative()) {
    loader_.Report(Code::kBadValue, o->Path("amount"), amount.tree->span, {{"what", "time that is allowed is not negative"}}, "a moment before the due instant is `before`");
  }
  const Type text = Type::Of(Kind::kText);
  Expression u = loader_.ReadValue(*unit, o->Path("unit"), &text);
  if (!u) return false;
  TimeUnit known;
  if (u.tree->op == Op::kConstant && !(u.tree->value.kind() == Kind::kText && TimeUnitFromText(u.tree->value.text(), &known))) {
    loader_.Report(Code::kBadValue, o->Path("unit"), unit->span, {{"what", "not a unit of time: " + json::Write(*unit)}},
                   "min, h (elapsed), bmin, bh (opening hours), day (natural), wd (working days) or month: they are never converted into one another");
    return false;
  }
  feel::ExprPtr tree = std::move(amount.tree);
  tree = Hide(std::string(part) + "_amount", std::move(tree), o->Path("amount"), Type::Of(Kind::kNumber));
  if (minus) tree = t.Binary(Op::kSubtract, t.Number(0), std::move(tree));
  Put(context, "amount", std::move(tree));
  Put(context, "unit", u.tree->op == Op::kConstant ? std::move(u.tree) : Hide(std::string(part) + "_unit", std::move(u.tree), o->Path("unit"), text));
  return true;
}

void TimingReader::ReadRoll(ObjectReader* object, const Trees& t, feel::Expr* context) {
  static const std::vector<std::string> kRolls = {"none", "following", "preceding", "modfollowing"};
  std::size_t word = 0;
  if (object->Word("roll", kRolls, &word)) Put(context, "roll", t.Text(kRolls[word]));
}

void TimingReader::Allowed(const json::Node& node, const std::string& path, const Trees& t, const char* part, feel::Expr* context) {
  ObjectReader o(loader_, node, path);
  if (node.type != json::NodeType::kObject) return;
  Amount(&o, t, part, false, context);
  std::size_t word = 0;
  static const std::vector<std::string> kEnds = {"close", "midnight"};
  ReadRoll(&o, t, context);
  if (o.Word("end", kEnds, &word)) Put(context, "end", t.Text(kEnds[word]));
  std::string cut_off;
  std::int32_t seconds = 0;
  if (o.Text("cut_off", &cut_off)) {
    if (!TimeOfDayFromText(cut_off, &seconds)) {
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

feel::ExprPtr TimingReader::ScheduleOf(const json::Node* node, const std::string& path, const Trees& t, const char* part) {
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

feel::ExprPtr TimingReader::TextOf(const json::Node& node, const std::string& path, const Trees& t, const char* part) {
  const Type text = Type::Of(Kind::kText);
  Expression e = loader_.ReadValue(node, path, &text);
  if (!e) return t.Text("");
  return e.tree->op == Op::kConstant ? std::move(e.tree) : Hide(part, std::move(e.tree), path, text);
}

void TimingReader::Thresholds(ObjectReader* object, const Trees& t, feel::Expr* rule) {
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
      if (!Amount(&offset, t, ("threshold_" + std::to_string(++number)).c_str(), before != nullptr, item.get())) continue;
    } else {
      Put(item.get(), "amount", t.Number(0));
      Put(item.get(), "unit", t.Text("min"));
    }
    items.push_back(std::move(item));
  }
  Put(rule, "thresholds", t.List(std::move(items)));
}

feel::ExprPtr TimingReader::Rule(ObjectReader* object, const Trees& t, const json::Node* schedule, const std::string& schedule_path) {
  feel::ExprPtr rule = t.Node(Op::kContext);
  const json::Node* own = object->Get("schedule");
  Put(rule.get(), "schedule", ScheduleOf(own != nullptr ? own : schedule, own != nullptr ? object->Path("schedule") : schedule_path, t, "schedule"));
  if (const json::Node* allowed = object->Need("allowed")) Allowed(*allowed, object->Path("allowed"), t, "allowed", rule.get());
  Thresholds(object, t, rule.get());
  return rule;
}

}  // namespace ordain::policy
