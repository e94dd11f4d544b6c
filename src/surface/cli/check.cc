// ordain check: every problem of rule sets, and the findings about those that load. Exit 1 when there is any.
#include <iostream>
#include <nlohmann/json.hpp>

#include "common.hpp"

namespace ordain::cli {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const Diagnostic& d) {
  Json args = Json::object();
  for (const auto& [key, value] : d.args) args[key] = value;
  return {{"code", CodeText(d.code)}, {"severity", d.severity == Severity::kError ? "error" : "warning"}, {"file", d.file}, {"path", d.path},
          {"line", d.span.line}, {"column", d.span.column}, {"offset", d.span.offset}, {"length", d.span.length}, {"args", args},
          {"message", {{"en", d.Message(Language::kEnglish)}, {"zh", d.Message(Language::kChinese)}}}, {"hint", d.hint}};
}

}  // namespace

void AddCheck(CLI::App* app, int* exit) {
  auto options = std::make_shared<Options>();
  auto paths = std::make_shared<std::vector<std::string>>();
  auto format = std::make_shared<std::string>("text");
  auto dump = std::make_shared<bool>(false);
  CLI::App* command = app->add_subcommand("check", "check rule sets: errors, gaps, overlaps, rows that can never apply");
  AddCommon(command, options.get());
  command->add_option("paths", *paths, "rule sets or folders of them; default: --rules");
  command->add_option("--format", *format, "text or json")->check(CLI::IsMember({"text", "json"}));
  command->add_flag("--dump", *dump, "print the compiled programs as well");
  command->callback([=] {
    if (paths->empty()) paths->push_back(options->rules);
    Diagnostics found;
    std::size_t sets = 0, policies = 0;
    for (const std::string& path : *paths) {
      const std::vector<std::string> files = RuleFiles(path);
      if (files.empty()) found.push_back(MakeDiagnostic(Code::kCannotRead, "", {}, {{"what", "any rule set under " + path}}));
      for (const std::string& file : files) {
        std::string text;
        if (!ReadFile(file, &text, &found)) continue;
        const Diagnostics more = RuleSet::Check(text, file);
        found.insert(found.end(), more.begin(), more.end());
        const LoadResult loaded = RuleSet::Load(text, file);
        if (!loaded.ok()) continue;
        const RuleSet& set = *loaded.rule_set;
        ++sets;
        policies += static_cast<std::size_t>(set.policy_count());
        for (int p = 0; *dump && p < set.policy_count(); ++p) std::cout << "; " << set.name() << "." << set.policy_name(p) << "\n" << set.Dump(p);
      }
    }
    if (*format == "json") {
      Json all = Json::array();
      for (const Diagnostic& d : found) all.push_back(ToJson(d));
      std::cout << all.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
    } else {
      PrintDiagnostics(found, LanguageOf(*options), std::cout);
      std::cout << sets << " rule sets, " << policies << " policies, " << found.size() << " findings\n";
    }
    *exit = found.empty() ? kDone : kFindings;
  });
}

}  // namespace ordain::cli
