// Unicode and regular expressions on ICU (International Components for Unicode). Target ordain::icu.
//
//   std::string out;
//   ordain::IcuText().Upper("stra\xC3\x9F" "e", &out);   // "STRASSE"
//
// The interface, and what it promises, is in ordain/text.hpp. ICU's own flavour of regular expressions does not show: a pattern is
// read by XPath's grammar, and what XPath does not know (look-around, \b, \uXXXX, possessive quantifiers, ...) is an error.
// Limits: patterns of 16 KiB, brackets nested 90 deep (groups that are referred to count twice), counts up to 1000000, texts of 16 MiB
// (less for long patterns; 32768 characters with back-references), results of 64 MiB and 1048576 parts; under the flag i, back-references in no text that has characters like U+00DF.
// Tested by tests/icu_test.cc and tests/fuzz/regex_fuzz.cc.
#ifndef ORDAIN_ICU_HPP_
#define ORDAIN_ICU_HPP_

#include "ordain/text.hpp"

namespace ordain {

// Lives as long as the program.
const TextServices& IcuText();

}  // namespace ordain

#endif  // ORDAIN_ICU_HPP_
