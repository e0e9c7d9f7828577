"""However a device's events are split, repeated and lost on the way: one state comes of them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent_app.domain.events import Event
from agent_app.domain.project import project
from agent_app.journal import chain
from sync.messages import Head, SyncRequest, Verdict
from sync.server import accounts, cases, exchange, feed
from sync.server.office import Office, open_office
from sync.server.packs import PackShelf
from tests.conftest import SCALE
from tests.support.journals import VISIT, Device
from tests.support.offices import Clock, give_cases, new_office

SHELF = PackShelf((), {})
COUNT = 8
CASES = ("case-1", "case-2")
PARTS = 4
"""The journeys in parts, so that two workers may share them."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with one device of A1 and two cases, nothing pushed yet."""
    office = new_office(tmp_path_factory.mktemp("template") / "server", Clock())
    give_cases(office, "A1", *CASES)
    with office.db() as db, db.writing():
        accounts.add_device(
            db,
            {
                "id": "device-1",
                "user": "A1",
                "name": "",
                "event_key": Device().public,
                "certificate": b"",
                "server_share": b"",
                "warrant": "{}",
                "enrolled_at": "",
                "app": "",
            },
        )
    return office.folder


def journal() -> list[Event]:
    """A visit, before it an event the gate refuses, after it one on another case."""
    device = Device(user="A1")
    device.record("disclosed", {"statement": "x"}, visit="v-1")
    for kind, body in (VISIT[0], VISIT[1], VISIT[3], VISIT[4], VISIT[9], VISIT[11]):
        device.record(kind, body, visit="v-1")
    device.record("comment_added", {"text": "x"}, case="case-2", visit=None)
    return device.events


@st.composite
def journeys(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Pushes as (from, to) of all the events: cut anywhere, repeated, in any order of trouble.

    The last push is everything, as a device does that never heard an answer.
    """
    size = st.integers(0, COUNT)
    pushes = draw(st.lists(st.tuples(size, size), max_size=4))
    return [*(tuple(sorted(one)) for one in pushes), (0, COUNT)]  # type: ignore[list-item]


def push(rig: Rig, start: int, end: int) -> list[Verdict]:
    events = rig.events
    request = SyncRequest(
        protocol=1,
        app="0.1.0",
        cursor=None,
        head=Head(events[-1].seq, chain.event_hash(events[-1])),
        events=[msgspec.Raw(msgspec.json.encode(one.to_json())) for one in events[start:end]],
    )
    frames = exchange.receive(rig.office, rig.device, request, SHELF)
    return [one for frame in frames if hasattr(frame, "verdicts") for one in frame.verdicts]


def state(office: Office) -> dict[str, Any]:
    """All that a stranger could tell two servers apart by, save when and in how many steps."""
    with office.db() as db:
        found = {
            "log": db.rows("SELECT leaf, hash, verdict, reason, late FROM log ORDER BY leaf"),
            "tree": db.rows("SELECT * FROM tree ORDER BY level, place"),
            "parked": db.rows("SELECT id FROM parked"),
            "wanted": db.rows("SELECT * FROM wanted ORDER BY sha256"),
            "device": db.rows("SELECT seq, head, state FROM devices"),
            "alerts": db.rows("SELECT kind FROM alerts"),
            "cases": {
                row["id"]: msgspec.json.decode(row["body"]) | {"revision": None}
                for row in db.rows("SELECT id, body FROM cases")
            },
        }
        positions = db.rows("SELECT position FROM cases UNION ALL SELECT position FROM log")
        assert len({row["position"] for row in positions}) == len(positions)
        assert max(row["position"] for row in positions) <= feed.position(db).position
    return found


class Rig:
    """One office whose database is the template's again whenever a journey begins."""

    def __init__(self, template: Path, folder: Path) -> None:
        shutil.copytree(template, folder)
        self.template, self.folder = template, folder
        self.office = open_office(folder, Clock())
        self.events = journal()
        with self.office.db() as db:
            self.device = accounts.device(db, "device-1")
        self.begin()
        push(self, 0, COUNT)
        self.expected = state(self.office)

    def begin(self) -> None:
        for path in self.folder.glob("office.db*"):
            path.unlink()
        shutil.copyfile(self.template / "office.db", self.folder / "office.db")


@pytest.fixture(scope="module")
def rig(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Rig:
    return Rig(template, tmp_path_factory.mktemp("clones") / "server")


@pytest.mark.parametrize("part", range(PARTS))
@settings(max_examples=100 * SCALE, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(journey=journeys())
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_way_leads_to_the_same_state(
    journey: list[tuple[int, int]], rig: Rig, part: int
) -> None:
    rig.begin()
    with rig.office.db():  # an open connection spares a checkpoint at the end of each push
        for start, end in journey:
            verdicts = push(rig, start, end)
        found = state(rig.office)
    assert {one.verdict for one in verdicts} <= {"applied", "duplicate", "refused"}
    for name, value in rig.expected.items():
        assert found[name] == value, name


def test_counting_one_by_one_is_counting_from_the_start(rig: Rig) -> None:
    """What a new hand-over file makes the office rebuild is what the intake built in steps."""
    rig.begin()
    push(rig, 0, COUNT)
    with rig.office.db() as db:
        for case in CASES:
            source = msgspec.json.decode(db.value("SELECT source FROM cases WHERE id = ?", case))
            stepped = cases.body(db, case)
            assert project(source, cases.events_of(db, case)) | {"revision": None} == (
                (stepped or {}) | {"revision": None}
            )
