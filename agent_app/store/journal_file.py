"""The journal's second home: an append-only sealed file, from which a broken database is rebuilt.

Each record is `DSJ1 ‖ length ‖ nonce ‖ AES-256-GCM(hash, event)`; its additional data is its
place in the file, so records can be neither moved nor repeated. A torn tail was never
acknowledged and is ignored; damage in the middle costs only the records it touches. Of two
records with one sequence number the later counts: the earlier was rolled back.

Whoever has the file open holds the profile: a second instance of the application is refused, and
the system lets go when the first dies, however it dies.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from agent_app.domain.errors import Busy
from agent_app.domain.events import Event
from agent_app.store.db import guarded
from agent_app.store.files import sync_folder

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

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
    """The open file, this process's alone."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Open or make it. Raises Busy when another instance has it, StoreFull."""
        self._path = path
        self._aead = AESGCM(key)
        fresh = not path.exists()
        with guarded("journal"):
            self._lock = _locked(path.with_name(path.name + ".lock"))
            try:
                self._fd = _opened(path)
                if fresh:
                    sync_folder(path.parent)
            except BaseException:
                os.close(self._lock)
                raise
        self.size = os.fstat(self._fd).st_size
        """Where the next record goes, in bytes."""

    def append(self, records: Sequence[Record]) -> None:
        """Add records and make them durable. Raises StoreFull, the file then being as before."""
        before = self.size
        blocks, after = self._blocks(records, before)
        try:
            with guarded("journal"):
                _write_at(self._fd, blocks, before)
                os.fsync(self._fd)
        except BaseException:
            self.rewind(before)
            raise
        self.size = after

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
            record, end = self._record_at(data, place)
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
        blocks, size = self._blocks(kept, 0)
        fresh = self._path.with_suffix(".new")
        with guarded("journal"):
            fd = _opened(fresh)
            try:
                os.ftruncate(fd, 0)
                _write_at(fd, blocks, 0)
                os.fsync(fd)
            finally:
                os.close(fd)
            os.close(self._fd)
            try:
                os.replace(fresh, self._path)
                sync_folder(self._path.parent)
            finally:
                self._fd = _opened(self._path)
        self.size = size

    def close(self) -> None:
        """Let go of the file and of the profile; a second time does nothing."""
        if self._fd >= 0:
            os.close(self._fd)
            os.close(self._lock)
            self._fd = self._lock = -1

    def _blocks(self, records: Sequence[Record], place: int) -> tuple[bytes, int]:
        """Records sealed for `place` and on, and where they end."""
        blocks = bytearray()
        for record in records:
            blocks += self._sealed(record, place + len(blocks))
        return bytes(blocks), place + len(blocks)

    def _sealed(self, record: Record, place: int) -> bytes:
        plain = json.dumps([record[0], record[1].to_json()], ensure_ascii=False).encode()
        nonce = secrets.token_bytes(12)
        sealed = self._aead.encrypt(nonce, plain, MAGIC + place.to_bytes(8, "big"))
        return MAGIC + len(sealed).to_bytes(4, "big") + nonce + sealed

    def _record_at(self, data: bytes, place: int) -> tuple[Record | None, int]:
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


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)


def _locked(path: Path) -> int:
    fd = _opened(path)
    try:
        if sys.platform == "win32":
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as held:
        os.close(fd)
        raise Busy("this profile is open in another window") from held
    return fd
