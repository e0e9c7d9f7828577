"""The debtor's turned-round screen: read, understand, sign. Shows only what they may see."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.pages.agreement_checks import check_card
from ui.pages.page import Page
from ui.text import Text
from ui.viewmodels.agreement import QUESTIONS, AgreementModel
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.card import Card, SectionHeader
from ui.widgets.ink_pad import InkPad
from ui.widgets.label import Label, Prose
from ui.widgets.layout import Flow, row
from ui.widgets.money import MoneyLabel
from ui.widgets.overlay import Sheet
from ui.widgets.paper import Paper, print_pdf
from ui.widgets.progress import Stage, StageBar
from ui.widgets.table import Rows, Table

STEPS = ("read", "understand", "sign", "done")


class AgreementPage(Page):
    """Four steps, large, in the debtor's language. They may stop at each."""

    alone = True
    reach = 920

    def __init__(self, model: AgreementModel, text: Text) -> None:
        super().__init__(text, title=text.say("agreement.title"), remark=text.say("agreement.free"))
        self._model = model
        self._step = "read"
        self._pads: dict[str, InkPad] = {}
        self._sealed = b""
        self._stages = StageBar()
        self.body.addWidget(self._stages)
        self._leave = Button(text.say("agreement.not_now"), "quiet", name="agreement-leave")
        self._leave.clicked.connect(self.back)
        self.foot_line.addWidget(self._leave)
        self._next = self.main_button(
            text.say("agreement.go_on"), "arrow-right", name="agreement-next"
        )
        self._next.clicked.connect(self._go_on)
        model.signed.connect(self._signed)
        self.bind(model)

    def arrive(self) -> None:
        self._model.load()

    def fill(self) -> None:
        if self._model.shown is None:
            return
        body = self.refill()
        place = STEPS.index(self._step)
        self._stages = StageBar(
            [
                Stage(
                    self.text.say(f"agreement.step_{name}"),
                    "done" if n < place else "here" if n == place else "ahead",
                )
                for n, name in enumerate(STEPS)
            ]
        )
        body.addWidget(self._stages)
        {
            "read": self._read,
            "understand": self._understand,
            "sign": self._sign,
            "done": self._done,
        }[self._step]()
        self._frame()

    def _frame(self) -> None:
        model, text = self._model, self.text
        ready = {
            "read": True,
            "understand": model.understood,
            "sign": self._all_signed(),
            "done": True,
        }[self._step]
        self._next.setEnabled(ready)
        key = {"sign": "agreement.seal", "done": "agreement.turn_back"}.get(
            self._step, "agreement.go_on"
        )
        self._next.setText(text.say(key))
        self._leave.setVisible(self._step != "done")

    # -- the four steps

    def _read(self) -> None:
        text, terms = self.text, self._model.terms
        figures = QWidget()
        figures.setLayout(
            Flow(
                MoneyLabel(text.say("agreement.total"), text.money(terms.total), style="display"),
                MoneyLabel(
                    text.say("agreement.each", n=terms.count),
                    text.money(terms.first),
                    style="display",
                ),
                MoneyLabel(
                    text.say("agreement.first_due"), text.date(terms.first_due), style="heading"
                ),
                gap=4,
            )
        )
        sums = Card(figures)
        head = [text.say("plan.number"), text.say("plan.due"), text.say("plan.amount")]
        lines = [
            (str(n), text.date(due), text.money(amount))
            for n, (due, amount) in enumerate(terms.rows, 1)
        ]
        table = Table(Rows(head, lines, frozenset({2})), stretch=1, name="agreement-rows")
        table.fit()
        rights = Card(
            SectionHeader(text.say("agreement.your_rights")),
            Prose(text.say("agreement.rights"), "heading-speech"),
        )
        whole = Button(text.say("agreement.whole"), "quiet", glyph="file", name="agreement-whole")
        whole.clicked.connect(self._show_paper)
        for card in (sums, Card(SectionHeader(text.say("agreement.rows")), table), rights):
            self.body.addWidget(card)
        self.body.addLayout(row(whole, 1))

    def _understand(self) -> None:
        text, model = self.text, self._model
        self.body.addWidget(Label(text.say("agreement.ask"), "heading"))
        if model.needs_pause:
            self.body.addWidget(
                Banner(
                    text.say("agreement.pause"),
                    text.say("agreement.pause_remark"),
                    "warn",
                    glyph="heart",
                    name="agreement-pause",
                )
            )
        for name in QUESTIONS:
            self.body.addWidget(check_card(name, model, text))

    def _sign(self) -> None:
        text, model = self.text, self._model
        kept = self._pads
        self._pads = {}
        for role in model.required():
            pad = kept.get(role) or InkPad(text.say("question.sign_here"), name=f"ink-{role}")
            pad.signed.connect(lambda _: self._frame())
            self._pads[role] = pad
            again = Button(text.say("question.clear"), "plain", glyph="undo", name=f"clear-{role}")
            again.clicked.connect(pad.clear)
            title = text.say("agreement.signature", role=text.say(f"agreement.role_{role}"))
            card = Card(SectionHeader(title, model.name_of(role), end=again), pad)
            self.body.addWidget(card)

    def _done(self) -> None:
        text = self.text
        self.body.addWidget(
            Banner(
                text.say("agreement.sealed"), text.say("agreement.sealed_remark"), "success",
                glyph="seal", name="agreement-sealed",
            )
        )  # fmt: skip
        paper = Paper(name="agreement-paper")
        paper.show_pdf(self._sealed)
        send = Button(text.say("agreement.print"), "quiet", glyph="printer", name="agreement-print")
        send.clicked.connect(lambda: print_pdf(self._sealed, self))
        self.body.addLayout(row(send, 1))
        self.body.addWidget(paper)

    # -- moving on

    def _go_on(self) -> None:
        if self._step == "sign":
            self._next.setEnabled(False)
            self._model.sign({role: pad.strokes() for role, pad in self._pads.items()})
        elif self._step == "done":
            self.back.emit()
        else:
            self._step = STEPS[STEPS.index(self._step) + 1]
            self.fill()
            self.scroller.verticalScrollBar().setValue(0)

    def _all_signed(self) -> bool:
        return bool(self._pads) and all(pad.strokes() for pad in self._pads.values())

    def _signed(self, pdf: bytes) -> None:
        self._sealed, self._step = pdf, "done"
        self._pads = {}
        self.fill()
        self.scroller.verticalScrollBar().setValue(0)

    def _show_paper(self) -> None:
        shown = self._model.shown
        if shown is not None:
            paper = Paper(name="agreement-paper")
            paper.show_pdf(shown.pdf)
            Sheet(
                self, self.text.say("agreement.title"), paper, close=self.text.say("page.close"),
                name="agreement-sheet", width=820,
            )  # fmt: skip
