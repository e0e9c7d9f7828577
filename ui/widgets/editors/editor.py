"""What every editor is: it shows a value (XForms text) and gives a new one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


class Editor(QWidget):
    """`given` carries the answer as the form keeps it; `set_value` shows one; `hurried` asks to
    go on at once."""

    given = Signal(str)
    hurried = Signal()

    def set_value(self, value: str) -> None:
        raise NotImplementedError

    def settle(self) -> None:
        """Give now what is still being typed."""
