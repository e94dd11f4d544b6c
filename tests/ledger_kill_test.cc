// Real kills: this program starts itself as a child that appends batches to a SQLite ledger and reports each
// batch after its commit; the parent kills it (SIGKILL) at random moments, and at chosen ones inside a
// transaction, opens the file and looks: every acknowledged batch is there whole, with its entries; at most
// one more is there, whole; the chain of hashes is unbroken; and the next child goes on with the same ids.
// Nothing depends on how fast the machine is: delays only choose where a kill falls.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "ordain/ledger_sqlite.hpp"

namespace ordain {
namespace {

// ---- what batch n holds ------------------------------------------------------------------------------

constexpr std::int64_t kKeys = 3;

// How a batch is written.
enum class Way {
  kAppend,
  kBegin,
  kTransact,
  kFill
};
Way WayOf(std::int64_t n) {
  return n % 10 == 9 ? Way::kFill : n % 3 == 0 ? Way::kAppend : n % 3 == 1 ? Way::kBegin : Way::kTransact;
}
std::int64_t SizeOf(std::int64_t n) { return 1 + n % 5; }
bool Reverses(std::int64_t n) { return n % 7 == 0; }  // the first event of the batch before
std::string Id(const std::string& who, std::int64_t n, const std::string& i) {
  return who + std::to_string(n) + "/" + i;
}
std::string FilledStream(const std::string& who, std::int64_t n) {
  return "filled " + who + std::to_string(n);
}

std::vector<Event> BatchOf(const std::string& who, std::int64_t n) {
  std::vector<Event> batch;
  for (std::int64_t i = 0; i < SizeOf(n); ++i) {
    Event e;
    e.id = Id(who, n, std::to_string(i));
    e.policy = "test";
    e.at = e.recorded_at = {n, 0, 0};
    e.facts = "{\"n\": " + std::to_string(n) + "}";
    e.outcome = std::string(static_cast<std::size_t>(n * 37 % 5000), 'x');  // from no page to several
    e.entries = {{"s " + who, std::to_string(n % kKeys), n, 0, Decimal(i + 1)},
                 {"t " + who, "all", n, 0, Decimal(1)}};
    if (i == 0) e.entries.push_back(e.entries[1]);
    batch.push_back(e);
  }
  if (Reverses(n)) {
    Event e;
    e.id = Id(who, n, "reversal");
    e.kind = EventKind::kReversal;
    e.reverses = Id(who, n - 1, "0");
    batch.push_back(e);
  }
  return batch;
}

// ---- the child ---------------------------------------------------------------------------------------

void Say(std::int64_t word) {  // 8 bytes: a pipe takes them whole
  if (write(STDOUT_FILENO, &word, sizeof word) != sizeof word) _exit(3);
}

[[noreturn]] void Give(const std::string& what) {
  std::cerr << "child: " << what << std::endl;
  _exit(2);
}

void Must(const std::optional<Diagnostic>& error) {
  if (error) Give(error->Format());
}

// All of the batch was there before, or nothing of it.
void MustBeWhole(const std::vector<AppendResult>& results) {
  for (const AppendResult& r : results) {
    if (r.existed != results.front().existed) Give("half a batch was there");
  }
}

template <class T>
T MustHave(Result<T> result) {
  if (!result) Give(result.error().Format());
  return std::move(result).value();
}

// Says n after batch n is committed; -n inside the transaction of batch n, where it stays when n is `hold`.
int Child(const std::string& path, const std::string& who, std::int64_t first, std::int64_t last,
          std::int64_t hold) {
  const std::unique_ptr<Ledger> ledger = MustHave(OpenSqliteLedger(path));
  const auto inside = [&](std::int64_t n) {
    Say(-n);
    while (n == hold) pause();
  };
  for (std::int64_t n = first; n <= last; ++n) {
    const std::vector<Event> batch = BatchOf(who, n);
    if (n % 4 == 0) {  // something that is taken back
      Must(ledger->Begin());
      Event e = batch.front();
      e.id = Id(who, n, "never");
      MustHave(ledger->Append({&e, 1}));
      Must(ledger->Rollback());
    }
    std::vector<AppendResult> results;
    switch (WayOf(n)) {
      case Way::kAppend:
        if (n == hold) inside(n);  // between transactions
        results = MustHave(ledger->Append(batch));
        break;
      case Way::kTransact:
        results = MustHave(ledger->Transact([&](const LedgerView&, std::vector<Event>* append) {
          *append = batch;
          inside(n);
          return std::optional<Diagnostic>();
        }));
        break;
      case Way::kBegin:
      case Way::kFill:
        Must(ledger->Begin());
        if (WayOf(n) == Way::kFill) {
          std::vector<std::pair<std::int64_t, Entry>> entries;
          for (std::int64_t i = 0; i < SizeOf(n - 1); ++i) {
            const auto event = MustHave(ledger->Find(Id(who, n - 1, std::to_string(i))));
            if (!event) Give("the batch before is not there");
            entries.push_back({event->seq, {FilledStream(who, n), "", n - 1, 0, Decimal(1)}});
          }
          Must(ledger->AddStream(FilledStream(who, n), "filled", entries));
        }
        for (std::size_t i = 0; i < batch.size(); ++i) {
          if (i + 1 == batch.size()) inside(n);
          results.push_back(MustHave(ledger->Append({&batch[i], 1})).front());
        }
        Must(ledger->Commit());
        break;
    }
    MustBeWhole(results);
    Say(n);
  }
  return 0;
}

class Process {
 public:
  Process(const std::string& path, const std::string& who, std::int64_t first, std::int64_t last,
          std::int64_t hold) {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    const std::string from = std::to_string(first), to = std::to_string(last), at = std::to_string(hold);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      execl("/proc/self/exe", "ledger_kill_test", "--child", path.c_str(), who.c_str(), from.c_str(),
            to.c_str(), at.c_str(), static_cast<char*>(nullptr));
      _exit(4);
    }
    EXPECT_GT(pid_, 0);
    close(ends[1]);
    from_ = ends[0];
    acked_ = first - 1;
  }
  ~Process() {
    if (pid_ > 0) Kill();
    close(from_);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // The next word; false at the end.
  bool Hear(std::int64_t* word) {
    ssize_t got;
    do got = read(from_, word, sizeof *word);
    while (got < 0 && errno == EINTR);
    if (got != sizeof *word) return false;
    if (*word > 0) acked_ = *word;
    return true;
  }
  // Kills it and hears what it had still said. False: it had ended by itself.
  bool Kill() {
    kill(pid_, SIGKILL);
    int status = 0;
    EXPECT_EQ(waitpid(pid_, &status, 0), pid_);
    pid_ = 0;
    for (std::int64_t word; Hear(&word);) {
    }
    EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << "the child gave up";
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  }
  // Waits for its own end.
  void Join() {
    for (std::int64_t word; Hear(&word);) {
    }
    int status = 0;
    EXPECT_EQ(waitpid(pid_, &status, 0), pid_);
    pid_ = 0;
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  std::int64_t acked() const { return acked_; }

 private:
  pid_t pid_ = 0;
  int from_ = -1;
  std::int64_t acked_ = 0;
};

// ---- the parent --------------------------------------------------------------------------------------

class TempFile {
 public:
  explicit TempFile(const std::string& name)
      : path_(testing::TempDir() + "ordain_kill_" + name + "_" + std::to_string(getpid()) + ".db") {
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

std::string Show(const Result<Tally>& tally) {
  return tally ? std::to_string(tally.value().count) + ": " + tally.value().total.ToString()
               : tally.error().Format();
}

// The batches 1..acked are there, whole, and at most one more. Returns the last one that is there. Events of
// batches up to `known` were looked at before: the chain and the totals vouch for them.
std::int64_t CheckFile(const std::string& path, const std::string& who, std::int64_t known,
                       std::int64_t acked) {
  const std::optional<Diagnostic> broken = VerifySqliteLedger(path);
  EXPECT_FALSE(broken) << broken->Format();
  Result<std::unique_ptr<Ledger>> opened = OpenSqliteLedger(path);
  EXPECT_TRUE(opened) << opened.error().Format();
  if (!opened) return acked;
  Ledger& ledger = *opened.value();
  const auto has = [&](const std::string& id) {
    const auto found = ledger.Find(id);
    EXPECT_TRUE(found) << found.error().Format();
    return found && found.value();
  };
  std::int64_t last = acked;
  for (std::int64_t n = known + 1; n <= acked + 2; ++n) {
    const std::vector<Event> batch = BatchOf(who, n);
    const bool there = has(batch.front().id);
    EXPECT_TRUE(there || n > acked) << "acknowledged batch " << n << " is lost";
    EXPECT_FALSE(there && n == acked + 2);
    if (n == acked + 1 && there) last = n;
    for (const Event& e : batch) EXPECT_EQ(has(e.id), there) << "half of batch " << n << ": " << e.id;
    EXPECT_FALSE(has(Id(who, n, "never"))) << "rolled back";
    EXPECT_EQ(ledger.HasStream(FilledStream(who, n)), there && WayOf(n) == Way::kFill) << n;
  }
  // What all of it adds up to.
  std::int64_t counts[kKeys] = {}, sums[kKeys] = {}, all = 0;
  for (std::int64_t n = 1; n <= last; ++n) {
    const bool reversed = n + 1 <= last && Reverses(n + 1);
    for (std::int64_t i = reversed ? 1 : 0; i < SizeOf(n); ++i) {
      ++counts[n % kKeys];
      sums[n % kKeys] += i + 1;
      all += i == 0 ? 2 : 1;
    }
    if (WayOf(n) == Way::kFill) {
      const std::int64_t filled = SizeOf(n - 1) - (Reverses(n) ? 1 : 0);
      EXPECT_EQ(Show(ledger.View()->TallyOf(FilledStream(who, n), "", INT64_MIN, INT64_MAX)),
                std::to_string(filled) + ": " + std::to_string(filled));
    }
  }
  for (std::int64_t k = 0; k < kKeys; ++k) {
    EXPECT_EQ(Show(ledger.View()->TallyOf("s " + who, std::to_string(k), INT64_MIN, INT64_MAX)),
              std::to_string(counts[k]) + ": " + std::to_string(sums[k]));
  }
  EXPECT_EQ(Show(ledger.View()->TallyOf("t " + who, "all", INT64_MIN, INT64_MAX)),
            std::to_string(all) + ": " + std::to_string(all));
  return last;
}

TEST(LedgerKill, AnywhereAndInsideTransactions) {
  constexpr std::uint64_t kSeed = 20160305;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  std::mt19937_64 random(kSeed);
  TempFile file("anywhere");
  std::int64_t known = 0, held = 0, killed = 0;
  for (int round = 0; round < 60 && !testing::Test::HasFailure(); ++round) {
    const auto ahead = static_cast<std::int64_t>(random() % 12);
    const bool hold = round % 3 == 2;
    std::int64_t target = known + 1 + ahead;
    while (hold && round % 4 != 0 && WayOf(target) == Way::kAppend) ++target;  // mostly inside a transaction
    // Going on from the last batch that is there: written again, it is known.
    Process child(file.path(), "p", std::max<std::int64_t>(known, 1), known + 1000, hold ? target : 0);
    bool ended = false;
    for (std::int64_t word = 0; hold ? word != -target : child.acked() < known + ahead;) {
      if (!child.Hear(&word)) {
        ended = true;
        break;
      }
    }
    ASSERT_FALSE(ended) << "the child gave up";
    if (!hold) usleep(static_cast<useconds_t>(random() % 4000));
    ASSERT_TRUE(child.Kill());
    ++killed;
    const std::int64_t last = CheckFile(file.path(), "p", known, child.acked());
    if (hold) {
      EXPECT_EQ(last, target - 1) << "killed inside the transaction of batch " << target;
      held += WayOf(target) == Way::kAppend ? 0 : 1;
    }
    known = last;
  }
  EXPECT_EQ(killed, 60);
  EXPECT_GE(held, 10);
}

TEST(LedgerKill, WhileTheFileIsMade) {
  std::mt19937_64 random(20160306);
  for (int round = 0; round < 25 && !testing::Test::HasFailure(); ++round) {
    TempFile file("making");
    Process child(file.path(), "p", 1, 1000, 0);
    usleep(static_cast<useconds_t>(random() % 12000));
    ASSERT_TRUE(child.Kill());
    ASSERT_TRUE(OpenSqliteLedger(file.path())) << "what is left of it can be opened, or made anew";
    CheckFile(file.path(), "p", 0, child.acked());
  }
}

// Several processes come to a new file at once and write to it; one of them is killed again and again.
TEST(LedgerKill, SeveralWriters) {
  std::mt19937_64 random(20160307);
  for (int round = 0; round < 4 && !testing::Test::HasFailure(); ++round) {
    TempFile file("several");
    Process a(file.path(), "a", 1, 40, 0), b(file.path(), "b", 1, 40, 0);
    std::int64_t known = 0;
    for (int kills = 0; kills < 4; ++kills) {
      Process c(file.path(), "c", std::max<std::int64_t>(known, 1), 1000, 0);
      for (std::int64_t word; c.acked() < known + 3;) ASSERT_TRUE(c.Hear(&word));
      usleep(static_cast<useconds_t>(random() % 2000));
      ASSERT_TRUE(c.Kill());
      known = CheckFile(file.path(), "c", known, c.acked());
    }
    a.Join();
    b.Join();
    EXPECT_EQ(a.acked(), 40);
    EXPECT_EQ(CheckFile(file.path(), "a", 0, 40), 40);
    EXPECT_EQ(CheckFile(file.path(), "b", 0, 40), 40);
    EXPECT_EQ(CheckFile(file.path(), "c", 0, known), known);
  }
}

}  // namespace
}  // namespace ordain

int main(int argc, char** argv) {
  if (argc == 7 && std::string(argv[1]) == "--child") {
    return ordain::Child(argv[2], argv[3], std::atoll(argv[4]), std::atoll(argv[5]), std::atoll(argv[6]));
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
