/* ordain for C, and for whatever calls C. Library libordain_c, target ordain::c. A program that uses it: examples/c/main.c.
 *
 * Conventions:
 *  1. Handles are opaque and belong to the caller who got them: each has its own ordain_..._free, which takes NULL too. No other
 *     free fits. Handles may be freed in any order: an engine keeps its rules and its ledger.
 *  2. Texts are ordain_text: UTF-8, a pointer and a length in bytes, not ended by a zero. Those passed in are copied where they are
 *     needed longer than the call. Those handed out belong to the handle that was asked and hold until it is freed.
 *     A text with size 0 may have a NULL pointer; with another size that is ORDAIN_MISUSE.
 *  3. What may fail returns an ordain_status. With ORDAIN_OK the out parameters are set; otherwise they are set to NULL or 0.
 *  4. The last parameter of what may fail is `error`, which may be NULL. With ORDAIN_REFUSED *error is a new handle with at least
 *     one diagnostic; with every other status it is NULL.
 *  5. No exception leaves a function, not even when memory runs out: that is ORDAIN_NO_MEMORY.
 *  6. Structs that may grow begin with their size: the caller sets it to sizeof before the call. Only so many bytes are read or
 *     written, so that a program built with an older header goes on working.
 *  7. Instants are texts with an offset, "2016-03-05T10:00:00+08:00"; numbers and money are decimal in JSON and pass through no double.
 *  8. Threads: ordain_rules may be shared by threads once its choices are made (ordain_rules_choose, _supply, _switch_on); a ledger
 *     may be used by several threads at once; an engine is for one thread at a time; a decision and an error do not
 *     change and may be read by any thread. There is no global state.
 */
#ifndef ORDAIN_ORDAIN_H_
#define ORDAIN_ORDAIN_H_

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define ORDAIN_API __attribute__((visibility("default")))
#else
#define ORDAIN_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ordain_rules ordain_rules;
typedef struct ordain_ledger ordain_ledger;
typedef struct ordain_engine ordain_engine;
typedef struct ordain_decision ordain_decision;
typedef struct ordain_error ordain_error;

typedef int32_t ordain_status;
#define ORDAIN_OK 0
#define ORDAIN_REFUSED 1   /* bad input, or something that cannot be done: see the diagnostics */
#define ORDAIN_MISUSE 2    /* NULL where a handle or a place must be, an index outside, a struct without its size */
#define ORDAIN_NO_MEMORY 3
#define ORDAIN_INTERNAL 4  /* a fault of the library */

typedef struct ordain_text {
  const char* data;
  size_t size; /* bytes */
} ordain_text;

typedef struct ordain_diagnostic {
  size_t size;         /* sizeof(ordain_diagnostic), set by the caller */
  ordain_text code;    /* "missing_fact": stable */
  ordain_text message; /* English; the text may change */
  ordain_text message_zh;
  ordain_text file;    /* as given when loading; may be empty */
  ordain_text path;    /* JSON Pointer into the document; may be empty */
  ordain_text hint;    /* may be empty */
  uint32_t line;       /* from 1; 0: not known */
  uint32_t column;     /* from 1, in bytes */
  int32_t is_warning;  /* 1 or 0 */
} ordain_diagnostic;

/* "0.1.0" */
ORDAIN_API ordain_text ordain_version(void);

/* ---- errors ---- */

ORDAIN_API size_t ordain_error_count(const ordain_error* error);
/* ORDAIN_MISUSE: index outside, or no size. */
ORDAIN_API ordain_status ordain_error_at(const ordain_error* error, size_t index, ordain_diagnostic* out);
ORDAIN_API void ordain_error_free(ordain_error* error);

/* ---- rule sets ---- */

/* One document; `file` only names it in diagnostics. */
ORDAIN_API ordain_status ordain_load_text(ordain_text document, ordain_text file, ordain_rules** out, ordain_error** error);
/* Every *.json under a folder but those in folders named cases and calendars and files named catalogue.json and coverage.json.
 * Documents of guards alone are laid upon the others. One document with an error: nothing is loaded. */
ORDAIN_API ordain_status ordain_load_folder(ordain_text folder, ordain_rules** out, ordain_error** error);
ORDAIN_API void ordain_rules_free(ordain_rules* rules);

/* Policies of all rule sets, in order. */
ORDAIN_API size_t ordain_rules_policy_count(const ordain_rules* rules);
/* "lige.complaint_tier"; an empty text when the index is outside. */
ORDAIN_API ordain_text ordain_rules_policy(const ordain_rules* rules, size_t index);
/* SHA-256 in hex of the rule set of this policy; an empty text when the index is outside. */
ORDAIN_API ordain_text ordain_rules_revision(const ordain_rules* rules, size_t index);

/* Choices for engines that are made afterwards. A name goes to each rule set that knows it; REFUSED when none does.
 * choose: a reading, "match" or "complaint_tier.match". supply: a number of the host's, its value in JSON. switch_on: a guard. */
ORDAIN_API ordain_status ordain_rules_choose(ordain_rules* rules, ordain_text name, ordain_text value, ordain_error** error);
ORDAIN_API ordain_status ordain_rules_supply(ordain_rules* rules, ordain_text name, ordain_text json, ordain_error** error);
ORDAIN_API ordain_status ordain_rules_switch_on(ordain_rules* rules, ordain_text guard, ordain_error** error);

/* ---- ledgers ---- */

ORDAIN_API ordain_status ordain_ledger_memory(ordain_ledger** out, ordain_error** error);
/* A SQLite file, made when it is not there. */
ORDAIN_API ordain_status ordain_ledger_sqlite(ordain_text path, ordain_ledger** out, ordain_error** error);
/* Events that stand (reversed ones and reversals left out). policy: "<rule set>.<policy>", empty for all. known_at: as it was known at
 * that instant; empty for now. */
ORDAIN_API ordain_status ordain_ledger_count(const ordain_ledger* ledger, ordain_text policy, ordain_text known_at, int64_t* out,
                                             ordain_error** error);
ORDAIN_API void ordain_ledger_free(ordain_ledger* ledger);

/* ---- deciding and recording ---- */

/* ledger: NULL for none; then nothing can be recorded. */
ORDAIN_API ordain_status ordain_engine_new(const ordain_rules* rules, const ordain_ledger* ledger, ordain_engine** out, ordain_error** error);
ORDAIN_API void ordain_engine_free(ordain_engine* engine);

/* policy: "<rule set>.<policy>"; facts: a JSON object. Writes nothing. */
ORDAIN_API ordain_status ordain_decide(ordain_engine* engine, ordain_text policy, ordain_text facts, ordain_text at, ordain_decision** out,
                                       ordain_error** error);
/* The same with an explanation, which takes longer. */
ORDAIN_API ordain_status ordain_explain(ordain_engine* engine, ordain_text policy, ordain_text facts, ordain_text at, ordain_decision** out,
                                        ordain_error** error);
/* Decides and records in one transaction. id: the caller's, not empty; the same event under the same id is recorded once and
 * answered with what was recorded. */
ORDAIN_API ordain_status ordain_record(ordain_engine* engine, ordain_text policy, ordain_text facts, ordain_text at, ordain_text recorded_at,
                                       ordain_text id, ordain_decision** out, ordain_error** error);
/* Undoes the decision recorded as `event`. seq: place of the reversal in the ledger; may be NULL. */
ORDAIN_API ordain_status ordain_reverse(ordain_engine* engine, ordain_text id, ordain_text event, ordain_text at, ordain_text recorded_at,
                                        ordain_text reason, int64_t* seq, ordain_error** error);

/* A JSON object, a JSON array, and texts for people (empty unless made by ordain_explain). Of NULL: empty. */
ORDAIN_API ordain_text ordain_decision_outcome(const ordain_decision* decision);
ORDAIN_API ordain_text ordain_decision_effects(const ordain_decision* decision);
ORDAIN_API ordain_text ordain_decision_explanation(const ordain_decision* decision);
ORDAIN_API ordain_text ordain_decision_explanation_zh(const ordain_decision* decision);
/* Place in the ledger, from 1; 0: not recorded. */
ORDAIN_API int64_t ordain_decision_seq(const ordain_decision* decision);
/* 1: it had been recorded before; 0: not. */
ORDAIN_API int32_t ordain_decision_existed(const ordain_decision* decision);
ORDAIN_API void ordain_decision_free(ordain_decision* decision);

#ifdef __cplusplus
}
#endif

#endif /* ORDAIN_ORDAIN_H_ */
