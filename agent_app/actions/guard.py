"""The rules as an action meets them: what they find, and refusing when they forbid."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from agent_app.actions.clock import behind
from agent_app.actions.desk import Desk
from agent_app.domain.errors import NotAllowed
from agent_app.domain.events import Event
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.rules import Findings, Round, assess
from agent_app.domain.rules.beside import known_beside
from agent_app.store import cases, events, meta
from agent_app.timezones import placed


def findings(
    desk: Desk, at: Moment, act: str, case: Case, facts: Mapping[str, object] | None = None
) -> Findings:
    """What every layer of the case's rules says of `act` at `at`.

    `facts` are those of `rules.situation.Situation`: visit, address, crew, body. Where the
    device's clock is not to be believed (`actions.clock`), the stricter answer of both times.
    """
    known = events.of_case(desk.db, case.id)
    told = {
        "synced_at": meta.get(desk.db, "last_sync"),
        "elsewhere": elsewhere(desk, case),
        **(facts or {}),
    }
    rules, here, lag = desk.packs.rules_for(case), placed(case), behind(desk.db, at)
    return _stricter(
        lag, lambda time: assess(rules, here, known, time, act=act, facts=told), at.wall
    )


def hours_end(desk: Desk, case: Case, began: datetime, address: str) -> datetime | None:
    """When the contact window of a visit `began` there ends, what was agreed since included."""
    known = events.of_case(desk.db, case.id)
    facts = {"address": address}
    rules = desk.packs.rules_for(case)
    return assess(rules, placed(case), known, began, act="visit", facts=facts).window_end


def elsewhere(desk: Desk, case: Case, before: datetime | None = None) -> list[dict[str, Any]]:
    """What the other cases on this device tell of the same person, `before` a moment if one is
    given."""
    return known_beside(case, map(Case.read, cases.beside(desk.db, case.id)), before)


Ask = Callable[[Case, Sequence[Event], str, Sequence[Mapping[str, Any]]], Findings]
"""A case known to be `placed`, its events, the address, contacts about its person elsewhere."""


def knocking(desk: Desk, at: Moment) -> Ask:
    """May I knock? Put at `at` to one case after the other; each answer is that of `findings`."""
    facts = {"synced_at": meta.get(desk.db, "last_sync")}
    rounds: dict[datetime, Round] = {}
    lag = behind(desk.db, at)

    def ask(
        case: Case, known: Sequence[Event], address: str, beside: Sequence[Mapping[str, Any]]
    ) -> Findings:
        def then(time: datetime) -> Findings:
            one = rounds.setdefault(time, Round(desk.packs.rules_for, time, facts=facts))
            return one.ask(case, known, address=address, elsewhere=beside)

        return _stricter(lag, then, at.wall)

    return ask


def _stricter(lag: timedelta, ask: Callable[[datetime], Findings], wall: datetime) -> Findings:
    """The answer at `wall`, or `lag` later where that is stricter. The end of the window is told
    by the device's clock, against which it is counted down."""
    found = ask(wall)
    if not lag:
        return found
    truly = ask(wall + lag)
    end = truly.window_end - lag if truly.window_end else None
    ends = [one for one in (found.window_end, end) if one is not None]
    stricter = truly if truly.state >= found.state else found
    return replace(stricter, window_end=min(ends) if len(ends) == 2 else None)


def refuse_unless_allowed(
    desk: Desk, at: Moment, act: str, case: Case, facts: Mapping[str, object] | None = None
) -> Findings:
    """The findings, when they allow or only warn; NotAllowed carrying them otherwise."""
    found = findings(desk, at, act, case, facts)
    if not found.allowed:
        raise NotAllowed(f"{act}: {found.items[0].rule}", found.items)
    return found
