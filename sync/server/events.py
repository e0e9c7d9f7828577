"""An event's JSON as it came up the wire → an Event, or the reason why it is none."""

from __future__ import annotations

from typing import Any

import msgspec

from agent_app.domain.errors import BadInput
from agent_app.domain.events import Event
from agent_app.journal import chain


class _Pack(msgspec.Struct):
    id: str
    version: str
    sha256: str


class _Stamp(_Pack):
    """The case's own pack, and every other that bound it then."""

    layers: list[_Pack] = []


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
    bt: int
    payload_hash: str
    app: str
    body: dict[str, Any]
    salt: str
    sig: str
    files: list[dict[str, Any]]
    case: str | None = None
    visit: str | None = None
    receipt: dict[str, Any] | None = None
    pack: _Stamp | None = None


_NOT_AN_EVENT = (
    *(msgspec.MsgspecError, RecursionError, KeyError, TypeError, ValueError, AttributeError),
)


def read_event(raw: bytes) -> tuple[Event, str]:
    """The event in its JSON and its hash. BadInput for anything that is not one."""
    try:
        plain = msgspec.json.decode(raw)
        wire = msgspec.convert(plain, _Wire)
        for one in wire.files:
            if not (isinstance(one["sha256"], str) and isinstance(one["size"], int)):
                raise BadInput("a file entry is malformed")
            one["type"].encode()
        event = Event.from_json(plain)
        digest = chain.event_hash(event)
    except _NOT_AN_EVENT as fault:
        raise BadInput(f"not an event: {fault}") from fault
    return event, digest
