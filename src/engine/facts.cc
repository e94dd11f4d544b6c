// Facts and terms: what the host brings to a decision, checked against the declarations.
// Tested by tests/engine_test.cc and the case files.
#include <algorithm>

#include "ordain/json.hpp"
#include "engine/parts.hpp"
#include "ordain/engine.hpp"
#include "policy/bind.hpp"

namespace ordain {

Facts::Facts(const RuleSet& rules, int policy)
    : rules_(rules), policy_(policy), values_(rules.facts(policy).size()), arena_(std::make_shared<Arena>()) {}

void Facts::Clear() {
  std::fill(values_.begin(), values_.end(), Value());
  problems_.clear();
  from_json_ = false;
  arena_->Reset();
}

void Facts::SetJson(std::string_view text) {
  Clear();
  from_json_ = true;
  const policy::Model& model = *rules_.parts().model;
  const policy::Policy& p = model.policies[static_cast<std::size_t>(policy_)];
  json::Node node;
  Diagnostics diagnostics;
  if (!json::Parse(text, Limits{}, "", &node, &diagnostics)) {
    problems_.push_back({diagnostics[0].code, -1, diagnostics[0]});
    return;
  }
  if (node.type != json::NodeType::kObject) {
    problems_.push_back({Code::kWrongType, -1,
                         MakeDiagnostic(Code::kWrongType, "", node.span, {{"name", "facts"}, {"expected", "an object"},
                                                                          {"found", std::string(json::NodeTypeName(node.type))}})});
    return;
  }
  std::vector<std::string> names;
  feel::ZoneCache zones;
  for (std::size_t f = 0; f < p.facts.size(); ++f) {
    const policy::Fact& fact = p.facts[f];
    names.push_back(fact.name);
    const std::string path = json::Child("", fact.name);
    const json::Node* given = node.Find(fact.name);
    if (given == nullptr || (given->type == json::NodeType::kNull && fact.optional)) {
      if (!fact.optional) {
        problems_.push_back({Code::kMissingFact, static_cast<int>(f), MakeDiagnostic(Code::kMissingFact, path, node.span, {{"name", fact.name}})});
      }
      continue;
    }
    std::vector<policy::BindProblem> found;
    const bool bound = model.dynamic ? policy::BindAny(*given, fact.host_type, &zones, arena_.get(), path, &values_[f], &found)
                                     : policy::BindValue(*given, fact.type, model.money_scale, arena_.get(), path, &values_[f], &found);
    if (bound) continue;
    values_[f] = Value();
    for (const policy::BindProblem& b : found) {
      problems_.push_back({b.code, static_cast<int>(f),
                           MakeDiagnostic(b.code, b.path, b.span,
                                          {{"name", b.path.substr(1)}, {"expected", b.expected}, {"found", b.found}, {"what", b.expected}, {"policy", rules_.name() + "." + p.name}})});
    }
  }
  for (const json::Member& m : node.members) {
    if (std::find(names.begin(), names.end(), m.key) != names.end()) continue;
    const std::string near = NearestName(m.key, names);
    problems_.push_back({Code::kUnknownFact, -1,
                         MakeDiagnostic(Code::kUnknownFact, json::Child("", m.key), m.key_span,
                                        {{"name", m.key}, {"policy", rules_.name() + "." + p.name}},
                                        near.empty() ? "" : "did you mean `" + near + "`?")});
  }
}

// ---- Terms ------------------------------------------------------------------------------------------

Terms::Terms(const RuleSet& rules) : rules_(rules), arena_(std::make_shared<Arena>()) {
  const policy::Model& m = *rules.parts().model;
  for (const policy::Policy& p : m.policies) policy_settings_.emplace_back(p.settings.size(), 0);
  settings_.assign(m.settings.size(), 0);
  supplied_.resize(m.parameters.size());
  is_supplied_.assign(m.parameters.size(), false);
  guards_.assign(m.guards.size(), false);
}

std::optional<Diagnostic> Terms::Choose(std::string_view name, std::string_view value) {
  const policy::Model& m = *rules_.parts().model;
  std::string_view policy, setting = name;
  const std::size_t dot = name.rfind('.');
  if (dot != std::string_view::npos) {
    policy = name.substr(0, dot);
    setting = name.substr(dot + 1);
    if (policy == m.name) policy = {};
    else if (policy.substr(0, m.name.size() + 1) == m.name + ".") policy.remove_prefix(m.name.size() + 1);
  }
  bool found = false;
  std::vector<std::string> names, values;
  const auto choose = [&](const policy::Setting& s, std::uint16_t* slot) {
    names.push_back(s.name);
    if (s.name != setting) return;
    for (std::size_t i = 0; i < s.values.size(); ++i) {
      values.push_back(s.values[i]);
      if (s.values[i] != value) continue;
      *slot = static_cast<std::uint16_t>(i);
      found = true;
    }
  };
  for (std::size_t p = 0; p < m.policies.size(); ++p) {
    if (!policy.empty() && m.policies[p].name != policy) continue;
    for (std::size_t s = 0; s < m.policies[p].settings.size(); ++s) choose(m.policies[p].settings[s], &policy_settings_[p][s]);
  }
  if (policy.empty()) {
    for (std::size_t s = 0; s < m.settings.size(); ++s) choose(m.settings[s], &settings_[s]);
  }
  if (found) return std::nullopt;
  const std::string wrong(values.empty() ? name : value);
  const std::string near = NearestName(wrong, values.empty() ? names : values);
  return MakeDiagnostic(Code::kUnknownSetting, "/settings", {}, {{"name", wrong}}, near.empty() ? "" : "did you mean `" + near + "`?");
}

std::optional<Diagnostic> Terms::Supply(std::string_view name, std::string_view text) {
  const policy::Model& m = *rules_.parts().model;
  if (name.substr(0, m.name.size() + 1) == m.name + ".") name.remove_prefix(m.name.size() + 1);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < m.parameters.size(); ++i) {
    const policy::Parameter& p = m.parameters[i];
    names.push_back(p.name);
    if (p.name != name) continue;
    if (p.host == policy::HostRole::kNever) {
      return MakeDiagnostic(Code::kUnknownParameter, "/parameters/" + p.name, {}, {{"name", p.name}}, "the rule set does not let the host supply it");
    }
    json::Node node;
    Diagnostics diagnostics;
    if (!json::Parse(text, Limits{}, "", &node, &diagnostics)) return diagnostics[0];
    std::vector<policy::BindProblem> found;
    Value v;
    if (!policy::BindValue(node, p.type, m.money_scale, arena_.get(), "/parameters/" + p.name, &v, &found)) {
      return MakeDiagnostic(Code::kWrongType, found[0].path, {}, {{"name", p.name}, {"expected", found[0].expected}, {"found", found[0].found}});
    }
    supplied_[i] = v;
    is_supplied_[i] = true;
    parameter_texts_[p.name] = json::Write(node);
    return std::nullopt;
  }
  const std::string near = NearestName(name, names);
  return MakeDiagnostic(Code::kUnknownParameter, "/parameters", {}, {{"name", std::string(name)}}, near.empty() ? "" : "did you mean `" + near + "`?");
}

std::optional<Diagnostic> Terms::SwitchOn(std::string_view guard) {
  const policy::Model& m = *rules_.parts().model;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < m.guards.size(); ++i) {
    names.push_back(m.guards[i].name);
    if (m.guards[i].name != guard) continue;
    guards_[i] = true;
    return std::nullopt;
  }
  const std::string near = NearestName(guard, names);
  return MakeDiagnostic(Code::kUnknownName, "/guards", {}, {{"name", std::string(guard)}}, near.empty() ? "" : "did you mean `" + near + "`?");
}

std::string Terms::ToJson() const {
  const policy::Model& m = *rules_.parts().model;
  std::string out = "{\"revision\": ";
  json::AppendString(m.revision, &out);
  std::string settings, parameters, guards;
  const auto add = [](const std::string& key, const std::string& value, std::string* list) {
    if (!list->empty()) *list += ", ";
    json::AppendString(key, list);
    *list += ": " + value;
  };
  const auto quoted = [](const std::string& s) {
    std::string q;
    json::AppendString(s, &q);
    return q;
  };
  for (std::size_t p = 0; p < m.policies.size(); ++p) {
    for (std::size_t s = 0; s < m.policies[p].settings.size(); ++s) {
      if (policy_settings_[p][s] == 0) continue;
      const policy::Setting& setting = m.policies[p].settings[s];
      add(m.policies[p].name + "." + setting.name, quoted(setting.values[policy_settings_[p][s]]), &settings);
    }
  }
  for (std::size_t s = 0; s < m.settings.size(); ++s) {
    if (settings_[s] != 0) add(m.settings[s].name, quoted(m.settings[s].values[settings_[s]]), &settings);
  }
  for (const auto& [name, text] : parameter_texts_) add(name, text, &parameters);
  for (std::size_t g = 0; g < m.guards.size(); ++g) {
    if (guards_[g]) guards += (guards.empty() ? "" : ", ") + quoted(m.guards[g].name);
  }
  if (!settings.empty()) out += ", \"settings\": {" + settings + "}";
  if (!parameters.empty()) out += ", \"parameters\": {" + parameters + "}";
  if (!guards.empty()) out += ", \"guards\": [" + guards + "]";
  if (calendar_) {
    out += ", \"calendar\": {\"id\": " + quoted(calendar_->info().id) + ", \"version\": " + quoted(calendar_->info().version) + ", \"hash\": " +
           quoted(calendar_->info().hash) + "}";
  }
  return out + "}";
}

}  // namespace ordain
