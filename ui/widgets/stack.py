"""Rows under one another, a hairline between each two.

A layout of Qt lays all its rows anew for each one added, several times over as the page grows. Here
a new row is put below the last, and only another width or a row that changed moves the others.
"""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import worn

_INSET = 16
_LINE = 1


class Stack(QWidget):
    """As tall as its rows are at the width it gets."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[QWidget] = []
        self._tall: dict[int, int] = {}
        self._wide = -1
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, row: QWidget) -> None:
        """Put `row` below the others."""
        below = {wide: tall + _LINE * bool(self._rows) for wide, tall in self._tall.items()}
        self._tall = {wide: tall + _height(row, wide) for wide, tall in below.items()}
        row.setParent(self)
        self._rows.append(row)
        if self._wide in below:
            row.setGeometry(QRect(0, below[self._wide], self._wide, _height(row, self._wide)))
        row.show()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        wide = max((one.sizeHint().width() for one in self._rows), default=0)
        return QSize(wide, self.heightForWidth(max(wide, self._wide)))

    def minimumSizeHint(self) -> QSize:
        return QSize(max((one.minimumSizeHint().width() for one in self._rows), default=0), 0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._tall:
            lines = _LINE * max(0, len(self._rows) - 1)
            self._tall[width] = sum(_height(one, width) for one in self._rows) + lines
        return self._tall[width]

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a row wants another height
            self._tall.clear()
            self._place()
            self.updateGeometry()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self.width() != self._wide:
            self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, ink = QPainter(self), worn().colour("line")
        for above, _ in pairwise(self._rows):
            y = above.geometry().bottom() + 1
            painter.fillRect(_INSET, y, self.width() - 2 * _INSET, _LINE, ink)
        painter.end()

    def _place(self) -> None:
        self._wide, y = self.width(), 0
        self.heightForWidth(self._wide)
        for one in self._rows:
            tall = _height(one, self._wide)
            one.setGeometry(QRect(0, y, self._wide, tall))
            y += tall + _LINE


def _height(row: QWidget, wide: int) -> int:
    tall = row.heightForWidth(wide) if row.hasHeightForWidth() else -1
    return max(tall if tall >= 0 else row.sizeHint().height(), row.minimumHeight())
