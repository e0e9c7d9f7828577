"""What the debtor agrees to and wishes, said at the door: kept at once, taken back as easily."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from agent_app.actions.appointments import notify_appointment
from agent_app.actions.consents import CONTACT_TIME, give_consent, withdraw_consent
from agent_app.actions.desk import Desk
from agent_app.actions.door import leave_wrong_person
from agent_app.actions.record import record
from agent_app.actions.visits import abort_visit, start_visit
from agent_app.actions.wishes import state_wishes, stated_in
from agent_app.domain.errors import NotAllowed
from agent_app.domain.moment import Moment
from agent_app.domain.rules import State
from agent_app.queries.case_page import read_case
from agent_app.queries.may_knock import may_knock
from agent_app.store import cases, events, meta
from tests.flows.test_visit import knock
from tests.support.case_rows import raw
from tests.support.day import TALK
from tests.support.desks import MORNING, open_test_desk, visitable_row


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_test_desk(tmp_path / "profile", visitable_row(), visitable_row("case-2")) as desk:
        yield desk


def moment(day: int, hour: int, minute: int = 0) -> Moment:
    then = datetime(2026, 11, day, hour, minute, tzinfo=MORNING.wall.tzinfo)
    return MORNING.later(seconds=(then - MORNING.wall).total_seconds())


def door(desk: Desk, at: Moment) -> dict[str, State]:
    """What objects to knocking, as on a device just synced."""
    meta.put(desk.db, "last_sync", at.wall.isoformat())
    found = may_knock(desk, at, read_case(desk, "case-1"))
    return {one.rule: one.state for one in found.items if one.state > State.warn}


LATER = {
    "place": "not_now",
    "later_on": "2026-11-25",
    "later_at": "22:30:00",
    "outcome": "rescheduled",
}
THEIRS = {**TALK, **LATER, "next_on": "2026-11-25"}


@pytest.mark.parametrize("whose", ["yes", "no"])
def test_a_late_hour_they_asked_for_at_the_door_is_open_then_and_no_longer(
    desk: Desk, whose: str
) -> None:
    knock(desk).walk({**THEIRS, "later_whose": whose})
    kinds = [one.kind for one in events.of_case(desk.db, "case-1")]
    assert "appointment_notified" in kinds
    assert ("consent_given" in kinds) is (whose == "yes")
    assert ("cn.hours" in door(desk, moment(25, 22, 45))) is (whose == "no")
    for hour, minute in ((22, 29), (7, 59)):
        assert "cn.hours" in door(desk, moment(25, hour, minute))
    assert "cn.hours" in door(desk, moment(26, 0, 30))
    withdraw_consent(desk, moment(25, 20), case="case-1", to=CONTACT_TIME)
    assert "cn.hours" in door(desk, moment(25, 22, 45))


def test_how_they_wish_to_be_contacted_binds_at_once_until_they_wish_otherwise(desk: Desk) -> None:
    walker = knock(desk)
    walker.walk(TALK, stop="wishes")
    walker.give("/data/listen/caring/care", "none")
    for wish, at, held in (
        ("phone_only", moment(30, 10), True),
        ("letters_only mornings", moment(30, 10), True),
        ("mornings", moment(30, 11, 59), False),
        ("mornings", moment(30, 12), True),
        ("evenings weekends", moment(29, 9), False),
        ("evenings weekends", moment(30, 9), True),
        ("none", moment(30, 10), False),
    ):
        walker.give("/data/listen/caring/wishes", wish)
        stated = stated_in(read_case(desk, "case-1").raw)
        assert stated == tuple(one for one in wish.split() if one != "none")
        assert ("cn.wish" in door(desk, at)) is held
    before = len(events.of_case(desk.db, "case-1"))
    state_wishes(desk, walker.at, case="case-1", visit=walker.visit, wishes=())
    assert len(events.of_case(desk.db, "case-1")) == before


def test_only_the_debtor_agrees_to_anything(desk: Desk) -> None:
    visit = start_visit(desk, MORNING, case="case-1", address="addr-1").made
    about = {"case": "case-1", "visit": visit}
    until = MORNING.wall + timedelta(hours=13)
    agreeing = {**about, "to": CONTACT_TIME, "since": MORNING.wall, "until": until}
    with pytest.raises(NotAllowed):
        give_consent(desk, MORNING, **agreeing)
    record(desk, MORNING, "person_met", {"who": "self_identified"}, **about)
    leave_wrong_person(desk, MORNING, **about)
    with pytest.raises(NotAllowed):
        give_consent(desk, MORNING, **agreeing)
    record(desk, MORNING, "person_met", {"who": "self_identified"}, **about)
    give_consent(desk, MORNING, **agreeing)
    abort_visit(desk, MORNING, reason="other", **about)
    with pytest.raises(NotAllowed):
        give_consent(desk, replace(MORNING, wall=MORNING.wall + timedelta(hours=1)), **agreeing)


def test_a_newer_wish_told_to_a_colleague_counts_over_an_older_one_told_here(desk: Desk) -> None:
    state_wishes(desk, MORNING, case="case-1", wishes=["mornings"])
    row = cases.now(desk.db, "case-1") or {}
    theirs = {
        "event": "theirs", "at": "2026-11-24T09:00:00.000+08:00", "by": "li", "visit": None,
        "field": "preference", "new": {"stated": ["letters_only"], "blocked_channels": ["visit"]},
    }  # fmt: skip
    row = {**row, "contact_changes": [*row["contact_changes"], theirs]}
    cases.put_base(desk.db, [raw(row)])
    assert "cn.wish" in door(desk, moment(25, 9))


def test_a_place_they_asked_for_is_open_then_and_only_then(tmp_path: Path) -> None:
    """The United Kingdom: never at work without the customer's express consent."""
    row = visitable_row(pack="uk")
    work = {**row["addresses"][0], "id": "addr-2", "kind": "work", "tz": "Europe/London"}
    row = row | {"addresses": [*row["addresses"], work]}
    with open_test_desk(tmp_path / "uk", row) as desk:
        on = moment(25, 18).wall
        told = {"channel": "call", "on": on, "purpose": "to talk", "elsewhere": True}
        notify_appointment(desk, MORNING, case="case-1", **told)
        for hours, held in ((-1, True), (0.5, False), (2.5, True)):
            at = MORNING.later(seconds=(on - MORNING.wall).total_seconds() + hours * 3600)
            meta.put(desk.db, "last_sync", at.wall.isoformat())
            found = may_knock(desk, at, read_case(desk, "case-1"), "addr-2")
            assert ("uk.place" in [one.rule for one in found.items]) is held
