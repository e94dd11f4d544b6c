// Rule sets and a ledger together: find the edition in force, decide, record. See include/ordain/engine.hpp.
// Tested by tests/engine_test.cc and tests/ledger_test.cc.
#include "ordain/engine.hpp"

#include <algorithm>

#include "ordain/json.hpp"
#include "engine/parts.hpp"

namespace ordain {

struct Engine::State {
  struct Edition {
    Edition(const RuleSet& r, const Terms& t, const Services& services) : rules(r), terms(t), evaluator(r, {}, services) {}
    RuleSet rules;
    Terms terms;
    Evaluator evaluator;
  };
  Ledger* ledger = nullptr;
  Services services;
  std::vector<std::unique_ptr<Edition>> editions;
  std::unique_ptr<Facts> facts;  // of the last decision, which points into them
};

Engine::Engine(Ledger* ledger, const Services& services) : state_(std::make_unique<State>()) {
  state_->ledger = ledger;
  state_->services = services;
}
Engine::~Engine() = default;
Ledger* Engine::ledger() const { return state_->ledger; }

std::vector<const RuleSet*> Engine::rule_sets() const {
  std::vector<const RuleSet*> out;
  for (const auto& e : state_->editions) out.push_back(&e->rules);
  return out;
}

std::optional<Diagnostic> Engine::Add(const RuleSet& rules) { return Add(rules, Terms(rules)); }

std::optional<Diagnostic> Engine::Add(const RuleSet& rules, const Terms& terms) {
  const policy::Model& m = *rules.parts().model;
  for (const auto& e : state_->editions) {
    const policy::Model& other = *e->rules.parts().model;
    if (other.name != m.name) continue;
    const bool before = m.in_force_to && other.in_force_from && *m.in_force_to < *other.in_force_from;
    const bool after = other.in_force_to && m.in_force_from && *other.in_force_to < *m.in_force_from;
    if (!before && !after) {
      return MakeDiagnostic(Code::kOverlappingDates, "/in_force", {}, {{"what", "two editions of rule set " + m.name}});
    }
  }
  auto edition = std::make_unique<State::Edition>(rules, terms, state_->services);
  if (state_->ledger != nullptr) {
    Ledger& ledger = *state_->ledger;
    for (int p = 0; p < rules.policy_count(); ++p) {
      const engine::Program& program = rules.parts().programs[static_cast<std::size_t>(p)];
      std::vector<const engine::Stream*> missing;
      for (const engine::Stream& s : program.streams) {
        if (!ledger.HasStream(s.id)) missing.push_back(&s);
      }
      if (missing.empty()) continue;
      // Fill the new streams from what was recorded: decide each event's facts again and keep the entries.
      std::vector<std::vector<std::pair<std::int64_t, Entry>>> entries(missing.size());
      std::optional<Diagnostic> wrong;
      Facts facts(rules, p);
      EventFilter filter;
      filter.policy = rules.name() + "." + rules.policy_name(p);
      const std::unique_ptr<LedgerView> view = ledger.View();
      const std::optional<Diagnostic> failed = ledger.ForEach(filter, [&](const Event& event) {
        if (event.kind != EventKind::kDecision || !rules.InForce(rules.LocalDay(event.at))) return true;
        for (const engine::Stream* s : missing) {
          if (!s->reads_ledger) continue;
          wrong = MakeDiagnostic(Code::kLedgerFormat, "", {}, {{"file", filter.policy}, {"what", "stream " + s->id + " depends on the ledger itself and cannot be filled from events recorded before it existed"}});
          return false;
        }
        facts.SetJson(event.facts);
        DecideOptions options;
        options.entries = true;
        const Decision& d = edition->evaluator.Decide(facts, event.at, terms, view.get(), options);
        if (!d.ok()) {
          wrong = d.error();
          return false;
        }
        for (std::size_t k = 0; k < missing.size(); ++k) {
          for (const Entry& e : d.entries()) {
            if (e.stream == missing[k]->id) entries[k].emplace_back(event.seq, e);
          }
        }
        return true;
      });
      if (failed) return failed;
      if (wrong) return wrong;
      for (std::size_t k = 0; k < missing.size(); ++k) {
        if (const auto error = ledger.AddStream(missing[k]->id, missing[k]->definition, entries[k])) return error;
      }
    }
  }
  state_->editions.push_back(std::move(edition));
  return std::nullopt;
}

Result<Engine::Found> Engine::Find(std::string_view name, const Instant& at) const {
  const std::size_t dot = name.find('.');
  const std::string_view set = name.substr(0, dot), policy = dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
  std::vector<std::string> known;
  bool dated = false;
  for (const auto& e : state_->editions) {
    for (const std::string& p : e->rules.policy_names()) known.push_back(e->rules.name() + "." + p);
    if (e->rules.name() != set) continue;
    const int index = e->rules.FindPolicy(policy);
    if (index < 0) continue;
    if (!e->rules.InForce(e->rules.LocalDay(at))) {
      dated = true;
      continue;
    }
    return Found{&e->rules, &e->terms, &e->evaluator, index};
  }
  if (dated) {
    return MakeDiagnostic(Code::kNotInForce, "", {}, {{"name", std::string(set)}, {"date", at.LocalDate().ToString()}});
  }
  const std::string near = NearestName(name, known);
  return MakeDiagnostic(Code::kUnknownPolicy, "", {}, {{"name", std::string(name)}}, near.empty() ? "" : "did you mean `" + near + "`?");
}

Result<const Decision*> Engine::Decide(std::string_view policy, std::string_view facts_json, const Instant& at,
                                       const DecideOptions& options, const LedgerView* view) {
  Result<Found> found = Find(policy, at);
  if (!found) return found.error();
  const Found& f = found.value();
  std::unique_ptr<LedgerView> present;
  if (view == nullptr && state_->ledger != nullptr && f.rules->ReadsLedger(f.policy)) {
    present = state_->ledger->View();
    view = present.get();
  }
  state_->facts = std::make_unique<Facts>(*f.rules, f.policy);  // the decision may point into their texts
  state_->facts->SetJson(facts_json);
  const Decision& d = f.evaluator->Decide(*state_->facts, at, *f.terms, view, options);
  if (!d.ok()) return d.error();
  return &d;
}

namespace {

Event MakeEvent(const std::string& id, std::string_view policy, std::string_view facts, const Instant& at,
                const Instant& recorded_at, const Decision& d, const Terms& terms) {
  Event e;
  e.id = id;
  e.policy = std::string(policy);
  e.at = at;
  e.recorded_at = recorded_at;
  e.facts = std::string(facts);
  e.outcome = d.OutcomeJson();
  e.effects = d.EffectsJson();
  // Under which terms, and which clause caused each effect: [group, share] in the order of the effects.
  e.terms = terms.ToJson();
  e.terms.pop_back();
  e.terms += ", \"clauses\": [";
  for (std::size_t i = 0; i < d.effects().size(); ++i) {
    e.terms += (i != 0 ? ", [" : "[") + std::to_string(d.effects()[i].group) + ", " + std::to_string(d.effects()[i].share) + "]";
  }
  e.terms += "]}";
  e.entries = d.entries();
  return e;
}

}  // namespace

Result<AppendResult> Engine::Record(const std::string& id, std::string_view policy, std::string_view facts_json, const Instant& at,
                                    const Instant& recorded_at, const Decision& decision) {
  if (state_->ledger == nullptr) return MakeDiagnostic(Code::kNoLedger, "", {}, {{"policy", std::string(policy)}});
  Result<Found> found = Find(policy, at);
  if (!found) return found.error();
  if (!decision.ok()) return decision.error();
  const Event event = MakeEvent(id, policy, facts_json, at, recorded_at, decision, *found.value().terms);
  Result<std::vector<AppendResult>> done = state_->ledger->Append({&event, 1}, decision.reads(), decision.based_on_seq());
  if (!done) return done.error();
  return done.value()[0];
}

Result<Engine::Recorded> Engine::DecideAndRecord(std::string_view policy, std::string_view facts_json, const Instant& at,
                                                 const Instant& recorded_at, const std::string& id) {
  if (state_->ledger == nullptr) return MakeDiagnostic(Code::kNoLedger, "", {}, {{"policy", std::string(policy)}});
  Result<std::optional<Event>> known = state_->ledger->Find(id);
  if (!known) return known.error();
  if (known.value()) {  // again: compared with what is there, not decided again
    Event event = *known.value();
    Event again;
    again.id = id;
    again.policy = std::string(policy);
    again.at = at;
    again.recorded_at = recorded_at;
    again.facts = std::string(facts_json);
    Result<std::vector<AppendResult>> same = state_->ledger->Append({&again, 1});
    if (!same) return same.error();
    return Recorded{same.value()[0], event.outcome, event.effects, -1};
  }
  Result<Found> found = Find(policy, at);
  if (!found) return found.error();
  const Found& f = found.value();
  Facts facts(*f.rules, f.policy);
  facts.SetJson(facts_json);
  DecideOptions options;
  options.entries = true;
  Recorded recorded;
  recorded.policy = f.policy;
  Result<std::vector<AppendResult>> done = state_->ledger->Transact(
      [&](const LedgerView& now, std::vector<Event>* append) -> std::optional<Diagnostic> {
        const Decision& d = f.evaluator->Decide(facts, at, *f.terms, &now, options);
        if (!d.ok()) return d.error();
        append->push_back(MakeEvent(id, policy, facts_json, at, recorded_at, d, *f.terms));
        recorded.outcome = append->back().outcome;
        recorded.effects = append->back().effects;
        return std::nullopt;
      });
  if (!done) return done.error();
  recorded.appended = done.value()[0];
  return recorded;
}

Result<AppendResult> Engine::Reverse(const std::string& id, const std::string& event, const Instant& at, const Instant& recorded_at,
                                     const std::string& reason) {
  if (state_->ledger == nullptr) return MakeDiagnostic(Code::kNoLedger, "", {}, {{"policy", event}});
  Result<std::optional<Event>> found = state_->ledger->Find(event);
  if (!found) return found.error();
  Event reversal;
  reversal.id = id;
  reversal.kind = EventKind::kReversal;
  reversal.reverses = event;
  if (found.value()) reversal.policy = found.value()->policy;
  reversal.at = at;
  reversal.recorded_at = recorded_at;
  reversal.facts = "{\"reason\": ";
  json::AppendString(reason, &reversal.facts);
  reversal.facts += "}";
  reversal.outcome = "{}";
  reversal.effects = "[]";
  reversal.terms = "{}";
  Result<std::vector<AppendResult>> done = state_->ledger->Append({&reversal, 1});
  if (!done) return done.error();
  return done.value()[0];
}

}  // namespace ordain
