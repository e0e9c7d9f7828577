"""Rows from the server that this version cannot read: kept raw, told, tried again after updates."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from agent_app.store.db import Database, transaction


@dataclass(frozen=True, slots=True)
class Held:
    """One unreadable row; `what` is case or event, `reason` says the fault without its content."""

    number: int
    what: str
    reason: str
    raw: bytes


class _Named(msgspec.Struct):
    id: str


def put(db: Database, what: str, reason: str, raw: bytes) -> None:
    """Keep `raw` as it came, instead of an older row of the same id."""
    ref = _id_of(raw)
    with transaction(db):
        db.execute("DELETE FROM quarantine WHERE what = ? AND ref = ?", [what, ref])
        db.execute(
            "INSERT OR IGNORE INTO quarantine (what, ref, reason, raw) VALUES (?, ?, ?, ?)",
            [what, ref, reason, raw],
        )


def held(db: Database, what: str = "") -> list[Held]:
    """The rows held, oldest first; all of them or those of one kind."""
    rows = db.execute(
        "SELECT number, what, reason, raw FROM quarantine WHERE ? IN ('', what) ORDER BY number",
        [what],
    )
    return [Held(*row) for row in rows.fetchall()]


def release(db: Database, what: str, ids: Iterable[str]) -> None:
    """Forget rows that have since been read."""
    db.execute(
        "DELETE FROM quarantine WHERE what = ? AND ref IN (SELECT value FROM json_each(?))",
        [what, json.dumps([*ids])],
    )


def _id_of(raw: bytes) -> str | None:
    try:
        return msgspec.json.decode(raw, type=_Named).id
    except msgspec.MsgspecError:
        return None
