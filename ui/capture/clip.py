"""A short sound for one question, held in memory until it is kept."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from PySide6.QtCore import QIODevice, QObject

from ui.capture.audio import RATE, Recorder, open_microphone

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioSource


class Clip(QObject):
    """16 kHz, 16 bit, one channel. `start` once; `stop` gives the WAV."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source: QAudioSource | None = None
        self._sound = bytearray()

    @staticmethod
    def available() -> bool:
        """Whether this device has a microphone Qt can use."""
        return Recorder.available()

    def start(self) -> None:
        self._source = open_microphone(self)
        self.listen(self._source.start())

    def listen(self, stream: QIODevice) -> None:
        """Take whatever sound comes on this stream."""
        stream.readyRead.connect(lambda: self._sound.extend(bytes(stream.readAll().data())))

    def stop(self) -> bytes:
        if self._source is not None:
            self._source.stop()
            self._source = None
        return wav(bytes(self._sound))


def wav(sound: bytes) -> bytes:
    """A whole WAV file (RIFF) round 16-bit samples."""
    return (
        struct.pack(
            "<4sI4s4sIHHIIHH4sI",
            *(b"RIFF", 36 + len(sound), b"WAVE", b"fmt ", 16, 1, 1, RATE, RATE * 2, 2, 16),
            *(b"data", len(sound)),
        )
        + sound
    )
