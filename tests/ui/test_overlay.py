"""What lies over a page, and rows under one another."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ui.pages.page import Page
from ui.shell import Place, Shell
from ui.text import Text
from ui.widgets.label import Label
from ui.widgets.lists import Row
from ui.widgets.overlay import Sheet
from ui.widgets.stack import Stack


def test_a_sheet_lies_over_the_navigation_too_and_goes_with_its_page(
    qtbot: QtBot, text: Text
) -> None:
    window = Shell(text, [Place("a", "today", "A"), Place("b", "cases", "B")], {
        "a": lambda _: Page(text), "b": lambda _: Page(text),
    })  # fmt: skip
    qtbot.addWidget(window)
    window.show()
    window.open("a")
    navigation = window.findChild(QWidget, "nav-b")
    spot = navigation.mapTo(window, navigation.rect().center())
    content = Label("…")
    Sheet(window.page, "Title", content, close="Close", name="sheet")
    qtbot.mouseClick(window.childAt(spot), Qt.MouseButton.LeftButton)
    assert window.shown[0] == "a"
    window.open("b")  # the sheet is torn down with its page, and what it watched says no more
    content.setText("longer " * 50)
    QApplication.processEvents()
    assert window.childAt(spot) is navigation


def test_a_row_put_below_the_others_moves_none_of_them(qtbot: QtBot) -> None:
    stack = Stack()
    qtbot.addWidget(stack)
    stack.resize(400, 10)
    stack.show()
    rows = [Row(f"row {n}", "remark", name=f"r{n}") for n in range(3)]
    for one in rows:
        stack.add(one)
        stack.resize(400, stack.heightForWidth(400))
    tops = [one.mapTo(stack, QPoint()).y() for one in rows]
    assert tops == [0, rows[0].height() + 1, rows[0].height() + rows[1].height() + 2]
    assert stack.height() == tops[2] + rows[2].height()
    assert {one.width() for one in rows} == {400}
    stack.resize(200, stack.heightForWidth(200))
    assert {one.width() for one in rows} == {200}
