"""The rule packs on this device, to be read: each rule in words, its source, whether it is law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from agent_app.actions.desk import Desk
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.rules import Citation
from agent_app.domain.rules.asked import rule_words
from agent_app.domain.rules.phrasing import Wording
from agent_app.domain.rules.rule import Rule
from agent_app.packs import Pack
from agent_app.store import cases


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule to read. `sources` the strongest first; `in_force` on the day asked about;
    `words` say it with the pack's own limits in them, "…" for what only a visit tells."""

    id: str
    kind: str
    severity: str
    draft: bool
    first: date | None
    last: date | None
    in_force: bool
    words: Mapping[str, str]
    sources: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class PackPage:
    """One pack; `cases` is how many cases on this device it binds."""

    id: str
    version: str
    sha256: str
    title: Mapping[str, str]
    status: str
    reviewer: str
    reviewed_on: date | None
    stale_after: date | None
    cases: int
    rules: tuple[RuleLine, ...]


def rulebook(desk: Desk, at: Moment) -> tuple[PackPage, ...]:
    """Every pack on this device, those that bind most cases here first."""
    bound: dict[str, int] = {}
    for raw in cases.all_now(desk.db):
        for pack in desk.packs.for_case(Case.read(raw)):
            bound[pack.id] = bound.get(pack.id, 0) + 1
    pages = (_page(desk, pack, bound.get(pack.id, 0), at.wall.date()) for pack in desk.packs)
    return tuple(sorted(pages, key=lambda one: (-one.cases, one.id)))


def _page(desk: Desk, pack: Pack, bound: int, today: date) -> PackPage:
    head = pack.header
    words = desk.packs.joined(desk.packs.chain(pack.id)).wording
    return PackPage(
        id=pack.id,
        version=pack.version,
        sha256=pack.sha256,
        title=head.title,
        status=head.status,
        reviewer=head.reviewer,
        reviewed_on=head.reviewed_on,
        stale_after=head.stale_after,
        cases=bound,
        rules=tuple(_line(rule, words, today) for rule in pack.rules),
    )


def _line(rule: Rule, words: Wording, today: date) -> RuleLine:
    others = [one for one in rule.sources if one is not rule.citation]
    begun = rule.first is None or rule.first <= today
    over = rule.last is not None and rule.last < today
    return RuleLine(
        id=rule.id,
        kind=rule.kind,
        severity=rule.severity,
        draft=rule.draft,
        first=rule.first,
        last=rule.last,
        in_force=begun and not over and not rule.draft,
        words=rule_words(rule, words),
        sources=(rule.citation, *others),
    )
