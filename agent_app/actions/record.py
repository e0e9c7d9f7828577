"""The one way anything is written: check, sign, append, reproject; one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent_app.actions.desk import Desk
from agent_app.actions.guard import refuse_unless_allowed
from agent_app.domain.errors import BadInput, Fault, NotAllowed
from agent_app.domain.events import GATED, Event, missing_fields, wall_text
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.project import project
from agent_app.ids import uuid7
from agent_app.journal import chain
from agent_app.store import cases, events, files, meta
from agent_app.store.db import transaction
from agent_app.store.filebox import StoredFile


def new_id(desk: Desk, at: Moment) -> str:
    """A fresh id, for what must be named before its event is made (its files)."""
    return uuid7(at.wall, desk.entropy(10))


def record(
    desk: Desk,
    at: Moment,
    kind: str,
    body: Mapping[str, Any],
    *,
    case: str | None = None,
    visit: str | None = None,
    attached: Sequence[StoredFile] = (),
    event_id: str = "",
    facts: Mapping[str, object] | None = None,
) -> Event:
    """Write one event and what it does to its case; returns the signed event.

    When the outermost transaction ends, the event is on disk twice, in the store and in the
    journal file. `attached` files were written for `event_id`. Raises NotAllowed with the
    findings when a rule, the gate or a recall forbids it, BadInput when the body lacks a
    field, StoreFull when the disk is full; then nothing is kept.
    """
    if missing := missing_fields(kind, body):
        raise BadInput(Fault("the event lacks a field", kind, field=", ".join(sorted(missing))))
    with transaction(desk.db):
        row = desk.row(case, recalled=True) if case else None
        seen = Case.read(row) if row is not None else None
        if kind in GATED and case and cases.recalled(desk.db, case):
            raise NotAllowed(f"{case} was taken back by the office: only leaving is left")
        if seen is not None:
            told = {"visit": visit, "body": body, **(facts or {})}
            refuse_unless_allowed(desk, at, kind, seen, told)
        draft = _draft(desk, at, kind, body, seen)
        draft = draft.but(
            id=event_id or draft.id,
            case=case,
            visit=visit,
            files=tuple(one.reference() for one in attached),
        )
        event = chain.seal(draft, sign=desk.sign, salt=desk.entropy(chain.SALT_BYTES))
        digest = chain.event_hash(event)
        events.append(desk.db, event, digest)
        for one in attached:
            files.add(desk.db, one)
        if row is not None and case is not None:
            cases.put_now(desk.db, case, project(row, [event]))
    return event


def _draft(desk: Desk, at: Moment, kind: str, body: Mapping[str, Any], case: Case | None) -> Event:
    seq, prev = events.head(desk.db, desk.device)
    return Event(
        id=new_id(desk, at),
        device=desk.device,
        user=desk.user,
        seq=seq + 1,
        prev=prev,
        kind=kind,
        case=None,
        visit=None,
        wall=wall_text(at.wall),
        tz=at.tz,
        boot=at.boot,
        bt=at.bt,
        receipt=meta.get(desk.db, "tree_head"),
        body=dict(body),
        pack=desk.packs.stamp(case) if case else None,
        app=desk.app,
    )
