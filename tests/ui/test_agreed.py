"""Consent at the door by hand: a talk that runs on because they wish it, and ends when they say so."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.support.rule_cases import shipped
from tests.ui.hand import Hand
from tests.ui.screen_words import words_on
from tests.ui.test_no_debt_word import clean
from tests.ui.test_visit_page import kinds, to_the_door
from tests.ui.test_visit_time import later, tick
from ui.text import Text
from ui.viewmodels.office import Office


def test_a_talk_runs_on_while_they_agree_and_no_longer(
    qtbot: QtBot, office: Office, visit: str, hand: Hand
) -> None:
    to_the_door(hand)
    later(office, hours=11, minutes=45)
    hand.press("visit-rights")
    hand.press("agree-contact_time")
    assert not hand.find("agree-keep").isEnabled()
    hand.choose("agree-until", "1")
    hand.press("agree-keep")
    assert "consent_given" in kinds(qtbot, office, visit)
    later(office, minutes=30)
    tick(hand)
    assert not hand.sees("closing-sheet")
    hand.press("visit-rights")
    assert any("23:00" in one for one in words_on(hand.window))
    hand.press("agree-contact_time")
    hand.press("agree-back")
    assert "consent_withdrawn" in kinds(qtbot, office, visit)
    assert hand.sees("closing-sheet")


def test_nobody_else_is_asked_to_agree(hand: Hand, text: Text) -> None:
    to_the_door(hand)
    hand.press("visit-wrong-person")
    hand.press("visit-rights")
    assert not hand.sees("agree-contact_time")
    clean(hand.window, text)


def test_how_to_reach_them_is_kept_and_shown(
    qtbot: QtBot, office: Office, visit: str, hand: Hand, text: Text
) -> None:
    hand.press("visit-rights")
    hand.press("right-wishes")
    clean(hand.window, text)
    hand.choose("wishes", "phone_only")
    hand.press("wishes-keep")
    assert "contact_changed" in kinds(qtbot, office, visit)
    hand.press("visit-rights")
    (stated,) = [one for one in shipped()["base"].wishes if one.code == "phone_only"]
    assert text.pick(stated.text) in [*words_on(hand.window)]
