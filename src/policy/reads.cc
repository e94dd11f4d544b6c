// Ledger reads: counts, totals, latest, streaks, reached, histories. A read names a stream; the stream says what each event of
// its policy writes. See "The ledger" in docs/rule-sets.md.
#include <algorithm>

#include "base/sha256.hpp"
#include "policy/reader.hpp"

namespace ordain::policy {
namespace {

// What makes a stream: if any of it changes, it is another stream.
std::string DefinitionText(const Stream& stream) {
  std::string text = "per(";
  for (const Expression& e : stream.key) text += (e ? feel::Print(*e.tree) : "?") + ";";
  text += ")";
  const auto add = [&](const char* what, const Expression& e) {
    if (e) text += std::string(" ") + what + "(" + feel::Print(*e.tree) + ")";
  };
  if (stream.each) text += " for(" + stream.variable + " in " + feel::Print(*stream.each.tree) + ")";
  add("where", stream.where);
  add("of", stream.of);
  add("by", stream.by);
  return text;
}

}  // namespace

int PolicyReader::AddRead(Read read, Stream stream, const std::string& name, Remark remark) {
  int source = read.stream_policy >= 0 ? read.stream_policy : policy_index;
  Policy& owner = loader.model->policies[static_cast<std::size_t>(source)];
  stream.definition = DefinitionText(stream);
  stream.id = loader.model->name + "." + owner.name + "." + (source == policy_index ? "" : policy->name + ".") + name +
              "@" + Sha256Hex(stream.definition).substr(0, 12);
  read.stream_policy = source;
  read.stream = static_cast<int>(owner.streams.size());
  owner.streams.push_back(std::move(stream));
  policy->reads.push_back(std::move(read));
  const int index = static_cast<int>(policy->reads.size()) - 1;
  AddDefinition(DefinitionKind::kRead, index, std::move(remark));
  return index;
}

void ReadReads(PolicyReader* reader, ReadKind kind, const json::Node& node, const std::string& path) {
  const Loader& loader = reader->loader;
  if (node.type != json::NodeType::kObject) {
    ObjectReader complain(loader, node, path);
    return;
  }
  for (const json::Member& m : node.members) {
    const std::string at = json::Child(path, m.key);
    ObjectReader object(loader, m.value, at);
    if (!loader.ReadName(m.key, at, m.key_span) || m.value.type != json::NodeType::kObject) {
      object.Keep();
      continue;
    }
    const Remark remark = object.ReadRemark();
    Read read;
    Stream stream;
    read.kind = kind;
    if (const json::Node* within = object.Get("within")) {
      loader.ReadWindow(*within, object.Path("within"), &read.window, &read.span);
    }
    std::string from;
    if (object.Text("from", &from)) {
      read.stream_policy = loader.model->FindPolicy(from);
      if (read.stream_policy < 0) {
        std::vector<std::string> names;
        for (const Policy& p : loader.model->policies) names.push_back(p.name);
        loader.ReportUnknown(Code::kUnknownPolicy, object.Path("from"), m.value.span, from, names);
      }
      read.including_this = false;
    }
    bool excluding = false;
    if (kind != ReadKind::kLatest && from.empty() && object.Bool("excluding_this", &excluding)) {
      read.including_this = !excluding;
    }
    if (kind == ReadKind::kLatest) {
      read.including_this = false;
      read.default_value = object.NeedFeel("default");
    }
    if (const json::Node* per = object.Need("per")) {
      if (per->type == json::NodeType::kArray) {
        for (std::size_t i = 0; i < per->items.size(); ++i) {
          const std::string key_path = json::Child(object.Path("per"), i);
          stream.key.push_back(loader.ReadExpression(per->items[i], key_path));
          if (!from.empty()) read.key.push_back(loader.ReadExpression(per->items[i], key_path));
        }
      } else if (per->type == json::NodeType::kObject && !from.empty()) {
        for (const json::Member& k : per->members) {
          const std::string key_path = json::Child(object.Path("per"), k.key);
          Expression theirs;
          theirs.source = {key_path, k.key_span};
          theirs.tree = Trees{loader, k.key_span}.Name(k.key);
          stream.key.push_back(std::move(theirs));
          read.key.push_back(loader.ReadExpression(k.value, key_path));
        }
      } else {
        loader.Report(Code::kWrongJsonType, object.Path("per"), per->span,
                      {{"expected", from.empty() ? "an array of names" : "an object of their names to our expressions"},
                       {"found", std::string(json::NodeTypeName(per->type))}});
      }
    }
    stream.where = object.Feel("where");
    if (kind == ReadKind::kHistory) {
      const json::Node* keep = object.Need("keep");
      if (keep != nullptr && keep->type != json::NodeType::kArray) {
        loader.Report(Code::kWrongJsonType, object.Path("keep"), keep->span,
                      {{"expected", "an array of names of facts"}, {"found", std::string(json::NodeTypeName(keep->type))}});
      }
      for (std::size_t i = 0; keep != nullptr && i < keep->items.size(); ++i) {
        const json::Node& name = keep->items[i];
        const std::string name_path = json::Child(object.Path("keep"), i);
        if (name.type != json::NodeType::kString) {
          loader.Report(Code::kWrongJsonType, name_path, name.span, {{"expected", "the name of a fact"}, {"found", std::string(json::NodeTypeName(name.type))}});
        } else if (name.text == "at") {
          loader.Report(Code::kBadValue, name_path, name.span, {{"what", "`at` is when the event happened, and always there"}});
        } else if (std::find(read.keep.begin(), read.keep.end(), name.text) != read.keep.end()) {
          loader.Report(Code::kDuplicateName, name_path, name.span, {{"name", name.text}});
        } else {
          read.keep.push_back(name.text);
        }
      }
    } else if (kind != ReadKind::kCount) {
      stream.of = object.Feel("of");
      if (!stream.of && (kind == ReadKind::kTotal || kind == ReadKind::kLatest)) object.Need("of");
    }
    if (kind == ReadKind::kStreak || kind == ReadKind::kReached) {
      stream.by = object.Feel("by");
      read.reaches_expression = object.Feel("reaches");
      if (kind == ReadKind::kStreak && read.window != Window::kLifetime) {
        loader.Report(Code::kBadValue, object.Path("within"), m.value.span, {{"what", "a streak has no window"}});
      }
    }
    if (kind == ReadKind::kLatest && read.window != Window::kLifetime) {
      loader.Report(Code::kBadValue, object.Path("within"), m.value.span, {{"what", "`latest` has no window"}});
    }
    if (kind != ReadKind::kLatest && kind != ReadKind::kStreak) read.on = object.Feel("on");
    if (kind == ReadKind::kCount) {
      if (const json::Node* each = object.Get("for")) {
        loader.ReadIteration(*each, object.Path("for"), &stream.variable, &stream.each);
        if (!from.empty()) {
          loader.Report(Code::kBadValue, object.Path("for"), each->span, {{"what", "`for` counts this policy's own events"}});
        }
      }
    }
    read.symbol = reader->Define(m.key, at, m.key_span);
    if (const json::Node* type = kind == ReadKind::kHistory ? nullptr : object.Get("type")) {
      const TypeForm form = ReadType(loader, *type, object.Path("type"), nullptr);
      if (form.ok && read.symbol >= 0) {
        reader->policy->symbols[static_cast<std::size_t>(read.symbol)].type = form.type;
        reader->policy->symbols[static_cast<std::size_t>(read.symbol)].typed = true;
      }
    }
    if (read.symbol < 0 || (!from.empty() && read.stream_policy < 0)) continue;
    reader->AddRead(std::move(read), std::move(stream), m.key, remark);
  }
}

}  // namespace ordain::policy
