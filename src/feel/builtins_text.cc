// Builtins of text. Positions count code points. Letter case and regular expressions are the host's (TextServices): without
// it they are kUnavailable, for a half answer (the letters a to z) would be a wrong one. See builtins.cc.
// Tested by tests/builtins_test.cc.
#include <algorithm>

#include "feel/builtins.hpp"
#include "ordain/text.hpp"

namespace ordain::feel {
namespace {

std::size_t Next(std::string_view s, std::size_t i) {  // the next code point
  ++i;
  while (i < s.size() && (static_cast<unsigned char>(s[i]) & 0xC0u) == 0x80u) ++i;
  return i;
}
std::int64_t Length(std::string_view s) {
  std::int64_t n = 0;
  for (std::size_t i = 0; i < s.size(); i = Next(s, i)) ++n;
  return n;
}

// Lists, contexts and ranges are written as FEEL reads them; rule sets write them as JSON.
Fault StringOf(const Value* args, std::size_t, CallContext* context, Value* out) {
  const Value& v = args[0];
  switch (v.kind()) {
    case Kind::kText: *out = v; return Fault::kNone;
    case Kind::kDate:
    case Kind::kTime:
    case Kind::kInstant:
    case Kind::kDuration:
    case Kind::kMonths: return GiveText(TemporalText(v), context, out);
    case Kind::kList:
    case Kind::kContext: return GiveText(context->feel ? v.ToFeel() : v.ToJson(), context, out);
    default: return GiveText(v.ToFeel(), context, out);
  }
}

Fault Substring(const Value* args, std::size_t n, CallContext* context, Value* out) {
  const std::string_view s = args[0].text();
  const std::int64_t size = Length(s);
  std::int64_t start = 0, length = size;
  if (!Whole(args[1], context, &start) || start == 0 || (n > 2 && !Whole(args[2], context, &length)) || length < 0) return Fault::kInvalid;
  start = start > 0 ? start - 1 : size + start;
  if (start < 0 || start > size) return Fault::kInvalid;
  length = std::min(length, size - start);
  std::size_t i = 0;
  for (std::int64_t k = 0; k < start; ++k) i = Next(s, i);
  std::size_t j = i;
  for (std::int64_t k = 0; k < length; ++k) j = Next(s, j);
  *out = Value::Text(s.substr(i, j - i));
  return Fault::kNone;
}

template <bool (TextServices::*change)(std::string_view, std::string*) const>
Fault Case(const Value* args, std::size_t, CallContext* context, Value* out) {
  if (context->text == nullptr) return Fault::kUnavailable;
  std::string text;
  return (context->text->*change)(args[0].text(), &text) ? GiveText(text, context, out) : Fault::kInvalid;
}

Fault CompileRegex(const Value& pattern, const Value* flags, CallContext* context, std::shared_ptr<const Regex>* out) {
  if (context->text == nullptr) return Fault::kUnavailable;
  *out = context->text->Compile(pattern.text(), flags == nullptr || flags->IsNull() ? std::string_view() : flags->text(), &context->reason);
  return *out == nullptr ? Fault::kInvalid : Fault::kNone;
}
Fault MatchesRegex(const Value* args, std::size_t n, CallContext* context, Value* out) {
  std::shared_ptr<const Regex> regex;
  const Fault f = CompileRegex(args[1], n > 2 ? args + 2 : nullptr, context, &regex);
  if (f != Fault::kNone) return f;
  bool found = false;
  return regex->Find(args[0].text(), &found, &context->reason) ? GiveBoolean(found, out) : Fault::kInvalid;
}
Fault ReplaceRegex(const Value* args, std::size_t n, CallContext* context, Value* out) {
  std::shared_ptr<const Regex> regex;
  const Fault f = CompileRegex(args[1], n > 3 ? args + 3 : nullptr, context, &regex);
  if (f != Fault::kNone) return f;
  std::string text;
  return regex->Replace(args[0].text(), args[2].text(), &text, &context->reason) ? GiveText(text, context, out) : Fault::kInvalid;
}
Fault SplitRegex(const Value* args, std::size_t, CallContext* context, Value* out) {
  std::shared_ptr<const Regex> regex;
  const Fault f = CompileRegex(args[1], nullptr, context, &regex);
  if (f != Fault::kNone) return f;
  std::vector<std::string> parts;
  if (!regex->Split(args[0].text(), &parts, &context->reason)) return Fault::kInvalid;
  std::vector<Value> items(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Fault given = GiveText(parts[i], context, &items[i]);
    if (given != Fault::kNone) return given;
  }
  return GiveList(items, context, out);
}

Fault StringJoin(const Value* args, std::size_t n, CallContext* context, Value* out) {
  const std::string_view delimiter = n > 1 && !args[1].IsNull() ? args[1].text() : std::string_view();
  std::string s;
  bool first = true;
  for (std::size_t i = 0; i < args[0].size(); ++i) {
    const Value& item = args[0][i];
    if (item.IsNull() && context->feel) continue;
    if (item.kind() != Kind::kText) return item.IsNull() ? Fault::kNull : Fault::kWrongKind;
    if (!first) s += delimiter;
    first = false;
    s += item.text();
  }
  return GiveText(s, context, out);
}

Fault Pad(const Value* args, std::size_t, CallContext* context, Value* out) {
  std::int64_t value = 0, width = 0;
  if (!Whole(args[0], context, &value) || value < 0 || !Whole(args[1], context, &width)) return Fault::kInvalid;
  const std::string s = std::to_string(value);
  if (static_cast<std::int64_t>(s.size()) > width) return Fault::kOverflow;
  if (width > (1 << 20)) return Fault::kInvalid;
  return GiveText(std::string(static_cast<std::size_t>(width) - s.size(), '0') + s, context, out);
}

}  // namespace

void AddTextBuiltins(BuiltinRows* rows) {
  rows->insert(rows->end(), {
      {"string(from: any): text", "a value as text", "把值写成文本", StringOf},
      {"string length(string: text): integer", "the number of characters", "字符数",
       [](const Value* args, std::size_t, CallContext*, Value* out) -> Fault { return GiveInteger(Length(args[0].text()), out); }},
      {"substring(string: text, start position: number, length: number = all): text",
       "characters from a position (1 is the first, -1 the last), to the end or so many",
       "从某位置起的字符（1 为首位，-1 为末位），到末尾或指定个数", Substring},
      {"upper case(string: text): text", "in capitals; needs the host's text services", "转为大写；需要宿主的文本服务",
       Case<&TextServices::Upper>},
      {"lower case(string: text): text", "in small letters; needs the host's text services", "转为小写；需要宿主的文本服务",
       Case<&TextServices::Lower>},
      {"substring before(string: text, match: text): text", "what stands before the first match, else an empty text",
       "首个匹配之前的文本，没有则为空文本",
       [](const Value* args, std::size_t, CallContext*, Value* out) -> Fault {
         const std::size_t at = args[0].text().find(args[1].text());
         *out = Value::Text(at == std::string_view::npos ? std::string_view("") : args[0].text().substr(0, at));
         return Fault::kNone;
       }},
      {"substring after(string: text, match: text): text", "what stands behind the first match, else an empty text",
       "首个匹配之后的文本，没有则为空文本",
       [](const Value* args, std::size_t, CallContext*, Value* out) -> Fault {
         const std::size_t at = args[0].text().find(args[1].text());
         *out = Value::Text(at == std::string_view::npos ? std::string_view("") : args[0].text().substr(at + args[1].text().size()));
         return Fault::kNone;
       }},
      {"contains(string: text, match: text): boolean", "whether a text stands in another", "是否包含",
       [](const Value* args, std::size_t, CallContext*, Value* out) -> Fault {
         return GiveBoolean(args[0].text().find(args[1].text()) != std::string_view::npos, out);
       }},
      {"starts with(string: text, match: text): boolean", "whether a text begins so", "是否以其开头",
       [](const Value* args, std::size_t, CallContext*, Value* out) -> Fault { return GiveBoolean(args[0].text().starts_with(args[1].text()), out); }},
      {"ends with(string: text, match: text): boolean", "whether a text ends so", "是否以其结尾",
       [](const Value* args, std::size_t, CallContext*, Value* out) -> Fault { return GiveBoolean(args[0].text().ends_with(args[1].text()), out); }},
      {"matches(input: text, pattern: text, flags: text? = null): boolean",
       "whether a regular expression matches somewhere; needs the host's text services",
       "正则表达式是否有匹配；需要宿主的文本服务", MatchesRegex},
      {"replace(input: text, pattern: text, replacement: text, flags: text? = null): text",
       "every match of a regular expression replaced ($1 is the first group); needs the host's text services",
       "替换正则表达式的每个匹配（$1 为第一组）；需要宿主的文本服务", ReplaceRegex},
      {"split(string: text, delimiter: text): list of text",
       "the parts between the matches of a regular expression; needs the host's text services",
       "按正则表达式分割；需要宿主的文本服务", SplitRegex},
      {"string join(list: list of text?, delimiter: text? = null): text", "the texts of a list, one behind the other",
       "连接列表中的文本", StringJoin},
      {"pad(n: number, width: number): text", "a whole number with leading zeros; overflow when it is longer (ordain)",
       "补前导零的整数；过长则溢出（ordain）", Pad},
  });
}

}  // namespace ordain::feel
