"""Buttons: primary, quiet, plain, warn, danger, chip; with or without an icon."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui.theme import icon, worn

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

    def _tint(self) -> None:
        if not self._glyph:
            return
        onward = self._glyph == "arrow-right" and self.text()
        left, right = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft
        self.setLayoutDirection(right if onward else left)
        side = worn().icon_px()
        token = _ICON_INK.get(str(self.property("kind")), "ink")
        self.setIcon(icon(self._glyph, token, side))
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
