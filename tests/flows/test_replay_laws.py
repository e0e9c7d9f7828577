"""A visit made through the app, whatever its hand tries, keeps every rule and can prove it.

Real actions, store, journal and packs; what is drawn is the case and what is tried. One desk
serves all examples: every one is a case of its own, on a day of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings

from agent_app.actions.desk import Desk
from agent_app.actions.judging import verdicts
from agent_app.actions.visits import start_visit
from agent_app.cli.bare_case import bare_row, looks_beyond
from agent_app.domain.errors import NotAllowed
from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.rules import Verdict, replay
from agent_app.packs import PackSet
from agent_app.store import cases, events, meta
from tests.conftest import SCALE
from tests.flows.test_visit import knock
from tests.support.case_rows import raw
from tests.support.day import TALK
from tests.support.desks import MORNING, open_test_desk, shipped_packs, visitable_row
from tests.support.odd_hands import some_visit
from tests.unit.rules.test_rule_laws import SEEDS

EXAMPLES = 2000 if SCALE > 1 else 25
CONTACTS = visitable_row()["contacts"]
CASES = count(1)
UNASKED = ["cn.attest.dress", "cn.attest.no_money"]
"""Nobody who is asked to leave is kept to attest anything."""


def edition(version: str) -> PackSet:
    """The packs as the office may send them on in mid visit: the same rules, another stamp."""
    packs = (replace(one, header=replace(one.header, version=version)) for one in shipped_packs())
    return PackSet(list(packs))


PACKS = (shipped_packs(), edition("2026.12"))


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


def visits(desk: Desk, draw: Random) -> list[str]:
    """Try to make one visit, and another after it, and in them whatever comes; the ids of those
    that the rules let begin."""
    name = f"law-{next(CASES)}"
    cases.put_base(desk.db, [raw(some_case(draw, name))])
    minutes = draw.choice((draw.randint(-130, 740), draw.randint(690, 725)))
    at, made = replace(MORNING, wall=MORNING.wall + timedelta(minutes=minutes)), []
    for _ in range(2):
        synced = at.wall - timedelta(hours=draw.choice((1, 1, 1, 80)))
        meta.put(desk.db, "last_sync", synced.isoformat())
        try:
            made.append(start_visit(desk, at, case=name, address="addr-1").made)
        except NotAllowed:
            break
        at = some_visit(desk, at, {"case": name, "visit": made[-1]}, draw, PACKS)
        at = replace(at, wall=at.wall + timedelta(hours=draw.choice((1, 20, 200))))
    return made


def broken(judged: Sequence[Verdict]) -> list[str]:
    """The rules of force that were broken."""
    return [v.rule for v in judged if v.passed is False and v.severity in ("block", "needs")]


def unproven(judged: Sequence[Verdict]) -> list[str]:
    """The rules for which the record lacks a fact."""
    return [v.rule for v in judged if v.finding is not None and not v.finding.known]


def untold(found: Sequence[Event]) -> list[str]:
    """How often others came today is not known before the day's first sync; that only warns."""
    known, began = datetime.fromisoformat(found[0].body["synced_at"]), found[0].at
    return ["cn.visit.daily"] if known.astimezone(began.tzinfo).date() < began.date() else []


@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@example(58055)
@given(SEEDS)
def test_its_replay_fails_no_rule_and_its_own_events_prove_each(desk: Desk, seed: int) -> None:
    for made in visits(desk, Random(seed)):
        found: list[Event] = events.of_visit(desk.db, made)
        row = cases.now(desk.db, str(found[0].case))
        if row is not None:  # else the office took the case back meanwhile
            judged = verdicts(desk, Case.read(row), found)
            assert broken(judged) == []
            assert unproven(judged) == UNASKED
        bare = Case.read(bare_row(found))
        rules = desk.packs.rules_for(bare)
        alone = replay(rules, bare, found)
        assert broken(alone) == []
        assert unproven(alone) in (UNASKED, [*untold(found), *UNASKED])
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
