// Internal. A graph of integers as a short program of large instructions: the kernel.
//
// What decides between few cases (booleans, codes, the bands into which comparisons cut a number) becomes one look-up in a table of
// constants, computed here once; sums become one instruction; a division by a constant becomes a multiplication. The rest is one instruction a node.
//
//   r = [ constants | facts | everything else ]
#ifndef ORDAIN_ENGINE_KERNEL_HPP_
#define ORDAIN_ENGINE_KERNEL_HPP_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/lower.hpp"

namespace ordain::engine {

// X(name, meaning); r[x] is a register, k a number, p a place in the pool
#define ORDAIN_KERNEL_INSTRUCTIONS(X)                                                              \
  X(kAdd, "r[to] = r[a] + r[b]")                                                                   \
  X(kSubtract, "r[to] = r[a] - r[b]")                                                              \
  X(kMultiply, "r[to] = r[a] * r[b]")                                                              \
  X(kLinear, "r[to] = r[a] * k + pool[p]")                                                         \
  X(kSum, "r[to] = k + sum of r[terms[p + i].reg] * terms[p + i].factor, i < n")                   \
  X(kDot, "r[to] = k + sum of r[a + i] * pool[p + i], i < n; all of 32 bits")                      \
  X(kBends, "r[to] = k + sum of d * pool[p + i] where d = r[a + i] - r[b + i] < 0, else of d * pool[p + n + i], i < n; all of 32 bits") \
  X(kMin, "r[to] = min(r[a], r[b])")                                                               \
  X(kMax, "r[to] = max(r[a], r[b])")                                                               \
  X(kLess, "r[to] = r[a] < r[b]")                                                                  \
  X(kEqual, "r[to] = r[a] = r[b]")                                                                 \
  X(kAnd, "r[to] = r[a] and r[b]")                                                                 \
  X(kOr, "r[to] = r[a] or r[b]")                                                                   \
  X(kNot, "r[to] = not r[a]")                                                                      \
  X(kSelect, "r[to] = r[b] if r[a], else r[c]")                                                    \
  X(kRound, "r[to] = r[a] divided by dividers[p], rounded by mode n")                              \
  X(kDivides, "r[to] = r[a] is a multiple of k")                                                   \
  X(kFind, "r[to] = row of indexes[p] for the code r[a] and the number r[b]")                      \
  X(kEntry, "r[to] = pool[p + r[a]]")                                                          \
  X(kLookup, "r[to], ... n of them = the line of lookups[p] for its features")                     \
  X(kEnd, "done")

enum class KernelOp : std::uint8_t {
#define ORDAIN_KERNEL_OP(name, meaning) name,
  ORDAIN_KERNEL_INSTRUCTIONS(ORDAIN_KERNEL_OP)
#undef ORDAIN_KERNEL_OP
};

struct KernelProgram;

struct KernelInstruction {
  // Each instruction goes on to the next by itself, so that a processor predicts every one from its own place.
  using Step = void (*)(const KernelInstruction* i, std::int64_t* r, const KernelProgram& program);
  KernelOp op = KernelOp::kEnd;
  std::uint32_t to = 0, a = 0, b = 0, c = 0, n = 0, p = 0;
  std::int64_t k = 0;
  Step step = nullptr;
};

// Division of |x| <= 2^62 by a positive number below 2^41, by a multiplication (Granlund and Montgomery, 1994).
struct Divider {
  std::uint64_t divisor = 1, bias = 0, magic = 0;
  std::int64_t bias_quotient = 0;
  int shift = 0;  // 0: not made; RoundedQuotient divides then
  static bool Make(std::int64_t divisor, Divider* out);
  // The quotient rounded down; *rest in [0, divisor).
  std::int64_t Floor(std::int64_t x, std::uint64_t* rest) const {
    __extension__ typedef unsigned __int128 U128;
    const std::uint64_t u = static_cast<std::uint64_t>(x) + bias;
    const auto high = static_cast<std::uint64_t>((U128{u} * magic) >> 64);
    const std::uint64_t q = (high + ((u - high) >> 1)) >> (shift - 1);
    *rest = u - q * divisor;
    return static_cast<std::int64_t>(q) - bias_quotient;
  }
};

struct KernelProgram {
  struct Term {
    std::uint32_t reg = 0;
    std::int64_t factor = 0;
  };
  struct Feature {
    std::uint32_t reg = 0;
    std::int64_t low = 0;        // without thresholds: r[reg] - low counts
    std::uint32_t stride = 1;    // in lines
    std::uint32_t first = 0, count = 0;  // thresholds in the pool, ascending: how many r[reg] has reached counts
    std::uint32_t cases = 1;             // 0 .. cases - 1 is what counts; the intervals of the graph see to it
  };
  struct Lookup {
    std::uint32_t first = 0, count = 0;  // features
    std::uint32_t lines = 0;             // in the pool
  };
  std::vector<KernelInstruction> code;
  std::vector<Term> terms;
  std::vector<Feature> features;
  std::vector<Lookup> lookups;
  std::vector<Divider> dividers;
  std::vector<std::shared_ptr<const BandIndex>> indexes;
  std::vector<std::int64_t> pool;
  std::vector<std::int64_t> constants;   // registers 0 ..
  std::uint32_t facts = 0;               // register of the first fact
  std::uint32_t registers = 0;
  std::uint32_t refused = 0;             // register
  std::vector<std::uint32_t> node_registers;  // by node; kNoRegister: none
  static constexpr std::uint32_t kNoRegister = 0xFFFFFFFFu;
};

// Chooses the instructions for the nodes that the outcome, the effects and `refused` of a graph need. place: of each fact among the
// registers of the facts.
KernelProgram Select(const KernelGraph& graph, const std::vector<std::uint32_t>& place);
// Every operand in bounds, no register read before it is written. Empty when the program is sound; run on each before it may decide.
std::string Verify(const KernelProgram& program);
std::string Dump(const KernelProgram& program);
// Runs the code on one register file whose constants and facts are there. No allocation, no exception.
inline void Run(const KernelProgram& program, std::int64_t* r) { program.code[0].step(program.code.data(), r, program); }

}  // namespace ordain::engine

#endif  // ORDAIN_ENGINE_KERNEL_HPP_
