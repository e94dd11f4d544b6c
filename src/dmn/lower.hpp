// Internal to the room. See lower.cc.
#ifndef ORDAIN_DMN_LOWER_HPP_
#define ORDAIN_DMN_LOWER_HPP_

#include <memory>
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

// Makes a model with one policy per decision and per decision service of files[0]; the other files are what it may import.
// What cannot be had becomes null where it stands, with a diagnostic in *diagnostics.
std::unique_ptr<policy::Model> Lower(const std::vector<File>& files, const DmnOptions& options, std::vector<DmnElement>* elements,
                                     Diagnostics* diagnostics);

}  // namespace ordain::dmn

#endif  // ORDAIN_DMN_LOWER_HPP_
