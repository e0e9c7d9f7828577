"""The day's doors as a sketch: where they lie to each other and in which order. No map, no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import GRID, worn


@dataclass(frozen=True)
class Spot:
    """A door: its number, place in degrees, and tone (accent, success, danger…)."""

    number: str
    lat: float
    lon: float
    tone: str


class RouteMap(QWidget):
    """Numbered spots joined by the walk, north up, true to scale."""

    def __init__(self, spots: Sequence[Spot], *, says: str) -> None:
        super().__init__()
        self._spots = tuple(spots)
        self.setAccessibleName(says)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_spots(self, spots: Sequence[Spot]) -> None:
        self._spots = tuple(spots)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 260)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = worn()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("sunken"))
        painter.drawRoundedRect(frame, 12, 12)
        painter.setPen(QPen(theme.colour("line"), 1))
        for step in range(1, 6):
            painter.drawLine(
                QPointF(frame.width() * step / 6, 8),
                QPointF(frame.width() * step / 6, frame.height() - 8),
            )
            painter.drawLine(
                QPointF(8, frame.height() * step / 6),
                QPointF(frame.width() - 8, frame.height() * step / 6),
            )
        places = self._places(frame.adjusted(28, 28, -28, -28))
        painter.setPen(QPen(theme.colour("accent"), 2, Qt.PenStyle.DashLine))
        painter.drawPolyline(places)
        side = 3 * GRID
        painter.setFont(theme.font("small", bold=True))
        for spot, place in reversed(list(zip(self._spots, places, strict=True))):
            ink, _ = theme.tone(spot.tone)
            dot = QRectF(place.x() - side / 2, place.y() - side / 2, side, side)
            painter.setPen(QPen(theme.colour("surface"), 2))
            painter.setBrush(ink)
            painter.drawEllipse(dot)
            painter.setPen(theme.colour("surface"))
            painter.drawText(dot, Qt.AlignmentFlag.AlignCenter, spot.number)
        painter.end()

    def _places(self, frame: QRectF) -> list[QPointF]:
        if not self._spots:
            return []
        lats = [spot.lat for spot in self._spots]
        lons = [spot.lon for spot in self._spots]
        shrink = cos(radians(sum(lats) / len(lats)))
        wide = max((max(lons) - min(lons)) * shrink, 1e-6)
        tall = max(max(lats) - min(lats), 1e-6)
        scale = min(frame.width() / wide, frame.height() / tall)
        middle = ((max(lons) + min(lons)) / 2, (max(lats) + min(lats)) / 2)
        centre = frame.center()
        return [
            QPointF(
                centre.x() + (spot.lon - middle[0]) * shrink * scale,
                centre.y() - (spot.lat - middle[1]) * scale,
            )
            for spot in self._spots
        ]
