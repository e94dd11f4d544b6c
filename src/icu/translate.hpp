// Internal. From XPath's regular expressions to ICU's.
//
// The whole pattern is read by XPath's grammar (Functions and Operators 3.1, 5.6.1, on top of XML Schema 1.1 part 2, appendix G),
// and an expression that means the same to ICU is written from it; nothing of the pattern gets to ICU as it is. What is written is
// ASCII, uses none of ICU's flags, and only what both agree on:
//
//   .          a set, since ICU's dot knows more line ends and takes CR LF for one
//   ^ $        \A and \z, or look-around for LF under the flag m, since ICU's ^ and $ know more line ends
//   \w \s ...  sets, as XML Schema defines them
//   flag i     letters and ranges become sets with their case variants; \p{Lu} and the like stay what they are, as XPath demands
//   X*? X+?    X{0,}? and X{1,}? where X may match the empty text, since ICU's *? and +? do not end then
//   \1         a group that has not matched is the empty text to XPath and no match to ICU: a group that is referred to has
//              an empty group behind it, which tells whether it has matched
#ifndef ORDAIN_ICU_TRANSLATE_HPP_
#define ORDAIN_ICU_TRANSLATE_HPP_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <unicode/uniset.h>

namespace ordain::icu_text {

struct Flags {
  bool dot_all = false;      // s
  bool multi_line = false;   // m
  bool caseless = false;     // i
  bool spaced = false;       // x
  bool literal = false;      // q; s, m and x mean nothing with it
};
bool ParseFlags(std::string_view text, Flags* out, std::string* error);

struct Translation {
  std::string icu;             // for ICU, without flags
  std::vector<int> groups;     // ICU's number of each group of the pattern, the whole match (0) first
  bool back_references = false;
  bool caseless_references = false;
  std::size_t slots = 0;       // about how many numbers ICU copies whenever it saves where it is
  std::size_t straight = 0;    // about how many atoms it may match without saving
};
// pattern: text, as IsText() says. *error names the place by its character, counted from 1.
bool Translate(std::string_view pattern, const Flags& flags, Translation* out, std::string* error);

// Well-formed UTF-8 without U+0000.
bool IsText(std::string_view text);

// All characters that have case variants, and the variants of set, with itself, as XPath defines them.
const icu::UnicodeSet& CaseVariable();
icu::UnicodeSet CaseVariantsOf(const icu::UnicodeSet& set);
// Characters of which ICU's back-references under the flag i think otherwise than XPath: "ss" would match U+00DF.
const icu::UnicodeSet& FoldsUnlike();

}  // namespace ordain::icu_text

#endif  // ORDAIN_ICU_TRANSLATE_HPP_
