"""Screens left sooner than their script allows an honest reading: shown to the reviewer, no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent_app.domain.events import Event
from agent_app.journal.account import number
from agent_app.journal.flag import Flag

LEAST = "least"
"""In the body of `answered`: the `ds:min_seconds` of the question, where it has one."""
_SAME_SCREEN_MS = 500


def hurried(events: Sequence[Event]) -> Iterator[Flag]:
    """One flag a question whose screen never stayed as long as it should.

    A screen was opened `seconds` before its answer and left when the next one was opened, or
    when the visit closed; both by the boot clock, so that setting the clock changes nothing.
    """
    best: dict[str, tuple[float, float, Event]] = {}
    for place, event in enumerate(events):
        least = number(event.body, LEAST) if event.kind == "answered" else None
        if not least:
            continue
        ref, stay = str(event.body.get("ref")), _stay(event, events[place + 1 :])
        if stay is not None and (ref not in best or stay >= best[ref][0]):
            best[ref] = (stay, least, event)
    for stay, least, event in best.values():
        if stay < least:
            facts = {"seconds": round(stay), "least": round(least)}
            yield Flag("hurried", event.id, facts)


def _stay(event: Event, later: Sequence[Event]) -> float | None:
    """Seconds the screen of `event` was open; None across a restart of the device."""
    opened = _opened(event)
    for one in later:
        if one.boot != event.boot:
            return None
        if one.kind == "answered" and _opened(one) > opened + _SAME_SCREEN_MS:
            return (_opened(one) - opened) / 1000
        if one.kind in ("visit_ended", "visit_aborted"):
            return (one.bt - opened) / 1000
    return None


def _opened(event: Event) -> float:
    return event.bt - 1000 * (number(event.body, "seconds") or 0.0)
