"""A barcode: looked at by the camera, typed where there is none."""

from __future__ import annotations

from PySide6.QtCore import Signal

from agent_app.script import NodeView
from ui.text import Text
from ui.widgets.button import Button
from ui.widgets.editors.editor import Editor
from ui.widgets.field import TextField
from ui.widgets.layout import column, row


class CodeEditor(Editor):
    """`scan_wanted` asks the page for the camera; `put` takes what it saw."""

    scan_wanted = Signal()

    def __init__(self, view: NodeView, text: Text) -> None:
        super().__init__()
        scan = Button(text.say("question.scan"), "quiet", glyph="camera", name=f"q-{view.ref}-scan")
        scan.clicked.connect(self.scan_wanted)
        self._field = TextField(hint=text.say("question.type_code"), name=f"q-{view.ref}")
        self._field.settled.connect(lambda _: self._give())
        self._last = view.value
        self.setLayout(column(row(scan, 1), self._field, gap=1.5))
        self.set_value(view.value)

    def set_value(self, value: str) -> None:
        self._last = value
        if not self._field.edit.hasFocus():
            self._field.set_text(value)

    def put(self, code: str) -> None:
        """Take a code the camera has read."""
        self._field.set_text(code)
        self._give()

    def _give(self) -> None:
        typed = self._field.text().strip()
        if typed != self._last:
            self._last = typed
            self.given.emit(typed)
