// Expressions of a rule set as words that a person reads, in English and Chinese.
//
//   Say("amount > 20000 and not(refund)", names) -> "amount > 20,000 and not (money is refunded)"
//   SayTest("(20000..50000]", {"amount", "..."}, names) -> "20,000 < amount <= 50,000" (with the signs of mathematics)
//
// It is a rewriting of the tokens and no parser: the rule set was loaded before, so that brackets match and names are known. What has
// no words (a rare function) stays as it is written. Cost: linear in the text times its depth of brackets, which the loader limits.
#ifndef ORDAIN_SURFACE_CLI_WORDS_HPP_
#define ORDAIN_SURFACE_CLI_WORDS_HPP_

#include <map>
#include <optional>
#include <string>

#include "html.hpp"
#include "ordain/ordain.hpp"

namespace ordain::cli {

// Labels of names; a name without one shows with spaces for underscores.
struct Names {
  std::map<std::string, Both> labels;
  // Takes the first clause of `says`, where it is short enough to stand in a sentence.
  void Add(const std::string& name, const json::Node& declared);
  Both Of(const std::string& name) const;
};

Both Identifier(const std::string& name);                       // written_warning -> written warning; by the table of words, where it is there
Both WordOf(std::span<const Word> table, const std::string& code);  // else as Identifier says it
Both Says(const json::Node& node);                              // its `says`; empty when it has none
Both Say(const std::string& expression, const Names& names);
Both SayTest(const std::string& test, const Both& subject, const Names& names);
// A value of a document: a text as it is, or an expression.
Both Plain(const json::Node& value, bool expression, const Names& names);
Both WindowWords(const std::string& window);

// A unary test over numbers as a band; without a bound it is open to that side.
struct Band {
  std::optional<Decimal> low, high;
  std::string low_text, high_text;
  bool low_in = false, high_in = false;
};
std::optional<Band> BandOf(const std::string& test);

}  // namespace ordain::cli

#endif  // ORDAIN_SURFACE_CLI_WORDS_HPP_
