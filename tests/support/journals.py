"""A device that writes a true journal, and a log that receipts it: for tests and benches.

Everything is derived from a seed; the same seed gives the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agent_app.domain.events import FIRST_PREV, Event, wall_text
from agent_app.domain.moment import Moment
from agent_app.ids import uuid7
from agent_app.journal import chain, receipt
from agent_app.journal.merkle import Tree
from agent_app.journal.signing import PrivateKey, public_text, signer

START = Moment(
    datetime.fromisoformat("2026-11-23T10:00:00+08:00"), "Asia/Shanghai", "boot-1", 90_000
)
VISIT: tuple[tuple[str, dict[str, Any]], ...] = (
    ("visit_started", {"address": "addr-1", "crew": ["wang", "li"]}),
    ("id_shown", {"documents": ["badge", "authorisation_letter"]}),
    ("recording_consented", {}),
    ("person_met", {"who": "debtor"}),
    ("identity_checked", {"method": "two_points", "fields": ["id_last4"], "passed": True}),
    (
        "position_read",
        {"lat": 22.5431, "lon": 114.0579, "accuracy": 12.5, "datum": "WGS-84", "provider": "gnss"}
        | {"networks": ["0a1b2c3d", "89abcdef"]},
    ),
    ("disclosed", {"statement": "cn.disclosure"}),
    ("answered", {"ref": "/visit/wellbeing", "value": "还好", "seconds": 9}),
    ("plan_offered", {"plan": {"months": 6, "amount": {"minor": 391300, "currency": "CNY"}}}),
    ("promise_made", {"amount": {"minor": 65000, "currency": "CNY"}, "due": "2026-12-01"}),
    ("outcome_recorded", {"code": "promise", "note": "本人承诺", "next": None}),
    ("visit_ended", {}),
)


def seeded(*parts: object) -> bytes:
    """32 bytes that depend on `parts` alone."""
    return hashlib.sha256("|".join(map(str, parts)).encode()).digest()


@cache
def key_of(name: str) -> tuple[Ed25519PrivateKey, str]:
    """The private key that belongs to `name`, and its public text."""
    key = Ed25519PrivateKey.from_private_bytes(seeded(name))
    return key, public_text(key)


@dataclass
class Device:
    """A device with an event key; `record` adds the next event to its journal."""

    name: str = "device-1"
    user: str = "wang"
    moment: Moment = START
    events: list[Event] = field(default_factory=list)
    held: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        self.key: PrivateKey
        self.key, self.public = key_of(self.name)

    def draft(self, kind: str, body: Mapping[str, Any], **more: Any) -> Event:
        """The next event, not yet sealed."""
        seq = len(self.events) + 1
        prev = chain.event_hash(self.events[-1]) if self.events else FIRST_PREV
        return Event(
            id=uuid7(self.moment.wall, seeded(self.name, seq)),
            device=self.name,
            user=self.user,
            seq=seq,
            prev=prev,
            kind=kind,
            boot=self.moment.boot,
            bt=self.moment.bt,
            body=body,
            receipt=self.held,
            **{"case": "case-1", "visit": "visit-1", "app": "0.1.0"} | self._clock() | more,
        )

    def _clock(self) -> dict[str, Any]:
        return {"wall": wall_text(self.moment.wall), "tz": self.moment.tz}

    def record(self, kind: str, body: Mapping[str, Any] | None = None, **more: Any) -> Event:
        """Seal and keep the next event, a minute after the last."""
        draft = self.draft(kind, body or {}, **more)
        event = chain.seal(draft, sign=signer(self.key), salt=seeded("salt", self.name, draft.seq))
        self.events.append(event)
        self.moment = self.moment.later(minutes=1)
        return event

    def visit(self, **more: Any) -> list[Event]:
        """Record a whole honest visit."""
        return [self.record(kind, body, **more) for kind, body in VISIT]


class Hardware(Device):
    """A device whose key is of the kind hardware keeps: P-256."""

    def __post_init__(self) -> None:
        self.key = ec.derive_private_key(int.from_bytes(seeded(self.name)), ec.SECP256R1())
        self.public = public_text(self.key)


@dataclass
class Log:
    """The server's log: takes events, gives heads and receipts."""

    origin: str = "doorstep.test/log"
    now: datetime = START.wall
    tree: Tree = field(default_factory=Tree)

    def __post_init__(self) -> None:
        self.key, self.public = key_of(self.origin)
        self.places: dict[str, int] = {}

    def take(self, *events: Event) -> None:
        """Append events in the order given."""
        for event in events:
            digest = chain.event_hash(event)
            self.places[digest] = self.tree.append(bytes.fromhex(digest))

    def head(self, size: int | None = None) -> dict[str, Any]:
        """A signed head a second after the last."""
        self.now += timedelta(seconds=1)
        return receipt.sign_head(self.origin, self.tree, self.now, signer(self.key), size=size)

    def receipt(self, event: Event, head: Mapping[str, Any]) -> dict[str, Any]:
        """The receipt of an event taken before `head`."""
        return receipt.make(self.tree, self.places[chain.event_hash(event)], head)
