"""Attachments: tus 1.0 uploads, content-addressed, hashed and on the disk before they are acknowledged.

The address of an upload is the address of the file: /v1/files/{sha256}. So a device that was
interrupted needs to remember nothing: it asks with HEAD how much is there. A file is taken only
when a received event of that device names it, with the very size the event says.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from agent_app.disk import sync_folder
from sync.server.accounts import Device
from sync.server.db import Db
from sync.server.office import Office
from sync.server.problems import Refused

KEPT = timedelta(days=7)
LARGEST_FILE = 512 * 1024 * 1024
_ALGORITHMS = {"sha256": hashlib.sha256, "sha1": hashlib.sha1}  # tus demands that sha1 is known
CHECKSUM_MISMATCH = 460
"""The status tus 1.0 gives to a chunk whose checksum does not fit."""


@dataclass(frozen=True, slots=True)
class Upload:
    """How much of a wanted file is here."""

    sha256: str
    size: int
    offset: int
    expires_at: datetime | None = None

    def headers(self) -> dict[str, str]:
        found = {"upload-offset": str(self.offset), "upload-length": str(self.size)}
        if self.expires_at is not None:
            found["upload-expires"] = format_datetime(self.expires_at, usegmt=True)
        return found


def begin(office: Office, device: Device, sha256: str, size: int) -> Upload:
    """Open an upload, or find the one begun, or the file itself. Refused 403 if unwanted."""
    with office.db() as db, db.writing():
        _forget_expired(office, db)
        if size != _wanted_size(db, device, sha256):
            raise Refused(403, "not_wanted", "no event of this device names a file of that size")
        if size > LARGEST_FILE:
            raise Refused(413, "too_large", f"a file has at most {LARGEST_FILE} bytes")
        if is_here(db, sha256):
            return Upload(sha256, size, size)
        expires = office.now() + KEPT
        db.do(
            "INSERT INTO uploads VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
            " SET expires_at = excluded.expires_at",
            *(_key(device, sha256), device.id, sha256, size, expires.timestamp()),
        )
    part = _part(office, device, sha256)
    part.touch(mode=0o600)
    upload = Upload(sha256, size, part.stat().st_size, expires)
    return _finish(office, device, upload) if upload.offset == size else upload


def look(office: Office, device: Device, sha256: str) -> Upload:
    """How far an upload is; Refused 404 when none was begun and the file is not here."""
    with office.db() as db:
        size = _wanted_size(db, device, sha256)
        if size is not None and is_here(db, sha256):
            return Upload(sha256, size, size)
        row = db.row(
            "SELECT size, expires_at FROM uploads WHERE id = ? AND expires_at > ?",
            *(_key(device, sha256), office.now().timestamp()),
        )
    part = _part(office, device, sha256)
    if row is None or not part.exists():
        raise Refused(404, "no_such_upload", "nothing was begun under this address")
    expires = datetime.fromtimestamp(row["expires_at"], office.now().tzinfo)
    return Upload(sha256, row["size"], part.stat().st_size, expires)


def append(
    office: Office, device: Device, sha256: str, offset: int, chunk: bytes, checksum: str | None
) -> Upload:
    """Add a chunk where the upload stands; the last one proves the whole.

    Refused 409 for another offset, 460 for a wrong checksum of the chunk or of the whole file,
    413 past the end. Returns after the bytes are on the disk.
    """
    upload = look(office, device, sha256)
    if upload.offset == upload.size:
        return upload
    if offset != upload.offset:
        raise Refused(409, "wrong_offset", f"the upload stands at {upload.offset}")
    if offset + len(chunk) > upload.size:
        raise Refused(413, "too_large", f"the file has {upload.size} bytes")
    if checksum is not None:
        _check(chunk, checksum)
    with _part(office, device, sha256).open("r+b") as part:
        part.seek(offset)
        part.write(chunk)
        part.flush()
        os.fsync(part.fileno())
    upload = Upload(sha256, upload.size, offset + len(chunk), upload.expires_at)
    return _finish(office, device, upload) if upload.offset == upload.size else upload


def drop(office: Office, device: Device, sha256: str) -> None:
    """Forget an upload that was begun (tus termination)."""
    look(office, device, sha256)
    with office.db() as db, db.writing():
        db.do("DELETE FROM uploads WHERE id = ?", _key(device, sha256))
    _part(office, device, sha256).unlink(missing_ok=True)


def readable(office: Office, device: Device, sha256: str) -> Path:
    """The path of a whole file this device's user may read: one of a case they have now.

    Refused 404 for anything else, so that a hash alone tells nothing.
    """
    with office.db() as db:
        allowed = db.value(
            "SELECT 1 FROM wanted JOIN files USING (sha256) WHERE sha256 = ?1 AND (device = ?2 OR"
            " case_id IN (SELECT case_id FROM grants WHERE user = ?3 AND revoked IS NULL))",
            *(sha256, device.id, device.user),
        )
    if not allowed:
        raise Refused(404, "no_such_file", "no such file here")
    return whole(office, sha256)


def stamped(office: Office, device: Device, sha256: str) -> Path:
    """The paper `sha256` with proof of time added. Refused 404 while there is none, or as `readable`."""
    readable(office, device, sha256)
    with office.db() as db:
        found = newest(db, sha256)
    if found == sha256:
        raise Refused(404, "not_stamped", "no proof of time was added yet")
    return whole(office, found)


def type_of(office: Office, sha256: str) -> str:
    """The media type the event gave the file."""
    with office.db() as db:
        return str(db.value("SELECT type FROM wanted WHERE sha256 = ?", sha256))


def _finish(office: Office, device: Device, upload: Upload) -> Upload:
    """Prove the whole, move it to its place, then say it is here."""
    part, place = _part(office, device, upload.sha256), whole(office, upload.sha256)
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if not hmac.compare_digest(digest, upload.sha256):
        part.unlink()
        part.touch(mode=0o600)
        raise Refused(CHECKSUM_MISMATCH, "wrong_hash", "the whole file is not what was named")
    place.parent.mkdir(exist_ok=True)
    part.replace(place)
    sync_folder(place.parent)
    with office.db() as db, db.writing():
        mark_here(office, db, device, {upload.sha256: upload.size})
    return Upload(upload.sha256, upload.size, upload.size)


def mark_here(office: Office, db: Db, device: Device, sizes: dict[str, int]) -> None:
    """Say that these files, by sha256, have come whole and durable; what was begun of them ends."""
    at = office.now().isoformat()
    db.many(
        "INSERT OR IGNORE INTO files VALUES (?, ?, ?)",
        [(sha256, size, at) for sha256, size in sizes.items()],
    )
    db.many("DELETE FROM uploads WHERE id = ?", [(_key(device, sha256),) for sha256 in sizes])


def standing(db: Db, device: Device, sha256: str, size: int) -> str:
    """Whether a file is `here`, `wanted`, or `not_wanted`: no event of the device names it so."""
    if size != _wanted_size(db, device, sha256) or size > LARGEST_FILE:
        return "not_wanted"
    return "here" if is_here(db, sha256) else "wanted"


def _check(chunk: bytes, checksum: str) -> None:
    """tus checksum extension: `sha256 <base64>`."""
    name, _, text = checksum.partition(" ")
    if name not in _ALGORITHMS:
        raise Refused(400, "unknown_checksum", ", ".join(_ALGORITHMS))
    try:
        expected = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        expected = b""
    if not hmac.compare_digest(_ALGORITHMS[name](chunk).digest(), expected):
        raise Refused(CHECKSUM_MISMATCH, "wrong_checksum", "the chunk was damaged on its way")


def _forget_expired(office: Office, db: Db) -> None:
    now = office.now().timestamp()
    for row in db.rows("SELECT id FROM uploads WHERE expires_at < ?", now):
        (office.uploads / row["id"]).unlink(missing_ok=True)
    db.do("DELETE FROM uploads WHERE expires_at < ?", now)


def _wanted_size(db: Db, device: Device, sha256: str) -> int | None:
    size = db.value("SELECT size FROM wanted WHERE sha256 = ? AND device = ?", sha256, device.id)
    return None if size is None else int(size)


def is_here(db: Db, sha256: str) -> bool:
    """Whether the whole file has come."""
    return db.value("SELECT 1 FROM files WHERE sha256 = ?", sha256) is not None


def put(office: Office, sha256: str, content: bytes) -> None:
    """Keep a file the office itself made, durable before this returns."""
    place = whole(office, sha256)
    place.parent.mkdir(exist_ok=True)
    part = place.with_suffix(".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(place)
    sync_folder(place.parent)
    with office.db() as db, db.writing():
        db.do(
            "INSERT OR IGNORE INTO files VALUES (?, ?, ?)",
            *(sha256, len(content), office.now().isoformat()),
        )


def newest(db: Db, sha256: str) -> str:
    """The paper with proof of time added, where it has been; else the file itself."""
    return str(db.value("SELECT stamped FROM stamped WHERE sha256 = ?", sha256) or sha256)


def _key(device: Device, sha256: str) -> str:
    return f"{device.id}-{sha256}"


def _part(office: Office, device: Device, sha256: str) -> Path:
    return office.uploads / _key(device, sha256)


def whole(office: Office, sha256: str) -> Path:
    """Where a whole file lies."""
    return office.files / sha256[:2] / sha256
