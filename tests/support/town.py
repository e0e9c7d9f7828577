"""A town full of Wi-Fi for the remarks on networks: towers, villages, a team that goes to doors.

Nothing of the product is used but the shape of its events: distances, hearing and marks are its
own. Metres are north and east of a point in Shenzhen, up counts floors.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from agent_app.domain.events import Event, wall_text
from agent_app.domain.model import Case
from tests.support.case_rows import case_row

LAT, LON = 22.5431, 114.0579
DEGREE = 111_195.0
FAINTEST = -88.0
MONDAY = datetime.fromisoformat("2026-11-02T09:00:00+08:00")
Spot = tuple[float, float, int]


@dataclass
class Router:
    """One in a flat; replaced now and then by one of another address."""

    spot: Spot
    name: str
    changes: list[int] = field(default_factory=list)

    def address(self, week: int) -> str:
        return f"{self.name}/{sum(week >= one for one in self.changes)}"


@dataclass
class Door:
    number: int
    spot: Spot
    gate: Spot
    heard: dict[Spot, list[tuple[float, Router]]] = field(default_factory=dict)


@dataclass
class Device:
    """Its user; whether it hears one band only; what its user carries along."""

    user: str
    deaf: float
    gear: list[str]
    seq: int = 0


class Town:
    """Forty estates of three towers, thirty lone houses; a hundred and ten doors, six people."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(f"town {seed}")
        self.events: list[Event] = []
        self.doors: list[Door] = []
        for _ in range(40):
            north, east = self._place()
            towers = [(north + self.chance.uniform(-90, 90), east + 75.0 * n) for n in range(3)]
            routers = [one for tower in towers for one in self._tower(*tower)]
            for tower in self.chance.sample(towers, 2):
                door = (*tower, self.chance.randrange(20))
                self._door(door, (north - 60, east, 0), routers)
        for _ in range(30):
            north, east = self._place()
            houses = self.chance.randrange(4)
            near = [self._router((north + 15.0 * n, east + 8, 0)) for n in range(houses)]
            self._door((north, east, 0), (north + 5, east, 0), near)
        self.devices = [
            Device(f"u{n}", 6 if self.chance.random() < 0.2 else 0, self._gear(n)) for n in range(6)
        ]

    def case(self) -> Case:
        row = case_row()
        usual = row["addresses"][0]
        row["addresses"] = []
        for door in self.doors:
            lat, lon = degrees(door.spot, self.chance, 40.0)
            where = {"lat": lat, "lon": lon, "datum": "WGS-84"}
            row["addresses"].append(usual | {"id": f"door-{door.number}"} | where)
        return Case.read(row)

    def week(self, number: int, devices: list[Device], walk: Walk | None = None) -> list[Event]:
        """Each device goes to six doors a day for five days; the events of that week."""
        self.events = []
        for day in range(5):
            for device in devices:
                at = MONDAY + timedelta(days=7 * number + day, minutes=self.chance.randrange(30))
                for door in self.chance.sample(self.doors, 6):
                    at += timedelta(minutes=self.chance.uniform(40, 80))
                    self.visit(device, door, at, number, walk or honest)
        return self.events

    def visit(self, device: Device, door: Door, at: datetime, week: int, walk: Walk) -> None:
        said, accuracy, heard = walk(self, device, door, week)
        lat, lon = degrees(said, self.chance, accuracy / 2)
        body = {"lat": lat, "lon": lon, "accuracy": accuracy, "datum": "WGS-84", "provider": "x"}
        told = {"networks": sorted({mark(one) for one in heard})} if heard else {}
        visit = f"{device.user}-{device.seq}"
        steps: tuple[tuple[int, str, dict[str, Any]], ...] = (
            (0, "visit_started", {"address": f"door-{door.number}", "crew": [device.user]}),
            (1, "position_read", body | told),
            (15, "visit_ended", {}),
        )
        for minutes, kind, content in steps:
            device.seq += 1
            moment = at + timedelta(minutes=minutes)
            self.events.append(
                Event(
                    *(f"{device.user}-{device.seq}", device.user, device.user, device.seq, ""),
                    *(kind, "case-1", visit, wall_text(moment), "Asia/Shanghai", "b"),
                    bt=round(moment.timestamp() * 1000),
                    body=content,
                )
            )

    def hear(self, device: Device, spot: Spot, door: Door, week: int) -> list[str]:
        """The sixteen strongest, each a little other every time, and what is carried along."""
        loud = [
            (strength - device.deaf + self.chance.gauss(0, 4), router)
            for strength, router in door.heard[spot]
        ]
        loud = sorted((one for one in loud if one[0] > FAINTEST), key=lambda one: -one[0])
        return [*device.gear, *(router.address(week) for _, router in loud)][:16]

    def _place(self) -> tuple[float, float]:
        return self.chance.gauss(0, 8_000), self.chance.gauss(0, 8_000)

    def _tower(self, north: float, east: float) -> Iterator[Router]:
        for floor in range(20):
            for flat in range(4):
                yield self._router((north + 9 * (flat % 2), east + 9 * (flat // 2), floor))

    def _router(self, spot: Spot) -> Router:
        changes = sorted(week for week in range(8) if self.chance.random() < 0.01)
        return Router(spot, f"{self.chance.getrandbits(46):x}", changes)

    def _door(self, spot: Spot, gate: Spot, routers: list[Router]) -> None:
        door = Door(len(self.doors), spot, gate)
        for ear in (spot, gate):
            strengths = [(strength(ear, one.spot), one) for one in routers]
            door.heard[ear] = [one for one in strengths if one[0] > FAINTEST - 12]
        self.doors.append(door)

    def _gear(self, number: int) -> list[str]:
        return [f"gear-{number}-{n}" for n in range(self.chance.choice((0, 0, 1, 2)))]


Walk = Callable[[Town, Device, Door, int], tuple[Spot, float, list[str]]]
"""Where the device says it is, how sure, and what it says it hears."""


def honest(town: Town, device: Device, door: Door, week: int) -> tuple[Spot, float, list[str]]:
    """At the door, one time in twelve at the gate; one in ten hears nothing; one in five positions
    is the network's."""
    chance = town.chance
    spot = door.gate if chance.random() < 1 / 12 else door.spot
    heard = [] if chance.random() < 0.1 else town.hear(device, spot, door, week)
    rough = chance.random() < 0.2
    return spot, chance.uniform(50, 800) if rough else chance.uniform(4, 40), heard


def from_home(home: Door) -> Walk:
    """A tool sets each door's own coordinates; the networks are those of a flat."""

    def walk(town: Town, device: Device, door: Door, week: int) -> tuple[Spot, float, list[str]]:
        return door.spot, town.chance.uniform(4, 40), town.hear(device, home.spot, home, week)

    return walk


def invented(town: Town, device: Device, door: Door, week: int) -> tuple[Spot, float, list[str]]:
    """Made up too, anew each time."""
    made = [f"{town.chance.getrandbits(46):x}" for _ in range(town.chance.randint(4, 16))]
    return door.spot, town.chance.uniform(4, 40), made


def copied(first: list[str]) -> Walk:
    """What was heard once, in part, told at every door."""

    def walk(town: Town, device: Device, door: Door, week: int) -> tuple[Spot, float, list[str]]:
        some = town.chance.sample(first, max(3, round(len(first) * 0.8)))
        return door.spot, town.chance.uniform(4, 40), some

    return walk


def strength(ear: Spot, router: Spot) -> float:
    """dBm: free space, then walls by distance and ceilings by floor."""
    across = math.dist(ear[:2], router[:2])
    floors = abs(ear[2] - router[2])
    away = max(1.0, math.hypot(across, 3.0 * floors))
    return -34.0 - 28.0 * math.log10(away) - 9.0 * min(floors, 4) - across / 12


def degrees(spot: Spot, chance: random.Random, off: float) -> tuple[float, float]:
    """A position that strays by about `off` metres a side."""
    north, east = (spot[n] + chance.gauss(0, off / 1.4) for n in range(2))
    lon = LON + east / DEGREE / math.cos(math.radians(LAT))
    return round(LAT + north / DEGREE, 6), round(lon, 6)


def mark(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:8]
