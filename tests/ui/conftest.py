"""A dressed application, and an office with a real desk on the store thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from agent_app.actions.desk import Desk
from agent_app.domain.moment import Moment
from tests.support.desks import MORNING, open_test_desk, visitable_row
from tests.support.papers import DocumentOffice
from ui.app import build_app
from ui.jobs import Jobs
from ui.text import Text
from ui.viewmodels.office import Office


@dataclass
class Watch:
    """A clock that moves a second each time it is read."""

    moment: Moment = field(default=MORNING)

    def __call__(self) -> Moment:
        self.moment = self.moment.later(seconds=1)
        return self.moment


@pytest.fixture(scope="session")
def qapp() -> object:
    return build_app()


@pytest.fixture
def text() -> Text:
    return Text("zh_CN")


@pytest.fixture
def jobs(qapp: object) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.close()


@pytest.fixture
def office(qtbot: QtBot, jobs: Jobs, tmp_path: Path) -> Iterator[Office]:
    """Agent wang with one case whose door may be knocked on."""
    rows = (visitable_row("case-1"), visitable_row("case-2"))
    context = open_test_desk(tmp_path, *rows)
    papers = DocumentOffice.make()
    opened: list[Office] = []

    def sit(desk: Desk) -> None:
        able = replace(desk, document_key=papers.device_key, document_chain=tuple(papers.chain))
        opened.append(Office(able, jobs, Watch()))

    jobs.store(context.__enter__, done=sit)
    qtbot.waitUntil(lambda: bool(opened), timeout=10_000)
    yield opened[0]
    qtbot.waitUntil(lambda: jobs.running == 0, timeout=10_000)
    jobs.store(context.__exit__, None, None, None)
    qtbot.waitUntil(lambda: jobs.running == 0, timeout=10_000)
