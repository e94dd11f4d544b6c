// Decimal and Money: tables of input -> exact output, exhaustive small domains against int64 arithmetic, and
// every shortcut against the long way. The random comparison with another implementation and the published
// vectors are in tests/python/test_decimal_random.py and tests/python/test_decimal_vectors.py.
#include "ordain/decimal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "base/wide.hpp"

namespace ordain {

void PrintTo(const Decimal& d, std::ostream* os) { *os << d.ToScientificString(); }
void PrintTo(DecimalStatus s, std::ostream* os) { *os << "DecimalStatus " << static_cast<int>(s); }

namespace {

constexpr Rounding kModes[] = {Rounding::kHalfEven, Rounding::kHalfUp,  Rounding::kHalfDown, Rounding::kUp,
                               Rounding::kDown,     Rounding::kCeiling, Rounding::kFloor};
constexpr Rounding kAny = Rounding::kHalfEven;  // where the mode does not matter
const std::string kNines(34, '9');

Decimal D(std::string_view text) {
  Decimal d;
  EXPECT_EQ(Decimal::Parse(text, &d), DecimalStatus::kOk) << text;
  return d;
}

std::string Show(DecimalStatus status, const Decimal& d) {
  switch (status) {
    case DecimalStatus::kOk:
      return d.ToScientificString();
    case DecimalStatus::kSyntax:
      return "syntax";
    case DecimalStatus::kOverflow:
      return "overflow";
    case DecimalStatus::kDivisionByZero:
      return "division by zero";
    case DecimalStatus::kInvalid:
      return "invalid";
  }
  return "?";
}

using Binary = DecimalStatus (*)(const Decimal&, const Decimal&, Rounding, Decimal*);
constexpr Binary kAdd = [](const Decimal& a, const Decimal& b, Rounding m, Decimal* out) {
  return Add(a, b, m, out);
};
constexpr Binary kSubtract = [](const Decimal& a, const Decimal& b, Rounding m, Decimal* out) {
  return Subtract(a, b, m, out);
};
constexpr Binary kMultiply = [](const Decimal& a, const Decimal& b, Rounding m, Decimal* out) {
  return Multiply(a, b, m, out);
};
constexpr Binary kDivideInteger = [](const Decimal& a, const Decimal& b, Rounding, Decimal* out) {
  return DivideInteger(a, b, out);
};
constexpr Binary kRemainder = [](const Decimal& a, const Decimal& b, Rounding, Decimal* out) {
  return Remainder(a, b, out);
};
constexpr Binary kModulo = [](const Decimal& a, const Decimal& b, Rounding, Decimal* out) {
  return Modulo(a, b, out);
};

std::string Try(Binary op, std::string_view a, std::string_view b, Rounding mode = kAny) {
  Decimal r;
  const DecimalStatus s = op(D(a), D(b), mode, &r);
  return Show(s, r);
}

// ---- text ---------------------------------------------------------------------------------------

TEST(DecimalText, ParseAndBothForms) {
  const struct {
    const char* text;
    const char* scientific;
    const char* plain;
    bool exact;
  } kRows[] = {
      {"0", "0", "0", true},
      {"-0", "-0", "0", true},
      {"0.00", "0.00", "0", true},
      {"0E+9999", "0E+6111", "0", true},
      {"0E-9999", "0E-6176", "0", true},
      {"7", "7", "7", true},
      {"+7", "7", "7", true},
      {"007", "7", "7", true},
      {".5", "0.5", "0.5", true},
      {"-.5", "-0.5", "-0.5", true},
      {"868.50", "868.50", "868.5", true},
      {"1.20", "1.20", "1.2", true},
      {"1200", "1200", "1200", true},
      {"12e2", "1.2E+3", "1200", true},
      {"12E-2", "0.12", "0.12", true},
      {"1.5e+0003", "1.5E+3", "1500", true},
      {"0.000001", "0.000001", "0.000001", true},
      {"0.0000001", "1E-7", "0.0000001", true},
      {"0.00000010", "1.0E-7", "0.0000001", true},
      {"-12345678901234567890.123", "-12345678901234567890.123", "-12345678901234567890.123", true},
      {"1E60", "1E+60", "1000000000000000000000000000000000000000000000000000000000000", true},
      {"1E61", "1E+61", "1E+61", true},
      {"1E-61", "1E-61", "0.0000000000000000000000000000000000000000000000000000000000001", true},
      {"1E-62", "1E-62", "1E-62", true},
      {"-1.50E100", "-1.50E+100", "-1.5E+100", true},
      {"1234E-100", "1.234E-97", "1.234E-97", true},
      // 34 digits, and more.
      {"9999999999999999999999999999999999", "9999999999999999999999999999999999",
       "9999999999999999999999999999999999", true},
      {"10000000000000000000000000000000000", "1.000000000000000000000000000000000E+34",
       "10000000000000000000000000000000000", true},
      {"99999999999999999999999999999999995", "1.000000000000000000000000000000000E+35",
       "100000000000000000000000000000000000", false},
      {"12345678901234567890123456789012345", "1.234567890123456789012345678901234E+34",
       "12345678901234567890123456789012340", false},  // a tie, to even
      {"12345678901234567890123456789012355", "1.234567890123456789012345678901236E+34",
       "12345678901234567890123456789012360", false},
      {"123456789012345678901234567890123450000000000000001", "1.234567890123456789012345678901235E+50",
       "123456789012345678901234567890123500000000000000000", false},
      {"0.00012345678901234567890123456789012345", "0.0001234567890123456789012345678901234",
       "0.0001234567890123456789012345678901234", false},
      {"1.0000000000000000000000000000000000000000000000", "1.000000000000000000000000000000000", "1", true},
      {"00000000000000000000000000000000000000000000000001", "1", "1", true},
      // The ends of the range.
      {"9.999999999999999999999999999999999E6144", "9.999999999999999999999999999999999E+6144",
       "9.999999999999999999999999999999999E+6144", true},
      {"1E6144", "1.000000000000000000000000000000000E+6144", "1E+6144", true},  // clamped
      {"1E-6176", "1E-6176", "1E-6176", true},
      {"1E-6143", "1E-6143", "1E-6143", true},
      {"1.5E-6176", "2E-6176", "2E-6176", false},
      {"2.5E-6176", "2E-6176", "2E-6176", false},
      {"5E-6177", "0E-6176", "0", false},
      {"5.0000000000000000000000000000000000000000001E-6177", "1E-6176", "1E-6176", false},
      {"-1E-99999999999999999999999999", "-0E-6176", "0", false},
      {"10E-6177", "1E-6176", "1E-6176", true},
  };
  for (const auto& row : kRows) {
    Decimal d;
    bool exact = !row.exact;
    ASSERT_EQ(Decimal::Parse(row.text, &d, &exact), DecimalStatus::kOk) << row.text;
    EXPECT_EQ(d.ToScientificString(), row.scientific) << row.text;
    EXPECT_EQ(d.ToString(), row.plain) << row.text;
    EXPECT_EQ(exact, row.exact) << row.text;
    if (!exact) continue;
    EXPECT_EQ(D(d.ToString()), d) << row.text;
    EXPECT_EQ(D(d.ToScientificString()).ToScientificString(), row.scientific) << row.text;
  }
}

TEST(DecimalText, ParseErrorsLeaveTheResultUntouched) {
  const std::string with_zero_byte("1\0002", 3);
  const std::string kBad[] = {
      "",     "-",   "+",        ".",     "-.",   "1.",           "1.e5",         "e5",
      "1e",   "1e+", "--1",      "1-",    "1 ",   " 1",           "1,5",          "1.2.3",
      "0x10", "NaN", "Infinity", "1e5.0", "1e5x", "\xEF\xBC\x91", with_zero_byte, "1_000"};
  for (const std::string& text : kBad) {
    Decimal d(42);
    bool exact = true;
    EXPECT_EQ(Decimal::Parse(text, &d, &exact), DecimalStatus::kSyntax) << text;
    EXPECT_EQ(d.ToScientificString(), "42") << text;
  }
  const std::string kFar[] = {"1E6145", "9.9999999999999999999999999999999995E6144", "1E99999999999999999999",
                              "1" + std::string(7000, '0')};
  for (const std::string& text : kFar) {
    Decimal d(42);
    EXPECT_EQ(Decimal::Parse(text, &d), DecimalStatus::kOverflow) << text;
    EXPECT_EQ(d.ToScientificString(), "42") << text;
  }
  EXPECT_EQ(D("0." + std::string(7000, '0') + "1E7000").ToString(), "0.1");
}

TEST(DecimalText, RoundingNames) {
  for (const Rounding mode : kModes) {
    Rounding back = mode == Rounding::kUp ? Rounding::kDown : Rounding::kUp;
    EXPECT_TRUE(RoundingFromName(RoundingName(mode), &back));
    EXPECT_EQ(back, mode);
  }
  Rounding mode = Rounding::kUp;
  EXPECT_TRUE(RoundingFromName("half-even", &mode));
  EXPECT_EQ(mode, Rounding::kHalfEven);
  for (const char* name : {"", "half", "half_even ", "HALF_EVEN", "bankers", "half even", "up_"}) {
    EXPECT_FALSE(RoundingFromName(name, &mode)) << name;
  }
  EXPECT_EQ(mode, Rounding::kHalfEven);
}

// ---- rounding -----------------------------------------------------------------------------------

// Columns in the order of kModes.
struct RoundingRow {
  const char* value;
  const char* rounded[7];
};
constexpr RoundingRow kToInteger[] = {
    // value   half_even half_up half_down up    down  ceil  floor
    {"2.5", {"2", "3", "2", "3", "2", "3", "2"}},
    {"3.5", {"4", "4", "3", "4", "3", "4", "3"}},
    {"-2.5", {"-2", "-3", "-2", "-3", "-2", "-2", "-3"}},
    {"-3.5", {"-4", "-4", "-3", "-4", "-3", "-3", "-4"}},
    {"2.4", {"2", "2", "2", "3", "2", "3", "2"}},
    {"2.6", {"3", "3", "3", "3", "2", "3", "2"}},
    {"-2.4", {"-2", "-2", "-2", "-3", "-2", "-2", "-3"}},
    {"-2.6", {"-3", "-3", "-3", "-3", "-2", "-2", "-3"}},
    {"0.5", {"0", "1", "0", "1", "0", "1", "0"}},
    {"-0.5", {"-0", "-1", "-0", "-1", "-0", "-0", "-1"}},
    {"1.5", {"2", "2", "1", "2", "1", "2", "1"}},
    {"2.50", {"2", "3", "2", "3", "2", "3", "2"}},
    {"2.501", {"3", "3", "3", "3", "2", "3", "2"}},
    {"2.499", {"2", "2", "2", "3", "2", "3", "2"}},
    {"2.000", {"2", "2", "2", "2", "2", "2", "2"}},
    {"9.5", {"10", "10", "9", "10", "9", "10", "9"}},
    {"0.001", {"0", "0", "0", "1", "0", "1", "0"}},
    {"1E-6176", {"0", "0", "0", "1", "0", "1", "0"}},
    {"4.500000000000000000000000000000000", {"4", "5", "4", "5", "4", "5", "4"}},
    {"4.500000000000000000000000000000001", {"5", "5", "5", "5", "4", "5", "4"}},
};

TEST(DecimalRounding, TiesInEveryMode) {
  for (const RoundingRow& row : kToInteger) {
    for (std::size_t m = 0; m < 7; ++m) {
      Decimal r;
      ASSERT_EQ(Quantize(D(row.value), 0, kModes[m], &r), DecimalStatus::kOk);
      EXPECT_EQ(r.ToScientificString(), row.rounded[m]) << row.value << ' ' << RoundingName(kModes[m]);
      ASSERT_EQ(RoundToInteger(D(row.value), kModes[m], &r), DecimalStatus::kOk);
      EXPECT_EQ(r.ToScientificString(), row.rounded[m]) << row.value << ' ' << RoundingName(kModes[m]);
    }
  }
}

// The same ties, 34 digits further up: by each operation that rounds to 34 digits.
TEST(DecimalRounding, OperationsRoundTheirThirtyFifthDigitInEveryMode) {
  const Decimal base = D("1000000000000000000000000000000000");  // 34 digits, even
  for (const RoundingRow& row : kToInteger) {
    const Decimal value = D(row.value);
    for (std::size_t m = 0; m < 7; ++m) {
      Decimal sum, expected, fused;
      const bool negative = value.negative();
      const Decimal signed_base = negative ? Negate(base) : base;
      ASSERT_EQ(Add(signed_base, D(row.rounded[m]), kAny, &expected), DecimalStatus::kOk);
      ASSERT_EQ(Add(signed_base, value, kModes[m], &sum), DecimalStatus::kOk);
      EXPECT_EQ(sum, expected) << row.value << ' ' << RoundingName(kModes[m]);
      ASSERT_EQ(FusedMultiplyAdd(signed_base, Decimal(1), value, kModes[m], &fused), DecimalStatus::kOk);
      EXPECT_EQ(fused, expected) << row.value << ' ' << RoundingName(kModes[m]);
    }
  }
  // 7 * 1428571428571428571428571428571435 has 35 digits, the last a 5.
  const Decimal factor = D("1428571428571428571428571428571435");
  const char* const kProducts[7] = {
      "1.000000000000000000000000000000004E+34", "1.000000000000000000000000000000005E+34",
      "1.000000000000000000000000000000004E+34", "1.000000000000000000000000000000005E+34",
      "1.000000000000000000000000000000004E+34", "1.000000000000000000000000000000005E+34",
      "1.000000000000000000000000000000004E+34"};
  for (std::size_t m = 0; m < 7; ++m) {
    Decimal r;
    ASSERT_EQ(Multiply(factor, Decimal(7), kModes[m], &r), DecimalStatus::kOk);
    EXPECT_EQ(r.ToScientificString(), kProducts[m]) << RoundingName(kModes[m]);
  }
  // 1 / 2^49 has 35 digits and ends in 5.
  const Decimal divisor(std::int64_t{1} << 49);
  const char* const kQuotients[7] = {
      "1.776356839400250464677810668945312E-15", "1.776356839400250464677810668945313E-15",
      "1.776356839400250464677810668945312E-15", "1.776356839400250464677810668945313E-15",
      "1.776356839400250464677810668945312E-15", "1.776356839400250464677810668945313E-15",
      "1.776356839400250464677810668945312E-15"};
  for (std::size_t m = 0; m < 7; ++m) {
    Decimal r;
    ASSERT_EQ(Divide(Decimal(1), divisor, kModes[m], &r), DecimalStatus::kOk);
    EXPECT_EQ(r.ToScientificString(), kQuotients[m]) << RoundingName(kModes[m]);
    ASSERT_EQ(PowerInteger(Decimal(2), -49, kModes[m], &r), DecimalStatus::kOk);
    EXPECT_EQ(r.ToScientificString(), kQuotients[m]) << RoundingName(kModes[m]);
  }
}

TEST(DecimalRounding, CarriesThroughNines) {
  Decimal r;
  ASSERT_EQ(Quantize(D("9.995"), -2, Rounding::kHalfUp, &r), DecimalStatus::kOk);
  EXPECT_EQ(r.ToScientificString(), "10.00");
  EXPECT_EQ(Try(kAdd, kNines, "1"), "1.000000000000000000000000000000000E+34");
  EXPECT_EQ(Try(kAdd, kNines, "0.5", Rounding::kHalfDown), kNines);
  EXPECT_EQ(Try(kAdd, kNines, "0.5"), "1.000000000000000000000000000000000E+34");
  EXPECT_EQ(Try(kAdd, kNines, "1E-6176", Rounding::kUp), "1.000000000000000000000000000000000E+34");
  EXPECT_EQ(Try(kSubtract, "1E34", "1E-6176", Rounding::kDown), "9999999999999999999999999999999999");
  EXPECT_EQ(Try(kSubtract, "1E34", "1E-6176", Rounding::kHalfEven),
            "1.000000000000000000000000000000000E+34");
  EXPECT_EQ(Try(kMultiply, kNines, kNines, Rounding::kDown), "9.999999999999999999999999999999998E+67");
  EXPECT_EQ(Try(kMultiply, kNines, kNines, Rounding::kUp), "9.999999999999999999999999999999999E+67");
}

TEST(DecimalRange, OverflowUnderflowAndClamp) {
  const std::string top = "9.999999999999999999999999999999999E+6144";
  EXPECT_EQ(Try(kAdd, top, "5E6110"), "overflow");  // half a unit, to even
  EXPECT_EQ(Try(kAdd, top, "4E6110"), top);
  EXPECT_EQ(Try(kAdd, top, "1E6111"), "overflow");
  EXPECT_EQ(Try(kAdd, top, "1E-6176", Rounding::kUp), "overflow");
  EXPECT_EQ(Try(kAdd, top, "1E-6176", Rounding::kFloor), top);
  EXPECT_EQ(Try(kMultiply, "1E6000", "1E145"), "overflow");
  EXPECT_EQ(Try(kMultiply, "1E6000", "1E144"), "1.000000000000000000000000000000000E+6144");
  EXPECT_EQ(Try(Divide, "1E6000", "1E-145"), "overflow");
  EXPECT_EQ(Try(kMultiply, "1E-6000", "1E-176"), "1E-6176");
  EXPECT_EQ(Try(kMultiply, "5E-6000", "1E-177"), "0E-6176");
  EXPECT_EQ(Try(kMultiply, "5E-6000", "1E-177", Rounding::kHalfUp), "1E-6176");
  EXPECT_EQ(Try(kMultiply, "-5E-6000", "1E-177"), "-0E-6176");
  EXPECT_EQ(Try(kMultiply, "-1E-6000", "1E-6000", Rounding::kFloor), "-1E-6176");
  EXPECT_EQ(Try(kMultiply, "-1E-6000", "1E-6000", Rounding::kCeiling), "-0E-6176");
  EXPECT_EQ(Try(kMultiply, "0E6000", "0E6000"), "0E+6111");
  EXPECT_EQ(Try(Divide, "1E-6176", "3"), "0E-6176");
  EXPECT_EQ(Try(Divide, "2E-6176", "3"), "1E-6176");
  Decimal r(42);
  EXPECT_EQ(Multiply(D("1E6000"), D("1E6000"), kAny, &r), DecimalStatus::kOverflow);
  EXPECT_EQ(r.ToScientificString(), "42");
}

// ---- operations ---------------------------------------------------------------------------------

TEST(DecimalOperations, PreferredExponentsAndSigns) {
  const struct {
    Binary op;
    const char* a;
    const char* b;
    Rounding mode;
    const char* result;
  } kRows[] = {
      {kAdd, "1.20", "3", kAny, "4.20"},
      {kAdd, "1E2", "1E4", kAny, "1.01E+4"},
      {kAdd, "1.20", "-1.20", kAny, "0.00"},
      {kAdd, "1.20", "-1.20", Rounding::kFloor, "-0.00"},
      {kAdd, "1.20", "-1.2", Rounding::kFloor, "-0.00"},
      {kAdd, "-0", "-0", kAny, "-0"},
      {kAdd, "-0", "0", kAny, "0"},
      {kAdd, "-0", "0", Rounding::kFloor, "-0"},
      {kAdd, "0E-5", "1", kAny, "1.00000"},
      {kAdd, "1", "0E-99", kAny, "1.000000000000000000000000000000000"},
      {kAdd, "0E5", "1", kAny, "1"},
      {kSubtract, "0", "0", kAny, "0"},
      {kSubtract, "-0", "0", kAny, "-0"},
      {kSubtract, "5", "7.50", kAny, "-2.50"},
      {kSubtract, "18446744073709551616", "18446744073709551615", kAny, "1"},
      {kAdd, "18446744073709551615", "1", kAny, "18446744073709551616"},
      {kAdd, "18446744073709551615E19", "18446744073709551615", kAny,
       "1.844674407370955161684467440737096E+38"},
      {kMultiply, "12345.67", "0.03", kAny, "370.3701"},
      {kMultiply, "-1.20", "0.0", kAny, "-0.000"},
      {kMultiply, "4294967296", "4294967296", kAny, "18446744073709551616"},
      {kMultiply, "18446744073709551615", "18446744073709551615", kAny,
       "3.402823669209384634264811192843491E+38"},
      {Divide, "1", "3", kAny, "0.3333333333333333333333333333333333"},
      {Divide, "2", "3", kAny, "0.6666666666666666666666666666666667"},
      {Divide, "2", "3", Rounding::kDown, "0.6666666666666666666666666666666666"},
      {Divide, "100", "4", kAny, "25"},
      {Divide, "1.00", "4", kAny, "0.25"},
      {Divide, "1", "4", kAny, "0.25"},
      {Divide, "12345", "100", kAny, "123.45"},
      {Divide, "2.400", "2.0", kAny, "1.20"},
      {Divide, "2400E5", "2", kAny, "1.200E+8"},
      {Divide, "1000", "1E3", kAny, "1.000"},
      {Divide, "0.00", "-3", kAny, "-0.00"},
      {Divide, "8000", "21.75", kAny, "367.8160919540229885057471264367816"},
      {Divide, "1", "9999999999999999999999999999999999", kAny, "1.000000000000000000000000000000000E-34"},
      {Divide, "1", "9999999999999999999999999999999999", Rounding::kUp,
       "1.000000000000000000000000000000001E-34"},
      {Divide, "9999999999999999999999999999999999", "1E-3", kAny, "9.999999999999999999999999999999999E+36"},
      {Divide, "1", "0", kAny, "division by zero"},
      {Divide, "-1", "-0", kAny, "division by zero"},
      {Divide, "0", "0", kAny, "invalid"},
      {kDivideInteger, "10", "3", kAny, "3"},
      {kDivideInteger, "-10", "3", kAny, "-3"},
      {kDivideInteger, "10", "0.3", kAny, "33"},
      {kDivideInteger, "1E-5", "7", kAny, "0"},
      {kDivideInteger, "-1E-5", "7", kAny, "-0"},
      {kDivideInteger, "1E33", "1", kAny, "1000000000000000000000000000000000"},
      {kDivideInteger, "1E34", "1", kAny, "invalid"},
      {kDivideInteger, "1E6111", "1E-6176", kAny, "invalid"},
      {kDivideInteger, "1", "0", kAny, "division by zero"},
      {kDivideInteger, "0", "0", kAny, "invalid"},
      {kRemainder, "10", "3", kAny, "1"},
      {kRemainder, "-10", "3", kAny, "-1"},
      {kRemainder, "10", "-3", kAny, "1"},
      {kRemainder, "-10", "-3", kAny, "-1"},
      {kRemainder, "-9", "3", kAny, "-0"},
      {kRemainder, "10.20", "3", kAny, "1.20"},
      {kRemainder, "1", "3.00", kAny, "1.00"},
      {kRemainder, "7", "1E6111", kAny, "7"},
      {kRemainder, "1E34", "3", kAny, "1"},
      {kRemainder, "1E35", "3", kAny, "invalid"},
      {kRemainder, "1", "0", kAny, "invalid"},
      {kModulo, "10", "3", kAny, "1"},
      {kModulo, "-10", "3", kAny, "2"},
      {kModulo, "10", "-3", kAny, "-2"},
      {kModulo, "-10", "-3", kAny, "-1"},
      {kModulo, "-9", "3", kAny, "-0"},
      {kModulo, "10.1", "-4.5", kAny, "-3.4"},
      {kModulo, "-10.1", "4.5", kAny, "3.4"},
      {kModulo, "-1E-40", "3", kAny, "3.000000000000000000000000000000000"},  // rounded: more than 34 digits
      {kModulo, "1E35", "3", kAny, "invalid"},
      {kModulo, "1", "0", kAny, "division by zero"},
      {kModulo, "0", "0", kAny, "division by zero"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(Try(row.op, row.a, row.b, row.mode), row.result) << row.a << " and " << row.b;
  }
}

TEST(DecimalOperations, FusedMultiplyAddRoundsOnce) {
  const struct {
    const char* a;
    const char* b;
    const char* c;
    const char* result;
  } kRows[] = {
      {"2", "3", "4", "10"},
      {"1.20", "3", "0.001", "3.601"},
      // The product has 68 digits; with one rounding in between the difference would be 0.
      {"9999999999999999999999999999999999", "9999999999999999999999999999999999",
       "-9.999999999999999999999999999999998E67", "1"},
      {"1E-30", "1E-30", "1", "1.000000000000000000000000000000000"},
      {"1E30", "1E30", "1E-30", "1.000000000000000000000000000000000E+60"},
      {"0", "5", "1.5", "1.5"},
      {"0E-3", "5", "1.5", "1.500"},
      {"3", "5", "0E-2", "15.00"},
      {"-0", "5", "-0", "-0"},
      {"-0", "5", "0", "0"},
      {"1E6111", "1E6111", "1", "overflow"},
      {"1E6111", "1E6111", "-1E6144", "overflow"},
      {"1E-6176", "1E-6176", "0", "0E-6176"},
  };
  for (const auto& row : kRows) {
    Decimal r;
    const DecimalStatus s = FusedMultiplyAdd(D(row.a), D(row.b), D(row.c), kAny, &r);
    EXPECT_EQ(Show(s, r), row.result) << row.a << " * " << row.b << " + " << row.c;
  }
}

TEST(DecimalOperations, Quantize) {
  const struct {
    const char* value;
    std::int32_t exponent;
    Rounding mode;
    const char* result;
  } kRows[] = {
      {"370.3701", -2, Rounding::kHalfUp, "370.37"},
      {"370.375", -2, Rounding::kHalfUp, "370.38"},
      {"370.375", -2, Rounding::kHalfEven, "370.38"},
      {"370.365", -2, Rounding::kHalfEven, "370.36"},
      {"370.365", -2, Rounding::kHalfDown, "370.36"},
      {"-370.365", -2, Rounding::kCeiling, "-370.36"},
      {"-370.365", -2, Rounding::kFloor, "-370.37"},
      {"2", -2, kAny, "2.00"},
      {"-0", -2, kAny, "-0.00"},
      {"1234", 2, Rounding::kHalfUp, "1.2E+3"},
      {"49", 2, Rounding::kHalfUp, "0E+2"},
      {"50", 2, Rounding::kHalfUp, "1E+2"},
      {"1", 6111, Rounding::kUp, "1E+6111"},
      {"1", 6111, Rounding::kDown, "0E+6111"},
      {"0", -6176, kAny, "0E-6176"},
      {"1E-6176", 0, Rounding::kDown, "0"},
      {"9999999999999999999999999999999999", 0, kAny, "9999999999999999999999999999999999"},
      {"9999999999999999999999999999999999", -1, kAny, "invalid"},
      {"999999999999999999999999999999999.9", 0, kAny, "1000000000000000000000000000000000"},
      {"18446744073709551615", 19, Rounding::kHalfEven, "2E+19"},
      {"18446744073709551615", 20, Rounding::kHalfEven, "0E+20"},
      {"18446744073709551615", 20, Rounding::kUp, "1E+20"},
      {"18446744073709551615", -14, kAny, "18446744073709551615.00000000000000"},
      {"18446744073709551615", -15, kAny, "invalid"},
      {"1E33", 0, kAny, "1000000000000000000000000000000000"},
      {"1E34", 0, kAny, "invalid"},
      {"1E6111", -6176, kAny, "invalid"},
      {"1", 6112, kAny, "invalid"},
      {"0", -6177, kAny, "invalid"},
      {"0", std::numeric_limits<std::int32_t>::min(), kAny, "invalid"},
  };
  for (const auto& row : kRows) {
    Decimal r;
    const DecimalStatus s = Quantize(D(row.value), row.exponent, row.mode, &r);
    EXPECT_EQ(Show(s, r), row.result) << row.value << " to " << row.exponent;
  }
  Decimal r;
  EXPECT_EQ(RoundToInteger(D("12E3"), kAny, &r), DecimalStatus::kOk);
  EXPECT_EQ(r.ToScientificString(), "1.2E+4");
}

TEST(DecimalOperations, Power) {
  const struct {
    const char* base;
    std::int64_t n;
    const char* result;
  } kRows[] = {
      {"2", 10, "1024"},
      {"1.20", 2, "1.4400"},
      {"-3", 3, "-27"},
      {"-3", 4, "81"},
      {"7", 1, "7"},
      {"7", 0, "1"},
      {"1E6000", 0, "1"},
      {"10", -2, "0.01"},
      {"2", -1, "0.5"},
      {"-2", -3, "-0.125"},
      {"3", -1, "0.3333333333333333333333333333333333"},
      {"1E2", -2, "0.0001"},
      {"1.00", -1, "1"},
      {"50", -1, "0.02"},
      {"0.05", -2, "4E+2"},
      {"5", -112, "5.192296858534827628530496329220096E-79"},  // 2^112: 34 digits, exact
      {"5", -113, "1.038459371706965525706099265844019E-79"},  // 2^113: 35 digits
      {"10", 6144, "1.000000000000000000000000000000000E+6144"},
      {"10", 6145, "overflow"},
      {"10", -6176, "1E-6176"},
      {"10", -6177, "0E-6176"},
      {"2", 999999999, "overflow"},
      {"2", -999999999, "0E-6176"},
      {"1", 999999999, "1"},
      {"-1", -999999999, "-1"},
      {"2", 1000000000, "invalid"},
      {"2", -1000000000, "invalid"},
      {"2", std::numeric_limits<std::int64_t>::min(), "invalid"},
      {"0", 5, "0"},
      {"-0.00", 3, "-0"},
      {"-0", 2, "0"},
      {"0", 0, "invalid"},
      {"0", -1, "division by zero"},
      // 10 % a year over 30 years; the limit of (1 + 1/n)^n. Computed with 200 digits elsewhere.
      {"1.1", 30, "17.449402268886407318558803753801"},
      {"1.0000000001", 999999999, "1.105170917959604678425751325466085"},
      {"0.9999999999999999999999999999999999", 999999999, "0.9999999999999999999999999000000001"},
  };
  for (const auto& row : kRows) {
    Decimal r;
    const DecimalStatus s = PowerInteger(D(row.base), row.n, kAny, &r);
    EXPECT_EQ(Show(s, r), row.result) << row.base << " ^ " << row.n;
  }
}

// 5^112 has 79 digits, but its inverse is exact: no mode may see anything behind it.
TEST(DecimalOperations, PowersOfFifthsAreExact) {
  Decimal power(32);  // 2^5
  for (std::int64_t n = 5; n <= 112; ++n) {
    const Decimal exact(false, power.hi(), power.lo(), static_cast<std::int32_t>(-n));  // 2^n / 10^n
    for (const Rounding mode : kModes) {
      Decimal r;
      ASSERT_EQ(PowerInteger(Decimal(5), -n, mode, &r), DecimalStatus::kOk);
      ASSERT_EQ(r.ToScientificString(), exact.ToScientificString()) << n << ' ' << RoundingName(mode);
      ASSERT_EQ(PowerInteger(D("0.2"), n, mode, &r), DecimalStatus::kOk);
      ASSERT_EQ(r.ToScientificString(), exact.ToScientificString()) << n << ' ' << RoundingName(mode);
    }
    ASSERT_EQ(Multiply(power, Decimal(2), kAny, &power), DecimalStatus::kOk);
  }
}

TEST(DecimalOperations, SquareRoot) {
  const struct {
    const char* value;
    Rounding mode;
    const char* result;
  } kRows[] = {
      {"4", kAny, "2"},
      {"1.44", kAny, "1.2"},
      {"1.4400", kAny, "1.20"},
      {"100", kAny, "10"},
      {"1E2", kAny, "1E+1"},
      {"1E3", kAny, "31.62277660168379331998893544432719"},
      {"2", kAny, "1.414213562373095048801688724209698"},
      {"2", Rounding::kUp, "1.414213562373095048801688724209699"},
      {"2", Rounding::kFloor, "1.414213562373095048801688724209698"},
      {"0.0001", kAny, "0.01"},
      {"1E-6176", kAny, "1E-3088"},
      {"9.999999999999999999999999999999999E6144", kAny, "3.162277660168379331998893544432718E+3072"},
      {"9.999999999999999999999999999999999E6144", Rounding::kUp,
       "3.162277660168379331998893544432719E+3072"},
      {"9999999999999999800000000000000001", kAny, "99999999999999999"},
      {"9999999999999999800000000000000002", Rounding::kUp, "99999999999999999.00000000000000001"},
      {"0", kAny, "0"},
      {"-0.000", kAny, "-0.00"},
      {"0E3", kAny, "0E+1"},
      {"-1", kAny, "invalid"},
      {"-1E-6176", kAny, "invalid"},
  };
  for (const auto& row : kRows) {
    Decimal r;
    const DecimalStatus s = SquareRoot(D(row.value), row.mode, &r);
    EXPECT_EQ(Show(s, r), row.result) << row.value;
  }
}

// Known answers: Python's decimal at 130 digits, rounded once.
TEST(DecimalOperations, ExpLnPower) {
  using Real = DecimalStatus (*)(const Decimal&, Rounding, Decimal*);
  const struct {
    Real function;
    const char* value;
    Rounding mode;
    const char* result;
  } kRows[] = {
      {Exp, "4", kAny, "54.59815003314423907811026120286088"},
      {Exp, "-1", kAny, "0.3678794411714423215955237701614609"},
      {Exp, "-1", Rounding::kDown, "0.3678794411714423215955237701614608"},
      {Exp, "0", kAny, "1"},
      {Exp, "1E-100", kAny, "1.000000000000000000000000000000000"},
      {Exp, "1E-100", Rounding::kUp, "1.000000000000000000000000000000001"},
      {Exp, "-1E-100", Rounding::kDown, "0.9999999999999999999999999999999999"},
      {Exp, "14149", kAny, "6.801809260978894125530050851897730E+6144"},
      {Exp, "14150", kAny, "overflow"},
      {Exp, "-14230", kAny, "0E-6176"},
      {Exp, "-1E6111", Rounding::kUp, "1E-6176"},
      {Exp, "1E6111", kAny, "overflow"},
      {Ln, "10", kAny, "2.302585092994045684017991454684364"},
      {Ln, "1.00", kAny, "0"},
      {Ln, "0.9999999999999999999999999999999999", kAny, "-1.000000000000000000000000000000000E-34"},
      {Ln, "0.9999999999999999999999999999999999", Rounding::kFloor, "-1.000000000000000000000000000000001E-34"},
      {Ln, "0", kAny, "invalid"},
      {Ln, "-1", kAny, "invalid"},
  };
  for (const auto& row : kRows) {
    Decimal r = D(row.value);
    const DecimalStatus s = row.function(r, row.mode, &r);
    EXPECT_EQ(Show(s, r), row.result) << row.value;
  }
  const struct {
    const char* base;
    const char* exponent;
    const char* result;
  } kPowers[] = {
      {"5", "2.55", "60.58617166606633673745724928244262"},
      {"4", "0.5", "2"},
      {"2.25", "-1.5", "0.2962962962962962962962962962962963"},
      {"5184720025", "3.5", "1.003549001266997808514020787507812E+34"},  // 35 digits: a tie
      {"-1", "1E20", "1"},
      {"-1", "10000000001", "-1"},
      {"-2", "0.5", "invalid"},
      {"0", "0.5", "0"},
      {"0", "-0.5", "division by zero"},
      {"0", "0", "invalid"},
      {"1.000000000000000000000000000000001", "1E33", "2.718281828459045235360287471352661"},
      {"10", "1E10", "overflow"},
      {"0.1", "1E10", "0E-6176"},
  };
  for (const auto& row : kPowers) {
    Decimal r;
    const DecimalStatus s = Power(D(row.base), D(row.exponent), kAny, &r);
    EXPECT_EQ(Show(s, r), row.result) << row.base << " ** " << row.exponent;
  }
}

TEST(DecimalOperations, SampleDeviation) {
  Decimal r;
  const auto of = [&](std::vector<Decimal> x) { return Show(SampleDeviation(x.data(), x.size(), kAny, &r), r); };
  EXPECT_EQ(of({D("2"), D("4"), D("7"), D("5")}), "2.081665999466132735282297706979931");
  EXPECT_EQ(of({D("1"), D("2"), D("3")}), "1");
  EXPECT_EQ(of({D("9999999999999999999999999999999998"), D("9999999999999999999999999999999999")}), "0.7071067811865475244008443621048490");
  EXPECT_EQ(of({D("-1E6000"), D("1E-6000"), D("1E6000")}), "1.000000000000000000000000000000000E+6000");
  EXPECT_EQ(of({D("5"), D("5.0"), D("5")}), "0");
  EXPECT_EQ(of({D("0"), D("0E5")}), "0");
  EXPECT_EQ(of({D("5")}), "invalid");
}

TEST(DecimalOperations, ResultsMayAliasOperands) {
  Decimal a = D("12.5"), b = D("0.3");
  ASSERT_EQ(Multiply(a, b, kAny, &a), DecimalStatus::kOk);
  EXPECT_EQ(a.ToString(), "3.75");
  ASSERT_EQ(Subtract(a, b, kAny, &b), DecimalStatus::kOk);
  EXPECT_EQ(b.ToString(), "3.45");
  ASSERT_EQ(Divide(b, b, kAny, &b), DecimalStatus::kOk);
  EXPECT_EQ(b.ToString(), "1");
  a = D("-7");
  ASSERT_EQ(FusedMultiplyAdd(a, a, a, kAny, &a), DecimalStatus::kOk);
  EXPECT_EQ(a.ToString(), "42");
  b = D("-5");
  ASSERT_EQ(Modulo(b, a, &b), DecimalStatus::kOk);
  EXPECT_EQ(b.ToString(), "37");
  ASSERT_EQ(SquareRoot(D("1369"), kAny, &a), DecimalStatus::kOk);
  ASSERT_EQ(PowerInteger(a, 2, kAny, &a), DecimalStatus::kOk);
  EXPECT_EQ(a.ToString(), "1369");
}

// ---- questions ----------------------------------------------------------------------------------

TEST(DecimalQuestions, CompareIsExactAndByValue) {
  const char* const kAscending[] = {"-9.999999999999999999999999999999999E6144",
                                    "-1E6111",
                                    "-1E34",
                                    "-9999999999999999999999999999999999",
                                    "-18446744073709551616",
                                    "-18446744073709551615",
                                    "-2",
                                    "-1.000000000000000000000000000000001",
                                    "-1",
                                    "-1E-6176",
                                    "0",
                                    "1E-6176",
                                    "1E-6175",
                                    "0.9999999999999999999999999999999999",
                                    "1",
                                    "1.000000000000000000000000000000001",
                                    "1.2",
                                    "1.20000001",
                                    "18446744073709551615",
                                    "18446744073709551616",
                                    "9999999999999999999999999999999998",
                                    "9999999999999999999999999999999999",
                                    "1E34",
                                    "1.000000000000000000000000000000001E34",
                                    "1E6111",
                                    "9.999999999999999999999999999999999E6144"};
  for (std::size_t i = 0; i < std::size(kAscending); ++i) {
    for (std::size_t j = 0; j < std::size(kAscending); ++j) {
      const Decimal a = D(kAscending[i]), b = D(kAscending[j]);
      const int expected = i < j ? -1 : i > j ? 1 : 0;
      EXPECT_EQ(Compare(a, b), expected) << kAscending[i] << ' ' << kAscending[j];
      EXPECT_EQ(a <=> b, expected <=> 0);
      EXPECT_EQ(a == b, i == j);
    }
  }
}

TEST(DecimalQuestions, EqualValuesCompareEqualAndHashEqual) {
  const std::vector<std::vector<std::string>> kClasses = {
      {"0", "-0", "0.00", "0E6111", "-0E-6176"},
      {"1.2", "1.20", "12E-1", "1.200000000000000000000000000000000", "0.12E1"},
      {"-1.2", "-1.20"},
      {"12"},
      {"-12", "-1.2E1", "-12.00"},
      {"120", "1.2E2"},
      {"18446744073709551616", "18446744073709551616.00"},
      {"1E6111", "10E6110", "1.000000000000000000000000000000000E6111"},
      {"1E6112", "10E6111", "100E6110"},
      {"1E-6176"},
  };
  for (std::size_t i = 0; i < kClasses.size(); ++i) {
    for (std::size_t j = 0; j < kClasses.size(); ++j) {
      for (const std::string& a : kClasses[i]) {
        for (const std::string& b : kClasses[j]) {
          EXPECT_EQ(D(a) == D(b), i == j) << a << ' ' << b;
          EXPECT_EQ(Hash(D(a)) == Hash(D(b)), i == j) << a << ' ' << b;
        }
      }
    }
  }
}

TEST(DecimalQuestions, IntegersDigitsAndSigns) {
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  const struct {
    const char* text;
    int digits;
    int sign;
    bool integer;
    bool fits;
    std::int64_t value;
  } kRows[] = {
      {"0", 1, 0, true, true, 0},
      {"-0.00", 1, 0, true, true, 0},
      {"0E6111", 1, 0, true, true, 0},
      {"3.00", 3, 1, true, true, 3},
      {"-3.10", 3, -1, false, false, 0},
      {"12E2", 2, 1, true, true, 1200},
      {"9223372036854775807", 19, 1, true, true, kMax},
      {"9223372036854775808", 19, 1, true, false, 0},
      {"-9223372036854775808", 19, -1, true, true, kMin},
      {"-9223372036854775809", 19, -1, true, false, 0},
      {"-9223372036854775808.000", 22, -1, true, true, kMin},
      {"9E18", 1, 1, true, true, 9000000000000000000},
      {"1E19", 1, 1, true, false, 0},
      {"18446744073709551616", 20, 1, true, false, 0},
      {"1E6111", 1, 1, true, false, 0},
      {"1298074214633706907132624082305024E18", 34, 1, true, false, 0},  // 2^128 * 5^18
      {"1E-6176", 1, 1, false, false, 0},
      {"7.000000000000000000000000000000000", 34, 1, true, true, 7},
      {"1000000000000000000000000000000000E-33", 34, 1, true, true, 1},
      {"1000000000000000000000000000000000E-34", 34, 1, false, false, 0},
      {"9999999999999999", 16, 1, true, true, 9999999999999999},
      {"10000000000000000", 17, 1, true, true, 10000000000000000},
  };
  for (const auto& row : kRows) {
    const Decimal d = D(row.text);
    EXPECT_EQ(d.Digits(), row.digits) << row.text;
    EXPECT_EQ(d.Sign(), row.sign) << row.text;
    EXPECT_EQ(d.IsInteger(), row.integer) << row.text;
    std::int64_t value = 77;
    EXPECT_EQ(d.ToInt64(&value), row.fits) << row.text;
    EXPECT_EQ(value, row.fits ? row.value : 77) << row.text;
    if (row.fits) {
      EXPECT_EQ(Decimal(row.value), d) << row.text;
    }
  }
}

TEST(DecimalQuestions, DigitsAtEveryPowerOfTen) {
  std::string nines, one = "1";
  for (int n = 1; n <= 34; ++n) {
    nines += '9';
    EXPECT_EQ(D(nines).Digits(), n);
    EXPECT_EQ(D(one).Digits(), n);
    EXPECT_EQ(D(nines).ToString(), nines);
    EXPECT_EQ(D(one).ToString(), one);
    one += '0';
  }
}

TEST(DecimalQuestions, ToDouble) {
  EXPECT_EQ(D("0.1").ToDouble(), 0.1);
  EXPECT_EQ(D("-12345.678").ToDouble(), -12345.678);
  EXPECT_EQ(D("9007199254740993").ToDouble(), 9007199254740992.0);  // a tie, to even
  EXPECT_EQ(D("9007199254740993.000000000000000001").ToDouble(), 9007199254740994.0);
  EXPECT_EQ(D("1.7976931348623157E308").ToDouble(), std::numeric_limits<double>::max());
  EXPECT_EQ(D("4.9406564584124654E-324").ToDouble(), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(D("1E400").ToDouble(), std::numeric_limits<double>::infinity());
  EXPECT_EQ(D("-1E400").ToDouble(), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(D("1E-400").ToDouble(), 0.0);
  EXPECT_TRUE(std::signbit(D("-1E-400").ToDouble()));
  EXPECT_TRUE(std::signbit(D("-0").ToDouble()));
}

TEST(DecimalQuestions, Reduce) {
  const char* const kRows[][2] = {{"1.20", "1.2"},
                                  {"-1200", "-1.2E+3"},
                                  {"0.00", "0"},
                                  {"-0E5", "-0"},
                                  {"10E6110", "1E+6111"},
                                  {"1E6112", "1.0E+6112"},
                                  {"1000000000000000000000000000000000", "1E+33"},
                                  {"18446744073709551616.0", "18446744073709551616"}};
  for (const auto& row : kRows) EXPECT_EQ(Reduce(D(row[0])).ToScientificString(), row[1]) << row[0];
}

// ---- exhaustive ---------------------------------------------------------------------------------

std::int64_t TenTo(int n) {
  std::int64_t p = 1;
  for (; n > 0; --n) p *= 10;
  return p;
}

Decimal Small(std::int64_t coefficient, int exponent) {
  const Decimal d(coefficient);
  return Decimal(d.negative(), d.hi(), d.lo(), exponent);
}

// n / d to an integer, by the definition of each mode.
std::int64_t RoundedQuotient(std::int64_t n, std::int64_t d, Rounding mode) {
  const std::int64_t down = n / d, rest = std::abs(n % d), away = n < 0 ? down - 1 : down + 1;
  if (rest == 0) return down;
  switch (mode) {
    case Rounding::kUp:
      return away;
    case Rounding::kDown:
      return down;
    case Rounding::kCeiling:
      return n > 0 ? away : down;
    case Rounding::kFloor:
      return n > 0 ? down : away;
    default:
      break;
  }
  if (2 * rest != d) return 2 * rest > d ? away : down;
  if (mode == Rounding::kHalfUp) return away;
  if (mode == Rounding::kHalfDown) return down;
  return down % 2 == 0 ? down : away;
}

TEST(DecimalExhaustive, QuantizeAgainstIntegers) {
  for (std::int64_t n = -1250; n <= 1250; ++n) {
    for (int drop = 0; drop <= 4; ++drop) {
      for (const Rounding mode : kModes) {
        Decimal r;
        ASSERT_EQ(Quantize(Small(n, -3), drop - 3, mode, &r), DecimalStatus::kOk);
        ASSERT_EQ(r, Small(RoundedQuotient(n, TenTo(drop), mode), drop - 3))
            << n << ' ' << drop << ' ' << RoundingName(mode);
        ASSERT_EQ(r.exponent(), drop - 3);
      }
    }
  }
}

TEST(DecimalExhaustive, ArithmeticAgainstIntegers) {
  // a = x * 10^i, b = y * 10^j, in units of 10^-1.
  for (std::int64_t x = -40; x <= 40; ++x) {
    for (std::int64_t y = -40; y <= 40; ++y) {
      for (int i = -1; i <= 1; ++i) {
        for (int j = -1; j <= 1; ++j) {
          const Decimal a = Small(x, i), b = Small(y, j);
          const std::int64_t p = x * TenTo(i + 1), q = y * TenTo(j + 1);
          Decimal r;
          ASSERT_EQ(Add(a, b, kAny, &r), DecimalStatus::kOk);
          ASSERT_EQ(r, Small(p + q, -1)) << x << 'E' << i << " + " << y << 'E' << j;
          ASSERT_EQ(r.exponent(), std::min(i, j));
          ASSERT_EQ(Subtract(a, b, kAny, &r), DecimalStatus::kOk);
          ASSERT_EQ(r, Small(p - q, -1)) << x << 'E' << i << " - " << y << 'E' << j;
          ASSERT_EQ(r.exponent(), std::min(i, j));
          ASSERT_EQ(Multiply(a, b, kAny, &r), DecimalStatus::kOk);
          ASSERT_EQ(r, Small(p * q, -2)) << x << 'E' << i << " * " << y << 'E' << j;
          ASSERT_EQ(r.exponent(), i + j);
          ASSERT_EQ(FusedMultiplyAdd(a, b, a, kAny, &r), DecimalStatus::kOk);
          ASSERT_EQ(r, Small(p * q + 10 * p, -2)) << x << 'E' << i << " * " << y << 'E' << j << " + a";
          ASSERT_EQ(Compare(a, b), p < q ? -1 : p > q ? 1 : 0) << x << 'E' << i << " ? " << y << 'E' << j;
          ASSERT_EQ(p == q, Hash(a) == Hash(b)) << x << 'E' << i << " ? " << y << 'E' << j;
          if (q == 0) continue;
          ASSERT_EQ(DivideInteger(a, b, &r), DecimalStatus::kOk);
          ASSERT_EQ(r, Decimal(p / q)) << x << 'E' << i << " div " << y << 'E' << j;
          ASSERT_EQ(Remainder(a, b, &r), DecimalStatus::kOk);
          ASSERT_EQ(r, Small(p % q, -1)) << x << 'E' << i << " rem " << y << 'E' << j;
          ASSERT_EQ(Modulo(a, b, &r), DecimalStatus::kOk);
          ASSERT_EQ(r, Small((p % q + q) % q, -1)) << x << 'E' << i << " mod " << y << 'E' << j;
          // The quotient, by what it means: |a - r * b| is at most half a unit of r's last digit times |b|.
          Decimal error, bound;
          ASSERT_EQ(Divide(a, b, kAny, &r), DecimalStatus::kOk);
          ASSERT_EQ(FusedMultiplyAdd(Negate(r), b, a, kAny, &error), DecimalStatus::kOk);
          ASSERT_EQ(Multiply(Abs(b), Decimal(false, 0, 5, r.exponent() - 1), kAny, &bound),
                    DecimalStatus::kOk);
          ASSERT_LE(Abs(error), bound) << x << 'E' << i << " / " << y << 'E' << j;
          ASSERT_TRUE(error.IsZero() || r.Digits() == 34) << x << 'E' << i << " / " << y << 'E' << j;
        }
      }
    }
  }
}

TEST(DecimalExhaustive, PowersAndRootsAgainstIntegers) {
  for (std::int64_t base = -12; base <= 12; ++base) {
    std::int64_t power = 1;
    for (std::int64_t n = 0; n <= 17; power *= n < 17 ? base : 1, ++n) {  // 12^17 < 2^63
      if (base == 0 && n == 0) continue;
      Decimal r;
      ASSERT_EQ(PowerInteger(Decimal(base), n, kAny, &r), DecimalStatus::kOk);
      ASSERT_EQ(r, Decimal(power)) << base << " ^ " << n;
      if (base == 0) break;
      Decimal inverse, expected;
      ASSERT_EQ(PowerInteger(Decimal(base), -n, kAny, &inverse), DecimalStatus::kOk);
      ASSERT_EQ(Divide(Decimal(1), r, kAny, &expected), DecimalStatus::kOk);
      ASSERT_EQ(inverse.ToScientificString(), expected.ToScientificString()) << base << " ^ -" << n;
    }
  }
  for (std::int64_t n = 0; n <= 3000; ++n) {
    Decimal r;
    ASSERT_EQ(SquareRoot(Decimal(n * n), kAny, &r), DecimalStatus::kOk);
    ASSERT_EQ(r.ToScientificString(), std::to_string(n));
    // Down and up enclose the root of what is not a square.
    Decimal low, high, below, above;
    const Decimal value(n * n + 1 + n % 7);
    ASSERT_EQ(SquareRoot(value, Rounding::kDown, &low), DecimalStatus::kOk);
    ASSERT_EQ(SquareRoot(value, Rounding::kUp, &high), DecimalStatus::kOk);
    ASSERT_EQ(FusedMultiplyAdd(low, low, Negate(value), kAny, &below), DecimalStatus::kOk);
    ASSERT_EQ(FusedMultiplyAdd(high, high, Negate(value), kAny, &above), DecimalStatus::kOk);
    ASSERT_LE(below.Sign(), 0) << n;
    ASSERT_GE(above.Sign(), 0) << n;
    Decimal gap;
    ASSERT_EQ(Subtract(high, low, kAny, &gap), DecimalStatus::kOk);
    ASSERT_TRUE(below.IsZero() ? gap.IsZero() : gap == Decimal(false, 0, 1, low.exponent())) << n;
  }
}

// ---- shortcuts against the long way -------------------------------------------------------------

// The same value with a coefficient of 34 digits, for which no shortcut is taken. REQUIRES: d has few digits.
Decimal Padded(const Decimal& d) {
  Decimal r = d;
  if (d.IsZero()) return r;
  EXPECT_EQ(Quantize(d, d.exponent() - (Decimal::kDigits - d.Digits()), kAny, &r), DecimalStatus::kOk);
  return r;
}

TEST(DecimalShortcuts, AgreeWithTheLongWay) {
  constexpr std::uint64_t k32 = std::uint64_t{1} << 32, k63 = std::uint64_t{1} << 63;
  constexpr std::uint64_t k19 = 10000000000000000000u;
  const std::uint64_t kCoefficients[] = {0,       1,        2,       3,    5,       7,    9,
                                         10,      25,       100,     2175, k32 - 1, k32,  k63,
                                         k63 + 1, k19 / 10, k19 - 1, k19,  k19 + 1, ~0ull};
  const std::int32_t kExponents[] = {-21, -19, -2, 0, 1, 18};
  std::vector<Decimal> numbers;
  for (const std::uint64_t c : kCoefficients) {
    for (const std::int32_t e : kExponents) {
      for (const bool negative : {false, true}) numbers.emplace_back(negative, 0, c, e);
    }
  }
  constexpr Binary kOperations[] = {kAdd, kSubtract, kMultiply, Divide};
  for (const Decimal& a : numbers) {
    const Decimal long_a = Padded(a);
    ASSERT_EQ(Compare(a, long_a), 0) << a.ToScientificString();
    ASSERT_EQ(Hash(a), Hash(long_a)) << a.ToScientificString();
    ASSERT_EQ(a.ToString(), long_a.ToString());
    for (const Decimal& b : numbers) {
      const Decimal long_b = Padded(b);
      ASSERT_EQ(Compare(a, b), Compare(long_a, long_b))
          << a.ToScientificString() << ' ' << b.ToScientificString();
      for (const Rounding mode : kModes) {
        for (const Binary op : kOperations) {
          Decimal quick, slow;
          const DecimalStatus quick_status = op(a, b, mode, &quick),
                              slow_status = op(long_a, long_b, mode, &slow);
          ASSERT_EQ(quick_status, slow_status);
          ASSERT_EQ(quick, slow) << a.ToScientificString() << ' ' << b.ToScientificString() << ' '
                                 << RoundingName(mode);
        }
        // The inline parts against the functions behind them: the same exponent and sign, too.
        Decimal quick, slow;
        ASSERT_EQ(Add(a, b, mode, &quick), AddSlow(a, b, mode, &slow));
        ASSERT_EQ(quick.ToScientificString(), slow.ToScientificString());
        ASSERT_EQ(Subtract(a, b, mode, &quick), AddSlow(a, Negate(b), mode, &slow));
        ASSERT_EQ(quick.ToScientificString(), slow.ToScientificString());
        ASSERT_EQ(Multiply(a, b, mode, &quick), MultiplySlow(a, b, mode, &slow));
        ASSERT_EQ(quick.ToScientificString(), slow.ToScientificString());
      }
    }
    for (std::int32_t e = -25; e <= 40; ++e) {
      for (const Rounding mode : kModes) {
        Decimal quick, slow;
        ASSERT_EQ(Quantize(a, e, mode, &quick), Quantize(long_a, e, mode, &slow))
            << a.ToScientificString() << ' ' << e;
        ASSERT_EQ(quick.ToScientificString(), slow.ToScientificString())
            << a.ToScientificString() << ' ' << e;
      }
    }
  }
}

// Products and sums have short ways for exponents at the ends of the range, too.
TEST(DecimalShortcuts, AtTheEndsOfTheRange) {
  for (int i = -3; i <= 3; ++i) {
    for (const std::int32_t end : {Decimal::kMinExponent, Decimal::kMaxExponent}) {
      const std::int32_t e = end / 2 + i;
      for (const std::uint64_t c :
           {std::uint64_t{0}, std::uint64_t{5}, std::uint64_t{95}, ~std::uint64_t{0}}) {
        for (const Rounding mode : kModes) {
          const Decimal a(false, 0, c, e), b(true, 0, 7, end - end / 2);
          Decimal quick, slow;
          const DecimalStatus quick_status = Multiply(a, b, mode, &quick);
          ASSERT_EQ(quick_status,
                    FusedMultiplyAdd(a, b, Decimal(true, 0, 0, Decimal::kMaxExponent), mode, &slow));
          if (quick_status != DecimalStatus::kOk) continue;
          ASSERT_EQ(quick.ToScientificString(), slow.ToScientificString()) << a.ToScientificString();
        }
      }
    }
  }
}

// ---- the natural numbers below ------------------------------------------------------------------

// n = quotient * d + rest with rest < d, for limbs at which the guessed digits of a long division are wrong:
// all cases of correction, which random numbers never meet.
TEST(Wide, LongDivision) {
  constexpr wide::U64 kTop = wide::U64{1} << 63;
  constexpr wide::U64 kLimbs[] = {
      0, 1, 3, kTop / 4, kTop - 1, kTop, kTop + 1, ~wide::U64{0} - 1, ~wide::U64{0}};
  constexpr std::size_t kKinds = std::size(kLimbs);
  const auto number = [&](std::size_t code) {
    wide::Wide w;
    for (wide::U64& limb : w.limb) {
      limb = kLimbs[code % kKinds];
      code /= kKinds;
    }
    return w;
  };
  constexpr std::size_t kNumbers = kKinds * kKinds * kKinds * kKinds;
  std::size_t divisions = 0;
  for (std::size_t i = 1; i < kNumbers; i += 7) {
    const wide::Wide d = number(i);
    for (std::size_t j = i % 11; j < kNumbers; j += 11) {
      const wide::Wide n = number(j);
      wide::Wide quotient, rest;
      wide::Divide(n, d, &quotient, &rest);
      ASSERT_LT(wide::Compare(rest, d), 0) << i << ' ' << j;
      const wide::Natural<8> product = wide::Multiply(quotient, d);
      wide::Wide low;
      std::copy_n(product.limb.begin(), 4, low.limb.begin());
      for (std::size_t k = 4; k < 8; ++k) ASSERT_EQ(product.limb[k], 0u) << i << ' ' << j;
      ASSERT_EQ(wide::Compare(wide::Add(low, rest), n), 0) << i << ' ' << j;
      ASSERT_LE(wide::Compare(low, n), 0) << i << ' ' << j;
      ++divisions;
    }
  }
  EXPECT_GT(divisions, 500000u);
}

TEST(Wide, DigitsAroundEveryPowerOfTen) {
  EXPECT_EQ(wide::Digits(wide::Wide()), 1);
  for (int n = 1; n < 78; ++n) {
    const wide::Wide& power = wide::kWidePowers[static_cast<std::size_t>(n)];
    EXPECT_EQ(wide::Digits(power), n + 1);
    EXPECT_EQ(wide::Digits(wide::Subtract(power, wide::Wide(1))), n);
    wide::Wide one = power;
    EXPECT_EQ(wide::StripZeros(&one, 78), n);
    EXPECT_EQ(wide::Compare(one, wide::Wide(1)), 0);
    EXPECT_EQ(wide::Compare(wide::MultiplyPower(wide::Wide(1), n), power), 0);
  }
}

// ---- money --------------------------------------------------------------------------------------

Money M(std::string_view amount, std::string_view currency = "CNY") {
  Money m;
  EXPECT_EQ(Money::Make(D(amount), currency, &m), DecimalStatus::kOk) << amount << ' ' << currency;
  return m;
}

TEST(Money, CurrencyDigits) {
  const struct {
    const char* code;
    int digits;
  } kRows[] = {{"CNY", 2},  {"USD", 2}, {"EUR", 2}, {"HKD", 2},   {"CHF", 2},  {"HUF", 2},
               {"IDR", 2},  {"MGA", 2}, {"ZWG", 2}, {"HRK", 2},   {"JPY", 0},  {"KRW", 0},
               {"VND", 0},  {"ISK", 0}, {"UYI", 0}, {"BYR", 0},   {"BHD", 3},  {"KWD", 3},
               {"OMR", 3},  {"TND", 3}, {"CLF", 4}, {"UYW", 4},   {"XAU", -1}, {"XXX", -1},
               {"cny", -1}, {"CN", -1}, {"", -1},   {"CNYU", -1}, {"NYU", -1}, {"RMB", -1}};
  for (const auto& row : kRows) EXPECT_EQ(CurrencyDigits(row.code), row.digits) << row.code;
}

TEST(Money, MakeKeepsTheScaleAndRefusesMoreDigits) {
  EXPECT_EQ(M("123.4").ToString(), "123.40 CNY");
  EXPECT_EQ(M("123.450").ToString(), "123.45 CNY");
  EXPECT_EQ(M("12E2").ToString(), "1200.00 CNY");
  EXPECT_EQ(M("-0.05").ToString(), "-0.05 CNY");
  EXPECT_EQ(M("-0").ToString(), "0.00 CNY");
  EXPECT_EQ(M("5", "JPY").ToString(), "5 JPY");
  EXPECT_EQ(M("1.5", "KWD").ToString(), "1.500 KWD");
  EXPECT_EQ(M("12.5", "CLF").ToString(), "12.5000 CLF");
  EXPECT_EQ(M("5E1", "JPY").amount().exponent(), 0);
  EXPECT_EQ(M("5", "KWD").amount().exponent(), -3);
  EXPECT_EQ(M("5", "KWD").scale(), 3);
  EXPECT_EQ(Money().ToString(), "0.00 CNY");
  EXPECT_EQ(M("99999999999999999999999999999999.99").ToString(), "99999999999999999999999999999999.99 CNY");

  Money m = M("7", "USD");
  for (const char* bad : {"0.001", "1.005", "1E-6176", "1E32", "1E6144"}) {
    EXPECT_EQ(Money::Make(D(bad), "CNY", &m), DecimalStatus::kInvalid) << bad;
  }
  EXPECT_EQ(Money::Make(D("0.5"), "JPY", &m), DecimalStatus::kInvalid);
  EXPECT_EQ(Money::Make(D("1"), "RMB", &m), DecimalStatus::kInvalid);
  EXPECT_EQ(Money::Make(D("1"), "", &m), DecimalStatus::kInvalid);
  EXPECT_EQ(m.ToString(), "7.00 USD");
  EXPECT_EQ(Money::Make(m.amount(), m.currency(), &m), DecimalStatus::kOk);  // onto itself
  EXPECT_EQ(m.ToString(), "7.00 USD");
}

TEST(Money, FromMinor) {
  const struct {
    std::int64_t minor;
    const char* currency;
    const char* text;
  } kRows[] = {{12345, "CNY", "123.45 CNY"},
               {-1, "CNY", "-0.01 CNY"},
               {0, "CNY", "0.00 CNY"},
               {12345, "JPY", "12345 JPY"},
               {12345, "KWD", "12.345 KWD"},
               {std::numeric_limits<std::int64_t>::min(), "CNY", "-92233720368547758.08 CNY"}};
  for (const auto& row : kRows) {
    Money m;
    ASSERT_EQ(Money::FromMinor(row.minor, row.currency, &m), DecimalStatus::kOk);
    EXPECT_EQ(m.ToString(), row.text);
  }
  Money m;
  EXPECT_EQ(Money::FromMinor(1, "XXX", &m), DecimalStatus::kInvalid);
}

TEST(Money, AddSubtractMultiply) {
  Money r;
  ASSERT_EQ(Add(M("0.10"), M("0.20"), &r), DecimalStatus::kOk);
  EXPECT_EQ(r.ToString(), "0.30 CNY");
  ASSERT_EQ(Subtract(M("1"), M("3.5"), &r), DecimalStatus::kOk);
  EXPECT_EQ(r.ToString(), "-2.50 CNY");
  ASSERT_EQ(Subtract(M("-1"), M("-1"), &r), DecimalStatus::kOk);
  EXPECT_EQ(r.ToString(), "0.00 CNY");
  EXPECT_EQ(Add(M("1"), M("1", "USD"), &r), DecimalStatus::kInvalid);
  EXPECT_EQ(Subtract(M("1"), M("1", "USD"), &r), DecimalStatus::kInvalid);
  const Money most = M("99999999999999999999999999999999.99");
  EXPECT_EQ(Add(most, M("0.01"), &r), DecimalStatus::kInvalid);
  EXPECT_EQ(Add(most, most, &r), DecimalStatus::kInvalid);
  EXPECT_EQ(Multiply(most, D("1.1"), kAny, &r), DecimalStatus::kInvalid);
  // (10^18 - 1) * (10^18 + 1) / 100 = 10^34 - 0.01 minor units, which only rounding makes too long
  EXPECT_EQ(Multiply(M("9999999999999999.99"), D("10000000000000000.01"), kAny, &r), DecimalStatus::kInvalid);
  EXPECT_EQ(r.ToString(), "0.00 CNY");
  ASSERT_EQ(Multiply(M("9999999999999999.99"), D("10000000000000000.01"), Rounding::kDown, &r),
            DecimalStatus::kOk);
  EXPECT_EQ(r.ToString(), most.ToString());
  ASSERT_EQ(Add(most, M("-0.01"), &r), DecimalStatus::kOk);
  EXPECT_EQ(r.ToString(), "99999999999999999999999999999999.98 CNY");

  const struct {
    const char* amount;
    const char* currency;
    const char* factor;
    Rounding mode;
    const char* result;
  } kRows[] = {
      {"12345.67", "CNY", "0.03", Rounding::kHalfUp, "370.37 CNY"},
      {"0.05", "CNY", "0.5", Rounding::kHalfUp, "0.03 CNY"},
      {"0.05", "CNY", "0.5", Rounding::kHalfEven, "0.02 CNY"},
      {"0.05", "CNY", "-0.5", Rounding::kHalfUp, "-0.03 CNY"},
      {"0.05", "CNY", "-0.01", Rounding::kHalfUp, "0.00 CNY"},  // no minus zero
      {"1", "JPY", "1.5", Rounding::kHalfEven, "2 JPY"},
      {"10", "CNY", "0E-6176", Rounding::kUp, "0.00 CNY"},
      {"10", "CNY", "1E-6176", Rounding::kUp, "0.01 CNY"},
      {"3", "CNY", "1E30", Rounding::kUp, "3000000000000000000000000000000.00 CNY"},
      // A product of 36 digits just above the tie: a rounding to 34 digits on the way would make it a tie.
      {"1.00", "CNY", "0.02500000000000000000000000000000001", Rounding::kHalfEven, "0.03 CNY"},
      {"7.00", "CNY", "0.1435714285714285714285714285714286", Rounding::kHalfEven, "1.01 CNY"},
  };
  for (const auto& row : kRows) {
    ASSERT_EQ(Multiply(M(row.amount, row.currency), D(row.factor), row.mode, &r), DecimalStatus::kOk);
    EXPECT_EQ(r.ToString(), row.result) << row.amount << " * " << row.factor;
  }
}

std::string SplitText(const Money& whole, const std::vector<const char*>& weights) {
  std::vector<Decimal> numbers;
  for (const char* w : weights) numbers.push_back(D(w));
  std::vector<Money> parts(weights.size() + 1, M("77", "USD"));  // one more, that must stay as it is
  const DecimalStatus s = Split(whole, numbers.data(), numbers.size(), parts.data());
  EXPECT_EQ(parts.back().ToString(), "77.00 USD");
  if (s != DecimalStatus::kOk) {
    for (const Money& part : parts) EXPECT_EQ(part.ToString(), "77.00 USD");
    return Show(s, Decimal());
  }
  std::string text;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    text += (i > 0 ? " " : "") + parts[i].amount().ToScientificString();
  }
  return text;
}

TEST(Money, SplitTable) {
  const struct {
    Money whole;
    std::vector<const char*> weights;
    const char* parts;
  } kRows[] = {
      {M("100"), {"1", "1", "1"}, "33.34 33.33 33.33"},
      {M("-100"), {"1", "1", "1"}, "-33.34 -33.33 -33.33"},
      {M("0.05"), {"3", "7"}, "0.02 0.03"},  // remainders 0.5 and 0.5: the earlier
      {M("0.01"), {"1", "2"}, "0.00 0.01"},
      {M("0.01"), {"0", "1", "1"}, "0.00 0.01 0.00"},
      {M("0.02"), {"0", "1", "1", "1", "0"}, "0.00 0.01 0.01 0.00 0.00"},
      {M("100"), {"0.5", "0.30", "20E-2"}, "50.00 30.00 20.00"},
      {M("10", "JPY"), {"1", "1", "1"}, "4 3 3"},
      {M("1", "KWD"), {"1", "1", "1"}, "0.334 0.333 0.333"},
      {M("0"), {"1", "2"}, "0.00 0.00"},
      {M("7.77"), {"5"}, "7.77"},
      {M("99999999999999999999999999999999.99"),
       {"1", "1"},
       "50000000000000000000000000000000.00 49999999999999999999999999999999.99"},
      {M("99999999999999999999999999999999.99"),
       {"9999999999999999999999999999999998", "1"},
       "99999999999999999999999999999999.98 0.01"},
      {M("1"), {}, "invalid"},
      {M("1"), {"0", "0.00"}, "invalid"},
      {M("1"), {"1", "-1", "1"}, "invalid"},
      {M("1"), {"9999999999999999999999999999999999", "1"}, "invalid"},  // the sum has 35 digits
      {M("1"), {"1E20", "1E-20"}, "invalid"},
      {M("1"), {"1E6111", "1E6111"}, "0.50 0.50"},
      {M("1"), {"1E-6176", "0E6111", "3E-6176"}, "0.25 0.00 0.75"},
      {M("1"), {"-0", "1"}, "0.00 1.00"},
  };
  for (const auto& row : kRows) EXPECT_EQ(SplitText(row.whole, row.weights), row.parts);
}

TEST(Money, SplitIntoItself) {
  const Decimal weights[] = {Decimal(1), Decimal(2)};
  Money parts[] = {M("0.10"), M("5")};
  ASSERT_EQ(Split(parts[0], weights, 2, parts), DecimalStatus::kOk);
  EXPECT_EQ(parts[0].ToString(), "0.03 CNY");
  EXPECT_EQ(parts[1].ToString(), "0.07 CNY");
}

// The rule, the plain way: whole shares, then one unit each to the largest remainders, ties to the earlier
// part.
TEST(Money, SplitExhaustiveAgainstIntegers) {
  constexpr std::size_t kParts = 4;
  std::size_t splits = 0;
  for (std::int64_t amount = -13; amount <= 13; ++amount) {
    for (int code = 1; code < 5 * 5 * 5 * 5; ++code) {
      std::int64_t w[kParts], total = 0;
      Decimal weights[kParts];
      for (int i = 0, c = code; i < static_cast<int>(kParts); ++i, c /= 5) {
        w[i] = c % 5;
        total += w[i];
        weights[i] = Decimal(w[i]);
      }
      std::int64_t expected[kParts], rest[kParts], left = std::abs(amount);
      for (std::size_t i = 0; i < kParts; ++i) {
        expected[i] = std::abs(amount) * w[i] / total;
        rest[i] = std::abs(amount) * w[i] % total;
        left -= expected[i];
      }
      for (; left > 0; --left) {
        std::size_t best = 0;
        for (std::size_t i = 1; i < kParts; ++i) best = rest[i] > rest[best] ? i : best;
        ++expected[best];
        rest[best] = -1;
      }
      Money whole, parts[kParts];
      ASSERT_EQ(Money::FromMinor(amount, "CNY", &whole), DecimalStatus::kOk);
      ASSERT_EQ(Split(whole, weights, kParts, parts), DecimalStatus::kOk);
      for (std::size_t i = 0; i < kParts; ++i) {
        ASSERT_EQ(parts[i].amount(), Small(amount < 0 ? -expected[i] : expected[i], -2))
            << amount << ' ' << code;
        ASSERT_EQ(parts[i].amount().exponent(), -2);
        ASSERT_TRUE(!parts[i].amount().IsZero() || !parts[i].amount().negative());
      }
      ++splits;
    }
  }
  EXPECT_EQ(splits, 27u * 624u);
}

TEST(Money, RandomSplitsAlwaysAddUp) {
  std::mt19937_64 random(20240601);
  for (int round = 0; round < 2000; ++round) {
    const std::size_t count = 1 + random() % 60;
    std::vector<Decimal> weights;
    for (std::size_t i = 0; i < count; ++i) {
      const int exponent = -static_cast<int>(random() % 5);
      weights.emplace_back(false, 0, random() >> (random() % 64), exponent);
    }
    Money whole;
    ASSERT_EQ(Money::FromMinor(static_cast<std::int64_t>(random()) >> (random() % 63), "CNY", &whole),
              DecimalStatus::kOk);
    std::vector<Money> parts(count);
    const DecimalStatus s = Split(whole, weights.data(), count, parts.data());
    Decimal total;
    for (const Decimal& w : weights) ASSERT_EQ(Add(total, w, kAny, &total), DecimalStatus::kOk);
    if (total.IsZero()) {
      ASSERT_EQ(s, DecimalStatus::kInvalid);
      continue;
    }
    ASSERT_EQ(s, DecimalStatus::kOk);
    Money sum;
    for (const Money& part : parts) ASSERT_EQ(Add(sum, part, &sum), DecimalStatus::kOk);
    ASSERT_EQ(sum.amount(), whole.amount());
    // No part is a whole unit off its exact share: |part * total - whole * weight| < total * 0.01.
    Decimal bound;
    ASSERT_EQ(Multiply(total, D("0.01"), Rounding::kUp, &bound), DecimalStatus::kOk);
    for (std::size_t i = 0; i < count; ++i) {
      Decimal share, error;
      ASSERT_EQ(Multiply(whole.amount(), weights[i], kAny, &share), DecimalStatus::kOk);
      ASSERT_EQ(FusedMultiplyAdd(parts[i].amount(), total, Negate(share), kAny, &error), DecimalStatus::kOk);
      ASSERT_LT(Abs(error), bound);
    }
  }
}

}  // namespace
}  // namespace ordain
