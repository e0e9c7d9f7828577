"""How to pay, shown at the door: the creditor's own channel and code, nothing else."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from agent_app.script import NodeView
from ui.pages.page import page_of
from ui.pages.payment_sheet import PaymentDesk, channel_card
from ui.text import Text
from ui.viewmodels.panels import Panels
from ui.viewmodels.payment import PaymentModel
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.layout import Flow, clear, column


class PaymentPanel(QWidget):
    """The channel to scan, what may be told of a payment, and that it was explained."""

    def __init__(self, view: NodeView, panels: Panels, text: Text) -> None:
        super().__init__()
        self._visit, self._text = panels.visit, text
        self._shown = column(gap=2)
        box = column(gap=2)
        box.addLayout(self._shown)
        if view.value:
            box.addWidget(Banner(text.say("payment.explained"), "", "success"))
        done = Button(text.say("payment.explain"), "primary", glyph="check", name="payment-shown")
        done.clicked.connect(lambda: self._visit.answer(view.ref, "OK"))
        done.setVisible(not view.value)
        more = Button(text.say("payment.note"), "quiet", glyph="pen", name="payment-more")
        more.clicked.connect(self._open_desk)
        line = QWidget()
        line.setLayout(Flow(done, more, gap=1.5))
        box.addWidget(line)
        self.setLayout(box)
        self._model = PaymentModel(self._visit.office, self._visit.case_id, self._visit.visit, self)
        self._model.ready.connect(self._fill)
        self._model.load()

    def _fill(self) -> None:
        assert self._model.ways is not None
        clear(self._shown)
        self._shown.addWidget(channel_card(self._model.ways, self._text))

    def _open_desk(self) -> None:
        visit = self._visit
        PaymentDesk(
            page_of(self), visit.office, visit.case_id, self._text, visit=visit.visit,
            failed=visit.failed.emit, after=self._model.load,
        )  # fmt: skip
