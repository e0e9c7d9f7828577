"""Before the right person is identified, nothing on any screen tells of a debt; nor ever after
one key. Every widget is read: texts, tooltips, names for readers, titles, and the clipboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from agent_app.domain.model import Case
from agent_app.store import events
from tests.support.case_rows import case_row
from tests.support.desks import shipped_packs
from tests.ui.conftest import open_page
from tests.ui.hand import Hand
from tests.ui.screen_words import words_on
from tests.ui.test_visit_page import open_the_door, to_the_papers
from tests.ui.test_visit_time import asked, to_the_statement
from ui.places import Wishes, pages
from ui.text import Text
from ui.viewmodels.office import Office
from ui.viewmodels.settings import Taste

FACTS = re.compile(r"3,?913|江南银行|信用卡|\b94\b|\bM4\b")
"""What this case owes, to whom, for what, how late."""
WORDS = {
    "zh_CN": re.compile("欠|债|逾期|还款|催收|贷款|利息|本金"),
    "zh_TW": re.compile("欠|債|逾期|還款|催收|貸款|利息|本金"),
    "en": re.compile(r"(?i)\bdebt|overdue|\bowe|repay|\bloan|interest|principal|collect"),
}
RIGHTS = ("dispute", "stop_contact", "adviser", "not_my_debt", "hardship", "vulnerable")


def clean(window: QWidget, text: Text) -> None:
    """No fact of the debt anywhere, no word of one in sight."""
    facts = [one for one in words_on(window, hidden=True) if FACTS.search(one)]
    said = [one for one in words_on(window) if WORDS[text.language].search(one)]
    assert (facts, said) == ([], [])


def sheets(hand: Hand, look: Callable[[], None], rights: tuple[str, ...] = ()) -> None:
    """Everything that opens over the page from its own frame, and these rights."""
    for opens, sheet in (
        ("visit-jump", "jump-sheet"),
        ("visit-language", "language-sheet"),
        ("visit-stop", "stop-sheet"),
        ("visit-rights", "rights-sheet"),
    ):
        hand.press(opens)
        look()
        hand.press(f"{sheet}-close")
    for code in rights:
        hand.press("visit-rights")
        hand.press(f"right-{code}")
        look()
        hand.press(f"right-{code}-sheet-close")


@pytest.mark.parametrize("language", sorted(WORDS))
def test_nothing_tells_of_a_debt_before_the_person_says_who_they_are(
    qtbot: QtBot, office: Office, visit: str, language: str
) -> None:
    text = Text(language)
    hand = Hand(qtbot, open_page(qtbot, office, visit, text), office.jobs)
    sheets(hand, lambda: clean(hand.window, text), RIGHTS if language == "zh_CN" else ())
    for item in ("two_agents", "badge", "authorisation_letter", "recorder"):
        hand.choose("q-/data/prepare/before/ready", item)
    for page in ("arrive/arrived", ""):
        hand.press("visit-next")
        clean(hand.window, text)
        if page:
            hand.choose(f"q-/data/prepare/{page}", "OK")
    again = Hand(qtbot, open_page(qtbot, office, visit, text), office.jobs)
    clean(again.window, text)


@pytest.mark.parametrize("language", sorted(WORDS))
def test_what_a_right_says_before_the_gate_names_no_debt(language: str) -> None:
    for right in shipped_packs().rights_for(Case.read(case_row("case-1"))):
        said = [right.neutral, *(step.text for step in right.steps if not step.names_debt)]
        assert [one for one in said if WORDS[language].search(one[language])] == []


def test_who_sends_us_is_said_once_they_say_it_is_them_and_no_more(hand: Hand, text: Text) -> None:
    """The second tier at the door: the principal, not the debt."""
    to_the_papers(hand)
    shown = "\n".join(words_on(hand.window))
    assert "江南银行" in shown
    assert not re.search(r"3,?913|信用卡|\b94\b", shown)
    assert not WORDS["zh_CN"].search(shown)


def test_one_key_hides_every_word_of_it(
    qtbot: QtBot, office: Office, visit: str, hand: Hand, text: Text
) -> None:
    to_the_statement(hand)
    assert any(FACTS.search(one) for one in words_on(hand.window))
    hand.press("visit-wrong-person")
    clean(hand.window, text)
    back = hand.find("visit-back")
    for _ in range(4):
        if not back.isEnabled():
            break
        hand.press("visit-back")
        clean(hand.window, text)
    assert all("disclos" not in box.view.ref for box in asked(hand))
    again = Hand(qtbot, open_page(qtbot, office, visit, text), office.jobs)
    clean(again.window, text)


def test_it_is_on_record_whether_anything_was_revealed(
    qtbot: QtBot, office: Office, visit: str, hand: Hand
) -> None:
    open_the_door(hand)
    hand.press("visit-wrong-person")
    found: list[object] = []
    office.jobs.store(
        lambda: [
            one.body for one in events.of_visit(office.desk.db, visit) if one.kind == "person_met"
        ],
        done=found.append,
    )
    hand.settle()
    assert found == [[{"who": "self_identified"}, {"who": "third_party", "revealed": False}]]


@pytest.mark.parametrize("place", ["today", "cases", "case", "letters", "outbox"])
def test_the_other_screens_are_veiled_while_a_visit_is_open(
    qtbot: QtBot, office: Office, visit: str, text: Text, place: str
) -> None:
    wishes = Wishes(lambda: None, lambda: None, lambda _: None, lambda *_: None)
    target = "case-1" if place in ("case", "letters") else None
    page = pages(office, text, Taste(), wishes)[place](target)
    qtbot.addWidget(page)
    page.resize(1280, 800)
    page.show()
    page.arrive()  # type: ignore[attr-defined]
    Hand(qtbot, page, office.jobs).settle()
    clean(page, text)
