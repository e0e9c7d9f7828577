"""What a device believes of the office: nothing unsigned, and no log that took something back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from agent_app.domain.errors import Rewritten, Tampered
from agent_app.journal import receipt
from agent_app.journal.canonical import canonical
from agent_app.journal.signing import labelled, vouches
from agent_app.store import meta
from agent_app.store.db import Store
from sync.messages import Lease, Order, Receipts


def grown(db: Store, head: Mapping[str, Any], proof: list[str], log_key: str) -> None:
    """The log grew from the head held here to this one. Raises Tampered, Rewritten.

    A log of another origin is taken only from an office that says it began anew (from a backup),
    and never one that was left before. The last head of each log is kept.
    """
    held = meta.get(db, "tree_head")
    if held is None:
        receipt.check_head(head, log_key)
    elif head["origin"] != held["origin"] and meta.get(db, "restarted"):
        receipt.check_head(head, log_key)
        former = [*meta.get(db, "former_heads", ()), held]
        if any(one["origin"] == head["origin"] for one in former):
            raise Rewritten("the log", expected=held["origin"], found=head["origin"])
        meta.put(db, "former_heads", former)
    else:
        receipt.check_growth(held, head, proof, log_key)
    meta.drop(db, "restarted")
    if found := meta.get(db, "contradiction"):
        meta.put(db, "contradiction", found | {"stands": False})


def contradicted(db: Store, told: Receipts) -> None:
    """Keep what the office signed against what it had signed before: it is evidence."""
    head = msgspec.to_builtins(told.head)
    found = {"head": head, "path": told.consistency, "stands": True}
    meta.put(db, "contradiction", found)


def signed(
    label: str, said: Lease | Order, log_key: str, device: str, user: str | None = None
) -> None:
    """The office signed it, for this device, and this user where one is named. Raises Tampered."""
    plain = msgspec.to_builtins(said)
    signature = plain.pop("sig")
    if not vouches(log_key, signature, labelled(label, canonical(plain))):
        raise Tampered(f"the {label}", expected="the office's signature", found="another")
    if said.device != device or (isinstance(said, Lease) and said.user != user):
        raise Tampered(f"the {label}", expected=device, found=said.device)
