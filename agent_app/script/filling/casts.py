"""What a bind's type keeps of a value: the value in its proper form, or nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, date
from decimal import Decimal

from agent_app.script.xpath.values import read_moment

INT_MAX, INT_MIN = 2**31 - 1, -(2**31)
_DECIMAL = re.compile(r"\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*").fullmatch
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T\d{2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?)?").fullmatch
_DATETIME = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?"
).fullmatch
_TIME = re.compile(r"(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(Z|[+-](\d{2}):(\d{2}))?").fullmatch


def integer(value: str) -> str:
    """A whole number in 32 bits; a fraction is cut off."""
    if not _DECIMAL(value):
        return ""
    count = float(value)
    if not math.isfinite(count) or not INT_MIN <= int(count) <= INT_MAX:
        return ""
    return str(int(count))


def decimal(value: str) -> str:
    """A finite number, a whole one with .0 behind it."""
    if not _DECIMAL(value) or not math.isfinite(float(value)):
        return ""
    return _with_point(float(value))


def _with_point(number: float) -> str:
    shown = format(Decimal(repr(number)), "f")
    return shown if "." in shown else f"{shown}.0"


def day(value: str) -> str:
    """A date; the time of a dateTime is cut off."""
    found = _DATE(value)
    if found is None:
        return ""
    try:
        return date(*(int(part) for part in found.groups()[:3])).isoformat()
    except ValueError:
        return ""


def date_time(value: str) -> str:
    return value if _DATETIME(value) and read_moment(value, UTC) is not None else ""


def time_of_day(value: str) -> str:
    found = _TIME(value)
    if found is None:
        return ""
    hour, minute, second, _, off_hour, off_minute = found.groups()
    fits = int(hour) < 24 and int(minute) < 60 and int(second) < 60
    return value if fits and int(off_hour or 0) <= 14 and int(off_minute or 0) < 60 else ""


def geopoint(value: str) -> str:
    """Latitude and longitude in degrees, altitude and accuracy in metres where given."""
    found = _point(value)
    return "" if found is None else " ".join(map(_with_point, found))


def _point(value: str) -> list[float] | None:
    pieces = value.split()[:4]
    try:
        numbers = [float(piece) for piece in pieces]
    except ValueError:
        return None
    if len(numbers) < 2 or not all(map(math.isfinite, numbers)) or numbers[:2] == [0, 0]:
        return None
    return numbers if abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180 else None


def geotrace(value: str) -> str:
    """Two or more points that do not end where they began."""
    points = _points(value)
    return _joined(points) if len(points) >= 2 and points[0][:2] != points[-1][:2] else ""


def geoshape(value: str) -> str:
    """Three or more points that end where they began."""
    points = _points(value)
    return _joined(points) if len(points) >= 3 and points[0][:2] == points[-1][:2] else ""


def _points(value: str) -> list[list[float]]:
    """All points, or none at all when one of them is not a point."""
    found = [_point(part) for part in value.strip().removesuffix(";").split(";")]
    return [] if None in found else [point for point in found if point]


def _joined(points: list[list[float]]) -> str:
    return ";".join(" ".join(map(_with_point, point)) for point in points)


CASTS: dict[str, Callable[[str], str]] = {
    "int": integer,
    "integer": integer,
    "decimal": decimal,
    "date": day,
    "dateTime": date_time,
    "time": time_of_day,
    "geopoint": geopoint,
    "geotrace": geotrace,
    "geoshape": geoshape,
}


def cast(kind: str, value: str) -> str:
    """`value` as the type keeps it; "" when it is not of the type."""
    keep = CASTS.get(kind)
    return keep(value) if keep is not None and value else value
