"""The order of the day: which open doors in which order, by the shortest walk.

Nearest neighbour from the start, then 2-opt. Distances are great circles on a sphere, good to
half a per cent; roads are not known. Stops without coordinates come last, as given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import asin, cos, hypot, radians, sin, sqrt

EARTH_M = 6_371_008.8
"""Mean radius of the Earth in metres (IUGG)."""
LARGEST_2_OPT = 150


@dataclass(frozen=True, slots=True)
class Stop:
    """One door; degrees in one datum for all stops of a plan."""

    id: str
    lat: float | None
    lon: float | None
    priority: int = 0


def metres(a: Stop, b: Stop) -> float:
    """Great-circle distance (haversine); 0 where either has no position."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return 0.0
    half_lat = radians(b.lat - a.lat) / 2
    half_lon = radians(b.lon - a.lon) / 2
    chord = hypot(sin(half_lat), sqrt(cos(radians(a.lat)) * cos(radians(b.lat))) * sin(half_lon))
    return 2 * EARTH_M * asin(min(1.0, chord))


def order(stops: Sequence[Stop], start: Stop | None = None) -> list[Stop]:
    """All `stops`, highest priority first, each priority group by the shortest walk."""
    placed = [stop for stop in stops if stop.lat is not None and stop.lon is not None]
    route: list[Stop] = []
    for priority in sorted({stop.priority for stop in placed}, reverse=True):
        group = [stop for stop in placed if stop.priority == priority]
        route += _walk(group, route[-1] if route else start)
    return route + [stop for stop in stops if stop.lat is None or stop.lon is None]


def length(route: Sequence[Stop]) -> float:
    """Metres from the first stop to the last."""
    return sum(metres(a, b) for a, b in pairwise(route))


def _walk(group: Sequence[Stop], start: Stop | None) -> list[Stop]:
    left = list(group)
    here = start or left[0]
    walk: list[Stop] = []
    while left:
        here = min(left, key=lambda stop: metres(here, stop))
        left.remove(here)
        walk.append(here)
    return _two_opt(walk, start) if 3 < len(walk) <= LARGEST_2_OPT else walk


def _two_opt(walk: list[Stop], start: Stop | None) -> list[Stop]:
    """Undo crossings until none is left: reverse a stretch whenever that shortens the walk."""
    path = [start, *walk] if start else list(walk)
    better = True
    while better:
        better = False
        for i in range(len(path) - 2):
            for j in range(i + 2, len(path)):
                if _gain(path, i, j) > 1e-6:
                    path[i + 1 : j + 1] = reversed(path[i + 1 : j + 1])
                    better = True
    return path[1:] if start else path


def _gain(path: Sequence[Stop], i: int, j: int) -> float:
    before = metres(path[i], path[i + 1])
    after = metres(path[i], path[j])
    if j + 1 < len(path):
        before += metres(path[j], path[j + 1])
        after += metres(path[i + 1], path[j + 1])
    return before - after
