"""Numbers without a keyboard: a stepper and a slider that say their value."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSlider, QWidget

from ui.theme import worn
from ui.widgets.button import GlyphButton
from ui.widgets.label import Label
from ui.widgets.layout import column, row

_MOST_TICKS = 25
_UPRIGHT = 240
_HANDLE = 36
"""Pixels the style sheet gives the handle."""


class Stepper(QWidget):
    """Less, the value, more. `show` turns the number into words; a `blank` one shows the word
    `unset` until the first press, which gives the value it starts from."""

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
        unset: str = "",
        blank: bool = False,
    ) -> None:
        super().__init__()
        self._low, self._high, self._step, self._show = low, high, step, show
        self._blank = blank
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
        if blank:
            self._label.setText(unset)
        else:
            self.set_value(value)

    def set_value(self, value: int) -> None:
        self._blank = False
        self.value = min(self._high, max(self._low, value))
        self._label.setText(self._show(self.value))
        self.less.setEnabled(self.value > self._low)
        self.more.setEnabled(self.value < self._high)

    def _move(self, by: int) -> None:
        self.set_value(self.value if self._blank else self.value + by)
        self.changed.emit(self.value)


class SliderField(QWidget):
    """A slider with its ends and its value in words; `ticks` says every how many steps one is
    marked (0: none), `upright` stands it up."""

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
        ticks: int = 0,
        upright: bool = False,
        label: str = "",
    ) -> None:
        """With a `label` all stands in one line, the value at its end."""
        super().__init__()
        self._show, self._low, self._step = show, low, step
        self._value = Label(unset if value is None else show(value), "heading", wrap=False)
        count = (high - low) // step
        self.slider = _Ticked(ticks if count <= _MOST_TICKS * max(ticks, 1) else 0, upright=upright)
        self.slider.setRange(0, count)
        self.slider.setValue(0 if value is None else (value - low) // step)
        if name:
            self.slider.setObjectName(name)
        first = Label(show(low), "small", ink="soft", wrap=False)
        last = Label(show(high), "small", ink="soft", wrap=False)
        if label:
            self._in_line(label, show(low), show(high))
        elif upright:
            self.slider.setMinimumHeight(_UPRIGHT)
            ends = column(last, 1, first)
            self.setLayout(column(self._value, row(self.slider, ends, 1, gap=1.5), gap=1))
        else:
            self.setLayout(column(self._value, self.slider, row(first, 1, last), gap=0.5))
        self.slider.valueChanged.connect(self._slide)

    def _in_line(self, label: str, *longest: str) -> None:
        self.slider.setAccessibleName(label)
        wide = self._value.fontMetrics().horizontalAdvance
        self._value.setMinimumWidth(max(wide(words) for words in longest) + 2)
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line = row(Label(label, "strong", wrap=False), self.slider, self._value, gap=2)
        line.setStretch(1, 1)
        self.setLayout(line)

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


class _Ticked(QSlider):
    """A slider with its marks painted: a style sheet would hide Qt's own."""

    def __init__(self, every: int, *, upright: bool) -> None:
        super().__init__(Qt.Orientation.Vertical if upright else Qt.Orientation.Horizontal)
        self._every = every

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._every and self.maximum():
            painter = QPainter(self)
            painter.setPen(QPen(worn().colour("line_strong"), 2))
            for place in range(0, self.maximum() + 1, self._every):
                painter.drawLine(*self._tick(place / self.maximum()))
            painter.end()
        super().paintEvent(event)

    def _tick(self, part: float) -> tuple[QPointF, QPointF]:
        middle, reach = _HANDLE / 2, _HANDLE * 0.5
        if self.orientation() == Qt.Orientation.Horizontal:
            x = middle + part * (self.width() - _HANDLE)
            y = self.height() / 2
            return QPointF(x, y - reach), QPointF(x, y + reach)
        y = self.height() - middle - part * (self.height() - _HANDLE)
        x = self.width() / 2
        return QPointF(x - reach, y), QPointF(x + reach, y)
