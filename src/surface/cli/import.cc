// ordain import: a DMN model as a rule set.
#include <filesystem>
#include <iostream>

#include "common.hpp"

namespace ordain::cli {

#ifdef ORDAIN_WITH_DMN
namespace {

struct Arguments {
  Options options;
  std::string model, out, name;
};

bool Save(const std::string& path, const std::string& text, Language language) {
  const std::filesystem::path file(path);
  const std::filesystem::path folder = file.parent_path();
  FilesBeside files(folder.empty() ? "." : folder.string());
  std::optional<Diagnostic> error = files.Write(file.filename().string(), text);
  if (!error) error = files.Publish();
  if (error) std::cerr << error->Format(language) << '\n';
  return !error;
}

int Import(const Arguments& a) {
  const Language language = LanguageOf(a.options);
  std::string text;
  std::vector<DmnSource> imports;
  if (!ReadModel(a.model, &text, &imports)) return kUsage;
  const DmnImport made = ImportDmn(text, a.model, imports, {}, a.name);
  PrintDiagnostics(made.diagnostics, language, std::cerr);
  for (const NotImported& n : made.not_imported) {
    std::cerr << "not imported: " << n.name << ": " << n.reason << '\n';
    for (const Diagnostic& d : n.findings) std::cerr << "  " << d.Message(language) << (d.hint.empty() ? "" : "; " + d.hint) << '\n';
  }
  for (const auto& [what, why] : made.left_out) std::cerr << "left out: " << what << ": " << why << '\n';
  if (made.rule_set.empty()) {
    std::cerr << "nothing of " << a.model << " could be written as a rule set\n";
    return kFindings;
  }
  if (a.out.empty()) std::cout << made.rule_set;
  else if (!Save(a.out, made.rule_set, language)) return kUsage;
  std::cerr << made.imported.size() << " imported, " << made.not_imported.size() << " not\n";
  return made.not_imported.empty() ? kDone : kFindings;
}

}  // namespace

void AddImport(CLI::App* app, int* exit) {
  auto a = std::make_shared<Arguments>();
  CLI::App* command = app->add_subcommand("import", "write the decisions of a DMN model as a rule set; lists what could not be");
  command->add_option("model", a->model, "a DMN file (1.1 to 1.5); models that it imports are found beside it")->required();
  command->add_option("--out", a->out, "file for the rule set; default: standard output");
  command->add_option("--name", a->name, "name of the rule set; default: made from the model's");
  command->add_option("--lang", a->options.language, "language of messages")->check(CLI::IsMember({"en", "zh"}));
  command->callback([=] { *exit = Import(*a); });
}
#endif

}  // namespace ordain::cli
