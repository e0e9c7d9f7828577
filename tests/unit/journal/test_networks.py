"""Networks in range: marks that name nothing, and what they say of a visit beside others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.position import MOST_NETWORKS, read_position, wrong_field
from agent_app.journal import nearby
from agent_app.journal.account import Account, accounts
from agent_app.journal.flag import Flag
from agent_app.journal.honesty import Others, flags
from agent_app.journal.networks import Networks
from tests.support.journals import Device
from tests.support.town import Town, Walk, copied, from_home, invented
from tests.unit.journal.test_place import case, position

SALT = bytes(range(32))
HOME = [f"a4:56:02:00:00:{n:02x}" for n in range(20)]


def test_marks_are_short_keyed_sorted_and_few() -> None:
    told = nearby.marks(SALT, HOME)
    assert len(told) == MOST_NETWORKS
    assert told == sorted(told)
    assert wrong_field({**PLACE, "networks": told}) == ""
    assert set(told) == set(nearby.marks(SALT, reversed(HOME[:16])))
    assert not set(told) & set(nearby.marks(bytes(32), HOME))
    assert nearby.marks(SALT, ["a4:56:02:00:00:01"] * 3) == nearby.marks(SALT, [HOME[1]])


def test_a_known_mark() -> None:
    """HMAC-SHA256 over the six bytes of the address, as OpenSSL gives it."""
    assert nearby.marks(b"\x0b" * 20, ["48:69:20:54:68:65"]) == ["64c1cca3"]


def test_offices_mark_the_same_network_differently() -> None:
    assert nearby.office_salt(b"one" * 11) != nearby.office_salt(b"two" * 11)
    assert len(nearby.office_salt(b"one")) == 32


PLACE = {"lat": 22.5, "lon": 114, "accuracy": 0, "datum": "WGS-84", "provider": "x"}


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({}, ""),
        ({"networks": ["0123abcd"]}, ""),
        ({"networks": []}, "networks"),
        ({"networks": None}, "networks"),
        ({"networks": "0123abcd"}, "networks"),
        ({"networks": ["0123ABCD"]}, "networks"),
        ({"networks": ["0123abcd", "0123abcd"]}, "networks"),
        ({"networks": ["a4:56:02:00:00:01"]}, "networks"),
        ({"networks": [["0123abcd"]]}, "networks"),
        ({"networks": [f"{n:08x}" for n in range(17)]}, "networks"),
        ({"lat": True}, "lat"),
        ({"lat": 90.1}, "lat"),
        ({"lat": float("nan")}, "lat"),
        ({"lon": "114"}, "lon"),
        ({"lon": 10**400}, "lon"),
        ({"accuracy": -1}, "accuracy"),
        ({"accuracy": None}, "accuracy"),
        ({"datum": ["WGS-84"]}, "datum"),
        ({"provider": 7}, "provider"),
    ],
)
def test_what_a_position_may_say(change: dict[str, Any], wrong: str) -> None:
    assert wrong_field(PLACE | change) == wrong
    read = read_position(PLACE | change)
    assert (read is None) == (wrong in ("lat", "lon", "accuracy", "datum"))
    if read is not None:
        assert len(read.networks) == (1 if change == {"networks": ["0123abcd"]} else 0)


NAMES = "abcdefghij"
HERE = (22.5431, 114.0579)
FAR = (22.60, 114.30)


def heard(names: str) -> list[str]:
    return sorted(f"{NAMES.index(one):08x}" for one in names)


def told(*visits: tuple[str, tuple[float, float], str], of: Case | None = None) -> list[Flag]:
    """The remarks on the last of `visits`: address, position, networks by a letter each."""
    device = Device()
    for number, (address, where, names) in enumerate(visits):
        about: dict[str, Any] = {"visit": f"visit-{number}"}
        device.record("visit_started", {"address": address, "crew": []}, **about)
        read = {**position(*where), **({"networks": heard(names)} if names else {})}
        device.record("position_read", read, **about)
        device.record("visit_ended", **about)
    known = accounts(device.events, lambda _: of)
    return list(Networks(known).flags(known[-1]))


def test_none_of_what_others_hear_at_this_door() -> None:
    """Unless one of them was heard there, or next door, or the others do not agree themselves."""
    at_door = [("addr-1", HERE, "abcd"), ("addr-1", HERE, "abce")]
    (flag,) = told(*at_door, ("addr-1", HERE, "fgh"))
    assert (flag.kind, flag.topic) == ("networks_strange", "place")
    assert flag.facts == {"networks": 3, "visits": 2}
    assert told(*at_door, ("addr-1", HERE, "efg")) == []
    assert told(*at_door, ("addr-1", HERE, "fg")) == []
    assert told(*at_door, ("addr-1", HERE, "")) == []
    assert told(*at_door[:1], ("addr-1", HERE, "fgh")) == []
    assert told(at_door[0], ("addr-1", HERE, "ghij"), ("addr-1", HERE, "efh")) == []
    assert told(*at_door, ("addr-2", HERE, "fij"), ("addr-1", HERE, "fgh")) == []
    assert told(*at_door, ("addr-2", FAR, "fij"), ("addr-1", HERE, "fgh"))


def test_mostly_what_was_heard_far_away() -> None:
    """Three at least, most of both, and both positions and doors apart."""
    there = ("addr-2", FAR, "abcde")
    (flag,) = told(there, ("addr-1", HERE, "abcfg"))
    assert flag.kind == "networks_elsewhere"
    assert flag.facts == {
        "same": 3, "networks": 5, "kilometres": 26, "case": "case-1", "day": "2026-11-23",
    }  # fmt: skip
    assert told(there, ("addr-1", HERE, "abfg")) == []
    assert told(there, ("addr-1", HERE, "abcfgh")) == []
    assert told(("addr-2", FAR, "abcdefgh"), ("addr-1", HERE, "abc")) == []
    assert told(("addr-2", (22.5481, 114.0579), "abcd"), ("addr-1", HERE, "abcd")) == []
    assert told(there, ("addr-1", HERE, "abcde"), of=case()) == [flag_of(flag, 5)]
    same_door = [("addr-1", FAR, "abcde"), ("addr-1", HERE, "abcde")]
    assert told(*same_door, of=case()) == []


def flag_of(flag: Flag, same: int) -> Flag:
    return Flag(flag.kind, flag.event, {**flag.facts, "same": same})


def test_the_remark_is_among_all_the_others() -> None:
    device = Device()
    for number, (where, names) in enumerate(((FAR, "abcd"), (HERE, "abcd"))):
        about: dict[str, Any] = {"visit": f"visit-{number}"}
        device.record("visit_started", {"address": f"addr-{number}", "crew": []}, **about)
        device.record("position_read", {**position(*where), "networks": heard(names)}, **about)
        device.record("visit_ended", **about)
    others = Others(device.events, lambda _: case())
    kinds = {one.kind for one in flags(device.events[3:], case(), others=others)}
    assert "networks_elsewhere" in kinds
    assert all("networks_elsewhere" in found for found in others.kinds().values())


@dataclass
class Week:
    """What a reviewer holds of a town after three honest weeks."""

    town: Town
    case: Case
    known: list[Account]

    def remarked(self, new: Sequence[Event] = ()) -> int:
        """How many of these visits have a remark on their networks; without any, of all."""
        own = accounts(new, lambda _: self.case)
        view = Networks([*self.known, *own])
        return sum(any(view.flags(one)) for one in own or self.known)


@pytest.fixture(scope="module")
def towns() -> list[Week]:
    return [honest_weeks(Town(seed)) for seed in range(1000, 1003)]


def honest_weeks(town: Town) -> Week:
    events = [event for number in range(3) for event in town.week(number, town.devices)]
    of = town.case()
    return Week(town, of, accounts(events, lambda _: of))


def test_honest_visits_are_left_alone(towns: list[Week]) -> None:
    """Routers replaced, read at the gate, one band only, gear in the bag, villages with none."""
    found = sum(one.remarked() for one in towns)
    assert found <= 0.01 * sum(len(one.known) for one in towns)


CHEATS: dict[str, Callable[[Town], Walk]] = {
    "from a sofa": lambda town: from_home(town.chance.choice(town.doors[:80])),
    "made up": lambda town: invented,
    "one list for all": lambda town: copied(
        town.hear(town.devices[0], town.doors[0].spot, town.doors[0], 2)
    ),
}


@pytest.mark.parametrize("cheat", CHEATS)
def test_a_week_of_each_cheat_is_remarked(towns: list[Week], cheat: str) -> None:
    found = 0
    for one in towns:
        for device in one.town.devices:
            cheated = one.town.week(3, [device], CHEATS[cheat](one.town))
            found += one.remarked(cheated) > 0
    assert found >= 17, "of eighteen"
