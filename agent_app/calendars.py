"""Public holidays as plain dates, from the `holidays` and `chinesecalendar` packages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.rules.calendar import Calendar
from agent_app.domain.rules.reading import Table

SOURCES = ("holidays", "chinesecalendar")


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

        It only reaches as far as its source does: a day beyond is unknown, never a working day.
        """
        days, last = self._days()
        years = range(self.first_year, last + 1)
        kept = frozenset(day for day in (*days, *self.extra) if day.year in years)
        return Calendar(self.id, date(self.first_year, 1, 1), date(last, 12, 31), kept)

    def _days(self) -> tuple[Iterable[date], int]:
        """The holidays, and the last year the source knows."""
        if self.source == "chinesecalendar":
            from chinese_calendar import constants

            days = list(constants.holidays)
            return days, min(self.last_year, max(day.year for day in days))
        import holidays

        years = range(self.first_year, self.last_year + 1)
        place = self.subdivision or None
        try:
            found = holidays.country_holidays(self.country, subdiv=place, years=years)
        except NotImplementedError as error:
            fault = Fault("no holiday table for this place", field=self.id, value=self.country)
            raise BadInput(fault) from error
        return list(found), self.last_year


def read_calendar(table: Table) -> CalendarSource:
    """One `[[calendars]]` row of a pack's header."""
    found = CalendarSource(
        id=table.word("id"),
        source=table.word("source", among=SOURCES),
        country=table.word("country", ""),
        subdivision=table.word("subdivision", ""),
        first_year=table.number("first_year", least=2000),
        last_year=table.number("last_year", least=2000),
        extra=tuple(table.raw("dates", ())),
    )
    if found.last_year < found.first_year:
        table.fault("last_year", "is before first_year", "give a later year", found.last_year)
    table.close()
    return found
