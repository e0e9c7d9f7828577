"""Place honesty: do the positions of a visit fit its door and each other? (security.md §5.4)

Positions come from the visit alone: one read outside it is itself a flag. A laptop's position is
often Wi-Fi's or the network's, so its own accuracy is always granted before anything is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.journal.account import FAR_METRES, elapsed, far
from agent_app.journal.account import door as door_of
from agent_app.journal.datum import Point, distance
from agent_app.journal.fix import Fix, fixes
from agent_app.journal.flag import Flag

FASTEST_KMH = 200.0
BEST_ACCURACY_METRES = 1.0
"""No satellite receiver in a laptop or tablet does better."""
SHORT_STAY = timedelta(minutes=3)
LONG_REPORT = 8
"""Answers and statements that cannot honestly be gathered in a short stay."""
AT_ONCE = timedelta(seconds=1)
SPOKEN = frozenset({"answered", "disclosed", "hardship_stated", "budget_recorded", "plan_offered"})


def place_flags(events: Sequence[Event], case: Case) -> list[Flag]:
    """What is odd about where and how long, over one device's events in order of `seq`."""
    read = fixes(events)
    return [
        *_outside_visit(events),
        *_accuracy(read),
        *_far(events, read, case),
        *_speed(read),
        *_stay(events),
    ]


def _outside_visit(events: Sequence[Event]) -> Iterator[Flag]:
    inside: set[str | None] = set()
    for event in events:
        if event.kind == "visit_started":
            inside.add(event.visit)
        elif event.kind in ("visit_ended", "visit_aborted"):
            inside.discard(event.visit)
        elif event.kind == "position_read" and event.visit not in inside:
            yield Flag("position_outside_visit", event.id)


def _accuracy(read: Sequence[Fix]) -> Iterator[Flag]:
    for fix in read:
        if not fix.accuracy:
            yield Flag("accuracy_unsaid", fix.event.id)
        elif fix.accuracy < BEST_ACCURACY_METRES:
            yield Flag("position_too_good", fix.event.id, {"metres": fix.accuracy})


def _far(events: Sequence[Event], read: Sequence[Fix], case: Case) -> Iterator[Flag]:
    door: Point | None = None
    limit = FAR_METRES
    told = {fix.event.id: fix for fix in read}
    for event in events:
        if event.kind == "visit_started":
            address = str(event.body.get("address", ""))
            door, limit = door_of(case, address), far(case, address)
        elif door and (fix := told.get(event.id)):
            gap = distance(fix.point, door)
            if gap - fix.accuracy > limit:
                yield Flag("far_from_door", event.id, {"metres": round(gap)})


def _speed(read: Sequence[Fix]) -> Iterator[Flag]:
    for before, fix in pairwise(read):
        if before.event.visit != fix.event.visit:
            continue  # `day` compares visits
        yield from too_fast(before.apart(fix), before.event, fix.event)


def too_fast(metres: float, before: Event, event: Event) -> Iterator[Flag]:
    """Whether nobody travels so far between two events. A clock that went back over a restart
    says nothing of the time between; the clock's own remarks tell it."""
    seconds = elapsed(before, event).total_seconds()
    if metres <= FAR_METRES or (seconds < 0 and before.boot != event.boot):
        return
    kmh = metres / max(1.0, seconds) * 3.6
    if kmh > FASTEST_KMH:
        yield Flag("too_fast", event.id, {"kmh": round(kmh)})


def _stay(events: Sequence[Event]) -> Iterator[Flag]:
    started: Event | None = None
    said: list[Event] = []
    for event in events:
        if event.kind == "visit_started":
            started, said = event, []
        elif event.kind in SPOKEN:
            said.append(event)
        elif event.kind in ("visit_ended", "visit_aborted") and started:
            stay, long = elapsed(started, event), len(said) >= LONG_REPORT
            if long and stay < SHORT_STAY:
                yield Flag("short_stay", event.id, {"seconds": round(stay.total_seconds())})
            if long and elapsed(said[0], said[-1]) < len(said) * AT_ONCE:
                yield Flag("all_at_once", event.id, {"answers": len(said)})
            started = None
