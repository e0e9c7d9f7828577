"""The journal's second home: an append-only sealed file, from which a broken database is rebuilt.

Each record is `DSJ1 ‖ length ‖ nonce ‖ AES-256-GCM(hash, event)`; its additional data is its
place in the file, so records can be neither moved nor repeated. A torn tail was never
acknowledged and is ignored; damage in the middle costs only the records it touches. Of two
records with one sequence number the later counts: the earlier was rolled back.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from agent_app.domain.events import Event
from agent_app.store.db import guarded
from agent_app.store.files import sync_folder

MAGIC = b"DSJ1"
_HEAD = 20
LARGEST_RECORD = 4 * 1024 * 1024


Record = tuple[str, Event]
"""An event after its `chain.event_hash`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The records of a file, and how many bytes of it could not be read as such."""

    records: tuple[Record, ...]
    damaged: int


class JournalFile:
    """The open file. Not for two processes: the profile's lock sees to that."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._aead = AESGCM(key)
        with guarded("journal"):
            fresh = not path.exists()
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
            if fresh:
                sync_folder(path.parent)
        self.size = os.fstat(self._fd).st_size
        """Where the next record goes, in bytes."""

    def append(self, records: Sequence[Record]) -> None:
        """Add records and make them durable. Raises StoreFull, the file then being as before."""
        before, blocks, place = self.size, [], self.size
        for record in records:
            blocks.append(self._sealed(record, place))
            place += len(blocks[-1])
        try:
            with guarded("journal"):
                _write_at(self._fd, b"".join(blocks), before)
                os.fsync(self._fd)
        except BaseException:
            self.rewind(before)
            raise
        self.size = place

    def rewind(self, size: int) -> None:
        """Take back everything after `size`: its transaction was not committed."""
        os.ftruncate(self._fd, size)
        os.fsync(self._fd)
        self.size = size

    def read(self) -> Reading:
        """Every record that proves, in order of sequence."""
        data = self._path.read_bytes()
        by_place: dict[tuple[str, int], Record] = {}
        place = damaged = 0
        while place < len(data):
            record, end = self._opened(data, place)
            if record is None:
                following = data.find(MAGIC, place + 1)
                end = following if following >= 0 else len(data)
                damaged += end - place
            else:
                by_place[record[1].device, record[1].seq] = record
            place = end
        ordered = sorted(by_place.values(), key=lambda record: record[1].seq)
        return Reading(tuple(ordered), damaged)

    def compact(self, keep: Callable[[Event], bool]) -> None:
        """Rewrite the file with only the events `keep` says, whole or not at all."""
        kept = [record for record in self.read().records if keep(record[1])]
        fresh = self._path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        other = JournalFile.__new__(JournalFile)
        other._path, other._aead, other.size = fresh, self._aead, 0
        with guarded("journal"):
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            other._fd = os.open(fresh, flags, 0o600)
            try:
                other.append(kept)
            finally:
                os.close(other._fd)
            os.close(self._fd)
            os.replace(fresh, self._path)
            sync_folder(self._path.parent)
            self._fd = os.open(self._path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        self.size = other.size

    def close(self) -> None:
        os.close(self._fd)

    def _sealed(self, record: Record, place: int) -> bytes:
        plain = json.dumps([record[0], record[1].to_json()], ensure_ascii=False).encode()
        nonce = secrets.token_bytes(12)
        sealed = self._aead.encrypt(nonce, plain, MAGIC + place.to_bytes(8, "big"))
        return MAGIC + len(sealed).to_bytes(4, "big") + nonce + sealed

    def _opened(self, data: bytes, place: int) -> tuple[Record | None, int]:
        length = int.from_bytes(data[place + 4 : place + 8], "big")
        end = place + _HEAD + length
        if data[place : place + 4] != MAGIC or length > LARGEST_RECORD or end > len(data):
            return None, place
        nonce, sealed = data[place + 8 : place + _HEAD], data[place + _HEAD : end]
        try:
            plain = self._aead.decrypt(nonce, sealed, MAGIC + place.to_bytes(8, "big"))
        except (InvalidTag, ValueError):
            return None, place
        digest, event = json.loads(plain)
        return (digest, Event.from_json(event)), end


def _write_at(fd: int, data: bytes, place: int) -> None:
    os.lseek(fd, place, os.SEEK_SET)
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]
