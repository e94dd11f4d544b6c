// What the commands share: files, rule sets, terms, printing of diagnostics. Public headers only.
#ifndef ORDAIN_SURFACE_CLI_COMMON_HPP_
#define ORDAIN_SURFACE_CLI_COMMON_HPP_

#include <CLI/CLI.hpp>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "ordain/ordain.hpp"

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

// "-" is standard input. Prints and returns false when it cannot be read.
bool ReadFile(const std::string& path, std::string* out);
bool WriteFile(const std::string& path, const std::string& text);
// The files of a folder (and its folders) that end so, sorted; a file stands for itself.
std::vector<std::string> FilesUnder(const std::string& path, const std::string& ending);
// Rule-set files: *.json under the folder, without those in folders named `cases` or `calendars`.
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

// One function per command; each adds itself to the application.
void AddCheck(CLI::App* app, int* exit);
void AddDecide(CLI::App* app, int* exit);
void AddExplain(CLI::App* app, int* exit);
void AddTest(CLI::App* app, int* exit);
void AddSchema(CLI::App* app, int* exit);
void AddClose(CLI::App* app, int* exit);
void AddCalendar(CLI::App* app, int* exit);

}  // namespace ordain::cli

#endif  // ORDAIN_SURFACE_CLI_COMMON_HPP_
