// The compiled engine against the reference evaluator (testing/reference.hpp): on every case file, on random facts for every shipped
// policy, on random well-typed expressions (both as errors and as nulls with warnings), and on random rule sets. Seeds are fixed, ORDAIN_RANDOM_TIMES takes more of them; what
// disagrees is printed whole.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "ordain/ordain.hpp"
#include "testing/dynamic_reference.hpp"
#include "testing/reference.hpp"
#include "testing/shared.hpp"

namespace ordain {
namespace {

namespace fs = std::filesystem;
using testing::Reference;

struct Reading {
  Arena arena;
  json::Node node;
  Value Of(const std::string& text) {
    Diagnostics ignored;
    Value v;
    node = json::Node();
    EXPECT_TRUE(json::Parse(text, {}, "", &node, &ignored)) << text;
    EXPECT_TRUE(json::ToValue(node, &arena, &v)) << text;
    return v;
  }
};

bool SameOutcome(const std::string& a, const std::string& b) {
  Reading x, y;
  return SameValue(x.Of(a), y.Of(b));
}
bool SameEffects(const std::string& a, const std::string& b) {  // in any order
  Reading x, y;
  const Value p = x.Of(a), q = y.Of(b);
  if (p.size() != q.size()) return false;
  std::vector<bool> used(q.size(), false);
  for (std::size_t i = 0; i < p.size(); ++i) {
    std::size_t k = 0;
    while (k < q.size() && (used[k] || !SameValue(p[i], q[k]))) ++k;
    if (k == q.size()) return false;
    used[k] = true;
  }
  return true;
}

// A rule set as both load it; loading a large one takes longer than deciding by it.
struct Document {
  explicit Document(const std::string& text) : rules(RuleSet::Load(text, "test").rule_set), reference(Reference::Load(text)) {
    EXPECT_EQ(rules.has_value(), reference != nullptr);
  }
  std::optional<RuleSet> rules;
  std::unique_ptr<Reference> reference;
};

// One rule set in both evaluators, each with a history of its own.
class Pair {
 public:
  explicit Pair(const std::string& text) : Pair(Document(text)) {}
  explicit Pair(const Document& document) : ledger_(NewMemoryLedger()), engine_(ledger_.get()), rules_(document.rules) {
    if (!document.rules || document.reference == nullptr) return;
    reference_ = document.reference->Again();
    terms_ = std::make_unique<Terms>(*rules_);
  }
  bool ok() const { return terms_ != nullptr && reference_ != nullptr; }
  const Reference& reference() const { return *reference_; }
  bool Choose(const std::string& name, const std::string& value) {
    reference_->settings[name.substr(name.rfind('.') + 1)] = value;
    return !terms_->Choose(name, value).has_value();
  }
  bool Supply(const std::string& name, const std::string& json) {
    if (terms_->Supply(name, json).has_value()) return false;  // refused
    reference_->parameters[name.substr(name.rfind('.') + 1)] = json;
    return true;
  }
  bool Use(const std::string& days) {
    Calendar calendar;
    Diagnostics found;
    if (!Calendar().With({"", days}, &calendar, &found)) return false;
    reference_->calendar = calendar;
    terms_->Use(calendar);
    return true;
  }
  // Empty when both agree; `decided` (may be null) says whether there was a decision.
  std::string Step(const std::string& policy, const std::string& facts, const Instant& at, bool* decided = nullptr) {
    if (n_++ == 0) {
      EXPECT_FALSE(engine_.Add(*rules_, *terms_).has_value());
    }
    const auto done = engine_.DecideAndRecord(policy, facts, at, at, "e" + std::to_string(n_));
    const Reference::Answer want = reference_->Do(policy, facts, at);
    const std::string error = done ? "" : std::string(CodeText(done.error().code));
    if (decided != nullptr) *decided = done.ok();
    if (error == want.error && (!done || (SameOutcome(done.value().outcome, want.outcome) && SameEffects(done.value().effects, want.effects)))) return {};
    return policy + " " + facts + " at " + at.ToString() + "\n  engine:    " +
           (done ? done.value().outcome + " " + done.value().effects : done.error().Format()) + "\n  reference: " + want.error + want.outcome + " " + want.effects;
  }

 private:
  std::unique_ptr<Ledger> ledger_;
  Engine engine_;
  std::unique_ptr<Reference> reference_;
  std::optional<RuleSet> rules_;
  std::unique_ptr<Terms> terms_;
  int n_ = 0;
};

const std::map<std::string, std::string>& ShippedRules() {
  static const std::map<std::string, std::string> kRules = [] {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::directory_iterator(std::string(ORDAIN_SOURCE_DIR) + "/rules")) {
      const std::string name = entry.path().stem();
      if (!entry.is_regular_file() || entry.path().extension() != ".json" || name == "catalogue" || name == "coverage") continue;
      all[name] = testing::ReadWhole(entry.path());
    }
    return all;
  }();
  return kRules;
}

const Document& Shipped(const std::string& name) {
  static std::map<std::string, Document> loaded;
  const auto known = loaded.find(name);
  return known != loaded.end() ? known->second : loaded.emplace(name, ShippedRules().at(name)).first->second;
}

// How many seeds: so many, or ORDAIN_RANDOM_TIMES as many in nightly runs.
std::uint64_t Seeds(std::uint64_t n) {
  const char* times = std::getenv("ORDAIN_RANDOM_TIMES");
  return times == nullptr ? n : n * std::strtoull(times, nullptr, 10);
}

// ---- cases ------------------------------------------------------------------------------------------

void RunCases(const std::string& folder, int at_least) {
  int steps = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    json::Node file;
    Diagnostics ignored;
    ASSERT_TRUE(json::Parse(testing::ReadWhole(entry.path()), {}, "", &file, &ignored)) << entry.path();
    const json::Node *policy = file.Find("policy"), *cases = file.Find("cases");
    if (policy == nullptr || cases == nullptr) continue;
    const std::string set = policy->text.substr(0, policy->text.find('.'));
    const auto rules = ShippedRules().find(set);
    if (rules == ShippedRules().end()) continue;
    for (const json::Node& c : cases->items) {
      Pair pair(Shipped(set));
      ASSERT_TRUE(pair.ok());
      bool known = true;  // a policy, setting or parameter that no rule set has yet
      if (const json::Node* n = c.Find("settings")) {
        for (const json::Member& m : n->members) known &= pair.Choose(m.key, m.value.text);
      }
      if (const json::Node* n = c.Find("parameters")) {
        for (const json::Member& m : n->members) known &= pair.Supply(m.key, json::Write(m.value));
      }
      if (const json::Node* n = c.Find("calendar")) known &= pair.Use(json::Write(*n));
      for (const json::Node& step : c.Find("steps")->items) {
        const json::Node* own = step.Find("policy");
        const std::string name = own != nullptr ? own->text : policy->text;
        known &= name.substr(0, name.find('.')) == set && pair.reference().model().FindPolicy(name.substr(name.find('.') + 1)) >= 0;
        if (!known) break;
        Instant at;
        ASSERT_TRUE(Instant::Parse(step.Find("at")->text, &at));
        EXPECT_EQ(pair.Step(name, json::Write(*step.Find("facts")), at), "") << entry.path() << " " << c.Find("name")->text;
        ++steps;
      }
    }
  }
  EXPECT_GE(steps, at_least);
}

TEST(Reference, AgreesOnTheProjectsOwnCases) { RunCases(std::string(ORDAIN_SOURCE_DIR) + "/rules/cases", 150); }

TEST(Reference, AgreesOnTheHandbooksCases) {
  const std::string folder = testing::SharedFolder() + "/cases";
  if (!fs::exists(folder)) GTEST_SKIP() << "no cases of the handbooks (ORDAIN_SHARED)";
  RunCases(folder, 400);
}

// ---- random facts -------------------------------------------------------------------------------------

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  int Below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
  bool Chance(int percent) { return Below(100) < percent; }
  template <class List>
  const auto& Pick(const List& list) {
    return list[static_cast<std::size_t>(Below(static_cast<int>(list.size())))];
  }

 private:
  std::mt19937_64 random_;
};

std::string Quoted(const std::string& s) {
  std::string out;
  json::AppendString(s, &out);
  return out;
}
std::string DateText(Dice* dice) { return Date{16800 + dice->Below(130)}.ToString(); }  // 2015-12-31 and four months more

// A fact of the type; edges are the numbers that the rule set names.
std::string FactText(const Type& type, const std::vector<std::string>& edges, Dice* dice) {
  switch (type.kind) {
    case Kind::kBoolean: return dice->Chance(50) ? "true" : "false";
    case Kind::kNumber: {
      Decimal d, step;
      EXPECT_EQ(Decimal::Parse(dice->Pick(edges), &d), DecimalStatus::kOk);
      static const std::vector<std::string> kSteps = {"0", "0", "0", "1", "-1", "0.01", "-0.01", "0.5"};
      EXPECT_EQ(Decimal::Parse(dice->Pick(kSteps), &step), DecimalStatus::kOk);
      EXPECT_EQ(Add(d, step, Rounding::kHalfEven, &d), DecimalStatus::kOk);
      if (type.unit == Unit::kInteger && dice->Chance(95)) {
        EXPECT_EQ(RoundToInteger(d, Rounding::kFloor, &d), DecimalStatus::kOk);
      }
      return d.ToString();
    }
    case Kind::kText: {
      if (const auto* allowed = type.enumeration()) return dice->Chance(98) ? Quoted(dice->Pick(*allowed)) : "\"none of them\"";
      if (type.unit == Unit::kYearMonth) return "\"2016-0" + std::to_string(1 + dice->Below(4)) + "\"";
      std::string text = std::string(1, static_cast<char>('A' + dice->Below(4)));
      if (type.detail && type.detail->length > 0) text.resize(type.detail->length, 'A');
      return Quoted(text);
    }
    case Kind::kDate: return Quoted(DateText(dice));
    case Kind::kInstant: return Quoted(DateText(dice) + "T0" + std::to_string(dice->Below(10)) + ":30:00+08:00");
    case Kind::kList: {
      if (type.detail->map) {
        std::string out = "{";
        static const std::vector<std::string> kKeys = {"a", "b", "c"};
        const auto* listed = type.item().field(0).enumeration();
        for (const std::string& key : listed != nullptr ? *listed : kKeys) {
          if (dice->Chance(40)) continue;
          const bool null = type.item().field(1).nullable && dice->Chance(20);
          out += (out.size() > 1 ? ", " : "") + Quoted(key) + ": " + (null ? "null" : FactText(type.item().field(1), edges, dice));
        }
        return out + "}";
      }
      std::string out = "[";
      for (int n = dice->Below(4); n > 0; --n) out += FactText(type.item(), edges, dice) + (n > 1 ? ", " : "");
      return out + "]";
    }
    case Kind::kContext: {
      std::string out = "{";
      for (std::size_t i = 0; i < type.detail->count; ++i) {
        out += (i ? ", " : "") + Quoted(type.detail->names()[i]) + ": " + FactText(type.detail->items[i], edges, dice);
      }
      return out + "}";
    }
    default: return "null";
  }
}

std::string FactsText(const policy::Policy& p, const std::vector<std::string>& edges, Dice* dice) {
  std::string out = "{";
  for (const policy::Fact& f : p.facts) {
    if (dice->Chance(f.optional ? 35 : 1)) continue;
    out += (out.size() > 1 ? ", " : "") + Quoted(f.name) + ": " + (dice->Chance(1) ? "null" : FactText(f.type, edges, dice));
  }
  return out + "}";
}

// The numbers in a text.
std::vector<std::string> NumbersIn(const std::string& text) {
  std::vector<std::string> all = {"0", "1", "2", "3"};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') continue;
    const std::size_t start = i;
    while (i < text.size() && ((text[i] >= '0' && text[i] <= '9') || (text[i] == '.' && i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9'))) ++i;
    std::string n = text.substr(start, i - start);
    Decimal d;
    if (n.size() > 9 || std::count(n.begin(), n.end(), '.') > 1 || Decimal::Parse(n, &d) != DecimalStatus::kOk) continue;
    n = Reduce(d).ToString();
    if (std::find(all.begin(), all.end(), n) == all.end()) all.push_back(n);
  }
  return all;
}

TEST(Reference, AgreesOnRandomFactsOfShippedPolicies) {
  int decided = 0, refused = 0;
  for (const auto& [name, text] : ShippedRules()) {
    const std::vector<std::string> edges = NumbersIn(text);
    for (std::uint64_t seed = 1; seed <= Seeds(40); ++seed) {
      Dice dice(seed);
      Pair pair(Shipped(name));
      ASSERT_TRUE(pair.ok());
      const policy::Model& model = pair.reference().model();
      for (const policy::Policy& p : model.policies) {
        for (const policy::Setting& s : p.settings) EXPECT_TRUE(pair.Choose(s.name, dice.Pick(s.values)));
      }
      for (const policy::Setting& s : model.settings) EXPECT_TRUE(pair.Choose(s.name, dice.Pick(s.values)));
      for (const policy::Parameter& p : model.parameters) {
        if (p.host == policy::HostRole::kNever || p.type.kind != Kind::kNumber || dice.Chance(30)) continue;
        EXPECT_TRUE(pair.Supply(p.name, "2") || pair.Supply(p.name, "0.3")) << p.name;
      }
      for (int i = 0; i < 150; ++i) {
        const policy::Policy& p = dice.Pick(model.policies);
        Instant at;
        ASSERT_TRUE(Instant::Parse(DateText(&dice) + "T10:00:00+08:00", &at));
        bool good = false;
        const std::string difference = pair.Step(name + "." + p.name, FactsText(p, edges, &dice), at, &good);
        ASSERT_EQ(difference, "") << "seed " << seed << ", step " << i;
        ++(good ? decided : refused);
      }
    }
  }
  EXPECT_GT(decided, 2000) << refused << " refused";
  EXPECT_GT(refused, 100);
}

// ---- random expressions ---------------------------------------------------------------------------------

// Texts of expressions that are well typed by construction. Facts: a, b numbers; i, j integers; p, q booleans; s, t texts; d, e dates;
// xs a list of numbers; n a number that may be null.
class Writer {
 public:
  explicit Writer(Dice* dice) : dice_(*dice) {}

  std::string Number(int depth) {
    if (depth <= 0 || dice_.Chance(15)) {
      static const std::vector<std::string> kLeaves = {"a", "b", "i", "j", "0", "1", "2.5", "100", "0.01", "(-7)"};
      if (!locals_.empty() && dice_.Chance(30)) return dice_.Pick(locals_);
      return dice_.Pick(kLeaves);
    }
    const int k = depth - 1;
    switch (dice_.Below(16)) {
      case 0: return "(" + Number(k) + " + " + Number(k) + ")";
      case 1: return "(" + Number(k) + " - " + Number(k) + ")";
      case 2: return "(" + Number(k) + " * " + Number(k) + ")";
      case 3: return "(" + Number(k) + " / " + Number(k) + ")";
      case 4: return "(-" + Number(k) + ")";
      case 5: return "(if " + Boolean(k) + " then " + Number(k) + " else " + Number(k) + ")";
      case 6: return "sum(" + List(k) + ")";
      case 7: return "count(" + List(k) + ")";
      case 8: return "max(" + Number(k) + ", " + Number(k) + ")";
      case 9: return "min(" + Number(k) + ", " + Number(k) + ")";
      case 10: return "abs(" + Number(k) + ")";
      case 11: return "round half up(" + Number(k) + ", " + std::to_string(dice_.Below(4)) + ")";
      case 12: return "floor(" + Number(k) + ")";
      case 13: return "(if n = null then " + Number(k) + " else n + " + Number(k) + ")";
      case 14: return Day(k) + (dice_.Chance(50) ? ".month" : ".day");
      default: return "{v: " + Number(k) + ", w: " + Boolean(k) + "}.v";
    }
  }
  std::string Boolean(int depth) {
    if (depth <= 0) return dice_.Chance(50) ? "p" : dice_.Chance(50) ? "q" : "true";
    const int k = depth - 1;
    static const std::vector<std::string> kRelations = {" = ", " != ", " < ", " <= ", " > ", " >= "};
    switch (dice_.Below(10)) {
      case 0: return "(" + Boolean(k) + " and " + Boolean(k) + ")";
      case 1: return "(" + Boolean(k) + " or " + Boolean(k) + ")";
      case 2: return "not(" + Boolean(k) + ")";
      case 3: return "(" + Number(k) + dice_.Pick(kRelations) + Number(k) + ")";
      case 4: return "(" + Text(k) + dice_.Pick(kRelations) + Text(k) + ")";
      case 5: return "(" + Day(k) + dice_.Pick(kRelations) + Day(k) + ")";
      case 6: return "(" + Number(k) + " in " + (dice_.Chance(50) ? "[" : "(") + Number(0) + ".." + Number(0) + (dice_.Chance(50) ? "]" : ")") + ")";
      case 7: return "(" + Number(k) + " between " + Number(k) + " and " + Number(k) + ")";
      case 8: return WithLocal([&](const std::string& v) {
        return "(" + std::string(dice_.Chance(50) ? "some " : "every ") + v + " in " + List(k) + " satisfies " + WithName(v, [&] { return Boolean(k); }) + ")";
      });
      default: return "(n != null and n > " + Number(k) + ")";
    }
  }
  std::string Text(int depth) {
    if (depth <= 0 || dice_.Chance(40)) return dice_.Chance(60) ? "s" : dice_.Chance(50) ? "t" : "\"m\"";
    const int k = depth - 1;
    return dice_.Chance(50) ? "(" + Text(k) + " + " + Text(k) + ")" : "(if " + Boolean(k) + " then " + Text(k) + " else " + Text(k) + ")";
  }
  std::string Day(int depth) {
    if (depth <= 0 || dice_.Chance(50)) return dice_.Chance(50) ? "d" : "e";
    return "(" + Day(depth - 1) + (dice_.Chance(50) ? " + " : " - ") + "duration(\"P" + std::to_string(dice_.Below(40)) + "D\"))";
  }
  std::string List(int depth) {
    if (depth <= 0 || dice_.Chance(20)) return "xs";
    const int k = depth - 1;
    switch (dice_.Below(5)) {
      case 0: return "[" + Number(k) + ", " + Number(k) + "]";
      case 1: return "(" + List(k) + "[item > " + Number(0) + "])";
      case 2: return "concatenate(" + List(k) + ", " + List(k) + ")";
      case 3: return WithLocal([&](const std::string& v) {
        return "(for " + v + " in " + List(k) + " return " + WithName(v, [&] { return Number(k); }) + ")";
      });
      default: return WithLocal([&](const std::string& v) {
        return "(for " + v + " in 1..3 return " + WithName(v, [&] { return Number(k); }) + ")";
      });
    }
  }

 private:
  template <class F>
  std::string WithLocal(const F& f) {
    return f("v" + std::to_string(next_++));
  }
  template <class F>
  std::string WithName(const std::string& name, const F& f) {
    locals_.push_back(name);
    std::string s = f();
    locals_.pop_back();
    return s;
  }
  Dice& dice_;
  std::vector<std::string> locals_;
  int next_ = 0;
};

constexpr const char* kFacts =
    R"("facts": {"a": "number", "b": "number", "i": "integer", "j": "integer", "p": "boolean", "q": "boolean", "s": "text", "t": "text",
    "d": "date", "e": "date", "xs": {"list_of": "number"}, "n": {"type": "number", "optional": true}})";

std::string RandomFacts(Dice* dice) {
  static const std::vector<std::string> kNumbers = {"0", "1", "-1", "0.01", "100", "99.99", "1e20", "-3.333333333333333333333333333333333", "7", "12345678901234567890"};
  const auto number = [&] { return dice->Pick(kNumbers); };
  const auto text = [&] { return Quoted(std::string(1, static_cast<char>('k' + dice->Below(4)))); };
  std::string xs;
  for (int k = dice->Below(4); k > 0; --k) xs += number() + (k > 1 ? ", " : "");
  return R"({"a": )" + number() + R"(, "b": )" + number() + R"(, "i": )" + std::to_string(dice->Below(7) - 3) + R"(, "j": )" + std::to_string(dice->Below(100)) +
         R"(, "p": )" + (dice->Chance(50) ? "true" : "false") + R"(, "q": )" + (dice->Chance(50) ? "true" : "false") + R"(, "s": )" + text() + R"(, "t": )" + text() +
         R"(, "d": ")" + DateText(dice) + R"(", "e": ")" + DateText(dice) + R"(", "xs": [)" + xs + "]" + (dice->Chance(50) ? R"(, "n": )" + number() : "") + "}";
}

TEST(Reference, AgreesOnRandomExpressions) {
  int decided = 0, refused = 0;
  Instant at;
  ASSERT_TRUE(Instant::Parse("2016-03-05T10:00:00+08:00", &at));
  for (std::uint64_t seed = 1; seed <= Seeds(400); ++seed) {
    Dice dice(seed);
    Writer writer(&dice);
    // One policy an expression, so that an error in one does not hide the others.
    std::string policies;
    std::vector<std::string> texts;
    for (int k = 0; k < 10; ++k) {
      const int sort = dice.Below(5);
      const std::string text = sort == 0 ? writer.Boolean(4) : sort == 1 ? writer.Text(3) : sort == 2 ? writer.Day(2) : sort == 3 ? writer.List(3) : writer.Number(4);
      const std::string type = sort == 0 ? "\"boolean\"" : sort == 1 ? "\"text\"" : sort == 2 ? "\"date\"" : sort == 3 ? R"({"list_of": "number"})" : "\"number\"";
      policies += (k ? ", " : "") + std::string("\"p") + std::to_string(k) + "\": {" + kFacts + R"(, "formula": {"x": )" + Quoted(text) + R"(}, "outcome": {"x": )" + type + "}}";
      texts.push_back(text);
    }
    const std::string document = R"({"ordain": 1, "rule_set": "x", "policies": {)" + policies + "}}";
    LoadResult loaded = RuleSet::Load(document, "test");
    for (const Diagnostic& d : loaded.diagnostics) ADD_FAILURE() << "seed " << seed << ": " << d.Format();
    ASSERT_TRUE(loaded.ok());
    Pair pair(document);
    ASSERT_TRUE(pair.ok());
    for (int k = 0; k < 100; ++k) {
      const int which = dice.Below(10);
      bool good = false;
      ASSERT_EQ(pair.Step("x.p" + std::to_string(which), RandomFacts(&dice), at, &good), "") << "seed " << seed << ": " << texts[static_cast<std::size_t>(which)];
      ++(good ? decided : refused);
    }
  }
  EXPECT_GT(decided, 3000) << refused << " refused";
}

// The same with "nulls": "feel", where any fact may be null: the value, and the codes of the warnings.
TEST(Reference, AgreesOnRandomExpressionsWithNulls) {
  int silent = 0, warned = 0, nulls = 0;
  Instant at;
  ASSERT_TRUE(Instant::Parse("2016-03-05T10:00:00+08:00", &at));
  const std::string facts =
      R"("facts": {"a": N, "b": N, "i": N, "j": N, "n": N, "p": B, "q": B, "s": T, "t": T, "d": D, "e": D, "xs": {"list_of": N, "optional": true}})";
  std::string declared;
  for (const char c : facts) {
    const char* type = c == 'N' ? "number" : c == 'B' ? "boolean" : c == 'T' ? "text" : c == 'D' ? "date" : nullptr;
    if (type == nullptr) declared += c;
    else declared += std::string(R"({"type": ")") + type + R"(", "optional": true})";
  }
  for (std::uint64_t seed = 1; seed <= Seeds(400); ++seed) {
    Dice dice(seed);
    Writer writer(&dice);
    std::string policies;
    std::vector<std::string> texts;
    for (int k = 0; k < 10; ++k) {
      const int sort = dice.Below(5);
      const std::string text = sort == 0 ? writer.Boolean(4) : sort == 1 ? writer.Text(3) : sort == 2 ? writer.Day(2) : sort == 3 ? writer.List(3) : writer.Number(4);
      const std::string type = sort == 0 ? R"("type": "boolean")" : sort == 1 ? R"("type": "text")" : sort == 2 ? R"("type": "date")" : sort == 3 ? R"("list_of": {"type": "number", "optional": true})" : R"("type": "number")";
      policies += (k ? ", " : "") + std::string("\"p") + std::to_string(k) + "\": {" + declared + R"(, "formula": {"x": )" + Quoted(text) + R"(}, "outcome": {"x": {)" + type + R"(, "nullable": true}}})";
      texts.push_back(text);
    }
    const std::string document = R"({"ordain": 1, "rule_set": "x", "nulls": "feel", "policies": {)" + policies + "}}";
    LoadResult loaded = RuleSet::Load(document, "test");
    for (const Diagnostic& d : loaded.diagnostics) ADD_FAILURE() << "seed " << seed << ": " << d.Format();
    ASSERT_TRUE(loaded.ok());
    Diagnostics found;
    const std::unique_ptr<policy::Model> model = policy::ReadModel(document, "", Limits{}, &found);
    ASSERT_TRUE(model != nullptr);
    policy::Link(model.get(), "", &found);
    testing::DynamicReference reference(*model);
    Evaluator evaluator(*loaded.rule_set);
    for (int k = 0; k < 100; ++k) {
      const int which = dice.Below(10);
      json::Node node;
      ASSERT_TRUE(json::Parse(RandomFacts(&dice), {}, "", &node, &found));
      for (json::Member& m : node.members) {
        if (dice.Chance(15)) m.value = json::Node();
        for (json::Node& item : m.value.items) {
          if (dice.Chance(10)) item = json::Node();
        }
      }
      Facts given(*loaded.rule_set, which);
      given.SetJson(json::Write(node));
      const Decision& d = evaluator.Decide(given, at);
      ASSERT_TRUE(d.ok()) << texts[static_cast<std::size_t>(which)] << " " << json::Write(node) << "\n" << d.error().Format();
      std::vector<Value> values;
      for (std::size_t f = 0; f < model->policies[static_cast<std::size_t>(which)].facts.size(); ++f) values.push_back(given.value(static_cast<int>(f)));
      const testing::DynamicReference::Answer want = reference.Decide(which, values, at);
      std::set<Code> codes;
      for (const Diagnostic& w : d.warnings()) codes.insert(w.code);
      const auto list = [](const std::set<Code>& of) {
        std::string text;
        for (const Code code : of) text += " " + std::string(CodeText(code));
        return text;
      };
      ASSERT_TRUE(SameValue(d.value(0), want.outcome[0]) && codes == want.codes)
          << "seed " << seed << ": " << texts[static_cast<std::size_t>(which)] << "\n  " << json::Write(node) << "\n  engine:    " << d.value(0).ToFeel() << list(codes)
          << "\n  reference: " << want.outcome[0].ToFeel() << list(want.codes);
      ++(codes.empty() ? silent : warned);
      nulls += d.value(0).IsNull() ? 1 : 0;
    }
  }
  EXPECT_GT(silent, 5000);
  EXPECT_GT(warned, 5000);
  EXPECT_GT(nulls, 3000);
}

// ---- random rule sets -----------------------------------------------------------------------------------

std::string RandomPolicy(const std::string& name, Dice* dice) {
  static const std::vector<std::string> kHits = {"first", "unique", "any", "priority", "collect", "rule_order", "output_order", "collect_sum", "collect_count", "collect_min", "collect_max"};
  static const std::vector<std::string> kWindows = {"lifetime", "day", "calendar_week", "calendar_month", "calendar_quarter", "calendar_year", "last 9 days", "last 2 months"};
  const std::string hit = dice->Pick(kHits);
  const bool list = hit == "collect" || hit == "rule_order" || hit == "output_order";
  const auto n = [&](int limit) { return std::to_string(dice->Below(limit)); };
  std::string rows;
  for (int r = 1 + dice->Below(5); r > 0; --r) {
    static const std::vector<std::string> kLevels = {"-", "\\\"x\\\"", "not(\\\"y\\\")", "\\\"x\\\", \\\"z\\\""};
    const int low = dice->Below(8);
    const std::vector<std::string> ranges = {"-", "<= " + n(9), "> " + n(9), "[" + std::to_string(low) + ".." + std::to_string(low + dice->Below(4)) + ")",
                                             "= " + n(9), "not(" + n(9) + ")", "? * 2 > " + n(15), n(9) + ", " + n(9)};
    rows += R"({"when": [")" + dice->Pick(ranges) + R"(", ")" + dice->Pick(kLevels) + R"("], "then": {"y": )" + n(4) + "}}" + (r > 1 ? ", " : "");
  }
  std::string table = R"("table": {"hit": ")" + hit + R"(", "columns": ["i", "level"], "rows": [)" + rows + "]";
  if (hit == "priority" || hit == "output_order") table += R"(, "priorities": {"y": [2, 0, 3, 1]})";
  if (!list && hit != "collect_sum" && hit != "collect_count" && dice->Chance(60)) table += R"(, "otherwise": {"y": 7})";
  table += "}";
  const std::string y = list ? R"({"list_of": "number"})" : hit == "collect_min" || hit == "collect_max" ? R"({"type": "number", "nullable": true})" : "\"number\"";
  const std::string ledger =
      R"("counts": {"c": {"per": ["who"], "within": ")" + dice->Pick(kWindows) + "\"" + (dice->Chance(40) ? R"(, "where": "i > 2")" : "") +
      (dice->Chance(30) ? R"(, "excluding_this": true)" : "") + R"(}}, "totals": {"sum": {"of": "i", "per": ["level"], "within": ")" + dice->Pick(kWindows) +
      R"("}}, "latest": {"last": {"of": "i", "per": ["who"], "default": -1}}, "streaks": {"row": {"per": ["who"], "of": "i", "reaches": )" + n(9) +
      R"(}}, "reached": {"bad": {"per": [], "of": "i", "reaches": )" + n(30) + R"(, "within": "calendar_year"}})";
  static const std::vector<std::string> kParty = {"once", "highest", "sum", "each"};
  const std::string effects =
      R"x("effects": [{"effect": "fine", "shares": [{"to": "who", "amount": "money(i) * 2"}, {"to": "boss", "amount": "money(c)", "when": "i > 3"}],
      "per_party": ")x" + dice->Pick(kParty) + R"x(", "as": "fines"},
      {"effect": "points", "for": "x in [who, boss]", "to": "x", "amount": "points(c) - points(sum)", "per_party": "each"},
      {"effect": "review", "reason": "many", "when": "c > 4"}])x";
  return "\"" + name + R"x(": {"facts": {"i": {"type": "integer", "min": 0}, "level": {"type": "text", "one_of": ["x", "y", "z"]}, "who": "person", "boss": "person"}, )x" +
         ledger + ", " + table + ", " + effects + R"x(, "outcome": {"y": )x" + y +
         R"x(, "c": "integer", "sum": "integer", "last": "number", "row": "integer", "bad": "integer", "fined": {"type": "money", "value": {"feel": "sum(fines.amount)"}}}})x";
}

TEST(Reference, AgreesOnRandomRuleSets) {
  int decided = 0, refused = 0;
  for (std::uint64_t seed = 1; seed <= Seeds(600); ++seed) {
    Dice dice(seed);
    const std::string document = R"({"ordain": 1, "rule_set": "x", "policies": {)" + RandomPolicy("p", &dice) + ", " + RandomPolicy("q", &dice) + "}}";
    LoadResult loaded = RuleSet::Load(document, "test");
    for (const Diagnostic& d : loaded.diagnostics) ADD_FAILURE() << "seed " << seed << ": " << d.Format() << "\n" << document;
    ASSERT_TRUE(loaded.ok());
    Pair pair(document);
    ASSERT_TRUE(pair.ok());
    for (int k = 0; k < 40; ++k) {
      Instant at;
      ASSERT_TRUE(Instant::Parse(DateText(&dice) + "T10:00:00+08:00", &at));
      static const std::vector<std::string> kLevels = {"x", "y", "z"};
      const std::string facts = R"({"i": )" + std::to_string(dice.Below(10)) + R"(, "level": )" + Quoted(dice.Pick(kLevels)) + R"(, "who": ")" +
                                std::string(1, static_cast<char>('A' + dice.Below(3))) + R"(", "boss": ")" + std::string(1, static_cast<char>('A' + dice.Below(3))) + "\"}";
      bool good = false;
      ASSERT_EQ(pair.Step(dice.Chance(50) ? "x.p" : "x.q", facts, at, &good), "") << "seed " << seed << ", step " << k << "\n" << document;
      ++(good ? decided : refused);
    }
  }
  EXPECT_GT(decided, 2500) << refused << " refused";
  EXPECT_GT(refused, 200);
}

}  // namespace
}  // namespace ordain
