"""What a letter must say and the record does not hold: typed once, before the letter is made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

from PySide6.QtWidgets import QWidget

from agent_app.queries.papers import TemplateRow
from ui.text import Text
from ui.widgets.button import Button
from ui.widgets.calendar import DayPicker
from ui.widgets.field import TextArea, TextField
from ui.widgets.label import Label
from ui.widgets.layout import column
from ui.widgets.overlay import Sheet

More = dict[str, dict[str, object]]
_LONG = frozenset({"reply.text"})


def letter_fields_sheet(
    page: QWidget, template: TemplateRow, now: datetime, text: Text, make: Callable[[More], object]
) -> Sheet:
    """`make` gets the groups of fields once each is there; times are of `now`'s zone."""
    form = _Form(template, now, text)
    go = Button(text.say("letters.make_now"), "primary", glyph="printer", name="fields-make")
    sheet = Sheet(
        page, text.pick(template.titles), form, close=text.say("page.cancel"),
        name="fields-sheet", width=720, actions=(go,),
    )  # fmt: skip

    def done() -> None:
        told = form.told()
        if told is not None:
            sheet.leave()
            make(told)

    go.clicked.connect(done)
    return sheet


class _Form(QWidget):
    def __init__(self, template: TemplateRow, now: datetime, text: Text) -> None:
        super().__init__()
        self._text, self._now, self._asks = text, now, template.asks
        self._days: dict[str, date] = {}
        self._fields: dict[str, TextField | TextArea] = {}
        box = column(gap=2)
        for one in template.asks:
            label = text.say(f"letter_fields.{one.path.replace('.', '_')}")
            if one.kind == "day":
                box.addWidget(Label(label, "strong"))
                box.addWidget(self._day(one.path))
                continue
            self._fields[one.path] = (
                TextArea(label, name=f"field-{one.path}", lines=3)
                if one.path in _LONG
                else TextField(
                    label, name=f"field-{one.path}",
                    placeholder="14:30" if one.kind == "time" else "",
                    keys="integer" if one.kind == "number" else "text",
                )
            )  # fmt: skip
            box.addWidget(self._fields[one.path])
        self.setLayout(box)

    def _day(self, path: str) -> DayPicker:
        text = self._text
        near = ((text.say("payment.today"), 0), (text.say("letter_fields.in_a_week"), 7))
        picker = DayPicker(
            self._now.date(), show=text.date, month=text.month, weekdays=text.weekdays(),
            near=near, unset=text.say("payment.pick_day"), name=f"field-{path}",
        )  # fmt: skip
        picker.picked.connect(lambda day: self._days.update({path: day}))
        return picker

    def told(self) -> More | None:
        """The groups; None, with the faults shown, while something is missing or no time."""
        found: More = {}
        good = True
        for one in self._asks:
            value = self._value(one.path, one.kind)
            good = good and value is not None
            if one.path in self._fields:
                fault = "" if value is not None else self._text.say("letter_fields.missing")
                self._fields[one.path].set_fault(fault)
            group, _, name = one.path.partition(".")
            found.setdefault(group, {})[name] = value
        return found if good else None

    def _value(self, path: str, kind: str) -> object | None:
        if kind == "day":
            day = self._days.get(path)
            return day.isoformat() if day else None
        typed = self._fields[path].text().strip()
        if kind == "number":
            return int(typed) if typed.isdigit() else None
        if kind != "time" or not typed:
            return typed or None
        try:
            at = time.fromisoformat(typed)
        except ValueError:
            return None
        told = (day for of, day in self._days.items() if of.endswith(".date"))
        on = next(told, self._now.date())
        return datetime.combine(on, at, self._now.tzinfo).isoformat()
