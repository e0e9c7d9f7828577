"""Seals of papers by the short code printed below them, for those who type instead of scan."""

from __future__ import annotations

from agent_app.journal.sealcode import CODE_LETTERS, LONGEST, PREFIX, short_code, telling
from agent_app.journal.speech import heard
from sync.server.db import Db


def keep(db: Db, text: object, event: str) -> None:
    """Remember the seal an event carries; anything else is passed over."""
    if isinstance(text, str) and text.startswith(PREFIX) and len(text) <= LONGEST:
        code = heard(short_code(text))
        db.do("INSERT OR IGNORE INTO seals VALUES (?, ?, ?)", code, text, event)


def find(db: Db, typed: str) -> str | None:
    """The seal whose short code was typed, whatever the case, width, spaces and hyphens."""
    if len(heard(typed)) != CODE_LETTERS:
        return None
    start = telling(typed)
    found = db.value("SELECT text FROM seals WHERE code BETWEEN ? AND ?", f"{start}0", f"{start}Z")
    return None if found is None else str(found)


def kept(db: Db, text: str) -> bool:
    """Whether the office has the event that carries this very seal."""
    return find(db, short_code(text)) == text
