"""Whatever is recorded, cut, lost, recalled and given back, in any order: both ends agree."""

from __future__ import annotations

import json
import secrets
import shutil
import tempfile
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from agent_app.domain.events import Event, wall_text
from agent_app.domain.project import project
from agent_app.ids import uuid7
from agent_app.journal import chain
from agent_app.journal.signing import signer
from agent_app.store import cases, events, meta, outgoing
from agent_app.store.db import transaction
from sync import client, coding, enrolment
from sync.applying import Applying
from sync.messages import Frame, SyncRequest
from sync.server import accounts, enrol, exchange
from sync.server import cases as server_cases
from sync.server.packs import PackShelf
from tests.support.journals import START
from tests.support.offices import Clock, give_cases, new_code, new_office
from tests.support.writer import Shelf

CASES = ("case-1", "case-2")
SHELF = PackShelf((), {})


class TwoEnds(RuleBasedStateMachine):
    """One device and the office, with frames carried by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = Clock()
        self.office = new_office(self.folder / "server", self.clock)
        give_cases(self.office, "A1", *CASES)
        self.shelf = Shelf.opened(self.folder / "device", stocked=False)
        keys = enrolment.make_keys()
        code = new_code(self.office, "A1")
        wanted = enrolment.asked(code, keys, app="0.1.0", device_name="")
        self.device = enrol.enrol(self.office, wanted).device
        self.sign = signer(keys.event)
        self.made: list[Event] = []
        self.held = set(CASES)
        self.visits = 0

    def teardown(self) -> None:
        self.exchange()
        self.exchange()
        db = self.shelf.db
        with self.office.db() as office:
            logged = office.rows("SELECT id FROM log ORDER BY leaf")
            assert [row["id"] for row in logged] == [event.id for event in self.made]
            for case_id in self.held:
                body = json.loads(office.value("SELECT body FROM cases WHERE id = ?", case_id))
                assert cases.now(db, case_id) == body
        assert outgoing.count_unsent(db) == 0
        assert {row.id for row in cases.day_list(db)} == self.held
        assert cases.hidden(db) == []
        self.shelf.close()
        shutil.rmtree(self.folder)

    @rule(case=st.sampled_from(CASES), kind=st.sampled_from(["visit", "hardship", "comment"]))
    def record(self, case: str, kind: str) -> None:
        """Only of cases the device shows, as the actions see to."""
        if cases.now(self.shelf.db, case) is None:
            return
        if kind == "visit":
            self.visits += 1
            visit = f"visit-{self.visits}"
            self._save(case, visit, "visit_started", {"address": "addr-1", "crew": ["A1"]})
            self._save(case, visit, "outcome_recorded", {"code": "not_home"})
            self._save(case, visit, "visit_ended", {})
        elif kind == "hardship":
            self._save(case, None, "hardship_stated", {"code": "illness"})
        else:
            self._save(case, None, "comment_added", {"text": "记"})

    def _save(self, case: str, visit: str | None, kind: str, body: dict[str, object]) -> None:
        db = self.shelf.db
        seq, prev = events.head(db, self.device)
        self.clock.pass_(seconds=1)
        draft = Event(
            id=uuid7(self.clock.at, secrets.token_bytes(10)),
            device=self.device,
            user="A1",
            seq=seq + 1,
            prev=prev,
            kind=kind,
            case=case,
            visit=visit,
            wall=wall_text(self.clock.at),
            tz="Asia/Shanghai",
            boot="b",
            bt=seq,
            body=body,
            receipt=meta.get(db, "tree_head"),
            app="0.1.0",
        )
        event = chain.seal(draft, sign=self.sign, salt=secrets.token_bytes(32))
        with transaction(db):
            events.append(db, event, chain.event_hash(event))
            cases.reproject(db, case)
        self.made.append(event)

    @rule()
    def exchange(self) -> None:
        """A whole sync."""
        self._apply(self._answer(self._request()))

    @rule(kept=st.integers(0, 6))
    def cut(self, kept: int) -> None:
        """The stream is cut after some frames."""
        self._apply(self._answer(self._request())[:kept])

    @rule(kept=st.integers(0, 6))
    def slow(self, kept: int) -> None:
        """While the request is under way more is recorded."""
        request = self._request()
        self.record(CASES[0], "comment")
        frames = self._answer(request)
        self.record(CASES[1], "visit")
        self._apply(frames[:kept])

    @rule(kept=st.integers(0, 2))
    def few(self, kept: int) -> None:
        """Only the first events fit."""
        request = self._request()
        request.events = request.events[:kept]
        self._apply(self._answer(request))

    @rule(case=st.sampled_from(CASES), mine=st.booleans())
    def reassign(self, case: str, mine: bool) -> None:
        """The lead moves a case to another agent, or back."""
        changes = server_cases.Changes()
        with self.office.db() as db, db.writing():
            to = "A1" if mine else "A2"
            server_cases.assign(db, changes, case, to, partner=None, reason="reassigned")
            changes.publish(db, self.office.now())
        (self.held.add if mine else self.held.discard)(case)

    @rule()
    def restart(self) -> None:
        """Close and open again."""
        self.shelf.close()
        self.shelf = Shelf.opened(self.folder / "device", stocked=False)

    @invariant()
    def nothing_is_lost(self) -> None:
        """Every event is here, or receipted there."""
        waiting = {event.id for event in outgoing.unsent(self.shelf.db)}
        with self.office.db() as db:
            there = {row["id"] for row in db.rows("SELECT id FROM log")}
        assert {event.id for event in self.made} <= waiting | there

    @invariant()
    def now_is_base_and_what_it_lacks(self) -> None:
        for row in cases.day_list(self.shelf.db):
            base = cases.get_base(self.shelf.db, row.id)
            assert base is not None
            lacking = outgoing.counting(self.shelf.db, row.id)
            assert cases.now(self.shelf.db, row.id) == project(base, lacking)

    @invariant()
    def a_shown_case_shows_every_event(self) -> None:
        """Also between the verdict on an event and the row that holds it."""
        for row in cases.day_list(self.shelf.db):
            text = json.dumps(cases.now(self.shelf.db, row.id))
            assert [e.kind for e in self.made if e.case == row.id and e.id not in text] == []

    def _request(self) -> SyncRequest:
        made = client.prepare(self.shelf.db, device=self.device, app="0.1.0")
        return msgspec.json.decode(coding.encode(made), type=SyncRequest)

    def _answer(self, request: SyncRequest) -> list[Frame]:
        with self.office.db() as db:
            device = accounts.device(db, self.device)
        opening = exchange.receive(self.office, device, request, SHELF)
        return list(coding.decode_frames(exchange.answer(self.office, device, request, opening)))

    def _apply(self, frames: list[Frame]) -> None:
        at = START
        work = Applying(
            *(self.shelf.db, self.shelf.box),
            device=self.device,
            user="A1",
            log_key=self.office.keys.log_public,
            at=at,
        )
        for frame in frames:
            work.apply(frame)


def test_both_ends_agree_whatever_happens() -> None:
    run_state_machine_as_test(
        TwoEnds,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
