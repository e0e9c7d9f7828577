"""The pad keeps what each device gives: place, time, pressure and tilt."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.widgets.ink_pad import InkPad

_PEN = QPointingDevice(
    "pen", 77, QInputDevice.DeviceType.Stylus, QPointingDevice.PointerType.Pen,
    QInputDevice.Capability.Pressure | QInputDevice.Capability.XTilt, 1, 1,
)  # fmt: skip


def test_a_pen_gives_pressure_and_tilt_at_its_own_time(qtbot: QtBot) -> None:
    pad = InkPad("here")
    qtbot.addWidget(pad)
    kinds = [QEvent.Type.TabletPress, *[QEvent.Type.TabletMove] * 3, QEvent.Type.TabletRelease]
    for step, kind in enumerate(kinds):
        spot = QPointF(20 + 10 * step, 40)
        event = QTabletEvent(
            kind, _PEN, spot, spot, 0.25 * step, 12.0, -7.0, 0.0, 0.0, 0.0,
            Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton,
        )  # fmt: skip
        event.setTimestamp(1000 + 7 * step)
        QApplication.sendEvent(pad, event)
    (stroke,) = pad.strokes()
    assert stroke.tool == "pen"
    assert [point.time for point in stroke.points] == [0, 7, 14, 21]
    assert [point.pressure for point in stroke.points] == [0.0, 0.25, 0.5, 0.75]
    assert {(point.tilt_x, point.tilt_y) for point in stroke.points} == {(12.0, -7.0)}


def test_one_finger_writes_and_feels_no_pressure(qtbot: QtBot) -> None:
    pad = InkPad("here")
    qtbot.addWidget(pad)
    pad.resize(400, 240)
    pad.show()
    said: list[bool] = []
    pad.signed.connect(said.append)
    finger = QTest.createTouchDevice()
    middle = pad.rect().center()
    QTest.touchEvent(pad, finger).press(0, middle, pad).commit()
    for step in range(1, 5):
        QTest.touchEvent(pad, finger).move(0, middle + middle * step / 20, pad).commit()
    QTest.touchEvent(pad, finger).release(0, middle, pad).commit()
    (stroke,) = pad.strokes()
    assert stroke.tool == "finger"
    assert len(stroke.points) == 5
    assert all(point.pressure is None for point in stroke.points)
    assert said == [True]
