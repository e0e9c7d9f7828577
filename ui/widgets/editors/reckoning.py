"""Calendars a date may be told in. Whatever is told, the day stored is the common one (ISO 8601).

Persian and Islamic (civil) reckoning are Qt's; Ethiopian and Coptic years are twelve months of
thirty days and five or six days more, a leap year every fourth. Bikram Sambat and the Myanmar
calendar need tables and moon reckoning we have no source for: they are asked for as common dates.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple, Protocol

from PySide6.QtCore import QCalendar, QDate, QLocale


class Parts(NamedTuple):
    year: int
    month: int
    day: int


class Reckoning(Protocol):
    """`months` a year at most; `day` takes a day beyond its month's end as its last."""

    months: int

    def parts(self, day: date) -> Parts: ...
    def day(self, told: Parts) -> date: ...
    def month_name(self, number: int) -> str: ...


class Common:
    """The Gregorian calendar; its months are named by the app's own words."""

    months = 12

    def __init__(self, month_name: Callable[[int], str]) -> None:
        self.month_name = month_name

    def parts(self, day: date) -> Parts:
        return Parts(day.year, day.month, day.day)

    def day(self, told: Parts) -> date:
        last = calendar.monthrange(told.year, told.month)[1]
        return date(told.year, told.month, min(told.day, last))


class OfQt:
    """A calendar that Qt knows, with its months in the language of the screen."""

    months = 12

    def __init__(self, system: QCalendar.System, language: str) -> None:
        self._calendar, self._locale = QCalendar(system), QLocale(language)

    def parts(self, day: date) -> Parts:
        found = self._calendar.partsFromDate(QDate(day.year, day.month, day.day))
        return Parts(found.year, found.month, found.day)

    def day(self, told: Parts) -> date:
        last = self._calendar.daysInMonth(told.month, told.year)
        found = self._calendar.dateFromParts(told.year, told.month, min(told.day, last))
        return date(found.year(), found.month(), found.day())

    def month_name(self, number: int) -> str:
        return self._calendar.standaloneMonthName(self._locale, number)


class Alexandrian:
    """Ethiopian or Coptic; `epoch` is the day 1.1.1 as `date.toordinal` counts.

    Source: Reingold and Dershowitz, Calendrical Calculations, chapter 4.
    """

    months = 13

    def __init__(self, epoch: int, names: str) -> None:
        self._epoch, self._names = epoch, names.split()

    def parts(self, day: date) -> Parts:
        since = day.toordinal() - self._epoch
        year = (4 * since + 1463) // 1461
        month, left = divmod(since - self._before(year), 30)
        return Parts(year, month + 1, left + 1)

    def day(self, told: Parts) -> date:
        last = 30 if told.month < 13 else 6 if told.year % 4 == 3 else 5
        begins = self._epoch + self._before(told.year) + 30 * (told.month - 1)
        return date.fromordinal(begins + min(told.day, last) - 1)

    def month_name(self, number: int) -> str:
        return self._names[number - 1]

    @staticmethod
    def _before(year: int) -> int:
        return 365 * (year - 1) + year // 4


_ETHIOPIAN = (
    "Meskerem Tikimt Hidar Tahsas Tir Yekatit Megabit Miyazya Ginbot Sene Hamle Nehase Pagume"
)
_COPTIC = "Thout Paopi Hathor Koiak Tobi Meshir Paremhat Parmouti Pashons Paoni Epip Mesori Nesi"
_MAKERS: Mapping[str, Callable[[str], Reckoning]] = {
    "persian": lambda language: OfQt(QCalendar.System.Jalali, language),
    "islamic": lambda language: OfQt(QCalendar.System.IslamicCivil, language),
    "ethiopian": lambda language: Alexandrian(2796, _ETHIOPIAN),
    "coptic": lambda language: Alexandrian(103605, _COPTIC),
}


def reckoning(appearance: str, language: str) -> Reckoning | None:
    """The calendar an appearance asks for; None for the common one or one we do not reckon."""
    return next(
        (make(language) for word, make in _MAKERS.items() if word in appearance.split()), None
    )
