"""Events' JSON as it came up the wire → events, looked at one by one, or why they are none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

import msgspec

from agent_app.domain.events import Event
from agent_app.journal import chain

LONGEST_BOOT = 1_000_000_000_000
"""Milliseconds: thirty years; whoever reckons with it gets no date beyond the calendar."""
YEARS = range(1900, 3000)
"""Those a device's clock may show; a flat battery's 1970 among them."""
_WALL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d", re.ASCII)


class _Pack(msgspec.Struct):
    id: str
    version: str
    sha256: str


class _Stamp(_Pack):
    """The case's own pack, and every other that bound it then."""

    layers: list[_Pack] = []


Boot = Annotated[int, msgspec.Meta(ge=-LONGEST_BOOT, le=LONGEST_BOOT)]


class _Held(msgspec.Struct):
    """The tree head a device held; both or neither of `boot` and `bt` say when it came."""

    origin: str
    size: int
    root: str
    at: str
    sig: str
    boot: str | msgspec.UnsetType = msgspec.UNSET
    bt: Boot | msgspec.UnsetType = msgspec.UNSET


class _File(msgspec.Struct):
    """What every reader of an event counts on: a bundle names its files by these."""

    slot: str
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    size: Annotated[int, msgspec.Meta(ge=0)]
    type: str


class _Wire(msgspec.Struct, forbid_unknown_fields=True):
    """The types an event's JSON must have; the meaning is `agent_app.domain.events`'."""

    v: int
    id: str
    device: str
    user: str
    seq: int
    prev: str
    kind: str
    wall: str
    tz: str
    boot: str
    bt: Boot
    payload_hash: str
    app: str
    body: dict[str, Any]
    salt: str
    sig: str
    files: list[_File]
    case: str | None = None
    visit: str | None = None
    receipt: _Held | None = None
    pack: _Stamp | None = None


_NOT_AN_EVENT = (
    *(msgspec.MsgspecError, RecursionError, KeyError, TypeError, ValueError, AttributeError),
)


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came up: `unreadable` says why it is no event, `faulty` what is wrong with it alone."""

    raw: bytes
    event: Event | None = None
    digest: str = ""
    unreadable: str = ""
    faulty: str = ""


def read_events(raws: Sequence[bytes], event_key: str, log_key: str) -> list[Arrived]:
    """Each event of a push, checked against the device's key and the log's; order is kept.

    All that needs no database: a push of thousands takes its time here, on every core, before
    it holds up anyone else's.
    """
    read = [_read(raw) for raw in raws]
    events = [one.event for one in read if one.event]
    found = iter(chain.examine(events, event_key, log_key=log_key))
    return [_with(one, next(found)) if one.event else one for one in read]


def _with(arrived: Arrived, found: chain.Examined) -> Arrived:
    if not found.digest:
        return Arrived(arrived.raw, unreadable="not an event: it has no canonical form")
    faulty = str(found.faults[0]) if found.faults else ""
    return replace(arrived, digest=found.digest, faulty=faulty)


def _read(raw: bytes) -> Arrived:
    try:
        plain = msgspec.json.decode(raw)
        wire = msgspec.convert(plain, _Wire)
        if fault := _impossible(wire):
            return Arrived(raw, unreadable=f"not an event: {fault}")
        return Arrived(raw, Event.from_json(plain))
    except _NOT_AN_EVENT as fault:
        return Arrived(raw, unreadable=f"not an event: {fault}")


def _impossible(wire: _Wire) -> str:
    """Why this can be no moment of a device; "" when it can. ValueError for a day there is not."""
    if not _WALL.fullmatch(wire.wall) or datetime.fromisoformat(wire.wall).year not in YEARS:
        return f"`wall` is {wire.wall[:40]!r}"
    if wire.receipt and (wire.receipt.boot is msgspec.UNSET) != (wire.receipt.bt is msgspec.UNSET):
        return "`receipt` says half of when it came"
    return ""
