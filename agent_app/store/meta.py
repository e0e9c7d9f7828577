"""Small facts of the profile, by name: cursor, people, lease, serials, last sync."""

from __future__ import annotations

import json
from typing import Any

from agent_app.store.db import Database, guarded


def get(db: Database, key: str, default: Any = None) -> Any:
    """The JSON value kept under `key`."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", [key]).fetchone()
    return default if row is None else json.loads(row[0])


def put(db: Database, key: str, value: Any) -> None:
    """Keep the JSON value `value` under `key`."""
    with guarded():
        db.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [key, json.dumps(value, ensure_ascii=False)],
        )


def drop(db: Database, key: str) -> None:
    """Forget `key`."""
    with guarded():
        db.execute("DELETE FROM meta WHERE key = ?", [key])
