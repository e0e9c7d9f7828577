"""A folder of sealed files: written whole or not at all, read back only as they were written.

A file is made durable before its event is appended: temporary name, fsync, rename, fsync of the
folder. What a kill left unfinished keeps its temporary name, and all its whole chunks.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from agent_app.disk import private, sync_folder
from agent_app.domain.errors import StoreFull, Tampered
from agent_app.journal import sealed_file
from agent_app.store.db import guarded

PART = ".part"


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


@dataclass(frozen=True, slots=True)
class FileBox:
    """The folder `path` of one profile; `key`, 32 bytes, seals the headers of its files."""

    path: Path
    key: bytes = field(repr=False)

    def write(self, data: bytes, *, event: str, slot: str, type: str) -> StoredFile:
        """Seal `data` as the attachment `slot` of the event about to be made. Raises StoreFull."""
        writer = Writer(self, event=event, slot=slot, type=type)
        writer.write(data)
        return writer.finish()

    def read(self, stored: StoredFile) -> bytes:
        """The plain bytes. Raises Tampered when the file is missing, altered or another's."""
        data = b"".join(self.chunks(stored))
        if hashlib.sha256(data).hexdigest() != stored.sha256:
            raise Tampered(f"attachment {stored.slot}", expected=stored.sha256, found="other bytes")
        return data

    def chunks(self, stored: StoredFile, *, start: int = 0) -> Iterator[bytes]:
        """The plain bytes from `start` on, checked chunk by chunk. Raises Tampered."""
        where = f"attachment {stored.slot} of {stored.event}"
        try:
            stream = open(self.path / stored.name, "rb")  # noqa: SIM115
        except FileNotFoundError as fault:
            raise Tampered(where, expected="a file", found="none") from fault
        with stream:
            header = sealed_file.open_header(self.key, stream, where)
            if (header["event"], header["slot"]) != (stored.event, stored.slot):
                raise Tampered(where, expected="this attachment", found="another's")
            count = max(1, -(-stored.size // sealed_file.CHUNK))
            first, skip = divmod(start, sealed_file.CHUNK)
            if first >= count:
                first, skip = count - 1, sealed_file.CHUNK
            length = stored.size
            for plain in sealed_file.chunks(
                stream, header, length=length, where=where, first=first
            ):
                yield plain[skip:]
                skip = 0

    def names(self) -> list[str]:
        """The names of all whole files; what is still being written has none yet."""
        with os.scandir(self.path) as entries:
            return [entry.name for entry in entries if not entry.name.endswith(PART)]

    def header(self, name: str) -> dict[str, str]:
        """The event, slot and type a file was written for. Raises Tampered."""
        with open(self.path / name, "rb") as stream:
            return sealed_file.open_header(self.key, stream, name)

    def remove(self, names: Iterable[str]) -> None:
        """Delete files by name; one that is gone already is fine."""
        for name in names:
            (self.path / name).unlink(missing_ok=True)

    def rescue(self) -> Iterator[StoredFile]:
        """At opening: whole files from the recordings that were left unfinished, one by one.

        Each keeps the id of the event that was to name it; the caller records that event with
        the file, or removes it, before it takes the next: only then what was left goes.
        """
        for part in sorted(self.path.glob(f"*{PART}")):
            with suppress(Tampered):
                if (stored := self.mended(part)) is not None:
                    yield stored
            part.unlink()

    def mended(self, part: Path) -> StoredFile | None:
        """A whole file from what can be read of an unfinished one; None when that is nothing.

        Raises Tampered, StoreFull; the unfinished one stays in any case.
        """
        with open(part, "rb") as stream:
            header = sealed_file.open_header(self.key, stream, part.name)
            named = {name: header[name] for name in ("event", "slot", "type")}
            writer = Writer(self, **named)
            for plain in _leading_chunks(stream, header):
                writer.write(plain)
        if writer.size:
            return writer.finish()
        writer.abort()
        return None

    def unfinish(self, name: str) -> None:
        """Make a whole file one that `rescue` finds."""
        (self.path / name).rename(self.path / (name + PART))


class Writer:
    """Seals a stream as it comes, so that a killed recording keeps all but its last 64 KiB."""

    def __init__(
        self, box: FileBox, *, event: str, slot: str, type: str, lasting: bool = False
    ) -> None:
        """`lasting`: a full disk ends it, but what was sealed by then stays."""
        self._box, self._event, self._slot, self._type = box, event, slot, type
        self._lasting, self._broken = lasting, False
        self._done: StoredFile | None = None
        self._name = secrets.token_hex(16)
        self._part = box.path / (self._name + PART)
        self._hash = hashlib.sha256()
        self._size = self._chunks = 0
        self._rest = bytearray()
        key = secrets.token_bytes(32)
        self._seal = AESGCM(key).encrypt
        header = {"event": event, "slot": slot, "type": type, "key": key.hex()}
        with guarded(), self._or_abort():
            self._stream = open(self._part, "xb", opener=private)  # noqa: SIM115
            self._stream.write(sealed_file.seal_header(box.key, header))

    def write(self, data: bytes) -> None:
        """Add `data`. Raises StoreFull, and nothing of the file is left then, or no more is taken."""
        if self._broken:
            raise StoreFull("the recording ended when this device was full")
        self._hash.update(data)
        self._size += len(data)
        self._rest += data
        with guarded(), self._or_abort():
            while len(self._rest) > sealed_file.CHUNK:
                self._put(bytes(self._rest[: sealed_file.CHUNK]), last=False)
                del self._rest[: sealed_file.CHUNK]

    def finish(self) -> StoredFile:
        """Make the file durable under its own name. Raises StoreFull.

        Again after its event could not be recorded: the same file, also after `unfinish`.
        """
        if self._done is None:
            self._done = self._mended() if self._broken else self._closed()
        whole = self._box.path / self._done.name
        part = whole.with_name(whole.name + PART)
        if part.exists():
            with guarded():
                part.rename(whole)
                sync_folder(self._box.path)
        return self._done

    def _closed(self) -> StoredFile:
        with guarded(), self._or_abort():
            self._put(bytes(self._rest), last=True)
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
            self._part.rename(self._box.path / self._name)
            sync_folder(self._box.path)
        digest = self._hash.hexdigest()
        return StoredFile(self._event, self._slot, self._name, digest, self._size, self._type)

    def _mended(self) -> StoredFile:
        """What was sealed before the disk was full, once there is room to say so."""
        stored = self._box.mended(self._part)
        if stored is None:
            raise StoreFull("nothing of it was kept")
        self._part.unlink()
        return stored

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
            self._broken = self._lasting and self._chunks > 0
            if self._broken:
                with suppress(OSError):
                    self._stream.close()
            else:
                self.abort()
            raise


def _leading_chunks(stream: BinaryIO, header: dict[str, str]) -> Iterator[bytes]:
    """The chunks that prove, up to where the writer was killed or to the end."""
    opened = AESGCM(bytes.fromhex(header["key"])).decrypt
    number = size = 0
    while sealed := stream.read(sealed_file.SEALED_CHUNK):
        size += len(sealed) - sealed_file.TAG
        for length in (None, size):
            last = length is not None
            data = sealed_file.chunk_data(header["event"], header["slot"], length)
            with suppress(InvalidTag, ValueError):
                yield opened(sealed_file.chunk_nonce(number, last=last), sealed, data)
                break
        else:
            return
        number += 1
