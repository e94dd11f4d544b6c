// The body `formula`: named expressions, the glue between the others.
#include "policy/reader.hpp"

namespace ordain::policy {

void ReadFormula(PolicyReader* reader, const json::Node& node, const std::string& path) {
  const Loader& loader = reader->loader;
  if (node.type != json::NodeType::kObject) {
    ObjectReader complain(loader, node, path);
    return;
  }
  for (const json::Member& m : node.members) {
    const std::string at = json::Child(path, m.key);
    if (!loader.ReadName(m.key, at, m.key_span)) continue;
    Remark remark;
    remark.path = at;
    remark.span = m.key_span;
    std::optional<Type> declared;
    if (const Type* t = reader->DeclaredType(m.key)) declared = *t;
    Expression value;
    if (m.value.type == json::NodeType::kObject) {
      ObjectReader object(loader, m.value, at);
      remark = object.ReadRemark();
      if (const json::Node* type = object.Get("type")) {
        const TypeForm form = ReadType(loader, *type, object.Path("type"), nullptr);
        if (form.ok) declared = form.type;
      }
      bool nullable = false;
      object.Bool("nullable", &nullable);
      if (nullable && declared) declared->nullable = true;
      value = object.NeedFeel("value");
    } else {
      value = loader.ReadExpression(m.value, at);
    }
    const int symbol = reader->Define(m.key, at, m.key_span);
    if (symbol < 0) continue;
    Formula f;
    f.symbol = symbol;
    f.value = std::move(value);
    f.declared = std::move(declared);
    reader->policy->formulas.push_back(std::move(f));
    reader->AddDefinition(DefinitionKind::kFormula, static_cast<int>(reader->policy->formulas.size()) - 1, remark);
  }
}

}  // namespace ordain::policy
