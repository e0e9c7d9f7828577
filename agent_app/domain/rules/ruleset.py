"""The rules of all layers together. Layers only add, so a layer can only tighten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from agent_app.domain.rules.calendar import Calendar
from agent_app.domain.rules.facts import Source, source_of
from agent_app.domain.rules.gates import DisclosureGate
from agent_app.domain.rules.history import History
from agent_app.domain.rules.judging import Objection
from agent_app.domain.rules.law import Law
from agent_app.domain.rules.phrasing import Texts, Wording
from agent_app.domain.rules.retention import Keeping, Retention, keeping
from agent_app.domain.rules.rule import Rule
from agent_app.domain.rules.situation import SAME_ACT
from agent_app.domain.rules.windows import ContactWindow

SomeLaw = TypeVar("SomeLaw", bound=Law)


@dataclass(frozen=True, eq=False)
class Agenda:
    """The rules about one act. `common` and `own` are those to ask even of a blank record;
    `common` need no more of a case than its `sources`, `own` look further once their condition,
    made from `sources` too, applies; `sparked` are the others by what must be on record (see
    `Law.sparked_by`). `dated`: whether one of `own` begins or ceases to apply as time passes."""

    rules: tuple[Rule, ...]
    common: tuple[Rule, ...]
    own: tuple[Rule, ...]
    dated: bool
    sources: tuple[Source, ...]
    sparked: Mapping[str, tuple[Rule, ...]]
    windows: tuple[Rule, ...]
    places: Mapping[str, int]

    def awakened(self, history: History) -> tuple[Rule, ...]:
        """The rules that could object because of what is on this record."""
        found = {}
        for spark in self.sparked.keys() & history.sparks():
            for rule in self.sparked[spark]:
                found[rule.id] = rule
        return tuple(found.values())

    def asked_of(self, history: History) -> tuple[Rule, ...]:
        """Every rule that could object, this being the record."""
        asked = (*self.common, *self.own, *self.awakened(history))
        return tuple({rule.id: rule for rule in asked}.values())

    def in_order(self, found: Sequence[Objection]) -> list[Objection]:
        """Strictest first, then as the packs have them."""
        return sorted(found, key=lambda one: (-one.state, self.places[one.rule.id]))


def _agenda(rules: Sequence[Rule]) -> Agenda:
    sparked: dict[str, list[Rule]] = {}
    for rule in rules:
        for spark in rule.law.sparked_by or ():
            sparked.setdefault(spark, []).append(rule)
    awake = [rule for rule in rules if rule.law.sparked_by is None]
    common = tuple(rule for rule in rules if rule.hangs_on is not None)
    own = tuple(rule for rule in awake if rule.hangs_on is None)
    names = {"address", "home"}.union(*(rule.hangs_on or () for rule in common))
    names.update(*(rule.when.hangs_on() for rule in (*awake, *common) if rule.when))
    return Agenda(
        rules=tuple(rules),
        common=common,
        own=own,
        dated=any(rule.dated for rule in own),
        sources=tuple(source_of(name) for name in sorted(names)),
        sparked={spark: tuple(some) for spark, some in sparked.items()},
        windows=tuple(rule for rule in rules if isinstance(rule.law, ContactWindow)),
        places={rule.id: place for place, rule in enumerate(rules)},
    )


NOTHING = _agenda(())


@dataclass(frozen=True, eq=False)
class RuleSet:
    """Every rule that binds a case, with the calendars and words they use."""

    rules: tuple[Rule, ...]
    calendars: Mapping[str, Calendar]
    wording: Wording
    stale_after: date | None = None
    """The last day on which every layer may be relied on."""

    @classmethod
    def of(
        cls,
        rules: Iterable[Rule],
        calendars: Mapping[str, Calendar] | None = None,
        wording: Wording | None = None,
        stale_after: date | None = None,
    ) -> RuleSet:
        return cls(tuple(rules), calendars or {}, wording or Wording(), stale_after)

    @classmethod
    def join(cls, layers: Sequence[RuleSet]) -> RuleSet:
        """The layers laid over each other: every rule of every layer binds."""
        phrases: dict[str, Texts] = {}
        names: dict[str, Texts] = {}
        calendars: dict[str, Calendar] = {}
        for layer in layers:
            phrases.update(layer.wording.phrases)
            names.update(layer.wording.names)
            calendars.update(layer.calendars)
        lasts = [layer.stale_after for layer in layers if layer.stale_after]
        rules: dict[str, Rule] = {}
        for rule in (rule for layer in layers for rule in layer.rules):
            name = rule.id
            while name in rules:  # a layer that takes another's name would put it out of sight
                name = f"{rule.pack}/{name}"
            rules[name] = rule if name == rule.id else replace(rule, id=name)
        words = Wording(phrases, names)
        return cls.of(rules.values(), calendars, words, min(lasts, default=None))

    def told(self, facts: Mapping[str, Any] | None) -> dict[str, Any]:
        """What a question is given: the caller's facts over those of the packs."""
        return {"stale_after": self.stale_after, **(facts or {})}

    @cached_property
    def _agendas(self) -> dict[str, Agenda]:
        return {}

    def agenda(self, act: str) -> Agenda:
        """What is to be asked about an act."""
        act = SAME_ACT.get(act, act)
        known = self._agendas.get(act)
        if known is None:
            rules = [rule for rule in self.rules if act in rule.law.acts]
            known = self._agendas[act] = _agenda(rules) if rules else NOTHING
        return known

    def about(self, act: str) -> tuple[Rule, ...]:
        """The rules that have something to say about an act."""
        return self.agenda(act).rules

    def laws(self, kind: type[SomeLaw]) -> list[SomeLaw]:
        """The laws of one kind."""
        return [rule.law for rule in self.rules if isinstance(rule.law, kind)]

    def guards(self, acts: frozenset[str]) -> bool:
        """Does a gate stand before each of `acts` until the person is identified?"""
        gates = [law for law in self.laws(DisclosureGate) if "identity_checked" in law.requires]
        return acts <= frozenset().union(*(gate.acts for gate in gates))

    def named(self, rule_id: str) -> Rule:
        """The rule of that id; KeyError when no layer has it."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    def enacted(self) -> RuleSet:
        """The same rules as if every draft were law: the question "what if?"."""
        return self._enacted

    @cached_property
    def _enacted(self) -> RuleSet:
        rules = tuple(replace(rule, draft=False) for rule in self.rules)
        return replace(self, rules=rules)

    def retention(self) -> tuple[Keeping, ...]:
        """How long each class of record is kept, all layers together."""
        return keeping(self.laws(Retention))
