"""Holidays of the years to come: what is not known is unknown, never a working day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest

from agent_app.calendars import CalendarSource
from agent_app.domain.errors import BadInput
from agent_app.domain.rules import State, assess
from tests.support.rule_cases import ZONES, case, fresh, shipped


def made(source: str, country: str = "", first: int = 2024, last: int = 2028) -> CalendarSource:
    return CalendarSource("x", source, country, "", first, last, ())


def test_china_reaches_as_far_as_the_decree_of_the_last_year() -> None:
    known = made("chinesecalendar", last=2040).make()
    assert known.is_holiday(date(2026, 10, 1)) is True
    assert known.is_holiday(date(2026, 10, 10)) is False  # a Saturday worked to make up
    assert known.last.year < 2040
    assert known.is_holiday(date(known.last.year + 1, 1, 1)) is None
    assert known.is_holiday(date(2023, 12, 31)) is None or known.first.year <= 2023


def test_a_day_that_follows_the_moon_is_not_known_before_it_is_announced() -> None:
    table = holidays.country_holidays("ID", years=2028, language="en_US")
    guessed = [day for day, name in table.items() if "estimated" in name]
    calendar = made("holidays", "ID").make()
    assert guessed
    for day in guessed:
        for off in range(-2, 3):
            assert calendar.is_holiday(day + timedelta(days=off)) is not False
    assert calendar.is_holiday(date(2028, 8, 17)) is True
    assert calendar.is_holiday(date(2028, 8, 21)) is False


@pytest.mark.parametrize(
    ("pack", "day"),
    [
        ("id", "2028-02-25"),  # a Friday, two days before an estimated feast
        ("id", "2029-03-01"),
        ("au", "2029-03-01"),
        ("ru", "2028-03-01"),
        ("ru", "2028-03-04"),
    ],
)
def test_a_visit_where_the_holiday_is_not_known_is_not_simply_allowed(pack: str, day: str) -> None:
    """08:30 and 21:00 in Russia are open only on a working day; elsewhere a holiday is shut."""
    hours = ("08:30", "21:00") if pack == "ru" else ("10:00",)
    rules = shipped().joined(shipped().chain(pack))
    for hour in hours:
        now = datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=ZoneInfo(ZONES[pack]))
        found = assess(rules, case(pack), (), now, facts=fresh(now)).named(f"{pack}.hours")
        assert found is not None
        assert found.state >= State.needs


def test_what_every_australian_state_keeps_is_national() -> None:
    calendar = shipped()["au"].calendars["au"]
    years = range(2025, 2029)
    states = [
        set(holidays.country_holidays("AU", subdiv=one, years=years))
        for one in holidays.country_holidays("AU").subdivisions
    ]
    kept = set.intersection(*states)
    assert {day for day in kept if calendar.is_holiday(day) is not True} == set()


def test_russia_reaches_no_further_than_its_decrees() -> None:
    moved = holidays.country_holidays("RU", years=2027).special_public_holidays
    assert shipped()["ru"].calendars["ru"].last.year <= max(moved)


def test_a_place_without_a_table_is_said() -> None:
    with pytest.raises(BadInput, match="no holiday table"):
        made("holidays", "ZZ").make()
