// Internal. The schedules of a rule set: read with it, and made again when the host brings another calendar.
#ifndef ORDAIN_POLICY_SCHEDULES_HPP_
#define ORDAIN_POLICY_SCHEDULES_HPP_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feel/feel.hpp"
#include "policy/reader.hpp"

namespace ordain::policy {

// The name of the schedule that every rule set has: around the clock, every day.
inline constexpr std::string_view kAlways = "always";

// `schedules` of the document into model->schedules. Needs name, zone and calendar of the model.
void ReadSchedules(const Loader& loader, const json::Node& node, const std::string& path);

// What expressions ask for schedules. Each is made when first asked for, and again when the calendar is another one.
// Threads: one at a time. The model must outlive it.
class ModelSchedules final : public feel::ScheduleSource {
 public:
  explicit ModelSchedules(const Model& model) : model_(model), slots_(model.schedules.size() + 2) {}
  // The working days of the evaluation; null: none. It must hold while schedules are asked for.
  void Use(const Calendar* working_days) { calendar_ = working_days; }
  const Schedule* Find(std::string_view name) override;

 private:
  struct Slot {
    std::string hash;  // of the calendar that it was made with
    bool tried = false;
    std::optional<Schedule> schedule;
  };
  const Model& model_;
  const Calendar* calendar_ = nullptr;
  std::vector<Slot> slots_;  // those of the model; the working days around the clock; always
};

}  // namespace ordain::policy

#endif  // ORDAIN_POLICY_SCHEDULES_HPP_
