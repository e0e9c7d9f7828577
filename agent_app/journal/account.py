"""One visit as one device tells it: what the remarks on a day and on copies compare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from agent_app.domain.events import Event
from agent_app.domain.model import Address, Case
from agent_app.journal.datum import Point, to_wgs84
from agent_app.journal.fix import Fix, fixes

ENDS = ("visit_ended", "visit_aborted")
TELLING = frozenset(
    {"visit_started", *ENDS, "position_read", "person_met", "outcome_recorded"}
    | {"photo_taken", "recording_started", "recording_stopped", "agreement_signed"}
    | {"letter_delivered"}
)
"""The kinds an account is read from; the others may be left out."""

FAR_METRES = 500.0
FAR_RURAL_METRES = 2_000.0
MOST = 1e12
"""No count of seconds or metres is more."""

FindCase = Callable[[str], Case | None]


@dataclass(frozen=True)
class Account:
    """`events` in order of `seq`, the first a `visit_started`; `door` is WGS-84, None: unknown;
    `far` is how many metres from it are too many."""

    visit: str
    case: str
    device: str
    user: str
    crew: frozenset[str]
    address: str
    door: Point | None
    events: tuple[Event, ...]
    fixes: tuple[Fix, ...] = ()
    far: float = FAR_METRES

    @property
    def started(self) -> Event:
        return self.events[0]

    @cached_property
    def start(self) -> datetime:
        return self.started.at

    @cached_property
    def ended(self) -> Event | None:
        return next((one for one in reversed(self.events) if one.kind in ENDS), None)

    @cached_property
    def end(self) -> datetime:
        return self.start + elapsed(self.started, self.ended or self.events[-1])

    def of(self, kind: str) -> list[Event]:
        return [event for event in self.events if event.kind == kind]

    def last(self, kind: str, field: str) -> str:
        """That field of the newest event of a kind; "" without one."""
        found = self.of(kind)
        return str(found[-1].body.get(field, "")) if found else ""

    def at_another_door_than(self, other: Account) -> bool:
        return (self.case, self.address) != (other.case, other.address)


def accounts(events: Iterable[Event], find: FindCase) -> list[Account]:
    """The accounts in `events`, whatever their order; visits without a start are passed over."""
    told: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        if event.visit and event.case and event.kind in TELLING:
            told.setdefault((event.visit, event.device), []).append(event)
    found = []
    for (visit, device), own in told.items():
        own.sort(key=lambda event: event.seq)
        first = next((n for n, event in enumerate(own) if event.kind == "visit_started"), None)
        if first is not None:
            found.append(_account(visit, device, own[first:], find))
    return found


def _account(visit: str, device: str, events: Sequence[Event], find: FindCase) -> Account:
    started = events[0]
    case, address = find(started.case or ""), str(started.body.get("address", ""))
    return Account(
        visit=visit,
        case=started.case or "",
        device=device,
        user=started.user,
        crew=frozenset({started.user, *map(str, started.body.get("crew", ()))}),
        address=address,
        door=door(case, address) if case else None,
        far=far(case, address) if case else FAR_METRES,
        events=tuple(events),
        fixes=fixes(events),
    )


def marks(event: Event) -> Mapping[str, Any]:
    """What the device measured of a file it kept; nothing where it says nothing readable."""
    found = event.body.get("marks")
    return found if isinstance(found, Mapping) else {}


def number(of: Mapping[str, Any], name: str) -> float | None:
    """A number of a body or of marks; None where there is none that could be measured."""
    value = of.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < MOST else None


def door(case: Case, address_id: str) -> Point | None:
    """Where that address of the case is on the map, in WGS-84; None when it is not known."""
    found = _address(case, address_id)
    if found is None or found.lat is None or found.lon is None:
        return None
    return to_wgs84(found.lat, found.lon, found.datum or "WGS-84")


def far(case: Case, address_id: str) -> float:
    """How many metres a position may lie from that address before it is remarked."""
    found = _address(case, address_id)
    return FAR_RURAL_METRES if found and found.rural else FAR_METRES


def _address(case: Case, address_id: str) -> Address | None:
    return next((one for one in case.addresses if one.id == address_id), None)


def elapsed(before: Event, after: Event) -> timedelta:
    """The time between two events of a device: by the boot clock, which nobody sets, within a
    boot; else by the wall clock."""
    if before.boot == after.boot:
        return timedelta(milliseconds=after.bt - before.bt)
    return after.at - before.at
