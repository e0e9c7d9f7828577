"""An honest visit put into an evidence bundle, with every part open to a test's tampering."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from agent_app.domain.events import Event
from agent_app.journal import bundle, chain, receipt, standalone, warrant
from agent_app.journal.signing import signer
from tests.support.journals import START, Device, Log

PHOTO = b"\xff\xd8\xff photo of the door \xff\xd9"
AGREEMENT = b"%PDF-1.7 agreement"
PACK = {"id": "cn", "version": "2026.11.0", "sha256": "ab" * 32}
SCRIPT = {"id": "visit", "version": "3", "sha256": "cd" * 32}


def attachment(slot: str, raw: bytes, kind: str) -> dict[str, Any]:
    """The entry of a file in an event."""
    digest = hashlib.sha256(raw).hexdigest()
    return {"slot": slot, "sha256": digest, "size": len(raw), "type": kind}


@dataclass
class Evidence:
    """A visit by one device, taken by a log while it went on, ready to be bundled."""

    device: Device = field(default_factory=Device)
    log: Log = field(default_factory=Log)
    files: dict[str, bytes] = field(default_factory=dict)
    pack: Mapping[str, Any] = field(default_factory=lambda: PACK)

    def __post_init__(self) -> None:
        self.device.record(
            "visit_planned", {"at": "2026-11-23", "address": "addr-1"}, pack=self.pack
        )
        self.sync()
        self.device.record("comment_added", {"text": "other work"}, case="case-2", visit=None)
        self.device.visit(pack=self.pack)
        files = (
            attachment("photo-1", PHOTO, "image/jpeg"),
            attachment("agreement", AGREEMENT, "application/pdf"),
        )
        self.sync()
        self.device.record("comment_added", {"text": "with files"}, files=files)
        self.files = {
            item["sha256"]: raw for item, raw in zip(files, (PHOTO, AGREEMENT), strict=True)
        }
        self.sync()

    def sync(self) -> None:
        """The log takes what is new; the device holds a new head."""
        self.log.now = max(self.log.now, self.device.moment.wall)
        new = [e for e in self.device.events if chain.event_hash(e) not in self.log.places]
        self.log.take(*new)
        self.device.held = receipt.held(self.log.head(), self.device.moment)

    def warrants(self, **more: Any) -> list[dict[str, Any]]:
        """The log's warrant for the device's key."""
        usual = {"name": "王芳 A011", "since": START.wall, "until": None}
        about = {**usual, "user": self.device.user, **more}
        return [
            warrant.issue(
                device=self.device.name,
                key=self.device.public,
                sign=signer(self.log.key),
                **about,
            )
        ]

    def shown(self) -> list[Event]:
        """The device's events without its other work."""
        return [event for event in self.device.events if event.case == "case-1"]

    def receipts(self, events: Iterable[Event]) -> dict[str, Any]:
        """The log's proofs for these events, under a fresh head."""
        events = list(events)
        places = {
            chain.event_hash(event): self.log.places[chain.event_hash(event)] for event in events
        }
        held = [event.receipt["size"] for event in events if event.receipt]
        return receipt.evidence(self.log.tree, self.log.head(), places, held)

    def maker(self) -> bundle.Maker:
        """The log itself puts the bundle together."""
        return bundle.Maker(self.log.public, signer(self.log.key), START.wall)

    def own_maker(self) -> bundle.Maker:
        """The agent's device puts it together."""
        return bundle.Maker(self.device.public, signer(self.device.key), START.wall)

    def write(self, out: Path, **changes: Any) -> Path:
        """Write the bundle, with any argument or any part of its proof changed."""
        events = changes.pop("events", None) or self.shown()
        proof = bundle.Proof(
            events,
            changes.pop("receipts", None) or self.receipts(events),
            changes.pop("log_key", self.log.public),
            changes.pop("warrants", self.warrants()),
            changes.pop("scripts", [SCRIPT]),
        )
        usual: dict[str, Any] = {"visit": "visit-1", "files": self.files, "maker": self.maker()}
        bundle.write(out, proof=proof, **usual | changes)
        return out


def redact(
    held: bundle.Bundle,
    out: Path,
    *,
    hide: Mapping[str, Collection[str]],
    drop_files: Collection[str] = (),
    maker: bundle.Maker,
) -> None:
    """A copy without the body fields in `hide` (by event id) and the files in `drop_files`."""
    events = [chain.redact(event, hide.get(event.id, ())) for event in held.events]
    bundle.write(
        out,
        visit=held.visit,
        proof=bundle.Proof(events, held.receipts, held.log["key"], held.warrants, held.scripts),
        files={name: raw for name, raw in held.files.items() if name not in drop_files},
        maker=maker,
    )


def rebuilt(evidence: Evidence, path: Path, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The bundle after a forger, who may sign as its maker, changed its parts."""
    contents = standalone.unzip(path.read_bytes())
    change(contents)
    manifest = json.loads(contents["manifest.json"])
    del contents["manifest.json"], contents["seal.json"]
    return bundle._sealed(contents, manifest, evidence.maker())


def broken(data: bytes) -> str:
    """The key of what a broken bundle is said to be; fails when it proves."""
    with pytest.raises(standalone.Broken) as caught:
        standalone.check(data)
    return str(caught.value.args[0])
