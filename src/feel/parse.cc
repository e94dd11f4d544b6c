// FEEL text to trees: recursive descent over the text itself, without a separate token list, because
// what a token is depends on the names in scope (names may hold spaces: "distinct values"). Nesting is bounded by
// Limits::max_expression_depth. The first problem ends the parse: one kSyntax per expression, at the character.
//
// Precedence, loosest first: if/for/some/every, or, and, comparison and between/in/instance of, + -, * /, **, unary
// minus, and then paths, filters and calls. (-2 ** 2 is 4: FEEL's negation binds tighter.)
//
// Names with spaces and signs are known before: given by the context, or declared by the expression itself (keys of
// contexts, parameters, iteration variables). A name in `back quotes` needs no such knowledge.
// Tested by tests/feel_test.cc; fuzzed by tests/fuzz/feel_fuzz.cc.
#include <algorithm>
#include <map>

#include "feel/feel.hpp"

namespace ordain::feel {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool IsNamePart(char c) { return IsNameStart(c) || IsDigit(c); }

constexpr std::string_view kKeywords[] = {"if",    "then",    "else",    "for",      "in",       "return", "some",
                                          "every", "satisfies", "and",   "or",       "between",  "instance", "of",
                                          "true",  "false",   "null",    "function", "external"};

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

class Parser {
 public:
  Parser(std::string_view text, const ParseContext& context) : text_(text), context_(context) {}

  ExprPtr Whole() {
    if (text_.size() > context_.limits->max_expression_bytes) return Fail("the expression is too long");
    ExprPtr e = Expression();
    if (!e) return nullptr;
    Space();
    if (pos_ != text_.size()) return Fail("expected the end of the expression, found " + Found());
    return Bounded(std::move(e));
  }

  ExprPtr Tests() {
    if (text_.size() > context_.limits->max_expression_bytes) return Fail("the cell is too long");
    Space();
    if (Peek("-")) {
      std::size_t i = pos_ + 1;
      while (i < text_.size() && IsSpace(text_[i])) ++i;
      if (i == text_.size()) return Constant(Value::Boolean(true), Type::Of(Kind::kBoolean), pos_, i);
    }
    ExprPtr e;
    const std::size_t start = pos_;
    if (Keyword("not") && Peek("(")) {
      Take("(");
      ExprPtr inner = TestList();
      if (!inner) return nullptr;
      if (!Take(")")) return Fail("expected `)`, found " + Found());
      e = Node(Op::kNot, start);
      e->args.push_back(std::move(inner));
      Space();
      if (pos_ != text_.size()) {  // not(...) was the beginning of an expression after all
        pos_ = start;
        e = TestList();
      }
    } else {
      pos_ = start;
      e = TestList();
    }
    if (!e) return nullptr;
    Space();
    if (pos_ != text_.size()) return Fail("expected the end of the cell, found " + Found());
    return Bounded(std::move(e));
  }

 private:
  // ---- text -----------------------------------------------------------------------------------

  void Space() {
    for (;;) {
      while (pos_ < text_.size() && IsSpace(text_[pos_])) ++pos_;
      if (text_.substr(pos_, 2) == "//") {
        while (pos_ < text_.size() && text_[pos_] != '\n') ++pos_;
      } else if (text_.substr(pos_, 2) == "/*") {
        const std::size_t end = text_.find("*/", pos_ + 2);
        pos_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else {
        return;
      }
    }
  }
  bool Peek(std::string_view s) {
    Space();
    return text_.substr(pos_, s.size()) == s;
  }
  bool Take(std::string_view s) {
    if (!Peek(s)) return false;
    pos_ += s.size();
    return true;
  }
  bool PeekKeyword(std::string_view word) {
    return Peek(word) && (pos_ + word.size() >= text_.size() || !IsNamePart(text_[pos_ + word.size()]));
  }
  bool Keyword(std::string_view word) {
    if (!PeekKeyword(word)) return false;
    pos_ += word.size();
    return true;
  }
  std::string Found() {
    Space();
    if (pos_ >= text_.size()) return "the end";
    std::size_t n = 1;
    if (IsNamePart(text_[pos_])) {
      while (pos_ + n < text_.size() && IsNamePart(text_[pos_ + n])) ++n;
    }
    return "`" + std::string(text_.substr(pos_, n)) + "`";
  }

  Span SpanOf(std::size_t start, std::size_t end) const {
    Span s = context_.source.span;
    s.offset += static_cast<std::uint32_t>(start);
    s.column += static_cast<std::uint32_t>(start);
    s.length = static_cast<std::uint32_t>(end - start);
    return s;
  }
  ExprPtr Fail(const std::string& what) { return Refuse(Code::kSyntax, {{"what", what}}); }
  ExprPtr Refuse(Code code, std::vector<std::pair<std::string, std::string>> args, std::string hint = {}) {
    if (trying_ > 0) return nullptr;
    if (!failed_) context_.diagnostics->push_back(MakeDiagnostic(code, context_.source.path, SpanOf(pos_, pos_), std::move(args), std::move(hint)));
    failed_ = true;
    return nullptr;
  }
  ExprPtr Node(Op op, std::size_t start) {
    auto e = std::make_unique<Expr>();
    e->op = op;
    e->span = SpanOf(start, pos_);
    return e;
  }
  ExprPtr Constant(Value value, Type type, std::size_t start, std::size_t end) {
    auto e = std::make_unique<Expr>();
    e->span = SpanOf(start, end);
    e->value = value;
    e->type = std::move(type);
    return e;
  }
  void Extend(Expr* e, std::size_t start) { e->span = SpanOf(start, pos_); }

  struct Depth {
    explicit Depth(std::uint32_t* d) : depth(d) { ++*depth; }
    ~Depth() { --*depth; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    std::uint32_t* depth;
  };

  // Chains (a + b + c, a.b.c, tests of one cell) are trees, too, and may be longer than brackets are deep: what walks a tree
  // by recursion relies on this.
  ExprPtr Bounded(ExprPtr e) {
    constexpr std::size_t kChain = 10;
    const std::size_t most = kChain * context_.limits->max_expression_depth;
    std::vector<std::pair<const Expr*, std::size_t>> rest{{e.get(), 1}};
    while (!rest.empty()) {
      const auto [at, height] = rest.back();
      rest.pop_back();
      if (height > most) return Fail("the expression is nested too deeply");
      for (const ExprPtr& a : at->args) rest.emplace_back(a.get(), height + 1);
    }
    return e;
  }

  // ---- grammar ----------------------------------------------------------------------------------

  ExprPtr Expression() {
    const Depth guard(&depth_), inside(&expressions_);
    if (depth_ > context_.limits->max_expression_depth) return Fail("the expression is nested too deeply");
    Space();
    const std::size_t start = pos_;
    if (LongName()) return Or();
    if (PeekKeyword("function")) return Function();
    if (Keyword("if")) {
      ExprPtr c = Expression();
      if (!c) return nullptr;
      if (!Keyword("then")) return Fail("expected `then`, found " + Found());
      ExprPtr yes = Expression();
      if (!yes) return nullptr;
      if (!Keyword("else")) return Fail("expected `else`, found " + Found());
      ExprPtr no = Expression();
      if (!no) return nullptr;
      ExprPtr e = Node(Op::kIf, start);
      e->args.push_back(std::move(c));
      e->args.push_back(std::move(yes));
      e->args.push_back(std::move(no));
      return e;
    }
    if (Keyword("for")) return Iteration(Op::kFor, "return", start);
    if (Keyword("some")) return Iteration(Op::kSome, "satisfies", start);
    if (Keyword("every")) return Iteration(Op::kEvery, "satisfies", start);
    return Or();
  }

  ExprPtr Iteration(Op op, std::string_view word, std::size_t start) {
    std::vector<std::string> names;
    std::vector<ExprPtr> args;
    do {
      std::string name;
      if (!Declared(&name, " in ")) return Fail("expected the name of an iteration variable, found " + Found());
      if (!Keyword("in")) return Fail("expected `in`, found " + Found());
      ExprPtr source = Additive();
      if (!source) return nullptr;
      if (Take("..")) {
        ExprPtr high = Additive();
        if (!high) return nullptr;
        ExprPtr range = Node(Op::kRange, start);
        range->domain = true;
        range->args.push_back(std::move(source));
        range->args.push_back(std::move(high));
        source = std::move(range);
      }
      declared_.push_back(name);
      names.push_back(name);
      args.push_back(std::move(source));
    } while (Take(","));
    if (!Keyword(word)) return Fail("expected `" + std::string(word) + "`, found " + Found());
    ExprPtr body = Expression();
    if (!body) return nullptr;
    args.push_back(std::move(body));
    ExprPtr e = Node(op, start);
    e->names = std::move(names);
    e->args = std::move(args);
    return e;
  }

  ExprPtr Two(Op op, ExprPtr a, ExprPtr b, std::size_t start) {
    ExprPtr e = Node(op, start);
    e->args.push_back(std::move(a));
    e->args.push_back(std::move(b));
    return e;
  }

  ExprPtr Or() {
    Space();
    const std::size_t start = pos_;
    ExprPtr a = And();
    while (a && Keyword("or")) {
      ExprPtr b = And();
      if (!b) return nullptr;
      a = Two(Op::kOr, std::move(a), std::move(b), start);
    }
    return a;
  }

  ExprPtr And() {
    Space();
    const std::size_t start = pos_;
    ExprPtr a = Comparison();
    while (a && Keyword("and")) {
      ExprPtr b = Comparison();
      if (!b) return nullptr;
      a = Two(Op::kAnd, std::move(a), std::move(b), start);
    }
    return a;
  }

  // The comparison sign at pos_, if any; longest first.
  bool Sign(Op* op) {
    static constexpr std::pair<std::string_view, Op> kSigns[] = {
        {"!=", Op::kNotEqual}, {"<=", Op::kLessEqual}, {">=", Op::kGreaterEqual},
        {"=", Op::kEqual},     {"<", Op::kLess},       {">", Op::kGreater}};
    for (const auto& [sign, o] : kSigns) {
      if (Take(sign)) {
        *op = o;
        return true;
      }
    }
    return false;
  }

  ExprPtr Comparison() {
    Space();
    const std::size_t start = pos_;
    ExprPtr a = Additive();
    while (a) {
      Op op;
      if (Sign(&op)) {
        ExprPtr b = Additive();
        if (!b) return nullptr;
        a = Two(op, std::move(a), std::move(b), start);
      } else if (Keyword("between")) {
        ExprPtr low = Additive();
        if (!low) return nullptr;
        if (!Keyword("and")) return Fail("expected `and` of `between`, found " + Found());
        ExprPtr high = Additive();
        if (!high) return nullptr;
        a = Two(Op::kBetween, std::move(a), std::move(low), start);
        a->args.push_back(std::move(high));
      } else if (PeekKeyword("in")) {
        Keyword("in");
        ExprPtr e = Node(Op::kIn, start);
        e->args.push_back(std::move(a));
        // in (test, test, ...) or in test; (a..b) is one test. A test without brackets ends where an operand of a comparison ends.
        Space();
        const std::size_t open = pos_;
        if (Take("(")) {
          ExprPtr first = Test(true);
          if (!first) return nullptr;
          if (Take("..")) {  // a range after all
            first = Postfix(RangeRest(std::move(first), false, open), open);
            if (!first) return nullptr;
            e->args.push_back(std::move(first));
          } else {
            e->args.push_back(std::move(first));
            while (Take(",")) {
              ExprPtr next = Test(true);
              if (!next) return nullptr;
              e->args.push_back(std::move(next));
            }
            if (!Take(")")) return Fail("expected `)`, found " + Found());
          }
        } else {
          ExprPtr one = Test(false);
          if (!one) return nullptr;
          e->args.push_back(std::move(one));
        }
        // A test over `?` compares the value itself.
        Extend(e.get(), start);
        a = std::move(e);
      } else if (Keyword("instance")) {
        if (!Keyword("of")) return Fail("expected `of`, found " + Found());
        ExprPtr e = Node(Op::kInstanceOf, start);
        e->args.push_back(std::move(a));
        if (!TypeName(&e->tested)) return Fail("expected a type, found " + Found());
        Extend(e.get(), start);
        a = std::move(e);
      } else {
        break;
      }
    }
    return a;
  }

  bool TypeName(Type* out) {
    const Depth guard(&depth_);
    if (depth_ > context_.limits->max_expression_depth) return Fail("the type is nested too deeply") != nullptr;
    static constexpr std::pair<std::string_view, Kind> kNames[] = {
        {"date and time", Kind::kInstant}, {"days and time duration", Kind::kDuration},
        {"years and months duration", Kind::kMonths}, {"boolean", Kind::kBoolean}, {"number", Kind::kNumber},
        {"string", Kind::kText}, {"date", Kind::kDate}, {"time", Kind::kTime}, {"Any", Kind::kAny}, {"Null", Kind::kNull}};
    for (const auto& [name, kind] : kNames) {
      if (Keyword(name)) {
        *out = Type::Of(kind);
        return true;
      }
    }
    const std::size_t start = pos_;
    const bool list = Keyword("list"), range = !list && Keyword("range");
    if (list || range) {
      Type item;
      if (Take("<") && (!TypeName(&item) || !Take(">"))) return false;
      *out = list ? Type::List(item) : Type::Range(item);
      return true;
    }
    if (Keyword("context")) {
      *out = Type::Of(Kind::kContext);
      if (!Take("<") || Take(">")) return true;
      std::vector<std::pair<std::string, Type>> fields;
      do {
        std::string name;
        Type type;
        if (!Declared(&name, ":") || !Take(":") || !TypeName(&type)) return false;
        fields.emplace_back(std::move(name), std::move(type));
      } while (Take(","));
      *out = Type::Context(std::move(fields));
      return Take(">");
    }
    if (Keyword("function")) {
      *out = Type::Of(Kind::kFunction);
      if (!Take("<")) return true;
      std::vector<std::pair<std::string, Type>> parameters;
      Type type;
      while (!Peek(">")) {
        if (!parameters.empty() && !Take(",")) return false;
        if (!TypeName(&type)) return false;
        parameters.emplace_back(std::string(), type);
      }
      Take(">");
      if (!Take("->") || !TypeName(&type)) return false;
      *out = Type::Function(std::move(parameters), type);
      return true;
    }
    // A type of the model: the longest run of words and dots that it knows.
    pos_ = start;
    std::size_t end = pos_, best = 0;
    while (context_.find_type && end < text_.size() && (IsNamePart(text_[end]) || IsSpace(text_[end]) || text_[end] == '.')) {
      ++end;
      const bool boundary = end == text_.size() || !IsNamePart(text_[end]);
      if (boundary && context_.find_type(text_.substr(pos_, end - pos_), out)) best = end;
    }
    if (best != 0) (void)context_.find_type(text_.substr(pos_, best - pos_), out);
    pos_ = best != 0 ? best : start;
    return best != 0;
  }

  // function(a: T, b) body
  ExprPtr Function() {
    const std::size_t start = pos_;
    Keyword("function");
    if (!Take("(")) return Fail("expected `(` of the parameters, found " + Found());
    ExprPtr e = Node(Op::kFunction, start);
    const std::size_t before = declared_.size();
    if (!Peek(")")) {
      do {
        std::string name;
        if (!Declared(&name, ":,)")) return Fail("expected the name of a parameter, found " + Found());
        Type type;
        if (Take(":") && !TypeName(&type)) return Fail("expected a type, found " + Found());
        declared_.push_back(name);
        e->names.push_back(std::move(name));
        e->parameter_types.push_back(std::move(type));
      } while (Take(","));
    }
    if (!Take(")")) return Fail("expected `,` or `)`, found " + Found());
    const bool external = Keyword("external");
    ExprPtr body = Expression();
    declared_.resize(before);
    if (!body) return nullptr;
    if (external) {  // its parameters are handed on
      ExprPtr call = Node(Op::kExternal, start);
      call->args.push_back(std::move(body));
      for (const std::string& name : e->names) {
        call->args.push_back(Node(Op::kName, start));
        call->args.back()->name = name;
      }
      Extend(call.get(), start);
      body = std::move(call);
    }
    e->args.push_back(std::move(body));
    Extend(e.get(), start);
    return e;
  }

  ExprPtr NoValue(Code code, std::string why, std::size_t start, std::string what = {}) {
    ExprPtr e = Node(Op::kFault, start);
    if (!what.empty()) e->names.push_back(std::move(what));
    e->fault = code;
    e->name = std::move(why);
    return e;
  }

  ExprPtr Additive() {
    Space();
    const std::size_t start = pos_;
    ExprPtr a = Multiplicative();
    while (a) {
      const Op op = Peek("+") ? Op::kAdd : Peek("-") ? Op::kSubtract : Op::kConstant;
      if (op == Op::kConstant) break;
      ++pos_;
      ExprPtr b = Multiplicative();
      if (!b) return nullptr;
      a = Two(op, std::move(a), std::move(b), start);
    }
    return a;
  }

  ExprPtr Multiplicative() {
    Space();
    const std::size_t start = pos_;
    ExprPtr a = Power();
    while (a) {
      if (Peek("**")) break;
      const Op op = Peek("*") ? Op::kMultiply : Peek("/") ? Op::kDivide : Op::kConstant;
      if (op == Op::kConstant) break;
      ++pos_;
      ExprPtr b = Power();
      if (!b) return nullptr;
      a = Two(op, std::move(a), std::move(b), start);
    }
    return a;
  }

  ExprPtr Power() {
    Space();
    const std::size_t start = pos_;
    ExprPtr a = Unary();
    while (a && Take("**")) {
      ExprPtr b = Unary();
      if (!b) return nullptr;
      a = Two(Op::kPower, std::move(a), std::move(b), start);
    }
    return a;
  }

  ExprPtr Unary() {
    const Depth guard(&depth_);
    if (depth_ > context_.limits->max_expression_depth) return Fail("the expression is nested too deeply");
    Space();
    const std::size_t start = pos_;
    if (Take("-")) {
      ExprPtr a = Unary();
      if (!a) return nullptr;
      ExprPtr e = Node(Op::kNegate, start);
      e->args.push_back(std::move(a));
      return e;
    }
    return Postfix();
  }

  ExprPtr Postfix() {
    Space();
    const std::size_t start = pos_;
    return Postfix(Primary(), start);
  }
  ExprPtr Postfix(ExprPtr a, std::size_t start) {
    while (a) {
      if (Peek("..")) break;
      if (Take(".")) {
        std::string name;
        if (!Name(&name, true)) return Fail("expected the name of a field, found " + Found());
        ExprPtr e = Node(Op::kPath, start);
        e->name = name;
        e->args.push_back(std::move(a));
        a = std::move(e);
      } else if (no_filter_ != expressions_ + 1 && Take("[")) {
        ExprPtr condition = Expression();
        if (!condition) return nullptr;
        if (!Take("]")) return Fail("expected `]`, found " + Found());
        a = Two(Op::kFilter, std::move(a), std::move(condition), start);
      } else if (Peek("(")) {  // of what an expression gives; a name with arguments is a call
        ExprPtr e = Node(Op::kApply, start);
        e->args.push_back(std::move(a));
        if (!Arguments(e.get())) return nullptr;
        Extend(e.get(), start);
        a = std::move(e);
      } else {
        break;
      }
    }
    return a;
  }

  ExprPtr Primary() {
    Space();
    const std::size_t start = pos_;
    if (pos_ >= text_.size()) return Fail("expected an expression, found the end");
    const char c = text_[pos_];
    if (IsDigit(c) || (c == '.' && pos_ + 1 < text_.size() && IsDigit(text_[pos_ + 1]))) return NumberLiteral();
    if (c == '"') {
      std::string s;
      if (!TextLiteral(&s)) return nullptr;
      const std::string_view copy = context_.arena->Copy(s);
      if (copy.data() == nullptr) return Fail("out of memory");
      Type type = Type::Of(Kind::kText);
      type.literal = true;
      return Constant(Value::Text(copy), type, start, pos_);
    }
    if (c == '@') {
      ++pos_;
      return AtLiteral(start);
    }
    if (c == '?') {
      ++pos_;
      return Node(Op::kInput, start);
    }
    if (c == '(') return Parenthesis();
    if (c == '[') return Bracket();
    if (c == ']') return Range(false);
    if (c == '{') return Braces();
    if (!LongName()) {
      if (Keyword("true")) return Constant(Value::Boolean(true), Type::Of(Kind::kBoolean), start, pos_);
      if (Keyword("false")) return Constant(Value::Boolean(false), Type::Of(Kind::kBoolean), start, pos_);
      if (Keyword("null")) return Constant(Value(), Type::Of(Kind::kNull).Nullable(), start, pos_);
      if (PeekKeyword("if") || PeekKeyword("for") || PeekKeyword("some") || PeekKeyword("every") || PeekKeyword("function")) return Expression();
    }
    std::string name;
    if (!Name(&name)) return Fail("expected an expression, found " + Found());
    if (Peek("(")) return Call(name, start);
    ExprPtr e = Node(Op::kName, start);
    e->name = name;
    return e;
  }

  ExprPtr NumberLiteral() {
    const std::size_t start = pos_;
    while (pos_ < text_.size() && IsDigit(text_[pos_])) ++pos_;
    if (pos_ + 1 < text_.size() && text_[pos_] == '.' && IsDigit(text_[pos_ + 1])) {
      ++pos_;
      while (pos_ < text_.size() && IsDigit(text_[pos_])) ++pos_;
    }
    if (pos_ < text_.size() && (text_[pos_] == 'e' || text_[pos_] == 'E')) {
      std::size_t i = pos_ + 1;
      if (i < text_.size() && (text_[i] == '+' || text_[i] == '-')) ++i;
      if (i < text_.size() && IsDigit(text_[i])) {
        while (i < text_.size() && IsDigit(text_[i])) ++i;
        pos_ = i;
      }
    }
    if (pos_ < text_.size() && IsNameStart(text_[pos_])) return Fail("a name cannot follow a number directly");
    Decimal d;
    bool exact = true;
    const DecimalStatus status = Decimal::Parse(text_.substr(start, pos_ - start), &d, &exact);
    if (context_.dynamic && status != DecimalStatus::kOk) return NoValue(Code::kOverflow, "a number out of range", start);
    if (!context_.dynamic && (status != DecimalStatus::kOk || !exact)) {
      pos_ = start;
      return Fail("a number of more than 34 digits");
    }
    Type type = Type::Of(Kind::kNumber, d.IsInteger() ? Unit::kInteger : Unit::kNone);
    type.literal = true;
    return Constant(Value::Number(d), type, start, pos_);
  }

  bool Hex(std::size_t at, std::size_t n, std::uint32_t* out) const {
    *out = 0;
    for (std::size_t k = 0; k < n; ++k) {
      const char h = at + k < text_.size() ? text_[at + k] : ' ';
      const int d = h >= '0' && h <= '9' ? h - '0' : h >= 'a' && h <= 'f' ? h - 'a' + 10 : h >= 'A' && h <= 'F' ? h - 'A' + 10 : -1;
      if (d < 0) return false;
      *out = *out << 4 | static_cast<std::uint32_t>(d);
    }
    return true;
  }

  bool TextLiteral(std::string* out) {
    ++pos_;
    while (pos_ < text_.size() && text_[pos_] != '"') {
      if (text_[pos_] != '\\') {
        *out += text_[pos_++];
        continue;
      }
      ++pos_;
      const char e = pos_ < text_.size() ? text_[pos_++] : '\0';
      switch (e) {
        case '"': *out += '"'; break;
        case '\\': *out += '\\'; break;
        case '\'': *out += '\''; break;
        case 'n': *out += '\n'; break;
        case 'r': *out += '\r'; break;
        case 't': *out += '\t'; break;
        case 'u':
        case 'U': {
          const std::size_t n = e == 'u' ? 4 : 6;
          std::uint32_t v = 0;
          if (!Hex(pos_, n, &v)) return Fail("expected " + std::to_string(n) + " hexadecimal digits") != nullptr;
          pos_ += n;
          std::uint32_t low = 0;
          if (v >= 0xD800 && v <= 0xDBFF && text_.substr(pos_, 2) == "\\u" && Hex(pos_ + 2, 4, &low) && low >= 0xDC00 && low <= 0xDFFF) {
            v = 0x10000 + ((v - 0xD800) << 10) + (low - 0xDC00);
            pos_ += 6;
          }
          if (v > 0x10FFFF || (v >= 0xD800 && v <= 0xDFFF)) return Fail("not a character") != nullptr;
          AppendUtf8(v, out);
          break;
        }
        case '\0': return Fail("a text is not closed") != nullptr;
        default: (*out += '\\') += e; break;  // no escape of FEEL: as it stands, for regular expressions
      }
    }
    if (pos_ >= text_.size()) return Fail("a text is not closed") != nullptr;
    ++pos_;
    return true;
  }

  ExprPtr AtLiteral(std::size_t start) {
    std::string s;
    if (pos_ >= text_.size() || text_[pos_] != '"') return Fail("expected a text after `@`");
    if (!TextLiteral(&s)) return nullptr;
    CallContext calls(context_.arena);
    calls.zones = context_.zones;
    Value v;
    const Fault fault = ReadTemporal(s, &calls, &v);
    if (fault == Fault::kNone) return Constant(v, Type::Of(v.kind()), start, pos_);
    pos_ = context_.dynamic ? pos_ : start;
    const std::string literal = "@\"" + s + "\"";
    if (fault == Fault::kUnavailable) {
      if (context_.dynamic) return NoValue(Code::kUnavailable, "the time zones of the system's tz data", start, literal);
      return Refuse(Code::kUnavailable, {{"where", literal}, {"what", "the time zones of the system's tz data"}}, "install tzdata, or write an offset: +08:00");
    }
    if (fault == Fault::kOverflow) {
      if (context_.dynamic) return NoValue(Code::kOverflow, "`@" + s + "`", start);
      return Refuse(Code::kOverflow, {{"what", "`@" + s + "`"}});
    }
    if (context_.dynamic) return NoValue(Code::kInvalidOperation, "it is no date, time or duration", start, literal);
    // Whether it is only the zone that is not known.
    if (const std::size_t at = s.find('@'); at != std::string::npos && ReadTemporal(s.substr(0, at), &calls, &v) == Fault::kNone) {
      return Refuse(Code::kUnknownZone, {{"name", s.substr(at + 1)}}, "an IANA name such as Asia/Shanghai, or an offset: +08:00");
    }
    return Fail("`@" + s + "` is neither a date nor a time nor a duration");
  }

  // After the first endpoint: `..`, the second and the closing sign.
  ExprPtr RangeRest(ExprPtr low, bool low_closed, std::size_t start) {
    ExprPtr high = High();
    if (!high) return nullptr;
    bool closed = false;
    if (Take("]")) closed = true;
    else if (!Take(")") && !Take("[")) return Fail("expected the end of a range, found " + Found());
    ExprPtr e = Two(Op::kRange, std::move(low), std::move(high), start);
    e->low_closed = low_closed;
    e->high_closed = closed;
    return e;
  }
  // The upper end. A `[` behind it may close the range, or select from the end: [1..10[, [1..list[2]]. Which of both is tried
  // once for each place: ends inside of ends would otherwise double the work at every level.
  ExprPtr High() {
    Space();
    const std::size_t start = pos_, declared = declared_.size();
    const auto known = selects_.find(start);
    if (known != selects_.end() && known->second) return Additive();
    const std::uint32_t outer = no_filter_;
    no_filter_ = expressions_ + 1;
    ExprPtr high = Additive();
    no_filter_ = outer;
    if (!high || !Peek("[") || known != selects_.end()) return high;
    const std::size_t end = pos_;
    pos_ = start;
    ++trying_;
    ExprPtr selected = Additive();
    --trying_;
    const bool selects = selected && (Peek("]") || Peek(")") || Peek("["));
    selects_[start] = selects;
    if (selects) return selected;
    pos_ = end;
    declared_.resize(declared);
    return high;
  }
  ExprPtr Range(bool low_closed) {
    const std::size_t start = pos_++;
    ExprPtr low = Additive();
    if (!low) return nullptr;
    if (!Take("..")) return Fail("expected `..`, found " + Found());
    return RangeRest(std::move(low), low_closed, start);
  }

  ExprPtr Parenthesis() {
    const std::size_t start = pos_++;
    Op sign;
    if (Sign(&sign)) {  // (< 10): the range of a unary test
      ExprPtr bound = Additive();
      if (!bound) return nullptr;
      if (!Take(")")) return Fail("expected `)`, found " + Found());
      return UnaryRange(sign, std::move(bound), start);
    }
    ExprPtr e = Expression();
    if (!e) return nullptr;
    if (Take("..")) return RangeRest(std::move(e), false, start);
    if (!Take(")")) return Fail("expected `)`, found " + Found());
    return e;
  }

  ExprPtr UnaryRange(Op sign, ExprPtr bound, std::size_t start) {
    using Form = RangeValue::Form;
    ExprPtr e = Node(Op::kRange, start);
    e->form = sign == Op::kLess           ? Form::kLess
              : sign == Op::kLessEqual    ? Form::kLessEqual
              : sign == Op::kGreater      ? Form::kGreater
              : sign == Op::kGreaterEqual ? Form::kGreaterEqual
              : sign == Op::kEqual        ? Form::kEqual
                                          : Form::kNotEqual;
    const bool lower = e->form != Form::kLess && e->form != Form::kLessEqual;
    const bool upper = e->form != Form::kGreater && e->form != Form::kGreaterEqual;
    e->low_closed = lower && e->form != Form::kGreater;
    e->high_closed = upper && e->form != Form::kLess;
    const auto open = [&] { return Constant(Value(), Type::Of(Kind::kNull).Nullable(), start, start); };
    ExprPtr low = lower ? Clone(*bound) : open();
    e->args.push_back(std::move(low));
    e->args.push_back(upper ? std::move(bound) : open());
    return e;
  }

  ExprPtr Bracket() {
    const std::size_t start = pos_++;
    std::vector<ExprPtr> items;
    if (!Peek("]")) {
      do {
        ExprPtr e = Expression();
        if (!e) return nullptr;
        if (items.empty() && Take("..")) return RangeRest(std::move(e), true, start);
        items.push_back(std::move(e));
      } while (Take(","));
    }
    if (!Take("]")) return Fail("expected `,` or `]`, found " + Found());
    ExprPtr e = Node(Op::kList, start);
    e->args = std::move(items);
    return e;
  }

  ExprPtr Braces() {
    const std::size_t start = pos_++;
    std::vector<std::string> names;
    std::vector<ExprPtr> values;
    bool twice = false;
    if (!Peek("}")) {
      do {
        std::string name;
        if (Peek("\"")) {
          if (!TextLiteral(&name)) return nullptr;
        } else if (!Declared(&name, ":")) {
          return Fail("expected the name of a field, found " + Found());
        }
        if (std::find(names.begin(), names.end(), name) != names.end()) {
          if (!context_.dynamic) return Fail("field `" + name + "` is given twice");
          twice = true;
        }
        if (!Take(":")) return Fail("expected `:`, found " + Found());
        ExprPtr e = Expression();
        if (!e) return nullptr;
        declared_.push_back(name);
        names.push_back(name);
        values.push_back(std::move(e));
      } while (Take(","));
    }
    // The keys stay known: a path behind the braces may name them.
    if (!Take("}")) return Fail("expected `,` or `}`, found " + Found());
    if (twice) return NoValue(Code::kInvalidOperation, "a context with one key twice", start);
    ExprPtr e = Node(Op::kContext, start);
    e->names = std::move(names);
    e->args = std::move(values);
    return e;
  }

  bool QuotedName(std::string* out) {
    if (!Peek("`")) return false;
    const std::size_t end = text_.find('`', pos_ + 1);
    if (end == std::string_view::npos || end == pos_ + 1) return false;
    *out = std::string(text_.substr(pos_ + 1, end - pos_ - 1));
    pos_ = end + 1;
    return true;
  }

  // A name that is declared here: everything up to one of the ends, which are characters, or " in ".
  bool Declared(std::string* out, std::string_view ends) {
    Space();
    if (QuotedName(out)) return true;
    if (pos_ >= text_.size() || !IsNameStart(text_[pos_])) return false;
    const std::size_t start = pos_;
    const bool word = ends == " in ";
    std::size_t i = pos_, last = pos_;
    bool space = false;
    for (; i < text_.size(); ++i) {
      const char c = text_[i];
      if (IsSpace(c)) {
        space = true;
        continue;
      }
      if (word ? space && text_.substr(i, 2) == "in" && (i + 2 >= text_.size() || !IsNamePart(text_[i + 2])) : ends.find(c) != std::string_view::npos) break;
      if (!IsNamePart(c) && !IsNameSign(c)) return false;
      space = false;
      last = i + 1;
    }
    const std::string_view name = text_.substr(start, last - start);
    for (const std::string_view k : kKeywords) {
      if (name == k) return false;
    }
    *out = OneSpace(name);
    pos_ = last;
    return true;
  }
  static std::string OneSpace(std::string_view name) {
    std::string out;
    for (const char c : name) {
      if (!IsSpace(c)) out += c;
      else if (!out.empty() && out.back() != ' ') out += ' ';
    }
    return out;
  }

  static bool IsNameSign(char c) { return std::string_view("./-'+*").find(c) != std::string_view::npos; }
  // A name that can stand without back quotes: the letters, signs and spaces that the standard allows in one.
  static bool CanStandBare(std::string_view name) {
    return std::all_of(name.begin(), name.end(), [](char c) { return IsNamePart(c) || IsNameSign(c) || c == ' '; });
  }

  // A name: the longest known name with spaces or signs that stands here, else one word. After a dot keywords are names.
  bool Name(std::string* out, bool field = false) {
    Space();
    if (QuotedName(out)) return true;
    if (pos_ >= text_.size() || !IsNameStart(text_[pos_])) return false;
    std::size_t end = pos_;
    while (end < text_.size() && IsNamePart(text_[end])) ++end;
    const std::string_view word = text_.substr(pos_, end - pos_);
    std::size_t best = end;
    std::string name(word);
    const auto offer = [&](std::string_view known) {
      if (known.size() <= word.size() || known.substr(0, word.size()) != word) return;
      std::size_t i = pos_, k = 0;
      while (k < known.size() && i < text_.size()) {
        if (known[k] == ' ') {  // any white space
          if (!IsSpace(text_[i])) return;
          while (i < text_.size() && IsSpace(text_[i])) ++i;
          ++k;
        } else if (known[k] == text_[i]) {
          ++i;
          ++k;
        } else {
          return;
        }
      }
      if (k != known.size() || (i < text_.size() && IsNamePart(text_[i]) && IsNamePart(text_[i - 1]))) return;
      if (i > best && CanStandBare(known)) {  // `a) *` is a name in back quotes only: f(a) * 2 is a product
        best = i;
        name = std::string(known);
      }
    };
    for (const Builtin& b : Builtins()) offer(b.name);
    if (field) {
      for (const std::string_view part : {"time offset", "start included", "end included"}) offer(part);
    }
    if (context_.known_names != nullptr) {
      for (const std::string& n : *context_.known_names) offer(n);
    }
    for (const std::string& n : declared_) offer(n);
    if (best == end && !field) {
      for (const std::string_view k : kKeywords) {
        if (word == k) return false;
      }
    }
    pos_ = best;
    *out = std::move(name);
    return true;
  }

  // A known name begins here whose first word is one of the language: "for sale", "true north".
  bool LongName() {
    Space();
    const std::size_t start = pos_;
    std::size_t end = start;
    while (end < text_.size() && IsNamePart(text_[end])) ++end;
    if (std::find(std::begin(kKeywords), std::end(kKeywords), text_.substr(start, end - start)) == std::end(kKeywords)) return false;
    std::string name;
    const bool found = Name(&name);
    pos_ = start;
    return found;
  }

  // (a, b) or (name: a, name: b), appended to e.
  bool Arguments(Expr* e) {
    Take("(");
    bool first = true;
    if (!Peek(")")) {
      do {
        std::string argument = ArgumentName();
        if (!first && argument.empty() != e->names.empty()) return Fail("arguments are either all named or none") != nullptr;
        ExprPtr a = Expression();
        if (!a) return false;
        if (!argument.empty()) e->names.push_back(std::move(argument));
        e->args.push_back(std::move(a));
        first = false;
      } while (Take(","));
    }
    return Take(")") || Fail("expected `,` or `)`, found " + Found()) != nullptr;
  }
  // `name:` in front of an argument; empty when there is none.
  std::string ArgumentName() {
    Space();
    std::string name;
    const std::size_t before = pos_;
    if (QuotedName(&name) && Take(":")) return name;
    std::size_t i = pos_ = before;
    if (i >= text_.size() || !IsNameStart(text_[i])) return {};
    while (i < text_.size() && (IsNamePart(text_[i]) || IsSpace(text_[i]) || std::string_view("./-'+*").find(text_[i]) != std::string_view::npos)) ++i;
    if (i >= text_.size() || text_[i] != ':') return {};
    name = OneSpace(text_.substr(pos_, i - pos_));
    while (!name.empty() && name.back() == ' ') name.pop_back();
    pos_ = i + 1;
    return name;
  }

  ExprPtr Call(const std::string& name, std::size_t start) {
    ExprPtr e = Node(FindBuiltin(name) >= 0 ? Op::kCall : Op::kInvoke, start);
    e->name = name;
    if (!Arguments(e.get())) return nullptr;
    Extend(e.get(), start);
    if (name == "not" && e->args.size() == 1 && e->names.empty()) {
      e->op = Op::kNot;
      e->name.clear();
    }
    return e;
  }

  // ---- unary tests ------------------------------------------------------------------------------

  static bool MentionsInput(const Expr& e) {
    if (e.op == Op::kInput) return true;
    return std::any_of(e.args.begin(), e.args.end(), [](const ExprPtr& a) { return MentionsInput(*a); });
  }

  // One test of `in`: a comparison with ?, a range, or an expression (without brackets only an operand).
  ExprPtr Test(bool whole) {
    Space();
    const std::size_t start = pos_;
    Op op;
    if (Sign(&op)) {
      ExprPtr bound = Additive();
      if (!bound) return nullptr;
      ExprPtr input = Node(Op::kInput, start);
      return Two(op, std::move(input), std::move(bound), start);
    }
    return whole ? Expression() : Additive();
  }

  ExprPtr TestList() {
    Space();
    const std::size_t start = pos_;
    ExprPtr all;
    do {
      ExprPtr test = Test(true);
      if (!test) return nullptr;
      if (!MentionsInput(*test)) {
        ExprPtr input = Node(Op::kInput, start);
        const bool literal = test->op == Op::kConstant;
        test = Two(literal ? Op::kEqual : Op::kIn, std::move(input), std::move(test), start);
      }
      all = all ? Two(Op::kOr, std::move(all), std::move(test), start) : std::move(test);
    } while (Take(","));
    return all;
  }

  std::string_view text_;
  const ParseContext& context_;
  std::size_t pos_ = 0;
  std::uint32_t depth_ = 0, expressions_ = 0;
  std::uint32_t no_filter_ = 0;  // 1 + expressions_ where a `[` does not select
  std::map<std::size_t, bool> selects_;  // by place of an upper end: whether a `[` selects from it
  int trying_ = 0;               // > 0: what fails is not reported
  bool failed_ = false;
  std::vector<std::string> declared_;  // names that the expression itself declares
};

}  // namespace

Expr::~Expr() {
  std::vector<ExprPtr> rest;
  rest.swap(args);
  while (!rest.empty()) {
    const ExprPtr e = std::move(rest.back());
    rest.pop_back();
    if (!e) continue;  // an argument that was moved out
    for (ExprPtr& a : e->args) rest.push_back(std::move(a));
    e->args.clear();
  }
}

ExprPtr ParseExpression(std::string_view text, const ParseContext& context) { return Parser(text, context).Whole(); }
ExprPtr ParseUnaryTests(std::string_view text, const ParseContext& context) { return Parser(text, context).Tests(); }

ExprPtr Clone(const Expr& e) {
  auto c = std::make_unique<Expr>();
  c->op = e.op;
  c->type = e.type;
  c->span = e.span;
  for (const ExprPtr& a : e.args) c->args.push_back(Clone(*a));
  c->name = e.name;
  c->names = e.names;
  c->value = e.value;
  c->symbol = e.symbol;
  c->local = e.local;
  c->field = e.field;
  c->builtin = e.builtin;
  c->low_closed = e.low_closed;
  c->high_closed = e.high_closed;
  c->form = e.form;
  c->domain = e.domain;
  c->tested = e.tested;
  c->parameter_types = e.parameter_types;
  c->fault = e.fault;
  c->table = e.table;
  return c;
}

}  // namespace ordain::feel
