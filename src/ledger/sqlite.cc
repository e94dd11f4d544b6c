// The ledger in a SQLite file. The format is docs/ledger-format.md; this file is its only reader and writer.
//
// One connection per ledger object, guarded by a mutex. A view is a bound on seq: because nothing is ever changed, all
// rows up to a seq are a consistent moment, without holding a read transaction open. Totals are summed here from exact
// texts, never by SQL, which would use binary floating point. Every event carries a hash over its
// content and the hash before it, so that a changed file shows (VerifySqliteLedger).
// Tested by tests/ledger_test.cc and tests/ledger_kill_test.cc.
#include <sqlite3.h>

#include <map>
#include <mutex>

#include "base/sha256.hpp"
#include "ledger/content.hpp"
#include "ordain/ledger_sqlite.hpp"

namespace ordain {
namespace {

constexpr int kApplicationId = 0x6f726461;  // "orda"
constexpr int kFormat = 1;

constexpr const char* kSchema = R"sql(
CREATE TABLE events(
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE CHECK(id <> ''),
  kind INTEGER NOT NULL CHECK(kind IN (0, 1, 2)),
  reverses_seq INTEGER UNIQUE REFERENCES events(seq),
  policy TEXT NOT NULL,
  at_seconds INTEGER NOT NULL, at_nanos INTEGER NOT NULL, at_offset INTEGER NOT NULL,
  recorded_seconds INTEGER NOT NULL, recorded_nanos INTEGER NOT NULL, recorded_offset INTEGER NOT NULL,
  facts TEXT NOT NULL, outcome TEXT NOT NULL, effects TEXT NOT NULL, terms TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_policy ON events(policy, seq);
CREATE TABLE streams(
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  definition TEXT NOT NULL
) STRICT;
CREATE TABLE entries(
  stream INTEGER NOT NULL REFERENCES streams(number),
  key TEXT NOT NULL,
  day INTEGER NOT NULL,
  seq INTEGER NOT NULL REFERENCES events(seq),
  period INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY(stream, key, day, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX entries_by_event ON entries(seq);
CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER streams_no_update BEFORE UPDATE ON streams BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER streams_no_delete BEFORE DELETE ON streams BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
)sql";

Diagnostic Io(const std::string& what) { return MakeDiagnostic(Code::kLedgerIo, "", {}, {{"what", what}}); }

// A prepared statement: bind, step, read. Finalized with its owner.
class Statement {
 public:
  Statement(sqlite3* db, const char* sql) {
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s_, nullptr) != SQLITE_OK) s_ = nullptr;
  }
  ~Statement() { sqlite3_finalize(s_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  bool ok() const { return s_ != nullptr; }
  Statement& Reset() {
    sqlite3_reset(s_);
    sqlite3_clear_bindings(s_);
    next_ = 1;
    return *this;
  }
  Statement& operator<<(std::int64_t v) {
    sqlite3_bind_int64(s_, next_++, v);
    return *this;
  }
  Statement& operator<<(std::string_view v) {
    sqlite3_bind_text64(s_, next_++, v.data() == nullptr ? "" : v.data(), v.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    return *this;
  }
  Statement& Null() {
    sqlite3_bind_null(s_, next_++);
    return *this;
  }
  int Step() { return sqlite3_step(s_); }  // SQLITE_ROW, SQLITE_DONE or an error
  std::int64_t Int(int column) { return sqlite3_column_int64(s_, column); }
  std::string Text(int column) {
    const auto* p = reinterpret_cast<const char*>(sqlite3_column_text(s_, column));
    return p == nullptr ? std::string() : std::string(p, static_cast<std::size_t>(sqlite3_column_bytes(s_, column)));
  }
  bool IsNull(int column) { return sqlite3_column_type(s_, column) == SQLITE_NULL; }

 private:

  sqlite3_stmt* s_ = nullptr;
  int next_ = 1;
};

// Leaves a statement reset, whatever way out is taken: an open one would hold a read lock.
class Use {
 public:
  explicit Use(Statement* s) : s_(s) { s_->Reset(); }
  ~Use() { s_->Reset(); }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  Statement* operator->() { return s_; }
  Statement& operator*() { return *s_; }

 private:
  Statement* s_;
};

constexpr const char* kEventColumns =
    "e.seq, e.id, e.kind, e.policy, e.at_seconds, e.at_nanos, e.at_offset, e.recorded_seconds, e.recorded_nanos, "
    "e.recorded_offset, e.facts, e.outcome, e.effects, e.terms, (SELECT o.id FROM events o WHERE o.seq = e.reverses_seq), e.hash";

Event ReadEvent(Statement& s) {
  Event e;
  e.seq = s.Int(0);
  e.id = s.Text(1);
  e.kind = static_cast<EventKind>(s.Int(2));
  e.policy = s.Text(3);
  e.at = {s.Int(4), static_cast<std::uint32_t>(s.Int(5)), static_cast<std::int32_t>(s.Int(6))};
  e.recorded_at = {s.Int(7), static_cast<std::uint32_t>(s.Int(8)), static_cast<std::int32_t>(s.Int(9))};
  e.facts = s.Text(10);
  e.outcome = s.Text(11);
  e.effects = s.Text(12);
  e.terms = s.Text(13);
  e.reverses = s.Text(14);
  return e;
}

// What the chain hashes: the hash before, then each field with its length, so that no two events write the same text.
std::string ChainHash(const std::string& before, const Event& e) {
  std::string text = before;
  for (const std::string& field : {std::to_string(e.seq), e.id, std::to_string(static_cast<int>(e.kind)), e.reverses, e.policy, e.at.ToString(),
                                   e.recorded_at.ToString(), e.facts, e.outcome, e.effects, e.terms}) {
    text += "\n" + std::to_string(field.size()) + ":" + field;
  }
  return Sha256Hex(text);
}

struct Database {
  explicit Database(sqlite3* handle) : db(handle) {}
  ~Database() {
    statements.clear();
    sqlite3_close(db);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  Statement* Get(const std::string& sql) {
    std::unique_ptr<Statement>& s = statements[sql];
    if (s == nullptr) s = std::make_unique<Statement>(db, sql.c_str());
    return s->ok() ? s.get() : nullptr;
  }
  std::optional<Diagnostic> Run(const char* sql) {
    char* message = nullptr;
    if (sqlite3_exec(db, sql, nullptr, nullptr, &message) == SQLITE_OK) return std::nullopt;
    const std::string what = message != nullptr ? message : "unknown";
    sqlite3_free(message);
    return Io(what);
  }
  Diagnostic Error() const { return Io(sqlite3_errmsg(db)); }

  sqlite3* db;
  std::map<std::string, std::unique_ptr<Statement>> statements;
  mutable std::recursive_mutex mutex;
};

bool ParseValue(const std::string& text, Decimal* out) { return Decimal::Parse(text, out) == DecimalStatus::kOk; }

class SqliteView : public LedgerView {
 public:
  SqliteView(Database* db, std::int64_t seq, std::optional<Instant> known_at) : db_(db), seq_(seq), known_at_(known_at) {}

  Result<Tally> TallyOf(std::string_view stream, std::string_view key, std::int64_t first, std::int64_t last) const override {
    Tally tally;
    std::optional<Diagnostic> error = Rows(stream, key, first, last, [&](std::int64_t, std::int64_t, const Decimal& value) {
      ++tally.count;
      return Add(tally.total, value, Rounding::kHalfEven, &tally.total) == DecimalStatus::kOk;
    });
    if (error) return *error;
    return tally;
  }

  Result<std::vector<PeriodTotal>> Periods(std::string_view stream, std::string_view key, std::int64_t first, std::int64_t last,
                                           std::int64_t first_day, std::int64_t last_day) const override {
    std::map<std::int64_t, Tally> totals;
    std::optional<Diagnostic> error = Rows(stream, key, first_day, last_day, [&](std::int64_t period, std::int64_t, const Decimal& value) {
      if (period < first || period > last) return true;
      Tally& t = totals[period];
      ++t.count;
      return Add(t.total, value, Rounding::kHalfEven, &t.total) == DecimalStatus::kOk;
    });
    if (error) return *error;
    std::vector<PeriodTotal> out;
    for (const auto& [period, tally] : totals) out.push_back({period, tally});
    return out;
  }

  Result<std::optional<Decimal>> Latest(std::string_view stream, std::string_view key) const override {
    std::optional<Decimal> latest;
    std::int64_t at = 0;
    std::optional<Diagnostic> error = Rows(stream, key, INT64_MIN, INT64_MAX, [&](std::int64_t, std::int64_t seq, const Decimal& value) {
      if (seq > at) {
        at = seq;
        latest = value;
      }
      return true;
    });
    if (error) return *error;
    return latest;
  }

  std::int64_t as_of_seq() const override { return seq_; }

 private:
  // Calls row(period, seq, value) for each entry that counts.
  template <class Row>
  std::optional<Diagnostic> Rows(std::string_view stream, std::string_view key, std::int64_t first, std::int64_t last, const Row& row) const {
    const std::lock_guard lock(db_->mutex);
    std::string sql =
        "SELECT n.period, n.seq, n.value FROM entries n WHERE n.stream = (SELECT number FROM streams WHERE id = ?1) AND n.key = ?2 "
        "AND n.day BETWEEN ?3 AND ?4 AND n.seq <= ?5 AND NOT EXISTS (SELECT 1 FROM events r WHERE r.reverses_seq = n.seq AND r.seq <= ?5";
    if (known_at_) {
      sql += " AND (r.recorded_seconds, r.recorded_nanos) <= (?6, ?7)) AND EXISTS (SELECT 1 FROM events e WHERE e.seq = n.seq AND "
             "(e.recorded_seconds, e.recorded_nanos) <= (?6, ?7))";
    } else {
      sql += ")";
    }
    Statement* s = db_->Get(sql);
    if (s == nullptr) return db_->Error();
    Use use(s);
    *use << stream << key << first << last << seq_;
    if (known_at_) *use << known_at_->seconds << static_cast<std::int64_t>(known_at_->nanos);
    int code = 0;
    while ((code = use->Step()) == SQLITE_ROW) {
      Decimal value;
      if (!ParseValue(use->Text(2), &value)) return MakeDiagnostic(Code::kLedgerFormat, "", {}, {{"file", "the ledger"}, {"what", "an entry is not a number"}});
      if (!row(use->Int(0), use->Int(1), value)) return MakeDiagnostic(Code::kOverflow, "", {}, {{"what", "a total of " + std::string(stream)}});
    }
    if (code != SQLITE_DONE) return db_->Error();
    return std::nullopt;
  }

  Database* db_;
  std::int64_t seq_;
  std::optional<Instant> known_at_;
};

class SqliteLedger : public Ledger {
 public:
  explicit SqliteLedger(std::unique_ptr<Database> db) : db_(std::move(db)) {}

  Result<std::vector<AppendResult>> Append(std::span<const Event> events, std::span<const LedgerRead> reads, std::int64_t based_on) override {
    const std::lock_guard lock(db_->mutex);
    if (const auto error = Open()) return *error;
    Result<std::vector<AppendResult>> results = AppendOpen(events, reads, based_on);
    if (const auto error = Close(results.ok())) return *error;
    return results;
  }

  Result<std::vector<AppendResult>> Transact(
      const std::function<std::optional<Diagnostic>(const LedgerView&, std::vector<Event>*)>& body) override {
    const std::lock_guard lock(db_->mutex);
    if (const auto error = Open()) return *error;
    const Result<std::int64_t> last = Last();
    std::vector<Event> events;
    std::optional<Diagnostic> refused;
    if (!last) {
      refused = last.error();
    } else {
      const SqliteView now(db_.get(), last.value(), std::nullopt);
      refused = body(now, &events);
    }
    Result<std::vector<AppendResult>> results = refused ? Result<std::vector<AppendResult>>(*refused) : AppendOpen(events, {}, -1);
    if (const auto error = Close(results.ok())) return *error;
    return results;
  }

  std::optional<Diagnostic> Begin() override {
    db_->mutex.lock();
    std::optional<Diagnostic> error = begun_ ? std::optional(Io("a transaction is open already")) : db_->Run("BEGIN IMMEDIATE");
    if (error) {
      db_->mutex.unlock();
    } else {
      begun_ = true;
    }
    return error;
  }
  std::optional<Diagnostic> Commit() override { return End("COMMIT"); }
  std::optional<Diagnostic> Rollback() override { return End("ROLLBACK"); }

  std::unique_ptr<LedgerView> View(std::optional<Instant> known_at) const override {
    return std::make_unique<SqliteView>(db_.get(), last_seq(), known_at);
  }

  std::optional<Diagnostic> ForEach(const EventFilter& f, const std::function<bool(const Event&)>& callback) const override {
    // Read in portions, so that the callback may use the ledger.
    std::int64_t after = f.after_seq;
    for (;;) {
      std::vector<Event> portion;
      {
        const std::lock_guard lock(db_->mutex);
        std::string sql = std::string("SELECT ") + kEventColumns + " FROM events e WHERE e.seq > ?1 AND e.seq <= ?2 AND (?3 = '' OR e.policy = ?3)";
        if (f.known_at) sql += " AND (e.recorded_seconds, e.recorded_nanos) <= (?4, ?5)";
        if (f.skip_reversed) {
          sql += " AND e.kind <> 1 AND NOT EXISTS (SELECT 1 FROM events r WHERE r.reverses_seq = e.seq AND r.seq <= ?2";
          if (f.known_at) sql += " AND (r.recorded_seconds, r.recorded_nanos) <= (?4, ?5)";
          sql += ")";
        }
        sql += " ORDER BY e.seq LIMIT 1000";
        Statement* s = db_->Get(sql);
        if (s == nullptr) return db_->Error();
        Use use(s);
        *use << after << f.up_to_seq << f.policy;
        if (f.known_at) *use << f.known_at->seconds << static_cast<std::int64_t>(f.known_at->nanos);
        int code = 0;
        while ((code = use->Step()) == SQLITE_ROW) portion.push_back(ReadEvent(*use));
        if (code != SQLITE_DONE) return db_->Error();
      }
      for (const Event& e : portion) {
        if (!callback(e)) return std::nullopt;
        after = e.seq;
      }
      if (portion.size() < 1000) return std::nullopt;
    }
  }

  Result<std::optional<Event>> Find(std::string_view id) const override {
    const std::lock_guard lock(db_->mutex);
    Statement* s = db_->Get(std::string("SELECT ") + kEventColumns + " FROM events e WHERE e.id = ?1");
    if (s == nullptr) return db_->Error();
    Use use(s);
    *use << id;
    const int code = use->Step();
    if (code == SQLITE_ROW) return std::optional<Event>(ReadEvent(*use));
    if (code != SQLITE_DONE) return db_->Error();
    return std::optional<Event>();
  }

  Result<std::optional<std::string>> ReversedBy(std::string_view id) const override {
    const std::lock_guard lock(db_->mutex);
    Statement* s = db_->Get("SELECT r.id FROM events r WHERE r.reverses_seq = (SELECT seq FROM events WHERE id = ?1)");
    if (s == nullptr) return db_->Error();
    Use use(s);
    *use << id;
    const int code = use->Step();
    if (code == SQLITE_ROW) return std::optional<std::string>(use->Text(0));
    if (code != SQLITE_DONE) return db_->Error();
    return std::optional<std::string>();
  }

  std::int64_t last_seq() const override {
    const std::lock_guard lock(db_->mutex);
    const Result<std::int64_t> last = Last();
    return last ? last.value() : 0;
  }

  bool HasStream(std::string_view stream) const override {
    const std::lock_guard lock(db_->mutex);
    return StreamNumber(stream) > 0;
  }

  std::optional<Diagnostic> AddStream(std::string_view stream, std::string_view definition,
                                      std::span<const std::pair<std::int64_t, Entry>> entries) override {
    const std::lock_guard lock(db_->mutex);
    if (StreamNumber(stream) > 0) return std::nullopt;
    if (const auto error = Open()) return error;
    std::optional<Diagnostic> wrong;
    const std::int64_t number = NewStream(stream, definition, &wrong);
    for (std::size_t i = 0; i < entries.size() && !wrong; ++i) wrong = Insert(entries[i].second, number, entries[i].first);
    if (const auto error = Close(!wrong)) return error;
    return wrong;
  }

 private:
  std::optional<Diagnostic> Open() { return db_->Run(begun_ ? "SAVEPOINT step" : "BEGIN IMMEDIATE"); }
  std::optional<Diagnostic> Close(bool good) {
    if (good) {
      std::optional<Diagnostic> error = db_->Run(begun_ ? "RELEASE step" : "COMMIT");
      if (error && !begun_) (void)db_->Run("ROLLBACK");
      return error;
    }
    return begun_ ? db_->Run("ROLLBACK TO step; RELEASE step") : db_->Run("ROLLBACK");
  }
  std::optional<Diagnostic> End(const char* sql) {
    if (!begun_) return Io("no transaction is open");
    std::optional<Diagnostic> error = db_->Run(sql);
    if (error) (void)db_->Run("ROLLBACK");
    begun_ = false;
    db_->mutex.unlock();
    return error;
  }

  Result<std::int64_t> Last() const {
    Statement* s = db_->Get("SELECT coalesce(max(seq), 0) FROM events");
    if (s == nullptr) return db_->Error();
    Use use(s);
    if (use->Step() != SQLITE_ROW) return db_->Error();
    return use->Int(0);
  }

  std::int64_t StreamNumber(std::string_view stream) const {
    Statement* s = db_->Get("SELECT number FROM streams WHERE id = ?1");
    if (s == nullptr) return 0;
    Use use(s);
    *use << stream;
    return use->Step() == SQLITE_ROW ? use->Int(0) : 0;
  }

  std::int64_t NewStream(std::string_view stream, std::string_view definition, std::optional<Diagnostic>* error) {
    Statement* s = db_->Get("INSERT INTO streams(id, definition) VALUES(?1, ?2)");
    if (s != nullptr) {
      Use use(s);
      *use << stream << definition;
      if (use->Step() == SQLITE_DONE) return sqlite3_last_insert_rowid(db_->db);
    }
    *error = db_->Error();
    return 0;
  }

  std::optional<Diagnostic> Insert(const Entry& e, std::int64_t stream, std::int64_t seq) {
    Statement* s = db_->Get("INSERT INTO entries(stream, key, day, seq, period, value) VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
    if (s == nullptr) return db_->Error();
    Use use(s);
    *use << stream << e.key << e.day << seq << e.period << e.value.ToString();
    if (use->Step() != SQLITE_DONE) return db_->Error();
    return std::nullopt;
  }

  // Inside an open transaction.
  Result<std::vector<AppendResult>> AppendOpen(std::span<const Event> events, std::span<const LedgerRead> reads, std::int64_t based_on) {
    if (based_on >= 0) {
      for (const LedgerRead& read : reads) {
        Statement* s = db_->Get(
            "SELECT EXISTS (SELECT 1 FROM entries n WHERE n.stream = (SELECT number FROM streams WHERE id = ?1) AND n.key = ?2 AND "
            "(n.seq > ?3 OR EXISTS (SELECT 1 FROM events r WHERE r.reverses_seq = n.seq AND r.seq > ?3)))");
        if (s == nullptr) return db_->Error();
        Use use(s);
        *use << read.stream << read.key << based_on;
        if (use->Step() != SQLITE_ROW) return db_->Error();
        if (use->Int(0) != 0) return MakeDiagnostic(Code::kLedgerStale, "", {});
      }
    }
    const Result<std::int64_t> last = Last();
    if (!last) return last.error();
    std::int64_t seq = last.value();
    std::string hash;
    if (seq > 0) {
      Statement* s = db_->Get("SELECT hash FROM events WHERE seq = ?1");
      if (s == nullptr) return db_->Error();
      Use use(s);
      *use << seq;
      if (use->Step() != SQLITE_ROW) return db_->Error();
      hash = use->Text(0);
    }
    std::vector<AppendResult> results;
    for (const Event& given : events) {
      if (given.id.empty()) return Io("an event without an id");
      Result<std::optional<Event>> known = Find(given.id);
      if (!known) return known.error();
      if (known.value()) {
        if (!SameEvent(*known.value(), given)) return MakeDiagnostic(Code::kLedgerConflict, "", {}, {{"id", given.id}});
        results.push_back({known.value()->seq, true});
        continue;
      }
      std::int64_t undone = 0;
      if (given.kind == EventKind::kReversal) {
        Result<std::optional<Event>> event = Find(given.reverses);
        if (!event) return event.error();
        if (!event.value() || event.value()->kind != EventKind::kDecision) {
          return MakeDiagnostic(Code::kUnknownEvent, "", {}, {{"id", given.reverses}});
        }
        undone = event.value()->seq;
        Result<std::optional<std::string>> by = ReversedBy(given.reverses);
        if (!by) return by.error();
        if (by.value()) return MakeDiagnostic(Code::kAlreadyReversed, "", {}, {{"id", given.reverses}});
      }
      Event e = given;
      e.seq = ++seq;
      hash = ChainHash(hash, e);
      Statement* s = db_->Get(
          "INSERT INTO events(seq, id, kind, reverses_seq, policy, at_seconds, at_nanos, at_offset, recorded_seconds, recorded_nanos, "
          "recorded_offset, facts, outcome, effects, terms, hash) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)");
      if (s == nullptr) return db_->Error();
      {
        Use use(s);
        *use << e.seq << e.id << static_cast<std::int64_t>(e.kind);
        if (undone != 0) *use << undone;
        else use->Null();
        *use << e.policy << e.at.seconds << static_cast<std::int64_t>(e.at.nanos) << static_cast<std::int64_t>(e.at.offset)
             << e.recorded_at.seconds << static_cast<std::int64_t>(e.recorded_at.nanos) << static_cast<std::int64_t>(e.recorded_at.offset)
             << e.facts << e.outcome << e.effects << e.terms << hash;
        if (use->Step() != SQLITE_DONE) return db_->Error();
      }
      for (const Entry& entry : e.entries) {
        std::optional<Diagnostic> error;
        std::int64_t number = StreamNumber(entry.stream);
        if (number == 0) number = NewStream(entry.stream, "", &error);
        if (!error) error = Insert(entry, number, e.seq);
        if (error) return *error;
      }
      results.push_back({e.seq, false});
    }
    return results;
  }

  std::unique_ptr<Database> db_;
  bool begun_ = false;
};

Result<std::unique_ptr<Database>> OpenDatabase(const std::string& path, const SqliteOptions& options) {
  sqlite3* handle = nullptr;
  const int flags = (options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | (options.create ? SQLITE_OPEN_CREATE : 0)) | SQLITE_OPEN_FULLMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  auto db = std::make_unique<Database>(handle);
  if (code != SQLITE_OK) return MakeDiagnostic(Code::kCannotRead, "", {}, {{"what", path + ": " + (handle != nullptr ? sqlite3_errmsg(handle) : "no memory")}});
  sqlite3_busy_timeout(handle, options.busy_timeout_ms);
  const auto format = [&](const std::string& what) { return MakeDiagnostic(Code::kLedgerFormat, "", {}, {{"file", path}, {"what", what}}); };
  const auto pragma = [&](const char* sql, std::int64_t* out) {
    Statement s(handle, sql);
    if (!s.ok() || s.Step() != SQLITE_ROW) return false;
    *out = s.Int(0);
    return true;
  };
  if (!options.read_only) {
    if (const auto error = db->Run("PRAGMA journal_mode = WAL")) return format(error->Message());
    if (const auto error = db->Run(options.full_sync ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL")) return *error;
    if (const auto error = db->Run("PRAGMA foreign_keys = ON")) return *error;
    // Made by one of several processes that open a new file at once.
    if (const auto error = db->Run("BEGIN IMMEDIATE")) return *error;
    std::int64_t tables = 0;
    const bool read = pragma("SELECT count(*) FROM sqlite_schema", &tables);
    std::optional<Diagnostic> error;
    if (read && tables == 0) {
      error = db->Run(kSchema);
      if (!error) error = db->Run(("PRAGMA application_id = " + std::to_string(kApplicationId) + "; PRAGMA user_version = " + std::to_string(kFormat)).c_str());
    }
    if (error || !read) {
      (void)db->Run("ROLLBACK");
      return error ? *error : format("it cannot be read");
    }
    if (const auto failed = db->Run("COMMIT")) return *failed;
  }
  std::int64_t application = 0, version = 0;
  if (!pragma("PRAGMA application_id", &application) || !pragma("PRAGMA user_version", &version) || application != kApplicationId) {
    return format("it is another kind of file");
  }
  if (version != kFormat) return format("its format is " + std::to_string(version) + ", this program knows " + std::to_string(kFormat));
  return db;
}

}  // namespace

Result<std::unique_ptr<Ledger>> OpenSqliteLedger(const std::string& path, const SqliteOptions& options) {
  Result<std::unique_ptr<Database>> db = OpenDatabase(path, options);
  if (!db) return db.error();
  return std::unique_ptr<Ledger>(std::make_unique<SqliteLedger>(std::move(db).value()));
}

std::optional<Diagnostic> VerifySqliteLedger(const std::string& path) {
  SqliteOptions options;
  options.create = false;
  options.read_only = true;
  Result<std::unique_ptr<Database>> opened = OpenDatabase(path, options);
  if (!opened) return opened.error();
  Database& db = *opened.value();
  const auto broken = [&](const std::string& what) { return MakeDiagnostic(Code::kLedgerFormat, "", {}, {{"file", path}, {"what", what}}); };
  Statement events(db.db, (std::string("SELECT ") + kEventColumns + " FROM events e ORDER BY e.seq").c_str());
  if (!events.ok()) return db.Error();
  std::string hash;
  std::int64_t seq = 0;
  int code = 0;
  while ((code = events.Step()) == SQLITE_ROW) {
    const Event e = ReadEvent(events);
    if (e.seq != ++seq) return broken("event " + std::to_string(seq) + " is missing");
    hash = ChainHash(hash, e);
    if (hash != events.Text(15)) return broken("event " + std::to_string(seq) + " (" + e.id + ") was changed");
  }
  if (code != SQLITE_DONE) return db.Error();
  Statement stray(db.db, "SELECT count(*) FROM entries n LEFT JOIN events e ON e.seq = n.seq LEFT JOIN streams s ON s.number = n.stream WHERE e.seq IS NULL OR s.number IS NULL");
  if (!stray.ok() || stray.Step() != SQLITE_ROW) return db.Error();
  if (stray.Int(0) != 0) return broken("entries without their event");
  return std::nullopt;
}

}  // namespace ordain
