"""Buttons: primary, quiet, plain, warn, danger, chip; with or without an icon."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QIcon, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)

from ui.theme import GRID, icon, pixmap, worn

_ONWARD = "arrow-right"
_FOLD_INSET = 4
"""Pixels, so that the focus line does not touch the sign."""
_LOUD = ("primary", "danger")

_ICON_INK = {
    "primary": "on_accent",
    "danger": "on_danger",
    "warn": "danger",
    "plain": "accent",
    "fold": "accent",
    "nav": "ink_soft",
}


class Button(QPushButton):
    """One press, one thing. `kind` says how loud; exactly one primary a screen."""

    def __init__(
        self,
        text: str,
        kind: str = "quiet",
        *,
        glyph: str = "",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._glyph = glyph
        self.setProperty("kind", kind)
        self.setProperty("square", not text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoDefault(False)
        if name:
            self.setObjectName(name)
        self._tint()

    def set_glyph(self, glyph: str) -> None:
        self._glyph = glyph
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        if self._glyph and self.text():
            hint.setWidth(hint.width() + _gap() + GRID // 2)
        return hint

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._glyph and self.text() and self.property("kind") != "chip":
            self._paint_both()
        else:
            super().paintEvent(event)
        if self.hasFocus() and self.property("kind") in _LOUD:
            self._paint_ring()

    def _paint_both(self) -> None:
        """An arrow that leads on stands after its words; every other icon before them. What folds
        begins at the left, the sign itself in line with the words above."""
        painter, option = QStylePainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        words = self.text()
        option.text, option.icon = "", QIcon()
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        side, gap = worn().icon_px(), _gap()
        wide = self.fontMetrics().horizontalAdvance(words)
        left = (self.width() - wide - gap - side) / 2
        if self.property("kind") == "fold":
            left = _FOLD_INSET - side / 3
        after = self._glyph == _ONWARD
        ink = worn().colour(self._ink() if self.isEnabled() else "ink_faint")
        sign = pixmap(self._glyph, ink, side, self.devicePixelRatioF())
        middle = (self.height() - side) / 2
        painter.drawPixmap(QPointF(left + (wide + gap if after else 0), middle), sign)
        painter.setPen(ink)
        room = QRectF(left + (0 if after else side + gap), 0, wide + gap, self.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_ring(self) -> None:
        """A second line inside the border: the focus colour alone is too near to the ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(worn().colour(self._ink()), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(4, 4, -4, -4), 9, 9)

    def _ink(self) -> str:
        return _ICON_INK.get(str(self.property("kind")), "ink")

    def _tint(self) -> None:
        if not self._glyph:
            return
        side = worn().icon_px()
        self.setIcon(icon(self._glyph, self._ink(), side))
        self.setIconSize(QSize(side, side))


class GlyphButton(Button):
    """An icon alone; `says` is its name for readers and the tooltip."""

    def __init__(self, glyph: str, says: str, kind: str = "quiet", *, name: str = "") -> None:
        super().__init__("", kind, glyph=glyph, name=name)
        self.setAccessibleName(says)
        self.setToolTip(says)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


class Chip(Button):
    """A small choice that stays pressed."""

    def __init__(self, text: str, *, glyph: str = "", name: str = "") -> None:
        super().__init__(text, "chip", glyph=glyph, name=name)
        self.setCheckable(True)

    def sizeHint(self) -> QSize:
        """Room for the bolder words of the pressed state."""
        hint, bold = super().sizeHint(), self.font()
        bold.setBold(True)
        more = QFontMetrics(bold).horizontalAdvance(self.text())
        more -= self.fontMetrics().horizontalAdvance(self.text())
        hint.setWidth(hint.width() + max(0, more))
        return hint


def _gap() -> int:
    """Pixels between an icon and its words."""
    return round(worn().icon_px() / 3)
