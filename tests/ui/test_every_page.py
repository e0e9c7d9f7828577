"""What must hold on every page: a name and a role for the ear, room for a gloved finger, a keyboard
that begins on the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.hand import Hand
from tests.ui.reach import not_worked
from ui.places import Wishes, pages, places
from ui.shell import Custody, Shell
from ui.text import Text
from ui.viewmodels.office import Office
from ui.viewmodels.settings import Taste
from ui.widgets.overlay import Sheet

AGENT = ("today", "cases", "case", "letters", "outbox", "rehearsal", "settings", "seal", "rulebook")
LEAD = ("reviews", "team", "what_if")
SHEETS = {
    "case": ("case-rights", "case-appointment", "case-contact", "case-payment"),
    "cases": ("cases-letters",),
    "letters": ("make-visit_notice",),
    "reviews": ("reviews-approve",),
    "settings": ("settings-passphrase",),
    "visit": ("visit-jump", "visit-language", "visit-stop", "visit-rights"),
}


def nothing(*_: object) -> None:
    """A wish nobody grants here."""


def sheets_of(hand: Hand, page: str) -> Iterator[str]:
    """What is wrong with each sheet that a button of the page opens."""
    for opener in SHEETS.get(page, ()):
        if opener not in hand.names():
            continue
        hand.press(opener)
        for sheet in hand.window.findChildren(Sheet):
            if sheet.isVisible():
                yield from (f"{page}, {opener}: {fault}" for fault in not_worked(sheet))
                sheet.leave()


@pytest.fixture(params=["agent", "lead"])
def shell(request: pytest.FixtureRequest, qtbot: QtBot, office: Office, text: Text) -> Shell:
    role = request.param
    seat = replace(office, desk=replace(office.desk, role=role))
    wishes = Wishes(nothing, nothing, nothing, nothing)
    window = Shell(text, places(seat, text), pages(seat, text, Taste(), wishes), who="林默")
    window.show_custody(Custody("info", text.say("shell.custody_some", n=1), "lock"))
    qtbot.addWidget(window)
    window.resize(1024, 768)
    window.show()
    return window


def test_all_is_named_and_large_enough_and_the_keyboard_starts_on_the_page(
    qtbot: QtBot, office: Office, shell: Shell, visit: str
) -> None:
    hand = Hand(qtbot, shell, office.jobs)
    lead = "nav-team" in hand.names()
    faults = []
    for name in (*LEAD, "case", "settings") if lead else (*AGENT, "visit"):
        argument: object = {"case": "case-1", "visit": ("case-1", visit)}.get(name)
        shell.open(name, argument)
        hand.settle()
        faults += [f"{name}: {fault}" for fault in not_worked(shell)]
        faults += sheets_of(hand, name)
        here = shell.focusWidget()
        if here is None or not (here is shell.page or shell.page.isAncestorOf(here)):
            faults.append(f"{name}: the keyboard is on {here.objectName() if here else 'nothing'}")
    assert not faults, "\n".join(faults)
