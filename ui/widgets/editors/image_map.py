"""A choice on a picture: an SVG whose parts are named like the choices."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from agent_app.script import NodeView
from ui.text import Text
from ui.theme import worn
from ui.widgets.editors.choices import ChoiceEditor
from ui.widgets.editors.editor import Editor
from ui.widgets.label import Label
from ui.widgets.layout import column
from ui.widgets.media import Media

_TALLEST = 360


class ImageMapEditor(Editor):
    """The picture, and the same choices as cards under it, for fingers and readers that cannot
    use it; the cards alone, and a word why, where the form brings no such picture."""

    def __init__(self, view: NodeView, text: Text, media: Media) -> None:
        super().__init__()
        self._multi = view.kind == "select"
        self._cards = ChoiceEditor(view, text, media)
        self._cards.given.connect(self._give)
        self._drawing = Drawing(media(view.media.get("image", "")), [c.value for c in view.choices])
        self._value = view.value
        if self._drawing.usable:
            self._drawing.pressed.connect(self._press)
            self._drawing.setEnabled(not view.readonly)
            self._drawing.setObjectName(f"q-{view.ref}-map")
            self._drawing.setAccessibleName(view.label)
            self.setLayout(column(self._drawing, self._cards, gap=1.5))
        else:
            why = Label(text.say("question.image_map"), "label", ink="soft")
            self.setLayout(column(why, self._cards, gap=1.5))
        self.set_value(view.value)

    def set_value(self, value: str) -> None:
        self._value = value
        self._drawing.show_chosen(value.split())
        self._cards.set_value(value)

    def _press(self, part: str) -> None:
        chosen = self._value.split() if self._multi else []
        told = [one for one in chosen if one != part] if part in chosen else [*chosen, part]
        self._give(" ".join(told))

    def _give(self, value: str) -> None:
        self.set_value(value)
        self.given.emit(value)


class Drawing(QWidget):
    """Paints the SVG and tells which of its `parts` is pressed; the chosen ones are framed."""

    pressed = Signal(str)

    def __init__(self, data: bytes, parts: list[str]) -> None:
        super().__init__()
        self._svg = QSvgRenderer(QByteArray(data)) if data else QSvgRenderer()
        self._parts = [one for one in parts if self._svg.elementExists(one)]
        self._chosen: list[str] = []
        self.usable = self._svg.isValid() and bool(self._parts)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(480, _TALLEST)

    def show_chosen(self, chosen: list[str]) -> None:
        self._chosen = chosen
        self.update()

    def place_of(self, part: str) -> QRectF:
        """Where a part is drawn."""
        matrix = self._svg.transformForElement(part)
        box = matrix.mapRect(self._svg.boundsOnElement(part))
        whole, frame = self._svg.viewBoxF(), self._frame()
        scale = frame.width() / max(whole.width(), 1e-6)
        corner = frame.topLeft() + (box.topLeft() - whole.topLeft()) * scale
        return QRectF(corner, box.size() * scale)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if part := self._part_at(event.position()):
            self.pressed.emit(part)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._svg.render(painter, self._frame())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(worn().colour("accent"), 3))
        for part in self._parts:
            if part in self._chosen:
                painter.drawRoundedRect(self.place_of(part).adjusted(-3, -3, 3, 3), 6, 6)
        painter.end()

    def _part_at(self, spot: QPointF) -> str:
        """The smallest part under the finger: parts may lie in each other."""
        hit = [one for one in self._parts if self.place_of(one).contains(spot)]
        area = {one: self.place_of(one).width() * self.place_of(one).height() for one in hit}
        return min(area, key=lambda one: area[one], default="")

    def _frame(self) -> QRectF:
        size = self._svg.viewBoxF().size().toSize()
        shown = size.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left = (self.width() - shown.width()) / 2
        return QRectF(left, 0, shown.width(), shown.height())
