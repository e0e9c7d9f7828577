"""The four value types of XPath and the conversions between them, dates included.

A value is str, float, bool or a list of nodes. `DateText` is a string known to be a date.
Source: XPath 1.0, sections 3.4 and 4; ODK XForms, number() for dates and dateTimes.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal

from agent_app.script.xpath.tree import Node

Value = str | float | bool | list[Node]

NAN = math.nan
DAY_SECONDS = 86_400
EXACT = 2**53
"""Whole numbers up to here are exact; beyond, the shortest digits that read back count."""
_MILLISECOND = timedelta(milliseconds=1)
_NUMBER = re.compile(r"\s*[+-]?(?:Infinity|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*").fullmatch
_DATE = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})"
    r"(?:T(\d{2})(?::(\d{2})(?::(\d{2})(?:\.(\d+))?)?)?(Z|[+-]\d{2}:\d{2})?)?"
).fullmatch


def is_date(value: str) -> bool:
    """Whether a text has the form of a date or dateTime."""
    return _DATE(value) is not None


class DateText(str):
    """A date or dateTime string that came from a date function: compares as a moment."""

    __slots__ = ()


class DayCount(float):
    """number() of a date string: days since 1970-01-01 UTC; as a string, whole days only."""

    __slots__ = ()


def number_text(value: float) -> str:
    """string() of a number, the shortest that reads back; below a millionth and from 10²¹ on with
    an exponent, as ODK's engines store it. What is not a number is no text at all.
    """
    if math.isnan(value):
        return ""
    if value in (math.inf, -math.inf):
        return "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, DayCount):
        return str(math.floor(value))
    if value == int(value) and abs(value) < EXACT:
        return str(int(value))
    shown = repr(value)
    if "e" not in shown:
        return shown.removesuffix(".0")
    digits, exponent = shown.split("e")
    if -7 < int(exponent) < 21:
        return format(Decimal(shown), "f")
    return f"{digits.removesuffix('.0')}e{int(exponent):+d}"


def text(value: Value) -> str:
    if isinstance(value, str):
        return value
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, list):
        return value[0].value() if value else ""
    return number_text(value)


def boolean(value: Value) -> bool:
    if isinstance(value, float):
        return not math.isnan(value) and value != 0
    return bool(value)


def number(value: Value, zone: tzinfo) -> float:
    if isinstance(value, (float, bool)):
        return float(value) if isinstance(value, bool) else value
    if isinstance(value, list):
        value = value[0].value() if value else ""
    return text_number(value, zone)


def text_number(value: str, zone: tzinfo) -> float:
    if _NUMBER(value):
        return float(value)
    if len(value) < 8 or value[4] != "-":
        return NAN
    moment = read_moment(value, zone)
    return NAN if moment is None else days(moment)


def days(moment: datetime) -> float:
    """Days since 1970-01-01 UTC, with the fraction of a day."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // _MILLISECOND / (DAY_SECONDS * 1000)


def read_moment(value: str, zone: tzinfo) -> datetime | None:
    """A date or dateTime string as a moment; without an offset it is local to `zone`."""
    found = _DATE(value)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    micro = int((fraction or "0").ljust(6, "0")[:6])
    try:
        local = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            micro,
            tzinfo=zone,
        )
        return local if offset is None else local.replace(tzinfo=read_offset(offset))
    except ValueError:
        return None


def read_offset(offset: str) -> tzinfo:
    """A fixed zone from Z or +07:00; raises ValueError beyond 14:59."""
    if offset == "Z":
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 14 or minutes > 59:
        raise ValueError(offset)
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(-shift if offset[0] == "-" else shift)


def moment_text(moment: datetime, zone: tzinfo) -> DateText:
    """2026-11-22T10:03:22.123+08:00, in `zone`; at midnight the date alone."""
    local = moment.astimezone(zone)
    if local.time() == time():
        return date_text(local.date())
    return DateText(local.isoformat(timespec="milliseconds"))


def date_text(day: date) -> DateText:
    return DateText(day.isoformat())


def midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


_ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def ordered(op: str, left: Value, right: Value, zone: tzinfo) -> bool:
    """left op right for < <= > >=: numbers always, any pair of nodes suffices."""
    test = _ORDER[op]
    rights = _numbers(right, zone)
    return any(test(a, b) for a in _numbers(left, zone) for b in rights)


def _numbers(value: Value, zone: tzinfo) -> list[float]:
    if isinstance(value, list):
        return [text_number(node.value(), zone) for node in value]
    return [number(value, zone)]


def equal(left: Value, right: Value, zone: tzinfo) -> bool:
    return _any_pair(left, right, zone, _same)


def unequal(left: Value, right: Value, zone: tzinfo) -> bool:
    return _any_pair(left, right, zone, _differs)


def _any_pair(
    left: Value, right: Value, zone: tzinfo, test: Callable[[Value, Value, tzinfo], bool]
) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return test(boolean(left), boolean(right), zone)
    lefts: list[Value] = [n.value() for n in left] if isinstance(left, list) else [left]
    rights: list[Value] = [n.value() for n in right] if isinstance(right, list) else [right]
    return any(test(a, b, zone) for a in lefts for b in rights)


def _same(left: Value, right: Value, zone: tzinfo) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        if isinstance(left, DateText) or isinstance(right, DateText):
            a, b = text_number(left, zone), text_number(right, zone)
            if not math.isnan(a) and not math.isnan(b):
                return a == b
        return left == right
    if isinstance(left, bool):
        return left is right
    return number(left, zone) == number(right, zone)


def _differs(left: Value, right: Value, zone: tzinfo) -> bool:
    return not _same(left, right, zone)
