// Powers, by Boost.Multiprecision with 100 digits: far more than the 34 that are kept, so that the one rounding at the
// end is the only one that shows.
// Tested by tests/decimal_test.cc and tests/python/test_decimal_random.py.
#include <boost/multiprecision/cpp_dec_float.hpp>

#include "ordain/decimal.hpp"

namespace ordain {

DecimalStatus PowerInteger(const Decimal& a, std::int64_t n, Rounding mode, Decimal* out) {
  using Big = boost::multiprecision::cpp_dec_float_100;
  if (n > 999999 || n < -999999) return DecimalStatus::kInvalid;
  if (n == 0) {
    if (a.IsZero()) return DecimalStatus::kInvalid;
    *out = Decimal(1);
    return DecimalStatus::kOk;
  }
  if (a.IsZero()) {
    if (n < 0) return DecimalStatus::kDivisionByZero;
    *out = Decimal(0);
    return DecimalStatus::kOk;
  }
  const Decimal magnitude = Abs(Reduce(a));
  Decimal mantissa(false, magnitude.hi(), magnitude.lo(), 0);
  const std::int64_t exponent = std::int64_t{magnitude.exponent()} * n;
  const Big power = boost::multiprecision::pow(Big(mantissa.ToScientificString()), static_cast<long>(n));
  // 60 digits, then one rounding. The exponent is added to the text's.
  std::string text = power.str(60, std::ios_base::scientific);
  const std::size_t e = text.find('e');
  const std::int64_t total = std::stoll(text.substr(e + 1)) + exponent;
  std::string digits = text.substr(0, 1) + text.substr(2, e - 2);
  const std::size_t last = digits.find_last_not_of('0');
  digits.resize(last == std::string::npos ? 1 : last + 1);
  // value = 0.d1d2d3... * 10^(total + 1); keep 34 digits exactly, then add the rest as a small part.
  const std::string head = digits.substr(0, 34), tail = digits.size() > 34 ? digits.substr(34) : "0";
  Decimal high, low;
  const auto scaled = [&](const std::string& d, std::int64_t last_digit) { return d + "E" + std::to_string(last_digit); };
  const auto first = static_cast<std::int64_t>(head.size());
  DecimalStatus s = Decimal::Parse(scaled(head, total + 1 - first), &high);
  if (s != DecimalStatus::kOk) return s;
  const bool negative = a.negative() && n % 2 != 0;
  if (negative) high = Negate(high);
  if (digits.size() > 34) {
    s = Decimal::Parse(scaled(tail, total + 1 - static_cast<std::int64_t>(digits.size())), &low);
    if (s != DecimalStatus::kOk) return s;
    if (negative) low = Negate(low);
  }
  return Add(high, low, mode, out);
}

}  // namespace ordain
