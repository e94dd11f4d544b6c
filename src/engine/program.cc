// Names, checks and the printed form of programs; see program.hpp. The verifier is the last wall between a
// fault of the compiler and memory: the engine itself does not check operands.
// Tested by tests/engine_test.cc (damaged programs are refused).
#include "engine/program.hpp"

#include <array>

namespace ordain::engine {
namespace {

struct Row {
  std::string_view name;
  const char* operands;
};
constexpr Row kRows[] = {
#define ORDAIN_OP(name, operands, meaning) {#name, operands},
    ORDAIN_INSTRUCTIONS(ORDAIN_OP)
#undef ORDAIN_OP
};

// Registers that instructions reach through the program's lists.
std::string VerifyLists(const Program& p) {
  const auto group = [&](std::uint32_t first, std::size_t count) { return std::uint64_t{first} + count <= p.registers; };
  const auto one = [&](std::uint32_t v) { return v == kNone || v < p.registers; };
  for (const Read& r : p.reads) {
    if ((r.key_count > 0 && !group(r.key, r.key_count)) || r.site >= p.sites.size()) return "read: key or site out of bounds";
    for (const std::uint32_t v : {r.on, r.where, r.of, r.by, r.reaches, r.otherwise}) {
      if (!one(v)) return "read: register out of bounds";
    }
    if (r.kind != ReadKind::kHistory) continue;
    if (r.shape == nullptr || static_cast<std::size_t>(r.shape->count) != r.kept.size() + 1) return "read: shape of a history";
    if (r.includes_this && !group(r.own_kept, r.kept.size())) return "read: kept facts out of bounds";
  }
  for (const GuardSpec& g : p.guards) {
    for (const std::uint32_t v : {g.amount, g.to, g.when, g.limit}) {
      if (!one(v)) return "guard: register out of bounds";
    }
  }
  return {};
}

}  // namespace

std::string_view OpName(Op op) { return kRows[static_cast<std::size_t>(op)].name.substr(1); }
const char* Operands(Op op) { return kRows[static_cast<std::size_t>(op)].operands; }

std::string Verify(const Program& p) {
  const auto at = [](std::size_t pc, const std::string& what) { return "instruction " + std::to_string(pc) + ": " + what; };
  if (p.registers < p.fact_base + p.fact_count || p.fact_base != p.constants.size()) return "register layout";
  if (p.code.empty() || p.code.back().op != Op::kEnd || p.entry >= p.code.size()) return "no end";
  for (std::size_t pc = 0; pc < p.code.size(); ++pc) {
    const Instruction& i = p.code[pc];
    if (static_cast<std::size_t>(i.op) >= std::size(kRows)) return at(pc, "unknown operation");
    const char* kinds = Operands(i.op);
    const std::uint32_t values[5] = {i.a, i.b, i.c, i.d, i.e};
    for (int k = 0; k < 5; ++k) {
      const std::uint32_t v = values[k];
      switch (kinds[k]) {
        case 'r':
          if (v >= p.registers) return at(pc, "register out of bounds");
          break;
        case 'R':
          if (v != kNone && v >= p.registers) return at(pc, "register out of bounds");
          break;
        case 'n': {
          std::uint64_t count = 0;
          if (i.op == Op::kContext) {
            if (i.c >= p.shapes.size()) return at(pc, "shape out of bounds");
            count = p.shapes[i.c]->count;
          } else {
            count = k < 4 ? values[k + 1] : 0;
          }
          if (std::uint64_t{v} + count > p.registers) return at(pc, "registers out of bounds");
          break;
        }
        case 'j':
          if (v >= p.code.size()) return at(pc, "jump out of bounds");
          break;
        case 's':
          if (v >= p.sites.size()) return at(pc, "site out of bounds");
          break;
        default: break;
      }
    }
    // Registers that are written must not be constants.
    const bool writes = kinds[0] == 'r' && i.op != Op::kJumpFalse && i.op != Op::kJumpTrue && i.op != Op::kJumpNull &&
                        i.op != Op::kJumpEmpty && i.op != Op::kAppend && i.op != Op::kCellRange && i.op != Op::kCellEqual &&
                        i.op != Op::kJumpIs && i.op != Op::kJumpUnless && i.op != Op::kJumpWrong && i.op != Op::kSelect &&
                        i.op != Op::kCellTrue && i.op != Op::kDiscretion && i.op != Op::kRequire && i.op != Op::kMoneyDigits;
    if (writes && i.a < p.fact_base) return at(pc, "writes a constant");
    const auto within = [&](std::uint32_t v, std::size_t size) { return v < size; };
    const bool named = i.op == Op::kEntryOf || i.op == Op::kItemName;
    if (named && !within(i.op == Op::kEntryOf ? i.c : i.d, p.names.size())) return at(pc, "name out of bounds");
    if ((i.op == Op::kCoerce || i.op == Op::kHasType) && !within(i.c, p.types.size())) return at(pc, "type out of bounds");
    if (i.op == Op::kApply && i.flags != 0 && !within(i.flags - 1u, p.argument_names.size())) return at(pc, "names out of bounds");
    if (i.op == Op::kFunction) {
      if (!within(i.d, p.functions.size())) return at(pc, "function out of bounds");
      const FunctionCode& f = *p.functions[i.d];
      if (f.captures.size() != i.c || f.result >= f.program.registers || f.program.fact_count != f.parameters.size()) return at(pc, "function");
      for (const std::uint32_t capture : f.captures) {
        if (capture >= f.program.registers || capture < f.program.fact_base) return at(pc, "capture out of bounds");
      }
      const std::string inside = Verify(f.program);
      if (!inside.empty()) return at(pc, "function: " + inside);
    }
    if (i.op == Op::kRead && !within(i.b, p.reads.size())) return at(pc, "read out of bounds");
    if ((i.op == Op::kBeginEffect || i.op == Op::kEndEffect) && !within(i.b, p.effects.size())) return at(pc, "effect out of bounds");
    if (i.op == Op::kEntry && !within(i.e, p.streams.size())) return at(pc, "stream out of bounds");
    if (i.op == Op::kFinishHits && (!within(i.flags, p.hits.size()) || std::uint64_t{i.a} + i.c > p.registers)) {
      return at(pc, "hits out of bounds");
    }
  }
  return VerifyLists(p);
}

std::string Dump(const Program& p) {
  std::string out = "; " + std::to_string(p.constants.size()) + " constants, " + std::to_string(p.fact_count) + " facts, " +
                    std::to_string(p.registers) + " registers\n";
  const auto reg = [&](std::uint32_t r) {
    if (r == kNone) return std::string("-");
    if (r < p.constants.size()) return p.constants[r].ToFeel();
    if (r < p.fact_base + p.fact_count) return "fact" + std::to_string(r - p.fact_base);
    return "r" + std::to_string(r);
  };
  for (std::size_t pc = 0; pc < p.code.size(); ++pc) {
    const Instruction& i = p.code[pc];
    const char* kinds = Operands(i.op);
    const std::uint32_t values[5] = {i.a, i.b, i.c, i.d, i.e};
    std::string line = std::to_string(pc);
    line.resize(7, ' ');
    line += OpName(i.op);
    line.resize(24, ' ');
    std::string note;
    for (int k = 0; k < 5; ++k) {
      switch (kinds[k]) {
        case 'r':
        case 'R':
        case 'n': line += " " + reg(values[k]); break;
        case 'i':
        case 'm': line += " #" + std::to_string(values[k]); break;
        case 'j': line += " ->" + std::to_string(values[k]); break;
        case 's': note = p.sites[values[k]].text; break;
        default: break;
      }
    }
    if (!note.empty()) {
      if (line.size() < 60) line.resize(60, ' ');
      line += " ; " + note;
    }
    out += line + "\n";
  }
  for (std::size_t f = 0; f < p.functions.size(); ++f) out += "; function " + std::to_string(f) + "\n" + Dump(p.functions[f]->program);
  return out;
}

}  // namespace ordain::engine
