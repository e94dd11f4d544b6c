// The body `score`: a sum of point items; an item that was booked before in its window adds nothing.
#include "policy/reader.hpp"

namespace ordain::policy {

using feel::Op;

void ReadScore(PolicyReader* reader, const json::Node& node, const std::string& path) {
  const Loader& loader = reader->loader;
  ObjectReader object(loader, node, path);
  if (node.type != json::NodeType::kObject) return;
  Policy& policy = *reader->policy;
  const Remark remark = object.ReadRemark();
  std::string name;
  if (object.Need("as") == nullptr || !object.Text("as", &name) || !loader.ReadName(name, object.Path("as"), node.span)) {
    object.Keep();
    return;
  }
  Type type = Type::Of(Kind::kNumber, Unit::kPoints);
  if (const Type* declared = reader->DeclaredType(name)) type = declared->NotNull();
  if (const json::Node* n = object.Get("type")) {
    const TypeForm form = ReadType(loader, *n, object.Path("type"), nullptr);
    if (form.ok) type = form.type;
  }
  const int symbol = reader->Define(name, object.Path("as"), node.span);
  const json::Node* items = object.Array("items");
  if (items == nullptr) object.Need("items");
  if (symbol < 0 || items == nullptr) return;

  const Trees t{loader, node.span};
  const auto name_of = [&](int s) { return policy.symbols[static_cast<std::size_t>(s)].name; };
  feel::ExprPtr sum;
  for (std::size_t i = 0; i < items->items.size(); ++i) {
    ObjectReader item(loader, items->items[i], json::Child(object.Path("items"), i));
    const Remark item_remark = item.ReadRemark();
    Expression when = item.Feel("when");
    Expression points;
    if (const json::Node* p = item.Need("points")) points = loader.ReadValue(*p, item.Path("points"), &type);
    Expression times = item.Feel("times");
    if (!points) continue;
    const int points_symbol = reader->DefineHidden("points_" + name, item_remark);
    reader->AddFormula(points_symbol, std::move(points.tree), item_remark, type);
    const int holds_symbol = reader->DefineHidden("holds_" + name, item_remark);
    reader->AddFormula(holds_symbol, when ? std::move(when.tree) : t.Boolean(true), item_remark, Type::Of(Kind::kBoolean));
    feel::ExprPtr holds = t.Name(name_of(holds_symbol));
    if (const json::Node* once = item.Array("once_per")) {
      Read read;
      read.kind = ReadKind::kCount;
      read.including_this = false;
      if (const json::Node* within = item.Get("within")) loader.ReadWindow(*within, item.Path("within"), &read.window, &read.span);
      read.symbol = reader->DefineHidden("before_" + name, item_remark);
      const std::string before = name_of(read.symbol);
      Stream stream;
      for (std::size_t k = 0; k < once->items.size(); ++k) {
        stream.key.push_back(loader.ReadExpression(once->items[k], json::Child(item.Path("once_per"), k)));
      }
      // Only events that booked the item count: once the one that did is reversed, the next may book it again.
      const int books_symbol = reader->DefineHidden("books_" + name, item_remark);
      stream.where.source = {item_remark.path, item_remark.span};
      stream.where.tree = t.Name(name_of(books_symbol));
      reader->AddRead(std::move(read), std::move(stream), before, item_remark);
      reader->AddFormula(books_symbol,
                         t.Binary(Op::kAnd, std::move(holds), t.Binary(Op::kEqual, t.Name(before), t.Number(0))),
                         item_remark, Type::Of(Kind::kBoolean));
      holds = t.Name(name_of(books_symbol));
    } else if (const json::Node* within = item.Get("within")) {
      loader.Report(Code::kMissingKey, item.path(), within->span, {{"name", "once_per"}}, "`within` goes with `once_per`");
    }
    feel::ExprPtr value = t.Name(name_of(points_symbol));
    if (times) value = t.Binary(Op::kMultiply, std::move(value), std::move(times.tree));
    const int item_symbol = reader->DefineHidden("item_" + name, item_remark);
    reader->AddFormula(item_symbol, t.If(std::move(holds), std::move(value), t.Number(0)), item_remark, type);
    feel::ExprPtr part = t.Name(name_of(item_symbol));
    sum = sum ? t.Binary(Op::kAdd, std::move(sum), std::move(part)) : std::move(part);
  }
  if (!sum) sum = t.Number(0);
  reader->AddFormula(symbol, std::move(sum), remark, type);
}

}  // namespace ordain::policy
