"""What a case is about: its sums, its person, advice on tone. For the agent's eyes only."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from agent_app.domain.model import Case
from agent_app.domain.risk import RiskCard
from ui.pages.contact_sheet import former_details
from ui.text import Text
from ui.widgets.button import Button
from ui.widgets.card import Card, Facts, SectionHeader
from ui.widgets.chart import Bar, BarChart
from ui.widgets.label import Label
from ui.widgets.layout import row
from ui.widgets.money import MoneyLabel
from ui.widgets.speech import Folded


def sums_card(case: Case, text: Text, pay: Callable[[], object]) -> QWidget:
    """What is owed; `pay` opens where it may be paid."""
    owed = case.balance
    overdue = text.say("case.overdue_for", days=case.days_overdue, bucket=case.bucket)
    card = Card(
        MoneyLabel(text.say("case.total"), text.money(owed.total), style="display"),
        Label(text.say("case.as_of", day=text.date(owed.as_of)), "label", ink="soft"),
        Facts(
            [
                (text.say("case.principal"), text.money(owed.principal)),
                (text.say("case.interest"), text.money(owed.interest)),
                (text.say("case.fees"), text.money(owed.fees)),
                (text.say("case.overdue"), overdue),
            ]
        ),
    )
    months = [
        Bar(month.month[-2:].lstrip("0"), month.paid.minor, month.bill.minor)
        for month in sorted(case.history, key=lambda one: one.month)[-6:]
    ]
    if months:
        card.body.addWidget(Label(text.say("case.history"), "eyebrow"))
        card.body.addWidget(BarChart(months, says=text.say("case.history")))
    open_payment = Button(text.say("payment.open"), "quiet", glyph="wallet", name="case-payment")
    open_payment.clicked.connect(pay)
    card.body.addLayout(row(open_payment, 1))
    return card


def person_card(case: Case, text: Text, correct: Callable[[], object]) -> QWidget:
    """Who it is; `correct` opens where a detail is put right."""
    who = case.debtor
    facts = Facts([(text.say("case.name"), who.name)])
    about = [text.choose(f"case.sex_{who.sex}", who.sex)] if who.sex else []
    about += [text.say("case.age", n=who.age)] if who.age else []
    for key, value in (
        ("case.about", " · ".join(about)),
        ("case.id_masked", who.id_masked),
        ("case.employer", who.employer),
    ):
        if value:
            facts.add(text.say(key), value)
    for phone in case.raw.get("phones", ()):
        facts.add(phone.get("label") or text.say("case.phone"), phone["number"])
    if case.lease_end:
        facts.add(text.say("case.lease"), text.date(case.lease_end))
    if former := former_details(case, text):
        facts.add(text.say("contact.former"), "\n".join(former))
    change = Button(text.say("contact.change"), "plain", glyph="pen", name="case-contact")
    change.clicked.connect(correct)
    return Card(SectionHeader(text.say("case.person"), end=change), facts)


def risk_card(risk: RiskCard, text: Text) -> QWidget:
    card = Card(SectionHeader(text.say("case.risk"), text.say("case.risk_remark")))
    card.body.addWidget(Label(text.pick(risk.advice_text)))
    lines = [text.pick(point.text) for point in risk.points]
    if lines:
        card.body.addWidget(Folded(text.say("case.risk_why"), "\n".join(lines), name="risk-why"))
    return card
