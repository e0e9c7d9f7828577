"""The rights desk of one case: what may be stated, and stating it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from agent_app.actions.desk import Change
from agent_app.actions.rights import state_right
from agent_app.queries.rights import RightOffered, rights_desk
from ui.viewmodels.office import Office, ViewModel


class RightsModel(ViewModel):
    """`ready` once the desk is open; `stated` carries the right and its slip: (serial, pdf) or
    None where the pack has none."""

    stated = Signal(object, object)

    def __init__(self, office: Office, case: str, visit: str | None, parent: QObject) -> None:
        super().__init__(office, parent)
        self._case, self._visit = case, visit
        self.rights: tuple[RightOffered, ...] = ()

    def load(self) -> None:
        self.read(rights_desk, self.office.now(), self._case, self._visit, done=self._show)

    def concerns(self, change: Change) -> bool:
        return False

    def state(self, offered: RightOffered, said: Mapping[str, str], language: str) -> None:
        """The debtor said so: on record from now on, with what it shuts."""
        self.act(
            state_right,
            case=self._case,
            visit=self._visit,
            right=offered.right.code,
            said={name: words for name, words in said.items() if words.strip()},
            language=language,
            done=lambda change: self.stated.emit(offered, change.made),
        )

    def _show(self, rights: tuple[RightOffered, ...]) -> None:
        self.rights = rights
        self.ready.emit()
