// Exact decimal numbers of 34 significant digits (the range of IEEE 754 decimal128), and money.
//
//   ordain::Decimal fee, share, pay;
//   ordain::Decimal::Parse("12345.67", &fee);
//   ordain::Decimal::Parse("0.03", &share);
//   ordain::Multiply(fee, share, ordain::Rounding::kHalfEven, &pay);   // 370.3701
//   ordain::Quantize(pay, -2, ordain::Rounding::kHalfUp, &pay);        // 370.37
//
// A Decimal is a finite number: (-1)^negative * coefficient * 10^exponent, coefficient < 10^34.
// There are no infinities and no NaNs: an operation without a finite result says so by its status
// and leaves *out untouched. The rounding mode is always an argument; there is no global mode.
// Numbers keep their exponent (1.20 is not stored as 1.2) but compare by value.
//
// Threads: plain values, no shared state. Nothing throws or allocates, except ToString.
// Tested by tests/decimal_test.cc (vectors, edge tables), tests/python/test_decimal_random.py
// (against Python's decimal) and the dq*.decTest vectors of CPython.
#ifndef ORDAIN_DECIMAL_HPP_
#define ORDAIN_DECIMAL_HPP_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ordain {

enum class Rounding : std::uint8_t {
  kHalfEven,  // to nearest, ties to even: FEEL's inner mode
  kHalfUp,    // to nearest, ties away from zero: what clerks call rounding
  kHalfDown,  // to nearest, ties towards zero
  kUp,        // away from zero
  kDown,      // towards zero (truncate)
  kCeiling,   // towards +infinity
  kFloor,     // towards -infinity
};

enum class DecimalStatus : std::uint8_t {
  kOk,
  kSyntax,    // Parse: not a number
  kOverflow,  // the result needs an exponent above 6144 - 33
  kDivisionByZero,
  kInvalid,  // no result: 0/0, root of a negative number, Quantize beyond 34 digits
};

class Decimal {
 public:
  static constexpr int kDigits = 34;
  static constexpr std::int32_t kMinExponent = -6176;  // of the coefficient's last digit
  static constexpr std::int32_t kMaxExponent = 6111;

  constexpr Decimal() = default;
  constexpr Decimal(std::int64_t value)  // NOLINT: exact, so implicit
      : lo_(value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value)),
        negative_(value < 0) {}
  // REQUIRES: hi:lo < 10^34, kMinExponent <= exponent <= kMaxExponent.
  constexpr Decimal(bool negative, std::uint64_t hi, std::uint64_t lo, std::int32_t exponent)
      : lo_(lo), hi_(hi), exponent_(exponent), negative_(negative) {}

  // Reads the JSON and FEEL form of a number: [-+]digits[.digits][(e|E)[-+]digits]; ".5" too.
  // More than 34 significant digits are rounded half-even; *exact (optional) says whether that
  // changed the value. Errors: kSyntax, kOverflow.
  static DecimalStatus Parse(std::string_view text, Decimal* out, bool* exact = nullptr);

  // Shortest plain form without exponent and without trailing zeros of the fraction ("868.5");
  // numbers that would need more than 60 zeros use the form 1E+100.
  std::string ToString() const;
  // The form of the General Decimal Arithmetic specification (to-scientific-string): keeps trailing
  // zeros, "1.20", "1E+3".
  std::string ToScientificString() const;

  constexpr bool negative() const { return negative_; }  // also of -0
  constexpr bool IsZero() const { return (hi_ | lo_) == 0; }
  constexpr int Sign() const { return IsZero() ? 0 : negative_ ? -1 : 1; }
  constexpr std::int32_t exponent() const { return exponent_; }
  constexpr std::uint64_t hi() const { return hi_; }
  constexpr std::uint64_t lo() const { return lo_; }
  int Digits() const;                     // significant digits of the coefficient; 1 for zero
  bool IsInteger() const;                 // by value: 3.00 is one
  bool ToInt64(std::int64_t* out) const;  // false unless an integer that fits
  double ToDouble() const;                // nearest; for reports and benchmarks, never for decisions

 private:
  std::uint64_t lo_ = 0;
  std::uint64_t hi_ = 0;
  std::int32_t exponent_ = 0;
  bool negative_ = false;
};

// Comparison by value: 1.20 == 1.2, -0 == 0. Exact, never rounded.
int CompareSlow(const Decimal& a, const Decimal& b);
inline int Compare(const Decimal& a, const Decimal& b) {
  if ((a.hi() | b.hi()) == 0 && a.exponent() == b.exponent() && a.negative() == b.negative()) {
    const int c = a.lo() < b.lo() ? -1 : a.lo() > b.lo() ? 1 : 0;
    return a.negative() ? -c : c;
  }
  return CompareSlow(a, b);
}
inline bool operator==(const Decimal& a, const Decimal& b) { return Compare(a, b) == 0; }
inline std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) { return Compare(a, b) <=> 0; }

// *out = the exact result rounded once to 34 digits. *out may alias an operand. The inline parts take what is
// exact in 64 bits, whatever the mode; the rest is in decimal.cc.
DecimalStatus AddSlow(const Decimal& a, const Decimal& b, Rounding mode, Decimal* out);
DecimalStatus MultiplySlow(const Decimal& a, const Decimal& b, Rounding mode, Decimal* out);
inline Decimal Negate(const Decimal& a) {  // flips the sign, of zero too
  return Decimal(!a.negative(), a.hi(), a.lo(), a.exponent());
}
inline Decimal Abs(const Decimal& a) { return Decimal(false, a.hi(), a.lo(), a.exponent()); }
inline DecimalStatus Add(const Decimal& a, const Decimal& b, Rounding mode, Decimal* out) {
  if ((a.hi() | b.hi()) == 0 && a.exponent() == b.exponent()) {
    const std::uint64_t sum = a.lo() + b.lo();
    if (a.negative() == b.negative() && sum >= a.lo()) {  // no carry
      *out = Decimal(a.negative(), 0, sum, a.exponent());
      return DecimalStatus::kOk;
    }
    if (a.negative() != b.negative() && a.lo() != b.lo()) {  // the sign of a zero would depend on the mode
      *out = a.lo() > b.lo() ? Decimal(a.negative(), 0, a.lo() - b.lo(), a.exponent())
                             : Decimal(b.negative(), 0, b.lo() - a.lo(), a.exponent());
      return DecimalStatus::kOk;
    }
  }
  return AddSlow(a, b, mode, out);
}
inline DecimalStatus Subtract(const Decimal& a, const Decimal& b, Rounding mode, Decimal* out) {
  return Add(a, Negate(b), mode, out);
}
inline DecimalStatus Multiply(const Decimal& a, const Decimal& b, Rounding mode, Decimal* out) {
  const std::int32_t e = a.exponent() + b.exponent();
  if ((a.hi() | b.hi() | (a.lo() | b.lo()) >> 32) == 0 && e >= Decimal::kMinExponent &&
      e <= Decimal::kMaxExponent) {
    *out = Decimal(a.negative() != b.negative(), 0, a.lo() * b.lo(), e);
    return DecimalStatus::kOk;
  }
  return MultiplySlow(a, b, mode, out);
}
// By zero: kDivisionByZero, 0/0: kInvalid.
DecimalStatus Divide(const Decimal& a, const Decimal& b, Rounding mode, Decimal* out);
// a * b + c, rounded once.
DecimalStatus FusedMultiplyAdd(const Decimal& a, const Decimal& b, const Decimal& c, Rounding mode,
                               Decimal* out);
// Truncated division and its remainder (sign of the dividend), both exact; kInvalid when the quotient
// needs more than 34 digits, and for a remainder by zero.
DecimalStatus DivideInteger(const Decimal& a, const Decimal& b, Decimal* out);
DecimalStatus Remainder(const Decimal& a, const Decimal& b, Decimal* out);
// a - b * floor(a / b): the sign of the divisor (FEEL's modulo). Rounded half-even where it needs more than
// 34 digits (-1E-40 modulo 3), kDivisionByZero by zero, and kInvalid where Remainder is.
DecimalStatus Modulo(const Decimal& a, const Decimal& b, Decimal* out);
// The multiple of 10^exponent nearest to a by the mode. kInvalid when it needs more than 34 digits.
DecimalStatus Quantize(const Decimal& a, std::int32_t exponent, Rounding mode, Decimal* out);
// The nearest integer by the mode, exponent 0 (or as it was, if positive).
DecimalStatus RoundToInteger(const Decimal& a, Rounding mode, Decimal* out);
// Trailing zeros removed; zero becomes 0E0.
Decimal Reduce(const Decimal& a);
// a to a whole power |n| <= 999999999 (otherwise kInvalid, like 0 to the 0), rounded once. Exact powers and
// ties are known as such; of the others the first 65 digits decide, which for a value closer than that to
// where the rounding turns may be one unit of the last digit off.
DecimalStatus PowerInteger(const Decimal& a, std::int64_t n, Rounding mode, Decimal* out);
// Rounded once; kInvalid for negative numbers.
DecimalStatus SquareRoot(const Decimal& a, Rounding mode, Decimal* out);
// The standard deviation of a sample: the root of the mean square distance from the mean, over n - 1. Rounded once, unless the
// numbers are further than 10^110 apart. kInvalid: fewer than two numbers.
DecimalStatus SampleDeviation(const Decimal* x, std::size_t n, Rounding mode, Decimal* out);
// e to the a, the natural logarithm, a to the b. Rounded once: the first 75 digits decide, so that a value closer than that
// to where the rounding turns may be one unit of the last digit off; exact powers and ties are known as such. Ln: kInvalid
// for zero and negative numbers. Power: PowerInteger where b is a whole number of up to 9 digits; otherwise kInvalid for
// a negative a, kDivisionByZero for zero to a negative power, kInvalid for zero to the zero.
DecimalStatus Exp(const Decimal& a, Rounding mode, Decimal* out);
DecimalStatus Ln(const Decimal& a, Rounding mode, Decimal* out);
DecimalStatus Power(const Decimal& a, const Decimal& b, Rounding mode, Decimal* out);
// Equal for equal values (1.20 and 1.2).
std::uint64_t Hash(const Decimal& a);

std::string_view RoundingName(Rounding mode);                 // "half_even", ...
bool RoundingFromName(std::string_view name, Rounding* out);  // also "half-even"

// The digits after the point of a currency of ISO 4217 (CNY 2, JPY 0, KWD 3), among them those withdrawn
// since 2015. -1 for an unknown code and for metals and units of account, which have none.
int CurrencyDigits(std::string_view code);

// An amount in a currency. The scale is the currency's; amounts with more digits are refused, never rounded
// away. Errors leave *out untouched. A zero amount has no sign. The default is 0.00 CNY.
class Money {
 public:
  constexpr Money() = default;
  // kInvalid: an unknown currency, or more digits after the point than it has, or more than 34 in all.
  static DecimalStatus Make(const Decimal& amount, std::string_view currency, Money* out);
  // minor units: FromMinor(12345, "CNY") is 123.45
  static DecimalStatus FromMinor(std::int64_t minor, std::string_view currency, Money* out);
  const Decimal& amount() const { return amount_; }  // exponent is -scale
  std::string_view currency() const { return std::string_view(currency_, 3); }
  int scale() const { return scale_; }
  std::string ToString() const;  // "123.45 CNY", always with all digits
  // kInvalid: different currencies, or a sum of more than 34 digits.
  friend DecimalStatus Add(const Money& a, const Money& b, Money* out);
  friend DecimalStatus Subtract(const Money& a, const Money& b, Money* out);
  // a * factor, rounded once, to the currency's scale. kInvalid when that needs more than 34 digits.
  friend DecimalStatus Multiply(const Money& a, const Decimal& factor, Rounding mode, Money* out);
  // Splits into parts by weights so that the parts add up to the whole; the units left over go to
  // the largest remainders, ties to the earlier part. kInvalid: count 0, a negative weight, all zero, or
  // weights whose exact sum needs more than 34 digits.
  friend DecimalStatus Split(const Money& whole, const Decimal* weights, std::size_t count, Money* parts);

 private:
  Decimal amount_{false, 0, 0, -2};
  char currency_[4] = "CNY";
  std::int8_t scale_ = 2;
};
DecimalStatus Add(const Money& a, const Money& b, Money* out);
DecimalStatus Subtract(const Money& a, const Money& b, Money* out);
DecimalStatus Multiply(const Money& a, const Decimal& factor, Rounding mode, Money* out);
DecimalStatus Split(const Money& whole, const Decimal* weights, std::size_t count, Money* parts);

}  // namespace ordain

#endif  // ORDAIN_DECIMAL_HPP_
