"""What if? Many finished visits put to one set of rules: a line a rule, with the visits behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.rules.replay import Verdict, replay
from agent_app.domain.rules.ruleset import RuleSet
from agent_app.domain.rules.verdict import Citation


@dataclass(frozen=True, slots=True)
class PastVisit:
    """One finished visit: its case as it stood before (see `rewind.rewound`), its events in
    order, and what the caller knows beside them (`synced_at`)."""

    id: str
    case: Case
    events: Sequence[Event]
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proof:
    """How one visit fared under a rule, and the event that shows it; `text` by language, empty
    where the rule was kept."""

    visit: str
    event: str
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RuleTally:
    """One rule over all the visits it had something to say about."""

    rule: str
    kind: str
    severity: str
    citation: Citation
    kept: tuple[Proof, ...]
    broken: tuple[Proof, ...]
    unproven: tuple[Proof, ...]

    @property
    def visits(self) -> int:
        """How many visits it judged."""
        return len(self.kept) + len(self.broken) + len(self.unproven)


def what_if(
    visits: Iterable[PastVisit], rules: RuleSet | Callable[[Case], RuleSet]
) -> list[RuleTally]:
    """Every rule that would have judged one of `visits`, the most often broken first.

    `rules` is one set for all, or which set binds a case (`PackSet.rules_for`): the rules of
    today, of another pack, or with every draft as law (`RuleSet.enacted`).
    """
    verdicts = [
        (one.id, verdict)
        for one in visits
        for verdict in replay(
            rules(one.case) if callable(rules) else rules, one.case, one.events, facts=one.facts
        )
    ]
    return tally(verdicts)


def tally(verdicts: Iterable[tuple[str, Verdict]]) -> list[RuleTally]:
    """The verdicts of many visits, (visit, verdict), gathered by rule."""
    found: dict[str, list[tuple[str, Verdict]]] = {}
    for visit, verdict in verdicts:
        found.setdefault(verdict.rule, []).append((visit, verdict))
    tallies = [_row(some) for some in found.values()]
    return sorted(tallies, key=lambda one: (-len(one.broken), -len(one.unproven)))


def _row(some: Sequence[tuple[str, Verdict]]) -> RuleTally:
    first = some[0][1]

    def those(passed: bool | None) -> tuple[Proof, ...]:
        return tuple(
            Proof(visit, one.event, one.text) for visit, one in some if one.passed is passed
        )

    return RuleTally(
        rule=first.rule,
        kind=first.kind,
        severity=first.severity,
        citation=first.citation,
        kept=those(True),
        broken=those(False),
        unproven=those(None),
    )
