// Internal. Findings about a sound rule set: gaps, forbidden overlaps, rows that can never apply, unused names.
#ifndef ORDAIN_POLICY_LINT_HPP_
#define ORDAIN_POLICY_LINT_HPP_

#include "policy/model.hpp"

namespace ordain::policy {

// REQUIRES: linked. Of a policy that is broken the tables that no mistake touches are checked. Each finding carries a witness, facts that show it; where a question could not be settled
// within the budget, kUndecided says so.
void Lint(const Model& model, Diagnostics* diagnostics);

}  // namespace ordain::policy

#endif  // ORDAIN_POLICY_LINT_HPP_
