// The body `table`: decision tables with the hit policies of DMN.
#include <algorithm>

#include "policy/reader.hpp"

namespace ordain::policy {

std::vector<std::pair<std::string, Type>> ReadOutputTypes(PolicyReader* reader, ObjectReader* object) {
  std::vector<std::pair<std::string, Type>> types;
  const json::Node* node = object->Get("outputs");
  if (node == nullptr) return types;
  if (node->type != json::NodeType::kObject) {
    ObjectReader complain(reader->loader, *node, object->Path("outputs"));
    return types;
  }
  for (const json::Member& m : node->members) {
    const std::string at = json::Child(object->Path("outputs"), m.key);
    if (!reader->loader.ReadName(m.key, at, m.key_span)) continue;
    const TypeForm form = ReadType(reader->loader, m.value, at, nullptr);
    if (form.ok) types.emplace_back(m.key, form.type);
  }
  return types;
}

namespace {

const std::vector<std::string> kHitWords = {"unique",     "first",        "any",          "priority",    "collect",
                                            "output_order", "collect_sum", "collect_min", "collect_max",
                                            "collect_count", "rule_order"};

bool IsList(Hit hit) { return hit == Hit::kCollect || hit == Hit::kOutputOrder; }

struct OutputName {
  std::string name;
  Span span;
  std::string path;
};

// The names of all outputs, in the order of first appearance.
void CollectNames(const json::Node* record, const std::string& path, std::vector<OutputName>* names) {
  if (record == nullptr || record->type != json::NodeType::kObject) return;
  for (const json::Member& m : record->members) {
    const bool known = std::any_of(names->begin(), names->end(), [&](const auto& n) { return n.name == m.key; });
    if (!known) names->push_back({m.key, m.key_span, json::Child(path, m.key)});
  }
}

}  // namespace

void ReadTable(PolicyReader* reader, const json::Node& node, const std::string& path) {
  const Loader& loader = reader->loader;
  ObjectReader object(loader, node, path);
  if (node.type != json::NodeType::kObject) return;
  Table table;
  table.name = "table";
  const Remark remark = object.ReadRemark();
  std::size_t hit = 0;
  if (object.Word("hit", kHitWords, &hit)) {
    table.hit = hit == kHitWords.size() - 1 ? Hit::kCollect : static_cast<Hit>(hit);
  } else {
    object.Need("hit");
  }
  auto types = ReadOutputTypes(reader, &object);

  if (const json::Node* columns = object.Array("columns")) {
    for (std::size_t i = 0; i < columns->items.size(); ++i) {
      const json::Node& c = columns->items[i];
      const std::string at = json::Child(object.Path("columns"), i);
      Table::Column column;
      column.remark.path = at;
      column.remark.span = c.span;
      if (c.type == json::NodeType::kObject) {
        ObjectReader o(loader, c, at);
        column.remark = o.ReadRemark();
        column.input = o.NeedFeel("input");
        o.Text("input", &column.text);
      } else {
        column.input = loader.ReadExpression(c, at);
        column.text = c.text;
      }
      if (!column.input) reader->policy->broken = true;
      table.columns.push_back(std::move(column));
    }
  } else {
    object.Need("columns");
  }

  const json::Node* rows = object.Array("rows");
  if (rows == nullptr) object.Need("rows");
  const json::Node* otherwise = object.Get("otherwise");
  std::vector<OutputName> names;
  for (const auto& [name, type] : types) names.push_back({name, node.span, object.Path("outputs")});
  for (std::size_t i = 0; rows != nullptr && i < rows->items.size(); ++i) {
    CollectNames(rows->items[i].Find("then"), json::Child(json::Child(object.Path("rows"), i), "then"), &names);
  }
  CollectNames(otherwise, object.Path("otherwise"), &names);

  // Declare the outputs: the type of one row's value, and the symbol of the whole.
  std::vector<const Type*> row_types;
  for (const auto& [name, span, at] : names) {
    const Type* declared = nullptr;
    for (const auto& [n, t] : types) {
      if (n == name) declared = &t;
    }
    if (declared == nullptr) declared = reader->DeclaredType(name);
    if (declared == nullptr) {
      loader.ReportUnknown(Code::kUnknownName, at, span, name, [&] {
        std::vector<std::string> known;
        for (const auto& [n, t] : reader->output_types) known.push_back(n);
        return known;
      }());
      loader.diagnostics->back().hint += (loader.diagnostics->back().hint.empty() ? "" : "; ") +
                                         std::string("an output is an outcome of the policy or declared in `outputs`");
      continue;
    }
    Type type = *declared;
    if (IsList(table.hit) && type.kind == Kind::kList) type = type.item();
    const int symbol = reader->Define(name, at, span);
    if (symbol < 0) continue;
    table.outputs.push_back(symbol);
    table.declared.emplace_back(type);
  }

  const auto read_then = [&](const json::Node* then, const std::string& at, const Span& span,
                             std::vector<Expression>* out) {
    if (then == nullptr || then->type != json::NodeType::kObject) {
      if (then != nullptr) ObjectReader complain(loader, *then, at);
      return;
    }
    ObjectReader record(loader, *then, at);
    for (std::size_t i = 0; i < table.outputs.size(); ++i) {
      const std::string& name = reader->policy->symbols[static_cast<std::size_t>(table.outputs[i])].name;
      Expression value;
      if (const json::Node* v = record.Get(name)) {
        value = loader.ReadValue(*v, record.Path(name), &*table.declared[i]);
      } else if (table.declared[i]->nullable) {
        value.source = {at, span};
        value.tree = Trees{loader, span}.Null();
      } else {
        loader.Report(Code::kMissingKey, at, then->span, {{"name", name}});
      }
      out->push_back(std::move(value));
    }
    for (const OutputName& n : names) record.Get(n.name);  // reported once, above
  };

  if (rows != nullptr) {
    for (std::size_t i = 0; i < rows->items.size(); ++i) {
      const std::string at = json::Child(object.Path("rows"), i);
      ObjectReader row(loader, rows->items[i], at);
      Table::Row r;
      r.remark = row.ReadRemark();
      if (const json::Node* when = row.Need("when")) {
        if (when->type != json::NodeType::kArray || when->items.size() != table.columns.size()) {
          loader.Report(Code::kWrongJsonType, row.Path("when"), when->span,
                        {{"expected", "an array of " + std::to_string(table.columns.size()) + " cells"},
                         {"found", when->type == json::NodeType::kArray ? std::to_string(when->items.size()) + " cells"
                                                                        : std::string(json::NodeTypeName(when->type))}},
                        "one cell for each column; `-` is a cell that always holds");
          r.cells.resize(table.columns.size());
        } else {
          for (std::size_t c = 0; c < when->items.size(); ++c) {
            r.cells.push_back(loader.ReadCell(when->items[c], json::Child(row.Path("when"), c)));
            r.texts.push_back(when->items[c].type == json::NodeType::kString ? when->items[c].text
                                                                             : json::Write(when->items[c]));
          }
        }
      }
      read_then(row.Need("then"), row.Path("then"), rows->items[i].span, &r.outputs);
      table.rows.push_back(std::move(r));
    }
  }
  if (otherwise != nullptr) read_then(otherwise, object.Path("otherwise"), otherwise->span, &table.otherwise);

  table.priorities.resize(table.outputs.size());
  if (const json::Node* priorities = object.Get("priorities")) {
    ObjectReader o(loader, *priorities, object.Path("priorities"));
    for (std::size_t i = 0; i < table.outputs.size(); ++i) {
      const std::string& name = reader->policy->symbols[static_cast<std::size_t>(table.outputs[i])].name;
      const json::Node* list = o.Array(name);
      if (list == nullptr) continue;
      for (std::size_t k = 0; k < list->items.size(); ++k) {
        Value v;
        if (loader.ReadConstant(list->items[k], json::Child(o.Path(name), k), *table.declared[i], &v)) {
          table.priorities[i].push_back(v);
        }
      }
    }
  }
  const bool needs_priorities = table.hit == Hit::kPriority || table.hit == Hit::kOutputOrder;
  const bool has_priorities = std::any_of(table.priorities.begin(), table.priorities.end(),
                                          [](const auto& p) { return !p.empty(); });
  if (needs_priorities != has_priorities) {
    loader.Report(Code::kBadValue, path, node.span,
                  {{"what", needs_priorities ? "this hit policy needs `priorities`: {\"tier\": [\"V\", \"IV\", ...]}"
                                             : "`priorities` serve only the hit policies priority and output_order"}});
  }
  const bool aggregate = table.hit >= Hit::kSum;
  if (aggregate && table.outputs.size() != 1) {
    loader.Report(Code::kBadValue, path, node.span, {{"what", "a collect with an operator has exactly one output"}});
  }
  reader->AddTable(std::move(table), remark);
}

}  // namespace ordain::policy
