from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from agent_app.domain.errors import BadInput
from sync.server import cases, people
from sync.server.cases import Changes
from sync.server.office import Office
from tests.support.journals import VISIT
from tests.support.offices import FieldDevice, give_cases

Enrolled = Callable[..., FieldDevice]


def assign(office: Office, case: str, agent: str, partner: str | None = None) -> None:
    changes = Changes()
    with office.db() as db, db.writing():
        cases.assign(db, changes, case, agent, partner=partner, reason="reassigned")
        changes.publish(db, office.now())


def test_the_case_leaves_one_and_comes_to_the_other(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", "case-1", "case-2")
    one, other, lead = enrolled("A1"), enrolled("A2"), enrolled("L1")
    for device in (one, other, lead):
        device.sync()
    assign(office, "case-1", "A2")
    assert one.sync().revokes == ["case-1"]
    got = other.sync()
    assert got.bases["case-1"]["crew"]["agents"] == ["A2", "A9"]
    assert got.bases["case-1"]["crew"]["credentials"][0]["user"] == "A2"
    seen = lead.sync()
    assert (seen.revokes, seen.bases.keys()) == ([], {"case-1"})
    assert one.sync().revokes == []


def test_a_late_visit_is_taken_and_marked(office: Office, enrolled: Enrolled) -> None:
    """It happened before the agent knew: it counts, the next agent and the lead see it."""
    give_cases(office, "A1", "case-1")
    one, other = enrolled("A1"), enrolled("A2")
    one.sync()
    one.journal.visit()
    assign(office, "case-1", "A2")
    late = one.sync()
    assert {(mark.verdict, mark.late) for mark in late.verdicts} == {("applied", True)}
    assert late.bases == {}
    got = other.sync()
    assert got.bases["case-1"]["visits"]["visit-1"]["outcome"] == "promise"
    assert [event["kind"] for event in got.events] == [kind for kind, _ in VISIT]


def test_it_may_come_back(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", "case-1")
    one = enrolled("A1")
    one.sync()
    assign(office, "case-1", "A2")
    assign(office, "case-1", "A1")
    back = one.sync()
    assert (back.revokes, back.bases.keys()) == ([], {"case-1"})


def test_a_later_file_does_not_undo_it(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", "case-1")
    assign(office, "case-1", "A2")
    give_cases(office, "A1", "case-1", note="新的备注")
    other = enrolled("A2").sync()
    assert other.bases["case-1"]["note"] == "新的备注"


def test_a_file_that_changes_the_crew_does(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", "case-1")
    give_cases(office, "A1", "case-1", crew={"agents": ["A2"], "lead": "L1"})
    assert enrolled("A1").sync().bases == {}
    assert enrolled("A2").sync().bases.keys() == {"case-1"}


def test_a_file_changes_facts_and_keeps_what_was_done(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", "case-1")
    device = enrolled("A1")
    device.sync()
    device.journal.visit()
    device.sync()
    give_cases(office, "A1", "case-1", days_overdue=101)
    case = device.sync([]).bases["case-1"]
    assert case["days_overdue"] == 101
    assert case["visits"]["visit-1"]["outcome"] == "promise"


def test_a_recalled_case_leaves_everyone(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", "case-1")
    agent, lead = enrolled("A1"), enrolled("L1")
    agent.sync()
    lead.sync()
    changes = Changes()
    with office.db() as db, db.writing():
        assert cases.recall(db, changes, "case-1", "settled")
        changes.publish(db, office.now())
    assert agent.sync().revokes == lead.sync().revokes == ["case-1"]
    agent.journal.visit()
    assert {one.late for one in agent.sync().verdicts} == {True}


def test_a_recalled_case_can_be_given_out_again(office: Office, enrolled: Enrolled) -> None:
    give_cases(office, "A1", "case-1")
    agent, other, lead = enrolled("A1"), enrolled("A2"), enrolled("L1")
    for device in (agent, lead):
        device.sync()
    changes = Changes()
    with office.db() as db, db.writing():
        cases.recall(db, changes, "case-1", "withdrawn")
        changes.publish(db, office.now())
    assert agent.sync().revokes == lead.sync().revokes == ["case-1"]
    give_cases(office, "A1", "case-1", note="a later file does not bring it back")
    assert agent.sync().bases == lead.sync().bases == {}
    assign(office, "case-1", "A2")
    assert other.sync().bases.keys() == lead.sync().bases.keys() == {"case-1"}
    assert agent.sync().bases == {}
    other.journal.visit()
    assert {(one.verdict, one.late) for one in other.sync().verdicts} == {("applied", False)}


def test_renewed_credentials_reach_cases_already_handed_out(
    office: Office, enrolled: Enrolled
) -> None:
    give_cases(office, "A1", "case-1")
    give_cases(office, "A2", "case-2")
    device, other = enrolled("A1"), enrolled("A2")
    device.sync()
    other.sync()
    device.journal.visit()
    device.sync()
    changes, until = Changes(), date(2028, 6, 30)
    with office.db() as db, db.writing():
        assert people.renew(db, changes, "A1", until, ["training"]) == 1
        changes.publish(db, office.now())
    case = device.sync([]).bases["case-1"]
    held = {
        one["kind"]: one["valid_until"]
        for one in case["crew"]["credentials"]
        if one["user"] == "A1"
    }
    assert held.pop("training") == "2028-06-30"
    assert held
    assert "2028-06-30" not in held.values()
    assert case["visits"]["visit-1"]["outcome"] == "promise"
    assert other.sync().bases == {}
    with office.db() as db, db.writing(), pytest.raises(BadInput):
        people.renew(db, Changes(), "nobody", until)


def test_only_known_people_get_known_cases(office: Office) -> None:
    give_cases(office, "A1", "case-1")
    for case, agent in (("case-1", "nobody"), ("nothing", "A1")):
        with pytest.raises(BadInput):
            assign(office, case, agent)
