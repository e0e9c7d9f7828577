"""What holds of a person holds in all their cases; what is about a debt stays with the debt."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from agent_app.domain.errors import Fault
from agent_app.domain.model import Case
from agent_app.domain.project import project
from agent_app.domain.rewind import rewound
from agent_app.domain.rules import Findings, Round, State, assess
from agent_app.domain.rules.beside import known_beside
from agent_app.domain.rules.known import known, row_of
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.rule import read_rule
from tests.support.rule_cases import POLICY, TEXT, event, fresh, row, shipped

NOW = datetime.fromisoformat("2026-11-24T10:00:00+08:00")
DAY = timedelta(days=1)


def beside(
    *happened: tuple[str, dict[str, Any]], pack: str = "cn", ago: timedelta = DAY, **changes: Any
) -> Case:
    """Another case of the person, in which these things were stated."""
    there = row(pack, id="c2", **changes)
    found = [
        event(kind, NOW - ago + timedelta(seconds=n), body).but(case="c2", seq=n)
        for n, (kind, body) in enumerate(happened, 1)
    ]
    return Case.read(project(there, found))


def ask(other: Case, *, pack: str = "cn", act: str = "visit", **facts: Any) -> Findings:
    case = Case.read(row(pack))
    told = {**fresh(NOW), "elsewhere": known_beside(case, [other]), **facts}
    return assess(shipped().rules_for(case), case, [], NOW, act=act, facts=told)


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("stop_contact_requested", "base.hold.stop_contact"),
        ("adviser_named", "base.hold.adviser"),
        ("vulnerability_flagged", "base.hold.vulnerable"),
    ],
)
def test_what_a_person_states_holds_in_their_other_cases(kind: str, rule: str) -> None:
    found = ask(beside((kind, {})))
    said = found.named(rule)
    assert said is not None
    assert said.state is State.block
    assert said.because[0].startswith(kind)


@pytest.mark.parametrize("kind", ["dispute_raised", "not_my_debt_stated", "hardship_stated"])
def test_what_is_said_of_a_debt_stays_with_the_debt(kind: str) -> None:
    assert ask(beside((kind, {}))).state is State.allow


@pytest.mark.parametrize(
    ("pack", "hold", "rule"),
    [
        ("cn", "hospital", "cn.hold.incapacity"),
        ("cn", "bankruptcy", "cn.hold.bankruptcy"),
        ("cn", "police_no_contact", "cn.hold.order"),
        ("uk", "breathing_space", "uk.hold.breathing_space"),
        ("in", "bereavement", "in.blackout"),
        ("ru", "minor", "ru.hold.protected"),
        ("au", "visit_refused", "au.hold.refused"),
    ],
)
def test_a_hold_on_the_row_of_the_person_holds_beside(pack: str, hold: str, rule: str) -> None:
    other = beside(pack=pack, holds=[{"kind": hold, "since": "2026-11-23"}])
    said = ask(other, pack=pack).named(rule)
    assert said is not None
    assert said.because == (f"c2/hold.{hold}",)


@pytest.mark.parametrize("hold", ["dispute", "live_plan", "hardship", "unlawful_debt", "strange"])
def test_a_hold_on_a_debt_or_one_nobody_knows_stays(hold: str) -> None:
    assert ask(beside(holds=[{"kind": hold, "since": "2026-11-23"}])).state is State.allow


def test_a_death_told_in_one_file_is_a_death_and_doubt_is_doubt() -> None:
    for value, state in ((True, State.block), (None, State.needs), (False, State.allow)):
        found = ask(beside(flags={"deceased": value, "agency_notice": True}))
        assert found.state is state
        said = found.named("base.hold.deceased")
        assert said is None or said.because[0].endswith("flags.deceased")


def test_what_lifts_it_there_lifts_it_here_and_a_review_of_something_else_does_not() -> None:
    reviewed = ("review_decided", {"visit": "v1", "decision": "accepted"})
    assert ask(beside(("vulnerability_flagged", {}), reviewed)).state is State.allow
    case = Case.read(row())
    own = event("review_decided", NOW - timedelta(hours=1), {"visit": "v9", "decision": "accepted"})
    told = fresh(NOW) | {"elsewhere": known_beside(case, [beside(("vulnerability_flagged", {}))])}
    found = assess(shipped().rules_for(case), case, [own], NOW, facts=told)
    assert found.named("base.hold.vulnerable")


def test_a_place_where_someone_refused_is_closed_in_every_case_that_knows_it() -> None:
    started = ("visit_started", {"address": "w1", "crew": ["u1"]})
    refused = ("third_party_refused", {})
    other = beside(started, refused, ago=10 * DAY)
    assert ask(other, address="w1").named("cn.gate.third")
    assert not ask(other, address="h1").named("cn.gate.third")
    elsewhere = row()["addresses"]
    elsewhere[1] = {**elsewhere[1], "text": "somewhere else"}
    moved = beside(started, refused, ago=10 * DAY, addresses=elsewhere)
    assert not ask(moved, address="w1").named("cn.gate.third")


def test_nobody_comes_back_with_another_paper_before_the_lead_has_looked() -> None:
    started = ("visit_started", {"address": "h1", "crew": ["u1"]})
    threat = ("exit_triggered", {"reason": "asked_to_leave"})
    assert ask(beside(started, threat, ago=9 * DAY)).named("cn.exit")
    looked = ("review_decided", {"visit": "v1", "decision": "accepted"})
    assert not ask(beside(started, threat, looked, ago=9 * DAY)).named("cn.exit")


def test_each_case_keeps_the_last_word_on_how_one_wishes_to_be_met() -> None:
    def wish(**new: Any) -> tuple[str, dict[str, Any]]:
        return "contact_changed", {"field": "preference", "old": None, "new": new}

    evenings = wish(times=[{"days": ["all"], "from": "18:00", "to": "20:00"}])
    found = ask(beside(evenings))
    assert found.named("cn.wish")
    assert found.next_allowed == NOW.replace(hour=18)
    assert ask(beside(evenings, wish())).state is State.allow
    assert ask(beside(wish(blocked_addresses=["h1"]))).named("cn.wish")
    brought = {"preferences": {"blocked_channels": ["visit"]}}
    assert ask(beside(flags=brought)).named("cn.wish")
    assert ask(beside(wish(), flags=brought)).state is State.allow
    strange = row()["addresses"]
    strange[0] = {**strange[0], "text": "another home"}
    moved = beside(wish(blocked_addresses=["h1"]), addresses=strange)
    assert ask(moved).state is State.allow


@pytest.mark.parametrize("at", [{}, {"at": "2026-11-20T10:00:00"}, {"at": "some day"}])
def test_a_wish_of_unknown_age_is_an_old_one(at: dict[str, str]) -> None:
    told = {"field": "preference", "new": {"blocked_channels": ["visit"]}, **at}
    other = beside(contact_changes=[told])
    rows = known_beside(Case.read(row()), [other], NOW)
    case = Case.read(row())
    found = assess(
        shipped().rules_for(case), case, [], NOW, facts={**fresh(NOW), "elsewhere": rows}
    )
    assert found.named("cn.wish")


def test_consent_given_in_one_case_opens_no_other() -> None:
    agreed = ("consent_given", {"to": "contact_time", "by": "debtor"})
    other = beside(agreed, ago=timedelta(hours=1))
    late = NOW.replace(hour=22, minute=30)
    case = Case.read(row())
    told = {**fresh(late), "elsewhere": known_beside(case, [other])}
    assert assess(shipped().rules_for(case), case, [], late, facts=told).named("cn.hours")


def test_no_more_is_told_than_the_rules_ask() -> None:
    said = {"reason": "重病", "code": "x", "name": "王律师", "phone": "138", "note": "住院"}
    met = ("person_met", {"who": "other", "note": "邻居"})
    other = beside(
        ("vulnerability_flagged", said), ("adviser_named", said), met, ("dispute_raised", said),
        flags={"overdue_notice": True}, holds=[{"kind": "dispute"}],
    )  # fmt: skip
    told = [one for one in known_beside(Case.read(row()), [other]) if "case" in one]
    assert [one["kind"] for one in told] == ["vulnerability_flagged", "adviser_named"]
    assert all(one["body"] == {} for one in told)


def test_what_a_visit_keeps_of_it_names_no_other_case_and_judges_alike() -> None:
    case = Case.read(row())
    stopped = [("stop_contact_requested", {}), ("exit_triggered", {"reason": "threat"})]
    rows = known_beside(case, [beside(*stopped, holds=[{"kind": "hospital"}])])
    kept = known(case, [], "h1", rows)
    assert "c2" not in str(kept)
    again = Case.read(row() | row_of(kept))
    rules = shipped().rules_for(case)
    ours = assess(rules, case, [], NOW, facts={**fresh(NOW), "elsewhere": rows})
    theirs = assess(rules, again, [], NOW, facts=fresh(NOW))
    assert {one.rule for one in ours.every} == {one.rule for one in theirs.every}


def test_the_office_may_tell_of_it_too_but_the_case_at_hand_knows_better() -> None:
    case, other = Case.read(row()), beside(holds=[{"kind": "hospital"}])
    told = known_beside(case, [other])
    by_office = Case.read(row(beside=told))
    rules, facts = shipped().rules_for(case), fresh(NOW)
    assert assess(rules, by_office, [], NOW, facts=facts).named("cn.hold.incapacity")
    newer = known_beside(case, [beside(("adviser_named", {}), holds=[])])
    found = assess(rules, by_office, [], NOW, facts={**facts, "elsewhere": newer})
    assert [one.rule for one in found.items] == ["base.hold.adviser"]


def test_looking_back_leaves_out_what_came_later() -> None:
    case = Case.read(row())
    told = known_beside(case, [beside(("adviser_named", {}), holds=[{"kind": "hospital"}])])
    before = rewound(row(beside=told), NOW - 2 * DAY)
    assert [sorted(one) for one in before["beside"]] == [["case", "hold", "id"]]
    assert known_beside(case, [beside(("adviser_named", {}))], NOW - 2 * DAY) == []


def test_in_a_list_what_is_told_of_one_person_is_not_held_against_the_next() -> None:
    """The shared answer of cases that are alike is that of a blank record."""
    at = (NOW - timedelta(hours=1)).isoformat()
    visits = [
        {"id": f"{n}", "at": at, "channel": "visit", "result": "met", "to": "h1"} for n in range(3)
    ]
    held = [{"case": "c2", "id": "x", "kind": "adviser_named", "at": at, "body": {}}]
    first = Case.read(row("ru", elsewhere=visits, beside=held))
    doors = Round(shipped().rules_for, NOW, facts=fresh(NOW))
    assert not doors.ask(first).allowed
    assert doors.ask(Case.read(row("ru", id="c9"))).state is State.allow


@pytest.mark.parametrize(
    ("keys", "field"),
    [
        ({"holds": ["dispute"]}, "holds"),
        ({"holds": ["*"]}, "holds"),
        ({"trigger": ["hardship_stated"]}, "trigger"),
        ({"trigger": ["adviser_named"], "release": ["dispute_settled"]}, "trigger"),
        ({"while": {"fact": "flags.unreachable", "eq": True}}, "while"),
    ],
)
def test_a_pack_that_gives_a_person_what_is_a_debts_is_told(keys: Any, field: str) -> None:
    faults: list[Fault] = []
    table = {
        "id": "t.hold", "kind": "hold", "phase": "schedule", "severity": "block",
        "sources": ["policy"], "text": TEXT, "effect": "no_visit", "key": "debtor", **keys,
    }  # fmt: skip
    read_rule(Table(table, "t.toml", "", faults), {"policy": POLICY}, None, "t")
    assert [one.field.split(" → ")[-1] for one in faults] == [field]
