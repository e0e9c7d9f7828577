"""One case: its doors, sums, story, and starting a visit at one of its doors."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal

from agent_app.actions.appointments import CHANNELS, notify_appointment
from agent_app.actions.desk import Change
from agent_app.actions.visits import start_visit
from agent_app.queries.case_page import CasePage, case_page
from ui.viewmodels.office import Office, ViewModel


class CaseModel(ViewModel):
    """The case page; `started` carries the id of a visit just begun."""

    started = Signal(str)
    channels = CHANNELS

    def __init__(self, office: Office, case: str) -> None:
        super().__init__(office)
        self.case = case
        self.page: CasePage | None = None

    def load(self) -> None:
        self.read(case_page, self.office.now(), self.case, done=self._show)

    def concerns(self, change: Change) -> bool:
        return not change.cases or self.case in change.cases

    def start(self, address: str) -> None:
        """Knock at `address` now; a rule may refuse."""
        self.act(
            start_visit,
            case=self.case,
            address=address,
            done=lambda change: self.started.emit(change.made),
        )

    def notify(self, channel: str, on: datetime, purpose: str) -> None:
        """The debtor was told when we come and why."""
        self.act(notify_appointment, case=self.case, channel=channel, on=on, purpose=purpose)

    def _show(self, page: CasePage) -> None:
        self.page = page
        self.ready.emit()
