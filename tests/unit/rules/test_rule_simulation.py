"""A thousand days in twelve countries: what the engine allows, a naive reading allows too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from agent_app.domain.model import Case
from agent_app.domain.rules import assess
from tests.conftest import SCALE
from tests.support.naive_rules import World, prune
from tests.support.rule_cases import ZONES, event, row, shipped

DAYS = 1000
"""In full where there is time (`make soak`); a fair part of them every time."""
PART = 300
COUNTRY = {code: code.upper() for code in ZONES} | {"uk": "GB"}
ROW_HOLDS = ("breathing_space", "bereavement", "surgery", "mental_health_crisis", "bankruptcy")


@pytest.mark.parametrize("pack", sorted(ZONES))
def test_what_the_engine_allows_breaks_nothing_read_naively(pack: str) -> None:
    days = DAYS if SCALE > 1 else PART
    draw = Random(f"doorstep {pack}")
    stale_after = date(2025, 1, 1) + timedelta(days=days - 50)
    world = World(pack, ZONES[pack], COUNTRY[pack], stale_after)
    rules = shipped().joined(shipped().chain(pack))
    made = refused = 0
    busy_until = datetime(2025, 1, 1, tzinfo=UTC)
    day = datetime(2025, 1, 1, tzinfo=UTC)
    for number in range(days):
        day += timedelta(days=1)
        world.events = prune(world.events, day, 45)
        live(world, draw, day, number)
        seen = Case.read(row(pack, contacts=world.contacts, holds=world.holds))
        for minute in sorted(draw.sample(range(1440), 3)):
            now = day + timedelta(minutes=minute)
            if now < busy_until:
                continue
            known = [one for one in world.events if one.at <= now]
            synced = now - timedelta(hours=draw.choice((0, 0, 0, 0, 5, 30, 71.9, 72.1)))
            facts = {"synced_at": synced, "stale_after": stale_after}
            found = assess(rules, seen, known, now, facts=facts)
            naive = world.broken(now, synced)
            said = {one.rule for one in found.items if one.severity in ("block", "needs")}
            assert found.allowed == (not naive), (now, naive, said)
            if found.allowed:
                made += 1
                if draw.random() < 0.3:
                    visit(world, draw, now, f"{number}-{minute}")
                    busy_until = now + timedelta(minutes=10)
            else:
                refused += 1
    assert made > days / 33
    assert refused > days / 4


def live(world: World, draw: Random, day: datetime, number: int) -> None:
    """What happens before the first hour of a day."""
    at = day - timedelta(hours=1)
    if draw.random() < 0.5:
        told = (day + timedelta(minutes=draw.randrange(4 * 1440))).isoformat()
        body: dict[str, Any] = {"channel": "call", "purpose": "x", "at": told}
        world.events.append(event("appointment_notified", at, body, visit=None))
    if draw.random() < 0.02:
        world.events.append(event("dispute_raised", at, {"reason": "x"}, visit=None))
    if draw.random() < 0.2:
        world.events.append(event("dispute_settled", at, {}, visit=None))
    if draw.random() < 0.2:
        world.contacts = [
            one
            for one in world.contacts
            if datetime.fromisoformat(one["at"]) > day - timedelta(days=40)
        ]
        result = draw.choice(("met", "no_answer"))
        world.contacts.append({"at": at.isoformat(), "channel": "call", "result": result})
    if draw.random() < 0.01:
        until = (day + timedelta(days=draw.randrange(10))).date().isoformat()
        kind = draw.choice(ROW_HOLDS)
        world.holds = [{"kind": kind, "since": day.date().isoformat(), "until": until}]
    if number % 100 == 99:
        world.holds = []


def visit(world: World, draw: Random, now: datetime, visit_id: str) -> None:
    """A visit of some minutes, now and then ending in a plan, an exit or a vulnerability."""
    world.events.append(event("visit_started", now, {"address": "h1", "crew": []}, visit=visit_id))
    later = now + timedelta(minutes=5)
    if draw.random() < 0.5:
        world.events.append(event("person_met", later, {"who": "debtor"}, visit=visit_id))
        if draw.random() < 0.1:
            world.events.append(event("agreement_signed", later, {}, visit=visit_id))
            broken = later + timedelta(days=draw.randrange(1, 15))
            world.events.append(event("plan_breached", broken, {}, visit=None))
        if draw.random() < 0.1:
            world.events.append(event("vulnerability_flagged", later, {}, visit=visit_id))
            decided = later + timedelta(hours=draw.randrange(1, 60))
            body = {"visit": visit_id, "decision": "accepted", "comment": ""}
            world.events.append(event("review_decided", decided, body, visit=visit_id))
        if draw.random() < 0.1:
            world.events.append(
                event("exit_triggered", later, {"reason": "threat"}, visit=visit_id)
            )
            body = {"visit": visit_id, "decision": "accepted", "comment": ""}
            decided = later + timedelta(hours=1)
            world.events.append(event("review_decided", decided, body, visit=visit_id))
    end = now + timedelta(minutes=9)
    world.events.append(event("visit_ended", end, {}, visit=visit_id))
