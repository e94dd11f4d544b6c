// Rule sets that change while they are in use.
//
//   ordain::RuleSetStore store;                              // one for the process
//   const auto published = store.Publish({{text, "lige.json"}});
//   if (!published.ok) Report(published.diagnostics);        // what was there before goes on
//
//   // in each thread:
//   std::shared_ptr<const ordain::RuleSetStore::Snapshot> mine = store.Get();
//   if (mine->number != used) {                              // something was published since
//     engine = std::make_unique<ordain::Engine>(ledger);
//     for (const ordain::RuleSet& r : mine->rule_sets) engine->Add(r);
//     used = mine->number;
//   }
//
// Publish loads, compiles and checks all documents together; only when none of them has an error, neither in itself nor as a finding of
// RuleSet::Check nor by two editions in force on one day, does it replace the snapshot, all at once. A reader keeps what it got for as
// long as it likes: never a mixture of two.
//
// Threads: any number of readers and writers. Get waits for the copy of one pointer, never for a Publish at work.
// Memory: a snapshot lives until the last reader lets go of it.
// Source: docs/embedding.md. Tested by tests/store_test.cc.
#ifndef ORDAIN_STORE_HPP_
#define ORDAIN_STORE_HPP_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "ordain/rule_set.hpp"

namespace ordain {

class RuleSetStore {
 public:
  struct Document {
    std::string text;  // a rule set, or guards to be laid upon all of them (see GuardPack)
    std::string file;  // names it in diagnostics
  };
  struct Snapshot {
    std::uint64_t number = 0;        // of the publication: 1, 2, ...; 0: nothing was published
    std::string hash;                // SHA-256 of the names and revisions: the same for the same rules
    std::vector<RuleSet> rule_sets;  // in the order of the documents
    // The one of this name that is in force on a day; null when there is none.
    const RuleSet* Find(std::string_view name, Date day) const;
  };
  struct Published {
    bool ok = false;
    bool changed = false;      // false with ok: the rules were these already
    Diagnostics diagnostics;   // errors and warnings, in the order of the documents
    std::shared_ptr<const Snapshot> snapshot;  // what is in use now
  };

  explicit RuleSetStore(const Limits& limits = {}) : limits_(limits), now_(std::make_shared<const Snapshot>()) {}
  RuleSetStore(const RuleSetStore&) = delete;
  RuleSetStore& operator=(const RuleSetStore&) = delete;

  // Errors: those of RuleSet::Load and Check, kOverlappingDates.
  Published Publish(const std::vector<Document>& documents);
  std::shared_ptr<const Snapshot> Get() const;  // never null

 private:
  Limits limits_;
  std::mutex publishing_;  // one at a time, so that numbers follow each other
  mutable std::mutex mutex_;
  std::shared_ptr<const Snapshot> now_;
};

}  // namespace ordain

#endif  // ORDAIN_STORE_HPP_
