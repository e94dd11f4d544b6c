// ordain due: what is open in the cases of a ledger as of an instant, soonest first, as a table or JSON.
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "common.hpp"
#include "due.hpp"

namespace ordain::cli {
namespace {

// How far off: "2d 3h", "45min".
std::string Span(std::int64_t seconds) {
  const std::int64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
  if (days > 0) return std::to_string(days) + "d" + (hours % 24 > 0 ? " " + std::to_string(hours % 24) + "h" : "");
  if (hours > 0) return std::to_string(hours) + "h" + (minutes % 60 > 0 ? " " + std::to_string(minutes % 60) + "min" : "");
  return std::to_string(minutes) + "min";
}

}  // namespace

DueWords WordsOf(const DueItem& d, const Instant& at) {
  DueWords words;
  if (d.due && *d.due < at) words.off = Both{"late ", "逾期 "} + Same(Span(at.seconds - d.due->seconds));
  else if (d.due) words.off = Both{"in ", "还有 "} + Same(Span(d.due->seconds - at.seconds));
  else if (d.due_if_resumed) words.off = Both{"if resumed now: ", "若即恢复："} + Same(d.due_if_resumed->ToString());
  words.status = d.status == "late"       ? Both{"late", "逾期"}
                 : d.status == "paused"   ? Both{"paused", "已暂停"}
                 : d.status == "no_limit" ? Both{"no limit", "无时限"}
                                          : Both{"open", "进行中"};
  if (d.provisional) words.status = words.status + Both{" (provisional)", "（暂定）"};
  words.what = Same(d.name + (d.key.empty() ? "" : " " + d.key));
  for (std::size_t i = 0; i < d.missing.size(); ++i) words.what = words.what + (i > 0 ? Same(", ") : Both{"; to sign: ", "；待签："}) + Same(d.missing[i]);
  return words;
}

namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  Options options;
  std::string ledger, at, known_at, until, policy, owner, format = "text";
};

// Columns of a terminal: wide characters take two.
std::size_t Width(const std::string& text) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c & 0xC0) != 0x80) width += c >= 0xE2 ? 2 : 1;
  }
  return width;
}

void PrintTable(std::vector<std::vector<std::string>> rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += row[i] + (i + 1 < row.size() ? std::string(widths[i] - Width(row[i]) + 2, ' ') : "");
    std::cout << line << '\n';
  }
}

std::string KindText(DueItem::Kind kind) { return kind == DueItem::Kind::kStep ? "step" : kind == DueItem::Kind::kDuty ? "duty" : "deadline"; }

Json Row(const DueLine& l, const Instant& at) {
  Json row = {{"due", l.due.due ? Json(l.due.due->ToString()) : Json()}, {"overdue", l.due.due && *l.due.due < at}, {"status", l.due.status}, {"kind", KindText(l.due.kind)},
              {"name", l.due.name}, {"owner", l.due.owner.empty() ? Json() : Json(l.due.owner)}, {"case", l.case_key}, {"policy", l.policy}, {"event", l.event}};
  if (!l.due.key.empty()) row["key"] = l.due.key;
  if (l.due.due_if_resumed) row["due_if_resumed"] = l.due.due_if_resumed->ToString();
  if (l.due.next_at) row["next"] = {{"name", l.due.next}, {"at", l.due.next_at->ToString()}};
  if (!l.due.missing.empty()) row["missing"] = l.due.missing;
  if (l.due.provisional) row["provisional"] = true;
  return row;
}

bool ParseInstant(const std::string& text, Language language, Instant* out) {
  if (Instant::Parse(text, out)) return true;
  std::cerr << MakeDiagnostic(Code::kBadInstant, "", {}, {{"value", text}}).Format(language) << '\n';
  return false;
}

int Due(const Arguments& a) {
  const Language language = LanguageOf(a.options);
  const bool english = language == Language::kEnglish;
  Instant at, known, until;
  if (!ParseInstant(a.at, language, &at) || (!a.known_at.empty() && !ParseInstant(a.known_at, language, &known)) || (!a.until.empty() && !ParseInstant(a.until, language, &until))) return kUsage;
  Opened opened;
  if (const int code = opened.Open(a.options, a.ledger); code != kDone) return code;
  if (!a.policy.empty()) {
    if (const auto found = opened.engine->Find(a.policy, at); !found) {
      std::cerr << found.error().Format(language) << '\n';
      return kUsage;
    }
  }
  const Result<DueList> all = ListDue(opened.engine.get(), at, a.known_at.empty() ? std::nullopt : std::optional<Instant>(known));
  if (!all) {
    std::cerr << all.error().Format(language) << '\n';
    return kUsage;
  }
  std::vector<const DueLine*> lines;
  for (const DueLine& l : all.value().lines) {
    const bool soon = a.until.empty() || (l.due.due && !(until < *l.due.due));
    if (soon && (a.policy.empty() || l.policy == a.policy) && (a.owner.empty() || l.due.owner == a.owner)) lines.push_back(&l);
  }
  if (a.format == "json") {
    Json out = {{"at", at.ToString()}, {"due", Json::array()}, {"problems", Json::array()}};
    for (const DueLine* l : lines) out["due"].push_back(Row(*l, at));
    for (const DueProblem& p : all.value().problems) {
      out["problems"].push_back({{"policy", p.policy}, {"case", p.case_key}, {"event", p.event}, {"code", CodeText(p.diagnostic.code)}, {"message", p.diagnostic.Message(language)}});
    }
    std::cout << out.dump(2) << '\n';
  } else {
    const auto t = [&](const char* en, const char* zh) { return std::string(english ? en : zh); };
    std::vector<std::vector<std::string>> rows = {{t("due", "到期"), t("", ""), t("status", "状态"), t("what", "事项"), t("owner", "责任人"), t("case", "案件"), t("policy", "规则")}};
    for (const DueLine* l : lines) {
      const DueItem& d = l->due;
      const DueWords words = WordsOf(d, at);
      const auto said = [&](const Both& b) { return english ? b.en : b.zh; };
      rows.push_back({d.due ? d.due->ToString() : "-", said(words.off), said(words.status), said(words.what), d.owner.empty() ? "-" : d.owner, l->case_key, l->policy});
    }
    if (lines.empty()) std::cout << t("nothing is open", "没有未结事项") << '\n';
    else PrintTable(std::move(rows));
  }
  for (const DueProblem& p : all.value().problems) {
    std::cerr << p.policy << ' ' << p.case_key << " (" << p.event << "): " << p.diagnostic.Format(language) << '\n';
  }
  return all.value().problems.empty() ? kDone : kFindings;
}

}  // namespace

void AddDue(CLI::App* app, int* exit) {
  auto a = std::make_shared<Arguments>();
  CLI::App* command = app->add_subcommand("due", "what is open in the cases of a ledger as of an instant, soonest first");
  AddCommon(command, &a->options);
  command->add_option("--ledger", a->ledger, "ledger file; nothing is written to it")->required();
  command->add_option("--at", a->at, "the instant asked about, RFC 3339 with offset")->required();
  command->add_option("--known-at", a->known_at, "only what was recorded by then");
  command->add_option("--until", a->until, "only what is due by then, overdue included");
  command->add_option("--policy", a->policy, "only this one: <rule set>.<policy>");
  command->add_option("--owner", a->owner, "only of this owner");
  command->add_option("--format", a->format, "text or json")->check(CLI::IsMember({"text", "json"}));
  command->callback([=] { *exit = Due(*a); });
}

}  // namespace ordain::cli
