// A handbook as one HTML page: self-contained, without script, well-formed XML, in the order of the rule set.
//
// It is made from the document and not from the model: what a person wrote (a ladder, a scale, words for readers) is what a person
// reads, and the model has lowered it to tables already. A key of a policy that this file does not know is shown as
// a list of its parts, so that nothing of a rule set is left out. Everything that came from data goes through E or T.
// Tested by tests/python/test_doc.py.
#include <algorithm>
#include <functional>
#include <set>

#include "doc.hpp"

namespace ordain::cli {
namespace {

using json::Node;
using json::NodeType;

const char kStyle[] = R"(:root{--ink:#1d2433;--soft:#5c6680;--line:#dfe3ec;--paper:#fff;--wash:#f5f7fb;--accent:#1f5fbf;--warn:#96400a;--warnbg:#fff1e2;--good:#1c6b3c;--goodbg:#e7f5ec;--quote:#f3f0e8;
--b0:#3b78c9;--b1:#2f9c95;--b2:#c98a1b;--b3:#d0632f;--b4:#a83a55;color-scheme:light dark}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9f0;--soft:#a3adc2;--line:#343c4d;--paper:#1b212d;--wash:#131821;--accent:#8ab8ff;--warn:#ffbf85;--warnbg:#3b2814;--good:#8fdcae;--goodbg:#16321f;--quote:#262a2f}}
*{box-sizing:border-box}html{scroll-padding-top:12px}body{margin:0;overflow-wrap:anywhere;background:var(--wash);color:var(--ink);font:15px/1.6 system-ui,-apple-system,"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC","WenQuanYi Micro Hei",sans-serif}
main{max-width:980px;margin:0 auto;padding:24px 20px 80px}h1{font-size:28px;line-height:1.3;margin:14px 0 4px;clear:both}h2{font-size:21px;margin:44px 0 12px;padding-bottom:6px;border-bottom:2px solid var(--line)}h3{font-size:18px;line-height:1.4;margin:0 0 4px}h4{font-size:14px;color:var(--soft);margin:20px 0 6px;letter-spacing:.03em}
a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}p{margin:6px 0}.soft{color:var(--soft)}code{font:12.5px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color:var(--soft);overflow-wrap:anywhere}
.facts-of-book{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:10px;margin:18px 0;padding:0;list-style:none}.facts-of-book li{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:10px 13px}.facts-of-book b{display:block;font-size:17px;overflow-wrap:anywhere;font-weight:600}
.toc{columns:2;column-gap:34px;padding:0;margin:0;list-style:none}.toc li{break-inside:avoid;padding:3px 0 3px 2.2em;text-indent:-2.2em;border-bottom:1px dotted var(--line)}.toc code{white-space:nowrap}.toc .no{display:inline-block;width:2.2em;text-indent:0;color:var(--soft);font-variant-numeric:tabular-nums}
.policy{background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:18px 22px 16px;margin:18px 0}.policy h3 .no{color:var(--soft);margin-right:8px;font-weight:400}
.meta{font-size:13px;color:var(--soft);margin:0 0 8px}.cl{display:inline-block;border:1px solid var(--line);border-radius:5px;padding:0 6px;font-size:12.5px;line-height:1.5;margin-right:4px;white-space:nowrap}
blockquote{margin:10px 0;padding:8px 14px;background:var(--quote);border-left:4px solid #c9b98a;border-radius:0 6px 6px 0;font-family:"Songti SC","Noto Serif CJK SC","Source Han Serif SC",SimSun,serif}q{quotes:none;font-family:"Songti SC","Noto Serif CJK SC","Source Han Serif SC",SimSun,serif}td q{color:var(--ink)}
.box{overflow-x:auto;margin:8px 0}table{border-collapse:collapse;width:100%}th,td{padding:6px 10px 6px 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;overflow-wrap:break-word}thead th{font-weight:600;white-space:nowrap;font-size:13px;color:var(--soft);border-bottom-width:2px}td.no{color:var(--soft);width:2em;font-variant-numeric:tabular-nums}
td.name{width:20%;min-width:8em}td.some{min-width:8em}td.quote{width:34%;background:var(--quote);padding:6px 10px;font-size:14px}.cond{display:block}.cond+.cond:before{content:"";display:block}.then b,td b{font-weight:600}
.tag{display:inline-block;background:var(--warnbg);color:var(--warn);border-radius:6px;padding:0 8px;font-size:13px;margin-right:4px}.ok{background:var(--goodbg);color:var(--good)}.open{border-left:4px solid var(--warn);background:var(--warnbg);border-radius:0 6px 6px 0;padding:6px 12px;margin:8px 0}.open p{margin:2px 0}
.pics{display:flex;flex-wrap:wrap;gap:8px 28px}.pic{display:block;width:100%;max-width:430px;height:auto;margin:8px 0;font-family:inherit}.pic text{fill:var(--ink);font-size:13px}.pic .axis{font-weight:600}.pic .tick{fill:var(--soft);font-size:12px;text-anchor:middle}.pic .then{fill:var(--soft)}
.flow{fill:none;stroke:var(--b1);stroke-width:1.5}.band{stroke-width:6;stroke-linecap:butt}.grid{stroke:var(--line);stroke-width:1;stroke-dasharray:3 3}.b0{--c:var(--b0)}.b1{--c:var(--b1)}.b2{--c:var(--b2)}.b3{--c:var(--b3)}.b4{--c:var(--b4)}.band,.in,.out{stroke:var(--c)}.in,.arrow{fill:var(--c)}.out{fill:var(--paper);stroke-width:2.5}.stair{fill:var(--c);fill-opacity:.16;stroke:var(--c);stroke-width:1.5}
ul.plain{margin:4px 0;padding-left:20px}ul.plain li{margin:2px 0}.fact{display:grid;grid-template-columns:minmax(150px,1.1fr) 2fr;gap:2px 16px;margin:0}.fact dt{font-weight:600;overflow-wrap:anywhere}.fact dd{margin:0 0 4px;overflow-wrap:anywhere}
.case{border-top:1px dotted var(--line);padding:6px 0}.case p{margin:2px 0}.arrow-to{color:var(--accent);font-weight:700}details{margin:8px 0}summary{cursor:pointer;color:var(--accent)}.top{font-size:13px;margin:10px 0 0;text-align:right}
svg .zh,svg .en{visibility:visible}#both:checked~main svg .en{display:none}#both:checked~main h3 .en,#both:checked~main h1 .en,#both:checked~main .says .en{display:block}#both:checked~main span.en+span.zh{color:inherit}
@media(max-width:700px){.facts-of-book b{font-size:15px}td{overflow-wrap:anywhere}main{padding:14px 12px 60px}h1{font-size:22px}.toc{columns:1}.policy{padding:14px 13px;border-radius:10px}.facts-of-book{grid-template-columns:1fr 1fr}.fact{grid-template-columns:1fr}.fact dd{margin:0 0 8px}
table.stack thead{display:none}table.stack,table.stack tbody,table.stack tr,table.stack td{display:block;width:auto}table.stack tr{padding:8px 0;border-bottom:1px solid var(--line)}table.stack td{border:0;padding:1px 0}table.stack td.quote{padding:4px 10px;margin-top:4px}table.stack td.no{display:none}table.stack td:empty{display:none}td.to .cond:before{content:"\2192 "}td.when{color:var(--soft)}}
@media print{.box{overflow:visible}:root{--ink:#000;--soft:#444;--line:#bbb;--paper:#fff;--wash:#fff;--quote:#f6f4ee;--warnbg:#fff1e2;--warn:#96400a;color-scheme:light}@page{margin:16mm 14mm}body{font-size:10.5pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}main{max-width:none;padding:0}.top{display:none}.policy{border:0;border-top:1.5pt solid var(--line);border-radius:0;padding:10pt 0 0}
h2{break-after:avoid}#policies,#parameters{break-before:page}h3,h4,.meta{break-after:avoid}tr,.case,li,.pic,blockquote,.open{break-inside:avoid}thead{display:table-header-group}a{color:inherit}details{display:none}.pic{max-width:95mm}}
)";

std::string TextOf(const Node* n, const std::string& otherwise = "") { return n == nullptr ? otherwise : n->type == NodeType::kBoolean ? (n->boolean ? "true" : "false") : n->text; }
std::string Get(const Node& n, const char* key, const std::string& otherwise = "") { return TextOf(n.Find(key), otherwise); }
bool True(const Node* n) { return n != nullptr && n->type == NodeType::kBoolean && n->boolean; }

std::string Head(const Both& title) {
  return "<!DOCTYPE html>\n<html lang=\"zh\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"/><title>" + E(title.zh == title.en ? title.zh : title.zh + " / " + title.en) +
         "</title><style>" + kStyle + kLanguageStyle + "</style></head><body>" + LanguageButtons() + "<main>" + LanguageLabels();
}

// A bare quotation, escaped: what stands between the tags is the rule set's text to the letter.
std::string Quote(const Node& n) {
  const Node* quote = n.Find("quote");
  return quote == nullptr || quote->text.empty() ? "" : "<q>" + E(quote->text) + "</q>";
}

// Each body of a key: one object or an array of several.
std::vector<const Node*> Bodies(const Node& policy, const char* key) {
  std::vector<const Node*> out;
  const Node* n = policy.Find(key);
  if (n == nullptr) return out;
  if (n->type == NodeType::kArray) {
    for (const Node& i : n->items) out.push_back(&i);
  } else {
    out.push_back(n);
  }
  return out;
}
std::vector<const Node*> ItemsOf(const Node& n, const char* key) {
  std::vector<const Node*> out;
  if (const Node* list = n.Find(key)) {
    for (const Node& i : list->items) out.push_back(&i);
  }
  return out;
}

class Page {
 public:
  explicit Page(const Handbook& book) : book_(book), types_(book.document.Find("types")) {
    if (const Node* parameters = book.document.Find("parameters")) {
      for (const json::Member& m : parameters->members) shared_.Add(m.key, m.value), parameters_[m.key] = &m.value;
    }
    if (const Node* settings = book.document.Find("settings")) {
      for (const json::Member& m : settings->members) shared_.Add(m.key, m.value);
    }
    if (const Node* policies = book.document.Find("policies")) {
      for (const json::Member& m : policies->members) {
        policies_.push_back(&m);
        shared_.Add(m.key, m.value);
        for (const Node* id : ItemsOf(m.value, "cites")) citing_[id->text].push_back(m.key);
      }
    }
    for (const Handbook::State& s : book.clauses) anchored_.insert(s.id);
  }

  std::string Whole() {
    const Node& d = book_.document;
    const Both title = Title(d);
    std::string out = Head(title);
    out += "<header><h1>" + T(title) + "</h1>";
    out += "<p class=\"soft\">" + T("What follows is the handbook as it is decided: each rule beside the words it was made from.", "\u672c\u9875\u4e3a\u5236\u5ea6\u7684\u53ef\u6267\u884c\u6587\u672c:\u6bcf\u6761\u89c4\u5219\u4e0e\u5176\u539f\u6587\u6761\u6b3e\u5e76\u5217\u3002") + "</p>";
    out += Summary() + "</header>";
    if (!policies_.empty()) {
      out += "<nav><h2 id=\"contents\">" + T("Contents", "\u76ee\u5f55") + "</h2><ol class=\"toc\">";
      std::size_t number = 0;
      for (const json::Member* p : policies_) {
        out += "<li><span class=\"no\">" + std::to_string(++number) + "</span><a href=\"#policy-" + E(p->key) + "\">" + T(Short(p->key, p->value)) + "</a>";
        for (const Node* id : ItemsOf(p->value, "cites")) out += " <code>" + E(id->text) + "</code>";
        out += "</li>";
      }
      out += "</ol><p>";
      for (const auto& [anchor, name] : Annexes()) out += "<a class=\"cl\" href=\"#" + anchor + "\">" + T(name) + "</a>";
      out += "</p></nav><h2 class=\"part\" id=\"policies\">" + T("Policies", "\u5236\u5ea6\u6761\u6587") + "</h2>";
      number = 0;
      for (const json::Member* p : policies_) out += Policy(*p, ++number);
    }
    out += Parameters() + Readings() + Conflicts() + Guards() + Clauses();
    return out + "<p class=\"soft\">" + T("Made by `ordain doc` from revision ", "\u7531 `ordain doc` \u751f\u6210,\u4fee\u8ba2\u7248 ") + "<code>" + E(book_.revision) + "</code></p></main></body></html>\n";
  }

  static Both Title(const Node& d) {
    const Node* t = d.Find("title");
    const std::string name = Get(d, "rule_set");
    if (t == nullptr) return Same(name);
    return {Get(*t, "en", name), Get(*t, "zh", Get(*t, "en", name))};
  }

 private:
  // The first sentence is the title, the others stand below it.
  static Both Short(const std::string& name, const Node& policy) {
    const Both says = Says(policy);
    return says.en.empty() && says.zh.empty() ? Identifier(name) : FirstSentence(says);
  }
  static Both Rest(const Node& policy) {
    const Both says = Says(policy);
    const auto rest = [](const std::string& s, const std::string& stop) {
      const std::size_t end = Stop(s, stop);
      return end >= s.size() ? "" : s.substr(end + stop.size());
    };
    return {rest(says.en, ". "), rest(says.zh, "\u3002")};
  }
  static std::size_t Stop(const std::string& s, const std::string& stop) { return std::min(s.find(stop), s.size()); }

  std::vector<std::pair<std::string, Both>> Annexes() const {
    return {{"parameters", {"Numbers", "\u53c2\u6570"}}, {"readings", {"Readings and discretion", "\u6761\u6b3e\u8bfb\u6cd5\u4e0e\u88c1\u91cf"}}, {"conflicts", {"Conflicts", "\u6761\u6b3e\u51b2\u7a81"}}, {"guards", {"Limits", "\u9650\u989d"}}, {"clauses", {"Clauses", "\u6761\u6b3e\u7d22\u5f15"}}};
  }

  std::string Summary() const {
    const Node& d = book_.document;
    std::string out = "<ul class=\"facts-of-book\">";
    const auto card = [&](const Both& label, const std::string& value) { out += "<li><span class=\"soft\">" + T(label) + "</span><b>" + value + "</b></li>"; };
    card({"source", "\u6765\u6e90"}, E(Get(d, "source", "-")));
    card({"edition", "\u7248\u672c"}, E(Get(d, "edition", "-")));
    const Node* force = d.Find("in_force");
    const std::string from = force != nullptr ? Get(*force, "from") : "", to = force != nullptr ? Get(*force, "to") : "";
    card({"in force", "\u6709\u6548\u671f"}, from.empty() && to.empty() ? T("no dates given", "\u672a\u5199\u660e\u65e5\u671f") : E((from.empty() ? "\u2026" : from) + " \u2013 " + (to.empty() ? "\u2026" : to)));
    card({"money, zone, calendar", "\u5e01\u79cd\u3001\u65f6\u533a\u3001\u65e5\u5386"}, E(Get(d, "currency", "CNY") + ", " + Get(d, "zone", "Asia/Shanghai") + (d.Find("calendar") != nullptr ? ", " + Get(d, "calendar") : "")));
    card({"policies", "\u5236\u5ea6\u6761\u6570"}, std::to_string(policies_.size()));
    std::size_t executable = 0, must = 0;
    for (const Handbook::State& s : book_.clauses) executable += s.state == "executable" ? 1 : 0;
    if (!book_.clauses.empty()) card({"clauses executable", "\u53ef\u6267\u884c\u6761\u6b3e"}, "<a href=\"#clauses\">" + std::to_string(executable) + " / " + std::to_string(book_.clauses.size()) + "</a>");
    for (const auto& [name, p] : parameters_) must += Get(*p, "host") == "must" ? 1 : 0;
    if (must != 0) card({"numbers that you must supply", "\u987b\u7531\u4f7f\u7528\u65b9\u63d0\u4f9b\u7684\u53c2\u6570"}, "<a href=\"#parameters\">" + std::to_string(must) + "</a>");
    return out + "</ul>";
  }

  std::string ClauseLinks(const Node& n) const {
    std::string out;
    for (const Node* id : ItemsOf(n, "cites")) {
      out += anchored_.contains(id->text) || citing_.contains(id->text) ? "<a class=\"cl\" href=\"#clause-" + E(id->text) + "\">" + E(id->text) + "</a>" : "<span class=\"cl\">" + E(id->text) + "</span>";
    }
    return out;
  }
  // ---- tables ----
  struct Cell {
    std::string content, kind = "", title = "";
  };
  struct Row {
    std::vector<Cell> cells;
    std::string id = "";
  };
  static Cell No(std::size_t number) { return {std::to_string(number), "no"}; }
  static Cell Result(const Both& b) { return {"<b>" + T(b) + "</b>", "then"}; }
  // Line by line; parts that are empty are left out.
  static std::string Stacked(std::initializer_list<std::string> parts) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() || part.empty() ? "" : "<br/>") + part;
    return out;
  }
  // The last column: the words of the clause, what else is said (where no other column says it), the clause's ids, other sources.
  Cell Source(const Node& n, bool says = true, const std::string& more = "") const {
    const Both said = says ? Says(n) : Both{};
    return {Stacked({Quote(n), said.en.empty() && said.zh.empty() ? "" : "<span class=\"soft\">" + T(said) + "</span>", ClauseLinks(n), more}), "quote"};
  }
  // Nothing without rows. A column that is empty in each of them is left out.
  static std::string TableOf(const std::vector<Both>& heads, const std::vector<Row>& rows) {
    if (rows.empty()) return "";
    const auto used = [&](std::size_t column) { return std::any_of(rows.begin(), rows.end(), [&](const Row& r) { return !r.cells[column].content.empty(); }); };
    std::vector<bool> shown;
    std::string out = "<div class=\"box\"><table class=\"stack\"><thead><tr>";
    for (std::size_t i = 0; i < heads.size(); ++i) {
      shown.push_back(used(i));
      if (shown[i]) out += "<th>" + T(heads[i]) + "</th>";
    }
    out += "</tr></thead><tbody>";
    for (const Row& r : rows) {
      out += "<tr" + Attribute("id", r.id) + ">";
      for (std::size_t i = 0; i < heads.size(); ++i) {
        const Cell& c = r.cells[i];
        if (shown[i]) out += "<td" + Attribute("class", c.content.empty() ? "" : c.kind) + Attribute("title", c.title) + ">" + c.content + "</td>";
      }
      out += "</tr>";
    }
    return out + "</tbody></table></div>";
  }
  static std::string Attribute(const char* name, const std::string& value) { return value.empty() ? "" : " " + std::string(name) + "=\"" + E(value) + "\""; }

  // ---- types ----
  const Node* Resolved(const Node* type) const {
    for (int i = 0; type != nullptr && types_ != nullptr && i < 8; ++i) {
      const std::string name = type->type == NodeType::kString ? type->text : Get(*type, "type");
      const Node* found = types_->Find(name);
      if (found == nullptr) break;
      type = found;
    }
    return type;
  }
  // Whether strings of the type stand for themselves.
  bool IsText(const Node* type) const {
    type = Resolved(type);
    if (type == nullptr) return false;
    if (const Node* list = type->Find("list_of")) return IsText(list);
    const std::string name = type->type == NodeType::kString ? type->text : Get(*type, "type");
    return name == "text" || name == "person" || name == "team" || name == "department" || name == "institution";
  }
  Both TypeName(const std::string& name) const {
    static const Word kTypes[] = {
        {"boolean", {"yes or no", "\u662f/\u5426"}}, {"number", {"number", "\u6570"}}, {"integer", {"whole number", "\u6574\u6570"}}, {"percent", {"percent (%)", "\u767e\u5206\u6bd4(%)"}}, {"points", {"points", "\u5206"}}, {"text", {"text", "\u6587\u5b57"}},
        {"person", {"person", "\u4eba\u5458"}}, {"team", {"team", "\u5c0f\u7ec4"}}, {"department", {"department", "\u90e8\u95e8"}}, {"institution", {"institution", "\u673a\u6784"}}, {"date", {"date", "\u65e5\u671f"}}, {"instant", {"moment (date, time, zone)", "\u65f6\u523b(\u65e5\u671f\u4e0e\u65f6\u95f4)"}},
        {"duration", {"duration", "\u65f6\u957f"}}, {"time", {"time of day", "\u65f6\u95f4"}}, {"months", {"months", "\u6708\u6570"}}, {"year_month", {"month of a year", "\u5e74\u6708"}}};
    if (name == "money") return {"money (" + Get(book_.document, "currency", "CNY") + ")", "\u91d1\u989d(" + Get(book_.document, "currency", "CNY") + ")"};
    return WordOf(kTypes, name);
  }
  Both TypeWords(const Node& type) const {
    const Node* t = type.type == NodeType::kString ? Resolved(&type) : &type;
    if (t->type == NodeType::kString) return TypeName(t->text);
    Both out;
    if (const Node* list = t->Find("list_of")) {
      const Both of = TypeWords(*list);
      const Node* item = Resolved(list);
      out = item->Find("record") != nullptr ? Both{"list, each with: " + of.en, "\u5217\u8868,\u6bcf\u9879\u542b:" + of.zh} : Both{"list of " + of.en, of.zh + "\u5217\u8868"};
    } else if (const Node* map = t->Find("map_of")) {
      const Both of = TypeWords(*map);
      out = {"by name: " + of.en, "\u6309\u540d\u79f0:" + of.zh};
    } else if (const Node* record = t->Find("record")) {
      for (const json::Member& m : record->members) {
        const Both of = TypeWords(m.value), name = Identifier(m.key);
        out = out + (out.en.empty() ? Both{} : Both{"; ", ";"}) + Both{name.en + " (" + of.en + ")", name.zh + "(" + of.zh + ")"};
      }
    } else if (const Node* one_of = t->Find("one_of")) {
      const Both values = Plain(*one_of, false, shared_);
      out = {"one of: " + values.en, "\u5176\u4e00:" + values.zh};
    } else if (t->Find("type") != nullptr) {
      const Node* inner = Resolved(t->Find("type"));
      out = inner != t->Find("type") ? TypeWords(*inner) : TypeName(Get(*t, "type"));
    }
    const auto bound = [&](const char* key, const char* en, const char* zh) {
      if (const Node* n = t->Find(key)) out = out + Both{std::string(", ") + en + Plain(*n, true, shared_).en, std::string(",") + zh + Plain(*n, true, shared_).zh};
    };
    bound("min", "\u2265 ", "\u2265 ");
    bound("max", "\u2264 ", "\u2264 ");
    bound("above", "> ", "> ");
    bound("below", "< ", "< ");
    bound("length", "length ", "\u957f\u5ea6 ");
    if (True(t->Find("not_zero"))) out = out + Both{", not 0", ",\u4e0d\u4e3a0"};
    return out;
  }

  // ---- one policy ----
  std::string Policy(const json::Member& member, std::size_t number) {
    const Node& p = member.value;
    names_ = shared_;
    for (const char* key : {"facts", "settings", "counts", "totals", "latest", "streaks", "reached", "histories", "outcome", "discretions"}) {
      if (const Node* n = p.Find(key)) {
        for (const json::Member& m : n->members) names_.Add(m.key, m.value);
      }
    }
    for (const Node* f : Bodies(p, "formula")) {
      for (const json::Member& m : f->members) names_.Add(m.key, m.value);
    }
    policy_ = &p;
    std::string out = "<section class=\"policy\" id=\"policy-" + E(member.key) + "\"><h3><span class=\"no\">" + std::to_string(number) + "</span>" + T(Short(member.key, p)) + "</h3><p class=\"meta\">" + ClauseLinks(p) + " <code>" + E(book_.name + "." + member.key) + "</code></p>";
    const std::string quote = Quote(p);
    const Both rest = Rest(p);
    if (!rest.en.empty() || !rest.zh.empty()) out += "<p class=\"says\">" + T(rest) + "</p>";
    if (!quote.empty()) out += "<blockquote>" + quote + "</blockquote>";
    out += OpenPoints(p);
    out += FactList(p);
    for (const Node* b : Bodies(p, "table")) out += Table(*b);
    for (const Node* b : Bodies(p, "ladder")) out += Ladder(*b);
    for (const Node* b : Bodies(p, "scale")) out += Scale(*b);
    for (const Node* b : Bodies(p, "checklist")) out += Checklist(*b);
    for (const Node* b : Bodies(p, "score")) out += Score(*b);
    for (const Node* b : Bodies(p, "rank")) out += Rank(*b);
    for (const Node* b : Bodies(p, "number")) out += Number(*b);
    for (const Node* b : Bodies(p, "process")) out += Process(*b);
    for (const Node* b : Bodies(p, "deadline")) out += Deadline(*b);
    for (const Node* b : Bodies(p, "duties")) out += Duties(*b);
    out += Formulas(p) + Reads(p) + Requirements(p) + Effects(p) + Outcome(p) + Examples(member.key);
    return out + "<p class=\"top\"><a href=\"#contents\">" + T("contents", "\u76ee\u5f55") + " \u2191</a></p></section>";
  }

  static std::string H4(const Both& b) { return "<h4>" + T(b) + "</h4>"; }
  static std::string Titled(const Both& title, const std::string& body) { return body.empty() ? "" : H4(title) + body; }
  static std::string In(const std::string& open, const std::string& body, const std::string& close) { return body.empty() ? "" : open + body + close; }
  static std::string Cond(const Both& b) { return "<span class=\"cond\">" + T(b) + "</span>"; }

  static std::string Choices(const Node& setting) {
    const Node* values = setting.type == NodeType::kArray ? &setting : setting.Find("values");
    std::string out;
    for (std::size_t i = 0; values != nullptr && i < values->items.size(); ++i) {
      const bool preset = i == 0 && values->items.size() > 1;  // of a single value nobody chooses
      out += "<span class=\"tag" + std::string(preset ? " ok" : "") + "\">" + T(Identifier(values->items[i].text)) + (preset ? " \u00b7 " + T("default", "\u9ed8\u8ba4") : "") + "</span>";
    }
    return out;
  }

  // The clauses that contradict each other, each with the policy that carries it, and what each reading makes of them.
  std::string Contradiction(const Node& setting) const {
    const Node* c = setting.Find("contradiction");
    if (c == nullptr) return "";
    std::string sides, readings;
    for (const Node* side : ItemsOf(*c, "between")) {
      const std::string policy = Get(*side, "policy");
      const std::string who = policy.empty() ? "" : shared_policy(policy) ? " <a href=\"#policy-" + E(policy) + "\">" + T(shared_.Of(policy)) + "</a>" : " <code>" + E(policy) + "</code>";
      sides += "<li>" + Quote(*side) + " " + ClauseLinks(*side) + who + "</li>";
    }
    const Node* resolve = c->Find("resolve");
    for (const Node* value : ItemsOf(setting, "values")) {
      const std::string word = resolve != nullptr && resolve->Find(value->text) != nullptr ? Get(*resolve, value->text.c_str()) : value->text;
      readings += "<li>" + T(Identifier(value->text)) + ": " + T(ComesTo(word)) + "</li>";
    }
    return "<p><b>" + T("Clauses that contradict each other", "\u76f8\u4e92\u51b2\u7a81\u7684\u6761\u6b3e") + "</b> <code>" + E(Get(*c, "id")) + "</code></p><ul class=\"plain\">" + sides + "</ul><ul class=\"plain\">" + readings + "</ul>";
  }
  static Both ComesTo(const std::string& word) {
    if (word == "max") return {"the higher applies", "\u4ece\u9ad8\u9002\u7528"};
    if (word == "min") return {"the lower applies", "\u4ece\u4f4e\u9002\u7528"};
    if (word == "first") return {"the first prevails", "\u4ee5\u7b2c\u4e00\u6761\u4e3a\u51c6"};
    if (word == "second") return {"the second prevails", "\u4ee5\u7b2c\u4e8c\u6761\u4e3a\u51c6"};
    if (word == "both") return {"both apply", "\u4e00\u5e76\u9002\u7528"};
    if (word == "review") return {"a person decides", "\u7531\u4eba\u5de5\u590d\u6838"};
    return {word + " prevails", "\u4ee5 " + word + " \u4e3a\u51c6"};
  }

  // Parameters that a policy names and the host must supply; settings; discretion.
  std::string OpenPoints(const Node& p) {
    std::string out;
    if (const Node* settings = p.Find("settings")) {
      for (const json::Member& m : settings->members) {
        const Both says = Says(m.value);
        const bool fixed = ItemsOf(m.value, "values").size() == 1;
        out += "<div class=\"open\"><p><b>" + (fixed ? T("A settled reading", "\u65e2\u5b9a\u8bfb\u6cd5") : T("A choice of reading", "\u8bfb\u6cd5\u53ef\u9009")) + "</b> <code>" + E(m.key) + "</code> " + Choices(m.value) + "</p>" + (says.zh.empty() ? "" : "<p>" + T(says) + "</p>") + Line(m.value) + Contradiction(m.value) + "</div>";
      }
    }
    std::set<std::string> named;
    Words(p, &named);
    for (const auto& [name, parameter] : parameters_) {
      if (!named.contains(name) || Get(*parameter, "host") != "must") continue;
      out += "<div class=\"open\"><p><b>" + T("You must supply", "\u987b\u7531\u4f7f\u7528\u65b9\u63d0\u4f9b") + "</b> <a href=\"#parameter-" + E(name) + "\">" + T(shared_.Of(name)) + "</a> <code>" + E(name) + "</code></p></div>";
    }
    if (const Node* discretions = p.Find("discretions")) {
      for (const json::Member& m : discretions->members) {
        const Node& d = m.value;
        Both range;
        if (const Node* one_of = d.Find("one_of")) {
          const Both values = Plain(*one_of, true, names_);
          range = {"one of: " + values.en, "\u5176\u4e00:" + values.zh};
        } else {
          const Node *from = d.Find("from"), *to = d.Find("to");
          if (from != nullptr) range = range + Both{"from " + Plain(*from, true, names_).en, "\u81ea " + Plain(*from, true, names_).zh};
          if (to != nullptr) range = range + Both{" to " + Plain(*to, true, names_).en, " \u81f3 " + Plain(*to, true, names_).zh};
          if (to == nullptr) range = range + Both{" upwards", " \u4ee5\u4e0a"};
        }
        out += "<div class=\"open\"><p><b>" + T("A person decides", "\u7531\u4eba\u88c1\u91cf") + "</b> " + T(names_.Of(m.key)) + ": " + T(range) + "</p>";
        if (d.Find("by") != nullptr) out += "<p>" + T(Both{"the choice is stated as: ", "\u88c1\u91cf\u503c\u586b\u5165:"} + Say(Get(d, "by"), names_)) + "</p>";
        if (d.Find("when") != nullptr) out += "<p>" + T(Both{"when ", "\u9002\u7528\u6761\u4ef6:"} + Say(Get(d, "when"), names_)) + "</p>";
        out += Line(d) + "</div>";
      }
    }
    return out;
  }
  std::string Line(const Node& n) const {
    const std::string quote = Quote(n), links = ClauseLinks(n);
    return quote.empty() && links.empty() ? "" : "<p>" + quote + " " + links + "</p>";
  }
  // Every word of every text below, for names that stand in expressions; quotations and sentences are none.
  static void Words(const Node& n, std::set<std::string>* out) {
    std::string word;
    const auto flush = [&] {
      if (!word.empty()) out->insert(word);
      word.clear();
    };
    for (const char c : n.type == NodeType::kString ? n.text : "") {
      const bool in = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
      if (!in) flush();
      if (in) word += c;
    }
    flush();
    for (const Node& i : n.items) Words(i, out);
    for (const json::Member& m : n.members) {
      if (m.key != "quote" && m.key != "says" && m.key != "cites") Words(m.value, out);
    }
  }

  std::string FactList(const Node& p) {
    const Node* facts = p.Find("facts");
    if (facts == nullptr || facts->members.empty()) return "";
    std::string out = H4({"What must be known", "\u9700\u8981\u7684\u4e8b\u5b9e"}) + "<dl class=\"fact\">";
    for (const json::Member& m : facts->members) {
      const Both says = Says(m.value);
      out += "<dt>" + T(says.zh.empty() && says.en.empty() ? Identifier(m.key) : says) + "</dt><dd>" + T(TypeWords(m.value)) + " <code>" + E(m.key) + "</code>";
      if (True(m.value.Find("optional"))) out += " <span class=\"soft\">\u00b7 " + T("may be left out", "\u53ef\u4e0d\u586b") + "</span>";
      if (const Node* d = m.value.Find("default")) out += " <span class=\"soft\">\u00b7 " + T(Both{"otherwise ", "\u4e0d\u586b\u65f6\u4e3a"} + Plain(*d, !IsText(&m.value), names_)) + "</span>";
      if (const Node* when = m.value.Find("required_when")) out += " <span class=\"soft\">\u00b7 " + T(Both{"needed when ", "\u5fc5\u586b\u6761\u4ef6:"} + Say(when->text, names_)) + "</span>";
      out += "</dd>";
    }
    return out + "</dl>";
  }

  const Node* OutputType(const Node& body, const std::string& name) const {
    if (const Node* outputs = body.Find("outputs")) {
      if (const Node* t = outputs->Find(name)) return t;
    }
    const Node* outcome = policy_->Find("outcome");
    return outcome == nullptr ? nullptr : outcome->Find(name);
  }
  // What a row, step or item gives.
  Both Then(const Node& body, const Node& then) const {
    if (then.type != NodeType::kObject || then.Find("feel") != nullptr) return Plain(then, true, names_);
    Both out;
    for (const json::Member& m : then.members) {
      if (m.key == "effects") continue;
      const Node* type = OutputType(body, m.key);
      const bool expression = type != nullptr ? !IsText(type) : m.value.type == NodeType::kString && (names_.labels.contains(m.value.text) || m.value.text.find_first_of(" *+(") != std::string::npos);
      const Both name = names_.Of(m.key), value = Plain(m.value, expression, names_);
      out = out + (out.en.empty() ? Both{} : Both{"; ", "\uff1b"}) + Both{name.en + ": " + value.en, name.zh + "\uff1a" + value.zh};
    }
    return out.en.empty() ? Both{"nothing", "\u65e0"} : out;
  }

  std::string Table(const Node& t) {
    static const Word kHits[] = {
        {"unique", {"exactly one row fits", "\u6070\u6709\u4e00\u884c\u9002\u7528"}}, {"first", {"the first row from the top that fits applies", "\u81ea\u4e0a\u800c\u4e0b,\u9002\u7528\u7b2c\u4e00\u4e2a\u7b26\u5408\u7684\u884c"}}, {"any", {"rows that fit agree", "\u7b26\u5408\u7684\u5404\u884c\u7ed3\u679c\u987b\u4e00\u81f4"}},
        {"priority", {"of the rows that fit, the one with the gravest result applies", "\u7b26\u5408\u7684\u5404\u884c\u4e2d\u53d6\u4f18\u5148\u8005"}}, {"collect", {"all rows that fit apply", "\u6240\u6709\u7b26\u5408\u7684\u884c\u5747\u9002\u7528"}}, {"rule_order", {"all rows that fit apply, from the top", "\u6240\u6709\u7b26\u5408\u7684\u884c\u4f9d\u6b21\u9002\u7528"}},
        {"output_order", {"all rows that fit apply, by rank of their result", "\u6240\u6709\u7b26\u5408\u7684\u884c\u6309\u7ed3\u679c\u6b21\u5e8f\u9002\u7528"}}, {"collect_sum", {"the sum of all rows that fit", "\u7b26\u5408\u5404\u884c\u4e4b\u548c"}}, {"collect_min", {"the least of all rows that fit", "\u7b26\u5408\u5404\u884c\u4e4b\u6700\u5c0f\u503c"}},
        {"collect_max", {"the greatest of all rows that fit", "\u7b26\u5408\u5404\u884c\u4e4b\u6700\u5927\u503c"}}, {"collect_count", {"the number of rows that fit", "\u7b26\u5408\u7684\u884c\u6570"}}};
    const std::string hit = Get(t, "hit", "unique");
    std::string out = H4({"The rule", "\u89c4\u5219"}) + "<p class=\"soft\">" + T(WordOf(kHits, hit)) + "</p>" + Note(t);
    std::vector<std::string> columns;
    std::vector<Both> subjects;
    for (const Node* c : ItemsOf(t, "columns")) {
      const bool plain = c->type == NodeType::kString;
      const Node* expression = plain ? c : c->Find("input") != nullptr ? c->Find("input") : c->Find("of");
      columns.push_back(TextOf(expression));
      const Both says = plain ? Both{} : Says(*c);
      subjects.push_back(says.en.empty() ? Say(columns.back(), names_) : says);
    }
    std::vector<Row> rows;
    std::vector<std::vector<BandRow>> bands(columns.size());
    std::size_t number = 0;
    for (const Node* row : ItemsOf(t, "rows")) {
      const Node* when = row->Find("when");
      const Node* then = row->Find("then");
      const Both result = then != nullptr ? Then(t, *then) : Both{};
      std::string conditions;
      Both besides;
      for (std::size_t i = 0; when != nullptr && i < when->items.size(); ++i) {
        const std::string& cell = when->items[i].text;
        const Both subject = i < subjects.size() ? subjects[i] : Both{"it", "\u5176"};
        if (cell == "-") continue;
        const Both said = when->items[i].type == NodeType::kString ? SayTest(cell, subject, names_) : SayTest(when->items[i].type == NodeType::kBoolean ? (when->items[i].boolean ? "true" : "false") : cell, subject, names_);
        conditions += Cond(said);
        if (!BandOf(cell)) besides = besides + (besides.en.empty() ? Both{" (", "\uff08"} : Both{"; ", "\uff1b"}) + said;
      }
      if (!besides.en.empty()) besides = besides + Both{")", "\uff09"};
      for (std::size_t i = 0; when != nullptr && i < when->items.size() && i < bands.size(); ++i) {
        if (const std::optional<Band> b = BandOf(when->items[i].text)) bands[i].push_back({*b, result + besides});
      }
      if (conditions.empty()) conditions = Cond({"in every other case", "\u5176\u4ed6\u60c5\u51b5"});
      rows.push_back({{No(++number), {conditions}, Result(result), Source(*row)}});
    }
    if (const Node* otherwise = t.Find("otherwise")) {
      rows.push_back({{No(++number), {Cond({"if no row fits", "\u5404\u884c\u5747\u4e0d\u7b26\u5408\u65f6"})}, Result(Then(t, *otherwise)), {}}});
    } else if (hit == "first" || hit == "unique" || hit == "any" || hit == "priority") {
      out += "<p class=\"soft\">" + T("A case that no row fits is refused, not guessed.", "\u65e0\u4efb\u4f55\u884c\u9002\u7528\u65f6\u4e0d\u4f5c\u5224\u5b9a\u3002") + "</p>";
    }
    out += "<div class=\"pics\">";
    for (std::size_t i = 0; i < bands.size(); ++i) {
      const bool point = std::all_of(bands[i].begin(), bands[i].end(), [](const BandRow& b) { return b.band.low && b.band.high && b.band.low_text == b.band.high_text; });
      if (bands[i].size() >= 2 && bands[i].size() <= 12 && !point) out += DrawBands(subjects[i], bands[i]);
    }
    out += "</div>";
    return out + TableOf({{"", ""}, {"when", "\u6761\u4ef6"}, {"then", "\u7ed3\u679c"}, {"the clause", "\u539f\u6587"}}, rows);
  }
  // Says, quotation and clauses of a body itself.
  std::string Note(const Node& n) const {
    const Both says = Says(n);
    return (says.en.empty() && says.zh.empty() ? "" : "<p>" + T(says) + "</p>") + Line(n);
  }

  std::string Ladder(const Node& l) {
    const bool counted = l.Find("count") != nullptr;
    std::string out = H4({"The ladder", "\u9012\u8fdb\u5904\u7406"}) + Note(l);
    std::vector<Row> rows;
    std::vector<StairStep> steps;
    std::size_t number = 0;
    const std::vector<const Node*> written = ItemsOf(l, "steps");
    for (std::size_t i = 0; i < written.size(); ++i) {
      const Node& s = *written[i];
      Both when;
      if (counted) {
        const std::string at = Get(s, "at");
        const Both count = names_.Of(Get(l, "count"));
        when = i + 1 < written.size() ? Both{count.en + " from " + at + " on", count.zh + ":\u7b2c" + at + "\u6b21\u8d77"} : Both{count.en + " " + at + " and more", count.zh + ":\u7b2c" + at + "\u6b21\u53ca\u4ee5\u4e0a"};
      } else {
        const std::string text = Get(s, "when");
        when = text == "true" ? (written.size() == 1 ? Both{"always", "\u4efb\u4f55\u60c5\u51b5"} : Both{"in every other case", "\u5176\u4ed6\u60c5\u51b5"}) : Say(text, names_);
      }
      const Node* then = s.Find("then");
      const Both result = then != nullptr ? Then(l, *then) : Both{};
      steps.push_back({when, result});
      rows.push_back({{No(++number), {Cond(when)}, Result(result), Source(s)}});
    }
    if (counted) {
      const std::string relation = Get(l, "relation");
      static const Word kRelations[] = {
          {"replace_total", {"a step's figure is the total of the period: what was booked before is counted in", "\u8fbe\u5230\u67d0\u7ea7\u540e,\u8be5\u7ea7\u6570\u989d\u4e3a\u671f\u95f4\u603b\u989d,\u5df2\u8bb0\u90e8\u5206\u8ba1\u5165\u5176\u4e2d"}},
          {"replace_event", {"each event costs the figure of the highest step reached", "\u6bcf\u6b21\u6309\u5df2\u8fbe\u5230\u7684\u6700\u9ad8\u4e00\u7ea7\u8ba1"}}, {"add", {"each event costs the first step's figure; reaching a later step costs that one besides", "\u6bcf\u6b21\u6309\u9996\u7ea7\u8ba1,\u8fbe\u5230\u66f4\u9ad8\u4e00\u7ea7\u65f6\u53e6\u52a0\u8be5\u7ea7\u6570\u989d"}}};
      const Both* r = Find(kRelations, relation);
      out += "<p class=\"soft\">" + T(r != nullptr ? *r : Both{"how a step relates to what was booked before: the reading ", "\u5404\u7ea7\u4e0e\u5df2\u8bb0\u6570\u989d\u7684\u5173\u7cfb,\u89c1\u8bfb\u6cd5:"} + Identifier(relation)) + "</p>";
      if (l.Find("when") != nullptr) out += "<p>" + T(Both{"only when ", "\u9002\u7528\u6761\u4ef6:"} + Say(Get(l, "when"), names_)) + "</p>";
    } else {
      std::reverse(steps.begin(), steps.end());
      out += "<p class=\"soft\">" + T("The gravest step whose condition holds applies.", "\u9002\u7528\u6761\u4ef6\u6210\u7acb\u7684\u6700\u91cd\u4e00\u7ea7\u3002") + "</p>";
    }
    return out + (steps.size() > 1 ? DrawStairs(steps) : "") + TableOf({{"", ""}, {"when", "\u6761\u4ef6"}, {"then", "\u7ed3\u679c"}, {"the clause", "\u539f\u6587"}}, rows);
  }

  std::string Scale(const Node& s) {
    const std::string kind = Get(s, "kind");
    static const Word kKinds[] = {{"flat", {"the value of the bracket", "\u53d6\u6240\u5728\u6863\u7684\u6570\u503c"}}, {"per_unit", {"the bracket's value for each unit, the whole amount at one rate", "\u5168\u90e8\u6570\u91cf\u6309\u6240\u5728\u6863\u5355\u4ef7\u8ba1"}},
                                                          {"marginal", {"each part of the amount at the rate of its own bracket", "\u5206\u6bb5\u7d2f\u8fdb,\u5404\u6bb5\u6309\u672c\u6863\u6bd4\u7387\u8ba1"}}, {"linear", {"so much per step", "\u6309\u6b65\u957f\u8ba1"}}};
    const Both axis = Say(Get(s, "of"), names_), name = names_.Of(Get(s, "as"));
    std::string out = H4(Both{"Scale: ", "\u5206\u6863:"} + name) + "<p class=\"soft\">" + T(WordOf(kKinds, kind)) + "</p>";
    const auto text = [&](const char* key) { return s.Find(key) != nullptr ? Plain(*s.Find(key), true, names_).zh : std::string(); };
    if (kind == "linear") {
      const Both from = Plain(*s.Find("from"), true, names_), step = s.Find("step") != nullptr ? Plain(*s.Find("step"), true, names_) : Same("1"), value = Plain(*s.Find("value"), true, names_);
      out += DrawLinear(axis, text("from"), step.en, value.en, text("min"), text("max"));
      Both sentence = Both{"0 at " + from.en + "; " + value.en + " for each " + step.en + " above it, as much the other way below", from.zh + " \u65f6\u4e3a0;\u6bcf\u9ad8 " + step.zh + " \u8ba1 " + value.zh + ",\u4f4e\u5219\u76f8\u53cd"};
      if (True(s.Find("whole_steps"))) sentence = sentence + Both{"; an unfinished step does not count", ";\u4e0d\u8db3\u4e00\u6b65\u4e0d\u8ba1"};
      return out + "<p>" + T(sentence) + "</p>" + Note(s);
    }
    const bool lower = Get(s, "edge") == "lower";
    std::vector<BandRow> bands;
    std::vector<Row> rows;
    const std::vector<const Node*> brackets = ItemsOf(s, "brackets");
    std::size_t number = 0;
    for (std::size_t i = 0; i < brackets.size(); ++i) {
      const std::string from = Get(*brackets[i], "from"), to = i + 1 < brackets.size() ? Get(*brackets[i + 1], "from") : "";
      const std::string test = to.empty() ? (lower ? ">= " : "> ") + from : (lower ? "[" : "(") + from + ".." + to + (lower ? ")" : "]");
      const Node* v = brackets[i]->Find("value");
      const Both value = v != nullptr ? name + Both{": ", ":"} + Plain(*v, true, names_) : Both{};
      if (const std::optional<Band> b = BandOf(test)) bands.push_back({*b, value});
      rows.push_back({{No(++number), {Cond(SayTest(test, axis, names_))}, Result(value), Source(*brackets[i])}});
    }
    if (const Node* otherwise = s.Find("otherwise")) rows.push_back({{{}, {Cond({"below the first bracket", "\u4f4e\u4e8e\u9996\u6863"})}, Result(Plain(*otherwise, true, names_)), {}}});
    return out + Note(s) + DrawBands(axis, bands) + TableOf({{"", ""}, {"bracket", "\u6863"}, {"value", "\u6570\u503c"}, {"the clause", "\u539f\u6587"}}, rows);
  }

  std::string Checklist(const Node& c) {
    std::vector<Row> rows;
    std::size_t number = 0;
    for (const Node* i : ItemsOf(c, "items")) {
      const Both says = Says(*i), holds = Say(Get(*i, "holds"), names_);
      std::string condition = "<b>" + T(says.en.empty() ? holds : says) + "</b> <code>" + E(Get(*i, "name")) + "</code>" + (says.en.empty() ? "" : Cond(holds));
      if (i->Find("when") != nullptr) condition += "<span class=\"cond soft\">" + T(Both{"asked only when ", "\u4ec5\u5f53:"} + Say(Get(*i, "when"), names_)) + "</span>";
      rows.push_back({{No(++number), {condition}, Source(*i, false)}});
    }
    return H4({"Checklist: everything must hold", "\u68c0\u67e5\u8868:\u5404\u9879\u5747\u987b\u7b26\u5408"}) + Note(c) + TableOf({{"", ""}, {"item", "\u9879\u76ee"}, {"the clause", "\u539f\u6587"}}, rows);
  }

  std::string Score(const Node& s) {
    std::vector<Row> rows;
    std::size_t number = 0;
    for (const Node* i : ItemsOf(s, "items")) {
      std::string condition = Cond(i->Find("when") != nullptr ? Say(Get(*i, "when"), names_) : Both{"always", "\u4efb\u4f55\u60c5\u51b5"});
      if (const Node* once = i->Find("once_per")) {
        const Both per = Plain(*once, true, names_);
        condition += "<span class=\"cond soft\">" + T(Both{"once for each " + per.en + " ", "\u6bcf" + per.zh + "\u4e00\u6b21,"} + WindowWords(Get(*i, "within", "lifetime"))) + "</span>";
      }
      if (i->Find("times") != nullptr) condition += "<span class=\"cond soft\">" + T(Both{"for each of ", "\u4e58\u4ee5:"} + Say(Get(*i, "times"), names_)) + "</span>";
      const Node* points = i->Find("points");
      rows.push_back({{No(++number), {condition}, Result(points != nullptr ? Plain(*points, true, names_) + Both{" points", " \u5206"} : Both{}), Source(*i)}});
    }
    return H4(Both{"Score: ", "\u8ba1\u5206:"} + names_.Of(Get(s, "as"))) + Note(s) + TableOf({{"", ""}, {"when", "\u6761\u4ef6"}, {"points", "\u5206"}, {"the clause", "\u539f\u6587"}}, rows);
  }

  std::string Rank(const Node& r) {
    const Both of = Say(Get(r, "of"), names_), by = Say(Get(r, "by"), names_);
    const bool highest = Get(r, "order", "highest") == "highest";
    std::string out = H4({"Ranking", "\u6392\u540d"}) + "<p>" + T({of.en + " by " + by.en + (highest ? ", highest first" : ", lowest first"), of.zh + ":\u6309" + by.zh + (highest ? ",\u7531\u9ad8\u5230\u4f4e" : ",\u7531\u4f4e\u5230\u9ad8")}) + "</p>";
    if (r.Find("where") != nullptr) out += "<p>" + T(Both{"only those where ", "\u4ec5\u9650:"} + Say(Get(r, "where"), names_)) + "</p>";
    const std::string ties = Get(r, "ties");
    out += "<p class=\"soft\">" + T(ties == "vacate" ? Both{"who shares a place loses it: it stays empty", "\u5e76\u5217\u8005\u540d\u6b21\u7a7a\u7f3a"} : ties == "all" ? Both{"who shares a place shares its result", "\u5e76\u5217\u8005\u5747\u5f97"} : Both{"of equals, the one listed first", "\u5e76\u5217\u65f6\u53d6\u5217\u8868\u5728\u524d\u8005"}) + "</p><ul class=\"plain\">";
    if (const Node* places = r.Find("places")) {
      for (const json::Member& m : places->members) {
        const Both name = names_.Of(m.key), place = m.value.Find("place") != nullptr ? Plain(*m.value.Find("place"), true, names_) : Plain(m.value, true, names_);
        const Both take = m.value.Find("take") != nullptr ? Say(Get(m.value, "take"), names_) : Both{};
        out += "<li>" + T({"place " + place.en + ": " + name.en + (take.en.empty() ? "" : " (" + take.en + ")"), "\u7b2c" + place.zh + "\u540d:" + name.zh + (take.zh.empty() ? "" : "(" + take.zh + ")")}) + "</li>";
      }
    }
    return out + "</ul>" + Note(r);
  }

  std::string Number(const Node& n) {
    const Both per = n.Find("per") != nullptr ? Plain(*n.Find("per"), true, names_) : Both{};
    return H4({"Serial number", "\u7f16\u53f7"}) + "<p><code>" + E(Get(n, "format")) + "</code></p><p>" + T(Both{"counted for each " + per.en + ", ", "\u6309" + per.zh + "\u8fde\u7eed\u7f16\u53f7,"} + WindowWords(Get(n, "within", "lifetime"))) + "</p>" + Note(n);
  }

  // ---- bodies about time ----
  // ", off a day of rest ..."
  static Both RollWords(const std::string& roll) {
    static const Word kRolls[] = {{"none", {"", ""}},
                                  {"following", {", off a day of rest to the next working day", ",\u9047\u4f11\u606f\u65e5\u987a\u5ef6"}},
                                  {"preceding", {", off a day of rest to the working day before", ",\u9047\u4f11\u606f\u65e5\u63d0\u524d"}},
                                  {"modfollowing", {", off a day of rest to the next working day, back to the one before where that is another month", ",\u9047\u4f11\u606f\u65e5\u987a\u5ef6,\u8de8\u6708\u5219\u63d0\u524d"}}};
    return WordOf(kRolls, roll);
  }
  // "3 working days", "24 hours, closing time".
  Both AllowedWords(const Node& a) const {
    static const Word kUnits[] = {{"min", {"minutes", "\u5206\u949f"}}, {"h", {"hours", "\u5c0f\u65f6"}}, {"bmin", {"minutes of opening", "\u5de5\u4f5c\u65f6\u6bb5\u5206\u949f"}}, {"bh", {"hours of opening", "\u5de5\u4f5c\u5c0f\u65f6"}},
                                  {"day", {"days", "\u5929"}}, {"wd", {"working days", "\u4e2a\u5de5\u4f5c\u65e5"}}, {"month", {"months", "\u4e2a\u6708"}}};
    const Node *amount = a.Find("amount"), *unit = a.Find("unit");
    Both out = amount != nullptr ? Plain(*amount, true, names_) : Both{};
    const Both units = unit == nullptr ? Both{} : unit->type == NodeType::kString ? WordOf(kUnits, unit->text) : Plain(*unit, true, names_);
    out = {out.en + " " + units.en, out.zh + units.zh};
    out = out + RollWords(Get(a, "roll", "none"));
    if (const std::string end = Get(a, "end"); !end.empty()) out = out + (end == "close" ? Both{", till closing time", ",\u81f3\u4e0b\u73ed"} : Both{", till midnight", ",\u81f3\u5f53\u65e524\u65f6"});
    if (const Node* cut_off = a.Find("cut_off")) out = out + Both{", what comes from " + Plain(*cut_off, false, names_).en + " on counts for the next working day", "," + Plain(*cut_off, false, names_).zh + "\u540e\u6536\u5230\u7684\u6b21\u4e00\u5de5\u4f5c\u65e5\u8d77\u7b97"};
    if (True(a.Find("sticky_month_end"))) out = out + Both{", from a month's end to a month's end", ",\u6708\u672b\u5bf9\u6708\u672b"};
    if (True(a.Find("count_receipt_day"))) out = out + Both{", the day of receipt counts", ",\u6536\u5230\u5f53\u65e5\u8ba1\u5165"};
    return out;
  }
  // The moments to be told of.
  std::string Moments(const Node& m) const {
    std::string out;
    const Node* thresholds = m.Find("thresholds");
    for (std::size_t i = 0; thresholds != nullptr && i < thresholds->members.size(); ++i) {
      const json::Member& t = thresholds->members[i];
      Both when;
      if (const Node* percent = t.value.Find("percent")) when = Both{"after " + Plain(*percent, true, names_).en + " %", "\u7528\u65f6 " + Plain(*percent, true, names_).zh + "%"};
      if (const Node* before = t.value.Find("before")) when = Both{"before it is due by ", "\u5230\u671f\u524d"} + AllowedWords(*before);
      if (const Node* after = t.value.Find("after")) when = Both{"after it was due by ", "\u5230\u671f\u540e"} + AllowedWords(*after);
      out += Cond(Identifier(t.key) + Both{": ", ":"} + when);
    }
    return out;
  }
  // Whose hours and days of rest, where that is said.
  std::string Hours(const Node& n) const {
    const Node* schedule = n.Find("schedule");
    return schedule == nullptr ? "" : Cond(Both{"by the hours of: ", "\u5de5\u4f5c\u65f6\u95f4\u6309:"} + TextOrFeel(schedule));
  }
  Both TextOrFeel(const Node* n) const { return n == nullptr ? Both{} : n->type == NodeType::kString ? Identifier(n->text) : Plain(*n, true, names_); }
  static std::vector<const Node*> OneOrMore(const Node& n) {
    std::vector<const Node*> out;
    if (n.type != NodeType::kArray) return {&n};
    for (const Node& i : n.items) out.push_back(&i);
    return out;
  }
  // "when ... : step" of what an event leads to; the steps are added to *to.
  std::string Leads(const json::Member& event, std::vector<std::string>* to) const {
    std::string out;
    for (const Node* n : OneOrMore(event.value)) {
      const Node* when = n->type == NodeType::kObject ? n->Find("when") : nullptr;
      const Node* target = n->type == NodeType::kObject ? n->Find("to") : n;
      if (target == nullptr) continue;
      Both steps;
      for (const Node* t : OneOrMore(*target)) {
        to->push_back(t->text);
        steps = steps + (steps.en.empty() ? Both{} : Both{" and ", "\u5e76"}) + Identifier(t->text);
      }
      const Both condition = when == nullptr ? Both{} : Say(when->text, names_);
      out += Cond(Identifier(event.key) + (when == nullptr ? Both{} : Both{", when " + condition.en, ",\u4e14" + condition.zh}) + Both{": ", ":"} + steps);
    }
    return out;
  }
  std::string Process(const Node& p) {
    const Node* steps = p.Find("steps");
    std::vector<Row> rows;
    std::vector<FlowStep> drawn;
    const auto place = [&](const std::string& name) {
      std::size_t i = 0;
      while (i < steps->members.size() && steps->members[i].key != name) ++i;
      return i;
    };
    std::string start;
    if (const Node* events = p.Find("start")) {
      for (const json::Member& m : events->members) {
        std::vector<std::string> to;
        start += Leads(m, &to);
      }
    }
    std::size_t number = 0;
    for (const json::Member& m : steps->members) {
      const Node& s = m.value;
      FlowStep box;
      box.name = Both{std::to_string(++number) + " ", std::to_string(number) + " "} + Identifier(m.key);
      box.end = s.Find("end") != nullptr;
      std::string leads;
      std::vector<std::string> to;
      if (const Node* on = s.Find("on")) {
        for (const json::Member& event : on->members) leads += Leads(event, &to);
      }
      for (const std::string& name : to) {
        const std::size_t i = place(name);
        if (i < steps->members.size() && std::find(box.to.begin(), box.to.end(), i) == box.to.end()) box.to.push_back(i);
      }
      const Both owner = TextOrFeel(s.Find("owner"));
      const Both limit = s.Find("allowed") != nullptr ? AllowedWords(*s.Find("allowed")) : Both{};
      box.below = owner + (limit.en.empty() ? Both{} : Both{" \u00b7 ", " \u00b7 "} + limit);
      drawn.push_back(std::move(box));
      std::string who = T(owner);
      if (const Node* approval = s.Find("approval")) {
        if (const Node* needs = approval->Find("needs")) {
          for (const Node& n : needs->items) {
            Both roles;
            if (const Node* role = n.Find("role")) {
              for (const Node* r : OneOrMore(*role)) roles = roles + (roles.en.empty() ? Both{} : Both{" or ", "\u6216"}) + Identifier(r->text);
            }
            const Node* when = n.Find("when");
            const Both condition = when == nullptr ? Both{} : Say(when->text, names_);
            const bool ordered = True(approval->Find("in_order"));
            who += Cond(Both{ordered ? "signs, in this order: " : "signs: ", ordered ? "\u4f9d\u6b21\u7b7e\u7f72:" : "\u7b7e\u7f72:"} + roles + (when == nullptr ? Both{} : Both{", when " + condition.en, "," + condition.zh}));
          }
        }
      }
      std::string clock = T(limit) + Hours(s) + Moments(s);
      for (const char* key : {"pause", "resume"}) {
        const Node* events = s.Find(key);
        if (events == nullptr) continue;
        for (const Node* e : OneOrMore(*events)) clock += Cond((*key == 'p' ? Both{"stands still from: ", "\u6682\u505c:"} : Both{"goes on from: ", "\u6062\u590d:"}) + Identifier(e->text));
      }
      if (const Node* after = s.Find("after")) {
        for (const Node* a : OneOrMore(*after)) leads += Cond(Both{"begins when this is no longer open: ", "\u5f85\u6b64\u6b65\u9aa4\u4e0d\u5728\u8fdb\u884c\u4e2d\u65f6\u5f00\u59cb:"} + Identifier(a->text));
      }
      if (s.Find("end") != nullptr) leads += Cond(Get(s, "end") == "case" ? Both{"the case ends", "\u4e8b\u9879\u7ed3\u675f"} : Both{"this branch ends", "\u6b64\u5206\u652f\u7ed3\u675f"});
      rows.push_back({{No(number), {"<b>" + T(Identifier(m.key)) + "</b>"}, {who}, {clock}, {leads, "to"}, Source(s)}});
    }
    std::string always;
    if (const Node* notes = p.Find("notes")) {
      for (const Node* n : OneOrMore(*notes)) always += Cond(Identifier(n->text));
    }
    return H4({"Steps", "\u6d41\u7a0b"}) + Note(p) + Hours(p) + "<div class=\"pics\">" + DrawFlow(drawn) + "</div>" + Titled({"It begins with", "\u5f00\u59cb"}, start) + Titled({"May be noted at any time, and changes nothing", "\u968f\u65f6\u53ef\u8bb0\u5f55,\u4e0d\u6539\u53d8\u8fdb\u7a0b"}, always) +
           TableOf({{"", ""}, {"step", "\u6b65\u9aa4"}, {"who", "\u8d23\u4efb\u4eba"}, {"time", "\u65f6\u9650"}, {"what leads where", "\u4e8b\u4ef6\u4e0e\u53bb\u5411"}, {"the clause", "\u539f\u6587"}}, rows);
  }
  std::string Deadline(const Node& d) {
    std::vector<Row> rows;
    const auto add = [&](const std::string& name, const Node& m) {
      const auto said = [&](const char* key, const Both& word) { return m.Find(key) == nullptr ? "" : Cond(word + Plain(*m.Find(key), true, names_)); };
      std::string clock = Hours(m);
      if (const Node* change = m.Find("change")) {
        static const Word kModes[] = {{"pinned", {"a running case keeps what held before", "\u8fdb\u884c\u4e2d\u7684\u4e8b\u9879\u9002\u7528\u539f\u89c4\u5b9a"}}, {"recompute_open", {"open cases are due again by the new rule", "\u672a\u7ed3\u4e8b\u9879\u6309\u65b0\u89c4\u5b9a\u91cd\u7b97"}},
                                      {"recompute_all", {"all cases are due again by the new rule", "\u5168\u90e8\u4e8b\u9879\u6309\u65b0\u89c4\u5b9a\u91cd\u7b97"}}, {"carry", {"the time used counts on", "\u5df2\u7528\u65f6\u95f4\u7ee7\u7eed\u8ba1\u7b97"}},
                                      {"reset", {"the time begins anew", "\u91cd\u65b0\u8d77\u7b97"}}, {"retroactive", {"as if the new rule had always held", "\u89c6\u540c\u65b0\u89c4\u5b9a\u81ea\u59cb\u9002\u7528"}}};
        const Node *from = change->Find("from"), *was = change->Find("was");
        clock += Cond(Both{"changed from ", "\u81ea\u6b64\u53d8\u66f4:"} + (from != nullptr ? Plain(*from, true, names_) : Both{}) + Both{": ", ":"} + WordOf(kModes, Get(*change, "mode", "pinned")));
        if (was != nullptr && was->Find("allowed") != nullptr) clock += Cond(Both{"before: ", "\u6b64\u524d:"} + AllowedWords(*was->Find("allowed")));
        if (was != nullptr) clock += Hours(*was);
      }
      rows.push_back({{{"<b>" + T(names_.Of(name)) + "</b>"}, Result(m.Find("allowed") != nullptr ? AllowedWords(*m.Find("allowed")) : Both{}),
                       {said("start", {"from: ", "\u8d77:"}) + said("stop", {"until: ", "\u6b62:"}) + said("pause", {"stands still from: ", "\u6682\u505c:"}) + said("resume", {"goes on from: ", "\u6062\u590d:"}) + said("reset", {"anew from: ", "\u91cd\u65b0\u8d77\u7b97:"}) + said("as_of", {"as of: ", "\u622a\u81f3:"}) + clock},
                       {Moments(m)}, Source(m)}});
    };
    if (const Node* metrics = d.Find("metrics")) {
      for (const json::Member& m : metrics->members) add(m.key, m.value);
    } else {
      add(Get(d, "as"), d);
    }
    return H4({"Time allowed", "\u65f6\u9650"}) + (d.Find("metrics") != nullptr ? Note(d) + Hours(d) : "") +
           TableOf({{"what", "\u4e8b\u9879"}, {"within", "\u671f\u9650"}, {"the clock", "\u8ba1\u65f6"}, {"to be told of", "\u63d0\u9192"}, {"the clause", "\u539f\u6587"}}, rows);
  }
  std::string Duties(const Node& d) {
    static const Word kEvery[] = {{"day", {"every day", "\u6bcf\u65e5"}}, {"working_day", {"every working day", "\u6bcf\u4e2a\u5de5\u4f5c\u65e5"}}, {"week", {"every week", "\u6bcf\u5468"}}, {"month", {"every month", "\u6bcf\u6708"}},
                                  {"quarter", {"every quarter", "\u6bcf\u5b63\u5ea6"}}, {"half_year", {"every half-year", "\u6bcf\u534a\u5e74"}}, {"year", {"every year", "\u6bcf\u5e74"}}};
    static const Word kDays[] = {{"end", {"the last day", "\u672b\u65e5"}}, {"monday", {"Monday", "\u5468\u4e00"}}, {"tuesday", {"Tuesday", "\u5468\u4e8c"}}, {"wednesday", {"Wednesday", "\u5468\u4e09"}}, {"thursday", {"Thursday", "\u5468\u56db"}},
                                 {"friday", {"Friday", "\u5468\u4e94"}}, {"saturday", {"Saturday", "\u5468\u516d"}}, {"sunday", {"Sunday", "\u5468\u65e5"}}};
    std::vector<Row> rows;
    const Node* of = d.Find("of");
    for (const json::Member& m : of->members) {
      const Node& duty = m.value;
      std::string when;
      if (duty.Find("every") != nullptr) {
        Both day;
        if (const Node* on = duty.Find("on")) {
          const Node *month = on->Find("month"), *of_month = on->Find("day");
          const std::string number = on->type == NodeType::kNumber ? on->text : "";
          const bool week = Get(duty, "every") == "week";
          if (on->Find("feel") != nullptr) day = Plain(*on, true, names_);
          else if (week && number.size() == 1 && number[0] >= '1' && number[0] <= '7') day = kDays[number[0] - '0'].words;
          else if (number == "-1") day = kDays[0].words;
          else if (number.starts_with('-')) day = {"day " + number.substr(1) + " from its end", "\u5012\u6570\u7b2c" + number.substr(1) + "\u65e5"};
          else day = on->type == NodeType::kString ? WordOf(kDays, on->text) : month != nullptr && of_month != nullptr ? Both{"day " + Plain(*of_month, true, names_).en + " of month " + Plain(*month, true, names_).en, "\u7b2c" + Plain(*month, true, names_).zh + "\u6708" + Plain(*of_month, true, names_).zh + "\u65e5"}
                                                                                                            : Both{"day " + Plain(*on, true, names_).en, Plain(*on, true, names_).zh + "\u65e5"};
        }
        when += Cond(WordOf(kEvery, Get(duty, "every")) + (day.en.empty() ? Both{} : Both{", ", ","} + day));
        if (const Node* n = duty.Find("working_day")) when += Cond(Both{"working day " + Plain(*n, true, names_).en + " of it", "\u7b2c" + Plain(*n, true, names_).zh + "\u4e2a\u5de5\u4f5c\u65e5"});
        if (const Node* allowed = duty.Find("allowed")) when += Cond(Both{"within, after its end, ", "\u671f\u672b\u540e"} + AllowedWords(*allowed));
      }
      if (const Node* after = duty.Find("after")) when += Cond(Both{"after each: ", "\u6bcf\u6b21:"} + Plain(*after, true, names_)) + (duty.Find("allowed") != nullptr ? Cond(Both{"within ", "\u540e"} + AllowedWords(*duty.Find("allowed"))) : "");
      if (const Node* dates = duty.Find("dates")) when += Cond(Both{"on the dates: ", "\u65e5\u671f:"} + Plain(*dates, true, names_)) + (duty.Find("before") != nullptr ? Cond(Both{"before them by ", "\u63d0\u524d"} + AllowedWords(*duty.Find("before"))) : "");
      if (const Both roll = RollWords(Get(duty, "roll", "none")); !roll.en.empty()) when += Cond({roll.en.substr(2), roll.zh.substr(1)});
      if (const std::string leap = Get(duty, "leap"); !leap.empty()) {
        when += Cond(leap == "preceding" ? Both{"29 February is the 28th in other years", "2\u670829\u65e5\u5728\u5e73\u5e74\u63092\u670828\u65e5"} : leap == "following" ? Both{"29 February is 1 March in other years", "2\u670829\u65e5\u5728\u5e73\u5e74\u63093\u67081\u65e5"} : Both{"29 February: only in leap years", "2\u670829\u65e5\u4ec5\u95f0\u5e74"});
      }
      when += Hours(duty);
      if (const Node* time = duty.Find("time")) when += Cond(time->type == NodeType::kString && time->text == "close" ? Both{"by closing time", "\u4e0b\u73ed\u524d"} : Both{"by " + Plain(*time, false, names_).en, Plain(*time, false, names_).zh + "\u524d"});
      if (const Node* only = duty.Find("when")) when += Cond(Both{"if ", "\u9002\u7528\u6761\u4ef6:"} + Plain(*only, true, names_));
      std::string done = duty.Find("done") != nullptr ? T(Plain(*duty.Find("done"), true, names_)) : "";
      if (const Node* count = duty.Find("count")) done += Cond(Both{Plain(*count, true, names_).en + " times", Plain(*count, true, names_).zh + "\u6b21"});
      if (const Node* per = duty.Find("per")) done += Cond(Both{"settles only what has the same ", "\u4ec5\u5bf9\u5e94\u540c\u4e00"} + TextOrFeel(per));
      if (const Node* settles = duty.Find("settles")) done += Cond(Both{"for the period of ", "\u6240\u5c5e\u671f\u6309"} + TextOrFeel(settles));
      rows.push_back({{{"<b>" + T(Identifier(m.key)) + "</b>"}, {T(TextOrFeel(duty.Find("owner")))}, {when}, {done}, Source(duty)}});
    }
    std::string span = Hours(d);
    for (const auto& [key, words] : {std::pair{"from", Both{"from: ", "\u81ea:"}}, std::pair{"until", Both{"until: ", "\u81f3:"}}, std::pair{"as_of", Both{"as of: ", "\u622a\u81f3:"}}}) {
      if (const Node* n = d.Find(key)) span += Cond(words + Plain(*n, true, names_));
    }
    return H4({"Recurring duties", "\u5b9a\u671f\u804c\u8d23"}) + Note(d) + span + TableOf({{"duty", "\u804c\u8d23"}, {"who", "\u8d23\u4efb\u4eba"}, {"when", "\u4f55\u65f6"}, {"done by", "\u4ee5\u4f55\u5b8c\u6210"}, {"the clause", "\u539f\u6587"}}, rows);
  }

  std::string Formulas(const Node& p) {
    std::vector<Row> rows;
    for (const Node* f : Bodies(p, "formula")) {
      for (const json::Member& m : f->members) {
        const Node* value = m.value.type == NodeType::kObject ? m.value.Find("value") : &m.value;
        const Both says = Says(m.value);
        if (value == nullptr) continue;
        rows.push_back({{{"<b>" + T(says.en.empty() && says.zh.empty() ? Identifier(m.key) : says) + "</b>", "name"}, {T(Plain(*value, true, names_)), "", TextOf(value)}, Source(m.value, false)}});
      }
    }
    return Titled({"How the figures come about", "\u63a8\u7b97"}, TableOf({{"name", "\u540d\u79f0"}, {"is", "\u5185\u5bb9"}, {"the clause", "\u539f\u6587"}}, rows));
  }

  std::string Reads(const Node& p) {
    static const Word kReads[] = {{"histories", {"the events recorded", "\u5386\u6b21\u8bb0\u5f55"}}, {"counts", {"number of events", "\u6b21\u6570"}}, {"totals", {"total", "\u5408\u8ba1"}}, {"latest", {"latest", "\u6700\u8fd1\u4e00\u6b21"}}, {"streaks", {"periods in a row", "\u8fde\u7eed\u671f\u6570"}}, {"reached", {"periods that reached the threshold", "\u8fbe\u5230\u9608\u503c\u7684\u671f\u6570"}}};
    std::string out;
    for (const auto& [key, words] : kReads) {
      const Node* reads = p.Find(key);
      if (reads == nullptr) continue;
      for (const json::Member& m : reads->members) {
        const Node& r = m.value;
        const Both says = Says(r);
        Both line = words;
        if (r.Find("of") != nullptr) line = line + Both{" of ", ":"} + Say(Get(r, "of"), names_);
        if (const Node* from = r.Find("from")) line = line + Both{", from the records of ", ",\u53d6\u81ea"} + shared_.Of(from->text);
        if (const Node* where = r.Find("where")) line = line + Both{", where ", ",\u5176\u4e2d "} + Say(where->text, names_);
        if (const Node* per = r.Find("per")) {
          const Both keys = Plain(*per, true, names_);
          if (!per->items.empty() || !per->members.empty()) line = line + Both{", for each " + keys.en, ",\u6309 " + keys.zh};
        }
        if (const Node* reaches = r.Find("reaches")) line = line + Both{", reaching ", ",\u8fbe\u5230 "} + Plain(*reaches, true, names_);
        if (r.Find("within") != nullptr) line = line + Both{", ", ","} + WindowWords(Get(r, "within"));
        line = line + (True(r.Find("excluding_this")) ? Both{", before this one", ",\u4e0d\u542b\u672c\u6b21"} : Both{});
        out += "<dt>" + T(says.en.empty() && says.zh.empty() ? Identifier(m.key) : says) + "</dt><dd>" + T(line) + " " + Quote(r) + " " + ClauseLinks(r) + "</dd>";
      }
    }
    return Titled({"What is counted from the records", "\u7531\u8bb0\u5f55\u7d2f\u8ba1"}, In("<dl class=\"fact\">", out, "</dl>"));
  }

  std::string Requirements(const Node& p) {
    std::string out;
    for (const Node* r : Bodies(p, "requires")) {
      const Both says = Says(*r);
      out += "<li>" + T(says.en.empty() ? Say(Get(*r, "that"), names_) : says) + " " + Quote(*r) + "</li>";
    }
    return Titled({"Refused unless", "\u4e0d\u7b26\u5408\u4e0b\u5217\u6761\u4ef6\u5219\u4e0d\u53d7\u7406"}, In("<ul class=\"plain\">", out, "</ul>"));
  }

  std::string Effects(const Node& p) {
    std::vector<Row> rows;
    for (const Node* e : Bodies(p, "effects")) {
      const std::string kind = Get(*e, "effect");
      const Both* word = EffectWord(kind);
      std::string what = "<b>" + T(word != nullptr ? *word : Identifier(kind)) + "</b>";
      for (const char* key : {"sanction", "from", "notice", "duty", "reason"}) {
        if (const Node* v = e->Find(key)) what += " " + T(v->type == NodeType::kString ? Identifier(v->text) : Plain(*v, true, names_));
      }
      const auto amount = [&](const Node& n) {
        std::string out;
        for (const char* key : {"amount", "points"}) {
          if (const Node* v = n.Find(key)) out += Cond(Plain(*v, true, names_));
        }
        return out;
      };
      what += amount(*e);
      if (const Node* due = e->Find("due")) what += Cond(Both{"due: ", "\u671f\u9650:"} + Plain(*due, true, names_));
      std::string to;
      if (const Node* v = e->Find("to")) to = Cond(Plain(*v, true, names_));
      for (const Node* s : ItemsOf(*e, "shares")) {
        to += "<span class=\"cond\">" + T(s->Find("to") != nullptr ? Plain(*s->Find("to"), true, names_) : Both{}) + ": " + T(s->Find("amount") != nullptr ? Plain(*s->Find("amount"), true, names_) : s->Find("points") != nullptr ? Plain(*s->Find("points"), true, names_) : Both{}) +
              (s->Find("when") != nullptr ? " (" + T(Say(Get(*s, "when"), names_)) + ")" : "") + " " + Quote(*s) + "</span>";
      }
      if (const Node* each = e->Find("for")) to += "<span class=\"cond soft\">" + T(Both{"for each ", "\u5bf9\u6bcf\u4e2a "} + Say(each->text, names_)) + "</span>";
      if (kind == "fine" || kind == "pay" || kind == "points") {
        const std::string per = Get(*e, "per_party", "once");
        const bool several = e->Find("shares") != nullptr || Get(*e, "to").find(',') != std::string::npos;
        if (several) {
          to += "<span class=\"cond soft\">" + T(per == "highest" ? Both{"who stands in several roles: the highest amount", "\u4e00\u4eba\u517c\u591a\u804c\u65f6\u53d6\u6700\u9ad8\u989d"} : per == "sum" ? Both{"who stands in several roles: the sum", "\u4e00\u4eba\u517c\u591a\u804c\u65f6\u5408\u8ba1"} : per == "each" ? Both{"who stands in several roles: each of them", "\u4e00\u4eba\u517c\u591a\u804c\u65f6\u9010\u9879\u8ba1"} : Both{"who stands in several roles: once", "\u4e00\u4eba\u517c\u591a\u804c\u65f6\u53ea\u8ba1\u4e00\u6b21"}) + "</span>";
        }
      }
      const std::string when = e->Find("when") != nullptr ? Cond(Say(Get(*e, "when"), names_)) : Cond({"always", "\u4efb\u4f55\u60c5\u51b5"});
      rows.push_back({{{what}, {to, "to"}, {when, "when"}, Source(*e)}});
    }
    return Titled({"What follows", "\u540e\u679c"}, TableOf({{"consequence", "\u540e\u679c"}, {"for whom", "\u5bf9\u8c61"}, {"when", "\u6761\u4ef6"}, {"the clause", "\u539f\u6587"}}, rows));
  }

  std::string Outcome(const Node& p) {
    const Node* outcome = p.Find("outcome");
    if (outcome == nullptr) return "";
    std::string out = H4({"The answer", "\u5224\u5b9a\u7ed3\u679c"}) + "<dl class=\"fact\">";
    for (const json::Member& m : outcome->members) {
      const Both says = Says(m.value);
      out += "<dt>" + T(says.en.empty() ? names_.Of(m.key) : says) + "</dt><dd>" + T(TypeWords(m.value)) + " <code>" + E(m.key) + "</code>";
      if (True(m.value.Find("nullable"))) out += " <span class=\"soft\">\u00b7 " + T("may be empty", "\u53ef\u4e3a\u7a7a") + "</span>";
      if (const Node* v = m.value.Find("value")) out += Cond(Plain(*v, true, names_));
      if (const Node* round = m.value.Find("round")) {
        static const Word kModes[] = {{"half_even", {"half to even", "\u56db\u820d\u516d\u5165\u4e94\u53d6\u5076"}}, {"half_up", {"half up", "\u56db\u820d\u4e94\u5165"}}, {"half_down", {"half down", "\u4e94\u820d\u516d\u5165"}}, {"up", {"away from zero", "\u5411\u8fdc\u79bb\u96f6\u53d6\u6574"}},
                                      {"down", {"cut off", "\u622a\u5c3e"}}, {"ceiling", {"upwards", "\u5411\u4e0a\u53d6\u6574"}}, {"floor", {"downwards", "\u5411\u4e0b\u53d6\u6574"}}};
        const std::string to = Get(*round, "to");
        out += "<span class=\"cond soft\">" + T(Both{"rounded: ", "\u820d\u5165:"} + WordOf(kModes, Get(*round, "mode")) + (to.empty() ? Both{} : Both{", to " + to, ",\u81f3" + to})) + "</span>";
      }
      out += Quote(m.value) + "</dd>";
    }
    return out + "</dl>";
  }

  std::string Step(const Node& step, const std::string& own, bool numbered) {
    std::string out = numbered ? "<li>" : "<p>";
    const std::string at = Get(step, "at");
    out += "<span class=\"soft\">" + E(at.size() >= 16 ? at.substr(0, 10) + " " + at.substr(11, 5) + (at.back() == 'Z' ? " UTC" : "") : at) + "</span> ";
    const std::string policy = Get(step, "policy");
    if (!policy.empty() && policy != own) out += "<code>" + E(policy) + "</code> ";
    if (const Node* facts = step.Find("facts")) out += T(Plain(*facts, false, names_));
    out += " <span class=\"arrow-to\">\u2192</span> ";
    bool said = false;
    if (const Node* error = step.Find("error")) out += "<span class=\"tag\">" + T(Both{"refused: ", "\u4e0d\u4e88\u5224\u5b9a:"} + Identifier(error->text)) + "</span>", said = true;
    const Node* outcome = step.Find("outcome");
    if (outcome != nullptr && !outcome->members.empty()) out += "<b>" + T(Plain(*outcome, false, names_)) + "</b>", said = true;
    if (const Node* effects = step.Find("effects")) {
      for (const Node& e : effects->items) {
        const std::string kind = Get(e, "effect");
        const Both* word = EffectWord(kind);
        Both rest;
        for (const json::Member& m : e.members) {
          if (m.key != "effect") rest = rest + Same(" ") + (m.key == "to" ? Both{"for ", "\u2192 "} : Both{}) + Plain(m.value, false, names_);
        }
        out += " <span class=\"tag\">" + T((word != nullptr ? *word : Identifier(kind)) + rest) + "</span>";
        said = true;
      }
    }
    if (!said) out += "<span class=\"soft\">" + T("recorded", "\u8bb0\u5f55") + "</span>";
    return out + (numbered ? "</li>" : "</p>");
  }
  std::string Case(const Node& c, const std::string& own) {
    const std::vector<const Node*> steps = ItemsOf(c, "steps");
    std::string out = "<div class=\"case\"><p><b>" + E(Get(c, "name")) + "</b>";
    if (const Node* settings = c.Find("settings")) out += " <span class=\"tag\">" + T(Both{"reading ", "\u8bfb\u6cd5 "} + Plain(*settings, false, Names{})) + "</span>";
    if (const Node* parameters = c.Find("parameters")) out += " <span class=\"tag\">" + T(Both{"with ", "\u53c2\u6570 "} + Plain(*parameters, false, names_)) + "</span>";
    out += "</p>" + std::string(steps.size() > 1 ? "<ol class=\"steps\">" : "");
    for (const Node* s : steps) out += Step(*s, own, steps.size() > 1);
    return out + (steps.size() > 1 ? "</ol>" : "") + "</div>";
  }
  std::string Examples(const std::string& name) {
    const std::string own = book_.name + "." + name;
    std::vector<const Node*> cases;
    for (const Node& document : book_.cases) {
      if (Get(document, "policy") != own) continue;
      for (const Node* c : ItemsOf(document, "cases")) cases.push_back(c);
    }
    if (cases.empty()) return "";
    std::string out = H4({"Examples", "\u793a\u4f8b"});
    std::string more;
    for (std::size_t i = 0; i < cases.size(); ++i) {
      // A long story is folded with the rest, unless it is the only one.
      const bool shown = i < 2 && (i == 0 || ItemsOf(*cases[i], "steps").size() <= 3);
      (shown ? out : more) += Case(*cases[i], own);
    }
    if (!more.empty()) out += "<details><summary>" + T("more examples", "\u66f4\u591a\u793a\u4f8b") + "</summary>" + more + "</details>";
    return out;
  }

  // ---- annexes ----
  static std::string H2(const char* anchor, const Both& b) { return "<h2 class=\"part\" id=\"" + std::string(anchor) + "\">" + T(b) + "</h2>"; }
  static std::string OrNone(const std::string& body, const Both& none = {"None.", "\u65e0\u3002"}) { return body.empty() ? "<p class=\"soft\">" + T(none) + "</p>" : body; }

  std::string Parameters() {
    names_ = shared_;
    std::vector<Row> rows;
    if (const Node* parameters = book_.document.Find("parameters")) {
      for (const json::Member& m : parameters->members) {
        const Both says = Says(m.value);
        const std::string host = Get(m.value, "host", "never");
        std::string value;
        for (const Node* v : ItemsOf(m.value, "values")) {
          value += "<span class=\"cond\">" + std::string(v->Find("from") != nullptr ? E(Get(*v, "from")) + ": " : "") + "<b>" + T(v->Find("value") != nullptr ? Plain(*v->Find("value"), !IsText(&m.value), names_) : Both{}) + "</b> " + Quote(*v) + "</span>";
        }
        if (const Node* d = m.value.Find("default")) value += "<span class=\"cond\"><b>" + T(Plain(*d, !IsText(&m.value), names_)) + "</b> " + T("by default", "\u9ed8\u8ba4") + "</span>";
        if (host == "must") value += "<span class=\"tag\">" + T("missing: you must supply it", "\u539f\u6587\u672a\u5217,\u987b\u7531\u4f7f\u7528\u65b9\u63d0\u4f9b") + "</span>";
        if (host == "may") value += "<span class=\"tag ok\">" + T("may be overridden", "\u53ef\u7531\u4f7f\u7528\u65b9\u6307\u5b9a") + "</span>";
        const std::string name = "<b>" + T(says.zh.empty() && says.en.empty() ? Identifier(m.key) : says) + "</b> <code>" + E(m.key) + "</code>";
        rows.push_back({{{name}, {value}, {T(TypeWords(m.value)), "some"}, Source(m.value, false)}, "parameter-" + m.key});
      }
    }
    return H2("parameters", {"Numbers and other parameters", "\u53c2\u6570"}) + OrNone(TableOf({{"parameter", "\u53c2\u6570"}, {"value", "\u6570\u503c"}, {"type", "\u7c7b\u578b"}, {"the clause", "\u539f\u6587"}}, rows));
  }

  std::string Readings() {
    std::string out;
    const auto list = [&](const Node& owner, const std::string& policy) {
      if (const Node* settings = owner.Find("settings")) {
        for (const json::Member& m : settings->members) {
          if (ItemsOf(m.value, "values").size() == 1) continue;  // settled; it stands among the conflicts
          const Both says = Says(m.value);
          out += "<li>" + Choices(m.value) + (says.zh.empty() ? "" : T(says)) + " <code>" + E(m.key) + "</code> " + (policy.empty() ? ClauseLinks(m.value) : "<a href=\"#policy-" + E(policy) + "\">" + T(shared_.Of(policy)) + "</a>") + (policy.empty() ? Line(m.value) + Contradiction(m.value) : "") + "</li>";
        }
      }
      if (const Node* d = owner.Find("discretions")) {
        for (const json::Member& m : d->members) out += "<li><span class=\"tag\">" + T("a person decides", "\u7531\u4eba\u88c1\u91cf") + "</span>" + T(Identifier(m.key)) + " <a href=\"#policy-" + E(policy) + "\">" + T(shared_.Of(policy)) + "</a></li>";
      }
    };
    list(book_.document, "");
    for (const json::Member* p : policies_) list(p->value, p->key);
    return H2("readings", {"Readings to choose, and discretion", "\u6761\u6b3e\u8bfb\u6cd5\u4e0e\u88c1\u91cf"}) + "<p class=\"soft\">" + T("Where a clause can be read in more than one way, the first reading is taken unless you choose another.", "\u6761\u6b3e\u53ef\u6709\u591a\u79cd\u8bfb\u6cd5\u65f6,\u672a\u53e6\u884c\u9009\u62e9\u5373\u53d6\u7b2c\u4e00\u79cd\u3002") + "</p><ul class=\"plain\">" + out + "</ul>";
  }

  std::string Conflicts() {
    std::string out;
    const auto declared = [&](const Node& owner, const std::string& policy) {
      const Node* settings = owner.Find("settings");
      for (std::size_t i = 0; settings != nullptr && i < settings->members.size(); ++i) {
        const json::Member& m = settings->members[i];
        const Node* c = m.value.Find("contradiction");
        if (c == nullptr) continue;
        std::string clauses;
        for (const Node* side : ItemsOf(*c, "between")) clauses += " " + ClauseLinks(*side);
        out += "<li><code>" + E(Get(*c, "id")) + "</code>" + clauses + " <span class=\"soft\">" + T("resolved by the reading", "\u6309\u8bfb\u6cd5\u5904\u7406:") + "</span> <code>" + E(m.key) + "</code>" +
               (policy.empty() ? "" : " <a href=\"#policy-" + E(policy) + "\">" + T(shared_.Of(policy)) + "</a>") + "</li>";
      }
    };
    declared(book_.document, "");
    for (const json::Member* p : policies_) declared(p->value, p->key);
    for (const json::Member* p : policies_) {
      const std::string link = "<a href=\"#policy-" + E(p->key) + "\">" + T(shared_.Of(p->key)) + "</a>";
      for (const Node* e : Bodies(p->value, "effects")) {
        const std::string reason = Get(*e, "reason"), per = Get(*e, "per_party");
        const Both says = Says(*e);
        if (Get(*e, "effect") == "review" && reason.starts_with("conflict")) out += "<li>" + link + ": <span class=\"tag\">" + T("put before a person", "\u63d0\u8bf7\u4eba\u5de5\u590d\u6838") + "</span> " + (says.zh.empty() ? T(Identifier(reason)) : T(says)) + " " + ClauseLinks(*e) + "</li>";
        if (per == "highest" || per == "sum" || per == "each") {
          out += "<li>" + link + ": <span class=\"tag\">" + T(per == "highest" ? Both{"highest", "\u53d6\u6700\u9ad8"} : per == "sum" ? Both{"sum", "\u5408\u8ba1"} : Both{"each", "\u9010\u9879"}) + "</span> " + T("several amounts for one person", "\u540c\u4e00\u4eba\u6709\u591a\u9879\u91d1\u989d\u65f6") + "</li>";
        }
      }
      // Amounts or measures of two policies compared: one asks another.
      std::set<std::string> named;
      Calls(p->value, &named);
      for (const std::string& other : named) {
        if (other != p->key && shared_policy(other)) out += "<li>" + link + " <span class=\"soft\">" + T("rests on", "\u5f15\u7528") + "</span> <a href=\"#policy-" + E(other) + "\">" + T(shared_.Of(other)) + "</a></li>";
      }
    }
    for (const auto& [id, policies] : citing_) {
      if (policies.size() < 2) continue;
      out += "<li><a class=\"cl\" href=\"#clause-" + E(id) + "\">" + E(id) + "</a> <span class=\"soft\">" + T("stands behind several policies:", "\u6d89\u53ca\u591a\u9879\u5236\u5ea6:") + "</span>";
      for (std::size_t i = 0; i < policies.size(); ++i) out += (i == 0 ? " " : T(", ", "\u3001")) + "<a href=\"#policy-" + E(policies[i]) + "\">" + T(shared_.Of(policies[i])) + "</a>";
      out += "</li>";
    }
    return H2("conflicts", {"Conflicts, and how they are resolved", "\u6761\u6b3e\u51b2\u7a81\u53ca\u5176\u5904\u7406"}) + OrNone(In("<ul class=\"plain\">", out, "</ul>"), {"None declared.", "\u672a\u58f0\u660e\u51b2\u7a81\u3002"});
  }
  bool shared_policy(const std::string& name) const {
    return std::any_of(policies_.begin(), policies_.end(), [&](const json::Member* p) { return p->key == name; });
  }
  // Words before a bracket, and the policies whose records are read.
  static void Calls(const Node& n, std::set<std::string>* out) {
    if (n.type == NodeType::kString) {
      std::string word;
      for (const char c : n.text) {
        const bool in = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
        if (c == '(' && !word.empty()) out->insert(word);
        word = in ? word + c : "";
      }
    }
    for (const Node& i : n.items) Calls(i, out);
    for (const json::Member& m : n.members) {
      if (m.key == "quote" || m.key == "says") continue;
      if (m.key == "from" && m.value.type == NodeType::kString) out->insert(m.value.text);
      Calls(m.value, out);
    }
  }

  std::string Guards() {
    std::vector<Row> rows;
    names_ = shared_;
    const auto list = [&](const Node& document, bool pack) {
      const Node* guards = document.Find("guards");
      if (guards == nullptr) return;
      Names own = shared_;
      if (const Node* parameters = document.Find("parameters")) {
        for (const json::Member& m : parameters->members) own.Add(m.key, m.value);
      }
      for (const json::Member& m : guards->members) {
        const Node& g = m.value;
        const Both says = Says(g);
        Both limit = True(g.Find("deny")) ? Both{"not allowed", "\u4e0d\u5f97\u65bd\u52a0"} : g.Find("limit") != nullptr ? Both{"at most ", "\u81f3\u591a "} + Plain(*g.Find("limit"), true, own) : Both{};
        if (const Node* when = g.Find("when")) limit = limit + Both{", when ", ",\u9002\u7528\u6761\u4ef6:"} + Say(when->text, own);
        std::string kinds;
        for (const Node* e : ItemsOf(g, "effects")) kinds += (kinds.empty() ? "" : ", ") + (EffectWord(e->text) != nullptr ? T(*EffectWord(e->text)) : E(e->text));
        const std::string excess = Get(g, "excess", "block");
        const std::string name = "<b>" + T(says.zh.empty() ? Identifier(m.key) : says) + "</b> <code>" + E(m.key) + "</code>" + (Get(g, "host") == "switch" ? " <span class=\"tag\">" + T("off until you switch it on", "\u987b\u7531\u4f7f\u7528\u65b9\u5f00\u542f") + "</span>" : "");
        const Both beyond = (excess == "cap" ? Both{"cut down to the limit", "\u51cf\u81f3\u9650\u989d"} : excess == "drop" ? Both{"dropped and put before a person", "\u53d6\u6d88\u5e76\u63d0\u8bf7\u590d\u6838"} : excess == "review" ? Both{"put before a person", "\u63d0\u8bf7\u590d\u6838"} : Both{"the decision is refused", "\u4e0d\u4e88\u5224\u5b9a"});
        std::string law = E(Get(g, "source", pack ? Get(document, "source") : ""));
        if (pack && !Get(document, "edition").empty()) law += " <span class=\"soft\">" + E(Get(document, "edition")) + "</span>";
        rows.push_back({{{name}, {kinds + ": " + T(limit)}, {T(beyond), "some"}, Source(g, false, law)}});
      }
    };
    list(book_.document, false);
    for (const Node& pack : book_.packs) list(pack, true);
    return H2("guards", {"Limits that no policy can switch off", "\u4efb\u4f55\u5236\u5ea6\u4e0d\u5f97\u7a81\u7834\u7684\u9650\u989d"}) + OrNone(TableOf({{"limit", "\u9650\u989d"}, {"on", "\u5185\u5bb9"}, {"what exceeds it", "\u8d85\u51fa\u90e8\u5206"}, {"source", "\u4f9d\u636e"}}, rows));
  }

  std::string Clauses() {
    std::vector<Row> rows;
    static const Word kStates[] = {{"executable", {"executable", "\u53ef\u6267\u884c"}}, {"declared", {"not for a machine", "\u975e\u673a\u5668\u53ef\u5224"}}, {"folded", {"part of another", "\u5e76\u5165\u4ed6\u6761"}}, {"missing", {"missing", "\u7f3a\u5931"}}};
    std::vector<Handbook::State> states = book_.clauses;
    for (const auto& [id, policies] : citing_) {
      if (!anchored_.contains(id)) states.push_back({id, "", ""});
    }
    std::size_t count[4] = {};
    for (const Handbook::State& s : states) {
      std::string state;
      for (std::size_t i = 0; i < 4; ++i) {
        if (s.state != kStates[i].code) continue;
        state = "<span class=\"tag" + std::string(i == 0 ? " ok" : "") + "\">" + T(kStates[i].words) + "</span>";
        ++count[i];
      }
      std::string policies;
      const auto cited = citing_.find(s.id);
      for (std::size_t i = 0; cited != citing_.end() && i < cited->second.size(); ++i) policies += (i == 0 ? "" : "<br/>") + ("<a href=\"#policy-" + E(cited->second[i]) + "\">" + T(shared_.Of(cited->second[i])) + "</a>");
      rows.push_back({{{"<b>" + E(s.id) + "</b>"}, {state}, {policies + E(s.reason)}}, "clause-" + s.id});
    }
    std::string sum;
    for (std::size_t i = 0; i < 4 && !book_.clauses.empty(); ++i) sum += "<span class=\"tag" + std::string(i == 0 || count[i] == 0 ? " ok" : "") + "\">" + T(kStates[i].words) + " " + std::to_string(count[i]) + "</span>";
    return H2("clauses", {"Clauses of the handbook", "\u6761\u6b3e\u7d22\u5f15"}) + "<p>" + sum + "</p>" + TableOf({{"clause", "\u6761\u6b3e"}, {"state", "\u72b6\u6001"}, {"policies", "\u5236\u5ea6"}}, rows);
  }

  const Handbook& book_;
  const Node* types_;
  const Node* policy_ = nullptr;
  Names shared_, names_;
  std::map<std::string, const Node*> parameters_;
  std::vector<const json::Member*> policies_;
  std::map<std::string, std::vector<std::string>> citing_;
  std::set<std::string> anchored_;
};

}  // namespace

std::string HandbookPage(const Handbook& book) { return Page(book).Whole(); }

std::string HandbookIndex(const std::vector<std::pair<Handbook, std::string>>& books) {
  std::string out = Head({"Handbooks", "\u5236\u5ea6\u603b\u89c8"}) + "<h1>" + T("Handbooks", "\u5236\u5ea6\u603b\u89c8") + "</h1><table class=\"stack\"><thead><tr><th>" + T("handbook", "\u5236\u5ea6") + "</th><th>" + T("edition", "\u7248\u672c") + "</th><th>" + T("policies", "\u6761\u6570") + "</th><th>" + T("clauses executable", "\u53ef\u6267\u884c\u6761\u6b3e") + "</th></tr></thead><tbody>";
  for (const auto& [book, page] : books) {
    const Node* policies = book.document.Find("policies");
    const auto executable = std::count_if(book.clauses.begin(), book.clauses.end(), [](const Handbook::State& s) { return s.state == "executable"; });
    out += "<tr><td><a href=\"" + E(page) + "\"><b>" + T(Page::Title(book.document)) + "</b></a> <code>" + E(book.name) + "</code></td><td>" + E(Get(book.document, "edition")) + "</td><td>" + std::to_string(policies == nullptr ? 0 : policies->members.size()) + " " + T("policies", "\u6761\u5236\u5ea6") + "</td><td>" +
           (book.clauses.empty() ? "" : std::to_string(executable) + " / " + std::to_string(book.clauses.size())) + "</td></tr>";
  }
  return out + "</tbody></table></main></body></html>\n";
}

}  // namespace ordain::cli
