"""The house rules, checked: who includes whom, who calls whom, headers that stand alone, a core that prints nothing, asks
nobody and keeps no state, ASCII sources, and a page on architecture (docs/architecture.md) that is true."""
import re

import pytest

from conftest import BUILD, ROOT, run

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
# room -> (rooms that it includes, the last public header that it may include), as the page says
ROOMS = {row[1]: (set(re.findall(r"`(\w+)`", row[2])), row[3])
         for row in re.finditer(r"^\| `(\w+)` \| ([^|]*) \| `([\w.]+)` \|", PAGE, re.M)}
HEADERS = re.findall(r"`([\w.]+)`", PAGE.split("## Public headers")[1].split("##")[0].split("\n\n")[2])
# What one room may use of another is also what the rooms that it includes may use.
BELOW = {room: sees for room, (sees, _) in ROOMS.items()}


def files(*folders, suffixes=(".hpp", ".cc", ".inc")):
    found = sorted(p for folder in folders for p in (ROOT / folder).rglob("*")
                   if p.is_file() and p.suffix in suffixes and "out" not in p.relative_to(ROOT).parts)
    return found


def includes(path):
    return re.findall(r'^\s*#\s*include\s*[<"]([^">]+)[">]', path.read_text(encoding="utf-8"), re.M)


def room_of(path):
    parts = path.relative_to(ROOT / "src").parts
    return parts[0] if len(parts) > 1 else None  # None: the facade, on top of all rooms


def public(target):
    return target.removeprefix("ordain/") if target.startswith("ordain/") else None


# ---- the page ---------------------------------------------------------------


def test_the_page_names_the_rooms_and_the_headers():
    assert set(ROOMS) == {p.name for p in (ROOT / "src").iterdir() if p.is_dir()}
    assert sorted(HEADERS) == sorted(p.name for p in (ROOT / "include" / "ordain").iterdir())


def test_the_page_names_the_folders_around_the_library():
    named = re.findall(r"^\| `(\w+)` \| [^|]*\|$", PAGE.split("## Around the library")[1].split("\n## ")[0], re.M)
    there = {p.name for p in ROOT.iterdir() if p.is_dir() and any(f.is_file() for f in p.rglob("*"))
             and not p.name.startswith((".", "build"))}
    assert set(named) == there - {"src", "include", "docs"}


def test_files_named_in_pages_and_comments_exist():
    """`Tested by ...` and `see ...` are promises."""
    name = re.compile(r"(?<![\w./{}$-])((?:docs|tests|src|include|rules|examples|scripts|bench)/[\w./-]*\w"
                      r"\.(?:cc|hpp|md|py|json|inc|csv|jsonl|sh|cmake))\b")
    pages = [ROOT / "README.md", *files("src", "include", "tests", "bench", "examples", "docs", "scripts", "rules",
                                        suffixes=(".hpp", ".cc", ".inc", ".md", ".py", ".cmake", ".txt", ""))]
    missing = [f"{page.relative_to(ROOT)}: {m[1]}" for page in pages if "corpus" not in page.parts
               for m in name.finditer(page.read_text(encoding="utf-8", errors="replace"))
               if not (ROOT / m[1]).exists()]
    assert not missing, "\n".join(missing)


# ---- who includes whom ------------------------------------------------------


def test_rooms_include_what_the_page_says():
    seen = {room: set() for room in ROOMS}
    wrong = []
    for path in files("src"):
        room = room_of(path)
        for target in includes(path):
            head = target.split("/")[0]
            if target.endswith(".cc"):
                wrong.append(f"{path}: includes {target}")
            if room is None and head == "surface":
                wrong.append(f"{path}: the facade includes {target}")
            if room is None or "/" not in target:
                continue
            if head in ROOMS and head != room:
                seen[room].add(head)
            if public(target) in HEADERS and HEADERS.index(public(target)) > HEADERS.index(ROOMS[room][1]):
                wrong.append(f"{path}: {target} stands above {ROOMS[room][1]}")
    assert not wrong, "\n".join(wrong)
    assert seen == BELOW


def test_public_headers_include_only_those_before_them():
    for path in files("include"):
        for target in includes(path):
            if "/" in target:
                assert public(target) in HEADERS, f"{path}: {target}"
                assert HEADERS.index(public(target)) < HEADERS.index(path.name), f"{path}: {target}"


@pytest.mark.parametrize("folder", ["src/surface", "examples", "bench"])
def test_users_include_public_headers_only(folder):
    for path in files(folder):
        for target in includes(path):
            own = "/" not in target
            library = target.split("/")[0] in {"CLI", "nlohmann", "benchmark", "ql", "sys"}
            assert own or library or public(target) in HEADERS, f"{path}: {target}"


def test_only_tests_see_what_is_for_tests():
    for path in files("src", "include", "examples", "bench"):
        assert not [t for t in includes(path) if t.startswith(("testing/", "gtest/"))], path


# ---- who calls whom ---------------------------------------------------------


def objects(room):
    folder = BUILD / "src" / "CMakeFiles" / f"ordain_{room}.dir"
    assert folder.is_dir(), f"{folder} is not there: run scripts/build"
    # Objects of sources that are gone may still lie there.
    return [o for o in sorted(folder.rglob("*.o"))
            if (ROOT / "src" / o.relative_to(folder).with_suffix("")).exists() or o.name in ("schema.cc.o", "calendar_cn.cc.o")]


def symbols(paths, *options):
    """(kind, name) of each symbol, names as the linker sees them."""
    text = run("nm", "--format=posix", *options, *paths).stdout
    return [(m[2], m[1]) for m in re.finditer(r"^(\S.*?) (\w)(?: |$)", text, re.M)]


def test_rooms_call_what_the_page_says():
    """Each room links without the rooms that it does not include (and theirs)."""
    core = [room for room in ROOMS if room != "surface"]
    tables = {room: symbols(objects(room)) for room in core}
    defined = {room: {name for kind, name in table if kind in "TDBRVWuti"} for room, table in tables.items()}
    assert all(len(names) > 10 for names in defined.values())
    for room, table in tables.items():
        reachable, todo = {room}, [room]
        while todo:
            for below in BELOW[todo.pop()] | {"base"}:  # what stands in public headers is in base
                if below not in reachable:
                    reachable.add(below)
                    todo.append(below)
        have = set().union(*(defined[r] for r in reachable))
        missing = {name for kind, name in table if kind == "U"} - have
        for other in set(core) - reachable:
            assert not missing & defined[other], f"{room} calls {other}: {sorted(missing & defined[other])}"


# ---- headers ----------------------------------------------------------------


def test_public_headers_compile_alone_and_twice(tmp_path):
    headers = [h for h in HEADERS if h.endswith(".hpp")]
    for h in headers:
        (tmp_path / "alone.cc").write_text(f"#include <ordain/{h}>\n")
        result = run("g++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Iinclude", tmp_path / "alone.cc")
        assert result.returncode == 0, f"{h}\n{result.stderr}"
    # Two translation units, the headers in opposite orders, each header twice.
    for unit, order in [("one", headers), ("two", headers[::-1])]:
        text = "".join(f"#include <ordain/{h}>\n" for h in order + order)
        (tmp_path / f"{unit}.cc").write_text(text + ("int main() { return 0; }\n" if unit == "one" else ""))
    result = run("g++", "-std=c++20", "-Iinclude", tmp_path / "one.cc", tmp_path / "two.cc", "-o", tmp_path / "twice")
    assert result.returncode == 0, result.stderr


# ---- what the core must not do ----------------------------------------------

FORBIDDEN = {
    "print": r"std::(cout|cerr|clog|wcout)|(v?f?printf|puts|fputs|putchar|fwrite|write|perror|syslog)(_chk)?|__v?f?printf_chk",
    "end the program": r"abort|exit|_exit|quick_exit|raise|kill",
    "throw": r"__cxa_throw",
    "ask the environment or a clock": r"(secure_)?getenv|setenv|time|gettimeofday|clock(_gettime)?|localtime(_r)?|tzset"
                                      r"|std::chrono::_V2::\w+_clock::now\(\)",
    "depend on a locale": r"setlocale|strto[dfl]|strtold|atof|v?s(n)?printf|std::(__cxx11::)?basic_o?stringstream.*|toupper|tolower",
    "draw random numbers": r"s?rand(om)?(_r)?|std::random_device.*",
}


def core_archive():
    library = BUILD / "src" / "libordain.a"
    if not library.exists():
        pytest.skip("libordain.a is not built here")
    if run("nm", library).stdout.count("__asan_"):
        pytest.skip("the library here is built with a sanitizer")
    return library


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_core_does_not(what):
    undefined = {line.strip()[2:] for line in run("nm", "-C", "--undefined-only", core_archive()).stdout.splitlines()
                 if line.strip().startswith("U ")}
    assert "operator new(unsigned long)" in undefined  # the list is one
    assert not [name for name in undefined if re.fullmatch(FORBIDDEN[what], name)]


def test_the_core_has_no_mutable_globals():
    """What lies in .data and .bss is a constant by its name (it is there because it is made at the start or on first use)."""
    text = run("nm", "-C", "--format=sysv", core_archive()).stdout
    rows = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.count("|") == 6]
    assert len(rows) > 1000
    state = {row[0] for row in rows if re.match(r"\.(data|bss|tbss|tdata)(?!\.rel\.ro)", row[6])}
    state = {name for name in state if not name.startswith(("guard variable for ", "DW.ref."))}
    assert not [name for name in state if not re.search(r"\bk[A-Z]\w*$", name)]


def test_sources_are_ascii():
    for path in files("include", "src", "tests", "bench", "examples"):
        # Texts in two languages: messages, what the builtins do, how a deadline came about, what is due.
        if path.name not in ("codes.inc", "explain_time.cc", "due.cc") and not re.fullmatch(r"builtins_\w+\.cc", path.name):
            path.read_text(encoding="ascii")


def test_every_diagnostic_code_is_used():
    table = (ROOT / "include" / "ordain" / "codes.inc").read_text(encoding="utf-8")
    text = "".join(p.read_text(encoding="utf-8") for p in files("src", suffixes=(".cc", ".hpp")))
    codes = re.findall(r"ORDAIN_CODE\((k\w+)", table)
    assert len(codes) > 40
    assert not [code for code in codes if not re.search(rf"Code::{code}\b", text)]
