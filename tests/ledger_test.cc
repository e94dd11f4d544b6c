// The ledgers: one suite for memory, SQLite, and SQLite closed and opened again after every step; a slow
// model twin with random operations; then what only the SQLite file promises (refusals, several connections,
// tampering).
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <thread>

#include "ledger/content.hpp"
#include "ordain/ledger.hpp"
#include "ordain/ledger_sqlite.hpp"

namespace ordain {
namespace {

constexpr std::int64_t kMin = INT64_MIN, kMax = INT64_MAX;

Decimal D(const std::string& text) {
  Decimal d;
  EXPECT_EQ(Decimal::Parse(text, &d), DecimalStatus::kOk) << text;
  return d;
}

Instant At(std::int64_t seconds) { return {seconds, 0, 8 * 3600}; }

Event Decision(const std::string& id, std::vector<Entry> entries = {}, std::int64_t recorded = 0) {
  Event e;
  e.id = id;
  e.policy = "lige.fines";
  e.at = At(1000);
  e.recorded_at = At(recorded);
  e.facts = R"({"who": "E1", "amount": 20.50})";
  e.outcome = R"({"fine": 50})";
  e.effects = "[]";
  e.terms = "{}";
  e.entries = std::move(entries);
  return e;
}

Event Reversal(const std::string& id, const std::string& of, std::int64_t recorded = 0) {
  Event e = Decision(id, {}, recorded);
  e.kind = EventKind::kReversal;
  e.reverses = of;
  return e;
}

Entry Of(const std::string& stream, const std::string& key, std::int64_t day, const std::string& value,
         std::int64_t period = 0) {
  return {stream, key, day, period, D(value)};
}

// "3: 12.50", or the error.
std::string Show(const Result<Tally>& tally) {
  if (!tally) return std::string(CodeText(tally.error().code));
  return std::to_string(tally.value().count) + ": " + tally.value().total.ToString();
}

std::string Show(const Result<std::vector<PeriodTotal>>& periods) {
  if (!periods) return std::string(CodeText(periods.error().code));
  std::string text;
  for (const PeriodTotal& p : periods.value()) {
    text += (text.empty() ? "" : " | ") + std::to_string(p.period) + " = " + Show(Result<Tally>(p.tally));
  }
  return text;
}

std::string Show(const Result<std::optional<Decimal>>& latest) {
  if (!latest) return std::string(CodeText(latest.error().code));
  return latest.value() ? latest.value()->ToString() : "none";
}

// "1 2 =1", `=` for events that existed; or the error.
std::string Show(const Result<std::vector<AppendResult>>& results) {
  if (!results) return std::string(CodeText(results.error().code));
  std::string text;
  for (const AppendResult& r : results.value()) {
    text += (text.empty() ? "" : " ") + std::string(r.existed ? "=" : "") + std::to_string(r.seq);
  }
  return text;
}

std::string Show(const std::optional<Diagnostic>& error) {
  return error ? std::string(CodeText(error->code)) : "ok";
}

class TempFile {
 public:
  TempFile() {
    static std::atomic<int> count{0};
    path_ = testing::TempDir() + "ordain_ledger_" + std::to_string(getpid()) + "_" + std::to_string(count++) +
            ".db";
    Remove();
  }
  ~TempFile() { Remove(); }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  void Remove() const {
    for (const char* end : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(path_ + end);
  }
  std::string path_;
};

std::unique_ptr<Ledger> OpenFile(const std::string& path, const SqliteOptions& options = {}) {
  Result<std::unique_ptr<Ledger>> opened = OpenSqliteLedger(path, options);
  EXPECT_TRUE(opened) << opened.error().Format();
  return opened ? std::move(opened).value() : nullptr;
}

enum class How {
  kMemory,
  kSqlite,
  kReopened
};

// A ledger under test.
class Host {
 public:
  explicit Host(How how) : how_(how) { Make(); }
  Ledger* operator->() const { return ledger_.get(); }
  Ledger& operator*() const { return *ledger_; }
  // Between two steps of a test.
  void Step() {
    if (how_ == How::kReopened) {
      ledger_.reset();
      Make();
    }
  }
  std::string Append(const std::vector<Event>& events, const std::vector<LedgerRead>& reads = {},
                     std::int64_t based_on = -1) {
    const std::string shown = Show(ledger_->Append(events, reads, based_on));
    Step();
    return shown;
  }
  // Nothing is broken. Memory has nothing to verify.
  void Verify() const {
    if (how_ == How::kMemory) return;
    const std::optional<Diagnostic> broken = VerifySqliteLedger(file_.path());
    EXPECT_FALSE(broken) << broken->Format();
  }

 private:
  void Make() { ledger_ = how_ == How::kMemory ? NewMemoryLedger() : OpenFile(file_.path()); }

  How how_;
  TempFile file_;
  std::unique_ptr<Ledger> ledger_;
};

class LedgerTest : public testing::TestWithParam<How> {
 protected:
  Host ledger{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(All, LedgerTest, testing::Values(How::kMemory, How::kSqlite, How::kReopened),
                         [](const auto& how) {
                           return how.param == How::kMemory   ? "Memory"
                                  : how.param == How::kSqlite ? "Sqlite"
                                                              : "Reopened";
                         });

// ---- one suite for all -------------------------------------------------------------------------------

TEST_P(LedgerTest, CountsByDayKeyAndStream) {
  EXPECT_EQ(ledger->last_seq(), 0);
  EXPECT_EQ(Show(ledger->View()->TallyOf("s", "a", kMin, kMax)), "0: 0");
  EXPECT_EQ(ledger.Append({Decision("1", {Of("s", "a", 10, "1.50"), Of("t", "a", 10, "1")})}), "1");
  EXPECT_EQ(ledger.Append({Decision("2", {Of("s", "a", 12, "2"), Of("s", "b", 12, "7")})}), "2");
  EXPECT_EQ(ledger.Append({Decision("3", {Of("s", "a", 11, "0.001"), Of("s", "a", 11, "-4")})}), "3");
  ASSERT_EQ(ledger->last_seq(), 3);
  const struct {
    const char* stream;
    const char* key;
    std::int64_t first, last;
    const char* expected;
  } kRows[] = {
      {"s", "a", kMin, kMax, "4: -0.499"}, {"s", "a", 10, 12, "4: -0.499"}, {"s", "a", 10, 10, "1: 1.5"},
      {"s", "a", 11, 11, "2: -3.999"},     {"s", "a", 12, kMax, "1: 2"},    {"s", "a", kMin, 11, "3: -2.499"},
      {"s", "a", 13, kMax, "0: 0"},        {"s", "a", kMin, 9, "0: 0"},     {"s", "a", 12, 10, "0: 0"},
      {"s", "a", kMax, kMin, "0: 0"},      {"s", "b", kMin, kMax, "1: 7"},  {"t", "a", kMin, kMax, "1: 1"},
      {"t", "b", kMin, kMax, "0: 0"},      {"u", "a", kMin, kMax, "0: 0"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(Show(ledger->View()->TallyOf(row.stream, row.key, row.first, row.last)), row.expected)
        << row.stream << row.key << row.first << ".." << row.last;
  }
  ledger.Verify();
}

TEST_P(LedgerTest, DaysAndPeriodsAtTheEndsOfTheirRange) {
  ledger.Append(
      {Decision("1", {Of("s", "", kMin, "1", kMin), Of("s", "", kMax, "2", kMax), Of("s", "", 0, "4", -1)})});
  const auto view = ledger->View();
  EXPECT_EQ(Show(view->TallyOf("s", "", kMin, kMin)), "1: 1");
  EXPECT_EQ(Show(view->TallyOf("s", "", kMax, kMax)), "1: 2");
  EXPECT_EQ(Show(view->TallyOf("s", "", kMin, kMax)), "3: 7");
  EXPECT_EQ(Show(view->TallyOf("s", "", kMin, kMax - 1)), "2: 5");
  EXPECT_EQ(Show(view->Periods("s", "", kMin, kMax, kMin, kMax)),
            "-9223372036854775808 = 1: 1 | -1 = 1: 4 | 9223372036854775807 = 1: 2");
  ledger.Verify();
}

TEST_P(LedgerTest, Periods) {
  ledger.Append(
      {Decision("1", {Of("s", "a", 10, "2", 5), Of("s", "a", 11, "3", 4), Of("s", "a", 12, "0.5", 5)})});
  ledger.Append({Decision("2", {Of("s", "a", 9, "1", -7)})});
  ledger.Append({Decision("3", {Of("s", "a", 40, "100", 6)})});
  ledger.Append({Reversal("4", "3")});
  const auto view = ledger->View();
  EXPECT_EQ(Show(view->Periods("s", "a", kMin, kMax, kMin, kMax)), "-7 = 1: 1 | 4 = 1: 3 | 5 = 2: 2.5");
  EXPECT_EQ(Show(view->Periods("s", "a", 5, 6, kMin, kMax)), "5 = 2: 2.5");
  EXPECT_EQ(Show(view->Periods("s", "a", kMin, kMax, 10, 11)), "4 = 1: 3 | 5 = 1: 2");
  EXPECT_EQ(Show(view->Periods("s", "a", 6, 5, kMin, kMax)), "");
  EXPECT_EQ(Show(view->Periods("s", "b", kMin, kMax, kMin, kMax)), "");
}

TEST_P(LedgerTest, LatestIsByOrderOfRecording) {
  EXPECT_EQ(Show(ledger->View()->Latest("s", "a")), "none");
  ledger.Append({Decision("1", {Of("s", "a", 50, "5")})});
  ledger.Append({Decision("2", {Of("s", "a", 40, "4"), Of("s", "a", 30, "3"), Of("s", "b", 60, "6")})});
  EXPECT_EQ(Show(ledger->View()->Latest("s", "a")), "3");
  ledger.Append({Reversal("3", "2")});
  EXPECT_EQ(Show(ledger->View()->Latest("s", "a")), "5");
  EXPECT_EQ(Show(ledger->View()->Latest("s", "b")), "none");
}

TEST_P(LedgerTest, SameEventTwiceIsOneEvent) {
  Event e = Decision("1", {Of("s", "a", 1, "1")});
  EXPECT_EQ(ledger.Append({e}), "1");
  EXPECT_EQ(ledger.Append({e}), "=1");
  EXPECT_EQ(ledger.Append({e, Decision("2"), Decision("2"), e}), "=1 2 =2 =1");
  e.recorded_at = At(77);  // not part of what an event is: a retry comes later
  e.outcome = "{}";
  e.entries.clear();
  EXPECT_EQ(ledger.Append({e}), "=1");
  e.at = {1000, 0, 0};  // the same instant, written with another offset
  EXPECT_EQ(ledger.Append({e}), "=1");
  const struct {
    const char* facts;
    const char* expected;
  } kRows[] = {
      {R"({"who": "E1", "amount": 20.50})", "=1"},
      {R"({"amount":2.05e1,"who":"\u00451"})", "=1"},
      {R"({"who": "E1", "amount": 20.500000000000000000000000000000000000000})", "=1"},
      {R"({"who": "E1", "amount": 20.5000000000000000000000000000000000000001})", "ledger_conflict"},
      {R"({"who": "E1", "amount": 20.51})", "ledger_conflict"},
      {R"({"who": "E1", "amount": "20.50"})", "ledger_conflict"},
      {R"({"who": "E1"})", "ledger_conflict"},
      {R"({"who": "E1", "amount": 20.50, "more": null})", "ledger_conflict"},
      {R"({"who": "E1", "amounts": 20.50})", "ledger_conflict"},
      {R"([])", "ledger_conflict"},
      {R"(not JSON)", "ledger_conflict"},
      {"", "ledger_conflict"},
  };
  for (const auto& row : kRows) {
    e.facts = row.facts;
    EXPECT_EQ(ledger.Append({e}), row.expected) << row.facts;
  }
  const auto change = [&](auto edit) {
    Event other = Decision("1");
    edit(&other);
    return ledger.Append({other});
  };
  EXPECT_EQ(change([](Event* o) { o->policy = "lige.other"; }), "ledger_conflict");
  EXPECT_EQ(change([](Event* o) { o->kind = EventKind::kClose; }), "ledger_conflict");
  EXPECT_EQ(change([](Event* o) { o->at.nanos = 1; }), "ledger_conflict");
  EXPECT_EQ(change([](Event* o) { *o = Reversal("1", "2"); }), "ledger_conflict");
  EXPECT_EQ(ledger->last_seq(), 2);
  EXPECT_EQ(Show(ledger->View()->TallyOf("s", "a", kMin, kMax)), "1: 1");
  ledger.Verify();
}

TEST_P(LedgerTest, FactsAreComparedAsValuesAllTheWayDown) {
  const struct {
    const char* a;
    const char* b;
    bool same;
  } kRows[] = {
      {R"({"a": [1, {"x": true, "y": null}]})", R"({"a":[1.0,{"y":null,"x":true}]})", true},
      {R"({"a": [1, 2]})", R"({"a": [2, 1]})", false},
      {R"({"a": [1, 2]})", R"({"a": [1]})", false},
      {R"({"a": true})", R"({"a": false})", false},
      {R"({"a": null})", R"({"a": false})", false},
      {R"({"a": 0})", R"({"a": -0.0})", true},
      {R"({"a": 12345678901234567890123456789012345678901})",
       R"({"a":12345678901234567890123456789012345678901})", true},
      {R"({"a": 12345678901234567890123456789012345678901})",
       R"({"a":12345678901234567890123456789012345678902})", false},
      {R"({"a": "1"})", R"({"a": 1})", false},
      {"text", "text", true},
      {"", "", true},
      {"text", "other", false},
  };
  for (const auto& row : kRows) {
    Event a = Decision("1"), b = Decision("1");
    a.facts = row.a;
    b.facts = row.b;
    EXPECT_EQ(ledger::SameEvent(a, b), row.same) << row.a << ' ' << row.b;
    EXPECT_EQ(ledger::SameEvent(b, a), row.same) << row.a << ' ' << row.b;
  }
}

TEST_P(LedgerTest, BadBatchRecordsNothing) {
  ledger.Append({Decision("1", {Of("s", "a", 1, "1")}), Decision("2", {Of("s", "a", 1, "1")})});
  ledger.Append({Reversal("3", "2")});
  Event nameless = Decision(""), conflict = Decision("1"), nothing = Decision("5"), kind = Decision("5");
  Event late = Decision("5"), offset = Decision("5"), stray = Decision("5"), close = Decision("4");
  conflict.facts = "{}";
  nothing.kind = EventKind::kReversal;
  kind.kind = static_cast<EventKind>(3);
  late.at.nanos = 1000000000;
  offset.recorded_at.offset = 18 * 3600 + 1;
  stray.reverses = "1";
  close.kind = EventKind::kClose;
  const struct {
    std::vector<Event> bad;
    const char* expected;
  } kRows[] = {
      {{nameless}, "bad_value"},
      {{nothing}, "bad_value"},
      {{kind}, "bad_value"},
      {{late}, "bad_value"},
      {{offset}, "bad_value"},
      {{stray}, "bad_value"},
      {{Decision("5", {Of("", "a", 1, "1")})}, "bad_value"},
      {{conflict}, "ledger_conflict"},
      {{Reversal("5", "6")}, "unknown_event"},
      {{Reversal("5", "5")}, "unknown_event"},
      {{Reversal("5", "6"), Decision("6")}, "unknown_event"},  // an event is reversed after it was recorded
      {{Reversal("5", "3")}, "unknown_event"},         // a reversal stands: record the event anew instead
      {{close, Reversal("5", "4")}, "unknown_event"},  // a closed period stays closed
      {{Reversal("5", "2")}, "already_reversed"},
      {{Reversal("5", "1"), Reversal("6", "1")}, "already_reversed"},
      {{Decision("5"), Reversal("6", "5"), Reversal("7", "5")}, "already_reversed"},
  };
  for (const auto& row : kRows) {
    std::vector<Event> batch = {Decision("new", {Of("s", "a", 1, "1"), Of("fresh", "a", 1, "1")})};
    batch.insert(batch.end(), row.bad.begin(), row.bad.end());
    batch.push_back(Decision("after"));
    EXPECT_EQ(ledger.Append(batch), row.expected);
    EXPECT_EQ(ledger->last_seq(), 3);
    EXPECT_FALSE(ledger->HasStream("fresh"));
    EXPECT_EQ(Show(ledger->View()->TallyOf("s", "a", kMin, kMax)), "1: 1");
    EXPECT_FALSE(ledger->Find("new").value());
  }
  EXPECT_EQ(ledger.Append({}), "");
  EXPECT_EQ(ledger.Append({Decision("5", {Of("s", "a", 1, "1")}), Reversal("6", "5"), Reversal("6", "5")}),
            "4 5 =5");
  EXPECT_EQ(Show(ledger->View()->TallyOf("s", "a", kMin, kMax)), "1: 1");
  ledger.Verify();
}

TEST_P(LedgerTest, History) {
  const auto at = [](std::string id, std::int64_t when, std::vector<Entry> entries, std::int64_t recorded = 100) {
    Event e = Decision(std::move(id), std::move(entries), recorded);
    e.at = At(when);
    e.facts = "{\"n\": " + e.id + "}";
    return e;
  };
  const auto told = [](const LedgerView& view, std::int64_t first = kMin, std::int64_t last = kMax, const char* key = "a") {
    std::string out;
    const auto items = view.History("s", key, first, last);
    if (!items) return std::string(CodeText(items.error().code));
    for (const HistoryItem& i : items.value()) out += std::to_string(i.seq) + "@" + std::to_string(i.at.seconds) + i.facts + " ";
    return out;
  };
  EXPECT_EQ(told(*ledger->View()), "");
  ledger.Append({at("1", 50, {Of("s", "a", 1, "1")}), at("2", 20, {Of("s", "a", 0, "1"), Of("s", "b", 0, "1")})});
  ledger.Append({at("3", 50, {Of("s", "a", 1, "1"), Of("s", "a", 1, "2")}, 300)});  // the same instant, and twice in one series
  EXPECT_EQ(told(*ledger->View()), "2@20{\"n\": 2} 1@50{\"n\": 1} 3@50{\"n\": 3} ");
  EXPECT_EQ(told(*ledger->View(), 1, 1), "1@50{\"n\": 1} 3@50{\"n\": 3} ");
  EXPECT_EQ(told(*ledger->View(), kMin, kMax, "b"), "2@20{\"n\": 2} ");
  EXPECT_EQ(told(*ledger->View(At(200))), "2@20{\"n\": 2} 1@50{\"n\": 1} ");
  const auto before = ledger->View();
  ledger.Append({Reversal("4", "1", 400)});
  EXPECT_EQ(told(*ledger->View()), "2@20{\"n\": 2} 3@50{\"n\": 3} ");
  EXPECT_EQ(told(*before), "2@20{\"n\": 2} 1@50{\"n\": 1} 3@50{\"n\": 3} ");
  ledger.Verify();
}

TEST_P(LedgerTest, TwoClocks) {
  ledger.Append({Decision("1", {Of("s", "a", 1, "1")}, 100)});
  ledger.Append({Decision("2", {Of("s", "a", 1, "10")}, 300)});
  ledger.Append({Decision("3", {Of("s", "a", 1, "100")}, 200)});  // recorded "earlier", appended later
  ledger.Append({Reversal("4", "1", 400)});
  const auto known = [&](Instant at) { return Show(ledger->View(at)->TallyOf("s", "a", kMin, kMax)); };
  EXPECT_EQ(known(At(99)), "0: 0");
  EXPECT_EQ(known(At(100)), "1: 1");
  EXPECT_EQ(known({99, 999999999, 0}), "0: 0");
  EXPECT_EQ(known({100, 0, -3600}), "1: 1");
  EXPECT_EQ(known(At(200)), "2: 101");
  EXPECT_EQ(known(At(300)), "3: 111");
  EXPECT_EQ(known({399, 999999999, 0}), "3: 111");
  EXPECT_EQ(known(At(400)), "2: 110");
  EXPECT_EQ(Show(ledger->View()->TallyOf("s", "a", kMin, kMax)), "2: 110");
  EXPECT_EQ(Show(ledger->View(At(250))->Latest("s", "a")), "100");
  EXPECT_EQ(Show(ledger->View(At(150))->Latest("s", "a")), "1");
  EXPECT_EQ(Show(ledger->View(At(1000))->Periods("s", "a", 0, 0, 1, 1)), "0 = 2: 110");
}

TEST_P(LedgerTest, ViewStaysAtItsMoment) {
  ledger.Append({Decision("1", {Of("s", "a", 5, "1")})});
  const std::unique_ptr<LedgerView> then = ledger->View();
  ledger.Append({Decision("2", {Of("s", "a", 4, "2")}), Reversal("3", "1")});
  EXPECT_EQ(then->as_of_seq(), 1);
  EXPECT_EQ(Show(then->TallyOf("s", "a", kMin, kMax)), "1: 1");
  EXPECT_EQ(Show(then->Latest("s", "a")), "1");
  EXPECT_EQ(Show(then->Periods("s", "a", kMin, kMax, kMin, kMax)), "0 = 1: 1");
  const std::unique_ptr<LedgerView> now = ledger->View();
  EXPECT_EQ(now->as_of_seq(), 3);
  EXPECT_EQ(Show(now->TallyOf("s", "a", kMin, kMax)), "1: 2");
}

TEST_P(LedgerTest, ViewOutlivesItsLedger) {
  Host* other = new Host(GetParam());
  other->Append({Decision("1", {Of("s", "a", 5, "1")})});
  const std::unique_ptr<LedgerView> view = (*other)->View();
  delete other;
  EXPECT_EQ(Show(view->TallyOf("s", "a", kMin, kMax)), "1: 1");
}

TEST_P(LedgerTest, Stale) {
  ledger.Append({Decision("1", {Of("s", "a", 1, "1")})});
  ledger.Append({Decision("2", {Of("s", "b", 1, "1"), Of("t", "a", 1, "1")})});
  ledger.Append({Reversal("3", "1")});
  const struct {
    const char* stream;
    const char* key;
    std::int64_t based_on;
    bool stale;
  } kRows[] = {
      {"s", "a", 0, true},  {"s", "a", 1, true},  {"s", "a", 2, true},   {"s", "a", 3, false},
      {"s", "b", 1, true},  {"s", "b", 2, false}, {"t", "a", 1, true},   {"t", "a", 2, false},
      {"t", "b", 0, false}, {"u", "a", 0, false}, {"s", "a", -1, false},
  };
  std::int64_t seq = 3;
  for (const auto& row : kRows) {
    const std::string id = "new" + std::to_string(seq + 1);
    const std::string expected = row.stale ? "ledger_stale" : std::to_string(seq + 1);
    EXPECT_EQ(ledger.Append({Decision(id)}, {{"other", "x"}, {row.stream, row.key}}, row.based_on), expected)
        << row.stream << row.key << row.based_on;
    seq += row.stale ? 0 : 1;
    EXPECT_EQ(ledger->last_seq(), seq);
  }
  // A retry of what is recorded already is never stale; something new beside it is.
  EXPECT_EQ(ledger.Append({Decision("1")}, {{"s", "a"}}, 0), "=1");
  EXPECT_EQ(ledger.Append({Decision("1"), Decision("x")}, {{"s", "a"}}, 0), "ledger_stale");
  // What the batch itself adds does not make it stale.
  EXPECT_EQ(ledger.Append({Decision("x", {Of("s", "a", 1, "1")}), Decision("y")}, {{"s", "a"}}, 3),
            std::to_string(seq + 1) + " " + std::to_string(seq + 2));
}

TEST_P(LedgerTest, Transact) {
  ledger.Append({Decision("1", {Of("s", "a", 1, "1")})});
  const auto done = ledger->Transact([&](const LedgerView& now, std::vector<Event>* append) {
    EXPECT_EQ(now.as_of_seq(), 1);
    EXPECT_EQ(Show(now.TallyOf("s", "a", kMin, kMax)), "1: 1");
    EXPECT_TRUE(ledger->Find("1").value());
    // Reading is all that the body may do.
    const Event e = Decision("nested");
    EXPECT_EQ(Show(ledger->Append({&e, 1})), "ledger_io");
    EXPECT_EQ(Show(ledger->Begin()), "ledger_io");
    EXPECT_EQ(Show(ledger->Commit()), "ledger_io");
    EXPECT_EQ(Show(ledger->Rollback()), "ledger_io");
    EXPECT_EQ(Show(ledger->AddStream("x", "", {})), "ledger_io");
    EXPECT_EQ(Show(ledger->Transact(
                  [](const LedgerView&, std::vector<Event>*) { return std::optional<Diagnostic>(); })),
              "ledger_io");
    append->push_back(Decision("2", {Of("s", "a", 1, "2")}));
    append->push_back(Decision("1"));
    return std::optional<Diagnostic>();
  });
  EXPECT_EQ(Show(done), "2 =1");
  ledger.Step();
  const auto refused = ledger->Transact([](const LedgerView&, std::vector<Event>* append) {
    append->push_back(Decision("3"));
    return std::optional(MakeDiagnostic(Code::kRefused, "", {}, {{"what", "no"}}));
  });
  EXPECT_EQ(Show(refused), "refused");
  ledger.Step();
  const auto wrong = ledger->Transact([](const LedgerView&, std::vector<Event>* append) {
    append->push_back(Decision("3"));
    append->push_back(Decision(""));
    return std::optional<Diagnostic>();
  });
  EXPECT_EQ(Show(wrong), "bad_value");
  ledger.Step();
  EXPECT_EQ(ledger->last_seq(), 2);
  EXPECT_EQ(Show(ledger->View()->TallyOf("s", "a", kMin, kMax)), "2: 3");
  EXPECT_FALSE(ledger->HasStream("x"));
}

TEST_P(LedgerTest, BeginCommitRollback) {
  const auto append = [&](const Event& e) { return Show(ledger->Append({&e, 1})); };
  const std::vector<std::pair<std::int64_t, Entry>> filling = {{1, Of("new", "a", 1, "9")}};
  EXPECT_EQ(append(Decision("1", {Of("s", "a", 5, "1"), Of("s", "b", 5, "1")})), "1");
  EXPECT_EQ(Show(ledger->Commit()), "ledger_io");
  EXPECT_EQ(Show(ledger->Rollback()), "ledger_io");
  for (const bool commit : {false, true}) {
    EXPECT_EQ(Show(ledger->Begin()), "ok");
    EXPECT_EQ(Show(ledger->Begin()), "ledger_io");
    EXPECT_EQ(append(Decision("2", {Of("s", "a", 3, "2"), Of("t", "a", 3, "2")})), "2");
    EXPECT_EQ(append(Reversal("2", "1")), "ledger_conflict");  // leaves the transaction open and as it was
    EXPECT_EQ(append(Reversal("3", "1")), "3");
    EXPECT_EQ(append(Decision("4", {Of("s", "b", 3, "4")})), "4");
    EXPECT_EQ(append(Reversal("5", "4")), "5");
    EXPECT_EQ(Show(ledger->AddStream("new", "definition", filling)), "ok");
    EXPECT_EQ(Show(ledger->AddStream("bad", "", filling)), "bad_value");
    EXPECT_EQ(Show(ledger->View()->TallyOf("s", "a", kMin, kMax)), "1: 2");
    EXPECT_EQ(Show(ledger->View()->TallyOf("s", "b", kMin, kMax)), "0: 0");
    EXPECT_EQ(Show(commit ? ledger->Commit() : ledger->Rollback()), "ok");
    ledger.Step();
    EXPECT_EQ(ledger->last_seq(), commit ? 5 : 1);
    EXPECT_EQ(ledger->HasStream("t"), commit);
    EXPECT_EQ(ledger->HasStream("new"), commit);
    EXPECT_FALSE(ledger->HasStream("bad"));
    EXPECT_EQ(Show(ledger->View()->TallyOf("s", "a", kMin, kMax)), commit ? "1: 2" : "1: 1");
    EXPECT_EQ(Show(ledger->View()->Latest("s", "a")), commit ? "2" : "1");
    EXPECT_EQ(Show(ledger->View()->TallyOf("s", "b", kMin, kMax)), commit ? "0: 0" : "1: 1");
    EXPECT_EQ(ledger->ReversedBy("1").value().value_or("none"), commit ? "3" : "none");
    EXPECT_EQ(Show(ledger->View()->TallyOf("new", "a", kMin, kMax)), "0: 0")
        << "event 1 was reversed, or rolled back";
  }
  ledger.Verify();
}

// Rolling back makes a series again from its rows: it must still know what was taken from it before.
TEST_P(LedgerTest, RollbackKeepsWhatWasStale) {
  ledger.Append({Decision("1", {Of("s", "a", 1, "1")}), Decision("2"), Reversal("3", "1")});
  EXPECT_EQ(Show(ledger->Begin()), "ok");
  const Event e = Decision("4", {Of("s", "a", 1, "1")});
  EXPECT_EQ(Show(ledger->Append({&e, 1})), "4");
  EXPECT_EQ(Show(ledger->Rollback()), "ok");
  EXPECT_EQ(ledger.Append({Decision("4")}, {{"s", "a"}}, 2), "ledger_stale");
  EXPECT_EQ(ledger.Append({Decision("4")}, {{"s", "a"}}, 3), "4");
  EXPECT_EQ(Show(ledger->View()->TallyOf("s", "a", kMin, kMax)), "0: 0");
}

TEST_P(LedgerTest, LedgerDestroyedInATransactionForgetsIt) {
  if (GetParam() == How::kMemory) return;
  TempFile file;
  {
    const auto doomed = OpenFile(file.path());
    EXPECT_EQ(Show(doomed->Begin()), "ok");
    const Event e = Decision("1");
    EXPECT_EQ(Show(doomed->Append({&e, 1})), "1");
  }
  EXPECT_EQ(OpenFile(file.path())->last_seq(), 0);
}

TEST_P(LedgerTest, AddStreamFillsTheGap) {
  ledger.Append(
      {Decision("1", {Of("old", "a", 1, "1")}, 100), Decision("2", {}, 200), Decision("3", {}, 300)});
  ledger.Append({Reversal("4", "2", 400)});
  EXPECT_FALSE(ledger->HasStream("new"));
  EXPECT_TRUE(ledger->HasStream("old"));  // declared by its first entry
  const std::vector<std::pair<std::int64_t, Entry>> entries = {{3, Of("new", "a", 30, "4")},
                                                               {1, Of("new", "a", 10, "1")},
                                                               {2, Of("new", "a", 20, "2")},
                                                               {2, Of("new", "b", 20, "2")},
                                                               {1, Of("new", "a", 10, "8")}};
  EXPECT_EQ(Show(ledger->AddStream("new", "its definition", entries)), "ok");
  ledger.Step();
  EXPECT_TRUE(ledger->HasStream("new"));
  EXPECT_EQ(Show(ledger->View()->TallyOf("new", "a", kMin, kMax)), "3: 13");
  EXPECT_EQ(Show(ledger->View()->TallyOf("new", "b", kMin, kMax)), "0: 0");
  EXPECT_EQ(Show(ledger->View()->Latest("new", "a")), "4");
  EXPECT_EQ(Show(ledger->View(At(300))->TallyOf("new", "a", kMin, kMax)), "4: 15");
  EXPECT_EQ(Show(ledger->View(At(100))->TallyOf("new", "a", kMin, kMax)), "2: 9");
  EXPECT_EQ(Show(ledger->AddStream("new", "another one", entries)), "ok");  // known: nothing happens
  EXPECT_EQ(Show(ledger->View()->TallyOf("new", "a", kMin, kMax)), "3: 13");
  EXPECT_EQ(ledger.Append({Decision("5", {Of("new", "a", 5, "16")}), Reversal("6", "3")}), "5 6");
  EXPECT_EQ(Show(ledger->View()->TallyOf("new", "a", kMin, kMax)), "3: 25");
  EXPECT_EQ(Show(ledger->AddStream("empty", "", {})), "ok");
  ledger.Step();
  EXPECT_TRUE(ledger->HasStream("empty"));
  for (const std::int64_t seq : {std::int64_t{0}, std::int64_t{7}, kMin, kMax}) {
    const std::vector<std::pair<std::int64_t, Entry>> wrong = {{1, Of("bad", "a", 1, "1")},
                                                               {seq, Of("bad", "a", 1, "1")}};
    EXPECT_EQ(Show(ledger->AddStream("bad", "", wrong)), "bad_value") << seq;
  }
  EXPECT_EQ(Show(ledger->AddStream("bad", "", entries)), "bad_value");
  EXPECT_EQ(Show(ledger->AddStream("", "", {})), "bad_value");
  EXPECT_FALSE(ledger->HasStream("bad"));
  ledger.Verify();
}

TEST_P(LedgerTest, EventsComeBackAsTheyWere) {
  std::vector<Event> events;
  for (int i = 0; i < 2500; ++i) {  // more than one portion
    Event e = i % 7 == 6 ? Reversal(std::to_string(i), std::to_string(i - 1), i)
                         : Decision(std::to_string(i), {}, i);
    e.policy = i % 2 == 0 ? "even" : "odd";
    events.push_back(e);
  }
  Event odd = Decision(std::string("id\0with ' and \xE5\x91\x98", 15));
  odd.kind = EventKind::kClose;
  odd.policy = "2016-03";
  odd.at = {-62135596801, 999999999, -18 * 3600};
  odd.recorded_at = {kMax, 1, 18 * 3600};
  odd.facts = std::string("a\0b", 3);
  odd.outcome = odd.effects = odd.terms = "";
  events.push_back(odd);
  ASSERT_TRUE(ledger->Append(events));
  ledger.Step();
  const auto same = [](const Event& a, const Event& b) {
    return a.id == b.id && a.kind == b.kind && a.reverses == b.reverses && a.policy == b.policy &&
           a.at == b.at && a.at.offset == b.at.offset && a.recorded_at == b.recorded_at &&
           a.recorded_at.offset == b.recorded_at.offset && a.facts == b.facts && a.outcome == b.outcome &&
           a.effects == b.effects && a.terms == b.terms;
  };
  std::size_t n = 0;
  EXPECT_EQ(Show(ledger->ForEach({},
                                 [&](const Event& e) {
                                   EXPECT_EQ(e.seq, static_cast<std::int64_t>(n) + 1);
                                   EXPECT_TRUE(same(e, events[n])) << e.id;
                                   ++n;
                                   return true;
                                 })),
            "ok");
  EXPECT_EQ(n, events.size());
  const auto found = ledger->Find(odd.id);
  ASSERT_TRUE(found && found.value());
  EXPECT_TRUE(same(*found.value(), odd));
  EXPECT_EQ(found.value()->seq, 2501);
  EXPECT_FALSE(ledger->Find("nobody").value());
  EXPECT_FALSE(ledger->Find("").value());
  EXPECT_EQ(ledger->ReversedBy("5").value(), "6");
  EXPECT_FALSE(ledger->ReversedBy("6").value());
  EXPECT_FALSE(ledger->ReversedBy("nobody").value());
  n = 0;
  EXPECT_EQ(Show(ledger->ForEach({}, [&](const Event&) { return ++n < 3; })), "ok");
  EXPECT_EQ(n, 3u);
  ledger.Verify();
}

TEST_P(LedgerTest, CallbackMayUseTheLedger) {
  ledger.Append({Decision("1"), Decision("2")});
  int seen = 0;
  EXPECT_EQ(Show(ledger->ForEach({},
                                 [&](const Event& e) {
                                   const std::string id = e.id;
                                   const Event copy = Decision("copy of " + id);
                                   EXPECT_TRUE(ledger->Append({&copy, 1}));
                                   EXPECT_EQ(e.id, id);
                                   EXPECT_EQ(Show(ledger->ForEach({}, [&](const Event&) { return true; })),
                                             "ok");
                                   ++seen;
                                   return true;
                                 })),
            "ok");
  EXPECT_EQ(seen, 2) << "events recorded meanwhile are not among them";
  EXPECT_EQ(ledger->last_seq(), 4);
}

TEST_P(LedgerTest, TotalsAreExactInAnyOrder) {
  const char* const kValues[] = {"9999999999999999999999999999999999",
                                 "0.0000000000000000000000000000000001",
                                 "1E+300",
                                 "-9999999999999999999999999999999999",
                                 "1E-300",
                                 "-1E+300",
                                 "0.1",
                                 "0.2",
                                 "1E+18"};
  std::vector<std::string> order(std::begin(kValues), std::end(kValues));
  std::mt19937_64 random(7);
  for (int round = 0; round < 20; ++round) {
    std::shuffle(order.begin(), order.end(), random);
    const std::string key = std::to_string(round);
    std::vector<Event> events;
    for (std::size_t i = 0; i < order.size(); ++i) {
      events.push_back(
          Decision(key + "-" + std::to_string(i), {Of("s", key, static_cast<std::int64_t>(i), order[i])}));
    }
    ASSERT_TRUE(ledger->Append(events));
    // 10^18 + 0.3 + 10^-34 + 10^-300, rounded once.
    EXPECT_EQ(Show(ledger->View()->TallyOf("s", key, kMin, kMax)), "9: 1000000000000000000.3");
    for (std::int64_t day = 0; day < 9; ++day) {
      EXPECT_EQ(Show(ledger->View()->TallyOf("s", key, day, day)),
                "1: " + D(order[static_cast<std::size_t>(day)]).ToString());
    }
  }
  ledger.Append({Decision(
      "big", {Of("s", "big", 1, "9E+6144"), Of("s", "big", 2, "9E+6144"), Of("s", "big", 3, "-9E+6144")})});
  EXPECT_EQ(Show(ledger->View()->TallyOf("s", "big", 1, 2)), "overflow");
  EXPECT_EQ(Show(ledger->View()->Periods("s", "big", 0, 0, 1, 2)), "overflow");
  EXPECT_EQ(Show(ledger->View()->TallyOf("s", "big", 1, 3)), "3: " + D("9E+6144").ToString());
  EXPECT_EQ(Show(ledger->View()->TallyOf("s", "big", 2, 3)), "2: 0");
  ledger.Verify();
}

TEST_P(LedgerTest, ValuesOfEverySize) {
  const char* const kValues[] = {"0",
                                 "-0",
                                 "0.00",
                                 "9223372036854775807",
                                 "-9223372036854775808",
                                 "9223372036854775808",
                                 "-9223372036854775809",
                                 "18446744073709551616",
                                 "0.01",
                                 "1E-6176",
                                 "9.999E+6144",
                                 "-1234567890123456789012345678901.234",
                                 "1E+5"};
  for (const char* value : kValues) {
    EXPECT_TRUE(ledger->Append(std::vector<Event>{Decision(value, {Of("s", value, 1, value)})}));
    const Decimal expected = D(value);
    const auto latest = ledger->View()->Latest("s", value);
    ASSERT_TRUE(latest && latest.value());
    EXPECT_EQ(latest.value()->ToScientificString(),
              expected.IsZero() ? Abs(expected).ToScientificString() : expected.ToScientificString());
    EXPECT_EQ(ledger->View()->TallyOf("s", value, 1, 1).value().total, expected);
  }
  ledger.Verify();
}

TEST_P(LedgerTest, ThreadsShareALedger) {
  constexpr int kThreads = 4, kEach = 40;
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const std::string id = std::to_string(t) + "/" + std::to_string(i);
        const Event a = Decision(id, {Of("s", "a", i, "1")}), b = Decision(id + "b", {Of("s", "a", i, "-1")});
        const bool one = i % 2 == 0;  // both events at once, or in a transaction of two appends
        bool good = true;
        if (one) {
          const Event both[] = {a, b};
          good = ledger->Append(both).ok();
        } else {
          good = !ledger->Begin() && ledger->Append({&a, 1}).ok() && ledger->Append({&b, 1}).ok() &&
                 !ledger->Commit();
        }
        // Whoever looks sees no half of it.
        const auto tally = ledger->View()->TallyOf("s", "a", kMin, kMax);
        good = good && tally && tally.value().total.IsZero() && tally.value().count % 2 == 0;
        wrong += good ? 0 : 1;
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(ledger->last_seq(), 2 * kThreads * kEach);
  ledger.Verify();
}

// ---- the model twin ----------------------------------------------------------------------------------

// The same, the plain way: one list of entries, everything computed from all of it. Values in thousandths.
struct Model {
  struct Row {
    std::string stream, key;
    std::int64_t day, period, thousandths, seq;
    std::int64_t order;
  };
  std::vector<Event> events;
  std::vector<Row> rows;
  std::map<std::string, std::int64_t> ids;
  std::map<std::int64_t, std::int64_t> reversed_by;
  std::map<std::string, std::string> streams;

  std::int64_t last() const { return static_cast<std::int64_t>(events.size()); }
  const Event& At(std::int64_t seq) const { return events[static_cast<std::size_t>(seq - 1)]; }
  bool Sees(std::int64_t seq, std::int64_t up_to, const std::optional<Instant>& known) const {
    return seq <= up_to && (!known || At(seq).recorded_at <= *known);
  }
  bool Counts(std::int64_t seq, std::int64_t up_to, const std::optional<Instant>& known) const {
    const auto r = reversed_by.find(seq);
    return Sees(seq, up_to, known) && (r == reversed_by.end() || !Sees(r->second, up_to, known));
  }
  void AddRow(const Entry& e, std::int64_t seq) {
    Decimal thousandths;
    EXPECT_EQ(Multiply(e.value, Decimal(1000), Rounding::kDown, &thousandths), DecimalStatus::kOk);
    std::int64_t n = 0;
    EXPECT_TRUE(thousandths.ToInt64(&n));
    rows.push_back({e.stream, e.key, e.day, e.period, n, seq, static_cast<std::int64_t>(rows.size())});
    streams.emplace(e.stream, "");
  }
  std::string Append(const std::vector<Event>& batch, const std::vector<LedgerRead>& reads,
                     std::int64_t based_on) {
    Model next = *this;
    std::string shown;
    bool fresh = false;
    for (const Event& e : batch) {
      if (e.id.empty()) return "bad_value";
      if (next.ids.contains(e.id)) {
        const Event& before = next.At(next.ids[e.id]);
        if (before.facts != e.facts || before.policy != e.policy || before.kind != e.kind ||
            before.reverses != e.reverses) {
          return "ledger_conflict";
        }
        shown += (shown.empty() ? "=" : " =") + std::to_string(next.ids[e.id]);
        continue;
      }
      if (!fresh && based_on >= 0) {
        for (const LedgerRead& read : reads) {
          for (const Row& row : rows) {
            if (row.stream != read.stream || row.key != read.key) continue;
            const auto r = reversed_by.find(row.seq);
            if (row.seq > based_on || (r != reversed_by.end() && r->second > based_on)) return "ledger_stale";
          }
        }
      }
      fresh = true;
      next.events.push_back(e);
      next.events.back().seq = next.last();
      if (e.kind == EventKind::kReversal) {
        if (!next.ids.contains(e.reverses) || next.At(next.ids[e.reverses]).kind != EventKind::kDecision)
          return "unknown_event";
        if (!next.reversed_by.emplace(next.ids[e.reverses], next.last()).second) return "already_reversed";
      }
      next.ids[e.id] = next.last();
      for (const Entry& entry : e.entries) next.AddRow(entry, next.last());
      shown += (shown.empty() ? "" : " ") + std::to_string(next.last());
    }
    *this = std::move(next);
    return shown;
  }
  std::string Tally(const std::string& stream, const std::string& key, std::int64_t first,
                    std::int64_t last_day, std::int64_t up_to, const std::optional<Instant>& known) const {
    std::int64_t count = 0, sum = 0;
    for (const Row& row : rows) {
      if (row.stream != stream || row.key != key || row.day < first || row.day > last_day ||
          !Counts(row.seq, up_to, known))
        continue;
      ++count;
      sum += row.thousandths;
    }
    return Text(count, sum);
  }
  std::string Periods(const std::string& stream, const std::string& key, std::int64_t first,
                      std::int64_t last_period, std::int64_t first_day, std::int64_t last_day,
                      std::int64_t up_to, const std::optional<Instant>& known) const {
    std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> periods;
    for (const Row& row : rows) {
      if (row.stream != stream || row.key != key || row.day < first_day || row.day > last_day ||
          row.period < first || row.period > last_period || !Counts(row.seq, up_to, known)) {
        continue;
      }
      ++periods[row.period].first;
      periods[row.period].second += row.thousandths;
    }
    std::string text;
    for (const auto& [period, sum] : periods) {
      text += (text.empty() ? "" : " | ") + std::to_string(period) + " = " + Text(sum.first, sum.second);
    }
    return text;
  }
  std::string Latest(const std::string& stream, const std::string& key, std::int64_t up_to,
                     const std::optional<Instant>& known) const {
    const Row* latest = nullptr;
    for (const Row& row : rows) {
      if (row.stream != stream || row.key != key || !Counts(row.seq, up_to, known)) continue;
      if (latest == nullptr || row.seq > latest->seq || (row.seq == latest->seq && row.order > latest->order))
        latest = &row;
    }
    return latest == nullptr ? "none" : Thousandths(latest->thousandths);
  }
  static std::string Thousandths(std::int64_t n) {
    return Decimal(n < 0, 0, static_cast<std::uint64_t>(n < 0 ? -n : n), -3).ToString();
  }
  static std::string Text(std::int64_t count, std::int64_t sum) {
    return std::to_string(count) + ": " + Thousandths(sum);
  }
};

class Twins {
 public:
  Twins(How how, std::uint64_t seed) : ledger_(how), random_(seed) {}

  void Run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
      const std::int64_t what = Pick(100);
      if (what < 55) {
        Append();
      } else if (what < 60) {
        AddStream();
      } else if (what < 67) {
        Transaction();
      } else if (what < 72) {
        Transact();
      } else {
        Look();
      }
      ledger_.Step();
      EXPECT_EQ(ledger_->last_seq(), model_.last());
    }
    ledger_.Verify();
  }

 private:
  std::int64_t Pick(std::int64_t n) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(n));
  }
  std::string StreamName() { return "stream" + std::to_string(Pick(4)); }
  std::string Key() { return "[\"E" + std::to_string(Pick(3)) + "\"]"; }
  std::string KnownId() { return model_.last() == 0 ? "none" : model_.At(Pick(model_.last()) + 1).id; }
  Instant Recorded() { return {Pick(50), static_cast<std::uint32_t>(Pick(2)), 0}; }
  std::optional<Instant> Known() { return Pick(3) == 0 ? std::optional(Recorded()) : std::nullopt; }

  Entry NewEntry(const std::string& stream) {
    const std::int64_t scale = Pick(4);  // thousandths to whole numbers, some with zeros at the end
    const std::int64_t n = Pick(2001) - 1000;
    const Decimal value(n < 0, 0, static_cast<std::uint64_t>(n < 0 ? -n : n),
                        static_cast<std::int32_t>(scale - 3));
    return {stream, Key(), Pick(8) == 0 ? Pick(40) : day_ + Pick(3), Pick(6) - 2, value};
  }
  Event NewEvent() {
    Event e = Decision("event " + std::to_string(next_++));
    day_ += Pick(2);
    e.policy = "policy" + std::to_string(Pick(2));
    e.recorded_at = Recorded();
    const std::int64_t kind = Pick(12);
    if (kind < 3) {
      e.kind = EventKind::kReversal;
      e.reverses = Pick(6) == 0 ? "nobody" : KnownId();
    } else if (kind == 3) {
      e.kind = EventKind::kClose;
    }
    for (std::int64_t n = Pick(4); n > 0; --n) e.entries.push_back(NewEntry(StreamName()));
    return e;
  }
  std::vector<Event> Batch() {
    std::vector<Event> batch;
    for (std::int64_t n = Pick(4) + (Pick(3) == 0 ? 0 : 1); n > 0; --n) {
      batch.push_back(NewEvent());
      const std::int64_t spoil = Pick(25);
      if (spoil == 0) batch.back().id = "";
      if (spoil == 1) batch.back().id = KnownId();  // usually a conflict
      if (spoil == 2 && model_.last() > 0) {        // the same again
        batch.back() = model_.At(Pick(model_.last()) + 1);
        batch.back().recorded_at = Recorded();
      }
      if (spoil == 3) batch.push_back(batch.front());
    }
    return batch;
  }
  void Append() {
    const std::vector<Event> batch = Batch();
    std::vector<LedgerRead> reads;
    for (std::int64_t n = Pick(3); n > 0; --n) reads.push_back({StreamName(), Key()});
    const std::int64_t based_on = Pick(2) == 0 ? -1 : std::max<std::int64_t>(model_.last() - Pick(5), 0);
    const std::string expected = model_.Append(batch, reads, based_on);
    ASSERT_EQ(Show(ledger_->Append(batch, reads, based_on)), expected);
  }
  void AddStream() {
    const std::string name = Pick(3) == 0 ? StreamName() : "filled" + std::to_string(Pick(20));
    std::vector<std::pair<std::int64_t, Entry>> entries;
    if (model_.last() > 0) {
      for (std::int64_t n = Pick(6); n > 0; --n)
        entries.emplace_back(Pick(model_.last()) + 1, NewEntry(name));
    }
    ASSERT_EQ(Show(ledger_->AddStream(name, "definition", entries)), "ok");
    if (!model_.streams.emplace(name, "definition").second) return;
    for (const auto& [seq, entry] : entries) model_.AddRow(entry, seq);
  }
  void Transaction() {
    const Model before = model_;
    ASSERT_EQ(Show(ledger_->Begin()), "ok");
    for (std::int64_t n = Pick(5); n > 0; --n) {
      Append();
      if (Pick(4) == 0) AddStream();
      LookAt(*ledger_->View(), model_.last(), std::nullopt);
    }
    if (Pick(2) == 0) {
      ASSERT_EQ(Show(ledger_->Commit()), "ok");
    } else {
      ASSERT_EQ(Show(ledger_->Rollback()), "ok");
      model_ = before;
    }
  }
  void Transact() {
    const std::vector<Event> batch = Batch();
    const bool refuse = Pick(3) == 0;
    const auto done = ledger_->Transact([&](const LedgerView& now, std::vector<Event>* append) {
      LookAt(now, model_.last(), std::nullopt);
      *append = batch;
      return refuse ? std::optional(MakeDiagnostic(Code::kRefused, "", {})) : std::nullopt;
    });
    ASSERT_EQ(Show(done), refuse ? "refused" : model_.Append(batch, {}, -1));
  }
  void LookAt(const LedgerView& view, std::int64_t up_to, const std::optional<Instant>& known) {
    ASSERT_EQ(view.as_of_seq(), up_to);
    for (int n = 0; n < 4; ++n) {
      const std::string stream = Pick(4) == 0 ? "filled" + std::to_string(Pick(20)) : StreamName(),
                        key = Key();
      const std::int64_t first = Pick(3) == 0 ? kMin : Pick(day_ + 3);
      const std::int64_t last = Pick(3) == 0 ? kMax : std::max<std::int64_t>(first, 0) + Pick(10) - 1;
      const std::int64_t from = Pick(2) == 0 ? kMin : Pick(6) - 2, to = Pick(2) == 0 ? kMax : Pick(6) - 2;
      ASSERT_EQ(Show(view.TallyOf(stream, key, first, last)),
                model_.Tally(stream, key, first, last, up_to, known));
      ASSERT_EQ(Show(view.Periods(stream, key, from, to, first, last)),
                model_.Periods(stream, key, from, to, first, last, up_to, known));
      ASSERT_EQ(Show(view.Latest(stream, key)), model_.Latest(stream, key, up_to, known));
    }
  }
  void Look() {
    const std::optional<Instant> known = Known();
    LookAt(*ledger_->View(known), model_.last(), known);
    // A view kept from an earlier step. Streams filled since then are seen by it, too.
    if (kept_ == nullptr || Pick(5) == 0) {
      kept_known_ = Known();
      kept_ = ledger_->View(kept_known_);
    }
    LookAt(*kept_, kept_->as_of_seq(), kept_known_);
    EventFilter f;
    f.policy = Pick(2) == 0 ? "" : "policy" + std::to_string(Pick(2));
    f.after_seq = Pick(model_.last() + 2) - 1;
    if (Pick(2) == 0) f.up_to_seq = Pick(model_.last() + 2);
    f.known_at = Known();
    f.skip_reversed = Pick(2) == 0;
    std::string seen, expected;
    ASSERT_EQ(Show(ledger_->ForEach(f,
                                    [&](const Event& e) {
                                      seen += std::to_string(e.seq) + ":" + e.id + " ";
                                      return true;
                                    })),
              "ok");
    for (const Event& e : model_.events) {
      if (e.seq <= f.after_seq || e.seq > f.up_to_seq || (!f.policy.empty() && e.policy != f.policy))
        continue;
      if (f.known_at && e.recorded_at > *f.known_at) continue;
      if (f.skip_reversed &&
          (e.kind == EventKind::kReversal || !model_.Counts(e.seq, f.up_to_seq, f.known_at)))
        continue;
      expected += std::to_string(e.seq) + ":" + e.id + " ";
    }
    ASSERT_EQ(seen, expected);
    const std::string id = KnownId(), stream = "filled" + std::to_string(Pick(20));
    const auto r =
        model_.ids.contains(id) ? model_.reversed_by.find(model_.ids[id]) : model_.reversed_by.end();
    const auto by = ledger_->ReversedBy(id);
    ASSERT_TRUE(by);
    ASSERT_EQ(by.value().value_or("none"), r == model_.reversed_by.end() ? "none" : model_.At(r->second).id);
    ASSERT_EQ(ledger_->Find(id).value().has_value(), model_.ids.contains(id));
    ASSERT_EQ(ledger_->HasStream(stream), model_.streams.contains(stream));
  }

  Host ledger_;
  Model model_;
  std::mt19937_64 random_;
  int next_ = 0;
  std::int64_t day_ = 10;
  std::unique_ptr<LedgerView> kept_;
  std::optional<Instant> kept_known_;
};

TEST_P(LedgerTest, AgreesWithTheModel) {
  for (const std::uint64_t seed : {20160301u, 20160302u, 20160303u, 20160304u}) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Twins(GetParam(), seed).Run(GetParam() == How::kReopened ? 250 : 600);
  }
}

// ---- exact sums --------------------------------------------------------------------------------------

TEST(ExactSum, Table) {
  const struct {
    std::vector<const char*> values;
    const char* expected;  // scientific: the digits count, not only the value
  } kRows[] = {
      {{}, "0"},
      {{"0.00"}, "0"},
      {{"-0"}, "0"},
      {{"1.50", "1.50"}, "3"},
      {{"0.10", "0.20"}, "0.3"},
      {{"1E+3"}, "1000"},
      {{"1E+40"}, "1.000000000000000000000000000000000E+40"},
      {{"1E+6000", "1E-6000", "-1E+6000"}, "1E-6000"},
      {{"1E-6176", "1E-6176"}, "2E-6176"},
      {{"1E-6176", "-1E-6176"}, "0"},
      {{"9.999999999999999999999999999999999E+6144"}, "9.999999999999999999999999999999999E+6144"},
      {{"9.999999999999999999999999999999999E+6144", "1"}, "9.999999999999999999999999999999999E+6144"},
      {{"9.999999999999999999999999999999999E+6144", "5E+6110"}, "overflow"},
      {{"9.999999999999999999999999999999999E+6144", "9.999999999999999999999999999999999E+6144"},
       "overflow"},
      // Ties to even, and what is just beside a tie however far away.
      {{"1000000000000000000000000000000000", "0.5"}, "1000000000000000000000000000000000"},
      {{"1000000000000000000000000000000001", "0.5"}, "1000000000000000000000000000000002"},
      {{"1000000000000000000000000000000000", "0.5", "1E-5000"}, "1000000000000000000000000000000001"},
      {{"1000000000000000000000000000000001", "0.5", "-1E-5000"}, "1000000000000000000000000000000001"},
      {{"-1000000000000000000000000000000000", "-0.5", "-1E-5000"}, "-1000000000000000000000000000000001"},
      // Borrowing across limbs that are not there.
      {{"1E+100", "-1"}, "1.000000000000000000000000000000000E+100"},
      {{"1E+33", "-1"}, "999999999999999999999999999999999"},
      {{"1E+60", "-1E+60", "-7"}, "-7"},
      {{"1E+60", "1E-60", "-1E+60", "-1E-60", "5E+9", "-5E+9"}, "0"},
  };
  for (const auto& row : kRows) {
    std::vector<std::size_t> order(row.values.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    do {
      ledger::ExactSum sum;
      for (const std::size_t i : order) sum.Add(D(row.values[i]));
      Decimal total;
      const DecimalStatus status = sum.Total(&total);
      EXPECT_EQ(status == DecimalStatus::kOk ? total.ToScientificString() : "overflow", row.expected)
          << testing::PrintToString(row.values);
    } while (order.size() < 5 && std::next_permutation(order.begin(), order.end()));
  }
}

// Where 34 digits hold every step, adding decimals one by one is exact: the same total.
TEST(ExactSum, AgreesWithDecimalsWhereTheyAreExact) {
  std::mt19937_64 random(34);
  for (int round = 0; round < 2000; ++round) {
    ledger::ExactSum sum;
    Decimal total;
    for (std::uint64_t n = random() % 40; n > 0; --n) {
      const auto exponent = -static_cast<std::int32_t>(random() % 12);
      const Decimal v(random() % 2 == 0, 0, random() >> (random() % 64), exponent);
      sum.Add(v);
      ASSERT_EQ(Add(total, v, Rounding::kHalfEven, &total), DecimalStatus::kOk);
    }
    Decimal found;
    ASSERT_EQ(sum.Total(&found), DecimalStatus::kOk);
    ASSERT_EQ(found, total) << round;
  }
}

// Everything added and taken away again, in random order, through limbs and back.
TEST(ExactSum, CancelsToNothing) {
  std::mt19937_64 random(35);
  for (int round = 0; round < 500; ++round) {
    std::vector<Decimal> values;
    for (std::uint64_t n = 1 + random() % 20; n > 0; --n) {
      const auto exponent = static_cast<std::int32_t>(random() % 400) - 200;
      const Decimal v(random() % 2 == 0, random() % 500000000000000u, random(), exponent);
      values.push_back(v);
      values.push_back(Negate(v));
    }
    const Decimal rest(false, 0, random() % 1000, static_cast<std::int32_t>(random() % 100) - 50);
    values.push_back(rest);
    std::shuffle(values.begin(), values.end(), random);
    ledger::ExactSum sum;
    for (const Decimal& v : values) sum.Add(v);
    Decimal total;
    ASSERT_EQ(sum.Total(&total), DecimalStatus::kOk);
    ASSERT_EQ(total, rest) << round;
  }
}

// ---- the SQLite file ---------------------------------------------------------------------------------

// A plain connection, as any other program has.
class Raw {
 public:
  explicit Raw(const std::string& path) {
    EXPECT_EQ(sqlite3_open(path.c_str(), &db_), SQLITE_OK);
    EXPECT_EQ(Run("PRAGMA synchronous = OFF"), "ok");  // no test cuts the power
  }
  ~Raw() { sqlite3_close(db_); }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;
  // "ok", or SQLite's message.
  std::string Run(const std::string& sql) {
    return sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK ? "ok"
                                                                                  : sqlite3_errmsg(db_);
  }
  // Rows of texts, joined.
  std::string Rows(const std::string& sql) {
    std::string text;
    const auto row = [](void* out, int n, char** values, char**) {
      auto* to = static_cast<std::string*>(out);
      for (int i = 0; i < n; ++i)
        *to += (i == 0 ? "" : "|") + std::string(values[i] == nullptr ? "null" : values[i]);
      *to += '\n';
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(db_, sql.c_str(), row, &text, nullptr), SQLITE_OK)
        << sql << ": " << sqlite3_errmsg(db_);
    return text;
  }

 private:
  sqlite3* db_ = nullptr;
};

constexpr const char* kSample = "lige.fines.month@5f0c";

void FillSample(const std::string& path) {
  const auto ledger = OpenFile(path);
  const std::vector<Event> events = {
      Decision("e1", {Of(kSample, "[\"E1\"]", 10, "12.50"), Of(kSample, "[\"E2\"]", 10, "3")}),
      Decision("e2", {Of(kSample, "[\"E1\"]", 11, "0.01")}, 1456790401),
      Decision("e3", {Of(kSample, "[\"E1\"]", 12, "1E+30")}), Reversal("e4", "e3", 1456790400)};
  ASSERT_EQ(Show(ledger->Append(events)), "1 2 3 4");
  const std::vector<std::pair<std::int64_t, Entry>> filling = {{1, Of("t", "[]", 10, "1")},
                                                               {2, Of("t", "[]", 11, "1")}};
  ASSERT_EQ(Show(ledger->AddStream("t", "{\"count\": 1}", filling)), "ok");
  const Event more = Decision("e5", {Of("t", "[]", 12, "1"), Of(kSample, "[\"E1\"]", 9, "-2.5")});
  ASSERT_EQ(Show(ledger->Append({&more, 1})), "5");
}

TEST(SqliteLedger, NoProgramChangesIt) {
  TempFile file;
  FillSample(file.path());
  Raw raw(file.path());
  const char* const kTables[] = {"meta", "events", "streams", "keys", "entries"};
  std::map<std::string, std::string> before;
  for (const char* table : kTables) before[table] = raw.Rows(std::string("SELECT * FROM ") + table);
  const std::string refused = "the ledger is append-only";
  for (const std::string table : kTables) {
    EXPECT_EQ(raw.Run("DELETE FROM " + table), refused);
    EXPECT_EQ(raw.Run("INSERT OR REPLACE INTO " + table + " SELECT * FROM " + table), refused) << table;
  }
  EXPECT_EQ(raw.Run("UPDATE events SET facts = '{}' WHERE seq = 1"), refused);
  EXPECT_EQ(raw.Run("UPDATE entries SET coefficient = 0"), refused);
  EXPECT_EQ(raw.Run("UPDATE streams SET definition = ''"), refused);
  EXPECT_EQ(raw.Run("UPDATE keys SET key = key || 'x'"), refused);
  EXPECT_EQ(raw.Run("UPDATE meta SET value = '2'"), refused);
  EXPECT_EQ(raw.Run("INSERT INTO meta VALUES('x', 'y')"), refused);
  const std::string columns = "'decision', NULL, '', 0, 0, 0, 0, 0, 0, '', '', '', '', '')";
  EXPECT_EQ(raw.Run("INSERT INTO events VALUES(9, 'x', " + columns), refused) << "no gaps";
  EXPECT_EQ(raw.Run("INSERT INTO events VALUES(NULL, 'x', " + columns), refused);
  EXPECT_EQ(raw.Run("INSERT OR REPLACE INTO events VALUES(6, 'e1', " + columns), refused);
  EXPECT_EQ(raw.Run("INSERT OR REPLACE INTO events VALUES(6, 'x', 'reversal', 3, '', 0, 0, 0, 0, 0, 0, '', "
                    "'', '', '', '')"),
            refused);
  EXPECT_EQ(raw.Run("INSERT INTO events VALUES(6, '', " + columns), "CHECK constraint failed: id <> ''");
  EXPECT_EQ(
      raw.Run("INSERT INTO events VALUES(6, 'x', 'gift', NULL, '', 0, 0, 0, 0, 0, 0, '', '', '', '', '')"),
      "CHECK constraint failed: kind IN ('decision', 'reversal', 'close')");
  EXPECT_EQ(raw.Run("INSERT INTO events VALUES(6, 'x', 'decision', NULL, '', 'noon', 0, 0, 0, 0, 0, '', '', "
                    "'', '', '')"),
            "cannot store TEXT value in INTEGER column events.at_seconds");
  EXPECT_EQ(raw.Run("INSERT INTO entries VALUES(1, 1, 10, 2, 7, 0, 1.5, 0)"),
            "CHECK constraint failed: typeof(coefficient) IN ('integer', 'text')");
  EXPECT_EQ(raw.Run("INSERT INTO streams VALUES(7, 'x', '', 0, '')"), refused);
  EXPECT_EQ(raw.Run("INSERT OR REPLACE INTO streams VALUES(3, 'lige.fines.month@5f0c', '', 0, '')"), refused);
  EXPECT_EQ(raw.Run("INSERT OR REPLACE INTO keys SELECT 4, key FROM keys WHERE number = 1"), refused);
  for (const char* table : kTables)
    EXPECT_EQ(raw.Rows(std::string("SELECT * FROM ") + table), before[table]) << table;
  EXPECT_FALSE(VerifySqliteLedger(file.path()));
}

TEST(SqliteLedger, TamperingShows) {
  const struct {
    const char* sql;
    const char* what;  // what Verify says, after the file's name
  } kRows[] = {
      {"UPDATE events SET facts = '{}' WHERE seq = 2",
       "event 2 (e2) or its entries are not what was recorded"},
      {"UPDATE events SET recorded_seconds = 5 WHERE seq = 1",
       "event 1 (e1) or its entries are not what was recorded"},
      {"UPDATE events SET at_offset = 0 WHERE seq = 4",
       "event 4 (e4) or its entries are not what was recorded"},
      {"UPDATE events SET id = 'e33' WHERE seq = 3",
       "event 3 (e33) or its entries are not what was recorded"},
      {"UPDATE events SET reverses = 2 WHERE seq = 4",
       "event 4 (e4) or its entries are not what was recorded"},
      {"UPDATE events SET policy = policy || ' ', facts = substr(facts, 1) WHERE seq = 5",
       "event 5 (e5) or its entries are not what was recorded"},
      {"UPDATE events SET hash = '' WHERE seq = 1", "event 1 (e1) or its entries are not what was recorded"},
      {"DELETE FROM events WHERE seq = 1", "event 1 is missing"},
      {"DELETE FROM events WHERE seq = 3", "event 3 is missing"},
      {"UPDATE entries SET coefficient = 2 WHERE seq = 2 AND stream = 1",
       "event 2 (e2) or its entries are not what was recorded"},
      {"UPDATE entries SET exponent = -1 WHERE seq = 2 AND stream = 1",
       "event 2 (e2) or its entries are not what was recorded"},
      {"UPDATE entries SET day = 11 WHERE seq = 5 AND stream = 1",
       "event 5 (e5) or its entries are not what was recorded"},
      {"UPDATE entries SET key = 2 WHERE seq = 2 AND stream = 1",
       "event 2 (e2) or its entries are not what was recorded"},
      {"UPDATE entries SET period = 2 WHERE seq = 5 AND stream = 2",
       "event 5 (e5) or its entries are not what was recorded"},
      {"DELETE FROM entries WHERE seq = 5 AND stream = 2",
       "event 5 (e5) or its entries are not what was recorded"},
      {"DELETE FROM entries WHERE seq = 1 AND stream = 1",
       "event 1 (e1) or its entries are not what was recorded"},
      {"INSERT INTO entries VALUES(1, 1, 10, 4, 0, 0, 1, 0)",
       "event 4 (e4) or its entries are not what was recorded"},
      {"UPDATE keys SET key = '[\"E9\"]' WHERE number = 1",
       "event 1 (e1) or its entries are not what was recorded"},
      {"UPDATE streams SET definition = '{}' WHERE number = 1",
       "stream 1 (lige.fines.month@5f0c) or what it was filled with is not what was recorded"},
      {"UPDATE streams SET definition = '{}' WHERE number = 2",
       "stream 2 (t) or what it was filled with is not what was recorded"},
      {"DELETE FROM entries WHERE seq = 1 AND stream = 2",
       "stream 2 (t) or what it was filled with is not what was recorded"},
      {"INSERT INTO entries VALUES(2, 1, 10, 3, 5, 0, 1, 0)",
       "stream 2 (t) or what it was filled with is not what was recorded"},
      {"INSERT INTO entries VALUES(2, 1, 10, 99, 5, 0, 1, 0)",
       "an entry belongs to event 99, a stream or a key that is not there"},
      {"INSERT INTO entries VALUES(9, 1, 10, 2, 5, 0, 1, 0)",
       "an entry belongs to event 2, a stream or a key that is not there"},
      {"DROP INDEX entries_by_event", "index entries_by_event is missing or changed"},
      {"CREATE TABLE mine(x); CREATE VIEW fines AS SELECT * FROM events",
       nullptr},  // others may keep tables beside ours
  };
  for (const auto& row : kRows) {
    TempFile file;
    FillSample(file.path());
    {
      Raw raw(file.path());
      // As one would who goes around the triggers and leaves no trace of that.
      ASSERT_EQ(raw.Run("PRAGMA foreign_keys = OFF; CREATE TEMP TABLE kept AS SELECT name, sql FROM "
                        "sqlite_schema WHERE type = "
                        "'trigger'"),
                "ok");
      std::istringstream names(raw.Rows("SELECT name FROM kept"));
      for (std::string name; std::getline(names, name);) ASSERT_EQ(raw.Run("DROP TRIGGER " + name), "ok");
      ASSERT_EQ(raw.Run(row.sql), "ok") << row.sql;
      ASSERT_EQ(raw.Run(raw.Rows("SELECT sql || ';' FROM kept")), "ok");
    }
    const std::optional<Diagnostic> broken = VerifySqliteLedger(file.path());
    ASSERT_EQ(broken.has_value(), row.what != nullptr) << row.sql << (broken ? broken->Format() : "");
    if (!broken) continue;
    EXPECT_EQ(broken->code, Code::kLedgerBroken) << row.sql;
    EXPECT_EQ(broken->args.back().second, row.what) << row.sql;
  }
}

TEST(SqliteLedger, DroppedTriggerShows) {
  TempFile file;
  FillSample(file.path());
  EXPECT_EQ(Raw(file.path()).Run("DROP TRIGGER events_no_update"), "ok");
  const auto broken = VerifySqliteLedger(file.path());
  ASSERT_TRUE(broken);
  EXPECT_EQ(broken->Message(),
            "the ledger " + file.path() +
                " was tampered with or is damaged: trigger events_no_update is missing or changed");
}

TEST(SqliteLedger, DamagedPagesShow) {
  TempFile file;
  FillSample(file.path());
  std::fstream bytes(file.path(), std::ios::in | std::ios::out | std::ios::binary);
  std::string all(std::istreambuf_iterator<char>(bytes), {});
  const std::size_t at = all.find(R"({"fine": 50})");  // the outcome of some event
  ASSERT_NE(at, std::string::npos);
  bytes.seekp(static_cast<std::streamoff>(at) + 9);
  bytes << "60";
  bytes.close();
  const auto broken = VerifySqliteLedger(file.path());
  ASSERT_TRUE(broken);
  EXPECT_EQ(broken->code, Code::kLedgerBroken);
}

// Whoever rewrites the whole chain, or cuts its end off, cannot keep the hash that was noted elsewhere.
TEST(SqliteLedger, LastHash) {
  TempFile a, b;
  FillSample(a.path());
  FillSample(b.path());
  std::string hash_a, hash_b, longer;
  ASSERT_FALSE(VerifySqliteLedger(a.path(), &hash_a));
  ASSERT_FALSE(VerifySqliteLedger(b.path(), &hash_b));
  EXPECT_EQ(hash_a, hash_b) << "the same events make the same chain";
  // Computed by another program, from docs/ledger-format.md.
  EXPECT_EQ(hash_a, "509859b081ff20fa4128e32da19e8b59768b3bb8701b0062073f653ba5705350");
  const Event e = Decision("e6");
  ASSERT_TRUE(OpenFile(a.path())->Append({&e, 1}));
  ASSERT_FALSE(VerifySqliteLedger(a.path(), &longer));
  EXPECT_NE(longer, hash_a);
  EXPECT_EQ(Raw(a.path()).Rows("SELECT hash FROM events WHERE seq = 5"), hash_a + "\n");
}

TEST(SqliteLedger, RefusesWhatItIsNot) {
  const auto open = [](const std::string& path, bool create = true, bool read_only = false) {
    SqliteOptions options;
    options.create = create;
    options.read_only = read_only;
    const auto opened = OpenSqliteLedger(path, options);
    return opened ? "ok"
                  : std::string(CodeText(opened.error().code)) + ": " + opened.error().args.back().second;
  };
  const auto read = [](const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  TempFile missing;
  EXPECT_EQ(open(missing.path(), false), "cannot_read: " + missing.path() + ": unable to open database file");
  EXPECT_EQ(open(missing.path(), true, true),
            "cannot_read: " + missing.path() + ": unable to open database file");
  EXPECT_FALSE(std::filesystem::exists(missing.path()));
  EXPECT_EQ(open(""), "cannot_read: : no file is named");
  EXPECT_EQ(open(testing::TempDir()),
            "cannot_read: " + testing::TempDir() + ": unable to open database file");
  EXPECT_EQ(open(":memory:"), "ledger_io: :memory:: write-ahead logging is not possible here");

  TempFile text;
  const std::string words(5000, 'x');
  std::ofstream(text.path()) << words;
  for (const bool create : {false, true})
    EXPECT_EQ(open(text.path(), create), "ledger_format: file is not a database");
  EXPECT_EQ(read(text.path()), words);

  TempFile empty;
  std::ofstream(empty.path()).close();
  EXPECT_EQ(open(empty.path(), false), "ledger_format: it is empty");
  EXPECT_EQ(open(empty.path(), true, true), "ledger_format: it is empty");
  EXPECT_EQ(std::filesystem::file_size(empty.path()), 0u);
  EXPECT_EQ(open(empty.path()), "ok");

  TempFile other;
  ASSERT_EQ(Raw(other.path()).Run("CREATE TABLE customers(name); INSERT INTO customers VALUES('Li')"), "ok");
  const std::string before = read(other.path());
  EXPECT_EQ(open(other.path()), "ledger_format: it is another kind of database");
  EXPECT_EQ(read(other.path()), before) << "not ours: not touched";

  TempFile newer;
  FillSample(newer.path());
  ASSERT_EQ(Raw(newer.path()).Run("PRAGMA user_version = 2"), "ok");
  EXPECT_EQ(open(newer.path()), "ledger_format: its format is 2, this program knows format 1");
  ASSERT_EQ(Raw(newer.path())
                .Run("PRAGMA user_version = 1; DROP TRIGGER meta_no_update; UPDATE meta SET value = '3' "
                     "WHERE name = "
                     "'format'"),
            "ok");
  EXPECT_EQ(open(newer.path()), "ledger_format: it does not say its format");
  ASSERT_EQ(Raw(newer.path()).Run("DROP TABLE meta"), "ok");
  EXPECT_EQ(open(newer.path()), "ledger_format: it does not say its format");
  ASSERT_EQ(Raw(newer.path()).Run("PRAGMA application_id = 7"), "ok");
  EXPECT_EQ(open(newer.path()), "ledger_format: it is another kind of database");
  EXPECT_EQ(Show(VerifySqliteLedger(newer.path())), "ledger_format");
  EXPECT_EQ(Show(VerifySqliteLedger(missing.path())), "cannot_read");
}

TEST(SqliteLedger, ReadOnly) {
  TempFile file;
  FillSample(file.path());
  SqliteOptions options;
  options.read_only = true;
  const auto ledger = OpenFile(file.path(), options);
  EXPECT_EQ(Show(ledger->View()->TallyOf(kSample, "[\"E1\"]", kMin, kMax)), "3: 10.01");
  const Event e = Decision("x");
  EXPECT_EQ(Show(ledger->Append({&e, 1})), "ledger_io");
  // A stream that nothing has to be written for reads as empty; one that recorded events must fill is refused.
  EXPECT_EQ(Show(ledger->AddStream("x", "", {})), "ok");
  EXPECT_FALSE(ledger->HasStream("x"));
  EXPECT_EQ(Show(ledger->View()->TallyOf("x", "[\"E1\"]", kMin, kMax)), "0: 0");
  const std::pair<std::int64_t, Entry> entry(1, Of("x", "[\"E1\"]", 1, "2"));
  EXPECT_EQ(Show(ledger->AddStream("x", "", {&entry, 1})), "ledger_io");
  EXPECT_EQ(ledger->last_seq(), 5);
}

TEST(SqliteLedger, TwoConnections) {
  TempFile file;
  const auto a = OpenFile(file.path());
  SqliteOptions impatient;
  impatient.busy_timeout_ms = 0;
  const auto b = OpenFile(file.path(), impatient);
  const auto append = [](Ledger& to, const Event& e) { return Show(to.Append({&e, 1})); };
  EXPECT_EQ(append(*a, Decision("1", {Of("s", "a", 1, "1")})), "1");
  EXPECT_EQ(append(*b, Decision("2", {Of("s", "a", 1, "2")})), "2");
  EXPECT_EQ(append(*a, Decision("2")), "=2");
  const auto then = a->View();
  EXPECT_EQ(append(*b, Reversal("3", "1")), "3");
  EXPECT_EQ(Show(then->TallyOf("s", "a", kMin, kMax)), "2: 3");
  EXPECT_EQ(Show(a->View()->TallyOf("s", "a", kMin, kMax)), "1: 2");
  EXPECT_EQ(append(*a, Reversal("4", "1")), "already_reversed");
  const Event decided = Decision("5");
  const LedgerRead read{"s", "a"};
  EXPECT_EQ(Show(a->Append({&decided, 1}, {&read, 1}, then->as_of_seq())), "ledger_stale");
  // While one writes, the other reads what was committed, and cannot write.
  EXPECT_EQ(Show(a->Begin()), "ok");
  EXPECT_EQ(append(*a, Decision("6", {Of("s", "a", 1, "4")})), "4");
  EXPECT_EQ(b->last_seq(), 3);
  EXPECT_EQ(Show(b->View()->TallyOf("s", "a", kMin, kMax)), "1: 2");
  EXPECT_EQ(append(*b, Decision("7")), "ledger_io");
  EXPECT_EQ(Show(b->Begin()), "ledger_io");
  EXPECT_EQ(Show(b->AddStream("x", "", {})), "ledger_io");
  EXPECT_EQ(Show(b->Transact([](const LedgerView&, std::vector<Event>*) {
              ADD_FAILURE() << "runs though somebody else writes";
              return std::optional<Diagnostic>();
            })),
            "ledger_io");
  EXPECT_FALSE(VerifySqliteLedger(file.path()));
  EXPECT_EQ(Show(a->Commit()), "ok");
  EXPECT_EQ(append(*b, Decision("7")), "5");
  EXPECT_EQ(Show(a->AddStream("x", "one", {})), "ok");
  EXPECT_EQ(Show(b->AddStream("x", "two", {})), "ok");
  EXPECT_EQ(Raw(file.path()).Rows("SELECT definition FROM streams WHERE id = 'x'"), "one\n");
  EXPECT_FALSE(VerifySqliteLedger(file.path()));
}

TEST(SqliteLedger, PragmasAreSet) {
  TempFile file;
  FillSample(file.path());
  Raw raw(file.path());
  EXPECT_EQ(raw.Rows("PRAGMA journal_mode"), "wal\n");
  EXPECT_EQ(raw.Rows("PRAGMA application_id"), "1869767777\n");
  EXPECT_EQ(raw.Rows("PRAGMA user_version"), "1\n");
  EXPECT_EQ(raw.Rows("SELECT * FROM meta"), "about|ordain ledger\nformat|1\n");
}

// The question that policies ask most reads one index and nothing else of the table.
TEST(SqliteLedger, WindowsAreReadFromOneIndex) {
  TempFile file;
  FillSample(file.path());
  Raw raw(file.path());
  EXPECT_NE(raw.Rows("EXPLAIN QUERY PLAN SELECT n.coefficient FROM entries n WHERE n.stream = 1 AND n.key = "
                     "1 AND n.day BETWEEN 1 "
                     "AND 2")
                .find("USING PRIMARY KEY (stream=? AND key=? AND day>? AND day<?)"),
            std::string::npos);
  EXPECT_NE(
      raw.Rows("EXPLAIN QUERY PLAN SELECT 1 FROM events r WHERE r.reverses = 5").find("events_by_reversed"),
      std::string::npos);
}

// A disk that is full, in the middle of a transaction or at its end: loud, nothing half, and a transaction does
// not go on without its beginning.
TEST(SqliteLedger, FullDisk) {
  rlimit old{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
  const auto limit = [&](rlim_t bytes) {
    rlimit now = old;
    now.rlim_cur = bytes;
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &now), 0);
  };
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  for (const std::size_t size :
       {std::size_t{3000000}, std::size_t{34000000}}) {  // within and beyond the cache
    TempFile file;
    FillSample(file.path());
    const auto ledger = OpenFile(file.path());
    const Event small = Decision("small"), after = Decision("after");
    Event big = Decision("big");
    big.facts = std::string(size, 'x');
    limit(200000);
    EXPECT_EQ(Show(ledger->Append({&big, 1})), "ledger_io");
    limit(old.rlim_cur);
    EXPECT_EQ(ledger->last_seq(), 5);

    EXPECT_EQ(Show(ledger->Begin()), "ok");
    EXPECT_EQ(Show(ledger->Append({&small, 1})), "6");
    limit(200000);
    EXPECT_EQ(Show(ledger->Append({&big, 1})), size > 32000000 ? "ledger_io" : "7");
    if (size > 32000000) {
      EXPECT_EQ(Show(ledger->Append({&after, 1})), "ledger_io") << "not without `small`";
    }
    EXPECT_EQ(Show(ledger->Commit()), "ledger_io");
    limit(old.rlim_cur);
    EXPECT_EQ(ledger->last_seq(), 5);

    EXPECT_EQ(Show(ledger->Append({&after, 1})), "6") << "and all is well again";
    EXPECT_FALSE(VerifySqliteLedger(file.path()));
  }
  std::signal(SIGXFSZ, handler);
}

// An unreadable ledger is an error in every answer, never an empty one.
TEST(SqliteLedger, BrokenFileIsNotAnEmptyLedger) {
  TempFile file;
  FillSample(file.path());
  const auto ledger = OpenFile(file.path());
  const auto good = ledger->View();
  ASSERT_EQ(Raw(file.path()).Run("DROP TABLE entries; DROP TABLE events"), "ok");
  EXPECT_EQ(ledger->last_seq(), -1);
  const auto view = ledger->View();
  EXPECT_EQ(view->as_of_seq(), -1);
  for (const LedgerView* v : {good.get(), view.get()}) {
    EXPECT_EQ(Show(v->TallyOf("s", "a", kMin, kMax)), "ledger_io");
    EXPECT_EQ(Show(v->Periods("s", "a", kMin, kMax, kMin, kMax)), "ledger_io");
    EXPECT_EQ(Show(v->Latest("s", "a")), "ledger_io");
  }
  EXPECT_FALSE(ledger->Find("e1"));
  EXPECT_FALSE(ledger->ReversedBy("e1"));
  EXPECT_EQ(Show(ledger->ForEach({}, [](const Event&) { return true; })), "ledger_io");
  const Event e = Decision("x");
  EXPECT_EQ(Show(ledger->Append({&e, 1})), "ledger_io");
  EXPECT_EQ(Show(VerifySqliteLedger(file.path())), "ledger_io");
}

// ---- docs/ledger-format.md ---------------------------------------------------------------------------

// The page's ```sql blocks: the one with CREATE TABLE is the schema, the others run as they stand.
TEST(LedgerFormat, PageTellsTheTruth) {
  std::ifstream page("docs/ledger-format.md");
  ASSERT_TRUE(page) << "run from the top of the source tree";
  std::vector<std::string> blocks;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line == "```sql") {
      inside = true;
      blocks.emplace_back();
    } else if (line == "```") {
      inside = false;
    } else if (inside) {
      blocks.back() += line + "\n";
    }
  }
  ASSERT_GE(blocks.size(), 4u);
  TempFile file, described;
  FillSample(file.path());
  Raw raw(file.path()), other(described.path());
  ASSERT_EQ(other.Run(blocks[0]), "ok");
  const std::string schema = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";
  EXPECT_EQ(other.Rows(schema), raw.Rows(schema));
  for (const char* pragma : {"PRAGMA application_id", "PRAGMA user_version", "SELECT * FROM meta"}) {
    EXPECT_EQ(other.Rows(pragma), raw.Rows(pragma));
  }
  std::string answers;
  for (std::size_t i = 1; i < blocks.size(); ++i) answers += raw.Rows(blocks[i]) + "\n";
  EXPECT_EQ(answers,
            "2|1251|-2|integer\n\n"
            "1|1250|-2|integer\n\n"
            "1|e1|decision|1970-01-01 08:16:40|50|null\n"
            "2|e2|decision|1970-01-01 08:16:40|50|null\n"
            "3|e3|decision|1970-01-01 08:16:40|50|e4\n"
            "4|e4|reversal|1970-01-01 08:16:40|50|null\n"
            "5|e5|decision|1970-01-01 08:16:40|50|null\n\n");
}

}  // namespace
}  // namespace ordain
