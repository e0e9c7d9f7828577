"""Cases: the server's row kept raw as `base`, the row after unsettled events as `now`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from agent_app.domain.project import project
from agent_app.store import events, files, quarantine, search
from agent_app.store.case_columns import COLUMNS, Columns, derive
from agent_app.store.db import Database, transaction

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DayRow:
    """What a list shows of a case, straight from the covering index; `total` in minor units."""

    id: str
    debtor: str
    creditor: str
    product: str
    total: int
    currency: str
    bucket: str
    days_overdue: int
    priority: int
    address: str | None
    region: str | None
    tz: str | None
    lat: float | None
    lon: float | None
    datum: str | None
    visit: str | None
    visit_state: str | None
    planned_for: str | None
    visited_at: str | None
    outcome: str | None
    sent_back: int
    held: int
    lease_end: str | None


_LISTED = ", ".join(DayRow.__dataclass_fields__)


def put_base(db: Database, rows: Iterable[bytes]) -> list[str]:
    """Keep the server's rows and replay on them the events they do not hold; returns the ids.

    A row that cannot be read goes to quarantine, and the others are kept. Verdicts that came
    before the rows must be settled first: an applied event is then in its case's row.
    """
    read: list[tuple[bytes, Columns]] = []
    for raw in rows:
        try:
            read.append((bytes(raw), derive(raw)))
        except msgspec.MsgspecError as fault:
            quarantine.put(db, "case", str(fault), bytes(raw))
    with transaction(db):
        _upsert(db, read)
        case_ids = [columns.id for _, columns in read]
        quarantine.release(db, "case", case_ids)
        events.mark_based(db, case_ids)
        for case_id in events.cases_counting(db).keys() & set(case_ids):
            reproject(db, case_id)
    return case_ids


def retry_held(db: Database) -> list[str]:
    """After an update: read again what an older version could not; returns the cases gained."""
    raw = [one.raw for one in quarantine.held(db, "case")]
    return put_base(db, raw) if raw else []


def _upsert(db: Database, read: Sequence[tuple[bytes, Columns]]) -> None:
    names = ", ".join(COLUMNS)
    marks = ", ".join("?" * (len(COLUMNS) + 1))
    updates = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name != "id")
    db.conn.executemany(
        f"INSERT INTO cases (base, {names}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET"  # noqa: S608
        f" base = excluded.base, now = NULL, hidden = NULL, {updates}",
        [(raw.decode(), *columns.values) for raw, columns in read],
    )
    _index(db, [columns for _, columns in read])


def _index(db: Database, read: Sequence[Columns]) -> None:
    wanted = json.dumps([columns.id for columns in read])
    rows = db.execute(
        "SELECT id, number FROM cases WHERE id IN (SELECT value FROM json_each(?))", [wanted]
    )
    numbers = dict(rows.fetchall())
    search.index(db, [(numbers[one.id], *one.sought) for one in read])


def reproject(db: Database, case_id: str) -> Row | None:
    """Make `now` from `base` and what it does not hold; returns it, None for an unknown case."""
    base = get_base(db, case_id)
    if base is None:
        return None
    pending = events.counting(db, case_id)
    row = project(base, pending) if pending else base
    put_now(db, case_id, row, pending=bool(pending))
    return row


def put_now(db: Database, case_id: str, row: Row, *, pending: bool = True) -> None:
    """Keep `row` as the case's `now`, with the columns derived from it."""
    raw = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
    columns = derive(raw.encode())
    before = db.execute("SELECT coalesce(now, base) FROM cases WHERE id = ?", [case_id]).fetchone()
    assignments = ", ".join(f"{name} = ?" for name in COLUMNS)
    with transaction(db):
        db.execute(
            f"UPDATE cases SET now = ?, {assignments} WHERE id = ?",  # noqa: S608
            [raw if pending else None, *columns.values, case_id],
        )
        if before and derive(before[0].encode()).sought != columns.sought:
            _index(db, [columns])


def get_base(db: Database, case_id: str) -> Row | None:
    """The server's row, hidden cases included."""
    row = db.execute("SELECT base FROM cases WHERE id = ?", [case_id]).fetchone()
    return None if row is None else json.loads(row[0])


def now(db: Database, case_id: str) -> Row | None:
    """The case as it stands on this device; None when unknown or recalled."""
    row = db.execute(
        "SELECT coalesce(now, base) FROM cases WHERE id = ? AND hidden IS NULL", [case_id]
    ).fetchone()
    return None if row is None else json.loads(row[0])


def all_now(db: Database) -> Iterator[Row]:
    """Every case as it stands, in one read."""
    rows = db.execute("SELECT coalesce(now, base) FROM cases WHERE hidden IS NULL")
    return (json.loads(raw) for (raw,) in rows)


def count(db: Database) -> int:
    """How many cases this device shows."""
    row = db.execute("SELECT count(*) FROM cases WHERE hidden IS NULL").fetchone()
    return int(row[0])


def ids(db: Database) -> set[str]:
    """Every case on this device, hidden ones included."""
    return {row[0] for row in db.execute("SELECT id FROM cases").fetchall()}


def day_list(db: Database) -> list[DayRow]:
    """All cases, the most pressing first."""
    rows = db.execute(
        f"SELECT {_LISTED} FROM cases WHERE hidden IS NULL"  # noqa: S608
        " ORDER BY priority DESC, days_overdue DESC, id"
    )
    return [DayRow(*row) for row in rows.fetchall()]


def at_the_door(db: Database) -> str | None:
    """The case whose visit is open, if one is."""
    return next(iter(with_open_visit(db)), None)


def with_open_visit(db: Database) -> list[str]:
    """Cases somebody is visiting now, read from the index of the day."""
    rows = db.execute(
        "SELECT id FROM cases WHERE hidden IS NULL AND visit_state = 'open' ORDER BY id"
    )
    return [row[0] for row in rows.fetchall()]


def find(db: Database, query: str, limit: int = 200) -> list[DayRow]:
    """Cases whose name, number, telephone, address or creditor holds every word of `query`."""
    wanted = search.numbers(db, query, limit)
    rows = db.execute(
        f"SELECT cases.number, {_LISTED} FROM cases"  # noqa: S608
        " WHERE hidden IS NULL AND number IN (SELECT value FROM json_each(?))",
        [json.dumps(wanted)],
    )
    by_number = {row[0]: DayRow(*row[1:]) for row in rows.fetchall()}
    return [by_number[number] for number in wanted if number in by_number]


def recall(db: Database, case_id: str, at: str) -> list[str]:
    """Take a case away: hide it, and purge it as soon as nothing of it is unsettled.

    `at` is the server's time of the recall. Returns the attachments to remove once committed.
    """
    with transaction(db):
        db.execute("UPDATE cases SET hidden = ? WHERE id = ?", [at, case_id])
        return purge_settled(db, case_id)


def purge_settled(db: Database, case_id: str) -> list[str]:
    """Delete every trace of a hidden case, unless own events or files of it still wait.

    Returns the names of its attachments, for `files.remove` after the commit.
    """
    with transaction(db):
        row = db.execute(
            "SELECT number FROM cases WHERE id = ? AND hidden IS NOT NULL", [case_id]
        ).fetchone()
        if row is None:
            return []
        search.forget(db, row[0])
        if events.waits(db, case_id) or files.case_waits(db, case_id):
            return []
        names = files.forget_case(db, case_id)
        events.purge_case(db, case_id)
        db.execute("DELETE FROM cases WHERE id = ?", [case_id])
    return names


def hidden(db: Database) -> list[str]:
    """Recalled cases that still wait for their events to be settled."""
    rows = db.execute("SELECT id FROM cases WHERE hidden IS NOT NULL ORDER BY id")
    return [row[0] for row in rows.fetchall()]
