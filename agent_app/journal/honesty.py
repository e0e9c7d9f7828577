"""All remarks on a visit's clock, place and pace, for the reviewer. Heuristics with reasons.

None of them blocks or sanctions anything (PIPL art. 24); an honest person in a basement with a
flat clock battery earns a few.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.journal.clock import clock_flags
from agent_app.journal.flag import Flag
from agent_app.journal.pace import hurried
from agent_app.journal.place import place_flags

__all__ = ["Flag", "flags"]


def flags(
    events: Sequence[Event], case: Case, *, arrived: Mapping[str, datetime] | None = None
) -> list[Flag]:
    """Flags over the events of a visit (or a longer stretch), device by device.

    `arrived` says when the server took an event, by id, where it is known. The text of a flag
    is `flags.<kind>`, filled with its facts.
    """
    found: list[Flag] = []
    for device in dict.fromkeys(event.device for event in events):
        own = sorted((e for e in events if e.device == device), key=lambda event: event.seq)
        found += clock_flags(own, arrived=arrived)
        found += _time_zone(own, case)
        found += place_flags(own, case)
        found += hurried(own)
    return found


def _time_zone(events: Sequence[Event], case: Case) -> list[Flag]:
    zones = {address.id: address.tz for address in case.addresses}
    return [
        Flag("other_time_zone", event.id, {"device": event.tz, "door": there})
        for event in events
        if event.kind == "visit_started"
        and (there := zones.get(event.body.get("address", "")) or event.tz) != event.tz
    ]
