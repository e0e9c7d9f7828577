"""A destination of the navigation: icon above its word, marked where we are."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from ui.theme import GRID, pixmap, worn
from ui.widgets.button import Button


class NavButton(Button):
    """Checked means: this is the place shown."""

    def __init__(self, glyph: str, word: str, *, name: str) -> None:
        super().__init__(word, "nav", name=name)
        self._drawing = glyph
        self.setCheckable(True)
        self.setAccessibleName(word)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        theme = worn()
        wide = self.fontMetrics().horizontalAdvance(self.text()) + 4 * GRID
        tall = theme.icon_px() + theme.px("small") + 4 * GRID
        return QSize(max(80, wide), max(theme.target() + GRID, tall))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = worn()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setBrush(theme.colour("accent_soft"))
        elif self.underMouse():
            painter.setBrush(theme.colour("sunken"))
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("focus"), 3))
        painter.drawRoundedRect(frame, 14, 14)
        ink = theme.colour("accent" if self.isChecked() else "ink_soft")
        side, words = theme.icon_px(), theme.px("small") + 8
        top = (self.height() - side - words) / 2
        drawing = pixmap(self._drawing, ink, side, self.devicePixelRatioF())
        painter.drawPixmap(QPointF((self.width() - side) / 2, top), drawing)
        painter.setPen(ink)
        painter.setFont(theme.font("small", bold=self.isChecked()))
        below = QRectF(0, top + side + 2, self.width(), words)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()
