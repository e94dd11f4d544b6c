// Types and their texts, values as JSON and FEEL, sameness, arenas.
#include "ordain/value.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ordain/json.hpp"

namespace ordain {
namespace {

Value Number(const char* text) {
  Decimal d;
  EXPECT_EQ(Decimal::Parse(text, &d), DecimalStatus::kOk) << text;
  return Value::Number(d);
}
Value OnDate(const char* text) {
  Date d;
  EXPECT_TRUE(Date::Parse(text, &d)) << text;
  return Value::OfDate(d);
}
Value At(const char* text) {
  Instant i;
  EXPECT_TRUE(Instant::Parse(text, &i)) << text;
  return Value::OfInstant(i);
}

TEST(Type, SaysItself) {
  const Type number = Type::Of(Kind::kNumber), money = Type::Of(Kind::kNumber, Unit::kMoney);
  const Type person = Type::Of(Kind::kText, Unit::kPerson);
  const std::pair<Type, const char*> kCases[] = {
      {Type(), "any"},
      {number, "number"},
      {number.Nullable(), "number?"},
      {number.Nullable().NotNull(), "number"},
      {money, "money"},
      {Type::Of(Kind::kText), "text"},
      {Type::Of(Kind::kInstant), "date and time"},
      {Type::Of(Kind::kNull).Nullable(), "null"},
      {Type::List(money.Nullable()), "list of money?"},
      {Type::List(Type::List(number)).Nullable(), "list of list of number?"},
      {Type::Range(Type::Of(Kind::kDate)), "range of date"},
      {Type::List(Type::Context({{"person", person}, {"amount", money}})),
       "list of {person: person, amount: money}"},
      {Type::Enumeration({"low", "high"}), "text"},
  };
  for (const auto& [type, expected] : kCases) EXPECT_EQ(type.ToString(), expected);
}

TEST(Type, EveryKindAndUnitHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (int k = 0; k <= static_cast<int>(Kind::kAny); ++k) {
    EXPECT_FALSE(KindName(static_cast<Kind>(k)).empty());
    EXPECT_TRUE(names.insert(KindName(static_cast<Kind>(k))).second) << k;
  }
  for (int u = 0; u <= static_cast<int>(Unit::kYearMonth); ++u) {
    EXPECT_EQ(UnitName(static_cast<Unit>(u)).empty(), u == 0);
    EXPECT_TRUE(names.insert(UnitName(static_cast<Unit>(u))).second) << u;
  }
}

TEST(Type, PartsOfListsContextsAndEnumerations) {
  const Type record = Type::Context({{"a", Type::Of(Kind::kNumber)}, {"b", Type::Of(Kind::kText)}});
  EXPECT_EQ(record.FieldIndex("a"), 0);
  EXPECT_EQ(record.FieldIndex("b"), 1);
  EXPECT_EQ(record.FieldIndex("c"), -1);
  EXPECT_EQ(record.field(1).kind, Kind::kText);
  EXPECT_EQ(Type::List(record).item().FieldIndex("b"), 1);
  EXPECT_EQ(Type::Of(Kind::kList).item().kind, Kind::kAny);  // a list of what nobody said
  EXPECT_EQ(Type::Of(Kind::kText).FieldIndex("a"), -1);
  EXPECT_EQ(Type::Of(Kind::kText).enumeration(), nullptr);
  ASSERT_NE(Type::Enumeration({"low", "high"}).enumeration(), nullptr);
  EXPECT_EQ(*Type::Enumeration({"low", "high"}).enumeration(), (std::vector<std::string>{"low", "high"}));
  Type literal = Type::Of(Kind::kNumber);
  literal.literal = true;
  EXPECT_FALSE(Type::List(literal).item().literal);  // [1, 2] takes no unit
}

TEST(Value, JsonAndFeelTexts) {
  const Value list[] = {Number("1"), Value(), Value::Text("b")};
  const Value nested[] = {Value::List(list, 3), Value::List(nullptr, 0)};
  const NamedShape shape{{"a b", "\xe9\x87\x91\xe9\xa2\x9d", "2x", "x2", ""}};
  const Value fields[] = {Number("1.50"), OnDate("2016-02-29"), Value(), Value::Boolean(true), Number("0")};
  const RangeValue between{Number("1"), Number("10"), true, false};
  const RangeValue below{Value(), OnDate("2016-01-01"), false, true};
  const RangeValue texts{Value::Text("a"), Value::Text("b"), true, true};
  struct Row {
    Value value;
    const char *json, *feel;
  };
  const Row kRows[] = {
      {Value(), "null", "null"},
      {Value::Boolean(true), "true", "true"},
      {Value::Boolean(false), "false", "false"},
      {Number("20000.010"), "20000.01", "20000.01"},
      {Number("1e3"), "1000", "1000"},
      {Number("-0.05"), "-0.05", "-0.05"},
      {Number("9999999999999999999999999999999999"), "9999999999999999999999999999999999",
       "9999999999999999999999999999999999"},
      {Number("1e100"), "1E+100", "1E+100"},
      {Value::Text(""), "\"\"", "\"\""},
      {Value::Text("a\"b\\c\n\x01\xe9\x87\x91"), "\"a\\\"b\\\\c\\n\\u0001\xe9\x87\x91\"",
       "\"a\\\"b\\\\c\\n\\u0001\xe9\x87\x91\""},
      {OnDate("2016-02-29"), "\"2016-02-29\"", "@\"2016-02-29\""},
      {At("2016-01-31T16:00:00.5+08:00"), "\"2016-01-31T16:00:00.5+08:00\"",
       "@\"2016-01-31T16:00:00.5+08:00\""},
      {Value::OfDuration({-1, 500000000}), "\"-PT0.5S\"", "@\"-PT0.5S\""},
      {Value::OfMonths({14}), "\"P1Y2M\"", "@\"P1Y2M\""},
      {Value::List(nullptr, 0), "[]", "[]"},
      {Value::List(nested, 2), "[[1, null, \"b\"], []]", "[[1, null, \"b\"], []]"},
      {Value::Context(fields, &shape),
       "{\"a b\": 1.5, \"\xe9\x87\x91\xe9\xa2\x9d\": \"2016-02-29\", \"2x\": null, \"x2\": true, \"\": 0}",
       "{\"a b\": 1.5, \xe9\x87\x91\xe9\xa2\x9d: @\"2016-02-29\", \"2x\": null, x2: true, \"\": 0}"},
      {Value::Range(&between), "\"[1..10)\"", "[1..10)"},
      {Value::Range(&below), "\"(..@\\\"2016-01-01\\\"]\"", "(..@\"2016-01-01\"]"},
      {Value::Range(&texts), "\"[\\\"a\\\"..\\\"b\\\"]\"", "[\"a\"..\"b\"]"},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(row.value.ToJson(), row.json);
    EXPECT_EQ(row.value.ToFeel(), row.feel);
    json::Node node;
    Diagnostics found;
    EXPECT_TRUE(json::Parse(row.value.ToJson(), {}, "", &node, &found)) << row.json;
  }
}

TEST(Value, KeepsWhatItIsGiven) {
  Decimal d;
  ASSERT_EQ(Decimal::Parse("-1234567890123456789012345678901234E-6000", &d), DecimalStatus::kOk);
  EXPECT_EQ(Value::Number(d).number().ToScientificString(), d.ToScientificString());
  const Instant i = At("0001-01-01T00:00:00.000000001-17:59").instant();
  EXPECT_EQ(i.ToString(), "0001-01-01T00:00:00.000000001-17:59");
  EXPECT_EQ(OnDate("-0044-03-15").date().ToString(), "-0044-03-15");
  EXPECT_EQ(Value::OfDuration({-5, 7}).duration(), (Duration{-5, 7}));
  EXPECT_EQ(Value::OfMonths({-5}).months(), Months{-5});
  EXPECT_TRUE(Value::Boolean(true).IsTrue());
  EXPECT_FALSE(Value::Boolean(false).IsTrue());
  EXPECT_FALSE(Number("1").IsTrue());
  EXPECT_TRUE(Value().IsNull());
}

// Every value of the list equals those with the same group, and no other.
TEST(Value, SamenessIsByValue) {
  const Value one[] = {Number("1")}, one_again[] = {Number("1.00")}, two[] = {Number("1"), Number("2")};
  const Value swapped[] = {Number("2"), Number("1")};
  const NamedShape ab{{"a", "b"}}, ba{{"b", "a"}}, ac{{"a", "c"}};
  const RangeValue r1{Number("1"), Number("2"), true, false}, r2{Number("1.0"), Number("2"), true, false};
  const RangeValue r3{Number("1"), Number("2"), true, true}, r4{Number("1"), Value(), true, false};
  const std::string text = "text";
  const std::pair<int, Value> kValues[] = {
      {0, Value()},
      {1, Value::Boolean(false)},
      {2, Value::Boolean(true)},
      {3, Number("1")},
      {3, Number("1.00")},
      {4, Number("0")},
      {4, Number("-0.0")},
      {5, Value::Text("text")},
      {5, Value::Text(text)},
      {6, Value::Text("Text")},
      {7, Value::Text("")},
      {8, OnDate("2016-01-01")},
      {9, At("2016-01-01T00:00:00Z")},
      {9, At("2016-01-01T08:00:00+08:00")},
      {10, At("2016-01-01T00:00:00.1Z")},
      {11, Value::OfDuration({1, 0})},
      {12, Value::OfMonths({1})},
      {13, Value::List(nullptr, 0)},
      {14, Value::List(one, 1)},
      {14, Value::List(one_again, 1)},
      {15, Value::List(two, 2)},
      {16, Value::List(swapped, 2)},
      {17, Value::Context(two, &ab)},
      {17, Value::Context(swapped, &ba)},  // the same fields in another order
      {18, Value::Context(two, &ba)},
      {19, Value::Context(two, &ac)},
      {20, Value::Range(&r1)},
      {20, Value::Range(&r2)},
      {21, Value::Range(&r3)},
      {22, Value::Range(&r4)},
      {23, Value::Text("1")},
  };
  for (const auto& [group, a] : kValues) {
    for (const auto& [other, b] : kValues) {
      EXPECT_EQ(SameValue(a, b), group == other) << a.ToFeel() << ' ' << b.ToFeel();
    }
  }
}

TEST(Arena, GivesAlignedMemoryThatStays) {
  Arena arena;
  std::vector<std::pair<unsigned char*, std::size_t>> given;
  for (std::size_t i = 0; i < 600; ++i) {
    const std::size_t bytes = i * i % 9001;
    auto* p = static_cast<unsigned char*>(arena.Allocate(bytes));
    ASSERT_NE(p, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(p) % 16, 0u);
    std::memset(p, static_cast<int>(i % 251), bytes);
    given.emplace_back(p, bytes);
  }
  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto& [p, bytes] = given[i];
    EXPECT_TRUE(std::all_of(p, p + bytes, [&](unsigned char c) { return c == i % 251; })) << i;
  }
}

TEST(Arena, LimitIsExactAndLeavesTheArenaUsable) {
  Arena arena(64);
  EXPECT_NE(arena.Allocate(1), nullptr);  // counts 16
  EXPECT_EQ(arena.used(), 16u);
  EXPECT_EQ(arena.Allocate(49), nullptr);
  EXPECT_NE(arena.Allocate(48), nullptr);
  EXPECT_EQ(arena.used(), 64u);
  EXPECT_EQ(arena.Allocate(1), nullptr);
  EXPECT_EQ(arena.Copy("x").data(), nullptr);
  EXPECT_EQ(arena.NewValues(1), nullptr);
  arena.Reset();
  EXPECT_EQ(arena.used(), 0u);
  EXPECT_EQ(arena.NewValues(3), nullptr);  // 72 bytes
  EXPECT_NE(arena.NewValues(2), nullptr);
  EXPECT_EQ(Arena(0).Allocate(1), nullptr);
}

TEST(Arena, SizesThatWrapAroundAreRefused) {
  Arena arena(SIZE_MAX);
  for (const std::size_t bytes : {SIZE_MAX, SIZE_MAX - 14, SIZE_MAX - 15, SIZE_MAX / 2 + 1}) {
    EXPECT_EQ(arena.Allocate(bytes), nullptr) << bytes;
  }
  EXPECT_EQ(arena.NewValues(SIZE_MAX / sizeof(Value) + 1), nullptr);  // times 24 wraps to 8
  EXPECT_EQ(arena.used(), 0u);
}

TEST(Arena, ResetGivesTheSameMemoryAgain) {
  Arena arena;
  const std::size_t kSizes[] = {100, 5000, 16, 70000, 4000};
  std::vector<void*> first, second;
  for (const std::size_t bytes : kSizes) first.push_back(arena.Allocate(bytes));
  arena.Reset();
  for (const std::size_t bytes : kSizes) second.push_back(arena.Allocate(bytes));
  EXPECT_EQ(first, second);
}

TEST(Arena, CopiesAreOwnAndEmptyTextIsNoFailure) {
  Arena arena;
  std::string text = "payroll";
  const std::string_view copy = arena.Copy(text);
  text[0] = 'X';
  EXPECT_EQ(copy, "payroll");
  EXPECT_NE(arena.Copy("").data(), nullptr);
  EXPECT_NE(arena.NewValues(0), nullptr);
  const Value* fresh = arena.NewValues(5);
  EXPECT_TRUE(std::all_of(fresh, fresh + 5, [](const Value& v) { return v.IsNull(); }));
}

TEST(Arena, DeepCopyTakesEverythingAlong) {
  const NamedShape shape{{"who", "what"}};
  Arena kept;
  Value copy;
  std::string expected;
  {
    Arena passing;
    Value* inner = passing.NewValues(2);
    inner[0] = Value::Text(passing.Copy("E1"));
    auto* range = new (passing.Allocate(sizeof(RangeValue))) RangeValue();
    range->low = Value::Text(passing.Copy("a"));
    range->high_closed = true;
    inner[1] = Value::Range(range);
    Value* outer = passing.NewValues(3);
    outer[0] = Value::Context(inner, &shape);
    outer[1] = Number("1.5");
    outer[2] = Value::List(nullptr, 0);
    const Value original = Value::List(outer, 3);
    expected = original.ToFeel();
    ASSERT_TRUE(kept.DeepCopy(original, &copy));
    EXPECT_TRUE(SameValue(original, copy));
    inner[0] = inner[1] = Value();
    std::memset(const_cast<char*>(range->low.text().data()), 'z', 1);
    outer[0] = outer[1] = outer[2] = Value();
  }
  EXPECT_EQ(copy.ToFeel(), expected);
  EXPECT_EQ(expected, "[{who: \"E1\", what: (\"a\"..]}, 1.5, []]");
  EXPECT_NE(copy[0].shape(), &shape);  // its names, too
}

TEST(Arena, DeepCopyBeyondTheLimitIsToldAndChangesNothing) {
  const Value texts[] = {Value::Text("one"), Value::Text("two")};
  const NamedShape shape{{"a", "b"}};
  const RangeValue range{texts[0], texts[1], true, true};
  const Value kValues[] = {texts[0], Value::List(texts, 2), Value::Context(texts, &shape),
                           Value::Range(&range)};
  for (const Value& value : kValues) {
    Arena measure;
    Value out;
    ASSERT_TRUE(measure.DeepCopy(value, &out));
    for (std::size_t limit = 0; limit < measure.used(); limit += 16) {
      Arena arena(limit);
      Value kept = Value::Boolean(true);
      EXPECT_FALSE(arena.DeepCopy(value, &kept)) << value.ToFeel() << ' ' << limit;
      EXPECT_TRUE(kept.IsTrue());
    }
    Arena enough(measure.used());
    EXPECT_TRUE(enough.DeepCopy(value, &out));
  }
}

TEST(Arena, MovesWithItsMemory) {
  Arena a;
  const std::string_view text = a.Copy("moved");
  Arena b(std::move(a));
  EXPECT_EQ(text, "moved");
  EXPECT_EQ(b.used(), 16u);
  Arena c(32);
  c = std::move(b);
  EXPECT_EQ(text, "moved");
  EXPECT_EQ(c.used(), 16u);
  EXPECT_NE(c.Allocate(100), nullptr);  // the limit came along
}

}  // namespace
}  // namespace ordain
