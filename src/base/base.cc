// Codes, diagnostics, "did you mean".
//
// The table codes.inc is expanded twice: in base.hpp to the enumeration, here to the rows behind it, so that
// a code is its row number and every lookup by code is an index. Texts are made when somebody asks, never
// before: a decision that fails costs no formatting.
//
// "Did you mean" compares code points, not bytes: one wrong Chinese character is one mistake, not three.
// The distance is Damerau's in the restricted form (no edit inside a swapped pair): typing errors are that.
//
// Limits: names longer than 64 characters get no suggestion, so that a hostile document with many long
// unknown names costs linear time. Tested by tests/base_test.cc.
#include "ordain/base.hpp"

#include <algorithm>
#include <iterator>

namespace ordain {
namespace {

struct CodeRow {
  std::string_view text;
  Severity severity;
  std::string_view english, chinese;
};
constexpr CodeRow kCodes[] = {
#define ORDAIN_CODE(id, text, severity, english, chinese) {text, Severity::severity, english, chinese},
#include "ordain/codes.inc"
#undef ORDAIN_CODE
};

const CodeRow& Row(Code code) { return kCodes[static_cast<std::size_t>(code)]; }

// Text that is not UTF-8 gives some code points, too: a suggestion may then be odd, nothing worse.
std::u32string CodePoints(std::string_view s) {
  std::u32string out;
  for (std::size_t i = 0; i < s.size();) {
    const auto c = static_cast<unsigned char>(s[i]);
    const int n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    char32_t p = n == 1 ? c : static_cast<char32_t>(c & (0xFFu >> (n + 1)));
    for (int k = 1; k < n && i + static_cast<std::size_t>(k) < s.size(); ++k) {
      p = (p << 6) | (static_cast<unsigned char>(s[i + static_cast<std::size_t>(k)]) & 0x3Fu);
    }
    out.push_back(p);
    i += static_cast<std::size_t>(n);
  }
  return out;
}

// Insertions, deletions, substitutions and swaps of neighbours.
std::size_t Distance(const std::u32string& a, const std::u32string& b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

std::string_view CodeText(Code code) { return Row(code).text; }
Severity CodeSeverity(Code code) { return Row(code).severity; }
std::size_t CodeCount() { return std::size(kCodes); }

std::optional<Code> CodeFromText(std::string_view text) {
  for (std::size_t i = 0; i < std::size(kCodes); ++i) {
    if (kCodes[i].text == text) return static_cast<Code>(i);
  }
  return std::nullopt;
}

std::string Diagnostic::Message(Language language) const {
  const std::string_view form = language == Language::kEnglish ? Row(code).english : Row(code).chinese;
  std::string out;
  for (std::size_t i = 0; i < form.size();) {
    const std::size_t end = form[i] == '{' ? form.find('}', i) : std::string_view::npos;
    if (end == std::string_view::npos) {
      out += form[i++];
      continue;
    }
    const std::string_view name = form.substr(i + 1, end - i - 1);
    const auto arg = std::find_if(args.begin(), args.end(), [&](const auto& a) { return a.first == name; });
    // An argument that was not given stays visible as {name}: a mistake of ours, and not to be hidden.
    out += arg != args.end() ? std::string_view(arg->second) : form.substr(i, end + 1 - i);
    i = end + 1;
  }
  return out;
}

std::string Diagnostic::Format(Language language) const {
  std::string out;
  if (!file.empty()) out += file + ":";
  if (span.line != 0) out += std::to_string(span.line) + ":" + std::to_string(span.column) + ":";
  if (!out.empty()) out += " ";
  const bool english = language == Language::kEnglish;
  out += severity == Severity::kError ? (english ? "error: " : "\xe9\x94\x99\xe8\xaf\xaf\xef\xbc\x9a")
                                      : (english ? "warning: " : "\xe8\xad\xa6\xe5\x91\x8a\xef\xbc\x9a");
  out += Message(language) + " [" + std::string(CodeText(code)) + "]";
  if (!path.empty()) out += " at " + path;
  if (!hint.empty()) out += "; " + hint;
  return out;
}

Diagnostic MakeDiagnostic(Code code, std::string path, Span span,
                          std::vector<std::pair<std::string, std::string>> args, std::string hint) {
  Diagnostic d;
  d.code = code;
  d.severity = CodeSeverity(code);
  d.path = std::move(path);
  d.span = span;
  d.args = std::move(args);
  d.hint = std::move(hint);
  return d;
}

std::string NearestName(std::string_view wrong, const std::vector<std::string>& candidates) {
  constexpr std::size_t kLongest = 64;
  if (wrong.size() > 4 * kLongest) return {};
  const std::u32string w = CodePoints(wrong);
  if (w.size() > kLongest) return {};
  std::size_t best = std::max<std::size_t>(1, w.size() / 3) + 1;
  std::string nearest;
  for (const std::string& c : candidates) {
    if (c.size() > 4 * kLongest) continue;
    const std::u32string p = CodePoints(c);
    if (p.size() > kLongest) continue;
    const std::size_t d = Distance(w, p);
    if (d < best && d < std::max(w.size(), p.size())) {  // not every character replaced
      best = d;
      nearest = c;
    }
  }
  return nearest;
}

}  // namespace ordain
