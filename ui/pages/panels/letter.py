"""A letter at the door: made and sealed on the spot, and how it reached them."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from agent_app.script import NodeView
from ui.pages.delivery_sheet import delivery_sheet
from ui.pages.page import page_of
from ui.text import Text
from ui.viewmodels.letters import WAYS
from ui.viewmodels.panels import Panels
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.choice import Choices, Option
from ui.widgets.layout import Flow, column, row

TEMPLATE = "overdue_notice"
_WAYS = {"handed_signed": "signed", "handed_unsigned": "unsigned", "refused": "refused"}


class LetterPanel(QWidget):
    """Make the letter, or say there is none."""

    def __init__(self, view: NodeView, panels: Panels, text: Text) -> None:
        super().__init__()
        box = column(gap=2)
        if view.value == "ready" and panels.letter:
            serial = text.say("letter.ready", serial=panels.letter[0])
            box.addWidget(Banner(serial, text.say("letter.ready_remark"), "success", glyph="seal"))
        if view.value != "ready":
            make = Button(text.say("letter.make"), "primary", glyph="printer", name="letter-make")
            make.clicked.connect(lambda: panels.print(view.ref, TEMPLATE, text.language))
            none = Button(text.say("letter.none"), "quiet", name="letter-none")
            none.clicked.connect(lambda: panels.visit.answer(view.ref, "none"))
            line = QWidget()
            line.setLayout(Flow(make, none, gap=1.5))
            box.addWidget(line)
        self.setLayout(box)


class DeliveryPanel(QWidget):
    """How it reached them; never by posting it up."""

    def __init__(self, view: NodeView, panels: Panels, text: Text) -> None:
        super().__init__()
        options = [Option(choice.value, choice.label) for choice in view.choices]
        chosen = (view.value,) if view.value else ()
        cards = Choices(options, chosen=chosen, name="delivery-options")
        cards.setEnabled(not view.value)
        cards.picked.connect(
            lambda picked: panels.deliver(view.ref, picked[0], *WAYS[_WAYS[picked[0]]])
        )
        box = column(cards, gap=1.5)
        if view.value:
            more = Button(text.say("delivery.more"), "quiet", glyph="pen", name="delivery-more")
            way = _WAYS.get(view.value, "")
            more.clicked.connect(
                lambda: delivery_sheet(page_of(self), text, panels.prove_delivery, way=way)
            )
            box.addLayout(row(more, 1))
        self.setLayout(box)
