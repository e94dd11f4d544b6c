// Internal. When two events with one id are the same event: shared by the ledgers.
#ifndef ORDAIN_LEDGER_CONTENT_HPP_
#define ORDAIN_LEDGER_CONTENT_HPP_

#include "ordain/ledger.hpp"

namespace ordain {

// Same id, kind, policy, instant, reversed event and facts (as JSON values: spacing and order of keys do not matter,
// numbers by value).
bool SameEvent(const Event& a, const Event& b);

}  // namespace ordain

#endif  // ORDAIN_LEDGER_CONTENT_HPP_
