"""All the agent's cases, and the search among them."""

from __future__ import annotations

from agent_app.actions.desk import Change
from agent_app.queries.today import Door, search
from ui.viewmodels.office import Office, ViewModel


class CasesModel(ViewModel):
    """Cases that hold every word of `text`; only the newest search counts."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.text = ""
        self.doors: tuple[Door, ...] = ()
        self._asked = 0

    def find(self, text: str) -> None:
        self.text = text
        self.load()

    def load(self) -> None:
        self._asked += 1
        asked = self._asked
        self.read(search, self.office.now(), self.text, done=lambda doors: self._show(asked, doors))

    def concerns(self, change: Change) -> bool:
        return True

    def _show(self, asked: int, doors: tuple[Door, ...]) -> None:
        if asked == self._asked:
            self.doors = doors
            self.ready.emit()
