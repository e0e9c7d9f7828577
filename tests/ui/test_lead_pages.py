"""The lead's pages driven by hand: approve by telephone, look at a visit's evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from agent_app.actions.answers import answer
from agent_app.actions.visits import abort_visit, start_visit
from agent_app.domain.events import Event
from agent_app.journal import approval, bundle, warrant
from agent_app.journal.bundle import Proof
from agent_app.journal.flag import Flag
from agent_app.journal.signing import b64, signer, unb64
from agent_app.script.deeds import Field
from agent_app.store import events, files, meta
from agent_app.verify import verify_file
from tests.support.bundles import AGREEMENT, PHOTO, Evidence, attachment
from tests.support.journals import START
from tests.ui.hand import Hand
from tests.ui.reach import not_worked
from tests.ui.screen_words import words_on
from ui.pages.bundle_sheet import BundleForm
from ui.pages.replay import ReplayPage
from ui.pages.replay_rules import rules_card
from ui.pages.reviews import ReviewsPage
from ui.pages.rulebook import RulebookPage
from ui.pages.team import TeamPage
from ui.pages.what_if import WhatIfPage
from ui.text import Text
from ui.viewmodels.bundle import BundleModel
from ui.viewmodels.office import Office
from ui.viewmodels.replay import ReplayModel
from ui.viewmodels.reviews import Place, ReviewsModel
from ui.viewmodels.rulebook import RulebookModel
from ui.viewmodels.team import TeamModel
from ui.viewmodels.what_if import WhatIfModel
from ui.widgets.button import Button

SECRET = b64(approval.team_secret(bytes(32), "T1"))


@pytest.fixture
def lead(qtbot: QtBot, office: Office) -> Office:
    """The same desk, but a lead's."""
    office.jobs.store(meta.put, office.desk.db, "office", {"approval_secret": SECRET})
    return replace(office, desk=replace(office.desk, role="lead", user="chen"))


@pytest.fixture
def hand(qtbot: QtBot, lead: Office, text: Text) -> Hand:
    page = ReviewsPage(ReviewsModel(lead), text)
    return Hand.on(qtbot, page, lead.jobs)


def test_the_code_is_for_exactly_what_was_read_out(hand: Hand, lead: Office) -> None:
    hand.press("reviews-approve")
    hand.press("approval-give")
    assert not hand.sees("approval-given")
    hand.type("approve-case", "case-2")
    hand.settle()
    hand.type("approve-months", "18")
    hand.type("approve-total", "3913.00")
    hand.type("approve-first", "217.39")
    hand.type("approve-first_due", "10/12/2026")
    hand.type("approve-request", "７k3m")
    hand.press("approval-give")
    assert not hand.sees("approval-given")
    hand.find("approve-first_due").clear()
    hand.type("approve-first_due", "2026年12月10日")
    hand.press("approval-give")
    shown = hand.find("approval-given")
    assert isinstance(shown, QLabel)
    terms = {
        "months": 18, "pause": 0, "discount_bp": 0,
        "total": {"minor": 391300, "currency": "CNY"},
        "first": {"minor": 21739, "currency": "CNY"}, "first_due": "2026-12-10",
    }  # fmt: skip
    assert shown.text() == approval.code(unb64(SECRET), case="case-2", terms=terms, request="7K3M")
    found: list[list[str]] = []
    lead.jobs.store(
        lambda: [one.kind for one in events.of_case(lead.desk.db, "case-2")], done=found.append
    )
    hand.settle()
    assert found[0] == ["approval_given"]


def test_a_visit_is_told_by_rules_and_questions_in_words(
    qtbot: QtBot, lead: Office, visit: str, text: Text
) -> None:
    jobs, desk, now = lead.jobs, lead.desk, lead.now
    about = {"case": "case-1", "visit": visit}
    field = Field({"step": "ready"}, "two_agents badge")
    jobs.act(
        answer, desk, now(), **about, ref="/data/prepare/before/ready", field=field, before="",
        seconds=1.0, snapshot={},
    )  # fmt: skip
    model = ReplayModel(lead, "case-1", visit, "zh_CN", lambda *_: None)
    page = ReplayPage(model, text)
    hand = Hand.on(qtbot, page, jobs)
    assert model.told[0].question
    assert "two_agents" not in model.told[0].answer
    shown = "\n".join(one.text() for one in page.findChildren(QLabel))
    assert all(one.rule not in shown for one in model.verdicts)
    found = model.replay
    assert found is not None
    assert (len(found.proven), len(found.altered)) == (len(found.events), 0)
    assert text.say("replay.signed", n=len(found.events)) in shown
    hand.press("kept-rules")
    hand.press("verdict-cn.hours")
    why = "\n".join(one.text() for one in hand.find("why-sheet").findChildren(QLabel))
    assert "cn.hours" in why
    assert text.say("events.visit_started") in why
    hand.press("why-sheet-close")
    before = len(model.verdicts)
    hand.press("replay-drafts")
    assert model.drafts
    assert len(model.verdicts) >= before


def test_many_remarks_of_a_kind_are_told_by_a_few_and_the_rest_at_a_press(
    qtbot: QtBot, lead: Office, visit: str, text: Text
) -> None:
    model = ReplayModel(lead, "case-1", visit, "zh_CN", lambda *_: None)
    page = ReplayPage(model, text)
    Hand.on(qtbot, page, lead.jobs)
    assert model.replay is not None
    many = [Flag("hurried", f"e{n}", {"least": 10 + n, "seconds": 1}) for n in range(20)]
    odd = Flag("short_stay", "e", {"seconds": 24})
    card = rules_card(page, model, replace(model.replay, flags=(odd, *many)), text)
    qtbot.addWidget(card)
    card.resize(560, 900)
    card.show()
    banner, fold = card.findChild(QWidget, "flags-pace"), card.findChild(Button, "more-flags-pace")
    assert banner is not None
    assert fold is not None
    shown = "\n".join(words_on(banner))
    assert text.say("flags.short_stay", **odd.facts) in shown
    assert sum(text.say("flags.hurried", **one.facts) in shown for one in many) == 2
    last = text.say("flags.hurried", **many[-1].facts)
    assert last not in "\n".join(words_on(card))
    qtbot.mouseClick(fold, Qt.MouseButton.LeftButton)
    assert last in "\n".join(words_on(card))


@pytest.fixture
def visited(qtbot: QtBot, lead: Office) -> Office:
    """Two short visits, the second with a clock of another zone."""
    desk, at = lead.desk, lead.now()

    def walk() -> None:
        for n, case in enumerate(("case-1", "case-2")):
            then = at.later(seconds=600 * n)
            begun = replace(then, tz="Asia/Tokyo") if n else then
            visit = start_visit(desk, begun, case=case, address="addr-1").made
            then = then.later(seconds=300)
            abort_visit(desk, then, case=case, visit=visit, reason="nobody")

    done: list[object] = []
    lead.jobs.store(walk, done=done.append)
    qtbot.waitUntil(lambda: bool(done), timeout=10_000)
    return lead


def list_of_reviews(qtbot: QtBot, office: Office, text: Text, place: Place) -> Hand:
    page = ReviewsPage(ReviewsModel(office, place), text)
    return Hand.on(qtbot, page, office.jobs)


def rows_of(hand: Hand) -> list[str]:
    return sorted(name for name in hand.names() if name.startswith("review-"))


def test_the_list_is_narrowed_and_walked_by_keyboard(
    qtbot: QtBot, visited: Office, text: Text
) -> None:
    place = Place()
    hand = list_of_reviews(qtbot, visited, text, place)
    assert len(rows_of(hand)) == 2
    hand.press("kind-flags")
    (odd,) = rows_of(hand)
    hand.press("kind-todo")
    asked: list[object] = []
    page = hand.window
    assert isinstance(page, ReviewsPage)
    page.go.connect(lambda name, to: asked.append(to))
    row = hand.find(odd)
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Down)
    below = page.focusWidget()
    assert below is not None
    assert below.objectName() in set(rows_of(hand)) - {odd}
    qtbot.keyClick(below, Qt.Key.Key_Up)
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Return)
    case, visit, queue = asked[0]
    assert (case, f"review-{visit}") == ("case-2", odd)
    assert [one for one, _ in queue] == ["case-2", "case-1"]
    assert place.visit == visit


def test_from_one_visit_to_the_next_until_the_list_ends(
    qtbot: QtBot, visited: Office, text: Text
) -> None:
    place = Place()
    hand = list_of_reviews(qtbot, visited, text, place)
    page = hand.window
    assert isinstance(page, ReviewsPage)
    queue = tuple((row.case, row.visit) for row in page._model.rows)
    model = ReplayModel(visited, *queue[0], "zh_CN", lambda *_: None, queue, place)
    shown = ReplayPage(model, text)
    qtbot.addWidget(shown)
    shown.resize(1280, 800)
    shown.show()
    shown.arrive()
    hand = Hand(qtbot, shown, visited.jobs)
    hand.settle()
    left: list[bool] = []
    shown.back.connect(lambda: left.append(True))
    assert not list(not_worked(shown))
    hand.press("replay-later")
    assert (model.case, model.visit) == queue[1]
    hand.press("replay-earlier")
    hand.press("send-back")
    qtbot.keyClick(shown, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    hand.press("send-back-now")
    sheet = hand.find("send-back-sheet")
    assert not list(not_worked(sheet))
    for _ in range(6):
        qtbot.keyClick(shown.focusWidget(), Qt.Key.Key_Tab)
        assert sheet.isAncestorOf(shown.focusWidget())
    hand.type("replay-comment", "不还就拘留")
    assert any("改写" in one for one in words_on(shown))
    hand.find("replay-comment").clear()
    hand.type("replay-comment", "why")
    hand.press("send-back-now")
    assert (model.case, model.visit) == queue[1] == ("case-1", place.visit)
    assert not left
    hand.press("accept")
    assert left
    hand = list_of_reviews(qtbot, visited, text, place)
    assert rows_of(hand) == []
    hand.press("kind-sent_back")
    assert rows_of(hand) == [f"review-{queue[0][1]}"]


def test_a_colleague_takes_over_a_case_and_the_sheet_waits_for_who_and_why(
    qtbot: QtBot, visited: Office, text: Text
) -> None:
    people = [
        {"id": "wang", "name": "王芳", "role": "agent", "team": "T1"},
        {"id": "li", "name": "李强", "role": "agent", "team": "T1"},
    ]
    visited.jobs.store(meta.put, visited.desk.db, "office", {"people": people})
    page = TeamPage(TeamModel(visited, "wang"), text, member=True)
    hand = Hand.on(qtbot, page, visited.jobs)
    hand.press("give-case-2")
    assert not hand.find("give-now").isEnabled()
    hand.choose("give-to", "li")
    assert not hand.find("give-now").isEnabled()
    hand.type("give-reason", "不还就拘留")
    assert any("改写" in one for one in words_on(page))
    hand.find("give-reason").clear()
    hand.type("give-reason", "ill")
    hand.press("give-now")
    shown = "\n".join(one.text() for one in page.findChildren(QLabel) if one.isVisible())
    assert text.say("team.going", who="李强") in shown


def test_what_if_shows_the_visits_behind_a_rule(qtbot: QtBot, visited: Office, text: Text) -> None:
    model = WhatIfModel(visited)
    page = WhatIfPage(model, text)
    hand = Hand.on(qtbot, page, visited.jobs)
    assert model.done == len(model.visits) == 2
    hand.press("suppose-day")
    asked: list[object] = []
    page.go.connect(lambda name, to: asked.append((name, to[1])))
    hand.press("if-cn.hours")
    visit = model.visits[0][1]
    hand.press(f"visit-{visit}")
    assert asked == [("replay", visit)]


def test_what_if_over_many_visits_can_be_stopped(qtbot: QtBot, visited: Office, text: Text) -> None:
    model = WhatIfModel(visited)
    page = WhatIfPage(model, text)
    hand = Hand.on(qtbot, page, visited.jobs)
    many, shown = list(model.known.values()) * 25, []
    model.ready.connect(lambda: shown.append(model.done))
    with qtbot.waitSignal(model.moved):
        model._begin(many)
    QApplication.processEvents()
    hand.press("what-if-stop")
    assert 0 < model.done == len(model.visits) < len(many)
    assert not hand.sees("what-if-stop")
    assert text.say("what_if.stopped", done=model.done) in list(words_on(page))
    shown.clear()
    model._begin(many)
    hand.settle()
    assert shown == [0, 20, 40, 50]
    rule = next(row.tally for row in model.rows if row.tally.rule == "cn.hours")
    assert len(rule.broken) + len(rule.kept) == len(many)


def test_the_rulebook_is_searched_and_each_rule_says_where_it_comes_from(
    qtbot: QtBot, office: Office, text: Text
) -> None:
    model = RulebookModel(office, "cn")
    page = RulebookPage(model, text)
    hand = Hand.on(qtbot, page, office.jobs)
    model.find("oral_plan")
    hand.settle()
    assert {name for name in hand.names() if name.startswith("rule-")} == {
        "rule-cn.retain.oral_plan"
    }
    shown = "\n".join(one.text() for one in page.findChildren(QLabel) if one.isVisible())
    assert text.say("rulebook.recalled") in shown
    assert text.say("rulebook.force_regulation") not in shown
    hand.press("rule-cn.retain.oral_plan")
    assert hand.sees("rule-sheet")


def test_a_bundle_is_saved_with_parts_blacked_out(
    qtbot: QtBot, lead: Office, text: Text, tmp_path: Path
) -> None:
    """The office's own proof over the very events of the visit; the lead's device signs."""
    evidence = Evidence()
    events_ = [one.but(user="wang") for one in evidence.device.events if one.visit == "visit-1"]
    mine = warrant.issue(
        device="lead-1", user="chen", name="陈组长", key=lead.desk.public_key, since=START.wall,
        until=None, sign=signer(evidence.log.key),
    )  # fmt: skip
    proof = Proof(
        evidence.shown(), evidence.receipts(evidence.shown()), evidence.log.public,
        [*evidence.warrants(), mine],
    )  # fmt: skip
    brought: list[str] = []

    def fetch(event: Event, slot: str, done: Callable[[Any], object], _: object) -> None:
        raw = PHOTO if slot == "photo-1" else AGREEMENT
        kind = "image/jpeg" if slot == "photo-1" else "application/pdf"
        brought.append(slot)

        def keep() -> Any:
            box, db = lead.desk.files, lead.desk.db
            stored = box.write(raw, event=event.id, slot=slot, type=kind)
            files.add(db, stored, own=False)
            return stored

        lead.jobs.store(keep, done=done)

    def prove(_: str, done: Callable[[Proof], object], __: object) -> None:
        done(proof)

    model = BundleModel(lead, "visit-1", events_, "zh_CN", fetch, prove)
    form = BundleForm(model, text)
    model.load()
    qtbot.addWidget(form)
    form.resize(900, 700)
    form.show()
    hand = Hand(qtbot, form, lead.jobs)
    hand.settle()
    words = "\n".join(one.text() for one in form.findChildren(QLabel))
    assert "22.5431" in words
    assert "人民币650.00元" in words
    assert "隐去 1 项，不附 0 个文件" in words  # the place of the visit, as proposed
    hand.press("bundle-hide-money")
    hand.press(f"drop-{attachment('agreement', AGREEMENT, 'application/pdf')['sha256']}")
    out = tmp_path / "visit.bundle"
    form.save(out)
    hand.settle()
    hand.settle()
    hand.settle()
    assert brought == ["agreement"]
    shown = "\n".join(one.text() for one in form.findChildren(QLabel))
    assert text.say("evidence_files.made", name="visit.bundle") in shown
    report = verify_file(out, log_key=evidence.log.public)
    assert report.ok, report.broken
    assert "陈组长" in report.lines[0]
    assert any("promise_made -amount" in line for line in report.lines)
    assert sum(line.startswith("File photo-1: not in") for line in report.lines) == 1
    page = bundle.read(out)
    assert all("amount" not in one.body for one in page.events)
    assert all("lat" not in one.body for one in page.events)
