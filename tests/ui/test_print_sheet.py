"""The print sheet driven by hand, on a print service that jams."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from agent_app.actions.letters import print_letter
from agent_app.domain.errors import Unavailable
from agent_app.queries.papers import papers
from tests.ui.hand import Hand
from ui.pages.print_sheet import print_sheet
from ui.text import Text
from ui.viewmodels.office import Office
from ui.viewmodels.printing import PrintModel


class Service:
    """Two printers; jams at the second paper until mended. Keeps the titles it queued."""

    def __init__(self) -> None:
        self.jammed = True
        self.queued: list[str] = []
        self.commands: list[Sequence[str]] = []

    def __call__(self, command: Sequence[str], given: bytes) -> str:
        if command[0] == "lpstat":
            return "office\nfront\n" if "-e" in command else "system default destination: front"
        if self.jammed and self.queued:
            raise Unavailable("the printer is out of paper")
        assert given.startswith(b"%PDF")
        self.commands.append(command)
        self.queued.append(command[command.index("-t") + 1])
        return f"request id is front-{len(self.queued)} (1 file(s))"


@pytest.fixture
def model(qtbot: QtBot, office: Office) -> PrintModel:
    made: list[object] = []
    for _ in range(3):
        office.jobs.act(
            print_letter, office.desk, office.now(), case="case-1", template="missed_you",
            language="zh_CN", done=made.append,
        )  # fmt: skip
    qtbot.waitUntil(lambda: len(made) == 3, timeout=20_000)
    found: list[PrintModel] = []

    def make(known: object) -> None:
        found.append(PrintModel(office, known.papers, Service()))

    office.jobs.store(papers, office.desk, "case-1", done=make)
    qtbot.waitUntil(lambda: bool(found), timeout=20_000)
    return found[0]


def test_after_a_jam_no_serial_is_queued_twice(
    qtbot: QtBot, office: Office, model: PrintModel, text: Text
) -> None:
    page = QWidget()
    page.resize(1024, 768)
    qtbot.addWidget(page)
    page.show()
    service = model._run
    print_sheet(page, model, text)
    hand = Hand(qtbot, page, office.jobs)
    hand.settle()
    hand.press("print-copies-more")
    hand.choose("print-sides", "two-sided-long-edge")
    hand.press("print-start")
    assert hand.sees("print-jam")
    assert len(service.queued) == 1
    service.jammed = False
    hand.press("print-start")
    assert sorted(service.queued) == sorted(one.serial for one in model.papers)
    assert {"front", "2", "sides=two-sided-long-edge"} <= set(service.commands[0])
    assert not hand.find("print-start").isEnabled()
