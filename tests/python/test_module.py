"""The Python module: what a payroll script does with it. Needs build/python (ORDAIN_BUILD_PYTHON), or, with ORDAIN_MODULE=installed, the package
of the interpreter that runs the tests."""
import copy
import doctest
import json
import os
import pickle
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from conftest import BUILD, ROOT

INSTALLED = os.environ.get("ORDAIN_MODULE") == "installed"
if not INSTALLED:
    if not (BUILD / "python" / "ordain").is_dir():
        pytest.skip("the Python module was not built (ORDAIN_BUILD_PYTHON)", allow_module_level=True)
    sys.path.insert(0, str(BUILD / "python"))
import ordain  # noqa: E402

PLACE = os.path.dirname(os.path.dirname(ordain.__file__))  # for processes of their own

CHINA = timezone(timedelta(hours=8))
AT = datetime(2016, 3, 5, 10, tzinfo=CHINA)
COMPLAINT = {"amount": 30000, "direct_loss": True, "refund": False, "grave_accident": False, "death": False}
LAPSE = {"employee": "E1", "superior": "E2", "head": "E3", "issue": "badge"}


@pytest.fixture(scope="module")
def rules():
    return ordain.load(ROOT / "rules")


def shop(**more):
    policy = {"facts": {"who": "person", "amount": "money", "rate": {"type": "number", "optional": True}, "count": {"type": "integer", "optional": True},
                        "on": {"type": "date", "optional": True}, "at_": {"type": "instant", "optional": True},
                        "items": {"list_of": {"record": {"name": "text", "price": "money"}}, "optional": True}},
              "formula": {"fee": "amount", "next_day": "if on = null then null else on + @\"P1D\"", "names": "if items = null then [] else items.name"},
              "outcome": {"fee": "money", "count": {"type": "integer", "nullable": True, "value": "count"},
                          "rate": {"type": "number", "nullable": True, "value": "rate"},
                          "next_day": {"type": "date", "nullable": True}, "at_": {"type": "instant", "nullable": True, "value": "at_"}, "names": {"list_of": "text"}}}
    return {"ordain": 1, "rule_set": "shop", "edition": "1", "title": {"en": "A shop", "zh": "商店"}, "source": "test", "currency": "CNY", "zone": "UTC",
            "policies": {"sale": policy}, **more}


@pytest.fixture()
def sale(tmp_path):
    file = tmp_path / "shop.json"
    file.write_text(json.dumps(shop()))
    return ordain.load(file)["shop.sale"]


def test_decides_and_says_why(rules):
    d = rules["lige.complaint_tier"].decide(COMPLAINT, at=AT, trace=True)
    assert d["tier"] == "III" and dict(d) == d.outcome and d.warnings == []
    assert "20000" in d.explain() and "记大过" in d.explain("zh")
    fines = rules["lige.complaint_fines"].decide({"tier": "I", "responsible": ["E1"], "superiors": ["E2"], "leaders": []}, at="2016-03-05T10:00:00+08:00")
    fine = fines.effects[0]
    assert (fine.effect, fine.to, fine.amount) == ("fine", "E1", Decimal(50)) and isinstance(fine.amount, Decimal)
    assert fine.quote and fine.cites
    with pytest.raises(ValueError, match="trace=True"):
        fines.explain()


def test_policies_tell_what_they_take(rules):
    p = rules["lige.complaint_tier"]
    assert p.facts["amount"] == "money" and p.facts["reputation_loss"].endswith("?")
    assert "tier" in p.outcome and p.settings["match"][0] == "by_amount" and p.clause["quote"]
    assert not p.reads_ledger and rules["lige.self_inspection_lapse"].reads_ledger
    assert len(rules) == sum(1 for _ in rules) > 200
    assert rules.check() == [] and rules.warnings == []
    assert rules.rule_sets["lige"]["currency"] == "CNY" and len(rules.rule_sets["lige"]["revision"]) == 64
    with pytest.raises(KeyError, match="did you mean 'lige.complaint_tier'"):
        rules["lige.complaint_teir"]


@pytest.mark.parametrize("amount, back", [(Decimal("0.10"), "0.10"), (3, "3"), (Decimal("99999999999999999999.99"), "99999999999999999999.99"), (Decimal("1E+2"), "100")])
def test_money_both_ways(sale, amount, back):
    fee = sale.decide({"who": "E1", "amount": amount}, at=AT)["fee"]
    assert isinstance(fee, Decimal) and fee == Decimal(back) == amount


def test_other_types_both_ways(sale):
    facts = {"who": "E1", "amount": 1, "rate": 0.1, "count": 7, "on": date(2016, 2, 29), "at_": datetime(2016, 3, 5, 9, 30, 15, 250000, CHINA),
             "items": [{"name": "脱毛", "price": Decimal("0.01")}, {"name": '"\\', "price": 2}]}
    d = sale.decide(facts, at=AT)
    assert d["rate"] == Decimal("0.1") and d["count"] == 7 and type(d["count"]) is int
    assert d["next_day"] == date(2016, 3, 1) and d["at_"] == facts["at_"] and d["at_"].utcoffset() == timedelta(hours=8)
    assert d["names"] == ["脱毛", '"\\']
    empty = sale.decide({"who": "E1", "amount": 1, "rate": None}, at=AT)
    assert empty["rate"] is None and empty["next_day"] is None and empty["names"] == []


def test_dataclasses(sale):
    @dataclass
    class Item:
        name: str
        price: Decimal

    @dataclass
    class Sale:
        who: str
        amount: Decimal
        items: list

    assert sale.decide(Sale("E1", Decimal("1.5"), [Item("a", Decimal(1))]), at=AT)["names"] == ["a"]


@pytest.mark.parametrize("facts, code, path, hint", [
    ({"who": "E1", "amount": 0.1}, "wrong_type", "/amount", 'Decimal("0.1")'),
    ({"who": "E1", "amount": 1, "items": [{"name": "a", "price": 2.5}]}, "wrong_type", "/items/0/price", 'Decimal("2.5")'),
    ({"who": "E1", "amount": Decimal("NaN")}, "wrong_type", "/amount", "None"),
    ({"who": "E1", "amount": 1, "rate": float("nan")}, "wrong_type", "/rate", "None"),
    ({"who": "E1", "amount": 1, "at_": datetime(2016, 3, 5)}, "wrong_type", "/at_", "ZoneInfo"),
    ({"who": "E1", "amount": 1, "rate": object()}, "wrong_type", "/rate", "dataclasses"),
    ({"who": "E1"}, "missing_fact", "/amount", ""),
    ({"who": "E1", "amount": 1, "cuont": 3}, "unknown_fact", "/cuont", "count"),
    ({"who": "E1", "amount": True}, "wrong_type", "/amount", ""),
])
def test_what_is_wrong_is_said(sale, facts, code, path, hint):
    with pytest.raises(ordain.Error) as e:
        sale.decide(facts, at=AT)
    assert e.value.code == code and e.value.path == path and hint in e.value.hint and code in str(e.value)
    again = pickle.loads(pickle.dumps(e.value))
    assert again.diagnostic == e.value.diagnostic


def test_instants_need_an_offset(sale):
    with pytest.raises(ValueError, match="zone"):
        sale.decide({"who": "E1", "amount": 1}, at=datetime(2016, 3, 5))
    with pytest.raises(TypeError):
        sale.decide({"who": "E1", "amount": 1}, at=date(2016, 3, 5))
    with pytest.raises(ordain.Error) as e:
        sale.decide({"who": "E1", "amount": 1}, at="2016-03-05")
    assert e.value.code == "bad_value" and "+08:00" in e.value.hint


def test_loading_tells_every_problem(tmp_path):
    bad = shop()
    bad["policies"]["sale"]["formula"]["fee"] = "amuont"
    bad["policies"]["sale"]["outcmoe"] = {}
    file = tmp_path / "bad.json"
    file.write_text(json.dumps(bad))
    with pytest.raises(ordain.LoadError) as e:
        ordain.load(file)
    assert {"unknown_name", "unknown_key"} <= {d.code for d in e.value.diagnostics}
    assert all(d.text in str(e.value) and d.line > 0 for d in e.value.diagnostics)
    assert pickle.loads(pickle.dumps(e.value)).diagnostics == e.value.diagnostics
    with pytest.raises(FileNotFoundError):
        ordain.load(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileNotFoundError, match="no rule set"):
        ordain.load(tmp_path / "empty")


@pytest.mark.parametrize("file", [None, "clinic.db"])
def test_ledger_remembers(rules, tmp_path, file):
    lapse = rules["lige.self_inspection_lapse"]
    with pytest.raises(ordain.Error) as e:
        lapse.decide(LAPSE, at=AT)
    assert e.value.code == "no_ledger"
    path = file and tmp_path / file
    with ordain.Ledger(path) as ledger:
        first = lapse.record(LAPSE, AT, id="e1", recorded_at=AT, ledger=ledger)
        assert first["measure"] == "warning" and not first.existed
        assert lapse.record(LAPSE, AT, id="e1", recorded_at=AT, ledger=ledger).existed
        with pytest.raises(ordain.Error) as e:
            lapse.record({**LAPSE, "issue": "late"}, AT, id="e1", recorded_at=AT, ledger=ledger)
        assert e.value.code == "ledger_conflict"
        with pytest.raises(ordain.Error) as e:
            lapse.record({**LAPSE, "fine_choice": 80}, AT, id="e2", recorded_at=AT, ledger=ledger)
        assert e.value.code == "out_of_range" and len(ledger) == 1
        second = lapse.record({**LAPSE, "fine_choice": 100}, AT, id="e3", recorded_at=AT, ledger=ledger)
        assert second["fine"] == 100 and second.effects[0]["effect"] == "fine"
        assert rules.reverse("e3", id="r1", at=AT, ledger=ledger, reason="a mistake", recorded_at=AT + timedelta(days=1)) == 3
        assert [e.id for e in ledger.events()] == ["e1", "e3", "r1"]
        assert [e.id for e in ledger.events(skip_reversed=True)] == ["e1"]
        assert [e.id for e in ledger.events(known_at=AT)] == ["e1", "e3"]
        event = ledger.find("e3")
        assert event.facts["fine_choice"] == 100 and event.at == AT and ledger.find("e9") is None
        assert lapse.decide({**LAPSE, "fine_choice": 50}, AT, ledger=ledger)["occurrence"] == 2
    with pytest.raises(ValueError, match="closed"):
        ledger.events()
    if path:
        assert len(ordain.verify(path)) == 64
        with ordain.Ledger(path, read_only=True) as ledger:
            assert len(ledger) == 3
            with pytest.raises(ordain.Error):
                lapse.record(LAPSE, AT, id="e4", recorded_at=AT, ledger=ledger)


def test_transactions(rules, tmp_path):
    lapse = rules["lige.self_inspection_lapse"]
    with ordain.Ledger(tmp_path / "t.db") as ledger:
        with pytest.raises(ordain.Error):
            with ledger.transaction():
                lapse.record(LAPSE, AT, id="a", recorded_at=AT, ledger=ledger)
                lapse.record({}, AT, id="b", recorded_at=AT, ledger=ledger)
        assert len(ledger) == 0
        with ledger.transaction():
            for n in range(20):
                lapse.record({**LAPSE, "employee": f"E{n}"}, AT, id=str(n), recorded_at=AT, ledger=ledger)
        assert len(ledger) == 20


def test_terms(rules):
    tier = rules["lige.complaint_tier"]
    with pytest.raises(ordain.Error) as e:
        rules.with_terms(settings={"mtach": "all"})
    assert e.value.code == "unknown_setting"
    with pytest.raises(ordain.Error) as e:
        rules.with_terms(guards=["no_such_guard"])
    assert e.value.code == "unknown_name"
    with pytest.raises(ordain.Error, match="mtach"):  # which of them, not the last that some rule set does not have
        rules.with_terms(settings={"mtach": "all", "match": "strict"})
    with pytest.raises(ordain.Error) as e:
        rules.with_terms(parameters={"satisfaction.grievance_award": 200.5})
    assert e.value.code == "wrong_type" and 'Decimal("200.5")' in e.value.hint
    other = rules.with_terms(settings={"match": tier.settings["match"][1]}, guards=["guangdong_no_fines"])
    fines = {"tier": "I", "responsible": ["E1"], "superiors": [], "leaders": []}
    assert {x.effect for x in other["lige.complaint_fines"].decide(fines, AT).effects} == {"sanction", "review"}
    assert {x.effect for x in rules["lige.complaint_fines"].decide(fines, AT).effects} == {"sanction", "fine"}
    award = {"employee": "E1", "incident": "I1", "harassed": True, "unreasonable": True}
    with ordain.Ledger() as ledger:
        with pytest.raises(ordain.Error) as e:
            rules["satisfaction.grievance_award"].decide(award, AT, ledger=ledger)
        assert e.value.code == "missing_parameter"
        paying = rules.with_terms(parameters={"satisfaction.grievance_award": Decimal("200.5")})
        assert paying["satisfaction.grievance_award"].decide(award, AT, ledger=ledger)["award"] == Decimal("200.5")


def test_sweep_shows_the_cliffs(rules):
    rows = rules["lige.complaint_tier"].sweep(COMPLAINT, {"amount": [20000, Decimal("20000.01"), 50000, 50001, -1]}, AT)
    assert [r["tier"] for r in rows] == ["II", "III", "III", "IV", None]
    assert [r["error"] for r in rows] == [None] * 4 + ["wrong_type"]
    two = rules["lige.complaint_tier"].sweep(COMPLAINT, {"amount": [1, 2], "death": [True, False]}, AT)
    assert [(r["amount"], r["death"]) for r in two] == [(1, True), (1, False), (2, True), (2, False)]


def test_what_if_leaves_the_live_rules(tmp_path):
    file = tmp_path / "shop.json"
    document = shop()
    document["policies"]["sale"]["formula"]["fee"] = "amount * share"
    document["parameters"] = {"share": {"type": "number", "default": 1}}
    file.write_text(json.dumps(document))
    live = ordain.load(file)
    other = live.what_if({"shop/parameters/share/default": Decimal("0.5")})
    facts = {"who": "E1", "amount": 10}
    assert live["shop.sale"].decide(facts, AT)["fee"] == 10 and other["shop.sale"].decide(facts, AT)["fee"] == 5
    for wrong in ("shop/parameters/shrae/default", "shpo/parameters"):
        with pytest.raises(KeyError):
            live.what_if({wrong: 1})
    with pytest.raises(ordain.LoadError):
        live.what_if({"shop/parameters/share/type": "nmuber"})


def test_threads_share_rules(rules):
    tier, wrong = rules["lige.complaint_tier"], []

    def work(amount, expected):
        for _ in range(300):
            if tier.decide({**COMPLAINT, "amount": amount}, AT)["tier"] != expected:
                wrong.append(amount)

    threads = [threading.Thread(target=work, args=a) for a in ((20000, "II"), (50000, "III"), (50001, "IV"))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert wrong == []


THREADS = """
import sys, threading
sys.path.insert(0, sys.argv[1])
import ordain
rules = ordain.load("rules")
lapse, at = rules["lige.self_inspection_lapse"], "2016-03-05T10:00:00+08:00"
inside, said = threading.Event(), []

def record(ledger, name):
    lapse.record({"employee": name, "superior": "S", "head": "H", "issue": "badge"}, at, id=name, recorded_at=at, ledger=ledger)

def other(ledger):
    inside.wait()
    said.append(len(ledger.events()))
    record(ledger, "other")
    said.append(len(ledger))

with ordain.Ledger(*sys.argv[2:]) as ledger:
    threads = [threading.Thread(target=other, args=[ledger]) for _ in range(3)]
    for t in threads:
        t.start()
    with ledger.transaction():
        inside.set()
        for n in range(300):
            record(ledger, f"E{n}")
    for t in threads:
        t.join()
    print(min(said), max(said), len(ledger), ledger.find("other") is not None)
"""


@pytest.mark.parametrize("file", [[], ["threads.db"]])
def test_threads_wait_for_a_transaction_and_go_on(tmp_path, file):
    """In a process of its own: threads that wait for each other for ever could not be stopped in this one."""
    done = subprocess.run([sys.executable, "-c", THREADS, PLACE, *(str(tmp_path / f) for f in file)], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout == "300 301 301 True\n", done.stdout + done.stderr


@pytest.mark.skipif(not INSTALLED, reason="the package is not installed (ORDAIN_MODULE=installed)")
def test_the_package_brings_its_rule_sets(rules):
    folder = ordain.default_rules()
    assert not folder.is_relative_to(ROOT) and {f.name for f in folder.glob("*.json")} == {f.name for f in (ROOT / "rules").glob("*.json")}
    own = ordain.load(folder)
    assert list(own) == list(rules) and own["lige.complaint_tier"].decide(COMPLAINT, at=AT)["tier"] == "III"


def test_notebooks(rules):
    d = rules["lige.complaint_fines"].decide({"tier": "I", "responsible": ["<b>"], "superiors": [], "leaders": []}, AT)
    assert "&lt;b&gt;" in d._repr_html_() and "<table" in rules._repr_html_() and "amount" in rules["lige.complaint_tier"]._repr_html_()
    with ordain.Ledger() as ledger:
        assert "0 events" in ledger._repr_html_()
    assert "Ledger(in memory, closed)" == repr(ledger) and copy.copy(d)["total"] == d["total"]


def test_docstrings_are_true(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert doctest.testmod(ordain).failed == 0


@pytest.mark.parametrize("arguments", [
    ["-m", "mypy", "--strict", "--cache-dir", os.devnull, "bindings/python/ordain"],
    ["-m", "mypy.stubtest", "ordain._core", "--allowlist", "bindings/python/stubtest.txt"],
])
def test_types(arguments):
    """The package is typed throughout, and the stub of the core agrees with the module."""
    pytest.importorskip("mypy")
    env = {**os.environ, "PYTHONPATH": PLACE}
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_is_true(monkeypatch):
    monkeypatch.chdir(ROOT)
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8").replace("```", "")
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner()
    runner.run(parser.get_doctest(text, {}, "docs/python.md", "docs/python.md", 0))
    assert runner.failures == 0 and runner.tries > 15
