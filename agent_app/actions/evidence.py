"""Photos, recordings and positions: a file first made durable, then its event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent_app.actions.desk import Change, Desk
from agent_app.actions.record import new_id, record
from agent_app.domain.errors import NotAllowed
from agent_app.domain.moment import Moment
from agent_app.store import cases, files
from agent_app.store.files import Writer


def take_photo(
    desk: Desk, at: Moment, *, case: str, visit: str, what: str, image: bytes, type: str
) -> Change:
    """Keep a photo; `what` says what it shows (envelope, receipt, signed_page, other)."""
    event_id = new_id(desk, at)
    slot = f"photo-{event_id[-6:]}"
    stored = files.write(desk.files, image, event=event_id, slot=slot, type=type)
    body = {"slot": slot, "what": what}
    record(
        desk, at, "photo_taken", body, case=case, visit=visit, attached=[stored], event_id=event_id
    )
    return Change.of([case], "visit", "outbox", made=stored.sha256)


def start_recording(desk: Desk, at: Moment, *, case: str, visit: str) -> Change:
    """Open the sealed stream, once the debtor has consented; `made` is what `stop` needs.

    The recorder feeds its Writer as sound comes; after a crash all but the last 64 KiB is there.
    """
    event_id = new_id(desk, at)
    slot = f"audio-{event_id[-6:]}"
    record(desk, at, "recording_started", {"slot": slot}, case=case, visit=visit)
    writer = Writer(desk.files, event=event_id, slot=slot, type="audio/wav")
    return Change.of([case], "visit", made=(event_id, slot, writer))


def stop_recording(
    desk: Desk, at: Moment, *, case: str, visit: str, recording: tuple[str, str, Writer],
    seconds: float,
) -> Change:  # fmt: skip
    """Seal the recording and tie it to the visit; `seconds` is how long it ran."""
    event_id, slot, writer = recording
    stored = writer.finish()
    body = {"slot": slot, "seconds": round(seconds, 1)}
    record(
        desk, at, "recording_stopped", body, case=case, visit=visit, attached=[stored],
        event_id=event_id,
    )  # fmt: skip
    return Change.of([case], "visit", "outbox", made=stored.sha256)


def read_position(
    desk: Desk, at: Moment, *, case: str, visit: str, position: Mapping[str, Any]
) -> Change:
    """Where the device was: lat, lon, accuracy (metres), datum, provider. Only in a visit."""
    state = (cases.now(desk.db, case) or {}).get("visits", {}).get(visit, {})
    if state.get("state") != "open":
        raise NotAllowed("a position is read only between visit start and end")
    record(desk, at, "position_read", position, case=case, visit=visit)
    return Change.of([case], "visit")
