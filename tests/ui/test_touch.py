"""A finger on a page: it scrolls what is long, draws where one signs, presses what it taps."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEventPoint, QTouchEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ui.widgets.ink_pad import InkPad
from ui.widgets.label import Label
from ui.widgets.layout import column
from ui.widgets.lists import Row
from ui.widgets.scroll import Scroll

FINGER = QTest.createTouchDevice()
STEP = 12


def touch(on: QWidget, kind: QEvent.Type, state: QEventPoint.State, at: QPoint) -> None:
    there = QPointF(on.mapToGlobal(at))
    point = QEventPoint(0, state, QPointF(on.window().mapFromGlobal(there.toPoint())), there)
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(on, QTouchEvent(kind, FINGER, none, [point]))


def drag(on: QWidget, up: int) -> None:
    """Draw a finger upwards from the middle of `on`."""
    spot, kinds, states = on.rect().center(), QEvent.Type, QEventPoint.State
    touch(on, kinds.TouchBegin, states.Pressed, spot)
    for way in range(0, up, STEP):
        touch(on, kinds.TouchUpdate, states.Updated, spot - QPoint(0, way))
        QTest.qWait(1)
    touch(on, kinds.TouchEnd, states.Released, spot - QPoint(0, up))


def test_a_finger_scrolls_the_page_but_not_over_the_signature(qtbot: QtBot) -> None:
    pad, long, content = InkPad("sign"), QWidget(), QWidget()
    pad.setFixedHeight(200)
    long.setFixedHeight(2000)
    content.setLayout(column(pad, Label("…"), long))
    page = Scroll(content)
    qtbot.addWidget(page)
    page.resize(600, 700)
    with qtbot.waitExposed(page):
        page.show()
    drag(pad, 120)
    assert page.verticalScrollBar().value() == 0
    assert pad.strokes()
    drag(page.viewport(), 240)
    assert page.verticalScrollBar().value() > 100


def test_a_tap_opens_a_row_and_a_flick_over_it_does_not(qtbot: QtBot) -> None:
    rows = [Row(str(n), "…") for n in range(30)]
    opened: list[int] = []
    for n, one in enumerate(rows):
        one.opened.connect(lambda n=n: opened.append(n))
    content = QWidget()
    content.setLayout(column(*rows, Label("…")))
    page = Scroll(content)
    qtbot.addWidget(page)
    page.resize(600, 700)
    with qtbot.waitExposed(page):
        page.show()
    for row, up in ((rows[2], 0), (rows[5], 240)):
        spot = row.mapTo(page, row.rect().center())
        QTest.touchEvent(page, FINGER).press(0, spot, page).commit()
        for way in range(STEP, up, STEP):
            QTest.touchEvent(page, FINGER).move(0, spot - QPoint(0, way), page).commit()
            QTest.qWait(1)
        QTest.touchEvent(page, FINGER).release(0, spot - QPoint(0, up), page).commit()
    assert opened == [2]
    assert page.verticalScrollBar().value() > 100
