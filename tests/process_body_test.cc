// The body `process`: a case over the ledger, refusals that record nothing, mistakes where they stand, words for people, and the
// engine against the reference evaluator on random logs. The kernel: tests/process_test.cc.
#include <gtest/gtest.h>

#include <random>

#include "testing/timed.hpp"

namespace ordain {
namespace {

constexpr auto At = testing::InChina;

const char* const kSteps = R"("plan": {"owner": "service", "allowed": {"amount": 2, "unit": "wd"}, "on": {"planned": "approve"}},
  "approve": {"owner": "director", "allowed": {"amount": 4, "unit": "bh"}, "thresholds": {"half": {"percent": 50}},
    "approval": {"event": "signed", "needs": [{"role": ["director", "deputy"]}, {"role": "head", "when": "amount != null and amount > limit"}]},
    "on": {"signed": "talk", "turned_down": "plan"}},
  "talk": {"owner": {"feel": "if vip then \"director\" else \"service\""}, "allowed": {"amount": 24, "unit": "h"}, "pause": "asked", "resume": "heard",
    "on": {"agreed": ["pay", "file"], "disagreed": [{"when": "by = \"lawyer\"", "to": "court"}, {"to": "plan"}]}},
  "pay": {"owner": "finance", "on": {"paid": "closed"}}, "file": {"owner": "service", "on": {"filed": "closed"}},
  "closed": {"after": ["pay", "file"], "end": "case"}, "court": {"end": "case"})";

// `facts` and `histories`, or facts alone, then the process over `log`.
std::string RuleText(const std::string& given, const std::string& steps = kSteps, const std::string& more = R"("role": "by", "notes": "note", )") {
  return R"({"ordain": 1, "rule_set": "x", "calendar": "cn", "zone": "Asia/Shanghai", "schedules": {"office": {"hours": {"mon-fri": "09:00-12:00 13:30-18:00"}}},
    "types": {"event": {"type": "text", "one_of": ["received", "planned", "signed", "turned_down", "agreed", "disagreed", "asked", "heard", "paid", "filed", "note"]}},
    "policies": {"p": {)" + given + R"(, "process": {"as": "flow", "events": "log", "schedule": "office", )" + more + R"("start": {"received": "plan"}, "steps": {)" + steps + R"--(}},
    "outcome": {"status": {"type": "text", "value": "flow.status"}, "steps": {"list_of": "text", "value": "flow.steps"}, "owners": {"list_of": "text", "value": "flow.owners"},
      "due": {"type": "instant", "nullable": true, "value": "flow.due"}, "allowed": {"list_of": "text", "value": "flow.allowed"},
      "missing": {"list_of": "text", "value": {"feel": "flatten(flow.open.missing)"}}, "late": {"list_of": "text", "value": {"feel": "flow.late.step"}},
      "end": {"type": "text", "nullable": true, "value": "flow.outcome"}}}}})--";
}
const char* const kRecorded = R"("facts": {"case": "text", "event": "event", "by": {"type": "text", "default": ""}, "amount": {"type": "money", "optional": true},
  "vip": {"type": "boolean", "default": false}, "limit": {"type": "money", "default": 5000}}, "histories": {"log": {"per": ["case"], "keep": ["event", "by", "amount"]}})";

class Desk {
 public:
  Desk() : ledger_(NewMemoryLedger()), engine_(ledger_.get()) {
    const LoadResult loaded = RuleSet::Load(RuleText(kRecorded), "x.json");
    for (const Diagnostic& d : loaded.diagnostics) ADD_FAILURE() << d.Format();
    if (!loaded.ok()) return;
    EXPECT_FALSE(engine_.Add(*loaded.rule_set).has_value());
  }
  // The outcome as JSON, or the error as text.
  std::string Record(const std::string& at, const std::string& facts) {
    const auto done = engine_.DecideAndRecord("x.p", R"({"case": "C1", )" + facts + "}", At(at), At(at), "e" + std::to_string(++events_));
    return done ? done.value().outcome : done.error().Format();
  }
  std::string Explain(Language language, const std::string& at, const std::string& facts) {
    DecideOptions options;
    options.trace = true;
    const auto d = engine_.Decide("x.p", R"({"case": "C1", )" + facts + "}", At(at), options);
    if (!d) return d.error().Format();
    return engine_.Find("x.p", At(at)).value().evaluator->Explain(language);
  }
  std::int64_t last() const { return ledger_->last_seq(); }

 private:
  std::unique_ptr<Ledger> ledger_;
  Engine engine_;
  int events_ = 0;
};

TEST(ProcessBody, ACaseOverTheLedger) {
  Desk desk;
  EXPECT_EQ(desk.Record("2024-02-08T10:00:00", R"("event": "received")"),
            R"({"status": "running", "steps": ["plan"], "owners": ["service"], "due": "2024-02-18T18:00:00+08:00", "allowed": ["planned", "note"], "missing": [], "late": [], "end": null})");
  const std::string refused = desk.Record("2024-02-08T11:00:00", R"("event": "agreed")");
  EXPECT_NE(refused.find("agreed at 2024-02-08T11:00:00+08:00 is not allowed while plan; allowed: planned, note [event_not_allowed]"), std::string::npos) << refused;
  EXPECT_NE(refused.find("/policies/p/process"), std::string::npos) << refused;
  EXPECT_EQ(desk.last(), 1);  // nothing was recorded
  EXPECT_NE(desk.Record("2024-02-08T09:00:00", R"("event": "planned")").find("event_not_allowed"), std::string::npos);  // before it began
  EXPECT_EQ(desk.Record("2024-02-19T09:00:00", R"("event": "planned", "amount": 5001)"),
            R"({"status": "running", "steps": ["approve"], "owners": ["director"], "due": "2024-02-19T14:30:00+08:00", "allowed": ["signed", "turned_down", "note"], "missing": ["director/deputy", "head"], "late": ["plan"], "end": null})");
  EXPECT_NE(desk.Record("2024-02-19T10:00:00", R"("event": "signed", "by": "clerk")").find("event_not_allowed"), std::string::npos);
  EXPECT_NE(desk.Record("2024-02-19T10:00:00", R"("event": "signed", "by": "head")").find(R"("missing": ["director/deputy"])"), std::string::npos);
  EXPECT_NE(desk.Record("2024-02-19T10:30:00", R"("event": "signed", "by": "deputy", "vip": true)").find(R"("steps": ["talk"], "owners": ["director"], "due": "2024-02-20T10:30:00+08:00")"), std::string::npos);
  EXPECT_NE(desk.Record("2024-02-20T09:30:00", R"("event": "asked")").find(R"("due": null)"), std::string::npos);
  EXPECT_NE(desk.Record("2024-02-22T09:30:00", R"("event": "heard")").find(R"("due": "2024-02-22T10:30:00+08:00")"), std::string::npos);
  const std::string english = desk.Explain(Language::kEnglish, "2024-02-22T09:45:00", R"("event": "note")"), chinese = desk.Explain(Language::kChinese, "2024-02-22T09:45:00", R"("event": "note")");
  for (const char* part : {"flow: running, since 2024-02-08T10:00:00+08:00", "step `plan`, owner service, from 2024-02-08T10:00:00+08:00 to 2024-02-19T09:00:00+08:00 by planned",
                           "skipped: 2024-02-10..2024-02-17", "step `talk`, owner service", "paused from 2024-02-20T09:30:00+08:00 to 2024-02-22T09:30:00+08:00", "may happen now: agreed, disagreed, asked, note"}) {
    EXPECT_NE(english.find(part), std::string::npos) << part << " in\n" << english;
  }
  EXPECT_EQ(chinese.find("owner service"), std::string::npos) << chinese;
  EXPECT_NE(desk.Record("2024-02-22T10:30:00", R"("event": "agreed")").find(R"("steps": ["pay", "file"])"), std::string::npos);
  EXPECT_NE(desk.Record("2024-02-22T11:00:00", R"("event": "filed")").find(R"("steps": ["pay"])"), std::string::npos);
  EXPECT_EQ(desk.Record("2024-02-22T12:00:00", R"("event": "paid")"),
            R"({"status": "ended", "steps": [], "owners": [], "due": null, "allowed": ["note"], "missing": [], "late": ["plan"], "end": "closed"})");
  EXPECT_NE(desk.Record("2024-02-22T13:00:00", R"("event": "paid")").find("while ended; allowed: note"), std::string::npos);
}

TEST(ProcessBody, MistakesAreReportedWhereTheyStand) {
  const auto problem = [](const std::string& steps, const std::string& more = R"("role": "by", )") {
    const LoadResult loaded = RuleSet::Load(RuleText(kRecorded, steps, more));
    EXPECT_FALSE(loaded.ok()) << steps;
    for (const Diagnostic& d : loaded.diagnostics) {
      if (d.severity == Severity::kError) return std::string(CodeText(d.code)) + " " + d.path.substr(std::string("/policies/p/process").size());
    }
    return std::string("none");
  };
  const std::string end = R"(, "z": {"end": "case"})", plan = R"("plan": {"owner": "a", "on": {"planned": "z"})";
  EXPECT_EQ(problem(R"("plan": {"owner": "a", "on": {"planned": "y"}})" + end), "unknown_name /steps/plan/on/planned");
  EXPECT_EQ(problem(R"("plan": {"owner": "a", "on": {"planed": "z"}})" + end), "not_listed /steps/plan/on/planed");  // no such event in the type
  EXPECT_EQ(problem(R"("plan": {"on": {"planned": "z"}})" + end), "missing_key /steps/plan");
  EXPECT_EQ(problem(R"("plan": {"owner": "a"})" + end), "missing_key /steps/plan");
  EXPECT_EQ(problem(plan + "}" + end + R"(, "y": {"owner": "a", "on": {"paid": "z"}})"), "bad_value /steps/y");                  // cannot be reached
  EXPECT_EQ(problem(R"("plan": {"owner": "a", "on": {"planned": "y"}}, "y": {"owner": "b", "on": {"paid": "plan"}})"), "bad_value /steps/plan");  // never ends
  EXPECT_EQ(problem(plan + R"(, "pause": "asked", "allowed": {"amount": 1, "unit": "h"}})" + end), "bad_value /steps/plan");
  EXPECT_EQ(problem(plan + R"(, "pause": "asked", "resume": "heard"})" + end), "bad_value /steps/plan/pause");
  EXPECT_EQ(problem(plan + R"(, "allowed": {"amount": 1, "unit": "hour"}})" + end), "bad_value /steps/plan/allowed/unit");
  EXPECT_EQ(problem(plan + R"(, "allowed": {"amount": 1, "unit": "h"}, "schedule": "ofice"})" + end), "unknown_name /steps/plan/schedule");
  EXPECT_EQ(problem(plan + R"(, "approval": {"event": "signed", "needs": [{"role": "x"}]}})" + end), "missing_key /steps/plan/on");
  EXPECT_EQ(problem(plan + R"(, "approval": {"event": "planned", "needs": [{"role": "x"}]}})" + end, ""), "missing_key /steps/plan");
  EXPECT_EQ(problem(plan + R"(, "approval": {"event": "planned", "needs": []}})" + end), "wrong_json_type /steps/plan/approval/needs");
  EXPECT_EQ(problem(R"("plan": {"owner": "a", "on": {"planned": [{"to": "z"}, {"when": "true", "to": "z"}]}})" + end), "bad_value /steps/plan/on/planned/1");
  EXPECT_EQ(problem(R"("plan": {"owner": "a", "on": {"planned": [{"when": "amout > 3", "to": "z"}]}})" + end), "unknown_name /steps/plan/on/planned/0/when");
  EXPECT_EQ(problem(R"("plan": {"owner": "a", "on": {"planned": [{"when": "amount > 3", "to": "z"}]}})" + end), "ignored_null /steps/plan/on/planned/0/when");
  EXPECT_EQ(problem(plan + R"(, "ownr": "a"})" + end), "unknown_key /steps/plan/ownr");
  EXPECT_EQ(problem(plan + "}" + R"(, "z": {"end": "case", "on": {"paid": "plan"}})"), "bad_value /steps/z/on");
  EXPECT_EQ(problem(plan + "}" + end, R"("notes": "planned", )"), "bad_value /notes");
}

TEST(ProcessBody, EngineAndReferenceAgree) {
  const std::string text = RuleText(R"("facts": {"log": {"list_of": {"record": {"at": "instant", "event": "event", "by": "text", "amount": {"type": "money", "optional": true}}}},
    "vip": "boolean", "limit": {"type": "money", "default": 5000}})");
  testing::Twins twins(text);
  ASSERT_TRUE(twins.loaded());
  std::mt19937 random(20240208);
  const auto pick = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  const char* events[] = {"received", "planned", "signed", "turned_down", "agreed", "disagreed", "asked", "heard", "paid", "filed", "note"};
  const char* roles[] = {"director", "deputy", "head", "lawyer", ""};
  std::size_t decided = 0, refused = 0;
  for (int n = 0; n < 400; ++n) {
    // A log that grows: an event that is refused is taken out again.
    std::vector<std::string> log;
    std::int64_t when = At("2024-02-05T09:00:00").seconds;
    for (int k = 0; k < 14; ++k) {
      when += 600 + static_cast<std::int64_t>(pick(40)) * 3600;
      log.push_back(R"({"at": ")" + Instant{when, 0, 8 * 3600}.ToString() + R"(", "event": ")" + events[k == 0 ? 0 : pick(11)] + R"(", "by": ")" + roles[pick(5)] + "\"" +
                    (pick(2) == 0 ? R"(, "amount": )" + std::to_string(4000 + pick(2000)) : "") + "}");
      std::string facts = R"({"vip": )" + std::string(pick(2) == 0 ? "true" : "false") + R"(, "log": [)";
      for (std::size_t i = 0; i < log.size(); ++i) facts += (i ? ", " : "") + log[i];
      facts += "]}";
      const Instant at{when + static_cast<std::int64_t>(pick(3)) * 7200, 0, 8 * 3600};
      bool done = false;
      ASSERT_NO_FATAL_FAILURE(twins.Agree(facts, at, &done));
      ++(done ? decided : refused);
      if (!done) log.pop_back();
    }
  }
  EXPECT_GT(decided, 1000u);
  EXPECT_GT(refused, 1000u);
}

}  // namespace
}  // namespace ordain
