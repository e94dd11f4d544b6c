// The body `ladder`: escalation. Conditions become a table without inputs; thresholds become a table over
// the count, the total booked so far for each output, and one formula per output that relates the two.
#include "policy/reader.hpp"

namespace ordain::policy {
namespace {

struct Step {
  ObjectReader* object;
  Expression at;
};

void ReadConditions(PolicyReader* reader, ObjectReader* object, const json::Node& steps, const Remark& remark) {
  const Loader& loader = reader->loader;
  const auto types = ReadOutputTypes(reader, object);
  Table table;
  table.name = "ladder";
  table.hit = Hit::kFirst;
  table.columns.resize(1);
  table.columns[0].remark = remark;
  const json::Node* otherwise = object->Get("otherwise");
  std::vector<std::string> names;
  const auto collect = [&](const json::Node* then, const std::string& at) {
    if (then == nullptr || then->type != json::NodeType::kObject) return;
    for (const json::Member& m : then->members) {
      bool known = false;
      for (const std::string& n : names) known |= n == m.key;
      if (known) continue;
      names.push_back(m.key);
      const Type* declared = nullptr;
      for (const auto& [n, t] : types) {
        if (n == m.key) declared = &t;
      }
      if (declared == nullptr) declared = reader->DeclaredType(m.key);
      if (declared == nullptr) {
        loader.Report(Code::kUnknownName, json::Child(at, m.key), m.key_span, {{"name", m.key}},
                      "an output is an outcome of the policy or declared in `outputs`");
        continue;
      }
      const int symbol = reader->Define(m.key, json::Child(at, m.key), m.key_span);
      if (symbol < 0) continue;
      table.outputs.push_back(symbol);
      table.declared.emplace_back(*declared);
    }
  };
  for (std::size_t i = 0; i < steps.items.size(); ++i) {
    collect(steps.items[i].Find("then"), json::Child(json::Child(object->Path("steps"), i), "then"));
  }
  collect(otherwise, object->Path("otherwise"));
  const auto read_then = [&](const json::Node& then, const std::string& at, std::vector<Expression>* out) {
    ObjectReader record(loader, then, at);
    for (std::size_t i = 0; i < table.outputs.size(); ++i) {
      const std::string& name = reader->policy->symbols[static_cast<std::size_t>(table.outputs[i])].name;
      Expression value;
      if (const json::Node* v = record.Get(name)) {
        value = loader.ReadValue(*v, record.Path(name), &*table.declared[i]);
      } else if (table.declared[i]->nullable) {
        value.source = {at, then.span};
        value.tree = Trees{loader, then.span}.Null();
      } else {
        loader.Report(Code::kMissingKey, at, then.span, {{"name", name}});
      }
      out->push_back(std::move(value));
    }
    for (const std::string& n : names) record.Get(n);
  };
  for (std::size_t i = 0; i < steps.items.size(); ++i) {
    ObjectReader step(loader, steps.items[i], json::Child(object->Path("steps"), i));
    Table::Row row;
    row.remark = step.ReadRemark();
    row.cells.push_back(step.NeedFeel("when"));
    std::string text;
    step.Text("when", &text);
    row.texts.push_back(text);
    if (const json::Node* then = step.Need("then")) read_then(*then, step.Path("then"), &row.outputs);
    table.rows.push_back(std::move(row));
  }
  if (otherwise != nullptr) read_then(*otherwise, object->Path("otherwise"), &table.otherwise);
  table.priorities.resize(table.outputs.size());
  reader->AddTable(std::move(table), remark);
}

void ReadThresholds(PolicyReader* reader, ObjectReader* object, const json::Node& steps, const Remark& remark) {
  const Loader& loader = reader->loader;
  Policy& policy = *reader->policy;
  const Trees t{loader, remark.span};

  std::string count_name;
  if (object->Need("count") != nullptr) object->Text("count", &count_name);
  const Read* count = nullptr;
  std::vector<std::string> count_names;
  for (const Read& r : policy.reads) {
    const Symbol& s = policy.symbols[static_cast<std::size_t>(r.symbol)];
    if (r.kind != ReadKind::kCount || s.hidden) continue;
    count_names.push_back(s.name);
    if (s.name == count_name) count = &r;
  }
  if (count == nullptr) {
    if (!count_name.empty()) {
      loader.ReportUnknown(Code::kUnknownName, object->Path("count"), object->node().Find("count")->span, count_name, count_names);
    }
  } else if (!count->including_this || count->stream_policy != reader->policy_index) {
    loader.Report(Code::kBadValue, object->Path("count"), remark.span,
                  {{"what", "a ladder needs a count of this policy's own events, this one included"}});
  }
  // How thresholds relate to what was booked: one of the words, or a setting that chooses.
  static const std::vector<std::string> kRelations = {"replace_total", "replace_event", "add"};
  std::string relation;
  if (object->Need("relation") != nullptr) object->Text("relation", &relation);
  std::vector<std::string> readings;
  bool literal = false;
  for (const std::string& r : kRelations) literal |= r == relation;
  if (literal) {
    readings = {relation};
  } else {
    const Setting* setting = nullptr;
    for (const Setting& s : policy.settings) {
      if (s.name == relation) setting = &s;
    }
    for (const Setting& s : loader.model->settings) {
      if (setting == nullptr && s.name == relation) setting = &s;
    }
    if (setting == nullptr) {
      std::vector<std::string> words = kRelations;
      for (const Setting& s : policy.settings) words.push_back(s.name);
      if (const json::Node* at = object->node().Find("relation")) loader.ReportUnknown(Code::kUnknownSetting, object->Path("relation"), at->span, relation, words);
      object->Keep();
      return;
    }
    readings = setting->values;
    for (const std::string& r : readings) {
      bool known = false;
      for (const std::string& k : kRelations) known |= k == r;
      if (!known) {
        loader.ReportUnknown(Code::kUnknownSetting, object->Path("relation"), remark.span, r, kRelations);
        return;
      }
    }
  }
  if (count == nullptr) {
    object->Keep();
    return;
  }
  const Window window = count->window;
  const int span = count->span;
  const Expression when = object->Feel("when");
  const auto types = ReadOutputTypes(reader, object);

  // Outputs: declared, or outcomes that the steps name.
  struct Output {
    std::string name;
    Type type;
    int symbol = -1;
    int figure = -1;  // hidden: what the highest step reached says
  };
  std::vector<Output> outputs;
  const auto add_output = [&](const std::string& name, const Type& type, const Span& at) {
    for (const Output& o : outputs) {
      if (o.name == name) return;
    }
    if (type.kind != Kind::kNumber) {
      loader.Report(Code::kTypeMismatch, object->path(), at,
                    {{"where", "output `" + name + "`"}, {"expected", "a number"}, {"found", type.ToString()}});
      return;
    }
    const int symbol = reader->Define(name, object->path(), at);
    if (symbol < 0) return;
    outputs.push_back({name, type.NotNull(), symbol, reader->DefineHidden("figure_" + name, remark)});
  };
  for (const auto& [name, type] : types) add_output(name, type, remark.span);
  for (const json::Node& step : steps.items) {
    const json::Node* then = step.Find("then");
    if (then == nullptr || then->type != json::NodeType::kObject) continue;
    for (const json::Member& m : then->members) {
      if (const Type* type = reader->DeclaredType(m.key)) add_output(m.key, *type, m.key_span);
    }
  }

  // The table of steps, highest first: number of the step, its `at`, its figures.
  const Type integer = Type::Of(Kind::kNumber, Unit::kInteger);
  const int step_symbol = reader->DefineHidden("step", remark);
  const int at_symbol = reader->DefineHidden("step_at", remark);
  const std::string step_name = policy.symbols[static_cast<std::size_t>(step_symbol)].name;
  const std::string at_name = policy.symbols[static_cast<std::size_t>(at_symbol)].name;
  Table table;
  table.name = "ladder";
  table.hit = Hit::kFirst;
  table.columns.resize(1);
  table.columns[0].remark = remark;
  table.columns[0].text = count_name;
  table.columns[0].input.source = {remark.path, remark.span};
  table.columns[0].input.tree = t.Name(count_name);
  table.outputs = {step_symbol, at_symbol};
  table.declared = {integer, integer};
  for (const Output& o : outputs) {
    table.outputs.push_back(o.figure);
    table.declared.emplace_back(o.type);
  }
  std::vector<feel::ExprPtr> base;  // the first step's figures, one per output
  std::optional<Decimal> previous;
  for (std::size_t i = 0; i < steps.items.size(); ++i) {
    ObjectReader step(loader, steps.items[i], json::Child(object->Path("steps"), i));
    Table::Row row;
    row.remark = step.ReadRemark();
    Expression at = step.NeedFeel("at");
    if (!at) continue;
    if (at.tree->op == feel::Op::kConstant && at.tree->value.kind() == Kind::kNumber) {
      const Decimal n = at.tree->value.number();
      if (previous && Compare(*previous, n) >= 0) {
        loader.Report(Code::kBadValue, step.Path("at"), step.span(), {{"what", "steps stand in rising order of `at`"}});
      }
      previous = n;
    }
    row.texts.push_back(">= " + feel::Print(*at.tree));
    Expression cell;
    cell.source = at.source;
    cell.tree = t.Binary(feel::Op::kGreaterEqual, t.Node(feel::Op::kInput), feel::Clone(*at.tree));
    row.cells.push_back(std::move(cell));
    Expression number;
    number.source = at.source;
    number.tree = t.Number(static_cast<std::int64_t>(i + 1));
    row.outputs.push_back(std::move(number));
    row.outputs.push_back(std::move(at));
    if (const json::Node* then = step.Need("then")) {
      ObjectReader record(loader, *then, step.Path("then"));
      for (const Output& o : outputs) {
        Expression value;
        if (const json::Node* v = record.Get(o.name)) {
          value = loader.ReadValue(*v, record.Path(o.name), &o.type);
        } else {
          value.source = {step.path(), step.span()};
          value.tree = t.Number(0);
        }
        if (i == 0) base.push_back(value ? feel::Clone(*value.tree) : t.Number(0));
        row.outputs.push_back(std::move(value));
      }
    }
    table.rows.insert(table.rows.begin(), std::move(row));
  }
  // Below the first step nothing is due.
  for (std::size_t i = 0; i < table.outputs.size(); ++i) {
    Expression zero;
    zero.source = {remark.path, remark.span};
    zero.tree = t.Number(0);
    table.otherwise.push_back(std::move(zero));
  }
  table.priorities.resize(table.outputs.size());
  reader->AddTable(std::move(table), remark);

  const auto count_key = [&] {
    std::vector<Expression> key;
    for (const Read& r : policy.reads) {
      if (policy.symbols[static_cast<std::size_t>(r.symbol)].name != count_name) continue;
      for (const Expression& e : policy.streams[static_cast<std::size_t>(r.stream)].key) {
        Expression copy;
        copy.source = e.source;
        if (e) copy.tree = feel::Clone(*e.tree);
        key.push_back(std::move(copy));
      }
    }
    return key;
  };

  using feel::Op;
  for (std::size_t k = 0; k < outputs.size() && k < base.size(); ++k) {
    const Output& o = outputs[k];
    const std::string figure = policy.symbols[static_cast<std::size_t>(o.figure)].name;
    const int base_symbol = reader->DefineHidden("base_" + o.name, remark);
    const std::string base_name = policy.symbols[static_cast<std::size_t>(base_symbol)].name;
    reader->AddFormula(base_symbol, std::move(base[k]), remark, o.type);
    std::string booked;
    for (const std::string& r : readings) {
      if (r != "replace_total") continue;
      Read read;
      read.symbol = reader->DefineHidden("booked_" + o.name, remark);
      booked = policy.symbols[static_cast<std::size_t>(read.symbol)].name;
      policy.symbols[static_cast<std::size_t>(read.symbol)].type = o.type;
      policy.symbols[static_cast<std::size_t>(read.symbol)].typed = true;
      read.kind = ReadKind::kTotal;
      read.window = window;
      read.span = span;
      read.including_this = false;
      Stream stream;
      stream.key = count_key();
      stream.of.source = {remark.path, remark.span};
      stream.of.tree = t.Name(o.name);
      reader->AddRead(std::move(read), std::move(stream), booked, remark);
    }
    const auto reading = [&](const std::string& r) -> feel::ExprPtr {
      feel::ExprPtr later = t.Binary(Op::kGreater, t.Name(step_name), t.Number(1));
      if (r == "replace_event") return t.Name(figure);
      if (r == "replace_total") {
        return t.If(std::move(later), t.Binary(Op::kSubtract, t.Name(figure), t.Name(booked)), t.Name(figure));
      }
      feel::ExprPtr exactly = t.Binary(Op::kEqual, t.Name(count_name), t.Name(at_name));
      feel::ExprPtr first = t.If(t.Binary(Op::kGreater, t.Name(step_name), t.Number(0)), t.Name(base_name), t.Number(0));
      feel::ExprPtr besides = t.If(t.Binary(Op::kAnd, std::move(later), std::move(exactly)), t.Name(figure), t.Number(0));
      return t.Binary(Op::kAdd, std::move(first), std::move(besides));
    };
    feel::ExprPtr value = reading(readings.back());
    for (std::size_t r = readings.size() - 1; r-- > 0;) {
      value = t.If(t.Binary(Op::kEqual, t.Name(relation), t.Text(readings[r])), reading(readings[r]), std::move(value));
    }
    if (when) value = t.If(feel::Clone(*when.tree), std::move(value), t.Number(0));
    reader->AddFormula(o.symbol, std::move(value), remark, o.type);
  }
}

}  // namespace

void ReadLadder(PolicyReader* reader, const json::Node& node, const std::string& path) {
  ObjectReader object(reader->loader, node, path);
  if (node.type != json::NodeType::kObject) return;
  const Remark remark = object.ReadRemark();
  const json::Node* steps = object.Array("steps");
  if (steps == nullptr || steps->items.empty()) {
    if (steps == nullptr) object.Need("steps");
    if (steps != nullptr) reader->loader.Report(Code::kBadValue, object.Path("steps"), steps->span, {{"what", "a ladder has steps"}});
    object.Keep();
    return;
  }
  if (node.Find("count") != nullptr || node.Find("relation") != nullptr) {
    ReadThresholds(reader, &object, *steps, remark);
  } else {
    ReadConditions(reader, &object, *steps, remark);
  }
}

}  // namespace ordain::policy
