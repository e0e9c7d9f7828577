"""Tell the debtor beforehand when we come and why."""

from __future__ import annotations

from datetime import datetime

from agent_app.actions.desk import Change, Desk
from agent_app.actions.record import record
from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.events import wall_text
from agent_app.domain.moment import Moment

CHANNELS = ("call", "sms", "letter")


def notify_appointment(
    desk: Desk, at: Moment, *, case: str, channel: str, on: datetime, purpose: str
) -> Change:
    """The debtor was told by `channel` that we come at `on` (aware) and for what `purpose`.

    Raises BadInput for a time that has passed, an unknown channel or an empty purpose.
    """
    if channel not in CHANNELS:
        raise BadInput(Fault("no such channel", field="channel", value=channel))
    if on < at.wall:
        raise BadInput(Fault("that time has passed", field="on", mend="choose a later time"))
    if not purpose.strip():
        raise BadInput(Fault("the purpose was not told", field="purpose", mend="say it"))
    body = {"channel": channel, "at": wall_text(on), "purpose": purpose.strip()}
    record(desk, at, "appointment_notified", body, case=case)
    return Change.of([case], "today", "outbox")
