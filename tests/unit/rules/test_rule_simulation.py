"""A thousand days in twelve countries: the engine and a naive reading say the same, rule by rule.

Not only whether the door may be knocked on: every act tried at it, and the look back. What the
engine allows is done and remembered, so a visit it let through has broken nothing read naively.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from agent_app.domain.errors import Fault
from agent_app.domain.events import KINDS
from agent_app.domain.model import Case
from agent_app.domain.rules import Findings, RuleSet, State, assess
from agent_app.domain.rules.kinds import KINDS as RULE_KINDS
from agent_app.packs import PackSet, read_pack
from tests.conftest import SCALE
from tests.support.naive import Asked, World, objections, verdict
from tests.support.naive.days import RARE, Life
from tests.support.naive.reading import STRICT
from tests.support.rule_cases import ZONES, event, row, shipped

DAYS = 1000
"""In full where there is time (`make soak`); a fair part of them every time."""
PART = 75
STARTS = date(2026, 5, 10)
FAULTS: list[Fault] = []
PACKS = PackSet(filter(None, [*shipped(), read_pack(STRICT, FAULTS)]))
assert not FAULTS, FAULTS
AWAY = {"us": "America/Los_Angeles", "au": "Australia/Perth", "id": "Asia/Jakarta",
        "ru": "Europe/Moscow"}  # fmt: skip
"""The zone of the workplace, where the country has several."""


@pytest.mark.parametrize("pack", [*sorted(ZONES), "strict"])
def test_what_the_engine_allows_breaks_nothing_read_naively(pack: str) -> None:
    days = DAYS if SCALE > 1 else PART + (PART // 2 if pack == "strict" else 0)
    tried = Trial(pack, days)
    for number in range(days):
        tried.day(STARTS + timedelta(days=number))
    assert tried.made > days / 50
    assert tried.refused > days / 4
    assert tried.done > days / 20


def test_every_kind_is_read_naively_and_the_strict_pack_has_them_all() -> None:
    assert verdict.KINDS.keys() == RULE_KINDS.keys()
    gates = {rule.kind for pack in PACKS for rule in pack.rules if pack.id in ("strict", "cn")}
    assert gates == RULE_KINDS.keys()


def test_no_parameter_of_a_pack_goes_unread() -> None:
    """What a pack begins to use, the naive reading must learn; the rest only says, or is told."""
    folder = STRICT.parent
    read = "".join(file.read_text("utf-8") for file in sorted(folder.glob("*.py")))
    used = {key for _, rule in World([one.id for one in PACKS], row()).rules for key in rule}
    assert {key for key in used - TOLD if f'"{key}"' not in read} == set()


TOLD = {
    "phase", "sources", "text", "note", "may_say", "must_not_say", "then", "who", "items",
}  # fmt: skip


class Trial:
    """One case under one pack, asked about by engine and naive reading alike."""

    def __init__(self, pack: str, days: int) -> None:
        country = "cn" if pack == "strict" else pack
        home = row(country)
        home["addresses"][1]["tz"] = AWAY.get(pack, ZONES[country])
        chain = PACKS.chain(pack)
        self.world = World([one.id for one in chain], home)
        self.world.stale_after = STARTS + timedelta(days=days - 3)
        self.rules: RuleSet = PACKS.joined(chain)
        self.life = Life(self.world, Random(f"doorstep {pack}"), ZONES[country])
        self.made = self.refused = self.done = 0
        self.free_at = datetime.min.replace(tzinfo=UTC)

    def day(self, day: date) -> None:
        self.life.morning(day)
        for now in sorted(self.life.moment(day) for _ in range(2)):
            if now < self.free_at:
                continue
            self.life.sync(now)
            for asked in self.life.questions(now):
                found = self.agreed(asked)
                if asked.act == "visit":
                    self.knock(asked, found)

    def knock(self, asked: Asked, found: Findings) -> None:
        """A visit where it may be made, or later that day when the engine says it may be."""
        self.refused += not found.allowed
        opens = found.next_allowed
        soon = asked.at + timedelta(hours=12)
        if not found.allowed and opens and max(asked.at, self.free_at) < opens < soon:
            before = replace(asked, at=opens - timedelta(seconds=1))
            assert not self.agreed(before).allowed, (opens, before)
            asked = replace(asked, at=opens.astimezone(UTC))
            found = self.agreed(asked)
            assert found.allowed, asked
        self.made += found.allowed
        if found.allowed and self.life.chance(0.6):
            self.visit(asked)
            self.free_at = asked.at + timedelta(minutes=20)

    def visit(self, asked: Asked) -> None:
        """What is tried inside; what may be done is done, and what is always free happens."""
        visit, now, life = f"{asked.at:%m%d%H%M}", asked.at, self.life
        self.happen("visit_started", now, {"address": asked.address, "crew": ["u1", "u2"]}, visit)
        for one in life.at_the_door(visit, asked.address, now):
            if life.chance(0.08):
                kind, body = life.draw.choice(RARE)
                self.happen(kind, one.at - timedelta(seconds=9), dict(body), visit)
            if self.agreed(one).allowed and one.act in KINDS:
                self.happen(one.act, one.at, one.body, visit)
                self.done += 1
        end = now + timedelta(minutes=9)
        if life.chance(0.7):
            self.happen("visit_ended", end, {}, visit)
        else:
            self.happen("visit_aborted", end, {"reason": "other"}, visit)
        self.agreed(Asked("review", end + timedelta(minutes=1), visit, asked.address))
        if life.chance(0.9):
            body = {"visit": visit, "decision": "accepted", "comment": ""}
            later = end + timedelta(hours=life.draw.randrange(1, 30))
            self.happen("review_decided", later, body, visit)

    def happen(self, kind: str, at: datetime, body: Mapping[str, Any], visit: str) -> None:
        self.world.events.append(event(kind, at, body, visit=visit))

    def agreed(self, asked: Asked) -> Findings:
        """Both are asked; they must object by the same rules, and refuse by the same."""
        world = self.world
        everything, world.events = world.events, [one for one in world.events if one.at <= asked.at]
        facts = {
            "synced_at": world.synced, "stale_after": world.stale_after, "visit": asked.visit,
            "address": asked.address, "body": asked.body, **asked.given,
        }  # fmt: skip
        case = Case.read(world.row)
        found = assess(self.rules, case, world.events, asked.at, act=asked.act, facts=facts)
        naive = objections(world, asked)
        world.events = everything
        said = {one.rule: one.state > State.warn for one in found.every if not _closing(one)}
        apart = {one: (said.get(one), naive.get(one)) for one in {*said, *naive}}
        differ = {rule: pair for rule, pair in apart.items() if pair[0] != pair[1]}
        assert not differ, (differ, asked, world.synced, world.row)
        assert found.allowed == (not any(naive.values()))
        return found


def _closing(one: Any) -> bool:
    """A window that is open and will soon shut: a word in time, no objection."""
    return one.kind == "contact_window" and one.state is State.warn and one.severity != "warn"
