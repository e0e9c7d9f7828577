"""The journal in the database: this device's signed events, and other devices' on its cases."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent_app.domain.errors import Tampered
from agent_app.domain.events import FIRST_PREV, Event
from agent_app.store import quarantine
from agent_app.store.db import Database, Store, guarded, transaction
from agent_app.store.schema import RESTORED


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with its fate. `reason` and `message` are the server's, for refused and parked."""

    event: Event
    own: bool
    state: str
    hash: str
    reason: str | None
    message: str | None
    late: bool
    proof: Mapping[str, Any] | None


def append(db: Database, event: Event, digest: str) -> None:
    """Add the next own event; `digest` is its `chain.event_hash`.

    Raises NotAllowed when the disclosure gate is shut, Tampered when it does not follow the head.
    """
    with transaction(db):
        seq, prev = head(db, event.device)
        if (event.seq, event.prev) != (seq + 1, prev):
            raise Tampered(
                "journal head", expected=f"{seq + 1} {prev}", found=f"{event.seq} {event.prev}"
            )
        _insert(db, event, digest, own=True)
        _move_head(db, event, digest)
        if isinstance(db, Store):
            db.also_journal(digest, event)


def restore(db: Database, event: Event, digest: str) -> None:
    """Bring back an own event from the journal file: it passed the gate when it was made."""
    with transaction(db):
        _insert(db, event, digest, own=True, reason=RESTORED)
        if event.seq > head(db, event.device)[0]:
            _move_head(db, event, digest)


def _move_head(db: Database, event: Event, digest: str) -> None:
    db.execute(
        "INSERT INTO chain VALUES (?, ?, ?) ON CONFLICT (device)"
        " DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
        [event.device, event.seq, digest],
    )


def head(db: Database, device: str) -> tuple[int, str]:
    """Number and hash of the newest own event of `device`; (0, 64 zeros) before the first."""
    row = db.execute("SELECT seq, hash FROM chain WHERE device = ?", [device]).fetchone()
    return (0, FIRST_PREV) if row is None else (row[0], row[1])


def newest_own(db: Database) -> Event | None:
    """The newest event made on this device that is still here."""
    row = db.execute(
        "SELECT raw FROM chain JOIN events USING (device, seq) WHERE own"
        " ORDER BY events.number DESC LIMIT 1"
    ).fetchone()
    return None if row is None else Event.from_json(json.loads(row[0]))


def since(db: Database, case_id: str, device: str, seq: int) -> list[tuple[str, str | None]]:
    """Id and visit of what a device recorded in a case from its event `seq` on."""
    return db.execute(
        "SELECT id, visit FROM events WHERE case_id = ? AND device = ? AND seq >= ?",
        [case_id, device, seq],
    ).fetchall()


def heads(db: Database) -> dict[str, int]:
    """How many events each device of this profile has made here."""
    return dict(db.execute("SELECT device, seq FROM chain").fetchall())


def put_foreign(
    db: Database, raw: bytes, digest: str = "", arrived: Mapping[str, str] | None = None
) -> None:
    """Keep another device's event for reading; one that cannot be read goes to quarantine.

    `arrived` says when the office took events, by id (ISO), to whom it tells that.
    """
    try:
        event = Event.from_json(json.loads(raw))
    except (ValueError, KeyError, TypeError) as fault:
        quarantine.put(db, "event", type(fault).__name__, raw)
        return
    quarantine.release(db, "event", [event.id])
    known = db.execute("SELECT 1 FROM events WHERE id = ?", [event.id]).fetchone()
    if known is None:
        _insert(db, event, digest, own=False)
    if at := (arrived or {}).get(event.id):
        db.execute("UPDATE events SET arrived = ? WHERE id = ?", [at, event.id])


def retry_held(db: Database) -> None:
    """After an update: read again what an older version could not."""
    for one in quarantine.held(db, "event"):
        put_foreign(db, one.raw)


def _insert(
    db: Database, event: Event, digest: str, *, own: bool, reason: str | None = None
) -> None:
    raw = json.dumps(event.to_json(), ensure_ascii=False, separators=(",", ":"))
    with guarded():
        db.execute(
            "INSERT INTO events"
            " (id, device, seq, hash, kind, case_id, visit, wall, own, state, reason, raw)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                event.id, event.device, event.seq, digest, event.kind, event.case, event.visit,
                event.wall, own, "unsent" if own else "applied", reason, raw,
            ],
        )  # fmt: skip


def get(db: Database, event_id: str) -> Entry | None:
    """The event of that id with its fate."""
    found = entries(db, "id = ?", [event_id])
    return found[0] if found else None


def of_case(db: Database, case_id: str) -> list[Event]:
    """What happened to a case, in order of arrival, without the refused."""
    return _counted(db, "case_id = ?", [case_id])


def of_visit(db: Database, visit: str) -> list[Event]:
    """What happened in a visit, in order, without the refused."""
    return _counted(db, "visit = ?", [visit])


def arrivals(db: Database, visit: str) -> dict[str, datetime]:
    """When the office took the events of a visit, by id, as far as it told this device."""
    rows = db.execute(
        "SELECT id, arrived FROM events WHERE visit = ? AND arrived IS NOT NULL", [visit]
    )
    return {name: datetime.fromisoformat(at) for name, at in rows.fetchall()}


def of_kind(db: Database, kind: str) -> list[Event]:
    """Own events of one kind, in order, without the refused."""
    return _counted(db, "own AND kind = ?", [kind])


def of_kinds(db: Database, kinds: Collection[str]) -> list[Event]:
    """Everybody's events of these kinds on this device, in order of arrival, without the refused."""
    return _counted(db, "kind IN (SELECT value FROM json_each(?))", [json.dumps(sorted(kinds))])


def newest_of_kinds(db: Database, kinds: Collection[str]) -> int:
    """The place in this store of the newest event of these kinds; 0 before the first."""
    row = db.execute(
        "SELECT number FROM events WHERE kind IN (SELECT value FROM json_each(?))"
        " AND state <> 'refused' ORDER BY number DESC LIMIT 1",
        [json.dumps(sorted(kinds))],
    ).fetchone()
    return row[0] if row else 0


def history(db: Database, case_id: str) -> list[Entry]:
    """Everything of a case, the refused with their reasons included."""
    return entries(db, "case_id = ?", [case_id])


def visiting(db: Database, case_id: str) -> bool:
    """Whether a visit begun on this device is still open in the case."""
    row = db.execute(
        "SELECT 1 FROM events AS begun WHERE case_id = ? AND own AND kind = 'visit_started'"
        " AND state <> 'refused' AND NOT EXISTS (SELECT 1 FROM events WHERE visit = begun.visit"
        " AND kind IN ('visit_ended', 'visit_aborted') AND state <> 'refused') LIMIT 1",
        [case_id],
    ).fetchone()
    return row is not None


def newest_by_case(db: Database) -> dict[str, int]:
    """The place in this store of each case's newest event, own or foreign."""
    rows = db.execute(
        "SELECT case_id, max(number) FROM events WHERE case_id IS NOT NULL GROUP BY case_id"
    )
    return dict(rows.fetchall())


def own_after(db: Database, device: str, seq: int) -> list[Entry]:
    """Own events of `device` past number `seq`, in order."""
    return entries(db, "own AND device = ? AND seq > ?", [device, seq], order="seq")


def _counted(db: Database, where: str, values: list[Any]) -> list[Event]:
    """What no office has refused, in order of arrival."""
    return [one.event for one in entries(db, f"{where} AND state <> 'refused'", values)]


def entries(db: Database, where: str, values: list[Any], order: str = "number") -> list[Entry]:
    """The events a condition (SQL over `events`, our own words only) chooses, with their fates."""
    rows = db.execute(
        "SELECT raw, own, state, hash, reason, message, late, proof FROM events"  # noqa: S608
        f" WHERE {where} ORDER BY {order}",
        values,
    )
    return [
        Entry(
            Event.from_json(json.loads(raw)),
            bool(own),
            state,
            digest,
            reason,
            message,
            bool(late),
            json.loads(proof) if proof else None,
        )
        for raw, own, state, digest, reason, message, late, proof in rows.fetchall()
    ]
