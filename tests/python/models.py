"""Models of the policies of rules/, written from the readings of the handbooks and sharing no code with the engine: random histories with
the outcome and the effects of each step, as cases for `ordain test`. Counts, windows and totals are kept in plain dictionaries.

Covered: lige (tiers, fines, lapses, case numbers, membership, shares), kangmei and baidecheng (points, ladders under each setting, commissions,
pay, awards, bonuses, fraud, missed targets, thresholds over months and years), payroll.month with each setting and parameter. Left out:
missing and ill-typed facts, which rules/cases has."""
import random
from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal as D


def cases(seed):
    """{policy: [case, ...]}, the same for the same seed."""
    R = random.Random(seed)
    CH = timezone(timedelta(hours=8))
    def times(n, lo, hi, ordered=False):
        ts = [lo + timedelta(seconds=R.randrange(int((hi-lo).total_seconds()))) for _ in range(n)]
        if ordered or R.random() < .5: ts.sort()
        return ts
    def stamp(t): return t.astimezone(timezone(timedelta(minutes=R.choice([0, 480, -300, 330, 840])))).isoformat()
    def day(t): return t.astimezone(CH).date()
    def month(t): return (day(t).year, day(t).month)
    def q(x): return x.quantize(D('0.01'), ROUND_HALF_UP)
    files = defaultdict(list)
    def case(policy, steps, settings=None, parameters=None):
        c = {"name": "%s %d" % (policy, len(files[policy])), "steps": steps}
        if settings: c["settings"] = settings
        if parameters: c["parameters"] = parameters
        files[policy].append(c)
    def eff(kind, to, amount): return [{"effect": kind, "to": to, "amount": amount}] if amount else []
    lo, hi = datetime(2016, 3, 29, tzinfo=CH), datetime(2016, 4, 3, tzinfo=CH)

    # ladders by day
    def ladder(policy, setting, modes, key, base, at, fig, cfig, money=None, praise=None):
        for mode in modes:
            cnt = defaultdict(int); ind = defaultdict(int); col = defaultdict(int); bo = defaultdict(int); bc = defaultdict(int); add = defaultdict(int); ded = defaultdict(int)
            steps = []
            for t in times(40, lo, lo + timedelta(days=2)):
                f = {"employee": R.choice("AB"), "team": R.choice("XY")}
                item = key(f)
                k = (f["employee"], item, day(t)); cnt[k] += 1; n = cnt[k]
                if item == "praise": i, c = praise
                else:
                    b, g, cg = base(item), fig(item), cfig(item)
                    if n < at: i, c = b, 0
                    elif mode == "replace_event": i, c = g, cg
                    elif mode == "replace_total": i, c = g - bo[k], cg - bc[k]
                    else: i, c = (b + g, cg) if n == at else (b, 0)
                    bo[k] += i; bc[k] += c
                ind[f["employee"], day(t)] += i; col[f["team"], day(t)] += c
                add[f["team"], day(t)] += max(c, 0); ded[f["team"], day(t)] += max(-c, 0)
                o = {"count": n, "individual_points": i, "collective_points": c, "individual_day_points": ind[f["employee"], day(t)]}
                if praise and money: o |= {"item": item, "collective_day_added": add[f["team"], day(t)], "collective_day_deducted": ded[f["team"], day(t)]}
                else: o["collective_day_points"] = col[f["team"], day(t)]
                if money: o |= {"individual_money": 10*i, "individual_day_money": 10*ind[f["employee"], day(t)]}
                steps.append({"at": stamp(t), "facts": f, "outcome": o, "effects": eff("points", f["employee"], i) + eff("points", "team:" + f["team"], c)})
            case(policy, steps, {setting: mode} if setting else None)
    def setitem(f): f["item"] = R.choice(["wrong_answer", "call_not_answered"]); return f["item"]
    ITEM = {"game": "personal_behaviour", "snack": "personal_behaviour", "task_not_done": "task", "wandering": "post", "leaving_post": "post", "late": "attendance", "absence": "attendance", "praise": "praise"}
    def conduct(f): f["conduct"] = R.choice(list(ITEM)); return ITEM[f["conduct"]]
    T3 = ["replace_total", "replace_event", "add"]
    for rs, m in (("kangmei", 0), ("baidecheng", 1)):
        ladder(rs + ".service_lapse", "lapse_total", T3, setitem, lambda i: -2, 2, lambda i: -5, lambda i: -5, m)
        ladder(rs + ".rude_treatment", "rude_total", T3, lambda f: 0, lambda i: -8, 3, lambda i: -12, lambda i: -12, m)
    ladder("kangmei.discipline", "conduct_total", T3, conduct, lambda i: -2, 3, lambda i: -5, lambda i: -5, 0, (6, 0))
    ladder("baidecheng.discipline", None, ["replace_total"], conduct, lambda i: -5 if i == "task" else -2, 3, lambda i: {"personal_behaviour": -5, "task": -20}.get(i, -10), lambda i: -10 if i == "task" else -5, 1, (10, 5))

    # forms
    for rs, who in (("kangmei", "leader"), ("baidecheng", "employee")):
        booked = set(); tot = defaultdict(int); steps = []
        for t in times(80, lo, hi):
            p = R.choice("AB"); rec = R.choice(["assessment_form", "registration_form", "spot_check"])
            f = {who: p, "record": rec}; pts = 0
            for x in ("complete", "on_time", "unqualified", "erroneous", "late"):
                v = R.choice([True, False, None, 0])
                if v != 0 or v is False: f[x] = v
            if rec == "spot_check" or R.random() < .3: f["passed"] = R.random() < .5
            if rec == "spot_check": pts = 2 if f["passed"] else -5
            else:
                for x, v in (("complete", 1), ("on_time", 1), ("unqualified", -2), ("erroneous", -2), ("late", -2)):
                    if f.get(x) is True and not (x == "on_time" and f.get("late") is True):
                        k = (p, rec, day(t), x)
                        if k not in booked: booked.add(k); pts += v
            tot[p, month(t)] += pts
            o = {"points": pts, "month_points": tot[p, month(t)]}
            if rs == "baidecheng": o |= {"money": 10*pts, "month_money": 10*tot[p, month(t)]}
            steps.append({"at": stamp(t), "facts": f, "outcome": o, "effects": eff("points", p, pts)})
        case(rs + (".leader_points" if rs == "kangmei" else ".form_points"), steps)

    # 03, 04
    occ = defaultdict(int); iss = defaultdict(int); steps = []
    for t in times(40, datetime(2014, 1, 1, tzinfo=CH), hi):
        e, s, h = R.choice("ABC"), R.choice("ABCS"), R.choice("ABCSH"); i = R.choice(["x", "y", "z"])
        f = {"employee": e, "superior": s, "head": h, "issue": i}
        ch = R.choice([None, 50, 100, 100, 80, 50.01])
        if ch is not None or R.random() < .5: f["fine_choice"] = ch
        o, n = occ[e] + 1, iss[e, i] + 1; effects = []; allowed = None
        people = sorted({e, s, h})
        if n >= 3: m, fine = "fine_and_probation", 200; effects = [{"effect": "sanction", "to": e, "sanction": "probation"}]
        elif o >= 2:
            m, fine, allowed = "fine", ch, [50, 100]
            if ch is not None and ch not in (50, 100):
                steps.append({"at": stamp(t), "facts": f, "error": "out_of_range"}); continue
        else:
            m, fine = "warning", 0
            effects = [{"effect": "sanction", "to": e, "sanction": x} for x in ("oral_warning", "written_warning")] + [{"effect": "notice", "to": x, "notice": "lapse_notice"} for x in sorted({s, h})]
        occ[e] += 1; iss[e, i] += 1
        if fine: effects += [{"effect": "fine", "to": x, "amount": fine} for x in people]
        steps.append({"at": stamp(t), "facts": f, "outcome": {"occurrence": o, "issue_occurrence": n, "measure": m, "fine": fine, "total": (fine or 0) * len(people), "allowed": allowed}, "effects": effects})
    case("lige.self_inspection_lapse", steps)
    occ = defaultdict(int); iss = defaultdict(int); steps = []
    for t in times(50, datetime(2014, 1, 1, tzinfo=CH), hi):
        e, i, inst = R.choice("ABC"), R.choice(["x", "y", "z"]), R.choice(["AA", "BB"])
        f = {"employee": e, "institution": inst, "issue": i}
        l = [{"person": R.choice("ABCD"), "amount": R.choice([100, 100.5, 1000, 300, 300, 99.99 if R.random() < .2 else 500])} for _ in range(R.randrange(4))]
        if R.random() < .8: f["liable"] = l
        else: l = []
        o, n = occ[e] + 1, iss[e, i] + 1; effects = []; total = 0
        if n >= 3: m = "dismissal"; effects = [{"effect": "sanction", "to": e, "sanction": "dismissal"}]
        elif o >= 2:
            m = "fines"
            if any(not 100 <= x["amount"] <= 1000 for x in l): steps.append({"at": stamp(t), "facts": f, "error": "out_of_range"}); continue
            pay = {}
            for x in l: pay[x["person"]] = max(pay.get(x["person"], 0), x["amount"])
            effects = [{"effect": "fine", "to": p, "amount": a} for p, a in pay.items()]; total = sum(D(str(a)) for a in pay.values())
            if pay: effects += [{"effect": "notice", "to": p, "notice": "oa_notice"} for p in {*pay, e}] + [{"effect": "notice", "to": "institution:" + inst, "notice": "hospital_circular"}]
        else: m = "criticism"; effects = [{"effect": "notice", "to": "institution:" + inst, "notice": "criticism_circular"}]
        occ[e] += 1; iss[e, i] += 1
        steps.append({"at": stamp(t), "facts": f, "outcome": {"occurrence": o, "issue_occurrence": n, "measure": m, "total": float(total), "allowed_min": 100 if m == "fines" else None, "allowed_max": 1000 if m == "fines" else None}, "effects": effects})
    case("lige.administrative_round_lapse", steps)

    # 01, 02, 05
    TIERS = {"I": (50, 100, 200), "II": (200, 400, 800), "III": (300, 600, 1200), "IV": (500, 1000, 2000), "V": (1000, 2000, 4000)}
    LAB = {"I": "written_warning", "II": "demerit", "III": "major_demerit", "IV": "suspension_with_observation", "V": "dismissal", None: None}
    for match in ("by_amount", "strict"):
        steps = []
        for t in times(150, lo, hi):
            f = {"amount": R.choice([0, 1, 19999.99, 20000, 20000.01, 50000, 50000.01, 100000, 100000.01, 120000]), "direct_loss": R.random() < .7, "refund": R.random() < .6, "grave_accident": R.random() < .3, "death": R.random() < .3}
            for x in ("reputation_loss", "compensation", "patient_satisfied"):
                v = R.choice([True, False, None])
                if v is not None or R.random() < .5: f[x] = v
            a = f["amount"]; g = f.get
            if f["grave_accident"] and f["death"]: tier = "V"
            elif not f["direct_loss"] and not f["refund"]: tier = "I"
            else:
                tier = "II" if a <= 20000 else "III" if a <= 50000 else "IV" if a <= 100000 else None
                if match == "strict":
                    ok = {"II": f["direct_loss"] and f["refund"], "III": f["direct_loss"] and g("reputation_loss") is True, "IV": f["direct_loss"] and g("reputation_loss") is True and g("compensation") is True and g("patient_satisfied") is False, None: False}[tier]
                    if not ok: tier = None
            rev = []
            if match == "by_amount":
                if tier in ("III", "IV") and g("reputation_loss") is False: rev.append("reputation_loss_not_met")
                if tier == "IV" and g("compensation") is False: rev.append("compensation_not_met")
                if tier == "IV" and g("patient_satisfied") is True: rev.append("patient_dissatisfied_not_met")
                if tier is None: rev.append("amount_above_100000")
            elif tier is None: rev.append("no_tier_matches")
            steps.append({"at": stamp(t), "facts": f, "outcome": {"tier": tier, "label": LAB[tier]}, "effects": [{"effect": "review", "reason": r} for r in rev]})
        case("lige.complaint_tier", steps, {"match": match})
    steps = []
    for t in times(40, lo, hi):
        tier = R.choice(list(TIERS)); roles = [R.sample("ABCDE", R.randrange(4)) for _ in range(3)]; pay = {}
        for r, amt in zip(roles, TIERS[tier]):
            for p in r: pay[p] = max(pay.get(p, 0), amt)
        steps.append({"at": stamp(t), "facts": {"tier": tier, "responsible": roles[0], "superiors": roles[1], "leaders": roles[2]}, "outcome": {"total": sum(pay.values()), "persons": len(pay), "label": LAB[tier]},
                      "effects": [{"effect": "fine", "to": p, "amount": a} for p, a in pay.items()] + [{"effect": "sanction", "to": p, "sanction": LAB[tier]} for p in roles[0]]})
    case("lige.complaint_fines", steps)
    for mode in ("higher", "add"):
        steps = []
        for t in times(60, lo, hi):
            l = [{"person": R.choice("ABC"), "role": R.choice(["responsible", "superior", "leader", "related"]), "amount": R.choice([200, 350, 500, 250.55, 199.99 if R.random() < .1 else 300])} for _ in range(R.randrange(4))]
            f = {"verified": R.random() < .8, "liable": l}; tier = R.choice([None, *TIERS])
            if tier or R.random() < .5: f["tier"] = tier
            if f["verified"] and any(x["amount"] < 200 for x in l): steps.append({"at": stamp(t), "facts": f, "error": "out_of_range"}); continue
            pay = {}
            for x in l if f["verified"] else []:
                tf = D(0) if not tier or x["role"] == "related" else D(TIERS[tier][["responsible", "superior", "leader"].index(x["role"])])
                v = D(str(x["amount"])); v = max(v, tf) if mode == "higher" else v + tf
                pay[x["person"]] = max(pay.get(x["person"], D(0)), v)
            steps.append({"at": stamp(t), "facts": f, "outcome": {"total": float(sum(pay.values())), "allowed_min": 200 if f["verified"] else None, "allowed_max": 500 if f["verified"] else None}, "effects": [{"effect": "fine", "to": p, "amount": float(a)} for p, a in pay.items()]})
        case("lige.service_complaint_fine", steps, {"with_tier": mode})

    # 06
    cnt = defaultdict(int); steps = []
    for t in times(260, datetime(2016, 12, 30, tzinfo=CH), datetime(2017, 1, 3, tzinfo=CH)):
        i = R.choice(["AA", "AA", "BB"]); k = (i, month(t))
        if cnt[k] >= 99: steps.append({"at": stamp(t), "facts": {"institution": i}, "error": "overflow"}); continue
        cnt[k] += 1
        steps.append({"at": stamp(t), "facts": {"institution": i}, "outcome": {"number": "%s%04d%02d%02d" % (i, *month(t), cnt[k]), "serial": cnt[k]}, "effects": []})
    case("lige.case_number", steps)

    # 12, 13
    def back(d, n):
        y, m = divmod(d.year * 12 + d.month - 1 - n, 12); m += 1
        for dd in range(d.day, 0, -1):
            try: return date(y, m, dd)
            except ValueError: pass
    for rule in ("corroborating", "required"):
        buys = defaultdict(list); steps = []
        for t in times(60, datetime(2013, 1, 28, tzinfo=CH), datetime(2016, 9, 2, tzinfo=CH)):
            if R.random() < .3: t = t.replace(month=R.choice([2, 8]), day=R.choice([27, 28])) + timedelta(days=R.randrange(4))
            c = R.choice("PQ"); f = {"customer": c}; d = day(t)
            if R.random() < .6: f["amount"] = R.choice([1, 100000, 200000, 199999.99, 250000.5, 500000]); buys[c].append((d, D(str(f["amount"]))))
            if R.random() < .6: f["assets"] = R.choice([None, 0, 5000000, 4999999.99, 20000000, 49999999, 50000000])
            sp = {n: sum((a for x, a in buys[c] if back(d, n) < x <= d), D(0)) for n in (24, 18, 12)}
            ok = lambda need: rule == "corroborating" or (f.get("assets") is not None and f["assets"] >= need)
            tier = "A" if sp[24] >= 1000000 and ok(50000000) else "B" if sp[18] >= 500000 and ok(20000000) else "C" if sp[12] >= 200000 and ok(5000000) else "D" if buys[c] else None
            steps.append({"at": stamp(t), "facts": f, "outcome": {"tier": tier, **{"spent_%d_months" % n: float(v) for n, v in sp.items()}}, "effects": []})
        case("lige.membership_tier", steps, {"assets_rule": rule})
    steps = []
    for t in times(60, lo, hi):
        n = [R.choice([0, R.randrange(300)]) if R.random() < .2 else R.randrange(a, b) for a, b in ((8, 23), (45, 90), (190, 310), (590, 760))] if R.random() < .95 else [0] * 4
        tot = sum(n); o = {"customers": tot}
        if tot:
            inb = [lo_ * tot <= 100 * x <= hi_ * tot for x, (lo_, hi_) in zip(n, ((1, 2), (5, 8), (20, 30), (60, 75)))]
            for k, x, b in zip("abcd", n, inb): o["share_" + k] = float(q(D(100 * x) / D(tot))); o[k + "_in_band"] = b
            o["all_in_band"] = all(inb)
        else:
            for k in "abcd": o["share_" + k] = None; o[k + "_in_band"] = None
            o["all_in_band"] = None
        steps.append({"at": stamp(t), "facts": dict(zip(("count_a", "count_b", "count_c", "count_d"), n)), "outcome": o, "effects": []})
    case("lige.tier_shares", steps)

    # 21, 22
    steps = []
    for t in times(40, lo, hi):
        w, s, p, ps = (R.choice([0, R.randrange(50)]) for _ in range(4)); fee = D(R.randrange(10**7)) / 100
        i = q(15*w + s + 10*p + D("0.5")*ps + fee*2/100); c = q(5*p + D("0.5")*ps + fee/100)
        steps.append({"at": stamp(t), "facts": {"employee": "A", "team": "X", "web_visits": w, "web_screenings": s, "phone_visits": p, "phone_screenings": ps, "surgery_fees": float(fee)}, "outcome": {"individual": float(i), "collective": float(c)}, "effects": eff("pay", "A", float(i)) + eff("pay", "team:X", float(c))})
    case("kangmei.commission", steps)
    steps = []
    for t in times(60, lo, hi):
        v = [(chr(65 + k), R.randrange(6)) for k in range(R.randrange(8))]; R.shuffle(v); place = {}; tied = False
        for e, n in v:
            if n < 1: continue
            pl = 1 + sum(x > n for _, x in v); same = sum(x == n for _, x in v)
            if pl <= 3:
                if same > 1: tied = True
                else: place[pl] = e
        steps.append({"at": stamp(t), "facts": {"candidates": [{"employee": e, "votes": n} for e, n in v]}, "outcome": {"first": place.get(1), "second": place.get(2), "third": place.get(3), "tied": tied},
                      "effects": [{"effect": "pay", "to": e, "amount": {1: 150, 2: 100, 3: 50}[k]} for k, e in place.items()] + ([{"effect": "review", "reason": "tie"}] if tied else [])})
    case("kangmei.best_employees", steps)
    steps = []
    for t in times(60, lo, hi):
        f = {"employee": "A", "role": R.choice(["leader", "consultant"]), "base": R.randrange(300), "full_attendance": R.random() < .5, "points": R.choice([-400, -30, 12.5, 60, -230]), "commission": R.randrange(20000) / 100}
        r = R.choice([None, 1, 2, 3])
        if r or R.random() < .5: f["award_rank"] = r
        al = 200 if f["role"] == "leader" else 0; ab = 30 if f["full_attendance"] else 0; bc = D(str(f["points"])) + D(str(f["commission"])); aw = {None: 0, 1: 150, 2: 100, 3: 50}[r]
        tot = f["base"] + al + ab + bc + aw
        steps.append({"at": stamp(t), "facts": f, "outcome": {"total": float(tot), "allowance": al, "attendance_bonus": ab, "business_commission": float(bc), "award": aw}, "effects": eff("pay", "A", float(tot)) if tot > 0 else []})
    case("kangmei.monthly_pay", steps)

    # 23, 24, 25
    for mode in ("initial_rate", "none"):
        steps = []
        for t in times(80, lo, hi):
            v = R.choice([0, 1, 9, 10, 19, 20, 29, 30, 31, 100]); c = R.choice([v * 10000, max(v * 10000 - D("0.01"), 0), v * 9999, v * 20000])
            g = v > 0 and c >= v * 10000 and (v >= 10 or mode == "initial_rate")
            lv, rt = (("high", 50) if v >= 30 else ("second", 40) if v >= 20 else ("first", 30) if v >= 10 else ("initial", 10)) if g else (None, 0)
            steps.append({"at": stamp(t), "facts": {"employee": "A", "visits": v, "consumption": float(c)}, "outcome": {"graded": g, "level": lv, "rate": rt, "bonus": rt * v}, "effects": eff("pay", "A", rt * v)})
        case("baidecheng.basic_bonus", steps, {"under_ten": mode})
    steps = []
    for t in times(30, lo, hi):
        m = [{"employee": chr(65 + k), "visits": R.choice([20, 20, 21, 35, 19 if R.random() < .3 else 22])} for k in range(R.randrange(1, 6))]; ok = all(x["visits"] >= 20 for x in m)
        steps.append({"at": stamp(t), "facts": {"members": m}, "outcome": {"reached": ok, "total": 200 * len(m) if ok else 0}, "effects": [{"effect": "pay", "to": x["employee"], "amount": 200} for x in m] if ok else []})
    case("baidecheng.team_bonus", steps)
    seen = defaultdict(int); steps = []
    for t in times(20, lo, hi):
        ps = [R.choice("ABCDEFGHIJKL") for _ in range(R.randrange(4))]; off = R.choice(["misappropriation", "private_referral"]); e = []; fi = di = 0
        for p in dict.fromkeys(ps):
            seen[p] += 1
            if seen[p] == 1: e += eff("fine", p, 200); fi += 200
            else: e.append({"effect": "sanction", "to": p, "sanction": "dismissal"}); di += 1
        if off == "private_referral": e.append({"effect": "review", "reason": "conflict_bd_r_19"})
        steps.append({"at": stamp(t), "facts": {"people": ps, "offence": off}, "outcome": {"fines": fi, "dismissals": di}, "effects": e})
    case("baidecheng.booking_fraud", steps)
    steps = []; missed = defaultdict(set); em = {p: 0 for p in "ABC"}
    for t in times(60, lo, hi, True):
        p = R.choice("ABC"); em[p] += R.choice([1, 1, 1, 2]); n = em[p]; f = {"employee": p, "employment_month": n}
        if n > 1 or R.random() < .5: f["target"] = 1000; f["sales"] = R.choice([1000, 999.99, 5, 0, 5, 2000])
        met = None if n == 1 else f["sales"] >= 1000
        row = 0
        if met is False:
            missed[p].add(n); k = n
            while k in missed[p]: row += 1; k -= 1
        de = 0 if row == 0 else 100 if row == 1 else 500; md = row >= 3 and n >= 4
        steps.append({"at": stamp(t), "facts": f, "outcome": {"assessed": n > 1, "met": met, "consecutive_missed": row, "deduction": de, "may_dismiss": md}, "effects": eff("fine", p, de) + ([{"effect": "review", "reason": "may_dismiss"}] if md else [])})
    case("baidecheng.missed_target", steps)

    # 27
    steps = []; dd = defaultdict(D); ad = defaultdict(D); bp = set(); by = set(); my = defaultdict(set)
    for t in times(80, datetime(2015, 11, 15, tzinfo=CH), datetime(2016, 3, 15, tzinfo=CH)):
        p = R.choice("AB"); x = R.choice([-10, -25, -50, -12.5, 5, 20]); k = (p, month(t)); y = (p, day(t).year); e = []
        if x < 0: dd[k] += D(str(-x)); e = eff("fine", p, -10 * x)
        else: ad[k] += x; e = eff("pay", p, 10 * x)
        if dd[k] >= 50: my[y].add(k)
        if x < 0 and dd[k] >= 50 and k not in bp:
            bp.add(k); e.append({"effect": "bar", "to": p, "from": "performance_pay"})
            if y not in by: by.add(y); e.append({"effect": "bar", "to": p, "from": "year_end_award"})
        steps.append({"at": stamp(t), "facts": {"employee": p, "points": x}, "outcome": {"month_deducted": float(dd[k]), "month_added": float(ad[k]), "month_money": float(10 * (ad[k] - dd[k])), "performance_pay_lost": dd[k] >= 50, "award_barred": bool(my[y])}, "effects": e})
    case("baidecheng.individual_points", steps)
    steps = []; dd = defaultdict(int); ad = defaultdict(int); bp = set(); ya = defaultdict(int)
    for t in times(110, datetime(2015, 9, 15, tzinfo=CH), datetime(2016, 4, 15, tzinfo=CH)):
        if R.random() < .15:
            p = R.choice("AB"); y = R.choice([2015, 2016]); v = ya[p, y]
            steps.append({"policy": "baidecheng.year_end_bonus", "at": stamp(t), "facts": {"department": p, "year": y}, "outcome": {"reward_points": v, "bonus": 10 * v}, "effects": eff("pay", "department:" + p, 10 * v)}); continue
        p = R.choice("AB"); s = R.choice("ST"); x = R.choice([-10, -25, -50, -30, 5]); m = month(t); k = (p, m); e = []
        if x < 0: dd[k] -= x
        else: ad[k] += x; ya[p, m[0]] += x
        row = 0; mm = m
        while dd.get((p, mm), 0) >= 50: row += 1; mm = (mm[0], mm[1] - 1) if mm[1] > 1 else (mm[0] - 1, 12)
        if x < 0 and dd[k] >= 50 and k not in bp:
            bp.add(k); e.append({"effect": "bar", "to": s, "from": "post_allowance"})
            if row == 3: e += [{"effect": "sanction", "to": s, "sanction": "removal_from_post"}, {"effect": "sanction", "to": s, "sanction": "demotion"}, {"effect": "bar", "to": "department:" + p, "from": "outstanding_department_award"}]
        steps.append({"at": stamp(t), "facts": {"department": p, "supervisor": s, "points": x}, "outcome": {"month_deducted": dd[k], "month_added": ad[k], "months_in_a_row": row, "allowance_lost": 500 if dd[k] >= 50 else 0}, "effects": e})
    case("baidecheng.department_points", steps)

    # 45
    for mode in ("carry", "drop", "block"):
        for par in ({}, {"payroll.minimum_wage": 1800}, {"payroll.minimum_wage": 1500.5, "payroll.deduction_share": 0.125}):
            steps = []; last = defaultdict(D)
            for t in times(40, lo, hi):
                e = R.choice("AB"); g = D(R.randrange(100000, 600000)) / 100; items = []; f = {"month": R.choice(["2016-03", "2016-04"]), "employee": e, "gross_wage": float(g)}
                for _ in range(R.randrange(4)):
                    k = R.choice(["fine", "pay", "points_money", "compensation"]); a = D(R.randrange(1, 80000)) / 100
                    if k == "points_money": a *= R.choice([1, -1])
                    items.append({"kind": k, "amount": float(a), "reason": "x"})
                f["items"] = items; mw = None
                if R.random() < .5: mw = D(R.choice([0, 2000, 3000])); f["minimum_wage"] = float(mw)
                ci = last[e]
                if R.random() < .2: ci = D(R.randrange(50000)) / 100; f["carried_over"] = float(ci)
                if mw is None:
                    if "payroll.minimum_wage" not in par: steps.append({"at": stamp(t), "facts": f, "error": "missing_parameter"}); continue
                    mw = D(str(par["payroll.minimum_wage"]))
                S = lambda *ks: sum((D(str(i["amount"])) for i in items if i["kind"] in ks), D(0))
                demand = S("fine", "compensation") + ci; av = g + S("pay", "points_money")
                limit = max(D(0), q(min(g * D(str(par.get("payroll.deduction_share", "0.2"))), av - mw)))
                al = min(demand, limit)
                if mode == "block" and demand > limit: steps.append({"at": stamp(t), "facts": f, "error": "out_of_range"}); continue
                rest = demand - al if mode == "carry" else D(0); last[e] = rest
                steps.append({"at": stamp(t), "facts": f, "outcome": {"allowed_deductions": float(al), "carried_over": float(rest), "net": float(av - al)}, "effects": []})
            case("payroll.month", steps, {"over_cap": mode}, par)
    return files
