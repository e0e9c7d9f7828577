"""Several photos of one thing, by camera or from files, shown small; each can be taken out again."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QFileDialog, QToolButton, QWidget

from ui.text import Text
from ui.widgets.button import Button
from ui.widgets.label import Label
from ui.widgets.layout import Flow, clear, column

_SIDE = 128
_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


class Photos(QWidget):
    """`taken` are (bytes, media type) in order; `camera_wanted` asks the page for the camera."""

    changed = Signal()
    camera_wanted = Signal()

    def __init__(self, text: Text, *, name: str = "photos") -> None:
        super().__init__()
        self.setObjectName(name)
        self._text = text
        self.taken: list[tuple[bytes, str]] = []
        shoot = Button(
            text.say("question.take_photo"), "quiet", glyph="camera", name=f"{name}-camera"
        )
        shoot.clicked.connect(self.camera_wanted)
        choose = Button(
            text.say("question.choose_file"), "quiet", glyph="file", name=f"{name}-file"
        )
        choose.clicked.connect(self._choose)
        line, self._shown = QWidget(), QWidget()
        line.setLayout(Flow(shoot, choose, gap=1.5))
        self._strip = Flow(gap=1.5)
        self._shown.setLayout(self._strip)
        self._count = Label(text.say("photos.none"), "label", ink="soft", name=f"{name}-count")
        self.setLayout(column(line, self._count, self._shown, gap=1.5))

    def take(self, data: bytes, kind: str) -> None:
        """One more; what is no picture is not taken."""
        if QImage.fromData(data).isNull():
            self._count.setText(self._text.say("photos.no_picture"))
            return
        self.taken.append((data, kind))
        self._fill()

    def _drop(self, place: int) -> None:
        del self.taken[place]
        self._fill()

    def _fill(self) -> None:
        clear(self._strip)
        keep, smooth = (
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        for place, (data, _) in enumerate(self.taken):
            shown = QToolButton()
            small = QImage.fromData(data).scaled(_SIDE, _SIDE, keep, smooth)
            shown.setIcon(QIcon(QPixmap.fromImage(small)))
            shown.setIconSize(QSize(_SIDE, _SIDE))
            shown.setObjectName(f"photo-{place + 1}")
            shown.setAccessibleName(self._text.say("photos.drop", n=place + 1))
            shown.setToolTip(self._text.say("photos.drop", n=place + 1))
            shown.clicked.connect(lambda _=False, at=place: self._drop(at))
            self._strip.addWidget(shown)
        count = len(self.taken)
        self._count.setText(self._text.say("photos.count" if count else "photos.none", n=count))
        self.changed.emit()

    def _choose(self) -> None:
        dialog = QFileDialog(self, self._text.say("question.choose_file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter("*.jpg *.jpeg *.png")
        dialog.filesSelected.connect(self._read)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _read(self, chosen: list[str]) -> None:
        for one in chosen:
            path = Path(one)
            self.take(path.read_bytes(), _TYPES.get(path.suffix.lower(), "image/jpeg"))
