"""The team board: who has which doors, how far the day is, who has not synced, what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent_app.actions.desk import Desk
from agent_app.domain.moment import Moment
from agent_app.domain.spreadsheet import csv_text
from agent_app.queries.reviews import ReviewRow, reviews
from agent_app.store import cases, meta, outgoing


@dataclass(frozen=True, slots=True)
class TeamDoor:
    """One case of a colleague, without a sum. `going_to`: the lead handed it to that person
    (a name), and the office has not been told yet."""

    case: str
    debtor: str
    address: str
    visited_at: datetime | None
    under_way: bool
    going_to: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """One colleague's day. `seen_at` is the newest sync of any of their devices; `frozen`
    devices send nothing that counts until the office lets them."""

    user: str
    name: str
    doors: tuple[TeamDoor, ...]
    visited_today: int
    to_review: int
    sent_back: int
    accepted: int
    seen_at: datetime | None
    files_waiting: int
    frozen: bool


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something to look into, as the office noted it; `case` and `visit` where it names them."""

    at: datetime
    kind: str
    name: str
    case: str
    visit: str


@dataclass(frozen=True, slots=True)
class Board:
    members: tuple[Member, ...]
    alarms: tuple[Alarm, ...]
    told_at: datetime | None


def board(desk: Desk, at: Moment) -> Board:
    """The teams this lead leads, as of the last sync."""
    people = {one["id"]: one for one in desk.office.get("people", ())}
    told = meta.get(desk.db, "team") or {}
    moved = {
        event.case: people.get(to := str(event.body["agent"]), {}).get("name") or to
        for event in outgoing.unsent(desk.db)
        if event.kind == "case_reassigned"
    }
    doors: dict[str, list[TeamDoor]] = {}
    crews = {row["id"]: (row.get("crew") or {}).get("agents") for row in cases.all_now(desk.db)}
    for row in cases.day_list(desk.db):
        crew = crews.get(row.id) or [""]
        door = TeamDoor(
            row.id, row.debtor, row.address or "", _time(row.visited_at),
            row.visit_state == "open", moved.get(row.id, ""),
        )  # fmt: skip
        doors.setdefault(crew[0], []).append(door)
    rows = reviews(desk)
    agents = {user for user, one in people.items() if one["role"] == "agent"} | doors.keys()
    devices = told.get("devices", ())
    members = (
        _member(at, user, people, doors.get(user, ()), rows, devices) for user in agents if user
    )
    last = meta.get(desk.db, "last_sync")
    return Board(
        members=tuple(sorted(members, key=lambda one: (not one.doors, one.name, one.user))),
        alarms=tuple(_alarm(one, people) for one in told.get("alerts", ())),
        told_at=_time(last),
    )


def visits_csv(rows: Iterable[ReviewRow]) -> str:
    """Visits one line each, without a name, address or sum of any debtor."""
    head = (
        "case", "visit", "agent", "started_at", "minutes", "outcome", "left_early", "agreement",
        "broken_rules", "remarks", "decision", "comment",
    )  # fmt: skip
    return csv_text(
        head,
        (
            (
                row.case, row.visit, row.agent, row.started_at.isoformat(), row.minutes,
                row.outcome or "", "yes" if row.aborted else "", row.agreement or "",
                " ".join(row.judged.broken), " ".join(row.judged.flags),
                row.decision or "", row.comment,
            )
            for row in rows
        ),
    )  # fmt: skip


def _member(
    at: Moment,
    user: str,
    people: Mapping[str, Mapping[str, Any]],
    doors: Sequence[TeamDoor],
    rows: Sequence[ReviewRow],
    devices: Sequence[Mapping[str, Any]],
) -> Member:
    own = [one for one in devices if one["user"] == user]
    mine = [row for row in rows if row.agent == user]
    return Member(
        user=user,
        name=people.get(user, {}).get("name") or user,
        doors=tuple(doors),
        visited_today=sum(_today(door.visited_at, at) for door in doors),
        to_review=sum(row.waits for row in mine),
        sent_back=sum(row.decision == "sent_back" and not row.waits for row in mine),
        accepted=sum(row.decision == "accepted" for row in mine),
        seen_at=max((t for one in own if (t := _time(one.get("seen_at")))), default=None),
        files_waiting=sum(one.get("waiting", 0) for one in own),
        frozen=any(one["state"] == "frozen" for one in own),
    )


def _alarm(one: Mapping[str, Any], people: Mapping[str, Mapping[str, Any]]) -> Alarm:
    detail = one["detail"]
    return Alarm(
        at=datetime.fromisoformat(one["at"]),
        kind=one["kind"],
        name=people.get(one["user"], {}).get("name") or one["user"],
        case=str(detail.get("case") or ""),
        visit=str(detail.get("visit") or ""),
    )


def _today(visited: datetime | None, at: Moment) -> bool:
    return visited is not None and visited.astimezone(at.wall.tzinfo).date() == at.wall.date()


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
