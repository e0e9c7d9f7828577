"""How an event is saved so that no kill, cut or full disk loses one that was acknowledged.

Inside one transaction the event's row and its case's new row are written; then the sealed
journal file gets the event and is fsynced; then the transaction commits; then the caller knows.
Killed before the commit, the journal may hold one event more than the database: `reconcile`
brings it in, for it is signed and whole. A failed commit takes the journal back to where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from agent_app.domain.errors import Tampered
from agent_app.domain.events import Event
from agent_app.store import cases, events
from agent_app.store.db import Database, open_store, transaction
from agent_app.store.journal_file import JournalFile, Record

Save = Callable[[Event, str], None]


@contextmanager
def saving(db: Database, journal: JournalFile) -> Iterator[Save]:
    """A transaction in which `save(event, digest)` appends own events; durable when it returns.

    Not to be opened inside another transaction. Raises StoreFull and then nothing was written.
    """
    if db.conn.in_transaction:
        raise RuntimeError("saving makes its own transaction")
    records: list[Record] = []
    before = journal.size

    def save(event: Event, digest: str) -> None:
        events.append(db, event, digest)
        records.append(Record(event, digest))

    try:
        with transaction(db):
            yield save
            if records:
                journal.append(records)
    except BaseException:
        if journal.size != before:
            journal.rewind(before)
        raise


def reconcile(db: Database, journal: JournalFile, device: str) -> int:
    """At opening: make database and journal file hold the same newest events; how many moved.

    Raises Tampered when the two are of different chains.
    """
    read = [one for one in journal.read().records if one.event.device == device]
    seq, digest = events.head(db, device)
    for one in read:
        if one.event.seq == seq and one.digest != digest:
            raise Tampered("journal file", expected=digest, found=one.digest)
    last = read[-1].event.seq if read else 0
    missing_here = [one for one in read if one.event.seq > seq]
    missing_there = [
        Record(entry.event, entry.hash) for entry in events.own_after(db, device, last)
    ]
    with transaction(db):
        restore(db, missing_here)
    if missing_there:
        journal.append(missing_there)
    return len(missing_here) + len(missing_there)


def compact(db: Database, journal: JournalFile) -> None:
    """Let the journal file forget visits the server has wholly receipted; the newest event stays.

    What it forgets is in the server's log, and its cases may have been recalled from this device.
    """
    needed = events.waiting_visits(db)
    newest = max((record.event.seq for record in journal.read().records), default=0)
    journal.compact(
        lambda event: event.seq == newest or event.id in needed or event.visit in needed
    )


def restore(db: Database, records: list[Record]) -> None:
    """Bring journal records into the database as unsettled events, and project their cases."""
    for record in records:
        events.restore(db, record.event, record.digest)
    for case_id in {one.event.case for one in records if one.event.case}:
        cases.reproject(db, case_id)


def rebuild(path: Path, key: bytes | None, journal: JournalFile, device: str) -> Database:
    """A new database in place of a broken one, with every event of the journal file.

    The broken file is kept beside it as `*.broken`. All events count as unsettled and are sent
    again (the server knows them by id); cases, people and packs come with the next sync.
    """
    for suffix in ("", "-wal", "-shm"):
        damaged = path.with_name(path.name + suffix)
        if damaged.exists():
            damaged.replace(path.with_name(path.name + ".broken" + suffix))
    db = open_store(path, key)
    reconcile(db, journal, device)
    return db
