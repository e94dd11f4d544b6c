// The body `duties`: recurring obligations over a log of events, over facts and over expressions; how a list tells itself; mistakes
// where they stand; the engine against the reference evaluator. March 2016 began on a Tuesday.
#include <gtest/gtest.h>

#include <random>

#include "testing/timed.hpp"

namespace ordain {
namespace {

constexpr auto At = testing::InChina;
const auto Wrap = [](const std::string& policy, const std::string& more = testing::kOffice) { return testing::RuleSetAround(policy, more); };

// Duties `of` over a log; what is due as texts "<duty> <date> <status> <done>/<count>".
std::string OverLog(const std::string& of, const std::string& more = "") {
  return Wrap(R"x({"facts": {"log": {"list_of": {"record": {"at": "instant", "kind": "text", "day": {"type": "date", "optional": true}, "who": {"type": "text", "optional": true}}}},
                           "boss": {"type": "person", "default": "B"}, "n": {"type": "number", "default": 5}, "born": {"type": "date", "default": "2016-02-29"}, "on_duty": {"type": "boolean", "default": true},
                           "start": {"type": "date", "default": "2016-03-01"}, "festivals": {"list_of": "date", "default": []}},
    "duties": {"as": "due", "events": "log", "schedule": "office", "from": "start", )x" + more + R"x("of": )x" + of + R"x(},
    "formula": {"words": "for o in due.all return o.duty + \" \" + string(o.due_date) + \" \" + o.status + \" \" + string(o.done) + \"/\" + string(o.count)"},
    "outcome": {"words": {"list_of": "text"}, "instants": {"list_of": "instant", "value": "for o in due.all return o.due"},
                "open": {"type": "integer", "value": "count(due.open)"}, "overdue": {"type": "integer", "value": "count(due.overdue)"},
                "done": {"type": "integer", "value": "count(due.done)"}, "upcoming": {"type": "integer", "value": "count(due.upcoming)"},
                "owners": {"list_of": "text", "value": "for o in due.all return if o.owner = null then \"\" else o.owner"},
                "next": {"type": "text", "nullable": true, "value": "if due.next = null then null else due.next.duty"}, "provisional": {"type": "boolean", "value": "due.provisional"}}})x");
}

struct Event {
  std::string at, kind, more = "";
};
std::string Facts(const std::vector<Event>& log, const std::string& more = "") {
  std::string out = R"({"log": [)";
  for (std::size_t i = 0; i < log.size(); ++i) out += (i ? ", " : "") + std::string(R"({"at": ")") + log[i].at + R"(+08:00", "kind": ")" + log[i].kind + "\"" + log[i].more + "}";
  return out + "]" + more + "}";
}

class Desk {
 public:
  explicit Desk(const std::string& text) : engine_(nullptr) {
    const LoadResult loaded = RuleSet::Load(text, "x.json");
    for (const Diagnostic& d : loaded.diagnostics) ADD_FAILURE() << d.Format();
    if (!loaded.ok()) return;
    EXPECT_FALSE(engine_.Add(*loaded.rule_set, Terms(*loaded.rule_set)).has_value());
  }
  // One field of the outcome as JSON, or the code of the error. at: local time of China.
  std::string Ask(const std::string& facts, const std::string& at, const std::string& field = "words") {
    const auto d = engine_.Decide("x.p", facts, At(at));
    if (!d) return std::string(CodeText(d.error().code));
    return d.value()->Outcome(field).ToJson();
  }
  std::string Explain(Language language, const std::string& at) { return engine_.Find("x.p", At(at)).value().evaluator->Explain(language); }

 private:
  Engine engine_;
};

TEST(DutiesBody, OverALog) {
  Desk desk(OverLog(R"({
    "weekly_report": {"owner": "supervisor", "every": "week", "on": "friday", "time": "18:00", "done": "kind = \"report\"", "settles": "day"},
    "visits": {"owner": {"feel": "boss"}, "every": "week", "count": 3, "done": "kind = \"visit\""},
    "next_day_call": {"after": "kind = \"operation\"", "allowed": {"amount": 1, "unit": "wd"}, "done": "kind = \"call\"", "per": "who"}})"));
  const std::string log = Facts({{"2016-03-02T09:00:00", "visit"}, {"2016-03-03T09:00:00", "visit"}, {"2016-03-04T10:00:00", "operation", R"(, "who": "X")"},
                                 {"2016-03-04T11:00:00", "operation", R"(, "who": "Y")"}, {"2016-03-05T10:00:00", "call", R"(, "who": "Y")"},
                                 {"2016-03-07T09:00:00", "report", R"(, "day": "2016-03-04")"}});
  EXPECT_EQ(desk.Ask(log, "2016-03-08T09:00:00"), R"(["weekly_report 2016-03-04 done_late 1/1", "visits 2016-03-06 overdue 2/3", "next_day_call 2016-03-07 overdue 0/1", )"
                                                  R"("next_day_call 2016-03-07 done 1/1", "weekly_report 2016-03-11 open 0/1", "visits 2016-03-13 open 0/3"])");
  EXPECT_EQ(desk.Ask(log, "2016-03-08T09:00:00", "instants").substr(0, 57), R"(["2016-03-04T18:00:00+08:00", "2016-03-07T00:00:00+08:00")");
  EXPECT_EQ(desk.Ask(log, "2016-03-08T09:00:00", "owners"), R"(["supervisor", "B", "", "", "supervisor", "B"])");
  EXPECT_EQ(desk.Ask(log, "2016-03-08T09:00:00", "open"), "2");
  EXPECT_EQ(desk.Ask(log, "2016-03-08T09:00:00", "overdue"), "2");
  EXPECT_EQ(desk.Ask(log, "2016-03-08T09:00:00", "done"), "2");
  EXPECT_EQ(desk.Ask(log, "2016-03-08T09:00:00", "next"), "\"weekly_report\"");
  // As it stood before any of it.
  EXPECT_EQ(desk.Ask(log, "2016-03-01T09:00:00"), R"(["weekly_report 2016-03-04 open 0/1", "visits 2016-03-06 open 0/3"])");
  EXPECT_EQ(desk.Ask(log, "2016-03-05T09:00:00"), R"(["weekly_report 2016-03-04 overdue 0/1", "visits 2016-03-06 open 2/3", "next_day_call 2016-03-07 open 0/1", )"
                                                  R"("next_day_call 2016-03-07 open 0/1", "weekly_report 2016-03-11 upcoming 0/1"])");

  desk.Ask(log, "2016-03-08T09:00:00");
  const std::string english = desk.Explain(Language::kEnglish, "2016-03-08T09:00:00"), chinese = desk.Explain(Language::kChinese, "2016-03-08T09:00:00");
  for (const char* part : {"due: 2 overdue, 2 open, 2 done; next weekly_report, due 2016-03-11T18:00:00+08:00",
                           "weekly_report (supervisor) for 2016-02-29..2016-03-06: done late, due 2016-03-04T18:00:00+08:00, at 2016-03-07T09:00:00+08:00",
                           "visits (B) for 2016-02-29..2016-03-06: overdue, due 2016-03-07T00:00:00+08:00, done 2 of 3", "next_day_call X for 2016-03-04: overdue"}) {
    EXPECT_NE(english.find(part), std::string::npos) << part << " in\n" << english;
  }
  EXPECT_NE(chinese.find("2016-02-29..2016-03-06"), std::string::npos) << chinese;
  EXPECT_EQ(chinese.find(": overdue"), std::string::npos) << chinese;
}

TEST(DutiesBody, EveryFormOfADay) {
  const auto dates = [](const std::string& duty, const std::string& more = "") {
    const std::string text = Desk(OverLog("{\"d\": " + duty + "}", R"("until": "@\"2016-12-31\"", )")).Ask(Facts({}, more), "2016-03-01T00:00:00");
    std::string out;
    for (std::size_t i = text.find("\"d "); i != std::string::npos; i = text.find("\"d ", i + 1)) out += (out.empty() ? "" : " ") + text.substr(i + 8, 5);
    return out.empty() ? text : out;
  };
  EXPECT_EQ(dates(R"({"every": "week", "on": "friday"})", R"(, "start": "2016-12-20")"), "12-23 12-30");
  EXPECT_EQ(dates(R"({"every": "week", "on": 5})", R"(, "start": "2016-12-20")"), "12-23 12-30");
  EXPECT_EQ(dates(R"({"every": "week", "on": {"feel": "n"}})", R"(, "start": "2016-12-20")"), "12-23 12-30");
  EXPECT_EQ(dates(R"({"every": "week", "on": {"feel": "n"}})", R"(, "start": "2016-12-20", "n": 8)"), "invalid_operation");
  EXPECT_EQ(dates(R"({"every": "week", "working_day": -1})", R"(, "start": "2016-12-20")"), "12-23 12-30");
  EXPECT_EQ(dates(R"({"every": "week"})", R"(, "start": "2016-12-20")"), "12-25");
  EXPECT_EQ(dates(R"({"every": "day"})", R"(, "start": "2016-12-29")"), "12-29 12-30 12-31");
  EXPECT_EQ(dates(R"({"every": "working_day"})", R"(, "start": "2016-12-29")"), "12-29 12-30");
  EXPECT_EQ(dates(R"({"every": "month", "on": 10, "roll": "following"})"), "03-10 04-11 05-10 06-12 07-11 08-10 09-12 10-10 11-10 12-12");  // 12 June was worked
  EXPECT_EQ(dates(R"({"every": "month", "on": "end"})"), "03-31 04-30 05-31 06-30 07-31 08-31 09-30 10-31 11-30 12-31");
  EXPECT_EQ(dates(R"({"every": "month", "on": {"feel": "n * 2"}})", R"(, "start": "2016-11-01")"), "11-10 12-10");
  EXPECT_EQ(dates(R"({"every": "quarter", "working_day": -1})"), "03-31 06-30 09-30 12-30");
  EXPECT_EQ(dates(R"({"every": "quarter", "on": {"month": 2, "day": 15}})"), "05-15 08-15 11-15");
  EXPECT_EQ(dates(R"({"every": "half_year", "allowed": {"amount": "n", "unit": "day"}})"), "07-05");
  EXPECT_EQ(dates(R"({"every": "month", "allowed": {"amount": 3, "unit": "wd"}})", R"(, "start": "2016-09-01")"), "09-05 10-10 11-03 12-05");
  EXPECT_EQ(dates(R"({"every": "year", "on": {"month": 12, "day": 25}})"), "12-25");
  EXPECT_EQ(dates(R"({"every": "year", "on": {"feel": "born"}, "leap": "preceding"})", R"(, "start": "2015-01-01")"), "02-28 02-29");
  EXPECT_EQ(dates(R"({"every": "year", "on": {"feel": "born"}, "leap": "following"})", R"(, "start": "2015-01-01")"), "03-01 02-29");
  EXPECT_EQ(dates(R"({"every": "year", "on": {"feel": "born"}, "leap": "none"})", R"(, "start": "2015-01-01")"), "02-29");
  EXPECT_EQ(dates(R"({"every": "year", "on": {"feel": "born"}, "leap": {"feel": "if n = 5 then \"following\" else \"none\""}})", R"(, "start": "2015-01-01")"), "03-01 02-29");
  EXPECT_EQ(dates(R"({"every": "year", "on": {"feel": "if n = 5 then null else born"}, "leap": "none"})"), "[]");  // not known
  EXPECT_EQ(dates(R"({"every": "year", "when": "on_duty"})", R"(, "on_duty": false)"), "[]");
  const std::string festivals = R"(, "festivals": ["2016-06-09", "2016-09-15"])";
  EXPECT_EQ(dates(R"({"dates": "festivals", "before": {"amount": 1, "unit": "day"}})", festivals), "06-08 09-14");
  EXPECT_EQ(dates(R"({"dates": "festivals", "before": {"amount": 2, "unit": "wd"}})", festivals), "06-07 09-13");
  EXPECT_EQ(dates(R"({"dates": "festivals", "roll": "following"})", festivals), "06-12 09-18");  // both were made up for on a Sunday
}

TEST(DutiesBody, TimesOfDay) {
  const auto due = [](const std::string& time, const std::string& more = "") {
    return Desk(OverLog(R"({"d": {"every": "week", "on": "friday")" + time + "}}")).Ask(Facts({}, more), "2016-03-01T00:00:00", "instants");
  };
  EXPECT_EQ(due(""), R"(["2016-03-05T00:00:00+08:00"])");
  EXPECT_EQ(due(R"(, "time": "close")"), R"(["2016-03-04T18:00:00+08:00"])");
  EXPECT_EQ(due(R"(, "time": "08:30")"), R"(["2016-03-04T08:30:00+08:00"])");
  EXPECT_EQ(due(R"(, "time": {"feel": "\"0\" + string(n) + \":00\""})"), R"(["2016-03-04T05:00:00+08:00"])");
  EXPECT_EQ(due(R"x(, "time": {"feel": "string(n)"})x"), "invalid_operation");
}

// Without events: facts.
TEST(DutiesBody, FromFacts) {
  Desk desk(Wrap(R"x({"facts": {"joined": "instant", "reports": {"list_of": "date"}, "operated": {"type": "instant", "optional": true}},
    "duties": {"as": "due", "from": "joined", "until": "@\"2016-03-20\"", "as_of": "@\"2016-03-17T09:00:00+08:00\"",
               "of": {"report": {"every": "week", "on": "friday", "done": "reports"}, "call": {"after": "operated", "allowed": {"amount": 48, "unit": "h"}}}},
    "formula": {"words": "for o in due.all return o.duty + \" \" + string(o.due_date) + \" \" + o.status"},
    "outcome": {"words": {"list_of": "text"}}})x"));
  EXPECT_EQ(desk.Ask(R"({"joined": "2016-03-03T09:00:00+08:00", "reports": ["2016-03-04", "2016-03-12"]})", "2016-03-01T00:00:00"),
            R"(["report 2016-03-04 done", "report 2016-03-11 done_late", "report 2016-03-18 open"])");
  EXPECT_EQ(desk.Ask(R"({"joined": "2016-03-14T09:00:00+08:00", "reports": [], "operated": "2016-03-14T10:00:00+08:00"})", "2016-03-01T00:00:00"),
            R"(["call 2016-03-16 overdue", "report 2016-03-18 open"])");
}

TEST(DutiesBody, UnknownAndProvisionalDays) {
  Desk desk(OverLog(R"({"d": {"every": "month", "on": 10, "roll": "following"}})"));
  EXPECT_EQ(desk.Ask(Facts({}, R"(, "start": "2026-12-01")"), "2026-12-01T09:00:00", "provisional"), "true");
  EXPECT_EQ(desk.Ask(Facts({}, R"(, "start": "2026-11-01")"), "2026-11-01T09:00:00", "provisional"), "false");
  EXPECT_EQ(desk.Ask(Facts({}, R"(, "start": "2026-12-11")"), "2026-12-11T09:00:00"), "unknown_days");
  EXPECT_EQ(Desk(OverLog(R"({"d": {"every": "month", "on": 10}})")).Ask(Facts({}, R"(, "start": "2026-12-11")"), "2026-12-11T09:00:00"), R"(["d 2027-01-10 upcoming 0/1"])");
  EXPECT_EQ(Desk(OverLog(R"({"d": {"every": "day"}})")).Ask(Facts({}, R"(, "start": "1980-01-01")"), "2016-03-01T09:00:00"), "limit_exceeded");
}

TEST(DutiesBody, MistakesAreReportedWhereTheyStand) {
  const auto find = [](const std::string& text) {
    const LoadResult loaded = RuleSet::Load(text);
    EXPECT_FALSE(loaded.ok()) << text;
    for (const Diagnostic& d : loaded.diagnostics) {
      if (d.severity == Severity::kError) return std::string(CodeText(d.code)) + " " + (d.path.rfind("/policies/p/duties", 0) == 0 ? d.path.substr(18) : d.path);
    }
    return std::string("none");
  };
  const auto problem = [&](const std::string& duty, const std::string& more = "") { return find(OverLog("{\"d\": " + duty + "}", more)); };
  EXPECT_EQ(problem("{}"), "bad_value /of/d");
  EXPECT_EQ(problem(R"({"every": "week", "dates": "festivals"})"), "bad_value /of/d");
  EXPECT_EQ(problem(R"({"every": "fortnight"})"), "bad_value /of/d/every");
  EXPECT_EQ(problem(R"({"every": "week", "on": "freitag"})"), "bad_value /of/d/on");
  EXPECT_EQ(problem(R"({"every": "week", "on": 8})"), "bad_value /of/d/on");
  EXPECT_EQ(problem(R"({"every": "week", "on": {"feel": "born"}})"), "wrong_arguments ");
  EXPECT_EQ(problem(R"({"every": "day", "on": 1})"), "bad_value /of/d/on");
  EXPECT_EQ(problem(R"({"every": "working_day", "working_day": 1})"), "bad_value /of/d/working_day");
  EXPECT_EQ(problem(R"({"every": "day", "roll": "following"})"), "unknown_key /of/d/roll");
  EXPECT_EQ(problem(R"({"every": "month", "on": "friday"})"), "bad_value /of/d/on");
  EXPECT_EQ(problem(R"({"every": "month", "on": 0})"), "bad_value /of/d/on");
  EXPECT_EQ(problem(R"({"every": "month", "on": 32})"), "bad_value /of/d/on");
  EXPECT_EQ(problem(R"({"every": "month", "on": {"feel": "born"}})"), "type_mismatch /of/d/on");
  EXPECT_EQ(problem(R"({"every": "month", "on": 1, "working_day": 1})"), "bad_value /of/d");
  EXPECT_EQ(problem(R"({"every": "month", "working_day": 0})"), "bad_value /of/d/working_day");
  EXPECT_EQ(problem(R"({"every": "quarter", "on": 10})"), "wrong_json_type /of/d/on");
  EXPECT_EQ(problem(R"({"every": "quarter", "on": {"month": 4, "day": 1}})"), "bad_value /of/d/on/month");
  EXPECT_EQ(problem(R"({"every": "quarter", "on": {"month": 1}})"), "missing_key /of/d/on");
  EXPECT_EQ(problem(R"({"every": "quarter", "on": {"day": 1}})"), "missing_key /of/d/on");
  EXPECT_EQ(problem(R"({"every": "year", "on": {"feel": "born"}})"), "missing_key /of/d");
  EXPECT_EQ(problem(R"({"every": "year", "on": {"month": 2, "day": 29}})"), "missing_key /of/d");
  EXPECT_EQ(problem(R"({"every": "year", "on": {"month": 3, "day": 29}, "leap": "preceding"})"), "unknown_key /of/d/leap");
  EXPECT_EQ(problem(R"({"every": "year", "on": {"feel": "born"}, "leap": "next"})"), "bad_value /of/d/leap");
  EXPECT_EQ(problem(R"({"every": "week", "count": 0})"), "bad_value /of/d/count");
  EXPECT_EQ(problem(R"({"every": "week", "count": 1.5})"), "bad_value /of/d/count");
  EXPECT_EQ(problem(R"({"every": "week", "time": "25:00"})"), "bad_value /of/d/time");
  EXPECT_EQ(problem(R"({"every": "week", "time": "00:00"})"), "bad_value /of/d/time");
  EXPECT_EQ(problem(R"({"every": "week", "roll": "next"})"), "bad_value /of/d/roll");
  EXPECT_EQ(problem(R"({"every": "week", "schedule": "ofice"})"), "unknown_name /of/d/schedule");
  EXPECT_EQ(problem(R"({"every": "week", "allowed": {"amount": 1, "unit": "d"}})"), "bad_value /of/d/allowed/unit");
  EXPECT_EQ(problem(R"({"every": "week", "done": "kidn = \"visit\""})"), "unknown_name /of/d/done");
  EXPECT_EQ(problem(R"({"every": "week", "done": "1"})"), "type_mismatch /of/d/done");
  EXPECT_EQ(problem(R"({"every": "week", "done": "kind = \"visit\"", "per": "who"})"), "unknown_key /of/d/per");
  EXPECT_EQ(problem(R"({"every": "week", "done": "kind = \"visit\"", "settles": "dya"})"), "unknown_field /of/d/settles");
  EXPECT_EQ(problem(R"({"every": "week", "owner": {"feel": "bos"}})"), "unknown_name /of/d/owner");
  EXPECT_EQ(problem(R"({"every": "week", "when": "n"})"), "type_mismatch /of/d/when");
  EXPECT_EQ(problem(R"({"after": "kind = \"operation\""})"), "missing_key /of/d");
  EXPECT_EQ(problem(R"({"after": "kind = \"operation\"", "allowed": {"amount": 1, "unit": "wd"}, "on": "friday"})"), "unknown_key /of/d/on");
  EXPECT_EQ(problem(R"({"after": "kind = \"operation\"", "allowed": {"amount": 1, "unit": "h"}, "time": "10:00"})"), "bad_value /of/d/time");
  EXPECT_EQ(problem(R"({"dates": "festivals", "before": {"amount": 1, "unit": "h"}})"), "bad_value /of/d/before/unit");
  EXPECT_EQ(problem(R"({"dates": "festivals", "before": {"amount": -1, "unit": "day"}})"), "bad_value /of/d/before/amount");
  EXPECT_EQ(problem(R"({"every": "week", "done": "kind = \"visit\"", "settles": "kind"})"), "wrong_arguments ");
  EXPECT_EQ(problem(R"({"dates": "n"})"), "type_mismatch /of/d/dates");
  EXPECT_EQ(problem(R"({"every": "week", "wehn": "true"})"), "unknown_key /of/d/wehn");
  EXPECT_EQ(find(OverLog("{}")), "bad_value /of");
  EXPECT_EQ(find(OverLog("[]")), "wrong_json_type /of");
  EXPECT_EQ(problem(R"({"every": "week"})", R"("until": "n", )"), "wrong_arguments ");
  EXPECT_EQ(find(Wrap(R"({"facts": {"a": "date"}, "duties": {"from": "a", "of": {"d": {"every": "week"}}}, "outcome": {"b": {"type": "date", "value": "a"}}})")), "missing_key ");
  EXPECT_EQ(find(Wrap(R"({"facts": {"a": "date"}, "duties": {"as": "due", "of": {"d": {"every": "week"}}}, "outcome": {"b": {"type": "date", "value": "a"}}})")), "missing_key ");
  EXPECT_EQ(find(Wrap(R"({"facts": {"a": "date"}, "duties": {"as": "due", "from": "a", "of": {"d": {"every": "week", "done": "a", "settles": "day"}}}, "outcome": {"b": {"type": "date", "value": "a"}}})")),
            "bad_value /of/d/settles");
}

TEST(DutiesBody, EngineAndReferenceAgree) {
  const std::string text = OverLog(R"({
    "report": {"owner": "supervisor", "every": "week", "on": "friday", "time": "18:00", "roll": "following", "done": "kind = \"report\"", "settles": "day"},
    "visits": {"every": "week", "count": 3, "done": "kind = \"visit\""},
    "list": {"every": "month", "on": 10, "roll": "preceding", "time": "close", "done": "kind = \"list\""},
    "books": {"every": "month", "allowed": {"amount": "n", "unit": "wd"}, "done": "kind = \"list\"", "settles": "day"},
    "greeting": {"dates": "festivals", "before": {"amount": 1, "unit": "wd"}, "done": "kind = \"visit\""},
    "call": {"after": "kind = \"operation\"", "allowed": {"amount": 1, "unit": "wd"}, "done": "kind = \"call\"", "per": "who"}})");
  testing::Twins twins(text);
  ASSERT_TRUE(twins.loaded());
  std::mt19937 random(20160310);
  const char* kinds[] = {"report", "visit", "list", "operation", "call", "other"};
  const std::int64_t begin = At("2016-01-20T00:00:00").seconds;
  const auto moment = [&] { return Instant{begin + static_cast<std::int64_t>(random() % (60u * 86400u)), 0, 8 * 3600}; };
  std::size_t decided = 0;
  for (int n = 0; n < 1000; ++n) {
    std::vector<Event> log;
    for (unsigned k = static_cast<unsigned>(random() % 30); k > 0; --k) {
      Event e{moment().ToString().substr(0, 19), kinds[random() % 6]};
      if (random() % 3 == 0) e.more += R"(, "day": ")" + moment().ToString().substr(0, 10) + "\"";
      if (random() % 2 == 0) e.more += R"(, "who": ")" + std::string(random() % 2 ? "X" : "Y") + "\"";
      log.push_back(e);
    }
    const std::string facts = Facts(log, R"(, "start": ")" + moment().ToString().substr(0, 10) + R"(", "n": )" + std::to_string(random() % 15) + R"(, "festivals": ["2016-02-08", "2016-02-22"])");
    const Instant at = moment();
    bool done = false;
    ASSERT_NO_FATAL_FAILURE(twins.Agree(facts, at, &done));
    decided += done ? 1 : 0;
  }
  EXPECT_EQ(decided, 1000u);
}

}  // namespace
}  // namespace ordain
