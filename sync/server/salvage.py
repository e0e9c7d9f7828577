"""Take in what a device that can no longer be opened had not sent: its events, its attachments.

They go the way a sync goes (proven, logged, judged, counted), so taking a folder in twice changes
nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from agent_app.domain.errors import BadInput, Fault, Tampered
from agent_app.journal.salvage import Salvage, opened
from sync.messages import Head, Verdict
from sync.server import accounts, files
from sync.server.accounts import Device
from sync.server.cases import Changes
from sync.server.events import read_events
from sync.server.intake import Intake
from sync.server.office import Office
from sync.server.problems import Refused

_PIECE = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Taken:
    """Whose it was; events by verdict, attachments taken and unreadable, bytes of no record."""

    device: str
    user: str
    verdicts: Counter[str]
    files: int
    unreadable: int
    damaged: int

    def __str__(self) -> str:
        judged = ", ".join(f"{count} {name}" for name, count in sorted(self.verdicts.items()))
        return (
            f"{self.user} {self.device}: {self.verdicts.total()} events ({judged or 'none'}),"
            f" {self.files} files, {self.unreadable} unreadable, {self.damaged} bytes damaged"
        )


def take(office: Office, folder: Path) -> Taken:
    """Read `folder`, as a device set it aside. BadInput, Tampered; nothing in it is changed."""
    found = opened(folder, office.keys.office)
    try:
        with office.db() as db:
            device = accounts.device(db, found.device)
    except Refused as refused:
        mend = "bring the person back first"
        raise BadInput(Fault(str(refused), str(folder), value=found.device, mend=mend)) from refused
    judged = Counter(one.verdict for one in _events(office, device, found))
    kept = [_keep(office, device, one, found) for one in found.paths()]
    return Taken(
        *(found.device, found.user, judged),
        *(kept.count(True), kept.count(None), found.reading.damaged),
    )


def _events(office: Office, device: Device, found: Salvage) -> list[Verdict]:
    if not found.reading.records:
        return []
    digest, newest = found.reading.records[-1]
    raws = [msgspec.json.encode(event.to_json()) for _, event in found.reading.records]
    arrived = read_events(raws, device.event_key, office.keys.log_public)
    with office.db() as db, db.writing():
        changes = Changes()
        verdicts = Intake(office, db, device, changes).take(arrived, Head(newest.seq, digest))
        changes.publish(db, office.now())
    return verdicts


def _keep(office: Office, device: Device, path: Path, found: Salvage) -> bool | None:
    """Whether this attachment was wanted and is kept now; None when it cannot be read."""
    try:
        digest, size = hashlib.sha256(), 0
        for plain in found.plain(path):
            digest.update(plain)
            size += len(plain)
        sha256 = digest.hexdigest()
        upload = files.begin(office, device, sha256, size)
        if upload.offset == size:
            return False
        for piece in _pieces(found.plain(path), upload.offset):
            upload = files.append(office, device, sha256, upload.offset, piece, None)
    except Tampered:
        return None
    except Refused:
        return False
    return True


def _pieces(plain: Iterable[bytes], start: int) -> Iterator[bytes]:
    """The bytes from `start` on, in pieces worth a write each."""
    held = bytearray()
    for chunk in plain:
        skipped = min(start, len(chunk))
        start -= skipped
        held += chunk[skipped:]
        if len(held) >= _PIECE:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)
