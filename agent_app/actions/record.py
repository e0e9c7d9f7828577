"""The one way anything is written: check, sign, append, reproject; one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent_app.actions.desk import Desk
from agent_app.domain.errors import BadInput, Fault, NotAllowed
from agent_app.domain.events import Event, missing_fields, wall_text
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.project import project
from agent_app.domain.rules import Findings, assess
from agent_app.ids import uuid7
from agent_app.journal import chain
from agent_app.store import cases, events, meta
from agent_app.store.db import transaction

RECEIPT = "tree_head"


def record(
    desk: Desk,
    at: Moment,
    kind: str,
    body: Mapping[str, Any],
    *,
    case: str | None = None,
    visit: str | None = None,
    files: Sequence[Mapping[str, Any]] = (),
    facts: Mapping[str, object] | None = None,
) -> Event:
    """Write one event and what it does to its case; returns the signed event.

    When this returns the event is on disk twice, in the store and in the journal file.
    Raises NotAllowed with the findings when a rule, the gate or a recall forbids it,
    BadInput when the body lacks a field, StoreFull when the disk is full; then nothing is kept.
    """
    if missing := missing_fields(kind, body):
        raise BadInput(Fault("the event lacks a field", file=kind, field=", ".join(sorted(missing))))
    with transaction(desk.db):
        row = _row(desk, case) if case else None
        if row is not None:
            refuse_unless_allowed(desk, at, kind, Case.read(row), facts or {**body, "visit": visit})
        event = _sealed(desk, at, kind, body, case, visit, files, row)
        events.append(desk.db, event, chain.event_hash(event))
        if row is not None and case is not None:
            cases.put_now(desk.db, case, project(row, [event]))
        desk.journal.append(event)
    return event


def findings(
    desk: Desk, at: Moment, act: str, case: Case, facts: Mapping[str, object] | None = None
) -> Findings:
    """What the rules say of `act` on `case` now, by every layer of its pack."""
    rules = desk.packs.rules_for(case)
    known = events.of_case(desk.db, case.id)
    return assess(rules, case, known, at.wall, act=act, facts=facts or {})


def refuse_unless_allowed(
    desk: Desk, at: Moment, act: str, case: Case, facts: Mapping[str, object]
) -> Findings:
    """The findings, when they allow or warn; raises NotAllowed with them otherwise."""
    found = findings(desk, at, act, case, facts)
    if not found.allowed:
        worst = found.items[0]
        raise NotAllowed(worst.text.get("zh_CN") or worst.rule, found.items)
    return found


def _row(desk: Desk, case: str) -> dict[str, Any]:
    """The case as it stands; a recalled one stays writable until its visit is closed."""
    row = cases.now(desk.db, case) or cases.reproject(desk.db, case)
    if row is None:
        raise NotAllowed(f"{case} is not on this device")
    return row


def _sealed(
    desk: Desk,
    at: Moment,
    kind: str,
    body: Mapping[str, Any],
    case: str | None,
    visit: str | None,
    files: Sequence[Mapping[str, Any]],
    row: Mapping[str, Any] | None,
) -> Event:
    seq, prev = events.head(desk.db, desk.device)
    draft = Event(
        id=uuid7(at.wall, desk.entropy(10)),
        device=desk.device,
        user=desk.user,
        seq=seq + 1,
        prev=prev,
        kind=kind,
        case=case,
        visit=visit,
        wall=wall_text(at.wall),
        tz=at.tz,
        boot=at.boot,
        bt=at.bt,
        receipt=meta.get(desk.db, RECEIPT),
        body=dict(body),
        files=tuple(dict(one) for one in files),
        pack=desk.packs.stamp(row["pack"]) if row else None,
        app=desk.app,
    )
    return chain.seal(draft, sign=desk.sign, salt=desk.entropy(chain.SALT_BYTES))
