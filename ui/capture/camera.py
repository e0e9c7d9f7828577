"""A photo from the device's camera: a live picture, one press, a JPEG."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QWidget

from ui.widgets.layout import column

_QUALITY = 85


class Camera(QWidget):
    """Shows what the camera sees; `taken` carries the JPEG after `shoot`, `failed` that it cannot."""

    taken = Signal(bytes)
    failed = Signal()

    def __init__(self) -> None:
        super().__init__()
        from PySide6.QtMultimedia import QCamera, QImageCapture, QMediaCaptureSession
        from PySide6.QtMultimediaWidgets import QVideoWidget

        view = QVideoWidget()
        view.setMinimumHeight(420)
        self.setLayout(column(view, gap=0))
        self._camera = QCamera(self)
        self._capture = QImageCapture(self)
        self._session = QMediaCaptureSession(self)
        self._session.setCamera(self._camera)
        self._session.setImageCapture(self._capture)
        self._session.setVideoOutput(view)
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
