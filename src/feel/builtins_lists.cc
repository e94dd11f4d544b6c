// Builtins of lists. Positions count from 1, or from the end from -1. Values are the same when FEEL's = says true of them, nulls
// among themselves too. See builtins.cc. Cost: sort n log n; distinct values, duplicate values and union n^2 (what is
// equal across zones and nested lists has no common order). Tested by tests/builtins_test.cc.
#include <algorithm>

#include "feel/builtins.hpp"

namespace ordain::feel {
namespace {

// ---- types --------------------------------------------------------------------------------------

Type SameList(const Types& types, const Complain&) { return types[0].NotNull(); }
Type SomeList(const Type& t) { return t.kind == Kind::kList ? t.NotNull() : Type::List(Type()); }
bool ItemsMeet(const Type& list, const Type& item, const Complain& complain) {
  if (list.item().kind == Kind::kAny || item.kind == Kind::kAny || item.kind == Kind::kNull || list.item().kind == item.kind) return true;
  complain("expected an item of type " + list.item().ToString() + ", found " + item.ToString());
  return false;
}
Type TypeOfContains(const Types& types, const Complain& complain) {
  ItemsMeet(types[0], types[1], complain);
  return Type::Of(Kind::kBoolean);
}
Type TypeOfIndexOf(const Types& types, const Complain& complain) {
  ItemsMeet(types[0], types[1], complain);
  return Type::List(Type::Of(Kind::kNumber, Unit::kInteger));
}
Type Widen(const Type& list, const Type& item) {  // the list type that holds both
  Type t = list.item().kind == Kind::kAny ? item : list.item();
  if (t.kind == Kind::kText && item.kind == Kind::kText) {
    const bool literal = item.literal;
    if (!literal && item.unit != t.unit) t = Type::Of(Kind::kText);
    else if (t.enumeration() != nullptr && (literal || item.enumeration() == nullptr)) t = Type::Of(Kind::kText, t.unit);
  }
  t.nullable = list.item().nullable || item.nullable;
  return Type::List(t);
}
Type TypeOfAppend(const Types& types, const Complain& complain) {
  Type t = SomeList(types[0]);
  for (std::size_t i = 1; i < types.size(); ++i) {
    ItemsMeet(types[0], types[i], complain);
    t = Widen(t, types[i]);
  }
  return t;
}
Type TypeOfConcatenate(const Types& types, const Complain& complain) {
  Type t = SomeList(types[0]);
  for (std::size_t i = 1; i < types.size(); ++i) {
    ItemsMeet(t, types[i].item(), complain);
    if (types[i].item().kind != Kind::kAny) t = Widen(t, types[i].item());
  }
  return t;
}
Type TypeOfFlatten(const Types& types, const Complain&) {
  Type t = types[0].item();
  while (t.kind == Kind::kList) t = t.item();
  return Type::List(t);
}
Type TypeOfInsert(const Types& types, const Complain& complain) {
  ItemsMeet(types[0], types[2], complain);
  return Widen(SomeList(types[0]), types[2]);
}
Type TypeOfSort(const Types& types, const Complain& complain) {
  const Kind k = types[0].item().kind;
  if (types.size() == 1 && (k == Kind::kBoolean || k == Kind::kList || k == Kind::kContext)) complain("no order among " + types[0].item().ToString());
  return types[0].NotNull();
}
Type TypeOfPlace(const Types& types, const Complain&) { return types[0].item().Nullable(); }

// ---- meaning ------------------------------------------------------------------------------------

std::vector<Value> ItemsOf(const Value& list) { return {list.items(), list.items() + list.size()}; }

bool Equal(const Value& a, const Value& b, const CallContext* context) {
  bool same = false;
  return EqualValues(a, b, &same, context->feel) == Fault::kNone && same;
}
bool Holds(const std::vector<Value>& items, const Value& v, const CallContext* context) {
  return std::any_of(items.begin(), items.end(), [&](const Value& i) { return Equal(i, v, context); });
}

// From 1 or -1 to an index from 0; false when there is none. past: the place behind the last counts too.
bool Position(const Value& v, const CallContext* context, std::size_t size, bool past, std::size_t* out) {
  std::int64_t at = 0;
  if (!Whole(v, context, &at) || at == 0) return false;
  const auto n = static_cast<std::int64_t>(size);
  if (at > n + 1 || at < -n) return false;
  at = at > 0 ? at - 1 : n + at;
  if (at == n && !past) return false;
  *out = static_cast<std::size_t>(at);
  return true;
}

Fault ListContains(const Value* args, std::size_t, CallContext* context, Value* out) {
  if (args[0].IsNull()) return Fault::kNull;
  bool found = false;
  for (std::size_t i = 0; i < args[0].size() && !found; ++i) found = Equal(args[0][i], args[1], context);
  return GiveBoolean(found, out);
}
Fault IndexOf(const Value* args, std::size_t, CallContext* context, Value* out) {
  if (args[0].IsNull()) return Fault::kNull;
  std::vector<Value> v;
  for (std::size_t i = 0; i < args[0].size(); ++i) {
    if (Equal(args[0][i], args[1], context)) v.push_back(Value::Number(Decimal(static_cast<std::int64_t>(i + 1))));
  }
  return GiveList(v, context, out);
}
Fault Append(const Value* args, std::size_t n, CallContext* context, Value* out) {
  if (args[0].IsNull()) return Fault::kNull;
  std::vector<Value> v = ItemsOf(args[0]);
  v.insert(v.end(), args + 1, args + n);
  return GiveList(v, context, out);
}
Fault Concatenate(const Value* args, std::size_t n, CallContext* context, Value* out) {
  std::vector<Value> v;
  for (std::size_t i = 0; i < n; ++i) v.insert(v.end(), args[i].items(), args[i].items() + args[i].size());
  return GiveList(v, context, out);
}
Fault Union(const Value* args, std::size_t n, CallContext* context, Value* out) {
  std::vector<Value> v;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < args[i].size(); ++k) {
      if (!Holds(v, args[i][k], context)) v.push_back(args[i][k]);
    }
  }
  return GiveList(v, context, out);
}
Fault Duplicates(const Value* args, std::size_t, CallContext* context, Value* out) {
  std::vector<Value> seen, v;
  for (std::size_t i = 0; i < args[0].size(); ++i) {
    const Value& item = args[0][i];
    if (!Holds(seen, item, context)) seen.push_back(item);
    else if (!Holds(v, item, context)) v.push_back(item);
  }
  return GiveList(v, context, out);
}
void FlattenInto(const Value& list, std::vector<Value>* out) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i].kind() == Kind::kList) FlattenInto(list[i], out);
    else out->push_back(list[i]);
  }
}
Fault Sublist(const Value* args, std::size_t n, CallContext* context, Value* out) {
  const std::size_t size = args[0].size();
  std::size_t start = 0;
  auto length = static_cast<std::int64_t>(size);
  if (!Position(args[1], context, size, !context->feel, &start) || (n > 2 && !Whole(args[2], context, &length)) || length < 0) return Fault::kInvalid;
  *out = Value::List(args[0].items() + start, static_cast<std::size_t>(std::min(length, static_cast<std::int64_t>(size - start))));
  return Fault::kNone;
}
Fault InsertBefore(const Value* args, std::size_t, CallContext* context, Value* out) {
  if (args[0].IsNull() || args[1].IsNull()) return Fault::kNull;
  std::size_t at = 0;
  if (!Position(args[1], context, args[0].size(), true, &at)) return Fault::kInvalid;
  std::vector<Value> v = ItemsOf(args[0]);
  v.insert(v.begin() + static_cast<std::ptrdiff_t>(at), args[2]);
  return GiveList(v, context, out);
}
Fault Remove(const Value* args, std::size_t, CallContext* context, Value* out) {
  std::size_t at = 0;
  if (!Position(args[1], context, args[0].size(), false, &at)) return Fault::kInvalid;
  std::vector<Value> v = ItemsOf(args[0]);
  v.erase(v.begin() + static_cast<std::ptrdiff_t>(at));
  return GiveList(v, context, out);
}
Fault ListReplace(const Value* args, std::size_t, CallContext* context, Value* out) {
  if (args[0].IsNull() || args[1].IsNull()) return Fault::kNull;
  std::vector<Value> v = ItemsOf(args[0]);
  if (args[1].kind() != Kind::kFunction) {
    std::size_t at = 0;
    if (!Position(args[1], context, v.size(), false, &at)) return Fault::kInvalid;
    v[at] = args[2];
    return GiveList(v, context, out);
  }
  for (Value& item : v) {
    const Value pair[] = {item, args[2]};
    Value matches;
    const Fault f = context->Apply(args[1], pair, 2, &matches);
    if (f != Fault::kNone) return f;
    if (matches.kind() != Kind::kBoolean) return matches.IsNull() ? Fault::kNull : Fault::kWrongKind;
    if (matches.boolean()) item = args[2];
  }
  return GiveList(v, context, out);
}

// Merges sorted halves; stops at the first fault. A function that orders nothing sensibly gives some order and no harm.
template <class Precedes>
Fault MergeSort(std::vector<Value>* v, const Precedes& precedes) {
  std::vector<Value> merged(v->size());
  for (std::size_t width = 1; width < v->size(); width *= 2) {
    for (std::size_t begin = 0; begin < v->size(); begin += 2 * width) {
      const std::size_t middle = std::min(begin + width, v->size()), end = std::min(begin + 2 * width, v->size());
      for (std::size_t i = begin, k = middle, to = begin; to < end; ++to) {
        bool second = i == middle;
        if (i < middle && k < end) {
          const Fault f = precedes((*v)[k], (*v)[i], &second);
          if (f != Fault::kNone) return f;
        }
        merged[to] = second ? (*v)[k++] : (*v)[i++];
      }
    }
    v->swap(merged);
  }
  return Fault::kNone;
}
Fault Sort(const Value* args, std::size_t n, CallContext* context, Value* out) {
  std::vector<Value> v = ItemsOf(args[0]);
  const Fault f = MergeSort(&v, [&](const Value& a, const Value& b, bool* before) {
    if (n == 1) {
      int c = 0;
      const Fault compared = CompareValues(a, b, &c, context->feel);
      *before = c < 0;
      return compared;
    }
    const Value pair[] = {a, b};
    Value answer;
    const Fault applied = context->Apply(args[1], pair, 2, &answer);
    if (applied != Fault::kNone) return applied;
    if (answer.kind() != Kind::kBoolean) return answer.IsNull() ? Fault::kNull : Fault::kWrongKind;
    *before = answer.boolean();
    return Fault::kNone;
  });
  return f != Fault::kNone ? f : GiveList(v, context, out);
}

Fault Ranks(const Value* args, std::size_t, CallContext* context, Value* out) {
  const Value& list = args[0];
  const int better = args[1].IsTrue() ? 1 : -1;
  std::vector<Value> sorted = ItemsOf(list), places;
  Fault fault = MergeSort(&sorted, [&](const Value& a, const Value& b, bool* before) {
    int c = 0;
    const Fault f = CompareValues(a, b, &c);
    *before = c == better;
    return f;
  });
  if (fault != Fault::kNone) return fault;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto it = std::lower_bound(sorted.begin(), sorted.end(), list[i], [&](const Value& a, const Value& b) {
      int c = 0;
      const Fault f = CompareValues(a, b, &c);
      if (f != Fault::kNone) fault = f;
      return c == better;
    });
    places.push_back(Value::Number(Decimal(static_cast<std::int64_t>(it - sorted.begin() + 1))));
  }
  return fault != Fault::kNone ? fault : GiveList(places, context, out);
}
Fault AloneAtPlace(const Value* args, std::size_t, CallContext*, Value* out) {
  Value alone;
  int found = 0;
  for (std::size_t i = 0; i < args[0].size() && i < args[1].size(); ++i) {
    if (!SameValue(args[1][i], args[2])) continue;
    alone = args[0][i];
    ++found;
  }
  *out = found == 1 ? alone : Value();
  return Fault::kNone;
}
Fault FirstAtPlace(const Value* args, std::size_t, CallContext* context, Value* out) {
  *out = Value();
  std::int64_t wanted = 0;
  if (!Whole(args[2], context, &wanted)) return Fault::kInvalid;
  for (std::size_t i = 0; i < args[0].size() && i < args[1].size(); ++i) {
    std::int64_t place = 0;
    if (!Whole(args[1][i], context, &place)) return Fault::kInvalid;
    for (std::size_t k = 0; k < i; ++k) place += SameValue(args[1][k], args[1][i]) ? 1 : 0;
    if (place == wanted) *out = args[0][i];
  }
  return Fault::kNone;
}
Fault AllAtPlace(const Value* args, std::size_t, CallContext* context, Value* out) {
  std::vector<Value> v;
  for (std::size_t i = 0; i < args[0].size() && i < args[1].size(); ++i) {
    if (SameValue(args[1][i], args[2])) v.push_back(args[0][i]);
  }
  return GiveList(v, context, out);
}

}  // namespace

void AddListBuiltins(BuiltinRows* rows) {
  rows->insert(rows->end(), {
      {"list contains(list: list, element: any?): boolean", "whether a value is in a list", "列表是否含有某值",
       ListContains, TypeOfContains},
      {"list replace(list: list, position: number, newItem: any?): list\n"
       "list replace(list: list, match: function, newItem: any?): list",
       "a list with one item replaced, or all for which match(item, newItem) is true",
       "替换一项，或替换所有使 match(item, newItem) 为真的项", ListReplace, TypeOfInsert},
      {"count(list: list): integer", "the number of items", "项数",
       [](const Value* args, std::size_t, CallContext*, Value* out) -> Fault { return GiveInteger(static_cast<std::int64_t>(args[0].size()), out); }},
      {"sublist(list: list, start position: number, length: number = all): list",
       "the items from a position, to the end or so many", "从某位置起的项，到末尾或指定个数", Sublist, SameList},
      {"append(list: list, item...: any?): list", "a list with items at its end", "在末尾添加项", Append, TypeOfAppend},
      {"concatenate(list...: list): list", "lists one behind the other", "连接多个列表", Concatenate, TypeOfConcatenate},
      {"insert before(list: list, position: number, newItem: any?): list", "a list with one more item", "在某位置之前插入一项",
       InsertBefore, TypeOfInsert},
      {"remove(list: list, position: number): list", "a list without one item", "去掉一项", Remove, SameList},
      {"reverse(list: list): list", "from the end", "倒序",
       [](const Value* args, std::size_t, CallContext* context, Value* out) -> Fault {
         std::vector<Value> v = ItemsOf(args[0]);
         std::reverse(v.begin(), v.end());
         return GiveList(v, context, out);
       },
       SameList},
      {"index of(list: list, match: any?): list of integer", "the positions of a value", "某值的所有位置",
       IndexOf, TypeOfIndexOf},
      {"union(list...: list): list", "the distinct values of all lists", "所有列表中的不同值", Union, TypeOfConcatenate},
      {"distinct values(list: list): list", "each value once, in the order of first appearance", "每个值一次，按首次出现的顺序",
       Union, SameList},
      {"duplicate values(list: list): list", "each value that comes more than once, once (ordain)",
       "出现多次的值，各一次（ordain）", Duplicates, SameList},
      {"flatten(list: list): list", "nested lists as one", "展开嵌套列表",
       [](const Value* args, std::size_t, CallContext* context, Value* out) -> Fault {
         std::vector<Value> v;
         FlattenInto(args[0], &v);
         return GiveList(v, context, out);
       },
       TypeOfFlatten},
      {"sort(list: list): list\nsort(list: list, precedes: function): list",
       "in rising order, or in the order of precedes(a, b); equal items stay in theirs",
       "按升序，或按 precedes(a, b) 的顺序；相等的项保持原序", Sort, TypeOfSort},
      {"ranks(list: list of point, descending: boolean): list of integer",
       "for each item its place: 1 + the number of better items (ordain)", "每项的名次：1 加更好的项数（ordain）", Ranks},
      {"alone at place(list: list, places: list, place: number): any",
       "the only item with this place, null when there is none or several (ordain)",
       "唯一处于该名次的项，没有或有多个则为 null（ordain）", AloneAtPlace, TypeOfPlace},
      {"first at place(list: list, places: list, place: number): any",
       "the item that is at this place when of equal ones the earlier goes first (ordain)",
       "并列时先出现者在前，处于该名次的项（ordain）", FirstAtPlace, TypeOfPlace},
      {"all at place(list: list, places: list, place: number): list", "all items with this place (ordain)",
       "处于该名次的所有项（ordain）", AllAtPlace, SameList},
  });
}

}  // namespace ordain::feel
