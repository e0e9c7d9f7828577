"""The frame round a real page in a rehearsal: says that it is practice, and what the debtor says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from agent_app.script import NodeView
from ui.text import Text
from ui.viewmodels.rehearsal import Practice
from ui.widgets.badge import Badge
from ui.widgets.button import Button
from ui.widgets.card import Surface
from ui.widgets.label import Label
from ui.widgets.layout import column, row

SCORE, AGREEMENT = "rehearsal-score", "rehearsal-agreement"


class RehearsalFrame(QWidget):
    """Wherever the page inside would go, this goes on in the rehearsal: to the agreement of the
    room, else to the score."""

    go = Signal(str, object)
    back = Signal()
    says = Signal(str)
    alone = True

    def __init__(self, practice: Practice, page: Any, text: Text) -> None:
        super().__init__()
        self.setObjectName("page")
        self.page, self._practice, self._text = page, practice, text
        self._words = Label("", "body", ink="speech", name="rehearsal-words")
        end = Button(text.say("rehearsal.end"), "quiet", glyph="close", name="rehearsal-end")
        end.clicked.connect(lambda: self.go.emit(SCORE, practice))
        mark = Badge(text.say("rehearsal.band"), "warn", glyph="shield", name="rehearsal-band")
        line = row(mark, gap=2)
        line.addWidget(self._words, 1)
        line.addWidget(end)
        line.setContentsMargins(24, 8, 24, 8)
        band = Surface("practice", line, gap=0, pad=0)
        self.setLayout(column(band, page, gap=0))
        page.go.connect(self._go)
        page.back.connect(self.back)
        page.says.connect(self.says)

    def arrive(self) -> None:
        """The shell shows this page now."""
        self.page.arrive()

    def hear(self, views: Sequence[NodeView]) -> None:
        """Say what the debtor says to the first of these questions still without an answer."""
        asked = next((one for one in views if not one.value), None)
        self._words.setText(self._line(asked) if asked is not None else "")

    def _line(self, view: NodeView) -> str:
        practice, text = self._practice, self._text
        words, brings = practice.said(view)
        if view.ds.get("panel") == "identity" and practice.role.answers.get("identity") == "passed":
            facts = practice.role.facts.items()
            told = [f"{text.choose(f'identity.{name}', name)} {value}" for name, value in facts]
            return text.say("rehearsal.says", words=" · ".join(told))
        if said := text.pick(words) if words else "":
            return text.say("rehearsal.says", words=said)
        return text.say("rehearsal.brings", what=brings) if brings else ""

    def _go(self, page: str, argument: object) -> None:
        if page == "agreement":
            self.go.emit(AGREEMENT, (self._practice, argument))
        else:
            self.go.emit(SCORE, self._practice)
