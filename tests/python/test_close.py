"""ordain close on the demo's data, checked by the model in examples/clinic-2016-03/check.py, which shares no code with the engine."""
import csv
import json
import sqlite3
import sys

import pytest

from conftest import ROOT, run

DEMO = ROOT / "examples" / "clinic-2016-03"
CLOSES = [("2016-01", "2016-02-05"), ("2016-02", "2016-03-05"), ("2016-03", "2016-04-05")]


def close(ordain, month, known, out, ledger, events=DEMO / "events.jsonl", roster=DEMO / "roster.csv"):
    return run(ordain, "close", "--month", month, "--roster", roster, "--events", events, "--ledger", ledger, "--out", out,
               "--known-by", f"{known}T00:00:00+08:00")


@pytest.fixture(scope="module")
def closed(ordain, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    for month, known in CLOSES:
        result = close(ordain, month, known, folder / month, folder / "clinic.db")
        assert result.returncode == 0, result.stdout + result.stderr
    return folder


def rows(file):
    with open(file, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def test_the_data_is_what_its_script_makes(tmp_path):
    for file in ["make_data.py", "README.md"]:
        (tmp_path / file).write_bytes((DEMO / file).read_bytes())
    assert run(sys.executable, "make_data.py", cwd=tmp_path).returncode == 0
    for file in ["roster.csv", "events.jsonl"]:
        assert (tmp_path / file).read_bytes() == (DEMO / file).read_bytes(), file


def test_an_independent_model_agrees(ordain, tmp_path):
    result = run("bash", DEMO / "run.sh", ordain, tmp_path)
    assert result.returncode == 0, (result.stdout + result.stderr)[-4000:]


def test_payroll_adds_up(closed):
    for month, _ in CLOSES:
        people = rows(closed / month / "payroll.csv")
        assert len(people) == 120
        for p in people:
            cents = {k: round(float(p[k]) * 100) for k in ["gross_wage", "pay", "points_money", "deductions_wanted", "carried_in", "deductions_allowed", "carried_over", "net"]}
            assert cents["deductions_wanted"] + cents["carried_in"] == cents["deductions_allowed"] + cents["carried_over"], p
            assert cents["gross_wage"] + cents["pay"] + cents["points_money"] - cents["deductions_allowed"] == cents["net"], p
            assert cents["deductions_allowed"] * 5 <= cents["gross_wage"] + 4, p


def test_carried_over_comes_in_next_month(closed):
    for (before, _), (after, _) in zip(CLOSES, CLOSES[1:]):
        left = {p["person"]: p["carried_over"] for p in rows(closed / before / "payroll.csv")}
        for p in rows(closed / after / "payroll.csv"):
            assert p["carried_in"] == left[p["person"]], p


def test_closing_again_changes_nothing(ordain, closed):
    def events():
        with sqlite3.connect(closed / "clinic.db") as db:
            return db.execute("SELECT count(*) FROM events").fetchone()[0]

    before = {f.name: f.read_bytes() for f in (closed / "2016-03").iterdir()}
    count = events()
    result = close(ordain, "2016-03", "2016-04-05", closed / "2016-03", closed / "clinic.db")
    assert result.returncode == 0 and "closed already" in result.stdout
    assert events() == count
    assert {f.name: f.read_bytes() for f in (closed / "2016-03").iterdir()} == before


def test_refused_events_say_code_and_place(closed):
    refused = [json.loads(line) for line in (closed / "2016-03" / "rejected.jsonl").read_text(encoding="utf-8").splitlines()]
    codes = {r["code"] for r in refused}
    assert {"out_of_range", "missing_fact", "wrong_type", "bad_json", "unknown_policy", "ledger_conflict", "unknown_event"} <= codes
    lines = (DEMO / "events.jsonl").read_text(encoding="utf-8").splitlines()
    for r in refused:
        assert lines[r["line"] - 1] == r["event"] and r["message"]


def test_an_earlier_month_cannot_be_closed_after_a_later_one(ordain, closed):
    result = close(ordain, "2015-12", "2016-01-05", closed / "2015-12", closed / "clinic.db")
    assert result.returncode == 1 and "period_closed" in result.stderr


def test_nothing_is_settled_when_somebody_cannot_be(ordain, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("person,gross_wage\nE001,5000.00\n", encoding="utf-8")
    events = tmp_path / "events.jsonl"
    events.write_text("", encoding="utf-8")
    ledger = tmp_path / "l.db"
    result = close(ordain, "2016-03", "2016-04-05", tmp_path / "out", ledger, events, roster)
    assert result.returncode == 1 and "missing_parameter" in result.stderr
    with sqlite3.connect(ledger) as db:
        assert db.execute("SELECT count(*) FROM events").fetchone()[0] == 0
    result = run(ordain, "close", "--month", "2016-03", "--roster", roster, "--events", events, "--ledger", ledger, "--out", tmp_path / "out", "--param", "minimum_wage=2000")
    assert result.returncode == 0 and rows(tmp_path / "out" / "payroll.csv")[0]["net"] == "5000.00"


@pytest.mark.parametrize("roster, message", [("name,gross_wage\nA,1\n", "column `person` is missing"), ("person,gross_wage\nA,x\n", "roster.csv:2: gross_wage is not an amount: x"),
                                             ("person,gross_wage\nA,1\nA,2\n", "roster.csv:3: person A comes twice"), ('person,gross_wage\n"A,1\n', "a quoted field is not closed")])
def test_a_bad_roster_is_refused(ordain, tmp_path, roster, message):
    (tmp_path / "roster.csv").write_text(roster, encoding="utf-8")
    (tmp_path / "events.jsonl").write_text("", encoding="utf-8")
    result = close(ordain, "2016-03", "2016-04-05", tmp_path / "out", tmp_path / "l.db", tmp_path / "events.jsonl", tmp_path / "roster.csv")
    assert result.returncode == 2 and message in result.stderr
    assert not (tmp_path / "l.db").exists() and not (tmp_path / "out").exists()


def test_the_report_is_one_page_in_two_languages(closed):
    html = (closed / "2016-03" / "report.html").read_text(encoding="utf-8")
    assert html.count('<section class=person') == 120
    for part in ["What needs a human", "需要人工处理", "amount_above_100000"]:
        assert part in html
    assert "http://" not in html and "https://" not in html and "<script" not in html
