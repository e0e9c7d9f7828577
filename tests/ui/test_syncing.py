"""The app's sync over a real line: every step done, faults told, what came before them kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PySide6.QtCore import QObject, Signal

from agent_app.domain.errors import DoorstepError, Offline
from agent_app.store import cases, files
from sync.server.office import Office as ServingOffice
from tests.support.field import Agent
from tests.support.offices import Clock, give_cases, listening, new_code, new_office
from ui.viewmodels.office import Office
from ui.viewmodels.syncing import Syncing


class OneThread(QObject):
    """Jobs done at once, where they are asked for."""

    changed = Signal(object)

    def store(
        self,
        work: Callable[..., Any],
        *given: Any,
        done: Callable[[Any], object],
        failed: Callable[[Exception], object],
    ) -> None:
        try:
            result = work(*given)
        except DoorstepError as fault:
            failed(fault)
        else:
            done(result)

    net = store


@pytest.fixture
def office(tmp_path: Path) -> ServingOffice:
    office = new_office(tmp_path / "server", Clock())
    give_cases(office, "A1", "case-1", "case-2")
    return office


@pytest.fixture
def agent(office: ServingOffice, tmp_path: Path) -> Iterator[Agent]:
    with listening(office) as url:
        agent = Agent.enrolled(tmp_path / "device", url, new_code(office, "A1"), Clock())
        yield agent
        agent.close()


def syncing(agent: Agent, said: list[object]) -> Syncing:
    keys = agent.keys
    desk = SimpleNamespace(
        db=agent.db, files=agent.box, device=keys.device, user=keys.user, told=keys.facts,
        app="0.1.0", packs=(),
    )  # fmt: skip
    fake = SimpleNamespace(desk=desk, now=agent.moment, jobs=OneThread())
    made = Syncing(cast(Office, fake), lambda: agent.transport)
    made.finished.connect(said.append)
    made.failed.connect(said.append)
    made.running.connect(said.append)
    return made


def test_events_and_photos_go_up_and_cases_come_down(agent: Agent, qapp: object) -> None:
    said: list[Any] = []
    syncing(agent, said).run()
    assert cases.ids(agent.db) == {"case-1", "case-2"}
    for slot in ("photo-1", "photo-2"):
        agent.record("photo_taken", {"slot": slot, "what": "door"}, attached={slot: slot.encode()})
    agent.visit()
    syncing(agent, said).run()
    assert files.unsent(agent.db) == []
    assert said[0::3] == [True, True]
    assert [one.complete for one in said[2::3]] == [True, True]


def test_a_line_that_breaks_is_told_and_may_be_tried_again(agent: Agent, qapp: object) -> None:
    said: list[Any] = []
    url, agent.transport._url = agent.transport._url, "http://127.0.0.1:9"
    made = syncing(agent, said)
    made.run()
    assert isinstance(said[-1], Offline)
    assert not made.busy
    agent.transport._url = url
    made.run()
    assert said[-1].complete
