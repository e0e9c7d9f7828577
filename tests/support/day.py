"""A day of visits through the real actions, script, rules, store and journal; meant to be killed.

Each start goes on where the last one was killed, as the app does.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent_app.actions.desk import Desk
from agent_app.actions.door import check_identity
from agent_app.actions.evidence import start_recording, stop_recording
from agent_app.actions.record import record
from agent_app.actions.rescue import rescue_recordings
from agent_app.actions.visits import start_visit
from agent_app.domain.moment import Moment
from agent_app.script import NodeView, Page
from agent_app.store import cases, events, outgoing
from tests.support.desks import MORNING, open_test_desk, visitable_row
from tests.support.walker import Walker

DOORS = [f"case-{number}" for number in range(1, 81)]
TALK = {
    "ready": "two_agents badge authorisation_letter recorder sealed_letter plain_dress",
    "who": "self_identified",
    "documents": "badge authorisation_letter",
    "place": "door",
    "privacy": "alone",
    "hardship": "none",
    "dispute": "none",
    "care": "none",
    "wishes": "none",
    "way": "promise",
    "promise_amount": "500.00",
    "promise_due": "2026-12-01",
    "outcome": "promise_part",
    "kept": "no_entry",
    "kept_note": "其余各项未发生",
}


def morning(folder: Path) -> None:
    """The day as it was synced."""
    with open_test_desk(folder, *map(visitable_row, DOORS)):
        pass


def live(folder: Path, say: Callable[[str], None]) -> None:
    """Visit door after door; after each action say the newest event it saved, and the answer."""
    begun = int.from_bytes(os.urandom(8))
    with open_test_desk(folder, seed=f"start {begun}") as desk:
        rescue_recordings(desk, moment(desk))
        for case in DOORS:
            walk(desk, case, say)


def moment(desk: Desk) -> Moment:
    """A moment after the newest event."""
    kept = outgoing.unsent(desk.db)
    if not kept:
        return MORNING
    return MORNING.later(seconds=(kept[-1].at - MORNING.wall).total_seconds() + 5)


def open_visit(desk: Desk, case: str) -> str | None:
    """The visit of a case that was not closed."""
    row = cases.now(desk.db, case) or {}
    return next((id for id, one in row["visits"].items() if one["state"] == "open"), None)


def walk(desk: Desk, case: str, say: Callable[[str], None]) -> None:
    """The whole visit to one door, or what is left of it."""
    visit = open_visit(desk, case)
    if visit is None:
        if (cases.now(desk.db, case) or {})["visits"]:
            return
        visit = start_visit(desk, moment(desk), case=case, address="addr-1").made
        say(saved(desk, visit))
    panels = Panels(say)
    walker = Saying(desk, moment(desk), case, visit, panels.by_name(), say=say)
    panels.start_again(walker)
    walker.walk(TALK, seen=left(walker))


def saved(desk: Desk, visit: str, ref: str = "", value: str = "") -> str:
    """The line that acknowledges everything up to the newest event."""
    seq, digest = events.head(desk.db, desk.device)
    return json.dumps({"seq": seq, "hash": digest, "visit": visit, "ref": ref, "value": value})


def left(walker: Walker) -> list[str]:
    """The pages left before the crash: nothing is missing on them and what they record is kept."""
    session = walker.run.session

    def done(page: Page) -> bool:
        event = session.view(page.ref).ds.get("event")
        whole = not any(session.view(ref).violation for ref in page.nodes)
        return whole and (event is None or event in session.happened)

    return [page.ref for page in itertools.takewhile(done, session.pages())]


@dataclass
class Saying(Walker):
    """Says each answer and each page left, once it is saved."""

    say: Callable[[str], None] = print

    def give(self, ref: str, value: str) -> None:
        super().give(ref, value)
        shown = self.run.session.view(ref).value
        self.say(saved(self.desk, self.visit, ref, shown))

    def _leave(self, ref: str) -> None:
        super()._leave(ref)
        self.say(saved(self.desk, self.visit))


@dataclass
class Panels:
    """What the app's own panels do in a visit."""

    say: Callable[[str], None]
    recording: Any = None

    def by_name(self) -> dict[str, object]:
        return {"identity": self.identity, "recorder": self.recorder, "letter": self.letter}

    def identity(self, walker: Walker, view: NodeView) -> str:
        said = {"id_last4": "002x", "phone_last4": "0001"}
        about = {"case": walker.case, "visit": walker.visit}
        made = check_identity(walker.desk, walker.at, answers=said, **about).made
        self.say(saved(walker.desk, walker.visit))
        return "passed" if made else "failed"

    def recorder(self, walker: Walker, view: NodeView) -> str:
        if not view.choices:
            if self.recording is not None:  # else it was stopped just before the kill
                stop_recording(
                    walker.desk, walker.at, case=walker.case, visit=walker.visit,
                    recording=self.recording, seconds=300,
                )  # fmt: skip
                self.recording = None
            return "OK"
        record(
            walker.desk, walker.at, "recording_consented", {},
            case=walker.case, visit=walker.visit,
        )  # fmt: skip
        self.start(walker)
        return "consented"

    def start(self, walker: Walker) -> None:
        about = {"case": walker.case, "visit": walker.visit}
        self.recording = start_recording(walker.desk, walker.at, **about).made
        self.recording[2].write(b"RIFF" + bytes(100_000))
        self.say(saved(walker.desk, walker.visit))

    def start_again(self, walker: Walker) -> None:
        """After a crash cut the recording short: without one the rules let nothing be said."""
        of_visit = events.of_visit(walker.desk.db, walker.visit)
        if any(one.kind == "recording_stopped" and one.body.get("cut") for one in of_visit):
            self.start(walker)

    def letter(self, walker: Walker, view: NodeView) -> str:
        return view.choices[-1].value
