// Deadlines, processes and duties in words, from the value alone: the state carries its own reasons (see src/feel/builtins_deadlines.cc,
// builtins_process.cc, builtins_duties.cc), so that nothing is computed again. Days in a row under one name are told as one span.
// Tested by tests/deadline_body_test.cc, tests/process_body_test.cc, tests/duties_body_test.cc.
#include "engine/explain_time.hpp"

namespace ordain::engine {
namespace {

class Teller {
 public:
  Teller(const Value& state, Language language) : state_(state), english_(language == Language::kEnglish) {}

  std::vector<std::string> Process(const std::string& name) {
    std::string head = name + T(": ", "：") + Status(Get("status").text());
    if (const Value v = Get("started"); !v.IsNull()) head += T(", since ", "，始于 ") + v.instant().ToString();
    if (const Value v = Get("ended"); !v.IsNull()) head += T(", ended ", "，结束于 ") + v.instant().ToString();
    if (const Value v = Get("outcome"); !v.IsNull()) head += T(" in `", "，终于“") + std::string(v.text()) + T("`", "”");
    lines_.push_back(head);
    for (const char* list : {"done", "open"}) {
      for (std::size_t i = 0; i < Get(list).size(); ++i) Step(Get(list)[i]);
    }
    std::string allowed;
    for (std::size_t i = 0; i < Get("allowed").size(); ++i) allowed += (i ? T(", ", "、") : "") + std::string(Get("allowed")[i].text());
    if (!allowed.empty()) lines_.push_back(T("may happen now: ", "此时允许的事件：") + allowed);
    return lines_;
  }

  std::vector<std::string> Deadline(const std::string& name) {
    const Value status = Get("status"), due = Get("due"), resumed = Get("due_if_resumed"), budget = Get("budget");
    std::string head = name + T(": ", "：") + Status(status.text());
    if (!due.IsNull()) head += T(", due ", "，到期 ") + due.instant().ToString();
    if (!resumed.IsNull()) head += T(", due if resumed now ", "，若此刻恢复则到期 ") + resumed.instant().ToString();
    if (!Get("start").IsNull()) {
      head += T("; used ", "；已用 ") + Get("used").duration().ToString();
      if (!budget.IsNull()) head += T(" of ", "，限 ") + budget.duration().ToString();
    }
    lines_.push_back(head);
    if (Get("start").IsNull()) return lines_;
    std::string received = T("started ", "起算 ") + Get("start").instant().ToString();
    if (Get("after_cut_off").IsTrue()) received += T(", after the cut-off or on a day of rest: counts as received on ", "，已过截止时刻或逢休息日：视为收于 ") + Get("received").date().ToString();
    lines_.push_back(received);
    if (const Value v = Get("first_counted"); !v.IsNull()) lines_.push_back(T("first day counted: ", "首个计入日：") + v.date().ToString());
    Notes(T("skipped: ", "跳过："), Get("skipped"));
    Notes(T("make-up days worked: ", "调休上班："), Get("make_up"));
    for (std::size_t i = 0; i < Get("pauses").size(); ++i) {
      const Value& p = Get("pauses")[i];
      const Value end = Of(p, "end");
      lines_.push_back(T("paused from ", "暂停：自 ") + Of(p, "begin").instant().ToString() + (end.IsNull() ? T(", still", "，至今") : T(" to ", " 至 ") + end.instant().ToString()));
    }
    if (const Value v = Get("rolled_to"); !v.IsNull()) lines_.push_back(T("rolled off a day of rest to ", "遇休息日顺延至 ") + v.date().ToString());
    if (const Value v = Get("stop"); !v.IsNull()) lines_.push_back(T("stopped ", "终止 ") + v.instant().ToString());
    for (std::size_t i = 0; i < Get("moments").size(); ++i) {
      const Value& m = Get("moments")[i];
      const Value at = Of(m, "at");
      lines_.push_back(T("moment `", "节点“") + std::string(Of(m, "name").text()) + T("`: ", "”：") + (at.IsNull() ? T("depends on the resumption", "取决于何时恢复") : at.instant().ToString()) +
                       (Of(m, "passed").IsTrue() ? T(", passed", "，已过") : ""));
    }
    Change(Get("change"));
    lines_.push_back(T("schedule ", "工时表 ") + Named("schedule") + T(", calendar ", "，日历 ") + Named("calendar"));
    Flags();
    return lines_;
  }

  std::vector<std::string> Duties(const std::string& name) {
    const Value all = Get("all"), next = Get("next");
    std::string head = name + T(": ", "：");
    bool any = false;
    for (const char* status : {"overdue", "open", "upcoming", "done"}) {
      const std::size_t n = Get(status).size();
      if (n == 0) continue;
      head += (any ? T(", ", "，") : "") + (english_ ? std::to_string(n) + " " + status : DutyStatus(status) + " " + std::to_string(n));
      any = true;
    }
    if (!any) head += T("nothing is due", "无应办事项");
    if (!next.IsNull()) head += T("; next ", "；下一项 ") + std::string(Of(next, "duty").text()) + T(", due ", "，到期 ") + Of(next, "due").instant().ToString();
    lines_.push_back(head);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i == kMaxDutyLines) {
        lines_.push_back(T("and more: ", "另有：") + std::to_string(all.size() - i));
        break;
      }
      Occurrence(all[i]);
    }
    Flags();
    return lines_;
  }

 private:
  static constexpr std::size_t kMaxDutyLines = 200;

  // weekly_report (supervisor) for 2016-02-29..2016-03-06: overdue, due 2016-03-04T18:00:00+08:00
  void Occurrence(const Value& o) {
    const Value owner = Of(o, "owner"), key = Of(o, "key"), done_at = Of(o, "done_at");
    std::string line(Of(o, "duty").text());
    if (!owner.IsNull()) line += T(" (", "（") + std::string(owner.text()) + T(")", "）");
    if (!key.IsNull()) line += " " + std::string(key.text());
    const Date first = Of(o, "first_day").date(), last = Of(o, "last_day").date(), day = Of(o, "day").date();
    line += T(" for ", "，") + first.ToString() + (first == last ? "" : ".." + last.ToString()) + T(": ", "：") + DutyStatus(Of(o, "status").text());
    line += T(", due ", "，到期 ") + Of(o, "due").instant().ToString();
    if (day != Of(o, "due_date").date()) line += T(", rolled from ", "，原为 ") + day.ToString();
    std::int64_t count = 0, done = 0;
    if (Of(o, "count").number().ToInt64(&count) && Of(o, "done").number().ToInt64(&done) && (count > 1 || done > 1)) {
      line += T(", done ", "，已办 ") + std::to_string(done) + T(" of ", "，应办 ") + std::to_string(count);
    }
    if (!done_at.IsNull()) line += T(", at ", "，办于 ") + done_at.instant().ToString();
    lines_.push_back(line);
  }
  std::string DutyStatus(std::string_view status) const {
    if (english_) return std::string(status == "done_late" ? "done late" : status);
    return status == "upcoming" ? "未到期间" : status == "open" ? "待办" : status == "done" ? "已办" : status == "done_late" ? "逾期办结" : "逾期未办";
  }
  void Flags() {
    if (Get("provisional").IsTrue()) lines_.push_back(T("provisional: the next notice may still change these days", "暂定：下一通知可能调整这些日子"));
    if (Get("unknown_days").IsTrue()) lines_.push_back(T("rests on days that no notice covers", "所依据的日子尚无通知"));
  }

  std::string T(const char* english, const char* chinese) const { return english_ ? english : chinese; }
  static Value Of(const Value& context, std::string_view name) {
    const int i = context.shape()->Find(name);
    return i < 0 ? Value() : context.fields()[i];
  }
  Value Get(std::string_view name) const { return Of(state_, name); }
  std::string Named(const std::string& what) const {
    const std::string name(Get(what).text());
    return (name.empty() ? T("of the rule set's working days", "（规则集的工作日）") : name) + " (" + std::string(Get(what + "_version").text().substr(0, 12)) + ")";
  }
  std::string Status(std::string_view status) const {
    if (english_) return std::string(status == "not_started" ? "not started" : status);
    return status == "not_started" ? "未开始" : status == "open" ? "进行中" : status == "paused" ? "已暂停" : status == "met" ? "按时" : status == "running" ? "进行中" : status == "ended" ? "已结束" : "逾期";
  }

  void Step(const Value& step) {
    const Value round = Of(step, "round"), end = Of(step, "end"), missing = Of(step, "missing"), deadline = Of(step, "deadline");
    std::string line = T("step `", "步骤“") + std::string(Of(step, "step").text()) + T("`", "”");
    if (Compare(round.number(), Decimal(1)) > 0) line += T(" (time ", "（第 ") + round.ToFeel() + T(")", " 次）");
    if (Of(step, "owner").kind() == Kind::kText && !Of(step, "owner").text().empty()) line += T(", owner ", "，责任人 ") + std::string(Of(step, "owner").text());
    line += T(", from ", "，自 ") + Of(step, "begin").instant().ToString();
    if (!end.IsNull()) line += T(" to ", " 至 ") + end.instant().ToString() + T(" by ", "，因 ") + std::string(Of(step, "event").text());
    std::string roles;
    for (std::size_t i = 0; !missing.IsNull() && i < missing.size(); ++i) roles += (i ? T(", ", "、") : "") + std::string(missing[i].text());
    if (!roles.empty()) line += T("; still to sign: ", "；待签：") + roles;
    lines_.push_back(line);
    if (deadline.IsNull()) return;
    for (const std::string& l : Teller(deadline, english_ ? Language::kEnglish : Language::kChinese).Deadline(T("limit", "时限"))) lines_.push_back("  " + l);
  }

  void Notes(const std::string& head, const Value& notes) {
    std::string text;
    for (std::size_t i = 0; i < notes.size();) {
      std::size_t k = i + 1;
      while (k < notes.size() && Of(notes[k], "name").text() == Of(notes[i], "name").text() && Of(notes[k], "date").date().days == Of(notes[k - 1], "date").date().days + 1) ++k;
      std::string name(Of(notes[i], "name").text());
      if (name.empty()) name = T("weekend", "周末");
      const std::string source(Of(notes[i], "source").text());
      text += (text.empty() ? "" : "; ") + Of(notes[i], "date").date().ToString() + (k - i > 1 ? ".." + Of(notes[k - 1], "date").date().ToString() : "") + " " + name +
              (source.empty() ? "" : " [" + source + "]");
      i = k;
    }
    if (!text.empty()) lines_.push_back(head + text);
  }

  void Change(const Value& change) {
    const std::string_view reason = Of(change, "reason").text();
    if (reason == "none") return;
    const Value was = Of(change, "old_due"), is = Of(change, "new_due");
    std::string what;
    if (Of(change, "calendar_changed").IsTrue()) what += T(" calendar", "日历");
    if (Of(change, "schedule_changed").IsTrue()) what += T(" schedule", "工时表");
    if (Of(change, "allowance_changed").IsTrue()) what += T(" allowed time", "时限");
    lines_.push_back(T("changed:", "变更：") + what + T(" (", "（") + std::string(reason) + T(")", "）") +
                     (was.IsNull() ? "" : T(", due before ", "，原到期 ") + was.instant().ToString()) + (is.IsNull() ? "" : T(", now ", "，新到期 ") + is.instant().ToString()));
  }

  const Value& state_;
  bool english_;
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> ExplainDeadline(const std::string& name, const Value& state, Language language) { return Teller(state, language).Deadline(name); }
std::vector<std::string> ExplainDuties(const std::string& name, const Value& list, Language language) { return Teller(list, language).Duties(name); }

std::vector<std::string> ExplainProcess(const std::string& name, const Value& state, Language language) { return Teller(state, language).Process(name); }

}  // namespace ordain::engine
