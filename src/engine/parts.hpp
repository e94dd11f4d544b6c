// Internal. What a RuleSet is made of: shared by the facade, the evaluator and the explanation.
#ifndef ORDAIN_ENGINE_PARTS_HPP_
#define ORDAIN_ENGINE_PARTS_HPP_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/program.hpp"
#include "ordain/rule_set.hpp"
#include "policy/model.hpp"

namespace ordain {

struct RuleSetParts;

// The last stages, which rule sets and imported models share: programs, and what the surfaces ask for.
struct Assembled {
  std::optional<RuleSet> rule_set;  // empty when a program could not be made
  Diagnostics diagnostics;
};
Assembled Assemble(std::unique_ptr<policy::Model> model, const std::string& file, const Limits& limits);
std::string RevisionOf(std::string_view document);

struct RuleSetParts {
  std::unique_ptr<const policy::Model> model;
  std::string file;                                 // as given to Load
  std::vector<engine::Program> programs;            // by policy
  std::vector<std::vector<FactInfo>> facts;         // by policy
  std::vector<std::vector<std::string>> outcomes;   // by policy: names
  std::vector<Clause> clauses;                      // by policy
  std::vector<std::vector<std::vector<Clause>>> effect_clauses;  // by policy, group, share
};

}  // namespace ordain

#endif  // ORDAIN_ENGINE_PARTS_HPP_
