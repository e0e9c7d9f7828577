"""The agent's credential on the screen: whoever opens the door may check who is standing there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from agent_app.actions.desk import Change, Desk
from agent_app.domain.moment import Moment
from agent_app.journal import credential
from agent_app.journal.sealcode import short_code


@dataclass(frozen=True, slots=True)
class Credential:
    """What the sheet shows. `link` is what the QR holds: the office's check page with the seal."""

    name: str
    badge: str
    agency: str
    until: datetime
    seal: str
    link: str
    code: str


def issue_credential(desk: Desk, at: Moment, *, case: str, visit: str) -> Change:
    """Sign a credential for this appointment, good until the end of the day; `made` holds it.

    It names the agent and the agency, neither case nor creditor nor debt: it is shown before
    anybody's identity is known. The appointment is the visit's reference, eight characters.
    """
    people = {one["id"]: one for one in desk.office.get("people", ())}
    org = desk.office.get("org", {})
    me = people.get(desk.user, {})
    name, badge = me.get("name", desk.user), me.get("badge") or desk.user
    agency = org.get("agency", {}).get("name") or org.get("name", "")
    until = _end_of_day(at.wall)
    seal = credential.issue(
        name=name, badge=badge, principal=agency, appointment=visit[-8:].upper(), at=at.wall,
        until=until, public_key=desk.public_key, sign=desk.sign,
    )  # fmt: skip
    link = org.get("check_url", "") + quote(seal, safe="") if org.get("check_url") else seal
    shown = Credential(name, badge, agency, until, seal, link, short_code(seal))
    return Change.of([case], made=shown)


def _end_of_day(wall: datetime) -> datetime:
    """The last minute of `wall`'s own day, at least a minute away."""
    last = wall.replace(hour=23, minute=59, second=0, microsecond=0)
    return max(last, wall + timedelta(minutes=1))
