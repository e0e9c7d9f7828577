"""How a rehearsal went: every rule with the step that decided it, time a step, and what to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.rules import Verdict, replay
from agent_app.journal.pace import LEAST, hurried
from agent_app.queries.case_page import read_case
from agent_app.queries.visit_run import open_run
from agent_app.rehearsal.role import Role
from agent_app.rehearsal.room import Refusal, Room
from agent_app.script import NodeView, Session
from agent_app.store import cases, events


@dataclass(frozen=True, slots=True)
class Step:
    """One question answered: seconds its screen was open until then, the least it deserves (0:
    any), and whether the screen was left sooner than that."""

    question: str
    label: str
    value: str
    seconds: float
    least: float
    hurried: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """One rule of the pack over the whole visit; `step` is the label of the question that
    decided it, empty for what no question records."""

    verdict: Verdict
    step: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What would have been better at a question: the words to say, what to know."""

    step: str
    say: str
    know: str


@dataclass(frozen=True, slots=True)
class Score:
    """`points` is 0 to 100: the share of everything judged that was right. A rule broken or an
    act refused also fails the rehearsal (`passed`), whatever the points."""

    role: Role
    rules: tuple[Judged, ...]
    refused: tuple[Refusal, ...]
    steps: tuple[Step, ...]
    outcome: str
    ended: bool
    advice: tuple[Advice, ...]

    @property
    def outcome_fits(self) -> bool:
        return self.outcome in self.role.outcomes

    @property
    def hurried(self) -> tuple[Step, ...]:
        return tuple(one for one in self.steps if one.hurried)

    @property
    def broken(self) -> tuple[Judged, ...]:
        return tuple(one for one in self.rules if one.verdict.passed is False)

    @property
    def passed(self) -> bool:
        clean = not self.broken and not self.refused
        return self.ended and self.outcome_fits and clean

    @property
    def points(self) -> int:
        judged = [one for one in self.rules if one.verdict.passed is not None]
        good = len(judged) - len(self.broken) + self.ended + self.outcome_fits
        return round(100 * good / (len(judged) + 2 + len(self.refused) + len(self.hurried)))


def score(room: Room, at: Moment, language: str) -> Score:
    """Judge what was done in the room so far, in words of `language`; on the store thread."""
    desk = room.desk
    case = read_case(desk, room.case)
    told = events.of_visit(desk.db, room.visit) if room.visit else []
    asked = _Asked(room, at, language) if room.visit else None
    verdicts = replay(desk.packs.rules_for(case), _as_knocked(room), told)
    rules = tuple(Judged(one, asked.decided(one, told) if asked else "") for one in verdicts)
    steps = tuple(asked.steps(told)) if asked else ()
    outcomes = [one.body["code"] for one in told if one.kind == "outcome_recorded"]
    made = Score(
        role=room.role,
        rules=rules,
        refused=tuple(room.refused),
        steps=steps,
        outcome=str(outcomes[-1]) if outcomes else "",
        ended=any(one.kind in ("visit_ended", "visit_aborted") for one in told),
        advice=(),
    )
    return replace(made, advice=tuple(asked.advice(made))) if asked else made


def _as_knocked(room: Room) -> Case:
    """The case as it stood before the first event of the rehearsal."""
    row = cases.get_base(room.desk.db, room.case)
    assert row is not None
    return Case.read(row)


class _Asked:
    """The questions of the script, by what they record and which rules they cite."""

    def __init__(self, room: Room, at: Moment, language: str) -> None:
        run = open_run(
            room.desk, at, case=room.case, visit=room.visit, language=language,
            now=lambda: at.wall,
        )  # fmt: skip
        self.session: Session = run.session
        self.views: list[NodeView] = []
        self.pages: dict[str, NodeView] = {}
        for node in self.session.walk():
            view = self.session.view(node.ref())
            if view.kind in ("group", "instance"):
                for below in node.below():
                    self.pages[below.ref()] = view
            else:
                self.views.append(view)

    def steps(self, told: Sequence[Event]) -> Iterator[Step]:
        """Each question as it was answered last, in the order they were first answered."""
        found: dict[str, Step] = {}
        left_early = {flag.event for flag in hurried(told)}
        for event in told:
            if event.kind != "answered":
                continue
            body = event.body
            ref, view = str(body["ref"]), self._view(str(body["ref"]))
            before = found.get(ref)
            found[ref] = Step(
                question=ref.rsplit("/", 1)[-1],
                label=self._label(ref),
                value=_words(view, str(body["value"])),
                seconds=max(float(body["seconds"]), before.seconds if before else 0.0),
                least=float(body.get(LEAST, 0.0)),
                hurried=event.id in left_early,
            )
        yield from found.values()

    def decided(self, verdict: Verdict, told: Sequence[Event]) -> str:
        """The label of the question whose answer made the event a verdict rests on."""
        place = next((n for n, one in enumerate(told) if one.id == verdict.event), None)
        if place is None:
            return ""
        event = told[place]
        if event.kind == "answered":
            return self._label(str(event.body["ref"]))
        for view in self.views:
            kinds = f"{view.ds.get('event', '')} {self._page_event(view.ref)}"
            if event.kind in {item.rpartition(":")[2] for item in kinds.split()}:
                return self._label(view.ref)
        return ""

    def advice(self, made: Score) -> Iterator[Advice]:
        """The words of the script at each step that went wrong, each once."""
        early = {one.question for one in made.hurried}
        rules = {one.verdict.rule for one in made.broken}
        rules |= {found.rule for one in made.refused for found in one.findings}
        for view in self.views:
            name = view.ref.rsplit("/", 1)[-1]
            cited = set(view.ds.get("rule", "").split())
            if (name in early or cited & rules) and (view.hint or view.guidance):
                yield Advice(self._label(view.ref), view.hint, view.guidance)

    def _view(self, ref: str) -> NodeView | None:
        return next((one for one in self.views if one.ref == ref), None)

    def _label(self, ref: str) -> str:
        view = self._view(ref)
        return (view.label if view else "") or ref.rsplit("/", 1)[-1]

    def _page_event(self, ref: str) -> str:
        return self.pages[ref].ds.get("event", "") if ref in self.pages else ""


def _words(view: NodeView | None, value: str) -> str:
    """An answer as its choices read."""
    labels: Mapping[str, str] = {one.value: one.label for one in view.choices} if view else {}
    if not labels:
        return value
    return " · ".join(labels.get(one, one) for one in value.split())
