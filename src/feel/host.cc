// Host functions by class and signature: a map. Signatures are brought to one form, "name(type,type[])", before they are compared.
// Cost: a call reads its signature and looks it up; that is little beside the call. Tested by tests/dmn_test.cc.
#include "ordain/host.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace ordain {
namespace {

// A type's name in one form: no java.lang, arrays as T[].
std::optional<std::string> TypeName(std::string_view t) {
  static constexpr std::pair<char, std::string_view> kPrimitives[] = {{'B', "byte"}, {'S', "short"}, {'I', "int"},    {'J', "long"},
                                                                      {'F', "float"}, {'D', "double"}, {'C', "char"}, {'Z', "boolean"}};
  if (t.ends_with("...")) {
    const auto of = TypeName(t.substr(0, t.size() - 3));
    return of ? std::optional(*of + "[]") : std::nullopt;
  }
  if (t.starts_with("[")) {  // as Java's reflection writes arrays
    if (t.starts_with("[L") && t.ends_with(";")) {
      const auto of = TypeName(t.substr(2, t.size() - 3));
      return of ? std::optional(*of + "[]") : std::nullopt;
    }
    for (const auto& [letter, name] : kPrimitives) {
      if (t.size() == 2 && t[1] == letter) return std::string(name) + "[]";
    }
    return std::nullopt;
  }
  if (t.starts_with("java.lang.")) t.remove_prefix(10);
  if (t.empty() || t.find_first_of("()[;") < (t.ends_with("[]") ? t.size() - 2 : t.size())) return std::nullopt;
  return std::string(t);
}

// "name(type,type)" in one form, and its types.
std::optional<std::string> Signature(std::string_view text, std::vector<std::string>* types) {
  std::string s;
  for (const char c : text) {
    if (c != ' ' && (c < '\t' || c > '\r')) s += c;
  }
  const std::size_t open = s.find('(');
  if (open == std::string::npos || open == 0 || !s.ends_with(")")) return std::nullopt;
  std::string out = s.substr(0, open + 1);
  std::string_view inside = std::string_view(s).substr(open + 1, s.size() - open - 2);
  while (!inside.empty() || !types->empty()) {
    const std::size_t comma = std::min(inside.find(','), inside.size());
    const auto type = TypeName(inside.substr(0, comma));
    if (!type) return std::nullopt;
    out += (types->empty() ? "" : ",") + *type;
    types->push_back(*type);
    if (comma == inside.size()) break;
    inside.remove_prefix(comma + 1);
  }
  return out + ")";
}

bool Whole(const Value& v, std::int64_t low, std::int64_t high) {
  std::int64_t n = 0;
  return v.kind() == Kind::kNumber && v.number().IsInteger() && v.number().ToInt64(&n) && n >= low && n <= high;
}

bool Fits(const Value& v, std::string_view type) {
  if (type.ends_with("[]")) {
    const std::string_view of = type.substr(0, type.size() - 2);
    if (v.kind() != Kind::kList) return false;
    return std::all_of(v.items(), v.items() + v.size(), [&](const Value& item) { return item.IsNull() || Fits(item, of); });
  }
  if (type == "byte" || type == "Byte") return Whole(v, INT8_MIN, INT8_MAX);
  if (type == "short" || type == "Short") return Whole(v, INT16_MIN, INT16_MAX);
  if (type == "int" || type == "Integer") return Whole(v, INT32_MIN, INT32_MAX);
  if (type == "long" || type == "Long") return Whole(v, INT64_MIN, INT64_MAX);
  if (type == "java.math.BigInteger") return v.kind() == Kind::kNumber && v.number().IsInteger();
  for (const std::string_view number : {"float", "Float", "double", "Double", "Number", "java.math.BigDecimal"}) {
    if (type == number) return v.kind() == Kind::kNumber;
  }
  if (type == "boolean" || type == "Boolean") return v.kind() == Kind::kBoolean;
  if (type == "String" || type == "CharSequence") return v.kind() == Kind::kText;
  if (type == "char" || type == "Character") {
    if (v.kind() != Kind::kText) return false;
    const std::string_view s = v.text();
    return std::count_if(s.begin(), s.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }) == 1;
  }
  for (const std::string_view list : {"java.util.List", "java.util.Set", "java.util.Collection"}) {
    if (type == list) return v.kind() == Kind::kList;
  }
  if (type == "java.util.Map") return v.kind() == Kind::kContext;
  return !v.IsNull();
}

}  // namespace

bool HostFunctions::Add(std::string_view type, std::string_view signature, Function function) {
  Entry entry;
  const auto form = Signature(signature, &entry.parameters);
  if (!form || type.empty() || !function) return false;
  entry.function = std::move(function);
  return entries_.emplace(std::string(type) + "#" + *form, std::move(entry)).second;
}

bool HostFunctions::Call(std::string_view type, std::string_view signature, const Value* args, std::size_t count, Arena* arena,
                         Value* out) const {
  std::vector<std::string> types;
  const auto form = Signature(signature, &types);
  const auto found = form ? entries_.find(std::string(type) + "#" + *form) : entries_.end();
  if (found == entries_.end()) return false;
  std::vector<Value> given(args, args + count);
  // The last parameter, an array: the arguments that are left, unless they are one list already.
  if (!types.empty() && types.back().ends_with("[]") && count + 1 >= types.size() &&
      (count != types.size() || given.back().kind() != Kind::kList)) {
    const std::size_t n = count + 1 - types.size();
    Value* rest = arena->NewValues(n);
    if (rest == nullptr) return false;
    std::copy(given.end() - static_cast<std::ptrdiff_t>(n), given.end(), rest);
    given.resize(count - n);
    given.push_back(Value::List(rest, n));
  }
  if (given.size() != types.size()) return false;
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (!Fits(given[i], types[i])) return false;
  }
  return found->second.function(given.data(), given.size(), arena, out);
}

}  // namespace ordain
