"""Custody: where each visit's record is, in four states a person can read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agent_app.actions.desk import Desk
from agent_app.store import cases, events, files, meta

STATES = ("saved", "queued", "received", "confirmed")
"""saved: on this device twice; queued: a sync is under way or due; received: the office has the
events; confirmed: signed receipt held and every file arrived."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One visit (or the loose events of a case) on its way to the office."""

    case: str
    debtor: str
    visit: str | None
    started_at: datetime | None
    events: int
    files: int
    files_sent: int
    state: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event the office refused, with its reason; it no longer counts but stays visible."""

    event: str
    case: str | None
    kind: str
    at: datetime
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Outbox:
    parcels: tuple[Parcel, ...]
    refusals: tuple[Refusal, ...]
    unsent: int
    confirmed: int
    total: int
    last_sync: datetime | None
    receipt_size: int | None

    @property
    def nothing_missing(self) -> bool:
        """Everything ever written here is in the office's signed log, files included."""
        return self.confirmed == self.total and not self.unsent


def outbox(desk: Desk) -> Outbox:
    """The custody of everything this device wrote, newest visit first."""
    head = meta.get(desk.db, "tree_head")
    synced = meta.get(desk.db, "last_sync")
    parcels = _parcels(desk)
    return Outbox(
        parcels=tuple(parcels),
        refusals=tuple(
            Refusal(
                entry.event.id,
                entry.event.case,
                entry.event.kind,
                entry.event.at,
                entry.reason or "",
                entry.message or "",
            )
            for entry in events.outbox(desk.db)
            if entry.state == "refused"
        ),
        unsent=events.count_unsent(desk.db),
        confirmed=sum(one.events for one in parcels if one.state == "confirmed"),
        total=sum(one.events for one in parcels),
        last_sync=datetime.fromisoformat(synced) if synced else None,
        receipt_size=head["size"] if head else None,
    )


_PARCELS = """
    SELECT case_id, visit, min(wall), count(*),
        sum(state = 'unsent'), sum(state = 'parked'), sum(proof IS NULL), max(seq)
    FROM events WHERE own GROUP BY case_id, visit ORDER BY max(seq) DESC
"""


def _parcels(desk: Desk) -> list[Parcel]:
    sent = {visit: (total, done) for visit, total, done in files.by_visit(desk.db)}
    found = []
    for case, visit, wall, count, unsent, parked, unproven, _ in desk.db.execute(_PARCELS):
        total, done = sent.get(visit, (0, 0))
        row = cases.get_base(desk.db, case) if case else None
        found.append(
            Parcel(
                case=case or "",
                debtor=row["debtor"]["name"] if row else "",
                visit=visit,
                started_at=datetime.fromisoformat(wall),
                events=count,
                files=total,
                files_sent=done,
                state=_state(unsent, parked, unproven, total - done),
            )
        )
    return found


def _state(unsent: int, parked: int, unproven: int, files_left: int) -> str:
    if parked:
        return "queued"
    if unsent:
        return "saved"
    return "received" if unproven or files_left else "confirmed"
