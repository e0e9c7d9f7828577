"""A question on the visit page: the words to say, what is asked, its editor, fault and guidance."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSlider, QWidget

from agent_app.script import NodeView
from ui.text import Text
from ui.widgets.badge import Badge
from ui.widgets.card import Card
from ui.widgets.editors import Editor, editor_for
from ui.widgets.editors.grid import is_line
from ui.widgets.editors.typed import TypedEditor
from ui.widgets.field import Fault
from ui.widgets.layout import row
from ui.widgets.media import Media, beside, no_media
from ui.widgets.speech import Folded, Speech


class QuestionBox(Card):
    """`answered` carries the answer. `body` replaces the editor where an app panel draws it."""

    answered = Signal(str)
    hurried = Signal()

    def __init__(
        self,
        view: NodeView,
        text: Text,
        now: datetime,
        *,
        body: QWidget | None = None,
        media: Media = no_media,
    ) -> None:
        super().__init__(gap=2)
        self.view = view
        self.setObjectName(f"question-{view.ref}")
        self._text = text
        if view.hint:
            self.body.addWidget(Speech(view.hint, says=text.say("question.say")))
        self.editor: Editor | None = None
        if body is None and view.kind != "note":
            self.editor = self._made(view, now, media)
        asked = _asked(view, text) if view.label and view.kind != "trigger" else None
        shown = body or self.editor
        if asked is not None and shown is not None and is_line(view):
            self.body.addLayout(_on_one_line(asked, shown))
        else:
            drawn = "image-map" in view.appearance.split()
            for part in (asked, beside(view.media, media, text, map_drawn=drawn), shown):
                if part is not None:
                    self.body.addWidget(part)
        self._note = Badge("", "info", name=f"note-{view.ref}")
        self._note.hide()
        self._fault = Fault()
        for below in (self._note, self._fault):
            self.body.addWidget(below)
        if view.guidance:
            self.body.addWidget(
                Folded(text.say("question.guidance"), view.guidance, name=f"guidance-{view.ref}")
            )

    def _made(self, view: NodeView, now: datetime, media: Media) -> Editor:
        editor = editor_for(view, self._text, now, media)
        editor.given.connect(self.answered)
        editor.hurried.connect(self.hurried)
        for one in (*editor.findChildren(QSlider), *editor.findChildren(QLineEdit)):
            one.setAccessibleName(one.accessibleName() or view.label)
        if view.readonly and not isinstance(editor, TypedEditor):
            editor.setEnabled(False)
        return editor

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

    def note(self, words: str) -> None:
        """A remark on the answer; none when empty."""
        self._note.show_state(words, "info")
        self._note.setVisible(bool(words))

    def show_fault(self) -> None:
        """Say beside the field what is missing or wrong."""
        view = self.view
        if view.violation:
            otherwise = self._text.say(f"question.{view.violation}")
            self._fault.say(view.constraint_message or otherwise)


def _asked(view: NodeView, text: Text) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.MarkdownText)
    label.setProperty("type", "body" if view.kind == "note" else "heading")
    label.setWordWrap(True)
    label.setMinimumWidth(1)
    label.setText(view.label + _may_stay_empty(view, text))
    return label


def _may_stay_empty(view: NodeView, text: Text) -> str:
    """Nearly all is asked for, so what may stay empty says so, unless the script has said it."""
    free = view.kind in ("input", "select", "select1", "upload") and not view.required
    word = text.say("question.optional")
    known = view.readonly or word.strip("（） ()") in view.label
    return word if free and not known else ""


def _on_one_line(asked: QLabel, shown: QWidget) -> QHBoxLayout:
    """A line of a table: the question to the left, its marks to the right."""
    line = row(gap=2)
    line.addWidget(asked, 2)
    line.addWidget(shown, 3)
    return line


def _shape(view: NodeView) -> tuple[object, ...]:
    choices = tuple((choice.value, choice.label) for choice in view.choices)
    said = (view.label, view.hint, view.guidance, view.required, view.readonly)
    return (view.ref, view.kind, view.type, view.appearance, said, choices)
