"""A number on a scale: slider, stepper, or marks to press."""

from __future__ import annotations

from agent_app.script import NodeView
from ui.text import Text
from ui.widgets.choice import Choices, Option
from ui.widgets.editors.editor import Editor
from ui.widgets.layout import column
from ui.widgets.number import SliderField, Stepper

_MOST_MARKS = 12
_RATING_COLUMNS = 5


class RangeEditor(Editor):
    """A slider with ticks (`no-ticks` has none, `vertical` stands), a stepper for `picker`,
    numbered cards for a `rating` of few steps. `tick_interval` says how far ticks are apart."""

    def __init__(self, view: NodeView, text: Text) -> None:
        super().__init__()
        low, high = float(view.params.get("start", 0)), float(view.params.get("end", 10))
        step = abs(float(view.params.get("step", 1))) or 1.0
        self._low, self._whole = low, view.type == "int"
        self._step = step if high >= low else -step
        count = round(abs(high - low) / step)
        place = None if not view.value else round((float(view.value) - low) / self._step)
        name = f"q-{view.ref}"
        looks = view.appearance.split()
        if "rating" in looks and count < _MOST_MARKS:
            self.setLayout(column(self._marks(count, place, name)))
        elif "picker" in looks:
            picker = Stepper(
                place or 0, 0, count, show=self._words, name=name,
                less=text.say("question.less"), more=text.say("question.more"),
                unset=text.say("question.unset"), blank=place is None,
            )  # fmt: skip
            picker.changed.connect(lambda n: self.given.emit(self._words(n)))
            self.setLayout(column(picker))
        else:
            apart = float(view.params.get("tick_interval", step)) / step
            slider = SliderField(
                place, 0, count, show=self._words, unset=text.say("question.unset"), name=name,
                ticks=0 if "no-ticks" in looks else max(1, round(apart)),
                upright="vertical" in looks,
            )  # fmt: skip
            slider.changed.connect(lambda n: self.given.emit(self._words(n)))
            self.setLayout(column(slider))

    def set_value(self, value: str) -> None:
        """The slider already stands where the hand left it."""

    def _marks(self, count: int, place: int | None, name: str) -> Choices:
        marks = [self._words(n) for n in range(count + 1)]
        cards = Choices(
            [Option(mark, mark, glyph="star") for mark in marks],
            columns=min(len(marks), _RATING_COLUMNS),
            chosen=() if place is None else (marks[place],), name=name,
        )  # fmt: skip
        cards.picked.connect(lambda chosen: self.given.emit(chosen[0]))
        return cards

    def _words(self, place: int) -> str:
        value = self._low + place * self._step
        return str(round(value)) if self._whole else f"{value:g}"
