// From a binding to a kernel: the graph is made for the widest numbers first and, where these might overflow, for narrower ones.
// Tested by tests/kernel_test.cc.
#include "ordain/kernel.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "engine/kernel.hpp"
#include "engine/parts.hpp"
#include "engine/wide.hpp"
#include "policy/bind.hpp"

namespace ordain {

using engine::Cell;
using engine::KernelGraph;
using engine::KernelProgram;
using Storage = BoundFact::Storage;

struct KernelState;

namespace {

__extension__ typedef unsigned __int128 U128;

// Codes of texts: open addressing by a hash of the bytes.
class TextCodes {
 public:
  TextCodes() : slots_(8, Slot{}) {}
  TextCodes(TextCodes&&) = default;  // texts stay where they are
  TextCodes& operator=(TextCodes&&) = default;
  explicit TextCodes(const std::vector<std::string>& texts) : texts_(texts) {
    std::size_t size = 8;
    while (size < texts.size() * 2) size *= 2;
    slots_.assign(size, Slot{});
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      const std::uint64_t hash = Hash(texts_[i]);
      std::size_t at = hash & (size - 1);
      while (slots_[at].code >= 0) at = (at + 1) & (size - 1);
      slots_[at] = {hash, texts_[i].data(), static_cast<std::int32_t>(i), static_cast<std::uint32_t>(texts_[i].size())};
    }
  }
  std::int64_t Find(std::string_view text) const {  // -1: none
    const std::uint64_t hash = Hash(text);
    for (std::size_t at = hash & (slots_.size() - 1); slots_[at].code >= 0; at = (at + 1) & (slots_.size() - 1)) {
      const Slot& s = slots_[at];
      if (s.hash == hash && s.size == text.size() && Same(s.text, text.data(), text.size())) return s.code;
    }
    return -1;
  }
  const std::string& text(std::int64_t code) const { return texts_[static_cast<std::size_t>(code)]; }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    const char* text = nullptr;
    std::int32_t code = -1;
    std::uint32_t size = 0;
  };
  static bool Same(const char* a, const char* b, std::size_t n) {
    for (; n >= 8; a += 8, b += 8, n -= 8) {
      if (Word(a, 8) != Word(b, 8)) return false;
    }
    return n == 0 || Word(a, n) == Word(b, n);
  }
  // n <= 8 bytes as a number: different for different bytes of one length.
  static std::uint64_t Word(const char* p, std::size_t n) {
    if (n == 8) return Read<std::uint64_t>(p);
    if (n >= 4) return Read<std::uint32_t>(p) | std::uint64_t{Read<std::uint32_t>(p + n - 4)} << 32;
    if (n == 0) return 0;
    const auto byte = [&](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(p[i])}; };
    return byte(0) | byte(n / 2) << 8 | byte(n - 1) << 16;
  }
  template <class W>
  static W Read(const char* p) {
    W w;
    std::memcpy(&w, p, sizeof w);
    return w;
  }
  static std::uint64_t Hash(std::string_view s) {
    std::uint64_t h = s.size() * 0x9E3779B97F4A7C15u;
    const char* p = s.data();
    std::size_t n = s.size();
    for (; n >= 8; p += 8, n -= 8) h = Mix(h ^ Word(p, 8));
    return Mix(h ^ Word(p, n));
  }
  static std::uint64_t Mix(std::uint64_t x) {
    const U128 product = U128{x ^ 0xA0761D6478BD642Fu} * 0xE7037ED1A0B428DBu;  // both halves: a difference in a high bit reaches the low ones
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }
  std::vector<std::string> texts_;
  std::vector<Slot> slots_;
};

// Facts side by side in the record and in the registers, with the same bounds.
struct Load {
  // Loads, checks and goes on to the next; false: out of bounds, or refused by the code behind the last.
  using Step = bool (*)(const Load* l, const char* record, std::int64_t* r, const KernelState& s);
  Storage storage = Storage::kInt64;
  std::size_t offset = 0;
  std::uint32_t reg = 0, count = 1;
  std::int64_t low = 0, high = 0;
  bool empty_apart = false;   // texts: an empty one has the code -2: it is absent, or wrong
  Step step = nullptr;
};

struct Registers {
  Kind kind = Kind::kNull;
  std::uint32_t value = 0, null = 0;
  int scale = 0, fact = -1;
};

struct EffectRegisters {
  std::uint32_t applies = 0;
  Unit party = Unit::kNone;
  Registers to, amount, detail, due;
};

std::size_t SizeOf(Storage s) {
  switch (s) {
    case Storage::kBoolean:
    case Storage::kInt8:
    case Storage::kUint8: return 1;
    case Storage::kInt16:
    case Storage::kUint16: return 2;
    case Storage::kInt32:
    case Storage::kUint32: return 4;
    case Storage::kInt64: return 8;
    case Storage::kText: return sizeof(std::string_view);
  }
  return 8;
}

std::pair<std::int64_t, std::int64_t> Reach(Storage s) {
  switch (s) {
    case Storage::kBoolean: return {0, 1};
    case Storage::kInt8: return {INT8_MIN, INT8_MAX};
    case Storage::kUint8: return {0, UINT8_MAX};
    case Storage::kInt16: return {INT16_MIN, INT16_MAX};
    case Storage::kUint16: return {0, UINT16_MAX};
    case Storage::kInt32: return {INT32_MIN, INT32_MAX};
    case Storage::kUint32: return {0, UINT32_MAX};
    default: return {INT64_MIN, INT64_MAX};
  }
}

template <class M>
M At(const char* p) {
  M m;
  std::memcpy(&m, p, sizeof m);
  return m;
}

std::int64_t ReadInteger(const char* p, Storage s) {
  switch (s) {
    case Storage::kBoolean:
    case Storage::kUint8: return At<std::uint8_t>(p);
    case Storage::kInt8: return At<std::int8_t>(p);
    case Storage::kInt16: return At<std::int16_t>(p);
    case Storage::kUint16: return At<std::uint16_t>(p);
    case Storage::kInt32: return At<std::int32_t>(p);
    case Storage::kUint32: return At<std::uint32_t>(p);
    default: return At<std::int64_t>(p);
  }
}

}  // namespace

// A kernel that is one look-up by facts: the line is found from the record itself, and is the answer.
struct Direct {
  struct Large {
    Storage storage = Storage::kInt64;
    std::uint32_t offset = 0, stride = 0, count = 0;
    std::int64_t low = 0;
    std::uint64_t span = 0;
    const std::int64_t* turns = nullptr;  // null: the value counts
  };
  std::vector<std::pair<std::uint32_t, engine::ByteWindow>> windows;  // by offset: facts of one byte
  std::vector<Large> large;
  std::vector<std::int64_t> lines;      // empty: it is none
  std::size_t width = 0;
  std::uint32_t first = 0;              // register of a line's first number
  std::uint32_t refused = 0;            // within the line

  // Makes *s direct if it is of that kind.
  static void Make(KernelState* s);
  const std::int64_t* Line(const char* record) const {  // null: out of bounds
    std::uint64_t line = 0;
    unsigned wrong = 0;
    for (const auto& [offset, window] : windows) {
      std::uint64_t part = 0;
      wrong |= window.Index(record + offset, &part) ? 0u : 1u;
      line += part;
    }
    for (const Large& p : large) {
      const std::int64_t v = p.storage == Storage::kInt64 ? At<std::int64_t>(record + p.offset) : ReadInteger(record + p.offset, p.storage);
      const std::uint64_t above = static_cast<std::uint64_t>(v) - static_cast<std::uint64_t>(p.low);
      wrong |= above > p.span ? 1u : 0u;
      std::uint64_t at = above;
      if (p.turns != nullptr) {
        at = 0;
        for (std::uint32_t k = 0; k < p.count; ++k) at += v >= p.turns[k] ? 1 : 0;
      }
      line += at * p.stride;
    }
    return wrong != 0 ? nullptr : lines.data() + line * width;
  }
};

struct KernelState {
  RuleSet rules;
  int policy = -1;
  std::size_t record_size = 0;
  std::vector<BoundFact> facts;
  std::vector<int> fact_of;       // by bound fact
  TextCodes codes;
  std::vector<Load> loads;
  KernelProgram program;
  Direct direct;
  std::vector<Registers> outcome;
  std::vector<EffectRegisters> effect_registers;
  std::vector<Kernel::EffectInfo> effects;
  std::vector<std::pair<int, std::size_t>> handed;  // texts that answers hand through: fact, offset
  Date first, last;
};

namespace {

template <class M>
bool LoadIntegers(const Load* l, const char* record, std::int64_t* r, const KernelState& s) {
  const auto low = static_cast<std::uint64_t>(l->low), span = static_cast<std::uint64_t>(l->high) - low;
  const char* from = record + l->offset;
  std::int64_t* to = r + l->reg;
  bool wrong = false;
  for (std::uint32_t i = 0; i < l->count; ++i) {
    to[i] = At<M>(from + i * sizeof(M));
    wrong |= static_cast<std::uint64_t>(to[i]) - low > span;
  }
  return !wrong && l[1].step(l + 1, record, r, s);
}
template <class M>
bool LoadOne(const Load* l, const char* record, std::int64_t* r, const KernelState& s) {
  const std::int64_t v = At<M>(record + l->offset);
  r[l->reg] = v;
  return v >= l->low && v <= l->high && l[1].step(l + 1, record, r, s);
}
template <class M>
Load::Step Integers(const Load& l) { return l.count == 1 ? LoadOne<M> : LoadIntegers<M>; }
bool LoadManyInt32(const Load* l, const char* record, std::int64_t* r, const KernelState& s) {  // with bounds of 32 bits
  const bool wrong = engine::Widen(record + l->offset, l->count, static_cast<std::int32_t>(l->low), static_cast<std::uint32_t>(l->high - l->low), r + l->reg);
  return !wrong && l[1].step(l + 1, record, r, s);
}
bool LoadText(const Load* l, const char* record, std::int64_t* r, const KernelState& s) {
  const auto text = At<std::string_view>(record + l->offset);
  const std::int64_t code = l->empty_apart && text.empty() ? -2 : s.codes.Find(text);
  r[l->reg] = code;
  return code >= l->low && code <= l->high && l[1].step(l + 1, record, r, s);
}
bool RunCode(const Load*, const char*, std::int64_t* r, const KernelState& s) {
  engine::Run(s.program, r);
  return r[s.program.refused] == 0;
}

Load::Step StepOf(const Load& l) {
  switch (l.storage) {
    case Storage::kBoolean:
    case Storage::kUint8: return Integers<std::uint8_t>(l);
    case Storage::kInt8: return Integers<std::int8_t>(l);
    case Storage::kInt16: return Integers<std::int16_t>(l);
    case Storage::kUint16: return Integers<std::uint16_t>(l);
    case Storage::kInt32: return l.count >= 4 && l.low >= INT32_MIN && l.high <= INT32_MAX ? LoadManyInt32 : Integers<std::int32_t>(l);
    case Storage::kUint32: return Integers<std::uint32_t>(l);
    case Storage::kInt64: return Integers<std::int64_t>(l);
    case Storage::kText: return LoadText;
  }
  return nullptr;
}

}  // namespace

void Direct::Make(KernelState* s) {
  const KernelProgram& p = s->program;
  if (p.code.size() != 2 || p.code[0].op != engine::KernelOp::kLookup || !s->handed.empty()) return;
  const KernelProgram::Lookup& lookup = p.lookups[0];
  Direct d;
  struct Byte {
    std::uint32_t offset, stride;
    std::int64_t low;
    std::uint64_t span;
  };
  std::vector<Byte> bytes;
  std::size_t loaded = 0, all = 0, cases = 1;
  for (std::uint32_t f = 0; f < lookup.count; ++f) {
    const KernelProgram::Feature& x = p.features[lookup.first + f];
    const auto load = std::find_if(s->loads.begin(), s->loads.end(), [&](const Load& l) { return x.reg >= l.reg && x.reg < l.reg + l.count; });
    if (load == s->loads.end() || load->storage == Storage::kText || (x.count == 0 && x.low != load->low)) return;
    ++loaded;
    cases *= x.cases;
    const auto offset = static_cast<std::uint32_t>(load->offset + (x.reg - load->reg) * SizeOf(load->storage));
    const auto span = static_cast<std::uint64_t>(load->high) - static_cast<std::uint64_t>(load->low);
    if (x.count == 0 && SizeOf(load->storage) == 1) {
      bytes.push_back({offset, x.stride, load->low, span});
    } else {
      d.large.push_back({load->storage, offset, x.stride, x.count, load->low, span, x.count == 0 ? nullptr : p.pool.data() + x.first});
    }
  }
  // Windows over the bytes, none beyond the record.
  std::sort(bytes.begin(), bytes.end(), [](const Byte& a, const Byte& b) { return a.offset < b.offset; });
  for (std::size_t i = 0; i < bytes.size();) {
    if (s->record_size < 16) return;
    const auto at = static_cast<std::uint32_t>(std::min<std::size_t>(bytes[i].offset, s->record_size - 16));
    engine::ByteWindow w;
    std::fill(std::begin(w.span), std::end(w.span), std::uint8_t{255});
    for (; i < bytes.size() && bytes[i].offset < at + 16; ++i) {
      const std::size_t k = bytes[i].offset - at;
      w.low[k] = static_cast<std::uint8_t>(bytes[i].low);
      w.span[k] = static_cast<std::uint8_t>(bytes[i].span);
      w.stride[k] = static_cast<std::int16_t>(bytes[i].stride);  // below 16384, the most lines of a look-up
    }
    d.windows.emplace_back(at, w);
  }
  for (const Load& l : s->loads) all += l.count;
  if (loaded != all) return;  // facts that decide nothing are checked all the same
  // Whatever the answer is made of stands in its line: constants behind what is looked up.
  const std::size_t found = p.code[0].n;
  d.first = p.code[0].to;
  std::vector<std::uint32_t> constants;
  bool whole = true;
  const auto move = [&](std::uint32_t* r) {
    if (*r >= p.facts) {
      whole &= *r >= p.code[0].to;  // looked up; a fact itself is not in the line
      return;
    }
    const auto at = std::find(constants.begin(), constants.end(), *r);
    const auto k = static_cast<std::uint32_t>(at - constants.begin());
    if (at == constants.end()) constants.push_back(*r);
    *r = d.first + static_cast<std::uint32_t>(found) + k;
  };
  const auto move_both = [&](Registers* r) {
    if (r->kind == Kind::kNull) return;
    move(&r->value);
    move(&r->null);
  };
  std::uint32_t refused = p.refused;
  move(&refused);
  d.refused = refused - d.first;
  std::vector<Registers> outcome = s->outcome;
  std::vector<EffectRegisters> effects = s->effect_registers;
  for (Registers& r : outcome) move_both(&r);
  for (EffectRegisters& e : effects) {
    move(&e.applies);
    for (Registers* r : {&e.to, &e.amount, &e.detail, &e.due}) move_both(r);
  }
  if (!whole) return;
  s->outcome = std::move(outcome);
  s->effect_registers = std::move(effects);
  d.width = found + constants.size();
  for (std::size_t line = 0; line < cases; ++line) {
    const auto from = p.pool.begin() + static_cast<std::ptrdiff_t>(lookup.lines + line * found);
    d.lines.insert(d.lines.end(), from, from + static_cast<std::ptrdiff_t>(found));
    for (const std::uint32_t c : constants) d.lines.push_back(p.constants[c]);
  }
  s->direct = std::move(d);
}

namespace {

Registers RegistersOf(const Cell& c, const KernelProgram& program) {
  Registers r;
  r.kind = c.kind;
  r.scale = c.scale;
  r.fact = c.fact;
  if (c.kind == Kind::kNull) return r;
  if (c.fact < 0) r.value = program.node_registers[static_cast<std::size_t>(c.node)];
  r.null = program.node_registers[static_cast<std::size_t>(c.null)];
  return r;
}

Decimal Units(std::int64_t units, int scale) {
  return Decimal(units < 0, 0, units < 0 ? ~static_cast<std::uint64_t>(units) + 1 : static_cast<std::uint64_t>(units), -scale);
}

bool Holds(Storage s, Kind kind) {
  switch (kind) {
    case Kind::kBoolean: return s != Storage::kText;
    case Kind::kNumber:
    case Kind::kDate: return s != Storage::kText && s != Storage::kBoolean;
    case Kind::kText: return s == Storage::kText;
    default: return false;
  }
}

}  // namespace

Result<Kernel> Kernel::Make(const RuleSet& rules, std::string_view name, const std::vector<BoundFact>& facts, std::size_t record_size, const Terms& terms, const Instant& at) {
  const policy::Model& model = *rules.parts().model;
  const int policy = rules.FindPolicy(name);
  if (policy < 0) return MakeDiagnostic(Code::kUnknownPolicy, "", {}, {{"name", rules.name() + "." + std::string(name)}});
  const policy::Policy& p = model.policies[static_cast<std::size_t>(policy)];
  const Date today = rules.LocalDay(at);
  if (!rules.InForce(today)) return MakeDiagnostic(Code::kNotInForce, "/in_force", {}, {{"name", rules.name()}, {"date", today.ToString()}});

  auto state = std::make_shared<KernelState>(KernelState{rules, policy, record_size, facts, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}});
  std::vector<engine::FactForm> forms(p.facts.size());
  for (const BoundFact& b : facts) {
    const int fact = rules.FindFact(policy, b.fact);
    if (fact < 0) {
      std::vector<std::string> names;
      for (const policy::Fact& f : p.facts) names.push_back(f.name);
      const std::string near = NearestName(b.fact, names);
      return MakeDiagnostic(Code::kUnknownFact, "", {}, {{"policy", rules.name() + "." + p.name}, {"name", b.fact}}, near.empty() ? "" : "did you mean `" + near + "`?");
    }
    engine::FactForm& form = forms[static_cast<std::size_t>(fact)];
    const Type& type = p.facts[static_cast<std::size_t>(fact)].type;
    if (form.bound) return MakeDiagnostic(Code::kDuplicateName, "", {}, {{"name", b.fact}});
    if (!Holds(b.storage, type.kind) || b.scale < 0 || b.scale > 18 || (type.kind != Kind::kNumber && b.scale != 0) || b.offset + SizeOf(b.storage) > record_size) {
      return MakeDiagnostic(Code::kWrongType, "", {}, {{"name", b.fact}, {"expected", type.ToString()}, {"found", b.storage == Storage::kText ? "a text" : "an integer"}},
                            "numbers are integers in units of 10^-scale, scale 0 to 18; texts are std::string_view");
    }
    form.bound = true;
    form.scale = b.scale;
    form.may_be_absent = b.may_be_absent;
    form.absent = b.storage == Storage::kText ? -2 : b.absent;
    std::tie(form.low, form.high) = Reach(b.storage);
    state->fact_of.push_back(fact);
  }

  engine::TermsInForce in_force;
  in_force.policy_settings = &terms.policy_settings_;
  in_force.settings = &terms.settings_;
  state->first = model.in_force_from.value_or(Date{INT32_MIN});
  state->last = model.in_force_to.value_or(Date{INT32_MAX});
  for (std::size_t i = 0; i < model.parameters.size(); ++i) {
    const policy::Parameter& q = model.parameters[i];
    const Value* value = q.default_value ? &*q.default_value : nullptr;
    if (q.host != policy::HostRole::kNever && terms.is_supplied_[i]) {
      value = &terms.supplied_[i];
    } else {
      for (const policy::Parameter::Dated& d : q.values) {  // ascending
        if (d.from && *d.from > today) {
          state->last = std::min(state->last, Date{d.from->days - 1});
          break;
        }
        if (d.from) state->first = std::max(state->first, *d.from);
        value = &d.value;
      }
    }
    in_force.parameters.push_back(value);
  }
  for (std::size_t i = 0; i < model.guards.size(); ++i) {
    if (model.guards[i].host_switch && !terms.guards_[i]) continue;
    for (const EffectKind k : model.guards[i].effects) in_force.guarded[static_cast<std::size_t>(k)] = true;
  }

  KernelGraph graph;
  std::string why;
  bool lowered = false;
  for (const int bits : {47, 40, 31, 24}) {
    graph = KernelGraph();
    lowered = engine::Lower(model, policy, forms, in_force, std::int64_t{1} << bits, &graph, &why);
    if (lowered || !graph.graph.spoilt()) break;
  }
  const auto refuse = [&](const std::string& reason) { return MakeDiagnostic(Code::kNotCompiled, "/policies/" + p.name, p.remark.span, {{"policy", rules.name() + "." + p.name}, {"why", reason}}); };
  if (!lowered) return refuse(why);
  // Registers in the order of the record, so that neighbours are loaded together; facts that are not bound come last.
  std::vector<std::size_t> order(facts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return facts[a].offset < facts[b].offset; });
  std::vector<std::uint32_t> place(p.facts.size(), static_cast<std::uint32_t>(p.facts.size()) - 1);
  for (std::size_t i = 0; i < order.size(); ++i) place[static_cast<std::size_t>(state->fact_of[order[i]])] = static_cast<std::uint32_t>(i);
  state->program = engine::Select(graph, place);
  const std::string wrong = engine::Verify(state->program);
  if (!wrong.empty()) return refuse("internal: the program is not sound: " + wrong);
  state->codes = TextCodes(graph.texts);

  const KernelProgram& program = state->program;
  for (const Cell& c : graph.outcome) state->outcome.push_back(RegistersOf(c, program));
  const auto hand = [&](const Registers& r) {
    if (r.fact < 0) return;
    const auto bound = std::find(state->fact_of.begin(), state->fact_of.end(), r.fact);
    state->handed.emplace_back(r.fact, facts[static_cast<std::size_t>(bound - state->fact_of.begin())].offset);
  };
  for (const Registers& r : state->outcome) hand(r);
  for (const engine::KernelEffect& e : graph.effects) {
    EffectRegisters r;
    r.applies = program.node_registers[static_cast<std::size_t>(e.applies)];
    r.to = RegistersOf(e.to, program);
    r.amount = RegistersOf(e.amount, program);
    r.detail = RegistersOf(e.detail, program);
    r.due = RegistersOf(e.due, program);
    for (const Registers* x : {&r.to, &r.detail}) hand(*x);
    const engine::EffectSpec& spec = rules.parts().programs[static_cast<std::size_t>(policy)].effects[static_cast<std::size_t>(e.group)];
    r.party = spec.parties[static_cast<std::size_t>(e.share)];
    state->effect_registers.push_back(r);
    state->effects.push_back({e.kind, e.group, e.share, e.amount.scale});
  }
  // Facts beside each other in record and registers are loaded together.
  std::vector<Load> loads;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const KernelGraph::Input& input = graph.inputs[static_cast<std::size_t>(state->fact_of[i])];
    if (input.node < 0) continue;
    if (graph.graph[input.node].op != engine::NodeOp::kInput) {  // of a fact with one value: it must be that
      return refuse("the fact `" + facts[i].fact + "` can have one value only");
    }
    loads.push_back({facts[i].storage, facts[i].offset, program.facts + place[static_cast<std::size_t>(state->fact_of[i])], 1, input.low, input.high, facts[i].may_be_absent || policy::IsParty(p.facts[static_cast<std::size_t>(state->fact_of[i])].type.unit), nullptr});
  }
  std::sort(loads.begin(), loads.end(), [](const Load& a, const Load& b) { return a.reg < b.reg; });
  for (const Load& l : loads) {
    if (!state->loads.empty()) {
      Load& last = state->loads.back();
      if (l.storage != Storage::kText && last.storage == l.storage && last.low == l.low && last.high == l.high && l.reg == last.reg + last.count && l.offset == last.offset + last.count * SizeOf(l.storage)) {
        ++last.count;
        continue;
      }
    }
    state->loads.push_back(l);
  }
  Direct::Make(state.get());
  for (Load& l : state->loads) l.step = StepOf(l);
  state->loads.emplace_back();
  state->loads.back().step = RunCode;
  return Kernel(std::move(state));
}

bool Kernel::DecideAt(const void* record, Answer* answer) const {
  const KernelState& s = *state_;
  const char* base = static_cast<const char*>(record);
  if (!s.direct.lines.empty()) {
    const std::int64_t* line = s.direct.Line(base);
    if (line == nullptr) return false;
    answer->from_ = line;
    answer->first_ = s.direct.first;
    return line[s.direct.refused] == 0;
  }
  if (!s.loads[0].step(s.loads.data(), base, answer->registers_.data(), s)) return false;
  for (const auto& [fact, offset] : s.handed) answer->texts_[static_cast<std::size_t>(fact)] = At<std::string_view>(base + offset);
  return true;
}

void Kernel::FillFrom(const void* record, Facts* facts) const {
  const KernelState& s = *state_;
  const policy::Policy& p = s.rules.parts().model->policies[static_cast<std::size_t>(s.policy)];
  facts->Clear();
  for (std::size_t i = 0; i < s.facts.size(); ++i) {
    const BoundFact& b = s.facts[i];
    const char* from = static_cast<const char*>(record) + b.offset;
    Value v;
    if (b.storage == Storage::kText) {
      std::string_view text;
      std::memcpy(&text, from, sizeof text);
      if (!b.may_be_absent || !text.empty()) v = Value::Text(text);
    } else {
      const std::int64_t n = ReadInteger(from, b.storage);
      const Kind kind = p.facts[static_cast<std::size_t>(s.fact_of[i])].type.kind;
      if (b.may_be_absent && n == b.absent) v = Value();
      else if (kind == Kind::kBoolean && (n == 0 || n == 1)) v = Value::Boolean(n == 1);
      else if (kind == Kind::kDate) v = Value::OfDate(Date{n});
      else v = Value::Number(Units(n, b.scale));  // of a boolean that is neither: the evaluator refuses it
    }
    facts->Set(s.fact_of[i], v);
  }
}

int Kernel::policy() const { return state_->policy; }
int Kernel::FindOutcome(std::string_view field) const {
  const auto& outcome = state_->rules.parts().model->policies[static_cast<std::size_t>(state_->policy)].outcome;
  const auto it = std::find_if(outcome.begin(), outcome.end(), [&](const policy::OutcomeField& f) { return f.name == field; });
  return it == outcome.end() ? -1 : static_cast<int>(it - outcome.begin());
}
int Kernel::outcome_count() const { return static_cast<int>(state_->outcome.size()); }
Kind Kernel::kind(int field) const { return state_->outcome[static_cast<std::size_t>(field)].kind; }
int Kernel::scale(int field) const { return state_->outcome[static_cast<std::size_t>(field)].scale; }
const std::vector<Kernel::EffectInfo>& Kernel::effects() const { return state_->effects; }
Date Kernel::first_day() const { return state_->first; }
Date Kernel::last_day() const { return state_->last; }
std::string Kernel::Dump() const { return engine::Dump(state_->program); }

Kernel::Answer::Answer(const Kernel& kernel) : state_(kernel.state_), registers_(kernel.state_->program.registers), texts_(kernel.state_->rules.facts(kernel.policy()).size()) {
  std::copy(state_->program.constants.begin(), state_->program.constants.end(), registers_.begin());
  from_ = registers_.data();
}
bool Kernel::Answer::IsNull(int field) const {
  const Registers& r = state_->outcome[static_cast<std::size_t>(field)];
  return r.kind == Kind::kNull || Register(r.null) != 0;
}
bool Kernel::Answer::Boolean(int field) const { return Register(state_->outcome[static_cast<std::size_t>(field)].value) != 0; }
std::int64_t Kernel::Answer::Units(int field) const { return Register(state_->outcome[static_cast<std::size_t>(field)].value); }
Decimal Kernel::Answer::Number(int field) const { return ordain::Units(Units(field), state_->outcome[static_cast<std::size_t>(field)].scale); }
std::string_view Kernel::Answer::Text(int field) const {
  const Registers& r = state_->outcome[static_cast<std::size_t>(field)];
  return r.fact >= 0 ? texts_[static_cast<std::size_t>(r.fact)] : std::string_view(state_->codes.text(Register(r.value)));
}
bool Kernel::Answer::Applies(int effect) const { return Register(state_->effect_registers[static_cast<std::size_t>(effect)].applies) != 0; }
std::int64_t Kernel::Answer::AmountUnits(int effect) const { return Register(state_->effect_registers[static_cast<std::size_t>(effect)].amount.value); }
Effect Kernel::Answer::effect(int index) const {
  const EffectRegisters& r = state_->effect_registers[static_cast<std::size_t>(index)];
  const EffectInfo& info = state_->effects[static_cast<std::size_t>(index)];
  const auto text = [&](const Registers& x) -> std::string_view {
    if (x.kind != Kind::kText) return {};
    return x.fact >= 0 ? texts_[static_cast<std::size_t>(x.fact)] : std::string_view(state_->codes.text(Register(x.value)));
  };
  Effect e;
  e.kind = info.kind;
  e.party = r.party;
  e.to = text(r.to);
  e.detail = text(r.detail);
  if (r.amount.kind == Kind::kNumber) e.amount = ordain::Units(Register(r.amount.value), info.scale);
  if (r.due.kind == Kind::kDate && Register(r.due.null) == 0) e.due = Value::OfDate(Date{Register(r.due.value)});
  e.group = info.group;
  e.share = info.share;
  return e;
}

}  // namespace ordain
