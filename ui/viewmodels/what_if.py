"""What if other rules had held: supposed, judged some visits at a time, gathered by rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal

from agent_app.actions.desk import Change
from agent_app.domain.rules import RuleTally, tally
from agent_app.queries.reviews import ReviewRow, reviews
from agent_app.queries.what_if import Judgement, Supposition, judge_again, read_edition
from ui.viewmodels.office import Office, ViewModel
from ui.viewmodels.reviews import Target

AS_IT_WAS = Supposition("day")
DRAFTS = Supposition("drafts", enacted=True)
SPANS = (7, 30, 0)
"""Days back; 0: all."""
_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule over all the visits; `new` are those it breaks only by the rules supposed."""

    tally: RuleTally
    words: Mapping[str, str]
    new: frozenset[str]


class WhatIfModel(ViewModel):
    """`moved` after each portion judged: `done` of `visits`; `ready` at the first, each time twice
    as many are done, and at the end: gathered anew at each portion, many visits would take ever
    longer. `rows` the worst first; `stopped`: by hand, so `visits` are those judged by then."""

    moved = Signal()

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.supposed, self.editions = DRAFTS, [AS_IT_WAS, DRAFTS]
        self.days = 30
        self.known: dict[str, ReviewRow] = {}
        self.visits: list[Target] = []
        self.rows: list[RuleRow] = []
        self.chosen = ""
        self._judged: list[Judgement] = []
        self._run = 0
        self.done = 0
        self.stopped = False
        self._shown = 0

    def load(self) -> None:
        self.read(reviews, done=self._begin)

    def concerns(self, change: Change) -> bool:
        return False

    def suppose(self, name: str) -> None:
        self.supposed = next(one for one in self.editions if one.name == name)
        self.load()

    def look_back(self, days: int) -> None:
        self.days = days
        self.load()

    def open_edition(self, folder: Path) -> None:
        """Suppose the pack, or packs, of a folder; `failed` carries each fault of them."""
        self.read(read_edition, folder, done=self._take)

    def choose(self, rule: str) -> None:
        """Show the visits behind this rule; again: put them away."""
        self.chosen = "" if rule == self.chosen else rule
        self.ready.emit()

    def stop(self) -> None:
        """Enough: what was judged so far is the answer."""
        self._run += 1
        self.visits, self.stopped = self.visits[: self.done], True
        self._tally()
        self.ready.emit()

    @property
    def busy_judging(self) -> bool:
        return self.done < len(self.visits)

    def _take(self, found: Supposition) -> None:
        self.editions = [AS_IT_WAS, DRAFTS, found]
        self.supposed = found
        self.load()

    def _begin(self, rows: Sequence[ReviewRow]) -> None:
        since = self.office.now().wall - timedelta(days=self.days)
        kept = [row for row in rows if not self.days or row.started_at >= since]
        self.known = {row.visit: row for row in kept}
        self.visits = [(row.case, row.visit) for row in kept]
        self._judged, self.rows, self.done, self.chosen = [], [], 0, ""
        self.stopped, self._shown = False, 0
        self._run += 1
        self.ready.emit()
        self._go_on(self._run)

    def _go_on(self, run: int) -> None:
        """The next portion, so that the store serves others between."""
        some = self.visits[self.done : self.done + _AT_ONCE]
        if run == self._run and some:
            self.read(judge_again, some, self.supposed, done=partial(self._gather, run, len(some)))

    def _gather(self, run: int, count: int, judged: list[Judgement]) -> None:
        if run != self._run:
            return
        self._judged += judged
        self.done += count
        self.moved.emit()
        if self.done >= 2 * self._shown or not self.busy_judging:
            self._shown = self.done
            self._tally()
            self.ready.emit()
        self._go_on(run)

    def _tally(self) -> None:
        words = {one.verdict.rule: one.words for one in self._judged}
        new: dict[str, set[str]] = {}
        for one in self._judged:
            if one.new:
                new.setdefault(one.verdict.rule, set()).add(one.visit)
        self.rows = [
            RuleRow(row, words[row.rule], frozenset(new.get(row.rule, ())))
            for row in tally((one.visit, one.verdict) for one in self._judged)
        ]
