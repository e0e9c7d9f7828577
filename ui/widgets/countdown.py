"""Time left, moving. The clock is given; the widget only ticks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from ui.widgets.icon import Icon
from ui.widgets.label import Label
from ui.widgets.layout import row


class Countdown(QWidget):
    """Counts down to `until`; tells once when `warn` is left and once at the end."""

    nearly = Signal()
    over = Signal()

    def __init__(
        self,
        show: Callable[[timedelta], str],
        now: Callable[[], datetime],
        *,
        warn: timedelta = timedelta(minutes=30),
    ) -> None:
        super().__init__()
        self._show, self._now, self._warn = show, now, warn
        self._until: datetime | None = None
        self._told = 0
        self._icon = Icon("clock", "ink_soft", 20)
        self._label = Label("", "strong", wrap=False, name="countdown")
        self.setLayout(row(self._icon, self._label, gap=0.75))
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.tick)

    def count_to(self, until: datetime | None) -> None:
        if until != self._until:
            self._until, self._told = until, 0
        self.setVisible(until is not None)
        if until is None:
            self._timer.stop()
        else:
            self.tick()
            self._timer.start()

    def tick(self) -> None:
        if self._until is None:
            return
        left = self._until - self._now()
        late = left <= self._warn
        self._label.setText(self._show(left))
        self._label.set_ink("danger" if left <= timedelta(0) else "warn" if late else "soft")
        self._icon.show_icon("alert" if late else "clock", "warn" if late else "ink_soft")
        if late and self._told < 1:
            self._told = 1
            self.nearly.emit()
        if left <= timedelta(0) and self._told < 2:
            self._told = 2
            self._timer.stop()
            self.over.emit()
