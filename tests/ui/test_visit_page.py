"""The visit page driven by hand through the mainland script, on a real desk."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from agent_app.queries.case_page import read_case
from agent_app.queries.visit_run import prepare_scripts
from agent_app.store import events
from tests.ui.conftest import open_page
from tests.ui.hand import Hand, Keyboard
from ui.pages.visit import VisitPage
from ui.text import Text
from ui.viewmodels.office import Office
from ui.viewmodels.visit import VisitModel
from ui.widgets.choice import ChoiceCard
from ui.widgets.field import Fault
from ui.widgets.question import QuestionBox


def kinds(qtbot: QtBot, office: Office, visit: str) -> list[str]:
    """The kinds of events the visit holds, in order."""
    found: list[list[str]] = []
    office.jobs.store(
        lambda: [one.kind for one in events.of_visit(office.desk.db, visit)], done=found.append
    )
    qtbot.waitUntil(lambda: bool(found), timeout=10_000)
    return found[0]


def open_the_door(hand: Hand) -> None:
    """From the first screen to the identity check."""
    to_the_papers(hand)
    hand.press("visit-next")
    hand.press("recorder-agree")
    hand.press("visit-next")


def to_the_door(hand: Hand) -> None:
    """Ready, arrived, and someone opens who says to be the debtor."""
    for item in ("two_agents", "badge", "authorisation_letter", "recorder"):
        hand.choose("q-/data/prepare/before/ready", item)
    hand.press("visit-next")
    hand.choose("q-/data/prepare/arrive/arrived", "OK")
    hand.press("visit-next")
    hand.choose("q-/data/door/who_opens/who", "self_identified")
    hand.press("visit-next")


def to_the_papers(hand: Hand) -> None:
    """From the first screen to the papers shown, that page answered and not yet left."""
    to_the_door(hand)
    for paper in ("badge", "authorisation_letter"):
        hand.choose("q-/data/door/introduce/documents", paper)


def pass_the_check(hand: Hand) -> None:
    hand.type("identity-id_last4", "002X")
    hand.type("identity-phone_last4", "0001")
    hand.press("identity-check")


def test_next_says_what_is_missing_and_stays(hand: Hand) -> None:
    hand.choose("q-/data/prepare/before/ready", "badge")
    hand.press("visit-next")
    assert hand.sees("q-/data/prepare/before/ready")
    box = hand.find("question-/data/prepare/before/ready")
    assert any("缺少" in one.accessibleName() for one in box.findChildren(Fault))


def test_identity_opens_the_gate_and_the_sums(
    qtbot: QtBot, office: Office, visit: str, hand: Hand
) -> None:
    open_the_door(hand)
    pass_the_check(hand)
    assert hand.sees("identity-result")
    hand.press("visit-next")
    assert "identity_checked" in kinds(qtbot, office, visit)


def test_each_tier_says_what_may_be_said_and_then_the_script_speaks(hand: Hand) -> None:
    """To anyone, to who says to be the debtor, to the debtor; to a stranger again the first."""

    def said() -> str:
        return str(hand.window.findChild(QLabel, "visit-speech").text())  # type: ignore[union-attr]

    text: Text = hand.window.text  # type: ignore[attr-defined]
    assert said() == text.say("visit.say_anyone")
    open_the_door(hand)
    assert said() == text.say("visit.say_self")
    pass_the_check(hand)
    assert said() == ""
    hand.press("visit-next")
    hand.press("visit-wrong-person")
    assert said() == text.say("visit.say_anyone")


def test_an_unconfirmed_person_sees_no_debt(
    qtbot: QtBot, office: Office, visit: str, hand: Hand
) -> None:
    open_the_door(hand)
    hand.type("identity-id_last4", "9999")
    hand.type("identity-phone_last4", "9999")
    hand.press("identity-check")
    hand.press("visit-next")
    assert hand.sees("q-/data/identify/unverified/unverified_left")
    assert "disclosed" not in kinds(qtbot, office, visit)


def test_wrong_person_takes_the_neutral_branch(
    qtbot: QtBot, office: Office, visit: str, hand: Hand
) -> None:
    open_the_door(hand)
    hand.press("visit-wrong-person")
    assert hand.sees("q-/data/others/third/third_answer")
    assert kinds(qtbot, office, visit).count("person_met") == 2


def test_after_a_slip_on_that_key_the_debtor_is_identified_anew(
    qtbot: QtBot, office: Office, visit: str, hand: Hand
) -> None:
    open_the_door(hand)
    pass_the_check(hand)
    hand.press("visit-next")
    hand.press("visit-wrong-person")
    assert hand.sees("q-/data/others/third/third_answer")
    hand.press("visit-after-all")
    assert not hand.sees("identity-result")
    assert not hand.window._model.standing.known.gate_open  # type: ignore[attr-defined]
    pass_the_check(hand)
    assert hand.window._model.standing.known.gate_open  # type: ignore[attr-defined]
    told = kinds(qtbot, office, visit)
    assert (told.count("person_met"), told.count("identity_checked")) == (3, 2)
    again = Hand(qtbot, open_page(qtbot, office, visit, hand.window.text), office.jobs)  # type: ignore[attr-defined]
    assert not again.sees("visit-after-all")


def test_the_debtor_who_comes_after_a_relative_is_identified_though_the_page_was_just_turned_back(
    hand: Hand,
) -> None:
    """Not by that key but by the question itself: an earlier check is worth nothing either."""
    open_the_door(hand)
    pass_the_check(hand)
    hand.press("visit-wrong-person")
    while not hand.sees("q-/data/door/who_opens/who"):
        hand.press("visit-back")
    hand.choose("q-/data/door/who_opens/who", "self_identified")
    while not hand.sees("identity-check"):
        assert not hand.sees("identity-result")
        hand.press("visit-next")


def test_stop_is_always_there_and_leads_to_the_end(
    qtbot: QtBot, office: Office, visit: str, hand: Hand
) -> None:
    hand.press("visit-stop")
    hand.choose("stop-reasons", "asked_to_leave")
    hand.press("stop-now")
    assert hand.sees("q-/data/leave/leaving/left")
    assert "exit_triggered" in kinds(qtbot, office, visit)


def test_a_visit_opens_again_where_it_was(
    qtbot: QtBot, office: Office, visit: str, hand: Hand, text: Text
) -> None:
    open_the_door(hand)
    again = Hand(qtbot, open_page(qtbot, office, visit, text), office.jobs)
    assert again.sees("identity-check")


def test_a_crash_before_a_full_page_was_left_opens_that_page(
    qtbot: QtBot, office: Office, visit: str, hand: Hand, text: Text
) -> None:
    """What the page records is recorded when it is left; behind it, it never would be."""
    hand.press("visit-stop")
    hand.choose("stop-reasons", "asked_to_leave")
    hand.press("stop-now")
    while not (asked := [b.view.ref for b in boxes(hand) if b.view.ref.endswith("/outcome")]):
        fill(hand, {})
        hand.press("visit-next")
    outcome = asked[0]
    fill(hand, {"outcome": "asked_to_leave"})
    again = Hand(qtbot, open_page(qtbot, office, visit, text), office.jobs)
    assert again.sees(f"q-{outcome}")


def test_going_back_keeps_answers(hand: Hand) -> None:
    open_the_door(hand)
    hand.press("visit-back")
    hand.press("visit-back")
    card = hand.find("q-/data/door/introduce/documents")
    chosen = [one.objectName() for one in card.findChildren(ChoiceCard) if one.isChecked()]
    assert chosen == ["choice-badge", "choice-authorisation_letter"]


def walk_out(hand: Hand, ended: list[str], **answers: str) -> None:
    """Screen by screen to the end: what is named is answered so, else confirmed or the first."""
    for _ in range(40):
        if ended:
            return
        fill(hand, answers)
        hand.press("visit-next")
    raise AssertionError("the visit does not end")


def fill(hand: Hand, answers: dict[str, str]) -> None:
    """Answer what this screen asks."""
    asked: set[str] = set()
    while box := next((b for b in boxes(hand) if b.view.ref not in asked), None):
        view = box.view
        asked.add(view.ref)
        name = view.ref.rsplit("/", 1)[-1]
        if view.value:
            continue
        if name in answers:
            hand.choose(f"q-{view.ref}", answers[name])
        elif view.kind == "trigger" and "panel" not in view.ds:
            hand.choose(f"q-{view.ref}", "OK")
        elif view.choices and view.required:
            hand.choose(f"q-{view.ref}", view.choices[0].value)


def boxes(hand: Hand) -> list[QuestionBox]:
    return [box for box in hand.window.findChildren(QuestionBox) if box.isVisible()]


def test_the_visit_is_closed_by_the_script(
    office: Office, qtbot: QtBot, visit: str, hand: Hand
) -> None:
    ended: list[str] = []
    hand.window.go.connect(lambda page, _: ended.append(page))
    hand.press("visit-stop")
    hand.choose("stop-reasons", "asked_to_leave")
    hand.press("stop-now")
    walk_out(hand, ended, outcome="asked_to_leave")
    assert ended == ["today"]
    found: list[str] = []
    office.jobs.store(
        lambda: read_case(office.desk, "case-1").visit(visit)["state"], done=found.append
    )
    qtbot.waitUntil(lambda: bool(found), timeout=10_000)
    assert found == ["aborted"]


def test_a_visit_is_walked_with_the_keyboard_alone(
    qtbot: QtBot, office: Office, visit: str, hand: Hand
) -> None:
    keys, ended = Keyboard(qtbot, hand.window, office.jobs), []
    hand.window.go.connect(lambda page, _: ended.append(page))  # type: ignore[attr-defined]
    open_the_door(keys)
    pass_the_check(keys)
    keys.press("visit-next")
    keys.press("visit-jump")
    qtbot.keyClick(keys.window.focusWidget(), Qt.Key.Key_Escape)
    keys.press("visit-stop")
    keys.choose("stop-reasons", "asked_to_leave")
    keys.press("stop-now")
    walk_out(keys, ended, outcome="asked_to_leave")
    assert ended == ["today"]


def test_a_script_never_read_before_is_prepared_and_waited_for_in_words(
    qtbot: QtBot, office: Office, visit: str, text: Text
) -> None:
    page = VisitPage(VisitModel(office, "case-1", visit, text.language), text)
    qtbot.addWidget(page)
    page.show()
    page.arrive()
    hand = Hand(qtbot, page, office.jobs)
    said = page.findChild(QWidget, "visit-opening")
    assert said is not None
    assert said.accessibleName() == text.say("visit.opening")
    assert "visit-next" not in hand.names()
    hand.settle()
    assert not hand.sees("visit-opening")
    assert hand.find("visit-stop").isEnabled()
    made: list[int] = []
    office.jobs.store(prepare_scripts, office.desk, done=made.append)
    hand.settle()
    office.jobs.store(prepare_scripts, office.desk, done=made.append)
    hand.settle()
    assert made[-1] == 0
