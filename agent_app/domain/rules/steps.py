"""required_step and attestation: what a visit must hold before it goes on, or when it closes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agent_app.domain.events import KINDS as EVENTS
from agent_app.domain.events import Event
from agent_app.domain.rules.law import Law
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.situation import ACTS, REVIEW, Situation
from agent_app.domain.rules.verdict import Judgement, broken, unknown


def _file(*types: str) -> Callable[[Event], bool]:
    return lambda one: any(str(file.get("type", "")).startswith(types) for file in one.files)


def _told(*fields: str) -> Callable[[Event], bool]:
    return lambda one: any(str(one.body.get(name) or "").strip() for name in fields)


EVIDENCE: Mapping[str, Callable[[Event], bool]] = {
    "photo": lambda one: one.kind == "photo_taken" or _file("image/")(one),
    "audio": lambda one: one.kind == "recording_started" or _file("audio/", "video/")(one),
    "text": _told("note", "text", "statement"),
    "sign": _told("signature", "signers", "ink"),
}
"""What proves a step: a picture, a recording that was begun, words, somebody's hand."""


@dataclass(frozen=True, slots=True)
class RequiredStep(Law):
    """One of the events `steps` must be in the visit before any act of `before`.

    `refused_by`: the event by which the other side declines it; from then on the acts stay
    shut. The step must not be undone (`undone_by`) until the visit ends. `evidence`: one of
    these must prove it, with the step itself or after it (see `EVIDENCE`).
    """

    acts: frozenset[str]
    steps: tuple[str, ...]
    refused_by: tuple[str, ...]
    undone_by: tuple[str, ...]
    evidence: tuple[str, ...]
    on_refusal: str

    placeholders = ("missing",)

    @classmethod
    def read(cls, table: Table) -> RequiredStep:
        return cls(
            frozenset(table.words("before", among=ACTS)),
            table.words("steps", None, among=EVENTS),
            table.words("refused_by", among=EVENTS),
            table.words("undone_by", among=EVENTS),
            table.words("evidence", among=EVIDENCE),
            table.word("on_refusal", ""),
        )

    def judge(self, s: Situation) -> Judgement | None:
        events = s.history.in_visit(s.visit)
        if s.act == REVIEW:
            return self._look_back(events)
        refused = [one.id for one in events if one.kind in self.refused_by]
        if refused:
            return broken(*refused, missing=self.steps[:1])
        state = [one for one in events if one.kind in self.steps or one.kind in self.undone_by]
        if state and state[-1].kind in self.steps:
            return self._unproven(events)
        because = (state[-1].id,) if state else self.steps
        return broken(*because, missing=self.steps[:1])

    def _look_back(self, events: Sequence[Event]) -> Judgement | None:
        """Over the whole visit: was it there, and never dropped before the end?"""
        if any(one.kind in self.steps for one in events):
            open_since: Event | None = None
            for one in events:
                if one.kind in self.steps:
                    open_since = None
                elif one.kind in self.undone_by:
                    open_since = one
                elif open_since is not None and one.kind in TALKED:
                    return broken(open_since.id, missing=self.steps[:1])
            return self._unproven(events)
        if any(one.kind in self.refused_by for one in events):
            return None
        if not any(one.kind in TALKED for one in events):
            return None
        return broken(*self.steps, missing=self.steps[:1])

    def _unproven(self, events: Sequence[Event]) -> Judgement | None:
        """Is there none of the evidence that the step needs?"""
        place = next(n for n, one in enumerate(events) if one.kind in self.steps)
        proofs = [EVIDENCE[name] for name in self.evidence]
        if not proofs or any(proof(one) for one in events[place:] for proof in proofs):
            return None
        return broken(events[place].id, missing=self.evidence)


TALKED = frozenset({"disclosed", "plan_offered", "agreement_signed", "promise_made"})


@dataclass(frozen=True, slots=True)
class Attestation(Law):
    """Somebody states something at the close: an `answered` event whose ref ends in `answer`
    with one of `values`, looked for when the visit is reviewed."""

    acts: frozenset[str]
    who: str
    answer: str
    values: frozenset[str]

    placeholders = ("missing",)

    @classmethod
    def read(cls, table: Table) -> Attestation:
        return cls(
            frozenset({REVIEW}),
            table.word("who", among=("agent", "debtor", "second_agent")),
            table.word("answer"),
            frozenset(table.words("values", ("yes",))),
        )

    def judge(self, s: Situation) -> Judgement | None:
        given = [
            one
            for one in s.history.in_visit(s.visit)
            if one.kind == "answered"
            and str(one.body.get("ref", "")).rsplit("/", 1)[-1] == self.answer
        ]
        if not given:
            return unknown(f"answer.{self.answer}", missing=(self.answer,))
        if str(given[-1].body.get("value")) in self.values:
            return None
        return broken(given[-1].id, missing=(self.answer,))
