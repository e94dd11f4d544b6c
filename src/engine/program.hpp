// Internal. Waist 3 of the walk: the instructions, one line of meaning each.
//
// A program decides one policy. It works on one array of registers, laid out as
//
//   [ constants | facts | everything else ]
//
// Constants are copied in once per evaluator, facts once per decision; every name of the policy has a register of its
// own and is written once, so that after a decision the registers are the trace of its values.
// Policies that are used by others are compiled into the program of their user.
//
// The table ORDAIN_INSTRUCTIONS is the only list of operations: names, operands and meaning. r[x] is a register.
// The operand text says what a, b, c, d and e are: r a register, R a register or kNone, n the first
// of several registers whose number is the operand m (or, for kContext, the fields of its shape), i a
// plain number, j a place in the code, s a site (where the instruction comes from), - unused.
#ifndef ORDAIN_ENGINE_PROGRAM_HPP_
#define ORDAIN_ENGINE_PROGRAM_HPP_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ordain/base.hpp"
#include "ordain/decision.hpp"
#include "ordain/value.hpp"

namespace ordain::engine {

// X(name, operands, meaning)
#define ORDAIN_INSTRUCTIONS(X)                                                                                  \
  X(kMove, "rr---", "r[a] = r[b]")                                                                                \
  X(kJump, "---j-", "go to d")                                                                                      \
  X(kJumpFalse, "r--js", "if r[a] is not true go to d; null is an error")                                       \
  X(kJumpTrue, "r--js", "if r[a] is true go to d; null is an error")                                            \
  X(kJumpNull, "r--j-", "if r[a] is null go to d")                                                                \
  X(kArithmetic, "rrris", "r[a] = r[b] op r[c], op d of feel::Op")                                          \
  X(kAdd, "rrr-s", "r[a] = r[b] + r[c], numbers")                                                             \
  X(kSubtract, "rrr-s", "r[a] = r[b] - r[c], numbers")                                                        \
  X(kMultiply, "rrr-s", "r[a] = r[b] * r[c], numbers")                                                        \
  X(kNegate, "rr--s", "r[a] = -r[b]")                                                                           \
  X(kNot, "rr--s", "r[a] = not r[b]")                                                                           \
  X(kEqual, "rrr-s", "r[a] = r[b] = r[c]")                                                                    \
  X(kNotEqual, "rrr-s", "r[a] = r[b] != r[c]")                                                                \
  X(kCompare, "rrris", "r[a] = r[b] relation d of feel::Op r[c]")                                           \
  X(kInRange, "rrr-s", "r[a] = r[b] in range r[c]")                                                           \
  X(kRange, "rrris", "r[a] = range from r[b] to r[c]; d bit 0: low closed, bit 1: high closed, above: its form") \
  X(kRangeList, "rrr-s", "r[a] = list of the integers from r[b] to r[c], either way")                         \
  X(kContext, "rni--", "r[a] = context of shape c with fields r[b], ...")                               \
  X(kField, "rri-s", "r[a] = field c of context r[b]")                                                        \
  X(kFields, "rri-s", "r[a] = list of field c of each context in list r[b]")                                  \
  X(kDatePart, "rri-s", "r[a] = part c (DatePart) of the date or instant r[b]")                               \
  X(kIndex, "rrr-s", "r[a] = item r[c] of list r[b], null outside")                                           \
  X(kCall, "rnmis", "r[a] = builtin d (r[b], ..., c of them)")                                              \
  X(kBeginList, "-----", "open a list")                                                                              \
  X(kAppend, "r----", "put r[a] at the end of the open list")                                                       \
  X(kJumpIs, "ri-j-", "if r[a] is the boolean b go to d")                                                           \
  X(kJumpUnless, "r--j-", "if r[a] is not true go to d; null is not true")                                          \
  X(kJumpWrong, "ri-js", "if r[a] is no condition (a boolean, null, with b = 1 a number) it has no value: go to d")     \
  X(kAnd, "rrr-s", "r[a] = r[b] and r[c], three-valued")                                                            \
  X(kOr, "rrr-s", "r[a] = r[b] or r[c], three-valued")                                                              \
  X(kTest, "rrr-s", "r[a] = value r[b] passes the unary test r[c], three-valued")                                   \
  X(kItems, "rri-s", "r[a] = what r[b] holds as a list; c = 1: to iterate, 0: to filter")                           \
  X(kSelect, "rrrrs", "append item r[a] if r[b] is true, or the number of the item: r[c] of list r[d]")             \
  X(kEndSelect, "r----", "r[a] = the open list, or its only item when items were selected by number")               \
  X(kPartial, "ri---", "r[a] = copy of the open list that has b open lists inside")                                 \
  X(kEntryOf, "rri-s", "r[a] = part or entry of name c of r[b], of each item of a list")                            \
  X(kItemName, "rrRis", "r[a] = entry of name d of the item r[b]; when it has none r[c]")                           \
  X(kCoerce, "rri-s", "r[a] = r[b] made to conform to type c, null when it cannot")                                 \
  X(kHasType, "rri--", "r[a] = r[b] is an instance of type c")                                                      \
  X(kFunction, "rnmi-", "r[a] = function d with the captures r[b], ..., c of them")                                 \
  X(kApply, "rrnms", "r[a] = function r[b] of r[c], ..., d of them; flags - 1: their names")                        \
  X(kExternal, "rrnms", "r[a] = function of the host named by r[b] of r[c], ..., d of them")                        \
  X(kFault, "r--is", "r[a] has no value, with code d")                                                              \
  X(kEndList, "r----", "r[a] = the open list, which is closed")                                                     \
  X(kDropLists, "--i--", "close the c innermost open lists, forgetting them")                                       \
  X(kBeginIteration, "rr--s", "r[a] = start of an iteration over list r[b]")                                    \
  X(kNext, "rrrj-", "r[b] = next item of list r[c], r[a] counts; go to d at the end")                         \
  X(kParameter, "ri--s", "r[a] = value of parameter b at the time of the decision")                             \
  X(kSetting, "ri---", "r[a] = the chosen value of setting b")                                                    \
  X(kAt, "r----", "r[a] = the instant of the decision")                                                             \
  X(kToday, "r----", "r[a] = its day in the zone of the rule set")                                                  \
  X(kCellRange, "rrrjs", "if number r[a] is not between r[b] and r[c] go to d; low 2 bits of the cell's flags: open ends") \
  X(kCellEqual, "rr-js", "if r[a] is not r[b] go to d")                                                       \
  X(kCellTrue, "r--js", "if r[a] is not true go to d")                                                          \
  X(kRowApplies, "----s", "the row of site e applies (trace only)")                                                 \
  X(kHitOnce, "r---s", "the row of site e is a hit: r[a] holds the row found before or null; two are a conflict") \
  X(kJumpEmpty, "r--j-", "if list r[a] is empty go to d")                                                       \
  X(kFinishHits, "rriis", "r[a].. = what hit policy d makes of list r[b] of hits: row number and c outputs each; flags: Program::hits") \
  X(kUncovered, "-nm-s", "no rule of the table of site e applies to r[b], ..., c of them: error, or a warning and go on") \
  X(kRead, "ri---", "r[a] = ledger read b")                                                                       \
  X(kDiscretion, "rrRis", "check r[a] (a value or a list) against the list r[b] (d = 0) or from r[b] to r[c] (d = 1)") \
  X(kRequire, "r--is", "if r[a] is not true refuse with code d")                                                \
  X(kBeginEffect, "-i---", "open effect group b")                                                                   \
  X(kEffect, "RRRRs", "add to the open group: to r[a], amount r[b], detail r[c], due r[d], share of site e") \
  X(kEndEffect, "ri--s", "close effect group b: join, check, cause; r[a] = its list")                           \
  X(kRound, "rrii-", "r[a] = r[b] rounded to exponent c by mode d")                                           \
  X(kMoneyDigits, "r---s", "if r[a] has more digits than the currency: error")                                    \
  X(kSkipEntries, "---j-", "if nothing is to be recorded go to d")                                                  \
  X(kEntry, "nmRRi", "entry of stream e: key r[a], ..., b of them, value r[c], period r[d]")                \
  X(kEnd, "-----", "done")

enum class Op : std::uint16_t {
#define ORDAIN_OP(name, operands, meaning) name,
  ORDAIN_INSTRUCTIONS(ORDAIN_OP)
#undef ORDAIN_OP
};

enum class DatePart : std::uint8_t { kYear, kMonth, kDay, kWeekday, kHour, kMinute, kSecond };

constexpr std::uint32_t kNone = 0xFFFFFFFFu;  // an operand that is not used

struct Instruction {
  Op op = Op::kEnd;
  std::uint16_t flags = 0;
  std::uint32_t a = kNone, b = kNone, c = kNone, d = kNone, e = kNone;
};

// Where an instruction comes from.
struct Site {
  std::int32_t policy = 0;      // index in the rule set
  std::int32_t definition = -1; // index of the table, effect group, ... inside the policy
  std::int32_t row = -1;        // table row, effect share
  std::int32_t column = -1;
  std::string path;             // JSON Pointer
  std::string text;             // FEEL, or the name
  std::string where;            // of kFault: what has no value; `text` says why
  std::vector<std::string> names;  // of kUncovered: what stands in r[b], ...; of kRequire: the facts that it reads
  Span span;                    // of the expression in its document
};

enum class ReadKind : std::uint8_t { kCount, kTotal, kLatest, kStreak, kReached, kHistory };
enum class Window : std::uint8_t { kLifetime, kDay, kWeek, kMonth, kQuarter, kYear, kLastDays, kLastMonths };

struct Read {
  ReadKind kind = ReadKind::kCount;
  std::string stream;
  std::uint32_t key = kNone, key_count = 0;  // first register of the key
  Window window = Window::kLifetime;
  int span = 0;
  std::uint32_t on = kNone;       // register of the day asked; kNone: today
  std::uint32_t where = kNone;    // own contribution: boolean register; kNone with includes: always
  std::uint32_t of = kNone;       // own value; kNone: 1
  std::uint32_t by = kNone;       // own period; kNone: month of today
  bool includes_this = false;
  std::uint32_t reaches = kNone;  // threshold
  std::uint32_t otherwise = kNone;  // latest: value when there is none
  std::int32_t policy = -1;         // history: whose facts are kept
  std::vector<int> kept;            // history: their indexes
  std::uint32_t own_kept = kNone;   // history: first register of this event's
  const Shape* shape = nullptr;     // history: of an item, `at` and what is kept
  std::uint32_t site = kNone;
};

struct Stream {
  std::string id;
  std::string definition;
  bool reads_ledger = false;
};

struct Hits {                     // how a table with several hits ends
  std::vector<std::vector<Value>> priorities;
  bool whole = false;             // the outputs of a row make one value in r[a]: a context of this shape, if there are several
  const Shape* shape = nullptr;
};

struct FunctionCode;

struct EffectSpec {
  EffectKind kind = EffectKind::kFine;
  std::uint8_t per_party = 0;     // policy::PerParty
  bool caused = true;             // false: of a policy that is only used
  const Shape* shape = nullptr;   // of its list's contexts
  std::int32_t group = 0;         // index in the policy
  std::vector<Unit> parties;      // by share: the unit of its `to`
};

struct GuardSpec {
  std::string name;
  std::uint16_t kinds = 0;        // bit per EffectKind
  std::uint8_t excess = 0;        // policy::Guard::Excess
  bool host_switch = false;
  std::uint32_t amount = kNone, to = kNone;  // registers to fill
  std::uint32_t entry = kNone;    // instruction to run; ends with kEnd
  std::uint32_t when = kNone, limit = kNone; // registers with the answers; kNone: always, deny
};

struct OutcomeSpec {
  std::uint32_t reg = kNone;
};

struct Program {
  std::vector<Instruction> code;
  std::vector<Value> constants;     // registers 0 ..
  std::uint32_t fact_base = 0;      // register of the first fact
  std::uint32_t fact_count = 0;
  std::uint32_t registers = 0;
  std::vector<Site> sites;
  std::vector<Read> reads;
  std::vector<Stream> streams;
  std::vector<Hits> hits;           // by kFinishHits flags
  std::vector<EffectSpec> effects;
  std::vector<GuardSpec> guards;
  std::vector<OutcomeSpec> outcome;
  std::vector<const Shape*> shapes;
  std::vector<Type> types;
  std::vector<std::string> names;                           // of entries
  std::vector<std::vector<std::string>> argument_names;     // by flags - 1 of kApply
  std::vector<std::shared_ptr<const FunctionCode>> functions;
  bool dynamic = false;             // types are known only while evaluating
  bool lenient = false;             // what has no value is null, with a warning; otherwise it is an error of the decision
  std::vector<std::uint32_t> symbol_registers;  // by symbol of the policy; kNone when it has none
  std::vector<std::uint32_t> required_entry;    // by fact: instruction to run for required_when, or kNone
  std::vector<std::uint32_t> required_register;
  std::uint32_t entry = 0;
  std::int32_t policy = 0;
  int money_scale = 2;
};

// A function of an expression: a program of its own, called with a register file of its own.
struct FunctionCode {
  Program program;                       // its facts are the parameters
  std::vector<std::string> parameters;
  std::vector<Type> types;
  Type type;                             // of the function
  std::vector<std::uint32_t> captures;   // registers for what it has captured
  std::vector<std::uint32_t> recursive;  // captures that are the function itself
  std::uint32_t result = kNone;
};

// Every operand in bounds, every jump inside, lists balanced on straight lines. A diagnostic text, or
// empty when the program is sound. Run on each program before it may decide.
std::string Verify(const Program& program);
// One line an instruction, with constants and sites, for people.
std::string Dump(const Program& program);

std::string_view OpName(Op op);
// The five letters of the table: what the operands are.
const char* Operands(Op op);

}  // namespace ordain::engine

#endif  // ORDAIN_ENGINE_PROGRAM_HPP_
