// The ledger in memory: for tests, for batch runs, for hosts that keep history elsewhere.
//
// Per stream and key (a series) the entries stand sorted by day, with running totals, so that a count or a
// total is two binary searches. Entries mostly arrive in order of day; one that does not is inserted, and
// the running totals behind it are made again. They are 128-bit integers in units of the finest exponent
// seen; a series that outgrows them is summed entry by entry. So is a series of which an event was
// reversed, and every series in a view of the past (known_at, or entries newer than the view): correct
// first.
//
// A batch is checked as a whole before anything is written, so that a refused one leaves nothing to take
// back. Limits: everything is in memory; a rollback costs the size of the series that the transaction
// touched.
//
// Tested by tests/ledger_test.cc.
#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <tuple>
#include <unordered_map>

#include "ledger/content.hpp"

namespace ordain {
namespace {

using ledger::I128;

struct Row {
  std::int64_t day, period, seq;
  std::int32_t part;  // place among the entries of its event
  Decimal value;
};

struct Series {
  std::vector<Row> rows;     // by day
  std::vector<I128> totals;  // totals[i]: sum of rows[0..i], in units of 10^exponent; empty unless summed
  std::int32_t exponent = 0;
  bool summed = true;
  bool reversed = false;     // one of its events was reversed
  std::int64_t touched = 0;  // last seq that added to it or took away
  std::int64_t latest_seq = 0;
  std::int32_t latest_part = 0;
  Decimal latest;

  void Insert(const Row& row) {
    const auto at = std::upper_bound(rows.begin(), rows.end(), row.day,
                                     [](std::int64_t day, const Row& r) { return day < r.day; });
    const auto index = static_cast<std::size_t>(at - rows.begin());
    rows.insert(at, row);
    if (summed) Sum(rows.size() == 1 || row.value.exponent() < exponent ? 0 : index);
    Notice(row);
  }

  // Makes everything but the rows again.
  void Rebuild() {
    summed = true;
    latest_seq = 0;
    for (const Row& row : rows) Notice(row);
    Sum(0);
  }

 private:
  void Notice(const Row& row) {
    if (row.seq < latest_seq || (row.seq == latest_seq && row.part < latest_part)) return;
    latest_seq = row.seq;
    latest_part = row.part;
    latest = row.value;
  }

  // The totals from an index on; the exponent too when that is 0.
  void Sum(std::size_t from) {
    if (from == 0 && !rows.empty()) {
      const auto finest = std::min_element(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
        return a.value.exponent() < b.value.exponent();
      });
      exponent = finest->value.exponent();
    }
    totals.resize(rows.size());
    for (std::size_t i = from; i < rows.size() && summed; ++i) {
      I128 units = 0;
      summed = ledger::ToUnits(rows[i].value, exponent, &units) &&
               !__builtin_add_overflow(i == 0 ? 0 : totals[i - 1], units, &totals[i]);
    }
    if (!summed) totals.clear();
  }
};

struct Record {
  Event event;                   // without its entries
  std::int64_t reversed_by = 0;  // seq
  std::vector<Series*> series;   // that count it
};

struct Stream {
  std::string definition;
  std::unordered_map<std::string, Series> keys;
};

struct Store {
  mutable std::recursive_mutex mutex;
  std::deque<Record> records;  // seq - 1; a deque, so that a callback's event stays where it is
  std::unordered_map<std::string, std::int64_t> by_id;
  std::map<std::string, Stream, std::less<>> streams;

  std::int64_t last() const { return static_cast<std::int64_t>(records.size()); }
  Record& At(std::int64_t seq) { return records[static_cast<std::size_t>(seq - 1)]; }
  const Record& At(std::int64_t seq) const { return records[static_cast<std::size_t>(seq - 1)]; }
  const Record* Find(std::string_view id) const {
    const auto it = by_id.find(std::string(id));
    return it == by_id.end() ? nullptr : &At(it->second);
  }
  const Series* Find(std::string_view stream, std::string_view key) const {
    const auto s = streams.find(stream);
    if (s == streams.end()) return nullptr;
    const auto k = s->second.keys.find(std::string(key));
    return k == s->second.keys.end() ? nullptr : &k->second;
  }
  // Whether an event counts for one who sees the events up to `up_to`, recorded up to `known_at`.
  bool Counts(std::int64_t seq, std::int64_t up_to, const std::optional<Instant>& known_at) const {
    const auto sees = [&](std::int64_t n) {
      return n <= up_to && (!known_at || At(n).event.recorded_at <= *known_at);
    };
    const std::int64_t undone = At(seq).reversed_by;
    return sees(seq) && (undone == 0 || !sees(undone));
  }
};

class MemoryView : public LedgerView {
 public:
  MemoryView(std::shared_ptr<const Store> store, std::int64_t seq, std::optional<Instant> known_at)
      : store_(std::move(store)), seq_(seq), known_at_(known_at) {}

  Result<Tally> TallyOf(std::string_view stream, std::string_view key, std::int64_t first,
                        std::int64_t last) const override {
    const std::lock_guard lock(store_->mutex);
    Tally tally;
    ledger::ExactSum sum;
    if (const Series* s = store_->Find(stream, key)) {
      const auto [begin, end] = Window(*s, first, last);
      if (IsPresent(*s) && s->summed) {
        tally.count = static_cast<std::int64_t>(end - begin);
        I128 units = end == 0 ? 0 : s->totals[end - 1];
        // Without overflow: the rows between are a sum of its own, which may be larger than either end.
        if (begin == 0 || !__builtin_sub_overflow(units, s->totals[begin - 1], &units)) {
          sum.AddUnits(units, s->exponent);
          return Finish(stream, sum, tally);
        }
        tally.count = 0;
      }
      for (std::size_t i = begin; i < end; ++i) {
        if (!Counts(s->rows[i])) continue;
        ++tally.count;
        sum.Add(s->rows[i].value);
      }
    }
    return Finish(stream, sum, tally);
  }

  Result<std::vector<PeriodTotal>> Periods(std::string_view stream, std::string_view key, std::int64_t first,
                                           std::int64_t last, std::int64_t first_day,
                                           std::int64_t last_day) const override {
    const std::lock_guard lock(store_->mutex);
    std::map<std::int64_t, std::pair<std::int64_t, ledger::ExactSum>> sums;
    if (const Series* s = store_->Find(stream, key)) {
      const auto [begin, end] = Window(*s, first_day, last_day);
      for (std::size_t i = begin; i < end; ++i) {
        const Row& row = s->rows[i];
        if (row.period < first || row.period > last || !Counts(row)) continue;
        auto& [count, sum] = sums[row.period];
        ++count;
        sum.Add(row.value);
      }
    }
    std::vector<PeriodTotal> out;
    for (const auto& [period, of] : sums) {
      Result<Tally> tally = Finish(stream, of.second, {of.first, {}});
      if (!tally) return tally.error();
      out.push_back({period, tally.value()});
    }
    return out;
  }

  Result<std::optional<Decimal>> Latest(std::string_view stream, std::string_view key) const override {
    const std::lock_guard lock(store_->mutex);
    const Series* s = store_->Find(stream, key);
    if (s == nullptr || s->rows.empty()) return std::optional<Decimal>();
    if (IsPresent(*s)) return std::optional<Decimal>(s->latest);
    const Row* latest = nullptr;
    for (const Row& row : s->rows) {
      if (!Counts(row)) continue;
      if (latest == nullptr || std::tie(latest->seq, latest->part) < std::tie(row.seq, row.part))
        latest = &row;
    }
    return latest == nullptr ? std::optional<Decimal>() : std::optional<Decimal>(latest->value);
  }

  Result<std::vector<HistoryItem>> History(std::string_view stream, std::string_view key, std::int64_t first,
                                           std::int64_t last) const override {
    const std::lock_guard lock(store_->mutex);
    std::vector<HistoryItem> items;
    if (const Series* s = store_->Find(stream, key)) {
      const auto [begin, end] = Window(*s, first, last);
      for (std::size_t i = begin; i < end; ++i) {
        if (!Counts(s->rows[i])) continue;
        const Event& e = store_->At(s->rows[i].seq).event;
        items.push_back({e.seq, e.at, e.facts});
      }
    }
    ledger::SortHistory(&items);
    return items;
  }

  std::int64_t as_of_seq() const override { return seq_; }

 private:
  static Result<Tally> Finish(std::string_view stream, const ledger::ExactSum& sum, Tally tally) {
    if (sum.Total(&tally.total) == DecimalStatus::kOk) return tally;
    return MakeDiagnostic(Code::kOverflow, "", {}, {{"what", "a total of " + std::string(stream)}});
  }
  // The rows of days in [first, last], as a half-open range of indexes.
  static std::pair<std::size_t, std::size_t> Window(const Series& s, std::int64_t first, std::int64_t last) {
    const auto begin = std::lower_bound(s.rows.begin(), s.rows.end(), first,
                                        [](const Row& row, std::int64_t day) { return row.day < day; });
    const auto end = std::upper_bound(begin, s.rows.end(), last,
                                      [](std::int64_t day, const Row& row) { return day < row.day; });
    return {begin - s.rows.begin(), end - s.rows.begin()};
  }
  // Every row of the series counts.
  bool IsPresent(const Series& s) const { return !known_at_ && !s.reversed && s.touched <= seq_; }
  bool Counts(const Row& row) const { return store_->Counts(row.seq, seq_, known_at_); }

  std::shared_ptr<const Store> store_;
  std::int64_t seq_;
  std::optional<Instant> known_at_;
};

Diagnostic Misuse(const char* what) { return MakeDiagnostic(Code::kLedgerIo, "", {}, {{"what", what}}); }

class MemoryLedger : public Ledger {
 public:
  ~MemoryLedger() override {
    if (begun_ >= 0) (void)End(true);
  }

  Result<std::vector<AppendResult>> Append(std::span<const Event> events, std::span<const LedgerRead> reads,
                                           std::int64_t based_on) override {
    const std::lock_guard lock(store_->mutex);
    if (transacting_) return Misuse(kOnlyReads);
    return AppendLocked(events, reads, based_on);
  }

  Result<std::vector<AppendResult>> Transact(const Body& body) override {
    const std::lock_guard lock(store_->mutex);
    if (transacting_) return Misuse(kOnlyReads);
    std::vector<Event> events;
    const MemoryView now(store_, store_->last(), std::nullopt);
    transacting_ = true;
    const std::optional<Diagnostic> refused = body(now, &events);
    transacting_ = false;
    if (refused) return *refused;
    return AppendLocked(events, {}, -1);
  }

  std::optional<Diagnostic> Begin() override {
    const std::lock_guard lock(store_->mutex);
    if (transacting_) return Misuse(kOnlyReads);
    if (begun_ >= 0) return Misuse("a transaction is open already");
    begun_ = store_->last();
    store_->mutex.lock();  // until Commit or Rollback
    return std::nullopt;
  }
  std::optional<Diagnostic> Commit() override { return End(false); }
  std::optional<Diagnostic> Rollback() override { return End(true); }

  std::unique_ptr<LedgerView> View(std::optional<Instant> known_at, std::int64_t up_to_seq) const override {
    const std::lock_guard lock(store_->mutex);
    return std::make_unique<MemoryView>(store_, std::min(up_to_seq, store_->last()), known_at);
  }

  std::optional<Diagnostic> ForEach(const EventFilter& filter,
                                    const std::function<bool(const Event&)>& callback) const override {
    const std::lock_guard lock(store_->mutex);
    const std::int64_t up_to = std::min(filter.up_to_seq, store_->last());
    for (std::int64_t seq = std::max<std::int64_t>(filter.after_seq, 0) + 1; seq <= up_to; ++seq) {
      const Event& e = store_->At(seq).event;
      if (!filter.policy.empty() && e.policy != filter.policy) continue;
      if (filter.known_at && e.recorded_at > *filter.known_at) continue;
      if (filter.skip_reversed &&
          (e.kind == EventKind::kReversal || !store_->Counts(seq, up_to, filter.known_at))) {
        continue;
      }
      if (!callback(e)) break;
    }
    return std::nullopt;
  }

  Result<std::optional<Event>> Find(std::string_view id) const override {
    const std::lock_guard lock(store_->mutex);
    const Record* record = store_->Find(id);
    return record == nullptr ? std::optional<Event>() : std::optional<Event>(record->event);
  }

  Result<std::optional<std::string>> ReversedBy(std::string_view id) const override {
    const std::lock_guard lock(store_->mutex);
    const Record* record = store_->Find(id);
    if (record == nullptr || record->reversed_by == 0) return std::optional<std::string>();
    return std::optional<std::string>(store_->At(record->reversed_by).event.id);
  }

  std::int64_t last_seq() const override {
    const std::lock_guard lock(store_->mutex);
    return store_->last();
  }

  bool HasStream(std::string_view stream) const override {
    const std::lock_guard lock(store_->mutex);
    return store_->streams.contains(stream);
  }

  std::optional<Diagnostic> AddStream(std::string_view stream, std::string_view definition,
                                      std::span<const std::pair<std::int64_t, Entry>> entries) override {
    const std::lock_guard lock(store_->mutex);
    if (transacting_) return Misuse(kOnlyReads);
    if (store_->streams.contains(stream)) return std::nullopt;
    if (const auto error = ledger::CheckStream(stream, entries, store_->last())) return error;
    NewStream(stream, definition);
    std::int32_t part = 0;
    for (const auto& [seq, entry] : entries) Insert(entry, seq, part++);
    return std::nullopt;
  }

 private:
  static constexpr const char* kOnlyReads = "inside Transact the ledger can only be read";

  std::optional<Diagnostic> End(bool forget) {
    const std::lock_guard lock(store_->mutex);
    if (transacting_) return Misuse(kOnlyReads);
    if (begun_ < 0) return Misuse("no transaction is open");
    if (forget) Forget(begun_);
    begun_ = -1;
    new_streams_.clear();
    store_->mutex.unlock();
    return std::nullopt;
  }

  Result<std::vector<AppendResult>> AppendLocked(std::span<const Event> events,
                                                 std::span<const LedgerRead> reads, std::int64_t based_on) {
    // First look at everything, then write.
    std::vector<AppendResult> results;
    std::vector<std::int64_t> undone(events.size(), 0);       // seq that a reversal reverses
    std::unordered_map<std::string_view, std::size_t> fresh;  // of this batch: id -> index
    std::set<std::int64_t> undone_here;
    std::int64_t last = store_->last();
    for (std::size_t i = 0; i < events.size(); ++i) {
      const Event& e = events[i];
      if (const auto error = ledger::CheckEvent(e)) return *error;
      const auto twin = fresh.find(e.id);
      const Record* known = store_->Find(e.id);
      if (known != nullptr || twin != fresh.end()) {
        const Event& before = known != nullptr ? known->event : events[twin->second];
        if (!ledger::SameEvent(before, e))
          return MakeDiagnostic(Code::kLedgerConflict, "", {}, {{"id", e.id}});
        results.push_back({known != nullptr ? known->event.seq : results[twin->second].seq, true});
        continue;
      }
      if (fresh.empty() && based_on >= 0 && IsStale(reads, based_on)) {
        return MakeDiagnostic(Code::kLedgerStale, "", {});
      }
      if (e.kind == EventKind::kReversal) {
        const auto target = fresh.find(e.reverses);
        const Record* record = store_->Find(e.reverses);
        const Event* event = record != nullptr       ? &record->event
                             : target != fresh.end() ? &events[target->second]
                                                     : nullptr;
        if (event == nullptr || event->kind != EventKind::kDecision) {
          return MakeDiagnostic(Code::kUnknownEvent, "", {}, {{"id", e.reverses}});
        }
        undone[i] = record != nullptr ? record->event.seq : results[target->second].seq;
        if ((record != nullptr && record->reversed_by != 0) || !undone_here.insert(undone[i]).second) {
          return MakeDiagnostic(Code::kAlreadyReversed, "", {}, {{"id", e.reverses}});
        }
      }
      fresh.emplace(e.id, i);
      results.push_back({++last, false});
    }
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (!results[i].existed) Write(events[i], undone[i]);
    }
    return results;
  }

  bool IsStale(std::span<const LedgerRead> reads, std::int64_t based_on) const {
    return std::any_of(reads.begin(), reads.end(), [&](const LedgerRead& read) {
      const Series* s = store_->Find(read.stream, read.key);
      return s != nullptr && s->touched > based_on;
    });
  }

  void Write(const Event& event, std::int64_t undone) {
    Record& record = store_->records.emplace_back();
    record.event = event;
    record.event.entries.clear();
    record.event.seq = store_->last();
    store_->by_id.emplace(event.id, record.event.seq);
    std::int32_t part = 0;
    for (const Entry& entry : event.entries) Insert(entry, record.event.seq, part++);
    if (undone == 0) return;
    store_->At(undone).reversed_by = record.event.seq;
    for (Series* s : store_->At(undone).series) {
      s->reversed = true;
      s->touched = record.event.seq;
    }
  }

  Stream& NewStream(std::string_view name, std::string_view definition) {
    if (begun_ >= 0) new_streams_.emplace_back(name);
    return store_->streams.emplace(name, Stream{std::string(definition), {}}).first->second;
  }

  void Insert(const Entry& e, std::int64_t seq, std::int32_t part) {
    const auto known = store_->streams.find(e.stream);
    Series& s = (known != store_->streams.end() ? known->second : NewStream(e.stream, "")).keys[e.key];
    const bool zero = e.value.IsZero();  // which has no sign
    s.Insert({e.day, e.period, seq, part, zero ? Decimal(false, 0, 0, e.value.exponent()) : e.value});
    Record& record = store_->At(seq);
    record.series.push_back(&s);
    s.reversed |= record.reversed_by != 0;
    s.touched = std::max({s.touched, seq, record.reversed_by});
  }

  // Takes back everything after a seq, and the streams that are new in this transaction.
  void Forget(std::int64_t seq) {
    std::set<Series*> touched;
    for (std::int64_t n = store_->last(); n > seq; --n) {
      Record& record = store_->At(n);
      touched.insert(record.series.begin(), record.series.end());
      if (record.event.kind == EventKind::kReversal) {
        Record& undone = store_->At(store_->by_id.at(record.event.reverses));
        undone.reversed_by = 0;
        touched.insert(undone.series.begin(), undone.series.end());
      }
      store_->by_id.erase(record.event.id);
      store_->records.pop_back();
    }
    for (const std::string& name : new_streams_) {
      const auto stream = store_->streams.find(name);
      for (auto& [key, s] : stream->second.keys) {
        for (const Row& row : s.rows) {
          if (row.seq <= seq) std::erase(store_->At(row.seq).series, &s);
        }
        touched.erase(&s);
      }
      store_->streams.erase(stream);
    }
    for (Series* s : touched) {
      std::erase_if(s->rows, [&](const Row& row) { return row.seq > seq; });
      s->reversed = false;
      s->touched = 0;
      for (const Row& row : s->rows) {
        const std::int64_t undone = store_->At(row.seq).reversed_by;
        s->reversed |= undone != 0;
        s->touched = std::max({s->touched, row.seq, undone});
      }
      s->Rebuild();
    }
  }

  std::shared_ptr<Store> store_ = std::make_shared<Store>();
  std::int64_t begun_ = -1;               // last seq when the open transaction began; -1: none is open
  std::vector<std::string> new_streams_;  // in the open transaction
  bool transacting_ = false;              // the body of Transact runs
};

}  // namespace

std::unique_ptr<Ledger> NewMemoryLedger() { return std::make_unique<MemoryLedger>(); }

}  // namespace ordain
