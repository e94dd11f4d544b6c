"""The command `ordain due` on a ledger that the Python module wrote. Needs build/python (ORDAIN_BUILD_PYTHON)."""
import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone

import pytest

from conftest import BUILD

if not (BUILD / "python" / "ordain").is_dir():
    pytest.skip("the Python module was not built (ORDAIN_BUILD_PYTHON)", allow_module_level=True)
sys.path.insert(0, str(BUILD / "python"))
import ordain  # noqa: E402

CHINA = timezone(timedelta(hours=8))
RULES = {
    "ordain": 1, "rule_set": "desk", "calendar": "cn", "zone": "Asia/Shanghai",
    "policies": {"case": {
        "facts": {"case": "text", "event": "text"},
        "histories": {"log": {"per": ["case"], "keep": ["event"]}},
        "process": {"as": "flow", "events": "log", "start": {"in": "plan"}, "steps": {
            "plan": {"owner": "service", "allowed": {"amount": 24, "unit": "h"}, "on": {"planned": "sign"}},
            "sign": {"owner": "director", "on": {"signed": "closed"}},
            "closed": {"end": "case"}}},
        "outcome": {"steps": {"list_of": "text", "value": "flow.steps"}}}}}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("due")
    (folder / "desk.json").write_text(json.dumps(RULES), encoding="utf-8")
    rules = ordain.load(folder / "desk.json")
    with ordain.Ledger(folder / "desk.db") as ledger:
        for number, (case, event, day, hour) in enumerate([("C1", "in", 4, 10), ("C2", "in", 5, 9), ("C1", "planned", 5, 11), ("C3", "in", 5, 12)]):
            rules["desk.case"].record({"case": case, "event": event}, at=datetime(2024, 3, day, hour, tzinfo=CHINA), ledger=ledger, id=f"e{number}",
                                      recorded_at=datetime(2024, 3, day, hour, tzinfo=CHINA))
    return folder


def due(desk, *more, at="2024-03-06T10:00:00+08:00"):
    return subprocess.run([BUILD / "ordain", "due", "--rules", desk / "desk.json", "--ledger", desk / "desk.db", "--at", at, *more],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", timeout=60)


def rows(desk, *more, **options):
    done = due(desk, "--format", "json", *more, **options)
    assert done.returncode == 0, done.stderr
    return [(r["case"], r["name"], r["owner"], r["status"], r["due"], r["overdue"]) for r in json.loads(done.stdout)["due"]]


def test_soonest_first_with_owners(desk):
    c2 = ("C2", "plan", "service", "late", "2024-03-06T09:00:00+08:00", True)
    c3 = ("C3", "plan", "service", "open", "2024-03-06T12:00:00+08:00", False)
    c1 = ("C1", "sign", "director", "no_limit", None, False)
    assert rows(desk) == [c2, c3, c1]
    assert rows(desk, "--owner", "service") == [c2, c3]
    assert rows(desk, "--until", "2024-03-06T09:00:00+08:00") == [c2]
    assert rows(desk, at="2024-03-04T12:00:00+08:00") == [("C1", "plan", "service", "open", "2024-03-05T10:00:00+08:00", False)]
    assert rows(desk, "--known-at", "2024-03-05T10:00:00+08:00") == [("C1", "plan", "service", "late", "2024-03-05T10:00:00+08:00", True), c2]


def test_a_table_in_two_languages(desk):
    lines = due(desk).stdout.splitlines()
    assert lines[0].split() == ["due", "status", "what", "owner", "case", "policy"]
    assert lines[1].startswith("2024-03-06T09:00:00+08:00  late 1h") and lines[1].endswith("C2    desk.case")
    assert "in 2h" in lines[2]
    assert "逾期 1h" in due(desk, "--lang", "zh").stdout
    assert due(desk, at="2024-03-01T00:00:00+08:00").stdout == "nothing is open\n"


def test_wrong_use_is_said(desk):
    for more, word in [(("--policy", "desk.cse"), "did you mean `desk.case`?"), (("--until", "tomorrow"), "tomorrow")]:
        done = due(desk, *more)
        assert done.returncode == 2 and word in done.stderr
    assert due(desk, at="2024-03-06").returncode == 2
