"""Text and numbers, typed."""

from __future__ import annotations

from PySide6.QtCore import QTimer

from agent_app.script import NodeView
from ui.text import Text
from ui.widgets.editors.editor import Editor
from ui.widgets.field import Field, TextArea, TextField
from ui.widgets.layout import column

_PAUSE_MS = 700
_KEYS = {"int": "integer", "decimal": "decimal"}


class TypedEditor(Editor):
    """Given after a pause in typing, and on leaving the field.

    `multiline` has several lines, `numbers` takes digits only, `masked` hides what is typed,
    `thousands-sep` groups a number's digits while it is not being typed in.
    """

    def __init__(self, view: NodeView, text: Text) -> None:
        super().__init__()
        looks = view.appearance.split()
        keys = _KEYS.get(view.type, "text")
        self._grouped = "thousands-sep" in looks and keys != "text"
        if "numbers" in looks and keys == "text":
            keys = "digits"
        if "masked" in looks:
            keys = "secret"
        name = f"q-{view.ref}"
        self._field: Field
        if "multiline" in looks or "multi-line" in looks:
            self._field = TextArea(name=name, lines=int(view.params.get("rows", 4)))
        else:
            self._field = TextField(keys=keys, name=name, grouped=self._grouped)
        self._field.edit.setAccessibleName(view.label)
        self._field.edit.setReadOnly(view.readonly)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._give)
        self._last = view.value
        self._field.edited.connect(lambda _: self._pause.start())
        self._field.settled.connect(lambda _: self._settle())
        self.setLayout(column(self._field))
        self.set_value(view.value)

    def set_value(self, value: str) -> None:
        self._last = value
        if not self._field.edit.hasFocus():
            self._field.set_text(grouped(value) if self._grouped else value)

    def settle(self) -> None:
        if self._pause.isActive():
            self._give()

    def _settle(self) -> None:
        self._give()
        self.set_value(self._last)

    def _give(self) -> None:
        self._pause.stop()
        typed = self._field.text().strip()
        if self._grouped:
            typed = typed.replace(",", "")
        if typed != self._last:
            self._last = typed
            self.given.emit(typed)


def grouped(number: str) -> str:
    """1234567.50 as 1,234,567.50; anything else as it is."""
    whole, dot, rest = number.partition(".")
    digits = whole.removeprefix("-")
    if not digits.isdigit():
        return number
    return f"{'-' if whole.startswith('-') else ''}{int(digits):,}{dot}{rest}"
