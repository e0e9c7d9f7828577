"""The pages of the day, driven by hand on a real desk."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui import samples
from tests.ui.hand import Hand
from ui.pages.case import CasePage
from ui.pages.cases import CasesPage
from ui.pages.letters import LettersPage
from ui.pages.outbox import OutboxPage
from ui.pages.settings import SettingsPage
from ui.pages.today import TodayPage
from ui.shell import Custody, Place, Shell
from ui.text import Text
from ui.viewmodels.case import CaseModel
from ui.viewmodels.cases import CasesModel
from ui.viewmodels.cases import Place as InCases
from ui.viewmodels.letters import LettersModel
from ui.viewmodels.office import Office
from ui.viewmodels.outbox import OutboxModel
from ui.viewmodels.settings import SettingsModel, Taste
from ui.viewmodels.today import TodayModel
from ui.widgets.label import Label
from ui.widgets.lists import Row

PLACES = ("today", "cases", "outbox", "settings")


@pytest.fixture
def hand(qtbot: QtBot, office: Office, text: Text) -> Hand:
    kept: list[Taste] = []
    looked_for = InCases()
    build: dict[str, Any] = {
        "today": lambda _: TodayPage(TodayModel(office), text),
        "cases": lambda _: CasesPage(CasesModel(office, looked_for), text),
        "case": lambda case: CasePage(CaseModel(office, case), text),
        "letters": lambda case: LettersPage(LettersModel(office, case), text),
        "outbox": lambda _: OutboxPage(OutboxModel(office), text),
        "settings": lambda _: SettingsPage(SettingsModel(Taste(), kept.append, {}), text),
        "visit": lambda target: _Marker(str(target)),
    }
    places = [Place(name, name, text.say(f"shell.nav_{name}")) for name in PLACES]
    shell = Shell(text, places, build, who="林默")
    shell.show_custody(Custody("info", text.say("shell.custody_some", n=1), "lock"))
    qtbot.addWidget(shell)
    shell.show()
    shell.open("today")
    hand = Hand(qtbot, shell, office.jobs)
    hand.settle()
    return hand


class _Marker(QWidget):
    """Stands for a page this test does not open."""

    def __init__(self, target: str) -> None:
        super().__init__()
        self.setObjectName(f"marker-{target}")

    def arrive(self) -> None:
        """Nothing to load."""


def words(hand: Hand) -> str:
    shown = [one.text() for one in hand.window.findChildren(Label) if one.isVisible()]
    return "\n".join(shown)


def test_today_leads_to_the_case_and_back(hand: Hand) -> None:
    assert hand.sees("may-i-knock")
    hand.press("today-next")
    assert "张伟" in words(hand)
    hand.press("page-back")
    assert hand.sees("today-next")


def test_a_row_opens_by_key_as_by_finger(hand: Hand, qtbot: QtBot) -> None:
    row = hand.find("door-case-2")
    assert isinstance(row, Row)
    row.setFocus()
    qtbot.keyClick(row, "\r")
    hand.settle()
    assert hand.sees("case-letters")


def test_search_finds_by_number_and_says_when_nothing_is_found(
    hand: Hand, qtbot: QtBot, text: Text
) -> None:
    hand.press("nav-cases")
    hand.type("cases-search", "case-2")
    qtbot.waitUntil(lambda: not hand.sees("door-case-1"), timeout=5000)
    hand.settle()
    assert hand.sees("door-case-2")
    hand.find("cases-search").clear()
    hand.type("cases-search", "没有这个人")
    qtbot.waitUntil(lambda: text.say("cases.none") in words(hand), timeout=5000)


def test_the_way_back_leads_to_where_one_was(hand: Hand, qtbot: QtBot) -> None:
    hand.press("nav-cases")
    hand.type("cases-search", "case-2")
    qtbot.waitUntil(lambda: not hand.sees("door-case-1"), timeout=5000)
    hand.settle()
    hand.press("door-case-2")
    hand.press("page-back")
    assert hand.typed("cases-search") == "case-2"
    assert not hand.sees("door-case-1")


def test_starting_a_visit_opens_the_visit_page(hand: Hand) -> None:
    hand.press("door-case-1")
    hand.press("start-addr-1")
    found = [one.objectName() for one in hand.window.findChildren(_Marker)]
    assert len(found) == 1
    assert "case-1" in found[0]


def test_the_letters_page_lists_what_may_be_made(hand: Hand) -> None:
    hand.press("door-case-1")
    hand.press("case-letters")
    assert hand.sees("make-overdue_notice")


def test_an_empty_outbox_says_so_and_counts_nothing(hand: Hand, text: Text) -> None:
    hand.press("nav-outbox")
    assert text.say("outbox.empty") in words(hand)
    assert not hand.sees("outbox-sum")


def test_a_letter_that_names_the_debt_says_where_it_can_be_made(hand: Hand, text: Text) -> None:
    hand.press("door-case-1")
    hand.press("case-letters")
    hand.press("make-overdue_notice")
    assert text.say("letters.gate") in words(hand)


def test_settings_are_kept_at_once(hand: Hand, qtbot: QtBot, text: Text) -> None:
    kept: list[Taste] = []
    page = SettingsPage(SettingsModel(Taste(), kept.append, {"version": "0.1.0"}), text)
    qtbot.addWidget(page)
    page.resize(1280, 800)
    page.show()
    here = Hand(qtbot, page, hand._jobs)
    here.settle()
    here.choose("settings-language", "en")
    here.choose("settings-theme", "contrast")
    here.choose("settings-scale", "200")
    assert kept[-1] == Taste("en", "contrast", 200)


def test_a_narrow_window_has_the_bar_below(hand: Hand) -> None:
    shell = hand.window
    shell.resize(820, 1100)
    hand.settle()
    nav, page = hand.find("nav-today"), hand.find("page-title")
    below = nav.mapTo(shell, nav.rect().topLeft()).y()
    assert below > page.mapTo(shell, page.rect().topLeft()).y() + 500


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
def test_the_day_is_said_in_each_language(qtbot: QtBot, office: Office, language: str) -> None:
    text = Text(language)
    model = TodayModel(office)
    model.day = samples.day()
    page = TodayPage(model, text)
    qtbot.addWidget(page)
    page.resize(1280, 800)
    page.show()
    page.fill()
    assert text.say("today.next") in "\n".join(one.text() for one in page.findChildren(Label))


def test_custody_shows_refusals_with_their_reason(qtbot: QtBot, office: Office, text: Text) -> None:
    model = OutboxModel(office)
    model.outbox = samples.custody()
    page = OutboxPage(model, text)
    qtbot.addWidget(page)
    page.show()
    page.fill()
    said = "\n".join(one.text() for one in page.findChildren(Label))
    assert text.say("refusals.gate") in said
    assert text.say("outbox.queued") in said
