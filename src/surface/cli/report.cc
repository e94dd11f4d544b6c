// The month as one HTML page: self-contained, English and Chinese, printable. Everything that came from data is escaped.
#include <algorithm>

#include "close.hpp"

namespace ordain::cli {
namespace {

std::string E(const std::string& s) {
  std::string out;
  for (const char c : s) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

// Both languages; the page shows one of them.
std::string T(const std::string& en, const std::string& zh) {
  return "<span class=en>" + E(en) + "</span><span class=zh>" + E(zh) + "</span>";
}

// 12345.60 -> 12,345.60
std::string Money(const std::string& amount) {
  std::string s = amount;
  const std::size_t point = s.find('.');
  std::size_t i = point == std::string::npos ? s.size() : point;
  const std::size_t first = !s.empty() && s[0] == '-' ? 1 : 0;
  while (i > first + 3) s.insert(i -= 3, ",");
  return s;
}

std::string Total(const Month& m, std::string PersonMonth::*field) {
  Decimal total;
  for (const PersonMonth& p : m.people) {
    Decimal d;
    if (Decimal::Parse(p.*field, &d) == DecimalStatus::kOk) (void)Add(total, d, Rounding::kHalfEven, &total);
  }
  (void)Quantize(total, -2, Rounding::kHalfEven, &total);
  return Money(total.ToScientificString());
}

bool Zero(const std::string& amount) {
  Decimal d;
  return Decimal::Parse(amount, &d) == DecimalStatus::kOk && d.IsZero();
}

struct Word {
  const char *code, *en, *zh;
};
constexpr Word kWords[] = {
    {"fine", "fine", "\xe7\xbd\x9a\xe6\xac\xbe"},
    {"pay", "pay", "\xe5\xa5\x96\xe5\x8a\xb1"},
    {"points", "points", "\xe7\xa7\xaf\xe5\x88\x86"},
    {"sanction", "sanction", "\xe5\xa4\x84\xe5\x88\x86"},
    {"bar", "barred from", "\xe5\x8f\x96\xe6\xb6\x88\xe8\xb5\x84\xe6\xa0\xbc"},
    {"notice", "notice", "\xe9\x80\x9a\xe6\x8a\xa5"},
    {"duty", "duty", "\xe5\xbe\x85\xe5\x8a\x9e"},
    {"review", "review", "\xe5\xa4\x8d\xe6\xa0\xb8"},
};
std::string EffectWord(const EffectLine& l) {
  for (const Word& w : kWords) {
    if (l.effect == w.code) {
      return l.refund ? T(std::string("reversed ") + w.en, std::string("\xe5\x86\xb2\xe9\x94\x80") + w.zh) : T(w.en, w.zh);
    }
  }
  return E(l.effect);
}

std::string Detail(const EffectLine& l) { return l.amount.empty() ? E(l.detail) : ""; }

void Head(const Month& m, std::string* out) {
  *out += R"(<!doctype html><html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>)" + E(m.month) +
          R"(</title><style>
:root{--ink:#1d2433;--soft:#5c6680;--line:#dfe3ec;--paper:#fff;--wash:#f5f7fb;--accent:#1f5fbf;--warn:#a8480b;--warnbg:#fff4e8}
*{box-sizing:border-box}body{margin:0;background:var(--wash);color:var(--ink);font:15px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif}
main{max-width:1120px;margin:0 auto;padding:24px 20px 80px}h1{font-size:26px;margin:8px 0 2px}h2{font-size:19px;margin:36px 0 10px}h3{font-size:16px;margin:0}
.soft{color:var(--soft)}.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(160px,1fr));gap:12px;margin:18px 0}
.card{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:12px 14px}.card b{display:block;font-size:21px;font-variant-numeric:tabular-nums}
table{border-collapse:collapse;width:100%;background:var(--paper);border:1px solid var(--line)}th,td{padding:6px 9px;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
th{background:#eef1f7;font-weight:600;font-size:13px;position:sticky;top:0}td:first-child{white-space:nowrap}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
tr.warn td{background:var(--warnbg)}.tag{display:inline-block;background:var(--warnbg);color:var(--warn);border-radius:6px;padding:0 7px;font-size:13px}
.person{background:var(--paper);border:1px solid var(--line);border-radius:10px;margin:14px 0;padding:14px 16px;break-inside:avoid}.person table{border:0;margin-top:8px}
.sum{display:flex;flex-wrap:wrap;gap:6px 22px;margin:6px 0;font-variant-numeric:tabular-nums}.quote{color:var(--soft);font-size:13.5px}.quote:before{content:"\201c"}.quote:after{content:"\201d"}
code{font:13px ui-monospace,monospace;color:var(--soft)}a{color:var(--accent);text-decoration:none}.lang{float:right}.lang label{cursor:pointer;margin-left:10px;color:var(--accent)}
input.l{position:absolute;opacity:0}#zh:checked~main .en{display:none}#en:checked~main .zh{display:none}
@media print{body{background:#fff}th{position:static}.lang{display:none}}
</style></head><body><input class=l type=radio name=l id=zh checked><input class=l type=radio name=l id=en><main>
)";
}

void Card(const std::string& label, const std::string& value, std::string* out) {
  *out += "<div class=card><span class=soft>" + label + "</span><b>" + E(value) + "</b></div>";
}

void EffectRows(const Month& m, const std::vector<std::size_t>& lines, bool who, std::string* out) {
  *out += "<table><tr><th>" + T("day", "\xe6\x97\xa5\xe6\x9c\x9f") + "<th>" + T("what", "\xe5\x90\x8e\xe6\x9e\x9c") + "<th class=n>" + T("amount", "\xe9\x87\x91\xe9\xa2\x9d/\xe5\x88\x86") +
          "<th>" + T("why", "\xe4\xbe\x9d\xe6\x8d\xae") + "<th>" + T("event", "\xe4\xba\x8b\xe4\xbb\xb6") + "</tr>";
  for (const std::size_t i : lines) {
    const EffectLine& l = m.lines[i];
    *out += "<tr><td>" + E(l.day) + "<td>" + EffectWord(l) + " " + Detail(l) + (who && !l.to.empty() ? " &rarr; " + (l.person.empty() ? E(l.to) : "<a href=\"#p-" + E(l.person) + "\">" + E(l.person) + "</a>") : "") +
            "<td class=n>" + E(l.amount) + "<td>" + T(l.says_en.empty() ? l.policy : l.says_en, l.says_zh.empty() ? l.policy : l.says_zh) + " <code>" + E(l.cites) + "</code>" +
            (l.quote.empty() ? "" : "<div class=quote>" + E(l.quote) + "</div>") + "<td><code>" + E(l.event) + (l.reverses.empty() ? "" : " &#8630; " + E(l.reverses)) + "</code></tr>";
  }
  *out += "</table>";
}

}  // namespace

std::string Html(const Month& m) {
  std::string out;
  Head(m, &out);
  out += "<div class=lang><label for=zh>\xe4\xb8\xad\xe6\x96\x87</label><label for=en>English</label></div>";
  out += "<h1>" + T("Settlement of " + m.month, m.month + " \xe6\x9c\x88\xe5\xba\xa6\xe7\xbb\x93\xe7\xae\x97") + "</h1><div class=soft>" +
         T(m.first_day + " to " + m.last_day, m.first_day + " \xe8\x87\xb3 " + m.last_day) + "</div>";
  out += "<div class=cards>";
  Card(T("people", "\xe4\xba\xba\xe6\x95\xb0"), std::to_string(m.people.size()), &out);
  Card(T("gross wages", "\xe5\xba\x94\xe5\x8f\x91\xe5\xb7\xa5\xe8\xb5\x84"), Total(m, &PersonMonth::gross), &out);
  Card(T("pay items", "\xe5\xa5\x96\xe5\x8a\xb1"), Total(m, &PersonMonth::pay), &out);
  Card(T("deductions wanted", "\xe5\xba\x94\xe6\x89\xa3"), Total(m, &PersonMonth::wanted), &out);
  Card(T("allowed", "\xe5\xae\x9e\xe6\x89\xa3"), Total(m, &PersonMonth::allowed), &out);
  Card(T("carried over", "\xe7\xbb\x93\xe8\xbd\xac\xe4\xb8\x8b\xe6\x9c\x88"), Total(m, &PersonMonth::carried_over), &out);
  Card(T("net", "\xe5\xae\x9e\xe5\x8f\x91"), Total(m, &PersonMonth::net), &out);
  Card(T("events told here", "\xe6\x9c\xac\xe6\x9c\x88\xe5\x90\x8e\xe6\x9e\x9c"), std::to_string(m.lines.size()), &out);
  out += "</div>";

  out += "<h2 id=human>" + T("What needs a human", "\xe9\x9c\x80\xe8\xa6\x81\xe4\xba\xba\xe5\xb7\xa5\xe5\xa4\x84\xe7\x90\x86") + "</h2>";
  const bool carried = std::any_of(m.people.begin(), m.people.end(), [](const PersonMonth& p) { return !Zero(p.carried_over); });
  if (m.human.empty() && m.refusals.empty() && m.strangers.empty() && !carried) {
    out += "<p class=soft>" + T("Nothing.", "\xe6\x97\xa0\xe3\x80\x82") + "</p>";
  }
  if (!m.human.empty()) {
    out += "<p>" + T("Reviews, and sanctions that are proposals until somebody confirms them:", "\xe5\xa4\x8d\xe6\xa0\xb8\xe4\xba\x8b\xe9\xa1\xb9\xef\xbc\x8c\xe4\xbb\xa5\xe5\x8f\x8a\xe7\xa1\xae\xe8\xae\xa4\xe5\x89\x8d\xe4\xbb\x85\xe4\xb8\xba\xe5\xbb\xba\xe8\xae\xae\xe7\x9a\x84\xe5\xa4\x84\xe5\x88\x86\xef\xbc\x9a") + "</p>";
    EffectRows(m, m.human, true, &out);
  }
  if (carried) {
    out += "<p>" + T("Deductions above the limit, carried over:", "\xe8\xb6\x85\xe8\xbf\x87\xe9\x99\x90\xe9\xa2\x9d\xe3\x80\x81\xe7\xbb\x93\xe8\xbd\xac\xe4\xb8\x8b\xe6\x9c\x88\xe7\x9a\x84\xe6\x89\xa3\xe6\xac\xbe\xef\xbc\x9a") + " ";
    for (const PersonMonth& p : m.people) {
      if (!Zero(p.carried_over)) out += "<a href=\"#p-" + E(p.person.id) + "\">" + E(p.person.id + " " + p.person.name) + "</a> " + E(Money(p.carried_over)) + " &nbsp; ";
    }
    out += "</p>";
  }
  if (!m.strangers.empty()) {
    out += "<p class=tag>" + T("Not on the roster, not settled:", "\xe4\xb8\x8d\xe5\x9c\xa8\xe8\x8a\xb1\xe5\x90\x8d\xe5\x86\x8c\xef\xbc\x8c\xe6\x9c\xaa\xe7\xbb\x93\xe7\xae\x97\xef\xbc\x9a") + " ";
    for (const std::string& s : m.strangers) out += E(s) + " ";
    out += "</p>";
  }
  if (!m.refusals.empty()) {
    out += "<p>" + T("Events refused, nothing of them was recorded:", "\xe6\x9c\xaa\xe5\x8f\x97\xe7\x90\x86\xe3\x80\x81\xe6\x9c\xaa\xe7\x99\xbb\xe8\xae\xb0\xe7\x9a\x84\xe4\xba\x8b\xe4\xbb\xb6\xef\xbc\x9a") + "</p><table><tr><th>" + T("line", "\xe8\xa1\x8c") + "<th>" + T("event", "\xe4\xba\x8b\xe4\xbb\xb6") + "<th>" + T("policy", "\xe5\x88\xb6\xe5\xba\xa6") + "<th>" + T("why", "\xe5\x8e\x9f\xe5\x9b\xa0") + "</tr>";
    for (const Refusal& r : m.refusals) {
      out += "<tr class=warn><td class=n>" + std::to_string(r.line) + "<td><code>" + E(r.id) + "</code><td>" + E(r.policy) + "<td>" + E(r.message) + " <code>" + E(r.code + " " + r.path) + "</code></tr>";
    }
    out += "</table>";
  }

  out += "<h2>" + T("Everybody", "\xe5\x85\xa8\xe4\xbd\x93\xe4\xba\xba\xe5\x91\x98") + "</h2><table><tr><th>" + T("person", "\xe4\xba\xba\xe5\x91\x98") + "<th>" + T("place", "\xe6\x9c\xba\xe6\x9e\x84") + "<th class=n>" + T("gross", "\xe5\xba\x94\xe5\x8f\x91") + "<th class=n>" +
         T("pay items", "\xe5\xa5\x96\xe5\x8a\xb1") + "<th class=n>" + T("wanted", "\xe5\xba\x94\xe6\x89\xa3") + "<th class=n>" + T("carried in", "\xe4\xb8\x8a\xe6\x9c\x9f\xe7\xbb\x93\xe8\xbd\xac") + "<th class=n>" + T("allowed", "\xe5\xae\x9e\xe6\x89\xa3") + "<th class=n>" + T("carried over", "\xe7\xbb\x93\xe8\xbd\xac\xe4\xb8\x8b\xe6\x9c\x88") + "<th class=n>" + T("net", "\xe5\xae\x9e\xe5\x8f\x91") + "</tr>";
  for (const PersonMonth& p : m.people) {
    out += std::string("<tr") + (p.needs_human ? " class=warn" : "") + "><td><a href=\"#p-" + E(p.person.id) + "\">" + E(p.person.id) + "</a> " + E(p.person.name) + "<td>" + E(p.person.institution) + "<td class=n>" + Money(p.gross) + "<td class=n>" + Money(p.pay) + "<td class=n>" +
           Money(p.wanted) + "<td class=n>" + Money(p.carried_in) + "<td class=n>" + Money(p.allowed) + "<td class=n>" + Money(p.carried_over) + "<td class=n><b>" + Money(p.net) + "</b></tr>";
  }
  out += "</table><h2>" + T("Person by person", "\xe9\x80\x90\xe4\xba\xba\xe8\xaf\xb4\xe6\x98\x8e") + "</h2>";
  for (const PersonMonth& p : m.people) {
    out += "<section class=person id=\"p-" + E(p.person.id) + "\"><h3>" + E(p.person.id + " " + p.person.name) + " <span class=soft>" + E(p.person.institution + " " + p.person.role) + "</span>" +
           (p.needs_human ? " <span class=tag>" + T("needs a human", "\xe9\x9c\x80\xe4\xba\xba\xe5\xb7\xa5\xe5\xa4\x84\xe7\x90\x86") + "</span>" : "") + "</h3><div class=sum>";
    const auto item = [&](const std::string& label, const std::string& value) { out += "<span>" + label + " <b>" + Money(value) + "</b></span>"; };
    item(T("gross", "\xe5\xba\x94\xe5\x8f\x91"), p.gross);
    item(T("+ pay items", "+ \xe5\xa5\x96\xe5\x8a\xb1"), p.pay);
    item(T("deductions wanted", "\xe5\xba\x94\xe6\x89\xa3"), p.wanted);
    if (!Zero(p.carried_in)) item(T("carried in", "\xe4\xb8\x8a\xe6\x9c\x9f\xe7\xbb\x93\xe8\xbd\xac"), p.carried_in);
    item(T("- allowed", "- \xe5\xae\x9e\xe6\x89\xa3"), p.allowed);
    if (!Zero(p.carried_over)) item(T("carried over", "\xe7\xbb\x93\xe8\xbd\xac\xe4\xb8\x8b\xe6\x9c\x88"), p.carried_over);
    item(T("= net", "= \xe5\xae\x9e\xe5\x8f\x91"), p.net);
    out += "</div>";
    if (!p.minimum_wage.empty()) out += "<div class=soft>" + T("minimum wage " + Money(p.minimum_wage) + "; deductions stay within the share of the gross wage and never go below the minimum wage", "\xe6\x9c\x80\xe4\xbd\x8e\xe5\xb7\xa5\xe8\xb5\x84 " + Money(p.minimum_wage) + "\xef\xbc\x9b\xe6\x89\xa3\xe6\xac\xbe\xe4\xb8\x8d\xe8\xb6\x85\xe8\xbf\x87\xe5\xba\x94\xe5\x8f\x91\xe7\x9a\x84\xe9\x99\x90\xe5\xae\x9a\xe6\xaf\x94\xe4\xbe\x8b\xef\xbc\x8c\xe4\xb8\x94\xe4\xb8\x8d\xe4\xbd\x8e\xe4\xba\x8e\xe6\x9c\x80\xe4\xbd\x8e\xe5\xb7\xa5\xe8\xb5\x84") + "</div>";
    if (p.lines.empty()) {
      out += "<div class=soft>" + T("nothing happened", "\xe6\x9c\xac\xe6\x9c\x88\xe6\x97\xa0\xe8\xae\xb0\xe5\xbd\x95") + "</div>";
    } else {
      EffectRows(m, p.lines, false, &out);
    }
    out += "</section>";
  }
  out += "<h2>" + T("Rule sets", "\xe8\xa7\x84\xe5\x88\x99\xe9\x9b\x86") + "</h2><ul>";
  for (const auto& [name, text] : m.rule_sets) out += "<li><b>" + E(name) + "</b> " + E(text);
  return out + "</ul></main></body></html>\n";
}

}  // namespace ordain::cli
