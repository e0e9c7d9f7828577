"""One pack folder read: header, rules, outcomes, words. Every fault names its file and key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from agent_app.calendars import CalendarSource, read_calendar
from agent_app.domain.budget import read_budget
from agent_app.domain.errors import Fault
from agent_app.domain.languages import LANGUAGES
from agent_app.domain.outcome import read_outcomes
from agent_app.domain.policy import read_limits
from agent_app.domain.rules.facts import Condition, read_condition
from agent_app.domain.rules.phrasing import PHRASES, Texts, Wording
from agent_app.domain.rules.reading import Table
from agent_app.domain.rules.rights import read_rights
from agent_app.domain.rules.rule import BASES, FORCES, STATUSES, Rule, check_placeholders, read_rule
from agent_app.domain.rules.situation import zone_named
from agent_app.domain.rules.verdict import Citation
from agent_app.domain.rules.wishes import read_wishes
from agent_app.packs.files import digest_of, files_of, links_of, read_toml
from agent_app.packs.pack import Header, Pack

SCHEMA = "rulepack/1"
BASE = "base"
_VERSION = re.compile(r"^\d{4}\.\d{2}\.\d+$")
_HAN = re.compile("[\u4e00-\u9fff]")
_ID = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")


def read_pack(folder: Traversable | Path, faults: list[Fault]) -> Pack | None:
    """One pack; None, with the faults noted, when it cannot be used at all."""
    files = dict(sorted(files_of(folder)))
    data = {
        name: read_toml(files.get(f"{name}.toml", b""), f"{folder.name}/{name}.toml", faults)
        for name in ("pack", "rules", "outcomes", "wording", "rights", "wishes", "budget", "plan")
    }
    faults += [
        Fault("is only a link", f"{folder.name}/{name}", mend="put the file itself into the pack")
        for name in links_of(folder)
    ]
    if not data["pack"]:
        if files.get("pack.toml", b"").strip() == b"":
            mend = "write schema, id, version, title and status into it"
            faults.append(Fault("is empty", f"{folder.name}/pack.toml", mend=mend))
        return None
    head = Table(data["pack"], f"{folder.name}/pack.toml", "", faults)
    calendars = tuple(read_calendar(table) for table in head.tables("calendars"))
    header = _header(head, folder.name)
    rules = _rules(data["rules"], folder.name, header, calendars, faults)
    texts = data["wording"]
    return Pack(
        header=header,
        sha256=digest_of(files),
        rules=rules,
        outcomes=read_outcomes(data["outcomes"], f"{folder.name}/outcomes.toml", faults),
        rights=read_rights(data["rights"], f"{folder.name}/rights.toml", faults),
        wishes=read_wishes(data["wishes"], f"{folder.name}/wishes.toml", faults),
        budget=read_budget(data["budget"], f"{folder.name}/budget.toml", faults),
        limits=read_limits(data["plan"], f"{folder.name}/plan.toml", faults),
        calendar_sources=calendars,
        wording=_wording(texts, folder.name, faults),
        texts=texts,
        files=files,
    )


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
    if header.id and (header.id != folder or not _ID.match(header.id)):
        head.fault("id", "is not the name of its folder", f'write "{folder}"', header.id)
    if header.version and not _VERSION.match(header.version):
        head.fault("version", "is not a version", 'write "2026.11.0"', header.version)
    if header.tz and zone_named(header.tz) is None:
        head.fault("tz", "is not a time zone", _zone_meant(header.tz), header.tz)
    if header.first and header.stale_after and header.stale_after < header.first:
        head.fault(
            "stale_after", "is before the pack begins", "give a later day", header.stale_after
        )
    _check_twice(head, [one.source for one, _ in sources])
    if header.status in ("reviewed", "approved") and not (header.reviewer and header.reviewed_on):
        head.fault("reviewer", "a reviewed pack names its reviewer and the day", "give both")
    head.close()
    return header


def _zone_meant(name: str) -> str:
    """The zone that was probably meant; by its city too."""
    zones = available_timezones()
    cities = {zone.rpartition("/")[2].lower(): zone for zone in sorted(zones)}
    near = get_close_matches(name, zones, n=1, cutoff=0.7)
    city = cities.get(name.rpartition("/")[2].lower().replace(" ", "_"))
    return f'write "{city or (near[0] if near else "Asia/Shanghai")}"'


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
        locator=_locator(table),
        force=table.word("force", among=FORCES),
        status=table.word("status", among=STATUSES),
        url=table.word("url", ""),
    )
    table.close()
    return source, read_condition(when) if when else None


def _locator(table: Table) -> Texts:
    """The place in a source: one text where all languages write it alike, else a text for each."""
    if table.has("locator") and not isinstance(table.raw("locator"), str):
        return table.texts("locator")
    alike = table.word("locator", "").strip(" -–")
    if _HAN.search(alike):
        mend = "give locator.zh_CN, locator.zh_TW, locator.en"
        table.fault("locator", "is not written alike in every language", mend, alike)
    return dict.fromkeys(LANGUAGES, alike) if alike else {}


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
