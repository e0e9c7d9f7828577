"""Sealed files, each complete in itself: one header record, then 64 KiB chunks (STREAM).

`DSF1 ‖ length ‖ nonce ‖ sealed header ‖ chunk 0 ‖ … ‖ last chunk`. The header, sealed with the
folder's key, holds the file's own random key, so each file is complete in itself. Each chunk is
AES-256-GCM under that key; its nonce is its number and whether it is the last, its additional
data the event id and slot, and for the last one the length of the whole: no chunk can be moved,
dropped, repeated or carried to another file (Hoang, Reyhanitabar, Rogaway, Vizár 2015, STREAM).
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from agent_app.domain.errors import Tampered

MAGIC = b"DSF1"
CHUNK = 64 * 1024
TAG = 16
SEALED_CHUNK = CHUNK + TAG
LARGEST_HEADER = 4096


def seal_header(folder_key: bytes, header: dict[str, Any]) -> bytes:
    """The start of a file; `header` is JSON with the file's `key` in hex."""
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(folder_key).encrypt(nonce, json.dumps(header).encode(), MAGIC)
    return MAGIC + len(sealed).to_bytes(4, "big") + nonce + sealed


def open_header(folder_key: bytes, stream: BinaryIO, where: str) -> dict[str, Any]:
    """Read what `seal_header` wrote; Tampered when it was altered or of another vault."""
    start = stream.read(20)
    length = int.from_bytes(start[4:8], "big")
    if start[:4] != MAGIC or length > LARGEST_HEADER:
        raise Tampered(where, expected="a sealed file", found="something else")
    try:
        text = AESGCM(folder_key).decrypt(start[8:20], stream.read(length), MAGIC)
    except (InvalidTag, ValueError) as fault:
        raise Tampered(where, expected="a header of this vault", found="an altered one") from fault
    header: dict[str, Any] = json.loads(text)
    return header


def chunk_nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")


def chunk_data(event: str, slot: str, length: int | None) -> bytes:
    """Additional data of a chunk; `length` in bytes of the whole for the last, else None."""
    return f"{event}\n{slot}\n{'' if length is None else length}".encode()


def chunks(
    stream: BinaryIO, header: dict[str, Any], *, length: int, where: str, first: int = 0
) -> Iterator[bytes]:
    """The plain chunks from number `first` on, `stream` standing behind the header.

    `length`: of the plain whole, in bytes. Raises Tampered.
    """
    count = max(1, -(-length // CHUNK))
    stream.seek(first * SEALED_CHUNK, os.SEEK_CUR)
    opened = AESGCM(bytes.fromhex(header["key"])).decrypt
    for number in range(first, count):
        last = number == count - 1
        data = chunk_data(header["event"], header["slot"], length if last else None)
        try:
            yield opened(chunk_nonce(number, last=last), stream.read(SEALED_CHUNK), data)
        except (InvalidTag, ValueError) as fault:
            raise Tampered(where, expected="chunks as written", found="others") from fault


def plain(folder_key: bytes, path: Path) -> Iterator[bytes]:
    """The plain bytes of a whole file, chunk by chunk. Raises Tampered."""
    with open(path, "rb") as stream:
        header = open_header(folder_key, stream, path.name)
        sealed = os.fstat(stream.fileno()).st_size - stream.tell()
        length = sealed - TAG * max(1, -(-sealed // SEALED_CHUNK))
        yield from chunks(stream, header, length=length, where=path.name)
