"""Asking the office: what to send (`prepare` reads the store) and what comes (`exchange` waits).

What came is kept by `sync.applying`. Each may run on a thread of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import msgspec

from agent_app.domain.errors import Offline
from agent_app.store import (
    events,
    meta,
    outgoing,
    serials,
)
from agent_app.store.db import Store
from sync import coding, messages
from sync.messages import (
    Cursor,
    End,
    Frame,
    Head,
    SyncRequest,
)
from sync.transport import Transport

LARGEST_PUSH = 8 * 1024 * 1024
FEW_SERIALS = 50
SYNC_SECONDS = 600.0
MOST_UNPROVEN = 500


def prepare(db: Store, *, device: str, app: str) -> SyncRequest:
    """What to send: unsettled events up to 8 MiB, and where this device stands.

    What is handed over counts as queued from now on, whether or not the line holds.
    """
    raw, _ = outgoing.unsent_raw(db, LARGEST_PUSH)
    seq, digest = events.head(db, device)
    if raw:
        meta.put(db, "queued", seq)
    cursor, head = meta.get(db, "cursor"), meta.get(db, "tree_head")
    return SyncRequest(
        protocol=messages.PROTOCOL,
        app=app,
        cursor=Cursor(**cursor) if cursor else None,
        head=Head(seq, digest),
        events=[msgspec.Raw(one.encode()) for one in raw],
        tree_size=head["size"] if head else 0,
        unproven=outgoing.unproven(db, MOST_UNPROVEN),
        office=(meta.get(db, "office") or {}).get("sha256"),
        more_serials=serials.left(db) <= FEW_SERIALS,
    )


def exchange(transport: Transport, request: SyncRequest) -> Iterator[Frame]:
    """Send, and give frames as they arrive. Raises Offline, Unavailable, TooOld, NotAllowed.

    A stream that ends without its End frame raises Offline after the last whole frame.
    """
    kind = {"content-type": messages.SYNC_TYPE}
    body = coding.pack(request)
    with transport.call("POST", "/v1/sync", body, headers=kind, seconds=SYNC_SECONDS) as reply:
        reply.expect(200, type=messages.FRAMES_TYPE)
        pieces = reply.pieces()
        for frame in coding.decode_frames(pieces):
            yield frame
            if isinstance(frame, End):
                with suppress(Offline):
                    next(pieces, None)  # the end of the body: the line may be used again
                return
    raise Offline("the line broke before the sync was over")


def fetch_pack_file(transport: Transport, sha256: str) -> bytes:
    """One file of a pack, by content."""
    with transport.call("GET", f"/v1/packs/{sha256}") as reply:
        return reply.expect(200).body()
