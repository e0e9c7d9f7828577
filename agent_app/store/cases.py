"""Cases: the server's row kept raw as `base`, the row after unsettled events as `now`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from agent_app.domain.project import project
from agent_app.store import events, files, meta, outgoing, quarantine, search
from agent_app.store.db import Database, transaction
from agent_app.store.listing import DayRow, derived, read_case, read_row

Row = dict[str, Any]
_RECALLED = "recalled"


@dataclass(frozen=True, slots=True)
class Rows:
    """The server's rows as they are kept: what `listing` derives of each, their raw text, and
    with its reason each one that cannot be read."""

    columns: list[tuple[Any, ...]]
    texts: list[str]
    unread: list[tuple[str, bytes]]


def read(raws: Iterable[bytes]) -> Rows:
    """Read rows, for `keep`; needs no store."""
    found, texts, unread = [], [], []
    for raw in raws:
        try:
            text, row = raw.decode(), read_case(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
            unread.append((str(fault), raw))
        else:
            found.append(row)
            texts.append(text)
    return Rows(derived(found), texts, unread)


def put_base(db: Database, raws: Iterable[bytes]) -> list[str]:
    """Read the server's rows and `keep` them; returns the ids."""
    return keep(db, read(raws))


def keep(db: Database, rows: Rows) -> list[str]:
    """Keep the server's rows and replay on them the events they do not hold; returns the ids.

    A row that could not be read goes to quarantine, and the others are kept. Verdicts that came
    before the rows must be settled first: an applied event is then in its case's row.
    """
    case_ids = [columns[0] for columns in rows.columns]
    with transaction(db):
        for reason, raw in rows.unread:
            quarantine.put(db, "case", reason, raw)
        db.conn.executemany(_UPSERT, rows.columns)
        db.conn.executemany(_NEW_BASE, zip(rows.texts, case_ids, strict=True))
        quarantine.release(db, "case", case_ids)
        if back := _recalled(db).keys() & set(case_ids):
            meta.put(db, _RECALLED, {k: v for k, v in _recalled(db).items() if k not in back})
        counting = outgoing.cases_counting(db).keys() & set(case_ids)
        outgoing.mark_based(db, counting)
        for case_id in counting & outgoing.cases_counting(db).keys():
            reproject(db, case_id)
    return case_ids


_UPSERT = """
INSERT INTO cases (id, visit_state, priority, days_overdue, sought, listed, person)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET hidden = NULL, visit_state = excluded.visit_state,
        priority = excluded.priority, days_overdue = excluded.days_overdue,
        sought = excluded.sought, listed = excluded.listed, person = excluded.person
"""
_NEW_BASE = """
INSERT INTO bodies (number, base) SELECT number, ?1 FROM cases WHERE id = ?2
    ON CONFLICT (number) DO UPDATE SET base = ?1, now = NULL
"""


def retry_held(db: Database) -> list[str]:
    """After an update: read again what an older version could not; returns the cases gained."""
    raw = [one.raw for one in quarantine.held(db, "case")]
    return put_base(db, raw) if raw else []


def reproject(db: Database, case_id: str) -> Row | None:
    """Make `now` from `base` and what it does not hold; returns it, None for an unknown case."""
    base = get_base(db, case_id)
    if base is None:
        return None
    pending = outgoing.counting(db, case_id)
    row = project(base, pending) if pending else base
    put_now(db, case_id, row, pending=bool(pending))
    return row


def put_now(db: Database, case_id: str, row: Row, *, pending: bool = True) -> None:
    """Keep `row` as the case's `now`, with the columns derived from it."""
    raw = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
    with transaction(db):
        db.execute(
            "UPDATE bodies SET now = ? WHERE number = (SELECT number FROM cases WHERE id = ?)",
            [raw if pending else None, case_id],
        )
        db.execute(_RELIST, *derived([read_case(raw)]))


def relist(db: Database) -> None:
    """After an update: derive again what lists read, where a migration has emptied it."""
    rows = db.execute(
        "SELECT coalesce(now, base) FROM bodies JOIN cases USING (number) WHERE listed IS NULL"
    )
    with transaction(db):
        db.conn.executemany(_RELIST, derived([read_case(raw) for (raw,) in rows.fetchall()]))


_RELIST = (
    "UPDATE cases SET visit_state = ?2, priority = ?3, days_overdue = ?4, sought = ?5, listed = ?6,"
    " person = ?7 WHERE id = ?1"
)
_STANDING = "SELECT coalesce(now, base) FROM bodies JOIN cases USING (number) WHERE hidden IS NULL"


def get_base(db: Database, case_id: str) -> Row | None:
    """The server's row, hidden cases included."""
    row = db.execute(
        "SELECT base FROM bodies JOIN cases USING (number) WHERE id = ?", [case_id]
    ).fetchone()
    return None if row is None else json.loads(row[0])


def now(db: Database, case_id: str) -> Row | None:
    """The case as it stands on this device; None when unknown or recalled."""
    row = db.execute(f"{_STANDING} AND id = ?", [case_id]).fetchone()
    return None if row is None else json.loads(row[0])


def written_on(db: Database, case_id: str) -> Row | None:
    """As `now`, also of a case that was recalled: it is written on until its visit is closed."""
    return now(db, case_id) or reproject(db, case_id)


def all_now(db: Database) -> Iterator[Row]:
    """Every case as it stands, in one read."""
    rows = db.execute(_STANDING)
    return (json.loads(raw) for (raw,) in rows)


def beside(db: Database, case_id: str) -> list[Row]:
    """The other cases of the same person, recalled ones included while they are still here."""
    rows = db.execute(
        "SELECT coalesce(now, base) FROM cases AS one JOIN cases AS other"
        " ON other.person = one.person AND other.id <> one.id JOIN bodies"
        " ON bodies.number = other.number WHERE one.id = ? AND one.person <> '' ORDER BY other.id",
        [case_id],
    )
    return [json.loads(raw) for (raw,) in rows.fetchall()]


def persons(db: Database) -> list[list[str]]:
    """The cases of each person who has more than one here, from the index alone."""
    rows = db.execute("SELECT person, id FROM cases WHERE person <> '' ORDER BY person, id")
    people = (
        [case_id for _, case_id in some] for _, some in groupby(rows.fetchall(), key=itemgetter(0))
    )
    return [found for found in people if len(found) > 1]


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
        "SELECT listed FROM cases WHERE hidden IS NULL"
        " ORDER BY priority DESC, days_overdue DESC, id"
    )
    return [read_row(row[0]) for row in rows.fetchall()]


def at_the_door(db: Database) -> str | None:
    """The case whose visit is open, if one is."""
    return next(iter(with_open_visit(db)), None)


def with_open_visit(db: Database) -> list[str]:
    """Cases somebody is visiting now, from an index of them alone."""
    rows = db.execute(
        "SELECT id FROM cases WHERE hidden IS NULL AND visit_state = 'open' ORDER BY id"
    )
    return [row[0] for row in rows.fetchall()]


def find(db: Database, query: str, limit: int = 200) -> list[DayRow]:
    """Cases whose name, number, telephone, address or creditor holds every word of `query`."""
    holds, elsewhere, words = search.condition(query)
    if not words:
        return []
    rows = db.execute(
        f"SELECT listed FROM cases WHERE hidden IS NULL AND {holds}"  # noqa: S608
        f" ORDER BY {elsewhere}, number LIMIT {limit:d}",
        words,
    )
    return [read_row(row[0]) for row in rows.fetchall()]


def recall(db: Database, case_id: str, at: str) -> list[str]:
    """Take a case away: hide it, and purge it as soon as nothing of it is unsettled.

    While a visit of our own is open there it stays, `recalled`, until `let_go`: the agents must
    still be able to leave, and what is said until then must not be lost. `at` is the server's
    time of the recall. Returns the attachments to remove once committed.
    """
    with transaction(db):
        if events.visiting(db, case_id):
            meta.put(db, _RECALLED, {**_recalled(db), case_id: at})
            return []
        db.execute("UPDATE cases SET hidden = ? WHERE id = ?", [at, case_id])
        return purge_settled(db, case_id)


def recalled(db: Database, case_id: str) -> bool:
    """Was the case taken away while we were at its door?"""
    return case_id in _recalled(db)


def let_go(db: Database) -> None:
    """Hide the recalled cases whose visit is closed by now."""
    waiting = _recalled(db)
    gone = [one for one in waiting if not events.visiting(db, one)]
    for case_id in gone:
        db.execute("UPDATE cases SET hidden = ? WHERE id = ?", [waiting.pop(case_id), case_id])
    if gone:
        meta.put(db, _RECALLED, waiting)


def _recalled(db: Database) -> dict[str, str]:
    return dict(meta.get(db, _RECALLED) or {})


def purge_settled(db: Database, case_id: str) -> list[str]:
    """Delete every trace of a hidden case, unless own events or files of it still wait.

    Returns the names of its attachments, for `FileBox.remove` after the commit.
    """
    with transaction(db):
        gone = db.execute("SELECT 1 FROM cases WHERE id = ? AND hidden IS NOT NULL", [case_id])
        if gone.fetchone() is None or outgoing.waits(db, case_id) or files.case_waits(db, case_id):
            return []
        names = files.forget_case(db, case_id)
        outgoing.purge_case(db, case_id)
        db.execute(
            "DELETE FROM bodies WHERE number = (SELECT number FROM cases WHERE id = ?)", [case_id]
        )
        db.execute("DELETE FROM cases WHERE id = ?", [case_id])
    return names


def hidden(db: Database) -> list[str]:
    """Recalled cases that still wait for their events to be settled."""
    rows = db.execute("SELECT id FROM cases WHERE hidden IS NOT NULL ORDER BY id")
    return [row[0] for row in rows.fetchall()]
