// Trees to FEEL text with the fewest parentheses. Parsing the text again gives the same tree.
// Tested by tests/feel_test.cc.
#include "feel/feel.hpp"

namespace ordain::feel {
namespace {

// Binding strength: larger binds tighter.
int Strength(const Expr& e) {
  switch (e.op) {
    case Op::kIf:
    case Op::kFor:
    case Op::kSome:
    case Op::kEvery:
    case Op::kFunction: return 0;
    case Op::kOr: return 1;
    case Op::kAnd: return 2;
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
    case Op::kBetween:
    case Op::kIn:
    case Op::kInstanceOf: return 3;
    case Op::kAdd:
    case Op::kSubtract: return 4;
    case Op::kMultiply:
    case Op::kDivide: return 5;
    case Op::kPower: return 6;
    case Op::kNegate: return 7;
    case Op::kConstant: return e.value.kind() == Kind::kNumber && e.value.number().negative() ? 7 : 9;
    default: return 9;
  }
}

void Write(const Expr& e, int least, std::string* out);

bool Letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
bool Digit(char c) { return c >= '0' && c <= '9'; }
// Words, with one space between them where spaces are allowed.
bool Plain(const std::string& name, bool spaces) {
  if (name.empty() || !Letter(name[0]) || name.back() == ' ') return false;
  for (std::size_t i = 1; i < name.size(); ++i) {
    if (!Letter(name[i]) && !Digit(name[i]) && !(spaces && name[i] == ' ' && name[i - 1] != ' ')) return false;
  }
  // No word of it may be one of the language: `a and b` as a name is not a and b.
  const std::string padded = " " + name + " ";
  for (const char* word : {"if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or", "between", "instance", "of", "true",
                           "false", "null", "function", "external"}) {
    if (padded.find(" " + std::string(word) + " ") != std::string::npos) return false;
  }
  return true;
}

// The name of a field: as it is, or in quotes when it is not one word.
std::string Field(const std::string& name) { return Plain(name, false) ? name : Value::Text(name).ToFeel(); }
// A name where it is used: in back quotes when it is not made of words.
std::string NameOf(const std::string& name) { return Plain(name, true) ? name : "`" + name + "`"; }

std::string TypeText(const Type& type) {
  switch (type.kind) {
    case Kind::kAny: return "Any";
    case Kind::kNull: return "Null";
    case Kind::kText: return type.unit == Unit::kNone ? "string" : std::string(UnitName(type.unit));
    case Kind::kList: return "list<" + TypeText(type.item()) + ">";
    case Kind::kRange: return "range<" + TypeText(type.item()) + ">";
    case Kind::kContext: {
      if (type.detail == nullptr) return "context";
      std::string out = "context<";
      for (std::size_t i = 0; i < type.detail->items.size(); ++i) {
        out += (i != 0 ? ", " : "") + NameOf(type.detail->names()[i]) + ": " + TypeText(type.detail->items[i]);
      }
      return out + ">";
    }
    case Kind::kFunction: {
      if (type.detail == nullptr || type.detail->items.empty()) return "function";
      std::string out = "function<";
      for (std::size_t i = 0; i + 1 < type.detail->items.size(); ++i) out += (i != 0 ? ", " : "") + TypeText(type.detail->items[i]);
      return out + "> -> " + TypeText(type.detail->items.back());
    }
    case Kind::kNumber: return std::string(type.unit == Unit::kNone ? KindName(type.kind) : UnitName(type.unit));
    default: return std::string(KindName(type.kind));
  }
}

void Infix(const Expr& e, const char* sign, int strength, std::string* out) {
  Write(*e.args[0], strength, out);
  *out += sign;
  Write(*e.args[1], strength + 1, out);
}

void List(const std::vector<ExprPtr>& args, std::size_t from, std::string* out) {
  for (std::size_t i = from; i < args.size(); ++i) {
    if (i != from) *out += ", ";
    Write(*args[i], 0, out);
  }
}

void Inner(const Expr& e, std::string* out) {
  const int s = Strength(e);
  switch (e.op) {
    case Op::kConstant: *out += e.value.ToFeel(); break;
    case Op::kName:  // of a model, resolved: an input as it was given, before it conforms to its type, has a line end before its name
      *out += NameOf(e.symbol >= 0 && e.name.starts_with('\n') ? e.name.substr(1) : e.name);
      break;
    case Op::kLocal:
    case Op::kItemName: *out += NameOf(e.name); break;
    case Op::kPartial: *out += "partial"; break;
    case Op::kFault: *out += "null"; break;  // an expression that has no value
    case Op::kCoerce: Inner(*e.args[0], out); break;
    case Op::kExternal:  // the body of a function
      *out += "external ";
      Write(*e.args[0], 0, out);
      break;
    case Op::kTable: *out += e.table->name.empty() ? "a decision table" : e.table->name; break;
    case Op::kFunction:
      *out += "function(";
      for (std::size_t i = 0; i < e.names.size(); ++i) {
        *out += (i != 0 ? ", " : "") + NameOf(e.names[i]);
        if (i < e.parameter_types.size() && e.parameter_types[i].kind != Kind::kAny) *out += ": " + TypeText(e.parameter_types[i]);
      }
      *out += ") ";
      Write(*e.args[0], 0, out);
      break;
    case Op::kApply:
      Write(*e.args[0], 8, out);
      *out += "(";
      for (std::size_t i = 1; i < e.args.size(); ++i) {
        if (i != 1) *out += ", ";
        if (i - 1 < e.names.size()) *out += NameOf(e.names[i - 1]) + ": ";
        Write(*e.args[i], 0, out);
      }
      *out += ")";
      break;
    case Op::kInput: *out += "?"; break;
    case Op::kNegate:
      *out += "-";
      Write(*e.args[0], 7, out);
      break;
    case Op::kNot:
      *out += "not(";
      Write(*e.args[0], 0, out);
      *out += ")";
      break;
    case Op::kOr: Infix(e, " or ", s, out); break;
    case Op::kAnd: Infix(e, " and ", s, out); break;
    case Op::kAdd: Infix(e, " + ", s, out); break;
    case Op::kSubtract: Infix(e, " - ", s, out); break;
    case Op::kMultiply: Infix(e, " * ", s, out); break;
    case Op::kDivide: Infix(e, " / ", s, out); break;
    case Op::kPower: Infix(e, " ** ", s, out); break;
    case Op::kEqual: Infix(e, " = ", s, out); break;
    case Op::kNotEqual: Infix(e, " != ", s, out); break;
    case Op::kLess: Infix(e, " < ", s, out); break;
    case Op::kLessEqual: Infix(e, " <= ", s, out); break;
    case Op::kGreater: Infix(e, " > ", s, out); break;
    case Op::kGreaterEqual: Infix(e, " >= ", s, out); break;
    case Op::kBetween:
      Write(*e.args[0], 3, out);
      *out += " between ";
      Write(*e.args[1], 4, out);
      *out += " and ";
      Write(*e.args[2], 4, out);
      break;
    case Op::kIn:
      Write(*e.args[0], 3, out);
      *out += " in ";
      if (e.args.size() == 2 && e.args[1]->op == Op::kRange) {
        Inner(*e.args[1], out);
      } else {
        *out += "(";
        List(e.args, 1, out);
        *out += ")";
      }
      break;
    case Op::kIf:
      *out += "if ";
      Write(*e.args[0], 0, out);
      *out += " then ";
      Write(*e.args[1], 0, out);
      *out += " else ";
      Write(*e.args[2], 0, out);
      break;
    case Op::kFor:
    case Op::kSome:
    case Op::kEvery:
      *out += e.op == Op::kFor ? "for " : e.op == Op::kSome ? "some " : "every ";
      for (std::size_t i = 0; i + 1 < e.args.size(); ++i) {
        if (i != 0) *out += ", ";
        *out += NameOf(e.names[i]) + " in ";
        if (e.args[i]->op == Op::kRange && e.args[i]->domain) {
          Write(*e.args[i]->args[0], 4, out);
          *out += "..";
          Write(*e.args[i]->args[1], 4, out);
        } else {
          Write(*e.args[i], 4, out);
        }
      }
      *out += e.op == Op::kFor ? " return " : " satisfies ";
      Write(*e.args.back(), 0, out);
      break;
    case Op::kFilter:
    case Op::kIndex:
      Write(*e.args[0], 8, out);
      *out += "[";
      Write(*e.args[1], 0, out);
      *out += "]";
      break;
    case Op::kPath:
      Write(*e.args[0], 8, out);
      *out += "." + NameOf(e.name);
      break;
    case Op::kList:
      *out += "[";
      List(e.args, 0, out);
      *out += "]";
      break;
    case Op::kContext:
      *out += "{";
      for (std::size_t i = 0; i < e.args.size(); ++i) {
        *out += (i != 0 ? ", " : "") + Field(e.names[i]) + ": ";
        Write(*e.args[i], 0, out);
      }
      *out += "}";
      break;
    case Op::kRange:
      if (e.form != RangeValue::Form::kInterval) {
        constexpr const char* kSigns[] = {"", "<", "<=", ">", ">=", "=", "!="};
        *out += "(" + std::string(kSigns[static_cast<std::size_t>(e.form)]) + " ";
        Write(e.form == RangeValue::Form::kLess || e.form == RangeValue::Form::kLessEqual ? *e.args[1] : *e.args[0], 4, out);
        *out += ")";
        break;
      }
      *out += e.low_closed ? "[" : "(";
      if (!(e.args[0]->op == Op::kConstant && e.args[0]->value.IsNull())) Write(*e.args[0], 4, out);
      *out += "..";
      if (!(e.args[1]->op == Op::kConstant && e.args[1]->value.IsNull())) Write(*e.args[1], 4, out);
      *out += e.high_closed ? "]" : ")";
      break;
    case Op::kCall:
    case Op::kInvoke:
      *out += (e.op == Op::kCall ? e.name : NameOf(e.name)) + "(";  // the names of builtins are known everywhere
      for (std::size_t i = 0; i < e.args.size(); ++i) {
        if (i != 0) *out += ", ";
        if (i < e.names.size()) *out += NameOf(e.names[i]) + ": ";
        Write(*e.args[i], 0, out);
      }
      *out += ")";
      break;
    case Op::kInstanceOf:
      Write(*e.args[0], 3, out);
      *out += " instance of " + TypeText(e.tested);
      break;
  }
}

void Write(const Expr& e, int least, std::string* out) {
  const bool brackets = Strength(e) < least;
  if (brackets) *out += "(";
  Inner(e, out);
  if (brackets) *out += ")";
}

}  // namespace

std::string Print(const Expr& e) {
  std::string out;
  Write(e, 0, &out);
  return out;
}

std::string Brief(const Expr& e) {
  std::string text = Print(e);
  return text.size() > 60 || text.find("__") != std::string::npos ? "the value" : text;
}

}  // namespace ordain::feel
