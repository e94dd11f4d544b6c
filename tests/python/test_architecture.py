"""The house rules, checked: who includes whom, headers that stand alone, no printing and no abort in the core, ASCII sources."""
import re
import subprocess

import pytest

from conftest import BUILD, ROOT, run

ROOMS = ["base", "feel", "policy", "engine", "ledger", "surface"]
SOURCES = sorted(p for folder in ["include", "src", "tests", "bench", "examples"] for p in (ROOT / folder).rglob("*") if p.suffix in {".hpp", ".cc", ".inc"})


def includes(path):
    return re.findall(r'^#include "([^"]+)"', path.read_text(encoding="utf-8"), re.M)


def test_rooms_include_only_themselves_and_those_above():
    for path in (ROOT / "src").rglob("*.[ch]*"):
        room = path.relative_to(ROOT / "src").parts[0]
        for target in includes(path):
            assert not target.endswith(".cc"), f"{path}: {target}"
            head = target.split("/")[0]
            if head not in ROOMS or room not in ROOMS:
                continue
            assert ROOMS.index(head) <= ROOMS.index(room), f"{path}: {target}"


def test_the_command_and_the_examples_use_public_headers():
    for folder in ["src/surface", "examples", "bench"]:
        for path in (ROOT / folder).rglob("*.[ch]*"):
            if path.suffix not in {".hpp", ".cc"}:
                continue
            for target in includes(path):
                assert target.startswith("ordain/") or "/" not in target, f"{path}: {target}"


def test_public_headers_include_no_internal_ones():
    for path in (ROOT / "include").rglob("*.hpp"):
        for target in includes(path):
            assert target.startswith("ordain/"), f"{path}: {target}"


def test_public_headers_compile_alone_and_twice(tmp_path):
    headers = sorted(p.relative_to(ROOT / "include") for p in (ROOT / "include").rglob("*.hpp"))
    for n, unit in enumerate(["one", "two"]):
        text = "".join(f'#include "{h}"\n' for h in (headers if n == 0 else reversed(headers))) + ("int main() { return 0; }\n" if n == 0 else "")
        (tmp_path / f"{unit}.cc").write_text(text)
    for h in headers:
        result = run("g++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Iinclude", "-x", "c++", ROOT / "include" / h)
        assert result.returncode == 0, f"{h}\n{result.stderr}"
    result = run("g++", "-std=c++20", "-Iinclude", tmp_path / "one.cc", tmp_path / "two.cc", "-o", tmp_path / "twice")
    assert result.returncode == 0, result.stderr


def test_the_core_prints_nothing_and_never_aborts():
    library = BUILD / "src" / "libordain.a"
    if not library.exists():
        pytest.skip("libordain.a is not built here")
    symbols = subprocess.run(["nm", "-C", "--undefined-only", str(library)], capture_output=True, text=True).stdout
    for name in ["std::cout", "std::cerr", "printf", "puts", "abort", "exit", "getenv", "time", "clock_gettime", "setlocale"]:
        assert not re.search(rf"\bU {re.escape(name)}(@|$|\s)", symbols, re.M), name


def test_sources_are_ascii():
    for path in SOURCES:
        if path.name == "codes.inc":  # the one table of messages in two languages
            continue
        path.read_text(encoding="ascii")


def test_the_page_on_architecture_names_the_rooms():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `(\w+)` \|", page, re.M)
    assert named == ROOMS
    assert sorted(p.name for p in (ROOT / "src").iterdir() if p.is_dir()) == sorted(ROOMS)


def test_every_diagnostic_code_is_used():
    table = (ROOT / "include" / "ordain" / "codes.inc").read_text(encoding="utf-8")
    text = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "src").rglob("*.cc"))
    for code in re.findall(r"ORDAIN_CODE\((k\w+)", table):
        assert re.search(rf"Code::{code}\b", text), code
