"""The real server, as a process of its own, killed while devices sync, and started again."""

from __future__ import annotations

import random
import signal
import socket
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent_app.domain.errors import Offline, Unavailable
from agent_app.store import files, outgoing
from sync.server.office import Office
from tests.support.field import Agent
from tests.support.offices import Clock, give_cases, new_code, new_office
from tests.support.serving import serving

pytestmark = pytest.mark.faults

PHOTO = bytes(range(256)) * 400


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = new_office(tmp_path / "server", Clock(datetime.now(UTC)))
    give_cases(office, "A1", "case-1", "case-2")
    return office


def test_a_server_killed_while_syncing_loses_and_doubles_nothing(
    tmp_path: Path, office: Office, port: int
) -> None:
    moments = random.Random(20261122)
    clock = Clock(datetime.now(UTC))
    with serving(tmp_path, port):
        url = f"http://127.0.0.1:{port}"
        agent = Agent.enrolled(tmp_path / "device", url, new_code(office, "A1"), clock)
        agent.sync()
    made: list[str] = []
    broken = 0
    for turn in range(3):
        made += [event.id for event in agent.visit(visit=f"visit-{turn}")]
        picture = {"photo-1": PHOTO + bytes([turn])}
        photo = agent.record("photo_taken", {"slot": "photo-1", "what": "x"}, attached=picture)
        made.append(photo.id)
        with serving(tmp_path, port) as server:
            killer = threading.Timer(
                moments.uniform(0.0, 0.12), server.process.send_signal, [signal.SIGKILL]
            )
            killer.start()
            try:
                agent.sync()
                agent.upload()
            except (Offline, Unavailable):
                broken += 1
            killer.join()
        with pytest.raises(Offline):
            agent.sync()
    with serving(tmp_path, port):
        report = agent.sync()
        agent.upload()
    assert report.complete
    assert (outgoing.count_unsent(agent.db), files.unsent(agent.db)) == (0, [])
    with office.db() as db:
        logged = [(row["id"], row["verdict"]) for row in db.rows("SELECT * FROM log ORDER BY leaf")]
        assert db.value("SELECT count(*) FROM files") == 3
    assert logged == [(one, "applied") for one in made]
    assert broken
    agent.close()
