// Money: a Decimal with the scale of its currency. Tested by tests/decimal_test.cc.
#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "ordain/decimal.hpp"

namespace ordain {
namespace {

// ISO 4217: currencies whose minor unit is not two digits, and the usual ones that have two.
constexpr std::pair<std::string_view, int> kCurrencies[] = {
    {"CNY", 2}, {"USD", 2}, {"EUR", 2}, {"GBP", 2}, {"HKD", 2}, {"TWD", 2}, {"MOP", 2}, {"SGD", 2}, {"CHF", 2}, {"AUD", 2},
    {"CAD", 2}, {"NZD", 2}, {"SEK", 2}, {"NOK", 2}, {"DKK", 2}, {"PLN", 2}, {"CZK", 2}, {"HUF", 2}, {"RON", 2}, {"BGN", 2},
    {"TRY", 2}, {"RUB", 2}, {"UAH", 2}, {"INR", 2}, {"IDR", 2}, {"MYR", 2}, {"THB", 2}, {"PHP", 2}, {"BRL", 2}, {"MXN", 2},
    {"ZAR", 2}, {"ILS", 2}, {"SAR", 2}, {"AED", 2}, {"EGP", 2}, {"ARS", 2}, {"COP", 2}, {"PEN", 2}, {"PKR", 2}, {"BDT", 2},
    {"LKR", 2}, {"KZT", 2}, {"NGN", 2}, {"KES", 2}, {"MAD", 2}, {"JPY", 0}, {"KRW", 0}, {"VND", 0}, {"CLP", 0}, {"ISK", 0},
    {"PYG", 0}, {"UGX", 0}, {"XAF", 0}, {"XOF", 0}, {"XPF", 0}, {"BIF", 0}, {"DJF", 0}, {"GNF", 0}, {"KMF", 0}, {"RWF", 0},
    {"VUV", 0}, {"BHD", 3}, {"IQD", 3}, {"JOD", 3}, {"KWD", 3}, {"LYD", 3}, {"OMR", 3}, {"TND", 3}};

}  // namespace

int CurrencyDigits(std::string_view code) {
  for (const auto& [name, digits] : kCurrencies) {
    if (name == code) return digits;
  }
  return -1;
}

DecimalStatus Money::Make(const Decimal& amount, std::string_view currency, Money* out) {
  const int scale = CurrencyDigits(currency);
  if (scale < 0 || Reduce(amount).exponent() < -scale) return DecimalStatus::kInvalid;
  Money m;
  const DecimalStatus s = Quantize(amount, -scale, Rounding::kHalfEven, &m.amount_);
  if (s != DecimalStatus::kOk) return s;
  std::memcpy(m.currency_, currency.data(), 3);
  m.scale_ = static_cast<std::int8_t>(scale);
  *out = m;
  return DecimalStatus::kOk;
}

DecimalStatus Money::FromMinor(std::int64_t minor, std::string_view currency, Money* out) {
  const int scale = CurrencyDigits(currency);
  if (scale < 0) return DecimalStatus::kInvalid;
  const Decimal units(minor);
  return Make(Decimal(units.negative(), units.hi(), units.lo(), -scale), currency, out);
}

std::string Money::ToString() const { return amount_.ToScientificString() + " " + std::string(currency()); }

DecimalStatus Add(const Money& a, const Money& b, Money* out) {
  if (a.currency() != b.currency()) return DecimalStatus::kInvalid;
  Decimal sum;
  const DecimalStatus s = Add(a.amount_, b.amount_, Rounding::kHalfEven, &sum);
  return s == DecimalStatus::kOk ? Money::Make(sum, a.currency(), out) : s;
}

DecimalStatus Subtract(const Money& a, const Money& b, Money* out) {
  Money negated = b;
  negated.amount_ = Negate(b.amount_);
  return Add(a, negated, out);
}

DecimalStatus Multiply(const Money& a, const Decimal& factor, Rounding mode, Money* out) {
  Decimal product, rounded;
  // Rounded towards zero to 34 digits first would round twice; 34 digits are kept half-even only when
  // the exact product needs more, far below a currency's scale.
  DecimalStatus s = Multiply(a.amount_, factor, Rounding::kHalfEven, &product);
  if (s == DecimalStatus::kOk) s = Quantize(product, -a.scale_, mode, &rounded);
  return s == DecimalStatus::kOk ? Money::Make(rounded, a.currency(), out) : s;
}

DecimalStatus Split(const Money& whole, const Decimal* weights, std::size_t count, Money* parts) {
  Decimal total;
  for (std::size_t i = 0; i < count; ++i) {
    if (weights[i].Sign() < 0) return DecimalStatus::kInvalid;
    const DecimalStatus s = Add(total, weights[i], Rounding::kHalfEven, &total);
    if (s != DecimalStatus::kOk) return s;
  }
  if (total.IsZero()) return DecimalStatus::kInvalid;
  const Decimal unit(false, 0, 1, -whole.scale_);
  std::vector<std::pair<Decimal, std::size_t>> rests;
  std::vector<Decimal> amounts(count);
  Decimal given;
  for (std::size_t i = 0; i < count; ++i) {
    Decimal exact, rest;
    DecimalStatus s = Multiply(Abs(whole.amount_), weights[i], Rounding::kHalfEven, &exact);
    if (s == DecimalStatus::kOk) s = Divide(exact, total, Rounding::kDown, &exact);
    if (s == DecimalStatus::kOk) s = Quantize(exact, -whole.scale_, Rounding::kDown, &amounts[i]);
    if (s == DecimalStatus::kOk) s = Subtract(exact, amounts[i], Rounding::kHalfEven, &rest);
    if (s == DecimalStatus::kOk) s = Add(given, amounts[i], Rounding::kHalfEven, &given);
    if (s != DecimalStatus::kOk) return s;
    rests.emplace_back(rest, i);
  }
  std::stable_sort(rests.begin(), rests.end(), [](const auto& a, const auto& b) { return Compare(a.first, b.first) > 0; });
  for (std::size_t k = 0; Compare(given, Abs(whole.amount_)) < 0 && !rests.empty(); k = (k + 1) % rests.size()) {
    Decimal& amount = amounts[rests[k].second];
    (void)Add(amount, unit, Rounding::kHalfEven, &amount);
    (void)Add(given, unit, Rounding::kHalfEven, &given);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const DecimalStatus s = Money::Make(whole.amount_.negative() ? Negate(amounts[i]) : amounts[i], whole.currency(), &parts[i]);
    if (s != DecimalStatus::kOk) return s;
  }
  return DecimalStatus::kOk;
}

}  // namespace ordain
