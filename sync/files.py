"""Attachments over the wire: tus 1.0 or small ones in batches up, whole files down.

All are checked by content.

A file's address is its hash, so an upload that was cut is found again by asking how much is
there. Plain bytes exist only in memory, a chunk at a time.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager

from agent_app.domain.errors import BadInput, NotAllowed, Offline, Tampered, Unavailable
from agent_app.domain.events import Event
from agent_app.store import files
from agent_app.store.db import Store
from agent_app.store.filebox import FileBox, StoredFile, Writer
from sync import coding
from sync.messages import BatchReply, FileName
from sync.transport import Reply, Transport

VERSION = "1.0.0"
CHUNK = 2 * 1024 * 1024
"""Bytes of one request: what a cut costs at most."""
FILE_SECONDS = 120.0
DAMAGED = 460
"""tus: the checksum did not fit."""


def loads(waiting: Iterable[StoredFile]) -> Iterator[list[StoredFile]]:
    """What goes up together, each content once: small files up to `CHUNK` bytes, a large one alone."""
    load: list[StoredFile] = []
    for stored in {one.sha256: one for one in waiting}.values():
        if load and sum(one.size for one in load) + stored.size > CHUNK:
            yield load
            load = []
        load.append(stored)
    if load:
        yield load


def send(transport: Transport, box: FileBox, load: list[StoredFile]) -> list[StoredFile]:
    """Bring a load to the office; those it holds durably now, the others wait for their event.

    Raises as `upload`; nothing of the load is marked then, and sending it again is harmless.
    """
    told = _batch(transport, box, load) if len(load) > 1 else {}
    return [
        stored
        for stored in load
        if told.get(stored.sha256) == "here"
        or (told.get(stored.sha256) != "not_wanted" and _uploaded(transport, box, stored))
    ]


def _batch(transport: Transport, box: FileBox, load: list[StoredFile]) -> dict[str, str]:
    """What the office says of each file of a batch; nothing when it takes no batches yet."""
    body = coding.pack_files(
        [(FileName(one.sha256, one.size), b"".join(box.chunks(one))) for one in load]
    )
    kind = {"content-type": "application/octet-stream"}
    call = transport.call("POST", "/v1/files/batch", body, headers=kind, seconds=FILE_SECONDS)
    with call as reply:
        return {} if reply.status in (404, 405) else reply.expect(200).decoded(BatchReply).files


def _uploaded(transport: Transport, box: FileBox, stored: StoredFile) -> bool:
    try:
        upload(transport, box, stored)
    except NotAllowed:
        return False  # its event is not at the office yet
    return True


def upload(transport: Transport, box: FileBox, stored: StoredFile) -> None:
    """Bring one file to the office, from wherever an earlier try ended.

    Returns once the office has hashed and written it. Raises Offline, NotAllowed while no event
    there names it, Unavailable when it arrives damaged again and again, Tampered when the file
    here is not what was stored.
    """
    offset = _begin(transport, box, stored)
    damaged = 0
    while offset < stored.size:
        chunk = _chunk(box, stored, offset)
        with _patch(transport, stored, offset, chunk) as reply:
            if reply.status == DAMAGED:
                damaged += 1
                if damaged == 3:
                    raise Unavailable("the attachment arrives damaged")
                offset = _standing(transport, stored)
            elif reply.status in (404, 409, 410):
                offset = _begin(transport, box, stored)
            else:
                offset = _offset(reply.expect(204), stored)


def download_stamped(box: FileBox, transport: Transport, sealed: StoredFile) -> StoredFile | None:
    """The paper `sealed` with the office's proof of time; None while there is none.

    Raises Offline, and Tampered when it does not begin with the very bytes that were sealed.
    """
    writer = Writer(box, event=sealed.event, slot=files.STAMPED, type=sealed.type)
    begun, left = hashlib.sha256(), sealed.size
    try:
        with transport.call("GET", f"/v1/papers/{sealed.sha256}", seconds=FILE_SECONDS) as reply:
            if reply.status == 404:
                writer.abort()
                return None
            for piece in reply.expect(200).pieces():
                writer.write(piece)
                begun.update(piece[:left])
                left -= len(piece[:left])
    except BaseException:
        writer.abort()
        raise
    if left or begun.hexdigest() != sealed.sha256:
        writer.abort()
        raise Tampered("stamped paper", expected=sealed.sha256, found=begun.hexdigest())
    return writer.finish()


def _begin(transport: Transport, box: FileBox, stored: StoredFile) -> int:
    """Open the upload with the first chunk; how far it stands."""
    chunk = _chunk(box, stored, 0)
    named = b64encode(stored.sha256.encode()).decode()
    headers = {"upload-length": str(stored.size), "upload-metadata": f"sha256 {named}"}
    call = transport.call(
        *("POST", "/v1/files", chunk),
        headers=headers | _chunk_headers(chunk),
        seconds=FILE_SECONDS,
    )
    with call as reply:
        return _offset(reply.expect(201), stored)


def _standing(transport: Transport, stored: StoredFile) -> int:
    headers = {"tus-resumable": VERSION}
    with transport.call("HEAD", f"/v1/files/{stored.sha256}", headers=headers) as reply:
        return _offset(reply.expect(200), stored)


def _patch(
    transport: Transport, stored: StoredFile, offset: int, chunk: bytes
) -> AbstractContextManager[Reply]:
    headers = {"upload-offset": str(offset)} | _chunk_headers(chunk)
    return transport.call(
        *("PATCH", f"/v1/files/{stored.sha256}", chunk), headers=headers, seconds=FILE_SECONDS
    )


def _chunk_headers(chunk: bytes) -> dict[str, str]:
    checksum = b64encode(hashlib.sha256(chunk).digest()).decode()
    return {
        "tus-resumable": VERSION,
        "content-type": "application/offset+octet-stream",
        "upload-checksum": f"sha256 {checksum}",
    }


def _offset(reply: Reply, stored: StoredFile) -> int:
    text = reply.headers.get("upload-offset", "")
    if not text.isdigit() or int(text) > stored.size:
        raise Offline("what answered is not our server")
    return int(text)


def _chunk(box: FileBox, stored: StoredFile, offset: int) -> bytes:
    found = bytearray()
    for piece in box.chunks(stored, start=offset):
        found += piece
        if len(found) >= CHUNK:
            break
    return bytes(found[:CHUNK])


def fetch(db: Store, box: FileBox, transport: Transport, event: Event, slot: str) -> StoredFile:
    """An attachment of another device's event: from here if it is, else from the office.

    Raises as `download`.
    """
    if (held := files.get(db, event.id, slot)) is not None:
        return held
    stored = download(box, transport, event, slot)
    files.add(db, stored, own=False)
    return stored


def download(box: FileBox, transport: Transport, event: Event, slot: str) -> StoredFile:
    """Bring an attachment from the office into `box`; the store is told of it afterwards.

    Raises Offline, BadInput when the office has not got it or the event names no such slot,
    Tampered when its bytes are not the ones the event signed.
    """
    named = next((one for one in event.files if one["slot"] == slot), None)
    if named is None:
        raise BadInput(f"the event has no attachment {slot}")
    sha256, size, type_ = str(named["sha256"]), int(named["size"]), str(named["type"])
    writer = Writer(box, event=event.id, slot=slot, type=type_)
    try:
        with transport.call("GET", f"/v1/files/{sha256}", seconds=FILE_SECONDS) as reply:
            for piece in reply.expect(200).pieces():
                writer.write(piece)
    except BaseException:
        writer.abort()
        raise
    stored = writer.finish()
    if (stored.sha256, stored.size) != (sha256, size):
        box.remove([stored.name])
        raise Tampered(f"attachment {slot}", expected=sha256, found=stored.sha256)
    return stored
