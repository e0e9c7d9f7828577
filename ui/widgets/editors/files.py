"""Photo, sound, film or any file: made here, or chosen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QTimer, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget

from agent_app.script import NodeView
from ui.text import Text
from ui.widgets.badge import Badge
from ui.widgets.button import Button
from ui.widgets.editors.editor import Editor
from ui.widgets.layout import Flow, column, row
from ui.widgets.media import read_picture

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
_MADE = {"image": ("take_photo", "camera"), "video": ("take_film", "record")}
_SECOND_MS = 1000


class FileEditor(Editor):
    """`captured` carries bytes and media type; the page keeps them and answers. `camera_wanted`
    asks for the camera; `kind` is image, audio, video or application, `front` that the camera
    shall look at the person (`new-front`). `new` and `new-front` offer no file choosing."""

    captured = Signal(bytes, str)
    camera_wanted = Signal()

    def __init__(self, view: NodeView, text: Text) -> None:
        super().__init__()
        self._text = text
        looks = view.appearance.split()
        self.kind = view.params.get("mediatype", view.type).split("/")[0]
        self.front = "new-front" in looks
        self._name = f"q-{view.ref}"
        makers = self._makers()
        flow = Flow(*makers, gap=1.5)
        if not makers or not ({"new", "new-front"} & set(looks)):
            choose = Button(
                text.say("question.choose_file"), "quiet", glyph="file", name=f"{self._name}-file"
            )
            choose.clicked.connect(self._choose)
            flow.addWidget(choose)
        line = QWidget()
        line.setLayout(flow)
        self._state = Badge(text.say("question.no_file"), "neutral", glyph="file")
        self._preview = QLabel()
        self._preview.hide()
        self.setLayout(column(line, row(self._state, 1), self._preview, gap=1.5))
        self.set_value(view.value)

    def set_value(self, value: str) -> None:
        if value:
            self._state.show_state(self._text.say("question.kept"), "success")
        else:
            self._state.show_state(self._text.say("question.no_file"), "neutral", glyph="file")

    def take(self, data: bytes, kind: str) -> None:
        """Show what was captured and hand it on."""
        if kind.startswith("image/"):
            self.show_picture(data)
        self.captured.emit(data, kind)

    def show_picture(self, data: bytes) -> None:
        image = read_picture(data)
        self._preview.setPixmap(QPixmap.fromImage(image))
        self._preview.setVisible(not image.isNull())

    def _makers(self) -> list[Button]:
        """The buttons that make what is asked for on this device."""
        if self.kind not in _MADE:
            return []
        words, glyph = _MADE[self.kind]
        make = Button(
            self._text.say(f"question.{words}"), "quiet", glyph=glyph, name=f"{self._name}-camera"
        )
        make.clicked.connect(self.camera_wanted)
        return [make]

    def _choose(self) -> None:
        dialog = QFileDialog(self, self._text.say("question.choose_file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._read)
        dialog.open()

    def _read(self, chosen: str) -> None:
        path = Path(chosen)
        kind = _TYPES.get(path.suffix.lower(), "application/octet-stream")
        self.take(path.read_bytes(), kind)


class SoundEditor(FileEditor):
    """Sound from the microphone, started and stopped here; a file only as the other way."""

    def _makers(self) -> list[Button]:
        self._clip: object | None = None
        self._since = QElapsedTimer()
        self._tick = QTimer(self)
        self._tick.setInterval(_SECOND_MS)
        self._tick.timeout.connect(self._show_time)
        self._record = Button(
            self._text.say("question.record"), "quiet", glyph="mic", name=f"{self._name}-record"
        )
        self._record.clicked.connect(self._turn)
        return [self._record]

    def _turn(self) -> None:
        """Start, or stop and keep."""
        from ui.capture.clip import Clip

        if isinstance(self._clip, Clip):
            self._tick.stop()
            self._record.setText(self._text.say("question.record"))
            self._record.set_glyph("mic")
            data, self._clip = self._clip.stop(), None
            self.take(data, "audio/wav")
        elif not Clip.available():
            self._state.show_state(self._text.say("question.no_microphone"), "warn")
        else:
            self._clip = Clip(self)
            self._clip.start()
            self._since.start()
            self._record.set_glyph("stop")
            self._tick.start()
            self._show_time()

    def _show_time(self) -> None:
        seconds = self._since.elapsed() // _SECOND_MS
        words = f"{seconds // 60:02d}:{seconds % 60:02d}"
        self._record.setText(self._text.say("question.stop_recording", time=words))
