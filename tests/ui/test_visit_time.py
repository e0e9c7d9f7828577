"""Time at the door: the wrap-up warning, the forced close, and screens that deserve a moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from agent_app.domain.events import Event
from agent_app.script import NodeView, Session
from agent_app.store import events
from tests.support.desks import MORNING
from tests.support.scripts import shipped
from tests.ui.conftest import Watch, open_page
from tests.ui.hand import Hand
from tests.ui.test_visit_page import kinds, open_the_door
from ui.gallery_questions import sample
from ui.pages.visit import VisitPage
from ui.text import Text
from ui.viewmodels.office import Office
from ui.viewmodels.script_map import Screen
from ui.viewmodels.visit_course import Course
from ui.widgets.button import Button
from ui.widgets.countdown import Countdown
from ui.widgets.overlay import Sheet
from ui.widgets.paced import PacedButton
from ui.widgets.question import QuestionBox


def later(office: Office, **span: float) -> None:
    """Move the clock of the office."""
    watch = office.now
    assert isinstance(watch, Watch)
    watch.moment = watch.moment.later(**span)


def tick(hand: Hand) -> None:
    for clock in hand.window.findChildren(Countdown):
        clock.tick()
    hand.settle()


def test_the_warning_comes_once_half_an_hour_before(
    office: Office, visit: str, hand: Hand, text: Text
) -> None:
    said: list[str] = []
    assert isinstance(hand.window, VisitPage)
    hand.window.says.connect(said.append)
    later(office, hours=11, minutes=35)
    tick(hand)
    hand.choose("q-/data/prepare/before/ready", "badge")
    hand.choose("q-/data/prepare/before/ready", "recorder")
    tick(hand)
    assert said.count(text.say("visit.wrap_up")) == 1
    assert not hand.sees("closing-sheet")


@pytest.mark.parametrize(
    ("minutes", "warned", "closed"),
    [(-31, False, False), (-29, True, False), (-1, True, False), (0, True, True), (1, True, True)],
)
def test_the_clock_alone_warns_and_closes(
    office: Office, visit: str, hand: Hand, text: Text, minutes: int, warned: bool, closed: bool
) -> None:
    """An open visit at 21:29, 21:31, 21:59, 22:00 and 22:01, nobody touching it."""
    said: list[str] = []
    assert isinstance(hand.window, VisitPage)
    hand.window.says.connect(said.append)
    watch = office.now
    assert isinstance(watch, Watch)
    end = MORNING.wall.replace(hour=22) + timedelta(minutes=minutes)
    later(office, seconds=(end - watch.moment.wall).total_seconds())
    tick(hand)
    assert (text.say("visit.wrap_up") in said) is warned
    assert hand.sees("closing-sheet") is closed


def test_at_the_end_only_leaving_is_possible(
    qtbot: QtBot, office: Office, visit: str, hand: Hand
) -> None:
    open_the_door(hand)
    later(office, hours=12, minutes=1)
    tick(hand)
    sheet = hand.find("closing-sheet")
    assert isinstance(sheet, Sheet)
    assert not hand.sees("closing-sheet-close")
    hand.press("stop-now")
    assert hand.sees("q-/data/leave/leaving/left")
    assert "exit_triggered" in kinds(qtbot, office, visit)
    tick(hand)
    assert not hand.sees("closing-sheet")


def test_a_visit_reopened_after_hours_may_only_be_left(
    qtbot: QtBot, office: Office, visit: str, text: Text
) -> None:
    later(office, hours=12, minutes=30)
    again = Hand(qtbot, open_page(qtbot, office, visit, text), office.jobs)
    assert again.sees("closing-sheet")


def asked(hand: Hand) -> list[QuestionBox]:
    return [box for box in hand.window.findChildren(QuestionBox) if box.isVisible()]


def to_the_statement(hand: Hand) -> None:
    """To the screen where the debt is told, which deserves fifteen seconds."""
    open_the_door(hand)
    hand.type("identity-id_last4", "002X")
    hand.type("identity-phone_last4", "0001")
    hand.press("identity-check")
    hand.press("visit-next")
    for _ in range(4):
        if any(box.view.ref.endswith("/told") for box in asked(hand)):
            return
        for box in asked(hand):
            if box.view.choices and not box.view.value:
                hand.choose(f"q-{box.view.ref}", box.view.choices[0].value)
        hand.press("visit-next")
    raise AssertionError("the statement does not come")


def test_next_counts_down_and_never_refuses(
    qtbot: QtBot, office: Office, visit: str, hand: Hand, text: Text
) -> None:
    to_the_statement(hand)
    button = hand.find("visit-next")
    assert isinstance(button, PacedButton)
    assert button.text() != text.say("visit.next")
    assert hand.find("visit-stop").isEnabled()
    for box in asked(hand):
        hand.choose(f"q-{box.view.ref}", "OK")
    ref = asked(hand)[0].view.ref
    hand.press("visit-next")
    assert ref not in {box.view.ref for box in asked(hand)}
    held: list[list[Event]] = []
    office.jobs.store(lambda: events.of_visit(office.desk.db, visit), done=held.append)
    qtbot.waitUntil(lambda: bool(held), timeout=10_000)
    told = [one for one in held[0] if one.kind == "answered" and one.body["ref"] == ref]
    assert told[-1].body["least"] == 15


def test_after_its_time_next_is_plain(office: Office, hand: Hand, text: Text) -> None:
    to_the_statement(hand)
    later(office, seconds=20)
    button = hand.find("visit-next")
    assert isinstance(button, PacedButton)
    button.tick()
    assert button.text() == text.say("visit.next")


@pytest.mark.parametrize("kind", ["range", "date", "rank", "one", "trigger", "time", "point"])
def test_what_is_read_only_cannot_be_edited(qtbot: QtBot, text: Text, kind: str) -> None:
    view: NodeView = replace(sample(kind, text), readonly=True)
    box = QuestionBox(view, text, Watch()().wall)
    qtbot.addWidget(box)
    box.show()
    assert box.editor is not None
    assert not any(b.isEnabled() for b in box.editor.findChildren(Button) if b.isVisible())
    assert not box.editor.isEnabled()


@pytest.mark.parametrize("one_way", [True, False])
def test_a_forward_only_stage_cannot_be_gone_back_into(office: Office, one_way: bool) -> None:
    course = Course(Session(shipped("uk"), now=lambda: office.now().wall, entropy=bytes))
    course.screens = [
        Screen("/a", "A", "first", ("/a",), forward_only=one_way),
        Screen("/b", "B", "second", ("/b",)),
    ]
    course.go(1)
    assert course.shut(0) is one_way
    assert course.reachable(0) is not one_way
