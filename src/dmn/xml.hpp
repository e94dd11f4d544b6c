// XML for the readers of models and of test files: pugixml, and before it a scan that is as strict as XML is.
//
// pugixml makes the tree and decodes texts, but it forgives much: unknown entities, undeclared prefixes, attributes
// given twice, text beside the root, ill-formed UTF-8. The scan refuses those with their places, and what is XML but
// not wanted from strangers: a DTD (and with it entities of one's own), other encodings than UTF-8, nesting deeper than
// Limits::max_json_depth, documents larger than Limits::max_document_bytes. The first error ends the reading.
#ifndef ORDAIN_SRC_DMN_XML_HPP_
#define ORDAIN_SRC_DMN_XML_HPP_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dmn/document.hpp"
#include "ordain/base.hpp"

namespace ordain::dmn {

class Xml {
 public:
  // `text` must stay where it is as long as this is used.
  bool Parse(std::string_view text, const Limits& limits, const std::string& file, Diagnostics* diagnostics);

  pugi::xml_node root() const { return tree_.document_element(); }
  std::string_view NamespaceOf(pugi::xml_node element) const;  // empty: in none
  bool InRootNamespace(pugi::xml_node element) const;
  // The namespace that the element itself or the root binds to the prefix; those between are not asked.
  std::optional<std::string> Bound(pugi::xml_node element, std::string_view prefix) const;
  // The first prefix that the root binds to the namespace; empty when there is none.
  std::string_view PrefixOf(std::string_view ns) const;

  Span SpanAt(std::size_t offset, std::size_t length = 0) const;
  Span SpanOf(pugi::xml_node element) const;  // "<name"
  // The text of an element without child elements, decoded, with the span of its content in the file.
  Text TextOf(pugi::xml_node element) const;

 private:
  friend class XmlScan;

  std::string_view text_;
  pugi::xml_document tree_;
  std::vector<std::size_t> lines_;  // where each begins
  std::vector<std::string> namespaces_;
  std::uint32_t root_namespace_ = 0;
  // Elements in other namespaces than the root's: offset of the name, index of the namespace; by offset.
  std::vector<std::pair<std::size_t, std::uint32_t>> elsewhere_;
  std::unordered_map<std::string, std::string> root_bindings_;  // prefix -> namespace
  std::unordered_map<std::string, std::string> root_prefixes_;  // namespace -> prefix
};

// Without its prefix.
std::string_view LocalName(pugi::xml_node element);

}  // namespace ordain::dmn

#endif  // ORDAIN_SRC_DMN_XML_HPP_
