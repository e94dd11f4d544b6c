// The kernel against the evaluator: whatever it decides, the evaluator decides the same; over all shipped policies that it takes and over
// policies made for each kind of node, with random records at and around their turning points.
#include "ordain/kernel.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "engine/kernel.hpp"
#include "engine/parts.hpp"
#include "ordain/json.hpp"
#include "ordain/ordain.hpp"

namespace ordain {
namespace {

using Storage = BoundFact::Storage;

Instant Noon() {
  Instant at;
  EXPECT_TRUE(Instant::Parse("2016-03-05T12:00:00+08:00", &at));
  return at;
}

RuleSet Load(const std::string& text, const std::string& file = "x.json") {
  const LoadResult loaded = RuleSet::Load(text, file);
  for (const Diagnostic& d : loaded.diagnostics) {
    if (!loaded.ok()) ADD_FAILURE() << d.Format();
  }
  return *loaded.rule_set;
}

// A record made for the facts of a policy, whatever they are: 16 bytes each.
class Records {
 public:
  Records(const RuleSet& rules, int policy, std::uint32_t seed) : rules_(rules), policy_(policy), random_(seed), record_(16 * rules.facts(policy).size() + 16) {
    Numbers(rules.parts().model->policies[static_cast<std::size_t>(policy)]);
    for (std::size_t i = 0; i < rules.facts(policy).size(); ++i) {
      const FactInfo& f = rules.facts(policy)[i];
      if (f.type.kind != Kind::kText && f.type.kind != Kind::kBoolean && f.type.kind != Kind::kNumber && f.type.kind != Kind::kDate) continue;
      BoundFact b;
      b.fact = f.name;
      b.offset = 16 * i;
      b.storage = f.type.kind == Kind::kText ? Storage::kText : f.type.kind == Kind::kBoolean ? Storage::kInt8 : Storage::kInt64;
      b.scale = f.type.kind != Kind::kNumber || f.type.unit == Unit::kInteger ? 0 : 2;
      b.may_be_absent = f.optional;
      b.absent = f.type.kind == Kind::kBoolean ? -1 : INT64_MIN;
      facts_.push_back(b);
    }
  }
  const std::vector<BoundFact>& facts() const { return facts_; }
  std::size_t size() const { return record_.size(); }
  const void* Next() {
    for (const BoundFact& b : facts_) Fill(b, rules_.facts(policy_)[b.offset / 16].type);
    return record_.data();
  }

 private:
  // The numbers that a policy is written with: where it may turn.
  void Numbers(const policy::Policy& p) {
    const std::function<void(const feel::Expr&)> walk = [&](const feel::Expr& e) {
      if (e.op == feel::Op::kConstant && e.value.kind() == Kind::kNumber) numbers_.push_back(e.value.number());
      if (e.op == feel::Op::kConstant && e.value.kind() == Kind::kText) texts_.emplace_back(e.value.text());
      for (const feel::ExprPtr& a : e.args) walk(*a);
    };
    const auto all = [&](const policy::Expression& e) {
      if (e) walk(*e.tree);
    };
    for (const policy::Formula& f : p.formulas) all(f.value);
    for (const policy::Table& t : p.tables) {
      for (const policy::Table::Row& r : t.rows) {
        for (const policy::Expression& c : r.cells) all(c);
      }
    }
    for (const policy::Requirement& r : p.requirements) all(r.that);
    for (const policy::EffectGroup& g : p.effects) {
      for (const auto& s : g.shares) all(s.tree);
    }
    texts_.emplace_back("E1");
    texts_.emplace_back("");
  }
  std::int64_t Below(std::int64_t n) { return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(n)); }
  void Fill(const BoundFact& b, const Type& type) {
    unsigned char* to = record_.data() + b.offset;
    std::int64_t n = 0;
    const bool absent = b.may_be_absent && Below(4) == 0;
    switch (type.kind) {
      case Kind::kText: {
        static const std::string_view kOdd[] = {"nothing of the kind", "I", "", "x", "y", "z", "w"};
        std::string_view text = type.enumeration() != nullptr && Below(50) != 0 ? std::string_view((*type.enumeration())[static_cast<std::size_t>(Below(static_cast<std::int64_t>(type.enumeration()->size())))])
                                : Below(20) == 0 || type.enumeration() != nullptr ? kOdd[Below(7)] : std::string_view(texts_[static_cast<std::size_t>(Below(static_cast<std::int64_t>(texts_.size())))]);
        if (absent) text = {};
        std::memcpy(to, &text, sizeof text);
        return;
      }
      case Kind::kBoolean: {
        const auto v = static_cast<std::int8_t>(absent ? -1 : Below(200) == 0 ? 2 : Below(2));
        std::memcpy(to, &v, 1);
        return;
      }
      case Kind::kDate: n = 16800 + Below(200); break;
      default: {
        Decimal d = numbers_.empty() ? Decimal(0) : numbers_[static_cast<std::size_t>(Below(static_cast<std::int64_t>(numbers_.size())))], units;
        if (type.detail != nullptr && type.detail->has_min && Below(3) == 0) d = type.detail->min;
        if (type.detail != nullptr && type.detail->has_max && Below(3) == 0) d = type.detail->max;
        if (Quantize(d, -b.scale, Rounding::kHalfEven, &units) != DecimalStatus::kOk || !Decimal(units.negative(), units.hi(), units.lo(), 0).ToInt64(&n)) n = 0;
        switch (Below(8)) {
          case 0: n += Below(3) - 1; break;
          case 1: n = Below(100); break;
          case 2: n = Below(20000000); break;
          case 3: n = static_cast<std::int64_t>(random_()) >> Below(40); break;
          case 4: n = -n; break;
          default: break;
        }
      }
    }
    if (absent) n = b.absent;
    std::memcpy(to, &n, sizeof n);
  }

  const RuleSet& rules_;
  int policy_;
  std::mt19937_64 random_;
  std::vector<unsigned char> record_;
  std::vector<BoundFact> facts_;
  std::vector<Decimal> numbers_;
  std::vector<std::string> texts_;
};

std::string Told(const Value& v) { return v.ToJson(); }
std::string Told(const Kernel& k, const Kernel::Answer& a, int field) {
  if (a.IsNull(field)) return "null";
  switch (k.kind(field)) {
    case Kind::kBoolean: return a.Boolean(field) ? "true" : "false";
    case Kind::kText: return Value::Text(a.Text(field)).ToJson();
    case Kind::kDate: return Value::OfDate(Date{a.Units(field)}).ToJson();
    default: return Value::Number(a.Number(field)).ToJson();
  }
}

struct Compared {
  std::size_t decided = 0, left = 0, refused = 0;  // by the kernel; to the evaluator, which decided; which refused
};

// Whether they agree on one record.
void Compare(const Kernel& kernel, Kernel::Answer* answer, const RuleSet& rules, Evaluator* evaluator, const void* record, Compared* out) {
  Facts facts(rules, kernel.policy());
  kernel.FillFrom(record, &facts);
  const Decision& d = evaluator->Decide(facts, Noon());
  if (!kernel.DecideAt(record, answer)) {
    ++(d.ok() ? out->left : out->refused);
    return;
  }
  ++out->decided;
  std::string where = rules.name() + "." + rules.policy_name(kernel.policy());
  for (std::size_t f = 0; f < rules.facts(kernel.policy()).size(); ++f) where += " " + rules.facts(kernel.policy())[f].name + "=" + facts.value(static_cast<int>(f)).ToJson();
  ASSERT_TRUE(d.ok()) << where << ": " << d.error().Format();
  for (int f = 0; f < kernel.outcome_count(); ++f) ASSERT_EQ(Told(kernel, *answer, f), Told(d.value(static_cast<std::size_t>(f)))) << where << " " << d.name(static_cast<std::size_t>(f)) << "\n" << kernel.Dump();
  std::vector<std::string> mine, theirs;
  for (std::size_t e = 0; e < kernel.effects().size(); ++e) {
    if (answer->Applies(static_cast<int>(e))) mine.push_back(answer->effect(static_cast<int>(e)).ToJson());
  }
  for (const Effect& e : d.effects()) theirs.push_back(e.ToJson());
  ASSERT_EQ(mine, theirs) << where;
}

Compared Both(const RuleSet& rules, int policy, int records, std::string* why) {
  Compared out;
  Records made(rules, policy, 20160301u + static_cast<std::uint32_t>(policy));
  const Result<Kernel> kernel = Kernel::Make(rules, rules.policy_name(policy), made.facts(), made.size(), Terms(rules), Noon());
  if (!kernel) {
    EXPECT_EQ(kernel.error().code, Code::kNotCompiled) << kernel.error().Format();
    *why = kernel.error().Message();
    return out;
  }
  Kernel::Answer answer(kernel.value());
  Evaluator evaluator(rules);
  for (int i = 0; i < records && !::testing::Test::HasFatalFailure(); ++i) Compare(kernel.value(), &answer, rules, &evaluator, made.Next(), &out);
  return out;
}

TEST(Kernel, ShippedPoliciesAgree) {
  std::size_t taken = 0, all = 0;
  Compared total;
  std::string reasons;
  for (const auto& entry : std::filesystem::directory_iterator(ORDAIN_SOURCE_DIR "/rules")) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (text.find("\"rule_set\"") == std::string::npos) continue;  // the catalogue and its coverage
    const RuleSet rules = Load(text, entry.path().filename().string());
    for (int p = 0; p < rules.policy_count(); ++p) {
      ++all;
      std::string why;
      const Compared c = Both(rules, p, 2000, &why);
      if (HasFatalFailure()) return;
      if (why.empty()) {
        ++taken;
        EXPECT_GT(c.decided, 0u) << rules.name() << "." << rules.policy_name(p) << " " << c.left << " " << c.refused;
      } else {
        reasons += why + "\n";
      }
      total.decided += c.decided;
      total.left += c.left;
      total.refused += c.refused;
    }
  }
  std::cout << taken << " of " << all << " policies; " << total.decided << " decided, " << total.left << " left to the evaluator, " << total.refused << " refused by it\n";
  if (std::getenv("ORDAIN_WHY") != nullptr) std::cout << reasons;
  EXPECT_GT(taken, 25u);
}

// A policy that another uses causes nothing there, but what is wrong with it is wrong there, too.
TEST(Kernel, UsedPoliciesRefuseAsTheyWould) {
  const RuleSet rules = Load(R"--({"ordain": 1, "rule_set": "x", "policies": {
    "inner": {"facts": {"who": "person", "n": {"type": "money", "min": -100, "max": 100}}, "effects": [{"effect": "fine", "to": "who", "amount": "n"}], "formula": {"twice": "2 * n"}, "outcome": {"twice": {"type": "money", "value": "twice"}}},
    "outer": {"facts": {"who": "person", "n": {"type": "money", "min": -100, "max": 100}}, "formula": {"y": "inner(who: who, n: n).twice + n"}, "outcome": {"y": {"type": "money", "value": "y"}}}}})--");
  for (int p = 0; p < 2; ++p) {
    std::string why;
    const Compared c = Both(rules, p, 20000, &why);
    EXPECT_EQ(why, "");
    EXPECT_GT(c.decided, 1000u);
    EXPECT_GT(c.refused, 1000u);
  }
}

// One policy a kind of node and of turn.
const char* const kPolicies[][2] = {
    {"arithmetic", R"--("facts": {"a": {"type": "number", "min": -5000, "max": 100000}, "n": {"type": "integer", "min": 0, "max": 31}, "r": {"type": "number", "min": -1, "max": 1}},
      "formula": {"x": "a * 3 - n * 12.5 + 7", "y": "-(a - 100) * r", "z": "abs(y) + x / 8", "w": "min(x, y, 50)", "v": "max(x, z)"},
      "outcome": {"x": {"type": "number", "value": "x"}, "y": {"type": "number", "value": "y"}, "z": {"type": "number", "value": "z"}, "w": {"type": "number", "value": "w"}, "v": {"type": "number", "value": "v"}})--"},
    {"rounding", R"--("facts": {"a": {"type": "money", "min": -100000, "max": 100000}},
      "outcome": {"e": {"type": "money", "value": {"feel": "decimal(a * 0.0325, 2)"}}, "u": {"type": "money", "value": {"feel": "round half up(a * 0.0325, 2)"}}, "d": {"type": "money", "value": {"feel": "round half down(a * 0.125, 1)"}},
                  "f": {"type": "money", "value": {"feel": "floor(a)"}}, "c": {"type": "money", "value": {"feel": "ceiling(a, 1)"}}, "up": {"type": "money", "value": {"feel": "round up(a, 1)"}},
                  "down": {"type": "money", "value": {"feel": "round down(a, 0)"}}, "third": {"type": "money", "value": {"feel": "round half up(a / 3, 2)"}}, "day": {"type": "money", "value": {"feel": "decimal(a * 7 / 21.75, 2)"}},
                  "rounded": {"type": "money", "value": {"feel": "a * 0.015"}, "round": {"to": 0.01, "mode": "half_even"}}, "tens": {"type": "money", "value": {"feel": "round half up(a, -1)"}}})--"},
    {"nulls", R"--("facts": {"a": {"type": "number", "min": -100, "max": 100, "optional": true}, "b": {"type": "boolean", "optional": true}, "t": {"type": "text", "one_of": ["x", "y"], "optional": true}, "d": {"type": "number", "min": 0, "max": 9, "default": 3}},
      "formula": {"lazy": "a != null and a > 5", "either": "b = true or a = null", "chosen": "if t = null then d else if t = \"x\" then a else null", "strict": "if d > 4 and a != null then a + 1 else 0"},
      "outcome": {"lazy": {"type": "boolean", "value": "lazy"}, "either": {"type": "boolean", "value": "either"}, "chosen": {"type": "number", "nullable": true, "value": "chosen"}, "strict": {"type": "number", "value": "strict"}, "t": {"type": "text", "nullable": true, "value": "t"}})--"},
    {"shared texts", R"--("facts": {"a": {"type": "text", "one_of": ["x", "y"]}, "b": {"type": "text", "one_of": ["z", "x"]}, "c": {"type": "text", "one_of": ["w", "z"], "optional": true}},
      "formula": {"same": "a = b", "third": "c != null and (c = a or c = b)"}, "outcome": {"same": {"type": "boolean", "value": "same"}, "third": {"type": "boolean", "value": "third"}, "b": {"type": "text", "value": "b"}})--"},
    {"unique", R"--("facts": {"n": {"type": "integer", "min": 0, "max": 100}, "k": {"type": "text", "one_of": ["a", "b", "c"]}},
      "table": {"hit": "unique", "columns": ["n", "k"], "rows": [{"when": ["< 10", "-"], "then": {"r": 1}}, {"when": ["[10..20]", "\"a\", \"b\""], "then": {"r": 2}}, {"when": ["> 15", "\"c\""], "then": {"r": 3}}, {"when": ["> 20", "not(\"c\")"], "then": {"r": 4}}], "otherwise": {"r": 9}},
      "outcome": {"r": {"type": "number"}})--"},
    {"refusals", R"--("facts": {"n": {"type": "integer", "min": 0, "max": 100}, "chosen": {"type": "number", "min": 0, "max": 1000, "optional": true}},
      "formula": {"ok": "n < 90"}, "requires": [{"that": "ok"}],
      "table": {"hit": "first", "columns": ["n"], "rows": [{"when": ["< 30"], "then": {"r": 1}}, {"when": ["> 40"], "then": {"r": 2}}]},
      "outcome": {"r": {"type": "number"}})--"},
    {"effects", R"--("facts": {"who": "person", "boss": {"type": "person", "optional": true}, "n": {"type": "money", "min": -10, "max": 10}, "p": {"type": "points", "min": -5, "max": 5}},
      "effects": [{"effect": "fine", "to": "who", "amount": "n * 50"}, {"effect": "points", "to": "who", "amount": "-p"}, {"effect": "review", "reason": "many", "when": "n > 7"}, {"effect": "sanction", "to": "boss", "sanction": "warned", "when": "boss != null"}],
      "outcome": {"n": {"type": "money"}})--"},
};

TEST(Kernel, EveryKindOfNodeAgrees) {
  for (const auto& [name, body] : kPolicies) {
    const RuleSet rules = Load(std::string(R"({"ordain": 1, "rule_set": "x", "policies": {"p": {)") + body + "}}}");
    std::string why;
    const Compared c = Both(rules, 0, 100000, &why);
    if (HasFatalFailure()) return;
    EXPECT_EQ(why, "") << name;
    EXPECT_GT(c.decided, 1000u) << name;
    std::cout << name << ": " << c.decided << " decided, " << c.left << " left, " << c.refused << " refused\n";
  }
}

TEST(Kernel, LargeTablesAreFoundNotScanned) {
  std::mt19937_64 random(7);
  std::string rows;
  for (int i = 0; i < 400; ++i) {
    const int low = static_cast<int>(random() % 1000);
    const std::string band = i % 7 == 0 ? "> " + std::to_string(low) : i % 11 == 0 ? "-" : "[" + std::to_string(low) + ".." + std::to_string(low + 30) + (i % 2 != 0 ? "]" : ")");
    const std::string key = i % 50 == 0 ? "-" : "\\\"k" + std::to_string(random() % 20) + "\\\"";
    rows += std::string(i ? ", " : "") + R"({"when": [")" + key + "\", \"" + band + "\"], \"then\": {\"r\": " + std::to_string(i) + ".5}}";
  }
  const RuleSet rules = Load(R"({"ordain": 1, "rule_set": "x", "policies": {"p": {"facts": {"k": "text", "n": {"type": "number", "min": 0, "max": 2000}},
    "table": {"hit": "first", "columns": ["k", "n"], "rows": [)" + rows + R"(], "otherwise": {"r": -1}}, "outcome": {"r": {"type": "number"}}}}})");
  std::string why;
  const Compared c = Both(rules, 0, 100000, &why);
  EXPECT_EQ(why, "");
  EXPECT_GT(c.decided, 50000u);
  EXPECT_EQ(c.left, 0u);
}

struct Complaint {
  std::int64_t fen = 0;
  bool direct_loss = false, refund = false, grave = false, death = false;
  std::int8_t reputation = -1, compensation = -1, satisfied = -1;
};

Binding<Complaint> OfComplaints() {
  Binding<Complaint> b;
  b.Add("amount", &Complaint::fen, 2).Add("direct_loss", &Complaint::direct_loss).Add("refund", &Complaint::refund).Add("grave_accident", &Complaint::grave).Add("death", &Complaint::death);
  b.AddOptional("reputation_loss", &Complaint::reputation, -1).AddOptional("compensation", &Complaint::compensation, -1).AddOptional("patient_satisfied", &Complaint::satisfied, -1);
  return b;
}

RuleSet Lige() {
  std::ifstream file(ORDAIN_SOURCE_DIR "/rules/lige.json");
  return Load(std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>()), "lige.json");
}

TEST(Kernel, DecidesFromAStruct) {
  const RuleSet rules = Lige();
  const Result<Kernel> kernel = Kernel::Make(rules, "complaint_tier", OfComplaints(), Terms(rules), Noon());
  ASSERT_TRUE(kernel.ok()) << kernel.error().Format();
  Kernel::Answer answer(kernel.value());
  const int tier = kernel.value().FindOutcome("tier");
  Complaint c{3000000, true, true, false, false, 0, -1, -1};
  ASSERT_TRUE(kernel.value().Decide(c, &answer));
  EXPECT_EQ(answer.Text(tier), "III");
  std::string reviews;
  for (int e = 0; e < static_cast<int>(kernel.value().effects().size()); ++e) reviews += answer.Applies(e) ? std::string(answer.effect(e).detail) + " " : "";
  EXPECT_EQ(reviews, "reputation_loss_not_met ");
  c.fen = -1;
  EXPECT_FALSE(kernel.value().Decide(c, &answer));
  Facts facts(rules, kernel.value().policy());
  kernel.value().Fill(c, &facts);
  Evaluator evaluator(rules);
  EXPECT_EQ(evaluator.Decide(facts, Noon()).error().code, Code::kWrongType);
}

TEST(Kernel, ABindingIsChecked) {
  const RuleSet rules = Lige();
  const auto code = [&](const Binding<Complaint>& b, const char* policy = "complaint_tier") {
    const auto kernel = Kernel::Make(rules, policy, b, Terms(rules), Noon());
    return kernel.ok() ? std::string("made") : std::string(CodeText(kernel.error().code)) + " " + kernel.error().hint;
  };
  EXPECT_EQ(code(OfComplaints()), "made");
  EXPECT_EQ(code(OfComplaints().Add("amuont", &Complaint::fen)), "unknown_fact did you mean `amount`?");
  EXPECT_EQ(code(OfComplaints().Add("amount", &Complaint::fen, 2)), "duplicate_name ");
  EXPECT_EQ(code(Binding<Complaint>().Add("amount", &Complaint::death)).substr(0, 10), "wrong_type");
  EXPECT_EQ(code(Binding<Complaint>().Add("amount", &Complaint::fen, 2)).substr(0, 12), "not_compiled");
  EXPECT_EQ(code(Binding<Complaint>(), "no_such").substr(0, 14), "unknown_policy");
  EXPECT_EQ(code(Binding<Complaint>(), "complaint_process").substr(0, 12), "not_compiled");
}

TEST(Kernel, SettingsAndDatedParametersAreThoseOfTheDay) {
  const RuleSet rules = Load(R"--({"ordain": 1, "rule_set": "x", "in_force": {"from": "2016-01-01"},
    "parameters": {"rate": {"type": "number", "values": [{"value": 2}, {"from": "2016-03-01", "value": 3}, {"from": "2016-07-01", "value": 4}]}},
    "policies": {"p": {"facts": {"n": {"type": "number", "min": 0, "max": 100}}, "settings": {"way": {"values": ["plain", "double"]}},
      "formula": {"y": "n * rate * (if way = \"double\" then 2 else 1)"}, "outcome": {"y": {"type": "number", "value": "y"}}}}})--");
  struct One {
    std::int32_t n = 0;
  };
  Terms terms(rules);
  EXPECT_FALSE(terms.Choose("way", "double").has_value());
  const auto kernel = Kernel::Make(rules, "p", Binding<One>().Add("n", &One::n), terms, Noon());
  ASSERT_TRUE(kernel.ok()) << kernel.error().Format();
  Kernel::Answer answer(kernel.value());
  ASSERT_TRUE(kernel.value().Decide(One{5}, &answer));
  EXPECT_EQ(answer.Number(0).ToString(), "30");
  EXPECT_EQ(kernel.value().first_day().ToString(), "2016-03-01");
  EXPECT_EQ(kernel.value().last_day().ToString(), "2016-06-30");
  Instant early;
  ASSERT_TRUE(Instant::Parse("2015-12-31T12:00:00+08:00", &early));
  EXPECT_EQ(Kernel::Make(rules, "p", Binding<One>().Add("n", &One::n), terms, early).error().code, Code::kNotInForce);
}

TEST(Kernel, DividersAreExact) {
  std::mt19937_64 random(11);
  for (int d = 0; d < 4000; ++d) {
    const std::int64_t divisor = d < 1000 ? d + 2 : static_cast<std::int64_t>(random() % ((std::uint64_t{1} << (2 + random() % 39)) - 1)) + 2;
    engine::Divider made;
    ASSERT_TRUE(engine::Divider::Make(divisor, &made));
    for (int i = 0; i < 250; ++i) {
      std::int64_t x = static_cast<std::int64_t>(random()) >> (1 + random() % 62);
      if (i % 3 == 0) x = x / divisor * divisor + static_cast<std::int64_t>(random() % 3) - 1;
      if (i % 50 == 0) x = i % 100 == 0 ? std::int64_t{1} << 62 : -(std::int64_t{1} << 62);
      if (x > (std::int64_t{1} << 62) || x < -(std::int64_t{1} << 62)) continue;
      std::uint64_t rest = 0;
      const std::int64_t q = made.Floor(x, &rest);
      ASSERT_EQ(q, engine::RoundedQuotient(x, divisor, Rounding::kFloor)) << x << " / " << divisor;
      ASSERT_EQ(rest, static_cast<std::uint64_t>(x - q * divisor));
    }
  }
  engine::Divider none;
  EXPECT_FALSE(engine::Divider::Make(1, &none));
  EXPECT_FALSE(engine::Divider::Make(0, &none));
  EXPECT_FALSE(engine::Divider::Make(std::int64_t{1} << 41, &none));
}

TEST(Kernel, ProgramsThatAreNotSoundAreFound) {
  engine::KernelProgram p;
  p.constants = {0};
  p.facts = 1;
  p.registers = 3;
  p.refused = 0;
  p.code.push_back({engine::KernelOp::kAdd, 2, 0, 1, 0, 0, 0, 0, nullptr});
  p.code.push_back({});
  EXPECT_EQ(engine::Verify(p), "");
  p.code[0].b = 2;
  EXPECT_NE(engine::Verify(p), "");
  p.code[0] = {engine::KernelOp::kEntry, 2, 0, 0, 0, 4, 0, 0, nullptr};
  EXPECT_NE(engine::Verify(p), "");
  p.code[0] = {engine::KernelOp::kRound, 2, 0, 0, 0, 0, 0, 0, nullptr};
  EXPECT_NE(engine::Verify(p), "");
  p.code.pop_back();
  EXPECT_EQ(engine::Verify(p), "it does not end");
  p.code = {{}};
  p.refused = 7;
  EXPECT_NE(engine::Verify(p), "");
}

}  // namespace
}  // namespace ordain
