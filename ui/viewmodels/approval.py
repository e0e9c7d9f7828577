"""The lead approves terms by telephone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal

from agent_app.actions.approvals import give_approval
from agent_app.actions.desk import Change
from agent_app.queries.approvals import NamedCase, named_cases
from ui.viewmodels.office import Office, ViewModel


class ApprovalModel(ViewModel):
    """`ready` says other cases were found, `given` carries the code to read out."""

    given = Signal(str)

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.words = ""
        self.cases: tuple[NamedCase, ...] = ()

    def find(self, words: str) -> None:
        """Cases holding every word."""
        self.words = words
        self.load()

    def load(self) -> None:
        self.read(named_cases, self.words, done=self._show)

    def concerns(self, change: Change) -> bool:
        return False

    def give(self, case: str, terms: Mapping[str, Any], request: str) -> None:
        """Approve exactly `terms` (`journal.approval.spoken`) on this case for this request."""
        self.act(
            give_approval, case=case, terms=dict(terms), request=request,
            done=lambda change: self.given.emit(str(change.made)),
        )  # fmt: skip

    def _show(self, found: tuple[NamedCase, ...]) -> None:
        self.cases = found
        self.ready.emit()
