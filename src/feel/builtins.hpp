// Internal to the room: the rows of the builtin table and what their functions share. See builtins.cc.
#ifndef ORDAIN_FEEL_BUILTINS_HPP_
#define ORDAIN_FEEL_BUILTINS_HPP_

#include <string>
#include <string_view>
#include <vector>

#include "feel/feel.hpp"

namespace ordain::feel {

using Types = std::vector<Type>;
using Complain = std::function<void(std::string)>;

struct BuiltinRow {
  std::string_view signatures;  // one form a line: "name(parameter: type, ...): type"; see builtins.cc
  std::string_view english;
  std::string_view chinese;
  Fault (*call)(const Value* args, std::size_t count, CallContext* context, Value* out);
  // A closer look at the types than the signature takes, which they fit: units, items. Null: as the signature says.
  Type (*result)(const Types& types, const Complain& complain) = nullptr;
  bool varies = false;
};
using BuiltinRows = std::vector<BuiltinRow>;

// By subject; each in a file of its name.
void AddNumberBuiltins(BuiltinRows* rows);
void AddTextBuiltins(BuiltinRows* rows);
void AddListBuiltins(BuiltinRows* rows);
void AddContextBuiltins(BuiltinRows* rows);
void AddRangeBuiltins(BuiltinRows* rows);
void AddTemporalBuiltins(BuiltinRows* rows);
void AddWorkingDayBuiltins(BuiltinRows* rows);  // builtins_days.cc
void AddDeadlineBuiltins(BuiltinRows* rows);
void AddProcessBuiltins(BuiltinRows* rows);
void AddDutyBuiltins(BuiltinRows* rows);

Fault GiveText(std::string_view text, CallContext* context, Value* out);                 // copied
Fault GiveList(const std::vector<Value>& items, CallContext* context, Value* out);      // copied
inline Fault GiveInteger(std::int64_t n, Value* out) { *out = Value::Number(Decimal(n)); return Fault::kNone; }
inline Fault GiveBoolean(bool b, Value* out) { *out = Value::Boolean(b); return Fault::kNone; }
// A whole number: FEEL drops the fraction, rule sets refuse one.
bool Whole(const Value& v, const CallContext* context, std::int64_t* out);
// The common type of a list's items, or of the arguments; reports what does not go together.
Type Common(const Types& types, const Complain& complain, bool* list);

}  // namespace ordain::feel

#endif  // ORDAIN_FEEL_BUILTINS_HPP_
