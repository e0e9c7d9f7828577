"""Rehearsals: real actions in a room of its own; the book scores full marks, wrong turns cost."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agent_app.cli import run as command
from agent_app.domain.errors import BadInput
from agent_app.domain.moment import Moment
from agent_app.packs import PackSet
from agent_app.rehearsal.play import Player, play
from agent_app.rehearsal.role import Role, read_roles, rehearsable
from agent_app.rehearsal.room import SERIAL, Room, open_room
from agent_app.rehearsal.score import Score, score
from agent_app.script import NodeView
from agent_app.store import events
from tests.support.desks import Entropy, shipped_packs
from tests.support.scripts import SHIPPED, shipped_path

EVENING = Moment(
    datetime(2026, 11, 24, 23, 0, tzinfo=ZoneInfo("Asia/Shanghai")), "Asia/Shanghai", "boot-1", 5000
)
READY = {"ready": "two_agents badge authorisation_letter recorder"}


def role(name: str, pack: str = "cn") -> Role:
    return next(one for one in read_roles(shipped_packs(), pack) if one.id == name)


@contextmanager
def room(
    folder: Path, name: str, pack: str = "cn", *, begins: datetime | None = None
) -> Iterator[Room]:
    made = open_room(
        folder / "room", shipped_packs(), pack, role(name, pack), EVENING,
        entropy=Entropy(f"{pack}-{name}"), app="0.1.0", begins=begins,
        cache=folder.parent / "rehearsal-cache",
    )  # fmt: skip
    yield made
    made.close()


def perform(room: Room, agent: Mapping[str, str], *, seconds: float = 40) -> Score:
    """What the agent chooses, else what the debtor brings about, else the book."""
    if not room.visit:
        return score(room, room.shifted(EVENING), "en")
    player = Player(room, room.shifted(EVENING), "en")

    def choose(view: NodeView, told: str) -> tuple[str, float]:
        name = view.ref.rsplit("/", 1)[-1]
        return agent.get(name) or told or player.by_the_book(view), seconds

    def mind(view: NodeView, wrong: str) -> None:
        raise AssertionError(f"{view.ref}: {wrong}")

    play(player, choose, mind)
    return score(room, player.at, "en")


@pytest.mark.parametrize(
    ("pack", "name", "outcome"),
    [
        ("cn", "asks_to_leave", "asked_to_leave"),
        ("tw", "cooperative", "promise_to_pay"),
        ("in", "disputes", "disputed"),
        ("uk", "vulnerable", "vulnerable"),
    ],
)
def test_by_the_book_passes_in_every_country(
    tmp_path: Path, pack: str, name: str, outcome: str
) -> None:
    book = READY if pack in ("cn", "tw") else {}
    with room(tmp_path, name, pack) as here:
        made = perform(here, {**book, "outcome": outcome})
    assert [one.verdict.rule for one in made.broken] == []
    assert made.refused == ()
    assert (made.passed, made.points) == (True, 100)
    assert not (tmp_path / "room").exists()


def test_papers_are_really_made_and_judged(tmp_path: Path) -> None:
    with room(tmp_path, "hardship") as here:
        made = perform(here, {**READY, "outcome": "agreement_signed"})
        told = events.of_visit(here.desk.db, here.visit)
    assert (made.passed, made.points) == (True, 100)
    papers = [one for one in told if one.kind in ("agreement_signed", "letter_printed")]
    assert all(one.files for one in papers)
    assert len(papers) == 2
    kinds = {one.verdict.kind for one in made.rules if one.verdict.passed}
    assert {"plan_limits", "signature", "document"} <= kinds
    signed = next(one for one in papers if one.kind == "agreement_signed")
    assert signed.body["agreement"].startswith(SERIAL)


def test_knocking_at_night_is_refused_and_scored(tmp_path: Path) -> None:
    night = EVENING.wall.replace(hour=22, minute=30)
    with room(tmp_path, "hardship", begins=night) as here:
        made = perform(here, {})
    assert [found.rule for one in made.refused for found in one.findings][:1] == ["cn.hours"]
    assert not made.passed


def test_the_wrong_end_and_hurry_cost_and_the_words_are_shown(tmp_path: Path) -> None:
    with room(tmp_path, "cooperative") as here:
        made = perform(here, {**READY, "way": "think", "outcome": "considering"}, seconds=1)
    assert not made.outcome_fits
    assert not made.passed
    assert {one.question for one in made.hurried} == {"told", "rights"}
    assert made.points < 100
    assert any("3120.00 yuan" in one.say for one in made.advice)
    step = {one.verdict.rule: one.step for one in made.rules}
    assert step["cn.exit"] == "End this visit"


def test_every_pack_with_a_script_has_somebody_to_visit() -> None:
    packs: PackSet = shipped_packs()
    assert sorted(rehearsable(packs)) == SHIPPED
    for pack in SHIPPED:
        known = {one.id for one in read_roles(packs, pack)}
        assert {"cooperative", "hardship", "disputes", "third_party", "wrong_person"} <= known
        assert {"refuses", "asks_to_leave", "vulnerable", "unconfirmed"} <= known


def test_a_role_that_lacks_something_says_what() -> None:
    packs = shipped_packs()
    base = packs["base"]
    files = {**base.files, "scripts/rehearsal.toml": b'[[role]]\nid = "x"\ntitle = { en = "X" }'}
    spoilt = PackSet([replace(base, files=files), *(one for one in packs if one.id != "base")])
    with pytest.raises(BadInput, match="lesson"):
        read_roles(spoilt, "cn")


def test_the_command_scores_a_file_of_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = tmp_path / "answers.json"
    given.write_text(json.dumps({"outcome": "message_left", "third_answer": "will_tell"}), "utf-8")
    told = [
        *("script", "rehearse", str(shipped_path("cn")), "--pack", "cn"),
        *("--role", "third_party", "--answers", str(given), "--json", "--language", "en"),
    ]
    assert command(told) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["passed"] is True
    assert made["outcome"] == "message_left"
    gate = next(one for one in made["rules"] if one["rule"] == "cn.gate.third")
    assert gate["passed"] is True
    assert gate["source"]["en"]


def test_without_a_role_the_command_says_who_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["script", "rehearse", "x.xlsx", "--pack", "uk", "--language", "en"]) == 0
    assert "Asks you to leave halfway" in capsys.readouterr().out
