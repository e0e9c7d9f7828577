"""The mark of a choice: a ring for one of several, a box for several of many, ticked when chosen."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from ui.theme import pixmap, worn

_CORNER = 6


def paint_mark(
    painter: QPainter, box: QRectF, *, chosen: bool, multi: bool, focused: bool = False
) -> None:
    """Draw the mark of one choice into `box`."""
    theme = worn()
    edge = "focus" if focused else "accent" if chosen else "line_strong"
    painter.setPen(QPen(theme.colour(edge), 3 if focused else 2))
    painter.setBrush(theme.colour("accent" if chosen else "surface"))
    if multi:
        painter.drawRoundedRect(box, _CORNER, _CORNER)
    else:
        painter.drawEllipse(box)
    if chosen:
        size = round(box.width() * 0.75)
        tick = pixmap(
            "check", theme.colour("on_accent"), size, painter.device().devicePixelRatioF()
        )
        painter.drawPixmap(box.center() - QPointF(size / 2, size / 2), tick)
