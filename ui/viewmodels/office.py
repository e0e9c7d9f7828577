"""What every view-model is handed, and what they have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from agent_app.actions.desk import Change, Desk
from agent_app.domain.moment import Moment
from ui.jobs import Jobs


@dataclass(frozen=True)
class Office:
    """An unlocked desk, the threads that may use it, and the clock.

    `desk` is only ever passed on to functions run by `jobs.store` and `jobs.act`.
    """

    desk: Desk
    jobs: Jobs
    now: Callable[[], Moment]


class ViewModel(QObject):
    """Loads, acts, and reloads when something it shows has changed.

    `ready` says new data is there, `failed` carries an error for the page to put in words,
    `busy` says whether an action runs.
    """

    ready = Signal()
    failed = Signal(object)
    busy = Signal(bool)

    def __init__(self, office: Office, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.office = office
        office.jobs.changed.connect(self._hear)

    def load(self) -> None:
        """Fetch what the page shows; `ready` follows."""
        raise NotImplementedError

    def concerns(self, change: Change) -> bool:
        """Whether `change` touches what this page shows."""
        raise NotImplementedError

    def read(self, query: Callable[..., Any], *args: Any, done: Callable[[Any], object]) -> None:
        """Run a query on the desk."""
        self.office.jobs.store(query, self.office.desk, *args, done=done, failed=self.failed.emit)

    def act(
        self,
        action: Callable[..., Any],
        *,
        done: Callable[[Any], object] | None = None,
        **values: Any,
    ) -> None:
        """Run an action on the desk, now."""
        self.busy.emit(True)

        def finish(change: Any) -> None:
            self.busy.emit(False)
            if done is not None:
                done(change)

        def fail(error: Exception) -> None:
            self.busy.emit(False)
            self.failed.emit(error)

        office = self.office
        office.jobs.act(action, office.desk, office.now(), done=finish, failed=fail, **values)

    def _hear(self, change: object) -> None:
        if isinstance(change, Change) and self.concerns(change):
            self.load()
