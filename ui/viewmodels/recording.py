"""The recording of a visit: it outlives the page, and says when it was cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject

from agent_app.actions.desk import Change
from agent_app.actions.evidence import start_recording, stop_recording
from agent_app.actions.steps import take_step
from ui.viewmodels.office import Office
from ui.viewmodels.visit import VisitModel

EXTERNAL = "external"
"""The slot of a recording made by a device of its own (body camera, voice recorder)."""


class Listener(Protocol):
    """Writes what it hears to a sealed stream until it is stopped."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


Listen = Callable[[Any], Listener]
"""Makes the listener of a stream; None in its place: another device records."""


@dataclass
class Live:
    """A recording now being made: since when (boot clock), and what `stop_recording` needs;
    `seconds` it ran, once it was stopped and waits to be put on record."""

    since: int
    made: Any = None
    listener: Listener | None = None
    seconds: float = 0.0


class Recording(QObject):
    """Starts, stops and resumes the recording of one visit. What runs is kept by the office, so
    turning the page, or the screen for the agreement, does not end it."""

    def __init__(self, visit: VisitModel) -> None:
        super().__init__(visit)
        self._visit = visit

    @property
    def _running(self) -> dict[str, Any]:
        return self._visit.office.recordings

    @property
    def live(self) -> bool:
        return self._visit.visit in self._running

    @property
    def lost(self) -> bool:
        """It was cut by a crash: the record says so, or says that it runs and nothing does."""
        known = self._visit.standing
        if known is None or self._visit.state.get("exit") or self._visit.state.get("outcome"):
            return False
        return known.recording == "cut" or (known.recording == "on" and not self.live)

    @property
    def wanted(self) -> str:
        """The question of a `background-audio` still to be begun; nothing when there is none."""
        known = self._visit.standing
        if known is None or known.recording or self._visit.state.get("exit"):
            return ""
        return self._visit.course.background_audio()

    def begin_background(self, listen: Listen | None) -> None:
        """They agreed to the form's own recording: it runs until the visit ends."""
        asked = self.wanted
        self.consent(listen, lambda: self._visit.answer(asked, f"{self._slot()}.wav"))

    def refuse_background(self) -> None:
        asked = self.wanted
        self.refuse(lambda: self._visit.answer(asked, "recording_refused"))

    def consent(self, listen: Listen | None, then: Callable[[], object]) -> None:
        """They agreed: say so, and begin to record."""
        self._step("recording_consented", {}, lambda _: self.start(listen, then))

    def refuse(self, then: Callable[[], object]) -> None:
        self._step("recording_refused", {}, lambda _: then())

    def start(self, listen: Listen | None, then: Callable[[], object]) -> None:
        """Record from now on, also anew after it was cut."""
        visit = self._visit

        def begun(change: Change) -> None:
            live = Live(visit.office.now().bt, change.made)
            if listen is not None:
                live.listener = listen(change.made[2])
                live.listener.start()
            self._running[visit.visit] = live
            if live.listener is not None:
                cut = partial(_cut_short, visit.office, visit.case_id, visit.visit)
                visit.office.leaving[_name(visit.visit)] = cut
            then()

        if listen is None:
            self._step("recording_started", {"slot": EXTERNAL}, begun)
        else:
            visit.act(start_recording, case=visit.case_id, visit=visit.visit, done=begun)

    def stop(self, then: Callable[[], object]) -> None:
        """Seal what was recorded. Where that cannot be put on record now it may be tried again."""
        visit = self._visit
        live: Live | None = self._running.pop(visit.visit, None)
        visit.office.leaving.pop(_name(visit.visit), None)
        seconds = (visit.office.now().bt - live.since) / 1000 if live else 0.0
        if live is None or live.listener is None:
            body = {"slot": EXTERNAL, "seconds": round(seconds, 1)}
            self._step("recording_stopped", body, lambda _: then())
            return
        live.listener.stop()

        def not_kept(error: Exception) -> None:
            self._running[visit.visit] = live
            visit.refused(error)

        visit.act(
            stop_recording, case=visit.case_id, visit=visit.visit, recording=live.made,
            seconds=live.seconds or seconds, done=lambda _: then(), failed=not_kept,
        )  # fmt: skip
        live.seconds = live.seconds or seconds

    def _slot(self) -> str:
        made = self._running[self._visit.visit].made
        return str(made[1]) if made else EXTERNAL

    def _step(self, kind: str, body: dict[str, Any], done: Callable[[Change], object]) -> None:
        visit = self._visit
        visit.act(take_step, case=visit.case_id, visit=visit.visit, kind=kind, body=body, done=done)


def _cut_short(office: Office, case: str, visit: str) -> None:
    """The desk is closed in the middle of a visit: what was recorded is sealed, and said to be
    cut, so that it is begun anew when the visit is opened again."""
    live: Live = office.recordings.pop(visit)
    assert live.listener is not None
    live.listener.stop()
    at = office.now()
    office.jobs.store(
        stop_recording, office.desk, at, case=case, visit=visit, recording=live.made,
        seconds=(at.bt - live.since) / 1000, cut=True,
    )  # fmt: skip


def _name(visit: str) -> str:
    return f"recording {visit}"
