// See java.hpp. Floating point is Java's: numbers are rounded to double (or float) going in, and come back as the shortest
// decimal that reads as the same double.
#include "testing/java.hpp"

#include <charconv>
#include <cmath>

namespace ordain::testing {
namespace {

template <class T>
bool In(const Value& v, T* out) {
  const std::string s = v.number().ToString();
  return std::from_chars(s.data(), s.data() + s.size(), *out).ec == std::errc();
}
template <class T>
bool Out(T x, Value* out) {
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), x).ptr;
  Decimal d;
  if (!std::isfinite(x) || Decimal::Parse(std::string_view(buffer, static_cast<std::size_t>(end - buffer)), &d) != DecimalStatus::kOk) return false;
  *out = Value::Number(d);
  return true;
}

template <class T>
bool MaxOf(const Value* a, std::size_t, Arena*, Value* out) {
  T x = 0, y = 0;
  return In(a[0], &x) && In(a[1], &y) && Out(std::max(x, y), out);
}
bool MaxOfWhole(const Value* a, std::size_t, Arena*, Value* out) {
  *out = Compare(a[0].number(), a[1].number()) < 0 ? a[1] : a[0];
  return true;
}
bool Cos(const Value* a, std::size_t, Arena*, Value* out) {
  double x = 0;
  return In(a[0], &x) && Out(std::cos(x), out);
}
bool Same(const Value* a, std::size_t, Arena*, Value* out) {
  *out = a[0];
  return true;
}
bool ToInteger(const Value* a, std::size_t, Arena*, Value* out) {
  std::string_view s = a[0].text();
  if (s.starts_with('+')) s.remove_prefix(1);
  std::int32_t n = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), n);
  if (error != std::errc() || end != s.data() + s.size() || a[0].text().starts_with("+-")) return false;
  *out = Value::Number(Decimal(n));
  return true;
}
template <class T>
bool ToFloating(const Value* a, std::size_t, Arena*, Value* out) {
  std::string_view s = a[0].text();
  while (s.starts_with(' ')) s.remove_prefix(1);
  while (s.ends_with(' ')) s.remove_suffix(1);
  T x = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), x);
  return error == std::errc() && end == s.data() + s.size() && Out(x, out);
}

bool Format(const Value* a, std::size_t, Arena* arena, Value* out) {
  const std::string_view pattern = a[0].text();
  std::string text;
  std::size_t next = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      text += pattern[i];
      continue;
    }
    int digits = 6;
    bool precise = false;
    if (++i < pattern.size() && pattern[i] == '.') {
      precise = true;
      digits = 0;
      while (++i < pattern.size() && pattern[i] >= '0' && pattern[i] <= '9' && digits < 100) digits = digits * 10 + (pattern[i] - '0');
    }
    const char c = i < pattern.size() ? pattern[i] : '\0';
    if (c == '%' || c == 'n') {
      text += c == '%' ? '%' : '\n';
      continue;
    }
    if (next == a[1].size()) return false;  // Java: MissingFormatArgumentException
    const Value& v = a[1][next++];
    const bool number = v.kind() == Kind::kNumber;
    Decimal d;
    if (c == 's' && !precise) {
      text += v.kind() == Kind::kText ? std::string(v.text()) : v.ToFeel();
    } else if (c == 'd' && !precise && number && v.number().IsInteger()) {
      text += v.number().ToString();
    } else if (c == 'f' && number && Quantize(v.number(), -digits, Rounding::kHalfUp, &d) == DecimalStatus::kOk) {
      text += d.ToString();
    } else {
      return false;
    }
  }
  *out = Value::Text(arena->Copy(text));
  return true;
}

}  // namespace

HostFunctions JavaFunctions() {
  HostFunctions f;
  f.Add("java.lang.Math", "cos(double)", Cos);
  f.Add("java.lang.Math", "max(double,double)", MaxOf<double>);
  f.Add("java.lang.Math", "max(float,float)", MaxOf<float>);
  f.Add("java.lang.Math", "max(int,int)", MaxOfWhole);
  f.Add("java.lang.Math", "max(long,long)", MaxOfWhole);
  f.Add("java.lang.Integer", "valueOf(java.lang.String)", ToInteger);
  f.Add("java.lang.Double", "valueOf(java.lang.String)", ToFloating<double>);
  f.Add("java.lang.Float", "valueOf(java.lang.String)", ToFloating<float>);
  f.Add("java.lang.Byte", "valueOf(byte)", Same);
  f.Add("java.lang.Short", "valueOf(short)", Same);
  f.Add("java.lang.String", "valueOf(char)", Same);
  f.Add("java.lang.String", "format(java.lang.String,java.lang.Object[])", Format);
  return f;
}

}  // namespace ordain::testing
