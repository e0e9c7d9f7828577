"""Answers of the visit script: each one is an event the moment it is given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from agent_app.actions.desk import Change, Desk
from agent_app.actions.record import record
from agent_app.domain.events import KINDS
from agent_app.domain.moment import Moment
from agent_app.store import drafts
from agent_app.store.db import transaction

SAID_NO = frozenset({"", "no", "0", "false"})
"""Answers that record nothing: what was asked about did not happen."""


def answer(
    desk: Desk,
    at: Moment,
    *,
    case: str,
    visit: str,
    ref: str,
    value: str,
    seconds: float,
    snapshot: Mapping[str, Any],
    event: str = "",
) -> Change:
    """Keep an answer, the session's snapshot with it, and the event the script ties to it.

    `ref` is the question's path, `seconds` how long its screen was open, `event` the step's
    `ds:event`. One transaction: after a crash the visit opens at exactly this answer.
    """
    with transaction(desk.db):
        body = {"ref": ref, "value": value, "seconds": round(seconds, 1)}
        record(desk, at, "answered", body, case=case, visit=visit)
        if event and value not in SAID_NO:
            record(desk, at, event, event_body(event, value), case=case, visit=visit)
        drafts.put(desk.db, visit, snapshot)
    return Change.of([case], "visit")


def event_body(kind: str, value: str) -> dict[str, Any]:
    """The body of `kind` for an answer's `value`: a JSON object as it stands, else its field.

    A kind with one needed field takes the value there (a list for `documents`); a kind with
    none takes nothing, since that it happened is all it says.
    """
    if value.startswith("{"):
        return dict(json.loads(value))
    if kind == "id_shown":
        return {"documents": value.split()}
    needed = sorted(KINDS[kind])
    return {needed[0]: value} if needed else {}
