// Decisions and effects as text. See include/ordain/decision.hpp.
#include "ordain/decision.hpp"

#include "ordain/json.hpp"

namespace ordain {
namespace {

struct EffectRow {
  std::string_view name, field;
};
constexpr EffectRow kEffects[] = {{"fine", "amount"}, {"pay", "amount"},    {"points", "amount"}, {"sanction", "sanction"},
                                  {"bar", "from"},    {"notice", "notice"}, {"duty", "duty"},     {"review", "reason"}};

void Field(std::string_view name, std::string* out) {
  *out += ", ";
  json::AppendString(name, out);
  *out += ": ";
}

}  // namespace

std::string_view EffectName(EffectKind kind) { return kEffects[static_cast<std::size_t>(kind)].name; }
std::string_view EffectField(EffectKind kind) { return kEffects[static_cast<std::size_t>(kind)].field; }
bool EffectFromName(std::string_view name, EffectKind* out) {
  for (std::size_t i = 0; i < std::size(kEffects); ++i) {
    if (kEffects[i].name == name) {
      *out = static_cast<EffectKind>(i);
      return true;
    }
  }
  return false;
}

std::string Effect::Recipient() const {
  switch (party) {
    case Unit::kTeam:
    case Unit::kDepartment:
    case Unit::kInstitution: return std::string(UnitName(party)) + ":" + std::string(to);
    default: return std::string(to);
  }
}

std::string Effect::ToJson() const {
  std::string out = "{\"effect\": ";
  json::AppendString(EffectName(kind), &out);
  if (kind != EffectKind::kReview) {
    Field("to", &out);
    json::AppendString(Recipient(), &out);
  }
  Field(EffectField(kind), &out);
  if (kind <= EffectKind::kPoints) {
    out += amount.ToString();
  } else {
    json::AppendString(detail, &out);
  }
  if (kind == EffectKind::kDuty) {
    Field("due", &out);
    out += due.ToJson();
  }
  return out + "}";
}

Value Decision::Outcome(std::string_view field) const {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if ((*names_)[i] == field) return values_[i];
  }
  return {};
}

std::string Decision::OutcomeJson() const {
  std::string out = "{";
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (i != 0) out += ", ";
    json::AppendString((*names_)[i], &out);
    out += ": " + values_[i].ToJson();
  }
  return out + "}";
}

std::string Decision::EffectsJson() const {
  std::string out = "[";
  for (std::size_t i = 0; i < effects_.size(); ++i) out += (i != 0 ? ", " : "") + effects_[i].ToJson();
  return out + "]";
}

std::string Decision::ToJson() const {
  const auto problem = [](const Diagnostic& d, std::string* out) {
    *out += "{\"code\": ";
    json::AppendString(CodeText(d.code), out);
    Field("path", out);
    json::AppendString(d.path, out);
    if (d.span.line != 0) *out += ", \"line\": " + std::to_string(d.span.line) + ", \"column\": " + std::to_string(d.span.column);
    Field("message", out);
    json::AppendString(d.Message(), out);
    for (const auto& [name, value] : d.args) {
      if (name != "operands") continue;
      Field(name, out);
      json::AppendString(value, out);
    }
    Field("hint", out);
    json::AppendString(d.hint, out);
    *out += "}";
  };
  std::string out;
  if (ok_) {
    out = "{\"outcome\": " + OutcomeJson() + ", \"effects\": " + EffectsJson();
  } else {
    out = "{\"error\": ";
    problem(error_, &out);
  }
  for (std::size_t i = 0; i < warnings_.size(); ++i) {
    out += i == 0 ? ", \"warnings\": [" : ", ";
    problem(warnings_[i], &out);
  }
  if (!warnings_.empty()) out += "]";
  return out + "}";
}

}  // namespace ordain
