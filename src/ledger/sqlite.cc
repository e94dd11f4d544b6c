// The ledger in a SQLite file. The format is docs/ledger-format.md; this file is its only writer.
//
// One connection per ledger object, guarded by a mutex; writers of several processes queue at BEGIN
// IMMEDIATE. A view is a bound on seq: because nothing is ever changed, the rows up to a seq are one moment,
// and no read transaction is held open. Totals are summed here (ledger::ExactSum) from integer coefficients,
// never by SQL, whose sum() turns to binary floating point where 64 bits do not suffice.
//
// Append-only is enforced by triggers, for every program that opens the file. That nobody went around them is
// shown by hashes: each event carries one over its content, its entries and the hash before it; each stream
// one over its definition, the entries that it was filled with and the stream before it (VerifySqliteLedger).
//
// Cost: a count or total reads its window from one covering index, some microseconds and a third of one for
// each entry; an event with two entries takes 50 us in a large transaction and 100 us in one of its own, and
// 0.7 KB. Limits: no network file systems (WAL); one text is below 1 GB.
//
// Tested by tests/ledger_test.cc and tests/ledger_kill_test.cc.
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>

#include "base/sha256.hpp"
#include "ledger/content.hpp"
#include "ordain/ledger_sqlite.hpp"

namespace ordain {
namespace {

constexpr std::int64_t kApplicationId = 0x6f726461;  // "orda"
constexpr std::int64_t kFormat = 1;

// ---- the schema -------------------------------------------------------------------------------------

constexpr const char* kTables = R"sql(
CREATE TABLE meta(
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE events(
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK(id <> ''),
  kind TEXT NOT NULL CHECK(kind IN ('decision', 'reversal', 'close')),
  reverses INTEGER REFERENCES events(seq) CHECK((reverses IS NOT NULL) = (kind = 'reversal')),
  policy TEXT NOT NULL,
  at_seconds INTEGER NOT NULL,
  at_nanos INTEGER NOT NULL,
  at_offset INTEGER NOT NULL,
  recorded_seconds INTEGER NOT NULL,
  recorded_nanos INTEGER NOT NULL,
  recorded_offset INTEGER NOT NULL,
  facts TEXT NOT NULL,
  outcome TEXT NOT NULL,
  effects TEXT NOT NULL,
  terms TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_by_reversed ON events(reverses) WHERE reverses IS NOT NULL;
CREATE INDEX events_by_policy ON events(policy);

CREATE TABLE streams(
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK(id <> ''),
  definition TEXT NOT NULL,
  filled_to INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE TABLE keys(
  number INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE entries(
  stream INTEGER NOT NULL REFERENCES streams(number),
  key INTEGER NOT NULL REFERENCES keys(number),
  day INTEGER NOT NULL,
  seq INTEGER NOT NULL REFERENCES events(seq),
  part INTEGER NOT NULL,
  period INTEGER NOT NULL,
  coefficient ANY NOT NULL CHECK(typeof(coefficient) IN ('integer', 'text')),
  exponent INTEGER NOT NULL,
  PRIMARY KEY(stream, key, day, seq, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX entries_by_event ON entries(seq);

CREATE TRIGGER events_in_order BEFORE INSERT ON events
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM events)
  OR EXISTS (SELECT 1 FROM events WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM events WHERE reverses = NEW.reverses)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER streams_in_order BEFORE INSERT ON streams
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM streams)
  OR EXISTS (SELECT 1 FROM streams WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER keys_in_order BEFORE INSERT ON keys
WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM keys)
  OR EXISTS (SELECT 1 FROM keys WHERE key = NEW.key)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entries_new BEFORE INSERT ON entries
WHEN EXISTS (SELECT 1 FROM entries n WHERE n.stream = NEW.stream AND n.key = NEW.key AND n.day = NEW.day
             AND n.seq = NEW.seq AND n.part = NEW.part)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
)sql";

std::string Schema() {
  std::string sql = kTables;
  for (const std::string table : {"meta", "events", "streams", "keys", "entries"}) {
    for (const std::string change : {"UPDATE", "DELETE"}) {
      sql += "CREATE TRIGGER " + table + "_no_" + (change == "UPDATE" ? "update" : "delete") + " BEFORE " +
             change + " ON " + table + "\nBEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;\n";
    }
  }
  const std::string format = std::to_string(kFormat);
  sql += "INSERT INTO meta VALUES('format', '" + format + "'), ('about', 'ordain ledger');\n";
  sql += "CREATE TRIGGER meta_fixed BEFORE INSERT ON meta\n";
  sql += "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;\n";
  sql += "PRAGMA application_id = " + std::to_string(kApplicationId) + ";\n";
  sql += "PRAGMA user_version = " + format + ";\n";
  return sql;
}

// ---- statements -------------------------------------------------------------------------------------

enum Sql : std::size_t {
  kFind,
  kReversedBy,
  kEvents,
  kEventsOfPolicy,
  kLast,
  kAddEvent,
  kStreamNumber,
  kLastStream,
  kAddStream,
  kKeyNumber,
  kAddKey,
  kAddEntry,
  kEntries,
  kLatest,
  kHistory,
  kStale,
  kSqlCount,
};

#define ORDAIN_EVENT_COLUMNS                                                                     \
  "SELECT e.seq, e.id, e.kind, (SELECT o.id FROM events o WHERE o.seq = e.reverses), e.policy, " \
  "e.at_seconds, e.at_nanos, e.at_offset, e.recorded_seconds, e.recorded_nanos, "                \
  "e.recorded_offset, e.facts, e.outcome, e.effects, e.terms, e.hash FROM events e "
// ?1 after, ?2 up to, ?3 and ?4 known at (null: always), ?5 skip reversed
#define ORDAIN_EVENT_FILTER                                                                               \
  "e.seq > ?1 AND e.seq <= ?2 AND (?3 IS NULL OR (e.recorded_seconds, e.recorded_nanos) <= (?3, ?4)) "    \
  "AND (NOT ?5 OR (e.kind <> 'reversal' AND NOT EXISTS (SELECT 1 FROM events r WHERE r.reverses = e.seq " \
  "AND r.seq <= ?2 AND (?3 IS NULL OR (r.recorded_seconds, r.recorded_nanos) <= (?3, ?4))))) "
#define ORDAIN_SERIES                                      \
  "n.stream = (SELECT number FROM streams WHERE id = ?1) " \
  "AND n.key = (SELECT number FROM keys WHERE key = ?2) "
// Entries that count: ?3 up to seq, ?4 and ?5 known at (null: always).
#define ORDAIN_COUNTS                                                                                \
  "AND n.seq <= ?3 AND NOT EXISTS (SELECT 1 FROM events r WHERE r.reverses = n.seq AND r.seq <= ?3 " \
  "AND (?4 IS NULL OR (r.recorded_seconds, r.recorded_nanos) <= (?4, ?5))) "                         \
  "AND (?4 IS NULL OR EXISTS (SELECT 1 FROM events e WHERE e.seq = n.seq "                           \
  "AND (e.recorded_seconds, e.recorded_nanos) <= (?4, ?5))) "

constexpr std::array<const char*, kSqlCount> kSql = {
    /* kFind */ ORDAIN_EVENT_COLUMNS "WHERE e.id = ?1",
    /* kReversedBy */ "SELECT r.id FROM events r WHERE r.reverses = (SELECT seq FROM events WHERE id = ?1)",
    /* kEvents */ ORDAIN_EVENT_COLUMNS "WHERE " ORDAIN_EVENT_FILTER "ORDER BY e.seq LIMIT 1000",
    /* kEventsOfPolicy */
    ORDAIN_EVENT_COLUMNS "WHERE e.policy = ?6 AND " ORDAIN_EVENT_FILTER "ORDER BY e.seq LIMIT 1000",
    /* kLast */ "SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1",
    /* kAddEvent */
    "INSERT INTO events VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
    /* kStreamNumber */ "SELECT number FROM streams WHERE id = ?1",
    /* kLastStream */ "SELECT number, hash FROM streams ORDER BY number DESC LIMIT 1",
    /* kAddStream */ "INSERT INTO streams VALUES(?1, ?2, ?3, ?4, ?5)",
    /* kKeyNumber */ "SELECT number FROM keys WHERE key = ?1",
    /* kAddKey */ "INSERT INTO keys SELECT coalesce(max(number), 0) + 1, ?1 FROM keys",
    /* kAddEntry */ "INSERT INTO entries VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    /* kEntries */
    "SELECT n.period, n.coefficient, n.exponent FROM entries n WHERE " ORDAIN_SERIES
    "AND n.day BETWEEN ?6 AND ?7 " ORDAIN_COUNTS,
    /* kLatest */
    "SELECT n.period, n.coefficient, n.exponent FROM entries n WHERE " ORDAIN_SERIES ORDAIN_COUNTS
    "ORDER BY n.seq DESC, n.part DESC LIMIT 1",
    /* kHistory */
    "SELECT n.seq, h.at_seconds, h.at_nanos, h.at_offset, h.facts FROM entries n JOIN events h ON h.seq = n.seq WHERE " ORDAIN_SERIES
    "AND n.day BETWEEN ?6 AND ?7 " ORDAIN_COUNTS,
    // By the few entries and reversals since then (?3), however many entries the series has.
    /* kStale */
    "SELECT EXISTS (SELECT 1 FROM entries n INDEXED BY entries_by_event WHERE n.seq > ?3 AND " ORDAIN_SERIES
    ") OR EXISTS (SELECT 1 FROM events r JOIN entries n INDEXED BY entries_by_event ON n.seq = r.reverses "
    "WHERE r.seq > ?3 AND " ORDAIN_SERIES ")",
};

// A prepared statement, kept with its connection: bind, step, read.
class Statement {
 public:
  Statement(sqlite3* db, const char* sql) {
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s_, nullptr) != SQLITE_OK) s_ = nullptr;
  }
  ~Statement() { sqlite3_finalize(s_); }
  Statement(const Statement&) = delete;  // prepare another one
  Statement& operator=(const Statement&) = delete;

  bool ok() const { return s_ != nullptr; }
  void Reset() {
    sqlite3_reset(s_);
    sqlite3_clear_bindings(s_);
    next_ = 1;
  }
  Statement& operator<<(std::int64_t v) {
    sqlite3_bind_int64(s_, next_++, v);
    return *this;
  }
  Statement& operator<<(std::string_view v) {
    // Not copied: bound texts outlive the steps that read them. A null pointer would bind NULL.
    sqlite3_bind_text64(s_, next_++, v.data() == nullptr ? "" : v.data(), v.size(), SQLITE_STATIC,
                        SQLITE_UTF8);
    return *this;
  }
  Statement& operator<<(const std::optional<Instant>& at) {  // two parameters
    if (!at) {
      next_ += 2;
      return *this;
    }
    return *this << at->seconds << static_cast<std::int64_t>(at->nanos);
  }
  void Skip() { ++next_; }                 // leaves a parameter NULL
  int Step() { return sqlite3_step(s_); }  // SQLITE_ROW, SQLITE_DONE or an error
  std::int64_t Int(int column) const { return sqlite3_column_int64(s_, column); }
  bool IsText(int column) const { return sqlite3_column_type(s_, column) == SQLITE_TEXT; }
  std::string Text(int column) const {
    const auto* p = reinterpret_cast<const char*>(sqlite3_column_text(s_, column));
    return p == nullptr ? std::string()
                        : std::string(p, static_cast<std::size_t>(sqlite3_column_bytes(s_, column)));
  }

 private:
  sqlite3_stmt* s_ = nullptr;
  int next_ = 1;
};

// A statement in use; reset whatever way out is taken, because an open one would hold a read lock.
class Use {
 public:
  explicit Use(Statement* s) : s_(s) {}
  ~Use() {
    if (s_ != nullptr) s_->Reset();
  }
  Use(const Use&) = delete;  // one user at a time
  Use& operator=(const Use&) = delete;
  explicit operator bool() const { return s_ != nullptr; }
  Statement* operator->() const { return s_; }
  Statement& operator*() const { return *s_; }

 private:
  Statement* s_;
};

struct Database {
  Database(sqlite3* handle, std::string file, int timeout)
      : db(handle), path(std::move(file)), busy_timeout_ms(timeout) {}
  ~Database() {
    for (auto& s : statements) s.reset();
    sqlite3_close(db);
  }
  Database(const Database&) = delete;  // one connection; open another ledger
  Database& operator=(const Database&) = delete;

  Statement* Get(Sql sql) {
    std::unique_ptr<Statement>& s = statements[sql];
    if (s == nullptr) s = std::make_unique<Statement>(db, kSql[sql]);
    if (s->ok()) return s.get();
    s.reset();
    return nullptr;
  }
  std::optional<Diagnostic> Run(const std::string& sql) {
    if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return std::nullopt;
    return Error();
  }
  // What the connection's last call has met.
  Diagnostic Error() const {
    const int code = sqlite3_errcode(db) & 0xff;
    if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT) return Format(sqlite3_errmsg(db));
    if (code == SQLITE_BUSY) {
      return Io("somebody else is writing; gave up after " + std::to_string(busy_timeout_ms) + " ms");
    }
    return Io(sqlite3_errmsg(db));
  }
  Diagnostic Io(const std::string& what) const {
    return MakeDiagnostic(Code::kLedgerIo, "", {}, {{"what", path + ": " + what}});
  }
  Diagnostic Format(const std::string& what) const {
    return MakeDiagnostic(Code::kLedgerFormat, "", {}, {{"file", path}, {"what", what}});
  }

  sqlite3* db;
  const std::string path;
  const int busy_timeout_ms;
  std::array<std::unique_ptr<Statement>, kSqlCount> statements;
  mutable std::recursive_mutex mutex;
};

// ---- rows -------------------------------------------------------------------------------------------

constexpr std::array<std::string_view, 3> kKinds = {"decision", "reversal", "close"};

Event ReadEvent(const Statement& s) {
  Event e;
  e.seq = s.Int(0);
  e.id = s.Text(1);
  const auto kind = std::find(kKinds.begin(), kKinds.end(), s.Text(2));
  e.kind = static_cast<EventKind>(kind - kKinds.begin());
  e.reverses = s.Text(3);
  e.policy = s.Text(4);
  e.at = {s.Int(5), static_cast<std::uint32_t>(s.Int(6)), static_cast<std::int32_t>(s.Int(7))};
  e.recorded_at = {s.Int(8), static_cast<std::uint32_t>(s.Int(9)), static_cast<std::int32_t>(s.Int(10))};
  e.facts = s.Text(11);
  e.outcome = s.Text(12);
  e.effects = s.Text(13);
  e.terms = s.Text(14);
  return e;
}

// A decimal's coefficient: an integer where 64 bits hold it, otherwise its digits.
std::string CoefficientText(const Decimal& v) {
  return Decimal(v.negative() && !v.IsZero(), v.hi(), v.lo(), 0).ToString();
}

bool ReadValue(const Statement& s, int column, Decimal* out) {
  const std::int64_t exponent = s.Int(column + 1);
  if (exponent < Decimal::kMinExponent || exponent > Decimal::kMaxExponent) return false;
  Decimal c(s.Int(column));
  bool exact = true;
  if (s.IsText(column) &&
      (Decimal::Parse(s.Text(column), &c, &exact) != DecimalStatus::kOk || !exact || c.exponent() != 0)) {
    return false;
  }
  *out = Decimal(c.negative(), c.hi(), c.lo(), static_cast<std::int32_t>(exponent));
  return true;
}

// What is hashed: fields as netstrings ("5:hello,"), so that no two contents write the same text.
class Content {
 public:
  explicit Content(std::string_view hash_before) { *this << hash_before; }
  Content& operator<<(std::string_view field) {
    text_ += std::to_string(field.size());
    text_ += ':';
    text_ += field;
    text_ += ',';
    return *this;
  }
  Content& operator<<(std::int64_t field) { return *this << std::string_view(std::to_string(field)); }
  std::string Hash() const { return Sha256Hex(text_); }

 private:
  std::string text_;
};

void AddEventFields(const Event& e, std::int64_t seq, Content* to) {
  *to << seq << e.id << kKinds[static_cast<std::size_t>(e.kind)] << e.reverses << e.policy << e.at.seconds
      << static_cast<std::int64_t>(e.at.nanos) << static_cast<std::int64_t>(e.at.offset)
      << e.recorded_at.seconds << static_cast<std::int64_t>(e.recorded_at.nanos)
      << static_cast<std::int64_t>(e.recorded_at.offset) << e.facts << e.outcome << e.effects << e.terms;
}

void AddEntryFields(std::string_view stream, std::string_view key, std::int64_t day, std::int64_t period,
                    std::string_view coefficient, std::int64_t exponent, Content* to) {
  *to << stream << key << day << period << coefficient << exponent;
}

void AddEntryFields(const Entry& e, Content* to) {
  AddEntryFields(e.stream, e.key, e.day, e.period, CoefficientText(e.value), e.value.exponent(), to);
}

// ---- views ------------------------------------------------------------------------------------------

class SqliteView : public LedgerView {
 public:
  // seq: its error is the error of every question.
  SqliteView(std::shared_ptr<Database> db, Result<std::int64_t> seq, std::optional<Instant> known_at)
      : db_(std::move(db)), seq_(std::move(seq)), known_at_(known_at) {}

  Result<Tally> TallyOf(std::string_view stream, std::string_view key, std::int64_t first,
                        std::int64_t last) const override {
    Tally tally;
    ledger::ExactSum sum;
    const auto error = Read(kEntries, stream, key, first, last, [&](std::int64_t, const Decimal& value) {
      ++tally.count;
      sum.Add(value);
    });
    if (error) return *error;
    return Finish(stream, sum, tally);
  }

  Result<std::vector<PeriodTotal>> Periods(std::string_view stream, std::string_view key, std::int64_t first,
                                           std::int64_t last, std::int64_t first_day,
                                           std::int64_t last_day) const override {
    std::map<std::int64_t, std::pair<std::int64_t, ledger::ExactSum>> sums;
    const auto error =
        Read(kEntries, stream, key, first_day, last_day, [&](std::int64_t period, const Decimal& value) {
          if (period < first || period > last) return;
          auto& [count, sum] = sums[period];
          ++count;
          sum.Add(value);
        });
    if (error) return *error;
    std::vector<PeriodTotal> out;
    for (const auto& [period, of] : sums) {
      Result<Tally> tally = Finish(stream, of.second, {of.first, {}});
      if (!tally) return tally.error();
      out.push_back({period, tally.value()});
    }
    return out;
  }

  Result<std::optional<Decimal>> Latest(std::string_view stream, std::string_view key) const override {
    std::optional<Decimal> latest;
    const auto error =
        Read(kLatest, stream, key, 0, 0, [&](std::int64_t, const Decimal& value) { latest = value; });
    if (error) return *error;
    return latest;
  }

  Result<std::vector<HistoryItem>> History(std::string_view stream, std::string_view key, std::int64_t first,
                                           std::int64_t last) const override {
    if (!seq_) return seq_.error();
    const std::lock_guard lock(db_->mutex);
    const Use use(db_->Get(kHistory));
    if (!use) return db_->Error();
    *use << stream << key << seq_.value() << known_at_ << first << last;
    std::vector<HistoryItem> items;
    int code;
    while ((code = use->Step()) == SQLITE_ROW) {
      items.push_back({use->Int(0), {use->Int(1), static_cast<std::uint32_t>(use->Int(2)), static_cast<std::int32_t>(use->Int(3))}, use->Text(4)});
    }
    if (code != SQLITE_DONE) return db_->Error();
    ledger::SortHistory(&items);
    return items;
  }

  std::int64_t as_of_seq() const override { return seq_ ? seq_.value() : -1; }

 private:
  static Result<Tally> Finish(std::string_view stream, const ledger::ExactSum& sum, Tally tally) {
    if (sum.Total(&tally.total) == DecimalStatus::kOk) return tally;
    return MakeDiagnostic(Code::kOverflow, "", {}, {{"what", "a total of " + std::string(stream)}});
  }

  // Calls row(period, value) for each entry that counts.
  template <class Row>
  std::optional<Diagnostic> Read(Sql sql, std::string_view stream, std::string_view key, std::int64_t first,
                                 std::int64_t last, const Row& row) const {
    if (!seq_) return seq_.error();
    const std::lock_guard lock(db_->mutex);
    const Use use(db_->Get(sql));
    if (!use) return db_->Error();
    *use << stream << key << seq_.value() << known_at_;
    if (sql == kEntries) *use << first << last;
    int code;
    while ((code = use->Step()) == SQLITE_ROW) {
      Decimal value;
      if (!ReadValue(*use, 1, &value))
        return db_->Format("an entry of stream " + std::string(stream) + " is no number");
      row(use->Int(0), value);
    }
    if (code != SQLITE_DONE) return db_->Error();
    return std::nullopt;
  }

  std::shared_ptr<Database> db_;
  Result<std::int64_t> seq_;
  std::optional<Instant> known_at_;
};

// ---- the ledger -------------------------------------------------------------------------------------

class SqliteLedger : public Ledger {
 public:
  explicit SqliteLedger(std::shared_ptr<Database> db) : db_(std::move(db)) {}
  ~SqliteLedger() override {
    if (begun_) (void)End("ROLLBACK");
  }

  Result<std::vector<AppendResult>> Append(std::span<const Event> events, std::span<const LedgerRead> reads,
                                           std::int64_t based_on) override {
    const std::lock_guard lock(db_->mutex);
    if (const auto error = Open()) return *error;
    Result<std::vector<AppendResult>> results = Write(events, reads, based_on);
    if (const auto error = Close(results.ok())) return *error;
    return results;
  }

  Result<std::vector<AppendResult>> Transact(const Body& body) override {
    const std::lock_guard lock(db_->mutex);
    if (const auto error = Open()) return *error;
    std::vector<Event> events;
    const SqliteView now(db_, Last(), std::nullopt);
    transacting_ = true;
    const std::optional<Diagnostic> refused = body(now, &events);
    transacting_ = false;
    Result<std::vector<AppendResult>> results =
        refused ? Result<std::vector<AppendResult>>(*refused) : Write(events, {}, -1);
    if (const auto error = Close(results.ok())) return *error;
    return results;
  }

  std::optional<Diagnostic> Begin() override {
    const std::lock_guard lock(db_->mutex);
    if (transacting_) return db_->Io(kOnlyReads);
    if (begun_) return db_->Io("a transaction is open already");
    if (const auto error = db_->Run("BEGIN IMMEDIATE")) return error;
    begun_ = true;
    db_->mutex.lock();  // until Commit or Rollback
    return std::nullopt;
  }
  std::optional<Diagnostic> Commit() override { return End("COMMIT"); }
  std::optional<Diagnostic> Rollback() override { return End("ROLLBACK"); }

  std::unique_ptr<LedgerView> View(std::optional<Instant> known_at, std::int64_t up_to_seq) const override {
    const std::lock_guard lock(db_->mutex);
    Result<std::int64_t> last = Last();
    if (last) last = std::min(up_to_seq, last.value());
    return std::make_unique<SqliteView>(db_, std::move(last), known_at);
  }

  std::optional<Diagnostic> ForEach(const EventFilter& filter,
                                    const std::function<bool(const Event&)>& callback) const override {
    // Read in portions and called without an open statement, so that the callback may use the ledger.
    std::vector<Event> portion;
    std::int64_t after = filter.after_seq, up_to = filter.up_to_seq;
    {
      const Result<std::int64_t> last = Last();
      if (!last) return last.error();
      up_to = std::min(up_to, last.value());
    }
    do {
      portion.clear();
      {
        const std::lock_guard lock(db_->mutex);
        const Use use(db_->Get(filter.policy.empty() ? kEvents : kEventsOfPolicy));
        if (!use) return db_->Error();
        *use << after << up_to << filter.known_at << std::int64_t{filter.skip_reversed};
        if (!filter.policy.empty()) *use << filter.policy;
        int code;
        while ((code = use->Step()) == SQLITE_ROW) portion.push_back(ReadEvent(*use));
        if (code != SQLITE_DONE) return db_->Error();
      }
      for (const Event& e : portion) {
        if (!callback(e)) return std::nullopt;
        after = e.seq;
      }
    } while (!portion.empty());
    return std::nullopt;
  }

  Result<std::optional<Event>> Find(std::string_view id) const override {
    const std::lock_guard lock(db_->mutex);
    const Use use(db_->Get(kFind));
    if (!use) return db_->Error();
    *use << id;
    switch (use->Step()) {
      case SQLITE_ROW: return std::optional<Event>(ReadEvent(*use));
      case SQLITE_DONE: return std::optional<Event>();
      default: return db_->Error();
    }
  }

  Result<std::optional<std::string>> ReversedBy(std::string_view id) const override {
    const std::lock_guard lock(db_->mutex);
    const Use use(db_->Get(kReversedBy));
    if (!use) return db_->Error();
    *use << id;
    switch (use->Step()) {
      case SQLITE_ROW: return std::optional<std::string>(use->Text(0));
      case SQLITE_DONE: return std::optional<std::string>();
      default: return db_->Error();
    }
  }

  std::int64_t last_seq() const override {
    const Result<std::int64_t> last = Last();
    return last ? last.value() : -1;
  }

  bool HasStream(std::string_view stream) const override {
    const std::lock_guard lock(db_->mutex);
    const Result<std::int64_t> number = Number(kStreamNumber, stream);
    return number && number.value() != 0;
  }

  std::optional<Diagnostic> AddStream(std::string_view stream, std::string_view definition,
                                      std::span<const std::pair<std::int64_t, Entry>> entries) override {
    const std::lock_guard lock(db_->mutex);
    if (sqlite3_db_readonly(db_->db, "main") == 1) {
      if (entries.empty()) return std::nullopt;  // reads like a stream without entries
      return db_->Io("it is open for reading only, and stream " + std::string(stream) + " is to be filled from what was recorded; " +
                     "open it for writing once with this rule set");
    }
    if (const auto error = Open()) return error;
    const std::optional<Diagnostic> wrong = FillStream(stream, definition, entries);
    if (const auto error = Close(!wrong)) return error;
    return wrong;
  }

 private:
  static constexpr const char* kOnlyReads = "inside Transact the ledger can only be read";

  // Every write stands between Open and Close: a transaction, or a part of the one that is begun.
  std::optional<Diagnostic> Open() {
    if (transacting_) return db_->Io(kOnlyReads);
    if (!begun_) return db_->Run("BEGIN IMMEDIATE");
    // A full disk makes SQLite roll back by itself; what comes after it must not be recorded alone.
    if (sqlite3_get_autocommit(db_->db) != 0)
      return db_->Io("the transaction was lost by an error; roll it back");
    return db_->Run("SAVEPOINT step");
  }
  std::optional<Diagnostic> Close(bool good) {
    if (!good) {
      // The error that led here is the one to report; one in going back means that SQLite had rolled back
      // itself.
      (void)db_->Run(begun_ ? "ROLLBACK TO step; RELEASE step" : "ROLLBACK");
      return std::nullopt;
    }
    std::optional<Diagnostic> error = db_->Run(begun_ ? "RELEASE step" : "COMMIT");
    if (error && !begun_) (void)db_->Run("ROLLBACK");
    return error;
  }
  std::optional<Diagnostic> End(const char* sql) {
    const std::lock_guard lock(db_->mutex);
    if (transacting_) return db_->Io(kOnlyReads);
    if (!begun_) return db_->Io("no transaction is open");
    std::optional<Diagnostic> error;
    if (sqlite3_get_autocommit(db_->db) == 0) {
      error = db_->Run(sql);
      if (error) (void)db_->Run("ROLLBACK");
    } else if (std::string_view(sql) == "COMMIT") {
      error = db_->Io("the transaction was lost by an error; nothing of it is recorded");
    }
    begun_ = false;
    db_->mutex.unlock();
    return error;
  }

  Result<std::int64_t> Last(std::string* hash = nullptr) const {
    const std::lock_guard lock(db_->mutex);
    const Use use(db_->Get(kLast));
    if (!use) return db_->Error();
    switch (use->Step()) {
      case SQLITE_ROW:
        if (hash != nullptr) *hash = use->Text(1);
        return use->Int(0);
      case SQLITE_DONE: return std::int64_t{0};
      default: return db_->Error();
    }
  }

  // Of a stream or key; 0 when it is unknown.
  Result<std::int64_t> Number(Sql sql, std::string_view name) const {
    const Use use(db_->Get(sql));
    if (!use) return db_->Error();
    *use << name;
    switch (use->Step()) {
      case SQLITE_ROW: return use->Int(0);
      case SQLITE_DONE: return std::int64_t{0};
      default: return db_->Error();
    }
  }

  std::optional<Diagnostic> Finish(Statement& s) const {
    if (s.Step() == SQLITE_DONE) return std::nullopt;
    return db_->Error();
  }

  // `entries`: what the stream is filled with, for its hash; they are written by the caller.
  Result<std::int64_t> NewStream(std::string_view stream, std::string_view definition, std::int64_t filled_to,
                                 std::span<const std::pair<std::int64_t, Entry>> entries) {
    std::int64_t number = 1;
    std::string before;
    {
      const Use use(db_->Get(kLastStream));
      if (!use) return db_->Error();
      const int code = use->Step();
      if (code != SQLITE_ROW && code != SQLITE_DONE) return db_->Error();
      if (code == SQLITE_ROW) {
        number = use->Int(0) + 1;
        before = use->Text(1);
      }
    }
    Content content(before);
    content << number << stream << definition << filled_to;
    for (const auto& [seq, entry] : entries) {
      content << seq;
      AddEntryFields(entry, &content);
    }
    const std::string hash = content.Hash();
    const Use use(db_->Get(kAddStream));
    if (!use) return db_->Error();
    *use << number << stream << definition << filled_to << hash;
    if (const auto error = Finish(*use)) return *error;
    return number;
  }

  std::optional<Diagnostic> WriteEntry(const Entry& e, std::int64_t stream, std::int64_t seq,
                                       std::int64_t part) {
    Result<std::int64_t> key = Number(kKeyNumber, e.key);
    if (!key) return key.error();
    if (key.value() == 0) {
      const Use use(db_->Get(kAddKey));
      if (!use) return db_->Error();
      *use << e.key;
      if (const auto error = Finish(*use)) return error;
      key = static_cast<std::int64_t>(sqlite3_last_insert_rowid(db_->db));
    }
    const Use use(db_->Get(kAddEntry));
    if (!use) return db_->Error();
    *use << stream << key.value() << e.day << seq << part << e.period;
    const std::string digits = CoefficientText(e.value);
    std::int64_t units;
    if (Decimal(e.value.negative(), e.value.hi(), e.value.lo(), 0).ToInt64(&units)) {
      *use << units;
    } else {
      *use << digits;
    }
    *use << std::int64_t{e.value.exponent()};
    return Finish(*use);
  }

  std::optional<Diagnostic> FillStream(std::string_view stream, std::string_view definition,
                                       std::span<const std::pair<std::int64_t, Entry>> entries) {
    Result<std::int64_t> number = Number(kStreamNumber, stream);
    if (!number) return number.error();
    if (number.value() != 0) return std::nullopt;
    const Result<std::int64_t> last = Last();
    if (!last) return last.error();
    if (const auto error = ledger::CheckStream(stream, entries, last.value())) return error;
    number = NewStream(stream, definition, last.value(), entries);
    if (!number) return number.error();
    std::int64_t part = 0;
    for (const auto& [seq, entry] : entries) {
      if (const auto error = WriteEntry(entry, number.value(), seq, part++)) return error;
    }
    return std::nullopt;
  }

  std::optional<Diagnostic> CheckFresh(std::span<const LedgerRead> reads, std::int64_t based_on) {
    for (const LedgerRead& read : reads) {
      const Use use(db_->Get(kStale));
      if (!use) return db_->Error();
      *use << read.stream << read.key << based_on;
      if (use->Step() != SQLITE_ROW) return db_->Error();
      if (use->Int(0) != 0) return MakeDiagnostic(Code::kLedgerStale, "", {});
    }
    return std::nullopt;
  }

  // Inside an open transaction, which the caller rolls back after an error.
  Result<std::vector<AppendResult>> Write(std::span<const Event> events, std::span<const LedgerRead> reads,
                                          std::int64_t based_on) {
    std::string hash;
    const Result<std::int64_t> last = Last(&hash);
    if (!last) return last.error();
    std::int64_t seq = last.value();
    std::vector<AppendResult> results;
    for (const Event& e : events) {
      if (const auto error = ledger::CheckEvent(e)) return *error;
      const Result<std::optional<Event>> known = Find(e.id);
      if (!known) return known.error();
      if (known.value()) {
        if (!ledger::SameEvent(*known.value(), e)) {
          return MakeDiagnostic(Code::kLedgerConflict, "", {}, {{"id", e.id}});
        }
        results.push_back({known.value()->seq, true});
        continue;
      }
      if (seq == last.value() && based_on >= 0 && based_on < seq) {  // before the first new one
        if (const auto error = CheckFresh(reads, based_on)) return *error;
      }
      std::int64_t undone = 0;
      if (e.kind == EventKind::kReversal) {
        const Result<std::optional<Event>> event = Find(e.reverses);
        if (!event) return event.error();
        if (!event.value() || event.value()->kind != EventKind::kDecision) {
          return MakeDiagnostic(Code::kUnknownEvent, "", {}, {{"id", e.reverses}});
        }
        undone = event.value()->seq;
        const Result<std::optional<std::string>> by = ReversedBy(e.reverses);
        if (!by) return by.error();
        if (by.value()) return MakeDiagnostic(Code::kAlreadyReversed, "", {}, {{"id", e.reverses}});
      }
      if (const auto error = WriteEvent(e, ++seq, undone, &hash)) return *error;
      results.push_back({seq, false});
    }
    return results;
  }

  std::optional<Diagnostic> WriteEvent(const Event& e, std::int64_t seq, std::int64_t undone,
                                       std::string* hash) {
    Content content(*hash);
    AddEventFields(e, seq, &content);
    for (const Entry& entry : e.entries) AddEntryFields(entry, &content);
    *hash = content.Hash();
    {
      const Use use(db_->Get(kAddEvent));
      if (!use) return db_->Error();
      *use << seq << e.id << kKinds[static_cast<std::size_t>(e.kind)];
      if (undone != 0) {
        *use << undone;
      } else {
        use->Skip();
      }
      *use << e.policy << e.at.seconds << static_cast<std::int64_t>(e.at.nanos)
           << static_cast<std::int64_t>(e.at.offset) << e.recorded_at.seconds
           << static_cast<std::int64_t>(e.recorded_at.nanos)
           << static_cast<std::int64_t>(e.recorded_at.offset) << e.facts << e.outcome << e.effects << e.terms
           << *hash;
      if (const auto error = Finish(*use)) return error;
    }
    std::int64_t part = 0;
    for (const Entry& entry : e.entries) {
      Result<std::int64_t> stream = Number(kStreamNumber, entry.stream);
      if (stream && stream.value() == 0) stream = NewStream(entry.stream, "", seq - 1, {});
      if (!stream) return stream.error();
      if (const auto error = WriteEntry(entry, stream.value(), seq, part++)) return error;
    }
    return std::nullopt;
  }

  std::shared_ptr<Database> db_;
  bool begun_ = false;
  bool transacting_ = false;  // the body of Transact runs
};

// ---- opening and verifying --------------------------------------------------------------------------

// The first row's first column.
Result<std::int64_t> Ask(const Database& db, const char* sql) {
  Statement s(db.db, sql);
  if (!s.ok() || s.Step() != SQLITE_ROW) return db.Error();
  return s.Int(0);
}

// True: a ledger of this format. False: an empty database. Otherwise: something else. Inside a transaction,
// because another process may be making the file.
Result<bool> Inspect(const Database& db) {
  const Result<std::int64_t> tables = Ask(db, "SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  const Result<std::int64_t> application = Ask(db, "PRAGMA application_id");
  if (!application) return application.error();
  const Result<std::int64_t> version = Ask(db, "PRAGMA user_version");
  if (!version) return version.error();
  if (application.value() == 0 && version.value() == 0 && tables.value() == 0) return false;
  if (application.value() != kApplicationId) return db.Format("it is another kind of database");
  if (version.value() != kFormat) {
    return db.Format("its format is " + std::to_string(version.value()) + ", this program knows format " +
                     std::to_string(kFormat));
  }
  const Result<std::int64_t> same = Ask(
      db,
      "SELECT count(*) FROM meta, pragma_user_version WHERE name = 'format' AND value = user_version || ''");
  if (!same || same.value() != 1) return db.Format("it does not say its format");
  return true;
}

Result<std::shared_ptr<Database>> OpenDatabase(const std::string& path, const SqliteOptions& options) {
  const auto unreadable = [&](const char* why) {
    return MakeDiagnostic(Code::kCannotRead, "", {}, {{"what", path + ": " + why}});
  };
  if (path.empty()) return unreadable("no file is named");  // SQLite would make a temporary one
  const bool creates = options.create && !options.read_only;
  sqlite3* handle = nullptr;
  const int access =
      options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | (creates ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(path.c_str(), &handle, access | SQLITE_OPEN_NOMUTEX, nullptr);
  const auto db = std::make_shared<Database>(handle, path, options.busy_timeout_ms);
  if (code != SQLITE_OK) return unreadable(handle != nullptr ? sqlite3_errmsg(handle) : "out of memory");
  sqlite3_busy_timeout(handle, options.busy_timeout_ms);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  // A file that is not ours is left as it is.
  if (const auto error = db->Run("BEGIN")) return *error;
  Result<bool> made = Inspect(*db);
  (void)db->Run("ROLLBACK");  // of nothing
  if (!made) return made.error();
  if (!made.value() && !creates) return db->Format("it is empty");
  if (options.read_only) return db;
  if (!made.value()) {
    if (const auto error = db->Run("BEGIN IMMEDIATE")) return *error;
    made = Inspect(*db);  // again: several processes may have come to a new file at once
    std::optional<Diagnostic> error;
    if (!made) error = made.error();
    if (!error && !made.value()) error = db->Run(Schema());
    if (!error) error = db->Run("COMMIT");
    if (error) {
      (void)db->Run("ROLLBACK");
      return *error;
    }
  }
  // SQLite does not wait for others when the journal changes its kind, whatever the busy timeout says.
  constexpr int kPauseMs = 5;
  for (int waited = 0;; waited += kPauseMs) {
    Statement wal(handle, "PRAGMA journal_mode = WAL");
    if (wal.ok() && wal.Step() == SQLITE_ROW) {
      if (wal.Text(0) != "wal") return db->Io("write-ahead logging is not possible here");
      break;
    }
    if ((sqlite3_errcode(handle) & 0xff) != SQLITE_BUSY || waited >= options.busy_timeout_ms) return db->Error();
    sqlite3_sleep(kPauseMs);
  }
  if (const auto error =
          db->Run(options.full_sync ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL")) {
    return *error;
  }
  // Entries go to a page per stream and key, all over the file: 32 MB of them at hand save writing them
  // twice.
  if (const auto error = db->Run("PRAGMA foreign_keys = ON; PRAGMA cache_size = -32768")) return *error;
  return db;
}

Diagnostic Broken(const Database& db, const std::string& what) {
  return MakeDiagnostic(Code::kLedgerBroken, "", {}, {{"file", db.path}, {"what", what}});
}

// The entries of an event or of a stream's filling, in the order in which they were given.
std::optional<Diagnostic> AddEntries(const Database& db, Statement* entries, bool with_seq, Content* to) {
  int code;
  while ((code = entries->Step()) == SQLITE_ROW) {
    if (with_seq) *to << entries->Int(6);
    AddEntryFields(entries->Text(0), entries->Text(1), entries->Int(2), entries->Int(3), entries->Text(4),
                   entries->Int(5), to);
  }
  if (code != SQLITE_DONE) return db.Error();
  entries->Reset();
  return std::nullopt;
}

#define ORDAIN_ENTRY_COLUMNS                                                              \
  "SELECT s.id, k.key, n.day, n.period, n.coefficient, n.exponent, n.seq FROM entries n " \
  "JOIN streams s ON s.number = n.stream JOIN keys k ON k.number = n.key "

std::optional<Diagnostic> VerifyEvents(const Database& db, std::string* last_hash) {
  Statement events(db.db, ORDAIN_EVENT_COLUMNS "ORDER BY e.seq");
  Statement entries(db.db, ORDAIN_ENTRY_COLUMNS "WHERE n.seq = ?1 AND s.filled_to < ?1 ORDER BY n.part");
  if (!events.ok() || !entries.ok()) return db.Error();
  std::string hash;
  std::int64_t seq = 0;
  int code;
  while ((code = events.Step()) == SQLITE_ROW) {
    const Event e = ReadEvent(events);
    if (e.seq != ++seq) return Broken(db, "event " + std::to_string(seq) + " is missing");
    const std::string name = "event " + std::to_string(seq) + " (" + e.id + ")";
    if (e.kind > EventKind::kClose) return Broken(db, name + " is of no known kind");
    Content content(hash);
    AddEventFields(e, seq, &content);
    entries << seq;
    if (const auto error = AddEntries(db, &entries, false, &content)) return error;
    hash = content.Hash();
    if (hash != events.Text(15)) return Broken(db, name + " or its entries are not what was recorded");
  }
  if (code != SQLITE_DONE) return db.Error();
  if (last_hash != nullptr) *last_hash = hash;
  return std::nullopt;
}

std::optional<Diagnostic> VerifyStreams(const Database& db) {
  Statement streams(db.db, "SELECT number, id, definition, filled_to, hash FROM streams ORDER BY number");
  Statement entries(db.db,
                    ORDAIN_ENTRY_COLUMNS "WHERE n.stream = ?1 AND n.seq <= s.filled_to ORDER BY n.part");
  if (!streams.ok() || !entries.ok()) return db.Error();
  std::string hash;
  std::int64_t number = 0;
  int code;
  while ((code = streams.Step()) == SQLITE_ROW) {
    if (streams.Int(0) != ++number) return Broken(db, "stream " + std::to_string(number) + " is missing");
    Content content(hash);
    content << number << streams.Text(1) << streams.Text(2) << streams.Int(3);
    entries << number;
    if (const auto error = AddEntries(db, &entries, true, &content)) return error;
    hash = content.Hash();
    if (hash != streams.Text(4)) {
      return Broken(db, "stream " + std::to_string(number) + " (" + streams.Text(1) +
                            ") or what it was filled with is not what was recorded");
    }
  }
  if (code != SQLITE_DONE) return db.Error();
  return std::nullopt;
}

// The tables, indexes and triggers are those that this format makes. Others beside them do not matter.
std::optional<Diagnostic> VerifySchema(const Database& db) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(":memory:", &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database model(handle, ":memory:", 0);
  if (code != SQLITE_OK) return model.Io("out of memory");
  if (const auto error = model.Run(Schema())) return error;
  Statement expected(model.db, "SELECT type, name, coalesce(sql, '') FROM sqlite_schema ORDER BY name");
  Statement found(db.db,
                  "SELECT 1 FROM sqlite_schema WHERE type = ?1 AND name = ?2 AND coalesce(sql, '') = ?3");
  if (!expected.ok() || !found.ok()) return model.Error();
  while (expected.Step() == SQLITE_ROW) {
    const std::string type = expected.Text(0), name = expected.Text(1), sql = expected.Text(2);
    found << type << name << sql;
    if (found.Step() != SQLITE_ROW) return Broken(db, type + " " + name + " is missing or changed");
    found.Reset();
  }
  return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<Ledger>> OpenSqliteLedger(const std::string& path, const SqliteOptions& options) {
  Result<std::shared_ptr<Database>> db = OpenDatabase(path, options);
  if (!db) return db.error();
  return std::unique_ptr<Ledger>(std::make_unique<SqliteLedger>(std::move(db).value()));
}

std::optional<Diagnostic> VerifySqliteLedger(const std::string& path, std::string* last_hash) {
  SqliteOptions options;
  options.create = false;
  options.read_only = true;
  const Result<std::shared_ptr<Database>> opened = OpenDatabase(path, options);
  if (!opened) return opened.error();
  Database& db = *opened.value();
  if (const auto error = db.Run("BEGIN")) return error;  // one moment of the file, whoever writes meanwhile
  if (const auto error = VerifyEvents(db, last_hash)) return error;
  if (const auto error = VerifyStreams(db)) return error;
  Statement stray(
      db.db,
      "SELECT n.seq FROM entries n WHERE n.seq NOT IN (SELECT seq FROM events) OR n.stream NOT IN "
      "(SELECT number FROM streams) OR n.key NOT IN (SELECT number FROM keys) ORDER BY n.seq LIMIT 1");
  if (!stray.ok()) return db.Error();
  if (stray.Step() == SQLITE_ROW)
    return Broken(db, "an entry belongs to event " + stray.Text(0) + ", a stream or a key that is not there");
  Statement pages(db.db, "PRAGMA integrity_check(1)");
  if (!pages.ok() || pages.Step() != SQLITE_ROW) return db.Error();
  if (pages.Text(0) != "ok") return Broken(db, pages.Text(0));
  return VerifySchema(db);
}

}  // namespace ordain
