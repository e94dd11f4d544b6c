// The JSON Schema (draft-07) of the rule-set language, with descriptions in English and Chinese: for editors.
//
//   std::ofstream("ordain.schema.json") << ordain::RuleSetSchema();
//
// Threads: a constant.
#ifndef ORDAIN_SCHEMA_HPP_
#define ORDAIN_SCHEMA_HPP_

#include <string_view>

namespace ordain {

std::string_view RuleSetSchema();

}  // namespace ordain

#endif  // ORDAIN_SCHEMA_HPP_
