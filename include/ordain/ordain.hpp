// Everything of the core. A worked example:
//
//   #include <ordain/ordain.hpp>
//   ordain::LoadResult loaded = ordain::RuleSet::Load(text, "lige.json");
//   ordain::Evaluator evaluator(*loaded.rule_set);
//   ordain::Facts facts(*loaded.rule_set, loaded.rule_set->FindPolicy("complaint_tier"));
//   facts.SetJson(R"({"amount": 30000, "direct_loss": true, "refund": true,
//                     "grave_accident": false, "death": false})");
//   ordain::Instant at;
//   ordain::Instant::Parse("2016-03-05T10:00:00+08:00", &at);
//   std::cout << evaluator.Decide(facts, at).ToJson();
//
// The ledger in a SQLite file is apart: ordain/ledger_sqlite.hpp, target ordain::sqlite.
#ifndef ORDAIN_ORDAIN_HPP_
#define ORDAIN_ORDAIN_HPP_

#include "ordain/base.hpp"
#include "ordain/calendar.hpp"
#include "ordain/deadline.hpp"
#include "ordain/duties.hpp"
#include "ordain/decimal.hpp"
#include "ordain/decision.hpp"
#include "ordain/due.hpp"
#include "ordain/engine.hpp"
#include "ordain/host.hpp"
#include "ordain/json.hpp"
#include "ordain/kernel.hpp"
#include "ordain/ledger.hpp"
#include "ordain/process.hpp"
#include "ordain/rule_set.hpp"
#include "ordain/schema.hpp"
#include "ordain/store.hpp"
#include "ordain/time.hpp"
#include "ordain/value.hpp"

#endif  // ORDAIN_ORDAIN_HPP_
