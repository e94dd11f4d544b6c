// What the commands share: files, rule sets, terms, printing of diagnostics. Public headers only.
#ifndef ORDAIN_SURFACE_CLI_COMMON_HPP_
#define ORDAIN_SURFACE_CLI_COMMON_HPP_

#include <CLI/CLI.hpp>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ordain/ordain.hpp"
#ifdef ORDAIN_WITH_DMN
#include "ordain/dmn.hpp"
#endif

namespace ordain::cli {

// Exit codes: 0 done, 1 findings (or failed cases, or a refused decision), 2 wrong use or unreadable files.
enum Exit : int { kDone = 0, kFindings = 1, kUsage = 2 };

// ../share/ordain/rules beside an installed command, else ORDAIN_RULES_DIR of the build.
std::string DefaultRules();

struct Options {
  std::string rules = DefaultRules();    // a folder, or one file
  std::vector<std::string> settings;     // name=value
  std::vector<std::string> parameters;   // name=json
  std::vector<std::string> guards;       // names
  std::vector<std::string> calendars;    // folders of year files, or overlays
  std::string unknown_days = "error";    // error, weekday, statutory
  std::string language = "en";
};
// Adds --rules, --set, --param, --guard, --calendar, --unknown-days, --lang to a command.
void AddCommon(CLI::App* app, Options* options);
Language LanguageOf(const Options& options);

// "-" is standard input. When it cannot be read: reports, or prints where there is no list, and returns false.
bool ReadFile(const std::string& path, std::string* out, Diagnostics* problems = nullptr);

// Files that appear together: written beside their places, then moved there. What is not published is taken away.
class FilesBeside {
 public:
  explicit FilesBeside(std::string folder) : folder_(std::move(folder)) {}
  ~FilesBeside();
  FilesBeside(const FilesBeside&) = delete;
  FilesBeside& operator=(const FilesBeside&) = delete;
  std::optional<Diagnostic> Write(const std::string& name, const std::string& text);  // makes the folder
  std::optional<Diagnostic> Publish();

 private:
  std::string Beside(const std::string& name) const { return folder_ + "/" + name + ".new"; }
  std::string folder_;
  std::vector<std::string> names_;
};
// The files of a folder (and its folders) that end so, sorted; a file stands for itself.
std::vector<std::string> FilesUnder(const std::string& path, const std::string& ending);
// Rule-set files: *.json under the folder, without those in folders named `cases` or `calendars`, and without the two files that
// `coverage` reads, catalogue.json and coverage.json.
std::vector<std::string> RuleFiles(const std::string& path);

struct Loaded {
  std::vector<RuleSet> sets;
  Diagnostics diagnostics;
  bool ok = true;            // no errors, something was loaded
};
Loaded LoadRules(const std::string& path);
void PrintDiagnostics(const Diagnostics& diagnostics, Language language, std::ostream& out);

bool UnknownDaysOf(const std::string& text, UnknownDays* out);
// The calendar `id` with a policy for unknown days: from the last folder of year files among the paths, else compiled in; then
// the other paths as overlays, in order. Prints and returns false when there is none or something is wrong with it.
bool MakeCalendar(const std::string& id, const std::vector<std::string>& paths, UnknownDays unknown, Language language, Calendar* out);
// Terms with the options' settings, parameters, guards and calendar; what a rule set does not know is an error only if no rule set knows it.
bool MakeTerms(const std::vector<RuleSet>& sets, const Options& options, std::vector<Terms>* out);

// The same with the settings and parameters of a case besides.
bool MakeCaseTerms(const std::vector<RuleSet>& sets, const json::Node& c, const Options& options, std::vector<Terms>* out);

// The rule sets and terms of the options with a ledger, which is only read; no path: an empty one.
struct Opened {
  Loaded loaded;
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<Engine> engine;
  int Open(const Options& options, const std::string& ledger_path);  // an Exit; what is wrong was printed
};

// Unicode, regular expressions and zones of this machine, as far as they were built in.
Services HostServices();

#ifdef ORDAIN_WITH_DMN
// A DMN file with the models that it imports, which are found in its folder by their namespace. Prints and returns false when
// the file cannot be read.
bool ReadModel(const std::string& path, std::string* text, std::vector<DmnSource>* imports);
void AddImport(CLI::App* app, int* exit);
#endif

// One function per command; each adds itself to the application.
void AddCheck(CLI::App* app, int* exit);
void AddDecide(CLI::App* app, int* exit);
void AddExplain(CLI::App* app, int* exit);
void AddTest(CLI::App* app, int* exit);
void AddCoverage(CLI::App* app, int* exit);
void AddSchema(CLI::App* app, int* exit);
void AddClose(CLI::App* app, int* exit);
void AddCalendar(CLI::App* app, int* exit);
void AddDue(CLI::App* app, int* exit);
void AddDoc(CLI::App* app, int* exit);

}  // namespace ordain::cli

#endif  // ORDAIN_SURFACE_CLI_COMMON_HPP_
