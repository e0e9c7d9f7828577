"""An auditor who trusts nobody's code: it shares none with the product.

It reads a history as plain JSON, the way it lay on disks and wires, and says what is false in
it. RFC 8785 comes from the `rfc8785` package, Ed25519 from `cryptography`, and the Merkle trees
are computed here from the definition in RFC 9162 §2.1.1 (and elsewhere by `pymerkle`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

History = dict[str, Any]
"""`device_key` and `log_key` (raw 32 bytes), `events` (the device's journal, as JSON), `log`
(event hashes in order), `heads` (every signed head anybody was shown, the newest last),
`receipts` ({event hash: receipt}), `acked` ({seq: event hash} the server once took) and
`pushed` (other events the same device ever sent)."""


def falsehoods(history: History) -> Iterator[str]:
    """Everything that cannot be true, lazily."""
    told = [(event["seq"], _hash(event)) for event in history["events"]]
    yield from _order(history, told)
    yield from _server(history, told)
    yield from _witness(history, told)
    for event in history["events"]:
        if not _genuine(event, history["device_key"]):
            yield f"event {event['seq']} is not as signed"


Told = list[tuple[int, str]]
"""Seq and hash of each event of the journal, in its order."""


def _order(history: History, told: Told) -> Iterator[str]:
    before = (0, "0" * 64)
    for event, (seq, digest) in zip(history["events"], told, strict=True):
        if (seq, event["prev"]) != (before[0] + 1, before[1]):
            yield f"event {seq} does not follow"
        before = (seq, digest)


def _server(history: History, told: Told) -> Iterator[str]:
    for seq, digest in told:
        if history["acked"].get(seq, digest) != digest:
            yield f"event {seq} was another when the server took it"
    if history["acked"] and max(history["acked"]) > len(history["events"]):
        yield "the device lost what the server has"
    for event in history["pushed"]:
        if history["acked"].get(event["seq"]) != _hash(event):
            yield f"two events {event['seq']}"


def _witness(history: History, told: Told) -> Iterator[str]:
    newest = history["heads"][-1]
    for head in history["heads"]:
        if not _verify(history["log_key"], head["sig"], _head_bytes(head)):
            yield "a head is forged"
        elif head["size"] > newest["size"] or head["root"] != _root(history["log"], head["size"]):
            yield f"the log was another at {head['size']}"
    for seq, digest in told:
        held = history["receipts"].get(digest)
        if held is None:
            yield f"event {seq} has no receipt"
        elif not _proves(held, digest, history):
            yield f"the receipt of event {seq} is false"


def _genuine(event: dict[str, Any], key: bytes) -> bool:
    salt = bytes.fromhex(event["salt"])
    hashes = {
        name: hashlib.sha256(
            hmac.new(salt, name.encode(), hashlib.sha256).digest() + rfc8785.dumps(value)
        ).hexdigest()
        for name, value in event["body"].items()
    }
    bound = hashlib.sha256(rfc8785.dumps(hashes)).hexdigest() == event["payload_hash"]
    return bound and _verify(key, event["sig"], rfc8785.dumps(_without(event, "sig")))


def _hash(event: dict[str, Any]) -> str:
    return hashlib.sha256(rfc8785.dumps(_without(event))).hexdigest()


def _without(event: dict[str, Any], *more: str) -> dict[str, Any]:
    return {name: event[name] for name in event if name not in ("body", "salt", *more)}


@lru_cache(maxsize=20_000)
def _verify(key: bytes, signature: str, message: bytes) -> bool:
    try:
        raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
        Ed25519PublicKey.from_public_bytes(key).verify(raw, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _head_bytes(head: dict[str, Any]) -> bytes:
    told = {name: head[name] for name in ("origin", "size", "root", "at")}
    return b"doorstep tree head v1\n" + rfc8785.dumps(told)


def _proves(receipt: dict[str, Any], digest: str, history: History) -> bool:
    """The receipt's path climbs from the event to the root of its head, as §2.1.1 defines it."""
    head, index = receipt["head"], receipt["index"]
    if not _verify(history["log_key"], head["sig"], _head_bytes(head)):
        return False
    path = [bytes.fromhex(step) for step in receipt["path"]]
    return bool(_climb(bytes.fromhex(digest), index, head["size"], path) == head["root"])


def _climb(data: bytes, index: int, size: int, path: list[bytes]) -> str | None:
    """Fold a proof from the leaf up; None if it has the wrong length for its place."""
    sides: list[bool] = []
    start, end = 0, size
    if not 0 <= index < size:
        return None
    while end - start > 1:
        middle = start + _half(end - start)
        sides.append(index >= middle)
        start, end = (middle, end) if index >= middle else (start, middle)
    if len(sides) != len(path):
        return None
    value = hashlib.sha256(b"\0" + data).digest()
    for right, other in zip(reversed(sides), path, strict=True):
        pair = other + value if right else value + other
        value = hashlib.sha256(b"\1" + pair).digest()
    return value.hex()


def _half(count: int) -> int:
    half = 1
    while half * 2 < count:
        half *= 2
    return half


def _root(log: list[str], size: int) -> str | None:
    if size > len(log):
        return None
    return _tree(tuple(log[:size])).hex()


@lru_cache(maxsize=20_000)
def _tree(leaves: tuple[str, ...]) -> bytes:
    if len(leaves) < 2:
        return hashlib.sha256(b"\0" + bytes.fromhex(leaves[0]) if leaves else b"").digest()
    half = _half(len(leaves))
    return hashlib.sha256(b"\1" + _tree(leaves[:half]) + _tree(leaves[half:])).digest()
