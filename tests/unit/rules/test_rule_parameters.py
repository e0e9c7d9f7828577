"""Parameters of the kinds that no shipped pack needs yet, each by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.rules import RuleSet, State, assess
from agent_app.domain.rules.rule import Rule
from tests.support.rule_cases import case, event, fresh, row, rule

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
AGO = timedelta(hours=1)


def state(one: Rule, *known: Event, seen: Case | None = None, **more: Any) -> State:
    more.setdefault("facts", fresh(NOW))
    found = assess(RuleSet.of([one]), seen or case(), known, more.pop("now", NOW), **more)
    return found.state


def visit(number: int, *, ended: bool) -> list[Event]:
    at, name = NOW - number * AGO, f"v{number}"
    start = event("visit_started", at, {"address": "h1", "crew": ["u1"]}, visit=name)
    return [start, *([event("visit_ended", at + AGO / 4, {}, visit=name)] if ended else [])]


def test_a_cap_may_count_only_visits_carried_to_their_end() -> None:
    cap = rule("frequency_cap", most=1, stretch="day", count="completed")
    assert state(cap, *visit(2, ended=False), *visit(1, ended=False)) is State.allow
    assert state(cap, *visit(2, ended=True)) is State.block


def test_a_cap_may_begin_anew_with_an_event() -> None:
    cap = rule("frequency_cap", most=1, stretch="month", reset_by=["plan_breached"])
    before = visit(3, ended=True)
    assert state(cap, *before) is State.block
    assert state(cap, *before, event("plan_breached", NOW - 2 * AGO, {})) is State.allow
    assert state(cap, event("plan_breached", NOW - 9 * AGO, {}), *before) is State.block


@pytest.mark.parametrize(("key", "expected"), [("debtor", State.block), ("debt", State.allow)])
def test_a_cap_counts_a_persons_other_debts_only_where_it_is_about_the_person(
    key: str, expected: State
) -> None:
    cap = rule("frequency_cap", channel="call", most=1, stretch="day", key=key)
    elsewhere = [{"at": (NOW - AGO).isoformat(), "channel": "call", "result": "met"}]
    assert state(cap, act="call", facts=fresh(NOW) | {"elsewhere": elsewhere}) is expected


def test_a_cap_by_address_counts_the_door() -> None:
    cap = rule("frequency_cap", most=1, stretch="day", key="address")
    there = visit(2, ended=True)
    assert state(cap, *there, facts=fresh(NOW) | {"address": "h1"}) is State.block
    assert state(cap, *there, facts=fresh(NOW) | {"address": "w1"}) is State.allow


def test_a_notice_serves_until_what_calls_for_a_new_one() -> None:
    notice = rule("notice", what="n", events=["notice_sent"], resend_on=["address_changed"])
    sent = event("notice_sent", NOW - 5 * AGO, {"channel": "sms", "what": "n"})
    moved = event("address_changed", NOW - 4 * AGO, {"address": {}})
    assert state(notice, sent) is State.allow
    assert state(notice, sent, moved) is State.block


def test_nobody_goes_who_is_barred_from_this_debtor() -> None:
    crew = rule("crew", conflicts=True)
    barred = row() | {"crew": {**row()["crew"], "conflicts": ["u2"]}}
    assert state(crew) is State.allow
    assert state(crew, seen=Case.read(barred)) is State.block
    assert state(crew, seen=Case.read(barred), facts=fresh(NOW) | {"crew": ["u1"]}) is State.allow


def test_only_allowed_places_where_a_rule_names_them() -> None:
    place = rule("place", allowed=["home"])
    assert state(place, facts=fresh(NOW) | {"address": "h1"}) is State.allow
    assert state(place, facts=fresh(NOW) | {"address": "w1"}) is State.block
    assert state(place, seen=case(addresses=[])) is State.needs


def test_time_to_think_before_signing() -> None:
    plan: dict[str, Any] = {"months": 6, "instalments": []}
    cool = rule("plan_limits", cool_off_hours=24)
    offer = event("plan_offered", NOW - AGO, {"plan": plan})
    facts = fresh(NOW) | {"plan": plan, "visit": "v1"}
    found = assess(RuleSet.of([cool]), case(), [offer], NOW, act="agreement_signed", facts=facts)
    assert found.next_allowed == NOW + 23 * AGO
    later = NOW + 23 * AGO
    assert state(cool, offer, now=later, act="agreement_signed", facts=facts) is State.allow
    assert state(cool, act="agreement_signed", facts=facts) is State.needs
