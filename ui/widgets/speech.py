"""Words to say aloud, and what only the agent needs to know."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.widgets.button import Button
from ui.widgets.card import Surface
from ui.widgets.icon import Icon
from ui.widgets.label import Label, Prose
from ui.widgets.layout import column, row


class Speech(Surface):
    """What the agent says, set apart as speech and a size larger."""

    def __init__(self, words: str, *, says: str, name: str = "speech") -> None:
        head = row(Icon("speech", "speech", 20), Label(says, "eyebrow", ink="speech"), gap=1)
        head.setStretch(1, 1)
        self.words = Prose(words, "heading-speech", name=name)
        super().__init__("speech", head, self.words, gap=1, pad=2.5)
        self.setAccessibleName(f"{says}: {words}")


class Folded(QWidget):
    """A line one can open: guidance for the agent, details, legal source."""

    def __init__(
        self, title: str, body: str | QWidget, *, name: str = "folded", opened: bool = False
    ) -> None:
        super().__init__()
        self._body = body if isinstance(body, QWidget) else _told(body)
        self._switch = Button(title, "fold", glyph="chevron-right", name=name)
        self._switch.setCheckable(True)
        self._switch.toggled.connect(self._fold)
        box = column(gap=1)
        box.addWidget(self._switch, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(self._body)
        self.setLayout(box)
        self._switch.setChecked(opened)
        self._fold(opened)

    def _fold(self, opened: bool) -> None:
        self._body.setVisible(opened)
        self._switch.set_glyph("chevron-down" if opened else "chevron-right")


def _told(words: str) -> Surface:
    return Surface("sunken", Prose(words, "body", ink="soft"), pad=2)
