"""A visit told again from its own events: the session they make, and ODK's audit log of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.events import Event
from agent_app.domain.rules.situation import zone_named
from agent_app.journal.fix import fixes
from agent_app.script.exports import AuditEntry
from agent_app.script.filling.session import Session
from agent_app.script.loading import Form

CLOSED = {"visit_ended": "form finalize", "visit_aborted": "form exit"}


@dataclass
class Retold:
    """`session` holds every answer that could be given again.

    `unknown` are refs the form has no question for, `withheld` those whose answer is blacked out
    ("" where the question is too), `idle` those answered but not relevant in the end.
    """

    session: Session
    entries: list[AuditEntry] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    idle: list[str] = field(default_factory=list)


def retell(
    form: Form,
    events: Iterable[Event],
    *,
    visit: str,
    instances: Mapping[str, str | bytes] | None = None,
) -> Retold:
    """Give the answers of `visit` again, each at its own time; the same events, the same record.

    Random values and the instanceID come from the visit's id. Raises BadInput when no event is
    of that visit.
    """
    own = [event for event in events if event.visit == visit]
    if not own:
        raise BadInput(Fault("there is no such visit here", value=visit, mend="name another"))
    return _Telling(form, own, visit, instances or {}).told()


def fitting(forms: Iterable[Form], events: Iterable[Event], visit: str) -> Form | None:
    """The first of the forms that has a question for the most answers of the visit."""
    refs = {
        _plain(str(event.body["ref"]))
        for event in events
        if event.visit == visit and event.kind == "answered" and "ref" in event.body
    }
    return max(forms, key=lambda form: len(refs & {n.path for n in form.data.nodes}), default=None)


def _plain(ref: str) -> str:
    return "/".join(step.partition("[")[0] for step in ref.split("/"))


class _Telling:
    def __init__(
        self,
        form: Form,
        events: Sequence[Event],
        visit: str,
        instances: Mapping[str, str | bytes],
    ) -> None:
        begun = next((e for e in events if e.kind == "visit_started"), events[0])
        self.events = events[events.index(begun) :]
        self.at = _local(begun)
        self.calls = 0
        self.visit = visit
        self.position: tuple[float, float, float] | None = None
        preloads = {"username": begun.user, "deviceid": begun.device}
        session = Session(
            form, now=lambda: self.at, entropy=self._entropy, instances=instances, preloads=preloads
        )
        self.done = Retold(session, [AuditEntry("form start", self.at, user=begun.user)])

    def _entropy(self, size: int) -> bytes:
        self.calls += 1
        return hashlib.shake_256(f"{self.visit} {self.calls}".encode()).digest(size)

    def told(self) -> Retold:
        boot = self.events[0].boot
        for event in self.events:
            self.at = _local(event)
            if event.boot != boot:
                boot = event.boot
                self._log("form resume", event, at=_begun(event))
            if event.kind == "position_read":
                for fix in fixes([event]):
                    self.position = (*fix.point, fix.accuracy)
            elif event.kind == "answered":
                self._answer(event)
            elif event.kind in CLOSED:
                self._log(CLOSED[event.kind], event)
        session, given = self.done.session, {e.node for e in self.done.entries if e.node}
        self.done.idle = sorted(ref for ref in given if not session.find(ref).relevant)
        return self.done

    def _answer(self, event: Event) -> None:
        ref, session = str(event.body.get("ref", "")), self.done.session
        if "value" not in event.body or not ref:
            self.done.withheld.append(ref)
            return
        begun = _begun(event)
        try:
            for made in session.make_room(ref):
                self._log("add repeat", event, at=begun, node=made)
            old = session.find(ref).text
            session.answer_again(ref, str(event.body["value"]))
        except KeyError:
            self.done.unknown.append(ref)
            return
        view = session.view(ref)
        self._log("question", event, at=begun, end=self.at, node=ref, old=old, new=view.value)
        if view.violation == "constraint":
            self._log("constraint error", event, node=ref, new=view.value)

    def _log(self, name: str, event: Event, *, at: datetime | None = None, **more: Any) -> None:
        entry = AuditEntry(name, at or self.at, position=self.position, user=event.user, **more)
        self.done.entries.append(entry)


def _begun(event: Event) -> datetime:
    """When the screen of an answer was opened."""
    return _local(event) - timedelta(seconds=float(event.body.get("seconds", 0)))


def _local(event: Event) -> datetime:
    """When it was, in the zone it was in; by its offset where that zone is not known here."""
    zone = zone_named(event.tz)
    return event.at.astimezone(zone) if zone else event.at
