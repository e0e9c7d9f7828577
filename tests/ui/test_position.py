"""Where the device is, is read only between a visit's start and its end, and only when asked."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QDateTime, QObject, Signal
from PySide6.QtPositioning import QGeoCoordinate, QGeoPositionInfo
from pytestqt.qtbot import QtBot

from agent_app.actions.evidence import read_position
from agent_app.actions.visits import abort_visit
from agent_app.domain.errors import BadInput, NotAllowed
from agent_app.journal import nearby
from agent_app.journal.signing import b64
from agent_app.store import events, meta
from tests.support.desks import MORNING
from tests.ui.conftest import open_page
from tests.ui.hand import Hand
from ui.capture.position import PositionReader
from ui.pages.panels.place import PositionPanel
from ui.text import Text
from ui.viewmodels.office import Office

HERE = {"lat": 31.2, "lon": 121.5, "accuracy": 12.0, "datum": "WGS-84", "provider": "geoclue2"}


class Receiver(QObject):
    """A receiver that counts how many of its kind are on."""

    positionUpdated = Signal(QGeoPositionInfo)
    errorOccurred = Signal(object)
    running = 0

    def sourceName(self) -> str:
        return "geoclue2"

    def requestUpdate(self, patience: int) -> None:
        Receiver.running += 1

    def stopUpdates(self) -> None:
        Receiver.running -= 1

    def fix(self, at: QGeoCoordinate | None = None, accuracy: float | None = 12.0) -> None:
        place = at or QGeoCoordinate(31.2, 121.5)
        info = QGeoPositionInfo(place, QDateTime.currentDateTimeUtc())
        if accuracy is not None:
            info.setAttribute(QGeoPositionInfo.Attribute.HorizontalAccuracy, accuracy)
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
    reader.found.connect(lambda at, _: found.append(at))
    assert (made, reader.on, Receiver.running) == ([], False, 0)
    reader.read()
    reader.read()
    assert (len(made), reader.on, Receiver.running) == (1, True, 1)
    made[0].fix()
    assert (found, reader.on, Receiver.running) == ([HERE], False, 0)
    made[0].fix()
    assert found == [HERE], "what comes late is let go"


def test_the_position_waits_for_the_networks_and_not_for_ever(
    qtbot: QtBot, made: list[Receiver]
) -> None:
    """The receiver is off meanwhile; an answer to an earlier question is let go."""
    asked: list[Any] = []
    found: list[tuple[dict[str, Any], list[str]]] = []
    reader = PositionReader(
        None, lambda parent: made.append(Receiver(parent)) or made[-1], asked.append
    )
    reader.found.connect(lambda *told: found.append(told))
    reader.read()
    made[0].fix()
    assert (found, reader.on, Receiver.running) == ([], False, 0)
    reader.read()
    assert len(asked) == 1, "once at a time"
    asked[0](["ac:84:c6:11:22:33"])
    assert found == [(HERE, ["ac:84:c6:11:22:33"])]
    reader.read()
    asked[0](["late"])
    asked[1]([])
    made[1].fix()
    assert found[1:] == [(HERE, [])]
    reader.read()
    made[2].fix()
    reader.stop()
    asked[2](["gone"])
    assert len(found) == 2
    reader._limit.setInterval(1)
    reader.read()
    made[3].fix()
    qtbot.waitUntil(lambda: len(found) == 3)
    assert found[2] == (HERE, [])


def test_a_fix_that_is_none_and_an_accuracy_that_is_not_stated(
    reader: PositionReader, made: list[Receiver]
) -> None:
    told: list[object] = []
    reader.found.connect(lambda at, _: told.append(at["accuracy"]))
    reader.missing.connect(lambda: told.append("missing"))
    reader.read()
    made[0].fix(QGeoCoordinate())
    for accuracy in (None, math.nan, math.inf, -1.0, 1e300, 7.26):
        reader.read()
        made[-1].fix(accuracy=accuracy)
    assert told == ["missing", 0.0, 0.0, 0.0, 0.0, 0.0, 7.3]
    assert Receiver.running == 0


def test_a_visit_that_ends_meanwhile_switches_it_off(
    reader: PositionReader, made: list[Receiver]
) -> None:
    found: list[dict[str, Any]] = []
    reader.found.connect(lambda at, _: found.append(at))
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


def test_networks_are_kept_as_marks_and_only_where_the_office_asks(
    qtbot: QtBot, office: Office, visit: str
) -> None:
    """No address is in the store, nor anything at all without the office's salt."""
    desk, jobs, told = office.desk, office.jobs, list[Any]()
    heard = ["ac:84:c6:11:22:33", "50:64:2b:00:00:09"]

    def tried() -> None:
        about: dict[str, Any] = {"case": "case-1", "visit": visit, "position": HERE}
        read_position(desk, MORNING, networks=heard, **about)
        meta.put(desk.db, "office", {"network_salt": b64(bytes(32))})
        read_position(desk, MORNING, networks=heard, **about)
        read_position(desk, MORNING, **about)
        with pytest.raises(BadInput, match="lat"):
            read_position(desk, MORNING, **about | {"position": HERE | {"lat": math.nan}})
        told.extend(one.body for one in events.of_kind(desk.db, "position_read"))

    jobs.store(tried, failed=told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert told == [HERE, {**HERE, "networks": nearby.marks(bytes(32), heard)}, HERE]


@pytest.mark.skipif(sys.platform != "linux", reason="a script stands in for nmcli")
@pytest.mark.parametrize("salt", [b"", bytes(32)], ids=["not asked for", "asked for"])
def test_who_reads_a_position_is_told_of_the_networks(
    qtbot: QtBot, office: Office, visit: str, text: Text, salt: bytes, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """On the very screen; then what the system says is kept as marks, or nothing is asked."""
    nmcli = tmp_path / "nmcli"
    nmcli.write_text("#!/bin/sh\n: >$0.asked\necho 'AC\\:84\\:C6\\:11\\:22\\:33:92:x'\n", "utf-8")
    nmcli.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    office.jobs.store(meta.put, office.desk.db, "office", {"network_salt": b64(salt)})
    page = open_page(qtbot, office, visit, text)
    hand, model = Hand(qtbot, page, office.jobs), page.panels.visit
    (ref,) = (one for screen in model.course.screens for one in screen.nodes if "position" in one)
    while model.screen and ref not in model.screen.nodes:
        model.course.go(model.course.at + 1)
    model.moved.emit()
    hand.settle()
    assert hand.sees("position-networks") == bool(salt)
    panel = page.findChild(PositionPanel)
    assert panel is not None
    made = Receiver(page)
    panel._reader._make = lambda _: made
    hand.press("position-read")
    made.fix()
    hand.settle()
    told: list[Any] = []
    office.jobs.store(events.of_kind, office.desk.db, "position_read", done=told.extend)
    hand.settle()
    marks = {"networks": nearby.marks(salt, ["ac:84:c6:11:22:33"])} if salt else {}
    assert [one.body for one in told] == [{**HERE, **marks}]
    assert (tmp_path / "nmcli.asked").exists() == bool(salt)
