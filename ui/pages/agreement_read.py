"""First step of the turned-round screen: what is to be paid, the rights, read aloud if wanted."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.capture.voice import Voice
from ui.pages.page import page_of
from ui.text import Text
from ui.viewmodels.agreement import AgreementModel
from ui.widgets.button import Button
from ui.widgets.card import Card, SectionHeader
from ui.widgets.label import Label, Prose
from ui.widgets.layout import Flow, column
from ui.widgets.money import MoneyLabel
from ui.widgets.overlay import Sheet
from ui.widgets.paper import Paper
from ui.widgets.table import Rows, Table


class Reading(QWidget):
    """The few figures large, every instalment, the rights; the whole paper is one press away."""

    ready = True
    onward = "agreement.go_on"

    def __init__(self, model: AgreementModel, text: Text) -> None:
        super().__init__()
        self._model, self._text = model, text
        terms = model.terms
        figures = QWidget()
        each = text.say("agreement.each", n=terms.count)
        figures.setLayout(
            Flow(
                MoneyLabel(text.say("agreement.total"), text.money(terms.total), style="display"),
                MoneyLabel(each, text.money(terms.first), style="display"),
                MoneyLabel(
                    text.say("agreement.first_due"), text.date(terms.first_due), style="display"
                ),
                gap=5,
                top=True,
            )
        )
        head = [text.say("plan.number"), text.say("plan.due"), text.say("plan.amount")]
        lines = [
            (str(n), text.date(due), text.money(amount))
            for n, (due, amount) in enumerate(terms.rows, 1)
        ]
        table = Table(
            Rows(head, lines, frozenset({2})),
            stretch=1,
            name="agreement-rows",
            says=text.say("agreement.rows"),
        )
        table.fit()
        rights = Prose(text.say("agreement.rights"), "heading-speech")
        self.setLayout(
            column(
                Card(figures),
                self._aids(),
                Card(SectionHeader(text.say("agreement.rows")), table),
                Card(SectionHeader(text.say("agreement.your_rights")), rights),
                gap=2,
            )
        )

    def _aids(self) -> QWidget:
        """The whole paper to read, and a voice where the system has one for the language."""
        text = self._text
        whole = Button(text.say("agreement.whole"), "quiet", glyph="file", name="agreement-whole")
        whole.clicked.connect(self._show_paper)
        self._voice = Voice(self._model.language, self)
        words = text.say("agreement.read_aloud")
        self._aloud = Button(words, "quiet", glyph="speech", name="agreement-aloud")
        self._aloud.setVisible(self._voice.able)
        self._aloud.clicked.connect(self._read_aloud)
        self._voice.speaking.connect(self._say_state)
        silent = Label(text.say("agreement.no_voice"), "label", ink="soft", wrap=False)
        silent.setHidden(self._voice.able)
        line = QWidget()
        line.setLayout(Flow(self._aloud, whole, silent, gap=1.5))
        return line

    def _read_aloud(self) -> None:
        shown = self._model.shown
        if self._voice.talks:
            self._voice.hush()
        elif shown is not None:
            self._voice.say(shown.text)

    def _say_state(self, talks: bool) -> None:
        key = "agreement.stop_voice" if talks else "agreement.read_aloud"
        self._aloud.setText(self._text.say(key))

    def _show_paper(self) -> None:
        shown = self._model.shown
        if shown is not None:
            paper = Paper(name="agreement-paper")
            paper.show_pdf(shown.pdf)
            Sheet(
                page_of(self), self._text.say("agreement.title"), paper,
                close=self._text.say("page.close"), name="agreement-sheet", width=820,
            )  # fmt: skip
