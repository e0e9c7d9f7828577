"""The day list: every case of this agent, what its door says now, in the order to walk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agent_app.actions.desk import Desk
from agent_app.actions.guard import findings
from agent_app.domain.dues import FollowUp, follow_up
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.money import Money
from agent_app.domain.rules import Findings, State
from agent_app.planner import Stop, order
from agent_app.store import cases, events
from agent_app.store.cases import DayRow


@dataclass(frozen=True, slots=True)
class Door:
    """One row: the case, where, and may I knock. `why` by language, empty when nothing objects."""

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


@dataclass(frozen=True, slots=True)
class DayList:
    """Doors that open now first, in walking order; then the others by when they will open."""

    doors: tuple[Door, ...]
    open_now: int
    visited: int
    unsent: int

    @property
    def total(self) -> int:
        return len(self.doors)


def today(desk: Desk, at: Moment) -> DayList:
    """The day as it stands at `at`."""
    waiting = events.cases_waiting(desk.db)
    doors = [_door(desk, at, row, waiting.get(row.id, 0)) for row in cases.day_list(desk.db)]
    ordered = _ordered(doors)
    return DayList(
        doors=tuple(ordered),
        open_now=sum(door.knock <= State.warn for door in doors),
        visited=sum(_on(door.visited_at, at) for door in doors),
        unsent=events.count_unsent(desk.db),
    )


def search(desk: Desk, at: Moment, text: str) -> tuple[Door, ...]:
    """The cases whose name, number, phone, address or creditor holds every word of `text`."""
    rows = cases.find(desk.db, text) if text.strip() else cases.day_list(desk.db)
    waiting = events.cases_waiting(desk.db)
    return tuple(_door(desk, at, row, waiting.get(row.id, 0)) for row in rows)


def may_knock(desk: Desk, at: Moment, case: Case, address: str | None = None) -> Findings:
    """What the rules say of knocking at `address` (the first one when None) at `at`."""
    chosen = address or (case.addresses[0].id if case.addresses else "")
    return findings(desk, at, "visit", case, {"address": chosen, "crew": list(case.crew)})


def _door(desk: Desk, at: Moment, row: DayRow, waiting: int) -> Door:
    raw = cases.now(desk.db, row.id)
    assert raw is not None, row.id
    seen = Case.read(raw)
    found = may_knock(desk, at, seen)
    worst = found.items[0] if found.items else None
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
        follow_up=follow_up(seen, at.wall.date()),
    )


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
