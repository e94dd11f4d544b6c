// The body `process`: steps with owners and limits, and what each event does to them. It becomes one formula over the builtin
// `follow process`; the events are put into its form by a formula of its own:
//
//   for e in log return {at: e.at, event: string(e.event), role: e.by}
//
// and columns beside them, one for each name of an event and each condition, so that names are checked against the type of
// their field, conditions see the fields of the event by name, and what is wrong with one is reported where it stands:
//
//   for e in log return e.event = "plan"
//   for e in log return e.event = "plan" and count([e][amount > 5000]) = 1
//
// Whatever the graph of the steps promises is checked here: no step that cannot be reached, none that cannot be left.
// Tested by tests/process_body_test.cc.
#include <algorithm>
#include <map>

#include "policy/timing.hpp"

namespace ordain::policy {
namespace {

using feel::ExprPtr;
using feel::Op;

class ProcessReader : TimingReader {
 public:
  explicit ProcessReader(PolicyReader* reader) : TimingReader(reader, "") {}

  void Read(ObjectReader* object) {
    const Remark remark = object->ReadRemark();
    const Span span = object->span();
    const Trees t{loader_, span};
    const json::Node *as = object->Need("as"), *steps = object->Need("steps"), *start = object->Need("start");
    Expression events = object->NeedFeel("events");
    if (object->Text("as", &name_) && !loader_.ReadName(name_, object->Path("as"), as->span)) return object->Keep();
    if (object->Text("event", &event_field_) && !loader_.ReadName(event_field_, object->Path("event"), object->Get("event")->span)) return object->Keep();
    if (object->Text("role", &role_field_) && !loader_.ReadName(role_field_, object->Path("role"), object->Get("role")->span)) return object->Keep();
    schedule_ = object->Get("schedule");
    schedule_path_ = object->Path("schedule");
    if (as == nullptr || steps == nullptr || start == nullptr || !events) return object->Keep();
    const json::Node* notes = object->Get("notes");
    if (steps->type != json::NodeType::kObject || steps->members.empty()) {
      loader_.Report(Code::kWrongJsonType, object->Path("steps"), steps->span, {{"expected", "an object of steps by name"}, {"found", json::Write(*steps)}});
      return;
    }
    for (const json::Member& m : steps->members) {
      if (loader_.ReadName(m.key, json::Child(object->Path("steps"), m.key), m.key_span)) steps_.push_back({m.key, json::Child(object->Path("steps"), m.key), m.key_span});
    }
    if (steps_.size() != steps->members.size()) return;
    const std::size_t reported = loader_.diagnostics->size();
    ReadMoves(*start, object->Path("start"), -1);
    ExprPtr all = t.Node(Op::kContext);
    for (std::size_t i = 0; i < steps_.size(); ++i) Put(all.get(), steps_[i].name.c_str(), Step(static_cast<int>(i), steps->members[i].value));
    if (loader_.diagnostics->size() == reported) CheckGraph();
    if (notes != nullptr) ReadNotes(*notes, object->Path("notes"));

    ExprPtr definition = t.Node(Op::kContext);
    std::vector<ExprPtr> names;
    for (const EventName& e : events_) names.push_back(t.Text(e.name));
    Put(definition.get(), "events", t.List(std::move(names)));
    if (!notes_.empty()) Put(definition.get(), "notes", Numbers(t, notes_));
    Put(definition.get(), "conditions", t.Number(static_cast<std::int64_t>(conditions_.size())));
    Put(definition.get(), "steps", std::move(all));
    Put(definition.get(), "moves", t.List(std::move(moves_)));

    Log(&events, object->Path("events"));
    const int symbol = reader_->Define(name_, remark.path, span);
    if (symbol < 0) return;
    std::vector<ExprPtr> args;
    args.push_back(std::move(definition));
    args.push_back(t.Name(log_));
    args.push_back(t.List(std::move(columns_)));
    args.push_back(t.Name("at"));
    const int index = reader_->AddFormula(symbol, t.Call("follow process", std::move(args)), remark);
    reader_->policy->formulas[static_cast<std::size_t>(index)].role = FormulaRole::kProcess;
  }

 private:
  struct StepNode {
    std::string name, path;
    Span span;
    bool end = false, leaves_by_signing = false;
    std::vector<int> next = {};
  };
  struct Condition {
    int event;          // -1: whatever event begins the step
    ExprPtr tree;
    std::string path;
  };
  struct EventName {
    std::string name, path;  // where it is first named
    Span span;
  };

  static ExprPtr Numbers(const Trees& t, const std::vector<int>& numbers) {
    std::vector<ExprPtr> items;
    for (const int n : numbers) items.push_back(t.Number(std::int64_t{n}));
    return t.List(std::move(items));
  }
  int Event(const std::string& name, const std::string& path, const Span& span) {
    const auto known = std::find_if(events_.begin(), events_.end(), [&](const EventName& e) { return e.name == name; });
    if (known != events_.end()) return static_cast<int>(known - events_.begin());
    events_.push_back({name, path, span});
    return static_cast<int>(events_.size()) - 1;
  }
  int ConditionOf(int event, Expression e, const std::string& path) {
    conditions_.push_back({event, std::move(e.tree), path});
    return static_cast<int>(conditions_.size()) - 1;
  }

  // A text or a list of texts.
  bool Texts(const json::Node& node, const std::string& path, std::vector<std::string>* out) {
    if (node.type == json::NodeType::kString) {
      out->push_back(node.text);
      return true;
    }
    const bool texts = node.type == json::NodeType::kArray && !node.items.empty() &&
                       std::all_of(node.items.begin(), node.items.end(), [](const json::Node& n) { return n.type == json::NodeType::kString; });
    if (!texts) {
      loader_.Report(Code::kWrongJsonType, path, node.span, {{"expected", "a text, or a list of texts"}, {"found", json::Write(node)}});
      return false;
    }
    for (const json::Node& n : node.items) out->push_back(n.text);
    return true;
  }
  bool Events(ObjectReader* o, const char* key, std::vector<int>* out) {
    const json::Node* node = o->Get(key);
    std::vector<std::string> names;
    if (node == nullptr || !Texts(*node, o->Path(key), &names)) return false;
    for (const std::string& n : names) out->push_back(Event(n, o->Path(key), node->span));
    return true;
  }
  void ReadNotes(const json::Node& node, const std::string& path) {
    std::vector<std::string> names;
    if (!Texts(node, path, &names)) return;
    for (const std::string& n : names) {
      const auto moves = static_cast<int>(events_.size());
      const int event = Event(n, path, node.span);
      if (event < moves) loader_.Report(Code::kBadValue, path, node.span, {{"what", "`" + n + "` changes the case elsewhere: it is no note"}});
      else notes_.push_back(event);
    }
  }

  // Names of steps into their places.
  bool Steps(const json::Node& node, const std::string& path, std::vector<int>* out) {
    std::vector<std::string> names, known;
    if (!Texts(node, path, &names)) return false;
    for (const StepNode& s : steps_) known.push_back(s.name);
    for (const std::string& n : names) {
      const auto at = std::find(known.begin(), known.end(), n);
      if (at == known.end()) {
        loader_.ReportUnknown(Code::kUnknownName, path, node.span, n, known);
        return false;
      }
      out->push_back(static_cast<int>(at - known.begin()));
    }
    return true;
  }

  // {"event": "step" | ["step", ...] | [{"when": ..., "to": ...}, ...]}
  void ReadMoves(const json::Node& node, const std::string& path, int from) {
    if (node.type != json::NodeType::kObject || node.members.empty()) {
      loader_.Report(Code::kWrongJsonType, path, node.span, {{"expected", "an object: event to step"}, {"found", json::Write(node)}}, R"({"received": "accept"})");
      return;
    }
    for (const json::Member& m : node.members) {
      const std::string at = json::Child(path, m.key);
      const int event = Event(m.key, at, m.key_span);
      const bool branches = m.value.type == json::NodeType::kArray && !m.value.items.empty() && m.value.items[0].type == json::NodeType::kObject;
      if (!branches) {
        Move(from, event, -1, m.value, at);
        continue;
      }
      bool otherwise = false;
      for (std::size_t i = 0; i < m.value.items.size(); ++i) {
        ObjectReader branch(loader_, m.value.items[i], json::Child(at, i));
        if (m.value.items[i].type != json::NodeType::kObject) continue;
        branch.ReadRemark();
        if (otherwise) loader_.Report(Code::kBadValue, branch.path(), branch.span(), {{"what", "the branch before has no `when`: this one is never taken"}});
        Expression when = branch.Feel("when");
        otherwise = otherwise || !when;
        const int condition = when ? ConditionOf(event, std::move(when), branch.Path("when")) : -1;
        if (const json::Node* to = branch.Need("to")) Move(from, event, condition, *to, branch.Path("to"));
      }
    }
  }
  void Move(int from, int event, int condition, const json::Node& to, const std::string& path) {
    std::vector<int> steps;
    if (!Steps(to, path, &steps)) return;
    const Trees t{loader_, to.span};
    ExprPtr move = t.Node(Op::kContext);
    Put(move.get(), "from", t.Number(std::int64_t{from}));
    Put(move.get(), "event", t.Number(std::int64_t{event}));
    Put(move.get(), "to", Numbers(t, steps));
    Put(move.get(), "condition", t.Number(std::int64_t{condition}));
    moves_.push_back(std::move(move));
    if (from < 0) first_.insert(first_.end(), steps.begin(), steps.end());
    else steps_[static_cast<std::size_t>(from)].next.insert(steps_[static_cast<std::size_t>(from)].next.end(), steps.begin(), steps.end());
  }

  ExprPtr Step(int index, const json::Node& node) {
    StepNode& step = steps_[static_cast<std::size_t>(index)];
    const Trees t{loader_, step.span};
    ExprPtr out = t.Node(Op::kContext);
    ObjectReader o(loader_, node, step.path);
    if (node.type != json::NodeType::kObject) return out;
    o.ReadRemark();
    const std::string part = step.name;
    static const std::vector<std::string> kEnds = {"branch", "case"};
    std::size_t end = 0;
    if (o.Word("end", kEnds, &end)) {
      step.end = true;
      Put(out.get(), "end", t.Text(kEnds[end]));
    }
    if (step.end) {
      for (const char* key : {"on", "allowed", "approval", "pause", "resume", "thresholds", "schedule"}) {
        if (const json::Node* n = o.Get(key)) loader_.Report(Code::kBadValue, o.Path(key), n->span, {{"what", "nothing happens in a step that is an end"}});
      }
    }
    if (const json::Node* owner = step.end ? o.Get("owner") : o.Need("owner")) Put(out.get(), "owner", TextOf(*owner, o.Path("owner"), t, (part + "_owner").c_str()));
    if (const json::Node* after = o.Get("after")) {
      std::vector<int> steps;
      if (Steps(*after, o.Path("after"), &steps)) Put(out.get(), "after", Numbers(t, steps));
    }
    if (step.end) return out;
    if (const json::Node* approval = o.Get("approval")) Approval(&step, *approval, o.Path("approval"), t, out.get());
    const json::Node* on = o.Need("on");
    if (on != nullptr) ReadMoves(*on, o.Path("on"), index);
    if (step.leaves_by_signing && on != nullptr && on->Find(signing_) == nullptr) {
      loader_.Report(Code::kMissingKey, o.Path("on"), on->span, {{"name", signing_}}, "where the case goes when all have signed");
    }
    for (const char* key : {"pause", "resume"}) {
      std::vector<int> events;
      if (Events(&o, key, &events)) Put(out.get(), key, Numbers(t, events));
    }
    const json::Node* pause = o.Get("pause");
    if ((pause != nullptr) != (o.Get("resume") != nullptr)) {
      loader_.Report(Code::kBadValue, step.path, step.span, {{"what", "`pause` and `resume` come together"}}, "an event that stops the clock, and one that lets it go on");
    }
    if (o.Get("allowed") != nullptr) {
      const std::string whole = name_;
      name_ += "_" + part;  // the hidden names of its parts
      Put(out.get(), "limit", Rule(&o, t, schedule_, schedule_path_));
      name_ = whole;
    } else {
      for (const char* key : {"pause", "resume", "thresholds", "schedule"}) {
        if (const json::Node* n = o.Get(key)) loader_.Report(Code::kBadValue, o.Path(key), n->span, {{"what", "`" + std::string(key) + "` needs an `allowed` time"}});
      }
    }
    return out;
  }

  // {"event": "approved", "needs": [{"role": "director"}, {"role": ["head", "deputy"], "when": "amount > 5000"}], "in_order": true}
  void Approval(StepNode* step, const json::Node& node, const std::string& path, const Trees& t, feel::Expr* out) {
    ObjectReader o(loader_, node, path);
    if (node.type != json::NodeType::kObject) return;
    o.ReadRemark();
    const json::Node *event = o.Need("event"), *needs = o.Need("needs");
    bool in_order = false;
    if (o.Bool("in_order", &in_order)) Put(out, "in_order", t.Boolean(in_order));
    if (role_field_.empty()) {
      loader_.Report(Code::kMissingKey, step->path, step->span, {{"name", "role"}}, "the process names the field of the events that says by whom: \"role\": \"by\"");
    }
    if (!o.Text("event", &signing_) || event == nullptr || needs == nullptr) return;
    step->leaves_by_signing = true;
    Put(out, "signing", t.Number(std::int64_t{Event(signing_, o.Path("event"), event->span)}));
    if (needs->type != json::NodeType::kArray || needs->items.empty()) {
      loader_.Report(Code::kWrongJsonType, o.Path("needs"), needs->span, {{"expected", "a list of who must sign"}, {"found", json::Write(*needs)}}, R"([{"role": "director"}])");
      return;
    }
    std::vector<ExprPtr> items;
    for (std::size_t i = 0; i < needs->items.size(); ++i) {
      ObjectReader need(loader_, needs->items[i], json::Child(o.Path("needs"), i));
      if (needs->items[i].type != json::NodeType::kObject) continue;
      need.ReadRemark();
      std::vector<std::string> roles;
      const json::Node* role = need.Need("role");
      if (role == nullptr || !Texts(*role, need.Path("role"), &roles)) continue;
      Expression when = need.Feel("when");
      const int condition = when ? ConditionOf(-1, std::move(when), need.Path("when")) : -1;
      std::vector<ExprPtr> texts;
      for (const std::string& r : roles) texts.push_back(t.Text(r));
      ExprPtr item = t.Node(Op::kContext);
      Put(item.get(), "roles", t.List(std::move(texts)));
      Put(item.get(), "condition", t.Number(std::int64_t{condition}));
      items.push_back(std::move(item));
    }
    Put(out, "needs", t.List(std::move(items)));
  }

  void CheckGraph() {
    std::vector<bool> reached(steps_.size(), false), ends(steps_.size(), false);
    std::vector<int> todo = first_;
    while (!todo.empty()) {
      const auto s = static_cast<std::size_t>(todo.back());
      todo.pop_back();
      if (reached[s]) continue;
      reached[s] = true;
      todo.insert(todo.end(), steps_[s].next.begin(), steps_[s].next.end());
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t s = 0; s < steps_.size(); ++s) {
        const auto finds = [&](int n) { return static_cast<bool>(ends[static_cast<std::size_t>(n)]); };
        if (!ends[s] && (steps_[s].end || std::any_of(steps_[s].next.begin(), steps_[s].next.end(), finds))) ends[s] = changed = true;
      }
    }
    for (std::size_t s = 0; s < steps_.size(); ++s) {
      if (!reached[s]) loader_.Report(Code::kBadValue, steps_[s].path, steps_[s].span, {{"what", "no event leads to step `" + steps_[s].name + "`"}});
      else if (!ends[s]) loader_.Report(Code::kBadValue, steps_[s].path, steps_[s].span, {{"what", "no way from step `" + steps_[s].name + "` to an end"}}, R"(a step with "end": "case")");
    }
  }

  // The events in the form of the builtin, and the columns beside them.
  void Log(Expression* events, const std::string& path) {
    const Span span = events->tree->span;
    log_ = Hide("log", std::move(events->tree), path)->name;
    static const char kEvent[] = "process event";  // no name of a document has a space
    const auto field = [&](const Trees& here, const std::string& name) {
      ExprPtr e = here.Node(Op::kPath);
      e->name = name;
      e->args.push_back(here.Name(kEvent));
      return e;
    };
    const auto each = [&](const Trees& here, ExprPtr body) {
      ExprPtr loop = here.Node(Op::kFor);
      loop->names.push_back(kEvent);
      loop->args.push_back(here.Name(log_));
      loop->args.push_back(std::move(body));
      return loop;
    };
    const auto is = [&](const Trees& here, int event) {
      return here.Binary(Op::kEqual, field(here, event_field_), here.Text(events_[static_cast<std::size_t>(event)].name));
    };
    int column = 0;
    const auto add = [&](const Trees& here, ExprPtr holds, const std::string& at) {
      columns_.push_back(Hide("column_" + std::to_string(++column), each(here, std::move(holds)), at));
    };
    for (std::size_t e = 0; e < events_.size(); ++e) {
      const Trees here{loader_, events_[e].span};
      add(here, is(here, static_cast<int>(e)), events_[e].path);
    }
    for (Condition& c : conditions_) {
      const Trees here{loader_, c.tree->span};
      std::vector<ExprPtr> self;
      self.push_back(here.Name(kEvent));
      ExprPtr filter = here.Node(Op::kFilter);
      filter->args.push_back(here.List(std::move(self)));
      filter->args.push_back(here.Binary(Op::kAnd, std::move(c.tree), here.Boolean(true)));  // a condition, never a position
      ExprPtr one = here.Binary(Op::kEqual, here.Call("count", std::move(filter)), here.Number(1));
      add(here, c.event < 0 ? std::move(one) : here.Binary(Op::kAnd, is(here, c.event), std::move(one)), c.path);
    }
    const Trees t{loader_, span};
    ExprPtr item = t.Node(Op::kContext);
    Put(item.get(), "at", field(t, "at"));
    Put(item.get(), "event", t.Call("string", field(t, event_field_)));
    if (!role_field_.empty()) Put(item.get(), "role", field(t, role_field_));
    log_ = Hide("events", each(t, std::move(item)), path)->name;
  }

  std::string event_field_ = "event", role_field_, signing_;
  const json::Node* schedule_ = nullptr;
  std::string schedule_path_;
  std::vector<StepNode> steps_;
  std::vector<EventName> events_;
  std::vector<int> notes_, first_;
  std::vector<Condition> conditions_;
  std::vector<ExprPtr> moves_, columns_;
  std::string log_;
};

}  // namespace

void ReadProcess(PolicyReader* reader, const json::Node& node, const std::string& path) {
  ObjectReader object(reader->loader, node, path);
  if (node.type == json::NodeType::kObject) ProcessReader(reader).Read(&object);
}

}  // namespace ordain::policy
