"""Questions answered by the device: a photo, a file, a place, a code, a drawing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget

from agent_app.script import NodeView
from ui.text import Text
from ui.widgets.badge import Badge
from ui.widgets.button import Button
from ui.widgets.editors import Editor
from ui.widgets.field import TextField
from ui.widgets.ink_pad import InkPad
from ui.widgets.label import Label
from ui.widgets.layout import Flow, column, row

_TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".pdf": "application/pdf",
    ".wav": "audio/wav",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
}
_DRAWN = ("signature", "draw", "annotate")
_LARGEST_PREVIEW = 360


class FileEditor(Editor):
    """A photo or file: `captured` carries bytes and media type; the page keeps it and answers."""

    captured = Signal(bytes, str)
    camera_wanted = Signal()

    def __init__(self, view: NodeView, text: Text) -> None:
        super().__init__()
        self._text = text
        self._kind = view.params.get("mediatype", view.type).split("/")[0]
        name = f"q-{view.ref}"
        choose = Button(
            text.say("question.choose_file"), "quiet", glyph="file", name=f"{name}-file"
        )
        choose.clicked.connect(self._choose)
        shoot = Button(
            text.say("question.take_photo"), "quiet", glyph="camera", name=f"{name}-camera"
        )
        shoot.clicked.connect(self.camera_wanted)
        shoot.setVisible(self._kind == "image")
        self._state = Badge(text.say("question.no_file"), "neutral", glyph="file")
        self._preview = QLabel()
        self._preview.hide()
        line = QWidget()
        line.setLayout(Flow(shoot, choose))
        self.setLayout(column(line, row(self._state, 1), self._preview, gap=1.5))
        self.set_value(view.value)

    def set_value(self, value: str) -> None:
        if value:
            self._state.show_state(self._text.say("question.kept"), "success")

    def take(self, data: bytes, kind: str) -> None:
        """Show what was captured and hand it on."""
        image = QImage.fromData(data) if kind.startswith("image/") else QImage()
        if not image.isNull():
            side = _LARGEST_PREVIEW
            keep = Qt.AspectRatioMode.KeepAspectRatio
            smooth = Qt.TransformationMode.SmoothTransformation
            self._preview.setPixmap(QPixmap.fromImage(image.scaled(side, side, keep, smooth)))
            self._preview.show()
        self.captured.emit(data, kind)

    def _choose(self) -> None:
        dialog = QFileDialog(self, self._text.say("question.choose_file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._read)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _read(self, chosen: str) -> None:
        path = Path(chosen)
        kind = _TYPES.get(path.suffix.lower(), "application/octet-stream")
        self.take(path.read_bytes(), kind)


class InkEditor(Editor):
    """A drawing or signature, kept as a PNG."""

    captured = Signal(bytes, str)

    def __init__(self, view: NodeView, text: Text) -> None:
        super().__init__()
        self._pad = InkPad(text.say("question.sign_here"), name=f"q-{view.ref}")
        again = Button(
            text.say("question.clear"), "plain", glyph="undo", name=f"q-{view.ref}-clear"
        )
        again.clicked.connect(self._clear)
        keep = Button(text.say("question.keep"), "quiet", glyph="check", name=f"q-{view.ref}-keep")
        keep.clicked.connect(self._keep)
        keep.setEnabled(False)
        self._pad.signed.connect(keep.setEnabled)
        self._state = Badge(text.say("question.kept"), "success")
        self._state.setVisible(bool(view.value))
        self.setLayout(column(self._pad, row(again, self._state, 1, keep), gap=1))

    def set_value(self, value: str) -> None:
        self._state.setVisible(bool(value))

    def _clear(self) -> None:
        self._pad.clear()
        self.given.emit("")

    def _keep(self) -> None:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._pad.grab().save(buffer, "PNG")
        self.captured.emit(bytes(buffer.data().data()), "image/png")


class PlaceEditor(Editor):
    """A point (or points, one a line) as latitude and longitude, read or typed."""

    position_wanted = Signal()

    def __init__(self, view: NodeView, text: Text) -> None:
        super().__init__()
        self._many = view.type in ("geotrace", "geoshape")
        read = Button(
            text.say("question.read_position"), "quiet", glyph="pin", name=f"q-{view.ref}-read"
        )
        read.clicked.connect(self.position_wanted)
        self._field = TextField(
            hint=text.say("question.position_hint"),
            placeholder="23.1066 113.3245",
            name=f"q-{view.ref}",
        )
        self._field.settled.connect(lambda _: self.given.emit(self._text_value()))
        self._known = Label("", "label", ink="soft")
        self.setLayout(column(row(read, 1), self._field, self._known, gap=1.5))
        self.set_value(view.value)

    def set_value(self, value: str) -> None:
        self._known.setText(value)
        if not self._field.edit.hasFocus():
            self._field.set_text("; ".join(" ".join(p.split()[:2]) for p in value.split(";") if p))

    def put(self, lat: float, lon: float, accuracy: float) -> None:
        """Take a reading of the device; a trace or shape grows by it."""
        point = f"{lat:.6f} {lon:.6f} 0 {accuracy:.1f}"
        before = self._known.text() if self._many else ""
        self.given.emit(f"{before};{point}" if before else point)

    def _text_value(self) -> str:
        points = []
        for part in self._field.text().replace(",", " ").split(";"):
            numbers = part.split()
            if len(numbers) >= 2:
                points.append(f"{numbers[0]} {numbers[1]} 0 0")
        return ";".join(points)


def is_drawn(view: NodeView) -> bool:
    return any(look in _DRAWN for look in view.appearance.split())
