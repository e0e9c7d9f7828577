"""Python's cycle collector on the UI thread only.

A cycle that holds a widget may be collected by whichever thread happens to allocate. Off the UI
thread that destroys the widget there, which Qt does not survive. So automatic collection is
switched off and a timer collects here, generation by generation, as often as Python would.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 1_000


class Tidy(QObject):
    """Collects while it lives; the collector is as it was after `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._limits = gc.get_threshold()
        self._was_on = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(EVERY_MS)

    def stop(self) -> None:
        self._timer.stop()
        if self._was_on:
            gc.enable()

    def _look(self) -> None:
        """Collect the oldest generation that is due."""
        counts = gc.get_count()
        due = [age for age, limit in enumerate(self._limits) if counts[age] > limit]
        if due:
            gc.collect(max(due))
