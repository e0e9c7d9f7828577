"""The clock of a device beyond the visit: before it, after it, over the day. (security.md §5.3)

A clock may be set before a visit and set back after it; a head that comes later in the same boot,
in another visit, still tells the true time of this one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from agent_app.domain.events import Event
from agent_app.journal.account import Account
from agent_app.journal.clock import TOLERANCE, by_minutes, changes, estimate
from agent_app.journal.flag import Flag

MANY_CHANGES = 3
"""More changes of the clock than this, by one device in one day, are worth a look."""

_Key = tuple[str, str]


class Clocks:
    """The accounts at hand by device, in the order the device made them."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        devices: dict[str, list[Event]] = defaultdict(list)
        self._found: dict[_Key, list[Flag]] = defaultdict(list)
        self._spans: dict[str, tuple[datetime, datetime]] = {}
        for one in accounts:
            devices[one.device] += one.events
        for events in devices.values():
            events.sort(key=lambda event: event.seq)
            self._spans |= estimate(events)
            self._set_between(events)
            self._many_changes(events)

    def flags(self, own: Account) -> Iterator[Flag]:
        """What the device's other visits say of the clock in this one."""
        yield from self._off(own)
        yield from self._found.get((own.visit, own.device), ())

    def _off(self, own: Account) -> Iterator[Flag]:
        """The first event that a head in another visit of the same boot shows to be off."""
        told = estimate(own.events)
        for event in own.events:
            if event.id in told or event.id not in self._spans:
                continue
            early, late = self._spans[event.id]
            if event.at < early - TOLERANCE:
                yield by_minutes("clock_slow", event, early - event.at)
                return
            if event.at > late + TOLERANCE:
                yield by_minutes("clock_fast", event, event.at - late)
                return

    def _set_between(self, events: Sequence[Event]) -> None:
        """The clock set between two visits: which of them is wrong nobody knows, so both are told.
        Across a restart only a clock that went back can be seen."""
        for before, event, by in changes(events):
            for one, other in ((before, event), (event, before)):
                if before.visit != event.visit:
                    when = {"when": other.wall[:16].replace("T", " ")}
                    self._add(one, by_minutes("clock_set_between", one, abs(by), **when))
        for before, event in pairwise(events):
            back = before.at - event.at
            if before.visit != event.visit and before.boot != event.boot and back > TOLERANCE:
                self._add(event, by_minutes("clock_back", event, back))

    def _many_changes(self, events: Sequence[Event]) -> None:
        days: dict[str, list[Event]] = defaultdict(list)
        for _, event, _ in changes(events):
            days[event.wall[:10]].append(event)
        for found in days.values():
            if len(found) > MANY_CHANGES:
                for event in {one.visit: one for one in found}.values():
                    self._add(event, Flag("clock_changes", event.id, {"times": len(found)}))

    def _add(self, event: Event, flag: Flag) -> None:
        self._found[event.visit or "", event.device].append(flag)
