"""Named facts, true, false or unknown, and the conditions a pack may put on them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from agent_app.domain.rules.reading import Table, meant
from agent_app.domain.rules.situation import UNKNOWN, Situation

CLOCK_SLACK = timedelta(minutes=10)
"""How far server and device may disagree before the device's clock is not believed."""


def _known(value: Any) -> Any:
    return UNKNOWN if value is None or value == "" else value


def _age_hours(s: Situation) -> Any:
    """Hours since the last sync. Before it, the clock has been set back: then nothing is known."""
    synced = s.synced_at
    if synced is None or synced > s.now + CLOCK_SLACK:
        return UNKNOWN
    return (s.now - synced).total_seconds() / 3600


def _pack_stale(s: Situation) -> Any:
    """Has one of the packs that bind this case passed the day to which it may be relied on?"""
    last = s.given.get("stale_after")
    if last is None:
        return False
    return UNKNOWN if s.today is None else s.today > last


def _lease_over(s: Situation) -> Any:
    if s.case.lease_end is None or s.today is None:
        return UNKNOWN
    return s.today > s.case.lease_end


def _charges_over_principal(s: Situation) -> bool:
    balance = s.case.balance
    return balance.interest.minor + balance.fees.minor > balance.principal.minor


FACTS: Mapping[str, Callable[[Situation], Any]] = {
    "creditor.id": lambda s: _known(s.case.creditor.id),
    "creditor.type": lambda s: _known(s.case.creditor.type),
    "debt.product": lambda s: _known(s.case.product_kind),
    "debt.days_overdue": lambda s: _known(s.case.raw.get("days_overdue")),
    "debt.bucket": lambda s: _known(s.case.bucket),
    "debt.charges_over_principal": _charges_over_principal,
    "debtor.age": lambda s: _known(s.case.debtor.age),
    "collector.role": lambda s: _known((s.case.raw.get("scope") or {}).get("collector_role")),
    "address.kind": lambda s: _known(s.address.kind if s.address else None),
    "address.region": lambda s: _known(s.address.region if s.address else None),
    "contact.target": lambda s: s.given.get("target", "debtor"),
    "rungs": lambda s: s.case.rungs if s.case.raw.get("rungs") else UNKNOWN,
    "data.age_hours": _age_hours,
    "pack.stale": _pack_stale,
    "lease.over": _lease_over,
    "act": lambda s: s.act,
}
"""Facts read from the case. Beside them: `flags.NAME` (the row's flag; a flag not there is
false, one that is null unknown) and `given.NAME` (the caller's; not given is unknown)."""

CLOCKED = frozenset({"data.age_hours", "pack.stale", "lease.over"})
"""Facts that change because time passes."""

PREFIXES = ("flags.", "given.", "body.")


Reader = Callable[[Situation], Any]


def reader_of(name: str) -> Reader:
    """How a fact is read: its value in a situation, or UNKNOWN."""
    if name in FACTS:
        return FACTS[name]
    prefix, _, rest = name.partition(".")
    if prefix == "flags":
        return lambda s: _flag(s.case.raw.get("flags") or {}, rest)
    if prefix == "body":
        return lambda s: _known(s.body.get(rest))
    return lambda s: _known(s.given.get(rest))


def _flag(flags: Mapping[str, Any], name: str) -> Any:
    if name not in flags:
        return False
    value = flags[name]
    return UNKNOWN if value is None else True if isinstance(value, Mapping) else value


def _conflicts(s: Situation) -> tuple[Any, ...]:
    return tuple((s.case.raw.get("crew") or {}).get("conflicts") or ())


Source = Callable[[Situation], Hashable]
SOURCES: Mapping[str, Source] = {
    "address": lambda s: s.address and (s.address.kind, s.address.region, s.address.tz),
    "home": lambda s: next((one.tz for one in s.case.addresses if one.kind == "home"), None),
    "crew": lambda s: (s.case.crew, s.case.agency.id, s.case.credentials, _conflicts(s)),
    "lease.over": lambda s: s.case.lease_end,
    "data.age_hours": lambda s: s.synced_at,
}
"""What is compared to tell whether two cases are alike; of any other fact, its value."""


def source_of(name: str) -> Source:
    """What of a case a fact is made from."""
    return SOURCES.get(name) or reader_of(name)


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "in": lambda have, want: have in want,
    "has": operator.contains,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A small tree: a test of one fact, or all, any or none of other conditions."""

    fact: str = ""
    want: Any = None
    joins: str = ""
    parts: tuple[Condition, ...] = ()
    read: Reader = field(default=lambda s: UNKNOWN, repr=False, compare=False)
    test: Callable[[Any, Any], bool] = field(default=operator.eq, repr=False, compare=False)

    def holds(self, s: Situation) -> bool | None:
        """True, False, or None when unknown (Kleene's logic)."""
        if not self.joins:
            have = self.read(s)
            try:
                return None if have is UNKNOWN else self.test(have, self.want)
            except TypeError:  # a row holds another kind of value than was agreed: not known
                return None
        if self.joins == "not":
            inner = self.parts[0].holds(s)
            return None if inner is None else not inner
        decides = self.joins == "any"
        answer: bool | None = not decides
        for part in self.parts:
            holds = part.holds(s)
            if holds is decides:
                return decides
            if holds is None:
                answer = None
        return answer

    def facts(self) -> tuple[str, ...]:
        """The names of the facts it reads."""
        inner = tuple(name for part in self.parts for name in part.facts())
        return (self.fact, *inner) if self.fact else inner

    def hangs_on(self) -> frozenset[str]:
        """The sources it is made from; what the caller tells of the whole round is none."""
        told = ("given.", "body.", "act", "contact.target", "pack.stale")
        return frozenset(
            "address" if name.startswith("address.") else name
            for name in self.facts()
            if not name.startswith(told)
        )

    def sparks(self) -> frozenset[str] | None:
        """The flags without which it is surely false, as "flag NAME"; None if it reads others."""
        if self.joins == "any":
            inner = [part.sparks() for part in self.parts]
            return None if None in inner else frozenset().union(*filter(None, inner))
        if self.fact.startswith("flags.") and self.test is operator.eq and self.want is True:
            return frozenset({f"flag {self.fact.removeprefix('flags.')}"})
        return None

    def unknowns(self, s: Situation) -> tuple[str, ...]:
        """Those of its facts that are not known."""
        return tuple(name for name in self.facts() if reader_of(name)(s) is UNKNOWN)


NUMBERS = frozenset({"debt.days_overdue", "debtor.age", "data.age_hours"})
LISTS = frozenset({"rungs"})
TRUTHS = frozenset({"debt.charges_over_principal", "lease.over", "pack.stale"})


def _check_want(table: Table, fact: str, test: str, want: object) -> None:
    """A test must fit the fact: what can never be true would be a rule that never speaks."""
    mend = ""
    if test in ("gt", "ge", "lt", "le") and (not _number(want) or fact in LISTS | TRUTHS):
        mend = "compare a number, of a fact that is one: " + ", ".join(sorted(NUMBERS))
    elif test == "has" and fact in FACTS and fact not in LISTS:
        mend = 'use eq or in; "has" is for rungs'
    elif test == "in" and not isinstance(want, list):
        mend = 'give a list: ["a", "b"]'
    elif test in ("eq", "ne") and fact in NUMBERS and not _number(want):
        mend = "give a number"
    elif test in ("eq", "ne") and fact in TRUTHS and not isinstance(want, bool):
        mend = "give true or false"
    elif test in ("eq", "ne") and fact in FACTS and _is_text(fact) and not isinstance(want, str):
        mend = "give a text"
    elif test in ("eq", "ne") and fact in LISTS:
        mend = "use has"
    if mend:
        table.fault(test, f"does not fit {fact}", mend, want)


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_text(fact: str) -> bool:
    return fact not in NUMBERS | LISTS | TRUTHS


def read_condition(table: Table) -> Condition:
    """`{fact = "…", eq = …}`, `{all = […]}`, `{any = […]}` or `{not = {…}}`."""
    for joins in ("all", "any"):
        if table.has(joins):
            parts = tuple(read_condition(part) for part in table.tables(joins))
            table.close()
            return Condition(joins=joins, parts=parts)
    if table.has("not"):
        inner = table.table("not")
        table.close()
        return Condition(joins="not", parts=(read_condition(inner),) if inner else ())
    name = table.word("fact")
    if name not in FACTS and not name.startswith(PREFIXES):
        table.fault("fact", "is not a fact known here", meant(name, (*FACTS, *PREFIXES)), name)
    used = [test for test in OPERATORS if table.has(test)]
    if len(used) != 1:
        table.fault("fact", "needs exactly one test", "use " + ", ".join(OPERATORS), name)
        table.close()
        return Condition(fact=name)
    want = table.raw(used[0])
    _check_want(table, name, used[0], want)
    table.close()
    return Condition(name, want, read=reader_of(name), test=OPERATORS[used[0]])
