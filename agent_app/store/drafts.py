"""What a visit's script holds between two answers, so that a killed visit opens where it was."""

from __future__ import annotations

import json
from typing import Any

from agent_app.store.db import Database, guarded


def put(db: Database, visit: str, snapshot: Any) -> None:
    """Keep the script session's snapshot (JSON) of `visit`."""
    with guarded():
        db.execute(
            "INSERT INTO drafts VALUES (?, ?)"
            " ON CONFLICT (visit) DO UPDATE SET body = excluded.body",
            [visit, json.dumps(snapshot, ensure_ascii=False)],
        )


def get(db: Database, visit: str) -> Any | None:
    """The kept snapshot, or None."""
    row = db.execute("SELECT body FROM drafts WHERE visit = ?", [visit]).fetchone()
    return None if row is None else json.loads(row[0])


def drop(db: Database, visit: str) -> None:
    """Forget the snapshot of a visit that has ended."""
    with guarded():
        db.execute("DELETE FROM drafts WHERE visit = ?", [visit])
