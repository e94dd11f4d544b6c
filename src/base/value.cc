// Types, values, arenas. See value.hpp. Tested by tests/value_test.cc.
#include "ordain/value.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

#include "ordain/json.hpp"

namespace ordain {

std::string_view KindName(Kind kind) {
  static constexpr std::string_view kNames[] = {"null", "boolean", "number", "text", "date", "time", "date and time",
                                                "days and time duration", "years and months duration", "list", "context",
                                                "range", "function", "any"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view UnitName(Unit unit) {
  static constexpr std::string_view kNames[] = {"", "integer", "money", "percent", "points", "person", "team",
                                                "department", "institution", "year_month"};
  return kNames[static_cast<std::size_t>(unit)];
}

int Shape::Find(std::string_view name) const {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<int>(i);
  }
  return -1;
}

// ---- Type ---------------------------------------------------------------------------------------

Type Type::List(Type item) {
  Type t = Of(Kind::kList);
  auto d = std::make_shared<TypeDetail>();
  item.literal = false;
  d->items.push_back(std::move(item));
  t.detail = std::move(d);
  return t;
}

Type Type::Range(Type endpoint) {
  Type t = List(std::move(endpoint));
  t.kind = Kind::kRange;
  return t;
}

Type Type::Context(std::vector<std::pair<std::string, Type>> fields) {
  Type t = Of(Kind::kContext);
  auto d = std::make_shared<TypeDetail>();
  for (auto& [name, type] : fields) {
    d->names.push_back(std::move(name));
    d->items.push_back(std::move(type));
  }
  t.detail = std::move(d);
  return t;
}

Type Type::Enumeration(std::vector<std::string> values) {
  Type t = Of(Kind::kText);
  auto d = std::make_shared<TypeDetail>();
  d->one_of = std::move(values);
  t.detail = std::move(d);
  return t;
}

const Type& Type::item() const {
  static const Type kUnknown;
  return detail && !detail->items.empty() ? detail->items[0] : kUnknown;
}
int Type::FieldIndex(std::string_view name) const {
  return kind == Kind::kContext && detail ? detail->Find(name) : -1;
}
const Type& Type::field(int index) const { return detail->items[static_cast<std::size_t>(index)]; }
const std::vector<std::string>* Type::enumeration() const {
  return kind == Kind::kText && detail && !detail->one_of.empty() ? &detail->one_of : nullptr;
}

std::string Type::ToString() const {
  std::string s;
  if (kind == Kind::kList || kind == Kind::kRange) {
    s = (kind == Kind::kList ? "list of " : "range of ") + item().ToString();
  } else if (kind == Kind::kContext && detail) {
    s = "{";
    for (std::size_t i = 0; i < detail->names.size(); ++i) {
      s += (i ? ", " : "") + detail->names[i] + ": " + detail->items[i].ToString();
    }
    s += "}";
  } else if (unit != Unit::kNone) {
    s = std::string(UnitName(unit));
  } else {
    s = std::string(KindName(kind));
  }
  return nullable && kind != Kind::kNull && kind != Kind::kAny ? s + "?" : s;
}

// ---- Value --------------------------------------------------------------------------------------

namespace {

void Append(const Value& v, bool json, std::string* out) {
  const auto quoted = [&](const std::string& text, const char* before, const char* after) {
    *out += before;
    *out += text;
    *out += after;
  };
  const char* open = json ? "\"" : "@\"";
  switch (v.kind()) {
    case Kind::kNull: *out += "null"; break;
    case Kind::kBoolean: *out += v.boolean() ? "true" : "false"; break;
    case Kind::kNumber: *out += v.number().ToString(); break;
    case Kind::kText: json::AppendString(v.text(), out); break;
    case Kind::kDate: quoted(v.date().ToString(), open, "\""); break;
    case Kind::kInstant: quoted(v.instant().ToString(), open, "\""); break;
    case Kind::kDuration: quoted(v.duration().ToString(), open, "\""); break;
    case Kind::kMonths: quoted(v.months().ToString(), open, "\""); break;
    case Kind::kList:
      *out += '[';
      for (std::size_t i = 0; i < v.size(); ++i) {
        if (i != 0) *out += ", ";
        Append(v[i], json, out);
      }
      *out += ']';
      break;
    case Kind::kContext:
      *out += '{';
      for (std::size_t i = 0; i < v.shape()->names.size(); ++i) {
        if (i != 0) *out += ", ";
        if (json) {
          json::AppendString(v.shape()->names[i], out);
        } else {
          *out += v.shape()->names[i];
        }
        *out += ": ";
        Append(v.fields()[i], json, out);
      }
      *out += '}';
      break;
    case Kind::kRange: {
      const RangeValue& r = *v.range();
      std::string text = r.low_closed ? "[" : "(";
      if (!r.low.IsNull()) Append(r.low, false, &text);
      text += "..";
      if (!r.high.IsNull()) Append(r.high, false, &text);
      text += r.high_closed ? "]" : ")";
      if (json) {
        json::AppendString(text, out);
      } else {
        *out += text;
      }
      break;
    }
    default: *out += "null"; break;
  }
}

}  // namespace

std::string Value::ToJson() const {
  std::string out;
  Append(*this, true, &out);
  return out;
}
std::string Value::ToFeel() const {
  std::string out;
  Append(*this, false, &out);
  return out;
}

bool SameValue(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kNull: return true;
    case Kind::kBoolean: return a.boolean() == b.boolean();
    case Kind::kNumber: return Compare(a.number(), b.number()) == 0;
    case Kind::kText: return a.text() == b.text();
    case Kind::kDate: return a.date() == b.date();
    case Kind::kInstant: return a.instant() == b.instant();
    case Kind::kDuration: return a.duration() == b.duration();
    case Kind::kMonths: return a.months() == b.months();
    case Kind::kList:
      if (a.size() != b.size()) return false;
      for (std::size_t i = 0; i < a.size(); ++i) {
        if (!SameValue(a[i], b[i])) return false;
      }
      return true;
    case Kind::kContext: {
      if (a.shape()->names.size() != b.shape()->names.size()) return false;
      for (std::size_t i = 0; i < a.shape()->names.size(); ++i) {
        const int j = b.shape()->Find(a.shape()->names[i]);
        if (j < 0 || !SameValue(a.fields()[i], b.fields()[j])) return false;
      }
      return true;
    }
    case Kind::kRange: {
      const RangeValue &x = *a.range(), &y = *b.range();
      return x.low_closed == y.low_closed && x.high_closed == y.high_closed && SameValue(x.low, y.low) && SameValue(x.high, y.high);
    }
    default: return false;
  }
}

// ---- Arena --------------------------------------------------------------------------------------

struct Arena::Block {
  Block* next;
  std::size_t size;  // bytes after the header
  std::size_t used;
  char* data() { return reinterpret_cast<char*>(this) + sizeof(Block); }
};

Arena::Arena(std::size_t limit_bytes) : limit_(limit_bytes) {}

Arena::~Arena() {
  while (first_ != nullptr) {
    Block* next = first_->next;
    std::free(first_);
    first_ = next;
  }
}

Arena::Arena(Arena&& o) noexcept : first_(o.first_), current_(o.current_), used_(o.used_), limit_(o.limit_) {
  o.first_ = o.current_ = nullptr;
  o.used_ = 0;
}

Arena& Arena::operator=(Arena&& o) noexcept {
  std::swap(first_, o.first_);
  std::swap(current_, o.current_);
  std::swap(used_, o.used_);
  std::swap(limit_, o.limit_);
  return *this;
}

void* Arena::Allocate(std::size_t bytes) {
  static_assert(sizeof(Block) % 8 == 0);
  bytes = (bytes + 15) & ~std::size_t{15};
  if (bytes > limit_ || used_ > limit_ - bytes) return nullptr;
  while (current_ != nullptr && current_->size - current_->used < bytes) {
    if (current_->next == nullptr) break;
    current_ = current_->next;
    current_->used = 0;
  }
  if (current_ == nullptr || current_->size - current_->used < bytes) {
    const std::size_t size = std::max<std::size_t>(bytes, current_ == nullptr ? 4096 : std::min<std::size_t>(current_->size * 2, 1 << 20));
    Block* block = static_cast<Block*>(std::malloc(sizeof(Block) + size + 16));
    if (block == nullptr) return nullptr;
    block->next = nullptr;
    block->size = size;
    // The header is not a multiple of 16: begin where the data is aligned.
    block->used = 0;
    if (current_ != nullptr) {
      block->next = current_->next;
      current_->next = block;
    } else {
      first_ = block;
    }
    current_ = block;
  }
  char* p = current_->data() + current_->used;
  p = reinterpret_cast<char*>((reinterpret_cast<std::uintptr_t>(p) + 15) & ~std::uintptr_t{15});
  current_->used += bytes;
  used_ += bytes;
  return p;
}

std::string_view Arena::Copy(std::string_view text) {
  char* p = static_cast<char*>(Allocate(std::max<std::size_t>(text.size(), 1)));
  if (p == nullptr) return {};
  if (!text.empty()) std::memcpy(p, text.data(), text.size());
  return {p, text.size()};
}

Value Arena::DeepCopy(const Value& v) {
  switch (v.kind()) {
    case Kind::kText: return Value::Text(Copy(v.text()));
    case Kind::kList: {
      Value* items = NewValues(v.size());
      if (items == nullptr) return {};
      for (std::size_t i = 0; i < v.size(); ++i) items[i] = DeepCopy(v[i]);
      return Value::List(items, v.size());
    }
    case Kind::kContext: {
      const std::size_t n = v.shape()->names.size();
      Value* fields = NewValues(n);
      if (fields == nullptr) return {};
      for (std::size_t i = 0; i < n; ++i) fields[i] = DeepCopy(v.fields()[i]);
      return Value::Context(fields, v.shape());
    }
    case Kind::kRange: {
      void* p = Allocate(sizeof(RangeValue));
      if (p == nullptr) return {};
      auto* r = new (p) RangeValue(*v.range());
      r->low = DeepCopy(r->low);
      r->high = DeepCopy(r->high);
      return Value::Range(r);
    }
    default: return v;
  }
}

void Arena::Reset() {
  current_ = first_;
  if (current_ != nullptr) current_->used = 0;
  used_ = 0;
}

std::size_t Arena::used() const { return used_; }

}  // namespace ordain
