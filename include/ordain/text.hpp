// What the expression language asks of Unicode: capitals, small letters, regular expressions. The core has none of its own;
// a host gives it one. ordain/icu.hpp has one on ICU (target ordain::icu).
//
//   const ordain::TextServices& text = ordain::IcuText();
//   std::string error, out;
//   std::shared_ptr<const ordain::Regex> regex = text.Compile("(ab)|(a)", "", &error);
//   if (regex == nullptr) return Report(error);
//   regex->Replace("abcd", "[1=$1][2=$2]", &out, &error);   // "[1=ab][2=]cd"
//
// Regular expressions are those of XPath and XQuery 3.1 (Functions and Operators, 5.6), which DMN prescribes for matches,
// replace and split.
//
// Threads: all objects are immutable; share them with any number of threads.
// Errors:  false (or null) and *error, a sentence in English; nothing is written to the result then. What is no text, that is
//          ill-formed UTF-8 or U+0000 in it, is an error everywhere. So is a match that takes too many steps; how many is
//          a function of pattern and text alone, so that the same call ends in the same way on every machine.
#ifndef ORDAIN_TEXT_HPP_
#define ORDAIN_TEXT_HPP_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ordain {

// A compiled regular expression.
class Regex {
 public:
  virtual ~Regex() = default;
  // Whether the pattern matches anywhere in text.
  virtual bool Find(std::string_view text, bool* found, std::string* error) const = 0;
  // Every match replaced. In replacement $0 to $9 (and $10.. where there are so many groups) are what a group matched, \$ and
  // \\ are themselves; any other $ or \ is an error. With the flag q nothing in it is special. A pattern that matches the
  // empty text is an error, as XPath says.
  virtual bool Replace(std::string_view text, std::string_view replacement, std::string* out, std::string* error) const = 0;
  // What stands before, between and behind the matches; always one part more than there are matches: "a;" is "a" and "".
  // A pattern that matches the empty text is an error, as XPath says.
  virtual bool Split(std::string_view text, std::vector<std::string>* parts, std::string* error) const = 0;
};

class TextServices {
 public:
  virtual ~TextServices() = default;
  // In capitals, in small letters, in no particular language. False when the argument is no text.
  virtual bool Upper(std::string_view text, std::string* out) const = 0;
  virtual bool Lower(std::string_view text, std::string* out) const = 0;
  // flags: any of s (. matches line ends), m (^ and $ at lines), i (letter case is ignored), x (white space in the pattern
  // is, too), q (nothing in the pattern is special). Null and *error when the pattern or a flag is none.
  virtual std::shared_ptr<const Regex> Compile(std::string_view pattern, std::string_view flags, std::string* error) const = 0;
};

}  // namespace ordain

#endif  // ORDAIN_TEXT_HPP_
