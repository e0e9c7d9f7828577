"""The rules as an action meets them: what they find, and refusing when they forbid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agent_app.actions.desk import Desk
from agent_app.domain.errors import NotAllowed
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.rules import Findings, Round, assess
from agent_app.domain.rules.beside import contacts_beside
from agent_app.store import cases, events, meta
from agent_app.timezones import placed


def findings(
    desk: Desk, at: Moment, act: str, case: Case, facts: Mapping[str, object] | None = None
) -> Findings:
    """What every layer of the case's rules says of `act` at `at`.

    `facts` are those of `rules.situation.Situation`: visit, address, crew, body.
    """
    known = events.of_case(desk.db, case.id)
    told = {
        "synced_at": meta.get(desk.db, "last_sync"),
        "elsewhere": elsewhere(desk, case),
        **(facts or {}),
    }
    return assess(desk.packs.rules_for(case), placed(case), known, at.wall, act=act, facts=told)


def elsewhere(desk: Desk, case: Case, before: datetime | None = None) -> list[dict[str, Any]]:
    """Contacts with the same person in the other cases on this device, `before` a moment if
    one is given."""
    return contacts_beside(case, map(Case.read, cases.beside(desk.db, case.id)), before)


def knocking(desk: Desk, at: Moment) -> Round:
    """May I knock? Put at `at` to one case after the other, all known to be `placed`."""
    return Round(desk.packs.rules_for, at.wall, facts={"synced_at": meta.get(desk.db, "last_sync")})


def refuse_unless_allowed(
    desk: Desk, at: Moment, act: str, case: Case, facts: Mapping[str, object] | None = None
) -> Findings:
    """The findings, when they allow or only warn; NotAllowed carrying them otherwise."""
    found = findings(desk, at, act, case, facts)
    if not found.allowed:
        raise NotAllowed(f"{act}: {found.items[0].rule}", found.items)
    return found
