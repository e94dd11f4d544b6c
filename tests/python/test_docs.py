"""README and docs are true: their programs compile and run, their commands run, their rule sets load and decide."""
import json
import re
import subprocess

import pytest

from conftest import BUILD, ROOT, run


def blocks(page, language):
    text = (ROOT / page).read_text(encoding="utf-8")
    return [(m[1], m[2], m.end()) for m in re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.M | re.S) if m[1] == language]


def test_the_program_of_the_readme(tmp_path):
    programs = [b for b in blocks("README.md", "cpp") if "int main" in b[1]]
    assert len(programs) == 1
    (tmp_path / "main.cc").write_text(programs[0][1], encoding="utf-8")
    result = run("g++", "-std=c++20", "-Wall", "-Wextra", "-Werror", "-Iinclude", tmp_path / "main.cc", BUILD / "src" / "libordain.a", "-o", tmp_path / "main")
    if "libclang_rt" in result.stderr or "asan" in result.stderr:
        pytest.skip("the library here is built with a sanitizer")
    assert result.returncode == 0, result.stderr
    output = run(tmp_path / "main")
    expected = blocks("README.md", "text")[0][1].strip()
    assert output.returncode == 0 and output.stdout.startswith(expected + "\n"), output.stdout


def test_the_commands_of_the_readme(ordain):
    lines = [line.split("#")[0].split() for _, text, _ in blocks("README.md", "sh") for line in text.splitlines() if line.startswith("build/ordain")]
    assert len(lines) >= 5
    for line in lines:
        result = run(ordain, *line[1:])
        assert result.returncode == 0, (line, result.stdout[-500:], result.stderr)


def test_the_rule_sets_of_the_docs(ordain, tmp_path):
    examples = [json.loads(text) for _, text, _ in blocks("docs/rule-sets.md", "json")]
    rules = [e for e in examples if "rule_set" in e]
    cases = [e for e in examples if "cases" in e]
    assert len(rules) >= 4 and len(cases) >= len(rules)
    (tmp_path / "rules").mkdir()
    for r in rules:
        (tmp_path / "rules" / f"{r['rule_set']}.json").write_text(json.dumps(r), encoding="utf-8")
    check = run(ordain, "check", tmp_path / "rules")
    assert check.returncode == 0, check.stdout
    for n, c in enumerate(cases):
        file = tmp_path / f"case-{n}.json"
        file.write_text(json.dumps(c), encoding="utf-8")
        result = run(ordain, "test", "--rules", tmp_path / "rules", file)
        assert result.returncode == 0, result.stdout
    used = {key for r in rules for p in r.get("policies", {}).values() for key in p}
    for key in ["formula", "table", "ladder", "scale", "score", "checklist", "number", "rank", "duties", "counts", "totals", "latest", "streaks", "reached", "discretions", "requires",
                "effects", "settings"]:
        assert key in used, f"no example of {key}"
    text = json.dumps(rules)
    for key, words in {"hit": ["unique", "first", "any", "priority", "collect", "rule_order", "output_order", "collect_sum", "collect_min", "collect_max", "collect_count"],
                       "kind": ["flat", "per_unit", "marginal", "linear"], "edge": ["lower", "upper"], "effect": ["fine", "pay", "points", "sanction", "bar", "notice", "duty", "review"],
                       "excess": ["cap", "drop", "review", "block"], "host": ["must", "may"]}.items():
        for word in words:
            assert f'"{key}": "{word}"' in text, f"no example of {key} {word}"


def test_the_two_file_example():
    source = (ROOT / "examples/amalgamated/main.cc").read_text(encoding="utf-8")
    shown = [text for _, text, _ in blocks("docs/embedding.md", "cpp")]
    assert len(shown) == 1 and shown[0] in source
    result = run(BUILD / "tests" / "example_amalgamated")
    expected = (ROOT / "examples/amalgamated/expected.txt").read_text(encoding="utf-8")
    assert result.returncode == 0 and result.stdout == expected, (result.stdout, result.stderr)
