// An explanation: the policy and its clause, the facts, the readings with the contradictions that they resolve, every table with
// the rows that did not apply and the condition on which each failed, the row that did with its clause, every named value, what was
// read from the ledger, the effects with their clauses, the outcome. Nothing is computed again: names have registers of their own,
// and the trace holds the cells.
// Tested by tests/engine_test.cc.
#include "engine/explain.hpp"

#include <algorithm>

#include "engine/explain_time.hpp"

namespace ordain::engine {
namespace {

class Writer {
 public:
  Writer(const RuleSetParts& parts, int policy, const Value* registers, const engine::Readings& readings, const Decision& decision, Language language)
      : parts_(parts), program_(parts.programs[static_cast<std::size_t>(policy)]),
        policy_(parts.model->policies[static_cast<std::size_t>(policy)]), index_(policy), r_(registers), readings_(readings), d_(decision),
        english_(language == Language::kEnglish), language_(language) {}

  std::string Write() {
    Title();
    Facts();
    for (const policy::Definition& definition : policy_.definitions) {
      if (d_.ok() || Reached(definition)) Definition(definition);
    }
    if (!d_.ok()) {
      Line(0, T("Refused: ", "\xe4\xb8\x8d\xe4\xba\x88\xe5\x8f\x97\xe7\x90\x86\xef\xbc\x9a") + d_.error().Format(language_));
      return out_;
    }
    Effects();
    Line(0, T("Outcome", "\xe7\xbb\x93\xe6\x9e\x9c"));
    for (std::size_t i = 0; i < d_.size(); ++i) Line(1, std::string(d_.name(i)) + " = " + d_.value(i).ToFeel());
    return out_;
  }

 private:
  std::string T(const char* english, const char* chinese) const { return english_ ? english : chinese; }
  void Line(int depth, const std::string& text) {
    out_ += std::string(static_cast<std::size_t>(depth) * 2, ' ') + text + "\n";
  }
  std::string Says(const policy::Remark& r) const { return english_ || r.says_zh.empty() ? r.says_en : r.says_zh; }
  void Quote(int depth, const policy::Remark& r) {
    if (r.quote.empty() && r.cites.empty()) return;
    std::string text = r.quote.empty() ? "" : "\xe2\x80\x9c" + r.quote + "\xe2\x80\x9d";
    std::string cites;
    for (const std::string& c : r.cites) cites += (cites.empty() ? "" : ", ") + c;
    if (!cites.empty()) text += (text.empty() ? "[" : " [") + cites + "]";
    Line(depth, text);
  }
  // Null pointer when the symbol has no register.
  const Value* ValueOf(int symbol) const {
    if (symbol < 0) return nullptr;
    const std::uint32_t reg = program_.symbol_registers[static_cast<std::size_t>(symbol)];
    return reg == kNone ? nullptr : r_ + reg;
  }
  const policy::Symbol& SymbolOf(int symbol) const { return policy_.symbols[static_cast<std::size_t>(symbol)]; }
  std::string Assignment(int symbol) const {
    const Value* v = ValueOf(symbol);
    return SymbolOf(symbol).name + " = " + (v == nullptr ? "?" : v->ToFeel());
  }

  // Of a refused decision only what it came to is told: the registers of the rest are still null.
  bool Reached(const policy::Definition& definition) const {
    const auto known = [&](int symbol) {
      const Value* v = ValueOf(symbol);
      return v != nullptr && !v->IsNull();
    };
    const auto i = static_cast<std::size_t>(definition.index);
    switch (definition.kind) {
      case policy::DefinitionKind::kFormula: return known(policy_.formulas[i].symbol);
      case policy::DefinitionKind::kTable:
        return std::any_of(d_.trace().begin(), d_.trace().end(), [&](const TraceItem& t) { return t.policy == index_ && t.definition == definition.index && t.kind != TraceKind::kGuard; });
      case policy::DefinitionKind::kRead: return known(policy_.reads[i].symbol);
      case policy::DefinitionKind::kDiscretion: return known(policy_.discretions[i].symbol);
      case policy::DefinitionKind::kRequirement:
      case policy::DefinitionKind::kEffects: return false;
    }
    return false;
  }

  void Title() {
    const std::string says = Says(policy_.remark);
    Line(0, parts_.model->name + "." + policy_.name + (says.empty() ? "" : " - " + says));
    Quote(1, policy_.remark);
    ResolvedElsewhere();
  }

  void Facts() {
    Line(0, T("Facts", "\xe4\xba\x8b\xe5\xae\x9e"));
    for (std::size_t i = 0; i < policy_.facts.size(); ++i) {
      const Value& v = r_[program_.fact_base + i];
      if (!d_.ok() && v.IsNull()) continue;  // absent, or not of its type
      const std::string says = Says(policy_.facts[i].remark);
      Line(1, policy_.facts[i].name + " = " + (v.IsNull() ? T("(absent)", "\xef\xbc\x88\xe6\x9c\xaa\xe5\xa1\xab\xef\xbc\x89") : v.ToFeel()) + (says.empty() ? "" : "   (" + says + ")"));
    }
    Readings();
  }

  // The policy's own settings, and those of the rule set that it reads; below each the contradiction that it resolves.
  void Readings() {
    bool any = false;
    const auto tell = [&](const policy::Setting& setting, std::uint16_t chosen) {
      if (!any) Line(0, T("Readings", "\xe8\xae\xbe\xe5\xae\x9a"));
      any = true;
      const std::string says = Says(setting.remark);
      Line(1, setting.name + " = \"" + setting.values[chosen] + "\"" + (says.empty() ? "" : "   (" + says + ")"));
      if (setting.contradiction) Contradiction(*setting.contradiction, chosen);
    };
    for (std::size_t i = 0; i < policy_.settings.size(); ++i) tell(policy_.settings[i], readings_.of_policies[static_cast<std::size_t>(index_)][i]);
    for (std::size_t i = 0; i < parts_.model->settings.size(); ++i) {
      if (ReadsShared(i)) tell(parts_.model->settings[i], readings_.shared[i]);
    }
  }
  bool ReadsShared(std::size_t setting) const {
    const int index = static_cast<int>(policy_.settings.size() + setting);  // after the policy's own
    return std::any_of(policy_.symbols.begin(), policy_.symbols.end(), [&](const policy::Symbol& s) { return s.kind == policy::SymbolKind::kSetting && s.index == index; });
  }

  // What comes of the clauses under a value of the setting.
  std::string ComesTo(const policy::Contradiction& c, std::size_t chosen) const {
    const std::string& word = c.resolve[chosen];
    if (word == "max") return T("the higher applies", "\xe4\xbb\x8e\xe9\xab\x98\xe9\x80\x82\xe7\x94\xa8");
    if (word == "min") return T("the lower applies", "\xe4\xbb\x8e\xe4\xbd\x8e\xe9\x80\x82\xe7\x94\xa8");
    if (word == "both") return T("both apply", "\xe4\xb8\x80\xe5\xb9\xb6\xe9\x80\x82\xe7\x94\xa8");
    if (word == "review") return T("a person decides", "\xe7\x94\xb1\xe4\xba\xba\xe5\xb7\xa5\xe5\xa4\x8d\xe6\xa0\xb8");
    if (word == "first") return T("the first prevails", "\xe4\xbb\xa5\xe7\xac\xac\xe4\xb8\x80\xe6\x9d\xa1\xe4\xb8\xba\xe5\x87\x86");
    if (word == "second") return T("the second prevails", "\xe4\xbb\xa5\xe7\xac\xac\xe4\xba\x8c\xe6\x9d\xa1\xe4\xb8\xba\xe5\x87\x86");
    return english_ ? word + " prevails" : "\xe4\xbb\xa5 " + word + " \xe4\xb8\xba\xe5\x87\x86";
  }

  void Contradiction(const policy::Contradiction& c, std::size_t chosen) {
    const std::string& word = c.resolve[chosen];
    Line(2, T("contradiction ", "\xe6\x9d\xa1\xe6\xac\xbe\xe5\x86\xb2\xe7\xaa\x81 ") + c.id + T(": ", "\xef\xbc\x9a") + ComesTo(c, chosen));
    for (std::size_t i = 0; i < c.between.size(); ++i) {
      // Which side the amounts favour, or a person, is told by the values.
      const bool open = word == "max" || word == "min" || word == "review";
      const std::string mark = open ? "- " : c.Prevails(chosen, i) ? T("applies: ", "\xe9\x80\x82\xe7\x94\xa8\xef\xbc\x9a") : T("gives way: ", "\xe4\xb8\x8d\xe9\x80\x82\xe7\x94\xa8\xef\xbc\x9a");
      const policy::Remark& r = c.between[i].remark;
      std::string cites;
      for (const std::string& id : r.cites) cites += (cites.empty() ? "" : ", ") + id;
      Line(3, mark + "\xe2\x80\x9c" + r.quote + "\xe2\x80\x9d [" + cites + "]" + (c.between[i].policy.empty() ? "" : " " + c.between[i].policy));
    }
  }

  // Where a contradiction of this policy's clause is resolved by a setting that the policy itself does not read.
  void ResolvedElsewhere() {
    const auto tell = [&](const policy::Setting& setting, const std::string& owner, std::uint16_t chosen) {
      if (!setting.contradiction) return;
      const auto& between = setting.contradiction->between;
      if (std::none_of(between.begin(), between.end(), [&](const auto& side) { return side.policy == policy_.name; })) return;
      Line(1, T("contradiction ", "\xe6\x9d\xa1\xe6\xac\xbe\xe5\x86\xb2\xe7\xaa\x81 ") + setting.contradiction->id + " (" + owner + setting.name + " = \"" + setting.values[chosen] + "\")" + T(": ", "\xef\xbc\x9a") +
                  ComesTo(*setting.contradiction, chosen));
    };
    for (std::size_t p = 0; p < parts_.model->policies.size(); ++p) {
      const policy::Policy& other = parts_.model->policies[p];
      for (std::size_t i = 0; &other != &policy_ && i < other.settings.size(); ++i) tell(other.settings[i], other.name + ".", readings_.of_policies[p][i]);
    }
    for (std::size_t i = 0; i < parts_.model->settings.size(); ++i) {
      if (!ReadsShared(i)) tell(parts_.model->settings[i], "", readings_.shared[i]);
    }
  }

  void Definition(const policy::Definition& definition) {
    const auto i = static_cast<std::size_t>(definition.index);
    switch (definition.kind) {
      case policy::DefinitionKind::kFormula: {
        const policy::Formula& f = policy_.formulas[i];
        if (!f.item.empty()) {
          const Value* v = ValueOf(f.symbol);
          const bool holds = v != nullptr && v->IsTrue();
          Line(0, f.item + ": " + (holds ? T("holds", "\xe6\xbb\xa1\xe8\xb6\xb3") : T("does not hold", "\xe4\xb8\x8d\xe6\xbb\xa1\xe8\xb6\xb3")) +
                      (Says(definition.remark).empty() ? "" : "   (" + Says(definition.remark) + ")"));
          Quote(1, definition.remark);
          return;
        }
        if (SymbolOf(f.symbol).hidden) return;
        const std::string says = Says(definition.remark);
        if (const Value* v = ValueOf(f.symbol); f.role != policy::FormulaRole::kPlain && v != nullptr && v->kind() == Kind::kContext) {
          const auto tell = f.role == policy::FormulaRole::kDeadline ? ExplainDeadline : f.role == policy::FormulaRole::kProcess ? ExplainProcess : ExplainDuties;
          const std::vector<std::string> lines = tell(SymbolOf(f.symbol).name, *v, language_);
          Line(0, lines[0] + (says.empty() ? "" : "   (" + says + ")"));
          Quote(1, definition.remark);
          for (std::size_t k = 1; k < lines.size(); ++k) Line(1, lines[k]);
          return;
        }
        Line(0, Assignment(f.symbol) + (says.empty() ? "" : "   (" + says + ")"));
        // Not what a lowering made: its names say nothing to a reader.
        const std::string text = feel::Print(*f.value.tree);
        if (text.find("__") == std::string::npos) Line(1, "= " + text);
        Quote(1, definition.remark);
        return;
      }
      case policy::DefinitionKind::kTable: Table(policy_.tables[i], definition.index, definition.remark); return;
      case policy::DefinitionKind::kRead: {
        const policy::Read& read = policy_.reads[i];
        if (SymbolOf(read.symbol).hidden) return;
        static constexpr const char* kEnglish[] = {"counted", "added up", "latest", "in a row", "periods that reach it", "events"};
        static constexpr const char* kChinese[] = {"\xe8\xae\xa1\xe6\x95\xb0", "\xe5\x90\x88\xe8\xae\xa1", "\xe6\x9c\x80\xe8\xbf\x91\xe4\xb8\x80\xe6\xac\xa1", "\xe8\xbf\x9e\xe7\xbb\xad", "\xe8\xbe\xbe\xe5\x88\xb0\xe7\x9a\x84\xe6\x9c\x9f\xe6\x95\xb0", "\xe4\xba\x8b\xe4\xbb\xb6"};
        const auto k = static_cast<std::size_t>(read.kind);
        Line(0, Assignment(read.symbol) + "   (" + T("from the ledger: ", "\xe5\x8f\xb0\xe8\xb4\xa6\xef\xbc\x9a") + T(kEnglish[k], kChinese[k]) + ", " + Window(read) + ")");
        Quote(1, definition.remark);
        return;
      }
      case policy::DefinitionKind::kDiscretion: {
        const policy::Discretion& x = policy_.discretions[i];
        Line(0, Assignment(x.symbol) + "   (" + T("chosen by a person", "\xe4\xba\xba\xe5\xb7\xa5\xe9\x80\x89\xe5\xae\x9a") + ")");
        for (const int s : {x.allowed, x.min, x.max}) {
          if (s >= 0) Line(1, Assignment(s));
        }
        Quote(1, definition.remark);
        return;
      }
      case policy::DefinitionKind::kRequirement:
        Line(0, T("required: ", "\xe5\xbf\x85\xe9\xa1\xbb\xef\xbc\x9a") + feel::Print(*policy_.requirements[i].that.tree));
        return;
      case policy::DefinitionKind::kEffects: return;  // told at the end
    }
  }

  std::string Window(const policy::Read& r) const {
    const std::string n = std::to_string(r.span);
    switch (r.window) {
      case policy::Window::kLifetime: return T("all time", "\xe5\x85\xa8\xe9\x83\xa8\xe6\x97\xb6\xe9\x97\xb4");
      case policy::Window::kDay: return T("this day", "\xe5\xbd\x93\xe5\xa4\xa9");
      case policy::Window::kWeek: return T("this week", "\xe6\x9c\xac\xe5\x91\xa8");
      case policy::Window::kMonth: return T("this month", "\xe5\xbd\x93\xe6\x9c\x88");
      case policy::Window::kQuarter: return T("this quarter", "\xe6\x9c\xac\xe5\xad\xa3\xe5\xba\xa6");
      case policy::Window::kYear: return T("this year", "\xe6\x9c\xac\xe5\xb9\xb4");
      case policy::Window::kLastDays: return english_ ? "last " + n + " days" : "\xe6\x9c\x80\xe8\xbf\x91 " + n + " \xe5\xa4\xa9";
      case policy::Window::kLastMonths: return english_ ? "last " + n + " months" : "\xe6\x9c\x80\xe8\xbf\x91 " + n + " \xe4\xb8\xaa\xe6\x9c\x88";
    }
    return {};
  }

  void Table(const policy::Table& t, int index, const policy::Remark& remark) {
    std::string names;
    for (const int s : t.outputs) {
      if (!SymbolOf(s).hidden) names += (names.empty() ? "" : ", ") + Assignment(s);
    }
    const std::string says = Says(remark);
    Line(0, t.name + " (" + std::string(policy::HitName(t.hit)) + ")" + (says.empty() ? "" : ": " + says) + (names.empty() ? "" : "  ->  " + names));
    for (const TraceItem& item : d_.trace()) {
      if (item.policy != index_ || item.definition != index || item.kind == TraceKind::kGuard) continue;
      if (item.kind == TraceKind::kOtherwise) {
        Line(1, T("no row applies: otherwise", "\xe6\x97\xa0\xe9\x80\x82\xe7\x94\xa8\xe8\xa1\x8c\xef\xbc\x9a\xe5\x8f\x96\xe5\x85\xb6\xe4\xbb\x96"));
        continue;
      }
      const policy::Table::Row& row = t.rows[static_cast<std::size_t>(item.row)];
      const std::string number = std::to_string(item.row + 1);
      if (item.kind == TraceKind::kRow) {
        Line(1, english_ ? "row " + number + " applies" : "\xe7\xac\xac " + number + " \xe8\xa1\x8c\xe9\x80\x82\xe7\x94\xa8");
        Quote(2, row.remark);
        continue;
      }
      const auto c = static_cast<std::size_t>(item.column);
      const policy::Table::Column& column = t.columns[c];
      const std::string wanted = c < row.texts.size() ? row.texts[c] : "";
      std::string found;
      if (column.input && column.input.tree->op == feel::Op::kName) {
        if (const Value* v = ValueOf(column.input.tree->symbol)) found = english_ ? ", it is " + v->ToFeel() : "\xef\xbc\x8c\xe5\xae\x9e\xe4\xb8\xba " + v->ToFeel();
      }
      if (column.text.empty()) {  // a step of a ladder: its condition
        Line(1, english_ ? "row " + number + " does not apply: `" + wanted + "` does not hold"
                         : "\xe7\xac\xac " + number + " \xe8\xa1\x8c\xe4\xb8\x8d\xe9\x80\x82\xe7\x94\xa8\xef\xbc\x9a`" + wanted + "` \xe4\xb8\x8d\xe6\x88\x90\xe7\xab\x8b");
        continue;
      }
      const std::string input = "`" + column.text + "` ";
      Line(1, english_ ? "row " + number + " does not apply: " + input + "is not " + wanted + found
                       : "\xe7\xac\xac " + number + " \xe8\xa1\x8c\xe4\xb8\x8d\xe9\x80\x82\xe7\x94\xa8\xef\xbc\x9a" + input + "\xe4\xb8\x8d\xe6\xbb\xa1\xe8\xb6\xb3 " + wanted + found);
    }
  }

  void Effects() {
    if (d_.effects().empty()) {
      Line(0, T("No effects", "\xe6\x97\xa0\xe5\x90\x8e\xe6\x9e\x9c"));
      return;
    }
    Line(0, T("Effects", "\xe5\x90\x8e\xe6\x9e\x9c"));
    for (const Effect& e : d_.effects()) {
      if (e.group < 0) {
        Line(1, e.ToJson());
        continue;
      }
      const policy::EffectGroup::Share& share = policy_.effects[static_cast<std::size_t>(e.group)].shares[static_cast<std::size_t>(e.share)];
      const std::string says = Says(share.remark);
      Line(1, e.ToJson() + (says.empty() ? "" : "   (" + says + ")"));
      if (!share.remark.quote.empty()) Quote(2, share.remark);
    }
    for (const TraceItem& item : d_.trace()) {
      if (item.kind == TraceKind::kGuard) {
        Line(1, T("changed by guard ", "\xe6\x8a\xa4\xe6\xa0\x8f\xe8\xb0\x83\xe6\x95\xb4\xef\xbc\x9a") + parts_.model->guards[static_cast<std::size_t>(item.definition)].name);
      }
    }
  }

  const RuleSetParts& parts_;
  const Program& program_;
  const policy::Policy& policy_;
  int index_;
  const Value* r_;
  const engine::Readings& readings_;
  const Decision& d_;
  bool english_;
  Language language_;
  std::string out_;
};

}  // namespace

std::string Explain(const RuleSetParts& parts, int policy, const Value* registers, const Readings& readings, const Decision& decision, Language language) {
  return Writer(parts, policy, registers, readings, decision, language).Write();
}

}  // namespace ordain::engine
