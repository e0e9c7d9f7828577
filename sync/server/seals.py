"""Seals of papers by the short code printed below them, for those who type instead of scan."""

from __future__ import annotations

from agent_app.journal.sealcode import LONGEST, PREFIX, short_code
from agent_app.journal.speech import heard
from sync.server.db import Db


def keep(db: Db, text: object, event: str) -> None:
    """Remember the seal an event carries; anything else is passed over."""
    if isinstance(text, str) and text.startswith(PREFIX) and len(text) <= LONGEST:
        code = heard(short_code(text))
        db.do("INSERT OR IGNORE INTO seals VALUES (?, ?, ?)", code, text, event)


def find(db: Db, typed: str) -> str | None:
    """The seal whose short code was typed, whatever the case, spaces and hyphens."""
    found = db.value("SELECT text FROM seals WHERE code = ?", heard(typed))
    return None if found is None else str(found)
