"""The way of the Tab key: what stands in a foot comes after all that stands above it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget


def come_last(content: QWidget, foot: Sequence[QWidget]) -> None:
    """Let Tab come to `foot` after all of `content`, also after what was put there later."""
    inside: list[QWidget] = []
    one = content.nextInFocusChain()
    while one is not None and one is not content:
        if content.isAncestorOf(one) and _takes_tab(one):
            inside.append(one)
        one = one.nextInFocusChain()
    for before, after in pairwise((*inside[-1:], *filter(_takes_tab, foot))):
        if before.nextInFocusChain() is not after:
            QWidget.setTabOrder(before, after)


def _takes_tab(one: QWidget) -> bool:
    return bool(one.focusPolicy() & Qt.FocusPolicy.TabFocus)


def widgets_of(line: QHBoxLayout) -> list[QWidget]:
    """What stands in a row, from the left."""
    items = (line.itemAt(place) for place in range(line.count()))
    found = (item.widget() for item in items if item is not None)
    return [widget for widget in found if widget is not None]
