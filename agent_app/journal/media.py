"""Do a visit's photos and recordings fit the visit? (security.md §5.4, H9, H10)"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from agent_app.domain.events import Event
from agent_app.journal.account import Account, elapsed, marks, number
from agent_app.journal.datum import distance
from agent_app.journal.flag import Flag

OLD = timedelta(minutes=30)
"""A camera's own clock may be this far off."""
LONG_TALK = timedelta(minutes=5)
LEAST_SHARE = 1 / 3
LENGTH_SLACK = 10.0
"""Seconds that starting and stopping may cost."""
SILENT = 60
"""Root mean square, of 32767: a room with people in it is several times louder."""


def media_flags(own: Account) -> Iterator[Flag]:
    """What the marks of photos and recordings say against the visit around them."""
    for event in own.of("photo_taken"):
        yield from _photo(event, own)
    started = {str(one.body.get("slot")): one for one in own.of("recording_started")}
    for event in own.of("recording_stopped"):
        yield from _sound(event, started.get(str(event.body.get("slot"))), own)


def _photo(event: Event, own: Account) -> Iterator[Flag]:
    seen = marks(event)
    taken = _moment(seen.get("taken"), event)
    if taken and abs(taken - event.at) > OLD:
        yield Flag("photo_old", event.id, {"taken": f"{taken:%Y-%m-%d %H:%M}"})
    lat, lon = number(seen, "lat"), number(seen, "lon")
    if own.door and lat is not None and lon is not None:
        gap = distance((lat, lon), own.door)
        if gap > own.far:
            yield Flag("photo_elsewhere", event.id, {"metres": round(gap)})


def _sound(event: Event, started: Event | None, own: Account) -> Iterator[Flag]:
    heard, claimed = marks(event), number(event.body, "seconds")
    if not heard or claimed is None:
        return
    if started is not None and own.ended is not None:
        talk = elapsed(started, own.ended)
        if talk > LONG_TALK and claimed < talk.total_seconds() * LEAST_SHARE:
            facts = {"minutes": round(claimed / 60), "visit": round(talk.total_seconds() / 60)}
            yield Flag("recording_short", event.id, facts)
    held, loudest = number(heard, "seconds"), number(heard, "loudest")
    if held is not None and abs(held - claimed) > max(LENGTH_SLACK, claimed / 10):
        facts = {"seconds": round(held), "claimed": round(claimed)}
        yield Flag("recording_length", event.id, facts)
    if loudest is not None and loudest < SILENT:
        yield Flag("recording_silent", event.id)


def _moment(taken: object, event: Event) -> datetime | None:
    """When the camera says; in the zone of the event where the camera names none."""
    try:
        at = datetime.fromisoformat(str(taken))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=event.at.tzinfo)
