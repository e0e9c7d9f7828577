"""Every different visit a script allows, looked at one by one.

Questions are taken in order. Visits whose pasts agree on all that can still matter (`memory`)
are one visit, so the whole space is covered, not sampled; each keeps the path that led to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from agent_app.domain.events import GATED
from agent_app.script.check.answers import candidates
from agent_app.script.check.gate import gate_of, open_gates
from agent_app.script.check.memory import Atom, Memory
from agent_app.script.check.model import Condition, Question
from agent_app.script.check.play import Play, Visit
from agent_app.script.check.report import Breach

DUTIES = ("identity", "disclosure", "rights", "vulnerability")
ENDS = frozenset({"visit_ended", "visit_aborted"})
NEED_GATE = GATED | {"letter_printed"}
MOST = 200_000
"""Beyond this many visits the exploration gives up and says it is not complete."""

Visits = dict[Any, Visit]


class Explorer:
    """Explores one model with one case. `breaches` holds the first path found to each."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.model = play.model
        self.memory = Memory(play.model)
        self.found: dict[tuple[str, str], Breach] = {}
        self.asked: set[int] = set()
        self.chosen: set[tuple[int, str]] = set()
        self.visits = 0
        self.complete = True
        self._waits = {one.node: self._gates(one.texts) for one in self.model.asked}
        self._candidates: dict[Any, list[str]] = {}

    @property
    def breaches(self) -> list[Breach]:
        return list(self.found.values())

    def run(self) -> Explorer:
        """Look at everything; afterwards the findings are there."""
        going: Visits = {0: self.play.begin()}
        stopped: Visits = {}
        self._merge(stopped, self._stops(going[0]), self.memory.after(0, stopped=True))
        for place, question in enumerate(self.model.questions, 1):
            ahead = self.memory.after(place, stopped=False)
            rest = self.memory.after(place, stopped=True)
            leaving, left = stopped, Visits()
            going, came = Visits(), going
            for visit in leaving.values():
                self._merge(left, self.ask(question, visit), rest)
            for visit in came.values():
                for after in self.ask(question, visit):
                    if after is not visit:
                        self._merge(left, self._stops(after), rest)
                    self._merge(going, [after], ahead)
            stopped = left
            if self.visits > MOST:
                self.complete = False
                return self
        for visit in [*going.values(), *stopped.values()]:
            if not ENDS & visit.happened:
                self._breach("end", "the visit never comes to its end", visit, "end")
        return self

    def ask(self, question: Question, visit: Visit) -> Iterator[Visit]:
        """All different visits this question makes of one."""
        play = self.play
        play.stand(visit)
        if not play.relevant(question):
            yield visit
            return
        self.asked.add(question.node)
        self._seen(question, visit)
        name = question.name
        if missing := question.needs - visit.happened:
            what = ", ".join(sorted(missing))
            self._breach("end", f"“{name}” is due but waits for {what}", visit, name)
            yield visit
            return
        required = play.required(question)
        fitting = [value for value in self.answers(question) if play.fits(question, value)]
        self.chosen |= {(question.node, one) for value in fitting for one in value.split()}
        if required and not fitting:
            self._breach("end", f"no answer to “{name}” is accepted", visit, name)
        if not required:
            yield visit
        for value in fitting:
            after = play.answer(visit, question, value)
            self._recorded(question, value, visit, after)
            yield after
            play.stand(visit)

    def answers(self, question: Question) -> list[str]:
        """The answers worth trying here."""
        play = self.play
        offered = play.offered(question)
        gates = len(play.ground.facts)
        key = (question.node, offered, gates)
        if key not in self._candidates:
            self._candidates[key] = candidates(question, offered, self.memory, play.ground)
        return self._candidates[key]

    def _stops(self, visit: Visit) -> Iterator[Visit]:
        stop = self.model.stop
        if stop is None or ENDS & visit.happened:
            return
        play = self.play
        play.stand(visit)
        if not play.relevant(stop):
            self._breach("exit", "the visit cannot be stopped here", visit, "stop")
            return
        self.asked.add(stop.node)
        for value in self.answers(stop):
            yield play.answer(visit, stop, value)
            play.stand(visit)

    def _merge(self, visits: Visits, more: Iterable[Visit], atoms: list[Atom]) -> None:
        for visit in more:
            self.play.stand(visit)
            ground = self.play.ground
            key = (visit.happened, tuple(atom.ask(ground) for atom in atoms))
            if key not in visits:
                visits[key] = visit
                self.visits += 1

    def _seen(self, question: Question, visit: Visit) -> None:
        """Nothing of the debt in the words, and no page that discloses after a stop."""
        shut = self._waits[question.node] - open_gates(visit.happened)
        if shut:
            self._breach(
                "gate", f"“{question.name}” tells what is still held back", visit, question.name
            )
        stop = self.model.stop
        if stop and visit.values[stop.node] and self._discloses(question):
            begun = any(
                visit.values[one.node] for one in self.model.questions if one.page == question.page
            )
            if not begun:
                self._breach(
                    "exit", f"“{question.name}” is still open after the stop", visit, question.name
                )

    def _discloses(self, question: Question) -> bool:
        kinds = {item.rpartition(":")[2] for item in question.ds.get("event", "").split()}
        return bool((kinds | {question.page_event}) & NEED_GATE)

    def _recorded(self, question: Question, value: str, visit: Visit, after: Visit) -> None:
        kinds = {*question.events(value), question.page_event}
        if kinds & NEED_GATE and "debt" not in open_gates(visit.happened):
            what = ", ".join(sorted(kinds & NEED_GATE))
            self._breach("gate", f"{what} before the gate is open", after, question.name)
        if "agreement_signed" in kinds:
            missing = [duty for duty in DUTIES if f"duty:{duty}" not in visit.happened]
            if missing:
                what = ", ".join(missing)
                self._breach("agreement", f"an agreement without {what}", after, what)

    def _gates(self, texts: Iterable[Condition]) -> frozenset[str]:
        """The gates that the words of a question wait for."""
        pending, done, gates = list(texts), set[int](), set[str]()
        while pending:
            one = pending.pop()
            gates |= {gate for field in one.facts if (gate := gate_of(field))}
            for node in one.reads - done:
                done.add(node)
                if node in self.play.formula:
                    pending.append(self.play.formula[node])
        return frozenset(gates)

    def _breach(self, claim: str, message: str, visit: Visit, about: str) -> None:
        self.found.setdefault((claim, message), Breach(claim, message, visit.path))
