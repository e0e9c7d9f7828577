"""Numbers of papers: every block used to the end, none passed over."""

from __future__ import annotations

from pathlib import Path

from agent_app.store import serials
from agent_app.store.db import open_store


def test_a_new_block_waits_until_the_old_one_is_spent(tmp_path: Path) -> None:
    db = open_store(tmp_path / "store.db", None)
    assert (serials.peek(db), serials.left(db), serials.blocks(db)) == (None, 0, [])
    serials.lease(db, {"prefix": "D", "first": 1, "last": 2})
    serials.spend(db)
    serials.lease(db, {"prefix": "D", "first": 201, "last": 202})
    assert serials.left(db) == 3
    used = []
    while found := serials.peek(db):
        used.append(found[1])
        serials.spend(db)
    assert used == [2, 201, 202]
    serials.lease(db, {"prefix": "E", "first": 5, "last": 9})
    assert serials.peek(db) == ("E", 5)
    spans = [(one["prefix"], one["first"], one["last"]) for one in serials.blocks(db)]
    assert spans == [("D", 1, 2), ("D", 201, 202), ("E", 5, 4)]
    db.close()
