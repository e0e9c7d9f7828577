"""What a bind's type keeps of a value: the value in its proper form, or nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, date

from agent_app.script.xpath.values import number_text, read_moment

INT_MAX, INT_MIN = 2**31 - 1, -(2**31)
_DECIMAL = re.compile(r"\s*-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*").fullmatch
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T.*)?").fullmatch
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
    return value.strip() if _DECIMAL(value) else ""


def day(value: str) -> str:
    """A date; the time of a dateTime is cut off."""
    found = _DATE(value)
    if found is None:
        return ""
    try:
        return date(*(int(part) for part in found.groups())).isoformat()
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
    """Latitude, longitude, altitude and accuracy in metres; the last two are 0.0 where not known."""
    pieces = value.split()
    if not 2 <= len(pieces) <= 4:
        return ""
    try:
        numbers = [float(piece) for piece in pieces]
    except ValueError:
        return ""
    if not all(math.isfinite(n) for n in numbers) or abs(numbers[0]) > 90 or abs(numbers[1]) > 180:
        return ""
    numbers += [0.0] * (4 - len(numbers))
    return " ".join(_with_point(number) for number in numbers)


def _with_point(number: float) -> str:
    shown = number_text(number)
    return shown if "." in shown else f"{shown}.0"


CASTS: dict[str, Callable[[str], str]] = {
    "int": integer,
    "decimal": decimal,
    "date": day,
    "dateTime": date_time,
    "time": time_of_day,
    "geopoint": geopoint,
}


def cast(kind: str, value: str) -> str:
    """`value` as the type keeps it; "" when it is not of the type."""
    keep = CASTS.get(kind)
    return keep(value) if keep is not None and value else value
