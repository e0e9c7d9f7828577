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
            hint.setWidth(hint.width() + 12)
        return hint

    def paintEvent(self, event: QPaintEvent) -> None:
        """An arrow that leads on stands after its words; every other icon before them."""
        if self._glyph == _ONWARD and self.text():
            self._paint_onward()
        else:
            super().paintEvent(event)
        if self.hasFocus() and self.property("kind") in _LOUD:
            self._paint_ring()

    def _paint_onward(self) -> None:
        painter, option = QStylePainter(self), QStyleOptionButton()
        self.initStyleOption(option)
        option.text, option.icon = "", QIcon()
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        side = worn().icon_px()
        ink = worn().colour(self._ink() if self.isEnabled() else "ink_faint")
        wide = self.fontMetrics().horizontalAdvance(self.text())
        left = (self.width() - wide - GRID - side) / 2
        painter.setPen(ink)
        words = QRectF(left, 0, wide + GRID, self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        arrow = pixmap(self._glyph, ink, side, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(left + wide + GRID, (self.height() - side) / 2), arrow)

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
