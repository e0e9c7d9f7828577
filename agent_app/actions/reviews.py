"""What a lead decides about a finished visit."""

from __future__ import annotations

from collections.abc import Sequence

from agent_app.actions.desk import Change, Desk
from agent_app.actions.judging import FINISHED, finished_visits
from agent_app.actions.record import record
from agent_app.domain.errors import BadInput, Fault, NotAllowed
from agent_app.domain.moment import Moment
from agent_app.store import cases
from agent_app.store.db import transaction

DECISIONS = frozenset({"accepted", "sent_back"})


def decide_review(
    desk: Desk, at: Moment, *, case: str, visit: str, decision: str, comment: str = ""
) -> Change:
    """Accept a visit or send it back; sending back needs a comment the agent can act on."""
    if desk.role not in ("lead", "admin"):
        raise NotAllowed("only a lead reviews visits")
    if decision not in DECISIONS:
        raise BadInput(Fault("unknown decision", value=decision, mend=" or ".join(DECISIONS)))
    if decision == "sent_back" and not comment.strip():
        raise BadInput(Fault("a visit is sent back with a reason", field="comment"))
    state = (cases.now(desk.db, case) or {}).get("visits", {}).get(visit)
    if state is None or state["state"] not in FINISHED:
        raise NotAllowed("this visit is not finished")
    body = {"decision": decision, "comment": comment.strip()}
    record(desk, at, "review_decided", body, case=case, visit=visit)
    return Change.of([case], "review", "outbox")


def accept_clean(desk: Desk, at: Moment, *, visits: Sequence[tuple[str, str]]) -> Change:
    """Accept many visits (case, visit) with one word; `made` is how many.

    Each is recorded by itself, `together` saying how many were accepted at once. All or none:
    NotAllowed when one of them was decided already, broke a rule or looks odd.
    """
    if desk.role not in ("lead", "admin"):
        raise NotAllowed("only a lead reviews visits")
    known = {one.visit["id"]: one for one in finished_visits(desk)}
    for case, visit in visits:
        found = known.get(visit)
        if found is None or found.case.id != case or found.visit.get("review"):
            raise NotAllowed("this visit does not wait for a decision")
        if not found.judged.clean:
            raise NotAllowed("a visit with remarks is decided by itself")
    with transaction(desk.db):
        for case, visit in visits:
            body = {"decision": "accepted", "comment": "", "together": len(visits)}
            record(desk, at, "review_decided", body, case=case, visit=visit)
    return Change.of([case for case, _ in visits], "review", "outbox", made=len(visits))


def add_comment(desk: Desk, at: Moment, *, case: str, visit: str | None, text: str) -> Change:
    """A note to the others who work this case."""
    if not text.strip():
        raise BadInput(Fault("an empty comment", field="text"))
    record(desk, at, "comment_added", {"text": text.strip()}, case=case, visit=visit)
    return Change.of([case], "review", "outbox")
