"""Digits and letters by finger, for a passphrase or a code without a keyboard."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from ui.theme import GRID
from ui.widgets.button import Button, GlyphButton


class Keypad(QWidget):
    """Ten digits, erase and done. It never shows or keeps what is typed."""

    typed = Signal(str)
    erased = Signal()
    entered = Signal()

    def __init__(self, *, erase: str, enter: str) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(round(1.25 * GRID))
        for place, digit in enumerate("123456789"):
            grid.addWidget(self._key(digit), place // 3, place % 3)
        back = GlyphButton("backspace", erase, "key", name="key-erase")
        back.clicked.connect(self.erased)
        done = GlyphButton("arrow-right", enter, "primary", name="key-enter")
        done.clicked.connect(self.entered)
        for column, key in enumerate((back, self._key("0"), done)):
            key.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            grid.addWidget(key, 3, column)

    def _key(self, digit: str) -> Button:
        key = Button(digit, "key", name=f"key-{digit}")
        key.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        key.clicked.connect(lambda: self.typed.emit(digit))
        return key
