// The kernel of processes: what each event does, step by step; and random processes and events against a second implementation
// that keeps sets of steps and knows nothing of visits.
#include "ordain/process.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace ordain {
namespace {

Instant Hour(std::int64_t n) { return {1700000000 + n * 3600, 0, 8 * 3600}; }

DeadlineSpec Within(std::int64_t hours) { return {"limit", Schedule(), {.amount = hours, .unit = TimeUnit::kHours}}; }

// 0 plan, 1 approve, 2 talk, 3 pay, 4 file, 5 closed, 6 court
enum Event { kReceived, kPlan, kSigned, kRefused, kAgreed, kDisagreed, kPaid, kFiled, kAsked, kHeard, kNote };
ProcessSpec Refund() {
  ProcessSpec p;
  p.events = {"received", "plan", "signed", "refused", "agreed", "disagreed", "paid", "filed", "asked", "heard", "note"};
  p.notes = {kNote};
  p.steps = {{.name = "plan", .owner = "service", .limit = Within(24)},
             {.name = "approve", .owner = "director", .signing = kSigned, .needs = {{{"director", "deputy"}, -1}, {{"head"}, 0}}},
             {.name = "talk", .owner = "service", .limit = Within(10), .pause = {kAsked}, .resume = {kHeard}},
             {.name = "pay", .owner = "finance"}, {.name = "file", .owner = "service"},
             {.name = "closed", .after = {3, 4}, .end = ProcessEnd::kCase}, {.name = "court", .end = ProcessEnd::kCase}};
  p.moves = {{-1, kReceived, {0}}, {0, kPlan, {1}}, {1, kSigned, {2}}, {1, kRefused, {0}}, {2, kAgreed, {3, 4}}, {2, kDisagreed, {6}, 1}, {2, kDisagreed, {0}}, {3, kPaid, {5}}, {4, kFiled, {5}}};
  return p;
}
// conditions: 0 a large amount, 1 a lawyer speaks
ProcessEvent E(std::int64_t hour, int event, std::string role = {}, bool large = false, bool lawyer = false) {
  return {Hour(hour), event, event < 0 ? "other" : Refund().events[static_cast<std::size_t>(event)], std::move(role), {large, lawyer}};
}

std::vector<std::string> Open(const ProcessSpec& spec, const ProcessState& s) {
  std::vector<std::string> out;
  for (const std::size_t v : s.open) out.push_back(spec.steps[static_cast<std::size_t>(s.visits[v].step)].name);
  return out;
}
using Texts = std::vector<std::string>;

TEST(Process, StepsBranchesLoopsJoins) {
  const ProcessSpec spec = Refund();
  std::vector<ProcessEvent> events;
  ProcessState s = Follow(spec, events, Hour(100));
  EXPECT_EQ(ProcessStatusText(s.status), "not_started");
  EXPECT_EQ(s.allowed, (std::vector<int>{kReceived, kNote}));
  events.push_back(E(0, kReceived));
  events.push_back(E(30, kPlan, "", true));
  s = Follow(spec, events, Hour(24));
  EXPECT_EQ(Open(spec, s), Texts{"plan"});  // the plan is still to come
  EXPECT_FALSE(s.visits[0].late());         // equal is in time
  s = Follow(spec, events, Hour(30));
  EXPECT_EQ(Open(spec, s), Texts{"approve"});
  EXPECT_TRUE(s.visits[0].late());
  EXPECT_EQ(s.visits[1].missing, (std::vector<int>{0, 1}));
  EXPECT_EQ(s.allowed, (std::vector<int>{kSigned, kRefused, kNote}));
  events.push_back(E(31, kRefused));
  events.push_back(E(32, kPlan));  // a small one: only one signature
  s = Follow(spec, events, Hour(32));
  EXPECT_EQ(s.visits[2].round, 2);
  EXPECT_EQ(s.visits[3].missing, (std::vector<int>{0}));
  events.push_back(E(33, kSigned, "deputy"));
  events.push_back(E(34, kAsked));
  s = Follow(spec, events, Hour(50));
  EXPECT_EQ(s.visits[4].limit->status, DeadlineStatus::kPaused);
  EXPECT_EQ(s.visits[4].limit->due_if_resumed, Hour(59));
  EXPECT_EQ(s.allowed, (std::vector<int>{kAgreed, kDisagreed, kHeard, kNote}));
  events.push_back(E(50, kHeard));
  std::vector<ProcessEvent> lawyer = events;
  lawyer.push_back(E(51, kDisagreed, "", false, true));
  s = Follow(spec, lawyer, Hour(51));
  EXPECT_EQ(s.status, ProcessState::Status::kEnded);
  EXPECT_EQ(s.outcome, 6);
  lawyer.back() = E(51, kDisagreed);
  EXPECT_EQ(Open(spec, Follow(spec, lawyer, Hour(51))), Texts{"plan"});
  events.push_back(E(59, kAgreed));
  s = Follow(spec, events, Hour(59));
  EXPECT_EQ(Open(spec, s), (Texts{"pay", "file"}));
  EXPECT_FALSE(s.visits[4].late());
  events.push_back(E(60, kFiled));
  s = Follow(spec, events, Hour(60));
  EXPECT_EQ(Open(spec, s), Texts{"pay"});  // closed waits for both
  EXPECT_EQ(s.status, ProcessState::Status::kRunning);
  events.push_back(E(70, kPaid));
  s = Follow(spec, events, Hour(70));
  EXPECT_EQ(s.status, ProcessState::Status::kEnded);
  EXPECT_EQ(s.ended, Hour(70));
  EXPECT_EQ(s.outcome, 5);
  EXPECT_EQ(s.allowed, (std::vector<int>{kNote}));
}

TEST(Process, WhatIsNotAllowedIsRefusedWithWhatIs) {
  const ProcessSpec spec = Refund();
  const auto refusal = [&](std::vector<ProcessEvent> events) { return Follow(spec, events, Hour(100)).refused; };
  EXPECT_EQ(refusal({E(0, kPlan)})->allowed, (std::vector<int>{kReceived, kNote}));
  EXPECT_EQ(refusal({E(0, kReceived), E(1, kAgreed)})->event, 1u);
  EXPECT_EQ(refusal({E(0, kReceived), E(1, kAgreed)})->open, (std::vector<int>{0}));
  EXPECT_TRUE(refusal({E(0, kReceived), E(1, kReceived)}));
  EXPECT_TRUE(refusal({E(0, kReceived), E(1, -1)}));
  EXPECT_FALSE(refusal({E(0, kNote), E(1, kReceived), E(2, kNote)}));
  EXPECT_TRUE(refusal({E(0, kReceived), E(1, kPlan), E(2, kSigned, "nobody")}));
  EXPECT_TRUE(refusal({E(0, kReceived), E(1, kPlan, "", true), E(2, kSigned, "head"), E(3, kSigned, "head")}));  // one signs once
  EXPECT_FALSE(refusal({E(0, kReceived), E(1, kPlan, "", true), E(2, kSigned, "head"), E(3, kSigned, "director"), E(4, kAgreed)}));
  EXPECT_TRUE(refusal({E(0, kReceived), E(1, kPlan), E(2, kSigned, "director"), E(3, kHeard)}));  // nothing is paused
  // The order of the list does not matter, that of the instants does; what comes after `at` has not happened.
  EXPECT_EQ(refusal({E(2, kSigned, "director"), E(3, kReceived), E(1, kPlan)})->event, 2u);
  EXPECT_FALSE(refusal({E(0, kReceived), E(101, kReceived)}));
}

TEST(Process, SignaturesInOrderAndApprovalsThatNobodyNeeds) {
  ProcessSpec spec = Refund();
  spec.steps[1].in_order = true;
  const auto open = [&](std::vector<ProcessEvent> events) {
    const ProcessState s = Follow(spec, events, Hour(100));
    return s.refused ? Texts{"refused"} : Open(spec, s);
  };
  EXPECT_EQ(open({E(0, kReceived), E(1, kPlan, "", true), E(2, kSigned, "head")}), Texts{"refused"});
  EXPECT_EQ(open({E(0, kReceived), E(1, kPlan, "", true), E(2, kSigned, "deputy"), E(3, kSigned, "head")}), Texts{"talk"});
  spec.steps[1].needs = {{{"head"}, 0}};
  EXPECT_EQ(open({E(0, kReceived), E(1, kPlan)}), Texts{"talk"});  // passed at once
  EXPECT_EQ(open({E(0, kReceived), E(1, kPlan, "", true)}), Texts{"approve"});
  // Two that pass each other stand still, and nothing hangs.
  spec.steps.push_back({.name = "again", .signing = kSigned, .needs = {{{"head"}, 0}}});
  spec.moves[2].to = {7};
  spec.moves.push_back({7, kSigned, {1}});
  EXPECT_EQ(open({E(0, kReceived), E(1, kPlan)}).size(), 1u);
}

// ---- a second implementation --------------------------------------------------------------------
// Sets of steps only. Simple processes: no clocks, no conditions on needs.
struct Sets {
  const ProcessSpec& spec;
  std::map<int, std::set<std::size_t>> open;  // step -> needs that have signed
  std::set<int> waiting;
  bool started = false, ended = false;

  bool Happens(const ProcessEvent& e) {
    if (std::count(spec.notes.begin(), spec.notes.end(), e.event) != 0) return true;
    if (ended || e.event < 0) return false;
    std::set<int> froms;
    if (!started) froms.insert(-1);
    for (const auto& [step, signatures] : open) froms.insert(step);
    bool taken = false;
    for (const int from : froms) {
      const ProcessMove* move = nullptr;
      for (auto m = spec.moves.rbegin(); m != spec.moves.rend(); ++m) {
        if (m->from == from && m->event == e.event && (m->condition < 0 || e.holds[static_cast<std::size_t>(m->condition)])) move = &*m;
      }
      if (from >= 0 && spec.steps[static_cast<std::size_t>(from)].signing == e.event) {
        const auto& needs = spec.steps[static_cast<std::size_t>(from)].needs;
        std::size_t found = needs.size();
        for (std::size_t i = needs.size(); i-- > 0;) {
          if (open[from].count(i) == 0 && std::count(needs[i].roles.begin(), needs[i].roles.end(), e.role) != 0) found = i;
        }
        if (found == needs.size() || (open[from].size() + 1 == needs.size() && move == nullptr)) continue;
        taken = true;
        open[from].insert(found);
        if (open[from].size() < needs.size()) continue;
      }
      if (move == nullptr) continue;
      taken = true;
      open.erase(from);
      waiting.insert(move->to.begin(), move->to.end());
    }
    if (!taken) return false;
    started = true;
    for (bool changed = true; changed && !ended;) {
      changed = false;
      for (const int s : std::set<int>(waiting)) {
        const ProcessStep& step = spec.steps[static_cast<std::size_t>(s)];
        if (ended || std::any_of(step.after.begin(), step.after.end(), [&](int a) { return open.count(a) != 0; })) continue;
        waiting.erase(s);
        changed = true;
        if (open.count(s) != 0) continue;
        if (step.end == ProcessEnd::kCase) ended = true;
        if (step.end == ProcessEnd::kNone) open[s];
      }
    }
    if (ended) open.clear();
    ended = ended || open.empty();
    return true;
  }
};

TEST(Process, RandomOnesAgainstSetsOfSteps) {
  std::mt19937 random(20240304);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::size_t taken = 0, refused = 0, ended = 0;
  for (int round = 0; round < 20000; ++round) {
    ProcessSpec spec;
    const int events = 2 + pick(4), steps = 2 + pick(5);
    for (int e = 0; e < events; ++e) spec.events.push_back("e" + std::to_string(e));
    if (pick(3) == 0) spec.notes = {events - 1};
    for (int s = 0; s < steps; ++s) {
      ProcessStep step{.name = "s" + std::to_string(s)};
      if (pick(4) == 0) step.end = pick(2) == 0 ? ProcessEnd::kBranch : ProcessEnd::kCase;
      if (pick(5) == 0) step.after = {pick(steps)};
      if (step.end == ProcessEnd::kNone && pick(4) == 0) {
        step.signing = pick(events);
        step.needs = {{{"a", "b"}, -1}, {{"b"}, -1}};
      }
      spec.steps.push_back(step);
    }
    for (int m = 0; m < 3 * steps; ++m) {
      ProcessMove move{pick(steps + 1) - 1, pick(events), {pick(steps)}, pick(3) == 0 ? pick(2) : -1};
      if (pick(4) == 0) move.to.push_back(pick(steps));
      if (move.from < 0 || spec.steps[static_cast<std::size_t>(move.from)].end == ProcessEnd::kNone) spec.moves.push_back(move);
    }
    Sets sets{spec, {}, {}, false, false};
    std::vector<ProcessEvent> log;
    for (int n = 0; n < 12; ++n) {
      const ProcessEvent e{Hour(n), pick(events + 1) - 1, "e", pick(2) == 0 ? "a" : "b", {pick(2) == 0, pick(2) == 0}};
      log.push_back(e);
      const bool takes = sets.Happens(e);
      const ProcessState s = Follow(spec, log, Hour(n));
      ASSERT_EQ(!s.refused.has_value(), takes) << round << " " << n;
      if (!takes) log.pop_back();
      ++(takes ? taken : refused);
      const ProcessState now = Follow(spec, log, Hour(n));
      std::set<int> open, others;
      for (const std::size_t v : now.open) open.insert(now.visits[v].step);
      for (const auto& [step, signatures] : sets.open) others.insert(step);
      ASSERT_EQ(open, others) << round << " " << n;
      ASSERT_EQ(now.status == ProcessState::Status::kEnded, sets.ended) << round << " " << n;
      // What it says is allowed is all that may be taken.
      if (takes && e.event >= 0 && s.visits.size() > 0) {
        log.pop_back();
        const std::vector<int> allowed = Follow(spec, log, Hour(n)).allowed;
        ASSERT_TRUE(std::find(allowed.begin(), allowed.end(), e.event) != allowed.end()) << round << " " << n;
        log.push_back(e);
      }
      ended += sets.ended ? 1 : 0;
    }
  }
  EXPECT_GT(taken, 20000u);
  EXPECT_GT(refused, 20000u);
  EXPECT_GT(ended, 1000u);
}

}  // namespace
}  // namespace ordain
