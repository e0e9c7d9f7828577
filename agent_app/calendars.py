"""Public holidays as plain dates, from the `holidays` and `chinesecalendar` packages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.rules.calendar import DAY, Calendar
from agent_app.domain.rules.reading import Table

SOURCES = ("holidays", "chinesecalendar")
ESTIMATED = "estimated"
"""How the `holidays` package marks a day that follows the moon and is not announced yet."""
ASTRAY = 2
"""How many days an estimate may be off, either way."""


@dataclass(frozen=True, slots=True)
class CalendarSource:
    """What calendar a pack asks for: the package, the place, the years, and `extra` dates."""

    id: str
    source: str
    country: str
    subdivision: str
    first_year: int
    last_year: int
    extra: tuple[date, ...]

    def make(self) -> Calendar:
        """The calendar; BadInput for a place the package does not know.

        It only reaches as far as its source does: a day beyond is unknown, never a working day,
        and so are the days about a holiday whose date is still an estimate.
        """
        named, last = self._days()
        years = range(self.first_year, last + 1)
        guessed = {day for day, name in named.items() if ESTIMATED in name.lower()}
        known = {day for day in (*named, *self.extra) if day.year in years} - guessed
        doubtful = {day + n * DAY for day in guessed for n in range(-ASTRAY, ASTRAY + 1)} - known
        first, end = date(self.first_year, 1, 1), date(last, 12, 31)
        return Calendar(self.id, first, end, frozenset(known), frozenset(doubtful))

    def _days(self) -> tuple[Mapping[date, str], int]:
        """The holidays by their English names, and the last year the source knows."""
        if self.source == "chinesecalendar":
            from chinese_calendar import constants

            official = {day: str(name) for day, name in constants.holidays.items()}
            return official, min(self.last_year, max(day.year for day in official))
        import holidays

        years = range(self.first_year, self.last_year + 1)
        place = self.subdivision or None
        try:
            found = holidays.country_holidays(
                self.country, subdiv=place, years=years, language="en_US"
            )
        except NotImplementedError as error:
            fault = Fault("no holiday table for this place", field=self.id, value=self.country)
            raise BadInput(fault) from error
        return dict(found.items()), self.last_year


def read_calendar(table: Table) -> CalendarSource:
    """One `[[calendars]]` row of a pack's header."""
    found = CalendarSource(
        id=table.word("id"),
        source=table.word("source", among=SOURCES),
        country=table.word("country", ""),
        subdivision=table.word("subdivision", ""),
        first_year=table.number("first_year", least=2000),
        last_year=table.number("last_year", least=2000),
        extra=_dates(table),
    )
    if found.last_year < found.first_year:
        table.fault("last_year", "is before first_year", "give a later year", found.last_year)
    table.close()
    return found


def _dates(table: Table) -> tuple[date, ...]:
    rows = table.get("dates", list, [], "a list of days")
    for one in rows:
        if type(one) is not date:
            table.fault("dates", "is not a date", "write 2026-07-01 without quotes", one)
    return tuple(one for one in rows if type(one) is date)
