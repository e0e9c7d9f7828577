"""From budget to the debtor's signature, by hand, on a real desk with a real certificate."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from agent_app.actions.plans import offer_plan, record_budget
from agent_app.actions.record import record
from agent_app.domain.events import Event
from agent_app.queries.plans import fair_plans
from agent_app.store import events, meta
from tests.ui.hand import Hand
from tests.ui.reach import not_worked
from tests.ui.test_visit_page import kinds, open_the_door
from ui.capture.voice import Voice
from ui.pages.agreement import AgreementPage
from ui.text import Text
from ui.viewmodels.agreement import AgreementModel
from ui.viewmodels.office import Office
from ui.widgets.question import QuestionBox

TALK = (
    {"place": "door", "privacy": "alone"},
    {"told": "OK"},
    {"rights": "OK"},
    {"hardship": "income_lost"},
    {"dispute": "none"},
    {"care": "none"},
    {"wishes": "none"},
    {"way": "plan"},
)


def picture() -> bytes:
    """A small PNG."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    blank = QImage(8, 8, QImage.Format.Format_RGB32)
    blank.fill(0xFF3366)
    blank.save(buffer, "PNG")
    return bytes(buffer.data().data())


PICTURE = picture()


def say(hand: Hand, name: str, value: str) -> None:
    """Press the card of `value` under the question that ends in `name`."""
    boxes = hand.window.findChildren(QuestionBox)
    box = next(b for b in boxes if b.isVisible() and b.view.ref.endswith(f"/{name}"))
    hand.choose(f"q-{box.view.ref}", value)


def reach_the_plan(hand: Hand) -> None:
    open_the_door(hand)
    hand.type("identity-id_last4", "002X")
    hand.type("identity-phone_last4", "0001")
    hand.press("identity-check")
    hand.press("visit-next")
    for screen in TALK:
        for name, value in screen.items():
            say(hand, name, value)
        hand.press("visit-next")
    for line, sum_ in (("pay", "8600"), ("housing", "2200"), ("food", "1500")):
        hand.type(f"budget-{line}", sum_)
    hand.press("budget-keep")
    assert hand.typed("budget-housing") == "2200.00"  # what was recorded still stands there
    hand.press("visit-next")


def test_a_plan_is_chosen_understood_and_signed(
    qtbot: QtBot, office: Office, visit: str, hand: Hand, text: Text
) -> None:
    reach_the_plan(hand)
    hand.choose("plan-options", "1")
    hand.press("plan-offer")
    assert hand.sees("plan-result")
    hand.press("visit-next")
    say(hand, "terms_read", "OK")
    hand.press("visit-next")
    for question in ("check_amount", "check_date", "check_missed"):
        say(hand, question, "right")
    hand.press("visit-next")
    asked: list[tuple[str, Any]] = []
    hand.window.go.connect(lambda name, target: asked.append((name, target)))
    hand.press("signers-add")
    hand.type("signer-name-guarantor", "周敏")
    hand.press("signers-keep")
    assert hand.sees("signer-guarantor")
    hand.press("agreement-turn")
    (page, (case, same, _, plan, others)) = asked[0]
    assert (page, case, same) == ("agreement", "case-1", visit)
    assert others == {"guarantor": "周敏"}
    org = {**office.desk.told["org"], "check_url": "https://office.example/check/?c="}
    office.jobs.store(meta.put, office.desk.db, "office", {"org": org})
    turned = turn_round(qtbot, office, text, visit, plan, others)
    sign(turned)
    assert turned.window._model.signing() == ("debtor", "guarantor", "agent")
    hand.window.arrive()
    hand.settle()
    hand.press("visit-next")
    held = kinds(qtbot, office, visit)
    assert held.count("agreement_signed") == 1
    assert held.index("plan_offered") < held.index("agreement_signed")


def turn_round(
    qtbot: QtBot, office: Office, text: Text, visit: str, plan: dict[str, Any],
    others: dict[str, str] | None = None,
) -> Hand:  # fmt: skip
    page = AgreementPage(AgreementModel(office, "case-1", visit, plan, "zh_CN", others), text)
    qtbot.addWidget(page)
    page.resize(1280, 800)
    page.show()
    page.arrive()
    turned = Hand(qtbot, page, office.jobs)
    turned.settle()
    return turned


def understand(turned: Hand) -> None:
    """Read, fail twice, find a helper, understand."""
    model = turned.window._model
    assert not list(not_worked(turned.window))
    turned.press("agreement-next")
    assert not turned.find("agreement-next").isEnabled()
    turned.choose("check-missed", "family")
    turned.choose("check-missed", "nothing")
    assert turned.sees("agreement-pause")
    turned.press("agreement-helped")
    assert not turned.sees("agreement-pause")
    turned.choose("check-missed", "tell")
    turned.choose("check-amount", str(model.terms.first.minor))
    turned.choose("check-date", str(model.terms.first_due.day))
    assert not list(not_worked(turned.window))
    turned.press("agreement-next")
    assert not list(not_worked(turned.window))


def sign(turned: Hand) -> None:
    """One hand after the other; the seal comes only at the end."""
    model = turned.window._model
    understand(turned)
    assert not turned.find("agreement-next").isEnabled()
    for role in model.signing():
        assert not turned.find("agreement-next").isEnabled()
        turned.sign(f"ink-{role}")
        turned.press("agreement-next")
    assert turned.sees("agreement-sealed")
    assert turned.sees("agreement-qr")
    assert not list(not_worked(turned.window))


@pytest.fixture
def offered_here(qtbot: QtBot, office: Office, text: Text, visit: str) -> Hand:
    """The turned-round page of a plan just offered, made by the actions alone."""
    about: dict[str, Any] = {"case": "case-1", "visit": visit}
    made: list[dict[str, Any]] = []

    def talk() -> dict[str, Any]:
        desk, at = office.desk, office.now()
        for kind, body in TOLD.items():
            record(desk, at, kind, body, **about)
        record_budget(desk, at, income=800_000, lines={"housing": 300_000}, **about)
        plan = fair_plans(desk, at, "case-1", 10).result.options[0]
        told: dict[str, Any] = offer_plan(desk, at, plan=plan, **about).made
        return told

    office.jobs.store(talk, done=made.append)
    qtbot.waitUntil(lambda: bool(made), timeout=20_000)
    return turn_round(qtbot, office, text, visit, made[0])


TOLD: dict[str, dict[str, Any]] = {
    "person_met": {"who": "self_identified"},
    "id_shown": {"documents": ["badge", "authorisation_letter"]},
    "recording_consented": {},
    "recording_started": {"slot": "external"},
    "identity_checked": {"method": "two_points", "fields": ["id_last4"], "passed": True},
    "disclosed": {"statement": {}},
}


def test_declined_then_in_another_language_with_a_pen_on_paper(
    offered_here: Hand, office: Office
) -> None:
    turned, left = offered_here, []
    turned.window.back.connect(lambda: left.append(True))
    turned.press("agreement-leave")
    turned.press("decline-sheet-close")
    assert not left
    turned.press("agreement-leave")
    turned.choose("decline-reasons", "family")
    turned.press("decline-now")
    assert left
    event = told(turned, office)
    assert event.kind == "agreement_declined"
    assert (event.body["answer"], event.body["reason"]) == ("thinking", "family")

    before = turned.window._model.shown
    assert not turned.sees("agreement-aloud")  # no machine of ours has a voice
    turned.press("agreement-language")
    turned.choose("agreement-languages", "en")
    model = turned.window._model
    assert model.shown.language == "en"
    assert model.shown.sha256 != before.sha256
    assert "Repayment agreement" in model.shown.text
    understand(turned)
    turned.press("agreement-on-paper")
    photos = turned.find("photos")
    photos.take(b"no picture", "image/jpeg")
    assert not turned.find("agreement-next").isEnabled()
    photos.take(PICTURE, "image/png")
    photos.take(PICTURE, "image/png")
    turned.settle()
    turned.press("photo-2")
    turned.press("agreement-next")
    assert turned.sees("agreement-sealed")
    event = told(turned, office)
    assert event.kind == "agreement_signed"
    assert event.body["signature"]["method"] == "wet_ink"
    assert event.body["checks"]["missed"]["helped"]
    assert [one["slot"] for one in event.files] == ["agreement", "page-1"]


def test_a_voice_reads_where_there_is_one(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    assert not Voice("zh_CN", parent, engine="mock").able  # it speaks English and Nordic only
    voice = Voice("en", parent, engine="mock")
    assert voice.able
    said: list[bool] = []
    voice.speaking.connect(said.append)
    voice.say("You owe nothing.")
    assert said == [True]
    voice.hush()
    assert not voice.talks


def told(turned: Hand, office: Office) -> Event:
    """The newest event of the case."""
    found: list[list[Event]] = []
    office.jobs.store(events.of_case, office.desk.db, "case-1", done=found.append)
    turned.settle()
    return found[0][-1]
