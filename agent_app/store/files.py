"""Attachments: sealed files in a folder, and the rows that say which event each belongs to.

A file is written whole and made durable before its event is appended: temporary name, fsync,
rename, fsync of the folder. What has no row after a crash was never acknowledged and is swept.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from agent_app.disk import sync_folder
from agent_app.domain.errors import Tampered
from agent_app.journal import sealed_file
from agent_app.store.db import Database, guarded, transaction

PART = ".part"


@dataclass(frozen=True, slots=True)
class FileBox:
    """Where a profile's sealed files lie, and the 32-byte key of their headers."""

    path: Path
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One attachment: `sha256` (hex) and `size` of its plain bytes, `name` in the folder."""

    event: str
    slot: str
    name: str
    sha256: str
    size: int
    type: str

    def reference(self) -> dict[str, str | int]:
        """As the event's `files` list names it."""
        return {"slot": self.slot, "sha256": self.sha256, "size": self.size, "type": self.type}


class Writer:
    """Seals a stream as it comes, so that a killed recording keeps all but its last 64 KiB."""

    def __init__(self, box: FileBox, *, event: str, slot: str, type: str) -> None:
        self._box, self._event, self._slot, self._type = box, event, slot, type
        self._name = secrets.token_hex(16)
        self._part = box.path / (self._name + PART)
        self._hash = hashlib.sha256()
        self._size = self._chunks = 0
        self._rest = bytearray()
        key = secrets.token_bytes(32)
        self._seal = AESGCM(key).encrypt
        header = {"event": event, "slot": slot, "type": type, "key": key.hex()}
        with guarded(), self._or_abort():
            self._stream = open(self._part, "xb", opener=_private)  # noqa: SIM115
            self._stream.write(sealed_file.seal_header(box.key, header))

    def write(self, data: bytes) -> None:
        """Add `data`. Raises StoreFull, and nothing of the file is left then."""
        self._hash.update(data)
        self._size += len(data)
        self._rest += data
        with guarded(), self._or_abort():
            while len(self._rest) > sealed_file.CHUNK:
                self._put(bytes(self._rest[: sealed_file.CHUNK]), last=False)
                del self._rest[: sealed_file.CHUNK]

    def finish(self) -> StoredFile:
        """Make the file durable under its own name. Raises StoreFull."""
        with guarded(), self._or_abort():
            self._put(bytes(self._rest), last=True)
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
            self._part.rename(self._box.path / self._name)
            sync_folder(self._box.path)
        digest = self._hash.hexdigest()
        return StoredFile(self._event, self._slot, self._name, digest, self._size, self._type)

    @property
    def size(self) -> int:
        """Plain bytes so far."""
        return self._size

    def flush(self) -> None:
        """Make the whole chunks so far durable; call it every few seconds of a recording."""
        with guarded(), self._or_abort():
            self._stream.flush()
            os.fsync(self._stream.fileno())

    def abort(self) -> None:
        """Leave nothing behind."""
        with suppress(AttributeError, OSError):
            self._stream.close()
        self._part.unlink(missing_ok=True)

    def _put(self, plain: bytes, *, last: bool) -> None:
        data = sealed_file.chunk_data(self._event, self._slot, self._size if last else None)
        self._stream.write(
            self._seal(sealed_file.chunk_nonce(self._chunks, last=last), plain, data)
        )
        self._chunks += 1

    @contextmanager
    def _or_abort(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.abort()
            raise


def write(box: FileBox, data: bytes, *, event: str, slot: str, type: str) -> StoredFile:
    """Seal `data` as the attachment `slot` of the event about to be made. Raises StoreFull."""
    writer = Writer(box, event=event, slot=slot, type=type)
    writer.write(data)
    return writer.finish()


def add(db: Database, stored: StoredFile, *, own: bool = True) -> None:
    """Record a written file, in the transaction that appends its event."""
    with guarded():
        db.execute(
            "INSERT INTO files (event, slot, name, sha256, size, type, own, sent)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                stored.event, stored.slot, stored.name, stored.sha256, stored.size, stored.type,
                own, not own,
            ],
        )  # fmt: skip


_FIELDS = "event, slot, name, sha256, size, type"


def get(db: Database, event: str, slot: str) -> StoredFile | None:
    """The attachment `slot` of an event, if this device holds it."""
    row = db.execute(
        f"SELECT {_FIELDS} FROM files WHERE event = ? AND slot = ?",  # noqa: S608
        [event, slot],
    ).fetchone()
    return None if row is None else StoredFile(*row)


def by_content(db: Database, sha256: str) -> StoredFile | None:
    """Any attachment with these plain bytes."""
    row = db.execute(
        f"SELECT {_FIELDS} FROM files WHERE sha256 = ? LIMIT 1",  # noqa: S608
        [sha256],
    ).fetchone()
    return None if row is None else StoredFile(*row)


def read(box: FileBox, stored: StoredFile) -> bytes:
    """The plain bytes. Raises Tampered when the file is missing, altered or another's."""
    data = b"".join(chunks(box, stored))
    if hashlib.sha256(data).hexdigest() != stored.sha256:
        raise Tampered(f"attachment {stored.slot}", expected=stored.sha256, found="other bytes")
    return data


def chunks(box: FileBox, stored: StoredFile, *, start: int = 0) -> Iterator[bytes]:
    """The plain bytes from `start` on, checked chunk by chunk. Raises Tampered."""
    where = f"attachment {stored.slot} of {stored.event}"
    try:
        stream = open(box.path / stored.name, "rb")  # noqa: SIM115
    except FileNotFoundError as fault:
        raise Tampered(where, expected="a file", found="none") from fault
    with stream:
        header = sealed_file.open_header(box.key, stream, where)
        if (header["event"], header["slot"]) != (stored.event, stored.slot):
            raise Tampered(where, expected="this attachment", found="another's")
        count = max(1, -(-stored.size // sealed_file.CHUNK))
        first, skip = divmod(start, sealed_file.CHUNK)
        if first >= count:
            first, skip = count - 1, sealed_file.CHUNK
        found = sealed_file.chunks(stream, header, length=stored.size, where=where, first=first)
        for plain in found:
            yield plain[skip:]
            skip = 0


def unsent(db: Database) -> list[StoredFile]:
    """Own attachments of events that are in the database, not yet at the server; oldest first."""
    rows = db.execute(
        "SELECT f.event, f.slot, f.name, f.sha256, f.size, f.type FROM files AS f"
        " JOIN events AS e ON e.id = f.event WHERE f.own AND NOT f.sent"
        " AND e.state <> 'refused' ORDER BY e.seq, f.slot"
    )
    return [StoredFile(*row) for row in rows.fetchall()]


def mark_sent(db: Database, contents: Iterable[str]) -> None:
    """The server holds the files of these sha256 durably."""
    with transaction(db):
        db.conn.executemany(
            "UPDATE files SET sent = 1 WHERE sha256 = ?", [(one,) for one in contents]
        )


def mark_unsent(db: Database, contents: Iterable[str]) -> None:
    """The server asks for the files of these sha256 again (restored from a backup)."""
    with transaction(db):
        db.conn.executemany(
            "UPDATE files SET sent = 0 WHERE sha256 = ? AND own", [(one,) for one in contents]
        )


STAMPED = "stamped"
"""The slot of a paper to which the office added proof of time: no event names it."""


def unstamped(db: Database, slot: str) -> list[StoredFile]:
    """Attachments of that slot at the server of which the stamped file is not here yet."""
    rows = db.execute(
        f"SELECT {_FIELDS} FROM files AS f WHERE slot = ? AND sent AND NOT EXISTS"  # noqa: S608
        " (SELECT 1 FROM files WHERE event = f.event AND slot = ?)",
        [slot, STAMPED],
    )
    return [StoredFile(*row) for row in rows.fetchall()]


def by_visit(db: Database) -> list[tuple[str, int, int]]:
    """(visit, own attachments, of these at the server) for each visit that has any."""
    rows = db.execute(
        "SELECT e.visit, count(*), sum(f.sent) FROM files AS f JOIN events AS e ON e.id = f.event"
        " WHERE f.own AND e.visit IS NOT NULL GROUP BY e.visit"
    )
    return [tuple(row) for row in rows.fetchall()]


def of_visit(db: Database, visit: str) -> list[StoredFile]:
    """The attachments of a visit that this device holds, in the order they were made."""
    rows = db.execute(
        "SELECT f.event, f.slot, f.name, f.sha256, f.size, f.type FROM files AS f"
        " JOIN events AS e ON e.id = f.event WHERE e.visit = ? ORDER BY e.number, f.slot",
        [visit],
    )
    return [StoredFile(*row) for row in rows.fetchall()]


def case_waits(db: Database, case_id: str) -> bool:
    """Whether an own attachment of the case is not yet at the server."""
    row = db.execute(
        "SELECT 1 FROM files WHERE own AND NOT sent AND event IN"
        " (SELECT id FROM events WHERE case_id = ? AND state <> 'refused') LIMIT 1",
        [case_id],
    ).fetchone()
    return row is not None


def forget_case(db: Database, case_id: str) -> list[str]:
    """Delete the rows of a case's attachments; their names are for `remove` after the commit."""
    of_case = "event IN (SELECT id FROM events WHERE case_id = ?)"
    with transaction(db):
        rows = db.execute(f"SELECT name FROM files WHERE {of_case}", [case_id])  # noqa: S608
        names = [row[0] for row in rows.fetchall()]
        db.execute(f"DELETE FROM files WHERE {of_case}", [case_id])  # noqa: S608
    return names


def remove(box: FileBox, names: Iterable[str]) -> None:
    """Delete files by name; one that is gone already is fine."""
    for name in names:
        (box.path / name).unlink(missing_ok=True)


def sweep(db: Database, box: FileBox) -> int:
    """Delete files no event names, left by a crash or a full disk before their event; how many.

    A file whose event does name it lost its row with a broken database, and gets it back. What
    is still being written is left alone (`rescue` ends it). Call it between actions.
    """
    known = {row[0] for row in db.execute("SELECT name FROM files").fetchall()}
    with os.scandir(box.path) as entries:
        names = [entry.name for entry in entries if not entry.name.endswith(PART)]
    strays = [name for name in names if name not in known]
    lost = [name for name in strays if not _adopted(db, box, name)]
    remove(box, lost)
    return len(lost)


def _adopted(db: Database, box: FileBox, name: str) -> bool:
    """Whether a file belongs to an event here; its row is written then."""
    try:
        with open(box.path / name, "rb") as stream:
            header = sealed_file.open_header(box.key, stream, name)
    except Tampered:
        return False
    row = db.execute(
        "SELECT json_extract(raw, '$.files'), own FROM events WHERE id = ?", [header["event"]]
    ).fetchone()
    for one in json.loads(row[0]) if row else ():
        if one["slot"] == header["slot"] and get(db, header["event"], header["slot"]) is None:
            stored = StoredFile(
                *(header["event"], header["slot"], name),
                *(one["sha256"], one["size"], one["type"]),
            )
            add(db, stored, own=bool(row[1]))
            return True
    return False


def rescue(box: FileBox) -> list[StoredFile]:
    """At opening: whole files from the recordings a kill left unfinished.

    Each keeps the id of the event that was to name it; the caller records that event with the
    file, or removes it.
    """
    rescued = []
    for part in sorted(box.path.glob(f"*{PART}")):
        with suppress(Tampered), open(part, "rb") as stream:
            header = sealed_file.open_header(box.key, stream, part.name)
            writer = Writer(box, event=header["event"], slot=header["slot"], type=header["type"])
            for plain in _leading_chunks(stream, header):
                writer.write(plain)
            if writer.size:
                rescued.append(writer.finish())
            else:
                writer.abort()
        part.unlink()
    return rescued


def _leading_chunks(stream: BinaryIO, header: dict[str, str]) -> Iterator[bytes]:
    """The chunks that prove, up to where the writer was killed."""
    opened = AESGCM(bytes.fromhex(header["key"])).decrypt
    data = sealed_file.chunk_data(header["event"], header["slot"], None)
    number = 0
    while sealed := stream.read(sealed_file.SEALED_CHUNK):
        try:
            yield opened(sealed_file.chunk_nonce(number, last=False), sealed, data)
        except (InvalidTag, ValueError):
            return
        number += 1


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
