// The ledger: an append-only record of events, with two clocks.
//
//   std::unique_ptr<ordain::Ledger> ledger = ordain::NewMemoryLedger();
//   ordain::Event event;                       // usually made by Engine::Record from a Decision
//   event.id = "complaint-2016-0001";          // idempotency key, chosen by the host
//   event.policy = "lige.complaint_fines";
//   auto done = ledger->Append({&event, 1});   // all or nothing
//
// `at` is when something happened, `recorded_at` when the ledger learned of it; the host gives both.
// Nothing is ever changed or removed: a correction is a reversal event. What policies count is kept as
// entries, written with their event: one (stream, key, day, period, value) per count, total or
// streak that the event feeds. A stream is named by its definition, so a changed definition is a
// new stream, filled from the recorded facts by Engine::Attach.
//
// Threads: a Ledger may be used by several threads at once; every call is atomic. A LedgerView is for one
// thread at a time, sees one moment of the ledger, and may outlive the Ledger that made it.
// Errors: kBadValue (an event that no ledger can hold: no id, a reversal of nothing), kLedgerConflict,
// kUnknownEvent, kAlreadyReversed, kLedgerStale, kOverflow, kLedgerFormat, kLedgerIo.
// Format of the SQLite file: docs/ledger-format.md.
// Tested by tests/ledger_test.cc and tests/ledger_kill_test.cc.
#ifndef ORDAIN_LEDGER_HPP_
#define ORDAIN_LEDGER_HPP_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ordain/base.hpp"
#include "ordain/decimal.hpp"
#include "ordain/time.hpp"

namespace ordain {

// What one event adds to one stream. Entries of a reversed event count no more (from the
// reversal's recorded_at on).
struct Entry {
  std::string stream;        // id of the stream: the name and a hash of its definition
  std::string key;           // canonical text of the key's values: `["E1","badge"]` (JSON)
  std::int64_t day = 0;      // local day of `at` in the rule set's zone (Date::days)
  std::int64_t period = 0;   // streaks: month index, or the number that the policy gave
  Decimal value;             // 1 for counts, the amount for totals, streaks and latest
};

enum class EventKind : std::uint8_t { kDecision, kReversal, kClose };

struct Event {
  std::string id;            // idempotency key: unique in the ledger, not empty
  EventKind kind = EventKind::kDecision;
  std::string reverses;      // kReversal: id of the event that is undone
  std::string policy;        // "<rule set>.<policy>"; kClose: the period that is closed, "2016-03"
  Instant at;                // when it happened
  Instant recorded_at;       // when the ledger learns of it
  std::string facts;         // JSON object, as given
  std::string outcome;       // JSON object
  std::string effects;       // JSON array
  std::string terms;         // JSON object: settings and parameters in force, revision of the rule set
  std::vector<Entry> entries;
  std::int64_t seq = 0;      // position in the ledger, 1, 2, ...; given by Append
};

// A stream and key that a decision has read.
struct LedgerRead {
  std::string stream;
  std::string key;
};

struct AppendResult {
  std::int64_t seq = 0;      // of the event
  bool existed = false;      // the same event was there already: nothing was written
};

struct Tally {
  std::int64_t count = 0;    // entries
  // Sum of their values: exact, whatever their order. A sum that needs more than 34 digits (never one of
  // money) is rounded once, half-even; kOverflow only beyond the range of Decimal.
  Decimal total;
};
struct PeriodTotal {
  std::int64_t period = 0;
  Tally tally;
};

// A recorded event that wrote to a stream: what bodies over a case's events are made from.
struct HistoryItem {
  std::int64_t seq = 0;
  Instant at;                // when it happened
  std::string facts;         // JSON object, as given
};

// The ledger as of one moment: all events up to `as_of_seq`, and if asked for, only those
// recorded up to `known_at`.
class LedgerView {
 public:
  virtual ~LedgerView() = default;
  // Entries of a stream and key whose day is in [first_day, last_day].
  virtual Result<Tally> TallyOf(std::string_view stream, std::string_view key, std::int64_t first_day,
                                std::int64_t last_day) const = 0;
  // Totals by period, periods in [first, last] and days in [first_day, last_day], ascending; periods without
  // entries are left out.
  virtual Result<std::vector<PeriodTotal>> Periods(std::string_view stream, std::string_view key,
                                                   std::int64_t first, std::int64_t last,
                                                   std::int64_t first_day, std::int64_t last_day) const = 0;
  // Value of the entry recorded last (highest seq, the last one of that event); empty when there is none.
  virtual Result<std::optional<Decimal>> Latest(std::string_view stream, std::string_view key) const = 0;
  // The events with an entry of a stream and key whose day is in [first_day, last_day], in the order of `at`, those of one
  // instant in that of seq; an event with several such entries comes once.
  virtual Result<std::vector<HistoryItem>> History(std::string_view stream, std::string_view key, std::int64_t first_day,
                                                   std::int64_t last_day) const = 0;
  // Number of the last event that the view sees; -1 when the ledger could not be read (every question then
  // answers with that error).
  virtual std::int64_t as_of_seq() const = 0;
};

struct EventFilter {
  std::string policy;                  // empty: all
  std::int64_t after_seq = 0;          // only seq > after_seq
  std::int64_t up_to_seq = INT64_MAX;
  std::optional<Instant> known_at;     // only recorded_at <= known_at
  bool skip_reversed = false;          // leave out reversals and what they undo (those within the bounds)
};

class Ledger {
 public:
  virtual ~Ledger() = default;

  // Appends all events in one transaction, in order, or none. An event whose id is recorded already with
  // the same content (kind, policy, at, reverses, facts as JSON values) is skipped (existed = true), so
  // that a host may retry; with other content: kLedgerConflict. A reversal needs a decision (kUnknownEvent)
  // that is not yet reversed (kAlreadyReversed). With `reads` and `based_on_seq` >= 0: kLedgerStale when
  // there is something new to write and one of these stream keys got an entry, or lost one by a reversal,
  // after that seq. An entry of an unknown stream declares it, with an empty definition. On return, a crash
  // of the process loses nothing; a crash of the machine may lose the last transactions but never leaves a
  // half one (SQLite: WAL, synchronous=NORMAL; FULL by option).
  virtual Result<std::vector<AppendResult>> Append(std::span<const Event> events,
                                                   std::span<const LedgerRead> reads = {},
                                                   std::int64_t based_on_seq = -1) = 0;

  using Body = std::function<std::optional<Diagnostic>(const LedgerView& now, std::vector<Event>* append)>;
  // Runs `body` while nobody else can append, with a view of the present; the events that it puts into
  // *append are recorded in the same transaction. When body returns a diagnostic, nothing is recorded. The
  // body may read this ledger, not write it otherwise (kLedgerIo).
  virtual Result<std::vector<AppendResult>> Transact(const Body& body) = 0;

  // Between Begin and Commit, appends of this ledger object form one transaction (for many events). Views
  // made meanwhile see them; such a view must not be used after Rollback, which forgets them. A failed
  // append leaves the transaction open and as it was. Calls of other threads wait. Destroying the ledger
  // rolls back.
  virtual std::optional<Diagnostic> Begin() = 0;
  virtual std::optional<Diagnostic> Commit() = 0;
  virtual std::optional<Diagnostic> Rollback() = 0;

  // The ledger as it stands, or as it stood when `up_to_seq` was its last event.
  virtual std::unique_ptr<LedgerView> View(std::optional<Instant> known_at = std::nullopt,
                                           std::int64_t up_to_seq = INT64_MAX) const = 0;

  // Events in the order of seq, those recorded when the call began; stops when the callback returns false.
  // The callback may use the ledger. Entries are not filled, here and in Find.
  virtual std::optional<Diagnostic> ForEach(const EventFilter& filter,
                                            const std::function<bool(const Event&)>& callback) const = 0;
  virtual Result<std::optional<Event>> Find(std::string_view id) const = 0;
  // The id of the reversal that undid an event, if any.
  virtual Result<std::optional<std::string>> ReversedBy(std::string_view id) const = 0;
  virtual std::int64_t last_seq() const = 0;  // 0: no events; -1: it cannot be read

  // Streams known to this ledger. AddStream declares one and adds entries for events recorded before it
  // existed (each Entry with the seq of its event), in one transaction; a stream that is known: no-op.
  // Errors: kBadValue (an entry of another stream, or of an event that is not there), kLedgerIo. A ledger that is open for
  // reading only takes a stream without entries for known and refuses one with entries.
  virtual bool HasStream(std::string_view stream) const = 0;
  virtual std::optional<Diagnostic> AddStream(std::string_view stream, std::string_view definition,
                                              std::span<const std::pair<std::int64_t, Entry>> entries) = 0;
};

std::unique_ptr<Ledger> NewMemoryLedger();

}  // namespace ordain

#endif  // ORDAIN_LEDGER_HPP_
