"""The case page by hand: a door that shuts meanwhile, why, and answering the lead."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from agent_app.actions.reviews import decide_review
from agent_app.actions.visits import abort_visit, start_visit
from agent_app.store import cases, events
from tests.support.case_rows import raw
from tests.support.desks import MORNING, visitable_row
from tests.ui.conftest import Watch
from tests.ui.hand import Hand
from ui.pages.case import CasePage
from ui.text import Text
from ui.viewmodels.case import CaseModel
from ui.viewmodels.office import Office


def open_case(qtbot: QtBot, office: Office, text: Text) -> Hand:
    page = CasePage(CaseModel(office, "case-1"), text)
    return Hand.on(qtbot, page, office.jobs)


def put_clock(office: Office, hour: int, minute: int) -> None:
    watch = office.now
    assert isinstance(watch, Watch)
    to = MORNING.wall.replace(hour=hour, minute=minute)
    watch.moment = watch.moment.later(seconds=(to - watch.moment.wall).total_seconds())


def test_a_door_that_shut_meanwhile_is_refused_and_then_says_why(
    qtbot: QtBot, office: Office, text: Text
) -> None:
    put_clock(office, 21, 58)
    hand = open_case(qtbot, office, text)
    put_clock(office, 22, 5)
    hand.press("start-addr-1")
    assert not hand.find("start-addr-1").isEnabled()
    hand.press("why-cn.hours")
    said = "\n".join(one.text() for one in hand.find("why-sheet").findChildren(QLabel))
    assert "11月24日 周二 08:00" in said
    assert text.say("rulebook.force_self_regulation") in said


def test_the_agent_answers_a_visit_that_was_sent_back(
    qtbot: QtBot, office: Office, visit: str, text: Text
) -> None:
    desk, about = office.desk, {"case": "case-1", "visit": visit}
    lead = replace(desk, role="lead", user="chen")

    def before() -> None:
        abort_visit(desk, office.now(), reason="asked_to_leave", **about)
        decide_review(lead, office.now(), decision="sent_back", comment="谁开的门？", **about)

    office.jobs.store(before)
    hand = open_case(qtbot, office, text)
    assert hand.sees("sent-back")
    hand.press("answer-lead")
    hand.press("answer-send")
    assert hand.sees("answer-sheet")
    hand.type("answer-words", "是邻居")
    hand.press("answer-send")
    found: list[list[object]] = []
    office.jobs.store(
        lambda: [
            one.body for one in events.of_visit(desk.db, visit) if one.kind == "comment_added"
        ],
        done=found.append,
    )
    hand.settle()
    assert found == [[{"text": "是邻居"}]]
    shown = [one.text() for one in hand.window.findChildren(QLabel) if one.isVisible()]
    assert "是邻居" in shown


def test_a_visit_for_the_persons_other_debt_is_said_to_be_that(
    qtbot: QtBot, office: Office, text: Text
) -> None:
    desk, herself = office.desk, {"id": "person-7", "name": "张伟", "language": "zh_CN"}

    def before() -> None:
        rows = [visitable_row(case) | {"debtor": herself} for case in ("case-1", "case-2")]
        cases.put_base(desk.db, [raw(row) for row in rows])
        visit = start_visit(desk, office.now(), case="case-2", address="addr-1").made
        abort_visit(desk, office.now(), case="case-2", visit=visit, reason="nobody_home")

    office.jobs.store(before)
    hand = open_case(qtbot, office, text)
    hand.press("why-cn.visit.daily")
    said = "\n".join(one.text() for one in hand.find("why-sheet").findChildren(QLabel))
    assert text.say("case.why_beside", case="case-2") in said
    assert "11月24日 周二 08:00" in said
    assert "明天 08:00 起可以" in said
