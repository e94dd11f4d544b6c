#include "engine/kernel.hpp"

#include "engine/wide.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <map>
#include <optional>
#include <set>

namespace ordain::engine {
namespace {

__extension__ typedef unsigned __int128 U128;

constexpr std::size_t kMostLines = 16384;     // of a look-up
constexpr std::size_t kMostNumbers = 131072;  // of its lines together: 1 MB, what a core has near
constexpr std::uint64_t kSmallDomain = 64;    // of values that count as cases

std::uint32_t U(std::size_t n) { return static_cast<std::uint32_t>(n); }

const char* const kNames[] = {
#define ORDAIN_KERNEL_OP(name, meaning) #name,
    ORDAIN_KERNEL_INSTRUCTIONS(ORDAIN_KERNEL_OP)
#undef ORDAIN_KERNEL_OP
};

class Selection {
 public:
  Selection(const KernelGraph& graph, const std::vector<std::uint32_t>& place, KernelProgram* out) : source_(graph), g_(graph.graph), place_(place), out_(*out) {}

  void Run() {
    const auto size = static_cast<std::size_t>(g_.size());
    registers_.assign(size, KernelProgram::kNoRegister);
    Roots();
    Reach();
    Thresholds();
    Supports();
    Group();
    // Facts first: they are filled from outside.
    for (std::size_t i = 0; i < source_.inputs.size(); ++i) {
      if (source_.inputs[i].node >= 0) registers_[static_cast<std::size_t>(source_.inputs[i].node)] = place_[i];
    }
    next_ = U(source_.inputs.size());
    for (const KernelGraph::Input& input : source_.inputs) {
      if (input.node >= 0 && input.low >= INT32_MIN && input.high <= INT32_MAX) narrow_.insert(registers_[static_cast<std::size_t>(input.node)]);
    }
    for (const int n : roots_) (void)Emit(n);
    Finish();
  }

 private:
  const Node& At(int n) const { return g_[n]; }

  void Root(int n) {
    if (n >= 0) roots_.push_back(n);
  }
  void Root(const Cell& c) {
    if (c.kind == Kind::kNull) return;
    if (c.fact < 0) Root(c.node);
    Root(c.null);
  }
  void Roots() {
    Root(source_.refused);
    for (const Cell& c : source_.outcome) Root(c);
    for (const KernelEffect& e : source_.effects) {
      Root(e.applies);
      for (const Cell* c : {&e.to, &e.amount, &e.detail, &e.due}) Root(*c);
    }
    std::sort(roots_.begin(), roots_.end());
    roots_.erase(std::unique(roots_.begin(), roots_.end()), roots_.end());
  }
  template <class Body>
  void Arguments(const Node& n, const Body& body) const {
    if (n.a >= 0) body(n.a);
    if (n.b >= 0) body(n.b);
    if (n.c >= 0 && n.op == NodeOp::kSelect) body(n.c);
  }
  void Reach() {
    reached_.assign(static_cast<std::size_t>(g_.size()), false);
    uses_.assign(static_cast<std::size_t>(g_.size()), 0);
    for (const int n : roots_) reached_[static_cast<std::size_t>(n)] = true, ++uses_[static_cast<std::size_t>(n)];
    for (int n = g_.size(); n-- > 0;) {
      if (reached_[static_cast<std::size_t>(n)]) Arguments(At(n), [&](int a) { reached_[static_cast<std::size_t>(a)] = true, ++uses_[static_cast<std::size_t>(a)]; });
    }
  }

  // ---- what decides between few cases

  // Of a comparison with a constant: what is compared, and where it turns.
  bool Compared(const Node& n, int* of, std::vector<std::int64_t>* turns) const {
    if (n.op != NodeOp::kLess && n.op != NodeOp::kEqual) return false;
    const bool left = g_.IsConstant(n.a), right = g_.IsConstant(n.b);
    if (left == right) return false;
    *of = left ? n.b : n.a;
    const std::int64_t k = At(left ? n.a : n.b).k;
    if (n.op == NodeOp::kEqual || !left) turns->push_back(k);   // x < k
    if ((n.op == NodeOp::kEqual || left) && k != INT64_MAX) turns->push_back(k + 1);  // k < x
    return true;
  }
  void Thresholds() {
    for (int n = 0; n < g_.size(); ++n) {
      int of = -1;
      std::vector<std::int64_t> turns;
      if (reached_[static_cast<std::size_t>(n)] && Compared(At(n), &of, &turns)) thresholds_[of].insert(turns.begin(), turns.end());
    }
  }
  bool Small(int n) const { return static_cast<std::uint64_t>(At(n).high) - static_cast<std::uint64_t>(At(n).low) < kSmallDomain; }
  // The number of cases of a node that a look-up is made by.
  std::size_t Cases(int feature) const {
    if (Small(feature)) return static_cast<std::size_t>(At(feature).high - At(feature).low + 1);
    return thresholds_.at(feature).size() + 1;
  }
  std::size_t Lines(const std::vector<int>& features) const {
    std::size_t lines = 1;
    for (const int f : features) {
      if (lines > kMostLines) return lines;
      lines *= Cases(f);
    }
    return lines;
  }
  static std::vector<int> Union(const std::vector<int>& a, const std::vector<int>& b) {
    std::vector<int> out;
    std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
    return out;
  }

  // For each node the few-cased nodes on which alone it depends, if that is so.
  void Supports() {
    support_.resize(static_cast<std::size_t>(g_.size()));
    for (int i = 0; i < g_.size(); ++i) {
      const Node& n = At(i);
      if (!reached_[static_cast<std::size_t>(i)]) continue;
      auto& own = support_[static_cast<std::size_t>(i)];
      if (n.op == NodeOp::kConstant) {
        own.emplace();
        continue;
      }
      if (n.op == NodeOp::kInput) {
        if (Small(i)) own = std::vector<int>{i};
        continue;
      }
      if (n.op == NodeOp::kFind) continue;
      int of = -1;
      std::vector<std::int64_t> turns;
      if (Compared(n, &of, &turns) && !support_[static_cast<std::size_t>(of)] && thresholds_.at(of).size() <= 256) {
        own = std::vector<int>{of};
        continue;
      }
      std::optional<std::vector<int>> all = std::vector<int>();
      Arguments(n, [&](int a) {
        const auto& s = support_[static_cast<std::size_t>(a)];
        if (!all) return;
        if (s) all = Union(*all, *s);
        else if (IsTruth(a)) all = Union(*all, {a});  // computed by itself, two cases
        else all.reset();
      });
      // A truth that rests on truths computed by themselves is worth a look-up only when something else is looked up with it.
      if (all && Lines(*all) <= kMostLines) own = std::move(all);
    }
  }
  bool IsTruth(int n) const { return At(n).low >= 0 && At(n).high <= 1; }

  // The nodes to look up: few-cased ones that something else, or the answer, needs.
  void Demand(int n) {
    if (!demanded_.insert(n).second) return;
    if (Looked(n)) {
      looked_.push_back(n);
      for (const int f : *support_[static_cast<std::size_t>(n)]) Demand(f);
      return;
    }
    Arguments(At(n), [&](int a) { Demand(a); });
  }
  bool Looked(int n) const {
    const auto& s = support_[static_cast<std::size_t>(n)];
    return s && !s->empty() && At(n).op != NodeOp::kInput && !(s->size() == 1 && (*s)[0] == n);
  }
  int Level(int n) {
    if (const auto known = levels_.find(n); known != levels_.end()) return known->second;
    int level = 0;
    if (Looked(n)) {
      for (const int f : *support_[static_cast<std::size_t>(n)]) level = std::max(level, Level(f) + 1);
    } else {
      Arguments(At(n), [&](int a) { level = std::max(level, Level(a)); });
    }
    return levels_[n] = level;
  }
  struct Group_ {
    std::vector<int> features, nodes;
    int level = 0;
    bool emitted = false;
  };
  void Group() {
    for (const int n : roots_) Demand(n);
    std::sort(looked_.begin(), looked_.end(), [&](int a, int b) { return std::pair(support_[static_cast<std::size_t>(b)]->size(), a) < std::pair(support_[static_cast<std::size_t>(a)]->size(), b); });
    for (const int n : looked_) {
      const std::vector<int>& s = *support_[static_cast<std::size_t>(n)];
      const int level = Level(n);
      std::size_t best = groups_.size(), least = kMostLines + 1;
      for (std::size_t i = 0; i < groups_.size(); ++i) {
        const std::size_t lines = Lines(Union(groups_[i].features, s));
        if (groups_[i].level != level || lines >= least || lines * (groups_[i].nodes.size() + 1) > kMostNumbers) continue;
        best = i;
        least = lines;
      }
      if (best == groups_.size()) groups_.push_back({{}, {}, level, false});
      groups_[best].features = Union(groups_[best].features, s);
      groups_[best].nodes.push_back(n);
      group_of_[n] = best;
    }
  }

  // ---- instructions

  std::uint32_t ConstantRegister(std::int64_t k) {
    const auto [it, fresh] = constants_.try_emplace(k, U(out_.constants.size()));
    if (fresh) out_.constants.push_back(k);
    return it->second | kConstantBit;
  }

  std::uint32_t Emit(int n) {
    std::uint32_t& r = registers_[static_cast<std::size_t>(n)];
    if (r != KernelProgram::kNoRegister) return r;
    const Node& x = At(n);
    if (x.op == NodeOp::kConstant) return r = ConstantRegister(x.k);
    if (const auto g = group_of_.find(n); g != group_of_.end()) {
      EmitLookup(&groups_[g->second]);
      return registers_[static_cast<std::size_t>(n)];
    }
    KernelInstruction i;
    if (x.op == NodeOp::kAdd || x.op == NodeOp::kSubtract || (x.op == NodeOp::kMultiply && g_.IsConstant(x.b))) {
      const std::uint32_t to = EmitSum(n);
      return registers_[static_cast<std::size_t>(n)] = to;
    }
    const auto pair = [&](KernelOp op) {
      i.op = op;
      i.a = Emit(x.a);
      if (x.b >= 0) i.b = Emit(x.b);
    };
    switch (x.op) {
      case NodeOp::kMultiply: pair(KernelOp::kMultiply); break;
      case NodeOp::kMin: pair(KernelOp::kMin); break;
      case NodeOp::kMax: pair(KernelOp::kMax); break;
      case NodeOp::kLess: pair(KernelOp::kLess); break;
      case NodeOp::kEqual: pair(KernelOp::kEqual); break;
      case NodeOp::kAnd: pair(KernelOp::kAnd); break;
      case NodeOp::kOr: pair(KernelOp::kOr); break;
      case NodeOp::kNot: pair(KernelOp::kNot); break;
      case NodeOp::kSelect:
        pair(KernelOp::kSelect);
        i.c = Emit(x.c);
        break;
      case NodeOp::kRound: {
        Divider d;
        pair(KernelOp::kRound);
        i.n = static_cast<std::uint32_t>(x.c);
        const bool quick = At(x.a).low >= -(std::int64_t{1} << 62) && At(x.a).high <= (std::int64_t{1} << 62) && Divider::Make(x.k, &d);
        if (!quick) d.divisor = static_cast<std::uint64_t>(x.k), d.shift = 0;
        i.p = U(out_.dividers.size());
        out_.dividers.push_back(d);
        break;
      }
      case NodeOp::kDivides:
        pair(KernelOp::kDivides);
        i.k = x.k;
        break;
      case NodeOp::kFind:
        pair(KernelOp::kFind);
        i.p = U(out_.indexes.size());
        out_.indexes.push_back(g_.shared_index(x.k));
        break;
      case NodeOp::kEntry: {
        pair(KernelOp::kEntry);
        const auto [it, fresh] = columns_.try_emplace(x.k, U(out_.pool.size()));
        const std::vector<std::int64_t>& column = g_.column(x.k);
        if (fresh) out_.pool.insert(out_.pool.end(), column.begin(), column.end());
        i.p = it->second;
        i.n = U(column.size());
        break;
      }
      default: break;
    }
    i.to = next_++;
    out_.code.push_back(i);
    return registers_[static_cast<std::size_t>(n)] = i.to;
  }

  // Terms of a sum, through sums and multiples that nothing else needs. Wraps as the instruction does: only the whole is in bounds.
  void Collect(int n, std::uint64_t factor, bool top, std::map<int, std::uint64_t>* terms, std::uint64_t* k) {
    const Node& x = At(n);
    const bool inside = top || (uses_[static_cast<std::size_t>(n)] == 1 && !group_of_.contains(n));
    if (x.op == NodeOp::kConstant) {
      *k += factor * static_cast<std::uint64_t>(x.k);
    } else if (inside && x.op == NodeOp::kAdd) {
      Collect(x.a, factor, false, terms, k);
      Collect(x.b, factor, false, terms, k);
    } else if (inside && x.op == NodeOp::kSubtract) {
      Collect(x.a, factor, false, terms, k);
      Collect(x.b, ~factor + 1, false, terms, k);
    } else if (inside && x.op == NodeOp::kMultiply && g_.IsConstant(x.b)) {
      Collect(x.a, factor * static_cast<std::uint64_t>(At(x.b).k), false, terms, k);
    } else {
      (*terms)[n] += factor;
    }
  }
  std::uint32_t EmitSum(int n) {
    std::map<int, std::uint64_t> terms;
    std::uint64_t k = 0;
    Collect(n, 1, true, &terms, &k);
    std::vector<KernelProgram::Term> list;
    std::uint32_t bends = 0;
    if (EmitBends(&terms, k, &bends)) {
      if (terms.empty()) return bends;
      k = 0;
      list.push_back({bends, 1});
    }
    for (const auto& [term, factor] : terms) list.push_back({Emit(term), static_cast<std::int64_t>(factor)});
    KernelInstruction i;
    if (list.size() > 4 && SplitDot(&list, &k)) k = 0;
    if (list.size() == 1) {
      i.op = KernelOp::kLinear;
      i.a = list[0].reg;
      i.k = list[0].factor;
      i.p = U(out_.pool.size());
      out_.pool.push_back(static_cast<std::int64_t>(k));
    } else if (list.size() == 2 && k == 0 && list[0].factor == 1 && (list[1].factor == 1 || list[1].factor == -1)) {
      i.op = list[1].factor == 1 ? KernelOp::kAdd : KernelOp::kSubtract;
      i.a = list[0].reg;
      i.b = list[1].reg;
    } else if (list.size() == 2 && k == 0 && list[0].factor == -1 && list[1].factor == 1) {
      i.op = KernelOp::kSubtract;
      i.a = list[1].reg;
      i.b = list[0].reg;
    } else {
      i.op = KernelOp::kSum;
      i.k = static_cast<std::int64_t>(k);
      i.p = U(out_.terms.size());
      i.n = U(list.size());
      std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.reg < b.reg; });
      out_.terms.insert(out_.terms.end(), list.begin(), list.end());
    }
    i.to = next_++;
    out_.code.push_back(i);
    return i.to;
  }

  // Terms that lie side by side, with values and factors of 32 bits, are summed by themselves; true when k went with them.
  bool SplitDot(std::vector<KernelProgram::Term>* list, std::uint64_t* k) {
    std::sort(list->begin(), list->end(), [](const auto& a, const auto& b) { return a.reg < b.reg; });
    const auto fits = [&](const KernelProgram::Term& t) { return narrow_.contains(t.reg) && t.factor >= INT32_MIN && t.factor <= INT32_MAX; };
    std::size_t first = 0, length = 0;
    for (std::size_t i = 0; i < list->size(); ++i) {
      std::size_t n = 0;
      while (i + n < list->size() && fits((*list)[i + n]) && (*list)[i + n].reg == (*list)[i].reg + n) ++n;
      if (n > length) first = i, length = n;
    }
    if (length < 4) return false;
    KernelInstruction dot;
    dot.op = KernelOp::kDot;
    dot.a = (*list)[first].reg;
    dot.n = U(length);
    dot.k = static_cast<std::int64_t>(*k);
    dot.p = U(out_.pool.size());
    for (std::size_t i = 0; i < length; ++i) out_.pool.push_back((*list)[first + i].factor);
    dot.to = next_++;
    out_.code.push_back(dot);
    const auto begin = list->begin() + static_cast<std::ptrdiff_t>(first);
    list->erase(begin, begin + static_cast<std::ptrdiff_t>(length));
    list->push_back({dot.to, 1});
    return true;
  }

  // d * below where d = a - b is negative, else d * above.
  struct Bent {
    int node = -1, a = -1, b = -1;
    std::int64_t below = 0, above = 0;
  };
  // n as k * (a - b).
  bool Multiple(int n, int a, int b, std::int64_t* k) const {
    const Node& x = At(n);
    if (x.op == NodeOp::kMultiply && g_.IsConstant(x.b) && Multiple(x.a, a, b, k)) return !__builtin_mul_overflow(*k, At(x.b).k, k);
    *k = x.a == a ? 1 : -1;
    return x.op == NodeOp::kSubtract && ((x.a == a && x.b == b) || (x.a == b && x.b == a));
  }
  bool IsBent(int n, std::uint64_t factor, Bent* out) const {
    const Node& x = At(n);
    if (x.op != NodeOp::kSelect || At(x.a).op != NodeOp::kLess) return false;
    out->node = n;
    out->a = At(x.a).a;
    out->b = At(x.a).b;
    const auto scaled = [&](std::int64_t* k) { return !__builtin_mul_overflow(*k, static_cast<std::int64_t>(factor), k); };
    return Multiple(x.b, out->a, out->b, &out->below) && Multiple(x.c, out->a, out->b, &out->above) && scaled(&out->below) && scaled(&out->above);
  }
  // Among the terms of a sum: bends of facts that lie side by side on both sides, with the plain differences between them. They leave the
  // terms for one instruction.
  bool EmitBends(std::map<int, std::uint64_t>* terms, std::uint64_t k, std::uint32_t* to) {
    std::map<std::uint32_t, Bent> by_place;  // by the register of a
    std::int64_t apart = 0;                  // from a to b
    for (const auto& [term, factor] : *terms) {
      Bent b;
      if (uses_[static_cast<std::size_t>(term)] != 1 || !IsBent(term, factor, &b)) continue;
      const std::uint32_t x = registers_[static_cast<std::size_t>(b.a)], y = registers_[static_cast<std::size_t>(b.b)];
      if (!narrow_.contains(x) || !narrow_.contains(y) || !Fits32(At(b.a).low - At(b.b).high) || !Fits32(At(b.a).high - At(b.b).low) || !Fits32(b.below) || !Fits32(b.above)) continue;
      if (by_place.empty()) apart = std::int64_t{y} - x;
      if (std::int64_t{y} - x == apart) by_place[x] = b;
    }
    if (by_place.size() < 3) return false;
    std::map<std::uint32_t, int> facts;
    for (const KernelGraph::Input& input : source_.inputs) {
      if (input.node >= 0) facts[registers_[static_cast<std::size_t>(input.node)]] = input.node;
    }
    for (std::uint32_t x = by_place.begin()->first; x <= by_place.rbegin()->first; ++x) {
      if (by_place.contains(x)) continue;
      const auto a = facts.find(x), b = facts.find(static_cast<std::uint32_t>(x + apart));
      if (a == facts.end() || b == facts.end() || !narrow_.contains(a->first) || !narrow_.contains(b->first)) return false;
      const auto at = terms->find(a->second), bt = terms->find(b->second);
      if (at == terms->end() || bt == terms->end() || at->second != ~bt->second + 1 || !Fits32(static_cast<std::int64_t>(at->second))) return false;
      if (!Fits32(At(a->second).low - At(b->second).high) || !Fits32(At(a->second).high - At(b->second).low)) return false;
      by_place[x] = {-1, a->second, b->second, static_cast<std::int64_t>(at->second), static_cast<std::int64_t>(at->second)};
    }
    KernelInstruction i;
    i.op = KernelOp::kBends;
    i.a = by_place.begin()->first;
    i.b = static_cast<std::uint32_t>(i.a + apart);
    i.n = U(by_place.size());
    i.k = static_cast<std::int64_t>(k);
    i.p = U(out_.pool.size());
    for (const auto& [x, b] : by_place) out_.pool.push_back(b.below);
    for (const auto& [x, b] : by_place) out_.pool.push_back(b.above);
    for (const auto& [x, b] : by_place) {
      if (b.node >= 0) terms->erase(b.node);
      else terms->erase(b.a), terms->erase(b.b);
    }
    i.to = next_++;
    out_.code.push_back(i);
    *to = i.to;
    return true;
  }
  static bool Fits32(std::int64_t k) { return k >= INT32_MIN && k <= INT32_MAX; }

  void EmitLookup(Group_* g) {
    KernelInstruction i;
    i.op = KernelOp::kLookup;
    i.n = U(g->nodes.size());
    KernelProgram::Lookup lookup;
    std::vector<KernelProgram::Feature> features;
    std::vector<std::vector<std::int64_t>> cases;  // a value of each case
    std::size_t lines = 1;
    for (const int f : g->features) {
      KernelProgram::Feature feature;
      feature.reg = Emit(f);
      feature.stride = U(lines);
      std::vector<std::int64_t> values;
      if (Small(f)) {
        feature.low = At(f).low;
        for (std::int64_t v = At(f).low; v <= At(f).high; ++v) values.push_back(v);
      } else {
        const std::set<std::int64_t>& turns = thresholds_.at(f);
        feature.first = U(out_.pool.size());
        feature.count = U(turns.size());
        out_.pool.insert(out_.pool.end(), turns.begin(), turns.end());
        values.push_back(*turns.begin() == INT64_MIN ? INT64_MIN : *turns.begin() - 1);  // below the least there is nothing: any value will do
        values.insert(values.end(), turns.begin(), turns.end());
      }
      feature.cases = U(values.size());
      lines *= values.size();
      cases.push_back(std::move(values));
      features.push_back(feature);
    }
    lookup.first = U(out_.features.size());
    lookup.count = U(features.size());
    lookup.lines = U(out_.pool.size());
    out_.features.insert(out_.features.end(), features.begin(), features.end());
    // The nodes between the features and what is looked up, in their order.
    std::vector<int> inner;
    std::set<int> seen(g->features.begin(), g->features.end());
    const std::function<void(int)> visit = [&](int n) {
      if (!seen.insert(n).second) return;
      Arguments(At(n), visit);
      inner.push_back(n);
    };
    for (const int n : g->nodes) visit(n);
    std::sort(inner.begin(), inner.end());
    std::vector<std::int64_t> values(static_cast<std::size_t>(g_.size()));
    for (std::size_t line = 0; line < lines; ++line) {
      std::size_t rest = line;
      for (std::size_t f = 0; f < g->features.size(); ++f) {
        values[static_cast<std::size_t>(g->features[f])] = cases[f][rest % cases[f].size()];
        rest /= cases[f].size();
      }
      for (const int n : inner) values[static_cast<std::size_t>(n)] = g_.Apply(At(n), values);
      for (const int n : g->nodes) out_.pool.push_back(values[static_cast<std::size_t>(n)]);
    }
    i.p = U(out_.lookups.size());
    out_.lookups.push_back(lookup);
    i.to = next_;
    next_ += i.n;
    for (std::size_t n = 0; n < g->nodes.size(); ++n) registers_[static_cast<std::size_t>(g->nodes[n])] = i.to + U(n);
    out_.code.push_back(i);
  }

  // Constants to the front.
  void Finish() {
    const std::uint32_t shift = U(out_.constants.size());
    const auto place = [&](std::uint32_t r) { return (r & kConstantBit) != 0 ? r & ~kConstantBit : r + shift; };
    for (KernelInstruction& i : out_.code) {
      i.to = place(i.to);
      i.a = place(i.a);
      i.b = place(i.b);
      i.c = place(i.c);
    }
    for (KernelProgram::Term& t : out_.terms) t.reg = place(t.reg);
    for (KernelProgram::Feature& f : out_.features) f.reg = place(f.reg);
    for (std::uint32_t& r : registers_) r = r == KernelProgram::kNoRegister ? r : place(r);
    out_.node_registers = registers_;
    out_.facts = shift;
    out_.registers = shift + next_;
    out_.refused = registers_[static_cast<std::size_t>(source_.refused)];
  }

  static constexpr std::uint32_t kConstantBit = 0x40000000u;

  const KernelGraph& source_;
  const Graph& g_;
  const std::vector<std::uint32_t>& place_;
  KernelProgram& out_;
  std::vector<int> roots_;
  std::vector<bool> reached_;
  std::vector<int> uses_;
  std::map<int, std::set<std::int64_t>> thresholds_;
  std::vector<std::optional<std::vector<int>>> support_;
  std::set<int> demanded_;
  std::vector<int> looked_;
  std::map<int, int> levels_;
  std::vector<Group_> groups_;
  std::map<int, std::size_t> group_of_;
  std::vector<std::uint32_t> registers_;
  std::map<std::int64_t, std::uint32_t> constants_;
  std::map<std::int64_t, std::uint32_t> columns_;
  std::set<std::uint32_t> narrow_;  // registers of 32 bits
  std::uint32_t next_ = 0;
};

}  // namespace

bool Divider::Make(std::int64_t divisor, Divider* out) {
  if (divisor <= 1 || divisor >= (std::int64_t{1} << 41)) return false;
  const auto d = static_cast<std::uint64_t>(divisor);
  Divider made;
  made.divisor = d;
  // A multiple of the divisor of at least 2^62 makes every x positive, and the sum stays below 2^63 + 2^41.
  const std::uint64_t times = ((std::uint64_t{1} << 62) + d - 1) / d;
  made.bias = times * d;
  made.bias_quotient = static_cast<std::int64_t>(times);
  made.shift = 64 - std::countl_zero(d - 1);  // 2^shift >= d
  // For x < 2^64: magic = ceil(2^(64 + shift) / d), which has 65 bits; 2^64 is added back by the sum below.
  const U128 power = U128{1} << (64 + made.shift);
  const U128 magic = (power + d - 1) / d;
  made.magic = static_cast<std::uint64_t>(magic);
  *out = made;
  return true;
}

namespace {

template <Rounding kMode>
inline std::int64_t RoundBy(const Divider& d, std::int64_t x) {
  if (d.shift == 0) return RoundedQuotient(x, static_cast<std::int64_t>(d.divisor), kMode);
  std::uint64_t rest = 0;
  const std::int64_t q = d.Floor(x, &rest);
  const auto past = [&](bool tie) { return 2 * rest + (tie ? 1 : 0) > d.divisor ? 1 : 0; };
  switch (kMode) {
    case Rounding::kHalfEven: return q + past((q & 1) != 0);
    case Rounding::kHalfUp: return q + past(x >= 0);
    case Rounding::kHalfDown: return q + past(x < 0);
    case Rounding::kUp: return q + (x > 0 && rest != 0 ? 1 : 0);
    case Rounding::kDown: return q + (x < 0 && rest != 0 ? 1 : 0);
    case Rounding::kCeiling: return q + (rest != 0 ? 1 : 0);
    case Rounding::kFloor: return q;
  }
  return q;
}

#define ORDAIN_STEP(name) void name(const KernelInstruction* i, std::int64_t* r, [[maybe_unused]] const KernelProgram& program)
#define ORDAIN_NEXT return i[1].step(i + 1, r, program)
std::uint64_t Bits(std::int64_t x) { return static_cast<std::uint64_t>(x); }

ORDAIN_STEP(StepAdd) { r[i->to] = r[i->a] + r[i->b]; ORDAIN_NEXT; }
ORDAIN_STEP(StepSubtract) { r[i->to] = r[i->a] - r[i->b]; ORDAIN_NEXT; }
ORDAIN_STEP(StepMultiply) { r[i->to] = r[i->a] * r[i->b]; ORDAIN_NEXT; }
ORDAIN_STEP(StepLinear) { r[i->to] = static_cast<std::int64_t>(Bits(r[i->a]) * Bits(i->k) + Bits(program.pool[i->p])); ORDAIN_NEXT; }
ORDAIN_STEP(StepSum) {
  std::uint64_t sum = Bits(i->k);  // wraps: only the whole is in bounds
  const KernelProgram::Term* t = program.terms.data() + i->p;
  for (std::uint32_t n = 0; n < i->n; ++n) sum += Bits(r[t[n].reg]) * Bits(t[n].factor);
  r[i->to] = static_cast<std::int64_t>(sum);
  ORDAIN_NEXT;
}
ORDAIN_STEP(StepDot) { r[i->to] = Dot(r + i->a, program.pool.data() + i->p, i->n, i->k); ORDAIN_NEXT; }
ORDAIN_STEP(StepBends) {
  const std::int64_t* factors = program.pool.data() + i->p;
  r[i->to] = i->k + Bends(r + i->a, r + i->b, factors, factors + i->n, i->n);
  ORDAIN_NEXT;
}
ORDAIN_STEP(StepMin) { r[i->to] = std::min(r[i->a], r[i->b]); ORDAIN_NEXT; }
ORDAIN_STEP(StepMax) { r[i->to] = std::max(r[i->a], r[i->b]); ORDAIN_NEXT; }
ORDAIN_STEP(StepLess) { r[i->to] = r[i->a] < r[i->b] ? 1 : 0; ORDAIN_NEXT; }
ORDAIN_STEP(StepEqual) { r[i->to] = r[i->a] == r[i->b] ? 1 : 0; ORDAIN_NEXT; }
ORDAIN_STEP(StepAnd) { r[i->to] = r[i->a] & r[i->b]; ORDAIN_NEXT; }
ORDAIN_STEP(StepOr) { r[i->to] = r[i->a] | r[i->b]; ORDAIN_NEXT; }
ORDAIN_STEP(StepNot) { r[i->to] = r[i->a] ^ 1; ORDAIN_NEXT; }
ORDAIN_STEP(StepSelect) {
  const std::int64_t mask = -r[i->a];  // of a truth: all bits or none
  r[i->to] = (r[i->b] & mask) | (r[i->c] & ~mask);
  ORDAIN_NEXT;
}
template <Rounding kMode>
ORDAIN_STEP(StepRound) { r[i->to] = RoundBy<kMode>(program.dividers[i->p], r[i->a]); ORDAIN_NEXT; }
ORDAIN_STEP(StepDivides) { r[i->to] = r[i->a] % i->k == 0 ? 1 : 0; ORDAIN_NEXT; }
ORDAIN_STEP(StepFind) { r[i->to] = program.indexes[i->p]->Find(r[i->a], r[i->b]); ORDAIN_NEXT; }
ORDAIN_STEP(StepEntry) { r[i->to] = program.pool[i->p + Bits(r[i->a])]; ORDAIN_NEXT; }
ORDAIN_STEP(StepLookup) {
  const std::int64_t* pool = program.pool.data();
  const KernelProgram::Lookup& l = program.lookups[i->p];
  const KernelProgram::Feature* f = program.features.data() + l.first;
  std::uint64_t line = 0;
  for (std::uint32_t n = 0; n < l.count; ++n) {
    const std::int64_t v = r[f[n].reg];
    std::uint64_t at = 0;
    if (f[n].count == 0) {
      at = Bits(v - f[n].low);
    } else {
      const std::int64_t* turns = pool + f[n].first;
      for (std::uint32_t k = 0; k < f[n].count; ++k) at += v >= turns[k] ? 1 : 0;
    }
    line += at * f[n].stride;
  }
  const std::int64_t* from = pool + l.lines + line * i->n;
  for (std::uint32_t n = 0; n < i->n; ++n) r[i->to + n] = from[n];
  ORDAIN_NEXT;
}
void StepEnd(const KernelInstruction*, std::int64_t*, const KernelProgram&) {}
#undef ORDAIN_NEXT
#undef ORDAIN_STEP

constexpr KernelInstruction::Step kSteps[] = {StepAdd,    StepSubtract, StepMultiply, StepLinear, StepSum,    StepDot,     StepBends, StepMin,   StepMax,    StepLess, StepEqual,
                                              StepAnd,    StepOr,       StepNot,      StepSelect, nullptr,    StepDivides, StepFind,  StepEntry, StepLookup, StepEnd};
static_assert(std::size(kSteps) == std::size(kNames));
constexpr KernelInstruction::Step kRoundSteps[] = {StepRound<Rounding::kHalfEven>, StepRound<Rounding::kHalfUp>, StepRound<Rounding::kHalfDown>, StepRound<Rounding::kUp>,
                                                   StepRound<Rounding::kDown>, StepRound<Rounding::kCeiling>, StepRound<Rounding::kFloor>};

}  // namespace

KernelProgram Select(const KernelGraph& graph, const std::vector<std::uint32_t>& place) {
  KernelProgram program;
  Selection(graph, place, &program).Run();
  program.code.push_back({});
  for (KernelInstruction& i : program.code) i.step = i.op == KernelOp::kRound ? kRoundSteps[i.n] : kSteps[static_cast<std::size_t>(i.op)];
  return program;
}

std::string Verify(const KernelProgram& p) {
  std::vector<bool> written(p.registers, false);
  const std::size_t ready = std::min<std::size_t>(p.registers, p.code.size() < 2 ? p.registers : p.code[0].to);
  for (std::size_t r = 0; r < ready; ++r) written[r] = true;  // constants and facts
  const auto read = [&](std::uint32_t r) { return r < p.registers && written[r]; };
  if (p.code.empty() || p.code.back().op != KernelOp::kEnd) return "it does not end";
  for (std::size_t n = 0; n + 1 < p.code.size(); ++n) {
    const KernelInstruction& i = p.code[n];
    bool good = i.op != KernelOp::kEnd;
    std::uint32_t width = 1;
    switch (i.op) {
      case KernelOp::kLinear: good = read(i.a) && i.p < p.pool.size(); break;
      case KernelOp::kSum:
        good = std::size_t{i.p} + i.n <= p.terms.size();
        for (std::uint32_t t = 0; good && t < i.n; ++t) good = read(p.terms[i.p + t].reg);
        break;
      case KernelOp::kDot:
        good = std::size_t{i.p} + i.n <= p.pool.size();
        for (std::uint32_t t = 0; good && t < i.n; ++t) good = read(i.a + t);
        break;
      case KernelOp::kBends:
        good = std::size_t{i.p} + 2 * std::size_t{i.n} <= p.pool.size();
        for (std::uint32_t t = 0; good && t < i.n; ++t) good = read(i.a + t) && read(i.b + t);
        break;
      case KernelOp::kNot: good = read(i.a); break;
      case KernelOp::kDivides: good = read(i.a) && i.k > 0; break;
      case KernelOp::kSelect: good = read(i.a) && read(i.b) && read(i.c); break;
      case KernelOp::kRound: good = read(i.a) && i.p < p.dividers.size() && i.n <= static_cast<std::uint32_t>(Rounding::kFloor); break;
      case KernelOp::kFind: good = read(i.a) && read(i.b) && i.p < p.indexes.size(); break;
      case KernelOp::kEntry: good = read(i.a) && i.n > 0 && std::size_t{i.p} + i.n <= p.pool.size(); break;
      case KernelOp::kLookup: {
        width = i.n;
        good = i.p < p.lookups.size();
        if (!good) break;
        const KernelProgram::Lookup& l = p.lookups[i.p];
        good = std::size_t{l.first} + l.count <= p.features.size();
        std::uint64_t lines = 1;
        for (std::uint32_t f = 0; good && f < l.count; ++f) {
          const KernelProgram::Feature& x = p.features[l.first + f];
          good = read(x.reg) && x.stride == lines && std::size_t{x.first} + x.count <= p.pool.size() && (x.count == 0 || x.cases == x.count + 1) && x.cases <= kMostLines;
          lines *= x.cases;
        }
        good = good && l.lines + lines * i.n <= p.pool.size();
        break;
      }
      default: good = good && read(i.a) && read(i.b);
    }
    if (!good || std::size_t{i.to} + width > p.registers) return "instruction " + std::to_string(n) + " (" + (kNames[static_cast<std::size_t>(i.op)] + 1) + ")";
    for (std::uint32_t w = 0; w < width; ++w) {
      if (written[i.to + w]) return "instruction " + std::to_string(n) + " writes what is there";
      written[i.to + w] = true;
    }
  }
  return read(p.refused) ? "" : "it does not say whether it refuses";
}

std::string Dump(const KernelProgram& p) {
  std::string out;
  const auto reg = [&](std::uint32_t r) {
    return r < p.facts ? std::to_string(p.constants[r]) : "r" + std::to_string(r);
  };
  for (const KernelInstruction& i : p.code) {
    if (i.op == KernelOp::kEnd) break;
    out += reg(i.to) + " = " + (kNames[static_cast<std::size_t>(i.op)] + 1);
    switch (i.op) {
      case KernelOp::kLinear: out += " " + reg(i.a) + " * " + std::to_string(i.k) + " + " + std::to_string(p.pool[i.p]); break;
      case KernelOp::kSum:
        out += " " + std::to_string(i.k);
        for (std::uint32_t t = 0; t < i.n; ++t) out += " + " + reg(p.terms[i.p + t].reg) + " * " + std::to_string(p.terms[i.p + t].factor);
        break;
      case KernelOp::kDot:
        out += " " + std::to_string(i.k);
        for (std::uint32_t t = 0; t < i.n; ++t) out += " + " + reg(i.a + t) + " * " + std::to_string(p.pool[i.p + t]);
        break;
      case KernelOp::kBends:
        out += " " + std::to_string(i.k);
        for (std::uint32_t t = 0; t < i.n; ++t) {
          out += " (" + reg(i.a + t) + " - " + reg(i.b + t) + ") * {" + std::to_string(p.pool[i.p + t]) + " " + std::to_string(p.pool[i.p + i.n + t]) + "}";
        }
        break;
      case KernelOp::kNot: out += " " + reg(i.a); break;
      case KernelOp::kDivides: out += " " + reg(i.a) + " by " + std::to_string(i.k); break;
      case KernelOp::kSelect: out += " " + reg(i.a) + " ? " + reg(i.b) + " : " + reg(i.c); break;
      case KernelOp::kRound: out += " " + reg(i.a) + " / " + std::to_string(p.dividers[i.p].divisor) + " " + std::string(RoundingName(static_cast<Rounding>(i.n))); break;
      case KernelOp::kFind: out += " " + reg(i.a) + " " + reg(i.b) + " in " + std::to_string(p.indexes[i.p]->from.size()) + " bands"; break;
      case KernelOp::kEntry: out += " " + reg(i.a) + " of " + std::to_string(i.n); break;
      case KernelOp::kLookup: {
        const KernelProgram::Lookup& l = p.lookups[i.p];
        out += " of " + std::to_string(i.n) + " by";
        for (std::uint32_t f = 0; f < l.count; ++f) {
          const KernelProgram::Feature& x = p.features[l.first + f];
          out += " " + reg(x.reg);
          for (std::uint32_t k = 0; k < x.count; ++k) out += (k == 0 ? "{" : " ") + std::to_string(p.pool[x.first + k]);
          if (x.count != 0) out += "}";
        }
        break;
      }
      default: out += " " + reg(i.a) + " " + reg(i.b);
    }
    out += "\n";
  }
  return out;
}

}  // namespace ordain::engine
