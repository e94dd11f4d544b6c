// The gold standard: a slow evaluator that walks the linked policies as trees. Linked into tests only.
//
// It shares the front end (model, expressions, builtins, decimals) with the engine and nothing else: operators, tables, effects,
// windows and the order of evaluation are written again, plainly, and the ledger is a list that is scanned.
#ifndef ORDAIN_TESTS_TESTING_REFERENCE_HPP_
#define ORDAIN_TESTS_TESTING_REFERENCE_HPP_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ordain/ordain.hpp"
#include "policy/model.hpp"
#include "policy/schedules.hpp"

namespace ordain::testing {

class Reference {
 public:
  // Null when the document has errors.
  static std::unique_ptr<Reference> Load(const std::string& text);
  // Another one of the same document, without history and choices.
  std::unique_ptr<Reference> Again() const;

  struct Answer {
    std::string error;             // code; empty when decided
    std::string outcome, effects;  // JSON
  };
  // Decides and, when it decided, records.
  Answer Do(const std::string& policy, const std::string& facts, const Instant& at);

  std::map<std::string, std::string> settings;    // by name
  std::map<std::string, std::string> parameters;  // by name, JSON
  std::optional<Calendar> calendar;               // in place of the one that the rule set names
  const policy::Model& model() const { return *model_; }

 private:
  struct Frame;
  struct Row {
    std::string stream, key;
    std::int64_t day = 0, period = 0;
    Decimal value;
    Instant at = {};
    std::string facts = {};
  };
  struct Given {
    EffectKind kind;
    Unit party;
    std::string to, detail;
    Decimal amount;
    Value due;
  };
  Value Eval(const feel::Expr& e, Frame* f);
  Value Invoke(const feel::Expr& e, Frame* f);
  bool True(const feel::Expr& e, Frame* f);
  int Order(const Value& a, const Value& b);
  bool Within(const Value& v, const feel::Expr& range, Frame* f);
  void Define(const policy::Definition& d, Frame* f, std::vector<Given>* effects);
  void Table(const policy::Table& t, Frame* f);
  void Read(const policy::Read& r, Frame* f);
  Value ReadOne(const policy::Read& r, const policy::Stream& s, const std::string& key, bool own, const Decimal& own_value, std::int64_t period, Frame* f);
  void Effects(const policy::EffectGroup& g, Frame* f, std::vector<Given>* effects);
  std::vector<Value> Outcome(Frame* f);
  std::string Key(const std::vector<Value>& values);
  template <class Body>
  void Loop(const feel::Expr& e, std::size_t level, Frame* f, const Body& body);

  std::shared_ptr<const policy::Model> model_;
  std::vector<Row> ledger_;
  std::string facts_;  // of the present event
  Arena arena_{std::size_t{1} << 30};
  feel::CallContext calls_{&arena_};
  std::optional<policy::ModelSchedules> schedules_;
};

}  // namespace ordain::testing

#endif  // ORDAIN_TESTS_TESTING_REFERENCE_HPP_
