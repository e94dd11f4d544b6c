// Decides cases for the Python tests through the C++ interface: reads lines `policy TAB at TAB facts` and prints one line for
// each, the decision as JSON, or the code of the diagnostic. Arguments: files of guards, then of rule sets.
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "ordain/ordain.hpp"

int main(int argc, char** argv) {
  const std::unique_ptr<ordain::Ledger> ledger = ordain::NewMemoryLedger();
  ordain::Engine engine(ledger.get());
  std::vector<ordain::GuardPack> packs;
  for (int i = 1; i < argc; ++i) {
    std::ifstream in(argv[i], std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    ordain::json::Node document;
    ordain::Diagnostics found;
    if (ordain::json::Parse(text, {}, argv[i], &document, &found) && ordain::IsGuardPack(document)) {
      packs.push_back({text, argv[i]});
      continue;
    }
    const ordain::LoadResult loaded = ordain::RuleSet::Load(text, argv[i], {}, packs);
    if (loaded.ok()) {
      if (const auto refused = engine.Add(*loaded.rule_set)) found.push_back(*refused);
    } else {
      found = loaded.diagnostics;
    }
    for (const ordain::Diagnostic& d : found) std::cerr << d.Format() << '\n';
    if (!found.empty()) return 2;
  }
  std::string policy, at_text, facts;
  while (std::getline(std::cin, policy, '\t') && std::getline(std::cin, at_text, '\t') && std::getline(std::cin, facts)) {
    ordain::Instant at;
    if (!ordain::Instant::Parse(at_text, &at)) {
      std::cerr << "bad line: " << at_text << '\n';
      return 2;
    }
    const auto decided = engine.Decide(policy, facts, at);
    std::cout << (decided ? decided.value()->ToJson() : std::string(ordain::CodeText(decided.error().code))) << '\n';
  }
  return 0;
}
