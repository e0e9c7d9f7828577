"""Receipts: the server's signed word that it holds an event, and since when.

A tree head is `{"origin","size","root","at","sig"}`: which log, how many events, their Merkle
root (hex), the server's time (RFC 3339), the log key's signature over the rest. A receipt is
`{"head", "index", "path"}`: the head, the event's leaf index and its inclusion path (hex).
A device keeps the newest head it has been given, with the boot clock at which it came, and
embeds it in each new event (`held`); so its events are fenced in by the server's time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from agent_app.domain.errors import BadInput, Rewritten, Tampered
from agent_app.domain.moment import Moment
from agent_app.journal.canonical import canonical
from agent_app.journal.merkle import Tree, verify_consistency, verify_inclusion
from agent_app.journal.signing import Sign, b64, labelled, unb64, verifies

HEAD_FIELDS = ("origin", "size", "root", "at")
LABEL = "tree head v1"

Head = Mapping[str, Any]


def sign_head(
    origin: str, tree: Tree, at: datetime, sign: Sign, *, size: int | None = None
) -> dict[str, Any]:
    """The signed head of `tree` at server time `at` (aware), for all leaves or the first `size`."""
    size = tree.size if size is None else size
    head = {
        "origin": origin,
        "size": size,
        "root": tree.root(size).hex(),
        "at": at.isoformat(timespec="milliseconds"),
    }
    return head | {"sig": b64(sign(_head_bytes(head)))}


def make(tree: Tree, index: int, head: Head) -> dict[str, Any]:
    """The receipt of leaf `index` under `head`."""
    path = tree.inclusion(index, head["size"])
    return {"head": dict(head), "index": index, "path": _hex(path)}


def held(head: Head, moment: Moment) -> dict[str, Any]:
    """What an event embeds: the head and the boot clock at which this device received it."""
    return {**{name: head[name] for name in (*HEAD_FIELDS, "sig")}} | {
        "boot": moment.boot,
        "bt": moment.bt,
    }


def check_head(head: Head, log_key: str) -> None:
    """Raise Tampered unless the log key signed this head."""
    try:
        genuine = _signed(log_key, head["sig"], _head_bytes(head))
    except (BadInput, KeyError, TypeError) as error:
        raise Tampered("the tree head is not readable") from error
    if not genuine:
        raise Tampered(f"the tree head of {head['size']} is not signed by the log")


def check(receipt: Mapping[str, Any], event_hash: str, log_key: str) -> None:
    """Raise Tampered unless the receipt proves that the log holds `event_hash`."""
    head = receipt["head"]
    check_head(head, log_key)
    if not verify_inclusion(
        bytes.fromhex(event_hash),
        receipt["index"],
        head["size"],
        [bytes.fromhex(step) for step in receipt["path"]],
        bytes.fromhex(head["root"]),
    ):
        raise Tampered("the receipt does not prove this event", found=event_hash)


def check_growth(old: Head, new: Head, proof: Sequence[str], log_key: str) -> None:
    """Raise Rewritten unless the log under `new` is the log under `old`, continued.

    `proof` is the consistency path (hex). The device calls this with the head it holds and the
    one it is offered; a server that dropped or changed an event cannot pass. A server set back
    to a backup starts a log of another origin, which is Rewritten too: the caller re-sends.
    Raises Tampered when the log did not sign `new`.
    """
    check_head(new, log_key)
    if old["origin"] != new["origin"]:
        raise Rewritten("the log", expected=old["origin"], found=new["origin"])
    if new["size"] < old["size"]:
        raise Rewritten("the log has shrunk", expected=str(old["size"]), found=str(new["size"]))
    if not verify_consistency(
        old["size"],
        new["size"],
        bytes.fromhex(old["root"]),
        bytes.fromhex(new["root"]),
        [bytes.fromhex(step) for step in proof],
    ):
        raise Rewritten(f"the log was rewritten before its entry {old['size']}")


@lru_cache(maxsize=256)
def _signed(log_key: str, signature: str, message: bytes) -> bool:
    """Kept, because a batch of receipts comes under one head."""
    return verifies(log_key, unb64(signature), message)


def _head_bytes(head: Head) -> bytes:
    return labelled(LABEL, canonical({name: head[name] for name in HEAD_FIELDS}))


def evidence(
    tree: Tree, head: Head, places: Mapping[str, int], held_sizes: Iterable[int]
) -> dict[str, Any]:
    """What a bundle needs of the log: the head, a proof for each event and each older head.

    `places` gives the leaf index by event hash; `held_sizes` are the sizes of the heads that the
    events themselves embed. Shape: `{"head", "proofs": {hash: {"index", "path"}},
    "growth": {size: path}}`, hashes in hex.
    """
    size = head["size"]
    return {
        "head": {name: head[name] for name in (*HEAD_FIELDS, "sig")},
        "proofs": {
            event: {"index": index, "path": _hex(tree.inclusion(index, size))}
            for event, index in places.items()
        },
        "growth": {str(old): _hex(tree.consistency(old, size)) for old in sorted(set(held_sizes))},
    }


def _hex(path: Iterable[bytes]) -> list[str]:
    return [step.hex() for step in path]
