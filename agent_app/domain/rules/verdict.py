"""What the rules answer: judgements of one law, findings of a rule, findings of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum

WRAP_UP = timedelta(minutes=30)
"""How long before the window closes the agent is told to finish (policy)."""


class State(IntEnum):
    """May it be done? Higher is stricter; `needs` can be mended by who stands there."""

    allow = 0
    warn = 1
    needs = 2
    block = 3


@dataclass(frozen=True, slots=True)
class Judgement:
    """One law is not simply kept. `kept` False: broken; None: not known; True: kept, but soon
    not. `soft`: broken in a way only a person can weigh, so it warns whatever the severity.

    `because` holds event ids or names of missing facts; `until` (UTC) is the first moment at
    which this law alone no longer objects, None when waiting does not mend it; `values` fill
    the placeholders of the rule's text, names of things as tuples.
    """

    kept: bool | None
    because: tuple[str, ...] = ()
    until: datetime | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    soft: bool = False


def broken(*because: str, until: datetime | None = None, **values: object) -> Judgement:
    return Judgement(False, because, until, values)


def unknown(*facts: str, **values: object) -> Judgement:
    return Judgement(None, facts, None, values)


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a rule comes from. `status` is confirmed, recalled or policy; only a confirmed
    source of force statute, regulation or standard may be shown as law (`is_law`)."""

    source: str
    title: Mapping[str, str] = field(hash=False)
    locator: Mapping[str, str] = field(hash=False)
    force: str
    status: str
    url: str = ""

    @property
    def is_law(self) -> bool:
        return self.status == "confirmed" and self.force in ("statute", "regulation")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says about one act at one moment; `text` by language.

    `next_allowed` is when it alone falls silent, `opens` the first moment from then on that lies
    within the hours: what a person is told.

    `stands_for` are findings of the same cause in other rules: the same event under a rule of
    the company and one of the country is one objection, the stricter of the two, citing both.
    """

    rule: str
    kind: str
    state: State
    text: Mapping[str, str]
    citation: Citation
    because: tuple[str, ...]
    next_allowed: datetime | None
    severity: str
    known: bool = True
    opens: datetime | None = None
    pack: str = ""
    stands_for: tuple[Finding, ...] = ()

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every source it rests on, its own first."""
        return tuple(dict.fromkeys([self.citation, *(one.citation for one in self.stands_for)]))


def together(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding a cause, in the order given: strictest first."""
    causes: dict[object, list[Finding]] = {}
    for one in found:
        key = _cause(one)
        alike = causes.setdefault(key, [])
        if alike and one.known and one.pack in {other.pack for other in alike}:
            causes[key, one.rule] = [one]  # what one pack says twice it means twice
        else:
            alike.append(one)
    return tuple(_one(alike) for alike in causes.values())


def _cause(one: Finding) -> object:
    """What it objects to: for what is not known the missing facts, else the kind of rule and the
    events behind it; hours that are shut need no event."""
    if not one.known:
        return "unknown", one.because
    if one.because or one.kind == "contact_window":
        return one.kind, one.because, one.state > State.warn
    return one.rule


def _one(alike: list[Finding]) -> Finding:
    first, *others = sorted(alike, key=_strictness)
    return replace(first, stands_for=tuple(others)) if others else first


def _strictness(one: Finding) -> tuple[int, bool, float]:
    """The higher state first, then what waiting does not mend, then what lasts longest."""
    ends = one.next_allowed
    return -one.state, ends is not None, -ends.timestamp() if ends else 0.0


@dataclass(frozen=True, slots=True)
class Findings:
    """The answer to "may I?". `items` are what objects or warns, strictest first, one a cause.

    `next_allowed`: the first moment at or after the one asked about at which nothing needs or
    blocks, if only time has to pass; None when something else must happen first.
    `window_end`: when the open contact window closes; None outside a window or without one.
    """

    state: State
    items: tuple[Finding, ...]
    next_allowed: datetime | None
    window_end: datetime | None

    @property
    def allowed(self) -> bool:
        """True when the act may be done: nothing needs or blocks."""
        return self.state <= State.warn

    def named(self, rule: str) -> Finding | None:
        """The finding of the rule of that id, if it objects."""
        return next((one for one in self.every if one.rule == rule), None)

    @property
    def every(self) -> tuple[Finding, ...]:
        """The findings of all rules, those included for which another stands."""
        return tuple(one for item in self.items for one in (item, *item.stands_for))
