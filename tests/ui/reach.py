"""What a hand can work on a screen, and what is wrong with it for an ear or a gloved finger."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTableView,
    QWidget,
)

from ui.widgets.lists import Row

TOUCH = 48
_WORKED = (QAbstractButton, QAbstractSlider, QComboBox, QLineEdit, QPlainTextEdit, QTableView)
_NONE = (QAccessible.Role.NoRole, QAccessible.Role.Client)


def out_of_reach(screen: QWidget) -> Iterator[str]:
    """Controls without a name, without a role, or smaller than a fingertip."""
    for one in screen.findChildren(QWidget):
        read_only = isinstance(one, Row) and not one.takes_focus
        if not isinstance(one, _WORKED) or isinstance(one, QScrollBar) or read_only:
            continue
        if not one.isVisible():
            continue
        said, called = QAccessible.queryAccessibleInterface(one), f"{one} {one.objectName()}"
        if not said.text(QAccessible.Text.Name).strip():
            yield f"{called} has no name"
        if said.role() in _NONE:
            yield f"{called} has no role"
        if min(one.width(), one.height()) < TOUCH:
            yield f"{called} is {one.width()} × {one.height()}"
