"""The register of papers: every number, what became of it, and which numbers are missing.

It is read from the events, so it says the same on the device, after a sync and on the server.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent_app.domain.events import Event

_PAPERS = {
    "letter_printed": ("letter", "serial"),
    "agreement_signed": ("agreement", "agreement"),
    "payment_notified": ("receipt", "serial"),
}
"""Events that make a paper: its kind, and the body's field with the number."""
_NUMBER = re.compile(r"^(?P<prefix>.*?)(?P<kind>[A-Z]?)(?P<number>\d+)$")


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a paper reached its reader: `proof` is a signature, a note or a photo's slot."""

    how: str
    proof: Any
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper: `kind` is letter, agreement or receipt, `document` its exact bytes' hash."""

    serial: str
    kind: str
    template: str
    case: str | None
    visit: str | None
    document: str
    at: datetime
    by: str
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A number of a leased block that none of the papers carries."""

    prefix: str
    number: int


def register(events: Iterable[Event]) -> list[Entry]:
    """Every numbered paper in the order of the events."""
    papers: dict[str, Event] = {}
    deliveries: dict[str, list[Delivery]] = {}
    for event in events:
        body = event.body
        named = _PAPERS.get(event.kind)
        if named and body.get(named[1]) and body.get("document"):
            papers.setdefault(body[named[1]], event)
        elif event.kind == "letter_delivered":
            at = event.at
            done = Delivery(body["how"], body["proof"], at, event.user)
            deliveries.setdefault(body["serial"], []).append(done)
    return [_entry(serial, one, deliveries.get(serial, ())) for serial, one in papers.items()]


def gaps(serials: Iterable[str], blocks: Iterable[Mapping[str, Any]]) -> list[Gap]:
    """Numbers of the blocks `{prefix, first, last}` that are on none of the papers."""
    used: dict[str, set[int]] = {}
    for serial in serials:
        match = _NUMBER.match(serial)
        if match:
            used.setdefault(match["prefix"], set()).add(int(match["number"]))
    return [
        Gap(block["prefix"], number)
        for block in blocks
        for number in range(int(block["first"]), int(block["last"]) + 1)
        if number not in used.get(block["prefix"], ())
    ]


def _entry(serial: str, event: Event, deliveries: Sequence[Delivery]) -> Entry:
    body = event.body
    return Entry(
        serial=serial,
        kind=_PAPERS[event.kind][0],
        template=str(body.get("template", "")),
        case=event.case,
        visit=event.visit,
        document=str(body["document"]),
        at=event.at,
        by=event.user,
        deliveries=tuple(deliveries),
    )
