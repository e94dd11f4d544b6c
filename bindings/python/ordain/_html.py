"""Tables for notebooks."""
from __future__ import annotations

from html import escape
from typing import Any, Iterable, Sequence


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    def cells(tag: str, row: Sequence[Any]) -> str:
        return "".join(f"<{tag} style='text-align:left'>{escape('' if v is None else str(v))}</{tag}>" for v in row)

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table><caption style='text-align:left'>{escape(caption)}</caption><thead><tr>{cells('th', head)}</tr></thead><tbody>{body}</tbody></table>"
