// Runs decimal operations for the Python tests: reads lines `op mode a [b [c]]`, prints one line for each:
// the result as a scientific string, or the status ("overflow"), or "bad line: ..." and exit code 2.
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>

#include "ordain/decimal.hpp"

namespace {

using ordain::Decimal;
using ordain::DecimalStatus;
using ordain::Rounding;

using Operation = DecimalStatus (*)(const Decimal* x, Rounding mode, Decimal* out);
struct Row {
  std::string_view name;
  std::size_t operands;
  Operation run;
};

constexpr Row kRows[] = {
    {"add", 2, [](const Decimal* x, Rounding m, Decimal* out) { return Add(x[0], x[1], m, out); }},
    {"subtract", 2, [](const Decimal* x, Rounding m, Decimal* out) { return Subtract(x[0], x[1], m, out); }},
    {"multiply", 2, [](const Decimal* x, Rounding m, Decimal* out) { return Multiply(x[0], x[1], m, out); }},
    {"divide", 2, [](const Decimal* x, Rounding m, Decimal* out) { return Divide(x[0], x[1], m, out); }},
    {"fma", 3,
     [](const Decimal* x, Rounding m, Decimal* out) { return FusedMultiplyAdd(x[0], x[1], x[2], m, out); }},
    {"divideint", 2, [](const Decimal* x, Rounding, Decimal* out) { return DivideInteger(x[0], x[1], out); }},
    {"remainder", 2, [](const Decimal* x, Rounding, Decimal* out) { return Remainder(x[0], x[1], out); }},
    {"modulo", 2, [](const Decimal* x, Rounding, Decimal* out) { return Modulo(x[0], x[1], out); }},
    {"quantize", 2,
     [](const Decimal* x, Rounding m, Decimal* out) { return Quantize(x[0], x[1].exponent(), m, out); }},
    {"tointegral", 1,
     [](const Decimal* x, Rounding m, Decimal* out) { return RoundToInteger(x[0], m, out); }},
    {"squareroot", 1, [](const Decimal* x, Rounding m, Decimal* out) { return SquareRoot(x[0], m, out); }},
    {"power", 2,
     [](const Decimal* x, Rounding m, Decimal* out) {
       std::int64_t n = 0;
       return x[1].ToInt64(&n) ? PowerInteger(x[0], n, m, out) : DecimalStatus::kInvalid;
     }},
    {"exp", 1, [](const Decimal* x, Rounding m, Decimal* out) { return Exp(x[0], m, out); }},
    {"ln", 1, [](const Decimal* x, Rounding m, Decimal* out) { return Ln(x[0], m, out); }},
    {"pow", 2, [](const Decimal* x, Rounding m, Decimal* out) { return Power(x[0], x[1], m, out); }},
    {"deviation", 3, [](const Decimal* x, Rounding m, Decimal* out) { return SampleDeviation(x, 3, m, out); }},
    {"reduce", 1,
     [](const Decimal* x, Rounding, Decimal* out) {
       *out = Reduce(x[0]);
       return DecimalStatus::kOk;
     }},
    {"compare", 2,
     [](const Decimal* x, Rounding, Decimal* out) {
       *out = Decimal(Compare(x[0], x[1]));
       return DecimalStatus::kOk;
     }},
    {"copy", 1,
     [](const Decimal* x, Rounding, Decimal* out) {
       *out = x[0];
       return DecimalStatus::kOk;
     }},
    {"negate", 1,
     [](const Decimal* x, Rounding, Decimal* out) {
       *out = Negate(x[0]);
       return DecimalStatus::kOk;
     }},
    {"abs", 1,
     [](const Decimal* x, Rounding, Decimal* out) {
       *out = Abs(x[0]);
       return DecimalStatus::kOk;
     }},
};

std::string_view StatusName(DecimalStatus status) {
  switch (status) {
    case DecimalStatus::kOk: return "ok";
    case DecimalStatus::kSyntax: return "syntax";
    case DecimalStatus::kOverflow: return "overflow";
    case DecimalStatus::kDivisionByZero: return "division_by_zero";
    case DecimalStatus::kInvalid: return "invalid";
  }
  return "?";
}

// False: the line is not of the form above.
bool RunLine(std::string_view line, std::string* answer) {
  const auto next = [&line] {
    const std::size_t end = line.find(' ');
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
    return word;
  };
  const std::string_view name = next(), mode_name = next();
  Rounding mode = Rounding::kHalfEven;
  if (!RoundingFromName(mode_name, &mode)) return false;
  for (const Row& row : kRows) {
    if (row.name != name) continue;
    Decimal x[3], result;
    for (std::size_t i = 0; i < row.operands; ++i) {
      const DecimalStatus parsed = Decimal::Parse(next(), &x[i]);
      if (parsed != DecimalStatus::kOk) {
        *answer = StatusName(parsed);
        return true;
      }
    }
    if (!line.empty()) return false;
    const DecimalStatus status = row.run(x, mode, &result);
    *answer = status == DecimalStatus::kOk ? result.ToScientificString() : std::string(StatusName(status));
    return true;
  }
  if (name == "plain") {  // ToString
    Decimal x;
    const DecimalStatus parsed = Decimal::Parse(next(), &x);
    *answer = parsed == DecimalStatus::kOk ? x.ToString() : std::string(StatusName(parsed));
    return line.empty();
  }
  return false;
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  std::cin.tie(nullptr);
  std::string line, answer;
  while (std::getline(std::cin, line)) {
    if (!RunLine(line, &answer)) {
      std::cout << "bad line: " << line << '\n';
      return 2;
    }
    std::cout << answer << '\n';
  }
  return 0;
}
