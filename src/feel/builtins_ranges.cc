// Builtins of ranges: the relations of points and intervals, and range("[1..3]"). See builtins.cc.
//
// A point is an interval of its own, closed at both ends; an end that a range leaves open to infinity lies beyond every
// value. With that, most relations need one definition:
//
//   before(a, b)           a ends where b has not begun          after(a, b)           before(b, a)
//   meets(a, b)            they share a's end and b's start      met by(a, b)          meets(b, a)
//   overlaps(a, b)         neither is before the other
//   overlaps before(a, b)  a starts first, ends inside of b      overlaps after(a, b)  overlaps before(b, a)
//   includes(a, b)         a has both ends of b                  during(a, b)          includes(b, a)
//   starts(a, b)           the same start, a ends not later      started by(a, b)      starts(b, a)
//   finishes(a, b)         the same end, a starts not earlier    finished by(a, b)     finishes(b, a)
//   coincides(a, b)        both ends the same
//
// (!= x) is no interval: kInvalid. Tested by tests/builtins_test.cc.
#include <algorithm>

#include "feel/builtins.hpp"

namespace ordain::feel {
namespace {

struct Interval {
  Value low, high;
  bool low_closed = true, high_closed = true, low_open_ended = false, high_open_ended = false;
};

Fault IntervalOf(const Value& v, Interval* out) {
  if (v.kind() != Kind::kRange) {
    *out = {v, v};
    return Fault::kNone;
  }
  const RangeValue& r = *v.range();
  using RangeForm = RangeValue::Form;
  if (r.form == RangeForm::kNotEqual) return Fault::kInvalid;
  if (r.form == RangeForm::kEqual) {
    *out = {r.low, r.low};
    return Fault::kNone;
  }
  *out = {r.low, r.high, r.low_closed && !r.low.IsNull(), r.high_closed && !r.high.IsNull(), r.low.IsNull(), r.high.IsNull()};
  return Fault::kNone;
}

// Comparisons of ends that keep the first fault.
class Relation {
 public:
  Relation(const Value& a, const Value& b, const CallContext* context) : context_(context) {
    fault = IntervalOf(a, &x);
    if (fault == Fault::kNone) fault = IntervalOf(b, &y);
  }
  // -1, 0, 1: the starts, the ends, the end of one and the start of the other.
  int Starts(const Interval& a, const Interval& b) {
    if (a.low_open_ended || b.low_open_ended) return static_cast<int>(b.low_open_ended) - static_cast<int>(a.low_open_ended);
    return Order(a.low, b.low);
  }
  int Ends(const Interval& a, const Interval& b) {
    if (a.high_open_ended || b.high_open_ended) return static_cast<int>(a.high_open_ended) - static_cast<int>(b.high_open_ended);
    return Order(a.high, b.high);
  }
  int EndToStart(const Interval& a, const Interval& b) { return a.high_open_ended || b.low_open_ended ? 1 : Order(a.high, b.low); }

  bool Before(const Interval& a, const Interval& b) {
    const int c = EndToStart(a, b);
    return c < 0 || (c == 0 && !(a.high_closed && b.low_closed));
  }
  bool Meets(const Interval& a, const Interval& b) { return EndToStart(a, b) == 0 && a.high_closed && b.low_closed; }
  bool StartsFirst(const Interval& a, const Interval& b) {
    const int c = Starts(a, b);
    return c < 0 || (c == 0 && a.low_closed && !b.low_closed);
  }
  bool EndsLast(const Interval& a, const Interval& b) {
    const int c = Ends(a, b);
    return c > 0 || (c == 0 && a.high_closed && !b.high_closed);
  }
  bool SameStart(const Interval& a, const Interval& b) { return Starts(a, b) == 0 && a.low_closed == b.low_closed; }
  bool SameEnd(const Interval& a, const Interval& b) { return Ends(a, b) == 0 && a.high_closed == b.high_closed; }

  Interval x, y;
  Fault fault = Fault::kNone;

 private:
  int Order(const Value& a, const Value& b) {
    int c = 0;
    const Fault f = CompareValues(a, b, &c, context_->feel);
    if (fault == Fault::kNone) fault = f;
    return c;
  }
  const CallContext* context_;
};

using Holds = bool (*)(Relation* r, const Interval& a, const Interval& b);
template <Holds holds, bool swapped>
Fault Relate(const Value* args, std::size_t, CallContext* context, Value* out) {
  Relation r(args[swapped ? 1 : 0], args[swapped ? 0 : 1], context);
  if (r.fault != Fault::kNone) return r.fault;
  const bool is = holds(&r, r.x, r.y);
  return r.fault != Fault::kNone ? r.fault : GiveBoolean(is, out);
}

bool Before(Relation* r, const Interval& a, const Interval& b) { return r->Before(a, b); }
bool Meets(Relation* r, const Interval& a, const Interval& b) { return r->Meets(a, b); }
bool Overlaps(Relation* r, const Interval& a, const Interval& b) { return !r->Before(a, b) && !r->Before(b, a); }
bool OverlapsBefore(Relation* r, const Interval& a, const Interval& b) { return r->StartsFirst(a, b) && !r->Before(a, b) && !r->EndsLast(a, b); }
bool Includes(Relation* r, const Interval& a, const Interval& b) { return !r->StartsFirst(b, a) && !r->EndsLast(b, a); }
bool Starting(Relation* r, const Interval& a, const Interval& b) { return r->SameStart(a, b) && !r->EndsLast(a, b); }
bool Finishing(Relation* r, const Interval& a, const Interval& b) { return r->SameEnd(a, b) && !r->StartsFirst(a, b); }
bool Coincide(Relation* r, const Interval& a, const Interval& b) { return r->SameStart(a, b) && r->SameEnd(a, b); }

// ---- range("[1..3]") ----------------------------------------------------------------------------

// Ends are literals: numbers, texts, @ literals, calls of date, time, date and time and duration on one text. One end may be
// missing on an open side: "(..3]", "[1..)".
class RangeReader {
 public:
  RangeReader(std::string_view text, CallContext* context) : text_(text), context_(context) {}

  Fault Read(RangeValue* out) {
    Skip();
    if (Take("[")) out->low_closed = true;
    else if (!Take("(") && !Take("]")) return Fault::kInvalid;
    Skip();
    bool low = false, high = false;
    Fault f = text_.substr(at_).starts_with("..") ? Fault::kNone : End(&out->low, &low);
    if (f != Fault::kNone) return f;
    Skip();
    if (!Take("..")) return Fault::kInvalid;
    Skip();
    const bool missing = at_ < text_.size() && std::string_view("])[").find(text_[at_]) != std::string_view::npos;
    f = missing ? Fault::kNone : End(&out->high, &high);
    if (f != Fault::kNone) return f;
    Skip();
    if (Take("]")) out->high_closed = true;
    else if (!Take(")") && !Take("[")) return Fault::kInvalid;
    Skip();
    if (at_ != text_.size() || (!low && !high) || (!low && out->low_closed) || (!high && out->high_closed)) return Fault::kInvalid;
    if (!low || !high) return Fault::kNone;
    int c = 0;
    f = CompareValues(out->low, out->high, &c, context_->feel);
    return f != Fault::kNone ? f : c > 0 ? Fault::kInvalid : Fault::kNone;
  }

 private:
  void Skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || (text_[at_] >= '\t' && text_[at_] <= '\r'))) ++at_;
  }
  bool Take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  Fault End(Value* out, bool* found) {
    *found = true;
    if (at_ < text_.size() && text_[at_] == '"') {
      std::string s;
      return Quoted(&s) ? GiveText(s, context_, out) : Fault::kInvalid;
    }
    std::string s;
    if (Take("@")) return Quoted(&s) ? ReadTemporal(s, context_, out) : Fault::kInvalid;
    for (const std::string_view name : {"date and time", "date", "time", "duration"}) {
      const std::size_t start = at_;
      if (!Take(name)) continue;
      Skip();
      if (!Take("(")) {
        at_ = start;
        continue;
      }
      Skip();
      if (!Quoted(&s)) return Fault::kInvalid;
      Skip();
      if (!Take(")")) return Fault::kInvalid;
      const Value argument = Value::Text(s);
      return CallBuiltin(FindBuiltin(name), &argument, 1, context_, out);
    }
    // Behind the digits stands "..": a point that another one follows is no decimal point.
    const std::size_t start = at_;
    (void)(Take("-"));
    const auto digits = [&] {
      const std::size_t first = at_;
      while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
      return at_ != first;
    };
    bool good = digits();
    if (at_ + 1 < text_.size() && text_[at_] == '.' && text_[at_ + 1] != '.') {
      ++at_;
      good = digits();
    }
    Decimal d;
    if (!good || Decimal::Parse(text_.substr(start, at_ - start), &d) != DecimalStatus::kOk) return Fault::kInvalid;
    *out = Value::Number(d);
    return Fault::kNone;
  }
  bool Quoted(std::string* out) {
    if (!Take("\"")) return false;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] != '\\') {
        *out += text_[at_++];
        continue;
      }
      ++at_;
      const char c = at_ < text_.size() ? text_[at_++] : '\0';
      switch (c) {
        case '"': case '\'': case '\\': *out += c; break;
        case 'n': *out += '\n'; break;
        case 'r': *out += '\r'; break;
        case 't': *out += '\t'; break;
        case 'u': case 'U': {
          std::uint32_t code = 0;
          if (!Hex(c == 'u' ? 4 : 6, &code)) return false;
          if (code >= 0xD800 && code < 0xDC00) {  // the first half of a pair
            std::uint32_t low = 0;
            if (!Take("\\u") || !Hex(4, &low) || low < 0xDC00 || low > 0xDFFF) return false;
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
          } else if (code == 0 || code > 0x10FFFF || (code >= 0xDC00 && code <= 0xDFFF)) {
            return false;
          }
          AppendUtf8(code, out);
          break;
        }
        default: return false;
      }
    }
    return Take("\"");
  }
  bool Hex(int n, std::uint32_t* out) {
    for (; n > 0; --n, ++at_) {
      const char c = at_ < text_.size() ? text_[at_] : '\0';
      const int v = c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
      if (v < 0) return false;
      *out = *out * 16 + static_cast<std::uint32_t>(v);
    }
    return true;
  }
  static void AppendUtf8(std::uint32_t c, std::string* out) {
    const auto byte = [&](std::uint32_t v) { *out += static_cast<char>(v); };
    if (c < 0x80) return byte(c);
    if (c < 0x800) {
      byte(0xC0 | c >> 6);
    } else {
      if (c < 0x10000) {
        byte(0xE0 | c >> 12);
      } else {
        byte(0xF0 | c >> 18);
        byte(0x80 | (c >> 12 & 0x3F));
      }
      byte(0x80 | (c >> 6 & 0x3F));
    }
    byte(0x80 | (c & 0x3F));
  }

  std::string_view text_;
  CallContext* context_;
  std::size_t at_ = 0;
};

Fault RangeOf(const Value* args, std::size_t, CallContext* context, Value* out) {
  RangeValue range;
  const Fault f = RangeReader(args[0].text(), context).Read(&range);
  if (f != Fault::kNone) return f;
  void* memory = context->arena->Allocate(sizeof(RangeValue));
  if (memory == nullptr) return Fault::kMemory;
  *out = Value::Range(new (memory) RangeValue(range));
  return Fault::kNone;
}

Type TypeOfRelation(const Types& types, const Complain& complain) {  // of points of one kind
  const auto point = [](const Type& t) { return t.kind == Kind::kRange ? t.item().kind : t.kind; };
  const Kind a = point(types[0]), b = point(types[1]);
  if (a != b && a != Kind::kAny && b != Kind::kAny) complain("no order among " + types[0].ToString() + " and " + types[1].ToString());
  return Type::Of(Kind::kBoolean);
}

}  // namespace

void AddRangeBuiltins(BuiltinRows* rows) {
  rows->insert(rows->end(), {
      {"before(point1: point, point2: point): boolean\nbefore(point: point, range: range): boolean\n"
       "before(range: range, point: point): boolean\nbefore(range1: range, range2: range): boolean",
       "whether one lies wholly before the other", "是否完全在另一个之前", Relate<Before, false>, TypeOfRelation},
      {"after(point1: point, point2: point): boolean\nafter(point: point, range: range): boolean\n"
       "after(range: range, point: point): boolean\nafter(range1: range, range2: range): boolean",
       "whether one lies wholly after the other", "是否完全在另一个之后", Relate<Before, true>, TypeOfRelation},
      {"meets(range1: range, range2: range): boolean", "whether one ends where the other starts",
       "一个的终点是否为另一个的起点", Relate<Meets, false>, TypeOfRelation},
      {"met by(range1: range, range2: range): boolean", "whether one starts where the other ends",
       "一个的起点是否为另一个的终点", Relate<Meets, true>, TypeOfRelation},
      {"overlaps(range1: range, range2: range): boolean", "whether they have a value in common", "是否有共同的值",
       Relate<Overlaps, false>, TypeOfRelation},
      {"overlaps before(range1: range, range2: range): boolean",
       "whether the first starts before the second and ends inside of it", "前者是否先开始并在后者之内结束",
       Relate<OverlapsBefore, false>, TypeOfRelation},
      {"overlaps after(range1: range, range2: range): boolean",
       "whether the first starts inside of the second and ends after it", "前者是否在后者之内开始并在其后结束",
       Relate<OverlapsBefore, true>, TypeOfRelation},
      {"finishes(point: point, range: range): boolean\nfinishes(range1: range, range2: range): boolean",
       "whether it is the end of the range", "是否为区间的末尾部分", Relate<Finishing, false>, TypeOfRelation},
      {"finished by(range: range, point: point): boolean\nfinished by(range1: range, range2: range): boolean",
       "whether the range ends with it", "区间是否以其结束", Relate<Finishing, true>, TypeOfRelation},
      {"includes(range: range, point: point): boolean\nincludes(range1: range, range2: range): boolean",
       "whether it lies inside of the range", "区间是否包含它", Relate<Includes, false>, TypeOfRelation},
      {"during(point: point, range: range): boolean\nduring(range1: range, range2: range): boolean",
       "whether it lies inside of the range", "是否在区间之内", Relate<Includes, true>, TypeOfRelation},
      {"starts(point: point, range: range): boolean\nstarts(range1: range, range2: range): boolean",
       "whether it is the start of the range", "是否为区间的起始部分", Relate<Starting, false>, TypeOfRelation},
      {"started by(range: range, point: point): boolean\nstarted by(range1: range, range2: range): boolean",
       "whether the range starts with it", "区间是否以其开始", Relate<Starting, true>, TypeOfRelation},
      {"coincides(point1: point, point2: point): boolean\ncoincides(range1: range, range2: range): boolean",
       "whether they are the same", "是否重合", Relate<Coincide, false>, TypeOfRelation},
      {"range(from: text): range", "a range from its text, with literals as ends: [18..21)",
       "由文本读出的区间，端点为字面量：[18..21)", RangeOf},
  });
}

}  // namespace ordain::feel
