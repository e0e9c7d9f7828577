"""A lead hands a case to somebody else of the team, or takes it back; the office does it."""

from __future__ import annotations

from agent_app.actions.desk import Change, Desk
from agent_app.actions.record import record
from agent_app.domain.errors import BadInput, Fault, NotAllowed
from agent_app.domain.moment import Moment


def reassign(desk: Desk, at: Moment, *, case: str, agent: str, reason: str) -> Change:
    """Ask the office to give `case` to `agent`; it takes effect at the next sync.

    Raises NotAllowed for anyone but a lead and while a visit to it is open, BadInput without a
    reason or for someone who is not an agent of the team.
    """
    if desk.role not in ("lead", "admin"):
        raise NotAllowed("only a lead hands cases over")
    people = {one["id"]: one for one in desk.office.get("people", ())}
    if people.get(agent, {}).get("role") != "agent":
        raise BadInput(Fault("not an agent of the team", field="agent", value=agent))
    if not reason.strip():
        raise BadInput(Fault("a case is handed over with a reason", field="reason"))
    visits = desk.row(case).get("visits") or {}
    if any(one["state"] == "open" for one in visits.values()):
        raise NotAllowed("somebody is at this door now")
    body = {"agent": agent, "reason": reason.strip()}
    record(desk, at, "case_reassigned", body, case=case)
    return Change.of([case], "team", "outbox")
