// What every ledger agrees on. See content.hpp. Tested by tests/ledger_test.cc.
#include "ledger/content.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "ordain/json.hpp"

namespace ordain::ledger {
namespace {

constexpr std::int64_t kBase = 1000000000;                                           // of a limb
constexpr I128 kMaxCoefficient = I128{10000000000000000} * 1000000000000000000 - 1;  // 10^34 - 1

I128 PowerOfTen(std::int32_t n) {  // REQUIRES: 0 <= n <= 38
  I128 p = 1;
  while (n-- > 0) p *= 10;
  return p;
}

I128 Coefficient(const Decimal& v) {
  const I128 c = static_cast<I128>(v.hi()) << 64 | static_cast<I128>(v.lo());
  return v.negative() ? -c : c;
}

// c * 10^shift; false when it is no integer of 127 bits.
bool Rescale(I128 c, std::int32_t shift, I128* out) {
  *out = c;
  if (c == 0 || shift == 0) return true;
  if (shift < 0 || shift > 37) return false;
  const I128 power = PowerOfTen(shift), limit = PowerOfTen(38) / power;
  *out = c * (c > limit || c < -limit ? 0 : power);
  return *out != 0;
}

// REQUIRES: |c| <= kMaxCoefficient.
Decimal FromUnits(I128 c, std::int32_t exponent) {
  const I128 u = c < 0 ? -c : c;
  return Decimal(c < 0, static_cast<std::uint64_t>(u >> 64), static_cast<std::uint64_t>(u), exponent);
}

// The decimals that two JSON texts write are equal. Where 34 digits do not hold them, the texts must be.
bool SameNumber(const std::string& a, const std::string& b) {
  Decimal x, y;
  bool x_exact = false, y_exact = false;
  if (Decimal::Parse(a, &x, &x_exact) != DecimalStatus::kOk || !x_exact) return a == b;
  return Decimal::Parse(b, &y, &y_exact) == DecimalStatus::kOk && y_exact && x == y;
}

std::vector<const json::Member*> ByKey(const json::Node& object) {
  std::vector<const json::Member*> members;
  for (const json::Member& m : object.members) members.push_back(&m);
  std::sort(members.begin(), members.end(), [](const auto* a, const auto* b) { return a->key < b->key; });
  return members;
}

bool SameJson(const json::Node& a, const json::Node& b) {  // as deep as Limits::max_json_depth
  if (a.type != b.type) return false;
  switch (a.type) {
    case json::NodeType::kNull: return true;
    case json::NodeType::kBoolean: return a.boolean == b.boolean;
    case json::NodeType::kNumber: return SameNumber(a.text, b.text);
    case json::NodeType::kString: return a.text == b.text;
    case json::NodeType::kArray:
      return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), SameJson);
    case json::NodeType::kObject: {
      const auto x = ByKey(a), y = ByKey(b);
      return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](const auto* m, const auto* n) {
        return m->key == n->key && SameJson(m->value, n->value);
      });
    }
  }
  return false;
}

bool InRange(const Instant& at) {
  return at.nanos < 1000000000 && at.offset >= -18 * 3600 && at.offset <= 18 * 3600;
}

}  // namespace

std::optional<Diagnostic> CheckEvent(const Event& event) {
  const auto bad = [&](const std::string& what) {
    return MakeDiagnostic(Code::kBadValue, "", {}, {{"what", "event `" + event.id + "`: " + what}});
  };
  if (event.id.empty()) return bad("an event needs an id");
  if (event.kind > EventKind::kClose) return bad("unknown kind");
  if ((event.kind == EventKind::kReversal) == event.reverses.empty()) {
    return bad("a reversal says which event it reverses, other events do not");
  }
  if (!InRange(event.at) || !InRange(event.recorded_at)) return bad("an instant is out of range");
  for (const Entry& entry : event.entries) {
    if (entry.stream.empty()) return bad("an entry needs a stream");
  }
  return std::nullopt;
}

std::optional<Diagnostic> CheckStream(std::string_view stream,
                                      std::span<const std::pair<std::int64_t, Entry>> entries,
                                      std::int64_t last_seq) {
  const auto bad = [&](const std::string& what) {
    return MakeDiagnostic(Code::kBadValue, "", {},
                          {{"what", "stream `" + std::string(stream) + "`: " + what}});
  };
  if (stream.empty()) return bad("a stream needs a name");
  for (const auto& [seq, entry] : entries) {
    if (entry.stream != stream) return bad("an entry of another stream, `" + entry.stream + "`");
    if (seq < 1 || seq > last_seq) return bad("there is no event " + std::to_string(seq));
  }
  return std::nullopt;
}

bool SameEvent(const Event& a, const Event& b) {
  if (a.id != b.id || a.kind != b.kind || a.policy != b.policy || !(a.at == b.at) ||
      a.reverses != b.reverses) {
    return false;
  }
  if (a.facts == b.facts) return true;
  json::Node x, y;
  Diagnostics ignored;  // facts that are not JSON were compared as text above
  return json::Parse(a.facts, {}, "", &x, &ignored) && json::Parse(b.facts, {}, "", &y, &ignored) &&
         SameJson(x, y);
}

void SortHistory(std::vector<HistoryItem>* items) {
  const auto before = [](const HistoryItem& a, const HistoryItem& b) {
    return a.at == b.at ? a.seq < b.seq : a.at < b.at;
  };
  std::sort(items->begin(), items->end(), before);
  const auto same = [](const HistoryItem& a, const HistoryItem& b) { return a.seq == b.seq; };
  items->erase(std::unique(items->begin(), items->end(), same), items->end());
}

bool ToUnits(const Decimal& v, std::int32_t exponent, I128* out) {
  return Rescale(Coefficient(v), v.exponent() - exponent, out);
}

void ExactSum::Add(const Decimal& v) { AddUnits(Coefficient(v), v.exponent()); }

void ExactSum::AddUnits(I128 units, std::int32_t exponent) {
  if (units == 0) return;
  const std::int32_t e = units_ == 0 ? exponent : std::min(exponent_, exponent);
  I128 a, b, sum;
  if (Rescale(units_, exponent_ - e, &a) && Rescale(units, exponent - e, &b) &&
      !__builtin_add_overflow(a, b, &sum)) {
    units_ = sum;
    exponent_ = e;
  } else {
    Spill(units, exponent, &limbs_);
  }
}

void ExactSum::Spill(I128 units, std::int32_t exponent, Limbs* limbs) {
  std::int32_t index = (exponent - (exponent % 9 + 9) % 9) / 9;  // exponent / 9, rounded down
  std::int64_t power = 1;                                        // of the units in the first limb
  for (std::int32_t i = 9 * index; i < exponent; ++i) power *= 10;
  // Digits are taken with their sign, so that the least I128 needs no magnitude of its own.
  for (std::int64_t carry = 0; units != 0 || carry != 0; ++index, power = 1) {
    const auto digits = static_cast<std::int64_t>(units % (kBase / power));
    units /= kBase / power;
    std::int64_t& limb = (*limbs)[index];
    limb += digits * power + carry;
    carry = limb / kBase;
    limb %= kBase;
  }
}

DecimalStatus ExactSum::Total(Decimal* out) const {
  if (limbs_.empty() && units_ <= kMaxCoefficient && units_ >= -kMaxCoefficient) {
    I128 c = units_;
    std::int32_t e = c == 0 ? 0 : exponent_;
    for (; e < 0 && c % 10 == 0; ++e) c /= 10;
    for (; e > 0 && c <= kMaxCoefficient / 10 && c >= -(kMaxCoefficient / 10); --e) c *= 10;
    *out = FromUnits(c, e);
    return DecimalStatus::kOk;
  }
  Limbs limbs = limbs_;
  Spill(units_, exponent_, &limbs);
  std::erase_if(limbs, [](const auto& limb) { return limb.second == 0; });
  if (limbs.empty()) {
    *out = Decimal();
    return DecimalStatus::kOk;
  }
  // All limbs are smaller than the base, so the highest one has the sign of the whole. Borrow until no limb
  // has another sign.
  const std::int64_t sign = limbs.rbegin()->second < 0 ? -1 : 1;
  for (auto& limb : limbs) limb.second *= sign;
  for (auto limb = limbs.begin(); limb != limbs.end(); ++limb) {
    if (limb->second >= 0) continue;
    limb->second += kBase;
    --limbs[limb->first + 1];  // inserted behind, where the loop is going
  }
  // The digits as text, zeros where there is no limb: reading it rounds once.
  std::string text;
  const std::int32_t lowest = limbs.begin()->first;
  for (std::int32_t i = limbs.rbegin()->first; i >= lowest; --i) {
    const auto limb = limbs.find(i);
    const std::string digits = std::to_string(limb == limbs.end() ? 0 : limb->second);
    text += std::string(9 - digits.size(), '0') + digits;
  }
  std::int32_t exponent = 9 * lowest;
  for (; text.back() == '0' && text.size() > 1; ++exponent) text.pop_back();
  text.insert(0, sign < 0 ? "-" : "");
  text += "E" + std::to_string(exponent);
  Decimal rounded;
  const DecimalStatus status = Decimal::Parse(text, &rounded);
  if (status != DecimalStatus::kOk) return status;
  ExactSum canonical;
  canonical.Add(rounded);
  return canonical.Total(out);
}

}  // namespace ordain::ledger
