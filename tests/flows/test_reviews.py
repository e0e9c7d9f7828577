"""The lead goes through many finished visits: what is said of each, kept and never stale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent_app.actions.desk import Desk
from agent_app.actions.judging import finished_visits
from agent_app.actions.reviews import accept_clean, add_comment, decide_review
from agent_app.actions.visits import abort_visit, start_visit
from agent_app.domain.errors import NotAllowed
from agent_app.queries.reviews import reviews
from agent_app.store import events, meta
from tests.support.desks import MORNING, open_test_desk, visitable_row

DOORS = ("case-1", "case-2", "case-3")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Three short visits; at the third the device kept another zone's time."""
    with open_test_desk(tmp_path / "profile", *map(visitable_row, DOORS)) as desk:
        at = MORNING
        for case in DOORS:
            at = at.later(seconds=120)
            zone = "Asia/Tokyo" if case == "case-3" else at.tz
            visit = start_visit(desk, replace(at, tz=zone), case=case, address="addr-1").made
            at = at.later(seconds=300)
            abort_visit(desk, at, case=case, visit=visit, reason="nobody")
        yield replace(desk, role="lead", user="chen")


def test_what_asks_to_be_looked_at_comes_first(desk: Desk) -> None:
    first, *others = reviews(desk)
    assert first.case == "case-3"
    assert first.judged.flags == ("other_time_zone",)
    assert [row.case for row in others] == ["case-2", "case-1"]
    assert all(row.judged.clean for row in others)


def test_what_is_kept_is_what_a_fresh_replay_says(desk: Desk) -> None:
    told = [one.judged for one in finished_visits(desk)]
    assert [one.judged for one in finished_visits(desk)] == told
    meta.drop(desk.db, "judged")
    assert [one.judged for one in finished_visits(desk)] == told
    row = reviews(desk)[-1]
    kept = meta.get(desk.db, "judged")
    add_comment(desk, MORNING.later(seconds=3600), case=row.case, visit=row.visit, text="?")
    reviews(desk)
    changed = {visit for visit, one in meta.get(desk.db, "judged").items() if one != kept[visit]}
    assert changed == {row.visit}


def test_many_with_nothing_to_note_are_accepted_together_or_none_is(desk: Desk) -> None:
    odd, *clean = reviews(desk)
    evening, one = MORNING.later(seconds=32400), [(row.case, row.visit) for row in clean]
    with pytest.raises(NotAllowed):
        accept_clean(desk, evening, visits=[*one, (odd.case, odd.visit)])
    assert all(row.decision is None for row in reviews(desk))
    assert accept_clean(desk, evening, visits=one).made == 2
    told = [e for e in events.of_case(desk.db, "case-1") if e.kind == "review_decided"]
    assert told[0].body == {"decision": "accepted", "comment": "", "together": 2}
    with pytest.raises(NotAllowed):
        accept_clean(desk, evening, visits=one[:1])
    with pytest.raises(NotAllowed):
        accept_clean(replace(desk, role="agent"), evening, visits=[])


def test_a_visit_sent_back_waits_again_once_it_is_answered(desk: Desk) -> None:
    case, visit = reviews(desk)[0].case, reviews(desk)[0].visit
    evening = MORNING.later(seconds=32400)
    decide_review(
        desk, evening, case=case, visit=visit, decision="sent_back", comment="为什么离门这么远？"
    )
    assert not any(row.waits for row in reviews(desk) if row.visit == visit)
    agent = replace(desk, role="agent", user="wang")
    add_comment(agent, evening.later(seconds=60), case=case, visit=visit, text="楼里没有信号")
    first = reviews(desk)[0]
    assert (first.visit, first.waits, first.answer) == (visit, True, "楼里没有信号")
