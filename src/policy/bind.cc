// JSON into typed values. One walk over type and node together; every problem inside a value is
// reported, not only the first, because a caller wants to mend a record once. The refusals follow the
// contract of the case files: absent or null is missing_fact, anything outside the declared type
// (kind, list of texts, bounds, whole numbers, digits of money) is wrong_type.
// Tested by tests/bind_test.cc and by the case files.
#include "policy/bind.hpp"

#include <algorithm>

namespace ordain::policy {
namespace {

std::size_t CodePoints(std::string_view text) {
  std::size_t n = 0;
  for (const char c : text) n += (static_cast<unsigned char>(c) & 0xC0u) != 0x80u;
  return n;
}

bool IsYearMonth(std::string_view s) {
  Date day;
  return s.size() == 7 && Date::Parse(std::string(s) + "-01", &day);
}

// Bounds, wholeness and digits of a number.
bool NumberFits(const Decimal& n, const Type& type, int money_scale) {
  if (type.unit == Unit::kInteger && !n.IsInteger()) return false;
  if (type.unit == Unit::kMoney && n.exponent() < -money_scale && Reduce(n).exponent() < -money_scale) return false;
  const TypeDetail* d = type.detail.get();
  if (d == nullptr) return true;
  if (d->not_zero && n.IsZero()) return false;
  if (d->has_min && (d->min_open ? Compare(n, d->min) <= 0 : Compare(n, d->min) < 0)) return false;
  if (d->has_max && (d->max_open ? Compare(n, d->max) >= 0 : Compare(n, d->max) > 0)) return false;
  return true;
}

bool TextFits(std::string_view s, const Type& type) {
  if (IsParty(type.unit) && s.empty()) return false;
  if (type.unit == Unit::kYearMonth && !IsYearMonth(s)) return false;
  const TypeDetail* d = type.detail.get();
  if (d == nullptr) return true;
  if (!d->one_of.empty() && std::find(d->one_of.begin(), d->one_of.end(), s) == d->one_of.end()) return false;
  return d->length == 0 || CodePoints(s) == d->length;
}

std::string Found(const json::Node& node) {
  switch (node.type) {
    case json::NodeType::kString: {
      std::string s;
      json::AppendString(node.text.size() > 60 ? std::string_view(node.text).substr(0, 60) : node.text, &s);
      return s;
    }
    case json::NodeType::kNumber: return node.text;
    case json::NodeType::kBoolean: return node.boolean ? "true" : "false";
    default: return std::string(json::NodeTypeName(node.type));
  }
}

class Binder {
 public:
  Binder(int money_scale, Arena* arena, std::vector<BindProblem>* problems)
      : money_scale_(money_scale), arena_(arena), problems_(problems) {}

  bool Bind(const json::Node& node, const Type& type, const std::string& path, Value* out) {
    *out = Value();
    if (node.type == json::NodeType::kNull) {
      if (type.nullable || type.kind == Kind::kAny) return true;
      problems_->push_back({Code::kMissingFact, path, Describe(type), "null", node.span});
      return false;
    }
    switch (type.kind) {
      case Kind::kBoolean:
        if (node.type != json::NodeType::kBoolean) return Wrong(node, type, path);
        *out = Value::Boolean(node.boolean);
        return true;
      case Kind::kNumber: {
        Decimal n;
        bool exact = true;
        if (node.type != json::NodeType::kNumber || Decimal::Parse(node.text, &n, &exact) != DecimalStatus::kOk ||
            !exact || !NumberFits(n, type, money_scale_)) {
          return Wrong(node, type, path);
        }
        *out = Value::Number(n);
        return true;
      }
      case Kind::kText:
        if (node.type != json::NodeType::kString || !TextFits(node.text, type)) return Wrong(node, type, path);
        return CopyText(node, path, out);
      case Kind::kDate: {
        Date d;
        if (node.type != json::NodeType::kString || !Date::Parse(node.text, &d)) return Wrong(node, type, path);
        *out = Value::OfDate(d);
        return true;
      }
      case Kind::kInstant: {
        Instant i;
        if (node.type != json::NodeType::kString || !Instant::Parse(node.text, &i)) return Wrong(node, type, path);
        *out = Value::OfInstant(i);
        return true;
      }
      case Kind::kDuration: {
        Duration d;
        if (node.type != json::NodeType::kString || !Duration::Parse(node.text, &d)) return Wrong(node, type, path);
        *out = Value::OfDuration(d);
        return true;
      }
      case Kind::kTime: {
        feel::CallContext calls(arena_);
        if (node.type != json::NodeType::kString || feel::ReadTime(node.text, &calls, out) != feel::Fault::kNone) return Wrong(node, type, path);
        return true;
      }
      case Kind::kMonths: {
        Months m;
        if (node.type != json::NodeType::kString || !Months::Parse(node.text, &m)) return Wrong(node, type, path);
        *out = Value::OfMonths(m);
        return true;
      }
      case Kind::kList: return type.detail->map ? BindMap(node, type, path, out) : BindList(node, type, path, out);
      case Kind::kContext: return BindRecord(node, type, path, out);
      default: return Wrong(node, type, path);
    }
  }

 private:
  bool Wrong(const json::Node& node, const Type& type, const std::string& path) {
    problems_->push_back({Code::kWrongType, path, Describe(type), Found(node), node.span});
    return false;
  }
  bool Memory(const json::Node& node, const std::string& path) {
    problems_->push_back({Code::kLimitExceeded, path, "memory of one decision", "", node.span});
    return false;
  }
  bool CopyText(const json::Node& node, const std::string& path, Value* out) {
    const std::string_view copy = arena_->Copy(node.text);
    if (copy.data() == nullptr) return Memory(node, path);
    *out = Value::Text(copy);
    return true;
  }
  bool BindList(const json::Node& node, const Type& type, const std::string& path, Value* out) {
    if (node.type != json::NodeType::kArray) return Wrong(node, type, path);
    Value* items = arena_->NewValues(node.items.size());
    if (items == nullptr) return Memory(node, path);
    bool good = true;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      good &= Bind(node.items[i], type.item(), json::Child(path, i), &items[i]);
    }
    if (good) *out = Value::List(items, node.items.size());
    return good;
  }
  // An object whose keys are not fixed: a list of {key, value} in the order of the text.
  bool BindMap(const json::Node& node, const Type& type, const std::string& path, Value* out) {
    if (node.type != json::NodeType::kObject) return Wrong(node, type, path);
    const Type& entry = type.item();
    const std::size_t n = node.members.size();
    Value* entries = arena_->NewValues(n);
    Value* fields = arena_->NewValues(2 * n);
    if (entries == nullptr || fields == nullptr) return Memory(node, path);
    bool good = true;
    for (std::size_t i = 0; i < n; ++i) {
      const json::Member& m = node.members[i];
      const std::string member_path = json::Child(path, m.key);
      if (!TextFits(m.key, entry.field(0))) {
        std::string found;
        json::AppendString(m.key, &found);
        problems_->push_back({Code::kWrongType, member_path, "a key, " + Describe(entry.field(0)), found, m.key_span});
        good = false;
        continue;
      }
      const std::string_view key = arena_->Copy(m.key);
      if (key.data() == nullptr) return Memory(node, path);
      fields[2 * i] = Value::Text(key);
      good &= Bind(m.value, entry.field(1), member_path, &fields[2 * i + 1]);
      entries[i] = Value::Context(&fields[2 * i], entry.detail.get());
    }
    if (good) *out = Value::List(entries, n);
    return good;
  }
  bool BindRecord(const json::Node& node, const Type& type, const std::string& path, Value* out) {
    if (node.type != json::NodeType::kObject) return Wrong(node, type, path);
    const std::size_t n = type.detail->items.size();
    Value* fields = arena_->NewValues(n);
    if (fields == nullptr) return Memory(node, path);
    bool good = true;
    for (std::size_t i = 0; i < n; ++i) {
      const std::string field_path = json::Child(path, type.detail->names()[i]);
      if (const json::Node* field = node.Find(type.detail->names()[i])) {
        good &= Bind(*field, type.detail->items[i], field_path, &fields[i]);
      } else if (!type.detail->items[i].nullable) {
        problems_->push_back({Code::kMissingFact, field_path, Describe(type.detail->items[i]), "", node.span});
        good = false;
      }
    }
    for (const json::Member& m : node.members) {
      if (type.FieldIndex(m.key) >= 0) continue;
      problems_->push_back({Code::kUnknownFact, json::Child(path, m.key), "", m.key, m.key_span});
      good = false;
    }
    if (good) *out = Value::Context(fields, type.detail.get());
    return good;
  }

  int money_scale_;
  Arena* arena_;
  std::vector<BindProblem>* problems_;
};

}  // namespace

std::string Describe(const Type& type) {
  std::string s;
  const TypeDetail* d = type.detail.get();
  if (type.kind == Kind::kText && d != nullptr && !d->one_of.empty()) {
    s = "one of ";
    for (std::size_t i = 0; i < d->one_of.size(); ++i) s += (i ? ", " : "") + d->one_of[i];
    return s;
  }
  if (type.kind == Kind::kList) return d->map ? "an object of " + type.item().field(1).ToString() : "a list of " + type.item().ToString();
  s = type.NotNull().ToString();
  if (d != nullptr) {
    if (d->length != 0) s += " of " + std::to_string(d->length) + " characters";
    if (d->has_min) s += (d->min_open ? " above " : " from ") + d->min.ToString();
    if (d->has_max) s += (d->max_open ? " below " : " to ") + d->max.ToString();
    if (d->not_zero) s += ", not 0";
  }
  return s;
}

bool BindValue(const json::Node& node, const Type& type, int money_scale, Arena* arena, const std::string& path,
               Value* out, std::vector<BindProblem>* problems) {
  return Binder(money_scale, arena, problems).Bind(node, type, path, out);
}

bool BindAny(const json::Node& node, const Type& type, feel::ZoneCache* zones, Arena* arena, const std::string& path, Value* out,
             std::vector<BindProblem>* problems) {
  const auto memory = [&] {
    problems->push_back({Code::kLimitExceeded, path, "memory of one decision", "", node.span});
    return false;
  };
  *out = Value();
  switch (node.type) {
    case json::NodeType::kNull: return true;
    case json::NodeType::kBoolean: *out = Value::Boolean(node.boolean); return true;
    case json::NodeType::kNumber: {
      Decimal n;
      bool exact = true;
      if (Decimal::Parse(node.text, &n, &exact) != DecimalStatus::kOk || !exact) {
        problems->push_back({Code::kWrongType, path, "a number of at most 34 digits", Found(node), node.span});
        return false;
      }
      *out = Value::Number(n);
      return true;
    }
    case json::NodeType::kString: {
      feel::CallContext calls(arena);
      calls.zones = zones;
      feel::Fault fault = feel::Fault::kInvalid;
      if (type.kind == Kind::kTime) fault = feel::ReadTime(node.text, &calls, out);
      if (type.kind == Kind::kInstant) fault = feel::ReadDateAndTime(node.text, &calls, out);
      if (type.kind == Kind::kDate || type.kind == Kind::kDuration || type.kind == Kind::kMonths) fault = feel::ReadTemporal(node.text, &calls, out);
      if (fault == feel::Fault::kNone) return true;
      const std::string_view copy = arena->Copy(node.text);
      if (copy.data() == nullptr) return memory();
      *out = Value::Text(copy);
      return true;
    }
    case json::NodeType::kArray: {
      const Type item = type.kind == Kind::kList ? type.item() : Type();
      Value* items = arena->NewValues(node.items.size());
      if (items == nullptr) return memory();
      bool good = true;
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        good &= BindAny(node.items[i], item, zones, arena, json::Child(path, i), &items[i], problems);
      }
      if (good) *out = Value::List(items, node.items.size());
      return good;
    }
    case json::NodeType::kObject: {
      std::vector<std::string_view> keys;
      for (const json::Member& m : node.members) keys.push_back(m.key);
      const Shape* shape = arena->NewShape(keys.data(), keys.size());
      Value* fields = arena->NewValues(keys.size());
      if (shape == nullptr || fields == nullptr) return memory();
      bool good = true;
      for (std::size_t i = 0; i < keys.size(); ++i) {
        const int at = type.kind == Kind::kContext && type.detail != nullptr ? type.FieldIndex(keys[i]) : -1;
        good &= BindAny(node.members[i].value, at >= 0 ? type.field(at) : Type(), zones, arena, json::Child(path, std::string(keys[i])), &fields[i], problems);
      }
      if (good) *out = Value::Context(fields, shape);
      return good;
    }
  }
  return true;
}

bool CheckValue(const Value& value, const Type& type, int money_scale, std::string* expected) {
  bool good = true;
  if (value.IsNull()) {
    good = type.nullable || type.kind == Kind::kAny;
  } else if (value.kind() != type.kind) {
    good = type.kind == Kind::kAny;
  } else {
    switch (type.kind) {
      case Kind::kNumber: good = NumberFits(value.number(), type, money_scale); break;
      case Kind::kText: good = TextFits(value.text(), type); break;
      case Kind::kList:
        for (std::size_t i = 0; i < value.size() && good; ++i) {
          if (!CheckValue(value[i], type.item(), money_scale, expected)) return false;
          for (std::size_t k = 0; type.detail->map && k < i; ++k) good &= value[k].fields()[0].text() != value[i].fields()[0].text();
        }
        break;
      case Kind::kContext:
        good = value.shape() != nullptr && std::equal(value.shape()->keys, value.shape()->keys + value.shape()->count, type.detail->keys, type.detail->keys + type.detail->count);
        for (std::size_t i = 0; good && i < type.detail->items.size(); ++i) {
          if (!CheckValue(value.fields()[i], type.detail->items[i], money_scale, expected)) return false;
        }
        break;
      default: break;
    }
  }
  if (!good && expected != nullptr) *expected = Describe(type);
  return good;
}

}  // namespace ordain::policy
