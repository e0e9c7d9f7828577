"""Every different visit a script allows, looked at one by one.

Questions are taken in order. Visits whose pasts agree on all that can still matter (`memory`)
are one visit, so the whole space is covered, not sampled; each keeps the path that led to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent_app.script.check.answers import candidates
from agent_app.script.check.claims import Claims
from agent_app.script.check.memory import Atom, Memory
from agent_app.script.check.model import Question
from agent_app.script.check.play import ENDS, Play, Visit

MOST = 50_000
"""With more different visits than this at one place the exploration gives up and says so."""

Visits = dict[Any, Visit]


class Explorer:
    """Explores one model with one case and tells `claims` of every moment.

    Afterwards `met` holds the questions asked anywhere, `offered` the choices shown anywhere.
    """

    def __init__(self, play: Play, claims: Claims) -> None:
        self.play = play
        self.claims = claims
        self.model = play.model
        self.memory = Memory(play.model)
        self.met: set[int] = set()
        self.offered: set[tuple[int, str]] = set()
        self.visits = 0
        self.complete = True
        self._candidates: dict[Any, list[str]] = {}
        self._exit_atoms = self.memory.after(play.model.exit_at, stopped=True)

    def run(self) -> Explorer:
        """Look at everything."""
        begun = self.play.begin()
        going: Visits = {0: begun}
        stopped: Visits = {}
        self._stop(begun, stopped)
        for place, question in enumerate(self.model.questions, 1):
            atoms = self.memory.after(place, stopped=False)
            going = self._through(question, going, atoms)
            if question.node in self.met:
                for visit in going.values():
                    self._stop(visit, stopped)
        for place in range(self.model.exit_at, len(self.model.questions)):
            atoms = self.memory.after(place + 1, stopped=True)
            stopped = self._through(self.model.questions[place], stopped, atoms)
        for visit in [*going.values(), *stopped.values()]:
            self.claims.finished(visit)
        return self

    def _through(self, question: Question, visits: Visits, atoms: list[Atom]) -> Visits:
        """The different visits after one question."""
        found: Visits = {}
        for visit in visits.values():
            for after in self._ask(question, visit):
                self._keep(found, after, atoms)
        self.visits += len(found)
        self.complete = self.complete and len(found) <= MOST
        return found if self.complete else {}

    def _ask(self, question: Question, visit: Visit) -> Iterator[Visit]:
        """All different visits this question makes of one."""
        play = self.play
        play.stand(visit)
        if not play.relevant(question) or play.answered(question, visit):
            yield visit
            return
        self.met.add(question.node)
        if not self.claims.asked(question, visit):
            return
        required = play.required(question)
        fitting = [value for value in self._answers(question) if play.fits(question, value)]
        if required and not fitting:
            self.claims.unanswerable(question, visit)
        if not required:
            yield visit
        for value in fitting:
            after = play.answer(visit, question, value)
            self.claims.recorded(question, value, visit, after)
            yield after
            play.stand(visit)

    def _answers(self, question: Question) -> list[str]:
        """The answers worth trying here."""
        play = self.play
        offered = play.offered(question)
        self.offered |= {(question.node, one) for one in offered}
        key = (question.node, offered, len(play.ground.facts))
        if key not in self._candidates:
            self._candidates[key] = candidates(question, offered, self.memory, play.ground)
        return self._candidates[key]

    def _stop(self, visit: Visit, stopped: Visits) -> None:
        """Stop this visit here: it goes on where the questions after the stop begin."""
        stop, play = self.model.stop, self.play
        if stop is None or ENDS & visit.happened:
            return
        play.stand(visit)
        if not play.relevant(stop):
            self.claims.unstoppable(visit)
            return
        self.met.add(stop.node)
        for value in self._answers(stop):
            after = play.answer(visit, stop, value)
            self.claims.stopped(after, self.model.exit_at)
            ahead = self.model.questions[self.model.exit_at :]
            given = tuple(after.values[one.node] for one in ahead)
            self._keep(stopped, after, self._exit_atoms, given)
            play.stand(visit)

    def _keep(self, visits: Visits, visit: Visit, atoms: list[Atom], given: object = ()) -> None:
        ground = self.play.ground
        self.play.stand(visit)
        key = (visit.happened, given, tuple(atom.ask(ground) for atom in atoms))
        visits.setdefault(key, visit)
