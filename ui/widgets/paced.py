"""A button that shows how many seconds its screen still deserves; it never refuses a press."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from PySide6.QtCore import QTimer

from ui.widgets.button import Button


class PacedButton(Button):
    """`left` says the seconds still to go; `words` writes the label with them."""

    def __init__(
        self, left: Callable[[], float], words: Callable[[str, int], str], *, glyph: str, name: str
    ) -> None:
        super().__init__("", "primary", glyph=glyph, name=name)
        self.setProperty("square", False)
        self._left, self._words, self._plain = left, words, ""
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.tick)

    def pace(self, plain: str) -> None:
        """Carry the words `plain`, and count down while the screen is young."""
        self._plain = plain
        self.tick()

    def tick(self) -> None:
        left = ceil(self._left())
        self.setText(self._words(self._plain, left) if left > 0 else self._plain)
        if left > 0:
            self._timer.start()
        else:
            self._timer.stop()
