// The body `checklist`: conditions that must hold, with the list of those that do not.
#include "policy/reader.hpp"

namespace ordain::policy {

using feel::Op;

void ReadChecklist(PolicyReader* reader, const json::Node& node, const std::string& path) {
  const Loader& loader = reader->loader;
  ObjectReader object(loader, node, path);
  if (node.type != json::NodeType::kObject) return;
  Policy& policy = *reader->policy;
  const Remark remark = object.ReadRemark();
  const Trees t{loader, node.span};
  std::string all_name, failing_name;
  const bool wants_all = object.Text("as", &all_name), wants_failing = object.Text("failing", &failing_name);
  if (!wants_all && !wants_failing) object.Need("as");
  const json::Node* items = object.Array("items");
  if (items == nullptr) {
    object.Need("items");
    return;
  }
  feel::ExprPtr all;
  std::vector<feel::ExprPtr> records;
  std::vector<std::string> seen;
  for (std::size_t i = 0; i < items->items.size(); ++i) {
    ObjectReader item(loader, items->items[i], json::Child(object.Path("items"), i));
    const Remark item_remark = item.ReadRemark();
    std::string name;
    if (item.Need("name") != nullptr) item.Text("name", &name);
    for (const std::string& s : seen) {
      if (s == name) loader.Report(Code::kDuplicateName, item.Path("name"), item.span(), {{"name", name}});
    }
    seen.push_back(name);
    Expression holds = item.NeedFeel("holds");
    Expression when = item.Feel("when");
    if (!holds) continue;
    const int symbol = reader->DefineHidden("holds_" + name, item_remark);
    feel::ExprPtr value = std::move(holds.tree);
    if (when) value = t.If(std::move(when.tree), std::move(value), t.Boolean(true));
    reader->AddFormula(symbol, std::move(value), item_remark, Type::Of(Kind::kBoolean));
    policy.formulas.back().item = name;
    const std::string holds_name = policy.symbols[static_cast<std::size_t>(symbol)].name;
    all = all ? t.Binary(Op::kAnd, std::move(all), t.Name(holds_name)) : t.Name(holds_name);
    feel::ExprPtr record = t.Node(Op::kContext);
    record->names = {"name", "holds"};
    record->args.push_back(t.Text(name));
    record->args.push_back(t.Name(holds_name));
    records.push_back(std::move(record));
  }
  if (!all) return;
  if (wants_all) {
    const int symbol = reader->Define(all_name, object.Path("as"), node.span);
    if (symbol >= 0) reader->AddFormula(symbol, std::move(all), remark, Type::Of(Kind::kBoolean));
  }
  if (wants_failing) {
    const int symbol = reader->Define(failing_name, object.Path("failing"), node.span);
    feel::ExprPtr filter = t.Node(Op::kFilter);
    filter->args.push_back(t.List(std::move(records)));
    filter->args.push_back(t.Binary(Op::kEqual, t.Name("holds"), t.Boolean(false)));
    feel::ExprPtr names = t.Node(Op::kPath);
    names->name = "name";
    names->args.push_back(std::move(filter));
    if (symbol >= 0) reader->AddFormula(symbol, std::move(names), remark, Type::List(Type::Of(Kind::kText)));
  }
}

}  // namespace ordain::policy
