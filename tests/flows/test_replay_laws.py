"""A visit made through the app, whatever its hand tries, keeps every rule and can prove it.

Real actions, store, journal and packs; what is drawn is the case and what is tried. One desk
serves all examples: every one is a case of its own, on a day of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from agent_app.actions.desk import Desk
from agent_app.actions.judging import verdicts
from agent_app.actions.record import record
from agent_app.actions.visits import abort_visit, start_visit
from agent_app.cli.bare_case import bare_row, looks_beyond
from agent_app.domain.errors import NotAllowed
from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.rules import Verdict, replay
from agent_app.queries.case_page import read_case
from agent_app.store import cases, events, meta
from tests.conftest import SCALE
from tests.flows.test_visit import knock
from tests.support.case_rows import raw
from tests.support.day import TALK
from tests.support.desks import MORNING, open_test_desk, visitable_row
from tests.unit.rules.test_rule_laws import SAID, SEEDS, tried

EXAMPLES = 2000 if SCALE > 1 else 25
CONTACTS = visitable_row()["contacts"]
CASES = count(1)
UNASKED = ["cn.attest.dress", "cn.attest.no_money"]
"""Nobody who is asked to leave is kept to attest anything."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_test_desk(tmp_path_factory.mktemp("law") / "profile", visitable_row()) as desk:
        yield desk


def some_case(draw: Random, name: str) -> dict[str, Any]:
    """A row that differs where a rule of mainland China looks."""
    row = visitable_row(name)
    row["product"] = {"name": "x", "kind": draw.choice(("credit_card", "micro_loan"))}
    row["rungs"] = {"required": draw.sample(("overdue_notice", "sms_or_call", "appointment"), 2)}
    row["contacts"] = draw.sample(CONTACTS, draw.randint(3, len(CONTACTS)))
    row["lease_end"] = draw.choice(("2026-11-23", "2026-12-31"))
    row["flags"] = draw.choice(({}, {}, {}, {"incapacity": True}, {"overdue_notice": True}))
    row["holds"] = draw.choice(([], [], [{"kind": "hardship", "since": "2026-11-01"}]))
    return row


def visit(desk: Desk, draw: Random) -> str | None:
    """Try to make a visit, and in it whatever comes; its id, or None when nobody may knock."""
    name = f"law-{next(CASES)}"
    cases.put_base(desk.db, [raw(some_case(draw, name))])
    at = replace(MORNING, wall=MORNING.wall + timedelta(minutes=draw.randint(-130, 740)))
    meta.put(
        desk.db, "last_sync", (at.wall - timedelta(hours=draw.choice((1, 1, 1, 80)))).isoformat()
    )
    try:
        made: str = start_visit(desk, at, case=name, address="addr-1").made
    except NotAllowed:
        return None
    for _ in range(draw.randint(4, 14)):
        at = later(at, draw.randint(5, 600))
        kind, body = tried(draw)
        if kind == "letter_printed":
            body = {**body, **SAID["letter"]}
        if kind == "agreement_signed":
            body = {**body, "terms": SAID["terms"]}
        with suppress(NotAllowed):
            record(desk, at, kind, body, case=name, visit=made)
    abort_visit(desk, later(at, 20), case=name, visit=made, reason="asked_to_leave")
    return made


def later(at: Moment, seconds: int) -> Moment:
    return replace(at, wall=at.wall + timedelta(seconds=seconds), bt=at.bt + seconds * 1000)


def broken(judged: Sequence[Verdict]) -> list[str]:
    """The rules of force that were broken."""
    return [v.rule for v in judged if v.passed is False and v.severity in ("block", "needs")]


def unproven(judged: Sequence[Verdict]) -> list[str]:
    """The rules for which the record lacks a fact."""
    return [v.rule for v in judged if v.finding is not None and not v.finding.known]


@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(SEEDS)
def test_its_replay_fails_no_rule_and_its_own_events_prove_each(desk: Desk, seed: int) -> None:
    made = visit(desk, Random(seed))
    if made is None:
        return
    found: list[Event] = events.of_visit(desk.db, made)
    judged = verdicts(desk, read_case(desk, str(found[0].case)), found)
    assert broken(judged) == []
    assert unproven(judged) == UNASKED
    bare = Case.read(bare_row(found))
    rules = desk.packs.rules_for(bare)
    alone = replay(rules, bare, found)
    assert broken(alone) == []
    assert unproven(alone) == UNASKED
    beyond = [one.id for one in rules.rules if looks_beyond(one, known=True)]
    assert beyond == ["cn.charges"]


def test_a_visit_by_the_script_is_proven_whole_from_its_own_events(tmp_path: Path) -> None:
    with open_test_desk(tmp_path / "profile", visitable_row()) as desk:
        walker = knock(desk)
        walker.walk(TALK)
        found = events.of_visit(desk.db, walker.visit)
        started = found[0].body["known"]
        assert "江南银行" not in str(started)
        assert "visits" not in started
        bare = Case.read(bare_row(found))
        judged = replay(desk.packs.rules_for(bare), bare, found)
        assert {one.passed for one in judged} == {True}
        told = {one.rule for one in judged}
    assert told >= {"cn.crew.credentials", "cn.rung.appointment", "cn.hours", "base.lease"}
