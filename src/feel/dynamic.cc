// What expressions mean where types are not known before evaluation (imported models): unary tests over any value, items of
// whatever is iterated over, entries of whatever a path starts at, conformance of values to types (DMN 1.5, 10.3.2.9).
// Shared by the engine and the reference evaluator's look-ups; the typed pipeline never comes here.
// Tested by tests/feel_test.cc and by the conformance kit (tests/tck_test.cc).
#include "feel/feel.hpp"

namespace ordain::feel {

Fault CheckRange(const RangeValue& range) {
  const Value &low = range.low, &high = range.high;
  const auto ordered = [](const Value& v) {
    switch (v.kind()) {
      case Kind::kBoolean:
      case Kind::kList:
      case Kind::kContext:
      case Kind::kRange:
      case Kind::kFunction: return false;
      default: return true;
    }
  };
  const bool equality = range.form == RangeValue::Form::kEqual || range.form == RangeValue::Form::kNotEqual;
  if (equality) return Fault::kNone;
  if (!ordered(low) || !ordered(high)) return Fault::kWrongKind;
  if (range.form != RangeValue::Form::kInterval) return low.IsNull() && high.IsNull() ? Fault::kNull : Fault::kNone;
  if (low.IsNull() || high.IsNull()) return Fault::kNone;
  int c = 0;
  const Fault fault = CompareValues(low, high, &c, true);
  if (fault != Fault::kNone) return fault;
  return c > 0 ? Fault::kInvalid : Fault::kNone;
}

Fault TestValue(const Value& v, const Value& test, Value* out) {
  const auto in_range = [](const Value& value, const RangeValue& range, bool* in) {
    const bool open_end = range.form == RangeValue::Form::kInterval && (range.low.IsNull() || range.high.IsNull());
    return value.IsNull() || open_end ? Fault::kNull : InRange(value, range, in, true);
  };
  bool holds = false;
  if (test.kind() == Kind::kRange && v.kind() != Kind::kRange) {
    const Fault fault = in_range(v, *test.range(), &holds);
    if (fault == Fault::kNone) *out = Value::Boolean(holds);
    return fault;
  }
  if (test.kind() == Kind::kBoolean && v.kind() != Kind::kBoolean) {  // a condition by itself
    *out = test;
    return Fault::kNone;
  }
  if (test.kind() == Kind::kList) {
    for (std::size_t i = 0; !holds && i < test.size(); ++i) {
      const Value& item = test[i];
      if (item.kind() == Kind::kRange && v.kind() != Kind::kRange) {
        if (in_range(v, *item.range(), &holds) != Fault::kNone) holds = false;
      } else if (EqualValues(v, item, &holds, true) != Fault::kNone) {
        holds = false;
      }
    }
    if (!holds && v.kind() == Kind::kList && EqualValues(v, test, &holds, true) != Fault::kNone) holds = false;
    *out = Value::Boolean(holds);
    return Fault::kNone;
  }
  const Fault fault = EqualValues(v, test, &holds, true);
  if (fault == Fault::kNone) *out = Value::Boolean(holds);
  return fault;
}

Fault RangeItems(const RangeValue& range, bool either_way, std::size_t max_items, CallContext* context, Value* out) {
  const Value &low = range.low, &high = range.high;
  if (low.IsNull() || high.IsNull()) return Fault::kNull;
  if (low.kind() != high.kind()) return Fault::kWrongKind;
  std::int64_t from = 0, to = 0;
  if (low.kind() == Kind::kNumber) {
    if (!low.number().ToInt64(&from) || !high.number().ToInt64(&to)) return Fault::kInvalid;
  } else if (low.kind() == Kind::kDate) {
    from = low.date().days;
    to = high.date().days;
  } else {
    return Fault::kWrongKind;
  }
  if (from > to && !either_way) return Fault::kInvalid;
  const bool up = from <= to;
  std::uint64_t n = up ? static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from)
                       : static_cast<std::uint64_t>(from) - static_cast<std::uint64_t>(to);  // one less than there are
  if (n >= max_items) return Fault::kMemory;
  ++n;
  if (!range.low_closed) from += up ? 1 : -1, --n;
  if (!range.high_closed && n > 0) --n;
  Value* items = context->arena->NewValues(n);
  if (items == nullptr) return Fault::kMemory;
  for (std::uint64_t k = 0; k < n; ++k) {
    const std::int64_t at = up ? from + static_cast<std::int64_t>(k) : from - static_cast<std::int64_t>(k);
    items[k] = low.kind() == Kind::kDate ? Value::OfDate({at}) : Value::Number(Decimal(at));
  }
  *out = Value::List(items, n);
  return Fault::kNone;
}

Fault ItemsOf(const Value& v, bool iterate, std::size_t max_items, CallContext* context, Value* out) {
  if (v.kind() == Kind::kList || (v.IsNull() && !iterate)) {
    *out = v;
    return Fault::kNone;
  }
  if (v.IsNull()) return Fault::kNull;
  if (v.kind() == Kind::kRange && iterate) return RangeItems(*v.range(), false, max_items, context, out);
  Value* item = context->arena->NewValues(1);
  if (item == nullptr) return Fault::kMemory;
  *item = v;
  *out = Value::List(item, 1);
  return Fault::kNone;
}

Fault EntryOf(const Value& v, std::string_view name, CallContext* context, Value* out) {
  switch (v.kind()) {
    case Kind::kNull: return Fault::kNull;
    case Kind::kContext: {
      const int field = v.shape()->Find(name);
      if (field < 0) return Fault::kInvalid;
      *out = v.fields()[field];
      return Fault::kNone;
    }
    case Kind::kList: {
      Value* items = context->arena->NewValues(v.size());
      if (items == nullptr) return Fault::kMemory;
      for (std::size_t i = 0; i < v.size(); ++i) {
        if (v[i].kind() == Kind::kList) return Fault::kWrongKind;
        const Fault fault = EntryOf(v[i], name, context, &items[i]);
        if (fault == Fault::kMemory) return fault;
        if (fault != Fault::kNone) items[i] = Value();
      }
      *out = Value::List(items, v.size());
      return Fault::kNone;
    }
    default: return Property(v, name, context, out);
  }
}

// ---- types ------------------------------------------------------------------------------------------

namespace {

bool Conforms(const Type& from, const Type& to) {
  if (to.kind == Kind::kAny || from.kind == Kind::kNull) return true;
  if (from.kind == Kind::kAny) return true;  // not known: told when it is used
  if (from.kind != to.kind) return from.kind == Kind::kDate && to.kind == Kind::kInstant;
  if (to.detail == nullptr || from.detail == nullptr) return true;
  switch (to.kind) {
    case Kind::kList:
    case Kind::kRange: return Conforms(from.item(), to.item());
    case Kind::kContext:
      for (std::size_t i = 0; i < to.detail->count; ++i) {
        const int field = from.FieldIndex(to.detail->keys[i]);
        if (field < 0 || !Conforms(from.field(field), to.detail->items[i])) return false;
      }
      return true;
    case Kind::kFunction:
      if (from.detail->items.size() != to.detail->items.size()) return false;
      for (std::size_t i = 0; i + 1 < to.detail->items.size(); ++i) {  // parameters the other way round
        if (!Conforms(to.detail->items[i], from.detail->items[i])) return false;
      }
      return Conforms(from.detail->items.back(), to.detail->items.back());
    default: return true;
  }
}

bool Has(const Value& v, const Type& type, bool inside) {
  if (v.IsNull()) return inside || type.kind == Kind::kNull;
  if (type.kind == Kind::kAny) return true;
  if (v.kind() != type.kind) return false;
  if (type.detail == nullptr) return true;
  switch (type.kind) {
    case Kind::kList:
      for (std::size_t i = 0; i < v.size(); ++i) {
        if (!Has(v[i], type.item(), true)) return false;
      }
      return true;
    case Kind::kContext:
      for (std::size_t i = 0; i < type.detail->count; ++i) {
        const int field = v.shape()->Find(type.detail->keys[i]);
        if (field < 0 || !Has(v.fields()[field], type.detail->items[i], true)) return false;
      }
      return true;
    case Kind::kRange: return Has(v.range()->low, type.item(), true) && Has(v.range()->high, type.item(), true);
    case Kind::kFunction: {
      if (type.detail->items.empty()) return true;  // any function
      const FunctionValue& f = *v.function();
      if (f.type != nullptr) return Conforms(*f.type, type);
      if (f.builtin < 0) return true;
      for (const Form& form : Builtins()[static_cast<std::size_t>(f.builtin)].forms) {
        const std::size_t n = type.detail->items.size() - 1;
        if (n >= form.min_args && n <= form.max_args) return true;
      }
      return false;
    }
    default: return true;
  }
}

}  // namespace

bool HasType(const Value& v, const Type& type) { return Has(v, type, false); }

Fault Conform(const Value& v, const Type& type, CallContext* context, Value* out) {
  if (v.IsNull() || Has(v, type, true)) {
    *out = v;
    return Fault::kNone;
  }
  if (type.kind == Kind::kInstant && v.kind() == Kind::kDate) {
    *out = Value::OfInstant({v.date().days * 86400, 0, 0});
    return Fault::kNone;
  }
  if (v.kind() == Kind::kList && v.size() == 1 && type.kind != Kind::kList && !v[0].IsNull()) {
    if (!Has(v[0], type, true)) return Fault::kWrongKind;
    *out = v[0];
    return Fault::kNone;
  }
  if (type.kind == Kind::kList && v.kind() != Kind::kList && (type.detail == nullptr || Has(v, type.item(), true))) {
    Value* item = context->arena->NewValues(1);
    if (item == nullptr) return Fault::kMemory;
    *item = v;
    *out = Value::List(item, 1);
    return Fault::kNone;
  }
  return Fault::kWrongKind;
}

Fault CallExternal(const Value& which, const Value* args, std::size_t count, CallContext* context, Value* out) {
  const auto entry = [](const Value& v, std::string_view key) {
    const int at = v.kind() == Kind::kContext ? v.shape()->Find(key) : -1;
    return at < 0 ? Value() : v.fields()[at];
  };
  const Value inner = entry(which, "java"), of = inner.IsNull() ? which : inner;
  const Value type = entry(of, "class"), signature = entry(of, "method signature");
  if (context->host == nullptr || type.kind() != Kind::kText || signature.kind() != Kind::kText) return Fault::kNoFunction;
  return context->host->Call(type.text(), signature.text(), args, count, context->arena, out) ? Fault::kNone : Fault::kNoFunction;
}

}  // namespace ordain::feel
