"""The command on real input: worked cases, the shipped rule sets, a file of mistakes."""
import json
import re

import pytest

from conftest import ROOT, SHARED, run

GROUPS = [f"{n:02}" for n in range(1, 46)]  # all


def counts(result):
    last = result.stdout.rstrip().splitlines()[-1]
    match = re.fullmatch(r"(\d+) passed, (\d+) failed", last)
    assert match, result.stdout[-2000:] + result.stderr
    return int(match[1]), int(match[2])


@pytest.mark.skipif(not (SHARED / "cases").is_dir(), reason="the worked cases of the handbooks are not there (ORDAIN_SHARED)")
@pytest.mark.parametrize("group", GROUPS)
def test_shared_cases(ordain, group):
    files = sorted((SHARED / "cases").glob(f"{group}*.json"))
    assert files
    result = run(ordain, "test", *files)
    passed, failed = counts(result)
    assert failed == 0 and passed > 0 and result.returncode == 0, result.stdout[-4000:]


def test_own_cases(ordain):
    result = run(ordain, "test", "rules/cases")
    passed, failed = counts(result)
    assert failed == 0 and passed > 50 and result.returncode == 0, result.stdout[-4000:]


def test_failing_case_says_what(ordain, tmp_path):
    case = {"policy": "lige.complaint_tier", "cases": [{"name": "wrong on purpose", "steps": [
        {"at": "2016-01-15T10:00:00+08:00", "facts": {"amount": 20000, "direct_loss": True, "refund": True, "grave_accident": False, "death": False},
         "outcome": {"tier": "III"}}]}]}
    file = tmp_path / "case.json"
    file.write_text(json.dumps(case))
    result = run(ordain, "test", file)
    assert result.returncode == 1 and counts(result) == (0, 1)
    for part in [str(file), "wrong on purpose", 'outcome tier = "III"', 'tier = "II"']:
        assert part in result.stdout


def test_shipped_rules_are_clean(ordain):
    result = run(ordain, "check", "rules")
    assert result.returncode == 0, result.stdout
    assert result.stdout.rstrip().endswith("0 findings")


def test_ten_mistakes_are_all_reported(ordain):
    result = run(ordain, "check", "tests/data/ten_mistakes.json", "--format", "json")
    assert result.returncode == 1
    found = json.loads(result.stdout)
    expected = {
        ("bad_value", "/parameters/fine/values/0/from"), ("unknown_type", "/policies/lapse/facts/employee"), ("unknown_key", "/policies/lapse/conuts"),
        ("unknown_name", "/policies/lapse/formula/doubled"), ("unit_mismatch", "/policies/lapse/formula/squared"), ("not_listed", "/policies/lapse/formula/is_mild"),
        ("ignored_null", "/policies/lapse/formula/not_late"), ("syntax", "/policies/lapse/formula/broken"), ("bad_value", "/policies/lapse/table/hit"),
        ("wrong_json_type", "/policies/lapse/table/rows/1/when"), ("unknown_effect", "/policies/lapse/effects/0/effect"), ("undefined_outcome", "/policies/lapse/outcome/missing"),
    }
    assert {(d["code"], d["path"]) for d in found} == expected
    for d in found:
        assert d["line"] > 0 and d["message"]["en"] and d["message"]["zh"] and d["hint"], d
    hints = {d["path"]: d["hint"] for d in found}
    assert hints["/policies/lapse/conuts"] == "did you mean `counts`?"
    assert hints["/policies/lapse/formula/doubled"] == "did you mean `amount`?"


def test_a_condition_on_a_list_can_be_checked(ordain, tmp_path):
    """A boolean call as the input of a column: its arguments are computed with, and the check ends."""
    rules = {"ordain": 1, "rule_set": "lists", "policies": {"p": {
        "facts": {"roles": {"list_of": "text"}},
        "table": {"hit": "first", "columns": ["list contains(roles, \"a\")"], "outputs": {"x": "text"}, "rows": [{"when": ["true"], "then": {"x": "yes"}}], "otherwise": {"x": "no"}},
        "outcome": {"x": "text"}}}}
    file = tmp_path / "lists.json"
    file.write_text(json.dumps(rules))
    result = run(ordain, "check", file)
    assert result.returncode in (0, 1) and "1 rule sets, 1 policies" in result.stdout, (result.returncode, result.stderr)


HANDBOOKS = {"lige": "000", "hospital": "001", "kangmei": "002", "baidecheng": "002", "performance": "002", "anniversary": "002", "satisfaction": "003", "care": "004"}


def test_quotes_stand_in_the_handbooks():
    """Each quote of a rule set is found in its handbook, white space aside; that of a policy of another rule set in that one's."""
    if not (SHARED / "handbooks").is_dir():
        pytest.skip("the handbooks are not there (ORDAIN_SHARED)")
    squeeze = lambda s: re.sub(r"\s+", "", s)
    texts = {name: squeeze(next((SHARED / "handbooks").glob(f"{number}_*.txt")).read_text(encoding="utf-8")) for name, number in HANDBOOKS.items()}
    missing = []

    def walk(node, text, path):
        if isinstance(node, dict):
            if "quote" in node and "." in str(node.get("policy", "")):
                text = texts[node["policy"].split(".")[0]]
            for key, value in node.items():
                if key == "quote" and squeeze(value) not in text:
                    missing.append(f"{path}: {value}")
                walk(value, text, f"{path}/{key}")
        elif isinstance(node, list):
            for i, value in enumerate(node):
                walk(value, text, f"{path}/{i}")

    for name, text in texts.items():
        walk(json.loads((ROOT / "rules" / f"{name}.json").read_text(encoding="utf-8")), text, name)
    assert not missing, "\n".join(missing)


def members(node, key):
    """Every value of the key, anywhere in the document."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == key:
                yield value
            yield from members(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from members(value, key)


@pytest.mark.parametrize("name", [*HANDBOOKS, "payroll"])
def test_facts_and_outcomes_are_said_in_both_languages(name):
    """Each has a sentence; the Chinese ones have no identifiers in them, nowhere in the document."""
    rules = json.loads((ROOT / "rules" / f"{name}.json").read_text(encoding="utf-8"))
    silent = [f"{policy}.{field}" for policy, body in rules["policies"].items() for part in ("facts", "outcome") for field, how in body.get(part, {}).items()
              if not (isinstance(how, dict) and how.get("says", {}).keys() >= {"en", "zh"})]
    assert silent == []
    chinese = [zh for zh in members(rules, "zh")]
    assert len(chinese) > 20 and [zh for zh in chinese if re.search("[a-z]{2}|_", zh)] == []


def test_cites_and_coverage_name_entries_of_the_catalogue():
    """What a rule set cites is an entry of the catalogue; what rules/coverage.json sets aside is one too, and nothing cites it."""
    if not (SHARED / "catalog").is_dir():
        pytest.skip("the catalogue is not there (ORDAIN_SHARED)")
    known = {e["id"] for e in json.loads((SHARED / "catalog" / "catalog.json").read_text(encoding="utf-8"))}
    cited = {}
    for file in sorted((ROOT / "rules").glob("*.json")):
        if file.name not in ("catalogue.json", "coverage.json"):
            cited[file.stem] = {i for cites in members(json.loads(file.read_text(encoding="utf-8"))["policies"], "cites") for i in cites}
    everything = set().union(*cited.values())
    assert len(everything) > 150 and not everything - known
    for name, entries in json.loads((ROOT / "rules" / "coverage.json").read_text(encoding="utf-8")).items():
        if name == "contradictions":
            continue
        assert name in cited
        for entry, why in entries.items():
            assert entry in known and entry not in everything, entry
            assert why.keys() == {"declared"} and why["declared"] or why.keys() == {"folded_into"} and why["folded_into"] in everything, entry


def test_every_policy_has_cases():
    files = list((ROOT / "rules" / "cases").glob("**/*.json")) + list((SHARED / "cases").glob("*.json"))
    tested = {json.loads(f.read_text(encoding="utf-8")).get("policy") for f in files}
    policies = set()
    for file in (ROOT / "rules").glob("**/*.json"):
        if file.name not in ("catalogue.json", "coverage.json") and not {"cases", "calendars"} & set(file.relative_to(ROOT).parts):
            rules = json.loads(file.read_text(encoding="utf-8"))
            policies |= {f"{rules['rule_set']}.{name}" for name in rules.get("policies", {})}
    assert len(policies) > 100
    assert policies - tested <= {"lige.tier_fine"}  # asked by other policies alone


@pytest.mark.parametrize("arguments, code", [
    (["decide", "lige.complaint_tier", "--facts", "examples/clinic-2016-03/complaint.json", "--at", "2016-03-05T10:00:00+08:00"], 0),
    (["decide", "lige.complaint_teir", "--facts", "examples/clinic-2016-03/complaint.json", "--at", "2016-03-05T10:00:00+08:00"], 2),
    (["decide", "lige.complaint_tier", "--facts", "nothing.json", "--at", "2016-03-05T10:00:00+08:00"], 2),
    (["decide", "lige.complaint_tier", "--facts", "examples/clinic-2016-03/complaint.json", "--at", "2016-03-05"], 2),
    (["decide", "lige.tier_fine", "--facts", "examples/clinic-2016-03/complaint.json", "--at", "2016-03-05T10:00:00+08:00"], 1),
    (["check", "nothing"], 1), (["test", "rules/lige.json"], 1), (["no-such-command"], 2), ([], 2)])
def test_exit_codes(ordain, arguments, code):
    assert run(ordain, *arguments).returncode == code


def test_explain_in_both_languages(ordain):
    arguments = ["explain", "lige.complaint_tier", "--facts", "examples/clinic-2016-03/complaint.json", "--at", "2016-03-05T10:00:00+08:00"]
    english = run(ordain, *arguments).stdout
    for part in ["row 3 does not apply: `amount` is not <= 20000, it is 50000", "row 4 applies", "20,000-50,000元之间", 'tier = "III"', "reputation_loss_not_met"]:
        assert part in english
    assert "第 4 行适用" in run(ordain, *arguments, "--lang", "zh").stdout


@pytest.mark.parametrize("currency, guard, parameter, capped", [
    ("JPY", "japan_half_a_day", {"daily_wages": [{"person": "E1", "average": 12001}]}, 6000),
    ("INR", "india_share_of_wage", {"period_wages": [{"person": "E1", "wage": 200000.5}]}, 6000.01),
])
def test_shipped_guards_of_other_currencies(ordain, tmp_path, currency, guard, parameter, capped):
    """A pack is laid upon rule sets of its currency: none of the shipped ones is in these."""
    rules = tmp_path / "rules"
    (rules / "guards").mkdir(parents=True)
    for pack in (ROOT / "rules" / "guards").glob("*_wages.json"):
        (rules / "guards" / pack.name).write_text(pack.read_text())
    (rules / "shop.json").write_text(json.dumps({
        "ordain": 1, "rule_set": "shop", "edition": "1", "title": {"en": "A shop", "zh": "商店"}, "source": "test", "currency": currency, "zone": "UTC",
        "policies": {"lapse": {"facts": {"who": "person", "amount": "money"}, "formula": {"fine": "amount"},
                               "effects": [{"effect": "fine", "to": "who", "amount": "fine"}], "outcome": {"fine": "money"}}}}))
    step = {"at": "2026-03-31T10:00:00Z", "facts": {"who": "E1", "amount": 9000}}
    review = {"effect": "review", "reason": f"guard:{guard}"}
    case = tmp_path / "case.json"
    case.write_text(json.dumps({"policy": "shop.lapse", "cases": [
        {"name": "on", "guards": [guard], "parameters": parameter, "steps": [
            {**step, "effects": [{"effect": "fine", "to": "E1", "amount": capped}, review]},
            {**step, "facts": {"who": "E2", "amount": 1}, "effects": [review]}]},
        {"name": "off", "steps": [{**step, "effects": [{"effect": "fine", "to": "E1", "amount": 9000}]}]}]}))
    result = run(ordain, "test", "--rules", rules, case)
    assert counts(result) == (2, 0), result.stdout
