"""What a rule says: its dates, condition, relaxing consent and overrides taken into account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from agent_app.domain.rules.calendar import midnight
from agent_app.domain.rules.consents import consents
from agent_app.domain.rules.rule import Rule
from agent_app.domain.rules.situation import Situation
from agent_app.domain.rules.verdict import Judgement, State


class Objection(NamedTuple):
    """A rule that objects or warns, and the situation by its own wall clock."""

    rule: Rule
    judged: Judgement
    state: State
    there: Situation


Bound = tuple[Rule, bool | None]
"""A rule that applies (True), or may (None)."""


def objections(asked: Iterable[Rule], s: Situation) -> list[Objection]:
    """Those of the rules that have something to say."""
    return weighed(binding(asked, s), s)


def binding(asked: Iterable[Rule], s: Situation) -> list[Bound]:
    """Those of the rules that apply, or may."""
    there = s
    found: list[Bound] = []
    for rule in asked:
        there = there.on(rule.zone_of(s))
        binds = applies(rule, there)
        if binds is not False:
            found.append((rule, binds))
    return found


def weighed(bound: Iterable[Bound], s: Situation) -> list[Objection]:
    """What rules say that are known to apply, or may."""
    there = s
    found = []
    for rule, binds in bound:
        there = there.on(rule.zone_of(s))
        judged = _weigh(rule, binds, there)
        if judged is not None:
            state = _state(rule, judged)
            if state > State.warn and _overridden(rule, there):
                state = State.warn
            found.append(Objection(rule, judged, state, there))
    return found


def applies(rule: Rule, s: Situation) -> bool | None:
    """Does the rule bind here on this day? None when a fact it asks is not known."""
    if rule.first or rule.last:
        today = s.today or s.now.date()
        if (rule.first and today < rule.first) or (rule.last and today > rule.last):
            return False
    return rule.when.holds(s) if rule.when else True


def judge(rule: Rule, s: Situation) -> Judgement | None:
    """What one rule says, its dates, condition and relaxing consent taken into account."""
    binds = applies(rule, s)
    return None if binds is False else _weigh(rule, binds, s)


def _weigh(rule: Rule, binds: bool | None, s: Situation) -> Judgement | None:
    judged = rule.law.judge(s)
    if judged is None or judged.kept:
        return judged
    if rule.relax is not None:
        judged = _relaxed(rule, judged, s)
    if judged is None:
        return None
    if binds is None and rule.when is not None:
        judged = Judgement(None, rule.when.unknowns(s), judged.until, judged.values)
    if rule.last and s.zone:
        ends = midnight(rule.last + timedelta(days=1), s.zone)
        judged = replace(judged, until=min(judged.until or ends, ends))
    return judged


def _state(rule: Rule, judged: Judgement) -> State:
    if judged.kept or judged.soft:
        return State.warn
    if judged.kept is None:
        return min(rule.state, State.needs)
    return rule.state


def _relaxed(rule: Rule, judged: Judgement, s: Situation) -> Judgement | None:
    """The judgement after the debtor's recorded consent, which may lift it now or later."""
    spans = consents(rule.relax, s)
    if any(begins <= s.now < ends for begins, ends in spans):
        return None
    coming = [begins for begins, ends in spans if s.now < begins < ends]
    if coming and judged.kept is False:
        return replace(judged, until=min([*coming, *([judged.until] if judged.until else [])]))
    return judged


SETTLES = frozenset({"rule_overridden", "consent_given", "contact_changed"})
"""Kinds that may lift any rule whatever it is about."""


def _overridden(rule: Rule, s: Situation) -> bool:
    """Has a role that may do so overridden this rule today, on the record?"""
    return any(
        one.body.get("rule") == rule.id
        and one.body.get("role") in rule.override_by
        and one.at <= s.now
        and s.zone is not None
        and one.at.astimezone(s.zone).date() == s.today
        for one in (s.history.of("rule_overridden") if rule.override_by else ())
    )
