"""One visit from its evidence, and the lead's decision on it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal

from agent_app.actions.desk import Change
from agent_app.actions.reviews import decide_review
from agent_app.domain.events import Event
from agent_app.queries.papers import paper
from agent_app.queries.reviews import Replay, open_replay
from ui.viewmodels.office import Office, ViewModel


class ReplayModel(ViewModel):
    """Steps, verdicts and flags of one visit; `decided` carries the decision made,
    `opened` type, slot and bytes of a file asked for."""

    decided = Signal(str)
    opened = Signal(str, str, bytes)

    def __init__(self, office: Office, case: str, visit: str) -> None:
        super().__init__(office)
        self.case, self.visit = case, visit
        self.replay: Replay | None = None

    def load(self) -> None:
        self.read(open_replay, self.case, self.visit, done=self._show)

    def concerns(self, change: Change) -> bool:
        return not change.cases or self.case in change.cases

    def open_files(self, event: Event) -> None:
        """Fetch what hangs on a step; `opened` follows for each with type, slot and bytes."""
        for one in event.files:
            told = partial(self.opened.emit, str(one.get("type", "")), str(one["slot"]))
            self.read(paper, str(one["sha256"]), done=told)

    def decide(self, decision: str, comment: str = "") -> None:
        """`accepted`, or `sent_back` with a comment the agent can act on."""
        self.act(
            decide_review,
            case=self.case,
            visit=self.visit,
            decision=decision,
            comment=comment,
            done=lambda _: self.decided.emit(decision),
        )

    def _show(self, found: Replay) -> None:
        self.replay = found
        self.ready.emit()
