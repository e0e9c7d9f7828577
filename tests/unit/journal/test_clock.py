"""Clock flags: a generator of agent-days, honest and shifted, and each flag by itself."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from agent_app.domain.events import Event, wall_text
from agent_app.journal.account import accounts
from agent_app.journal.clock import Fence, clock_flags, estimate, fences
from agent_app.journal.clocks import Clocks
from agent_app.journal.flag import Flag

MORNING = datetime.fromisoformat("2026-11-23T07:30:00+08:00")
DAYS, ROUNDS = 1200, 150
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
CLOCK = ("clock_slow", "clock_fast", "clock_back", "clock_changed", "clock_changes")


@dataclass
class Day:
    """A device lived through second by second: true time, boot clock, what its wall shows."""

    chance: random.Random
    true: datetime = MORNING
    offset: timedelta = timedelta(0)
    boots: int = 0
    booted: datetime = MORNING - timedelta(hours=9)
    events: list[Event] = field(default_factory=list)
    arrived: dict[str, datetime] = field(default_factory=dict)
    held: dict[str, object] | None = None
    truth: dict[str, datetime] = field(default_factory=dict)

    def wait(self, span: timedelta) -> None:
        self.true += span

    def reboot(self) -> None:
        self.wait(self.chance.uniform(40, 400) * SECOND)
        self.boots, self.booted = self.boots + 1, self.true - 20 * SECOND

    @property
    def bt(self) -> int:
        return round((self.true - self.booted) / timedelta(milliseconds=1))

    def sync(self) -> None:
        """The server takes everything and answers, seconds later on a bad line."""
        signed = self.true
        for event in self.events:
            self.arrived.setdefault(event.id, signed)
        self.wait(self.chance.choice([0.2, 0.2, 0.5, 3, 20]) * SECOND)
        self.held = {
            "origin": "log",
            "size": len(self.events),
            "at": wall_text(signed),
            "boot": f"boot-{self.boots}",
            "bt": self.bt,
        }

    def record(self, kind: str = "answered", visit: str = "visit-1") -> Event:
        event = Event(
            id=f"e{len(self.events)}",
            device="device-1",
            user="wang",
            seq=len(self.events) + 1,
            prev="",
            kind=kind,
            case="case-1",
            visit=visit,
            wall=wall_text(self.true + self.offset),
            tz="Asia/Shanghai",
            boot=f"boot-{self.boots}",
            bt=self.bt,
            receipt=self.held,
        )
        self.events.append(event)
        self.truth[event.id] = self.true
        return event

    def flags(self) -> list[Flag]:
        return clock_flags(self.events, arrived=self.arrived)


def agent_day(seed: int, *, shift: timedelta | None = None) -> Day:
    """From the morning's sync to the next morning's first event.

    The clock is honest to half a minute and set right now and then; with `shift`, it stands off
    by that much for a stretch of at least three events, before and after which it is right.
    """
    chance = random.Random(seed)
    day = Day(chance, offset=chance.uniform(-30, 30) * SECOND)
    day.sync()
    count = chance.randint(8, 40)
    first = chance.randrange(count - 3)
    last = chance.randint(first + 3, count)
    reboots = {chance.randrange(count) for _ in range(chance.random() < 0.05)}
    for step in range(count):
        day.wait(chance.expovariate(1 / 14) * MINUTE)
        if step in reboots:
            day.reboot()
        if chance.random() < 0.05:
            day.offset = chance.uniform(-30, 30) * SECOND
        if chance.random() < 0.1:
            day.sync()
        off = shift if shift and first <= step < last else timedelta(0)
        day.offset += off
        day.record()
        day.offset -= off
    day.wait(timedelta(hours=1))
    day.sync()
    day.wait(timedelta(hours=11))
    if chance.random() < 0.2:
        day.reboot()
    day.record()
    return day


def clock_kinds(flags: Sequence[Flag]) -> set[str]:
    return {flag.kind for flag in flags} & set(CLOCK)


def test_shifts_of_more_than_five_minutes_are_flagged_and_honest_days_are_not() -> None:
    chance = random.Random("shifts")
    found = false = 0
    for seed in range(DAYS):
        minutes = chance.choice([-1, 1]) * (5 + chance.expovariate(1 / 60))
        found += bool(clock_kinds(agent_day(seed, shift=minutes * MINUTE).flags()))
        false += bool(clock_kinds(agent_day(seed).flags()))
    assert found >= 0.99 * DAYS
    assert false <= 0.005 * DAYS


def test_a_whole_boot_can_be_wrong_and_still_be_known() -> None:
    day = agent_day(1)
    for early in day.events[:5]:
        assert clock_flags([early]) == []
    slow = Day(random.Random(0), offset=-30 * MINUTE)
    slow.sync()
    event = slow.record()
    (flag,) = slow.flags()
    assert (flag.kind, flag.event, flag.facts) == ("clock_slow", event.id, {"minutes": 30})


def test_a_receipt_explains_the_events_before_it_in_the_same_boot() -> None:
    day = Day(random.Random(0), offset=10 * MINUTE)
    before = day.record()
    day.wait(20 * MINUTE)
    day.sync()
    day.record()
    early, late = estimate(day.events)[before.id]
    assert early <= MORNING <= late + 20 * SECOND
    assert [flag.kind for flag in clock_flags(day.events)] == ["clock_fast", "clock_fast"]


def test_without_a_receipt_in_the_boot_the_server_fences_both_sides() -> None:
    day = Day(random.Random(0))
    day.sync()
    day.wait(60 * MINUTE)
    day.reboot()
    day.offset = -2 * 60 * MINUTE
    day.record()
    day.reboot()
    day.offset = 3 * 60 * MINUTE
    late = day.record()
    day.arrived[late.id] = day.true + 5 * MINUTE
    assert [flag.kind for flag in day.flags()] == ["clock_slow", "clock_fast"]


def beside(day: Day) -> list[Flag]:
    """What the device's visits say of each other, the first visit first."""
    told = accounts(day.events, lambda _: None)
    return [flag for one in told for flag in Clocks(told).flags(one)]


def whole(day: Day, visit: str, minutes: float = 10) -> None:
    day.record("visit_started", visit)
    day.wait(minutes * MINUTE)
    day.record("visit_ended", visit)


def test_a_clock_set_within_a_boot_is_seen_with_no_receipt_at_all() -> None:
    day = Day(random.Random(0))
    for step in range(6):
        day.wait(10 * MINUTE)
        day.offset += (-1) ** step * 30 * MINUTE
        day.record()
    kinds = [flag.kind for flag in day.flags()]
    assert kinds.count("clock_changed") == 5
    assert kinds.count("clock_back") == 3


def offline_round(seed: int, shift: timedelta) -> Day:
    """A day without a line after a restart: visits, some of them with a shifted clock; then a sync,
    and the next morning's first visit."""
    chance = random.Random(seed)
    day = Day(chance, offset=chance.uniform(-30, 30) * SECOND)
    day.sync()
    day.reboot()
    count = chance.randint(3, 9)
    first = chance.randrange(count)
    for step in range(count):
        day.wait(chance.expovariate(1 / 40) * MINUTE + 5 * MINUTE)
        off = shift if first <= step < first + 2 else timedelta()
        day.offset += off
        whole(day, f"v{step}", chance.uniform(4, 40))
        day.offset -= off
    day.wait(timedelta(hours=1))
    day.sync()
    day.wait(timedelta(hours=12))
    whole(day, "next")
    return day


def test_the_reviewer_who_opens_one_visit_after_the_other_sees_it_too() -> None:
    """By what each visit shows alone, one such day in five would be found."""
    chance = random.Random("rounds")
    found = false = 0
    for seed in range(ROUNDS):
        minutes = chance.choice([-1, 1]) * (5 + chance.expovariate(1 / 60))
        found += bool(beside(offline_round(seed, minutes * MINUTE)))
        false += bool(beside(offline_round(seed, timedelta())))
    assert found >= 0.99 * ROUNDS
    assert false <= 0.005 * ROUNDS


def test_a_clock_set_before_a_visit_and_back_after_it_is_told_of_all_three() -> None:
    """No visit shows it by itself."""
    day = Day(random.Random(0))
    for step, visit in enumerate(("v1", "v2", "v3")):
        day.offset = 40 * MINUTE * (step == 1)
        day.wait(30 * MINUTE)
        whole(day, visit)
    assert [clock_flags(day.events[n : n + 2]) for n in (0, 2, 4)] == [[], [], []]
    assert [(flag.kind, flag.event, flag.facts) for flag in beside(day)] == [
        ("clock_set_between", "e1", {"minutes": 40, "when": "2026-11-23 09:20"}),
        ("clock_set_between", "e2", {"minutes": 40, "when": "2026-11-23 08:10"}),
        ("clock_set_between", "e3", {"minutes": 40, "when": "2026-11-23 09:20"}),
        ("clock_set_between", "e4", {"minutes": 40, "when": "2026-11-23 09:30"}),
    ]


def test_many_changes_are_counted_over_the_day_not_the_visit() -> None:
    day = Day(random.Random(0))
    for step in range(6):
        day.wait(10 * MINUTE)
        day.offset += (-1) ** step * 30 * MINUTE
        whole(day, f"v{step}")
    told = [flag for flag in beside(day) if flag.kind == "clock_changes"]
    assert [flag.facts for flag in told] == [{"times": 5}] * 5


def test_a_head_that_comes_in_a_later_visit_still_tells_the_time_of_this_one() -> None:
    day = Day(random.Random(0), offset=-3 * 60 * MINUTE)
    whole(day, "v1")
    day.sync()
    whole(day, "v2")
    assert clock_flags(day.events[:2]) == []
    (flag,) = beside(day)
    assert (flag.kind, flag.event, flag.facts) == ("clock_slow", "e0", {"minutes": 180})


def test_a_clock_that_goes_back_over_a_restart_is_seen() -> None:
    day = Day(random.Random(0), offset=60 * MINUTE)
    whole(day, "v1")
    day.reboot()
    day.offset = timedelta()
    whole(day, "v2")
    assert [(flag.kind, flag.event) for flag in beside(day)] == [("clock_back", "e2")]


@pytest.mark.parametrize(("boots", "kinds"), [(0, []), (1, ["restarted"])])
def test_a_restart_during_a_visit(boots: int, kinds: list[str]) -> None:
    day = Day(random.Random(0))
    day.record("visit_started")
    for _ in range(boots):
        day.reboot()
    day.record("visit_ended")
    day.record("visit_ended", "visit-2")
    assert [flag.kind for flag in day.flags()] == kinds


def test_the_fence_of_every_event_holds_its_true_time() -> None:
    """Whatever the device's own clock says; a head that was long on the way may shift it so much."""
    for seed in range(60):
        day = agent_day(seed, shift=timedelta(hours=5) if seed % 2 else None)
        found = fences(day.events, day.arrived)
        late = [fence.late for fence in found.values() if fence.late]
        early = [fence.early for fence in found.values() if fence.early]
        assert (early, late) == (sorted(early), sorted(late))
        for event in day.events:
            fence, true = found[event.id], day.truth[event.id]
            assert fence.early is not None
            assert fence.early <= true
            assert fence.late is None or true <= fence.late + 21 * SECOND


def test_a_fence_without_a_head_in_the_boot_is_as_wide_as_the_device_was_offline() -> None:
    day = Day(random.Random(0))
    day.sync()
    day.reboot()
    day.wait(60 * MINUTE)
    event = day.record()
    assert fences(day.events) == {event.id: Fence(MORNING, None)}
    assert fences(day.events)[event.id].width is None
    day.wait(60 * MINUTE)
    day.arrived[event.id] = day.true
    width = fences(day.events, day.arrived)[event.id].width
    assert width is not None
    assert 120 * MINUTE < width < 130 * MINUTE
    assert fences([]) == {}


def test_two_receipts_of_a_boot_bound_an_event_from_both_sides() -> None:
    """The one that was long on its way puts it earlier than the quick one."""
    day = Day(random.Random(0))
    day.record()
    held = {"origin": "log", "size": 1, "boot": "boot-0"}
    for late in (20, 3):
        day.wait(10 * MINUTE)
        day.held = held | {"at": wall_text(day.true - late * SECOND), "bt": day.bt}
        day.record()
    spans = estimate(day.events)
    for event in day.events:
        truth = day.truth[event.id]
        assert spans[event.id] == (truth - 20 * SECOND, truth - 3 * SECOND)
