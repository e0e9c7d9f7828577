"""The questions of the screen shown: one box each, kept while it stays, so nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from agent_app.script import NodeView
from ui.pages.panels import PANELS
from ui.widgets.question import QuestionBox


class Questions:
    """Boxes by ref in a column; `make` builds one. What stands above them in the column stays."""

    def __init__(self, make: Callable[[NodeView], QuestionBox]) -> None:
        self._make = make
        self._boxes: dict[str, QuestionBox] = {}

    def fill(self, column: QVBoxLayout, views: Sequence[NodeView]) -> None:
        """Another screen: build its boxes at the end of `column`, the first ready to type in."""
        self._boxes = {view.ref: self._make(view) for view in views}
        for box in self._boxes.values():
            column.addWidget(box)
        if first := next(iter(self._boxes.values()), None):
            take_keyboard(first)

    def clear(self) -> None:
        """Nothing is asked; what stood in the column has been taken out of it."""
        self._boxes = {}

    def follow(self, column: QVBoxLayout, views: Sequence[NodeView]) -> None:
        """The same screen after an answer: show what changed, build only what is new."""
        if [view.ref for view in views] != list(self._boxes):
            self._resettle(column, views)
        for view in views:
            box = self._boxes[view.ref]
            panel = view.ds.get("panel", "") in PANELS
            if (panel and view != box.view) or not box.follow(view):
                self._renew(column, view)

    def note(self, words: Mapping[str, str]) -> None:
        """Say `words` on their questions, by ref, and nothing on the others."""
        for ref, box in self._boxes.items():
            box.note(words.get(ref, ""))

    def settle(self) -> None:
        """Let what is being typed be given now."""
        for box in self._boxes.values():
            if (focus := box.focusWidget()) is not None:
                focus.clearFocus()
            if box.editor is not None:
                box.editor.settle()

    def first_open(self) -> QuestionBox | None:
        """The first question that something is missing of or wrong with."""
        return next((box for box in self._boxes.values() if box.view.violation), None)

    def show_faults(self) -> QuestionBox | None:
        """Say beside each question what is missing or wrong; the first of them."""
        wrong = [box for box in self._boxes.values() if box.view.violation]
        for box in wrong:
            box.show_fault()
        return next(iter(wrong), None)

    def _resettle(self, column: QVBoxLayout, views: Sequence[NodeView]) -> None:
        """Questions came or went: put the boxes in their order."""
        first = column.count() - len(self._boxes)
        wanted = {view.ref for view in views}
        for ref, box in self._boxes.items():
            column.removeWidget(box)
            if ref not in wanted:
                _let_go(box)
        kept, self._boxes = self._boxes, {}
        for place, view in enumerate(views):
            self._boxes[view.ref] = kept.get(view.ref) or self._make(view)
            column.insertWidget(first + place, self._boxes[view.ref])

    def _renew(self, column: QVBoxLayout, view: NodeView) -> None:
        """Built anew; the keyboard stays with the question."""
        old = self._boxes[view.ref]
        focus = old.window().focusWidget()
        here = focus is old or (focus is not None and old.isAncestorOf(focus))
        place = column.indexOf(old)
        column.removeWidget(old)
        fresh = self._boxes[view.ref] = self._make(view)
        column.insertWidget(place, fresh)
        if here:
            take_keyboard(fresh)
        _let_go(old)


def take_keyboard(box: QuestionBox) -> None:
    box.show()  # what is not seen yet would be passed over
    box.setFocus(Qt.FocusReason.OtherFocusReason)


def _let_go(box: QuestionBox) -> None:
    box.hide()
    box.deleteLater()
