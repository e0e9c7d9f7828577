"""A list asked in one round answers as each of its cases asked alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from hypothesis import given, settings

from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.rules import Round, RuleSet, assess
from tests.conftest import SCALE
from tests.support.rule_cases import ZONES, event, fresh, row, rule, shipped
from tests.unit.rules.test_rule_laws import ACTS, HIDE, SEEDS, layer, question

ODD_FLAGS: tuple[Any, ...] = (True, None, {"at": "2026-11-01"}, ["a", "list"])


def varied(draw: Random, now: datetime) -> tuple[dict[str, Any], list[Event]]:
    """A row, and its events, that differs from its neighbours here and there."""
    asked = question(draw)
    raw = row(draw.choice(sorted(ZONES)))
    raw.update(contacts=asked.row["contacts"], holds=asked.row["holds"])
    shift = now - asked.now
    known = [
        one.but(wall=(one.at + shift).isoformat(timespec="milliseconds")) for one in asked.events
    ]
    if draw.random() < 0.2:
        raw["flags"][draw.choice(("incapacity", "deceased"))] = draw.choice(ODD_FLAGS)
    if draw.random() < 0.3:
        raw.update(of_others(draw, now))
    if draw.random() < 0.2:
        raw["crew"]["credentials"][0]["valid_until"] = now.date().isoformat()
    if draw.random() < 0.2:
        raw["rungs"] = {"required": ["appointment", "sms_or_call"]}
    if draw.random() < 0.2:
        raw["addresses"][0]["tz"] = draw.choice(("", "Europe/London", "America/New_York"))
    if draw.random() < 0.3:
        HIDE[draw.choice(sorted(HIDE))](raw)
    if draw.random() < 0.1:
        known.append(event("rule_overridden", now, {"rule": "base.stale", "role": "lead"}))
    if draw.random() < 0.1:
        consent = {"field": "consent.contact_time", "new": {}}
        known.append(event("contact_changed", now - timedelta(hours=1), consent))
    return raw, known


def of_others(draw: Random, now: datetime) -> dict[str, Any]:
    """What the office tells of the person's other cases."""
    told = (
        {"id": "1", "kind": draw.choice(("adviser_named", "vulnerability_flagged"))},
        {"id": "2", "kind": "exit_triggered", "body": {"reason": "threat"}, "visit": "v"},
        {"id": "3", "kind": "third_party_refused", "to": draw.choice(("h1", "w1"))},
        {"id": "4", "hold": {"kind": "hospital", "until": (now.date() + timedelta(3)).isoformat()}},
        {"id": "5", "flag": "deceased", "value": draw.choice((True, None))},
        {
            "id": "6", "kind": "contact_changed",
            "body": {"new": {"times": [{"from": "10:00", "to": "12:00"}]}},
        },
    )  # fmt: skip
    at = (now - timedelta(hours=draw.randint(1, 90))).isoformat()
    beside = [{"case": "c2", "at": at, **one} for one in told if draw.random() < 0.3]
    visit = {"id": "7", "at": at, "channel": "visit", "result": "met"}
    return {"beside": beside, "elsewhere": [visit] if draw.random() < 0.5 else []}


def laid_over(draw: Random, now: datetime) -> Callable[[Case], RuleSet]:
    """The shipped rules under those of a creditor, some in force for a few days only."""
    day = now.date()
    dated = rule(
        "notice", id="t.dated", what="appointment", events=["appointment_notified"],
        first=day - timedelta(days=draw.randint(-3, 3)), last=day + timedelta(days=4),
    )  # fmt: skip
    above = RuleSet.join([layer(draw), RuleSet.of([dated])])
    made: dict[RuleSet, RuleSet] = {}

    def rules_for(case: Case) -> RuleSet:
        below = shipped().rules_for(case)
        return made.setdefault(below, made.get(below) or RuleSet.join([below, above]))

    return rules_for


@settings(max_examples=40 * SCALE)
@given(SEEDS)
def test_a_list_says_of_each_case_what_it_would_say_alone(seed: int) -> None:
    draw = Random(seed)
    now, act = question(draw).now, draw.choice((*ACTS, "visit", "visit"))
    facts = fresh(now) if draw.random() < 0.8 else {"synced_at": now - timedelta(days=4)}
    rules_for = laid_over(draw, now) if draw.random() < 0.5 else shipped().rules_for
    doors = Round(rules_for, now, act=act, facts=facts)
    for _ in range(12):
        raw, known = varied(draw, now)
        address = draw.choice((None, "h1", "w1"))
        beside = raw["contacts"] if draw.random() < 0.2 else []
        told = {**facts, "elsewhere": beside} | ({"address": address} if address else {})
        case = Case.read(raw)
        alone = assess(rules_for(case), case, known, now, act=act, facts=told)
        assert doors.ask(case, known, address=address, elsewhere=beside) == alone
