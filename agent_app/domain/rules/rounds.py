"""One moment put to many cases: what does not differ among them is worked out once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.rules.guard import (
    answer,
    finding,
    local,
    next_allowed,
    strictest,
    window_end,
)
from agent_app.domain.rules.history import History
from agent_app.domain.rules.judging import SETTLES, Bound, Objection, binding, objections, weighed
from agent_app.domain.rules.notices import Notice
from agent_app.domain.rules.ruleset import Agenda, RuleSet
from agent_app.domain.rules.situation import Situation, situation
from agent_app.domain.rules.verdict import Finding, Findings, State, together


@dataclass(frozen=True, slots=True)
class _Common:
    """What the common rules say, at one moment, of all cases that are alike to them, and which
    of the other rules apply to these at all."""

    own: Sequence[Bound]
    found: Sequence[Objection]
    findings: Mapping[str, Finding]
    state: State
    window_end: datetime | None
    alone: Findings


class Round:
    """The same question, at one moment, of many cases; each answer is that of `assess`.

    Most rules about a visit hang on little of a case: the kind of door and its clock, the crew,
    a few fields of the row. Cases alike in that share one judgement of those rules; only what
    is on a case's own record is weighed case by case. `rules_for` gives the rules of a case,
    `facts` what is told of all of them.
    """

    def __init__(
        self,
        rules_for: Callable[[Case], RuleSet],
        now: datetime,
        *,
        act: str = "visit",
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        self._rules_for = rules_for
        self._now = now
        self._act = act
        self._facts = dict(facts or {})
        self._told: dict[RuleSet, dict[str, Any]] = {}
        self._alike: dict[Hashable, dict[datetime, _Common]] = {}

    def ask(
        self,
        case: Case,
        events: Sequence[Event] = (),
        *,
        address: str | None = None,
        elsewhere: Sequence[Mapping[str, Any]] = (),
    ) -> Findings:
        """May it be done in this case, `events` being what is known of it, `elsewhere` contacts
        with the same person about other debts?"""
        rules = self._rules_for(case)
        facts = self._told.get(rules)
        if facts is None:
            facts = self._told[rules] = rules.told(self._facts)
        if address is not None:
            facts = {**facts, "address": address}
        history = History(case, events, elsewhere)
        s = situation(history, self._now, self._act, facts, rules.calendars)
        if not SETTLES.isdisjoint(history.by_kind) or case.raw.get("contact_changes"):
            return answer(rules, s)
        agenda = rules.agenda(s.act)
        try:
            alike = self._alike.setdefault((rules, *[of(s) for of in agenda.sources]), {})
        except TypeError:  # a row holding a list or a table where a plain value is meant
            return answer(rules, s)
        common = _common(rules, agenda, alike, s)
        awakened = agenda.awakened(history)
        found = [*weighed(common.own, s), *objections(awakened, s)]
        own = {rule.id for rule in awakened}
        unmarked = not found and own.isdisjoint(common.findings)
        if unmarked and common.state <= State.warn:
            return common.alone

        objecting = {one.rule.id for one in found}
        settled = {
            rule.id
            for rule, _ in common.own
            if isinstance(rule.law, Notice) and rule.law.lasts and rule.id not in objecting
        }

        def ask(later: Situation) -> Sequence[Objection]:
            then = _common(rules, agenda, alike, later)
            still = [one for one in then.own if one[0].id not in settled]
            return [*_but(own, then.found), *weighed(still, later), *objections(awakened, later)]

        everything = [*_but(own, common.found), *found]
        coming = next_allowed(s, everything, ask)
        if unmarked:
            return replace(common.alone, next_allowed=local(coming, agenda, s))
        return Findings(
            state=strictest(everything),
            items=_in_words(rules, agenda, everything, _without(own, common.findings)),
            next_allowed=local(coming, agenda, s),
            window_end=common.window_end,
        )


def _common(
    rules: RuleSet, agenda: Agenda, alike: dict[datetime, _Common], s: Situation
) -> _Common:
    known = alike.get(s.now)
    if known is None:
        s = s.unmarked()
        found = objections(agenda.common, s)
        findings = {one.rule.id: finding(rules, one) for one in found}
        items = together(findings[one.rule.id] for one in agenda.in_order(found))
        closes = local(window_end(agenda.windows, s), agenda, s)
        state = strictest(found)
        alone = Findings(state, items, local(s.now, agenda, s), closes)
        known = alike[s.now] = _Common(
            binding(agenda.own, s), found, findings, state, closes, alone
        )
    return known


def _but(own: AbstractSet[str], shared: Sequence[Objection]) -> Sequence[Objection]:
    """What is shared, but for rules that this record speaks of itself."""
    return [one for one in shared if one.rule.id not in own] if own else shared


def _without(own: AbstractSet[str], findings: Mapping[str, Finding]) -> Mapping[str, Finding]:
    if own.isdisjoint(findings):
        return findings
    return {rule: one for rule, one in findings.items() if rule not in own}


def _in_words(
    rules: RuleSet, agenda: Agenda, found: Sequence[Objection], shared: Mapping[str, Finding]
) -> tuple[Finding, ...]:
    return together(
        shared.get(one.rule.id) or finding(rules, one) for one in agenda.in_order(found)
    )
