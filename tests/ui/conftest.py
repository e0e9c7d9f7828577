"""A dressed application, and an office with a real desk on the store thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from agent_app.actions.desk import Desk
from agent_app.actions.visits import start_visit
from agent_app.domain.moment import Moment
from agent_app.packs import PackSet
from agent_app.queries.visit_run import SCRIPT
from agent_app.script import load_form
from tests.support.desks import MORNING, open_test_desk, visitable_row
from tests.support.papers import DocumentOffice
from tests.ui.hand import Hand
from ui.app import build_app
from ui.jobs import Jobs
from ui.pages.visit import VisitPage
from ui.text import Text
from ui.viewmodels.office import Office
from ui.viewmodels.visit import VisitModel


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


@pytest.fixture
def visit(qtbot: QtBot, office: Office) -> str:
    """A visit just begun."""
    made: list[str] = []
    office.jobs.act(
        start_visit, office.desk, office.now(), case="case-1", address="addr-1",
        done=lambda change: made.append(change.made),
    )  # fmt: skip
    qtbot.waitUntil(lambda: bool(made), timeout=10_000)
    return made[0]


@pytest.fixture
def hand(qtbot: QtBot, office: Office, visit: str, text: Text) -> Iterator[Hand]:
    page = open_page(qtbot, office, visit, text)
    yield Hand(qtbot, page, office.jobs)
    page.deleteLater()


def open_page(qtbot: QtBot, office: Office, visit: str, text: Text) -> VisitPage:
    page = VisitPage(VisitModel(office, "case-1", visit, text.language), text)
    qtbot.addWidget(page)
    page.resize(1280, 800)
    page.show()
    page.arrive()
    Hand(qtbot, page, office.jobs).settle()
    return page


def with_script(office: Office, content: bytes) -> Office:
    """The office with another visit script (an XForm) in the pack of its cases."""
    packs = office.desk.packs
    changed = replace(packs["cn"], files={**packs["cn"].files, SCRIPT: content})
    others = [one for one in packs if one.id != "cn"]
    kept = office.desk.cache / "forms" / sha256(content).hexdigest()
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(load_form(content, name="visit.xml").to_cache())
    return replace(office, desk=replace(office.desk, packs=PackSet([changed, *others])))
