"""The security key is pulled out in a visit: said, nothing typed is lost, and on it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from agent_app.domain.errors import KeyAway
from tests.ui.conftest import open_page
from tests.ui.hand import Hand
from tests.ui.screen_words import words_on
from tests.ui.test_recording import Ear
from tests.ui.test_visit_page import kinds
from tests.ui.test_visit_time import asked
from ui.text import Text
from ui.viewmodels.office import Office
from ui.widgets.overlay import Sheet


class Socket:
    """Signs with the device's key while it is plugged in."""

    def __init__(self, sign: Callable[[bytes], bytes]) -> None:
        self.sign, self.plugged = sign, True

    def __call__(self, message: bytes) -> bytes:
        if not self.plugged:
            raise KeyAway("no security key UKey 0001 is here")
        return self.sign(message)


@pytest.fixture
def socket(office: Office) -> Socket:
    return Socket(office.desk.sign)


@pytest.fixture
def office_with_key(office: Office, socket: Socket) -> Office:
    return replace(office, desk=replace(office.desk, sign=socket))


def test_what_was_typed_stays_and_is_recorded_when_the_key_is_back(
    qtbot: QtBot, office_with_key: Office, socket: Socket, visit: str, text: Text
) -> None:
    office = office_with_key
    page = open_page(qtbot, office, visit, text)
    said: list[str] = []
    page.says.connect(said.append)
    hand = Hand(qtbot, page, office.jobs)
    hand.press("visit-stop")
    hand.choose("stop-reasons", "safety")
    hand.press("stop-now")
    note = next(box for box in asked(hand) if box.view.ref.endswith("/leave_note"))
    before = kinds(qtbot, office, visit)
    socket.plugged = False
    hand.type(f"q-{note.view.ref}", "家中有犬")
    page._questions.settle()
    hand.settle()
    assert kinds(qtbot, office, visit) == before
    assert said == [text.error(KeyAway(""))]
    field = hand.find(f"q-{note.view.ref}")
    shown = field.text() if hasattr(field, "text") else field.toPlainText()
    assert shown == "家中有犬"
    socket.plugged = True
    hand.press("visit-next")
    assert kinds(qtbot, office, visit).count("answered") > before.count("answered")


def test_choices_made_without_the_key_are_marked_and_follow_when_it_is_back(
    qtbot: QtBot, office_with_key: Office, socket: Socket, visit: str, text: Text
) -> None:
    office, ready = office_with_key, "/data/prepare/before/ready"
    page = open_page(qtbot, office, visit, text)
    hand = Hand(qtbot, page, office.jobs)
    socket.plugged = False
    for item in ("two_agents", "badge", "authorisation_letter"):
        hand.choose(f"q-{ready}", item)
    hand.press("visit-next")
    assert "answered" not in kinds(qtbot, office, visit)
    assert hand.sees(f"q-{ready}")
    assert text.say("visit.owed") in words_on(page)
    assert text.say("visit.owed_some", n=1) in words_on(page)
    assert text.say("visit.kept") not in words_on(page)
    socket.plugged = True
    hand.choose(f"q-{ready}", "recorder")
    assert text.say("visit.owed") not in words_on(page)
    assert text.say("visit.kept") in words_on(page)
    hand.press("visit-next")
    assert hand.sees("q-/data/prepare/arrive/arrived")
    assert kinds(qtbot, office, visit).count("answered") == 1


def test_words_typed_outlive_another_act_that_fails(
    qtbot: QtBot, office_with_key: Office, socket: Socket, visit: str, text: Text
) -> None:
    """Next, the way out and another question are all tried in vain; then the key is back."""
    office = office_with_key
    page = open_page(qtbot, office, visit, text)
    hand = Hand(qtbot, page, office.jobs)
    before = kinds(qtbot, office, visit)
    socket.plugged = False
    hand.choose("q-/data/prepare/before/ready", "badge")
    for _ in range(2):
        hand.press("visit-next")
    hand.press("visit-stop")
    hand.choose("stop-reasons", "safety")
    hand.press("stop-now")
    assert kinds(qtbot, office, visit) == before
    socket.plugged = True
    hand.press("visit-next")
    assert "exit_triggered" in kinds(qtbot, office, visit)


def test_a_sheet_filled_in_vain_comes_back_as_it_was(
    qtbot: QtBot, office_with_key: Office, socket: Socket, visit: str, text: Text
) -> None:
    office = office_with_key
    page = open_page(qtbot, office, visit, text)
    hand = Hand(qtbot, page, office.jobs)
    hand.press("visit-rights")
    hand.press("right-dispute")
    hand.choose("right-reason", "paid")
    hand.type("right-note", "上个月已还")
    socket.plugged = False
    hand.press("right-record")
    assert hand.find("right-note").toPlainText() == "上个月已还"
    hand.press("right-record")
    assert "dispute_raised" not in kinds(qtbot, office, visit)
    assert hand.find("right-record").isEnabled()


def test_a_sheet_given_up_while_its_act_runs_stays_away(
    qtbot: QtBot, office_with_key: Office, socket: Socket, visit: str, text: Text
) -> None:
    """Somebody else comes in meanwhile: nothing of it is shown again."""
    office = office_with_key
    page = open_page(qtbot, office, visit, text)
    hand = Hand(qtbot, page, office.jobs)
    hand.press("visit-rights")
    hand.press("right-dispute")
    hand.choose("right-reason", "paid")
    socket.plugged = False
    qtbot.mouseClick(hand.find("right-record"), Qt.MouseButton.LeftButton)
    page.cover()
    hand.settle()
    assert not [one for one in page.findChildren(Sheet) if one.isVisible()]
    socket.plugged = True
    hand.press("cover-again")


def test_a_recording_stopped_without_the_key_is_kept_when_it_is_back(
    qtbot: QtBot, office_with_key: Office, socket: Socket, visit: str, text: Text
) -> None:
    office, gone = office_with_key, list[str]()
    page = open_page(qtbot, office, visit, text)
    hand = Hand(qtbot, page, office.jobs)
    recording = page.panels.recording
    recording.start(Ear, lambda: None)
    hand.settle()
    socket.plugged = False
    for _ in range(2):
        recording.stop(lambda: gone.append("kept"))
        hand.settle()
        assert recording.live
    assert not gone
    socket.plugged = True
    recording.stop(lambda: gone.append("kept"))
    hand.settle()
    assert gone == ["kept"]
    assert kinds(qtbot, office, visit).count("recording_stopped") == 1
