"""A question on the visit page: the words to say, what is asked, its editor, fault and guidance."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from agent_app.script import NodeView
from ui.text import Text
from ui.widgets.captured import FileEditor, InkEditor, PlaceEditor, is_drawn
from ui.widgets.card import Card
from ui.widgets.editors import (
    ChoiceEditor,
    DayEditor,
    Editor,
    MomentEditor,
    RangeEditor,
    RankEditor,
    TimeEditor,
    TriggerEditor,
    TypedEditor,
)
from ui.widgets.field import Fault
from ui.widgets.speech import Folded, Speech

_PLACES = ("geopoint", "geotrace", "geoshape")


class QuestionBox(Card):
    """`answered` carries the answer. `body` replaces the editor where an app panel draws it."""

    answered = Signal(str)
    hurried = Signal()

    def __init__(
        self, view: NodeView, text: Text, now: datetime, *, body: QWidget | None = None
    ) -> None:
        super().__init__(gap=2)
        self.view = view
        self.setObjectName(f"question-{view.ref}")
        self._text = text
        if view.hint:
            self.body.addWidget(Speech(view.hint, says=text.say("question.say")))
        if view.label and view.kind != "trigger":
            self.body.addWidget(_asked(view, text))
        self.editor: Editor | None = None
        if body is not None:
            self.body.addWidget(body)
        elif view.kind != "note":
            self.editor = editor_for(view, text, now)
            self.editor.given.connect(self.answered)
            self.editor.hurried.connect(self.hurried)
            if view.readonly and not isinstance(self.editor, TypedEditor):
                self.editor.setEnabled(False)
            self.body.addWidget(self.editor)
        self._fault = Fault()
        self.body.addWidget(self._fault)
        if view.guidance:
            self.body.addWidget(
                Folded(text.say("question.guidance"), view.guidance, name=f"guidance-{view.ref}")
            )

    def follow(self, view: NodeView) -> bool:
        """Show a new state of the same question; False when it must be built anew."""
        old, self.view = self.view, view
        if _shape(old) != _shape(view):
            return False
        if self.editor is not None and old.value != view.value:
            self.editor.set_value(view.value)
        if not view.violation:
            self._fault.say("")
        elif view.violation == "constraint":
            self.show_fault()
        return True

    def show_fault(self) -> None:
        """Say beside the field what is missing or wrong."""
        view = self.view
        if view.violation:
            otherwise = self._text.say(f"question.{view.violation}")
            self._fault.say(view.constraint_message or otherwise)


def editor_for(view: NodeView, text: Text, now: datetime) -> Editor:
    """The editor for a question, by its control, type and appearance."""
    if view.kind in ("select1", "select"):
        return ChoiceEditor(view, text)
    if view.kind == "rank":
        return RankEditor(view, text)
    if view.kind == "trigger":
        return TriggerEditor(view, text)
    if view.kind == "range":
        return RangeEditor(view, text)
    if view.kind == "upload":
        return InkEditor(view, text) if is_drawn(view) else FileEditor(view, text)
    if view.type in _PLACES:
        return PlaceEditor(view, text)
    if view.type == "date":
        return DayEditor(view, text, now.date())
    if view.type == "time":
        return TimeEditor(view, text, now)
    if view.type == "dateTime":
        return MomentEditor(view, text, now)
    return TypedEditor(view, text)


def _asked(view: NodeView, text: Text) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.MarkdownText)
    label.setProperty("type", "body" if view.kind == "note" else "heading")
    label.setWordWrap(True)
    label.setMinimumWidth(1)
    needed = "" if not view.required else f" {text.say('question.needed')}"
    label.setText(view.label + needed)
    return label


def _shape(view: NodeView) -> tuple[object, ...]:
    choices = tuple((choice.value, choice.label) for choice in view.choices)
    said = (view.label, view.hint, view.guidance, view.required, view.readonly)
    return (view.ref, view.kind, view.type, view.appearance, said, choices)
