"""The same 200 cases through C++, the two-file core, C, Python dicts and JSON (the command): one table of cases, five drivers,
the same answers."""
import json
import os
import sys
from datetime import date, datetime
from decimal import Decimal

import pytest

from conftest import BUILD, ROOT, SHARED, run

COUNT = 200
RULES = sorted(p for p in (ROOT / "rules").glob("*.json") if p.name not in ("catalogue.json", "coverage.json"))
GUARDS = sorted((ROOT / "rules" / "guards").glob("*.json"))

if not SHARED.is_dir():
    pytest.skip(f"{SHARED} is not there", allow_module_level=True)


def table():
    """(policy, at, facts as text, what the case expects): of the cases of one step that choose nothing, 200 evenly spaced."""
    rows = []
    for path in sorted((SHARED / "cases").glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        for case in document.get("cases", []):
            if set(case) == {"name", "steps"} and len(case["steps"]) == 1:
                step = case["steps"][0]
                rows.append((step.get("policy", document["policy"]), step["at"], json.dumps(step["facts"], default=exact), step))
    assert len(rows) > COUNT
    return [rows[i * len(rows) // COUNT] for i in range(COUNT)]


class Exact(float):
    """A decimal that json.dumps writes as it is."""

    def __init__(self, value):
        self.value = value

    def __repr__(self):
        return str(self.value)


def exact(value):
    return Exact(value)


def answer(text):
    """A decision in JSON as (outcome, effects), numbers exact, or the code of the refusal."""
    told = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    return (told["outcome"], told["effects"]) if "outcome" in told else told["error"]["code"]


def through_cpp(cases, driver="cases_driver"):
    lines = "".join(f"{policy}\t{at}\t{facts}\n" for policy, at, facts, _ in cases)
    result = run(BUILD / "tests" / driver, *GUARDS, *RULES, input=lines)
    assert result.returncode == 0, result.stderr
    return [answer(line) if line.startswith("{") else line for line in result.stdout.splitlines()]


def through_two_files(cases, _):
    return through_cpp(cases, "cases_amalgamated")


def through_c(cases, _):
    c = pytest.importorskip("test_c")
    rules, ledger = c.call("ordain_load_folder", c.text(str(ROOT / "rules"))), c.call("ordain_ledger_memory")
    engine = c.call("ordain_engine_new", rules, ledger)
    answers = []
    for policy, at, facts, _ in cases:
        try:
            d = c.call("ordain_decide", engine, c.text(policy), c.text(facts), c.text(at))
        except c.Refused as refused:
            answers.append(refused.code)
            continue
        answers.append(answer(f'{{"outcome": {c.C.ordain_decision_outcome(d)}, "effects": {c.C.ordain_decision_effects(d)}}}'))
        c.C.ordain_decision_free(d)
    for free, handle in (("engine", engine), ("ledger", ledger), ("rules", rules)):
        getattr(c.C, f"ordain_{free}_free")(handle)
    return answers


def through_json(cases, tmp_path):
    ledger = tmp_path / "empty.db"
    c = pytest.importorskip("test_c")
    c.C.ordain_ledger_free(c.call("ordain_ledger_sqlite", c.text(str(ledger))))  # made empty: the command only reads it
    return [answer(run(BUILD / "ordain", "decide", policy, "--at", at, "--facts", "-", "--ledger", ledger, input=facts).stdout)
            for policy, at, facts, _ in cases]


def plain(value):
    """A value from Python as JSON has it."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, Decimal)):
        return Decimal(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(v) for key, v in value.items()}
    assert isinstance(value, list), f"{value!r}"
    return [plain(v) for v in value]


def through_dicts(cases, _):
    if os.environ.get("ORDAIN_MODULE") != "installed":
        if not (BUILD / "python" / "ordain").is_dir():
            pytest.skip("the Python module was not built (ORDAIN_BUILD_PYTHON)")
        sys.path.insert(0, str(BUILD / "python"))
    ordain = pytest.importorskip("ordain")
    rules, ledger = ordain.load(ROOT / "rules"), ordain.Ledger()
    details = {"sanction": "sanction", "bar": "from", "notice": "notice", "duty": "duty", "review": "reason"}
    answers = []
    for policy, at, facts, _ in cases:
        try:
            d = rules[policy].decide(json.loads(facts, parse_float=Decimal), at=at, ledger=ledger)
        except ordain.Error as refused:
            answers.append(refused.code)
            continue
        effects = []
        for e in d.effects:
            told = {"effect": e.effect, "to": e.to, "amount": e.amount, details.get(e.effect, ""): e.detail, "due": plain(e.due)}
            effects.append({key: plain(v) for key, v in told.items() if key and v is not None})
        answers.append((plain(d.outcome), effects))
    return answers


@pytest.fixture(scope="module")
def cases():
    return table()


@pytest.fixture(scope="module")
def reference(cases):
    return through_cpp(cases)


def test_cpp_answers_as_the_cases_say(cases, reference):
    """A case names the outcomes that it is about."""
    assert len(reference) == COUNT
    for (policy, at, facts, step), got in zip(cases, reference):
        if "error" in step:
            assert got == step["error"], (policy, at, facts)
        else:
            assert not isinstance(got, str), (policy, at, facts, got)
            want = json.loads(json.dumps(step["outcome"], default=exact), parse_float=Decimal, parse_int=Decimal)
            assert want == {name: got[0][name] for name in want}, (policy, at, facts)
    assert 10 < sum(isinstance(got, str) for got in reference) < COUNT / 2


@pytest.mark.parametrize("driver", [through_two_files, through_c, through_dicts, through_json])
def test_the_same_answers(driver, cases, reference, tmp_path):
    answers = driver(cases, tmp_path)
    assert len(answers) == COUNT
    for (policy, at, facts, _), got, want in zip(cases, answers, reference):
        assert got == want, (policy, at, facts)
