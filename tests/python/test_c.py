"""The C interface: what libordain_c shows, a C compiler on the header and the example, and what wrong calls get."""
import ctypes
import json
import re

import pytest

from conftest import BUILD, ROOT, run

LIBRARY = BUILD / "src" / "libordain_c.so"
HEADER = (ROOT / "include" / "ordain" / "ordain.h").read_text(encoding="ascii")
AT = "2016-03-05T10:00:00+08:00"
OK, REFUSED, MISUSE = 0, 1, 2

if not LIBRARY.exists():
    pytest.skip("libordain_c is not built here", allow_module_level=True)
if "__asan_" in run("nm", "-D", LIBRARY).stdout:
    pytest.skip("the library here is built with a sanitizer", allow_module_level=True)


class Text(ctypes.Structure):
    _fields_ = [("data", ctypes.c_char_p), ("size", ctypes.c_size_t)]

    def __str__(self):
        return ctypes.string_at(self.data, self.size).decode()


class Diagnostic(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), *((name, Text) for name in ("code", "message", "message_zh", "file", "path", "hint")),
                ("line", ctypes.c_uint32), ("column", ctypes.c_uint32), ("is_warning", ctypes.c_int32)]


def text(s):
    data = s.encode()
    return Text(data, len(data))


C = ctypes.CDLL(str(LIBRARY))
for name in re.findall(r"ORDAIN_API ordain_text (\w+)\(", HEADER):
    getattr(C, name).restype = Text
for name in ("ordain_error_count", "ordain_rules_policy_count"):
    getattr(C, name).restype = ctypes.c_size_t
C.ordain_decision_seq.restype = ctypes.c_int64


class Refused(Exception):
    def __init__(self, code, path, hint):
        super().__init__(code, path, hint)
        self.code, self.path, self.hint = code, path, hint


def call(function, *args, out=ctypes.c_void_p):
    """Calls function(*args, &out, &error), without &out when out is None: what is in out, or Refused with the first diagnostic."""
    result, error = out and out(), ctypes.c_void_p()
    outs = [ctypes.byref(result)] if out else []
    status = getattr(C, function)(*args, *outs, ctypes.byref(error))
    if status == OK:
        assert not error
        return result
    assert status == REFUSED and C.ordain_error_count(error) > 0
    assert not outs or not result.value
    d = Diagnostic(size=ctypes.sizeof(Diagnostic))
    assert C.ordain_error_at(error, ctypes.c_size_t(0), ctypes.byref(d)) == OK
    told = Refused(str(d.code), str(d.path), str(d.hint))
    C.ordain_error_free(error)
    raise told


@pytest.fixture(scope="module")
def rules():
    loaded = call("ordain_load_folder", text(str(ROOT / "rules")))
    yield loaded
    C.ordain_rules_free(loaded)


@pytest.fixture
def engine(rules):
    made = call("ordain_engine_new", rules, None)
    yield made
    C.ordain_engine_free(made)


# ---- what is shown ----------------------------------------------------------


def test_symbols_are_those_of_the_list_and_of_the_header():
    listed = (ROOT / "tests" / "data" / "c_symbols.txt").read_text(encoding="ascii").split()
    shown = [line.split()[-1] for line in run("nm", "-D", "--defined-only", LIBRARY).stdout.splitlines()]
    assert sorted(shown) == listed
    assert sorted(re.findall(r"^ORDAIN_API [\w ]+ \**(\w+)\(", HEADER, re.M)) == listed


@pytest.mark.parametrize("compiler", [["gcc", "-std=c99", "-xc"], ["gcc", "-std=c17", "-xc"], ["g++", "-std=c++11", "-xc++"]], ids=lambda c: c[1])
def test_header_compiles_alone(compiler, tmp_path):
    (tmp_path / "alone").write_text("#include <ordain/ordain.h>\n")
    result = run(*compiler, "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only", "-Iinclude", tmp_path / "alone")
    assert result.returncode == 0, result.stderr


def test_example_builds_with_a_c_compiler_and_runs(tmp_path):
    example = ROOT / "examples" / "c"
    built = run("gcc", "-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-Iinclude", example / "main.c", f"-L{LIBRARY.parent}", "-lordain_c",
                f"-Wl,-rpath,{LIBRARY.parent}", "-o", tmp_path / "desk")
    assert built.returncode == 0, built.stderr
    result = run(tmp_path / "desk", tmp_path / "desk.db")
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout == (example / "expected.txt").read_text(encoding="ascii")


# ---- calls ------------------------------------------------------------------


def test_policies_and_version(rules):
    names = [str(C.ordain_rules_policy(rules, ctypes.c_size_t(i))) for i in range(C.ordain_rules_policy_count(rules))]
    assert "lige.complaint_tier" in names and len(set(names)) == len(names) > 100
    assert re.fullmatch("[0-9a-f]{64}", str(C.ordain_rules_revision(rules, ctypes.c_size_t(0))))
    assert str(C.ordain_rules_policy(rules, ctypes.c_size_t(len(names)))) == ""
    assert str(C.ordain_version()) in (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")


def test_decide_and_explain(engine):
    facts = {"amount": 30000, "direct_loss": True, "refund": True, "grave_accident": False, "death": False}
    args = (engine, text("lige.complaint_tier"), text(json.dumps(facts)), text(AT))
    plain, told = call("ordain_decide", *args), call("ordain_explain", *args)
    assert json.loads(str(C.ordain_decision_outcome(plain))) == json.loads(str(C.ordain_decision_outcome(told)))
    assert "tier" in json.loads(str(C.ordain_decision_outcome(plain)))
    assert isinstance(json.loads(str(C.ordain_decision_effects(plain))), list)
    assert str(C.ordain_decision_explanation(plain)) == ""
    assert str(C.ordain_decision_explanation(told)) != str(C.ordain_decision_explanation_zh(told)) != ""
    assert C.ordain_decision_seq(plain) == 0
    for d in (plain, told):
        C.ordain_decision_free(d)


@pytest.mark.parametrize("policy, facts, at, code", [
    ("lige.complaint_tier", "{}", AT, "missing_fact"),
    ("lige.complaint_tier", "{", AT, "bad_json"),
    ("lige.nothing", "{}", AT, "unknown_policy"),
    ("lige.complaint_tier", "{}", "2016-03-05T10:00:00", "bad_value"),
])
def test_bad_input_is_refused_with_a_diagnostic(engine, policy, facts, at, code):
    with pytest.raises(Refused) as refused:
        call("ordain_decide", engine, text(policy), text(facts), text(at))
    assert refused.value.code == code


def test_bad_rules_and_files_are_refused(tmp_path):
    for function, args, code in [("ordain_load_text", (text("{"), text("x.json")), "bad_json"),
                                 ("ordain_load_folder", (text(str(tmp_path)),), "cannot_read"),
                                 ("ordain_load_folder", (text(str(tmp_path / "none")),), "cannot_read"),
                                 ("ordain_ledger_sqlite", (text(str(tmp_path / "none" / "x.db")),), "cannot_read")]:
        with pytest.raises(Refused) as refused:
            call(function, *args)
        assert refused.value.code == code, function


def test_choices_are_checked():
    mine = call("ordain_load_folder", text(str(ROOT / "rules")))
    with pytest.raises(Refused) as refused:
        call("ordain_rules_choose", mine, text("no_such_setting"), text("x"), out=None)
    assert refused.value.code == "unknown_setting"
    with pytest.raises(Refused) as refused:
        call("ordain_rules_switch_on", mine, text("no_such_guard"), out=None)
    assert refused.value.code == "unknown_name"
    C.ordain_rules_free(mine)


def test_misuse_is_a_status_and_no_crash(rules, engine):
    out, error = ctypes.c_void_p(1), ctypes.c_void_p(1)
    assert C.ordain_decide(None, text("x"), text("{}"), text(AT), ctypes.byref(out), ctypes.byref(error)) == MISUSE
    assert not out and not error
    assert C.ordain_decide(engine, Text(None, 3), text("{}"), text(AT), ctypes.byref(out), None) == MISUSE
    assert C.ordain_decide(engine, text("x"), text("{}"), text(AT), None, None) == MISUSE
    assert C.ordain_decide(engine, text("x"), text("{}"), text(AT), ctypes.byref(out), None) == REFUSED
    assert C.ordain_record(engine, text("x"), text("{}"), text(AT), text(AT), text("i"), ctypes.byref(out), None) == MISUSE  # it has no ledger
    assert C.ordain_engine_new(None, None, ctypes.byref(out), None) == MISUSE
    for handle in ("rules", "ledger", "engine", "decision", "error"):
        getattr(C, f"ordain_{handle}_free")(None)


def test_an_older_smaller_struct_is_not_written_beyond_its_size():
    error = ctypes.c_void_p()
    out = ctypes.c_void_p()
    assert C.ordain_load_text(text("{"), text("x.json"), ctypes.byref(out), ctypes.byref(error)) == REFUSED
    small = Diagnostic(size=Diagnostic.message.offset)  # it ends after `code`
    assert C.ordain_error_at(error, ctypes.c_size_t(0), ctypes.byref(small)) == OK
    assert str(small.code) == "bad_json" and small.message.data is None and small.message.size == 0
    assert C.ordain_error_at(error, ctypes.c_size_t(0), ctypes.byref(Diagnostic(size=0))) == MISUSE
    assert C.ordain_error_at(error, ctypes.c_size_t(99), ctypes.byref(small)) == MISUSE
    C.ordain_error_free(error)


def test_ledger_survives_its_handle_and_knows_the_past():
    later = "2016-03-06T10:00:00+08:00"
    rules = call("ordain_load_text", text(json.dumps({
        "ordain": 1, "rule_set": "desk", "currency": "CNY",
        "policies": {"lapse": {"facts": {"employee": "person"}, "counts": {"n": {"per": ["employee"], "within": "calendar_month"}},
                               "outcome": {"n": "integer"}}}})), text("desk.json"))
    ledger = call("ordain_ledger_memory")
    engine = call("ordain_engine_new", rules, ledger)
    C.ordain_rules_free(rules)

    def record(id):
        d = call("ordain_record", engine, text("desk.lapse"), text('{"employee": "E1"}'), text(AT), text(AT), text(id))
        told = json.loads(str(C.ordain_decision_outcome(d)))["n"], C.ordain_decision_seq(d), C.ordain_decision_existed(d)
        C.ordain_decision_free(d)
        return told

    def count(known_at=""):
        return call("ordain_ledger_count", ledger, text("desk.lapse"), text(known_at), out=ctypes.c_int64).value

    assert [record("a"), record("b"), record("a")] == [(1, 1, 0), (2, 2, 0), (1, 1, 1)]
    assert call("ordain_reverse", engine, text("r"), text("a"), text(AT), text(later), text("wrong"), out=ctypes.c_int64).value == 3
    assert (count(), count(AT), count(later)) == (1, 2, 1)
    with pytest.raises(Refused) as refused:
        call("ordain_reverse", engine, text("r2"), text("a"), text(AT), text(later), text("again"), out=ctypes.c_int64)
    assert refused.value.code == "already_reversed"
    C.ordain_ledger_free(ledger)
    assert record("c") == (2, 4, 0)
    C.ordain_engine_free(engine)
