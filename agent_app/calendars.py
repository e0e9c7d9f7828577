"""Public holidays as plain dates, from the `holidays` and `chinesecalendar` packages."""

from __future__ import annotations

from datetime import date

from agent_app.domain.rules.calendar import Calendar
from agent_app.domain.rules.reading import Table

SOURCES = ("holidays", "chinesecalendar", "none")


def make_calendar(table: Table) -> Calendar | None:
    """The calendar a pack asks for: `source`, `country`, `subdivision`, years, extra `dates`.

    It only reaches as far as its source does; a day beyond is unknown, never a working day.
    """
    name = table.word("id")
    source = table.word("source", among=SOURCES)
    first, last = table.number("first_year", least=2000), table.number("last_year", least=2000)
    country, subdivision = table.word("country", ""), table.word("subdivision", "")
    extra = table.raw("dates", [])
    table.close()
    if source not in SOURCES or not first or not last:
        return None
    days: set[date] = set(extra)
    if source == "chinesecalendar":
        last = min(last, _chinese_years()[1])
        days |= _chinese_holidays()
    elif source == "holidays":
        days |= _public_holidays(country, subdivision, range(first, last + 1), table)
    kept = frozenset(day for day in days if first <= day.year <= last)
    return Calendar(name, date(first, 1, 1), date(last, 12, 31), kept)


def _chinese_holidays() -> set[date]:
    from chinese_calendar import constants

    return set(constants.holidays)


def _chinese_years() -> tuple[int, int]:
    years = [day.year for day in _chinese_holidays()]
    return min(years), max(years)


def _public_holidays(country: str, subdivision: str, years: range, table: Table) -> set[date]:
    import holidays

    try:
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=years)
    except NotImplementedError:
        table.fault("country", "is not a country the holiday tables know", "use ISO 3166", country)
        return set()
    return set(found)
