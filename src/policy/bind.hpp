// Internal. JSON into typed values: facts of a decision, constants of a rule set, host parameters.
#ifndef ORDAIN_POLICY_BIND_HPP_
#define ORDAIN_POLICY_BIND_HPP_

#include <string>

#include "feel/feel.hpp"
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

// For imported models, whose types are known only while evaluating: any JSON as the value that it is by itself, texts as
// dates, times and durations where `type` says so and they can be read. What does not conform stays as it is: the evaluation
// tells. Reports numbers that are none and memory. zones: for times in a zone.
bool BindAny(const json::Node& node, const Type& type, feel::ZoneCache* zones, Arena* arena, const std::string& path, Value* out,
             std::vector<BindProblem>* problems);

// The same checks for a value that is there already (facts set by a host program).
bool CheckValue(const Value& value, const Type& type, int money_scale, std::string* expected);

// Of a text: the id of a person, team, department or institution, which is never empty.
inline bool IsParty(Unit unit) { return unit >= Unit::kPerson && unit <= Unit::kInstitution; }

// "a whole number from 0", "one of I, II, III", ...
std::string Describe(const Type& type);

}  // namespace ordain::policy

#endif  // ORDAIN_POLICY_BIND_HPP_
