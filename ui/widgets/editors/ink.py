"""Drawn by hand: a signature, a drawing, marks on a photo."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice, Signal

from agent_app.script import NodeView
from ui.text import Text
from ui.widgets.badge import Badge
from ui.widgets.button import Button
from ui.widgets.editors.editor import Editor
from ui.widgets.editors.files import FileEditor
from ui.widgets.ink_pad import InkPad
from ui.widgets.layout import column, row
from ui.widgets.media import read_picture

_DRAWN = ("signature", "draw")


class InkEditor(Editor):
    """A pad, kept as a PNG when the hand says so; `draw` has no line to sign on."""

    captured = Signal(bytes, str)

    def __init__(self, view: NodeView, text: Text) -> None:
        super().__init__()
        sign = "draw" not in view.appearance.split()
        words = text.say("question.sign_here" if sign else "question.draw_here")
        self.pad = InkPad(words, line=sign, name=f"q-{view.ref}")
        again = Button(
            text.say("question.clear"), "plain", glyph="undo", name=f"q-{view.ref}-clear"
        )
        again.clicked.connect(self._clear)
        keep = Button(text.say("question.keep"), "quiet", glyph="check", name=f"q-{view.ref}-keep")
        keep.clicked.connect(self._keep)
        keep.setEnabled(False)
        self.pad.signed.connect(keep.setEnabled)
        self._state = Badge(text.say("question.kept"), "success")
        self._state.setVisible(bool(view.value))
        self.setLayout(column(self.pad, row(again, self._state, 1, keep), gap=1))

    def set_value(self, value: str) -> None:
        self._state.setVisible(bool(value))

    def _clear(self) -> None:
        self.pad.clear()
        self.given.emit("")

    def _keep(self) -> None:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self.pad.picture().save(buffer, "PNG")
        self.captured.emit(bytes(buffer.data().data()), "image/png")


class AnnotateEditor(FileEditor):
    """A photo, taken or chosen, that is drawn on before it is kept."""

    def __init__(self, view: NodeView, text: Text) -> None:
        super().__init__(view, text)
        self._ink = InkEditor(view, text)
        self._ink.pad.setObjectName(f"q-{view.ref}-pad")
        self._ink.captured.connect(self.captured)
        self._ink.given.connect(self.given)
        self._ink.hide()
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self._ink)

    def take(self, data: bytes, kind: str) -> None:
        """The photo lies under the pad; what is kept is both."""
        self._ink.pad.lay_under(read_picture(data, 1280))
        self._ink.show()


def is_drawn(view: NodeView) -> bool:
    return any(look in _DRAWN for look in view.appearance.split())
