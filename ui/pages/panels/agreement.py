"""The agreement: opens the debtor's own screen; what they decide answers the question."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from agent_app.script import NodeView
from ui.text import Text
from ui.viewmodels.panels import Panels
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.layout import Flow, column


def agreement_panel(view: NodeView, panels: Panels, text: Text) -> QWidget:
    """A button to turn the screen round, and the answers that need no signature."""
    visit = panels.visit
    box = column(gap=2)
    if view.value:
        tone = "success" if view.value == "signed" else "info"
        box.addWidget(
            Banner(text.choose(f"agreement.is_{view.value}", view.value), "", tone, glyph="seal")
        )
    turn = Button(text.say("agreement.turn"), "primary", glyph="turn", name="agreement-turn")
    turn.clicked.connect(lambda: visit.agreement_wanted.emit(view.ref))
    buttons = [] if view.value == "signed" else [turn]
    for choice in view.choices:
        if choice.value != "signed" and view.value != "signed":
            other = Button(choice.label, "quiet", name=f"agreement-{choice.value}")
            other.clicked.connect(lambda _=False, v=choice.value: visit.answer(view.ref, v))
            buttons.append(other)
    line = QWidget()
    line.setLayout(Flow(*buttons, gap=1.5))
    box.addWidget(line)
    holder = QWidget()
    holder.setLayout(box)
    return holder
