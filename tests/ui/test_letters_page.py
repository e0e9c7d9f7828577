"""The register by hand: a letter made with what the record lacks, delivered with its proof."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.hand import Hand
from tests.ui.screen_words import words_on
from tests.ui.test_agreement_page import PICTURE
from ui.pages.letters import LettersPage
from ui.text import Text
from ui.viewmodels.letters import LettersModel
from ui.viewmodels.office import Office


@pytest.fixture
def hand(qtbot: QtBot, office: Office, text: Text) -> Hand:
    page = LettersPage(LettersModel(office, "case-1"), text)
    return Hand.on(qtbot, page, office.jobs)


def test_a_letter_asks_for_what_the_record_lacks(hand: Hand, office: Office) -> None:
    hand.press("make-visit_notice")
    hand.press("fields-make")
    assert hand.sees("fields-sheet")  # nothing was told yet
    hand.press("field-visit.date-in-7")
    hand.type("field-visit.from", "2pm")
    hand.type("field-visit.to", "16:00")
    hand.press("fields-make")
    assert hand.sees("fields-sheet")
    hand.find("field-visit.from").clear()
    hand.type("field-visit.from", "14:30")
    hand.press("fields-make")
    (one,) = hand.window._model.found.papers
    assert one.template == "visit_notice"
    assert office.now().wall - one.at < timedelta(minutes=5)


def test_a_delivery_needs_its_proof_and_the_register_shows_it(hand: Hand) -> None:
    hand.press("make-missed_you")
    hand.press("paper-deliver")
    assert not hand.find("delivery-keep").isEnabled()
    hand.choose("delivery-way", "signed")
    assert not hand.find("delivery-keep").isEnabled()
    hand.sign("delivery-ink")
    hand.choose("delivery-way", "refused")
    assert not hand.find("delivery-keep").isEnabled()
    hand.type("delivery-note", "不还就拘留")
    assert any("改写" in one for one in words_on(hand.window))
    hand.find("delivery-note").clear()
    hand.type("delivery-note", "本人说不收")
    assert not any("改写" in one for one in words_on(hand.window))
    hand.find("delivery-photos").take(PICTURE, "image/png")
    hand.settle()
    hand.press("delivery-keep")
    (one,) = hand.window._model.found.papers
    assert (one.how, one.proof, one.note) == ("refused", "refusal_note", "本人说不收")
    hand.window._model.open(one)
    hand.settle()
    hand.press("paper-proof")
    assert hand.sees("proof-sheet")
