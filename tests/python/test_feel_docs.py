"""docs/feel.md is true: every example gives the result that stands beside it, digit by digit, through the command.

The table of builtins is compared with the engine's by tests/builtins_test.cc."""
import html
import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import BUILD, ROOT, run

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


IMPORT = PAGE.split("## From a model to a rule set")[1].split("\n## ")[0]


def test_the_import(ordain, tmp_path):
    """The commands of the section, run as they stand, print what stands below them."""
    facts = re.search(r"With `(\{.*?\})` in `facts.json`", IMPORT)[1]
    (tmp_path / "facts.json").write_text(facts, encoding="utf-8")
    imports, decides = (line.split()[1:] for line in re.search(r"```sh\n(.*?)```", IMPORT, re.S)[1].splitlines())
    beside = lambda words: [tmp_path / w if w in ("complaint.json", "facts.json") else w for w in words]  # noqa: E731
    made = run(ordain, *beside(imports))
    assert made.returncode == 0 and made.stderr.splitlines()[-1] == "2 imported, 0 not" and "not imported" not in made.stderr, made
    output = run(ordain, *beside(decides))
    assert output.returncode == 0 and output.stdout.strip() == re.search(r"```text\n(\{.*\})\n```", IMPORT)[1], output


def test_what_the_import_lists(ordain, tmp_path):
    needs = lambda kind, of: f'<informationRequirement><required{kind} href="#{of}"/></informationRequirement>'  # noqa: E731
    decision = lambda name, text, need: (f'<decision id="{name}" name="{name}"><variable name="{name}"/>{need}'  # noqa: E731
                                         f"<literalExpression><text>{text}</text></literalExpression></decision>")
    (tmp_path / "m.dmn").write_text('<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="urn:m">'
                                    '<inputData id="u" name="u"><variable name="u"/></inputData>' + decision("one", "1", "") +
                                    decision("twice", "u * 2", needs("Input", "u")) + decision("thrice", "twice * 1.5", needs("Decision", "twice")) +
                                    "</definitions>", encoding="utf-8")
    made = run(ordain, "import", tmp_path / "m.dmn", "--out", tmp_path / "m.json")
    assert made.returncode == 1 and made.stderr == re.search(r"```text\n(not imported: .*?)```", IMPORT, re.S)[1], made


def test_the_program(tmp_path):
    libraries = [BUILD / "src" / f"lib{name}.a" for name in ("ordain_dmn", "ordain_icu", "ordain")]
    if not all(library.exists() for library in libraries):
        pytest.skip("ordain::dmn and ordain::icu are not built here")
    (program,) = re.findall(r"^```cpp\n(.*?)^```\n\n```text\n(.*?)^```$", PAGE, re.M | re.S)
    (tmp_path / "main.cc").write_text(program[0], encoding="utf-8")
    result = run("g++", "-std=c++20", "-Wall", "-Wextra", "-Werror", "-Iinclude", tmp_path / "main.cc", *libraries, "-lpugixml", "-licui18n",
                 "-licuuc", "-o", tmp_path / "main")
    if "libclang_rt" in result.stderr or "asan" in result.stderr:
        pytest.skip("the libraries here are built with a sanitizer")
    assert result.returncode == 0, result.stderr
    output = run(tmp_path / "main")
    lines = output.stdout.splitlines()
    assert output.returncode == 0 and lines[0] == program[1].strip() and len(lines) == 2, output
    assert "null operand in `Complaint.days open > 7` [null_operand] at /Settlement" in lines[1], output


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


MODEL = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="urn:m">
<itemDefinition name="tGrade"><typeRef>string</typeRef><allowedValues><text>"a", "b"</text></allowedValues></itemDefinition>
<inputData id="n" name="n"><variable name="n" typeRef="number"/></inputData>
<inputData id="day" name="day"><variable name="day" typeRef="date"/></inputData>
<inputData id="untyped" name="untyped"><variable name="untyped"/></inputData>
<inputData id="g" name="g"><variable name="g" typeRef="tGrade"/></inputData>
<businessKnowledgeModel id="fac" name="fac"><variable name="fac"/><encapsulatedLogic><formalParameter name="k" typeRef="number"/>
  <literalExpression><text>if k = 0 then 1 else k * fac(k - 1)</text></literalExpression></encapsulatedLogic>
  <knowledgeRequirement><requiredKnowledge href="#fac"/></knowledgeRequirement></businessKnowledgeModel>
<businessKnowledgeModel id="there" name="there"><variable name="there"/><encapsulatedLogic>
  <literalExpression><text>back()</text></literalExpression></encapsulatedLogic>
  <knowledgeRequirement><requiredKnowledge href="#back"/></knowledgeRequirement></businessKnowledgeModel>
<businessKnowledgeModel id="back" name="back"><variable name="back"/><encapsulatedLogic>
  <literalExpression><text>there()</text></literalExpression></encapsulatedLogic>
  <knowledgeRequirement><requiredKnowledge href="#there"/></knowledgeRequirement></businessKnowledgeModel>
<businessKnowledgeModel id="pmml" name="pmml"><variable name="pmml"/><encapsulatedLogic kind="PMML"><formalParameter name="k"/>
  <literalExpression><text>x</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
<decision id="d0" name="given"><variable name="given"/>NEEDS<literalExpression><text>[n, day instance of date, untyped instance of string, g]</text></literalExpression></decision>
<decision id="d1" name="grade"><variable name="grade" typeRef="tGrade"/><literalExpression><text>"z"</text></literalExpression></decision>
<decision id="d2" name="kind"><variable name="kind" typeRef="number"/><literalExpression><text>"z"</text></literalExpression></decision>
<decision id="d3" name="factorial"><variable name="factorial"/>NEEDS<literalExpression><text>fac(n)</text></literalExpression></decision>
<decision id="d4" name="circle"><variable name="circle"/>NEEDS<literalExpression><text>there()</text></literalExpression></decision>
<decision id="d5" name="elsewhere"><variable name="elsewhere"/>NEEDS<literalExpression><text>pmml(1)</text></literalExpression></decision>
<decision id="d6" name="groovy"><variable name="groovy"/><literalExpression expressionLanguage="groovy"><text>1</text></literalExpression></decision>
<decision id="d7" name="imported"><variable name="imported"/><literalExpression><importedValues namespace="urn:x" locationURI="x" importType="y">
  <importedElement>z</importedElement></importedValues></literalExpression></decision>
<decision id="d8" name="broken"><variable name="broken"/><literalExpression><text>1 +</text></literalExpression></decision>
<decision id="d9" name="uses broken"><variable name="uses broken"/><informationRequirement><requiredDecision href="#d8"/></informationRequirement>
  <literalExpression><text>[broken, 2]</text></literalExpression></decision>
</definitions>""".replace("NEEDS", "".join(f'<informationRequirement><requiredInput href="#{i}"/></informationRequirement>' for i in ["n", "day", "untyped", "g"])
                          + "".join(f'<knowledgeRequirement><requiredKnowledge href="#{k}"/></knowledgeRequirement>' for k in ["fac", "there", "pmml"]))


@pytest.mark.parametrize("decision, facts, result", [
    ("given", '{"n": 1.50, "day": "2016-01-31", "untyped": "2016-01-31", "g": "a"}', '[1.5, true, true, "a"]'),
    ("given", '{"n": "1", "day": "2016-02-31", "g": "z"}', "[null, false, false, null], invalid_operation"),
    ("given", '{"n": 12345678901234567890123456789012345}', "error wrong_type"),
    ("grade", "{}", '"z"'),
    ("kind", "{}", "null, invalid_operation"),
    ("factorial", '{"n": 20}', "2432902008176640000"),
    ("factorial", '{"n": -1}', "error limit_exceeded"),
    ("circle", "{}", "null, unknown_function"),
    ("elsewhere", "{}", "null, unavailable"),
    ("groovy", "{}", "null, unavailable"),
    ("imported", "{}", "null, unavailable"),
    ("broken", "{}", "null, syntax"),
    ("uses broken", "{}", "[null, 2], syntax"),
    ("uses broken", '{"broken": 5}', "[5, 2]"),
])
def test_models(ordain, tmp_path, decision, facts, result):
    (tmp_path / "m.dmn").write_text(MODEL, encoding="utf-8")
    (tmp_path / "facts.json").write_text(facts, encoding="utf-8")
    output = run(ordain, "decide", "--dmn", tmp_path / "m.dmn", "--decision", decision, "--facts", tmp_path / "facts.json", "--at", AT)
    if result.startswith("error "):
        assert output.returncode == 1 and json.loads(output.stdout)["error"]["code"] == result.split()[1], output
    else:
        assert output.returncode == 0 and answer(output.stdout) == expected(result), output


def test_what_another_decision_lacks_is_told(ordain, tmp_path):
    (tmp_path / "m.dmn").write_text(MODEL, encoding="utf-8")
    (tmp_path / "facts.json").write_text("{}")
    output = run(ordain, "decide", "--dmn", tmp_path / "m.dmn", "--decision", "grade", "--facts", tmp_path / "facts.json", "--at", AT)
    assert output.returncode == 0 and answer(output.stdout) == ("z", None), output
    line = next(line for line in output.stderr.splitlines() if "[syntax]" in line)
    assert "m.dmn:" in line and " warning: " in line and "/broken" in line, output.stderr


# Columns with values, all kinds of cells, priorities; the service gives both tables.
TABLES = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="m" name="m" namespace="urn:m">
<inputData id="n" name="n"><variable name="n" typeRef="number"/></inputData>
<decision id="size" name="size"><variable name="size"/><informationRequirement><requiredInput href="#n"/></informationRequirement>
  <decisionTable hitPolicy="FIRST"><input><inputExpression><text>n</text></inputExpression><inputValues><text>[0..100]</text></inputValues></input>
  <output><outputValues><text>"small", "large"</text></outputValues></output>
  <rule><inputEntry><text>1, 2, (3..5)</text></inputEntry><outputEntry><text>"small"</text></outputEntry></rule>
  <rule><inputEntry><text>not(&lt; 50)</text></inputEntry><outputEntry><text>"large"</text></outputEntry></rule>
  <rule><inputEntry><text>? * ? = 100</text></inputEntry><outputEntry><text>"ten"</text></outputEntry></rule>
  <rule><inputEntry><text>null</text></inputEntry><outputEntry><text>"none"</text></outputEntry></rule></decisionTable></decision>
<decision id="best" name="best"><variable name="best"/><informationRequirement><requiredInput href="#n"/></informationRequirement>
  <decisionTable hitPolicy="PRIORITY"><input><inputExpression><text>n</text></inputExpression></input>
  <output><outputValues><text>"c", "b", "a"</text></outputValues></output>
  <rule><inputEntry><text>-</text></inputEntry><outputEntry><text>"a"</text></outputEntry></rule>
  <rule><inputEntry><text>&gt; 1</text></inputEntry><outputEntry><text>"b"</text></outputEntry></rule>
  <rule><inputEntry><text>&gt; 2</text></inputEntry><outputEntry><text>"c"</text></outputEntry></rule></decisionTable></decision>
<decisionService id="both" name="both"><outputDecision href="#size"/><outputDecision href="#best"/><inputData href="#n"/></decisionService>
</definitions>"""


@pytest.mark.parametrize("facts, outcome, warning", [
    ('{"n": 2}', {"size": "small", "best": "b"}, None),
    ('{"n": 4.5}', {"size": "small", "best": "c"}, None),
    ('{"n": 60}', {"size": "large", "best": "c"}, None),
    ('{"n": 10}', {"size": "ten", "best": "c"}, None),          # an output that is not among the values of its column
    ('{"n": 3}', {"size": None, "best": "c"}, "uncovered"),
    ('{"n": 101}', {"size": "none", "best": "c"}, "invalid_operation"),  # an input that is not
])
def test_tables_and_services(ordain, tmp_path, facts, outcome, warning):
    (tmp_path / "m.dmn").write_text(TABLES, encoding="utf-8")
    (tmp_path / "facts.json").write_text(facts, encoding="utf-8")
    output = run(ordain, "decide", "--dmn", tmp_path / "m.dmn", "--decision", "both", "--facts", tmp_path / "facts.json", "--at", AT)
    decision = json.loads(output.stdout)
    assert decision["outcome"] == outcome, output
    assert [w["code"] for w in decision.get("warnings", [])][:1] == ([warning] if warning else []), output


@pytest.mark.parametrize("damage", [lambda text: b"<!DOCTYPE x>" + text.encode(), lambda text: text.encode("utf-16")])
def test_files_that_are_refused(ordain, tmp_path, damage):
    (tmp_path / "m.dmn").write_bytes(damage(MODEL))
    (tmp_path / "facts.json").write_text("{}")
    output = run(ordain, "decide", "--dmn", tmp_path / "m.dmn", "--decision", "grade", "--facts", tmp_path / "facts.json", "--at", AT)
    assert output.returncode == 1 and "[bad_xml]" in output.stderr, output


def test_imports_are_found_beside_the_model(ordain, tmp_path):
    head = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" xmlns:b="urn:below" id="m" name="m" namespace='
    (tmp_path / "below.dmn").write_text(head + '"urn:below"><inputData id="i" name="age"><variable name="age" typeRef="number"/></inputData>'
                                        '<decision id="d" name="adult"><variable name="adult"/><informationRequirement><requiredInput href="#i"/></informationRequirement>'
                                        "<literalExpression><text>age >= 18</text></literalExpression></decision></definitions>", encoding="utf-8")
    (tmp_path / "m.dmn").write_text(head + '"urn:above"><import name="below" namespace="urn:below" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
                                    '<decision id="e" name="minor"><variable name="minor"/><informationRequirement><requiredDecision href="urn:below#d"/></informationRequirement>'
                                    "<literalExpression><text>not(below.adult)</text></literalExpression></decision></definitions>", encoding="utf-8")
    (tmp_path / "facts.json").write_text('{"below.age": 17}')
    output = run(ordain, "decide", "--dmn", tmp_path / "m.dmn", "--decision", "minor", "--facts", tmp_path / "facts.json", "--at", AT)
    assert answer(output.stdout) == (True, None), output
