"""May this door be knocked on now, and when does the answer change?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from agent_app.actions import guard
from agent_app.actions.clock import behind
from agent_app.actions.desk import Desk
from agent_app.domain.model import Case
from agent_app.domain.moment import Moment
from agent_app.domain.rules import Findings
from agent_app.domain.rules.verdict import WRAP_UP


def may_knock(desk: Desk, at: Moment, case: Case, address: str | None = None) -> Findings:
    """What the rules say of knocking at `address` (the first one when None) at `at`."""
    chosen = address or (case.addresses[0].id if case.addresses else "")
    return guard.findings(desk, at, "visit", case, {"address": chosen, "crew": list(case.crew)})


def hours_over(desk: Desk, at: Moment, case: Case, visit: Mapping[str, Any]) -> bool:
    """Have the hours in which a visit began ended since? Also when others have begun by now: a
    visit does not go on the next morning."""
    began, address = datetime.fromisoformat(visit["started_at"]), visit["address"]
    end = guard.hours_end(desk, case, began, address)
    return end is not None and end <= at.wall + max(behind(desk.db, at), timedelta())


class Timed(Protocol):
    """An answer of the rules that time alone may change."""

    @property
    def next_allowed(self) -> datetime | None: ...

    @property
    def window_end(self) -> datetime | None: ...


def changes_at(at: Moment, answers: Iterable[Timed]) -> datetime | None:
    """When the first of these changes by itself: a window opens, nears its end or shuts."""
    moments = []
    for one in answers:
        end = one.window_end
        moments += [one.next_allowed, end, end - WRAP_UP if end else None]
    return min((one for one in moments if one is not None and one > at.wall), default=None)
