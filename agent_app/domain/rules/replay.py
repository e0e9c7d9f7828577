"""Look back: did each visit keep the rules, and which event proves it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.rules.guard import answer
from agent_app.domain.rules.history import History
from agent_app.domain.rules.judging import judge
from agent_app.domain.rules.rule import Rule
from agent_app.domain.rules.ruleset import RuleSet
from agent_app.domain.rules.situation import REVIEW, Situation, situation
from agent_app.domain.rules.verdict import Citation, Finding

ENDS = frozenset({"visit_ended", "visit_aborted"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule over all events: `passed` True, False, or None when the record cannot tell.

    `event` is the id of the event that proves it: of a failure the first act that broke the
    rule, else the last act that was judged by it. `finding` says how it failed.
    """

    rule: str
    kind: str
    severity: str
    passed: bool | None
    event: str
    citation: Citation
    text: Mapping[str, str]
    finding: Finding | None = None


@dataclass(slots=True)
class _Tally:
    last: str = ""
    there: Situation | None = None
    failed: tuple[str, Situation] | None = None
    unsure: tuple[str, Situation] | None = None
    judged: int = field(default=0)


def replay(
    rules: RuleSet,
    case: Case,
    events: Sequence[Event],
    *,
    facts: Mapping[str, Any] | None = None,
) -> list[Verdict]:
    """Judge every event, in order, by the rules of its own day and what was known before it.

    `case` is the row as it stood before the first of `events`. Rules no event touched are
    left out. Give another rule set for "what if".
    """
    tallies: dict[str, _Tally] = {}
    elsewhere = (facts or {}).get("elsewhere") or ()
    for place, event in enumerate(events):
        if event.case is not None and event.case != case.id:
            continue
        before = History(case, events[:place], elsewhere)
        _judge_act(rules, _question(rules, before, event, event.kind, facts), event, tallies)
        if event.kind in ENDS:
            whole = History(case, events[: place + 1], elsewhere)
            _judge_act(rules, _question(rules, whole, event, REVIEW, facts), event, tallies)
    order = [rule for rule in rules.rules if rule.id in tallies]
    return [_verdict(rules, rule, tallies[rule.id]) for rule in order]


def _question(
    rules: RuleSet,
    history: History,
    event: Event,
    act: str,
    facts: Mapping[str, Any] | None,
) -> Situation:
    given = {**rules.told(facts), "body": event.body, "visit": event.visit}
    if event.kind in ("visit_started", "visit_planned"):
        given["address"] = event.body.get("address")
    given.setdefault("synced_at", event.body.get("synced_at"))
    return situation(history, event.at, act, given, rules.calendars)


def _judge_act(rules: RuleSet, s: Situation, event: Event, tallies: dict[str, _Tally]) -> None:
    if event.kind == "visit_planned":
        return
    for rule in rules.about(s.act):
        there = s.on(rule.zone_of(s))
        tally = tallies.setdefault(rule.id, _Tally())
        judged = judge(rule, there)
        tally.last, tally.there = event.id, there
        if judged is None or judged.kept:
            continue
        if judged.kept is False and not judged.soft:
            tally.failed = tally.failed or (event.id, there)
        else:
            tally.unsure = tally.unsure or (event.id, there)


def _verdict(rules: RuleSet, rule: Rule, tally: _Tally) -> Verdict:
    proof = tally.failed or tally.unsure
    finding = answer(rules, proof[1]).named(rule.id) if proof else None
    return Verdict(
        rule=rule.id,
        kind=rule.kind,
        severity=rule.severity,
        passed=False if tally.failed else None if tally.unsure else True,
        event=proof[0] if proof else tally.last,
        citation=rule.cited(tally.there) if tally.there else rule.citation,
        text=finding.text if finding else {},
        finding=finding,
    )
