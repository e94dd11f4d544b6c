// A ledger is walked once to find the latest event of each case; events that agree in the facts that the key of the history is
// made of are of one case, so that only these are judged, and the keys that come out put together what derived keys have in common.
// Tested by tests/due_test.cc.
#include "ordain/due.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "engine/due.hpp"
#include "ordain/json.hpp"

namespace ordain {
namespace {

// The facts that an expression rests on; false: on more than facts.
bool FactsUnder(const feel::Expr& e, const policy::Policy& p, std::set<std::string>* out) {
  if (e.op == feel::Op::kName) {
    if (e.symbol < 0 || p.symbols[static_cast<std::size_t>(e.symbol)].kind != policy::SymbolKind::kFact) return false;
    out->insert(e.name);
  }
  return std::all_of(e.args.begin(), e.args.end(), [&](const feel::ExprPtr& a) { return FactsUnder(*a, p, out); });
}

// What tells cases of a policy apart before they are judged: the facts of the key of its history, or everything.
struct Grouping {
  std::string history;                    // the stream; empty: no history
  std::optional<std::set<std::string>> facts;

  Grouping(const RuleSetParts& parts, int index) {
    const policy::Policy& p = parts.model->policies[static_cast<std::size_t>(index)];
    for (const engine::Read& r : parts.programs[static_cast<std::size_t>(index)].reads) {
      if (r.kind == engine::ReadKind::kHistory && history.empty()) history = r.stream;
    }
    for (const policy::Read& r : p.reads) {
      if (r.kind != policy::ReadKind::kHistory) continue;
      // A read of another policy's events has a key in the names of this one; of its own, the stream has.
      const std::vector<policy::Expression>& key = r.stream_policy == index ? p.streams[static_cast<std::size_t>(r.stream)].key : r.key;
      std::set<std::string> names;
      if (std::all_of(key.begin(), key.end(), [&](const policy::Expression& e) { return FactsUnder(*e.tree, p, &names); })) facts = std::move(names);
      break;
    }
  }
  std::string Of(const Event& e) const {
    if (history.empty()) return e.id;
    json::Node node;
    Diagnostics unread;
    if (!facts || !json::Parse(e.facts, Limits(), "", &node, &unread)) return e.facts;
    std::string out;
    for (const std::string& f : *facts) {
      const json::Node* value = node.Find(f);
      out += (value == nullptr ? "null" : json::Write(*value)) + "\n";
    }
    return out;
  }
};

// ["C1", 2] -> C1, 2
std::string Readable(const std::string& key) {
  json::Node node;
  Diagnostics unread;
  if (!json::Parse(key, Limits(), "", &node, &unread) || node.type != json::NodeType::kArray) return key;
  std::string out;
  for (const json::Node& n : node.items) out += (out.empty() ? "" : ", ") + (n.type == json::NodeType::kString ? n.text : json::Write(n));
  return out;
}

struct Latest {
  std::string policy, id, facts;
  Instant at;
  std::int64_t seq = 0;
};

}  // namespace

Result<DueList> ListDue(Engine* engine, const Instant& at, std::optional<Instant> known_at, std::int64_t up_to_seq) {
  Ledger& ledger = *engine->ledger();
  std::map<std::string, Grouping> timed;
  for (const RuleSet* rules : engine->rule_sets()) {
    for (int p = 0; p < rules->policy_count(); ++p) {
      if (engine::IsTimed(rules->parts().model->policies[static_cast<std::size_t>(p)])) timed.try_emplace(rules->name() + "." + rules->policy_name(p), rules->parts(), p);
    }
  }
  std::map<std::pair<std::string, std::string>, Latest> groups;
  EventFilter filter;
  filter.known_at = known_at;
  filter.up_to_seq = up_to_seq;
  filter.skip_reversed = true;
  const std::optional<Diagnostic> failed = ledger.ForEach(filter, [&](const Event& e) {
    const auto grouping = timed.find(e.policy);
    if (e.kind != EventKind::kDecision || grouping == timed.end() || at < e.at) return true;
    Latest& latest = groups[{e.policy, grouping->second.Of(e)}];
    if (latest.seq == 0 || latest.at <= e.at) latest = {e.policy, e.id, e.facts, e.at, e.seq};
    return true;
  });
  if (failed) return *failed;

  std::vector<const Latest*> order;
  for (const auto& [key, latest] : groups) order.push_back(&latest);
  std::sort(order.begin(), order.end(), [](const Latest* a, const Latest* b) { return a->at < b->at || (a->at == b->at && a->seq < b->seq); });
  struct Judged {
    const Latest* latest;
    std::string key;
    std::vector<DueItem> items;
    std::optional<Diagnostic> problem;
  };
  std::map<std::pair<std::string, std::string>, Judged> cases;  // the latest event of each key stands
  const std::unique_ptr<LedgerView> view = ledger.View(known_at, up_to_seq);
  DecideOptions options;
  options.observe = options.entries = true;
  for (const Latest* latest : order) {
    Judged judged{latest, latest->id, {}, std::nullopt};
    const std::string& history = timed.at(latest->policy).history;
    std::string key = "event " + latest->id;
    const Result<const Decision*> decided = engine->Decide(latest->policy, latest->facts, at, options, view.get());
    if (decided) {
      judged.items = engine->Find(latest->policy, at).value().evaluator->Due();
      for (const LedgerRead& r : decided.value()->reads()) {
        if (r.stream == history && !history.empty()) key = r.key, judged.key = Readable(r.key);
      }
    } else {
      judged.problem = decided.error();
    }
    cases.insert_or_assign({latest->policy, key}, std::move(judged));
  }
  std::vector<const Judged*> all;
  for (const auto& [key, judged] : cases) all.push_back(&judged);
  std::sort(all.begin(), all.end(), [](const Judged* a, const Judged* b) { return a->latest->seq < b->latest->seq; });
  DueList list;
  for (const Judged* j : all) {
    if (j->problem) list.problems.push_back({j->latest->policy, j->key, j->latest->id, *j->problem});
    for (const DueItem& item : j->items) list.lines.push_back({j->latest->policy, j->key, j->latest->id, item});
  }
  std::stable_sort(list.lines.begin(), list.lines.end(), [](const DueLine& a, const DueLine& b) {
    if (a.due.due.has_value() != b.due.due.has_value()) return a.due.due.has_value();
    return a.due.due && *a.due.due < *b.due.due;
  });
  return list;
}

}  // namespace ordain
