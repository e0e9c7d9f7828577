"""The lead approves terms by telephone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal

from agent_app.actions.approvals import give_approval
from agent_app.actions.desk import Change
from agent_app.queries.approvals import Ask, NamedCase, named_cases, open_asks
from ui.viewmodels.office import Office, ViewModel


class AsksModel(ViewModel):
    """What agents ask for and nobody has answered; `answered` once one was approved."""

    answered = Signal()

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.asks: tuple[Ask, ...] = ()

    def load(self) -> None:
        self.read(open_asks, done=self._show)

    def concerns(self, change: Change) -> bool:
        return True

    def approve(self, ask: Ask) -> None:
        """Exactly these terms, on this case, for this request; the answer goes with a sync."""
        told: dict[str, Any] = {
            "case": ask.case, "terms": dict(ask.terms), "request": ask.request,
        }  # fmt: skip
        self.act(give_approval, **told, done=lambda _: self.answered.emit())

    def _show(self, asks: tuple[Ask, ...]) -> None:
        self.asks = asks
        self.ready.emit()


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
