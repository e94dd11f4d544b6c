#!/usr/bin/env python3
"""Writes the conformance cases of our own: folders of the kit's layout (model .dmn, ...-test-01.xml) for what the DMN kit
tests and the part of it beside the project does not hold.

    python3 tests/data/tck/make.py            # rewrites compliance-level-*/ beside itself
    build/tests/tck_test tests/data/tck

The cases are the tables in tables/*.txt. A line is a decision:

    expression => value

A value is `error` (null, and the decision says why), `null`, true, false, a number, "text", a list, {"key": value}, or
date("..."), time("..."), dt("..."), dur("..."). `\\` at the end of a line continues it. Lines that begin with:

    # remark
    @folder LEVEL NAME        what follows goes there
    @xml ... @end             elements of the model, as they are (between two lines)
    @type NAME                the type of the variables of the decisions that follow (none: @type -)
    @needs NAME ...           what they require: ids of elements in @xml, `id` input data or a decision, `(id)` knowledge
    @given NAME = value       an input of the cases that follow; several lines are several inputs (none: @given -)
    @of TYPE | TYPE ...       for the lines `EXPRESSION is TYPE | TYPE`: of each of the types of @of, whether the expression is an
                              instance of it
    @result NAME => value     a case that asks a decision of @xml
    @service NAME OUTPUT => value   a case that asks a decision service of @xml

Expected values follow the text of the specification; none was taken from what an engine answered.
"""
import decimal
import pathlib
import re
import shutil
from xml.sax.saxutils import escape, quoteattr

HERE = pathlib.Path(__file__).parent
MODEL = "https://www.omg.org/spec/DMN/20230324/MODEL/"
CASES = "http://www.omg.org/spec/DMN/20160719/testcase"


class Typed:
    def __init__(self, kind, text):
        self.kind, self.text = kind, text


ERROR = object()
NAMES = {"error": ERROR, "null": None, "true": True, "false": False, "D": decimal.Decimal, "__builtins__": {}}
for name, kind in (("date", "date"), ("time", "time"), ("dt", "dateTime"), ("dur", "duration")):
    NAMES[name] = lambda text, kind=kind: Typed(kind, text)


def value_of(text):
    # Numbers stay as written: 1.10 is not a float.
    text = re.sub(r'("(?:[^"\\]|\\.)*")|(?<![\w."])(\d+\.\d+)', lambda m: m[1] or f'D("{m[2]}")', text)
    return eval(text, NAMES)


def xml_value(v, indent):
    pad = "  " * indent
    if v is None or v is ERROR:
        return f'{pad}<value xsi:nil="true"/>\n'
    if isinstance(v, bool):
        return f'{pad}<value xsi:type="xsd:boolean">{str(v).lower()}</value>\n'
    if isinstance(v, (int, decimal.Decimal)):
        return f'{pad}<value xsi:type="xsd:decimal">{v}</value>\n'
    if isinstance(v, str):
        return f'{pad}<value xsi:type="xsd:string">{escape(v)}</value>\n'
    if isinstance(v, Typed):
        return f'{pad}<value xsi:type="xsd:{v.kind}">{v.text}</value>\n'
    if isinstance(v, list):
        items = "".join(f"{pad}  <item>\n{xml_value(i, indent + 2)}{pad}  </item>\n" for i in v)
        return f"{pad}<list>\n{items}{pad}</list>\n"
    parts = "".join(f"{pad}<component name={quoteattr(k)}>\n{xml_value(i, indent + 1)}{pad}</component>\n" for k, i in v.items())
    return parts


class Folder:
    def __init__(self, level, name):
        self.level, self.name = level, name
        self.xml, self.decisions, self.cases = [], [], []
        self.type, self.needs, self.given, self.of = None, [], [], []

    def case(self, name, expected, service=None):
        v = value_of(expected)
        head = f'type="decisionService" invocableName={quoteattr(service)}' if service else 'type="decision"'
        out = f'  <testCase id="{len(self.cases) + 1:03}" {head}>\n'
        for key, given in self.given:
            out += f"    <inputNode name={quoteattr(key)}>\n{xml_value(given, 3)}    </inputNode>\n"
        flag = ' errorResult="true"' if v is ERROR else ""
        out += f'    <resultNode name={quoteattr(name)} type="decision"{flag}>\n      <expected>\n{xml_value(v, 4)}'
        out += "      </expected>\n    </resultNode>\n  </testCase>\n"
        self.cases.append(out)

    def decision(self, expression, expected):
        name = f"d{len(self.decisions) + 1:03}"
        type_ref = f' typeRef="{self.type}"' if self.type else ""
        out = f'  <decision name="{name}" id="_{name}">\n    <variable name="{name}"{type_ref}/>\n'
        for need in self.needs:
            if need.startswith("("):
                out += f'    <knowledgeRequirement><requiredKnowledge href="#{need[1:-1]}"/></knowledgeRequirement>\n'
            else:
                kind = "requiredDecision" if need.startswith("_d") or need.startswith("dec") else "requiredInput"
                out += f'    <informationRequirement><{kind} href="#{need}"/></informationRequirement>\n'
        out += f"    <literalExpression><text>{escape(expression)}</text></literalExpression>\n  </decision>\n"
        self.decisions.append(out)
        self.case(name, expected)

    def write(self):
        where = HERE / f"compliance-level-{self.level}" / self.name
        where.mkdir(parents=True)
        space = f"urn:ordain:kit:{self.name}"
        (where / f"{self.name}.dmn").write_text(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions namespace="{space}" name="{self.name}" id="_{self.name}"\n'
            f'    xmlns="{MODEL}" xmlns:own="{space}">\n' + "".join(self.xml) + "".join(self.decisions) + "</definitions>\n",
            encoding="utf-8")
        (where / f"{self.name}-test-01.xml").write_text(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<testCases xmlns="{CASES}"\n'
            '    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">\n'
            f"  <modelName>{self.name}.dmn</modelName>\n" + "".join(self.cases) + "</testCases>\n", encoding="utf-8")


def read(path):
    folders = []
    lines = iter(path.read_text(encoding="utf-8").split("\n"))
    for line in lines:
        while line.endswith("\\"):
            line = line[:-1] + next(lines).strip()
        if not line.strip() or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        f = folders[-1] if folders else None
        if word == "@folder":
            folders.append(Folder(*rest.split()))
        elif word == "@xml":
            for inner in iter(lambda: next(lines), "@end"):
                f.xml.append(f"  {inner}\n")
        elif word == "@type":
            f.type = None if rest == "-" else rest
        elif word == "@needs":
            f.needs = [] if rest == "-" else rest.split()
        elif word == "@given":
            if rest == "-":
                f.given = []
            else:
                key, _, value = rest.partition(" = ")
                f.given.append((key, value_of(value)))
        elif word == "@of":
            f.of = rest.split(" | ")
        elif f.of and " => " not in line:
            expression, _, types = line.rpartition(" is ")
            unknown = set(types.split(" | ")) - set(f.of) - {"nothing"}
            assert expression and not unknown, f"{path.name}: {unknown}: {line}"
            for t in f.of:
                f.decision(f"{expression} instance of {t}", str(t in types.split(" | ")))
        elif word == "@result":
            name, _, expected = rest.partition(" => ")
            f.case(name, expected)
        elif word == "@service":
            name, _, expected = rest.partition(" => ")
            service, _, output = name.partition(" / ")
            f.case(output or service, expected, service)
        else:
            expression, arrow, expected = line.rpartition(" => ")
            assert arrow, f"{path.name}: no value: {line}"
            f.decision(expression.replace("\\n ", "\n"), expected)
    return folders


def main():
    for level in HERE.glob("compliance-level-*"):
        shutil.rmtree(level)
    for path in sorted((HERE / "tables").glob("*.txt")):
        for folder in read(path):
            folder.write()


if __name__ == "__main__":
    main()
