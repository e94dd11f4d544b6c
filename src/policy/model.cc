// Reads a rule-set document into the Model: every problem is reported with its place, and what can
// be read is kept, so that one run of `ordain check` shows all mistakes of a file. The bodies live in
// files of their own; the table kBodies is the only place that lists them.
// Tested by tests/model_test.cc (each construct, each refusal) and the rule sets.
#include "policy/model.hpp"

#include <algorithm>
#include <set>

#include "base/sha256.hpp"
#include "policy/reader.hpp"
#include "policy/schedules.hpp"

namespace ordain::policy {
namespace {

struct Body {
  const char* key;
  void (*read)(PolicyReader*, const json::Node&, const std::string&);
  bool may_repeat;  // an array of several
};
constexpr Body kBodies[] = {
    {"formula", ReadFormula, false}, {"table", ReadTable, true},         {"ladder", ReadLadder, true},
    {"scale", ReadScale, true},      {"score", ReadScore, true},         {"checklist", ReadChecklist, true},
    {"number", ReadNumber, true},    {"rank", ReadRank, true},
    {"deadline", ReadDeadline, true}, {"process", ReadProcess, true},
    {"duties", ReadDuties, true},
};
constexpr std::pair<const char*, ReadKind> kReads[] = {
    {"counts", ReadKind::kCount},   {"totals", ReadKind::kTotal},     {"latest", ReadKind::kLatest},
    {"streaks", ReadKind::kStreak}, {"reached", ReadKind::kReached}, {"histories", ReadKind::kHistory},
};

bool ReadDate(ObjectReader* object, const char* key, std::optional<Date>* out) {
  std::string text;
  if (!object->Text(key, &text)) return false;
  Date d;
  if (!Date::Parse(text, &d)) {
    object->loader().Report(Code::kBadValue, object->Path(key), object->node().Find(key)->span,
                            {{"what", "not a date (YYYY-MM-DD): " + text}}, "a day that the calendar has, such as 2016-02-29");
    return false;
  }
  *out = d;
  return true;
}

bool IsResolution(std::string_view word) { return std::find(std::begin(kResolutions), std::end(kResolutions), word) != std::end(kResolutions); }

// Whether the policies that it names carry the clauses is asked when all policies are read.
Contradiction ReadContradiction(const Loader& loader, const json::Node& node, const std::string& path, const std::vector<std::string>& values) {
  Contradiction out;
  ObjectReader object(loader, node, path);
  if (node.type != json::NodeType::kObject) return out;
  if (object.Need("id") != nullptr && object.Text("id", &out.id) && out.id.empty()) {
    loader.Report(Code::kBadValue, object.Path("id"), object.Get("id")->span, {{"what", "an empty id"}});
  }
  std::string allowed;
  for (const std::string_view w : kResolutions) allowed += (allowed.empty() ? "" : ", ") + std::string(w);
  if (const json::Node* between = object.Need("between"); between != nullptr && object.Array("between") != nullptr) {
    if (between->items.size() < 2) loader.Report(Code::kBadValue, object.Path("between"), between->span, {{"what", "clauses contradict each other from two on"}});
    for (std::size_t i = 0; i < between->items.size(); ++i) {
      ObjectReader reader(loader, between->items[i], json::Child(object.Path("between"), i));
      if (between->items[i].type != json::NodeType::kObject) continue;
      Contradiction::Side side;
      reader.Text("policy", &side.policy);
      side.remark = reader.ReadRemark();
      reader.Need("quote");
      const json::Node* cites = reader.Need("cites");
      if (cites != nullptr && side.remark.cites.empty()) loader.Report(Code::kBadValue, reader.Path("cites"), cites->span, {{"what", "no clause"}});
      for (const std::string& clause : side.remark.cites) {
        const auto same = [&](const Contradiction::Side& s) { return s.Carries(clause); };
        if (std::none_of(out.between.begin(), out.between.end(), same)) allowed += ", " + clause;
      }
      out.between.push_back(std::move(side));
    }
  }
  const json::Node* resolve = object.Get("resolve");
  if (resolve != nullptr && resolve->type != json::NodeType::kObject) {
    ObjectReader complain(loader, *resolve, object.Path("resolve"));
    return out;
  }
  for (std::size_t i = 0; resolve != nullptr && i < resolve->members.size(); ++i) {
    const json::Member& m = resolve->members[i];
    if (std::find(values.begin(), values.end(), m.key) != values.end()) continue;
    loader.ReportUnknown(Code::kUnknownSetting, json::Child(object.Path("resolve"), m.key), m.key_span, m.key, values);
  }
  for (const std::string& value : values) {
    const json::Node* word = resolve == nullptr ? nullptr : resolve->Find(value);
    if (word == nullptr) {
      if (!IsResolution(value)) loader.Report(Code::kMissingKey, object.Path("resolve"), resolve == nullptr ? node.span : resolve->span, {{"name", value}}, "what it comes to under this value: one of " + allowed);
      out.resolve.push_back(value);
      continue;
    }
    const auto carries = [&](const Contradiction::Side& s) { return s.Carries(word->text); };
    if (word->type != json::NodeType::kString) {
      loader.Report(Code::kWrongJsonType, json::Child(object.Path("resolve"), value), word->span, {{"expected", "a string"}, {"found", std::string(json::NodeTypeName(word->type))}});
    } else if (!IsResolution(word->text) && std::count_if(out.between.begin(), out.between.end(), carries) != 1) {  // a clause at odds with itself is `first` or `second`
      loader.Report(Code::kNotListed, json::Child(object.Path("resolve"), value), word->span, {{"value", word->text}, {"allowed", allowed}});
    }
    out.resolve.push_back(word->text);
  }
  return out;
}

// A side's policy of this rule set exists and cites the clause. Those of other rule sets are not known here.
void CheckSides(const Loader& loader, const std::vector<Setting>& settings) {
  for (const Setting& setting : settings) {
    if (!setting.contradiction) continue;
    for (const Contradiction::Side& side : setting.contradiction->between) {
      if (side.policy.empty() || side.policy.find('.') != std::string::npos) continue;
      const std::string path = json::Child(side.remark.path, "policy");
      const int index = loader.model->FindPolicy(side.policy);
      if (index < 0) {
        std::vector<std::string> names;
        for (const Policy& p : loader.model->policies) names.push_back(p.name);
        loader.ReportUnknown(Code::kUnknownPolicy, path, side.remark.span, side.policy, names);
        continue;
      }
      const std::vector<std::string>& cites = loader.model->policies[static_cast<std::size_t>(index)].remark.cites;
      const auto carries = [&](const std::string& clause) { return side.Carries(clause); };
      if (std::any_of(cites.begin(), cites.end(), carries) || side.remark.cites.empty()) continue;
      loader.Report(Code::kBadValue, path, side.remark.span, {{"what", "policy " + side.policy + " does not cite " + side.remark.cites.front()}},
                    "name the policy that carries the clause, or leave `policy` out");
    }
  }
}

std::vector<Setting> ReadSettings(const Loader& loader, const json::Node& node, const std::string& path) {
  std::vector<Setting> settings;
  if (node.type != json::NodeType::kObject) {
    ObjectReader complain(loader, node, path);
    return settings;
  }
  for (const json::Member& m : node.members) {
    const std::string at = json::Child(path, m.key);
    if (!loader.ReadName(m.key, at, m.key_span)) continue;
    Setting setting;
    setting.name = m.key;
    setting.remark.path = at;
    setting.remark.span = m.key_span;
    const json::Node* values = &m.value;
    std::string values_path = at;
    const json::Node* contradiction = nullptr;
    std::optional<ObjectReader> object;
    if (m.value.type == json::NodeType::kObject) {
      object.emplace(loader, m.value, at);
      setting.remark = object->ReadRemark();
      contradiction = object->Get("contradiction");
      values = object->Need("values");
      values_path = object->Path("values");
      if (values == nullptr) continue;
    }
    if (values->type != json::NodeType::kArray || values->items.empty()) {
      loader.Report(Code::kWrongJsonType, values_path, values->span,
                    {{"expected", "an array of texts, the default first"}, {"found", json::Write(*values)}});
      continue;
    }
    for (std::size_t i = 0; i < values->items.size(); ++i) {
      const json::Node& v = values->items[i];
      if (v.type != json::NodeType::kString) {
        loader.Report(Code::kWrongJsonType, json::Child(values_path, i), v.span,
                      {{"expected", "a string"}, {"found", std::string(json::NodeTypeName(v.type))}});
      } else if (std::find(setting.values.begin(), setting.values.end(), v.text) != setting.values.end()) {
        loader.Report(Code::kDuplicateName, json::Child(values_path, i), v.span, {{"name", v.text}});
      } else {
        setting.values.push_back(v.text);
      }
    }
    if (contradiction != nullptr) setting.contradiction = ReadContradiction(loader, *contradiction, object->Path("contradiction"), setting.values);
    if (!setting.values.empty()) settings.push_back(std::move(setting));
  }
  return settings;
}

void ReadParameters(const Loader& loader, const json::Node& node, const std::string& path) {
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
    Parameter p;
    p.name = m.key;
    p.remark = object.ReadRemark();
    const TypeForm form = ReadType(loader, m.value, at, &object);
    p.type = form.type;
    const json::Node* values = object.Array("values");
    if (form.ok && values != nullptr) {
      for (std::size_t i = 0; i < values->items.size(); ++i) {
        ObjectReader dated(loader, values->items[i], json::Child(object.Path("values"), i));
        Parameter::Dated d;
        d.remark = dated.ReadRemark();
        ReadDate(&dated, "from", &d.from);
        const json::Node* value = dated.Need("value");
        if (value == nullptr || !loader.ReadConstant(*value, dated.Path("value"), p.type, &d.value)) continue;
        if (!p.values.empty() && !(p.values.back().from.value_or(Date{INT64_MIN}) < d.from.value_or(Date{INT64_MIN}))) {
          loader.Report(Code::kOverlappingDates, dated.path(), dated.span(), {{"what", "parameter `" + p.name + "`"}},
                        "write the values in the order of their `from`, each date once");
          continue;
        }
        p.values.push_back(std::move(d));
      }
    }
    Value v;
    if (form.ok && form.default_node != nullptr && loader.ReadConstant(*form.default_node, form.default_path, p.type, &v)) {
      p.default_value = v;
    }
    const bool given = !p.values.empty() || p.default_value.has_value();
    p.host = given ? HostRole::kNever : HostRole::kMust;
    std::size_t role = 0;
    if (object.Word("host", {"never", "may", "must"}, &role)) p.host = static_cast<HostRole>(role);
    if (p.host == HostRole::kNever && !given && form.ok && values == nullptr) {
      loader.Report(Code::kMissingKey, at, m.value.span, {{"name", "values"}});
    }
    if (form.ok) loader.model->parameters.push_back(std::move(p));
  }
}

void ReadFacts(PolicyReader* reader, const json::Node& node, const std::string& path) {
  const Loader& loader = reader->loader;
  if (node.type != json::NodeType::kObject) {
    ObjectReader complain(loader, node, path);
    return;
  }
  for (const json::Member& m : node.members) {
    const std::string at = json::Child(path, m.key);
    if (!loader.ReadName(m.key, at, m.key_span)) continue;
    Fact fact;
    fact.name = m.key;
    fact.remark.path = at;
    fact.remark.span = m.key_span;
    std::optional<ObjectReader> object;
    if (m.value.type == json::NodeType::kObject) {
      object.emplace(loader, m.value, at);
      fact.remark = object->ReadRemark();
      fact.required_when = object->Feel("required_when");
    }
    const TypeForm form = ReadType(loader, m.value, at, object ? &*object : nullptr);
    fact.type = form.type;
    fact.optional = form.optional;
    if (form.ok && form.default_node != nullptr) {
      Value v;
      if (loader.ReadConstant(*form.default_node, form.default_path, fact.type, &v)) fact.default_value = v;
      fact.optional = true;
    } else if (fact.optional) {
      fact.type.nullable = true;
    }
    if (fact.required_when && !fact.optional) {
      loader.Report(Code::kBadValue, at, m.value.span, {{"what", "`required_when` is for optional facts"}});
    }
    const int symbol = reader->Define(fact.name, at, m.key_span);
    if (symbol < 0) continue;
    Symbol& s = reader->policy->symbols[static_cast<std::size_t>(symbol)];
    s.kind = SymbolKind::kFact;
    s.index = static_cast<int>(reader->policy->facts.size());
    s.type = fact.type;
    s.typed = true;
    if (!form.ok) reader->policy->broken = true;
    fact.symbol = symbol;
    reader->policy->facts.push_back(std::move(fact));
  }
}

bool HasMap(const Type& type) {
  if (type.detail == nullptr) return false;
  return type.detail->map || std::any_of(type.detail->items.begin(), type.detail->items.end(), HasMap);
}

void ReadOutcome(PolicyReader* reader, const json::Node& node, const std::string& path) {
  const Loader& loader = reader->loader;
  if (node.type != json::NodeType::kObject) {
    ObjectReader complain(loader, node, path);
    return;
  }
  for (const json::Member& m : node.members) {
    const std::string at = json::Child(path, m.key);
    OutcomeField field;
    field.name = m.key;
    field.remark.path = at;
    field.remark.span = m.key_span;
    std::optional<ObjectReader> object;
    if (m.value.type == json::NodeType::kObject) {
      object.emplace(loader, m.value, at);
      field.remark = object->ReadRemark();
    }
    const TypeForm form = ReadType(loader, m.value, at, object ? &*object : nullptr);
    field.type = form.type;
    bool has_value = false;
    if (object) {
      if (const json::Node* value = object->Get("value")) {
        has_value = true;
        field.value = loader.ReadValue(*value, object->Path("value"), nullptr);
      }
      if (const json::Node* round = object->Get("round")) {
        ObjectReader r(loader, *round, object->Path("round"));
        field.round = true;
        field.exponent = field.type.unit == Unit::kMoney ? -loader.model->money_scale : 0;
        std::string mode = "half_up";
        if (!r.Text("mode", &mode) || !RoundingFromName(mode, &field.mode)) {
          loader.Report(Code::kBadValue, r.Path("mode"), round->span, {{"what", "not a rounding mode: " + mode}},
                        "half_even, half_up, half_down, up, down, ceiling or floor");
        }
        if (const json::Node* to = r.Get("to")) {
          Decimal unit;
          const bool number = to->type == json::NodeType::kNumber && Decimal::Parse(to->text, &unit) == DecimalStatus::kOk;
          unit = Reduce(unit);
          if (!number || unit.negative() || unit.hi() != 0 || unit.lo() != 1) {
            loader.Report(Code::kBadValue, r.Path("to"), to->span, {{"what", "a power of ten is wanted: 0.01, 1, 10"}});
          } else {
            field.exponent = unit.exponent();
          }
        }
        if (field.type.kind != Kind::kNumber && form.ok) {
          loader.Report(Code::kBadValue, r.path(), round->span, {{"what", "only numbers are rounded"}});
        }
      }
      if (form.default_node != nullptr || form.optional) {
        loader.Report(Code::kBadValue, at, m.value.span, {{"what", "outcomes are always there; write `nullable`"}});
      }
      if (form.ok && HasMap(field.type)) {
        loader.Report(Code::kBadValue, at, m.value.span, {{"what", "outcomes have no maps; write a list of records"}});
      }
    }
    if (!form.ok) {
      reader->policy->broken = true;
      continue;
    }
    if (has_value && !field.value) reader->policy->broken = true;
    if (!has_value) {
      field.value.source = {at, m.value.span};
      field.value.tree = Trees{loader, m.key_span}.Name(field.name);
      reader->output_types.emplace_back(field.name, field.type);
    }
    reader->policy->outcome.push_back(std::move(field));
  }
}

void ReadPolicy(const Loader& loader, const json::Member& member, const std::string& path, Policy* policy) {
  ObjectReader object(loader, member.value, path);
  policy->remark = object.ReadRemark();
  PolicyReader reader{loader, policy, static_cast<int>(policy - loader.model->policies.data()), {}};
  const std::size_t before = loader.diagnostics->size();
  if (const json::Node* n = object.Get("facts")) ReadFacts(&reader, *n, object.Path("facts"));
  if (const json::Node* n = object.Get("settings")) {
    policy->settings = ReadSettings(loader, *n, object.Path("settings"));
    for (std::size_t i = 0; i < policy->settings.size(); ++i) {
      const Setting& setting = policy->settings[i];
      const int symbol = reader.Define(setting.name, setting.remark.path, setting.remark.span);
      if (symbol < 0) continue;
      Symbol& s = policy->symbols[static_cast<std::size_t>(symbol)];
      s.kind = SymbolKind::kSetting;
      s.index = static_cast<int>(i);
      s.type = Type::Enumeration(setting.values);
      s.typed = true;
    }
  }
  if (const json::Node* n = object.Need("outcome")) ReadOutcome(&reader, *n, object.Path("outcome"));
  for (const auto& [key, kind] : kReads) {
    if (const json::Node* n = object.Get(key)) ReadReads(&reader, kind, *n, object.Path(key));
  }
  for (const Body& body : kBodies) {
    const json::Node* n = object.Get(body.key);
    if (n == nullptr) continue;
    if (body.may_repeat && n->type == json::NodeType::kArray) {
      for (std::size_t i = 0; i < n->items.size(); ++i) {
        body.read(&reader, n->items[i], json::Child(object.Path(body.key), i));
      }
    } else {
      body.read(&reader, *n, object.Path(body.key));
    }
  }
  if (const json::Node* n = object.Get("discretions")) ReadDiscretions(&reader, *n, object.Path("discretions"));
  if (const json::Node* n = object.Get("requires")) ReadRequirements(&reader, *n, object.Path("requires"));
  if (const json::Node* n = object.Get("effects")) ReadEffects(&reader, *n, object.Path("effects"));
  for (std::size_t i = before; i < loader.diagnostics->size(); ++i) {
    if ((*loader.diagnostics)[i].severity == Severity::kError) policy->broken = true;
  }
}

void ReadGuards(const Loader& loader, const json::Node& node, const std::string& path) {
  if (node.type != json::NodeType::kObject) {
    ObjectReader complain(loader, node, path);
    return;
  }
  for (const json::Member& m : node.members) {
    const std::string at = json::Child(path, m.key);
    ObjectReader object(loader, m.value, at);
    Guard guard;
    guard.name = m.key;
    guard.remark = object.ReadRemark();
    std::string source;
    object.Text("source", &source);
    loader.ReadName(m.key, at, m.key_span);
    if (const json::Node* effects = object.Need("effects")) {
      for (std::size_t i = 0; i < effects->items.size(); ++i) {
        EffectKind kind;
        if (effects->items[i].type == json::NodeType::kString && EffectFromName(effects->items[i].text, &kind)) {
          guard.effects.push_back(kind);
        } else {
          const json::Node& name = effects->items[i];
          std::vector<std::string> kinds;
          for (int k = 0; k <= static_cast<int>(EffectKind::kReview); ++k) kinds.emplace_back(EffectName(static_cast<EffectKind>(k)));
          loader.ReportUnknown(Code::kUnknownEffect, json::Child(object.Path("effects"), i), name.span, name.type == json::NodeType::kString ? name.text : json::Write(name), kinds);
        }
      }
    }
    guard.when = object.Feel("when");
    guard.limit = object.Feel("limit");
    bool deny = false;
    object.Bool("deny", &deny);
    if (deny == static_cast<bool>(guard.limit)) {
      loader.Report(Code::kBadValue, at, m.value.span, {{"what", "a guard has either `limit` or `deny`"}});
    }
    std::size_t word = 0;
    if (object.Word("excess", {"cap", "drop", "review", "block"}, &word)) {
      guard.excess = static_cast<Guard::Excess>(word);
      if (deny && guard.excess == Guard::Excess::kCap) {
        loader.Report(Code::kBadValue, at, m.value.span, {{"what", "what is denied cannot be capped"}});
      }
    } else {
      object.Need("excess");
    }
    if (object.Word("host", {"always", "switch"}, &word)) guard.host_switch = word == 1;
    loader.model->guards.push_back(std::move(guard));
  }
}

void ReadNamedTypes(const Loader& loader, const json::Node& node, const std::string& path) {
  if (node.type != json::NodeType::kObject) {
    ObjectReader complain(loader, node, path);
    return;
  }
  for (const json::Member& m : node.members) {  // in order: a type may use those above it
    const std::string at = json::Child(path, m.key);
    if (!loader.ReadName(m.key, at, m.key_span)) continue;
    const TypeForm form = ReadType(loader, m.value, at, nullptr);
    if (form.ok) loader.model->types.emplace_back(m.key, form.type);
  }
}

}  // namespace

std::string_view HitName(Hit hit) {
  static constexpr std::string_view kNames[] = {"unique",  "first", "any", "priority", "collect", "output_order",
                                                "collect_sum", "collect_min", "collect_max", "collect_count"};
  return kNames[static_cast<std::size_t>(hit)];
}

int Policy::FindSymbol(std::string_view symbol_name) const {
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    if (symbols[i].name == symbol_name) return static_cast<int>(i);
  }
  return -1;
}

Type Policy::OutcomeType() const {
  std::vector<std::pair<std::string, Type>> fields;
  for (const OutcomeField& f : outcome) fields.emplace_back(f.name, f.type);
  return Type::Context(std::move(fields));
}

bool Contradiction::Side::Carries(std::string_view clause) const { return std::find(remark.cites.begin(), remark.cites.end(), clause) != remark.cites.end(); }

bool Contradiction::Prevails(std::size_t value, std::size_t side) const {
  const std::string& word = resolve[value];
  return word == "both" || (word == "first" ? side == 0 : word == "second" ? side == 1 : between[side].Carries(word));
}

int Model::FindPolicy(std::string_view policy_name) const {
  for (std::size_t i = 0; i < policies.size(); ++i) {
    if (policies[i].name == policy_name) return static_cast<int>(i);
  }
  return -1;
}

// ---- PolicyReader -------------------------------------------------------------------------------

int PolicyReader::Define(const std::string& name, const std::string& path, const Span& span, bool hidden) {
  const int known = policy->FindSymbol(name);
  if (known >= 0) {
    loader.Report(Code::kDuplicateName, path, span, {{"name", name}},
                  "it is defined at " + policy->symbols[static_cast<std::size_t>(known)].path);
    return -1;
  }
  Symbol s;
  s.name = name;
  s.hidden = hidden;
  s.path = path;
  s.span = span;
  policy->symbols.push_back(std::move(s));
  return static_cast<int>(policy->symbols.size()) - 1;
}

int PolicyReader::DefineHidden(const std::string& name, const Remark& at) {
  std::string unique = "__" + name;
  for (int i = 2; policy->FindSymbol(unique) >= 0; ++i) unique = "__" + name + "_" + std::to_string(i);
  return Define(unique, at.path, at.span, true);
}

const Type* PolicyReader::DeclaredType(const std::string& name) const {
  for (const auto& [output, type] : output_types) {
    if (output == name) return &type;
  }
  return nullptr;
}

void PolicyReader::AddDefinition(DefinitionKind kind, int index, Remark remark) {
  Definition d;
  d.kind = kind;
  d.index = index;
  d.remark = std::move(remark);
  policy->definitions.push_back(std::move(d));
}

int PolicyReader::AddFormula(int symbol, feel::ExprPtr value, const Remark& remark, std::optional<Type> declared) {
  Formula f;
  f.symbol = symbol;
  f.value.source = {remark.path, remark.span};
  f.value.tree = std::move(value);
  f.declared = std::move(declared);
  policy->formulas.push_back(std::move(f));
  const int index = static_cast<int>(policy->formulas.size()) - 1;
  AddDefinition(DefinitionKind::kFormula, index, remark);
  return index;
}

int PolicyReader::AddTable(Table table, Remark remark) {
  policy->tables.push_back(std::move(table));
  const int index = static_cast<int>(policy->tables.size()) - 1;
  AddDefinition(DefinitionKind::kTable, index, std::move(remark));
  return index;
}

// ---- the document -------------------------------------------------------------------------------

std::unique_ptr<Model> ReadModel(std::string_view text, const std::string& file, const Limits& limits,
                                 Diagnostics* diagnostics) {
  json::Node document;
  const std::size_t before = diagnostics->size();
  if (!json::Parse(text, limits, file, &document, diagnostics)) {
    // A key given twice breaks the document, but hides nothing else of it.
    const bool whole = std::all_of(diagnostics->begin() + static_cast<std::ptrdiff_t>(before), diagnostics->end(), [](const Diagnostic& d) { return d.code == Code::kDuplicateKey; });
    if (!whole) return nullptr;
  }
  auto model = std::make_unique<Model>();
  model->revision = Sha256Hex(text);
  feel::ZoneCache zones;  // as the rule set's own zone: of the system that loads it
  const Loader loader{model.get(), diagnostics, &limits, &zones};
  if (document.type != json::NodeType::kObject) {
    loader.Report(Code::kWrongJsonType, "", document.span,
                  {{"expected", "an object"}, {"found", std::string(json::NodeTypeName(document.type))}},
                  "a rule set is {\"ordain\": 1, \"rule_set\": ..., \"policies\": {...}}");
    diagnostics->back().file = file;
    return nullptr;
  }
  ObjectReader object(loader, document, "");
  object.Get("$schema");
  if (const json::Node* version = object.Need("ordain")) {
    if (version->text != "1" || version->type != json::NodeType::kNumber) {
      loader.Report(Code::kUnsupportedVersion, "/ordain", version->span,
                    {{"found", json::Write(*version)}, {"expected", "1"}}, "write \"ordain\": 1");
    }
  }
  if (object.Need("rule_set") != nullptr && object.Text("rule_set", &model->name)) {
    loader.ReadName(model->name, "/rule_set", document.Find("rule_set")->span);
  }
  object.Text("edition", &model->edition);
  object.Text("source", &model->source);
  object.Text("calendar", &model->calendar);
  if (Calendar calendar; Calendar::Builtin(model->calendar, &calendar)) model->working_days = calendar;
  std::string nulls = "strict";
  if (object.Text("nulls", &nulls) && nulls != "strict" && nulls != "feel") {
    loader.Report(Code::kBadValue, "/nulls", document.Find("nulls")->span, {{"what", "not `strict` or `feel`: " + nulls}});
  }
  model->lenient = nulls == "feel";
  if (const json::Node* title = object.Get("title")) {
    ObjectReader t(loader, *title, "/title");
    t.Text("en", &model->title_en);
    t.Text("zh", &model->title_zh);
  }
  if (const json::Node* force = object.Get("in_force")) {
    ObjectReader f(loader, *force, "/in_force");
    ReadDate(&f, "from", &model->in_force_from);
    ReadDate(&f, "to", &model->in_force_to);
    if (model->in_force_from && model->in_force_to && *model->in_force_to < *model->in_force_from) {
      loader.Report(Code::kBadValue, "/in_force", force->span, {{"what", "`to` is before `from`: no day is in force"}}, "both days are included");
    }
  }
  object.Text("currency", &model->currency);
  model->money_scale = CurrencyDigits(model->currency);
  if (model->money_scale < 0) {
    loader.Report(Code::kBadValue, "/currency", document.Find("currency")->span,
                  {{"what", "not a currency of ISO 4217: " + model->currency}}, "three capital letters, such as CNY");
    model->money_scale = 2;
  }
  std::string zone = "Asia/Shanghai";
  object.Text("zone", &zone);
  if (!Zone::Load(zone, &model->zone)) {
    const json::Node* node = document.Find("zone");
    loader.Report(Code::kBadValue, "/zone", node != nullptr ? node->span : document.span,
                  {{"what", "not a time zone known to this system: " + zone}},
                  "an IANA name such as Asia/Shanghai; the system's tz data (package tzdata) must be installed");
  }
  object.ReadRemark();
  if (const json::Node* n = object.Get("schedules")) ReadSchedules(loader, *n, "/schedules");
  if (const json::Node* n = object.Get("types")) ReadNamedTypes(loader, *n, "/types");
  if (const json::Node* n = object.Get("parameters")) ReadParameters(loader, *n, "/parameters");
  if (const json::Node* n = object.Get("settings")) model->settings = ReadSettings(loader, *n, "/settings");
  // A document of guards alone is a pack to be laid upon other rule sets.
  const json::Node* policies = document.Find("guards") != nullptr ? object.Get("policies") : object.Need("policies");
  if (policies != nullptr && policies->type == json::NodeType::kObject) {
    model->policies.reserve(policies->members.size());  // policies keep their addresses
    for (const json::Member& m : policies->members) {
      const std::string path = json::Child("/policies", m.key);
      if (!loader.ReadName(m.key, path, m.key_span)) continue;
      model->policies.emplace_back();
      model->policies.back().name = m.key;
    }
    std::size_t i = 0;
    for (const json::Member& m : policies->members) {
      if (i == model->policies.size() || model->policies[i].name != m.key) continue;
      ReadPolicy(loader, m, json::Child("/policies", m.key), &model->policies[i++]);
    }
  } else if (policies != nullptr) {
    ObjectReader complain(loader, *policies, "/policies");
  }
  CheckSides(loader, model->settings);
  for (const Policy& p : model->policies) CheckSides(loader, p.settings);
  if (const json::Node* n = object.Get("guards")) ReadGuards(loader, *n, "/guards");
  for (Diagnostic& d : *diagnostics) {
    if (d.file.empty()) d.file = file;
  }
  return model;
}

bool IsGuardPack(const json::Node& document) { return document.Find("guards") != nullptr && document.Find("policies") == nullptr; }

bool ReadGuardPack(std::string_view text, const std::string& file, const Limits& limits, Model* model, Diagnostics* diagnostics) {
  // Read by itself first: what is wrong with it is told in its own terms, and the model stays as it was.
  Diagnostics own;
  const std::unique_ptr<Model> pack = ReadModel(text, file, limits, &own);
  if (pack != nullptr) Link(pack.get(), file, &own);
  diagnostics->insert(diagnostics->end(), own.begin(), own.end());
  if (pack == nullptr || std::any_of(own.begin(), own.end(), [](const Diagnostic& d) { return d.severity == Severity::kError; })) return false;
  if (pack->currency != model->currency) return true;
  json::Node document;
  if (!json::Parse(text, limits, file, &document, diagnostics)) return false;
  if (!IsGuardPack(document)) {
    diagnostics->push_back(MakeDiagnostic(Code::kMissingKey, "", document.span, {{"name", "guards"}}, "a pack of guards has `guards` and no `policies`"));
    diagnostics->back().file = file;
    return false;
  }
  const std::size_t first_guard = model->guards.size(), first_problem = diagnostics->size();
  feel::ZoneCache zones;
  const Loader loader{model, diagnostics, &limits, &zones};
  const auto clash = [&](std::string_view name, const json::Node& node, const char* where) {
    loader.Report(Code::kDuplicateName, json::Child(where, name), node.span, {{"name", std::string(name)}},
                  "rule set `" + model->name + "` has it, or another pack of guards");
  };
  for (const Parameter& p : pack->parameters) {
    const auto same = [&](const auto& other) { return other.name == p.name; };
    if (std::any_of(model->parameters.begin(), model->parameters.end(), same)) clash(p.name, *document.Find("parameters"), "/parameters");
  }
  for (const Guard& g : pack->guards) {
    const auto same = [&](const Guard& other) { return other.name == g.name; };
    if (std::any_of(model->guards.begin(), model->guards.end(), same)) clash(g.name, *document.Find("guards"), "/guards");
  }
  if (diagnostics->size() == first_problem) {
    if (const json::Node* n = document.Find("parameters")) ReadParameters(loader, *n, "/parameters");
    ReadGuards(loader, *document.Find("guards"), "/guards");
    for (std::size_t i = first_guard; i < model->guards.size(); ++i) {
      Guard& g = model->guards[i];
      const Trees t{loader, document.span};
      const auto bound = [&](feel::Op op, Date day) {
        feel::ExprPtr constant = t.Node(feel::Op::kConstant);
        constant->value = Value::OfDate(day);
        constant->type = Type::Of(Kind::kDate);
        feel::ExprPtr test = t.Binary(op, t.Name("today"), std::move(constant));
        g.when.tree = g.when.tree ? t.Binary(feel::Op::kAnd, std::move(test), std::move(g.when.tree)) : std::move(test);
        if (g.when.source.path.empty()) g.when.source = {json::Child("/guards", g.name), document.span};
      };
      if (pack->in_force_to) bound(feel::Op::kLessEqual, *pack->in_force_to);
      if (pack->in_force_from) bound(feel::Op::kGreaterEqual, *pack->in_force_from);
    }
    model->revision = Sha256Hex(model->revision + Sha256Hex(text));
  }
  for (std::size_t i = first_problem; i < diagnostics->size(); ++i) (*diagnostics)[i].file = file;
  return diagnostics->size() == first_problem;
}

}  // namespace ordain::policy
