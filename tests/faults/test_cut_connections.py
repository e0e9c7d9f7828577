"""The line is cut after every so many bytes, either way; what was said twice counts once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_app.domain.errors import Offline
from agent_app.store import cases, events, files, outgoing
from sync import files as wire_files
from sync.server.office import Office
from tests.support.field import Agent
from tests.support.journals import seeded
from tests.support.offices import Clock, give_cases, listening, new_code, new_office
from tests.support.proxy import Proxy, proxied

pytestmark = pytest.mark.faults

PHOTO = bytes(range(256)) * 300


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = new_office(tmp_path / "server", Clock())
    give_cases(office, "A1", "case-1", "case-2")
    return office


@pytest.fixture
def proxy(office: Office) -> Iterator[Proxy]:
    with listening(office) as url, proxied(url) as proxy:
        yield proxy


@pytest.fixture
def agent(tmp_path: Path, office: Office, proxy: Proxy) -> Iterator[Agent]:
    clock = office.now
    assert isinstance(clock, Clock)
    agent = Agent.enrolled(tmp_path / "device", proxy.url, new_code(office, "A1"), Clock(clock.at))
    yield agent
    agent.close()


def exchange_all(agent: Agent) -> None:
    agent.sync()
    agent.upload()


def logged(office: Office) -> list[tuple[str, str]]:
    with office.db() as db:
        return [(row["id"], row["verdict"]) for row in db.rows("SELECT * FROM log ORDER BY leaf")]


@pytest.mark.parametrize("way", ["cut_up", "cut_down"])
@pytest.mark.parametrize("reset", [False, True], ids=["fin", "rst"])
def test_cut_anywhere_nothing_is_lost_or_doubled(
    agent: Agent, office: Office, proxy: Proxy, way: str, reset: bool
) -> None:
    agent.sync()
    made: list[str] = []
    step = 1409 if way == "cut_up" else 401
    broken = 0
    for turn in range(12):
        made += [event.id for event in agent.visit(visit=f"visit-{turn}")]
        photo = agent.record(
            "photo_taken",
            {"slot": "photo-1", "what": "door"},
            attached={"photo-1": PHOTO + turn.to_bytes(4, "big")},
        )
        made.append(photo.id)
        proxy.reset = reset
        proxy.heal()
        setattr(proxy, way, 1 + turn * step)
        try:
            exchange_all(agent)
        except Offline:
            broken += 1
        assert {entry.event.id for entry in events.history(agent.db, "case-1")} >= set(made)
        proxy.heal()
        exchange_all(agent)
    assert outgoing.count_unsent(agent.db) == 0
    assert files.unsent(agent.db) == []
    assert logged(office) == [(one, "applied") for one in made]
    assert all(entry.proof for entry in events.history(agent.db, "case-1"))
    with office.db() as db:
        assert db.value("SELECT count(*) FROM files") == 12
    assert broken > 8


def test_a_first_sync_cut_often_ends_with_every_case(
    agent: Agent, office: Office, proxy: Proxy
) -> None:
    for n in range(250):
        note = "".join(seeded(n, part).hex() for part in range(24))
        give_cases(office, "A1", f"c-{n}", note=note)
    tries = 0
    proxy.heal()
    proxy.cut_down = 40_000
    while True:
        tries += 1
        try:
            agent.sync()
            break
        except Offline:
            proxy.heal()
            proxy.cut_down = 40_000 * (tries + 1)
    assert cases.count(agent.db) == 252
    assert 1 < tries < 12


def test_a_large_file_wastes_one_chunk_a_cut_at_most(
    agent: Agent, office: Office, proxy: Proxy
) -> None:
    content = bytes(1024) * 9 * 1024
    agent.sync()
    agent.record(
        "photo_taken", {"slot": "video", "what": "walk"}, attached={"video": content + b"end"}
    )
    agent.sync()
    proxy.heal()
    cuts = 0
    sent = 0
    for cut in (1_000_000, 3_000_000, 2_500_000, 100_000):
        proxy.cut_up = cut
        with pytest.raises(Offline):
            agent.upload()
        cuts += 1
        sent += proxy.seen_up
        proxy.heal()
    assert agent.upload().sent == 1
    sent += proxy.seen_up
    assert sent < len(content) + (cuts + 1) * wire_files.CHUNK + 100_000
