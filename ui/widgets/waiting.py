"""Something is being opened: said in words, after a moment, so that what is quick does not flash."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QWidget

from ui.widgets.icon import Icon
from ui.widgets.label import Label
from ui.widgets.layout import column

_PATIENCE_MS = 200


class Waiting(QWidget):
    """A sentence in the middle of an empty page."""

    def __init__(self, words: str, *, name: str = "waiting") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(words)
        centre = Qt.AlignmentFlag.AlignHCenter
        self._told = QWidget()
        said = Label(words, "body", ink="soft")
        said.setAlignment(centre)
        box = column(gap=1.5, pad=8)
        box.addWidget(Icon("clock", "ink_faint", 36), 0, centre)
        box.addWidget(said)
        self._told.setLayout(box)
        self._told.hide()
        self.setLayout(column(self._told, gap=0))
        QTimer.singleShot(_PATIENCE_MS, self._told, self._told.show)
