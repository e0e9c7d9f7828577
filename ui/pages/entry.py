"""The frame of the screens before the work: one calm card in the middle of the window."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from agent_app.domain.languages import LANGUAGE_NAMES
from ui.text import Text
from ui.widgets.button import Chip
from ui.widgets.card import Surface
from ui.widgets.icon import Icon
from ui.widgets.label import Label
from ui.widgets.layout import Flow, column, row
from ui.widgets.scroll import Scroll


class EntryPage(QWidget):
    """The product's name, a title, and a card to fill."""

    says = Signal(str)
    language_wanted = Signal(str)
    alone = True

    def __init__(self, text: Text, *, title: str, remark: str) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = text
        mark = row(Icon("door", "accent", 32), Label(text.say("entry.product"), "heading"), gap=1)
        mark.setStretch(1, 1)
        self.card = Surface("card", gap=2.5, pad=4)
        heads = column(Label(title, "title"), Label(remark, ink="soft"), gap=1)
        self.card.body.addLayout(heads)
        whole = column(gap=3)
        whole.addStretch(1)
        whole.addLayout(mark)
        whole.addWidget(self.card)
        whole.addWidget(Label(text.say("entry.promise"), "label", ink="soft"))
        self._below = column()
        whole.addLayout(self._below)
        whole.addStretch(2)
        content = QWidget()
        content.setLayout(whole)
        box = column(gap=0)
        box.addWidget(Scroll(content, reach=560, pad=4, tall=True))
        self.setLayout(box)

    def ask(self, *items: QWidget) -> None:
        """What the card asks, from above; Tab comes to it before the languages."""
        for item in items:
            self.card.body.addWidget(item)
        self._below.addWidget(self._languages())

    def _languages(self) -> QWidget:
        """Whoever cannot read this page can still find their own language on it."""
        line = QWidget()
        flow = Flow(gap=1)
        for language, name in LANGUAGE_NAMES.items():
            chip = Chip(name, name=f"language-{language}")
            chip.setChecked(language == self.text.language)
            chip.clicked.connect(partial(self.language_wanted.emit, language))
            flow.addWidget(chip)
        line.setLayout(flow)
        return line

    def arrive(self) -> None:
        """The shell shows this page now."""
