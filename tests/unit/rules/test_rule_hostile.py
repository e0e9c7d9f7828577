"""Packs and rows as nobody should write them: each is refused by name, or answered safely."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from agent_app.domain.model import Case
from agent_app.domain.rules import Findings, RuleSet, State, assess
from agent_app.domain.rules.rule import Rule
from tests.support.rule_cases import calendar, case, event, fresh, row, rule, shipped

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
CN = shipped().joined(shipped().chain("cn"))


def ask(rules: RuleSet | Rule, *known: Any, now: datetime = NOW, **changes: Any) -> Findings:
    asked = rules if isinstance(rules, RuleSet) else RuleSet.of([rules], {"test": calendar()})
    return assess(asked, Case.read(row() | changes), known, now, facts=fresh(now))


def hold(**keys: Any) -> Rule:
    return rule("hold", effect="no_visit", holds=["dispute"], **keys)


@pytest.mark.parametrize("until", ["9999-12-31", "9999-12-31T23:59:59-11:00"])
def test_a_hold_for_ever_is_for_ever(until: str) -> None:
    row = {"kind": "dispute", "since": "0001-01-01", "until": until}
    found = ask(hold(tail_days=30), holds=[row])
    assert (found.state, found.next_allowed) == (State.block, None)
    assert ask(CN, contacts=[{"at": until, "channel": "visit", "result": "met"}]).allowed


def test_a_hold_of_years_tells_its_day() -> None:
    found = ask(hold(), holds=[{"kind": "dispute", "since": "2026-11-01", "until": "2028-12-31"}])
    assert found.next_allowed == datetime.fromisoformat("2029-01-01T00:00:00+08:00")


def test_a_time_without_its_offset_tells_only_its_day() -> None:
    """Else the machine's own zone would decide."""
    since = {"kind": "dispute", "since": "2026-11-24T23:30:00"}
    assert ask(hold(), holds=[since]).state is State.block


@pytest.mark.parametrize(
    ("kind", "keys", "key"),
    [
        ("hold", {"effect": "no_visit", "holds": ["x"], "days": 36_501}, "days"),
        ("hold", {"effect": "no_visit", "holds": ["x"], "tail_days": 10**9}, "tail_days"),
        ("hold", {"effect": "no_visit", "holds": ["x"], "hours": 10**12}, "hours"),
        ("frequency_cap", {"most": 1, "stretch": "rolling_days", "days": 10**8}, "days"),
        ("notice", {"what": "n", "events": ["notice_sent"], "lead_hours": 10**12}, "lead_hours"),
        ("retention", {"record": "r", "max_months": 10**6}, "max_months"),
        ("crew", {"last": date(9999, 12, 31)}, "last"),
    ],
)
def test_a_stretch_no_calendar_bears_is_a_fault(kind: str, keys: Any, key: str) -> None:
    with pytest.raises(AssertionError, match=f"t.{kind} → {key}"):
        rule(kind, **keys)


@pytest.mark.parametrize("zone", ["America", "x" * 5000, "Asia/Shanghai\0", "../etc", "Etc"])
def test_a_zone_that_is_none_is_not_known(zone: str) -> None:
    home = {"id": "h1", "kind": "home", "text": "1", "tz": zone}
    window = rule("contact_window", **{"from": "00:00", "to": "24:00"})
    assert ask(window, addresses=[home]).state is State.needs


@pytest.mark.parametrize(
    "wish",
    ["x", {"times": "always"}, {"blocked_channels": 5}, {"blocked_addresses": None},
     {"blocked_times": 5}, {"blocked_times": ["x"]}],
)  # fmt: skip
def test_a_wish_that_cannot_be_read_breaks_nothing(wish: Any) -> None:
    body = {"field": "preference", "new": wish}
    assert ask(CN, event("contact_changed", NOW - timedelta(hours=1), body)).allowed


def test_a_consent_with_no_readable_end_lasts_a_day() -> None:
    window = rule("contact_window", **{"from": "08:00", "to": "09:00"},
                  relax_by={"consent": "contact_time"})  # fmt: skip
    given = {"to": "contact_time", "by": "debtor", "until": "tomorrow", "from": "soon"}
    said = event("consent_given", NOW, given)
    assert ask(window, said, now=NOW + timedelta(hours=5)).allowed
    assert not ask(window, said, now=NOW + timedelta(days=1, hours=5)).allowed


def test_a_layer_that_takes_a_rules_name_does_not_take_its_place() -> None:
    """Two packs over one country need not know of each other."""
    narrow = rule("contact_window", id="hours", pack="region", **{"from": "09:00", "to": "10:00"})
    wide = rule("contact_window", id="hours", pack="creditor", **{"from": "00:00", "to": "24:00"})
    for layers in ((narrow, wide), (wide, narrow)):
        found = ask(RuleSet.join([RuleSet.of([one]) for one in layers]))
        assert found.state is State.block


def test_a_known_hold_is_not_softened_by_an_unknown_fact() -> None:
    one = hold(**{"while": {"fact": "flags.deceased", "eq": True}})
    assert ask(one, flags={"deceased": None}).state is State.needs
    held = ask(one, flags={"deceased": None}, holds=[{"kind": "dispute"}])
    assert held.state is State.block


def test_what_may_not_even_apply_is_lifted_by_consent_and_ends_with_its_rule() -> None:
    keys: dict[str, Any] = {
        "from": "08:00", "to": "10:00", "when": {"fact": "flags.x", "eq": True},
        "relax_by": {"consent": "contact_time"}, "last": date(2026, 11, 24),
    }  # fmt: skip
    window = rule("contact_window", **keys)
    found = ask(window, flags={"x": None})
    midnight = datetime.fromisoformat("2026-11-25T00:00:00+08:00")
    assert (found.state, found.next_allowed) == (State.needs, midnight)
    body = {"to": "contact_time", "by": "debtor"}
    assert ask(window, event("consent_given", NOW, body), flags={"x": None}).allowed


def test_a_missing_holiday_table_says_when_it_no_longer_matters() -> None:
    """The table begins the day after: closed on holidays, so today is in doubt, tomorrow not."""
    window = rule(
        "contact_window", calendar="test", holidays="deny", **{"from": "09:00", "to": "10:00"}
    )
    rules = RuleSet.of([window], {"test": calendar(first=2027)})
    now = datetime(2026, 12, 31, 1, 30, tzinfo=UTC)
    found = assess(rules, case(), (), now, facts=fresh(now))
    opens = datetime.fromisoformat("2027-01-01T09:00:00+08:00")
    assert (found.state, found.next_allowed) == (State.needs, opens)


@pytest.mark.parametrize("who", ["neighbour", "relative", "Debtor", ""])
def test_whoever_is_not_the_debtor_is_a_stranger(who: str) -> None:
    """A script may name people that no rule here knows; the office and the store shut then too."""
    begun = [
        event("visit_started", NOW, {"address": "h1", "crew": ["u1", "u2"]}),
        event("id_shown", NOW, {"documents": ["badge"]}),
        event("recording_started", NOW, {"slot": "a"}),
        event("person_met", NOW, {"who": "self_identified"}),
        event("identity_checked", NOW, {"method": "m", "fields": [], "passed": True}),
    ]
    there: dict[str, Any] = {"now": NOW + timedelta(minutes=5), "act": "disclosed"}
    known = fresh(NOW) | {"visit": "v1"}
    assert "cn.gate.debt" not in refused(begun, known, **there)
    met = [*begun, event("person_met", NOW + timedelta(minutes=2), {"who": who})]
    assert {"cn.gate.debt", "cn.gate.third"} <= refused(met, known, **there)


def refused(events: list[Any], facts: dict[str, Any], now: datetime, act: str) -> set[str]:
    found = assess(CN, case(), events, now, act=act, facts=facts)
    return {name for one in found.items for name in (one.rule, *one.stands_for)}
