// What a closed month is made of: computed from the ledger by close.cc, written by close.cc and report.cc.
#ifndef ORDAIN_SURFACE_CLI_CLOSE_HPP_
#define ORDAIN_SURFACE_CLI_CLOSE_HPP_

#include <map>
#include <string>
#include <vector>

#include "html.hpp"
#include "ordain/ordain.hpp"

namespace ordain::cli {

struct Person {
  std::string id, name, institution, department, team, role;
  std::string gross_wage, minimum_wage;  // as written; minimum_wage may be empty
  std::uint32_t line = 0;                // of the roster
};

// One effect of one event, as it is settled or told in this month.
struct EffectLine {
  std::string event, at, day, policy, cites, effect, person, to, amount, detail, due, quote;
  std::string says_en, says_zh;    // of the policy
  std::string means_en, means_zh;  // what this effect is, in words, where the rule set says it
  bool refund = false;          // of a reversal: the amount is negative
  std::string reverses;         // then: the event that was undone
};

struct PersonMonth {
  Person person;
  std::string gross, pay, points_money, wanted, carried_in, allowed, carried_over, net, minimum_wage;
  bool needs_human = false;
  std::vector<std::size_t> lines;  // into Month::lines
};

struct Refusal {
  std::size_t line = 0;
  std::string id, policy, code, path, message, text;
};

// Something open at the end of the month.
struct DueRow {
  DueLine line;
  Both policy;  // its title
};

struct Month {
  std::string month, first_day, last_day;
  Instant end;                         // the last second of the month
  std::vector<DueRow> due;             // what was open then, by what the close knew
  std::vector<DueProblem> not_judged;  // cases that could not be judged
  std::vector<EffectLine> lines;
  std::vector<PersonMonth> people;
  std::vector<Refusal> refusals;
  std::vector<std::size_t> human;      // lines that a person must look at
  std::vector<std::string> strangers;  // persons with money effects who are not on the roster
  std::size_t events_read = 0, recorded = 0, known = 0, later = 0, reversed = 0;
  bool was_closed = false;
  std::map<std::string, std::string> rule_sets;  // name -> title and revision
};

std::string Html(const Month& month);

}  // namespace ordain::cli

#endif  // ORDAIN_SURFACE_CLI_CLOSE_HPP_
