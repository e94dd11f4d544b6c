"""The ledger: an append-only record of events, in memory or in a SQLite file."""
from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from os import PathLike, fspath
from typing import Any, Dict, List, Optional, Union

from . import _core, _errors
from ._time import instant, instant_text


@dataclass(frozen=True)
class Event:
    """One line of the ledger. `facts`, `outcome`, `effects` and `terms` as JSON values, fractions as Decimal."""

    seq: int
    id: str
    kind: str              # "decision", "reversal" or "close"
    reverses: str          # id of the event that is undone; "" for others
    policy: str
    at: datetime           # when it happened
    recorded_at: datetime  # when the ledger learned of it
    facts: Dict[str, Any]
    outcome: Dict[str, Any]
    effects: List[Dict[str, Any]]
    terms: Dict[str, Any]


def _event(told: Dict[str, Any]) -> Event:
    for key in ("facts", "outcome", "effects", "terms"):
        told[key] = json.loads(told[key], parse_float=Decimal) if told[key] else ([] if key == "effects" else {})
    told["at"], told["recorded_at"] = instant(told["at"]), instant(told["recorded_at"])
    return Event(**told)


class Ledger:
    """A ledger in a SQLite file, or in memory without a path.

    path: made when it is not there, unless create=False. read_only: nothing can be recorded. full_sync: survives a power cut,
    one fsync for each commit. Raises Error: cannot_read, ledger_format, ledger_io.
    `with ledger.transaction():` records many events at once, or none of them.
    """

    def __init__(self, path: Optional[Union[str, "PathLike[str]"]] = None, *, create: bool = True, read_only: bool = False,
                 full_sync: bool = False) -> None:
        self.path = None if path is None else fspath(path)
        if self.path is None:
            self._core: Optional[_core.Ledger] = _core.Ledger.memory()
        else:
            self._core = _core.Ledger.sqlite(self.path, create and not read_only, read_only, full_sync)
        self._engines: Dict[object, _core.Engine] = {}  # by the identity of the rules

    def _get(self) -> _core.Ledger:
        if self._core is None:
            raise ValueError("the ledger is closed")
        return self._core

    def close(self) -> None:
        """Closes the file; using the ledger afterwards is a ValueError. Closing twice is nothing."""
        self._engines.clear()
        self._core = None

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *what: Any) -> None:
        self.close()

    def transaction(self) -> "_Transaction":
        """A context manager: commits at its end, forgets everything when an exception leaves it."""
        return _Transaction(self)

    def __len__(self) -> int:
        return self._get().last_seq

    def events(self, policy: str = "", *, skip_reversed: bool = False, known_at: Union[str, datetime, None] = None) -> List[Event]:
        """The events in the order of recording: all, those of a policy, without what is reversed, or as known at an instant."""
        known = None if known_at is None else instant_text(known_at, "known_at")
        return [_event(e) for e in self._get().events(policy, skip_reversed, known)]

    def find(self, id: str) -> Optional[Event]:
        """The event with this id, or None."""
        told = self._get().find(id)
        return None if told is None else _event(told)

    def __repr__(self) -> str:
        where = "in memory" if self.path is None else repr(self.path)
        return f"Ledger({where}{', closed' if self._core is None else ''})"

    def _repr_html_(self) -> str:
        from ._html import table

        rows = [[e.seq, e.id, e.kind, e.policy, e.at.isoformat(), e.recorded_at.isoformat()] for e in self.events()[-50:]]
        return table(f"{self!r}: {len(self)} events, the last {len(rows)}", ["seq", "id", "kind", "policy", "at", "recorded at"], rows)


class _Transaction:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def __enter__(self) -> Ledger:
        self._ledger._get().begin()
        return self._ledger

    def __exit__(self, kind: Any, *rest: Any) -> None:
        core = self._ledger._get()
        core.commit() if kind is None else core.rollback()


def verify(path: Union[str, "PathLike[str]"]) -> str:
    """Checks a whole ledger file and returns the hash of its last event. Raises Error: ledger_broken, with what is broken first."""
    return _core.verify(fspath(path))


assert _errors  # sets the exception of the core
