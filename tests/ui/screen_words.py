"""Everything a person, a reader or the clipboard could take off a window."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)


def words_on(window: QWidget, *, hidden: bool = False) -> Iterator[str]:
    """Texts, tooltips, accessible names and descriptions, placeholders and titles of every widget
    that can be seen, with `hidden` of all the others too; and the clipboard's text."""
    for one in (window, *window.findChildren(QWidget)):
        if not hidden and not one.isVisible():
            continue
        yield from (one.toolTip(), one.accessibleName(), one.accessibleDescription())
        yield from (one.statusTip(), one.whatsThis(), one.windowTitle())
        if isinstance(one, QLabel | QAbstractButton):
            yield one.text()
        elif isinstance(one, QLineEdit):
            yield from (one.text(), one.placeholderText())
        elif isinstance(one, QPlainTextEdit | QTextEdit):
            yield from (one.toPlainText(), one.placeholderText())
    yield QGuiApplication.clipboard().text()
    yield QGuiApplication.applicationDisplayName()
