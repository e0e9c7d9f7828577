"""What must hold at every moment of every visit; who breaks it is kept with the path there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Protocol

from agent_app.domain.events import GATED
from agent_app.domain.outcome import Outcome
from agent_app.script.check.gate import DEBT, gate_of, open_gates
from agent_app.script.check.model import Condition, Question
from agent_app.script.check.play import ENDS, Play, Visit
from agent_app.script.check.report import Breach

DUTIES = ("identity", "disclosure", "rights", "vulnerability")
NEED_GATE = GATED | {"letter_printed"}
NO_HOLDS: Mapping[str, frozenset[str]] = MappingProxyType({})
JUDGED = NEED_GATE | {"agreement_signed"}


class Outcomes(Protocol):
    """The pack's table of outcomes."""

    def __contains__(self, code: object) -> bool: ...
    def __getitem__(self, code: str) -> Outcome: ...


class Claims:
    """Judges the moments of a visit. `early` are the questions met while the debt gate is shut."""

    def __init__(
        self, play: Play, outcomes: Outcomes, holds: Mapping[str, frozenset[str]] = NO_HOLDS
    ) -> None:
        """`holds`: what each kind of event shuts from then on (`rules.held_back`)."""
        self.holds = holds
        self.play = play
        self.model = play.model
        self.outcomes = outcomes
        self.early: set[int] = set()
        self._found: dict[tuple[str, str], Breach] = {}
        self._waits = {one.node: self._gates(one.texts) for one in self.model.asked}

    @property
    def breaches(self) -> list[Breach]:
        return list(self._found.values())

    def asked(self, question: Question, visit: Visit) -> bool:
        """A question is shown. False when it cannot be answered yet: that path stops here."""
        name, gates = question.name, open_gates(visit.happened)
        if DEBT not in gates:
            self.early.add(question.node)
        if not self._waits[question.node] <= gates:
            self.breach("gate", f"“{name}” tells what is still held back", visit)
        if missing := question.needs - visit.happened:
            self.breach("end", f"“{name}” is due but waits for {_list(missing)}", visit)
            return False
        if question.choices and "outcome_recorded" in question.kinds:
            self._outcomes(question, visit)
        return True

    def unanswerable(self, question: Question, visit: Visit) -> None:
        self.breach("end", f"no answer to “{question.name}” is accepted", visit)

    def recorded(self, question: Question, value: str, before: Visit, after: Visit) -> None:
        """An answer is given."""
        if not question.kinds & JUDGED:
            return
        kinds = {*question.events(value), question.page_event}
        if kinds & NEED_GATE and DEBT not in open_gates(before.happened):
            self.breach("gate", f"{_list(kinds & NEED_GATE)} before the gate is open", after)
        for cause in sorted(before.happened & self.holds.keys()):
            if shut := kinds & self.holds[cause]:
                self.breach("hold", f"{_list(shut)} after {cause}", after)
        stop = self.model.stop
        if kinds & NEED_GATE and stop and before.values[stop.node]:
            self.breach("exit", f"{_list(kinds & NEED_GATE)} after the stop", after)
        if "agreement_signed" in kinds:
            missing = [duty for duty in DUTIES if f"duty:{duty}" not in before.happened]
            if missing:
                self.breach("agreement", f"an agreement without {_list(missing)}", after)

    def stopped(self, visit: Visit, exit_at: int) -> None:
        """After a stop no step before the exit may be due, and none may begin to disclose."""
        begun = {one.page for one in self.model.questions if visit.values[one.node]}
        self.play.stand(visit)
        shut: Condition | None = None
        for question in self.model.questions[:exit_at]:
            if visit.values[question.node] or shut in question.relevant:
                continue
            shut = self.play.shut_by(question)
            if shut:
                continue
            if self.play.required(question):
                self.breach("exit", f"“{question.name}” is still due after the stop", visit)
            elif question.page not in begun and question.kinds & NEED_GATE:
                self.breach("exit", f"“{question.name}” is still open after the stop", visit)

    def unstoppable(self, visit: Visit) -> None:
        self.breach("exit", "the visit cannot be stopped here", visit)

    def finished(self, visit: Visit) -> None:
        """Nothing more is asked."""
        if not ENDS & visit.happened:
            self.breach("end", "the visit never comes to its end", visit)

    def breach(self, claim: str, message: str, visit: Visit) -> None:
        """Keep the first path to each breach."""
        self._found.setdefault((claim, message), Breach(claim, message, visit.path))

    def _outcomes(self, question: Question, visit: Visit) -> None:
        """Every outcome offered here can be recorded here."""
        due = any(
            one.ds.get("field") == "due"
            for one in self.model.questions
            if one.page == question.page
        )
        for code in self.play.offered(question):
            if code not in self.outcomes:
                self.breach("outcome", f"the pack has no outcome “{code}”", visit)
                continue
            outcome, lacks = self.outcomes[code], []
            if outcome.needs_gate and DEBT not in open_gates(visit.happened):
                lacks.append("the open gate")
            if outcome.needs_event and outcome.needs_event not in visit.happened:
                lacks.append(outcome.needs_event)
            if outcome.needs_photo and "photo_taken" not in visit.happened:
                lacks.append("a photo")
            if outcome.needs_date and not due and "promise_made" not in visit.happened:
                lacks.append("a date")
            if lacks:
                self.breach("outcome", f"“{code}” is offered but lacks {_list(lacks)}", visit)

    def _gates(self, texts: Iterable[Condition]) -> frozenset[str]:
        """The gates that the words of a question wait for."""
        formulas: Mapping[int, Condition] = self.play.formula
        pending, done, gates = list(texts), set[int](), set[str]()
        while pending:
            one = pending.pop()
            gates |= {gate for field in one.facts if (gate := gate_of(field))}
            pending += [formulas[node] for node in one.reads - done if node in formulas]
            done |= one.reads
        return frozenset(gates)


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
