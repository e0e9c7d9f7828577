"""On or off, with the word beside the switch."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui.theme import GRID, pixmap, worn


class Toggle(QAbstractButton):
    """A switch: knob to the right with a tick when on, to the left when off."""

    def __init__(self, text: str, *, on: bool = False, name: str = "") -> None:
        super().__init__()
        self.setText(text)
        self.setCheckable(True)
        self.setChecked(on)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if name:
            self.setObjectName(name)

    def sizeHint(self) -> QSize:
        theme = worn()
        self.setFont(theme.font("body"))
        return QSize(80 + self.fontMetrics().horizontalAdvance(self.text()), theme.target())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = worn()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tall = theme.icon_px() + 6
        track = QRectF(2, (self.height() - tall) / 2, tall * 1.75, tall)
        on = self.isChecked()
        painter.setPen(QPen(theme.colour("accent" if on else "line_strong"), 2))
        painter.setBrush(theme.colour("accent" if on else "sunken"))
        if not self.isEnabled():
            painter.setBrush(theme.colour("sunken"))
            painter.setPen(QPen(theme.colour("line"), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(track, tall / 2, tall / 2)
        knob = QRectF(track.left() + 4, track.top() + 4, tall - 8, tall - 8)
        if on:
            knob.moveRight(track.right() - 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("on_accent" if on else "line_strong"))
        painter.drawEllipse(knob)
        if on:
            size = round(knob.width() * 0.8)
            tick = pixmap("check", theme.colour("accent"), size, self.devicePixelRatioF())
            painter.drawPixmap(knob.center() - QPointF(size / 2, size / 2), tick)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("focus"), 3))
            ring = track.adjusted(-1, -1, 1, 1)
            painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2)
        painter.setPen(theme.colour("ink" if self.isEnabled() else "ink_faint"))
        painter.setFont(theme.font("body"))
        words = QRectF(self.rect())
        words.setLeft(track.right() + 2 * GRID)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()
