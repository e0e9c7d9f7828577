"""Rows, columns and flowing rows on the 8-point grid."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLayout,
    QLayoutItem,
    QVBoxLayout,
    QWidget,
)

from ui.theme import GRID

Box = TypeVar("Box", QVBoxLayout, QHBoxLayout)


def column(*items: QWidget | QLayout | int, gap: float = 2, pad: float = 0) -> QVBoxLayout:
    """Top to bottom. An int is a stretch; `gap` and `pad` are in grid units."""
    return _fill(QVBoxLayout(), items, gap, pad)


def row(*items: QWidget | QLayout | int, gap: float = 2, pad: float = 0) -> QHBoxLayout:
    """Left to right. An int is a stretch; `gap` and `pad` are in grid units."""
    return _fill(QHBoxLayout(), items, gap, pad)


def _fill(box: Box, items: tuple[QWidget | QLayout | int, ...], gap: float, pad: float) -> Box:
    box.setSpacing(round(gap * GRID))
    margin = round(pad * GRID)
    box.setContentsMargins(margin, margin, margin, margin)
    for item in items:
        if isinstance(item, int):
            box.addStretch(item)
        elif isinstance(item, QLayout):
            box.addLayout(item)
        else:
            box.addWidget(item)
    return box


def clear(layout: QLayout) -> None:
    """Take everything out of `layout` and let it go."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)


class Flow(QLayout):
    """Left to right, and on to the next line where the width ends."""

    def __init__(self, *items: QWidget, gap: float = 1, top: bool = False) -> None:
        """`top`: the items of a line hang from its top instead of standing in its middle."""
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._top = top
        self._gap = round(gap * GRID)
        self.setContentsMargins(QMargins())
        for item in items:
            self.addWidget(item)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, rect: QRect, *, move: bool) -> int:
        """Lay the items out, each in the middle of its line; returns the height it takes."""
        y = rect.y()
        for line in self._lines(rect.width()):
            x, tall = rect.x(), max(size.height() for _, size in line)
            for item, size in line:
                if move:
                    spot = QPoint(x, y + (0 if self._top else (tall - size.height()) // 2))
                    item.setGeometry(QRect(spot, size))
                x += size.width() + self._gap
            y += tall + self._gap
        return max(0, y - self._gap - rect.y())

    def _lines(self, room: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        """What stands on each line within `room` pixels; hidden items stand nowhere."""
        lines: list[list[tuple[QLayoutItem, QSize]]] = []
        left = 0
        for item in self._items:
            widget = item.widget()
            if widget is not None and widget.isHidden():
                continue
            hint = item.sizeHint()
            width = min(hint.width(), room)
            height = item.heightForWidth(width) if item.hasHeightForWidth() else hint.height()
            if not lines or width > left:
                lines.append([])
                left = room
            lines[-1].append((item, QSize(width, height)))
            left -= width + self._gap
        return lines
