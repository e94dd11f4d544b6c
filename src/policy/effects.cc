// Effects, discretions and requirements.
#include "policy/reader.hpp"

namespace ordain::policy {

void ReadDiscretions(PolicyReader* reader, const json::Node& node, const std::string& path) {
  const Loader& loader = reader->loader;
  if (node.type != json::NodeType::kObject) {
    ObjectReader complain(loader, node, path);
    return;
  }
  for (const json::Member& m : node.members) {
    const std::string at = json::Child(path, m.key);
    ObjectReader object(loader, m.value, at);
    if (!loader.ReadName(m.key, at, m.key_span) || m.value.type != json::NodeType::kObject) {
      object.Keep();
      continue;
    }
    Discretion d;
    d.name = m.key;
    const Remark remark = object.ReadRemark();
    d.when = object.Feel("when");
    d.by = object.NeedFeel("by");
    const json::Node* one_of = object.Array("one_of");
    if (one_of != nullptr) {
      for (std::size_t i = 0; i < one_of->items.size(); ++i) {
        d.one_of.push_back(loader.ReadValue(one_of->items[i], json::Child(object.Path("one_of"), i), nullptr));
      }
    }
    d.from = object.Feel("from");
    d.to = object.Feel("to");
    if ((one_of != nullptr) == (d.from || d.to)) {
      loader.Report(Code::kBadValue, at, m.value.span, {{"what", "a discretion has either `one_of` or `from` and `to`"}});
    }
    d.symbol = reader->Define(m.key, at, m.key_span);
    std::string name;
    const auto also = [&](const char* key, bool possible, int* symbol) {
      if (!object.Text(key, &name)) return;
      if (!possible) {
        loader.Report(Code::kBadValue, object.Path(key), m.value.span, {{"what", "this discretion has no such limit"}});
      } else if (loader.ReadName(name, object.Path(key), m.value.span)) {
        *symbol = reader->Define(name, object.Path(key), m.value.span);
      }
    };
    also("allowed_as", one_of != nullptr, &d.allowed);
    also("min_as", static_cast<bool>(d.from), &d.min);
    also("max_as", static_cast<bool>(d.to), &d.max);
    if (d.symbol < 0) continue;
    reader->policy->discretions.push_back(std::move(d));
    reader->AddDefinition(DefinitionKind::kDiscretion, static_cast<int>(reader->policy->discretions.size()) - 1, remark);
  }
}

void ReadRequirements(PolicyReader* reader, const json::Node& node, const std::string& path) {
  const Loader& loader = reader->loader;
  if (node.type != json::NodeType::kArray) {
    loader.Report(Code::kWrongJsonType, path, node.span,
                  {{"expected", "an array"}, {"found", std::string(json::NodeTypeName(node.type))}});
    return;
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    ObjectReader object(loader, node.items[i], json::Child(path, i));
    const Remark remark = object.ReadRemark();
    Requirement r;
    r.that = object.NeedFeel("that");
    std::size_t word = 0;
    if (object.Word("otherwise", {"refused", "out_of_range", "overflow", "missing_fact", "wrong_type"}, &word)) {
      static constexpr Code kCodes[] = {Code::kRefused, Code::kOutOfRange, Code::kOverflow, Code::kMissingFact, Code::kWrongType};
      r.code = kCodes[word];
    }
    reader->policy->requirements.push_back(std::move(r));
    reader->AddDefinition(DefinitionKind::kRequirement, static_cast<int>(reader->policy->requirements.size()) - 1, remark);
  }
}

namespace {

bool HasAmount(EffectKind kind) { return kind <= EffectKind::kPoints; }

// Builds [for v in list return] [if when then] {to, amount, detail, due} [else null].
Expression ShareTree(PolicyReader* reader, EffectKind kind, ObjectReader* share, const Expression& detail,
                     const Expression& due, const Expression& outer_when) {
  const Loader& loader = reader->loader;
  const Trees t{loader, share->span()};
  Expression tree;
  tree.source = {share->path(), share->span()};
  std::string variable;
  Expression list;
  const json::Node* each = share->Get("for");
  const bool loops = each != nullptr && loader.ReadIteration(*each, share->Path("for"), &variable, &list);
  Expression when = share->Feel("when");
  feel::ExprPtr record = t.Node(feel::Op::kContext);
  const auto field = [&](const char* name, feel::ExprPtr value) {
    record->names.push_back(name);
    record->args.push_back(std::move(value));
  };
  if (kind != EffectKind::kReview) {
    Expression to = share->NeedFeel("to");
    if (!to) return {};
    field("to", std::move(to.tree));
  }
  if (HasAmount(kind)) {
    Expression amount;
    const Type money = Type::Of(Kind::kNumber, kind == EffectKind::kPoints ? Unit::kPoints : Unit::kMoney);
    if (const json::Node* n = share->Need("amount")) amount = loader.ReadValue(*n, share->Path("amount"), &money);
    if (!amount) return {};
    field("amount", std::move(amount.tree));
  }
  if (detail) field("detail", feel::Clone(*detail.tree));
  if (due) field("due", feel::Clone(*due.tree));
  feel::ExprPtr result = std::move(record);
  if (when && outer_when) {
    result = t.If(t.Binary(feel::Op::kAnd, feel::Clone(*outer_when.tree), std::move(when.tree)), std::move(result), t.Null());
  } else if (when || outer_when) {
    result = t.If(when ? std::move(when.tree) : feel::Clone(*outer_when.tree), std::move(result), t.Null());
  }
  if (loops) {
    feel::ExprPtr loop = t.Node(feel::Op::kFor);
    loop->names = {variable};
    loop->args.push_back(std::move(list.tree));
    loop->args.push_back(std::move(result));
    result = std::move(loop);
  }
  tree.tree = std::move(result);
  return tree;
}

}  // namespace

void ReadEffects(PolicyReader* reader, const json::Node& node, const std::string& path) {
  const Loader& loader = reader->loader;
  if (node.type != json::NodeType::kArray) {
    loader.Report(Code::kWrongJsonType, path, node.span,
                  {{"expected", "an array"}, {"found", std::string(json::NodeTypeName(node.type))}});
    return;
  }
  static const std::vector<std::string> kKinds = {"fine", "pay", "points", "sanction", "bar", "notice", "duty", "review"};
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    ObjectReader object(loader, node.items[i], json::Child(path, i));
    if (node.items[i].type != json::NodeType::kObject) continue;
    const Remark remark = object.ReadRemark();
    EffectGroup group;
    std::string kind;
    if (object.Need("effect") == nullptr || !object.Text("effect", &kind)) {
      object.Keep();
      continue;
    }
    if (!EffectFromName(kind, &group.kind)) {
      loader.ReportUnknown(Code::kUnknownEffect, object.Path("effect"), node.items[i].Find("effect")->span, kind, kKinds);
      object.Keep();
      continue;
    }
    Expression detail, due, outer_when;
    if (!HasAmount(group.kind)) {
      const std::string key(EffectField(group.kind));
      const Type text = Type::Of(Kind::kText);
      if (const json::Node* n = object.Need(key)) detail = loader.ReadValue(*n, object.Path(key), &text);
    }
    if (group.kind == EffectKind::kDuty) due = object.NeedFeel("due");
    std::size_t word = 0;
    if (object.Word("per_party", {"once", "highest", "sum", "each"}, &word)) group.per_party = static_cast<PerParty>(word);
    if (const json::Node* shares = object.Array("shares")) {
      outer_when = object.Feel("when");
      for (std::size_t k = 0; k < shares->items.size(); ++k) {
        ObjectReader share(loader, shares->items[k], json::Child(object.Path("shares"), k));
        EffectGroup::Share s;
        s.remark = share.ReadRemark();
        if (s.remark.quote.empty()) s.remark.quote = remark.quote;
        if (s.remark.cites.empty()) s.remark.cites = remark.cites;
        s.tree = ShareTree(reader, group.kind, &share, detail, due, outer_when);
        group.shares.push_back(std::move(s));
      }
    } else {
      EffectGroup::Share s;
      s.remark = remark;
      s.tree = ShareTree(reader, group.kind, &object, detail, due, outer_when);
      group.shares.push_back(std::move(s));
    }
    for (const EffectGroup::Share& s : group.shares) {
      if (!s.tree) reader->policy->broken = true;
    }
    std::string as;
    if (object.Text("as", &as) && loader.ReadName(as, object.Path("as"), node.items[i].span)) {
      group.symbol = reader->Define(as, object.Path("as"), node.items[i].span);
    }
    reader->policy->effects.push_back(std::move(group));
    reader->AddDefinition(DefinitionKind::kEffects, static_cast<int>(reader->policy->effects.size()) - 1, remark);
  }
}

}  // namespace ordain::policy
