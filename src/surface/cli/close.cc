// ordain close: a month, from events to pay.
//
//   events.jsonl -> decide and record each once -> settle what is not settled yet through payroll.month -> CSV, HTML
//
// A close is an event of the ledger: {"month": "2016-03", "up_to_seq": n}. It settles the money effects of all events
// that happened before the end of the month (in the zone of the payroll rule set), stand in the ledger up to that seq, and were
// not settled by an earlier close. An event that is reversed before it is settled is left out together with its
// reversal; one that is reversed later comes back as a refund in the month of the reversal.
//
// All of it, the events, the settlements and the close, is one transaction: a month is closed with everything, or nothing has
// changed. The close remembers the refused lines, so that a line that was refused once stays refused as long as it
// reads the same, whatever the ledger has learned since. The output files are computed from the ledger:
// closing a closed month writes the same files again and changes nothing.
#include "close.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "common.hpp"
#include "ordain/ledger_sqlite.hpp"

namespace ordain::cli {
namespace {

using Json = nlohmann::ordered_json;

// ---- CSV (RFC 4180) ---------------------------------------------------------------------------------

struct Row {
  std::vector<std::string> fields;
  std::uint32_t line = 0;  // where it begins, from 1
};

bool ReadCsv(std::string_view text, std::vector<Row>* rows, std::uint32_t* open_quote) {
  Row row{{}, 1};
  std::string field;
  std::uint32_t line = 1;
  bool quoted = false;
  const auto end_row = [&] {
    row.fields.push_back(std::move(field));
    field.clear();
    if (row.fields.size() > 1 || !row.fields[0].empty()) rows->push_back(std::move(row));
    row = {{}, line};
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') ++line;
    if (quoted) {
      if (c == '"' && i + 1 < text.size() && text[i + 1] == '"') field += text[++i];
      else if (c == '"') quoted = false;
      else field += c;
    } else if (c == '"' && field.empty()) {
      quoted = true;
      *open_quote = line;
    } else if (c == ',') {
      row.fields.push_back(std::move(field));
      field.clear();
    } else if (c == '\n') {
      end_row();
    } else if (c != '\r') {
      field += c;
    }
  }
  end_row();
  return !quoted;
}

std::string CsvField(const std::string& s) {
  if (s.find_first_of(",\"\n\r") == std::string::npos) return s;
  std::string out = "\"";
  for (const char c : s) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}
void CsvRow(const std::vector<std::string>& fields, std::string* out) {
  for (std::size_t i = 0; i < fields.size(); ++i) *out += (i ? "," : "") + CsvField(fields[i]);
  *out += "\n";
}

// The columns that a close reads. Others are left alone, but not one that looks like a slip of the pen.
constexpr std::pair<const char*, std::string Person::*> kColumns[] = {
    {"person", &Person::id},     {"name", &Person::name}, {"institution", &Person::institution}, {"department", &Person::department},
    {"team", &Person::team},     {"role", &Person::role}, {"gross_wage", &Person::gross_wage},   {"minimum_wage", &Person::minimum_wage},
};

// All that is wrong with a roster is reported at once.
bool ReadRoster(const std::string& path, std::string_view text, std::vector<Person>* out, Diagnostics* problems) {
  const auto report = [&](Code code, std::uint32_t line, std::vector<std::pair<std::string, std::string>> args, std::string hint = {}) {
    problems->push_back(MakeDiagnostic(code, "", {0, 0, line, 1}, std::move(args), std::move(hint)));
    problems->back().file = path;
  };
  const std::size_t before = problems->size();
  std::vector<Row> rows;
  std::uint32_t open_quote = 0;
  std::string as_json;
  json::AppendString(text, &as_json);
  json::Node ignored_node;
  Diagnostics ignored;
  if (!json::Parse(as_json, {}, "", &ignored_node, &ignored)) {
    report(Code::kBadValue, 0, {{"what", "this is not UTF-8"}}, "save the roster as CSV in UTF-8");
    return false;
  }
  if (!ReadCsv(text, &rows, &open_quote)) {
    report(Code::kBadValue, open_quote, {{"what", "a quoted field is not closed"}}, "a quote inside a quoted field is written twice");
    return false;
  }
  if (rows.empty()) {
    report(Code::kBadValue, 0, {{"what", "no header"}}, "the first line names the columns: person,name,gross_wage,minimum_wage,...");
    return false;
  }
  std::map<std::string, std::size_t> columns;
  const Row& header = rows[0];
  for (std::size_t i = 0; i < header.fields.size(); ++i) {
    if (!columns.emplace(header.fields[i], i).second) report(Code::kDuplicateName, header.line, {{"name", header.fields[i]}});
  }
  std::vector<std::string> absent;
  for (const auto& [name, member] : kColumns) {
    if (!columns.contains(name)) absent.emplace_back(name);
  }
  std::set<std::string> meant;
  for (const std::string& name : header.fields) {
    const bool known = std::any_of(std::begin(kColumns), std::end(kColumns), [&](const auto& c) { return name == c.first; });
    const std::string near = known ? "" : NearestName(name, absent);
    if (near.empty()) continue;
    meant.insert(near);
    report(Code::kUnknownKey, header.line, {{"name", name}}, "did you mean `" + near + "`?");
  }
  for (const char* needed : {"person", "gross_wage"}) {
    if (!columns.contains(needed) && !meant.contains(needed)) report(Code::kMissingKey, header.line, {{"name", needed}}, "a column of this name is needed");
  }
  if (problems->size() != before) return false;
  std::map<std::string, std::uint32_t> seen;
  for (std::size_t r = 1; r < rows.size(); ++r) {
    const Row& row = rows[r];
    if (row.fields.size() != header.fields.size()) {
      report(Code::kBadValue, row.line, {{"what", std::to_string(row.fields.size()) + " fields, the header has " + std::to_string(header.fields.size())}}, "a field with a comma in it is written in quotes");
      continue;
    }
    Person p;
    p.line = row.line;
    for (const auto& [name, member] : kColumns) {
      if (const auto c = columns.find(name); c != columns.end()) p.*member = row.fields[c->second];
    }
    if (p.id.empty() || p.id.find(':') != std::string::npos) report(Code::kBadValue, row.line, {{"what", p.id.empty() ? "no person" : "not the id of a person: " + p.id}});
    for (const auto& [name, amount] : {std::pair{"gross_wage", &p.gross_wage}, std::pair{"minimum_wage", &p.minimum_wage}}) {
      Decimal d;
      if (amount == &p.minimum_wage && amount->empty()) continue;
      if (Decimal::Parse(*amount, &d) != DecimalStatus::kOk || d.negative()) {
        report(Code::kBadValue, row.line, {{"what", std::string(name) + " is not an amount: " + *amount}}, "digits with a decimal point: 5000.00");
      }
    }
    const auto [first, is_new] = seen.emplace(p.id, row.line);
    if (!is_new) report(Code::kDuplicateName, row.line, {{"name", p.id}}, "person " + p.id + " stands in line " + std::to_string(first->second) + " already");
    out->push_back(std::move(p));
  }
  if (rows.size() == 1) report(Code::kBadValue, header.line, {{"what", "nobody is on the roster"}});
  return problems->size() == before;
}

// ---- amounts ----------------------------------------------------------------------------------------

struct Sum {
  Decimal value;
  void Add(const Decimal& d) { (void)ordain::Add(value, d, Rounding::kHalfEven, &value); }
  std::string Text() const {
    Decimal d;
    return Quantize(value, -2, Rounding::kHalfEven, &d) == DecimalStatus::kOk ? d.ToScientificString() : value.ToString();
  }
};
Decimal Number(const std::string& text) {
  Decimal d;
  (void)Decimal::Parse(text, &d);
  return d;
}
std::string Amount(const std::string& text) {
  Sum s;
  s.Add(Number(text));
  return s.Text();
}

// ---- the command ------------------------------------------------------------------------------------

struct Arguments {
  Options options;
  std::string month, roster, events, ledger, out, known_by;
  std::string events_text;
};

class Closer {
 public:
  Closer(const Arguments& arguments, Engine* engine, Ledger* ledger) : a_(arguments), engine_(*engine), ledger_(*ledger) {}

  int Run(const std::vector<Person>& roster) {
    if (!Dates()) return kUsage;
    if (const auto error = ledger_.Begin()) return Tell(*error);
    int code = ReadCloses(&closes_) ? kDone : kUsage;
    for (const Close& c : closes_) m_.was_closed |= c.month == a_.month;
    if (code == kDone && !m_.was_closed) code = Order();
    if (code == kDone && !m_.was_closed) code = Record();
    if (code == kDone && !m_.was_closed) code = Settle(roster);
    // The files are written beside before the month is recorded: it is closed with them, or not at all.
    FilesBeside files(a_.out);
    if (code == kDone && (!Collect(roster) || !Write(&files))) code = kUsage;
    if (const auto error = code == kDone ? ledger_.Commit() : ledger_.Rollback()) return Tell(*error);
    if (code != kDone) return code;
    if (const auto error = files.Publish()) return Tell(*error);
    Summary();
    return kDone;
  }

 private:
  bool Dates() {
    if (a_.month.size() != 7 || !Date::Parse(a_.month + "-01", &first_)) {
      Tell(MakeDiagnostic(Code::kBadValue, "", {}, {{"what", "--month: not a month: " + a_.month}}, "YYYY-MM, such as 2016-03"));
      return false;
    }
    last_ = EndOfMonth(first_);
    m_.month = a_.month;
    m_.first_day = first_.ToString();
    m_.last_day = last_.ToString();
    for (const RuleSet* r : engine_.rule_sets()) {
      m_.rule_sets[r->name()] = r->title(Language::kEnglish) + " / " + r->title(Language::kChinese) + " (" + r->revision().substr(0, 12) + ")";
      if (r->name() == "payroll") payroll_ = r;
    }
    if (payroll_ == nullptr || payroll_->FindPolicy("month") < 0) {
      Tell(MakeDiagnostic(Code::kUnknownPolicy, "", {}, {{"name", "payroll.month"}}, "a month is settled by this policy; name its rule set with --rules"));
      return false;
    }
    // The close happens in the last second of the month's last day, in the zone of the payroll rule set; no zone is a day off.
    const std::int64_t midnight = (std::int64_t{last_.days} + 1) * 86400;
    std::int64_t inside = midnight - 86400 * 2, after = midnight + 86400;
    while (after - inside > 1) {
      Instant middle;
      middle.seconds = inside + (after - inside) / 2;
      (payroll_->LocalDay(middle) <= last_ ? inside : after) = middle.seconds;
    }
    end_.seconds = inside;
    end_.offset = static_cast<std::int32_t>(midnight - 1 - inside);
    m_.end = end_;
    if (!a_.known_by.empty() && !Instant::Parse(a_.known_by, &known_by_)) {
      Tell(MakeDiagnostic(Code::kBadInstant, "", {}, {{"value", a_.known_by}}, "--known-by: such as 2016-04-05T00:00:00+08:00"));
      return false;
    }
    return true;
  }

  void Progress(const std::string& what, std::size_t n) const {
    if (isatty(STDERR_FILENO) != 0 && n % 200 == 0) std::cerr << "\r" << what << " " << n << "   " << std::flush;
  }

  int Tell(const Diagnostic& d) const {
    std::cerr << d.Format(LanguageOf(a_.options)) << '\n';
    return kUsage;
  }

  int Order() const {
    for (const Close& c : closes_) {
      if (c.last <= last_) continue;
      Tell(MakeDiagnostic(Code::kPeriodClosed, "", {}, {{"period", c.month}}, "months are closed in order; a correction is settled in the next open month"));
      return kFindings;
    }
    return kDone;
  }

  // ---- events into the ledger

  int Record() {
    for (const Close& c : closes_) {
      for (const Refusal& r : c.refusals) refused_before_.emplace(r.text, r);
    }
    std::istringstream lines(a_.events_text);
    std::string line;
    std::size_t number = 0;
    while (std::getline(lines, line)) {
      ++number;
      if (line.ends_with('\r')) line.pop_back();
      if (line.find_first_not_of(" \t") == std::string::npos) continue;
      ++m_.events_read;
      One(number, line);
      Progress("events", m_.events_read);
    }
    return kDone;
  }

  void One(std::size_t number, const std::string& line) {
    Refusal refusal;
    refusal.line = number;
    refusal.text = line;
    const auto refuse = [&](const Diagnostic& d) {
      refusal.code = std::string(CodeText(d.code));
      refusal.path = d.path;
      refusal.message = d.Message() + (d.hint.empty() ? "" : "; " + d.hint);
      m_.refusals.push_back(refusal);
    };
    if (const auto before = refused_before_.find(line); before != refused_before_.end()) {
      m_.refusals.push_back(before->second);
      m_.refusals.back().line = number;
      return;
    }
    json::Node node;
    Diagnostics diagnostics;
    if (!json::Parse(line, {}, "", &node, &diagnostics)) return refuse(diagnostics[0]);
    const auto wrong = [&](const std::string& path, const json::Node& n, const char* expected) {
      refuse(MakeDiagnostic(Code::kWrongJsonType, path, n.span, {{"expected", expected}, {"found", std::string(json::NodeTypeName(n.type))}}));
    };
    if (node.type != json::NodeType::kObject) return wrong("", node, "an object");
    const auto text = [&](const char* key) {
      const json::Node* n = node.Find(key);
      return n != nullptr && n->type == json::NodeType::kString ? n->text : std::string();
    };
    refusal.id = text("id");
    refusal.policy = text("policy");
    static const std::vector<std::string> kKnown = {"id", "policy", "at", "recorded_at", "facts", "reverses", "reason"};
    for (const json::Member& m : node.members) {
      const std::string path = json::Child("", m.key);
      if (std::find(kKnown.begin(), kKnown.end(), m.key) == kKnown.end()) {
        const std::string near = NearestName(m.key, kKnown);
        return refuse(MakeDiagnostic(Code::kUnknownKey, path, m.key_span, {{"name", m.key}}, near.empty() ? "" : "did you mean `" + near + "`?"));
      }
      const json::NodeType wanted = m.key == "facts" ? json::NodeType::kObject : json::NodeType::kString;
      if (m.value.type != wanted) return wrong(path, m.value, wanted == json::NodeType::kObject ? "an object" : "a string");
    }
    for (const char* key : {"id", "at"}) {
      if (text(key).empty()) return refuse(MakeDiagnostic(Code::kMissingKey, "", node.span, {{"name", key}}));
    }
    Instant at, recorded;
    if (!Instant::Parse(text("at"), &at)) return refuse(MakeDiagnostic(Code::kBadInstant, "/at", node.span, {{"value", text("at")}}));
    recorded = at;
    if (node.Find("recorded_at") != nullptr && !Instant::Parse(text("recorded_at"), &recorded)) {
      return refuse(MakeDiagnostic(Code::kBadInstant, "/recorded_at", node.span, {{"value", text("recorded_at")}}));
    }
    if (!a_.known_by.empty() && recorded > known_by_) {
      ++m_.later;
      return;
    }
    if (node.Find("reverses") != nullptr) {
      const Result<AppendResult> done = engine_.Reverse(refusal.id, text("reverses"), at, recorded, text("reason"));
      if (!done) return refuse(done.error());
      ++(done.value().existed ? m_.known : m_.recorded);
      return;
    }
    const json::Node* facts = node.Find("facts");
    for (const char* key : {"policy", "facts"}) {
      if (node.Find(key) == nullptr) return refuse(MakeDiagnostic(Code::kMissingKey, "", node.span, {{"name", key}}));
    }
    const Result<Engine::Recorded> done = engine_.DecideAndRecord(refusal.policy, json::Write(*facts), at, recorded, refusal.id);
    if (!done) return refuse(done.error());
    ++(done.value().appended.existed ? m_.known : m_.recorded);
  }

  // ---- what was settled before

  struct Close {
    std::string month;
    Date last;
    std::int64_t up_to_seq = 0, seq = 0;
    std::vector<Refusal> refusals;
  };

  bool ReadCloses(std::vector<Close>* closes) const {
    const std::optional<Diagnostic> error = ledger_.ForEach({}, [&](const Event& e) {
      if (e.kind != EventKind::kClose) return true;
      const Json facts = Json::parse(e.facts);
      Close c;
      c.month = e.policy;
      Date first;
      (void)Date::Parse(c.month + "-01", &first);
      c.last = EndOfMonth(first);
      c.up_to_seq = facts.at("up_to_seq").get<std::int64_t>();
      c.seq = e.seq;
      for (const Json& r : facts.at("refused")) {
        c.refusals.push_back({r.at("line").get<std::size_t>(), r.at("id").get<std::string>(), r.at("policy").get<std::string>(), r.at("code").get<std::string>(),
                              r.at("path").get<std::string>(), r.at("message").get<std::string>(), r.at("event").get<std::string>()});
      }
      closes->push_back(std::move(c));
      return true;
    });
    if (error) std::cerr << error->Format() << '\n';
    return !error;
  }

  // Collects the effects that the close of this month tells or settles. `closes`: the earlier ones.
  bool CollectLines(const std::vector<Close>& closes, std::int64_t up_to_seq) {
    const auto settled_by_then = [&](const Event& e) {
      const Date day = payroll_->LocalDay(e.at);
      return std::any_of(closes.begin(), closes.end(), [&](const Close& c) { return e.seq <= c.up_to_seq && day <= c.last; });
    };
    std::optional<Diagnostic> inner;
    const std::optional<Diagnostic> error = ledger_.ForEach({.policy = {}, .after_seq = 0, .up_to_seq = up_to_seq, .known_at = {}, .skip_reversed = false}, [&](const Event& e) {
      if (e.kind == EventKind::kClose || e.policy.compare(0, 8, "payroll.") == 0) return true;
      if (payroll_->LocalDay(e.at) > last_ || settled_by_then(e)) return true;
      if (e.kind == EventKind::kReversal) {
        const Result<std::optional<Event>> undone = ledger_.Find(e.reverses);
        if (!undone || !undone.value()) {
          inner = undone ? MakeDiagnostic(Code::kUnknownEvent, "", {}, {{"id", e.reverses}}) : undone.error();
          return false;
        }
        ++m_.reversed;
        if (settled_by_then(*undone.value())) AddLines(*undone.value(), &e);
        return true;
      }
      const Result<std::optional<std::string>> by = ledger_.ReversedBy(e.id);
      if (!by) {
        inner = by.error();
        return false;
      }
      if (by.value()) {
        const Result<std::optional<Event>> reversal = ledger_.Find(*by.value());
        if (reversal && reversal.value() && reversal.value()->seq <= up_to_seq) return true;  // never settled: both are left out
      }
      AddLines(e, nullptr);
      return true;
    });
    for (const auto& d : {error, inner}) {
      if (d) std::cerr << d->Format() << '\n';
    }
    return !error && !inner;
  }

  void AddLines(const Event& e, const Event* reversal) {
    const Json effects = Json::parse(e.effects);
    json::Node exact;  // amounts exact, from their text
    Diagnostics ignored;
    json::Parse(e.effects, {}, "", &exact, &ignored);
    const Json terms = Json::parse(e.terms);
    const Result<Engine::Found> found = engine_.Find(e.policy, e.at);
    for (std::size_t i = 0; i < effects.size(); ++i) {
      const Json& x = effects[i];
      EffectLine line;
      const Event& told = reversal != nullptr ? *reversal : e;
      line.event = told.id;
      line.at = told.at.ToString();
      line.day = payroll_->LocalDay(told.at).ToString();
      line.policy = e.policy;
      line.effect = x.at("effect").get<std::string>();
      line.to = x.value("to", "");
      line.person = line.to.find(':') == std::string::npos ? line.to : "";
      EffectKind kind;
      if (!EffectFromName(line.effect, &kind)) continue;
      if (kind <= EffectKind::kPoints) {
        line.amount = exact.items[i].Find("amount")->text;
        if (reversal != nullptr) line.amount = Negate(Number(line.amount)).ToString();
      } else {
        line.detail = x.value(std::string(EffectField(kind)), "");
        line.due = x.value("due", "");
      }
      line.refund = reversal != nullptr;
      if (reversal != nullptr) line.reverses = e.id;
      if (found.ok()) {
        const RuleSet& rules = *found.value().rules;
        int group = -1, share = 0;
        if (terms.contains("clauses") && i < terms["clauses"].size() && terms.value("revision", "") == rules.revision()) {
          group = terms["clauses"][i][0].get<int>();
          share = terms["clauses"][i][1].get<int>();
        }
        const Clause& c = rules.effect_clause(found.value().policy, group, share);
        const Clause& whole = rules.clause(found.value().policy);
        line.quote = c.quote;
        line.means_en = c.says_en;
        line.means_zh = c.says_zh;
        for (const std::string& id : c.cites) line.cites += (line.cites.empty() ? "" : " ") + id;
        line.says_en = whole.says_en;
        line.says_zh = whole.says_zh;
      }
      if (reversal == nullptr && NeedsHuman(kind, line.detail)) m_.human.push_back(m_.lines.size());
      m_.lines.push_back(std::move(line));
    }
  }

  // Reviews, and the measures that end or change somebody's employment: proposals until a person confirms them.
  static bool NeedsHuman(EffectKind kind, const std::string& detail) {
    static const std::set<std::string> kGrave = {"dismissal", "demotion", "removal_from_post", "probation", "suspension_with_observation"};
    return kind == EffectKind::kReview || (kind == EffectKind::kSanction && kGrave.contains(detail));
  }

  static bool IsMoney(const EffectLine& l) { return !l.person.empty() && (l.effect == "fine" || l.effect == "pay"); }

  // ---- settling

  std::string PayrollId(const std::string& person) const { return "payroll.month:" + a_.month + ":" + person; }

  int Settle(const std::vector<Person>& roster) {
    const std::int64_t up_to = ledger_.last_seq();
    const Month kept = m_;
    if (!CollectLines(closes_, up_to)) return kUsage;
    const std::vector<EffectLine> lines = std::move(m_.lines);
    m_ = kept;

    bool good = true;
    std::size_t done = 0;
    for (const Person& p : roster) {
      std::string facts = "{\"month\": \"" + a_.month + "\", \"employee\": ";
      json::AppendString(p.id, &facts);
      facts += ", \"gross_wage\": " + Number(p.gross_wage).ToString();
      if (!p.minimum_wage.empty()) facts += ", \"minimum_wage\": " + Number(p.minimum_wage).ToString();
      facts += ", \"items\": [";
      bool first = true;
      for (const EffectLine& l : lines) {
        if (!IsMoney(l) || l.person != p.id) continue;
        // A refunded fine is paid back; pay that is taken back is recovered within the limits of deductions.
        const bool fine = (l.effect == "fine") != l.refund;
        facts += std::string(first ? "" : ", ") + "{\"kind\": \"" + (fine ? (l.refund ? "compensation" : "fine") : "pay") +
                 "\", \"amount\": " + Abs(Number(l.amount)).ToString() + ", \"reason\": ";
        json::AppendString(l.policy + " " + (l.refund ? l.reverses + " reversed by " : "") + l.event, &facts);
        facts += "}";
        first = false;
      }
      facts += "]}";
      const Result<Engine::Recorded> recorded = engine_.DecideAndRecord("payroll.month", facts, end_, end_, PayrollId(p.id));
      Progress("settled", ++done);
      if (recorded) continue;
      Diagnostic d = recorded.error();  // its place is that of the person, not of facts that nobody wrote
      d.file = a_.roster;
      d.span = {0, 0, p.line, 1};
      if (d.code == Code::kMissingParameter) d.hint = "a column of the roster, or --param";
      d.hint = "person " + p.id + (d.hint.empty() ? "" : "; " + d.hint);
      Tell(d);
      good = false;
    }
    Event close;
    close.id = "close:" + a_.month;
    close.kind = EventKind::kClose;
    close.policy = a_.month;
    close.at = close.recorded_at = end_;
    close.facts = Json({{"month", a_.month}, {"up_to_seq", up_to}, {"refused", RefusalsJson()}}).dump(-1, ' ', false, Json::error_handler_t::replace);
    close.outcome = close.terms = "{}";
    close.effects = "[]";
    if (good) {
      const auto appended = ledger_.Append({&close, 1});
      if (!appended) {
        std::cerr << appended.error().Format() << '\n';
        good = false;
      }
    }
    if (good) return kDone;
    std::cerr << "the month is not closed: somebody cannot be settled; nothing was recorded\n";
    return kFindings;
  }

  Json RefusalsJson() const {
    Json all = Json::array();
    for (const Refusal& r : m_.refusals) {
      all.push_back({{"line", r.line}, {"id", r.id}, {"policy", r.policy}, {"code", r.code}, {"path", r.path}, {"message", r.message}, {"event", r.text}});
    }
    return all;
  }

  // ---- what the files tell, from the ledger

  bool Collect(const std::vector<Person>& roster) {
    std::vector<Close> all, earlier;
    if (!ReadCloses(&all)) return false;
    const Close* own = nullptr;
    for (const Close& c : all) {
      if (c.month == a_.month) own = &c;
    }
    for (const Close& c : all) {
      if (own != nullptr && c.seq < own->seq) earlier.push_back(c);
    }
    std::map<std::string, std::string> carried;
    if (own != nullptr) m_.refusals = own->refusals;
    if (own == nullptr || !CollectLines(earlier, own->up_to_seq) || !ReadCarried(own->seq, &carried)) return false;
    const Result<DueList> due = ListDue(&engine_, end_, std::nullopt, own->up_to_seq);
    if (!due) {
      Tell(due.error());
      return false;
    }
    for (const DueLine& l : due.value().lines) {
      const auto found = engine_.Find(l.policy, end_);
      const Clause clause = found ? found.value().rules->clause(found.value().policy) : Clause();
      m_.due.push_back({l, FirstSentence({clause.says_en, clause.says_zh})});
    }
    m_.not_judged = due.value().problems;
    std::set<std::string> known;
    for (const Person& p : roster) known.insert(p.id);
    std::set<std::string> strangers;
    for (const EffectLine& l : m_.lines) {
      if (IsMoney(l) && !known.contains(l.person)) strangers.insert(l.person);
    }
    m_.strangers.assign(strangers.begin(), strangers.end());
    for (const Person& p : roster) {
      const Result<std::optional<Event>> event = ledger_.Find(PayrollId(p.id));
      if (!event) {
        std::cerr << event.error().Format() << '\n';
        return false;
      }
      if (!event.value()) continue;  // joined the roster after the close
      json::Node facts, outcome;
      Diagnostics ignored;
      json::Parse(event.value()->facts, {}, "", &facts, &ignored);
      json::Parse(event.value()->outcome, {}, "", &outcome, &ignored);
      PersonMonth pm;
      pm.person = p;
      Sum pay, points, wanted;
      for (const json::Node& item : facts.Find("items")->items) {
        const std::string& kind = item.Find("kind")->text;
        (kind == "pay" ? pay : kind == "points_money" ? points : wanted).Add(Number(item.Find("amount")->text));
      }
      const auto field = [&](const char* name) { return Amount(outcome.Find(name)->text); };
      pm.gross = Amount(facts.Find("gross_wage")->text);
      if (const json::Node* minimum = facts.Find("minimum_wage")) pm.minimum_wage = Amount(minimum->text);
      pm.pay = pay.Text();
      pm.points_money = points.Text();
      pm.wanted = wanted.Text();
      pm.allowed = field("allowed_deductions");
      pm.carried_over = field("carried_over");
      pm.net = field("net");
      pm.carried_in = carried.contains(p.id) ? carried.at(p.id) : "0.00";
      for (std::size_t i = 0; i < m_.lines.size(); ++i) {
        if (m_.lines[i].person == p.id) pm.lines.push_back(i);
      }
      pm.needs_human = Number(pm.carried_over).Sign() > 0 ||
                       std::any_of(m_.human.begin(), m_.human.end(), [&](std::size_t i) { return m_.lines[i].person == p.id; });
      m_.people.push_back(std::move(pm));
    }
    return true;
  }

  // What each person carried over at the settlements before a seq.
  bool ReadCarried(std::int64_t before, std::map<std::string, std::string>* carried) const {
    EventFilter filter;
    filter.policy = "payroll.month";
    filter.up_to_seq = before;
    filter.skip_reversed = true;
    const std::optional<Diagnostic> error = ledger_.ForEach(filter, [&](const Event& e) {
      json::Node facts, outcome;
      Diagnostics ignored;
      if (json::Parse(e.facts, {}, "", &facts, &ignored) && json::Parse(e.outcome, {}, "", &outcome, &ignored) &&
          facts.Find("month")->text != a_.month) {
        (*carried)[facts.Find("employee")->text] = Amount(outcome.Find("carried_over")->text);
      }
      return true;
    });
    if (error) std::cerr << error->Format() << '\n';
    return !error;
  }

  bool Write(FilesBeside* files) const {
    std::string payroll, effects, rejected;
    CsvRow({"month", "person", "name", "institution", "gross_wage", "pay", "points_money", "deductions_wanted", "carried_in", "deductions_allowed",
            "carried_over", "net", "minimum_wage", "needs_human"}, &payroll);
    for (const PersonMonth& p : m_.people) {
      CsvRow({m_.month, p.person.id, p.person.name, p.person.institution, p.gross, p.pay, p.points_money, p.wanted, p.carried_in, p.allowed,
              p.carried_over, p.net, p.minimum_wage, p.needs_human ? "yes" : "no"}, &payroll);
    }
    CsvRow({"event", "at", "policy", "cites", "effect", "person", "to", "amount", "detail", "quote", "reverses"}, &effects);
    for (const EffectLine& l : m_.lines) CsvRow({l.event, l.at, l.policy, l.cites, l.effect, l.person, l.to, l.amount, l.detail, l.quote, l.reverses}, &effects);
    for (const Json& r : RefusalsJson()) rejected += r.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    const std::pair<const char*, std::string> all[] = {{"payroll.csv", payroll}, {"effects.csv", effects}, {"rejected.jsonl", rejected}, {"report.html", Html(m_)}};
    for (const auto& [name, text] : all) {
      if (const auto error = files->Write(name, text)) {
        Tell(*error);
        return false;
      }
    }
    return true;
  }

  void Summary() const {
    if (isatty(STDERR_FILENO) != 0) std::cerr << "\r                         \r";
    Sum gross, pay, wanted, allowed, carried, net;
    for (const PersonMonth& p : m_.people) {
      gross.Add(Number(p.gross));
      pay.Add(Number(p.pay));
      wanted.Add(Number(p.wanted));
      allowed.Add(Number(p.allowed));
      carried.Add(Number(p.carried_over));
      net.Add(Number(p.net));
    }
    std::cout << (m_.was_closed ? m_.month + " is closed already; nothing was changed\n" : m_.month + " is closed\n")
              << "  events      " << m_.events_read << " read, " << m_.recorded << " recorded, " << m_.known << " known already, " << m_.refusals.size()
              << " refused" << (m_.later != 0 ? ", " + std::to_string(m_.later) + " left for a later close" : "") << "\n"
              << "  people      " << m_.people.size() << ", " << std::count_if(m_.people.begin(), m_.people.end(), [](const PersonMonth& p) { return p.needs_human; })
              << " need a human\n"
              << "  gross       " << gross.Text() << "\n  pay items   " << pay.Text() << "\n  deductions  " << wanted.Text() << " wanted, " << allowed.Text()
              << " allowed, " << carried.Text() << " carried over\n  net         " << net.Text() << "\n"
              << "  files       " << a_.out << "/payroll.csv effects.csv report.html rejected.jsonl\n";
    if (!m_.strangers.empty()) {
      std::cout << "  not on the roster, not settled:";
      for (const std::string& s : m_.strangers) std::cout << " " << s;
      std::cout << "\n";
    }
  }

  const Arguments& a_;
  Engine& engine_;
  Ledger& ledger_;
  const RuleSet* payroll_ = nullptr;
  Date first_, last_;
  Instant end_, known_by_;
  std::vector<Close> closes_;
  std::map<std::string, Refusal> refused_before_;
  Month m_;
};

}  // namespace

void AddClose(CLI::App* app, int* exit) {
  auto a = std::make_shared<Arguments>();
  CLI::App* command = app->add_subcommand("close", "record a month's events and settle each person's pay");
  AddCommon(command, &a->options);
  command->add_option("--month", a->month, "YYYY-MM")->required();
  command->add_option("--roster", a->roster, "CSV of the people: person, name, gross_wage, minimum_wage, ...")->required();
  command->add_option("--events", a->events, "events, one JSON object a line")->required();
  command->add_option("--ledger", a->ledger, "SQLite file; made when it is not there")->required();
  command->add_option("--out", a->out, "folder for payroll.csv, effects.csv, report.html, rejected.jsonl")->required();
  command->add_option("--known-by", a->known_by, "leave events that were recorded after this instant to a later close");
  command->callback([=] {
    const Loaded loaded = LoadRules(a->options.rules);
    if (!loaded.ok) {
      PrintDiagnostics(loaded.diagnostics, LanguageOf(a->options), std::cerr);
      *exit = kFindings;
      return;
    }
    std::vector<Terms> terms;
    std::vector<Person> roster;
    std::string text;
    Diagnostics problems;
    const auto without_mark = [](std::string* s) {  // of UTF-8, as spreadsheets write it
      if (s->starts_with("\xEF\xBB\xBF")) s->erase(0, 3);
    };
    // All input is read before the ledger is opened, so that a slip leaves nothing behind.
    const bool good = MakeTerms(loaded.sets, a->options, &terms);
    if (ReadFile(a->roster, &text, &problems)) {
      without_mark(&text);
      ReadRoster(a->roster, text, &roster, &problems);
    }
    if (ReadFile(a->events, &a->events_text, &problems)) without_mark(&a->events_text);
    PrintDiagnostics(problems, LanguageOf(a->options), std::cerr);
    if (!good || !problems.empty()) {
      *exit = kUsage;
      return;
    }
    Result<std::unique_ptr<Ledger>> ledger = OpenSqliteLedger(a->ledger);
    if (!ledger) {
      std::cerr << ledger.error().Format(LanguageOf(a->options)) << '\n';
      *exit = kUsage;
      return;
    }
    Engine engine(ledger.value().get(), HostServices());
    for (std::size_t i = 0; i < loaded.sets.size(); ++i) {
      if (const auto error = engine.Add(loaded.sets[i], terms[i])) {
        std::cerr << error->Format(LanguageOf(a->options)) << '\n';
        *exit = kUsage;
        return;
      }
    }
    *exit = Closer(*a, &engine, ledger.value().get()).Run(roster);
  });
}

}  // namespace ordain::cli
