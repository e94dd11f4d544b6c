// A handbook as a page: what goes in (plain documents, read by doc.cc) and the page (made by handbook.cc, without files or clock).
#ifndef ORDAIN_SURFACE_CLI_DOC_HPP_
#define ORDAIN_SURFACE_CLI_DOC_HPP_

#include <string>
#include <vector>

#include "html.hpp"
#include "ordain/ordain.hpp"
#include "words.hpp"

namespace ordain::cli {

struct Handbook {
  json::Node document;               // REQUIRES: it loads as a rule set
  std::string name, revision;        // the revision with the packs laid upon it, as receipts name it
  std::vector<json::Node> cases;     // documents of cases
  std::vector<json::Node> packs;     // documents of guards that lie beside it
  struct State {
    std::string id, state, reason;   // executable, declared, folded, missing
  };
  std::vector<State> clauses;        // of the catalogue, in its order; empty when there is none
};
std::string HandbookPage(const Handbook& book);
// `books` with the names of their pages.
std::string HandbookIndex(const std::vector<std::pair<Handbook, std::string>>& books);

// Pictures. Widths are those of a telephone, so that a picture is read there without scrolling.
struct BandRow {
  Band band;
  Both label;
};
std::string DrawBands(const Both& axis, const std::vector<BandRow>& rows);
struct StairStep {
  Both when, then;
};
// Mildest first: drawn from the bottom to the top.
std::string DrawStairs(const std::vector<StairStep>& steps);
// A step of a process, and where its events lead: `to` counts the steps.
struct FlowStep {
  Both name, below;      // below: whose it is, and by when
  bool end = false;
  std::vector<std::size_t> to;
};
// In the order given, from the top: an arrow to the next step, lines on the right to later ones, on the left back.
std::string DrawFlow(const std::vector<FlowStep>& steps);
// A straight scale: so much per step away from `from`.
std::string DrawLinear(const Both& axis, const std::string& from, const std::string& step, const std::string& value, const std::string& min, const std::string& max);

}  // namespace ordain::cli

#endif  // ORDAIN_SURFACE_CLI_DOC_HPP_
