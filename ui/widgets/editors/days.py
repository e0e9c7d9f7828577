"""A date, whole or in part."""

from __future__ import annotations

import calendar
from datetime import date

from agent_app.script import NodeView
from ui.text import Text
from ui.widgets.calendar import DayPicker
from ui.widgets.editors.editor import Editor
from ui.widgets.layout import Flow, column
from ui.widgets.number import Stepper

_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def day_editor(view: NodeView, text: Text, today: date) -> Editor:
    """A calendar; steppers for `no-calendar`, `month-year` and `year`."""
    looks = view.appearance.split()
    if "year" in looks:
        return PartsEditor(view, text, today, ("year",))
    if "month-year" in looks:
        return PartsEditor(view, text, today, ("year", "month"))
    if "no-calendar" in looks:
        return PartsEditor(view, text, today, ("year", "month", "day"))
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
    for a month, the first month for a year."""

    def __init__(self, view: NodeView, text: Text, today: date, parts: tuple[str, ...]) -> None:
        super().__init__()
        self._parts = parts
        self._day = date.fromisoformat(view.value[:10]) if view.value else today
        less, more = text.say("question.less"), text.say("question.more")
        shows = {
            "year": lambda n: text.say("question.year", n=n),
            "month": lambda n: text.month_name(n),
            "day": lambda n: text.say("question.day", n=n),
        }
        ends = {"year": (_FIRST_YEAR, _LAST_YEAR), "month": (1, 12), "day": (1, 31)}
        self._steppers = {
            part: Stepper(
                getattr(self._day, part), *ends[part], show=shows[part],
                less=less, more=more, name=f"q-{view.ref}-{part}",
                unset="–", blank=not view.value,
            )
            for part in parts
        }  # fmt: skip
        line = Flow(*self._steppers.values(), gap=2)
        for stepper in self._steppers.values():
            stepper.changed.connect(lambda _: self._give())
        self.setLayout(line)

    def set_value(self, value: str) -> None:
        if value:
            self._day = date.fromisoformat(value[:10])
            for part, stepper in self._steppers.items():
                stepper.set_value(getattr(self._day, part))

    def _give(self) -> None:
        told = {part: stepper.value for part, stepper in self._steppers.items()}
        year, month = told["year"], told.get("month", 1)
        last = calendar.monthrange(year, month)[1]
        day = date(year, month, min(told.get("day", 1), last)).isoformat()
        self.set_value(day)
        self.given.emit(day)
