"""The day list: every case of this agent, what its door says now, in the order to walk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from agent_app.actions import guard
from agent_app.actions.clock import behind
from agent_app.actions.desk import Desk
from agent_app.domain.dues import FollowUp, follow_up
from agent_app.domain.languages import LANGUAGES
from agent_app.domain.model import Case, Credential
from agent_app.domain.moment import Moment
from agent_app.domain.money import Money
from agent_app.domain.rules import Finding, Findings, State
from agent_app.domain.rules.beside import known_beside
from agent_app.packs import BASE
from agent_app.planner import Stop, order
from agent_app.queries.may_knock import changes_at
from agent_app.store import cases, events, meta, outgoing
from agent_app.store.listing import DayRow
from agent_app.timezones import placed

SOON = timedelta(days=14)
"""How long before its end a credential is spoken of."""


@dataclass(frozen=True, slots=True)
class Door:
    """One row: the case, where, and may I knock. `why` by language, empty when nothing objects.

    `veiled`: a visit is under way somewhere, so whoever opened may see this screen.
    """

    case: str
    debtor: str
    creditor: str
    product: str
    owed: Money
    bucket: str
    days_overdue: int
    address: str
    lat: float | None
    lon: float | None
    knock: State
    why: dict[str, str]
    rule: str
    next_allowed: datetime | None
    window_end: datetime | None
    visit: str | None
    visit_state: str | None
    planned_for: datetime | None
    visited_at: datetime | None
    outcome: str | None
    sent_back: bool
    waiting: int
    follow_up: FollowUp | None = None
    veiled: bool = False


@dataclass(frozen=True, slots=True)
class Expiring:
    """A credential of the crew that ends soon; `what` by language."""

    name: str
    what: Mapping[str, str]
    until: date


@dataclass(frozen=True, slots=True)
class DayList:
    """Doors that open now first, in walking order; then the others by when they will open.

    `on` is the day it was asked; `synced_at` is when this device last heard from the office;
    `clock_behind` how far its clock is from the office's, where that is too far to be believed;
    `changes_at` when the answer at a door next changes by itself.
    """

    doors: tuple[Door, ...]
    open_now: int
    visited: int
    unsent: int
    synced_at: datetime | None = None
    expiring: tuple[Expiring, ...] = ()
    changes_at: datetime | None = None
    clock_behind: timedelta = timedelta()
    on: date = date.min

    @property
    def total(self) -> int:
        return len(self.doors)


def today(desk: Desk, at: Moment) -> DayList:
    """The day as it stands at `at`."""
    rows, until = cases.day_list(desk.db), at.wall.date() + SOON
    read = {case.id: case for case in map(Case.read, cases.all_now(desk.db))}
    door = _doors(desk, at, read)
    doors = [door(row, read[row.id]) for row in rows]
    held = {
        one
        for case in read.values()
        for one in case.credentials
        if one.valid_until and one.valid_until <= until
    }
    return DayList(
        doors=tuple(_ordered(doors)),
        open_now=sum(door.knock <= State.warn for door in doors),
        visited=sum(_on(door.visited_at, at) for door in doors),
        unsent=outgoing.count_unsent(desk.db),
        synced_at=_time(meta.get(desk.db, "last_sync")),
        expiring=_expiring(desk, at, held),
        changes_at=changes_at(at, doors),
        clock_behind=behind(desk.db, at),
        on=at.wall.date(),
    )


def search(desk: Desk, at: Moment, text: str) -> tuple[Door, ...]:
    """The cases whose name, number, phone, address or creditor holds every word of `text`."""
    rows = cases.find(desk.db, text) if text.strip() else cases.day_list(desk.db)
    read = {row.id: _case(desk, row) for row in rows}
    door = _doors(desk, at, read)
    return tuple(door(row, read[row.id]) for row in rows)


def _case(desk: Desk, row: DayRow) -> Case:
    raw = cases.now(desk.db, row.id)
    assert raw is not None, row.id
    return Case.read(raw)


def _expiring(desk: Desk, at: Moment, held: Iterable[Credential]) -> tuple[Expiring, ...]:
    """Of credentials that do not last long those still good today, the first to end first."""
    names = {one["id"]: one["name"] for one in desk.office.get("people", ())}
    words = desk.packs[BASE].wording
    today = at.wall.date()
    soon = [
        Expiring(
            name=names.get(one.user, one.user),
            what={language: words.name(one.kind, language) for language in LANGUAGES},
            until=one.valid_until,
        )
        for one in held
        if one.valid_until is not None and today <= one.valid_until
    ]
    return tuple(sorted(soon, key=lambda one: (one.until, one.name)))


def _doors(desk: Desk, at: Moment, read: Mapping[str, Case]) -> Callable[[DayRow, Case], Door]:
    """Makes the door of a row; all of them, `read` by id, are asked in one round."""
    waiting, veiled = outgoing.cases_waiting(desk.db), cases.at_the_door(desk.db) is not None
    told, knock = events.newest_by_case(desk.db), guard.knocking(desk, at)
    kin = {one: frozenset(some) for some in cases.persons(desk.db) for one in some}

    def elsewhere(case: Case) -> Sequence[Mapping[str, Any]]:
        others = kin.get(case.id, frozenset()) - {case.id}
        if others <= read.keys():
            return known_beside(case, [read[one] for one in sorted(others)])
        return guard.elsewhere(desk, case)

    def door(row: DayRow, case: Case) -> Door:
        known = events.of_case(desk.db, case.id) if case.id in told else ()
        first = case.addresses[0].id if case.addresses else ""
        found = knock(placed(case), known, first, elsewhere(case))
        return _door(at, row, case, found, waiting.get(row.id, 0), veiled=veiled)

    return door


def _door(
    at: Moment, row: DayRow, case: Case, found: Findings, waiting: int, *, veiled: bool
) -> Door:
    worst = _worst(found)
    return Door(
        case=row.id,
        debtor=row.debtor,
        creditor=row.creditor,
        product=row.product,
        owed=Money(row.total, row.currency),
        bucket=row.bucket,
        days_overdue=row.days_overdue,
        address=row.address or "",
        lat=row.lat,
        lon=row.lon,
        knock=found.state,
        why=dict(worst.text) if worst else {},
        rule=worst.rule if worst else "",
        next_allowed=found.next_allowed,
        window_end=found.window_end,
        visit=row.visit,
        visit_state=row.visit_state,
        planned_for=_time(row.planned_for),
        visited_at=_time(row.visited_at),
        outcome=row.outcome,
        sent_back=bool(row.sent_back),
        waiting=waiting,
        follow_up=follow_up(case, at.wall.date()),
        veiled=veiled,
    )


def _worst(found: Findings) -> Finding | None:
    """Of the strictest objections the one that lasts longest, not the one waiting mends first."""
    top = [one for one in found.items if one.state is found.state]
    lasting = [one for one in top if one.next_allowed is None]
    return lasting[0] if lasting else max(top, key=_opens, default=None)


def _opens(one: Finding) -> datetime:
    assert one.next_allowed is not None
    return one.next_allowed


def _ordered(doors: list[Door]) -> list[Door]:
    by_case = {door.case: door for door in doors}
    open_now = [door for door in doors if _can_go(door)]
    stops = [Stop(door.case, door.lat, door.lon, _pressing(door)) for door in open_now]
    walk = [by_case[stop.id] for stop in order(stops)]
    later = sorted(
        (door for door in doors if not _can_go(door)),
        key=lambda door: (
            door.visit_state in ("ended", "aborted"),
            door.next_allowed is None,
            door.next_allowed.timestamp() if door.next_allowed else 0.0,
            door.case,
        ),
    )
    return walk + later


def _pressing(door: Door) -> int:
    """An open visit first; a door already visited after those that were not."""
    return 1 if door.visit_state == "open" else -1 if door.visited_at else 0


def _can_go(door: Door) -> bool:
    return door.knock <= State.warn or door.visit_state == "open"


def _on(visited: datetime | None, at: Moment) -> bool:
    return visited is not None and visited.astimezone(at.wall.tzinfo).date() == at.wall.date()


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
