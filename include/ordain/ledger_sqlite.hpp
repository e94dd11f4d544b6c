// The ledger in a SQLite file: the embedded default for hosts that keep history. Target ordain::sqlite.
//
//   auto opened = ordain::OpenSqliteLedger("clinic.db");
//   if (!opened) return Report(opened.error());
//   std::unique_ptr<ordain::Ledger> ledger = std::move(opened).value();
//
// WAL mode, STRICT tables, updates and deletes refused by triggers. One host; not on a network
// file system. Several processes may open one file: writers wait for each other. Format:
// docs/ledger-format.md. Tested by tests/ledger_test.cc, tests/ledger_kill_test.cc.
#ifndef ORDAIN_LEDGER_SQLITE_HPP_
#define ORDAIN_LEDGER_SQLITE_HPP_

#include <memory>
#include <optional>
#include <string>

#include "ordain/ledger.hpp"

namespace ordain {

struct SqliteOptions {
  bool create = true;             // make the file when it is not there
  bool read_only = false;
  bool full_sync = false;         // survives a power cut: synchronous=FULL, one fsync per commit
  int busy_timeout_ms = 10000;    // how long a writer waits for another one
};

// Errors: kCannotRead, kLedgerFormat (not such a file, or a newer format: it is left as it is), kLedgerIo.
Result<std::unique_ptr<Ledger>> OpenSqliteLedger(const std::string& path, const SqliteOptions& options = {});

// Walks the whole file, while others may write: the chain of hashes over the events and their entries, the
// chain over the streams, the tables and triggers, SQLite's own check. Empty when all is well. *last_hash:
// that of the last event; noted elsewhere (in a report, in a signed receipt) it proves later that the
// events up to it are still the same.
// Errors: kLedgerBroken (which event or stream is broken first), those of opening.
std::optional<Diagnostic> VerifySqliteLedger(const std::string& path, std::string* last_hash = nullptr);

}  // namespace ordain

#endif  // ORDAIN_LEDGER_SQLITE_HPP_
