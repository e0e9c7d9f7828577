"""On the case page by hand: how to pay, a payment told, cash refused, a number and an address corrected."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from agent_app.actions.payments import take_cash
from agent_app.documents.printing import media_of
from agent_app.domain.model import Case
from agent_app.domain.money import Money
from agent_app.domain.rules.payments import Payment
from agent_app.domain.rules.ruleset import RuleSet
from agent_app.journal import sealcode
from agent_app.packs import PackSet
from agent_app.queries.case_page import read_case
from agent_app.queries.papers import papers
from agent_app.store import cases, events
from tests.support.case_rows import raw
from tests.support.desks import visitable_row
from tests.ui.hand import Hand
from ui.pages.case import CasePage
from ui.pages.today import TodayPage
from ui.text import Text
from ui.viewmodels.case import CaseModel
from ui.viewmodels.office import Office
from ui.viewmodels.today import TodayModel

PROMISED = {"amount": 50_000, "due": "2026-11-18", "status": "open"}


class Lax(PackSet):
    """As if no rule spoke of payments."""

    def rules_for(self, case: Case) -> RuleSet:
        known = super().rules_for(case)
        kept = [rule for rule in known.rules if not isinstance(rule.law, Payment)]
        return RuleSet.of(kept, known.calendars, known.wording)


@pytest.fixture
def hand(qtbot: QtBot, office: Office, text: Text) -> Hand:
    row = visitable_row(promises=[PROMISED])
    row["balance"]["as_of"] = "2026-11-22"
    office.jobs.store(cases.put_base, office.desk.db, [raw(row)])
    page = CasePage(CaseModel(office, "case-1"), text)
    return Hand.on(qtbot, page, office.jobs, height=900)


def ask(hand: Hand, office: Office, what: object, *args: object) -> object:
    found: list[object] = []
    office.jobs.store(what, *args, done=found.append)
    hand.settle()
    return found[0]


def test_only_the_creditors_channel_and_no_cash(hand: Hand, office: Office) -> None:
    hand.press("case-payment")
    assert hand.sees("payment-code")
    assert hand.sees("payment-no-cash")
    assert not hand.sees("payment-cash")
    hand.press("payment-note")
    hand.type("payment-amount", "999999")
    hand.choose("payment-channel", "bank_counter")
    hand.press("payment-keep")
    hand.find("payment-amount").clear()
    hand.type("payment-amount", "88.50")
    hand.press("payment-keep")
    told = ask(hand, office, events.of_case, office.desk.db, "case-1")[-1]
    assert told.kind == "payment_notified"
    assert told.body["amount"] == {"minor": 8850, "currency": "CNY"}
    assert told.body["channel"] == "bank_counter"


def test_a_broken_promise_stands_on_case_and_today(
    qtbot: QtBot, hand: Hand, office: Office, text: Text
) -> None:
    assert hand.sees("due-2026-11-18")
    page = TodayPage(TodayModel(office), text)
    qtbot.addWidget(page)
    page.show()
    page.arrive()
    morning = Hand(qtbot, page, office.jobs)
    morning.settle()
    asked: list[object] = []
    page.go.connect(lambda name, target: asked.append((name, target)))
    line = morning.find("follow-up-case-1")
    line.opened.emit()
    assert asked == [("case", "case-1")]


def test_a_new_number_and_address_keep_the_old(hand: Hand, office: Office) -> None:
    before = ask(hand, office, read_case, office.desk, "case-1")
    phone, home = before.raw["phones"][0], before.addresses[0]
    hand.press("case-contact")
    hand.choose("contact-what", f"phone {phone['id']}")
    hand.type("contact-number", "12")
    hand.press("contact-keep")
    hand.type("contact-number", "3-4567 8900")
    hand.press("contact-keep")
    hand.press("case-contact")
    hand.choose("contact-what", f"address {home.id}")
    hand.type("contact-address", "广州市越秀区示例路9号2栋301")
    hand.press("contact-keep")
    after = ask(hand, office, read_case, office.desk, "case-1")
    assert after.raw["phones"][0]["number"] == "123-4567 8900"
    assert after.raw["contact_changes"][0]["old"] == phone["number"]
    assert after.address(home.id).text.endswith("301")
    assert after.address(home.id).region == home.region
    assert after.raw["former_addresses"][0]["text"] == home.text


def test_where_cash_is_allowed_it_gets_a_numbered_receipt(hand: Hand, office: Office) -> None:
    desk = office.desk
    lax = replace(desk, packs=Lax(desk.packs))
    about = {"case": "case-1", "amount": Money(12_000, "CNY"), "language": "zh_CN"}
    change = ask(hand, office, lambda: take_cash(lax, office.now(), **about, roll=80))
    serial, pdf = change.made
    assert serial == "T1R000001"
    assert media_of(pdf).startswith("Custom.80x")
    listed = ask(hand, office, papers, desk, "case-1").papers
    assert [(one.kind, one.serial) for one in listed] == [("receipt", serial)]
    (taken,) = ask(hand, office, lambda: events.of_kind(desk.db, "payment_notified"))
    seal = sealcode.decode(taken.body["seal"])
    assert (seal.kind, seal.sum, seal.case) == ("receipt", Money(12_000, "CNY"), "")
