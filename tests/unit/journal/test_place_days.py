"""Place flags over generated agent-days: honest rounds through a city, and six ways to cheat."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from agent_app.domain.events import Event, wall_text
from agent_app.domain.model import Case
from agent_app.journal import datum
from agent_app.journal.place import place_flags
from tests.support.case_rows import case_row

DAYS = 500
VISITS = 6
CENTRE = (22.5431, 114.0579)
DEGREE = 111_195.0


class Round:
    """A day of visits by one device, each at a door of its own, truly walked or not."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.at = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
        self.doors = [self.near(CENTRE, 12_000) for _ in range(VISITS)]
        self.events: list[Event] = []

    def near(self, point: datum.Point, metres: float) -> datum.Point:
        """A point normally spread around another, `metres` to a side on average."""
        north, east = (self.chance.gauss(0, metres) for _ in range(2))
        return point[0] + north / DEGREE, point[1] + east / DEGREE * 1.08

    def case(self) -> Case:
        """The doors, each in one of the three datums."""
        row = case_row()
        usual = row["addresses"][0]
        row["addresses"] = []
        for number, door in enumerate(self.doors):
            gcj = datum.wgs84_to_gcj02(*door)
            kinds = {"WGS-84": door, "GCJ-02": gcj, "BD-09": datum.gcj02_to_bd09(*gcj)}
            name = self.chance.choice(list(kinds))
            where = {"lat": kinds[name][0], "lon": kinds[name][1], "datum": name}
            row["addresses"].append(usual | {"id": f"door-{number}"} | where)
        return Case.read(row)

    def record(self, kind: str, visit: int, **body: Any) -> None:
        self.events.append(
            Event(
                id=f"e{len(self.events)}",
                device="d",
                user="u",
                seq=len(self.events) + 1,
                prev="",
                kind=kind,
                case="case-1",
                visit=f"visit-{visit}",
                wall=wall_text(self.at),
                tz="Asia/Shanghai",
                boot="b",
                bt=0,
                body=body,
            )
        )

    def read(self, visit: int, where: datum.Point, accuracy: float | None = None) -> None:
        """A satellite fix, or one time in five a network's, as far off as it says."""
        if accuracy is None:
            wifi = self.chance.random() < 0.2
            accuracy = self.chance.uniform(50, 800) if wifi else self.chance.uniform(4, 40)
            where = self.near(where, accuracy / 2)
        body = {"lat": where[0], "lon": where[1], "accuracy": accuracy}
        self.record("position_read", visit, datum="WGS-84", provider="x", **body)

    def travel(self, metres: float, kmh: float) -> None:
        self.at += timedelta(hours=metres / 1000 / kmh) + timedelta(minutes=3)

    def stay(self, visit: int, where: datum.Point, *, minutes: float, accuracy: Any = None) -> None:
        """A whole visit with a dozen answers, evenly spread."""
        self.record("visit_started", visit, address=f"door-{visit}", crew=[])
        self.read(visit, where, accuracy)
        for number in range(12):
            self.at += timedelta(minutes=minutes / 12)
            self.record("answered", visit, ref=f"/q{number}", value="x")
        self.record("visit_ended", visit)

    def honest(self) -> None:
        before = CENTRE
        for visit, door in enumerate(self.doors):
            kmh = self.chance.uniform(12, 45)
            self.travel(datum.distance(before, door), kmh)
            self.stay(visit, self.near(door, 25), minutes=self.chance.uniform(8, 40))
            before = door


def from_home(day: Round) -> None:
    """All visits from a sofa."""
    home = day.near(CENTRE, 12_000)
    for visit in range(VISITS):
        day.at += timedelta(minutes=day.chance.uniform(10, 60))
        day.stay(visit, home, minutes=20)


def faked(day: Round) -> None:
    """A tool sets the doors' own coordinates, perfectly."""
    for visit, door in enumerate(day.doors):
        day.travel(8000, 25)
        day.stay(visit, door, minutes=20, accuracy=0.0)


def replayed(day: Round) -> None:
    """One fix, used again and again."""
    for visit in range(VISITS):
        day.travel(8000, 25)
        day.stay(visit, day.doors[0], minutes=20, accuracy=11.0)


def teleported(day: Round) -> None:
    """Every door, one minute apart."""
    for visit, door in enumerate(day.doors):
        day.at += timedelta(minutes=0.5)
        day.stay(visit, day.near(door, 15), minutes=0.5)


def hurried(day: Round) -> None:
    """The door is real, the long talk is not."""
    for visit, door in enumerate(day.doors):
        day.travel(8000, 25)
        day.stay(visit, day.near(door, 15), minutes=day.chance.uniform(0.5, 2.5))


def filled_in_afterwards(day: Round) -> None:
    """Answers typed by a machine, all in a blink, the stay made to look long."""
    for visit, door in enumerate(day.doors):
        day.travel(8000, 25)
        day.stay(visit, day.near(door, 15), minutes=0.02)


def test_honest_rounds_are_left_alone() -> None:
    flagged = 0
    for seed in range(DAYS):
        day = Round(seed)
        day.honest()
        flagged += len({f.event for f in place_flags(day.events, day.case())})
    assert flagged <= 0.01 * DAYS * VISITS


@pytest.mark.parametrize(
    ("cheat", "kind"),
    [
        (from_home, "far_from_door"),
        (faked, "position_too_good"),
        (replayed, "same_position"),
        (teleported, "too_fast"),
        (hurried, "short_stay"),
        (filled_in_afterwards, "all_at_once"),
    ],
)
def test_each_way_to_cheat_is_remarked(cheat: Callable[[Round], None], kind: str) -> None:
    found = 0
    for seed in range(100):
        day = Round(seed)
        cheat(day)
        found += kind in {flag.kind for flag in place_flags(day.events, day.case())}
    assert found >= 90
