// The builtins: one table of name, signature, documentation, null rule, typing and meaning.
//
// A signature is data: it is read once into kinds, and every call is checked against it, statically (type_of) and where
// types are not known before (CallBuiltin). Its language:
//
//   signature := name "(" [parameter {", " parameter}] ")" ": " type
//   parameter := name ["..."] ": " type [" = " default]      ... one or more; a default: may be left out
//   type      := word {" | " word} ["?"]                     ? may be null
//   word      := any number integer text boolean date time "date and time" "days and time duration"
//                "years and months duration" duration point list context range function "list of" word ["?"]
//
// duration is either kind, point whatever has an order. The meanings are in builtins_*.cc, by subject. Functions marked
// (ordain) are our own.
//
// FEEL and rule sets share all of it. Where FEEL has an answer that hides a mistake, rule sets (CallContext::feel is false) say
// something else: sum of an empty list is 0, product 1; a fraction where a whole number is asked for is an error; items
// that are null are errors. Tested by tests/builtins_test.cc and tests/feel_test.cc.
#include "feel/builtins.hpp"

#include <algorithm>

namespace ordain::feel {
namespace {

constexpr std::uint32_t Bit(Kind kind) { return 1u << static_cast<unsigned>(kind); }
constexpr std::uint32_t kAnyKind = Bit(Kind::kAny) - 1 - Bit(Kind::kNull);
constexpr std::uint32_t kPoints = Bit(Kind::kNumber) | Bit(Kind::kText) | Bit(Kind::kDate) | Bit(Kind::kTime) | Bit(Kind::kInstant) |
                                  Bit(Kind::kDuration) | Bit(Kind::kMonths);

// ---- signatures ---------------------------------------------------------------------------------

std::uint32_t KindsOf(std::string_view word) {
  if (word == "any") return kAnyKind;
  if (word == "point") return kPoints;
  if (word == "integer") return Bit(Kind::kNumber);
  if (word == "duration") return Bit(Kind::kDuration) | Bit(Kind::kMonths);
  for (int k = 0; k < static_cast<int>(Kind::kAny); ++k) {
    if (KindName(static_cast<Kind>(k)) == word) return 1u << k;
  }
  return 0;  // no such word: tests/builtins_test.cc proves that there is none
}

struct TypeWords {
  std::uint32_t kinds = 0, items = 0;
  bool nullable = false;
  Type type;
};

TypeWords ReadTypeWords(std::string_view text) {
  TypeWords w;
  if (text.starts_with("list of ")) {
    const TypeWords item = ReadTypeWords(text.substr(8));
    w.kinds = Bit(Kind::kList);
    w.items = item.kinds == kAnyKind ? 0 : item.kinds | (item.nullable ? Bit(Kind::kNull) : 0);
    w.type = Type::List(item.type);
    return w;
  }
  if (text.ends_with('?')) {
    w.nullable = true;
    text.remove_suffix(1);
  }
  const std::string_view first = text.substr(0, text.find(" | "));
  const bool one = first.size() == text.size();
  for (;;) {
    const std::size_t bar = text.find(" | ");
    w.kinds |= KindsOf(text.substr(0, bar));
    if (bar == std::string_view::npos) break;
    text.remove_prefix(bar + 3);
  }
  for (int k = 0; one && k < static_cast<int>(Kind::kAny); ++k) {
    if (w.kinds == 1u << k) w.type = Type::Of(static_cast<Kind>(k), first == "integer" ? Unit::kInteger : Unit::kNone);
  }
  w.type.nullable = w.nullable;
  return w;
}

Form ReadForm(std::string_view signature) {
  Form form;
  form.signature = signature;
  const std::size_t open = signature.find('('), close = signature.rfind("): ");
  form.result = ReadTypeWords(signature.substr(close + 3)).type;
  std::string_view list = signature.substr(open + 1, close - open - 1);
  while (!list.empty()) {
    const std::size_t comma = list.find(", ");
    std::string_view text = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 2);
    Parameter p;
    const std::size_t colon = text.find(": "), is = text.find(" = ");
    p.name = text.substr(0, colon);
    p.rest = p.name.ends_with("...");
    if (p.rest) p.name.remove_suffix(3);
    p.optional = is != std::string_view::npos;
    const TypeWords w = ReadTypeWords(text.substr(colon + 2, p.optional ? is - colon - 2 : std::string_view::npos));
    p.kinds = w.kinds;
    p.items = w.items;
    p.nullable = w.nullable;
    form.min_args += p.optional ? 0 : 1;
    form.max_args = p.rest ? SIZE_MAX : form.max_args + 1;
    form.parameters.push_back(p);
  }
  return form;
}

void Summarize(Builtin* b) {  // of all forms
  std::size_t least = SIZE_MAX, most = 0;
  for (const Form& form : b->forms) {
    least = std::min(least, form.min_args);
    most = std::max(most, form.max_args);
    for (const Parameter& p : form.parameters) b->null_ok |= p.nullable && p.kinds == kAnyKind;
  }
  b->min_args = static_cast<int>(least);
  b->max_args = most == SIZE_MAX ? -1 : static_cast<int>(most);
}

std::vector<Builtin> MakeTable() {
  BuiltinRows rows;
  AddNumberBuiltins(&rows);
  AddTextBuiltins(&rows);
  AddListBuiltins(&rows);
  AddContextBuiltins(&rows);
  AddRangeBuiltins(&rows);
  AddTemporalBuiltins(&rows);
  AddWorkingDayBuiltins(&rows);
  AddDeadlineBuiltins(&rows);
  AddProcessBuiltins(&rows);
  AddDutyBuiltins(&rows);
  std::vector<Builtin> table;
  for (const BuiltinRow& row : rows) {
    Builtin b;
    b.name = row.signatures.substr(0, row.signatures.find('('));
    b.signature = row.signatures.substr(0, row.signatures.find('\n'));
    b.english = row.english;
    b.chinese = row.chinese;
    b.varies = row.varies;
    b.call = row.call;
    b.result = row.result;
    for (std::string_view all = row.signatures; !all.empty();) {
      const std::size_t end = all.find('\n');
      b.forms.push_back(ReadForm(all.substr(0, end)));
      all = end == std::string_view::npos ? std::string_view() : all.substr(end + 1);
    }
    Summarize(&b);
    table.push_back(std::move(b));
  }
  const std::size_t count = table.size();
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; table[i].forms.size() > 1 && k < table[i].forms.size(); ++k) {
      Builtin one = table[i];
      one.form_of = static_cast<int>(i);
      one.forms = {table[i].forms[k]};
      one.signature = one.forms[0].signature;
      one.null_ok = false;
      Summarize(&one);
      table.push_back(std::move(one));
    }
  }
  return table;
}

const Builtin& At(int builtin) { return Builtins()[static_cast<std::size_t>(builtin)]; }
const Parameter& ParameterAt(const Form& form, std::size_t i) { return form.parameters[std::min(i, form.parameters.size() - 1)]; }
bool TakesCount(const Form& form, std::size_t n) { return n >= form.min_args && n <= form.max_args; }

// ---- static types -------------------------------------------------------------------------------

std::string KindsText(std::uint32_t kinds) {
  if (kinds == kAnyKind) return "any";
  if (kinds == kPoints) return "a value that has an order";
  std::string text;
  for (int k = 0; k < static_cast<int>(Kind::kAny); ++k) {
    if ((kinds >> k & 1u) != 0) text += (text.empty() ? "" : " or ") + std::string(KindName(static_cast<Kind>(k)));
  }
  return text;
}

bool Accepts(const Parameter& p, const Type& t) {
  if (t.kind == Kind::kAny) return true;
  if (t.kind == Kind::kNull) return p.nullable;
  if ((p.kinds & Bit(t.kind)) == 0) return false;
  if (t.kind != Kind::kList || p.items == 0) return true;
  const Type& item = t.item();
  return item.kind == Kind::kAny || (p.items & Bit(item.kind)) != 0;
}
std::string Wanted(const Parameter& p, const Type& t) {
  if (t.kind == Kind::kList && (p.kinds & Bit(Kind::kList)) != 0) return "list of " + KindsText(p.items & ~Bit(Kind::kNull));
  return KindsText(p.kinds);
}

// ---- calls --------------------------------------------------------------------------------------

enum class Match : std::uint8_t { kYes, kNull, kNo };

Match ItemsMatch(const Parameter& p, const Value* items, std::size_t n) {
  Match m = Match::kYes;
  for (std::size_t i = 0; p.items != 0 && i < n; ++i) {
    if ((p.items & Bit(items[i].kind())) != 0) continue;
    if (!items[i].IsNull()) return Match::kNo;
    m = Match::kNull;
  }
  return m;
}
Match Matches(const Parameter& p, const Value& v) {
  if (v.IsNull()) return p.nullable ? Match::kYes : Match::kNull;
  if ((p.kinds & Bit(v.kind())) == 0) return Match::kNo;
  return v.kind() == Kind::kList ? ItemsMatch(p, v.items(), v.size()) : Match::kYes;
}
// The same after a list of one became the item, or an item a list of one; *out is what to pass then.
Match MatchesCoerced(const Parameter& p, const Value* v, const Value** out) {
  *out = v;
  const Match as_is = Matches(p, *v);
  if (as_is != Match::kNo || p.kinds == kAnyKind) return as_is;
  if (v->kind() == Kind::kList && v->size() == 1 && (p.kinds & Bit(Kind::kList)) == 0) {
    *out = v->items();
    return Matches(p, **out);
  }
  if (v->kind() != Kind::kList && p.kinds == Bit(Kind::kList)) {
    *out = nullptr;  // a list of *v
    return ItemsMatch(p, v, 1);
  }
  return Match::kNo;
}

}  // namespace

// ---- shared by the subjects ---------------------------------------------------------------------

Fault GiveText(std::string_view text, CallContext* context, Value* out) {
  const std::string_view copy = context->arena->Copy(text);
  if (copy.data() == nullptr) return Fault::kMemory;
  *out = Value::Text(copy);
  return Fault::kNone;
}
Fault GiveList(const std::vector<Value>& items, CallContext* context, Value* out) {
  Value* v = context->arena->NewValues(items.size());
  if (v == nullptr) return Fault::kMemory;
  std::copy(items.begin(), items.end(), v);
  *out = Value::List(v, items.size());
  return Fault::kNone;
}
bool Whole(const Value& v, const CallContext* context, std::int64_t* out) {
  if (v.kind() != Kind::kNumber) return false;
  Decimal n = v.number();
  if (context->feel && RoundToInteger(n, Rounding::kDown, &n) != DecimalStatus::kOk) return false;
  return n.ToInt64(out);
}

Type Common(const Types& types, const Complain& complain, bool* list) {
  *list = types.size() == 1 && types[0].kind == Kind::kList;
  if (*list) return types[0].item();
  Type t = types[0];
  for (std::size_t i = 1; i < types.size(); ++i) {
    const Type& u = types[i];
    if (u.kind != t.kind) {
      complain("arguments of different types: " + t.ToString() + ", " + u.ToString());
      return t;
    }
    if (t.kind != Kind::kNumber) continue;
    if (t.literal && u.literal) {
      t.unit = t.unit == u.unit ? t.unit : Unit::kNone;
    } else if (t.literal) {
      const bool fraction = t.unit != Unit::kInteger;
      t = u;
      if (fraction && t.unit == Unit::kInteger) t.unit = Unit::kNone;
    } else if (u.literal) {
      if (t.unit == Unit::kInteger && u.unit != Unit::kInteger) t.unit = Unit::kNone;
    } else if (t.unit != u.unit) {
      const bool plain = (t.unit == Unit::kInteger || t.unit == Unit::kNone) && (u.unit == Unit::kInteger || u.unit == Unit::kNone);
      if (!plain) complain("arguments of different units: " + t.ToString() + ", " + u.ToString());
      t.unit = Unit::kNone;
    }
  }
  return t;
}

// ---- the table ----------------------------------------------------------------------------------

const std::vector<Builtin>& Builtins() {
  static const std::vector<Builtin> kTable = MakeTable();
  return kTable;
}

int FindBuiltin(std::string_view name) {
  const std::vector<Builtin>& table = Builtins();
  for (std::size_t i = 0; i < table.size() && table[i].form_of < 0; ++i) {
    if (table[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

Type Builtin::type_of(const std::vector<Type>& args, const std::function<void(std::string)>& complain) const {
  const Form* near = nullptr;  // takes so many arguments
  std::size_t candidates = 0;
  for (const Form& form : forms) {
    if (!TakesCount(form, args.size())) continue;
    near = near == nullptr ? &form : near;
    ++candidates;
    bool good = true;
    for (std::size_t i = 0; i < args.size(); ++i) good &= Accepts(ParameterAt(form, i), args[i]);
    if (good) return result != nullptr ? result(args, complain) : form.result;
  }
  if (near == nullptr) {
    complain(std::to_string(args.size()) + " arguments");
    return forms[0].result;
  }
  for (std::size_t i = 0; i < args.size() && candidates == 1; ++i) {
    const Parameter& p = ParameterAt(*near, i);
    if (!Accepts(p, args[i])) complain("expected " + Wanted(p, args[i]) + ", found " + args[i].ToString());
  }
  if (candidates > 1) {
    std::string found;
    for (const Type& t : args) found += (found.empty() ? "" : ", ") + t.ToString();
    complain("no way to call it with " + found);
  }
  return near->result;
}

Fault CallBuiltin(int builtin, const Value* args, std::size_t count, CallContext* context, Value* out) {
  const Builtin& b = At(builtin);
  bool null = false;
  for (const Form& form : b.forms) {  // one that fits as it is goes first
    if (!TakesCount(form, count)) continue;
    Match m = Match::kYes;
    for (std::size_t i = 0; i < count && m != Match::kNo; ++i) m = std::max(m, Matches(ParameterAt(form, i), args[i]));
    if (m == Match::kYes) return b.call(args, count, context, out);
    null |= m == Match::kNull;
  }
  for (const Form& form : b.forms) {
    if (!TakesCount(form, count)) continue;
    Match m = Match::kYes;
    const Value* pass = nullptr;
    for (std::size_t i = 0; i < count && m != Match::kNo; ++i) m = std::max(m, MatchesCoerced(ParameterAt(form, i), args + i, &pass));
    null |= m == Match::kNull;
    if (m != Match::kYes) continue;
    Value* fitting = context->arena->NewValues(2 * count);  // the arguments, and the items of lists of one
    if (fitting == nullptr) return Fault::kMemory;
    for (std::size_t i = 0; i < count; ++i) {
      (void)MatchesCoerced(ParameterAt(form, i), args + i, &pass);
      fitting[count + i] = args[i];
      fitting[i] = pass != nullptr ? *pass : Value::List(fitting + count + i, 1);
    }
    return b.call(fitting, count, context, out);
  }
  return null ? Fault::kNull : Fault::kWrongKind;
}

int FindParameter(int builtin, std::string_view name, std::size_t args) {
  if (builtin < 0) return -1;
  for (const Form& form : At(builtin).forms) {
    if (!TakesCount(form, args)) continue;
    for (std::size_t i = 0; i < form.parameters.size(); ++i) {
      if (form.parameters[i].name == name) return static_cast<int>(i);
    }
  }
  return -1;
}

int FindForm(int builtin, const std::vector<std::string>& names, std::vector<int>* positions) {
  const std::vector<Builtin>& table = Builtins();
  const auto fits = [&](const Form& form) {
    std::vector<bool> given(form.parameters.size());
    positions->clear();
    for (const std::string& name : names) {
      const auto it = std::find_if(form.parameters.begin(), form.parameters.end(), [&](const Parameter& p) { return p.name == name; });
      if (it == form.parameters.end()) return false;
      const auto at = static_cast<std::size_t>(it - form.parameters.begin());
      if (given[at]) return false;
      given[at] = true;
      positions->push_back(static_cast<int>(at));
    }
    for (std::size_t i = 0; i < given.size(); ++i) {
      if (!given[i] && !form.parameters[i].optional) return false;
    }
    return true;
  };
  const Builtin& whole = At(builtin);
  if (whole.forms.size() == 1) return fits(whole.forms[0]) ? builtin : -1;
  int found = -1;
  std::vector<int> found_positions;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (table[i].form_of != builtin || !fits(table[i].forms[0])) continue;
    // before(point:, range:) and before(range:, point:) differ in their order only: the one in which they are written.
    if (std::is_sorted(positions->begin(), positions->end())) return static_cast<int>(i);
    if (found < 0) {
      found = static_cast<int>(i);
      found_positions = *positions;
    }
  }
  *positions = found_positions;
  return found;
}

}  // namespace ordain::feel
