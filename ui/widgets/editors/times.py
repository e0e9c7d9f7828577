"""A time of day, alone or with its date."""

from __future__ import annotations

from datetime import datetime

from agent_app.script import NodeView
from ui.text import Text
from ui.widgets.editors.days import day_editor
from ui.widgets.editors.editor import Editor
from ui.widgets.layout import column, row
from ui.widgets.number import Stepper


class TimeEditor(Editor):
    """Hour and minute by steppers."""

    def __init__(self, view: NodeView, text: Text, now: datetime) -> None:
        super().__init__()
        self._zone = now.strftime("%z")
        hour, minute = now.hour, now.minute // 5 * 5
        if view.value:
            hour, minute = int(view.value[0:2]), int(view.value[3:5])
        less, more, name = text.say("question.less"), text.say("question.more"), f"q-{view.ref}"
        two = "{:02d}".format
        self._hour = Stepper(
            hour, 0, 23, show=two, less=less, more=more, name=f"{name}-hour",
            unset="–", blank=not view.value,
        )  # fmt: skip
        self._minute = Stepper(
            minute, 0, 55, step=5, show=two, less=less, more=more, name=f"{name}-minute",
            unset="–", blank=not view.value,
        )  # fmt: skip
        for part in (self._hour, self._minute):
            part.changed.connect(lambda _: self._give())
        self.setLayout(row(self._hour, self._minute, 1))

    def set_value(self, value: str) -> None:
        if value:
            self._hour.set_value(int(value[0:2]))
            self._minute.set_value(int(value[3:5]))

    def _give(self) -> None:
        for part in (self._hour, self._minute):
            part.set_value(part.value)
        offset = f"{self._zone[:3]}:{self._zone[3:]}" if self._zone else "Z"
        self.given.emit(f"{self._hour.value:02d}:{self._minute.value:02d}:00.000{offset}")


class MomentEditor(Editor):
    """A date and a time of day; given when the date is chosen."""

    def __init__(self, view: NodeView, text: Text, now: datetime) -> None:
        super().__init__()
        day, _, clock = view.value.partition("T")
        self._day, self._clock = day, clock or f"{now:%H}:00:00.000{now:%z}"[:18] + ":00"
        parts = {name: getattr(view, name) for name in view.__slots__}
        self._days = day_editor(NodeView(**{**parts, "value": day}), text, now.date())
        self._times = TimeEditor(NodeView(**{**parts, "value": clock}), text, now)
        self._days.given.connect(lambda value: self._give(day=value))
        self._times.given.connect(lambda value: self._give(clock=value))
        self.setLayout(column(self._days, self._times))

    def set_value(self, value: str) -> None:
        day, _, clock = value.partition("T")
        self._day, self._clock = day, clock or self._clock
        self._days.set_value(day)
        self._times.set_value(clock)

    def _give(self, day: str = "", clock: str = "") -> None:
        self._day, self._clock = day or self._day, clock or self._clock
        if self._day:
            self.given.emit(f"{self._day}T{self._clock}")
