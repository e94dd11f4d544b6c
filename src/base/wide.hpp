// Natural numbers of a fixed number of 64-bit limbs, and the one place where digits are dropped and rounded.
// Internal to decimal.cc, exp.cc and money.cc.
//
// 256 bits hold every number below 10^77, 512 bits every number below 10^154. Nothing here checks for
// overflow: each caller knows how many decimal digits its numbers have, and says so.
//
// Tested by tests/decimal_test.cc, through Decimal and Money.
#ifndef ORDAIN_BASE_WIDE_HPP_
#define ORDAIN_BASE_WIDE_HPP_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "ordain/decimal.hpp"

namespace ordain::wide {

using U64 = std::uint64_t;
__extension__ using U128 = unsigned __int128;

template <std::size_t N>
struct Natural {  // least significant limb first
  std::array<U64, N> limb{};

  constexpr Natural() = default;
  constexpr explicit Natural(U128 v) {
    limb[0] = static_cast<U64>(v);
    limb[1] = static_cast<U64>(v >> 64);
  }
  constexpr bool Fits128() const {
    U64 high = 0;
    for (std::size_t i = 2; i < N; ++i) high |= limb[i];
    return high == 0;
  }
  constexpr U128 Low() const { return static_cast<U128>(limb[1]) << 64 | limb[0]; }
  constexpr bool IsZero() const { return Fits128() && Low() == 0; }
};
using Wide = Natural<4>;

template <std::size_t N>
constexpr int Compare(const Natural<N>& a, const Natural<N>& b) {
  for (std::size_t i = N; i-- > 0;) {
    if (a.limb[i] != b.limb[i]) return a.limb[i] < b.limb[i] ? -1 : 1;
  }
  return 0;
}

template <std::size_t N>
constexpr Natural<N> Add(const Natural<N>& a, const Natural<N>& b) {
  Natural<N> r;
  U64 carry = 0;
  for (std::size_t i = 0; i < N; ++i) {
    const U128 s = static_cast<U128>(a.limb[i]) + b.limb[i] + carry;
    r.limb[i] = static_cast<U64>(s);
    carry = static_cast<U64>(s >> 64);
  }
  return r;
}

template <std::size_t N>
constexpr Natural<N> Subtract(const Natural<N>& a, const Natural<N>& b) {  // REQUIRES: a >= b
  Natural<N> r;
  U64 borrow = 0;
  for (std::size_t i = 0; i < N; ++i) {
    const U128 d = static_cast<U128>(a.limb[i]) - b.limb[i] - borrow;
    r.limb[i] = static_cast<U64>(d);
    borrow = static_cast<U64>(d >> 64) & 1u;
  }
  return r;
}

template <std::size_t N>
constexpr void MultiplySmall(Natural<N>* a, U64 m) {
  U64 carry = 0;
  for (U64& limb : a->limb) {
    const U128 p = static_cast<U128>(limb) * m + carry;
    limb = static_cast<U64>(p);
    carry = static_cast<U64>(p >> 64);
  }
}

template <std::size_t N>
constexpr U64 DivideSmall(Natural<N>* a, U64 d) {  // returns the remainder
  U64 rest = 0;
  for (std::size_t i = N; i-- > 0;) {
    if (rest == 0 && a->limb[i] < d) {  // also skips leading zeros
      rest = a->limb[i];
      a->limb[i] = 0;
      continue;
    }
    const U128 n = static_cast<U128>(rest) << 64 | a->limb[i];
    a->limb[i] = static_cast<U64>(n / d);
    rest = static_cast<U64>(n % d);
  }
  return rest;
}

template <std::size_t N>
Natural<2 * N> Multiply(const Natural<N>& a, const Natural<N>& b) {
  Natural<2 * N> r;
  for (std::size_t i = 0; i < N; ++i) {
    U64 carry = 0;
    for (std::size_t j = 0; j < N; ++j) {
      const U128 p = static_cast<U128>(a.limb[i]) * b.limb[j] + r.limb[i + j] + carry;
      r.limb[i + j] = static_cast<U64>(p);
      carry = static_cast<U64>(p >> 64);
    }
    r.limb[i + N] = carry;
  }
  return r;
}
inline Wide Product(U128 a, U128 b) { return Multiply(Natural<2>(a), Natural<2>(b)); }

// Long division (Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D) in base 2^64.
// *quotient gets floor(n / d). REQUIRES: d != 0.
template <std::size_t N, std::size_t M>
void Divide(const Natural<N>& n, const Natural<M>& d, Natural<N>* quotient, Natural<M>* rest) {
  std::size_t size = M;
  while (d.limb[size - 1] == 0) --size;
  *rest = Natural<M>();
  *quotient = n;
  if (size == 1) {
    rest->limb[0] = DivideSmall(quotient, d.limb[0]);
    return;
  }
  // Both are shifted so that the divisor's first bit is set: then a guessed digit is at most 2 too high.
  const int shift = __builtin_clzll(d.limb[size - 1]);
  const auto pair = [shift](U64 high, U64 low) {
    return shift == 0 ? high : high << shift | low >> (64 - shift);
  };
  std::array<U64, N + 1> u;
  std::array<U64, M> v;
  u[N] = pair(0, n.limb[N - 1]);
  for (std::size_t i = N; i-- > 0;) u[i] = pair(n.limb[i], i > 0 ? n.limb[i - 1] : 0);
  for (std::size_t i = size; i-- > 0;) v[i] = pair(d.limb[i], i > 0 ? d.limb[i - 1] : 0);
  const U64 first = v[size - 1], second = v[size - 2];
  for (std::size_t i = N; i > N - size; --i) quotient->limb[i - 1] = 0;
  for (std::size_t j = N - size + 1; j-- > 0;) {
    const U128 top = static_cast<U128>(u[j + size]) << 64 | u[j + size - 1];
    U128 guess = u[j + size] >= first ? static_cast<U128>(~U64{0}) : top / first;
    U128 left = top - guess * first;
    while (left >> 64 == 0 && guess * second > (left << 64 | u[j + size - 2])) {
      --guess;
      left += first;
    }
    U64 carry = 0, borrow = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const U128 p = guess * v[i] + carry;
      carry = static_cast<U64>(p >> 64);
      const U128 t = static_cast<U128>(u[i + j]) - static_cast<U64>(p) - borrow;
      u[i + j] = static_cast<U64>(t);
      borrow = static_cast<U64>(t >> 64) & 1u;
    }
    const U128 t = static_cast<U128>(u[j + size]) - carry - borrow;
    u[j + size] = static_cast<U64>(t);
    if (t >> 64 != 0) {  // one too high: rare
      --guess;
      U64 c = 0;
      for (std::size_t i = 0; i < size; ++i) {
        const U128 s = static_cast<U128>(u[i + j]) + v[i] + c;
        u[i + j] = static_cast<U64>(s);
        c = static_cast<U64>(s >> 64);
      }
      u[j + size] += c;
    }
    quotient->limb[j] = static_cast<U64>(guess);
  }
  for (std::size_t i = 0; i < size; ++i) {
    rest->limb[i] = shift == 0 ? u[i] : u[i] >> shift | u[i + 1] << (64 - shift);
  }
}

// ---- powers of ten ------------------------------------------------------------------------------

constexpr std::array<U64, 20> kPowers = [] {
  std::array<U64, 20> p{};
  p[0] = 1;
  for (std::size_t i = 1; i < p.size(); ++i) p[i] = p[i - 1] * 10;
  return p;
}();
constexpr std::array<Wide, 78> kWidePowers = [] {
  std::array<Wide, 78> p{};
  p[0].limb[0] = 1;
  for (std::size_t i = 1; i < p.size(); ++i) {
    p[i] = p[i - 1];
    MultiplySmall(&p[i], 10);
  }
  return p;
}();
constexpr U64 Power(int n) { return kPowers[static_cast<std::size_t>(n)]; }                // n <= 19
constexpr U128 Power128(int n) { return kWidePowers[static_cast<std::size_t>(n)].Low(); }  // n <= 38
constexpr U128 kCoefficientLimit = Power128(Decimal::kDigits);

template <std::size_t N>
Natural<N> MultiplyPower(Natural<N> a, int n) {  // a * 10^n
  for (; n > 0; n -= 19) MultiplySmall(&a, Power(std::min(n, 19)));
  return a;
}

template <std::size_t N>
int BitLength(const Natural<N>& v) {  // 1 for zero
  for (std::size_t i = N; i-- > 0;) {
    if (v.limb[i] != 0) return static_cast<int>(64 * i) + 64 - __builtin_clzll(v.limb[i]);
  }
  return 1;
}

inline int Digits(const Wide& v) {  // 1 for zero
  // 1233/4096 is a little less than log10(2); over 256 bits it is exact or one too low.
  const int guess = (BitLength(v) * 1233) >> 12;
  return guess + (Compare(v, kWidePowers[static_cast<std::size_t>(guess)]) >= 0 || guess == 0 ? 1 : 0);
}
inline int Digits(U128 v) {
  const int bits = v >> 64 != 0 ? 128 - __builtin_clzll(static_cast<U64>(v >> 64))
                                : 64 - __builtin_clzll(static_cast<U64>(v) | 1u);
  const int guess = (bits * 1233) >> 12;
  return guess + (v >= Power128(guess) || guess == 0 ? 1 : 0);
}

// Removes up to `most` trailing zeros; returns how many. REQUIRES: *v != 0.
template <std::size_t N>
int StripZeros(Natural<N>* v, std::int64_t most) {
  int stripped = 0;
  for (int step = 16; step > 0;) {
    Natural<N> shorter = *v;
    if (step <= most && DivideSmall(&shorter, Power(step)) == 0) {
      *v = shorter;
      most -= step;
      stripped += step;
    } else {
      step /= 2;
    }
  }
  return stripped;
}

// ---- rounding -----------------------------------------------------------------------------------

// What was dropped behind the last digit.
enum class Tail : std::uint8_t { kNone, kBelowHalf, kHalf, kAboveHalf };

inline Tail MakeTail(U64 rest, U64 half, bool sticky) {
  if (rest == 0) return sticky ? Tail::kBelowHalf : Tail::kNone;
  if (rest == half) return sticky ? Tail::kAboveHalf : Tail::kHalf;
  return rest < half ? Tail::kBelowHalf : Tail::kAboveHalf;
}

// Divides by 10^n, n >= 1. sticky: something nonzero was dropped before, below the last digit of *v.
template <std::size_t N>
Tail DropDigits(Natural<N>* v, std::int64_t n, bool sticky) {
  if (n > static_cast<std::int64_t>(20 * N)) {  // 10^n / 2 is more than any *v
    sticky |= !v->IsZero();
    *v = Natural<N>();
    return sticky ? Tail::kBelowHalf : Tail::kNone;
  }
  for (; n > 19; n -= 19) sticky |= DivideSmall(v, kPowers[19]) != 0;
  const U64 rest = DivideSmall(v, Power(static_cast<int>(n)));
  return MakeTail(rest, Power(static_cast<int>(n)) / 2, sticky);
}

inline bool RoundsUp(bool negative, bool odd, Tail tail, Rounding mode) {  // away from zero
  if (tail == Tail::kNone) return false;
  switch (mode) {
    case Rounding::kHalfEven: return tail == Tail::kAboveHalf || (tail == Tail::kHalf && odd);
    case Rounding::kHalfUp: return tail != Tail::kBelowHalf;
    case Rounding::kHalfDown: return tail == Tail::kAboveHalf;
    case Rounding::kUp: return true;
    case Rounding::kDown: return false;
    case Rounding::kCeiling: return !negative;
    case Rounding::kFloor: return negative;
  }
  return false;
}

inline U128 Coefficient(const Decimal& d) { return static_cast<U128>(d.hi()) << 64 | d.lo(); }
inline Decimal MakeDecimal(bool negative, U128 coefficient, std::int64_t exponent) {
  return Decimal(negative, static_cast<U64>(coefficient >> 64), static_cast<U64>(coefficient),
                 static_cast<std::int32_t>(exponent));
}

// Rounds (-1)^negative * (v + sticky bit) * 10^e to a Decimal. REQUIRES: if sticky, v has
// 35 digits or more.
inline DecimalStatus RoundOnce(bool negative, Wide v, std::int64_t e, bool sticky, Rounding mode, Decimal* out,
                               bool* exact = nullptr) {
  if (exact != nullptr) *exact = true;
  if (v.IsZero()) {
    const std::int64_t lowest = Decimal::kMinExponent, highest = Decimal::kMaxExponent;
    *out = MakeDecimal(negative, 0, std::clamp(e, lowest, highest));
    return DecimalStatus::kOk;
  }
  const std::int64_t drop =
      std::max<std::int64_t>(Digits(v) - Decimal::kDigits, Decimal::kMinExponent - e);
  Tail tail = Tail::kNone;
  if (drop > 0) {
    tail = DropDigits(&v, drop, sticky);
    e += drop;
  }
  U128 c = v.Low();
  if (RoundsUp(negative, (c & 1) != 0, tail, mode) && ++c == kCoefficientLimit) {
    c /= 10;
    ++e;
  }
  if (e > Decimal::kMaxExponent) {  // clamped: zeros move from the exponent into the coefficient
    const std::int64_t pad = e - Decimal::kMaxExponent;
    if (pad > Decimal::kDigits - Digits(c)) return DecimalStatus::kOverflow;
    c *= Power128(static_cast<int>(pad));
    e = Decimal::kMaxExponent;
  }
  if (exact != nullptr) *exact = tail == Tail::kNone;
  *out = MakeDecimal(negative, c, e);
  return DecimalStatus::kOk;
}

// The multiple of 10^exponent nearest to v * 10^e by the mode. kInvalid when it needs more than 34 digits.
// REQUIRES: kMinExponent <= exponent <= kMaxExponent.
inline DecimalStatus RoundTo(bool negative, Wide v, std::int64_t e, std::int32_t exponent, Rounding mode,
                             Decimal* out) {
  if (v.IsZero()) {
    *out = MakeDecimal(negative, 0, exponent);
    return DecimalStatus::kOk;
  }
  const std::int64_t drop = exponent - e;
  if (drop <= 0) {
    if (Digits(v) - drop > Decimal::kDigits) return DecimalStatus::kInvalid;
    *out = MakeDecimal(negative, v.Low() * Power128(static_cast<int>(-drop)), exponent);
    return DecimalStatus::kOk;
  }
  const Tail tail = DropDigits(&v, drop, false);
  if (!v.Fits128() || v.Low() >= kCoefficientLimit) return DecimalStatus::kInvalid;
  const U128 c = v.Low() + (RoundsUp(negative, (v.limb[0] & 1) != 0, tail, mode) ? 1 : 0);
  if (c == kCoefficientLimit) return DecimalStatus::kInvalid;
  *out = MakeDecimal(negative, c, exponent);
  return DecimalStatus::kOk;
}

}  // namespace ordain::wide

#endif  // ORDAIN_BASE_WIDE_HPP_
