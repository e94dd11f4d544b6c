// Tested by tests/store_test.cc.
#include "ordain/store.hpp"

#include <algorithm>

#include "engine/parts.hpp"
#include "ordain/json.hpp"

namespace ordain {

const RuleSet* RuleSetStore::Snapshot::Find(std::string_view name, Date day) const {
  const auto it = std::find_if(rule_sets.begin(), rule_sets.end(), [&](const RuleSet& r) { return r.name() == name && r.InForce(day); });
  return it == rule_sets.end() ? nullptr : &*it;
}

std::shared_ptr<const RuleSetStore::Snapshot> RuleSetStore::Get() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

RuleSetStore::Published RuleSetStore::Publish(const std::vector<Document>& documents) {
  const std::lock_guard publishing(publishing_);
  Published out;
  out.snapshot = Get();
  const auto told = [&](const Diagnostics& list) { out.diagnostics.insert(out.diagnostics.end(), list.begin(), list.end()); };
  const auto sound = [&] { return std::none_of(out.diagnostics.begin(), out.diagnostics.end(), [](const Diagnostic& d) { return d.severity == Severity::kError; }); };

  std::vector<GuardPack> guards;
  std::vector<const Document*> rules;
  for (const Document& d : documents) {
    json::Node node;
    Diagnostics unread;  // told by the load
    if (json::Parse(d.text, limits_, d.file, &node, &unread) && IsGuardPack(node)) guards.push_back({d.text, d.file});
    else rules.push_back(&d);
  }
  auto next = std::make_shared<Snapshot>();
  for (const Document* d : rules) {
    LoadResult loaded = RuleSet::Load(d->text, d->file, limits_, guards);
    told(loaded.diagnostics);
    if (!loaded.ok()) continue;
    const RuleSet& set = *loaded.rule_set;
    told(set.Check());
    const policy::Model& m = *set.parts().model;
    for (const RuleSet& other : next->rule_sets) {
      const policy::Model& o = *other.parts().model;
      if (o.name != m.name) continue;
      const bool before = m.in_force_to && o.in_force_from && *m.in_force_to < *o.in_force_from;
      const bool after = o.in_force_to && m.in_force_from && *o.in_force_to < *m.in_force_from;
      if (before || after) continue;
      told({MakeDiagnostic(Code::kOverlappingDates, "/in_force", {}, {{"what", "two editions of rule set " + m.name}})});
      out.diagnostics.back().file = d->file;
    }
    next->rule_sets.push_back(set);
    next->hash += set.name() + " " + set.revision() + "\n";
  }
  if (!sound()) return out;
  next->hash = RevisionOf(next->hash);
  next->number = out.snapshot->number + 1;
  out.ok = true;
  out.changed = next->number == 1 || next->hash != out.snapshot->hash;
  if (!out.changed) return out;
  out.snapshot = next;
  const std::lock_guard lock(mutex_);
  now_ = std::move(next);
  return out;
}

}  // namespace ordain
