"""Own events on their way to the office: what waits, its verdicts and its proofs.

An own event is unsent, then applied, refused or parked. It waits until the office's proof of it
is here, and counts on top of its case until a base that holds it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from agent_app.domain.events import Event
from agent_app.store import events
from agent_app.store.db import Database, guarded, transaction

UNSETTLED = "own AND state IN ('unsent', 'parked')"
WAITING = f"({UNSETTLED} OR own AND state = 'applied' AND proof IS NULL)"
COUNTING = "own AND NOT based AND state <> 'refused'"
"""Own events that `base` does not hold yet: unsettled, or applied after the base was sent."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the server said of one own event; `state` is applied, refused or parked."""

    id: str
    state: str
    reason: str | None = None
    message: str | None = None
    late: bool = False


def entries(db: Database) -> list[events.Entry]:
    """Own events that wait or were refused, oldest first."""
    return events.entries(db, "own AND state IN ('unsent', 'parked', 'refused')", [], order="seq")


def unsent(db: Database) -> list[Event]:
    """Own events still unsettled, in the order they were made."""
    return [entry.event for entry in events.entries(db, UNSETTLED, [], order="seq")]


def unsent_raw(db: Database, largest: int) -> tuple[list[str], bool]:
    """The JSON of unsettled own events up to `largest` bytes in all, and whether more wait."""
    taken: list[str] = []
    size = 0
    rows = db.execute(f"SELECT raw FROM events WHERE {UNSETTLED} ORDER BY seq")  # noqa: S608
    for (raw,) in rows:
        size += len(raw.encode())
        if taken and size > largest:
            return taken, True
        taken.append(raw)
    return taken, False


def count_unsent(db: Database) -> int:
    """How many own events are unsettled."""
    row = db.execute(f"SELECT count(*) FROM events WHERE {UNSETTLED}").fetchone()  # noqa: S608
    return int(row[0])


def cases_waiting(db: Database) -> dict[str, int]:
    """How many own unsettled events each case has, of those that have any."""
    return _by_case(db, UNSETTLED)


def settle(db: Database, settlements: Iterable[Settlement]) -> set[str]:
    """Write the server's verdicts; returns the cases touched, to be reprojected."""
    kept = list(settlements)
    with transaction(db):
        db.conn.executemany(
            "UPDATE events SET state = ?, reason = ?, message = ?, late = ? WHERE id = ? AND own",
            [(one.state, one.reason, one.message, one.late, one.id) for one in kept],
        )
        rows = db.execute(
            "SELECT DISTINCT case_id FROM events WHERE case_id IS NOT NULL"
            " AND id IN (SELECT value FROM json_each(?))",
            [json.dumps([one.id for one in kept])],
        )
        return {row[0] for row in rows.fetchall()}


def unsettle(db: Database) -> None:
    """The office was restored from a backup: send again everything that is still here."""
    with guarded():
        db.execute(
            "UPDATE events SET state = 'unsent', proof = NULL, based = 0"
            " WHERE own AND state <> 'unsent' AND NOT (state = 'refused' AND proof IS NULL)"
        )


def put_proof(db: Database, event_hash: str, proof: Mapping[str, Any]) -> None:
    """Keep the server's proof that an own event is in its log."""
    with guarded():
        db.execute(
            "UPDATE events SET proof = ? WHERE hash = ? AND own",
            [json.dumps(proof, ensure_ascii=False), event_hash],
        )


def unproven(db: Database, most: int) -> list[str]:
    """Ids of own events the server took without a proof of its log being here, oldest first."""
    rows = db.execute(
        "SELECT id FROM events WHERE own AND state = 'applied' AND proof IS NULL"
        " ORDER BY seq LIMIT ?",
        [most],
    )
    return [row[0] for row in rows.fetchall()]


def counting(db: Database, case_id: str) -> list[Event]:
    """Own events of a case that its base does not hold yet: what `now` adds to it."""
    return [
        e.event for e in events.entries(db, f"case_id = ? AND {COUNTING}", [case_id], order="seq")
    ]


def mark_based(db: Database, case_ids: Iterable[str]) -> None:
    """The server sent new bases of these cases: they hold every event it has applied."""
    with guarded():
        db.execute(
            "UPDATE events SET based = 1 WHERE own AND NOT based AND state = 'applied'"
            " AND case_id IN (SELECT value FROM json_each(?))",
            [json.dumps([*case_ids])],
        )


def cases_counting(db: Database) -> dict[str, int]:
    """How many own events each case has that its base does not hold, of those that have any."""
    return _by_case(db, COUNTING)


def waits(db: Database, case_id: str) -> bool:
    """Whether an own event of the case is unsettled or has no receipt yet."""
    row = db.execute(
        f"SELECT 1 FROM events WHERE case_id = ? AND {WAITING} LIMIT 1",  # noqa: S608
        [case_id],
    ).fetchone()
    return row is not None


def waiting_visits(db: Database) -> set[str]:
    """Ids of own events that lack a receipt and are not refused, and of their visits."""
    rows = db.execute(f"SELECT id, visit FROM events WHERE {WAITING}")  # noqa: S608
    return {one for row in rows.fetchall() for one in row if one}


def purge_case(db: Database, case_id: str) -> None:
    """Delete a case's settled and foreign events; the unsettled own ones stay."""
    with guarded():
        db.execute(
            f"DELETE FROM events WHERE case_id = ? AND NOT ({UNSETTLED})",  # noqa: S608
            [case_id],
        )


def _by_case(db: Database, which: str) -> dict[str, int]:
    rows = db.execute(
        f"SELECT case_id, count(*) FROM events WHERE {which} AND case_id IS NOT NULL"  # noqa: S608
        " GROUP BY case_id"
    )
    return {row[0]: row[1] for row in rows.fetchall()}
