// Regular expressions and letter case on ICU: see ordain/icu.hpp. Patterns are translated (translate.hpp); this file runs them.
//
// A compiled pattern of ICU is immutable and makes a matcher, which is not, for every call. ICU works on UTF-16, so a call copies its
// text; between the two forms stand only positions in UTF-16, and pieces go out by conversion.
//
// Steps: ICU counts how often it saves where it is, in units of 10000, and ends a match at a limit. Such a step costs time in
// proportion to the registers of the pattern, to what it does between two steps (a long literal is compared in none), and with
// back-references to the text. So a pattern has a weight: the heavier it is, the fewer steps and the shorter texts it gets. The worst
// call takes some seconds, the usual one comes nowhere near.
#include "ordain/icu.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/regex.h>
#include <unicode/unistr.h>

#include "icu/translate.hpp"

namespace ordain {
namespace icu_text {
namespace {

constexpr std::size_t kMostText = std::size_t{1} << 24;           // bytes
constexpr std::int64_t kMostReferring = 32768;                    // UTF-16 units of a text, for patterns with back-references
constexpr std::int64_t kReferringSteps = std::int64_t{1} << 22;   // units of steps times UTF-16 units of the text, for those
constexpr std::size_t kMostOutput = std::size_t{1} << 26;         // bytes
constexpr std::size_t kMostParts = std::size_t{1} << 20;          // of a split
constexpr std::int32_t kStackBytes = std::int32_t{1} << 25;       // of one match
constexpr std::int64_t kUnits = 5000;                             // of 10000 steps, for a pattern of weight 1

std::string Explain(UErrorCode status) {
  switch (status) {
    case U_REGEX_TIME_OUT:
    case U_REGEX_STACK_OVERFLOW: return "the match takes too many steps";
    case U_MEMORY_ALLOCATION_ERROR: return "out of memory";
    case U_REGEX_PATTERN_TOO_BIG:
    case U_REGEX_NUMBER_TOO_BIG: return "the pattern is too large";
    default: return std::string("ICU says ") + u_errorName(status);
  }
}

bool ReadText(std::string_view text, const char* what, icu::UnicodeString* out, std::string* error) {
  if (text.size() > kMostText) {
    *error = std::string(what) + " is longer than " + std::to_string(kMostText) + " bytes";
    return false;
  }
  if (!IsText(text)) {
    *error = std::string(what) + " is not well-formed UTF-8 without U+0000";
    return false;
  }
  if (out != nullptr) *out = icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
  return true;
}

// A part of what stands for a match: text, or a group.
struct Piece {
  std::string text;
  int group = -1;  // ICU's number
};

class IcuRegex final : public Regex {
 public:
  IcuRegex(std::unique_ptr<const icu::RegexPattern> pattern, Translation translation, bool literal)
      : pattern_(std::move(pattern)),
        groups_(std::move(translation.groups)),
        back_references_(translation.back_references),
        caseless_references_(translation.caseless_references),
        literal_(literal),
        weight_(static_cast<std::int64_t>(1 + (translation.slots + translation.straight) / 32)) {
    std::string error;
    bool found = false;
    empty_ = !Find("", &found, &error) ? Empty::kUnknown : found ? Empty::kYes : Empty::kNo;
  }

  bool Find(std::string_view text, bool* found, std::string* error) const override {
    icu::UnicodeString units;
    if (!ReadText(text, "the text", &units, error)) return false;
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::RegexMatcher> matcher = Matcher(units, &status, error);
    if (matcher == nullptr) return false;
    const bool result = matcher->find(status) != 0;
    if (U_FAILURE(status)) return *error = Explain(status), false;
    *found = result;
    return true;
  }

  bool Replace(std::string_view text, std::string_view replacement, std::string* out, std::string* error) const override {
    if (!ReadText(replacement, "the replacement", nullptr, error)) return false;
    std::vector<Piece> pieces;
    if (!ReadReplacement(replacement, &pieces, error)) return false;
    std::string result;
    const bool done = ForEachMatch(text, error, [&](const icu::UnicodeString& before, icu::RegexMatcher* match, UErrorCode* status) {
      before.toUTF8String(result);
      if (match == nullptr) return result.size() <= kMostOutput;
      for (const Piece& piece : pieces) {
        result += piece.text;
        if (piece.group < 0) continue;
        const std::int32_t from = match->start(piece.group, *status);  // -1: the group has not matched
        if (from >= 0) match->input().tempSubStringBetween(from, match->end(piece.group, *status)).toUTF8String(result);
        if (result.size() > kMostOutput) return false;
      }
      return result.size() <= kMostOutput;
    });
    if (done) *out = std::move(result);
    return done;
  }

  bool Split(std::string_view text, std::vector<std::string>* parts, std::string* error) const override {
    std::vector<std::string> result;
    const bool done = ForEachMatch(text, error, [&](const icu::UnicodeString& before, icu::RegexMatcher*, UErrorCode*) {
      before.toUTF8String(result.emplace_back());
      return result.size() <= kMostParts;
    });
    if (done) *parts = std::move(result);
    return done;
  }

 private:
  enum class Empty { kNo, kYes, kUnknown };  // whether the pattern matches the empty text

  std::unique_ptr<icu::RegexMatcher> Matcher(const icu::UnicodeString& text, UErrorCode* status, std::string* error) const {
    const std::int64_t length = text.length();
    if (length > static_cast<std::int64_t>(kMostText) / weight_) return *error = "the text is too long for so large a pattern", nullptr;
    std::int64_t units = std::max<std::int64_t>(1, kUnits / weight_) + length / 1000;
    if (back_references_) {  // each step may compare as much as the text
      if (length > kMostReferring) {
        return *error = "a text for back-references is longer than " + std::to_string(kMostReferring) + " characters", nullptr;
      }
      // Folding case makes comparing about eight times as slow.
      const std::int64_t most = kReferringSteps / (caseless_references_ ? 8 : 1) / weight_ / (length + 1);
      units = std::min(units, std::max<std::int64_t>(1, most));
    }
    if (caseless_references_ && FoldsUnlike().span(text, 0, USET_SPAN_NOT_CONTAINED) < text.length()) {
      *error = "back-references under the flag i are not for texts with characters like U+00DF, which case folding makes several";
      return nullptr;
    }
    std::unique_ptr<icu::RegexMatcher> matcher(pattern_->matcher(text, *status));
    if (U_SUCCESS(*status)) {
      matcher->setTimeLimit(static_cast<std::int32_t>(units), *status);
      matcher->setStackLimit(kStackBytes, *status);
    }
    if (U_FAILURE(*status)) return *error = Explain(*status), nullptr;
    return matcher;
  }

  // Calls f(what stands before the match, the match, &status) for each match, and f(the rest, null, ...) in the end. f returns false
  // when its result is too large.
  template <class F>
  bool ForEachMatch(std::string_view text, std::string* error, F f) const {
    if (empty_ != Empty::kNo) {
      *error = empty_ == Empty::kYes ? "the pattern matches the empty text"
                                     : "whether the pattern matches the empty text takes too many steps to tell";
      return false;
    }
    icu::UnicodeString units;
    if (!ReadText(text, "the text", &units, error)) return false;
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::RegexMatcher> matcher = Matcher(units, &status, error);
    if (matcher == nullptr) return false;
    std::int32_t from = 0;
    bool fits = true;
    while (fits && matcher->find(status) && U_SUCCESS(status)) {
      const std::int32_t start = matcher->start(status);
      fits = f(units.tempSubStringBetween(from, start), matcher.get(), &status);
      from = matcher->end(status);
    }
    if (U_FAILURE(status)) return *error = Explain(status), false;
    if (!fits || !f(units.tempSubString(from), nullptr, &status)) {
      return *error = "the result is too large", false;
    }
    return true;
  }

  bool ReadReplacement(std::string_view text, std::vector<Piece>* out, std::string* error) const {
    out->emplace_back();
    if (literal_) {
      out->back().text = text;
      return true;
    }
    const auto digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c == '\\') {
        if (++i == text.size() || (text[i] != '\\' && text[i] != '$')) {
          return *error = "in a replacement \\ stands only before \\ and $", false;
        }
        out->back().text += text[i];
      } else if (c != '$') {
        out->back().text += c;
      } else if (!digit(i + 1)) {
        return *error = "in a replacement a digit follows $; write \\$ for the character", false;
      } else {
        // All digits are the number. While it is above 9 and there is no such group, its last digit is text; one digit for which
        // there is none is nothing.
        std::size_t number = 0;
        for (; digit(i + 1); ++i) {
          const std::size_t longer = number * 10 + static_cast<std::size_t>(text[i + 1] - '0');
          if (longer > 9 && longer >= groups_.size()) break;
          number = longer;
        }
        if (number >= groups_.size()) continue;
        out->back().group = groups_[number];
        out->emplace_back();
      }
    }
    return true;
  }

  std::unique_ptr<const icu::RegexPattern> pattern_;
  std::vector<int> groups_;  // ICU's numbers
  bool back_references_, caseless_references_;
  bool literal_;
  std::int64_t weight_;
  Empty empty_;
};

class IcuTextServices final : public TextServices {
 public:
  bool Upper(std::string_view text, std::string* out) const override { return Map(&icu::CaseMap::utf8ToUpper, text, out); }
  bool Lower(std::string_view text, std::string* out) const override { return Map(&icu::CaseMap::utf8ToLower, text, out); }

  std::shared_ptr<const Regex> Compile(std::string_view pattern, std::string_view flag_text, std::string* error) const override {
    Flags flags;
    Translation translation;
    if (!ReadText(pattern, "the pattern", nullptr, error) || !ParseFlags(flag_text, &flags, error) ||
        !Translate(pattern, flags, &translation, error)) {
      return nullptr;
    }
    UErrorCode status = U_ZERO_ERROR;
    UParseError where;
    std::unique_ptr<const icu::RegexPattern> compiled(
        icu::RegexPattern::compile(icu::UnicodeString::fromUTF8(translation.icu), 0, where, status));
    if (U_FAILURE(status)) return *error = Explain(status), nullptr;
    return std::make_shared<IcuRegex>(std::move(compiled), std::move(translation), flags.literal);
  }

 private:
  using CaseMapping = void(const char* language, std::uint32_t options, icu::StringPiece from, icu::ByteSink& to, icu::Edits*, UErrorCode&);
  static bool Map(CaseMapping* map, std::string_view text, std::string* out) {
    if (text.size() > kMostText || !IsText(text)) return false;
    std::string result;
    icu::StringByteSink<std::string> sink(&result);
    UErrorCode status = U_ZERO_ERROR;
    map("", 0, {text.data(), static_cast<std::int32_t>(text.size())}, sink, nullptr, status);  // "": no language
    if (U_FAILURE(status)) return false;
    *out = std::move(result);
    return true;
  }
};

}  // namespace
}  // namespace icu_text

const TextServices& IcuText() {
  static const icu_text::IcuTextServices kServices;
  return kServices;
}

}  // namespace ordain
