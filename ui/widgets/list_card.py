"""Rows on one sheet; many of them come in turns, so that no turn of the screen waits for all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from PySide6.QtCore import QElapsedTimer, QTimer
from PySide6.QtWidgets import QWidget

from ui.widgets.card import SectionHeader, Surface
from ui.widgets.stack import Stack

_AT_ONCE = 3
_TURN_MS = 4


class ListCard(Surface):
    """Rows on one sheet, a hairline between each two; the head stands in line with their words."""

    def __init__(self, title: str = "", remark: str = "") -> None:
        super().__init__("card", gap=0, pad=1)
        self._stack: Stack | None = None
        self._coming: Iterator[QWidget] = iter(())
        self._turns = QTimer(self)
        self._turns.timeout.connect(self._go_on)
        if title:
            self.head(title, remark)

    def head(self, title: str, remark: str = "", *, end: QWidget | None = None) -> None:
        """A heading over the rows that follow."""
        line = SectionHeader(title, remark, end=end)
        line.setContentsMargins(16, 16, 16, 8)
        self.body.addWidget(line)

    def add(self, line: QWidget) -> None:
        """A row below the last; after something else a new run of rows begins."""
        last = self.body.itemAt(self.body.count() - 1)
        if self._stack is None or last is None or last.widget() is not self._stack:
            self._stack = Stack()
            self.body.addWidget(self._stack)
        self._stack.add(line)

    def add_all(self, lines: Iterator[QWidget]) -> None:
        """The first few now, the others each in its turn, as they are made."""
        self._coming = lines
        for line in islice(lines, _AT_ONCE):
            self.add(line)
        self._turns.start()

    @property
    def growing(self) -> bool:
        """Whether rows are still to come."""
        return self._turns.isActive()

    def _go_on(self) -> None:
        spent = QElapsedTimer()
        spent.start()
        for line in self._coming:
            self.add(line)
            if spent.elapsed() >= _TURN_MS:
                return
        self._turns.stop()
