"""Rows from the server that this version cannot read: kept raw, told, tried again after updates."""

from __future__ import annotations

from dataclasses import dataclass

from agent_app.store.db import Database, guarded


@dataclass(frozen=True, slots=True)
class Held:
    """One unreadable row; `what` is case or event, `reason` says the fault without its content."""

    number: int
    what: str
    reason: str
    raw: bytes


def put(db: Database, what: str, reason: str, raw: bytes) -> None:
    """Keep `raw` as it came; the same bytes are kept once."""
    with guarded():
        db.execute(
            "INSERT INTO quarantine (what, reason, raw) SELECT ?, ?, ?"
            " WHERE NOT EXISTS (SELECT 1 FROM quarantine WHERE raw = ?)",
            [what, reason, raw, raw],
        )


def held(db: Database) -> list[Held]:
    """All rows held, oldest first."""
    rows = db.execute("SELECT number, what, reason, raw FROM quarantine ORDER BY number")
    return [Held(*row) for row in rows.fetchall()]


def release(db: Database, number: int) -> None:
    """Forget a row that has since been read."""
    with guarded():
        db.execute("DELETE FROM quarantine WHERE number = ?", [number])
