"""The device's camera: a live picture, one press for a JPEG, and its frames for who looks for codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QElapsedTimer, QIODevice, QObject, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QWidget

from agent_app.documents.scan import Picture
from ui.widgets.layout import column

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QCamera, QVideoFrame, QVideoFrameInput

_QUALITY = 85
_LOOK_MS = 150
_WIDEST = 1600


class Camera(QWidget):
    """Shows what the camera sees; `taken` carries the JPEG after `shoot`, `failed` that it cannot.

    `frames` hands on a few pictures a second while it runs.
    """

    taken = Signal(bytes)
    failed = Signal()

    def __init__(self, *, front: bool = False, feed: QVideoFrameInput | None = None) -> None:
        """`front` looks at the person, where the device has such a camera; `feed` gives the
        frames instead of a camera."""
        super().__init__()
        from PySide6.QtMultimedia import QImageCapture, QMediaCaptureSession
        from PySide6.QtMultimediaWidgets import QVideoWidget

        view = QVideoWidget()
        view.setMinimumHeight(420)
        self.setLayout(column(view, gap=0))
        self.frames = Frames(self)
        self._camera = open_camera(self, front=front)
        self._capture = QImageCapture(self)
        self._session = QMediaCaptureSession(self)
        if feed is None:
            self._session.setCamera(self._camera)
        else:
            self._session.setVideoFrameInput(feed)
        self._session.setImageCapture(self._capture)
        self._session.setVideoOutput(view)
        view.videoSink().videoFrameChanged.connect(self.frames.take)
        self._capture.imageCaptured.connect(self._keep)
        self._capture.errorOccurred.connect(lambda *_: self.failed.emit())
        self._camera.errorOccurred.connect(lambda *_: self.failed.emit())

    @staticmethod
    def available() -> bool:
        """Whether this device has a camera Qt can use."""
        try:
            from PySide6.QtMultimedia import QMediaDevices
        except ImportError:
            return False
        return bool(QMediaDevices.videoInputs())

    def start(self) -> None:
        self._camera.start()

    def shoot(self) -> None:
        self._capture.capture()

    def stop(self) -> None:
        self._camera.stop()

    def _keep(self, _: int, image: QImage) -> None:
        held = QByteArray()
        buffer = QBuffer(held)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QPixmap.fromImage(image).save(buffer, "JPEG", _QUALITY)
        self.taken.emit(bytes(held.data()))


class Frames(QObject):
    """Video frames as grey pictures, at most one in `every` ms: `seen` carries a Picture."""

    seen = Signal(object)

    def __init__(self, parent: QObject | None = None, *, every: int = _LOOK_MS) -> None:
        super().__init__(parent)
        self._every = every
        self._since = QElapsedTimer()

    def pace(self, every: int) -> None:
        """At most one in so many milliseconds from now on."""
        self._every = every

    def take(self, frame: QVideoFrame) -> None:
        """One frame as the camera's sink gives it."""
        soon = self._since.isValid() and self._since.elapsed() < self._every
        if soon or not frame.isValid():
            return
        self._since.start()
        image = frame.toImage()
        if image.width() > _WIDEST:
            image = image.scaledToWidth(_WIDEST)
        grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
        if not grey.isNull():
            size = grey.width(), grey.height(), grey.bytesPerLine()
            self.seen.emit(Picture(bytes(grey.constBits()), *size))


def open_camera(parent: QWidget, *, front: bool = False) -> QCamera:
    """The front camera where it is asked for and there is one, else the default."""
    from PySide6.QtMultimedia import QCamera, QCameraDevice, QMediaDevices

    faces = [
        one
        for one in QMediaDevices.videoInputs()
        if front and one.position() == QCameraDevice.Position.FrontFace
    ]
    return QCamera(faces[0], parent) if faces else QCamera(parent)
