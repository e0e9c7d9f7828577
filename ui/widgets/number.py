"""Numbers without a keyboard: a stepper and a slider that say their value."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSlider, QWidget

from ui.widgets.button import GlyphButton
from ui.widgets.label import Label
from ui.widgets.layout import column, row


class Stepper(QWidget):
    """Less, the value, more. `show` turns the number into words."""

    changed = Signal(int)

    def __init__(
        self,
        value: int,
        low: int,
        high: int,
        *,
        step: int = 1,
        show: Callable[[int], str] = str,
        less: str = "",
        more: str = "",
        name: str = "",
    ) -> None:
        super().__init__()
        self._low, self._high, self._step, self._show = low, high, step, show
        self.less = GlyphButton("minus", less, name=f"{name}-less")
        self.more = GlyphButton("plus", more, name=f"{name}-more")
        self._label = Label("", "heading", wrap=False)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setMinimumWidth(96)
        self.setLayout(row(self.less, self._label, self.more, 1, gap=1.5))
        self.less.clicked.connect(lambda: self._move(-step))
        self.more.clicked.connect(lambda: self._move(step))
        if name:
            self.setObjectName(name)
        self.value = value
        self.set_value(value)

    def set_value(self, value: int) -> None:
        self.value = min(self._high, max(self._low, value))
        self._label.setText(self._show(self.value))
        self.less.setEnabled(self.value > self._low)
        self.more.setEnabled(self.value < self._high)

    def _move(self, by: int) -> None:
        self.set_value(self.value + by)
        self.changed.emit(self.value)


class SliderField(QWidget):
    """A slider with its ends and its value in words."""

    changed = Signal(int)

    def __init__(
        self,
        value: int | None,
        low: int,
        high: int,
        *,
        step: int = 1,
        show: Callable[[int], str] = str,
        unset: str = "-",
        name: str = "",
    ) -> None:
        super().__init__()
        self._show, self._low, self._step = show, low, step
        self._value = Label(unset if value is None else show(value), "heading", wrap=False)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, (high - low) // step)
        self.slider.setValue(0 if value is None else (value - low) // step)
        if name:
            self.slider.setObjectName(name)
        ends = row(
            Label(show(low), "small", ink="soft", wrap=False),
            1,
            Label(show(high), "small", ink="soft", wrap=False),
        )
        self.setLayout(column(self._value, self.slider, ends, gap=0.5))
        self.slider.valueChanged.connect(self._slide)

    def set_value(self, value: int) -> None:
        """Move the slider as a hand would."""
        self.slider.setValue((value - self._low) // self._step)

    @property
    def value(self) -> int:
        return self._low + self.slider.value() * self._step

    def _slide(self, place: int) -> None:
        value = self._low + place * self._step
        self._value.setText(self._show(value))
        self.changed.emit(value)
