"""Custody of everything written here."""

from __future__ import annotations

from PySide6.QtCore import Signal

from agent_app.actions.desk import Change
from agent_app.queries.outbox import Outbox, outbox
from ui.viewmodels.office import Office, ViewModel


class OutboxModel(ViewModel):
    """What is saved, queued, received and confirmed. `sync_wanted` asks for a sync now."""

    sync_wanted = Signal()

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.outbox: Outbox | None = None

    def load(self) -> None:
        self.read(outbox, done=self._show)

    def concerns(self, change: Change) -> bool:
        return True

    def _show(self, found: Outbox) -> None:
        self.outbox = found
        self.ready.emit()
