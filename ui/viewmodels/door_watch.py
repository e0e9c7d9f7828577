"""The time left at a door, and whether the case is still ours, while another page is shown."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from agent_app.actions.desk import Change
from agent_app.actions.door import leave_wrong_person
from agent_app.domain.rules.verdict import WRAP_UP
from ui.viewmodels.office import Office, ViewModel
from ui.viewmodels.visit_standing import Standing, standing


class DoorWatch(ViewModel):
    """`nearly` is told once, `over` once the visit must be left; `covered` after `cover`."""

    nearly = Signal()
    over = Signal()
    covered = Signal()

    def __init__(self, office: Office, case: str, visit: str, parent: QObject) -> None:
        super().__init__(office, parent)
        self._about = {"case": case, "visit": visit}
        self.standing: Standing | None = None
        self._told = 0
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self.tick)

    def load(self) -> None:
        self.read(standing, self.office.now(), *self._about.values(), done=self._stand)

    def concerns(self, change: Change) -> bool:
        return not change.cases or self._about["case"] in change.cases

    def cover(self) -> None:
        """Somebody else is here: the gate is shut and that is on record."""
        self.act(leave_wrong_person, **self._about, done=lambda _: self.covered.emit())

    def tick(self) -> None:
        known, now = self.standing, self.office.now().wall
        if known is None:
            return
        if known.over(now, self._about["visit"]):
            self._tell(2)
        elif known.window_end is not None and known.window_end - now <= WRAP_UP:
            self._tell(1)

    def _tell(self, what: int) -> None:
        if self._told < what:
            self._told = what
            (self.nearly if what == 1 else self.over).emit()

    def _stand(self, found: Standing) -> None:
        self.standing = found
        self._clock.start()
        self.tick()
