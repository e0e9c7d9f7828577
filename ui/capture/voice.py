"""The system's own voice, where it has one for the language: words read aloud, sentence by sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, Signal

if TYPE_CHECKING:
    from PySide6.QtTextToSpeech import QTextToSpeech

_SLOW = -0.15
"""A little slower than usual (−1 … 1): terms are to be understood, not heard."""


class Voice(QObject):
    """`speaking` says whether it talks now. `engine` is Qt's name of one; empty takes the best."""

    speaking = Signal(bool)

    def __init__(self, language: str, parent: QObject, *, engine: str = "") -> None:
        super().__init__(parent)
        self._talker = _talker(language, engine, self)
        if self._talker is not None:
            self._talker.stateChanged.connect(lambda _: self.speaking.emit(self.talks))

    @property
    def able(self) -> bool:
        """Whether there is a voice for the language on this device."""
        return self._talker is not None

    @property
    def talks(self) -> bool:
        from PySide6.QtTextToSpeech import QTextToSpeech

        return self._talker is not None and self._talker.state() == QTextToSpeech.State.Speaking

    def say(self, words: str) -> None:
        """Read `words`; what was being said stops."""
        if self._talker is not None:
            self._talker.say(words)

    def hush(self) -> None:
        if self._talker is not None:
            self._talker.stop()


def _talker(language: str, engine: str, parent: QObject) -> QTextToSpeech | None:
    try:
        from PySide6.QtTextToSpeech import QTextToSpeech
    except ImportError:
        return None
    known = [one for one in QTextToSpeech.availableEngines() if one != "mock"]
    if not (engine or known):
        return None
    talker = QTextToSpeech(engine or known[0], parent)
    wanted = QLocale(language)
    fits = [one for one in talker.availableLocales() if one.language() == wanted.language()]
    if talker.state() == QTextToSpeech.State.Error or not fits:
        talker.deleteLater()
        return None
    near = [one for one in fits if one.territory() == wanted.territory()]
    talker.setLocale((near or fits)[0])
    talker.setRate(_SLOW)
    return talker
