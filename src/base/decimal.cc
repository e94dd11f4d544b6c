// Decimal arithmetic with 34 digits.
//
// Every operation makes the exact result, or enough of it, as a 256-bit integer with a sticky bit
// (something nonzero was dropped below), and Finish rounds it once. 256 bits hold 77 digits: a product has at most 68, a
// quotient is made with 35 and a sticky bit, a sum of far exponents is cut to 76 and a sticky bit. Numbers whose
// parts fit 64 bits take shortcuts that are exact and agree with the long way (tested exhaustively on small
// domains). Preferred exponents, clamping and subnormal numbers follow the General Decimal Arithmetic
// specification for decimal128.
// Tested by tests/decimal_test.cc, tests/python/test_decimal_random.py (against Python's decimal) and
// tests/python/test_decimal_vectors.py (dq*.decTest).
#include "ordain/decimal.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace ordain {
namespace {

using u64 = std::uint64_t;
using u128 = unsigned __int128;

constexpr int kWideDigits = 76;

struct Wide {  // 256 bits, least significant limb first
  std::array<u64, 4> limb{};
  Wide() = default;
  Wide(u64 hi, u64 lo) : limb{lo, hi, 0, 0} {}
  explicit Wide(u128 v) : limb{static_cast<u64>(v), static_cast<u64>(v >> 64), 0, 0} {}
  bool IsZero() const { return (limb[0] | limb[1] | limb[2] | limb[3]) == 0; }
  bool Fits128() const { return (limb[2] | limb[3]) == 0; }
  u128 Low() const { return static_cast<u128>(limb[1]) << 64 | limb[0]; }
};

int CompareWide(const Wide& a, const Wide& b) {
  for (int i = 3; i >= 0; --i) {
    const auto k = static_cast<std::size_t>(i);
    if (a.limb[k] != b.limb[k]) return a.limb[k] < b.limb[k] ? -1 : 1;
  }
  return 0;
}

Wide AddWide(const Wide& a, const Wide& b) {
  Wide r;
  u64 carry = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const u128 s = static_cast<u128>(a.limb[i]) + b.limb[i] + carry;
    r.limb[i] = static_cast<u64>(s);
    carry = static_cast<u64>(s >> 64);
  }
  return r;
}

Wide SubtractWide(const Wide& a, const Wide& b) {  // REQUIRES: a >= b
  Wide r;
  u64 borrow = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const u128 d = static_cast<u128>(a.limb[i]) - b.limb[i] - borrow;
    r.limb[i] = static_cast<u64>(d);
    borrow = static_cast<u64>(d >> 64) & 1u;
  }
  return r;
}

Wide MultiplySmall(const Wide& a, u64 m) {
  Wide r;
  u64 carry = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const u128 p = static_cast<u128>(a.limb[i]) * m + carry;
    r.limb[i] = static_cast<u64>(p);
    carry = static_cast<u64>(p >> 64);
  }
  return r;
}

u64 DivideSmall(Wide* a, u64 d) {  // returns the remainder
  u64 rest = 0;
  for (int i = 3; i >= 0; --i) {
    const auto k = static_cast<std::size_t>(i);
    if (rest == 0 && a->limb[k] == 0) continue;
    const u128 n = static_cast<u128>(rest) << 64 | a->limb[k];
    a->limb[k] = static_cast<u64>(n / d);
    rest = static_cast<u64>(n % d);
  }
  return rest;
}

Wide Product(u128 a, u128 b) {
  const u64 al = static_cast<u64>(a), ah = static_cast<u64>(a >> 64), bl = static_cast<u64>(b), bh = static_cast<u64>(b >> 64);
  Wide low = MultiplySmall(Wide(a), bl);
  if (bh == 0) return low;
  Wide high = MultiplySmall(Wide(ah, al), bh);
  Wide shifted;
  for (std::size_t i = 3; i > 0; --i) shifted.limb[i] = high.limb[i - 1];
  return AddWide(low, shifted);
}

constexpr std::array<u64, 20> kPowers = [] {
  std::array<u64, 20> p{};
  p[0] = 1;
  for (std::size_t i = 1; i < 20; ++i) p[i] = p[i - 1] * 10;
  return p;
}();

constexpr std::array<u128, 39> kPowers128 = [] {
  std::array<u128, 39> p{};
  p[0] = 1;
  for (std::size_t i = 1; i < 39; ++i) p[i] = p[i - 1] * 10;
  return p;
}();
constexpr u128 kLimit = kPowers128[34];

Wide MultiplyPower(Wide a, int n) {  // a * 10^n; the caller knows that it fits
  for (; n > 0; n -= 19) a = MultiplySmall(a, kPowers[static_cast<std::size_t>(std::min(n, 19))]);
  return a;
}

int Digits128(u128 v) {
  // 1233/4096 approximates log10(2).
  const u64 hi = static_cast<u64>(v >> 64), lo = static_cast<u64>(v);
  const int bits = hi != 0 ? 128 - __builtin_clzll(hi) : lo != 0 ? 64 - __builtin_clzll(lo) : 1;
  const int guess = (bits * 1233) >> 12;
  return guess + (v >= kPowers128[static_cast<std::size_t>(guess)] ? 1 : 0) + (v == 0 ? 1 : 0);
}

int DigitsWide(const Wide& v) {
  if (v.Fits128()) return Digits128(v.Low());
  Wide w = v;
  int n = 0;
  while (!w.Fits128()) {
    DivideSmall(&w, kPowers[19]);
    n += 19;
  }
  return n + Digits128(w.Low());
}

// Divides by 10^n. *digit gets the first digit dropped, *sticky is set when any digit behind it is not 0.
void DropDigits(Wide* v, int n, int* digit, bool* sticky) {
  *digit = 0;
  if (n <= 0) return;
  if (n > 78) {
    *sticky |= !v->IsZero();
    *v = Wide();
    return;
  }
  int left = n - 1;
  while (left > 0) {
    const int k = std::min(left, 19);
    *sticky |= DivideSmall(v, kPowers[static_cast<std::size_t>(k)]) != 0;
    left -= k;
  }
  *digit = static_cast<int>(DivideSmall(v, 10));
}

bool RoundsUp(bool negative, bool odd, int digit, bool sticky, Rounding mode) {
  if (digit == 0 && !sticky) return false;
  switch (mode) {
    case Rounding::kHalfEven: return digit > 5 || (digit == 5 && (sticky || odd));
    case Rounding::kHalfUp: return digit >= 5;
    case Rounding::kHalfDown: return digit > 5 || (digit == 5 && sticky);
    case Rounding::kUp: return true;
    case Rounding::kDown: return false;
    case Rounding::kCeiling: return !negative;
    case Rounding::kFloor: return negative;
  }
  return false;
}

Decimal Make(bool negative, u128 c, std::int32_t e) {
  return Decimal(negative, static_cast<u64>(c >> 64), static_cast<u64>(c), e);
}
u128 Coefficient(const Decimal& d) { return static_cast<u128>(d.hi()) << 64 | d.lo(); }

// Rounds (-1)^negative * (v + sticky bit) * 10^e to a Decimal.
DecimalStatus Finish(bool negative, Wide v, std::int64_t e, bool sticky, Rounding mode, Decimal* out) {
  if (!sticky && v.Fits128() && v.Low() < kLimit && e >= Decimal::kMinExponent && e <= Decimal::kMaxExponent) {
    *out = Make(negative, v.Low(), static_cast<std::int32_t>(e));
    return DecimalStatus::kOk;
  }
  if (v.IsZero() && !sticky) {
    *out = Make(negative, 0, static_cast<std::int32_t>(std::clamp<std::int64_t>(e, Decimal::kMinExponent, Decimal::kMaxExponent)));
    return DecimalStatus::kOk;
  }
  const std::int64_t over = std::max<std::int64_t>(DigitsWide(v) - Decimal::kDigits, Decimal::kMinExponent - e);
  int digit = 0;
  if (over > 0) {
    DropDigits(&v, static_cast<int>(std::min<std::int64_t>(over, 1000)), &digit, &sticky);
    e += over;
  }
  u128 c = v.Low();
  if (RoundsUp(negative, (c & 1) != 0, digit, sticky, mode)) {
    if (++c == kLimit) {
      c = kPowers128[33];
      ++e;
    }
  }
  if (e > Decimal::kMaxExponent) {
    const std::int64_t pad = e - Decimal::kMaxExponent;
    if (c == 0) {
      e = Decimal::kMaxExponent;
    } else if (pad <= Decimal::kDigits - Digits128(c)) {
      c *= kPowers128[static_cast<std::size_t>(pad)];
      e = Decimal::kMaxExponent;
    } else {
      return DecimalStatus::kOverflow;
    }
  }
  *out = Make(negative, c, static_cast<std::int32_t>(e));
  return DecimalStatus::kOk;
}

// Long division of 256-bit integers in base 2^32 (Knuth, TAOCP 2, 4.3.1, algorithm D).
void DivideWide(const Wide& n, const Wide& d, Wide* quotient, Wide* rest) {  // REQUIRES: d != 0
  std::uint32_t u[9] = {}, v[8] = {}, q[8] = {};
  for (std::size_t i = 0; i < 4; ++i) {
    u[2 * i] = static_cast<std::uint32_t>(n.limb[i]);
    u[2 * i + 1] = static_cast<std::uint32_t>(n.limb[i] >> 32);
    v[2 * i] = static_cast<std::uint32_t>(d.limb[i]);
    v[2 * i + 1] = static_cast<std::uint32_t>(d.limb[i] >> 32);
  }
  int nd = 8;
  while (nd > 0 && v[nd - 1] == 0) --nd;
  if (nd <= 2) {
    *quotient = n;
    // a divisor of one limb
    const u64 r = DivideSmall(quotient, d.limb[0]);
    *rest = Wide(0, r);
    return;
  }
  const int shift = __builtin_clz(v[nd - 1]);
  if (shift != 0) {
    for (int i = nd - 1; i > 0; --i) v[i] = v[i] << shift | v[i - 1] >> (32 - shift);
    v[0] <<= shift;
    u[8] = u[7] >> (32 - shift);
    for (int i = 7; i > 0; --i) u[i] = u[i] << shift | u[i - 1] >> (32 - shift);
    u[0] <<= shift;
  }
  for (int j = 8 - nd; j >= 0; --j) {
    const u64 top = static_cast<u64>(u[j + nd]) << 32 | u[j + nd - 1];
    u64 guess = top / v[nd - 1], r = top % v[nd - 1];
    while (guess >> 32 != 0 || guess * v[nd - 2] > (r << 32 | u[j + nd - 2])) {
      --guess;
      r += v[nd - 1];
      if (r >> 32 != 0) break;
    }
    std::int64_t borrow = 0;
    u64 carry = 0;
    for (int i = 0; i < nd; ++i) {
      const u64 p = guess * v[i] + carry;
      carry = p >> 32;
      const std::int64_t t = static_cast<std::int64_t>(u[i + j]) - borrow - static_cast<std::int64_t>(p & 0xFFFFFFFFu);
      u[i + j] = static_cast<std::uint32_t>(t);
      borrow = t < 0 ? 1 : 0;
    }
    const std::int64_t t = static_cast<std::int64_t>(u[j + nd]) - borrow - static_cast<std::int64_t>(carry);
    u[j + nd] = static_cast<std::uint32_t>(t);
    if (t < 0) {
      --guess;
      u64 c = 0;
      for (int i = 0; i < nd; ++i) {
        c += static_cast<u64>(u[i + j]) + v[i];
        u[i + j] = static_cast<std::uint32_t>(c);
        c >>= 32;
      }
      u[j + nd] += static_cast<std::uint32_t>(c);
    }
    q[j] = static_cast<std::uint32_t>(guess);
  }
  if (shift != 0) {
    for (int i = 0; i < 8; ++i) u[i] = u[i] >> shift | u[i + 1] << (32 - shift);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    quotient->limb[i] = static_cast<u64>(q[2 * i + 1]) << 32 | q[2 * i];
    rest->limb[i] = static_cast<u64>(u[2 * i + 1]) << 32 | u[2 * i];
  }
}

}  // namespace

// ---- text ---------------------------------------------------------------------------------------

DecimalStatus Decimal::Parse(std::string_view text, Decimal* out, bool* exact) {
  std::size_t i = 0;
  bool negative = false;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) negative = text[i++] == '-';
  u128 c = 0;
  int kept = 0, digit = 0;
  std::int64_t e = 0;
  bool any = false, point = false, sticky = false, dropped = false;
  for (; i < text.size(); ++i) {
    const char ch = text[i];
    if (ch == '.') {
      if (point) return DecimalStatus::kSyntax;
      point = true;
      continue;
    }
    if (ch < '0' || ch > '9') break;
    any = true;
    if (kept < kDigits) {
      c = c * 10 + static_cast<unsigned>(ch - '0');
      if (c != 0) ++kept;
      if (point) --e;
    } else {
      if (!dropped) {
        digit = ch - '0';
        dropped = true;
      } else {
        sticky |= ch != '0';
      }
      if (!point) ++e;
    }
  }
  if (!any) return DecimalStatus::kSyntax;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    bool minus = false;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) minus = text[i++] == '-';
    std::int64_t x = 0;
    const std::size_t start = i;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) x = std::min<std::int64_t>(x * 10 + (text[i] - '0'), 1000000000000);
    if (i == start) return DecimalStatus::kSyntax;
    e += minus ? -x : x;
  }
  if (i != text.size()) return DecimalStatus::kSyntax;
  Decimal result;
  // The digits dropped become one more digit and a sticky bit.
  const Wide v = dropped ? AddWide(MultiplySmall(Wide(c), 10), Wide(0, static_cast<u64>(digit))) : Wide(c);
  const DecimalStatus status = Finish(negative, v, dropped ? e - 1 : e, sticky, Rounding::kHalfEven, &result);
  if (status != DecimalStatus::kOk) return status;
  if (exact != nullptr) {
    *exact = !sticky && digit == 0;
    if (*exact && c != 0 && (e < kMinExponent)) {  // digits below the smallest exponent
      Decimal back;
      *exact = Finish(negative, v, dropped ? e - 1 : e, sticky, Rounding::kUp, &back) == DecimalStatus::kOk &&
               back.lo() == result.lo() && back.hi() == result.hi();
    }
  }
  *out = result;
  return DecimalStatus::kOk;
}

namespace {

std::string CoefficientText(u128 c) {
  char buffer[40];
  char* p = buffer + sizeof buffer;
  do {
    *--p = static_cast<char>('0' + static_cast<int>(c % 10));
    c /= 10;
  } while (c != 0);
  return std::string(p, static_cast<std::size_t>(buffer + sizeof buffer - p));
}

}  // namespace

std::string Decimal::ToString() const {
  const Decimal r = Reduce(*this);
  if (r.IsZero()) return "0";
  std::string digits = CoefficientText(Coefficient(r));
  const std::string sign = negative_ ? "-" : "";
  const auto n = static_cast<std::int32_t>(digits.size());
  if (r.exponent_ >= 0) {
    if (r.exponent_ > 60) {
      const std::int32_t adjusted = r.exponent_ + n - 1;
      return sign + digits.substr(0, 1) + (n > 1 ? "." + digits.substr(1) : "") + "E+" + std::to_string(adjusted);
    }
    return sign + digits + std::string(static_cast<std::size_t>(r.exponent_), '0');
  }
  const std::int32_t whole = n + r.exponent_;
  if (whole > 0) {
    return sign + digits.substr(0, static_cast<std::size_t>(whole)) + "." + digits.substr(static_cast<std::size_t>(whole));
  }
  if (-whole > 60) {
    return sign + digits.substr(0, 1) + (n > 1 ? "." + digits.substr(1) : "") + "E" + std::to_string(r.exponent_ + n - 1);
  }
  return sign + "0." + std::string(static_cast<std::size_t>(-whole), '0') + digits;
}

std::string Decimal::ToScientificString() const {
  const std::string digits = CoefficientText(Coefficient(*this));
  const std::string sign = negative_ ? "-" : "";
  const auto n = static_cast<std::int32_t>(digits.size());
  const std::int32_t adjusted = exponent_ + n - 1;
  if (exponent_ <= 0 && adjusted >= -6) {
    if (exponent_ == 0) return sign + digits;
    const std::int32_t whole = n + exponent_;
    if (whole > 0) return sign + digits.substr(0, static_cast<std::size_t>(whole)) + "." + digits.substr(static_cast<std::size_t>(whole));
    return sign + "0." + std::string(static_cast<std::size_t>(-whole), '0') + digits;
  }
  return sign + digits.substr(0, 1) + (n > 1 ? "." + digits.substr(1) : "") + "E" + (adjusted < 0 ? "" : "+") + std::to_string(adjusted);
}

// ---- questions ----------------------------------------------------------------------------------

int Decimal::Digits() const { return Digits128(Coefficient(*this)); }

bool Decimal::IsInteger() const {
  if (exponent_ >= 0 || IsZero()) return true;
  return Reduce(*this).exponent() >= 0;
}

bool Decimal::ToInt64(std::int64_t* out) const {
  const Decimal r = Reduce(*this);
  if (r.exponent_ < 0 || r.exponent_ > 18) return false;
  const u128 v = Coefficient(r);
  if (v > kPowers128[19]) return false;
  const u128 scaled = v * kPowers[static_cast<std::size_t>(r.exponent_)];
  const u128 bound = (static_cast<u128>(1) << 63) - (negative_ ? 0 : 1);
  if (scaled > bound) return false;
  *out = negative_ ? static_cast<std::int64_t>(~static_cast<u64>(scaled) + 1) : static_cast<std::int64_t>(scaled);
  return true;
}

double Decimal::ToDouble() const { return std::strtod(ToScientificString().c_str(), nullptr); }

int CompareSlow(const Decimal& a, const Decimal& b) {
  const int sa = a.Sign(), sb = b.Sign();
  if (sa != sb) return sa < sb ? -1 : 1;
  if (sa == 0) return 0;
  const std::int64_t top_a = std::int64_t{a.exponent()} + a.Digits(), top_b = std::int64_t{b.exponent()} + b.Digits();
  if (top_a != top_b) return top_a < top_b ? -sa : sa;
  Wide x(Coefficient(a)), y(Coefficient(b));  // the tops are equal, so the exponents differ by less than 34
  if (a.exponent() > b.exponent()) {
    x = MultiplyPower(x, a.exponent() - b.exponent());
  } else {
    y = MultiplyPower(y, b.exponent() - a.exponent());
  }
  return CompareWide(x, y) * sa;
}

// ---- arithmetic -----------------------------------------------------------------------------------

DecimalStatus AddSlow(const Decimal& x, const Decimal& y, Rounding mode, Decimal* out) {
  const Decimal& a = x.exponent() >= y.exponent() ? x : y;  // the higher exponent
  const Decimal& b = x.exponent() >= y.exponent() ? y : x;
  if (a.IsZero() && b.IsZero()) {
    const bool negative = a.negative() == b.negative() ? a.negative() : mode == Rounding::kFloor;
    *out = Make(negative, 0, b.exponent());
    return DecimalStatus::kOk;
  }
  if (a.IsZero()) {
    *out = b;
    return DecimalStatus::kOk;
  }
  const std::int64_t shift = std::int64_t{a.exponent()} - b.exponent();
  Wide high(Coefficient(a));
  const Wide low(Coefficient(b));
  std::int64_t e = b.exponent();
  const int digits = a.Digits();
  if (digits + shift > kWideDigits) {
    // b is far below the last digit that counts: only its sign matters.
    const int pad = kWideDigits - digits;
    high = MultiplyPower(high, pad);
    e = std::int64_t{a.exponent()} - pad;
    const bool sticky = !b.IsZero();
    if (sticky && a.negative() != b.negative()) high = SubtractWide(high, Wide(0, 1));
    // b zero: the preferred exponent is out of reach, as many zeros as fit stay.
    return Finish(a.negative(), high, e, sticky, mode, out);
  }
  high = MultiplyPower(high, static_cast<int>(shift));
  if (a.negative() == b.negative()) return Finish(a.negative(), AddWide(high, low), e, false, mode, out);
  const int c = CompareWide(high, low);
  if (c == 0) {
    *out = Make(mode == Rounding::kFloor, 0, b.exponent());
    return DecimalStatus::kOk;
  }
  return c > 0 ? Finish(a.negative(), SubtractWide(high, low), e, false, mode, out)
               : Finish(b.negative(), SubtractWide(low, high), e, false, mode, out);
}

DecimalStatus Subtract(const Decimal& a, const Decimal& b, Rounding mode, Decimal* out) {
  return Add(a, Negate(b), mode, out);
}

DecimalStatus Multiply(const Decimal& a, const Decimal& b, Rounding mode, Decimal* out) {
  const bool negative = a.negative() != b.negative();
  const std::int64_t e = std::int64_t{a.exponent()} + b.exponent();
  if ((a.hi() | b.hi()) == 0) {
    const u128 p = static_cast<u128>(a.lo()) * b.lo();
    if (p < kLimit && e >= Decimal::kMinExponent && e <= Decimal::kMaxExponent) {
      *out = Make(negative, p, static_cast<std::int32_t>(e));
      return DecimalStatus::kOk;
    }
  }
  return Finish(negative, Product(Coefficient(a), Coefficient(b)), e, false, mode, out);
}

DecimalStatus Divide(const Decimal& a, const Decimal& b, Rounding mode, Decimal* out) {
  if (b.IsZero()) return a.IsZero() ? DecimalStatus::kInvalid : DecimalStatus::kDivisionByZero;
  const bool negative = a.negative() != b.negative();
  const std::int64_t preferred = std::int64_t{a.exponent()} - b.exponent();
  if (a.IsZero()) return Finish(negative, Wide(), preferred, false, mode, out);
  const int pad = std::max(0, Decimal::kDigits + 1 + b.Digits() - a.Digits());
  Wide quotient, rest;
  DivideWide(MultiplyPower(Wide(Coefficient(a)), pad), Wide(Coefficient(b)), &quotient, &rest);
  std::int64_t e = preferred - pad;
  if (rest.IsZero()) {  // exact: back towards the preferred exponent
    while (e < preferred) {
      Wide tenth = quotient;
      if (DivideSmall(&tenth, 10) != 0) break;
      quotient = tenth;
      ++e;
    }
  }
  return Finish(negative, quotient, e, !rest.IsZero(), mode, out);
}

namespace {

// |a| = q * |b| + r with q an integer; r has the exponent min(a, b).
DecimalStatus IntegerDivision(const Decimal& a, const Decimal& b, u128* q, u128* r) {
  if (b.IsZero()) return a.IsZero() ? DecimalStatus::kInvalid : DecimalStatus::kDivisionByZero;
  const std::int64_t shift = std::int64_t{a.exponent()} - b.exponent();
  Wide n(Coefficient(a)), d(Coefficient(b));
  if (a.IsZero()) {
    *q = *r = 0;
    return DecimalStatus::kOk;
  }
  if (shift >= 0) {
    if (a.Digits() + shift > kWideDigits) return DecimalStatus::kInvalid;
    n = MultiplyPower(n, static_cast<int>(shift));
  } else if (b.Digits() - shift > a.Digits() + 1) {
    *q = 0;
    *r = Coefficient(a);
    return DecimalStatus::kOk;
  } else {
    d = MultiplyPower(d, static_cast<int>(-shift));
  }
  Wide quotient, rest;
  DivideWide(n, d, &quotient, &rest);
  if (!quotient.Fits128() || quotient.Low() >= kLimit) return DecimalStatus::kInvalid;
  *q = quotient.Low();
  *r = rest.Low();
  return DecimalStatus::kOk;
}

}  // namespace

DecimalStatus DivideInteger(const Decimal& a, const Decimal& b, Decimal* out) {
  u128 q = 0, r = 0;
  const DecimalStatus s = IntegerDivision(a, b, &q, &r);
  if (s == DecimalStatus::kOk) *out = Make(a.negative() != b.negative(), q, 0);
  return s;
}

DecimalStatus Remainder(const Decimal& a, const Decimal& b, Decimal* out) {
  if (b.IsZero()) return DecimalStatus::kInvalid;
  u128 q = 0, r = 0;
  const DecimalStatus s = IntegerDivision(a, b, &q, &r);
  if (s == DecimalStatus::kOk) *out = Make(a.negative(), r, std::min(a.exponent(), b.exponent()));
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

Decimal Negate(const Decimal& a) { return Decimal(!a.negative(), a.hi(), a.lo(), a.exponent()); }
Decimal Abs(const Decimal& a) { return Decimal(false, a.hi(), a.lo(), a.exponent()); }

DecimalStatus Quantize(const Decimal& a, std::int32_t exponent, Rounding mode, Decimal* out) {
  if (exponent < Decimal::kMinExponent || exponent > Decimal::kMaxExponent) return DecimalStatus::kInvalid;
  const std::int64_t drop = std::int64_t{exponent} - a.exponent();
  if (a.IsZero()) {
    *out = Make(a.negative(), 0, exponent);
    return DecimalStatus::kOk;
  }
  if (drop <= 0) {
    if (a.Digits() - drop > Decimal::kDigits) return DecimalStatus::kInvalid;
    *out = Make(a.negative(), Coefficient(a) * kPowers128[static_cast<std::size_t>(-drop)], exponent);
    return DecimalStatus::kOk;
  }
  Wide v(Coefficient(a));
  int digit = 0;
  bool sticky = false;
  DropDigits(&v, static_cast<int>(std::min<std::int64_t>(drop, 1000)), &digit, &sticky);
  u128 c = v.Low();
  if (RoundsUp(a.negative(), (c & 1) != 0, digit, sticky, mode)) ++c;
  if (c >= kLimit) return DecimalStatus::kInvalid;
  *out = Make(a.negative(), c, exponent);
  return DecimalStatus::kOk;
}

DecimalStatus RoundToInteger(const Decimal& a, Rounding mode, Decimal* out) {
  if (a.exponent() >= 0) {
    *out = a;
    return DecimalStatus::kOk;
  }
  return Quantize(a, 0, mode, out);
}

Decimal Reduce(const Decimal& a) {
  if (a.IsZero()) return Make(a.negative(), 0, 0);
  u128 c = Coefficient(a);
  std::int32_t e = a.exponent();
  if (a.hi() == 0) {  // the common case, without 128-bit division
    u64 s = a.lo();
    while (s % 10 == 0 && e < Decimal::kMaxExponent) {
      s /= 10;
      ++e;
    }
    return Make(a.negative(), s, e);
  }
  while (c % 10 == 0 && e < Decimal::kMaxExponent) {
    c /= 10;
    ++e;
  }
  return Make(a.negative(), c, e);
}

DecimalStatus SquareRoot(const Decimal& a, Rounding mode, Decimal* out) {
  if (a.IsZero()) {
    // floor(e / 2), also of odd negative exponents
    const std::int32_t e = a.exponent() >= 0 ? a.exponent() / 2 : -((-a.exponent() + 1) / 2);
    *out = Make(a.negative(), 0, e);
    return DecimalStatus::kOk;
  }
  if (a.negative()) return DecimalStatus::kInvalid;
  // Scale to 70 digits or so with an even exponent, take the integer root (35 digits) and keep a sticky bit.
  int pad = 70 - a.Digits();
  if (((a.exponent() - pad) % 2) != 0) --pad;
  Wide n = MultiplyPower(Wide(Coefficient(a)), pad);
  std::int64_t e = (std::int64_t{a.exponent()} - pad) / 2;
  // Digit by digit in base 2.
  Wide root, bit;
  bit.limb[3] = u64{1} << 62;
  const auto half = [](const Wide& w, int by) {
    Wide r;
    for (std::size_t i = 0; i < 4; ++i) r.limb[i] = w.limb[i] >> by | (i < 3 ? w.limb[i + 1] << (64 - by) : 0);
    return r;
  };
  while (CompareWide(bit, n) > 0) bit = half(bit, 2);
  while (!bit.IsZero()) {
    const Wide trial = AddWide(root, bit);
    root = half(root, 1);
    if (CompareWide(n, trial) >= 0) {
      n = SubtractWide(n, trial);
      root = AddWide(root, bit);
    }
    bit = half(bit, 2);
  }
  const std::int64_t preferred = a.exponent() >= 0 ? a.exponent() / 2 : -((-a.exponent() + 1) / 2);
  if (n.IsZero()) {
    while (e < preferred) {
      Wide tenth = root;
      if (DivideSmall(&tenth, 10) != 0) break;
      root = tenth;
      ++e;
    }
  }
  return Finish(false, root, e, !n.IsZero(), mode, out);
}

std::uint64_t Hash(const Decimal& a) {
  const Decimal r = Reduce(a);
  u64 h = r.lo() * 0x9E3779B97F4A7C15u;
  h ^= (r.hi() + 0x7F4A7C15u) * 0xBF58476D1CE4E5B9u;
  h ^= static_cast<u64>(static_cast<std::uint32_t>(r.exponent())) * 0x94D049BB133111EBu;
  if (r.negative() && !r.IsZero()) h = ~h;
  return h ^ h >> 31;
}

namespace {
constexpr std::string_view kRoundingNames[] = {"half_even", "half_up", "half_down", "up", "down", "ceiling", "floor"};
}

std::string_view RoundingName(Rounding mode) { return kRoundingNames[static_cast<std::size_t>(mode)]; }
bool RoundingFromName(std::string_view name, Rounding* out) {
  std::string plain(name);
  std::replace(plain.begin(), plain.end(), '-', '_');
  for (std::size_t i = 0; i < std::size(kRoundingNames); ++i) {
    if (kRoundingNames[i] == plain) {
      *out = static_cast<Rounding>(i);
      return true;
    }
  }
  return false;
}

}  // namespace ordain
