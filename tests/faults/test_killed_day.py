"""Kill -9 at random moments of a day of visits: what was saved is there, and the day goes on."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from agent_app.actions.desk import Desk
from agent_app.journal import chain
from agent_app.queries.visit_run import open_run
from agent_app.store import cases, files, outgoing
from tests.conftest import SCALE
from tests.support.day import live, moment, morning
from tests.support.desks import open_test_desk
from tests.support.killing import killed_after

pytestmark = pytest.mark.faults

KILLS = 20
"""A day's kills: with more of them its visits would run past the hours the law allows."""
ACTIONS = 60
"""About as many as one visit has: a kill may come at any of them."""


def check(folder: Path, said: list[dict[str, Any]]) -> int:
    """Open what the kill left and compare it with all that was said; how many events there are."""
    with open_test_desk(folder, seed="check") as desk:
        kept = outgoing.unsent(desk.db)
        assert chain.check(kept, desk.public_key, after=(0, "0" * 64)) == []
        hashes = [chain.event_hash(event) for event in kept]
        for one in said:
            assert hashes[one["seq"] - 1] == one["hash"], one
        assert desk.db.journal is not None
        assert [event for _, event in desk.db.journal.read().records] == kept  # type: ignore[attr-defined]
        for event in kept:
            for named in event.files:
                stored = files.get(desk.db, event.id, named["slot"])
                assert stored is not None
                assert len(desk.files.read(stored)) == named["size"]
        for row in cases.day_list(desk.db):
            if row.visit_state == "open":
                reopened(desk, row.id, said)
        return len(kept)


def reopened(desk: Desk, case: str, said: list[dict[str, Any]]) -> None:
    """The open visit shows every answer that was said to be saved."""
    visits = (cases.now(desk.db, case) or {})["visits"]
    visit = next(id for id, one in visits.items() if one["state"] == "open")
    at = moment(desk)
    run = open_run(desk, at, case=case, visit=visit, language="zh_CN", now=lambda: at.wall)
    given = {one["ref"]: one["value"] for one in said if one["visit"] == visit and one["ref"]}
    assert {ref: run.session.view(ref).value for ref in given} == given


@pytest.mark.parametrize("day", range(SCALE))
def test_a_day_killed_twenty_times_loses_nothing(day: int, tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print("seed", seed)
    moments = random.Random(seed)
    said: list[dict[str, Any]] = []
    morning(tmp_path)
    for _ in range(KILLS):
        words, seconds = moments.randint(1, ACTIONS), moments.uniform(0.0, 0.03)
        heard = killed_after(live, tmp_path, words=words, seconds=seconds)
        assert heard, "it could go on"
        said += map(json.loads, heard)
        assert check(tmp_path, said) >= said[-1]["seq"]
    assert len({one["visit"] for one in said}) >= KILLS // 4
