"""One person, several debts: what is counted of the person is counted over all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent_app.actions.desk import Desk
from agent_app.actions.guard import findings
from agent_app.actions.judging import verdicts
from agent_app.actions.rights import state_right
from agent_app.actions.visits import abort_visit, start_visit
from agent_app.cli.bare_case import bare_row
from agent_app.domain.errors import Fault, NotAllowed
from agent_app.domain.model import Case
from agent_app.domain.rules import State, replay
from agent_app.packs import PackSet, read_pack
from agent_app.queries.case_page import case_page, read_case
from agent_app.queries.today import search, today
from agent_app.store import cases, events
from tests.support.desks import MORNING, open_test_desk, visitable_row

HERSELF = {"id": "person-7", "name": "张伟", "language": "zh_CN"}
DAILY = "bank.daily"
PACK = """
schema = "rulepack/1"
id = "bank"
version = "1"
extends = ["cn"]
creditor = "bank-1"
status = "draft"
time_basis = "visit_location"
[title]
zh_CN = "银行"
zh_TW = "銀行"
en = "Bank"
[[sources]]
id = "policy"
force = "company_policy"
status = "policy"
locator = ""
[sources.title]
zh_CN = "制度"
zh_TW = "制度"
en = "Policy"
"""
RULES = """
[[rule]]
id = "bank.daily"
kind = "frequency_cap"
phase = "schedule"
severity = "block"
sources = ["policy"]
channel = "visit"
most = 1
stretch = "day"
[rule.text]
zh_CN = "今天已上门 {count} 次"
zh_TW = "今天已上門 {count} 次"
en = "Visits today: {count}"
"""


def row(id: str, **changes: Any) -> dict[str, Any]:
    return visitable_row(id) | {"debtor": HERSELF} | changes


@contextmanager
def strict_desk(folder: Path, *rows: dict[str, Any]) -> Iterator[Desk]:
    """A desk of cases of a creditor who allows one visit a day to a person."""
    pack = folder / "bank"
    pack.mkdir()
    (pack / "pack.toml").write_text(PACK, "utf-8")
    (pack / "rules.toml").write_text(RULES, "utf-8")
    faults: list[Fault] = []
    strict = read_pack(pack, faults)
    assert strict, faults
    with open_test_desk(folder / "profile", *rows) as desk:
        yield replace(desk, packs=PackSet([*desk.packs, strict]))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with strict_desk(tmp_path, row("case-1"), row("case-2"), visitable_row("case-3")) as desk:
        yield desk


def knock(desk: Desk, case: str, *, minutes: int = 0) -> str:
    at = MORNING.later(seconds=60 * minutes)
    visit = start_visit(desk, at, case=case, address="addr-1").made
    abort_visit(desk, at.later(seconds=120), case=case, visit=visit, reason="not_home")
    return str(visit)


def test_the_second_debt_of_a_day_is_no_second_knock(desk: Desk) -> None:
    knock(desk, "case-1")
    later = MORNING.later(seconds=3600)
    for doors in (today(desk, later).doors, search(desk, later, "case")):
        states = {door.case: (door.knock, door.rule) for door in doors}
        assert states["case-2"] == (State.block, DAILY)
        assert states["case-3"][0] is State.allow
    page = case_page(desk, later, "case-2")
    found = page.doors[0].findings.named(DAILY)
    assert found is not None
    (why,) = (page.reasons[ref] for ref in found.because)
    assert (why.kind, why.case) == ("visit_started", "case-1")
    with pytest.raises(NotAllowed, match=DAILY):
        knock(desk, "case-2", minutes=60)
    knock(desk, "case-3", minutes=60)


def test_what_the_person_asked_in_one_case_is_kept_in_the_other_at_once(desk: Desk) -> None:
    """Offline; the "why" names the other case by its number, and nothing else of it."""
    visit = str(start_visit(desk, MORNING, case="case-1", address="addr-1").made)
    at = MORNING.later(seconds=60)
    state_right(desk, at, case="case-1", visit=visit, right="stop_contact")
    abort_visit(desk, at.later(seconds=60), case="case-1", visit=visit, reason="asked_to_leave")
    later = MORNING.later(days=2)
    doors = {door.case: door for door in today(desk, later).doors}
    assert doors["case-2"].rule == "base.hold.stop_contact"
    assert doors["case-3"].rule != "base.hold.stop_contact"
    page = case_page(desk, later, "case-2")
    found = page.doors[0].findings.named("base.hold.stop_contact")
    assert found is not None
    (why,) = (page.reasons[ref] for ref in found.because)
    assert (why.kind, why.case) == ("stop_contact_requested", "case-1")
    with pytest.raises(NotAllowed, match="stop_contact"):
        start_visit(desk, later, case="case-2", address="addr-1")


def test_what_the_person_asked_later_is_not_held_against_an_earlier_visit(desk: Desk) -> None:
    first = knock(desk, "case-2")
    later = MORNING.later(days=2)
    visit = str(start_visit(desk, later, case="case-1", address="addr-1").made)
    state_right(desk, later.later(seconds=60), case="case-1", visit=visit, right="stop_contact")
    judged = verdicts(desk, read_case(desk, "case-2"), events.of_visit(desk.db, first))
    assert [one.rule for one in judged if one.passed is False] == []


def test_a_hold_of_the_other_file_is_named_with_its_number(tmp_path: Path) -> None:
    first = row("case-1", holds=[{"kind": "hospital", "since": "2026-11-20"}])
    with strict_desk(tmp_path, first, row("case-2")) as desk:
        page = case_page(desk, MORNING, "case-2")
        found = page.doors[0].findings.named("cn.hold.incapacity")
        assert found is not None
        (why,) = (page.reasons[ref] for ref in found.because)
        assert (why.case, why.name["en"]) == ("case-1", "in hospital")


def test_the_next_day_the_door_opens_again(desk: Desk) -> None:
    knock(desk, "case-1")
    found = findings(desk, MORNING.later(seconds=3600), "visit", read_case(desk, "case-2"))
    tomorrow = MORNING.wall.replace(hour=8, minute=0) + timedelta(days=1)
    assert found.next_allowed == tomorrow


def test_a_case_taken_back_still_tells_of_its_visit(desk: Desk) -> None:
    knock(desk, "case-1")
    cases.recall(desk.db, "case-1", MORNING.wall.isoformat())
    later = MORNING.later(seconds=3600)
    doors = {door.case: door for door in today(desk, later).doors}
    assert doors["case-2"].rule == DAILY


def test_a_contact_of_the_hand_over_file_counts_for_the_other_debt(tmp_path: Path) -> None:
    told = {"at": "2026-11-23T08:30:00+08:00", "channel": "visit", "result": "nobody_home"}
    first = row("case-1", contacts=[*visitable_row()["contacts"], told])
    with strict_desk(tmp_path, first, row("case-2")) as desk:
        assert [door.rule for door in today(desk, MORNING).doors] == [DAILY, DAILY]


def test_looking_back_counts_what_had_happened_by_then(desk: Desk) -> None:
    first = knock(desk, "case-1")
    later = MORNING.later(days=1)
    second = str(start_visit(desk, later, case="case-2", address="addr-1").made)
    abort_visit(desk, later.later(seconds=60), case="case-2", visit=second, reason="not_home")
    for case, visit in (("case-1", first), ("case-2", second)):
        judged = verdicts(desk, read_case(desk, case), events.of_visit(desk.db, visit))
        assert {one.passed for one in judged if one.rule == DAILY} == {True}


def test_a_bundle_alone_shows_that_the_person_had_been_visited(desk: Desk) -> None:
    """The visit keeps the contacts beside; a second knock forced past the app fails by them."""
    knock(desk, "case-1")
    visit = str(start_visit(desk, MORNING.later(days=1), case="case-2", address="addr-1").made)
    told = events.of_visit(desk.db, visit)
    (beside,) = [o for o in told[0].body["known"]["elsewhere"] if o["channel"] == "visit"]
    assert (beside["at"], beside["result"]) == (MORNING.wall.isoformat(), "not_reached")
    rules = desk.packs.rules_for(read_case(desk, "case-2"))
    same_day = told[0].but(wall=MORNING.later(seconds=3600).wall.isoformat(timespec="milliseconds"))
    for event, kept in ((told[0], True), (same_day, False)):
        facts = {"synced_at": event.wall}
        found = replay(rules, Case.read(bare_row([event])), [event], facts=facts)
        assert [one.passed for one in found if one.rule == DAILY] == [kept]
