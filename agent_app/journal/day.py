"""A whole day of visits: could these people have been at these doors at these times?

Compares a visit with the others the reviewer's device holds (security.md §5.4, H1, H3, H5, H7).
Two agents go to a door, so what one person's device says is held against the others' too.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from statistics import mean
from typing import Any

from agent_app.journal.account import Account, elapsed
from agent_app.journal.datum import Point, distance
from agent_app.journal.flag import Flag
from agent_app.journal.place import FAR_METRES, FASTEST_KMH, position

STILL_METRES = 30.0
ROUGH_METRES = 400.0
"""Two positions less sure than this together say nothing about having moved."""
SURE_METRES = 50.0
LEAST_REGULAR = 5
REGULAR_SECONDS, REGULAR_SHARE = 20.0, 0.02
"""Honest rounds differ by minutes; a program's by seconds."""
OVERLAP = timedelta(minutes=2)

Name = Callable[[str], str]


class Days:
    """Every account at hand, by device and day, by person and day, by case."""

    def __init__(self, accounts: Iterable[Account], name: Name = str) -> None:
        self._name = name
        self._rounds: dict[tuple[str, str], list[Account]] = defaultdict(list)
        self._people: dict[tuple[str, str], list[Account]] = defaultdict(list)
        self._cases: dict[str, list[Account]] = defaultdict(list)
        self._spots: dict[tuple[float, float], list[Account]] = defaultdict(list)
        for one in sorted(accounts, key=lambda one: one.start):
            self._rounds[one.device, _day(one)].append(one)
            self._cases[one.case].append(one)
            for person in one.crew:
                self._people[person, _day(one)].append(one)
            for event in one.of("position_read"):
                self._spots[_spot(event.body)].append(one)

    def flags(self, own: Account) -> Iterator[Flag]:
        """What is odd about `own` beside the others."""
        round_ = self._rounds[own.device, _day(own)]
        before = [one for one in round_ if one.start < own.start and one.visit != own.visit]
        if before:
            yield from _travel(before[-1], own)
        yield from _regular(round_, own)
        yield from self._same_spot(own)
        yield from self._elsewhere(own)
        yield from self._crossed(own)

    def _same_spot(self, own: Account) -> Iterator[Flag]:
        for event in own.of("position_read"):
            sure = event.body["accuracy"] < SURE_METRES
            for other in self._spots[_spot(event.body)]:
                if other.visit != own.visit and (sure or other.at_another_door_than(own)):
                    yield Flag("same_position", event.id)
                    break

    def _elsewhere(self, own: Account) -> Iterator[Flag]:
        """Someone of the crew is in another visit, at another door, at the same time."""
        told = set()
        for person in sorted(own.crew):
            for other in self._people[person, _day(own)]:
                if (person, other.visit) not in told and _apart(own, other):
                    told.add((person, other.visit))
                    facts = {"who": self._name(person), "time": other.started.wall[11:16]}
                    yield Flag("crew_elsewhere", own.started.id, facts)

    def _crossed(self, own: Account) -> Iterator[Flag]:
        """Others tell of the same door at the same time, and were not there; or tell it otherwise."""
        for other in self._cases[own.case]:
            if other.device == own.device or not _overlap(own, other):
                continue
            facts = {"who": self._name(other.user), "time": other.started.wall[11:16]}
            met, theirs = own.last("person_met", "who"), other.last("person_met", "who")
            if other.user not in own.crew and own.user not in other.crew:
                yield Flag("crossed", own.started.id, facts)
            elif met and theirs and met != theirs:
                yield Flag("partner_differs", own.started.id, facts)


def _travel(before: Account, own: Account) -> Iterator[Flag]:
    """From the visit before to this one: too fast, or not at all."""
    start, end = _where(before, -1), _where(own, 0)
    if start is None or end is None:
        return
    metres = max(0.0, distance(start[0], end[0]) - start[1] - end[1])
    last = before.ended or before.events[-1]
    seconds = max(1.0, elapsed(last, own.started).total_seconds())
    if metres > FAR_METRES and metres / seconds * 3.6 > FASTEST_KMH:
        yield Flag("too_fast", own.started.id, {"kmh": round(metres / seconds * 3.6)})
    yield from _not_moved(before, own)


def _not_moved(before: Account, own: Account) -> Iterator[Flag]:
    reads = (before.of("position_read"), own.of("position_read"))
    if not all(reads) or own.door is None or before.door is None:
        return
    last, first = reads[0][-1], reads[1][0]
    slack = float(last.body["accuracy"] + first.body["accuracy"])
    apart, moved = distance(before.door, own.door), distance(position(last), position(first))
    if slack <= ROUGH_METRES and apart > FAR_METRES + slack and moved <= max(STILL_METRES, slack):
        yield Flag("not_moved", first.id, {"metres": round(apart)})


def _regular(round_: list[Account], own: Account) -> Iterator[Flag]:
    """Visits of a day that begin at machine-regular intervals."""
    if len(round_) < LEAST_REGULAR or own.visit != round_[-1].visit:
        return
    gaps = [
        (after.start - before.start).total_seconds() for before, after in itertools.pairwise(round_)
    ]
    usual = mean(gaps)
    if max(abs(gap - usual) for gap in gaps) <= max(REGULAR_SECONDS, REGULAR_SHARE * usual):
        facts = {"visits": len(round_), "minutes": round(usual / 60)}
        yield Flag("regular", own.started.id, facts)


def _where(one: Account, which: int) -> tuple[Point, float] | None:
    """Where an account's first or last position was, and how sure; else its door."""
    if reads := one.of("position_read"):
        return position(reads[which]), float(reads[which].body["accuracy"])
    return (one.door, 0.0) if one.door else None


def _apart(own: Account, other: Account) -> bool:
    if other.visit == own.visit or not other.at_another_door_than(own) or not _overlap(own, other):
        return False
    if own.door is None or other.door is None:
        return own.case != other.case
    return distance(own.door, other.door) > FAR_METRES


def _overlap(own: Account, other: Account) -> bool:
    return min(own.end, other.end) - max(own.start, other.start) > OVERLAP


def _spot(body: Mapping[str, Any]) -> tuple[float, float]:
    return round(body["lat"], 6), round(body["lon"], 6)


def _day(one: Account) -> str:
    return one.started.wall[:10]
