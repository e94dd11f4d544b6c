"""The command `ordain calendar`."""
import json

from conftest import run


def say(ordain, *words):
    result = run(ordain, "calendar", *words)
    return result.returncode, result.stdout, result.stderr


def test_is(ordain):
    code, out, _ = say(ordain, "is", "2024-02-04", "2024-02-12", "2024-03-16", "2026-12-01")
    assert code == 0
    assert [line.split("  ")[1].split(":")[0] for line in out.splitlines()] == [
        "worked, make_up_day", "rest, holiday", "rest, weekend", "worked, weekday (provisional"]
    code, out, _ = say(ordain, "is", "2024-02-04", "--format", "json")
    answer = json.loads(out)
    assert answer["days"] == [{"date": "2024-02-04", "working_day": True, "kind": "make_up_day", "name": "春节", "source": "cn", "flags": []}]
    assert answer["calendar"]["id"] == "cn" and len(answer["calendar"]["hash"]) == 64


def test_unknown_days_are_an_error_or_flagged(ordain):
    code, out, err = say(ordain, "is", "2027-02-08")
    assert code == 1 and out == "" and "[unknown_days]" in err
    assert say(ordain, "is", "2027-02-08", "--unknown", "weekday")[1].startswith("2027-02-08 Mon  worked, weekday (rests on days that no notice covers)")
    assert "rest, holiday: 春节 (rests on days" in say(ordain, "is", "2027-02-08", "--unknown", "statutory")[1]


def test_add(ordain):
    assert say(ordain, "add", "2024-02-08", "3", "wd")[:2] == (0, "2024-02-19 Mon\n")
    assert say(ordain, "add", "2024-02-08", "-3", "wd")[:2] == (0, "2024-02-05 Mon\n")
    assert say(ordain, "add", "2024-01-31", "1", "month")[:2] == (0, "2024-02-29 Thu\n")
    assert say(ordain, "add", "2024-05-31", "--rule", "dom:10;months:1;roll:following")[:2] == (0, "2024-06-11 Tue\n")
    for words in [["2024-02-08", "3", "d"], ["2024-02-08", "x", "wd"], ["2024-02-30", "3", "wd"], ["2024-02-08", "3"], ["2024-02-08", "3", "bh"],
                  ["2024-02-08", "--rule", "first monday"]]:
        assert say(ordain, "add", *words)[0] == 2, words


def test_add_on_a_schedule_explains_itself(ordain, tmp_path):
    schedule = tmp_path / "service.json"
    schedule.write_text(json.dumps({"schedule": "service", "zone": "Asia/Shanghai", "calendar": "cn", "hours": {"mon-fri": "09:00-12:00 13:30-18:00"}}))
    code, out, _ = say(ordain, "add", "2024-02-08T12:00:00+08:00", "3", "wd", "--schedule", schedule)
    lines = out.splitlines()
    assert code == 0 and lines[0] == "2024-02-19T18:00:00+08:00"
    assert sum(line.startswith("  skipped ") for line in lines) == 8 and sum("春节" in line for line in lines) == 9
    assert any(line.startswith("  make-up  2024-02-18 Sun") for line in lines)
    assert say(ordain, "add", "2024-02-08T17:00:00+08:00", "2", "bh", "--schedule", schedule)[1].startswith("2024-02-09T10:00:00+08:00")
    assert say(ordain, "between", "2024-02-08T17:00:00+08:00", "2024-02-09T10:00:00+08:00", "--unit", "bh", "--schedule", schedule)[1] == "2:00:00 opening hours\n"
    overlay = tmp_path / "company.json"
    overlay.write_text(json.dumps({"overlay": "company", "off": ["2024-02-09"]}))
    answer = json.loads(say(ordain, "add", "2024-02-08T17:00:00+08:00", "2", "bh", "--schedule", schedule, "--overlay", overlay, "--format", "json")[1])
    assert answer["due"] == "2024-02-18T10:00:00+08:00"
    assert answer["trace"]["skipped"][0] == {"date": "2024-02-09", "name": "", "source": "company"}
    schedule.write_text('{"schedule": "service"}')
    code, _, err = say(ordain, "add", "2024-02-08T12:00:00+08:00", "3", "wd", "--schedule", schedule)
    assert code == 2 and err.count("[missing_key]") == 3


def test_between_and_list(ordain):
    assert say(ordain, "between", "2024-02-08", "2024-02-19")[1] == "3 working days\n"
    assert say(ordain, "between", "2024-02-19", "2024-02-08")[1] == "-3 working days\n"
    assert say(ordain, "between", "2024-02-08", "2024-02-19", "--unit", "day")[1] == "11 days\n"
    listed = json.loads(say(ordain, "list", "2024", "--format", "json")[1])
    assert len(listed["days"]) == 36 and listed["calendar"]["known_to"] == "2026-12-31"


def test_a_year_as_a_picture(ordain):
    code, out, _ = say(ordain, "print", "2024")
    lines = out.splitlines()
    assert code == 0 and lines[0] == "cn 2024: 251 working days"
    assert " February, 18 working days" in lines[2] and lines[2].startswith(" January, 22 working days")
    assert " 10* 11*" in out and " 18+" in out and "* 2024-02-10 .. 2024-02-17  春节" in lines
    assert all(len(line.encode()) < 120 for line in lines)
    assert say(ordain, "print", "2030")[0] == 1


def test_decisions_with_another_calendar(ordain, tmp_path):
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"received": "2026-12-30T10:00:00+08:00"}))

    def decide(*options):
        result = run(ordain, "decide", "lige.first_contact_deadline", "--facts", facts, "--at", "2026-12-30T10:00:00+08:00", *options)
        return json.loads(result.stdout)
    assert decide()["error"]["code"] == "unknown_days"
    assert decide("--unknown-days", "weekday")["outcome"]["due"] == "2027-01-04"     # Thursday, Friday 1 January, Monday
    assert decide("--unknown-days", "statutory")["outcome"]["due"] == "2027-01-05"   # New Year's Day
    overlay = tmp_path / "company.json"
    overlay.write_text(json.dumps({"overlay": "company", "off": ["2026-12-31"]}))
    assert decide("--calendar", overlay, "--unknown-days", "statutory")["outcome"]["due"] == "2027-01-06"
    assert decide("--calendar", "rules/calendars/cn", "--unknown-days", "weekday")["outcome"]["due"] == "2027-01-04"
