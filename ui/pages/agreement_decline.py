"""Not signing now: reasons to choose from, none of them needed, all of them free."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.text import Text
from ui.viewmodels.agreement import REASONS, AgreementModel
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.choice import Choices, Option
from ui.widgets.layout import column
from ui.widgets.overlay import Sheet


def decline_sheet(page: QWidget, model: AgreementModel, text: Text) -> Sheet:
    """What they choose is recorded with the visit; saying nothing is one of the choices."""
    cards = Choices(
        [Option(one, text.say(f"agreement.reason_{one}")) for one in REASONS],
        columns=2, chosen=("unsaid",), name="decline-reasons",
    )  # fmt: skip
    content = QWidget()
    kindly = Banner(text.say("agreement.decline_remark"), "", "info", glyph="heart")
    content.setLayout(column(kindly, cards, gap=2))
    go = Button(text.say("agreement.not_now"), "primary", name="decline-now")
    sheet = Sheet(
        page, text.say("agreement.decline_title"), content, close=text.say("agreement.stay"),
        name="decline-sheet", width=720, actions=(go,),
    )  # fmt: skip

    def leave() -> None:
        sheet.leave()
        model.decline(cards.chosen()[0])

    go.clicked.connect(leave)
    return sheet
