// Evaluates expressions of literals and builtins with nothing but the room src/feel: no check, no engine, no names but its own
// parameters. So the builtins and operators are tested where they stand, and while the rooms above do not compile.
#ifndef ORDAIN_TESTING_CALCULATOR_HPP_
#define ORDAIN_TESTING_CALCULATOR_HPP_

#include <string>

#include "feel/feel.hpp"
#include "ordain/calendar.hpp"

namespace ordain::testing {

class Calculator : public feel::CallContext {
 public:
  Calculator() : CallContext(&own_) {
    feel = true;
    zones = &own_zones_;
    if (Calendar::Builtin("cn", &own_calendar_)) calendar = &own_calendar_;
    if (Zone::Load("Asia/Shanghai", &own_zone_)) zone = &own_zone_;
  }
  // The value in FEEL's form, "null" also for a silent one, or why there is none: "!null", "!kind", "!zero", "!overflow", "!invalid",
  // "!memory", "!unavailable"; "!syntax" when the text is no expression.
  std::string Answer(const std::string& expression);
  feel::Fault Apply(const Value& function, const Value* args, std::size_t count, Value* out) override;

 private:
  struct Scope {
    const Scope* outer;
    const std::vector<std::string>* names;
    const Value* values;
  };
  feel::Fault Eval(const feel::Expr& e, const Scope* scope, Value* out);

  Arena own_;
  feel::ZoneCache own_zones_;
  Calendar own_calendar_;
  Zone own_zone_;
};

}  // namespace ordain::testing

#endif  // ORDAIN_TESTING_CALCULATOR_HPP_
