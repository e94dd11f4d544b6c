// The C interface of ordain/ordain.h upon the public C++ one. Every function that can throw runs inside Guarded.
#include "ordain/ordain.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "ordain/ledger_sqlite.hpp"
#include "ordain/ordain.hpp"

struct ordain_error {
  struct Told {
    ordain::Diagnostic diagnostic;
    std::string message, message_zh;
  };
  std::vector<Told> told;
};

struct ordain_rules {
  struct One {
    ordain::RuleSet rules;
    ordain::Terms terms;
  };
  std::vector<One> sets;
  std::vector<std::pair<std::string, std::size_t>> policies;  // full name, index into sets
};

struct ordain_ledger {
  std::shared_ptr<ordain::Ledger> ledger;
};

struct ordain_engine {
  std::shared_ptr<ordain::Ledger> ledger;  // before the engine, which uses it to the end
  ordain::Engine engine;
};

struct ordain_decision {
  std::string outcome, effects, explanation, explanation_zh;
  std::int64_t seq = 0;
  bool existed = false;
};

namespace ordain {
namespace {

namespace fs = std::filesystem;

ordain_text Text(std::string_view s) { return {s.data(), s.size()}; }
std::string_view View(const ordain_text& t) { return t.size == 0 ? std::string_view() : std::string_view(t.data, t.size); }
bool Sound(const ordain_text& t) { return t.size == 0 || t.data != nullptr; }
template <class... Texts>
bool AllSound(const Texts&... texts) { return (Sound(texts) && ...); }

// What `body` finds wrong, as status and error. Body: Diagnostics(), empty when all is well.
template <class Body>
ordain_status Guarded(ordain_error** error, const Body& body) noexcept {
  try {
    const Diagnostics found = body();
    if (found.empty()) return ORDAIN_OK;
    if (error != nullptr) {
      auto made = std::make_unique<ordain_error>();
      for (const Diagnostic& d : found) made->told.push_back({d, d.Message(), d.Message(Language::kChinese)});
      *error = made.release();
    }
    return ORDAIN_REFUSED;
  } catch (const std::bad_alloc&) {
    return ORDAIN_NO_MEMORY;
  } catch (...) {
    return ORDAIN_INTERNAL;
  }
}

template <class T>
void Clear(T* out, ordain_error** error) {
  if (out != nullptr) *out = T();
  if (error != nullptr) *error = nullptr;
}

Diagnostics ReadInstant(const ordain_text& text, const char* name, Instant* out) {
  if (Instant::Parse(View(text), out)) return {};
  const std::string found(View(text));
  return {MakeDiagnostic(Code::kBadValue, "", {}, {{"name", name}, {"value", found}, {"expected", "an instant"}, {"found", found}},
                         "an instant has an offset: 2016-03-05T10:00:00+08:00")};
}

Diagnostic CannotRead(const std::string& what) { return MakeDiagnostic(Code::kCannotRead, "", {}, {{"what", what}}); }

Diagnostics Load(const std::vector<GuardPack>& documents, ordain_rules** out) {
  Diagnostics errors;
  std::vector<GuardPack> packs, others;
  for (const GuardPack& d : documents) {
    json::Node node;
    Diagnostics ignored;
    (json::Parse(d.text, {}, d.file, &node, &ignored) && IsGuardPack(node) ? packs : others).push_back(d);
  }
  auto made = std::make_unique<ordain_rules>();
  const auto add = [&](const GuardPack& d, const std::vector<GuardPack>& guards) {
    LoadResult loaded = RuleSet::Load(d.text, d.file, {}, guards);
    if (!loaded.ok()) {
      errors.insert(errors.end(), loaded.diagnostics.begin(), loaded.diagnostics.end());
      return false;
    }
    const RuleSet& rules = *loaded.rule_set;
    for (const std::string& name : rules.policy_names()) made->policies.emplace_back(rules.name() + "." + name, made->sets.size());
    made->sets.push_back({rules, Terms(rules)});
    return true;
  };
  std::vector<GuardPack> sound;
  for (const GuardPack& pack : packs) {
    if (add(pack, {})) sound.push_back(pack);
  }
  made->sets.clear();  // packs have no policies
  for (const GuardPack& d : others) add(d, sound);
  if (errors.empty()) *out = made.release();
  return errors;
}

// Applies a choice to every rule set; what each of them refuses is the error of the first.
template <class Choice>
Diagnostics Choose(ordain_rules* rules, const Choice& choice) {
  std::vector<Terms> changed;
  std::optional<Diagnostic> unknown;
  bool known = false;
  for (const ordain_rules::One& one : rules->sets) {
    changed.push_back(one.terms);
    const std::optional<Diagnostic> refused = choice(&changed.back());
    if (!refused) {
      known = true;
    } else if (refused->code == Code::kUnknownSetting || refused->code == Code::kUnknownParameter || refused->code == Code::kUnknownName) {
      if (!unknown) unknown = refused;
    } else {
      return {*refused};
    }
  }
  if (!known && unknown) return {*unknown};
  for (std::size_t i = 0; i < changed.size(); ++i) rules->sets[i].terms = std::move(changed[i]);
  return {};
}

Diagnostics Decide(ordain_engine* engine, std::string_view policy, std::string_view facts, const ordain_text& at_text, bool explain,
                   ordain_decision** out) {
  Instant at;
  if (Diagnostics bad = ReadInstant(at_text, "at", &at); !bad.empty()) return bad;
  DecideOptions options;
  options.trace = explain;
  const Result<const Decision*> decided = engine->engine.Decide(policy, facts, at, options);
  if (!decided) return {decided.error()};
  auto made = std::make_unique<ordain_decision>();
  made->outcome = decided.value()->OutcomeJson();
  made->effects = decided.value()->EffectsJson();
  if (explain) {
    const Result<Engine::Found> found = engine->engine.Find(policy, at);
    if (!found) return {found.error()};
    made->explanation = found.value().evaluator->Explain(Language::kEnglish);
    made->explanation_zh = found.value().evaluator->Explain(Language::kChinese);
  }
  *out = made.release();
  return {};
}

}  // namespace
}  // namespace ordain

using namespace ordain;  // NOLINT: the functions below have C names

extern "C" {

ordain_text ordain_version(void) { return Text(ORDAIN_VERSION); }

size_t ordain_error_count(const ordain_error* error) { return error == nullptr ? 0 : error->told.size(); }

ordain_status ordain_error_at(const ordain_error* error, size_t index, ordain_diagnostic* out) {
  if (error == nullptr || out == nullptr || out->size < sizeof(out->size) || index >= error->told.size()) return ORDAIN_MISUSE;
  const ordain_error::Told& told = error->told[index];
  const Diagnostic& d = told.diagnostic;
  const ordain_diagnostic all = {out->size, Text(CodeText(d.code)), Text(told.message), Text(told.message_zh), Text(d.file), Text(d.path),
                                 Text(d.hint), d.span.line, d.span.column, d.severity == Severity::kWarning ? 1 : 0};
  std::memcpy(out, &all, std::min(out->size, sizeof(all)));
  return ORDAIN_OK;
}

void ordain_error_free(ordain_error* error) { delete error; }

ordain_status ordain_load_text(ordain_text document, ordain_text file, ordain_rules** out, ordain_error** error) {
  Clear(out, error);
  if (out == nullptr || !AllSound(document, file)) return ORDAIN_MISUSE;
  return Guarded(error, [&] { return Load({{std::string(View(document)), std::string(View(file))}}, out); });
}

ordain_status ordain_load_folder(ordain_text folder, ordain_rules** out, ordain_error** error) {
  Clear(out, error);
  if (out == nullptr || !Sound(folder)) return ORDAIN_MISUSE;
  return Guarded(error, [&]() -> Diagnostics {
    const fs::path root{std::string(View(folder))};
    std::error_code problem;
    std::vector<fs::path> files;
    for (fs::recursive_directory_iterator it(root, problem), end; !problem && it != end; it.increment(problem)) {
      const fs::path relative = it->path().lexically_relative(root);
      const bool left_out = std::any_of(relative.begin(), relative.end(), [](const fs::path& p) {
        return p == "cases" || p == "calendars" || p == "catalogue.json" || p == "coverage.json";
      });
      std::error_code ignored;
      if (!left_out && it->path().extension() == ".json" && it->is_regular_file(ignored)) files.push_back(it->path());
    }
    if (problem) return {CannotRead(root.string() + ": " + problem.message())};
    if (files.empty()) return {CannotRead("any rule set under " + root.string())};
    std::sort(files.begin(), files.end());
    std::vector<GuardPack> documents;
    for (const fs::path& file : files) {
      std::ifstream in(file, std::ios::binary);
      std::string text{std::istreambuf_iterator<char>(in), {}};
      if (!in) return {CannotRead(file.string())};
      documents.push_back({std::move(text), file.string()});
    }
    return Load(documents, out);
  });
}

void ordain_rules_free(ordain_rules* rules) { delete rules; }

size_t ordain_rules_policy_count(const ordain_rules* rules) { return rules == nullptr ? 0 : rules->policies.size(); }

ordain_text ordain_rules_policy(const ordain_rules* rules, size_t index) {
  return index < ordain_rules_policy_count(rules) ? Text(rules->policies[index].first) : Text("");
}

ordain_text ordain_rules_revision(const ordain_rules* rules, size_t index) {
  return index < ordain_rules_policy_count(rules) ? Text(rules->sets[rules->policies[index].second].rules.revision()) : Text("");
}

ordain_status ordain_rules_choose(ordain_rules* rules, ordain_text name, ordain_text value, ordain_error** error) {
  Clear<int>(nullptr, error);
  if (rules == nullptr || !AllSound(name, value)) return ORDAIN_MISUSE;
  return Guarded(error, [&] { return Choose(rules, [&](Terms* t) { return t->Choose(View(name), View(value)); }); });
}

ordain_status ordain_rules_supply(ordain_rules* rules, ordain_text name, ordain_text json, ordain_error** error) {
  Clear<int>(nullptr, error);
  if (rules == nullptr || !AllSound(name, json)) return ORDAIN_MISUSE;
  return Guarded(error, [&] { return Choose(rules, [&](Terms* t) { return t->Supply(View(name), View(json)); }); });
}

ordain_status ordain_rules_switch_on(ordain_rules* rules, ordain_text guard, ordain_error** error) {
  Clear<int>(nullptr, error);
  if (rules == nullptr || !Sound(guard)) return ORDAIN_MISUSE;
  return Guarded(error, [&] { return Choose(rules, [&](Terms* t) { return t->SwitchOn(View(guard)); }); });
}

ordain_status ordain_ledger_memory(ordain_ledger** out, ordain_error** error) {
  Clear(out, error);
  if (out == nullptr) return ORDAIN_MISUSE;
  return Guarded(error, [&]() -> Diagnostics {
    *out = new ordain_ledger{NewMemoryLedger()};
    return {};
  });
}

ordain_status ordain_ledger_sqlite(ordain_text path, ordain_ledger** out, ordain_error** error) {
  Clear(out, error);
  if (out == nullptr || !Sound(path)) return ORDAIN_MISUSE;
  return Guarded(error, [&]() -> Diagnostics {
    auto opened = OpenSqliteLedger(std::string(View(path)));
    if (!opened) return {opened.error()};
    *out = new ordain_ledger{std::move(opened).value()};
    return {};
  });
}

ordain_status ordain_ledger_count(const ordain_ledger* ledger, ordain_text policy, ordain_text known_at, int64_t* out, ordain_error** error) {
  Clear(out, error);
  if (ledger == nullptr || out == nullptr || !AllSound(policy, known_at)) return ORDAIN_MISUSE;
  return Guarded(error, [&]() -> Diagnostics {
    EventFilter filter;
    filter.policy = View(policy);
    filter.skip_reversed = true;
    if (known_at.size != 0) {
      Instant known;
      if (Diagnostics bad = ReadInstant(known_at, "known_at", &known); !bad.empty()) return bad;
      filter.known_at = known;
    }
    std::int64_t count = 0;
    const auto failed = ledger->ledger->ForEach(filter, [&](const Event&) {
      ++count;
      return true;
    });
    if (failed) return {*failed};
    *out = count;
    return {};
  });
}

void ordain_ledger_free(ordain_ledger* ledger) { delete ledger; }

ordain_status ordain_engine_new(const ordain_rules* rules, const ordain_ledger* ledger, ordain_engine** out, ordain_error** error) {
  Clear(out, error);
  if (rules == nullptr || out == nullptr) return ORDAIN_MISUSE;
  return Guarded(error, [&]() -> Diagnostics {
    const std::shared_ptr<Ledger> shared = ledger == nullptr ? nullptr : ledger->ledger;
    std::unique_ptr<ordain_engine> made(new ordain_engine{shared, Engine(shared.get())});
    for (const ordain_rules::One& one : rules->sets) {
      if (const auto refused = made->engine.Add(one.rules, one.terms)) return {*refused};
    }
    *out = made.release();
    return {};
  });
}

void ordain_engine_free(ordain_engine* engine) { delete engine; }

ordain_status ordain_decide(ordain_engine* engine, ordain_text policy, ordain_text facts, ordain_text at, ordain_decision** out,
                            ordain_error** error) {
  Clear(out, error);
  if (engine == nullptr || out == nullptr || !AllSound(policy, facts, at)) return ORDAIN_MISUSE;
  return Guarded(error, [&] { return Decide(engine, View(policy), View(facts), at, false, out); });
}

ordain_status ordain_explain(ordain_engine* engine, ordain_text policy, ordain_text facts, ordain_text at, ordain_decision** out,
                             ordain_error** error) {
  Clear(out, error);
  if (engine == nullptr || out == nullptr || !AllSound(policy, facts, at)) return ORDAIN_MISUSE;
  return Guarded(error, [&] { return Decide(engine, View(policy), View(facts), at, true, out); });
}

ordain_status ordain_record(ordain_engine* engine, ordain_text policy, ordain_text facts, ordain_text at, ordain_text recorded_at,
                            ordain_text id, ordain_decision** out, ordain_error** error) {
  Clear(out, error);
  if (engine == nullptr || engine->ledger == nullptr || out == nullptr || !AllSound(policy, facts, at, recorded_at, id)) return ORDAIN_MISUSE;
  return Guarded(error, [&]() -> Diagnostics {
    Instant when, recorded;
    if (Diagnostics bad = ReadInstant(at, "at", &when); !bad.empty()) return bad;
    if (Diagnostics bad = ReadInstant(recorded_at, "recorded_at", &recorded); !bad.empty()) return bad;
    auto made = std::make_unique<ordain_decision>();  // before anything is written
    auto done = engine->engine.DecideAndRecord(View(policy), View(facts), when, recorded, std::string(View(id)));
    if (!done) return {done.error()};
    made->outcome = std::move(done.value().outcome);
    made->effects = std::move(done.value().effects);
    made->seq = done.value().appended.seq;
    made->existed = done.value().appended.existed;
    *out = made.release();
    return {};
  });
}

ordain_status ordain_reverse(ordain_engine* engine, ordain_text id, ordain_text event, ordain_text at, ordain_text recorded_at,
                             ordain_text reason, int64_t* seq, ordain_error** error) {
  Clear(seq, error);
  if (engine == nullptr || engine->ledger == nullptr || !AllSound(id, event, at, recorded_at, reason)) return ORDAIN_MISUSE;
  return Guarded(error, [&]() -> Diagnostics {
    Instant when, recorded;
    if (Diagnostics bad = ReadInstant(at, "at", &when); !bad.empty()) return bad;
    if (Diagnostics bad = ReadInstant(recorded_at, "recorded_at", &recorded); !bad.empty()) return bad;
    const auto done = engine->engine.Reverse(std::string(View(id)), std::string(View(event)), when, recorded, std::string(View(reason)));
    if (!done) return {done.error()};
    if (seq != nullptr) *seq = done.value().seq;
    return {};
  });
}

ordain_text ordain_decision_outcome(const ordain_decision* d) { return d == nullptr ? Text("") : Text(d->outcome); }
ordain_text ordain_decision_effects(const ordain_decision* d) { return d == nullptr ? Text("") : Text(d->effects); }
ordain_text ordain_decision_explanation(const ordain_decision* d) { return d == nullptr ? Text("") : Text(d->explanation); }
ordain_text ordain_decision_explanation_zh(const ordain_decision* d) { return d == nullptr ? Text("") : Text(d->explanation_zh); }
int64_t ordain_decision_seq(const ordain_decision* d) { return d == nullptr ? 0 : d->seq; }
int32_t ordain_decision_existed(const ordain_decision* d) { return d != nullptr && d->existed ? 1 : 0; }
void ordain_decision_free(ordain_decision* decision) { delete decision; }

}  // extern "C"
