"""One visit from its evidence, and the lead's decision on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal

from agent_app.actions.desk import Change
from agent_app.actions.reviews import decide_review
from agent_app.domain.events import Event
from agent_app.domain.rules import Verdict
from agent_app.queries.papers import paper
from agent_app.queries.retold import Told, if_drafts_were_law, retell
from agent_app.queries.reviews import Replay, open_replay
from agent_app.store.filebox import StoredFile
from ui.viewmodels.bundle import BundleModel, Fetch, Prove
from ui.viewmodels.office import Office, ViewModel
from ui.viewmodels.reviews import Place, Target


class ReplayModel(ViewModel):
    """Steps, verdicts and flags of one visit; `decided` carries the decision made,
    `opened` type, slot and bytes of a file asked for."""

    decided = Signal(str)
    opened = Signal(str, str, bytes)

    def __init__(
        self,
        office: Office,
        case: str,
        visit: str,
        language: str,
        fetch: Fetch,
        queue: tuple[Target, ...] = (),
        place: Place | None = None,
        prove: Prove | None = None,
    ) -> None:
        """`queue`: the visits of the list this one was opened from, in its order; `place` is
        told which of them is looked at."""
        super().__init__(office)
        self.case, self.visit = case, visit
        self.queue = queue or ((case, visit),)
        self._place = place or Place()
        self._language, self._fetch, self._prove = language, fetch, prove
        self.replay: Replay | None = None
        self.told: tuple[Told, ...] = ()
        self.verdicts: tuple[Verdict, ...] = ()
        self.drafts = False

    @property
    def place(self) -> int:
        """Where in the queue we are, from 0."""
        return self.queue.index((self.case, self.visit))

    def bundle(self) -> BundleModel | None:
        """What the evidence bundle of this visit is made with; None where nobody can prove it."""
        if self.replay is None or self._prove is None:
            return None
        about = (self.visit, self.replay.events, self._language)
        return BundleModel(self.office, *about, self._fetch, self._prove)

    def turn(self, by: int) -> bool:
        """Show the visit so many places on in the queue; False where it ends."""
        to = self.place + by
        if not 0 <= to < len(self.queue):
            return False
        self.case, self.visit = self.queue[to]
        self._place.visit = self.visit
        self.replay, self.told, self.verdicts = None, (), ()
        self.load()
        return True

    def load(self) -> None:
        about = (self.office.now(), self.case, self.visit, self._language)
        self.read(retell, *about, done=self._hear_answers)
        self.read(open_replay, self.case, self.visit, done=self._show)

    def suppose_drafts(self, drafts: bool) -> None:
        """What if the drafts were law? `verdicts` follow; False goes back to the day's own."""
        self.drafts = drafts
        self.load()

    def concerns(self, change: Change) -> bool:
        return not change.cases or self.case in change.cases

    def open_files(self, event: Event) -> None:
        """Fetch what hangs on a step; `opened` follows for each with type, slot and bytes."""
        for one in event.files:
            slot, sha256 = str(one["slot"]), str(one["sha256"])
            told = partial(self.opened.emit, str(one.get("type", "")), slot)

            def show(
                _: StoredFile, sha256: str = sha256, told: Callable[[bytes], object] = told
            ) -> None:
                self.read(paper, sha256, done=told)

            self._fetch(event, slot, self.while_here(show), self.while_here(self.failed.emit))

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

    def _hear_answers(self, told: tuple[Told, ...]) -> None:
        self.told = told

    def _show(self, found: Replay) -> None:
        self.replay, self.about = found, found.case
        if self.drafts:
            self.read(if_drafts_were_law, self.case, self.visit, done=self._judge)
        else:
            self._judge(found.verdicts)

    def _judge(self, verdicts: tuple[Verdict, ...]) -> None:
        self.verdicts = verdicts
        self.ready.emit()
