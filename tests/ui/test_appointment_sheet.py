"""An appointment kept by hand: a time we propose, and one the debtor asked for themselves."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from agent_app.store import events
from tests.support.desks import MORNING
from tests.ui.hand import Hand
from ui.pages.appointment_sheet import appointment_sheet
from ui.pages.case import CasePage
from ui.text import Text
from ui.viewmodels.case import CaseModel
from ui.viewmodels.office import Office


@pytest.mark.parametrize("asked_for", [False, True])
def test_a_time_they_asked_for_is_also_their_consent(
    qtbot: QtBot, office: Office, text: Text, *, asked_for: bool
) -> None:
    page = CasePage(CaseModel(office, "case-1"), text)
    hand = Hand.on(qtbot, page, office.jobs, height=900)
    hand.press("case-appointment")
    hand.choose("appointment-time", "0")
    if asked_for:
        hand.choose("appointment-whose", "asked_for")
    hand.press("appointment-keep")
    found: list[list[object]] = []
    office.jobs.store(events.of_case, office.desk.db, "case-1", done=found.append)
    hand.settle()
    kinds = {one.kind: one.body for one in found[0]}  # type: ignore[attr-defined]
    assert "appointment_notified" in kinds
    assert ("consent_given" in kinds) is asked_for
    if asked_for:
        consent = kinds["consent_given"]
        take_back(hand)
        office.jobs.store(events.of_case, office.desk.db, "case-1", done=found.append)
        hand.settle()
        assert found[1][-1].kind == "consent_withdrawn"  # type: ignore[attr-defined]
        assert consent["to"] == "contact_time"
        assert consent["from"] == kinds["appointment_notified"]["at"]


def take_back(hand: Hand) -> None:
    hand.press("case-appointment")
    hand.press("appointment-back")
    hand.press("case-appointment")
    assert not hand.sees("appointment-back")


@pytest.mark.parametrize("elsewhere", [False, True])
def test_where_a_rule_rests_on_it_they_may_ask_to_be_met_elsewhere(
    qtbot: QtBot, office: Office, text: Text, *, elsewhere: bool
) -> None:
    page, told = QWidget(), []
    qtbot.addWidget(page)
    page.resize(1280, 900)
    page.show()

    def tell(*said: object) -> None:
        told.append(said)

    appointment_sheet(page, MORNING.wall, text, ("call", "sms"), tell, away=True)
    hand = Hand(qtbot, page, office.jobs)
    hand.choose("appointment-time", "0")
    if elsewhere:
        hand.choose("appointment-where", "elsewhere")
    hand.press("appointment-keep")
    assert [said[-2:] for said in told] == [(False, elsewhere)]
