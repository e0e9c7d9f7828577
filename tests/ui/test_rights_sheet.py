"""The rights desk over the visit page, by hand: one tap, the words, and what is shut at once."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from agent_app.domain.model import Case
from agent_app.domain.rules.rights import Right
from tests.support.case_rows import case_row
from tests.support.desks import shipped_packs
from tests.ui.hand import Hand
from tests.ui.screen_words import words_on
from tests.ui.test_visit_page import kinds, open_the_door
from tests.ui.test_visit_time import to_the_statement
from ui.text import Text
from ui.viewmodels.office import Office


def rights() -> dict[str, Right]:
    case = Case.read(case_row("case-1"))
    return {right.code: right for right in shipped_packs().rights_for(case)}


@pytest.mark.parametrize("code", ["stop_contact", "not_my_debt"])
@pytest.mark.parametrize("known", [False, True])
def test_one_tap_states_it_and_says_what_is_shut(
    qtbot: QtBot, office: Office, visit: str, hand: Hand, code: str, known: bool
) -> None:
    """What is shut of the debt is named only to whom the debt may be named."""
    if known:
        to_the_statement(hand)
    hand.press("visit-rights")
    hand.press(f"right-{code}")
    hand.press("right-record")
    assert hand.sees("shut-visit")
    assert hand.sees("shut-agreement_signed") is known
    assert rights()[code].event in kinds(qtbot, office, visit)


def test_a_dispute_needs_its_reason_and_leads_to_the_way_out(
    qtbot: QtBot, office: Office, visit: str, hand: Hand
) -> None:
    open_the_door(hand)
    hand.press("visit-rights")
    hand.press("right-dispute")
    assert not hand.find("right-record").isEnabled()
    hand.choose("right-reason", "paid")
    hand.type("right-note", "上个月已还")
    hand.press("right-record")
    assert "dispute_raised" in kinds(qtbot, office, visit)
    hand.press("right-leave")
    assert hand.sees("stop-sheet")


def test_an_adviser_needs_a_name(qtbot: QtBot, office: Office, visit: str, hand: Hand) -> None:
    hand.press("visit-rights")
    hand.press("right-adviser")
    assert not hand.find("right-record").isEnabled()
    hand.type("right-name", "Zhou")
    hand.press("right-record")
    assert "adviser_named" in kinds(qtbot, office, visit)


def test_hardship_goes_on_gently(qtbot: QtBot, office: Office, visit: str, hand: Hand) -> None:
    hand.press("visit-rights")
    hand.press("right-hardship")
    hand.press("right-record")
    assert "hardship_stated" in kinds(qtbot, office, visit)
    assert hand.sees("right-recorded")
    assert not hand.sees("right-leave")


def test_nothing_of_a_vulnerable_person_is_noted_without_consent(
    qtbot: QtBot, office: Office, visit: str, hand: Hand
) -> None:
    hand.press("visit-rights")
    hand.press("right-vulnerable")
    assert not hand.find("right-record").isEnabled()
    hand.choose("right-consent", "no")
    hand.press("right-record")
    assert hand.sees("rights-unwritten")
    assert "vulnerability_flagged" not in kinds(qtbot, office, visit)


def test_a_vulnerability_is_noted_with_consent(
    qtbot: QtBot, office: Office, visit: str, hand: Hand, text: Text
) -> None:
    hand.press("visit-rights")
    hand.press("right-vulnerable")
    hand.choose("right-consent", "yes")
    hand.press("right-record")
    assert "vulnerability_flagged" in kinds(qtbot, office, visit)
    shown = "\n".join(words_on(hand.window))
    assert text.say("rights.nothing_shut") not in shown
    assert not hand.sees("shut-plan_offered")
