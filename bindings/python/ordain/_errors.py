"""What can be wrong: diagnostics, and the exceptions that carry them."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Sequence

from . import _core


@dataclass(frozen=True)
class Diagnostic:
    """One problem: its stable code, the place in the document or the facts (a JSON Pointer), and a hint."""

    code: str
    severity: str      # "error" or "warning"
    message: str
    message_zh: str
    text: str          # all in one line, as the command prints it
    file: str
    path: str
    line: int          # from 1; 0: not known
    column: int        # in bytes, from 1
    hint: str

    def __str__(self) -> str:
        return self.text


def _diagnostics(told: Sequence[Dict[str, Any]]) -> List[Diagnostic]:
    return [Diagnostic(**d) for d in told]


class Error(Exception):
    """A refused decision, a ledger that cannot be used, a wrong argument.

    code, path, hint and message are those of `diagnostic`.
    """

    def __init__(self, diagnostic: "Diagnostic | Dict[str, Any]") -> None:
        d = diagnostic if isinstance(diagnostic, Diagnostic) else Diagnostic(**diagnostic)
        super().__init__(d.text)
        self.diagnostic = d

    @property
    def code(self) -> str:
        return self.diagnostic.code

    @property
    def path(self) -> str:
        return self.diagnostic.path

    @property
    def hint(self) -> str:
        return self.diagnostic.hint

    @property
    def message(self) -> str:
        return self.diagnostic.message

    def __reduce__(self) -> Any:  # so that it crosses processes
        return type(self), (self.diagnostic,)


class LoadError(Error):
    """Rule sets that do not load. `diagnostics` has every problem, the exception itself the first."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = list(diagnostics)
        super().__init__(next(d for d in self.diagnostics if d.severity == "error"))
        self.args = ("\n".join(d.text for d in self.diagnostics),)

    def __reduce__(self) -> Any:
        return type(self), (self.diagnostics,)


_core.set_error(Error)
