"""Load and check rule packs: folders of data, no code. Every fault names its file and key."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any

from agent_app.calendars import CalendarSource, read_calendar
from agent_app.domain.budget import BudgetLine, read_budget
from agent_app.domain.errors import BadInput, Fault
from agent_app.domain.model import Case
from agent_app.domain.outcome import Outcomes, read_outcomes
from agent_app.domain.policy import Limits, read_limits
from agent_app.domain.rules.calendar import Calendar
from agent_app.domain.rules.examples import Example, read_examples
from agent_app.domain.rules.facts import Condition, read_condition
from agent_app.domain.rules.phrasing import PHRASES, Texts, Wording
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.rights import Right, read_rights
from agent_app.domain.rules.rule import BASES, FORCES, STATUSES, Rule, check_placeholders, read_rule
from agent_app.domain.rules.ruleset import RuleSet
from agent_app.domain.rules.situation import TALK, zone_named
from agent_app.domain.rules.verdict import Citation

SCHEMA = "rulepack/1"
_TALK = ", ".join(sorted(TALK))
BASE = "base"
_VERSION = re.compile(r"^\d{4}\.\d{2}\.\d+$")
_ID = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")


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

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """The given/expect cases beside the rules; BadInput with every fault of the file."""
        faults: list[Fault] = []
        file = f"{self.id}/examples.toml"
        data = _toml(self.files.get("examples.toml", b""), file, faults)
        found = read_examples(data, file, {rule.id for rule in self.rules}, faults)
        if faults:
            raise BadInput(faults)
        return found

    @cached_property
    def rule_set(self) -> RuleSet:
        """This layer alone."""
        return RuleSet.of(self.rules, self.calendars, self.wording, self.header.stale_after)


class PackSet:
    """Every pack at hand, and which of them bind a case."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        self.packs: Mapping[str, Pack] = MappingProxyType({pack.id: pack for pack in packs})
        self._joined: dict[tuple[str, ...], RuleSet] = {}
        self._layers: dict[Hashable, tuple[Pack, ...]] = {}

    def __getitem__(self, pack_id: str) -> Pack:
        return self.packs[pack_id]

    def __iter__(self) -> Iterator[Pack]:
        return iter(self.packs.values())

    def for_case(self, case: Case) -> tuple[Pack, ...]:
        """Base, country, regions of its addresses, creditor: lowest layer first.

        Raises BadInput when the case names a pack that is not here: no rules is not an answer.
        """
        regions = frozenset([one.region for one in case.addresses])
        key = (case.pack, regions, case.creditor.id)
        if key not in self._layers:
            self._layers[key] = self._layers_of(case.pack, regions, case.creditor.id)
        return self._layers[key]

    def _layers_of(self, pack: str, regions: frozenset[str], creditor: str) -> tuple[Pack, ...]:
        layers = self.chain(pack)
        known = {one.id for one in layers}
        extra = [
            one
            for one in self.packs.values()
            if one.id not in known and known.issuperset(one.header.extends)
        ]
        here = regions - {""}
        layers += [p for p in extra if not p.header.creditor and p.header.jurisdiction in here]
        layers += [p for p in extra if p.header.creditor and p.header.creditor == creditor]
        return tuple(layers)

    def chain(self, pack_id: str) -> list[Pack]:
        """The pack with all it extends, lowest first; BadInput for one that is not here."""
        if pack_id not in self.packs:
            raise BadInput(Fault("no such rule pack", value=pack_id, mend="sync the rule packs"))
        pack = self.packs[pack_id]
        layers: list[Pack] = []
        for parent in pack.header.extends:
            layers += [one for one in self.chain(parent) if one not in layers]
        return [*layers, pack]

    def rules_for(self, case: Case) -> RuleSet:
        """The rules that bind a case, all layers together."""
        return self.joined(self.for_case(case))

    def stamp(self, case: Case) -> dict[str, Any]:
        """How an event names all rules it was made under: the case's pack, and in `layers` every
        other that bound it then, lowest first. Years later the same stack can be laid again."""
        own = self[case.pack]
        layers = [pack.named for pack in self.for_case(case) if pack is not own]
        return {**own.named, "layers": layers} if layers else own.named

    def stamped(self, stamps: Iterable[Mapping[str, Any]]) -> tuple[Pack, ...]:
        """The packs that stamps name, of those here, in the order in which they are laid."""
        named = {one["id"] for stamp in stamps for one in (stamp, *stamp.get("layers", ()))}
        laid: list[Pack] = []
        for pack in self.packs.values():
            if pack.id in named:
                laid += [one for one in self.chain(pack.id) if one not in laid]
        return tuple(one for one in laid if one.id in named)

    def joined(self, layers: Sequence[Pack]) -> RuleSet:
        """Layers laid over each other; the same layers give the same set."""
        key = tuple(pack.sha256 for pack in layers)
        if key not in self._joined:
            self._joined[key] = RuleSet.join([pack.rule_set for pack in layers])
        return self._joined[key]

    def outcomes_for(self, case: Case) -> Outcomes:
        """The outcome table of a case: the creditor's row over the country's over the base's."""
        table = Outcomes(())
        for pack in self.for_case(case):
            table = pack.outcomes.over(table)
        return table

    def rights_for(self, case: Case) -> tuple[Right, ...]:
        """The rights desk of a case, a later layer's row over an earlier one's of its code."""
        rows = {row.code: row for pack in self.for_case(case) for row in pack.rights}
        return tuple(rows.values())

    def budget_for(self, case: Case) -> tuple[BudgetLine, ...]:
        """What is asked of a month, a later layer's line over an earlier one's of its key."""
        rows = {line.key: line for pack in self.for_case(case) for line in pack.budget}
        return tuple(rows.values())

    def limits_for(self, case: Case) -> tuple[Limits, ...]:
        """What each layer says of plans for a case's product, lowest first (`domain.policy`)."""
        tables = (pack.limits for pack in self.for_case(case))
        return tuple(
            limits for table in tables for name, limits in table.items()
            if name in ("", case.product_kind)
        )  # fmt: skip


def load_packs(root: Traversable | Path) -> PackSet:
    """Every pack under `root`, one folder each. BadInput holds the faults of all of them."""
    faults: list[Fault] = []
    folders = sorted((one for one in root.iterdir() if one.is_dir()), key=lambda one: one.name)
    packs = [read_pack(one, faults) for one in folders if (one / "pack.toml").is_file()]
    found = PackSet(pack for pack in packs if pack is not None)
    if not faults:
        check_layers(found, faults)
    if faults:
        raise BadInput(faults)
    return found


def read_pack(folder: Traversable | Path, faults: list[Fault]) -> Pack | None:
    """One pack; None, with the faults noted, when it cannot be used at all."""
    files = dict(sorted(_files(folder, "")))
    data = {
        name: _toml(files.get(f"{name}.toml", b""), f"{folder.name}/{name}.toml", faults)
        for name in ("pack", "rules", "outcomes", "wording", "rights", "budget", "plan")
    }
    head = Table(data["pack"], f"{folder.name}/pack.toml", "", faults)
    calendars = tuple(read_calendar(table) for table in head.tables("calendars"))
    header = _header(head, folder.name)
    rules = _rules(data["rules"], folder.name, header, calendars, faults)
    texts = data["wording"]
    return Pack(
        header=header,
        sha256=_digest(files),
        rules=rules,
        outcomes=read_outcomes(data["outcomes"], f"{folder.name}/outcomes.toml", faults),
        rights=read_rights(data["rights"], f"{folder.name}/rights.toml", faults),
        budget=read_budget(data["budget"], f"{folder.name}/budget.toml", faults),
        limits=read_limits(data["plan"], f"{folder.name}/plan.toml", faults),
        calendar_sources=calendars,
        wording=_wording(texts, folder.name, faults),
        texts=texts,
        files=files,
    )


def _files(folder: Traversable | Path, prefix: str) -> Iterator[tuple[str, bytes]]:
    for one in folder.iterdir():
        if one.name.startswith((".", "~$", "__")):
            continue
        if one.is_dir():
            yield from _files(one, f"{prefix}{one.name}/")
        else:
            yield f"{prefix}{one.name}", one.read_bytes()


def _digest(files: Mapping[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name, content in files.items():
        whole.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return whole.hexdigest()


def _toml(content: bytes, file: str, faults: list[Fault]) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(Fault("is not TOML", file=file, value=str(error), mend="mend the syntax"))
        return {}


def _header(head: Table, folder: str) -> Header:
    head.word("schema", among=(SCHEMA,))
    sources = [_source(table) for table in head.tables("sources")]
    header = Header(
        id=head.word("id"),
        version=head.word("version"),
        title=head.texts("title"),
        jurisdiction=head.word("jurisdiction", ""),
        extends=head.words("extends"),
        status=head.word("status", among=("draft", "reviewed", "approved")),
        reviewer=head.word("reviewer", ""),
        reviewed_on=head.day("reviewed_on"),
        first=head.day("first"),
        stale_after=head.day("stale_after"),
        creditor=head.word("creditor", ""),
        tz=head.word("tz", ""),
        basis=head.word("time_basis", "visit_location", among=BASES),
        scope=_scope(head),
        sources={one.source: one for one, _ in sources},
        source_scopes={one.source: scope for one, scope in sources if scope},
    )
    if header.id != folder or not _ID.match(header.id):
        head.fault("id", "is not the name of its folder", f'write "{folder}"', header.id)
    if not _VERSION.match(header.version):
        head.fault("version", "is not a version", 'write "2026.11.0"', header.version)
    if header.tz and zone_named(header.tz) is None:
        head.fault("tz", "is not a time zone", 'write "Asia/Shanghai"', header.tz)
    if header.first and header.stale_after and header.stale_after < header.first:
        head.fault(
            "stale_after", "is before the pack begins", "give a later day", header.stale_after
        )
    _check_twice(head, [one.source for one, _ in sources])
    if header.status != "draft" and not (header.reviewer and header.reviewed_on):
        head.fault("reviewer", "a reviewed pack names its reviewer and the day", "give both")
    head.close()
    return header


def _check_twice(head: Table, sources: Sequence[str]) -> None:
    for one in sorted({name for name in sources if sources.count(name) > 1}):
        head.fault("sources", "holds two sources of one id", "give each its own id", one)


def _scope(head: Table) -> Condition | None:
    scope = head.table("scope")
    return read_condition(scope) if scope else None


def _source(table: Table) -> tuple[Citation, Condition | None]:
    """A source, and the cases it binds where it does not bind all."""
    when = table.table("when")
    source = Citation(
        source=table.word("id"),
        title=table.texts("title"),
        locator=table.word("locator", ""),
        force=table.word("force", among=FORCES),
        status=table.word("status", among=STATUSES),
        url=table.word("url", ""),
    )
    table.close()
    return source, read_condition(when) if when else None


def _rules(
    data: Mapping[str, Any],
    folder: str,
    header: Header,
    calendars: Sequence[CalendarSource],
    faults: list[Fault],
) -> tuple[Rule, ...]:
    whole = Table(data, f"{folder}/rules.toml", "", faults)
    zone = zone_named(header.tz) if header.tz else None
    rules: dict[str, Rule] = {}
    for table in whole.tables("rule"):
        calendar = table.data.get("calendar")
        if calendar is not None and calendar not in {one.id for one in calendars}:
            table.fault(
                "calendar", "is not a calendar of this pack", "add it to pack.toml", calendar
            )
        scopes = header.source_scopes
        rule = read_rule(table, header.sources, header.scope, header.id, scopes)
        if rule is None:
            continue
        if rule.id in rules:
            table.fault("id", "is used twice", "give each rule its own id", rule.id)
        first = rule.first or header.first
        rules[rule.id] = replace(rule, zone=zone, basis=header.basis, first=first)
    whole.close()
    return tuple(rules.values())


def _wording(data: Mapping[str, Any], folder: str, faults: list[Fault]) -> Wording:
    whole = Table(data, f"{folder}/wording.toml", "", faults)
    phrases: dict[str, Texts] = {}
    names: dict[str, Texts] = {}
    for key, kept in (("phrases", phrases), ("names", names)):
        table = whole.table(key)
        for name in table.data if table else ():
            assert table is not None
            kept[name] = table.texts(name)
            if key == "phrases" and name not in PHRASES:
                table.fault(name, "is not a phrase known here", "use " + ", ".join(PHRASES))
            elif key == "phrases":
                check_placeholders(table, name, kept[name], PHRASES[name])
    return Wording(phrases, names)


def check_layers(packs: PackSet, faults: list[Fault]) -> None:
    """What only shows when layers lie together: parents, ids, retention, examples' rules."""
    for pack in packs:
        file = f"{pack.id}/pack.toml"
        missing = [one for one in pack.header.extends if one not in packs.packs]
        if missing:
            faults.append(
                Fault("extends a pack that is not here", file, field="extends", value=missing[0])
            )
            continue
        layers = packs.chain(pack.id)
        rules = RuleSet.of(rule for layer in layers for rule in layer.rules)
        for keeping in rules.retention():
            if keeping.conflict:
                faults.append(
                    Fault(
                        "must be kept longer than it may be kept",
                        file=f"{pack.id}/rules.toml",
                        field=f"retention of {keeping.record}",
                        value=f"{keeping.min_months} > {keeping.max_months} months",
                        mend="counsel must decide which rule gives way",
                    )
                )
        if pack.header.jurisdiction and not rules.guards(TALK):
            faults.append(
                Fault(
                    "nothing keeps the debt from strangers",
                    file=f"{pack.id}/rules.toml",
                    field="disclosure_gate",
                    mend="add a gate requiring id_shown and identity_checked before " + _TALK,
                )
            )
        ids = {rule.id for layer in layers[:-1] for rule in layer.rules}
        for rule in pack.rules:
            if rule.id in ids:
                faults.append(
                    Fault(
                        "is the id of a rule in a lower layer",
                        file=f"{pack.id}/rules.toml",
                        field=rule.id,
                        mend="layers only add; give it its own id",
                    )
                )
