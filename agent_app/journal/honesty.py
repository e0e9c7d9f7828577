"""All remarks on a visit's clock, place, pace and evidence, for the reviewer. Heuristics with
reasons.

None of them blocks or sanctions anything (PIPL art. 24); an honest person in a basement with a
flat clock battery earns a few.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.rules.situation import zone_named
from agent_app.journal.account import TELLING, FindCase, accounts
from agent_app.journal.clock import clock_flags
from agent_app.journal.clocks import Clocks
from agent_app.journal.copies import Copies
from agent_app.journal.day import Days, Name
from agent_app.journal.flag import Flag
from agent_app.journal.instruments import Instruments
from agent_app.journal.media import media_flags
from agent_app.journal.networks import Networks
from agent_app.journal.pace import hurried
from agent_app.journal.peers import Peers
from agent_app.journal.place import place_flags

__all__ = ["TELLING", "Flag", "Others", "flags"]


class Others:
    """Every visit a reviewer's device holds, to hold one of them against.

    `events` are of any devices, in any order, of the kinds in TELLING at least; `find` gives a
    case by its id; `name` says how people are shown.
    """

    def __init__(self, events: Iterable[Event], find: FindCase, name: Name = str) -> None:
        told = accounts(events, find)
        self._visits = {(one.visit, one.device): one for one in told}
        self._views = (
            *(Clocks(told), Days(told, name), Networks(told)),
            *(Copies(told), Instruments(told), Peers(told)),
        )

    def flags(self, visit: str, device: str) -> Iterator[Flag]:
        """What is odd about a visit, as one device tells it, beside the others."""
        if own := self._visits.get((visit, device)):
            for view in self._views:
                yield from view.flags(own)

    def kinds(self) -> dict[str, list[str]]:
        """The kinds of all such flags, by visit; visits without any are left out."""
        found: dict[str, list[str]] = {}
        for visit, device in self._visits:
            if kinds := [flag.kind for flag in self.flags(visit, device)]:
                found.setdefault(visit, []).extend(kinds)
        return found


def flags(
    events: Sequence[Event],
    case: Case,
    *,
    arrived: Mapping[str, datetime] | None = None,
    others: Others | None = None,
) -> list[Flag]:
    """Flags over the events of a visit, device by device, by itself; then beside the `others`.

    `arrived` says when the server took an event, by id, where it is known. The text of a flag
    is `flags.<kind>`, filled with its facts.
    """
    alone: list[Flag] = []
    beside: list[Flag] = []
    for device in dict.fromkeys(event.device for event in events):
        own = sorted((e for e in events if e.device == device), key=lambda event: event.seq)
        alone += clock_flags(own, arrived=arrived)
        alone += _time_zone(own, case)
        alone += place_flags(own, case)
        alone += hurried(own)
        for account in accounts(own, lambda _: case):
            alone += media_flags(account)
            beside += others.flags(account.visit, device) if others else ()
    return alone + beside


def _time_zone(events: Sequence[Event], case: Case) -> Iterator[Flag]:
    """A device set to other clocks than the door's, by the zone it names or the time it shows;
    two names of one time are one zone."""
    zones = {address.id: address.tz for address in case.addresses}
    for event in events:
        door = zones.get(str(event.body.get("address", "")), "")
        there, named = zone_named(door), zone_named(event.tz)
        if event.kind != "visit_started" or there is None:
            continue
        due = event.at.astimezone(there).utcoffset()
        if named and event.at.astimezone(named).utcoffset() != due:
            yield Flag("other_time_zone", event.id, {"device": event.tz, "door": door})
        elif event.at.utcoffset() != due:
            yield Flag(
                "other_time_zone", event.id, {"device": f"UTC{event.wall[23:]}", "door": door}
            )
