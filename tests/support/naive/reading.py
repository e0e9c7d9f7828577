"""What the simulated world holds, one question put to it, and the tables of the packs."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
import holidays

from agent_app.domain.events import Event

Rule = Mapping[str, Any]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STRICT = Path(__file__).parent / "strict"
DEBTOR = ("debtor", "self_identified")
UNREACHED = ("no_answer", "nobody_home", "nobody")


@dataclass(frozen=True)
class Asked:
    """May `act` be done at `at`? `body` is the event's, `given` what the caller knows."""

    act: str
    at: datetime
    visit: str | None = None
    address: str = "h1"
    body: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)

    def told(self, key: str) -> Any:
        """What the caller says of it, else what the event says."""
        return self.given.get(key) or self.body.get(key)


class World:
    """One case: its row, our events, and when the device last heard from the office."""

    def __init__(self, packs: Sequence[str], row: dict[str, Any]) -> None:
        self.packs = {name: _toml(name, "pack.toml") for name in packs}
        self.rules: list[tuple[str, Rule]] = [
            (name, rule) for name in packs for rule in _toml(name, "rules.toml")["rule"]
        ]
        self.row = row
        self.events: list[Event] = []
        self.synced: datetime | None = None
        self.stale_after: date = date.max
        self._holidays = {name: _holidays(pack) for name, pack in self.packs.items()}

    def address(self, asked: Asked) -> Mapping[str, Any]:
        found: Mapping[str, Any] = next(
            one for one in self.row["addresses"] if one["id"] == asked.address
        )
        return found

    def zone(self, pack: str, asked: Asked) -> ZoneInfo:
        head = self.packs[pack]
        if head.get("tz"):
            return ZoneInfo(head["tz"])
        place = self.address(asked)
        if head.get("time_basis") == "debtor_residence":
            place = next(one for one in self.row["addresses"] if one["kind"] == "home")
        return ZoneInfo(place["tz"])

    def is_holiday(self, pack: str, calendar: str, day: date) -> bool | None:
        """None beyond the years of the pack's calendar, and near a day that is only estimated."""
        years, sure, unsure = self._holidays[pack].get(calendar, (range(0), set(), set()))
        if day.year not in years:
            return None
        return True if day in sure else None if day in unsure else False

    def of(self, *kinds: str) -> list[Event]:
        return [one for one in self.events if one.kind in kinds]

    def beside(self, asked: Asked) -> Iterator[list[Mapping[str, Any]]]:
        """What each other case of the person tells this one."""
        rows = [*self.row.get("beside", ()), *asked.given.get("elsewhere", ())]
        rows = [one for one in rows if "case" in one]
        for other in sorted({one["case"] for one in rows}):
            yield [one for one in rows if one["case"] == other]

    def in_visit(self, visit: str | None) -> list[Event]:
        return [one for one in self.events if visit and one.visit == visit]

    def closed(self, visit: str | None) -> bool:
        return any(one.kind == "visit_ended" for one in self.in_visit(visit))

    def contacts(self, channel: str, asked: Asked) -> Iterator[dict[str, Any]]:
        """Every contact: when, whether it reached the person, where it went, whose it was."""
        rows = [(one, False) for one in self.row["contacts"]]
        rows += [(one, True) for one in asked.given.get("elsewhere", ()) if "channel" in one]
        for one, elsewhere in rows:
            if channel in ("any", one["channel"]):
                reached = one["result"] not in UNREACHED
                yield {
                    "at": one["at"], "reached": reached, "to": one.get("to", ""),
                    "visit": None, "elsewhere": elsewhere,
                }  # fmt: skip
        for one in self.of("appointment_notified", "notice_sent"):
            if one.body["channel"] != "in_person" and channel in ("any", one.body["channel"]):
                yield {"at": one.at, "reached": True, "to": "", "visit": None, "elsewhere": False}
        for start in self.of("visit_started") if channel in ("any", "visit") else ():
            inside = self.in_visit(start.visit)
            met = any(
                (one.kind == "person_met" and one.body["who"] in ("debtor", "self_identified"))
                or (one.kind == "identity_checked" and one.body["passed"])
                for one in inside
            )
            yield {
                "at": start.at, "reached": met, "to": start.body["address"],
                "visit": start.visit, "elsewhere": False,
            }  # fmt: skip


def day_of(at: Any, zone: ZoneInfo) -> date:
    """The local date of a moment; a bare date is itself."""
    if isinstance(at, str):
        at = datetime.fromisoformat(at) if len(at) > 10 else date.fromisoformat(at)
    return at.astimezone(zone).date() if isinstance(at, datetime) else at


def moment_of(at: Any, zone: ZoneInfo, *, end: bool = False) -> datetime:
    """A moment; of a bare date its first, or its last, instant on that wall."""
    if isinstance(at, str) and len(at) > 10:
        at = datetime.fromisoformat(at)
    if isinstance(at, datetime):
        return at.astimezone(UTC)
    day = date.fromisoformat(at) if isinstance(at, str) else at
    if end:
        return moment_of(day + timedelta(days=1), zone) - timedelta(microseconds=1)
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def months_after(day: date, months: int) -> date:
    """The same day of a later month; the first of the next where that month is too short."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    while True:
        try:
            return date(year, month, day.day)
        except ValueError:
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
            return date(year, month, 1)


def prune(events: Sequence[Event], now: datetime, days: int) -> list[Event]:
    """The events of the last `days` days."""
    return [one for one in events if one.at > now.astimezone(UTC) - timedelta(days=days)]


def _toml(pack: str, name: str) -> dict[str, Any]:
    folder = STRICT if pack == STRICT.name else files("resources") / "packs" / pack
    return tomllib.loads((folder / name).read_text("utf-8"))


Years = tuple[range, set[date], set[date]]


def _holidays(pack: Mapping[str, Any]) -> dict[str, Years]:
    """Years, holidays and doubtful days of each calendar, from the package's English names."""
    found: dict[str, Years] = {}
    for calendar in pack.get("calendars", ()):
        years = range(calendar["first_year"], calendar["last_year"] + 1)
        days = {day: str(name) for day, name in chinese_calendar.constants.holidays.items()}
        if calendar["source"] == "holidays":
            table = holidays.country_holidays(calendar["country"], years=years, language="en_US")
            days = dict(table.items())
        guessed = [day for day, name in days.items() if "estimated" in name]
        unsure = {day + timedelta(days=n) for day in guessed for n in (-2, -1, 0, 1, 2)}
        sure = {day for day, name in days.items() if "estimated" not in name}
        sure |= set(calendar.get("dates", ()))
        found[calendar["id"]] = years, sure, unsure - sure
    return found
