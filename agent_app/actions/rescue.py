"""After a crash: what was being recorded then is kept, and said to be cut short."""

from __future__ import annotations

from agent_app.actions.desk import Change, Desk
from agent_app.actions.evidence import heard
from agent_app.actions.record import record
from agent_app.domain.events import Event
from agent_app.domain.moment import Moment
from agent_app.store import events
from agent_app.store.filebox import StoredFile


def rescue_recordings(desk: Desk, at: Moment) -> Change:
    """Tie recordings that a crash cut short to their visits; at opening, before anything else.

    `made` is how many. What belongs to no recording known here was never acknowledged and goes.
    """
    begun = {event.body["slot"]: event for event in events.of_kind(desk.db, "recording_started")}
    touched = []
    for stored in desk.files.rescue():
        started = begun.get(stored.slot)
        if started is None or events.get(desk.db, stored.event) is not None:
            desk.files.remove([stored.name])
        else:
            _stopped(desk, at, started, stored)
            touched.append(started.case or "")
    return Change.of(touched, "visit", "outbox", made=len(touched))


def _stopped(desk: Desk, at: Moment, started: Event, stored: StoredFile) -> None:
    found = heard(desk, stored)
    seconds = found["marks"]["seconds"] if found else 0.0
    record(
        *(desk, at, "recording_stopped"),
        {"slot": stored.slot, "seconds": seconds, "cut": True, **found},
        case=started.case,
        visit=started.visit,
        attached=[stored],
        event_id=stored.event,
    )
