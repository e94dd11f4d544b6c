// Builtins of contexts. A context is never changed: what puts or merges makes a new one that shares the values. See
// builtins.cc. Tested by tests/builtins_test.cc.
#include <algorithm>

#include "feel/builtins.hpp"

namespace ordain::feel {
namespace {

struct Entries {  // of a context being made
  std::vector<std::string_view> keys;
  std::vector<Value> values;

  void Add(const Value& context) {
    for (std::size_t i = 0; i < context.shape()->count; ++i) Put(context.shape()->keys[i], context.fields()[i]);
  }
  void Put(std::string_view key, const Value& value) {
    const auto it = std::find(keys.begin(), keys.end(), key);
    if (it != keys.end()) {
      values[static_cast<std::size_t>(it - keys.begin())] = value;
      return;
    }
    keys.push_back(key);
    values.push_back(value);
  }
  Fault Give(CallContext* context, Value* out) const {
    Value* fields = context->arena->NewValues(values.size());
    const Shape* shape = context->arena->NewShape(keys.data(), keys.size());
    if (fields == nullptr || shape == nullptr) return Fault::kMemory;
    std::copy(values.begin(), values.end(), fields);
    *out = Value::Context(fields, shape);
    return Fault::kNone;
  }
};

Type TypeOfEntries(const Types&, const Complain&) {
  return Type::List(Type::Context({{"key", Type::Of(Kind::kText)}, {"value", Type().Nullable()}}));
}

Fault GetValue(const Value* args, std::size_t, CallContext*, Value* out) {
  const int at = args[0].shape()->Find(args[1].text());
  *out = at < 0 ? Value() : args[0].fields()[at];
  return Fault::kNone;
}
Fault GetEntries(const Value* args, std::size_t, CallContext* context, Value* out) {
  static constexpr std::string_view kKeys[] = {"key", "value"};
  const Shape* pair = context->arena->NewShape(kKeys, 2);
  const std::size_t n = args[0].shape()->count;
  Value* fields = context->arena->NewValues(2 * n);
  if (pair == nullptr || fields == nullptr) return Fault::kMemory;
  std::vector<Value> entries;
  for (std::size_t i = 0; i < n; ++i) {
    fields[2 * i] = Value::Text(args[0].shape()->keys[i]);
    fields[2 * i + 1] = args[0].fields()[i];
    entries.push_back(Value::Context(fields + 2 * i, pair));
  }
  return GiveList(entries, context, out);
}
Fault MakeContext(const Value* args, std::size_t, CallContext* context, Value* out) {
  Entries made;
  for (std::size_t i = 0; i < args[0].size(); ++i) {
    const Value& entry = args[0][i];
    if (entry.kind() != Kind::kContext) return entry.IsNull() ? Fault::kNull : Fault::kWrongKind;
    const int key = entry.shape()->Find("key"), value = entry.shape()->Find("value");
    if (key < 0 || value < 0) return Fault::kInvalid;
    const Value& name = entry.fields()[key];
    if (name.kind() != Kind::kText) return name.IsNull() ? Fault::kNull : Fault::kWrongKind;
    if (std::find(made.keys.begin(), made.keys.end(), name.text()) != made.keys.end()) return Fault::kInvalid;
    made.Put(name.text(), entry.fields()[value]);
  }
  return made.Give(context, out);
}
Fault PutPath(const Value& into, const Value* keys, std::size_t n, const Value& value, CallContext* context, Value* out) {
  if (into.kind() != Kind::kContext) return into.IsNull() ? Fault::kNull : Fault::kWrongKind;
  if (n == 0) return Fault::kInvalid;
  if (keys[0].kind() != Kind::kText) return keys[0].IsNull() ? Fault::kNull : Fault::kWrongKind;
  Entries made;
  made.Add(into);
  Value put = value;
  if (n > 1) {  // what is not there is null, into which nothing can be put
    const int at = into.shape()->Find(keys[0].text());
    const Fault f = PutPath(at < 0 ? Value() : into.fields()[at], keys + 1, n - 1, value, context, &put);
    if (f != Fault::kNone) return f;
  }
  made.Put(keys[0].text(), put);
  return made.Give(context, out);
}
Fault ContextPut(const Value* args, std::size_t, CallContext* context, Value* out) {
  if (args[1].IsNull()) return Fault::kNull;
  const bool path = args[1].kind() == Kind::kList;
  return PutPath(args[0], path ? args[1].items() : args + 1, path ? args[1].size() : 1, args[2], context, out);
}
Fault ContextMerge(const Value* args, std::size_t, CallContext* context, Value* out) {
  Entries made;
  for (std::size_t i = 0; i < args[0].size(); ++i) {
    const Value& one = args[0][i];
    if (one.kind() != Kind::kContext) return one.IsNull() ? Fault::kNull : Fault::kWrongKind;
    made.Add(one);
  }
  return made.Give(context, out);
}

// The same in every part, kind and representation: what = calls equal across zones and offsets, to the second, is not.
bool Identical(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kInstant:
    case Kind::kTime: {
      if (a.clock() != b.clock() || (a.clock() == Clock::kZone && a.zone() != b.zone())) return false;
      return SameValue(a, b) && (a.kind() == Kind::kTime || a.instant().offset == b.instant().offset);
    }
    case Kind::kList:
      return a.size() == b.size() && std::equal(a.items(), a.items() + a.size(), b.items(), Identical);
    case Kind::kContext:
      if (a.shape()->count != b.shape()->count) return false;
      for (std::size_t i = 0; i < a.shape()->count; ++i) {
        const int k = b.shape()->Find(a.shape()->keys[i]);
        if (k < 0 || !Identical(a.fields()[i], b.fields()[k])) return false;
      }
      return true;
    case Kind::kRange: {
      const RangeValue &x = *a.range(), &y = *b.range();
      return x.form == y.form && x.low_closed == y.low_closed && x.high_closed == y.high_closed && Identical(x.low, y.low) && Identical(x.high, y.high);
    }
    default: return SameValue(a, b);
  }
}

}  // namespace

void AddContextBuiltins(BuiltinRows* rows) {
  rows->insert(rows->end(), {
      {"get value(m: context, key: text): any?", "the value of an entry, null when there is none", "某项的值，没有则为 null",
       GetValue},
      {"get entries(m: context): list", "the entries as a list of {key, value}", "各项，作为 {key, value} 的列表",
       GetEntries, TypeOfEntries},
      {"context(entries: list of context): context", "a context of a list of {key, value}",
       "由 {key, value} 的列表构成的上下文", MakeContext},
      {"context put(context: context, key: text, value: any?): context\n"
       "context put(context: context, keys: list of text, value: any?): context",
       "a context with one entry more or changed, also inside nested ones", "添加或更改一项的上下文，也可在嵌套之内",
       ContextPut},
      {"context merge(contexts: list of context): context", "the entries of all contexts; the later ones win",
       "合并各上下文的项；后者优先", ContextMerge},
      {"is(value1: any? = null, value2: any? = null): boolean", "whether two values are the same in kind and representation",
       "两个值的种类与表示是否相同",
       [](const Value* args, std::size_t n, CallContext*, Value* out) -> Fault {
         return GiveBoolean(Identical(n > 0 ? args[0] : Value(), n > 1 ? args[1] : Value()), out);
       }},
  });
}

}  // namespace ordain::feel
