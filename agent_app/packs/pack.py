"""One pack: what it is, whom it binds, and all it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from agent_app.calendars import CalendarSource
from agent_app.domain.budget import BudgetLine
from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.outcome import Outcomes
from agent_app.domain.policy import Limits
from agent_app.domain.rules.calendar import Calendar
from agent_app.domain.rules.examples import Example, read_examples
from agent_app.domain.rules.facts import Condition
from agent_app.domain.rules.phrasing import Texts, Wording
from agent_app.domain.rules.rights import Right
from agent_app.domain.rules.rule import Rule
from agent_app.domain.rules.ruleset import RuleSet
from agent_app.domain.rules.verdict import Citation
from agent_app.domain.rules.wishes import Wish
from agent_app.packs.files import read_toml


@dataclass(frozen=True, slots=True)
class Header:
    """What a pack is, whom it binds and since when; `status` draft, reviewed or approved."""

    id: str
    version: str
    title: Texts
    jurisdiction: str
    extends: tuple[str, ...]
    status: str
    reviewer: str
    reviewed_on: date | None
    first: date | None
    stale_after: date | None
    creditor: str
    tz: str
    basis: str
    scope: Condition | None
    sources: Mapping[str, Citation]
    source_scopes: Mapping[str, Condition]


@dataclass(frozen=True, eq=False)
class Pack:
    """One folder, whole: header, rules, outcomes, words, and the bytes of every file."""

    header: Header
    sha256: str
    rules: tuple[Rule, ...]
    outcomes: Outcomes
    rights: tuple[Right, ...]
    wishes: tuple[Wish, ...]
    budget: tuple[BudgetLine, ...]
    limits: Mapping[str, Limits]
    calendar_sources: tuple[CalendarSource, ...]
    wording: Wording
    texts: Mapping[str, Any]
    files: Mapping[str, bytes] = field(repr=False)

    @property
    def id(self) -> str:
        return self.header.id

    @property
    def version(self) -> str:
        return self.header.version

    @property
    def named(self) -> dict[str, str]:
        """How an event names the pack it was made under."""
        return {"id": self.id, "version": self.version, "sha256": self.sha256}

    @cached_property
    def calendars(self) -> Mapping[str, Calendar]:
        """Made when a case of this country is first asked about."""
        return {one.id: one.make() for one in self.calendar_sources}

    @property
    def written_ids(self) -> frozenset[str]:
        """The id of every rule that stands in the file, those that cannot be used too."""
        tables = read_toml(self.files.get("rules.toml", b""), "", []).get("rule", ())
        rows = tables if isinstance(tables, list) else ()
        return frozenset(str(one["id"]) for one in rows if isinstance(one, dict) and "id" in one)

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """The given/expect cases beside the rules; BadInput with every fault of the file."""
        faults: list[Fault] = []
        file = f"{self.id}/examples.toml"
        data = read_toml(self.files.get("examples.toml", b""), file, faults)
        found = read_examples(data, file, self.written_ids, faults)
        if faults:
            raise BadInput(faults)
        return found

    @cached_property
    def rule_set(self) -> RuleSet:
        """This layer alone."""
        return RuleSet.of(self.rules, self.calendars, self.wording, self.header.stale_after)
