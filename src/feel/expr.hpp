// Internal. Waist 2 of the walk: typed expressions with source spans.
//
//   text --feel/parse--> Expr (untyped) --feel/check--> Expr (typed, names resolved) --> compile
//
// The front end makes these trees; policy/lint, engine/compile and the tests' reference evaluator read
// them. An Expr owns its children; constants point into the Arena of the rule set. Depth is
// bounded by 10 times Limits::max_expression_depth, so recursion over a tree is safe.
#ifndef ORDAIN_FEEL_EXPR_HPP_
#define ORDAIN_FEEL_EXPR_HPP_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ordain/base.hpp"
#include "ordain/value.hpp"

namespace ordain::feel {

enum class Op : std::uint8_t {
  kConstant,   // value
  kName,       // a name of the scope: `name`, after the check `symbol`
  kLocal,      // an iteration variable: `name`, after the check `local` (depth-first index, unique in the expression)
  kInput,      // `?` of a unary test
  kNegate,     // -a
  kNot,        // not(a): boolean, three-valued
  kAnd, kOr,   // n-ary is nested; three-valued, left to right
  kAdd, kSubtract, kMultiply, kDivide, kPower,
  kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual,
  kBetween,    // args: value, low, high; both ends included
  kIn,         // args: value, tests...: true when one holds; tests are ranges, values, lists or booleans on ?
  kIf,         // args: condition, then, else
  kFor,        // args: source_1..source_n, body; locals: names; source: list or range of integers
  kSome,       // args: source_1..source_n, condition
  kEvery,
  kFilter,     // args: list, condition; local `item` and the item's fields are in scope
  kIndex,      // args: list, number: 1 is the first, -1 the last; null when outside
  kPath,       // args: context (or list of contexts: a list of the fields); name; after the check `field`
  kList,       // args: items
  kContext,    // args: values; names: field names
  kRange,      // args: low, high (kConstant null for unbounded); low_closed, high_closed, form
  kCall,       // a builtin: `name`, `builtin` index after the check; args in the builtin's order
  kInvoke,     // the outcome of another policy: `name`; args in the order of `names` (its facts); resolved by policy/model
  kInstanceOf, // args: value; type named in `tested`
  kFunction,   // args: body; names: parameters, parameter_types; local: the first of them
  kApply,      // args: function, arguments...; names: of the arguments when they are named
  // Only where types are not known before evaluation (see CheckContext::dynamic):
  kItemName,   // args: the item of a filter, [what the name is outside]; `name`: the item's entry of that name first
  kPartial,    // `partial`: the list that the surrounding `for` has made so far
  kFault,      // no value: `fault`, `name` says why, `names`: of what (the whole expression when empty)
  kCoerce,     // args: value; made to conform to `tested`, null when it cannot
  kExternal,   // args: a context that says which function of the host (see CallExternal), arguments...
  kTable,      // a decision table as an expression: `table`; args as told there
};

// DMN's hit policies, aggregators as policies of their own.
enum class Hit : std::uint8_t {
  kUnique, kFirst, kAny, kPriority, kCollect, kOutputOrder, kSum, kMin, kMax, kCount,
};

// The form of a kTable. Its args: the inputs; row by row the tests (trees over `?`, one an input) and the
// outputs; the outputs for when no row applies, if has_default.
struct TableForm {
  Hit hit = Hit::kUnique;
  std::size_t inputs = 0, rows = 0;
  std::vector<std::string> outputs;             // names; one output gives its value, several a context
  std::vector<std::vector<Value>> priorities;   // per output; empty: does not matter
  bool has_default = false;
  std::string name;                             // for messages
  std::vector<std::string> input_names;         // the same; one an input
  std::vector<std::string> notes;               // for readers, one a row; empty when no row has any
};

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

struct Expr {
  Expr() = default;
  ~Expr();  // without recursion: a text that is refused may have made a tree of any depth
  Expr(Expr&&) = default;
  Expr& operator=(Expr&&) = default;
  Expr(const Expr&) = delete;
  Expr& operator=(const Expr&) = delete;

  Op op = Op::kConstant;
  Type type;                 // set by the check
  Span span;                 // in the document that holds the expression
  std::vector<ExprPtr> args;
  std::string name;          // kName, kLocal, kPath, kCall, kInvoke
  std::vector<std::string> names;  // kFor/kSome/kEvery: iteration variables; kContext: fields; named arguments
  Value value;               // kConstant
  int symbol = -1;           // kName: id given by the Scope
  int local = -1;            // kLocal; kFor/kSome/kEvery/kFilter: first local that it defines
  int field = -1;            // kPath
  int builtin = -1;          // kCall
  bool low_closed = true, high_closed = true;  // kRange
  RangeValue::Form form = RangeValue::Form::kInterval;  // kRange
  bool domain = false;       // kRange: low..high of a `for`, which also runs downwards
  Type tested;               // kInstanceOf
  std::vector<Type> parameter_types;  // kFunction
  Code fault = Code::kInvalidOperation;  // kFault
  std::shared_ptr<const TableForm> table;  // kTable
};

ExprPtr Clone(const Expr& e);

// FEEL text of an expression; parsing it again, where its names are known, gives the same tree. For messages, traces and dumps.
std::string Print(const Expr& e);
// The same for a message that names the whole: "the value" when it is long or was made by a lowering.
std::string Brief(const Expr& e);

}  // namespace ordain::feel

#endif  // ORDAIN_FEEL_EXPR_HPP_
