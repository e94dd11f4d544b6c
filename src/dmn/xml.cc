// The strict scan before pugixml, and the places of what pugixml found (see the head of src/dmn/xml.hpp).
//
// The scan is one pass over the bytes, without recursion: names of open elements and bindings of prefixes are stacks.
// Namespaces are remembered by offset, and only for elements that are not in the root's, so that a model pays for its
// diagrams and nothing else. Lines are found by binary search in the offsets at which they begin.
#include "dmn/xml.hpp"

#include <algorithm>
#include <cstring>

namespace ordain::dmn {

namespace {

constexpr std::uint32_t kDeepest = 500;  // nesting that any usual stack bears, also with sanitizers
constexpr std::string_view kXmlNamespace = "http://www.w3.org/XML/1998/namespace";

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' || static_cast<unsigned char>(c) >= 0x80;
}
bool IsNameByte(char c) { return IsNameStart(c) || (c >= '0' && c <= '9') || c == '-' || c == '.'; }
bool IsChar(std::uint32_t c) {  // XML 1.0, production 2
  return c == 9 || c == 10 || c == 13 || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
         (c >= 0x10000 && c <= 0x10FFFF);
}

// Length of the sequence at s[i] when it is a character of XML in UTF-8, otherwise 0.
std::size_t CharLength(std::string_view s, std::size_t i) {
  const auto byte = [&](std::size_t k) -> std::uint32_t { return i + k < s.size() ? static_cast<unsigned char>(s[i + k]) : 0; };
  const std::uint32_t c = byte(0);
  if (c < 0x80) return IsChar(c) ? 1 : 0;
  const std::size_t n = c >= 0xC2 && c <= 0xDF ? 2 : c >= 0xE0 && c <= 0xEF ? 3 : c >= 0xF0 && c <= 0xF4 ? 4 : 0;
  if (n == 0) return 0;
  std::uint32_t value = c & (0x7Fu >> n);
  for (std::size_t k = 1; k < n; ++k) {
    if ((byte(k) & 0xC0u) != 0x80u) return 0;
    value = value << 6 | (byte(k) & 0x3Fu);
  }
  return IsChar(value) && value >= (n == 2 ? 0x80u : n == 3 ? 0x800u : 0x10000u) ? n : 0;
}

struct Entity {
  std::size_t raw = 0;      // bytes in the file, with & and ;
  std::size_t decoded = 0;  // bytes of the character in UTF-8
};

// The reference at s[i], which is '&'; raw is 0 when it is none that XML knows by itself.
Entity EntityAt(std::string_view s, std::size_t i) {
  for (const std::string_view known : {"&lt;", "&gt;", "&amp;", "&quot;", "&apos;"}) {
    if (s.substr(i).starts_with(known)) return {known.size(), 1};
  }
  if (!s.substr(i).starts_with("&#")) return {};
  std::size_t k = i + 2;
  const bool hex = k < s.size() && s[k] == 'x';
  if (hex) ++k;
  std::uint32_t value = 0;
  const std::size_t first = k;
  for (; k < s.size() && s[k] != ';'; ++k) {
    const char c = s[k], lower = static_cast<char>(c | 0x20);
    std::uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if (hex && lower >= 'a' && lower <= 'f') {
      digit = static_cast<std::uint32_t>(lower - 'a') + 10;
    } else {
      return {};
    }
    value = value * (hex ? 16 : 10) + digit;
    if (value > 0x10FFFF) return {};
  }
  if (k == first || k >= s.size() || !IsChar(value)) return {};
  return {k + 1 - i, value < 0x80 ? 1u : value < 0x800 ? 2u : value < 0x10000 ? 3u : 4u};
}

}  // namespace

class XmlScan {
 public:
  XmlScan(Xml* xml, const Limits& limits, const std::string& file, Diagnostics* diagnostics)
      : xml_(*xml),
        text_(xml->text_),
        max_bytes_(std::min<std::size_t>(limits.max_document_bytes, UINT32_MAX)),
        max_depth_(std::min(limits.max_json_depth, kDeepest)),
        file_(file),
        diagnostics_(diagnostics) {}

  bool Run() {
    if (text_.size() > max_bytes_) {
      xml_.text_ = text_ = {};  // nothing more is asked of it
      return Fail(Code::kLimitExceeded, 0, "the document is larger than " + std::to_string(max_bytes_) + " bytes");
    }
    for (std::size_t i = 0; i < text_.size(); ++i) {
      if (text_[i] == '\n') xml_.lines_.push_back(i + 1);
    }
    if (text_.starts_with("\xFE\xFF") || text_.starts_with("\xFF\xFE")) {
      return Bad(0, "the text is UTF-16", "save the file as UTF-8");
    }
    for (std::size_t i = 0; i < text_.size();) {
      const std::size_t n = CharLength(text_, i);
      if (n == 0) {
        const auto byte = static_cast<unsigned char>(text_[i]);
        return byte < 0x80 ? Bad(i, "character " + std::to_string(byte) + " may not stand in XML")
                           : Bad(i, "ill-formed UTF-8, or a character that XML does not have", "save the file as UTF-8");
      }
      i += n;
    }
    if (text_.starts_with("\xEF\xBB\xBF")) pos_ = 3;
    Bind("", Intern(""));
    Bind("xml", Intern(std::string(kXmlNamespace)));
    if (Rest().starts_with("<?xml") && Rest().size() > 5 && IsSpace(Rest()[5]) && !Declaration()) return false;
    while (pos_ < text_.size()) {
      if (!(text_[pos_] == '<' ? Markup() : Characters())) return false;
    }
    if (!open_.empty()) return Bad(pos_, "`" + std::string(open_.back().name) + "` is not closed");
    if (!root_seen_) return Bad(pos_, "there is no element");
    return true;
  }

  bool Bad(std::size_t offset, std::string what, std::string hint = "") {
    return Fail(Code::kBadXml, offset, std::move(what), std::move(hint));
  }

 private:
  struct Open {
    std::string_view name;
    std::size_t bindings;  // that were there before it
  };

  std::string_view Rest() const { return text_.substr(pos_); }
  bool Fail(Code code, std::size_t offset, std::string what, std::string hint = "") {
    diagnostics_->push_back(MakeDiagnostic(code, "", xml_.SpanAt(offset), {{"what", std::move(what)}}, std::move(hint)));
    diagnostics_->back().file = file_;
    return false;
  }

  std::uint32_t Intern(std::string ns) {
    const auto [it, added] = interned_.try_emplace(ns, static_cast<std::uint32_t>(xml_.namespaces_.size()));
    if (added) xml_.namespaces_.push_back(std::move(ns));
    return it->second;
  }
  void Bind(std::string_view prefix, std::uint32_t ns) {
    scopes_[prefix].push_back(ns);
    bindings_.push_back(prefix);
  }
  bool Lookup(std::string_view name, std::size_t offset, std::uint32_t* ns) {
    const std::size_t colon = name.find(':');
    const std::string_view prefix = colon == std::string_view::npos ? "" : name.substr(0, colon);
    if (colon == 0 || (colon != std::string_view::npos && (colon + 1 == name.size() || name.find(':', colon + 1) != name.npos))) {
      return Bad(offset, "`" + Clip(name) + "` is not a name");
    }
    const auto it = scopes_.find(prefix);
    if (it == scopes_.end() || it->second.empty()) {
      return Bad(offset, "prefix `" + Clip(prefix) + "` is not declared");
    }
    *ns = it->second.back();
    return true;
  }
  static std::string Clip(std::string_view s) { return s.size() <= 80 ? std::string(s) : "..."; }

  // Skips what begins with `begin` characters and ends with `end`.
  bool Until(std::size_t begin, std::string_view end, std::string_view what) {
    const std::size_t at = text_.find(end, pos_ + begin);
    if (at == std::string_view::npos) return Bad(pos_, std::string(what) + " does not end");
    pos_ = at + end.size();
    return true;
  }

  bool Declaration() {  // <?xml version="1.0" encoding="UTF-8"?>
    const std::size_t begin = pos_;
    if (!Until(5, "?>", "the XML declaration")) return false;
    std::string_view inside = text_.substr(begin, pos_ - begin);
    const std::size_t at = inside.find("encoding");
    if (at == std::string_view::npos) return true;
    inside.remove_prefix(at + 8);
    const std::size_t open = inside.find_first_of("\"'");
    const std::size_t close = open == inside.npos ? inside.npos : inside.find(inside[open], open + 1);
    if (close == inside.npos) return Bad(begin + at, "the encoding is not quoted");
    std::string name(inside.substr(open + 1, close - open - 1));
    for (char& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    if (name == "UTF-8" || name == "UTF8" || name == "US-ASCII" || name == "ASCII") return true;
    return Bad(begin + at, "encoding " + Clip(name) + " is not read", "save the file as UTF-8");
  }

  bool Characters() {
    for (; pos_ < text_.size() && text_[pos_] != '<'; ++pos_) {
      const char c = text_[pos_];
      if (open_.empty() && !IsSpace(c)) return Bad(pos_, "text stands outside of the root element");
      if (c == '&' && !Reference()) return false;
      if (c == ']' && Rest().starts_with("]]>")) return Bad(pos_, "`]]>` may not stand in text", "write `]]&gt;`");
    }
    return true;
  }

  bool Reference() {  // leaves pos_ at the last byte
    const Entity entity = EntityAt(text_, pos_);
    if (entity.raw == 0) {
      const std::string_view word = Rest().substr(0, std::min<std::size_t>(Rest().find(';'), 32) + 1);
      const bool named = word.size() > 2 && word.back() == ';' && std::all_of(word.begin() + 1, word.end() - 1, IsNameByte);
      if (named) return Bad(pos_, "unknown entity `" + std::string(word) + "`");
      return Bad(pos_, "`&` begins no entity", "write `&amp;` for the character itself");
    }
    pos_ += entity.raw - 1;
    return true;
  }

  bool Markup() {
    const std::string_view rest = Rest();
    if (rest.starts_with("<!--")) return Until(4, "-->", "the comment");
    if (rest.starts_with("<![CDATA[")) {
      if (open_.empty()) return Bad(pos_, "text stands outside of the root element");
      return Until(9, "]]>", "the CDATA section");
    }
    if (rest.starts_with("<?")) return Until(2, "?>", "the processing instruction");
    if (rest.starts_with("<!")) {
      return Bad(pos_, "a document type declaration (DTD) is not read", "remove it, with the entities it declares");
    }
    return rest.starts_with("</") ? EndTag() : StartTag();
  }

  bool Name(std::string_view* out) {
    const std::size_t begin = pos_;
    if (pos_ < text_.size() && IsNameStart(text_[pos_])) {
      while (pos_ < text_.size() && IsNameByte(text_[pos_])) ++pos_;
    }
    *out = text_.substr(begin, pos_ - begin);
    if (out->empty()) return Bad(begin, begin < text_.size() ? "expected a name" : "the document ends in a tag");
    return true;
  }
  bool Space() {
    const std::size_t begin = pos_;
    while (pos_ < text_.size() && IsSpace(text_[pos_])) ++pos_;
    return pos_ != begin;
  }
  bool Take(char c) {
    if (pos_ >= text_.size() || text_[pos_] != c) return false;
    ++pos_;
    return true;
  }

  bool EndTag() {
    const std::size_t begin = pos_;
    pos_ += 2;
    std::string_view name;
    if (!Name(&name)) return false;
    Space();
    if (!Take('>')) return Bad(pos_, "expected `>`");
    if (open_.empty() || open_.back().name != name) {
      return Bad(begin, "`" + Clip(name) + "` is closed here" +
                            (open_.empty() ? ", but nothing is open" : ", but `" + Clip(open_.back().name) + "` is open"));
    }
    Close();
    return true;
  }
  void Close() {
    for (; bindings_.size() > open_.back().bindings; bindings_.pop_back()) scopes_[bindings_.back()].pop_back();
    open_.pop_back();
  }

  bool StartTag() {
    const std::size_t begin = pos_++;
    if (open_.empty() && root_seen_) return Bad(begin, "a second root element");
    if (open_.size() >= max_depth_) {
      return Fail(Code::kLimitExceeded, begin, "nested deeper than " + std::to_string(max_depth_));
    }
    std::string_view name;
    if (!Name(&name)) return false;
    open_.push_back({name, bindings_.size()});
    attributes_.clear();
    bool empty = false;
    for (;;) {
      const bool space = Space();
      if (Take('>')) break;
      if (Take('/')) {
        if (!Take('>')) return Bad(pos_, "expected `>`");
        empty = true;
        break;
      }
      if (!space && pos_ < text_.size()) return Bad(pos_, "expected a space, `/` or `>`");
      if (!Attribute()) return false;
    }
    return Named(name, begin + 1) && (empty ? (Close(), true) : true);
  }

  bool Attribute() {
    const std::size_t begin = pos_;
    std::string_view name;
    if (!Name(&name)) return false;
    Space();
    if (!Take('=')) return Bad(pos_, "expected `=` after `" + Clip(name) + "`");
    Space();
    const char quote = pos_ < text_.size() ? text_[pos_] : '\0';
    if (quote != '"' && quote != '\'') return Bad(pos_, "expected a quoted value");
    const std::size_t value = ++pos_;
    for (; pos_ < text_.size() && text_[pos_] != quote; ++pos_) {
      if (text_[pos_] == '<') return Bad(pos_, "`<` may not stand in an attribute", "write `&lt;`");
      if (text_[pos_] == '&' && !Reference()) return false;
    }
    if (pos_ >= text_.size()) return Bad(value - 1, "the value does not end");
    attributes_.push_back({name, begin});
    if (name == "xmlns" || name.starts_with("xmlns:")) {
      const std::string uri = Decoded(text_.substr(value, pos_ - value));
      const std::string_view prefix = name == "xmlns" ? "" : name.substr(6);
      if (name != "xmlns" && (prefix.empty() || prefix == "xml" || uri.empty())) {
        return Bad(begin, "`" + Clip(name) + "` cannot be declared so");
      }
      Bind(prefix, Intern(uri));
      if (!root_seen_) {
        xml_.root_bindings_.try_emplace(std::string(prefix), uri);
        if (!prefix.empty()) xml_.root_prefixes_.try_emplace(uri, prefix);
      }
    }
    ++pos_;
    return true;
  }

  // References in the name of a namespace are rare: pugixml decodes them for us.
  static std::string Decoded(std::string_view raw) {
    if (raw.find('&') == std::string_view::npos) return std::string(raw);
    pugi::xml_document one;
    const std::string element = "<a b=\"" + std::string(raw) + "\"/>";
    const std::string other = "<a b='" + std::string(raw) + "'/>";
    if (!one.load_buffer(element.data(), element.size())) one.load_buffer(other.data(), other.size());
    return one.document_element().attribute("b").value();
  }

  // All attributes are read: what they bind holds for the element itself.
  bool Named(std::string_view name, std::size_t offset) {
    std::uint32_t ns = 0;
    if (!Lookup(name, offset, &ns)) return false;
    if (!root_seen_) {
      root_seen_ = true;
      xml_.root_namespace_ = ns;
    } else if (ns != xml_.root_namespace_) {
      xml_.elsewhere_.emplace_back(offset, ns);
    }
    std::sort(attributes_.begin(), attributes_.end());
    for (std::size_t i = 0; i < attributes_.size(); ++i) {
      const auto& [attribute, at] = attributes_[i];
      if (i > 0 && attributes_[i - 1].first == attribute) {
        return Bad(at, "attribute `" + Clip(attribute) + "` is given twice");
      }
      std::uint32_t ignored = 0;
      if (attribute.find(':') != attribute.npos && !attribute.starts_with("xmlns:") && !Lookup(attribute, at, &ignored)) return false;
    }
    return true;
  }

  Xml& xml_;
  std::string_view text_;
  std::size_t max_bytes_;
  std::uint32_t max_depth_;
  const std::string& file_;
  Diagnostics* diagnostics_;
  std::size_t pos_ = 0;
  bool root_seen_ = false;
  std::vector<Open> open_;
  std::vector<std::pair<std::string_view, std::size_t>> attributes_;
  std::vector<std::string_view> bindings_;  // prefixes in the order in which they were bound
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> scopes_;
  std::unordered_map<std::string, std::uint32_t> interned_;
};

bool Xml::Parse(std::string_view text, const Limits& limits, const std::string& file, Diagnostics* diagnostics) {
  text_ = text;
  lines_.assign(1, 0);
  namespaces_.clear();
  elsewhere_.clear();
  root_bindings_.clear();
  root_prefixes_.clear();
  XmlScan scan(this, limits, file, diagnostics);
  if (!scan.Run()) return false;
  constexpr unsigned kOptions =
      pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol | pugi::parse_wconv_attribute | pugi::parse_ws_pcdata;
  const pugi::xml_parse_result result = tree_.load_buffer(text.data(), text.size(), kOptions, pugi::encoding_utf8);
  if (result.status == pugi::status_ok && root()) return true;
  return scan.Bad(static_cast<std::size_t>(std::max<std::ptrdiff_t>(result.offset, 0)), result.description());
}

std::string_view LocalName(pugi::xml_node element) {
  const std::string_view name = element.name();
  return name.substr(name.find(':') + 1);  // npos + 1 is 0
}

bool Xml::InRootNamespace(pugi::xml_node element) const {
  const auto offset = static_cast<std::size_t>(element.offset_debug());
  const auto it = std::lower_bound(elsewhere_.begin(), elsewhere_.end(), std::pair<std::size_t, std::uint32_t>(offset, 0));
  return it == elsewhere_.end() || it->first != offset;
}

std::string_view Xml::NamespaceOf(pugi::xml_node element) const {
  const auto offset = static_cast<std::size_t>(element.offset_debug());
  const auto it = std::lower_bound(elsewhere_.begin(), elsewhere_.end(), std::pair<std::size_t, std::uint32_t>(offset, 0));
  return namespaces_[it == elsewhere_.end() || it->first != offset ? root_namespace_ : it->second];
}

std::optional<std::string> Xml::Bound(pugi::xml_node element, std::string_view prefix) const {
  const pugi::xml_attribute own = element.attribute(("xmlns:" + std::string(prefix)).c_str());
  if (own) return own.value();
  const auto it = root_bindings_.find(std::string(prefix));
  return it == root_bindings_.end() ? std::nullopt : std::optional(it->second);
}

std::string_view Xml::PrefixOf(std::string_view ns) const {
  const auto it = root_prefixes_.find(std::string(ns));
  return it == root_prefixes_.end() ? std::string_view() : it->second;
}

Span Xml::SpanAt(std::size_t offset, std::size_t length) const {
  const auto after = std::upper_bound(lines_.begin(), lines_.end(), offset);
  const auto line = static_cast<std::size_t>(after - lines_.begin());
  return Span{static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length), static_cast<std::uint32_t>(line),
              static_cast<std::uint32_t>(offset - lines_[line - 1] + 1)};
}

Span Xml::SpanOf(pugi::xml_node element) const {
  return SpanAt(static_cast<std::size_t>(element.offset_debug()) - 1, std::strlen(element.name()) + 1);
}

Text Xml::TextOf(pugi::xml_node element) const {
  Text out;
  out.present = true;
  for (const pugi::xml_node child : element.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) out.text += child.value();
  }
  // The content begins behind the start tag; a `>` in quotes does not end it.
  std::size_t begin = static_cast<std::size_t>(element.offset_debug());
  for (char quote = '\0'; begin < text_.size() && (quote != '\0' || text_[begin] != '>'); ++begin) {
    const char c = text_[begin];
    if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote) {
      quote = '\0';
    }
  }
  begin = std::min(begin + 1, text_.size());
  if (begin >= 2 && text_[begin - 2] == '/') {  // an empty element
    out.span = SpanAt(begin, 0);
    return out;
  }
  std::size_t end = begin;
  while (end < text_.size() && !text_.substr(end).starts_with("</")) {
    const std::string_view rest = text_.substr(end);
    const std::string_view close = rest.starts_with("<!--")        ? "-->"
                                   : rest.starts_with("<![CDATA[") ? "]]>"
                                   : rest.starts_with("<?")        ? "?>"
                                                                   : "";
    end = close.empty() ? end + 1 : std::min(text_.find(close, end + 2), text_.size() - close.size()) + close.size();
  }
  out.span = SpanAt(begin, end - begin);
  return out;
}

Span PlaceOf(std::string_view file, const Text& text, std::size_t offset) {
  Span at = text.span;
  const std::size_t end = std::min<std::size_t>(std::size_t{at.offset} + at.length, file.size());
  at.length = 0;
  const auto advance = [&](std::size_t bytes) {
    for (; bytes != 0 && at.offset < end; --bytes, ++at.offset) {
      ++at.column;
      if (file[at.offset] == '\n') ++at.line, at.column = 1;
    }
  };
  bool raw = false;  // within a CDATA section
  for (std::size_t done = 0; at.offset < end;) {
    const std::string_view rest = file.substr(at.offset, end - at.offset);
    if (raw ? rest.starts_with("]]>") : rest.starts_with("<![CDATA[")) {
      advance(raw ? 3 : 9);
      raw = !raw;
    } else if (!raw && (rest.starts_with("<!--") || rest.starts_with("<?"))) {
      const std::string_view close = rest[1] == '!' ? "-->" : "?>";
      advance(std::min(rest.find(close, 2), rest.size() - close.size()) + close.size());
    } else {
      Entity one{1, 1};
      if (rest.starts_with("\r\n")) {
        one.raw = 2;
      } else if (!raw && rest[0] == '&') {
        one = EntityAt(rest, 0);
        if (one.raw == 0) one = {1, 1};
      }
      if (done + one.decoded > offset) break;
      done += one.decoded;
      advance(one.raw);
    }
  }
  return at;
}

}  // namespace ordain::dmn
