"""Random visits: answers nobody thought of, whole visits from the door to the end.

Half of them answer evenly; the other half prefer answers after which visits so far went on
longest, so that the far end of a script is walked as often as its first steps.
"""

from __future__ import annotations

from collections import defaultdict
from random import Random

from agent_app.script.check.answers import candidates
from agent_app.script.check.claims import Claims
from agent_app.script.check.memory import Memory
from agent_app.script.check.model import Condition, Question
from agent_app.script.check.play import Play, Visit

STOPS = 0.02
"""How often an answer is followed by the stop."""
BLANK = 0.5
"""How often a question that may be left empty is."""


class Walker:
    """Walks visits of one model with one case. The same `seed` walks the same visits."""

    def __init__(self, play: Play, claims: Claims, memory: Memory, seed: int) -> None:
        self.play = play
        self.claims = claims
        self.memory = memory
        self.random = Random(seed)
        self.ends: dict[str, int] = defaultdict(int)
        self._answers: dict[object, list[str]] = {}
        self._length: dict[tuple[int, str], float] = defaultdict(float)

    def walk(self, visits: int) -> None:
        """Walk that many visits from beginning to end."""
        for number in range(visits):
            visit = self._visit(eager=number % 2 == 0)
            self.claims.finished(visit)
            self._learn(visit)
            self.ends[visit.last.value if visit.last else ""] += 1

    def _visit(self, *, eager: bool) -> Visit:
        model, play = self.play.model, self.play
        visit = play.begin()
        play.stand(visit)
        shut: Condition | None = None
        place = 0
        while place < len(model.questions):
            question = model.questions[place]
            place += 1
            if shut in question.relevant:
                continue
            shut = play.shut_by(question)
            if shut or play.answered(question, visit):
                continue
            after = self._answer(question, visit, eager=eager)
            if after is visit:
                continue
            visit = after
            stop = model.stop
            if stop and not visit.values[stop.node] and self.random.random() < STOPS:
                visit = play.answer(visit, stop, self.random.choice(self._values(stop)))
                self.claims.stopped(visit, model.exit_at)
                place, shut = model.exit_at, None
        return visit

    def _answer(self, question: Question, visit: Visit, *, eager: bool) -> Visit:
        play = self.play
        if not self.claims.asked(question, visit):
            return visit
        if not play.required(question) and self.random.random() < BLANK:
            return visit
        fitting = [value for value in self._values(question) if play.fits(question, value)]
        if not fitting:
            self.claims.unanswerable(question, visit)
            return visit
        value = self._choose(question, fitting, eager=eager)
        after = play.answer(visit, question, value)
        self.claims.recorded(question, value, visit, after)
        return after

    def _choose(self, question: Question, values: list[str], *, eager: bool) -> str:
        if not eager or self.random.random() < 0.2:
            return self.random.choice(values)
        return max(
            values, key=lambda value: (self._length[question.node, value], self.random.random())
        )

    def _values(self, question: Question) -> list[str]:
        offered = self.play.offered(question)
        key = (question.node, offered)
        if key not in self._answers:
            found = candidates(question, offered, self.memory, self.play.ground)
            single = question.choices and question.control == "select1"
            self._answers[key] = list(offered) if single else found
        return self._answers[key]

    def _learn(self, visit: Visit) -> None:
        """Remember how far the visit went after each of its answers, the longest counting most."""
        step, length = visit.last, 0
        while step:
            key = (step.question.node, step.value)
            self._length[key] = max(self._length[key] * 0.99, float(length))
            length += 1
            step = step.before
