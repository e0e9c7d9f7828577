"""Areas and distances on a sphere of the equator's radius, and points within areas.

ODK XForms: geographic functions; altitude and accuracy play no part.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from agent_app.script.xpath.code import Code, Context, Run, text_of
from agent_app.script.xpath.functions.registry import function
from agent_app.script.xpath.values import text

RADIUS_M = 6_378_100.0
Point = tuple[float, float]


def read_points(written: str) -> list[Point] | None:
    """(latitude, longitude) of each point in "lat lon alt acc; …"; None when one is malformed."""
    found: list[Point] = []
    for part in written.split(";"):
        if not part.strip():
            continue
        pieces = part.split()
        try:
            lat, lon = float(pieces[0]), float(pieces[1])
        except (IndexError, ValueError):
            return None
        if not (abs(lat) <= 90 and abs(lon) <= 180):
            return None
        found.append((lat, lon))
    return found


def _points(args: Sequence[Code], x: Context) -> list[Point] | None:
    found: list[Point] = []
    for arg in args:
        value = arg.run(x)
        written = [node.value() for node in value] if isinstance(value, list) else [text(value)]
        for each in written:
            points = read_points(each)
            if points is None:
                return None
            found += points
    return found


def path_length(points: list[Point]) -> float:
    """Metres along great circles."""
    return sum(_great_circle(a, b) for a, b in pairwise(points))


def _great_circle(a: Point, b: Point) -> float:
    if a == b:
        return 0.0
    lat1, lat2 = math.radians(a[0]), math.radians(b[0])
    turn = math.radians(b[1] - a[1])
    cosine = math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(turn)
    return math.acos(max(-1.0, min(1.0, cosine))) * RADIUS_M


def enclosed_area(points: list[Point]) -> float:
    """Square metres on the sphere, by the sum over the edges of Δlon · (2 + sin lat₁ + sin lat₂).

    Source: Chamberlain and Duquette, Some Algorithms for Polygons on a Sphere, JPL 07-03, eq. 6.
    """
    if len(points) < 3:
        return 0.0
    total = sum(
        math.radians(b[1] - a[1])
        * (2 + math.sin(math.radians(a[0])) + math.sin(math.radians(b[0])))
        for a, b in zip(points, points[1:] + points[:1], strict=True)
    )
    return abs(total * RADIUS_M * RADIUS_M / 2)


@function("area", 1, None, "number")
def _area(args: Sequence[Code]) -> Run:
    def run(x: Context) -> float:
        return round(enclosed_area(_points(args, x) or []), 2)

    return run


@function("distance", 1, None, "number")
def _distance(args: Sequence[Code]) -> Run:
    def run(x: Context) -> float:
        points = _points(args, x)
        return 0.0 if points is None else round(path_length(points), 2)

    return run


@function("geofence", 2, 2, "boolean")
def _geofence(args: Sequence[Code]) -> Run:
    point, fence = text_of(args[0]), text_of(args[1])

    def run(x: Context) -> bool:
        here, corners = read_points(point(x)), read_points(fence(x))
        return bool(here and corners) and _inside(here[0], corners or []) if here else False

    return run


def _inside(point: Point, corners: list[Point]) -> bool:
    """Even-odd rule."""
    lat, lon = point
    inside = False
    for (lat1, lon1), (lat2, lon2) in zip(corners, corners[1:] + corners[:1], strict=True):
        if (lat1 > lat) != (lat2 > lat):
            crossing = (lon2 - lon1) * (lat - lat1) / (lat2 - lat1) + lon1
            if lon < crossing:
                inside = not inside
    return inside


@function("intersects", 1, 1, "boolean")
def _intersects(args: Sequence[Code]) -> Run:
    def run(x: Context) -> bool:
        return crosses_itself(_points(args, x) or [])

    return run


def crosses_itself(points: list[Point]) -> bool:
    """Whether two segments of a trace or shape that are not neighbours cross."""
    segments = list(pairwise(points))
    closed = len(points) > 2 and points[0] == points[-1]
    for i, first in enumerate(segments):
        for j in range(i + 2, len(segments)):
            if closed and i == 0 and j == len(segments) - 1:
                continue
            if _cross(first, segments[j]):
                return True
    return False


def _cross(one: tuple[Point, Point], two: tuple[Point, Point]) -> bool:
    a, b = one
    c, d = two
    return _side(a, b, c) * _side(a, b, d) <= 0 and _side(c, d, a) * _side(c, d, b) <= 0


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
