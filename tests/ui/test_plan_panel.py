"""The plan panel driven by hand: sliders, cards, the lead's code by telephone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QSlider, QWidget
from pytestqt.qtbot import QtBot

from agent_app.journal import approval
from agent_app.journal.signing import b64, unb64
from agent_app.script import NodeView
from agent_app.store import cases, events, meta
from tests.support.case_rows import raw
from tests.support.desks import visitable_row
from tests.ui.hand import Hand
from ui.pages.panels.plan import PlanPanel
from ui.pages.reviews import ReviewsPage
from ui.text import Text
from ui.viewmodels.office import Office
from ui.viewmodels.panels import Panels
from ui.viewmodels.reviews import ReviewsModel
from ui.viewmodels.visit import VisitModel

SECRET = b64(approval.team_secret(bytes(32), "T1"))
VIEW = NodeView(
    ref="/data/plan", kind="trigger", type="", appearance="", label="", hint="", guidance="",
    value="", required=True, relevant=True, readonly=False, choices=[], violation="",
    constraint_message="", params={}, ds={"panel": "plan"}, media={},
)  # fmt: skip
BUDGET = {
    "income": 150_000, "spending": 100_000, "savings": 0, "currency": "CNY",
    "lines": {"housing": 70_000, "food": 30_000},
}  # fmt: skip
POLICY = {"max_months": 24, "max_pause_months": 3, "max_discount_bp": 1000}


@pytest.fixture
def panels(qtbot: QtBot, office: Office, visit: str) -> Panels:
    row = visitable_row(budget=BUDGET, policy=POLICY)

    def put() -> None:
        cases.put_base(office.desk.db, [raw(row)])
        meta.put(office.desk.db, "office", {"approval_secret": SECRET})

    office.jobs.store(put)
    model = VisitModel(office, "case-1", visit, "zh_CN")
    model.load()
    qtbot.waitUntil(lambda: office.jobs.running == 0 and model.standing is not None, timeout=30_000)
    return Panels(model)


@pytest.fixture
def hand(qtbot: QtBot, office: Office, panels: Panels, text: Text) -> Hand:
    panel = PlanPanel(VIEW, panels, text)
    window = QWidget()
    panel.setParent(window)
    panel.resize(1100, 1800)
    window.resize(1100, 1800)
    qtbot.addWidget(window)
    window.show()
    hand = Hand(qtbot, window, office.jobs)
    hand.settle()
    return hand


def slide(hand: Hand, name: str, place: int) -> None:
    slider = hand.find(name)
    assert isinstance(slider, QSlider)
    slider.setValue(place)
    hand.settle()


def words(hand: Hand) -> str:
    return "\n".join(one.text() for one in hand.window.findChildren(QLabel) if one.isVisible())


def test_a_card_shows_its_instalments_and_may_be_offered(hand: Hand) -> None:
    assert not hand.find("plan-offer").isEnabled()
    hand.choose("plan-options", "0")
    assert hand.sees("plan-table")
    assert hand.sees("plan-chart")
    assert hand.find("plan-offer").isEnabled()


def test_table_and_offer_follow_the_slider(hand: Hand) -> None:
    slide(hand, "plan-months", 9)
    assert hand.find("plan-table").model().rowCount() == 10
    assert hand.find("plan-offer").isEnabled()
    slide(hand, "plan-months", 11)
    assert hand.find("plan-table").model().rowCount() == 12


def test_what_a_month_cannot_bear_is_not_offered(hand: Hand, text: Text) -> None:
    slide(hand, "plan-months", 1)
    assert hand.sees("plan-needs-lead")
    assert not hand.find("plan-offer").isEnabled()


def test_what_nobody_may_offer_says_why(hand: Hand) -> None:
    slide(hand, "plan-pause", 3)
    slide(hand, "plan-months", 23)
    assert hand.sees("plan-refused")
    assert "27" in words(hand)
    assert not hand.find("plan-offer").isEnabled()


def test_the_leads_code_opens_exactly_this_plan(hand: Hand, panels: Panels, office: Office) -> None:
    slide(hand, "plan-months", 17)
    hand.press("approval-ask")
    request = panels.request
    assert len(request.replace("-", "")) == 4
    hand.type("approval-code", "AAAA")
    hand.press("approval-use")
    assert not hand.find("plan-offer").isEnabled()
    plan = hand.window.findChild(PlanPanel)._chosen
    terms = approval.spoken(plan.to_json())
    code = approval.code(unb64(SECRET), case="case-1", terms=terms, request=request)
    hand.find("approval-code").clear()
    hand.type("approval-code", code.lower())
    hand.press("approval-use")
    assert hand.sees("plan-approved")
    assert hand.find("plan-offer").isEnabled()
    found: list[list[str]] = []
    visit = panels.visit.visit
    office.jobs.store(
        lambda: [one.kind for one in events.of_visit(office.desk.db, visit)], done=found.append
    )
    hand.settle()
    assert "approval_given" in found[0]
    slide(hand, "plan-months", 16)
    assert not hand.find("plan-offer").isEnabled()


def test_the_lead_answers_online_and_the_plan_may_be_offered(
    qtbot: QtBot, hand: Hand, panels: Panels, office: Office, text: Text
) -> None:
    """Both on one store, as if each sync were done: the answer counts once the row carries it."""
    slide(hand, "plan-months", 17)
    wanted: list[bool] = []
    panels.sync_wanted.connect(lambda: wanted.append(True))
    hand.press("approval-online")
    assert wanted
    assert hand.sees("approval-waiting")
    assert not hand.find("plan-offer").isEnabled()

    lead = replace(office, desk=replace(office.desk, role="lead", user="chen"))
    page = ReviewsPage(ReviewsModel(lead), text)
    qtbot.addWidget(page)
    page.show()
    page.arrive()
    desk = Hand(qtbot, page, office.jobs)
    desk.settle()
    desk.find("ask-case-1").opened.emit()
    desk.settle()
    desk.press("ask-approve")
    assert not desk.sees("ask-case-1")
    hand.settle()
    assert hand.sees("plan-approved")
    assert hand.find("plan-offer").isEnabled()
