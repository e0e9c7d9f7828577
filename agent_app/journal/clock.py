"""Clock honesty: does the wall clock agree with the clocks nobody can set? (security.md §5.3)

The boot clock runs through sleep and cannot be set. A receipt in an event carries the server's
time and the boot clock at which it came; in the same boot that gives the true time of every
event, before the receipt or after. In a boot without one, the newest receipt is a lower bound
and the arrival at the server an upper bound.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from agent_app.domain.events import Event
from agent_app.journal.flag import Fact, Flag

TOLERANCE = timedelta(seconds=120)


def estimate(events: Iterable[Event]) -> dict[str, tuple[datetime, datetime]]:
    """By event id, the earliest and latest true time that receipts in the same boot allow.

    `events` are one device's. A receipt taken 0.3 s after its head was signed allows 0.3 s; two
    receipts in a boot narrow each other. Events of boots without a receipt are left out.
    """
    events = list(events)
    anchors: dict[str, list[timedelta]] = defaultdict(list)
    for event in events:
        if event.receipt and "boot" in event.receipt:
            came = timedelta(milliseconds=event.receipt["bt"])
            anchors[event.receipt["boot"]].append(_since_epoch(event.receipt["at"]) - came)
    spans = {}
    for event in events:
        if starts := anchors.get(event.boot):
            since = timedelta(milliseconds=event.bt)
            spans[event.id] = (_EPOCH + min(starts) + since, _EPOCH + max(starts) + since)
    return spans


@dataclass(frozen=True, slots=True)
class Fence:
    """The earliest and latest an event can be by the office's clock; None: nothing tells."""

    early: datetime | None
    late: datetime | None

    @property
    def width(self) -> timedelta | None:
        return self.late - self.early if self.early and self.late else None


def fences(
    events: Sequence[Event], arrived: Mapping[str, datetime] | None = None
) -> dict[str, Fence]:
    """By event id, over one device's events in order of `seq`.

    The head an event carries is older than the event, as is any that an earlier one carried;
    the office took it later than it was made. Within a boot a head says it to the second.
    """
    spans, found = estimate(events), {}
    floor: datetime | None = None
    for event in events:
        early, late = spans.get(event.id) or _bounds(event, arrived or {})
        floor = max(filter(None, (floor, early)), default=None)
        found[event.id] = Fence(floor, late)
    ceiling: datetime | None = None
    for event in reversed(events):
        fence = found[event.id]
        ceiling = min(filter(None, (ceiling, fence.late)), default=None)
        found[event.id] = Fence(fence.early, ceiling)
    return found


def clock_flags(
    events: Sequence[Event], *, arrived: Mapping[str, datetime] | None = None
) -> list[Flag]:
    """What is odd about one device's clock in a visit, over its events in order of `seq`; `clocks`
    looks beyond it.

    `arrived` says when the server took an event, by id, where it is known.
    """
    return [
        *_off(events, arrived or {}),
        *_turned_back(events),
        *_changed(events),
        *_restarted(events),
    ]


def _off(events: Sequence[Event], arrived: Mapping[str, datetime]) -> Iterator[Flag]:
    held = fences(events, arrived)
    for event in events:
        fence = held[event.id]
        if fence.early and event.at < fence.early - TOLERANCE:
            yield by_minutes("clock_slow", event, fence.early - event.at)
        elif fence.late and event.at > fence.late + TOLERANCE:
            yield by_minutes("clock_fast", event, event.at - fence.late)


def _bounds(
    event: Event, arrived: Mapping[str, datetime]
) -> tuple[datetime | None, datetime | None]:
    early = datetime.fromisoformat(event.receipt["at"]) if event.receipt else None
    return early, arrived.get(event.id)


def _turned_back(events: Sequence[Event]) -> Iterator[Flag]:
    for before, event in pairwise(events):
        if event.at < before.at - TOLERANCE:
            yield by_minutes("clock_back", event, before.at - event.at)


def changes(events: Sequence[Event]) -> list[tuple[Event, Event, timedelta]]:
    """The events between which the wall clock moved otherwise than the boot clock within a boot,
    and by how much."""
    found = []
    for before, event in pairwise(events):
        if before.boot == event.boot:
            ran = timedelta(milliseconds=event.bt - before.bt)
            moved = event.at - before.at - ran
            if abs(moved) > TOLERANCE:
                found.append((before, event, moved))
    return found


def _changed(events: Sequence[Event]) -> Iterator[Flag]:
    for _, event, by in changes(events):
        yield by_minutes("clock_changed", event, abs(by))


def _restarted(events: Sequence[Event]) -> Iterator[Flag]:
    boots: dict[str, str] = {}
    for event in events:
        if event.kind == "visit_started" and event.visit:
            boots[event.visit] = event.boot
        ended = event.kind in ("visit_ended", "visit_aborted")
        if ended and boots.get(event.visit or "", event.boot) != event.boot:
            yield Flag("restarted", event.id)


def by_minutes(kind: str, event: Event, by: timedelta, **more: Fact) -> Flag:
    return Flag(kind, event.id, {"minutes": round(by.total_seconds() / 60), **more})


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _since_epoch(text: str) -> timedelta:
    return datetime.fromisoformat(text) - _EPOCH
