"""The rights desk over the visit page, by hand: one tap, the words, and what is shut at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from agent_app.domain.model import Case
from agent_app.domain.rules.rights import Right
from agent_app.script import Choice
from agent_app.script.heard import heard
from tests.support.case_rows import case_row
from tests.support.desks import shipped_packs
from tests.ui.hand import Hand
from tests.ui.screen_words import words_on
from tests.ui.test_visit_page import kinds, open_the_door
from tests.ui.test_visit_time import to_the_statement
from ui.gallery_questions import sample
from ui.text import Text
from ui.viewmodels.office import Office
from ui.widgets.choice import ChoiceCard


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


def test_what_was_stated_answers_the_scripts_own_question(
    qtbot: QtBot, office: Office, visit: str, hand: Hand
) -> None:
    """Stated at the door; when the script comes to it, it is answered, once, and said to be so."""
    open_the_door(hand)
    hand.press("visit-rights")
    hand.press("right-dispute")
    hand.choose("right-reason", "fraud")
    hand.press("right-record")
    hand.press("right-recorded-close")
    hand.type("identity-id_last4", "002X")
    hand.type("identity-phone_last4", "0001")
    hand.press("identity-check")
    hand.press("visit-next")
    for question, value in (("place", "door"), ("privacy", "alone")):
        hand.choose(f"q-/data/settle/where/{question}", value)
    hand.press("visit-next")
    hand.choose("q-/data/statement/tell/told", "OK")
    hand.choose("q-/data/statement/tell/rights", "OK")
    hand.press("visit-next")
    question = "/data/listen/reasons/dispute"
    chosen = hand.find(f"q-{question}").findChildren(ChoiceCard)
    assert [one.objectName() for one in chosen if one.isChecked()] == ["choice-fraud"]
    assert hand.sees(f"note-{question}")
    assert not hand.sees("note-/data/listen/reasons/hardship")
    assert kinds(qtbot, office, visit).count("dispute_raised") == 1


@pytest.mark.parametrize(
    ("kind", "value", "event", "body", "answer"),
    [
        ("select1", "", "dispute_raised", {"reason": "amount"}, "amount"),
        ("select1", "none", "dispute_raised", {"reason": "in their words"}, "other"),
        ("select1", "fraud", "dispute_raised", {"reason": "amount"}, "fraud"),
        ("select1", "", "not_my_debt_stated", {}, "not_mine"),
        ("select", "none", "vulnerability_flagged", {"code": "stated"}, "other"),
        ("select", "amount", "vulnerability_flagged", {"code": "fraud"}, "amount fraud"),
        ("select1", "", "adviser_named", {"name": "Zhou"}, ""),
    ],
)
def test_what_a_question_hears(
    kind: str, value: str, event: str, body: dict[str, str], answer: str
) -> None:
    spec = "amount:dispute_raised other:dispute_raised not_mine:not_my_debt_stated"
    ds = {"event": spec if kind == "select1" else "vulnerability_flagged"}
    choices = [Choice(name, name) for name in ("none", "amount", "fraud", "not_mine", "other")]
    view = replace(sample("one", Text("en")), kind=kind, value=value, ds=ds, choices=choices)
    assert heard(view, event, body) == answer
