// Internal. From linked policies to programs: one of the three places where the front end and the engines meet.
#ifndef ORDAIN_ENGINE_COMPILE_HPP_
#define ORDAIN_ENGINE_COMPILE_HPP_

#include "engine/program.hpp"
#include "policy/model.hpp"

namespace ordain::engine {

// REQUIRES: the policy is linked and not broken. Reports kLimitExceeded when the program grows beyond the limits.
bool Compile(const policy::Model& model, int policy, const Limits& limits, Program* out, Diagnostics* diagnostics);

}  // namespace ordain::engine

#endif  // ORDAIN_ENGINE_COMPILE_HPP_
