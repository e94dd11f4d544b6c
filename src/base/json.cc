// A strict JSON reader that keeps positions, the order of keys and the text of numbers.
//
// One pass by recursive descent: the grammar is small enough that every error can say what would have been
// right at that byte. The first syntax error ends the reading, since whatever follows would be guesses;
// duplicate keys do not, since people who made one made others. Of duplicates the first value is kept, but
// the document is refused in any case.
//
// Cost is linear in the document: lines are counted forward once, and the path of a node is made only when
// something is to be said about it (a path per node would let one long key in front of a long list cost their
// product). Keys of small objects are compared one by one, of large ones through a set.
//
// Limits: the depth is Limits::max_json_depth, at most kDeepest, because nodes are read, written and
// destroyed recursively; spans have 32 bits, so a document has less than 4 GiB; reported duplicates, whose
// paths may be long, stop at max_document_bytes in all. A tree takes up to some sixty times the bytes of its
// document.
// Tested by tests/json_test.cc; fuzzed by tests/fuzz/json_fuzz.cc.
#include "ordain/json.hpp"

#include <algorithm>
#include <unordered_set>

namespace ordain::json {

std::string_view NodeTypeName(NodeType type) {
  static constexpr std::string_view kNames[] = {"null",     "true or false", "a number",
                                                "a string", "an array",      "an object"};
  return kNames[static_cast<std::size_t>(type)];
}

const Node* Node::Find(std::string_view key) const {
  for (const Member& m : members) {
    if (m.key == key) return &m.value;
  }
  return nullptr;
}

namespace {

constexpr std::uint32_t kDeepest = 1000;  // nesting that any usual stack bears, also with sanitizers
constexpr std::size_t kSmallObject = 16;

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
  const auto byte = [&](std::size_t k) -> unsigned {
    return i + k < s.size() ? static_cast<unsigned char>(s[i + k]) : 0;
  };
  const auto tail = [&](std::size_t k) { return (byte(k) & 0xC0u) == 0x80u; };
  const unsigned c = byte(0);
  if (c < 0x80) return 1;
  if (c >= 0xC2 && c <= 0xDF) return tail(1) ? 2 : 0;
  if (c >= 0xE0 && c <= 0xEF) {
    return tail(1) && tail(2) && !(c == 0xE0 && byte(1) < 0xA0) && !(c == 0xED && byte(1) > 0x9F) ? 3 : 0;
  }
  if (c >= 0xF0 && c <= 0xF4) {
    if (!tail(1) || !tail(2) || !tail(3)) return 0;
    return !(c == 0xF0 && byte(1) < 0x90) && !(c == 0xF4 && byte(1) > 0x8F) ? 4 : 0;
  }
  return 0;
}

void AppendToken(std::string_view token, std::string* pointer) {  // RFC 6901
  *pointer += '/';
  for (const char c : token) {
    if (c == '~') {
      *pointer += "~0";
    } else if (c == '/') {
      *pointer += "~1";
    } else {
      *pointer += c;
    }
  }
}

class Reader {
 public:
  Reader(std::string_view text, const Limits& limits, const std::string& file, Diagnostics* diagnostics)
      : text_(text),
        max_bytes_(std::min<std::size_t>(limits.max_document_bytes, UINT32_MAX)),
        max_depth_(std::min(limits.max_json_depth, kDeepest)),
        file_(file),
        diagnostics_(diagnostics) {}

  bool Document(Node* out) {
    *out = Node();
    if (text_.size() > max_bytes_) {
      const std::string limit = std::to_string(max_bytes_);
      return Fail(Code::kLimitExceeded, 0, "the document is larger than " + limit + " bytes");
    }
    if (text_.starts_with("\xEF\xBB\xBF")) {
      return Syntax("a byte-order mark; save the file as UTF-8 without it");
    }
    Space();
    if (!ReadValue(out, nullptr, 0)) return false;
    Space();
    if (pos_ != text_.size()) return Syntax("something follows the end of the document");
    return good_;
  }

 private:
  // The way from the root to the value being read, as a chain through the frames of the readers.
  struct Step {
    const Step* parent;
    const std::string* key;  // null: an item
    std::size_t index;
  };
  static void AppendPointer(const Step* step, std::string* out) {
    if (step->parent != nullptr) AppendPointer(step->parent, out);
    AppendToken(step->key != nullptr ? *step->key : std::to_string(step->index), out);
  }

  // Counts lines forward from the last position asked for, and from the start again for an earlier one,
  // which only the error that ends the reading is.
  Span SpanAt(std::size_t offset) {
    if (offset < counted_) {
      counted_ = line_start_ = 0;
      line_ = 1;
    }
    for (; counted_ < offset; ++counted_) {
      if (text_[counted_] == '\n') {
        ++line_;
        line_start_ = counted_ + 1;
      }
    }
    const auto column = static_cast<std::uint32_t>(offset - line_start_ + 1);
    return Span{static_cast<std::uint32_t>(offset), 0, line_, column};
  }
  void Report(Code code, std::string path, Span span, std::string name, std::string what) {
    diagnostics_->push_back(
        MakeDiagnostic(code, std::move(path), span, {{std::move(name), std::move(what)}}));
    diagnostics_->back().file = file_;
    good_ = false;
  }
  bool Fail(Code code, std::size_t offset, std::string what) {
    Report(code, "", SpanAt(offset), "what", std::move(what));
    return false;
  }
  bool SyntaxAt(std::size_t offset, std::string what) {
    return Fail(Code::kBadJson, offset, std::move(what));
  }
  bool Syntax(std::string what) { return SyntaxAt(pos_, std::move(what)); }

  bool At(char c) const { return pos_ < text_.size() && text_[pos_] == c; }
  bool AtDigit() const { return pos_ < text_.size() && text_[pos_] >= '0' && text_[pos_] <= '9'; }
  bool Take(char c) {
    if (!At(c)) return false;
    ++pos_;
    return true;
  }
  std::string Found() const {
    if (pos_ >= text_.size()) return "the end of the text";
    const std::size_t n = Utf8Length(text_, pos_);
    const auto c = static_cast<unsigned char>(text_[pos_]);
    if (n == 0 || c < 0x20 || c == 0x7F) return "byte " + std::to_string(c);
    return "`" + std::string(text_.substr(pos_, n)) + "`";
  }

  void Space() {
    while (At(' ') || At('\t') || At('\n') || At('\r')) ++pos_;
  }

  bool ReadValue(Node* out, const Step* step, std::uint32_t depth) {
    const std::size_t start = pos_;
    if (depth > max_depth_) {
      return Fail(Code::kLimitExceeded, start, "nested deeper than " + std::to_string(max_depth_));
    }
    if (start >= text_.size()) return Syntax("expected a value, found the end of the text");
    out->span = SpanAt(start);
    bool ok = false;
    switch (text_[start]) {
      case '{': ok = ReadObject(out, step, depth); break;
      case '[': ok = ReadArray(out, step, depth); break;
      case '"':
        out->type = NodeType::kString;
        ok = ReadString(&out->text);
        break;
      case 't': ok = Word("true", NodeType::kBoolean, out); break;
      case 'f': ok = Word("false", NodeType::kBoolean, out); break;
      case 'n': ok = Word("null", NodeType::kNull, out); break;
      default: ok = ReadNumber(out); break;
    }
    out->span.length = static_cast<std::uint32_t>(pos_ - start);
    return ok;
  }

  bool Word(std::string_view word, NodeType type, Node* out) {
    if (!text_.substr(pos_).starts_with(word)) return Syntax("expected a value, found " + Found());
    pos_ += word.size();
    out->type = type;
    out->boolean = word == "true";
    return true;
  }

  bool Digits() {
    const std::size_t start = pos_;
    while (AtDigit()) ++pos_;
    return pos_ != start;
  }

  bool ReadNumber(Node* out) {
    const std::size_t start = pos_;
    const bool minus = Take('-');
    if (Take('0')) {
      if (AtDigit()) return Syntax("a number does not begin with 0");
    } else if (!Digits()) {
      return Syntax((minus ? "expected a digit after the minus, found " : "expected a value, found ") + Found());
    }
    if (Take('.') && !Digits()) return Syntax("expected a digit after the point, found " + Found());
    if (Take('e') || Take('E')) {
      if (!Take('+')) Take('-');
      if (!Digits()) return Syntax("expected a digit of the exponent, found " + Found());
    }
    out->type = NodeType::kNumber;
    out->text = std::string(text_.substr(start, pos_ - start));
    return true;
  }

  bool Hex4(std::uint32_t* out) {
    *out = 0;
    for (int i = 0; i < 4; ++i, ++pos_) {
      const char c = pos_ < text_.size() ? text_[pos_] : '\0';
      std::uint32_t v = 0;
      if (c >= '0' && c <= '9') {
        v = static_cast<std::uint32_t>(c - '0');
      } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
        v = static_cast<std::uint32_t>((c | 0x20) - 'a') + 10;
      } else {
        return Syntax("expected four hexadecimal digits after \\u, found " + Found());
      }
      *out = *out << 4 | v;
    }
    return true;
  }

  // At the backslash of an escape.
  bool ReadEscape(std::string* out) {
    static constexpr std::string_view kLetters = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
    const std::size_t start = pos_++;
    const std::size_t letter = pos_ < text_.size() ? kLetters.find(text_[pos_]) : std::string_view::npos;
    if (letter != std::string_view::npos) {
      ++pos_;
      *out += kMeanings[letter];
      return true;
    }
    if (!Take('u')) return Syntax("expected one of \"\\/bfnrtu after a backslash, found " + Found());
    std::uint32_t code = 0, low = 0;
    if (!Hex4(&code)) return false;
    if (code >= 0xD800 && code <= 0xDFFF) {
      if (code >= 0xDC00 || text_.substr(pos_, 2) != "\\u") return SyntaxAt(start, "an unpaired surrogate");
      pos_ += 2;
      if (!Hex4(&low)) return false;
      if (low < 0xDC00 || low > 0xDFFF) return SyntaxAt(start, "an unpaired surrogate");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    AppendUtf8(code, out);
    return true;
  }

  // At the opening quote.
  bool ReadString(std::string* out) {
    const std::size_t start = pos_++;
    while (pos_ < text_.size()) {
      const auto c = static_cast<unsigned char>(text_[pos_]);
      if (c == '"') {
        ++pos_;
        return true;
      }
      if (c < 0x20) return Syntax("a control character in a string; write it as an escape");
      if (c == '\\') {
        if (!ReadEscape(out)) return false;
        continue;
      }
      const std::size_t n = Utf8Length(text_, pos_);
      if (n == 0) return Syntax("not valid UTF-8");
      out->append(text_, pos_, n);
      pos_ += n;
    }
    return SyntaxAt(start, "a string is not closed");
  }

  bool ReadArray(Node* out, const Step* parent, std::uint32_t depth) {
    out->type = NodeType::kArray;
    ++pos_;
    Space();
    if (Take(']')) return true;
    for (;;) {
      const Step step{parent, nullptr, out->items.size()};
      if (!ReadValue(&out->items.emplace_back(), &step, depth + 1)) return false;
      Space();
      if (Take(']')) return true;
      if (!Take(',')) return Syntax("expected `,` or `]`, found " + Found());
      Space();
    }
  }

  // Whether the key is new to the object; *large knows the keys once the object is no longer small.
  static bool IsNew(const std::string& key, const std::vector<Member>& members,
                    std::unordered_set<std::string>* large) {
    if (members.size() < kSmallObject) {
      return std::none_of(members.begin(), members.end(), [&](const Member& m) { return m.key == key; });
    }
    if (large->empty()) {
      for (const Member& m : members) large->insert(m.key);
    }
    return large->insert(key).second;
  }

  bool ReadObject(Node* out, const Step* parent, std::uint32_t depth) {
    out->type = NodeType::kObject;
    ++pos_;
    Space();
    if (Take('}')) return true;
    std::unordered_set<std::string> large;
    for (;;) {
      if (!At('"')) return Syntax("expected a key in quotes, found " + Found());
      Member m;
      const std::size_t start = pos_;
      m.key_span = SpanAt(start);
      if (!ReadString(&m.key)) return false;
      m.key_span.length = static_cast<std::uint32_t>(pos_ - start);
      const Step step{parent, &m.key, 0};
      const bool is_new = IsNew(m.key, out->members, &large);
      if (!is_new && !ReportDuplicate(&step, m.key_span)) return false;
      Space();
      if (!Take(':')) return Syntax("expected `:`, found " + Found());
      Space();
      if (!ReadValue(&m.value, &step, depth + 1)) return false;
      if (is_new) out->members.push_back(std::move(m));
      Space();
      if (Take('}')) return true;
      if (!Take(',')) return Syntax("expected `,` or `}`, found " + Found());
      Space();
    }
  }

  bool ReportDuplicate(const Step* step, Span span) {
    std::string path;
    AppendPointer(step, &path);
    reported_bytes_ += sizeof(Diagnostic) + path.size() + step->key->size();
    if (reported_bytes_ > max_bytes_) {
      return Fail(Code::kLimitExceeded, span.offset, "too many keys are given twice to name them all");
    }
    Report(Code::kDuplicateKey, std::move(path), span, "name", *step->key);
    diagnostics_->back().hint = "keep one of them";
    return true;
  }

  std::string_view text_;
  std::size_t max_bytes_;
  std::uint32_t max_depth_;
  const std::string& file_;
  Diagnostics* diagnostics_;
  std::size_t pos_ = 0;
  std::size_t counted_ = 0, line_start_ = 0;  // for SpanAt
  std::uint32_t line_ = 1;
  std::size_t reported_bytes_ = 0;
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

bool Parse(std::string_view text, const Limits& limits, const std::string& file, Node* out,
           Diagnostics* diagnostics) {
  return Reader(text, limits, file, diagnostics).Document(out);
}

std::string Child(const std::string& pointer, std::string_view token) {
  std::string out = pointer;
  AppendToken(token, &out);
  return out;
}
std::string Child(const std::string& pointer, std::size_t index) {
  return pointer + "/" + std::to_string(index);
}

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

bool ToValue(const Node& node, Arena* arena, Value* out) {
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
        if (!ToValue(node.items[i], arena, &items[i])) return false;
      }
      *out = Value::List(items, node.items.size());
      return true;
    }
    case NodeType::kObject: {
      std::vector<std::string_view> names;
      for (const Member& m : node.members) names.push_back(m.key);
      const Shape* shape = arena->NewShape(names.data(), names.size());
      Value* fields = arena->NewValues(node.members.size());
      if (fields == nullptr || shape == nullptr) return false;
      for (std::size_t i = 0; i < node.members.size(); ++i) {
        if (!ToValue(node.members[i].value, arena, &fields[i])) return false;
      }
      *out = Value::Context(fields, shape);
      return true;
    }
  }
  return false;
}

}  // namespace ordain::json
