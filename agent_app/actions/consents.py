"""What the debtor agrees to, or agrees to no longer: a time of day, a place."""

from __future__ import annotations

from datetime import datetime

from agent_app.actions.desk import Change, Desk
from agent_app.actions.record import record
from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.events import wall_text
from agent_app.domain.moment import Moment
from agent_app.domain.rules.consents import CONSENTS

CONTACT_TIME = "contact_time"


def give_consent(
    desk: Desk,
    at: Moment,
    *,
    case: str,
    to: str,
    since: datetime,
    until: datetime,
    visit: str | None = None,
) -> Change:
    """The debtor agreed of their own will to be visited from `since` until `until` (aware).

    `to` is one of `CONSENTS`. Raises BadInput for another word, or an end that has passed or
    lies before the beginning.
    """
    _known(to)
    if until <= max(since, at.wall):
        raise BadInput(Fault("that time has passed", field="until", mend="choose a later end"))
    body = {"to": to, "by": "debtor", "from": wall_text(since), "until": wall_text(until)}
    record(desk, at, "consent_given", body, case=case, visit=visit)
    return Change.of([case], "today", "visit", "outbox")


def withdraw_consent(
    desk: Desk, at: Moment, *, case: str, to: str, visit: str | None = None
) -> Change:
    """The debtor takes it back; it holds no longer from this moment on."""
    _known(to)
    record(desk, at, "consent_withdrawn", {"to": to}, case=case, visit=visit)
    return Change.of([case], "today", "visit", "outbox")


def _known(to: str) -> None:
    if to not in CONSENTS:
        raise BadInput(Fault("no such consent", field="to", value=to, mend=", ".join(CONSENTS)))
