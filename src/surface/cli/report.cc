// The month as one HTML page: self-contained, English and Chinese, printable, for a desk and a telephone. No script: the
// language is a radio button, the narrow layout a media query. Everything that came from data is escaped.
#include <algorithm>

#include "close.hpp"
#include "due.hpp"
#include "html.hpp"

namespace ordain::cli {
namespace {

struct Sum {
  Decimal value;
  void Add(const std::string& amount) {
    Decimal d;
    if (Decimal::Parse(amount, &d) == DecimalStatus::kOk) (void)ordain::Add(value, d, Rounding::kHalfEven, &value);
  }
  std::string Text() const {  // of money
    Decimal d;
    return Money(Quantize(value, -2, Rounding::kHalfEven, &d) == DecimalStatus::kOk ? d.ToScientificString() : value.ToString());
  }
};

std::string Total(const Month& m, std::string PersonMonth::*field) {
  Sum total;
  for (const PersonMonth& p : m.people) total.Add(p.*field);
  return total.Text();
}

bool Zero(const std::string& amount) {
  Decimal d;
  return Decimal::Parse(amount, &d) == DecimalStatus::kOk && d.IsZero();
}

// What an effect is, besides its amount and its party: as the rule set says it, else by the table, else as it is written.
std::string What(const EffectLine& l) {
  const Both* effect = EffectWord(l.effect);
  std::string out = effect == nullptr ? E(l.effect) : l.refund ? T("reversed: " + effect->en, "\xe5\x86\xb2\xe9\x94\x80:" + effect->zh) : T(effect->en, effect->zh);
  if (l.detail.empty()) return out;
  const Both* detail = DetailWord(l.detail);
  const std::string en = !l.means_en.empty() ? l.means_en : detail != nullptr ? detail->en : l.detail;
  const std::string zh = !l.means_zh.empty() ? l.means_zh : detail != nullptr ? detail->zh : l.detail;
  return out + " <b>" + T(en, zh) + "</b>" + (l.means_en.empty() ? "" : " <code>" + E(l.detail) + "</code>") + (l.due.empty() ? "" : " " + E(l.due));
}

void Head(const Month& m, std::string* out) {
  *out += R"(<!doctype html><html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>)" + E(m.month) +
          " \xe6\x9c\x88\xe5\xba\xa6\xe7\xbb\x93\xe7\xae\x97 / settlement</title>" + std::string(R"(<style>
:root{--ink:#1d2433;--soft:#5c6680;--line:#dfe3ec;--paper:#fff;--wash:#f5f7fb;--accent:#1f5fbf;--warn:#a8480b;--warnbg:#fff4e8}
*{box-sizing:border-box}body{margin:0;background:var(--wash);color:var(--ink);font:15px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif}
main{max-width:1120px;margin:0 auto;padding:24px 20px 80px}h1{font-size:26px;margin:8px 0 2px}h2{font-size:19px;margin:36px 0 10px}h3{font-size:16px;margin:0}
.soft{color:var(--soft)}.cards{display:grid;grid-template-columns:repeat(5,1fr);gap:12px;margin:18px 0}
.card{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:12px 14px}.card b{display:block;font-size:20px;font-variant-numeric:tabular-nums}
table{border-collapse:collapse;width:100%;background:var(--paper);border:1px solid var(--line)}th,td{padding:6px 9px;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
thead th{background:#eef1f7;font-weight:600;font-size:13px;position:sticky;top:0}.nb{white-space:nowrap}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
tr.warn td{background:var(--warnbg)}.tag{display:inline-block;background:var(--warnbg);color:var(--warn);border-radius:6px;padding:0 7px;font-size:13px}
.person{background:var(--paper);border:1px solid var(--line);border-radius:10px;margin:14px 0;padding:14px 16px}.person table{border:0;margin-top:8px}.person tr:last-child td{border-bottom:0}
.sum{display:flex;flex-wrap:wrap;gap:6px 22px;margin:6px 0;font-variant-numeric:tabular-nums}.quote{color:var(--soft);font-size:13.5px}.quote:before{content:"\201c"}.quote:after{content:"\201d"}
code{font:13px ui-monospace,monospace;color:var(--soft)}a{color:var(--accent);text-decoration:none}nav{margin:10px 0}nav a{margin-right:16px}
)") + kLanguageStyle + R"(@media(max-width:900px){.cards{grid-template-columns:repeat(auto-fit,minmax(140px,1fr))}}
@media(max-width:700px){main{padding:14px 12px 60px}.card b{font-size:18px}thead{display:none}tbody,tr,td{display:block}tr{padding:8px 10px;border-bottom:1px solid var(--line)}tr.warn{background:var(--warnbg)}
td,td.n{border:0;padding:1px 0;text-align:left;white-space:normal;overflow-wrap:anywhere}td:empty{display:none}td[data-en]{display:flex;justify-content:space-between}
#zh:checked~main td[data-en]:before,#both:checked~main td[data-en]:before{content:attr(data-zh);color:var(--soft)}#en:checked~main td[data-en]:before{content:attr(data-en);color:var(--soft)}.person{padding:12px}.person tr{padding:8px 0}}
@media print{body{background:#fff}main{max-width:none;padding:0}thead th{position:static}.lang,nav{display:none}tr,.card{break-inside:avoid}h3{break-after:avoid}}
</style></head><body>)" + LanguageButtons() + "<main>";
}

void Card(const std::string& label, const std::string& value, std::string* out) {
  *out += "<div class=card><span class=soft>" + label + "</span><b>" + E(value) + "</b></div>";
}

// A number with its name, which the narrow layout shows.
std::string Cell(const char* en, const char* zh, const std::string& value) {
  return std::string("<td class=n data-en=\"") + en + "\" data-zh=\"" + zh + "\">" + value;
}

std::string Anchor(const std::string& person, const std::string& text) { return "<a href=\"#p-" + E(person) + "\">" + E(text) + "</a>"; }

void EffectRows(const Month& m, const std::vector<std::size_t>& lines, bool who, std::string* out) {
  bool amounts = false;
  for (const std::size_t i : lines) amounts |= !m.lines[i].amount.empty();
  *out += "<table><thead><tr><th>" + T("day", "\xe6\x97\xa5\xe6\x9c\x9f") + "<th>" + T("what", "\xe5\x90\x8e\xe6\x9e\x9c") + (amounts ? "<th class=n>" + T("amount", "\xe9\x87\x91\xe9\xa2\x9d/\xe5\x88\x86") : "") + "<th>" + T("why", "\xe4\xbe\x9d\xe6\x8d\xae") + "<th>" + T("event", "\xe4\xba\x8b\xe4\xbb\xb6") + "</tr></thead><tbody>";
  for (const std::size_t i : lines) {
    const EffectLine& l = m.lines[i];
    *out += "<tr><td class=nb>" + E(l.day) + "<td>" + What(l);
    if (who && !l.to.empty()) *out += " &rarr; " + (l.person.empty() ? E(l.to) : Anchor(l.person, l.person));
    if (amounts) *out += l.amount.empty() ? "<td>" : Cell("amount", "\xe9\x87\x91\xe9\xa2\x9d/\xe5\x88\x86", l.effect == "points" ? E(l.amount) : E(Money(l.amount)));
    *out += "<td>" + T(l.says_en.empty() ? l.policy : l.says_en, l.says_zh.empty() ? l.policy : l.says_zh) + " <code>" + E(l.cites) + "</code>" +
            (l.quote.empty() ? "" : "<div class=quote>" + E(l.quote) + "</div>") + "<td class=nb><code>" + E(l.event) + (l.reverses.empty() ? "" : " &#8630; " + E(l.reverses)) + "</code></tr>";
  }
  *out += "</tbody></table>";
}

void Human(const Month& m, std::string* out) {
  *out += "<h2 id=human>" + T("What needs a human", "\xe9\x9c\x80\xe8\xa6\x81\xe4\xba\xba\xe5\xb7\xa5\xe5\xa4\x84\xe7\x90\x86") + "</h2>";
  const bool carried = std::any_of(m.people.begin(), m.people.end(), [](const PersonMonth& p) { return !Zero(p.carried_over); });
  if (m.human.empty() && m.refusals.empty() && m.strangers.empty() && !carried) *out += "<p class=soft>" + T("Nothing.", "\xe6\x97\xa0\xe3\x80\x82") + "</p>";
  if (!m.human.empty()) {
    *out += "<p>" + T("Reviews, and sanctions that are proposals until somebody confirms them:", "\xe5\xa4\x8d\xe6\xa0\xb8\xe4\xba\x8b\xe9\xa1\xb9\xef\xbc\x8c\xe4\xbb\xa5\xe5\x8f\x8a\xe7\xa1\xae\xe8\xae\xa4\xe5\x89\x8d\xe4\xbb\x85\xe4\xb8\xba\xe5\xbb\xba\xe8\xae\xae\xe7\x9a\x84\xe5\xa4\x84\xe5\x88\x86\xef\xbc\x9a") + "</p>";
    EffectRows(m, m.human, true, out);
  }
  if (carried) {
    *out += "<p>" + T("Deductions above the limit, carried over to the next month:", "\xe8\xb6\x85\xe8\xbf\x87\xe9\x99\x90\xe9\xa2\x9d\xe3\x80\x81\xe7\xbb\x93\xe8\xbd\xac\xe4\xb8\x8b\xe6\x9c\x88\xe7\x9a\x84\xe6\x89\xa3\xe6\xac\xbe\xef\xbc\x9a") + "</p><table><thead><tr><th>" + T("person", "\xe4\xba\xba\xe5\x91\x98") + "<th class=n>" + T("carried over", "\xe7\xbb\x93\xe8\xbd\xac\xe4\xb8\x8b\xe6\x9c\x88") + "</tr></thead><tbody>";
    for (const PersonMonth& p : m.people) {
      if (!Zero(p.carried_over)) *out += "<tr><td>" + Anchor(p.person.id, p.person.id + " " + p.person.name) + Cell("carried over", "\xe7\xbb\x93\xe8\xbd\xac\xe4\xb8\x8b\xe6\x9c\x88", E(Money(p.carried_over))) + "</tr>";
    }
    *out += "</tbody></table>";
  }
  if (!m.strangers.empty()) {
    *out += "<p class=tag>" + T("Not on the roster, not settled:", "\xe4\xb8\x8d\xe5\x9c\xa8\xe8\x8a\xb1\xe5\x90\x8d\xe5\x86\x8c\xef\xbc\x8c\xe6\x9c\xaa\xe7\xbb\x93\xe7\xae\x97\xef\xbc\x9a");
    for (const std::string& s : m.strangers) *out += " " + E(s);
    *out += "</p>";
  }
  if (m.refusals.empty()) return;
  *out += "<p>" + T("Events refused, nothing of them was recorded:", "\xe6\x9c\xaa\xe5\x8f\x97\xe7\x90\x86\xe3\x80\x81\xe6\x9c\xaa\xe7\x99\xbb\xe8\xae\xb0\xe7\x9a\x84\xe4\xba\x8b\xe4\xbb\xb6\xef\xbc\x9a") + "</p><table><thead><tr><th class=n>" + T("line", "\xe8\xa1\x8c") + "<th>" + T("event", "\xe4\xba\x8b\xe4\xbb\xb6") + "<th>" + T("policy", "\xe5\x88\xb6\xe5\xba\xa6") + "<th>" + T("why", "\xe5\x8e\x9f\xe5\x9b\xa0") + "</tr></thead><tbody>";
  for (const Refusal& r : m.refusals) {
    *out += "<tr class=warn>" + Cell("line", "\xe8\xa1\x8c", std::to_string(r.line)) + "<td class=nb>" + (r.id.empty() ? "" : "<code>" + E(r.id) + "</code>") + "<td>" + E(r.policy) + "<td>" + E(r.message) + " <code>" + E(r.code + (r.path.empty() ? "" : " " + r.path)) + "</code></tr>";
  }
  *out += "</tbody></table>";
}

void Everybody(const Month& m, std::string* out) {
  *out += "<h2 id=everybody>" + T("Everybody", "\xe5\x85\xa8\xe4\xbd\x93\xe4\xba\xba\xe5\x91\x98") + "</h2><table><thead><tr><th>" + T("person", "\xe4\xba\xba\xe5\x91\x98") + "<th>" + T("place", "\xe6\x9c\xba\xe6\x9e\x84") + "<th class=n>" + T("gross", "\xe5\xba\x94\xe5\x8f\x91") + "<th class=n>" + T("pay items", "\xe5\xa5\x96\xe5\x8a\xb1") + "<th class=n>" +
          T("wanted", "\xe5\xba\x94\xe6\x89\xa3") + "<th class=n>" + T("carried in", "\xe4\xb8\x8a\xe6\x9c\x9f\xe7\xbb\x93\xe8\xbd\xac") + "<th class=n>" + T("allowed", "\xe5\xae\x9e\xe6\x89\xa3") + "<th class=n>" + T("carried over", "\xe7\xbb\x93\xe8\xbd\xac\xe4\xb8\x8b\xe6\x9c\x88") + "<th class=n>" + T("net", "\xe5\xae\x9e\xe5\x8f\x91") + "</tr></thead><tbody>";
  for (const PersonMonth& p : m.people) {
    *out += std::string("<tr") + (p.needs_human ? " class=warn" : "") + "><td class=nb>" + Anchor(p.person.id, p.person.id) + " " + E(p.person.name) + "<td>" + E(p.person.institution) + Cell("gross", "\xe5\xba\x94\xe5\x8f\x91", Money(p.gross)) + Cell("pay items", "\xe5\xa5\x96\xe5\x8a\xb1", Money(p.pay)) +
            Cell("wanted", "\xe5\xba\x94\xe6\x89\xa3", Money(p.wanted)) + Cell("carried in", "\xe4\xb8\x8a\xe6\x9c\x9f\xe7\xbb\x93\xe8\xbd\xac", Money(p.carried_in)) + Cell("allowed", "\xe5\xae\x9e\xe6\x89\xa3", Money(p.allowed)) + Cell("carried over", "\xe7\xbb\x93\xe8\xbd\xac\xe4\xb8\x8b\xe6\x9c\x88", Money(p.carried_over)) + Cell("net", "\xe5\xae\x9e\xe5\x8f\x91", "<b>" + Money(p.net) + "</b>") + "</tr>";
  }
  *out += "</tbody></table>";
}

// Why a part of the deductions waits: the settlement leaves exactly the minimum wage, less, or the wage's own limit held.
std::string Limit(const PersonMonth& p) {
  if (Zero(p.carried_over)) return "";
  Decimal net, minimum;
  const bool known = Decimal::Parse(p.net, &net) == DecimalStatus::kOk && Decimal::Parse(p.minimum_wage, &minimum) == DecimalStatus::kOk;
  if (known && Compare(net, minimum) <= 0) return T("The rest waits: the minimum wage must remain.", "\xe4\xbd\x99\xe9\xa2\x9d\xe7\xbb\x93\xe8\xbd\xac\xef\xbc\x9a\xe9\xa1\xbb\xe4\xbf\x9d\xe7\x95\x99\xe6\x9c\x80\xe4\xbd\x8e\xe5\xb7\xa5\xe8\xb5\x84\xe3\x80\x82");
  return T("The rest waits: no more than the permitted share of the gross wage may be deducted in a month.", "\xe4\xbd\x99\xe9\xa2\x9d\xe7\xbb\x93\xe8\xbd\xac\xef\xbc\x9a\xe6\xaf\x8f\xe6\x9c\x88\xe6\x89\xa3\xe6\xac\xbe\xe4\xb8\x8d\xe5\xbe\x97\xe8\xb6\x85\xe8\xbf\x87\xe5\xba\x94\xe5\x8f\x91\xe5\xb7\xa5\xe8\xb5\x84\xe7\x9a\x84\xe9\x99\x90\xe5\xae\x9a\xe6\xaf\x94\xe4\xbe\x8b\xe3\x80\x82");
}

void Persons(const Month& m, std::string* out) {
  *out += "<h2 id=persons>" + T("Person by person", "\xe9\x80\x90\xe4\xba\xba\xe8\xaf\xb4\xe6\x98\x8e") + "</h2>";
  for (const PersonMonth& p : m.people) {
    *out += "<section class=person id=\"p-" + E(p.person.id) + "\"><h3>" + E(p.person.id + " " + p.person.name) + " <span class=soft>" + E(p.person.institution + " " + p.person.role) + "</span>" +
            (p.needs_human ? " <span class=tag>" + T("needs a human", "\xe9\x9c\x80\xe4\xba\xba\xe5\xb7\xa5\xe5\xa4\x84\xe7\x90\x86") + "</span>" : "") + "</h3><div class=sum>";
    const auto item = [&](const std::string& label, const std::string& value) { *out += "<span>" + label + " <b>" + Money(value) + "</b></span>"; };
    item(T("gross", "\xe5\xba\x94\xe5\x8f\x91"), p.gross);
    item(T("+ pay items", "+ \xe5\xa5\x96\xe5\x8a\xb1"), p.pay);
    if (!Zero(p.points_money)) item(T("+ points", "+ \xe7\xa7\xaf\xe5\x88\x86\xe9\x87\x91\xe9\xa2\x9d"), p.points_money);
    item(T("- deductions", "- \xe5\xae\x9e\xe6\x89\xa3"), p.allowed);
    item(T("= net", "= \xe5\xae\x9e\xe5\x8f\x91"), p.net);
    Sum points;
    for (const std::size_t i : p.lines) {
      if (m.lines[i].effect == "points") points.Add(m.lines[i].amount);
    }
    if (!points.value.IsZero()) *out += "<span class=soft>" + T("points", "\xe7\xa7\xaf\xe5\x88\x86") + " <b>" + points.value.ToString() + "</b></span>";
    *out += "</div>";
    if (!Zero(p.wanted) || !Zero(p.carried_in)) {
      *out += "<div class=\"sum soft\">";
      item(T("deductions wanted", "\xe5\xba\x94\xe6\x89\xa3"), p.wanted);
      if (!Zero(p.carried_in)) item(T("+ carried in", "+ \xe4\xb8\x8a\xe6\x9c\x9f\xe7\xbb\x93\xe8\xbd\xac"), p.carried_in);
      item(T("allowed", "\xe5\xae\x9e\xe6\x89\xa3"), p.allowed);
      if (!Zero(p.carried_over)) item(T("carried over", "\xe7\xbb\x93\xe8\xbd\xac\xe4\xb8\x8b\xe6\x9c\x88"), p.carried_over);
      if (!p.minimum_wage.empty()) item(T("minimum wage", "\xe6\x9c\x80\xe4\xbd\x8e\xe5\xb7\xa5\xe8\xb5\x84"), p.minimum_wage);
      *out += "</div>";
    }
    const std::string limit = Limit(p);
    if (!limit.empty()) *out += "<div class=tag>" + limit + "</div>";
    if (p.lines.empty()) {
      *out += "<div class=soft>" + T("Nothing was recorded.", "\xe6\x9c\xac\xe6\x9c\x88\xe6\x97\xa0\xe8\xae\xb0\xe5\xbd\x95\xe3\x80\x82") + "</div>";
    } else {
      EffectRows(m, p.lines, false, out);
    }
    *out += "</section>";
  }
}

// Effects for teams, departments and institutions: told here, not settled through anybody's pay.
void Bodies(const Month& m, std::string* out) {
  std::map<std::string, std::vector<std::size_t>> bodies;
  for (std::size_t i = 0; i < m.lines.size(); ++i) {
    if (m.lines[i].person.empty() && !m.lines[i].to.empty()) bodies[m.lines[i].to].push_back(i);
  }
  if (bodies.empty()) return;
  *out += "<h2 id=bodies>" + T("Teams, departments, institutions", "\xe9\x9b\x86\xe4\xbd\x93\xe3\x80\x81\xe9\x83\xa8\xe9\x97\xa8\xe4\xb8\x8e\xe6\x9c\xba\xe6\x9e\x84") + "</h2><p class=soft>" + T("Told here; not settled through anybody's pay.", "\xe4\xbb\x85\xe4\xbd\x9c\xe8\xaf\xb4\xe6\x98\x8e\xef\xbc\x8c\xe4\xb8\x8d\xe7\xbb\x8f\xe4\xb8\xaa\xe4\xba\xba\xe5\xb7\xa5\xe8\xb5\x84\xe7\xbb\x93\xe7\xae\x97\xe3\x80\x82") + "</p>";
  for (const auto& [body, lines] : bodies) {
    Sum pay, points;
    for (const std::size_t i : lines) {
      if (m.lines[i].effect == "pay") pay.Add(m.lines[i].amount);
      if (m.lines[i].effect == "points") points.Add(m.lines[i].amount);
    }
    *out += "<section class=\"body person\"><h3>" + E(body) + "</h3><div class=sum>";
    if (!pay.value.IsZero()) *out += "<span>" + T("pay", "\xe5\xa5\x96\xe5\x8a\xb1") + " <b>" + pay.Text() + "</b></span>";
    if (!points.value.IsZero()) *out += "<span>" + T("points", "\xe7\xa7\xaf\xe5\x88\x86") + " <b>" + points.value.ToString() + "</b></span>";
    *out += "</div>";
    EffectRows(m, lines, false, out);
    *out += "</section>";
  }
}

// What is open at the end of the month, soonest first; the late ones in colour.
void StillDue(const Month& m, std::string* out) {
  *out += "<h2 id=due>" + T("Deadlines and duties", "\u671f\u9650\u4e0e\u5f85\u529e") + "</h2>";
  if (m.due.empty()) {
    *out += "<p class=soft>" + T("Nothing is open at the end of the month.", "\u6708\u672b\u65e0\u672a\u7ed3\u4e8b\u9879\u3002") + "</p>";
  } else {
    *out += "<p class=soft>" + T("What is open at the end of the month, soonest first:", "\u6708\u672b\u672a\u7ed3\u4e8b\u9879\uff0c\u6309\u5230\u671f\u5148\u540e\uff1a") + "</p><table><thead><tr><th>" + T("due", "\u5230\u671f") + "<th>" +
            T("status", "\u72b6\u6001") + "<th>" + T("what", "\u4e8b\u9879") + "<th>" + T("owner", "\u8d23\u4efb\u4eba") + "<th>" + T("case", "\u6848\u4ef6") + "<th>" + T("why", "\u4f9d\u636e") + "</tr></thead><tbody>";
    for (const DueRow& r : m.due) {
      const DueItem& d = r.line.due;
      const DueWords words = WordsOf(d, m.end);
      const bool late = d.status == "late" || (d.due && *d.due < m.end);
      *out += std::string("<tr") + (late ? " class=warn" : "") + "><td class=nb>" + (d.due ? d.due->ToString().substr(0, 16).replace(10, 1, " ") : "") + "<td>" + T(words.status) + (words.off.en.empty() ? "" : " <span class=soft>" + T(words.off) + "</span>") + "<td>" + T(words.what) + "<td>" + E(d.owner) +
              "<td>" + E(r.line.case_key) + "<td>" + T(r.policy) + " <code>" + E(r.line.policy) + "</code></tr>";
    }
    *out += "</tbody></table>";
  }
  if (m.not_judged.empty()) return;
  *out += "<p>" + T("Cases that could not be judged:", "\u65e0\u6cd5\u5224\u65ad\u7684\u6848\u4ef6\uff1a") + "</p><table><thead><tr><th>" + T("case", "\u6848\u4ef6") + "<th>" + T("policy", "\u5236\u5ea6") + "<th>" + T("why", "\u539f\u56e0") + "</tr></thead><tbody>";
  for (const DueProblem& p : m.not_judged) {
    *out += "<tr class=warn><td>" + E(p.case_key) + " <code>" + E(p.event) + "</code><td>" + E(p.policy) + "<td>" + T(p.diagnostic.Message(Language::kEnglish), p.diagnostic.Message(Language::kChinese)) + " <code>" + E(std::string(CodeText(p.diagnostic.code))) +
            "</code></tr>";
  }
  *out += "</tbody></table>";
}

}  // namespace

std::string Html(const Month& m) {
  std::string out;
  Head(m, &out);
  out += LanguageLabels();
  out += "<h1>" + T("Settlement of " + m.month, m.month + " \xe6\x9c\x88\xe5\xba\xa6\xe7\xbb\x93\xe7\xae\x97") + "</h1><div class=soft>" + T(m.first_day + " to " + m.last_day, m.first_day + " \xe8\x87\xb3 " + m.last_day) + "</div><div class=cards>";
  Card(T("people", "\xe4\xba\xba\xe6\x95\xb0"), std::to_string(m.people.size()), &out);
  Card(T("gross wages", "\xe5\xba\x94\xe5\x8f\x91\xe5\xb7\xa5\xe8\xb5\x84"), Total(m, &PersonMonth::gross), &out);
  Card(T("+ pay items", "+ \xe5\xa5\x96\xe5\x8a\xb1"), Total(m, &PersonMonth::pay), &out);
  Card(T("- deductions", "- \xe5\xae\x9e\xe6\x89\xa3"), Total(m, &PersonMonth::allowed), &out);
  Card(T("= net", "= \xe5\xae\x9e\xe5\x8f\x91"), Total(m, &PersonMonth::net), &out);
  Card(T("need a human", "\xe9\x9c\x80\xe4\xba\xba\xe5\xb7\xa5\xe5\xa4\x84\xe7\x90\x86"), std::to_string(std::count_if(m.people.begin(), m.people.end(), [](const PersonMonth& p) { return p.needs_human; })), &out);
  Card(T("deductions wanted", "\xe5\xba\x94\xe6\x89\xa3"), Total(m, &PersonMonth::wanted), &out);
  Card(T("carried in", "\xe4\xb8\x8a\xe6\x9c\x9f\xe7\xbb\x93\xe8\xbd\xac"), Total(m, &PersonMonth::carried_in), &out);
  Card(T("carried over", "\xe7\xbb\x93\xe8\xbd\xac\xe4\xb8\x8b\xe6\x9c\x88"), Total(m, &PersonMonth::carried_over), &out);
  Card(T("consequences / events refused", "\xe5\x90\x8e\xe6\x9e\x9c / \xe6\x9c\xaa\xe5\x8f\x97\xe7\x90\x86\xe4\xba\x8b\xe4\xbb\xb6"), std::to_string(m.lines.size()) + " / " + std::to_string(m.refusals.size()), &out);
  out += "</div><nav><a href=\"#human\">" + T("What needs a human", "\xe9\x9c\x80\xe8\xa6\x81\xe4\xba\xba\xe5\xb7\xa5\xe5\xa4\x84\xe7\x90\x86") + "</a><a href=\"#due\">" + T("Deadlines and duties", "\u671f\u9650\u4e0e\u5f85\u529e") + "</a><a href=\"#everybody\">" + T("Everybody", "\xe5\x85\xa8\xe4\xbd\x93\xe4\xba\xba\xe5\x91\x98") + "</a><a href=\"#persons\">" + T("Person by person", "\xe9\x80\x90\xe4\xba\xba\xe8\xaf\xb4\xe6\x98\x8e") + "</a><a href=\"#rules\">" + T("Rule sets", "\xe8\xa7\x84\xe5\x88\x99\xe9\x9b\x86") + "</a></nav>";
  Human(m, &out);
  StillDue(m, &out);
  Everybody(m, &out);
  Persons(m, &out);
  Bodies(m, &out);
  out += "<h2 id=rules>" + T("Rule sets", "\xe8\xa7\x84\xe5\x88\x99\xe9\x9b\x86") + "</h2><ul>";
  for (const auto& [name, text] : m.rule_sets) out += "<li><b>" + E(name) + "</b> " + E(text);
  return out + "</ul></main></body></html>\n";
}

}  // namespace ordain::cli
