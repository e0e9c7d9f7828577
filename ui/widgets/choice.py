"""Choices as cards: one of several, or several of many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from ui.theme import GRID, Theme, pixmap, worn
from ui.widgets.mark import paint_mark
from ui.widgets.media import read_picture

_PICTURE = 160


@dataclass(frozen=True)
class Option:
    """One choice: what is stored, what is read, a remark under it, an icon, and whether it can be
    taken now (a shut option says why in `remark`). `picture` is an image's bytes, shown over the
    words."""

    value: str
    label: str
    remark: str = ""
    glyph: str = ""
    open: bool = True
    picture: bytes = b""


class ChoiceCard(QAbstractButton):
    """One option on a card with its mark: a ring for one-of, a box for many-of."""

    def __init__(self, option: Option, *, multi: bool) -> None:
        super().__init__()
        self.option, self._multi = option, multi
        self.setText(option.label)
        self.setCheckable(True)
        self.setEnabled(option.open)
        self.setObjectName(f"choice-{option.value}")
        self.setAccessibleName(option.label)
        self.setAccessibleDescription(option.remark)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._picture = read_picture(option.picture, _PICTURE) if option.picture else QImage()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        return QSize(280, self.heightForWidth(280))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, worn().target() + 8)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        theme = worn()
        label, remark = self._texts(theme, width)
        words = round(label.height() + remark.height()) + 3 * GRID
        picture = self._picture.height() + GRID if not self._picture.isNull() else 0
        return max(theme.target() + 8, words + picture)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = worn()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, theme)
        self._paint_mark(painter, theme)
        self._paint_words(painter, theme)
        painter.end()

    def _ink(self, theme: Theme, token: str) -> str:
        shut = "ink_soft" if self.isChecked() else "ink_faint"
        return token if self.isEnabled() else shut

    def _paint_ground(self, painter: QPainter, theme: Theme) -> None:
        line, width, ground = "line", 1.0, "surface"
        if self.isChecked():
            line, width, ground = "accent", 2.0, "accent_soft"
        elif self.underMouse() and self.isEnabled():
            line = "line_strong"
        if not self.isEnabled():
            line, width, ground = "line", 1.0, "sunken"
        if self.hasFocus():
            line, width = "focus", 3.0
        pen = QPen(theme.colour(line), width)
        if not self.isEnabled() and theme.sharp:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(theme.colour(ground))
        inset = width / 2
        frame = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(frame, 14, 14)

    def _paint_mark(self, painter: QPainter, theme: Theme) -> None:
        side = theme.icon_px()
        box = QRectF(2 * GRID, (self.height() - side) / 2, side, side)
        paint_mark(painter, box, chosen=self.isChecked(), multi=self._multi)

    def _paint_words(self, painter: QPainter, theme: Theme) -> None:
        label, remark = self._texts(theme, self.width())
        picture = self._picture.height() + GRID if not self._picture.isNull() else 0
        if picture:
            painter.drawImage(QPointF(label.left(), 1.5 * GRID), self._picture)
        top = (self.height() + picture - label.height() - remark.height()) / 2
        painter.setFont(theme.font("body", bold=self.isChecked()))
        painter.setPen(theme.colour(self._ink(theme, "ink")))
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(label.translated(0, top), flags, self.option.label)
        painter.setFont(theme.font("label"))
        painter.setPen(theme.colour("ink_soft"))
        painter.drawText(
            remark.translated(0, top + label.height()), Qt.TextFlag.TextWordWrap, self.option.remark
        )
        if self.option.glyph:
            side = theme.icon_px()
            token = "accent" if self.isChecked() else self._ink(theme, "ink_soft")
            drawing = pixmap(self.option.glyph, theme.colour(token), side, self.devicePixelRatioF())
            spot = QPointF(self.width() - side - 2 * GRID, (self.height() - side) / 2)
            painter.drawPixmap(spot, drawing)

    def _texts(self, theme: Theme, width: int) -> tuple[QRectF, QRectF]:
        left = 3.5 * GRID + theme.icon_px()
        right = 2 * GRID + (theme.icon_px() + GRID if self.option.glyph else 0)
        space = QRectF(left, 0, max(40.0, width - left - right), 10_000)
        flags = Qt.TextFlag.TextWordWrap.value
        bold = QFontMetricsF(theme.font("body", bold=True))
        label = bold.boundingRect(space, flags, self.option.label)
        label.setLeft(left)
        label.setWidth(space.width())
        if not self.option.remark:
            return label, QRectF(left, 0, space.width(), 0)
        remark = QFontMetricsF(theme.font("label")).boundingRect(space, flags, self.option.remark)
        return label, QRectF(left, 0, space.width(), remark.height() + 2)


class Choices(QWidget):
    """Choice cards in one or more columns. `picked` carries the chosen values in their order."""

    picked = Signal(tuple)

    def __init__(
        self,
        options: Sequence[Option],
        *,
        multi: bool = False,
        columns: int = 1,
        chosen: Sequence[str] = (),
        name: str = "",
    ) -> None:
        super().__init__()
        self._multi = multi
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(round(1.25 * GRID))
        self._columns = columns
        self._cards: list[ChoiceCard] = []
        if name:
            self.setObjectName(name)
        for place, option in enumerate(options):
            card = ChoiceCard(option, multi=multi)
            card.setChecked(option.value in chosen)
            card.clicked.connect(lambda _=False, card=card: self._press(card))
            self._cards.append(card)
            self._grid.addWidget(card, place // columns, place % columns)
        for index in range(columns):
            self._grid.setColumnStretch(index, 1)

    def chosen(self) -> tuple[str, ...]:
        return tuple(card.option.value for card in self._cards if card.isChecked())

    def values(self) -> set[str]:
        """Every value on offer."""
        return {card.option.value for card in self._cards}

    def set_chosen(self, values: Sequence[str]) -> None:
        for card in self._cards:
            card.setChecked(card.option.value in values)

    def _press(self, pressed: ChoiceCard) -> None:
        if not self._multi:
            for card in self._cards:
                card.setChecked(card is pressed)
        self.picked.emit(self.chosen())
