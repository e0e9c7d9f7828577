"""Photos, recordings and positions: a file first made durable, then its event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from agent_app.actions.desk import Change, Desk
from agent_app.actions.record import new_id, record
from agent_app.documents import sound
from agent_app.domain.errors import BadInput, Fault, NotAllowed
from agent_app.domain.moment import Moment
from agent_app.domain.position import wrong_field
from agent_app.journal import nearby
from agent_app.journal.signing import unb64
from agent_app.store import cases
from agent_app.store.filebox import StoredFile, Writer

_SLACK = timedelta(minutes=10)
"""A camera's clock may be this far off."""


def take_photo(
    desk: Desk, at: Moment, *, case: str, visit: str, what: str, image: bytes, type: str
) -> Change:
    """Keep a photo; `what` says what it shows (envelope, receipt, signed_page, other)."""
    event_id = new_id(desk, at)
    slot = f"photo-{event_id[-6:]}"
    stored = desk.files.write(image, event=event_id, slot=slot, type=type)
    seen = looked_at(desk, at, case, visit, image)
    body = {"slot": slot, "what": what, **({"marks": seen} if seen else {})}
    record(
        desk, at, "photo_taken", body, case=case, visit=visit, attached=[stored], event_id=event_id
    )
    return Change.of([case], "visit", "outbox", made=stored.sha256)


def start_recording(desk: Desk, at: Moment, *, case: str, visit: str) -> Change:
    """Open the sealed stream, once the debtor has consented; `made` is what `stop` needs.

    The recorder feeds its Writer as sound comes; after a crash all but the last 64 KiB is there,
    and on a full disk what was sealed by then.
    """
    event_id = new_id(desk, at)
    slot = f"audio-{event_id[-6:]}"
    record(desk, at, "recording_started", {"slot": slot}, case=case, visit=visit)
    writer = Writer(desk.files, event=event_id, slot=slot, type="audio/wav", lasting=True)
    return Change.of([case], "visit", made=(event_id, slot, writer))


def stop_recording(
    desk: Desk, at: Moment, *, case: str, visit: str, recording: tuple[str, str, Writer],
    seconds: float, cut: bool = False,
) -> Change:  # fmt: skip
    """Seal the recording and tie it to the visit; `seconds` is how long it ran, `cut` that the
    visit goes on without it (the app was locked)."""
    event_id, slot, writer = recording
    stored = writer.finish()
    body = {"slot": slot, "seconds": round(seconds, 1), **heard(desk, stored)}
    if cut:
        body["cut"] = True
    record(
        desk, at, "recording_stopped", body, case=case, visit=visit, attached=[stored],
        event_id=event_id,
    )  # fmt: skip
    return Change.of([case], "visit", "outbox", made=stored.sha256)


def read_position(
    desk: Desk, at: Moment, *, case: str, visit: str, position: Mapping[str, Any],
    networks: Sequence[str] = (),
) -> Change:  # fmt: skip
    """Where the device was: lat, lon, accuracy (metres), datum, provider. Only in a visit.

    `networks` are addresses of Wi-Fi networks in range, the strongest first; kept of them are
    marks (`journal.nearby`), and those only where the office asks for them.
    """
    if _state(desk, case, visit).get("state") != "open":
        raise NotAllowed("a position is read only between visit start and end")
    salt = network_salt(desk)
    heard = nearby.marks(salt, networks) if salt else []
    body = {**position, **({"networks": heard} if heard else {})}
    if wrong := wrong_field(body):
        raise BadInput(Fault("not a position", field=wrong, value=str(body.get(wrong, ""))))
    record(desk, at, "position_read", body, case=case, visit=visit)
    return Change.of([case], "visit")


def network_salt(desk: Desk) -> bytes | None:
    """What networks in range are marked with; None where the office asks for none."""
    return unb64(desk.office.get("network_salt") or "") or None


def heard(desk: Desk, stored: StoredFile) -> dict[str, Any]:
    """The `marks` of a kept recording for its event's body; {} for what is no sound of ours."""
    marks = sound.marks(desk.files.chunks(stored))
    return {"marks": marks} if marks else {}


def looked_at(desk: Desk, at: Moment, case: str, visit: str | None, image: bytes) -> dict[str, Any]:
    """The marks of a photo (`documents.photo`) as far as they belong to the visit."""
    from agent_app.documents.photo import marks  # Pillow takes a while to load

    started = _started(desk, case, visit) if visit else None
    return _within(marks(image), started, at.wall)


def _state(desk: Desk, case: str, visit: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (cases.now(desk.db, case) or {}).get("visits", {}).get(visit, {})
    return found


def _started(desk: Desk, case: str, visit: str) -> datetime | None:
    started = _state(desk, case, visit).get("started_at")
    return datetime.fromisoformat(started) if started else None


def _within(marks: dict[str, Any], started: datetime | None, now: datetime) -> dict[str, Any]:
    """A camera's own note of the place is kept only when it says it was taken in this visit."""
    taken = marks.get("taken")
    if "lat" in marks:
        at = _moment(taken, now) if taken else None
        if started is None or at is None or not started - _SLACK <= at <= now + _SLACK:
            return {name: value for name, value in marks.items() if name not in ("lat", "lon")}
    return marks


def _moment(taken: str, now: datetime) -> datetime | None:
    try:
        at = datetime.fromisoformat(taken)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=now.tzinfo)
