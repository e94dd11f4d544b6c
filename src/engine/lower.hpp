// Internal. A policy as a graph of integers, for the kernel: the part of the language that needs no ledger, no clock and no list of
// unknown length. What is outside of it is told, and stays with the evaluator.
//
// The graph does not know errors. Whatever may end a decision with one (a null where a value is needed, no row, two rows, a refusal) sets
// `refused`, and so does what the graph would have to treat in another way than the evaluator; the decision is then the evaluator's.
#ifndef ORDAIN_ENGINE_LOWER_HPP_
#define ORDAIN_ENGINE_LOWER_HPP_

#include <cstdint>
#include <string>
#include <vector>

#include "engine/graph.hpp"
#include "ordain/decision.hpp"
#include "policy/model.hpp"

namespace ordain::engine {

// How a fact arrives: as an integer in units of 10^-scale, for texts their code (KernelGraph::texts; -1: none of these).
struct FactForm {
  bool bound = false;           // false: always absent
  int scale = 0;
  bool may_be_absent = false;
  std::int64_t absent = 0;      // then: the integer that stands for it
  std::int64_t low = INT64_MIN, high = INT64_MAX;  // what can arrive at all
};

// The host's choices, in force on the day.
struct TermsInForce {
  const std::vector<std::vector<std::uint16_t>>* policy_settings = nullptr;
  const std::vector<std::uint16_t>* settings = nullptr;
  std::vector<const Value*> parameters;  // null: missing
  bool guarded[16] = {};                 // by effect kind
};

// One value of the answer.
struct Cell {
  Kind kind = Kind::kNull;  // boolean, number, text, date; null: always
  int node = -1;            // text: its code; date: days
  int null = -1;            // node: whether it has no value
  int scale = 0;            // number: in units of 10^-scale
  int fact = -1;            // text: that of this fact, whatever it is
};

struct KernelEffect {
  EffectKind kind = EffectKind::kFine;
  int group = 0, share = 0;
  int applies = -1;  // node
  Cell to, amount, detail, due;
};

struct KernelGraph {
  Graph graph;
  struct Input {
    int fact = -1, node = -1;
    std::int64_t low = 0, high = 0;  // what the graph was made for; other values are the evaluator's
  };
  std::vector<Input> inputs;          // by fact; node -1: not read and not checked
  std::vector<std::string> texts;     // by code
  std::vector<Cell> outcome;          // in the order of the policy
  std::vector<KernelEffect> effects;
  int refused = -1;                   // node
};

// False, with the reason, when the policy cannot be lowered. free_bound: how large numbers without declared bounds are taken to be.
bool Lower(const policy::Model& model, int policy, const std::vector<FactForm>& facts, const TermsInForce& terms, std::int64_t free_bound, KernelGraph* out,
           std::string* why);

}  // namespace ordain::engine

#endif  // ORDAIN_ENGINE_LOWER_HPP_
