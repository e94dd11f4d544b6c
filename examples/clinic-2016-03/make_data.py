#!/usr/bin/env python3
"""Makes the demo data of this folder: roster.csv, events.jsonl, expected.json and README.md.

Same bytes on every run and machine: one seed, no clock, no set order, and only Random.random() is
used (the other methods of random have changed between Python versions).

The ordinary events are drawn at random. The awkward ones are written by hand (`awkward()`), for people
whom the random part leaves alone, so that their month can be settled by hand. What is expected of them is
written next to them, from the readings of the handbooks; nothing of it is computed by the engine.

Two kinds of events follow from others, and the script keeps count of the points for that:
  pts-N, dep-N   the bookings of the points that breach evt-N cost the person and the department (baidecheng)
  monthly_pay    the month's points of a kangmei employee
check.py compares these points with what the engine finds.
"""
import csv
import io
import json
import random
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHINA = timezone(timedelta(hours=8))
MONTHS = ("2016-01", "2016-02", "2016-03")
SHARE = {"2016-01": 0.30, "2016-02": 0.24, "2016-03": 1.0}  # how busy a month is, of March
# Working days: spring festival 7 to 13 February, made up for on 6 and 14 February; 1 to 3 January.
OFF = {date(2016, 1, 1)} | {date(2016, 2, d) for d in range(8, 13)}
MADE_UP = {date(2016, 2, 6), date(2016, 2, 14)}

rng = random.Random(20160301)


def below(n):
    return int(rng.random() * n)


def pick(items):
    return items[below(len(items))]


def chance(p):
    return rng.random() < p


def weighted(pairs):
    x = rng.random() * sum(w for _, w in pairs)
    for value, w in pairs:
        x -= w
        if x < 0:
            return value
    return pairs[-1][0]


def sample(items, n):
    items = list(items)
    return [items.pop(below(len(items))) for _ in range(n)]


# ---- the people -------------------------------------------------------------------------------------

# Monthly minimum wages of the cities in the first quarter of 2016, CNY.
INSTITUTIONS = [
    ("AA", "上海", 2020, "lige"), ("AB", "杭州", 1860, "lige"),
    ("AC", "南京", 1770, "lige"), ("AD", "广州", 1895, "lige"),
    ("AE", "成都", 1500, "kangmei"), ("AF", "武汉", 1550, "kangmei"), ("AG", "长沙", 1390, "kangmei"),
    ("AH", "北京", 1720, "baidecheng"), ("AI", "天津", 1850, "baidecheng"),
    ("AJ", "西安", 1480, "baidecheng"),
]
# Twelve people each: posts with the number of their department and team.
POSTS = {
    "lige": "manager0 head1 head2 supervisor1 supervisor2 doctor1 doctor1 doctor2 "
            "nurse1 nurse1 nurse2 nurse2",
    "kangmei": "manager0 head0 leader1 consultant1 consultant1 consultant1 "
               "leader2 consultant2 consultant2 consultant2 doctor3 nurse3",
    "baidecheng": "manager0 supervisor0 leader1 consultant1 consultant1 consultant1 "
                  "leader2 consultant2 consultant2 consultant2 doctor3 nurse3",
}
WAGES = {"manager": (15000, 21000), "head": (9000, 12000), "supervisor": (5500, 7500),
         "doctor": (7000, 12000), "nurse": (3300, 4800), "leader": (4200, 5400),
         "consultant": (2700, 3800)}
# Wages and dates of joining that the awkward ones need.
FIXED = {"E020": (6000, "2012-07-02"), "E023": (3400, "2014-03-03"), "E024": (3600, "2013-05-06"),
         "E047": (1895, "2014-06-02"), "E048": (1950, "2015-09-01"), "E116": (3300, "2014-02-17"),
         "E117": (3100, "2013-10-08"), "E118": (3000, "2015-09-01"), "E101": (2700, "2016-01-04"),
         "E112": (2800, "2016-01-04"), "E053": (2700, "2016-01-04"), "E008": (7000, "2015-12-14")}
# People of the awkward ones: the random events leave them alone.
HELD_BACK = {f"E{n:03d}" for n in (15, 17, 20, 23, 24, 27, 29, 32, 35, 36, 39, 41, 44, 47, 48, 79, 80, 81, 82,
                                   87, 88, 89, 90, 115, 116, 117, 118)}

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
GIVEN = ("静怡 建国 雅婷 志强 秀英 晓燕 海涛 敏 丽华 伟 文博 婷婷 立新 玉兰 俊杰 梦洁 春梅 国栋 "
         "思远 佳慧 红霞 明辉 欣然 桂芳 子涵 永强 淑珍 晨曦 芳 浩然 雪梅 振华 美玲 天宇 洁 慧敏").split()


class Person:
    def __init__(self, number, institution, minimum, handbook, role, group):
        self.id = f"E{number:03d}"
        self.institution, self.minimum, self.handbook = institution, minimum, handbook
        self.role, self.group = role, group
        self.department, self.team = f"{institution}-D{group}", f"{institution}-T{group}"


def make_people():
    people, names = [], set()
    for institution, _, minimum, handbook in INSTITUTIONS:
        for held in POSTS[handbook].split():
            role, group = held[:-1], int(held[-1])
            p = Person(len(people) + 1, institution, minimum, handbook, role, group)
            while True:
                p.name = pick(SURNAMES) + pick(GIVEN)
                if p.name not in names:
                    break
            names.add(p.name)
            low, high = WAGES[role]
            p.wage = low + 50 * below((high - low) // 50 + 1)
            p.joined = date(2008 + below(7), 1 + below(12), 1 + below(28)).isoformat()
            if p.id in FIXED:
                p.wage, p.joined = FIXED[p.id]
            people.append(p)
    return people


PEOPLE = make_people()
BY_ID = {p.id: p for p in PEOPLE}


def staff(handbook, roles, held_back=False):
    return [p for p in PEOPLE if p.handbook == handbook and p.role in roles
            and (held_back or p.id not in HELD_BACK)]


# ---- events -----------------------------------------------------------------------------------------

def moment(text):
    """2016-03-05T10:12 (China, unless an offset is given)."""
    t = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return t if t.tzinfo else t.replace(tzinfo=CHINA)


def rfc3339(t, utc=False):
    if utc:
        return t.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return t.astimezone(CHINA).isoformat()


class Happening:
    """One line of events.jsonl before it has its id and the time of its recording."""

    def __init__(self, policy, at, facts, label=None, recorded=None, utc=False, **rest):
        self.policy, self.at, self.facts, self.label, self.utc = policy, at, facts, label, utc
        self.recorded = moment(recorded) if recorded else None
        self.of = rest.get("of")              # booking: the breach that it books
        self.prefix = rest.get("prefix", "evt")
        self.reverses = rest.get("reverses")  # label of the event, or an id
        self.reason = rest.get("reason")
        self.same_id_as = rest.get("same_id_as")
        self.raw = rest.get("raw")
        self.id = None


events = []


def add(policy, at, facts, label=None, **rest):
    h = Happening(policy, moment(at) if isinstance(at, str) else at, facts, label, **rest)
    events.append(h)
    return h


def days_of(month, working=True):
    day = date(int(month[:4]), int(month[5:]), 1)
    out = []
    while day.isoformat()[:7] == month:
        is_working = day in MADE_UP or (day.weekday() < 5 and day not in OFF)
        if is_working or not working:
            out.append(day)
        day += timedelta(days=1)
    return out


def clock(day, first=9, last=17):
    """Some minute of the working day."""
    minute = first * 60 + below((last - first) * 60)
    return datetime(day.year, day.month, day.day, minute // 60, minute % 60, below(60), tzinfo=CHINA)


def last_day(month, hour, minute=0):
    day = days_of(month, working=False)[-1]
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHINA)


def several(march):
    """For each month its number of events, March having `march`."""
    return [(m, day) for m in MONTHS for day in [pick(days_of(m)) for _ in range(round(march * SHARE[m]))]]


# ---- lige -------------------------------------------------------------------------------------------

ISSUES = ("badge uniform late_shift_handover dirty_treatment_room record_not_signed phone_at_desk "
          "no_greeting consent_form_missing waiting_list_not_posted instrument_count").split()


def post(institution, role, group):
    return [p for p in PEOPLE if (p.institution, p.role, p.group) == (institution, role, group)][0]


def lige():
    workers = staff("lige", ("doctor", "nurse"))
    for _, day in several(30):
        person = pick(workers)
        mates = [p for p in workers if p.team == person.team and p is not person]
        supervisor = post(person.institution, "supervisor", person.group)
        manager = post(person.institution, "manager", 0)
        at = clock(day, 9, 16)
        add("lige.case_number", at, {"institution": person.institution})
        tier = weighted([("I", 60), ("II", 25), ("III", 10), ("IV", 5)])
        facts = {"amount": 0, "direct_loss": False, "refund": False, "grave_accident": False, "death": False}
        if tier != "I":
            low, high = {"II": (300, 20000), "III": (20050, 50000), "IV": (50050, 100000)}[tier]
            facts["amount"] = low + 50 * below((high - low) // 50 + 1)
            facts["direct_loss"] = True
            facts["refund"] = chance(0.7)
            if tier in ("III", "IV"):
                facts["reputation_loss"] = chance(0.6)
            if tier == "IV":
                facts["compensation"] = chance(0.8)
                facts["patient_satisfied"] = chance(0.4)
        add("lige.complaint_tier", at + timedelta(minutes=10 + below(40)), facts)
        later = [d for d in days_of(day.isoformat()[:7]) if day < d <= day + timedelta(days=4)]
        if not later:
            continue  # still open at the end of the month
        responsible = [person.id] + ([pick(mates).id] if mates and chance(0.2) else [])
        superiors = [supervisor.id] if tier != "I" or chance(0.5) else []
        leaders = [manager.id] if tier in ("III", "IV") or (tier == "II" and chance(0.3)) else []
        add("lige.complaint_fines", clock(pick(later)),
            {"tier": tier, "responsible": responsible, "superiors": superiors, "leaders": leaders})
    for _, day in several(16):
        person = pick(workers)
        verified = chance(0.8)
        liable = [{"person": person.id, "role": "responsible", "amount": 200 + 50 * below(5)}]
        if chance(0.35):
            liable.append({"person": post(person.institution, "supervisor", person.group).id,
                           "role": "superior", "amount": 200})
        facts = {"verified": verified, "liable": liable}
        if chance(0.2):
            facts["tier"] = pick(["I", "II"])
        add("lige.service_complaint_fine", clock(day), facts)
    for _, day in several(45):
        person = pick(workers)
        facts = {"employee": person.id, "superior": post(person.institution, "supervisor", person.group).id,
                 "head": post(person.institution, "head", person.group).id, "issue": pick(ISSUES)}
        if chance(0.95):
            facts["fine_choice"] = weighted([(50, 3), (100, 1)])
        add("lige.self_inspection_lapse", clock(day), facts)
    for _, day in several(20):
        person = pick(workers)
        facts = {"employee": person.id, "institution": person.institution, "issue": pick(ISSUES[:7])}
        supervisor = post(person.institution, "supervisor", person.group)
        facts["liable"] = [{"person": person.id, "amount": 100 + 50 * below(4)},
                           {"person": supervisor.id, "amount": 100 + 50 * below(3)}]
        add("lige.administrative_round_lapse", clock(day), facts)
    for month in MONTHS:
        for _ in range(round(330 * SHARE[month])):
            facts = {"customer": f"M{1001 + below(160)}"}
            if chance(0.85):
                facts["amount"] = weighted([(2000 + 100 * below(180), 70), (20000 + 500 * below(160), 25),
                                            (100000 + 5000 * below(60), 5)])
            if chance(0.08):
                facts["assets"] = 1000000 * (2 + below(60))
            add("lige.membership_tier", clock(pick(days_of(month, working=False)), 9, 19), facts)
        for institution, _, _, handbook in INSTITUTIONS:
            if handbook == "lige":
                add("lige.tier_shares", last_day(month, 18, 30),
                    {"count_a": 8 + below(10), "count_b": 40 + below(45),
                     "count_c": 190 + below(110), "count_d": 560 + below(160)})


# ---- kangmei and baidecheng: points -----------------------------------------------------------------

LAPSES = ["impolite_phrases", "call_not_answered", "call_not_registered", "wrong_answer",
          "web_enquiry_not_handled", "tone_not_standard"]
CONDUCTS = {
    "personal_behaviour": "game music private_chat make_up snack loud_noise text_message private_call",
    "task": "task_not_done advertising_unknown project_unknown bad_attitude",
    "post": "wandering leaving_post", "attendance": "late early_leave absence", "praise": "praise"}
ITEMS = {conduct: item for item, conducts in CONDUCTS.items() for conduct in conducts.split()}


class Points:
    """What each record adds to a person and to the team, with the first reading of every setting."""

    def __init__(self):
        self.counts = {}
        self.flags = set()

    def count(self, *key):
        self.counts[key] = self.counts.get(key, 0) + 1
        return self.counts[key]

    def of(self, policy, facts, day):
        handbook, name = policy.split(".")
        if name in ("leader_points", "form_points"):
            who = facts["leader" if handbook == "kangmei" else "employee"]
            if facts["record"] == "spot_check":
                return who, 2 if facts["passed"] else -5, 0
            points = 0
            for flag, worth in (("complete", 1), ("on_time", 1), ("unqualified", -2), ("erroneous", -2),
                                ("late", -2)):
                if not facts.get(flag) or (flag == "on_time" and facts.get("late")):
                    continue
                key = (who, facts["record"], flag, day)
                points += 0 if key in self.flags else worth
                self.flags.add(key)
            return who, points, 0
        who = facts["employee"]
        if name == "service_lapse":
            return (who, *{1: (-2, 0), 2: (-3, -5)}.get(self.count(policy, who, facts["item"], day), (0, 0)))
        if name == "rude_treatment":
            return (who, *((-8, 0) if self.count(policy, who, day) <= 2 else (-12, -12)))
        item = ITEMS[facts["conduct"]]
        if item == "praise":
            return (who, 6, 0) if handbook == "kangmei" else (who, 10, 5)
        each, third, team = (2, 1, 5) if handbook == "kangmei" else {
            "personal_behaviour": (2, 1, 5), "task": (5, 10, 10), "post": (2, 6, 5),
                                                                     "attendance": (2, 6, 5)}[item]
        return (who, *{1: (-each, 0), 2: (-each, 0),
                       3: (-third, -team)}.get(self.count(policy, who, item, day), (0, 0)))


POINT_POLICIES = {"kangmei.leader_points", "kangmei.service_lapse", "kangmei.rude_treatment",
                  "kangmei.discipline", "baidecheng.form_points",
                  "baidecheng.service_lapse", "baidecheng.rude_treatment", "baidecheng.discipline"}


def form(handbook, person, record, day):
    facts = {"leader" if handbook == "kangmei" else "employee": person.id, "record": record}
    if record == "spot_check":
        facts["passed"] = chance(0.8)
    else:
        facts["complete"] = chance(0.92)
        facts["on_time" if chance(0.88) else "late"] = True
        if chance(0.05):
            facts["unqualified"] = True
        if chance(0.04):
            facts["erroneous"] = True
    add("kangmei.leader_points" if handbook == "kangmei" else "baidecheng.form_points", clock(day, 16, 18),
        facts)


def breaches(handbook, lapses, rude, discipline):
    people = staff(handbook, ("leader", "consultant"))
    conducts = [c for c in ITEMS if c not in (("project_unknown", "bad_attitude") if handbook == "kangmei"
                                              else ("advertising_unknown",))]
    for _, day in several(lapses):
        p, item = pick(people), pick(LAPSES)
        for _ in range(weighted([(1, 84), (2, 13), (3, 3)])):
            add(handbook + ".service_lapse", clock(day), {"employee": p.id, "team": p.team, "item": item})
    for _, day in several(rude):
        p = pick(people)
        for _ in range(weighted([(1, 85), (2, 12), (3, 3)])):
            add(handbook + ".rude_treatment", clock(day), {"employee": p.id, "team": p.team})
    for _, day in several(discipline):
        p = pick(people)
        conduct = "praise" if chance(0.3) else pick(conducts)
        for _ in range(1 if ITEMS[conduct] in ("praise", "attendance")
                       else weighted([(1, 86), (2, 9), (3, 5)])):
            add(handbook + ".discipline", clock(day), {"employee": p.id, "team": p.team, "conduct": conduct})


def kangmei():
    breaches("kangmei", 85, 12, 115)
    for p in staff("kangmei", ("leader",)):
        for month in MONTHS:
            for n, day in enumerate(days_of(month)):
                if month == "2016-03" or day.weekday() == 4:
                    form("kangmei", p, "assessment_form", day)
                    if n % 2 == 0:
                        form("kangmei", p, "registration_form", day)
                if day.weekday() == 2:
                    form("kangmei", p, "spot_check", day)
    for month in MONTHS:
        factor = 0.6 if month == "2016-02" else 1
        for p in staff("kangmei", ("leader", "consultant"), held_back=True):
            facts = {"employee": p.id, "team": p.team, "web_visits": int(factor * (2 + below(12))),
                     "web_screenings": int(factor * below(9)),
                     "phone_visits": int(factor * (1 + below(10))),
                     "phone_screenings": int(factor * below(12)),
                     "surgery_fees": 500 * int(factor * below(70))}
            label = None
            if (p.id, month) == ("E082", "2016-03"):
                facts.update(web_visits=4, web_screenings=0, phone_visits=2, phone_screenings=1,
                             surgery_fees=45678.25)
                label = "half_cent"
            add("kangmei.commission", last_day(month, 17, 30), facts, label)
        for institution, _, _, handbook in INSTITUTIONS:
            for group in (1, 2) if handbook == "kangmei" else ():
                members = [p.id for p in PEOPLE if p.institution == institution and p.group == group]
                votes = dict.fromkeys(members, 0)
                for _ in members:
                    votes[pick(members)] += 1
                label = None
                if (institution, group, month) == ("AG", 2, "2016-03"):
                    votes, label = {"E079": 0, "E080": 2, "E081": 1, "E082": 1}, "ballot_tie"
                add("kangmei.best_employees", last_day(month, 17),
                    {"candidates": [{"employee": e, "votes": v} for e, v in votes.items()]}, label)


def baidecheng():
    breaches("baidecheng", 78, 11, 88)
    for p in staff("baidecheng", ("leader", "consultant")):
        for month in MONTHS:
            for day in days_of(month):
                if day.weekday() == 4 or (month == "2016-03" and day.weekday() == 1 and p.role == "leader"):
                    form("baidecheng", p, "assessment_form" if p.role == "leader" else "registration_form",
                         day)
                if p.role == "leader" and day.day in (10, 20, 24):
                    form("baidecheng", p, "spot_check", day)
    sheet = {  # visits, consumption, target, sales of the people held back: month by month
        "E116": [(12, 150000, 30000, 34000), (9, 99000, 30000, 31000), (9, 89999.99, 30000, 30000)],
        "E117": [(11, 132000, 30000, 41000), (10, 120000, 30000, 36500), (10, 100000, 30000, 30500)],
        "E118": [(8, 60000, 30000, 22000), (6, 41000, 30000, 18000), (8, 60000, 30000, 29999.99)],
    }
    for m, month in enumerate(MONTHS):
        for institution in ("AH", "AI", "AJ"):
            for group in (1, 2):
                members = []
                for p in PEOPLE:
                    if (p.institution, p.group, p.role) != (institution, group, "consultant"):
                        continue
                    visits = (20 if institution == "AI" and group == 1 else 4) + below(26)
                    figures = (visits, visits * (7000 + 500 * below(20)), 30000, 24000 + 1000 * below(30))
                    visits, consumption, target, sales = sheet[p.id][m] if p.id in sheet else figures
                    members.append({"employee": p.id, "visits": visits})
                    add("baidecheng.basic_bonus", last_day(month, 17, 40),
                        {"employee": p.id, "visits": visits, "consumption": consumption},
                        {"E117": "exactly_10000_a_visit", "E116": "under_10000_a_visit"}.get(p.id) if m == 2
                        else None)
                    joined = date.fromisoformat(p.joined)
                    month_number = (2016 - joined.year) * 12 + m + 1 - joined.month + 1
                    facts = {"employee": p.id, "employment_month": month_number}
                    if facts["employment_month"] > 1:
                        facts.update(target=target, sales=sales)
                    label = {"E118": f"third_missed_target_{m + 1}", "E101": f"first_month_{m + 1}"}.get(p.id)
                    add("baidecheng.missed_target", last_day(month, 19), facts, label)
                add("baidecheng.team_bonus", last_day(month, 17, 50), {"members": members})


# ---- the awkward ones -------------------------------------------------------------------------------

def effect(kind, to, value):
    field = {"fine": "amount", "pay": "amount", "points": "amount", "sanction": "sanction",
             "notice": "notice", "bar": "from"}[kind]
    return {"effect": kind, "to": to, field: value}


def review(reason):
    return {"effect": "review", "reason": reason}


# Of README.md and expected.json: (what, label of the event, {outcome, effects, refused, skipped}, why).
CASES = []


def expect(what, label, why, **told):
    CASES.append((what, label, told, why))


def fines(*pairs):
    return [effect("fine", to, amount) for to, amount in pairs]


def lapse(label, at, employee, superior, head, issue, choice=None):
    facts = {"employee": employee, "superior": superior, "head": head, "issue": issue}
    if choice is not None:
        facts["fine_choice"] = choice
    return add("lige.self_inspection_lapse", at, facts, label)


def complaint(label, at, tier, responsible, superiors=(), leaders=(), **rest):
    return add("lige.complaint_fines", at,
               {"tier": tier, "responsible": list(responsible), "superiors": list(superiors),
                "leaders": list(leaders)}, label, **rest)


def tier(label, at, amount, **facts):
    add("lige.complaint_tier", at, {"amount": amount, "direct_loss": True, "refund": True,
                                    "grave_accident": False, "death": False, **facts}, label)


def awkward():
    # Repeats on one day.
    for n, time in ((1, "09:20"), (2, "14:05")):
        add("kangmei.service_lapse", f"2016-03-08T{time}",
            {"employee": "E080", "team": "AG-T2", "item": "call_not_answered"}, f"same_day_{n}")
    expect("second lapse of an item on one day (kangmei)", "same_day_2",
           "the day's figure becomes 5: 3 more, and 5 for the team once",
           outcome={"count": 2, "individual_points": -3, "collective_points": -5,
                    "individual_day_points": -5},
           effects=[effect("points", "E080", -3), effect("points", "team:AG-T2", -5)])
    lapse("self_1", "2016-03-10T09:15", "E044", "E041", "E039", "uniform")
    lapse("self_2", "2016-03-10T16:40", "E044", "E041", "E039", "record_not_signed", 50)
    expect("second lapse on one day (lige), another issue", "self_2",
           "from the second lapse on, same issue or not; superior and head pay the same",
           outcome={"occurrence": 2, "issue_occurrence": 1, "measure": "fine", "fine": 50, "total": 150},
           effects=fines(("E044", 50), ("E041", 50), ("E039", 50)))
    for n, time in ((1, "09:30"), (2, "11:10"), (3, "15:45")):
        add("baidecheng.rude_treatment", f"2016-03-15T{time}", {"employee": "E116", "team": "AJ-T2"},
            f"rude_{n}")
        add("kangmei.rude_treatment", f"2016-03-10T{time}", {"employee": "E081", "team": "AG-T2"},
            f"km_rude_{n}")
    expect("third rude case of a day (baidecheng)", "rude_3",
           "more than two begins with the third; setting rude_total = replace_event",
           outcome={"count": 3, "individual_points": -12, "collective_points": -12,
                    "individual_day_points": -28, "individual_money": -120},
           effects=[effect("points", "E116", -12), effect("points", "team:AJ-T2", -12)])
    expect("third rude case of a day (kangmei)", "km_rude_3", "as above, in points of 1 yuan",
           outcome={"count": 3, "individual_points": -12, "collective_points": -12,
                    "individual_day_points": -28},
           effects=[effect("points", "E081", -12), effect("points", "team:AG-T2", -12)])
    # Exactly 50 points in March: 28 + 8 + 8 + 2 + 2 + 2.
    for n, time in ((1, "10:00"), (2, "10:50")):
        add("baidecheng.rude_treatment", f"2016-03-17T{time}", {"employee": "E116", "team": "AJ-T2"})
    for day, item in ((18, "wrong_answer"), (21, "tone_not_standard"), (24, "call_not_registered")):
        add("baidecheng.service_lapse", f"2016-03-{day}T11:25",
            {"employee": "E116", "team": "AJ-T2", "item": item}, f"fifty_{day}")
    expect("50 points deducted in the month, exactly", "pts:fifty_24",
           "50 reaches the threshold: performance pay of the month and the year-end award are lost",
           outcome={"month_deducted": 50, "month_added": 0, "month_money": -500, "performance_pay_lost": True,
                    "award_barred": True},
           effects=fines(("E116", 20)) + [effect("bar", "E116", "performance_pay"),
                                          effect("bar", "E116", "year_end_award")])
    # The same issue for the third time, over three months; this person earns the minimum wage exactly.
    lapse("badge_1", "2016-01-12T10:05", "E047", "E041", "E039", "badge")
    lapse("badge_2", "2016-02-17T10:30", "E047", "E041", "E039", "badge", 50)
    lapse("badge_3", "2016-03-16T11:00", "E047", "E041", "E039", "badge")
    expect("third lapse of the same issue", "badge_3",
           "the earlier two are of January and February: no window, no reset",
           outcome={"occurrence": 3, "issue_occurrence": 3, "measure": "fine_and_probation", "fine": 200,
                    "total": 600},
           effects=fines(("E047", 200), ("E041", 200), ("E039", 200))
           + [effect("sanction", "E047", "probation")])
    # One person as superior and head.
    lapse("both_1", "2016-03-03T09:40", "E048", "E039", "E039", "phone_at_desk")
    expect("one person is superior and head: told once", "both_1",
           "first lapse: warnings, one notice, no fine",
           outcome={"occurrence": 1, "measure": "warning", "fine": 0, "total": 0},
           effects=[effect("sanction", "E048", "oral_warning"), effect("sanction", "E048", "written_warning"),
                    effect("notice", "E039", "lapse_notice")])
    lapse("both_2", "2016-03-17T14:20", "E048", "E039", "E039", "phone_at_desk", 100)
    expect("one person is superior and head: pays once", "both_2",
           "who holds several of the three posts pays once",
           outcome={"occurrence": 2, "measure": "fine", "fine": 100, "total": 200},
           effects=fines(("E048", 100), ("E039", 100)))
    # Discretion outside its set, then inside.
    lapse("choice_1", "2016-03-02T09:30", "E035", "E029", "E027", "no_greeting")
    lapse("choice_80", "2016-03-09T15:10", "E035", "E029", "E027", "uniform", 80)
    lapse("choice_100", "2016-03-10T08:55", "E035", "E029", "E027", "uniform", 100)
    expect("discretion of 80 where 50 or 100 is allowed", "choice_80", "refused, nothing recorded",
           refused="out_of_range")
    expect("the same lapse, decided anew with 100", "choice_100",
           "still the second lapse: the refused one does not count",
           outcome={"occurrence": 2, "measure": "fine", "fine": 100, "total": 300},
           effects=fines(("E035", 100), ("E029", 100), ("E027", 100)))
    for label, at, last in (("round_1", "2016-02-23T10:00", None), ("liable_1001", "2016-03-11T14:00", 1001),
                            ("liable_1000", "2016-03-11T16:30", 1000)):
        facts = {"employee": "E036", "institution": "AC", "issue": "instrument_count"}
        if last:
            facts["liable"] = [{"person": "E036", "amount": 300}, {"person": "E029", "amount": 500},
                               {"person": "E027", "amount": last}]
        add("lige.administrative_round_lapse", at, facts, label)
    expect("a liable person's value of 1001", "liable_1001", "above 1000: the whole step is refused",
           refused="out_of_range")
    expect("the same with 1000", "liable_1000",
           "1000 is inside; second lapse in rounds, the first was in February",
           outcome={"occurrence": 2, "issue_occurrence": 2, "measure": "fines", "total": 1800},
           effects=fines(("E036", 300), ("E029", 500), ("E027", 1000))
           + [effect("notice", e, "oa_notice") for e in ("E036", "E029", "E027")] +
           [effect("notice", "institution:AC", "hospital_circular")])
    # Borders of the tiers.
    tier("border_20000", "2016-03-03T10:10", 20000)
    tier("border_50000", "2016-03-04T10:10", 50000, reputation_loss=True)
    tier("unclassified", "2016-03-18T09:50", 120000, reputation_loss=True, compensation=True,
         patient_satisfied=False)
    expect("20,000 exactly", "border_20000", "up to and including 20000 is II",
           outcome={"tier": "II", "label": "demerit"}, effects=[])
    expect("50,000 exactly", "border_50000", "up to and including 50000 is III",
           outcome={"tier": "III", "label": "major_demerit"}, effects=[])
    expect("a complaint of 120,000", "unclassified",
           "above 100000 the handbook has no tier: nobody is fined, a human must look",
           outcome={"tier": None, "label": None}, effects=[review("amount_above_100000")])
    complaint("two_roles", "2016-03-22T13:30", "III", ["E032", "E029"], ["E029"], ["E025"])
    expect("two roles in one complaint", "two_roles",
           "E029 is responsible and superior: pays once, the higher; the sanction stays",
           outcome={"total": 2100, "persons": 3, "label": "major_demerit"},
           effects=fines(("E032", 300), ("E029", 600), ("E025", 1200))
           + [effect("sanction", e, "major_demerit") for e in ("E032", "E029")])
    add("lige.service_complaint_fine", "2016-03-21T10:45",
        {"verified": True, "liable": [{"person": "E015", "role": "superior", "amount": 300}], "tier": "II"},
        "higher_of_two")
    expect("service complaint that is also of tier II", "higher_of_two",
           "the two do not add up: the higher of 300 and 400 (setting with_tier = higher)",
           outcome={"total": 400, "allowed_min": 200, "allowed_max": 500}, effects=fines(("E015", 400)))
    # Lines that must be refused while the rest goes on.
    add("lige.self_inspection_lapse", "2016-03-14T09:05",
        {"employee": "E044", "superior": "E041", "head": "E039"}, "missing_fact")
    expect("a fact is missing", "missing_fact", "`issue` is not optional", refused="missing_fact")
    tier("wrong_type", "2016-03-14T10:20", 3000, direct_loss="yes")
    expect("a fact of the wrong type", "wrong_type", "`direct_loss` is a boolean, not the text \"yes\"",
           refused="wrong_type")
    add(None, "2016-03-14T12:00", None, "broken", recorded="2016-03-14T12:00",
        raw='{"id": "evt-broken", "policy": "lige.complaint_tier", "at": "2016-03-14T11:58:00+08:00", "facts": {')
    expect("a broken line", "broken",
           "cut off in the middle; refused at every close, since its time cannot be read", refused="bad_json")
    add("lige.complaint_fine", "2016-03-15T09:00",
        {"tier": "I", "responsible": ["E044"], "superiors": [], "leaders": []}, "unknown_policy")
    expect("an unknown policy", "unknown_policy", "`lige.complaint_fine`: the name is complaint_fines",
           refused="unknown_policy")
    complaint("sent_twice", "2016-03-16T10:00", "I", ["E044"], ["E041"])
    complaint("sent_twice_again", "2016-03-16T10:00", "I", ["E044"], ["E041"], recorded="2016-03-17T08:30",
              same_id_as="sent_twice")
    expect("the same event sent twice", "sent_twice_again", "same id, same content: skipped, fined once",
           skipped=True)
    complaint("sent_changed", "2016-03-16T10:00", "II", ["E044"], ["E041"], recorded="2016-03-17T08:45",
              same_id_as="sent_twice")
    expect("the same id with other content", "sent_changed",
           "tier II instead of I: a correction is a reversal, never an edit", refused="ledger_conflict")
    # Reversals.
    complaint("february_fine", "2016-02-18T15:00", "II", ["E023"], ["E017"], ["E013"])
    add(None, "2016-03-07T09:10", None, "february_reversed", reverses="february_fine", reason="投诉经复核不成立",
        prefix="rev")
    expect("a February fine reversed in March", "february_reversed",
           "February is settled: the fines come back in March as negative rows",
           effects=fines(("E023", -200), ("E017", -400), ("E013", -800)))
    lapse("mistaken_1", "2016-03-01T09:25", "E024", "E017", "E015", "badge")
    lapse("mistaken_2", "2016-03-08T09:35", "E024", "E017", "E015", "uniform", 100)
    add(None, "2016-03-09T08:40", None, "march_reversed", reverses="mistaken_2", reason="登记人员有误",
        prefix="rev")
    lapse("mistaken_3", "2016-03-22T09:45", "E024", "E017", "E015", "uniform", 50)
    expect("a March fine reversed in March", "march_reversed",
           "not settled yet: neither the fine nor the reversal is in effects.csv", effects=[])
    expect("the next lapse after it", "mistaken_3", "again the second: a reversed lapse does not count",
           outcome={"occurrence": 2, "issue_occurrence": 1, "measure": "fine", "fine": 50, "total": 150},
           effects=fines(("E024", 50), ("E017", 50), ("E015", 50)))
    add(None, "2016-03-09T08:50", None, "reversed_again", reverses="mistaken_2", reason="重复提交", prefix="rev")
    expect("a reversal of what is reversed already", "reversed_again", "nothing is undone twice",
           refused="already_reversed")
    add(None, "2016-03-11T09:00", None, "reverses_unknown", reverses="evt-999999", reason="编号填写错误",
        prefix="rev")
    expect("a reversal of an unknown event", "reverses_unknown", "there is no evt-999999",
           refused="unknown_event")
    # Deductions over the cap.
    complaint("cap_1", "2016-02-16T10:00", "IV", ["E020"])
    complaint("cap_2", "2016-02-24T10:00", "IV", ["E024"], ["E020"])
    add("lige.service_complaint_fine", "2016-03-15T10:30",
        {"verified": True, "liable": [{"person": "E020", "role": "responsible", "amount": 500}]}, "cap_3")
    complaint("cap_4", "2016-03-23T10:00", "III", ["E020"])
    expect("fines over 20 % of the wage in February", "cap_2",
           "E020: 500 + 1000 wanted, 20 % of 6000 allowed; 300 carried into March",
           outcome={"total": 1500, "persons": 2, "label": "suspension_with_observation"},
           effects=fines(("E024", 500), ("E020", 1000))
           + [effect("sanction", "E024", "suspension_with_observation")])
    # Clocks.
    add("lige.case_number", "2016-02-29T16:30:00Z", {"institution": "AC"}, "utc_number", utc=True)
    expect("a complaint registered at 16:30 UTC on 29 February", "utc_number",
           "00:30 on 1 March in China: first number of March",
           outcome={"number": "AC20160301", "serial": 1}, effects=[])
    complaint("utc_fine", "2016-02-29T16:30:00Z", "I", ["E035"], ["E029"], utc=True)
    expect("its fine, at the same time", "utc_fine", "belongs to March, not to February",
           outcome={"total": 150, "persons": 2, "label": "written_warning"},
           effects=fines(("E035", 50), ("E029", 100)) + [effect("sanction", "E035", "written_warning")])
    complaint("late", "2016-02-26T15:00", "I", ["E044"], ["E041"], recorded="2016-03-08T09:30")
    expect("of 26 February, known on 8 March", "late", "February was closed on the 5th: settled with March",
           outcome={"total": 150, "persons": 2, "label": "written_warning"},
           effects=fines(("E044", 50), ("E041", 100)) + [effect("sanction", "E044", "written_warning")])
    # Sheets of the month's end (made above, in kangmei() and baidecheng()).
    add("kangmei.discipline", "2016-03-22T08:40", {"employee": "E081", "team": "AG-T2", "conduct": "absence"},
        "absence")
    expect("2 % that ends in half a cent", "half_cent",
           "60 + 20 + 0.5 + 913.565 = 994.065: rounded once, half up",
           outcome={"individual": 994.07, "collective": 467.28},
           effects=[effect("pay", "E082", 994.07), effect("pay", "team:AG-T2", 467.28)])
    expect("a tie in the ballot", "ballot_tie", "two share the second and third place: the host decides",
           outcome={"first": "E080", "second": None, "third": None, "tied": True},
           effects=[effect("pay", "E080", 150), review("tie")])
    expect("a month's points below zero", "pay:E081:2016-03",
           "-28 and -2 points, absent one day: a total of 0 or less pays nothing",
           outcome={"total": -30, "allowance": 0, "attendance_bonus": 0, "business_commission": -30,
                    "award": 0}, effects=[])
    expect("10,000 a visit, exactly, and 10 visits", "exactly_10000_a_visit",
           "both borders belong to the better side",
           outcome={"graded": True, "level": "first", "rate": 30, "bonus": 300},
           effects=[effect("pay", "E117", 300)])
    expect("a cent less than 10,000 a visit", "under_10000_a_visit",
           "89,999.99 / 9 is not rounded: not graded",
           outcome={"graded": False, "level": None, "rate": 0, "bonus": 0}, effects=[])
    expect("the first month of employment", "first_month_1", "not assessed, target and sales absent",
           outcome={"assessed": False, "met": None, "consecutive_missed": 0, "deduction": 0,
                    "may_dismiss": False}, effects=[])
    expect("the third missed target in a row", "third_missed_target_3",
           "100, then 500, then 500; dismissal is for a human to decide",
           outcome={"assessed": True, "met": False, "consecutive_missed": 3, "deduction": 500,
                    "may_dismiss": True},
           effects=fines(("E118", 500)) + [review("may_dismiss")])
    add("baidecheng.booking_fraud", "2016-02-22T14:00", {"people": ["E117"], "offence": "misappropriation"},
        "fraud_1")
    add("baidecheng.booking_fraud", "2016-03-18T14:00",
        {"people": ["E117", "E118"], "offence": "private_referral"}, "fraud_2")
    expect("booking fraud: the second time for one, the first for the other", "fraud_2",
           "each person has a counter of their own; BD-R-19 disagrees, so a review",
           outcome={"fines": 200, "dismissals": 1},
           effects=[effect("sanction", "E117", "dismissal"), effect("fine", "E118", 200),
                    review("conflict_bd_r_19")])
    # A department with 50 deducted points or more in each of three months: tasks not done, three a day.
    team = ["E087", "E088", "E089", "E090"]
    for month, count in (("2016-01", 5), ("2016-02", 2), ("2016-03", 5)):
        for n, day in enumerate(days_of(month)[6:6 + 2 * count:2]):
            for k, time in enumerate(("09:10", "11:40", "16:15")):
                add("baidecheng.discipline", f"{day}T{time}",
                    {"employee": team[n % 4], "team": "AH-T1", "conduct": "task_not_done"},
                    f"tasks_{month}_{n}_{k}")
    for n, day in enumerate(("2016-02-15", "2016-02-22", "2016-02-25")):
        for k, time in enumerate(("10:20", "13:50", "15:30")):
            add("baidecheng.rude_treatment", f"{day}T{time}", {"employee": team[n], "team": "AH-T1"},
                f"rude_february_{n}_{k}")
    add("baidecheng.discipline", "2016-03-21T10:00",
        {"employee": "E090", "team": "AH-T1", "conduct": "praise"}, "praised")
    expect("a department with 50 points deducted or more in the third month in a row",
           "dep:tasks_2016-03_4_2",
           "50, 56, 50: the allowance and, with the third month, the post; 5 points of praise do not offset",
           outcome={"month_deducted": 50, "month_added": 5, "months_in_a_row": 3, "allowance_lost": 500},
           effects=[effect("bar", "E086", "post_allowance"), effect("sanction", "E086", "removal_from_post"),
                    effect("sanction", "E086", "demotion"),
                    effect("bar", "department:AH-D1", "outstanding_department_award")])
    # Members.
    for n, (at, amount) in enumerate((("2016-01-09T11:00", 400000), ("2016-02-20T11:00", 300000),
                                      ("2016-03-12T11:00", 300000))):
        add("lige.membership_tier", at, {"customer": "M0001", "amount": amount}, f"member_a_{n}")
    for n, (at, amount) in enumerate((("2016-01-16T15:00", 199999.99), ("2016-03-19T15:00", 0.01))):
        add("lige.membership_tier", at, {"customer": "M0002", "amount": amount}, f"member_c_{n}")
    expect("1,000,000 spent, exactly", "member_a_2", "1000000 or more in 24 months",
           outcome={"tier": "A", "spent_24_months": 1000000, "spent_18_months": 1000000,
                    "spent_12_months": 1000000}, effects=[])
    expect("199,999.99 spent", "member_c_0", "a cent below C",
           outcome={"tier": "D", "spent_12_months": 199999.99}, effects=[])
    expect("and the cent that was missing", "member_c_1", "200000 exactly",
           outcome={"tier": "C", "spent_12_months": 200000}, effects=[])


# ---- rules that hold for everybody ------------------------------------------------------------------

def everybody():
    """Dress, leave, suggestions and the anniversary campaign, by four more handbooks. Drawn after all others, which so
    stay as they are."""
    at_work = staff("lige", ("doctor", "nurse")) + staff("kangmei", ("doctor", "nurse")) + staff("baidecheng", ("doctor", "nurse"))
    sellers = staff("kangmei", ("consultant",)) + staff("baidecheng", ("consultant",))
    for _, day in several(36):
        violation = weighted([("appearance", 6), ("uniform_outside", 3), ("uniform_in_canteen", 1)])
        facts = {"employee": pick(at_work).id, "violation": violation}
        if violation == "appearance":
            facts["failed_items"] = sample(["badge", "hair", "nails", "shoes"], 1 + below(3))
        add("hospital.dress_violation", clock(day, 8, 18), facts)
    for n, (_, day) in enumerate(several(14)):
        facts = {"employee": pick(at_work).id, "suggestion": f"S{n + 1:03d}", "effective": chance(0.7)}
        if facts["effective"]:
            facts["amount"] = 50 * (1 + below(8))
        add("satisfaction.suggestion_award", clock(day), facts)
    for month in MONTHS:
        for p in sample(at_work, round(18 * SHARE[month])):
            add("performance.leave_deduction", last_day(month, 18),
                {"employee": p.id, "base_wage": p.wage, "leave_days": (1 + below(8)) / 2})
    for _, day in several(24):
        away = 40 + below(700)
        add("anniversary.returning_commission", clock(day),
            {"consultant": pick(sellers).id, "last_visit_on": (day - timedelta(days=away)).isoformat(),
             "visit_on": day.isoformat(), "amount": 500 + 20 * below(900), "normal_rate": 0.03})
    add("hospital.dress_violation", "2016-03-14T08:10",
        {"employee": "E120", "violation": "appearance", "failed_items": ["badge", "nails", "shoes"]}, "three_items")
    expect("three items fail in one check of the dress", "three_items", "ten yuan each time, not each item",
           outcome={"fine": 10}, effects=fines(("E120", 10)))
    for n, day in ((1, "08"), (2, "22")):
        add("satisfaction.suggestion_award", f"2016-03-{day}T15:20",
            {"employee": "E120", "suggestion": "S900", "effective": True, "amount": 300}, f"suggested_{n}")
    expect("a suggestion that had an effect", "suggested_1", "paid once; the hospital chooses the amount",
           outcome={"award": 300}, effects=[effect("pay", "E120", 300)])
    expect("the same suggestion again", "suggested_2", "one-time: paid before", outcome={"award": 0}, effects=[])
    add("performance.leave_deduction", "2016-03-31T18:10",
        {"employee": "E120", "base_wage": 3386.5, "leave_days": 0.5}, "half_day")
    expect("half a day of leave, half a cent", "half_day", "3386.50 x 0.5 / 26 = 65.125: rounded once, half up",
           outcome={"deduction": 65.13}, effects=fines(("E120", 65.13)))
    for label, last in (("a_year", "2015-03-11"), ("a_day_less", "2015-03-12")):
        add("anniversary.returning_commission", "2016-03-11T16:00",
            {"consultant": "E079", "last_visit_on": last, "visit_on": "2016-03-11", "amount": 8000.5,
             "normal_rate": 0.03}, label)
    expect("back after a year, to the day", "a_year",
           "240.015 + 400.025 = 640.04: added unrounded, then rounded once",
           outcome={"returned_after_a_year": True, "normal_commission": 240.02, "extra_commission": 400.03,
                    "commission": 640.04}, effects=[effect("pay", "E079", 640.04)])
    expect("back a day before the year is over", "a_day_less", "the normal commission only",
           outcome={"returned_after_a_year": False, "extra_commission": 0, "commission": 240.02},
           effects=[effect("pay", "E079", 240.02)])


# ---- complaints followed through their process ------------------------------------------------------

def followed():
    """Four complaints by the steps of the handbook; at the end of March one is closed and three are open."""
    def steps(number, *events):
        for time, event, *rest in events:
            facts = {"complaint": number, "event": event, "location": "beijing", **(rest[0] if rest else {})}
            add("lige.complaint_process", time, facts, f"{number}:{event}", recorded=time)

    steps("TS-0301", ("2016-03-01T10:00", "received"), ("2016-03-01T11:00", "handed_over"),
          ("2016-03-01T16:30", "form_filled"), ("2016-03-02T10:00", "investigated"),
          ("2016-03-02T11:00", "qualified", {"class": "non_quality"}), ("2016-03-02T17:00", "planned"),
          ("2016-03-03T09:30", "approved", {"by": "service_director"}),
          ("2016-03-03T15:00", "agreed", {"refund": False}), ("2016-03-04T10:00", "formalities_done"),
          ("2016-03-04T16:00", "filed"), ("2016-03-06T11:00", "sanctioned"), ("2016-03-10T09:00", "improved"))
    steps("TS-0315", ("2016-03-24T09:00", "received"), ("2016-03-24T09:40", "handed_over"),
          ("2016-03-25T09:30", "form_filled"), ("2016-03-29T14:00", "investigated"),
          ("2016-03-29T15:00", "qualified", {"class": "quality"}), ("2016-03-30T14:00", "planned"))
    steps("TS-0328", ("2016-03-28T18:00", "received"), ("2016-03-29T05:59", "handed_over"))
    steps("TS-0331", ("2016-03-31T20:00", "received"))
    expect("a plan that nobody has signed", "TS-0315:planned", "in time; one of the two directors signs",
           outcome={"steps": ["approve"], "missing": ["service_director/hospital_director"], "late": [],
                    "first_contact_status": "met", "closing_due": "2016-04-01"}, effects=[])
    expect("a complaint handed over in the last minute", "TS-0328:handed_over", "12 hours end at 06:00",
           outcome={"steps": ["fill_form"], "late": [], "due": "2016-03-30T05:59:00+08:00"}, effects=[])


# March, settled by hand after January and February were closed (see README.md).
SETTLED = [  # person, why, wage, pay, wanted, carried in, allowed, carried over, net
    ("E020", "6000 wage. February: 1500 wanted, 1200 allowed. March: 500 + 300 + the 300 of February.",
     6000, 0, 800, 300, 1100, 0, 4900),
    ("E023", "3400 wage. The 200 of February come back.",
     3400, 200, 0, 0, 0, 0, 3600),
    ("E024", "3600 wage. The fine of 100 is reversed, the one of 50 stands.",
     3600, 0, 50, 0, 50, 0, 3550),
    ("E047", "1895 wage, the minimum wage itself: 50 of February and 200 of March wait.",
     1895, 0, 200, 50, 0, 250, 1895),
    ("E048", "1950 wage, 55 above the minimum wage, which is less than 20 %: 390.",
     1950, 0, 100, 0, 55, 45, 1895),
    ("E116", "3300 wage, 660 are 20 %. 50 points are 500; the bonus is not graded.",
     3300, 0, 500, 0, 500, 0, 2800),
    ("E118", "3000 wage, 600 are 20 %. 500 for the target and 200 for the fraud.",
     3000, 0, 700, 0, 600, 100, 2400),
]
FIGURES = ("gross_wage", "pay", "deductions_wanted", "carried_in", "deductions_allowed", "carried_over",
           "net")


# ---- putting it together ----------------------------------------------------------------------------

def follow_up():
    """Adds the bookings of points (baidecheng) and the monthly sheets (kangmei)."""
    points, month_points, absent = Points(), {}, set()
    for h in sorted(events, key=lambda h: h.at):  # stable: the order of recording
        if h.policy not in POINT_POLICIES:
            continue
        day = h.at.astimezone(CHINA).date().isoformat()
        who, own, team = points.of(h.policy, h.facts, day)
        person = BY_ID[who]
        if h.policy.startswith("kangmei."):
            month_points[who, day[:7]] = month_points.get((who, day[:7]), 0) + own
            if h.facts.get("conduct") == "absence":
                absent.add((who, day[:7]))
            continue
        if own:
            add("baidecheng.individual_points", h.at + timedelta(minutes=25),
                {"employee": who, "points": own}, of=h, prefix="pts",
                label=h.label and "pts:" + h.label)
        if team:
            supervisor = [p for p in PEOPLE if p.institution == person.institution
                          and p.role == "supervisor"][0]
            add("baidecheng.department_points", h.at + timedelta(minutes=26),
                {"department": person.department, "supervisor": supervisor.id, "points": team}, of=h,
                prefix="dep", label=h.label and "dep:" + h.label)
    for month in MONTHS:
        for p in staff("kangmei", ("leader", "consultant"), held_back=True):
            facts = {"employee": p.id, "role": p.role, "base": 0,
                     "full_attendance": (p.id, month) not in absent,
                     "points": month_points.get((p.id, month), 0), "commission": 0}
            add("kangmei.monthly_pay", last_day(month, 20), facts, f"pay:{p.id}:{month}")


def number_and_order():
    """Gives every event the time of its recording and its id; returns the lines of the file."""
    clock_now = moment("2016-01-01T00:00")
    for h in sorted(events, key=lambda h: h.at):
        if h.recorded is None:  # some minutes later, but never before what happened earlier
            clock_now = h.recorded = max(clock_now,
                                         h.at + timedelta(minutes=5 + below(30), seconds=below(60)))
    ordered = sorted(events, key=lambda h: (h.recorded, h.at))
    numbers = {"evt": 0, "rev": 0}
    for h in ordered:
        if h.prefix in numbers and not h.same_id_as and not h.raw:
            numbers[h.prefix] += 1
            h.id = f"{h.prefix}-{numbers[h.prefix]:06d}"
    labels = {h.label: h for h in ordered if h.label}
    lines = []
    for h in ordered:
        if h.raw:
            lines.append(h.raw)
            continue
        if h.of:
            h.id = h.prefix + h.of.id[3:]
        if h.same_id_as:
            h.id = labels[h.same_id_as].id
        at, recorded = rfc3339(h.at, h.utc), rfc3339(h.recorded, h.utc)
        if h.reverses:
            target = labels[h.reverses].id if h.reverses in labels else h.reverses
            line = {"id": h.id, "reverses": target, "at": at, "recorded_at": recorded, "reason": h.reason}
        else:
            line = {"id": h.id, "policy": h.policy, "at": at, "recorded_at": recorded, "facts": h.facts}
        lines.append(json.dumps(line, ensure_ascii=False))
    return ordered, lines, labels


def roster_csv():
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(["person", "name", "institution", "department", "team", "role", "gross_wage",
                    "minimum_wage", "joined", "probation", "handbook"])
    for p in PEOPLE:
        write.writerow([p.id, p.name, p.institution, p.department, p.team, p.role, f"{p.wage}.00",
                        f"{p.minimum}.00", p.joined, "true" if p.joined >= "2016" else "false", p.handbook])
    return out.getvalue()


def expected_json(ordered, labels):
    places = {h.label: n for n, h in enumerate(ordered, 1) if h.label}
    out = {"closes": list(MONTHS), "events": [], "rejected": [], "skipped": [], "settlements": []}
    for what, label, told, why in CASES:
        h = labels[label]
        if "refused" in told:
            out["rejected"].append({"line": places[label], "id": h.id or "", "code": told["refused"],
                                    "case": what})
        elif "skipped" in told:
            out["skipped"].append({"line": places[label], "id": h.id, "case": what})
        else:
            out["events"].append({"id": h.id, "case": what, **({"policy": h.policy} if h.policy else {}),
                                  **told})
    for person, why, *figures in SETTLED:
        settlement = {"month": "2016-03", "person": person, "case": why, **dict(zip(FIGURES, figures))}
        out["settlements"].append(settlement)
    return json.dumps(out, ensure_ascii=False, indent=1) + "\n"


def told_in_words(told):
    if "refused" in told:
        return f"refused: `{told['refused']}`"
    if "skipped" in told:
        return "skipped"
    parts = []
    for e in told["effects"]:
        value = next((str(v) for k, v in e.items() if k not in ("effect", "to")), "")
        parts.append(" ".join([e["effect"], e.get("to", ""), value]).replace("  ", " "))
    if not parts:
        first = next(iter(told.get("outcome", {}).items()), None)
        return f"{first[0]} {json.dumps(first[1])}, no effect" if first else "no row"
    return ", ".join(parts)


def readme(ordered, lines, labels):
    places = {h.label: n for n, h in enumerate(ordered, 1) if h.label}
    rows = []
    for what, label, told, why in CASES:
        h = labels[label]
        name = f"`{h.id}`" if h.id else ""
        rows.append(f"| {what} | {name} | {places[label]} | {told_in_words(told)} | {why} |")
    settled = [f"| {person} | " + " | ".join(map(str, figures)) + f" | {why} |"
               for person, why, *figures in SETTLED]
    counts = {}
    for h in ordered:
        month = h.at.astimezone(CHINA).strftime("%Y-%m")
        counts[month] = counts.get(month, 0) + 1
    cities = ", ".join(f"{i} {c} {m}" for i, c, m, _ in INSTITUTIONS)
    of_months = [f"{counts[m]:,} of {name}" for m, name in zip(MONTHS, ("January", "February", "March"))]
    blocks = {
        "numbers": [f"{len(lines):,} lines: {', '.join(of_months)} (by `at`, in China).", "",
                    f"Institutions, cities and minimum wages (CNY a month, early 2016): {cities}."],
        "cases": ["| what | event | line | what should happen | why |", "|---|---|---|---|---|", *rows],
        "settled": ["| person | " + " | ".join(FIGURES) + " | why |",
                    "|---" * (len(FIGURES) + 2) + "|", *settled],
    }
    text = (HERE / "README.md").read_text(encoding="utf-8")
    for name, block in blocks.items():
        start, end = f"<!-- {name}: written by make_data.py -->", f"<!-- end of {name} -->"
        before, rest = text.split(start)
        text = before + "\n".join([start, *block, end]) + rest.split(end)[1]
    return text


def main():
    lige()
    kangmei()
    baidecheng()
    awkward()
    everybody()
    followed()
    follow_up()
    ordered, lines, labels = number_and_order()
    for name, text in (("roster.csv", roster_csv()), ("events.jsonl", "\n".join(lines) + "\n"),
                       ("expected.json", expected_json(ordered, labels)),
                       ("README.md", readme(ordered, lines, labels))):
        (HERE / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
