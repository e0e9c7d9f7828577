from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent_app.vault.hardware import HardwareKey
from sync.server.office import Office
from tests.support.field import Agent
from tests.support.offices import Clock, give_cases, listening, new_code, new_office


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(tmp_path: Path, clock: Clock) -> Office:
    office = new_office(tmp_path / "server", clock)
    give_cases(office, "A1", "case-1", "case-2")
    return office


@pytest.fixture
def url(office: Office) -> Iterator[str]:
    with listening(office) as address:
        yield address


@pytest.fixture
def joined(tmp_path: Path, office: Office, url: str) -> Iterator[Callable[..., Agent]]:
    made: list[Agent] = []

    def join(user: str = "A1", folder: str = "device-1", held: HardwareKey | None = None) -> Agent:
        clock = office.now
        assert isinstance(clock, Clock)
        code = new_code(office, user)
        agent = Agent.enrolled(tmp_path / folder, url, code, Clock(clock.at), held)
        made.append(agent)
        return agent

    yield join
    for agent in made:
        agent.close()


@pytest.fixture
def agent(joined: Callable[..., Agent]) -> Agent:
    return joined()
