"""NumPy's busday_offset on mainland China's calendar: answers checked against a walk, then timed, a million dates a call.

    python3 bench/peers/busday.py        needs numpy; holidays from rules/calendars/cn

NumPy knows no make-up days. The exact calendar for it is a week of seven working days and every rest day as a holiday.
"""
import datetime
import json
import pathlib
import time

import numpy

listed = {}
for path in sorted((pathlib.Path(__file__).parents[2] / "rules/calendars/cn").glob("2*.json")):
    for day in json.loads(path.read_text(encoding="utf-8"))["days"]:
        listed[day["date"]] = not day["isOffDay"]
first, last = datetime.date(2007, 1, 1), datetime.date(2026, 12, 31)
days = [first + datetime.timedelta(n) for n in range((last - first).days + 1)]
works = {day: listed.get(day.isoformat(), day.weekday() < 5) for day in days}
calendar = numpy.busdaycalendar(weekmask="1111111", holidays=[numpy.datetime64(d) for d in days if not works[d]])

random = numpy.random.default_rng(1)
dates = numpy.datetime64("2008-01-01") + random.integers(0, (datetime.date(2024, 12, 31) - datetime.date(2008, 1, 1)).days, 1_000_000)
for n in (3, 30, 250):
    # From a rest day "backward" gives the n-th working day after it.
    def add():
        return numpy.busday_offset(dates, n, roll="backward", busdaycal=calendar)
    answers = add()
    for i in range(200):
        day, left = dates[i].astype(object), n
        while left > 0:
            day += datetime.timedelta(1)
            left -= works[day]
        assert answers[i].astype(object) == day, (dates[i], n)
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        add()
        times.append(time.perf_counter() - begin)
    print(f"numpy {numpy.__version__} busday_offset {n}: {sorted(times)[2] / len(dates) * 1e9:.0f} ns a date")
