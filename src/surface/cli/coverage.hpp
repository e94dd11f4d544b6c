// How much of the handbooks the rule sets carry, and how much of the rule sets the cases touch: what `ordain coverage` prints and
// `ordain doc` shows. See coverage.cc.
#ifndef ORDAIN_SURFACE_CLI_COVERAGE_HPP_
#define ORDAIN_SURFACE_CLI_COVERAGE_HPP_

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common.hpp"

namespace ordain::cli {

// What the cases made of one policy.
struct Seen {
  int cases = 0;                                          // that decide it, asked by a step or by another policy
  std::set<std::pair<std::int32_t, std::int32_t>> rows;   // table, row; row -1: its otherwise
};

// Runs case files. The sets and options outlive it.
class Coverage {
 public:
  Coverage(const std::vector<RuleSet>& sets, const Options& options);
  void File(const std::string& path);
  void Document(const std::string& path, const json::Node& document);  // what was read from there
  // Clauses that a policy cites and a case decides.
  std::set<std::string> Executable(const RuleSet& set);

  std::map<std::string, std::vector<Seen>> seen;  // by rule set, by policy
  bool ok = true;                                 // every file was a case file; what is wrong was printed

 private:
  void Refuse(const std::string& path, const std::string& why);
  void Case(const std::string& file, const std::string& file_policy, const json::Node& c);

  const std::vector<RuleSet>& sets_;
  const Options& options_;
};

// One handbook's clauses, told apart.
struct Book {
  std::vector<std::string> executable, declared, folded, missing;
};
// `ids`: the catalogue of one handbook; `own`: its declarations.
Book TellApart(const nlohmann::ordered_json& ids, const nlohmann::ordered_json& own, const std::set<std::string>& executable);

// {"lige": ["LG-1.1", ...]}, {"lige": {"LG-1.1": {"declared": "why"}}}. When it cannot be read or is none: prints and returns false.
bool ReadCatalogue(const std::string& path, nlohmann::ordered_json* out);
bool ReadDeclarations(const std::string& path, nlohmann::ordered_json* out);

}  // namespace ordain::cli

#endif  // ORDAIN_SURFACE_CLI_COVERAGE_HPP_
