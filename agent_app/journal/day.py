"""A whole day of visits: could these people have been at these doors at these times?

Compares a visit with the others the reviewer's device holds (security.md §5.4, H1, H3, H5, H7).
Two agents go to a door, so what one person's device says is held against the others' too.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from statistics import mean

from agent_app.journal.account import FAR_METRES, Account, elapsed
from agent_app.journal.datum import Point, distance
from agent_app.journal.fix import Fix
from agent_app.journal.flag import Flag
from agent_app.journal.place import too_fast

STILL_METRES = 30.0
ROUGH_METRES = 400.0
"""Two positions less sure than this together say nothing about having moved."""
SURE_METRES = 50.0
LEAST_REGULAR, MOST_REGULAR = 5, 30
REGULAR_SECONDS, REGULAR_SHARE = 20.0, 0.02
"""Honest rounds differ by minutes; a program's by seconds."""
OVERLAP = timedelta(minutes=2)
REST = timedelta(hours=6)
LONGEST_VISIT = timedelta(days=1)

Name = Callable[[str], str]


class Days:
    """Every account at hand, by device and round, by person, by case."""

    def __init__(self, accounts: Iterable[Account], name: Name = str) -> None:
        self._name = name
        self._people: dict[str, list[Account]] = defaultdict(list)
        self._cases: dict[str, list[Account]] = defaultdict(list)
        self._spots: dict[tuple[float, float], list[Account]] = defaultdict(list)
        told = sorted(accounts, key=lambda one: one.start)
        self._rounds = _rounds(told)
        for one in told:
            self._cases[one.case].append(one)
            for person in one.crew:
                self._people[person].append(one)
            for fix in one.fixes:
                self._spots[_spot(fix)].append(one)

    def flags(self, own: Account) -> Iterator[Flag]:
        """What is odd about `own` beside the others."""
        round_, place = self._rounds[own.visit, own.device]
        if place:
            yield from _travel(round_[place - 1], own)
        yield from _regular(round_, place)
        yield from self._same_spot(own)
        yield from self._elsewhere(own)
        yield from self._crossed(own)

    def _same_spot(self, own: Account) -> Iterator[Flag]:
        for fix in own.fixes:
            sure = fix.accuracy < SURE_METRES
            for other in self._spots[_spot(fix)]:
                if other.visit != own.visit and (sure or other.at_another_door_than(own)):
                    yield Flag("same_position", fix.event.id)
                    break

    def _elsewhere(self, own: Account) -> Iterator[Flag]:
        """Someone of the crew is in another visit, at another door, at the same time."""
        told = set()
        for person in sorted(own.crew):
            theirs = self._people[person]
            first = bisect_left(theirs, own.start - LONGEST_VISIT, key=lambda one: one.start)
            last = bisect_left(theirs, own.end, key=lambda one: one.start)
            for other in theirs[first:last]:
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


def _rounds(told: Iterable[Account]) -> dict[tuple[str, str], tuple[list[Account], int]]:
    """Each account's round and its place there: the visits of one device in the order it made
    them, whatever its clock said, a night's rest between two rounds, midnight or not."""
    devices: dict[str, list[Account]] = defaultdict(list)
    for one in told:
        devices[one.device].append(one)
    found = {}
    for visits in devices.values():
        visits.sort(key=lambda one: one.started.seq)
        round_: list[Account] = []
        for one in visits:
            if round_ and _rest(round_[-1], one) > REST:
                round_ = []
            found[one.visit, one.device] = round_, len(round_)
            round_.append(one)
    return found


def _rest(before: Account, own: Account) -> timedelta:
    return elapsed(before.ended or before.events[-1], own.started)


def _travel(before: Account, own: Account) -> Iterator[Flag]:
    """From the visit before to this one: too fast, or not at all."""
    start, end = _where(before, -1), _where(own, 0)
    if start is None or end is None:
        return
    metres = max(0.0, distance(start[0], end[0]) - start[1] - end[1])
    yield from too_fast(metres, before.ended or before.events[-1], own.started)
    yield from _not_moved(before, own)


def _not_moved(before: Account, own: Account) -> Iterator[Flag]:
    if not (before.fixes and own.fixes and own.door and before.door):
        return
    last, first = before.fixes[-1], own.fixes[0]
    slack = last.accuracy + first.accuracy
    apart, moved = distance(before.door, own.door), distance(last.point, first.point)
    if slack <= ROUGH_METRES and apart > FAR_METRES + slack and moved <= max(STILL_METRES, slack):
        yield Flag("not_moved", first.event.id, {"metres": round(apart)})


def _regular(round_: list[Account], place: int) -> Iterator[Flag]:
    """The last of LEAST_REGULAR visits or more that began at machine-regular intervals."""
    around = round_[max(0, place - MOST_REGULAR) : place + 2]
    gaps = [
        (after.start - before.start).total_seconds() for before, after in itertools.pairwise(around)
    ]
    last = min(place, MOST_REGULAR)
    for first in range(last - LEAST_REGULAR + 2):
        run = gaps[first:last]
        if _even(run):
            if last == len(gaps) or not _even(gaps[first : last + 1]):
                facts = {"visits": len(run) + 1, "minutes": round(mean(run) / 60)}
                yield Flag("regular", round_[place].started.id, facts)
            return


def _even(gaps: list[float]) -> bool:
    usual = mean(gaps)
    return max(abs(gap - usual) for gap in gaps) <= max(REGULAR_SECONDS, REGULAR_SHARE * usual)


def _where(one: Account, which: int) -> tuple[Point, float] | None:
    """Where an account's first or last position was, and how sure; else its door."""
    if one.fixes:
        return one.fixes[which].point, one.fixes[which].accuracy
    return (one.door, 0.0) if one.door else None


def _apart(own: Account, other: Account) -> bool:
    if other.visit == own.visit or not other.at_another_door_than(own) or not _overlap(own, other):
        return False
    if own.door is None or other.door is None:
        return own.case != other.case
    return distance(own.door, other.door) > FAR_METRES


def _overlap(own: Account, other: Account) -> bool:
    return min(own.end, other.end) - max(own.start, other.start) > OVERLAP


def _spot(fix: Fix) -> tuple[float, float]:
    return round(fix.said[0], 6), round(fix.said[1], 6)
