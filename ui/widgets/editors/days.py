"""A date, whole or in part."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QWidget

from agent_app.script import NodeView
from ui.text import Text
from ui.widgets.calendar import DayPicker
from ui.widgets.editors.editor import Editor
from ui.widgets.editors.reckoning import Common, Parts, Reckoning, reckoning
from ui.widgets.label import Label
from ui.widgets.layout import Flow, column
from ui.widgets.number import Stepper

_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def day_editor(view: NodeView, text: Text, today: date) -> Editor:
    """A calendar; steppers for `no-calendar`, `month-year`, `year` and other calendars."""
    looks = view.appearance.split()
    other = reckoning(view.appearance, text.language)
    if "year" in looks:
        return PartsEditor(view, text, today, ("year",), other)
    if "month-year" in looks:
        return PartsEditor(view, text, today, ("year", "month"), other)
    if "no-calendar" in looks or other:
        return PartsEditor(view, text, today, ("year", "month", "day"), other)
    return DayEditor(view, text, today)


class DayEditor(Editor):
    """One month of large days, near days at one press."""

    def __init__(self, view: NodeView, text: Text, today: date) -> None:
        super().__init__()
        self._picker = DayPicker(
            today,
            show=text.date,
            month=text.month,
            weekdays=text.weekdays(),
            near=tuple((text.say("question.in_days", n=n), n) for n in (7, 14, 30)),
            unset=text.say("question.choose_day"),
            name=f"q-{view.ref}",
        )
        self._picker.picked.connect(lambda day: self.given.emit(day.isoformat()))
        self.setLayout(column(self._picker))
        self.set_value(view.value)

    def set_value(self, value: str) -> None:
        self._picker.set_day(date.fromisoformat(value[:10]) if value else None)


class PartsEditor(Editor):
    """Year, month and day by steppers, as many `parts` as are asked for; the first day stands
    for a month, the first month for a year. Told in another calendar, the common day is said
    below."""

    def __init__(
        self,
        view: NodeView,
        text: Text,
        today: date,
        parts: tuple[str, ...],
        other: Reckoning | None = None,
    ) -> None:
        super().__init__()
        self._parts, self._text = parts, text
        self._told_in: Reckoning = other or Common(text.month_name)
        day = date.fromisoformat(view.value[:10]) if view.value else today
        now = self._told_in.parts(day)
        less, more = text.say("question.less"), text.say("question.more")
        shows = {
            "year": lambda n: text.say("question.year", n=n),
            "month": self._told_in.month_name,
            "day": lambda n: text.say("question.day", n=n),
        }
        ends = {"year": self._years(), "month": (1, self._told_in.months), "day": (1, 31)}
        self._steppers = {
            part: Stepper(
                getattr(now, part), *ends[part], show=shows[part],
                less=less, more=more, name=f"q-{view.ref}-{part}",
                unset="–", blank=not view.value,
            )
            for part in parts
        }  # fmt: skip
        line = Flow(*self._steppers.values(), gap=2)
        for stepper in self._steppers.values():
            stepper.changed.connect(lambda _: self._give())
        self._common = Label("", "small", ink="soft")
        self._common.setObjectName(f"q-{view.ref}-common")
        self._common.setVisible(other is not None)
        held = QWidget()
        held.setLayout(line)
        self.setLayout(column(held, self._common, gap=1))
        self._say(day if view.value else None)

    def set_value(self, value: str) -> None:
        if value:
            day = date.fromisoformat(value[:10])
            now = self._told_in.parts(day)
            for part, stepper in self._steppers.items():
                stepper.set_value(getattr(now, part))
            self._say(day)

    def _say(self, day: date | None) -> None:
        self._common.setText(self._text.date(day) if day else "")

    def _years(self) -> tuple[int, int]:
        ends = date(_FIRST_YEAR, 1, 1), date(_LAST_YEAR, 12, 31)
        first, last = (self._told_in.parts(day).year for day in ends)
        return first, last

    def _give(self) -> None:
        told = {part: stepper.value for part, stepper in self._steppers.items()}
        parts = Parts(told["year"], told.get("month", 1), told.get("day", 1))
        day = self._told_in.day(parts).isoformat()
        self.set_value(day)
        self.given.emit(day)
