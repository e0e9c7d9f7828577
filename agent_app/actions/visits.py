"""Begin and close a visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent_app.actions.desk import Change, Desk
from agent_app.actions.guard import elsewhere, refuse_unless_allowed
from agent_app.actions.record import new_id, record
from agent_app.domain.errors import NotAllowed
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.rules.known import KNOWN, known
from agent_app.store import cases, drafts, events, meta
from agent_app.store.db import transaction
from agent_app.timezones import placed


def start_visit(
    desk: Desk,
    at: Moment,
    *,
    case: str,
    address: str,
    crew: Sequence[str] = (),
    position: Mapping[str, Any] | None = None,
) -> Change:
    """Knock: open a visit at one address of the case; `made` is the visit's id.

    `crew` is who stands at the door, the case's own crew when empty. Raises NotAllowed with the
    findings when the rules forbid this door now, or when another visit is still open.
    """
    row = desk.row(case)
    _refuse_second_visit(desk)
    seen = placed(Case.read(row))
    present = list(crew or seen.crew)
    facts = {"address": address, "crew": present}
    refuse_unless_allowed(desk, at, "visit", seen, facts)
    visit = new_id(desk, at)
    body: dict[str, Any] = {
        "address": address,
        "crew": present,
        "synced_at": meta.get(desk.db, "last_sync"),
        KNOWN: known(seen, events.of_case(desk.db, case), address, elsewhere(desk, seen)),
    }
    if position:
        body["position"] = dict(position)
    record(desk, at, "visit_started", body, case=case, visit=visit, facts=facts)
    return Change.of([case], "visit", "today", made=visit)


def end_visit(desk: Desk, at: Moment, *, case: str, visit: str) -> Change:
    """Close a visit that ran its course. An outcome must have been recorded."""
    row = cases.written_on(desk.db, case) or {}
    state = row.get("visits", {}).get(visit)
    if state is None or not state["outcome"]:
        raise NotAllowed("the visit has no outcome yet")
    return _close(desk, at, "visit_ended", {}, case, visit)


def abort_visit(desk: Desk, at: Moment, *, case: str, visit: str, reason: str) -> Change:
    """Leave now. Always free: no rule stands between an agent and the way out."""
    return _close(desk, at, "visit_aborted", {"reason": reason}, case, visit)


def _close(
    desk: Desk, at: Moment, kind: str, body: Mapping[str, Any], case: str, visit: str
) -> Change:
    with transaction(desk.db):
        record(desk, at, kind, body, case=case, visit=visit)
        drafts.drop(desk.db, visit)
        cases.let_go(desk.db)
    return Change.of([case], "visit", "today", "outbox")


def _refuse_second_visit(desk: Desk) -> None:
    if (case := cases.at_the_door(desk.db)) is not None:
        raise NotAllowed(f"the visit to {case} is still open")
