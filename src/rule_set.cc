// The facade: runs the stages one after the other and keeps what they made.
//   json -> model -> link -> compile -> programs
#include "ordain/rule_set.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/sha256.hpp"
#include "engine/compile.hpp"
#include "engine/parts.hpp"
#include "policy/lint.hpp"

namespace ordain {
namespace {

// What to do about a problem whose stage had nothing nearer to say.
std::string_view CommonHint(Code code) {
  switch (code) {
    case Code::kUnitMismatch: return "both sides must go together; money(n), points(n), percent(n) and number(x) convert";
    case Code::kTypeMismatch: return "see Types and Values in docs/rule-sets.md";
    case Code::kSyntax: return "expressions are FEEL; texts inside them are written in quotes: \"I\"";
    case Code::kUnknownName: return "names are facts, settings, parameters and what the policy defines";
    case Code::kUnknownFunction: return "the functions are those of FEEL";
    case Code::kMissingKey: return "add it; `ordain schema` describes every key";
    case Code::kWrongJsonType: return "`ordain schema` describes what each key holds";
    case Code::kNotListed: return "write one of these";
    case Code::kCycle: return "one of them must do without the others";
    case Code::kDuplicateName: return "rename one of them";
    case Code::kOverlap: return "make the rows exclude each other, or choose another hit policy";
    case Code::kDeadRow: return "remove it, or move it up";
    case Code::kUndecided: return "compare names with constants, or take the rest in with `otherwise`";
    case Code::kUnusedName: return "remove it, or make it an outcome";
    default: return "";
  }
}

void Complete(const std::string& file, Diagnostics* all) {
  for (Diagnostic& d : *all) {
    if (d.file.empty()) d.file = file;
    if (d.hint.empty()) d.hint = CommonHint(d.code);
  }
}

// In the order of the text, each mistake once: a lowered tree is checked in several places, and where a name is unknown no
// type can be told.
void OneForEachMistake(Diagnostics* all) {
  std::stable_sort(all->begin(), all->end(), [](const Diagnostic& a, const Diagnostic& b) { return std::tie(a.span.offset, a.code) < std::tie(b.span.offset, b.code); });
  const auto same = [](const Diagnostic& a, const Diagnostic& b) {
    return a.code == b.code && a.path == b.path && a.span.offset == b.span.offset && a.args == b.args;
  };
  all->erase(std::unique(all->begin(), all->end(), same), all->end());
  std::set<std::string> unknown;
  for (const Diagnostic& d : *all) {
    if (d.code == Code::kUnknownName || d.code == Code::kUnknownFunction || d.code == Code::kUnknownField || d.code == Code::kSyntax) unknown.insert(d.path);
  }
  const auto follows = [&](const Diagnostic& d) {
    if (d.args.empty() || !unknown.contains(d.path)) return false;
    const std::string& last = d.args.back().second;
    return (d.code == Code::kMissingKey && last == "type") || (d.code == Code::kTypeMismatch && (last == "any" || last == feel::kUnknownFound));
  };
  all->erase(std::remove_if(all->begin(), all->end(), follows), all->end());
}

Clause ClauseOf(const policy::Remark& r) { return {r.says_en, r.says_zh, r.quote, r.cites, r.path}; }

}  // namespace

bool IsGuardPack(const json::Node& document) { return policy::IsGuardPack(document); }

LoadResult RuleSet::Load(std::string_view text, const std::string& file, const Limits& limits, const std::vector<GuardPack>& guards) {
  LoadResult result;
  std::unique_ptr<policy::Model> model = policy::ReadModel(text, file, limits, &result.diagnostics);
  if (model == nullptr) return result;
  for (const GuardPack& pack : guards) policy::ReadGuardPack(pack.text, pack.file, limits, model.get(), &result.diagnostics);
  policy::Link(model.get(), file, &result.diagnostics);
  const auto is_error = [](const Diagnostic& d) { return d.severity == Severity::kError; };
  // Only what is sound as a whole is compiled: a policy depends on parameters, guards and other policies.
  if (std::none_of(result.diagnostics.begin(), result.diagnostics.end(), is_error)) {
    Assembled made = Assemble(std::move(model), file, limits);
    result.diagnostics.insert(result.diagnostics.end(), made.diagnostics.begin(), made.diagnostics.end());
    result.rule_set = std::move(made.rule_set);
  }
  OneForEachMistake(&result.diagnostics);
  Complete(file, &result.diagnostics);
  return result;
}

struct RuleSetMaker {
  static RuleSet Make(std::shared_ptr<const RuleSetParts> parts) { return RuleSet(std::move(parts)); }
};

std::string RevisionOf(std::string_view document) { return Sha256Hex(document); }

Assembled Assemble(std::unique_ptr<policy::Model> model, const std::string& file, const Limits& limits) {
  Assembled made;
  auto parts = std::make_shared<RuleSetParts>();
  parts->programs.resize(model->policies.size());
  for (std::size_t i = 0; i < model->policies.size(); ++i) {
    if (!model->policies[i].broken) engine::Compile(*model, static_cast<int>(i), limits, &parts->programs[i], &made.diagnostics);
  }
  for (const Diagnostic& d : made.diagnostics) {
    if (d.severity == Severity::kError) return made;
  }
  for (const policy::Policy& p : model->policies) {
    std::vector<FactInfo> facts;
    for (const policy::Fact& f : p.facts) facts.push_back({f.name, model->dynamic ? f.host_type : f.type, f.optional});
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
  made.rule_set = RuleSetMaker::Make(std::move(parts));
  return made;
}

Diagnostics RuleSet::Check() const {
  Diagnostics found;
  if (parts_->model->dynamic) return found;  // nothing is declared there that could be held against the rows
  policy::Lint(*parts_->model, &found);
  std::stable_sort(found.begin(), found.end(), [](const Diagnostic& a, const Diagnostic& b) { return a.span.offset < b.span.offset; });
  Complete(parts_->file, &found);
  return found;
}

Diagnostics RuleSet::Check(std::string_view text, const std::string& file, const Limits& limits) {
  LoadResult loaded = Load(text, file, limits);
  Diagnostics found = std::move(loaded.diagnostics);
  if (loaded.ok()) {
    const Diagnostics more = loaded.rule_set->Check();
    found.insert(found.end(), more.begin(), more.end());
  } else {
    Diagnostics again;
    if (const std::unique_ptr<policy::Model> model = policy::ReadModel(text, file, limits, &again)) {
      policy::Link(model.get(), file, &again);
      policy::Lint(*model, &found);
    }
    Complete(file, &found);
  }
  std::stable_sort(found.begin(), found.end(), [](const Diagnostic& a, const Diagnostic& b) { return a.span.offset < b.span.offset; });
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
std::vector<TableInfo> RuleSet::tables(int policy) const {
  const policy::Policy& p = parts_->model->policies[static_cast<std::size_t>(policy)];
  std::vector<TableInfo> out(p.tables.size());
  for (const policy::Definition& d : p.definitions) {
    if (d.kind != policy::DefinitionKind::kTable) continue;
    const policy::Table& table = p.tables[static_cast<std::size_t>(d.index)];
    TableInfo& info = out[static_cast<std::size_t>(d.index)];
    info.kind = table.name;
    info.clause = ClauseOf(d.remark);
    for (const policy::Table::Row& r : table.rows) info.rows.push_back(ClauseOf(r.remark));
    info.otherwise = info.kind == "table" && !table.otherwise.empty();
  }
  return out;
}
std::vector<std::pair<std::string, std::vector<std::string>>> RuleSet::settings(int policy) const {
  std::vector<std::pair<std::string, std::vector<std::string>>> out;
  for (const policy::Setting& s : parts_->model->policies[static_cast<std::size_t>(policy)].settings) out.emplace_back(s.name, s.values);
  for (const policy::Setting& s : parts_->model->settings) out.emplace_back(s.name, s.values);
  return out;
}
std::vector<ContradictionInfo> RuleSet::contradictions() const {
  std::vector<ContradictionInfo> out;
  const auto add = [&](int policy, const std::vector<policy::Setting>& settings) {
    for (const policy::Setting& s : settings) {
      if (!s.contradiction) continue;
      ContradictionInfo info{s.contradiction->id, policy, s.name, {}, {}};
      for (const policy::Contradiction::Side& side : s.contradiction->between) info.between.push_back({side.policy, ClauseOf(side.remark)});
      for (std::size_t i = 0; i < s.values.size(); ++i) info.resolve.emplace_back(s.values[i], s.contradiction->resolve[i]);
      out.push_back(std::move(info));
    }
  };
  add(-1, parts_->model->settings);
  for (std::size_t p = 0; p < parts_->model->policies.size(); ++p) add(static_cast<int>(p), parts_->model->policies[p].settings);
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
