"""One moment put to many cases: what does not differ among them is worked out once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

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
from agent_app.domain.rules.ruleset import Agenda, RuleSet
from agent_app.domain.rules.situation import Situation, situation
from agent_app.domain.rules.verdict import Finding, Findings, State, together


@dataclass(frozen=True, slots=True)
class _Said:
    """What the common rules say, at one moment, of all cases that are alike to them, and which
    of the other rules apply to these at all."""

    found: Sequence[Objection]
    findings: Mapping[str, Finding]
    own: Sequence[Bound]


class _Alike:
    """Cases that differ in nothing the common rules read; what was asked of one is kept."""

    def __init__(self, rules: RuleSet, agenda: Agenda, s: Situation) -> None:
        self.agenda = agenda
        self._rules = rules
        self._blank = s.unmarked()
        self._said: dict[datetime, _Said] = {}

    def at(self, now: datetime) -> _Said:
        """What is said at that moment (UTC)."""
        known = self._said.get(now)
        if known is None:
            s = self._blank.at(now)
            found = objections(self.agenda.common, s)
            findings = {one.rule.id: finding(self._rules, one) for one in found}
            known = self._said[now] = _Said(found, findings, binding(self.agenda.own, s))
        return known

    @cached_property
    def open(self) -> bool:
        """Do the common rules refuse nothing now?"""
        return strictest(self.at(self._blank.now).found) <= State.warn

    @cached_property
    def lasting(self) -> bool:
        """Do the other rules, once they are silent, stay so?"""
        bound = self.at(self._blank.now).own
        return not self.agenda.dated and all(rule.law.lasts for rule, _ in bound)

    @cached_property
    def alone(self) -> Findings:
        """The whole answer where a case's own record has nothing to add, now or later."""
        return self.answer(self._blank, (), frozenset(), lambda later: ())

    def answer(
        self,
        s: Situation,
        found: Sequence[Objection],
        awakened: AbstractSet[str],
        ask: Callable[[Situation], Iterable[Objection]],
    ) -> Findings:
        """What one case is told. `found` is what its own record objects with, `ask` what it would
        at a later moment, of `awakened` rules in place of what they say of a blank record."""
        said = self.at(s.now)
        everything = [*_but(awakened, said.found), *found]
        coming = next_allowed(
            s, everything, lambda later: [*_but(awakened, self.at(later.now).found), *ask(later)]
        )
        return Findings(
            state=strictest(everything),
            items=together(
                said.findings[one.rule.id]
                if one.rule.id in said.findings and one.rule.id not in awakened
                else finding(self._rules, one)
                for one in self.agenda.in_order(everything)
            ),
            next_allowed=local(coming, self.agenda, s),
            window_end=self._closes,
        )

    @cached_property
    def _closes(self) -> datetime | None:
        s = self._blank
        return local(window_end(self.agenda.windows, s), self.agenda, s)

    @cached_property
    def zone(self) -> ZoneInfo | None:
        """The wall clock that most of the rules go by."""
        return next(filter(None, (rule.zone_of(self._blank) for rule in self.agenda.rules)), None)


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
        self._alike: dict[Hashable, _Alike] = {}

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
        key = (rules, *[of(s) for of in agenda.sources])
        try:
            alike = self._alike.get(key)
        except TypeError:  # a row holding a list or a table where a plain value is meant
            return answer(rules, s)
        if alike is None:
            alike = self._alike[key] = _Alike(rules, agenda, s)
        return _answer(alike, s.on(alike.zone))


def _answer(alike: _Alike, s: Situation) -> Findings:
    said = alike.at(s.now)
    woken = [rule for rule in alike.agenda.awakened(s.history) if not rule.law.spent(s)]
    found = [*weighed(said.own, s), *objections(woken, s)]
    speaking = {one.rule.id for one in found}.union(said.findings)
    awakened = [one for one in woken if not one.law.fades or one.id in speaking]
    names = {rule.id for rule in awakened}
    silent = not found and names.isdisjoint(said.findings)
    if silent and (alike.open or (alike.lasting and not awakened)):
        return alike.alone
    objecting = {one.rule.id for one in found}
    settled = {rule.id for rule, _ in said.own if rule.law.lasts and rule.id not in objecting}

    def ask(later: Situation) -> Sequence[Objection]:
        still = [one for one in alike.at(later.now).own if one[0].id not in settled]
        return [*weighed(still, later), *objections(awakened, later)]

    return alike.answer(s, found, names, ask)


def _but(own: AbstractSet[str], shared: Sequence[Objection]) -> Sequence[Objection]:
    """What is shared, but for rules that this record speaks of itself."""
    return [one for one in shared if one.rule.id not in own] if own else shared
