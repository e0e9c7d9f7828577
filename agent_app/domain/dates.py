"""Dates and times as rows write them: ISO 8601, with or without an offset, or nothing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

FOREVER = date(2900, 1, 1)
"""What a row means by 9999-12-31 and the like: later than anything is planned for."""
_LONG_AGO = date(1900, 1, 1)


def day(value: Any) -> date | None:
    """A date from ISO text, None from nothing."""
    return date.fromisoformat(str(value)[:10]) if value else None


def when(value: Any) -> datetime | date | None:
    """An aware datetime or a plain date from ISO text, None from nothing.

    A time without its offset tells only its day: where on earth it was is not known.
    """
    if not value:
        return None
    text = str(value)
    found = datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    if not _LONG_AGO.year <= found.year < FOREVER.year:
        return FOREVER if found.year >= FOREVER.year else _LONG_AGO
    return found.date() if isinstance(found, datetime) and found.tzinfo is None else found
