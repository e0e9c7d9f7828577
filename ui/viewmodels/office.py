"""What every view-model is handed, and what they have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from agent_app.actions.desk import Change, Desk
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.rules.wording import ProhibitedConduct, find_wording
from agent_app.queries.case_page import case_here
from ui.jobs import Jobs

_LONGEST_WAIT = 60
"""Seconds: a device that slept wakes with an old timer, and papers, leases and data end or grow
old by themselves too."""


@dataclass(frozen=True)
class Office:
    """An unlocked desk, the threads that may use it, and the clock.

    `desk` is only ever passed on to functions run by `jobs.store` and `jobs.act`.
    """

    desk: Desk
    jobs: Jobs
    now: Callable[[], Moment]
    opened: set[str] = field(default_factory=set)
    """Visits opened since the profile was: only after a crash or lock is one "restored"."""
    recordings: dict[str, Any] = field(default_factory=dict)
    """What is being recorded now, by visit (`viewmodels.recording.Live`)."""
    leaving: dict[str, Callable[[], object]] = field(default_factory=dict)
    """What must be closed before the desk is, by name; called on the UI thread."""

    def leave(self, *names: str) -> None:
        """Close what is open under these names, everything when none is given."""
        for name in names or tuple(self.leaving):
            if close := self.leaving.pop(name, None):
                close()

    def outcome(self, code: str) -> Mapping[str, str]:
        """What the packs call an outcome, by language; packs never change while a desk is open."""
        for pack in self.desk.packs:
            if code in pack.outcomes:
                return pack.outcomes[code].text
        return {}

    def prohibited(self, case: Case, words: str) -> str:
        """What of these words the rules of the case prohibit, as it stands there."""
        laws = self.desk.packs.rules_for(case).laws(ProhibitedConduct)
        return ", ".join(dict.fromkeys(hit.words for hit in find_wording(laws, words)))


class ViewModel(QObject):
    """Loads, acts, and reloads when something it shows has changed.

    `ready` says new data is there, `failed` carries an error for the page to put in words,
    `busy` says whether an action runs. `about` is the case that words typed on its page are of.
    """

    ready = Signal()
    failed = Signal(object)
    busy = Signal(bool)

    def __init__(self, office: Office, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.office = office
        self.about: Case | None = None
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self.load)
        office.jobs.changed.connect(self._hear)

    def load(self) -> None:
        """Fetch what the page shows; `ready` follows."""
        raise NotImplementedError

    def concerns(self, change: Change) -> bool:
        """Whether `change` touches what this page shows."""
        raise NotImplementedError

    def read(self, query: Callable[..., Any], *args: Any, done: Callable[[Any], object]) -> None:
        """Run a query on the desk. What comes after its page has gone is dropped."""
        self.office.jobs.store(
            query,
            self.office.desk,
            *args,
            done=self.while_here(done),
            failed=self.while_here(lambda error: self.failed.emit(error)),
        )

    def be_about(self, case: str) -> None:
        """What is typed from now on is of `case`, where the page itself is of none."""

        def found(seen: Case | None) -> None:
            self.about = seen

        self.read(case_here, case, done=found)

    def load_at(self, when: datetime | None) -> None:
        """Load again then, for what time alone changes, and within a minute in any case."""
        span = _LONGEST_WAIT
        if when is not None:
            left = (when - self.office.now().wall).total_seconds()
            span = round(min(max(left, 0) + 1, _LONGEST_WAIT))
        self._again.start(span * 1000)

    def while_here(self, then: Callable[[Any], object]) -> Callable[[Any], None]:
        """`then`, unless this view-model was deleted while the work ran."""

        def if_here(result: Any) -> None:
            if isValid(self):
                then(result)

        return if_here

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
            self.failed.emit(error)
            self.busy.emit(False)

        office = self.office
        office.jobs.act(
            action,
            office.desk,
            office.now(),
            done=self.while_here(finish),
            failed=self.while_here(fail),
            **values,
        )

    def _hear(self, change: object) -> None:
        if isinstance(change, Change) and self.concerns(change):
            self.load()
