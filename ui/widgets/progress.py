"""Where we are among the stages of a visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import pixmap, worn

_ROOMY = 13
"""Widths of a letter at which stages stand apart enough."""


@dataclass(frozen=True)
class Stage:
    """A stage's name and state: done, here, ahead or shut."""

    name: str
    state: str


class StageBar(QWidget):
    """The stages in a line: ticks behind, a filled ring here, rings ahead, a lock where shut."""

    def __init__(self, stages: Sequence[Stage] = ()) -> None:
        super().__init__()
        self._stages: tuple[Stage, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_stages(stages)

    def set_stages(self, stages: Sequence[Stage]) -> None:
        self._stages = tuple(stages)
        here = next((stage.name for stage in stages if stage.state == "here"), "")
        self.setAccessibleName(here)
        self.update()

    def sizeHint(self) -> QSize:
        theme = worn()
        return QSize(320, theme.icon_px() + theme.px("small") + 20)

    def _wide(self) -> float:
        """Pixels a stage has: few stages stand together at the left, many share the width."""
        return min(self.width() / len(self._stages), _ROOMY * worn().px("small"))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._stages:
            return
        theme = worn()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = self._wide()
        for place, stage in enumerate(self._stages):
            self._paint_stage(painter, place, stage, wide)
        painter.setFont(theme.font("small"))
        painter.end()

    def _paint_stage(self, painter: QPainter, place: int, stage: Stage, wide: float) -> None:
        theme = worn()
        size = theme.icon_px()
        centre = QPointF(wide * place + size / 2 + 2, size / 2 + 3)
        behind = stage.state in ("done", "here")
        if place:
            painter.setPen(QPen(theme.colour("accent" if behind else "line"), 2))
            gap = size / 2 + 6
            painter.drawLine(
                QPointF(centre.x() - wide + gap, centre.y()), QPointF(centre.x() - gap, centre.y())
            )
        ring = QRectF(centre.x() - size / 2, centre.y() - size / 2, size, size)
        painter.setPen(QPen(theme.colour("accent" if behind else "line_strong"), 2))
        painter.setBrush(theme.colour("accent" if stage.state == "done" else "surface"))
        painter.drawEllipse(ring)
        if stage.state == "here":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            painter.drawEllipse(centre, size / 4, size / 4)
        mark = {"done": ("check", "on_accent"), "shut": ("lock", "ink_faint")}.get(stage.state)
        if mark:
            inner = round(size * 0.66)
            drawing = pixmap(mark[0], theme.colour(mark[1]), inner, self.devicePixelRatioF())
            painter.drawPixmap(centre - QPointF(inner / 2, inner / 2), drawing)
        here = stage.state == "here"
        painter.setFont(theme.font("small", bold=here))
        painter.setPen(theme.colour("ink" if here else "ink_soft"))
        words = QRectF(wide * place + 2, size + 8, wide - 8, theme.px("small") + 10)
        room = painter.fontMetrics()
        name = room.elidedText(stage.name, Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, name)
