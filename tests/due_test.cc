// What is due in a ledger: open cases only, each once, as of an instant and as known, soonest first; problems beside them.
#include "ordain/due.hpp"

#include <gtest/gtest.h>

#include "ordain/ordain.hpp"

namespace ordain {
namespace {

const char* const kRules = R"--({"ordain": 1, "rule_set": "x", "calendar": "cn", "zone": "Asia/Shanghai",
  "schedules": {"office": {"hours": {"mon-fri": "09:00-12:00 13:30-18:00"}}},
  "policies": {
    "answer": {"facts": {"case": "text", "desk": "integer", "event": "text"}, "histories": {"log": {"per": ["desk", "case"], "keep": ["event"]}},
      "deadline": {"events": "log", "schedule": "office", "metrics": {
        "reply": {"allowed": {"amount": 1, "unit": "wd"}, "start": "event = \"in\"", "stop": "event = \"reply\"", "pause": "event = \"ask\"", "resume": "event = \"heard\"",
                  "thresholds": {"warn": {"before": {"amount": 1, "unit": "h"}}}},
        "closed": {"allowed": {"amount": 7, "unit": "day"}, "start": "event = \"in\"", "stop": "event = \"closed\""}}},
      "outcome": {"status": {"type": "text", "value": "reply.status"}}},
    "flow": {"facts": {"case": "text", "event": "text"}, "formula": {"folded": "substring(case, 1, 2)"}, "histories": {"log": {"per": ["folded"], "keep": ["event"]}},
      "process": {"as": "f", "events": "log", "schedule": "office", "start": {"in": "plan"}, "steps": {
        "plan": {"owner": "service", "allowed": {"amount": 2, "unit": "h"}, "on": {"planned": "wait"}}, "wait": {"owner": "director", "on": {"done": "z"}}, "z": {"end": "case"}}},
      "outcome": {"steps": {"list_of": "text", "value": "f.steps"}}},
    "single": {"facts": {"received": "instant", "done": {"type": "instant", "optional": true}},
      "deadline": {"as": "visit", "allowed": {"amount": 3, "unit": "h"}, "start": "received", "stop": "done"}, "outcome": {"due": {"type": "instant", "nullable": true, "value": "visit.due"}}},
    "desk": {"facts": {"clerk": "person", "event": "text", "patient": {"type": "text", "optional": true}}, "histories": {"log": {"per": ["clerk"], "keep": ["event", "patient"]}},
      "duties": {"as": "work", "events": "log", "from": "date(\"2024-03-01\")", "of": {
        "report": {"owner": {"feel": "clerk"}, "every": "week", "on": "friday", "time": "18:00", "done": "event = \"report\""},
        "call": {"owner": "nurse", "after": "event = \"operation\"", "allowed": {"amount": 1, "unit": "wd"}, "done": "event = \"call\"", "per": "patient"},
        "inventory": {"every": "year", "on": {"month": 12, "day": 1}, "when": "event != \"left\""}}},
      "outcome": {"open": {"type": "integer", "value": "count(work.open)"}}},
    "plain": {"facts": {"n": "number"}, "outcome": {"n": {"type": "number", "value": "n"}}}}})--";

Instant At(const std::string& text) {
  Instant at;
  EXPECT_TRUE(Instant::Parse(text + "+08:00", &at)) << text;
  return at;
}

class Due : public ::testing::Test {
 protected:
  Due() : ledger_(NewMemoryLedger()), engine_(ledger_.get()) {
    const LoadResult loaded = RuleSet::Load(kRules, "x.json");
    for (const Diagnostic& d : loaded.diagnostics) ADD_FAILURE() << d.Format();
    if (loaded.ok()) {
      const auto error = engine_.Add(*loaded.rule_set);
      EXPECT_FALSE(error.has_value());
    }
  }
  void Record(const std::string& id, const std::string& policy, const std::string& facts, const std::string& at) {
    const auto done = engine_.DecideAndRecord("x." + policy, facts, At(at), At(at), id);
    EXPECT_TRUE(done.ok()) << (done.ok() ? "" : done.error().Format());
  }
  void Answer(const std::string& id, int desk, const std::string& event, const std::string& at) {
    Record(id, "answer", R"({"case": "C1", "desk": )" + std::to_string(desk) + R"(, "event": ")" + event + "\"}", at);
  }
  void Flow(const std::string& id, const std::string& name, const std::string& event, const std::string& at) {
    Record(id, "flow", R"({"case": ")" + name + R"(", "event": ")" + event + "\"}", at);
  }
  void Desk(const std::string& id, const std::string& event, const std::string& patient, const std::string& at) {
    Record(id, "desk", R"({"clerk": "E1", "event": ")" + event + "\"" + (patient.empty() ? "" : R"(, "patient": ")" + patient + "\"") + "}", at);
  }
  // "policy case name status due", line by line.
  std::vector<std::string> List(const std::string& at, std::optional<Instant> known = std::nullopt, std::int64_t up_to_seq = INT64_MAX) {
    const std::int64_t before = ledger_->last_seq();
    const Result<DueList> list = ListDue(&engine_, At(at), known, up_to_seq);
    EXPECT_TRUE(list.ok());
    std::vector<std::string> out;
    if (!list.ok()) return out;
    for (const DueLine& l : list.value().lines) {
      out.push_back(l.policy + " " + l.case_key + " " + l.due.name + (l.due.key.empty() ? "" : ":" + l.due.key) + " " + l.due.status + " " + (l.due.due ? l.due.due->ToString().substr(0, 16) : "-"));
    }
    for (const DueProblem& p : list.value().problems) out.push_back("problem " + p.policy + " " + p.case_key + " " + std::string(CodeText(p.diagnostic.code)));
    EXPECT_EQ(ledger_->last_seq(), before);  // asking records nothing
    return out;
  }

  std::unique_ptr<Ledger> ledger_;
  Engine engine_;
};
using Lines = std::vector<std::string>;

TEST_F(Due, OpenCasesSoonestFirst) {
  EXPECT_EQ(List("2024-03-04T10:00:00"), Lines());
  Answer("e1", 1, "in", "2024-03-04T10:00:00");
  Answer("e2", 2, "in", "2024-03-05T10:00:00");
  Flow("e3", "C9", "in", "2024-03-04T16:00:00");
  Record("e4", "plain", R"({"n": 1})", "2024-03-04T10:00:00");
  Record("e5", "single", R"({"received": "2024-03-05T09:00:00+08:00"})", "2024-03-05T09:00:00");
  EXPECT_EQ(List("2024-03-04T09:59:59"), Lines());
  EXPECT_EQ(List("2024-03-05T11:00:00"),
            (Lines{"x.flow C9 plan late 2024-03-04T18:00", "x.single e5 visit open 2024-03-05T12:00", "x.answer 1, C1 reply open 2024-03-05T18:00", "x.answer 2, C1 reply open 2024-03-06T18:00",
                   "x.answer 1, C1 closed open 2024-03-12T00:00", "x.answer 2, C1 closed open 2024-03-13T00:00"}));
  // Before the later events: the past as it was.
  EXPECT_EQ(List("2024-03-04T12:00:00"), (Lines{"x.answer 1, C1 reply open 2024-03-05T18:00", "x.answer 1, C1 closed open 2024-03-12T00:00"}));
  Answer("e6", 1, "reply", "2024-03-05T17:00:00");
  Answer("e7", 2, "ask", "2024-03-05T17:00:00");
  Flow("e8", "C9", "planned", "2024-03-05T12:00:00");
  EXPECT_EQ(List("2024-03-06T10:00:00"), (Lines{"x.single e5 visit late 2024-03-05T12:00", "x.answer 1, C1 closed open 2024-03-12T00:00", "x.answer 2, C1 closed open 2024-03-13T00:00",
                                                "x.answer 2, C1 reply paused -", "x.flow C9 wait no_limit -"}));
  EXPECT_EQ(List("2024-03-06T10:00:00", At("2024-03-05T11:00:00")).size(), 6u);  // as it was known then
  // What was undone is no case; the case as it stood before is.
  ASSERT_TRUE(engine_.Reverse("r1", "e8", At("2024-03-06T10:00:00"), At("2024-03-06T10:00:00"), "wrong").ok());
  ASSERT_TRUE(engine_.Reverse("r2", "e5", At("2024-03-06T10:00:00"), At("2024-03-06T10:00:00"), "wrong").ok());
  const Lines now = List("2024-03-06T11:00:00");
  EXPECT_EQ(now[0], "x.flow C9 plan late 2024-03-04T18:00");
  EXPECT_EQ(now.size(), 4u);
}

// What the ledger learns later changes no answer for what it held at a seq: new events, reversals, steps of a case already there.
TEST_F(Due, AsOfASeq) {
  Flow("e1", "C1", "in", "2024-03-04T09:00:00");
  Flow("e2", "C2", "in", "2024-03-04T10:00:00");
  const Lines then = List("2024-03-04T12:00:00");
  EXPECT_EQ(then.size(), 2u);
  Flow("e3", "C3", "in", "2024-03-04T08:00:00");
  Flow("e4", "C1", "planned", "2024-03-04T09:30:00");
  ASSERT_TRUE(engine_.Reverse("r1", "e2", At("2024-03-04T11:00:00"), At("2024-03-04T11:00:00"), "wrong").ok());
  EXPECT_EQ(List("2024-03-04T12:00:00").size(), 2u);
  EXPECT_NE(List("2024-03-04T12:00:00"), then);
  EXPECT_EQ(List("2024-03-04T12:00:00", std::nullopt, 2), then);
  EXPECT_EQ(List("2024-03-04T12:00:00", std::nullopt, 1), Lines{then[0]});
}

TEST_F(Due, DerivedKeysAreOneCaseAndProblemsStandBeside) {
  Flow("e1", "C9", "in", "2024-03-04T16:00:00");
  Flow("e2", "C9 again", "planned", "2024-03-04T17:00:00");  // the same case by its key
  EXPECT_EQ(List("2024-03-05T10:00:00"), Lines{"x.flow C9 wait no_limit -"});
  Flow("e3", "D1", "in", "2024-03-04T16:00:00");
  Flow("e4", "D1", "planned", "2024-03-04T16:30:00");
  ASSERT_TRUE(engine_.Reverse("r1", "e3", At("2024-03-04T18:00:00"), At("2024-03-04T18:00:00"), "wrong").ok());  // what follows stands on nothing
  EXPECT_EQ(List("2024-03-05T10:00:00"), (Lines{"x.flow C9 wait no_limit -", "problem x.flow e4 event_not_allowed"}));
}

TEST_F(Due, ItemsTellWhatIsNeeded) {
  Answer("e1", 1, "in", "2024-03-04T10:00:00");
  Answer("e2", 1, "ask", "2024-03-05T17:00:00");
  const Result<DueList> list = ListDue(&engine_, At("2024-03-06T17:00:00"));
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list.value().lines.size(), 2u);
  const DueItem& paused = list.value().lines[1].due;
  EXPECT_EQ(paused.status, "paused");
  ASSERT_TRUE(paused.due_if_resumed.has_value());
  EXPECT_EQ(paused.due_if_resumed->ToString(), "2024-03-06T18:00:00+08:00");
  Answer("e3", 1, "heard", "2024-03-06T17:00:00");
  const Result<DueList> on = ListDue(&engine_, At("2024-03-06T17:00:00"));
  ASSERT_TRUE(on.ok());
  const DueItem& open = on.value().lines[0].due;
  EXPECT_EQ(open.status + " " + open.due->ToString(), "open 2024-03-06T18:00:00+08:00");
}

// Duties: what is open or overdue of them, not what is done and not what has not begun; those after an event one by one.
TEST_F(Due, Duties) {
  Desk("1", "operation", "P1", "2024-03-05T10:00:00");
  Desk("2", "operation", "P2", "2024-03-05T11:00:00");
  Desk("3", "call", "P2", "2024-03-06T09:00:00");
  const std::string inventory = "x.desk E1 inventory open 2024-12-02T00:00";  // the end of the day, 24:00
  EXPECT_EQ(List("2024-03-06T10:00:00"), (std::vector<std::string>{"x.desk E1 report late 2024-03-01T18:00", "x.desk E1 call:P1 open 2024-03-07T00:00", "x.desk E1 report open 2024-03-08T18:00", inventory}));
  Desk("4", "report", "", "2024-03-08T17:59:59");
  EXPECT_EQ(List("2024-03-08T18:00:00"), (std::vector<std::string>{"x.desk E1 report late 2024-03-01T18:00", "x.desk E1 call:P1 late 2024-03-07T00:00", inventory}));
  Desk("5", "left", "", "2024-03-09T08:00:00");
  EXPECT_EQ(List("2024-03-09T09:00:00"), (std::vector<std::string>{"x.desk E1 report late 2024-03-01T18:00", "x.desk E1 call:P1 late 2024-03-07T00:00"}));
  const Result<DueList> list = ListDue(&engine_, At("2024-03-09T09:00:00"));
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(list.value().lines[0].due.owner, "E1");
  EXPECT_EQ(list.value().lines[1].due.owner, "nurse");
  EXPECT_EQ(list.value().lines[1].due.kind, DueItem::Kind::kDuty);
}

}  // namespace
}  // namespace ordain
