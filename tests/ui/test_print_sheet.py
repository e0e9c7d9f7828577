"""Batches driven by hand, on a print service that jams and a device that dies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from agent_app.actions import batches
from agent_app.actions.letters import print_letter
from agent_app.documents.printing import state
from agent_app.domain.errors import Unavailable
from agent_app.queries.papers import papers
from tests.support.printers import print_service, within
from tests.ui.hand import Hand
from ui.pages.batch_sheet import batch_sheet
from ui.pages.letters import LettersPage
from ui.pages.print_sheet import print_sheet
from ui.text import Text
from ui.viewmodels.letters import LettersModel
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


def ask(qtbot: QtBot, office: Office, what: Any, *args: Any, **values: Any) -> Any:
    found: list[Any] = []
    office.jobs.store(what, *args, done=found.append, **values)
    qtbot.waitUntil(lambda: bool(found), timeout=20_000)
    return found[0]


@pytest.fixture
def serials(qtbot: QtBot, office: Office) -> list[str]:
    """Three letters made before."""
    about = {"case": "case-1", "template": "missed_you", "language": "zh_CN"}
    return [
        ask(qtbot, office, print_letter, office.desk, office.now(), **about).made[0]
        for _ in range(3)
    ]


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    page = QWidget()
    page.resize(1024, 768)
    qtbot.addWidget(page)
    page.show()
    return page


def open_sheet(qtbot: QtBot, office: Office, page: QWidget, text: Text, service: Service) -> Hand:
    print_sheet(page, PrintModel(office, service), text)
    hand = Hand(qtbot, page, office.jobs)
    hand.settle()
    return hand


def test_after_a_jam_and_a_restart_no_serial_is_queued_twice(
    qtbot: QtBot, office: Office, serials: list[str], page: QWidget, text: Text
) -> None:
    service = Service()
    rows = ask(qtbot, office, papers, office.desk, "case-1").papers
    model = PrintModel(office, service)
    print_sheet(page, model, text)
    model.begin_printing(rows)
    hand = Hand(qtbot, page, office.jobs)
    hand.settle()
    hand.press("print-copies-more")
    hand.choose("print-sides", "two-sided-long-edge")
    hand.press("print-start")
    assert hand.sees("print-jam")
    assert len(service.queued) == 1
    assert {"front", "2", "sides=two-sided-long-edge"} <= set(service.commands[0])
    hand.press("print-sheet-close")

    listing = LettersPage(LettersModel(office, None), text)
    qtbot.addWidget(listing)
    listing.show()
    listing.arrive()
    register = Hand(qtbot, listing, office.jobs)
    register.settle()
    assert register.sees("batch-left")

    service.jammed = False
    again = open_sheet(qtbot, office, page, text, service)
    again.press("print-start")
    assert sorted(service.queued) == sorted(serials)
    assert ask(qtbot, office, batches.batch, office.desk).over


def test_what_was_on_its_way_when_all_ended_is_asked_for(
    qtbot: QtBot, office: Office, serials: list[str], page: QWidget, text: Text
) -> None:
    desk, service = office.desk, Service()
    service.jammed = False
    rows = ask(qtbot, office, papers, desk, "case-1").papers
    waiting = [batches.Waiting(one.serial, one.document) for one in rows]
    ask(qtbot, office, batches.begin_printing, desk, office.now(), papers=waiting)
    ask(qtbot, office, batches.note_sending, desk, waiting[0].serial)  # and here the power went
    hand = open_sheet(qtbot, office, page, text, service)
    assert not hand.find("print-start").isEnabled()
    hand.press("print-lies-there")
    hand.press("print-start")
    assert waiting[0].serial not in service.queued
    assert len(service.queued) == 2


def test_letters_for_all_listed_are_made_once_each(
    qtbot: QtBot, office: Office, page: QWidget, text: Text
) -> None:
    batch_sheet(page, office, ["case-1", "case-2", "unknown"], text)
    hand = Hand(qtbot, page, office.jobs)
    hand.settle()
    hand.choose("batch-template", "missed_you")
    hand.press("batch-start")
    hand.press("print-start")
    made = ask(qtbot, office, batches.batch, office.desk)
    assert len({one.serial for one in made.papers}) == 2
    assert made.refused == ("unknown",)
    for case in ("case-1", "case-2"):
        assert len(ask(qtbot, office, papers, office.desk, case).papers) == 1


def test_the_sheet_prints_on_a_real_queue(
    qtbot: QtBot, office: Office, serials: list[str], page: QWidget, text: Text
) -> None:
    rows = ask(qtbot, office, papers, office.desk, "case-1").papers
    with print_service() as folder:
        before = set(folder.glob("*.pdf")) if folder.is_dir() else set()
        model = PrintModel(office)
        print_sheet(page, model, text)
        model.begin_printing(rows)
        hand = Hand(qtbot, page, office.jobs)
        hand.settle()
        hand.choose("print-printer", "Doorstep")
        hand.press("print-start")
        jobs = ask(qtbot, office, batches.batch, office.desk).printed
        assert set(jobs) == set(serials)
        assert within(20, lambda: all(state(job) in ("done", "gone") for job in jobs.values()))
        made = set(folder.glob("*.pdf")) - before
        assert len(made) == len(serials)
        for one in made:
            one.unlink()
