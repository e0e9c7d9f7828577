"""Rehearsals: going by the book scores full marks, and each wrong turn costs what it should."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

import pytest

from agent_app.domain.errors import BadInput
from agent_app.packs import PackSet, load_packs
from agent_app.script.rehearsal import Rehearsal, Role, read_roles
from agent_app.script.views import NodeView
from tests.support.scripts import ROOT, shipped

MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
BY_THE_BOOK = {"attest_note": "-", "ready": "two_agents badge authorisation_letter recorder"}


@cache
def packs() -> PackSet:
    return load_packs(ROOT / "resources" / "packs")


@cache
def roles() -> Mapping[str, Role]:
    content = packs()["cn"].files["scripts/rehearsal.toml"]
    return {one.id: one for one in read_roles(content, "rehearsal.toml")}


def rehearse(role: str, *, at: datetime = MORNING) -> Rehearsal:
    rules = packs().joined(packs().chain("cn"))
    return Rehearsal(shipped("cn"), roles()[role], rules, at, Random(1).randbytes)


def perform(
    rehearsal: Rehearsal, free: Mapping[str, str], *, seconds: float = 40, stop_at: str = ""
) -> list[str]:
    """Go page by page: what the debtor brings about, what the agent chooses, else the book."""
    seen: list[str] = []
    while not rehearsal.ended:
        ahead = [one for one in rehearsal.session.pages() if one.ref not in seen]
        if not ahead:
            break
        page = ahead[0]
        seen.append(page.ref)
        if page.nodes == ("/data/stop",):
            continue
        if stop_at and page.ref.endswith(stop_at):
            rehearsal.answer("/data/stop", rehearsal.scripted("/data/stop"))
            continue
        asked: list[str] = []
        while ref := next((one for one in shown(rehearsal, page.ref) if one not in asked), None):
            asked.append(ref)
            view = rehearsal.session.view(ref)
            value = free.get(name(ref)) or rehearsal.scripted(ref) or by_the_book(view)
            if value:
                rehearsal.answer(ref, value, seconds=seconds)
        rehearsal.leave_page(page.ref)
    return [name(ref) for ref in seen]


def shown(rehearsal: Rehearsal, page: str) -> tuple[str, ...]:
    """The questions on a page as it is now: an answer may bring up another below it."""
    return next((one.nodes for one in rehearsal.session.pages() if one.ref == page), ())


def by_the_book(view: NodeView) -> str:
    label = name(view.ref)
    if label in BY_THE_BOOK:
        return BY_THE_BOOK[label]
    if view.kind == "trigger":
        return "OK"
    if not view.required:
        return ""
    if view.kind == "select":
        return " ".join(choice.value for choice in view.choices)
    return view.choices[0].value if view.choices else "2026-12-01"


def name(ref: str) -> str:
    return ref.rsplit("/", 1)[-1]


@pytest.mark.parametrize("role", ["lost_job", "mother_opens", "disputes"])
def test_by_the_book_passes(role: str) -> None:
    outcome = max(roles()[role].outcomes)
    rehearsal = rehearse(role)
    pages = perform(rehearsal, {"outcome": outcome})
    score = rehearsal.score()
    broken = [one.rule for one in score.verdicts if one.passed is False]
    assert score.refused == ()
    assert broken == []
    assert score.passed, score
    assert score.points == 100
    assert len(pages) <= 20


def test_leaving_when_asked_passes() -> None:
    rehearsal = rehearse("asks_to_leave")
    perform(rehearsal, {"outcome": "asked_to_leave"}, stop_at="caring")
    score = rehearsal.score()
    assert score.passed, score
    assert [one.kind for one in rehearsal.events][-1] == "visit_aborted"


def test_the_happy_path_fits_a_doorstep() -> None:
    rehearsal = rehearse("lost_job")
    assert 12 <= len(perform(rehearsal, {"outcome": "agreement_signed"})) <= 20
    kinds = [one.kind for one in rehearsal.events]
    assert kinds.index("id_shown") < kinds.index("identity_checked") < kinds.index("disclosed")
    assert kinds.index("disclosed") < kinds.index("plan_offered") < kinds.index("agreement_signed")


def test_knocking_at_night_is_refused() -> None:
    rehearsal = rehearse("lost_job", at=MORNING.replace(hour=22, minute=30))
    perform(rehearsal, {"outcome": "agreement_signed"})
    score = rehearsal.score()
    assert "visit_started" in [one.kind for one in score.refused]
    assert not score.passed


def test_the_wrong_end_fails() -> None:
    rehearsal = rehearse("mother_opens")
    perform(rehearsal, {"outcome": "moved_away"})
    assert not rehearsal.score().outcome_fits
    assert not rehearsal.score().passed


def test_rushing_is_noticed() -> None:
    rehearsal = rehearse("lost_job")
    perform(rehearsal, {"outcome": "agreement_signed"}, seconds=1)
    score = rehearsal.score()
    assert {one.question for one in score.hurried} == {"told", "rights", "terms_read"}
    assert score.points < 100


def test_a_role_that_lacks_something_says_what() -> None:
    with pytest.raises(BadInput, match=r"rehearsal\.toml:title"):
        read_roles(b'[[role]]\nid = "x"', "rehearsal.toml")
