"""`ordain doc`: the page of a handbook, parsed as XML, against the rule set it was made from; and, where chromium is there, in a browser."""
import json
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections import Counter

import pytest

from conftest import ROOT, run

RULES = ROOT / "rules"
BOOKS = ["lige", "kangmei", "baidecheng", "performance", "anniversary", "hospital", "satisfaction", "care"]
CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def pages(ordain, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    result = run(ordain, "doc", "rules", "--out", folder)
    assert result.returncode == 0, result.stderr
    return folder


def parse(path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>\n")
    return ET.fromstring(text.split("\n", 1)[1])


def rules(book):
    return json.loads((RULES / f"{book}.json").read_text(encoding="utf-8"))


def quotes(node):
    if isinstance(node, dict):
        yield from ([node["quote"]] if node.get("quote") else [])
        for child in node.values():
            yield from quotes(child)
    elif isinstance(node, list):
        for child in node:
            yield from quotes(child)


def text(element, language):
    """What a reader of one language sees; pictures and folded texts included."""
    if element.get("class", "").split()[-1:] == [{"en": "zh", "zh": "en"}[language]]:
        return ""
    return (element.text or "") + "".join(text(c, language) + (c.tail or "") for c in element)


def by_id(page, anchor):
    return next(e for e in page.iter() if e.get("id") == anchor)


# ---- all rule sets ----------------------------------------------------------


@pytest.mark.parametrize("book", BOOKS)
def test_every_policy_and_clause_once(pages, book):
    page = parse(pages / f"{book}.html")
    ids = Counter(e.get("id") for e in page.iter() if e.get("id"))
    assert [i for i, n in ids.items() if n > 1] == []
    document = rules(book)
    # In the order of the rule set.
    assert [i.removeprefix("policy-") for i in ids if i.startswith("policy-")] == list(document["policies"])
    catalogue = json.loads((RULES / "catalogue.json").read_text(encoding="utf-8"))[book]
    cited = {c for p in document["policies"].values() for c in p.get("cites", [])}
    assert {i.removeprefix("clause-") for i in ids if i.startswith("clause-")} == set(catalogue) | cited
    assert {i.removeprefix("parameter-") for i in ids if i.startswith("parameter-")} == set(document["parameters"])
    # Every link within the page leads somewhere, and nothing is loaded from outside.
    links = [e.get("href") for e in page.iter() if e.get("href")]
    assert links and all(link.startswith("#") and link[1:] in ids for link in links)
    assert not [e.tag for e in page.iter() if e.tag in ("script", "link", "img", "iframe", "object") or e.get("src")]
    style = page.find(".//style").text
    assert "url(" not in style and "@import" not in style


@pytest.mark.parametrize("book", BOOKS)
def test_the_quotations_are_the_rule_sets(pages, book):
    shown = Counter(e.text for e in parse(pages / f"{book}.html").iter("q"))
    written = Counter(quotes(rules(book)["policies"])) + Counter(quotes(rules(book)["parameters"])) + Counter(quotes(rules(book).get("settings", {})))
    assert written - shown == Counter()
    # No words are put into the handbook's mouth; a shared setting is shown where it stands and may be quoted once more.
    assert set(shown) == set(written)


@pytest.mark.parametrize("book", BOOKS)
def test_coverage_is_what_coverage_says(pages, ordain, book):
    told = json.loads(run(ordain, "coverage", "--format", "json").stdout)["handbooks"][book]
    page = parse(pages / f"{book}.html")
    words = {"executable": "executable", "declared": "not for a machine", "folded": "part of another", "missing": "missing"}
    for state, clauses in told.items():
        for clause in clauses:
            assert text(list(by_id(page, f"clause-{clause}"))[1], "en") == words[state], clause


@pytest.mark.parametrize("book", BOOKS)
def test_open_points_are_marked(pages, book):
    document, page = rules(book), parse(pages / f"{book}.html")
    for name, parameter in document["parameters"].items():
        row = text(by_id(page, f"parameter-{name}"), "en")
        assert ("you must supply" in row) == (parameter.get("host") == "must"), name
    for name, policy in document["policies"].items():
        section = by_id(page, f"policy-{name}")
        marked = [text(e, "en") for e in section.iter("div") if e.get("class") == "open"]
        for setting, how in policy.get("settings", {}).items():
            values = how if isinstance(how, list) else how["values"]
            open_ = len(values) > 1
            [own] = [m for m in marked if m.startswith(f"{'A choice of' if open_ else 'A settled'} reading {setting} ")]
            assert (f"{values[0].replace('_', ' ')} · default" in own) == open_ and all(v.replace("_", " ") in own for v in values)
        assert sum(m.startswith("A person decides") for m in marked) == len(policy.get("discretions", {}))


def test_an_index_leads_to_every_page(pages):
    links = {e.get("href") for e in parse(pages / "index.html").iter("a")}
    assert links == {p.name for p in pages.iterdir()} - {"index.html"} and {f"{b}.html" for b in BOOKS} <= links


def test_the_commands_of_the_page(ordain, tmp_path):
    lines = re.findall(r"^build/ordain (doc .*)$", (ROOT / "docs" / "doc.md").read_text(encoding="utf-8"), re.M)
    assert len(lines) == 2
    for line in lines:
        result = run(ordain, *[str(tmp_path / word) if word.startswith("out/") else str(ROOT / word) if word.startswith("rules") else word for word in line.split()])
        assert result.returncode == 0, result.stderr
    assert (tmp_path / "out" / "lige.html").is_file() and (tmp_path / "out" / "handbooks" / "index.html").is_file()


# ---- words and pictures -----------------------------------------------------


def small(tmp_path, policy, **document):
    folder = tmp_path / "rules"
    folder.mkdir(exist_ok=True)
    whole = {"ordain": 1, "rule_set": "small", "policies": {"p": policy}, **document}
    (folder / "small.json").write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    return folder / "small.json"


def page_of(ordain, path, *more):
    out = path.parent / "page.html"
    result = run(ordain, "doc", path, "--out", out, *more)
    assert result.returncode == 0, result.stderr
    return parse(out)


TIERS = {
    "facts": {"amount": {"type": "money", "min": 0, "says": {"en": "the sum", "zh": "金额"}}, "death": "boolean"},
    "table": {"hit": "first", "columns": ["death", "amount"], "rows": [
        {"when": ["true", "-"], "then": {"tier": "V"}}, {"when": ["-", "<= 20000"], "then": {"tier": "II"}},
        {"when": ["-", "(20000..50000]"], "then": {"tier": "III"}}, {"when": ["-", "> 50000"], "then": {"tier": "IV"}}]},
    "outcome": {"tier": {"type": "text", "one_of": ["II", "III", "IV", "V"]}}}


def conditions(page, language="en"):
    return [text(e, language) for e in page.iter("span") if e.get("class") == "cond"]


def test_bands_are_words_and_pictures(ordain, tmp_path):
    page = page_of(ordain, small(tmp_path, TIERS))
    assert conditions(page) == ["✓ death", "the sum ≤ 20,000", "20,000 < the sum ≤ 50,000", "the sum > 50,000"]
    assert conditions(page, "zh")[2] == "20,000 < 金额 ≤ 50,000"
    [picture] = [e for e in page.iter("svg")]
    # 20,000 belongs to II and not to III; 50,000 to III and not to IV.
    assert [c.get("class").split()[0] for c in picture.iter("circle")] == ["in", "out", "in", "out"]
    assert [t.find("tspan").text for t in picture.iter("text") if "tick" in t.get("class")] == ["20,000", "50,000"]
    ends = [(c.get("cx"), c.get("class").split()[0]) for c in picture.iter("circle")]
    assert ends[0][0] == ends[1][0] != ends[2][0] == ends[3][0]
    assert len(list(picture.iter("path"))) == 2  # II goes on to the left, IV to the right


def test_the_edge_of_a_scale_is_drawn(ordain, tmp_path):
    for edge, dots, words in [("lower", ["in", "out", "in"], ["0 ≤ n < 10", "n ≥ 10"]), ("upper", ["out", "in", "out"], ["0 < n ≤ 10", "n > 10"])]:
        page = page_of(ordain, small(tmp_path, {
            "facts": {"n": {"type": "integer", "min": 1}},
            "scale": {"as": "rate", "type": "money", "of": "n", "kind": "flat", "edge": edge, "brackets": [{"from": 0, "value": 10}, {"from": 10, "value": 30}]},
            "outcome": {"rate": "money"}}))
        assert [c.get("class").split()[0] for c in page.find(".//svg").iter("circle")] == dots
        assert conditions(page) == words


def test_a_ladder_is_stairs_with_the_gravest_on_top(ordain, tmp_path):
    page = page_of(ordain, small(tmp_path, {
        "facts": {"who": "person"}, "counts": {"n": {"per": ["who"], "within": "last 12 months"}},
        "ladder": {"steps": [{"when": "n >= 3", "then": {"fine": 200}}, {"when": "n >= 2", "then": {"fine": 50}}, {"when": "true", "then": {"fine": 0}}]},
        "outcome": {"fine": "money"}}))
    [picture] = page.iter("svg")
    steps = list(picture.iter("rect"))
    assert [float(s.get("x")) for s in steps] == sorted((float(s.get("x")) for s in steps), reverse=True) and len({s.get("x") for s in steps}) == 3
    assert [float(s.get("y")) for s in steps] == sorted(float(s.get("y")) for s in steps)
    seen = [text(t, "en") for t in picture.iter("text") if t.get("class").split()[-1] != "zh"]
    assert seen == ["n ≥ 3", "fine: 200", "n ≥ 2", "fine: 50", "in every other case", "fine: 0"]
    assert "in the last 12 months" in text(page, "en") and "最近12个月" in text(page, "zh")


@pytest.mark.parametrize("expression, en, zh", [
    ("a > 20000 and not(b)", "a > 20,000 and not (b)", "a > 20,000 且 非(b)"),
    ("c != null and a >= -1.5", "c is stated and a ≥ -1.5", "c 已填 且 a ≥ -1.5"),
    ("if b then a else 2 * a + 1", "if b then a otherwise 2 × a + 1", "若 b,则 a,否则 2 × a + 1"),
    ('list contains(s, "x_y")', "s includes x y", "s含x y"),
    ("max(a, count(s))", "the greatest of (a, the number of s)", "(a、s的个数)中的最大值"),
    ("a in [1..5]", "a in 1 to 5", "a 属于 1 至 5"),
    ("if c = null then null else percent(a - 1)", "if c is not stated then not stated otherwise (a - 1) as a percentage", "若 c 未填,则 未填,否则 (a - 1)的百分比"),
    ("round down(a - 93, 0) * 5", "(a - 93) cut off to a whole number × 5", "(a - 93)舍去小数 × 5"),
    ("sum(for p in [a, 2] return p)", "the sum of (for each p in a, 2: p)", "(对每个p 属于 a、2:p)之和"),
    ("if b then -1 else -a", "if b then -1 otherwise -a", "若 b,则 -1,否则 -a"),
    ("s[item != \"q\"]", "s (where it ≠ q)", "s(其中 该项 ≠ q)"),
    ('today + duration("P1DT2H")', "the day of the decision + 1 day 2 hours", "当日 + 1天2小时"),
])
def test_expressions_are_words(ordain, tmp_path, expression, en, zh):
    body = {"facts": {"a": "number", "b": "boolean", "c": {"type": "number", "optional": True}, "s": {"list_of": "text"}},
            "formula": {"it_is": expression}, "outcome": {"b": {"type": "boolean", "value": "b"}}}
    page = page_of(ordain, small(tmp_path, body))
    cells = [e for e in page.iter("td") if e.get("title") == expression]
    assert [(text(c, "en"), text(c, "zh")) for c in cells] == [(en, zh)]


BODIES = {
    "histories": {"log": {"per": ["k"], "keep": ["event", "by", "about", "born"]}},
    "facts": {"k": "text", "event": "text", "by": {"type": "text", "default": ""}, "about": {"type": "text", "optional": True}, "born": {"type": "date", "optional": True}},
    "process": {"as": "way", "events": "log", "role": "by", "notes": "remarked", "schedule": "office", "start": {"came": "sign"}, "steps": {
        "sign": {"owner": "clerk", "schedule": "always", "allowed": {"amount": 2, "unit": "wd", "end": "close"}, "thresholds": {"half": {"percent": 50}}, "pause": "asked", "resume": "told",
                 "approval": {"event": "signed", "in_order": True, "needs": [{"role": "head"}, {"role": "chief"}]}, "on": {"signed": "gone"}},
        "gone": {"end": "case"}}},
    "deadline": {"as": "answer", "events": "log", "schedule": "office", "as_of": "at", "allowed": {"amount": 1, "unit": "month", "sticky_month_end": True, "roll": "modfollowing"}, "start": "event = \"came\"", "stop": "event = \"gone\"",
                 "change": {"from": "date and time(\"2024-03-01T00:00:00+08:00\")", "mode": "recompute_open", "was": {"allowed": {"amount": 9, "unit": "day"}, "schedule": "always"}}},
    "duties": {"as": "work", "events": "log", "schedule": "office", "from": "date(\"2024-01-01\")", "until": "date(\"2024-12-31\")", "as_of": "at", "of": {
        "weekly": {"every": "week", "on": 5, "roll": "modfollowing", "done": "event = \"w\""}, "tail": {"every": "month", "on": -3, "done": "event = \"m\""}, "last": {"every": "month", "on": -1, "done": "event = \"l\""},
        "birthday": {"every": "year", "on": {"feel": "born"}, "leap": "preceding", "schedule": "always", "done": "event = \"b\""},
        "call": {"after": "event = \"came\"", "allowed": {"amount": 1, "unit": "wd"}, "per": "about", "done": "event = \"c\""},
        "report": {"every": "month", "settles": "born", "done": "event = \"r\""}}},
    "outcome": {"n": {"type": "integer", "value": "count(work.all)"}}}


def test_bodies_about_time_are_told_with_every_key(ordain, tmp_path):
    page = page_of(ordain, small(tmp_path, BODIES, zone="Asia/Shanghai", calendar="cn", schedules={"office": {"hours": {"mon-fri": "09:00-18:00"}}}))
    told = " ".join(text(page, "en").split())
    for words in ["by the hours of: office", "by the hours of: always", "signs, in this order: head", "half: after 50 %", "stands still from: asked", "till closing time", "May be noted at any time, and changes nothing", "remarked",
                  "from a month's end to a month's end", "back to the one before where that is another month", "open cases are due again by the new rule", "before: 9 days", "every week, Friday", "every month, day 3 from its end",
                  "every month, the last day", "29 February is the 28th in other years", "settles only what has the same about", "for the period of born", "until: ", "as of: "]:
        assert words in told, (words, told[-3000:])
    zh = " ".join(text(page, "zh").split())
    for words in ["依次签署", "每周,周五", "遇休息日顺延,跨月则提前", "倒数第3日", "2月29日在平年按2月28日", "未结事项按新规定重算"]:
        assert words in zh, (words, zh[-3000:])


def test_everything_is_escaped(ordain, tmp_path):
    evil = "<script>alert(1)</script> & \"'"
    policy = json.loads(json.dumps(TIERS))
    policy.update(quote=evil, says={"en": evil, "zh": evil}, cites=["<b>"], settings={"s": {"values": ["x", "y"], "says": {"en": evil, "zh": evil}}})
    policy["facts"]["amount"]["says"] = {"en": evil, "zh": evil}
    policy["table"]["rows"][0]["quote"] = evil
    path = small(tmp_path, policy, title={"en": evil, "zh": evil}, source=evil, edition=evil)
    (path.parent / "cases").mkdir()
    (path.parent / "cases" / "c.json").write_text(json.dumps({"policy": "small.p", "cases": [{"name": evil, "steps": [
        {"at": "2016-03-01T10:00:00+08:00", "facts": {"amount": 1, "death": False}, "outcome": {"tier": "II"}}]}]}), encoding="utf-8")
    page = page_of(ordain, path)
    assert list(page.iter("script")) == []
    assert [e.text for e in page.iter("q")] == [evil, evil]
    assert text(page.find(".//h1"), "en") == evil
    assert "<script" not in (path.parent / "page.html").read_text(encoding="utf-8")


def test_cases_are_examples(ordain, tmp_path):
    path = small(tmp_path, TIERS)
    cases = tmp_path / "own"
    cases.mkdir()
    step = {"at": "2016-03-01T10:00:00+08:00", "facts": {"amount": 20000.01, "death": False}, "outcome": {"tier": "III"}}
    (cases / "p.json").write_text(json.dumps({"policy": "small.p", "cases": [{"name": f"case {i}", "steps": [step]} for i in range(5)]}), encoding="utf-8")
    page = page_of(ordain, path, "--cases", cases)
    shown = [text(e, "en") for e in page.iter("div") if e.get("class") == "case"]
    assert len(shown) == 5 and "the sum: 20,000.01; death: no → tier: III" in shown[0]
    assert len([e for e in page.find(".//details").iter("div") if e.get("class") == "case"]) == 3
    assert not [e for e in page_of(ordain, path).iter("div") if e.get("class") == "case"]


# ---- what is refused --------------------------------------------------------


def test_a_rule_set_that_does_not_load_has_no_page(ordain, tmp_path):
    policy = json.loads(json.dumps(TIERS))
    policy["table"]["columns"][1] = "amuont"
    path = small(tmp_path, policy)
    for place, out in [(path, tmp_path / "x.html"), (path.parent, tmp_path / "all")]:
        result = run(ordain, "doc", place, "--out", out)
        assert result.returncode == 2 and "amuont" in result.stderr and result.stdout == "", result
        assert not out.exists()
    result = run(ordain, "doc", tmp_path / "none.json", "--out", tmp_path / "x.html")
    assert result.returncode == 2 and "none.json" in result.stderr
    assert run(ordain, "doc", RULES / "care.json").returncode == 2  # no --out
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert run(ordain, "doc", RULES / "care.json", "--out", blocked / "x.html").returncode == 2


# ---- in a browser -----------------------------------------------------------


def browser(folder, *arguments):
    return subprocess.run([CHROMIUM, "--headless=new", "--hide-scrollbars", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}", "--enable-logging=stderr", *map(str, arguments)],
                          capture_output=True, text=True, timeout=120, env={**os.environ, "LC_ALL": "C.UTF-8"})


# The width of what does not fit: the page as a telephone shows it, in a frame, since a window cannot be made that narrow.
PROBE = """<!DOCTYPE html><html><body style="margin:0"><iframe id="f" style="width:360px;height:2000px;border:0"></iframe><pre id="out"></pre>
<script>const f=document.getElementById("f");f.srcdoc=%s;f.onload=()=>{const d=f.contentDocument,r=d.documentElement,told=[];
for(const l of ["zh","en","both"]){d.getElementById(l).checked=true;
const box=e=>e.closest(".box")!==null,wide=[...d.querySelectorAll("body *")].filter(e=>!box(e)&&!e.matches("input")&&e.getBoundingClientRect().right>361).length;
const small=[...d.querySelectorAll("svg text")].filter(e=>e.getBoundingClientRect().height>0&&e.getBoundingClientRect().height/Math.max(1,e.querySelectorAll("tspan").length)<8).length;
told.push({language:l,scroll:r.scrollWidth,wide,small,height:r.scrollHeight,shown:d.body.innerText.length});}
document.getElementById("out").textContent=JSON.stringify(told);document.title="done";}</script></body></html>"""


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)")
@pytest.mark.parametrize("book", BOOKS)
def test_in_a_browser(pages, tmp_path, book):
    # As it is: no message of the console, and a picture of it.
    page = pages / f"{book}.html"
    seen = browser(tmp_path / "profile", "--window-size=1100,1400", f"--screenshot={tmp_path / 'desk.png'}", page.as_uri())
    assert "CONSOLE" not in seen.stderr, seen.stderr
    assert (tmp_path / "desk.png").stat().st_size > 20000
    # On a telephone nothing is wider than the screen, in any language, and the letters of pictures can be read.
    probe = tmp_path / "probe.html"
    probe.write_text(PROBE % json.dumps(page.read_text(encoding="utf-8")).replace("</", "<\\/"), encoding="utf-8")
    seen = browser(tmp_path / "profile", "--dump-dom", "--virtual-time-budget=20000", probe.as_uri())
    found = json.loads(re.search(r'<pre id="out">(.*?)</pre>', seen.stdout)[1])
    assert [(f["language"], f["scroll"], f["wide"], f["small"]) for f in found] == [(language, 360, 0, 0) for language in ["zh", "en", "both"]]
    zh, en, both = (f["shown"] for f in found)
    assert both > max(zh, en) and min(zh, en) > 1000
    # On paper.
    browser(tmp_path / "profile", "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'page.pdf'}", page.as_uri())
    pdf = (tmp_path / "page.pdf").read_bytes()
    assert pdf.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 3
