"""One thing to confirm."""

from __future__ import annotations

from agent_app.script import NodeView
from ui.text import Text
from ui.widgets.choice import Choices, Option
from ui.widgets.editors.editor import Editor
from ui.widgets.layout import column


class TriggerEditor(Editor):
    """A single card; ticked is "OK", as XForms has it."""

    def __init__(self, view: NodeView, text: Text) -> None:
        super().__init__()
        option = Option("OK", view.label, open=not view.readonly)
        self._card = Choices([option], multi=True, name=f"q-{view.ref}")
        self._card.picked.connect(lambda chosen: self.given.emit("OK" if chosen else ""))
        self.setLayout(column(self._card))
        self.set_value(view.value)

    def set_value(self, value: str) -> None:
        self._card.set_chosen(["OK"] if value else [])
