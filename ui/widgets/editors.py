"""One editor for each kind of question: it shows a value (XForms text) and gives a new one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from agent_app.script import NodeView
from ui.text import Text
from ui.widgets.button import Button, GlyphButton
from ui.widgets.calendar import DayPicker
from ui.widgets.card import Rule
from ui.widgets.choice import Choices, Option
from ui.widgets.field import Field, TextArea, TextField
from ui.widgets.label import Label
from ui.widgets.layout import clear, column, row
from ui.widgets.lists import Number
from ui.widgets.number import SliderField, Stepper

_PAUSE_MS = 700
_FOLD_FROM = 12
_RATING_COLUMNS = 5


class Editor(QWidget):
    """`given` carries the answer as the form keeps it; `set_value` shows one."""

    given = Signal(str)
    hurried = Signal()

    def set_value(self, value: str) -> None:
        raise NotImplementedError


class TypedEditor(Editor):
    """Text and numbers: given after a pause in typing, and on leaving the field."""

    def __init__(self, view: NodeView, text: Text) -> None:
        super().__init__()
        looks = view.appearance.split()
        keys = {"int": "integer", "decimal": "decimal"}.get(view.type, "text")
        if "numbers" in looks and keys == "text":
            keys = "digits"
        if "multiline" in looks:
            self._field: Field = TextArea(
                name=f"q-{view.ref}", lines=int(view.params.get("rows", 4))
            )
        else:
            self._field = TextField(keys=keys, name=f"q-{view.ref}")
        self._field.edit.setAccessibleName(view.label)
        self._field.edit.setReadOnly(view.readonly)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._give)
        self._last = view.value
        self._field.edited.connect(lambda _: self._pause.start())
        self._field.settled.connect(lambda _: self._give())
        self.setLayout(column(self._field))
        self.set_value(view.value)

    def set_value(self, value: str) -> None:
        self._last = value
        if not self._field.edit.hasFocus():
            self._field.set_text(value)

    def _give(self) -> None:
        self._pause.stop()
        typed = self._field.text().strip()
        if typed != self._last:
            self._last = typed
            self.given.emit(typed)


class RangeEditor(Editor):
    """A slider, a stepper for `picker`, numbered cards for a `rating` of few steps."""

    def __init__(self, view: NodeView, text: Text) -> None:
        super().__init__()
        low, high = float(view.params.get("start", 0)), float(view.params.get("end", 10))
        step = float(view.params.get("step", 1)) or 1.0
        self._low, self._step, self._whole = low, step, view.type == "int"
        count = round((high - low) / step)
        place = None if not view.value else round((float(view.value) - low) / step)
        name = f"q-{view.ref}"
        looks = view.appearance.split()
        if "rating" in looks and count < _FOLD_FROM:
            marks = [self._words(n) for n in range(count + 1)]
            cards = Choices(
                [Option(mark, mark) for mark in marks], columns=min(len(marks), _RATING_COLUMNS),
                chosen=() if place is None else (marks[place],), name=name,
            )  # fmt: skip
            cards.picked.connect(lambda chosen: self.given.emit(chosen[0]))
            self.setLayout(column(cards))
        elif "picker" in looks:
            picker = Stepper(place or 0, 0, count, show=self._words, name=name,
                             less=text.say("question.less"), more=text.say("question.more"))  # fmt: skip
            picker.changed.connect(lambda n: self.given.emit(self._words(n)))
            self.setLayout(column(picker))
        else:
            slider = SliderField(
                place, 0, count, show=self._words, unset=text.say("question.unset"), name=name
            )
            slider.changed.connect(lambda n: self.given.emit(self._words(n)))
            self.setLayout(column(slider))

    def set_value(self, value: str) -> None:
        """The slider already stands where the hand left it."""

    def _words(self, place: int) -> str:
        value = self._low + place * self._step
        return str(round(value)) if self._whole else f"{value:g}"


class DayEditor(Editor):
    """A date; `year` and `month-year` keep only that much (the first day stands for it)."""

    def __init__(self, view: NodeView, text: Text, today: date) -> None:
        super().__init__()
        looks = view.appearance.split()
        self._part = "month" if "month-year" in looks else "year" if "year" in looks else "day"
        near = tuple((text.say("question.in_days", n=n), n) for n in (7, 14, 30))
        if self._part != "day":
            near = ()
        self._picker = DayPicker(
            today,
            show=self._shower(text),
            month=text.month,
            weekdays=text.weekdays(),
            near=near,
            unset=text.say("question.choose_day"),
            name=f"q-{view.ref}",
        )
        self._picker.picked.connect(self._give)
        self.setLayout(column(self._picker))
        self.set_value(view.value)

    def set_value(self, value: str) -> None:
        self._picker.set_day(date.fromisoformat(value[:10]) if value else None)

    def _give(self, day: date) -> None:
        if self._part != "day":
            day = day.replace(day=1)
        if self._part == "year":
            day = day.replace(month=1)
        self.given.emit(day.isoformat())

    def _shower(self, text: Text) -> Callable[[date], str]:
        if self._part == "month":
            return text.month
        return (lambda day: str(day.year)) if self._part == "year" else text.date


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
        self._hour = Stepper(hour, 0, 23, show=two, less=less, more=more, name=f"{name}-hour")
        self._minute = Stepper(
            minute, 0, 55, step=5, show=two, less=less, more=more, name=f"{name}-minute"
        )
        for part in (self._hour, self._minute):
            part.changed.connect(lambda _: self._give())
        self.setLayout(row(self._hour, self._minute, 1))

    def set_value(self, value: str) -> None:
        if value:
            self._hour.set_value(int(value[0:2]))
            self._minute.set_value(int(value[3:5]))

    def _give(self) -> None:
        offset = f"{self._zone[:3]}:{self._zone[3:]}" if self._zone else "Z"
        self.given.emit(f"{self._hour.value:02d}:{self._minute.value:02d}:00.000{offset}")


class MomentEditor(Editor):
    """A date and a time of day; given when the date is chosen."""

    def __init__(self, view: NodeView, text: Text, now: datetime) -> None:
        super().__init__()
        day, _, clock = view.value.partition("T")
        self._day, self._clock = day, clock or f"{now:%H}:00:00.000{now:%z}"[:18] + ":00"
        parts = {name: getattr(view, name) for name in view.__slots__}
        self._days = DayEditor(NodeView(**{**parts, "value": day}), text, now.date())
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


class ChoiceEditor(Editor):
    """One of several or several of many, as cards; long lists get a search field.

    `minimal` keeps the cards folded behind what is chosen; `image-map` has no picture here and
    says so.
    """

    def __init__(self, view: NodeView, text: Text) -> None:
        super().__init__()
        looks = view.appearance.split()
        self._multi = view.kind == "select"
        self._quick = "quick" in looks and not self._multi
        self._view = view
        self._columns = _columns(looks, view)
        self._search = TextField(
            placeholder=text.say("question.search"), glyph="search", name=f"q-{view.ref}-search"
        )
        long = len(view.choices) > _FOLD_FROM
        self._search.setVisible(long or "search" in looks or "autocomplete" in looks)
        self._search.edited.connect(lambda _: self._fill())
        self._box = column(gap=0)
        self._value = view.value
        holder = QWidget()
        holder.setLayout(column(self._search, self._box, gap=1.5))
        whole = column(gap=1.5)
        if "image-map" in looks:
            whole.addWidget(Label(text.say("question.image_map"), "label", ink="soft"))
        self._fold: Button | None = None
        if "minimal" in looks:
            self._fold = Button("", "quiet", glyph="chevron-down", name=f"q-{view.ref}-open")
            self._fold.setCheckable(True)
            self._fold.toggled.connect(holder.setVisible)
            self._unset = text.say("question.unset")
            whole.addWidget(self._fold)
            holder.hide()
        whole.addWidget(holder)
        self.setLayout(whole)
        self._fill()
        self._name_fold()

    def set_value(self, value: str) -> None:
        self._value = value
        self._cards.set_chosen(self._chosen())
        self._name_fold()

    def _name_fold(self) -> None:
        """What is chosen, on the button that opens the cards."""
        if self._fold is not None:
            labels = {choice.value: choice.label for choice in self._view.choices}
            chosen = [labels.get(value, value) for value in self._chosen()]
            self._fold.setText(" · ".join(chosen) or self._unset)

    def _chosen(self) -> list[str]:
        return self._value.split() if self._multi else [self._value] if self._value else []

    def _fill(self) -> None:
        clear(self._box)
        wanted = self._search.text().strip().lower()
        options = [
            Option(choice.value, choice.label, open=not self._view.readonly)
            for choice in self._view.choices
            if wanted in choice.label.lower()
        ]
        self._cards = Choices(
            options, multi=self._multi, columns=self._columns, chosen=self._chosen(),
            name=f"q-{self._view.ref}",
        )  # fmt: skip
        self._cards.picked.connect(self._give)
        self._box.addWidget(self._cards)

    def _give(self, chosen: tuple[str, ...]) -> None:
        hidden = [one for one in self._chosen() if one not in self._cards.values()]
        kept = [*hidden, *chosen] if self._multi else list(chosen)
        self._value = " ".join(kept)
        self._name_fold()
        if self._fold is not None and not self._multi:
            self._fold.setChecked(False)
        self.given.emit(self._value)
        if self._quick:
            self.hurried.emit()


class RankEditor(Editor):
    """An order made by moving lines up and down."""

    def __init__(self, view: NodeView, text: Text) -> None:
        super().__init__()
        self._text = text
        self._labels = {choice.value: choice.label for choice in view.choices}
        self._name = f"q-{view.ref}"
        self._order = view.value.split() or list(self._labels)
        self._box = column(gap=0.5)
        confirm = Button(
            text.say("question.order_so"), "quiet", glyph="check", name=f"{self._name}-so"
        )
        confirm.clicked.connect(lambda: self.given.emit(" ".join(self._order)))
        self.setLayout(column(self._box, row(confirm, 1)))
        self._fill()

    def set_value(self, value: str) -> None:
        if value:
            self._order = value.split()
            self._fill()

    def _fill(self) -> None:
        clear(self._box)
        for place, value in enumerate(self._order):
            up = GlyphButton(
                "chevron-up", self._text.say("question.up"), name=f"{self._name}-up-{value}"
            )
            down = GlyphButton(
                "chevron-down", self._text.say("question.down"), name=f"{self._name}-down-{value}"
            )
            up.setEnabled(place > 0)
            down.setEnabled(place < len(self._order) - 1)
            up.clicked.connect(lambda _=False, n=place: self._swap(n - 1))
            down.clicked.connect(lambda _=False, n=place: self._swap(n))
            words = Label(self._labels.get(value, value))
            line = row(Number(str(place + 1)), words, up, down, gap=1.5)
            line.setStretch(1, 1)
            self._box.addLayout(line)
            if place < len(self._order) - 1:
                self._box.addWidget(Rule())

    def _swap(self, place: int) -> None:
        order = self._order
        order[place], order[place + 1] = order[place + 1], order[place]
        self._fill()
        self.given.emit(" ".join(order))


class TriggerEditor(Editor):
    """One thing to confirm."""

    def __init__(self, view: NodeView, text: Text) -> None:
        super().__init__()
        option = Option("OK", view.label, open=not view.readonly)
        self._card = Choices([option], multi=True, name=f"q-{view.ref}")
        self._card.picked.connect(lambda chosen: self.given.emit("OK" if chosen else ""))
        self.setLayout(column(self._card))
        self.set_value(view.value)

    def set_value(self, value: str) -> None:
        self._card.set_chosen(["OK"] if value else [])


def _columns(looks: list[str], view: NodeView) -> int:
    for look in looks:
        if look.startswith("columns-") and look[8:].isdigit():
            return max(1, int(look[8:]))
    if "likert" in looks or "horizontal" in looks or "horizontal-compact" in looks:
        return max(1, min(5, len(view.choices)))
    if "columns" in looks or "columns-pack" in looks or "compact" in looks:
        return 3
    short = all(len(choice.label) <= 12 for choice in view.choices)
    return 2 if short and len(view.choices) > 5 else 1
