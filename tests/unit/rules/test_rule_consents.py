"""Consent lifts its own rule, for its own time, and can be taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.project import project
from agent_app.domain.rules import assess, replay
from tests.support.rule_cases import case, event, fresh, row, shipped

EVENING = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
"""Half past ten in Shanghai: half an hour after the window closed."""
SAID = EVENING - timedelta(hours=3)


def consent(**changes: Any) -> Event:
    until = (EVENING + timedelta(minutes=30)).isoformat()
    body = {"to": "contact_time", "by": "debtor", "until": until} | changes
    return event("consent_given", SAID, body, visit=None)


def allowed(*known: Event, seen: Case | None = None) -> bool:
    rules = shipped().joined(shipped().chain("cn"))
    return assess(rules, seen or case(), known, EVENING, facts=fresh(EVENING)).allowed


def test_the_debtors_own_consent_opens_the_evening() -> None:
    assert not allowed()
    assert allowed(consent())


@pytest.mark.parametrize("changes", [{"by": "spouse"}, {"to": "visit_place"}])
def test_anothers_consent_or_one_to_something_else_opens_nothing(changes: dict[str, str]) -> None:
    assert not allowed(consent(**changes))


def test_taken_back_it_holds_no_longer_and_may_be_given_again() -> None:
    back = event("consent_withdrawn", SAID + timedelta(hours=1), {"to": "contact_time"}, visit=None)
    again = consent().but(id="again", wall=(SAID + timedelta(hours=2)).isoformat())
    assert not allowed(consent(), back)
    assert allowed(consent(), back, again)


def test_a_device_that_never_held_the_event_knows_it_from_the_row() -> None:
    seen = Case.read(project(row(), [consent()]))
    assert seen.raw["consents"]["contact_time"]["by"] == "debtor"
    assert allowed(seen=seen)


def test_consent_recorded_as_it_used_to_be_is_still_read() -> None:
    body = {"field": "consent.contact_time", "new": {"until": "2026-11-24T23:00:00+08:00"}}
    old = event("contact_changed", SAID, body, visit=None)
    assert allowed(old)
    assert allowed(seen=Case.read(project(row(), [old])))


def test_a_visit_by_consent_is_proven_by_it() -> None:
    rules = shipped().joined(shipped().chain("cn"))
    body = {"address": "h1", "crew": ["u1", "u2"], "synced_at": SAID.isoformat()}
    started = event("visit_started", EVENING, body)
    for known, kept in (([consent(), started], True), ([started], False)):
        verdicts = {one.rule: one.passed for one in replay(rules, case(), known)}
        assert verdicts["cn.hours"] is kept
