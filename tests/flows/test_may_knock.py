"""What the day list and the case page say of a door, and when they ask again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent_app.actions.desk import Desk
from agent_app.actions.record import record
from agent_app.actions.rights import state_right
from agent_app.actions.visits import abort_visit, start_visit
from agent_app.domain.errors import NotAllowed
from agent_app.domain.moment import Moment
from agent_app.domain.rules import State
from agent_app.queries.case_page import case_page, read_case
from agent_app.queries.may_knock import may_knock
from agent_app.queries.today import search, today
from agent_app.store import cases, meta
from tests.support.desks import MORNING, open_test_desk, visitable_row


def ending(kind: str, day: str, **changes: Any) -> dict[str, Any]:
    """A visitable row where li's credential of that kind ends on `day`."""
    row = visitable_row(**changes)
    held = [
        one | {"valid_until": day} if (one["user"], one["kind"]) == ("li", kind) else one
        for one in row["crew"]["credentials"]
    ]
    return row | {"crew": row["crew"] | {"credentials": held}}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    rows = (
        ending("training", "2026-11-30"),
        ending("badge", "2026-11-22", id="case-2"),
        visitable_row("case-3"),
    )
    with open_test_desk(tmp_path / "profile", *rows) as desk:
        people = [{"id": "li", "name": "李强", "role": "agent"}]
        meta.put(desk.db, "office", {"people": people})
        yield desk


def at(hour: int, minute: int, day: int = 23) -> Moment:
    then = datetime(2026, 11, day, hour, minute, tzinfo=MORNING.wall.tzinfo)
    return MORNING.later(seconds=(then - MORNING.wall).total_seconds())


def test_papers_that_soon_end_are_said_before_they_shut_a_door(desk: Desk) -> None:
    soon = today(desk, MORNING).expiring
    assert [(one.name, one.until) for one in soon] == [("李强", date(2026, 11, 30))]
    assert soon[0].what["zh_CN"] == "培训合格证"
    later = today(desk, MORNING.later(days=8)).expiring
    assert later == ()


def test_a_paper_that_ended_is_named_with_who_held_it(desk: Desk) -> None:
    page = case_page(desk, MORNING, "case-2")
    (finding,) = page.doors[0].findings.items
    (why,) = (page.reasons[ref] for ref in finding.because)
    assert (why.by, why.name["zh_CN"]) == ("李强", "工牌")


def test_a_right_stated_is_what_decided_from_then_on(desk: Desk) -> None:
    state_right(desk, MORNING, case="case-3", visit=None, right="stop_contact")
    page = case_page(desk, MORNING.later(seconds=60), "case-3")
    kinds = {page.reasons[ref].kind for one in page.doors[0].findings.items for ref in one.because}
    assert "stop_contact_requested" in kinds
    assert page.doors[0].findings.state is State.block


def test_the_answer_is_asked_again_when_time_changes_it(desk: Desk) -> None:
    wrap_up, end, open_again = at(21, 30).wall, at(22, 0).wall, at(8, 0, day=24).wall
    for now, expected in (
        (at(10, 0), wrap_up), (at(21, 31), end), (at(22, 0), open_again),
    ):  # fmt: skip
        assert case_page(desk, now, "case-3").changes_at == expected
    assert today(desk, at(10, 0)).changes_at == wrap_up
    assert today(desk, at(21, 31)).changes_at == end


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (at(21, 29), State.allow), (at(21, 31), State.warn),
        (at(21, 59), State.warn), (at(22, 0), State.block),
    ],
)  # fmt: skip
def test_the_edges_of_the_window(desk: Desk, now: Moment, state: State) -> None:
    assert case_page(desk, now, "case-3").doors[0].findings.state is state


def test_of_two_objections_the_one_that_waiting_does_not_mend_is_shown(desk: Desk) -> None:
    night = today(desk, at(23, 0)).doors
    shown = {door.case: door.rule for door in night}
    assert shown["case-3"] == "cn.hours"
    assert shown["case-2"] == "cn.crew.credentials"


def test_old_data_are_dated(desk: Desk) -> None:
    assert today(desk, MORNING.later(days=1)).synced_at == MORNING.wall


def test_while_a_visit_is_open_no_list_shows_a_debt(desk: Desk) -> None:
    assert not any(door.veiled for door in today(desk, MORNING).doors)
    start_visit(desk, MORNING, case="case-3", address="addr-1")
    later = replace(MORNING, wall=MORNING.wall + timedelta(minutes=1))
    assert all(door.veiled for door in today(desk, later).doors)
    assert all(door.veiled for door in search(desk, later, ""))
    assert all(case_page(desk, later, f"case-{n}").veiled for n in (1, 2, 3))


def test_who_refused_at_a_workplace_is_left_alone_on_every_device(tmp_path: Path) -> None:
    """There on the spot, after the office has sent the case back, and on a colleague's device."""
    row = visitable_row()
    work = {**row["addresses"][0], "id": "addr-2", "kind": "work"}
    row = row | {"addresses": [*row["addresses"], work]}
    with open_test_desk(tmp_path / "one", row) as here:
        about = {
            "case": "case-1",
            "visit": start_visit(here, MORNING, case="case-1", address="addr-2").made,
        }
        record(here, MORNING, "person_met", {"who": "third_party"}, **about)
        record(here, MORNING, "third_party_refused", {}, **about)
        abort_visit(here, MORNING.later(minutes=1), reason="refused", **about)
        sent = cases.now(here.db, "case-1") or {}
        later = MORNING.later(days=2)
        meta.put(here.db, "last_sync", later.wall.isoformat())
        shut = [
            one.rule for one in may_knock(here, later, read_case(here, "case-1"), "addr-2").items
        ]
        assert "cn.gate.third" in shut
    with open_test_desk(tmp_path / "two", sent, user="li") as there:
        meta.put(there.db, "last_sync", later.wall.isoformat())
        seen = read_case(there, "case-1")
        assert "cn.gate.third" in [
            one.rule for one in may_knock(there, later, seen, "addr-2").items
        ]
        home = [one.rule for one in may_knock(there, later, seen, "addr-1").items]
        assert "cn.gate.third" not in home
        with pytest.raises(NotAllowed):
            start_visit(there, later, case="case-1", address="addr-2")
