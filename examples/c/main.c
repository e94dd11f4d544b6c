/* A ledger in a file from C: the third lapse within a month costs more, a reversal takes one back, a wrong fact is explained.
 *   desk FILE
 */
#include <ordain/ordain.h>

#include <stdio.h>
#include <string.h>

static const char kRules[] =
    "{\"ordain\": 1, \"rule_set\": \"desk\", \"currency\": \"CNY\","
    " \"policies\": {\"lapse\": {"
    "   \"facts\": {\"employee\": \"person\"},"
    "   \"counts\": {\"occurrence\": {\"per\": [\"employee\"], \"within\": \"calendar_month\"}},"
    "   \"effects\": [{\"effect\": \"fine\", \"to\": \"employee\", \"amount\": \"if occurrence >= 3 then 100 else 0\"}],"
    "   \"outcome\": {\"occurrence\": \"integer\"}}}}";

static ordain_text T(const char* s) {
  ordain_text t;
  t.data = s;
  t.size = strlen(s);
  return t;
}

static void Print(const char* label, ordain_text t) { printf("%s%.*s", label, (int)t.size, t.data); }

/* Prints what is wrong and frees it. */
static int Fail(ordain_status status, ordain_error* error) {
  size_t i;
  printf("status %d\n", (int)status);
  for (i = 0; i < ordain_error_count(error); ++i) {
    ordain_diagnostic d;
    d.size = sizeof(d);
    if (ordain_error_at(error, i, &d) != ORDAIN_OK) break;
    Print("", d.code);
    Print(" at ", d.path);
    Print(": ", d.message);
    if (d.hint.size != 0) Print("; ", d.hint);
    printf("\n");
  }
  ordain_error_free(error);
  return 1;
}

int main(int argc, char** argv) {
  static const char* const kIds[] = {"lapse-1", "lapse-2", "lapse-2", "lapse-3"};
  const ordain_text at = T("2016-03-05T10:00:00+08:00");
  const ordain_text policy = T("desk.lapse"), facts = T("{\"employee\": \"E1\"}");
  ordain_rules* rules = NULL;
  ordain_ledger* ledger = NULL;
  ordain_engine* engine = NULL;
  ordain_decision* decision = NULL;
  ordain_error* error = NULL;
  ordain_status status;
  int64_t count = 0, seq = 0;
  size_t i;

  if (argc != 2) {
    printf("usage: desk FILE\n");
    return 2;
  }
  status = ordain_load_text(T(kRules), T("desk.json"), &rules, &error);
  if (status == ORDAIN_OK) status = ordain_ledger_sqlite(T(argv[1]), &ledger, &error);
  if (status == ORDAIN_OK) status = ordain_engine_new(rules, ledger, &engine, &error);
  for (i = 0; status == ORDAIN_OK && i < sizeof(kIds) / sizeof(kIds[0]); ++i) {
    status = ordain_record(engine, policy, facts, at, at, T(kIds[i]), &decision, &error);
    if (status != ORDAIN_OK) break;
    printf("%s%s", kIds[i], ordain_decision_existed(decision) ? " again" : "");
    Print(" ", ordain_decision_outcome(decision));
    Print(" ", ordain_decision_effects(decision));
    printf("\n");
    ordain_decision_free(decision);
    decision = NULL;
  }
  if (status == ORDAIN_OK) status = ordain_reverse(engine, T("undo-1"), T("lapse-3"), at, at, T("not E1"), &seq, &error);
  if (status == ORDAIN_OK) status = ordain_ledger_count(ledger, policy, T(""), &count, &error);
  if (status == ORDAIN_OK) printf("reversed at %d, %d stand\n", (int)seq, (int)count);

  /* A fact of the wrong type. */
  if (status == ORDAIN_OK) {
    status = ordain_decide(engine, policy, T("{\"employee\": 7}"), at, &decision, &error);
    if (status == ORDAIN_REFUSED) {
      Fail(status, error);
      error = NULL;
      status = ORDAIN_OK;
    }
  }
  if (status != ORDAIN_OK) Fail(status, error);
  ordain_decision_free(decision);
  ordain_engine_free(engine);
  ordain_ledger_free(ledger);
  ordain_rules_free(rules);
  return status == ORDAIN_OK ? 0 : 1;
}
