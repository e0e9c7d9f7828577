"""A small bar chart: what was billed and what was paid, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import GRID, worn


@dataclass(frozen=True)
class Bar:
    """One month: its label, the part filled and the whole, in the same unit."""

    label: str
    part: int
    whole: int


class BarChart(QWidget):
    """Hollow bars for the whole, filled for the part; read out by `says`."""

    def __init__(self, bars: Sequence[Bar], *, says: str) -> None:
        super().__init__()
        self._bars = tuple(bars)
        self.setAccessibleName(says)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_bars(self, bars: Sequence[Bar], *, says: str) -> None:
        """Other months."""
        self._bars = tuple(bars)
        self.setAccessibleName(says)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 96 + 2 * worn().px("small"))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._bars:
            return
        theme = worn()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        floor = self.height() - theme.px("small") - 12
        top = max(1, *(max(bar.whole, bar.part) for bar in self._bars))
        wide = self.width() / len(self._bars)
        thick = min(40.0, wide * 0.5)
        painter.setFont(theme.font("small"))
        for place, bar in enumerate(self._bars):
            left = wide * (place + 0.5) - thick / 2
            tall = max(2.0, bar.whole / top * (floor - GRID))
            painter.setPen(QPen(theme.colour("line_strong"), 1.5))
            painter.setBrush(theme.colour("sunken"))
            painter.drawRoundedRect(QRectF(left, floor - tall, thick, tall), 4, 4)
            if bar.part:
                full = bar.part / top * (floor - GRID)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("accent"))
                painter.drawRoundedRect(QRectF(left, floor - full, thick, full), 4, 4)
            painter.setPen(theme.colour("ink_soft"))
            self._write_below(painter, bar.label, wide * (place + 0.5), floor)
        painter.end()

    def _write_below(self, painter: QPainter, label: str, middle: float, floor: float) -> None:
        """The label under the middle of its bar, moved inwards where it would leave the chart."""
        span = painter.fontMetrics().horizontalAdvance(label) + 2
        start = min(max(0.0, middle - span / 2), max(0.0, self.width() - span))
        words = QRectF(start, floor + 6, span, worn().px("small") + 6)
        painter.drawText(words, Qt.AlignmentFlag.AlignHCenter, label)
