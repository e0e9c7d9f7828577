"""A visit being played through a script: what is asked, what may be answered, what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent_app.script.check.gate import GATE_KINDS, NAMED, facts_seen, happenings
from agent_app.script.check.ground import Ground
from agent_app.script.check.model import Condition, Model, Question

ENDS = frozenset({"visit_ended", "visit_aborted"})


@dataclass(frozen=True, slots=True)
class Step:
    """One answer and the steps before it."""

    question: Question
    value: str
    before: Step | None

    def path(self) -> tuple[str, ...]:
        found = []
        step: Step | None = self
        while step:
            found.append(f"{step.question.name} = {step.value}")
            step = step.before
        return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit so far: the value of every node, what happened, and how it came there."""

    values: list[str]
    happened: frozenset[str]
    last: Step | None

    @property
    def path(self) -> tuple[str, ...]:
        return self.last.path() if self.last else ()


class Play:
    """A model with a case: begins visits and answers them. `now` is when the visit is;
    `watched` are kinds of event to remember beside those the script itself waits for."""

    def __init__(
        self,
        model: Model,
        facts: Mapping[str, str],
        now: datetime,
        watched: frozenset[str] = frozenset(),
    ) -> None:
        self.model = model
        self.facts = facts
        self.ground = Ground(now, model.size)
        self.formula = {one.node: one for one in model.calculated}
        self._follows: dict[tuple[frozenset[str], int, str], frozenset[str]] = {}
        self._facts_seen: dict[frozenset[str], Mapping[str, str]] = {}
        self._matters = self._what_matters() | watched
        self._followers = {one.node: self._after(one.node) for one in model.asked}
        self._followers |= {
            noted.node: self._after(noted.node) for many in model.noted.values() for noted in many
        }
        self._blank = self._fresh()

    def _what_matters(self) -> frozenset[str]:
        """The events that open something, the duties, and the end."""
        needs = {kind for one in self.model.questions for kind in one.needs}
        duties = {f"duty:{one.duty}" for one in self.model.questions if one.duty}
        return frozenset(needs | duties | GATE_KINDS | ENDS | {NAMED})

    def begin(self) -> Visit:
        """A visit in which nothing has been asked."""
        return Visit(self._blank.values.copy(), frozenset(), None)

    def _fresh(self) -> Visit:
        visit = Visit([""] * self.model.size, frozenset(), None)
        self.stand(visit)
        self._compute(self.model.calculated)
        return visit

    def _seen(self, happened: frozenset[str]) -> Mapping[str, str]:
        seen = self._facts_seen.get(happened)
        if seen is None:
            seen = self._facts_seen[happened] = facts_seen(self.facts, happened)
        return seen

    def stand(self, visit: Visit) -> None:
        """Make conditions see this visit."""
        self.ground.slots = visit.values
        self.ground.facts = self._seen(visit.happened)

    def relevant(self, question: Question) -> bool:
        return self.shut_by(question) is None

    def shut_by(self, question: Question) -> Condition | None:
        """The outermost condition that hides a question; None when it is shown."""
        for one in reversed(question.relevant):
            if not self.ground.true(one.run):
                return one
        return None

    def required(self, question: Question) -> bool:
        return question.required is not None and self.ground.true(question.required.run)

    def offered(self, question: Question) -> tuple[str, ...]:
        return tuple(
            one.value
            for one in question.choices
            if one.offered is None or self.ground.true(one.offered.run)
        )

    def answered(self, question: Question, visit: Visit) -> bool:
        """Whether it holds an answer that may still be chosen."""
        value = visit.values[question.node]
        if not value:
            return False
        offered = self.offered(question)
        return not offered or set(value.split()) <= set(offered)

    def fits(self, question: Question, value: str) -> bool:
        """Whether the constraint takes this value."""
        if question.constraint is None:
            return True
        kept = self.ground.slots[question.node]
        self.ground.slots[question.node] = value
        fits = self.ground.true(question.constraint.run)
        self.ground.slots[question.node] = kept
        return fits

    def answer(self, visit: Visit, question: Question, value: str) -> Visit:
        """The visit after this answer."""
        happened = self._happened(visit.happened, question, value)
        after = Visit(visit.values.copy(), happened, Step(question, value, visit.last))
        self.stand(after)
        after.values[question.node] = value
        unveiled = len(self.ground.facts) != len(self._seen(visit.happened))
        self._compute(self.model.calculated if unveiled else self._followers[question.node])
        for noted in self.model.noted.get(question.node, ()):
            after.values[noted.node] = self.ground.text(noted.run)
            self._compute(self._followers[noted.node])
        return after

    def _happened(self, before: frozenset[str], question: Question, value: str) -> frozenset[str]:
        key = (before, question.node, value)
        known = self._follows.get(key)
        if known is None:
            known = self._follows[key] = happenings(before, question, value) & self._matters
        return known

    def _compute(self, formulas: Sequence[Condition]) -> None:
        for one in formulas:
            self.ground.slots[one.node] = self.ground.text(one.run)

    def _after(self, node: int) -> tuple[Condition, ...]:
        changed = {node}
        found = []
        for one in self.model.calculated:
            if one.reads & changed:
                changed.add(one.node)
                found.append(one)
        return tuple(found)
