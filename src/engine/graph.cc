#include "engine/graph.hpp"

#include <algorithm>

namespace ordain::engine {
namespace {

const char* const kNames[] = {
#define ORDAIN_NODE(name, meaning) #name,
    ORDAIN_NODES(ORDAIN_NODE)
#undef ORDAIN_NODE
};

}  // namespace

std::int64_t RoundedQuotient(std::int64_t a, std::int64_t divisor, Rounding mode) {
  const std::int64_t q = a / divisor, rest = a % divisor;
  if (rest == 0) return q;
  const std::int64_t away = a < 0 ? -1 : 1, size = rest < 0 ? -rest : rest, other = divisor - size;
  bool up = false;  // away from zero
  switch (mode) {
    case Rounding::kHalfEven: up = size > other || (size == other && q % 2 != 0); break;
    case Rounding::kHalfUp: up = size >= other; break;
    case Rounding::kHalfDown: up = size > other; break;
    case Rounding::kUp: up = true; break;
    case Rounding::kDown: break;
    case Rounding::kCeiling: up = a > 0; break;
    case Rounding::kFloor: up = a < 0; break;
  }
  return up ? q + away : q;
}

int Graph::Make(Node n) {
  if (n.low == n.high && n.op != NodeOp::kConstant) return Constant(n.low);  // it can only be that
  const auto [it, fresh] = known_.try_emplace({n.op, n.a, n.b, n.c, n.k}, size());
  if (fresh) nodes_.push_back(n);
  return it->second;
}

int Graph::Spoil() {
  spoilt_ = true;
  return Constant(0);
}

int Graph::Constant(std::int64_t k) { return Make({NodeOp::kConstant, -1, -1, -1, k, k, k}); }

int Graph::Input(std::int64_t number, std::int64_t low, std::int64_t high) { return Make({NodeOp::kInput, -1, -1, -1, number, low, high}); }

int Graph::Add(int a, int b) {
  if (IsConstant(a)) std::swap(a, b);
  if (IsFalse(b)) return a;
  const Node x = (*this)[a], y = (*this)[b];
  Node n{NodeOp::kAdd, a, b};
  if (__builtin_add_overflow(x.low, y.low, &n.low) || __builtin_add_overflow(x.high, y.high, &n.high)) return Spoil();
  if (x.op == NodeOp::kAdd && IsConstant(x.b) && IsConstant(b)) return Add(x.a, Constant((*this)[x.b].k + y.k));
  return Make(n);
}

int Graph::Subtract(int a, int b) {
  if (a == b) return Constant(0);
  if (IsConstant(b) && (*this)[b].k != INT64_MIN) return Add(a, Constant(-(*this)[b].k));
  const Node x = (*this)[a], y = (*this)[b];
  Node n{NodeOp::kSubtract, a, b};
  if (__builtin_sub_overflow(x.low, y.high, &n.low) || __builtin_sub_overflow(x.high, y.low, &n.high)) return Spoil();
  return Make(n);
}

int Graph::Multiply(int a, int b) {
  if (IsConstant(a)) std::swap(a, b);
  if (IsFalse(b)) return b;
  if (IsTrue(b)) return a;
  const Node x = (*this)[a], y = (*this)[b];
  Node n{NodeOp::kMultiply, a, b};
  std::int64_t p[4];
  if (__builtin_mul_overflow(x.low, y.low, &p[0]) || __builtin_mul_overflow(x.low, y.high, &p[1]) || __builtin_mul_overflow(x.high, y.low, &p[2]) ||
      __builtin_mul_overflow(x.high, y.high, &p[3])) {
    return Spoil();
  }
  n.low = *std::min_element(p, p + 4);
  n.high = *std::max_element(p, p + 4);
  if (x.op == NodeOp::kMultiply && IsConstant(x.b) && IsConstant(b)) {
    std::int64_t k = 0;
    if (!__builtin_mul_overflow((*this)[x.b].k, y.k, &k)) return Multiply(x.a, Constant(k));
  }
  return Make(n);
}

int Graph::Min(int a, int b) {
  if (a == b) return a;
  const Node x = (*this)[a], y = (*this)[b];
  if (x.high <= y.low) return a;
  if (y.high <= x.low) return b;
  return Make({NodeOp::kMin, std::min(a, b), std::max(a, b), -1, 0, std::min(x.low, y.low), std::min(x.high, y.high)});
}

int Graph::Max(int a, int b) {
  if (a == b) return a;
  const Node x = (*this)[a], y = (*this)[b];
  if (x.low >= y.high) return a;
  if (y.low >= x.high) return b;
  return Make({NodeOp::kMax, std::min(a, b), std::max(a, b), -1, 0, std::max(x.low, y.low), std::max(x.high, y.high)});
}

int Graph::Less(int a, int b) {
  if (a == b) return Constant(0);
  const Node x = (*this)[a], y = (*this)[b];
  if (x.high < y.low) return Constant(1);
  if (x.low >= y.high) return Constant(0);
  return Make({NodeOp::kLess, a, b, -1, 0, 0, 1});
}

int Graph::Equal(int a, int b) {
  if (a == b) return Constant(1);
  const Node x = (*this)[a], y = (*this)[b];
  if (x.high < y.low || y.high < x.low) return Constant(0);
  return Make({NodeOp::kEqual, std::min(a, b), std::max(a, b), -1, 0, 0, 1});
}

int Graph::And(int a, int b) {
  if (a == b || IsTrue(b) || IsFalse(a)) return a;
  if (IsTrue(a) || IsFalse(b)) return b;
  return Make({NodeOp::kAnd, std::min(a, b), std::max(a, b), -1, 0, 0, 1});
}

int Graph::Or(int a, int b) {
  if (a == b || IsFalse(b) || IsTrue(a)) return a;
  if (IsFalse(a) || IsTrue(b)) return b;
  return Make({NodeOp::kOr, std::min(a, b), std::max(a, b), -1, 0, 0, 1});
}

int Graph::Not(int a) {
  const Node x = (*this)[a];
  if (x.op == NodeOp::kConstant) return Constant(1 - x.k);
  if (x.op == NodeOp::kNot) return x.a;
  return Make({NodeOp::kNot, a, -1, -1, 0, 0, 1});
}

int Graph::Select(int condition, int then, int otherwise) {
  if (IsTrue(condition) || then == otherwise) return then;
  if (IsFalse(condition)) return otherwise;
  const Node x = (*this)[then], y = (*this)[otherwise];
  if ((*this)[condition].op == NodeOp::kNot) return Select((*this)[condition].a, otherwise, then);
  if (IsTrue(then) && IsFalse(otherwise)) return condition;
  return Make({NodeOp::kSelect, condition, then, otherwise, 0, std::min(x.low, y.low), std::max(x.high, y.high)});
}

int Graph::Round(int a, std::int64_t divisor, Rounding mode) {
  if (divisor == 1) return a;
  const Node x = (*this)[a];
  return Make({NodeOp::kRound, a, -1, static_cast<int>(mode), divisor, RoundedQuotient(x.low, divisor, mode), RoundedQuotient(x.high, divisor, mode)});
}

int Graph::Divides(int a, std::int64_t divisor) {
  if (divisor == 1) return Constant(1);
  if (IsConstant(a)) return Constant((*this)[a].k % divisor == 0 ? 1 : 0);
  const Node& x = (*this)[a];
  if (x.op == NodeOp::kMultiply && IsConstant(x.b) && (*this)[x.b].k % divisor == 0) return Constant(1);
  return Make({NodeOp::kDivides, a, -1, -1, divisor, 0, 1});
}

int Graph::Find(BandIndex index, int code, int number) {
  const auto none = static_cast<std::int64_t>(index.from.size());
  indexes_.push_back(std::make_shared<const BandIndex>(std::move(index)));
  return Make({NodeOp::kFind, code, number, -1, static_cast<std::int64_t>(indexes_.size()) - 1, 0, none});
}

int Graph::Entry(int row, const std::vector<std::int64_t>& column) {
  const auto [low, high] = std::minmax_element(column.begin(), column.end());
  std::int64_t k = 0;
  while (k < static_cast<std::int64_t>(columns_.size()) && columns_[static_cast<std::size_t>(k)] != column) ++k;
  if (k == static_cast<std::int64_t>(columns_.size())) columns_.push_back(column);
  return Make({NodeOp::kEntry, row, -1, -1, k, *low, *high});
}

std::int64_t Graph::Apply(const Node& n, const std::vector<std::int64_t>& values) const {
  const auto at = [&](int i) { return values[static_cast<std::size_t>(i)]; };
  switch (n.op) {
    case NodeOp::kConstant:
    case NodeOp::kInput: return n.k;
    case NodeOp::kAdd: return at(n.a) + at(n.b);
    case NodeOp::kSubtract: return at(n.a) - at(n.b);
    case NodeOp::kMultiply: return at(n.a) * at(n.b);
    case NodeOp::kMin: return std::min(at(n.a), at(n.b));
    case NodeOp::kMax: return std::max(at(n.a), at(n.b));
    case NodeOp::kLess: return at(n.a) < at(n.b) ? 1 : 0;
    case NodeOp::kEqual: return at(n.a) == at(n.b) ? 1 : 0;
    case NodeOp::kAnd: return at(n.a) & at(n.b);
    case NodeOp::kOr: return at(n.a) | at(n.b);
    case NodeOp::kNot: return 1 - at(n.a);
    case NodeOp::kSelect: return at(n.a) != 0 ? at(n.b) : at(n.c);
    case NodeOp::kRound: return RoundedQuotient(at(n.a), n.k, static_cast<Rounding>(n.c));
    case NodeOp::kDivides: return at(n.a) % n.k == 0 ? 1 : 0;
    case NodeOp::kEntry: return column(n.k)[static_cast<std::size_t>(at(n.a))];
    case NodeOp::kFind: return index(n.k).Find(at(n.a), at(n.b));
  }
  return 0;
}

std::string Graph::Dump(int i) const {
  const Node& n = (*this)[i];
  std::string out = "n" + std::to_string(i) + " = " + (kNames[static_cast<std::size_t>(n.op)] + 1);
  for (const int a : {n.a, n.b, n.c}) {
    if (a >= 0 && !(n.op == NodeOp::kRound && a == n.c)) out += " n" + std::to_string(a);
  }
  if (n.op == NodeOp::kConstant || n.op == NodeOp::kInput || n.op == NodeOp::kRound || n.op == NodeOp::kDivides || n.op == NodeOp::kFind || n.op == NodeOp::kEntry) out += " " + std::to_string(n.k);
  if (n.op == NodeOp::kRound) out += " " + std::string(RoundingName(static_cast<Rounding>(n.c)));
  return out + " in [" + std::to_string(n.low) + ", " + std::to_string(n.high) + "]";
}

}  // namespace ordain::engine
