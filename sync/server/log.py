"""The office's append-only log of events: an RFC 9162 tree in two tables, heads signed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from agent_app.journal import receipt
from agent_app.journal.merkle import Tree
from sync.messages import Inclusion, Receipts, TreeHead
from sync.server.db import Db
from sync.server.office import Office, fact


class _Nodes:
    """The tree's subtree hashes, kept by the database."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self._read: dict[tuple[int, int], bytes] = {}

    def __getitem__(self, key: tuple[int, int]) -> bytes:
        if key not in self._read:
            found = self._db.value("SELECT hash FROM tree WHERE level = ? AND place = ?", *key)
            if found is None:
                raise KeyError(key)
            self._read[key] = bytes(found)
        return self._read[key]

    def __setitem__(self, key: tuple[int, int], value: bytes) -> None:
        self._db.do("INSERT INTO tree VALUES (?, ?, ?)", *key, value)
        self._read[key] = value


def tree(db: Db) -> Tree:
    """The log's tree as of now."""
    size = db.value("SELECT COALESCE(MAX(leaf) + 1, 0) FROM log")
    return Tree(_Nodes(db), int(size))


def sign_head(office: Office, db: Db) -> dict[str, Any]:
    """A head signed now. Needs a write transaction.

    Always a fresh one, even if the log did not grow: its time tells what a device's clock says.
    """
    now, origin = tree(db), fact(db, "log_origin")
    head = receipt.sign_head(origin, now, office.now(), office.keys.log.sign)
    db.do("INSERT OR REPLACE INTO heads VALUES (?, ?, ?)", origin, now.size, json.dumps(head))
    return head


def receipts(db: Db, head: dict[str, Any], events: Iterable[str], known_size: int) -> Receipts:
    """Proofs that `events` (ids) are under `head`, and that the head continues `known_size`."""
    now = tree(db)
    size = int(head["size"])
    wanted = list(events)
    rows = db.rows(
        "SELECT id, leaf FROM log WHERE id IN (SELECT value FROM json_each(?)) ORDER BY leaf",
        json.dumps(wanted),
    )
    return Receipts(
        head=TreeHead(**head),
        consistency=_hex(now.consistency(known_size, size)) if known_size <= size else [],
        proofs=[
            Inclusion(row["id"], row["leaf"], _hex(now.inclusion(row["leaf"], size)))
            for row in rows
        ],
    )


def _hex(path: Iterable[bytes]) -> list[str]:
    return [step.hex() for step in path]
