"""A position of a visit as the remarks compare it: in WGS-84, and only one that could be true."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from agent_app.domain.events import Event
from agent_app.domain.position import read_position
from agent_app.journal.datum import Point, distance, to_wgs84


@dataclass(frozen=True, slots=True)
class Fix:
    """`said` is latitude and longitude as the event has them; `accuracy` in metres, 0: unsaid."""

    event: Event
    said: Point
    point: Point
    accuracy: float
    networks: frozenset[str]

    def apart(self, other: Fix) -> float:
        """The least metres that lie between two fixes, each as far off as it says."""
        gap = distance(self.point, other.point)
        return max(0.0, gap - self.accuracy - other.accuracy)


def fixes(events: Iterable[Event]) -> tuple[Fix, ...]:
    """Those of `position_read` events that tell a place on earth; the others are passed over."""
    return tuple(
        Fix(event, (read.lat, read.lon), where, read.accuracy, read.networks)
        for event in events
        if event.kind == "position_read" and (read := read_position(event.body))
        for where in (to_wgs84(read.lat, read.lon, read.datum),)
    )
