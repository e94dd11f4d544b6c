// The facade of the room: text -> structs -> model -> rule set. See include/ordain/dmn.hpp.
#include "ordain/dmn.hpp"

#include <algorithm>

#include "dmn/document.hpp"
#include "dmn/lower.hpp"
#include "engine/parts.hpp"

namespace ordain {

namespace {

// The model and what it may import. False when the model itself cannot be had.
bool ReadFiles(std::string_view text, const std::string& file, const std::vector<DmnSource>& imports, const Limits& limits,
               std::vector<dmn::File>* files, Diagnostics* diagnostics) {
  const auto read = [&](std::string_view bytes, const std::string& name) {
    dmn::File f;
    f.text = std::string(bytes);
    Diagnostics found;
    const bool good = dmn::Parse(f.text, limits, name, &f.definitions, &found);
    for (Diagnostic& d : found) {
      if (d.file.empty()) d.file = name;
      diagnostics->push_back(std::move(d));
    }
    if (good) files->push_back(std::move(f));
    return good;
  };
  if (!read(text, file)) return false;
  for (const DmnSource& s : imports) read(s.text, s.file);
  for (const dmn::Import& i : files->front().definitions.imports) {
    const bool there = std::any_of(files->begin() + 1, files->end(), [&](const dmn::File& f) { return f.definitions.ns == i.ns; });
    if (there) continue;
    Diagnostic d = MakeDiagnostic(Code::kUnavailable, "/" + i.name, i.span, {{"where", i.name}, {"what", "a model with the namespace " + i.ns}});
    d.file = file;
    diagnostics->push_back(std::move(d));
  }
  return true;
}

}  // namespace

DmnResult LoadDmn(std::string_view text, const std::string& file, const std::vector<DmnSource>& imports, const DmnOptions& options) {
  DmnResult result;
  std::vector<dmn::File> files;
  if (!ReadFiles(text, file, imports, options.limits, &files, &result.diagnostics)) return result;
  std::unique_ptr<policy::Model> model = dmn::Lower(files, options, &result.elements, &result.diagnostics);
  model->revision = RevisionOf(text);
  Assembled made = Assemble(std::move(model), file, options.limits);
  result.diagnostics.insert(result.diagnostics.end(), made.diagnostics.begin(), made.diagnostics.end());
  result.rule_set = std::move(made.rule_set);
  return result;
}

DmnImport ImportDmn(std::string_view text, const std::string& file, const std::vector<DmnSource>& imports, const DmnOptions& options,
                    const std::string& name) {
  DmnImport result;
  std::vector<dmn::File> files;
  if (ReadFiles(text, file, imports, options.limits, &files, &result.diagnostics)) dmn::WriteRuleSet(files, options, name, &result);
  return result;
}

std::vector<std::pair<std::string, std::string>> DmnImports(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> out;
  dmn::Definitions definitions;
  Diagnostics ignored;
  if (!dmn::Parse(text, {}, "", &definitions, &ignored)) return out;
  for (const dmn::Import& i : definitions.imports) out.emplace_back(i.ns, i.location);
  return out;
}

std::string DmnNamespace(std::string_view text) {
  dmn::Definitions definitions;
  Diagnostics ignored;
  return dmn::Parse(text, {}, "", &definitions, &ignored) ? definitions.ns : std::string();
}

}  // namespace ordain
