// Internal. What bodies about time have in common: a named part of one reads its allowed time, schedule and thresholds into the
// context that the builtins of src/feel/records.hpp read; expressions become hidden formulas, so that a mistake in one is
// reported where it stands. Tested by tests/deadline_body_test.cc.
#ifndef ORDAIN_POLICY_TIMING_HPP_
#define ORDAIN_POLICY_TIMING_HPP_

#include <optional>
#include <string>

#include "policy/reader.hpp"

namespace ordain::policy {

class TimingReader {
 public:
  // name: of the part, of which the hidden names are made.
  TimingReader(PolicyReader* reader, std::string name) : reader_(reader), loader_(reader->loader), name_(std::move(name)) {}

  // A formula of its own under a hidden name; gives that name.
  feel::ExprPtr Hide(const std::string& part, feel::ExprPtr tree, const std::string& path, std::optional<Type> declared = {});
  // An entry of a context.
  static void Put(feel::Expr* context, const char* key, feel::ExprPtr value);
  // `amount` and `unit` of an object. minus: the amount counts backwards. False: reported.
  bool Amount(ObjectReader* object, const Trees& t, const char* part, bool minus, feel::Expr* context);
  // An allowed time: amount, unit and how days are counted.
  void Allowed(const json::Node& node, const std::string& path, const Trees& t, const char* part, feel::Expr* context);
  // The name of a schedule, or an expression that gives one; null: none.
  feel::ExprPtr ScheduleOf(const json::Node* node, const std::string& path, const Trees& t, const char* part);
  // {schedule, amount, unit, ..., thresholds} by `schedule` (else the one given), `allowed` and `thresholds` of an object.
  feel::ExprPtr Rule(ObjectReader* object, const Trees& t, const json::Node* schedule, const std::string& schedule_path);
  // A text, or an expression that gives one.
  feel::ExprPtr TextOf(const json::Node& node, const std::string& path, const Trees& t, const char* part);

 protected:
  static void ReadRoll(ObjectReader* object, const Trees& t, feel::Expr* context);

  PolicyReader* reader_;
  const Loader& loader_;
  std::string name_;

 private:
  void Thresholds(ObjectReader* object, const Trees& t, feel::Expr* rule);
};

}  // namespace ordain::policy

#endif  // ORDAIN_POLICY_TIMING_HPP_
