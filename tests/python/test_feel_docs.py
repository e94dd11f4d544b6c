"""docs/feel.md is true: every example gives the result that stands beside it, digit by digit, through the command.

The table of builtins is compared with the engine's by tests/builtins_test.cc."""
import html
import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import ROOT, run

PAGE = (ROOT / "docs" / "feel.md").read_text(encoding="utf-8")
AT = "2016-03-05T10:00:00+08:00"


def sections(language):
    """(heading, [(expression, result)]) of every section with examples in this language."""
    found = []
    for part in re.split(r"^## ", PAGE, flags=re.M):
        lines = [line for block in re.findall(rf"^```{language}\n(.*?)^```$", part, re.M | re.S) for line in block.splitlines()]
        if lines:
            found.append((part.splitlines()[0], [tuple(line.rsplit(" => ", 1)) for line in lines]))
    return found


def exact(text):
    """JSON in which numbers are their digits, and so 1.0 is not 1, nor 1 the text "1"."""
    digits = lambda d: ("number", d)  # noqa: E731
    return json.loads(text, parse_int=digits, parse_float=digits)


def expected(result):
    """(value, code of the first warning or None)"""
    code = re.search(r", ([a-z_]+)$", result)
    return (exact(result[:code.start()]), code[1]) if code else (exact(result), None)


def answer(output):
    """The same from what the command printed."""
    decision = exact(output)
    assert "outcome" in decision, output
    (value,) = decision["outcome"].values()
    warnings = decision.get("warnings", [])
    return value, warnings[0]["code"] if warnings else None


def commands(lines):
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda line: run(*line), lines))


@pytest.mark.parametrize("heading, examples", sections("feel"), ids=[h for h, _ in sections("feel")])
def test_expressions(ordain, tmp_path, heading, examples):
    decisions = "".join(f'<decision id="d{i}" name="d{i}"><variable name="d{i}"/><literalExpression><text>{html.escape(e)}</text>'
                        f"</literalExpression></decision>" for i, (e, _) in enumerate(examples))
    (tmp_path / "page.dmn").write_text('<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" '
                                       f'namespace="urn:m">{decisions}</definitions>', encoding="utf-8")
    (tmp_path / "facts.json").write_text("{}")
    outputs = commands([ordain, "decide", "--dmn", tmp_path / "page.dmn", "--decision", f"d{i}", "--facts", tmp_path / "facts.json",
                        "--at", AT] for i in range(len(examples)))
    for (expression, result), output in zip(examples, outputs):
        assert output.returncode == 0, (expression, output.stdout, output.stderr)
        assert answer(output.stdout) == expected(result), (expression, output.stdout)


def type_of(result):
    if re.match(r"\w+ error|error", result):
        return "number"
    value = json.loads(result.rsplit(", ", 1)[0] if re.search(r", [a-z_]+$", result) else result)
    if isinstance(value, list):
        return {"list_of": "number"}
    return {bool: "boolean", str: "text"}.get(type(value), {"type": "number", "nullable": True})


@pytest.mark.parametrize("language, nulls", [("rules", "strict"), ("rules-feel", "feel")])
def test_typed_expressions(ordain, tmp_path, language, nulls):
    blocks = [json.loads(b) for b in re.findall(r"^```json\n(.*?)^```$", PAGE, re.M | re.S)]
    rules, facts = [b for b in blocks if "policies" in b], [b for b in blocks if "policies" not in b]
    assert len(rules) == len(facts) == 1
    (tmp_path / "facts.json").write_text(json.dumps(facts[0]), encoding="utf-8")
    examples = [e for _, section in sections(language) for e in section]
    assert examples
    for i, (expression, result) in enumerate(examples):
        rules[0]["nulls"] = nulls
        rules[0]["policies"]["p"]["formula"]["x"] = expression
        rules[0]["policies"]["p"]["outcome"]["x"] = type_of(result)
        (tmp_path / f"{i}.json").write_text(json.dumps(rules[0]), encoding="utf-8")
    outputs = commands([ordain, "decide", "typed.p", "--rules", tmp_path / f"{i}.json", "--facts", tmp_path / "facts.json", "--at", AT]
                       for i in range(len(examples)))
    for (expression, result), output in zip(examples, outputs):
        if result.startswith("load error "):
            codes = re.findall(r" error: .* \[(\w+)\] at ", output.stderr)
            assert output.returncode == 1 and codes[:1] == [result.split()[2]], (expression, output)
        elif result.startswith("error "):
            assert output.returncode == 1 and json.loads(output.stdout)["error"]["code"] == result.split()[1], (expression, output)
        else:
            assert output.returncode == 0 and answer(output.stdout) == expected(result), (expression, output)


def test_every_builtin_is_in_the_table_once():
    rows = re.findall(r"^\| `([a-z ]+)` \| ", PAGE.split("\n## Builtins\n")[1].split("\n## ")[0], re.M)
    assert len(rows) > 86 and len(rows) == len(set(rows))


@pytest.mark.parametrize("page", ["docs/feel.md", "README.md"])
def test_the_model(ordain, page):
    """The command on the example model prints what stands below it."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.search(r"^build/ordain (decide --dmn .*)\n(?:.*\n)*?```\n\n```text\n(.*)\n```$", text, re.M)
    output = run(ordain, *found[1].split("#")[0].split())
    assert output.returncode == 0 and output.stdout.strip() == found[2], output


def ask(ordain, facts, decision="Settlement", *options):
    return subprocess.run([str(ordain), "decide", "--dmn", "examples/dmn/complaint.dmn", "--decision", decision, "--facts", "-", "--at", AT,
                           *options], input=json.dumps(facts), cwd=ROOT, capture_output=True, text=True)


def test_what_the_page_says_of_models(ordain):
    whole = {"kind": "quality", "loss": 25000, "days open": 8}
    value, warning = answer(ask(ordain, {"Complaint": whole}).stdout)
    assert (value["tier"], value["compensation"], value["urgent"], warning) == ("III", ("number", "10000"), True, None)
    # A decision given as a fact is not evaluated; null is the same as not given.
    assert answer(ask(ordain, {"Complaint": whole, "Tier": "I"}).stdout)[0]["tier"] == "I"
    assert answer(ask(ordain, {"Complaint": whole, "Tier": None}).stdout)[0]["tier"] == "III"
    # What is more does not matter, null is a value of a component, a component that is missing is none.
    assert answer(ask(ordain, {"Complaint": whole | {"more": 1}}, "Tier").stdout) == ("III", None)
    assert answer(ask(ordain, {"Complaint": {"kind": "delay", "loss": 1, "days open": None}}, "Tier").stdout) == ("I", None)
    for wrong in [{"kind": "delay"}, 5, whole | {"kind": "noise"}, whole | {"loss": -1}]:
        output = ask(ordain, {"Complaint": wrong}, "Tier")
        assert answer(output.stdout)[0] is None, (wrong, output)
        first = json.loads(output.stdout)["warnings"][0]
        assert first["code"] == "invalid_operation" and first["path"] == "/Complaint", output
        strict = ask(ordain, {"Complaint": wrong}, "Tier", "--nulls", "strict")
        assert strict.returncode == 1 and json.loads(strict.stdout)["error"]["code"] == "invalid_operation", strict
    assert json.loads(ask(ordain, {"Nothing": 1}).stdout)["error"]["code"] == "unknown_fact"
    # Nothing given: nothing follows.
    assert answer(ask(ordain, {}, "Tier").stdout)[0] is None
