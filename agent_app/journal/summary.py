"""What stands at the top of a visit's page: whose, when, how it ended, what is withheld."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from agent_app.domain.events import Event
from agent_app.journal.receipt import Head
from agent_app.journal.saying import Saying

_ENDS = ("visit_ended", "visit_aborted")

Fact = tuple[str, str]
"""A label and what it says."""


@dataclass(frozen=True, slots=True)
class Fence:
    """Between which times of the office's clock a visit lies; `after` is None where the device
    held no word of the office yet."""

    after: datetime | None
    before: datetime


def fence(visit: str, logged: Iterable[tuple[int, Event]], newest: Head) -> Fence | None:
    """The narrowest fence a bundle's heads give the visit; None for a visit without an end.

    `logged` are events and their places, in the order of the log; `newest` is the log's head.
    """
    events = list(logged)
    own = [(place, event) for place, event in events if event.visit == visit]
    end = next((place for place, event in reversed(own) if event.kind in _ENDS), None)
    if end is None:
        return None
    held = [event.receipt for _, event in events if event.receipt]
    heads = [newest, *(head for head in held if head["origin"] == newest["origin"])]
    first = next((event.receipt for _, event in own if event.kind == "visit_started"), None)
    return Fence(
        after=datetime.fromisoformat(first["at"]) if first else None,
        before=min(datetime.fromisoformat(head["at"]) for head in heads if head["size"] > end),
    )


def facts(
    events: Sequence[Event], saying: Saying, case: str, missing: int, fenced: Fence | None
) -> Iterator[Fact]:
    """The facts of the head, in their order; `missing` files are named but not in the bundle.

    Called after the steps were told: an outcome is called as the answer that led to it was.
    """
    say = saying.words.say
    who = dict.fromkeys(saying.name(event.user) for event in events)
    yield say("evidence.case"), case
    yield say("evidence.person"), say("evidence.and").join(who)
    if events:
        yield say("evidence.time"), _span(events)
        if fenced:
            yield say("evidence.office_clock"), _fenced(fenced, saying, events[0].at.tzinfo)
    if ended := _outcome(events, saying):
        yield say("evidence.field_result"), ended
    hidden = sum(len(event.hashes or ()) for event in events)
    if hidden or missing:
        yield say("evidence.copy"), say("evidence.copy_hides", fields=hidden, files=missing)


def _span(events: Sequence[Event]) -> str:
    """From the first event to the last, by the clock of the device, and the zone of the page."""
    first, last = (event.wall[:16].replace("T", " ") for event in (events[0], events[-1]))
    end = last[11:] if first[:10] == last[:10] else last
    return f"{first} – {end}  UTC{events[0].wall[23:]}"


def _fenced(fenced: Fence, saying: Saying, zone: tzinfo | None) -> str:
    ceiling = fenced.before + timedelta(microseconds=999_999)
    before = f"{ceiling.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    if fenced.after is None:
        return saying.words.say("evidence.fence_open", before=before)
    after = f"{fenced.after.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    return saying.words.say("evidence.fence", after=after, before=before)


def _outcome(events: Sequence[Event], saying: Saying) -> str:
    for event in reversed(events):
        if event.kind == "outcome_recorded":
            return next((line.flat for line in saying.lines(event) if line.field == "code"), "")
    return ""
