"""An append-only file of sealed records: how one is written, and what a file still holds.

Each record is `DSJ1 ‖ length ‖ nonce ‖ AES-256-GCM(hash, event)`; its additional data is its
place in the file, so records can be neither moved nor repeated. A torn tail was never
acknowledged and is ignored; damage in the middle costs only the records it touches. Of two
records with one sequence number the later counts: the earlier was rolled back.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from agent_app.domain.events import Event

MAGIC = b"DSJ1"
LARGEST_RECORD = 4 * 1024 * 1024
_HEAD = 20

Record = tuple[str, Event]
"""An event after its `chain.event_hash`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The records of a file, and how many bytes of it could not be read as such."""

    records: tuple[Record, ...]
    damaged: int


def blocks(key: AESGCM, records: Sequence[Record], place: int) -> bytes:
    """Records sealed for `place` in the file and on."""
    made = bytearray()
    for record in records:
        made += _sealed(key, record, place + len(made))
    return bytes(made)


def read(key: AESGCM, data: bytes) -> Reading:
    """Every record that proves, in order of sequence."""
    by_place: dict[tuple[str, int], Record] = {}
    place = damaged = 0
    while place < len(data):
        record, end = _record_at(key, data, place)
        if record is None:
            following = data.find(MAGIC, place + 1)
            end = following if following >= 0 else len(data)
            damaged += end - place
        else:
            by_place[record[1].device, record[1].seq] = record
        place = end
    ordered = sorted(by_place.values(), key=lambda record: record[1].seq)
    return Reading(tuple(ordered), damaged)


def _sealed(key: AESGCM, record: Record, place: int) -> bytes:
    plain = json.dumps([record[0], record[1].to_json()], ensure_ascii=False).encode()
    nonce = secrets.token_bytes(12)
    sealed = key.encrypt(nonce, plain, MAGIC + place.to_bytes(8, "big"))
    return MAGIC + len(sealed).to_bytes(4, "big") + nonce + sealed


def _record_at(key: AESGCM, data: bytes, place: int) -> tuple[Record | None, int]:
    length = int.from_bytes(data[place + 4 : place + 8], "big")
    end = place + _HEAD + length
    if data[place : place + 4] != MAGIC or length > LARGEST_RECORD or end > len(data):
        return None, place
    nonce, sealed = data[place + 8 : place + _HEAD], data[place + _HEAD : end]
    try:
        plain = key.decrypt(nonce, sealed, MAGIC + place.to_bytes(8, "big"))
    except (InvalidTag, ValueError):
        return None, place
    digest, event = json.loads(plain)
    return (digest, Event.from_json(event)), end
