// Types, values, arenas.
//
// A Value is a tagged pair of words that points to what it does not hold; who owns that is the business of an
// Arena, a chain of blocks that is filled from the front and emptied as a whole. Blocks are powers of two and
// are kept by Reset, so that a decision after the first allocates nothing. What is written to the last block
// is never moved: values may point to each other at once.
//
// Limits: an Arena counts the bytes asked for (in steps of 16), not the unused ends of its blocks. Writing,
// comparing and copying walk values recursively: their depth is that of the documents and types they come
// from, which their readers bound. Tested by tests/value_test.cc.
#include "ordain/value.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <new>
#include <utility>

#include "ordain/json.hpp"

namespace ordain {

std::string_view KindName(Kind kind) {
  static constexpr std::string_view kNames[] = {
      "null", "boolean", "number", "text", "date", "time", "date and time", "days and time duration",
      "years and months duration", "list", "context", "range", "function", "any"};
  static_assert(std::size(kNames) == static_cast<std::size_t>(Kind::kAny) + 1);
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view UnitName(Unit unit) {
  static constexpr std::string_view kNames[] = {"",     "integer",    "money",       "percent",   "points", "person",
                                                "team", "department", "institution", "year_month"};
  static_assert(std::size(kNames) == static_cast<std::size_t>(Unit::kYearMonth) + 1);
  return kNames[static_cast<std::size_t>(unit)];
}

int Shape::Find(std::string_view name) const {
  for (std::size_t i = 0; i < count; ++i) {
    if (keys[i] == name) return static_cast<int>(i);
  }
  return -1;
}

NamedShape::NamedShape(std::vector<std::string> names) : names_(std::move(names)), views_(names_.begin(), names_.end()) {
  keys = views_.data();
  count = views_.size();
}
NamedShape& NamedShape::operator=(const NamedShape& other) {
  names_ = other.names_;
  views_.assign(names_.begin(), names_.end());
  keys = views_.data();
  count = views_.size();
  return *this;
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
  std::vector<std::string> names;
  std::vector<Type> items;
  for (auto& [name, type] : fields) {
    names.push_back(std::move(name));
    items.push_back(std::move(type));
  }
  auto d = std::make_shared<TypeDetail>(std::move(names));
  d->items = std::move(items);
  Type t = Of(Kind::kContext);
  t.detail = std::move(d);
  return t;
}

Type Type::Function(std::vector<std::pair<std::string, Type>> parameters, Type result) {
  Type t = Context(std::move(parameters));
  auto d = std::make_shared<TypeDetail>(*t.detail);
  d->items.push_back(std::move(result));
  t.kind = Kind::kFunction;
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
    for (std::size_t i = 0; i < detail->count; ++i) {
      s += (i ? ", " : "") + detail->names()[i] + ": " + detail->items[i].ToString();
    }
    s += "}";
  } else if (kind == Kind::kFunction && detail && !detail->items.empty()) {
    s = "function(";
    for (std::size_t i = 0; i < detail->count; ++i) s += (i ? ", " : "") + detail->items[i].ToString();
    s += ") -> " + detail->items.back().ToString();
  } else if (unit != Unit::kNone) {
    s = std::string(UnitName(unit));
  } else {
    s = std::string(KindName(kind));
  }
  return nullable && kind != Kind::kNull && kind != Kind::kAny ? s + "?" : s;
}

// ---- Value --------------------------------------------------------------------------------------

namespace {

// A key that FEEL reads without quotes.
bool IsPlainName(std::string_view s) {
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto c = static_cast<unsigned char>(s[i]);
    const bool letter = c >= 0x80 || c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
    if (!letter && (i == 0 || c < '0' || c > '9')) return false;
  }
  return !s.empty();
}

std::string ClockText(std::int64_t seconds, std::uint32_t nanos) {  // by way of an instant, which knows how
  const std::string text = Instant{seconds, nanos, 0}.ToString();
  return text.substr(0, text.size() - 1);  // without Z
}
std::string TimeText(const Value& v) {
  const ClockTime t = v.time();
  const Instant day{t.seconds - t.offset, t.nanos, t.offset};
  std::string text = v.clock() == Clock::kOffset ? day.ToString() : ClockText(t.seconds, t.nanos);
  text.erase(0, text.find('T') + 1);
  return v.clock() == Clock::kZone ? text + "@" + std::string(v.zone()) : text;
}
std::string InstantText(const Value& v) {
  const Instant i = v.instant();
  if (v.clock() == Clock::kOffset) return i.ToString();
  const std::string text = ClockText(i.seconds + i.offset, i.nanos);
  return v.clock() == Clock::kZone ? text + "@" + std::string(v.zone()) : text;
}

void Append(const Value& v, bool json, std::string* out) {
  const auto quoted = [&](const std::string& text) { *out += (json ? "\"" : "@\"") + text + '"'; };
  switch (v.kind()) {
    case Kind::kBoolean: *out += v.boolean() ? "true" : "false"; break;
    case Kind::kNumber: *out += v.number().ToString(); break;
    case Kind::kText: json::AppendString(v.text(), out); break;
    case Kind::kDate: quoted(v.date().ToString()); break;
    case Kind::kTime: quoted(TimeText(v)); break;
    case Kind::kInstant: quoted(InstantText(v)); break;
    case Kind::kDuration: quoted(v.duration().ToString()); break;
    case Kind::kMonths: quoted(v.months().ToString()); break;
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
      for (std::size_t i = 0; i < v.shape()->count; ++i) {
        const std::string_view name = v.shape()->keys[i];
        if (i != 0) *out += ", ";
        if (json || !IsPlainName(name)) {
          json::AppendString(name, out);
        } else {
          *out += name;
        }
        *out += ": ";
        Append(v.fields()[i], json, out);
      }
      *out += '}';
      break;
    case Kind::kRange: {
      const RangeValue& r = *v.range();
      static constexpr std::string_view kSigns[] = {"", "<", "<=", ">", ">=", "=", "!="};
      if (r.form != RangeValue::Form::kInterval) {
        const bool lower = r.form == RangeValue::Form::kGreater || r.form == RangeValue::Form::kGreaterEqual;
        std::string text = "(" + std::string(kSigns[static_cast<std::size_t>(r.form)]) + " ";
        Append(lower ? r.low : r.high, false, &text);
        text += ")";
        json ? json::AppendString(text, out) : void(*out += text);
        break;
      }
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
    case Kind::kFunction: *out += json ? "\"function\"" : "function"; break;
    case Kind::kNull:
    case Kind::kAny: *out += "null"; break;
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
    case Kind::kInstant: return (a.clock() == Clock::kLocal) == (b.clock() == Clock::kLocal) && a.instant() == b.instant();
    case Kind::kTime: {
      const ClockTime x = a.time(), y = b.time();
      return (a.clock() == Clock::kLocal) == (b.clock() == Clock::kLocal) && x.seconds == y.seconds && x.nanos == y.nanos && x.offset == y.offset;
    }
    case Kind::kDuration: return a.duration() == b.duration();
    case Kind::kMonths: return a.months() == b.months();
    case Kind::kList:
      if (a.size() != b.size()) return false;
      for (std::size_t i = 0; i < a.size(); ++i) {
        if (!SameValue(a[i], b[i])) return false;
      }
      return true;
    case Kind::kContext: {
      if (a.shape()->count != b.shape()->count) return false;
      for (std::size_t i = 0; i < a.shape()->count; ++i) {
        const int j = b.shape()->Find(a.shape()->keys[i]);
        if (j < 0 || !SameValue(a.fields()[i], b.fields()[j])) return false;
      }
      return true;
    }
    case Kind::kRange: {
      const RangeValue &x = *a.range(), &y = *b.range();
      return x.form == y.form && x.low_closed == y.low_closed && x.high_closed == y.high_closed && SameValue(x.low, y.low) &&
             SameValue(x.high, y.high);
    }
    case Kind::kFunction: return a.function() == b.function();
    case Kind::kAny: break;  // no Value has this kind
  }
  return false;
}

// ---- Arena --------------------------------------------------------------------------------------

struct alignas(16) Arena::Block {
  Block* next;
  std::size_t size;  // bytes after the header
  std::size_t used;
  char* data() { return reinterpret_cast<char*>(this + 1); }
};

Arena::Arena(std::size_t limit_bytes) : limit_(limit_bytes) {}

Arena::~Arena() {
  while (first_ != nullptr) {
    Block* next = first_->next;
    std::free(first_);
    first_ = next;
  }
}

Arena::Arena(Arena&& o) noexcept : limit_(o.limit_) { *this = std::move(o); }

Arena& Arena::operator=(Arena&& o) noexcept {
  std::swap(first_, o.first_);
  std::swap(current_, o.current_);
  std::swap(used_, o.used_);
  std::swap(limit_, o.limit_);
  return *this;
}

void* Arena::Allocate(std::size_t bytes) {
  constexpr std::size_t kFirstBlock = 4096, kLargestStep = std::size_t{1} << 20, kMost = SIZE_MAX / 4;
  static_assert(alignof(Block) == 16 && alignof(std::max_align_t) >= 16, "malloc aligns to 16");
  if (bytes > std::min(limit_, kMost)) return nullptr;
  bytes = (bytes + 15) & ~std::size_t{15};
  if (bytes > limit_ || used_ > limit_ - bytes) return nullptr;
  // Blocks behind the current one are left from before the last Reset.
  while (current_ != nullptr && current_->size - current_->used < bytes && current_->next != nullptr) {
    current_ = current_->next;
    current_->used = 0;
  }
  if (current_ == nullptr || current_->size - current_->used < bytes) {
    // Powers of two: whatever the sizes asked for, few blocks are too small for the next one.
    const std::size_t step = current_ == nullptr ? kFirstBlock : std::min(current_->size * 2, kLargestStep);
    const std::size_t size = std::max(std::bit_ceil(bytes), step);
    void* memory = std::malloc(sizeof(Block) + size);
    if (memory == nullptr) return nullptr;
    Block* block = new (memory) Block{nullptr, size, 0};
    (current_ != nullptr ? current_->next : first_) = block;
    current_ = block;
  }
  char* p = current_->data() + current_->used;
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

const Shape* Arena::NewShape(const std::string_view* keys, std::size_t count) {
  if (count > limit_ / sizeof(std::string_view)) return nullptr;
  void* memory = Allocate(count * sizeof(std::string_view) + 1);
  void* shape = Allocate(sizeof(Shape));
  if (memory == nullptr || shape == nullptr) return nullptr;
  auto* names = static_cast<std::string_view*>(memory);
  for (std::size_t i = 0; i < count; ++i) {
    new (names + i) std::string_view(Copy(keys[i]));
    if (names[i].data() == nullptr) return nullptr;
  }
  return new (shape) Shape{names, count};
}

bool Arena::DeepCopy(const Value& v, Value* out) {
  const auto copies = [this](const Value* from, std::size_t count) -> const Value* {
    Value* to = NewValues(count);
    for (std::size_t i = 0; to != nullptr && i < count; ++i) {
      if (!DeepCopy(from[i], &to[i])) return nullptr;
    }
    return to;
  };
  switch (v.kind()) {
    case Kind::kText: {
      const std::string_view text = Copy(v.text());
      if (text.data() == nullptr) return false;
      *out = Value::Text(text);
      return true;
    }
    case Kind::kList: {
      const Value* items = copies(v.items(), v.size());
      if (items == nullptr) return false;
      *out = Value::List(items, v.size());
      return true;
    }
    case Kind::kContext: {
      const std::size_t count = v.shape()->count;
      const Value* fields = copies(v.fields(), count);
      if (fields == nullptr) return false;
      const Shape* shape = NewShape(v.shape()->keys, count);
      if (shape == nullptr) return false;
      *out = Value::Context(fields, shape);
      return true;
    }
    case Kind::kTime:
    case Kind::kInstant: {
      if (v.clock() != Clock::kZone) {
        *out = v;
        return true;
      }
      const std::string_view zone = Copy(v.zone());
      void* p = Allocate(std::max(sizeof(ZonedInstant), sizeof(ZonedTime)));
      if (zone.data() == nullptr || p == nullptr) return false;
      *out = v.kind() == Kind::kTime ? Value::InZone(new (p) ZonedTime{v.time(), zone}) : Value::InZone(new (p) ZonedInstant{v.instant(), zone});
      return true;
    }
    case Kind::kFunction: {
      const FunctionValue& from = *v.function();
      void* p = Allocate(sizeof(FunctionValue));
      const Value* captures = copies(from.captures, from.capture_count);
      if (p == nullptr || captures == nullptr) return false;
      *out = Value::Function(new (p) FunctionValue{from.builtin, from.program, captures, from.capture_count, from.type});
      return true;
    }
    case Kind::kRange: {
      void* p = Allocate(sizeof(RangeValue));
      if (p == nullptr) return false;
      auto* r = new (p) RangeValue(*v.range());
      if (!DeepCopy(v.range()->low, &r->low) || !DeepCopy(v.range()->high, &r->high)) return false;
      *out = Value::Range(r);
      return true;
    }
    default:  // holds itself
      *out = v;
      return true;
  }
}

void Arena::Reset() {
  current_ = first_;
  if (current_ != nullptr) current_->used = 0;
  used_ = 0;
}

std::size_t Arena::used() const { return used_; }

}  // namespace ordain
