"""Many small files in one request: one check of rights, one commit, and every file durable first."""

from __future__ import annotations

import hashlib
import hmac
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from agent_app.disk import sync_folder
from agent_app.threads import settle
from sync.messages import FileName
from sync.server import files
from sync.server.accounts import Device
from sync.server.office import Office

File = tuple[FileName, memoryview]


def take(office: Office, device: Device, batch: Sequence[File]) -> dict[str, str]:
    """What became of each file, by its sha256 (`messages.BatchReply`).

    Returns after what it calls `here` is on the disk and in the database.
    """
    with office.db() as db:
        told = {
            name.sha256: files.standing(db, device, name.sha256, name.size) for name, _ in batch
        }
    fresh = {name.sha256: content for name, content in batch if told[name.sha256] == "wanted"}
    for sha256, content in fresh.items():
        proven = hmac.compare_digest(hashlib.sha256(content).hexdigest(), sha256)
        told[sha256] = "here" if proven else "damaged"
    kept = {sha256: content for sha256, content in fresh.items() if told[sha256] == "here"}
    if kept:
        _place(office, kept)
        with office.db() as db, db.writing():
            files.mark_here(
                office, db, device, {one: len(content) for one, content in kept.items()}
            )
    return told


def _place(office: Office, kept: dict[str, memoryview]) -> None:
    """Write all, then make all durable."""
    with tempfile.TemporaryDirectory(dir=office.uploads) as folder:
        parts = {sha256: Path(folder) / sha256 for sha256 in kept}
        opened = []
        try:
            for sha256, part in parts.items():
                opened.append(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
                _write(opened[-1], kept[sha256])
            settle(os.fsync, opened)
        finally:
            for descriptor in opened:
                os.close(descriptor)
        places = {part: files.whole(office, sha256) for sha256, part in parts.items()}
        for part, place in places.items():
            place.parent.mkdir(exist_ok=True)
            part.replace(place)
        settle(sync_folder, {place.parent for place in places.values()})


def _write(descriptor: int, content: memoryview) -> None:
    while content:
        content = content[os.write(descriptor, content) :]
