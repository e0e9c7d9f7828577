"""What the debtor agrees to, or agrees to no longer: a time of day, a place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from agent_app.actions.desk import Change, Desk
from agent_app.actions.record import record
from agent_app.domain.errors import BadInput, Fault, NotAllowed
from agent_app.domain.events import wall_text
from agent_app.domain.moment import Moment
from agent_app.domain.rules.consents import CONSENTS
from agent_app.store import cases

CONTACT_TIME, VISIT_PLACE = CONSENTS
AGREED = timedelta(hours=2)
"""How long a time or place the debtor asked for stays agreed, where they name no end (policy)."""
_THEMSELVES = ("self_identified", "debtor")


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
    lies before the beginning; NotAllowed when it is somebody else who stands at this door.
    """
    _known(to)
    if visit is not None:
        _refuse_anothers(desk, case, visit)
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


def may_agree(row: Mapping[str, Any], visit: str) -> bool:
    """Is it the debtor who stands at this door? A relative cannot agree for them."""
    state = (row.get("visits") or {}).get(visit) or {}
    return state.get("state") == "open" and state.get("met") in _THEMSELVES


def _refuse_anothers(desk: Desk, case: str, visit: str) -> None:
    row = cases.written_on(desk.db, case) or {}
    if not may_agree(row, visit):
        raise NotAllowed("only the debtor can agree to this, and it is not they who are here")


def _known(to: str) -> None:
    if to not in CONSENTS:
        raise BadInput(Fault("no such consent", field="to", value=to, mend=", ".join(CONSENTS)))
