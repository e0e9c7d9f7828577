"""Sound from the microphone as WAV, written as it comes to a sealed stream."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject

from ui.jobs import Jobs

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioSource

RATE = 16_000
_UNKNOWN = 0xFFFFFFFF


class Sink(Protocol):
    """Takes bytes in order; used on the store thread only."""

    def write(self, data: bytes) -> object: ...


class Recorder(QObject):
    """16 kHz, 16 bit, one channel. `start` once, `stop` once."""

    def __init__(self, jobs: Jobs, sink: Sink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs, self._sink = jobs, sink
        self._source: QAudioSource | None = None

    @staticmethod
    def available() -> bool:
        """Whether this device has a microphone Qt can use."""
        try:
            from PySide6.QtMultimedia import QMediaDevices
        except ImportError:
            return False
        return bool(QMediaDevices.audioInputs())

    def start(self) -> None:
        self._source = open_microphone(self)
        stream = self._source.start()
        self._jobs.store(self._sink.write, wav_head())
        stream.readyRead.connect(
            lambda: self._jobs.store(self._sink.write, bytes(stream.readAll().data()))
        )

    def stop(self) -> None:
        if self._source is not None:
            self._source.stop()
            self._source = None


def open_microphone(parent: QObject) -> QAudioSource:
    """The default microphone at RATE, 16 bit, one channel; not started."""
    from PySide6.QtMultimedia import QAudioFormat, QAudioSource, QMediaDevices

    wanted = QAudioFormat()
    wanted.setSampleRate(RATE)
    wanted.setChannelCount(1)
    wanted.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    return QAudioSource(QMediaDevices.defaultAudioInput(), wanted, parent)


def wav_head() -> bytes:
    """A WAV header for a stream whose length is not known yet (RIFF, sizes at their largest)."""
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", _UNKNOWN, b"WAVE", b"fmt ", 16, 1, 1, RATE, RATE * 2, 2, 16, b"data", _UNKNOWN),
    )
