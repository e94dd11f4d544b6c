// ordain._core: what the Python package asks of the library. Thin: names and shapes for people are in ordain/*.py.
//
// Python objects become JSON text and JSON text becomes facts, so that a decision from Python is checked, recorded and hashed as
// any other; money goes both ways as decimal.Decimal, never through a double. Outcomes become Python objects by their types.
// Threads: whatever may wait for a ledger releases the GIL meanwhile, since who holds the ledger needs the GIL to let go of it. An
// Engine is for one thread at a time, and it takes no lock of its own (a lock held while waiting for a ledger would wait
// for ever): the package makes one for each thread.
// Errors: every Diagnostic becomes the exception given to set_error. Tested by tests/python/test_module.py.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <map>
#include <memory>

#include "ordain/ledger_sqlite.hpp"
#include "ordain/ordain.hpp"
#ifdef ORDAIN_WITH_ICU
#include "ordain/icu.hpp"
#endif

namespace py = pybind11;

namespace ordain {
namespace {

struct Refused {
  Diagnostic diagnostic;
};

py::dict Told(const Diagnostic& d) {
  py::dict out;
  out["code"] = std::string(CodeText(d.code));
  out["severity"] = d.severity == Severity::kError ? "error" : "warning";
  out["message"] = d.Message();
  out["message_zh"] = d.Message(Language::kChinese);
  out["text"] = d.Format();
  out["file"] = d.file;
  out["path"] = d.path;
  out["line"] = d.span.line;
  out["column"] = d.span.column;
  out["hint"] = d.hint;
  return out;
}

py::list Told(const Diagnostics& list) {
  py::list out;
  for (const Diagnostic& d : list) out.append(Told(d));
  return out;
}

[[noreturn]] void Refuse(Code code, const std::string& path, std::vector<std::pair<std::string, std::string>> args, std::string hint = {}) {
  throw Refused{MakeDiagnostic(code, path, {}, std::move(args), std::move(hint))};
}

Instant InstantOf(const std::string& text) {
  Instant at;
  if (!Instant::Parse(text, &at)) {
    Refuse(Code::kBadValue, "", {{"name", "at"}, {"value", text}, {"expected", "an instant"}, {"found", text}}, "an instant has an offset: 2016-03-05T10:00:00+08:00");
  }
  return at;
}

// ---- Python to JSON -------------------------------------------------------------------------------------

// The types that are looked at, once imported.
struct Types {
  py::object decimal = py::module_::import("decimal").attr("Decimal");
  py::object date = py::module_::import("datetime").attr("date");
  py::object datetime = py::module_::import("datetime").attr("datetime");
  py::object timedelta = py::module_::import("datetime").attr("timedelta");
  py::object enumeration = py::module_::import("enum").attr("Enum");
  py::object mapping = py::module_::import("collections.abc").attr("Mapping");
  py::object is_dataclass = py::module_::import("dataclasses").attr("is_dataclass");
  py::object fields = py::module_::import("dataclasses").attr("fields");
  py::object dumps = py::module_::import("json").attr("dumps");
};

// Made at the first use and never taken down: Python's own objects may be gone by then. REQUIRES: the GIL.
const Types& TheTypes() {
  static const Types* const types = new Types;
  return *types;
}

class Writer {
 public:
  // floats: whether a float may stand where its type is not money; false where types are not known.
  explicit Writer(std::string* out, bool floats = true) : out_(*out), floats_(floats) {}

  void Write(py::handle v, const Type* type, const std::string& path, int depth = 0) {
    if (depth > 100) Refuse(Code::kLimitExceeded, path, {{"what", "nesting of facts"}});
    const auto wrong = [&](std::string found, std::string hint) {
      Refuse(Code::kWrongType, path, {{"name", path.empty() ? path : path.substr(1)}, {"expected", type ? type->ToString() : "a value"}, {"found", std::move(found)}},
             std::move(hint));
    };
    const auto repr = [&] { return py::repr(v).cast<std::string>(); };
    if (v.is_none()) {
      out_ += "null";
    } else if (py::isinstance<py::bool_>(v)) {
      out_ += v.cast<bool>() ? "true" : "false";
    } else if (py::isinstance<py::int_>(v)) {
      out_ += py::str(py::int_(py::reinterpret_borrow<py::object>(v))).cast<std::string>();
    } else if (py::isinstance<py::float_>(v)) {
      if (!floats_ || (type != nullptr && type->unit == Unit::kMoney)) {
        wrong("the float " + repr(), "money is exact: write Decimal(\"" + repr() + "\"), or an int");
      }
      const double d = v.cast<double>();
      if (!(d - d == 0)) wrong(repr(), "a missing value is None");
      out_ += repr();  // the shortest text that means it
    } else if (py::isinstance<py::str>(v)) {
      out_ += Text(v);
    } else if (py::isinstance(v, types_.decimal)) {
      if (!v.attr("is_finite")().cast<bool>()) wrong(repr(), "a missing value is None");
      out_ += py::str(v).cast<std::string>();
    } else if (py::isinstance(v, types_.datetime)) {
      if (v.attr("tzinfo").is_none()) wrong("the datetime " + py::str(v).cast<std::string>() + " without a zone", "give it one: .replace(tzinfo=ZoneInfo(\"Asia/Shanghai\"))");
      out_ += Text(v.attr("isoformat")());
    } else if (py::isinstance(v, types_.date)) {
      out_ += Text(v.attr("isoformat")());
    } else if (py::isinstance(v, types_.timedelta)) {
      Duration d;
      d.seconds = v.attr("days").cast<std::int64_t>() * 86400 + v.attr("seconds").cast<std::int64_t>();
      d.nanos = v.attr("microseconds").cast<std::uint32_t>() * 1000;
      out_ += "\"" + d.ToString() + "\"";
    } else if (py::isinstance(v, types_.enumeration)) {
      Write(v.attr("value"), type, path, depth + 1);
    } else if (py::isinstance(v, types_.mapping)) {
      Object(v.attr("items")(), type, path, depth);
    } else if (types_.is_dataclass(v).cast<bool>() && !py::isinstance<py::type>(v)) {
      py::list pairs;
      for (py::handle f : types_.fields(v)) pairs.append(py::make_tuple(f.attr("name"), v.attr(f.attr("name"))));
      Object(pairs, type, path, depth);
    } else if (py::isinstance<py::list>(v) || py::isinstance<py::tuple>(v)) {
      const Type* item = type != nullptr && type->kind == Kind::kList && type->detail ? &type->item() : nullptr;
      out_ += '[';
      std::size_t k = 0;
      for (py::handle x : v) {
        if (k != 0) out_ += ", ";
        Write(x, item, path + "/" + std::to_string(k++), depth + 1);
      }
      out_ += ']';
    } else if (py::hasattr(v, "item") && py::hasattr(v, "dtype")) {  // a scalar of numpy
      Write(v.attr("item")(), type, path, depth + 1);
    } else {
      wrong("a " + py::str(py::type::handle_of(v).attr("__name__")).cast<std::string>(),
            "facts are None, bool, int, Decimal, str, date, datetime, timedelta, lists, dicts and dataclasses");
    }
  }

 private:
  std::string Text(py::handle v) const { return types_.dumps(v, py::arg("ensure_ascii") = false).cast<std::string>(); }

  void Object(const py::object& pairs, const Type* type, const std::string& path, int depth) {
    out_ += '{';
    bool first = true;
    for (py::handle pair : pairs) {
      const py::tuple p = py::reinterpret_borrow<py::tuple>(pair);
      if (!py::isinstance<py::str>(p[0])) Refuse(Code::kWrongType, path, {{"name", path}, {"expected", "names that are str"}, {"found", py::repr(p[0]).cast<std::string>()}});
      const auto name = p[0].cast<std::string>();
      int field = -1;
      if (type != nullptr && type->kind == Kind::kContext && type->detail) field = type->FieldIndex(name);
      if (!first) out_ += ", ";
      first = false;
      out_ += Text(p[0]) + ": ";
      Write(p[1], field >= 0 ? &type->field(field) : nullptr, path + "/" + name, depth + 1);
    }
    out_ += '}';
  }

  std::string& out_;
  bool floats_;
  const Types& types_ = TheTypes();
};

// ---- values to Python -----------------------------------------------------------------------------------

py::object Python(const Value& v, const Type* type, const py::object& decimal) {
  switch (v.kind()) {
    case Kind::kNull: return py::none();
    case Kind::kBoolean: return py::bool_(v.boolean());
    case Kind::kNumber: {
      std::int64_t whole = 0;
      if (type != nullptr && type->unit == Unit::kInteger && v.number().ToInt64(&whole)) return py::int_(whole);
      return decimal(v.number().ToString());
    }
    case Kind::kText: return py::str(v.text().data(), v.text().size());
    case Kind::kDate: {
      const Date d = v.date();
      if (d.year() >= 1 && d.year() <= 9999) return TheTypes().date(d.year(), d.month(), d.day());
      return py::str(d.ToString());
    }
    case Kind::kInstant: {
      if (v.clock() != Clock::kOffset || v.instant().nanos % 1000 != 0) break;
      const std::string text = v.instant().ToString();
      const Date d = v.instant().LocalDate();
      if (d.year() < 1 || d.year() > 9999) return py::str(text);
      const auto datetime = py::module_::import("datetime");
      const std::int64_t s = v.instant().SecondOfDay();
      return datetime.attr("datetime")(d.year(), d.month(), d.day(), s / 3600, s / 60 % 60, s % 60, v.instant().nanos / 1000,
                                       datetime.attr("timezone")(datetime.attr("timedelta")(0, v.instant().offset)));
    }
    case Kind::kDuration:
      if (v.duration().nanos % 1000 != 0) break;
      return py::module_::import("datetime").attr("timedelta")(0, v.duration().seconds, v.duration().nanos / 1000);
    case Kind::kList: {
      const Type* item = type != nullptr && type->kind == Kind::kList && type->detail ? &type->item() : nullptr;
      py::list out;
      for (std::size_t k = 0; k < v.size(); ++k) out.append(Python(v[k], item, decimal));
      return out;
    }
    case Kind::kContext: {
      py::dict out;
      for (std::size_t k = 0; k < v.shape()->count; ++k) {
        const std::string_view name = v.shape()->keys[k];
        const int field = type != nullptr && type->kind == Kind::kContext && type->detail ? type->FieldIndex(name) : -1;
        out[py::str(name.data(), name.size())] = Python(v.fields()[k], field >= 0 ? &type->field(field) : nullptr, decimal);
      }
      return out;
    }
    default: break;
  }
  std::string text = v.ToJson();
  if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
  return py::str(text);
}

py::dict Told(const Clause& c) {
  py::dict out;
  out["en"] = c.says_en;
  out["zh"] = c.says_zh;
  out["quote"] = c.quote;
  out["cites"] = c.cites;
  out["path"] = c.path;
  return out;
}

py::list Told(const std::vector<Effect>& effects, const RuleSet& rules, int policy, const py::object& decimal) {
  py::list out;
  for (const Effect& e : effects) {
    py::dict x;
    x["effect"] = std::string(EffectName(e.kind));
    x["to"] = e.party == Unit::kNone && e.to.empty() ? py::object(py::none()) : py::str(e.Recipient());
    const bool amount = e.kind <= EffectKind::kPoints;
    if (amount) x["amount"] = decimal(e.amount.ToString());
    else x[py::str(std::string(EffectField(e.kind)))] = py::str(e.detail.data(), e.detail.size());
    if (!e.due.IsNull()) x["due"] = Python(e.due, nullptr, decimal);
    if (e.group >= 0) x["clause"] = Told(rules.effect_clause(policy, e.group, e.share));
    out.append(x);
  }
  return out;
}

Services HostServices() {
  Services services;
#ifdef ORDAIN_WITH_ICU
  services.text = &IcuText();
#endif
  return services;
}

// ---- the classes ----------------------------------------------------------------------------------------

struct PyLedger {
  std::unique_ptr<Ledger> ledger;
  Ledger& get() const { return *ledger; }
};

py::dict Told(const Event& e) {
  py::dict out;
  const char* kinds[] = {"decision", "reversal", "close"};
  out["seq"] = e.seq;
  out["id"] = e.id;
  out["kind"] = kinds[static_cast<std::size_t>(e.kind)];
  out["reverses"] = e.reverses;
  out["policy"] = e.policy;
  out["at"] = e.at.ToString();
  out["recorded_at"] = e.recorded_at.ToString();
  out["facts"] = e.facts;
  out["outcome"] = e.outcome;
  out["effects"] = e.effects;
  out["terms"] = e.terms;
  return out;
}

class PyEngine {
 public:
  explicit PyEngine(std::shared_ptr<PyLedger> ledger)
      : ledger_(std::move(ledger)), engine_(ledger_ ? &ledger_->get() : nullptr, HostServices()) {}

  void Add(const RuleSet& rules, const Terms& terms) {
    std::optional<Diagnostic> problem;
    {
      py::gil_scoped_release release;
      problem = engine_.Add(rules, terms);
    }
    if (problem) throw Refused{*problem};
  }

  py::dict Decide(const std::string& policy, py::handle facts, const std::string& at_text, bool trace) {
    const Instant at = InstantOf(at_text);
    const std::string text = FactsOf(policy, facts, at);
    std::optional<Result<const Decision*>> decided;
    {
      py::gil_scoped_release release;
      DecideOptions options;
      options.trace = trace;
      decided.emplace(engine_.Decide(policy, text, at, options));
    }
    if (!decided->ok()) throw Refused{decided->error()};
    const Decision& d = *decided->value();
    const Engine::Found f = Found(policy, at);
    const auto& types = SignatureOf(f).outcome;
    const py::object& decimal = TheTypes().decimal;
    py::dict out, outcome;
    for (std::size_t i = 0; i < d.size(); ++i) {
      const Type* type = i < types.size() && types[i].first == d.name(i) ? &types[i].second : nullptr;
      outcome[py::str(d.name(i).data(), d.name(i).size())] = Python(d.value(i), type, decimal);
    }
    out["outcome"] = outcome;
    out["effects"] = Told(d.effects(), *f.rules, f.policy, decimal);
    out["warnings"] = Told(d.warnings());
    out["facts"] = text;
    if (trace) {
      out["en"] = f.evaluator->Explain(Language::kEnglish);
      out["zh"] = f.evaluator->Explain(Language::kChinese);
    }
    return out;
  }

  py::dict Record(const std::string& policy, py::handle facts, const std::string& at_text, const std::string& recorded_text,
                  const std::string& id) {
    const Instant at = InstantOf(at_text), recorded_at = InstantOf(recorded_text);
    const std::string text = FactsOf(policy, facts, at);
    std::optional<Result<Engine::Recorded>> done;
    {
      py::gil_scoped_release release;
      done.emplace(engine_.DecideAndRecord(policy, text, at, recorded_at, id));
    }
    if (!done->ok()) throw Refused{done->error()};
    py::dict out;
    out["seq"] = done->value().appended.seq;
    out["existed"] = done->value().appended.existed;
    out["outcome"] = done->value().outcome;
    out["effects"] = done->value().effects;
    return out;
  }

  py::dict Reverse(const std::string& id, const std::string& event, const std::string& at, const std::string& recorded_at, const std::string& reason) {
    const Instant when = InstantOf(at), recorded = InstantOf(recorded_at);
    std::optional<Result<AppendResult>> done;
    {
      py::gil_scoped_release release;
      done.emplace(engine_.Reverse(id, event, when, recorded, reason));
    }
    if (!done->ok()) throw Refused{done->error()};
    py::dict out;
    out["seq"] = done->value().seq;
    out["existed"] = done->value().existed;
    return out;
  }

 private:
  Engine::Found Found(const std::string& policy, const Instant& at) const {
    const Result<Engine::Found> found = engine_.Find(policy, at);
    if (!found) throw Refused{found.error()};
    return found.value();
  }

  std::string FactsOf(const std::string& policy, py::handle facts, const Instant& at) const {
    const Engine::Found f = Found(policy, at);
    std::string text;
    Writer(&text).Write(facts, &SignatureOf(f).facts, "");
    return text;
  }

  // The types of a policy's facts, as one record, and of its outcome; made once. REQUIRES: the GIL.
  struct Signature {
    Type facts;
    std::vector<std::pair<std::string, Type>> outcome;
  };
  const Signature& SignatureOf(const Engine::Found& f) const {
    auto [it, is_new] = signatures_.try_emplace({f.rules, f.policy});
    if (is_new) {
      std::vector<std::pair<std::string, Type>> fields;
      for (const FactInfo& fact : f.rules->facts(f.policy)) fields.emplace_back(fact.name, fact.type);
      it->second.facts = Type::Context(std::move(fields));
      it->second.outcome = f.rules->outcome(f.policy);
    }
    return it->second;
  }

  std::shared_ptr<PyLedger> ledger_;
  mutable std::map<std::pair<const RuleSet*, int>, Signature> signatures_;
  Engine engine_;
};

using Waiting = py::call_guard<py::gil_scoped_release>;

PYBIND11_MODULE(_core, m) {
  m.doc() = "The engine behind the package ordain; use the package.";
  m.attr("version") = ORDAIN_VERSION;

  static py::object* error = nullptr;  // leaked: exceptions may come until the very end
  m.def("set_error", [](py::object cls) {
    delete error;
    error = new py::object(std::move(cls));
  });
  py::register_exception_translator([](std::exception_ptr p) {
    try {
      if (p) std::rethrow_exception(p);
    } catch (const Refused& r) {
      const py::object value = (*error)(Told(r.diagnostic));
      PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(value.ptr())), value.ptr());
    }
  });

  py::class_<RuleSet>(m, "RuleSet")
      .def_static("load",
                  [](const std::string& text, const std::string& file, const std::vector<std::pair<std::string, std::string>>& guards) {
                    std::vector<GuardPack> packs;
                    for (const auto& g : guards) packs.push_back({g.first, g.second});
                    LoadResult loaded;
                    {
                      py::gil_scoped_release release;
                      loaded = RuleSet::Load(text, file, {}, packs);
                    }
                    return py::make_tuple(loaded.ok() ? py::cast(*loaded.rule_set) : py::none(), Told(loaded.diagnostics));
                  })
      .def_property_readonly("name", &RuleSet::name)
      .def_property_readonly("edition", &RuleSet::edition)
      .def_property_readonly("source", &RuleSet::source)
      .def_property_readonly("currency", &RuleSet::currency)
      .def_property_readonly("revision", &RuleSet::revision)
      .def("title", [](const RuleSet& r, bool zh) { return r.title(zh ? Language::kChinese : Language::kEnglish); })
      .def_property_readonly("policy_names", &RuleSet::policy_names)
      .def_property_readonly("parameters", &RuleSet::parameters)
      .def("settings", [](const RuleSet& r, const std::string& p) { return r.settings(r.FindPolicy(p)); })
      .def("facts",
           [](const RuleSet& r, const std::string& p) {
             std::vector<std::tuple<std::string, std::string, bool>> out;
             for (const FactInfo& f : r.facts(r.FindPolicy(p))) out.emplace_back(f.name, f.type.ToString(), f.optional);
             return out;
           })
      .def("outcome",
           [](const RuleSet& r, const std::string& p) {
             std::vector<std::pair<std::string, std::string>> out;
             for (const auto& o : r.outcome(r.FindPolicy(p))) out.emplace_back(o.first, o.second.ToString());
             return out;
           })
      .def("clause", [](const RuleSet& r, const std::string& p) { return Told(r.clause(r.FindPolicy(p))); })
      .def("reads_ledger", [](const RuleSet& r, const std::string& p) { return r.ReadsLedger(r.FindPolicy(p)); })
      .def("check", [](const RuleSet& r) {
        Diagnostics found;
        {
          py::gil_scoped_release release;
          found = r.Check();
        }
        return Told(found);
      });

  const auto raise = [](const std::optional<Diagnostic>& d) {
    if (d) throw Refused{*d};
  };
  py::class_<Terms>(m, "Terms")
      .def(py::init<const RuleSet&>())
      .def("choose", [raise](Terms& t, const std::string& name, const std::string& value) { raise(t.Choose(name, value)); })
      .def("supply",
           [raise](Terms& t, const std::string& name, py::handle value) {
             std::string text;
             Writer(&text, false).Write(value, nullptr, "/" + name);  // it may be money
             raise(t.Supply(name, text));
           })
      .def("switch_on", [raise](Terms& t, const std::string& guard) { raise(t.SwitchOn(guard)); })
      .def("to_json", &Terms::ToJson);

  py::class_<PyLedger, std::shared_ptr<PyLedger>>(m, "Ledger")
      .def_static("memory", [] { return std::make_shared<PyLedger>(PyLedger{NewMemoryLedger()}); })
      .def_static("sqlite",
                  [](const std::string& path, bool create, bool read_only, bool full_sync) {
                    SqliteOptions options;
                    options.create = create;
                    options.read_only = read_only;
                    options.full_sync = full_sync;
                    auto opened = OpenSqliteLedger(path, options);
                    if (!opened) throw Refused{opened.error()};
                    return std::make_shared<PyLedger>(PyLedger{std::move(opened).value()});
                  }, Waiting())
      .def("begin", [raise](PyLedger& l) { raise(l.get().Begin()); }, Waiting())
      .def("commit", [raise](PyLedger& l) { raise(l.get().Commit()); }, Waiting())
      .def("rollback", [raise](PyLedger& l) { raise(l.get().Rollback()); }, Waiting())
      .def("last_seq", [](const PyLedger& l) { return l.get().last_seq(); }, Waiting())
      .def("events",
           [raise](const PyLedger& l, const std::string& policy, bool skip_reversed, const std::optional<std::string>& known_at) {
             EventFilter filter;
             filter.policy = policy;
             filter.skip_reversed = skip_reversed;
             if (known_at) filter.known_at = InstantOf(*known_at);
             std::vector<Event> events;
             {
               py::gil_scoped_release release;
               raise(l.get().ForEach(filter, [&](const Event& e) {
                 events.push_back(e);
                 return true;
               }));
             }
             py::list out;
             for (const Event& e : events) out.append(Told(e));
             return out;
           })
      .def("find", [](const PyLedger& l, const std::string& id) -> py::object {
        std::optional<Event> event;
        {
          py::gil_scoped_release release;
          auto found = l.get().Find(id);
          if (!found) throw Refused{found.error()};
          event = std::move(found).value();
        }
        return event ? py::object(Told(*event)) : py::none();
      });

  py::class_<PyEngine>(m, "Engine")
      .def(py::init<std::shared_ptr<PyLedger>>())
      .def("add", &PyEngine::Add)
      .def("decide", &PyEngine::Decide)
      .def("record", &PyEngine::Record)
      .def("reverse", &PyEngine::Reverse);
  m.def("is_guard_pack", [](const std::string& text) {
    json::Node document;
    Diagnostics ignored;
    return json::Parse(text, {}, "", &document, &ignored) && IsGuardPack(document);
  });
  m.def("verify", [raise](const std::string& path) {
    std::string hash;
    raise(VerifySqliteLedger(path, &hash));
    return hash;
  }, Waiting());
}

}  // namespace
}  // namespace ordain
