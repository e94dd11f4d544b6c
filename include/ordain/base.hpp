// Diagnostics, results and limits: the vocabulary that every other header uses.
//
//   ordain::Diagnostics found;
//   ordain::LoadResult loaded = ordain::RuleSet::Load(text, "rules/lige.json");
//   for (const ordain::Diagnostic& d : loaded.diagnostics)
//     std::cerr << d.Format(ordain::Language::kEnglish) << '\n';
//
// A diagnostic is data: code, severity, file, JSON path, span and arguments. Its text is made from
// the one table in codes.inc, in English and Chinese, and is never parsed again.
//
// Threads: everything here is a plain value; no global state.
// Errors:  nothing here throws except std::bad_alloc.
#ifndef ORDAIN_BASE_HPP_
#define ORDAIN_BASE_HPP_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ordain {

enum class Severity : std::uint8_t { kError, kWarning };
enum class Language : std::uint8_t { kEnglish, kChinese };

// What an expression that has no value (a null operand, a wrong kind, an index outside, ...) does to its decision.
enum class NullMode : std::uint8_t {
  kStrict,  // it is an error of the decision; the default of rule sets
  kFeel,    // it is null, as the standard says, and the decision carries a warning that says why; the default of DMN models
};

// Every problem that ordain can name. The table codes.inc is the only place where codes, severities
// and message templates stand; tests/base_test.cc proves that codes are unique.
enum class Code : std::uint16_t {
#define ORDAIN_CODE(id, text, severity, english, chinese) id,
#include "ordain/codes.inc"
#undef ORDAIN_CODE
};

// The stable text of a code: "missing_fact", "unknown_name", ...
std::string_view CodeText(Code code);
Severity CodeSeverity(Code code);
std::optional<Code> CodeFromText(std::string_view text);
// Number of codes in the table (for tests that walk it).
std::size_t CodeCount();

// A place in a source text. Lines and columns count from 1; column counts bytes.
struct Span {
  std::uint32_t offset = 0;  // bytes from the start of the document
  std::uint32_t length = 0;  // bytes; 0 when only a point is known
  std::uint32_t line = 0;    // 0 when the place is not known
  std::uint32_t column = 0;
};

struct Diagnostic {
  Code code{};
  Severity severity = Severity::kError;
  std::string file;   // as given by the caller; may be empty
  std::string path;   // JSON Pointer (RFC 6901) into the document: "/policies/complaint_tier/table/rows/3"
  Span span;
  // Named arguments of the message template, for instance {"name", "amuont"}.
  std::vector<std::pair<std::string, std::string>> args;
  std::string hint;   // "did you mean `amount`?"; empty when there is none

  std::string Message(Language language = Language::kEnglish) const;
  // "file:line:column: error: message [code] at /json/path; hint"
  std::string Format(Language language = Language::kEnglish) const;
};

using Diagnostics = std::vector<Diagnostic>;

// A value or one diagnostic. REQUIRES for value(): ok().
template <class T>
class Result {
 public:
  Result(T value) : value_(std::move(value)) {}                     // NOLINT: implicit by design
  Result(Diagnostic error) : error_(std::move(error)) {}            // NOLINT
  bool ok() const { return value_.has_value(); }
  explicit operator bool() const { return ok(); }
  T& value() & { return *value_; }
  const T& value() const& { return *value_; }
  T&& value() && { return std::move(*value_); }
  const Diagnostic& error() const { return error_; }

 private:
  std::optional<T> value_;
  Diagnostic error_;
};

// Makes a diagnostic with the table's severity.
Diagnostic MakeDiagnostic(Code code, std::string path, Span span,
                          std::vector<std::pair<std::string, std::string>> args = {},
                          std::string hint = {});

// The candidate nearest to `wrong` by edit distance in characters, the first of equals; empty when none is
// near enough: at most 1/3 of the characters changed (at least 1), and not all of them. Names of more than
// 64 characters are not compared.
std::string NearestName(std::string_view wrong, const std::vector<std::string>& candidates);

// Budgets of loading and evaluation. Exceeding one is an ordinary diagnostic (limit_exceeded).
struct Limits {
  std::size_t max_document_bytes = std::size_t{64} << 20;  // one JSON document
  std::uint32_t max_json_depth = 128;                      // nesting of a JSON document
  std::uint32_t max_expression_bytes = 1u << 16;           // one expression
  std::uint32_t max_expression_depth = 200;                // nesting of one expression
  std::uint32_t max_instructions = 1u << 20;               // one compiled policy
  std::uint64_t max_steps = std::uint64_t{1} << 26;        // instructions run by one decision
  std::size_t max_decision_bytes = std::size_t{64} << 20;  // scratch of one decision
  std::uint32_t max_list_items = 1u << 20;                 // one list made while deciding
  std::uint32_t max_call_depth = 200;                      // functions that call functions, while deciding
};

}  // namespace ordain

#endif  // ORDAIN_BASE_HPP_
