"""ordain: declarative rule sets, decided exactly, dated and explained.

    >>> import ordain
    >>> rules = ordain.load("rules")
    >>> d = rules["lige.complaint_tier"].decide(
    ...     {"amount": 30000, "direct_loss": True, "refund": False, "grave_accident": False, "death": False},
    ...     at="2016-03-05T10:00:00+08:00")
    >>> d["tier"], d["label"]
    ('III', 'major_demerit')

Money and other numbers come back as decimal.Decimal, integers as int, dates and instants as datetime; facts may be dicts or
dataclasses. A float where money is meant is refused. Whatever is wrong raises ordain.Error, which carries code, path and hint.

    >>> with ordain.Ledger() as ledger:                       # in memory; Ledger("clinic.db") is a file
    ...     done = rules["lige.self_inspection_lapse"].record(
    ...         {"employee": "E1", "superior": "E2", "head": "E3", "issue": "badge"}, at="2016-03-05T10:00:00+08:00",
    ...         id="lapse-1", recorded_at="2016-03-05T10:05:00+08:00", ledger=ledger)
    >>> done["measure"]
    'warning'

Threads: Rules, Policy and Decision may be shared by threads; decisions of one Rules with one Ledger take turns.
"""
from ._core import version as __version__
from ._errors import Diagnostic, Error, LoadError
from ._ledger import Event, Ledger, verify
from ._rules import Decision, Effect, Policy, Recorded, Rules, default_rules, load

__all__ = ["Decision", "Diagnostic", "Effect", "Error", "Event", "Ledger", "LoadError", "Policy", "Recorded", "Rules",
           "default_rules", "load", "verify", "__version__"]
