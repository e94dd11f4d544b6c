// Internal. What every ledger agrees on: which events may be written, when two events are the same, how
// totals are summed.
#ifndef ORDAIN_LEDGER_CONTENT_HPP_
#define ORDAIN_LEDGER_CONTENT_HPP_

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "ordain/ledger.hpp"

namespace ordain::ledger {

__extension__ using I128 = __int128;

// kBadValue when the event can be written to no ledger: no id, an unknown kind, a reversal of nothing, an
// entry without a stream, an instant out of range.
std::optional<Diagnostic> CheckEvent(const Event& event);

// The same for what AddStream is given: entries of that stream, for events that are there.
std::optional<Diagnostic> CheckStream(std::string_view stream,
                                      std::span<const std::pair<std::int64_t, Entry>> entries,
                                      std::int64_t last_seq);

// Same id, kind, policy, instant, reversed event and facts (as JSON values: spacing and order of keys do not
// matter, numbers by value). Facts that are not JSON are compared as text.
bool SameEvent(const Event& a, const Event& b);

// In the order that LedgerView::History promises, each event once.
void SortHistory(std::vector<HistoryItem>* items);

// *out = v * 10^exponent's coefficient: v in units of 10^exponent. False when that is no integer of 127 bits.
bool ToUnits(const Decimal& v, std::int32_t exponent, I128* out);

// A sum of decimals that does not depend on their order: exact inside, rounded (half-even) only at the end,
// and only when the total needs more than 34 digits. The sum is an integer in units of 10^exponent as long as
// that fits 127 bits, which for money it always does; what does not fit is spilled into limbs of nine digits.
class ExactSum {
 public:
  void Add(const Decimal& v);
  void AddUnits(I128 units, std::int32_t exponent);
  // Equal sums give the same digits: without zeros at the end of the fraction, exponent 0 where an integer
  // fits. kOverflow: the total is beyond the range of Decimal.
  DecimalStatus Total(Decimal* out) const;

 private:
  using Limbs = std::map<std::int32_t, std::int64_t>;  // i -> digits of weight 10^(9 i), |digits| < 10^9
  static void Spill(I128 units, std::int32_t exponent, Limbs* limbs);

  I128 units_ = 0;
  std::int32_t exponent_ = 0;
  Limbs limbs_;
};

}  // namespace ordain::ledger

#endif  // ORDAIN_LEDGER_CONTENT_HPP_
