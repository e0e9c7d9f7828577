"""Answers of the visit script: each one is an event the moment it is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent_app.actions.desk import Change, Desk
from agent_app.actions.outcomes import record_outcome
from agent_app.actions.record import record
from agent_app.actions.visits import abort_visit, end_visit
from agent_app.domain.moment import Moment
from agent_app.script import evidence
from agent_app.store import cases, drafts
from agent_app.store.db import transaction


def answer(
    desk: Desk,
    at: Moment,
    *,
    case: str,
    visit: str,
    ref: str,
    ds: Mapping[str, str],
    value: str,
    before: str = "",
    words: str = "",
    seconds: float = 0.0,
    snapshot: Mapping[str, Any],
) -> Change:
    """Keep an answer, the session's snapshot with it, and the events the script ties to it.

    `ref` is the question's path, `ds` its columns, `before` its value until now, `words` what
    was said aloud, `seconds` how long its screen was open. One transaction: after a crash the
    visit opens at exactly this answer.
    """
    with transaction(desk.db):
        body = {"ref": ref, "value": value, "seconds": round(seconds, 1)}
        record(desk, at, "answered", body, case=case, visit=visit)
        drafts.put(desk.db, visit, snapshot)
        known = evidence.answered(ds, before, words=words)
        for kind, told in evidence.answered(ds, value, words=words):
            if (kind, told) not in known:
                _tell(desk, at, case, visit, kind, told)
        if "visit_ended" in evidence.kinds(ds, value):
            end_visit(desk, at, case=case, visit=visit)
    return Change.of([case], "visit", "outbox")


def leave_page(
    desk: Desk,
    at: Moment,
    *,
    case: str,
    visit: str,
    ds: Mapping[str, str],
    fields: Mapping[str, str],
    snapshot: Mapping[str, Any],
) -> Change:
    """Go on from a page: keep where the visit stands, and the event its group is tied to.

    `fields` are the page's answers by their `ds:field`.
    """
    row = cases.now(desk.db, case) or cases.reproject(desk.db, case) or {}
    with transaction(desk.db):
        drafts.put(desk.db, visit, snapshot)
        for kind, told in evidence.page_left(ds, fields, currency=row["balance"]["currency"]):
            _tell(desk, at, case, visit, kind, told)
    return Change.of([case], "visit", "outbox")


def _tell(
    desk: Desk, at: Moment, case: str, visit: str, kind: str, body: Mapping[str, Any]
) -> None:
    if kind == "visit_aborted":
        abort_visit(desk, at, case=case, visit=visit, reason=body["reason"])
    elif kind == "outcome_recorded":
        record_outcome(desk, at, case=case, visit=visit, code=body["code"])
    elif kind == "disclosed":
        row = cases.now(desk.db, case) or {}
        shown = {**body, "balance": row.get("balance")}
        record(desk, at, kind, shown, case=case, visit=visit)
    else:
        record(desk, at, kind, body, case=case, visit=visit)
