// The ledger in memory: for tests, for batch runs, for hosts that keep history elsewhere.
//
// Per stream and key the entries stand sorted by day, with running totals, so that a count or total is two
// binary searches. Entries mostly arrive in order of day; one that does not is inserted and the
// totals behind it are made again. Where an event was reversed, or a view looks at the past
// (known_at, or a seq that is no longer the last), entries are filtered one by one instead.
// Tested by tests/ledger_test.cc.
#include <algorithm>
#include <map>
#include <mutex>
#include <unordered_map>

#include "ordain/json.hpp"
#include "ledger/content.hpp"
#include "ordain/value.hpp"

namespace ordain {
namespace {

struct Row {
  std::int64_t day, period, seq;
  Decimal value;
};

struct Series {
  std::vector<Row> rows;        // by day, then seq
  std::vector<Decimal> totals;  // totals[i]: sum of rows[0..i]
  bool reversed = false;        // one of its events was reversed
  std::int64_t touched = 0;     // last seq that added or took away
};

struct Store {
  mutable std::recursive_mutex mutex;
  std::vector<Event> events;                              // seq - 1
  std::unordered_map<std::string, std::int64_t> by_id;
  std::unordered_map<std::int64_t, std::int64_t> reversed_by;  // seq of event -> seq of reversal
  std::map<std::string, std::unordered_map<std::string, Series>, std::less<>> streams;
  std::map<std::string, std::string> definitions;

  const Series* Find(std::string_view stream, std::string_view key) const {
    const auto s = streams.find(stream);
    if (s == streams.end()) return nullptr;
    const auto k = s->second.find(std::string(key));
    return k == s->second.end() ? nullptr : &k->second;
  }
  std::int64_t last() const { return static_cast<std::int64_t>(events.size()); }
};

bool After(const Instant& a, const Instant& b) { return b < a; }

std::optional<Diagnostic> Overflow(std::string_view stream) {
  return MakeDiagnostic(Code::kOverflow, "", {}, {{"what", "a total of " + std::string(stream)}});
}

class MemoryView : public LedgerView {
 public:
  MemoryView(const Store* store, std::int64_t seq, std::optional<Instant> known_at) : store_(store), seq_(seq), known_at_(known_at) {}

  Result<Tally> TallyOf(std::string_view stream, std::string_view key, std::int64_t first, std::int64_t last) const override {
    const std::lock_guard lock(store_->mutex);
    Tally tally;
    const Series* s = store_->Find(stream, key);
    if (s == nullptr || first > last) return tally;
    const auto by_day = [](const Row& row, std::int64_t day) { return row.day < day; };
    const auto begin = std::lower_bound(s->rows.begin(), s->rows.end(), first, by_day);
    const auto end = last == INT64_MAX ? s->rows.end() : std::lower_bound(begin, s->rows.end(), last + 1, by_day);
    if (Fast(*s)) {
      tally.count = end - begin;
      if (begin == end) return tally;
      tally.total = s->totals[static_cast<std::size_t>(end - s->rows.begin()) - 1];
      if (begin != s->rows.begin()) {
        const Decimal& before = s->totals[static_cast<std::size_t>(begin - s->rows.begin()) - 1];
        if (Subtract(tally.total, before, Rounding::kHalfEven, &tally.total) != DecimalStatus::kOk) return *Overflow(stream);
      }
      return tally;
    }
    for (auto row = begin; row != end; ++row) {
      if (!Sees(row->seq)) continue;
      ++tally.count;
      if (Add(tally.total, row->value, Rounding::kHalfEven, &tally.total) != DecimalStatus::kOk) return *Overflow(stream);
    }
    return tally;
  }

  Result<std::vector<PeriodTotal>> Periods(std::string_view stream, std::string_view key, std::int64_t first, std::int64_t last,
                                           std::int64_t first_day, std::int64_t last_day) const override {
    const std::lock_guard lock(store_->mutex);
    std::map<std::int64_t, Tally> totals;
    if (const Series* s = store_->Find(stream, key)) {
      for (const Row& row : s->rows) {
        if (row.period < first || row.period > last || row.day < first_day || row.day > last_day || !Sees(row.seq)) continue;
        Tally& t = totals[row.period];
        ++t.count;
        if (Add(t.total, row.value, Rounding::kHalfEven, &t.total) != DecimalStatus::kOk) return *Overflow(stream);
      }
    }
    std::vector<PeriodTotal> out;
    for (const auto& [period, tally] : totals) out.push_back({period, tally});
    return out;
  }

  Result<std::optional<Decimal>> Latest(std::string_view stream, std::string_view key) const override {
    const std::lock_guard lock(store_->mutex);
    std::optional<Decimal> out;
    std::int64_t seq = 0;
    if (const Series* s = store_->Find(stream, key)) {
      for (const Row& row : s->rows) {
        if (row.seq <= seq || !Sees(row.seq)) continue;
        seq = row.seq;
        out = row.value;
      }
    }
    return out;
  }

  std::int64_t as_of_seq() const override { return seq_; }

 private:
  bool Fast(const Series& s) const { return !known_at_ && !s.reversed && s.touched <= seq_; }
  bool Sees(std::int64_t seq) const {
    if (seq > seq_) return false;
    if (known_at_ && After(store_->events[static_cast<std::size_t>(seq - 1)].recorded_at, *known_at_)) return false;
    const auto r = store_->reversed_by.find(seq);
    if (r == store_->reversed_by.end() || r->second > seq_) return true;
    return known_at_ && After(store_->events[static_cast<std::size_t>(r->second - 1)].recorded_at, *known_at_);
  }

  const Store* store_;
  std::int64_t seq_;
  std::optional<Instant> known_at_;
};

class MemoryLedger : public Ledger {
 public:
  Result<std::vector<AppendResult>> Append(std::span<const Event> events, std::span<const LedgerRead> reads,
                                           std::int64_t based_on) override {
    const std::lock_guard lock(store_.mutex);
    return AppendLocked(events, reads, based_on);
  }

  Result<std::vector<AppendResult>> Transact(
      const std::function<std::optional<Diagnostic>(const LedgerView&, std::vector<Event>*)>& body) override {
    const std::lock_guard lock(store_.mutex);
    std::vector<Event> events;
    const MemoryView now(&store_, store_.last(), std::nullopt);
    if (const auto error = body(now, &events)) return *error;
    return AppendLocked(events, {}, -1);
  }

  // One transaction of many appends: what was there is kept aside, for Rollback.
  std::optional<Diagnostic> Begin() override {
    store_.mutex.lock();
    if (begun_ >= 0) {
      store_.mutex.unlock();
      return MakeDiagnostic(Code::kLedgerIo, "", {}, {{"what", "a transaction is open already"}});
    }
    begun_ = store_.last();
    return std::nullopt;
  }
  std::optional<Diagnostic> Commit() override {
    if (begun_ < 0) return MakeDiagnostic(Code::kLedgerIo, "", {}, {{"what", "no transaction is open"}});
    begun_ = -1;
    store_.mutex.unlock();
    return std::nullopt;
  }
  std::optional<Diagnostic> Rollback() override {
    if (begun_ < 0) return MakeDiagnostic(Code::kLedgerIo, "", {}, {{"what", "no transaction is open"}});
    Forget(begun_);
    begun_ = -1;
    store_.mutex.unlock();
    return std::nullopt;
  }

  std::unique_ptr<LedgerView> View(std::optional<Instant> known_at) const override {
    const std::lock_guard lock(store_.mutex);
    return std::make_unique<MemoryView>(&store_, store_.last(), known_at);
  }

  std::optional<Diagnostic> ForEach(const EventFilter& f, const std::function<bool(const Event&)>& callback) const override {
    const std::lock_guard lock(store_.mutex);
    const std::int64_t last = store_.last();
    for (std::int64_t seq = std::max<std::int64_t>(f.after_seq, 0) + 1; seq <= last && seq <= f.up_to_seq; ++seq) {
      const Event& e = store_.events[static_cast<std::size_t>(seq - 1)];
      if (!f.policy.empty() && e.policy != f.policy) continue;
      if (f.known_at && After(e.recorded_at, *f.known_at)) continue;
      if (f.skip_reversed) {
        if (e.kind == EventKind::kReversal) continue;
        const auto r = store_.reversed_by.find(seq);
        if (r != store_.reversed_by.end() && r->second <= f.up_to_seq &&
            !(f.known_at && After(store_.events[static_cast<std::size_t>(r->second - 1)].recorded_at, *f.known_at))) {
          continue;
        }
      }
      if (!callback(e)) break;
    }
    return std::nullopt;
  }

  Result<std::optional<Event>> Find(std::string_view id) const override {
    const std::lock_guard lock(store_.mutex);
    const auto it = store_.by_id.find(std::string(id));
    if (it == store_.by_id.end()) return std::optional<Event>();
    return std::optional<Event>(store_.events[static_cast<std::size_t>(it->second - 1)]);
  }

  Result<std::optional<std::string>> ReversedBy(std::string_view id) const override {
    const std::lock_guard lock(store_.mutex);
    const auto it = store_.by_id.find(std::string(id));
    if (it == store_.by_id.end()) return std::optional<std::string>();
    const auto r = store_.reversed_by.find(it->second);
    if (r == store_.reversed_by.end()) return std::optional<std::string>();
    return std::optional<std::string>(store_.events[static_cast<std::size_t>(r->second - 1)].id);
  }

  std::int64_t last_seq() const override {
    const std::lock_guard lock(store_.mutex);
    return store_.last();
  }
  bool HasStream(std::string_view stream) const override {
    const std::lock_guard lock(store_.mutex);
    return store_.definitions.contains(std::string(stream));
  }
  std::optional<Diagnostic> AddStream(std::string_view stream, std::string_view definition,
                                      std::span<const std::pair<std::int64_t, Entry>> entries) override {
    const std::lock_guard lock(store_.mutex);
    if (!store_.definitions.emplace(std::string(stream), std::string(definition)).second) return std::nullopt;
    for (const auto& [seq, entry] : entries) Insert(entry, seq);
    return std::nullopt;
  }

 private:
  Result<std::vector<AppendResult>> AppendLocked(std::span<const Event> events, std::span<const LedgerRead> reads, std::int64_t based_on) {
    if (based_on >= 0) {
      for (const LedgerRead& read : reads) {
        const Series* s = store_.Find(read.stream, read.key);
        if (s != nullptr && s->touched > based_on) return MakeDiagnostic(Code::kLedgerStale, "", {});
      }
    }
    const std::int64_t before = store_.last();
    std::vector<AppendResult> results;
    for (const Event& e : events) {
      Result<AppendResult> one = AppendOne(e);
      if (!one) {
        Forget(before);
        return one.error();
      }
      results.push_back(one.value());
    }
    return results;
  }

  Result<AppendResult> AppendOne(const Event& event) {
    if (event.id.empty()) return MakeDiagnostic(Code::kLedgerIo, "", {}, {{"what", "an event without an id"}});
    const auto known = store_.by_id.find(event.id);
    if (known != store_.by_id.end()) {
      if (SameEvent(store_.events[static_cast<std::size_t>(known->second - 1)], event)) return AppendResult{known->second, true};
      return MakeDiagnostic(Code::kLedgerConflict, "", {}, {{"id", event.id}});
    }
    std::int64_t undone = 0;
    if (event.kind == EventKind::kReversal) {
      const auto it = store_.by_id.find(event.reverses);
      if (it == store_.by_id.end() || store_.events[static_cast<std::size_t>(it->second - 1)].kind != EventKind::kDecision) {
        return MakeDiagnostic(Code::kUnknownEvent, "", {}, {{"id", event.reverses}});
      }
      undone = it->second;
      if (store_.reversed_by.contains(undone)) return MakeDiagnostic(Code::kAlreadyReversed, "", {}, {{"id", event.reverses}});
    }
    const std::int64_t seq = store_.last() + 1;
    store_.events.push_back(event);
    store_.events.back().seq = seq;
    store_.by_id.emplace(event.id, seq);
    for (const Entry& entry : event.entries) {
      store_.definitions.emplace(entry.stream, "");
      if (!Insert(entry, seq)) {
        return MakeDiagnostic(Code::kOverflow, "", {}, {{"what", "a total of " + entry.stream}});
      }
    }
    if (undone != 0) {
      store_.reversed_by.emplace(undone, seq);
      for (const Entry& entry : store_.events[static_cast<std::size_t>(undone - 1)].entries) {
        Series& s = store_.streams[entry.stream][entry.key];
        s.reversed = true;
        s.touched = seq;
      }
    }
    return AppendResult{seq, false};
  }

  bool Insert(const Entry& e, std::int64_t seq) {
    Series& s = store_.streams[e.stream][e.key];
    const auto at = std::upper_bound(s.rows.begin(), s.rows.end(), e.day, [](std::int64_t day, const Row& row) { return day < row.day; });
    const auto index = static_cast<std::size_t>(at - s.rows.begin());
    s.rows.insert(at, Row{e.day, e.period, seq, e.value});
    s.touched = std::max(s.touched, seq);
    return Resum(&s, index);
  }

  static bool Resum(Series* s, std::size_t from) {
    s->totals.resize(s->rows.size());
    for (std::size_t i = from; i < s->rows.size(); ++i) {
      Decimal total = i == 0 ? Decimal() : s->totals[i - 1];
      if (Add(total, s->rows[i].value, Rounding::kHalfEven, &total) != DecimalStatus::kOk) return false;
      s->totals[i] = total;
    }
    return true;
  }

  // Takes back everything after a seq.
  void Forget(std::int64_t seq) {
    for (auto& [name, keys] : store_.streams) {
      for (auto& [key, s] : keys) {
        if (s.touched <= seq) continue;
        std::erase_if(s.rows, [&](const Row& row) { return row.seq > seq; });
        s.reversed = false;
        s.touched = 0;
        for (const Row& row : s.rows) {
          s.touched = std::max(s.touched, row.seq);
          const auto r = store_.reversed_by.find(row.seq);
          if (r == store_.reversed_by.end() || r->second > seq) continue;
          s.reversed = true;
          s.touched = std::max(s.touched, r->second);
        }
        (void)Resum(&s, 0);
      }
    }
    std::erase_if(store_.reversed_by, [&](const auto& r) { return r.second > seq; });
    while (store_.last() > seq) {
      store_.by_id.erase(store_.events.back().id);
      store_.events.pop_back();
    }
  }

  Store store_;
  std::int64_t begun_ = -1;
};

}  // namespace

bool SameEvent(const Event& a, const Event& b) {
  if (a.id != b.id || a.kind != b.kind || a.policy != b.policy || !(a.at == b.at) || a.reverses != b.reverses) return false;
  if (a.facts == b.facts) return true;
  json::Node x, y;
  Diagnostics ignored;
  const Limits limits;
  if (!json::Parse(a.facts, limits, "", &x, &ignored) || !json::Parse(b.facts, limits, "", &y, &ignored)) return false;
  Arena arena;
  std::vector<std::unique_ptr<Shape>> shapes;
  Value u, v;
  return json::ToValue(x, &arena, &shapes, &u) && json::ToValue(y, &arena, &shapes, &v) && SameValue(u, v);
}

std::unique_ptr<Ledger> NewMemoryLedger() { return std::make_unique<MemoryLedger>(); }

}  // namespace ordain
