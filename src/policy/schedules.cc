// Schedules of a rule set. Their JSON is what Schedule::FromJson reads; the zone and the calendar are the rule set's unless
// they say otherwise. A schedule over the rule set's own calendar follows the host's when it brings another one, so that
// one option (--calendar, Terms::Use) moves working days and opening hours together.
//
// Cost: a schedule takes some milliseconds to make; each evaluator makes it once for each calendar that it is given.
// Tested by tests/deadline_body_test.cc.
#include "policy/schedules.hpp"

#include <algorithm>

namespace ordain::policy {
namespace {

bool MakeWith(const std::string& text, const std::string& id, const Calendar* calendar, Schedule* out, Diagnostics* found) {
  Calendars shelf;
  if (calendar != nullptr) shelf.Put(id, *calendar);
  return Schedule::FromJson({"", text}, shelf, out, found);
}

Schedule AroundTheClock(const Zone& zone, const Calendar& calendar, bool every_day, std::string id) {
  ScheduleSpec spec;
  spec.id = std::move(id);
  spec.calendar = calendar;
  spec.zone = zone;
  ScheduleVersion version;
  for (int d = 0; d < 7; ++d) {
    if (every_day || calendar.WorksWeekday(d + 1)) version.week[static_cast<std::size_t>(d)] = {{0, 86400}};
  }
  version.make_up = std::vector<OpenWindow>{{0, 86400}};
  spec.versions.push_back(std::move(version));
  Schedule schedule;
  Diagnostics found;
  Schedule::Make(spec, &schedule, &found);
  return schedule;
}

}  // namespace

void ReadSchedules(const Loader& loader, const json::Node& node, const std::string& path) {
  Model& model = *loader.model;
  if (node.type != json::NodeType::kObject) {
    ObjectReader complain(loader, node, path);
    return;
  }
  for (const json::Member& m : node.members) {
    const std::string at = json::Child(path, m.key);
    if (!loader.ReadName(m.key, at, m.key_span)) continue;
    if (m.key == kAlways) {
      loader.Report(Code::kDuplicateName, at, m.key_span, {{"name", m.key}}, "`always` is around the clock, in every rule set");
      continue;
    }
    if (m.value.type != json::NodeType::kObject) {
      ObjectReader complain(loader, m.value, at);
      continue;
    }
    NamedSchedule schedule;
    schedule.name = m.key;
    // What stands for readers is not the schedule's.
    json::Node plain = m.value;
    const auto remark = [](const json::Member& k) { return k.key == "says" || k.key == "quote" || k.key == "cites"; };
    plain.members.erase(std::remove_if(plain.members.begin(), plain.members.end(), remark), plain.members.end());
    json::Node marks = m.value;
    marks.members.erase(std::remove_if(marks.members.begin(), marks.members.end(), [&](const json::Member& k) { return !remark(k); }), marks.members.end());
    {
      ObjectReader readers(loader, marks, at);
      schedule.remark = readers.ReadRemark();
    }
    const auto text = [&](const char* key, const std::string& value) {
      json::Member member;
      member.key = key;
      member.key_span = m.key_span;
      member.value.type = json::NodeType::kString;
      member.value.text = value;
      member.value.span = m.key_span;
      plain.members.insert(plain.members.begin(), std::move(member));
    };
    if (const json::Node* calendar = m.value.Find("calendar")) schedule.calendar = calendar->text;
    else schedule.calendar = model.calendar;
    if (schedule.calendar.empty()) {
      loader.Report(Code::kMissingKey, at, m.key_span, {{"name", "calendar"}}, "name the calendar of the rule set, \"calendar\": \"cn\", or of this schedule");
      continue;
    }
    if (m.value.Find("calendar") == nullptr) text("calendar", schedule.calendar);
    if (m.value.Find("zone") == nullptr) text("zone", model.zone.name());
    if (m.value.Find("schedule") == nullptr) text("schedule", m.key);
    schedule.text = json::Write(plain);
    schedule.follows = schedule.calendar == model.calendar;
    // The rule set's own calendar may be one that only the host has; then any other shows what is wrong with the rest.
    const bool stands_in = schedule.follows && !model.working_days;
    const Calendar weekdays;
    Schedule made;
    Diagnostics found;
    if (MakeWith(schedule.text, schedule.calendar, stands_in ? &weekdays : nullptr, &made, &found)) {
      if (!stands_in) schedule.made = made;
    }
    for (Diagnostic& d : found) {
      d.path = at + d.path;
      d.span = m.key_span;
      d.file.clear();
      loader.diagnostics->push_back(std::move(d));
    }
    model.schedules.push_back(std::move(schedule));
  }
}

const Schedule* ModelSchedules::Find(std::string_view name) {
  std::size_t i = 0;
  const std::size_t n = model_.schedules.size();
  if (name.empty()) i = n;
  else if (name == kAlways) i = n + 1;
  else while (i < n && model_.schedules[i].name != name) ++i;
  if (i == n && !name.empty()) return nullptr;
  Slot& slot = slots_[i];
  if (i == n + 1) {
    if (!slot.schedule) slot.schedule = AroundTheClock(model_.zone, Calendar(), true, std::string(kAlways));
    return &*slot.schedule;
  }
  const bool follows = i == n || model_.schedules[i].follows;
  if (i < n && model_.schedules[i].made) {
    const Schedule& made = *model_.schedules[i].made;
    if (!follows || (calendar_ != nullptr && calendar_->info().hash == made.calendar().info().hash && calendar_->info().unknown == made.calendar().info().unknown)) return &made;
  }
  if (calendar_ == nullptr) return nullptr;
  const std::string hash = calendar_->info().hash + "/" + std::to_string(static_cast<int>(calendar_->info().unknown));
  if (slot.tried && slot.hash == hash) return slot.schedule ? &*slot.schedule : nullptr;
  slot.tried = true;
  slot.hash = hash;
  slot.schedule.reset();
  if (i == n) {
    slot.schedule = AroundTheClock(model_.zone, *calendar_, false, "");
  } else {
    Schedule made;
    Diagnostics ignored;  // it was read without complaint: what may fail now is only that the calendar ends before it begins
    if (MakeWith(model_.schedules[i].text, model_.schedules[i].calendar, calendar_, &made, &ignored)) slot.schedule = std::move(made);
  }
  return slot.schedule ? &*slot.schedule : nullptr;
}

}  // namespace ordain::policy
