"""The lead's list of finished visits."""

from __future__ import annotations

from functools import partial

from agent_app.actions.desk import Change
from agent_app.queries.reviews import ReviewRow, reviews
from ui.viewmodels.office import Office, ViewModel


class ReviewsModel(ViewModel):
    """Finished visits, the undecided first."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.rows: tuple[ReviewRow, ...] = ()
        self.undecided_only = False
        self.loaded = False

    def show_undecided(self, only: bool) -> None:
        self.undecided_only = only
        self.load()

    def load(self) -> None:
        self.read(partial(reviews, undecided_only=self.undecided_only), done=self._show)

    def concerns(self, change: Change) -> bool:
        return True

    def _show(self, rows: tuple[ReviewRow, ...]) -> None:
        self.rows, self.loaded = rows, True
        self.ready.emit()
