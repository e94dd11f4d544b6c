// Internal. Deadlines and duties in words: how a due instant came about.
#ifndef ORDAIN_ENGINE_EXPLAIN_TIME_HPP_
#define ORDAIN_ENGINE_EXPLAIN_TIME_HPP_

#include <string>
#include <vector>

#include "ordain/base.hpp"
#include "ordain/value.hpp"

namespace ordain::engine {

// The first line says what and by when, the others why. `state` is what `judge deadline` gives.
std::vector<std::string> ExplainDeadline(const std::string& name, const Value& state, Language language);
// The same of what `follow process` gives: the case, then step by step; lines of a step begin with two blanks.
std::vector<std::string> ExplainProcess(const std::string& name, const Value& state, Language language);
// The first line counts, the others list. `list` is what `judge duties` gives.
std::vector<std::string> ExplainDuties(const std::string& name, const Value& list, Language language);

}  // namespace ordain::engine

#endif  // ORDAIN_ENGINE_EXPLAIN_TIME_HPP_
