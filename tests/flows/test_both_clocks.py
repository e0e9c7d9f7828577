"""A clock set back or forward opens no door: today, the case page and the start of a visit agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent_app.actions.desk import Desk
from agent_app.actions.record import record
from agent_app.actions.visits import abort_visit, start_visit
from agent_app.domain.errors import NotAllowed
from agent_app.domain.moment import Moment
from agent_app.domain.rules import State
from agent_app.queries.case_page import case_page
from agent_app.queries.today import today
from agent_app.store import meta
from tests.support.desks import MORNING, open_test_desk, visitable_row
from tests.support.walker import Walker
from ui.viewmodels.visit_standing import standing


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_test_desk(tmp_path / "profile", visitable_row(), visitable_row("case-2")) as desk:
        yield desk


def heard(desk: Desk, at: Moment) -> None:
    """A sync at `at`, office and device agreeing."""
    meta.put(desk.db, "last_sync", at.wall.isoformat())
    told = {
        "office": at.wall.isoformat(),
        "wall": at.wall.isoformat(),
        "boot": at.boot,
        "bt": at.bt,
    }
    meta.put(desk.db, "clock", told)


def allowed(desk: Desk, at: Moment) -> bool:
    """What all three say; they must agree."""
    page, day = case_page(desk, at, "case-1"), today(desk, at)
    door = next(one for one in day.doors if one.case == "case-1")
    assert door.knock is page.doors[0].findings.state
    assert (door.next_allowed, door.window_end) == (
        page.doors[0].findings.next_allowed, page.doors[0].findings.window_end,
    )  # fmt: skip
    try:
        visit = start_visit(desk, at, case="case-1", address="addr-1").made
    except NotAllowed:
        assert door.knock > State.warn
        return False
    assert door.knock <= State.warn
    abort_visit(desk, at, case="case-1", visit=visit, reason="other")
    return True


def shown(at: Moment, **off: float) -> Moment:
    """The same moment on a clock set wrong."""
    return replace(at, wall=at.wall + timedelta(**off))


@pytest.mark.parametrize(
    ("hours", "off", "open_"),
    [
        (10.5, {}, True),
        (10.5, {"minutes": 5}, True),
        (13, {"hours": -3}, False),  # 23:00, set back to 20:00
        (-4, {"hours": 4}, False),  # 06:00, set forward to 10:00
        (3, {"hours": -1}, True),  # wrong, but within the hours by both
        (3, {"hours": 10}, False),
    ],
)
def test_with_the_office_s_time_counted_on(
    desk: Desk, hours: float, off: dict[str, float], open_: bool
) -> None:
    heard(desk, MORNING.later(hours=-6))
    assert allowed(desk, shown(MORNING.later(hours=hours), **off)) is open_


def test_without_the_office_no_earlier_than_what_was_recorded(desk: Desk) -> None:
    night = MORNING.later(hours=13)
    record(desk, night, "comment_added", {"text": "x"}, case="case-2")
    assert not allowed(desk, shown(night.later(minutes=1), hours=-3))
    rebooted = replace(shown(night, hours=-3), boot="boot-2", bt=5_000)
    assert not allowed(desk, rebooted)
    next_day = replace(MORNING.later(days=1), boot="boot-2", bt=9_000)
    assert allowed(desk, next_day)


def test_an_open_visit_is_not_prolonged_by_setting_the_clock_back(desk: Desk) -> None:
    evening = MORNING.later(hours=11.5)
    visit = start_visit(desk, evening, case="case-1", address="addr-1").made
    back = shown(evening.later(minutes=20), hours=-2)
    seen = standing(desk, back, "case-1", visit)
    assert seen.window_end == back.wall + timedelta(minutes=10)
    assert not seen.over(back.wall, visit)
    late = shown(evening.later(minutes=31), hours=-2)
    assert standing(desk, late, "case-1", visit).over(late.wall, visit)
    with pytest.raises(NotAllowed):
        record(desk, late, "disclosed", {"statement": {}}, case="case-1", visit=visit)
    abort_visit(desk, late, case="case-1", visit=visit, reason="window_closing")


@pytest.mark.parametrize("hours", [1, 10, 13])
def test_a_device_that_slept_over_the_end_wakes_to_leave(desk: Desk, hours: float) -> None:
    """In the evening, before the hours of the next morning, and within them."""
    evening = MORNING.later(hours=11.5)
    visit = start_visit(desk, evening, case="case-1", address="addr-1").made
    walker = Walker(desk, evening, "case-1", visit)
    walker.give("/data/door/who_opens/who", "self_identified")
    assert not standing(desk, evening, "case-1", visit).over(evening.wall, visit)
    woken = evening.later(hours=hours)
    assert standing(desk, woken, "case-1", visit).over(woken.wall, visit)
    walker.reopen()
    assert walker.run.session.view("/data/door/who_opens/who").value == "self_identified"


def test_a_clock_not_to_be_believed_is_said(desk: Desk) -> None:
    heard(desk, MORNING)
    for off in (timedelta(), timedelta(hours=-2), timedelta(hours=3)):
        at = shown(MORNING.later(minutes=30), seconds=off.total_seconds())
        assert today(desk, at).clock_behind == -off
        assert case_page(desk, at, "case-1").clock_behind == -off
