"""The rows of attachments: which file of the box belongs to which event, and what was sent.

A row is written in the transaction that appends its event. A file without one after a crash was
never acknowledged, and is swept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from agent_app.domain.errors import Tampered
from agent_app.store.db import Database, guarded, transaction
from agent_app.store.filebox import FileBox, StoredFile

STAMPED = "stamped"
"""The slot of a paper to which the office added proof of time: no event names it."""


def add(db: Database, stored: StoredFile, *, own: bool = True) -> None:
    """Record a written file, in the transaction that appends its event."""
    with guarded():
        db.execute(
            "INSERT INTO files (event, slot, name, sha256, size, type, own, sent)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                stored.event, stored.slot, stored.name, stored.sha256, stored.size, stored.type,
                own, not own,
            ],
        )  # fmt: skip


def get(db: Database, event: str, slot: str) -> StoredFile | None:
    """The attachment `slot` of an event, if this device holds it."""
    return next(_stored(db, "WHERE f.event = ? AND f.slot = ?", event, slot), None)


def by_content(db: Database, sha256: str) -> StoredFile | None:
    """Any attachment with these plain bytes."""
    return next(_stored(db, "WHERE f.sha256 = ? LIMIT 1", sha256), None)


def unsent(db: Database) -> list[StoredFile]:
    """Own attachments of events that are in the database, not yet at the server; oldest first."""
    waiting = "f.own AND NOT f.sent AND e.state <> 'refused'"
    joined = f"JOIN events AS e ON e.id = f.event WHERE {waiting} ORDER BY e.seq, f.slot"
    return list(_stored(db, joined))


def mark_sent(db: Database, contents: Iterable[str]) -> None:
    """The server holds the files of these sha256 durably."""
    with transaction(db):
        db.conn.executemany(
            "UPDATE files SET sent = 1 WHERE sha256 = ?", [(one,) for one in contents]
        )


def mark_unsent(db: Database, contents: Iterable[str]) -> None:
    """The server asks for the files of these sha256 again (restored from a backup)."""
    with transaction(db):
        db.conn.executemany(
            "UPDATE files SET sent = 0 WHERE sha256 = ? AND own", [(one,) for one in contents]
        )


def unstamped(db: Database, slot: str) -> list[StoredFile]:
    """Attachments of that slot at the server of which the stamped file is not here yet."""
    lacking = "NOT EXISTS (SELECT 1 FROM files WHERE event = f.event AND slot = ?)"
    return list(_stored(db, f"WHERE f.slot = ? AND f.sent AND {lacking}", slot, STAMPED))


def by_visit(db: Database) -> list[tuple[str, int, int]]:
    """(visit, own attachments, of these at the server) for each visit that has any."""
    rows = db.execute(
        "SELECT e.visit, count(*), sum(f.sent) FROM files AS f JOIN events AS e ON e.id = f.event"
        " WHERE f.own AND e.visit IS NOT NULL GROUP BY e.visit"
    )
    return [tuple(row) for row in rows.fetchall()]


def of_visit(db: Database, visit: str) -> list[StoredFile]:
    """The attachments of a visit that this device holds, in the order they were made."""
    joined = "JOIN events AS e ON e.id = f.event WHERE e.visit = ? ORDER BY e.number, f.slot"
    return list(_stored(db, joined, visit))


def case_waits(db: Database, case_id: str) -> bool:
    """Whether an own attachment of the case is not yet at the server."""
    row = db.execute(
        "SELECT 1 FROM files WHERE own AND NOT sent AND event IN"
        " (SELECT id FROM events WHERE case_id = ? AND state <> 'refused') LIMIT 1",
        [case_id],
    ).fetchone()
    return row is not None


def forget_case(db: Database, case_id: str) -> list[str]:
    """Delete the rows of a case's attachments; their names are for `FileBox.remove` after the commit."""
    with transaction(db):
        rows = db.execute(
            "DELETE FROM files WHERE event IN (SELECT id FROM events WHERE case_id = ?)"
            " RETURNING name",
            [case_id],
        )
        return [row[0] for row in rows.fetchall()]


def sweep(db: Database, box: FileBox) -> int:
    """Delete files no event names, left by a crash or a full disk before their event; how many.

    A file whose event does name it lost its row with a broken database, and gets it back. What
    is still being written is left alone, and a recording whose end is not on record yet is left
    so that `rescue` ends it. Call it between actions.
    """
    known = {row[0] for row in db.execute("SELECT name FROM files").fetchall()}
    strays = [name for name in box.names() if name not in known]
    lost = [name for name in strays if not _adopted(db, box, name)]
    heard = [name for name in lost if _awaited(db, box, name)]
    for name in heard:
        box.unfinish(name)
    box.remove(lost)
    return len(lost) - len(heard)


def _awaited(db: Database, box: FileBox, name: str) -> bool:
    """Whether it is a recording that was begun and whose end could not be recorded."""
    try:
        header = box.header(name)
    except Tampered:
        return False
    begun = db.execute(
        "SELECT 1 FROM events WHERE own AND kind = 'recording_started'"
        " AND json_extract(raw, '$.body.slot') = ?",
        [header["slot"]],
    ).fetchone()
    ended = db.execute("SELECT 1 FROM events WHERE id = ?", [header["event"]]).fetchone()
    return begun is not None and ended is None


def _adopted(db: Database, box: FileBox, name: str) -> bool:
    """Whether a file belongs to an event here; its row is written then."""
    try:
        header = box.header(name)
    except Tampered:
        return False
    event, slot = header["event"], header["slot"]
    row = db.execute(
        "SELECT json_extract(raw, '$.files'), own FROM events WHERE id = ?", [event]
    ).fetchone()
    for one in json.loads(row[0]) if row else ():
        if one["slot"] == slot and get(db, event, slot) is None:
            stored = StoredFile(event, slot, name, one["sha256"], one["size"], one["type"])
            add(db, stored, own=bool(row[1]))
            return True
    return False


def _stored(db: Database, which: str, *values: str) -> Iterator[StoredFile]:
    columns = "f.event, f.slot, f.name, f.sha256, f.size, f.type"
    rows = db.execute(f"SELECT {columns} FROM files AS f {which}", values)  # noqa: S608
    return (StoredFile(*row) for row in rows.fetchall())
