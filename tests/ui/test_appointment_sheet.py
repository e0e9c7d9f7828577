"""An appointment kept by hand: a time we propose, and one the debtor asked for themselves."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from agent_app.store import events
from tests.ui.hand import Hand
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
