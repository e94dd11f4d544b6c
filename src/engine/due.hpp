// Internal. What the bodies about time of a decided policy say is still to be done.
#ifndef ORDAIN_ENGINE_DUE_HPP_
#define ORDAIN_ENGINE_DUE_HPP_

#include <vector>

#include "engine/parts.hpp"
#include "ordain/decision.hpp"

namespace ordain::engine {

// r: the registers of the policy after a decision that was not refused.
std::vector<DueItem> DueOf(const RuleSetParts& parts, std::int32_t policy, const Value* r);
// Whether the policy has such a body at all.
bool IsTimed(const policy::Policy& policy);

}  // namespace ordain::engine

#endif  // ORDAIN_ENGINE_DUE_HPP_
