"""How the visit ended, and what was promised."""

from __future__ import annotations

from datetime import date

from agent_app.actions.desk import Change, Desk
from agent_app.actions.record import record
from agent_app.domain.errors import BadInput, Fault, NotAllowed
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.outcome import Outcome
from agent_app.store import cases, events


def record_outcome(
    desk: Desk, at: Moment, *, case: str, visit: str, code: str, note: str = "",
    due: date | None = None,
) -> Change:  # fmt: skip
    """Record one row of the pack's outcome table, with all that row asks for.

    Raises BadInput for an unknown code or a missing date, NotAllowed when the gate, a photo or
    an event the row needs is not in this visit.
    """
    row = cases.written_on(desk.db, case) or {}
    seen = Case.read(row)
    table = desk.packs.outcomes_for(seen)
    if code not in table:
        raise BadInput(Fault("no such outcome", field="code", value=code))
    chosen = table[code]
    _refuse_unless_earned(desk, seen, visit, chosen)
    happened = {event.kind for event in events.of_visit(desk.db, visit)}
    if chosen.needs_date and due is None and "promise_made" not in happened:
        raise BadInput(Fault("this outcome needs a date", field="due", value=code))
    body = {"code": code, "note": note, "next": chosen.next_step, "result": chosen.result}
    if due:
        body["due"] = due.isoformat()
    record(desk, at, "outcome_recorded", body, case=case, visit=visit)
    return Change.of([case], "visit", "today", "outbox")


def _refuse_unless_earned(desk: Desk, case: Case, visit: str, chosen: Outcome) -> None:
    state = case.visit(visit)
    happened = {event.kind for event in events.of_visit(desk.db, visit)}
    if chosen.needs_gate and not (state["id_shown"] and state["identity"]):
        raise NotAllowed(f"{chosen.code}: this person was not identified in this visit")
    if chosen.needs_photo and "photo_taken" not in happened:
        raise NotAllowed(f"{chosen.code}: a photo is missing")
    if chosen.needs_event and chosen.needs_event not in happened:
        raise NotAllowed(f"{chosen.code}: {chosen.needs_event} is not in this visit")
