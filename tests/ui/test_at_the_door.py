"""At the edge of the hours, when somebody else comes in, when the office takes the case back: on
each page and sheet of a visit, nothing said is lost and nothing of the debt is left to be seen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from agent_app.actions.desk import Change
from agent_app.actions.record import record
from agent_app.store import cases
from tests.ui.conftest import open_page
from tests.ui.hand import Hand
from tests.ui.screen_words import words_on
from tests.ui.test_agreement_page import offered_here, say
from tests.ui.test_no_debt_word import FACTS, clean
from tests.ui.test_visit_page import kinds, to_the_door
from tests.ui.test_visit_time import asked, later, tick, to_the_statement
from ui.text import Text
from ui.viewmodels.door_watch import DoorWatch
from ui.viewmodels.office import Office
from ui.widgets.overlay import Sheet

__all__ = ["offered_here"]


def closing_time(office: Office, hand: Hand) -> None:
    later(office, hours=12, minutes=1)
    tick(hand)


def writes(office: Office, hand: Hand, *, allowed: bool) -> None:
    """Make the store refuse to be written, as a full disk does."""
    office.jobs.store(office.desk.db.execute, f"PRAGMA query_only = {'OFF' if allowed else 'ON'}")
    hand.settle()


# -- the hours end


def test_a_right_being_written_down_as_the_hours_end_is_not_lost(
    qtbot: QtBot, office: Office, visit: str, hand: Hand
) -> None:
    hand.press("visit-rights")
    hand.press("right-dispute")
    hand.choose("right-reason", "paid")
    hand.type("right-note", "上个月已还")
    closing_time(office, hand)
    hand.press("stop-now")
    hand.press("right-record")
    assert "dispute_raised" in kinds(qtbot, office, visit)
    assert "exit_triggered" in kinds(qtbot, office, visit)
    hand.press("right-recorded-close")
    assert hand.sees("q-/data/leave/leaving/left")


def test_words_half_typed_as_the_hours_end_are_kept(office: Office, visit: str, hand: Hand) -> None:
    hand.press("visit-stop")
    hand.choose("stop-reasons", "safety")
    hand.press("stop-now")
    note = next(box for box in asked(hand) if box.view.ref.endswith("/leave_note"))
    hand.type(f"q-{note.view.ref}", "家中有犬")
    hand.window._questions.settle()
    found: list[dict[str, str]] = []
    office.jobs.store(
        lambda: (cases.now(office.desk.db, "case-1") or {})["visits"][visit]["answers"],
        done=found.append,
    )
    hand.settle()
    assert found[0][note.view.ref] == "家中有犬"


@pytest.mark.parametrize("opens", ["visit-jump", "visit-language", "visit-stop"])
def test_a_sheet_that_is_only_looked_at_gives_way(office: Office, hand: Hand, opens: str) -> None:
    hand.press(opens)
    closing_time(office, hand)
    shown = [one.objectName() for one in hand.window.findChildren(Sheet) if one.isVisible()]
    assert shown == ["closing-sheet"]


def test_the_hours_end_while_an_agreement_is_half_signed(
    qtbot: QtBot, office: Office, visit: str, offered_here: Hand, text: Text, hand: Hand
) -> None:
    turned, left, said = offered_here, [], []
    turned.window.back.connect(lambda: left.append(True))
    turned.window.says.connect(said.append)
    watch = turned.window.findChild(DoorWatch)
    later(office, hours=11, minutes=35)
    watch.tick()
    assert said == [text.say("agreement.nearly")]
    turned.press("agreement-leave")
    later(office, minutes=30)
    watch.tick()
    shown = [one.objectName() for one in turned.window.findChildren(Sheet) if one.isVisible()]
    assert shown == ["agreement-over"]
    assert not turned.sees("agreement-over-close")
    turned.press("agreement-over-back")
    assert left
    assert "agreement_signed" not in kinds(qtbot, office, visit)
    again = Hand(qtbot, open_page(qtbot, office, visit, text), office.jobs)
    assert again.sees("closing-sheet")


# -- somebody else comes in


def test_the_one_key_is_on_every_sheet_and_on_the_keyboard_too(
    qtbot: QtBot, hand: Hand, text: Text
) -> None:
    to_the_door(hand)
    hand.press("visit-rights")
    hand.press("right-hardship")
    with qtbot.waitActive(hand.window):
        hand.window.activateWindow()
    qtbot.keyClick(QApplication.focusWidget() or hand.window, Qt.Key.Key_F9)
    hand.settle()
    clean(hand.window, text)
    assert hand.sees("q-/data/others/third/third_answer")
    hand.press("visit-jump")
    hand.press("sheet-wrong-person")
    assert hand.sees("q-/data/others/third/third_answer")


def test_where_it_cannot_be_recorded_the_screen_stays_covered(
    office: Office, hand: Hand, text: Text
) -> None:
    to_the_statement(hand)
    writes(office, hand, allowed=False)
    hand.press("visit-wrong-person")
    clean(hand.window, text)
    hand.press("visit-jump")
    clean(hand.window, text)
    writes(office, hand, allowed=True)
    hand.press("cover-again")
    clean(hand.window, text)
    assert hand.sees("q-/data/others/third/third_answer")


def test_from_the_debtors_own_screen_too(
    qtbot: QtBot, office: Office, visit: str, offered_here: Hand, text: Text
) -> None:
    turned, left = offered_here, []
    turned.window.back.connect(lambda: left.append(True))
    assert any(FACTS.search(one) for one in words_on(turned.window))
    turned.press("agreement-cover")
    assert left
    clean(turned.window, text)
    assert kinds(qtbot, office, visit)[-1] == "person_met"
    again = Hand(qtbot, open_page(qtbot, office, visit, text), office.jobs)
    clean(again.window, text)


# -- the office takes the case back


def test_a_case_taken_back_in_mid_visit_is_left_and_nothing_is_lost(
    qtbot: QtBot, office: Office, visit: str, hand: Hand, text: Text
) -> None:
    desk = office.desk
    office.jobs.store(desk.db.execute, "UPDATE events SET state = 'applied', proof = '{}'")
    office.jobs.store(cases.recall, desk.db, "case-1", "2026-11-23T10:10:00+08:00")
    hand.settle()
    office.jobs.changed.emit(Change.of([], "today"))
    hand.settle()
    assert text.say("visit.recalled") in [*words_on(hand.window)]
    hand.press("stop-now")
    hand.choose("q-/data/leave/leaving/left", "OK")
    hand.press("visit-next")
    say(hand, "outcome", "asked_to_leave")
    assert "outcome_recorded" not in kinds(qtbot, office, visit)
    hand.press("visit-next")
    assert "outcome_recorded" in kinds(qtbot, office, visit)


# -- words


def test_prohibited_words_are_pointed_out_where_they_are_typed(hand: Hand) -> None:
    hand.press("visit-rights")
    hand.press("right-hardship")
    hand.type("right-note", "不还就拘留")
    assert any("拘留" in one and "改写" in one for one in words_on(hand.window))
    hand.type("right-note", "我们")
    area = hand.find("right-note")
    area.setPlainText("生病了")  # type: ignore[attr-defined]
    assert not any("改写" in one for one in words_on(hand.window))


def test_what_is_refused_before_the_gate_names_no_debt(
    office: Office, visit: str, hand: Hand, text: Text
) -> None:
    said: list[str] = []
    hand.window.says.connect(said.append)  # type: ignore[attr-defined]
    hand.window._model.act(
        record, kind="disclosed", body={"statement": {}}, case="case-1", visit=visit
    )  # type: ignore[attr-defined]
    hand.settle()
    assert said == [text.say("visit.not_now")]
