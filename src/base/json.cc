// A strict JSON reader that keeps positions, the order of keys and the text of numbers. Recursive, with the depth
// bounded by Limits::max_json_depth. Syntax errors end the reading; duplicate keys are all reported.
// Tested by tests/json_test.cc; fuzzed by tests/fuzz/json_fuzz.cc.
#include "ordain/json.hpp"

#include <algorithm>
#include <unordered_set>

namespace ordain::json {

std::string_view NodeTypeName(NodeType type) {
  static constexpr std::string_view kNames[] = {"null", "true or false", "a number", "a string", "an array", "an object"};
  return kNames[static_cast<std::size_t>(type)];
}

const Node* Node::Find(std::string_view key) const {
  for (const Member& m : members) {
    if (m.key == key) return &m.value;
  }
  return nullptr;
}

namespace {

void AppendUtf8(std::uint32_t c, std::string* out) {
  if (c < 0x80) {
    *out += static_cast<char>(c);
  } else if (c < 0x800) {
    *out += static_cast<char>(0xC0u | c >> 6);
    *out += static_cast<char>(0x80u | (c & 0x3Fu));
  } else if (c < 0x10000) {
    *out += static_cast<char>(0xE0u | c >> 12);
    *out += static_cast<char>(0x80u | (c >> 6 & 0x3Fu));
    *out += static_cast<char>(0x80u | (c & 0x3Fu));
  } else {
    *out += static_cast<char>(0xF0u | c >> 18);
    *out += static_cast<char>(0x80u | (c >> 12 & 0x3Fu));
    *out += static_cast<char>(0x80u | (c >> 6 & 0x3Fu));
    *out += static_cast<char>(0x80u | (c & 0x3Fu));
  }
}

// Length of the valid UTF-8 sequence at s[i], 0 when it is not valid (overlong, surrogate, beyond U+10FFFF).
std::size_t Utf8Length(std::string_view s, std::size_t i) {
  const auto byte = [&](std::size_t k) { return i + k < s.size() ? static_cast<unsigned char>(s[i + k]) : 0u; };
  const auto tail = [&](std::size_t k) { return (byte(k) & 0xC0u) == 0x80u; };
  const unsigned c = byte(0);
  if (c < 0x80) return 1;
  if (c >= 0xC2 && c <= 0xDF) return tail(1) ? 2 : 0;
  if (c >= 0xE0 && c <= 0xEF) {
    if (!tail(1) || !tail(2) || (c == 0xE0 && byte(1) < 0xA0) || (c == 0xED && byte(1) > 0x9F)) return 0;
    return 3;
  }
  if (c >= 0xF0 && c <= 0xF4) {
    if (!tail(1) || !tail(2) || !tail(3) || (c == 0xF0 && byte(1) < 0x90) || (c == 0xF4 && byte(1) > 0x8F)) return 0;
    return 4;
  }
  return 0;
}

class Reader {
 public:
  Reader(std::string_view text, const Limits& limits, const std::string& file, Diagnostics* diagnostics)
      : text_(text), limits_(limits), file_(file), diagnostics_(diagnostics) {}

  bool Document(Node* out) {
    if (text_.size() > limits_.max_document_bytes) {
      return Fail(Code::kLimitExceeded, "the document is larger than " + std::to_string(limits_.max_document_bytes) + " bytes");
    }
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") return Syntax("a byte-order mark; save the file as UTF-8 without it");
    Space();
    if (!ReadValue(out, "", 0)) return false;
    Space();
    if (pos_ != text_.size()) return Syntax("something follows the end of the document");
    return good_;
  }

 private:
  Span Here(std::size_t offset) {
    // Lines are counted forward from the last position asked for.
    if (offset < seen_) {
      seen_ = 0;
      line_ = 1;
      line_start_ = 0;
    }
    for (; seen_ < offset; ++seen_) {
      if (text_[seen_] == '\n') {
        ++line_;
        line_start_ = seen_ + 1;
      }
    }
    Span s;
    s.offset = static_cast<std::uint32_t>(offset);
    s.line = line_;
    s.column = static_cast<std::uint32_t>(offset - line_start_ + 1);
    return s;
  }
  bool Fail(Code code, const std::string& what) {
    Diagnostic d = MakeDiagnostic(code, "", Here(std::min(pos_, text_.size())), {{"what", what}});
    d.file = file_;
    diagnostics_->push_back(std::move(d));
    return false;
  }
  bool Syntax(const std::string& what) { return Fail(Code::kBadJson, what); }
  std::string Found() const {
    if (pos_ >= text_.size()) return "the end of the text";
    const std::size_t n = std::max<std::size_t>(Utf8Length(text_, pos_), 1);
    const auto c = static_cast<unsigned char>(text_[pos_]);
    if (c < 0x20 || c == 0x7F || Utf8Length(text_, pos_) == 0) return "byte " + std::to_string(c);
    return "`" + std::string(text_.substr(pos_, n)) + "`";
  }

  void Space() {
    while (pos_ < text_.size() && (text_[pos_] == ' ' || text_[pos_] == '\t' || text_[pos_] == '\n' || text_[pos_] == '\r')) ++pos_;
  }

  bool ReadValue(Node* out, const std::string& path, std::uint32_t depth) {
    if (depth > limits_.max_json_depth) return Fail(Code::kLimitExceeded, "nested deeper than " + std::to_string(limits_.max_json_depth));
    const std::size_t start = pos_;
    out->span = Here(start);
    if (pos_ >= text_.size()) return Syntax("expected a value, found the end of the text");
    bool ok = false;
    switch (text_[pos_]) {
      case '{': ok = ReadObject(out, path, depth); break;
      case '[': ok = ReadArray(out, path, depth); break;
      case '"':
        out->type = NodeType::kString;
        ok = ReadString(&out->text);
        break;
      case 't': ok = Word("true", NodeType::kBoolean, out); out->boolean = true; break;
      case 'f': ok = Word("false", NodeType::kBoolean, out); break;
      case 'n': ok = Word("null", NodeType::kNull, out); break;
      default: ok = ReadNumber(out); break;
    }
    out->span.length = static_cast<std::uint32_t>(pos_ - start);
    return ok;
  }

  bool Word(std::string_view word, NodeType type, Node* out) {
    if (text_.substr(pos_, word.size()) != word) return Syntax("expected a value, found " + Found());
    pos_ += word.size();
    out->type = type;
    return true;
  }

  bool Digits() {
    const std::size_t start = pos_;
    while (pos_ < text_.size() && text_[pos_] >= '0' && text_[pos_] <= '9') ++pos_;
    return pos_ != start;
  }

  bool ReadNumber(Node* out) {
    const std::size_t start = pos_;
    if (text_[pos_] == '-') ++pos_;
    if (pos_ < text_.size() && text_[pos_] == '0') {
      ++pos_;
      if (pos_ < text_.size() && text_[pos_] >= '0' && text_[pos_] <= '9') return Syntax("a number does not begin with 0");
    } else if (!Digits()) {
      return Syntax("expected a value, found " + Found());
    }
    if (pos_ < text_.size() && text_[pos_] == '.') {
      ++pos_;
      if (!Digits()) return Syntax("expected a digit after the point, found " + Found());
    }
    if (pos_ < text_.size() && (text_[pos_] == 'e' || text_[pos_] == 'E')) {
      ++pos_;
      if (pos_ < text_.size() && (text_[pos_] == '+' || text_[pos_] == '-')) ++pos_;
      if (!Digits()) return Syntax("expected a digit of the exponent, found " + Found());
    }
    out->type = NodeType::kNumber;
    out->text = std::string(text_.substr(start, pos_ - start));
    return true;
  }

  bool Hex4(std::uint32_t* out) {
    *out = 0;
    for (int i = 0; i < 4; ++i, ++pos_) {
      const char c = pos_ < text_.size() ? text_[pos_] : ' ';
      const int v = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
      if (v < 0) return Syntax("expected four hexadecimal digits after \\u");
      *out = *out << 4 | static_cast<std::uint32_t>(v);
    }
    return true;
  }

  bool ReadString(std::string* out) {
    ++pos_;
    for (;;) {
      if (pos_ >= text_.size()) return Syntax("a string is not closed");
      const auto c = static_cast<unsigned char>(text_[pos_]);
      if (c == '"') {
        ++pos_;
        return true;
      }
      if (c < 0x20) return Syntax("a control character in a string; write it as an escape");
      if (c != '\\') {
        const std::size_t n = Utf8Length(text_, pos_);
        if (n == 0) return Syntax("not valid UTF-8");
        out->append(text_.substr(pos_, n));
        pos_ += n;
        continue;
      }
      ++pos_;
      const char e = pos_ < text_.size() ? text_[pos_] : ' ';
      ++pos_;
      switch (e) {
        case '"': *out += '"'; break;
        case '\\': *out += '\\'; break;
        case '/': *out += '/'; break;
        case 'b': *out += '\b'; break;
        case 'f': *out += '\f'; break;
        case 'n': *out += '\n'; break;
        case 'r': *out += '\r'; break;
        case 't': *out += '\t'; break;
        case 'u': {
          std::uint32_t u = 0, low = 0;
          if (!Hex4(&u)) return false;
          if (u >= 0xD800 && u <= 0xDFFF) {
            if (u >= 0xDC00 || text_.substr(pos_, 2) != "\\u") return Syntax("an unpaired surrogate");
            pos_ += 2;
            if (!Hex4(&low)) return false;
            if (low < 0xDC00 || low > 0xDFFF) return Syntax("an unpaired surrogate");
            u = 0x10000 + ((u - 0xD800) << 10) + (low - 0xDC00);
          }
          AppendUtf8(u, out);
          break;
        }
        default: --pos_; return Syntax("an unknown escape \\" + std::string(1, e));
      }
    }
  }

  bool ReadArray(Node* out, const std::string& path, std::uint32_t depth) {
    out->type = NodeType::kArray;
    ++pos_;
    Space();
    if (pos_ < text_.size() && text_[pos_] == ']') return ++pos_, true;
    for (;;) {
      out->items.emplace_back();
      if (!ReadValue(&out->items.back(), Child(path, out->items.size() - 1), depth + 1)) return false;
      Space();
      if (pos_ < text_.size() && text_[pos_] == ',') {
        ++pos_;
        Space();
        continue;
      }
      if (pos_ < text_.size() && text_[pos_] == ']') return ++pos_, true;
      return Syntax("expected `,` or `]`, found " + Found());
    }
  }

  bool ReadObject(Node* out, const std::string& path, std::uint32_t depth) {
    out->type = NodeType::kObject;
    ++pos_;
    Space();
    if (pos_ < text_.size() && text_[pos_] == '}') return ++pos_, true;
    std::unordered_set<std::string> seen;
    for (;;) {
      if (pos_ >= text_.size() || text_[pos_] != '"') return Syntax("expected a key in quotes, found " + Found());
      Member m;
      const std::size_t start = pos_;
      m.key_span = Here(start);
      if (!ReadString(&m.key)) return false;
      m.key_span.length = static_cast<std::uint32_t>(pos_ - start);
      const std::string child = Child(path, m.key);
      const bool duplicate = !seen.insert(m.key).second;
      if (duplicate) {
        Diagnostic d = MakeDiagnostic(Code::kDuplicateKey, child, m.key_span, {{"name", m.key}});
        d.file = file_;
        diagnostics_->push_back(std::move(d));
        good_ = false;
      }
      Space();
      if (pos_ >= text_.size() || text_[pos_] != ':') return Syntax("expected `:`, found " + Found());
      ++pos_;
      Space();
      if (!ReadValue(&m.value, child, depth + 1)) return false;
      if (!duplicate) out->members.push_back(std::move(m));
      Space();
      if (pos_ < text_.size() && text_[pos_] == ',') {
        ++pos_;
        Space();
        continue;
      }
      if (pos_ < text_.size() && text_[pos_] == '}') return ++pos_, true;
      return Syntax("expected `,` or `}`, found " + Found());
    }
  }

  std::string_view text_;
  const Limits& limits_;
  const std::string& file_;
  Diagnostics* diagnostics_;
  std::size_t pos_ = 0;
  std::size_t seen_ = 0, line_start_ = 0;
  std::uint32_t line_ = 1;
  bool good_ = true;
};

void WriteNode(const Node& node, std::string* out) {
  switch (node.type) {
    case NodeType::kNull: *out += "null"; break;
    case NodeType::kBoolean: *out += node.boolean ? "true" : "false"; break;
    case NodeType::kNumber: *out += node.text; break;
    case NodeType::kString: AppendString(node.text, out); break;
    case NodeType::kArray:
      *out += '[';
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        if (i != 0) *out += ',';
        WriteNode(node.items[i], out);
      }
      *out += ']';
      break;
    case NodeType::kObject:
      *out += '{';
      for (std::size_t i = 0; i < node.members.size(); ++i) {
        if (i != 0) *out += ',';
        AppendString(node.members[i].key, out);
        *out += ':';
        WriteNode(node.members[i].value, out);
      }
      *out += '}';
      break;
  }
}

}  // namespace

bool Parse(std::string_view text, const Limits& limits, const std::string& file, Node* out, Diagnostics* diagnostics) {
  return Reader(text, limits, file, diagnostics).Document(out);
}

std::string Child(const std::string& pointer, std::string_view token) {
  std::string out = pointer + "/";
  for (const char c : token) {
    if (c == '~') out += "~0";
    else if (c == '/') out += "~1";
    else out += c;
  }
  return out;
}
std::string Child(const std::string& pointer, std::size_t index) { return pointer + "/" + std::to_string(index); }

void AppendString(std::string_view text, std::string* out) {
  static constexpr char kHex[] = "0123456789abcdef";
  *out += '"';
  for (const char ch : text) {
    const auto c = static_cast<unsigned char>(ch);
    switch (c) {
      case '"': *out += "\\\""; break;
      case '\\': *out += "\\\\"; break;
      case '\n': *out += "\\n"; break;
      case '\r': *out += "\\r"; break;
      case '\t': *out += "\\t"; break;
      default:
        if (c < 0x20 || c == 0x7F) {
          *out += "\\u00";
          *out += kHex[c >> 4];
          *out += kHex[c & 15u];
        } else {
          *out += ch;
        }
    }
  }
  *out += '"';
}

std::string Write(const Node& node) {
  std::string out;
  WriteNode(node, &out);
  return out;
}

bool ToValue(const Node& node, Arena* arena, std::vector<std::unique_ptr<Shape>>* shapes, Value* out) {
  switch (node.type) {
    case NodeType::kNull: *out = Value(); return true;
    case NodeType::kBoolean: *out = Value::Boolean(node.boolean); return true;
    case NodeType::kNumber: {
      Decimal n;
      bool exact = true;
      if (Decimal::Parse(node.text, &n, &exact) != DecimalStatus::kOk || !exact) return false;
      *out = Value::Number(n);
      return true;
    }
    case NodeType::kString: {
      const std::string_view copy = arena->Copy(node.text);
      *out = Value::Text(copy);
      return copy.data() != nullptr;
    }
    case NodeType::kArray: {
      Value* items = arena->NewValues(node.items.size());
      if (items == nullptr) return false;
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        if (!ToValue(node.items[i], arena, shapes, &items[i])) return false;
      }
      *out = Value::List(items, node.items.size());
      return true;
    }
    case NodeType::kObject: {
      auto shape = std::make_unique<Shape>();
      Value* fields = arena->NewValues(node.members.size());
      if (fields == nullptr) return false;
      for (std::size_t i = 0; i < node.members.size(); ++i) {
        shape->names.push_back(node.members[i].key);
        if (!ToValue(node.members[i].value, arena, shapes, &fields[i])) return false;
      }
      *out = Value::Context(fields, shape.get());
      shapes->push_back(std::move(shape));
      return true;
    }
  }
  return false;
}

}  // namespace ordain::json
