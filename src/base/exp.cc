// Exponential function, logarithm and powers that are not whole.
//
// Real numbers are 512-bit fixed point: 64 bits before the point, 448 (134 decimal digits) behind it. exp takes
// out the powers of ten (so that the rest is below ln 10), divides by 2^16, sums Taylor's series and squares back; ln
// inverts exp by Halley's iteration, which triples the digits; a power is exp(b ln a). Every step loses a few units of
// the last bit, the squarings and the multiples of ln 10 together less than 40 bits, so that 120 digits or more behind
// the point are right; a logarithm next to zero begins 34 digits behind it. What is left is cut to 75 digits and
// rounded once.
//
// Of these functions only powers have exact values other than exp 0 and ln 1 (4 ** 0.5, 9 ** 1.5). Such a value, and
// every tie between two results of 34 digits, has at most 35 digits; if 39 digits behind those are all zeros or all
// nines it is one. (No algebraic irrational of operands of 34 digits that comes as near by chance is known; it would be
// one unit of the last digit off.)
//
// Cost: some 60 multiplications of 512 bits, about 10 us. Limits: see decimal.hpp.
// Tested by tests/decimal_test.cc and tests/python/test_decimal_random.py (against Python's decimal).
#include <cmath>

#include "base/wide.hpp"

namespace ordain {
namespace {

using wide::Coefficient;
using wide::Natural;
using wide::RoundOnce;
using wide::U128;
using wide::U64;
using wide::Wide;

using Fixed = Natural<8>;  // limb 7 is before the point
constexpr std::size_t kPoint = 7;
constexpr int kKept = 75;  // digits that decide the rounding

constexpr Fixed kLn10{[] {
  Fixed f;
  f.limb = {0xB1889061042F8B6Bu, 0x31C32F00B17C35A0u, 0x58BC0B5EC6A04173u, 0x0F187A0807C0B5CAu,
            0x8A3FB3E76977E43Au, 0xA95B58AE0B4C28A3u, 0x4D763776AAA2B05Bu, 2};
  return f;
}()};

Fixed Whole(U64 n) {
  Fixed f;
  f.limb[kPoint] = n;
  return f;
}
template <std::size_t From, std::size_t N>
Fixed Cut(const Natural<N>& n) {  // eight limbs, from limb From on
  Fixed f;
  std::copy_n(n.limb.begin() + From, f.limb.size(), f.limb.begin());
  return f;
}
Fixed Times(const Fixed& a, const Fixed& b) { return Cut<kPoint>(wide::Multiply(a, b)); }
Fixed Over(const Fixed& a, const Fixed& b) {
  Natural<16> n, quotient;
  std::copy(a.limb.begin(), a.limb.end(), n.limb.begin() + kPoint);
  Fixed rest;
  wide::Divide(n, b, &quotient, &rest);
  return Cut<0>(quotient);
}

struct Signed {
  bool negative = false;
  Fixed v;
};
Signed Sum(const Signed& a, const Signed& b) {
  if (a.negative == b.negative) return {a.negative, wide::Add(a.v, b.v)};
  return wide::Compare(a.v, b.v) >= 0 ? Signed{a.negative, wide::Subtract(a.v, b.v)} : Signed{b.negative, wide::Subtract(b.v, a.v)};
}

// c * m * 10^e, m fixed point. REQUIRES: the result is below 2^64, or e < 0.
Fixed Scaled(U128 c, const Fixed& m, std::int64_t e) {
  Natural<16> n = wide::Multiply(Fixed(c), m);
  for (; e > 0; --e) wide::MultiplySmall(&n, 10);
  for (; e < 0; e += std::min<std::int64_t>(19, -e)) wide::DivideSmall(&n, wide::Power(static_cast<int>(std::min<std::int64_t>(19, -e))));
  return Cut<0>(n);
}

Fixed ExpBelow3(Fixed r) {  // REQUIRES: 0 <= r < 3
  constexpr int kHalvings = 16;
  for (std::size_t i = 0; i < r.limb.size(); ++i) {
    r.limb[i] = r.limb[i] >> kHalvings | (i + 1 < r.limb.size() ? r.limb[i + 1] << (64 - kHalvings) : 0);
  }
  Fixed sum = Whole(1), term = sum;
  for (U64 n = 1; wide::Compare(term, Fixed()) != 0; ++n) {
    term = Times(term, r);
    wide::DivideSmall(&term, n);
    sum = wide::Add(sum, term);
  }
  for (int i = 0; i < kHalvings; ++i) sum = Times(sum, sum);
  return sum;
}

// v * 10^e with v fixed point, not zero: its first 75 digits or more, as digits * 10^*exponent.
Wide FirstDigits(const Fixed& v, std::int64_t e, std::int64_t* exponent) {
  Natural<16> n;
  std::copy(v.limb.begin(), v.limb.end(), n.limb.begin());
  // 10^p with p digits enough for a value from 10^-36 on; times 10^110 it stays below 2^(512 + 366).
  constexpr int kShift = 110;
  n = wide::MultiplyPower(n, kShift);
  Natural<16> whole;
  std::copy(n.limb.begin() + kPoint, n.limb.end(), whole.limb.begin());
  const int digits = (wide::BitLength(whole) * 30103 + 99999) / 100000;  // the number of digits, or one more
  const int drop = std::max(0, digits - (kKept + 1));
  if (drop > 0) (void)wide::DropDigits(&whole, drop, false);
  *exponent = e - kShift + drop;
  Wide w;
  std::copy_n(whole.limb.begin(), w.limb.size(), w.limb.begin());
  return w;
}

// e^x, x signed fixed point, as first digits; below 10^-9999 or so it is *tiny (rounds like the smallest number).
Wide ExpDigits(const Signed& x, std::int64_t* exponent) {
  Natural<16> n;
  std::copy(x.v.limb.begin(), x.v.limb.end(), n.limb.begin());
  Natural<16> quotient;
  Fixed rest;
  wide::Divide(n, kLn10, &quotient, &rest);
  std::int64_t k = static_cast<std::int64_t>(quotient.limb[0]);
  if (x.negative) {
    k = -k;
    if (wide::Compare(rest, Fixed()) != 0) {
      rest = wide::Subtract(kLn10, rest);
      --k;
    }
  }
  return FirstDigits(ExpBelow3(rest), k, exponent);
}

Signed LnOf(const Decimal& a) {  // REQUIRES: a > 0
  const int digits = a.Digits();
  const Fixed m = Scaled(Coefficient(a), Whole(1), -(digits - 1));  // 1 <= m < 10
  // The first guess has the 15 digits of a double (whichever: the iteration forgets it), then 45, then 135.
  double first = std::log(static_cast<double>(m.limb[kPoint]) + std::ldexp(static_cast<double>(m.limb[kPoint - 1]), -64));
  Signed y;
  y.v.limb[kPoint] = static_cast<U64>(first);
  y.v.limb[kPoint - 1] = static_cast<U64>(std::ldexp(first - std::floor(first), 53)) << 11;
  for (int i = 0; i < 2; ++i) {  // y += 2 (m - e^y) / (m + e^y)
    const Fixed e = ExpBelow3(y.v);
    const bool below = wide::Compare(m, e) < 0;
    const Fixed gap = below ? wide::Subtract(e, m) : wide::Subtract(m, e);
    y = Sum(y, {below, Over(wide::Add(gap, gap), wide::Add(m, e))});
    if (y.negative) y = Signed();  // m is 1
  }
  const std::int64_t tens = std::int64_t{a.exponent()} + digits - 1;
  Fixed power = kLn10;
  wide::MultiplySmall(&power, static_cast<U64>(tens < 0 ? -tens : tens));
  return Sum(y, {tens < 0, power});
}

constexpr std::int64_t kFarExponent = 20000;  // of ten: beyond every result

// e^x for a huge |x|: overflow, or as near to zero as makes no difference.
DecimalStatus FarExp(bool negative, bool result_negative, Rounding mode, Decimal* out) {
  return RoundOnce(result_negative, wide::kWidePowers[40], negative ? -kFarExponent : kFarExponent, true, mode, out);
}
// 1 plus or minus next to nothing.
DecimalStatus NearOne(bool below, bool result_negative, Rounding mode, Decimal* out) {
  const Wide one = wide::kWidePowers[40];
  return RoundOnce(result_negative, below ? wide::Subtract(one, Wide(1)) : one, -40, true, mode, out);
}
std::int64_t Magnitude(const Decimal& a) { return std::int64_t{a.exponent()} + a.Digits() - 1; }  // of ten

}  // namespace

DecimalStatus Exp(const Decimal& a, Rounding mode, Decimal* out) {
  if (a.IsZero()) {
    *out = Decimal(1);
    return DecimalStatus::kOk;
  }
  if (Magnitude(a) > 4) return FarExp(a.negative(), false, mode, out);
  if (Magnitude(a) < -40) return NearOne(a.negative(), false, mode, out);
  std::int64_t exponent = 0;
  const Wide v = ExpDigits({a.negative(), Scaled(Coefficient(a), Whole(1), a.exponent())}, &exponent);
  return RoundOnce(false, v, exponent, true, mode, out);
}

DecimalStatus Ln(const Decimal& a, Rounding mode, Decimal* out) {
  if (a.Sign() <= 0) return DecimalStatus::kInvalid;
  if (Compare(a, Decimal(1)) == 0) {
    *out = Decimal(0);
    return DecimalStatus::kOk;
  }
  const Signed y = LnOf(a);
  std::int64_t exponent = 0;
  const Wide v = FirstDigits(y.v, 0, &exponent);
  return RoundOnce(y.negative, v, exponent, true, mode, out);
}

DecimalStatus Power(const Decimal& a, const Decimal& b, Rounding mode, Decimal* out) {
  std::int64_t n = 0;
  if (b.ToInt64(&n) && n >= -999'999'999 && n <= 999'999'999) return PowerInteger(a, n, mode, out);
  if (a.IsZero()) {
    if (b.negative()) return DecimalStatus::kDivisionByZero;
    *out = Decimal(0);
    return DecimalStatus::kOk;
  }
  bool negative = false;
  if (a.negative()) {
    if (!b.IsInteger()) return DecimalStatus::kInvalid;
    Decimal rest;  // beyond 34 digits a whole number is even
    negative = b.exponent() <= 0 && Remainder(b, Decimal(2), &rest) == DecimalStatus::kOk && !rest.IsZero();
  }
  const Decimal base = Abs(a);
  if (Compare(base, Decimal(1)) == 0) {
    *out = Decimal(negative ? -1 : 1);
    return DecimalStatus::kOk;
  }
  const Signed ln = LnOf(base);
  std::int64_t ln_exponent = 0;
  const Wide ln_digits = FirstDigits(ln.v, 0, &ln_exponent);
  const std::int64_t size = ln_exponent + wide::Digits(ln_digits) - 1 + Magnitude(b);  // of ten, or one less
  const bool below = ln.negative != b.negative();
  if (size > 4) return FarExp(below, negative, mode, out);
  if (size < -40) return NearOne(below, negative, mode, out);
  std::int64_t exponent = 0;
  Wide v = ExpDigits({below, Scaled(Coefficient(b), ln.v, b.exponent())}, &exponent);
  // Exact, or a tie: 35 digits, then nothing but zeros or nines.
  constexpr int kNoise = 39;
  const int drop = wide::Digits(v) - Decimal::kDigits - 1;
  Wide head = wide::Add(v, wide::kWidePowers[static_cast<std::size_t>(drop - kNoise)]);
  (void)wide::DropDigits(&head, drop, false);
  const Wide exact = wide::MultiplyPower(head, drop);
  const Wide gap = wide::Compare(exact, v) >= 0 ? wide::Subtract(exact, v) : wide::Subtract(v, exact);
  if (wide::Compare(gap, wide::kWidePowers[static_cast<std::size_t>(drop - kNoise)]) > 0) return RoundOnce(negative, v, exponent, true, mode, out);
  exponent += drop;
  exponent += wide::StripZeros(&head, std::max<std::int64_t>(0, -exponent));
  return RoundOnce(negative, head, exponent, false, mode, out);
}

}  // namespace ordain
