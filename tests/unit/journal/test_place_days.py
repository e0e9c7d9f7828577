"""Remarks over generated agent-days: honest rounds through a city, and nineteen ways to cheat."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from agent_app.domain.events import Event, wall_text
from agent_app.domain.model import Case
from agent_app.journal import datum
from agent_app.journal.honesty import Flag, Others, flags
from tests.support.case_rows import case_row

DAYS = 90
VISITS = 6
CENTRE = (22.5431, 114.0579)
DEGREE = 111_195.0


class Round:
    """A day of visits by one device, each at a door of its own, truly walked or not."""

    def __init__(self, seed: int, user: str = "u") -> None:
        self.chance = random.Random(seed)
        self.user, self.seed = user, seed
        self.crew = [user, f"{user}-2"]
        self.at = datetime.fromisoformat("2026-11-23T09:00:00+08:00")
        self.page = self.envelope = self.look
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
                id=f"{self.user}-{self.seed}-{len(self.events)}",
                device=f"device of {self.user}",
                user=self.user,
                seq=1000 * self.seed + len(self.events) + 1,
                prev="",
                kind=kind,
                case="case-1",
                visit=f"{self.user}-{self.seed}-{visit}",
                wall=wall_text(self.at),
                tz="Asia/Shanghai",
                boot="b",
                bt=round(self.at.timestamp() * 1000),
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
        self.record("visit_started", visit, address=f"door-{visit}", crew=self.crew)
        self.record("recording_started", visit, slot="audio-1")
        self.read(visit, where, accuracy)
        for number in range(12):
            self.at += timedelta(minutes=minutes / 12)
            self.record("answered", visit, ref=f"/q{number}", value="x")
        self.record("photo_taken", visit, slot="photo-1", what="door", marks=self.photo())
        signers = [{"role": "debtor", "ink": self.ink()}, {"role": "agent", "ink": self.own_hand()}]
        told = {"signers": signers, "pages": {"page-1": {"look": self.page()}}}
        self.record("agreement_signed", visit, agreement="A", plan={}, document="", **told)
        self.record(
            "letter_delivered",
            visit,
            serial="L",
            how="hand",
            proof="photo",
            marks={"look": self.envelope()},
        )
        sound = self.sound(minutes * 60)
        seconds = sound["seconds"] - self.chance.uniform(0, 2)
        self.record("recording_stopped", visit, slot="audio-1", seconds=seconds, marks=sound)
        code = self.chance.choices(("promise", "nobody", "refused"), (3, 5, 2))[0]
        self.record("outcome_recorded", visit, code=code)
        self.record("visit_ended", visit)

    def photo(self) -> dict[str, Any]:
        """What a camera sees; taken a moment ago, its clock a few minutes off."""
        taken = self.at - timedelta(minutes=self.chance.gauss(0, 4))
        return {
            "look": self.look(),
            "taken": f"{taken:%Y-%m-%dT%H:%M:%S}",
            "camera": random.Random(self.user).choice(("V2324A", "ANA-AN00", "22041216C")),
        }

    def look(self) -> str:
        return f"{self.chance.getrandbits(256):064x}"

    def sound(self, seconds: float) -> dict[str, Any]:
        """A room with talk in it: loud and soft in turns."""
        course = "".join(f"{self.chance.randint(2, 11):x}" for _ in range(64))
        return {"seconds": round(seconds, 1), "loudest": 3000, "course": course}

    def ink(self) -> str:
        return "".join(f"{self.chance.randrange(16):x}" for _ in range(32))

    def own_hand(self) -> str:
        """The agent's own name, signed many times: alike, never the same."""
        usual = random.Random(self.user)
        digits = (usual.randrange(16) + round(self.chance.gauss(0, 1.2)) for _ in range(32))
        return "".join(f"{min(15, max(0, one)):x}" for one in digits)

    def flags(self, *more: Round) -> list[Flag]:
        """All remarks on this day, the other rounds known."""
        case = self.case()
        events = [event for one in (self, *more) for event in one.events]
        return flags(self.events, case, others=Others(events, lambda _: case))

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


def flattered(day: Round) -> None:
    """The same, to the decimetre."""
    for visit, door in enumerate(day.doors):
        day.travel(8000, 25)
        day.stay(visit, door, minutes=20, accuracy=0.1)


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


def on_the_hour(day: Round) -> None:
    """A program starts each visit, exactly forty minutes after the one before."""
    for visit, door in enumerate(day.doors):
        start = day.at
        day.stay(visit, day.near(door, 15), minutes=day.chance.uniform(8, 25))
        day.at = start + timedelta(minutes=40, seconds=day.chance.uniform(0, 5))


def old_photo(day: Round) -> None:
    """One good photo of a letter box, for every door."""
    look = day.photo()["look"]
    flipped = int(look, 16) ^ 0b1001
    day.photo = lambda: {"look": f"{flipped:064x}"}  # type: ignore[method-assign]
    day.honest()


def photo_of_yesterday(day: Round) -> None:
    day.photo = lambda: {"taken": f"{day.at - timedelta(days=1):%Y-%m-%dT%H:%M:%S}"}  # type: ignore[method-assign]
    day.honest()


def photo_from_elsewhere(day: Round) -> None:
    place = day.near((22.9, 114.4), 500)
    day.photo = lambda: {"lat": place[0], "lon": place[1]}  # type: ignore[method-assign]
    day.honest()


def one_tape(day: Round) -> None:
    """The same talk played to the microphone at each door."""
    tape = day.sound(0)["course"]

    def played(seconds: float) -> dict[str, Any]:
        course = "".join(f"{max(0, int(one, 16) - (day.chance.random() < 0.1)):x}" for one in tape)
        return {"seconds": seconds, "loudest": 3000, "course": course}

    day.sound = played  # type: ignore[method-assign]
    day.honest()


def covered_microphone(day: Round) -> None:
    day.sound = lambda seconds: {"seconds": seconds, "loudest": 7, "course": "0" * 64}  # type: ignore[method-assign]
    day.honest()


def hung_up(day: Round) -> None:
    """A minute of sound for a long visit."""
    day.sound = lambda seconds: {"seconds": 60.0, "loudest": 900, "course": ""}  # type: ignore[method-assign]
    day.honest()


def borrowed_photo(day: Round) -> None:
    """One photo of the day comes from somebody else's telephone."""
    own, taken = day.photo, itertools.count()
    day.photo = lambda: own() | ({"camera": "iPhone 13"} if next(taken) == 3 else {})  # type: ignore[method-assign]
    day.honest()


def one_page(day: Round) -> None:
    """The page of the first agreement, photographed again, stands for every other."""
    look = int(day.look(), 16)
    day.page = lambda: f"{look ^ 1 << day.chance.randrange(256):064x}"
    day.honest()


def one_envelope(day: Round) -> None:
    look = day.look()
    day.envelope = lambda: look
    day.honest()


def one_accuracy(day: Round) -> None:
    """Coordinates made up around each door, each "to 12.3 m"."""
    for visit, door in enumerate(day.doors):
        day.travel(8000, 25)
        day.stay(visit, day.near(door, 10), minutes=day.chance.uniform(8, 40), accuracy=12.3)


def one_pen(day: Round) -> None:
    """Every debtor signs with the strokes of the first."""
    strokes = day.ink()
    day.ink = lambda: strokes  # type: ignore[method-assign]
    day.honest()


def test_honest_rounds_are_left_alone() -> None:
    flagged = 0
    for seed in range(0, DAYS, 3):
        days = [Round(seed + number, user) for number, user in enumerate(("u", "w", "w"))]
        for day in days:
            day.at += timedelta(days=day.seed)
            day.honest()
        flagged += sum(len({f.event for f in day.flags(*days)}) for day in days)
    assert flagged <= 0.01 * DAYS * VISITS


@pytest.mark.parametrize(
    ("cheat", "kind"),
    [
        (from_home, "far_from_door"),
        (from_home, "not_moved"),
        (faked, "accuracy_unsaid"),
        (flattered, "position_too_good"),
        (replayed, "same_position"),
        (teleported, "too_fast"),
        (hurried, "short_stay"),
        (filled_in_afterwards, "all_at_once"),
        (on_the_hour, "regular"),
        (old_photo, "photo_again"),
        (photo_of_yesterday, "photo_old"),
        (photo_from_elsewhere, "photo_elsewhere"),
        (one_tape, "recording_again"),
        (covered_microphone, "recording_silent"),
        (hung_up, "recording_short"),
        (one_pen, "ink_again"),
        (borrowed_photo, "camera_other"),
        (one_page, "photo_again"),
        (one_envelope, "photo_again"),
        (one_accuracy, "accuracy_constant"),
    ],
)
def test_each_way_to_cheat_is_remarked(cheat: Callable[[Round], None], kind: str) -> None:
    found = 0
    for seed in range(20):
        day = Round(seed)
        cheat(day)
        found += kind in {flag.kind for flag in day.flags()}
    assert found >= 18


def test_a_partner_at_another_door_is_remarked() -> None:
    """The law wants two at a door; the second one's own device says where he was."""
    first, second = Round(1, "u"), Round(2, "u-2")
    first.honest()
    second.doors = first.doors[::-1]
    second.honest()
    assert "crew_elsewhere" in {flag.kind for flag in first.flags(second)}
    assert "crew_elsewhere" in {flag.kind for flag in second.flags(first)}


def test_two_accounts_of_one_door_are_held_against_each_other() -> None:
    """Strangers to each other at one door; partners who met different people."""
    one, stranger, partner = Round(1, "u"), Round(1, "x"), Round(1, "u-2")
    for day, who in ((one, "debtor"), (stranger, "debtor"), (partner, "nobody")):
        day.record(
            "visit_started",
            0,
            address="door-0",
            crew=["u", "u-2"] if day is not stranger else ["x"],
        )
        day.record("person_met", 0, who=who)
        day.at += timedelta(minutes=10)
        day.record("visit_ended", 0)
    assert [flag.kind for flag in one.flags(stranger)] == ["crossed"]
    assert [flag.kind for flag in one.flags(partner)] == ["partner_differs"]
    assert [flag.facts["who"] for flag in partner.flags(one)] == ["u"]


def test_an_outcome_far_from_everybody_elses_is_remarked() -> None:
    own, peers = Round(1, "u"), [Round(seed, f"p{seed}") for seed in range(2, 12)]
    for day in (own, *peers):
        for visit in range(6):
            day.at += timedelta(hours=1)
            day.record("visit_started", visit, address="door-0", crew=[day.user])
            promised = day is own or visit == 0
            day.record("outcome_recorded", visit, code="promise" if promised else "nobody")
            day.record("visit_ended", visit)
    assert "unlike_peers" not in {flag.kind for flag in own.flags(*peers)}
    again = Round(1, "u")
    again.seed, again.events = 99, []
    for visit in range(8):
        again.at += timedelta(days=1)
        again.record("visit_started", visit, address="door-0", crew=["u"])
        again.record("outcome_recorded", visit, code="promise")
        again.record("visit_ended", visit)
    found = {flag.kind: flag.facts for flag in again.flags(own, *peers)}
    assert found["unlike_peers"] == {"times": 14, "visits": 14, "share": 18}
    assert "unlike_peers" not in {flag.kind for flag in peers[0].flags(own, again, *peers[1:])}


def test_a_new_telephone_and_a_receiver_that_rounds_are_no_remark() -> None:
    """From noon on another camera; a receiver that always says five metres."""
    day = Round(5)
    own, taken = day.photo, itertools.count()
    day.photo = lambda: own() | ({"camera": "new"} if next(taken) > 2 else {})  # type: ignore[method-assign]
    for visit, door in enumerate(day.doors):
        day.travel(8000, 25)
        day.stay(visit, day.near(door, 10), minutes=day.chance.uniform(8, 40), accuracy=5.0)
    assert not {"camera_other", "accuracy_constant"} & {flag.kind for flag in day.flags()}
