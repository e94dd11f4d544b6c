// The gold standard where null is a value: a slow evaluator that walks the trees, those of imported models and the typed ones of
// rule sets with "nulls": "feel" (of facts and formulas alone). Linked into tests only.
//
// It shares the front end (structs, lowering, parser, names), the builtins and the conversions of values with the engine.
// Logic, comparison, arithmetic of numbers, iteration, selection, functions with what they capture, and decision tables are
// written again, plainly: trees and maps instead of registers and instructions.
#ifndef ORDAIN_TESTS_TESTING_DYNAMIC_REFERENCE_HPP_
#define ORDAIN_TESTS_TESTING_DYNAMIC_REFERENCE_HPP_

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "feel/feel.hpp"
#include "ordain/engine.hpp"
#include "policy/model.hpp"

namespace ordain::testing {

class DynamicReference {
 public:
  // The model must live as long.
  explicit DynamicReference(const policy::Model& model, const TextServices* text = nullptr, const HostFunctions* host = nullptr);
  ~DynamicReference();

  struct Answer {
    std::vector<Value> outcome;  // by outcome field; good until the next Decide
    std::set<Code> codes;        // why something had no value
  };
  // facts: by fact of the policy.
  Answer Decide(int policy, const std::vector<Value>& facts, const Instant& at);

 private:
  struct Frame;
  struct Calls;
  using Frames = std::shared_ptr<const Frame>;
  struct Closure {
    const feel::Expr* function;
    Frames frame;
  };
  Value Eval(const feel::Expr& e, const Frames& f);
  Value Plain(const feel::Expr& e, const Frames& f);
  Value Iterate(const feel::Expr& e, const Frames& f);
  Value Filter(const feel::Expr& e, const Frames& f);
  Value Table(const feel::Expr& e, const Frames& f);
  Value Passes(const Value& v, const Value& test);
  Value Call(const Value& function, const std::vector<Value>& args, const std::vector<std::string>& names);
  Value ListOf(const std::vector<Value>& items);
  Value ContextOf(const std::vector<std::string>& names, const std::vector<Value>& values);

  const policy::Model& model_;
  Arena arena_{std::size_t{1} << 28};
  feel::ZoneCache zones_;
  std::unique_ptr<Calls> calls_;
  std::vector<Value> symbols_;
  std::deque<Closure> closures_;
  const policy::Policy* policy_ = nullptr;
  Answer answer_;
  int depth_ = 0;
};

}  // namespace ordain::testing

#endif  // ORDAIN_TESTS_TESTING_DYNAMIC_REFERENCE_HPP_
