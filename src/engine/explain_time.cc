// Deadlines and processes in words, from the value alone: the state carries its own reasons (see src/feel/builtins_deadlines.cc, builtins_process.cc), so that
// nothing is computed again. Days in a row under one name are told as one span.
// Tested by tests/deadline_body_test.cc, tests/process_body_test.cc.
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
    if (Get("provisional").IsTrue()) lines_.push_back(T("provisional: the next notice may still change these days", "暂定：下一通知可能调整这些日子"));
    if (Get("unknown_days").IsTrue()) lines_.push_back(T("rests on days that no notice covers", "所依据的日子尚无通知"));
    return lines_;
  }

 private:
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

std::vector<std::string> ExplainProcess(const std::string& name, const Value& state, Language language) { return Teller(state, language).Process(name); }

}  // namespace ordain::engine
