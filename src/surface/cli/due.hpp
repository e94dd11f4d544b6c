// The words for what is due: in the table of `ordain due` and in the report of a month.
#ifndef ORDAIN_SURFACE_CLI_DUE_HPP_
#define ORDAIN_SURFACE_CLI_DUE_HPP_

#include "html.hpp"
#include "ordain/ordain.hpp"

namespace ordain::cli {

struct DueWords {
  Both off;     // how far off: "in 2d 3h", "late 45min"; empty when there is no due instant
  Both status;  // open, late, paused, no limit
  Both what;    // the metric, step or duty, and whose signatures it waits for
};
DueWords WordsOf(const DueItem& item, const Instant& at);

}  // namespace ordain::cli

#endif  // ORDAIN_SURFACE_CLI_DUE_HPP_
