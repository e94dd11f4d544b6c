// What the HTML pages of the command share: escaping, two languages in one page, amounts, the words of effects. A page holds
// English and Chinese side by side and shows one of them (or both); which, a radio button says, and no script runs.
#ifndef ORDAIN_SURFACE_CLI_HTML_HPP_
#define ORDAIN_SURFACE_CLI_HTML_HPP_

#include <span>
#include <string>
#include <string_view>

namespace ordain::cli {

struct Both {
  std::string en, zh;
};
Both operator+(const Both& a, const Both& b);
bool operator==(const Both& a, const Both& b);
inline Both Same(const std::string& text) { return {text, text}; }

// A table of words: what a code of the rule-set language is called. Codes are few, and Find goes through them.
struct Word {
  const char* code;
  Both words;
};
const Both* Find(std::span<const Word> table, std::string_view code);  // null when the table has none

// Text as it may stand in an element or in a quoted attribute.
std::string E(const std::string& s);
// Both languages, escaped; the page shows one of them.
std::string T(const std::string& en, const std::string& zh);
inline std::string T(const Both& b) { return T(b.en, b.zh); }

// What is said in several sentences begins with its title.
Both FirstSentence(const Both& says);

// 12345.60 -> 12,345.60
std::string Money(const std::string& amount);

// The words of effects (fine, pay, ...), and of the measures, bars and notices that handbooks have in common; null when there is none.
const Both* EffectWord(const std::string& code);
const Both* DetailWord(const std::string& code);

// The choice of the language: colours and fonts apart, its style; and the radio buttons, which stand directly before <main>.
extern const char kLanguageStyle[];
std::string LanguageButtons();
std::string LanguageLabels();

}  // namespace ordain::cli

#endif  // ORDAIN_SURFACE_CLI_HTML_HPP_
