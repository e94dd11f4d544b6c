// Money: a Decimal with the scale of its currency.
//
// Every result is rounded once: a product is taken exactly, with up to 68 digits, and then cut to the scale;
// a split works with whole minor units and exact remainders, so that its parts add up and the larger claim
// gets the odd cent.
//
// Tested by tests/decimal_test.cc.
#include <cstring>

#include "base/wide.hpp"
#include "ordain/decimal.hpp"

namespace ordain {
namespace {

using wide::Coefficient;
using wide::MakeDecimal;
using wide::Natural;
using wide::U128;
using wide::Wide;

// ISO 4217, list one of 2025 (and from list three what was withdrawn since 2015), by digits after the point.
struct CurrencyGroup {
  int digits;
  std::string_view codes;  // three letters each
};
constexpr CurrencyGroup kCurrencies[] = {
    {2,
     "CNYUSDEURGBPHKDMOPTWDSGD"  // those met most
     "AEDAFNALLAMDAOAARSAUDAWGAZNBAMBBDBDTBGNBMDBNDBOBBOVBRLBSDBTNBWPBYNBZDCADCDFCHECHFCHWCOPCOUCRCCUP"
     "CVECZKDKKDOPDZDEGPERNETBFJDFKPGELGHSGIPGMDGTQGYDHNLHTGHUFIDRILSINRIRRJMDKESKGSKHRKPWKYDKZTLAKLBP"
     "LKRLRDLSLMADMDLMGAMKDMMKMNTMRUMURMVRMWKMXNMXVMYRMZNNADNGNNIONOKNPRNZDPABPENPGKPHPPKRPLNQARRONRSD"
     "RUBSARSBDSCRSDGSEKSHPSLESOSSRDSSPSTNSVCSYPSZLTHBTJSTMTTOPTRYTTDTZSUAHUSNUYUUZSVEDVESWSTXCDXCGYER"
     "ZARZMWZWG"
     "ANGCUCHRKLTLMROSLLSTDVEFZWL"},  // withdrawn
    {0, "JPYKRWVNDBIFCLPDJFGNFISKKMFPYGRWFUGXUYIVUVXAFXOFXPFBYR"},
    {3, "BHDIQDJODKWDLYDOMRTND"},
    {4, "CLFUYW"},
};

Decimal WithoutSignOfZero(const Decimal& d) { return d.IsZero() ? Abs(d) : d; }

}  // namespace

int CurrencyDigits(std::string_view code) {
  if (code.size() != 3) return -1;
  for (const CurrencyGroup& group : kCurrencies) {
    for (std::size_t i = 0; i < group.codes.size(); i += 3) {
      if (group.codes.substr(i, 3) == code) return group.digits;
    }
  }
  return -1;
}

DecimalStatus Money::Make(const Decimal& amount, std::string_view currency, Money* out) {
  const int scale = CurrencyDigits(currency);
  if (scale < 0) return DecimalStatus::kInvalid;
  Decimal scaled;
  const DecimalStatus s = Quantize(amount, -scale, Rounding::kDown, &scaled);
  if (s != DecimalStatus::kOk) return s;
  if (scaled != amount) return DecimalStatus::kInvalid;
  std::memmove(out->currency_, currency.data(), 3);  // it may be out->currency()
  out->amount_ = WithoutSignOfZero(scaled);
  out->scale_ = static_cast<std::int8_t>(scale);
  return DecimalStatus::kOk;
}

DecimalStatus Money::FromMinor(std::int64_t minor, std::string_view currency, Money* out) {
  const int scale = CurrencyDigits(currency);
  if (scale < 0) return DecimalStatus::kInvalid;
  const Decimal units(minor);
  return Make(Decimal(units.negative(), units.hi(), units.lo(), -scale), currency, out);
}

std::string Money::ToString() const { return amount_.ToScientificString().append(" ").append(currency()); }

DecimalStatus Add(const Money& a, const Money& b, Money* out) {
  if (a.currency() != b.currency()) return DecimalStatus::kInvalid;
  Decimal sum;
  const DecimalStatus s = Add(a.amount_, b.amount_, Rounding::kDown, &sum);
  if (s != DecimalStatus::kOk) return s;
  if (sum.exponent() != a.amount_.exponent()) return DecimalStatus::kInvalid;  // 35 digits: it was cut
  *out = a;
  out->amount_ = WithoutSignOfZero(sum);
  return DecimalStatus::kOk;
}

DecimalStatus Subtract(const Money& a, const Money& b, Money* out) {
  Money negated = b;
  negated.amount_ = Negate(b.amount_);
  return Add(a, negated, out);
}

DecimalStatus Multiply(const Money& a, const Decimal& factor, Rounding mode, Money* out) {
  Decimal product;
  const DecimalStatus s = wide::RoundTo(
      a.amount_.negative() != factor.negative(), wide::Product(Coefficient(a.amount_), Coefficient(factor)),
      std::int64_t{a.amount_.exponent()} + factor.exponent(), a.amount_.exponent(), mode, &product);
  if (s != DecimalStatus::kOk) return s;
  *out = a;
  out->amount_ = WithoutSignOfZero(product);
  return DecimalStatus::kOk;
}

DecimalStatus Split(const Money& whole, const Decimal* weights, std::size_t count, Money* parts) {
  Decimal total;
  std::int32_t lowest = Decimal::kMaxExponent;
  for (std::size_t i = 0; i < count; ++i) {
    if (weights[i].IsZero()) continue;
    if (weights[i].negative()) return DecimalStatus::kInvalid;
    lowest = std::min(lowest, weights[i].exponent());
  }
  // With the sum at the lowest exponent, every weight is a whole number of at most 34 digits.
  for (std::size_t i = 0; i < count; ++i) {
    if (weights[i].IsZero()) continue;
    if (total.IsZero()) total = Decimal(false, 0, 0, lowest);
    const DecimalStatus s = Add(total, weights[i], Rounding::kDown, &total);
    if (s != DecimalStatus::kOk) return s;
    if (total.exponent() != lowest) return DecimalStatus::kInvalid;
  }
  if (total.IsZero()) return DecimalStatus::kInvalid;

  const Money sample = whole;  // parts may hold the whole
  const U128 amount = Coefficient(sample.amount_), sum = Coefficient(total);
  const auto share = [&](const Decimal& weight, U128* rest) {
    *rest = 0;
    if (weight.IsZero()) return U128{0};
    const U128 w = Coefficient(weight) * wide::Power128(weight.exponent() - lowest);
    Wide quotient;
    Natural<2> remainder;
    wide::Divide(wide::Product(amount, w), Natural<2>(sum), &quotient, &remainder);
    *rest = remainder.Low();
    return quotient.Low();
  };
  // First the remainders, kept in the parts, and how many units they leave over: fewer than there are parts.
  U128 given = 0;
  for (std::size_t i = 0; i < count; ++i) {
    U128 rest = 0;
    given += share(weights[i], &rest);
    parts[i].amount_ = MakeDecimal(false, rest, 0);
  }
  const auto left = static_cast<std::size_t>(amount - given);
  // The `left` largest remainders: by bisection, since there is no memory to sort in. `bar` is the highest
  // remainder that at least so many reach.
  const auto count_from = [&](U128 bound) {
    std::size_t n = 0;
    for (std::size_t i = 0; i < count; ++i) n += Coefficient(parts[i].amount_) >= bound ? 1 : 0;
    return n;
  };
  U128 bar = 0, above = left == 0 ? 1 : sum;
  while (above - bar > 1) {
    const U128 middle = bar + (above - bar) / 2;
    (count_from(middle) >= left ? bar : above) = middle;
  }
  std::size_t at_bar = left == 0 ? 0 : left - count_from(bar + 1);  // how many of those at the bar get a unit
  for (std::size_t i = 0; i < count; ++i) {
    U128 rest = 0;
    U128 units = share(weights[i], &rest);
    if (left != 0 && rest > bar) ++units;
    if (rest == bar && at_bar > 0) {
      ++units;
      --at_bar;
    }
    parts[i] = sample;
    parts[i].amount_ = MakeDecimal(sample.amount_.negative() && units != 0, units, sample.amount_.exponent());
  }
  return DecimalStatus::kOk;
}

}  // namespace ordain
