// ordain::icu: letter case, and regular expressions by XPath's rules. Tables; expected answers are those of the specifications
// (Functions and Operators 3.1, XML Schema 1.1 part 2 appendix G) and of the DMN kit's folders 1106, 1109 and 1111.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "ordain/icu.hpp"

namespace ordain {
namespace {

using namespace std::string_literals;  // NOLINT: "..."s for texts with U+0000

std::string Utf8(char32_t c) {
  const auto byte = [](char32_t b) { return static_cast<char>(static_cast<unsigned char>(b)); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0 | c >> 6), byte(0x80 | (c & 63))};
  if (c < 0x10000) return {byte(0xE0 | c >> 12), byte(0x80 | (c >> 6 & 63)), byte(0x80 | (c & 63))};
  return {byte(0xF0 | c >> 18), byte(0x80 | (c >> 12 & 63)), byte(0x80 | (c >> 6 & 63)), byte(0x80 | (c & 63))};
}
std::string Times(std::size_t n, std::string_view s) {
  std::string out;
  while (n-- != 0) out += s;
  return out;
}

std::shared_ptr<const Regex> Compile(const std::string& pattern, const std::string& flags = "") {
  std::string error;
  auto regex = IcuText().Compile(pattern, flags, &error);
  EXPECT_EQ(regex == nullptr, !error.empty()) << pattern << "\n" << error;
  return regex;
}

// "true", "false", or the error.
std::string Matches(const std::string& text, const std::string& pattern, const std::string& flags = "") {
  std::string error;
  const auto regex = IcuText().Compile(pattern, flags, &error);
  if (regex == nullptr) return error;
  bool found = false;
  if (!regex->Find(text, &found, &error)) return error;
  return found ? "true" : "false";
}
std::string Replaced(const std::string& text, const std::string& pattern, const std::string& replacement, const std::string& flags = "") {
  std::string error, out = "untouched";
  const auto regex = IcuText().Compile(pattern, flags, &error);
  if (regex == nullptr) return "error: " + error;
  if (regex->Replace(text, replacement, &out, &error)) return out;
  EXPECT_EQ(out, "untouched");
  return "error: " + error;
}
std::string Parts(const std::string& text, const std::string& pattern, const std::string& flags = "") {
  std::string error, out;
  const auto regex = IcuText().Compile(pattern, flags, &error);
  if (regex == nullptr) return "error: " + error;
  std::vector<std::string> parts{"untouched"};
  if (!regex->Split(text, &parts, &error)) {
    EXPECT_EQ(parts, std::vector<std::string>{"untouched"});
    return "error: " + error;
  }
  for (const std::string& part : parts) out += "<" + part + ">";
  return out;
}

TEST(IcuCase, CapitalsAndSmallLetters) {
  const struct {
    std::string text, upper, lower;
  } kRows[] = {
      {"", "", ""},
      {"A", "A", "a"},
      {"ABC", "ABC", "abc"},
      {"abc", "ABC", "abc"},
      {"aBc4", "ABC4", "abc4"},
      {"?@{", "?@{", "?@{"},
      {"AbDcF", "ABDCF", "abdcf"},
      {"xyZ ", "XYZ ", "xyz "},
      {"123ABC", "123ABC", "123abc"},
      {"stra\u00DF" "e", "STRASSE", "stra\u00DF" "e"},
      {"\uFB01x", "FIX", "\uFB01x"},
      {"\u0391\u03A3 \u03A3", "\u0391\u03A3 \u03A3", "\u03B1\u03C2 \u03C3"},  // the sigma at the end of a word
      {"iI\u0130\u0131", "II\u0130I", "iii\u0307\u0131"},                      // in no language, also not in Turkish
      {"\U00010400\U00010428", "\U00010400\U00010400", "\U00010428\U00010428"},
      {"\u4E2D\U0001F600", "\u4E2D\U0001F600", "\u4E2D\U0001F600"},
  };
  for (const auto& row : kRows) {
    std::string upper = "x", lower = "x";
    ASSERT_TRUE(IcuText().Upper(row.text, &upper) && IcuText().Lower(row.text, &lower)) << row.text;
    EXPECT_EQ(upper, row.upper);
    EXPECT_EQ(lower, row.lower);
  }
}

// What is no text is refused everywhere, and nothing is written.
TEST(Icu, TextsAreStrictUtf8WithoutZero) {
  for (const std::string& bad : {"a\0b"s, "\0"s, "\x80"s, "a\xC3"s, "\xC0\xAF"s, "\xE0\x80\xAF"s, "\xED\xA0\x80"s, "\xED\xBF\xBF"s,
                                 "\xF4\x90\x80\x80"s, "\xF8\x88\x80\x80\x80"s, "\xE4\xB8"s, "\xFF"s}) {
    std::string out = "untouched", error;
    EXPECT_FALSE(IcuText().Upper(bad, &out));
    EXPECT_FALSE(IcuText().Lower(bad, &out));
    EXPECT_EQ(Matches("a", bad), "the pattern is not well-formed UTF-8 without U+0000");
    EXPECT_EQ(Matches("a", bad, "q"), "the pattern is not well-formed UTF-8 without U+0000");
    EXPECT_EQ(Matches(bad, "a"), "the text is not well-formed UTF-8 without U+0000");
    EXPECT_EQ(Replaced(bad, "a", "b"), "error: the text is not well-formed UTF-8 without U+0000");
    EXPECT_EQ(Replaced("a", "a", bad), "error: the replacement is not well-formed UTF-8 without U+0000");
    EXPECT_EQ(Parts(bad, "a"), "error: the text is not well-formed UTF-8 without U+0000");
    EXPECT_EQ(out, "untouched");
  }
  for (const std::string good : {"\x01", "\x7F", "\u0080", "\u07FF", "\u0800", "\uD7FF", "\uE000", "\uFFFE", "\U0010FFFF"}) {
    EXPECT_EQ(Matches(good, "^.$"), "true") << good;
  }
}

struct MatchRow {
  std::string text, pattern, flags;
  bool found;
};
void Check(const std::vector<MatchRow>& rows) {
  for (const MatchRow& row : rows) {
    EXPECT_EQ(Matches(row.text, row.pattern, row.flags), row.found ? "true" : "false") << row.text << " " << row.pattern << " " << row.flags;
  }
}

// The kit's cases of matches(), the answers as they stand there; errors are in the table of errors.
TEST(IcuRegex, MatchesOfTheKit) {
  Check({
      {"This is a characte", "This is a characte", "", true},
      {"abracadabra", "bra", "", true},
      {"\nabcd\ndefg\n", "^$", "m", true},
      {"abcd\n\ndefg\n ", "^$", "m", true},
      {"Mary\rJones", "Mary.Jones", "", false},
      {"abc", "ABC", "i", true},
      {"abZ", "[A-Z]*", "i", true},
      {"abZ", "[a-z]*", "i", true},
      {"\u212A", "k", "i", true},
      {"x", "[A-Z-[OI]]", "i", true},
      {"X", "[A-Z-[OI]]", "i", true},
      {"O", "[A-Z-[OI]]", "i", false},
      {"i", "[A-Z-[OI]]", "i", false},
      {"Q", "[^Q]", "i", false},
      {"q", "[^Q]", "i", false},
      {"hello world", "hello\\ sworld", "x", true},
      {"hello world", " hello[ ]world", "x", true},
      {"hello world", "hello[ ]world ", "x", true},
      {"hello world", "he ll o[ ]worl d", "x", true},
      {"hello world", "\\p{ IsBasicLatin}+", "x", true},
      {"hello world", "\\p{ I s B a s i c L a t i n }+", "x", true},
      {"a", "a[^b]", "", false},
      {"a ", "a[^b]", "", true},
      {"aA", "(a)\\1", "i", true},
  });
}

TEST(IcuRegex, AnchorsAndDots) {
  Check({
      {"ab", "b", "", true}, {"ab", "^b", "", false}, {"ab", "b$", "", true}, {"ab", "a$", "", false},
      // The flag m: lines end at LF only, and none begins behind a last one.
      {"a\nb", "^b", "", false}, {"a\nb", "^b", "m", true}, {"a\nb", "a$", "", false}, {"a\nb", "a$", "m", true},
      {"a\n", "a$", "", false}, {"a\n", "a$", "m", true}, {"a\n", "\\n^", "m", false}, {"a\n\n", "\\n^\\n", "m", true},
      {"a\rb", "^b", "m", false}, {"a\u0085" "b", "^b", "m", false}, {"a\u2028" "b", "^b", "m", false}, {"a\rb", "a$", "m", false},
      {"", "^$", "", true}, {"", "^$", "m", true}, {"ab", "a^b", "", false}, {"ab", "^*ab$+", "", true}, {"b", "(a|^)b", "", true},
      {"ab", "^{2}a", "", true}, {"a\nb", "^?b", "m", true},
      // The dot: neither LF nor CR, but every other character, one at a time.
      {"\n", ".", "", false}, {"\r", ".", "", false}, {"\n", ".", "s", true}, {"\r", ".", "s", true}, {"\r\n", "^..$", "s", true},
      {"\u0085", ".", "", true}, {"\u2028", ".", "", true}, {"\x0B", ".", "", true}, {"\U0001F600", "^.$", "", true},
      {"\r\n", "^.$", "s", false}, {"a\nb", "a.b", "m", false}, {"a\nb", "a.b", "sm", true},
      {"e\u0301", "^.$", "", false},
  });
}

TEST(IcuRegex, QuantifiersAndGroups) {
  Check({
      {"", "", "", true}, {"a", "", "", true}, {"", "()", "", true}, {"ac", "^a(|b)c$", "", true}, {"c", "^(a||b)c$", "", true},
      {"ab", "^(a|ab)$", "", true}, {"aaa", "^a{3}$", "", true}, {"aa", "^a{3}$", "", false}, {"aaaa", "^a{2,}$", "", true},
      {"a", "^a{2,}$", "", false}, {"aaa", "^a{1,2}$", "", false}, {"", "^a{0}$", "", true}, {"a", "^a{0,0}$", "", false},
      {"abab", "^(?:ab){2}$", "", true}, {"abab", "^(ab){2}$", "", true}, {"aab", "^a{1,3}?b$", "", true}, {"x", "^(a*)*x$", "", true},
      {"x", "^(a*)+?x$", "", true}, {"x", "^(|a)*x$", "", true}, {"x", "^(){5}x$", "", true}, {"x", "^(?:){2,3}x$", "", true},
      {"xxz", "^(|x)+?y", "", false}, {"xxy", "^(|x)+?y", "", true}, {"xxz", "^(?:|x)*?y", "", false}, {"xxy", "^(?:x?)*?y", "", true},
      {"aaz", "^((a*)*?)+?y", "", false}, {"aay", "^((a*)*?)+?y", "", true}, {"az", "^(b?)a\\1*?y", "", false}, {"x", "^^*?^+?y", "", false},
      {"aay", "^(a|b?)+?y$", "", true}, {"xxz", "^(|x)*y", "", false}, {"xxz", "^(|x){3,}?y", "", false},
      {Times(1000, "ab"), "^(ab){1000}$", "", true}, {Times(999, "ab"), "^(ab){1000}$", "", false},
      {"#", "#", "", true}, {"# ", "# ", "", true}, {"a-b", "a-b", "", true}, {"a,b", "a,b", "", true}, {"&&", "&&", "", true},
      {"=!<>/", "=!<>/", "", true}, {"\t", "\t", "", true},
      // Every character that has an escape.
      {"\\|.?*+(){}-[]^$", "^\\\\\\|\\.\\?\\*\\+\\(\\)\\{\\}\\-\\[\\]\\^\\$$", "", true}, {"\n\r\t", "^\\n\\r\\t$", "", true},
      {"a", "\\.", "", false},
  });
  // As deep as may be, with whatever may stand there.
  EXPECT_EQ(Matches("xx", "(x)" + Times(90, "(") + "\\1$" + Times(90, ")"), "im"), "true");
  EXPECT_EQ(Matches("x", Times(89, "(?:") + "[^a]" + Times(89, ")")), "true");
  EXPECT_EQ(Matches("b", Times(89, "[a-z-") + "[b]" + Times(89, "]")), "false");
  EXPECT_EQ(Matches("xx", Times(45, "(") + "x" + Times(45, ")") + "\\45"), "true");
  std::string all = Times(45, "(") + "x" + Times(45, ")");  // every group is referred to
  for (int n = 1; n <= 45; ++n) all += "\\" + std::to_string(n);
  EXPECT_EQ(Matches(std::string(46, 'x'), "^" + all + "$"), "true");
}

TEST(IcuRegex, Classes) {
  Check({
      {"b", "^[a-c]$", "", true}, {"d", "^[a-c]$", "", false}, {"-", "^[a-]$", "", true}, {"-", "^[-a]$", "", true},
      {"-", "^[a-c-]$", "", true}, {"-", "^[a-k-z]$", "", true}, {"l", "^[a-k-z]$", "", false}, {"z", "^[a-k-z]$", "", true},
      {"-", "^[\\d-z]$", "", true}, {"y", "^[\\d-z]$", "", false}, {"-", "^[--]$", "", true}, {"-", "^[-]$", "", true},
      {"^", "^[a^]$", "", true}, {"^", "^[^^]$", "", false}, {"a", "^[^-]$", "", true}, {"-", "^[^-]$", "", false},
      {".", "^[.]$", "", true}, {"a", "^[.]$", "", false}, {"$", "^[$]$", "", true}, {"(", "^[(|)*+?{}]$", "", true}, {"}", "^[(|)*+?{}]$", "", true},
      {"&", "^[a&&b]$", "", true}, {"a", "^[a&&b]$", "", true}, {":", "^[:digit:]$", "", true}, {"5", "^[:digit:]$", "", false},
      {"]", "^[\\]]$", "", true}, {"[", "^[\\[]$", "", true}, {"\\", "^[\\\\]$", "", true}, {"c", "^[\\--d]$", "", true},
      {",", "^[+-\\-]$", "", true}, {"\n", "^[\\n]$", "", true}, {"\U0001F600", "^[\U0001F5FF-\U0001F601]$", "", true},
      {"\U0001F600", "^[^a]$", "", true}, {"\n", "^[^a]$", "", true}, {"5", "^[\\da]$", "", true}, {"5", "^[^\\da]$", "", false},
      {"#", "^[#]$", "", true}, {" ", "^[ ]$", "", true},
      // Subtraction.
      {"b", "^[a-z-[aeiou]]$", "", true}, {"e", "^[a-z-[aeiou]]$", "", false}, {"e", "^[a-z-[aeiou-[e]]]$", "", true},
      {"-", "^[a-z-[-]]$", "", false}, {"-", "^[a--[a]]$", "", true}, {"a", "^[a--[a]]$", "", false}, {"-", "^[--[a]]$", "", true},
      {"5", "^[^a-z-[5]]$", "", false}, {"6", "^[^a-z-[5]]$", "", true}, {"a", "^[^a-z-[5]]$", "", false},
      {"a", "^[a-z-[^a]]$", "", true}, {"b", "^[a-z-[^a]]$", "", false}, {"7", "^[\\w-[\\d]]$", "", false}, {"x", "^[\\w-[\\d]]$", "", true},
      {"\u00E9", "^[\\p{L}-[\\p{IsBasicLatin}]]$", "", true}, {"e", "^[\\p{L}-[\\p{IsBasicLatin}]]$", "", false},
  });
}

TEST(IcuRegex, EscapesForMany) {
  Check({
      {"5", "^\\d$", "", true}, {"\u0665", "^\\d$", "", true}, {"\u00B2", "^\\d$", "", false}, {"a", "^\\D$", "", true}, {"5", "^\\D$", "", false},
      // \w: all but punctuation, separators and others; so symbols are in it, and the low line is not.
      {"a", "^\\w$", "", true}, {"_", "^\\w$", "", false}, {"+", "^\\w$", "", true}, {"$", "^\\w$", "", true}, {"-", "^\\w$", "", false},
      {" ", "^\\w$", "", false}, {"\u0301", "^\\w$", "", true}, {"\u200B", "^\\w$", "", false}, {"\u4E2D", "^\\w$", "", true},
      {"-", "^\\W$", "", true}, {"a", "^\\W$", "", false}, {"\x01", "^\\W$", "", true},
      {" ", "^\\s$", "", true}, {"\t", "^\\s$", "", true}, {"\n", "^\\s$", "", true}, {"\r", "^\\s$", "", true},
      {"\u00A0", "^\\s$", "", false}, {"\x0B", "^\\s$", "", false}, {"\x0C", "^\\s$", "", false}, {"\u3000", "^\\s$", "", false}, {"\u00A0", "^\\S$", "", true},
      {" ", "^\\S$", "", false},
      // Names of XML.
      {"a", "^\\i$", "", true}, {":", "^\\i$", "", true}, {"_", "^\\i$", "", true}, {"1", "^\\i$", "", false}, {"-", "^\\i$", "", false},
      {"\u00D7", "^\\i$", "", false}, {"\u4E2D", "^\\i$", "", true}, {"1", "^\\I$", "", true}, {"a", "^\\I$", "", false},
      {"1", "^\\c$", "", true}, {"-", "^\\c$", "", true}, {".", "^\\c$", "", true}, {"\u00B7", "^\\c$", "", true}, {" ", "^\\c$", "", false},
      {" ", "^\\C$", "", true}, {"1", "^\\C$", "", false}, {"xml:id-1", "^\\i\\c*$", "", true}, {"1a", "^[\\i-[:]][\\c-[:]]*$", "", false},
      {"1", "^[\\I]$", "", true}, {" ", "^[\\C\\i]$", "", true}, {"a", "^[\\C\\i]$", "", true}, {"1", "^[\\C\\i]$", "", false},
      {"1", "^[^\\i]$", "", true},
      // Categories.
      {"a", "^\\p{L}$", "", true}, {"a", "^\\p{Lu}$", "", false}, {"a", "^\\P{Lu}$", "", true}, {"A", "^\\P{Lu}$", "", false},
      {"\u01C5", "^\\p{Lt}$", "", true}, {"\u20AC", "^\\p{Sc}$", "", true}, {"\u2028", "^\\p{Zl}$", "", true}, {"\u0378", "^\\p{Cn}$", "", true},
      {"_", "^\\p{Pc}$", "", true}, {"\u2160", "^\\p{Nl}$", "", true}, {"a", "^[\\P{L}]$", "", false}, {"1", "^[^\\P{L}]$", "", false},
      // Blocks.
      {"~", "^\\p{IsBasicLatin}$", "", true}, {"\u0080", "^\\p{IsBasicLatin}$", "", false}, {"\u0080", "^\\P{IsBasicLatin}$", "", true},
      {"\u00E9", "^\\p{IsLatin-1Supplement}$", "", true}, {"\u0101", "^\\p{IsLatinExtended-A}$", "", true}, {"\u03B1", "^\\p{IsGreek}$", "", true},
      {"\u03B1", "^\\p{IsGreekandCoptic}$", "", true}, {"\u20D0", "^\\p{IsCombiningMarksforSymbols}$", "", true},
      {"\u20D0", "^\\p{IsCombiningDiacriticalMarksforSymbols}$", "", true}, {"\uE000", "^\\p{IsPrivateUse}$", "", true},
      {"\u4E2D", "^\\p{IsCJKUnifiedIdeographs}$", "", true}, {"\u3400", "^\\p{IsCJKUnifiedIdeographsExtensionA}$", "", true},
      {"\u0500", "^\\p{IsCyrillicSupplementary}$", "", true}, {"\uA840", "^\\p{IsPhags-pa}$", "", true}, {"\u2070", "^\\p{IsSuperscriptsandSubscripts}$", "", true},
      {"\u3000", "^\\p{IsCJKSymbolsandPunctuation}$", "", true}, {"\uFB50", "^\\p{IsArabicPresentationForms-A}$", "", true},
      {"\u07C0", "^\\p{IsNKo}$", "", true}, {"\U0001D400", "^\\p{IsMathematicalAlphanumericSymbols}$", "", true}, {"\u13A0", "^\\p{IsCherokee}$", "", true},
  });
}

// All blocks of XML Schema 1.0 (Unicode 3.1) have to be known; two of surrogates, of which no text has any, are named as the others.
TEST(IcuRegex, BlocksOfXmlSchema) {
  for (const char* block :
       {"BasicLatin", "Latin-1Supplement", "LatinExtended-A", "LatinExtended-B", "IPAExtensions", "SpacingModifierLetters", "CombiningDiacriticalMarks",
        "Greek", "Cyrillic", "Armenian", "Hebrew", "Arabic", "Syriac", "Thaana", "Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil",
        "Telugu", "Kannada", "Malayalam", "Sinhala", "Thai", "Lao", "Tibetan", "Myanmar", "Georgian", "HangulJamo", "Ethiopic", "Cherokee",
        "UnifiedCanadianAboriginalSyllabics", "Ogham", "Runic", "Khmer", "Mongolian", "LatinExtendedAdditional", "GreekExtended", "GeneralPunctuation",
        "SuperscriptsandSubscripts", "CurrencySymbols", "CombiningMarksforSymbols", "LetterlikeSymbols", "NumberForms", "Arrows",
        "MathematicalOperators", "MiscellaneousTechnical", "ControlPictures", "OpticalCharacterRecognition", "EnclosedAlphanumerics", "BoxDrawing",
        "BlockElements", "GeometricShapes", "MiscellaneousSymbols", "Dingbats", "BraillePatterns", "CJKRadicalsSupplement", "KangxiRadicals",
        "IdeographicDescriptionCharacters", "CJKSymbolsandPunctuation", "Hiragana", "Katakana", "Bopomofo", "HangulCompatibilityJamo", "Kanbun",
        "BopomofoExtended", "EnclosedCJKLettersandMonths", "CJKCompatibility", "CJKUnifiedIdeographsExtensionA", "CJKUnifiedIdeographs", "YiSyllables",
        "YiRadicals", "HangulSyllables", "PrivateUse", "CJKCompatibilityIdeographs", "AlphabeticPresentationForms", "ArabicPresentationForms-A",
        "CombiningHalfMarks", "CJKCompatibilityForms", "SmallFormVariants", "ArabicPresentationForms-B", "Specials", "HalfwidthandFullwidthForms",
        "OldItalic", "Gothic", "Deseret", "ByzantineMusicalSymbols", "MusicalSymbols", "MathematicalAlphanumericSymbols",
        "CJKUnifiedIdeographsExtensionB", "CJKCompatibilityIdeographsSupplement", "Tags", "HighSurrogates", "LowSurrogates", "HighPrivateUseSurrogates"}) {
    EXPECT_NE(Compile("\\p{Is"s + block + "}"), nullptr) << block;
  }
}

TEST(IcuRegex, LetterCase) {
  Check({
      {"A", "a", "", false}, {"A", "a", "i", true}, {"a", "A", "i", true}, {"k", "\u212A", "i", true}, {"K", "\u212A", "i", true}, {"s", "\u017F", "i", true},
      {"\u03C3", "\u03C2", "i", true}, {"\u03A3", "\u03C2", "i", true}, {"\u00E9", "\u00C9", "i", true}, {"\U00010400", "\U00010428", "i", true},
      {"SS", "\u00DF", "i", false}, {"\u1E9E", "\u00DF", "i", true}, {"\u0130", "i", "i", false}, {"\u0131", "i", "i", true},
      {"\u03D1", "\u03F4", "i", false}, {"\u03D1", "\u03B8", "i", true}, {"\u03F4", "\u03B8", "i", true},
      {"\u03D1", "[\u03F4\u03F5]", "i", false}, {"\u03B8", "[\u03F4]", "i", true},
      // Ranges get variants before they are negated or subtracted; nothing else is touched.
      {"k", "^[^K]$", "i", false}, {"\u212A", "^[a-z]$", "i", true}, {"\u212A", "^[a-z]$", "", false}, {"m", "^[A-Z-[m]]$", "i", false},
      {"M", "^[A-Z-[m]]$", "i", false}, {"a", "^\\p{Lu}$", "i", false}, {"A", "^\\p{Lu}$", "i", true}, {"a", "^[\\p{Lu}]$", "i", false},
      {"a", "^\\P{Lu}$", "i", true}, {"b", "^[Z-b]$", "i", true}, {"B", "^[Z-b]$", "i", true}, {"z", "^[Z-b]$", "i", true}, {"c", "^[Z-b]$", "i", false},
      {"A", "a", "im", true}, {"A.", "a.", "qi", true}, {"Ab", "a.", "qi", false},
  });
}

// Two characters are variants when their capitals or their small letters are the same, whatever characters they are.
TEST(IcuRegex, VariantsAreThoseOfXPath) {
  std::map<std::string, std::vector<std::string>> capitals, smalls;  // each with all characters that have it
  std::map<std::string, std::pair<std::string, std::string>> letters;
  for (char32_t c = 1; c < 0x20000; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    const std::string one = Utf8(c);
    std::string upper, lower;
    ASSERT_TRUE(IcuText().Upper(one, &upper) && IcuText().Lower(one, &lower));
    capitals[upper].push_back(one);
    smalls[lower].push_back(one);
    if (upper != one || lower != one) letters[one] = {upper, lower};
  }
  std::string all;
  for (const auto& [one, cases] : letters) all += one;
  ASSERT_GT(letters.size(), 2500u);
  std::size_t with_variants = 0;
  for (const auto& [one, cases] : letters) {
    std::set<std::string> variants(capitals[cases.first].begin(), capitals[cases.first].end());
    variants.insert(smalls[cases.second].begin(), smalls[cases.second].end());
    std::string expected;  // both in the order of bytes, which is that of characters
    for (const std::string& v : variants) expected += v;
    EXPECT_EQ(Replaced(all, "[^" + one + "]", "", "i"), expected) << one;
    with_variants += variants.size() > 1;
  }
  EXPECT_GT(with_variants, 2500u);
}

TEST(IcuRegex, BackReferences) {
  Check({
      {"abab", "^(ab)\\1$", "", true}, {"abba", "^(ab)\\1$", "", false}, {"aa", "^(a)\\1$", "", true}, {"abcabc", "^(a(b)c)\\1$", "", true},
      {"abcb", "^(a(b)c)\\2$", "", true}, {"\U0001F600\U0001F600", "^(.)\\1$", "", true},
      // A group that has not matched is the empty text.
      {"b", "^(a)?b\\1$", "", true}, {"aba", "^(a)?b\\1$", "", true}, {"ab", "^(a)?b\\1$", "", false}, {"x", "^(?:(a)|x)\\1$", "", true},
      {"aa", "^(?:(a)|x)\\1$", "", true}, {"a", "^(?:(a)|x)\\1$", "", false}, {"x", "^(?:(a)|x)\\1{3}$", "", true},
      // As many digits as there are groups.
      {"abcdefghijj", "^(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\10$", "", true}, {"aa0", "^(a)\\10$", "", true}, {"aa1", "^(a)\\11$", "", true},
      {"abcdefghija0", "^(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\10$", "", false}, {"xyxy", "^(?:x)?(y)(?:x)\\1$", "", true},
      {"aA", "(a)\\1", "", false}, {"aA", "^([a-z])\\1$", "i", true}, {"\u212Ak", "^(.)\\1$", "i", true}, {"ab", "^(.)\\1$", "i", false},
      {"aa", "(a) \\ 1", "x", true},
  });
  EXPECT_EQ(Replaced("a1a b2a cc", "([a-z])(\\d)\\1", "<$1$2>"), "<a1> b2a cc");
  // What ICU would not compare as XPath does is refused.
  for (const char* text : {"\u00DFss", "\u0131", "\uFB01", "\u03F4"}) {
    EXPECT_EQ(Matches(text, "(.)\\1", "i"),
              "back-references under the flag i are not for texts with characters like U+00DF, which case folding makes several");
    EXPECT_EQ(Matches(text, "(.)\\1", "").size() <= 5, true) << text;
  }
}

TEST(IcuRegex, Flags) {
  Check({
      {"ab", "a b", "x", true}, {"a b", "a b", "x", false}, {"a b", "a[ ]b", "x", true}, {"a]b c", "a\\]b c", "x", false}, {"a]bc", "a\\]b c", "x", true},
      {"[b", "\\[b ", "x", true}, {"\t", "[\t]", "x", true}, {"ab", "\ta\nb\r ", "x", true}, {"a\u00A0b", "a\u00A0b", "x", true}, {"\u2003", "\u2003", "x", true},
      {"aa", "a {2} ", "x", true}, {"a", "a * ?", "x", true}, {"ab", "( ? :a)b", "x", true}, {"#", "#", "x", true},
      {"a.b", "a.b", "q", true}, {"axb", "a.b", "q", false}, {"(", "(", "q", true}, {"a b", "a b", "qx", true}, {"a\nb", "b", "qm", true}, {"\\1[", "\\1[", "q", true},
      {"x", "", "q", true}, {"A", "a", "ii", true}, {"a\nb", "A.^B", "smix", true}, {"", "^$", "q", false},
  });
}

TEST(IcuRegex, Errors) {
  const struct {
    std::string pattern, flags, error;
  } kRows[] = {
      {"a", "p", "the flags are s, m, i, x and q"},
      {"a", " ", "the flags are s, m, i, x and q"},
      {"a", "X", "the flags are s, m, i, x and q"},
      {"a", "S", "the flags are s, m, i, x and q"},
      {"a", ";j", "the flags are s, m, i, x and q"},
      {"a", "i\0"s, "the flags are s, m, i, x and q"},
      {"(", "", "character 1 of the pattern: ( without )"},
      {"ab(c(d)", "", "character 3 of the pattern: ( without )"},
      {")", "", "character 1 of the pattern: ) without (; write \\) for the character"},
      {"a|b)", "", "character 4 of the pattern: ) without (; write \\) for the character"},
      {"*a", "", "character 1 of the pattern: there is nothing that * could repeat"},
      {"a|+", "", "character 3 of the pattern: there is nothing that + could repeat"},
      {"(?)", "", "character 3 of the pattern: behind (? only : may stand"},
      {"a**", "", "character 3 of the pattern: there is nothing that * could repeat"},
      {"a*+", "", "character 3 of the pattern: there is nothing that + could repeat"},     // possessive
      {"a*??", "", "character 4 of the pattern: there is nothing that ? could repeat"},
      {"a{2}{3}", "", "character 5 of the pattern: write \\{ for the character"},
      {"a{2}+", "", "character 5 of the pattern: there is nothing that + could repeat"},
      {"{", "", "character 1 of the pattern: write \\{ for the character"},
      {"a}", "", "character 2 of the pattern: write \\} for the character"},
      {"a]", "", "character 2 of the pattern: write \\] for the character"},
      {"a{,2}", "", "character 3 of the pattern: a number is expected behind {; write \\{ for the character"},
      {"a{", "", "character 3 of the pattern: a number is expected behind {; write \\{ for the character"},
      {"a{2", "", "character 4 of the pattern: {n}, {n,} or {n,m} is expected; write \\{ for the character"},
      {"a{2,1}", "", "character 6 of the pattern: {n,m} with n above m"},
      {"a{ 2}", "", "character 3 of the pattern: a number is expected behind {; write \\{ for the character"},
      {"a{1000001}", "", "character 9 of the pattern: no count may be above 1000000"},
      {"a{99999999999999999999}", "", "character 9 of the pattern: no count may be above 1000000"},
      // Of other flavours.
      {"(?=a)", "", "character 3 of the pattern: behind (? only : may stand"},
      {"(?!a)", "", "character 3 of the pattern: behind (? only : may stand"},
      {"(?<=a)", "", "character 3 of the pattern: behind (? only : may stand"},
      {"(?<n>a)", "", "character 3 of the pattern: behind (? only : may stand"},
      {"(?>a)", "", "character 3 of the pattern: behind (? only : may stand"},
      {"(?i)a", "", "character 3 of the pattern: behind (? only : may stand"},
      {"(?#a)", "", "character 3 of the pattern: behind (? only : may stand"},
      {"a\\b", "", "character 2 of the pattern: unknown escape \\b"},
      {"\\Aa", "", "character 1 of the pattern: unknown escape \\A"},
      {"a\\z", "", "character 2 of the pattern: unknown escape \\z"},
      {"\\Qa\\E", "", "character 1 of the pattern: unknown escape \\Q"},
      {"\\x41", "", "character 1 of the pattern: unknown escape \\x"},
      {"\\u0041", "", "character 1 of the pattern: unknown escape \\u"},
      {"\\h", "", "character 1 of the pattern: unknown escape \\h"},
      {"\\R", "", "character 1 of the pattern: unknown escape \\R"},
      {"\\X", "", "character 1 of the pattern: unknown escape \\X"},
      {"\\k<n>", "", "character 1 of the pattern: unknown escape \\k"},
      {"\\,", "", "character 1 of the pattern: unknown escape \\,"},
      {"\\ ", "", "character 1 of the pattern: unknown escape \\"},
      {"\u4E2D\\\u4E2D", "", "character 2 of the pattern: unknown escape \\"},
      {"a\\", "", "character 2 of the pattern: \\ with nothing behind it"},
      // Classes.
      {"[", "", "character 1 of the pattern: [ without ]"},
      {"[a", "", "character 1 of the pattern: [ without ]"},
      {"[a-", "", "character 4 of the pattern: ] is missing"},
      {"[]", "", "character 2 of the pattern: a class needs a character; write \\] for the character"},
      {"[^]", "", "character 3 of the pattern: a class needs a character; write \\] for the character"},
      {"[]a]", "", "character 2 of the pattern: a class needs a character; write \\] for the character"},
      {"[a[b]]", "", "character 3 of the pattern: write \\[ for the character"},
      {"[[:alpha:]]", "", "character 2 of the pattern: write \\[ for the character"},
      {"[-[a]]", "", "character 3 of the pattern: write \\[ for the character"},
      {"[z-a]", "", "character 4 of the pattern: a range ends below its start"},
      {"[a-\\d]", "", "character 4 of the pattern: a range ends in one character"},
      {"[+--]", "", "character 3 of the pattern: no range begins or ends in -; write \\- for the character"},
      {"[--a]", "", "character 3 of the pattern: no range begins or ends in -; write \\- for the character"},
      {"[---]", "", "character 3 of the pattern: no range begins or ends in -; write \\- for the character"},
      {"[a-z-[b]c]", "", "character 9 of the pattern: ] is expected behind a class that is subtracted"},
      {"[a-z-[]]", "", "character 7 of the pattern: a class needs a character; write \\] for the character"},
      {"[a-z-[b]", "", "character 9 of the pattern: ] is expected behind a class that is subtracted"},
      {"[\\b]", "", "character 2 of the pattern: unknown escape \\b"},
      // Properties.
      {"\\p", "", "character 3 of the pattern: { is expected behind \\p and \\P"},
      {"\\pL", "", "character 3 of the pattern: { is expected behind \\p and \\P"},
      {"\\p{L", "", "character 1 of the pattern: \\p{ without }"},
      {"\\p{}", "", "character 1 of the pattern: there is no category or block \"\""},
      {"\\p{^L}", "", "character 1 of the pattern: there is no category or block \"^L\""},
      {"\\p{Lx}", "", "character 1 of the pattern: there is no category or block \"Lx\""},
      {"\\p{Lul}", "", "character 1 of the pattern: there is no category or block \"Lul\""},
      {"\\p{Cs}", "", "character 1 of the pattern: there is no category or block \"Cs\""},
      {"\\p{LC}", "", "character 1 of the pattern: there is no category or block \"LC\""},
      {"\\p{l}", "", "character 1 of the pattern: there is no category or block \"l\""},
      {"\\p{Greek}", "", "character 1 of the pattern: there is no category or block \"Greek\""},
      {"\\p{Is}", "", "character 1 of the pattern: there is no category or block \"Is\""},
      {"\\p{IsLatin}", "", "character 1 of the pattern: there is no category or block \"IsLatin\""},
      {"\\p{Isbasiclatin}", "", "character 1 of the pattern: there is no category or block \"Isbasiclatin\""},
      {"\\p{IsBasic_Latin}", "", "character 1 of the pattern: there is no category or block \"IsBasic_Latin\""},
      {"\\p{InBasicLatin}", "", "character 1 of the pattern: there is no category or block \"InBasicLatin\""},
      {"\\p{ IsBasicLatin}+", "", "character 1 of the pattern: there is no category or block \" IsBasicLatin\""},
      {"[a-z-[b] ]", "x", "character 9 of the pattern: ] is expected behind a class that is subtracted"},
      {"[\\p{ IsBasicLatin}]", "x", "character 2 of the pattern: there is no category or block \" IsBasicLatin\""},
      // Back-references.
      {"(.)\\3", "", "character 5 of the pattern: there is no group 3 before"},
      {"(.)\\2", "", "character 5 of the pattern: there is no group 2 before"},
      {"\\3", "", "character 2 of the pattern: there is no group 3 before"},
      {"\\0", "", "character 2 of the pattern: there is no group 0 to refer to"},
      {"(a)\\0", "", "character 5 of the pattern: there is no group 0 to refer to"},
      {"\\1(a)", "", "character 2 of the pattern: there is no group 1 before"},
      {"(a\\1)", "", "character 4 of the pattern: group 1 is not closed yet"},
      {"(?:a)\\1", "", "character 7 of the pattern: there is no group 1 before"},
      {"(asd)[\\1]", "", "character 7 of the pattern: no group can be referred to in a class"},
      {"(asd)[asd\\1]", "", "character 10 of the pattern: no group can be referred to in a class"},
      {"(asd)[asd\\0]", "", "character 10 of the pattern: no group can be referred to in a class"},
      {"1[asd\\0]", "", "character 6 of the pattern: no group can be referred to in a class"},
      // Places count what the flag x takes away.
      {"a b\n *+", "x", "character 7 of the pattern: there is nothing that + could repeat"},
      // Limits.
      {std::string(16385, 'a'), "", "the pattern is longer than 16384 bytes"},
      {std::string(16385, 'a'), "q", "the pattern is longer than 16384 bytes"},
      {Times(91, "(") + Times(91, ")"), "", "character 91 of the pattern: brackets are nested too deeply"},
      {Times(91, "[a-") + "b" + Times(91, "]"), "", "character 271 of the pattern: brackets are nested too deeply"},
      {Times(1000, "()"), "", "character 2000 of the pattern: there are too many groups"},
      {Times(8000, "\\i"), "", "the pattern is too large"},
  };
  for (const auto& row : kRows) {
    const std::string error = Matches("abcd", row.pattern, row.flags);
    if (row.error == "the pattern is too large") {
      EXPECT_NE(error.find(row.error), std::string::npos) << error;
    } else {
      EXPECT_EQ(error, row.error) << row.pattern << " " << row.flags;
    }
  }
}

TEST(IcuRegex, Replace) {
  const struct {
    std::string text, pattern, replacement, flags, expected;
  } kRows[] = {
      // The kit's.
      {"abcd", "(ab)|(a)", "[1=$1][2=$2]", "", "[1=ab][2=]cd"},
      {"a", "[b-z]", "#", "", "a"},
      {"a", "[a-z]", "#", "", "#"},
      {"abc", "def", "#", "", "abc"},
      {"abc", "e", "#", "", "abc"},
      {"foobar", "^fo*b*", "#", "", "#ar"},
      {"abc", ".^[d-z]", "#", "", "abc"},
      {"abracadabra", "bra", "*", "", "a*cada*"},
      {"abracadabra", "a.*a", "*", "", "*"},
      {"abracadabra", "a.*?a", "*", "", "*c*bra"},
      {"abracadabra", "a", "", "", "brcdbr"},
      {"abracadabra", "a(.)", "a$1$1", "", "abbraccaddabbra"},
      {"AAAA", "A+", "b", "", "b"},
      {"AAAA", "A+?", "b", "", "bbbb"},
      {"darted", "^(.*?)d(.*)$", "$1c$2", "", "carted"},
      {"reluctant", "r.*?t", "X", "", "Xant"},
      {"0123456789", "(\\d{3})(\\d{3})(\\d{4})", "($1) $2-$3", "", "(012) 345-6789"},
      {"facetiously", "[iouy]", "[$0]", "", "facet[i][o][u]sl[y]"},
      {"abc", "[a-z]", "#", "", "###"},
      {"a.b.c.", "[a-z]", "#", "s", "#.#.#."},
      {"abc", "[A-Z]", "#", "i", "###"},
      {"abc", "[a-z]", "#", "s", "###"},
      {"a b c d ", "[a-z]", "#", "x", "# # # # "},
      {"abc", ".^[d-z]*", "smix", "", "abc"},
      {"abc", "[A-Z]", "#", "", "abc"},
      {"abc", ".^[d-z]*", "#", "smix", "abc"},
      // Numbers: all digits; while above 9 and above the groups, the last is text.
      {"ab", "(a)", "<$1>", "", "<a>b"},
      {"ab", "(a)", "<$2>", "", "<>b"},
      {"ab", "a", "<$1>", "", "<>b"},
      {"ab", "(a)", "<$10>", "", "<a0>b"},
      {"ab", "(a)", "<$20>", "", "<0>b"},
      {"ab", "(a)", "<$01>", "", "<a>b"},
      {"ab", "(a)", "<$00>", "", "<a>b"},
      {"ab", "a(b)", "<$012>", "", "<b2>"},
      {"ab", "(a)", "<$123456789012345678901234567890>", "", "<a23456789012345678901234567890>b"},
      {"abcdefghijk", "(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)", "$10$1$11", "", "jaa1k"},
      {"ab", "(?:a)(b)", "$1", "", "b"},
      {"ab", "(a)(x)?", "[$2]", "", "[]b"},
      // Groups that are referred to have other numbers in ICU than here.
      {"aabb", "(a)\\1(b)\\2", "$2$1", "", "ba"},
      {"xy", "(?:(a)|x)\\1(y)", "<$1|$2>", "", "<|y>"},
      // What is special is so only there.
      {"ab", "a", "\\$1\\\\", "", "$1\\b"},
      {"ab", "a", "$0$0", "", "aab"},
      {"a.b", ".", "$1\\", "q", "a$1\\b"},
      {"A.b", "a.", "$0", "qi", "$0b"},
      {"\u4E2D\U0001F600x", "\U0001F600", "\u00E9", "", "\u4E2D\u00E9x"},
      {"\u4E2D\U0001F600x", ".", "<$0>", "", "<\u4E2D><\U0001F600><x>"},
      {"", "a", "b", "", ""},
      {"a\nb\n", "^.", "<$0>", "m", "<a>\n<b>\n"},
      {"aaa", "^a", "b", "", "baa"},
      {"aaa", "a$", "b", "", "aab"},
      {"(a) a", "\\(a\\)", "", "", " a"},
      // Errors.
      {"abc", "b", "$", "", "error: in a replacement a digit follows $; write \\$ for the character"},
      {"abc", "b", "$x", "", "error: in a replacement a digit follows $; write \\$ for the character"},
      {"abc", "b", "${1}", "", "error: in a replacement a digit follows $; write \\$ for the character"},
      {"abc", "b", "\\", "", "error: in a replacement \\ stands only before \\ and $"},
      {"abc", "b", "\\n", "", "error: in a replacement \\ stands only before \\ and $"},
      {"abc", "x", "$", "", "error: in a replacement a digit follows $; write \\$ for the character"},  // also when nothing matches
      {"abc", "x*", "-", "", "error: the pattern matches the empty text"},
      {"abc", "", "-", "", "error: the pattern matches the empty text"},
      {"abc", "", "-", "q", "error: the pattern matches the empty text"},
      {"abc", "^", "-", "", "error: the pattern matches the empty text"},
      {"abc", "$", "-", "m", "error: the pattern matches the empty text"},
      {"abc", "b|()", "-", "", "error: the pattern matches the empty text"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(Replaced(row.text, row.pattern, row.replacement, row.flags), row.expected) << row.text << " " << row.pattern << " " << row.replacement;
  }
}

TEST(IcuRegex, Split) {
  const struct {
    std::string text, pattern, flags, expected;
  } kRows[] = {
      {"John Doe", "\\s", "", "<John><Doe>"},
      {"a;b;c;;", ";", "", "<a><b><c><><>"},
      {"a;", ";", "", "<a><>"},
      {";a", ";", "", "<><a>"},
      {"", ";", "", "<>"},
      {"abc", ";", "", "<abc>"},
      {"a1b22c", "[0-9]+", "", "<a><b><c>"},
      {"a1b22c", "([0-9])", "", "<a><b><><c>"},  // what groups match is no part
      {"axbXc", "x", "i", "<a><b><c>"},
      {"a.b", ".", "q", "<a><b>"},
      {"a.b", ".", "", "<><><><>"},
      {"\u4E2D\U0001F600\u4E2D", "\U0001F600", "", "<\u4E2D><\u4E2D>"},
      {"a, b ,c", "\\s*,\\s*", "", "<a><b><c>"},
      {"abc", "", "", "error: the pattern matches the empty text"},
      {"abc", "b?", "", "error: the pattern matches the empty text"},
  };
  for (const auto& row : kRows) EXPECT_EQ(Parts(row.text, row.pattern, row.flags), row.expected) << row.text << " " << row.pattern;
}

// Matches that would take for ever end with an error, the same at every time.
TEST(IcuRegex, StepsAreCounted) {
  const struct {
    std::string text, pattern, flags, expected;
  } kRows[] = {
      {std::string(40, 'a') + "b", "^(a+)+$", "", "the match takes too many steps"},
      {std::string(40, 'a'), "^(a|a)*b", "", "the match takes too many steps"},
      {std::string(40, 'a'), "^(a|aa)+$b", "", "the match takes too many steps"},
      {std::string(100000, 'a'), "a*a*a*b", "", "the match takes too many steps"},
      {std::string(1 << 22, 'a'), "(a|b)*c", "", "the match takes too many steps"},  // of memory, here
      {std::string(30000, 'a'), "(a*)(a*)\\1b", "", "the match takes too many steps"},
      {std::string(30000, 'a'), "(a*)(a*)\\1b", "i", "the match takes too many steps"},
      {std::string(100000, 'a'), "(?:a{1000}){1000}b", "", "the match takes too many steps"},
      {std::string(32769, 'a'), "(a)\\1", "", "a text for back-references is longer than 32768 characters"},
      {std::string(32768, 'a'), "(a)\\1", "", "true"},
      {std::string(40, 'a') + "b", "^(a+)+b$", "", "true"},
      {std::string(100000, 'a') + "b", "a*b", "", "true"},
      {std::string(1000000, 'a'), "^(?:a|b)+?$", "", "true"},
      {std::string(10000000, 'a'), "b", "", "false"},
      {std::string((1 << 24) + 1, 'a'), "b", "", "the text is longer than 16777216 bytes"},
      {std::string(1 << 24, 'a'), std::string(64, 'a') + "b", "", "the text is too long for so large a pattern"},
      {std::string(1 << 16, 'a'), std::string(16000, 'a') + "b", "", "the text is too long for so large a pattern"},
      {std::string(30000, 'a'), std::string(16000, 'a') + "b", "", "false"},
  };
  for (const auto& row : kRows) {
    for (int n = 0; n < (row.text.size() < 100 ? 2 : 1); ++n) {
      EXPECT_EQ(Matches(row.text, row.pattern, row.flags), row.expected) << row.pattern.substr(0, 30) << " " << row.flags;
    }
  }
  EXPECT_EQ(Replaced(std::string(1000, 'a') + "b", "(a+)+c", "x"), "error: the match takes too many steps");
  EXPECT_EQ(Replaced(std::string(70000, 'a'), "a", std::string(1000, 'x')), "error: the result is too large");
  EXPECT_EQ(Parts(std::string(1 << 20, 'a'), "a"), "error: the result is too large");
  EXPECT_EQ(Parts(std::string((1 << 20) - 1, 'a'), "a").size(), std::size_t{2} << 20);
}

TEST(IcuRegex, ManyThreadsShareOne) {
  const auto regex = Compile("(\\w+) \\1", "i");
  ASSERT_NE(regex, nullptr);
  std::vector<int> good(4, 0);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < good.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        std::string out, error;
        const std::string word = "w" + std::to_string(i) + "x" + std::to_string(t);
        if (regex->Replace("a " + word + " " + word + " b", "<$1>", &out, &error) && out == "a <" + word + "> b") ++good[t];
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(good, std::vector<int>(4, 500));
}

}  // namespace
}  // namespace ordain
