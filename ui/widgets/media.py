"""What a form shows and plays beside its words: pictures, sound, film."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, Qt, QUrl
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel, QWidget

from ui.text import Text
from ui.widgets.button import Button
from ui.widgets.label import Label
from ui.widgets.layout import column, row

Media = Callable[[str], bytes]
"""The bytes of a form's attachment by its address (jr://images/door.png); b"" where it is not."""
LARGEST = 420


def no_media(address: str) -> bytes:
    """For forms that bring no files."""
    return b""


def read_picture(data: bytes, side: int = LARGEST) -> QImage:
    """A raster image or SVG, at most `side` pixels in either direction; null when it is neither."""
    if b"<svg" in data[:1000]:
        drawing = QSvgRenderer(QByteArray(data))
        size = drawing.defaultSize().scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        drawing.render(painter, QRectF(image.rect()))
        painter.end()
        return image
    image = QImage.fromData(data)
    if image.isNull() or max(image.width(), image.height()) <= side:
        return image
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return image.scaled(side, side, keep, smooth)


def beside(
    held: Mapping[str, str], media: Media, text: Text, *, map_drawn: bool = False
) -> QWidget | None:
    """A label's image, sound and film, in this order; None when it has none.

    `map_drawn`: the image is drawn by the question itself.
    """
    parts: list[QWidget] = []
    if (address := held.get("image", "")) and not map_drawn:
        parts.append(_picture(address, media, text))
    for kind, glyph in (("audio", "play"), ("video", "play")):
        if address := held.get(kind, ""):
            parts.append(_Player(kind, address, media, text, glyph))
    if not parts:
        return None
    holder = QWidget()
    holder.setLayout(column(*parts, gap=1))
    return holder


def _picture(address: str, media: Media, text: Text) -> QWidget:
    image = read_picture(media(address))
    if image.isNull():
        return Label(text.say("question.no_media", name=_name(address)), "label", ink="soft")
    shown = QLabel()
    shown.setPixmap(QPixmap.fromImage(image))
    shown.setAccessibleName(_name(address))
    return shown


class _Player(QWidget):
    """One button that plays a sound, or a film below it; loaded when first pressed."""

    def __init__(self, kind: str, address: str, media: Media, text: Text, glyph: str) -> None:
        super().__init__()
        self._kind, self._address, self._media = kind, address, media
        words = text.say(f"question.play_{kind}")
        self._button = Button(words, "quiet", glyph=glyph, name=f"play-{_name(address)}")
        self._button.clicked.connect(self._play)
        self._box = column(row(self._button, 1), gap=1)
        self.setLayout(self._box)
        data = media(address)
        if not data:
            self._button.setEnabled(False)
            missing = text.say("question.no_media", name=_name(address))
            self._box.addWidget(Label(missing, "label", ink="soft"))

    def _play(self) -> None:
        from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer

        player = self.findChild(QMediaPlayer)
        if player is None:
            player = QMediaPlayer(self)
            player.setAudioOutput(QAudioOutput(self))
            if self._kind == "video":
                from PySide6.QtMultimediaWidgets import QVideoWidget

                view = QVideoWidget()
                view.setMinimumHeight(240)
                self._box.addWidget(view)
                player.setVideoOutput(view)
            held = QBuffer(self)
            held.setData(self._media(self._address))
            held.open(QIODevice.OpenModeFlag.ReadOnly)
            player.setSourceDevice(held, QUrl(_name(self._address)))
        player.setPosition(0)
        player.play()


def _name(address: str) -> str:
    return address.rsplit("/", 1)[-1]
