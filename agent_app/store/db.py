"""Opening the encrypted database, and what its faults mean to a caller.

The file is SQLCipher-4 format with a raw 256-bit key and `cipher_hmac_algorithm=HMAC_SHA256`, set
right after the key on every open: any other tool must do the same to read it. WAL with
`synchronous=FULL`, because NORMAL loses acknowledged commits in a power cut. Without a key the
same driver is the plain SQLite of tests.

How an event is saved so that no kill, cut or full disk loses one that was acknowledged: inside
one transaction its row and its case's new row are written; then the sealed journal file gets it
and is fsynced; then the transaction commits; then the caller knows. Killed before the commit, the
journal file may hold an event the database does not: `recovery.reconcile` brings it in, for it
is signed and whole. A failed commit takes the journal file back to where it was.
"""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import sqlcipher3

# sqlite_utils catches the exceptions of `pysqlite3` when it can import that, and of the standard
# library otherwise; SQLCipher's are neither's subclasses. So this comes before its first import.
sys.modules["pysqlite3"] = sqlcipher3
sys.modules["pysqlite3.dbapi2"] = sqlcipher3.dbapi2

# It also imports numpy where there is one, only to know its types: that would double the time.
_modules: dict[str, Any] = vars(sys)["modules"]
_without_numpy = "numpy" not in _modules
if _without_numpy:
    _modules["numpy"] = None

from sqlite_utils import Database

if _without_numpy:
    del _modules["numpy"]

from agent_app.domain.errors import (
    Busy,
    DoorstepError,
    NotAllowed,
    StoreFull,
    Tampered,
    TooOld,
    Unavailable,
)
from agent_app.domain.events import Event
from agent_app.store.schema import GATE, MIGRATIONS

__all__ = ["Database", "Store", "check", "guarded", "open_store", "transaction"]

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FULL, _BUSY, _LOCKED, _IOERR, _CORRUPT, _CONSTRAINT, _NOT_A_DATABASE = 13, 5, 6, 10, 11, 19, 26


class Journal(Protocol):
    """What the store needs of the journal file (`journal_file.JournalFile`)."""

    size: int

    def append(self, records: Sequence[tuple[str, Event]]) -> None: ...

    def rewind(self, size: int) -> None: ...


class Store(Database):
    """The database of one profile; with a journal file, own events go there before they commit."""

    def __init__(self, connection: sqlcipher3.Connection, path: Path) -> None:
        super().__init__(connection, execute_plugins=False)
        self.path = path
        self.journal: Journal | None = None
        self._unwritten: list[tuple[str, Event]] = []

    def also_journal(self, digest: str, event: Event) -> None:
        """Have the open transaction write `event` to the journal file just before it commits."""
        if self.journal is not None:
            self._unwritten.append((digest, event))

    @contextmanager
    def atomic(self) -> Generator[Any, None, None]:
        """All or nothing, the journal file included; nests by savepoints."""
        queued = len(self._unwritten)
        outermost = not self.conn.in_transaction
        before = self.journal.size if self.journal else 0
        try:
            with super().atomic():
                yield self
                if outermost and self.journal and self._unwritten:
                    self.journal.append(self._unwritten)
        except BaseException:
            del self._unwritten[queued:]
            if outermost and self.journal and self.journal.size != before:
                self.journal.rewind(before)
            raise
        if outermost:
            self._unwritten.clear()


def open_store(path: Path, key: bytes | None) -> Store:
    """The database at `path`, made if missing, migrated to this version's schema.

    `key` is 32 raw bytes, None for a plain file (tests). Raises Tampered when the file is damaged
    or of another key, TooOld when a newer version wrote it, Busy, StoreFull.
    """
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    with guarded(path.name, path.parent):
        connection = sqlcipher3.connect(str(path), timeout=5.0)
        try:
            _configure(connection, key)
            db = Store(connection, path)
            _migrate(db)
        except BaseException:
            connection.close()
            raise
    return db


def _configure(connection: sqlcipher3.Connection, key: bytes | None) -> None:
    if key is not None:
        if len(key) != 32:
            raise ValueError("the store key is 32 bytes")
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("PRAGMA cipher_hmac_algorithm = HMAC_SHA256")
    connection.execute("PRAGMA journal_mode = WAL")
    for pragma in (
        "synchronous = FULL",
        "fullfsync = ON",
        "secure_delete = ON",
        "temp_store = MEMORY",
        "mmap_size = 0",
        "cell_size_check = ON",
        "cache_size = -16384",
        "recursive_triggers = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _migrate(db: Database) -> None:
    known = {migration.name for migration in MIGRATIONS.pending(db)}
    applied = {migration.name for migration in MIGRATIONS.applied(db)}
    newer = applied - known - {step.name for step in MIGRATIONS._migrations}
    if newer:
        raise TooOld(f"the store was written by a newer version ({', '.join(sorted(newer))})")
    if known:
        MIGRATIONS.apply(db)


def damaged_pages(path: Path, key: bytes | None) -> list[str]:
    """What is wrong with the file's pages, in the engine's words; empty when all prove.

    Uses a connection of its own: one bad page poisons later checks on the same one.
    """
    return _asked(path, key, "PRAGMA cipher_integrity_check")


def check(path: Path, key: bytes | None) -> list[str]:
    """What is wrong with pages, rows or indexes; slower than `damaged_pages`."""
    return damaged_pages(path, key) or _asked(path, key, "PRAGMA quick_check")


def _asked(path: Path, key: bytes | None, question: str) -> list[str]:
    connection = sqlcipher3.connect(str(path))
    try:
        with guarded(path.name):
            _configure(connection, key)
            return [row[0] for row in connection.execute(question) if row[0] != "ok"]
    except Tampered as fault:
        return [str(fault)]
    finally:
        connection.close()


@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """All or nothing; nests by savepoints. Driver faults become DoorstepErrors."""
    with guarded("store", db.path.parent if isinstance(db, Store) else None), db.atomic():
        yield


@contextmanager
def guarded(where: str = "store", folder: Path | None = None) -> Iterator[None]:
    """Say driver and file system faults in the application's own errors.

    The engine calls most write failures an I/O error; whether `folder` takes a file tells a full
    disk from a failing one.
    """
    try:
        yield
    except sqlcipher3.dbapi2.Error as fault:
        if meaning := _meaning(fault, where, folder):
            raise meaning from fault
        raise
    except OSError as fault:
        if fault.errno in NO_ROOM:
            raise StoreFull("no room left on this device") from fault
        raise


def _meaning(fault: Exception, where: str, folder: Path | None) -> DoorstepError | None:
    text = str(fault)
    code = (getattr(fault, "sqlite_errorcode", None) or 0) & 0xFF
    if text.startswith(GATE):
        return NotAllowed(text)
    if code == _FULL or (code == _IOERR and folder is not None and _is_full(folder)):
        return StoreFull("no room left on this device")
    if code in (_BUSY, _LOCKED):
        return Busy("another job holds the store")
    if code in (_CORRUPT, _NOT_A_DATABASE):
        return Tampered(where, expected="a sound store of this key", found=text)
    if code == _IOERR:
        return Unavailable(f"the disk refused: {text}")
    if code == _CONSTRAINT:
        return Tampered(where, expected="rows as written once", found=text)
    return None


def _is_full(folder: Path) -> bool:
    """Whether the disk takes no further small file."""
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(64 * 1024))
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as fault:
        return fault.errno in NO_ROOM
    return False
