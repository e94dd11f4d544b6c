// The command `ordain`. One file per command; this one only collects them.
#include <iostream>

#include "common.hpp"

int main(int argc, char** argv) {
  CLI::App app{"ordain: policies as declarative rule sets, exact, dated, explained"};
  app.set_version_flag("--version", ORDAIN_VERSION);
  app.require_subcommand(1);
  int exit = ordain::cli::kDone;
  ordain::cli::AddCheck(&app, &exit);
  ordain::cli::AddDecide(&app, &exit);
  ordain::cli::AddExplain(&app, &exit);
  ordain::cli::AddTest(&app, &exit);
  ordain::cli::AddCoverage(&app, &exit);
  ordain::cli::AddClose(&app, &exit);
#ifdef ORDAIN_WITH_DMN
  ordain::cli::AddImport(&app, &exit);
#endif
  ordain::cli::AddCalendar(&app, &exit);
  ordain::cli::AddDue(&app, &exit);
  ordain::cli::AddDoc(&app, &exit);
  ordain::cli::AddSchema(&app, &exit);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : ordain::cli::kUsage;
  }
  return exit;
}
