// Internal. The words of an explanation, made from a decision's registers and trace.
#ifndef ORDAIN_ENGINE_EXPLAIN_HPP_
#define ORDAIN_ENGINE_EXPLAIN_HPP_

#include <cstdint>
#include <string>
#include <vector>

#include "engine/parts.hpp"
#include "ordain/decision.hpp"

namespace ordain::engine {

// Which values of the settings the decision took.
struct Readings {
  std::vector<std::vector<std::uint16_t>> of_policies;  // [policy][setting]
  std::vector<std::uint16_t> shared;                    // the rule set's
};

// registers: the register file after the decision. The decision may have failed; then what was computed is told, and the error.
std::string Explain(const RuleSetParts& parts, int policy, const Value* registers, const Readings& readings, const Decision& decision, Language language);

}  // namespace ordain::engine

#endif  // ORDAIN_ENGINE_EXPLAIN_HPP_
