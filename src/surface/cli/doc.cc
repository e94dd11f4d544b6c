// ordain doc RULES... --out PLACE: handbooks as pages. One rule set and a file, or any number and a folder, which gets an index as well.
//
// Beside a rule set lie its cases (folder cases), the catalogue of its clauses (catalogue.json, coverage.json) and documents of guards
// (folder guards); what is there is shown, what is not is left out. Pages appear together, or not at all. Exit 2 when
// a rule set does not load: there is no page of a handbook that cannot be decided. Tested by tests/python/test_doc.py.
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "coverage.hpp"
#include "doc.hpp"

namespace ordain::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct Places {
  std::string folder, cases;  // of the rule sets; of the cases
};

bool ReadNode(const std::string& path, json::Node* out, std::string* text, Diagnostics* problems) {
  return ReadFile(path, text, problems) && json::Parse(*text, {}, path, out, problems);
}

// False: diagnostics were printed.
bool ReadBook(const std::string& file, const Places& places, const Options& options, Handbook* book) {
  const auto refuse = [&](const Diagnostics& problems) {
    PrintDiagnostics(problems, LanguageOf(options), std::cerr);
    return false;
  };
  Diagnostics problems;
  std::string text;
  if (!ReadNode(file, &book->document, &text, &problems)) return refuse(problems);
  std::vector<GuardPack> packs;
  const std::string guards = places.folder + "/guards";
  for (const std::string& path : !IsGuardPack(book->document) && fs::is_directory(guards) ? FilesUnder(guards, ".json") : std::vector<std::string>{}) {
    json::Node node;
    GuardPack document{"", path};
    if (!ReadNode(path, &node, &document.text, &problems)) return refuse(problems);
    if (!IsGuardPack(node)) continue;  // a rule set of its own
    packs.push_back(std::move(document));
    book->packs.push_back(std::move(node));
  }
  const LoadResult loaded = RuleSet::Load(text, file, {}, packs);
  if (!loaded.ok()) return refuse(loaded.diagnostics);
  const RuleSet& set = *loaded.rule_set;
  book->name = set.name();
  book->revision = set.revision();

  const std::vector<RuleSet> sets{set};
  Coverage coverage(sets, options);
  for (const std::string& path : fs::is_directory(places.cases) ? FilesUnder(places.cases, ".json") : std::vector<std::string>{}) {
    json::Node node;
    std::string ignored;
    if (!ReadNode(path, &node, &ignored, &problems)) return refuse(problems);
    const json::Node* policy = node.Find("policy");
    if (policy == nullptr || !policy->text.starts_with(set.name() + ".")) continue;
    coverage.Document(path, node);
    book->cases.push_back(std::move(node));
  }
  if (!coverage.ok) return false;

  const std::string catalogue_file = places.folder + "/catalogue.json", declared_file = places.folder + "/coverage.json";
  if (!fs::exists(catalogue_file)) return true;
  Json catalogue, declared = Json::object();
  if (!ReadCatalogue(catalogue_file, &catalogue)) return false;
  if (fs::exists(declared_file) && !ReadDeclarations(declared_file, &declared)) return false;
  if (!catalogue.contains(set.name())) return true;
  const Json own = declared.contains(set.name()) ? declared[set.name()] : Json::object();
  const Book told = TellApart(catalogue[set.name()], own, coverage.Executable(set));
  for (const Json& id_node : catalogue[set.name()]) {
    const std::string id = id_node.get<std::string>();
    const auto in = [&](const std::vector<std::string>& list) { return std::find(list.begin(), list.end(), id) != list.end(); };
    const std::string state = in(told.executable) ? "executable" : in(told.declared) ? "declared" : in(told.folded) ? "folded" : "missing";
    std::string reason;
    if (own.contains(id) && state != "executable") reason = own[id].begin().value().get<std::string>();
    book->clauses.push_back({id, state, reason});
  }
  return true;
}

}  // namespace

void AddDoc(CLI::App* app, int* exit) {
  auto options = std::make_shared<Options>();
  auto paths = std::make_shared<std::vector<std::string>>();
  auto out = std::make_shared<std::string>();
  auto cases = std::make_shared<std::string>();
  CLI::App* command = app->add_subcommand("doc", "a handbook back as a page that a person reads: HTML, in Chinese and English");
  AddCommon(command, options.get());
  command->add_option("paths", *paths, "rule sets or folders of them; default: --rules");
  command->add_option("--out", *out, "the page, for one rule set; a folder for several, with an index")->required();
  command->add_option("--cases", *cases, "folder of cases to show as examples; default: the folder cases beside each rule set");
  command->callback([=] {
    if (paths->empty()) paths->push_back(options->rules);
    const bool single = paths->size() == 1 && !fs::is_directory(paths->front());
    std::vector<std::pair<Handbook, std::string>> books;
    bool good = true;
    for (const std::string& path : *paths) {
      const std::vector<std::string> files = RuleFiles(path);
      if (files.empty()) {
        good = false;
        PrintDiagnostics({MakeDiagnostic(Code::kCannotRead, "", {}, {{"what", "any rule set under " + path}})}, LanguageOf(*options), std::cerr);
      }
      for (const std::string& file : files) {
        const std::string parent = fs::path(file).parent_path().string();
        const std::string folder = fs::is_directory(path) ? path : parent.empty() ? "." : parent;
        Handbook book;
        const bool read = ReadBook(file, {folder, cases->empty() ? folder + "/cases" : *cases}, *options, &book);
        good &= read;
        if (!read) continue;
        std::string page = single ? fs::path(*out).filename().string() : book.name + ".html";
        books.emplace_back(std::move(book), std::move(page));
      }
    }
    *exit = kUsage;
    if (!good) return;
    std::string place = *out;
    if (single) {
      place = fs::path(*out).parent_path().string();
      if (place.empty()) place = ".";
    }
    FilesBeside files(place);
    std::optional<Diagnostic> problem;
    for (const auto& [book, page] : books) {
      if (!problem) problem = files.Write(page, HandbookPage(book));
    }
    if (!problem && !single) problem = files.Write("index.html", HandbookIndex(books));
    if (!problem) problem = files.Publish();
    if (problem) {
      std::cerr << problem->Format(LanguageOf(*options)) << '\n';
      return;
    }
    *exit = kDone;
    std::cout << books.size() << (books.size() == 1 ? " page: " : " pages: ") << *out << '\n';
  });
}

}  // namespace ordain::cli
