"""Instants as the engine writes them: RFC 3339, always with an offset."""
from __future__ import annotations

from datetime import datetime
from typing import Union


def instant_text(value: Union[str, datetime], name: str) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{name}: a datetime needs a zone here: .replace(tzinfo=ZoneInfo('Asia/Shanghai'))")
        return value.isoformat()
    if isinstance(value, str):
        return value
    raise TypeError(f"{name}: a datetime with a zone, or a text like 2016-03-05T10:00:00+08:00, not {type(value).__name__}")


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
