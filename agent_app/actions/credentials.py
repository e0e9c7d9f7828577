"""The agent's credential on the screen: whoever opens the door may check who is standing there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent_app.actions.desk import Change, Desk
from agent_app.actions.record import record
from agent_app.domain.moment import Moment
from agent_app.journal import credential, sealcode
from agent_app.store import cases, events

_LEFT = timedelta(minutes=1)


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
    """A credential for this appointment, good until the end of the day; `made` holds it.

    It names the agent and the agency, neither case nor creditor nor debt: it is shown before
    anybody's identity is known. The appointment is the time the debtor was told for today, else
    the visit's reference, eight characters. It is signed once a visit and day and recorded, so
    that the office finds it by its typed code.
    """
    org = desk.office.get("org", {})
    seal = _shown(desk, at, visit)
    if not seal:
        seal = _sealed(desk, at, case, visit)
        record(desk, at, "credential_shown", {"seal": seal}, case=case, visit=visit)
    said, url = sealcode.decode(seal), org.get("check_url")
    name, _, badge = said.agent.rpartition(" ")
    link = sealcode.link(url, seal) if url else seal
    until = (said.until or at.wall).astimezone(at.wall.tzinfo)
    shown = Credential(name, badge, said.principal, until, seal, link, sealcode.short_code(seal))
    return Change.of([case], "outbox", made=shown)


def _shown(desk: Desk, at: Moment, visit: str) -> str:
    """The seal shown at this visit before, while it holds for another minute."""
    for event in reversed(events.of_visit(desk.db, visit)):
        if event.kind == "credential_shown" and event.user == desk.user:
            until = sealcode.decode(str(event.body["seal"])).until
            return str(event.body["seal"]) if until and at.wall < until - _LEFT else ""
    return ""


def _appointment(desk: Desk, at: Moment, case: str, visit: str) -> str:
    """What the debtor can compare: when we said we would come today."""
    for mark in reversed((cases.now(desk.db, case) or {}).get("marks", ())):
        if mark["kind"] == "appointment_notified":
            on = datetime.fromisoformat(mark["body"]["at"]).astimezone(at.wall.tzinfo)
            if on.date() == at.wall.date():
                return f"{on:%Y-%m-%d %H:%M}"
    return visit[-8:].upper()


def _sealed(desk: Desk, at: Moment, case: str, visit: str) -> str:
    people = {one["id"]: one for one in desk.office.get("people", ())}
    org = desk.office.get("org", {})
    me = people.get(desk.user, {})
    return credential.issue(
        name=me.get("name", desk.user),
        badge=me.get("badge") or desk.user,
        principal=org.get("agency", {}).get("name") or org.get("name", ""),
        appointment=_appointment(desk, at, case, visit),
        at=at.wall,
        until=_end_of_day(at.wall),
        public_key=desk.public_key,
        sign=desk.sign,
    )


def _end_of_day(wall: datetime) -> datetime:
    """The last minute of `wall`'s own day, at least a minute away."""
    last = wall.replace(hour=23, minute=59, second=0, microsecond=0)
    return max(last, wall + timedelta(minutes=1))
