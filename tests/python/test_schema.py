"""The JSON Schema of the rule-set language, as `ordain schema` prints it: a valid draft-07 schema, described in both
languages, that takes every rule set of rules/, refuses broken ones and knows every key and word that the readers know.

    ORDAIN_BUILD   the build directory that holds the program (default build, relative to the project)
"""
import copy
import json
import os
import pathlib
import re
import subprocess

import jsonschema
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = sorted(f for f in (ROOT / "rules").glob("**/*.json") if f.name not in ("catalogue.json", "coverage.json") and not {"cases", "calendars"} & set(f.relative_to(ROOT).parts))
SOURCES = sorted((ROOT / "src" / "policy").glob("*.cc"))
READERS = "Get|Need|Array|Text|Bool|Integer|Feel|NeedFeel|Word"
CONDITIONS = ("if", "not")  # what they mention is declared elsewhere, with its description
CLOSED_ELSEWHERE = {"ladder", "scale", "effect"}  # these only choose the definition that applies


@pytest.fixture(scope="session")
def schema():
    program = ROOT / os.environ.get("ORDAIN_BUILD", "build") / "ordain"
    done = subprocess.run([str(program), "schema"], stdout=subprocess.PIPE, check=True, timeout=60)
    return json.loads(done.stdout.decode("utf-8"))


@pytest.fixture(scope="session")
def validator(schema):
    return jsonschema.Draft7Validator(schema)


def properties(node, path=""):
    """Every declared property: (path, name, its schema)."""
    if isinstance(node, list):
        for i, item in enumerate(node):
            yield from properties(item, "%s/%d" % (path, i))
    elif isinstance(node, dict):
        for key, value in node.items():
            here = path + "/" + key
            if key in CONDITIONS or key in ("enum", "const", "required", "dependencies"):
                continue
            if key in ("properties", "definitions"):
                for name, inner in value.items():
                    if key == "properties":
                        yield here + "/" + name, name, inner
                    yield from properties(inner, here + "/" + name)
            else:
                yield from properties(value, here)


def words(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "enum":
                yield from value
            elif key == "const":
                yield value
            else:
                yield from words(value)
    elif isinstance(node, list):
        for item in node:
            yield from words(item)


def source():
    assert SOURCES
    return "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)


def listed(pattern, text, what):
    found = re.search(pattern, text, re.S)
    assert found, what
    return found.group(1)


def problems(validator, document):
    return ["/%s: %s" % ("/".join(map(str, e.absolute_path)), e.message) for e in validator.iter_errors(document)]


# ---- the schema itself --------------------------------------------------------------------------


def test_is_draft_07(schema):
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema.Draft7Validator.check_schema(schema)


def test_references(schema):
    text = json.dumps(schema)
    used = set(re.findall(r'"\$ref": "#/definitions/(\w+)"', text))
    assert text.count('"$ref"') == len(re.findall(r'"\$ref": "#/definitions/\w+"', text))
    assert used == set(schema["definitions"])


def test_every_property_is_described_in_both_languages(schema):
    found = list(properties(schema))
    assert len(found) > 200
    described = found + [("/definitions/" + n, n, d) for n, d in schema["definitions"].items()] + [("", "", schema)]
    bad = []
    for path, _, inner in described:
        english, slash, chinese = inner.get("description", "").partition(" / ")
        right = re.search("[A-Za-z]", english) and english.isascii() and slash and re.search("[\u4e00-\u9fff]", chinese)
        if not right:
            bad.append(path)
    assert not bad


def test_every_object_is_closed(schema):
    for name, definition in list(schema["definitions"].items()) + [("", schema)]:
        if definition.get("type") != "object" or name in CLOSED_ELSEWHERE:
            continue
        rest = definition["additionalProperties"]
        assert rest is False if "properties" in definition else isinstance(rest, dict), name


def test_has_every_key_of_the_readers(schema):
    text = source()
    keys = set(re.findall(r'\b(?:%s)\(\s*"([^"]+)"' % READERS, text))
    keys |= set(re.findall(r'\b(?:ReadDate|ReadBound)\(\s*&\w+,\s*"([^"]+)"', text))
    keys |= set(re.findall(r'\balso\(\s*"([^"]+)"', text))
    for table in ("kBodies", "kReads"):
        keys |= set(re.findall(r'\{"(\w+)",', listed(r"\b%s\[\] = \{(.*?)\n\};" % table, text, table)))
    effects = (ROOT / "src" / "base" / "decision.cc").read_text(encoding="utf-8")
    keys |= set(re.findall(r'\{"\w+", "(\w+)"\}', listed(r"\bkEffects\[\] = \{(.*?)\};", effects, "kEffects")))
    assert len(keys) > 100
    assert not keys - {name for _, name, _ in properties(schema)}


def test_has_every_word_of_the_readers(schema):
    text = source()
    lists = re.findall(r'\bWord\("\w+",\s*\{([^}]*)\}', text)
    lists += [listed(r"\b%s = \{(.*?)\};" % name, text, name) for name in ("kHitWords", "kRelations", "kTies", "kKinds")]
    known = {word for each in lists for word in re.findall(r'"(\w+)"', each)}
    for name in ("kTypes\\[\\]", "kWindows"):
        known |= set(re.findall(r'\{"(\w+)",', listed(r"\b%s = \{(.*?)\};" % name, text, name)))
    decimal = (ROOT / "src" / "base" / "decimal.cc").read_text(encoding="utf-8")
    known |= set(re.findall(r'"(\w+)"', listed(r"\bkRoundingNames\[\] = \{(.*?)\};", decimal, "kRoundingNames")))
    assert len(known) > 70
    assert not known - {word for word in words(schema) if isinstance(word, str)}


# ---- documents ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_rule_sets_validate(validator, path):
    assert not problems(validator, json.loads(path.read_text(encoding="utf-8")))


def test_there_are_rule_sets():
    assert RULES


GOOD = {
    "$schema": "rule-set.schema.json",
    "ordain": 1,
    "rule_set": "example",
    "in_force": {"from": "2016-01-01"},
    "types": {"tier": {"type": "text", "one_of": ["I", "II"]}},
    "parameters": {"rate": {"type": "money", "values": [{"from": "2016-01-01", "value": 2}], "host": "may"}},
    "policies": {
        "p": {
            "says": {"en": "an example", "zh": "示例"},
            "facts": {"person": "person", "amount": {"type": "money", "min": 0}, "day_count": "integer",
                      "people": {"list_of": "person"}, "marks": {"map_of": {"type": "number", "nullable": True}, "keys": ["a", "b"]}},
            "settings": {"match": ["by_amount", "strict"], "relation": {"values": ["add", "replace_total"]}},
            "counts": {"n": {"per": ["person"], "within": "last 30 days"},
                       "each": {"for": "p in people", "per": ["p"]},
                       "others": {"from": "q", "per": {"employee": "person"}}},
            "latest": {"before": {"of": "left", "type": "money", "per": ["person"], "default": 0}},
            "streaks": {"row": {"per": ["person"], "by": "day_count", "reaches": 1}},
            "table": {"hit": "first", "columns": ["amount", {"input": "n", "quote": "次数"}], "outputs": {"left": "money"},
                      "rows": [{"when": ["<= 5", 1], "then": {"tier": "I", "left": {"feel": "amount"}}}],
                      "otherwise": {"left": 0}},
            "ladder": [{"outputs": {"label": {"list_of": "text"}}, "steps": [{"when": "true", "then": {"label": ["a", "b"]}}]},
                       {"count": "n", "relation": "relation", "steps": [{"at": 1, "then": {"cost": -2}}]}],
            "scale": [{"as": "fee", "type": "money", "of": "amount", "kind": "flat", "edge": "lower", "brackets": [{"from": 0, "value": 1}]},
                      {"as": "bonus", "of": "amount", "kind": "linear", "from": 90, "step": 1, "value": 2,
                       "whole_steps": True}],
            "score": {"as": "mark", "items": [{"points": 1, "once_per": ["person"], "within": "day"}]},
            "checklist": {"as": "complete", "items": [{"name": "signed", "holds": "n > 0"}]},
            "number": {"as": "no", "per": [], "within": "calendar_month", "format": "{year:4}{serial:2}"},
            "rank": {"of": "people", "by": "1", "order": "highest", "ties": "all", "places": {"top": {"place": 1, "take": "item"}}},
            "discretions": {"chosen": {"by": "amount", "one_of": [50, 100], "allowed_as": "allowed"}},
            "requires": [{"that": "n > 0", "otherwise": "out_of_range"}],
            "effects": [{"effect": "fine", "shares": [{"to": "person", "amount": "fee"}], "per_party": "highest", "as": "fines"},
                        {"effect": "duty", "to": "person", "duty": "report", "due": "today"},
                        {"effect": "review", "reason": "large", "when": "amount > 5"}],
            "outcome": {"tier": {"type": "tier", "nullable": True}, "cost": "points",
                        "net": {"type": "money", "value": "fee * 2", "round": {"to": 0.01, "mode": "half_up"}}},
        },
        "q": {"facts": {"employee": "person"}, "outcome": {"who": {"type": "person", "value": "employee"}}},
    },
    "guards": {"ceiling": {"effects": ["fine"], "limit": "500", "excess": "cap", "host": "switch"}},
}
GONE = object()
P = "policies/p/"
BROKEN = {
    "unknown key of the document": ("policy", {}),
    "missing version": ("ordain", GONE),
    "wrong version": ("ordain", 2),
    "bad date": ("in_force/from", "January"),
    "missing outcome": (P + "outcome", GONE),
    "unknown key of a policy": (P + "effect", []),
    "unknown key of a fact": (P + "facts/amount/minimum", 0),
    "name that begins with a digit": (P + "facts/1st", "text"),
    "reserved name": (P + "facts/today", "date"),
    "two forms of a type": (P + "facts/amount/list_of", "text"),
    "keys of a type that is no map": (P + "facts/amount/keys", ["a"]),
    "a key of a map twice": (P + "facts/marks/keys", ["a", "a"]),
    "a map as an outcome": (P + "outcome/marks", {"map_of": "number"}),
    "default of an outcome": (P + "outcome/tier/default", "I"),
    "unknown rounding": (P + "outcome/net/round/mode", "half"),
    "empty setting": (P + "settings/match", []),
    "unknown window": (P + "counts/n/within", "last 30 weeks"),
    "window of no days": (P + "counts/n/within", "last 0 days"),
    "window of the latest": (P + "latest/before/within", "day"),
    "latest without default": (P + "latest/before/default", GONE),
    "count of something": (P + "counts/n/of", "amount"),
    "key of another policy without from": (P + "counts/n/per", {"employee": "person"}),
    "this event of another policy": (P + "counts/others/excluding_this", True),
    "wrong hit": (P + "table/hit", "best"),
    "hit without priorities": (P + "table/hit", "priority"),
    "row without then": (P + "table/rows/0/then", GONE),
    "unknown key of an expression": (P + "table/rows/0/then/left", {"expression": "amount"}),
    "condition that is no string": (P + "ladder/0/steps/0/when", True),
    "ladder without steps": (P + "ladder/0/steps", []),
    "threshold without count": (P + "ladder/1/count", GONE),
    "scale without edge": (P + "scale/0/edge", GONE),
    "unknown scale": (P + "scale/0/kind", "stepped"),
    "brackets of a linear scale": (P + "scale/1/brackets", []),
    "window without key": (P + "score/items/0/once_per", GONE),
    "serial in a sliding window": (P + "number/within", "last 30 days"),
    "checklist without result": (P + "checklist/as", GONE),
    "unknown ties": (P + "rank/ties", "random"),
    "place zero": (P + "rank/places/top/place", 0),
    "discretion with two limits": (P + "discretions/chosen/from", 1),
    "unknown refusal": (P + "requires/0/otherwise", "never"),
    "unknown effect": (P + "effects/0/effect", "penalty"),
    "share without amount": (P + "effects/0/shares/0/amount", GONE),
    "shares and a party": (P + "effects/0/to", "person"),
    "duty without due": (P + "effects/1/due", GONE),
    "amount of a duty": (P + "effects/1/amount", 1),
    "party of a review": (P + "effects/2/to", "person"),
    "unknown per_party": (P + "effects/0/per_party", "lowest"),
    "unknown host role": ("parameters/rate/host", "can"),
    "guard of an unknown effect": ("guards/ceiling/effects/0", "gift"),
    "guard without limit": ("guards/ceiling/limit", GONE),
    "guard with limit and deny": ("guards/ceiling/deny", True),
    "unknown excess": ("guards/ceiling/excess", "warn"),
    "remark in another language": (P + "says/de", "ein Beispiel"),
}


def test_a_document_with_everything_validates(validator):
    assert not problems(validator, GOOD)


def test_a_document_has_policies_or_guards(validator):
    assert problems(validator, {"ordain": 1, "rule_set": "example"})
    assert not problems(validator, {"ordain": 1, "rule_set": "example", "guards": {"ceiling": {"effects": ["fine"], "limit": "500", "excess": "cap"}}})


@pytest.mark.parametrize("name", BROKEN)
def test_broken_documents_do_not_validate(validator, name):
    path, value = BROKEN[name]
    document = copy.deepcopy(GOOD)
    *parents, last = path.split("/")
    node = document
    for part in parents:
        node = node[int(part) if isinstance(node, list) else part]
    last = int(last) if isinstance(node, list) else last
    if value is GONE:
        del node[last]
    else:
        node[last] = value
    assert problems(validator, document)


def test_documents_that_are_no_objects_do_not_validate(validator):
    for document in (None, [], 1, "rules", {}):
        assert problems(validator, document)
