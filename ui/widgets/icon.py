"""A line icon that follows the theme."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.theme import pixmap, worn


class Icon(QWidget):
    """Icon `name` of resources/icons, in a colour token."""

    def __init__(self, name: str, ink: str = "ink_soft", size: int = 0) -> None:
        super().__init__()
        self._name, self._ink, self._size = name, ink, size
        side = self._side()
        self.setFixedSize(QSize(side, side))

    def show_icon(self, name: str, ink: str) -> None:
        self._name, self._ink = name, ink
        self.update()

    def _side(self) -> int:
        theme = worn()
        return round(self._size * theme.icon_px() / 22) if self._size else theme.icon_px()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = worn()
        painter = QPainter(self)
        drawing = pixmap(
            self._name, theme.colour(self._ink), self.width(), self.devicePixelRatioF()
        )
        painter.drawPixmap(0, 0, drawing)
        painter.end()
