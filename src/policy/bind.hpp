// Internal. JSON into typed values: facts of a decision, constants of a rule set, host parameters.
#ifndef ORDAIN_POLICY_BIND_HPP_
#define ORDAIN_POLICY_BIND_HPP_

#include <string>

#include "ordain/json.hpp"
#include "ordain/value.hpp"

namespace ordain::policy {

// What is wrong with a value, and where inside it (JSON Pointer relative to the value).
struct BindProblem {
  Code code = Code::kWrongType;  // kMissingFact, kWrongType, kUnknownFact or kLimitExceeded
  std::string path;
  std::string expected, found;
  Span span;
};

// Converts node to a value of the type. Every problem inside is appended; *out is null then. Null nodes are
// null for nullable types, otherwise kMissingFact. Text is copied into the arena.
// money_scale: digits that money may have.
bool BindValue(const json::Node& node, const Type& type, int money_scale, Arena* arena, const std::string& path,
               Value* out, std::vector<BindProblem>* problems);

// The same checks for a value that is there already (facts set by a host program).
bool CheckValue(const Value& value, const Type& type, int money_scale, std::string* expected);

// "a whole number from 0", "one of I, II, III", ...
std::string Describe(const Type& type);

}  // namespace ordain::policy

#endif  // ORDAIN_POLICY_BIND_HPP_
