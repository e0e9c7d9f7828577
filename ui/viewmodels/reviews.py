"""The lead's list of finished visits, and going through it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Signal

from agent_app.actions.desk import Change
from agent_app.actions.reviews import accept_clean
from agent_app.queries.reviews import ReviewRow, reviews
from ui.viewmodels.office import Office, ViewModel

Target = tuple[str, str]
"""Case and visit."""

KINDS: Final[Mapping[str, Callable[[ReviewRow], bool]]] = {
    "todo": lambda row: row.waits,
    "broken": lambda row: row.waits and bool(row.judged.broken),
    "flags": lambda row: row.waits and bool(row.judged.flags),
    "clean": lambda row: row.decision is None and row.judged.clean,
    "sent_back": lambda row: row.decision == "sent_back" and not row.answer,
    "accepted": lambda row: row.decision == "accepted",
}


@dataclass
class Place:
    """Where the lead stands in the list while looking at its visits: which `kind`, of whom
    (`agent` empty: everyone), how many pages of it are open, and the visit last opened."""

    kind: str = "todo"
    agent: str = ""
    pages: int = 1
    visit: str = ""


class ReviewsModel(ViewModel):
    """Finished visits, those that ask most to be looked at first; `place` says which of them are
    shown. `accepted` carries how many were accepted together."""

    accepted = Signal(int)

    def __init__(self, office: Office, place: Place | None = None) -> None:
        super().__init__(office)
        self.rows: tuple[ReviewRow, ...] = ()
        self.place = place or Place()
        self.loaded = False

    def load(self) -> None:
        self.read(reviews, done=self._show)

    def concerns(self, change: Change) -> bool:
        return not change.what or "review" in change.what or "visit" in change.what

    def choose(self, **changes: str) -> None:
        """Show another `kind`, or another `agent`'s visits, from the first page."""
        self.place.pages, self.place.visit = 1, ""
        for name, value in changes.items():
            setattr(self.place, name, value)
        self.ready.emit()

    def show_more(self) -> None:
        self.place.pages += 1
        self.ready.emit()

    @property
    def agents(self) -> dict[str, str]:
        """Who made the visits: names by id."""
        return {row.agent: row.agent_name for row in sorted(self.rows, key=lambda one: one.agent)}

    def of(self, kind: str) -> list[ReviewRow]:
        """The rows of one kind, of the chosen person."""
        fits = KINDS[kind]
        return [row for row in self.rows if fits(row) and self.place.agent in ("", row.agent)]

    @property
    def shown(self) -> list[ReviewRow]:
        return self.of(self.place.kind)

    def accept_clean(self) -> None:
        """Accept every visit of the chosen person that nothing is to be said of."""
        visits = tuple((row.case, row.visit) for row in self.of("clean"))
        self.act(accept_clean, visits=visits, done=lambda change: self.accepted.emit(change.made))

    def _show(self, rows: tuple[ReviewRow, ...]) -> None:
        self.rows, self.loaded = rows, True
        if self.place.agent not in self.agents:
            self.place.agent = ""
        self.ready.emit()
