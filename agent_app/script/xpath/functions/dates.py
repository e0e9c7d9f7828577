"""Dates and times. Local means the zone of the visit's own clock, never the machine's."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from agent_app.script.xpath.code import Code, Context, Run, text_of
from agent_app.script.xpath.functions.registry import function
from agent_app.script.xpath.values import (
    DAY_SECONDS,
    NAN,
    DateText,
    Value,
    date_text,
    days,
    midnight,
    moment_text,
    read_moment,
    text,
    text_number,
)

INVALID = "Invalid Date"
_TIME = re.compile(r"(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[+-]\d{2}:\d{2})?").fullmatch
_UNPADDED = re.compile(r"(\d{4})-([1-9]|\d{2})-([1-9]|\d{2})(T.*)?").fullmatch


@function("today", 0, 0, "string")
def _today(args: Sequence[Code]) -> Run:
    return lambda x: date_text(x.env.now().astimezone(x.env.zone).date())


@function("now", 0, 0, "string")
def _now(args: Sequence[Code]) -> Run:
    return lambda x: moment_text(x.env.now(), x.env.zone)


def moment_of(value: Value, zone: tzinfo) -> datetime | None:
    """A date string, dateTime string or number of days since 1970-01-01 UTC as a moment."""
    if isinstance(value, float) and not isinstance(value, bool):
        return _from_days(value)
    written = text(value).strip()
    found = read_moment(written, zone)
    if found is None:
        count = text_number(written, zone)
        return _from_days(count)
    return found


def _from_days(count: float) -> datetime | None:
    if not math.isfinite(count) or abs(count) > 700_000:
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
        milliseconds=round(count * DAY_SECONDS * 1000)
    )


@function("date", 1, 1, "string")
def _date(args: Sequence[Code]) -> Run:
    run_argument = args[0].run

    def run(x: Context) -> str:
        value = run_argument(x)
        if isinstance(value, bool):
            return ""
        if isinstance(value, float):
            found = _from_days(value)
        else:
            written = text(value)
            if not written:
                return ""
            found = read_moment(_padded(written), x.env.zone)
        return DateText(INVALID) if found is None else moment_text(found, x.env.zone)

    return run


def _padded(written: str) -> str:
    """1970-1-2 as 1970-01-02."""
    found = _UNPADDED(written)
    if found is None:
        return written
    year, month, day, rest = found.groups()
    return f"{year}-{month:0>2}-{day:0>2}{rest or ''}"


@function("date-time", 1, 1, "string")
def _date_time(args: Sequence[Code]) -> Run:
    return _date(args)


@function("decimal-date-time", 1, 1, "number")
def _decimal_date_time(args: Sequence[Code]) -> Run:
    run_argument = args[0].run

    def run(x: Context) -> float:
        found = moment_of(run_argument(x), x.env.zone)
        return NAN if found is None else days(found)

    return run


@function("decimal-time", 1, 1, "number")
def _decimal_time(args: Sequence[Code]) -> Run:
    read = text_of(args[0])

    def run(x: Context) -> float:
        found = _TIME(read(x).strip())
        if found is None:
            return NAN
        hour, minute, second, fraction, offset = found.groups()
        if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
            return NAN
        seconds = (
            int(hour) * 3600 + int(minute) * 60 + int(second or 0) + float(f"0.{fraction or 0}")
        )
        if offset is not None:
            seconds = (seconds + _shift(offset, x)) % DAY_SECONDS
        return math.floor(seconds * 1000 + 0.001) / (DAY_SECONDS * 1000)

    return run


def _shift(offset: str, x: Context) -> float:
    """Seconds from the written offset to the zone's own on the first day of 1970, as ODK has it."""
    given = read_moment(f"1970-01-01T00:00:00{offset}", x.env.zone)
    own = midnight(datetime(1970, 1, 1, tzinfo=UTC).date(), x.env.zone)
    return 0.0 if given is None else (given - own).total_seconds()


_NAMES = {
    "en": ("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", "Mon Tue Wed Thu Fri Sat Sun"),
    "zh": ("1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月", "周一 周二 周三 周四 周五 周六 周日"),
    "zh_TW": ("1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月", "週一 週二 週三 週四 週五 週六 週日"),
    "hi": ("जन॰ फ़र॰ मार्च अप्रैल मई जून जुल॰ अग॰ सित॰ अक्तू॰ नव॰ दिस॰", "सोम मंगल बुध गुरु शुक्र शनि रवि"),
}  # fmt: skip
"""Short months and weekdays as CLDR has them, for the languages our scripts speak."""
_CODE = re.compile(r"\(([A-Za-z]{2,3}(?:[-_][A-Za-z]+)?)\)\s*$")


def _names(language: str) -> tuple[list[str], list[str]]:
    """The months and weekdays of a form's language, named by its code: 中文 (zh_CN); else English."""
    coded = _CODE.search(language)
    code = (coded[1] if coded else language).replace("-", "_")
    found = _NAMES.get(code) or _NAMES.get(code.partition("_")[0]) or _NAMES["en"]
    return found[0].split(), found[1].split()


def _mark(mark: str, at: datetime, language: str) -> str:
    if mark in "ba":
        months, weekdays = _names(language)
        return months[at.month - 1] if mark == "b" else weekdays[at.weekday()]
    parts = {
        "Y": f"{at.year:04d}",
        "y": f"{at.year % 100:02d}",
        "m": f"{at.month:02d}",
        "n": str(at.month),
        "d": f"{at.day:02d}",
        "e": str(at.day),
        "H": f"{at.hour:02d}",
        "h": str(at.hour),
        "M": f"{at.minute:02d}",
        "S": f"{at.second:02d}",
        "3": f"{at.microsecond // 1000:03d}",
    }
    return parts[mark]


_MARK = re.compile(r"%([YymnbdeaHhMS3])")


def _format(args: Sequence[Code]) -> Run:
    run_argument, pattern = args[0].run, text_of(args[1])

    def run(x: Context) -> str:
        found = moment_of(run_argument(x), x.env.zone)
        if found is None:
            return ""
        local = found.astimezone(x.env.zone)
        return _MARK.sub(lambda mark: _mark(mark.group(1), local, x.env.language), pattern(x))

    return run


function("format-date", 2, 2, "string")(_format)
function("format-date-time", 2, 2, "string")(_format)
