"""Custody: where each visit's record is, in four states a person can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent_app.actions.desk import Desk
from agent_app.domain.events import FIRST_PREV
from agent_app.store import cases, events, files, meta, outgoing

STATES = ("saved", "queued", "received", "confirmed")
"""saved: on this device twice; queued: handed to a sync, or waiting for an earlier event, and not
answered; received: the office has the events; confirmed: signed receipt held, every file there."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The newest entry of the office's log that a parcel has, and when its head was signed."""

    entry: int
    signed_at: datetime


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
    receipt: Receipt | None = None


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
    root: str
    same_root: bool
    not_read: int
    """Records the office could not read at the last sync: too new for it, or it for them."""
    contradicted: datetime | None = None
    """When the office showed a log that does not continue the one it had signed before."""
    disputed: bool = False
    """It still does: what it had signed for may no longer be there."""
    begun_anew: datetime | None = None
    """The last head of the log before the one the office began after a restore."""

    frozen: bool = False
    """The office takes nothing more from this device until a person has looked into it."""

    @property
    def nothing_missing(self) -> bool:
        """Everything ever written here is in the office's signed log, files included: both ends
        named one root, the hash of the newest event, which commits to all before it."""
        whole = self.confirmed == self.total and not self.unsent
        return whole and self.same_root and not self.disputed


def outbox(desk: Desk) -> Outbox:
    """The custody of everything this device wrote, newest visit first."""
    head = meta.get(desk.db, "tree_head")
    synced = meta.get(desk.db, "last_sync")
    parcels, held = _parcels(desk), meta.get(desk.db, "held", {})
    made, root = events.head(desk.db, desk.device)
    lie, former = meta.get(desk.db, "contradiction"), meta.get(desk.db, "former_heads")
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
            for entry in outgoing.entries(desk.db)
            if entry.state == "refused"
        ),
        unsent=outgoing.count_unsent(desk.db),
        confirmed=sum(one.events for one in parcels if one.state == "confirmed"),
        total=sum(one.events for one in parcels),
        last_sync=datetime.fromisoformat(synced) if synced else None,
        receipt_size=head["size"] if head else None,
        root=root,
        same_root=(held.get("count", 0), held.get("head", FIRST_PREV)) == (made, root),
        not_read=meta.get(desk.db, "not_read", 0),
        contradicted=_signed_at(lie["head"]) if lie else None,
        disputed=bool(lie and lie["stands"]),
        frozen=meta.get(desk.db, "frozen", False),
        begun_anew=_signed_at(former[-1]) if former else None,
    )


_PARCELS = """
    SELECT case_id, visit, min(wall), count(*),
        sum(state = 'unsent' AND seq > ?), sum(state IN ('unsent', 'parked')), sum(proof IS NULL),
        max(json_extract(proof, '$.index')), max(json_extract(proof, '$.head.at')), max(seq)
    FROM events WHERE own GROUP BY case_id, visit ORDER BY max(seq) DESC
"""


def _parcels(desk: Desk) -> list[Parcel]:
    sent = {visit: (total, done) for visit, total, done in files.by_visit(desk.db)}
    found = []
    rows = desk.db.execute(_PARCELS, [meta.get(desk.db, "queued", 0)])
    for case, visit, wall, count, saved, waiting, unproven, entry, signed_at, _ in rows:
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
                state=_state(saved, waiting, unproven, total - done),
                receipt=Receipt(entry + 1, datetime.fromisoformat(signed_at))
                if signed_at
                else None,
            )
        )
    return found


def _signed_at(head: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(head["at"])


def _state(saved: int, waiting: int, unproven: int, files_left: int) -> str:
    if waiting:
        return "saved" if saved else "queued"
    return "received" if unproven or files_left else "confirmed"
