// The body `deadline` and the schedules of a rule set: what a case's events and facts make of them, how a due instant explains
// itself, what becomes of it when the rule changes, mistakes where they stand, and the engine against the reference evaluator.
// The dates: China's Spring Festival of 2024 was 10 to 17 February, made up for on 4 and 18 February (Sundays).
#include <gtest/gtest.h>

#include <random>

#include "testing/timed.hpp"

namespace ordain {
namespace {

using testing::At;
const auto Wrap = [](const std::string& policy, const std::string& more = testing::kOffice) { return testing::RuleSetAround(policy, more); };

// A policy over a log of events with one metric `m`, whose whole state is the outcome's text.
std::string OverLog(const std::string& metric) {
  return Wrap(R"({"facts": {"log": {"list_of": {"record": {"at": "instant", "kind": "text"}}}},
    "deadline": {"events": "log", "schedule": "office", "metrics": {"m": )" + metric + R"(}},
    "outcome": {"status": {"type": "text", "value": "m.status"}, "due": {"type": "instant", "nullable": true, "value": "m.due"},
                "resumed": {"type": "instant", "nullable": true, "value": "m.due_if_resumed"}, "cycle": {"type": "integer", "value": "m.cycle"},
                "next": {"type": "text", "nullable": true, "value": "m.next"},
                "moments": {"list_of": {"record": {"name": "text", "at": {"type": "instant", "nullable": true}, "passed": "boolean"}}, "value": "m.moments"},
                "reason": {"type": "text", "value": "m.change.reason"}, "old_due": {"type": "instant", "nullable": true, "value": "m.change.old_due"}}})");
}

const std::string kReply = R"("start": "kind = \"received\"", "stop": "kind = \"reply\"", "pause": "kind = \"asked\"", "resume": "kind = \"heard\"", "reset": "kind = \"again\"")";

using Log = std::vector<std::pair<std::string, std::string>>;  // when (local time of China), what
std::string Facts(const Log& log) {
  std::string out = R"({"log": [)";
  for (std::size_t i = 0; i < log.size(); ++i) {
    out += (i ? ", " : "") + std::string(R"({"at": ")") + log[i].first + R"(+08:00", "kind": ")" + log[i].second + "\"}";
  }
  return out + "]}";
}

class Desk {
 public:
  explicit Desk(const std::string& text, const Calendar* calendar = nullptr) : engine_(nullptr) {
    const LoadResult loaded = RuleSet::Load(text, "x.json");
    for (const Diagnostic& d : loaded.diagnostics) ADD_FAILURE() << d.Format();
    if (!loaded.ok()) return;
    Terms terms(*loaded.rule_set);
    if (calendar != nullptr) terms.Use(*calendar);
    EXPECT_FALSE(engine_.Add(*loaded.rule_set, terms).has_value());
  }
  // One field of the outcome as JSON, or the code of the error. at: local time of China.
  std::string Ask(const std::string& facts, const std::string& at, const std::string& field) {
    DecideOptions options;
    options.trace = true;
    const auto d = engine_.Decide("x.p", facts, At(at + "+08:00"), options);
    if (!d) return std::string(CodeText(d.error().code));
    return d.value()->Outcome(field).ToJson();
  }
  std::string Explain(Language language, const std::string& at) {
    return engine_.Find("x.p", At(at + "+08:00")).value().evaluator->Explain(language);
  }

 private:
  Engine engine_;
};

std::string Quoted(const std::string& local) { return "\"" + local + "+08:00\""; }

TEST(DeadlineBody, FromFacts) {
  Desk desk(Wrap(R"({"facts": {"received": "instant", "answered": {"type": "instant", "optional": true}, "who": "person"},
    "deadline": {"as": "answer", "schedule": "office", "allowed": {"amount": 3, "unit": "wd"}, "start": "received", "stop": "answered"},
    "effects": [{"effect": "duty", "to": "who", "duty": "answer", "due": "answer.due", "when": "answer.status = \"open\""}],
    "outcome": {"status": {"type": "text", "value": "answer.status"}, "due": {"type": "instant", "nullable": true, "value": "answer.due"},
                "day": {"type": "date", "nullable": true, "value": "answer.due_date"}}})"));
  const std::string open = R"({"received": "2024-02-08T10:00:00+08:00", "who": "E1"})";
  EXPECT_EQ(desk.Ask(open, "2024-02-09T10:00:00", "due"), Quoted("2024-02-19T18:00:00"));  // 9, 18 and 19 February
  EXPECT_EQ(desk.Ask(open, "2024-02-09T10:00:00", "day"), "\"2024-02-19\"");
  EXPECT_EQ(desk.Ask(open, "2024-02-19T18:00:00", "status"), "\"open\"");
  EXPECT_EQ(desk.Ask(open, "2024-02-19T18:00:01", "status"), "\"late\"");
  EXPECT_EQ(desk.Ask(open, "2024-02-08T09:59:59", "status"), "\"not_started\"");
  const auto answered = [&](const char* at) { return R"({"received": "2024-02-08T10:00:00+08:00", "answered": ")" + std::string(at) + R"(+08:00", "who": "E1"})"; };
  EXPECT_EQ(desk.Ask(answered("2024-02-19T18:00:00"), "2024-02-25T10:00:00", "status"), "\"met\"");
  EXPECT_EQ(desk.Ask(answered("2024-02-19T18:00:01"), "2024-02-25T10:00:00", "status"), "\"late\"");

  EXPECT_EQ(desk.Ask(open, "2024-02-20T10:00:00", "status"), "\"late\"");
  const std::string english = desk.Explain(Language::kEnglish, "2024-02-20T10:00:00"), chinese = desk.Explain(Language::kChinese, "2024-02-20T10:00:00");
  for (const char* part : {"answer: late, due 2024-02-19T18:00:00+08:00", "first day counted: 2024-02-09", "skipped: 2024-02-10..2024-02-17 \xE6\x98\xA5\xE8\x8A\x82",
                           "make-up days worked: 2024-02-18", "schedule office", "calendar cn"}) {
    EXPECT_NE(english.find(part), std::string::npos) << part << " in\n" << english;
  }
  EXPECT_NE(chinese.find("2024-02-10..2024-02-17"), std::string::npos) << chinese;
  EXPECT_EQ(chinese.find("skipped"), std::string::npos);
}

TEST(DeadlineBody, PausesAndResets) {
  Desk desk(OverLog(R"({"allowed": {"amount": 4, "unit": "bh"}, )" + kReply + "}"));
  const Log paused = {{"2024-03-04T10:00:00", "received"}, {"2024-03-04T11:00:00", "asked"}};
  EXPECT_EQ(desk.Ask(Facts(paused), "2024-03-04T10:59:59", "due"), Quoted("2024-03-04T15:30:00"));  // before the pause
  EXPECT_EQ(desk.Ask(Facts(paused), "2024-03-04T15:00:00", "status"), "\"paused\"");
  EXPECT_EQ(desk.Ask(Facts(paused), "2024-03-04T15:00:00", "due"), "null");
  EXPECT_EQ(desk.Ask(Facts(paused), "2024-03-04T15:00:00", "resumed"), Quoted("2024-03-04T18:00:00"));  // three hours are left
  Log resumed = paused;
  resumed.push_back({"2024-03-05T09:00:00", "heard"});
  EXPECT_EQ(desk.Ask(Facts(resumed), "2024-03-05T09:30:00", "due"), Quoted("2024-03-05T12:00:00"));
  Log answered = resumed;
  answered.push_back({"2024-03-05T12:00:00", "reply"});
  EXPECT_EQ(desk.Ask(Facts(answered), "2024-03-09T09:30:00", "status"), "\"met\"");
  answered.back().first = "2024-03-05T12:00:01";
  EXPECT_EQ(desk.Ask(Facts(answered), "2024-03-09T09:30:00", "status"), "\"late\"");
  // The order in the list does not matter.
  std::swap(answered.front(), answered.back());
  EXPECT_EQ(desk.Ask(Facts(answered), "2024-03-09T09:30:00", "status"), "\"late\"");
  Log again = resumed;
  again.push_back({"2024-03-05T11:00:00", "again"});
  EXPECT_EQ(desk.Ask(Facts(again), "2024-03-05T11:30:00", "due"), Quoted("2024-03-05T16:30:00"));  // 1 hour before lunch, 3 after
  EXPECT_EQ(desk.Ask(Facts(again), "2024-03-05T11:30:00", "cycle"), "2");
  EXPECT_EQ(desk.Ask(Facts({}), "2024-03-05T11:30:00", "status"), "\"not_started\"");
}

TEST(DeadlineBody, AllMomentsAtOnce) {
  Desk desk(OverLog(R"({"allowed": {"amount": 4, "unit": "bh"}, "thresholds": {"half": {"percent": 50}, "warn": {"before": {"amount": 30, "unit": "bmin"}},
    "breach": {"percent": 100}, "escalate": {"after": {"amount": 2, "unit": "bh"}}}, )" + kReply + "}"));
  const std::string open = Facts({{"2024-03-04T10:00:00", "received"}});
  EXPECT_EQ(desk.Ask(open, "2024-03-04T13:00:00", "moments"),
            R"([{"name": "half", "at": "2024-03-04T12:00:00+08:00", "passed": true}, {"name": "warn", "at": "2024-03-04T15:00:00+08:00", "passed": false}, )"
            R"({"name": "breach", "at": "2024-03-04T15:30:00+08:00", "passed": false}, {"name": "escalate", "at": "2024-03-04T17:30:00+08:00", "passed": false}])");
  EXPECT_EQ(desk.Ask(open, "2024-03-04T13:00:00", "next"), "\"warn\"");
  EXPECT_EQ(desk.Ask(open, "2024-03-04T16:00:00", "next"), "\"escalate\"");
  EXPECT_EQ(desk.Ask(open, "2024-03-04T18:00:00", "next"), "null");
}

TEST(DeadlineBody, UnitsRollsAndCutOffs) {
  const auto due = [](const std::string& allowed, const std::string& received) {
    return Desk(OverLog("{\"allowed\": " + allowed + ", " + kReply + "}")).Ask(Facts({{received, "received"}}), received, "due");
  };
  EXPECT_EQ(due(R"({"amount": 90, "unit": "min"})", "2024-03-04T23:00:00"), Quoted("2024-03-05T00:30:00"));
  EXPECT_EQ(due(R"({"amount": 48, "unit": "h"})", "2024-03-08T10:00:00"), Quoted("2024-03-10T10:00:00"));
  EXPECT_EQ(due(R"({"amount": 1, "unit": "wd", "cut_off": "17:00"})", "2024-03-04T16:59:59"), Quoted("2024-03-05T18:00:00"));
  EXPECT_EQ(due(R"({"amount": 1, "unit": "wd", "cut_off": "17:00"})", "2024-03-04T17:00:00"), Quoted("2024-03-06T18:00:00"));
  EXPECT_EQ(due(R"({"amount": 1, "unit": "wd", "count_receipt_day": true})", "2024-03-04T10:00:00"), Quoted("2024-03-04T18:00:00"));
  EXPECT_EQ(due(R"({"amount": 7, "unit": "day"})", "2024-03-02T10:00:00"), Quoted("2024-03-10T00:00:00"));  // the end of Saturday, the 9th
  EXPECT_EQ(due(R"({"amount": 7, "unit": "day", "roll": "following"})", "2024-03-02T10:00:00"), Quoted("2024-03-12T00:00:00"));
  EXPECT_EQ(due(R"({"amount": 7, "unit": "day", "roll": "preceding"})", "2024-03-02T10:00:00"), Quoted("2024-03-09T00:00:00"));
  EXPECT_EQ(due(R"({"amount": 1, "unit": "month"})", "2024-01-31T10:00:00"), Quoted("2024-03-01T00:00:00"));  // the end of 29 February
  EXPECT_EQ(due(R"({"amount": 3, "unit": "wd"})", "2026-12-30T10:00:00"), "unknown_days");
}

TEST(DeadlineBody, AllowedTimeAndScheduleFromExpressions) {
  Desk desk(Wrap(R"({"facts": {"received": "instant", "vip": "boolean"},
    "table": {"hit": "first", "columns": ["vip"], "outputs": {"n": "number", "unit": "text", "desk": "text"},
              "rows": [{"when": ["true"], "then": {"n": 4, "unit": "bh", "desk": "night"}}], "otherwise": {"n": 2, "unit": "wd", "desk": "office"}},
    "deadline": {"as": "m", "schedule": {"feel": "desk"}, "allowed": {"amount": "n", "unit": {"feel": "unit"}}, "start": "received"},
    "outcome": {"due": {"type": "instant", "nullable": true, "value": "m.due"}}})",
                 R"("schedules": {"office": {"hours": {"mon-fri": "09:00-18:00"}}, "night": {"hours": {"mon-fri": "22:00-06:00"}}})"));
  EXPECT_EQ(desk.Ask(R"({"received": "2024-03-04T10:00:00+08:00", "vip": false})", "2024-03-04T10:00:00", "due"), Quoted("2024-03-06T18:00:00"));
  EXPECT_EQ(desk.Ask(R"({"received": "2024-03-04T10:00:00+08:00", "vip": true})", "2024-03-04T10:00:00", "due"), Quoted("2024-03-05T02:00:00"));
}

TEST(DeadlineBody, TheHostsCalendarMovesIt) {
  const std::string text = OverLog(R"({"allowed": {"amount": 1, "unit": "wd"}, )" + kReply + "}");
  Calendar cn, company;
  ASSERT_TRUE(Calendar::Builtin("cn", &cn));
  Diagnostics problems;
  const std::string overlay = R"({"overlay": "company", "off": ["2024-03-05"]})";
  ASSERT_TRUE(cn.With(CalendarFile{"company.json", overlay}, &company, &problems)) << (problems.empty() ? "" : problems[0].Format());
  const std::string open = Facts({{"2024-03-04T10:00:00", "received"}});
  EXPECT_EQ(Desk(text).Ask(open, "2024-03-04T11:00:00", "due"), Quoted("2024-03-05T18:00:00"));
  EXPECT_EQ(Desk(text, &company).Ask(open, "2024-03-04T11:00:00", "due"), Quoted("2024-03-06T18:00:00"));
}

TEST(DeadlineBody, WhatBecomesOfARunningCaseWhenTheRuleChanges) {
  const auto desk = [](const std::string& mode, const std::string& more = "") {
    return Desk(OverLog(R"({"allowed": {"amount": 3, "unit": "wd"}, "change": {"from": "@\"2024-03-05T00:00:00+08:00\"", "mode": ")" + mode + "\"" + more +
                        R"(, "was": {"allowed": {"amount": 2, "unit": "wd"}}}, )" + kReply + "}"));
  };
  const std::string before = Quoted("2024-03-06T18:00:00"), after = Quoted("2024-03-07T18:00:00");
  const std::string open = Facts({{"2024-03-04T10:00:00", "received"}}), fresh = Facts({{"2024-03-05T10:00:00", "received"}}),
                    done = Facts({{"2024-03-04T10:00:00", "received"}, {"2024-03-05T10:00:00", "reply"}});
  const std::string asked = "2024-03-05T12:00:00";
  EXPECT_EQ(desk("pinned").Ask(open, asked, "due"), before);
  EXPECT_EQ(desk("pinned").Ask(open, asked, "reason"), "\"pinned\"");
  EXPECT_EQ(desk("pinned").Ask(fresh, asked, "due"), Quoted("2024-03-08T18:00:00"));  // started under the new rule
  EXPECT_EQ(desk("recompute_open").Ask(open, asked, "due"), after);
  EXPECT_EQ(desk("recompute_open").Ask(open, asked, "old_due"), before);
  EXPECT_EQ(desk("recompute_open").Ask(open, asked, "reason"), "\"recomputed\"");
  EXPECT_EQ(desk("recompute_open").Ask(done, asked, "due"), before);
  EXPECT_EQ(desk("recompute_open").Ask(done, asked, "reason"), "\"stopped\"");
  EXPECT_EQ(desk("recompute_all").Ask(done, asked, "due"), after);
  EXPECT_EQ(desk("recompute_all", R"(, "since": "@\"2024-03-04T12:00:00+08:00\"")").Ask(done, asked, "reason"), "\"before_since\"");
  EXPECT_EQ(desk("recompute_open").Ask(open, "2024-03-04T23:59:59", "due"), before);  // asked before it changed
}

TEST(DeadlineBody, MistakesAreReportedWhereTheyStand) {
  const auto problem = [](const std::string& metric) {
    const LoadResult loaded = RuleSet::Load(OverLog(metric));
    EXPECT_FALSE(loaded.ok()) << metric;
    for (const Diagnostic& d : loaded.diagnostics) {
      if (d.severity == Severity::kError) return std::string(CodeText(d.code)) + " " + d.path;
    }
    return std::string("none");
  };
  const std::string m = "/policies/p/deadline/metrics/m", start = R"("start": "kind = \"received\"")", two = R"("allowed": {"amount": 2, "unit": "wd"}, )";
  EXPECT_EQ(problem("{" + start + "}"), "missing_key " + m);
  EXPECT_EQ(problem(R"({"allowed": {"amount": 2, "unit": "wd"}})"), "missing_key " + m);
  EXPECT_EQ(problem(R"({"allowed": {"amount": 2, "unit": "days"}, )" + start + "}"), "bad_value " + m + "/allowed/unit");
  EXPECT_EQ(problem(R"({"allowed": {"amount": -2, "unit": "wd"}, )" + start + "}"), "bad_value " + m + "/allowed/amount");
  EXPECT_EQ(problem(R"({"allowed": {"amount": "kidn", "unit": "wd"}, )" + start + "}"), "unknown_name " + m + "/allowed/amount");
  EXPECT_EQ(problem(R"({"allowed": {"amount": 2, "unit": "wd", "cut_off": "25:00"}, )" + start + "}"), "bad_value " + m + "/allowed/cut_off");
  EXPECT_EQ(problem("{" + two + start + R"(, "thresholds": {"t": {"percent": 0}}})"), "bad_value " + m + "/thresholds/t/percent");
  EXPECT_EQ(problem("{" + two + start + R"(, "thresholds": {"t": {"percent": 5, "before": {"amount": 1, "unit": "h"}}}})"), "bad_value " + m + "/thresholds/t");
  EXPECT_EQ(problem("{" + two + start + R"(, "schedule": "ofice"})"), "unknown_name " + m + "/schedule");
  EXPECT_EQ(problem("{" + two + start + R"(, "stpo": "true"})"), "unknown_key " + m + "/stpo");
  EXPECT_EQ(problem("{" + two + start + R"(, "stop": "kidn = \"reply\""})"), "unknown_name " + m + "/stop");
  EXPECT_EQ(problem("{" + two + start + R"(, "stop": "1"})"), "type_mismatch " + m + "/stop");
  EXPECT_EQ(problem("{" + two + start + R"(, "change": {"from": "at", "mode": "pinned", "was": {}}})"), "bad_value " + m + "/change/was");
  const LoadResult hours = RuleSet::Load(Wrap(R"({"facts": {"a": "number"}, "outcome": {"b": {"type": "number", "value": "a"}}})",
                                              R"("schedules": {"office": {"hours": {"mon-fri": "18:00-25:00"}}})"));
  ASSERT_FALSE(hours.ok());
  EXPECT_EQ(hours.diagnostics[0].path.rfind("/schedules/office", 0), 0u) << hours.diagnostics[0].Format();
}

TEST(DeadlineBody, EngineAndReferenceAgree) {
  const std::string text = OverLog(R"({"allowed": {"amount": 6, "unit": "bh"}, "thresholds": {"half": {"percent": 50}, "late": {"after": {"amount": 1, "unit": "h"}}},
    "change": {"from": "@\"2024-02-20T00:00:00+08:00\"", "mode": "recompute_open", "was": {"allowed": {"amount": 3, "unit": "bh"}}}, )" + kReply + "}");
  testing::Twins twins(text);
  ASSERT_TRUE(twins.loaded());
  std::mt19937 random(20240210);
  const char* kinds[] = {"received", "asked", "heard", "reply", "again", "other"};
  const std::int64_t begin = At("2024-02-05T00:00:00+08:00").seconds;
  const auto moment = [&] { return Instant{begin + static_cast<std::int64_t>(random() % (25u * 86400u)), 0, 8 * 3600}; };
  std::size_t decided = 0;
  for (int n = 0; n < 2000; ++n) {
    std::string facts = R"({"log": [)";
    const unsigned events = static_cast<unsigned>(random() % 7);
    for (unsigned k = 0; k < events; ++k) {
      facts += (k ? ", " : "") + std::string(R"({"at": ")") + moment().ToString() + R"(", "kind": ")" + kinds[random() % 6] + "\"}";
    }
    facts += "]}";
    const Instant at = moment();
    bool done = false;
    ASSERT_NO_FATAL_FAILURE(twins.Agree(facts, at, &done));
    decided += done ? 1 : 0;
  }
  EXPECT_GT(decided, 1500u);
}

}  // namespace
}  // namespace ordain
