"""A rule: a law with its sources, dates, severity and words."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from agent_app.domain.rules.consents import CONSENTS, Relax
from agent_app.domain.rules.facts import CLOCKED, Condition, read_condition
from agent_app.domain.rules.kinds import KINDS
from agent_app.domain.rules.law import Law
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.situation import Situation, zone_named
from agent_app.domain.rules.verdict import Citation, State

SEVERITIES = {"block": State.block, "needs": State.needs, "warn": State.warn, "info": State.warn}
PHASES = ("schedule", "arrive", "identify", "talk", "sign", "close", "file")
FORCES = (
    "statute", "regulation", "standard", "guidance", "self_regulation", "draft", "company_policy",
)  # fmt: skip
STATUSES = ("confirmed", "policy", "recalled")
BASES = ("visit_location", "debtor_residence")


@dataclass(frozen=True, slots=True)
class Rule:
    """`citation` is what it rests on: the first of `sources`, but never a draft or a memory where
    something firmer is named; those with an entry in `scopes` bind only cases of which that holds.
    `first` and `last` are the local dates it is in force, both included.

    `draft`: proposed, not law; it only warns until `enacted`. `override_by`: roles whose
    recorded override turns it into a warning for that day.
    """

    id: str
    kind: str
    phase: str
    severity: str
    law: Law
    text: Mapping[str, str]
    sources: tuple[Citation, ...]
    citation: Citation
    when: Condition | None = None
    relax: Relax | None = None
    override_by: frozenset[str] = frozenset()
    first: date | None = None
    last: date | None = None
    draft: bool = False
    zone: ZoneInfo | None = None
    basis: str = "visit_location"
    pack: str = ""
    scopes: Mapping[str, Condition] = field(default_factory=dict)

    def cited(self, s: Situation) -> Citation:
        """The first of its sources that binds this lender and this product."""
        if not self.scopes:
            return self.citation
        bind = [
            one
            for one in self.sources
            if one.source not in self.scopes or self.scopes[one.source].holds(s) is not False
        ]
        return min(bind or self.sources, key=_standing)

    @property
    def state(self) -> State:
        """What breaking it means."""
        return State.warn if self.draft else SEVERITIES[self.severity]

    @property
    def hangs_on(self) -> frozenset[str] | None:
        """The sources of a case that alone decide it at a moment; None: its record as well."""
        of_law = self.law.hangs_on
        if of_law is None:
            return None
        clock = () if self.zone else ("address", "home") if self.basis == BASES[1] else ("address",)
        conditions = [*self.scopes.values(), *([self.when] if self.when else [])]
        return of_law.union(clock, *(one.hangs_on() for one in conditions))

    @property
    def dated(self) -> bool:
        """May it begin or cease to apply because time passes?"""
        asked = self.when.facts() if self.when else ()
        return bool(self.first or self.last or not CLOCKED.isdisjoint(asked))

    def zone_of(self, s: Situation) -> ZoneInfo | None:
        """The wall clock this rule goes by in that situation."""
        if self.zone is not None:
            return self.zone
        address = s.address
        if self.basis == "debtor_residence":
            homes = (one for one in s.case.addresses if one.kind == "home")
            address = next(homes, address)
        return zone_named(address.tz) if address is not None else None


def _standing(source: Citation) -> tuple[bool, bool]:
    """Lower stands firmer. Among equals the pack's own order counts: a limit that is the company's
    is not shown as the law's because a statute is named beside it."""
    return source.force == "draft", source.status == "recalled"


def read_rule(
    table: Table,
    sources: Mapping[str, Citation],
    scope: Condition | None,
    pack: str,
    scopes: Mapping[str, Condition] | None = None,
) -> Rule | None:
    """The rule of one table, None (with the faults noted) when it cannot be used.

    `scope` is whom the pack binds, `scopes` whom a source binds, by its id.
    """
    before = len(table.faults)
    rule_id = table.word("id")
    table.where = rule_id or table.where
    kind = table.word("kind", among=KINDS)
    severity = table.word("severity", among=SEVERITIES)
    cited = tuple(
        sources[name] for name in table.words("sources", None, among=sources) if name in sources
    )
    when = table.table("when")
    law_type = KINDS.get(kind)
    phase = table.word("phase", among=PHASES)
    first, last = table.day("first"), table.day("last")
    draft = table.flag("draft")
    text = table.texts("text")
    override_by = frozenset(table.words("override_by"))
    table.word("note", "")
    relax = _relax(table)
    law = law_type.read(table) if law_type else None
    if law is not None:
        table.close()
    if first and last and last < first:
        table.fault("last", "ends before it begins", f"give a day from {first} on", last)
    if not table.faulty("sources"):
        _check_sources(table, cited, severity, draft)
    if law is not None:
        check_placeholders(table, "text", text, law.placeholders)
    if law is None or len(table.faults) > before:
        return None
    own = read_condition(when) if when else None
    if len(table.faults) > before:
        return None
    return Rule(
        id=rule_id,
        kind=kind,
        phase=phase,
        severity=severity,
        law=law,
        text=text,
        sources=cited,
        citation=min(cited, key=_standing),
        when=_both(scope, own),
        relax=relax,
        override_by=override_by,
        first=first,
        last=last,
        draft=draft,
        pack=pack,
        scopes={one.source: scopes[one.source] for one in cited if scopes and one.source in scopes},
    )


def _relax(table: Table) -> Relax | None:
    inner = table.table("relax_by")
    if inner is None:
        return None
    found = Relax(
        inner.word("consent", among=CONSENTS), inner.word("from", "debtor", among=("debtor",))
    )
    inner.close()
    return found


def _both(scope: Condition | None, own: Condition | None) -> Condition | None:
    if scope is None or own is None:
        return own or scope
    return Condition(joins="all", parts=(scope, own))


def _check_sources(table: Table, cited: tuple[Citation, ...], severity: str, draft: bool) -> None:
    """Nothing merely remembered, or merely proposed, may hold anybody up as if it were law."""
    if not cited:
        table.fault("sources", "names no source of this pack", "cite at least one")
        return
    strict = severity in ("block", "needs")
    if strict and all(one.status == "recalled" for one in cited):
        table.fault(
            "severity",
            "rests only on recalled sources",
            'use "warn", or add a confirmed source or the company\'s policy',
            severity,
        )
    if not draft and all(one.force == "draft" for one in cited):
        table.fault("draft", "rests only on a draft", "set draft = true")


def check_placeholders(
    table: Table, key: str, text: Mapping[str, str], allowed: tuple[str, ...]
) -> None:
    """Every brace in a text names something the engine fills."""
    for language, words in text.items():
        try:
            names = [name for _, name, _, _ in string.Formatter().parse(words) if name is not None]
        except ValueError:
            table.fault(f"{key}.{language}", "has a stray brace", "write {{ for a brace", words)
            continue
        for name in names:
            if name not in allowed:
                mend = "use " + ", ".join(allowed) if allowed else "use no braces"
                table.fault(f"{key}.{language}", "names an unknown placeholder", mend, name)
