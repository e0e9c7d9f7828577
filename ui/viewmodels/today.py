"""The agent's day: every door, and whether it may be knocked on now."""

from __future__ import annotations

from PySide6.QtCore import Signal

from agent_app.actions.desk import Change
from agent_app.queries.today import DayList, Door, today
from ui.viewmodels.office import Office, ViewModel


class TodayModel(ViewModel):
    """The day list; `day` is None until the first load. `sync_wanted` asks for fresh data."""

    sync_wanted = Signal()

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.day: DayList | None = None

    def load(self) -> None:
        self.read(today, self.office.now(), done=self._show)

    def concerns(self, change: Change) -> bool:
        return True

    def door(self, case: str) -> Door | None:
        doors = self.day.doors if self.day else ()
        return next((door for door in doors if door.case == case), None)

    def _show(self, day: DayList) -> None:
        self.load_at(day.changes_at)
        if day != self.day:
            self.day = day
            self.ready.emit()
