"""What a hand can work on a screen, and what is wrong with it for an ear or a gloved finger."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QTableView,
    QWidget,
)

from ui.pages.page import Page
from ui.widgets.lists import Row
from ui.widgets.overlay import Sheet

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


def not_worked(screen: QWidget) -> Iterator[str]:
    """What an ear, a gloved finger or a keyboard cannot work on the screen."""
    yield from out_of_reach(screen)
    yield from out_of_order(screen)


def out_of_order(screen: QWidget) -> Iterator[str]:
    """Controls that Tab does not come to, or comes to after what stands below or right of them."""
    for way in (screen, *screen.findChildren(Page)):
        if isinstance(way, Page | Sheet):
            way.focusNextPrevChild(True)
    chain, one = [], screen.nextInFocusChain()
    while one is not screen:
        if screen.isAncestorOf(one) and one.isVisibleTo(screen) and one.isEnabled():
            chain.append(one)
        one = one.nextInFocusChain()
    reached = [one for one in chain if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    for one in chain:
        read_only = isinstance(one, Row) and not one.takes_focus
        if isinstance(one, _WORKED) and not isinstance(one, QScrollBar) and not read_only:
            proxy = one.focusProxy() or one
            if proxy not in reached:
                yield f"Tab does not come to {one} {one.objectName()}"
    for before, after in pairwise(reached):
        apart = _scroll(before) is not _scroll(after)
        a, b = _place(before, screen, seen=apart), _place(after, screen, seen=apart)
        beside = a.top() <= b.center().y() <= b.bottom() and b.top() <= a.center().y() <= b.bottom()
        if _in_a_foot(before) and not _in_a_foot(after):
            yield f"{after} {after.objectName()} comes after the foot"
        under = a.left() < b.right() and b.left() < a.right()
        if (under and b.bottom() <= a.top()) or (beside and b.right() <= a.left()):
            yield f"{after} {after.objectName()} comes after {before} {before.objectName()}"


def _in_a_foot(one: QWidget) -> bool:
    above = one.parentWidget()
    while above is not None and above.property("surface") != "bar":
        above = above.parentWidget()
    return above is not None


def _scroll(one: QWidget) -> QScrollArea | None:
    above = one.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    return above


def _place(one: QWidget, screen: QWidget, *, seen: bool) -> QRect:
    """Where it stands; `seen`: within what scrolls, at its edge where it is scrolled out of sight."""
    place, scroll = QRect(one.mapTo(screen, QPoint()), one.size()), _scroll(one)
    if seen and scroll is not None and screen.isAncestorOf(scroll):
        room = QRect(scroll.mapTo(screen, QPoint()), scroll.size())
        place.moveTop(min(max(place.top(), room.top()), room.bottom()))
        place.setBottom(min(place.bottom(), room.bottom()))
    return place
