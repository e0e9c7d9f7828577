"""Where the device is, is read only between a visit's start and its end, and only when asked."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QDateTime, QObject, Signal
from PySide6.QtPositioning import QGeoCoordinate, QGeoPositionInfo
from pytestqt.qtbot import QtBot

from agent_app.actions.evidence import read_position
from agent_app.actions.visits import abort_visit
from agent_app.domain.errors import NotAllowed
from agent_app.store import events
from tests.support.desks import MORNING
from ui.capture.position import PositionReader
from ui.viewmodels.office import Office

HERE = {"lat": 31.2, "lon": 121.5, "accuracy": 12.0, "datum": "WGS-84", "provider": "device"}


class Receiver(QObject):
    """A receiver that counts how many of its kind are on."""

    positionUpdated = Signal(QGeoPositionInfo)
    errorOccurred = Signal(object)
    running = 0

    def requestUpdate(self, patience: int) -> None:
        Receiver.running += 1

    def stopUpdates(self) -> None:
        Receiver.running -= 1

    def fix(self) -> None:
        at = QGeoCoordinate(31.2, 121.5)
        info = QGeoPositionInfo(at, QDateTime.currentDateTimeUtc())
        info.setAttribute(QGeoPositionInfo.Attribute.HorizontalAccuracy, 12.0)
        self.positionUpdated.emit(info)


@pytest.fixture
def made() -> list[Receiver]:
    Receiver.running = 0
    return []


@pytest.fixture
def reader(qtbot: QtBot, made: list[Receiver]) -> PositionReader:
    def make(parent: QObject) -> Any:
        made.append(Receiver(parent))
        return made[-1]

    return PositionReader(None, make)


def test_the_receiver_is_off_before_and_after_each_reading(
    reader: PositionReader, made: list[Receiver]
) -> None:
    found: list[dict[str, Any]] = []
    reader.found.connect(found.append)
    assert (made, reader.on, Receiver.running) == ([], False, 0)
    reader.read()
    reader.read()
    assert (len(made), reader.on, Receiver.running) == (1, True, 1)
    made[0].fix()
    assert (found, reader.on, Receiver.running) == ([HERE], False, 0)
    made[0].fix()
    assert found == [HERE], "what comes late is let go"


def test_a_visit_that_ends_meanwhile_switches_it_off(
    reader: PositionReader, made: list[Receiver]
) -> None:
    found: list[dict[str, Any]] = []
    reader.found.connect(found.append)
    reader.read()
    reader.stop()
    made[0].fix()
    assert (found, reader.on, Receiver.running) == ([], False, 0)


def test_a_receiver_that_fails_is_switched_off_and_said(
    reader: PositionReader, made: list[Receiver]
) -> None:
    missing: list[bool] = []
    reader.missing.connect(lambda: missing.append(True))
    reader.read()
    made[0].errorOccurred.emit(0)
    assert (missing, Receiver.running) == ([True], 0)
    none = PositionReader(None, lambda _: None)
    none.missing.connect(lambda: missing.append(True))
    none.read()
    assert missing == [True, True]


def test_nothing_but_an_open_visit_takes_a_position(
    qtbot: QtBot, office: Office, visit: str
) -> None:
    """The action itself refuses, whatever a screen may do."""
    desk, jobs, told = office.desk, office.jobs, list[str]()
    about: dict[str, Any] = {"case": "case-1", "position": HERE}

    def tried() -> None:
        for where in ("no-such-visit", visit):
            try:
                read_position(desk, MORNING, visit=where, **about)
                told.append("read")
            except NotAllowed as refused:
                told.append(str(refused))
        abort_visit(desk, MORNING, case="case-1", visit=visit, reason="unsafe")
        with pytest.raises(NotAllowed, match="between visit start and end"):
            read_position(desk, MORNING, visit=visit, **about)
        told.append(str(len(events.of_kind(desk.db, "position_read"))))

    jobs.store(tried, failed=lambda error: told.append(repr(error)))
    qtbot.waitUntil(lambda: len(told) == 3, timeout=20_000)
    assert told == ["a position is read only between visit start and end", "read", "1"]
