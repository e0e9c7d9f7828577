"""The lead's team: everyone's day, what is wrong, and handing a case to somebody else."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal

from agent_app.actions.assigning import reassign
from agent_app.actions.desk import Change
from agent_app.queries.reviews import ReviewRow, reviews
from agent_app.queries.team import Board, Member, board, visits_csv
from ui.viewmodels.office import Office, ViewModel


class TeamModel(ViewModel):
    """The board, or one `member` of it. `moved` says a case was handed over, `exported` where
    the visits were written."""

    moved = Signal()
    exported = Signal(str)

    def __init__(self, office: Office, member: str | None) -> None:
        super().__init__(office)
        self.board: Board | None = None
        self._member = member

    def load(self) -> None:
        self.read(board, self.office.now(), done=self._show)

    def concerns(self, change: Change) -> bool:
        return bool(change.what & {"team", "review", "today"})

    @property
    def member(self) -> Member | None:
        members = self.board.members if self.board else ()
        return next((one for one in members if one.user == self._member), None)

    @property
    def others(self) -> list[Member]:
        """Who else could take a case."""
        members = self.board.members if self.board else ()
        return [one for one in members if one.user != self._member]

    def hand_over(self, case: str, agent: str, reason: str) -> None:
        self.act(reassign, case=case, agent=agent, reason=reason, done=lambda _: self.moved.emit())

    def export(self, to: Path) -> None:
        """Every finished visit as lines for a spreadsheet, with a mark that it is UTF-8."""

        def write(rows: tuple[ReviewRow, ...]) -> None:
            try:
                to.write_text(visits_csv(rows), "utf-8-sig", newline="")
            except OSError as error:
                self.failed.emit(error)
            else:
                self.exported.emit(to.name)

        self.read(reviews, done=write)

    def _show(self, found: Board) -> None:
        self.board = found
        self.ready.emit()
