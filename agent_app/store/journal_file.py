"""The journal's second home: an append-only sealed file, from which a broken database is rebuilt.

How a record is sealed and read is `agent_app.journal.sealed_log`'s.

Whoever has the file open holds the profile: a second instance of the application is refused, and
the system lets go when the first dies, however it dies.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from agent_app.disk import sync_folder
from agent_app.domain.errors import Busy
from agent_app.domain.events import Event
from agent_app.journal import sealed_log
from agent_app.journal.sealed_log import Reading, Record
from agent_app.store.db import guarded

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


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
        blocks = sealed_log.blocks(self._aead, records, before)
        try:
            with guarded("journal"):
                _write_at(self._fd, blocks, before)
                os.fsync(self._fd)
        except BaseException:
            self.rewind(before)
            raise
        self.size = before + len(blocks)

    def rewind(self, size: int) -> None:
        """Take back everything after `size`: its transaction was not committed."""
        os.ftruncate(self._fd, size)
        os.fsync(self._fd)
        self.size = size

    def read(self) -> Reading:
        """Every record that proves, in order of sequence."""
        return sealed_log.read(self._aead, self._path.read_bytes())

    def compact(self, keep: Callable[[Event], bool]) -> None:
        """Rewrite the file with only the events `keep` says, whole or not at all."""
        kept = [record for record in self.read().records if keep(record[1])]
        blocks = sealed_log.blocks(self._aead, kept, 0)
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
        self.size = len(blocks)

    def close(self) -> None:
        """Let go of the file and of the profile; a second time does nothing."""
        if self._fd >= 0:
            os.close(self._fd)
            os.close(self._lock)
            self._fd = self._lock = -1


def held(path: Path) -> bool:
    """Whether another instance has the profile of this journal file open."""
    try:
        os.close(_locked(path.with_name(path.name + ".lock")))
    except Busy:
        return True
    return False


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
