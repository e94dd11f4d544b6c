"""Rule sets, policies and decisions."""
from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from decimal import Decimal
from itertools import product
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Dict, Iterable, List, Optional, Set, Tuple, Union

from . import _core
from ._errors import Diagnostic, Error, LoadError, _diagnostics
from ._html import table
from ._ledger import Ledger
from ._time import instant_text

_NOT_RULES = {"cases", "calendars", "catalogue.json", "coverage.json"}


@dataclass(frozen=True)
class Effect:
    """What follows for somebody: a fine, pay, points, a sanction, a bar, a notice, a duty, a review.

    to: the party ("E1", "team:T1", ...), None for a review. amount: of fines, pay and points. detail: which sanction, notice,
    duty, what is barred, why a review. due: of a duty. says, says_zh, quote, cites: the clause behind it.
    """

    effect: str
    to: Optional[str]
    amount: Optional[Decimal] = None
    detail: str = ""
    due: Union[date, datetime, str, None] = None
    says: str = ""
    says_zh: str = ""
    quote: str = ""
    cites: Tuple[str, ...] = ()


_DETAILS = {"sanction": "sanction", "bar": "from", "notice": "notice", "duty": "duty", "review": "reason"}


def _effect(told: Mapping[str, Any]) -> Effect:
    clause = told.get("clause", {})
    kind = told["effect"]
    return Effect(kind, told.get("to"), told.get("amount"), told.get(_DETAILS.get(kind, ""), ""), told.get("due"), clause.get("en", ""),
                  clause.get("zh", ""), clause.get("quote", ""), tuple(clause.get("cites", ())))


class _Outcome(Mapping[str, Any]):
    """A mapping that is its outcome."""

    outcome: Dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.outcome[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.outcome)

    def __len__(self) -> int:
        return len(self.outcome)


class Decision(_Outcome):
    """Outcome and effects of one decision. As a mapping it is its outcome: d["tier"].

    outcome: dict. effects: list of Effect. warnings: where null stands for an error. facts: the facts as JSON text.
    """

    def __init__(self, policy: str, at: str, told: Mapping[str, Any]) -> None:
        self.policy, self.at = policy, at
        self.outcome: Dict[str, Any] = told["outcome"]
        self.effects: List[Effect] = [_effect(e) for e in told["effects"]]
        self.warnings: List[Diagnostic] = _diagnostics(told["warnings"])
        self.facts: str = told["facts"]
        self._why: Dict[str, Optional[str]] = {"en": told.get("en"), "zh": told.get("zh")}

    def explain(self, lang: str = "en") -> str:
        """Why, line by line: every value, every row that applied or did not, the effects with their clauses.

        lang: "en" or "zh". Needs decide(..., trace=True).
        """
        if lang not in self._why:
            raise ValueError(f"lang: 'en' or 'zh', not {lang!r}")
        why = self._why[lang]
        if why is None:
            raise ValueError("this decision was made without trace=True")
        return why

    def __repr__(self) -> str:
        return f"Decision({self.policy!r}, {self.outcome!r}, {len(self.effects)} effects)"

    def _repr_html_(self) -> str:
        rows = [[e.effect, e.to, e.detail if e.amount is None else e.amount, e.due, e.says, e.quote] for e in self.effects]
        return (table(f"{self.policy} at {self.at}", list(self.outcome), [list(self.outcome.values())])
                + table(f"{len(rows)} effects", ["effect", "to", "what", "due", "says", "quote"], rows))


@dataclass(frozen=True)
class Recorded(_Outcome):
    """A recorded decision. As a mapping it is its outcome (JSON values, fractions as Decimal).

    seq: its place in the ledger. existed: it was there already, nothing was written.
    """

    seq: int
    existed: bool
    outcome: Dict[str, Any] = field(default_factory=dict)
    effects: List[Dict[str, Any]] = field(default_factory=list)


class Policy:
    """One policy of a rule set: rules["lige.complaint_tier"]."""

    def __init__(self, rules: "Rules", name: str, rule_set: _core.RuleSet) -> None:
        self.name, self._rules, self._set, self._own = name, rules, rule_set, name.split(".", 1)[1]

    @property
    def facts(self) -> Dict[str, str]:
        """The facts it takes and their types; optional ones end with a question mark."""
        return {n: t + ("?" if optional and not t.endswith("?") else "") for n, t, optional in self._set.facts(self._own)}

    @property
    def outcome(self) -> Dict[str, str]:
        """The fields of its outcome and their types."""
        return dict(self._set.outcome(self._own))

    @property
    def settings(self) -> Dict[str, List[str]]:
        """Its readings with their values, the default first."""
        return dict(self._set.settings(self._own))

    @property
    def clause(self) -> Dict[str, Any]:
        """en, zh: what it says; quote: the handbook's words; cites: entries of the catalogue."""
        return dict(self._set.clause(self._own))

    @property
    def reads_ledger(self) -> bool:
        """Whether a decision needs a ledger."""
        return self._set.reads_ledger(self._own)

    def decide(self, facts: Any, at: Union[str, datetime], *, ledger: Optional[Ledger] = None, trace: bool = False) -> Decision:
        """Decides one case; nothing is recorded.

        facts: a mapping or a dataclass. at: when it happened, a datetime with a zone or a text with an offset. ledger: what
        counts and totals are read from. trace: keep what explain() tells. Raises Error (missing_fact, wrong_type,
        out_of_range, missing_parameter, no_ledger, ...).
        """
        when = instant_text(at, "at")
        return Decision(self.name, when, self._rules._engine(ledger).decide(self.name, facts, when, trace))

    def record(self, facts: Any, at: Union[str, datetime], *, id: str, ledger: Ledger, recorded_at: Union[str, datetime, None] = None) -> Recorded:
        """Decides and records in one transaction.

        id: the event's own; recording the same event twice records it once. recorded_at: when the ledger learns of it, by
        default the present. A refused decision records nothing and raises Error.
        """
        now = datetime.now(timezone.utc) if recorded_at is None else recorded_at
        told = self._rules._engine(ledger).record(self.name, facts, instant_text(at, "at"), instant_text(now, "recorded_at"), id)
        return Recorded(told["seq"], told["existed"], json.loads(told["outcome"], parse_float=Decimal), json.loads(told["effects"], parse_float=Decimal))

    def sweep(self, facts: Mapping[str, Any], over: Mapping[str, Iterable[Any]], at: Union[str, datetime], *,
              ledger: Optional[Ledger] = None) -> List[Dict[str, Any]]:
        """The decisions when the facts named in `over` take each of their values: a dict a row with these facts, the outcome,
        and "error" (the code of a refused one, or None). Shows where the cliffs are."""
        names, rows = list(over), []
        for values in product(*(list(v) for v in over.values())):
            row: Dict[str, Any] = dict(zip(names, values))
            try:
                row.update(self.decide({**facts, **row}, at, ledger=ledger).outcome, error=None)
            except Error as e:
                row.update(dict.fromkeys(self.outcome), error=e.code)
            rows.append(row)
        return rows

    def __repr__(self) -> str:
        return f"Policy({self.name!r}: {self.clause['en']})"

    def _repr_html_(self) -> str:
        rows = [["fact", n, t] for n, t in self.facts.items()] + [["outcome", n, t] for n, t in self.outcome.items()]
        rows += [["setting", n, ", ".join(v)] for n, v in self.settings.items()]
        return table(f"{self.name}: {self.clause['en']}", ["", "name", "type"], rows)


class Rules(Mapping[str, "Policy"]):
    """All policies of some rule sets, by name: "<rule set>.<policy>". Made by load()."""

    def __init__(self, documents: List[Tuple[str, str]], chosen: Mapping[str, Any], loaded: Optional[Tuple[List[_core.RuleSet], List[Diagnostic]]] = None) -> None:
        self._documents, self._chosen = documents, dict(chosen)
        self._sets, self.warnings = _load(documents) if loaded is None else loaded
        self._policies = {f"{s.name}.{p}": Policy(self, f"{s.name}.{p}", s) for s in self._sets for p in s.policy_names}
        self._terms = _terms(self._sets, self._chosen)
        self._local = threading.local()
        self._identity = object()  # a key that no other Rules will have

    # -- looking --

    def __getitem__(self, name: str) -> Policy:
        try:
            return self._policies[name]
        except KeyError:
            from difflib import get_close_matches

            near = get_close_matches(name, self._policies, 1)
            raise KeyError(f"no policy {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._policies)

    def __len__(self) -> int:
        return len(self._policies)

    @property
    def rule_sets(self) -> Dict[str, Dict[str, str]]:
        """The rule sets with edition, title, source, currency and revision (the hash of their text)."""
        return {s.name: {"edition": s.edition, "title": s.title(False), "title_zh": s.title(True), "source": s.source, "currency": s.currency,
                         "revision": s.revision} for s in self._sets}

    def check(self) -> List[Diagnostic]:
        """Findings: cases that no row covers, rows that overlap or never apply, names that nothing reads. Empty: clean."""
        return [d for s in self._sets for d in _diagnostics(s.check())]

    # -- changing: each gives another Rules --

    def with_terms(self, settings: Optional[Mapping[str, str]] = None, parameters: Optional[Mapping[str, Any]] = None,
                   guards: Iterable[str] = ()) -> "Rules":
        """The same rules with other readings (settings), numbers of the host (parameters) and guards switched on."""
        chosen = {"settings": {**self._chosen["settings"], **(settings or {})}, "parameters": {**self._chosen["parameters"], **(parameters or {})},
                  "guards": [*self._chosen["guards"], *guards]}
        return Rules(self._documents, chosen, (self._sets, self.warnings))

    def what_if(self, patch: Mapping[str, Any]) -> "Rules":
        """The rules with some places of their documents changed: {"lige/parameters/fine/default": 60, ...}.

        A place is the rule set's name and a path of names and numbers; None takes the place away. The live rules stay as they
        are. Raises KeyError for a place that is not there, LoadError when the changed rules do not load.
        """
        changed = []
        left = set(patch)
        for text, file in self._documents:
            document = json.loads(text, parse_float=Decimal)
            mine = [k for k in patch if k.split("/", 1)[0] == document.get("rule_set")]
            for key in mine:
                _set_place(document, key.split("/")[1:], patch[key], key)
                left.discard(key)
            changed.append((_dump(document), file) if mine else (text, file))
        if left:
            raise KeyError(f"no rule set for {sorted(left)[0]!r}")
        return Rules(changed, self._chosen)

    # -- the engine --

    def _engine(self, ledger: Optional[Ledger]) -> _core.Engine:
        """One engine for each thread: the ledger's, so that it goes with it, or ours without a ledger."""
        engine: Optional[_core.Engine]
        if ledger is not None:
            core, key = ledger._get(), (self._identity, threading.get_ident())
            engine = ledger._engines.get(key)
            if engine is None:
                engine = ledger._engines[key] = self._new_engine(core)
            return engine
        engine = getattr(self._local, "engine", None)
        if engine is None:
            engine = self._local.engine = self._new_engine(None)
        return engine

    def _new_engine(self, core: Optional[_core.Ledger]) -> _core.Engine:
        engine = _core.Engine(core)
        for rule_set, terms in zip(self._sets, self._terms):
            engine.add(rule_set, terms)
        return engine

    def reverse(self, event: str, *, id: str, at: Union[str, datetime], ledger: Ledger, reason: str, recorded_at: Union[str, datetime, None] = None) -> int:
        """Undoes a recorded event by an event of its own, and returns its place. Nothing is erased.

        Raises Error: unknown_event, already_reversed, ledger_conflict.
        """
        now = datetime.now(timezone.utc) if recorded_at is None else recorded_at
        done = self._engine(ledger).reverse(id, event, instant_text(at, "at"), instant_text(now, "recorded_at"), reason)
        return int(done["seq"])

    def __repr__(self) -> str:
        return f"Rules({', '.join(f'{s.name} ({len(s.policy_names)})' for s in self._sets)})"

    def _repr_html_(self) -> str:
        return table(f"{len(self)} policies", ["policy", "says", "规定"], [[n, p.clause["en"], p.clause["zh"]] for n, p in self.items()])


def _load(documents: List[Tuple[str, str]]) -> Tuple[List[_core.RuleSet], List[Diagnostic]]:
    """The rule sets of the documents, with the documents of guards laid upon them; and what is to be warned of."""
    packs: List[Tuple[str, str]] = []
    others: List[Tuple[str, str]] = []
    for document in documents:
        (packs if _core.is_guard_pack(document[0]) else others).append(document)
    problems: List[Diagnostic] = []

    def load(document: Tuple[str, str], guards: List[Tuple[str, str]]) -> Optional[_core.RuleSet]:
        loaded: Optional[_core.RuleSet]
        loaded, told = _core.RuleSet.load(*document, guards)
        problems.extend(_diagnostics(told))
        return loaded

    sound = [pack for pack in packs if load(pack, []) is not None]
    sets = [s for s in (load(d, sound) for d in others) if s is not None]
    if any(p.severity == "error" for p in problems):
        raise LoadError(problems)
    return sets, problems


def _terms(sets: List[_core.RuleSet], chosen: Mapping[str, Any]) -> List[_core.Terms]:
    """Terms for each rule set. What a rule set does not know is an error only if none knows it."""
    terms = [_core.Terms(s) for s in sets]
    choices: List[Tuple[Any, ...]] = [(_core.Terms.choose, name, value) for name, value in chosen["settings"].items()]
    choices += [(_core.Terms.supply, name, value) for name, value in chosen["parameters"].items()]
    choices += [(_core.Terms.switch_on, name) for name in chosen["guards"]]
    for apply, *choice in choices:
        unknown: Optional[Error] = None
        known = False
        for t in terms:
            try:
                apply(t, *choice)
                known = True
            except Error as e:
                if e.code not in ("unknown_setting", "unknown_parameter", "unknown_name"):
                    raise
                unknown = unknown or e
        if unknown is not None and not known:
            raise unknown
    return terms


def _set_place(document: Any, steps: List[str], value: Any, key: str) -> None:
    for step in steps[:-1]:
        document = document[_step(document, step, key)]
    last = _step(document, steps[-1], key) if value is None or isinstance(document, list) else steps[-1]
    if value is None:
        del document[last]
    else:
        document[last] = value


def _step(document: Any, step: str, key: str) -> Union[str, int]:
    if isinstance(document, list) and step.isdigit() and int(step) < len(document):
        return int(step)
    if isinstance(document, dict) and step in document:
        return step
    raise KeyError(f"{key!r}: there is no {step!r}")


def _dump(value: Any) -> str:
    """JSON with Decimals as they are."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)}: {_dump(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_dump, value)) + "]"
    if isinstance(value, float):
        raise TypeError(f"{value!r}: write Decimal('{value!r}'), or an int")
    return json.dumps(value, ensure_ascii=False)


def default_rules() -> Path:
    """The folder of the rule sets that come with the package."""
    return Path(__file__).resolve().parent / "rules"


def load(path: Union[str, "PathLike[str]"], *, settings: Optional[Mapping[str, str]] = None, parameters: Optional[Mapping[str, Any]] = None,
         guards: Iterable[str] = ()) -> Rules:
    """Loads a rule set, or all of a folder (folders named cases and calendars are left out).

    settings: readings, by "match" or "complaint_tier.match". parameters: numbers that the host supplies. guards: names to
    switch on. Raises LoadError with every problem of every document; OSError when the path cannot be read.
    """
    root = Path(fspath(path))
    if root.is_dir():
        files = sorted(f for f in root.rglob("*.json") if not _NOT_RULES & set(f.relative_to(root).parts))
        if not files:
            raise FileNotFoundError(f"no rule set under {root}")
    else:
        files = [root]
    documents = [(f.read_text(encoding="utf-8"), str(f)) for f in files]
    return Rules(documents, {"settings": settings or {}, "parameters": parameters or {}, "guards": list(guards)})
