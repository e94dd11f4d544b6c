#!/usr/bin/env python3
"""Settles the months of this folder once more, without ordain, and compares with the files that it wrote.

  check.py --out out/2016-03                   March, after closes of January and February
  check.py --month 2016-02 --out out/2016-02   February, after the close of January
  check.py --only 2016-03 --out out            March closed on an empty ledger, everything in it
  check.py                                     no files: only the expectations that were written by hand
  check.py --write-case clinic.json            the events as one case for `ordain test`, with the outcomes and
                                               effects that expected.json has: outcomes are not in the CSV

Compared are
  1. every fine and every pay of effects.csv, a row at a time, with an own reading of the handbooks;
  2. every refused event of rejected.jsonl: line, id and code;
  3. payroll.csv: each figure of each person, and once more as what follows from the rows of effects.csv;
  4. the points of effects.csv with the bookings pts-N and dep-N and the monthly sheets made from them;
  5. expected.json, written by hand: all effects of the awkward events, seven people's March.
Exit 0: all equal. Exit 1: the differences, one a line. Exit 2: a file cannot be read.

What this model leaves out: settings other than the first, events recorded out of the order in which they
happened (but for policies that count nothing), the minimum-wage parameter (the roster gives the wage).
"""
import argparse
import csv
import json
import sys
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHINA = timezone(timedelta(hours=8))
CENT = Decimal("0.01")
# A month is closed on the 5th of the next: what is recorded later waits for the next close (--known-by).
KNOWN_BY = {"2016-01": datetime(2016, 2, 5, tzinfo=CHINA), "2016-02": datetime(2016, 3, 5, tzinfo=CHINA),
            "2016-03": datetime(2016, 4, 5, tzinfo=CHINA)}
MONTHS = tuple(KNOWN_BY)


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def month_of(t):
    return t.astimezone(CHINA).strftime("%Y-%m")


def half_up(amount):
    return amount.quantize(CENT, ROUND_HALF_UP)


class Refused(Exception):
    """Its argument is the code."""


# ---- facts: names and types -------------------------------------------------------------------------
# text, bool, int (whole number), num (money or number), list; a question mark: optional.

TYPES = {
    "text": lambda v: isinstance(v, str),
    "bool": lambda v: isinstance(v, bool),
    "int": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "num": lambda v: isinstance(v, (int, Decimal)) and not isinstance(v, bool),
    "list": lambda v: isinstance(v, list),
}
FORM = "record:text complete:bool? on_time:bool? unqualified:bool? erroneous:bool? late:bool? passed:bool?"
FACTS = {
    "lige.complaint_tier": "amount:num direct_loss:bool refund:bool grave_accident:bool death:bool "
    "reputation_loss:bool? compensation:bool? patient_satisfied:bool?",
    "lige.complaint_fines": "tier:text responsible:list superiors:list leaders:list",
    "lige.self_inspection_lapse": "employee:text superior:text head:text issue:text fine_choice:num?",
    "lige.administrative_round_lapse": "employee:text institution:text issue:text liable:list?",
    "lige.service_complaint_fine": "verified:bool liable:list tier:text?",
    "lige.complaint_process": "complaint:text event:text location:text by:text? class:text? refund:bool?",
    "lige.case_number": "institution:text",
    "lige.membership_tier": "customer:text amount:num? assets:num?",
    "lige.tier_shares": "count_a:int count_b:int count_c:int count_d:int",
    "kangmei.leader_points": "leader:text " + FORM,
    "kangmei.service_lapse": "employee:text team:text item:text",
    "kangmei.rude_treatment": "employee:text team:text",
    "kangmei.discipline": "employee:text team:text conduct:text",
    "kangmei.commission": "employee:text team:text web_visits:int web_screenings:int phone_visits:int "
    "phone_screenings:int surgery_fees:num",
    "kangmei.best_employees": "candidates:list",
    "kangmei.monthly_pay": "employee:text role:text base:num full_attendance:bool points:num "
    "commission:num award_rank:int?",
    "baidecheng.form_points": "employee:text " + FORM,
    "baidecheng.service_lapse": "employee:text team:text item:text",
    "baidecheng.rude_treatment": "employee:text team:text",
    "baidecheng.discipline": "employee:text team:text conduct:text",
    "baidecheng.basic_bonus": "employee:text visits:int consumption:num",
    "baidecheng.team_bonus": "members:list",
    "baidecheng.booking_fraud": "people:list offence:text",
    "baidecheng.missed_target": "employee:text employment_month:int target:num? sales:num?",
    "baidecheng.individual_points": "employee:text points:num",
    "baidecheng.department_points": "department:text supervisor:text points:num",
    "hospital.dress_violation": "employee:text violation:text failed_items:list?",
    "satisfaction.suggestion_award": "employee:text suggestion:text effective:bool amount:num?",
    "performance.leave_deduction": "employee:text base_wage:num leave_days:num",
    "anniversary.returning_commission": "consultant:text last_visit_on:text visit_on:text amount:num normal_rate:num",
}


def check_facts(policy, facts):
    if policy not in FACTS:
        raise Refused("unknown_policy")
    spec = [item.split(":") for item in FACTS[policy].split()]
    for name, kind in spec:
        if not kind.endswith("?") and facts.get(name) is None:
            raise Refused("missing_fact")
    for name, kind in spec:
        if facts.get(name) is not None and not TYPES[kind.rstrip("?")](facts[name]):
            raise Refused("wrong_type")
    for name in facts:
        if name not in [n for n, _ in spec]:
            raise Refused("unknown_fact")


# ---- the money rules --------------------------------------------------------------------------------

TIER_FINES = {  # responsible, superior, leader
    "I": (50, 100, 200),
    "II": (200, 400, 800),
    "III": (300, 600, 1200),
    "IV": (500, 1000, 2000),
    "V": (1000, 2000, 4000),
}
ROLES = {"responsible": 0, "superior": 1, "leader": 2}


def highest(pairs):
    """Each person once, the highest amount."""
    out = {}
    for person, amount in pairs:
        out[person] = max(out.get(person, 0), amount)
    return [("fine", person, Decimal(amount)) for person, amount in out.items()]


def complaint_fines(f, past):
    columns = zip(("responsible", "superiors", "leaders"), TIER_FINES[f["tier"]])
    return highest([(person, amount) for role, amount in columns for person in f[role]])


def service_complaint_fine(f, past):
    if not f["verified"]:
        return []
    if any(not 200 <= x["amount"] <= 500 for x in f["liable"]):
        raise Refused("out_of_range")
    tier = TIER_FINES.get(f.get("tier"), (0, 0, 0))
    return highest([(x["person"], max(x["amount"], tier[ROLES[x["role"]]] if x["role"] in ROLES else 0))
                    for x in f["liable"]])


def ladder(f, past):
    own = [p for p in past if p["employee"] == f["employee"]]
    return len(own) + 1, sum(p["issue"] == f["issue"] for p in own) + 1


def self_inspection_lapse(f, past):
    occurrence, same_issue = ladder(f, past)
    if same_issue >= 3:
        fine = 200
    elif occurrence == 1 or f.get("fine_choice") is None:
        return []
    elif f["fine_choice"] not in (50, 100):
        raise Refused("out_of_range")
    else:
        fine = f["fine_choice"]
    return highest([(f[who], fine) for who in ("employee", "superior", "head")])


def administrative_round_lapse(f, past):
    occurrence, same_issue = ladder(f, past)
    if same_issue >= 3 or occurrence == 1:
        return []
    if any(not 100 <= x["amount"] <= 1000 for x in f.get("liable") or []):
        raise Refused("out_of_range")
    return highest([(x["person"], x["amount"]) for x in f.get("liable") or []])


def pays(*pairs):
    return [("pay", to, Decimal(amount)) for to, amount in pairs if amount > 0]


def commission(f, past):
    fees = Decimal(f["surgery_fees"])
    own = (15 * f["web_visits"] + f["web_screenings"] + 10 * f["phone_visits"]
           + Decimal("0.5") * f["phone_screenings"] + fees * 2 / 100)
    team = 5 * f["phone_visits"] + Decimal("0.5") * f["phone_screenings"] + fees / 100
    return pays((f["employee"], half_up(own)), ("team:" + f["team"], half_up(team)))


def best_employees(f, past):
    out = []
    for c in f["candidates"]:
        place = 1 + sum(d["votes"] > c["votes"] for d in f["candidates"])
        alone = sum(d["votes"] == c["votes"] for d in f["candidates"]) == 1
        if c["votes"] > 0 and alone and place <= 3:
            out.append((c["employee"], (150, 100, 50)[place - 1]))
    return pays(*out)


def monthly_pay(f, past):
    total = (f["base"] + (200 if f["role"] == "leader" else 0) + (30 if f["full_attendance"] else 0)
             + f["points"] + f["commission"] + {None: 0, 1: 150, 2: 100, 3: 50}[f.get("award_rank")])
    return pays((f["employee"], total))


def basic_bonus(f, past):
    visits = f["visits"]
    if visits == 0 or f["consumption"] < 10000 * visits:
        return []
    rate = 50 if visits >= 30 else 40 if visits >= 20 else 30 if visits >= 10 else 10
    return pays((f["employee"], rate * visits))


def team_bonus(f, past):
    reached = all(m["visits"] >= 20 for m in f["members"])
    return pays(*[(m["employee"], 200) for m in f["members"]]) if reached else []


def booking_fraud(f, past):
    before = {person for p in past for person in p["people"]}
    return [("fine", person, Decimal(200)) for person in dict.fromkeys(f["people"]) if person not in before]


def missed_target(f, past):
    def missed(g):
        return g["employment_month"] > 1 and g["sales"] < g["target"]

    if not missed(f):
        return []
    before = [p for p in past if p["employee"] == f["employee"]
              and p["employment_month"] == f["employment_month"] - 1]
    return [("fine", f["employee"], Decimal(500 if before and missed(before[-1]) else 100))]


def individual_points(f, past):
    return [("fine" if f["points"] < 0 else "pay", f["employee"], 10 * abs(Decimal(f["points"])))]


def dress_violation(f, past):
    return [("fine", f["employee"], Decimal(10 if f["violation"] == "appearance" else 20))]


def suggestion_award(f, past):
    paid = any(p["suggestion"] == f["suggestion"] and p["effective"] for p in past)
    return pays((f["employee"], f["amount"])) if f["effective"] and not paid else []


def leave_deduction(f, past):
    return [("fine", f["employee"], half_up(Decimal(f["base_wage"]) * Decimal(f["leave_days"]) / 26))]


def returning_commission(f, past):
    last, visit = (date.fromisoformat(f[k]) for k in ("last_visit_on", "visit_on"))
    year_later = (last + timedelta(days=1)).replace(year=last.year + 1) - timedelta(days=1) if last.month == 2 and last.day == 29 \
        else last.replace(year=last.year + 1)
    rate = Decimal(f["normal_rate"]) + (Decimal("0.05") if visit >= year_later else 0)
    return pays((f["consultant"], half_up(Decimal(f["amount"]) * rate)))


RULES = {
    "lige": (complaint_fines, service_complaint_fine, self_inspection_lapse, administrative_round_lapse),
    "kangmei": (commission, best_employees, monthly_pay),
    "baidecheng": (basic_bonus, team_bonus, booking_fraud, missed_target, individual_points),
    "hospital": (dress_violation,),
    "satisfaction": (suggestion_award,),
    "performance": (leave_deduction,),
    "anniversary": (returning_commission,),
}
MONEY = {f"{book}.{rule.__name__}": rule for book, rules in RULES.items() for rule in rules}


# ---- recording and settling -------------------------------------------------------------------------


class Clinic:
    def __init__(self, roster, lines):
        self.roster, self.lines = roster, lines
        self.recorded = {}  # id -> the line, in order
        self.effects = {}  # id -> [(kind, to, amount)]
        self.reversed_by = {}
        self.settled = {}  # id -> month
        self.carried = defaultdict(Decimal)
        self.rejected, self.skipped = [], []

    def record(self, known_by):
        """Reads the whole file, as every close does; refuses again what it refused before."""
        self.rejected, self.skipped = [], []
        for number, text in enumerate(self.lines, 1):
            event = {}
            try:
                try:
                    event = json.loads(text, parse_float=Decimal)
                except json.JSONDecodeError:
                    raise Refused("bad_json") from None
                if instant(event["recorded_at"]) <= known_by:
                    self.one(number, event)
            except Refused as refused:
                self.rejected.append((number, event.get("id", ""), str(refused)))

    def one(self, number, event):
        known = self.recorded.get(event["id"])
        if known is not None:
            same = all(known.get(k) == event.get(k) for k in ("policy", "facts", "reverses"))
            if not same or instant(known["at"]) != instant(event["at"]):
                raise Refused("ledger_conflict")
            if number != known["line"]:
                self.skipped.append((number, event["id"]))
            return
        if "reverses" in event:
            if event["reverses"] not in self.recorded:
                raise Refused("unknown_event")
            if event["reverses"] in self.reversed_by:
                raise Refused("already_reversed")
            self.reversed_by[event["reverses"]] = event["id"]
        else:
            check_facts(event["policy"], event["facts"])
            rule = MONEY.get(event["policy"])
            past = [e["facts"] for e in self.recorded.values() if e.get("policy") == event["policy"]
                    and e["id"] not in self.reversed_by]
            self.effects[event["id"]] = rule(event["facts"], past) if rule else []
        self.recorded[event["id"]] = {**event, "line": number}

    def close(self, month):
        """Rows (event, effect, to, amount) of the month, and the payroll of every person."""
        rows = []
        for event in self.recorded.values():
            name = event["id"]
            if name in self.settled or month_of(instant(event["at"])) > month:
                continue
            if "reverses" in event:
                if event["reverses"] in self.settled:
                    undone = self.effects[event["reverses"]]
                    rows += [(name, kind, to, -amount) for kind, to, amount in undone]
                    self.settled[name] = month
            elif name not in self.reversed_by:
                rows += [(name, *effect) for effect in self.effects[name]]
                self.settled[name] = month
        carried_in = dict(self.carried)
        payroll = settle(self.roster, rows, carried_in)
        self.carried.update({person: row["carried_over"] for person, row in payroll.items()})
        return rows, payroll, carried_in


def settle(roster, rows, carried_in):
    """payroll.month with over_cap = carry: 20 % of the wage, and the minimum wage stays."""
    out = {}
    for person, entry in roster.items():
        gross, minimum = Decimal(entry["gross_wage"]), Decimal(entry["minimum_wage"])
        own = [(kind, amount) for _, kind, to, amount in rows if to == person]
        # A fine that comes back is pay, pay that is taken back is a deduction.
        pay = sum((abs(a) for kind, a in own if (kind == "pay") == (a > 0)), Decimal(0))
        wanted = sum((abs(a) for kind, a in own if (kind == "fine") == (a > 0)), Decimal(0))
        before = carried_in.get(person, Decimal(0))
        limit = max(Decimal(0), half_up(min(gross * 20 / 100, gross + pay - minimum)))
        allowed = min(wanted + before, limit)
        out[person] = {"gross_wage": gross, "pay": pay, "points_money": Decimal(0),
                       "deductions_wanted": wanted, "carried_in": before, "deductions_allowed": allowed,
                       "carried_over": wanted + before - allowed, "net": gross + pay - allowed,
                       "minimum_wage": minimum}
    return out


# ---- comparing --------------------------------------------------------------------------------------


class Report:
    def __init__(self):
        self.lines, self.compared = [], Counter()

    def equal(self, what, where, told, expected):
        self.compared[what] += 1
        if told != expected:
            self.lines.append(f"{what}: {where}: is {told}, should be {expected}")

    def multiset(self, what, told, expected):
        self.compared[what] += sum(expected.values())
        for item in sorted((told - expected).elements(), key=str):
            self.lines.append(f"{what}: too much: {shown(item)}")
        for item in sorted((expected - told).elements(), key=str):
            self.lines.append(f"{what}: missing: {shown(item)}")


def shown(item):
    return " ".join(str(x) for x in item)


def money(text):
    return Decimal(text).normalize() + 0  # 100 and 1E+2 are equal as Decimals; this is for printing


def effect_key(effect):
    """(kind, to, value) of an effect of expected.json."""
    value = next((v for k, v in effect.items() if k not in ("effect", "to")), "")
    return (effect["effect"], effect.get("to", ""), money(value) if isinstance(value, (int,
        Decimal)) else value)


def row_key(row):
    return row["effect"], row["to"], money(row["amount"]) if row["amount"] else row["detail"]


def compare_effects(report, table, clinic, rows, month):
    told = Counter((r["event"], r["effect"], r["to"], money(r["amount"])) for r in table
                   if r["effect"] in ("fine", "pay"))
    report.multiset("effects.csv, money", told, Counter((e, kind, to, money(amount)) for e, kind, to,
                                                        amount in rows))
    for r in table:
        event = clinic.recorded.get(r["event"])
        if event is None:
            report.equal("effects.csv, events", r["event"], "there", "absent")
            continue
        decided = clinic.recorded[event["reverses"]] if "reverses" in event else event
        report.equal("effects.csv, policy", r["event"], r["policy"], decided["policy"])
        report.equal("effects.csv, clause", r["event"], bool(r["cites"]), True)
        report.equal("effects.csv, settled", r["event"], month, clinic.settled.get(r["event"], "never"))
        person = "" if ":" in r["to"] else r["to"]
        report.equal("effects.csv, person", r["event"], r["person"], person)


def compare_points(report, table, clinic, month):
    points = [r for r in table if r["effect"] == "points"]
    own = {r["event"]: money(r["amount"]) for r in points if r["person"]}
    team = {r["event"]: money(r["amount"]) for r in points if not r["person"]}
    sheets = defaultdict(Decimal)
    for r in points:
        if r["policy"].startswith("kangmei.") and r["person"]:
            sheets[r["person"], month_of(instant(r["at"]))] += Decimal(r["amount"])
    for name, event in clinic.recorded.items():
        if clinic.settled.get(name) != month:
            continue
        if event.get("policy") == "kangmei.monthly_pay":
            f = event["facts"]
            report.equal("points, monthly sheet", f"{name} {f['employee']}", sheets[f["employee"],
                month_of(instant(event["at"]))], Decimal(f["points"]))
        for prefix, booked in (("pts", own), ("dep", team)):
            if name.startswith(prefix + "-"):
                breach = "evt" + name[3:]
                report.equal("points, booking", f"{name} of {breach}", booked.get(breach, Decimal(0)),
                             money(event["facts"]["points"]))
            elif name.startswith("evt-") and name in booked and event["policy"].startswith("baidecheng."):
                report.equal("points, booked", name, prefix + name[3:] in clinic.recorded, True)


def compare_payroll(report, path, month, payroll, name):
    told = {}
    for row in csv.DictReader(path.open(encoding="utf-8", newline="")):
        report.equal(name, f"{row['person']} month", row["month"], month)
        told[row["person"]] = row
    report.multiset(name + ", people", Counter((p,) for p in told), Counter((p,) for p in payroll))
    for person, expected in payroll.items():
        for field, value in expected.items() if person in told else ():
            report.equal(name, f"{person} {field}", Decimal(told[person][field]), value)


def compare_rejected(report, path, clinic):
    told = Counter()
    for text in path.read_text(encoding="utf-8").splitlines():
        r = json.loads(text)
        told[r["line"], r["id"], r["code"]] += 1
    report.multiset("rejected.jsonl", told, Counter(clinic.rejected))


def compare_expected(report, expected, clinic, payroll, month, table):
    last = month == expected["closes"][-1]
    for e in expected["events"]:
        if last:
            report.equal("expected.json, recorded", e["id"], e["id"] in clinic.recorded, True)
        if clinic.settled.get(e["id"]) != month and not (last and e["id"] not in clinic.settled):
            continue
        is_reversal = "reverses" in clinic.recorded[e["id"]]
        wanted = Counter(effect_key(x) for x in e["effects"])
        model = Counter((kind, to, money(amount if not is_reversal else -amount)) for kind, to,
                        amount in (clinic.effects[clinic.recorded[e["id"]]["reverses"]
                                                  if is_reversal else e["id"]]
                                   if e["id"] in clinic.settled else []))
        report.multiset(f"expected.json, {e['id']} in the model", model,
                        Counter(k for k in wanted.elements() if k[0] in ("fine", "pay")))
        if table is not None:
            told = Counter(row_key(r) for r in table if r["event"] == e["id"]
                           and (not is_reversal or r["effect"] in ("fine", "pay")))
            report.multiset(f"expected.json, {e['id']} in effects.csv", told, wanted)
    for e in expected["settlements"]:
        if e["month"] == month:
            for field in [k for k in e if k not in ("month", "person", "case")]:
                report.equal("expected.json, settlements", f"{e['person']} {field}",
                             payroll[e["person"]][field], Decimal(e[field]))
    if last:
        report.multiset("expected.json, rejected", Counter(clinic.rejected),
                        Counter((r["line"], r["id"], r["code"]) for r in expected["rejected"]))
        report.multiset("expected.json, skipped", Counter(clinic.skipped),
                        Counter((s["line"], s["id"]) for s in expected["skipped"]))


def write_case(path, clinic, expected):
    """The events that stand as steps of one case; those of expected.json with what they must give."""
    told = {e["id"]: e for e in expected["events"]}
    refused = {r["line"]: r["code"] for r in expected["rejected"] if r["code"] in ("out_of_range",
        "missing_fact", "wrong_type")}
    standing = {e["line"] for e in clinic.recorded.values()}
    steps = []
    for number, text in enumerate(clinic.lines, 1):
        if number not in standing and number not in refused:
            continue
        event = json.loads(text)
        if "reverses" in event or event["id"] in clinic.reversed_by:
            continue  # a case knows no reversals
        step = {"policy": event["policy"], "at": event["at"], "facts": event["facts"]}
        if number in refused:
            step["error"] = refused[number]
        elif event["id"] in told:
            step["outcome"], step["effects"] = told[event["id"]]["outcome"], told[event["id"]]["effects"]
        steps.append(step)
    reading = "The awkward events of the demo data, each in its place among the others."
    case = {"policy": "lige.complaint_tier", "cites": [], "reading": reading, "facts": {}, "outcome": {},
            "effects": [], "settings": {}, "cases": [{"name": "January to March 2016", "steps": steps}]}
    path.write_text(json.dumps(case, ensure_ascii=False) + "\n", encoding="utf-8")


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--month", choices=MONTHS, default=MONTHS[-1],
                           help="the month that was closed, after all earlier ones")
    arguments.add_argument("--only", choices=MONTHS, help="the month that was closed, on an empty ledger")
    arguments.add_argument("--out", type=Path, help="folder of payroll.csv, effects.csv and rejected.jsonl")
    arguments.add_argument("--write-case", type=Path, help="file to write")
    a = arguments.parse_args()
    month = a.only or a.month
    try:
        roster = {row["person"]: row
                  for row in csv.DictReader((HERE / "roster.csv").open(encoding="utf-8", newline=""))}
        lines = (HERE / "events.jsonl").read_text(encoding="utf-8").splitlines()
        expected = json.loads((HERE / "expected.json").read_text(encoding="utf-8"), parse_float=Decimal)
        table = (list(csv.DictReader((a.out / "effects.csv").open(encoding="utf-8", newline="")))
                 if a.out else None)
        report = Report()
        clinic = Clinic(roster, lines)
        for each in [month] if a.only else MONTHS[: MONTHS.index(month) + 1]:
            clinic.record(KNOWN_BY[each])
            rows, payroll, carried_in = clinic.close(each)
        if a.out:
            compare_effects(report, table, clinic, rows, month)
            compare_points(report, table, clinic, month)
            compare_rejected(report, a.out / "rejected.jsonl", clinic)
            compare_payroll(report, a.out / "payroll.csv", month, payroll, "payroll.csv")
            told = [(r["event"], r["effect"], r["to"], Decimal(r["amount"])) for r in table
                    if r["effect"] in ("fine", "pay")]
            compare_payroll(report, a.out / "payroll.csv", month, settle(roster, told, carried_in),
                            "payroll.csv from effects.csv")
        if not a.only:
            compare_expected(report, expected, clinic, payroll, month, table)
        if a.write_case:
            hand = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))
            write_case(a.write_case, clinic, hand)
    except (OSError, KeyError, ValueError) as error:
        print(f"check: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    for line in report.lines:
        print(line)
    kinds = Counter()
    for what, n in report.compared.items():
        kinds[what.split(",")[0]] += n
    print(f"{month}: " + ", ".join(f"{n} of {what}" for what, n in kinds.items())
          + f" compared, {len(report.lines)} differences")
    return 1 if report.lines else 0


if __name__ == "__main__":
    with localcontext(Context(prec=34)):
        sys.exit(main())
