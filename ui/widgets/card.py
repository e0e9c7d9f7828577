"""Surfaces: card, section header, rows of facts, empty state."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import GRID, worn
from ui.widgets.icon import Icon
from ui.widgets.label import Label
from ui.widgets.layout import column, row


class Surface(QFrame):
    """A frame of one kind (card, sunken, bar, top, speech…) with a column inside."""

    def __init__(self, kind: str, *items: QWidget | QLayout | int, gap: float = 2, pad: float = 3):
        super().__init__()
        self.setProperty("surface", kind)
        self.body: QVBoxLayout = column(*items, gap=gap, pad=pad)
        self.setLayout(self.body)


class Card(Surface):
    """A white sheet on the page; everything about one thing."""

    def __init__(self, *items: QWidget | QLayout | int, gap: float = 2, pad: float = 3) -> None:
        super().__init__("card", *items, gap=gap, pad=pad)


class Rule(QWidget):
    """A hairline between rows, `inset` pixels from both ends."""

    def __init__(self, *, inset: int = 0) -> None:
        super().__init__()
        self._inset = inset
        self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        line = self.rect().adjusted(self._inset, 0, -self._inset, 0)
        painter.fillRect(line, worn().colour("line"))
        painter.end()


class SectionHeader(QWidget):
    """A heading with an optional remark and something at its end."""

    def __init__(self, title: str, remark: str = "", *, end: QWidget | None = None) -> None:
        super().__init__()
        words = column(Label(title, "heading"), gap=0.5)
        if remark:
            words.addWidget(Label(remark, "label", ink="soft"))
        line = row(gap=2)
        line.addLayout(words, 1)
        if end is not None:
            line.addWidget(end, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(line)


class Facts(QWidget):
    """Names and values in two aligned columns."""

    def __init__(self, facts: Sequence[tuple[str, str | QWidget]] = ()) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(3 * GRID)
        self._grid.setVerticalSpacing(round(1.25 * GRID))
        self._grid.setColumnStretch(0, 2)
        self._grid.setColumnStretch(1, 5)
        for name, value in facts:
            self.add(name, value)

    def add(self, name: str, value: str | QWidget) -> None:
        line = self._grid.rowCount()
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(Label(name, "body", ink="soft"), line, 0, top)
        if isinstance(value, str):
            self._grid.addWidget(Label(value), line, 1, top)
        else:
            self._grid.addLayout(row(value, 1), line, 1, top)


class EmptyState(QWidget):
    """Nothing here: why, and what to do next."""

    def __init__(
        self, glyph: str, title: str, remark: str = "", *, action: QWidget | None = None
    ) -> None:
        super().__init__()
        centre = Qt.AlignmentFlag.AlignHCenter
        box = column(gap=1.5, pad=4)
        box.addStretch(1)
        box.addWidget(Icon(glyph, "ink_faint", 44), 0, centre)
        for words in (Label(title, "heading"), Label(remark, "body", ink="soft")):
            words.setAlignment(centre)
            words.setVisible(bool(words.text()))
            box.addWidget(words)
        if action is not None:
            box.addWidget(action, 0, centre)
        box.addStretch(1)
        self.setLayout(box)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
