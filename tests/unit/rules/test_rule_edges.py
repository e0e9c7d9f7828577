"""The examples beside the rules lie on the edges of the rules: a minute before, and at the moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from agent_app.domain.model import Case
from agent_app.domain.rules import State
from agent_app.domain.rules.caps import FrequencyCap
from agent_app.domain.rules.crews import Crew
from agent_app.domain.rules.holds import Hold
from agent_app.domain.rules.notices import Notice
from agent_app.domain.rules.retention import Retention
from agent_app.domain.rules.rule import Rule
from agent_app.domain.rules.situation import zone_named
from agent_app.domain.rules.windows import ContactWindow
from agent_app.packs import Pack
from tests.support.rule_cases import ZONES, shipped

LAST, FIRST = (23, 59), (0, 0)
Asked = tuple[datetime, bool]
"""The local moment of an example, and whether the rule objects then."""
RULES = [(pack.id, rule.id) for pack in shipped() for rule in pack.rules]


@cache
def asked(pack: Pack) -> dict[str, list[Asked]]:
    rules = {rule.id: rule for rule in pack.rules}
    found: dict[str, list[Asked]] = {rule: [] for rule in rules}
    for one in pack.examples:
        objects = one.expect > min(State.warn, rules[one.rule].state - 1)
        found[one.rule].append((one.at.astimezone(zone(rules[one.rule], one.case)), objects))
    return found


def zone(rule: Rule, row: object) -> ZoneInfo:
    addresses = Case.read(row).addresses  # type: ignore[arg-type]
    here = zone_named(addresses[0].tz) if addresses else None
    return rule.zone or here or ZoneInfo("UTC")


def clock(moments: list[Asked], hour: int, minute: int, *, objects: bool) -> bool:
    return any((at.hour, at.minute) == (hour, minute) and o is objects for at, o in moments)


def lacking(rule: Rule, moments: list[Asked]) -> Iterator[str]:
    """What the edges of this kind of rule want and the examples do not have."""
    law = rule.law
    if isinstance(law, ContactWindow):
        for span in law.week.spans:
            if (span.end - span.start) % 1440 == 0:
                continue  # open all day: it has no edge but its days
            for minute, objects in (
                (span.start - 1, True), (span.start, False), (span.end - 1, False), (span.end, True)
            ):  # fmt: skip
                hour, rest = divmod(minute % 1440, 60)
                if not clock(moments, hour, rest, objects=objects):
                    yield f"{hour:02}:{rest:02} {'shut' if objects else 'open'}"
    days = isinstance(law, Hold) and bool(law.names or law.days or law.months)
    if isinstance(law, (FrequencyCap, Retention)) or days:
        if not clock(moments, *LAST, objects=True):
            yield "the last minute it still holds"
        if not clock(moments, *FIRST, objects=False):
            yield "the midnight that frees it"
    if isinstance(law, Crew) and (law.credentials or law.agency):
        if not clock(moments, *LAST, objects=False):
            yield "the last minute a credential is good"
        if not clock(moments, *FIRST, objects=True):
            yield "the midnight it has ended"
    timed = isinstance(law, Notice) and (law.lead_hours or law.near_hours or law.grace_days)
    if timed and not any(
        o is not other and abs(at - then) == timedelta(minutes=1)
        for at, o in moments
        for then, other in moments
    ):
        yield "a minute that makes the difference"


@pytest.mark.parametrize(("pack", "rule"), RULES)
def test_examples_lie_on_the_edges(pack: str, rule: str) -> None:
    moments = asked(shipped()[pack])[rule]
    assert len(moments) >= 4
    assert {objects for _, objects in moments} == {True, False}
    found = next(one for one in shipped()[pack].rules if one.id == rule)
    assert list(lacking(found, moments)) == []


@pytest.mark.parametrize("pack", sorted(ZONES))
def test_where_clocks_change_an_example_stands_on_that_day(pack: str) -> None:
    place = ZoneInfo(ZONES[pack])
    changes = {
        day
        for n in range(365)
        if offset(day := date(2026, 1, 1) + timedelta(days=n), place)
        != offset(day + timedelta(days=1), place)
    }
    windows = [rule for rule in shipped()[pack].rules if isinstance(rule.law, ContactWindow)]
    visits = [rule for rule in windows if "visit" in rule.law.acts and not rule.draft]
    for rule in visits[:1] if changes else ():
        days = {at.date() for at, _ in asked(shipped()[pack])[rule.id]}
        assert changes <= days, rule.id


def offset(day: date, place: ZoneInfo) -> timedelta | None:
    return datetime(day.year, day.month, day.day, tzinfo=place).utcoffset()
