"""Signing: one hand after the other on the screen, or with a pen on two printed copies."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from agent_app.documents.ink import Stroke
from ui.pages.agreement_paper import OnPaper
from ui.text import Text
from ui.viewmodels.agreement import AgreementModel
from ui.widgets.badge import Badge, Banner
from ui.widgets.button import Button
from ui.widgets.card import Card, SectionHeader
from ui.widgets.ink_pad import InkPad
from ui.widgets.layout import Flow, clear, column, row


class Signing(QWidget):
    """`changed` says whether one may go on may be another now. `finish` takes the ink of the one
    at the pad and hands on, or signs when everyone has."""

    changed = Signal()

    def __init__(self, model: AgreementModel, text: Text) -> None:
        super().__init__()
        self._model, self._text = model, text
        self._ink: dict[str, tuple[Stroke, ...]] = {}
        self._pad: InkPad | None = None
        self._paper: OnPaper | None = None
        self._box = column(gap=2)
        self.setLayout(self._box)
        self._hand_over()

    @property
    def ready(self) -> bool:
        if self._paper is not None:
            return bool(self._paper.pages)
        return self._pad is not None and bool(self._pad.strokes())

    @property
    def onward(self) -> str:
        if self._paper is not None:
            return "agreement.paper_done"
        return "agreement.seal" if self._last() else "agreement.hand_on"

    def finish(self) -> bool:
        """True once it is being signed."""
        if self._paper is not None:
            self._model.sign_on_paper(self._paper.pages)
            return True
        role = self._turn()
        if role is not None and self._pad is not None:
            self._ink[role] = self._pad.strokes()
        if self._turn() is None:
            self._model.sign(self._ink)
            return True
        self._hand_over()
        return False

    def _turn(self) -> str | None:
        """Whose turn it is; None when everyone has signed."""
        return next((role for role in self._model.signing() if role not in self._ink), None)

    def _last(self) -> bool:
        return len(self._ink) >= len(self._model.signing()) - 1

    def _hand_over(self) -> None:
        model, text, role = self._model, self._text, self._turn()
        assert role is not None
        clear(self._box)
        self._box.addWidget(self._round(role))
        who = text.say(f"agreement.role_{role}")
        if self._ink:
            words = text.say("agreement.hand_to", role=who, name=model.name_of(role))
            self._box.addWidget(
                Banner(words, text.say("agreement.hand_remark"), "info", glyph="hand",
                       name="agreement-hand-over")
            )  # fmt: skip
        self._pad = InkPad(text.say("question.sign_here"), name=f"ink-{role}")
        self._pad.signed.connect(lambda _: self.changed.emit())
        again = Button(text.say("question.clear"), "plain", glyph="undo", name=f"clear-{role}")
        again.clicked.connect(self._pad.clear)
        title = text.say("agreement.signature", role=who)
        self._box.addWidget(Card(SectionHeader(title, model.name_of(role), end=again), self._pad))
        self._box.addLayout(row(self._other_ways(), 1))
        self.changed.emit()

    def _round(self, here: str) -> QWidget:
        """Everyone who signs, in order, with who has."""
        text, line = self._text, QWidget()
        badges = []
        for number, role in enumerate(self._model.signing(), 1):
            words = f"{number}. {text.say(f'agreement.role_{role}')}"
            done = role in self._ink
            tone = "success" if done else "accent" if role == here else "neutral"
            badges.append(Badge(words, tone, glyph="check" if done else "pen", name=f"turn-{role}"))
        line.setLayout(Flow(*badges, gap=1))
        return line

    def _other_ways(self) -> QWidget:
        text, line = self._text, QWidget()
        paper = Button(
            text.say("agreement.on_paper"), "plain", glyph="printer", name="agreement-on-paper"
        )
        paper.clicked.connect(self._take_paper)
        ways = [paper]
        if self._ink:
            anew = Button(
                text.say("agreement.sign_anew"), "plain", glyph="undo", name="agreement-anew"
            )
            anew.clicked.connect(self._anew)
            ways.append(anew)
        line.setLayout(Flow(*ways, gap=1.5))
        return line

    def _anew(self) -> None:
        self._ink.clear()
        self._paper = None
        self._hand_over()

    def _take_paper(self) -> None:
        clear(self._box)
        self._ink.clear()
        self._pad = None
        self._paper = OnPaper(self._model, self._text)
        self._paper.changed.connect(self.changed)
        self._paper.screen_wanted.connect(self._anew)
        self._box.addWidget(self._paper)
        self.changed.emit()
