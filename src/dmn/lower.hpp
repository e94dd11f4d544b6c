// Internal to the room. See lower.cc.
#ifndef ORDAIN_DMN_LOWER_HPP_
#define ORDAIN_DMN_LOWER_HPP_

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "dmn/document.hpp"
#include "ordain/dmn.hpp"
#include "policy/model.hpp"

namespace ordain::dmn {

// One file: its structs, and its bytes for places.
struct File {
  Definitions definitions;
  std::string text;
};

enum class What : std::uint8_t { kInput, kDecision, kKnowledge, kService };

// Allowed values of an input that no type can hold.
struct Unkept {
  std::string place;  // "Complaint.loss"
  std::string values;
};

// One element of any of the files, its texts parsed, its names not resolved yet.
struct Piece {
  What what = What::kInput;
  int file = 0;
  std::string name;                                     // of its variable
  Type type;                                            // as declared, an input's with its allowed values; kAny when it is not
  std::vector<Unkept> unkept;                           // of an input
  std::string says;                                     // of a decision: its name, question and description
  std::string unasked;                                  // of a decision: which values it declares for its results
  std::vector<std::pair<std::string, int>> needs;       // name in its texts, index of the piece: what it requires
  feel::ExprPtr logic;                                  // decisions, knowledge models (a kFunction); null where there is none
  Span span;
};
// All pieces; constants are in model->arena. *unused_types: the item definitions of files[0] that nothing names.
std::vector<Piece> Pieces(const std::vector<File>& files, const DmnOptions& options, policy::Model* model, std::set<std::string>* unused_types,
                          Diagnostics* diagnostics);

// Makes a model with one policy per decision and per decision service of files[0]; the other files are what it may import.
// What cannot be had becomes null where it stands, with a diagnostic in *diagnostics.
std::unique_ptr<policy::Model> Lower(const std::vector<File>& files, const DmnOptions& options, std::vector<DmnElement>* elements,
                                     Diagnostics* diagnostics);

// import.cc: the decisions of files[0] as the JSON of a rule set.
void WriteRuleSet(const std::vector<File>& files, const DmnOptions& options, const std::string& name, DmnImport* out);

}  // namespace ordain::dmn

#endif  // ORDAIN_DMN_LOWER_HPP_
