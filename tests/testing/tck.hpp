// The test files of the DMN Technology Compatibility Kit (testCases.xsd) as plain structs, and where they are.
//
//   for (const TckFolder& folder : FindTck(SharedFolder() + "/tck"))
//     for (const std::string& path : folder.tests) {
//       TckFile file;
//       Diagnostics found;
//       ReadTck(ReadWhole(path), path, &file, &found);
//
// What a value means is not worked out: texts stay texts, with the name of their XML Schema type.
#ifndef ORDAIN_TESTS_TESTING_TCK_HPP_
#define ORDAIN_TESTS_TESTING_TCK_HPP_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ordain/base.hpp"

namespace ordain::testing {

struct TckComponent;
struct TckValue {
  enum class Kind : std::uint8_t { kNil, kText, kList, kComponents };
  Kind kind = Kind::kNil;
  std::string text;  // kText, unaltered
  std::string type;  // kText: "decimal", "string", ... of XML Schema; empty when the file names none
  std::vector<TckValue> items;                                // kList
  std::vector<TckComponent> components;                       // kComponents, in the file's order; may be empty
  Span span;
};
struct TckComponent {
  std::string name;
  TckValue value;
};

struct TckInput {
  std::string name;
  std::string ns;  // of an imported model; empty: the model itself
  TckValue value;
  Span span;
};
struct TckResult {
  std::string name, ns;
  std::string type;           // as written: "decision"; may be empty
  bool error_result = false;  // an error is expected beside the value
  bool has_expected = false;
  TckValue expected;
  Span span;
};

enum class TckType : std::uint8_t { kDecision, kKnowledgeModel, kDecisionService };
struct TckCase {
  std::string id, name, description;
  TckType type = TckType::kDecision;
  std::string invocable;  // of a decision service
  std::vector<TckInput> inputs;
  std::vector<TckResult> results;
  Span span;
};
struct TckFile {
  std::string model;  // the name of a file in the same folder
  std::vector<std::string> labels;
  std::vector<TckCase> cases;
};

// False when something is wrong with the file; *diagnostics says what.
bool ReadTck(std::string_view text, const std::string& path, TckFile* out, Diagnostics* diagnostics);

struct TckFolder {
  std::string level, name;          // "compliance-level-2", "0004-simpletable-U"
  std::string path;
  std::vector<std::string> tests;   // paths of ...-test-NN.xml, sorted
  std::vector<std::string> models;  // paths of all .dmn, sorted: a test file's model, and what that may import
};

// All folders with tests below the kit's folders compliance-level-*, sorted; empty when the kit is not there.
std::vector<TckFolder> FindTck(const std::string& kit);

}  // namespace ordain::testing

#endif  // ORDAIN_TESTS_TESTING_TCK_HPP_
