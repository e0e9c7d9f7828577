"""What the debtor agreed to, may agree to now, and wishes: for the rights desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent_app.actions.consents import CONTACT_TIME, may_agree
from agent_app.actions.desk import Desk
from agent_app.actions.wishes import stated_in
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.rules.wishes import Wish
from agent_app.queries.case_page import read_case
from agent_app.queries.may_knock import may_knock

_LONGER = (timedelta(minutes=30), timedelta(hours=1), timedelta(hours=2))
"""How much longer than the window a talk may be agreed to run (policy)."""
_DAYS = (timedelta(days=1), timedelta(days=7), timedelta(days=30))


@dataclass(frozen=True, slots=True)
class Agreement:
    """One thing a rule lets the debtor agree to (`rules.consents.CONSENTS`): until when it is
    agreed (None: it is not), and until when it may be agreed to now (empty: not now)."""

    to: str
    until: datetime | None
    ends: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Agreed:
    """`wishes` are those that hold now, by their codes; `offered` all that may be stated."""

    agreements: tuple[Agreement, ...]
    wishes: tuple[str, ...]
    offered: tuple[Wish, ...] = ()


def agreed(desk: Desk, at: Moment, case: str, visit: str | None) -> Agreed:
    """What stands, and what may be asked of whoever is at the door now."""
    seen = read_case(desk, case)
    rules = desk.packs.rules_for(seen).rules
    kinds = dict.fromkeys(rule.relax.consent for rule in rules if rule.relax is not None)
    told = seen.raw.get("consents") or {}
    asks = visit is not None and may_agree(seen.raw, visit)
    found = []
    for to in kinds:
        until = _moment((told.get(to) or {}).get("until"))
        if until is not None and until <= at.wall:
            until = None
        ends = _ends(desk, at, seen, visit, to) if asks and visit and until is None else ()
        found.append(Agreement(to, until, ends))
    return Agreed(tuple(found), stated_in(seen.raw), desk.packs.wishes_for(seen))


def _ends(desk: Desk, at: Moment, case: Case, visit: str, to: str) -> tuple[datetime, ...]:
    """Until when: for a time of day, past the end of the window now open; else for some days."""
    if to != CONTACT_TIME:
        return tuple(at.wall + one for one in _DAYS)
    end = may_knock(desk, at, case, case.visit(visit)["address"]).window_end
    return tuple(end + one for one in _LONGER) if end else ()


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
