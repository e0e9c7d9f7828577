"""Laws that hold of any rules, any case, any moment.

Hypothesis draws one seed an example and everything follows from it: two thousand whole cases
with their histories and layers would take minutes to draw choice by choice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.rules import Findings, RuleSet, State, assess, replay
from agent_app.domain.rules.rule import Rule
from tests.conftest import SCALE
from tests.support.rule_cases import ZONES, case, event, fresh, row, rule, shipped

EXAMPLES = settings(max_examples=2000 * SCALE)
SEEDS = st.integers(0, 2**64 - 1)
ACTS = ("visit", "call", "disclosed", "plan_offered", "agreement_signed", "letter_printed", "entry")
START = datetime(2025, 1, 1, tzinfo=UTC)
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
TRIGGERS = ("dispute_raised", "stop_contact_requested", "hardship_stated", "agreement_signed")
RELEASES = ("dispute_settled", "plan_breached", "review_decided")
ROWS = ("dispute", "breathing_space", "bankruptcy", "bereavement", "surgery", "unheard_of")
SETS = {code: shipped().joined(shipped().chain(code)) for code in sorted(ZONES)}


@dataclass
class Question:
    """A country, a row, its events, and a moment."""

    code: str
    row: dict[str, Any]
    events: list[Event]
    now: datetime

    def ask(self, rules: RuleSet, now: datetime | None = None, **more: Any) -> Findings:
        at = now or self.now
        more.setdefault("facts", fresh(at))
        return assess(rules, self.case, self.events, at, **more)

    @cached_property
    def case(self) -> Case:
        return Case.read(self.row)


def some(draw: Random, among: tuple[str, ...] | list[str], most: int) -> list[str]:
    return draw.sample(among, draw.randint(0, min(most, len(among))))


def window(draw: Random) -> Rule:
    clock = [f"{n // 4:02}:{n % 4 * 15:02}" for n in draw.sample(range(96), 2)]
    days = draw.sample(WEEKDAYS, draw.randint(1, 7))
    return rule("contact_window", days=days, **{"from": clock[0], "to": clock[1]})


def cap(draw: Random) -> Rule:
    stretch = draw.choice(("day", "week", "month", "rolling_days"))
    days: dict[str, Any] = {"days": draw.randint(1, 40)} if stretch == "rolling_days" else {}
    channel = draw.choice(("visit", "call", "any"))
    return rule("frequency_cap", most=draw.randint(1, 3), stretch=stretch, channel=channel, **days)


def hold(draw: Random) -> Rule:
    days: dict[str, Any] = {"days": draw.randint(1, 90)} if draw.random() < 0.5 else {}
    return rule(
        "hold", effect=draw.choice(("no_visit", "no_demand", "no_contact")),
        holds=some(draw, ROWS, 3), trigger=[draw.choice(TRIGGERS)],
        release=some(draw, RELEASES, 2), **days,
    )  # fmt: skip


def notice(draw: Random) -> Rule:
    return rule(
        "notice", what="appointment", events=["appointment_notified"], per_visit=True,
        lead_hours=draw.randint(0, 72), near_hours=draw.randint(1, 48),
    )  # fmt: skip


KINDS: tuple[Callable[[Random], Rule], ...] = (window, cap, hold, notice)


def layer(draw: Random) -> RuleSet:
    """One to three rules of a creditor."""
    return RuleSet.of(draw.choice(KINDS)(draw) for _ in range(draw.randint(1, 3)))


def history(draw: Random, now: datetime) -> list[Event]:
    """Up to six events before `now`, in order."""
    bodies: dict[str, dict[str, Any]] = {
        "visit_started": {"address": "h1", "crew": ["u1", "u2"]},
        "visit_ended": {},
        "person_met": {"who": draw.choice(("debtor", "third_party", "nobody"))},
        "appointment_notified": {
            "channel": "call", "purpose": "x",
            "at": (now + timedelta(hours=draw.randint(-30, 200))).isoformat(),
        },
        "exit_triggered": {"reason": draw.choice(("threat", "safety"))},
    }  # fmt: skip
    back = sorted((draw.randint(1, 60 * 1440) for _ in range(draw.randint(0, 6))), reverse=True)
    found = []
    for minutes in back:
        kind = draw.choice((*bodies, *bodies, *TRIGGERS, *RELEASES))
        visit = draw.choice(("v1", "v2"))
        found.append(event(kind, now - timedelta(minutes=minutes), bodies.get(kind), visit=visit))
    return found


def question(draw: Random) -> Question:
    code, now = draw.choice(sorted(ZONES)), START + timedelta(minutes=draw.randrange(3 * 525600))
    contacts = [
        {
            "at": (now - timedelta(minutes=draw.randint(1, 40 * 1440))).isoformat(),
            "channel": draw.choice(("call", "visit", "sms")),
            "result": draw.choice(("met", "no_answer")),
        }
        for _ in range(draw.randint(0, 3))
    ]
    holds = []
    if draw.random() < 0.3:
        until = now + timedelta(days=draw.randint(-5, 20))
        holds.append(
            {
                "kind": draw.choice(ROWS),
                "since": (now - timedelta(days=draw.randint(0, 90))).date().isoformat(),
                "until": until.date().isoformat() if draw.random() < 0.7 else None,
            }
        )
    return Question(code, row(code, contacts=contacts, holds=holds), history(draw, now), now)


@EXAMPLES
@given(SEEDS)
def test_adding_a_layer_never_allows_more(seed: int) -> None:
    draw = Random(seed)
    asked, act = question(draw), draw.choice(ACTS)
    below = SETS[asked.code]
    one = asked.ask(below, act=act)
    two = asked.ask(RuleSet.join([below, layer(draw)]), act=act)
    assert two.state >= one.state
    assert {item.rule for item in one.every} <= {item.rule for item in two.every}


@EXAMPLES
@given(SEEDS)
def test_the_next_allowed_moment_is_allowed_and_no_minute_before_it_is(seed: int) -> None:
    draw = Random(seed)
    asked = question(draw)
    rules = RuleSet.join([SETS[asked.code], layer(draw)])
    facts = {"synced_at": asked.now}
    found = asked.ask(rules, facts=facts)
    coming = found.next_allowed
    if found.allowed or coming is None:
        assert not found.allowed or coming == asked.now
        return
    assert coming > asked.now
    assert asked.ask(rules, coming, facts=facts).allowed
    between = [coming - timedelta(minutes=1), asked.now + (coming - asked.now) * draw.random()]
    for moment in between:
        assert not asked.ask(rules, max(asked.now, moment), facts=facts).allowed


HIDE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "credentials": lambda raw: raw["crew"].update(credentials=[]),
    "zone": lambda raw: [one.update(tz=None) for one in raw["addresses"]],
    "product": lambda raw: raw["product"].update(kind=""),
    "lease": lambda raw: raw.update(lease_end=None),
    "rungs": lambda raw: raw.pop("rungs"),
    "flags": lambda raw: raw["flags"].update(incapacity=None, deceased=None, minor=None),
    "sync": lambda raw: None,
}


@EXAMPLES
@given(SEEDS)
@example(1_288_674_883).via("a hold's last day where no zone is known")
def test_not_knowing_never_turns_a_must_into_allow(seed: int) -> None:
    draw = Random(seed)
    asked, act = question(draw), draw.choice(ACTS)
    raw = asked.row
    if draw.random() < 0.3:
        for one in raw["crew"]["credentials"]:
            one["valid_until"] = "2024-12-31"
    raw["flags"].update(incapacity=draw.random() < 0.2, deceased=draw.random() < 0.2)
    raw["rungs"] = {"required": some(draw, ("appointment", "sms_or_call"), 2)}
    raw["product"]["kind"] = draw.choice(("credit_card", "micro_loan"))
    raw["lease_end"] = draw.choice(("2024-12-31", "2035-01-01", "2035-01-01"))
    facts = {**fresh(asked.now), "plan": {"months": draw.randint(1, 90)}, "surplus": 10**9}
    known = asked.ask(SETS[asked.code], act=act, facts=facts)
    hidden = draw.sample(sorted(HIDE), draw.randint(1, 3))
    for name in hidden:
        HIDE[name](raw)
    del asked.case
    if "sync" in hidden:
        del facts["synced_at"]
    blind = asked.ask(SETS[asked.code], act=act, facts=facts)
    refusing = {item.rule for item in known.every if item.state > State.warn}
    still = {item.rule for item in blind.every if item.state > State.warn}
    assert refusing <= still


CENT = {"minor": 1, "currency": "CNY"}


def tried(draw: Random) -> tuple[str, dict[str, Any]]:
    """Something a hand may try in a visit, lawful or not."""
    plan: dict[str, Any] = {"months": draw.choice((6, 12, 24, 61)), "instalments": []}
    signature = {"method": "reliable_esign", "tests": list(TESTS), "copies": draw.choice((1, 2, 2))}
    steps: list[tuple[str, dict[str, Any]]] = [
        ("id_shown", {"documents": ["badge"]}),
        ("id_shown", {"documents": ["badge"]}),
        ("recording_consented", {}),
        ("recording_started", {"slot": "a"}),
        ("recording_started", {"slot": "a"}),
        ("recording_stopped", {"slot": "a", "seconds": 1}),
        ("recording_refused", {}),
        ("person_met", {"who": draw.choice(("debtor", "debtor", "third_party", "minor"))}),
        ("identity_checked", {"method": "m", "fields": [], "passed": draw.random() < 0.8}),
        ("disclosed", {"statement": draw.choice(("s", "s", "再不还就拘留"))}),
        ("plan_offered", {"plan": plan}),
        (
            "agreement_signed",
            {"agreement": "A", "plan": plan, "document": "", "signature": signature},
        ),
        ("promise_made", {"amount": CENT, "due": "2026-12-01"}),
        ("letter_printed", {"serial": "L", "template": "t", "document": "", "names_debt": True}),
        (
            "payment_notified",
            {"channel": draw.choice(("creditor_account", "cash")), "amount": CENT},
        ),
        ("dispute_raised", {"reason": "r"}),
        ("vulnerability_flagged", {"code": "c"}),
        ("exit_triggered", {"reason": "asked_to_leave"}),
    ]
    return draw.choice(steps)


TESTS = (
    "exclusive_data", "sole_control", "signature_tamper_evident", "content_tamper_evident",
)  # fmt: skip
SAID: dict[str, Any] = {
    "letter": {"type": "collection_letter", "names_debt": True, "fields": [
        "name", "balance", "reason_and_law", "rights", "how_to_check_object_prove", "contacts",
        "seal",
    ]},
    "terms": ["balance", "schedule", "fees_and_interest", "no_new_card_promise", "rights_and_breach"],
    "surplus": 10**9,
}  # fmt: skip


@EXAMPLES
@given(SEEDS)
def test_a_visit_made_only_of_allowed_acts_fails_no_blocking_rule_in_replay(seed: int) -> None:
    draw = Random(seed)
    code = draw.choice(sorted(ZONES))
    at = START + timedelta(minutes=draw.randrange(3 * 525600))
    asked = Question(code, row(code), [], at)
    synced = {"synced_at": at}
    for _ in range(draw.randint(6, 16)):
        kind, body = tried(draw)
        if not asked.events or draw.random() < 0.05:
            kind, body = "visit_started", {"address": "h1", "crew": ["u1", "u2"]}
        visit = {"visit": "v1", "body": body} | (
            {"address": "h1"} if kind == "visit_started" else {}
        )
        if asked.ask(SETS[code], at, act=kind, facts={**synced, **SAID, **visit}).allowed:
            asked.events.append(event(kind, at, body))
        at += timedelta(seconds=draw.randint(5, 900))
    asked.events.append(event("visit_ended", at, {}))
    verdicts = replay(SETS[code], asked.case, asked.events, facts=synced)
    failed = [v.rule for v in verdicts if v.passed is False and v.severity in ("block", "needs")]
    assert failed == []


@given(SEEDS)
def test_safety_is_always_free(seed: int) -> None:
    asked = question(Random(seed))
    for act in ("visit_ended", "visit_aborted", "exit_triggered", "outcome_recorded", "person_met"):
        assert asked.ask(SETS[asked.code], act=act, facts={}).allowed


def test_a_moment_without_a_zone_is_no_moment() -> None:
    with pytest.raises(ValueError, match="aware"):
        assess(SETS["cn"], case(), (), datetime(2026, 11, 24, 10, 0))  # noqa: DTZ001
