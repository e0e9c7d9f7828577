"""All the agent's cases, and the search among them."""

from __future__ import annotations

from dataclasses import dataclass

from agent_app.actions.desk import Change
from agent_app.queries.today import Door, search
from ui.viewmodels.office import Office, ViewModel


@dataclass
class Place:
    """Where somebody is in the list: the words looked for, and how many pages are shown."""

    text: str = ""
    pages: int = 1


class CasesModel(ViewModel):
    """Cases that hold every word of `place.text`; only the newest search counts."""

    def __init__(self, office: Office, place: Place | None = None) -> None:
        super().__init__(office)
        self.place = place or Place()
        self.doors: tuple[Door, ...] = ()
        self._asked = 0

    def find(self, text: str) -> None:
        self.place.text, self.place.pages = text, 1
        self.load()

    def show_more(self) -> None:
        self.place.pages += 1
        self.ready.emit()

    def load(self) -> None:
        self._asked += 1
        asked, words = self._asked, self.place.text
        self.read(search, self.office.now(), words, done=lambda doors: self._show(asked, doors))

    def concerns(self, change: Change) -> bool:
        return True

    def _show(self, asked: int, doors: tuple[Door, ...]) -> None:
        if asked == self._asked:
            self.doors = doors
            self.ready.emit()
