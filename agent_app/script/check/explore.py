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
from agent_app.script.check.play import ENDS, Play, Visit
from agent_app.script.check.report import Breach

DUTIES = ("identity", "disclosure", "rights", "vulnerability")
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
        self.offered: set[tuple[int, str]] = set()
        self.visits = 0
        self.complete = True
        self._waits = {one.node: self._gates(one.texts) for one in self.model.asked}
        self._candidates: dict[Any, list[str]] = {}
        self._exit_at = self._after_stop()
        self._exit_atoms = self.memory.after(self._exit_at, stopped=True)

    @property
    def breaches(self) -> list[Breach]:
        return list(self.found.values())

    def run(self) -> Explorer:
        """Look at everything; afterwards the findings are there."""
        begun = self.play.begin()
        going: Visits = {0: begun}
        stopped: Visits = {}
        self._stop(begun, stopped)
        for place, question in enumerate(self.model.questions, 1):
            atoms = self.memory.after(place, stopped=False)
            going = self._through(question, going, atoms)
            if question.node in self.asked:
                for visit in going.values():
                    self._stop(visit, stopped)
        for place in range(self._exit_at, len(self.model.questions)):
            atoms = self.memory.after(place + 1, stopped=True)
            stopped = self._through(self.model.questions[place], stopped, atoms)
        for visit in [*going.values(), *stopped.values()]:
            if not ENDS & visit.happened:
                self._breach("end", "the visit never comes to its end", visit)
        return self

    def _through(self, question: Question, visits: Visits, atoms: list[Atom]) -> Visits:
        """The different visits after one question."""
        found: Visits = {}
        for visit in visits.values():
            for after in self.ask(question, visit):
                self._keep(found, after, atoms)
        self.visits += len(found)
        print(question.name, len(found))
        self.complete = self.complete and len(found) <= MOST
        return found if self.complete else {}

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
            self._breach("end", f"“{name}” is due but waits for {what}", visit)
            yield visit
            return
        required = play.required(question)
        if self._answered(question, visit):
            yield visit
            return
        fitting = [value for value in self.answers(question) if play.fits(question, value)]
        if required and not fitting:
            self._breach("end", f"no answer to “{name}” is accepted", visit)
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
        self.offered |= {(question.node, one) for one in offered}
        gates = len(play.ground.facts)
        key = (question.node, offered, gates)
        if key not in self._candidates:
            self._candidates[key] = candidates(question, offered, self.memory, play.ground)
        return self._candidates[key]

    def _stop(self, visit: Visit, stopped: Visits) -> None:
        """Stop this visit here: it goes on where the questions after the stop begin."""
        stop = self.model.stop
        if stop is None or ENDS & visit.happened:
            return
        play = self.play
        play.stand(visit)
        if not play.relevant(stop):
            self._breach("exit", "the visit cannot be stopped here", visit)
            return
        self.asked.add(stop.node)
        for value in self.answers(stop):
            after = play.answer(visit, stop, value)
            self._closed(after)
            ahead = self.model.questions[self._exit_at :]
            given = tuple(bool(after.values[one.node]) for one in ahead)
            self._keep(stopped, after, self._exit_atoms, given)
            play.stand(visit)

    def _closed(self, visit: Visit) -> None:
        """After a stop no step before the exit may be due, and none may begin to disclose."""
        begun = {one.page for one in self.model.questions if visit.values[one.node]}
        for question in self.model.questions[: self._exit_at]:
            if visit.values[question.node] or not self.play.relevant(question):
                continue
            name = question.name
            if self.play.required(question):
                self._breach("exit", f"“{name}” must still be answered after the stop", visit)
            elif question.page not in begun and self._discloses(question):
                self._breach("exit", f"“{name}” is still open after the stop", visit)

    def _keep(self, visits: Visits, visit: Visit, atoms: list[Atom], given: object = ()) -> None:
        ground = self.play.ground
        self.play.stand(visit)
        key = (visit.happened, given, tuple(atom.ask(ground) for atom in atoms))
        visits.setdefault(key, visit)

    def _seen(self, question: Question, visit: Visit) -> None:
        """Nothing of the debt in the words, and no page that discloses after a stop."""
        shut = self._waits[question.node] - open_gates(visit.happened)
        if shut:
            self._breach(
                "gate", f"“{question.name}” tells what is still held back", visit, question.name
            )

    def _discloses(self, question: Question) -> bool:
        kinds = {item.rpartition(":")[2] for item in question.ds.get("event", "").split()}
        return bool((kinds | {question.page_event}) & NEED_GATE)

    def _recorded(self, question: Question, value: str, visit: Visit, after: Visit) -> None:
        kinds = {*question.events(value), question.page_event}
        if kinds & NEED_GATE and "debt" not in open_gates(visit.happened):
            what = ", ".join(sorted(kinds & NEED_GATE))
            self._breach("gate", f"{what} before the gate is open", after)
        if "agreement_signed" in kinds:
            missing = [duty for duty in DUTIES if f"duty:{duty}" not in visit.happened]
            if missing:
                what = ", ".join(missing)
                self._breach("agreement", f"an agreement without {what}", after)

    def _answered(self, question: Question, visit: Visit) -> bool:
        """Whether it was answered before the stop, with what may still be chosen."""
        value = visit.values[question.node]
        offered = self.play.offered(question)
        return bool(value) and (not offered or set(value.split()) <= set(offered))

    def _after_stop(self) -> int:
        """The place of the first question after the stop, in the order of the form."""
        stop = self.model.stop
        path = [one.node for one in self.model.form.elements if one.node >= 0]
        if stop is None:
            return len(self.model.questions)
        behind = set(path[: path.index(stop.node)])
        return sum(one.node in behind for one in self.model.questions)

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

    def _breach(self, claim: str, message: str, visit: Visit) -> None:
        self.found.setdefault((claim, message), Breach(claim, message, visit.path))
