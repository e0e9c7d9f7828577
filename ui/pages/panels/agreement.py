"""The agreement: opens the debtor's own screen; what they decide answers the question."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from agent_app.script import NodeView
from ui.pages.page import page_of
from ui.text import Text
from ui.viewmodels.panels import Panels
from ui.widgets.badge import Badge, Banner
from ui.widgets.button import Button
from ui.widgets.field import TextField
from ui.widgets.label import Label
from ui.widgets.layout import Flow, clear, column
from ui.widgets.overlay import Sheet

OTHERS = ("co_debtor", "guarantor", "second_agent", "interpreter")
"""Who may sign beside the debtor and the agent."""


def agreement_panel(view: NodeView, panels: Panels, text: Text) -> QWidget:
    """Who signs, a button to turn the screen round, and the answers that need no signature."""
    visit = panels.visit
    box = column(gap=2)
    if view.value:
        tone = "success" if view.value == "signed" else "info"
        box.addWidget(
            Banner(text.choose(f"agreement.is_{view.value}", view.value), "", tone, glyph="seal")
        )
    buttons = []
    if view.value != "signed":
        box.addWidget(_Signers(panels, text))
        turn = Button(text.say("agreement.turn"), "primary", glyph="turn", name="agreement-turn")
        turn.clicked.connect(lambda: visit.agreement_wanted.emit(view.ref))
        buttons.append(turn)
        for choice in view.choices:
            if choice.value != "signed":
                other = Button(choice.label, "quiet", name=f"agreement-{choice.value}")
                other.clicked.connect(lambda _=False, v=choice.value: visit.answer(view.ref, v))
                buttons.append(other)
    if buttons:
        line = QWidget()
        line.setLayout(Flow(*buttons, gap=1.5))
        box.addWidget(line)
    holder = QWidget()
    holder.setLayout(box)
    return holder


class _Signers(QWidget):
    """Everyone who signs, and a way to bring in more."""

    def __init__(self, panels: Panels, text: Text) -> None:
        super().__init__()
        self._panels, self._text = panels, text
        self._names = Flow(gap=1)
        shown = QWidget()
        shown.setLayout(self._names)
        add = Button(text.say("agreement.add_signers"), "plain", glyph="people", name="signers-add")
        add.clicked.connect(self._ask)
        self.setLayout(column(Label(text.say("agreement.signers"), "strong"), shown, add, gap=1))
        self._fill()

    def _fill(self) -> None:
        clear(self._names)
        others = self._panels.others
        for role in ("debtor", "co_debtor", "guarantor", "agent", "second_agent", "interpreter"):
            if role in others or role in ("debtor", "agent"):
                words = f"{self._text.say(f'agreement.role_{role}')} {others.get(role, '')}".strip()
                self._names.addWidget(Badge(words, "neutral", glyph="pen", name=f"signer-{role}"))
        self.updateGeometry()

    def _ask(self) -> None:
        text, panels = self._text, self._panels
        fields = {}
        box = column(Banner(text.say("agreement.signers_remark"), "", "info"), gap=2)
        for role in OTHERS:
            who = text.say(f"agreement.role_{role}")
            label = text.say("agreement.signer_name", role=who)
            fields[role] = TextField(label, name=f"signer-name-{role}")
            fields[role].set_text(panels.others.get(role, ""))
            box.addWidget(fields[role])
        content = QWidget()
        content.setLayout(box)
        keep = Button(
            text.say("agreement.signers_keep"), "primary", glyph="check", name="signers-keep"
        )
        sheet = Sheet(
            page_of(self), text.say("agreement.add_signers"), content,
            close=text.say("page.cancel"), name="signers-sheet", width=640, actions=(keep,),
        )  # fmt: skip

        def done() -> None:
            named = {role: field.text().strip() for role, field in fields.items()}
            panels.others = {role: name for role, name in named.items() if name}
            sheet.leave()
            self._fill()

        keep.clicked.connect(done)
