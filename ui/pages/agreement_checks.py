"""Three questions back to the debtor before signing: how much, when, and what if it fails."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from agent_app.domain.money import Money
from ui.text import Text
from ui.viewmodels.agreement import QUESTIONS, AgreementModel
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.card import Card, SectionHeader
from ui.widgets.choice import Choices, Option
from ui.widgets.label import Label
from ui.widgets.layout import Flow, column


class Checks(QWidget):
    """The questions; after two wrong answers a pause comes first, or a helper."""

    onward = "agreement.go_on"

    def __init__(self, model: AgreementModel, text: Text) -> None:
        super().__init__()
        self._model = model
        box = column(Label(text.say("agreement.ask"), "heading"), gap=2)
        if model.needs_pause:
            box.addWidget(_pause(model, text))
        for name in QUESTIONS:
            box.addWidget(check_card(name, model, text))
        self.setLayout(box)

    @property
    def ready(self) -> bool:
        return self._model.understood


def _pause(model: AgreementModel, text: Text) -> QWidget:
    later = Button(
        text.say("agreement.another_day"), "primary", glyph="pause", name="agreement-another-day"
    )
    later.clicked.connect(lambda: model.decline("think"))
    helped = Button(text.say("agreement.helped"), "quiet", glyph="people", name="agreement-helped")
    helped.clicked.connect(model.helped)
    line = QWidget()
    line.setLayout(Flow(later, helped, gap=1.5))
    title, remark = text.say("agreement.pause"), text.say("agreement.pause_remark")
    return Card(Banner(title, remark, "warn", glyph="heart", name="agreement-pause"), line)


def check_card(name: str, model: AgreementModel, text: Text) -> QWidget:
    """One question with its choices; a wrong answer is explained kindly and may be given again."""
    options, right = _options(name, model, text)
    given = model.checks.get(name)
    cards = Choices(
        options, chosen=(given["answer"],) if given else (), columns=3, name=f"check-{name}"
    )
    cards.picked.connect(lambda chosen: model.check(name, chosen[0], right=chosen[0] == right))
    card = Card(SectionHeader(text.say(f"agreement.check_{name}")), cards)
    if given:
        good = given["right"]
        words = text.say("agreement.right" if good else f"agreement.wrong_{name}")
        card.body.addWidget(Banner(words, "", "success" if good else "warn"))
    return card


def _options(name: str, model: AgreementModel, text: Text) -> tuple[list[Option], str]:
    """The choices in a fixed order that does not give the answer away, and the right one."""
    terms = model.terms
    if name == "amount":
        sums = sorted({terms.first.minor, terms.first.minor * 2, terms.first.minor // 2})
        shown = [Option(str(n), text.money(Money(n, terms.first.currency))) for n in sums]
        return shown, str(terms.first.minor)
    if name == "date":
        day = terms.first_due.day
        days = sorted({day, (day + 9) % 28 + 1, (day + 18) % 28 + 1})
        return [Option(str(n), text.say("plan.day_of_month", n=n)) for n in days], str(day)
    kinds = ("nothing", "tell", "family")
    return [Option(kind, text.say(f"agreement.missed_{kind}")) for kind in kinds], "tell"
