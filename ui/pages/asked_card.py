"""What agents at a door ask their lead for: the terms, and one press to approve exactly these."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from agent_app.queries.approvals import Ask
from ui.pages.panels.plan_approval import terms_facts
from ui.text import Text
from ui.viewmodels.approval import AsksModel
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.card import Card, Facts, SectionHeader
from ui.widgets.layout import clear, column
from ui.widgets.lists import Row
from ui.widgets.overlay import Sheet


class AskedCard(QWidget):
    """Hidden while nobody asks."""

    def __init__(self, model: AsksModel, text: Text, failed: Callable[[Exception], object]) -> None:
        super().__init__()
        model.setParent(self)
        self._model, self._text = model, text
        self._box = column(gap=1)
        self.setLayout(self._box)
        self.hide()
        model.ready.connect(self._fill)
        model.failed.connect(failed)

    def load(self) -> None:
        self._model.load()

    def _fill(self) -> None:
        text = self._text
        clear(self._box)
        self.setVisible(bool(self._model.asks))
        card = Card(SectionHeader(text.say("approval.asked", n=len(self._model.asks))), pad=2)
        for ask in self._model.asks:
            told = text.say("approval.asked_by", agent=ask.agent, at=text.moment(ask.at))
            line = Row(f"{ask.debtor} · {ask.case}", told, name=f"ask-{ask.case}")
            line.opened.connect(partial(self._open, ask))
            card.body.addWidget(line)
        self._box.addWidget(card)

    def _open(self, ask: Ask) -> None:
        text, content = self._text, QWidget()
        content.setLayout(
            column(
                Banner(text.say("approval.exactly"), "", "info"),
                Facts(terms_facts(ask.terms, ask.case, text)),
                gap=2,
            )
        )
        give = Button(text.say("approval.approve"), "primary", glyph="check", name="ask-approve")
        sheet = Sheet(
            self.window(), f"{ask.debtor} · {ask.agent}", content, close=text.say("page.close"),
            name="ask-sheet", actions=(give,),
        )  # fmt: skip
        give.clicked.connect(sheet.leave)
        give.clicked.connect(lambda: self._model.approve(ask))
