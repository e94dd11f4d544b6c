// From the states that the builtins about time give (src/feel/builtins_deadlines.cc, builtins_process.cc, builtins_duties.cc) to what is due.
// Tested by tests/due_test.cc.
#include "engine/due.hpp"

#include <algorithm>

namespace ordain::engine {
namespace {

Value Of(const Value& context, std::string_view name) {
  const int i = context.shape()->Find(name);
  return i < 0 ? Value() : context.fields()[i];
}
std::string Text(const Value& v) { return v.kind() == Kind::kText ? std::string(v.text()) : std::string(); }
std::optional<Instant> Moment(const Value& v) { return v.kind() == Kind::kInstant ? std::optional<Instant>(v.instant()) : std::nullopt; }

DueItem ItemOf(const Value& state, DueItem::Kind kind, std::string name) {
  DueItem item;
  item.kind = kind;
  item.name = std::move(name);
  item.owner = Text(Of(state, "owner"));
  item.status = Text(Of(state, "status"));
  item.due = Moment(Of(state, "due"));
  item.due_if_resumed = Moment(Of(state, "due_if_resumed"));
  item.next = Text(Of(state, "next"));
  item.next_at = Moment(Of(state, "next_at"));
  return item;
}

}  // namespace

bool IsTimed(const policy::Policy& policy) {
  return std::any_of(policy.formulas.begin(), policy.formulas.end(), [](const policy::Formula& f) { return f.role != policy::FormulaRole::kPlain; });
}

std::vector<DueItem> DueOf(const RuleSetParts& parts, std::int32_t index, const Value* r) {
  const auto p = static_cast<std::size_t>(index);
  const policy::Policy& policy = parts.model->policies[p];
  std::vector<DueItem> out;
  for (const policy::Formula& f : policy.formulas) {
    if (f.role == policy::FormulaRole::kPlain) continue;
    const std::uint32_t reg = parts.programs[p].symbol_registers[static_cast<std::size_t>(f.symbol)];
    if (reg == kNone || r[reg].kind() != Kind::kContext) continue;
    const Value& state = r[reg];
    const bool provisional = Of(state, "provisional").IsTrue();
    const std::string& name = policy.symbols[static_cast<std::size_t>(f.symbol)].name;
    if (f.role == policy::FormulaRole::kDeadline) {
      const std::string_view status = Of(state, "status").text();
      if (status == "not_started" || status == "met" || !Of(state, "stop").IsNull()) continue;
      out.push_back(ItemOf(state, DueItem::Kind::kDeadline, name));
      out.back().provisional = provisional;
      continue;
    }
    if (f.role == policy::FormulaRole::kDuties) {
      const Value all = Of(state, "all");
      for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string_view status = Of(all[i], "status").text();
        if (status != "open" && status != "overdue") continue;
        out.push_back(ItemOf(all[i], DueItem::Kind::kDuty, Text(Of(all[i], "duty"))));
        out.back().status = status == "open" ? "open" : "late";
        out.back().key = Text(Of(all[i], "key"));
        out.back().provisional = Of(all[i], "provisional").IsTrue();
      }
      continue;
    }
    const Value open = Of(state, "open");
    for (std::size_t i = 0; i < open.size(); ++i) {
      out.push_back(ItemOf(open[i], DueItem::Kind::kStep, Text(Of(open[i], "step"))));
      const Value deadline = Of(open[i], "deadline"), missing = Of(open[i], "missing");
      out.back().provisional = !deadline.IsNull() && Of(deadline, "provisional").IsTrue();
      for (std::size_t k = 0; k < missing.size(); ++k) out.back().missing.push_back(Text(missing[k]));
    }
  }
  return out;
}

}  // namespace ordain::engine
