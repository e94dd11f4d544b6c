"""ordain close on the demo's data, checked by the model in examples/clinic-2016-03/check.py, which shares no code with the engine."""
import csv
import json
import re
import sqlite3
import sys
from datetime import datetime

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


def test_the_page_names_the_columns(closed):
    page = (ROOT / "docs" / "close.md").read_text(encoding="utf-8")
    for file in ["payroll.csv", "effects.csv"]:
        row = next(line for line in page.splitlines() if line.startswith(f"| `{file}` |"))
        header = (closed / "2016-03" / file).read_text(encoding="utf-8").splitlines()[0].split(",")
        assert re.findall(r"`([a-z_]+)`", row) == header, file


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


BAD_EVENTS = {
    "[1]": ("wrong_json_type", ""), "{": ("bad_json", ""), '{"at": "2016-03-01T00:00:00Z"}': ("missing_key", ""), '{"id": 5}': ("wrong_json_type", "/id"),
    '{"id": "a", "id": "b"}': ("duplicate_key", "/id"), '{"id": "a", "at": "2016-03-01"}': ("bad_instant", "/at"),
    '{"id": "a", "at": "2016-03-01T00:00:00Z", "polcy": "x"}': ("unknown_key", "/polcy"), '{"id": "a", "at": "2016-03-01T00:00:00Z", "policy": "x.y", "facts": []}': ("wrong_json_type", "/facts"),
    '{"id": "a", "at": "2016-03-01T00:00:00Z", "policy": "x.y"}': ("missing_key", ""), '{"id": "a", "at": "2016-03-01T00:00:00Z", "policy": "x.y", "facts": {}}': ("unknown_policy", ""),
    '{"id": "a", "at": "2016-03-01T00:00:00Z", "reverses": 5}': ("wrong_json_type", "/reverses"), '{"id": "a", "at": "2016-03-01T00:00:00Z", "reverses": "b"}': ("unknown_event", ""),
}


def test_what_is_no_event_is_refused_by_itself(ordain, tmp_path):
    result = close(ordain, "2016-03", "2016-04-05", tmp_path / "out", tmp_path / "l.db", **small(tmp_path, "\n".join(BAD_EVENTS) + "\n" + COMPLAINT))
    assert result.returncode == 0 and f"1 recorded, 0 known already, {len(BAD_EVENTS)} refused" in result.stdout, result.stdout
    refused = [json.loads(line) for line in (tmp_path / "out" / "rejected.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(r["event"], (r["code"], r["path"])) for r in refused] == list(BAD_EVENTS.items())


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


BAD_ROSTERS = {
    "name,gross_wage\nA,1\n": ["roster.csv:1:1: error: key `person` is missing [missing_key]"],
    "person,gross_wage,minimum_wgae\nA,1,2\n": ["roster.csv:1:1: error: unknown key `minimum_wgae` [unknown_key]; did you mean `minimum_wage`?"],
    "person,gross_wage,gross_wage\nA,1,2\n": ["name `gross_wage` is defined twice"],
    "person,gross_wage\nA,x\n\nA,2\nB\nteam:T1,3\n": ["roster.csv:2:1: error: gross_wage is not an amount: x [bad_value]", "roster.csv:4:1: error: name `A` is defined twice [duplicate_name]; person A stands in line 2 already",
                                                      "roster.csv:5:1: error: 1 fields, the header has 2", "roster.csv:6:1: error: not the id of a person: team:T1"],
    'person,gross_wage\n"A,1\n': ["roster.csv:2:1: error: a quoted field is not closed"],
    "person,gross_wage\n": ["nobody is on the roster"],
    "": ["roster.csv: error: no header"],
}


@pytest.mark.parametrize("roster", BAD_ROSTERS)
def test_a_bad_roster_is_refused_with_all_its_mistakes(ordain, tmp_path, roster):
    (tmp_path / "roster.csv").write_text(roster, encoding="utf-8")
    (tmp_path / "events.jsonl").write_text("", encoding="utf-8")
    result = close(ordain, "2016-03", "2016-04-05", tmp_path / "out", tmp_path / "l.db", tmp_path / "events.jsonl", tmp_path / "roster.csv")
    assert result.returncode == 2
    for message in BAD_ROSTERS[roster]:
        assert message in result.stderr
    assert result.stderr.count("error:") == len(BAD_ROSTERS[roster])
    assert not (tmp_path / "l.db").exists() and not (tmp_path / "out").exists()


COMPLAINT = '{"id": "a", "policy": "lige.complaint_fines", "at": "2016-03-10T10:00:00+08:00", "facts": {"tier": "II", "responsible": ["E1"], "superiors": [], "leaders": []}}\n'


def small(tmp_path, events=COMPLAINT, mark="", end="\n"):
    (tmp_path / "roster.csv").write_bytes((mark + f"person,gross_wage,minimum_wage{end}E1,5000,2000{end}").encode())
    (tmp_path / "events.jsonl").write_bytes((mark + events.replace("\n", end)).encode())
    return {"roster": tmp_path / "roster.csv", "events": tmp_path / "events.jsonl"}


def test_missing_files_leave_nothing_behind(ordain, tmp_path):
    result = close(ordain, "2016-03", "2016-04-05", tmp_path / "out", tmp_path / "l.db", tmp_path / "none.jsonl", tmp_path / "none.csv")
    assert result.returncode == 2 and result.stderr.count("[cannot_read]; there is no such file") == 2
    assert list(tmp_path.iterdir()) == []


def test_files_of_spreadsheets_are_read(ordain, tmp_path):
    result = close(ordain, "2016-03", "2016-04-05", tmp_path / "out", tmp_path / "l.db", **small(tmp_path, mark="\ufeff", end="\r\n"))
    assert result.returncode == 0 and "1 recorded, 0 known already, 0 refused" in result.stdout, result.stdout + result.stderr
    assert rows(tmp_path / "out" / "payroll.csv")[0]["net"] == "4800.00"


def test_a_month_is_closed_with_its_files_or_not_at_all(ordain, tmp_path):
    (tmp_path / "out").write_text("a file in the way", encoding="utf-8")
    result = close(ordain, "2016-03", "2016-04-05", tmp_path / "out", tmp_path / "l.db", **small(tmp_path))
    assert result.returncode == 2 and "[cannot_write]" in result.stderr
    with sqlite3.connect(tmp_path / "l.db") as db:
        assert db.execute("SELECT count(*) FROM events").fetchone()[0] == 0


def test_late_corrections_settle_in_the_next_open_month(ordain, tmp_path):
    def run_close(month):
        result = close(ordain, month, "2016-09-01", tmp_path / "out", tmp_path / "l.db", tmp_path / "events.jsonl", tmp_path / "roster.csv")
        assert result.returncode == 0, result.stderr
        return rows(tmp_path / "out" / "payroll.csv")[0], [(e["event"], e["effect"], e["amount"], e["reverses"]) for e in rows(tmp_path / "out" / "effects.csv")]

    files = small(tmp_path)
    march = run_close("2016-03")
    assert march[0]["net"] == "4800.00" and march[1] == [("a", "fine", "200", ""), ("a", "sanction", "", "")]
    with open(files["events"], "a", encoding="utf-8") as f:
        f.write('{"id": "r", "reverses": "a", "at": "2016-03-31T10:00:00+08:00", "recorded_at": "2016-04-02T10:00:00+08:00", "reason": "x"}\n')
        f.write(COMPLAINT.replace('"a"', '"b"').replace('"II"', '"I"'))
    assert run_close("2016-03") == march
    for _ in range(2):
        april = run_close("2016-04")
        assert (april[0]["pay"], april[0]["deductions_wanted"], april[0]["net"]) == ("200.00", "50.00", "5150.00")
        assert april[1] == [("r", "fine", "-200", "a"), ("r", "sanction", "", "a"), ("b", "fine", "50", ""), ("b", "sanction", "", "")]
    assert run_close("2016-05")[0]["net"] == "5000.00"


PROCESS = '{{"id": "{}", "policy": "lige.complaint_process", "at": "{}+08:00", "facts": {{"complaint": "{}", "event": "{}", "location": "elsewhere"}}}}\n'


def due_rows(report):
    section = report.read_text(encoding="utf-8").split("<h2 id=due>")[1].split("<h2 ")[0]
    section = re.sub(r'<span class="zh".*?</span>', "", section)
    return [[re.sub("<[^>]*>", "", c).strip() for c in re.split("<td[^>]*>", row)[1:]] for row in section.split("<tr")[2:]]


def test_the_report_lists_what_is_open_at_the_end_of_the_month(ordain, tmp_path):
    files = small(tmp_path, COMPLAINT + PROCESS.format("p", "2016-03-30T20:00:00", "K1", "received") + PROCESS.format("q", "2016-03-31T20:00:00", "K2", "received"))

    def run_close(month):
        result = close(ordain, month, "2016-09-01", tmp_path / month, tmp_path / "l.db", **files)
        assert result.returncode == 0 and "0 refused" in result.stdout, result.stdout + result.stderr
        return tmp_path / month / "report.html"

    rows = [r[:5] for r in due_rows(run_close("2016-03"))]
    assert rows[0] == ["2016-03-31 08:00", "late late 15h 59min", "hand_over", "receiver", "K1"]
    assert rows[1] == ["2016-04-01 08:00", "open in 8h", "hand_over", "receiver", "K2"]
    march = (tmp_path / "2016-03" / "report.html").read_bytes()
    # What becomes known later belongs to the next month: the step, the reversal, the case of March that came late.
    with open(files["events"], "a", encoding="utf-8") as f:
        f.write(PROCESS.format("p2", "2016-04-01T09:00:00", "K1", "handed_over"))
        f.write('{"id": "r", "reverses": "q", "at": "2016-03-31T21:00:00+08:00", "reason": "x"}\n')
        f.write(PROCESS.format("s", "2016-03-29T20:00:00", "K3", "received"))
    april = [r[2:5] for r in due_rows(run_close("2016-04"))]
    assert ["fill_form", "service_supervisor", "K1"] in april and ["hand_over", "receiver", "K3"] in april and not any(r[2] == "K2" for r in april)
    assert run_close("2016-03").read_bytes() == march


def test_a_case_that_cannot_be_judged_is_told(ordain, tmp_path):
    files = small(tmp_path, PROCESS.format("p", "2016-03-10T10:00:00", "K1", "received") + PROCESS.format("q", "2016-03-10T11:00:00", "K1", "handed_over")
                  + '{"id": "r", "reverses": "p", "at": "2016-03-11T10:00:00+08:00", "reason": "x"}\n')
    assert close(ordain, "2016-03", "2016-09-01", tmp_path / "out", tmp_path / "l.db", **files).returncode == 0
    section = (tmp_path / "out" / "report.html").read_text(encoding="utf-8").split("<h2 id=due>")[1].split("<h2 ")[0]
    assert "Nothing is open" in section and "Cases that could not be judged" in section and "event_not_allowed" in section


@pytest.mark.parametrize("zone, end", [("Asia/Kolkata", "2016-03-31T23:59:59+05:30"), ("Pacific/Chatham", "2016-03-31T23:59:59+13:45"), ("America/St_Johns", "2016-03-31T23:59:59-02:30"), ("UTC", "2016-03-31T23:59:59Z")])
def test_a_month_ends_in_the_zone_of_the_payroll_rules(ordain, tmp_path, zone, end):
    rules = json.loads((ROOT / "rules" / "payroll.json").read_text(encoding="utf-8"))
    rules["zone"] = zone
    (tmp_path / "payroll.json").write_text(json.dumps(rules), encoding="utf-8")
    files = small(tmp_path, "")
    result = run(ordain, "close", "--rules", tmp_path / "payroll.json", "--month", "2016-03", "--ledger", tmp_path / "l.db", "--out", tmp_path / "out", *(x for k, v in files.items() for x in (f"--{k}", v)))
    assert result.returncode == 0, result.stderr
    with sqlite3.connect(tmp_path / "l.db") as db:
        told = db.execute("SELECT DISTINCT at_seconds, at_offset FROM events").fetchall()
    moment = datetime.fromisoformat(end.replace("Z", "+00:00"))
    assert told == [(moment.timestamp(), moment.utcoffset().total_seconds())]


def test_the_report_is_one_page_in_two_languages(closed):
    html = (closed / "2016-03" / "report.html").read_text(encoding="utf-8")
    assert html.count('<section class=person') == 120
    for part in ["What needs a human", "需要人工处理", "amount_above_100000", "金额超过100,000元", "removal from post", "Teams, departments, institutions", "the minimum wage must remain"]:
        assert part in html
    assert "http://" not in html and "https://" not in html and "<script" not in html
