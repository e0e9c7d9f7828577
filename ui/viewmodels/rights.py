"""The rights desk of one case: what may be stated, agreed to and wished for, and stating it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from agent_app.actions.consents import give_consent, withdraw_consent
from agent_app.actions.desk import Change, Desk
from agent_app.actions.rights import state_right
from agent_app.actions.wishes import state_wishes
from agent_app.domain.moment import Moment
from agent_app.queries.agreed import Agreed, agreed
from agent_app.queries.rights import RightOffered, rights_desk
from ui.viewmodels.office import Office, ViewModel


class RightsModel(ViewModel):
    """`ready` once the desk is open; `stated` carries the right and its slip: (serial, pdf) or
    None where the pack has none; `kept` says that a wish or an agreement is on record."""

    stated = Signal(object, object)
    kept = Signal()

    def __init__(self, office: Office, case: str, visit: str | None, parent: QObject) -> None:
        super().__init__(office, parent)
        self._about = {"case": case, "visit": visit}
        self.rights: tuple[RightOffered, ...] = ()
        self.agreed = Agreed((), ())

    def load(self) -> None:
        self.read(_desk, self.office.now(), *self._about.values(), done=self._show)

    def concerns(self, change: Change) -> bool:
        return False

    def state(self, offered: RightOffered, said: Mapping[str, str], language: str) -> None:
        """The debtor said so: on record from now on, with what it shuts."""
        self.act(
            state_right,
            **self._about,
            right=offered.right.code,
            said={name: words for name, words in said.items() if words.strip()},
            language=language,
            done=lambda change: self.stated.emit(offered, change.made),
        )

    def agree(self, to: str, until: datetime) -> None:
        """The debtor agrees to it from now on, until then."""
        since = self.office.now().wall
        kept = self._keep
        self.act(give_consent, **self._about, to=to, since=since, until=until, done=kept)

    def take_back(self, to: str) -> None:
        """The debtor agrees no longer."""
        self.act(withdraw_consent, **self._about, to=to, done=self._keep)

    def wish(self, wishes: Iterable[str]) -> None:
        """How they wish to be contacted from now on; none: as before."""
        self.act(state_wishes, **self._about, wishes=tuple(wishes), done=self._keep)

    def _keep(self, _: Change) -> None:
        self.kept.emit()

    def _show(self, found: tuple[tuple[RightOffered, ...], Agreed]) -> None:
        self.rights, self.agreed = found
        self.ready.emit()


def _desk(
    desk: Desk, at: Moment, case: str, visit: str | None
) -> tuple[tuple[RightOffered, ...], Agreed]:
    return rights_desk(desk, at, case, visit), agreed(desk, at, case, visit)
