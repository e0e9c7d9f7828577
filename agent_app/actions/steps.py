"""What an app panel of the visit script records: one event with its whole body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent_app.actions.desk import Change, Desk
from agent_app.actions.record import record
from agent_app.domain.moment import Moment


def take_step(
    desk: Desk, at: Moment, *, case: str, visit: str, kind: str, body: Mapping[str, Any]
) -> Change:
    """Record `kind` in the visit; the rules and the gate judge it as any other event."""
    record(desk, at, kind, body, case=case, visit=visit)
    return Change.of([case], "visit", "outbox")
