"""One case as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from agent_app.actions.clock import behind
from agent_app.actions.desk import Desk
from agent_app.domain.errors import NotAllowed
from agent_app.domain.model import Address, Case
from agent_app.domain.moment import Moment
from agent_app.domain.risk import RiskCard, card
from agent_app.domain.rules import Findings
from agent_app.queries.may_knock import changes_at, may_knock
from agent_app.queries.why import Reason, reasons
from agent_app.store import cases, events
from agent_app.timezones import placed


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the case's story; `what` is an event kind or an earlier contact's channel."""

    at: datetime | None
    what: str
    by: str
    body: Mapping[str, Any]
    state: str = "applied"
    message: str = ""


@dataclass(frozen=True, slots=True)
class DoorAt:
    """One address of the case and what the rules say of it now."""

    address: Address
    findings: Findings


@dataclass(frozen=True, slots=True)
class SentBack:
    """A visit the lead sent back: what they want, and what was answered since."""

    visit: str
    started_at: datetime
    comment: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CasePage:
    """`reasons` puts in words what decided the doors' findings; `changes_at` is when the
    answer at one of the doors next changes by itself. `veiled`: a visit is under way and
    nobody has been identified to whom this debt may be shown. `clock_behind`: see
    `queries.today.DayList`; `on`: the day it was asked."""

    case: Case
    doors: tuple[DoorAt, ...]
    risk: RiskCard
    story: tuple[Happened, ...]
    visits: tuple[Mapping[str, Any], ...]
    letters: tuple[Mapping[str, Any], ...]
    promises: tuple[Mapping[str, Any], ...]
    agreement: Mapping[str, Any] | None
    open_visit: str | None
    reasons: Mapping[str, Reason]
    sent_back: tuple[SentBack, ...]
    changes_at: datetime | None
    veiled: bool
    clock_behind: timedelta
    on: date


def read_case(desk: Desk, case: str) -> Case:
    """The case as it stands on this device; NotAllowed when it is not (any more) here."""
    seen = case_here(desk, case)
    if seen is None:
        raise NotAllowed(f"{case} is not on this device")
    return seen


def case_here(desk: Desk, case: str) -> Case | None:
    """The case as it stands on this device, if it is here."""
    row = cases.now(desk.db, case)
    return placed(Case.read(row)) if row is not None else None


def case_page(desk: Desk, at: Moment, case: str) -> CasePage:
    """Everything the case page shows at `at`."""
    seen = read_case(desk, case)
    visits = sorted(
        seen.raw.get("visits", {}).values(),
        key=lambda one: one.get("started_at") or one.get("planned_for") or "",
        reverse=True,
    )
    doors = tuple(DoorAt(one, may_knock(desk, at, seen, one.id)) for one in seen.addresses)
    because = {ref for door in doors for one in door.findings.items for ref in one.because}
    return CasePage(
        case=seen,
        doors=doors,
        risk=card(seen),
        story=_story(desk, seen),
        visits=tuple(visits),
        letters=tuple(seen.raw.get("letters", ())),
        promises=tuple(seen.raw.get("promises", ())),
        agreement=seen.raw.get("agreement"),
        open_visit=seen.open_visit,
        reasons=reasons(desk, seen, because),
        sent_back=tuple(_sent_back(seen, one) for one in visits if _is_sent_back(one)),
        changes_at=changes_at(at, (door.findings for door in doors)),
        veiled=veiled(desk, seen),
        clock_behind=behind(desk.db, at),
        on=at.wall.date(),
    )


def veiled(desk: Desk, case: Case) -> bool:
    """A visit is under way, and nobody has been identified there who may see this debt."""
    there = cases.at_the_door(desk.db)
    if there != case.id or case.open_visit is None:
        return there is not None
    visit = case.visit(case.open_visit)
    return not (visit["id_shown"] and visit["identity"])


def answers_to(case: Case, visit: Mapping[str, Any]) -> tuple[str, ...]:
    """The comments on a visit since the lead decided on it."""
    review = visit.get("review")
    if not review:
        return ()
    since = datetime.fromisoformat(review["at"])
    return tuple(
        str(one["text"])
        for one in case.raw.get("comments", ())
        if one["visit"] == visit["id"] and datetime.fromisoformat(one["at"]) > since
    )


def _is_sent_back(visit: Mapping[str, Any]) -> bool:
    return (visit.get("review") or {}).get("decision") == "sent_back"


def _sent_back(case: Case, visit: Mapping[str, Any]) -> SentBack:
    began = datetime.fromisoformat(visit["started_at"])
    return SentBack(visit["id"], began, visit["review"]["comment"], answers_to(case, visit))


def _story(desk: Desk, case: Case) -> tuple[Happened, ...]:
    """Newest first: events on this device, marks of others', contacts of the hand-over file."""
    known = events.history(desk.db, case.id)
    people = {one["id"]: one["name"] for one in desk.office.get("people", ())}
    ids = {entry.event.id for entry in known}
    lines = [
        Happened(
            entry.event.at,
            entry.event.kind,
            people.get(entry.event.user, entry.event.user),
            entry.event.body,
            entry.state,
            entry.message or "",
        )
        for entry in known
        if entry.event.kind != "answered"
    ]
    lines += [
        Happened(mark.at, mark.kind, people.get(mark.user, mark.user), mark.body)
        for mark in case.marks
        if mark.event not in ids
    ]
    lines.sort(key=lambda line: line.at.timestamp() if line.at else 0.0, reverse=True)
    earlier = [
        Happened(
            one.at if isinstance(one.at, datetime) else None,
            one.channel,
            one.by,
            {"result": one.result, "on": str(one.at or "")},
            "imported",
        )
        for one in case.contacts
    ]
    return (*lines, *reversed(earlier))
