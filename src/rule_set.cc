// The facade: runs the stages one after the other and keeps what they made.
//   json -> model -> link -> compile -> programs
#include "ordain/rule_set.hpp"

#include <algorithm>

#include "engine/compile.hpp"
#include "engine/parts.hpp"
#include "policy/lint.hpp"

namespace ordain {
namespace {

Clause ClauseOf(const policy::Remark& r) { return {r.says_en, r.says_zh, r.quote, r.cites, r.path}; }

}  // namespace

LoadResult RuleSet::Load(std::string_view text, const std::string& file, const Limits& limits) {
  LoadResult result;
  std::unique_ptr<policy::Model> model = policy::ReadModel(text, file, limits, &result.diagnostics);
  if (model == nullptr) return result;
  policy::Link(model.get(), file, &result.diagnostics);
  auto parts = std::make_shared<RuleSetParts>();
  parts->programs.resize(model->policies.size());
  // Only what is sound as a whole is compiled: a policy depends on parameters, guards and other policies.
  const auto is_error = [](const Diagnostic& d) { return d.severity == Severity::kError; };
  const bool sound = std::none_of(result.diagnostics.begin(), result.diagnostics.end(), is_error);
  for (std::size_t i = 0; sound && i < model->policies.size(); ++i) {
    if (!model->policies[i].broken) engine::Compile(*model, static_cast<int>(i), limits, &parts->programs[i], &result.diagnostics);
  }
  std::stable_sort(result.diagnostics.begin(), result.diagnostics.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.span.offset < b.span.offset; });
  // One mistake is told once: a lowered tree may be checked in several places.
  const auto same = [](const Diagnostic& a, const Diagnostic& b) {
    return a.code == b.code && a.path == b.path && a.span.offset == b.span.offset && a.args == b.args;
  };
  result.diagnostics.erase(std::unique(result.diagnostics.begin(), result.diagnostics.end(), same), result.diagnostics.end());
  const bool broken = std::any_of(result.diagnostics.begin(), result.diagnostics.end(), is_error);
  for (Diagnostic& d : result.diagnostics) {
    if (d.file.empty()) d.file = file;
  }
  if (broken) return result;
  for (const policy::Policy& p : model->policies) {
    std::vector<FactInfo> facts;
    for (const policy::Fact& f : p.facts) facts.push_back({f.name, f.type, f.optional});
    parts->facts.push_back(std::move(facts));
    std::vector<std::string> names;
    for (const policy::OutcomeField& f : p.outcome) names.push_back(f.name);
    parts->outcomes.push_back(std::move(names));
    parts->clauses.push_back(ClauseOf(p.remark));
    std::vector<std::vector<Clause>> groups;
    for (const policy::EffectGroup& g : p.effects) {
      std::vector<Clause> shares;
      for (const policy::EffectGroup::Share& s : g.shares) {
        Clause c = ClauseOf(s.remark);
        if (c.quote.empty()) c.quote = p.remark.quote;
        if (c.cites.empty()) c.cites = p.remark.cites;
        shares.push_back(std::move(c));
      }
      groups.push_back(std::move(shares));
    }
    parts->effect_clauses.push_back(std::move(groups));
  }
  parts->model = std::move(model);
  parts->file = file;
  result.rule_set = RuleSet(std::move(parts));
  return result;
}

Diagnostics RuleSet::Check() const {
  Diagnostics found;
  policy::Lint(*parts_->model, &found);
  std::stable_sort(found.begin(), found.end(), [](const Diagnostic& a, const Diagnostic& b) { return a.span.offset < b.span.offset; });
  for (Diagnostic& d : found) d.file = parts_->file;
  return found;
}

const std::string& RuleSet::name() const { return parts_->model->name; }
const std::string& RuleSet::edition() const { return parts_->model->edition; }
const std::string& RuleSet::title(Language language) const {
  return language == Language::kEnglish ? parts_->model->title_en : parts_->model->title_zh;
}
const std::string& RuleSet::source() const { return parts_->model->source; }
const std::string& RuleSet::currency() const { return parts_->model->currency; }
const std::string& RuleSet::calendar() const { return parts_->model->calendar; }
const std::string& RuleSet::revision() const { return parts_->model->revision; }
Date RuleSet::LocalDay(const Instant& at) const { return parts_->model->zone.LocalDate(at); }
bool RuleSet::InForce(Date day) const {
  const policy::Model& m = *parts_->model;
  return (!m.in_force_from || *m.in_force_from <= day) && (!m.in_force_to || day <= *m.in_force_to);
}
int RuleSet::policy_count() const { return static_cast<int>(parts_->model->policies.size()); }
const std::string& RuleSet::policy_name(int policy) const { return parts_->model->policies[static_cast<std::size_t>(policy)].name; }
int RuleSet::FindPolicy(std::string_view name) const { return parts_->model->FindPolicy(name); }
std::vector<std::string> RuleSet::policy_names() const {
  std::vector<std::string> names;
  for (const policy::Policy& p : parts_->model->policies) names.push_back(p.name);
  return names;
}
const std::vector<FactInfo>& RuleSet::facts(int policy) const { return parts_->facts[static_cast<std::size_t>(policy)]; }
int RuleSet::FindFact(int policy, std::string_view name) const {
  const std::vector<FactInfo>& list = facts(policy);
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i].name == name) return static_cast<int>(i);
  }
  return -1;
}
std::vector<std::pair<std::string, Type>> RuleSet::outcome(int policy) const {
  std::vector<std::pair<std::string, Type>> out;
  for (const policy::OutcomeField& f : parts_->model->policies[static_cast<std::size_t>(policy)].outcome) out.emplace_back(f.name, f.type);
  return out;
}
const Clause& RuleSet::clause(int policy) const { return parts_->clauses[static_cast<std::size_t>(policy)]; }
const Clause& RuleSet::effect_clause(int policy, int group, int share) const {
  const auto& groups = parts_->effect_clauses[static_cast<std::size_t>(policy)];
  if (group < 0 || static_cast<std::size_t>(group) >= groups.size()) return clause(policy);
  const auto& shares = groups[static_cast<std::size_t>(group)];
  if (share < 0 || static_cast<std::size_t>(share) >= shares.size()) return clause(policy);
  return shares[static_cast<std::size_t>(share)];
}
std::vector<std::pair<std::string, std::vector<std::string>>> RuleSet::settings(int policy) const {
  std::vector<std::pair<std::string, std::vector<std::string>>> out;
  for (const policy::Setting& s : parts_->model->policies[static_cast<std::size_t>(policy)].settings) out.emplace_back(s.name, s.values);
  for (const policy::Setting& s : parts_->model->settings) out.emplace_back(s.name, s.values);
  return out;
}
std::vector<std::string> RuleSet::parameters() const {
  std::vector<std::string> names;
  for (const policy::Parameter& p : parts_->model->parameters) names.push_back(p.name);
  return names;
}
bool RuleSet::ReadsLedger(int policy) const { return !parts_->programs[static_cast<std::size_t>(policy)].reads.empty(); }
std::string RuleSet::Dump(int policy) const { return engine::Dump(parts_->programs[static_cast<std::size_t>(policy)]); }

}  // namespace ordain
