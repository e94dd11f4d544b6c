// What the readers of the document share. See reader.hpp.
#include "policy/reader.hpp"

#include <algorithm>

#include "policy/bind.hpp"

namespace ordain::policy {
namespace {

feel::Source SourceOf(const json::Node& node, const std::string& path) {
  feel::Source source;
  source.path = path;
  source.span = node.span;
  if (node.type == json::NodeType::kString) {  // after the opening quote
    ++source.span.offset;
    ++source.span.column;
    source.span.length = source.span.length >= 2 ? source.span.length - 2 : 0;
  }
  return source;
}

bool IsNameStart(unsigned char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80; }
bool IsNamePart(unsigned char c) { return IsNameStart(c) || (c >= '0' && c <= '9'); }

}  // namespace

// ---- Loader -----------------------------------------------------------------------------------

void Loader::Report(Code code, const std::string& path, const Span& span,
                    std::vector<std::pair<std::string, std::string>> args, std::string hint) const {
  diagnostics->push_back(MakeDiagnostic(code, path, span, std::move(args), std::move(hint)));
}

void Loader::ReportUnknown(Code code, const std::string& path, const Span& span, const std::string& name,
                           const std::vector<std::string>& candidates) const {
  const std::string near = NearestName(name, candidates);
  std::string hint;
  if (!near.empty()) {
    hint = "did you mean `" + near + "`?";
  } else if (!candidates.empty() && candidates.size() <= 12) {
    hint = "known here:";
    for (const std::string& c : candidates) hint += " " + c;
  }
  Report(code, path, span, {{"name", name}}, hint);
}

feel::ParseContext Loader::Parsing(feel::Source source) const {
  feel::ParseContext context;
  context.arena = &model->arena;
  context.limits = limits;
  context.diagnostics = diagnostics;
  context.source = std::move(source);
  context.zones = zones;
  context.find_type = [this](std::string_view name, Type* out) { return FindType(*model, name, out); };
  return context;
}

Expression Loader::ReadExpression(const json::Node& node, const std::string& path) const {
  Expression e;
  e.source = SourceOf(node, path);
  const Trees trees{*this, e.source.span};
  switch (node.type) {
    case json::NodeType::kString: {
      const feel::ParseContext context = Parsing(e.source);
      e.tree = feel::ParseExpression(node.text, context);
      break;
    }
    case json::NodeType::kNumber: {
      Decimal n;
      bool exact = true;
      if (Decimal::Parse(node.text, &n, &exact) != DecimalStatus::kOk || !exact) {
        Report(Code::kBadValue, path, node.span, {{"what", "a number of more than 34 digits: " + node.text}});
      } else {
        e.tree = trees.Number(n);
      }
      break;
    }
    case json::NodeType::kBoolean: e.tree = trees.Boolean(node.boolean); break;
    case json::NodeType::kNull: e.tree = trees.Null(); break;
    default:
      Report(Code::kWrongJsonType, path, node.span,
             {{"expected", "an expression (a string)"}, {"found", std::string(json::NodeTypeName(node.type))}});
  }
  return e;
}

Expression Loader::ReadCell(const json::Node& node, const std::string& path) const {
  Expression e;
  e.source = SourceOf(node, path);
  std::string text;
  if (node.type == json::NodeType::kString) {
    text = node.text;
  } else if (node.type == json::NodeType::kNumber) {
    text = node.text;
  } else if (node.type == json::NodeType::kBoolean) {
    text = node.boolean ? "true" : "false";
  } else if (node.type == json::NodeType::kNull) {
    text = "null";
  } else {
    Report(Code::kWrongJsonType, path, node.span,
           {{"expected", "a cell (a string of unary tests)"}, {"found", std::string(json::NodeTypeName(node.type))}});
    return e;
  }
  const feel::ParseContext context = Parsing(e.source);
  e.tree = feel::ParseUnaryTests(text, context);
  return e;
}

Expression Loader::ReadValue(const json::Node& node, const std::string& path, const Type* target) const {
  if (node.type == json::NodeType::kObject) {
    ObjectReader object(*this, node, path);
    if (const json::Node* feel = object.Need("feel")) return ReadExpression(*feel, object.Path("feel"));
    return {};
  }
  if (node.type == json::NodeType::kArray) {
    Expression e;
    e.source = SourceOf(node, path);
    const Type* item = target != nullptr && target->kind == Kind::kList ? &target->item() : nullptr;
    // A list where one text is wanted (effects with several details): its items are texts.
    if (item == nullptr && target != nullptr && target->kind == Kind::kText) item = target;
    std::vector<feel::ExprPtr> items;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      Expression one = ReadValue(node.items[i], json::Child(path, i), item);
      if (!one) return {};
      items.push_back(std::move(one.tree));
    }
    e.tree = Trees{*this, e.source.span}.List(std::move(items));
    return e;
  }
  if (node.type == json::NodeType::kString && target != nullptr && target->kind == Kind::kText) {
    Expression e;
    e.source = SourceOf(node, path);
    e.tree = Trees{*this, e.source.span}.Text(node.text);
    return e;
  }
  return ReadExpression(node, path);
}

bool Loader::ReadConstant(const json::Node& node, const std::string& path, const Type& type, Value* out) const {
  std::vector<BindProblem> problems;
  if (BindValue(node, type, model->money_scale, &model->arena, path, out, &problems)) return true;
  for (const BindProblem& p : problems) {
    if (p.code == Code::kUnknownFact) {
      Report(Code::kUnknownKey, p.path, p.span, {{"name", p.found}});
    } else {
      Report(Code::kTypeMismatch, p.path, p.span,
             {{"where", "value"}, {"expected", p.expected}, {"found", p.found.empty() ? "nothing" : p.found}});
    }
  }
  return false;
}

bool Loader::ReadIteration(const json::Node& node, const std::string& path, std::string* variable,
                           Expression* list) const {
  if (node.type != json::NodeType::kString) {
    Report(Code::kWrongJsonType, path, node.span,
           {{"expected", "a string `name in list`"}, {"found", std::string(json::NodeTypeName(node.type))}});
    return false;
  }
  const std::string& text = node.text;
  std::size_t i = 0;
  while (i < text.size() && text[i] == ' ') ++i;
  const std::size_t start = i;
  while (i < text.size() && IsNamePart(static_cast<unsigned char>(text[i]))) ++i;
  *variable = text.substr(start, i - start);
  while (i < text.size() && text[i] == ' ') ++i;
  if (variable->empty() || text.compare(i, 3, "in ") != 0) {
    Report(Code::kSyntax, path, node.span, {{"what", "expected `name in list`"}});
    return false;
  }
  if (!ReadName(*variable, path, node.span)) return false;
  i += 3;
  list->source = SourceOf(node, path);
  list->source.span.offset += static_cast<std::uint32_t>(i);
  list->source.span.column += static_cast<std::uint32_t>(i);
  const feel::ParseContext context = Parsing(list->source);
  list->tree = feel::ParseExpression(std::string_view(text).substr(i), context);
  return list->tree != nullptr;
}

bool Loader::ReadName(const std::string& name, const std::string& path, const Span& span) const {
  static const std::vector<std::string> kReserved = {"if", "then", "else", "for", "in", "return", "some", "every",
                                                     "satisfies", "and", "or", "not", "between", "instance", "of",
                                                     "function", "external", "true", "false", "null", "at", "today"};
  std::string what;
  if (name.empty()) {
    what = "it is empty";
  } else if (!IsNameStart(static_cast<unsigned char>(name[0])) ||
             !std::all_of(name.begin(), name.end(), [](char c) { return IsNamePart(static_cast<unsigned char>(c)); })) {
    what = "a name is letters, digits and _, not beginning with a digit";
  } else if (name.compare(0, 2, "__") == 0) {
    what = "names beginning with two underscores are the engine's own";
  } else if (std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end()) {
    what = "it is a word of the expression language";
  } else if (feel::FindBuiltin(name) >= 0) {
    return true;  // functions and values do not meet: a function is always followed by (
  }
  if (what.empty()) return true;
  Report(Code::kBadName, path, span, {{"name", name}, {"what", what}});
  return false;
}

bool Loader::ReadWindow(const json::Node& node, const std::string& path, Window* window, int* span) const {
  static const std::vector<std::pair<std::string, Window>> kWindows = {
      {"lifetime", Window::kLifetime}, {"day", Window::kDay}, {"calendar_week", Window::kWeek},
      {"calendar_month", Window::kMonth}, {"calendar_quarter", Window::kQuarter}, {"calendar_year", Window::kYear}};
  if (node.type == json::NodeType::kString) {
    for (const auto& [word, value] : kWindows) {
      if (node.text == word) {
        *window = value;
        return true;
      }
    }
    // last N days, last N months
    if (node.text.compare(0, 5, "last ") == 0) {
      std::size_t i = 5;
      int n = 0;
      while (i < node.text.size() && node.text[i] >= '0' && node.text[i] <= '9' && n < 100000) {
        n = n * 10 + (node.text[i++] - '0');
      }
      const std::string unit = node.text.substr(i);
      if (n > 0 && n < 100000 && (unit == " days" || unit == " months")) {
        *span = n;
        *window = unit == " days" ? Window::kLastDays : Window::kLastMonths;
        return true;
      }
    }
  }
  std::vector<std::string> words;
  for (const auto& [word, value] : kWindows) words.push_back(word);
  words.push_back("last N days");
  words.push_back("last N months");
  const std::string near = node.type == json::NodeType::kString ? NearestName(node.text, words) : "";
  std::string list;
  for (const std::string& w : words) list += (list.empty() ? "" : ", ") + w;
  Report(Code::kBadValue, path, node.span, {{"what", "not a window: " + json::Write(node)}},
         near.empty() ? "windows are " + list : "did you mean `" + near + "`?");
  return false;
}

// ---- ObjectReader -----------------------------------------------------------------------------

ObjectReader::ObjectReader(const Loader& loader, const json::Node& node, std::string path)
    : loader_(loader), node_(node), path_(std::move(path)) {
  if (node.type != json::NodeType::kObject) {
    quiet_ = true;
    loader.Report(Code::kWrongJsonType, path_, node.span,
                  {{"expected", "an object"}, {"found", std::string(json::NodeTypeName(node.type))}});
  }
}

ObjectReader::~ObjectReader() {
  if (quiet_) return;
  for (const json::Member& m : node_.members) {
    if (std::find(asked_.begin(), asked_.end(), m.key) != asked_.end()) continue;
    loader_.ReportUnknown(Code::kUnknownKey, Path(m.key), m.key_span, m.key, asked_);
  }
}

const json::Node* ObjectReader::Get(std::string_view key) {
  asked_.emplace_back(key);
  return node_.Find(key);
}

const json::Node* ObjectReader::Need(std::string_view key) {
  const json::Node* n = Get(key);
  if (n == nullptr && node_.type == json::NodeType::kObject) {
    loader_.Report(Code::kMissingKey, path_, node_.span, {{"name", std::string(key)}});
  }
  return n;
}

const json::Node* ObjectReader::Array(std::string_view key) {
  const json::Node* n = Get(key);
  if (n != nullptr && n->type != json::NodeType::kArray) {
    loader_.Report(Code::kWrongJsonType, Path(key), n->span,
                   {{"expected", "an array"}, {"found", std::string(json::NodeTypeName(n->type))}});
    return nullptr;
  }
  return n;
}

bool ObjectReader::Text(std::string_view key, std::string* out) {
  const json::Node* n = Get(key);
  if (n == nullptr) return false;
  if (n->type != json::NodeType::kString) {
    loader_.Report(Code::kWrongJsonType, Path(key), n->span,
                   {{"expected", "a string"}, {"found", std::string(json::NodeTypeName(n->type))}});
    return false;
  }
  *out = n->text;
  return true;
}

bool ObjectReader::Bool(std::string_view key, bool* out) {
  const json::Node* n = Get(key);
  if (n == nullptr) return false;
  if (n->type != json::NodeType::kBoolean) {
    loader_.Report(Code::kWrongJsonType, Path(key), n->span,
                   {{"expected", "true or false"}, {"found", std::string(json::NodeTypeName(n->type))}});
    return false;
  }
  *out = n->boolean;
  return true;
}

bool ObjectReader::Integer(std::string_view key, int* out) {
  const json::Node* n = Get(key);
  if (n == nullptr) return false;
  Decimal d;
  std::int64_t i = 0;
  if (n->type != json::NodeType::kNumber || Decimal::Parse(n->text, &d) != DecimalStatus::kOk || !d.ToInt64(&i) ||
      i < -1000000 || i > 1000000) {
    loader_.Report(Code::kWrongJsonType, Path(key), n->span,
                   {{"expected", "a whole number"}, {"found", json::Write(*n)}});
    return false;
  }
  *out = static_cast<int>(i);
  return true;
}

Expression ObjectReader::Feel(std::string_view key) {
  const json::Node* n = Get(key);
  return n == nullptr ? Expression{} : loader_.ReadExpression(*n, Path(key));
}

Expression ObjectReader::NeedFeel(std::string_view key) {
  const json::Node* n = Need(key);
  return n == nullptr ? Expression{} : loader_.ReadExpression(*n, Path(key));
}

bool ObjectReader::Word(std::string_view key, const std::vector<std::string>& words, std::size_t* index) {
  const json::Node* n = Get(key);
  if (n == nullptr) return false;
  if (n->type == json::NodeType::kString) {
    const auto it = std::find(words.begin(), words.end(), n->text);
    if (it != words.end()) {
      *index = static_cast<std::size_t>(it - words.begin());
      return true;
    }
  }
  std::string list;
  for (const std::string& w : words) list += (list.empty() ? "" : ", ") + w;
  const std::string near = n->type == json::NodeType::kString ? NearestName(n->text, words) : "";
  loader_.Report(Code::kBadValue, Path(key), n->span, {{"what", json::Write(*n) + " is not one of " + list}},
                 near.empty() ? "" : "did you mean `" + near + "`?");
  return false;
}

Remark ObjectReader::ReadRemark() {
  Remark r;
  r.path = path_;
  r.span = node_.span;
  if (const json::Node* says = Get("says")) {
    ObjectReader o(loader_, *says, Path("says"));
    o.Text("en", &r.says_en);
    o.Text("zh", &r.says_zh);
  }
  Text("quote", &r.quote);
  if (const json::Node* cites = Array("cites")) {
    for (std::size_t i = 0; i < cites->items.size(); ++i) {
      const json::Node& c = cites->items[i];
      if (c.type == json::NodeType::kString) {
        r.cites.push_back(c.text);
      } else {
        loader_.Report(Code::kWrongJsonType, json::Child(Path("cites"), i), c.span,
                       {{"expected", "a string"}, {"found", std::string(json::NodeTypeName(c.type))}});
      }
    }
  }
  return r;
}

// ---- types ------------------------------------------------------------------------------------

namespace {

struct NamedType {
  const char* name;
  Kind kind;
  Unit unit;
};
constexpr NamedType kTypes[] = {
    {"boolean", Kind::kBoolean, Unit::kNone},   {"number", Kind::kNumber, Unit::kNone},
    {"integer", Kind::kNumber, Unit::kInteger}, {"money", Kind::kNumber, Unit::kMoney},
    {"percent", Kind::kNumber, Unit::kPercent}, {"points", Kind::kNumber, Unit::kPoints},
    {"text", Kind::kText, Unit::kNone},         {"person", Kind::kText, Unit::kPerson},
    {"team", Kind::kText, Unit::kTeam},         {"department", Kind::kText, Unit::kDepartment},
    {"institution", Kind::kText, Unit::kInstitution}, {"year_month", Kind::kText, Unit::kYearMonth},
    {"date", Kind::kDate, Unit::kNone},         {"instant", Kind::kInstant, Unit::kNone},
    {"time", Kind::kTime, Unit::kNone},         {"months", Kind::kMonths, Unit::kNone},
    {"duration", Kind::kDuration, Unit::kNone},
};

bool ReadTypeName(const Loader& loader, const json::Node& node, const std::string& path, Type* out) {
  if (node.type != json::NodeType::kString) {
    loader.Report(Code::kWrongJsonType, path, node.span,
                  {{"expected", "the name of a type"}, {"found", std::string(json::NodeTypeName(node.type))}});
    return false;
  }
  if (FindType(*loader.model, node.text, out)) return true;
  std::vector<std::string> names;
  for (const NamedType& t : kTypes) names.emplace_back(t.name);
  for (const auto& [name, type] : loader.model->types) names.push_back(name);
  const std::string near = NearestName(node.text, names);
  loader.Report(Code::kUnknownType, path, node.span, {{"name", node.text}},
                near.empty() ? "types are listed in docs/rule-sets.md; a named type may use those above it" : "did you mean `" + near + "`?");
  return false;
}

bool ReadBound(ObjectReader* object, const char* key, Decimal* out) {
  const json::Node* n = object->Get(key);
  if (n == nullptr) return false;
  if (n->type == json::NodeType::kNumber && Decimal::Parse(n->text, out) == DecimalStatus::kOk) return true;
  object->loader().Report(Code::kWrongJsonType, object->Path(key), n->span,
                          {{"expected", "a number"}, {"found", std::string(json::NodeTypeName(n->type))}});
  return false;
}

}  // namespace

bool FindType(const Model& model, std::string_view name, Type* out) {
  for (const NamedType& t : kTypes) {
    if (name != t.name) continue;
    *out = Type::Of(t.kind, t.unit);
    return true;
  }
  for (const auto& [known, type] : model.types) {
    if (name != known) continue;
    *out = type;
    return true;
  }
  return false;
}

TypeForm ReadType(const Loader& loader, const json::Node& node, const std::string& path, ObjectReader* extra) {
  TypeForm form;
  if (node.type == json::NodeType::kString) {
    form.ok = ReadTypeName(loader, node, path, &form.type);
    return form;
  }
  std::optional<ObjectReader> own;
  if (extra == nullptr) {
    own.emplace(loader, node, path);
    if (node.type != json::NodeType::kObject) return form;
    own->ReadRemark();
  }
  ObjectReader& object = extra != nullptr ? *extra : *own;
  const json::Node* name = object.Get("type");
  const json::Node* list = object.Get("list_of");
  const json::Node* record = object.Get("record");
  const json::Node* map = object.Get("map_of");
  if ((name != nullptr) + (list != nullptr) + (record != nullptr) + (map != nullptr) != 1) {
    loader.Report(Code::kMissingKey, path, node.span, {{"name", "type"}},
                  "a type has exactly one of `type`, `list_of`, `record` and `map_of`");
    object.Keep();
    return form;
  }
  bool ok = true;
  // A list of texts, each once.
  const auto texts = [&](const char* key, const json::Node& array, std::vector<std::string>* out) {
    for (std::size_t i = 0; i < array.items.size(); ++i) {
      const json::Node& item = array.items[i];
      const std::string item_path = json::Child(object.Path(key), i);
      if (item.type != json::NodeType::kString) {
        loader.Report(Code::kWrongJsonType, item_path, item.span,
                      {{"expected", "a string"}, {"found", std::string(json::NodeTypeName(item.type))}});
        ok = false;
      } else if (std::find(out->begin(), out->end(), item.text) != out->end()) {
        loader.Report(Code::kDuplicateName, item_path, item.span, {{"name", item.text}});
        ok = false;
      } else {
        out->push_back(item.text);
      }
    }
  };
  if (name != nullptr) {
    ok = ReadTypeName(loader, *name, object.Path("type"), &form.type);
  } else if (list != nullptr) {
    const TypeForm item = ReadType(loader, *list, object.Path("list_of"), nullptr);
    ok = item.ok;
    if (ok) form.type = Type::List(item.optional ? item.type.Nullable() : item.type);
  } else if (map != nullptr) {
    const TypeForm value = ReadType(loader, *map, object.Path("map_of"), nullptr);
    Type key = Type::Of(Kind::kText);
    if (const json::Node* keys = object.Array("keys")) {
      auto listed = std::make_shared<TypeDetail>();
      texts("keys", *keys, &listed->one_of);
      key.detail = std::move(listed);
    }
    ok &= value.ok;
    if (ok) {
      form.type = Type::List(Type::Context({{"key", key}, {"value", value.optional ? value.type.Nullable() : value.type}}));
      auto marked = std::make_shared<TypeDetail>(*form.type.detail);
      marked->map = true;
      form.type.detail = std::move(marked);
    }
  } else if (record->type != json::NodeType::kObject) {
    loader.Report(Code::kWrongJsonType, object.Path("record"), record->span,
                  {{"expected", "an object"}, {"found", std::string(json::NodeTypeName(record->type))}});
    ok = false;
  } else {
    std::vector<std::pair<std::string, Type>> fields;
    for (const json::Member& m : record->members) {
      const std::string field_path = json::Child(object.Path("record"), m.key);
      ok &= m.key == "at" || loader.ReadName(m.key, field_path, m.key_span);  // events have an `at` of their own
      const TypeForm field = ReadType(loader, m.value, field_path, nullptr);
      ok &= field.ok;
      if (field.default_node != nullptr) {
        loader.Report(Code::kBadValue, field.default_path, field.default_node->span,
                      {{"what", "fields of records have no defaults; make it optional"}});
        ok = false;
      }
      if (field.ok) fields.emplace_back(m.key, field.optional ? field.type.Nullable() : field.type);
    }
    if (ok) form.type = Type::Context(std::move(fields));
  }

  auto detail = form.type.detail ? std::make_shared<TypeDetail>(*form.type.detail) : std::make_shared<TypeDetail>();
  bool changed = false;
  if (const json::Node* one_of = object.Array("one_of")) {
    if (form.type.kind != Kind::kText && ok) {
      loader.Report(Code::kBadValue, object.Path("one_of"), one_of->span, {{"what", "only texts are listed"}});
      ok = false;
    }
    detail->one_of.clear();
    texts("one_of", *one_of, &detail->one_of);
    changed = true;
  }
  const bool min = ReadBound(&object, "min", &detail->min), above = !min && ReadBound(&object, "above", &detail->min);
  const bool max = ReadBound(&object, "max", &detail->max), below = !max && ReadBound(&object, "below", &detail->max);
  if (min || above) detail->has_min = changed = true, detail->min_open = above;
  if (max || below) detail->has_max = changed = true, detail->max_open = below;
  if (detail->has_min && detail->has_max) {
    const int order = Compare(detail->min, detail->max);
    if (order > 0 || (order == 0 && (detail->min_open || detail->max_open))) {
      loader.Report(Code::kBadValue, path, node.span, {{"what", "no number is within these bounds"}}, "`min` and `max` are included, `above` and `below` are not");
      ok = false;
    }
  }
  if (object.Bool("not_zero", &detail->not_zero)) changed = true;
  int length = 0;
  if (object.Integer("length", &length)) {
    detail->length = static_cast<std::uint32_t>(std::max(length, 0));
    changed = true;
  }
  if (changed && ok) {
    const bool numeric = detail->has_min || detail->has_max || detail->not_zero;
    if ((numeric && form.type.kind != Kind::kNumber) || (detail->length != 0 && form.type.kind != Kind::kText)) {
      loader.Report(Code::kBadValue, path, node.span, {{"what", "these limits do not apply to " + form.type.ToString()}});
      ok = false;
    }
    form.type.detail = detail;
  }
  bool optional = false, nullable = false;
  object.Bool("optional", &optional);
  object.Bool("nullable", &nullable);
  form.optional = optional;
  if (nullable) form.type.nullable = true;
  form.default_node = object.Get("default");
  form.default_path = object.Path("default");
  form.ok = ok;
  return form;
}

// ---- Trees ------------------------------------------------------------------------------------

feel::ExprPtr Trees::Node(feel::Op op) const {
  auto e = std::make_unique<feel::Expr>();
  e->op = op;
  e->span = span;
  return e;
}
feel::ExprPtr Trees::Name(const std::string& name) const {
  feel::ExprPtr e = Node(feel::Op::kName);
  e->name = name;
  return e;
}
feel::ExprPtr Trees::Number(const Decimal& value) const {
  feel::ExprPtr e = Node(feel::Op::kConstant);
  e->value = Value::Number(value);
  e->type = Type::Of(Kind::kNumber, value.IsInteger() ? Unit::kInteger : Unit::kNone);
  e->type.literal = true;
  return e;
}
feel::ExprPtr Trees::Boolean(bool value) const {
  feel::ExprPtr e = Node(feel::Op::kConstant);
  e->value = Value::Boolean(value);
  e->type = Type::Of(Kind::kBoolean);
  return e;
}
feel::ExprPtr Trees::Text(const std::string& value) const {
  feel::ExprPtr e = Node(feel::Op::kConstant);
  e->value = Value::Text(loader.model->arena.Copy(value));
  e->type = Type::Of(Kind::kText);
  e->type.literal = true;
  return e;
}
feel::ExprPtr Trees::Null() const {
  feel::ExprPtr e = Node(feel::Op::kConstant);
  e->type = Type::Of(Kind::kNull).Nullable();
  return e;
}
feel::ExprPtr Trees::Binary(feel::Op op, feel::ExprPtr a, feel::ExprPtr b) const {
  feel::ExprPtr e = Node(op);
  e->args.push_back(std::move(a));
  e->args.push_back(std::move(b));
  return e;
}
feel::ExprPtr Trees::Not(feel::ExprPtr a) const {
  feel::ExprPtr e = Node(feel::Op::kNot);
  e->args.push_back(std::move(a));
  return e;
}
feel::ExprPtr Trees::If(feel::ExprPtr condition, feel::ExprPtr yes, feel::ExprPtr no) const {
  feel::ExprPtr e = Node(feel::Op::kIf);
  e->args.push_back(std::move(condition));
  e->args.push_back(std::move(yes));
  e->args.push_back(std::move(no));
  return e;
}
feel::ExprPtr Trees::Call(const std::string& function, std::vector<feel::ExprPtr> args) const {
  feel::ExprPtr e = Node(feel::Op::kCall);
  e->name = function;
  e->args = std::move(args);
  return e;
}
feel::ExprPtr Trees::Call(const std::string& function, feel::ExprPtr a) const {
  std::vector<feel::ExprPtr> args;
  args.push_back(std::move(a));
  return Call(function, std::move(args));
}
feel::ExprPtr Trees::Call(const std::string& function, feel::ExprPtr a, feel::ExprPtr b) const {
  std::vector<feel::ExprPtr> args;
  args.push_back(std::move(a));
  args.push_back(std::move(b));
  return Call(function, std::move(args));
}
feel::ExprPtr Trees::List(std::vector<feel::ExprPtr> items) const {
  feel::ExprPtr e = Node(feel::Op::kList);
  e->args = std::move(items);
  return e;
}
feel::ExprPtr Trees::Parse(const std::string& text, const std::string& path) const {
  return feel::ParseExpression(text, loader.Parsing({path, span}));
}

}  // namespace ordain::policy
