"""What the debtor agrees to or wishes, in the rights desk: given in one tap, taken back in one."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from agent_app.queries.agreed import Agreed, Agreement
from ui.text import Text
from ui.viewmodels.rights import RightsModel
from ui.widgets.badge import Badge, Banner
from ui.widgets.button import Button
from ui.widgets.choice import Choices, Option
from ui.widgets.icon import Icon
from ui.widgets.layout import column
from ui.widgets.lists import Row
from ui.widgets.overlay import Sheet
from ui.widgets.speech import Speech

_WIDE = 720


def agreement_row(one: Agreement, text: Text) -> Row | None:
    """None where nothing is agreed and nothing may be asked."""
    if one.until is None and not one.ends:
        return None
    end = None
    if one.until is not None:
        end = Badge(text.say("rights.agreed_until", at=text.moment(one.until)), "success")
    return Row(
        text.say(f"rights.agree_{one.to}"),
        lead=Icon("clock" if one.to == "contact_time" else "door", "accent", 26),
        end=end,
        name=f"agree-{one.to}",
    )


def agreement_sheet(page: QWidget, model: RightsModel, one: Agreement, text: Text) -> Sheet:
    """Ask, and keep what they say; or, where they agreed already, take it back."""
    content, named = QWidget(), text.say(f"rights.agree_{one.to}")
    if one.until is not None:
        until = text.say("rights.agreed_until", at=text.moment(one.until))
        content.setLayout(column(Banner(until, text.say("rights.agreed_free"), "info")))
        back = Button(text.say("rights.take_back"), "primary", glyph="undo", name="agree-back")
        sheet = _sheet(page, named, content, text, back)
        back.clicked.connect(sheet.leave)
        back.clicked.connect(lambda: model.take_back(one.to))
        return sheet
    ask = Speech(text.say(f"rights.ask_{one.to}"), says=text.say("question.say"))
    ends = [Option(str(place), text.moment(end)) for place, end in enumerate(one.ends)]
    cards = Choices(ends, columns=3, name="agree-until")
    free = Banner(text.say("rights.agree_remark"), "", "warn")
    content.setLayout(column(ask, cards, free, gap=2))
    keep = Button(text.say("rights.agree_keep"), "primary", glyph="check", name="agree-keep")
    keep.setEnabled(False)
    cards.picked.connect(lambda _: keep.setEnabled(True))
    sheet = _sheet(page, named, content, text, keep)

    def agree() -> None:
        sheet.leave()
        model.agree(one.to, one.ends[int(cards.chosen()[0])])

    keep.clicked.connect(agree)
    return sheet


def wishes_row(found: Agreed, text: Text) -> Row:
    stated = [one for one in found.offered if one.code in found.wishes]
    said = text.say("letters.join").join(text.pick(one.text) for one in stated)
    return Row(
        text.say("rights.wishes"), said, lead=Icon("speech", "accent", 26), name="right-wishes"
    )


def wishes_sheet(page: QWidget, model: RightsModel, text: Text) -> Sheet:
    """How and when they wish to hear from us; nothing chosen: no wish."""
    options = [Option(one.code, text.pick(one.text)) for one in model.agreed.offered]
    cards = Choices(options, columns=2, multi=True, chosen=model.agreed.wishes, name="wishes")
    ask = Speech(text.say("rights.ask_wishes"), says=text.say("question.say"))
    content = QWidget()
    content.setLayout(column(ask, cards, gap=2))
    keep = Button(text.say("rights.record"), "primary", glyph="check", name="wishes-keep")
    sheet = _sheet(page, text.say("rights.wishes"), content, text, keep)

    def wish() -> None:
        sheet.leave()
        model.wish(cards.chosen())

    keep.clicked.connect(wish)
    return sheet


def _sheet(page: QWidget, title: str, content: QWidget, text: Text, action: Button) -> Sheet:
    return Sheet(
        page, title, content, close=text.say("page.close"), name="agreed-sheet", width=_WIDE,
        actions=(action,),
    )  # fmt: skip
