// Internal. What a policy computes, as a graph of 64-bit integers: the form in which numbers have lost their decimal points.
//
//   policy --engine/lower--> Graph --engine/kernel--> KernelProgram
//
// Nodes are made in an order in which each stands behind its arguments, and each once (hash-consing). A node knows the interval of its
// values, so that comparisons which can only go one way vanish and no operation can leave 64 bits: one that might is not made, and the
// graph is spoilt. Truth is 0 and 1. Nodes have no effects, and all may be computed, whether their condition holds or not.
#ifndef ORDAIN_ENGINE_GRAPH_HPP_
#define ORDAIN_ENGINE_GRAPH_HPP_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "ordain/decimal.hpp"

namespace ordain::engine {

// X(name, meaning)
#define ORDAIN_NODES(X)                                                     \
  X(kConstant, "k")                                                         \
  X(kInput, "input number k")                                               \
  X(kAdd, "a + b")                                                          \
  X(kSubtract, "a - b")                                                     \
  X(kMultiply, "a * b")                                                     \
  X(kMin, "the lesser of a and b")                                          \
  X(kMax, "the greater of a and b")                                         \
  X(kLess, "a < b")                                                         \
  X(kEqual, "a = b")                                                        \
  X(kAnd, "a and b")                                                        \
  X(kOr, "a or b")                                                          \
  X(kNot, "not a")                                                          \
  X(kSelect, "b if a, else c")                                              \
  X(kRound, "a / k, rounded by mode c")                                     \
  X(kDivides, "a is a multiple of k")                                       \
  X(kFind, "band of index k for the code a and the number b")     \
  X(kEntry, "entry a of column k")

enum class NodeOp : std::uint8_t {
#define ORDAIN_NODE(name, meaning) name,
  ORDAIN_NODES(ORDAIN_NODE)
#undef ORDAIN_NODE
};

struct Node {
  NodeOp op = NodeOp::kConstant;
  int a = -1, b = -1, c = -1;
  std::int64_t k = 0;
  std::int64_t low = 0, high = 0;  // of its values
};

// The band in which a number lies, among those of its code.
struct BandIndex {
  std::int64_t first_code = 0;
  std::vector<std::uint32_t> begin;   // by code - first_code, and one more: the piece in `from`
  std::vector<std::int64_t> from;     // where each band begins, ascending within a piece
  // The band: an index in `from`; from.size() for a code that is not there and a number before the first band.
  std::int64_t Find(std::int64_t code, std::int64_t number) const {
    const auto at = static_cast<std::uint64_t>(code) - static_cast<std::uint64_t>(first_code);
    if (at + 1 >= begin.size()) return static_cast<std::int64_t>(from.size());
    const std::int64_t* base = from.data() + begin[at];
    std::size_t n = begin[at + 1] - begin[at];
    if (n == 0 || number < base[0]) return static_cast<std::int64_t>(from.size());
    while (n > 1) {  // the last one that is not above
      const std::size_t half = n / 2;
      base += number >= base[half] ? half : 0;
      n -= half;
    }
    return base - from.data();
  }
};

class Graph {
 public:
  int Constant(std::int64_t k);
  int Input(std::int64_t number, std::int64_t low, std::int64_t high);
  int Add(int a, int b);
  int Subtract(int a, int b);
  int Multiply(int a, int b);
  int Min(int a, int b);
  int Max(int a, int b);
  int Less(int a, int b);
  int Equal(int a, int b);
  int And(int a, int b);
  int Or(int a, int b);
  int Not(int a);
  int Select(int condition, int then, int otherwise);
  int Round(int a, std::int64_t divisor, Rounding mode);  // REQUIRES: divisor > 0
  int Divides(int a, std::int64_t divisor);
  int Find(BandIndex index, int code, int number);
  int Entry(int row, const std::vector<std::int64_t>& column);  // REQUIRES: 0 <= row < size of the column

  const Node& operator[](int n) const { return nodes_[static_cast<std::size_t>(n)]; }
  int size() const { return static_cast<int>(nodes_.size()); }
  bool IsConstant(int n) const { return (*this)[n].op == NodeOp::kConstant; }
  bool IsTrue(int n) const { return IsConstant(n) && (*this)[n].k == 1; }
  bool IsFalse(int n) const { return IsConstant(n) && (*this)[n].k == 0; }
  const BandIndex& index(std::int64_t k) const { return *indexes_[static_cast<std::size_t>(k)]; }
  const std::shared_ptr<const BandIndex>& shared_index(std::int64_t k) const { return indexes_[static_cast<std::size_t>(k)]; }
  const std::vector<std::int64_t>& column(std::int64_t k) const { return columns_[static_cast<std::size_t>(k)]; }
  // A node was asked for whose values might need more than 64 bits.
  bool spoilt() const { return spoilt_; }
  // The value of one node from those of its arguments. REQUIRES: it is neither a constant nor an input.
  std::int64_t Apply(const Node& n, const std::vector<std::int64_t>& values) const;
  std::string Dump(int n) const;  // one line

 private:
  int Make(Node n);
  int Spoil();

  std::vector<Node> nodes_;
  std::map<std::tuple<NodeOp, int, int, int, std::int64_t>, int> known_;
  std::vector<std::shared_ptr<const BandIndex>> indexes_;
  std::vector<std::vector<std::int64_t>> columns_;
  bool spoilt_ = false;
};

// a / divisor by a mode, exact. REQUIRES: divisor > 0.
std::int64_t RoundedQuotient(std::int64_t a, std::int64_t divisor, Rounding mode);

}  // namespace ordain::engine

#endif  // ORDAIN_ENGINE_GRAPH_HPP_
