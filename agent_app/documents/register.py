"""The register of papers: every number, what became of it, and which numbers are missing.

It is read from the events, so it says the same on the device, after a sync and on the server.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent_app.domain.events import Event

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
    """One paper: `kind` is letter or agreement, `document` the hash of its exact bytes."""

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
    """A number of a leased block that no paper carries, though a later one is used."""

    prefix: str
    number: int


def register(events: Iterable[Event]) -> list[Entry]:
    """Every numbered paper in the order of the events."""
    papers: dict[str, Event] = {}
    deliveries: dict[str, list[Delivery]] = {}
    for event in events:
        body = event.body
        if event.kind == "letter_printed":
            papers.setdefault(body["serial"], event)
        elif event.kind == "agreement_signed":
            papers.setdefault(body["agreement"], event)
        elif event.kind == "letter_delivered":
            at = event.at
            done = Delivery(body["how"], body["proof"], at, event.user)
            deliveries.setdefault(body["serial"], []).append(done)
    return [_entry(serial, one, deliveries.get(serial, ())) for serial, one in papers.items()]


def gaps(entries: Iterable[Entry], blocks: Iterable[Mapping[str, Any]]) -> list[Gap]:
    """Numbers skipped in leased blocks `{prefix, first, last}`: each must be explained."""
    used: dict[str, set[int]] = {}
    for entry in entries:
        match = _NUMBER.match(entry.serial)
        if match:
            used.setdefault(match["prefix"], set()).add(int(match["number"]))
    found = []
    for block in blocks:
        span = range(int(block["first"]), int(block["last"]) + 1)
        mine = used.get(block["prefix"], set()).intersection(span)
        found += [
            Gap(block["prefix"], number)
            for number in range(span.start, max(mine, default=span.start))
            if number not in mine
        ]
    return found


def _entry(serial: str, event: Event, deliveries: Sequence[Delivery]) -> Entry:
    body = event.body
    return Entry(
        serial=serial,
        kind="letter" if event.kind == "letter_printed" else "agreement",
        template=str(body.get("template", "")),
        case=event.case,
        visit=event.visit,
        document=str(body["document"]),
        at=event.at,
        by=event.user,
        deliveries=tuple(deliveries),
    )
