"""Sealed: the debtor's equal copy, printed here or fetched with their own phone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from agent_app.documents.qr import modules
from ui.text import Text
from ui.viewmodels.agreement import AgreementModel
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.card import Card, SectionHeader
from ui.widgets.label import Label, Prose
from ui.widgets.layout import clear, column, row
from ui.widgets.paper import Paper, print_pdf
from ui.widgets.qr import QrView

_SIDE = 260


class Done(QWidget):
    """The sealed paper, and both ways to take it home."""

    ready = True
    onward = "agreement.turn_back"

    def __init__(self, model: AgreementModel, sealed: bytes, text: Text) -> None:
        super().__init__()
        self._text = text
        paper = Paper(name="agreement-paper")
        paper.show_pdf(sealed)
        send = Button(text.say("agreement.print"), "quiet", glyph="printer", name="agreement-print")
        send.clicked.connect(lambda: print_pdf(sealed, self))
        self._code, self._words = column(), column(gap=1)
        ways = row(self._code, column(self._words, row(send, 1), 1, gap=2), gap=3)
        ways.setStretch(1, 1)
        title, remark = text.say("agreement.sealed"), text.say("agreement.sealed_remark")
        self.setLayout(
            column(
                Banner(title, remark, "success", glyph="seal", name="agreement-sealed"),
                Card(SectionHeader(text.say("agreement.copy")), ways),
                paper,
                gap=2,
            )
        )
        model.linked.connect(self._show_link)
        model.link()

    def _show_link(self, link: str) -> None:
        text = self._text
        clear(self._code)
        clear(self._words)
        if not link:
            self._words.addWidget(Label(text.say("agreement.no_link"), ink="soft"))
            return
        code = QrView(modules(link), text.say("agreement.scan"), side=_SIDE, name="agreement-qr")
        self._code.addWidget(code, 0, Qt.AlignmentFlag.AlignTop)
        self._words.addWidget(Label(text.say("agreement.scan"), "heading"))
        self._words.addWidget(Prose(text.say("agreement.scan_remark"), "body", ink="soft"))
