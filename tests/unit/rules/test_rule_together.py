"""One cause is one finding: the strictest, citing every source that says the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from agent_app.domain.rules import RuleSet, State, assess
from tests.support.rule_cases import case, event, fresh, rule, shipped

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def test_an_event_that_two_layers_hold_for_is_one_finding_the_stricter() -> None:
    house = rule(
        "hold",
        id="house",
        severity="warn",
        trigger=["hardship_stated"],
        effect="no_visit",
        pack="base",
    )
    law = rule("hold", id="law", trigger=["hardship_stated"], effect="no_visit", pack="cn")
    said = event("hardship_stated", NOON - timedelta(days=1), {"code": "ill"})
    found = assess(RuleSet.of([house, law]), case(), [said], NOON, facts=fresh(NOON))
    assert {one.rule for one in found.every} == {"house", "law"}
    hard = rule(
        "hold", id="hard", trigger=["hardship_stated"], effect="no_visit", days=9, pack="base"
    )
    (one,) = assess(RuleSet.of([hard, law]), case(), [said], NOON, facts=fresh(NOON)).items
    assert one.rule == "law"
    assert one.next_allowed is None
    assert [other.rule for other in one.stands_for] == ["hard"]
    assert one.state is State.block


def test_two_windows_shut_are_one_finding_that_opens_with_the_later() -> None:
    early = rule("contact_window", id="early", pack="base", **{"from": "08:00", "to": "22:00"})
    late = rule("contact_window", id="late", pack="cn", **{"from": "09:00", "to": "20:00"})
    found = assess(RuleSet.of([early, late]), case(), (), NIGHT, facts=fresh(NIGHT))
    (one,) = found.items
    assert one.rule == "late"
    assert found.next_allowed == one.next_allowed
    assert found.named("early") is not None


def test_what_one_pack_says_of_two_things_stays_two() -> None:
    one = rule("hold", id="one", trigger=["dispute_raised"], effect="no_visit")
    two = rule("hold", id="two", trigger=["dispute_raised"], effect="no_visit")
    said = event("dispute_raised", NOON - timedelta(days=1), {"reason": "x"})
    found = assess(RuleSet.of([one, two]), case(), [said], NOON, facts=fresh(NOON))
    assert [item.rule for item in found.items] == ["one", "two"]


def test_one_missing_fact_is_asked_for_once() -> None:
    rules = shipped().joined(shipped().chain("cn"))
    untold = case("cn", rungs=None, flags={})
    found = assess(rules, untold, (), NOON, facts=fresh(NOON))
    asked = [one for one in found.items if one.because == ("rungs",)]
    assert len(asked) == 1
    assert len(asked[0].stands_for) == 3
    assert {one.source for one in asked[0].citations} >= {"policy", "cp22", "cc11"}
