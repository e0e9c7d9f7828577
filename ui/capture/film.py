"""A film with sound from the device's camera: started, stopped, and handed over as MP4."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QUrl, Signal
from PySide6.QtWidgets import QWidget

from ui.capture.camera import open_camera
from ui.widgets.layout import column


class FilmCamera(QWidget):
    """`taken` carries the MP4 after `stop_film`, `failed` that it cannot.

    Qt writes films to a file only; it lies in a folder of its own and is gone once read.
    """

    taken = Signal(bytes)
    failed = Signal()

    def __init__(self) -> None:
        super().__init__()
        from PySide6.QtMultimedia import (
            QAudioInput,
            QMediaCaptureSession,
            QMediaFormat,
            QMediaRecorder,
        )
        from PySide6.QtMultimediaWidgets import QVideoWidget

        self._folder = TemporaryDirectory(prefix="doorstep-film-")
        self._file = Path(self._folder.name) / "film.mp4"
        view = QVideoWidget()
        view.setMinimumHeight(420)
        self.setLayout(column(view, gap=0))
        self._camera = open_camera(self)
        self._recorder = QMediaRecorder(self)
        self._recorder.setMediaFormat(QMediaFormat(QMediaFormat.FileFormat.MPEG4))
        self._recorder.setOutputLocation(QUrl.fromLocalFile(str(self._file)))
        self._session = QMediaCaptureSession(self)
        self._session.setCamera(self._camera)
        self._session.setAudioInput(QAudioInput(self))
        self._session.setRecorder(self._recorder)
        self._session.setVideoOutput(view)
        self._recorder.recorderStateChanged.connect(self._changed)
        self._recorder.errorOccurred.connect(lambda *_: self.failed.emit())
        self._camera.errorOccurred.connect(lambda *_: self.failed.emit())

    @property
    def running(self) -> bool:
        return self._recorder.recorderState() == self._recorder.RecorderState.RecordingState

    def start(self) -> None:
        """Show what the camera sees."""
        self._camera.start()

    def begin_film(self) -> None:
        self._recorder.record()

    def stop_film(self) -> None:
        self._recorder.stop()

    def stop(self) -> None:
        """Give up the camera and whatever was not handed over."""
        self._camera.stop()
        self._folder.cleanup()

    def _changed(self, state: object) -> None:
        if state == self._recorder.RecorderState.StoppedState and self._file.exists():
            self.taken.emit(self._file.read_bytes())
