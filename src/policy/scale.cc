// The body `scale`: brackets. Flat and per-unit scales become a table over the amount and a product; marginal
// ones a sum over the brackets; linear ones an expression.
#include "policy/reader.hpp"

namespace ordain::policy {

using feel::Op;

void ReadScale(PolicyReader* reader, const json::Node& node, const std::string& path) {
  const Loader& loader = reader->loader;
  ObjectReader object(loader, node, path);
  if (node.type != json::NodeType::kObject) return;
  Policy& policy = *reader->policy;
  const Remark remark = object.ReadRemark();
  const Trees t{loader, node.span};
  std::string name;
  if (object.Need("as") == nullptr || !object.Text("as", &name) || !loader.ReadName(name, object.Path("as"), node.span)) {
    object.Keep();
    return;
  }
  std::optional<Type> type;
  if (const Type* declared = reader->DeclaredType(name)) type = declared->NotNull();
  if (const json::Node* n = object.Get("type")) {
    const TypeForm form = ReadType(loader, *n, object.Path("type"), nullptr);
    if (form.ok) type = form.type;
  }
  Expression of = object.NeedFeel("of");
  std::size_t kind = 0, edge = 0;
  if (!object.Word("kind", {"flat", "per_unit", "marginal", "linear"}, &kind)) {
    object.Need("kind");
    object.Keep();
    return;
  }
  const int symbol = reader->Define(name, object.Path("as"), node.span);
  if (symbol < 0 || !of) {
    object.Keep();
    return;
  }
  const auto name_of = [&](int s) { return policy.symbols[static_cast<std::size_t>(s)].name; };

  const int of_symbol = reader->DefineHidden("scale_of", remark);
  reader->AddFormula(of_symbol, std::move(of.tree), remark);
  const std::string amount = name_of(of_symbol);

  // So much for each unit: 30 for a visit is money when the scale says so, though visits and 30 are plain numbers.
  const auto of_type = [&](feel::ExprPtr product) {
    if (!type || (type->unit != Unit::kMoney && type->unit != Unit::kPoints)) return product;
    return t.Call(std::string(UnitName(type->unit)), t.Call("number", std::move(product)));
  };

  if (kind == 3) {  // linear
    Expression from = object.NeedFeel("from"), step = object.NeedFeel("step"), value = object.NeedFeel("value");
    Expression min = object.Feel("min"), max = object.Feel("max");
    bool whole = false;
    if (object.Need("whole_steps") != nullptr) object.Bool("whole_steps", &whole);
    if (!from || !step || !value) return;
    const int steps_symbol = reader->DefineHidden("scale_steps", remark);
    feel::ExprPtr steps = t.Call("number", t.Binary(Op::kDivide, t.Binary(Op::kSubtract, t.Name(amount), std::move(from.tree)),
                                   std::move(step.tree)));
    if (whole) steps = t.Call("round down", std::move(steps), t.Number(0));
    reader->AddFormula(steps_symbol, std::move(steps), remark);
    const int value_symbol = reader->DefineHidden("scale_value", remark);
    reader->AddFormula(value_symbol, std::move(value.tree), remark, type);
    feel::ExprPtr result = t.Binary(Op::kMultiply, t.Name(name_of(steps_symbol)), t.Name(name_of(value_symbol)));
    if (min) result = t.Call("max", std::move(min.tree), std::move(result));
    if (max) result = t.Call("min", std::move(max.tree), std::move(result));
    reader->AddFormula(symbol, std::move(result), remark, type);
    return;
  }

  if (!object.Word("edge", {"lower", "upper"}, &edge)) object.Need("edge");
  const json::Node* brackets = object.Array("brackets");
  if (brackets == nullptr || brackets->items.empty()) {
    if (brackets == nullptr) object.Need("brackets");
    if (brackets != nullptr) loader.Report(Code::kBadValue, object.Path("brackets"), brackets->span, {{"what", "a scale has brackets"}});
    return;
  }
  struct Bracket {
    Expression from, value;
    Remark remark;
  };
  std::vector<Bracket> list;
  std::optional<Decimal> previous;
  for (std::size_t i = 0; i < brackets->items.size(); ++i) {
    ObjectReader o(loader, brackets->items[i], json::Child(object.Path("brackets"), i));
    Bracket b;
    b.remark = o.ReadRemark();
    b.from = o.NeedFeel("from");
    if (const json::Node* v = o.Need("value")) b.value = loader.ReadValue(*v, o.Path("value"), type ? &*type : nullptr);
    if (!b.from || !b.value) continue;
    if (b.from.tree->op == Op::kConstant && b.from.tree->value.kind() == Kind::kNumber) {
      const Decimal n = b.from.tree->value.number();
      if (previous && Compare(*previous, n) >= 0) {
        loader.Report(Code::kBadValue, o.Path("from"), o.span(), {{"what", "brackets stand in rising order of `from`"}}, "each `from` is greater than the one before");
      }
      if (kind == 2 && i == 0 && !n.IsZero()) {
        loader.Report(Code::kBadValue, o.Path("from"), o.span(), {{"what", "a marginal scale begins at 0"}});
      }
      previous = n;
    }
    list.push_back(std::move(b));
  }
  if (list.empty()) return;

  if (kind == 2) {  // marginal: sum of (min(amount, next) - from) * value over the brackets reached
    feel::ExprPtr sum;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const int value_symbol = reader->DefineHidden("scale_value", list[i].remark);
      reader->AddFormula(value_symbol, std::move(list[i].value.tree), list[i].remark);
      feel::ExprPtr top = i + 1 < list.size() ? t.Call("min", t.Name(amount), feel::Clone(*list[i + 1].from.tree)) : t.Name(amount);
      feel::ExprPtr part = t.Binary(Op::kMultiply, t.Binary(Op::kSubtract, std::move(top), feel::Clone(*list[i].from.tree)),
                                    t.Name(name_of(value_symbol)));
      part = t.If(t.Binary(Op::kGreater, t.Name(amount), std::move(list[i].from.tree)), std::move(part), t.Number(0));
      sum = sum ? t.Binary(Op::kAdd, std::move(sum), std::move(part)) : std::move(part);
    }
    reader->AddFormula(symbol, of_type(std::move(sum)), remark, type);
    return;
  }

  Table table;
  table.name = "scale";
  table.hit = Hit::kFirst;
  table.columns.resize(1);
  table.columns[0].remark = remark;
  table.columns[0].text = feel::Print(*policy.formulas.back().value.tree);
  table.columns[0].input.source = of.source;
  table.columns[0].input.tree = t.Name(amount);
  const int value_symbol = kind == 0 ? symbol : reader->DefineHidden("scale_value", remark);
  table.outputs = {value_symbol};
  table.declared = {kind == 0 ? type : std::nullopt};
  for (std::size_t i = 0; i < list.size(); ++i) {
    Table::Row row;
    row.remark = list[i].remark;
    // A border belongs to the bracket that it begins (lower) or ends (upper); the very first `from` to the first bracket.
    feel::ExprPtr range = t.Node(Op::kRange);
    range->low_closed = edge == 0 || i == 0;
    range->high_closed = edge == 1;
    range->args.push_back(feel::Clone(*list[i].from.tree));
    range->args.push_back(i + 1 < list.size() ? feel::Clone(*list[i + 1].from.tree) : t.Null());
    if (i + 1 == list.size()) range->high_closed = false;
    row.texts.push_back(i + 1 < list.size() ? feel::Print(*range)
                                            : (range->low_closed ? ">= " : "> ") + feel::Print(*list[i].from.tree));
    Expression cell;
    cell.source = list[i].from.source;
    if (i + 1 < list.size()) {
      cell.tree = t.Binary(Op::kIn, t.Node(Op::kInput), std::move(range));
    } else {
      cell.tree = t.Binary(range->low_closed ? Op::kGreaterEqual : Op::kGreater, t.Node(Op::kInput),
                           feel::Clone(*list[i].from.tree));
    }
    row.cells.push_back(std::move(cell));
    row.outputs.push_back(std::move(list[i].value));
    table.rows.push_back(std::move(row));
  }
  if (const json::Node* otherwise = object.Get("otherwise")) {
    table.otherwise.push_back(loader.ReadValue(*otherwise, object.Path("otherwise"), type ? &*type : nullptr));
  }
  table.priorities.resize(1);
  reader->AddTable(std::move(table), remark);
  if (kind == 1) {
    reader->AddFormula(symbol, of_type(t.Binary(Op::kMultiply, t.Name(amount), t.Name(name_of(value_symbol)))), remark, type);
  }
}

}  // namespace ordain::policy
