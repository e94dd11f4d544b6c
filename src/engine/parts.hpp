// Internal. What a RuleSet is made of: shared by the facade, the evaluator and the explanation.
#ifndef ORDAIN_ENGINE_PARTS_HPP_
#define ORDAIN_ENGINE_PARTS_HPP_

#include <memory>
#include <string>
#include <vector>

#include "engine/program.hpp"
#include "ordain/rule_set.hpp"
#include "policy/model.hpp"

namespace ordain {

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
