"""The security chip or key this device signs with: is it here, and does it take its PIN."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from agent_app.vault.hardware import HardwareKey, Standing
from agent_app.vault.token import numbered
from ui.jobs import Jobs

__all__ = ["SecurityKey", "Standing"]

_EVERY = 3000
"""Milliseconds between looks; a look tries no PIN and signs nothing."""


class SecurityKey(QObject):
    """Looks every few seconds; `moved` says that `standing` changed, `taken` that a typed PIN was
    right and is kept, `refused` carries why it was not."""

    moved = Signal()
    taken = Signal()
    refused = Signal(object)

    def __init__(self, jobs: Jobs, key: HardwareKey, *, every: int = _EVERY) -> None:
        super().__init__()
        self._jobs, self._key = jobs, key
        self.name = " ".join(filter(None, (key.where.label, numbered(key.where.serial))))
        self.standing = Standing.READY
        self._looking = False
        self._timer = QTimer(self)
        self._timer.setInterval(every)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        self.look()
        self._timer.start()

    def end(self) -> None:
        """Look no more; `close` then lets the key go."""
        self._timer.stop()

    @property
    def close(self) -> Callable[[], None]:
        """Logs out of the key; call it on the store thread, once the desk is closed."""
        return self._key.close

    def look(self) -> None:
        """See whether it is here, unless a look is under way."""
        if not self._looking:
            self._looking = True
            self._jobs.net(self._key.standing, done=self._seen, failed=self._unseen)

    def take_pin(self, pin: str) -> None:
        """Try a PIN once; it is kept if it is right."""
        self._jobs.net(self._key.take_pin, pin, done=self._taken, failed=self._refused)

    def _seen(self, standing: Standing) -> None:
        self._looking = False
        if standing is not self.standing:
            self.standing = standing
            self.moved.emit()

    def _unseen(self, _: Exception) -> None:
        self._seen(Standing.AWAY)

    def _taken(self, _: object) -> None:
        self.look()
        self.taken.emit()

    def _refused(self, error: Exception) -> None:
        self.look()
        self.refused.emit(error)
