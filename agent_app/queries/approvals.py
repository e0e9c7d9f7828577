"""What the lead's sheet needs to approve by telephone: the case that was named."""

from __future__ import annotations

from dataclasses import dataclass

from agent_app.actions.desk import Desk
from agent_app.store import cases

_MOST = 5


@dataclass(frozen=True, slots=True)
class NamedCase:
    """Enough to be sure both mean the same case; `currency` is that of its sums."""

    id: str
    debtor: str
    currency: str


def named_cases(desk: Desk, words: str) -> tuple[NamedCase, ...]:
    """A few cases of this device that hold every word; none for no words."""
    found = cases.find(desk.db, words, _MOST) if words.strip() else []
    return tuple(NamedCase(one.id, one.debtor, one.currency) for one in found)
