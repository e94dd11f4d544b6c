// Processes as a fold over events: visits of steps are opened and closed, then the limit of each visit is judged as a deadline
// of its own (its begin, its pauses, its end). Cost: events times open steps times moves.
// Tested by tests/process_test.cc (against a second, set-based implementation on random processes, too).
#include "ordain/process.hpp"

#include <algorithm>

namespace ordain {
namespace {

bool Has(const std::vector<int>& list, int value) { return std::find(list.begin(), list.end(), value) != list.end(); }

class Following {
 public:
  explicit Following(const ProcessSpec& spec) : spec_(spec), waiting_(spec.steps.size(), false) {}
  ProcessState state;
  std::vector<std::vector<DeadlineEvent>> clocks;  // by visit

  bool Take(const ProcessEvent& e) {
    if (Has(spec_.notes, e.event)) return true;
    if (e.event < 0 || state.status == ProcessState::Status::kEnded) return false;
    bool taken = false;
    if (state.status == ProcessState::Status::kNotStarted) {
      const ProcessMove* move = Find(-1, e);
      if (move == nullptr) return false;
      state.status = ProcessState::Status::kRunning;
      state.started = e.at;
      Begin(*move);
      taken = true;
    } else {
      const std::vector<std::size_t> open = state.open;
      for (const std::size_t v : open) taken = (state.visits[v].end || Act(v, e)) || taken;
    }
    if (!taken) return false;
    Settle(e);
    return true;
  }

  std::vector<int> Allowed() const {
    std::vector<int> out;
    for (int e = 0; e < static_cast<int>(spec_.events.size()); ++e) {
      if (Has(spec_.notes, e) || MayHappen(e)) out.push_back(e);
    }
    return out;
  }

 private:
  const ProcessStep& StepOf(const ProcessVisit& v) const { return spec_.steps[static_cast<std::size_t>(v.step)]; }

  const ProcessMove* Find(int step, const ProcessEvent& e) const {
    for (const ProcessMove& m : spec_.moves) {
      if (m.from == step && m.event == e.event && (m.condition < 0 || e.holds[static_cast<std::size_t>(m.condition)])) return &m;
    }
    return nullptr;
  }
  bool HasMove(int step, int event) const {
    return std::any_of(spec_.moves.begin(), spec_.moves.end(), [&](const ProcessMove& m) { return m.from == step && m.event == event; });
  }
  bool Paused(std::size_t v) const { return !clocks[v].empty() && clocks[v].back().kind == DeadlineEventKind::kPause; }

  bool MayHappen(int event) const {
    if (state.status == ProcessState::Status::kEnded) return false;
    if (state.status == ProcessState::Status::kNotStarted) return HasMove(-1, event);
    return std::any_of(state.open.begin(), state.open.end(), [&](std::size_t v) {
      const ProcessStep& step = StepOf(state.visits[v]);
      if (step.signing == event) return true;
      return HasMove(state.visits[v].step, event) || (Has(step.pause, event) && !Paused(v)) || (Has(step.resume, event) && Paused(v));
    });
  }

  // What an event does to an open step; false: the step does not wait for it.
  bool Act(std::size_t v, const ProcessEvent& e) {
    const ProcessStep& step = StepOf(state.visits[v]);
    if (step.signing == e.event) {
      std::vector<int>& missing = state.visits[v].missing;
      const auto signs = [&](int i) { const auto& roles = step.needs[static_cast<std::size_t>(i)].roles; return std::find(roles.begin(), roles.end(), e.role) != roles.end(); };
      const auto signature = step.in_order ? (signs(missing.front()) ? missing.begin() : missing.end()) : std::find_if(missing.begin(), missing.end(), signs);
      if (signature == missing.end()) return false;
      // The last signature needs a way on; without one it is not taken.
      const ProcessMove* move = Find(state.visits[v].step, e);
      if (missing.size() == 1 && move == nullptr) return false;
      missing.erase(signature);
      if (missing.empty()) Leave(v, *move, e);
      return true;
    }
    if (const ProcessMove* move = Find(state.visits[v].step, e)) {
      Leave(v, *move, e);
      return true;
    }
    const bool pauses = Has(step.pause, e.event) && !Paused(v), resumes = Has(step.resume, e.event) && Paused(v);
    if (pauses || resumes) clocks[v].push_back({e.at, pauses ? DeadlineEventKind::kPause : DeadlineEventKind::kResume});
    return pauses || resumes;
  }

  void Close(std::size_t v, const ProcessEvent& e) {
    state.visits[v].end = e.at;
    state.visits[v].event = e.event;
    state.open.erase(std::find(state.open.begin(), state.open.end(), v));
  }
  void Leave(std::size_t v, const ProcessMove& move, const ProcessEvent& e) {
    Close(v, e);
    Begin(move);
  }
  void Begin(const ProcessMove& move) {
    for (const int to : move.to) waiting_[static_cast<std::size_t>(to)] = true;
  }

  bool IsOpen(int step) const {
    return std::any_of(state.open.begin(), state.open.end(), [&](std::size_t v) { return state.visits[v].step == step; });
  }

  // Begins what waits and may begin, passes what nobody needs to sign, ends the case.
  void Settle(const ProcessEvent& e) {
    std::size_t passed = 0;
    for (bool changed = true; changed && state.status == ProcessState::Status::kRunning;) {
      changed = false;
      for (std::size_t s = 0; s < waiting_.size() && state.status == ProcessState::Status::kRunning; ++s) {
        const ProcessStep& step = spec_.steps[s];
        if (!waiting_[s] || std::any_of(step.after.begin(), step.after.end(), [&](int a) { return IsOpen(a); })) continue;
        waiting_[s] = false;
        changed = true;
        if (!IsOpen(static_cast<int>(s)) && !Enter(static_cast<int>(s), e, &passed)) return;
      }
    }
    if (state.status == ProcessState::Status::kRunning && state.open.empty()) End(e);
  }
  bool Enter(int s, const ProcessEvent& e, std::size_t* passed) {
    const ProcessStep& step = spec_.steps[static_cast<std::size_t>(s)];
    ProcessVisit visit;
    visit.step = s;
    visit.begin = e.at;
    for (const ProcessVisit& v : state.visits) visit.round += v.step == s ? 1 : 0;
    for (std::size_t i = 0; i < step.needs.size(); ++i) {
      const int c = step.needs[i].condition;
      if (c < 0 || e.holds[static_cast<std::size_t>(c)]) visit.missing.push_back(static_cast<int>(i));
    }
    const std::size_t v = state.visits.size();
    state.visits.push_back(std::move(visit));
    clocks.emplace_back();
    if (step.end != ProcessEnd::kNone) {
      state.visits[v].end = e.at;
      state.visits[v].event = e.event;
      state.outcome = s;
      if (step.end == ProcessEnd::kCase) {
        while (!state.open.empty()) Close(state.open.back(), e);
        End(e);
      }
      return true;
    }
    state.open.push_back(v);
    if (step.signing < 0 || !state.visits[v].missing.empty()) return true;
    // Nobody needs to sign. Steps that pass each other round and round stand still instead.
    ProcessEvent signed_event = e;
    signed_event.event = step.signing;
    const ProcessMove* move = Find(s, signed_event);
    if (move == nullptr || ++*passed > spec_.steps.size()) return move == nullptr;
    Leave(v, *move, signed_event);
    return true;
  }
  void End(const ProcessEvent& e) {
    state.status = ProcessState::Status::kEnded;
    state.ended = e.at;
  }

  const ProcessSpec& spec_;
  std::vector<bool> waiting_;  // by step
};

}  // namespace

std::string_view ProcessStatusText(ProcessState::Status status) {
  static constexpr std::string_view kTexts[] = {"not_started", "running", "ended"};
  return kTexts[static_cast<std::size_t>(status)];
}

ProcessState Follow(const ProcessSpec& spec, std::span<const ProcessEvent> events, const Instant& at) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].at <= at) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return events[a].at < events[b].at; });
  Following f(spec);
  for (const std::size_t i : order) {
    if (f.Take(events[i])) continue;
    ProcessRefusal refusal;
    refusal.event = i;
    for (const std::size_t v : f.state.open) refusal.open.push_back(f.state.visits[v].step);
    refusal.allowed = f.Allowed();
    f.state.refused = std::move(refusal);
    break;
  }
  f.state.allowed = f.Allowed();
  for (std::size_t v = 0; v < f.state.visits.size(); ++v) {
    ProcessVisit& visit = f.state.visits[v];
    const std::optional<DeadlineSpec>& limit = spec.steps[static_cast<std::size_t>(visit.step)].limit;
    if (!limit) continue;
    f.clocks[v].push_back({visit.begin, DeadlineEventKind::kStart});
    if (visit.end) f.clocks[v].push_back({*visit.end, DeadlineEventKind::kStop});
    visit.limit = Judge(*limit, f.clocks[v], at);
    f.state.flags |= visit.limit->flags;
    if (f.state.problem == TimeProblem::kNone) f.state.problem = visit.limit->problem;
  }
  return std::move(f.state);
}

}  // namespace ordain
