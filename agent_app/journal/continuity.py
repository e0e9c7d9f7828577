"""Does what a device sends continue what the server holds? Forks, gaps and rollbacks, named.

Pure: the caller looks hashes up and acts on the answer (security.md §5.2). A fork or a restored
copy keeps both versions, freezes the device and raises an alert; a gap is parked and asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from agent_app.domain.events import FIRST_PREV

KnownHash = Callable[[int], str | None]
"""The event hash the server holds for a device's seq, or None."""


class Continuity(Enum):
    """Where an event stands against the device's chain as the server holds it."""

    NEXT = "next"
    DUPLICATE = "duplicate"
    GAP = "gap"
    FORK = "fork"


class Contact(Enum):
    """What a device's claimed head says when it first speaks."""

    SAME = "same"
    AHEAD = "ahead"
    RESTORED = "restored"
    FORK = "fork"


def place(seq: int, prev: str, event_hash: str, head: int, known: KnownHash) -> Continuity:
    """Judge one event (seq, prev, hash) against a chain whose newest seq is `head` (0: none).

    FORK: another event already has this seq, or `prev` is not the event before it. The same
    seq and hash again is a DUPLICATE: a retry. GAP: events before it have not come yet.
    """
    if seq <= head:
        return Continuity.DUPLICATE if known(seq) == event_hash else Continuity.FORK
    if seq > head + 1:
        return Continuity.GAP
    before = known(head) if head else FIRST_PREV
    return Continuity.NEXT if prev == before else Continuity.FORK


def contact(claimed_seq: int, claimed_hash: str, head: int, known: KnownHash) -> Contact:
    """Judge the head a device claims before it sends anything.

    A device behind the server has lost events it once sent: RESTORED from an old copy, even if
    it never sends a conflicting event. One whose head the server knows otherwise is a FORK.
    """
    if claimed_seq > head:
        return Contact.AHEAD
    expected = known(claimed_seq) if claimed_seq else FIRST_PREV
    if claimed_hash != expected:
        return Contact.FORK
    return Contact.SAME if claimed_seq == head else Contact.RESTORED
