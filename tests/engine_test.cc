// Policies from JSON to decision: each body, each cross-cutting construct, each refusal; the program's verifier; threads.
#include <gtest/gtest.h>

#include <thread>

#include "engine/parts.hpp"
#include "ordain/ordain.hpp"

namespace ordain {
namespace {

Instant At(const char* text) {
  Instant at;
  EXPECT_TRUE(Instant::Parse(text, &at)) << text;
  return at;
}

std::string Wrap(const std::string& policies, const std::string& extra = "") {
  return R"({"ordain": 1, "rule_set": "x", )" + extra + R"("policies": {)" + policies + "}}";
}

// A rule set with a ledger in memory; each call decides and records one event of policy "x.p".
class Book {
 public:
  explicit Book(const std::string& text, const std::function<void(Terms*)>& choose = {}) : ledger_(NewMemoryLedger()), engine_(ledger_.get()) {
    LoadResult loaded = RuleSet::Load(text, "test");
    for (const Diagnostic& d : loaded.diagnostics) ADD_FAILURE() << d.Format();
    if (!loaded.ok()) return;
    Terms terms(*loaded.rule_set);
    if (choose) choose(&terms);
    EXPECT_FALSE(engine_.Add(*loaded.rule_set, terms).has_value());
  }
  std::string Do(const std::string& facts, const char* at = "2016-03-05T10:00:00+08:00", const char* policy = "x.p") {
    const auto done = engine_.DecideAndRecord(policy, facts, At(at), At(at), "e" + std::to_string(++n_));
    if (!done) return std::string(CodeText(done.error().code));
    return done.value().outcome + " " + done.value().effects;
  }
  Engine& engine() { return engine_; }
  Ledger& ledger() { return *ledger_; }

 private:
  std::unique_ptr<Ledger> ledger_;
  Engine engine_;
  int n_ = 0;
};

std::string FirstError(const std::string& text) {
  const LoadResult loaded = RuleSet::Load(text);
  return loaded.diagnostics.empty() ? "none" : std::string(CodeText(loaded.diagnostics[0].code));
}

// ---- working days -------------------------------------------------------------------------------------

std::string Days(const std::string& formula, const std::string& type, const std::string& extra = R"("calendar": "cn", )") {
  return Wrap(R"("p": {"facts": {"d": {"type": "date", "default": "2024-02-08"}, "t": {"type": "instant", "default": "2024-02-07T16:30:00.5Z"}}, "formula": {"y": ")" +
                  formula + R"("}, "outcome": {"y": ")" + type + R"("}})",
              extra);
}

TEST(WorkingDays, OfTheCalendarThatTheRuleSetNames) {
  const auto say = [](const std::string& formula, const std::string& type) { return Book(Days(formula, type)).Do("{}"); };
  EXPECT_EQ(say("add working days(d, 3)", "date"), R"({"y": "2024-02-19"} [])");
  EXPECT_EQ(say("add working days(d, -1)", "date"), R"({"y": "2024-02-07"} [])");
  EXPECT_EQ(say("add working days(d, 1.5)", "date"), "invalid_operation");
  EXPECT_EQ(say("add working days(d, 100000)", "date"), "unknown_days");
  EXPECT_EQ(say("is working day(d)", "boolean"), R"({"y": true} [])");
  EXPECT_EQ(say("is working day(date(2027, 1, 4))", "boolean"), "unknown_days");
  EXPECT_EQ(say("is working day(date(3027, 1, 4))", "boolean"), "overflow");
  EXPECT_EQ(say("working days between(date(2024, 2, 19), d)", "integer"), R"({"y": -3} [])");
  EXPECT_EQ(say("roll(date(2024, 2, 10), \\\"following\\\")", "date"), R"({"y": "2024-02-18"} [])");
  EXPECT_EQ(say("roll(d, \\\"up\\\")", "date"), "invalid_operation");
  EXPECT_EQ(say("month day(d, \\\"nthwd:-1;months:0\\\")", "date"), R"({"y": "2024-02-29"} [])");
  EXPECT_EQ(say("month day(d, \\\"nthwd:24;months:0\\\")", "date"), "invalid_operation");
  // In the zone of the rule set, whatever offset the instant was written with.
  EXPECT_EQ(say("local date(t)", "date"), R"({"y": "2024-02-08"} [])");
  EXPECT_EQ(say("local time(t)", "instant"), R"({"y": "2024-02-08T00:30:00.5+08:00"} [])");
  EXPECT_EQ(say("start of day(d)", "instant"), R"({"y": "2024-02-08T00:00:00+08:00"} [])");
  EXPECT_EQ(say("seconds between(t, start of day(d))", "number"), R"({"y": -1800.5} [])");
  EXPECT_EQ(FirstError(Days("add working days(t, 1)", "date")), "wrong_arguments");
  EXPECT_EQ(FirstError(Days("local date(d)", "date")), "wrong_arguments");
}

TEST(WorkingDays, OfTheCalendarThatTheHostBrings) {
  Calendar host;
  Diagnostics found;
  ASSERT_TRUE(Calendar().With({"", R"({"overlay": "host", "off": ["2024-02-09"]})"}, &host, &found));
  const auto use = [&](Terms* t) { t->Use(host); };
  EXPECT_EQ(Book(Days("add working days(d, 1)", "date"), use).Do("{}"), R"({"y": "2024-02-12"} [])");
  EXPECT_EQ(Book(Days("add working days(d, 1)", "date", ""), use).Do("{}"), R"({"y": "2024-02-12"} [])");
  EXPECT_EQ(Book(Days("add working days(d, 1)", "date", "")).Do("{}"), "unavailable");  // there is none
  const LoadResult loaded = RuleSet::Load(Days("add working days(d, 1)", "date"));
  ASSERT_TRUE(loaded.ok());
  Terms terms(*loaded.rule_set);
  EXPECT_EQ(terms.ToJson().find("calendar"), std::string::npos);
  terms.Use(host);
  EXPECT_NE(terms.ToJson().find(R"("calendar": {"id": "weekdays+host", "version": ")" + host.info().version), std::string::npos);
}

TEST(WorkingDays, ReadsOfAnotherKeyOfTheSamePolicy) {  // `from` its own policy: the event before, under another key
  Book book(Wrap(R"("p": {"facts": {"step": "integer", "v": "number"}, "latest": {"before": {"from": "p", "of": "v", "type": "number", "per": {"step": "step - 1"}, "default": 0}},
    "outcome": {"before": "number"}})"));
  EXPECT_EQ(book.Do(R"({"step": 1, "v": 5})"), R"({"before": 0} [])");
  EXPECT_EQ(book.Do(R"({"step": 2, "v": 7})"), R"({"before": 5} [])");
  EXPECT_EQ(book.Do(R"({"step": 2, "v": 8})"), R"({"before": 5} [])");
  EXPECT_EQ(book.Do(R"({"step": 3, "v": 9})"), R"({"before": 8} [])");
}

// ---- tables -----------------------------------------------------------------------------------------

std::string HitTable(const std::string& hit, const std::string& type, const std::string& more = "") {
  return Wrap(R"("p": {"facts": {"n": "number"}, "table": {"hit": ")" + hit + R"(", "columns": ["n"], "rows": [
    {"when": ["> 0"], "then": {"y": 1}}, {"when": ["> 10"], "then": {"y": 2}}, {"when": ["> 100"], "then": {"y": 2}}])" + more +
              R"(}, "outcome": {"y": )" + type + "}}");
}

TEST(Tables, HitPolicies) {
  const std::string number = "\"number\"", list = R"({"list_of": "number"})", maybe = R"({"type": "number", "nullable": true})";
  EXPECT_EQ(Book(HitTable("first", number)).Do(R"({"n": 50})"), R"({"y": 1} [])");
  EXPECT_EQ(Book(HitTable("unique", number)).Do(R"({"n": 5})"), R"({"y": 1} [])");
  EXPECT_EQ(Book(HitTable("unique", number)).Do(R"({"n": 50})"), "conflict");
  EXPECT_EQ(Book(HitTable("any", number)).Do(R"({"n": 50})"), "conflict");
  EXPECT_EQ(Book(HitTable("any", number)).Do(R"({"n": 5})"), R"({"y": 1} [])");
  EXPECT_EQ(Book(HitTable("priority", number, R"(, "priorities": {"y": [2, 1]})")).Do(R"({"n": 50})"), R"({"y": 2} [])");
  EXPECT_EQ(Book(HitTable("collect", list)).Do(R"({"n": 500})"), R"({"y": [1, 2, 2]} [])");
  EXPECT_EQ(Book(HitTable("rule_order", list)).Do(R"({"n": 50})"), R"({"y": [1, 2]} [])");
  EXPECT_EQ(Book(HitTable("output_order", list, R"(, "priorities": {"y": [2, 1]})")).Do(R"({"n": 500})"), R"({"y": [2, 2, 1]} [])");
  EXPECT_EQ(Book(HitTable("collect_sum", number)).Do(R"({"n": 500})"), R"({"y": 5} [])");
  EXPECT_EQ(Book(HitTable("collect_sum", number)).Do(R"({"n": 0})"), R"({"y": 0} [])");
  EXPECT_EQ(Book(HitTable("collect_count", "\"integer\"")).Do(R"({"n": 50})"), R"({"y": 2} [])");
  EXPECT_EQ(Book(HitTable("collect_min", maybe)).Do(R"({"n": 500})"), R"({"y": 1} [])");
  EXPECT_EQ(Book(HitTable("collect_max", maybe)).Do(R"({"n": 0})"), R"({"y": null} [])");
  EXPECT_EQ(Book(HitTable("first", number)).Do(R"({"n": 0})"), "uncovered");
  EXPECT_EQ(Book(HitTable("first", number, R"(, "otherwise": {"y": -1})")).Do(R"({"n": 0})"), R"({"y": -1} [])");
}

// The outcome and what the decision warns of, or its error; with messages. The first policy.
std::string Tell(const std::string& text, const std::string& facts, const char* at = "2016-03-05T10:00:00+08:00", std::string* explained = nullptr) {
  const LoadResult loaded = RuleSet::Load(text, "test");
  if (!loaded.ok()) return loaded.diagnostics[0].Format();
  Evaluator evaluator(*loaded.rule_set);
  Facts f(*loaded.rule_set, 0);
  f.SetJson(facts);
  DecideOptions options;
  options.trace = explained != nullptr;
  const Decision& d = evaluator.Decide(f, At(at), nullptr, options);
  if (explained != nullptr) *explained = evaluator.Explain(Language::kEnglish);
  std::string out = d.ok() ? d.OutcomeJson() : d.error().Message();
  for (const Diagnostic& w : d.warnings()) out += "; " + w.Message();
  return out;
}

TEST(Tables, FollowTheNullMode) {
  const auto feel = [](const std::string& hit) {
    std::string text = HitTable(hit, "\"number\"", hit == "priority" ? R"(, "priorities": {"y": [2, 1]})" : "");
    return text.insert(text.find("\"policies\""), "\"nulls\": \"feel\", ");
  };
  for (const char* hit : {"unique", "first", "any", "priority"}) {
    EXPECT_EQ(Tell(feel(hit), R"({"n": 0})"), R"({"y": null}; no rule of `table` covers n = 0)") << hit;
    EXPECT_EQ(Tell(feel(hit), R"({"n": 5})"), R"({"y": 1})") << hit;
  }
  for (const char* hit : {"unique", "any"}) {
    EXPECT_EQ(Tell(feel(hit), R"({"n": 500})"), R"({"y": null}; several rules of `table` apply and disagree: rows 1, 2, 3)") << hit;
  }
  EXPECT_EQ(Tell(HitTable("unique", "\"number\""), R"({"n": 0})"), "no rule of `table` covers n = 0");
}

TEST(Decisions, OutliveTheCallThatMadeThem) {
  const LoadResult loaded = RuleSet::Load(Wrap(R"("p": {"facts": {"t": "text", "who": "person"}, "effects": [{"effect": "notice", "to": "who", "notice": {"feel": "t"}}], "outcome": {"y": {"type": "text", "value": {"feel": "t"}}}})"));
  ASSERT_TRUE(loaded.ok());
  Engine engine(nullptr);
  ASSERT_FALSE(engine.Add(*loaded.rule_set).has_value());
  const std::string text(500, 'x');  // long enough to lie in memory of its own
  const auto decided = engine.Decide("x.p", "{\"t\": \"" + text + "\", \"who\": \"" + text + "\"}", At("2016-03-05T10:00:00+08:00"));
  ASSERT_TRUE(decided.ok());
  EXPECT_EQ(decided.value()->Outcome("y").text(), text);
  ASSERT_EQ(decided.value()->effects().size(), 1u);
  EXPECT_EQ(decided.value()->effects()[0].to, text);
}

// Regular expressions of a kind: "(" is broken, others match nothing.
class FewPatterns final : public TextServices {
 public:
  bool Upper(std::string_view, std::string*) const override { return false; }
  bool Lower(std::string_view, std::string*) const override { return false; }
  std::shared_ptr<const Regex> Compile(std::string_view pattern, std::string_view, std::string* error) const override {
    if (pattern != "(") return std::make_shared<Nothing>();
    *error = "a bracket stays open";
    return nullptr;
  }

 private:
  struct Nothing final : Regex {
    bool Find(std::string_view, bool* found, std::string*) const override { return *found = false, true; }
    bool Replace(std::string_view, std::string_view, std::string*, std::string*) const override { return false; }
    bool Split(std::string_view, std::vector<std::string>*, std::string*) const override { return false; }
  };
};

TEST(Messages, AReasonIsOfItsOwnFault) {
  const FewPatterns patterns;
  for (const char* nulls : {"feel", "strict"}) {
    const LoadResult loaded = RuleSet::Load(Wrap(R"("p": {"facts": {"pattern": "text", "xs": {"list_of": "number"}, "n": "number"}, "formula": {"a": "if matches(\"b\", pattern) then 1 else 0", "b": "if xs[n] = null then 0 else 1"},
      "outcome": {"a": {"type": "number", "nullable": true}, "b": {"type": "number", "nullable": true}}})", "\"nulls\": \"" + std::string(nulls) + "\", "));
    ASSERT_TRUE(loaded.ok()) << loaded.diagnostics[0].Format();
    Services services;
    services.text = &patterns;
    Evaluator evaluator(*loaded.rule_set, {}, services);
    const auto tell = [&](const std::string& facts) {
      Facts f(*loaded.rule_set, 0);
      f.SetJson(facts);
      const Decision& d = evaluator.Decide(f, At("2016-03-05T10:00:00+08:00"));
      std::string out = d.ok() ? "" : d.error().Message();
      for (const Diagnostic& w : d.warnings()) out += w.Message() + "\n";
      return out;
    };
    const std::string pattern = tell(R"({"pattern": "(", "xs": [1], "n": 1})"), index = tell(R"({"pattern": "b", "xs": [1], "n": 0.5})");
    EXPECT_NE(pattern.find("a bracket stays open"), std::string::npos) << pattern;
    EXPECT_NE(index.find("`xs[n]` has no value: not defined for these values"), std::string::npos) << index;
    if (std::string(nulls) == "feel") {
      EXPECT_EQ(tell(R"({"pattern": "(", "xs": [1], "n": 0.5})"), pattern + index);
    }
  }
}

TEST(Requirements, SayWhatIsWrong) {
  for (const char* code : {"refused", "out_of_range", "overflow", "missing_fact", "wrong_type"}) {
    const std::string text = Wrap(R"("p": {"facts": {"n": "number"}, "requires": [{"that": "n > 5", "otherwise": ")" + std::string(code) + R"("}],
      "formula": {"y": "n"}, "outcome": {"y": "number"}})");
    const std::string said = Tell(text, R"({"n": 1})");
    EXPECT_EQ(said.find_first_of("{}"), std::string::npos) << said;  // no placeholder is left
    EXPECT_TRUE(said.find("n > 5") != std::string::npos || std::string(code) == "missing_fact") << said;
  }
}

TEST(Clock, IsNotFoldedWhenTheRuleSetIsLoaded) {
  const std::string text = Wrap(R"("p": {"facts": {}, "formula": {"a": "now() ", "b": "today() ", "c": "string(today()) + \"!\""}, "outcome": {"a": "instant", "b": "date", "c": "text"}})");
  const LoadResult loaded = RuleSet::Load(text);
  ASSERT_TRUE(loaded.ok());
  Evaluator evaluator(*loaded.rule_set);
  Facts facts(*loaded.rule_set, 0);
  for (const char* day : {"2016-03-05", "2031-12-31"}) {
    const std::string at = std::string(day) + "T10:00:00+08:00";
    EXPECT_EQ(evaluator.Decide(facts, At(at.c_str())).OutcomeJson(), "{\"a\": \"" + at + "\", \"b\": \"" + day + "\", \"c\": \"" + day + "!\"}");
  }
}

TEST(Tables, ACellDoesNotHoldForNullUnlessItNamesNull) {
  const std::string text = Wrap(R"("p": {"facts": {"n": {"type": "number", "optional": true}}, "table": {"hit": "first", "columns": ["n"], "rows": [
    {"when": ["<= 5"], "then": {"y": "low"}}, {"when": ["null"], "then": {"y": "none"}}, {"when": ["-"], "then": {"y": "high"}}]},
    "outcome": {"y": "text"}})");
  Book book(text);
  EXPECT_EQ(book.Do(R"({"n": 5})"), R"({"y": "low"} [])");
  EXPECT_EQ(book.Do("{}"), R"({"y": "none"} [])");
  EXPECT_EQ(book.Do(R"({"n": null})"), R"({"y": "none"} [])");
  EXPECT_EQ(book.Do(R"({"n": 5.01})"), R"({"y": "high"} [])");
}

// ---- other bodies -------------------------------------------------------------------------------------

TEST(Scales, KindsAndEdges) {
  const auto scale = [](const std::string& kind, const std::string& edge) {
    return Wrap(R"("p": {"facts": {"n": "number"}, "scale": {"as": "y", "of": "n", "kind": ")" + kind + R"(", "edge": ")" + edge +
                R"(", "brackets": [{"from": 0, "value": 1}, {"from": 10, "value": 2}, {"from": 20, "value": 3}]}, "outcome": {"y": "number"}})");
  };
  Book flat(scale("flat", "lower")), upper(scale("flat", "upper")), unit(scale("per_unit", "lower")), marginal(scale("marginal", "lower"));
  EXPECT_EQ(flat.Do(R"({"n": 10})"), R"({"y": 2} [])");
  EXPECT_EQ(upper.Do(R"({"n": 10})"), R"({"y": 1} [])");
  EXPECT_EQ(upper.Do(R"({"n": 10.001})"), R"({"y": 2} [])");
  EXPECT_EQ(upper.Do(R"({"n": 0})"), R"({"y": 1} [])");
  EXPECT_EQ(flat.Do(R"({"n": -1})"), "uncovered");
  EXPECT_EQ(unit.Do(R"({"n": 25})"), R"({"y": 75} [])");
  EXPECT_EQ(marginal.Do(R"({"n": 25})"), R"({"y": 45} [])");
  EXPECT_EQ(marginal.Do(R"({"n": 0})"), R"({"y": 0} [])");
  Book linear(Wrap(R"("p": {"facts": {"n": "percent"}, "scale": {"as": "y", "type": "number", "of": "n", "kind": "linear", "from": 93, "step": 1, "value": 5,
    "whole_steps": true, "max": 20}, "outcome": {"y": "number"}})"));
  EXPECT_EQ(linear.Do(R"({"n": 95.9})"), R"({"y": 10} [])");
  EXPECT_EQ(linear.Do(R"({"n": 92.4})"), R"({"y": 0} [])");
  EXPECT_EQ(linear.Do(R"({"n": 90})"), R"({"y": -15} [])");
  EXPECT_EQ(linear.Do(R"({"n": 99})"), R"({"y": 20} [])");
}

TEST(Ladders, ReversalsAreMadeGood) {
  Book book(Wrap(R"("p": {"facts": {"who": "person"}, "counts": {"times": {"per": ["who"], "within": "day"}},
    "ladder": {"count": "times", "relation": "replace_total", "steps": [{"at": 1, "then": {"pts": -2}}, {"at": 2, "then": {"pts": -5}}]},
    "effects": [{"effect": "points", "to": "who", "amount": "pts"}], "outcome": {"pts": "points", "times": "integer"}})"));
  EXPECT_EQ(book.Do(R"({"who": "A"})"), R"({"pts": -2, "times": 1} [{"effect": "points", "to": "A", "amount": -2}])");
  EXPECT_EQ(book.Do(R"({"who": "A"})"), R"({"pts": -3, "times": 2} [{"effect": "points", "to": "A", "amount": -3}])");
  const Instant at = At("2016-03-05T12:00:00+08:00");
  ASSERT_TRUE(book.engine().Reverse("r1", "e1", at, at, "mistake").ok());
  // One lapse stands with -3; the second one of the day brings the day to -5.
  EXPECT_EQ(book.Do(R"({"who": "A"})"), R"({"pts": -2, "times": 2} [{"effect": "points", "to": "A", "amount": -2}])");
  EXPECT_EQ(book.Do(R"({"who": "A"})"), R"({"pts": 0, "times": 3} [])");
  EXPECT_FALSE(book.engine().Reverse("r2", "e1", at, at, "again").ok());
  EXPECT_FALSE(book.engine().Reverse("r3", "nothing", at, at, "").ok());
}

TEST(Numbers, SerialsPerPeriodAndOverflow) {
  Book book(Wrap(R"("p": {"facts": {"k": "text"}, "number": {"as": "id", "per": ["k"], "within": "day", "format": "{k}-{month:2}{day:2}-{serial:1}"},
    "outcome": {"id": "text", "serial": "integer"}})"));
  for (int i = 1; i <= 9; ++i) EXPECT_EQ(book.Do(R"({"k": "A"})"), R"({"id": "A-0305-)" + std::to_string(i) + R"(", "serial": )" + std::to_string(i) + "} []");
  EXPECT_EQ(book.Do(R"({"k": "A"})"), "overflow");
  EXPECT_EQ(book.Do(R"({"k": "B"})"), R"({"id": "B-0305-1", "serial": 1} [])");
  EXPECT_EQ(book.Do(R"({"k": "A"})", "2016-03-05T16:00:00Z"), R"({"id": "A-0306-1", "serial": 1} [])");
}

TEST(Checklists, NameWhatFails) {
  Book book(Wrap(R"("p": {"facts": {"a": "boolean", "b": "boolean", "refund": "boolean"}, "checklist": {"as": "complete", "failing": "missing",
    "items": [{"name": "first", "holds": "a"}, {"name": "second", "holds": "b", "when": "refund"}]},
    "outcome": {"complete": "boolean", "missing": {"list_of": "text"}}})"));
  EXPECT_EQ(book.Do(R"({"a": true, "b": false, "refund": false})"), R"({"complete": true, "missing": []} [])");
  EXPECT_EQ(book.Do(R"({"a": false, "b": false, "refund": true})"), R"({"complete": false, "missing": ["first", "second"]} [])");
}

TEST(Checklists, AreExplainedItemByItemWithTheirQuotes) {
  std::string explained;
  (void)Tell(Wrap(R"("p": {"facts": {"a": "boolean", "b": "boolean"}, "checklist": {"as": "complete", "items": [
    {"name": "first", "holds": "a", "says": {"en": "the form is signed"}, "quote": "sign here"}, {"name": "second", "holds": "b", "quote": "stamp there"}]},
    "outcome": {"complete": "boolean"}})"), R"({"a": true, "b": false})", "2016-03-05T10:00:00+08:00", &explained);
  for (const char* line : {"first: holds   (the form is signed)\n", "sign here", "second: does not hold\n", "stamp there"}) {
    EXPECT_NE(explained.find(line), std::string::npos) << line << " in\n" << explained;
  }
}

// Below the reading: what it makes of the clauses, and each of them; at the other policy, where it is resolved.
TEST(Contradictions, AreExplainedWithWhatPrevails) {
  const LoadResult loaded = RuleSet::Load(Wrap(R"(
    "p": {"cites": ["A-1"], "facts": {"n": "integer"}, "settings": {"s": {"values": ["first", "later", "max", "min", "both", "review"], "contradiction": {"id": "D-1",
      "between": [{"policy": "p", "cites": ["A-1"], "quote": "one"}, {"policy": "q", "cites": ["B-2"], "quote": "two"}, {"policy": "other.r", "cites": ["C-3"], "quote": "three"}],
      "resolve": {"later": "B-2"}}}}, "formula": {"y": "if s = \"later\" then 2 else 1"}, "outcome": {"y": "integer"}},
    "q": {"cites": ["B-2"], "facts": {"n": "integer"}, "outcome": {"n": {"type": "integer", "value": "n"}}})"), "test");
  ASSERT_TRUE(loaded.ok()) << loaded.diagnostics[0].Format();
  const RuleSet& rules = *loaded.rule_set;
  Evaluator evaluator(rules);
  DecideOptions options;
  options.trace = true;
  const auto explain = [&](int policy, const char* value, Language language) {
    Terms terms(rules);
    EXPECT_FALSE(terms.Choose("s", value));
    Facts f(rules, policy);
    f.SetJson(R"({"n": 1})");
    EXPECT_TRUE(evaluator.Decide(f, At("2016-03-05T10:00:00+08:00"), terms, nullptr, options).ok());
    return evaluator.Explain(language);
  };
  const auto has = [](const std::string& text, const char* part) { EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text; };
  has(explain(0, "first", Language::kEnglish), "  s = \"first\"\n    contradiction D-1: the first prevails\n      applies: \u201cone\u201d [A-1] p\n      gives way: \u201ctwo\u201d [B-2] q\n      gives way: \u201cthree\u201d [C-3] other.r\n");
  has(explain(0, "later", Language::kEnglish), "    contradiction D-1: B-2 prevails\n      gives way: \u201cone\u201d [A-1] p\n      applies: \u201ctwo\u201d");
  has(explain(0, "max", Language::kEnglish), "    contradiction D-1: the higher applies\n      - \u201cone\u201d");
  has(explain(0, "min", Language::kEnglish), "D-1: the lower applies\n");
  has(explain(0, "both", Language::kEnglish), "D-1: both apply\n      applies: \u201cone\u201d [A-1] p\n      applies: \u201ctwo\u201d");
  has(explain(0, "review", Language::kEnglish), "D-1: a person decides\n      - \u201cone\u201d");
  has(explain(0, "later", Language::kChinese), "\u6761\u6b3e\u51b2\u7a81 D-1\uff1a\u4ee5 B-2 \u4e3a\u51c6\n");
  has(explain(1, "min", Language::kEnglish), "  contradiction D-1 (p.s = \"min\"): the lower applies\n");
  ASSERT_EQ(rules.contradictions().size(), 1u);
  const ContradictionInfo c = rules.contradictions()[0];
  EXPECT_EQ(c.id + " " + std::to_string(c.policy) + " " + c.setting + " " + c.between[2].policy + " " + c.resolve[1].first + " " + c.resolve[1].second, "D-1 0 s other.r later B-2");
}

TEST(Ranks, TiesByTheDeclaredRule) {
  const auto rank = [](const std::string& ties, const std::string& type) {
    return Wrap(R"("p": {"facts": {"c": {"list_of": {"record": {"who": "person", "v": "integer"}}}}, "rank": {"of": "c", "by": "item.v", "order": "highest", "ties": ")" + ties +
                R"(", "tied": "tied", "places": {"first": {"place": 1, "take": "item.who"}, "second": {"place": 2, "take": "item.who"}}},
                "outcome": {"first": )" + type + R"(, "second": )" + type + R"(, "tied": "boolean"}})");
  };
  const std::string facts = R"({"c": [{"who": "A", "v": 3}, {"who": "B", "v": 5}, {"who": "C", "v": 5}]})";
  const std::string maybe = R"({"type": "person", "nullable": true})";
  EXPECT_EQ(Book(rank("vacate", maybe)).Do(facts), R"({"first": null, "second": null, "tied": true} [])");
  EXPECT_EQ(Book(rank("earlier", maybe)).Do(facts), R"({"first": "B", "second": "C", "tied": true} [])");
  EXPECT_EQ(Book(rank("all", R"({"list_of": "person"})")).Do(facts), R"({"first": ["B", "C"], "second": [], "tied": true} [])");
  EXPECT_EQ(Book(rank("vacate", maybe)).Do(R"({"c": []})"), R"({"first": null, "second": null, "tied": false} [])");
}

TEST(Scores, OnceInTheWindow) {
  Book book(Wrap(R"("p": {"facts": {"who": "person", "good": {"type": "boolean", "default": false}, "n": "integer"}, "score": {"as": "pts", "items": [
    {"when": "good", "points": 3, "once_per": ["who"], "within": "calendar_month"}, {"times": "n", "points": -5}]}, "outcome": {"pts": "points"}})"));
  EXPECT_EQ(book.Do(R"({"who": "A", "good": true, "n": 2})"), R"({"pts": -7} [])");
  EXPECT_EQ(book.Do(R"({"who": "A", "good": true, "n": 0})"), R"({"pts": 0} [])");
  EXPECT_EQ(book.Do(R"({"who": "A", "good": true, "n": 0})", "2016-04-01T00:00:00+08:00"), R"({"pts": 3} [])");
}

// ---- the ledger in policies -----------------------------------------------------------------------------

TEST(Windows, CountTheirDays) {
  const auto count = [](const std::string& within) {
    return Wrap(R"("p": {"facts": {}, "counts": {"c": {"per": [], "within": ")" + within + R"("}}, "outcome": {"c": "integer"}})");
  };
  struct Row {
    const char *within, *before, *at;
    int expected;
  };
  const Row kRows[] = {
      {"day", "2016-03-05T00:00:00+08:00", "2016-03-05T23:59:59+08:00", 2},
      {"day", "2016-03-04T23:59:59+08:00", "2016-03-05T00:00:00+08:00", 1},
      {"day", "2016-03-04T16:00:00Z", "2016-03-05T10:00:00+08:00", 2},
      {"calendar_week", "2016-02-29T10:00:00+08:00", "2016-03-06T10:00:00+08:00", 2},
      {"calendar_week", "2016-02-28T10:00:00+08:00", "2016-03-05T10:00:00+08:00", 1},
      {"calendar_month", "2016-03-31T10:00:00+08:00", "2016-03-01T10:00:00+08:00", 2},
      {"calendar_quarter", "2016-01-01T10:00:00+08:00", "2016-03-31T10:00:00+08:00", 2},
      {"calendar_quarter", "2015-12-31T10:00:00+08:00", "2016-03-31T10:00:00+08:00", 1},
      {"calendar_year", "2016-12-31T10:00:00+08:00", "2016-03-05T10:00:00+08:00", 2},
      {"last 7 days", "2016-02-28T10:00:00+08:00", "2016-03-05T10:00:00+08:00", 2},
      {"last 7 days", "2016-02-27T10:00:00+08:00", "2016-03-05T10:00:00+08:00", 1},
      {"last 12 months", "2015-03-05T10:00:00+08:00", "2016-03-05T10:00:00+08:00", 1},
      {"last 12 months", "2015-03-06T00:00:00+08:00", "2016-03-05T10:00:00+08:00", 2},
      {"last 18 months", "2015-02-28T10:00:00+08:00", "2016-08-31T10:00:00+08:00", 1},
      {"last 18 months", "2015-03-01T10:00:00+08:00", "2016-08-31T10:00:00+08:00", 2},
      {"lifetime", "2030-01-01T10:00:00+08:00", "2016-03-05T10:00:00+08:00", 2},
  };
  for (const Row& row : kRows) {
    Book book(count(row.within));
    book.Do("{}", row.before);
    EXPECT_EQ(book.Do("{}", row.at), R"({"c": )" + std::to_string(row.expected) + "} []") << row.within << " " << row.before << " " << row.at;
  }
}

TEST(Streaks, AreMonthsInARow) {
  Book book(Wrap(R"("p": {"facts": {"d": "integer"}, "streaks": {"s": {"per": [], "of": "d", "reaches": 50}},
    "reached": {"bad": {"per": [], "of": "d", "reaches": 50, "within": "calendar_year"}}, "outcome": {"s": "integer", "bad": "integer"}})"));
  EXPECT_EQ(book.Do(R"({"d": 50})", "2015-12-10T10:00:00+08:00"), R"({"s": 1, "bad": 1} [])");
  EXPECT_EQ(book.Do(R"({"d": 30})", "2016-01-10T10:00:00+08:00"), R"({"s": 0, "bad": 0} [])");
  EXPECT_EQ(book.Do(R"({"d": 20})", "2016-01-11T10:00:00+08:00"), R"({"s": 2, "bad": 1} [])");
  EXPECT_EQ(book.Do(R"({"d": 60})", "2016-03-10T10:00:00+08:00"), R"({"s": 1, "bad": 2} [])");
  EXPECT_EQ(book.Do(R"({"d": 60})", "2016-02-10T10:00:00+08:00"), R"({"s": 3, "bad": 3} [])");
  EXPECT_EQ(book.Do(R"({"d": 0})", "2016-03-11T10:00:00+08:00"), R"({"s": 4, "bad": 3} [])");
}

TEST(Engine, RecordsOnceAndNoticesStaleDecisions) {
  Book book(Wrap(R"("p": {"facts": {"who": "person"}, "counts": {"c": {"per": ["who"]}}, "outcome": {"c": "integer"}})"));
  Engine& engine = book.engine();
  const Instant at = At("2016-03-05T10:00:00+08:00");
  const std::string facts = R"({"who": "A"})";
  DecideOptions options;
  options.entries = true;
  const auto decided = engine.Decide("x.p", facts, at, options);
  ASSERT_TRUE(decided.ok());
  EXPECT_EQ(book.ledger().last_seq(), 0);  // deciding writes nothing
  ASSERT_TRUE(engine.Record("a", "x.p", facts, at, at, *decided.value()).ok());
  EXPECT_EQ(engine.Record("b", "x.p", facts, at, at, *decided.value()).error().code, Code::kLedgerStale);
  EXPECT_TRUE(engine.DecideAndRecord("x.p", R"({ "who" : "A" })", at, at, "a").value().appended.existed);
  EXPECT_EQ(engine.DecideAndRecord("x.p", R"({"who": "B"})", at, at, "a").error().code, Code::kLedgerConflict);
  EXPECT_EQ(engine.DecideAndRecord("x.p", R"({"who": 1})", at, at, "c").error().code, Code::kWrongType);
  EXPECT_EQ(engine.DecideAndRecord("x.q", facts, at, at, "c").error().code, Code::kUnknownPolicy);
  EXPECT_EQ(book.ledger().last_seq(), 1);
}

TEST(Engine, ANewCountIsFilledFromRecordedFacts) {
  const std::unique_ptr<Ledger> ledger = NewMemoryLedger();
  const Instant at = At("2016-03-05T10:00:00+08:00");
  const std::string before = Wrap(R"("p": {"facts": {"who": "person", "n": "integer"}, "outcome": {"n": {"type": "integer", "value": {"feel": "n"}}}})");
  const std::string after = Wrap(R"("p": {"facts": {"who": "person", "n": "integer"}, "totals": {"t": {"of": "n", "per": ["who"]}}, "outcome": {"t": "integer"}})");
  {
    Engine engine(ledger.get());
    ASSERT_FALSE(engine.Add(*RuleSet::Load(before).rule_set).has_value());
    for (int i = 1; i <= 3; ++i) {
      ASSERT_TRUE(engine.DecideAndRecord("x.p", R"({"who": "A", "n": )" + std::to_string(i) + "}", at, at, "e" + std::to_string(i)).ok());
    }
  }
  Engine engine(ledger.get());
  ASSERT_FALSE(engine.Add(*RuleSet::Load(after).rule_set).has_value());
  EXPECT_EQ(engine.DecideAndRecord("x.p", R"({"who": "A", "n": 10})", at, at, "e4").value().outcome, R"({"t": 16})");
}

TEST(Engine, EditionsAreChosenByTheInstant) {
  const auto edition = [](const char* force, int y) {
    return *RuleSet::Load(Wrap(R"("p": {"facts": {}, "formula": {"y": ")" + std::to_string(y) + R"("}, "outcome": {"y": "integer"}})", std::string(R"("in_force": )") + force + ", ")).rule_set;
  };
  Engine engine(nullptr);
  ASSERT_FALSE(engine.Add(edition(R"({"to": "2015-12-31"})", 15)).has_value());
  ASSERT_FALSE(engine.Add(edition(R"({"from": "2016-01-01", "to": "2016-12-31"})", 16)).has_value());
  EXPECT_EQ(engine.Add(edition(R"({"from": "2016-06-01"})", 17))->code, Code::kOverlappingDates);
  EXPECT_EQ((*engine.Decide("x.p", "{}", At("2015-12-31T15:59:59Z")).value()).ToJson(), R"({"outcome": {"y": 15}, "effects": []})");
  EXPECT_EQ((*engine.Decide("x.p", "{}", At("2015-12-31T16:00:00Z")).value()).ToJson(), R"({"outcome": {"y": 16}, "effects": []})");
  EXPECT_EQ(engine.Decide("x.p", "{}", At("2017-01-01T10:00:00+08:00")).error().code, Code::kNotInForce);
}

// ---- cross-cutting ----------------------------------------------------------------------------------------

TEST(Facts, MissingBeforeWrongBeforeTheRest) {
  Book book(Wrap(R"("p": {"facts": {"a": "integer", "b": "boolean", "c": {"type": "text", "optional": true, "required_when": "b"},
    "m": {"type": "money", "optional": true}, "s": {"type": "text", "one_of": ["x", "y"], "optional": true}, "i": {"type": "institution", "length": 2, "optional": true}},
    "requires": [{"that": "a > 0", "otherwise": "out_of_range"}], "outcome": {"ok": {"type": "boolean", "value": {"feel": "b"}}}})"));
  EXPECT_EQ(book.Do(R"({"a": 1, "b": false})"), R"({"ok": false} [])");
  EXPECT_EQ(book.Do(R"({"a": 1, "b": true})"), "missing_fact");
  EXPECT_EQ(book.Do(R"({"a": "1", "b": true})"), "missing_fact");
  EXPECT_EQ(book.Do(R"({"a": "1", "b": false})"), "wrong_type");
  EXPECT_EQ(book.Do(R"({"a": 1.5, "b": false})"), "wrong_type");
  EXPECT_EQ(book.Do(R"({"a": 1.0, "b": false})"), R"({"ok": false} [])");
  EXPECT_EQ(book.Do(R"({"a": null, "b": false})"), "missing_fact");
  EXPECT_EQ(book.Do(R"({"a": 0, "b": false})"), "out_of_range");
  EXPECT_EQ(book.Do(R"({"a": 0, "b": false, "x": 1})"), "unknown_fact");
  EXPECT_EQ(book.Do(R"({"a": 0, "x": 1})"), "missing_fact");
  EXPECT_EQ(book.Do(R"({"a": 1, "b": false, "m": 0.001})"), "wrong_type");
  EXPECT_EQ(book.Do(R"({"a": 1, "b": false, "s": "z"})"), "wrong_type");
  EXPECT_EQ(book.Do(R"({"a": 1, "b": false, "i": "ABC"})"), "wrong_type");
  EXPECT_EQ(book.Do(R"([1])"), "wrong_type");
  EXPECT_EQ(book.Do(R"({"a": 1, "b": false)"), "bad_json");
}

TEST(Facts, AMapTellsAnAbsentKeyFromAnEmptyOne) {
  Book book(Wrap(R"("p": {"facts": {"m": {"map_of": {"type": "integer", "nullable": true}, "keys": ["a", "b", "c"]}, "free": {"map_of": "text", "optional": true}},
    "outcome": {"keys": {"list_of": "text", "value": "m.key"}, "empty": {"list_of": "text", "value": "m[item.value = null].key"},
                "free": {"type": "integer", "value": "if free = null then -1 else count(free) + 0"}}})"));
  EXPECT_EQ(book.Do(R"({"m": {"c": 1, "a": null}})"), R"({"keys": ["c", "a"], "empty": ["a"], "free": -1} [])");
  EXPECT_EQ(book.Do(R"({"m": {}, "free": {"any key": "x", "": "y"}})"), R"({"keys": [], "empty": [], "free": 2} [])");
  EXPECT_EQ(book.Do(R"({"m": {"d": 1}})"), "wrong_type");
  EXPECT_EQ(book.Do(R"({"m": {"a": 1.5}})"), "wrong_type");
  EXPECT_EQ(book.Do(R"({"m": []})"), "wrong_type");
  EXPECT_EQ(book.Do(R"({"m": {}, "free": {"x": null}})"), "missing_fact");
  EXPECT_EQ(book.Do(R"({"m": {"a": 1, "a": 2}})"), "duplicate_key");
  EXPECT_EQ(FirstError(Wrap(R"("p": {"facts": {}, "outcome": {"m": {"list_of": {"map_of": "number"}, "value": "[]"}}})")), "bad_value");
}

TEST(Effects, FanOut) {
  const auto fine = [](const std::string& per_party) {
    return Wrap(R"("p": {"facts": {"a": {"list_of": "person"}, "b": {"list_of": "person"}}, "effects": [{"effect": "fine", "as": "fines", )" + per_party +
                R"("shares": [{"to": "a", "amount": 10}, {"to": "b", "amount": 30}]}], "outcome": {"total": {"type": "money", "value": {"feel": "sum(fines.amount) "}}}})");
  };
  const std::string facts = R"({"a": ["E", "F", "E"], "b": ["F"]})";
  EXPECT_EQ(Book(fine(R"("per_party": "highest", )")).Do(facts), R"({"total": 40} [{"effect": "fine", "to": "E", "amount": 10}, {"effect": "fine", "to": "F", "amount": 30}])");
  EXPECT_EQ(Book(fine(R"("per_party": "sum", )")).Do(facts), R"({"total": 60} [{"effect": "fine", "to": "E", "amount": 20}, {"effect": "fine", "to": "F", "amount": 40}])");
  EXPECT_EQ(Book(fine("")).Do(facts), "conflict");
  EXPECT_EQ(Book(fine("")).Do(R"({"a": ["E", "E"], "b": []})"), R"({"total": 10} [{"effect": "fine", "to": "E", "amount": 10}])");
}

TEST(Effects, ADutyOfAnotherDayIsAnotherDuty) {
  Book book(Wrap(R"("p": {"facts": {"who": "person", "days": {"list_of": "date"}}, "effects": [{"effect": "duty", "to": "who", "for": "d in days", "duty": "call", "due": "d"}],
    "outcome": {"y": {"type": "number", "value": 1}}})"));
  EXPECT_EQ(book.Do(R"({"who": "E", "days": ["2016-03-07", "2016-03-08", "2016-03-07"]})"),
            R"({"y": 1} [{"effect": "duty", "to": "E", "duty": "call", "due": "2016-03-07"}, {"effect": "duty", "to": "E", "duty": "call", "due": "2016-03-08"}])");
}

TEST(Effects, AmountsAreExactPositiveAndNotZero) {
  Book pay(Wrap(R"("p": {"facts": {"m": "number", "who": "person"}, "effects": [{"effect": "pay", "to": "who", "amount": "money(m) "}], "outcome": {"n": {"type": "number", "value": {"feel": "m"}}}})"));
  EXPECT_EQ(pay.Do(R"({"m": 0, "who": "E"})"), R"({"n": 0} [])");
  EXPECT_EQ(pay.Do(R"({"m": 1.5, "who": "E"})"), R"({"n": 1.5} [{"effect": "pay", "to": "E", "amount": 1.5}])");
  EXPECT_EQ(pay.Do(R"({"m": 1.555, "who": "E"})"), "unrounded");
  EXPECT_EQ(pay.Do(R"({"m": -1, "who": "E"})"), "negative_amount");
}

TEST(Parameters, AreDatedAndMissingOnlyWhereRead) {
  const std::string text = Wrap(R"("p": {"facts": {"n": "integer"}, "formula": {"y": "if n = 0 then 0 else n * rate", "z": "n * fee"}, "outcome": {"y": "money", "z": "money"}})",
                                R"("parameters": {"rate": {"type": "money", "host": "must"}, "fee": {"type": "money", "values": [{"value": 1}, {"from": "2016-01-01", "value": 2}]}}, )");
  Book without(text);
  EXPECT_EQ(without.Do(R"({"n": 0})"), R"({"y": 0, "z": 0} [])");
  EXPECT_EQ(without.Do(R"({"n": 1})"), "missing_parameter");
  Book with(text, [](Terms* t) {
    EXPECT_FALSE(t->Supply("x.rate", "2.5").has_value());
    EXPECT_EQ(t->Supply("rate", "\"a\"")->code, Code::kWrongType);
    EXPECT_EQ(t->Supply("rat", "1")->hint, "did you mean `rate`?");
    EXPECT_EQ(t->Supply("fee", "1")->code, Code::kUnknownParameter);
  });
  EXPECT_EQ(with.Do(R"({"n": 2})", "2015-12-31T10:00:00+08:00"), R"({"y": 5, "z": 2} [])");
  EXPECT_EQ(with.Do(R"({"n": 2})", "2016-01-01T00:00:00+08:00"), R"({"y": 5, "z": 4} [])");
}

TEST(Policies, UseEachOthersOutcomes) {
  Book book(Wrap(R"("rate": {"facts": {"k": {"type": "text", "one_of": ["a", "b"]}, "n": {"type": "number", "default": 7}}, "table": {"hit": "unique", "columns": ["k"],
      "rows": [{"when": ["\"a\""], "then": {"r": 1}}, {"when": ["\"b\""], "then": {"r": {"feel": "n"}}}]},
      "effects": [{"effect": "review", "reason": "not_caused_by_use"}], "outcome": {"r": "number"}},
    "p": {"facts": {"l": {"list_of": "text"}}, "formula": {"y": "for x in [1, 2] return rate(k: \"b\", n: x).r + rate(k: \"a\").r", "d": "rate(k: \"b\").r"}, "outcome": {"y": {"list_of": "number"}, "d": "number"}})"));
  EXPECT_EQ(book.Do(R"({"l": []})"), R"({"y": [2, 3], "d": 7} [])");
  EXPECT_EQ(FirstError(Wrap(R"("p": {"facts": {}, "formula": {"y": "q().y"}, "outcome": {"y": "number"}}, "q": {"facts": {}, "formula": {"y": "p().y"}, "outcome": {"y": "number"}})")), "cycle");
  EXPECT_EQ(FirstError(Wrap(R"("p": {"facts": {}, "formula": {"y": "z + 1", "z": "y + 1"}, "outcome": {"y": "number"}})")), "cycle");
}

TEST(Guards, CapDropReviewBlock) {
  const auto text = [](const std::string& excess, const std::string& host) {
    return Wrap(R"("p": {"facts": {"m": "money", "who": "person"}, "effects": [{"effect": "fine", "to": "who", "amount": "m"}], "outcome": {"m": {"type": "money", "value": {"feel": "m"}}}})",
                R"("guards": {"cap": {"effects": ["fine"], "limit": "500", "when": "today >= @\"2016-01-01\"", "excess": ")" + excess + R"(", "host": ")" + host + R"("}}, )");
  };
  const std::string facts = R"({"m": 600, "who": "E"})";
  EXPECT_EQ(Book(text("cap", "always")).Do(facts), R"({"m": 600} [{"effect": "fine", "to": "E", "amount": 500}, {"effect": "review", "reason": "guard:cap"}])");
  EXPECT_EQ(Book(text("drop", "always")).Do(facts), R"({"m": 600} [{"effect": "review", "reason": "guard:cap"}])");
  EXPECT_EQ(Book(text("review", "always")).Do(facts), R"({"m": 600} [{"effect": "fine", "to": "E", "amount": 600}, {"effect": "review", "reason": "guard:cap"}])");
  EXPECT_EQ(Book(text("block", "always")).Do(facts), "guard_blocked");
  EXPECT_EQ(Book(text("block", "always")).Do(facts, "2015-12-31T10:00:00+08:00"), R"({"m": 600} [{"effect": "fine", "to": "E", "amount": 600}])");
  EXPECT_EQ(Book(text("block", "switch")).Do(facts), R"({"m": 600} [{"effect": "fine", "to": "E", "amount": 600}])");
  EXPECT_EQ(Book(text("block", "switch"), [](Terms* t) { EXPECT_FALSE(t->SwitchOn("cap").has_value()); }).Do(facts), "guard_blocked");
}

// ---- the machine ------------------------------------------------------------------------------------------

TEST(Guards, APackIsLaidUponARuleSet) {
  const std::string text = Wrap(R"("p": {"facts": {"who": "person", "n": "money"}, "effects": [{"effect": "fine", "to": "who", "amount": "n"}],
    "outcome": {"n": {"type": "money", "value": "n"}}})", R"("parameters": {"own": {"type": "money", "default": 1, "host": "may"}}, )");
  const auto pack = [](const std::string& more) {
    return GuardPack{R"({"ordain": 1, "rule_set": "law", "in_force": {"from": "2016-03-01", "to": "2016-03-31"}, )" + more + "}", "law.json"};
  };
  const std::string ceiling = R"("guards": {"ceiling": {"effects": ["fine"], "limit": "most", "when": "to != \"B\"", "excess": "cap", "host": "switch"}})";
  const std::string most = R"("parameters": {"most": {"type": "money", "host": "must"}}, )";
  const LoadResult plain = RuleSet::Load(text), guarded = RuleSet::Load(text, "x.json", {}, {pack(most + ceiling)});
  ASSERT_TRUE(plain.ok() && guarded.ok());
  EXPECT_NE(plain.rule_set->revision(), guarded.rule_set->revision());
  EXPECT_EQ(guarded.rule_set->revision(), RuleSet::Load(text, "y.json", {}, {pack(most + ceiling)}).rule_set->revision());
  const auto decide = [&](bool on, const char* who, const char* at) {
    const std::unique_ptr<Ledger> ledger = NewMemoryLedger();
    Engine engine(ledger.get());
    Terms terms(*guarded.rule_set);
    EXPECT_FALSE(terms.Supply("most", "5").has_value());
    if (on) {
      EXPECT_FALSE(terms.SwitchOn("ceiling").has_value());
    }
    EXPECT_FALSE(engine.Add(*guarded.rule_set, terms).has_value());
    const auto done = engine.DecideAndRecord("x.p", std::string(R"({"n": 8, "who": ")") + who + "\"}", At(at), At(at), "e");
    EXPECT_TRUE(done.ok());
    return done.value().effects;
  };
  const std::string whole = R"([{"effect": "fine", "to": "A", "amount": 8}])";
  EXPECT_EQ(decide(false, "A", "2016-03-05T10:00:00+08:00"), whole);
  EXPECT_EQ(decide(true, "A", "2016-03-05T10:00:00+08:00"), R"([{"effect": "fine", "to": "A", "amount": 5}, {"effect": "review", "reason": "guard:ceiling"}])");
  EXPECT_EQ(decide(true, "B", "2016-03-05T10:00:00+08:00"), R"([{"effect": "fine", "to": "B", "amount": 8}])");
  EXPECT_EQ(decide(true, "A", "2016-02-29T23:59:59+08:00"), whole);
  EXPECT_EQ(decide(true, "A", "2016-04-01T00:00:00+08:00"), whole);

  const auto problem = [&](const std::vector<GuardPack>& packs) {
    const LoadResult loaded = RuleSet::Load(text, "x.json", {}, packs);
    EXPECT_FALSE(loaded.ok());
    if (loaded.diagnostics.empty()) return std::string("none");
    return std::string(CodeText(loaded.diagnostics[0].code)) + " " + loaded.diagnostics[0].file + " " + loaded.diagnostics[0].path;
  };
  EXPECT_EQ(problem({pack(ceiling)}), "unknown_name law.json /guards/ceiling/limit");
  EXPECT_EQ(problem({pack(R"("parameters": {"own": {"type": "money", "host": "must"}}, )" + ceiling)}), "unknown_name law.json /guards/ceiling/limit");
  const std::string limited = R"("guards": {"ceiling": {"effects": ["fine"], "limit": "own", "excess": "cap"}})";
  EXPECT_EQ(problem({pack(R"("parameters": {"own": {"type": "money", "host": "must"}}, )" + limited)}), "duplicate_name law.json /parameters/own");
  EXPECT_EQ(problem({pack(most + ceiling), pack(ceiling.substr(0, ceiling.find("most")) + "3" + ceiling.substr(ceiling.find("most") + 4))}), "duplicate_name law.json /guards/ceiling");
  EXPECT_TRUE(RuleSet::Load(text, "x.json", {}, {pack(R"("currency": "JPY", )" + most + ceiling)}).ok());
  EXPECT_EQ(RuleSet::Load(text, "x.json", {}, {pack(R"("currency": "JPY", )" + most + ceiling)}).rule_set->revision(), plain.rule_set->revision());
  EXPECT_EQ(FirstError(R"({"ordain": 1, "rule_set": "x"})"), "missing_key");
  // What is a pack: guards, and no policies.
  const auto is_pack = [](const std::string& document) {
    json::Node node;
    Diagnostics found;
    EXPECT_TRUE(json::Parse(document, {}, "", &node, &found));
    return IsGuardPack(node);
  };
  EXPECT_TRUE(is_pack(pack(most + ceiling).text));
  for (const char* other : {R"({"guards": {}, "policies": {}})", R"({"policies": {}})", "{}", R"(["guards"])", R"("guards")", "null"}) EXPECT_FALSE(is_pack(other)) << other;
  // What is no pack is said, too: a rule set without guards, one with policies besides.
  const std::string policies = R"("policies": {"p": {"facts": {"a": "number"}, "outcome": {"b": {"type": "number", "value": "a"}}}})";
  EXPECT_EQ(problem({pack(policies)}), "missing_key law.json ");
  EXPECT_EQ(problem({pack(limited.substr(0, limited.find("own")) + "1" + limited.substr(limited.find("own") + 3) + ", " + policies)}), "missing_key law.json ");
}

TEST(Programs, DamagedOnesAreRefused) {
  const LoadResult loaded = RuleSet::Load(HitTable("first", "\"number\""));
  ASSERT_TRUE(loaded.ok());
  const engine::Program& sound = loaded.rule_set->parts().programs[0];
  EXPECT_EQ(engine::Verify(sound), "");
  EXPECT_NE(loaded.rule_set->Dump(0).find("CellRange"), std::string::npos);
  int refused = 0;
  for (std::size_t pc = 0; pc < sound.code.size(); ++pc) {
    for (int field = 0; field < 5; ++field) {
      engine::Program damaged = sound;
      std::uint32_t* fields[] = {&damaged.code[pc].a, &damaged.code[pc].b, &damaged.code[pc].c, &damaged.code[pc].d, &damaged.code[pc].e};
      const char kind = engine::Operands(sound.code[pc].op)[field];
      if (kind != 'r' && kind != 'j' && kind != 's') continue;
      *fields[field] = 1000000;
      EXPECT_NE(engine::Verify(damaged), "") << pc << " " << field;
      ++refused;
    }
  }
  EXPECT_GT(refused, 10);
  // What instructions reach through the program's lists.
  const LoadResult reads = RuleSet::Load(R"({"ordain": 1, "rule_set": "x", "policies": {"p": {"facts": {"who": "person", "n": "number"},
    "histories": {"log": {"per": ["who"], "keep": ["n"]}}, "streaks": {"s": {"per": ["who"], "of": "n"}}, "formula": {"c": "count(log) + s"},
    "outcome": {"c": "number"}}}})");
  ASSERT_TRUE(reads.ok()) << reads.diagnostics[0].Format();
  const engine::Program& reading = reads.rule_set->parts().programs[0];
  ASSERT_EQ(reading.reads.size(), 2u);
  EXPECT_EQ(engine::Verify(reading), "");
  for (std::size_t i = 0; i < 2; ++i) {
    for (const auto field : {&engine::Read::key, &engine::Read::on, &engine::Read::where, &engine::Read::of, &engine::Read::reaches, &engine::Read::own_kept, &engine::Read::site}) {
      if (field == &engine::Read::own_kept && reading.reads[i].kind != engine::ReadKind::kHistory) continue;
      engine::Program damaged = reading;
      damaged.reads[i].*field = 1000000;
      EXPECT_NE(engine::Verify(damaged), "") << i;
    }
  }
}

TEST(Evaluators, ManyThreadsOneRuleSet) {
  const LoadResult loaded = RuleSet::Load(HitTable("collect", R"({"list_of": "number"})"));
  ASSERT_TRUE(loaded.ok());
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      Evaluator evaluator(*loaded.rule_set);
      Facts facts(*loaded.rule_set, 0);
      for (int i = 0; i < 2000; ++i) {
        facts.Set(0, Value::Number(Decimal(i)));
        const Decision& d = evaluator.Decide(facts, At("2016-03-05T10:00:00+08:00"));
        const std::size_t expected = i > 100 ? 3 : i > 10 ? 2 : i > 0 ? 1 : 0;
        if (!d.ok() || d.value(0).size() != expected) ++wrong[t];
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

TEST(Evaluators, HostValuesAreChecked) {
  const LoadResult loaded = RuleSet::Load(Wrap(R"("p": {"facts": {"m": "money", "k": {"type": "text", "one_of": ["a"]}}, "outcome": {"m": {"type": "money", "value": {"feel": "m"}}}})"));
  ASSERT_TRUE(loaded.ok());
  Evaluator evaluator(*loaded.rule_set);
  Facts facts(*loaded.rule_set, 0);
  const Instant at = At("2016-03-05T10:00:00+08:00");
  EXPECT_EQ(evaluator.Decide(facts, at).error().code, Code::kMissingFact);
  facts.Set(0, Value::Number(Decimal(false, 0, 12345, -2)));
  facts.Set(1, Value::Text("b"));
  EXPECT_EQ(evaluator.Decide(facts, at).error().code, Code::kWrongType);
  facts.Set(1, Value::Text("a"));
  EXPECT_EQ(evaluator.Decide(facts, at).ToJson(), R"({"outcome": {"m": 123.45}, "effects": []})");
}

}  // namespace
}  // namespace ordain
