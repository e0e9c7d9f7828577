"""Tell the debtor beforehand when we come and why."""

from __future__ import annotations

from datetime import datetime

from agent_app.actions.consents import AGREED, CONTACT_TIME, VISIT_PLACE, give_consent
from agent_app.actions.desk import Change, Desk
from agent_app.actions.record import record
from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.events import wall_text
from agent_app.domain.moment import Moment
from agent_app.store.db import transaction

CHANNELS = ("call", "sms", "letter")
IN_PERSON = "in_person"
"""Told face to face, in a visit; only there."""


def notify_appointment(
    desk: Desk,
    at: Moment,
    *,
    case: str,
    channel: str,
    on: datetime,
    purpose: str,
    asked_for: bool = False,
    elsewhere: bool = False,
    visit: str | None = None,
) -> Change:
    """The debtor was told by `channel` that we come at `on` (aware) and for what `purpose`.

    `asked_for`: the debtor wished this very time, which is their consent to be visited then;
    `elsewhere`: they wished to be met at their work or another place than home, then.
    Raises BadInput for a time that has passed, an unknown channel or an empty purpose.
    """
    if channel not in (CHANNELS if visit is None else (*CHANNELS, IN_PERSON)):
        raise BadInput(Fault("no such channel", field="channel", value=channel))
    if on < at.wall:
        raise BadInput(Fault("that time has passed", field="on", mend="choose a later time"))
    if not purpose.strip():
        raise BadInput(Fault("the purpose was not told", field="purpose", mend="say it"))
    body = {"channel": channel, "at": wall_text(on), "purpose": purpose.strip()}
    with transaction(desk.db):
        record(desk, at, "appointment_notified", body, case=case, visit=visit)
        for to, agreed in ((CONTACT_TIME, asked_for), (VISIT_PLACE, elsewhere)):
            if agreed:
                until = on + AGREED
                give_consent(desk, at, case=case, to=to, since=on, until=until, visit=visit)
    return Change.of([case], "today", "visit", "outbox")
