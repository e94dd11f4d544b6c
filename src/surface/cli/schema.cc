// ordain schema: the JSON Schema of the rule-set language.
#include <iostream>

#include "common.hpp"

namespace ordain::cli {

void AddSchema(CLI::App* app, int* exit) {
  CLI::App* command = app->add_subcommand("schema", "print the JSON Schema of the rule-set language, for editors");
  command->callback([=] {
    std::cout << RuleSetSchema();
    *exit = kDone;
  });
}

}  // namespace ordain::cli
