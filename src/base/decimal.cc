// Decimal arithmetic with 34 digits.
//
// Every operation makes its exact result as a 256-bit natural number, or the first 75 digits of it and a
// sticky bit (something nonzero was cut off below), and RoundOnce rounds that to 34 digits: one rounding, in
// one place. 256 bits hold 77 digits; a product has at most 68, a quotient and a root are made with 35 or
// more, a sum of far exponents is cut to 76. Numbers whose coefficients fit 64 bits take shorter ways to the
// same exact result before any rounding, so that no shortcut can disagree with the long way
// (tests/decimal_test.cc compares them). Preferred exponents, clamping and subnormal numbers follow the
// General Decimal Arithmetic specification for decimal128.
//
// Limits: PowerInteger rounds the first 65 digits or more of an inexact power; see there.
//
// Tested by tests/decimal_test.cc, tests/python/test_decimal_random.py (against Python's decimal) and
// tests/python/test_decimal_vectors.py (dq*.decTest).
#include "ordain/decimal.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <limits>

#include "base/wide.hpp"

namespace ordain {
namespace {

using wide::Coefficient;
using wide::kCoefficientLimit;
using wide::MakeDecimal;
using wide::Natural;
using wide::Power;
using wide::Power128;
using wide::RoundOnce;
using wide::Tail;
using wide::U128;
using wide::U64;
using wide::Wide;

bool InRange(std::int64_t e) { return e >= Decimal::kMinExponent && e <= Decimal::kMaxExponent; }

// The same for the results of shortcuts, most of which need no rounding.
DecimalStatus RoundShort(bool negative, U128 c, std::int64_t e, Rounding mode, Decimal* out) {
  if (c >= kCoefficientLimit || !InRange(e)) return RoundOnce(negative, Wide(c), e, false, mode, out);
  *out = MakeDecimal(negative, c, e);
  return DecimalStatus::kOk;
}

// A quotient or a root: an exact one loses zeros until its exponent is the preferred one, or no zero is left.
DecimalStatus RoundTowards(std::int64_t preferred, bool negative, Wide v, std::int64_t e, bool inexact,
                           Rounding mode, Decimal* out) {
  if (!inexact) e += wide::StripZeros(&v, preferred - e);
  return RoundOnce(negative, v, e, inexact, mode, out);
}

struct Term {
  bool negative;
  Wide v;
  std::int64_t e;
};

DecimalStatus Sum(const Term& x, const Term& y, Rounding mode, Decimal* out) {
  const Term& a = x.e >= y.e ? x : y;  // the higher exponent
  const Term& b = x.e >= y.e ? y : x;
  const bool zero_sign = a.negative == b.negative ? a.negative : mode == Rounding::kFloor;
  if (a.v.IsZero()) return RoundOnce(b.v.IsZero() ? zero_sign : b.negative, b.v, b.e, false, mode, out);
  constexpr int kMost = 76;
  const int digits = wide::Digits(a.v);
  const std::int64_t shift = a.e - b.e;
  const int pad = static_cast<int>(std::min<std::int64_t>(shift, kMost - digits));
  const Wide high = wide::MultiplyPower(a.v, pad);
  Wide low = b.v;
  bool sticky = false;
  if (shift > pad) {
    // All of b lies below the first 8 digits of a, and its end below the 76 that are kept: the end becomes
    // the sticky bit, for which a difference borrows one unit.
    sticky = wide::DropDigits(&low, shift - pad, false) != Tail::kNone;
    if (sticky && a.negative != b.negative) low = wide::Add(low, Wide(1));
  }
  const std::int64_t e = a.e - pad;
  if (a.negative == b.negative) return RoundOnce(a.negative, wide::Add(high, low), e, sticky, mode, out);
  const int c = wide::Compare(high, low);
  if (c == 0) return RoundOnce(zero_sign, Wide(), e, false, mode, out);
  return c > 0 ? RoundOnce(a.negative, wide::Subtract(high, low), e, sticky, mode, out)
               : RoundOnce(b.negative, wide::Subtract(low, high), e, sticky, mode, out);
}

int WriteDigits(U128 v, char* out) {  // returns their number
  const int n = wide::Digits(v);
  U64 part = 0;
  for (int i = n - 1, k = 0; i >= 0; --i, ++k) {
    if (k % 19 == 0) {
      part = static_cast<U64>(v % Power(19));
      v /= Power(19);
    }
    out[i] = static_cast<char>('0' + part % 10);
    part /= 10;
  }
  return n;
}

// d.dddE+n; adjusted: the exponent of the first digit.
std::string Scientific(std::string_view digits, std::int32_t adjusted) {
  std::string s(digits.substr(0, 1));
  if (digits.size() > 1) s.append(".").append(digits.substr(1));
  return s.append(adjusted < 0 ? "E" : "E+").append(std::to_string(adjusted));
}

std::string Plain(std::string_view digits, std::int32_t exponent) {  // REQUIRES: exponent <= 0
  if (exponent == 0) return std::string(digits);
  const auto whole = static_cast<std::int32_t>(digits.size()) + exponent;
  if (whole <= 0) return std::string("0.").append(static_cast<std::size_t>(-whole), '0').append(digits);
  const auto point = static_cast<std::size_t>(whole);
  return std::string(digits.substr(0, point)).append(".").append(digits.substr(point));
}

}  // namespace

// ---- text ---------------------------------------------------------------------------------------

DecimalStatus Decimal::Parse(std::string_view text, Decimal* out, bool* exact) {
  const char* p = text.data();
  const char* const end = p + text.size();
  const auto is_digit = [&] { return p != end && *p >= '0' && *p <= '9'; };
  const auto sign = [&] { return p != end && (*p == '-' || *p == '+') && *p++ == '-'; };

  const bool negative = sign();
  U128 c = 0;
  int kept = 0;  // digits in c, from the first that is not 0: 34 and one to round by
  std::int64_t e = 0;
  bool sticky = false;
  const auto digits = [&](int step) {  // step: what a digit in c does to the exponent
    const char* const first = p;
    for (; is_digit(); ++p) {
      const auto digit = static_cast<unsigned>(*p - '0');
      if (kept <= kDigits) {
        c = c * 10 + digit;
        kept += c != 0 ? 1 : 0;
        e += step;
      } else {
        sticky |= digit != 0;
        e += step + 1;
      }
    }
    return p != first;
  };
  const bool whole = digits(0);
  if (p != end && *p == '.') {
    ++p;
    if (!digits(-1)) return DecimalStatus::kSyntax;
  } else if (!whole) {
    return DecimalStatus::kSyntax;
  }
  if (p != end && (*p == 'e' || *p == 'E')) {
    ++p;
    const bool minus = sign();
    if (!is_digit()) return DecimalStatus::kSyntax;
    constexpr std::int64_t kFar = 1'000'000'000'000'000;  // farther than any text has digits
    std::int64_t x = 0;
    for (; is_digit(); ++p) x = std::min(x * 10 + (*p - '0'), kFar);
    e += minus ? -x : x;
  }
  if (p != end) return DecimalStatus::kSyntax;
  return RoundOnce(negative, Wide(c), e, sticky, Rounding::kHalfEven, out, exact);
}

std::string Decimal::ToString() const {
  if (IsZero()) return "0";
  Natural<2> c(Coefficient(*this));
  const std::int32_t exponent = exponent_ + wide::StripZeros(&c, kDigits);  // a text may pass kMaxExponent
  char buffer[kDigits];
  const int n = WriteDigits(c.Low(), buffer);
  const std::string_view digits(buffer, static_cast<std::size_t>(n));
  constexpr int kMostZeros = 60;
  std::string s = negative_ ? "-" : "";
  if (exponent > kMostZeros || -(n + exponent) > kMostZeros) return s + Scientific(digits, n + exponent - 1);
  if (exponent <= 0) return s + Plain(digits, exponent);
  return s.append(digits).append(static_cast<std::size_t>(exponent), '0');
}

std::string Decimal::ToScientificString() const {
  char buffer[kDigits];
  const int n = WriteDigits(Coefficient(*this), buffer);
  const std::string_view digits(buffer, static_cast<std::size_t>(n));
  const std::int32_t adjusted = exponent_ + n - 1;
  const std::string s = negative_ ? "-" : "";
  return s + (exponent_ <= 0 && adjusted >= -6 ? Plain(digits, exponent_) : Scientific(digits, adjusted));
}

// ---- questions ----------------------------------------------------------------------------------

int Decimal::Digits() const { return wide::Digits(Coefficient(*this)); }

bool Decimal::IsInteger() const {
  if (exponent_ >= 0 || IsZero()) return true;
  return exponent_ > -kDigits && Coefficient(*this) % Power128(-exponent_) == 0;
}

bool Decimal::ToInt64(std::int64_t* out) const {
  U128 v = Coefficient(*this);
  if (v != 0 && exponent_ > 0) {
    if (exponent_ > 18 || v >= Power(19)) return false;
    v *= Power(exponent_);
  } else if (v != 0 && exponent_ < 0) {
    if (!IsInteger()) return false;
    v /= Power128(-exponent_);
  }
  if (v > (U128{1} << 63) - (negative_ ? 0 : 1)) return false;
  *out = static_cast<std::int64_t>(negative_ ? ~static_cast<U64>(v) + 1 : static_cast<U64>(v));
  return true;
}

double Decimal::ToDouble() const {
  char text[kDigits + 16];
  char* p = text;
  if (negative_) *p++ = '-';
  p += WriteDigits(Coefficient(*this), p);
  *p++ = 'e';
  p = std::to_chars(p, text + sizeof text, exponent_).ptr;
  double value = 0;
  if (std::from_chars(text, p, value).ec == std::errc()) return value;
  value = exponent_ > 0 ? std::numeric_limits<double>::infinity() : 0.0;  // beyond the range of a double
  return negative_ ? -value : value;
}

int CompareSlow(const Decimal& a, const Decimal& b) {
  const int sign = a.Sign();
  if (sign != b.Sign()) return sign < b.Sign() ? -1 : 1;
  if (sign == 0) return 0;
  const std::int32_t shift = a.exponent() - b.exponent();
  if ((a.hi() | b.hi()) == 0 && shift >= -19 && shift <= 19) {
    const U128 x = static_cast<U128>(a.lo()) * Power(std::max(shift, 0));
    const U128 y = static_cast<U128>(b.lo()) * Power(std::max(-shift, 0));
    return x == y ? 0 : x < y ? -sign : sign;
  }
  const std::int32_t top = shift + a.Digits() - b.Digits();
  if (top != 0) return top < 0 ? -sign : sign;
  // The first digits stand at the same place, so the exponents differ by less than 34.
  return sign * wide::Compare(wide::MultiplyPower(Wide(Coefficient(a)), shift),
                              wide::MultiplyPower(Wide(Coefficient(b)), -shift));
}

// ---- arithmetic ---------------------------------------------------------------------------------

DecimalStatus AddSlow(const Decimal& x, const Decimal& y, Rounding mode, Decimal* out) {
  const bool swap = x.exponent() < y.exponent();
  const Decimal& a = swap ? y : x;  // the higher exponent
  const Decimal& b = swap ? x : y;
  const std::int32_t shift = a.exponent() - b.exponent();
  if ((a.hi() | b.hi()) == 0 && shift <= 19) {  // 2^64 * 10^19 + 2^64 < 2^128
    const U128 high = static_cast<U128>(a.lo()) * Power(shift), low = b.lo();
    if (a.negative() == b.negative()) return RoundShort(a.negative(), high + low, b.exponent(), mode, out);
    if (high == low) return RoundShort(mode == Rounding::kFloor, 0, b.exponent(), mode, out);
    return high > low ? RoundShort(a.negative(), high - low, b.exponent(), mode, out)
                      : RoundShort(b.negative(), low - high, b.exponent(), mode, out);
  }
  return Sum({a.negative(), Wide(Coefficient(a)), a.exponent()},
             {b.negative(), Wide(Coefficient(b)), b.exponent()}, mode, out);
}

DecimalStatus MultiplySlow(const Decimal& a, const Decimal& b, Rounding mode, Decimal* out) {
  const bool negative = a.negative() != b.negative();
  const std::int64_t e = std::int64_t{a.exponent()} + b.exponent();
  if ((a.hi() | b.hi()) == 0) return RoundShort(negative, static_cast<U128>(a.lo()) * b.lo(), e, mode, out);
  return RoundOnce(negative, wide::Product(Coefficient(a), Coefficient(b)), e, false, mode, out);
}

DecimalStatus Divide(const Decimal& a, const Decimal& b, Rounding mode, Decimal* out) {
  if (b.IsZero()) return a.IsZero() ? DecimalStatus::kInvalid : DecimalStatus::kDivisionByZero;
  const bool negative = a.negative() != b.negative();
  const std::int64_t preferred = std::int64_t{a.exponent()} - b.exponent();
  if (a.IsZero()) return RoundOnce(negative, Wide(), preferred, false, mode, out);
  if ((a.hi() | b.hi()) == 0) {
    if (a.lo() % b.lo() == 0) return RoundShort(negative, a.lo() / b.lo(), preferred, mode, out);
    const U128 n = static_cast<U128>(a.lo()) * Power(19);
    if (n % b.lo() == 0) {  // by 4, by 100, by 12.5: it ends after a few digits
      return RoundTowards(preferred, negative, Wide(n / b.lo()), preferred - 19, false, mode, out);
    }
  }
  const int pad = std::max(0, Decimal::kDigits + 1 + b.Digits() - a.Digits());  // for 35 digits or 36
  Wide quotient;
  Natural<2> rest;
  wide::Divide(wide::MultiplyPower(Wide(Coefficient(a)), pad), Natural<2>(Coefficient(b)), &quotient, &rest);
  return RoundTowards(preferred, negative, quotient, preferred - pad, !rest.IsZero(), mode, out);
}

DecimalStatus FusedMultiplyAdd(const Decimal& a, const Decimal& b, const Decimal& c, Rounding mode,
                               Decimal* out) {
  return Sum({a.negative() != b.negative(), wide::Product(Coefficient(a), Coefficient(b)),
              std::int64_t{a.exponent()} + b.exponent()},
             {c.negative(), Wide(Coefficient(c)), c.exponent()}, mode, out);
}

namespace {

// |a| = q * |b| + r with q an integer; r has the lower of the exponents. REQUIRES: b != 0.
DecimalStatus IntegerDivision(const Decimal& a, const Decimal& b, U128* q, U128* r) {
  const std::int32_t shift = a.exponent() - b.exponent();
  const U128 n = Coefficient(a), d = Coefficient(b);
  *q = 0;
  *r = n;
  if (n == 0) return DecimalStatus::kOk;
  if (shift <= 0) {
    if (b.Digits() - shift > Decimal::kDigits) return DecimalStatus::kOk;  // then |a| < |b|
    const U128 aligned = d * Power128(-shift);
    *q = n / aligned;
    *r = n % aligned;
    return DecimalStatus::kOk;
  }
  if (a.Digits() + shift > 76) return DecimalStatus::kInvalid;  // the quotient has 42 digits or more
  Wide quotient;
  Natural<2> rest;
  wide::Divide(wide::MultiplyPower(Wide(n), shift), Natural<2>(d), &quotient, &rest);
  if (!quotient.Fits128() || quotient.Low() >= kCoefficientLimit) return DecimalStatus::kInvalid;
  *q = quotient.Low();
  *r = rest.Low();
  return DecimalStatus::kOk;
}

}  // namespace

DecimalStatus DivideInteger(const Decimal& a, const Decimal& b, Decimal* out) {
  if (b.IsZero()) return a.IsZero() ? DecimalStatus::kInvalid : DecimalStatus::kDivisionByZero;
  U128 q = 0, r = 0;
  const DecimalStatus s = IntegerDivision(a, b, &q, &r);
  if (s == DecimalStatus::kOk) *out = MakeDecimal(a.negative() != b.negative(), q, 0);
  return s;
}

DecimalStatus Remainder(const Decimal& a, const Decimal& b, Decimal* out) {
  if (b.IsZero()) return DecimalStatus::kInvalid;
  U128 q = 0, r = 0;
  const DecimalStatus s = IntegerDivision(a, b, &q, &r);
  if (s == DecimalStatus::kOk) *out = MakeDecimal(a.negative(), r, std::min(a.exponent(), b.exponent()));
  return s;
}

DecimalStatus Modulo(const Decimal& a, const Decimal& b, Decimal* out) {
  if (b.IsZero()) return DecimalStatus::kDivisionByZero;
  Decimal r;
  const DecimalStatus s = Remainder(a, b, &r);
  if (s != DecimalStatus::kOk) return s;
  if (!r.IsZero() && r.negative() != b.negative()) return Add(r, b, Rounding::kHalfEven, out);
  *out = r;
  return DecimalStatus::kOk;
}

DecimalStatus Quantize(const Decimal& a, std::int32_t exponent, Rounding mode, Decimal* out) {
  if (!InRange(exponent)) return DecimalStatus::kInvalid;
  const std::int32_t drop = exponent - a.exponent();
  if (a.hi() == 0 && drop <= 0 && drop >= -19) {
    const U128 c = static_cast<U128>(a.lo()) * Power(-drop);
    if (c >= kCoefficientLimit) return DecimalStatus::kInvalid;
    *out = MakeDecimal(a.negative(), c, exponent);
    return DecimalStatus::kOk;
  }
  if (a.hi() == 0 && drop > 0 && drop <= 19) {
    const U64 unit = Power(drop);
    const U64 c = a.lo() / unit;
    const Tail tail = wide::MakeTail(a.lo() % unit, unit / 2, false);
    *out = Decimal(a.negative(), 0, c + (wide::RoundsUp(a.negative(), (c & 1) != 0, tail, mode) ? 1 : 0),
                   exponent);
    return DecimalStatus::kOk;
  }
  return wide::RoundTo(a.negative(), Wide(Coefficient(a)), a.exponent(), exponent, mode, out);
}

DecimalStatus RoundToInteger(const Decimal& a, Rounding mode, Decimal* out) {
  if (a.exponent() < 0) return Quantize(a, 0, mode, out);
  *out = a;
  return DecimalStatus::kOk;
}

Decimal Reduce(const Decimal& a) {
  if (a.IsZero()) return MakeDecimal(a.negative(), 0, 0);
  Natural<2> c(Coefficient(a));
  const int stripped = wide::StripZeros(&c, Decimal::kMaxExponent - a.exponent());
  return MakeDecimal(a.negative(), c.Low(), a.exponent() + stripped);
}

namespace {

// A magnitude v * 10^e for powers: 75 or 76 digits of it, and whether anything was cut off.
struct Long {
  Wide v;
  std::int64_t e;
  bool inexact;
};

Long Times(const Long& a, const Long& b) {
  Natural<8> p = wide::Multiply(a.v, b.v);
  const int digits = (wide::BitLength(p) * 30103 + 99999) / 100000;  // the number of digits, or one more
  const int drop = std::max(0, digits - 76);
  const bool cut = drop > 0 && wide::DropDigits(&p, drop, false) != Tail::kNone;
  Long r{Wide(), a.e + b.e + drop, a.inexact || b.inexact || cut};
  std::copy_n(p.limb.begin(), r.v.limb.size(), r.v.limb.begin());
  return r;
}

}  // namespace

// By squaring. Each of the at most 60 products loses less than a unit of its 75th digit, and a loss is
// multiplied by the rest of the power: together less than 4 * |n| units, so that 65 digits are right, and the
// product's exactness is known. What is exact, among it every tie, is rounded as such: an exact result or a
// tie has at most 35 digits behind the zeros that do not count, so none of its factors was cut.
DecimalStatus PowerInteger(const Decimal& a, std::int64_t n, Rounding mode, Decimal* out) {
  constexpr std::int64_t kMost = 999'999'999;
  if (n > kMost || n < -kMost) return DecimalStatus::kInvalid;
  const bool negative = a.negative() && n % 2 != 0;
  if (a.IsZero()) {
    if (n <= 0) return n == 0 ? DecimalStatus::kInvalid : DecimalStatus::kDivisionByZero;
    *out = MakeDecimal(negative, 0, 0);
    return DecimalStatus::kOk;
  }
  Long base{Wide(Coefficient(a)), a.exponent(), false};
  bool invert = n < 0;
  if (invert) {
    // 1 / (5^j * 10^e) is 2^j * 10^(-e-j), whose powers stay exact when those of 5^j are long cut.
    Wide five = base.v;
    std::int64_t e = base.e + wide::StripZeros(&five, Decimal::kDigits);
    int j = 0;
    for (Wide next = five; wide::DivideSmall(&next, 5) == 0; ++j) five = next;
    if (j > 0 && wide::Compare(five, Wide(1)) == 0) {
      base = {Wide(U128{1} << j), -e - j, false};
      invert = false;
    }
  }
  Long power{Wide(1), 0, false};
  const auto count = static_cast<std::uint32_t>(n < 0 ? -n : n);
  for (int bit = static_cast<int>(std::bit_width(count)) - 1; bit >= 0; --bit) {
    power = Times(power, power);
    if ((count >> bit & 1) != 0) power = Times(power, base);
  }
  if (!invert) return RoundOnce(negative, power.v, power.e, power.inexact, mode, out);
  const int pad = 75 + wide::Digits(power.v);
  Natural<8> one, quotient;
  one.limb[0] = 1;
  Wide rest;
  wide::Divide(wide::MultiplyPower(one, pad), power.v, &quotient, &rest);
  Wide v;
  std::copy_n(quotient.limb.begin(), v.limb.size(), v.limb.begin());
  return RoundTowards(-power.e, negative, v, -power.e - pad, power.inexact || !rest.IsZero(), mode, out);
}

namespace {

Wide RootOf(Wide v, Wide* rest) {  // floor(sqrt(v)) and what is left; one binary digit at a time, from the highest
  Wide root, bit;
  const auto halve = [](Wide* w, int times) {
    for (std::size_t i = 0; i < 4; ++i) {
      w->limb[i] = w->limb[i] >> times | (i < 3 ? w->limb[i + 1] << (64 - times) : 0);
    }
  };
  const int top = (wide::BitLength(v) - 1) & ~1;
  bit.limb[static_cast<std::size_t>(top / 64)] = U64{1} << (top % 64);
  for (; !bit.IsZero(); halve(&bit, 2)) {
    const Wide trial = wide::Add(root, bit);
    halve(&root, 1);
    if (wide::Compare(v, trial) >= 0) {
      v = wide::Subtract(v, trial);
      root = wide::Add(root, bit);
    }
  }
  *rest = v;
  return root;
}

}  // namespace

DecimalStatus SquareRoot(const Decimal& a, Rounding mode, Decimal* out) {
  const std::int32_t preferred = (a.exponent() - (a.exponent() & 1)) / 2;  // floor(e / 2)
  if (a.IsZero()) {
    *out = MakeDecimal(a.negative(), 0, preferred);
    return DecimalStatus::kOk;
  }
  if (a.negative()) return DecimalStatus::kInvalid;
  // With 69 or 70 digits and an even exponent the integer root has 35.
  int pad = 70 - a.Digits();
  if (((a.exponent() - pad) & 1) != 0) --pad;
  Wide rest;
  const Wide root = RootOf(wide::MultiplyPower(Wide(Coefficient(a)), pad), &rest);
  return RoundTowards(preferred, false, root, (a.exponent() - pad) / 2, !rest.IsZero(), mode, out);
}

// sqrt((n * sum(x^2) - sum(x)^2) / (n (n - 1))), in whole numbers of up to 1024 bits: the x as multiples of a common power of
// ten, with at most 110 digits, so that only what is 10^110 times smaller than the greatest is cut.
DecimalStatus SampleDeviation(const Decimal* x, std::size_t n, Rounding mode, Decimal* out) {
  if (n < 2 || n > UINT32_MAX) return DecimalStatus::kInvalid;
  constexpr std::int64_t kMost = 110;
  std::int64_t top = INT64_MIN, unit = INT64_MAX;
  for (std::size_t i = 0; i < n; ++i) {
    if (x[i].IsZero()) continue;
    top = std::max<std::int64_t>(top, x[i].exponent() + x[i].Digits());
    unit = std::min<std::int64_t>(unit, x[i].exponent());
  }
  const DecimalStatus zero = RoundOnce(false, Wide(), 0, false, mode, out);
  if (top == INT64_MIN) return zero;
  unit = std::max(unit, top - kMost);
  Natural<8> plus, minus;
  Natural<16> squares;
  bool inexact = false;
  for (std::size_t i = 0; i < n; ++i) {
    if (x[i].IsZero()) continue;
    Natural<8> v(Coefficient(x[i]));
    const std::int64_t shift = x[i].exponent() - unit;
    if (shift < 0) inexact |= wide::DropDigits(&v, -shift, false) != Tail::kNone;
    else v = wide::MultiplyPower(v, static_cast<int>(shift));
    Natural<8>* const sum = x[i].negative() ? &minus : &plus;
    *sum = wide::Add(*sum, v);
    squares = wide::Add(squares, wide::Multiply(v, v));
  }
  const Natural<8> sum = wide::Compare(plus, minus) >= 0 ? wide::Subtract(plus, minus) : wide::Subtract(minus, plus);
  wide::MultiplySmall(&squares, n);
  Natural<16> v = wide::Subtract(squares, wide::Multiply(sum, sum));
  if (wide::Compare(v, Natural<16>()) == 0) return zero;
  // The quotient gets 72 to 76 digits and an even exponent, its root 36 or more.
  const U64 divisor = static_cast<U64>(n) * (n - 1);
  const int digits = (wide::BitLength(v) * 30103 + 99999) / 100000;  // the number of digits, or one more
  int pad = 74 + wide::Digits(static_cast<U128>(divisor)) - digits;
  pad -= pad & 1;
  if (pad < 0) inexact |= wide::DropDigits(&v, -pad, false) != Tail::kNone;
  else v = wide::MultiplyPower(v, pad);
  inexact |= wide::DivideSmall(&v, divisor) != 0;
  Wide quotient, rest;
  std::copy_n(v.limb.begin(), quotient.limb.size(), quotient.limb.begin());
  const Wide root = RootOf(quotient, &rest);
  return RoundTowards(unit, false, root, unit - pad / 2, inexact || !rest.IsZero(), mode, out);
}

std::uint64_t Hash(const Decimal& a) {
  const Decimal r = Reduce(a);
  const auto mix = [](U64 h) {
    h = (h ^ h >> 32) * 0xD6E8FEB86659FD93u;
    return h ^ h >> 32;
  };
  const bool negative = r.negative() && !r.IsZero();
  return mix(mix(mix(r.lo()) + r.hi()) + static_cast<std::uint32_t>(r.exponent()) * U64{2} +
             (negative ? 1 : 0));
}

// ---- names --------------------------------------------------------------------------------------

namespace {
constexpr std::string_view kRoundingNames[] = {"half_even", "half_up", "half_down", "up",
                                               "down",      "ceiling", "floor"};
}

std::string_view RoundingName(Rounding mode) { return kRoundingNames[static_cast<std::size_t>(mode)]; }

bool RoundingFromName(std::string_view name, Rounding* out) {
  const auto same = [](char a, char b) { return a == b || (a == '_' && b == '-'); };
  for (std::size_t i = 0; i < std::size(kRoundingNames); ++i) {
    if (std::equal(kRoundingNames[i].begin(), kRoundingNames[i].end(), name.begin(), name.end(), same)) {
      *out = static_cast<Rounding>(i);
      return true;
    }
  }
  return false;
}

}  // namespace ordain
