"""Picking a day by finger: one month of large days, near days at one press."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from ui.theme import GRID
from ui.widgets.button import Button, Chip, GlyphButton
from ui.widgets.label import Label
from ui.widgets.layout import Flow, clear, column, row


class DayPicker(QWidget):
    """Shows the chosen day in words; the month opens below. `picked` carries the day."""

    picked = Signal(object)

    def __init__(
        self,
        today: date,
        *,
        show: Callable[[date], str],
        month: Callable[[date], str],
        weekdays: tuple[str, ...],
        near: tuple[tuple[str, int], ...],
        unset: str,
        name: str,
    ) -> None:
        super().__init__()
        self._today, self._show, self._month, self._unset = today, show, month, unset
        self._day: date | None = None
        self._page = today.replace(day=1)
        self.setObjectName(name)
        self._title = Button(unset, "quiet", glyph="calendar", name=f"{name}-open")
        chips = []
        for words, days in near:
            chip = Chip(words, name=f"{name}-in-{days}")
            chip.setCheckable(False)
            chip.clicked.connect(lambda _=False, n=days: self._pick(today + timedelta(days=n)))
            chips.append(chip)
        before = GlyphButton("arrow-left", "", "plain", name=f"{name}-before")
        after = GlyphButton("arrow-right", "", "plain", name=f"{name}-after")
        self._turns = (before, after)
        before.clicked.connect(lambda: self._turn(-1))
        after.clicked.connect(lambda: self._turn(1))
        self._head = Label("", "strong", wrap=False)
        self._head.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._weekdays = weekdays
        self._days = QGridLayout()
        self._days.setSpacing(GRID // 2)
        self._sheet = QWidget()
        self._title.clicked.connect(lambda: self._sheet.setVisible(self._sheet.isHidden()))
        self._sheet.setMaximumWidth(520)
        top = row(before, self._head, after, gap=1)
        top.setStretch(1, 1)
        self._sheet.setLayout(column(top, self._days, gap=1))
        self._sheet.hide()
        near_line = QWidget()
        near_line.setLayout(Flow(self._title, *chips))
        self.setLayout(column(near_line, self._sheet, gap=1.5))
        self._fill()

    def set_day(self, day: date | None) -> None:
        self._day = day
        self._title.setText(self._show(day) if day else self._unset)
        if day:
            self._page = day.replace(day=1)
        self._fill()

    def _pick(self, day: date) -> None:
        self.set_day(day)
        self._sheet.hide()
        self.picked.emit(day)

    def _turn(self, by: int) -> None:
        self._page = self._away(by)
        self._fill()

    def _away(self, by: int) -> date:
        months = self._page.year * 12 + self._page.month - 1 + by
        return date(months // 12, months % 12 + 1, 1)

    def _fill(self) -> None:
        clear(self._days)
        self._head.setText(self._month(self._page))
        for button, by in zip(self._turns, (-1, 1), strict=True):
            button.setAccessibleName(self._month(self._away(by)))
        for place, word in enumerate(self._weekdays):
            head = Label(word, "small", ink="soft", wrap=False)
            head.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._days.addWidget(head, 0, place)
        weeks = calendar.Calendar().monthdatescalendar(self._page.year, self._page.month)
        for line, week in enumerate(weeks, 1):
            for place, day in enumerate(week):
                if day.month == self._page.month:
                    self._days.addWidget(self._key(day), line, place)

    def _key(self, day: date) -> Button:
        key = Chip(str(day.day), name=f"{self.objectName()}-{day.isoformat()}")
        key.setProperty("square", True)
        key.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        key.setChecked(day == self._day)
        key.setAccessibleName(self._show(day))
        key.clicked.connect(lambda: self._pick(day))
        return key
