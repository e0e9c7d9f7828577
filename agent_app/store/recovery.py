"""After a crash: database and journal file are made to agree, or the one rebuilt from the other."""

from __future__ import annotations

from pathlib import Path

from agent_app.domain.errors import Tampered
from agent_app.journal.sealed_log import Record
from agent_app.store import cases, events, outgoing
from agent_app.store.db import Store, damaged_pages, open_store, transaction
from agent_app.store.journal_file import JournalFile


def open_both(path: Path, key: bytes | None, journal: JournalFile, device: str) -> Store:
    """The store with its journal file, agreed; a broken database is rebuilt.

    Raises TooOld, StoreFull, Tampered; the journal file is closed then, and the profile free.
    """
    try:
        return _agreed(path, key, journal, device)
    except BaseException:
        journal.close()
        raise


def _agreed(path: Path, key: bytes | None, journal: JournalFile, device: str) -> Store:
    if path.exists() and damaged_pages(path, key):
        return rebuild(path, key, journal, device)
    db = open_store(path, key)
    try:
        reconcile(db, journal, device)
        cases.relist(db)
        cases.retry_held(db)
        events.retry_held(db)
    except BaseException:
        db.close()
        raise
    return db


def reconcile(db: Store, journal: JournalFile, device: str) -> int:
    """Make both hold the same newest events, and join them; how many had to move.

    Raises Tampered when the two are of different chains.
    """
    read = [one for one in journal.read().records if one[1].device == device]
    seq, digest = events.head(db, device)
    for found, event in read:
        if event.seq == seq and found != digest:
            raise Tampered("journal file", expected=digest, found=found)
    last = read[-1][1].seq if read else 0
    missing_here = [one for one in read if one[1].seq > seq]
    missing_there = [(entry.hash, entry.event) for entry in events.own_after(db, device, last)]
    with transaction(db):
        _restore(db, missing_here)
    if missing_there:
        journal.append(missing_there)
    db.journal = journal
    return len(missing_here) + len(missing_there)


def _restore(db: Store, records: list[Record]) -> None:
    for digest, event in records:
        events.restore(db, event, digest)
    for case_id in {event.case for _, event in records if event.case}:
        cases.reproject(db, case_id)


def rebuild(path: Path, key: bytes | None, journal: JournalFile, device: str) -> Store:
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


def compact(db: Store) -> None:
    """Let the journal file forget visits the server has wholly receipted; the newest event stays.

    What it forgets is in the server's log, and its cases may have been recalled from this device.
    """
    journal = db.journal
    if not isinstance(journal, JournalFile):
        return
    needed = outgoing.waiting_visits(db)
    newest = max((event.seq for _, event in journal.read().records), default=0)
    journal.compact(
        lambda event: event.seq == newest or event.id in needed or event.visit in needed
    )
